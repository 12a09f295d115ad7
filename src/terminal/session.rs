//! Holds the terminal while the wizard runs and gives it back as it was found, whatever happens.
//!
//! Between two prompts inquire would let the terminal fall back to its cooked state for about a
//! millisecond, in which keys are echoed and Enter changes its meaning. So the state that prompts
//! return to is a quiet one: no echo, no line editing, Enter stays Enter.

use std::io::{self, Write, stderr};
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use super::canvas::{Canvas, Painter};

#[cfg(unix)]
use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The terminal's state before the wizard touched it.
#[cfg(unix)]
static FOUND: Mutex<Option<Termios>> = Mutex::new(None);

/// Whether the alternate screen is showing: it must be left exactly once.
static ALTERNATE: AtomicBool = AtomicBool::new(false);

/// Whether another program has the terminal.
static LENT: AtomicBool = AtomicBool::new(false);

/// The whole screen, given back on every way out.
pub(crate) struct Screen {
    painter: Painter,
    size: (usize, usize),
}

impl Screen {
    /// Takes the whole screen, of a terminal that shows more than ASCII or not.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn open(unicode: bool) -> io::Result<Self> {
        enter_alternate()?;
        Ok(Self { painter: Painter::new(unicode), size: size()? })
    }

    /// Shows a picture.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn draw(&mut self, paint: impl FnOnce(&mut Canvas)) -> io::Result<()> {
        let bytes = self.painter.draw(self.size, paint)?;
        stderr().write_all(bytes)
    }

    /// Begins with an empty screen of the size it has now: after a change of the size, even if it
    /// is the same again, nobody knows what the terminal still shows.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn begin_anew(&mut self) -> io::Result<()> {
        self.size = size()?;
        self.painter.forget();
        Ok(())
    }
}

fn size() -> io::Result<(usize, usize)> {
    let (width, height) = crossterm::terminal::size()?;
    Ok((usize::from(width.max(1)), usize::from(height.max(1))))
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave_alternate();
        let _ = disable_raw_mode();
    }
}

fn enter_alternate() -> io::Result<()> {
    enable_raw_mode()?;
    ALTERNATE.store(true, Ordering::SeqCst);
    crossterm::execute!(stderr(), EnterAlternateScreen, EnableBracketedPaste)
}

fn leave_alternate() {
    if ALTERNATE.swap(false, Ordering::SeqCst) {
        let _ = crossterm::execute!(
            stderr(),
            DisableBracketedPaste,
            // A terminal that has no second screen would keep the picture among the lines.
            crossterm::terminal::Clear(crossterm::terminal::ClearType::All),
            crossterm::cursor::MoveTo(0, 0),
            LeaveAlternateScreen,
            crossterm::cursor::Show
        );
    }
}

/// Gives the terminal to another program, as it was found, and takes it back afterwards.
pub(crate) fn lend<T>(run: impl FnOnce() -> T) -> T {
    LENT.store(true, Ordering::SeqCst);
    let alternate = ALTERNATE.load(Ordering::SeqCst);
    let _ = disable_raw_mode();
    give_back();
    let result = run();
    #[cfg(unix)]
    if let Some(found) = FOUND.lock().ok().and_then(|slot| slot.clone()) {
        let _ = quieten(&found);
    }
    if alternate {
        let _ = enter_alternate();
    }
    LENT.store(false, Ordering::SeqCst);
    result
}

/// Stops the program as Ctrl-Z does, with the terminal as it was found, and takes it again after
/// `fg`.
#[cfg(unix)]
pub(crate) fn suspend() {
    use signal_hook::consts::{SIGTSTP, SIGWINCH};
    use signal_hook::low_level::{emulate_default_handler, raise};
    // An editor that was lent the terminal sees to it itself.
    if is_lent() {
        let _ = emulate_default_handler(SIGTSTP);
        return;
    }
    let modes = tcgetattr(io::stdin());
    let alternate = ALTERNATE.load(Ordering::SeqCst);
    give_back();
    let _ = emulate_default_handler(SIGTSTP);
    if alternate {
        let _ = enter_alternate();
    }
    if let Ok(modes) = modes {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &modes);
    }
    if !alternate && FOUND.lock().is_ok_and(|found| found.is_some()) {
        // What a short prompt showed is gone among the lines of the shell.
        let _ = io::stderr().write_all(b"  The prompt comes back with the next key.\r\n");
    }
    // Whoever waits for a key draws anew.
    let _ = raise(SIGWINCH);
}

/// Whether a wizard sees to signals: it has something to save.
#[cfg(unix)]
static WATCHED: AtomicBool = AtomicBool::new(false);

/// From now on a wizard sees to signals.
#[cfg(unix)]
pub(crate) fn leave_signals_to_the_wizard() {
    WATCHED.store(true, Ordering::SeqCst);
}

/// Ends the program on a signal with the terminal as it was found, also where a question is asked
/// before there is a wizard.
#[cfg(unix)]
fn watch_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let wanted = [SIGHUP, SIGINT, SIGTERM, SIGTSTP];
        let Ok(mut signals) = signal_hook::iterator::Signals::new(wanted) else { return };
        std::thread::spawn(move || {
            for signal in signals.forever().filter(|_| !WATCHED.load(Ordering::SeqCst)) {
                if signal == SIGTSTP {
                    suspend();
                } else {
                    end_program(128 + signal, None);
                }
            }
        });
    });
}

/// Ends the program at once, with the terminal as it was found, and says where a draft was saved
/// that could not be saved where it belongs.
#[cfg(unix)]
#[expect(
    clippy::exit,
    reason = "a signal arrived while a prompt waits for a key; everything is saved"
)]
pub(crate) fn end_program(code: i32, rescued: Option<&Path>) -> ! {
    give_back();
    if let Some(rescued) = rescued {
        if FOUND.lock().is_ok_and(|found| found.is_some()) {
            // The rest of a prompt.
            let _ = stderr().write_all(b"\r\x1b[J");
        }
        let rescued =
            crate::model::text::escape_for_terminal(&rescued.display().to_string()).into_owned();
        let _ = writeln!(stderr(), "Saved as {rescued} instead.");
    }
    std::process::exit(code)
}

/// Makes the terminal ready for a short prompt: raw, but Ctrl-Z suspends. A prompt that finds the
/// terminal raw leaves it so.
///
/// # Errors
/// The terminal fails.
pub(crate) fn ready_for_prompt() -> io::Result<()> {
    enable_raw_mode()?;
    #[cfg(unix)]
    {
        use rustix::termios::SpecialCodeIndex;
        let found = FOUND.lock().ok().and_then(|slot| slot.clone());
        let mut modes = tcgetattr(io::stdin())?;
        modes.local_modes |= LocalModes::ISIG;
        let suspend = found.map_or(NO_KEY, |found| found.special_codes[SpecialCodeIndex::VSUSP]);
        modes.special_codes[SpecialCodeIndex::VSUSP] = suspend;
        // Ctrl-C and Ctrl-\ stay keys.
        modes.special_codes[SpecialCodeIndex::VINTR] = NO_KEY;
        modes.special_codes[SpecialCodeIndex::VQUIT] = NO_KEY;
        tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
    }
    Ok(())
}

/// No key at all, for a special code of a terminal: `_POSIX_VDISABLE`.
#[cfg(target_os = "linux")]
const NO_KEY: u8 = 0;
#[cfg(all(unix, not(target_os = "linux")))]
const NO_KEY: u8 = 0xff;

/// Whether another program has the terminal.
pub(crate) fn is_lent() -> bool {
    LENT.load(Ordering::SeqCst)
}

/// The state between prompts: no echo, no line editing, Enter stays Enter.
#[cfg(unix)]
fn quieten(found: &Termios) -> io::Result<()> {
    let mut quiet = found.clone();
    quiet.local_modes -=
        LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN;
    quiet.input_modes -= InputModes::ICRNL | InputModes::IXON;
    Ok(tcsetattr(io::stdin(), OptionalActions::Now, &quiet)?)
}

/// While it lives, the terminal belongs to the wizard.
#[derive(Debug)]
pub(crate) struct Held(());

impl Held {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub(crate) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            let found = tcgetattr(io::stdin())?;
            quieten(&found)?;
            if let Ok(mut slot) = FOUND.lock() {
                *slot = Some(found);
            }
            watch_signals();
        }
        let before = std::panic::take_hook();
        let conversation = std::thread::current().id();
        std::panic::set_hook(Box::new(move |panic| {
            // A fault while saving is told by the wizard, which goes on; only one of the
            // conversation itself ends it.
            if std::thread::current().id() == conversation {
                give_back();
                before(panic);
            }
        }));
        Ok(Self(()))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back: main screen, cursor shown, no bracketed paste, modes as found. Doing
/// it twice does no harm.
pub(crate) fn give_back() {
    #[cfg(unix)]
    {
        let found = FOUND.lock().ok().and_then(|slot| slot.clone());
        let Some(found) = found else { return };
        leave_alternate();
        let _ = io::stderr().write_all(b"\x1b[?2004l\x1b[?25h\x1b[0m");
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &found);
    }
    #[cfg(not(unix))]
    {
        leave_alternate();
        let _ = crossterm::execute!(stderr(), crossterm::cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// What came in one burst with the Enter that ended a prompt.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    /// The lines of a paste that came without brackets, without the first.
    pub(crate) text: String,
    /// Ctrl-C was among it.
    pub(crate) interrupted: bool,
}

/// Takes what has come in one burst with the Enter that ended a prompt. A second Enter alone is nobody's answer and is dropped.
///
/// # Errors
/// The terminal cannot be read.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a library's keys and events: those not named do nothing"
)]
pub(crate) fn rest_of_burst() -> io::Result<Rest> {
    use crossterm::event::{Event, KeyCode, KeyModifiers, poll, read};
    let mut rest = Rest::default();
    while poll(std::time::Duration::from_millis(1))? {
        let event = read()?;
        // Windows tells when a key is let go, too.
        if event.is_key_release() {
            continue;
        }
        if let Event::Key(key) = event {
            let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
            match key.code {
                KeyCode::Char('c') if key.modifiers == KeyModifiers::CONTROL => {
                    rest.interrupted = true;
                }
                KeyCode::Char(c) if plain => rest.text.push(c),
                KeyCode::Char('j') | KeyCode::Enter => rest.text.push('\n'),
                KeyCode::Tab => rest.text.push(' '),
                _ => {}
            }
        }
    }
    rest.text = rest.text.trim().to_owned();
    Ok(rest)
}
