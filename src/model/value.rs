//! What a YAML file says before it means anything: a tree of texts, lists and maps in which every
//! node knows its place. Questionnaires and drafts are read from it, so that each problem can be
//! reported with line and column, all of them at once.

use std::fmt;

/// A place in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where.
    pub place: Place,
}

/// A value as the file spells it: `007`, `yes` and `2021-10-05` are texts until a field says what
/// they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Empty,
    /// Any single value.
    Text(String),
    /// A single value to be written without quotes: a date, `true`, a number.
    Plain(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in the order of the file.
    Map(Vec<(Entry, Node)>),
}

/// A key of a map and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

impl From<Value> for Node {
    /// A node made by the program, which stands nowhere.
    fn from(value: Value) -> Self {
        Self { value, place: Place::default() }
    }
}

impl Value {
    /// A map made by the program.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        let entry = |name: K| Entry { name: name.into(), place: Place::default() };
        Self::Map(entries.into_iter().map(|(name, value)| (entry(name), value.into())).collect())
    }

    /// A list of texts made by the program.
    pub fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::Text(text.into()).into()).collect())
    }

    /// The same value, standing nowhere and spelled as it is written again, so that it is equal to
    /// what is read from there.
    pub fn anywhere(&self) -> Self {
        match self {
            Self::Plain(text) if !is_written_plain(text) => Self::Text(text.clone()),
            Self::Empty | Self::Text(_) | Self::Plain(_) => self.clone(),
            Self::List(items) => {
                Self::List(items.iter().map(|item| item.value.anywhere().into()).collect())
            }
            Self::Map(entries) => {
                Self::map(entries.iter().map(|(key, item)| (&key.name, item.value.anywhere())))
            }
        }
    }

    /// The text of a single value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Plain(text) => Some(text),
            Self::Empty | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// What stands under a key; nothing in a value that is no map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| &node.value)
            }
            Self::Empty | Self::Text(_) | Self::Plain(_) | Self::List(_) => None,
        }
    }

    /// Everything the value says, as text: the items of a list and the keys of a map on lines of
    /// their own.
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

    /// What the value is, for a message.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Empty => "nothing",
            Self::Text(_) | Self::Plain(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a group of keys",
        }
    }
}

/// Whether a single value is one that YAML itself would not take for a text, spelled the usual way;
/// `007` and `1.50` are written as texts, which keeps every digit.
pub(crate) fn is_written_plain(text: &str) -> bool {
    matches!(text, "true" | "false")
        || text.parse::<u64>().is_ok_and(|number| number.to_string() == text)
}

/// Something that is wrong with a file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong: lower case, names in backticks.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

impl Problem {
    /// A problem at a place.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: Some(place) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, column }) = self.place {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}
