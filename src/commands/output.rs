//! What the program prints: the result of a command on standard output, messages on standard
//! error. Nothing else in `commands` writes to either, but for [`super::batch`].

use std::io::{self, Write};
use std::path::Path;

use super::{Exit, Failure};
use crate::model::text::escape_for_terminal;

/// Prints the result of a command on standard output.
pub(super) fn print(result: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    is_complete(out.write_all(result.as_ref()).and_then(|()| out.flush())).map(drop)
}

/// Prints one of the published JSON schemas.
pub(super) fn print_schema(schema: &str) -> Result<Exit, Failure> {
    print(schema).map(|()| Exit::Done)
}

/// Returns whether the whole result was written. `false` means that the reader closed the pipe,
/// which is not an error.
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
