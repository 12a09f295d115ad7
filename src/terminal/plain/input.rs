//! Hearing the person of a plain conversation: lines of standard input, its end, and Ctrl-C, in the
//! order in which they come.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::{put, say, start_of};
use crate::model::text::{escape_for_terminal, sanitize};

/// Lines of a paste follow each other faster than this, those of a person slower.
const BURST: Duration = Duration::from_millis(30);
/// The bytes of a line that a terminal takes; what follows them is lost before a program sees it.
const LONGEST_LINE: usize = if cfg!(target_os = "linux") { 4095 } else { 1023 };

/// What was heard from the person.
#[derive(Debug)]
pub(super) enum InputEvent {
    /// A line, cleaned, without its end.
    Line(String),
    /// Standard input has ended.
    End,
    /// Ctrl-C.
    Interrupt,
    /// The program was suspended and goes on.
    Resumed,
}

/// What is to be said about a line.
type Remark = Option<&'static str>;

const TOO_LONG: &str = "That line was the most that a terminal takes; its end may be missing. Write shorter lines; a long answer can be written with `:edit`, too.";
const NOT_UTF8: &str = "That line was no text in UTF-8; it was read as Latin-1. Look it over.";

/// Listens to standard input, whatever it is.
pub(super) struct LineReader {
    heard: Receiver<(InputEvent, Remark)>,
    wanted: Sender<()>,
    /// A line is being read: until it comes, no other is asked for.
    reading: bool,
    ended: bool,
    from_terminal: bool,
}

impl LineReader {
    /// Begins to listen. A line is read only when one is waited for, so that an editor or a command
    /// that follows gets its own.
    pub(super) fn new() -> Self {
        let (hears, heard) = mpsc::channel();
        let (wanted, requests) = mpsc::channel();
        let from_terminal = io::stdin().is_terminal();
        watch_signals(hears.clone());
        thread::spawn(move || {
            for () in requests {
                if hears.send(read_line(from_terminal)).is_err() {
                    return;
                }
            }
        });
        Self { heard, wanted, reading: false, ended: false, from_terminal }
    }

    /// Whether standard input has ended.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether a terminal hands the lines over, and could be lent to an editor.
    pub(super) fn at_terminal(&self) -> bool {
        self.from_terminal
    }

    /// Waits for what comes next.
    pub(super) fn listen(&mut self) -> InputEvent {
        self.listen_for(None).unwrap_or(InputEvent::End)
    }

    /// Waits for what comes next, but no longer than `patience`: then nothing has come.
    pub(super) fn listen_for(&mut self, patience: Option<Duration>) -> Option<InputEvent> {
        if self.ended {
            return Some(InputEvent::End);
        }
        if !self.reading {
            self.reading = self.wanted.send(()).is_ok();
        }
        let came = match patience {
            Some(patience) => self.heard.recv_timeout(patience),
            None => self.heard.recv().map_err(RecvTimeoutError::from),
        };
        let (heard, remark) = match came {
            Ok(came) => came,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => (InputEvent::End, None),
        };
        match &heard {
            InputEvent::Line(line) => {
                self.reading = false;
                // A terminal shows what is typed; elsewhere the transcript needs it.
                if !self.from_terminal {
                    put(&format!("{}\n", start_of(escape_for_terminal(line).trim_end())));
                }
            }
            InputEvent::End => {
                self.ended = true;
                say("\nThe input has ended.");
            }
            InputEvent::Interrupt => put("\n"),
            InputEvent::Resumed => {}
        }
        remark.into_iter().for_each(say);
        Some(heard)
    }

    /// The lines that came in one go with the last one, as a paste has them, and whether Ctrl-C was
    /// among them.
    pub(super) fn rest_of_burst(&mut self) -> (Vec<String>, bool) {
        let mut rest = Vec::new();
        while self.from_terminal {
            match self.listen_for(Some(BURST)) {
                Some(InputEvent::Line(line)) => rest.push(line),
                Some(InputEvent::Interrupt) => return (rest, true),
                Some(InputEvent::End | InputEvent::Resumed) => break,
                // A busy machine hears late what has been there all along.
                None if line_waits() => {}
                None => break,
            }
        }
        (rest, false)
    }
}

/// Whether a line lies ready that has not been read yet, where the system can tell.
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

fn read_line(from_terminal: bool) -> (InputEvent, Remark) {
    let mut line = Vec::new();
    match io::stdin().lock().read_until(b'\n', &mut line) {
        // A terminal that is gone has ended, too.
        Ok(0) | Err(_) => return (InputEvent::End, None),
        Ok(_) => {}
    }
    line.pop_if(|last| *last == b'\n');
    line.pop_if(|last| *last == b'\r');
    let (text, odd) = decoded(&line);
    let remark = if from_terminal && line.len() >= LONGEST_LINE {
        Some(TOO_LONG)
    } else {
        odd.then_some(NOT_UTF8)
    };
    (InputEvent::Line(sanitize(&text)), remark)
}

/// The text of a line, and whether it was no UTF-8. Nothing of it is lost: what is none is read
/// byte by byte as Latin-1, the likeliest of the old encodings.
fn decoded(line: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(line.len());
    let mut odd = false;
    for chunk in line.utf8_chunks() {
        text.push_str(chunk.valid());
        odd |= !chunk.invalid().is_empty();
        // Its control characters are no letters.
        let letter = |byte: &u8| match char::from(*byte) {
            letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
            letter => letter,
        };
        text.extend(chunk.invalid().iter().map(letter));
    }
    (text, odd)
}

/// Hears Ctrl-C, and a program that goes on after Ctrl-Z.
fn watch_signals(hears: Sender<(InputEvent, Remark)>) {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGCONT, SIGINT};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGCONT]) else {
            return;
        };
        thread::spawn(move || {
            for signal in signals.forever() {
                let heard =
                    if signal == SIGCONT { InputEvent::Resumed } else { InputEvent::Interrupt };
                // Ctrl-C in an editor is the editor's.
                if !crate::terminal::session::is_lent() && hears.send((heard, None)).is_err() {
                    return;
                }
            }
        });
    }
    #[cfg(not(unix))]
    drop(hears);
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
