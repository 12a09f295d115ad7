//! The table of many drafts with a row each, as text or Markdown, and their totals.

use unicode_width::UnicodeWidthStr;

use super::escape;
use crate::model::identity::Identity;
use crate::model::review::{Review, Tally};
use crate::model::text::{escape_for_terminal, plural, wrap};
use crate::terminal::style::OutputStyle;

/// The totals of many drafts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    /// Drafts and documents that could not be read.
    pub unreadable: usize,
    /// Other files, such as those that are neither a draft nor a document.
    pub skipped: usize,
    drafts: usize,
    complete: usize,
    questions: Tally,
}

impl Totals {
    /// Adds a draft.
    pub(crate) fn add(&mut self, questions: Tally) {
        self.drafts += 1;
        self.complete += usize::from(questions.open() == 0);
        self.questions = self.questions + questions;
    }

    /// `3 drafts: 1 complete, 1 cannot be read; 2 over the limit, 5 missing`.
    fn describe(&self) -> String {
        let drafts = plural(self.drafts + self.unreadable, "draft", "drafts");
        let mut text = format!("{drafts}: {} complete", self.complete);
        if self.unreadable > 0 {
            text.push_str(&format!(", {} cannot be read", self.unreadable));
        }
        if self.skipped > 0 {
            text.push_str(&format!(", and {} not read", plural(self.skipped, "file", "files")));
        }
        let problems = self.questions.problems();
        if !problems.is_empty() {
            text.push_str(&format!("; {}", problems.join(", ")));
        }
        text
    }
}

/// How the rows are formatted. Rows are written one by one, without waiting for the others.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows {
    /// Text. The name comes last, as in `wc`, because it can be of any length.
    Table {
        /// What the output can show.
        style: OutputStyle,
        /// Whether names are shortened to the width of the terminal, so that rows do not wrap.
        cut: bool,
    },
    /// A Markdown table.
    Markdown,
}

/// Below this width, in columns, the table is condensed.
const NARROW: usize = 60;
/// The widths of the columns before the name, and the gap around them.
const WIDE_COLUMNS: ([usize; 5], &str) = ([8, 7, 4, 4, 8], "  ");
const NARROW_COLUMNS: ([usize; 5], &str) = ([5, 4, 4, 4, 3], " ");

/// What a file contains is left out if it has less room than this, in columns.
const MIN_CONTENT: usize = 8;

const BOLD: &str = "1";
const RED: &str = "1;31";
const YELLOW: &str = "1;33";

impl Rows {
    /// Returns the heading.
    pub(crate) fn heading(self) -> String {
        match self {
            Self::Table { style, cut } => {
                let cells = if style.width < NARROW {
                    ["done", "miss", "over", "look", "all"]
                } else {
                    ["answered", "missing", "over", "look", "complete"]
                };
                line(style, cut, cells.map(|cell| (cell.to_owned(), BOLD)), "draft", "")
            }
            Self::Markdown => "| Draft | Answered | Missing | Over the limit | Need a look \
                               | Complete |\n|---|---:|---:|---:|---:|---|\n"
                .to_owned(),
        }
    }

    /// Returns the row of a draft: its figures, the name of the file and what names the application.
    pub(crate) fn row(self, review: &Review<'_>, name: &str, identity: &Identity) -> String {
        let numbered = review.numbered();
        let (asked, answered) = (numbered.asked(), numbered.done());
        let all = numbered + review.declarations();
        let Tally { missing, over_limit, invalid, .. } = all;
        let complete = if all.open() == 0 { "yes" } else { "no" };
        match self {
            Self::Table { style, cut } => {
                let of = if style.width < NARROW { "/" } else { " of " };
                let figure = |number: usize, colour| match number {
                    0 => ("-".to_owned(), ""),
                    _ => (number.to_string(), colour),
                };
                let cells = [
                    (format!("{answered}{of}{asked}"), ""),
                    figure(missing, YELLOW),
                    figure(over_limit, RED),
                    figure(invalid, RED),
                    (complete.to_owned(), ""),
                ];
                line(style, cut, cells, name, &identity.label())
            }
            Self::Markdown => format!(
                "| {} | {answered} of {asked} | {missing} | {over_limit} | {invalid} | {complete} |\n",
                escape(&identity.beside(name))
            ),
        }
    }

    /// Returns the row of a file that is not read. `status` says so in at most three words. Only
    /// Markdown has room for the reason.
    pub(crate) fn unread(self, name: &str, status: &str, reason: &str) -> String {
        match self {
            Self::Table { style, cut } => {
                let (widths, gap) = columns(style);
                let all = widths.iter().sum::<usize>() + (widths.len() - 1) * gap.len();
                format!("{gap}{status:<all$}{gap}{}\n", shown(style, cut, name, ""))
            }
            Self::Markdown => format!("| {} | {status}: {reason} | | | | |\n", escape(name)),
        }
    }

    /// Returns the last lines.
    pub(crate) fn totals(self, totals: &Totals) -> String {
        match self {
            Self::Table { style, .. } => {
                let (_, gap) = columns(style);
                let lines = wrap(&totals.describe(), style.width.saturating_sub(gap.len()));
                lines.iter().map(|line| format!("{gap}{line}\n")).collect()
            }
            Self::Markdown => format!("\n{}.\n", totals.describe()),
        }
    }
}

fn columns(style: OutputStyle) -> ([usize; 5], &'static str) {
    if style.width < NARROW { NARROW_COLUMNS } else { WIDE_COLUMNS }
}

/// Returns a row of cells, each with its colour, then the name of a file and what it contains.
fn line(
    style: OutputStyle,
    cut: bool,
    cells: [(String, &str); 5],
    name: &str,
    content: &str,
) -> String {
    let (widths, gap) = columns(style);
    let mut line = gap.to_owned();
    for ((cell, colour), width) in cells.iter().zip(widths) {
        let cell = format!("{cell:>width$}");
        line.push_str(&if style.colour && !colour.is_empty() {
            format!("\u{1B}[{colour}m{cell}\u{1B}[0m")
        } else {
            cell
        });
        line.push_str(gap);
    }
    format!("{line}{}\n", shown(style, cut, name, content))
}

/// Returns the name of a file as it fits its column, and in brackets what it contains, if there is
/// room. The start of a name is cut off, because the files of a folder have it in common.
fn shown(style: OutputStyle, cut: bool, name: &str, content: &str) -> String {
    let (widths, gap) = columns(style);
    let before = widths.iter().sum::<usize>() + (widths.len() + 1) * gap.len();
    let room = style.width.saturating_sub(before);
    let line = |text: &str| escape_for_terminal(text).replace('\n', "\u{FFFD}");
    let ellipsis = if style.unicode { "…" } else { "~" };
    let (name, content) = (line(name), line(content));
    if cut && name.width() > room {
        let mut rest = name.chars();
        while rest.as_str().width() + 1 > room && rest.next().is_some() {}
        return format!("{ellipsis}{}", rest.as_str());
    }
    let room = room.saturating_sub(name.width() + " ()".len());
    if content.is_empty() || cut && room < MIN_CONTENT {
        return name;
    }
    if !cut || content.width() <= room {
        return format!("{name} ({content})");
    }
    let mut start = content;
    while start.width() + 1 > room && start.pop().is_some() {}
    format!("{name} ({}{ellipsis})", start.trim_end())
}
