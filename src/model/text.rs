//! Text on its way in and out: cleaning what people paste, making it safe for a terminal, and the
//! small words of messages.

use std::borrow::Cow;

use jiff::Timestamp;
use memchr::memchr_iter;

/// Cleans text that comes in from a keyboard, a clipboard or a file: line ends become `\n`, tabs
/// become spaces, control and escape characters go. Cleaning twice is cleaning once.
pub(crate) fn sanitize(text: &str) -> String {
    cleaned(text).into_owned()
}

/// Nearly every text is clean already, and thousands of drafts are full of them.
fn cleaned(text: &str) -> Cow<'_, str> {
    if !holds(text, |c| !stays(c)) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for c in strip_sequences(text).replace("\r\n", "\n").chars() {
        match c {
            c if stays(c) => cleaned.push(c),
            '\t' => cleaned.push(' '),
            // Line and paragraph separators, as Word and the web paste them.
            '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            _ => {}
        }
    }
    Cow::Owned(cleaned)
}

/// Whether a character is part of a clean text.
fn stays(c: char) -> bool {
    match c {
        '\n' | ' '..='~' => true,
        // A byte order mark, and the soft hyphen at which Word may break a word but shows none.
        '\u{FEFF}' | '\u{AD}' => false,
        // What turns the reading direction can make a text look like another one; the last two
        // are no characters, and no document may hold them.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => false,
        '\u{2028}' | '\u{2029}' => false,
        c => !c.is_control(),
    }
}

/// Whether a text holds one of the characters that do not stay or are dangerous. What is doubtful is
/// rare, so that most of a text is only looked at a stretch at a time.
fn holds(text: &str, wanted: impl Fn(char) -> bool) -> bool {
    const STRETCH: usize = 64;
    let begins = |at| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(&wanted);
    text.as_bytes().chunks(STRETCH).zip((0..).step_by(STRETCH)).any(|(stretch, start)| {
        // Without a way out, the compiler looks at many bytes at once.
        stretch.iter().fold(false, |found, &byte| found | is_doubtful(byte))
            && (start..).zip(stretch).any(|(at, &byte)| is_doubtful(byte) && begins(at))
    })
}

/// Whether a character that does not stay or is dangerous may begin with this byte of UTF-8.
fn is_doubtful(byte: u8) -> bool {
    (byte < b' ' && byte != b'\n') || matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF)
}

/// Cleans text that is pasted; `starts_line` where its first line begins one. Besides what
/// [`clean`] does, the signs that programs put before the items of a list become `- `.
pub(crate) fn pasted(text: &str, starts_line: bool) -> String {
    let text = sanitize(text);
    let mut lines = Vec::new();
    for (at, line) in text.split('\n').enumerate() {
        lines.push(if at > 0 || starts_line { list_item(line) } else { Cow::Borrowed(line) });
    }
    lines.join("\n")
}

/// A line with its bullet, as Word, a PDF or a web page has it, turned into `- `.
fn list_item(line: &str) -> Cow<'_, str> {
    let body = line.trim_start();
    let mut chars = body.chars();
    // U+F0A7 and U+F0B7 are the bullets of Word's symbol fonts.
    let bullet = chars.next().is_some_and(|c| {
        matches!(c, '•' | '·' | '‣' | '◦' | '▪' | '▫' | '■' | '□' | '●' | '○' | '–' | '—' | '*')
            || matches!(c, '\u{F0A7}' | '\u{F0B7}')
    });
    let rest = chars.as_str();
    let item = rest.trim_start();
    if bullet && rest.starts_with(char::is_whitespace) && !item.is_empty() {
        let indent = line.get(..line.len() - body.len()).unwrap_or_default();
        Cow::Owned(format!("{indent}- {item}"))
    } else {
        Cow::Borrowed(line)
    }
}

/// Whether the lines of a text look as if a page's width broke them, as in text from a PDF: more
/// than one long line ends in the middle of a sentence.
pub(crate) fn is_hard_wrapped(text: &str) -> bool {
    let lines: Vec<_> = text.split('\n').map(str::trim).collect();
    let widest = widest(text);
    let broken = lines.iter().zip(lines.iter().skip(1)).filter(|(line, next)| {
        line.chars().count() * 4 >= widest * 3
            && !line.ends_with(['.', '!', '?', ':', ';'])
            && !next.is_empty()
            && crate::model::markup::list_marker(next).is_none()
    });
    (30..=140).contains(&widest) && broken.count() > 1
}

/// Characters in the longest line.
fn widest(text: &str) -> usize {
    text.split('\n').map(|line| line.trim().chars().count()).max().unwrap_or(0)
}

/// Joins lines that a page's width broke into paragraphs again. A line begins a new paragraph
/// where an empty one stands before it, where it is the item of a list, or where the line before
/// it ended early with the end of a sentence. A word divided at the end of a line keeps its
/// hyphen, because nothing tells `early-stage` from `preven-tion`.
pub(crate) fn join_lines(text: &str) -> String {
    let widest = widest(text);
    let mut joined = String::new();
    let mut before = "";
    for (at, line) in text.split('\n').enumerate() {
        let line = line.trim_end();
        let early = before.chars().count() * 4 < widest * 3
            && before.ends_with(['.', '!', '?', ':', ';', '”', '"', ')']);
        let own = before.is_empty()
            || line.trim().is_empty()
            || early
            || crate::model::markup::list_marker(line).is_some();
        let body = line.trim_start();
        if own {
            joined.push_str(if at == 0 { "" } else { "\n" });
            joined.push_str(line);
        } else if before.ends_with(['-', '/']) && body.starts_with(char::is_alphanumeric) {
            joined.push_str(body);
        } else {
            joined.push(' ');
            joined.push_str(body);
        }
        before = line;
    }
    joined
}

/// An answer as it is kept: cleaned, no blanks at the ends of lines, no empty lines around it.
pub(crate) fn normalize_answer(text: &str) -> String {
    let mut tidied = cleaned(text);
    let blank = |c: char| c.is_whitespace() && c != '\n';
    let mut ends = memchr_iter(b'\n', tidied.as_bytes());
    if ends.any(|end| tidied.get(..end).is_some_and(|before| before.ends_with(blank))) {
        let lines: Vec<_> = tidied.split('\n').map(str::trim_end).collect();
        tidied = Cow::Owned(lines.join("\n"));
    }
    tidied.trim_end().trim_start_matches('\n').to_owned()
}

/// An answer that has one line: tidied, its lines joined by blanks.
pub(crate) fn normalize_line(text: &str) -> String {
    sanitize(text).split_whitespace().collect::<Vec<_>>().join(" ")
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
pub(crate) fn escape_for_terminal(text: &str) -> Cow<'_, str> {
    if holds(text, dangerous) {
        Cow::Owned(text.replace(dangerous, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Text for a terminal that shows ASCII only: typographic signs become their plain likes, one for
/// one, so that nothing moves. Letters stay: they are a person's words.
pub(crate) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let sign = |c: char| match c {
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
    Cow::Owned(text.chars().map(sign).collect())
}

fn dangerous(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{61C}')
}

/// Makes JSON safe to print without changing what it says: the characters that [`safe`] replaces
/// can only stand in its strings, and are written there by their numbers.
pub(crate) fn escaped_json(json: &str) -> Cow<'_, str> {
    if !holds(json, dangerous) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if dangerous(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// A number with its noun: `1 word`, `2 words`.
pub(crate) fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// How long ago something was, in words.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    let unit = |n: i64, one: &str, many: &str| {
        format!("{} ago", plural(usize::try_from(n).unwrap_or(0), one, many))
    };
    match seconds {
        ..60 => "just now".to_owned(),
        60..3600 => unit(seconds / 60, "minute", "minutes"),
        3600..86_400 => unit(seconds / 3600, "hour", "hours"),
        _ => unit(seconds / 86_400, "day", "days"),
    }
}

/// A line of at most `width` characters; what is cut off is shown as `…`.
pub(crate) fn shorten(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A list in words: `a`, `a and b`, `a, b and c`.
pub(crate) fn and_list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A path or another word as one types it in a shell.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+~".contains(c);
    let quoted = || format!("'{}'", word.replace('\'', "'\\''"));
    if word.chars().all(plain) { word.to_owned() } else { quoted() }
}

/// The candidate a mistyped word was probably meant to be.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let likeness = |candidate: &&str| strsim::jaro_winkler(&word.to_lowercase(), candidate);
    let scored = candidates.into_iter().map(|candidate| (likeness(&candidate), candidate));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1)
}

/// Breaks text into lines of at most `width` columns, at blanks; a longer word keeps its line.
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

/// Returns the text with its first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pasted_control_characters_and_escape_sequences_go() {
        assert_eq!(
            sanitize("a\u{1B}[31mred\u{1B}[0m\r\nb\tc\rd\u{0}\u{7F}\u{9B}e"),
            "ared\nb c\nde"
        );
    }

    #[test]
    fn bullets_of_every_program_become_items_of_a_list() {
        for bullet in ["•", "·", "–", "*", "\u{F0B7}", "▪", "o"] {
            let wanted = if bullet == "o" { "Aims:\no\tone" } else { "Aims:\n- one" };
            let found = pasted(&format!("Aims:\r\n{bullet}\tone"), true);
            assert_eq!(found, wanted.replace('\t', " "));
        }
        assert_eq!(pasted("• one\n  • two", true), "- one\n  - two");
        assert_eq!(pasted("– so it went\n*really*", false), "– so it went\n*really*");
        assert_eq!(pasted("a\u{B}b\u{AD}c\u{85}d", true), "a\nbc\nd");
    }

    #[test]
    fn lines_broken_by_a_page_are_joined_and_paragraphs_are_not() {
        let broken = "The main objective of the project is to make the\nstreets around the school safer for early-\nstage pupils.\nSub-objectives are these, and they are many so\nwe list them:\n- more light on the way to the school and from\n  there to the bus;\n- less speed.\n\nThe end.";
        assert!(is_hard_wrapped(broken));
        assert_eq!(
            join_lines(broken),
            "The main objective of the project is to make the streets around the school safer for early-stage pupils.\nSub-objectives are these, and they are many so we list them:\n- more light on the way to the school and from there to the bus;\n- less speed.\n\nThe end."
        );
        for written in [
            "One short.\n\nTwo.",
            "- a\n- b\n- c",
            "Town Hall\nMarket Square 1\nSample Town",
            "one line",
        ] {
            assert!(!is_hard_wrapped(written), "{written}");
            assert_eq!(join_lines(&join_lines(written)), join_lines(written));
        }
        assert_eq!(join_lines("\n\na\n"), "\n\na\n");
    }

    #[test]
    fn an_answer_is_kept_without_blanks_around_it() {
        assert_eq!(normalize_answer("\n\n first  \n\n- item\t\n\n"), " first\n\n- item");
        assert_eq!(normalize_line(" one \n two\t three "), "one two three");
    }

    #[test]
    fn what_commands_a_terminal_is_shown_and_not_obeyed() {
        assert_eq!(escape_for_terminal("a\u{1B}[2Jb\u{202E}c"), "a\u{FFFD}[2Jb\u{FFFD}c");
        assert_eq!(escape_for_terminal("line\nline"), "line\nline");
    }

    #[test]
    fn no_character_is_overlooked_wherever_it_stands() {
        for c in '\0'..=char::MAX {
            if !stays(c) || dangerous(c) {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes);
                assert!(is_doubtful(bytes[0]), "{c:?}");
            }
        }
        for before in 0..200 {
            let text = format!("{}\u{202E}{}", "é".repeat(before), "a".repeat(70));
            assert_eq!(sanitize(&text), text.replace('\u{202E}', ""));
            assert_eq!(escape_for_terminal(&text), text.replace('\u{202E}', "\u{FFFD}"));
            assert_eq!(escaped_json(&text), text.replace('\u{202E}', "\\u202e"));
        }
    }

    #[test]
    fn signs_have_plain_likes_of_the_same_width() {
        let text = "“a”·b…\u{A0}c–d ‘e’ 9⁹ ¹²³⁴ é";
        assert_eq!(ascii(text), "\"a\"-b~ c-d 'e' 99 1234 é");
        assert_eq!(ascii(text).chars().count(), text.chars().count());
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
            prop_assert_eq!(sanitize(&sanitize(&text)), sanitize(&text));
            prop_assert_eq!(normalize_answer(&normalize_answer(&text)), normalize_answer(&text));
        }
    }
}
