//! The answers so far. A draft holds anything a person wrote, right or wrong, also what no
//! question asks for any more.

mod merge;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;

use crate::answer::Answer;
use crate::questionnaire::{Condition, Expected, Field, Key, Need, Question, Questionnaire};
use crate::text;
use crate::tree::{Node, Problem, Value};
pub use merge::{Merged, merge};

/// The answers to a questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// When it was last saved.
    pub saved: Option<Timestamp>,
    answers: BTreeMap<Key, Answer>,
    not_applicable: BTreeSet<String>,
    /// Answers no question asks for.
    unplaced: Vec<Unplaced>,
    /// Keys a person added to the file beside the answers.
    extra: Vec<(String, Value)>,
}

/// An answer no question asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unplaced {
    /// The question it stands under, if any.
    question: Option<String>,
    name: String,
    value: Value,
}

impl fmt::Display for Unplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.question {
            Some(question) => write!(f, "{question}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl Draft {
    /// The answer in a field; nothing where it is empty.
    #[must_use]
    pub fn answer(&self, key: &Key) -> Option<&Answer> {
        self.answers.get(key)
    }

    /// Puts an answer into a field; an empty one empties it. A question that is answered is
    /// applicable after all.
    pub fn set(&mut self, key: &Key, answer: Answer) {
        if answer.is_empty() {
            self.answers.remove(key);
        } else {
            self.not_applicable.remove(&key.question);
            self.answers.insert(key.clone(), answer);
        }
    }

    /// Whether a question is marked as not applicable.
    #[must_use]
    pub fn is_not_applicable(&self, question: &Question) -> bool {
        self.not_applicable.contains(&question.id)
    }

    /// Marks a question as not applicable, or takes the mark away. What was written stays.
    pub fn mark_not_applicable(&mut self, question: &Question, marked: bool) {
        if marked {
            self.not_applicable.insert(question.id.clone());
        } else {
            self.not_applicable.remove(&question.id);
        }
    }

    /// Keeps a text that belongs to no question.
    pub fn keep(&mut self, text: &str) {
        let name = (self.unplaced.len() + 1..).map(|number| format!("unplaced-{number}"));
        let mut free = name.filter(|name| !self.has_unplaced(name));
        let name = free.next().unwrap_or_default();
        let value = Value::Text(text::tidy(text));
        self.unplaced.push(Unplaced { question: None, name, value });
    }

    fn has_unplaced(&self, name: &str) -> bool {
        self.unplaced.iter().any(|kept| kept.name == name)
    }

    /// This name for an answer no question asks for, with a number where it is taken.
    fn free_name(&self, wanted: &str) -> String {
        let mut names = std::iter::once(wanted.to_owned())
            .chain((2_usize..).map(|number| format!("{wanted}-{number}")));
        names.find(|name| !self.has_unplaced(name)).unwrap_or_default()
    }

    /// Whether a text is kept that belongs to no question.
    #[must_use]
    pub fn keeps(&self, wanted: &str) -> bool {
        let wanted = text::tidy(wanted);
        self.unplaced.iter().any(|kept| kept.value.as_text() == Some(&wanted))
    }

    /// An answer no question asks for, by its name.
    #[must_use]
    pub fn unplaced_text(&self, name: &str) -> Option<String> {
        let kept = self.unplaced.iter().find(|kept| kept.to_string() == name)?;
        Some(kept.value.written_out())
    }

    /// Takes an answer away that no question asks for. `false` where none has this name.
    pub fn drop_unplaced(&mut self, name: &str) -> bool {
        let before = self.unplaced.len();
        self.unplaced.retain(|kept| kept.to_string() != name);
        self.unplaced.len() < before
    }

    /// Whether two drafts hold the same, whenever they were saved.
    #[must_use]
    pub fn holds_same(&self, other: &Self) -> bool {
        let unsaved = |draft: &Self| Self { saved: None, ..draft.clone() };
        unsaved(self) == unsaved(other)
    }

    /// How many words of the answers a later version does not have any more, whatever it has in
    /// their place.
    #[must_use]
    pub fn words_gone(&self, later: &Self) -> usize {
        let gone = |(key, answer): (&Key, &Answer)| {
            let after = later.answer(key);
            if after == Some(answer) {
                return 0;
            }
            let Answer::Text(text) = answer else { return 0 };
            let mut counts: HashMap<&str, usize> = HashMap::new();
            for word in text.split_whitespace() {
                *counts.entry(word).or_default() += 1;
            }
            if let Some(Answer::Text(after)) = after {
                for word in after.split_whitespace() {
                    counts.entry(word).and_modify(|count| *count = count.saturating_sub(1));
                }
            }
            counts.values().sum()
        };
        self.answers.iter().map(gone).sum()
    }

    /// Whether nothing has been answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.unplaced.is_empty() && self.not_applicable.is_empty()
    }

    /// Whether a question of the questionnaire has an answer.
    #[must_use]
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// How many answers no question asks for.
    #[must_use]
    pub fn unplaced(&self) -> usize {
        self.unplaced.len()
    }

    /// The names of the answers no question asks for.
    #[must_use]
    pub fn unplaced_names(&self) -> Vec<String> {
        self.unplaced.iter().map(|kept| format!("`{kept}`")).collect()
    }

    /// Whether a condition holds.
    #[must_use]
    pub fn holds(&self, condition: &Condition) -> bool {
        match (self.answer(&condition.key), &condition.answer) {
            (Some(Answer::YesNo(yes)), Expected::YesNo(expected)) => yes == expected,
            (Some(Answer::List(ids)), Expected::Choice(expected)) => ids.contains(expected),
            (Some(Answer::Text(id)), Expected::Choice(expected)) => id == expected,
            (
                None | Some(Answer::YesNo(_) | Answer::List(_) | Answer::Text(_) | Answer::Date(_)),
                _,
            ) => false,
        }
    }

    /// Whether a question or field is asked at all.
    #[must_use]
    pub fn asks(&self, need: &Need) -> bool {
        match need {
            Need::Required | Need::IfApplicable => true,
            Need::RequiredWhen(condition) => self.holds(condition),
        }
    }

    /// The fields of a question that are asked.
    pub fn asked_fields<'q>(&self, question: &'q Question) -> impl Iterator<Item = &'q Field> {
        question.fields.iter().filter(|field| self.asks(&field.need))
    }

    /// Reads a draft from the tree of its file.
    ///
    /// # Errors
    /// The file is of another questionnaire, or answers have a shape that cannot be: all of them.
    pub fn from_tree(tree: &Node, questionnaire: &Questionnaire) -> Result<Self, Vec<Problem>> {
        let mut draft = Self::default();
        let entries = match &tree.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Empty => &[],
            other @ (Value::Text(_) | Value::Plain(_) | Value::List(_)) => {
                let message = format!(
                    "a draft is a group of keys such as `answers:`, but this is {}",
                    other.describe()
                );
                return Err(vec![Problem::new(tree.place, message)]);
            }
        };
        let mut problems = Vec::new();
        for (key, node) in entries {
            match key.name.as_str() {
                "questionnaire" => {
                    let found = node.value.as_text().unwrap_or_default();
                    if found != questionnaire.id {
                        let message = format!(
                            "this draft belongs to the questionnaire `{found}`, not to `{}`",
                            questionnaire.id
                        );
                        problems.push(Problem::new(node.place, message));
                    }
                }
                "version" => {}
                "saved" => draft.saved = node.value.as_text().and_then(|time| time.parse().ok()),
                "not-applicable" => draft.read_not_applicable(node, questionnaire, &mut problems),
                "answers" => draft.read_answers(node, questionnaire, &mut problems),
                other => draft.extra.push((other.to_owned(), node.value.anywhere())),
            }
        }
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    fn read_not_applicable(
        &mut self,
        node: &Node,
        questionnaire: &Questionnaire,
        problems: &mut Vec<Problem>,
    ) {
        let items: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().collect(),
            Value::Empty => Vec::new(),
            Value::Text(_) | Value::Plain(_) | Value::Map(_) => vec![node],
        };
        for item in items {
            let Some(id) = item.value.as_text() else {
                problems.push(Problem::new(item.place, "`not-applicable` is a list of questions"));
                continue;
            };
            // A number is understood as well.
            let id = questionnaire.find(id).map_or(id, |(question, _)| question.id.as_str());
            self.not_applicable.insert(id.to_owned());
        }
    }

    fn read_answers(
        &mut self,
        node: &Node,
        questionnaire: &Questionnaire,
        problems: &mut Vec<Problem>,
    ) {
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Empty => &[],
            other @ (Value::Text(_) | Value::Plain(_) | Value::List(_)) => {
                problems.push(Problem::new(
                    node.place,
                    format!("`answers` is {}, but should be a group of keys", other.describe()),
                ));
                return;
            }
        };
        let mut place =
            |draft: &mut Self, field: &Field, node: &Node| match Answer::from_tree(field, node) {
                Ok(answer) if answer.is_empty() => {}
                Ok(answer) => {
                    draft.answers.insert(field.key.clone(), answer);
                }
                Err(problem) => problems.push(problem),
            };
        for (name, node) in entries {
            let question = questionnaire.question(&name.name);
            match (question.map(|question| question.fields.as_slice()), &node.value) {
                (Some([field]), _) if field.key.field.is_none() => place(self, field, node),
                (Some(fields), Value::Map(inner)) => {
                    for (part, node) in inner {
                        match fields
                            .iter()
                            .find(|field| field.key.field.as_ref() == Some(&part.name))
                        {
                            Some(field) => place(self, field, node),
                            None => self.unplaced.push(Unplaced {
                                question: Some(name.name.clone()),
                                name: part.name.clone(),
                                value: node.value.anywhere(),
                            }),
                        }
                    }
                }
                (_, Value::Empty) => {}
                // Also a text where the questionnaire now has several fields: kept, and said so.
                (Some(_), _) => self.unplaced.push(Unplaced {
                    question: Some(name.name.clone()),
                    name: "text".to_owned(),
                    value: node.value.anywhere(),
                }),
                (None, _) => self.unplaced.push(Unplaced {
                    question: None,
                    name: name.name.clone(),
                    value: node.value.anywhere(),
                }),
            }
        }
        // In the order in which they are written again.
        let place = |kept: &Unplaced| {
            let question = kept.question.as_ref()?;
            questionnaire.questions().position(|(_, other)| other.id == *question)
        };
        self.unplaced.sort_by_cached_key(|kept| place(kept).unwrap_or(usize::MAX));
    }

    /// The draft as its file holds it, in the order of the questionnaire.
    #[must_use]
    pub fn to_tree(&self, questionnaire: &Questionnaire) -> Value {
        let mut entries = vec![
            ("questionnaire".to_owned(), Value::Text(questionnaire.id.clone())),
            ("version".to_owned(), Value::Plain(questionnaire.version.clone())),
        ];
        entries
            .extend(self.saved.map(|saved| ("saved".to_owned(), Value::Plain(saved.to_string()))));
        if !self.not_applicable.is_empty() {
            entries.push(("not-applicable".to_owned(), Value::list(&self.not_applicable)));
        }
        let mut answers = Vec::new();
        for (_, question) in questionnaire.questions() {
            let alone = question.fields.iter().find(|field| field.key.field.is_none());
            if let Some(field) = alone {
                answers.extend(
                    self.answer(&field.key).map(|answer| (question.id.clone(), answer.to_tree())),
                );
                continue;
            }
            let mut parts = Vec::new();
            for field in &question.fields {
                let answer = self.answer(&field.key).map(Answer::to_tree);
                parts.extend(field.key.field.clone().zip(answer));
            }
            parts.extend(self.unplaced_under(Some(&question.id)));
            if !parts.is_empty() {
                answers.push((question.id.clone(), Value::map(parts)));
            }
        }
        answers.extend(self.unplaced_under(None));
        entries.push(("answers".to_owned(), Value::map(answers)));
        entries.extend(self.extra.iter().cloned());
        Value::map(entries)
    }

    fn unplaced_under<'a>(
        &'a self,
        question: Option<&'a str>,
    ) -> impl Iterator<Item = (String, Value)> + 'a {
        let there = move |kept: &&Unplaced| kept.question.as_deref() == question;
        self.unplaced.iter().filter(there).map(|kept| (kept.name.clone(), kept.value.clone()))
    }
}
