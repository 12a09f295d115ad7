//! Line editing for the plain frontend, as in a shell: it uses the text buffer and the keys of the
//! composer, and redraws only the line.
//!
//! Up and Down do nothing, and Shift does not select, because a selection would not be visible.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::clipboard;
use super::echo::Echo;
use super::input::{self, Decoder};
use super::keys::{self, ComposerAction, KeyAction};
use super::outcome::Navigation;
use super::session::{self, TerminalSession};
use super::style::OutputStyle;
use super::text_buffer::{Motion, TextAction, TextBuffer};
use crate::model::text::{pasted, sanitize};
use crate::model::words::WordRule;

/// The most events that are handled before the line is shown.
const MAX_EVENTS: usize = 4096;

/// What the user did.
#[derive(Debug)]
pub(super) enum LiveEvent {
    /// A line that was ended by Enter.
    Line(String),
    /// Ctrl-D in an empty line, or the terminal is gone.
    End,
    /// Ctrl-C.
    Interrupt,
}

/// A terminal that is read line by line.
pub(super) struct LiveLines {
    _session: TerminalSession,
    text: TextBuffer,
    /// What is to the left of the line.
    prompt: String,
    echo: Echo,
    size: (usize, usize),
    /// Lines of a paste that were not returned yet.
    pasted: VecDeque<String>,
    /// Whether the line is the end of a paste of several lines.
    is_pasted: bool,
}

impl LiveLines {
    /// Takes the terminal until this is dropped.
    ///
    /// # Errors
    /// Fails if standard input is not a terminal.
    pub(super) fn start(style: OutputStyle) -> io::Result<Self> {
        Ok(Self {
            _session: TerminalSession::start(style)?,
            text: one_row(),
            prompt: String::new(),
            echo: Echo::default(),
            size: session::size(),
            pasted: VecDeque::new(),
            is_pasted: false,
        })
    }

    /// Writes a prompt. The line continues its last row; what was typed of it already is kept.
    pub(super) fn set_prompt(&mut self, prompt: &str) {
        let (above, last) = prompt.rsplit_once('\n').unwrap_or(("", prompt));
        if !above.is_empty() {
            session::write(&format!("{above}\n"));
        }
        self.echo = Echo::default();
        last.clone_into(&mut self.prompt);
        self.show();
    }

    /// Returns the line that was not ended, which may be empty.
    pub(super) fn unfinished(&self) -> String {
        self.text.text()
    }

    /// Whether the line that was not ended is the end of a paste of several lines.
    pub(super) fn is_pasted(&self) -> bool {
        self.is_pasted
    }

    /// Takes the line that was not ended.
    pub(super) fn take_unfinished(&mut self) -> String {
        if !self.text.is_empty() {
            self.leave_row();
        }
        std::mem::replace(&mut self.text, one_row()).text()
    }

    /// Moves below the line, so that a message can be written. The next wait shows the line below it.
    pub(super) fn leave_row(&mut self) {
        session::write(&self.echo.leave(self.size));
    }

    /// Returns what the user did, or `None` if there was nothing within `timeout`.
    pub(super) fn next_event(&mut self, timeout: Duration) -> Option<LiveEvent> {
        if let Some(line) = self.pasted.pop_front() {
            self.text.paste(&line);
            return Some(self.end_line());
        }
        self.show();
        let end = Instant::now() + timeout;
        loop {
            match input::poll(end.saturating_duration_since(Instant::now())) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(_) => return Some(LiveEvent::End),
            }
            let mut count = 0;
            while count < MAX_EVENTS
                && let Ok(Some(event)) = input::next()
            {
                count += 1;
                if let Some(event) = self.handle(&event) {
                    return Some(event);
                }
            }
            self.show();
        }
    }

    fn show(&mut self) {
        let line = format!("{}{}", self.prompt, self.text.text());
        let cursor = self.prompt.len() + self.text.cursor().byte;
        let update = self.echo.update(&line, cursor, self.size);
        if !update.is_empty() {
            session::write(&update);
        }
    }

    fn end_line(&mut self) -> LiveEvent {
        self.show();
        self.leave_row();
        self.prompt.clear();
        let clipboard = self.text.clipboard().to_owned();
        let line = std::mem::replace(&mut self.text, one_row()).text();
        self.text.set_clipboard(clipboard);
        LiveEvent::Line(line)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's events: those not named do nothing"
    )]
    fn handle(&mut self, event: &Event) -> Option<LiveEvent> {
        match event {
            Event::Resize(..) => {
                // The terminal has wrapped the rows at its new width, or cut them.
                let size = session::size();
                if size.0 != self.size.0 {
                    self.leave_row();
                }
                self.size = size;
            }
            Event::Paste(text) => return self.paste(text),
            Event::Key(key) => return self.press(*key),
            _ => {}
        }
        None
    }

    /// Inserts a paste. Each line feed in it ends a line.
    fn paste(&mut self, text: &str) -> Option<LiveEvent> {
        let text = pasted(text, self.text.is_at_line_start());
        let mut lines = text.split('\n');
        self.text.paste(lines.next().unwrap_or_default());
        self.pasted = lines.map(str::to_owned).collect();
        // What follows the last line feed is not ended.
        let rest = self.pasted.pop_back()?;
        let line = self.end_line();
        self.is_pasted = !rest.is_empty();
        input::put_back(vec![Event::Paste(rest)]);
        Some(line)
    }

    fn press(&mut self, key: KeyEvent) -> Option<LiveEvent> {
        self.is_pasted = false;
        let is_ctrl_d = key.code == KeyCode::Char('d') && key.modifiers == KeyModifiers::CONTROL;
        if is_ctrl_d && self.text.is_empty() {
            return Some(LiveEvent::End);
        }
        if is_ctrl_d {
            self.text.apply(TextAction::Delete(Motion::Right), false);
            return None;
        }
        if input::newline(key).is_some() {
            return Some(self.end_line());
        }
        match keys::action(key) {
            Some((KeyAction::Leave(Navigation::Next), _)) => return Some(self.end_line()),
            Some((KeyAction::Leave(Navigation::Quit(_)), _)) => return Some(LiveEvent::Interrupt),
            // Without anything to undo, Ctrl-Z stops the program as in a shell.
            Some((KeyAction::Text(TextAction::Undo), _)) => {
                if !self.text.apply(TextAction::Undo, false) {
                    session::stop();
                }
            }
            Some((KeyAction::Text(TextAction::Paste), _)) if self.text.clipboard().is_empty() => {
                self.text.set_clipboard(clipboard::copied());
                press(&mut self.text, key);
            }
            _ => press(&mut self.text, key),
        }
        None
    }
}

/// Returns an empty text that is one row, however long it is.
fn one_row() -> TextBuffer {
    let mut text = TextBuffer::new("", WordRule::WordProcessor);
    text.lay_out(usize::MAX / 2, 1);
    text
}

/// Applies a key to a line as a shell does: Ctrl-A is Home, and Ctrl-F moves one character forward.
fn press(text: &mut TextBuffer, key: KeyEvent) {
    let action = match keys::action(key) {
        Some((KeyAction::Text(TextAction::SelectAll), _)) => TextAction::Move(Motion::RowStart),
        Some((KeyAction::Composer(ComposerAction::Find), _)) => TextAction::Move(Motion::Right),
        // There is no other row, and no earlier line as in a shell.
        Some((
            KeyAction::Text(TextAction::Move(
                Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown,
            )),
            _,
        )) => return,
        Some((KeyAction::Text(action), _)) => action,
        Some(_) => return,
        None => {
            let typed = if key.code == KeyCode::Tab { Some(' ') } else { keys::typed(key) };
            text.type_text(&sanitize(&typed.map(String::from).unwrap_or_default()));
            return;
        }
    };
    text.apply(action, false);
}

/// Applies the editing keys in a raw line: arrows, Home, End, Delete and others, which a terminal
/// that does not edit lines sends along with the text. Returns `None` if there are no such keys.
pub(super) fn apply_keys(raw: &str) -> Option<String> {
    if !raw.contains(|c: char| c.is_ascii_control() && c != '\t') {
        return None;
    }
    let mut decoder = Decoder::new(true);
    decoder.feed(raw.replace('\t', " ").as_bytes(), Instant::now());
    decoder.finish();
    let mut text = one_row();
    while let Some(event) = decoder.next_event() {
        if let Some(pasted) = event.as_paste_event() {
            text.paste_line(pasted);
        } else if let Some(key) = event.as_key_event() {
            press(&mut text, key);
        }
    }
    Some(text.text()).filter(|text| *text != sanitize(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editing_keys_in_a_raw_line_are_applied() {
        for (raw, edited) in [
            ("Bright Strets\u{1B}[D\u{1B}[De\u{1B}[HThe ", Some("The Bright Streets")),
            ("Streets\u{1}Bright \u{5}!", Some("Bright Streets!")),
            ("Brigt\u{1B}ODh\u{1B}OF Streets", Some("Bright Streets")),
            ("one two three\u{1B}[1;5D\u{B}four", Some("one two four")),
            ("caf\u{E9}s\u{1B}[D\u{1B}[3~", Some("caf\u{E9}")),
            ("Bright\u{1B}[A Streets\u{1B}[B", None),
            ("Bright\tStreets", None),
            ("Bright Streets", None),
            ("", None),
        ] {
            assert_eq!(apply_keys(raw).as_deref(), edited, "{raw:?}");
        }
        let long = "word ".repeat(500);
        assert_eq!(apply_keys(&format!("{long}\u{1B}[HThe ")), Some(format!("The {long}")));
    }
}
