//! An answer, and whether it fits its field.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::model::questionnaire::{Choice, Field, Kind, yes_or_no};
use crate::model::text;
use crate::model::value::{Node, Problem, Value};

/// What somebody wrote into a field. A field may hold an answer that does not fit it, such as a
/// text where a date belongs: it is kept, and the review says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Words.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// A calendar date.
    Date(Date),
    /// Several texts: links, or the ids of choices.
    List(Vec<String>),
}

impl Answer {
    /// Makes an answer of a text somebody typed, as the field understands it.
    pub fn typed(field: &Field, typed: &str) -> Self {
        let line = || text::normalize_line(typed);
        match &field.kind {
            Kind::Text { .. } => Self::Text(text::normalize_answer(typed)),
            Kind::Line | Kind::Email | Kind::Choice(_) => Self::Text(line()),
            Kind::YesNo => {
                let line = line();
                yes_or_no(&line).map_or(Self::Text(line), Self::YesNo)
            }
            Kind::Date { .. } => {
                let line = line();
                date(&line).map_or(Self::Text(line), Self::Date)
            }
            Kind::Links | Kind::Choices(_) => Self::List(
                text::sanitize(typed)
                    .lines()
                    .map(text::normalize_line)
                    .filter(|item| !item.is_empty())
                    .collect(),
            ),
        }
    }

    /// Reads an answer from a draft.
    ///
    /// # Errors
    /// The value has a shape no answer of this field can have.
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
                    Some(text) => Ok(text::normalize_line(text)),
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

    /// Makes an answer of a value that another version of the questionnaire asked for, where its
    /// words fit: the items of a list become lines.
    pub fn converted(field: &Field, value: &Value) -> Option<Self> {
        let Value::List(items) = value else { return None };
        let lines: Option<Vec<&str>> = items.iter().map(|item| item.value.as_text()).collect();
        Some(Self::typed(field, &lines?.join("\n")))
    }

    /// The answer as a draft keeps it.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::YesNo(yes) => Value::Plain(yes.to_string()),
            Self::Date(date) => Value::Plain(date.to_string()),
            Self::List(items) => Value::list(items),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::YesNo(_) | Self::Date(_) => false,
        }
    }

    /// The words in it, as they stand in the draft: a text, or the items of a list.
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(items) => Cow::Owned(items.join("\n")),
            Self::YesNo(_) | Self::Date(_) => Cow::Borrowed(""),
        }
    }

    /// The answer as one types it, and as it is shown to a person.
    pub fn shown(&self, field: &Field) -> String {
        match (self, &field.kind) {
            (Self::YesNo(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
            (Self::Date(date), _) => long_date(*date),
            (Self::List(ids), Kind::Choices(choices)) => {
                ids.iter().map(|id| wording(choices, id)).collect::<Vec<_>>().join("\n")
            }
            (Self::Text(id), Kind::Choice(choices)) => wording(choices, id).to_owned(),
            (Self::List(items), _) => items.join("\n"),
            (Self::Text(text), _) => text.clone(),
        }
    }

    /// What is wrong with the answer, each in a few words; nothing where it fits.
    pub fn validation_errors(&self, field: &Field) -> Vec<String> {
        let unknown = |choices: &[Choice], ids: &[&str]| -> Vec<String> {
            let strange = ids.iter().filter(|id| !choices.iter().any(|choice| choice.id == **id));
            strange.map(|id| format!("`{id}` is not one of the choices")).collect()
        };
        match (&field.kind, self) {
            (Kind::Date { .. }, Self::Text(text)) => {
                vec![format!("`{text}` is not a date; write day, month and year: 5 October 2021")]
            }
            (Kind::YesNo, Self::Text(text)) => vec![format!("`{text}` is neither yes nor no")],
            (Kind::Email, Self::Text(text)) if !is_email(text) => {
                vec![format!("`{text}` is not an e-mail address; one looks like name@example.org")]
            }
            (Kind::Links, Self::List(links)) => links
                .iter()
                .filter(|link| !is_link(link))
                .map(|link| {
                    format!("`{link}` is not a link; one looks like https://example.org/page")
                })
                .collect(),
            (Kind::Choice(choices), Self::Text(id)) => unknown(choices, &[id]),
            (Kind::Choices(choices), Self::List(ids)) => {
                unknown(choices, &ids.iter().map(String::as_str).collect::<Vec<_>>())
            }
            (
                Kind::Line
                | Kind::Text { .. }
                | Kind::Email
                | Kind::Links
                | Kind::YesNo
                | Kind::Date { .. }
                | Kind::Choice(_)
                | Kind::Choices(_),
                _,
            ) => Vec::new(),
        }
    }
}

fn wording<'a>(choices: &'a [Choice], id: &'a str) -> &'a str {
    choices.iter().find(|choice| choice.id == id).map_or(id, |choice| choice.text.as_str())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads a date: `2021-10-05`, `5 October 2021`, `5 Oct 2021`, `October 5, 2021`, or day first
/// with `/`, `.` or `-` between: `5/10/2021`.
pub(crate) fn date(typed: &str) -> Option<Date> {
    let separators = |c: char| c.is_whitespace() || matches!(c, '/' | '.' | '-' | ',');
    let parts: Vec<&str> = typed.split(separators).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let day = |part: &str| {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ordinal = matches!(part.get(digits.len()..), Some("" | "st" | "nd" | "rd" | "th"));
        digits.parse::<i8>().ok().filter(|_| ordinal)
    };
    let month = |part: &str| {
        let number = part.parse::<i8>().ok();
        number.or_else(|| {
            let part = part.to_lowercase();
            let named = |name: &&str| part.len() >= 3 && name.to_lowercase().starts_with(&part);
            (1..).zip(MONTHS.iter()).find(|(_, name)| named(name)).map(|(number, _)| number)
        })
    };
    let year = |part: &str| part.parse::<i16>().ok().filter(|_| part.len() == 4);
    let (year, month, day) = if let Some(year) = year(first) {
        (year, month(second)?, day(third)?)
    } else if first.starts_with(|c: char| c.is_alphabetic()) {
        (year(third)?, month(first)?, day(second)?)
    } else {
        (year(third)?, month(second)?, day(first)?)
    };
    Date::new(year, month, day).ok()
}

/// A date no reader can mistake: `5 October 2021`.
pub(crate) fn long_date(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index));
    format!("{} {} {}", date.day(), month.unwrap_or(&""), date.year())
}

/// One e-mail address or several, separated by commas, semicolons or blanks.
fn is_email(text: &str) -> bool {
    let one = |address: &str| {
        address
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.contains('@') && is_host(host))
    };
    let mut addresses =
        text.split([',', ';', ' ']).filter(|address| !address.is_empty()).peekable();
    addresses.peek().is_some() && addresses.all(one)
}

/// A web address, with or without `https://`.
fn is_link(text: &str) -> bool {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let address = address.unwrap_or(text);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    !text.contains(char::is_whitespace) && is_host(host)
}

fn is_host(host: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(label)
        && last.chars().count() > 1
        && !last.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_day_first_in_every_common_spelling() {
        let expected = Date::new(2021, 10, 5).ok();
        for typed in [
            "2021-10-05",
            "5/10/2021",
            "05.10.2021",
            "5-10-2021",
            "5 October 2021",
            "5 oct 2021",
            "October 5, 2021",
            "5th October 2021",
        ] {
            assert_eq!(date(typed), expected, "{typed}");
        }
        for typed in ["31/2/2021", "5/13/2021", "October 2021", "5/10/21", "soon", "", "1 2 3"] {
            assert_eq!(date(typed), None, "{typed}");
        }
        assert_eq!(long_date(expected.unwrap()), "5 October 2021");
    }

    #[test]
    fn addresses_are_told_from_words() {
        for good in ["a.nowak@example.org", "a@b.example.eu; c@d.eu"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["a@b", "nobody", "a@@b.org", "a b@c.org", ""] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in [
            "https://example.org/a?b=1",
            "www.example.org",
            "http://example.org:8080",
            "example.org/page",
            "https://swietochlowice.pl/urząd/",
        ] {
            assert!(is_link(good), "{good}");
        }
        for bad in ["not a link", "htp:/x", "nothing", "ftp://example.org", "https://", "1.5"] {
            assert!(!is_link(bad), "{bad}");
        }
    }
}
