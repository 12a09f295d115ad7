//! The text being written: paragraphs, cursor, selection and the way back. Knows no terminal.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::wrap;
use crate::model::words::WordRule;
use crate::terminal::canvas::columns;

/// A place in the text: a paragraph and a byte in it, always between two graphemes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place {
    /// Position of the paragraph.
    pub(super) paragraph: usize,
    /// Byte in the paragraph.
    pub(super) byte: usize,
}

/// Where a movement leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motion {
    /// One grapheme.
    Left,
    /// One grapheme.
    Right,
    /// To the start of a word.
    WordLeft,
    /// To the end of a word.
    WordRight,
    /// One row.
    Up,
    /// One row.
    Down,
    /// To the start of the row.
    RowStart,
    /// To the end of the row.
    RowEnd,
    /// To the start of this or the previous paragraph.
    ParagraphUp,
    /// To the end of this or the next paragraph.
    ParagraphDown,
    /// One page of rows.
    PageUp,
    /// One page of rows.
    PageDown,
    /// To the start of the text.
    Start,
    /// To the end of the text.
    End,
}

#[derive(Debug, Clone)]
struct Paragraph {
    text: String,
    /// The bytes at which its rows begin.
    rows: Vec<usize>,
    words: usize,
}

/// What a change was, for undoing: neighbouring changes of one kind are one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Typing,
    Deleting,
    /// A step of its own: a paste, a cut.
    Whole,
}

/// A change that can be undone.
#[derive(Debug, Clone)]
struct Step {
    start: Place,
    removed: String,
    inserted: String,
    cursor: Place,
    sort: Sort,
}

/// A text with a cursor.
#[derive(Debug)]
pub(super) struct TextBuffer {
    paragraphs: Vec<Paragraph>,
    cursor: Place,
    anchor: Option<Place>,
    /// The column that moving up and down tries to keep.
    goal: Option<usize>,
    width: usize,
    page: usize,
    rule: WordRule,
    words: usize,
    undo: Vec<Step>,
    redo: Vec<Step>,
    clipboard: String,
    /// The text as it was in the beginning.
    found: String,
    /// Where the last paste stands, until something else is done.
    pasted: Option<(Place, Place)>,
}

impl TextBuffer {
    /// A text to go on with, the cursor at its end.
    pub(super) fn new(text: &str, rule: WordRule) -> Self {
        let width = 80;
        let paragraph = |line: &str| Paragraph {
            text: line.to_owned(),
            rows: wrap::rows(line, width),
            words: rule.count(line),
        };
        let paragraphs: Vec<_> = text.split('\n').map(paragraph).collect();
        let words = paragraphs.iter().map(|paragraph| paragraph.words).sum();
        let mut composition = Self {
            paragraphs,
            cursor: Place::default(),
            anchor: None,
            goal: None,
            width,
            page: 10,
            rule,
            words,
            undo: Vec::new(),
            redo: Vec::new(),
            clipboard: String::new(),
            found: text.to_owned(),
            pasted: None,
        };
        composition.cursor = composition.end();
        composition
    }

    /// The text, paragraphs separated by line ends.
    pub(super) fn text(&self) -> String {
        let lines: Vec<_> =
            self.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        lines.join("\n")
    }

    /// Whether nothing is written.
    pub(super) fn is_empty(&self) -> bool {
        self.paragraphs.iter().all(|paragraph| paragraph.text.is_empty())
    }

    /// Words in the whole text.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The selected stretch, in order.
    pub(super) fn selection(&self) -> Option<(Place, Place)> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some((anchor.min(self.cursor), anchor.max(self.cursor)))
    }

    /// Words in the selection.
    pub(super) fn selected_words(&self) -> Option<usize> {
        let (start, end) = self.selection()?;
        Some(self.rule.count(&self.between(start, end)))
    }

    /// Where the first word past a limit begins.
    pub(super) fn limit_mark(&self, limit: usize) -> Option<Place> {
        if self.words <= limit {
            return None;
        }
        let mut before = 0;
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            if before + paragraph.words > limit {
                let word = self.rule.words(&paragraph.text).nth(limit - before)?;
                return Some(Place { paragraph: index, byte: word.start });
            }
            before += paragraph.words;
        }
        None
    }

    /// Lays the text out anew where the width of the column changed. `page` is its height.
    pub(super) fn lay_out(&mut self, width: usize, page: usize) {
        self.page = page.max(1);
        if width != self.width {
            self.width = width;
            for paragraph in &mut self.paragraphs {
                paragraph.rows = wrap::rows(&paragraph.text, width);
            }
        }
    }

    /// The row of the cursor, counted from the start of the text, and its column.
    pub(super) fn cursor_row(&self) -> (usize, usize) {
        let before: usize =
            self.paragraphs.iter().take(self.cursor.paragraph).map(|p| p.rows.len()).sum();
        let (row, column) = self.row_of(self.cursor);
        (before + row, column)
    }

    /// Rows of the whole text.
    pub(super) fn row_count(&self) -> usize {
        self.paragraphs.iter().map(|paragraph| paragraph.rows.len()).sum()
    }

    /// The rows from `top` on: where each begins, and its text.
    pub(super) fn rows_from(&self, top: usize) -> impl Iterator<Item = (Place, &str)> {
        let mut skipped = 0;
        let mut first = self.paragraphs.len();
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            if skipped + paragraph.rows.len() > top {
                first = index;
                break;
            }
            skipped += paragraph.rows.len();
        }
        let paragraphs = self.paragraphs.iter().enumerate().skip(first);
        paragraphs
            .flat_map(|(index, paragraph)| {
                let ends = paragraph.rows.iter().skip(1).copied().chain([paragraph.text.len()]);
                paragraph.rows.iter().zip(ends).map(move |(&start, end)| {
                    (
                        Place { paragraph: index, byte: start },
                        paragraph.text.get(start..end).unwrap_or_default(),
                    )
                })
            })
            .skip(top - skipped)
    }

    // ---- writing -------------------------------------------------------------------------

    /// Types text at the cursor, in place of the selection. Words are steps of undoing.
    pub(super) fn type_text(&mut self, text: &str) {
        self.insert(text, Sort::Typing);
    }

    /// Pastes text at the cursor, in place of the selection: one step of undoing.
    pub(super) fn paste(&mut self, text: &str) {
        let start = self.selection().map_or(self.cursor, |(start, _)| start);
        self.insert(text, Sort::Whole);
        self.pasted = Some((start, self.cursor));
    }

    /// Whether the next letter begins a line.
    pub(super) fn at_line_start(&self) -> bool {
        self.selection().map_or(self.cursor, |(start, _)| start).byte == 0
    }

    /// The lines that belong together here: the selection, the last paste, or the lines around the
    /// cursor up to the next empty ones.
    pub(super) fn passage(&self) -> (Place, Place) {
        if let Some(chosen) = self.selection().or(self.pasted) {
            return chosen;
        }
        let filled = |paragraph: &usize| !self.line(*paragraph).trim().is_empty();
        let here = self.cursor.paragraph;
        let first = (0..here).rev().take_while(filled).last().unwrap_or(here);
        let last = (here + 1..self.paragraphs.len()).take_while(filled).last().unwrap_or(here);
        (
            Place { paragraph: first, byte: 0 },
            Place { paragraph: last, byte: self.line(last).len() },
        )
    }

    /// Writes a stretch anew, as one step of undoing. `false` where it stays the same.
    pub(super) fn rewrite(&mut self, (start, end): (Place, Place), text: &str) -> bool {
        let changes = self.between(start, end) != text;
        if changes {
            self.change(start, end, text, Sort::Whole);
        }
        changes
    }

    /// Puts another text in the place of this one, as one step of undoing.
    pub(super) fn take_over(&mut self, text: &str) {
        self.rewrite((Place::default(), self.end()), text);
    }

    /// Where the next letter goes.
    pub(super) fn cursor(&self) -> Place {
        self.cursor
    }

    /// Takes back everything since the composition began, as one step of undoing. `false` where
    /// nothing has changed.
    pub(super) fn revert(&mut self) -> bool {
        let found = self.found.clone();
        self.rewrite((Place::default(), self.end()), &found)
    }

    fn insert(&mut self, text: &str, sort: Sort) {
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        self.change(start, end, text, sort);
    }

    /// Deletes the selection or, without one, what a movement passes over.
    pub(super) fn delete(&mut self, motion: Motion) {
        let (start, end) = self.selection().unwrap_or_else(|| {
            let there = self.target(motion);
            (there.min(self.cursor), there.max(self.cursor))
        });
        if start != end {
            let one = matches!(motion, Motion::Left | Motion::Right) && self.anchor.is_none();
            self.change(start, end, "", if one { Sort::Deleting } else { Sort::Whole });
        }
        self.anchor = None;
    }

    /// Copies the selection. `false` where nothing is selected.
    pub(super) fn copy(&mut self) -> bool {
        let Some((start, end)) = self.selection() else { return false };
        self.clipboard = self.between(start, end);
        true
    }

    /// Cuts the selection, or what a movement passes over. `false` where that is nothing.
    pub(super) fn cut(&mut self, motion: Option<Motion>) -> bool {
        if let (None, Some(motion)) = (self.selection(), motion) {
            self.anchor = Some(self.cursor);
            self.cursor = self.target(motion);
        }
        let cut = self.copy();
        if let Some((start, end)) = self.selection() {
            self.change(start, end, "", Sort::Whole);
        }
        self.anchor = None;
        cut
    }

    /// Pastes what was copied or cut here.
    pub(super) fn paste_clipboard(&mut self) {
        let text = self.clipboard.clone();
        self.paste(&text);
    }

    /// Takes the last step back. `false` where there is none.
    pub(super) fn undo(&mut self) -> bool {
        self.pasted = None;
        let Some(step) = self.undo.pop() else { return false };
        let end = end_of(step.start, &step.inserted);
        self.replace(step.start, end, &step.removed);
        self.cursor = step.cursor;
        self.settle();
        self.redo.push(step);
        true
    }

    /// Takes a step that was taken back once more. `false` where there is none.
    pub(super) fn redo(&mut self) -> bool {
        self.pasted = None;
        let Some(step) = self.redo.pop() else { return false };
        let end = end_of(step.start, &step.removed);
        self.replace(step.start, end, &step.inserted);
        self.cursor = end_of(step.start, &step.inserted);
        self.settle();
        self.undo.push(step);
        true
    }

    /// How many steps can be undone.
    pub(super) fn steps(&self) -> usize {
        self.undo.len()
    }

    /// Makes one step of all that were typed since there were `steps`.
    pub(super) fn join_steps(&mut self, steps: usize) {
        while self.undo.len() > steps + 1 {
            let Some(last) = self.undo.pop() else { return };
            match self.undo.last_mut() {
                Some(before)
                    if last.removed.is_empty()
                        && last.start == end_of(before.start, &before.inserted) =>
                {
                    before.inserted.push_str(&last.inserted);
                    before.sort = Sort::Whole;
                }
                _ => {
                    self.undo.push(last);
                    return;
                }
            }
        }
    }

    /// Has the text that the last step put in put in otherwise. `mend` is told whether it begins a
    /// line.
    pub(super) fn mend_last_step(&mut self, mend: impl Fn(&str, bool) -> String) {
        let Some(mut step) = self.undo.pop() else { return };
        let mended = mend(&step.inserted, step.start.byte == 0);
        if mended != step.inserted {
            self.replace(step.start, end_of(step.start, &step.inserted), &mended);
            self.cursor = end_of(step.start, &mended);
            step.inserted = mended;
            self.settle();
        }
        self.pasted = Some((step.start, end_of(step.start, &step.inserted)));
        self.undo.push(step);
    }

    fn change(&mut self, start: Place, end: Place, text: &str, sort: Sort) {
        if start == end && text.is_empty() {
            return;
        }
        let before = self.cursor;
        self.pasted = None;
        let removed = self.replace(start, end, text);
        self.cursor = end_of(start, text);
        self.redo.clear();
        let step = Step { start, removed, inserted: text.to_owned(), cursor: before, sort };
        match self.undo.last_mut() {
            Some(last) if last.takes(&step) => last.join(step),
            _ => self.undo.push(step),
        }
        self.settle();
    }

    /// After a change: no selection, and the cursor between two graphemes, also where the change
    /// joined two of them.
    fn settle(&mut self) {
        self.anchor = None;
        self.goal = None;
        let Place { paragraph, byte } = self.cursor;
        let text = self.line(paragraph);
        let on_boundary =
            GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0).unwrap_or(true);
        if !on_boundary {
            self.cursor.byte = next_boundary(text, byte);
        }
    }

    /// Replaces a stretch and returns what stood there. The only place that changes text.
    fn replace(&mut self, start: Place, end: Place, text: &str) -> String {
        let removed = self.between(start, end);
        let (width, rule) = (self.width, self.rule);
        if start.paragraph == end.paragraph && !text.contains('\n') {
            if let Some(paragraph) = self.paragraphs.get_mut(start.paragraph) {
                // Only the words around the edit are counted anew, however long the paragraph.
                let mut around = WordRule::around(&paragraph.text, start.byte..end.byte, text);
                let gone = rule.count_within(&paragraph.text, around.clone());
                paragraph.text.replace_range(start.byte..end.byte, text);
                around.end = around.end + text.len() - (end.byte - start.byte);
                let come = rule.count_within(&paragraph.text, around);
                wrap::update(
                    &mut paragraph.rows,
                    &paragraph.text,
                    width,
                    start.byte,
                    end.byte - start.byte,
                    text.len(),
                );
                paragraph.words = paragraph.words + come - gone;
                self.words = self.words + come - gone;
            }
            return removed;
        }
        let head = self.line(start.paragraph).get(..start.byte).unwrap_or_default();
        let tail = self.line(end.paragraph).get(end.byte..).unwrap_or_default();
        let joined = format!("{head}{text}{tail}");
        let new: Vec<_> = joined
            .split('\n')
            .map(|line| Paragraph {
                text: line.to_owned(),
                rows: wrap::rows(line, width),
                words: rule.count(line),
            })
            .collect();
        self.words += new.iter().map(|paragraph| paragraph.words).sum::<usize>();
        let old = self.paragraphs.splice(start.paragraph..=end.paragraph, new);
        let gone: usize = old.map(|paragraph| paragraph.words).sum();
        self.words -= gone;
        removed
    }

    // ---- moving --------------------------------------------------------------------------

    /// Moves the cursor; `select` stretches the selection with it.
    pub(super) fn go(&mut self, motion: Motion, select: bool) {
        // Without Shift an arrow first gives up the selection, at its own end.
        let released = self.selection().filter(|_| !select);
        self.anchor = if select { Some(self.anchor.unwrap_or(self.cursor)) } else { None };
        let column = self.goal.unwrap_or_else(|| self.row_of(self.cursor).1);
        self.cursor = match (released, motion) {
            (Some((start, _)), Motion::Left) => start,
            (Some((_, end)), Motion::Right) => end,
            _ => self.target(motion),
        };
        let vertical =
            matches!(motion, Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown);
        self.goal = vertical.then_some(column);
    }

    /// Selects the whole text.
    pub(super) fn select_all(&mut self) {
        self.anchor = Some(Place::default());
        self.cursor = self.end();
    }

    /// Selects from one place to another, where the cursor will be.
    pub(super) fn select(&mut self, (from, to): (Place, Place)) {
        self.anchor = Some(from);
        self.cursor = to;
        self.goal = None;
    }

    /// The paragraphs, and how many words each has.
    pub(super) fn paragraphs(&self) -> impl Iterator<Item = (&str, usize)> {
        self.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.words))
    }

    fn target(&self, motion: Motion) -> Place {
        let Place { paragraph, byte } = self.cursor;
        let text = self.line(paragraph);
        let here = |byte| Place { paragraph, byte };
        let previous_end = || match paragraph.checked_sub(1) {
            Some(before) => Place { paragraph: before, byte: self.line(before).len() },
            None => Place::default(),
        };
        let next_start = || {
            let next = Place { paragraph: paragraph + 1, byte: 0 };
            if next.paragraph < self.paragraphs.len() { next } else { self.cursor }
        };
        match motion {
            Motion::Left if byte == 0 => previous_end(),
            Motion::Left => here(previous_boundary(text, byte)),
            Motion::Right if byte == text.len() => next_start(),
            Motion::Right => here(next_boundary(text, byte)),
            Motion::WordLeft if byte == 0 => previous_end(),
            Motion::WordLeft => {
                let before = text.get(..byte).unwrap_or_default();
                here(before.unicode_word_indices().next_back().map_or(0, |(start, _)| start))
            }
            Motion::WordRight if byte == text.len() => next_start(),
            Motion::WordRight => {
                let after = text.get(byte..).unwrap_or_default();
                here(
                    after
                        .unicode_word_indices()
                        .next()
                        .map_or(text.len(), |(start, word)| byte + start + word.len()),
                )
            }
            Motion::RowStart => {
                let (row, _) = self.row_of(self.cursor);
                here(self.row_bounds(paragraph, row).0)
            }
            Motion::RowEnd => {
                let (row, _) = self.row_of(self.cursor);
                here(self.row_bounds(paragraph, row).1)
            }
            Motion::ParagraphUp if byte > 0 => here(0),
            Motion::ParagraphUp => Place { paragraph: paragraph.saturating_sub(1), byte: 0 },
            Motion::ParagraphDown if byte < text.len() => here(text.len()),
            Motion::ParagraphDown => {
                let next = (paragraph + 1).min(self.paragraphs.len() - 1);
                Place { paragraph: next, byte: self.line(next).len() }
            }
            Motion::Up => self.rows_away(1, false),
            Motion::Down => self.rows_away(1, true),
            Motion::PageUp => self.rows_away(self.page, false),
            Motion::PageDown => self.rows_away(self.page, true),
            Motion::Start => Place::default(),
            Motion::End => self.end(),
        }
    }

    fn rows_away(&self, count: usize, down: bool) -> Place {
        let (mut row, column) = self.row_of(self.cursor);
        let column = self.goal.unwrap_or(column);
        let mut paragraph = self.cursor.paragraph;
        for _ in 0..count {
            let rows = self.paragraphs.get(paragraph).map_or(1, |paragraph| paragraph.rows.len());
            if down && row + 1 < rows {
                row += 1;
            } else if down && paragraph + 1 < self.paragraphs.len() {
                paragraph += 1;
                row = 0;
            } else if down {
                return self.end();
            } else if row > 0 {
                row -= 1;
            } else if paragraph > 0 {
                paragraph -= 1;
                row =
                    self.paragraphs.get(paragraph).map_or(1, |paragraph| paragraph.rows.len()) - 1;
            } else {
                return Place::default();
            }
        }
        let (start, end) = self.row_bounds(paragraph, row);
        let text = self.line(paragraph).get(start..end).unwrap_or_default();
        let mut used = 0;
        for (offset, grapheme) in text.grapheme_indices(true) {
            used += columns(grapheme);
            if used > column {
                return Place { paragraph, byte: start + offset };
            }
        }
        Place { paragraph, byte: end }
    }

    /// The first and the last place of a row. The last one of a wrapped row stands before the
    /// grapheme that ends it: behind it the next row begins.
    fn row_bounds(&self, paragraph: usize, row: usize) -> (usize, usize) {
        let Some(Paragraph { text, rows, .. }) = self.paragraphs.get(paragraph) else {
            return (0, 0);
        };
        let start = rows.get(row).copied().unwrap_or(0);
        let end =
            rows.get(row + 1).map_or(text.len(), |&next| previous_boundary(text, next).max(start));
        (start, end)
    }

    fn row_of(&self, place: Place) -> (usize, usize) {
        let Some(Paragraph { text, rows, .. }) = self.paragraphs.get(place.paragraph) else {
            return (0, 0);
        };
        let row = rows.partition_point(|&start| start <= place.byte).saturating_sub(1);
        let start = rows.get(row).copied().unwrap_or(0);
        (row, columns(text.get(start..place.byte).unwrap_or_default()))
    }

    fn line(&self, paragraph: usize) -> &str {
        self.paragraphs.get(paragraph).map_or("", |paragraph| paragraph.text.as_str())
    }

    fn end(&self) -> Place {
        let paragraph = self.paragraphs.len() - 1;
        Place { paragraph, byte: self.line(paragraph).len() }
    }

    /// The text of a stretch.
    pub(super) fn between(&self, start: Place, end: Place) -> String {
        if start.paragraph == end.paragraph {
            return self
                .line(start.paragraph)
                .get(start.byte..end.byte)
                .unwrap_or_default()
                .to_owned();
        }
        let mut text = self.line(start.paragraph).get(start.byte..).unwrap_or_default().to_owned();
        for paragraph in start.paragraph + 1..end.paragraph {
            text.push('\n');
            text.push_str(self.line(paragraph));
        }
        text.push('\n');
        text.push_str(self.line(end.paragraph).get(..end.byte).unwrap_or_default());
        text
    }
}

impl Step {
    /// Whether another change belongs to this step: letters of one word, or one row of Backspace.
    fn takes(&self, next: &Self) -> bool {
        match (self.sort, next.sort) {
            (Sort::Typing, Sort::Typing) => {
                let begins_word = self.inserted.ends_with(char::is_whitespace)
                    && !next.inserted.starts_with(char::is_whitespace);
                next.removed.is_empty()
                    && next.start == end_of(self.start, &self.inserted)
                    && !begins_word
            }
            (Sort::Deleting, Sort::Deleting) => {
                let back = end_of(next.start, &next.removed) == self.start;
                let same = (next.start == self.start) || back;
                same && !next.removed.contains(char::is_whitespace)
            }
            (Sort::Typing | Sort::Deleting | Sort::Whole, _) => false,
        }
    }

    fn join(&mut self, next: Self) {
        if next.sort == Sort::Typing {
            self.inserted.push_str(&next.inserted);
        } else if next.start == self.start {
            self.removed.push_str(&next.removed);
        } else {
            self.removed.insert_str(0, &next.removed);
            self.start = next.start;
        }
    }
}

fn end_of(start: Place, text: &str) -> Place {
    match text.rsplit_once('\n') {
        Some((before, last)) => Place {
            paragraph: start.paragraph + before.matches('\n').count() + 1,
            byte: last.len(),
        },
        None => Place { paragraph: start.paragraph, byte: start.byte + text.len() },
    }
}

fn next_boundary(text: &str, byte: usize) -> usize {
    GraphemeCursor::new(byte, text.len(), true)
        .next_boundary(text, 0)
        .ok()
        .flatten()
        .unwrap_or(text.len())
}

fn previous_boundary(text: &str, byte: usize) -> usize {
    GraphemeCursor::new(byte, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> TextBuffer {
        let mut composition = TextBuffer::new("", WordRule::WordProcessor);
        text.chars().for_each(|c| composition.type_text(&c.to_string()));
        composition
    }

    #[test]
    fn backspace_takes_one_grapheme_whatever_it_is_made_of() {
        for grapheme in ["e\u{301}", "👩‍👩‍👧", "🇪🇺", "中", "n"] {
            let mut composition = TextBuffer::new(&format!("a{grapheme}"), WordRule::WordProcessor);
            composition.delete(Motion::Left);
            assert_eq!(composition.text(), "a", "{grapheme}");
        }
    }

    #[test]
    fn undo_goes_back_word_by_word_and_redo_forth() {
        let mut composition = typed("one two");
        composition.paste(" three four");
        composition.undo();
        assert_eq!(composition.text(), "one two");
        composition.undo();
        assert_eq!(composition.text(), "one ");
        composition.redo();
        composition.redo();
        assert_eq!(composition.text(), "one two three four");
        assert!(!composition.redo());
    }

    #[test]
    fn the_mark_stands_where_the_first_word_too_many_begins() {
        let composition = TextBuffer::new("one two\n\n- three four", WordRule::WordProcessor);
        assert_eq!(composition.limit_mark(3), Some(Place { paragraph: 2, byte: 8 }));
        assert_eq!(composition.limit_mark(2), Some(Place { paragraph: 2, byte: 2 }));
        assert_eq!(composition.limit_mark(4), None);
    }

    #[test]
    fn a_selection_is_replaced_cut_and_pasted() {
        let mut composition = TextBuffer::new("one two", WordRule::WordProcessor);
        composition.go(Motion::WordLeft, true);
        assert_eq!(composition.selected_words(), Some(1));
        assert!(composition.cut(None));
        composition.go(Motion::Start, false);
        composition.paste_clipboard();
        assert_eq!(composition.text(), "twoone ");
        composition.select_all();
        composition.type_text("x");
        assert_eq!(composition.text(), "x");
    }

    #[test]
    fn moving_up_and_down_keeps_the_column() {
        let mut composition =
            TextBuffer::new("long line here\nx\nanother line", WordRule::WordProcessor);
        composition.go(Motion::Up, false);
        composition.go(Motion::Up, false);
        assert_eq!(composition.cursor, Place { paragraph: 0, byte: 12 });
    }

    #[test]
    fn a_whole_visit_is_taken_back_and_the_step_back_is_a_step_too() {
        let mut composition = TextBuffer::new("as it was", WordRule::WordProcessor);
        composition.type_text(" and more");
        composition.go(Motion::Start, false);
        composition.paste("Before: ");
        assert!(composition.revert());
        assert_eq!(composition.text(), "as it was");
        assert!(!composition.revert());
        composition.undo();
        assert_eq!(composition.text(), "Before: as it was and more");
    }

    #[test]
    fn a_paste_that_came_in_pieces_is_one_passage_also_after_it_was_mended() {
        let mut composition = typed("- ");
        let steps = composition.steps();
        for piece in ["\n• one\n", "• two\n", "• three"] {
            composition.paste(piece);
            composition.join_steps(steps);
            composition.mend_last_step(|text, _| text.replace('•', "-"));
        }
        let (start, end) = composition.passage();
        assert_eq!(composition.between(start, end), "\n- one\n- two\n- three");
        assert!(composition.undo());
        assert_eq!(composition.text(), "- ");
    }

    #[test]
    fn a_passage_is_what_is_selected_or_pasted_or_around_the_cursor() {
        let text = |composition: &TextBuffer| {
            let (start, end) = composition.passage();
            composition.between(start, end)
        };
        let mut composition = TextBuffer::new("one\ntwo\n\nthree", WordRule::WordProcessor);
        assert_eq!(text(&composition), "three");
        composition.go(Motion::Start, false);
        assert_eq!(text(&composition), "one\ntwo");
        composition.paste("zero\nnull ");
        assert_eq!(text(&composition), "zero\nnull ");
        composition.go(Motion::Right, true);
        assert_eq!(text(&composition), "o");
    }

    #[derive(Debug, Clone)]
    pub(in super::super) enum Key {
        Type(String),
        Paste(String),
        Delete(Motion),
        Go(Motion, bool),
        Cut,
        PasteBack,
        All,
        TakeBack,
        Undo,
        Redo,
        Resize(usize),
    }

    fn motion() -> impl Strategy<Value = Motion> {
        use Motion::*;
        prop::sample::select(vec![
            Left,
            Right,
            WordLeft,
            WordRight,
            Up,
            Down,
            RowStart,
            RowEnd,
            ParagraphUp,
            ParagraphDown,
            PageUp,
            PageDown,
            Start,
            End,
        ])
    }

    pub(in super::super) fn key() -> impl Strategy<Value = Key> {
        prop_oneof![
            5 => "[ab *–\u{301}中👩\u{200D}🇪🇺\\n-]".prop_map(Key::Type),
            1 => "[ab )(1\\[\\].\u{A0}\u{301}中👩\\n]{0,30}".prop_map(Key::Paste),
            2 => motion().prop_map(Key::Delete),
            4 => (motion(), any::<bool>()).prop_map(|(motion, select)| Key::Go(motion, select)),
            1 => Just(Key::Cut), 1 => Just(Key::PasteBack), 1 => Just(Key::All),
            2 => Just(Key::Undo), 1 => Just(Key::Redo), 1 => Just(Key::TakeBack), 1 => (1_usize..30).prop_map(Key::Resize),
        ]
    }

    /// Presses a key; a change of the width is a key too.
    pub(in super::super) fn press(composition: &mut TextBuffer, key: &Key) {
        match key {
            Key::Type(text) => composition.type_text(text),
            Key::Paste(text) => composition.paste(text),
            Key::Delete(motion) => composition.delete(*motion),
            Key::Go(motion, select) => composition.go(*motion, *select),
            Key::Cut => drop(composition.cut(None)),
            Key::PasteBack => composition.paste_clipboard(),
            Key::All => composition.select_all(),
            Key::TakeBack => drop(composition.revert()),
            Key::Undo => drop(composition.undo()),
            Key::Redo => drop(composition.redo()),
            Key::Resize(width) => composition.lay_out(*width, 5),
        }
    }

    /// The byte of a place in the plain text.
    fn flat(text: &str, place: Place) -> usize {
        text.split('\n').take(place.paragraph).map(|line| line.len() + 1).sum::<usize>()
            + place.byte
    }

    proptest! {
        #[test]
        fn any_sequence_of_keys_gives_the_text_of_a_plain_model(keys in prop::collection::vec(key(), 0..60)) {
            let mut composition = TextBuffer::new("", WordRule::WordProcessor);
            let mut model = String::new();
            let mut clipboard = String::new();
            let mut past = vec![String::new()];
            for key in keys {
                let selected = composition.selection().map(|(a, b)| flat(&model, a)..flat(&model, b));
                let cursor = flat(&model, composition.cursor);
                let there = |motion| flat(&model, composition.target(motion));
                match &key {
                    Key::Type(text) | Key::Paste(text) => model.replace_range(selected.unwrap_or(cursor..cursor), text),
                    Key::Delete(motion) => {
                        let there = there(*motion);
                        model.replace_range(selected.unwrap_or(cursor.min(there)..cursor.max(there)), "");
                    }
                    Key::Cut => if let Some(range) = selected {
                        clipboard = model[range.clone()].to_owned();
                        model.replace_range(range, "");
                    },
                    Key::PasteBack => model.replace_range(selected.unwrap_or(cursor..cursor), &clipboard),
                    Key::TakeBack => model.clear(),
                    Key::Go(..) | Key::All | Key::Undo | Key::Redo | Key::Resize(_) => {}
                }
                press(&mut composition, &key);
                if matches!(key, Key::Undo | Key::Redo) {
                    let now = composition.text();
                    prop_assert!(now == model || past.contains(&now), "made a text that never was");
                    model = now;
                }
                past.push(model.clone());
                let text = composition.text();
                prop_assert_eq!(&text, &model);
                prop_assert_eq!(composition.words(), WordRule::WordProcessor.count(&text));
                let Place { paragraph, byte } = composition.cursor;
                let line = composition.line(paragraph);
                prop_assert!(GraphemeCursor::new(byte, line.len(), true).is_boundary(line, 0).unwrap());
                for paragraph in &composition.paragraphs {
                    prop_assert_eq!(&paragraph.rows, &wrap::rows(&paragraph.text, composition.width));
                }
            }
            while composition.undo() {}
            prop_assert_eq!(composition.text(), "");
        }
    }
}
