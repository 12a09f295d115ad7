//! Puts the text of a page into the order in which a person reads it: rows from top to bottom, columns
//! one after the other, tables row by row and cell by cell.

use super::columns::side_by_side;
use super::drawing::Rule;
use super::rows::{Letter, PageRows, PdfRow, RowSegment, between};
use super::tables::{ColumnBlock, Gutter, aligned_table, ruled_table};
use crate::model::{markup, text};

/// A line in reading order.
#[derive(Debug, Clone)]
pub(super) struct TextLine {
    pub(super) letters: Vec<Letter>,
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// Where its words begin, after its list marker.
    pub(super) body: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    /// The column or cell it belongs to; lines of different ones are never one paragraph.
    pub(super) cell: usize,
    /// Which text it belongs to: columns of running text are one, cells of a table are not.
    pub(super) flow: usize,
    pub(super) filled: bool,
    pub(super) page: usize,
}

impl TextLine {
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.character).collect()
    }
}

/// The lines of a page in reading order.
pub(super) struct OrderedPage {
    pub(super) lines: Vec<TextLine>,
    /// Whether any of them is a row of a table with its cells.
    pub(super) has_table: bool,
    /// Whether columns of running text are read one after the other.
    pub(super) has_columns: bool,
    /// How many rows have texts beside each other whose order is a guess.
    pub(super) guesses: usize,
    /// The last row of a table at the foot of the page: the index of the first line of its right cell, and
    /// the gap between its columns.
    last_row: Option<(usize, Gutter)>,
}

impl OrderedPage {
    /// Takes the lines that continue the left cell of a table row that the page before breaks off, with
    /// the index at which they belong among the lines of that page.
    pub(super) fn take_rest_of_cell(&mut self, before: &Self) -> Option<(usize, Vec<TextLine>)> {
        let (at, (left, right)) = before.last_row?;
        let last = before.lines.get(at.checked_sub(1)?)?.text();
        let mut above: Option<f32> = None;
        let rest = self.lines.iter().take_while(|line| {
            let is_near = above.is_none_or(|above| above - line.y <= line.size * 1.6);
            above = Some(line.y);
            is_near && line.x1 < right && line.x0 < left
        });
        let count = rest.count();
        let first = self.lines.first()?.text();
        let goes_on = first.trim_start().starts_with(char::is_lowercase)
            || !last.trim_end().ends_with(['.', '?', '!', ':', ')']);
        let is_cut = goes_on && markup::list_marker(&first).is_none();
        if count == 0 || !is_cut {
            return None;
        }
        self.last_row = self.last_row.map(|(at, gutter)| (at.saturating_sub(count), gutter));
        Some((at, self.lines.drain(..count).collect()))
    }

    /// Returns notes for the user on what may be in another order. `page` is the number of the page.
    pub(super) fn remarks(&self, page: usize) -> impl Iterator<Item = String> {
        let count = text::plural(self.guesses, "line", "lines");
        let notes = [
            (
                self.guesses > 0,
                format!(
                    "{count} of text in columns without a line between them, read across the page; check \
                     the answers there"
                ),
            ),
            (
                self.has_columns,
                "its columns are read one after the other; check the answers there".to_owned(),
            ),
            (
                self.has_table,
                "a table is read as lines, with `|` between the cells; check it".to_owned(),
            ),
        ];
        let notes = notes.into_iter().filter(|(applies, _)| *applies);
        notes.map(move |(_, note)| format!("page {page}: {note}"))
    }
}

/// Returns the lines of a page in reading order. `cells` is the number of the last cell, counted over all
/// pages.
pub(super) fn in_order(page: &PageRows, number: usize, cells: &mut usize) -> OrderedPage {
    let rows: Vec<PdfRow> = page.rows.iter().map(with_markers).collect();
    let (rules, lines) = (page.rules.as_slice(), Vec::new());
    let mut reader = PageReader {
        rules,
        page: number,
        cells,
        lines,
        has_table: false,
        has_columns: false,
        guesses: 0,
        last_row: None,
    };
    let has_finders = rows.len() <= MAX_ROWS;
    reader.read(&rows, if has_finders { &FINDERS } else { &[] });
    let PageReader { lines, has_table, has_columns, guesses, last_row, .. } = reader;
    let last_row = last_row.filter(|(_, end, _)| *end == lines.len());
    let last_row = last_row.map(|(at, _, gutter)| (at, gutter));
    OrderedPage { lines, has_table, has_columns, guesses, last_row }
}

/// The most rows of a page that is searched for tables. A printed page has a tenth of them.
const MAX_ROWS: usize = 1_000;

/// Finds the first table or columns in rows.
type Finder = fn(&[PdfRow], &[Rule]) -> Option<ColumnBlock>;

/// The most certain first: the rows around what one finds are left to the next ones. Columns further
/// up the page may show only when the rows of those that were found first are out of the way.
const FINDERS: [Finder; 4] = [ruled_table, side_by_side, side_by_side, aligned_table];

/// Collects the lines of a page.
struct PageReader<'a> {
    rules: &'a [Rule],
    page: usize,
    /// The number of the last column or cell.
    cells: &'a mut usize,
    lines: Vec<TextLine>,
    /// See [`OrderedPage`].
    has_table: bool,
    has_columns: bool,
    guesses: usize,
    /// The first line of the right cell of the last table row with two cells, the line behind it, and the
    /// gap between the columns.
    last_row: Option<(usize, usize, Gutter)>,
}

impl PageReader<'_> {
    /// Reads rows from top to bottom, with the tables and columns between them.
    fn read(&mut self, mut rows: &[PdfRow], finders: &[Finder]) {
        let Some((find, others)) = finders.split_first() else {
            let cell = self.next_cell();
            self.lines.extend(rows.iter().flat_map(|row| as_lines(row, self.page, cell)));
            self.guesses += rows.iter().filter(|row| is_guess(row)).count();
            return;
        };
        while let Some(block) = find(rows, self.rules) {
            self.read(rows.get(..block.rows.start).unwrap_or_default(), others);
            self.read_block(rows, &block);
            rows = rows.get(block.rows.end..).unwrap_or_default();
        }
        self.read(rows, others);
    }

    fn next_cell(&mut self) -> usize {
        *self.cells += 1;
        *self.cells
    }

    /// Reads a table row by row, columns of running text one after the other.
    fn read_block(&mut self, rows: &[PdfRow], block: &ColumnBlock) {
        self.has_columns |= !block.table;
        let rows = rows.get(block.rows.clone()).unwrap_or_default();
        let mut from = 0;
        for to in 1..=rows.len() {
            if to == rows.len() || block.starts.contains(&to) {
                self.read_band(rows.get(from..to).unwrap_or_default(), block);
                from = to;
            }
        }
    }

    /// Reads one row of a table, which may have several lines, or whole columns.
    fn read_band(&mut self, band: &[PdfRow], block: &ColumnBlock) {
        let columns = block.columns(band);
        // A label and its value on one line.
        if let ([row], [left, ..]) = (band, columns.as_slice())
            && left.iter().any(|row| {
                let text = row.text();
                text.trim_end().ends_with(':') || is_marker(&text)
            })
        {
            let cell = self.next_cell();
            self.lines.extend(as_lines(row, self.page, cell));
            return;
        }
        if columns.len() > 2 && block.table {
            let cell = self.next_cell();
            self.lines.extend(table_row(&columns, self.page, cell));
            self.has_table = true;
            return;
        }
        let mut flow = None;
        let right = columns.len() - 1;
        for (at, column) in columns.into_iter().enumerate() {
            let start = self.lines.len();
            let cell = self.next_cell();
            let flow = if block.table { cell } else { *flow.get_or_insert(cell) };
            let lines = column.iter().flat_map(|row| as_lines(row, self.page, cell));
            self.lines.extend(lines.map(|line| TextLine { flow, ..line }));
            if let (1, true, Some(gutter)) = (at, right == 1 && block.table, block.gutters.first())
            {
                self.last_row = Some((start, self.lines.len(), *gutter));
            }
        }
    }
}

/// Whether a row has texts of several words beside each other, of which the left one is no label.
fn is_guess(row: &PdfRow) -> bool {
    let pairs = row.segments.iter().zip(row.segments.iter().skip(1));
    let words = |part: &RowSegment| part.text().split_whitespace().count();
    let mut pairs = pairs.filter(|(left, right)| !left.filled && !right.filled);
    pairs.any(|(left, right)| {
        words(left) > 2 && words(right) > 1 && !left.text().trim_end().ends_with([':', '?'])
    })
}

/// Returns the cells of a row of a wide table on one line, with ` | ` between them.
fn table_row(columns: &[Vec<PdfRow>], page: usize, cell: usize) -> Option<TextLine> {
    let mut whole: Option<TextLine> = None;
    for column in columns {
        for (at, row) in column.iter().enumerate() {
            let sign = if at == 0 { " | " } else { " " };
            for line in as_lines(row, page, cell) {
                let Some(whole) = &mut whole else {
                    whole = Some(line);
                    continue;
                };
                whole.letters.extend(sign.chars().map(Letter::plain));
                whole.letters.extend(line.letters);
                whole.x1 = whole.x1.max(line.x1);
            }
        }
    }
    whole
}

/// Joins a list marker or a tick box to the text after it, however wide the gap.
fn with_markers(row: &PdfRow) -> PdfRow {
    let mut segments: Vec<RowSegment> = Vec::new();
    for segment in &row.segments {
        match segments.last_mut() {
            Some(last) if is_marker(&last.text()) && !segment.filled => {
                join(last, segment);
                last.body = Some(segment.x0);
            }
            Some(_) | None => segments.push(segment.clone()),
        }
    }
    PdfRow { y: row.y, segments }
}

/// Whether a text is nothing but the marker of a list item, a number, or a tick box.
fn is_marker(text: &str) -> bool {
    let text = text.trim();
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => !one.is_alphabetic() || one == 'o',
        _ => text.len() <= 5 && markup::list_marker(&format!("{text} ")).is_some(),
    }
}

/// Appends a segment, with a space between.
fn join(into: &mut RowSegment, next: &RowSegment) {
    if let (Some(&last), Some(&first)) = (into.letters.last(), next.letters.first()) {
        into.letters.push(between(last, first));
    }
    into.letters.extend(&next.letters);
    into.x1 = into.x1.max(next.x1);
    into.size = into.size.max(next.size);
    into.filled |= next.filled;
}

/// Returns a row as one line; the value of a form field may have several.
fn as_lines(row: &PdfRow, page: usize, cell: usize) -> Vec<TextLine> {
    let mut segments = row.segments.iter();
    let Some(mut whole) = segments.next().cloned() else { return Vec::new() };
    segments.for_each(|next| join(&mut whole, next));
    let marker = markup::list_marker(&whole.text()).unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a marker has a handful of characters")]
    let width = marker as f32 * whole.size * 0.5;
    let body = whole.body.unwrap_or(whole.x0 + width);
    let typed = whole.letters.split(|letter| letter.character == '\n');
    typed
        .map(|letters| TextLine {
            letters: letters.to_vec(),
            x0: whole.x0,
            x1: whole.x1,
            body,
            y: row.y,
            size: whole.size,
            cell,
            flow: cell,
            filled: whole.filled,
            page,
        })
        .collect()
}
