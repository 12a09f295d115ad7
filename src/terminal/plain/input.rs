//! The input of the plain frontend: lines of standard input, its end, and Ctrl-C, in the order in
//! which they arrive.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{say, start_of};
use crate::model::text::{escape_for_terminal, sanitize};
use crate::terminal::live_line::{LiveEvent, LiveLines, apply_keys};
use crate::terminal::session;
use crate::terminal::signals::{self, InputSignal};

/// How long the next line of a script may take to arrive.
const SCRIPT_PAUSE: Duration = Duration::from_millis(200);
/// How often signals are checked while a line is edited.
const IDLE: Duration = Duration::from_millis(100);
/// The longest time between two lines of a paste. Typed lines take longer.
const BURST: Duration = Duration::from_millis(30);
/// The most bytes that a terminal accepts in a line; it drops the others.
const MAX_LINE_LEN: usize = if cfg!(target_os = "linux") { 4095 } else { 1023 };

/// What arrives from the user.
#[derive(Debug)]
pub(super) enum InputEvent {
    /// A line without control characters and without its end.
    Line(String),
    /// Standard input has ended.
    End,
    /// Ctrl-C.
    Interrupt,
    /// The program was stopped by Ctrl-Z and continues.
    Resumed,
}

/// An event with what belongs to it.
#[derive(Debug)]
struct ReceivedEvent {
    event: InputEvent,
    remark: Remark,
    /// Whether the line contained editing keys, which have been applied to it.
    has_keys: bool,
}

impl From<InputEvent> for ReceivedEvent {
    fn from(event: InputEvent) -> Self {
        Self { event, remark: None, has_keys: false }
    }
}

/// What the user should know about a line.
type Remark = Option<&'static str>;

const TOO_LONG: &str = "That line was as long as the terminal allows; its end may be missing. Write shorter lines, or a long answer with `:edit`.";
const NOT_UTF8: &str = "That line was not valid UTF-8; it was read as Latin-1. Please check it.";

/// Reads the lines of standard input: those of a terminal that can move its cursor while they are
/// edited, all others on a thread, so that Ctrl-C and timeouts do not wait for a line.
pub(super) struct LineReader {
    /// The terminal, if lines are edited on it.
    live: Option<LiveLines>,
    events: Receiver<ReceivedEvent>,
    requests: Sender<()>,
    /// A line was requested and has not arrived.
    reading: bool,
    ended: bool,
    from_terminal: bool,
    /// A line with editing keys that was read back and waits to be confirmed.
    unconfirmed: Option<String>,
    /// What arrived while a line was not confirmed.
    next: Option<ReceivedEvent>,
    /// What has arrived from the thread before it was waited for.
    early: Option<ReceivedEvent>,
}

impl LineReader {
    /// Starts the thread, unless the lines are edited on a terminal. It reads a line only when one is
    /// waited for, so that an editor or a command that follows receives its own lines.
    pub(super) fn new(live: Option<LiveLines>) -> Self {
        let (sender, events) = mpsc::channel();
        let (requests, requested) = mpsc::channel();
        let from_terminal = io::stdin().is_terminal();
        let signals = sender.clone();
        signals::send_input_to(move |signal| {
            let event = match signal {
                InputSignal::Interrupt => InputEvent::Interrupt,
                InputSignal::Continue => InputEvent::Resumed,
            };
            let _ = signals.send(event.into());
        });
        if live.is_none() {
            thread::spawn(move || {
                for () in requested {
                    if sender.send(read_line(from_terminal)).is_err() {
                        return;
                    }
                }
            });
        }
        Self {
            live,
            events,
            requests,
            reading: false,
            ended: false,
            from_terminal,
            unconfirmed: None,
            next: None,
            early: None,
        }
    }

    /// Whether standard input has ended.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether the lines come from a terminal, which can be released to an editor.
    pub(super) fn is_terminal(&self) -> bool {
        self.from_terminal
    }

    /// Writes a prompt, which the line follows.
    pub(super) fn set_prompt(&mut self, prompt: &str) {
        match &mut self.live {
            Some(live) => live.set_prompt(prompt),
            None => session::write(prompt),
        }
    }

    /// Returns the line that is being edited and was not ended. It is empty unless lines are edited on
    /// the terminal.
    pub(super) fn unfinished(&self) -> String {
        self.live.as_ref().map(LiveLines::unfinished).unwrap_or_default()
    }

    /// Takes the line that was not ended.
    pub(super) fn take_unfinished(&mut self) -> String {
        self.live.as_mut().map(LiveLines::take_unfinished).unwrap_or_default()
    }

    /// Lets a message be written below the line that is being edited.
    pub(super) fn leave_row(&mut self) {
        self.live.iter_mut().for_each(LiveLines::leave_row);
    }

    /// Whether [`unfinished`](Self::unfinished) changes while the user types.
    pub(super) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Waits for the next event. Returns `None` if no event comes within `timeout`.
    pub(super) fn next_event(&mut self, timeout: Option<Duration>) -> Option<InputEvent> {
        loop {
            let ReceivedEvent { event, remark, has_keys } = self.receive(timeout)?;
            remark.into_iter().for_each(say);
            match (event, self.unconfirmed.take()) {
                (InputEvent::Line(line), _) if has_keys => {
                    say(&format!("That line contained editing keys. The result is: {line}"));
                    // A script does not answer.
                    if !self.from_terminal {
                        return Some(InputEvent::Line(line));
                    }
                    say("Press Enter to keep it, or write the line again.");
                    self.unconfirmed = Some(line);
                }
                (InputEvent::Line(line), Some(unconfirmed)) if line.trim().is_empty() => {
                    return Some(InputEvent::Line(unconfirmed));
                }
                (InputEvent::Resumed, Some(unconfirmed)) => self.unconfirmed = Some(unconfirmed),
                // The line is kept, and the event is for the next prompt.
                (event @ (InputEvent::End | InputEvent::Interrupt), Some(unconfirmed)) => {
                    self.next = Some(event.into());
                    return Some(InputEvent::Line(unconfirmed));
                }
                (event, _) => return Some(event),
            }
        }
    }

    /// Waits for the next event, without confirmation.
    fn receive(&mut self, timeout: Option<Duration>) -> Option<ReceivedEvent> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        if self.ended {
            return Some(InputEvent::End.into());
        }
        let received = if self.live.is_some() {
            self.receive_live(timeout)?
        } else {
            self.receive_line(timeout)?
        };
        match &received.event {
            InputEvent::Line(line) => {
                self.reading = false;
                // A terminal echoes what is typed; elsewhere the transcript would lack it.
                if !self.from_terminal {
                    session::write(&format!(
                        "{}\n",
                        start_of(escape_for_terminal(line).trim_end())
                    ));
                }
            }
            InputEvent::End => {
                self.ended = true;
                self.end_row();
                say("The input has ended.");
            }
            InputEvent::Interrupt => self.end_row(),
            InputEvent::Resumed => {}
        }
        Some(received)
    }

    /// Moves the cursor below a prompt that was not answered.
    fn end_row(&mut self) {
        match &mut self.live {
            Some(live) => live.leave_row(),
            None => session::write("\n"),
        }
    }

    /// Waits for what the user does with the line that is edited, or for a signal.
    fn receive_live(&mut self, timeout: Option<Duration>) -> Option<ReceivedEvent> {
        let end = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            if let Ok(signal) = self.events.try_recv() {
                return Some(signal);
            }
            let rest = end.map(|end| end.saturating_duration_since(Instant::now()));
            let wait = rest.map_or(IDLE, |rest| rest.min(IDLE));
            match self.live.as_mut()?.next_event(wait) {
                Some(LiveEvent::Line(line)) => return Some(InputEvent::Line(line).into()),
                Some(LiveEvent::Interrupt) => return Some(InputEvent::Interrupt.into()),
                Some(LiveEvent::End) => return Some(InputEvent::End.into()),
                None if rest == Some(wait) => return None,
                None => {}
            }
        }
    }

    /// Waits for the thread.
    fn receive_line(&mut self, timeout: Option<Duration>) -> Option<ReceivedEvent> {
        if let Some(early) = self.early.take() {
            return Some(early);
        }
        if !self.reading {
            self.reading = self.requests.send(()).is_ok();
        }
        let received = match timeout {
            Some(timeout) => self.events.recv_timeout(timeout),
            None => self.events.recv().map_err(RecvTimeoutError::from),
        };
        match received {
            Ok(received) => Some(received),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(InputEvent::End.into()),
        }
    }

    /// Whether the next line of a script is this one. It still has to be read.
    pub(super) fn next_line_is(&mut self, wanted: &str) -> bool {
        if self.live.is_none() && !self.ended && self.next.is_none() {
            self.early = self.receive_line(Some(SCRIPT_PAUSE));
        }
        let line = self.early.as_ref().map(|early| &early.event);
        matches!(line, Some(InputEvent::Line(line)) if line.trim() == wanted)
    }

    /// Returns the lines that arrived in one burst with the last one, as those of a paste do, and
    /// whether Ctrl-C followed.
    pub(super) fn rest_of_burst(&mut self) -> (Vec<String>, bool) {
        let mut rest = Vec::new();
        while self.from_terminal {
            match self.next_event(Some(BURST)) {
                Some(InputEvent::Line(line)) => rest.push(line),
                Some(InputEvent::Interrupt) => return (rest, true),
                Some(InputEvent::End | InputEvent::Resumed) => break,
                // On a busy machine the thread may be late.
                None if line_waits() => {}
                None => break,
            }
        }
        if self.live.as_ref().is_some_and(|live| live.is_pasted() || !rest.is_empty()) {
            rest.push(self.take_unfinished());
        }
        (rest, false)
    }
}

/// Whether a line can be read at once. Always `false` on Windows.
fn line_waits() -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdin = io::stdin();
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&now)).is_ok_and(|ready| ready > 0)
    }
    #[cfg(not(unix))]
    false
}

fn read_line(from_terminal: bool) -> ReceivedEvent {
    let mut line = Vec::new();
    match io::stdin().lock().read_until(b'\n', &mut line) {
        // A terminal that was closed fails.
        Ok(0) | Err(_) => {
            return InputEvent::End.into();
        }
        Ok(_) => {}
    }
    line.pop_if(|last| *last == b'\n');
    line.pop_if(|last| *last == b'\r');
    let (text, odd) = decoded(&line);
    let remark = if from_terminal && line.len() >= MAX_LINE_LEN {
        Some(TOO_LONG)
    } else {
        odd.then_some(NOT_UTF8)
    };
    let edited = apply_keys(&text);
    let has_keys = edited.is_some();
    let line = edited.unwrap_or_else(|| sanitize(&text));
    ReceivedEvent { event: InputEvent::Line(line), remark, has_keys }
}

/// Decodes a line, and returns whether it was invalid UTF-8. Invalid bytes are read as Latin-1, the
/// most likely of the old encodings, so that nothing is lost.
fn decoded(line: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(line.len());
    let mut odd = false;
    for chunk in line.utf8_chunks() {
        text.push_str(chunk.valid());
        odd |= !chunk.invalid().is_empty();
        // The control characters of Latin-1 are no text.
        let letter = |byte: &u8| match char::from(*byte) {
            letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
            letter => letter,
        };
        text.extend(chunk.invalid().iter().map(letter));
    }
    (text, odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf8_keeps_its_letters() {
        for (bytes, text, odd) in [
            ("caf\u{e9} \u{2014}".as_bytes(), "caf\u{e9} \u{2014}", false),
            (b"caf\xe9 on", "caf\u{e9} on", true),
            (b"\xe2\x80 \x93", "\u{e2}\u{fffd} \u{fffd}", true),
            (b"", "", false),
        ] {
            assert_eq!(decoded(bytes), (text.to_owned(), odd), "{bytes:?}");
        }
    }
}
