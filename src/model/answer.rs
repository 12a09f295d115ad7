//! Answers: converting what was typed or read from a draft, and checking it against its field.

use std::borrow::Cow;

use crate::model::address;
use crate::model::date::PartialDate;
use crate::model::questionnaire::{Choice, Field, Kind, yes_or_no};
use crate::model::text;
use crate::model::value::{Node, Problem, Value};

/// The answer in a field. An answer that does not fit its field, such as a text in a date field, is
/// kept as it is, and the review reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A text of one line or several.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// A calendar date.
    Date(PartialDate),
    /// Links, or the ids of choices.
    List(Vec<String>),
}

impl Answer {
    /// Converts a typed text to an answer of the kind of the field. A text that cannot be converted
    /// becomes [`Answer::Text`].
    pub fn typed(field: &Field, typed: &str) -> Self {
        let line = || text::normalize_line(typed);
        match &field.kind {
            Kind::Text { .. } => Self::Text(text::normalize_answer(typed)),
            Kind::Line | Kind::Choice(_) => Self::Text(line()),
            Kind::Email => Self::Text(address::normalize_emails(typed)),
            Kind::YesNo => {
                let line = line();
                yes_or_no(&line).map_or(Self::Text(line), Self::YesNo)
            }
            Kind::Date { .. } => {
                let line = line();
                PartialDate::parse(&line).map_or(Self::Text(line), Self::Date)
            }
            Kind::Links | Kind::Choices(_) => {
                let lines = text::sanitize(typed);
                let items = lines.lines().map(|line| Self::list_item(field, line));
                Self::List(items.filter(|item| !item.is_empty()).collect())
            }
        }
    }

    fn list_item(field: &Field, text: &str) -> String {
        if let Kind::Links = field.kind {
            address::normalize_address(text)
        } else {
            text::normalize_line(text)
        }
    }

    /// Converts a value from a draft to an answer.
    ///
    /// # Errors
    /// Fails if the value is a list or map and the field needs a text, or the reverse.
    pub fn from_node(field: &Field, node: &Node) -> Result<Self, Problem> {
        let wrong = |expected: &str| {
            let found = node.value.describe();
            Problem::new(
                node.location,
                format!("the answer to `{}` is {found}, but should be {expected}", field.key),
            )
        };
        match (&field.kind, &node.value) {
            (Kind::Links | Kind::Choices(_), Value::List(items)) => {
                let text = |item: &Node| match item.value.as_text() {
                    Some(text) => Ok(Self::list_item(field, text)),
                    None => Err(Problem::new(
                        item.location,
                        format!(
                            "an item of `{}` is {}, but should be a text",
                            field.key,
                            item.value.describe()
                        ),
                    )),
                };
                Ok(Self::List(items.iter().map(text).collect::<Result<_, _>>()?))
            }
            (Kind::Links | Kind::Choices(_), Value::Map(_)) => Err(wrong("a list")),
            (_, Value::Empty) => Ok(Self::Text(String::new())),
            (_, Value::Text(text) | Value::Plain(text)) => Ok(Self::typed(field, text)),
            (_, Value::List(_) | Value::Map(_)) => Err(wrong("a text")),
        }
    }

    /// Converts a list from a draft of another version of the questionnaire, where the field now has
    /// another kind: the items become lines. Returns `None` for any other value.
    pub fn converted(field: &Field, value: &Value) -> Option<Self> {
        let Value::List(items) = value else { return None };
        let lines: Option<Vec<&str>> = items.iter().map(|item| item.value.as_text()).collect();
        Some(Self::typed(field, &lines?.join("\n")))
    }

    /// Converts the answer to the value that is written to a draft.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::YesNo(yes) => Value::Plain(yes.to_string()),
            Self::Date(date) => Value::Plain(date.to_string()),
            Self::List(items) => Value::list(items),
        }
    }

    /// Whether another answer differs only in white space and emphasis.
    pub fn has_same_words(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(_), Self::Text(_)) | (Self::List(_), Self::List(_)) => {
                let bare = |answer: &Self| answer.words().replace(['*', '_', '`'], "");
                bare(self).split_whitespace().eq(bare(other).split_whitespace())
            }
            (_, _) => self == other,
        }
    }

    /// Whether another answer looks the same on paper: the same lines but for the kind and the number
    /// of spaces, and for characters without width.
    pub fn looks_like(&self, other: &Self) -> bool {
        let is_shown = |c: &char| {
            !matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}')
        };
        let lines = |answer: &Self| -> Vec<Vec<String>> {
            let text: String = answer.words().chars().filter(is_shown).collect();
            let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
            text.trim_end().lines().map(words).collect()
        };
        match (self, other) {
            (Self::Text(_), Self::Text(_)) | (Self::List(_), Self::List(_)) => {
                lines(self) == lines(other)
            }
            (_, _) => self == other,
        }
    }

    /// Whether the answer is an empty text or list.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::YesNo(_) | Self::Date(_) => false,
        }
    }

    /// Returns the text, or `None` for another type of answer.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns yes or no, or `None` for another type of answer.
    pub fn as_yes_no(&self) -> Option<bool> {
        if let Self::YesNo(yes) = self { Some(*yes) } else { None }
    }

    /// Returns the date, or `None` for another type of answer.
    pub fn as_date(&self) -> Option<PartialDate> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }

    /// Returns the items of a list, or `None` for another type of answer.
    pub fn as_list(&self) -> Option<&[String]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// Returns a text as one item, or the items of a list. A choice field contains a text, a field
    /// of several choices a list.
    pub fn items(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(items) => items,
            Self::YesNo(_) | Self::Date(_) => &[],
        }
    }

    /// Returns the words of the answer: a text, or the items of a list joined by line ends.
    pub fn words(&self) -> Cow<'_, str> {
        match self.items() {
            [text] => Cow::Borrowed(text),
            items => Cow::Owned(items.join("\n")),
        }
    }

    /// Returns the answer in the spelling of drafts and of the command `set`: choices by their ids,
    /// dates as `2021-10-05`.
    pub fn spelled(&self) -> Cow<'_, str> {
        match self {
            Self::YesNo(yes) => Cow::Borrowed(if *yes { "yes" } else { "no" }),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::Text(_) | Self::List(_) => self.words(),
        }
    }

    /// Returns the answer as it is shown to a person, and as it can be typed again: choices by their
    /// wording, dates as `5 October 2021`.
    pub fn shown(&self, field: &Field) -> String {
        match (self, &field.kind) {
            (Self::Date(date), _) => date.long(),
            (Self::List(ids), Kind::Choices(choices)) => {
                ids.iter().map(|id| wording(choices, id)).collect::<Vec<_>>().join("\n")
            }
            (Self::Text(id), Kind::Choice(choices)) => wording(choices, id).to_owned(),
            (Self::YesNo(_) | Self::List(_) | Self::Text(_), _) => self.spelled().into_owned(),
        }
    }

    /// Returns what is wrong with the answer, or an empty list if it fits its field.
    pub fn validation_errors(&self, field: &Field) -> Vec<String> {
        self.items().iter().filter_map(|item| validation_error(&field.kind, item)).collect()
    }
}

/// Returns what is wrong with one text of an answer. A text in a date or yes-no field could not be
/// converted.
fn validation_error(kind: &Kind, text: &str) -> Option<String> {
    let (valid, expected) = match kind {
        Kind::Line | Kind::Text { .. } => return None,
        Kind::YesNo => return Some(format!("`{text}` is neither yes nor no")),
        Kind::Date { .. } => {
            return PartialDate::parse(text)
                .err()
                .map(|why| format!("`{text}` is not a date{why}"));
        }
        Kind::Email => {
            (address::is_email(text), "an e-mail address; one looks like name@example.org")
        }
        Kind::Links => {
            (address::is_web_address(text), "a link; one looks like https://example.org/page")
        }
        Kind::Choice(choices) | Kind::Choices(choices) => {
            (choices.iter().any(|choice| choice.id == text), "one of the choices")
        }
    };
    if let (Kind::Email | Kind::Links, Some(character)) = (kind, address::invisible_character(text))
    {
        return Some(format!(
            "`{text}` contains an invisible character ({character}); type the address again"
        ));
    }
    (!valid).then(|| format!("`{text}` is not {expected}"))
}

/// Returns the wording of a choice, or the id if there is no such choice.
fn wording<'a>(choices: &'a [Choice], id: &'a str) -> &'a str {
    choices.iter().find(|choice| choice.id == id).map_or(id, |choice| choice.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::questionnaire::{Key, Need};

    #[test]
    fn invisible_characters_around_addresses_are_removed_and_inside_them_are_named() {
        let field = |kind| Field {
            key: Key { question: "q".into(), field: None },
            label: None,
            label_in_form: false,
            kind,
            need: Need::Required,
            formerly: Vec::new(),
        };
        let (links, mail) = (field(Kind::Links), field(Kind::Email));
        let typed =
            "\u{200B}https://example.org/a\u{2060}\n\u{200E}www.example.org\u{200F}\n\u{200B}";
        let answer = Answer::typed(&links, typed);
        assert_eq!(
            answer,
            Answer::List(vec!["https://example.org/a".into(), "www.example.org".into()])
        );
        assert_eq!(Answer::from_node(&links, &answer.to_value().into()).unwrap(), answer);
        let copied = Value::list(["https://example.org/a\u{200B}", "www.example.org"]);
        assert_eq!(Answer::from_node(&links, &copied.into()).unwrap(), answer);
        assert_eq!(answer.validation_errors(&links), [""; 0]);
        let answer = Answer::typed(&mail, "\u{200B}a@example.org\u{200D}");
        assert_eq!(answer, Answer::Text("a@example.org".into()));
        for (field, typed) in
            [(&links, "https://example.org/a\u{200B}b"), (&mail, "a\u{200B}@example.org")]
        {
            let errors = Answer::typed(field, typed).validation_errors(field);
            assert_eq!(errors.len(), 1);
            assert!(
                errors[0].contains("invisible character (zero width space, U+200B)"),
                "{errors:?}"
            );
        }
        let text = field(Kind::Text { limit: None });
        assert_eq!(
            Answer::typed(&text, "a\u{200D}b\u{200C}"),
            Answer::Text("a\u{200D}b\u{200C}".into())
        );
    }
}
