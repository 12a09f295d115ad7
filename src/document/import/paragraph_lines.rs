//! Turns paragraphs, as word processors and web pages have them, into the lines of a [`Source`].
//!
//! [`Source`]: super::lines::Source

use super::lines::{SourceLine, TableCell};
use crate::document::ooxml::typed_bullet;
use crate::model::markup::{self, Run};
use crate::model::text;

/// A paragraph.
#[derive(Debug, Default)]
pub(super) struct ImportedParagraph {
    /// Its text; `\n` breaks a line.
    pub(super) runs: Vec<Run>,
    /// The marker of a list item with the spaces around it; empty for other paragraphs.
    pub(super) marker: String,
    /// Whether it is a line of an answer, by the styles of this program.
    pub(super) answer: bool,
    /// Whether it is a line of an answer that no empty line follows.
    pub(super) tight: bool,
    /// Whether its first line hangs out to the left, so that a typed bullet or number before it makes
    /// it a list item. The number of blanks before the marker of such an item.
    pub(super) hangs: Option<usize>,
    /// Whether its text stays as it is, since the origin of each character is known.
    pub(super) is_traced: bool,
    /// See [`SourceLine::style`], [`SourceLine::by_design`] and [`SourceLine::cell`].
    pub(super) style: String,
    pub(super) by_design: (bool, bool),
    pub(super) cell: Option<TableCell>,
}

impl ImportedParagraph {
    /// Adds text. Programs split text wherever it was edited; what looks alike is one run.
    pub(super) fn push(&mut self, text: &str, look: &Run) {
        match self.runs.last_mut() {
            Some(last)
                if (last.bold, last.italic, &last.link) == (look.bold, look.italic, &look.link) =>
            {
                last.text.push_str(text);
            }
            Some(_) | None => self.runs.push(Run { text: text.to_owned(), ..look.clone() }),
        }
    }

    /// Adds text whose digits are above (`true`) or below the line.
    pub(super) fn push_shifted(&mut self, text: &str, raised: Option<bool>, look: &Run) {
        let lowered =
            |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0x2080 + digit)).unwrap_or(c);
        match raised {
            None => self.push(text, look),
            Some(true) => self.push(&markup::superscript(text), look),
            Some(false) => self.push(&text.chars().map(lowered).collect::<String>(), look),
        }
    }

    /// Returns text with each run of white space as one space, as it is shown behind what the paragraph
    /// has so far: no space begins a line or follows another one.
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
    tight: bool,
    after_item: bool,
    /// Whether lines may begin with a bullet that was typed or printed.
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
    /// Adds the lines of a paragraph. Its gap is the empty line that is shown between paragraphs;
    /// items of a list and tight answers have none.
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
            // Only in our own answers, every empty paragraph is an empty line.
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

    /// Says that the next paragraph follows without an empty line.
    pub(super) fn follow_closely(&mut self) {
        self.blanks = 0;
    }
}

/// Reads the code of a link that is part of the text, such as `HYPERLINK "https://example.org" ours`.
/// `LibreOffice` writes links in content controls so.
fn read_link_code(run: &mut Run) {
    let code = run.text.trim_start().strip_prefix("HYPERLINK \"");
    let Some((address, shown)) = code.and_then(|code| code.split_once('"')) else { return };
    if address.contains(':') && !shown.trim().is_empty() {
        run.link = Some(address.to_owned());
        run.text = shown.trim_start().to_owned();
    }
}

/// Takes the typed bullet of a list item from its text. Returns it as the marker of a draft.
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

/// Replaces the bullet that a program printed before a list item by the `- ` of a draft.
pub(super) fn normalize_bullet(runs: &mut Vec<Run>) {
    let whole: String = runs.iter().map(|run| run.text.as_str()).collect();
    let item = text::pasted_document(&whole);
    let Some(first) = runs.first_mut().filter(|_| item != whole) else { return };
    let body = first.text.trim_start();
    let indent = first.text.len() - body.len();
    let bullet = body.chars().next().map_or(0, char::len_utf8);
    // The bullet may be a run of its own, and the space behind it another.
    first.text = body.get(bullet..).unwrap_or_default().trim_start().to_owned();
    runs.retain(|run| !run.text.is_empty());
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    runs.insert(0, Run::plain(format!("{}- ", " ".repeat(indent))));
}

/// Splits the runs of a paragraph at line breaks.
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
