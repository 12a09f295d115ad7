//! Handles the signals of the process, on one thread: Ctrl-Z stops the program and `fg` continues
//! it, all others end it with 128 plus their number after the draft is saved.
//!
//! A prompt of the rich frontend blocks until a key comes, so the thread ends the program itself.
//! The composer has text that nobody else knows: while a [`Polling`] lives, the thread only notes
//! the signal, and the composer asks for it with [`pending`]. The plain frontend receives Ctrl-C
//! as an event of its input, because there it is a key that the terminal turns into a signal.
//!
//! Windows has none of these signals; there [`pending`] always returns `None`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Saves the draft before the program stops or ends.
#[derive(Clone)]
#[cfg_attr(not(unix), expect(dead_code, reason = "Windows has no signals"))]
struct SaveHooks {
    before_stop: Arc<dyn Fn() + Send + Sync>,
    /// Returns a message if the draft was not saved in its file.
    before_exit: Arc<dyn Fn() -> Option<String> + Send + Sync>,
}

/// A signal that the plain frontend handles itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "Windows has no signals"))]
pub(crate) enum InputSignal {
    /// Ctrl-C.
    Interrupt,
    /// The program was stopped and continues.
    Continue,
}

struct SignalState {
    /// The number of the signal that ends the program.
    pending: Option<i32>,
    /// Whether a [`Polling`] lives.
    polled: bool,
    save: Option<SaveHooks>,
    input_listener: Option<Arc<dyn Fn(InputSignal) + Send + Sync>>,
}

static STATE: Mutex<SignalState> =
    Mutex::new(SignalState { pending: None, polled: false, save: None, input_listener: None });

fn state() -> MutexGuard<'static, SignalState> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls `before_stop` when Ctrl-Z stops the program. Calls `before_exit` when a signal ends it; it
/// returns a message for the user if the draft was not saved in its file.
pub(crate) fn save_with(
    before_stop: impl Fn() + Send + Sync + 'static,
    before_exit: impl Fn() -> Option<String> + Send + Sync + 'static,
) {
    let hooks =
        SaveHooks { before_stop: Arc::new(before_stop), before_exit: Arc::new(before_exit) };
    state().save = Some(hooks);
}

/// Sends Ctrl-C and the continuation after Ctrl-Z to a listener.
pub(crate) fn send_input_to(listener: impl Fn(InputSignal) + Send + Sync + 'static) {
    state().input_listener = Some(Arc::new(listener));
    watch();
}

/// Returns the number of the signal that wants to end the program.
pub(crate) fn pending() -> Option<i32> {
    state().pending
}

/// While it lives, a signal does not end the program: its owner asks for [`pending`] and returns.
pub(crate) struct Polling(());

impl Polling {
    pub(crate) fn start() -> Self {
        state().polled = true;
        Self(())
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        state().polled = false;
    }
}

/// Starts the thread that handles signals, once.
pub(crate) fn watch() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            let handled = [SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGCONT];
            let Ok(mut signals) = signal_hook::iterator::Signals::new(handled) else { return };
            std::thread::spawn(move || signals.forever().for_each(handle));
        });
    }
}

#[cfg(unix)]
fn handle(signal: i32) {
    use super::{outcome, session};
    use signal_hook::consts::{SIGCONT, SIGINT, SIGTSTP};
    let (save, listener, polled) = {
        let state = state();
        (state.save.clone(), state.input_listener.clone(), state.polled)
    };
    match (signal, listener) {
        (SIGTSTP, _) => {
            if polled {
                // The composer saves what was typed within this time.
                std::thread::sleep(2 * outcome::AUTOSAVE_DELAY);
            }
            if let Some(save) = save {
                (save.before_stop)();
            }
            session::suspend();
        }
        // Ctrl-C in an editor is for the editor.
        (SIGINT | SIGCONT, _) if session::is_released() => {}
        (SIGINT, Some(listener)) => listener(InputSignal::Interrupt),
        (SIGCONT, Some(listener)) => listener(InputSignal::Continue),
        (SIGCONT, None) => {}
        _ => {
            // One lock for both: if the composer is about to return, its caller sees the signal.
            let polled = {
                let mut state = state();
                state.pending = Some(signal);
                state.polled
            };
            if !polled {
                end_program(signal, save.and_then(|save| (save.before_exit)()));
            }
        }
    }
}

/// Ends the program with the terminal as it was found. Shows where the draft was saved if that is
/// not its own file.
#[cfg(unix)]
#[expect(
    clippy::exit,
    reason = "a signal arrived while a prompt waits for a key; everything is saved"
)]
fn end_program(signal: i32, message: Option<String>) -> ! {
    use super::session;
    session::leave_prompt();
    session::give_back();
    if let Some(message) = message {
        let message = crate::model::text::escape_for_terminal(&message);
        session::write(&format!("{message}\n"));
    }
    std::process::exit(128 + signal)
}
