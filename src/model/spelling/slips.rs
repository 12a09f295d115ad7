//! Slips that are certain without a dictionary: a word written twice, a missing space, a bracket
//! that is not closed, a placeholder that was not replaced.

use std::ops::Range;

use super::tokens::{is_address, runs};
use crate::model::markup::list_marker;

/// What a slip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlipKind {
    /// A word is written twice.
    Repeated,
    /// There is no space after a comma or full stop.
    MissingSpace,
    /// A bracket is not closed.
    Bracket,
    /// A quotation is not closed.
    Quotation,
    /// A placeholder was not replaced.
    Placeholder,
}

/// A slip in an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    pub kind: SlipKind,
    /// The byte range in the answer.
    pub range: Range<usize>,
}

/// How many characters of an unclosed bracket or quotation are shown.
const SHOWN: usize = 30;

/// Words that are right when written twice.
const MAY_REPEAT: [&str; 8] = ["had", "that", "very", "so", "no", "do", "far", "many"];

/// Phrases that are a placeholder if nothing else is in their sentence or brackets.
const UNFINISHED: [&str; 8] = [
    "to be completed",
    "to be filled in",
    "to be added",
    "to be written",
    "to be confirmed",
    "to be determined",
    "to be decided",
    "your text here",
];

/// Returns the lines of a text, each with its byte offset.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split('\n').map(move |line| {
        let start = next;
        next += line.len() + 1;
        (start, line)
    })
}

/// Returns the slips of an answer in the order of the text.
pub(super) fn slips(text: &str) -> Vec<Slip> {
    let mut slips = Vec::new();
    for (start, line) in lines(text) {
        let mut add = |kind, range: Range<usize>| {
            slips.push(Slip { kind, range: start + range.start..start + range.end });
        };
        repeated_words(line, &mut add);
        missing_spaces(line, &mut add);
        placeholders(line, &mut add);
    }
    unclosed(text, &mut slips);
    slips.sort_by_key(|slip| slip.range.start);
    slips
}

fn repeated_words(line: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    let mut before: Option<Range<usize>> = None;
    for range in runs(line, 0, |c| !c.is_whitespace()) {
        let word = line.get(range.clone()).unwrap_or_default();
        // The second word may be followed by a mark, but not the first.
        let end = range.start + word.trim_end_matches(|c: char| c.is_ascii_punctuation()).len();
        let second = line.get(range.start..end).unwrap_or_default();
        if let Some(first) = before
            && let Some(text) = line.get(first.clone())
            && text.chars().all(char::is_alphabetic)
            && second.starts_with(char::is_lowercase)
            && text.to_lowercase() == second
            && !MAY_REPEAT.contains(&second)
        {
            add(SlipKind::Repeated, first.start..end);
        }
        before = Some(range);
    }
}

fn missing_spaces(line: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    for range in runs(line, 0, |c| !c.is_whitespace()) {
        let chunk = line.get(range.clone()).unwrap_or_default();
        if is_address(chunk) {
            continue;
        }
        let letters = runs(chunk, 0, char::is_alphabetic).collect::<Vec<_>>();
        for pair in letters.windows(2) {
            let [first, second] = pair else { continue };
            let text = |range: &Range<usize>| chunk.get(range.clone()).unwrap_or_default();
            let missing = match chunk.get(first.end..second.start) {
                Some("," | ";") => true,
                // Not `Ph.D.` or `U.S.`.
                Some("." | "!" | "?") => {
                    let small = text(first).chars().rev().take_while(|c| c.is_lowercase()).count();
                    let mut next = text(second).chars();
                    small > 1
                        && next.next().is_some_and(char::is_uppercase)
                        && next.next().is_none_or(char::is_lowercase)
                }
                Some(_) | None => false,
            };
            if missing {
                add(SlipKind::MissingSpace, range.start + first.start..range.start + second.end);
            }
        }
    }
}

/// Returns the byte ranges of the placeholders in a line.
fn placeholders(line: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    for range in runs(line, 0, |c| c.is_alphanumeric() || c == '?') {
        let word = line.get(range.clone()).unwrap_or_default();
        let crosses = word.len() > 2 && word.chars().all(|c| matches!(c, 'x' | 'X'));
        let questions = word.len() > 2 && word.chars().all(|c| c == '?');
        if crosses || questions || matches!(word, "TODO" | "FIXME" | "TBD" | "TBC" | "TBA") {
            add(SlipKind::Placeholder, range);
        }
    }
    // A letter in lower case can have another length.
    let lower = line.to_ascii_lowercase();
    for phrase in UNFINISHED {
        for (start, _) in lower.match_indices(phrase) {
            let end = start + phrase.len();
            let before = lower.get(..start).unwrap_or_default().trim_end();
            let after = lower.get(end..).unwrap_or_default().trim_start();
            let before = before.get(list_marker(line).unwrap_or(0)..).unwrap_or_default();
            let opens = before.is_empty()
                || before.ends_with(['.', ':', ';', '!', '?', '(', '[', '<', '-', '–', '—', '*']);
            let closes = after.is_empty()
                || after.starts_with(['.', ':', ';', '!', ')', ']', '>', '-', '–', '—', '*']);
            if opens && closes {
                add(SlipKind::Placeholder, start..end);
            }
        }
    }
    for (start, _) in lower.match_indices("lorem ipsum") {
        add(SlipKind::Placeholder, start..start + "lorem ipsum".len());
    }
}

/// Finds the brackets and quotation marks of a whole answer that are not closed. A quotation of
/// several paragraphs has an opening mark at the start of each.
fn unclosed(text: &str, slips: &mut Vec<Slip>) {
    // The brackets and marks that are open, with their byte offsets.
    let mut brackets: Vec<(char, usize)> = Vec::new();
    let mut curly: Option<usize> = None;
    let mut straight: Option<usize> = None;
    for (start, line) in lines(text) {
        let body = list_marker(line).unwrap_or(0);
        let mut before = ' ';
        for (at, c) in line.char_indices().skip_while(|(at, _)| *at < body) {
            let at = start + at;
            match c {
                // `:-(` is a face.
                '(' if !matches!(before, ':' | ';' | '-') => brackets.push((c, at)),
                '[' => brackets.push((c, at)),
                ')' | ']' => {
                    let open = if c == ')' { '(' } else { '[' };
                    if let Some(last) = brackets.iter().rposition(|(bracket, _)| *bracket == open) {
                        brackets.truncate(last);
                    }
                }
                '“' if curly.is_some() && !before.is_whitespace() => curly = None,
                '“' | '„' => curly = Some(at),
                '”' => curly = None,
                // Inches.
                '"' if !before.is_numeric() || straight.is_some() => {
                    straight = straight.map_or(Some(at), |_| None);
                }
                _ => {}
            }
            before = c;
        }
    }
    let mut add = |kind, start: usize| {
        let rest = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let shown = rest.char_indices().nth(SHOWN).map_or(rest.len(), |(at, _)| at);
        slips.push(Slip { kind, range: start..start + shown });
    };
    // One is enough to find the others.
    if let Some((_, start)) = brackets.first().copied() {
        add(SlipKind::Bracket, start);
    }
    for start in curly.into_iter().chain(straight) {
        add(SlipKind::Quotation, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(SlipKind, &str)> {
        slips(text).into_iter().map(|slip| (slip.kind, &text[slip.range])).collect()
    }

    #[test]
    fn certain_slips_are_found() {
        use SlipKind::{Bracket, MissingSpace, Placeholder, Quotation, Repeated};
        for (text, kind, slip) in [
            ("It is the the aim.", Repeated, "the the"),
            ("The the aim.", Repeated, "The the"),
            ("young people,parents and", MissingSpace, "people,parents"),
            ("It ended.The police", MissingSpace, "ended.The"),
            ("Work (see below.", Bracket, "(see below."),
            ("He said \"stop.", Quotation, "\"stop."),
            ("He said “stop.", Quotation, "“stop."),
            ("TODO", Placeholder, "TODO"),
            ("About xxx people", Placeholder, "xxx"),
            ("- To be completed.", Placeholder, "To be completed"),
            ("Costs: to be completed", Placeholder, "to be completed"),
        ] {
            assert_eq!(found(text), [(kind, slip)], "{text}");
        }
    }

    #[test]
    fn what_may_be_right_is_no_slip() {
        for text in [
            "He had had no help, that that is clear.",
            "In Baden Baden and Bora Bora, 2 2",
            "1,000 people; a.m. and e.g. the Ph.D. of U.S. origin",
            "See www.example.org,or mail a.b@example.org",
            "1) one\n2) two\na) three",
            "(one\ntwo)",
            "A pipe of 5\" and “a quotation”, \"another\" and „ein Zitat“",
            "“One.\n\n“Two.”",
            "The work is to be completed by June.",
            "Every todo is done; a maximum of 30",
            "a smile :-)",
            "",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
