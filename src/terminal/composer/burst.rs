//! Reads key events and recognises a paste without brackets: characters that arrive faster than
//! anybody types.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode};

use crate::terminal::{input, keys};

/// This many characters in one burst are a paste.
const MIN_PASTE: usize = 8;
/// The pieces of a paste follow each other faster than this, the keys of a person slower.
const MAX_GAP: Duration = Duration::from_millis(15);
/// The most events that are handled before the screen is painted.
const MAX_EVENTS: usize = 65_536;

/// Collects the burst of characters that is arriving, possibly in several reads.
#[derive(Debug, Default)]
pub(super) struct PasteDetector {
    pub(super) text: String,
    /// The length of the undo history before the burst.
    pub(super) undo_len: usize,
    /// When the last events were handled: the time that handling takes is not a pause.
    pub(super) last_events: Option<Instant>,
}

impl PasteDetector {
    /// Reads the events that have arrived. After a pause it reads only one, so that a single key is
    /// painted without delay.
    pub(super) fn read_events(&mut self) -> io::Result<Vec<Event>> {
        let continues = self.last_events.is_some_and(|last| last.elapsed() < MAX_GAP);
        let mut events = Vec::from_iter(input::next()?);
        if continues {
            while events.len() < MAX_EVENTS
                && let Some(event) = input::next()?
            {
                events.push(event);
            }
        } else {
            self.text.clear();
        }
        Ok(events)
    }

    /// Adds events to the burst; events that do not only type characters end it. Returns their
    /// characters if the burst is a paste. `undo_len` is the present length of the undo history.
    pub(super) fn extend(&mut self, events: &[Event], undo_len: usize) -> Option<String> {
        let Some(typed) = events.iter().map(typed_char).collect::<Option<String>>() else {
            self.text.clear();
            return None;
        };
        if self.text.is_empty() {
            self.undo_len = undo_len;
        }
        self.text.push_str(&typed);
        let is_paste = self.text.chars().count() >= MIN_PASTE;
        Some(typed).filter(|typed| is_paste && !typed.is_empty())
    }
}

/// Returns the character that an event would type if it was part of a paste.
fn typed_char(event: &Event) -> Option<char> {
    let Event::Key(key) = event else { return None };
    if key.code == KeyCode::Tab { Some(' ') } else { input::newline(*key).or(keys::typed(*key)) }
}
