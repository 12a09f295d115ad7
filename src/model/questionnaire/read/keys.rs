//! Reads the keys of a YAML map and collects the problems found in them.

use std::cell::RefCell;

use crate::model::text::{did_you_mean, sanitize};
use crate::model::value::{Entry, Location, Node, Problem, Value};

/// The problems found in a file so far.
#[derive(Default)]
pub(super) struct ProblemList(pub(super) RefCell<Vec<Problem>>);

impl ProblemList {
    pub(super) fn add(&self, location: Location, message: impl Into<String>) {
        self.0.borrow_mut().push(Problem::new(location, message));
    }
}

/// The keys of one map. Keys that are never taken are reported as unknown by [`finish`](Self::finish).
pub(super) struct Keys<'a> {
    /// What the map describes, for messages, such as `a question`.
    what: &'static str,
    /// Where problems of the map are added.
    pub(super) problems: &'a ProblemList,
    location: Location,
    /// The entries that are not taken yet.
    entries: Vec<&'a (Entry, Node)>,
    /// The names that were asked for, as suggestions for mistyped ones.
    known: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    /// Returns the keys of a map. Returns `None` and reports a problem for any other value.
    pub(super) fn of(
        node: &'a Node,
        what: &'static str,
        problems: &'a ProblemList,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            let found = node.value.describe();
            problems.add(node.location, format!("{what} must be a group of keys, found {found}"));
            return None;
        };
        let entries = entries.iter().collect();
        Some(Self {
            what,
            problems,
            location: node.location,
            entries,
            known: Vec::with_capacity(16),
        })
    }

    /// Takes the value of a key. Returns `None` if the key is missing or empty.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let index = self.entries.iter().position(|(key, _)| key.name == name)?;
        let (_, node) = self.entries.remove(index);
        (node.value != Value::Empty).then_some(node)
    }

    /// Whether a key is there and not taken yet.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key.name == name)
    }

    /// Takes an optional text and its location.
    pub(super) fn located(&mut self, name: &'static str) -> Option<(String, Location)> {
        let node = self.take(name)?;
        let Some(text) = node.value.as_text() else {
            let found = node.value.describe();
            self.problems.add(node.location, format!("`{name}` must be a text, found {found}"));
            return None;
        };
        // The text is shown on terminals and written to documents, and the file may come from anyone.
        let mut text = sanitize(text);
        text.truncate(text.trim_end_matches('\n').len());
        Some((text, node.location))
    }

    /// Takes an optional text.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.located(name).map(|(text, _)| text)
    }

    /// Takes an optional text that is the empty string if it is missing.
    pub(super) fn optional(&mut self, name: &'static str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// Takes a text and its location. Reports a problem if the key is missing or empty.
    pub(super) fn required_located(&mut self, name: &'static str) -> Option<(String, Location)> {
        let (given, reported) = (self.has(name), self.problems.0.borrow().len());
        let found = self.located(name);
        if found.is_none() && self.problems.0.borrow().len() == reported {
            let message = if given {
                format!("`{name}` is empty")
            } else {
                format!("{} needs the key `{name}`", self.what)
            };
            self.problems.add(self.location, message);
        }
        found
    }

    /// Takes a text. Reports a problem if the key is missing or empty.
    pub(super) fn required(&mut self, name: &'static str) -> Option<String> {
        self.required_located(name).map(|(text, _)| text)
    }

    /// Takes an optional list that is empty if it is missing.
    pub(super) fn list(&mut self, name: &'static str) -> &'a [Node] {
        let Some(node) = self.take(name) else { return &[] };
        let Value::List(items) = &node.value else {
            let found = node.value.describe();
            self.problems.add(node.location, format!("`{name}` must be a list, found {found}"));
            return &[];
        };
        items
    }

    /// Takes the ids that a question or field had in earlier versions: one text, or a list.
    pub(super) fn former_ids(&mut self) -> Vec<String> {
        let Some(node) = self.take("formerly") else { return Vec::new() };
        let mut ids = Vec::new();
        for item in node.items() {
            match item.value.as_text() {
                Some(id) => ids.push(id.trim().to_owned()),
                None => {
                    self.problems.add(item.location, "`formerly` must be an id or a list of ids");
                }
            }
        }
        ids
    }

    /// Reports the keys that were not taken.
    pub(super) fn finish(self) {
        for (entry, _) in &self.entries {
            let hint = suggestion(&entry.name, &self.known);
            self.problems
                .add(entry.location, format!("{} has no key `{}`{hint}", self.what, entry.name));
        }
    }
}

/// Returns `; did you mean ...?` for a mistyped name, or an empty string.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    let meant = did_you_mean(name, known.iter().copied());
    meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
