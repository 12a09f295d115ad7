//! Corrects misspelt words one by one, in the composer and in a field of one line: F7 selects the
//! next one and offers suggestions.

use std::collections::HashSet;
use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent};

use super::spelling::{KeptIn, Loading, Spelling};
use super::text_buffer::{Position, TextBuffer};
use super::{input, keys};

/// Keeps a key and what it does in one line. Is shown as a space.
pub(super) const NO_BREAK: &str = "\u{a0}";

/// A misspelt word that is selected, with what is offered for it.
#[derive(Debug)]
struct Correction {
    range: Range<Position>,
    word: String,
    suggestions: Vec<String>,
}

/// Corrects the words of a text that is being edited.
#[derive(Debug, Default)]
pub(super) struct Corrector {
    open: Option<Correction>,
    /// The misspelt words that the user skipped.
    skipped: HashSet<String>,
}

/// What a key has done while a correction was open.
#[derive(Debug, Default)]
pub(super) struct CorrectionResult {
    /// Whether the text has changed.
    pub(super) is_changed: bool,
    /// A message for the user.
    pub(super) message: Option<String>,
}

/// Checks the paragraphs of a text that have changed, once the user pauses; very long ones only
/// `with_long`. Has the dictionary loaded in the background. Returns whether anything was checked.
///
/// # Errors
/// Fails once if there is no dictionary, with a sentence for the user.
pub(super) fn check_spelling(
    text: &mut TextBuffer,
    spelling: Option<&Spelling<'_>>,
    with_long: bool,
) -> Result<bool, String> {
    let Some(spelling) = spelling else { return Ok(false) };
    spelling.load(Loading::InBackground)?;
    let Some(speller) = spelling.speller() else { return Ok(false) };
    Ok(text.check_spelling(&speller.borrow(), with_long))
}

impl Corrector {
    /// Whether a word is selected and waits for a key.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Returns the selected word and the keys, or `None` if no word is selected. A key and what it
    /// does are joined by [`NO_BREAK`].
    pub(super) fn describe(&self) -> Option<String> {
        let Correction { word, suggestions, .. } = self.open.as_ref()?;
        let numbered = (1..).zip(suggestions);
        let offers: Vec<String> =
            numbered.map(|(n, word)| format!("{n} {word}").replace(' ', NO_BREAK)).collect();
        let offers = if offers.is_empty() { "no suggestion".to_owned() } else { offers.join("  ") };
        let keys = ["· k keep in this application", "· a keep always", "· s skip", "· Esc ends"];
        let keys = keys.map(|key| key.replace(' ', NO_BREAK)).join(" ");
        Some(format!("\"{word}\": {offers} {keys}"))
    }

    /// Puts the cursor behind the selected word, which stays as it is.
    pub(super) fn close(&mut self, text: &mut TextBuffer) {
        if let Some(Correction { range, .. }) = self.open.take() {
            text.select(range.end, range.end);
        }
    }

    /// Selects the next misspelt word. Returns a message if no word is misspelt.
    pub(super) fn select_next(
        &mut self,
        text: &mut TextBuffer,
        spelling: Option<&Spelling<'_>>,
    ) -> Option<String> {
        let loaded = spelling.map_or(Ok(()), |spelling| spelling.load(Loading::Wait));
        if let Err(problem) = loaded.and_then(|()| check_spelling(text, spelling, true)) {
            return Some(problem);
        }
        let Some(spelling) = spelling.filter(|spelling| spelling.speller().is_some()) else {
            return Some("Spelling is not checked here.".to_owned());
        };
        let cursor = text.selection().map_or(text.cursor(), |range| range.start);
        let misspelt = text.misspelt().map(|range| (text.slice(&range), range));
        let mut words: Vec<_> = misspelt.filter(|(word, _)| !self.skipped.contains(word)).collect();
        let next = words.iter().position(|(_, range)| range.end >= cursor).unwrap_or(0);
        if words.is_empty() {
            let message = if text.is_foreign() {
                "Spelling is not checked, because the text seems to be in another language."
            } else if text.misspelt().next().is_some() {
                self.skipped.clear();
                "No misspelt word is left but those you skipped; F7 shows them again."
            } else {
                "No misspelt word is left; Ctrl-Z undoes a correction."
            };
            return Some(message.to_owned());
        }
        let (word, range) = words.swap_remove(next);
        text.select(range.start, range.end);
        self.open = Some(Correction { range, suggestions: spelling.suggest(&word), word });
        None
    }

    /// Passes a key to the open correction. Returns `None` if the key is still to be handled.
    pub(super) fn press(
        &mut self,
        key: KeyEvent,
        text: &mut TextBuffer,
        spelling: Option<&Spelling<'_>>,
    ) -> Option<CorrectionResult> {
        let correction = self.open.take()?;
        let place = match (keys::typed(key), key.code) {
            (Some(digit @ '1'..='9'), _) => {
                let number = usize::from(digit as u8 - b'1');
                let Some(right) = correction.suggestions.get(number) else {
                    self.open = Some(correction);
                    return Some(CorrectionResult::default());
                };
                text.rewrite(correction.range, right);
                let message = self.select_next(text, spelling);
                return Some(CorrectionResult { is_changed: true, message });
            }
            (Some('k'), _) => KeptIn::Application,
            (Some('a'), _) => KeptIn::OwnList,
            (Some('s'), _) | (None, KeyCode::F(7)) => {
                self.skipped.insert(correction.word);
                let message = self.select_next(text, spelling);
                return Some(CorrectionResult { is_changed: false, message });
            }
            // A letter would replace the selected word.
            (Some(_), _) => {
                self.open = Some(correction);
                return Some(CorrectionResult::default());
            }
            // So would a line feed.
            (None, code) if code == KeyCode::Esc || input::newline(key).is_some() => {
                self.open = Some(correction);
                self.close(text);
                return Some(CorrectionResult::default());
            }
            (None, _) => return None,
        };
        let kept = spelling.map_or(Ok(()), |spelling| spelling.keep(&correction.word, place));
        let message = match kept {
            Ok(()) => {
                text.forget_spelling();
                self.select_next(text, spelling)
            }
            Err(problem) => Some(problem),
        };
        Some(CorrectionResult { is_changed: false, message })
    }
}
