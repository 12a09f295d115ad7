//! The door from a draft file to a [`Draft`]: what was written by hand, by this program, or for another
//! version of the questionnaire is read as it was meant, and nothing is dropped.

use super::{Draft, Unplaced};
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Question, Questionnaire};
use crate::model::value::{Node, Problem, Value};

impl Draft {
    /// Reads a draft from the tree of its file.
    ///
    /// # Errors
    /// The file is of another questionnaire, or answers have a shape that cannot be: all of them.
    pub fn from_node(root: &Node, questionnaire: &Questionnaire) -> Result<Self, Vec<Problem>> {
        let mut draft = Self::default();
        let entries = match &root.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Empty => &[],
            other @ (Value::Text(_) | Value::Plain(_) | Value::List(_)) => {
                let message = format!(
                    "a draft is a group of keys such as `answers:`, but this is {}",
                    other.describe()
                );
                return Err(vec![Problem::new(root.location, message)]);
            }
        };
        let ours = ["questionnaire", "answers", "not-applicable"];
        if !entries.is_empty() && !entries.iter().any(|(key, _)| ours.contains(&key.name.as_str()))
        {
            let message = "this is no draft: it has neither `questionnaire` nor `answers`";
            return Err(vec![Problem::new(root.location, message)]);
        }
        let mut problems = Vec::new();
        // Needed before the answers, wherever it stands.
        let version = entries.iter().find(|(key, _)| key.name == "version");
        draft.version = version.and_then(|(_, node)| node.value.as_text().map(str::to_owned));
        for (key, node) in entries {
            match key.name.as_str() {
                "questionnaire" => {
                    let found = node.value.as_text().unwrap_or_default();
                    if found != questionnaire.id {
                        let message = format!(
                            "this draft belongs to the questionnaire `{found}`, not to `{}`",
                            questionnaire.id
                        );
                        problems.push(Problem::new(node.location, message));
                    }
                }
                "version" => {}
                "saved" => draft.saved = node.value.as_text().and_then(|time| time.parse().ok()),
                "not-applicable" => draft.read_not_applicable(node, questionnaire, &mut problems),
                "answers" => draft.read_answers(node, questionnaire, &mut problems),
                other => draft.extra.push((other.to_owned(), node.value.without_locations())),
            }
        }
        draft.move_renamed(questionnaire);
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    /// Moves answers kept under a name of an earlier version of the questionnaire to where they
    /// stand now, unless there is an answer already.
    fn move_renamed(&mut self, questionnaire: &Questionnaire) {
        for kept in std::mem::take(&mut self.unplaced) {
            let former = kept.to_string();
            if let Some(field) = questionnaire.formerly(&former)
                && self.take_former(field, &former, &kept.value)
            {
                continue;
            }
            let Value::Map(parts) = &kept.value else {
                self.unplaced.push(kept);
                continue;
            };
            let mut left = Vec::new();
            for (part, node) in parts {
                let former = format!("{former}.{}", part.name);
                let field = questionnaire.formerly(&former);
                if field.is_none_or(|field| !self.take_former(field, &former, &node.value)) {
                    left.push((part.name.clone(), node.value.clone()));
                }
            }
            if !left.is_empty() {
                self.unplaced.push(Unplaced { value: Value::map(left), ..kept });
            }
        }
    }

    /// Puts the answer of a former name into its field of today. `false` where that has an answer,
    /// or cannot hold this one.
    fn take_former(&mut self, field: &Field, former: &str, value: &Value) -> bool {
        let exact = field.formerly.iter().any(|name| name == former);
        if !exact || self.answers.contains_key(&field.key) {
            return false;
        }
        let answer = Answer::from_node(field, &Node::from(value.clone()));
        let Ok(answer) = answer.or_else(|_| Answer::converted(field, value).ok_or(())) else {
            return false;
        };
        self.answers.insert(field.key.clone(), answer);
        self.moved.push((former.to_owned(), field.key.clone()));
        true
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
                problems
                    .push(Problem::new(item.location, "`not-applicable` is a list of questions"));
                continue;
            };
            // A number is understood as well, and a name of an earlier version.
            let former = || questionnaire.formerly(id).map(|field| field.key.question.as_str());
            let id = match questionnaire.find(id) {
                Ok((question, _)) => &question.id,
                Err(_) => former().unwrap_or(id),
            };
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
                    node.location,
                    format!("`answers` is {}, but should be a group of keys", other.describe()),
                ));
                return;
            }
        };
        let other_version = self.in_other_version(questionnaire);
        for (name, node) in entries {
            let Some(question) = questionnaire.question(&name.name) else {
                if node.value != Value::Empty {
                    self.add_unplaced(None, &name.name, node.value.without_locations());
                }
                continue;
            };
            let alone = question.fields.iter().find(|field| field.key.field.is_none());
            let parts: Vec<(Option<&Field>, &str, &Node)> = match (alone, &node.value) {
                (Some(field), _) => vec![(Some(field), "", node)],
                (None, Value::Map(inner)) => {
                    let field = |part: &str| {
                        let named = |field: &&Field| field.key.field.as_deref() == Some(part);
                        question.fields.iter().find(named)
                    };
                    inner
                        .iter()
                        .map(|(part, node)| (field(&part.name), part.name.as_str(), node))
                        .collect()
                }
                // A text where the questionnaire now has several fields: kept, and said so.
                (None, Value::Empty) => Vec::new(),
                (None, _) => vec![(None, "", node)],
            };
            for (field, part, node) in parts {
                let read = field.map(|field| (field, Answer::from_node(field, node)));
                match read {
                    Some((_, Ok(answer))) if answer.is_empty() => {}
                    Some((field, Ok(answer))) => {
                        self.answers.insert(field.key.clone(), answer);
                    }
                    // Another version asked for something of another shape.
                    Some((field, Err(_))) if other_version => {
                        match Answer::converted(field, &node.value) {
                            Some(answer) => {
                                self.answers.insert(field.key.clone(), answer);
                            }
                            None => self.keep_earlier(question, part, &node.value),
                        }
                    }
                    Some((_, Err(problem))) => problems.push(problem),
                    None => self.keep_earlier(question, part, &node.value),
                }
            }
        }
        // In the order in which they are written again.
        let place = |kept: &Unplaced| {
            let question = kept.question.as_ref()?;
            questionnaire.questions().position(|(_, other)| other.id == *question)
        };
        self.unplaced.sort_by_cached_key(|kept| place(kept).unwrap_or(usize::MAX));
    }

    /// Keeps what a question of today has no place for, under a name no field has.
    fn keep_earlier(&mut self, question: &Question, part: &str, value: &Value) {
        let free = |field: &Field| field.key.field.as_deref().is_some_and(|name| name != part);
        if !part.is_empty() && question.fields.iter().all(free) {
            self.add_unplaced(Some(&question.id), part, value.without_locations());
        } else {
            self.add_unplaced(None, &format!("{}-earlier", question.id), value.without_locations());
        }
    }
}
