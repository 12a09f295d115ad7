//! Correcting misspelt words one by one: F7 selects the next one and offers what was probably meant.

use std::collections::HashSet;
use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent};

use super::Composer;
use crate::terminal::keys;
use crate::terminal::spelling::KeptIn;
use crate::terminal::text_buffer::{Position, TextBuffer};

/// A misspelt word that is selected, with what is offered for it.
#[derive(Debug)]
pub(super) struct Correction {
    range: Range<Position>,
    word: String,
    suggestions: Vec<String>,
}

impl Correction {
    /// Puts the cursor behind the word, which stays as it is.
    pub(super) fn close(self, text: &mut TextBuffer) {
        text.select(self.range.end, self.range.end);
    }

    /// Returns the word and the keys, for the bottom of the screen.
    pub(super) fn describe(&self) -> String {
        let numbered = (1..).zip(&self.suggestions);
        let offers: Vec<String> = numbered.map(|(n, word)| format!("{n} {word}")).collect();
        let offers = if offers.is_empty() { "no suggestion".to_owned() } else { offers.join("  ") };
        format!(
            "\"{}\": {offers} · k keep in this application · a keep always · s skip · Esc ends",
            self.word
        )
    }
}

/// The words that the user skipped in this visit.
pub(super) type Skipped = HashSet<String>;

impl Composer<'_> {
    /// Checks the paragraphs that have changed. `is_idle` is false while the user types: then the
    /// dictionary is not loaded, and very long paragraphs wait. Returns whether anything was
    /// checked.
    pub(super) fn check_spelling(&mut self, is_idle: bool) -> bool {
        let Some(spelling) = self.config.spelling else { return false };
        if is_idle && let Err(problem) = spelling.load() {
            self.view.message = Some(problem);
            return true;
        }
        let Some(speller) = spelling.speller() else { return false };
        self.text.check_spelling(&speller.borrow(), is_idle)
    }

    /// Selects the next misspelt word and offers suggestions, or says that no word is misspelt.
    pub(super) fn correct_next(&mut self) {
        self.check_spelling(true);
        let cursor = self.text.selection().map_or(self.text.cursor(), |range| range.start);
        let misspelt = self.text.misspelt().map(|range| (self.text.slice(&range), range));
        let mut open: Vec<_> =
            misspelt.filter(|(word, _)| !self.view.skipped.contains(word)).collect();
        let next = open.iter().position(|(_, range)| range.end >= cursor).unwrap_or(0);
        if open.is_empty() {
            let message = if self.config.spelling.and_then(|spelling| spelling.speller()).is_none()
            {
                "Spelling is not checked here."
            } else if self.text.is_foreign() {
                "Spelling is not checked, because the text seems to be in another language."
            } else {
                "No misspelt word is left; Ctrl-Z takes a correction back."
            };
            self.view.message = Some(message.to_owned());
            return;
        }
        let (word, range) = open.swap_remove(next);
        let speller = self.config.spelling.and_then(|spelling| spelling.speller());
        let suggestions = speller.map(|speller| speller.borrow().suggest(&word));
        self.text.select(range.start, range.end);
        self.view.correction =
            Some(Correction { range, word, suggestions: suggestions.unwrap_or_default() });
    }

    /// Passes a key to the open correction. Returns `false` if the key is still to be handled.
    pub(super) fn correct(&mut self, key: KeyEvent) -> bool {
        let Some(correction) = self.view.correction.take() else { return false };
        let place = match (keys::typed(key), key.code) {
            (Some(digit @ '1'..='9'), _) => {
                let number = usize::from(digit as u8 - b'1');
                if let Some(right) = correction.suggestions.get(number) {
                    self.text.rewrite(correction.range, right);
                    self.note_typing();
                    self.correct_next();
                } else {
                    self.view.correction = Some(correction);
                }
                return true;
            }
            (Some('k'), _) => KeptIn::Application,
            (Some('a'), _) => KeptIn::OwnList,
            (Some('s'), _) | (None, KeyCode::F(7)) => {
                self.view.skipped.insert(correction.word);
                self.correct_next();
                return true;
            }
            (None, KeyCode::Esc) => {
                correction.close(&mut self.text);
                return true;
            }
            // A letter would replace the selected word.
            (Some(_), _) => {
                self.view.correction = Some(correction);
                return true;
            }
            (None, _) => return false,
        };
        let Some(spelling) = self.config.spelling else { return true };
        match spelling.keep(&correction.word, place) {
            Ok(()) => {
                self.text.forget_spelling();
                self.correct_next();
            }
            Err(problem) => self.view.message = Some(problem),
        }
        true
    }
}
