//! The text being edited: paragraphs, cursor, selection and undo history. Independent of the
//! terminal.

mod cursor;
mod paragraph;
mod undo;
mod wrap;

use std::ops::Range;

use crate::model::spelling::{Speller, is_foreign};
use crate::model::text::normalize_line;
use crate::model::words::WordRule;
pub(super) use cursor::Motion;
use paragraph::Paragraph;
pub(super) use paragraph::Position;
use undo::{EditKind, UndoHistory, UndoStep};

/// To check the spelling of a paragraph of more bytes may take longer than a key should wait.
const LONG_PARAGRAPH: usize = 8 << 10;

/// What a key does to a text. These are the actions that a field of one line needs as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextAction {
    /// Moves the cursor.
    Move(Motion),
    /// Selects the whole text.
    SelectAll,
    /// Copies the selection to the buffer's clipboard.
    Copy,
    /// Cuts the selection or, without one, the text that a movement passes over.
    Cut(Option<Motion>),
    /// Pastes what was copied or cut.
    Paste,
    /// Deletes the selection or, without one, the text that a movement passes over.
    Delete(Motion),
    /// Undoes the latest step.
    Undo,
    /// Redoes the step undone last.
    Redo,
}

impl TextAction {
    /// Whether the action can change the text.
    pub(super) fn is_edit(self) -> bool {
        match self {
            Self::Move(_) | Self::SelectAll | Self::Copy => false,
            Self::Cut(_) | Self::Paste | Self::Delete(_) | Self::Undo | Self::Redo => true,
        }
    }
}

/// A text with a cursor, a selection, a clipboard and an undo history.
///
/// The text is a list of paragraphs, wrapped at the width of the screen. Every edit replaces a range
/// of positions through [`replace`](Self::replace), which recomputes the rows and the word count of
/// the paragraphs it touches and of no others; the other operations only choose the range and record
/// the edit for undo. Positions are always between two graphemes, so that a character made of
/// several code points is moved over, selected and deleted as a whole.
///
/// It is our own because ratatui-textarea, the best kept crate for this, moves and deletes by
/// `char`: Backspace leaves half of an emoji, and Left goes between a letter and its accent.
#[derive(Debug)]
pub(super) struct TextBuffer {
    /// Never empty.
    paragraphs: Vec<Paragraph>,
    cursor: Position,
    /// The other end of the selection.
    anchor: Option<Position>,
    /// The column that vertical movement tries to keep.
    goal_column: Option<usize>,
    /// The width at which the text is wrapped, in columns.
    width: usize,
    /// The rows that a page up or down moves over.
    page_height: usize,
    rule: WordRule,
    history: UndoHistory,
    clipboard: String,
}

impl TextBuffer {
    /// Creates a buffer that holds `text`, with the cursor at the end.
    pub(super) fn new(text: &str, rule: WordRule) -> Self {
        let width = 80;
        let mut buffer = Self {
            paragraphs: text.split('\n').map(|line| Paragraph::new(line, width, rule)).collect(),
            cursor: Position::default(),
            anchor: None,
            goal_column: None,
            width,
            page_height: 10,
            rule,
            history: UndoHistory::default(),
            clipboard: String::new(),
        };
        buffer.cursor = buffer.end();
        buffer
    }

    // ---- reading -------------------------------------------------------------------------

    /// Returns the text, its paragraphs separated by line feeds.
    pub(super) fn text(&self) -> String {
        self.slice(&(Position::default()..self.end()))
    }

    /// Returns the text of a range.
    pub(super) fn slice(&self, range: &Range<Position>) -> String {
        let Range { start, end } = range;
        let mut text = String::new();
        let paragraphs = self.paragraphs.iter().enumerate().take(end.paragraph + 1);
        for (index, paragraph) in paragraphs.skip(start.paragraph) {
            let from = if index == start.paragraph { start.byte } else { 0 };
            let to = if index == end.paragraph { end.byte } else { paragraph.text.len() };
            if index > start.paragraph {
                text.push('\n');
            }
            text.push_str(paragraph.slice(from..to));
        }
        text
    }

    /// Returns each paragraph with its number of words.
    pub(super) fn paragraphs(&self) -> impl Iterator<Item = (&str, usize)> {
        self.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.words))
    }

    /// Whether the text has no characters besides line feeds.
    pub(super) fn is_empty(&self) -> bool {
        self.paragraphs.iter().all(|paragraph| paragraph.text.is_empty())
    }

    /// Counts the words of the text.
    pub(super) fn words(&self) -> usize {
        self.paragraphs.iter().map(|paragraph| paragraph.words).sum()
    }

    /// Counts the selected words. Returns `None` if nothing is selected.
    pub(super) fn selected_words(&self) -> Option<usize> {
        Some(self.rule.count(&self.slice(&self.selection()?)))
    }

    /// Returns the start of the first word over a limit, or `None` if the text is within it.
    pub(super) fn limit_mark(&self, limit: usize) -> Option<Position> {
        let mut before = 0;
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            if before + paragraph.words > limit {
                let word = self.rule.words(&paragraph.text).nth(limit - before)?;
                return Some(Position { paragraph: index, byte: word.start });
            }
            before += paragraph.words;
        }
        None
    }

    /// Whether text inserted now starts at the beginning of a line.
    pub(super) fn is_at_line_start(&self) -> bool {
        self.selection().map_or(self.cursor, |selected| selected.start).byte == 0
    }

    /// Returns the range that joining lines works on: the selection, the text that was just pasted,
    /// or the lines around the cursor up to the next empty ones.
    pub(super) fn passage(&self) -> Range<Position> {
        if let Some(range) = self.selection().or_else(|| self.history.pasted_range()) {
            return range;
        }
        let here = self.cursor.paragraph;
        let is_blank = |paragraph: &Paragraph| paragraph.text.trim().is_empty();
        let before = self.paragraphs.iter().take(here).rev().take_while(|p| !is_blank(p)).count();
        let after = self.paragraphs.iter().skip(here + 1).take_while(|p| !is_blank(p)).count();
        Position { paragraph: here - before, byte: 0 }..self.end_of(here + after)
    }

    /// Returns the paragraph of the cursor.
    fn current_paragraph(&self) -> &Paragraph {
        self.paragraph(self.cursor.paragraph)
    }

    #[expect(clippy::indexing_slicing, reason = "a `Position` is inside the text")]
    fn paragraph(&self, index: usize) -> &Paragraph {
        &self.paragraphs[index]
    }

    fn end_of(&self, index: usize) -> Position {
        Position { paragraph: index, byte: self.paragraph(index).text.len() }
    }

    /// Returns the position behind the text.
    pub(super) fn end(&self) -> Position {
        self.end_of(self.paragraphs.len() - 1)
    }

    // ---- spelling ------------------------------------------------------------------------

    /// Checks the spelling of the paragraphs that have changed, very long ones only on request.
    /// Returns whether there were any.
    pub(super) fn check_spelling(&mut self, speller: &Speller, with_long: bool) -> bool {
        let mut checked = false;
        for paragraph in &mut self.paragraphs {
            let is_short = paragraph.text.len() <= LONG_PARAGRAPH;
            if !paragraph.is_spelling_checked && (with_long || is_short) {
                paragraph.spelling = speller.check(&paragraph.text);
                paragraph.is_spelling_checked = true;
                checked = true;
            }
        }
        checked
    }

    /// Has all paragraphs checked again, because another word is right now.
    pub(super) fn forget_spelling(&mut self) {
        self.paragraphs.iter_mut().for_each(|paragraph| paragraph.is_spelling_checked = false);
    }

    /// Whether the text is in another language than the dictionary.
    pub(super) fn is_foreign(&self) -> bool {
        let checks = self.paragraphs.iter().map(|paragraph| &paragraph.spelling);
        let (words, unknown) = checks
            .fold((0, 0), |(words, unknown), check| (words + check.words, unknown + check.unknown));
        is_foreign(words, unknown)
    }

    /// Returns the misspelt words, but not the one that is being typed, and none of a text in
    /// another language.
    pub(super) fn misspelt(&self) -> impl Iterator<Item = Range<Position>> {
        let typed = self.cursor;
        let is_typing = self.history.typing_end() == Some(typed);
        let paragraphs = if self.is_foreign() { &[][..] } else { &self.paragraphs };
        let words = paragraphs.iter().enumerate().flat_map(|(paragraph, line)| {
            let ranges = line.spelling.misspelt.iter();
            let position = move |byte| Position { paragraph, byte };
            ranges.map(move |range| position(range.start)..position(range.end))
        });
        words.filter(move |range| !(is_typing && range.end == typed))
    }

    // ---- rows ----------------------------------------------------------------------------

    /// Wraps the text at `width` columns. A page up or down moves over `page_height` rows.
    pub(super) fn lay_out(&mut self, width: usize, page_height: usize) {
        self.page_height = page_height.max(1);
        if width != self.width {
            self.width = width;
            self.paragraphs.iter_mut().for_each(|paragraph| paragraph.wrap(width));
        }
    }

    /// Returns the 0-based row of the cursor in the text, and its column.
    pub(super) fn cursor_row(&self) -> (usize, usize) {
        let before = self.paragraphs.iter().take(self.cursor.paragraph);
        let (row, column) = self.current_paragraph().row_and_column(self.cursor.byte);
        (before.map(Paragraph::row_count).sum::<usize>() + row, column)
    }

    /// Counts the rows of the text.
    pub(super) fn row_count(&self) -> usize {
        self.paragraphs.iter().map(Paragraph::row_count).sum()
    }

    /// Returns the rows from the 0-based row `top` on, each with the position at which it starts.
    pub(super) fn rows_from(&self, top: usize) -> impl Iterator<Item = (Position, &str)> {
        let mut skip = top;
        let shows = |paragraph: &Paragraph| match skip.checked_sub(paragraph.row_count()) {
            Some(rest) => {
                skip = rest;
                false
            }
            None => true,
        };
        let first = self.paragraphs.iter().position(shows).unwrap_or(self.paragraphs.len());
        let paragraphs = self.paragraphs.iter().enumerate().skip(first);
        let rows = paragraphs.flat_map(|(index, paragraph)| {
            let position = move |byte| Position { paragraph: index, byte };
            paragraph.rows().map(move |(start, row)| (position(start), row))
        });
        rows.skip(skip)
    }

    /// Returns the columns by which the row that starts at a position is indented.
    pub(super) fn row_indent(&self, start: Position) -> usize {
        self.paragraph(start.paragraph).row_indent(start.byte)
    }

    // ---- clipboard -----------------------------------------------------------------------

    /// Returns what was cut or copied last.
    pub(super) fn clipboard(&self) -> &str {
        &self.clipboard
    }

    /// Sets what is pasted.
    pub(super) fn set_clipboard(&mut self, text: String) {
        self.clipboard = text;
    }

    // ---- editing -------------------------------------------------------------------------

    /// Applies the action of a key; with `extend`, a movement extends the selection. Returns `false` if there was
    /// nothing to do, such as nothing to undo or nothing selected to copy.
    pub(super) fn apply(&mut self, action: TextAction, extend: bool) -> bool {
        match action {
            TextAction::Move(motion) => self.move_cursor(motion, extend),
            TextAction::SelectAll => self.select(Position::default(), self.end()),
            TextAction::Copy => return self.copy(self.selection()),
            TextAction::Cut(motion) => return self.cut(motion),
            TextAction::Paste => return self.paste(&self.clipboard.clone()),
            TextAction::Delete(motion) => return self.delete(motion),
            TextAction::Undo => return self.undo(),
            TextAction::Redo => return self.redo(),
        }
        true
    }

    /// Inserts typed text in place of the selection. Each word becomes an undo step.
    pub(super) fn type_text(&mut self, text: &str) {
        self.edit(self.range(None), text, EditKind::Typing);
    }

    /// Inserts text in place of the selection as a single undo step. Does nothing if
    /// `text` is empty. Returns whether the text changed.
    pub(super) fn paste(&mut self, text: &str) -> bool {
        !text.is_empty() && self.edit(self.range(None), text, EditKind::Paste)
    }

    /// Pastes text as one line. White space at its ends becomes one blank where it separates words.
    pub(super) fn paste_line(&mut self, text: &str) -> bool {
        let range = self.range(None);
        let before = self.slice(&(Position::default()..range.start));
        let after = self.slice(&(range.end..self.end()));
        let mut line = normalize_line(text);
        if text.starts_with(char::is_whitespace) && before.ends_with(|c: char| !c.is_whitespace()) {
            line.insert(0, ' ');
        }
        let separates = !line.ends_with(' ') && text.ends_with(char::is_whitespace);
        if separates && after.starts_with(|c: char| !c.is_whitespace()) {
            line.push(' ');
        }
        self.paste(&line)
    }

    /// Replaces a range as a single undo step. Returns whether the text changed.
    pub(super) fn rewrite(&mut self, range: Range<Position>, text: &str) -> bool {
        self.slice(&range) != text && self.edit(range, text, EditKind::Single)
    }

    /// Replaces the whole text as a single undo step. Returns whether the text changed.
    pub(super) fn rewrite_all(&mut self, text: &str) -> bool {
        self.rewrite(Position::default()..self.end(), text)
    }

    /// Returns the number of steps that can be undone, for [`merge_paste`](Self::merge_paste).
    pub(super) fn undo_len(&self) -> usize {
        self.history.len()
    }

    /// Makes a single paste of the text that was inserted piece by piece since the undo history had
    /// `undo_len` steps. `clean` gets that text and whether it begins a line, and returns what
    /// replaces it.
    pub(super) fn merge_paste(&mut self, undo_len: usize, clean: impl Fn(&str, bool) -> String) {
        let Some(step) = self.history.take_since(undo_len) else { return };
        let inserted = clean(&step.inserted, step.start.byte == 0);
        self.replace(step.inserted_range(), &inserted);
        let step = UndoStep { inserted, kind: EditKind::Paste, ..step };
        self.place_cursor(step.inserted_range().end);
        self.history.put_back(step);
    }

    fn delete(&mut self, motion: Motion) -> bool {
        let one = matches!(motion, Motion::Left | Motion::Right) && self.selection().is_none();
        let kind = if one { EditKind::Deleting } else { EditKind::Single };
        self.edit(self.range(Some(motion)), "", kind)
    }

    fn copy(&mut self, range: Option<Range<Position>>) -> bool {
        let copied = range.map(|range| self.slice(&range)).filter(|text| !text.is_empty());
        copied.map(|text| self.clipboard = text).is_some()
    }

    fn cut(&mut self, motion: Option<Motion>) -> bool {
        let range = self.range(motion);
        self.copy(Some(range.clone())) && self.edit(range, "", EditKind::Single)
    }

    fn undo(&mut self) -> bool {
        let Some(step) = self.history.undo() else { return false };
        self.replace(step.inserted_range(), &step.removed);
        self.place_cursor(step.cursor);
        true
    }

    fn redo(&mut self) -> bool {
        let Some(step) = self.history.redo() else { return false };
        self.replace(step.removed_range(), &step.inserted);
        self.place_cursor(step.inserted_range().end);
        true
    }

    /// Returns the selection or, without one, the range that a movement passes over.
    fn range(&self, motion: Option<Motion>) -> Range<Position> {
        let target = motion.map_or(self.cursor, |motion| self.target(motion));
        self.selection().unwrap_or_else(|| ordered(self.cursor, target))
    }

    /// Replaces a range and records it for undo. Returns `false` if there was nothing to do.
    fn edit(&mut self, range: Range<Position>, text: &str, kind: EditKind) -> bool {
        let (start, cursor) = (range.start, self.cursor);
        let changes = !range.is_empty() || !text.is_empty();
        if changes {
            let removed = self.replace(range, text);
            self.place_cursor(start.after(text));
            self.history.record(UndoStep {
                start,
                removed,
                inserted: text.to_owned(),
                cursor,
                kind,
            });
        }
        changes
    }

    /// Replaces a range and returns the text that was there. Nothing else changes the text.
    fn replace(&mut self, range: Range<Position>, text: &str) -> String {
        let removed = self.slice(&range);
        let Range { start, end } = range;
        let head = self.paragraph(start.paragraph).slice(0..start.byte);
        let last = self.paragraph(end.paragraph);
        let changed = format!("{head}{text}{}", last.slice(end.byte..last.text.len()));
        let paragraph = |line| Paragraph::new(line, self.width, self.rule);
        let mut paragraphs: Vec<_> = changed.split('\n').map(paragraph).collect();
        self.carry_spelling(&Range { start, end }, &mut paragraphs);
        self.paragraphs.splice(start.paragraph..=end.paragraph, paragraphs);
        removed
    }

    /// Copies the marks of the misspelt words around a range to the paragraphs that replace it, where
    /// they stay until the next check.
    fn carry_spelling(&self, range: &Range<Position>, paragraphs: &mut [Paragraph]) {
        let Range { start, end } = range;
        let (old_first, old_last) =
            (self.paragraph(start.paragraph), self.paragraph(end.paragraph));
        let behind = old_last.spelling.misspelt.iter().filter(|word| word.start >= end.byte);
        if let Some(first) = paragraphs.first_mut() {
            first.spelling = old_first.spelling.clone();
            first.spelling.misspelt.retain(|word| word.end <= start.byte);
        }
        if let Some(last) = paragraphs.last_mut() {
            let (before, now) = (old_last.text.len(), last.text.len());
            let moved = behind.map(|word| word.start + now - before..word.end + now - before);
            last.spelling.misspelt.extend(moved);
        }
    }
}

/// Returns the range between two positions, whichever of them comes first.
fn ordered(a: Position, b: Position) -> Range<Position> {
    a.min(b)..a.max(b)
}

#[cfg(test)]
pub(super) mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use proptest::prelude::*;

    use super::wrap::{hanging_indent, row_starts};
    use super::*;
    use crate::model::spelling::LineCheck;
    use crate::terminal::keys::{self, KeyAction};

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn ctrl(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::CONTROL)
    }

    fn shift(key: KeyEvent) -> KeyEvent {
        KeyEvent::new(key.code, key.modifiers | KeyModifiers::SHIFT)
    }

    fn letters(text: &str) -> Vec<KeyEvent> {
        text.chars().map(|c| key(KeyCode::Char(c))).collect()
    }

    const LEFT: KeyCode = KeyCode::Left;
    const RIGHT: KeyCode = KeyCode::Right;
    const BACKSPACE: KeyCode = KeyCode::Backspace;
    const DELETE: KeyCode = KeyCode::Delete;

    /// Returns the buffer of a drawing: `|` is the cursor, `[` and `]` enclose the selection.
    fn drawn(drawing: &str) -> TextBuffer {
        let mut buffer = TextBuffer::new("", WordRule::WordProcessor);
        let (mut cursor, mut selected) = (None, Vec::new());
        let mut text = String::new();
        for c in drawing.chars() {
            let here = Position::default().after(&text);
            match c {
                '|' => cursor = Some(here),
                '[' | ']' => selected.push(here),
                _ => text.push(c),
            }
        }
        buffer.paragraphs = TextBuffer::new(&text, buffer.rule).paragraphs;
        buffer.cursor = cursor.unwrap();
        buffer.anchor = selected.into_iter().find(|end| *end != buffer.cursor);
        buffer
    }

    /// Returns the words that are marked as misspelt.
    fn marked(buffer: &TextBuffer) -> Vec<String> {
        buffer.misspelt().map(|range| buffer.slice(&range)).collect()
    }

    #[test]
    fn the_marks_of_misspelt_words_move_with_the_text_until_the_next_check() {
        let mut buffer = drawn("teh |cat recieve it");
        buffer.paragraphs[0].spelling =
            LineCheck { misspelt: vec![0..3, 8..15], words: 20, unknown: 2 };
        assert_eq!(marked(&buffer), ["teh", "recieve"]);
        for text in ["big ", "\n", "one\ntwo\n"] {
            buffer.paste(text);
            assert_eq!(marked(&buffer), ["teh", "recieve"], "{}", drawing(&buffer));
        }
        assert!(buffer.undo() && buffer.undo());
        assert_eq!(marked(&buffer), ["teh", "recieve"], "{}", drawing(&buffer));
        buffer.paragraphs[0].spelling =
            LineCheck { misspelt: vec![12..19, 20..22], words: 20, unknown: 2 };
        buffer.place_cursor(Position { paragraph: 0, byte: 14 });
        buffer.paste("e");
        assert_eq!(marked(&buffer), ["it"], "a changed word is not marked until it is checked");
    }

    fn drawing(buffer: &TextBuffer) -> String {
        let cursor = (buffer.cursor, "|");
        let marks = match buffer.selection() {
            Some(range) if range.start == buffer.cursor => {
                vec![cursor, (range.start, "["), (range.end, "]")]
            }
            Some(range) => vec![(range.start, "["), (range.end, "]"), cursor],
            None => vec![cursor],
        };
        let mut drawing = buffer.text();
        for (at, mark) in marks.into_iter().rev() {
            let before = buffer.slice(&(Position::default()..at)).len();
            drawing.insert_str(before, mark);
        }
        drawing
    }

    /// Presses keys by the composer's table; a key that is not in it types its letter.
    fn press_keys(buffer: &mut TextBuffer, pressed: impl IntoIterator<Item = KeyEvent>) {
        for pressed in pressed {
            match (keys::action(pressed), pressed.code) {
                (Some((KeyAction::Text(action), extend)), _) => {
                    buffer.apply(action, extend);
                }
                (Some((KeyAction::NewLine, _)), _) => buffer.type_text("\n"),
                (None, KeyCode::Char(c)) => buffer.type_text(&c.to_string()),
                (bound, _) => panic!("{pressed:?} does {bound:?}"),
            }
        }
    }

    /// Presses keys in a drawn text and compares it with another drawing.
    #[track_caller]
    fn case(before: &str, pressed: impl IntoIterator<Item = KeyEvent>, after: &str) {
        let mut buffer = drawn(before);
        press_keys(&mut buffer, pressed);
        assert_eq!(drawing(&buffer), after);
    }

    #[test]
    fn a_line_that_is_pasted_joins_no_words() {
        for (before, pasted, after) in [
            ("Bright|", " Streets\n", "Bright Streets|"),
            ("Bright |", " Streets", "Bright Streets|"),
            ("|Streets", "Very\n Bright\n", "Very Bright |Streets"),
            ("|", "  Bright  Streets ", "Bright Streets|"),
            ("Br[ight|] Streets", "own", "Brown| Streets"),
            ("one|two", "\n", "one |two"),
        ] {
            let mut buffer = drawn(before);
            buffer.paste_line(pasted);
            assert_eq!(drawing(&buffer), after, "{pasted:?}");
        }
    }

    #[test]
    fn the_cursor_moves_by_grapheme_word_and_paragraph() {
        case("o|ne", [key(RIGHT)], "on|e");
        case("né|", [key(LEFT)], "n|é");
        case("ne\u{301}|", [key(LEFT)], "n|e\u{301}");
        case("|👩‍👩‍👧x", [key(RIGHT)], "👩‍👩‍👧|x");
        case("one|\ntwo", [key(RIGHT)], "one\n|two");
        case("one\n|two", [key(LEFT)], "one|\ntwo");
        case("|one", [key(LEFT)], "|one");
        case("one|", [key(RIGHT)], "one|");
        case("one| two", [ctrl(RIGHT)], "one two|");
        case("one two|", [ctrl(LEFT)], "one |two");
        case("one, |two", [ctrl(LEFT)], "|one, two");
        case("one|\ntwo", [ctrl(RIGHT)], "one\n|two");
        case("one\n|two", [ctrl(LEFT)], "one|\ntwo");
        case("one\ntw|o", [ctrl(KeyCode::Up)], "one\n|two");
        case("one\n|two", [ctrl(KeyCode::Up)], "|one\ntwo");
        case("o|ne\ntwo", [ctrl(KeyCode::Down)], "one|\ntwo");
        case("one|\ntwo", [ctrl(KeyCode::Down)], "one\ntwo|");
        case("one\nt|wo", [ctrl(KeyCode::Home)], "|one\ntwo");
        case("o|ne\ntwo", [ctrl(KeyCode::End)], "one\ntwo|");
    }

    #[test]
    fn the_cursor_moves_up_and_down_and_keeps_its_column() {
        let text = "long line here\nx\nanother line|";
        case(text, [key(KeyCode::Up)], "long line here\nx|\nanother line");
        case(text, [key(KeyCode::Up); 2], "long line he|re\nx\nanother line");
        case(text, [key(KeyCode::Up); 3], "|long line here\nx\nanother line");
        case("lo|ng\nx\nother", [key(KeyCode::Down); 2], "long\nx\not|her");
        case("lo|ng\nx", [key(KeyCode::Down); 2], "long\nx|");
        case("lo|ng\nx\nother", [key(KeyCode::PageDown)], "long\nx\nother|");
        case("long\nx\not|her", [key(KeyCode::PageUp)], "|long\nx\nother");
    }

    #[test]
    fn rows_of_a_wrapped_paragraph_are_moved_over_one_by_one() {
        let wrapped = |before: &str, pressed: KeyEvent, after: &str| {
            let mut buffer = drawn(before);
            buffer.lay_out(8, 2);
            press_keys(&mut buffer, [pressed]);
            assert_eq!(drawing(&buffer), after);
        };
        wrapped("one two th|ree four", key(KeyCode::Home), "one two |three four");
        wrapped("one two th|ree four", key(KeyCode::End), "one two three| four");
        wrapped("on|e two three four", key(KeyCode::Down), "one two th|ree four");
        wrapped("one two three fo|ur", key(KeyCode::Up), "one two th|ree four");
        wrapped("one two three fo|ur", key(KeyCode::PageUp), "on|e two three four");
        wrapped("on|e two three four", key(KeyCode::PageDown), "one two three fo|ur");
    }

    #[test]
    fn backspace_and_delete_take_one_grapheme_whatever_it_is_made_of() {
        for grapheme in ["e\u{301}", "👩‍👩‍👧", "🇪🇺", "中", "n", "\n"] {
            case(&format!("a{grapheme}|"), [key(BACKSPACE)], "a|");
            case(&format!("a|{grapheme}"), [key(DELETE)], "a|");
        }
    }

    #[test]
    fn words_and_lines_are_deleted_and_cut() {
        case("one two|", [ctrl(KeyCode::Char('w'))], "one |");
        case("one| two", [ctrl(DELETE)], "one|");
        case("one\nt|wo", [ctrl(KeyCode::Char('k'))], "one\nt|");
        case("one\ntw|o", [ctrl(KeyCode::Char('u'))], "one\n|o");
        let cut_and_paste = ['k', 'v', 'v'].map(|c| ctrl(KeyCode::Char(c)));
        case("one| two", cut_and_paste, "one two two|");
        let cut_and_undo = ['k', 'z'].map(|c| ctrl(KeyCode::Char(c)));
        case("one| two", cut_and_undo, "one| two");
    }

    #[test]
    fn shift_with_a_movement_selects() {
        case("one| two", [shift(ctrl(RIGHT))], "one[ two]|");
        case("one two|", [shift(ctrl(LEFT))], "one |[two]");
        case("one[ two]|", [shift(key(LEFT))], "one[ tw]|o");
        case("o|ne", [shift(key(RIGHT)), shift(key(LEFT))], "o|ne");
        case("one [two]|", [key(LEFT)], "one |two");
        case("one |[two]", [key(RIGHT)], "one two|");
        case("o|ne\ntwo", [ctrl(KeyCode::Char('a'))], "[one\ntwo]|");
    }

    #[test]
    fn a_selection_is_replaced_cut_and_pasted() {
        let [cut, paste] = ['x', 'v'].map(|c| ctrl(KeyCode::Char(c)));
        let copy = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::ALT);
        let start = ctrl(KeyCode::Home);
        case("one |[two]", [cut, start, paste], "two|one ");
        case("one |[two]", [copy, start, paste], "two|one two");
        case("[one\ntwo]|", letters("x"), "x|");
        case("one [two]|!", [key(BACKSPACE)], "one |!");
        case("one [two]|!", [key(DELETE)], "one |!");
        assert_eq!(drawn("one |[two]").selected_words(), Some(1));
        assert_eq!(drawn("one |two").selected_words(), None);
        let mut buffer = drawn("one| two");
        assert!(!buffer.apply(TextAction::Cut(None), false), "nothing is selected");
        assert!(!buffer.apply(TextAction::Copy, false), "nothing is selected");
    }

    #[test]
    fn a_paste_of_nothing_leaves_the_selection() {
        let mut buffer = drawn("one [two]|");
        assert!(!buffer.apply(TextAction::Paste, false), "nothing was cut or copied");
        assert!(!buffer.paste(""));
        assert_eq!(drawing(&buffer), "one [two]|");
    }

    #[test]
    fn undo_goes_back_word_by_word_and_redo_forth() {
        let [undo, redo] = ['z', 'y'].map(|c| ctrl(KeyCode::Char(c)));
        let mut buffer = drawn("|");
        press_keys(&mut buffer, letters("one two"));
        buffer.paste(" three four");
        for (pressed, after) in
            [(undo, "one two|"), (undo, "one |"), (redo, "one two|"), (redo, "one two three four|")]
        {
            press_keys(&mut buffer, [pressed]);
            assert_eq!(drawing(&buffer), after);
        }
        assert!(!buffer.apply(TextAction::Redo, false), "nothing is left to redo");
        press_keys(&mut buffer, [undo; 3]);
        assert_eq!(drawing(&buffer), "|");
        assert!(!buffer.apply(TextAction::Undo, false), "nothing is left to undo");
    }

    #[test]
    fn characters_deleted_one_by_one_come_back_word_by_word() {
        let undo = ctrl(KeyCode::Char('z'));
        case("one two|", [vec![key(BACKSPACE); 5], vec![undo]].concat(), "one |");
        case("|one two", [vec![key(DELETE); 3], vec![undo]].concat(), "|one two");
    }

    #[test]
    fn the_limit_mark_is_before_the_first_word_too_many() {
        let buffer = TextBuffer::new("one two\n\n- three four", WordRule::WordProcessor);
        assert_eq!(buffer.limit_mark(3), Some(Position { paragraph: 2, byte: 8 }));
        assert_eq!(buffer.limit_mark(2), Some(Position { paragraph: 2, byte: 2 }));
        assert_eq!(buffer.limit_mark(4), None);
    }

    #[test]
    fn rewriting_the_whole_text_is_one_step_that_can_be_undone() {
        let mut buffer = drawn("as it was|");
        buffer.type_text(" and more");
        buffer.apply(TextAction::Move(Motion::Start), false);
        buffer.paste("Before: ");
        assert!(buffer.rewrite_all("as it was"));
        assert_eq!(drawing(&buffer), "as it was|");
        assert!(!buffer.rewrite_all("as it was"));
        buffer.apply(TextAction::Undo, false);
        assert_eq!(buffer.text(), "Before: as it was and more");
    }

    #[test]
    fn a_paste_that_came_in_pieces_is_one_passage_and_one_step() {
        let mut buffer = drawn("|");
        press_keys(&mut buffer, letters("- "));
        let before = buffer.undo_len();
        for piece in ["\n• one\n", "• two\n", "• three"] {
            buffer.paste(piece);
            buffer.merge_paste(before, |text, _| text.replace('•', "-"));
        }
        assert_eq!(buffer.slice(&buffer.passage()), "\n- one\n- two\n- three");
        assert!(buffer.apply(TextAction::Undo, false));
        assert_eq!(buffer.text(), "- ");
    }

    #[test]
    fn a_passage_is_what_is_selected_or_pasted_or_around_the_cursor() {
        let passage = |buffer: &TextBuffer| buffer.slice(&buffer.passage());
        assert_eq!(passage(&drawn("one\ntwo\n\nthr|ee")), "three");
        let mut buffer = drawn("|one\ntwo\n\nthree");
        assert_eq!(passage(&buffer), "one\ntwo");
        buffer.paste("zero\nnull ");
        assert_eq!(passage(&buffer), "zero\nnull ");
        buffer.apply(TextAction::Move(Motion::Right), true);
        assert_eq!(passage(&buffer), "o");
    }

    #[derive(Debug, Clone)]
    pub(in crate::terminal) enum Input {
        Type(String),
        Paste(String),
        Act(TextAction, bool),
        RewriteAll,
        Resize(usize),
    }

    fn motion() -> impl Strategy<Value = Motion> {
        prop::sample::select(keys::tests::motions())
    }

    pub(in crate::terminal) fn input() -> impl Strategy<Value = Input> {
        use TextAction::*;
        let once = |action| Just(Input::Act(action, false));
        prop_oneof![
            5 => "[ab *–\u{301}中👩\u{200D}🇪🇺\\n-]".prop_map(Input::Type),
            1 => "[ab )(1\\[\\].\u{A0}\u{301}中👩\\n]{0,30}".prop_map(Input::Paste),
            2 => motion().prop_map(|motion| Input::Act(Delete(motion), false)),
            4 => (motion(), any::<bool>()).prop_map(|(motion, extend)| Input::Act(Move(motion), extend)),
            1 => once(Cut(None)), 1 => once(Paste), 1 => once(SelectAll),
            2 => once(Undo), 1 => once(Redo), 1 => Just(Input::RewriteAll), 1 => (1_usize..30).prop_map(Input::Resize),
        ]
    }

    pub(in crate::terminal) fn enter(buffer: &mut TextBuffer, input: &Input) {
        match input {
            Input::Type(text) => buffer.type_text(text),
            Input::Paste(text) => drop(buffer.paste(text)),
            Input::Act(action, extend) => drop(buffer.apply(*action, *extend)),
            Input::RewriteAll => drop(buffer.rewrite_all("")),
            Input::Resize(width) => buffer.lay_out(*width, 5),
        }
    }

    /// Returns the byte offset of a position in the whole text.
    fn offset(text: &str, position: Position) -> usize {
        let before = text.split('\n').take(position.paragraph);
        before.map(|line| line.len() + 1).sum::<usize>() + position.byte
    }

    proptest! {
        #[test]
        fn any_sequence_of_keys_gives_the_text_of_a_plain_model(inputs in prop::collection::vec(input(), 0..60)) {
            let mut buffer = TextBuffer::new("", WordRule::WordProcessor);
            let mut model = String::new();
            let mut clipboard = String::new();
            let mut past = vec![String::new()];
            for input in inputs {
                let range = |range: Range<Position>| offset(&model, range.start)..offset(&model, range.end);
                let selected = buffer.selection().map(range);
                let replaced = range(buffer.range(None));
                match &input {
                    Input::Paste(text) if text.is_empty() => {}
                    Input::Act(TextAction::Paste, _) if clipboard.is_empty() => {}
                    Input::Type(text) | Input::Paste(text) => model.replace_range(replaced, text),
                    Input::Act(TextAction::Delete(motion), _) => {
                        let deleted = range(buffer.range(Some(*motion)));
                        model.replace_range(deleted, "");
                    }
                    Input::Act(TextAction::Cut(_), _) => if let Some(range) = selected {
                        clipboard = model[range.clone()].to_owned();
                        model.replace_range(range, "");
                    },
                    Input::Act(TextAction::Paste, _) => model.replace_range(replaced, &clipboard),
                    Input::RewriteAll => model.clear(),
                    Input::Act(..) | Input::Resize(_) => {}
                }
                enter(&mut buffer, &input);
                if matches!(input, Input::Act(TextAction::Undo | TextAction::Redo, _)) {
                    let now = buffer.text();
                    prop_assert!(now == model || past.contains(&now), "made a text that never was");
                    model = now;
                }
                past.push(model.clone());
                let text = buffer.text();
                prop_assert_eq!(&text, &model);
                prop_assert_eq!(buffer.words(), WordRule::WordProcessor.count(&text));
                prop_assert!(buffer.current_paragraph().is_boundary(buffer.cursor.byte));
                for (line, paragraph) in text.split('\n').zip(&buffer.paragraphs) {
                    let rows: Vec<_> = paragraph.rows().map(|(start, _)| start).collect();
                    prop_assert_eq!(rows, row_starts(line, buffer.width, hanging_indent(line, buffer.width)));
                }
            }
            while buffer.undo() {}
            prop_assert_eq!(buffer.text(), "");
        }
    }
}
