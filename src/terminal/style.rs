//! The capabilities of the output device, and text adapted to them.

use std::borrow::Cow;

use crate::model::markup;
use crate::model::text::{ascii, escape_for_terminal};

/// What the output device supports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputStyle {
    /// Columns.
    pub width: usize,
    /// Colours and bold type.
    pub colour: bool,
    /// Characters beyond ASCII.
    pub unicode: bool,
    /// The text is read aloud line by line, so its meaning must not depend on signs, columns or a
    /// layout.
    pub spoken: bool,
}

impl OutputStyle {
    /// Makes text safe to print, and replaces characters that the device cannot show.
    pub(crate) fn shown(self, text: &str) -> Cow<'_, str> {
        if self.unicode {
            return escape_for_terminal(text);
        }
        match escape_for_terminal(text) {
            Cow::Borrowed(text) => ascii(text),
            Cow::Owned(text) => Cow::Owned(ascii(&text).into_owned()),
        }
    }

    /// Returns a bar of this many columns, filled in proportion to `done` of `of`.
    pub(crate) fn bar(self, done: usize, of: usize, columns: usize) -> String {
        let (full, empty) = if self.unicode { ("█", "·") } else { ("#", ".") };
        let filled = filled_columns(done, of, columns);
        format!("{}{}", full.repeat(filled), empty.repeat(columns - filled))
    }

    /// Returns wording of the questionnaire without its markup.
    pub(crate) fn wording(self, text: &str) -> String {
        if self.spoken {
            markup::spoken(text)
        } else if self.unicode {
            markup::plain(text)
        } else {
            ascii(&markup::bracketed(text)).into_owned()
        }
    }

    /// Returns a footnote with its number.
    pub(crate) fn note(self, number: usize, text: &str) -> String {
        let text = self.wording(text);
        if self.spoken {
            format!("Note {number}: {text}")
        } else if self.unicode {
            format!("{} {text}", markup::superscript(&number.to_string()))
        } else {
            format!("[{number}] {text}")
        }
    }
}

/// Returns how many columns of a bar are filled, at least one if anything is done.
pub(crate) fn filled_columns(done: usize, of: usize, columns: usize) -> usize {
    (done * columns).div_ceil(of.max(1)).min(columns)
}
