//! The lines of a document, which every reader returns. No line is recognised yet as wording of the
//! form or as an answer.

use std::ops::Range;

use jiff::Timestamp;

use crate::document::ExportOrigin;
use crate::document::error::UnreadableDocument;
use crate::model::markup::Run;

/// The maximum number of lines of a filled-in form.
pub(crate) const MAX_LINES: usize = 20_000;

/// Checks the number of lines of a document.
///
/// # Errors
/// Fails if it is above [`MAX_LINES`].
pub(super) fn check_line_count(lines: usize) -> Result<(), UnreadableDocument> {
    if lines > MAX_LINES { Err(too_long()) } else { Ok(()) }
}

/// Returns the error for a document that is longer than any form.
pub(super) fn too_long() -> UnreadableDocument {
    UnreadableDocument::new("it has more than 20,000 lines; is it the right document?")
}

/// The content of a document, independent of its format.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The lines of its text, in reading order.
    pub lines: Vec<SourceLine>,
    /// The lines of its footnotes, if the format stores them separately.
    pub notes: Vec<SourceLine>,
    /// For each line of `notes`, the 0-based index of the line with the mark of its footnote, or `None` if
    /// that is unknown. May be shorter than `notes`.
    pub note_marks: Vec<Option<usize>>,
    /// What `SourceLine::number` counts: `line`, `paragraph` or `page`.
    pub unit: &'static str,
    /// Whether page breaks and line wrapping may have split paragraphs.
    pub loose: bool,
    /// Page headers and footers that the reader removed, with digits replaced by `#`.
    pub left_out: Vec<String>,
    /// The numbers (`SourceLine::number`) of the lines with pictures, which are not read.
    pub pictures: Vec<usize>,
    /// The dates of controls, which show them in the format and language of the form.
    pub dates: Vec<SourceDate>,
    /// The paragraphs of page headers and footers that the format stores separately.
    pub page_edges: Vec<String>,
    /// The comments in its margin.
    pub comments: Vec<SourceComment>,
    /// Notes for the user: what the reader left out, guessed or altered.
    pub remarks: Vec<String>,
    /// The version of the draft that the document was made from, if it says so.
    pub origin: Option<ExportOrigin>,
    /// When the document was last saved, or `None` if the format does not store the time with its zone.
    pub saved: Option<Timestamp>,
}

impl Source {
    /// Sets where the marks of the footnotes are, from the 1-based numbers of their paragraphs; 0 is unknown.
    pub(super) fn mark_notes(&mut self, numbers: &[usize]) {
        let line = |mark: &usize| self.lines.iter().rposition(|line| line.number <= *mark);
        self.note_marks = numbers.iter().map(line).collect();
    }
}

/// The date of a control.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceDate {
    /// The text that the document shows.
    pub shown: String,
    /// The date, such as `2026-10-02`.
    pub date: String,
}

/// A comment in the margin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceComment {
    /// Who wrote it; may be empty.
    pub author: String,
    /// The comment.
    pub text: String,
    /// The words of the document that it is about; may be empty.
    pub about: String,
    /// The number (`SourceLine::number`) of the line where it starts, or 0 if that is unknown.
    pub number: usize,
}

/// A cell of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableCell {
    /// The 1-based number of the table in the document.
    pub table: usize,
    /// The 1-based row.
    pub row: usize,
    /// The 1-based column.
    pub column: usize,
}

/// Whether text is bold, and whether it is italic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Emphasis {
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is italic.
    pub italic: bool,
}

impl Emphasis {
    /// Adds the emphasis of an element around the text.
    pub(super) fn add(&mut self, around: Self) {
        self.bold |= around.bold;
        self.italic |= around.italic;
    }
}

/// One line of a text file, or one line of a paragraph of a word processor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceLine {
    /// Its text, without the list marker.
    pub runs: Vec<Run>,
    /// The marker of a list item with the spaces around it, such as `  - `; empty for other lines.
    pub marker: String,
    /// Whether this line is inside a region that can only contain an answer, because the document
    /// was written by this program.
    pub answer: bool,
    /// Whether the format joins it with the line before it into one paragraph.
    pub continues: bool,
    /// The name of its kind of paragraph, such as a style of Word, or `##` for a heading of Markdown;
    /// empty for plain text.
    pub style: String,
    /// The table cell that it is in, or `None` outside tables and in formats without tables.
    pub cell: Option<TableCell>,
    /// The emphasis that the author of the form gave to this place. This is a guess from the format of the
    /// paragraph mark or of a control around it: programs copy the format of a mark from the text before
    /// it.
    pub by_design: Emphasis,
    /// The number of empty lines before it.
    pub gap: usize,
    /// Its 1-based line, paragraph or page number, depending on [`Source::unit`].
    pub number: usize,
}

impl SourceLine {
    /// Returns its text without emphasis and links.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

/// A position in a [`Source`]. The order is that of reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourcePosition {
    /// 0-based index of the line.
    pub(crate) line: usize,
    /// Byte offset in [`SourceLine::text`].
    pub(crate) offset: usize,
}

/// A part of a [`Source`], from its start up to but not including its end.
pub(crate) type Region = Range<SourcePosition>;

/// A range of one line of a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceSpan {
    /// 0-based index of the line.
    pub(crate) line: usize,
    /// Byte offsets in [`SourceLine::text`].
    pub(crate) range: Range<usize>,
}

impl SourceSpan {
    /// Returns the position of its first byte.
    pub(crate) fn start(&self) -> SourcePosition {
        SourcePosition { line: self.line, offset: self.range.start }
    }

    /// Returns the position after its last byte.
    pub(crate) fn end(&self) -> SourcePosition {
        SourcePosition { line: self.line, offset: self.range.end }
    }
}
