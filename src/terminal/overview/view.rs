//! Draws the overview: title and progress at the top, the questions by section, and at the bottom
//! an explanation of the status of the selected question, and the keys.

use crossterm::style::{Color, Stylize};

use super::{Attention, Overview, OverviewEntry, OverviewEscape, OverviewState};
use crate::model::text::{escape_for_terminal, plural, shorten, wrap};
use crate::terminal::canvas::{Canvas, CellStyle, columns};
use crate::terminal::style::OutputStyle;

/// The widest list, in columns: on a wider screen a status would be far from its question.
const WIDEST: usize = 100;
/// The columns of the marker and the number, of a status, of a length, and of a bar.
const NUMBER: usize = 6;
const STATUS: usize = 15;
const LENGTH: usize = 10;
const BAR: usize = 10;
/// The most rows about the selected question, and the fewest of the list beside them.
const MOST_DETAIL: usize = 4;
const LEAST_LIST: usize = 3;

/// What the screen shows of the list.
#[derive(Debug, Default)]
pub(super) struct OverviewView {
    /// The first line of the list that is visible.
    top: usize,
}

/// A line of the list.
#[derive(Clone, Copy)]
enum OverviewLine<'a> {
    Section(&'a str),
    Entry(usize, &'a OverviewEntry),
}

impl OverviewView {
    /// Draws the whole screen.
    pub(super) fn draw(
        &mut self,
        canvas: &mut Canvas,
        state: &mut OverviewState<'_>,
        style: OutputStyle,
    ) {
        let (width, height) = canvas.size();
        let styles = OverviewStyles::new(style.colour);
        let rule = if style.unicode { "─" } else { "-" }.repeat(width.saturating_sub(2));
        let mut top = 0;
        if height >= 10 {
            top = draw_header(canvas, state, style, styles);
            canvas.put(1, top, &rule, styles.dim);
            top += 1;
        }
        let mut bottom = height;
        if height >= 4 {
            let footer = footer(state, width.saturating_sub(2), height / 2);
            bottom -= footer.len();
            for (y, (line, is_message)) in (bottom..).zip(&footer) {
                canvas.put(1, y, line, if *is_message { styles.bold } else { styles.dim });
            }
            if let Some(search) = &state.search {
                let x = 1 + columns("Find: ") + columns(&search.query);
                canvas.cursor = Some((x.min(width.saturating_sub(1)), bottom));
            }
        }
        let detail = detail(state, width.saturating_sub(2));
        let rows = detail.len().max(2);
        // A long message is more important until the next key.
        if height >= 12 && top + rows + 1 + LEAST_LIST <= bottom {
            bottom -= rows + 1;
            canvas.put(1, bottom, &rule, styles.dim);
            for (y, line) in (bottom + 1..).zip(detail) {
                canvas.put(1, y, &line, CellStyle::new());
            }
        }
        state.page = bottom.saturating_sub(top);
        self.draw_list(canvas, state, top..bottom, style, styles);
    }

    fn draw_list(
        &mut self,
        canvas: &mut Canvas,
        state: &OverviewState<'_>,
        rows: std::ops::Range<usize>,
        style: OutputStyle,
        styles: OverviewStyles,
    ) {
        let lines = lines(&state.overview.entries);
        let is_cursor = |line: &OverviewLine<'_>| matches!(line, OverviewLine::Entry(index, _) if *index == state.cursor);
        let selected = lines.iter().position(is_cursor).unwrap_or(0);
        // The title of its section is visible with the first question.
        let above = selected.saturating_sub(1);
        let first = if matches!(lines.get(above), Some(OverviewLine::Section(_))) {
            above
        } else {
            selected
        };
        let visible = rows.len().max(1);
        self.top = self.top.min(first).max((selected + 1).saturating_sub(visible));
        self.top = self.top.min(lines.len().saturating_sub(visible));
        let (width, _) = canvas.size();
        for (y, line) in rows.zip(lines.iter().skip(self.top)) {
            match line {
                OverviewLine::Section(title) => {
                    canvas.put(1, y, &shorten(title, width.saturating_sub(2)), styles.bold);
                }
                OverviewLine::Entry(index, entry) => {
                    let is_selected = *index == state.cursor;
                    draw_entry(canvas, y, entry, is_selected, style, styles);
                }
            }
        }
    }
}

/// Returns the lines of the list: each section, then its questions.
fn lines(entries: &[OverviewEntry]) -> Vec<OverviewLine<'_>> {
    let mut lines = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        lines.extend(entry.section.as_deref().map(OverviewLine::Section));
        lines.push(OverviewLine::Entry(index, entry));
    }
    lines
}

/// The styles in use. Without colour they differ by bold and dim.
#[derive(Clone, Copy)]
struct OverviewStyles {
    bold: CellStyle,
    dim: CellStyle,
    open: CellStyle,
    wrong: CellStyle,
}

impl OverviewStyles {
    fn new(colour: bool) -> Self {
        let (plain, bold) = (CellStyle::new(), CellStyle::new().bold());
        let tint = |tint: Color| if colour { bold.with(tint) } else { bold };
        Self {
            bold,
            dim: if colour { plain.dim() } else { plain },
            open: tint(Color::DarkYellow),
            wrong: tint(Color::Red),
        }
    }

    fn for_attention(self, attention: Attention) -> CellStyle {
        match attention {
            Attention::Low => self.dim,
            Attention::Normal => CellStyle::new(),
            Attention::Open => self.open,
            Attention::Wrong => self.wrong,
        }
    }
}

/// Draws title, file and progress. Returns the number of rows.
fn draw_header(
    canvas: &mut Canvas,
    state: &OverviewState<'_>,
    style: OutputStyle,
    styles: OverviewStyles,
) -> usize {
    let (width, _) = canvas.size();
    let inner = width.saturating_sub(2);
    let overview = state.overview;
    let (title, details) = (columns(&overview.title), columns(&overview.details));
    let mut y = 0;
    canvas.put(1, y, &shorten(&overview.title, inner), styles.bold);
    if title + details + 3 <= inner {
        canvas.put(width - 1 - details, y, &overview.details, styles.dim);
    }
    let (done, of) = overview.done;
    let bar = style.bar(done, of, BAR);
    let progress = wrap(&overview.progress, inner.max(1));
    for line in progress.iter().take(2) {
        y += 1;
        canvas.put(1, y, line, CellStyle::new());
    }
    if let [only] = progress.as_slice()
        && columns(only) + BAR + 3 <= inner
    {
        canvas.put(width - 1 - BAR, y, &bar, styles.dim);
    }
    y + 1
}

/// Draws a question: its number, title, status, and the length of the answer with a bar.
fn draw_entry(
    canvas: &mut Canvas,
    y: usize,
    entry: &OverviewEntry,
    is_selected: bool,
    style: OutputStyle,
    styles: OverviewStyles,
) {
    let width = canvas.size().0.min(WIDEST);
    let has_length = width >= 56;
    let has_bar = width >= 72;
    let right =
        STATUS + if has_length { LENGTH + 1 } else { 0 } + if has_bar { BAR + 2 } else { 0 };
    let title_width = width.saturating_sub(NUMBER + right + 2).max(8);
    let number = entry.number.map(|number| number.to_string()).unwrap_or_default();
    let marker = if is_selected { ">" } else { " " };
    let title_style = if is_selected { styles.bold } else { CellStyle::new() };
    canvas.put(1, y, &format!("{marker} {number:>2}"), title_style);
    let notes = match entry.notes.len() {
        0 => String::new(),
        count => format!("{} · ", plural(count, "note", "notes")),
    };
    let title = format!("{notes}{}", escape_for_terminal(&entry.title));
    canvas.put(NUMBER, y, &shorten(&title, title_width), title_style);
    let x = NUMBER + title_width + 1;
    let room = width.saturating_sub(x + 1);
    let status_style = styles.for_attention(entry.attention);
    let Some(measure) = entry.length else {
        // Without a length there is room for what the status means.
        let status = entry.describe_status();
        canvas.put(x, y, &shorten(&escape_for_terminal(&status), room), status_style);
        return;
    };
    canvas.put(x, y, &shorten(&entry.status, STATUS.min(room)), status_style);
    if has_length {
        let length = format!("{:>LENGTH$}", measure.figures());
        canvas.put(x + STATUS + 1, y, &length, CellStyle::new());
    }
    if let Some(limit) = measure.limit.filter(|_| has_bar) {
        let bar = style.bar(measure.words, limit.words, BAR);
        let over = if measure.excess() > 0 { "+" } else { "" };
        canvas.put(x + STATUS + LENGTH + 3, y, &format!("{bar}{over}"), status_style);
    }
}

/// Returns lines about the selected question: its title and status in full, or the words that the
/// search has found in its answer.
fn detail(state: &OverviewState<'_>, width: usize) -> Vec<String> {
    let Some(entry) = state.entry() else { return Vec::new() };
    let query = state.search.as_ref().map(|search| search.query.as_str());
    let query = query.filter(|query| !query.trim().is_empty());
    let number = entry.number.map(|number| format!("{number}  ")).unwrap_or_default();
    let name = format!("{number}{}", entry.title);
    if let Some(excerpt) = query.and_then(|query| entry.excerpt(query, width)) {
        return vec![
            shorten(&escape_for_terminal(&name), width),
            escape_for_terminal(&excerpt).into_owned(),
        ];
    }
    let text = format!("{name}: {}{}", entry.describe_status(), entry.describe_length());
    if let Some(note) = entry.notes.first() {
        let room = width.saturating_sub(9);
        return vec![
            shorten(&escape_for_terminal(&text), width),
            format!("{} (X done)", shorten(&escape_for_terminal(note), room)),
        ];
    }
    let mut lines = wrap(&escape_for_terminal(&text), width.max(1));
    if lines.len() > MOST_DETAIL {
        let rest = lines.split_off(MOST_DETAIL - 1).join(" ");
        lines.push(shorten(&rest, width));
    }
    lines
}

/// Returns the lines at the bottom, and whether each is a message: the search, a message, or the
/// keys.
fn footer(state: &OverviewState<'_>, width: usize, most: usize) -> Vec<(String, bool)> {
    if let Some(search) = &state.search {
        let state = match state.message.as_str() {
            "" => "Enter next · Esc closes",
            message => message,
        };
        return vec![(format!("Find: {}   {state}", search.query), true)];
    }
    if state.message.is_empty() {
        return vec![(keys(state.overview, width), false)];
    }
    let mut lines = wrap(&escape_for_terminal(&state.message), width.max(1));
    if lines.len() > most.max(1) {
        let rest = lines.split_off(most.max(1) - 1).join(" ");
        lines.push(shorten(&rest, width));
    }
    let message = lines.into_iter().map(|line| (line, true));
    message.chain([(keys(state.overview, width), false)]).collect()
}

/// Returns the most important keys, as many as fit.
fn keys(overview: &Overview, width: usize) -> String {
    let escape = match overview.escape {
        OverviewEscape::Menu => "Esc menu",
        OverviewEscape::Back => "Esc back",
    };
    let is_short = overview.has_form || width < 60;
    let word = if is_short { "D Word" } else { "D Word document" };
    let form = if overview.has_form { "F fill form" } else { "" };
    let (find, next) = ("/ find", "Tab to do");
    let keys = if overview.entries.iter().any(OverviewEntry::needs_attention) {
        [next, find, word, form]
    } else {
        // Everything is done, but the document.
        [word, form, find, ""]
    };
    let mut line = format!("Enter open  {escape}  F1 keys");
    for key in keys.into_iter().chain(["G continue"]).filter(|key| !key.is_empty()) {
        if columns(&line) + 2 + columns(key) <= width {
            line.push_str("  ");
            line.push_str(key);
        }
    }
    line
}
