//! The bytes of the XML from which each character of a line was read. With them, the form filler can write
//! an answer into the file at the position from which it will be read.

use std::ops::Range;

use crate::model::text;

/// A piece of text, and the byte range of the XML that it was read from.
#[derive(Debug, Clone)]
pub(super) struct OriginPiece {
    pub(super) text: String,
    /// The byte range. It is as long as the text if the text is literally in the XML.
    pub(super) source: Range<usize>,
}

/// The byte range in the XML of each byte of a line.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextOrigins(Vec<Range<usize>>);

impl TextOrigins {
    /// Returns the byte offset in the XML at which the character at a byte offset in the line starts. At
    /// the end of the line, returns where its last character ends.
    pub(crate) fn start(&self, offset: usize) -> usize {
        self.0.get(offset).map_or_else(|| self.end(offset), |source| source.start)
    }

    /// Returns the byte offset in the XML at which the character before a byte offset in the line ends. At
    /// the start of the line, returns where its first character starts.
    pub(crate) fn end(&self, offset: usize) -> usize {
        let before = offset.min(self.0.len()).checked_sub(1).and_then(|at| self.0.get(at));
        before.map_or_else(|| self.0.first().map_or(0, |first| first.start), |source| source.end)
    }
}

/// Returns the origins of the lines of a paragraph, for each byte of their sanitised text.
pub(super) fn line_origins(pieces: &[OriginPiece]) -> Vec<TextOrigins> {
    let mut lines = vec![TextOrigins::default()];
    for OriginPiece { text, source } in pieces {
        let literal = text.len() == source.len();
        for (at, c) in text.char_indices() {
            if c == '\n' {
                lines.push(TextOrigins::default());
                continue;
            }
            let start = source.start + at;
            let source = if literal { start..start + c.len_utf8() } else { source.clone() };
            let bytes = text::sanitize(c.encode_utf8(&mut [0; 4])).len();
            if let Some(line) = lines.last_mut() {
                line.0.extend(std::iter::repeat_n(source, bytes));
            }
        }
    }
    lines
}
