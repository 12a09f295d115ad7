//! What a prompt, the composer, the pager or the plain frontend returns.

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

/// How saving goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SaveState {
    /// On its way.
    Saving,
    /// Everything is on the disk.
    Saved,
    /// It failed, and why.
    Failed(String),
}
