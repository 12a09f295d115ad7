//! Reads keys, pastes and changes of the window size from the terminal, without ever waiting for
//! the rest of a sequence.
//!
//! There is one terminal, so there is one queue: events that one prompt does not read go to the
//! next one.

mod decoder;

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

pub use decoder::Decoder;
#[cfg(unix)]
use reader as source;
#[cfg(not(unix))]
use windows as source;

/// Two keys that follow each other within this time were not pressed one by one.
const BURST: Duration = Duration::from_millis(1);

/// Whether an event comes within a time.
///
/// # Errors
/// Fails if the terminal cannot be read or is gone.
pub(crate) fn poll(timeout: Duration) -> io::Result<bool> {
    source::lock().poll(timeout)
}

/// Returns the next event that has arrived, or `None`.
///
/// # Errors
/// Fails if the terminal cannot be read or is gone.
pub(crate) fn next() -> io::Result<Option<Event>> {
    let mut source = source::lock();
    source.poll(Duration::ZERO)?;
    Ok(source.events.pop_front())
}

/// Lets `events` be read next.
pub(crate) fn put_back(events: Vec<Event>) {
    let mut source = source::lock();
    events.into_iter().rev().for_each(|event| source.events.push_front(event));
}

/// Reads what has arrived and ends a paste or a sequence that is unfinished, because the program is
/// about to end.
pub(crate) fn finish() {
    source::lock().finish();
}

/// Sets which key deletes. `ctrl_h_erases`: whether the key Backspace sends Ctrl-H.
#[cfg(unix)]
pub(crate) fn set_erase(ctrl_h_erases: bool) {
    source::lock().set_erase(ctrl_h_erases);
}

/// Drops further Enters that arrived in one burst with the Enter that ended a prompt: a key that is
/// pressed twice by mistake answers one question.
///
/// # Errors
/// Fails if the terminal cannot be read or is gone.
pub(crate) fn drop_repeated_enter() -> io::Result<()> {
    let events = burst()?;
    let first = events.iter().position(|event| !is_enter(event)).unwrap_or(events.len());
    put_back(events.into_iter().skip(first).collect());
    Ok(())
}

/// Takes the events that arrive in one burst with the event read last.
///
/// # Errors
/// Fails if the terminal cannot be read or is gone.
pub(crate) fn burst() -> io::Result<Vec<Event>> {
    let mut events = Vec::new();
    while poll(BURST)? {
        events.extend(next()?);
    }
    Ok(events)
}

/// Whether an event is the key Enter.
pub(crate) fn is_enter(event: &Event) -> bool {
    event.as_key_event().is_some_and(|key| newline(key).is_some())
}

/// Returns a line feed if a key is Enter, or Ctrl-J, which pasted line feeds are.
pub(crate) fn newline(key: KeyEvent) -> Option<char> {
    let is_newline = (key.code == KeyCode::Enter && key.modifiers.is_empty())
        || (key.code == KeyCode::Char('j') && key.modifiers == KeyModifiers::CONTROL);
    is_newline.then_some('\n')
}

/// Reads the bytes of the terminal.
#[cfg(unix)]
mod reader {
    use std::collections::VecDeque;
    use std::io::{self, Read as _};
    use std::os::fd::AsFd as _;
    use std::os::unix::net::UnixStream;
    use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
    use std::time::{Duration, Instant};

    use crossterm::event::Event;
    use rustix::event::{PollFd, PollFlags, Timespec};
    use rustix::io::Errno;

    use super::Decoder;
    use crate::terminal::session;

    /// The signal that the window was closed may come a little later than the end of its input.
    const WAIT_FOR_SIGNAL: Duration = Duration::from_millis(200);

    pub(super) struct InputSource {
        decoder: Decoder,
        /// Events before those of the decoder.
        pub(super) events: VecDeque<Event>,
        /// Has a byte for each change of the window size.
        resized: Option<UnixStream>,
    }

    pub(super) fn lock() -> MutexGuard<'static, InputSource> {
        static SOURCE: OnceLock<Mutex<InputSource>> = OnceLock::new();
        let source = SOURCE.get_or_init(|| {
            let decoder = Decoder::new(false);
            let resized = resize_signals().ok();
            Mutex::new(InputSource { decoder, events: VecDeque::new(), resized })
        });
        source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resize_signals() -> io::Result<UnixStream> {
        let (receiver, sender) = UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        sender.set_nonblocking(true)?;
        signal_hook::low_level::pipe::register(signal_hook::consts::SIGWINCH, sender)?;
        Ok(receiver)
    }

    impl InputSource {
        pub(super) fn finish(&mut self) {
            // Without an error: what has arrived from a terminal that is gone counts, too.
            while self.read(Duration::ZERO).unwrap_or(false) {}
            self.decoder.finish();
        }

        pub(super) fn set_erase(&mut self, ctrl_h_erases: bool) {
            self.decoder = Decoder::new(ctrl_h_erases);
        }

        pub(super) fn poll(&mut self, timeout: Duration) -> io::Result<bool> {
            let end = Instant::now() + timeout;
            loop {
                self.events.extend(std::iter::from_fn(|| self.decoder.next_event()));
                if !self.events.is_empty() {
                    return Ok(true);
                }
                let now = Instant::now();
                let until = self.decoder.deadline().map_or(end, |deadline| deadline.min(end));
                let arrived = self.read(until.saturating_duration_since(now))?;
                if !arrived {
                    self.decoder.expire(Instant::now());
                    self.events.extend(std::iter::from_fn(|| self.decoder.next_event()));
                    if now >= end {
                        return Ok(!self.events.is_empty());
                    }
                }
            }
        }

        /// Reads what arrives within a time. Returns `false` if nothing does.
        fn read(&mut self, timeout: Duration) -> io::Result<bool> {
            let stdin = io::stdin();
            let terminal = PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN);
            let mut sources = vec![terminal];
            sources
                .extend(self.resized.as_ref().map(|resized| PollFd::new(resized, PollFlags::IN)));
            let timeout = Timespec::try_from(timeout).ok();
            match rustix::event::poll(&mut sources, timeout.as_ref()) {
                Err(Errno::INTR) => return Ok(false),
                result => result?,
            };
            let mut ready = sources.iter().map(|source| !source.revents().is_empty());
            let (has_input, is_resized) = (ready.next() == Some(true), ready.next() == Some(true));
            drop(sources);
            if is_resized && let Some(mut resized) = self.resized.as_ref() {
                while resized.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
                let (columns, rows) = session::size();
                let cells = |count| u16::try_from(count).unwrap_or(u16::MAX);
                self.events.push_back(Event::Resize(cells(columns), cells(rows)));
            }
            if has_input {
                let mut bytes = [0; 8192];
                match rustix::io::read(stdin, &mut bytes) {
                    Err(Errno::INTR | Errno::AGAIN) => {}
                    Ok(count @ 1..) => {
                        self.decoder.feed(bytes.get(..count).unwrap_or_default(), Instant::now());
                    }
                    Ok(0) | Err(_) => {
                        std::thread::sleep(WAIT_FOR_SIGNAL);
                        return Err(io::Error::new(
                            io::ErrorKind::UnexpectedEof,
                            "the terminal was closed",
                        ));
                    }
                }
            }
            Ok(has_input || is_resized)
        }
    }
}

/// Reads the console of Windows, which reports whole keys.
#[cfg(not(unix))]
mod windows {
    use std::collections::VecDeque;
    use std::io;
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::time::Duration;

    use crossterm::event::Event;

    pub(super) struct InputSource {
        pub(super) events: VecDeque<Event>,
    }

    static SOURCE: Mutex<InputSource> = Mutex::new(InputSource { events: VecDeque::new() });

    pub(super) fn lock() -> MutexGuard<'static, InputSource> {
        SOURCE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    impl InputSource {
        pub(super) fn finish(&mut self) {}

        pub(super) fn poll(&mut self, timeout: Duration) -> io::Result<bool> {
            let end = std::time::Instant::now() + timeout;
            while self.events.is_empty() {
                let left = end.saturating_duration_since(std::time::Instant::now());
                if !crossterm::event::poll(left)? {
                    return Ok(false);
                }
                // A release is no key of its own.
                let event = crossterm::event::read()?;
                self.events.extend(Some(event).filter(|event| !event.is_key_release()));
            }
            Ok(true)
        }
    }
}
