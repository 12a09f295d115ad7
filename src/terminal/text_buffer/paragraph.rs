//! One paragraph of the text, with the rows and the word count computed from it.

use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::wrap::{hanging_indent, row_starts};
use crate::model::spelling::LineCheck;
use crate::model::words::WordRule;
use crate::terminal::canvas::columns;

/// Paragraph index and byte offset. Always on a grapheme boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::terminal) struct Position {
    /// 0-based index of the paragraph.
    pub(in crate::terminal) paragraph: usize,
    /// Byte offset in the paragraph.
    pub(in crate::terminal) byte: usize,
}

impl Position {
    /// Returns the position after `text` once it is inserted here.
    pub(super) fn after(self, text: &str) -> Self {
        match text.rsplit_once('\n') {
            Some((before, last)) => Self {
                paragraph: self.paragraph + before.matches('\n').count() + 1,
                byte: last.len(),
            },
            None => Self { byte: self.byte + text.len(), ..self },
        }
    }
}

/// A line of the text between two line breaks, which the screen shows as one or more rows.
///
/// Whatever is computed from the text is cached here and recomputed as a whole: rows and words when
/// the paragraph changes, spelling when the user pauses. Counting and wrapping the usual paragraph
/// takes a few microseconds, one of 100 kB less than a millisecond.
#[derive(Debug, Clone)]
pub(super) struct Paragraph {
    pub(super) text: String,
    /// The byte offsets at which its rows start; never empty.
    rows: Vec<usize>,
    /// The columns by which all rows but the first are indented.
    indent: usize,
    pub(super) words: usize,
    /// What the last check of the spelling found. Misspelt words that have been changed since then
    /// are not among it; the others have moved along with the text.
    pub(super) spelling: LineCheck,
    /// Whether the text has not changed since that check.
    pub(super) is_spelling_checked: bool,
}

impl Paragraph {
    pub(super) fn new(text: &str, width: usize, rule: WordRule) -> Self {
        let indent = hanging_indent(text, width);
        let rows = row_starts(text, width, indent);
        Self {
            text: text.to_owned(),
            rows,
            indent,
            words: rule.count(text),
            spelling: LineCheck::default(),
            is_spelling_checked: false,
        }
    }

    /// Wraps the paragraph at another width, in columns.
    pub(super) fn wrap(&mut self, width: usize) {
        self.indent = hanging_indent(&self.text, width);
        self.rows = row_starts(&self.text, width, self.indent);
    }

    pub(super) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Returns the byte offset and the text of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &str)> {
        let ends = self.rows.iter().skip(1).copied().chain([self.text.len()]);
        self.rows.iter().zip(ends).map(|(&start, end)| (start, self.slice(start..end)))
    }

    /// Returns the row that holds a byte offset, and the column of that offset, with the
    /// indent of the row.
    pub(super) fn row_and_column(&self, byte: usize) -> (usize, usize) {
        let row = self.rows.partition_point(|&start| start <= byte).saturating_sub(1);
        let start = self.rows.get(row).copied().unwrap_or(0);
        (row, self.row_indent(row) + columns(self.slice(start..byte)))
    }

    /// Returns the columns by which a row is indented.
    pub(super) fn row_indent(&self, row: usize) -> usize {
        if row > 0 { self.indent } else { 0 }
    }

    /// Returns the byte offsets between which the cursor can be in a row. In a row that is
    /// followed by another, the last one is before the last grapheme, because the offset after it
    /// belongs to the next row.
    pub(super) fn row_bounds(&self, row: usize) -> Range<usize> {
        let start = self.rows.get(row).copied().unwrap_or(0);
        let next = self.rows.get(row + 1);
        start..next.map_or(self.text.len(), |&next| self.previous_boundary(next).max(start))
    }

    /// Returns the byte offset in a row that is nearest to a column, at most its end.
    pub(super) fn byte_at(&self, row: usize, column: usize) -> usize {
        let bounds = self.row_bounds(row);
        let mut used = self.row_indent(row);
        let graphemes = self.slice(bounds.clone()).grapheme_indices(true);
        let past = graphemes.into_iter().find(|(_, grapheme)| {
            used += columns(grapheme);
            used > column
        });
        past.map_or(bounds.end, |(offset, _)| bounds.start + offset)
    }

    pub(super) fn is_boundary(&self, byte: usize) -> bool {
        GraphemeCursor::new(byte, self.text.len(), true).is_boundary(&self.text, 0).unwrap_or(true)
    }

    pub(super) fn next_boundary(&self, byte: usize) -> usize {
        let mut cursor = GraphemeCursor::new(byte, self.text.len(), true);
        cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len())
    }

    pub(super) fn previous_boundary(&self, byte: usize) -> usize {
        let mut cursor = GraphemeCursor::new(byte, self.text.len(), true);
        cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
    }

    /// Returns a part of the text, empty unless the range is inside it and on character boundaries.
    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }
}
