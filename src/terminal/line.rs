//! The one-line editor: edits a short answer in the rows of a prompt, with the text buffer and the
//! keys of the composer.
//!
//! A line that is too long for one row wraps. Several lines that are pasted become one, and are
//! shown before they are accepted. Everything typed is passed to the [`Autosave`] at once.

use std::ops::Range;
use std::time::Duration;
use std::{io, mem};

use crossterm::event::{Event, KeyCode, KeyEvent};

use super::canvas::{CellStyle, columns};
use super::correction::{self, Corrector, NO_BREAK};
use super::keys::{self, KeyAction};
use super::outcome::{Autosave, ExitReason, LineReply, Navigation};
use super::prompt_area::{PromptArea, PromptFrame, PromptRow};
use super::session::TerminalSession;
use super::spelling::Spelling;
use super::text_buffer::{Position, TextAction, TextBuffer};
use super::{clipboard, input, signals};
use crate::model::spelling::is_name;
use crate::model::text::{normalize_line, sanitize};
use crate::model::words::WordRule;

/// How often signals are checked.
const IDLE: Duration = Duration::from_millis(100);
/// The most events that are handled before the prompt is painted.
const MAX_EVENTS: usize = 4096;

/// What a field asks for.
pub(super) struct LineField<'a> {
    pub(super) label: &'a str,
    pub(super) initial: &'a str,
    /// Parts separated by commas; those in the middle are left out on a narrow screen.
    pub(super) hint: &'a str,
    /// Receives the line while it is typed.
    pub(super) autosave: Option<&'a Autosave>,
    /// The spelling of the line, or `None` if it is not checked.
    pub(super) spelling: Option<&'a Spelling<'a>>,
    /// Returns what is wrong with a line.
    pub(super) check: &'a dyn Fn(&str) -> Option<String>,
    /// Whether a line with a problem is accepted if Enter is pressed again.
    pub(super) accepts_problems: bool,
    /// Returns how an accepted line is shown.
    pub(super) shown: &'a dyn Fn(&str) -> String,
}

/// An open field.
struct LineEditor<'a> {
    field: &'a LineField<'a>,
    text: TextBuffer,
    /// The line that `autosave` has received.
    saved: String,
    /// What is wrong with the line, or a message.
    problem: Option<String>,
    /// The line whose problem was shown.
    rejected: Option<String>,
    /// Lines were joined that are not accepted yet.
    is_joined: bool,
    /// The last key was a Ctrl-C that copied.
    ctrl_c_copied: bool,
    corrector: Corrector,
    area: PromptArea<'a>,
}

/// Asks for a line.
///
/// # Errors
/// Fails if the terminal cannot be read or written. The line has gone to the autosave.
pub(super) fn edit(session: &TerminalSession, field: &LineField<'_>) -> io::Result<LineReply> {
    let polling = signals::Polling::start();
    // What is wrong with the current answer is shown at once.
    let problem = (field.check)(field.initial).filter(|_| !field.initial.is_empty());
    let mut line = LineEditor {
        field,
        text: TextBuffer::new(field.initial, WordRule::WordProcessor),
        saved: field.initial.to_owned(),
        rejected: problem.as_ref().map(|_| field.initial.to_owned()),
        problem,
        is_joined: false,
        ctrl_c_copied: false,
        corrector: Corrector::default(),
        area: PromptArea::new(session),
    };
    line.text.set_clipboard(clipboard::copied());
    let result = line.run().or_else(ExitReason::from_signal);
    line.save();
    let text = line.text.text();
    let navigation = result?;
    if signals::pending().is_none() {
        let accepted = navigation == Navigation::Next;
        let answer = if accepted { (field.shown)(&text) } else { text.clone() };
        let ended = line.area.ended(field.label, &answer);
        line.area.close(&ended)?;
    }
    drop(polling);
    // A signal may have come with the last key.
    let navigation = Navigation::of_signal().unwrap_or(navigation);
    let is_answer = navigation == Navigation::Next || text != field.initial;
    Ok(LineReply { text: is_answer.then_some(text), navigation })
}

impl<'a> LineEditor<'a> {
    fn run(&mut self) -> io::Result<Navigation> {
        loop {
            let frame = self.frame();
            self.area.draw(&frame)?;
            self.save();
            while !input::poll(IDLE)? && signals::pending().is_none() {
                if self.check_spelling() {
                    let frame = self.frame();
                    self.area.draw(&frame)?;
                }
            }
            let signal = Navigation::of_signal();
            if signal.is_some() {
                // What was typed before the signal is part of the answer.
                input::finish();
            }
            let mut events = 0;
            while events < MAX_EVENTS
                && let Some(event) = input::next()?
            {
                events += 1;
                let navigation = self.handle(event)?;
                if signal.is_none()
                    && let Some(navigation) = navigation
                {
                    return Ok(navigation);
                }
            }
            if let Some(signal) = signal {
                return Ok(signal);
            }
        }
    }

    /// Returns the spelling of the line. A name is not checked.
    fn spelling(&self) -> Option<&'a Spelling<'a>> {
        self.field.spelling.filter(|_| !is_name(&self.text.text()))
    }

    /// Checks the spelling if the line has changed. Returns whether the prompt has to be drawn.
    fn check_spelling(&mut self) -> bool {
        let spelling = self.spelling();
        let checked = correction::check_spelling(&mut self.text, spelling, true);
        checked.unwrap_or_else(|problem| {
            self.problem = Some(problem);
            true
        })
    }

    fn save(&mut self) {
        let text = self.text.text();
        if let Some(autosave) = self.field.autosave
            && text != self.saved
        {
            autosave.save(&text);
            self.saved = text;
        }
    }

    /// Handles an event. Returns where the user goes if it ends the prompt.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's events: those not named do nothing"
    )]
    fn handle(&mut self, event: Event) -> io::Result<Option<Navigation>> {
        match event {
            Event::Resize(..) => self.area.reset(),
            Event::Paste(text) => self.paste(&text),
            Event::Key(key) => {
                let spelling = self.spelling();
                let correction = self.corrector.press(key, &mut self.text, spelling);
                let Some(correction) = correction else {
                    self.problem = None;
                    return self.press(key);
                };
                self.problem = correction.message;
            }
            _ => {}
        }
        Ok(None)
    }

    fn press(&mut self, key: KeyEvent) -> io::Result<Option<Navigation>> {
        if input::newline(key).is_some() {
            return self.enter();
        }
        let copied_before = mem::take(&mut self.ctrl_c_copied);
        let Some((action, extend)) = keys::action(key) else {
            if let Some(c) = keys::typed(key) {
                self.text.type_text(&sanitize(&c.to_string()));
            }
            return Ok(None);
        };
        match action {
            KeyAction::Text(action) => self.edit_text(action, extend),
            KeyAction::Revert => drop(self.text.rewrite_all(self.field.initial)),
            KeyAction::ShowPage(page) => {
                return self.area.show_page(page, &keys::help_in_line());
            }
            KeyAction::CorrectSpelling => {
                let spelling = self.spelling();
                self.problem = self.corrector.select_next(&mut self.text, spelling);
            }
            KeyAction::Leave(Navigation::Next) => return Ok(self.submit()),
            KeyAction::Leave(Navigation::Quit(_))
                if !copied_before && self.text.selection().is_some() =>
            {
                self.edit_text(TextAction::Copy, false);
                self.ctrl_c_copied = true;
                self.problem = Some(keys::COPIED_BY_CTRL_C.to_owned());
            }
            KeyAction::Leave(navigation) => return Ok(Some(navigation)),
            KeyAction::NewLine | KeyAction::Composer(_) => {}
        }
        Ok(None)
    }

    fn edit_text(&mut self, action: TextAction, extend: bool) {
        let (_, message) = clipboard::apply(&mut self.text, action, extend);
        self.problem = message.map(str::to_owned);
    }

    /// Inserts pasted text; several lines become one.
    fn paste(&mut self, text: &str) {
        // The paste must not replace the selected word.
        self.corrector.close(&mut self.text);
        self.is_joined |= sanitize(text).trim().contains('\n');
        self.text.paste_line(text);
    }

    /// Handles Enter. In a paste without brackets text follows it at once, which is joined.
    fn enter(&mut self) -> io::Result<Option<Navigation>> {
        let rest = input::burst()?;
        let is_text = |event: &Event| {
            let typed = event.as_key_event().and_then(keys::typed);
            typed.is_some_and(|c| !c.is_whitespace()) || event.as_paste_event().is_some()
        };
        // A key such as Backspace is in no paste: the rest was typed ahead, for the next prompt. Nobody
        // pastes lines into a question for yes or no.
        let is_typed = |event: &Event| {
            event.as_key_event().is_some_and(|key| {
                keys::typed(key).is_none() && !input::is_enter(event) && key.code != KeyCode::Tab
            })
        };
        let is_paste = self.field.accepts_problems && !rest.iter().any(is_typed);
        if !is_paste || !rest.iter().any(is_text) {
            input::put_back(rest.into_iter().skip_while(input::is_enter).collect());
            return Ok(self.submit());
        }
        self.text.type_text(" ");
        for event in rest {
            if input::is_enter(&event) {
                self.text.type_text(" ");
            } else if let Some(navigation) = self.handle(event)? {
                return Ok(Some(navigation));
            }
        }
        let joined = normalize_line(&self.text.text());
        self.text.rewrite_all(&joined);
        self.is_joined = true;
        Ok(None)
    }

    /// Accepts the line, or shows what is wrong with it.
    fn submit(&mut self) -> Option<Navigation> {
        let text = self.text.text();
        let is_again = self.field.accepts_problems && self.rejected.as_ref() == Some(&text);
        match (self.field.check)(&text).filter(|_| !is_again) {
            None => Some(Navigation::Next),
            Some(problem) => {
                self.problem = Some(problem);
                self.rejected = Some(text);
                None
            }
        }
    }

    fn hint(&self) -> String {
        if let Some(offer) = self.corrector.describe() {
            return offer.replace(NO_BREAK, " ");
        }
        let misspelt = self.text.misspelt().count();
        if misspelt > 0 && self.problem.is_none() {
            return format!("F7 {misspelt} misspelt, {}", self.field.hint);
        }
        let is_rejected = self.rejected.as_deref() == Some(self.text.text().as_str());
        if self.problem.is_some() && is_rejected && self.field.accepts_problems {
            "Enter again keeps it as it is, Esc menu".to_owned()
        } else if self.is_joined {
            "several lines were pasted and are joined here, Enter keeps them".to_owned()
        } else {
            self.field.hint.to_owned()
        }
    }

    /// Lays out the prompt: the line beside the label or, if there is no room, below it.
    fn frame(&mut self) -> PromptFrame {
        let (width, height) = PromptArea::size();
        let styles = self.area.styles;
        let mut frame = PromptFrame::default();
        let label = format!(" {} ", self.field.label);
        let beside = columns(&label) + columns(&self.text.text()) + 2 <= width;
        let (x, first) = if beside {
            (columns(&label) + 1, vec![("?".to_owned(), styles.sign), (label, styles.plain)])
        } else {
            self.area.push_label(&mut frame, " ", self.field.label);
            (2, vec![("?".to_owned(), styles.sign), (" ".to_owned(), styles.plain)])
        };
        let top = frame.rows.len();
        let mut footer = PromptFrame::default();
        let foreign = self.spelling().filter(|_| self.text.is_foreign());
        let foreign = foreign.map(Spelling::describe_foreign);
        let note = self.problem.as_deref().or(foreign.as_deref());
        self.area.push_footer(&mut footer, note, &self.hint());
        let room = height.saturating_sub(top + footer.rows.len() + 1).max(1);
        self.text.lay_out(width.saturating_sub(x + 1).max(1), room);
        let (row, column) = self.text.cursor_row();
        let skipped = (row + 1).saturating_sub(room);
        let misspelt = self.text.misspelt().map(|range| (range, styles.misspelt));
        let selection = self.text.selection().map(|range| (range, styles.selected));
        let marks: Vec<_> = misspelt.chain(selection).collect();
        let mut start = Some(first);
        for (position, text) in self.text.rows_from(skipped).take(room) {
            let indent = vec![(" ".repeat(x + self.text.row_indent(position)), styles.plain)];
            let mut shown = start.take().unwrap_or(indent);
            shown.extend(pieces(position, text, &marks));
            frame.rows.push(shown);
        }
        frame.cursor = (x + column, top + row - skipped);
        frame.rows.append(&mut footer.rows);
        frame
    }
}

/// Cuts a row at the ends of marked ranges. Where two overlap, the style of the last one counts.
fn pieces(start: Position, row: &str, marks: &[(Range<Position>, CellStyle)]) -> PromptRow {
    let end = Position { byte: start.byte + row.len(), ..start };
    let ends = marks.iter().flat_map(|(range, _)| [range.start, range.end]);
    let mut cuts: Vec<Position> =
        ends.map(|cut| cut.clamp(start, end)).chain([start, end]).collect();
    cuts.sort_unstable();
    let pieces = cuts.iter().zip(cuts.iter().skip(1)).map(|(from, to)| {
        let mark = marks.iter().rev().find(|(range, _)| range.contains(from));
        let text = row.get(from.byte - start.byte..to.byte - start.byte).unwrap_or_default();
        (text.to_owned(), mark.map_or(CellStyle::new(), |(_, style)| *style))
    });
    pieces.filter(|(text, _)| !text.is_empty()).collect()
}
