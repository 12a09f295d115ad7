//! The results of the prompts, the composer, the pager and the plain frontend, and the [`Autosave`]
//! that saves a text while it is written.

use std::io;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

use super::signals;

/// Where the user wants to go when a prompt or a question ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Navigation {
    /// The next field of the question, or the next question after the last field.
    Next,
    /// The next question, without the remaining fields of this one.
    Skip,
    /// The previous question.
    Back,
    Menu,
    Overview,
    Quit(ExitReason),
}

impl Navigation {
    /// Returns that the conversation ends by a signal, or `None` if no signal came.
    pub(super) fn of_signal() -> Option<Self> {
        signals::pending().map(|number| Self::Quit(ExitReason::Signal(number)))
    }

    /// Returns why the conversation ends, or `None` if it continues.
    pub(crate) fn exit_reason(self) -> Option<ExitReason> {
        match self {
            Self::Quit(reason) => Some(reason),
            Self::Next | Self::Skip | Self::Back | Self::Menu | Self::Overview => None,
        }
    }
}

/// Why the conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitReason {
    /// The user chose to leave, or the input ended.
    UserQuit,
    /// The user chose to leave, but the draft could not be saved in its file.
    NotSaved,
    /// Ctrl-C.
    Interrupted,
    /// A signal that ends programs, such as SIGTERM or SIGHUP, with its number.
    Signal(i32),
}

impl ExitReason {
    /// Returns the signal that ends the program as the reason why a prompt failed: the terminal may
    /// be gone. Without a signal, returns the error.
    ///
    /// # Errors
    /// Fails with `error` if no signal came.
    pub(super) fn from_signal(error: io::Error) -> io::Result<Navigation> {
        Navigation::of_signal().ok_or(error)
    }
}

/// How a prompt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply<T> {
    Answered(T),
    /// Without an answer.
    Navigated(Navigation),
}

impl<T> Reply<T> {
    /// Converts the answer.
    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Reply<U> {
        match self {
            Self::Answered(answer) => Reply::Answered(convert(answer)),
            Self::Navigated(navigation) => Reply::Navigated(navigation),
        }
    }

    /// Returns the answer, or without one the reason to exit: outside a conversation, a prompt leads to
    /// no other place.
    pub(crate) fn answer_or_exit(self) -> ControlFlow<ExitReason, T> {
        match self {
            Self::Answered(answer) => ControlFlow::Continue(answer),
            Self::Navigated(navigation) => {
                ControlFlow::Break(navigation.exit_reason().unwrap_or(ExitReason::UserQuit))
            }
        }
    }
}

/// How a prompt for a line ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineReply {
    /// The line, also if it was not submitted; `None` if the user did not change it.
    pub(crate) text: Option<String>,
    /// [`Navigation::Next`] if the line was submitted.
    pub(crate) navigation: Navigation,
}

impl LineReply {
    pub(crate) fn submitted(text: String) -> Self {
        Self { text: Some(text), navigation: Navigation::Next }
    }
}

/// How the pager ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagerOutcome {
    Closed,
    /// The user pressed the digit of a numbered item, or Enter on a passage with this index.
    Chosen(usize),
    Quit(ExitReason),
}

/// How the overview ended. Questions are indices into its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OverviewOutcome {
    /// Open one question and return.
    Open(usize),
    /// Ask the open questions from this one on.
    Continue(usize),
    /// Read everything, from this question on.
    ReadEverything(usize),
    /// Write a note on this question.
    WriteNote(usize),
    /// Tick off the first open note on this question.
    TickOffNote(usize),
    /// Make the Word document.
    MakeDocument,
    /// Fill in the Word form beside the draft.
    FillForm,
    Closed,
    Quit(ExitReason),
}

/// Whether the last change has reached the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SaveState {
    /// It is queued or being written.
    Saving,
    /// It is on the disk.
    Saved,
    /// The last attempt failed, with the reason.
    Failed(String),
}

/// The longest time between a change and the call of [`Autosave::save`], also while typing.
pub(crate) const AUTOSAVE_DELAY: Duration = Duration::from_millis(300);

/// Saves a text. The flag says whether the text it replaces goes into the history first.
type SaveText = dyn Fn(&str, bool);

/// Saves a text while it is being written, without the widget that edits it knowing what a file is.
///
/// Receives the text within [`AUTOSAVE_DELAY`] of a change and once more before the composer or the prompt
/// returns, also if it returns by an error or a panic. Clones save to the same answer.
#[derive(Clone)]
pub(crate) struct Autosave {
    save: Rc<SaveText>,
    state: Rc<dyn Fn() -> SaveState>,
}

impl Autosave {
    /// Calls `save` with each new text and whether the text it replaces goes into the history, and
    /// `state` to learn whether the last one was written.
    pub(crate) fn new(
        save: impl Fn(&str, bool) + 'static,
        state: impl Fn() -> SaveState + 'static,
    ) -> Self {
        Self { save: Rc::new(save), state: Rc::new(state) }
    }

    /// Queues a text to be saved. Returns at once.
    pub(crate) fn save(&self, text: &str) {
        (self.save)(text, false);
    }

    /// Queues a text to be saved that may replace whole paragraphs. The text that the conversation
    /// began with goes into the history first.
    pub(crate) fn save_replacing(&self, text: &str) {
        (self.save)(text, true);
    }

    /// Returns whether the last text has been saved.
    pub(crate) fn state(&self) -> SaveState {
        (self.state)()
    }
}
