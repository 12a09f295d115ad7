//! The text that was cut or copied: it stays available in later answers, and is sent to the
//! clipboard of the terminal.
//!
//! The sequence OSC 52 asks the terminal to put a text on the clipboard of the desktop, also over
//! SSH. A terminal that does not support or allow it ignores it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::session;
use super::text_buffer::{TextAction, TextBuffer};

/// The longest text that is sent, in bytes. Terminals ignore longer ones.
const MAX_BYTES: usize = 74_994;

/// The message when there is nothing to copy or cut.
const NOTHING_SELECTED: &str = "Nothing is selected; Shift with an arrow selects.";
/// The message when there is nothing to paste.
const NOTHING_TO_PASTE: &str = "Nothing was cut or copied here. Your terminal pastes what another program has copied, often with Ctrl-Shift-V or Shift-Insert.";

struct Clipboard {
    text: String,
    /// Texts are not sent to the terminal.
    stays_inside: bool,
}

static CLIPBOARD: Mutex<Clipboard> =
    Mutex::new(Clipboard { text: String::new(), stays_inside: false });

fn lock() -> MutexGuard<'static, Clipboard> {
    CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops sending text to the clipboard of the terminal.
pub(crate) fn keep_inside() {
    lock().stays_inside = true;
}

/// Returns what was copied last.
pub(super) fn copied() -> String {
    lock().text.clone()
}

/// Applies an action of a key to a text, and keeps what it cuts or copies. Returns whether it changed or
/// copied anything, and a message for the user, if there is something to say.
pub(super) fn apply(
    text: &mut TextBuffer,
    action: TextAction,
    extend: bool,
) -> (bool, Option<&'static str>) {
    let done = text.apply(action, extend);
    if done && matches!(action, TextAction::Copy | TextAction::Cut(_)) {
        copy(text.clipboard());
    }
    let message = match (action, done) {
        (TextAction::Copy, true) => "Copied; Ctrl-V pastes it.",
        (TextAction::Copy | TextAction::Cut(_), false) => NOTHING_SELECTED,
        (TextAction::Paste, false) => NOTHING_TO_PASTE,
        (TextAction::Undo, false) => "Nothing more to undo.",
        (TextAction::Redo, false) => "Nothing to redo.",
        (_, _) => return (done, None),
    };
    (done, Some(message))
}

/// Keeps a text that was copied and sends it to the terminal.
fn copy(text: &str) {
    let mut clipboard = lock();
    text.clone_into(&mut clipboard.text);
    if !clipboard.stays_inside && text.len() <= MAX_BYTES {
        session::write(&format!("\x1b]52;c;{}\x07", base64(text.as_bytes())));
    }
}

/// Encodes bytes as base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| usize::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            let is_padding = digit > chunk.len();
            let digit = DIGITS.get(value).copied().unwrap_or_default();
            encoded.push(if is_padding { '=' } else { char::from(digit) });
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_as_the_standard_says() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64("né?>".as_bytes()), "bsOpPz4=");
    }
}
