//! Shows a line while it is edited, below what was written before. Only the line itself is written
//! again, so that a screen reader does not read other text twice.
//!
//! The line is cut into rows of the width of the terminal. The terminal does not say in which row
//! the cursor is, so all movements are relative: [`Echo`] remembers the rows that it has written and
//! where it has left the cursor. What is the same as before is not sent: a letter typed at the end of
//! the line is sent as that letter, and a row that becomes full as a line feed. A change inside the
//! line sends the text from there on, as a shell does.
//!
//! A row that has scrolled off the screen cannot be reached. So if the cursor goes above the rows
//! that are on the screen, the screen shows the rows around it, until the cursor is back in the last
//! rows.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::canvas::{columns, grapheme_columns};
use crate::model::text::escape_for_terminal;

/// A line that is being shown.
#[derive(Debug, Default)]
pub(super) struct Echo {
    /// The rows of the whole line.
    rows: Vec<String>,
    /// The rows that are on the screen. The rows before them have scrolled off.
    on_screen: Range<usize>,
    /// Row and column of the cursor.
    cursor: (usize, usize),
}

impl Echo {
    /// Returns what turns the line shown so far into `line`, with the cursor at a byte offset of it.
    /// `size`: columns and rows of the terminal.
    pub(super) fn update(&mut self, line: &str, cursor: usize, size: (usize, usize)) -> String {
        // The last column stays empty, because terminals disagree on where the cursor is after it.
        let rows = rows(line, size.0.saturating_sub(1).max(2));
        let cursor = place(&rows, cursor);
        let height = size.1.max(1);
        let Range { start: first, end } = self.on_screen;
        let first_change = self.rows.iter().zip(&rows).take_while(|(old, new)| old == new).count();
        let first_change = first_change.min(rows.len().saturating_sub(1));
        let first_after = first.max(rows.len().saturating_sub(height));
        let mut out = String::new();
        if end < self.rows.len() || first_change < first || cursor.0 < first_after {
            let last = rows.len().saturating_sub(height);
            let first_after = last.min(cursor.0.saturating_sub(height / 2));
            let shown = first_after..rows.len().min(first_after + height);
            if self.rows != rows || self.on_screen != shown {
                self.go_to((first, 0), &mut out);
                out.push_str("\x1b[J");
                self.on_screen = shown.clone();
                self.write(rows.get(shown).unwrap_or_default(), 0, &mut out);
            }
        } else if self.rows != rows {
            self.change(&rows, first_change, &mut out);
            self.on_screen = first_after..rows.len();
        }
        self.rows = rows;
        self.go_to(cursor, &mut out);
        out
    }

    /// Returns what moves the cursor below the line if it is shown, and forgets the line.
    pub(super) fn leave(&mut self, size: (usize, usize)) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let line = self.rows.concat();
        let mut out = self.update(&line, line.len(), size);
        out.push('\n');
        *self = Self::default();
        out
    }

    /// Writes the rows from the first one that has changed.
    fn change(&mut self, rows: &[String], first_change: usize, out: &mut String) {
        let [old, new] =
            [&self.rows, rows].map(|rows| rows.get(first_change).map_or("", |row| row));
        let pairs = old.graphemes(true).zip(new.graphemes(true));
        let same: usize = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
        let erases = self.rows.len() > first_change + 1 || old.len() > same;
        self.go_to((first_change, columns(new.get(..same).unwrap_or_default())), out);
        if erases {
            out.push_str("\x1b[J");
        }
        self.on_screen.end = rows.len();
        self.write(rows.get(first_change..).unwrap_or_default(), same, out);
    }

    /// Writes rows, the last of which is the last one on the screen, without the first `skip` bytes.
    fn write(&mut self, rows: &[String], skip: usize, out: &mut String) {
        let text = rows.join("\n");
        let text = text.get(skip..).unwrap_or_default();
        out.push_str(&escape_for_terminal(text));
        let column = rows.last().map_or(0, |row| columns(row));
        self.cursor = (self.on_screen.end.saturating_sub(1), column);
        if text.graphemes(true).any(|grapheme| grapheme.chars().nth(1).is_some()) {
            // Terminals disagree on the width of a character of several code points.
            let _ = write!(out, "\r\x1b[{column}C");
        }
    }

    /// Moves the cursor to a row and a column.
    fn go_to(&mut self, (row, column): (usize, usize), out: &mut String) {
        let mut go = |by: usize, direction: char| {
            if by > 0 {
                let _ = write!(out, "\x1b[{by}{direction}");
            }
        };
        let (row_before, column_before) = self.cursor;
        go(row_before.saturating_sub(row), 'A');
        go(row.saturating_sub(row_before), 'B');
        go(column_before.saturating_sub(column), 'D');
        go(column.saturating_sub(column_before), 'C');
        self.cursor = (row, column);
    }
}

/// Cuts a line into rows of at most `width` columns. There is always one, and the cursor behind a
/// full row is in a row of its own.
fn rows(line: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0;
    for grapheme in line.graphemes(true) {
        let columns = grapheme_columns(grapheme);
        if used + columns > width {
            rows.push(String::new());
            used = 0;
        }
        used += columns;
        if let Some(row) = rows.last_mut() {
            row.push_str(grapheme);
        }
    }
    if used == width {
        rows.push(String::new());
    }
    rows
}

/// Returns the row and the column of a byte offset of the line.
fn place(rows: &[String], mut byte: usize) -> (usize, usize) {
    for (y, row) in rows.iter().enumerate() {
        if byte < row.len() || y + 1 == rows.len() {
            return (y, columns(row.get(..byte).unwrap_or(row)));
        }
        byte -= row.len();
    }
    (0, 0)
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use proptest::prelude::*;

    use super::*;

    /// Returns the screen of a terminal after these bytes, and the position of its cursor.
    fn screen(out: &str, (width, height): (u16, u16)) -> (String, (u16, u16)) {
        let cells = |count| NonZero::new(count).unwrap();
        let mut parser = vt100::Parser::new(cells(height), cells(width), 0);
        parser.process(out.replace('\n', "\r\n").as_bytes());
        (parser.screen().contents(), parser.screen().cursor_position())
    }

    #[test]
    fn what_is_typed_at_the_end_is_sent_as_it_is() {
        let mut echo = Echo::default();
        let mut update = |line: &str, cursor| echo.update(line, cursor, (11, 5));
        assert_eq!(update("Name? ", 6), "Name? ");
        assert_eq!(update("Name? a", 7), "a");
        assert_eq!(update("Name? abcd", 10), "bcd\n");
        assert_eq!(update("Name? abcde", 11), "e");
        assert_eq!(update("Name? abcde", 11), "");
        // A key inside the line sends the rest.
        assert_eq!(update("Name? abcde", 7), "\x1b[1A\x1b[6C");
        assert_eq!(update("Name? aXbcde", 8), "\x1b[JXbc\nde\x1b[1A\x1b[6C");
        assert_eq!(echo.leave((11, 5)), "\x1b[1B\x1b[6D\n");
    }

    proptest! {
        #[test]
        fn the_screen_shows_the_rows_around_the_cursor(
            lines in prop::collection::vec(("[ab中e ]{0,60}", any::<prop::sample::Index>()), 1..8),
            size in (4_u16..12, 2_u16..6),
        ) {
            let sizes = (usize::from(size.0), usize::from(size.1));
            let mut echo = Echo::default();
            let mut out = "up\n".to_owned();
            for (line, index) in lines {
                let ends: Vec<usize> =
                    line.char_indices().map(|(at, _)| at).chain([line.len()]).collect();
                let cursor = *index.get(&ends);
                out += &echo.update(&line, cursor, sizes);
                let rows = rows(&line, sizes.0 - 1);
                let (row, column) = place(&rows, cursor);
                let (shown, at) = screen(&out, size);
                let shown: Vec<&str> = shown.split('\n').map(str::trim_end).collect();
                prop_assert_eq!(usize::from(at.1), column, "{:?}", out);
                prop_assert_eq!(shown.get(usize::from(at.0)).copied().unwrap_or(""), rows[row].trim_end());
                // All rows that the screen has room for, and nothing below them.
                let top = usize::from(at.0).saturating_sub(row);
                for (y, line) in shown.iter().enumerate().skip(top) {
                    let expected = (y + row).checked_sub(usize::from(at.0)).and_then(|at| rows.get(at));
                    prop_assert_eq!(*line, expected.map_or("", |row| row.trim_end()), "{:?}", out);
                }
            }
        }
    }
}
