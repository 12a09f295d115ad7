//! Prints the result of a command on standard output, and messages on standard error. Except for
//! [`super::batch`], no other module of `commands` writes to them.

use std::io::{self, Write};
use std::path::Path;

use super::{Exit, Failure};
use crate::model::text::escape_for_terminal;

/// Prints the result of a command on standard output.
///
/// # Errors
/// Fails if it cannot be written. Does not fail if the reader has closed the pipe.
pub(super) fn print(result: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    is_complete(out.write_all(result.as_ref()).and_then(|()| out.flush())).map(drop)
}

/// Prints one of the published JSON schemas.
pub(super) fn print_schema(schema: &str) -> Result<Exit, Failure> {
    print(schema).map(|()| Exit::Done)
}

/// Returns whether the whole result was written. Returns `false` if the reader has closed the pipe.
///
/// # Errors
/// Fails with any other error of the write.
pub(super) fn is_complete(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            Err(Failure::without_hint(Exit::Failed, format!("cannot write the result: {error}")))
        }
    }
}

/// Prints a message on standard error.
pub(super) fn message(text: &str) {
    let _ = writeln!(io::stderr(), "{}", escape_for_terminal(text));
}

/// Prints a message that starts with `note: `.
pub(super) fn note(text: &str) {
    message(&format!("note: {text}"));
}

/// Returns a path as it is shown in a message.
pub(super) fn shown(path: &Path) -> String {
    escape_for_terminal(&path.display().to_string()).into_owned()
}
