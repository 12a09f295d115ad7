//! Sanitising text that comes in from a keyboard, a clipboard or a file.

use std::borrow::Cow;

use memchr::memchr_iter;

/// Removes control characters and escape sequences, and normalises line ends to `\n` and tabs to
/// spaces. Idempotent.
pub(crate) fn sanitize(text: &str) -> String {
    sanitized(text).into_owned()
}

/// Borrows text that needs no change. Most text needs none, and thousands of drafts are checked.
fn sanitized(text: &str) -> Cow<'_, str> {
    if !contains(text, |c| !is_allowed(c)) {
        return Cow::Borrowed(text);
    }
    let mut sanitized = String::with_capacity(text.len());
    for c in strip_escape_sequences(text).replace("\r\n", "\n").chars() {
        match c {
            c if is_allowed(c) => sanitized.push(c),
            '\t' => sanitized.push(' '),
            // Line and paragraph separators that Word and web pages paste.
            '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => sanitized.push('\n'),
            _ => {}
        }
    }
    Cow::Owned(sanitized)
}

/// Whether sanitised text may contain a character.
fn is_allowed(c: char) -> bool {
    match c {
        '\n' | ' '..='~' => true,
        // A byte order mark, and the soft hyphen of Word.
        '\u{FEFF}' | '\u{AD}' => false,
        // Bidi controls can make a text look like another one. U+FFFE and U+FFFF are not
        // characters, and XML cannot contain them.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => false,
        '\u{2028}' | '\u{2029}' => false,
        c => !c.is_control(),
    }
}

/// Whether a text contains a character that matches `wanted`, which must be one that is not
/// allowed in sanitised text or is unsafe on a terminal.
///
/// Such characters are rare, and [`may_start`] excludes nearly all text without decoding it.
pub(super) fn contains(text: &str, wanted: impl Fn(char) -> bool) -> bool {
    const CHUNK: usize = 64;
    let matches_at = |at| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(&wanted);
    text.as_bytes().chunks(CHUNK).zip((0..).step_by(CHUNK)).any(|(chunk, start)| {
        // Without an early exit, the compiler vectorises this loop.
        chunk.iter().fold(false, |found, &byte| found | may_start(byte))
            && (start..).zip(chunk).any(|(at, &byte)| may_start(byte) && matches_at(at))
    })
}

/// Whether a character that is not allowed or is unsafe may start with this byte of UTF-8.
fn may_start(byte: u8) -> bool {
    (byte < b' ' && byte != b'\n') || matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF)
}

/// Sanitises an answer of several lines, and removes trailing white space and the empty lines
/// before and after it.
pub(crate) fn normalize_answer(text: &str) -> String {
    let mut text = sanitized(text);
    let blank = |c: char| c.is_whitespace() && c != '\n';
    let mut ends = memchr_iter(b'\n', text.as_bytes());
    if ends.any(|end| text.get(..end).is_some_and(|before| before.ends_with(blank))) {
        let lines: Vec<_> = text.split('\n').map(str::trim_end).collect();
        text = Cow::Owned(lines.join("\n"));
    }
    text.trim_end().trim_start_matches('\n').to_owned()
}

/// Sanitises an answer of one line: each run of white space becomes one space.
pub(crate) fn normalize_line(text: &str) -> String {
    sanitize(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Removes whole escape sequences such as `ESC [ 31 m`. Without this, their printable part would
/// remain when the escape character is removed.
fn strip_escape_sequences(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1B}') {
        return Cow::Borrowed(text);
    }
    let mut stripped = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1B}' {
            stripped.push(c);
        } else if chars.next_if_eq(&'[').is_some() {
            while chars.next_if(|c| matches!(c, '0'..='?')).is_some() {}
            chars.next_if(|c| matches!(c, '@'..='~'));
        }
    }
    Cow::Owned(stripped)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::escape::{escape_for_terminal, escaped_json, is_unsafe};
    use super::*;

    #[test]
    fn pasted_control_characters_and_escape_sequences_are_removed() {
        assert_eq!(
            sanitize("a\u{1B}[31mred\u{1B}[0m\r\nb\tc\rd\u{0}\u{7F}\u{9B}e"),
            "ared\nb c\nde"
        );
    }

    #[test]
    fn an_answer_has_no_white_space_around_it() {
        assert_eq!(normalize_answer("\n\n first  \n\n- item\t\n\n"), " first\n\n- item");
        assert_eq!(normalize_line(" one \n two\t three "), "one two three");
    }

    #[test]
    fn no_character_is_overlooked_at_any_offset() {
        for c in '\0'..=char::MAX {
            if !is_allowed(c) || is_unsafe(c) {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes);
                assert!(may_start(bytes[0]), "{c:?}");
            }
        }
        for before in 0..200 {
            let text = format!("{}\u{202E}{}", "é".repeat(before), "a".repeat(70));
            assert_eq!(sanitize(&text), text.replace('\u{202E}', ""));
            assert_eq!(escape_for_terminal(&text), text.replace('\u{202E}', "\u{FFFD}"));
            assert_eq!(escaped_json(&text), text.replace('\u{202E}', "\\u202e"));
        }
    }

    proptest! {
        #[test]
        fn sanitising_is_idempotent(text in any::<String>()) {
            prop_assert_eq!(sanitize(&sanitize(&text)), sanitize(&text));
            prop_assert_eq!(normalize_answer(&normalize_answer(&text)), normalize_answer(&text));
        }
    }
}
