//! Converts a YAML file to a [`Draft`]. Files may be written by hand or for another version of the
//! questionnaire; answers that cannot be assigned to a field are kept, never dropped.

use super::{Draft, Unplaced};
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Question, Questionnaire};
use crate::model::value::{Node, Problem, Value};

/// Top-level keys that the program gives a meaning, whatever the questions are called.
const OTHER_KEYS: [&str; 4] = ["form", "words", "notes", "spelling"];

/// Whether an unknown top-level key is the name of a question or one of its parts, which belongs
/// inside `answers`.
fn looks_like_an_answer(key: &str, questionnaire: &Questionnaire) -> bool {
    let name = key.to_lowercase();
    let mut fields = questionnaire.questions().flat_map(|(_, question)| &question.fields);
    !OTHER_KEYS.contains(&key)
        && fields.any(|field| {
            field.key.question == name
                || field.key.to_string() == name
                || field.key.field.as_deref() == Some(&name)
        })
}

impl Draft {
    /// Converts the root node of a draft file.
    ///
    /// # Errors
    /// Returns every problem of the file: it belongs to another questionnaire, or an answer is not a
    /// text or list as its field needs.
    pub fn from_node(root: &Node, questionnaire: &Questionnaire) -> Result<Self, Vec<Problem>> {
        let mut draft = Self::default();
        let entries = root.value.entries().ok_or_else(|| {
            let found = root.value.describe();
            let message =
                format!("a draft must be a group of keys such as `answers:`, found {found}");
            vec![Problem::new(root.location, message)]
        })?;
        let ours = ["questionnaire", "answers", "not-applicable"];
        if !entries.is_empty() && !entries.iter().any(|(key, _)| ours.contains(&key.name.as_str()))
        {
            let message = "this is not a draft: it has neither `questionnaire` nor `answers`";
            return Err(vec![Problem::new(root.location, message)]);
        }
        let mut problems = Vec::new();
        // The version may be written after the answers, which are read differently for each.
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
                "notes" => draft.read_notes(node, questionnaire),
                "words" => draft.read_kept_words(node, &mut problems),
                "spelling" => match node.value.as_text().map(str::to_lowercase).as_deref() {
                    Some("off" | "no" | "false") => draft.spelling_off = true,
                    Some("on" | "yes" | "true") => {}
                    None if node.value == Value::Empty => {}
                    Some(_) | None => problems
                        .push(Problem::new(node.location, "`spelling` must be `on` or `off`")),
                },
                // A value of another kind is kept as it is.
                "form" if node.value.as_text().is_some() => {
                    draft.form = node.value.as_text().map(str::to_owned);
                }
                other if looks_like_an_answer(other, questionnaire) => {
                    let message = format!(
                        "the answer `{other}` is not inside `answers:`; indent its lines below `answers:`"
                    );
                    problems.push(Problem::new(key.location, message));
                }
                other => draft.extra.push((other.to_owned(), node.value.without_locations())),
            }
        }
        draft.move_renamed(questionnaire);
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    /// Converts the root node of a copy of a draft. If it belongs to another questionnaire, such as a
    /// translation of this one, it is read as if to another version of this one.
    ///
    /// # Errors
    /// Returns every problem of the file, as [`Draft::from_node`] does.
    pub(crate) fn from_copy(
        root: &Node,
        questionnaire: &Questionnaire,
    ) -> Result<Self, Vec<Problem>> {
        let other = root.value.get("questionnaire").and_then(Value::as_text);
        let (Some(other), Value::Map(entries)) = (other, &root.value) else {
            return Self::from_node(root, questionnaire);
        };
        if other == questionnaire.id {
            return Self::from_node(root, questionnaire);
        }
        let named = ["questionnaire", "version"];
        let ours = Value::map([
            ("questionnaire", Value::Text(questionnaire.id.clone())),
            ("version", Value::Text(other.to_owned())),
        ]);
        let Value::Map(mut all) = ours else { return Self::from_node(root, questionnaire) };
        all.extend(entries.iter().filter(|(key, _)| !named.contains(&key.name.as_str())).cloned());
        let root = Node { value: Value::Map(all), location: root.location };
        Self::from_node(&root, questionnaire)
    }

    /// Moves answers that are stored under a former id of a field to that field, unless the field
    /// has an answer.
    fn move_renamed(&mut self, questionnaire: &Questionnaire) {
        for entry in std::mem::take(&mut self.unplaced) {
            let former = entry.to_string();
            if let Some(field) = questionnaire.formerly(&former)
                && self.take_former(field, &former, &entry.value)
            {
                continue;
            }
            let Value::Map(parts) = &entry.value else {
                self.unplaced.push(entry);
                continue;
            };
            let mut remaining = Vec::new();
            for (part, node) in parts {
                let former = format!("{former}.{}", part.name);
                let field = questionnaire.formerly(&former);
                if field.is_none_or(|field| !self.take_former(field, &former, &node.value)) {
                    remaining.push((part.name.clone(), node.value.clone()));
                }
            }
            if !remaining.is_empty() {
                self.unplaced.push(Unplaced { value: Value::map(remaining), ..entry });
            }
        }
    }

    /// Moves an answer that is stored under a former id to its field. Returns `false` if the field
    /// has an answer or the value cannot be converted.
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
        true
    }

    fn read_kept_words(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        for node in node.items() {
            if let Some(word) = node.value.as_text() {
                self.kept_words.insert(word.trim().to_owned());
            } else {
                problems.push(Problem::new(node.location, "`words` must be a list of words"));
            }
        }
    }

    fn read_not_applicable(
        &mut self,
        node: &Node,
        questionnaire: &Questionnaire,
        problems: &mut Vec<Problem>,
    ) {
        for item in node.items() {
            let Some(id) = item.value.as_text() else {
                problems.push(Problem::new(
                    item.location,
                    "`not-applicable` must be a list of questions",
                ));
                continue;
            };
            // Numbers and former ids are accepted, too.
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
        let Some(entries) = node.value.entries() else {
            let found = node.value.describe();
            let message = format!("`answers` must be a group of keys, found {found}");
            problems.push(Problem::new(node.location, message));
            return;
        };
        let other_version = self.in_other_version(questionnaire);
        let named = |name: &str| entries.iter().any(|(key, _)| key.name == name);
        for (name, node) in entries {
            let question = questionnaire.question(&name.name).or_else(|| {
                // `Summary:` is what a person writes for `summary:`.
                let question = questionnaire.question(&name.name.to_lowercase())?;
                (!named(&question.id)).then_some(question)
            });
            let Some(question) = question else {
                if node.value != Value::Empty {
                    self.add_unplaced(None, &name.name, node.value.without_locations());
                }
                continue;
            };
            let only = question.fields.iter().find(|field| field.key.field.is_none());
            let parts: Vec<(Option<&Field>, &str, &Node)> = match (only, &node.value) {
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
                // A text, but the question now has several fields.
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
                    // In another version, the field had another kind.
                    Some((field, Err(_))) if other_version => {
                        match Answer::converted(field, &node.value) {
                            Some(answer) => {
                                self.answers.insert(field.key.clone(), answer);
                            }
                            None => self.add_earlier(question, part, &node.value),
                        }
                    }
                    Some((_, Err(problem))) => problems.push(problem),
                    None => self.add_earlier(question, part, &node.value),
                }
            }
        }
        // The order in which they are written.
        let position = |entry: &Unplaced| {
            let question = entry.question.as_ref()?;
            questionnaire.questions().position(|(_, other)| other.id == *question)
        };
        self.unplaced.sort_by_cached_key(|entry| position(entry).unwrap_or(usize::MAX));
    }

    /// Adds an answer that no field of a question can contain, under a name that no field has.
    fn add_earlier(&mut self, question: &Question, part: &str, value: &Value) {
        let free = |field: &Field| field.key.field.as_deref().is_some_and(|name| name != part);
        if !part.is_empty() && question.fields.iter().all(free) {
            self.add_unplaced(Some(&question.id), part, value.without_locations());
        } else {
            self.add_unplaced(None, &format!("{}-earlier", question.id), value.without_locations());
        }
    }

    /// Describes the answers of a file that this draft has under another name, because the
    /// questionnaire renamed their field. `root` is the file the draft was read from.
    pub fn renamed_answers(&self, root: &Value, questionnaire: &Questionnaire) -> Vec<String> {
        let in_file = |name: &str| match name.split_once('.') {
            Some((question, field)) => root.get("answers")?.get(question)?.get(field),
            None => root.get("answers")?.get(name),
        };
        let filled = |name: &str| in_file(name).is_some_and(|value| *value != Value::Empty);
        let mut notices = Vec::new();
        for field in questionnaire.questions().flat_map(|(_, question)| &question.fields) {
            let key = field.key.to_string();
            if self.answer(&field.key).is_none() || filled(&key) {
                continue;
            }
            let unplaced =
                |name: &String| self.unplaced.iter().any(|entry| entry.to_string() == *name);
            let moved = field.formerly.iter().filter(|name| filled(name) && !unplaced(name));
            notices.extend(moved.map(|former| format!("`{former}` is `{key}` now.")));
        }
        notices
    }
}
