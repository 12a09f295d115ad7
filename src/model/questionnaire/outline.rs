//! A summary of a questionnaire that is saved with a draft, so that changes to the questionnaire can
//! be described when the draft is opened again.

use super::{Question, Questionnaire};
use crate::model::text::{and_list, plural};
use crate::model::value::{Node, Value};

/// The questions of one version of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outline {
    version: String,
    asked: Vec<OutlineQuestion>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OutlineQuestion {
    id: String,
    number: Option<usize>,
    title: String,
    /// The limit of the text field, in words.
    words: Option<usize>,
    /// The ids of the fields, if there are several.
    fields: Vec<String>,
}

impl OutlineQuestion {
    /// Returns the name in messages: `question 9 (Objectives)`.
    fn name(&self) -> String {
        match self.number {
            Some(number) => format!("question {number} ({})", self.title),
            None => format!("\"{}\"", self.title),
        }
    }
}

impl Outline {
    /// Creates the outline of a questionnaire.
    pub(crate) fn from_questionnaire(questionnaire: &Questionnaire) -> Self {
        let asked = |question: &Question| OutlineQuestion {
            id: question.id.clone(),
            number: question.number,
            title: question.title.clone(),
            words: question.text_field().and_then(|(_, limit)| limit).map(|limit| limit.words),
            fields: question.fields.iter().filter_map(|field| field.key.field.clone()).collect(),
        };
        Self {
            version: questionnaire.version.clone(),
            asked: questionnaire.questions().map(|(_, question)| asked(question)).collect(),
        }
    }

    /// Converts the outline to the value that is written to its file.
    pub(crate) fn to_value(&self) -> Value {
        let question = |asked: &OutlineQuestion| {
            let number = |number: usize| Value::Plain(number.to_string());
            let mut entries = vec![("title", Value::Text(asked.title.clone()))];
            entries.extend(asked.number.map(|n| ("number", number(n))));
            entries.extend(asked.words.map(|n| ("words", number(n))));
            if !asked.fields.is_empty() {
                entries.push(("fields", Value::list(&asked.fields)));
            }
            (asked.id.clone(), Value::map(entries))
        };
        Value::map([
            ("version", Value::Text(self.version.clone())),
            ("questions", Value::map(self.asked.iter().map(question))),
        ])
    }

    /// Reads an outline from its file. Returns `None` if the file is not an outline.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let Value::Map(questions) = value.get("questions")? else { return None };
        let text = |value: &Value, name| value.get(name)?.as_text().map(str::to_owned);
        let number = |value, name| text(value, name)?.parse().ok();
        let asked = questions.iter().map(|(key, node)| {
            let fields = match node.value.get("fields") {
                Some(Value::List(items)) => items.as_slice(),
                Some(Value::Empty | Value::Text(_) | Value::Plain(_) | Value::Map(_)) | None => &[],
            };
            let field = |item: &Node| item.value.as_text().map(str::to_owned);
            Some(OutlineQuestion {
                id: key.name.clone(),
                number: number(&node.value, "number"),
                title: text(&node.value, "title")?,
                words: number(&node.value, "words"),
                fields: fields.iter().filter_map(field).collect(),
            })
        });
        Some(Self { version: text(value, "version")?, asked: asked.collect::<Option<_>>()? })
    }

    /// Describes how a questionnaire differs from this outline, in sentences. Returns an empty list
    /// if nothing changed.
    pub(crate) fn changes(&self, questionnaire: &Questionnaire) -> Vec<String> {
        let now = Self::from_questionnaire(questionnaire);
        let after = |before: &OutlineQuestion| {
            let renamed = || questionnaire.formerly(&before.id).map(|field| &field.key.question);
            let same = now.asked.iter().find(|asked| asked.id == before.id);
            same.or_else(|| now.asked.iter().find(|asked| Some(&asked.id) == renamed()))
        };
        let pairs: Vec<(&OutlineQuestion, Option<&OutlineQuestion>)> =
            self.asked.iter().map(|before| (before, after(before))).collect();
        let remaining: Vec<(&OutlineQuestion, &OutlineQuestion)> =
            pairs.iter().filter_map(|(before, after)| Some((*before, (*after)?))).collect();
        let mut notices = Vec::new();
        let mut add = |lead: &str, names: Vec<String>, rest: &str| {
            if !names.is_empty() {
                notices.push(format!("{lead}: {}{rest}.", and_list(&names)));
            }
        };
        let new =
            now.asked.iter().filter(|asked| !remaining.iter().any(|(_, after)| after == asked));
        add("New", new.map(OutlineQuestion::name).collect(), "");
        let gone = pairs.iter().filter(|(_, after)| after.is_none());
        add(
            "No longer asked",
            gone.map(|(before, _)| before.name()).collect(),
            "; the answers stay in the draft",
        );
        add("Moved", moved(&remaining), "");
        let mut parts = Vec::new();
        let mut limits = Vec::new();
        for (before, after) in &remaining {
            let only = |these: &OutlineQuestion, those: &OutlineQuestion| -> Vec<String> {
                let others = these.fields.iter().filter(|field| !those.fields.contains(field));
                others.map(|field| format!("`{}.{field}`", after.id)).collect()
            };
            let (new, gone) = (only(after, before), only(before, after));
            if !new.is_empty() {
                parts.push(format!("{} asks for {} too", after.name(), and_list(&new)));
            }
            if !gone.is_empty() {
                parts.push(format!("{} no longer asks for {}", after.name(), and_list(&gone)));
            }
            if before.words != after.words {
                let limit = |words: Option<usize>| {
                    words.map_or("no limit".to_owned(), |words| plural(words, "word", "words"))
                };
                limits.push(format!(
                    "{} {} (was {})",
                    after.name(),
                    limit(after.words),
                    limit(before.words)
                ));
            }
        }
        add("Changed", parts, "");
        add("Other limits", limits, "");
        if !notices.is_empty() || self.version != now.version {
            notices.insert(
                0,
                if self.version == now.version {
                    "The questionnaire has changed since this draft was saved.".to_owned()
                } else {
                    in_other_version(&self.version, &now.version)
                },
            );
        }
        notices
    }
}

/// Returns the notice that a draft was made with another version of the questionnaire.
pub(crate) fn in_other_version(then: &str, now: &str) -> String {
    format!("This draft was made with version {then} of the questionnaire; this is version {now}.")
}

/// Describes the questions whose number changed. Consecutive questions that moved together are
/// described as one range.
fn moved(remaining: &[(&OutlineQuestion, &OutlineQuestion)]) -> Vec<String> {
    let mut numbers: Vec<(usize, usize)> = remaining
        .iter()
        .filter_map(|(before, after)| before.number.zip(after.number))
        .filter(|(before, after)| before != after)
        .collect();
    numbers.sort_unstable();
    numbers
        .chunk_by(|a, b| b.0 == a.0 + 1 && b.1 == a.1 + 1)
        .filter_map(|run| {
            let ((first, to), (last, end)) = (run.first()?, run.last()?);
            Some(if first == last {
                format!("question {first} is question {to} now")
            } else {
                format!("questions {first} to {last} are questions {to} to {end} now")
            })
        })
        .collect()
}
