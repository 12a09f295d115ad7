//! What a prompt, the composer, the pager or the plain frontend returns, and how they save a text
//! while it is being written.

use std::rc::Rc;

/// How a wizard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitReason {
    /// The person left.
    Left,
    /// They left, but the draft could not be saved in its place.
    Unsaved,
    /// Ctrl-C.
    Interrupted,
    /// A signal to end, or a closed window.
    Terminated,
}

/// How the visit of a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Navigation {
    Next,
    /// On to the next question, whatever is still to be asked here.
    Skip,
    /// To the question before.
    Back,
    Menu,
    Over(ExitReason),
}

/// How a prompt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply<T> {
    /// With an answer.
    Answered(T),
    /// Without one.
    Away(Navigation),
}

/// How the pager ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagerOutcome {
    /// The user closed it.
    Closed,
    /// The user pressed the digit of a numbered item.
    Chosen(usize),
    /// The user wants to leave the program.
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

/// Saves a text while it is being written, without the widget that edits it knowing what a file is.
///
/// Receives the text within 300 ms of a change and once more before the composer or the prompt
/// returns, also if it returns by an error or a panic. Clones save to the same answer.
#[derive(Clone)]
pub(crate) struct Autosave {
    save: Rc<dyn Fn(&str)>,
    state: Rc<dyn Fn() -> SaveState>,
}

impl Autosave {
    /// Calls `save` with each new text, and `state` to learn whether the last one was written.
    pub(crate) fn new(
        save: impl Fn(&str) + 'static,
        state: impl Fn() -> SaveState + 'static,
    ) -> Self {
        Self { save: Rc::new(save), state: Rc::new(state) }
    }

    /// Queues a text to be saved. Returns at once.
    pub(crate) fn save(&self, text: &str) {
        (self.save)(text);
    }

    /// Returns whether the last text has been saved.
    pub(crate) fn state(&self) -> SaveState {
        (self.state)()
    }
}
