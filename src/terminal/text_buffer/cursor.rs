//! The cursor and the selection: computes the target of a movement and the selected range.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::paragraph::{Paragraph, Position};
use super::{TextBuffer, ordered};

/// A movement of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::terminal) enum Motion {
    /// One grapheme back.
    Left,
    /// One grapheme forward.
    Right,
    /// To the start of a word.
    WordLeft,
    /// To the end of a word.
    WordRight,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the start of the row.
    RowStart,
    /// To the end of the row.
    RowEnd,
    /// To the start of this or the previous paragraph.
    ParagraphUp,
    /// To the end of this or the next paragraph.
    ParagraphDown,
    /// One page of rows up.
    PageUp,
    /// One page of rows down.
    PageDown,
    /// To the start of the text.
    Start,
    /// To the end of the text.
    End,
}

impl TextBuffer {
    /// Returns the position at which text is inserted.
    pub(in crate::terminal) fn cursor(&self) -> Position {
        self.cursor
    }

    /// Returns the selected range, or `None` if nothing is selected.
    pub(in crate::terminal) fn selection(&self) -> Option<Range<Position>> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some(ordered(anchor, self.cursor))
    }

    /// Selects the text between two positions and moves the cursor to the second.
    pub(in crate::terminal) fn select(&mut self, anchor: Position, cursor: Position) {
        self.anchor = Some(anchor);
        self.cursor = cursor;
        self.goal_column = None;
    }

    /// Moves the cursor. With `extend`, the selection grows or shrinks with it.
    pub(super) fn move_cursor(&mut self, motion: Motion, extend: bool) {
        // Without Shift, Left and Right leave the cursor at that end of the selection.
        let released = self.selection().filter(|_| !extend);
        self.anchor = extend.then(|| self.anchor.unwrap_or(self.cursor));
        let (_, column) = self.current_paragraph().row_and_column(self.cursor.byte);
        let column = self.goal_column.unwrap_or(column);
        self.cursor = match (released, motion) {
            (Some(selected), Motion::Left) => selected.start,
            (Some(selected), Motion::Right) => selected.end,
            _ => self.target(motion),
        };
        let vertical =
            matches!(motion, Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown);
        self.goal_column = vertical.then_some(column);
    }

    /// Moves the cursor after an edit: nothing is selected, and if the edit joined the text around
    /// the position to one grapheme, the cursor is behind it.
    pub(super) fn place_cursor(&mut self, position: Position) {
        self.anchor = None;
        self.goal_column = None;
        self.cursor = position;
        let paragraph = self.current_paragraph();
        if !paragraph.is_boundary(position.byte) {
            self.cursor.byte = paragraph.next_boundary(position.byte);
        }
    }

    /// Returns the position to which a movement leads.
    pub(super) fn target(&self, motion: Motion) -> Position {
        let Position { paragraph: index, byte } = self.cursor;
        let paragraph = self.current_paragraph();
        let text = paragraph.text.as_str();
        let (row, _) = paragraph.row_and_column(byte);
        let here = |byte| Position { paragraph: index, byte };
        let start_of = |index| Position { paragraph: index, byte: 0 };
        let (first, last) = (index == 0, index + 1 == self.paragraphs.len());
        match motion {
            Motion::Left | Motion::WordLeft if byte == 0 && first => here(0),
            Motion::Left | Motion::WordLeft if byte == 0 => self.end_of(index - 1),
            Motion::Right | Motion::WordRight if byte == text.len() && last => here(byte),
            Motion::Right | Motion::WordRight if byte == text.len() => start_of(index + 1),
            Motion::Left => here(paragraph.previous_boundary(byte)),
            Motion::Right => here(paragraph.next_boundary(byte)),
            Motion::WordLeft => {
                let mut words = paragraph.slice(0..byte).unicode_word_indices();
                here(words.next_back().map_or(0, |(start, _)| start))
            }
            Motion::WordRight => {
                let mut words = paragraph.slice(byte..text.len()).unicode_word_indices();
                here(words.next().map_or(text.len(), |(start, word)| byte + start + word.len()))
            }
            Motion::RowStart => here(paragraph.row_bounds(row).start),
            Motion::RowEnd => here(paragraph.row_bounds(row).end),
            Motion::ParagraphUp if byte > 0 => here(0),
            Motion::ParagraphUp => start_of(index.saturating_sub(1)),
            Motion::ParagraphDown if byte < text.len() || last => here(text.len()),
            Motion::ParagraphDown => self.end_of(index + 1),
            Motion::Up => self.rows_up(1),
            Motion::Down => self.rows_down(1),
            Motion::PageUp => self.rows_up(self.page_height),
            Motion::PageDown => self.rows_down(self.page_height),
            Motion::Start => Position::default(),
            Motion::End => self.end(),
        }
    }

    fn rows_up(&self, mut count: usize) -> Position {
        let (mut row, column) = self.current_paragraph().row_and_column(self.cursor.byte);
        let paragraphs = self.paragraphs.iter().enumerate();
        for (index, paragraph) in paragraphs.take(self.cursor.paragraph + 1).rev() {
            if index < self.cursor.paragraph {
                row = paragraph.row_count() - 1;
                count -= 1;
            }
            if count <= row {
                return self.at_column(index, paragraph, row - count, column);
            }
            count -= row;
        }
        Position::default()
    }

    fn rows_down(&self, mut count: usize) -> Position {
        let (row, column) = self.current_paragraph().row_and_column(self.cursor.byte);
        count += row;
        for (index, paragraph) in self.paragraphs.iter().enumerate().skip(self.cursor.paragraph) {
            if count < paragraph.row_count() {
                return self.at_column(index, paragraph, count, column);
            }
            count -= paragraph.row_count();
        }
        self.end()
    }

    /// Returns the position in a row at the column that vertical movement tries to keep.
    fn at_column(
        &self,
        index: usize,
        paragraph: &Paragraph,
        row: usize,
        column: usize,
    ) -> Position {
        let column = self.goal_column.unwrap_or(column);
        Position { paragraph: index, byte: paragraph.byte_at(row, column) }
    }
}
