//! Incremental search: finds words in the text while they are typed.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::terminal::keys;
use crate::terminal::text_buffer::{Position, TextBuffer};

/// An open search.
#[derive(Debug)]
pub(super) struct Search {
    query: String,
    /// The cursor when the search was opened.
    origin: Position,
}

/// What a key did to a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SearchOutcome {
    /// The search stays open, with a message if there is one.
    Open(Option<String>),
    /// The key closed the search.
    Closed,
    /// The key closed the search and has its usual effect as well.
    ClosedBefore,
}

impl Search {
    /// Opens a search with an empty query.
    pub(super) fn new(origin: Position) -> Self {
        Self { query: String::new(), origin }
    }

    /// Returns the words searched for.
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// Appends to the words searched for.
    pub(super) fn extend(&mut self, words: &str) {
        self.query.push_str(words);
    }

    /// Handles a key and selects the match it leads to.
    pub(super) fn press(&mut self, key: KeyEvent, text: &mut TextBuffer) -> SearchOutcome {
        let (mut forward, mut back) = (false, false);
        match (key.code, keys::typed(key)) {
            (_, Some(c)) => self.query.push(c),
            (KeyCode::Char('f'), _) if key.modifiers == KeyModifiers::CONTROL => forward = true,
            (KeyCode::Backspace, _) => drop(self.query.pop()),
            (KeyCode::Enter | KeyCode::Down, _) => forward = true,
            (KeyCode::Up, _) => back = true,
            (KeyCode::Esc, _) => return SearchOutcome::Closed,
            _ => return SearchOutcome::ClosedBefore,
        }
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
        SearchOutcome::Open(match next.and_then(|at| Some((at + 1, matches.get(at)?))) {
            Some((number, range)) => {
                text.select(range.start, range.end);
                Some(format!("{number} of {} · Enter next · Esc closes", matches.len()))
            }
            None if self.query.is_empty() => None,
            None => Some("not found".to_owned()),
        })
    }
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

/// Returns the first match in a line at or after a byte offset, always of whole graphemes.
fn find_in(line: &str, from: usize, query: &str) -> Option<Range<usize>> {
    let mut wanted = query.chars().flat_map(char::to_lowercase).peekable();
    wanted.peek()?;
    let rest = line.get(from..)?;
    rest.grapheme_indices(true).find_map(|(offset, _)| {
        let start = from + offset;
        let mut wanted = wanted.clone();
        let mut end = start;
        for c in line.get(start..)?.chars() {
            if wanted.peek().is_none() {
                break;
            }
            if !c.to_lowercase().all(|c| wanted.next() == Some(c)) {
                return None;
            }
            end += c.len_utf8();
        }
        let whole = wanted.peek().is_none()
            && GraphemeCursor::new(end, line.len(), true).is_boundary(line, 0).unwrap_or(false);
        whole.then_some(start..end)
    })
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
    }
}
