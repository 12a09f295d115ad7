//! The screen as rows of styled text. What changed since the last picture, and only that, goes to
//! the terminal, in one piece: a key is painted by a few bytes, and half a picture never shows.

use std::borrow::Cow;
use std::io::{self, Write as _};

use crossterm::QueueableCommand;
use crossterm::cursor::{Hide, MoveTo, MoveToColumn, Show};
use crossterm::style::{ContentStyle, Print, SetAttribute, SetStyle};
use crossterm::terminal::{Clear, ClearType};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

use crate::model::text::{ascii, escape_for_terminal};

/// How a stretch of text looks.
pub(crate) type Style = ContentStyle;

/// Columns a piece of text takes. What is not safe to print is shown as `�`, one column wide.
pub(crate) fn columns(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else if text.chars().all(is_plain) {
        text.chars().count()
    } else {
        text.graphemes(true).map(grapheme_columns).sum()
    }
}

/// Whether a character stands for itself and takes one column: the letters and signs of European
/// languages, and those that lines and bars are drawn with. Spares most text the long way.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{388}'..='\u{482}'
        | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201F}' | '\u{2500}'..='\u{259F}')
}

/// Columns one grapheme takes.
pub(crate) fn grapheme_columns(grapheme: &str) -> usize {
    match grapheme.as_bytes() {
        [_] => 1,
        _ => escape_for_terminal(grapheme).width(),
    }
}

/// A picture: text at its places, and where the cursor stands.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    width: usize,
    rows: Vec<Row>,
    /// Column and row of the cursor; hidden where there is none.
    pub(crate) cursor: Option<(usize, usize)>,
    /// Whether only ASCII is shown.
    ascii: bool,
}

#[derive(Debug, Default, PartialEq)]
struct Row {
    text: String,
    columns: usize,
    /// From which byte on each style holds.
    styles: Vec<(usize, Style)>,
}

impl Canvas {
    /// Takes everything off, and makes it this large.
    fn wipe(&mut self, (width, height): (usize, usize)) {
        self.width = width;
        self.rows.resize_with(height, Row::default);
        self.cursor = None;
        for row in &mut self.rows {
            row.text.clear();
            row.columns = 0;
            row.styles.clear();
        }
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.rows.len())
    }

    /// Writes text from column `x` of row `y` on, as far as there is room. A row is written from
    /// left to right.
    pub(crate) fn put(&mut self, x: usize, y: usize, text: &str, style: Style) {
        let room = self.width.saturating_sub(x);
        if let Some(row) = self.rows.get_mut(y).filter(|row| row.columns <= x && room > 0) {
            let text = if self.ascii { ascii(text) } else { Cow::Borrowed(text) };
            row.put(x, &text, style, room);
        }
    }

    /// Writes what turns `shown` into this picture.
    ///
    /// # Errors
    /// None where `out` is memory.
    fn paint(&self, shown: Option<&Self>, out: &mut Vec<u8>) -> io::Result<()> {
        let shown = shown.filter(|shown| shown.size() == self.size());
        if shown.is_none() {
            out.queue(SetAttribute(crossterm::style::Attribute::Reset))?;
            out.queue(Clear(ClearType::All))?;
        }
        let blank = Row::default();
        for (y, row) in self.rows.iter().enumerate() {
            let before = shown.and_then(|shown| shown.rows.get(y)).unwrap_or(&blank);
            if before != row {
                row.paint(before, y, out)?;
            }
        }
        let cursor_before = shown.map(|shown| shown.cursor);
        if let Some((x, y)) = self.cursor
            && (!out.is_empty() || cursor_before != Some(self.cursor))
        {
            out.queue(MoveTo(cell(x), cell(y)))?;
        }
        if cursor_before.map(|cursor| cursor.is_some()) != Some(self.cursor.is_some()) {
            if self.cursor.is_some() {
                out.queue(Show)?;
            } else {
                out.queue(Hide)?;
            }
        }
        Ok(())
    }
}

impl Row {
    fn put(&mut self, x: usize, text: &str, style: Style, room: usize) {
        if self.columns < x {
            self.styled(Style::new());
            self.text.extend(std::iter::repeat_n(' ', x - self.columns));
            self.columns = x;
        }
        self.styled(style);
        if text.chars().all(is_plain) {
            let end = text.char_indices().nth(room).map_or(text.len(), |(end, _)| end);
            self.text.push_str(text.get(..end).unwrap_or_default());
            self.columns += if end == text.len() { text.chars().count() } else { room };
            return;
        }
        let text = escape_for_terminal(text);
        let mut left = room;
        for grapheme in text.graphemes(true).filter(|grapheme| *grapheme != "\n") {
            let wide = grapheme_columns(grapheme);
            if wide > left {
                break;
            }
            left -= wide;
            self.columns += wide;
            self.text.push_str(grapheme);
        }
    }

    fn styled(&mut self, style: Style) {
        let byte = self.text.len();
        match self.styles.last_mut() {
            Some((_, last)) if *last == style => {}
            Some((start, last)) if *start == byte => *last = style,
            _ => self.styles.push((byte, style)),
        }
    }

    fn style_at(&self, byte: usize) -> Style {
        let run = self.styles.partition_point(|(start, _)| *start <= byte);
        run.checked_sub(1).and_then(|run| self.styles.get(run)).map_or(Style::new(), |run| run.1)
    }

    /// The bytes of the row that must be written where `before` is shown.
    fn changed(&self, before: &Self) -> std::ops::Range<usize> {
        let (old, new) = (before.text.as_bytes(), self.text.as_bytes());
        let same = |at: &usize| before.style_at(*at) == self.style_at(*at);
        let mut start = old
            .iter()
            .zip(new)
            .enumerate()
            .find(|(at, (a, b))| a != b || !same(at))
            .map_or(old.len().min(new.len()), |(at, _)| at);
        while !(boundary(&self.text, start) && boundary(&before.text, start)) {
            start = start.saturating_sub(1);
        }
        let mut end = new.len();
        if self.columns == before.columns {
            // What follows in the same columns stays; only ASCII, where a byte is a column.
            let mut back = 0;
            while end > start + 1
                && old.len() > start + back + 1
                && old.get(old.len() - back - 1) == new.get(end - 1)
                && new.get(end.saturating_sub(2)..end).is_some_and(<[u8]>::is_ascii)
                && before.style_at(old.len() - back - 1) == self.style_at(end - 1)
            {
                end -= 1;
                back += 1;
            }
        }
        start..end
    }

    fn paint(&self, before: &Self, y: usize, out: &mut Vec<u8>) -> io::Result<()> {
        let changed = self.changed(before);
        let mut column = columns(self.text.get(..changed.start).unwrap_or_default());
        out.queue(MoveTo(cell(column), cell(y)))?;
        let mut style = Style::new();
        let mut at = changed.start;
        while at < changed.end {
            let next_run = self.styles.iter().map(|run| run.0).find(|start| *start > at);
            let end = next_run.unwrap_or(changed.end).min(changed.end);
            let wanted = self.style_at(at);
            if wanted != style {
                if style != Style::new() {
                    out.queue(SetAttribute(crossterm::style::Attribute::Reset))?;
                }
                out.queue(SetStyle(wanted))?;
                style = wanted;
            }
            let text = self.text.get(at..end).unwrap_or_default();
            if text.chars().all(is_plain) {
                out.write_all(text.as_bytes())?;
                column += text.chars().count();
            } else {
                print_graphemes(text, &mut column, out)?;
            }
            at = end;
        }
        if style != Style::new() {
            out.queue(SetAttribute(crossterm::style::Attribute::Reset))?;
        }
        if before.columns > self.columns {
            out.queue(Clear(ClearType::UntilNewLine))?;
        }
        Ok(())
    }
}

/// Terminals disagree on how wide a character of several parts is: behind one, the column is named.
fn print_graphemes(text: &str, column: &mut usize, out: &mut Vec<u8>) -> io::Result<()> {
    for grapheme in text.graphemes(true) {
        out.queue(Print(grapheme))?;
        *column += grapheme_columns(grapheme);
        if grapheme.chars().nth(1).is_some() {
            out.queue(MoveToColumn(cell(*column)))?;
        }
    }
    Ok(())
}

fn boundary(text: &str, byte: usize) -> bool {
    byte == 0
        || byte >= text.len()
        || (text.is_char_boundary(byte)
            && GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0).unwrap_or(false))
}

fn cell(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// The picture that shows and the next one, with the bytes between them.
#[derive(Debug)]
pub(crate) struct Painter {
    shown: Option<Canvas>,
    next: Canvas,
    bytes: Vec<u8>,
}

impl Painter {
    /// A painter for a terminal that shows more than ASCII, or not.
    pub(crate) fn new(unicode: bool) -> Self {
        let next = Canvas { ascii: !unicode, ..Canvas::default() };
        Self { shown: None, next, bytes: Vec::new() }
    }

    /// Draws a picture of `size` and returns what the terminal must be sent to show it.
    ///
    /// # Errors
    /// None: the bytes go to memory.
    pub(crate) fn draw(
        &mut self,
        size: (usize, usize),
        paint: impl FnOnce(&mut Canvas),
    ) -> io::Result<&[u8]> {
        self.next.wipe(size);
        paint(&mut self.next);
        self.bytes.clear();
        self.next.paint(self.shown.as_ref(), &mut self.bytes)?;
        let empty = Canvas { ascii: self.next.ascii, ..Canvas::default() };
        let drawn = std::mem::replace(&mut self.next, empty);
        if let Some(before) = self.shown.replace(drawn) {
            self.next = before;
        }
        Ok(&self.bytes)
    }

    /// The terminal shows something else now: the next picture is sent whole.
    pub(crate) fn forget(&mut self) {
        self.shown = None;
    }
}

#[cfg(test)]
impl Canvas {
    /// An empty picture of `width` x `height` characters.
    pub(crate) fn new(size: (usize, usize)) -> Self {
        let mut canvas = Self::default();
        canvas.wipe(size);
        canvas
    }

    /// The text of the picture.
    pub(crate) fn text(&self) -> String {
        self.rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The text that has an attribute, in reading order.
    pub(crate) fn text_with(&self, attribute: crossterm::style::Attribute) -> String {
        let mut text = String::new();
        for row in &self.rows {
            for (at, c) in row.text.char_indices() {
                if row.style_at(at).attributes.has(attribute) {
                    text.push(c);
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use crossterm::style::Stylize;
    use proptest::prelude::*;

    use super::*;

    /// A row in pieces: blanks before, text, whether it is bold.
    type Pieces = Vec<(usize, String, bool)>;

    fn picture() -> impl Strategy<Value = Vec<Pieces>> {
        let piece = (0_usize..4, "[ab c中é👩e\u{301}]{0,8}", any::<bool>());
        prop::collection::vec(prop::collection::vec(piece, 0..4), 4)
    }

    fn draw(canvas: &mut Canvas, rows: &[Pieces]) {
        for (y, pieces) in rows.iter().enumerate() {
            let mut x = 0;
            for (gap, text, bold) in pieces {
                let style = if *bold { Style::new().bold() } else { Style::new() };
                canvas.put(x + gap, y, text, style);
                x = canvas.rows[y].columns;
            }
        }
        canvas.cursor = Some((1, 2));
    }

    proptest! {
        #[test]
        fn a_terminal_sent_only_what_changed_shows_the_whole_picture(first in picture(), then in picture()) {
            let size = |count: u16| std::num::NonZero::new(count).unwrap();
            let mut terminal = vt100::Parser::new(size(4), size(20), 0);
            let mut fresh = vt100::Parser::new(size(4), size(20), 0);
            let mut painter = Painter::new(true);
            for rows in [&first, &then] {
                terminal.process(painter.draw((20, 4), |canvas| draw(canvas, rows)).unwrap());
            }
            fresh.process(Painter::new(true).draw((20, 4), |canvas| draw(canvas, &then)).unwrap());
            for y in 0..4 {
                for x in 0..20 {
                    let look = |screen: &vt100::Screen| {
                        let cell = screen.cell(y, x).unwrap();
                        let contents = if cell.contents().is_empty() { " " } else { cell.contents() };
                        (contents.to_owned(), cell.bold())
                    };
                    prop_assert_eq!(look(terminal.screen()), look(fresh.screen()), "{} {}", x, y);
                }
            }
            prop_assert_eq!(terminal.screen().cursor_position(), (2, 1));
        }
    }

    #[test]
    fn a_letter_more_costs_a_few_bytes() {
        let mut painter = Painter::new(true);
        let mut draw = |text: &str| {
            let bytes = painter.draw((80, 2), |canvas| {
                canvas.put(2, 0, text, Style::new());
                canvas.put(2, 1, "12 of 150 words", Style::new().bold());
                canvas.cursor = Some((2 + text.len(), 0));
            });
            bytes.unwrap().to_vec()
        };
        draw("some text here");
        assert_eq!(draw("some text heree"), b"\x1b[1;17He\x1b[1;18H");
        assert_eq!(draw("some text heree"), b"");
    }

    #[test]
    fn plain_characters_are_one_grapheme_and_one_column() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            assert_eq!(grapheme_columns(&c.to_string()), 1, "{c:?}");
            assert_eq!(format!("a{c}a").graphemes(true).count(), 3, "{c:?}");
        }
    }

    #[test]
    fn what_commands_a_terminal_does_not_reach_it() {
        let mut painter = Painter::new(true);
        let bytes =
            painter.draw((20, 1), |canvas| canvas.put(0, 0, "a\u{202E}b\x1b[2Jc\n", Style::new()));
        let sent = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
        assert!(sent.contains("a\u{FFFD}b\u{FFFD}[2Jc") && !sent.contains('\u{202E}'), "{sent:?}");
    }
}
