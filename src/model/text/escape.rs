//! Making text safe to print, and an ASCII fallback for terminals without Unicode.

use std::borrow::Cow;

use super::sanitize::contains;

/// Whether a character controls the terminal or the reading direction. Line ends do neither.
pub(super) fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{61C}')
}

/// Replaces control and bidi characters by U+FFFD; line ends remain. Used for everything that is
/// printed.
pub(crate) fn escape_for_terminal(text: &str) -> Cow<'_, str> {
    if contains(text, is_unsafe) {
        Cow::Owned(text.replace(is_unsafe, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes control and bidi characters of a JSON document as `\uXXXX`. JSON allows them in strings
/// only, so the document keeps its meaning.
pub(crate) fn escaped_json(json: &str) -> Cow<'_, str> {
    if !contains(json, is_unsafe) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unsafe(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Replaces typographic characters by ASCII characters of the same width, for terminals that show
/// ASCII only. Letters remain, because they belong to the text of a person.
pub(crate) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let replacement = |c: char| match c {
        '·' | '•' | '–' | '—' | '‐' | '‑' | '─' => '-',
        '‘' | '’' | '‚' | '′' => '\'',
        '“' | '”' | '„' | '″' => '"',
        '…' => '~',
        '¶' => '|',
        '\u{A0}' | '\u{202F}' => ' ',
        '↑' => '^',
        '↓' => 'v',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁰'..='⁹' => char::from_digit(u32::from(c) - u32::from('⁰'), 10).unwrap_or(c),
        '\u{FFFD}' => '?',
        c => c,
    };
    Cow::Owned(text.chars().map(replacement).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_as_replacement_characters() {
        assert_eq!(escape_for_terminal("a\u{1B}[2Jb\u{202E}c"), "a\u{FFFD}[2Jb\u{FFFD}c");
        assert_eq!(escape_for_terminal("line\nline"), "line\nline");
    }

    #[test]
    fn ascii_replacements_keep_the_width() {
        let text = "“a”·b…\u{A0}c–d ‘e’ 9⁹ ¹²³⁴ é";
        assert_eq!(ascii(text), "\"a\"-b~ c-d 'e' 99 1234 é");
        assert_eq!(ascii(text).chars().count(), text.chars().count());
    }
}
