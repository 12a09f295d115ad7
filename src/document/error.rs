//! The reasons why a document cannot be read.

use std::error::Error;
use std::fmt;

/// A file that is not a document of the expected format, is damaged, or exceeds the bounds for a
/// filled-in form.
#[derive(Debug)]
pub struct UnreadableDocument(String);

impl UnreadableDocument {
    /// Makes the error of its message, which starts in lower case and names the way out.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for UnreadableDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for UnreadableDocument {}
