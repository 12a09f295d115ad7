//! Text on its way in and out: cleaning what people paste, making it safe for a terminal, and the
//! small words of messages.

use std::borrow::Cow;

/// Cleans text that comes in from a keyboard, a clipboard or a file: line ends become `\n`, tabs
/// become spaces, control and escape characters go. Cleaning twice is cleaning once.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut chars = strip_sequences(text).replace("\r\n", "\n").replace('\r', "\n");
    chars.retain(|c| c == '\n' || c == '\t' || !c.is_control());
    for c in chars.chars() {
        match c {
            '\t' => cleaned.push(' '),
            // Line and paragraph separators, as Word and the web paste them.
            '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\u{FEFF}' => {}
            c => cleaned.push(c),
        }
    }
    cleaned
}

/// An answer as it is kept: cleaned, no blanks at the ends of lines, no empty lines around it.
#[must_use]
pub fn tidy(text: &str) -> String {
    let cleaned = clean(text);
    let lines: Vec<_> = cleaned.lines().map(str::trim_end).collect();
    let tidied = lines.join("\n");
    tidied.trim_end().trim_start_matches('\n').to_owned()
}

/// An answer that has one line: tidied, its lines joined by blanks.
#[must_use]
pub fn tidy_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Removes whole escape sequences (`ESC [ 31 m`), of which otherwise the printable rest would stay.
fn strip_sequences(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1B}') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\u{1B}' {
            kept.push(c);
        } else if chars.peek() == Some(&'[') {
            chars.next();
            while chars.peek().is_some_and(|c| matches!(c, '0'..='?')) {
                chars.next();
            }
            if chars.peek().is_some_and(|c| matches!(c, '@'..='~')) {
                chars.next();
            }
        }
    }
    Cow::Owned(kept)
}

/// Makes text safe to print: characters that command a terminal or turn the reading direction
/// are shown as `�`. Line ends stay.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    let dangerous = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}')
    };
    if text.contains(dangerous) {
        Cow::Owned(text.replace(dangerous, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A number with its noun: `1 word`, `2 words`.
#[must_use]
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A list in words: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn and_list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// The candidate a mistyped word was probably meant to be.
#[must_use]
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let likeness = |candidate: &&str| strsim::jaro_winkler(&word.to_lowercase(), candidate);
    let scored = candidates.into_iter().map(|candidate| (likeness(&candidate), candidate));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1)
}

/// Breaks text into lines of at most `width` columns, at blanks; a longer word keeps its line.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    // An empty text is one empty line.
    for paragraph in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        let mut line = String::new();
        let mut used = 0;
        // An indented line keeps its indentation.
        let indent = paragraph.len() - paragraph.trim_start().len();
        let (indent, words) = paragraph.split_at_checked(indent).unwrap_or_default();
        let hang = indent.len() + if words.starts_with("- ") { 2 } else { 0 };
        for word in words.split(' ') {
            let columns = unicode_width::UnicodeWidthStr::width(word);
            if used > 0 && used + 1 + columns > width {
                lines.push(std::mem::replace(&mut line, " ".repeat(hang)));
                used = hang;
            } else if used > 0 {
                line.push(' ');
                used += 1;
            } else {
                line.push_str(indent);
                used = indent.len();
            }
            line.push_str(word);
            used += columns;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pasted_control_characters_and_escape_sequences_go() {
        assert_eq!(clean("a\u{1B}[31mred\u{1B}[0m\r\nb\tc\rd\u{0}\u{7F}\u{9B}e"), "ared\nb c\nde");
    }

    #[test]
    fn an_answer_is_kept_without_blanks_around_it() {
        assert_eq!(tidy("\n\n first  \n\n- item\t\n\n"), " first\n\n- item");
        assert_eq!(tidy_line(" one \n two\t three "), "one two three");
    }

    #[test]
    fn what_commands_a_terminal_is_shown_and_not_obeyed() {
        assert_eq!(safe("a\u{1B}[2Jb\u{202E}c"), "a\u{FFFD}[2Jb\u{FFFD}c");
        assert_eq!(safe("line\nline"), "line\nline");
    }

    #[test]
    fn a_mistyped_word_finds_its_meaning() {
        assert_eq!(did_you_mean("objectivs", ["objectives", "summary"]), Some("objectives"));
        assert_eq!(did_you_mean("zzz", ["objectives", "summary"]), None);
    }

    #[test]
    fn text_wraps_at_blanks() {
        assert_eq!(wrap("one two three\n\nfour", 8), ["one two", "three", "", "four"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("  - one two three", 9), ["  - one", "    two", "    three"]);
    }

    #[test]
    fn lists_and_plurals_read_well() {
        assert_eq!(and_list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(plural(1, "word", "words"), "1 word");
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            prop_assert_eq!(clean(&clean(&text)), clean(&text));
            prop_assert_eq!(tidy(&tidy(&text)), tidy(&text));
        }
    }
}
