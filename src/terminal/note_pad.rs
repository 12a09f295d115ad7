//! The notes on the current question. The widgets show, write and tick off notes through it; the
//! wizard stores them.

use std::cell::RefCell;
use std::fmt;

/// A change of the notes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NoteChange<'t> {
    /// A new note with this text.
    Write(&'t str),
    /// The first open note is done.
    TickOff,
}

/// Changes the notes, and returns those that are open then.
type Change<'a> = Box<dyn Fn(NoteChange<'_>) -> Vec<String> + 'a>;

/// The notes on the question that is asked.
pub(crate) struct NotePad<'a> {
    /// The open notes, each on one line.
    open: RefCell<Vec<String>>,
    change: Change<'a>,
}

impl fmt::Debug for NotePad<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotePad").field("open", &self.open).finish_non_exhaustive()
    }
}

impl<'a> NotePad<'a> {
    /// Creates a pad with the open notes. `change` keeps what is written and ticked off.
    pub(crate) fn new(
        open: Vec<String>,
        change: impl Fn(NoteChange<'_>) -> Vec<String> + 'a,
    ) -> Self {
        Self { open: RefCell::new(open), change: Box::new(change) }
    }

    /// Returns the open notes, each on one line.
    pub(crate) fn open_notes(&self) -> Vec<String> {
        self.open.borrow().clone()
    }

    /// Keeps a new note.
    pub(crate) fn add_note(&self, text: &str) {
        *self.open.borrow_mut() = (self.change)(NoteChange::Write(text));
    }

    /// Ticks off the first open note. Returns `false` if no note is open.
    pub(crate) fn tick_off(&self) -> bool {
        let is_any = !self.open.borrow().is_empty();
        if is_any {
            *self.open.borrow_mut() = (self.change)(NoteChange::TickOff);
        }
        is_any
    }
}
