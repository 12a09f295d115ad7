//! What the tests share: running the program, driving it on a pseudo terminal, and the drafts and
//! documents they work with.

use std::path::PathBuf;

pub(crate) mod cli;
pub(crate) mod drafts;
pub(crate) mod forms;
pub(crate) mod manual;
pub(crate) mod pty;
pub(crate) mod tools;

/// The root folder of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
