//! Turns the paragraphs of word processors and web pages into the lines of a [`Source`].
//!
//! [`Source`]: super::lines::Source

use super::lines::{Emphasis, SourceLine, TableCell};
use crate::document::ooxml::typed_bullet;
use crate::model::markup::{self, Run};
use crate::model::text;

/// A paragraph.
#[derive(Debug, Default)]
pub(super) struct ImportedParagraph {
    /// Its text, with `\n` for line breaks.
    pub(super) runs: Vec<Run>,
    /// The marker of a list item with the spaces around it; empty for other paragraphs.
    pub(super) marker: String,
    /// Whether it has a style with which this program marks answers.
    pub(super) answer: bool,
    /// Whether it is marked as an answer whose next line follows without an empty line.
    pub(super) tight: bool,
    /// For a paragraph with a hanging indent, which a typed bullet or number turns into a list item: the
    /// number of spaces before its marker. `None` for any other paragraph.
    pub(super) hangs: Option<usize>,
    /// Whether the origin of each character was recorded, so that the text must not be changed.
    pub(super) is_traced: bool,
    /// See [`SourceLine::style`].
    pub(super) style: String,
    /// See [`SourceLine::by_design`].
    pub(super) by_design: Emphasis,
    /// See [`SourceLine::cell`].
    pub(super) cell: Option<TableCell>,
}

impl ImportedParagraph {
    /// Adds text with the emphasis and link of `format`. Joins it with the run before it if that has the
    /// same format: word processors split runs wherever a text was edited.
    pub(super) fn push(&mut self, text: &str, format: &Run) {
        match self.runs.last_mut() {
            Some(last)
                if (last.bold, last.italic, &last.link)
                    == (format.bold, format.italic, &format.link) =>
            {
                last.text.push_str(text);
            }
            Some(_) | None => self.runs.push(Run { text: text.to_owned(), ..format.clone() }),
        }
    }

    /// Adds text as [`Self::push`] does, with its digits as superscripts (`Some(true)`) or subscripts
    /// (`Some(false)`).
    pub(super) fn push_shifted(&mut self, text: &str, raised: Option<bool>, format: &Run) {
        let lowered =
            |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0x2080 + digit)).unwrap_or(c);
        match raised {
            None => self.push(text, format),
            Some(true) => self.push(&markup::superscript(text), format),
            Some(false) => self.push(&text.chars().map(lowered).collect::<String>(), format),
        }
    }

    /// Returns text as it is shown after the text that the paragraph has so far: white space is one
    /// space, and there is none at the start of a line or after another space.
    pub(super) fn flattened(&self, text: &str) -> String {
        let mut has_space = self.runs.last().is_none_or(|run| run.text.ends_with([' ', '\n']));
        let mut flat = String::with_capacity(text.len());
        for c in text.chars() {
            let is_space = matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{C}');
            if !(is_space && has_space) {
                flat.push(if is_space { ' ' } else { c });
            }
            has_space = is_space;
        }
        flat
    }
}

/// Collects the lines of paragraphs and counts the empty lines between them.
#[derive(Debug)]
pub(super) struct LineBuilder {
    pub(super) lines: Vec<SourceLine>,
    /// The number of paragraphs so far.
    pub(super) number: usize,
    /// The number of empty lines since the last line.
    blanks: usize,
    /// Whether the last paragraph was [tight](ImportedParagraph::tight).
    tight: bool,
    /// Whether the last paragraph was a list item, but not of a marked answer.
    after_item: bool,
    /// Whether bullets in the text at the start of lines are replaced by `- `.
    pub(super) bullets: bool,
}

impl Default for LineBuilder {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            number: 0,
            blanks: 1,
            tight: false,
            after_item: false,
            bullets: false,
        }
    }
}

impl LineBuilder {
    /// Adds the lines of a paragraph. There is an empty line before it, but not between the items of a
    /// list or after a tight answer.
    pub(super) fn finish(&mut self, paragraph: ImportedParagraph) {
        self.number += 1;
        let ImportedParagraph {
            runs,
            mut marker,
            answer,
            tight,
            hangs,
            is_traced,
            style,
            by_design,
            cell,
        } = paragraph;
        if runs.iter().all(|run| run.text.trim().is_empty()) {
            // In a marked answer every empty paragraph is an empty line.
            self.blanks = if answer { self.blanks + 1 } else { self.blanks.max(1) };
            self.tight = false;
            return;
        }
        let mut lines = split(runs);
        if !is_traced {
            lines.iter_mut().flatten().for_each(read_link_code);
        }
        let hangs = hangs.filter(|_| marker.is_empty());
        let is_typed = hangs.is_some_and(|indent| {
            let first = lines.first_mut().filter(|_| !is_traced);
            marker = first.and_then(|first| take_bullet(first, indent)).unwrap_or_default();
            let first = lines.first().into_iter().flatten();
            let text = first.map(|run| run.text.as_str()).collect::<String>();
            !marker.is_empty() || markup::list_marker(&text::pasted_document(&text)).is_some()
        });
        let item = is_typed || !marker.is_empty();
        let after_colon =
            || self.blanks == 1 && self.lines.last().is_some_and(|line| line.text().ends_with(':'));
        let near =
            self.tight || (!answer && item && (self.after_item || (!is_typed && after_colon())));
        let mut gap = if near { self.blanks.saturating_sub(1) } else { self.blanks };
        for mut runs in lines {
            if self.bullets {
                normalize_bullet(&mut runs);
            }
            let marker = std::mem::take(&mut marker);
            let number = self.number;
            self.lines.push(SourceLine {
                runs,
                marker,
                answer,
                style: style.clone(),
                by_design,
                cell,
                gap,
                number,
                ..SourceLine::default()
            });
            gap = 0;
        }
        self.blanks = 1;
        self.tight = tight;
        self.after_item = item && !answer;
    }

    /// Leaves out the empty line before the next paragraph.
    pub(super) fn follow_closely(&mut self) {
        self.blanks = 0;
    }
}

/// Turns the code of a link in the text of a run, such as `HYPERLINK "https://example.org" ours`, into a
/// link. `LibreOffice` writes links in content controls like this.
fn read_link_code(run: &mut Run) {
    let code = run.text.trim_start().strip_prefix("HYPERLINK \"");
    let Some((address, shown)) = code.and_then(|code| code.split_once('"')) else { return };
    if address.contains(':') && !shown.trim().is_empty() {
        run.link = Some(address.to_owned());
        run.text = shown.trim_start().to_owned();
    }
}

/// Removes the typed bullet of a list item from its text, and returns it as the marker of a draft. Returns
/// `None` if there is no bullet or no space after it.
fn take_bullet(runs: &mut Vec<Run>, indent: usize) -> Option<String> {
    let shown = runs.first()?.text.trim_start().chars().next()?.to_string();
    let typed = typed_bullet(&shown);
    normalize_bullet(runs);
    let first = runs.first_mut()?;
    let rest = first.text.trim_start().strip_prefix('-')?;
    let text = rest.trim_start();
    if text.len() == rest.len() {
        return None;
    }
    first.text = text.to_owned();
    runs.retain(|run| !run.text.is_empty());
    Some(format!("{}{typed} ", " ".repeat(indent)))
}

/// Replaces a bullet in the text at the start of a list item by the `- ` of a draft.
pub(super) fn normalize_bullet(runs: &mut Vec<Run>) {
    let whole: String = runs.iter().map(|run| run.text.as_str()).collect();
    let item = text::pasted_document(&whole);
    let Some(first) = runs.first_mut().filter(|_| item != whole) else { return };
    let body = first.text.trim_start();
    let indent = first.text.len() - body.len();
    let bullet = body.chars().next().map_or(0, char::len_utf8);
    // The bullet may be a run of its own, and the space after it another.
    first.text = body.get(bullet..).unwrap_or_default().trim_start().to_owned();
    runs.retain(|run| !run.text.is_empty());
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    runs.insert(0, Run::plain(format!("{}- ", " ".repeat(indent))));
}

/// Splits the runs of a paragraph at line breaks, and sanitises their text.
pub(super) fn split(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for run in runs {
        for (at, piece) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            let text = text::sanitize(piece);
            if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                line.push(Run { text, ..run.clone() });
            }
        }
    }
    lines
}
