//! The overview: one screen with the status of every question, where the user searches and opens
//! questions.
//!
//! It is a list of rows, independent of drafts. The wizard fills in the rows and runs the action
//! that the user chooses.

mod view;

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::outcome::{ExitReason, OverviewOutcome, PagerOutcome};
use super::session::Screen;
use super::style::OutputStyle;
use super::{input, keys, pager, signals};
use crate::model::text::{find_in, shorten};
use crate::model::words::Measure;
use view::OverviewView;

/// What the overview shows.
pub(crate) struct Overview {
    pub(crate) title: String,
    /// Less important facts beside the title, such as the name of the file.
    pub(crate) details: String,
    /// How much is done, in words and as a fraction for a bar.
    pub(crate) progress: String,
    pub(crate) done: (usize, usize),
    /// Whether there is a Word form that can be filled in.
    pub(crate) has_form: bool,
    pub(crate) entries: Vec<OverviewEntry>,
    /// Where Esc leads.
    pub(crate) escape: OverviewEscape,
}

/// Where Esc leads from the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OverviewEscape {
    Menu,
    /// To the question from which the overview was opened.
    Back,
}

/// One question.
pub(crate) struct OverviewEntry {
    /// The title of the section that begins with this question.
    pub(crate) section: Option<String>,
    pub(crate) number: Option<usize>,
    /// The name by which a question without a number is chosen in a list.
    pub(crate) name: String,
    pub(crate) title: String,
    /// The status in one to three words.
    pub(crate) status: String,
    /// What the status means here, in full. May be empty.
    pub(crate) remark: String,
    /// The open notes, each on one line.
    pub(crate) notes: Vec<String>,
    /// The length of a long answer, if there is one.
    pub(crate) length: Option<Measure>,
    pub(crate) attention: Attention,
    /// Whether the question is asked at present, and so can be opened.
    pub(crate) is_asked: bool,
    /// The answer, which `/` searches along with the title and the status.
    pub(crate) answer: String,
}

/// How prominent an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attention {
    /// The question needs no attention and has no answer.
    Low,
    Normal,
    /// An answer is missing.
    Open,
    /// An answer is wrong or too long.
    Wrong,
}

impl OverviewEntry {
    /// Whether the question is not finished.
    fn needs_attention(&self) -> bool {
        self.attention >= Attention::Open
    }
}

/// The keys, for the page that F1 shows.
const HELP: &str = "\
Enter\topen the question, and then return here
Up, Down\tone question up or down
PgUp, PgDn\tone page up or down
Home, End\tthe first or the last question
digits\tthe question with this number
Tab\tthe next question that needs attention
Shift-Tab\tthe previous question that needs attention
/\tfind words in all questions and answers
G, Ctrl-S\tcontinue from here, with each open question in turn
R\tread everything through
N\twrite a note on the question
X\ttick off the first note on the question
D\tmake the Word document
F\tfill in the Word form that is beside the draft
Esc\tback, or to the menu
Ctrl-C\tsave and leave the program
";

/// The state of an open overview.
struct OverviewState<'a> {
    overview: &'a Overview,
    /// The selected entry.
    cursor: usize,
    /// The digits of a number that is being typed.
    digits: String,
    search: Option<EntrySearch>,
    /// A message in place of the key hints, until the next key.
    message: String,
    /// How many lines of the list are visible.
    page: usize,
}

/// An open search.
struct EntrySearch {
    query: String,
    /// The entry that was selected when the search was opened.
    origin: usize,
}

/// What a key leads to.
#[derive(Debug, PartialEq, Eq)]
enum KeyOutcome {
    Stay,
    ShowKeys,
    Close(OverviewOutcome),
}

/// Shows the overview with an entry selected, until the user chooses what to do. The notice is shown
/// until the first key.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn show(
    overview: &Overview,
    cursor: usize,
    notice: &str,
    style: OutputStyle,
) -> io::Result<OverviewOutcome> {
    let mut screen = Screen::open(style.unicode)?;
    let mut state = OverviewState::new(overview, cursor, notice);
    let mut view = OverviewView::default();
    loop {
        screen.draw(|canvas| view.draw(canvas, &mut state, style))?;
        while !input::poll(Duration::from_millis(100))? && signals::pending().is_none() {}
        if let Some(signal) = signals::pending() {
            return Ok(OverviewOutcome::Quit(ExitReason::Signal(signal)));
        }
        let outcome = match input::next()? {
            Some(Event::Key(key)) => state.press(key),
            Some(Event::Paste(text)) => {
                state.type_text(&text);
                KeyOutcome::Stay
            }
            Some(Event::Resize(..)) => {
                screen.reset()?;
                KeyOutcome::Stay
            }
            Some(Event::Mouse(_) | Event::FocusGained | Event::FocusLost) | None => continue,
        };
        match outcome {
            KeyOutcome::Stay => {}
            KeyOutcome::ShowKeys => {
                if let PagerOutcome::Quit(reason) =
                    pager::show_on(&mut screen, "Keys", HELP, style, 0)?
                {
                    return Ok(OverviewOutcome::Quit(reason));
                }
            }
            KeyOutcome::Close(outcome) => return Ok(outcome),
        }
    }
}

impl<'a> OverviewState<'a> {
    fn new(overview: &'a Overview, cursor: usize, notice: &str) -> Self {
        Self {
            overview,
            cursor: cursor.min(overview.entries.len().saturating_sub(1)),
            digits: String::new(),
            search: None,
            message: notice.to_owned(),
            page: 1,
        }
    }

    fn entry(&self) -> Option<&'a OverviewEntry> {
        self.overview.entries.get(self.cursor)
    }

    fn press(&mut self, key: KeyEvent) -> KeyOutcome {
        let digits = std::mem::take(&mut self.digits);
        self.message.clear();
        if let Some(c) = keys::typed(key) {
            return self.type_character(c, digits);
        }
        match (key.code, key.modifiers) {
            (KeyCode::Char('c'), KeyModifiers::CONTROL) => {
                return KeyOutcome::Close(OverviewOutcome::Quit(ExitReason::Interrupted));
            }
            (KeyCode::Char('s'), KeyModifiers::CONTROL) => {
                return KeyOutcome::Close(OverviewOutcome::Continue(self.cursor));
            }
            (KeyCode::Up, _) => self.move_by(-1),
            (KeyCode::Down, _) => self.move_by(1),
            (KeyCode::PageUp, _) => self.move_by(-self.page_step()),
            (KeyCode::PageDown, _) => self.move_by(self.page_step()),
            (KeyCode::Home, _) => self.move_to(0),
            (KeyCode::End, _) => self.move_to(usize::MAX),
            (KeyCode::Tab, KeyModifiers::NONE) => self.find_attention(1),
            (KeyCode::BackTab, _) => self.find_attention(-1),
            (KeyCode::F(1), _) => return KeyOutcome::ShowKeys,
            (KeyCode::Backspace, _) => {
                if let Some(search) = &mut self.search {
                    search.query.pop();
                }
                self.type_text("");
            }
            (KeyCode::Enter, _) if self.search.is_some() => self.find(1),
            (KeyCode::Enter, _) => return self.open(),
            (KeyCode::Esc, _) if self.search.take().is_some() => {}
            (KeyCode::Esc | KeyCode::F(8), _) => {
                return KeyOutcome::Close(OverviewOutcome::Closed);
            }
            _ => {}
        }
        KeyOutcome::Stay
    }

    /// Handles a character: a part of the search, a digit of a number, or a command. `digits` are
    /// those typed just before.
    fn type_character(&mut self, c: char, digits: String) -> KeyOutcome {
        let close = |outcome| KeyOutcome::Close(outcome);
        match c {
            c if self.search.is_some() => self.type_text(&c.to_string()),
            '0'..='9' => self.type_digit(digits, c),
            '/' => self.search = Some(EntrySearch { query: String::new(), origin: self.cursor }),
            'g' | 'G' => return close(OverviewOutcome::Continue(self.cursor)),
            'r' | 'R' => return close(OverviewOutcome::ReadEverything(self.cursor)),
            'n' | 'N' => return close(OverviewOutcome::WriteNote(self.cursor)),
            'x' | 'X' if self.entry().is_some_and(|entry| !entry.notes.is_empty()) => {
                return close(OverviewOutcome::TickOffNote(self.cursor));
            }
            'x' | 'X' => "There is no note on this question.".clone_into(&mut self.message),
            'd' | 'D' => return close(OverviewOutcome::MakeDocument),
            'f' | 'F' if self.overview.has_form => {
                return close(OverviewOutcome::FillForm);
            }
            'f' | 'F' => {
                "There is no Word form beside the draft.".clone_into(&mut self.message);
            }
            _ => {}
        }
        KeyOutcome::Stay
    }

    /// Opens the selected question, if it is asked.
    fn open(&mut self) -> KeyOutcome {
        match self.entry() {
            Some(entry) if entry.is_asked => KeyOutcome::Close(OverviewOutcome::Open(self.cursor)),
            Some(_) => {
                // The reason is shown with the selected question.
                "This question is not asked at present.".clone_into(&mut self.message);
                KeyOutcome::Stay
            }
            None => KeyOutcome::Stay,
        }
    }

    fn move_by(&mut self, steps: isize) {
        self.move_to(self.cursor.saturating_add_signed(steps));
    }

    fn move_to(&mut self, entry: usize) {
        self.cursor = entry.min(self.overview.entries.len().saturating_sub(1));
    }

    fn page_step(&self) -> isize {
        isize::try_from(self.page.saturating_sub(2).max(1)).unwrap_or(1)
    }

    /// Selects the next entry that needs attention, in the direction of `step`, around the end.
    fn find_attention(&mut self, step: isize) {
        match self.next_entry(self.cursor, step, OverviewEntry::needs_attention) {
            Some(entry) => self.cursor = entry,
            None => "No question needs attention.".clone_into(&mut self.message),
        }
    }

    /// Returns the next entry for which `wanted` holds, in the direction of `step`, around the end,
    /// and `from` itself as the last one.
    fn next_entry(
        &self,
        from: usize,
        step: isize,
        wanted: impl Fn(&OverviewEntry) -> bool,
    ) -> Option<usize> {
        let entries = &self.overview.entries;
        let matching = |index: &usize| entries.get(*index).is_some_and(&wanted);
        if step > 0 {
            (from + 1..entries.len()).chain(0..=from).find(matching)
        } else {
            (0..from).rev().chain((from..entries.len()).rev()).find(matching)
        }
    }

    /// Selects the question whose number the typed digits are. A digit that makes no number with
    /// the ones before it begins a new number.
    fn type_digit(&mut self, digits: String, digit: char) {
        let numbered = |typed: &str| {
            let number = typed.parse().ok()?;
            self.overview.entries.iter().position(|entry| entry.number == Some(number))
        };
        let longer = format!("{digits}{digit}");
        let (typed, found) = match numbered(&longer) {
            Some(found) => (longer, Some(found)),
            None => (digit.to_string(), numbered(&digit.to_string())),
        };
        match found {
            Some(entry) => self.cursor = entry,
            None => self.message = format!("There is no question {typed}."),
        }
        self.digits = typed;
    }

    /// Appends to the words searched for and selects the first match from where the search began.
    fn type_text(&mut self, text: &str) {
        if let Some(search) = &mut self.search {
            search.query.push_str(&text.replace(['\r', '\n'], " "));
            self.cursor = search.origin;
            self.find(0);
        }
    }

    /// Selects the next match in the direction of `step`, or with 0 the first one from here.
    fn find(&mut self, step: isize) {
        let Some(search) = &self.search else { return };
        let query = search.query.as_str();
        let matches = |entry: &OverviewEntry| entry.contains(query);
        if query.trim().is_empty() || step == 0 && self.entry().is_some_and(matches) {
            return;
        }
        match self.next_entry(self.cursor, step.signum() | 1, matches) {
            Some(entry) => self.cursor = entry,
            None => "not found".clone_into(&mut self.message),
        }
    }
}

impl OverviewEntry {
    fn contains(&self, query: &str) -> bool {
        [&self.title, &self.status, &self.answer]
            .into_iter()
            .chain(&self.notes)
            .any(|text| find_in(text, 0, query).is_some())
    }

    /// Returns the words around the first match in the answer, or `None` if only the title or the
    /// status matches.
    fn excerpt(&self, query: &str, width: usize) -> Option<String> {
        let text = self.answer.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = text.get(..find_in(&text, 0, query)?.start)?.chars().count();
        let start = at.saturating_sub(width / 3);
        let shown: String = text.chars().skip(start).collect();
        let shown = shorten(&shown, width.saturating_sub(1));
        Some(if start > 0 { format!("…{shown}") } else { shown })
    }

    /// Returns the title and the status as a sentence without its full stop, to be read aloud.
    pub(crate) fn sentence(&self) -> String {
        let (status, length) = (self.describe_status(), self.describe_length());
        let notes: String = self.notes.iter().map(|note| format!(". Note: {note}")).collect();
        let section = self.section.iter().map(|title| format!("Section {title}. "));
        let section: String = section.collect();
        format!("{section}{}, {status}{length}{notes}", self.title)
    }

    /// Returns the length with a comma before it; empty without a length.
    fn describe_length(&self) -> String {
        self.length.map(|measure| format!(", {}", measure.describe())).unwrap_or_default()
    }

    /// Returns the status with what it means here.
    fn describe_status(&self) -> String {
        if self.remark.is_empty() {
            self.status.clone()
        } else {
            format!("{}: {}", self.status, self.remark)
        }
    }
}
