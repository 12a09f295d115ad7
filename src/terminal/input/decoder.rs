//! Decodes the bytes that a terminal sends into keys and pastes. It does no input itself: the
//! caller passes bytes and times.
//!
//! A terminal sends a character as UTF-8 and any other key as a control character or as a sequence
//! that begins with ESC. The states of the decoder are the places at which the bytes that have
//! arrived so far can end:
//!
//! | state | after | ends with | if nothing follows |
//! |---|---|---|---|
//! | `Ground` | a whole key | - | - |
//! | `Character` | the first bytes of a character | its last byte | Latin-1 letters, after 50 ms |
//! | `Escape` | `ESC` | the next byte: a sequence, or a key with Alt | the key Esc, after 30 ms |
//! | `Csi` | `ESC [` | a final byte | dropped after 50 ms; `CutCsi` if it had begun |
//! | `CutCsi` | `ESC [`, parameters and a pause | a final byte | the parameters are dropped 1 s after the pause |
//! | `LinuxKey` | `ESC [ [` | a final byte | dropped after 50 ms |
//! | `Ss3` | `ESC O` | the next byte | dropped after 50 ms |
//! | `Answer`, `AnswerEscape` | `ESC ]`, `ESC P`, `ESC _` | BEL or `ESC \` | dropped after 50 ms; `CutAnswer` if it had begun |
//! | `CutAnswer` | an answer and a pause | BEL or `ESC \`: the rest is dropped | keys, 1 s after the pause |
//! | `Paste` | `ESC [ 200 ~` | `ESC [ 201 ~` | a paste, after 1 s |
//!
//! The times run from the last byte, and in `CutAnswer` and `CutCsi` from the pause. They must only be checked when no byte is waiting: how long a
//! byte has waited to be read is unknown.
//!
//! An answer is what a terminal sends when a program has asked for its colours or its name. This
//! program asks for nothing, but the answer to an earlier program may come late.
//!
//! What is not text is dropped if it is unknown or incomplete. Text never is: bytes that are not
//! UTF-8 become the Latin-1 letters that they are on a terminal without UTF-8, or U+FFFD.
//!
//! Limits: a terminal sends Alt-`[` as `ESC [`, so a letter typed within 50 ms after it belongs to
//! the sequence; Escape and a letter within 30 ms are the letter with Alt. What is typed in the second
//! after an interrupted answer or sequence is shown when that second is over, or with the first key
//! that cannot be part of it; it is lost if it ends the sequence.
//!
//! It is our own because the parsers of crossterm and termina, which share an origin, know no time:
//! both wait for the end of a sequence or a paste forever, and drop what is not UTF-8.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// ESC is the key of that name if no byte follows within this time.
const ESCAPE_TIMEOUT: Duration = Duration::from_millis(30);
/// A sequence or a character is given up if no byte follows within this time.
const SEQUENCE_TIMEOUT: Duration = Duration::from_millis(50);
/// The rest of an answer, in any number of pieces, is expected for this time after its first pause.
const REST_TIMEOUT: Duration = Duration::from_secs(1);
/// A paste has ended if no byte follows within this time.
const PASTE_TIMEOUT: Duration = Duration::from_secs(1);
/// The most bytes of a sequence, and of an answer.
const MAX_SEQUENCE: usize = 64;
const MAX_ANSWER: usize = 4096;
/// An answer with as many bytes has really begun: nobody types them this fast after Alt-`]`.
const MIN_ANSWER: usize = 4;

const ESC: u8 = 0x1b;
const PASTE_END: &[u8] = b"\x1b[201~";

/// Where the bytes that have arrived so far end. The table at the top explains each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DecoderState {
    Ground,
    Character {
        /// The bytes that are still to come.
        missing: usize,
        /// Alt, or none.
        modifiers: KeyModifiers,
    },
    Escape,
    Csi,
    /// Inside a sequence that has paused. The first `begun` bytes are its beginning. What follows is its
    /// rest if it has the end of a sequence, and otherwise keys.
    CutCsi {
        begun: usize,
        since: Instant,
    },
    LinuxKey,
    Ss3,
    Answer {
        /// The byte after ESC.
        introducer: u8,
    },
    AnswerEscape,
    /// Behind the beginning of an answer. What follows is its rest if it has the end of an answer, and
    /// otherwise keys.
    CutAnswer {
        since: Instant,
    },
    Paste,
}

/// Turns bytes into events.
#[derive(Debug)]
pub struct Decoder {
    state: DecoderState,
    /// The bytes of the unfinished character, sequence, answer or paste.
    pending: Vec<u8>,
    /// When the last byte arrived.
    last_byte: Option<Instant>,
    /// Whether Ctrl-H is the key Backspace, as after `stty erase ^H`.
    ctrl_h_erases: bool,
    events: VecDeque<Event>,
}

impl Decoder {
    /// Creates a decoder. `ctrl_h_erases`: whether the key Backspace sends Ctrl-H.
    pub fn new(ctrl_h_erases: bool) -> Self {
        Self {
            state: DecoderState::Ground,
            pending: Vec::new(),
            last_byte: None,
            ctrl_h_erases,
            events: VecDeque::new(),
        }
    }

    /// Takes bytes that have been read at `now`.
    pub fn feed(&mut self, bytes: &[u8], now: Instant) {
        for byte in bytes {
            self.step(*byte);
        }
        self.last_byte = Some(now);
    }

    /// Returns the next event.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Returns the time at which [`expire`](Self::expire) must be called if no byte comes before, or
    /// `None` if nothing is unfinished.
    pub fn deadline(&self) -> Option<Instant> {
        let timeout = match self.state {
            DecoderState::Ground => return None,
            DecoderState::CutAnswer { since } | DecoderState::CutCsi { since, .. } => {
                return Some(since + REST_TIMEOUT);
            }
            DecoderState::Escape => ESCAPE_TIMEOUT,
            DecoderState::Paste => PASTE_TIMEOUT,
            DecoderState::Character { .. }
            | DecoderState::Csi
            | DecoderState::LinuxKey
            | DecoderState::Ss3
            | DecoderState::Answer { .. }
            | DecoderState::AnswerEscape => SEQUENCE_TIMEOUT,
        };
        self.last_byte.map(|last| last + timeout)
    }

    /// Ends what is unfinished if its time is over. No byte may be waiting to be read.
    pub fn expire(&mut self, now: Instant) {
        while self.deadline().is_some_and(|deadline| now >= deadline) {
            let begun = self.pending.len();
            let is_answer = matches!(self.state, DecoderState::Answer { .. });
            let is_ended = self.state == DecoderState::AnswerEscape;
            if self.state == DecoderState::Csi && begun > 0 {
                self.state = DecoderState::CutCsi { begun, since: now };
            } else if (is_answer || is_ended) && begun >= MIN_ANSWER {
                // ESC without the character that ends the answer is still expected to get it.
                self.pending = if is_ended { vec![ESC] } else { Vec::new() };
                self.state = DecoderState::CutAnswer { since: now };
            } else {
                self.finish();
            }
        }
    }

    /// Ends what is unfinished: text counts, a sequence is dropped.
    pub fn finish(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        match std::mem::replace(&mut self.state, DecoderState::Ground) {
            DecoderState::Escape => self.key(KeyCode::Esc, KeyModifiers::NONE),
            DecoderState::Character { modifiers, .. } => {
                for byte in pending {
                    self.key(KeyCode::Char(latin_1(byte)), modifiers);
                }
            }
            DecoderState::Paste => {
                let end = (1..PASTE_END.len()).rev().find(|&length| {
                    PASTE_END.get(..length).is_some_and(|start| pending.ends_with(start))
                });
                pending.truncate(pending.len() - end.unwrap_or(0));
                self.events.push_back(Event::Paste(text(&pending)));
            }
            DecoderState::CutCsi { begun, .. } => {
                for byte in pending.drain(begun..) {
                    self.step(byte);
                }
            }
            DecoderState::CutAnswer { .. } => {
                for byte in pending {
                    self.step(byte);
                }
                self.finish();
            }
            DecoderState::Ground
            | DecoderState::Csi
            | DecoderState::LinuxKey
            | DecoderState::Ss3
            | DecoderState::Answer { .. }
            | DecoderState::AnswerEscape => {}
        }
    }

    fn step(&mut self, byte: u8) {
        match (self.state, byte) {
            (DecoderState::Ground, _) => self.begin(byte, KeyModifiers::NONE),
            (DecoderState::Character { missing, modifiers }, 0x80..=0xbf) => {
                self.pending.push(byte);
                if missing > 1 {
                    self.state = DecoderState::Character { missing: missing - 1, modifiers };
                } else {
                    self.character(modifiers);
                }
            }
            (DecoderState::Escape, _) => self.after_escape(byte),
            (DecoderState::Csi, 0x20..=0x3f) if self.pending.len() < MAX_SEQUENCE => {
                self.pending.push(byte);
            }
            (DecoderState::Csi, b'[') if self.pending.is_empty() => {
                self.state = DecoderState::LinuxKey;
            }
            (DecoderState::Csi, 0x40..=0x7e) => self.csi(byte),
            (DecoderState::CutCsi { .. }, b'0'..=b';' | b'$')
                if self.pending.len() < MAX_SEQUENCE =>
            {
                self.pending.push(byte);
            }
            (DecoderState::CutCsi { .. }, b'A'..=b'H' | b'P'..=b'S' | b'~') => self.csi(byte),
            // A sequence with a mark before its parameters is an answer.
            (DecoderState::CutCsi { .. }, b'M' | b'a'..=b'z')
                if matches!(self.pending.first(), Some(b'<'..=b'?')) =>
            {
                self.give_up();
            }
            (DecoderState::LinuxKey, b'A'..=b'E') => {
                self.state = DecoderState::Ground;
                self.key(KeyCode::F(byte - b'A' + 1), KeyModifiers::NONE);
            }
            (DecoderState::Ss3, b' '..=b'~') => self.ss3(byte),
            (DecoderState::Answer { introducer }, _)
                if self.pending.is_empty() && !begins_answer(introducer, byte) =>
            {
                self.state = DecoderState::Ground;
                self.begin(introducer, KeyModifiers::ALT);
                self.step(byte);
            }
            (DecoderState::Answer { .. }, 0x07) | (DecoderState::AnswerEscape, b'\\') => {
                self.give_up();
            }
            (DecoderState::Answer { .. }, ESC) => self.state = DecoderState::AnswerEscape,
            (DecoderState::Answer { .. }, b' '..) if self.pending.len() < MAX_ANSWER => {
                self.pending.push(byte);
            }
            (DecoderState::AnswerEscape, _) => {
                self.give_up();
                self.state = DecoderState::Escape;
                self.step(byte);
            }
            (DecoderState::CutAnswer { .. }, b'\\') if self.pending.ends_with(&[ESC]) => {
                self.give_up();
            }
            (DecoderState::CutAnswer { .. }, 0x07) => self.give_up(),
            (DecoderState::CutAnswer { .. }, ESC | b' '..=b'~')
                if self.pending.len() < MAX_SEQUENCE && !self.pending.ends_with(&[ESC]) =>
            {
                self.pending.push(byte);
            }
            (DecoderState::CutAnswer { .. }, _) => {
                self.state = DecoderState::Ground;
                for byte in std::mem::take(&mut self.pending) {
                    self.step(byte);
                }
                self.step(byte);
            }
            (DecoderState::Paste, _) => {
                self.pending.push(byte);
                if byte == b'~' && self.pending.ends_with(PASTE_END) {
                    self.pending.truncate(self.pending.len() - PASTE_END.len());
                    self.finish();
                }
            }
            (
                DecoderState::Character { .. }
                | DecoderState::Csi
                | DecoderState::CutCsi { .. }
                | DecoderState::LinuxKey
                | DecoderState::Ss3
                | DecoderState::Answer { .. },
                _,
            ) => {
                self.finish();
                self.step(byte);
            }
        }
    }

    /// Handles the first byte of a key.
    fn begin(&mut self, byte: u8, modifiers: KeyModifiers) {
        let with_control = modifiers | KeyModifiers::CONTROL;
        match byte {
            ESC => self.state = DecoderState::Escape,
            b'\r' => self.key(KeyCode::Enter, modifiers),
            b'\t' => self.key(KeyCode::Tab, modifiers),
            0x7f => self.key(KeyCode::Backspace, modifiers),
            0x08 if self.ctrl_h_erases => self.key(KeyCode::Backspace, modifiers),
            0 => self.key(KeyCode::Char(' '), with_control),
            0x01..=0x1a => self.key(KeyCode::Char(char::from(byte - 1 + b'a')), with_control),
            0x1c..=0x1f => self.key(KeyCode::Char(char::from(byte - 0x1c + b'4')), with_control),
            b' '..=b'~' => self.key(KeyCode::Char(char::from(byte)), modifiers),
            0xc2..=0xf4 => {
                let missing = usize::from(byte >= 0xe0) + usize::from(byte >= 0xf0) + 1;
                self.pending.push(byte);
                self.state = DecoderState::Character { missing, modifiers };
            }
            0x80..=0xc1 | 0xf5..=0xff => self.key(KeyCode::Char(latin_1(byte)), modifiers),
        }
    }

    fn after_escape(&mut self, byte: u8) {
        match byte {
            ESC => self.key(KeyCode::Esc, KeyModifiers::NONE),
            b'[' => self.state = DecoderState::Csi,
            b'O' => self.state = DecoderState::Ss3,
            b']' | b'P' | b'_' => self.state = DecoderState::Answer { introducer: byte },
            _ => {
                self.state = DecoderState::Ground;
                self.begin(byte, KeyModifiers::ALT);
            }
        }
    }

    /// Ends a character whose bytes are all there.
    fn character(&mut self, modifiers: KeyModifiers) {
        match std::str::from_utf8(&self.pending).map(|text| text.chars().next()) {
            Ok(Some(c)) => {
                self.give_up();
                self.key(KeyCode::Char(c), modifiers);
            }
            Ok(None) | Err(_) => self.finish(),
        }
    }

    /// Ends a sequence `ESC [ parameters final`.
    fn csi(&mut self, last: u8) {
        let sequence = std::mem::take(&mut self.pending);
        self.state = DecoderState::Ground;
        if !sequence.iter().all(|byte| matches!(byte, b'0'..=b':' | b';')) {
            return; // An answer, or a report of the mouse.
        }
        let parameters: Vec<Vec<u32>> = sequence
            .split(|byte| *byte == b';')
            .map(|parameter| parameter.split(|byte| *byte == b':').map(number).collect())
            .collect();
        let at = |index: usize, part: usize| {
            parameters.get(index).and_then(|parts| parts.get(part)).copied().unwrap_or(0)
        };
        let released = at(1, 1) == 3;
        let modifiers = modifiers(at(1, 0));
        let code = match (last, at(0, 0)) {
            _ if released => return,
            (b'~', 200) => {
                self.state = DecoderState::Paste;
                return;
            }
            (b'~', 27) => {
                return self.unicode_key(at(2, 0), modifiers);
            }
            (b'u', code) => return self.unicode_key(code, modifiers),
            (b'Z', _) => KeyCode::BackTab,
            // The same as the answer to a question for the position of the cursor.
            (b'R', row) if row > 1 || (parameters.len() > 1 && at(1, 0) > 16) => return,
            (b'~', number) => match editing_key(number) {
                Some(code) => code,
                None => return,
            },
            _ => match letter_key(last) {
                Some(code) => code,
                None => return,
            },
        };
        self.key(code, modifiers);
    }

    /// Ends a sequence `ESC O final`: a function key, or one of the number pad.
    fn ss3(&mut self, last: u8) {
        self.state = DecoderState::Ground;
        let code = match last {
            b'M' => Some(KeyCode::Enter),
            b'j'..=b'y' => Some(KeyCode::Char(char::from(last - b'j' + b'*'))),
            _ => letter_key(last),
        };
        match code {
            Some(code) => self.key(code, KeyModifiers::NONE),
            None => self.step(last),
        }
    }

    /// Adds a key that is given as its character.
    fn unicode_key(&mut self, code: u32, modifiers: KeyModifiers) {
        let code = match code {
            13 => KeyCode::Enter,
            9 => KeyCode::Tab,
            27 => KeyCode::Esc,
            8 | 127 => KeyCode::Backspace,
            _ => match char::from_u32(code).filter(|c| !c.is_control()) {
                Some(c) => KeyCode::Char(c),
                None => return,
            },
        };
        self.key(code, modifiers);
    }

    /// Drops what is unfinished.
    fn give_up(&mut self) {
        self.pending.clear();
        self.state = DecoderState::Ground;
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.events.push_back(Event::Key(KeyEvent::new(code, modifiers)));
    }
}

/// Whether a terminal sends an answer that begins so. Otherwise it is a key with Alt, and text.
fn begins_answer(introducer: u8, byte: u8) -> bool {
    match introducer {
        b'P' => matches!(byte, b'0'..=b'9' | b'!' | b'$' | b'+' | b'>'),
        b'_' => byte == b'G',
        _ => byte.is_ascii_digit() || matches!(byte, b'L' | b'l'),
    }
}

fn number(digits: &[u8]) -> u32 {
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Returns the modifiers of a parameter: one more than the sum of 1 for Shift, 2 for Alt, 4 for
/// Ctrl, 8 for Super.
fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
    ]
    .into_iter()
    .filter(|(bit, _)| bits & bit != 0)
    .fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier)
}

/// Returns the key whose sequence ends with a letter.
fn letter_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// Returns the key whose sequence is `ESC [ number ~`.
fn editing_key(number: u32) -> Option<KeyCode> {
    let function = |first: u32, key: u32| u8::try_from(number - first + key).ok().map(KeyCode::F);
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23..=26 => function(23, 11),
        _ => None,
    }
}

/// Returns the character that a byte is in Latin-1; U+FFFD for the bytes that are control characters
/// there.
fn latin_1(byte: u8) -> char {
    match byte {
        0x80..=0x9f => '\u{FFFD}',
        _ => char::from(byte),
    }
}

/// Decodes the bytes of a paste.
fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().copied().map(latin_1));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOON: Duration = Duration::from_millis(10);
    const LATE: Duration = Duration::from_millis(60);

    /// Feeds pieces with a pause after each and returns the events as text: a character as itself,
    /// another key as `<Key>`, a paste as `{text}`.
    fn decoded(pieces: &[(&[u8], Duration)]) -> String {
        let mut decoder = Decoder::new(false);
        let mut now = Instant::now();
        let mut all = String::new();
        for (bytes, pause) in pieces {
            decoder.feed(bytes, now);
            now += *pause;
            decoder.expire(now);
            while let Some(event) = decoder.next_event() {
                all.push_str(&described(&event));
            }
        }
        all
    }

    fn described(event: &Event) -> String {
        match event {
            Event::Paste(text) => format!("{{{text}}}"),
            Event::Key(key) => {
                let with = key.modifiers.to_string().replace("Control", "Ctrl");
                let plus = if with.is_empty() { "" } else { "+" };
                match key.code {
                    KeyCode::Char(c) if with.is_empty() => c.to_string(),
                    KeyCode::Char(c) => format!("<{with}{plus}{c}>"),
                    KeyCode::F(number) => format!("<{with}{plus}F{number}>"),
                    code => format!("<{with}{plus}{code:?}>"),
                }
            }
            other => format!("{other:?}"),
        }
    }

    fn at_once(bytes: &[u8]) -> String {
        decoded(&[(bytes, LATE)])
    }

    #[test]
    fn keys_have_the_sequences_of_the_usual_terminals() {
        for (bytes, expected) in [
            ("aä€👩", "aä€👩"),
            ("\r\t\x7f", "<Enter><Tab><Backspace>"),
            ("\x01\x0a\x13\x1a", "<Ctrl+a><Ctrl+j><Ctrl+s><Ctrl+z>"),
            ("\x00\x1f\x08", "<Ctrl+ ><Ctrl+7><Ctrl+h>"),
            ("\x1bb\x1b\x7f\x1bä", "<Alt+b><Alt+Backspace><Alt+ä>"),
            ("\x1b[A\x1bOB\x1b[H\x1bOF", "<Up><Down><Home><End>"),
            ("\x1b[1;5D\x1b[1;2C\x1b[1;6A", "<Ctrl+Left><Shift+Right><Shift+Ctrl+Up>"),
            ("\x1b[3~\x1b[5~\x1b[3;5~\x1b[7~", "<Delete><PageUp><Ctrl+Delete><Home>"),
            ("\x1bOP\x1b[11~\x1b[[A\x1b[P", "<F1><F1><F1><F1>"),
            ("\x1b[15~\x1b[17~\x1b[24~\x1b[1;2R", "<F5><F6><F12><Shift+F3>"),
            ("\x1b[97;5u\x1b[27;6;65~\x1b[13;2u", "<Ctrl+a><Shift+Ctrl+A><Shift+Enter>"),
            ("\x1b[97;1:3ux", "x"),
            ("\x1bOp\x1bOy\x1bOM\x1bOn", "09<Enter>."),
            ("\x1b[Z", "<BackTab>"),
        ] {
            assert_eq!(at_once(bytes.as_bytes()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn ctrl_h_is_backspace_where_the_terminal_is_set_so() {
        let mut decoder = Decoder::new(true);
        decoder.feed(b"\x08\x7f", Instant::now());
        assert_eq!(described(&decoder.next_event().unwrap()), "<Backspace>");
        assert_eq!(described(&decoder.next_event().unwrap()), "<Backspace>");
    }

    #[test]
    fn escape_counts_alone_after_a_while_and_not_in_a_sequence_of_two_reads() {
        assert_eq!(decoded(&[(b"\x1b", SOON), (b"[A", SOON)]), "<Up>");
        assert_eq!(decoded(&[(b"\x1b", SOON), (b"[200~a\x1b[201~", SOON)]), "{a}");
        assert_eq!(decoded(&[(b"\x1b", LATE), (b"[A", SOON)]), "<Esc>[A");
        assert_eq!(decoded(&[(b"\x1b\x1b", LATE)]), "<Esc><Esc>");
    }

    #[test]
    fn an_unfinished_sequence_is_dropped_and_the_text_after_it_is_not() {
        for start in ["\x1b[", "\x1b[1;", "\x1bO", "\x1b]", "\x1b]11;rgb", "\x1bP1", "\x1b[["] {
            assert_eq!(
                decoded(&[(start.as_bytes(), LATE), (b"text", REST_TIMEOUT)]),
                "text",
                "{start:?}"
            );
            assert_eq!(
                decoded(&[(start.as_bytes(), SOON), (b"\rtext", SOON)]).replace("<Alt+]>", ""),
                "<Enter>text",
                "{start:?}"
            );
        }
        assert_eq!(at_once(b"\x1b]text"), "<Alt+]>text");
        assert_eq!(at_once(b"\x1bPtext"), "<Alt+P>text");
    }

    #[test]
    fn answers_of_the_terminal_are_no_text() {
        for answer in [
            "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
            "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
            "\x1bP>|XTerm(388)\x1b\\",
            "\x1b_Gi=31;OK\x1b\\",
            "\x1b[?62;c",
            "\x1b[24;80R",
            "\x1b[<0;1;1M",
            "\x1b[I",
        ] {
            assert_eq!(at_once(format!("a{answer}b").as_bytes()), "ab", "{answer:?}");
            let (first, rest) = answer.split_at(answer.len() / 2);
            let split = [(first.as_bytes(), SOON), (rest.as_bytes(), SOON), (b"b", SOON)];
            assert_eq!(decoded(&split), "b", "{answer:?}");
        }
    }

    #[test]
    fn the_rest_of_an_answer_after_a_pause_is_no_text_and_typed_text_is() {
        for (start, rest) in [
            ("\x1b]11;rgb:1e1e/", "1e1e/1e1e\x07"),
            ("\x1b]11;rgb:1e1e/", "1e1e/1e1e\x1b\\"),
            ("\x1bP1+r544e", "=00\x1b\\"),
        ] {
            let pieces = [(start.as_bytes(), LATE * 4), (rest.as_bytes(), SOON), (b"text", SOON)];
            assert_eq!(decoded(&pieces), "text", "{start:?}");
        }
        let typed = |rest: &[u8], pause| decoded(&[(b"\x1b]11;rgb:1e", LATE), (rest, pause)]);
        assert_eq!(typed(b"text", REST_TIMEOUT), "text");
        assert_eq!(typed(b"text\r", SOON), "text<Enter>");
        assert_eq!(typed(b"a\x1b[200~b\x1b[201~", SOON), "a{b}");
        assert_eq!(typed(b"a\x1b", REST_TIMEOUT), "a<Esc>");
    }

    #[test]
    fn an_answer_with_pauses_anywhere_is_no_text() {
        for answer in ["\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1bP>|XTerm(388)\x1b\\"] {
            for first in MIN_ANSWER + 2..answer.len() {
                for second in first..answer.len() {
                    let (start, middle, end) =
                        (&answer[..first], &answer[first..second], &answer[second..]);
                    let pieces =
                        [(start, LATE * 4), (middle, LATE * 4), (end, SOON), ("text", SOON)];
                    let pieces = pieces.map(|(piece, pause)| (piece.as_bytes(), pause));
                    assert_eq!(decoded(&pieces), "text", "{start:?} {middle:?} {end:?}");
                }
            }
        }
    }

    #[test]
    fn a_sequence_that_pauses_after_its_first_parameter_is_no_text() {
        for (sequence, expected) in [
            ("\x1b[?62;4c", ""),
            ("\x1b[24;80R", ""),
            ("\x1b[?2026;2$y", ""),
            ("\x1b[<0;1;1M", ""),
            ("\x1b[1;5D", "<Ctrl+Left>"),
            ("\x1b[3~", "<Delete>"),
            ("\x1b[200~a\rb\x1b[201~", "{a\rb}"),
        ] {
            for cut in "\x1b[1".len()..=sequence.find(char::is_alphabetic).unwrap_or(4).min(4) {
                let (start, rest) = sequence.split_at(cut);
                let pieces = [(start, LATE * 4), (rest, SOON), ("text", SOON)];
                let decoded = decoded(&pieces.map(|(piece, pause)| (piece.as_bytes(), pause)));
                assert_eq!(decoded, format!("{expected}text"), "{start:?} {rest:?}");
            }
        }
        let typed = |rest: &[u8], pause| decoded(&[(b"\x1b[1;", LATE), (rest, pause)]);
        assert_eq!(typed(b"5 apples", SOON), "5 apples");
        assert_eq!(typed(b"25", SOON), "");
        assert_eq!(typed(b"25", REST_TIMEOUT), "25");
        assert_eq!(typed(b"25\r", SOON), "25<Enter>");
        assert_eq!(typed(b"25\x1b", LATE), "25<Esc>");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_latin_1() {
        assert_eq!(at_once(b"caf\xe9 x"), "café x");
        assert_eq!(at_once(b"caf\xe9"), "café");
        assert_eq!(at_once(b"\xff\x85\xc0"), "ÿ\u{FFFD}À");
        assert_eq!(at_once(b"\x1b[200~caf\xe9\x1b[201~"), "{café}");
        assert_eq!(decoded(&[(b"\xe2\x82", SOON), (b"\xac", SOON)]), "€");
    }

    #[test]
    fn a_paste_without_end_is_a_paste_after_a_second() {
        let second = Duration::from_secs(1);
        assert_eq!(decoded(&[(b"\x1b[200~text", LATE)]), "");
        assert_eq!(decoded(&[(b"\x1b[200~text", second), (b"more", SOON)]), "{text}more");
        assert_eq!(decoded(&[(b"\x1b[200~text\x1b[20", second)]), "{text}");
        assert_eq!(decoded(&[(b"\x1b[200~a\x1b[2", LATE), (b"01~b", SOON)]), "{a}b");
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_leave_the_text_after_them_whole(
            pieces in prop::collection::vec((
                prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"\x1b[]O2001~;P_G\\\x07"[..])], 0..12),
                0_u64..80,
            ), 0..12),
        ) {
            let mut pieces: Vec<_> =
                pieces.iter().map(|(bytes, pause)| (bytes.as_slice(), Duration::from_millis(*pause))).collect();
            pieces.push((b"", Duration::from_secs(2)));
            pieces.push(("né 👩.".as_bytes(), SOON));
            prop_assert!(decoded(&pieces).ends_with("né 👩."));
        }

        #[test]
        fn text_and_pastes_come_out_whole_however_they_are_cut(
            parts in prop::collection::vec(("[a-zé€👩 ]{0,6}", "[a-zé€👩\r\t]{0,6}", any::<bool>()), 0..6),
            cuts in prop::collection::vec(1_usize..7, 1..30),
        ) {
            let (mut sent, mut expected) = (String::new(), String::new());
            for (typed, pasted, arrow) in &parts {
                sent.push_str(&format!("{typed}\x1b[200~{pasted}\x1b[201~"));
                expected.push_str(&format!("{typed}{{{pasted}}}"));
                if *arrow {
                    sent.push_str("\x1b[1;5D");
                    expected.push_str("<Ctrl+Left>");
                }
            }
            let mut rest = sent.as_bytes();
            let mut pieces = Vec::new();
            for cut in cuts.iter().cycle().take_while(|_| !sent.is_empty()) {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                pieces.push((piece, SOON));
                rest = after;
            }
            prop_assert_eq!(decoded(&pieces), expected);
        }
    }
}
