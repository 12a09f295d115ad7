//! Adapting pasted text: bullets become `- `, and lines that were broken at the width of a page are
//! joined into paragraphs.

use std::borrow::Cow;

use super::sanitize;
use crate::model::markup::list_marker;

/// Sanitises pasted text and replaces the bullets of other programs by `- `. `starts_line` says
/// whether the text is inserted at the start of a line.
pub(crate) fn pasted(text: &str, starts_line: bool) -> String {
    let text = sanitize(text);
    let mut lines = Vec::new();
    for (at, line) in text.split('\n').enumerate() {
        lines.push(if at > 0 || starts_line { list_item(line) } else { Cow::Borrowed(line) });
    }
    lines.join("\n")
}

/// Replaces the bullet at the start of a line, as Word, PDF files and web pages write it, by `- `.
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

/// Whether the lines of a text were probably broken at the width of a page, as in text copied from
/// a PDF: more than one long line ends in the middle of a sentence.
pub(crate) fn is_hard_wrapped(text: &str) -> bool {
    let lines: Vec<_> = text.split('\n').map(str::trim).collect();
    let longest = longest_line(text);
    let broken = lines.iter().zip(lines.iter().skip(1)).filter(|(line, next)| {
        line.chars().count() * 4 >= longest * 3
            && !line.ends_with(['.', '!', '?', ':', ';'])
            && !next.is_empty()
            && list_marker(next).is_none()
    });
    (30..=140).contains(&longest) && broken.count() > 1
}

/// Returns the number of characters in the longest line.
fn longest_line(text: &str) -> usize {
    text.split('\n').map(|line| line.trim().chars().count()).max().unwrap_or(0)
}

/// Joins lines that were broken at the width of a page into paragraphs.
///
/// A line starts a new paragraph after an empty line, if it is a list item, or if the previous line
/// is short and ends a sentence. A word that is divided at the end of a line keeps its hyphen,
/// because `early-stage` and `preven-tion` cannot be distinguished.
pub(crate) fn join_lines(text: &str) -> String {
    let longest = longest_line(text);
    let mut joined = String::new();
    let mut previous = "";
    for (at, line) in text.split('\n').enumerate() {
        let line = line.trim_end();
        let ends_paragraph = previous.chars().count() * 4 < longest * 3
            && previous.ends_with(['.', '!', '?', ':', ';', '”', '"', ')']);
        let starts_paragraph = previous.is_empty()
            || line.trim().is_empty()
            || ends_paragraph
            || list_marker(line).is_some();
        let body = line.trim_start();
        if starts_paragraph {
            joined.push_str(if at == 0 { "" } else { "\n" });
            joined.push_str(line);
        } else {
            let divided = previous.ends_with(['-', '/']) && body.starts_with(char::is_alphanumeric);
            joined.push_str(if divided { "" } else { " " });
            joined.push_str(body);
        }
        previous = line;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_of_other_programs_become_list_items() {
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
    fn lines_broken_at_a_page_width_are_joined_and_paragraphs_are_not() {
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
}
