//! Changes the terminal modes for a conversation and restores them at its end. Also the one place
//! in this folder that writes to standard error.
//!
//! A terminal has input modes (whether it echoes keys, edits lines, turns Ctrl-C into a signal) and
//! two screens (the one with the shell's lines, and the alternate screen). They change like this:
//!
//! | state | modes | screen | set by |
//! |---|---|---|---|
//! | found | whatever the shell set | shell | the shell; read by [`TerminalSession::start`] |
//! | held | raw input, bracketed paste | shell | [`TerminalSession::start`], until it is dropped |
//! | full screen | the same | alternate | [`Screen::open`], until it is dropped |
//! | released to an editor, or stopped | as found | shell | [`release_during`], [`suspend`] |
//!
//! The modes are the same between two prompts as in them. If they were the shell's there, keys typed
//! in that moment would be echoed, Enter would arrive as a different key, and a Ctrl-Z could stop the
//! program while the modes change. Ctrl-C and Ctrl-Z are keys like all others.
//!
//! [`give_back`] restores the found state, and every way out of the program calls it: the session
//! is dropped (at the end, on an error, while a panic unwinds); the panic hook, so that the message
//! is readable; a signal that ends or stops the program (`signals.rs`). It may be called twice.
//! Only `kill -9` leaves the terminal as it is. The plain frontend changes no mode and has no
//! session; all functions here do nothing then. On Windows there are no modes to remember: raw mode
//! and the alternate screen are all that changes.

use std::io::{self, IsTerminal as _, Write as _, stderr};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::event::EnableBracketedPaste;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
#[cfg(not(unix))]
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
#[cfg(unix)]
use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::canvas::{Canvas, Painter};
#[cfg(unix)]
use super::input;
use super::signals;
use super::style::OutputStyle;

/// The key Backspace of some terminals.
#[cfg(unix)]
const CTRL_H: u8 = 0x08;

/// What the program has changed about the terminal.
struct TerminalState {
    /// The modes as they were found; `None` without a session.
    #[cfg(unix)]
    original_modes: Option<Termios>,
    /// The alternate screen must be left exactly once.
    on_alternate_screen: bool,
    /// Another program uses the terminal.
    released: bool,
}

static STATE: Mutex<TerminalState> = Mutex::new(TerminalState {
    #[cfg(unix)]
    original_modes: None,
    on_alternate_screen: false,
    released: false,
});

/// Locks the state, for one expression only: [`give_back`] may interrupt anything.
fn state() -> MutexGuard<'static, TerminalState> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes text for the user. Ignores errors: they could not be shown either.
pub(crate) fn write(text: &str) {
    let mut out = stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes what the terminal is to show.
///
/// # Errors
/// Fails if the terminal cannot be written to.
pub(super) fn write_bytes(bytes: &[u8]) -> io::Result<()> {
    stderr().write_all(bytes)
}

/// Returns the size of the terminal in columns and rows, 80 by 24 if it does not know its size.
pub(crate) fn size() -> (usize, usize) {
    match crossterm::terminal::size() {
        Ok((columns @ 1.., rows @ 1..)) => (usize::from(columns), usize::from(rows)),
        Ok(_) | Err(_) => (80, 24),
    }
}

/// Whether the user sees what is written, and not a file or another program.
pub(crate) fn shows_output() -> bool {
    stderr().is_terminal()
}

/// The full screen. It is left when this is dropped.
pub(crate) struct Screen {
    painter: Painter,
    size: (usize, usize),
}

impl Screen {
    /// Enters the full screen. `unicode`: whether the terminal shows more than ASCII.
    ///
    /// # Errors
    /// Fails if the terminal cannot be set up.
    pub(crate) fn open(unicode: bool) -> io::Result<Self> {
        enter_alternate_screen()?;
        Ok(Self { painter: Painter::new(unicode), size: screen_size()? })
    }

    /// Shows a picture.
    ///
    /// # Errors
    /// Fails if the terminal cannot be written to.
    pub(crate) fn draw(&mut self, paint: impl FnOnce(&mut Canvas)) -> io::Result<()> {
        let bytes = self.painter.draw(self.size, paint)?;
        write_bytes(bytes)
    }

    /// Starts with an empty screen of the current size. After a resize it is unknown what the
    /// terminal still shows, even if the size is the same again.
    ///
    /// # Errors
    /// Fails if the terminal does not know its size.
    pub(crate) fn reset(&mut self) -> io::Result<()> {
        self.size = screen_size()?;
        self.painter.forget();
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave_alternate_screen();
    }
}

fn screen_size() -> io::Result<(usize, usize)> {
    let (width, height) = crossterm::terminal::size()?;
    Ok((usize::from(width.max(1)), usize::from(height.max(1))))
}

fn enter_alternate_screen() -> io::Result<()> {
    state().on_alternate_screen = true;
    crossterm::execute!(stderr(), EnterAlternateScreen)
}

fn leave_alternate_screen() {
    let was_on = mem::take(&mut state().on_alternate_screen);
    if was_on {
        let _ = crossterm::execute!(
            stderr(),
            // A terminal without a second screen would keep the picture among the lines.
            crossterm::terminal::Clear(crossterm::terminal::ClearType::All),
            crossterm::cursor::MoveTo(0, 0),
            LeaveAlternateScreen,
            crossterm::cursor::Show
        );
    }
}

/// While it lives, the terminal belongs to the conversation.
#[derive(Debug)]
pub(crate) struct TerminalSession {
    pub(super) style: OutputStyle,
    /// The question that F2 shows in a prompt.
    pub(super) question: String,
}

impl TerminalSession {
    /// Remembers the modes of the terminal, sets those of a conversation, and handles signals and
    /// panics.
    ///
    /// # Errors
    /// Fails if standard input is not a terminal.
    pub(crate) fn start(style: OutputStyle) -> io::Result<Self> {
        #[cfg(unix)]
        {
            let found = tcgetattr(io::stdin())?;
            input::set_erase(found.special_codes[SpecialCodeIndex::VERASE] == CTRL_H);
            state().original_modes = Some(found);
        }
        set_raw_modes()?;
        signals::watch();
        let default_hook = std::panic::take_hook();
        let conversation = std::thread::current().id();
        std::panic::set_hook(Box::new(move |panic| {
            // A panic while saving is reported by the conversation, which continues.
            if std::thread::current().id() == conversation {
                give_back();
                default_hook(panic);
            }
        }));
        Ok(Self { style, question: String::new() })
    }
}

impl Drop for TerminalSession {
    fn drop(&mut self) {
        give_back();
        #[cfg(unix)]
        {
            state().original_modes = None;
        }
    }
}

/// Restores the terminal: main screen, cursor shown, no bracketed paste, modes as found. Returns
/// whether there was a session. May be called twice.
pub(crate) fn give_back() -> bool {
    #[cfg(unix)]
    {
        let Some(found) = original_modes() else { return false };
        leave_alternate_screen();
        write("\x1b[?2004l\x1b[?25h\x1b[0m");
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &found);
    }
    #[cfg(not(unix))]
    {
        leave_alternate_screen();
        let _ = crossterm::execute!(stderr(), crossterm::cursor::Show);
        let _ = disable_raw_mode();
    }
    true
}

#[cfg(unix)]
fn original_modes() -> Option<Termios> {
    state().original_modes.clone()
}

/// Sets the terminal modes of a conversation: raw input and bracketed paste.
fn set_raw_modes() -> io::Result<()> {
    #[cfg(unix)]
    {
        let Some(found) = original_modes() else { return Ok(()) };
        let mut raw = found.clone();
        raw.make_raw();
        // A line feed still begins a new line.
        raw.output_modes = found.output_modes;
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
    }
    #[cfg(not(unix))]
    enable_raw_mode()?;
    // The console of old Windows has none, and is not an error.
    let _ = crossterm::execute!(stderr(), EnableBracketedPaste);
    Ok(())
}

/// Restores the original terminal modes for another program, and sets the modes of the conversation
/// again afterwards.
pub(crate) fn release_during<T>(run: impl FnOnce() -> T) -> T {
    let on_alternate_screen = {
        let mut state = state();
        state.released = true;
        state.on_alternate_screen
    };
    give_back();
    let result = run();
    let _ = set_raw_modes();
    if on_alternate_screen {
        let _ = enter_alternate_screen();
    }
    state().released = false;
    result
}

/// Whether another program uses the terminal.
#[cfg(unix)]
pub(crate) fn is_released() -> bool {
    state().released
}

/// Stops the program as Ctrl-Z does, with the terminal as it was found, and takes it again after
/// `fg`.
#[cfg(unix)]
pub(crate) fn suspend() {
    use signal_hook::consts::{SIGTSTP, SIGWINCH};
    use signal_hook::low_level::{emulate_default_handler, raise};
    if is_released() {
        // The other program restores the modes that it needs.
        let _ = emulate_default_handler(SIGTSTP);
        return;
    }
    let on_alternate_screen = state().on_alternate_screen;
    leave_prompt();
    let held = give_back();
    if held {
        let message = "The program is stopped; `fg` and Enter continue it.";
        for line in crate::model::text::wrap(message, size().0.saturating_sub(4).max(1)) {
            write(&format!("  {line}\r\n"));
        }
    }
    let _ = emulate_default_handler(SIGTSTP);
    if on_alternate_screen {
        let _ = enter_alternate_screen();
    }
    if held {
        let _ = set_raw_modes();
    }
    // Makes the screen or the prompt paint itself.
    let _ = raise(SIGWINCH);
}

/// Clears the rows of a prompt below that of the cursor, for the lines of the shell.
#[cfg(unix)]
pub(super) fn leave_prompt() {
    if original_modes().is_some() && !state().on_alternate_screen {
        write("\r\n\x1b[J");
    }
}

/// Stops the program, and those that were started with it, as Ctrl-Z does in a shell.
pub(crate) fn stop() {
    #[cfg(unix)]
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
}
