//! The exit codes of the program. Each command chooses one of them; `failure.rs` chooses for errors of
//! files, `fill.rs` and `import_into.rs` for signals between prompts, and `usage.rs` for a command line
//! that is wrong. While a prompt waits, `terminal/signals.rs` ends the program with 128 plus the signal.

/// How the program ends. The number of a variant is the exit code; of several results the greatest
/// one is the worst and decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// The command succeeded, or the wizard was left and everything is saved.
    Done = 0,
    /// The command failed, or `check` found a problem.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A questionnaire, draft or document cannot be read as one.
    Unreadable = 3,
    /// The draft is open in another wizard.
    Busy = 4,
    /// Ended by SIGHUP, such as from a closed window; the answers given so far are saved.
    HungUp = 129,
    /// Ended by Ctrl-C; the answers given so far are saved.
    Interrupted = 130,
    /// Ended by SIGTERM; the answers given so far are saved.
    Terminated = 143,
}
