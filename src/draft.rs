//! The answers so far. A draft holds anything a person wrote, right or wrong, also what no
//! question asks for any more.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::answer::Answer;
use crate::questionnaire::{Condition, Expected, Field, Key, Need, Question, Questionnaire};
use crate::text;
use crate::tree::{Node, Problem, Value};

/// The answers to a questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// When it was last saved.
    pub saved: Option<Timestamp>,
    answers: BTreeMap<Key, Answer>,
    not_applicable: BTreeSet<String>,
    /// Answers no question asks for, by the question they stand under, if any.
    unplaced: Vec<(Option<String>, String, Value)>,
    /// Keys a person added to the file beside the answers.
    extra: Vec<(String, Value)>,
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
        let taken = |name: &str| self.unplaced.iter().any(|(_, known, _)| known == name);
        let mut number = self.unplaced.len() + 1;
        while taken(&format!("unplaced-{number}")) {
            number += 1;
        }
        let value = Value::Text(text::tidy(text));
        self.unplaced.push((None, format!("unplaced-{number}"), value));
    }

    /// Whether a text is kept that belongs to no question.
    #[must_use]
    pub fn keeps(&self, wanted: &str) -> bool {
        let wanted = text::tidy(wanted);
        self.unplaced.iter().any(|(_, _, value)| value.as_text() == Some(&wanted))
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
        let name = |(question, key, _): &(Option<String>, String, Value)| match question {
            Some(question) => format!("`{question}.{key}`"),
            None => format!("`{key}`"),
        };
        self.unplaced.iter().map(name).collect()
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
                other => draft.extra.push((other.to_owned(), node.value.clone())),
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
                            None => self.unplaced.push((
                                Some(name.name.clone()),
                                part.name.clone(),
                                node.value.clone(),
                            )),
                        }
                    }
                }
                (_, Value::Empty) => {}
                // Also a text where the questionnaire now has several fields: kept, and said so.
                (Some(_), _) => self.unplaced.push((
                    Some(name.name.clone()),
                    "text".to_owned(),
                    node.value.clone(),
                )),
                (None, _) => self.unplaced.push((None, name.name.clone(), node.value.clone())),
            }
        }
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
        let there =
            move |(parent, _, _): &&(Option<String>, String, Value)| parent.as_deref() == question;
        self.unplaced.iter().filter(there).map(|(_, name, value)| (name.clone(), value.clone()))
    }
}
