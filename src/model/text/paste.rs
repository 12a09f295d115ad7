//! Adapting pasted text: bullets become `- `, and lines that were broken at the width of a page are
//! joined into paragraphs.

use std::borrow::Cow;
use std::collections::HashSet;

use super::sanitize;
use crate::model::markup::list_marker;

/// Sanitises text that is pasted into an answer and replaces the bullets of other programs by `- `.
/// `starts_line` says whether the text is inserted at the start of a line.
pub(crate) fn pasted(text: &str, starts_line: bool) -> String {
    with_list_items(text, starts_line, |c| is_bullet(c) || is_tick(c))
}

/// Does the same as [`pasted`] for the text of a document, in which ticks are answers and stay.
pub(crate) fn pasted_document(text: &str) -> String {
    with_list_items(text, true, is_bullet)
}

fn with_list_items(text: &str, starts_line: bool, is_bullet: fn(char) -> bool) -> String {
    let text = sanitize(&mark_letters(text));
    let item = |(at, line)| {
        if at > 0 || starts_line { list_item(line, is_bullet) } else { Cow::Borrowed(line) }
    };
    text.split('\n').enumerate().map(item).collect::<Vec<_>>().join("\n")
}

/// Replaces the letters that Word pastes as the bullets of deeper levels, which lose their font: `o`
/// and `§` at the start of a line, before a tab or several blanks. Before a single blank they are a
/// word of some languages, or a section sign.
fn mark_letters(text: &str) -> String {
    let lines = text.split_inclusive(['\n', '\r', '\u{B}', '\u{85}', '\u{2028}', '\u{2029}']);
    let marked = lines.map(|line| {
        let body = line.trim_start_matches(|c: char| c.is_whitespace() && c != '\r' && c != '\n');
        let rest = body.strip_prefix(['o', '§']).unwrap_or_default();
        let gap = rest.chars().take_while(|c| c.is_whitespace()).count();
        if rest.starts_with('\t') || gap > 1 && !rest.trim().is_empty() {
            let indent = line.get(..line.len() - body.len()).unwrap_or_default();
            Cow::Owned(format!("{indent}•{rest}"))
        } else {
            Cow::Borrowed(line)
        }
    });
    marked.collect()
}

/// Whether a character is a bullet of Word, PDF files or web pages. The private characters are those
/// of symbol fonts such as Wingdings.
fn is_bullet(c: char) -> bool {
    let is_plain = matches!(
        c,
        '•' | '·'
            | '‣'
            | '◦'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '●'
            | '○'
            | '–'
            | '—'
            | '*'
            | '⁃'
            | '∙'
    );
    let is_fancy = matches!(c, '⦁' | '◆' | '◇' | '❖' | '➢' | '➤' | '➔' | '►' | '▶' | '→' | '⇒');
    is_plain || is_fancy || (matches!(c, '\u{F020}'..='\u{F0FF}') && !is_tick(c))
}

/// Whether a character is a tick or a box of a form, which some lists have as bullets.
fn is_tick(c: char) -> bool {
    matches!(c, '✓' | '✔' | '\u{F051}'..='\u{F054}' | '\u{F06F}' | '\u{F071}' | '\u{F078}')
        || matches!(c, '\u{F0A3}' | '\u{F0A8}' | '\u{F0FB}'..='\u{F0FE}')
}

/// Replaces the bullet at the start of a line, as Word, PDF files and web pages write it, by `- `.
fn list_item(line: &str, is_bullet: fn(char) -> bool) -> Cow<'_, str> {
    let body = line.trim_start();
    let mut chars = body.chars();
    let bullet = chars.next().is_some_and(is_bullet);
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
/// is short and ends a sentence. A word that is divided at the end of a line loses its hyphen if
/// the text `known` has it without one, or if `is_word` holds for it. Otherwise it keeps the hyphen:
/// `early-stage` and `preven-tion` look the same.
pub(crate) fn join_lines(text: &str, known: &str, is_word: &dyn Fn(&str) -> bool) -> String {
    let known: HashSet<String> = words(known).map(str::to_lowercase).collect();
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
            let start = previous.strip_suffix('-').and_then(|start| words(start).next_back());
            let word = format!("{}{}", start.unwrap_or_default(), words(body).next().unwrap_or(""));
            let is_one_word = || known.contains(&word.to_lowercase()) || is_word(&word);
            if divided && start.is_some() && is_one_word() {
                joined.pop();
            }
            joined.push_str(if divided { "" } else { " " });
            joined.push_str(body);
        }
        previous = line;
    }
    joined
}

/// Returns the words of a text, without signs.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_of_other_programs_become_list_items() {
        for bullet in ["•", "·", "–", "*", "\u{F0B7}", "▪", "o", "§", "\u{F0D8}", "⦁", "➢", "✓"]
        {
            assert_eq!(pasted(&format!("Aims:\r\n{bullet}\tone"), true), "Aims:\n- one");
            assert_eq!(pasted(&format!("{bullet}   one\r\n"), true), "- one\n", "{bullet}");
        }
        for text in ["o one", "§ 5 says", "o", "ok\u{a0} so", "on  the way"] {
            assert_eq!(pasted(text, true), text);
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
            join_lines(broken, broken, &|_| false),
            "The main objective of the project is to make the streets around the school safer for early-stage pupils.\nSub-objectives are these, and they are many so we list them:\n- more light on the way to the school and from there to the bus;\n- less speed.\n\nThe end."
        );
        for written in [
            "One short.\n\nTwo.",
            "- a\n- b\n- c",
            "Town Hall\nMarket Square 1\nSample Town",
            "one line",
        ] {
            assert!(!is_hard_wrapped(written), "{written}");
            let once = join_lines(written, "", &|_| false);
            assert_eq!(join_lines(&once, "", &|_| false), once);
        }
        assert_eq!(join_lines("\n\na\n", "", &|_| false), "\n\na\n");
        let divided = "Preven-\ntion and early-\nstage preven-\ntion.";
        let join = |known, word| join_lines(divided, known, &|joined| joined == word);
        assert_eq!(join("", ""), "Preven-tion and early-stage preven-tion.");
        assert_eq!(join("On prevention.", ""), "Prevention and early-stage prevention.");
        assert_eq!(join("", "prevention"), "Preven-tion and early-stage prevention.");
    }
}
