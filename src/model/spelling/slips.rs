//! Slips that are certain without a dictionary: a word written twice, a missing space, a bracket
//! that is not closed, a placeholder that was not replaced.

use std::ops::Range;

use super::tokens::{is_address, runs};
use crate::model::markup::list_marker;

/// The kind of a slip.
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

/// The maximum number of characters of an unclosed bracket or quotation that are shown.
const SHOWN: usize = 30;

/// Words that may be written twice.
const MAY_REPEAT: [&str; 20] = [
    "had", "that", "very", "so", "no", "do", "far", "many", "bis", "blah", "bye", "go", "ha",
    "hear", "knock", "long", "now", "really", "tut", "well",
];
/// Words after which `in in` is right: `those who moved in in 2019`.
const TAKES_IN: [&str; 16] = [
    "broke", "broken", "brought", "called", "came", "come", "filled", "handed", "joined", "log",
    "logged", "move", "moved", "phased", "stepped", "turned",
];

/// Phrases that are a placeholder if they are alone in their sentence or brackets.
const UNFINISHED: [&str; 26] = [
    "to be completed",
    "to be completed later",
    "will be completed later",
    "to be filled in",
    "to be filled in later",
    "to be added",
    "to be added later",
    "to be inserted",
    "to be written",
    "to be confirmed",
    "to be determined",
    "to be decided",
    "to be defined",
    "to do",
    "todo",
    "tbc",
    "tbd",
    "tba",
    "t.b.c",
    "t.b.d",
    "t.b.a",
    "placeholder",
    "placeholder text",
    "text to be inserted here",
    "sample text",
    "some text",
];
/// Phrases that are a placeholder everywhere.
const FILLING: [&str; 8] = [
    "lorem ipsum",
    "your text here",
    "insert text here",
    "enter text here",
    "type text here",
    "add text here",
    "here to enter text",
    "here to enter a date",
];
/// Words with which a placeholder in brackets starts, such as `[insert name]`.
const INSTRUCTIONS: [&str; 8] =
    ["insert", "add", "enter", "fill in", "type", "write", "your", "please"];
/// Words that are a placeholder if they are alone in brackets, such as `[date]`.
const BLANKS: [&str; 12] = [
    "name", "date", "number", "figure", "figures", "amount", "text", "link", "url", "place",
    "title", "year",
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

/// Returns the slips of an answer, in the order of the text.
pub(super) fn slips(text: &str) -> Vec<Slip> {
    let mut slips = Vec::new();
    repeated_words(text, &mut |kind, range| slips.push(Slip { kind, range }));
    for (start, line) in lines(text) {
        let mut add = |kind, range: Range<usize>| {
            slips.push(Slip { kind, range: start + range.start..start + range.end });
        };
        missing_spaces(line, &mut add);
        placeholders(line, &mut add);
    }
    unclosed(text, &mut slips);
    slips.sort_by_key(|slip| slip.range.start);
    // A placeholder may be found in two ways.
    slips.dedup_by(|second, first| {
        let placeholders = [first.kind, second.kind] == [SlipKind::Placeholder; 2];
        placeholders && second.range.start < first.range.end
    });
    slips
}

/// Finds words that are written twice.
fn repeated_words(text: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    // The two words before.
    let mut before: (&str, Range<usize>) = ("", 0..0);
    for range in runs(text, 0, |c| !c.is_whitespace()) {
        let word = text.get(range.clone()).unwrap_or_default();
        // The second word may be followed by punctuation, but not the first.
        let end = range.start + word.trim_end_matches(|c: char| c.is_ascii_punctuation()).len();
        let second = text.get(range.start..end).unwrap_or_default();
        let (third, first_range) = before;
        let first = text.get(first_range.clone()).unwrap_or_default();
        let between = text.get(first_range.end..range.start).unwrap_or_default();
        if !first.is_empty()
            && first.chars().all(char::is_alphabetic)
            && second.starts_with(char::is_lowercase)
            && first.to_lowercase() == second
            && between.matches('\n').count() < 2
            && !MAY_REPEAT.contains(&second)
            && !(second == "in" && TAKES_IN.contains(&third))
        {
            add(SlipKind::Repeated, first_range.start..end);
        }
        before = (first, range);
    }
}

/// Finds commas and full stops that are not followed by a space.
fn missing_spaces(line: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    for range in runs(line, 0, |c| !c.is_whitespace()) {
        let chunk = line.get(range.clone()).unwrap_or_default();
        if is_address(chunk) {
            continue;
        }
        let words = runs(chunk, 0, char::is_alphanumeric).collect::<Vec<_>>();
        let text = |range: &Range<usize>| chunk.get(range.clone()).unwrap_or_default();
        let is_word = |word: &str| word.chars().all(char::is_alphabetic);
        // `M.Soc.Sc.`, `F.Kennedy`
        let has_initials = words.iter().any(|word| word.len() == 1 && is_word(text(word)));
        for pair in words.windows(2) {
            let [first, second] = pair else { continue };
            let (before, after) = (text(first), text(second));
            let small = before.chars().rev().take_while(|c| c.is_lowercase()).count();
            let missing = match chunk.get(first.end..second.start) {
                Some("," | ";") if is_word(before) && is_word(after) => true,
                // `in total,1,200 people`
                Some(",") => is_word(before) && small > 2,
                // Not `Ph.D.` or `U.S.`. `in 2021.The police`
                Some("." | "!" | "?" | "%.") => {
                    let mut next = after.chars();
                    let ends = small > 1
                        || before.len() > 3 && !before.contains(|c: char| !c.is_ascii_digit());
                    ends && !has_initials
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

/// Finds the placeholders in a line.
fn placeholders(line: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    for range in runs(line, 0, |c| c.is_alphanumeric() || c == '?') {
        let word = line.get(range.clone()).unwrap_or_default();
        let crosses = word.len() > 2 && word.chars().all(|c| matches!(c, 'x' | 'X'));
        let questions = word.len() > 2 && word.chars().all(|c| c == '?');
        let crosses = crosses || word == "xx";
        if crosses || questions || matches!(word, "TODO" | "FIXME" | "TBD" | "TBC" | "TBA") {
            add(SlipKind::Placeholder, range);
        }
    }
    // Byte offsets stay the same only if just ASCII letters change: other letters may have another length
    // in lower case.
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
    for phrase in FILLING {
        for (start, _) in lower.match_indices(phrase) {
            add(SlipKind::Placeholder, start..start + phrase.len());
        }
    }
    bracketed(&lower, add);
}

/// Finds placeholders in brackets, such as `[insert name]` and `<date>`, in a line in lower case. `[...]` is
/// a placeholder only if it is the whole line, because elsewhere it is an omission.
fn bracketed(lower: &str, add: &mut impl FnMut(SlipKind, Range<usize>)) {
    for (start, open) in lower.match_indices(['[', '<']) {
        let rest = lower.get(start + 1..).unwrap_or_default();
        let Some(length) = rest.find(if open == "[" { ']' } else { '>' }) else { continue };
        let inside = rest.get(..length).unwrap_or_default().trim();
        let starts = |phrase: &str| {
            inside.strip_prefix(phrase).is_some_and(|rest| rest.starts_with([' ', ':']))
        };
        let is_blank = BLANKS.contains(&inside)
            || starts("name of")
            || INSTRUCTIONS.iter().any(|phrase| starts(phrase));
        let end = length + 1;
        let is_link = rest.get(end..).is_some_and(|after| after.starts_with('('));
        if is_blank && !is_link {
            add(SlipKind::Placeholder, start..start + 1 + end);
        }
    }
    let line = lower.trim();
    let body = line.get(list_marker(line).unwrap_or(0)..).unwrap_or_default();
    let dots = body.trim_matches(['[', ']', '(', ')', ' ']);
    let is_empty = dots.chars().all(|c| matches!(c, '.' | '…' | '_' | '-' | '–' | '—'));
    if is_empty && (dots.contains('…') || dots.len() > 2) && dots.contains(['.', '…', '_']) {
        let start = lower.find(body).unwrap_or(0);
        add(SlipKind::Placeholder, start..start + body.len());
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
                // `:-(` is an emoticon.
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
                // The quotation continues in the next paragraph.
                '"' if straight.is_some() && at == start => straight = Some(at),
                // After a number, the mark means inches.
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
            ("for the\nthe police", Repeated, "the\nthe"),
            ("It ended in 2021.The police came.", MissingSpace, "2021.The"),
            ("In total,1,200 people", MissingSpace, "total,1"),
            ("tbc", Placeholder, "tbc"),
            ("Figures (T.B.C.)", Placeholder, "T.B.C"),
            ("todo: figures", Placeholder, "todo"),
            ("in xx cases", Placeholder, "xx"),
            ("[...]", Placeholder, "[...]"),
            ("- …", Placeholder, "…"),
            ("____", Placeholder, "____"),
            ("the mayor of [name of town]", Placeholder, "[name of town]"),
            ("From <date> on", Placeholder, "<date>"),
            ("[Insert figures here]", Placeholder, "[Insert figures here]"),
            ("Please insert text here.", Placeholder, "insert text here"),
            ("Click or tap here to enter text.", Placeholder, "here to enter text"),
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
            "\"One.\n\n\"Two.\"",
            "Those who moved in in 2019 said bye bye.",
            "An M.Soc.Sc. of 2.5.2021, John F.Kennedy, and 3,000,000 or more",
            "He wrote: \"We [...] came [sic]\" and [insert coin](https://example.org).",
            "There is much to do; we are to do: nothing.",
            "the\n\nthe",
            "the XXI century - XX years",
            "",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
