//! What the output device can show.

use std::borrow::Cow;

use crate::model::markup;
use crate::model::text::{ascii, escape_for_terminal};

/// How a summary may look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputStyle {
    /// Columns at hand.
    pub width: usize,
    /// Whether colours and bold type are understood.
    pub colour: bool,
    /// Whether more than ASCII is.
    pub unicode: bool,
}

impl OutputStyle {
    /// Text as it can be shown: safe, and in plain signs where others are not understood.
    pub(crate) fn shown(self, text: &str) -> Cow<'_, str> {
        if self.unicode {
            return escape_for_terminal(text);
        }
        match escape_for_terminal(text) {
            Cow::Borrowed(text) => ascii(text),
            Cow::Owned(text) => Cow::Owned(ascii(&text).into_owned()),
        }
    }

    /// Wording of the questionnaire as it can be shown, without markup.
    pub(crate) fn wording(self, text: &str) -> String {
        if self.unicode {
            return markup::plain(text);
        }
        ascii(&markup::bracketed(text)).into_owned()
    }

    /// The mark of a footnote.
    pub(crate) fn note_mark(self, number: usize) -> String {
        let number = number.to_string();
        if self.unicode { markup::superscript(&number) } else { format!("[{number}]") }
    }
}
