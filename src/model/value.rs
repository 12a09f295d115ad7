//! Generic YAML values: texts, lists and maps, each with its line and column.
//!
//! Questionnaires and drafts are converted from these values, so that all problems of a file can be
//! reported at once with their locations.

use std::fmt;

/// A line and column in a YAML file, both 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A value and its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value starts.
    pub location: Location,
}

/// A value as it is spelled in the file: `007`, `yes` and `2021-10-05` are texts until the kind of
/// a field gives them a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value, `~` or `null`.
    Empty,
    /// A scalar. Written with quotes if YAML would read it as something other than a text.
    Text(String),
    /// A scalar that is written without quotes, such as a date, `true` or a number.
    Plain(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in the order of the file.
    Map(Vec<(Entry, Node)>),
}

/// A key of a map and its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub name: String,
    /// Where the key starts.
    pub location: Location,
}

impl Node {
    /// Returns the items of a list. A single value is its own only item.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Empty => &[],
            Value::Text(_) | Value::Plain(_) | Value::Map(_) => std::slice::from_ref(self),
        }
    }
}

impl From<Value> for Node {
    /// Creates a node that comes from no file; its location is 0:0.
    fn from(value: Value) -> Self {
        Self { value, location: Location::default() }
    }
}

impl Value {
    /// Creates a map that comes from no file.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        let entry = |name: K| Entry { name: name.into(), location: Location::default() };
        Self::Map(entries.into_iter().map(|(name, value)| (entry(name), value.into())).collect())
    }

    /// Creates a list of texts that comes from no file.
    pub fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::Text(text.into()).into()).collect())
    }

    /// Returns the value without locations and spelled as it will be written, so that values from
    /// different files can be compared.
    pub fn without_locations(&self) -> Self {
        match self {
            Self::Plain(text) if !is_written_plain(text) => Self::Text(text.clone()),
            Self::Empty | Self::Text(_) | Self::Plain(_) => self.clone(),
            Self::List(items) => {
                Self::List(items.iter().map(|item| item.value.without_locations().into()).collect())
            }
            Self::Map(entries) => Self::map(
                entries.iter().map(|(key, item)| (&key.name, item.value.without_locations())),
            ),
        }
    }

    /// Returns the text of a scalar, or `None` for an empty value, a list or a map.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Plain(text) => Some(text),
            Self::Empty | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// Returns the value of a key, or `None` if the key is missing or the value is not a map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| &node.value)
            }
            Self::Empty | Self::Text(_) | Self::Plain(_) | Self::List(_) => None,
        }
    }

    /// Returns everything in the value as text, with one line for each list item and map key.
    pub fn written_out(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Plain(text) => text.clone(),
            Self::List(items) => {
                items.iter().map(|item| item.value.written_out()).collect::<Vec<_>>().join("\n")
            }
            Self::Map(entries) => entries
                .iter()
                .map(|(key, item)| format!("{}: {}", key.name, item.value.written_out()))
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    /// Returns the entries of a map, or none for no value. Returns `None` for any other value.
    pub(crate) fn entries(&self) -> Option<&[(Entry, Node)]> {
        match self {
            Self::Map(entries) => Some(entries),
            Self::Empty => Some(&[]),
            Self::Text(_) | Self::Plain(_) | Self::List(_) => None,
        }
    }

    /// Returns what kind of value this is, for error messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Empty => "nothing",
            Self::Text(_) | Self::Plain(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a group of keys",
        }
    }
}

/// Whether a scalar is written without quotes: `true`, `false` and integers in their usual
/// spelling. `007` and `1.50` are quoted, so that other YAML readers keep every digit.
pub(crate) fn is_written_plain(text: &str) -> bool {
    matches!(text, "true" | "false")
        || text.parse::<u64>().is_ok_and(|number| number.to_string() == text)
}

/// An error in a questionnaire or draft file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in lower case with names in backticks.
    pub message: String,
    /// Where the error is, if it can be located.
    pub location: Option<Location>,
    /// The line of the file with a caret below the error, if the file is known.
    pub excerpt: Option<String>,
}

impl Problem {
    /// Creates a problem with a location.
    pub fn new(location: Location, message: impl Into<String>) -> Self {
        Self { message: message.into(), location: Some(location), excerpt: None }
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Location { line, column }) = self.location {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}
