//! Parts of which messages are made: plurals, lists, durations, suggestions and line breaks. The
//! messages themselves are in the code that shows them.

use std::borrow::Cow;

use jiff::Timestamp;
use textwrap::{Options, WordSplitter};

/// Returns a number with its noun: `1 word`, `2 words`.
pub(crate) fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Returns how long ago a time was, such as `2 hours ago`.
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

/// Shortens a line to at most `width` characters, the last of which is `…` if something is cut off.
pub(crate) fn shorten(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let start: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// Joins a list for a sentence: `a`, `a and b`, `a, b and c`.
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

/// Quotes a path or another word for a shell, if it needs quotes.
pub(crate) fn shell_word(word: &str) -> String {
    // Only a NUL character cannot be quoted, and no path or argument contains one.
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Cow::into_owned)
}

/// Quotes a path as an argument of a command. One that begins with a hyphen would be an option.
pub(crate) fn path_argument(path: &str) -> String {
    let prefix = if path.starts_with('-') { "./" } else { "" };
    shell_word(&format!("{prefix}{path}"))
}

/// Returns the candidate that is most similar to a mistyped word, or `None` if none is similar.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let similarity = |candidate: &&str| strsim::jaro_winkler(&word.to_lowercase(), candidate);
    let scored = candidates.into_iter().map(|candidate| (similarity(&candidate), candidate));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1)
}

/// Breaks text between words into lines of at most `width` display columns. A longer word gets a
/// line of its own. Lines that continue an indented line or a list item are indented to its text.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    // An empty text is one empty line.
    let paragraphs = text.strip_suffix('\n').unwrap_or(text).split('\n');
    let wrapped = paragraphs.flat_map(|paragraph| {
        let body = paragraph.trim_start();
        let indent = paragraph.strip_suffix(body).unwrap_or_default();
        let hang = indent.len() + if body.starts_with("- ") { 2 } else { 0 };
        let hang = " ".repeat(hang);
        let options = Options::new(width)
            .initial_indent(indent)
            .subsequent_indent(&hang)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        let lines = textwrap::wrap(body, options);
        lines.into_iter().map(Cow::into_owned).collect::<Vec<_>>()
    });
    wrapped.collect()
}

/// Returns the text with its first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_word_gets_a_suggestion() {
        assert_eq!(did_you_mean("objectivs", ["objectives", "summary"]), Some("objectives"));
        assert_eq!(did_you_mean("zzz", ["objectives", "summary"]), None);
    }

    #[test]
    fn text_wraps_between_words() {
        assert_eq!(wrap("one two three\n\nfour", 8), ["one two", "three", "", "four"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("an early-stage-intervention", 8), ["an", "early-stage-intervention"]);
        assert_eq!(wrap("  - one two three", 9), ["  - one", "    two", "    three"]);
    }

    #[test]
    fn lists_and_plurals_read_well() {
        assert_eq!(and_list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(plural(1, "word", "words"), "1 word");
    }

    #[test]
    fn a_word_for_a_shell_is_quoted_if_it_needs_quotes() {
        assert_eq!(shell_word("drafts/a-1.yaml"), "drafts/a-1.yaml");
        assert_eq!(shell_word("my draft.yaml"), "'my draft.yaml'");
        assert_eq!(path_argument("-a b.yaml"), "'./-a b.yaml'");
    }
}
