//! Incremental search: finds words in the text while they are typed.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::model::text::{find_in, plural};
use crate::terminal::keys;
use crate::terminal::text_buffer::{Position, TextBuffer};

/// An open search.
#[derive(Debug)]
pub(super) struct TextSearch {
    query: String,
    /// What replaces a match, once the user asks for it.
    replacement: Option<String>,
    /// The cursor when the search was opened.
    origin: Position,
}

/// What a key did to a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SearchOutcome {
    /// The search stays open, with a message if there is one.
    Open(Option<String>),
    /// A match was replaced, and the search stays open.
    Replaced(Option<String>),
    /// All matches were replaced, with a message, and the search is closed.
    ReplacedAll(String),
    /// The key closed the search.
    Closed,
    /// The key closed the search and has its usual effect as well.
    ClosedBefore,
}

impl TextSearch {
    /// Opens a search with an empty query.
    pub(super) fn new(origin: Position) -> Self {
        Self { query: String::new(), replacement: None, origin }
    }

    /// Returns what the search shows: what was typed, and the keys.
    pub(super) fn shown(&self) -> (String, &'static str) {
        match &self.replacement {
            None => (format!("Find: {}", self.query), "Enter next · ^R replace · Esc closes"),
            Some(replacement) => (
                format!("Find: {}  Replace with: {replacement}", self.query),
                "Enter replaces · ^A all · Esc closes",
            ),
        }
    }

    /// Appends to what is being typed.
    pub(super) fn extend(&mut self, words: &str) {
        self.typed().push_str(words);
    }

    /// Returns what is being typed: the words searched for, or what replaces them.
    fn typed(&mut self) -> &mut String {
        self.replacement.as_mut().unwrap_or(&mut self.query)
    }

    /// Handles a key and selects the match it leads to.
    pub(super) fn press(&mut self, key: KeyEvent, text: &mut TextBuffer) -> SearchOutcome {
        let (mut forward, mut back) = (false, false);
        match (key.code, keys::typed(key)) {
            (_, Some(c)) => self.typed().push(c),
            (KeyCode::Char('f'), _) if key.modifiers == KeyModifiers::CONTROL => forward = true,
            (KeyCode::Backspace, _) => drop(self.typed().pop()),
            (KeyCode::Char('r'), _) if key.modifiers == KeyModifiers::CONTROL => {
                self.replacement.get_or_insert_default();
            }
            (KeyCode::Char('a'), _) if key.modifiers == KeyModifiers::CONTROL => {
                return match &self.replacement {
                    Some(replacement) => replace_all(text, &self.query, replacement),
                    None => SearchOutcome::ClosedBefore,
                };
            }
            (KeyCode::Enter, _) if self.replacement.is_some() => return self.replace(text),
            (KeyCode::Enter | KeyCode::Down, _) => forward = true,
            (KeyCode::Up, _) => back = true,
            (KeyCode::Esc, _) => return SearchOutcome::Closed,
            _ => return SearchOutcome::ClosedBefore,
        }
        if self.replacement.is_some() && !forward && !back {
            return SearchOutcome::Open(None);
        }
        SearchOutcome::Open(self.select(text, forward, back))
    }

    /// Selects the first match from where the search began, or the one before or behind the selected
    /// match. Returns a message.
    fn select(&self, text: &mut TextBuffer, forward: bool, back: bool) -> Option<String> {
        let matches = matches(text, &self.query);
        let current = text.selection().filter(|_| forward || back);
        let past = forward && current.is_some();
        let from = current.map_or(self.origin, |range| range.start);
        let next = if back {
            matches.iter().rposition(|range| range.start < from).or(matches.len().checked_sub(1))
        } else {
            let is_next =
                |range: &Range<Position>| range.start > from || (!past && range.start == from);
            matches.iter().position(is_next).or(Some(0))
        };
        match next.and_then(|at| Some((at + 1, matches.get(at)?))) {
            Some((number, range)) => {
                text.select(range.start, range.end);
                Some(format!("{number} of {} · {}", matches.len(), self.shown().1))
            }
            None if self.query.is_empty() => None,
            None => Some("not found".to_owned()),
        }
    }

    /// Replaces the selected match and selects the next one.
    fn replace(&mut self, text: &mut TextBuffer) -> SearchOutcome {
        let found = text.selection().filter(|range| matches(text, &self.query).contains(range));
        let (Some(range), Some(replacement)) = (found, &self.replacement) else {
            return SearchOutcome::Open(self.select(text, false, false));
        };
        text.rewrite(range, replacement);
        self.origin = text.cursor();
        SearchOutcome::Replaced(self.select(text, false, false))
    }
}

/// Replaces all matches, as a step that is undone at once.
fn replace_all(text: &mut TextBuffer, query: &str, replacement: &str) -> SearchOutcome {
    let mut replaced = String::new();
    let (mut count, mut from) = (0, Position::default());
    for found in matches(text, query) {
        replaced.push_str(&text.slice(&(from..found.start)));
        replaced.push_str(replacement);
        (count, from) = (count + 1, found.end);
    }
    replaced.push_str(&text.slice(&(from..text.end())));
    if !text.rewrite_all(&replaced) {
        return SearchOutcome::Open(Some("not found".to_owned()));
    }
    let matches = plural(count, "match", "matches");
    SearchOutcome::ReplacedAll(format!("Replaced {matches}; Ctrl-Z undoes it."))
}

/// Returns the matches in the order of the text, without regard to case.
fn matches(text: &TextBuffer, query: &str) -> Vec<Range<Position>> {
    let mut matches = Vec::new();
    for (paragraph, (line, _)) in text.paragraphs().enumerate() {
        let position = |byte| Position { paragraph, byte };
        let mut from = 0;
        while let Some(found) = find_in(line, from, query) {
            from = found.end;
            matches.push(position(found.start)..position(found.end));
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::WordRule;

    #[test]
    fn words_are_found_in_any_case_and_whole_graphemes_only() {
        let text = TextBuffer::new("Über all\nüber ÜBER e\u{301}", WordRule::WordProcessor);
        let at = |paragraph, byte| Position { paragraph, byte };
        let found: Vec<_> = matches(&text, "üBer").into_iter().map(|range| range.start).collect();
        assert_eq!(found, [at(0, 0), at(1, 0), at(1, 6)]);
        assert_eq!(matches(&text, "e").len(), 3, "e with an accent is another letter");
        assert!(matches(&text, "").is_empty());
        let text = TextBuffer::new("“it’s”\u{A0}caf\u{e9} cafe\u{301}", WordRule::WordProcessor);
        for query in ["\"it's\" caf\u{e9}", "“IT’S” cafe\u{301}"] {
            assert_eq!(matches(&text, query).len(), 1, "{query}");
        }
        assert_eq!(matches(&text, "caf\u{e9}").len(), 2);
    }
}
