//! Lists: one of several options is chosen, or several are ticked. Typing narrows a list to the
//! options that contain what is typed.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyEvent};
use unicode_segmentation::UnicodeSegmentation as _;

use super::canvas::columns;
use super::input;
use super::keys::{self, KeyAction};
use super::outcome::{Navigation, Reply};
use super::prompt_area::{PromptArea, PromptFrame, wrap_whole};
use super::session::{self, TerminalSession};
use super::text_buffer::{Motion, TextAction};
use crate::model::text::{normalize_line, shorten};

/// How long a list waits for a key before it waits again. Signals end the program meanwhile.
const WAIT: Duration = Duration::from_secs(3600);

/// The keys of a list.
const HELP: &str = "\
Up, Down\tone line up or down
PgUp, PgDn\tone page up or down
letters and digits\tnarrow the list to the lines that contain them
Backspace, Ctrl-U\tdelete what was typed
Space\ttick a line, where several may apply
Enter, Ctrl-S\tcontinue with the line at the cursor
F2\tthe question
Ctrl-Z\tstop the program; `fg` continues it
Esc\tthe menu, or back
Ctrl-C\tsave and leave the program
";

/// What a list offers.
pub(super) struct Options<'a> {
    pub(super) label: &'a str,
    pub(super) lines: Vec<String>,
    /// The index of the line that has the cursor at first.
    pub(super) initial: usize,
    /// The indices of the lines that are ticked at first; `None` if only one line is chosen.
    pub(super) ticked: Option<&'a [usize]>,
    /// Receives the indices of the ticked lines after each change.
    pub(super) on_tick: &'a dyn Fn(&[usize]),
    /// How many of the lines, at the end, are only found by their number.
    pub(super) only_by_number: usize,
    pub(super) hint: &'a str,
    /// Where Esc leads.
    pub(super) escape: Navigation,
    /// Returns how the chosen lines are shown.
    pub(super) shown: &'a dyn Fn(&[&str]) -> String,
}

struct List<'a> {
    options: &'a Options<'a>,
    filter: String,
    /// The indices of the lines that match the filter.
    matches: Vec<usize>,
    /// The place of the cursor in `matches`.
    cursor: usize,
    /// The first place that is shown.
    top: usize,
    ticked: Vec<usize>,
    problem: Option<String>,
    /// It was shown that nothing is ticked.
    warned: bool,
    area: PromptArea<'a>,
}

/// Offers a list. Returns the indices of the chosen lines, in the order of the list.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(super) fn choose(
    session: &TerminalSession,
    options: &Options<'_>,
) -> io::Result<Reply<Vec<usize>>> {
    let ticked = options.ticked.unwrap_or_default().to_vec();
    let mut list = List {
        options,
        filter: String::new(),
        matches: (0..options.lines.len() - options.only_by_number).collect(),
        cursor: options.initial.min(options.lines.len().saturating_sub(1)),
        top: 0,
        warned: !ticked.is_empty(),
        ticked,
        problem: None,
        area: PromptArea::new(session),
    };
    let reply = list.run()?;
    let answer = match &reply {
        Reply::Answered(chosen) => {
            let line = |index: &usize| options.lines.get(*index).map(String::as_str);
            (options.shown)(&chosen.iter().filter_map(line).collect::<Vec<_>>())
        }
        Reply::Navigated(_) => String::new(),
    };
    let ended = list.area.ended(options.label, &answer);
    list.area.close(&ended)?;
    if matches!(reply, Reply::Answered(_)) {
        input::drop_repeated_enter()?;
    }
    Ok(reply)
}

impl List<'_> {
    fn run(&mut self) -> io::Result<Reply<Vec<usize>>> {
        loop {
            let frame = self.frame();
            self.area.draw(&frame)?;
            input::poll(WAIT)?;
            while let Some(event) = input::next()? {
                if let Some(reply) = self.handle(event)? {
                    return Ok(reply);
                }
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's events: those not named do nothing"
    )]
    fn handle(&mut self, event: Event) -> io::Result<Option<Reply<Vec<usize>>>> {
        match event {
            Event::Resize(..) => self.area.reset(),
            Event::Paste(text) => {
                self.filter.push_str(&normalize_line(&text));
                self.narrow();
            }
            Event::Key(key) => {
                self.problem = None;
                return self.press(key);
            }
            _ => {}
        }
        Ok(None)
    }

    fn press(&mut self, key: KeyEvent) -> io::Result<Option<Reply<Vec<usize>>>> {
        if let Some(c) = keys::typed(key) {
            if c == ' ' && self.options.ticked.is_some() {
                self.tick();
            } else {
                self.filter.push(c);
                self.narrow();
            }
            return Ok(None);
        }
        let Some((action, _)) = keys::action(key) else { return Ok(None) };
        match action {
            KeyAction::NewLine | KeyAction::Leave(Navigation::Next) => return Ok(self.submit()),
            KeyAction::Leave(Navigation::Menu) => {
                return Ok(Some(Reply::Navigated(self.options.escape)));
            }
            KeyAction::Leave(navigation) => return Ok(Some(Reply::Navigated(navigation))),
            KeyAction::Text(action) => self.apply(action),
            KeyAction::ShowPage(page) => {
                return Ok(self.area.show_page(page, HELP)?.map(Reply::Navigated));
            }
            KeyAction::Revert | KeyAction::CorrectSpelling | KeyAction::Composer(_) => {}
        }
        Ok(None)
    }

    fn apply(&mut self, action: TextAction) {
        let last = self.matches.len().saturating_sub(1);
        match action {
            TextAction::Move(Motion::Up) => {
                self.cursor = self.cursor.checked_sub(1).unwrap_or(last);
            }
            TextAction::Move(Motion::Down) => {
                self.cursor = if self.cursor < last { self.cursor + 1 } else { 0 };
            }
            TextAction::Move(Motion::PageUp) => {
                self.cursor = self.cursor.saturating_sub(Self::page());
            }
            TextAction::Move(Motion::PageDown) => {
                self.cursor = (self.cursor + Self::page()).min(last);
            }
            TextAction::Move(Motion::RowStart | Motion::Start) => self.cursor = 0,
            TextAction::Move(Motion::RowEnd | Motion::End) => self.cursor = last,
            TextAction::Delete(Motion::Left) => {
                let end = self.filter.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                self.filter.truncate(end);
                self.narrow();
            }
            TextAction::Delete(Motion::WordLeft) | TextAction::Cut(Some(Motion::ParagraphUp)) => {
                self.filter.clear();
                self.narrow();
            }
            TextAction::Undo => session::stop(),
            TextAction::Move(_)
            | TextAction::Delete(_)
            | TextAction::Cut(_)
            | TextAction::SelectAll
            | TextAction::Copy
            | TextAction::Paste
            | TextAction::Redo => {}
        }
    }

    /// Finds the lines that match the filter. A number matches first the line that begins with it.
    fn narrow(&mut self) {
        let filter = self.filter.trim().to_lowercase();
        let is_number = filter.parse::<usize>().is_ok();
        let rank = |line: &str| {
            let line = line.to_lowercase();
            let first = line.split_whitespace().next().unwrap_or_default();
            if is_number {
                first.starts_with(&filter).then_some(first != filter)
            } else {
                line.contains(&filter).then_some(false)
            }
        };
        let hidden = if is_number { 0 } else { self.options.only_by_number };
        let shown = self.options.lines.len() - hidden;
        let lines = self.options.lines.iter().take(shown).enumerate();
        let mut ranked: Vec<_> =
            lines.filter_map(|(index, line)| Some((rank(line)?, index))).collect();
        ranked.sort_unstable();
        self.matches = ranked.into_iter().map(|(_, index)| index).collect();
        self.cursor = 0;
        if self.matches.is_empty() {
            self.problem = Some(if is_number && self.options.only_by_number > 0 {
                format!("There is no question {filter}.")
            } else {
                format!("No line contains `{}`.", self.filter)
            });
        }
    }

    fn tick(&mut self) {
        let Some(&here) = self.matches.get(self.cursor) else { return };
        match self.ticked.iter().position(|ticked| *ticked == here) {
            Some(at) => drop(self.ticked.remove(at)),
            None => self.ticked.push(here),
        }
        self.ticked.sort_unstable();
        (self.options.on_tick)(&self.ticked);
    }

    fn submit(&mut self) -> Option<Reply<Vec<usize>>> {
        if self.options.ticked.is_some() {
            if self.ticked.is_empty() && !std::mem::replace(&mut self.warned, true) {
                self.problem = Some("Nothing is ticked: Space ticks the line of the cursor. Enter again leaves it empty.".to_owned());
                return None;
            }
            return Some(Reply::Answered(self.ticked.clone()));
        }
        let Some(&chosen) = self.matches.get(self.cursor) else {
            self.narrow();
            return None;
        };
        Some(Reply::Answered(vec![chosen]))
    }

    /// The number of lines that are shown at once. Half of a small screen stays for what was said
    /// before.
    fn page() -> usize {
        let (_, rows) = PromptArea::size();
        (rows / 2).clamp(3, 12)
    }

    fn frame(&mut self) -> PromptFrame {
        let styles = self.area.styles;
        let mut frame = PromptFrame::default();
        self.area.push_label(&mut frame, "?", self.options.label);
        let y = frame.rows.len() - 1;
        if let Some(row) = frame.rows.last_mut() {
            row.push((format!(" {}", self.filter), styles.plain));
            frame.cursor = (row.iter().map(|(text, _)| columns(text)).sum(), y);
        }
        let page = Self::page();
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(page), self.cursor);
        self.top = self.top.min(self.matches.len().saturating_sub(page));
        let end = (self.top + page).min(self.matches.len());
        let mark = if self.options.ticked.is_some() { 6 } else { 2 };
        let (width, _) = PromptArea::size();
        let width = width.saturating_sub(mark).max(1);
        let line_of = |index: usize| self.options.lines.get(index).map_or("", String::as_str);
        let visible = self.matches.get(self.top..end).unwrap_or_default();
        let wrapped: usize =
            visible.iter().map(|&index| wrap_whole(line_of(index), width).len()).sum();
        let all_in_full = wrapped <= PromptArea::size().1 * 2 / 3;
        for (at, &index) in self.matches.iter().enumerate().take(end).skip(self.top) {
            let more_above = at == self.top && self.top > 0;
            let more_below = at + 1 == end && end < self.matches.len();
            let (sign, style) = match at == self.cursor {
                true => (">", styles.accent),
                false if more_above => ("^", styles.plain),
                false if more_below => ("v", styles.plain),
                false => (" ", styles.plain),
            };
            let mut row = vec![(format!("{sign} "), style)];
            if self.options.ticked.is_some() {
                let is_ticked = self.ticked.contains(&index);
                let (tick, look) = if is_ticked { ("[x] ", styles.sign) } else { ("[ ] ", style) };
                row.push((tick.to_owned(), look));
            }
            let line = line_of(index);
            // Where there is no room for all lines in full, only the one of the cursor has several rows.
            let rows = if all_in_full || at == self.cursor {
                wrap_whole(line, width)
            } else {
                vec![in_one_row(line, width)]
            };
            let mut rows = rows.into_iter();
            row.push((rows.next().unwrap_or_default(), style));
            frame.rows.push(row);
            frame.rows.extend(rows.map(|rest| vec![(format!("{:mark$}{rest}", ""), style)]));
        }
        let hint = match (self.matches.is_empty(), self.filter.is_empty()) {
            (true, _) => "Backspace deletes what was typed",
            (false, true) => self.options.hint,
            (false, false) if self.options.ticked.is_some() => {
                "Space ticks, Backspace widens the list, Enter next"
            }
            (false, false) => "Enter chooses, Backspace widens the list",
        };
        self.area.push_footer(&mut frame, self.problem.as_deref(), hint);
        frame
    }
}

/// Cuts a line that is too long for a row: at its first colon, or at the end of the row.
fn in_one_row(line: &str, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let start = line.split_once(": ").map_or(line, |(start, _)| start);
    shorten(start, width)
}
