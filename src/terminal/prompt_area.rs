//! The rows of the terminal in which a short prompt is shown: its label, what is typed or offered,
//! a problem, and a hint. The rows are below the earlier output, which does not change.

use std::io;

use crossterm::style::{Color, Stylize as _};
use unicode_segmentation::UnicodeSegmentation as _;

use super::canvas::{CellStyle, Painter, columns};
use super::outcome::{Navigation, PagerOutcome};
use super::session::{self, TerminalSession};
use super::{keys, pager};
use crate::model::text::wrap;
use keys::HelpPage;

/// The styles of the parts of a prompt. The colours are dark ones of the sixteen that every
/// terminal theme defines, so that they are readable on a light background.
#[derive(Clone, Copy)]
pub(super) struct PromptStyles {
    /// The sign before a prompt.
    pub(super) sign: CellStyle,
    /// The hint, the answer and the line of the cursor.
    pub(super) accent: CellStyle,
    pub(super) problem: CellStyle,
    pub(super) plain: CellStyle,
    pub(super) selected: CellStyle,
    pub(super) misspelt: CellStyle,
}

/// Returns the style of misspelt words. Bold, unlike text over the limit.
pub(super) fn misspelt_style(colour: bool) -> CellStyle {
    let style = CellStyle::new().bold().underlined();
    if colour { style.with(Color::DarkMagenta) } else { style }
}

impl PromptStyles {
    fn new(colour: bool) -> Self {
        let plain = CellStyle::new();
        let tint = |tint: Color| if colour { plain.with(tint) } else { plain };
        Self {
            sign: tint(Color::DarkGreen),
            accent: tint(Color::DarkCyan),
            problem: tint(Color::DarkRed),
            plain,
            selected: plain.reverse(),
            misspelt: misspelt_style(colour),
        }
    }
}

/// One row: pieces of text from left to right, each with its style.
pub(super) type PromptRow = Vec<(String, CellStyle)>;

/// A prompt as it is shown.
#[derive(Default)]
pub(super) struct PromptFrame {
    pub(super) rows: Vec<PromptRow>,
    /// Column and row of the cursor.
    pub(super) cursor: (usize, usize),
}

impl PromptFrame {
    /// Adds a text that wraps between words.
    pub(super) fn push_wrapped(&mut self, text: &str, style: CellStyle, width: usize) {
        let lines = wrap_whole(text, width.max(1));
        self.rows.extend(lines.into_iter().map(|line| vec![(line, style)]));
    }
}

/// The rows of an open prompt.
pub(super) struct PromptArea<'a> {
    session: &'a TerminalSession,
    pub(super) styles: PromptStyles,
    painter: Painter,
}

impl<'a> PromptArea<'a> {
    pub(super) fn new(session: &'a TerminalSession) -> Self {
        Self {
            session,
            styles: PromptStyles::new(session.style.colour),
            painter: Painter::below(session.style.unicode),
        }
    }

    /// Returns the columns and rows that a prompt can use. The last column stays empty, because
    /// terminals disagree on where the cursor is after it.
    pub(super) fn size() -> (usize, usize) {
        let (columns, rows) = session::size();
        (columns.saturating_sub(1).max(1), rows)
    }

    /// Shows a frame in place of the one before.
    ///
    /// # Errors
    /// Fails if the terminal cannot be written to.
    pub(super) fn draw(&mut self, frame: &PromptFrame) -> io::Result<()> {
        let (width, height) = Self::size();
        let rows = frame.rows.len().min(height);
        let bytes = self.painter.draw((width, rows), |canvas| {
            for (y, row) in frame.rows.iter().enumerate() {
                let mut x = 0;
                for (text, style) in row {
                    canvas.put(x, y, text, *style);
                    x += columns(text);
                }
            }
            let (x, y) = frame.cursor;
            canvas.cursor = Some((x.min(width - 1), y.min(rows.saturating_sub(1))));
        })?;
        session::write_bytes(bytes)
    }

    /// Paints everything again with the next frame, because it is unknown what the terminal shows.
    pub(super) fn reset(&mut self) {
        self.painter.forget();
    }

    /// Shows the last frame and moves below it.
    ///
    /// # Errors
    /// Fails if the terminal cannot be written to.
    pub(super) fn close(mut self, frame: &PromptFrame) -> io::Result<()> {
        self.draw(frame)?;
        session::write_bytes(&self.painter.leave())
    }

    /// Returns the frame of a prompt that has ended: its label and, beside it or below, the answer.
    pub(super) fn ended(&self, label: &str, answer: &str) -> PromptFrame {
        let PromptStyles { sign, accent, plain, .. } = self.styles;
        let (width, _) = Self::size();
        let mut frame = PromptFrame::default();
        if columns(label) + columns(answer) + 3 <= width {
            let label = format!(" {label} ");
            frame.rows.push(vec![
                (">".to_owned(), sign),
                (label, plain),
                (answer.to_owned(), accent),
            ]);
        } else {
            self.push_label(&mut frame, ">", label);
            for line in wrap_whole(answer, width.saturating_sub(2).max(1)) {
                frame.rows.push(vec![(format!("  {line}"), accent)]);
            }
        }
        frame
    }

    /// Adds a label that wraps, with a sign before its first row.
    pub(super) fn push_label(&self, frame: &mut PromptFrame, sign: &str, label: &str) {
        let (width, _) = Self::size();
        for (at, line) in wrap_whole(label, width.saturating_sub(2).max(1)).into_iter().enumerate()
        {
            let sign = if at == 0 { sign } else { " " };
            let styles = self.styles;
            frame
                .rows
                .push(vec![(sign.to_owned(), styles.sign), (format!(" {line}"), styles.plain)]);
        }
    }

    /// Adds a problem, if there is one, and the hint. The parts in the middle of the hint are shown as
    /// far as one row has room for them, the last ones first.
    pub(super) fn push_footer(&self, frame: &mut PromptFrame, problem: Option<&str>, hint: &str) {
        let (width, _) = Self::size();
        if let Some(problem) = problem {
            frame.push_wrapped(&format!("# {problem}"), self.styles.problem, width);
        }
        let all: Vec<&str> = hint.split(", ").collect();
        let mut parts = all.clone();
        parts.drain(1..all.len().saturating_sub(1).max(1));
        for part in all.iter().skip(1).rev().skip(1) {
            parts.insert(1, part);
            if columns(&parts.join(", ")) + 2 > width {
                parts.remove(1);
            }
        }
        frame.push_wrapped(&format!("[{}]", parts.join(", ")), self.styles.accent, width);
    }

    /// Shows a help page. Returns where the user goes if it ended the conversation.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(super) fn show_page(
        &mut self,
        page: HelpPage,
        keys: &str,
    ) -> io::Result<Option<Navigation>> {
        let (title, text) = match page {
            HelpPage::Keys => ("Keys", keys),
            HelpPage::Question if self.session.question.is_empty() => return Ok(None),
            HelpPage::Question => ("The question", self.session.question.as_str()),
        };
        let outcome = pager::show(title, text, self.session.style)?;
        self.reset();
        Ok(match outcome {
            PagerOutcome::Closed | PagerOutcome::Chosen(_) => None,
            PagerOutcome::Quit(reason) => Some(Navigation::Quit(reason)),
        })
    }
}

/// Wraps a text between words. A word that is too long for a row, such as an address, is broken, because
/// a prompt shows nothing beyond the end of a row.
pub(super) fn wrap_whole(text: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    for wrapped in wrap(text, width) {
        let mut row = String::new();
        for grapheme in wrapped.graphemes(true) {
            if !row.is_empty() && columns(&row) + columns(grapheme) > width {
                rows.push(std::mem::take(&mut row));
            }
            row.push_str(grapheme);
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_between_words_and_an_address_that_is_too_long_is_broken() {
        let wrapped = wrap_whole("Change https://example.org/a and b", 12);
        assert_eq!(wrapped, ["Change", "https://exam", "ple.org/a", "and b"]);
        assert_eq!(wrap_whole("", 12), [""]);
    }
}
