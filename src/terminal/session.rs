//! Takes the terminal for a conversation and gives it back as it was found. Also the one place
//! that writes to standard error.
//!
//! A terminal has input modes (whether it echoes keys, edits lines, turns Ctrl-C into a signal) and
//! two screens (the one with the shell's lines, and the alternate screen). They change like this:
//!
//! | state | modes | screen | set by |
//! |---|---|---|---|
//! | found | whatever the shell set | shell | nobody; read by [`TerminalSession::start`] |
//! | quiet, between prompts | no echo, no line editing, no signals | shell | [`TerminalSession::start`], [`release_during`] |
//! | prompt | raw, but Ctrl-Z is a signal | shell | [`ready_for_prompt`] |
//! | full screen | raw, bracketed paste | alternate | [`Screen::open`] until it is dropped |
//! | released to an editor, or stopped | as found | shell | [`release_during`], [`suspend`] |
//!
//! The quiet state exists because inquire restores the modes that it found after each prompt. If
//! those were the shell's, keys typed in that moment would be echoed, and Enter would arrive as a
//! different key.
//!
//! [`give_back`] restores the found state, and every way out of the program calls it: the session
//! is dropped (at the end, on an error, while a panic unwinds); the panic hook, so that the message
//! is readable; a signal that ends or stops the program (`signals.rs`). It may be called twice.
//! Only `kill -9` leaves the terminal as it is. The plain frontend changes no mode and has no
//! session; all functions here do nothing then. On Windows there is no quiet state: raw mode and
//! the alternate screen are all that changes.

use std::io::{self, IsTerminal as _, Write as _, stderr};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyModifiers, poll, read,
};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
#[cfg(unix)]
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use super::canvas::{Canvas, Painter};
use super::signals;

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
        stderr().write_all(bytes)
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
        let _ = disable_raw_mode();
    }
}

fn screen_size() -> io::Result<(usize, usize)> {
    let (width, height) = crossterm::terminal::size()?;
    Ok((usize::from(width.max(1)), usize::from(height.max(1))))
}

fn enter_alternate_screen() -> io::Result<()> {
    enable_raw_mode()?;
    state().on_alternate_screen = true;
    crossterm::execute!(stderr(), EnterAlternateScreen, EnableBracketedPaste)
}

fn leave_alternate_screen() {
    let was_on = mem::take(&mut state().on_alternate_screen);
    if was_on {
        let _ = crossterm::execute!(
            stderr(),
            DisableBracketedPaste,
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
pub(crate) struct TerminalSession(());

impl TerminalSession {
    /// Remembers the modes of the terminal, makes it quiet, and handles signals and panics.
    ///
    /// # Errors
    /// Fails if standard input is not a terminal.
    pub(crate) fn start() -> io::Result<Self> {
        #[cfg(unix)]
        {
            let found = tcgetattr(io::stdin())?;
            quieten(&found)?;
            state().original_modes = Some(found);
        }
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
        Ok(Self(()))
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

/// Turns off echo, line editing and signals; Enter stays Enter.
#[cfg(unix)]
fn quieten(found: &Termios) -> io::Result<()> {
    let mut quiet = found.clone();
    quiet.local_modes -=
        LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN;
    quiet.input_modes -= InputModes::ICRNL | InputModes::IXON;
    Ok(tcsetattr(io::stdin(), OptionalActions::Now, &quiet)?)
}

/// Releases the terminal to another program, as it was found, and takes it back afterwards.
pub(crate) fn release_during<T>(run: impl FnOnce() -> T) -> T {
    let on_alternate_screen = {
        let mut state = state();
        state.released = true;
        state.on_alternate_screen
    };
    let _ = disable_raw_mode();
    give_back();
    let result = run();
    #[cfg(unix)]
    if let Some(found) = original_modes() {
        let _ = quieten(&found);
    }
    if on_alternate_screen {
        let _ = enter_alternate_screen();
    }
    state().released = false;
    result
}

/// Whether another program uses the terminal.
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
    let modes = tcgetattr(io::stdin());
    let on_alternate_screen = state().on_alternate_screen;
    let had_session = give_back();
    let _ = emulate_default_handler(SIGTSTP);
    if on_alternate_screen {
        let _ = enter_alternate_screen();
    }
    if let Ok(modes) = modes {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
    }
    if had_session && !on_alternate_screen {
        // The lines of the shell have replaced the prompt.
        write("  The prompt comes back with the next key.\r\n");
    }
    // Makes the full screen paint itself.
    let _ = raise(SIGWINCH);
}

/// Prepares the terminal for a short prompt: raw, but Ctrl-Z stops the program. A prompt that finds
/// the terminal raw leaves it so.
///
/// # Errors
/// Fails if the modes cannot be set.
pub(crate) fn ready_for_prompt() -> io::Result<()> {
    enable_raw_mode()?;
    #[cfg(unix)]
    {
        let mut modes = tcgetattr(io::stdin())?;
        modes.local_modes |= LocalModes::ISIG;
        modes.special_codes[SpecialCodeIndex::VSUSP] =
            original_modes().map_or(NO_KEY, |found| found.special_codes[SpecialCodeIndex::VSUSP]);
        // Ctrl-C and Ctrl-\ stay keys.
        modes.special_codes[SpecialCodeIndex::VINTR] = NO_KEY;
        modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
        tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
    }
    Ok(())
}

/// The value of a special code that no key produces: `_POSIX_VDISABLE`.
#[cfg(target_os = "linux")]
const NO_KEY: u8 = 0;
#[cfg(all(unix, not(target_os = "linux")))]
const NO_KEY: u8 = 0xff;

/// Keys that arrived in one burst with the Enter that ended a prompt.
#[derive(Debug, Default)]
pub(crate) struct RestOfBurst {
    /// The further lines of a paste without brackets, trimmed.
    pub(crate) text: String,
    /// Ctrl-C was among the keys.
    pub(crate) interrupted: bool,
}

/// Reads what arrived in one burst with the Enter that ended a prompt. A second Enter alone answers
/// nothing and is dropped.
///
/// # Errors
/// Fails if the terminal cannot be read.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a library's keys and events: those not named do nothing"
)]
pub(crate) fn rest_of_burst() -> io::Result<RestOfBurst> {
    let mut burst = RestOfBurst::default();
    while poll(Duration::from_millis(1))? {
        let event = read()?;
        // Windows also reports when a key is released.
        let Event::Key(key) = event else { continue };
        if key.is_release() {
            continue;
        }
        let with_control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('c') if key.modifiers == KeyModifiers::CONTROL => {
                burst.interrupted = true;
            }
            KeyCode::Char(c) if !with_control => burst.text.push(c),
            KeyCode::Char('j') | KeyCode::Enter => burst.text.push('\n'),
            KeyCode::Tab => burst.text.push(' '),
            _ => {}
        }
    }
    burst.text = burst.text.trim().to_owned();
    Ok(burst)
}
