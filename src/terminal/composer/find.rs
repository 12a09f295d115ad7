//! Finding words in the text while they are typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::text::{Place, TextBuffer};

/// A search that goes on.
#[derive(Debug)]
pub(super) struct Search {
    sought: String,
    /// Where one was when it began.
    from: Place,
}

/// What a key did to a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It goes on; there may be something to say.
    GoesOn(Option<String>),
    /// It is closed.
    Closed,
    /// It is closed, and the key does what it does elsewhere.
    Ended,
}

impl Search {
    /// A search from a place on.
    pub(super) fn new(from: Place) -> Self {
        Self { sought: String::new(), from }
    }

    /// What is looked for.
    pub(super) fn sought(&self) -> &str {
        &self.sought
    }

    /// Looks for more than before.
    pub(super) fn add(&mut self, words: &str) {
        self.sought.push_str(words);
    }

    /// Takes a key and selects what it finds.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's keys: those not named end the search and do what they do"
    )]
    pub(super) fn press(&mut self, key: KeyEvent, text: &mut TextBuffer) -> Step {
        let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let (mut on, mut back) = (false, false);
        match key.code {
            KeyCode::Char('f') if control => on = true,
            KeyCode::Char(c) if !control => self.sought.push(c),
            KeyCode::Backspace => drop(self.sought.pop()),
            KeyCode::Enter | KeyCode::Down => on = true,
            KeyCode::Up => back = true,
            KeyCode::Esc => return Step::Closed,
            _ => return Step::Ended,
        }
        let found = occurrences(text, &self.sought);
        let here = text.selection().filter(|_| on || back);
        let from = here.map_or(self.from, |(start, _)| start);
        let next = if back {
            found.iter().rposition(|(start, _)| *start < from).or(found.len().checked_sub(1))
        } else {
            let past = on && here.is_some();
            let is_next = |(start, _): &(Place, Place)| *start > from || (!past && *start == from);
            found.iter().position(is_next).or(Some(0))
        };
        Step::GoesOn(match next.and_then(|at| Some((at, found.get(at)?))) {
            Some((at, place)) => {
                text.select(*place);
                Some(format!("{} of {} · Enter next · Esc closes", at + 1, found.len()))
            }
            None if self.sought.is_empty() => None,
            None => Some("not found".to_owned()),
        })
    }
}

/// Every place where words stand, without regard to upper and lower case, in order.
fn occurrences(text: &TextBuffer, sought: &str) -> Vec<(Place, Place)> {
    let mut found = Vec::new();
    for (paragraph, (line, _)) in text.paragraphs().enumerate() {
        let place = |byte| Place { paragraph, byte };
        let mut from = 0;
        while let Some(hit) = find_in(line, from, sought) {
            found.push((place(hit.start), place(hit.end)));
            from = hit.end;
        }
    }
    found
}

/// Where words stand in a line from a byte on, in upper or lower case.
fn find_in(line: &str, from: usize, sought: &str) -> Option<std::ops::Range<usize>> {
    let mut wanted = sought.chars().flat_map(char::to_lowercase).peekable();
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
        let composition = TextBuffer::new("Über all\nüber ÜBER e\u{301}", WordRule::WordProcessor);
        let at = |paragraph, byte| Place { paragraph, byte };
        let found: Vec<_> =
            occurrences(&composition, "üBer").into_iter().map(|(start, _)| start).collect();
        assert_eq!(found, [at(0, 0), at(1, 0), at(1, 6)]);
        assert_eq!(occurrences(&composition, "e").len(), 3, "e with an accent is another letter");
        assert!(occurrences(&composition, "").is_empty());
    }
}
