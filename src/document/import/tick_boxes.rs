//! Recognises tick boxes, as programs and symbol fonts draw them, and answers of yes and no.

use std::ops::Range;

use super::matching::{split, words_of};
use super::placeholders::is_prompt;
use crate::model::questionnaire::yes_or_no;

/// Ticked boxes. Those from U+F051 to U+F0FE are characters of symbol fonts.
const TICKED: [char; 22] = [
    '☒', '☑', '✓', '✔', '✗', '✘', '✅', '⊠', '■', '●', '◉', '⬛', '\u{F0FE}', '\u{F0FC}',
    '\u{F0FD}', '\u{F0FB}', '\u{F052}', '\u{F053}', '\u{F054}', '\u{F051}', '\u{F078}', '🗹',
];
/// Empty boxes.
const EMPTY: [char; 12] =
    ['☐', '□', '○', '◯', '◻', '❏', '❑', '⬜', '\u{F0A8}', '\u{F06F}', '\u{F071}', '\u{F0A3}'];
/// What a bullet is read as that is an empty tick box. Nobody types this character of a symbol font, so
/// in a long answer it is known for a bullet again.
pub(super) const BOX_BULLET: char = '\u{F0A8}';
/// Boxes typed with brackets.
const TYPED: [&str; 7] = ["[x]", "[X]", "[ ]", "(x)", "(X)", "( )", "[]"];

/// Whether a character is a tick box.
pub(super) fn is_box(c: char) -> bool {
    TICKED.contains(&c) || EMPTY.contains(&c)
}

/// Returns a text in which characters of symbol fonts that are ticks and boxes are those of Unicode.
pub(super) fn with_unicode_boxes(text: &str) -> String {
    let shown = |c: char| match c {
        '\u{F0FC}' => '✓',
        '\u{F0FB}' => '✗',
        c if !('\u{F000}'..='\u{F0FF}').contains(&c) => c,
        c if TICKED.contains(&c) => '☒',
        c if EMPTY.contains(&c) => '☐',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// Finds the first tick box of a text. Returns whether it is ticked, and its byte range.
pub(super) fn tick(text: &str) -> Option<(bool, Range<usize>)> {
    let sign = text.char_indices().find(|&(_, c)| is_box(c));
    let sign = sign.map(|(at, c)| (TICKED.contains(&c), at..at + c.len_utf8()));
    let typed = TYPED.iter().filter_map(|sign| {
        let at = text.find(sign)?;
        Some((sign.contains(['x', 'X']), at..at + sign.len()))
    });
    sign.into_iter().chain(typed).min_by_key(|(_, range)| range.start)
}

/// Whether a text begins with a tick box. Returns whether it is ticked, and the text behind it.
pub(super) fn leading_tick(text: &str) -> Option<(bool, &str)> {
    let (ticked, range) = tick(text).filter(|(_, range)| range.start == 0)?;
    Some((ticked, text.get(range.end..)?))
}

/// The meaning of a text in a field that asks for yes or no.
pub(super) enum YesNoReading {
    /// One of the two.
    Answer(bool),
    /// No text, or boxes of which none is ticked.
    Empty,
    /// `Yes` and `No` without boxes, so that it cannot be seen which was ticked.
    BoxesLost,
    /// Any other text.
    Words,
}

/// Finds all tick boxes of a text. Returns whether each is ticked, and its byte range.
fn all_ticks(text: &str) -> Vec<(bool, Range<usize>)> {
    let mut boxes: Vec<(bool, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some((ticked, range)) = text.get(at..).and_then(tick) {
        boxes.push((ticked, at + range.start..at + range.end));
        at += range.end;
    }
    boxes
}

/// Returns the box of a word: the nearest one on the side of the words on which the boxes are.
/// `first` is where the first of the words starts.
fn box_of(
    boxes: &[(bool, Range<usize>)],
    word: usize,
    first: usize,
) -> Option<&(bool, Range<usize>)> {
    let before = boxes.first()?.1.start < first;
    let own = boxes.iter().filter(|(_, range)| (range.start < word) == before);
    own.min_by_key(|(_, range)| range.start.abs_diff(word))
}

/// Returns the boxes of yes and of no in a text that has both, each with whether it is ticked and its
/// byte range.
pub(crate) fn yes_no_boxes(text: &str) -> Option<[(bool, Range<usize>); 2]> {
    let (boxes, words) = (all_ticks(text), split(text));
    let find = |wanted| words.iter().find(|(word, _)| word == wanted).map(|(_, range)| range.start);
    let (yes, no) = (find("yes")?, find("no")?);
    let of = |word| box_of(&boxes, word, yes.min(no)).cloned();
    let (yes, no) = (of(yes)?, of(no)?);
    (yes.1 != no.1).then_some([yes, no])
}

/// Reads a yes or no, written as a word, by ticking one of two boxes, or by typing a mark beside one of
/// the boxes or words.
pub(super) fn read_yes_no(text: &str) -> YesNoReading {
    let text = text.trim();
    if text.is_empty() || is_prompt(text) {
        return YesNoReading::Empty;
    }
    let signs = signs(text);
    let find =
        |wanted| signs.iter().find(|(sign, _)| *sign == wanted).map(|(_, range)| range.start);
    let has = |wanted| signs.iter().any(|(sign, _)| *sign == wanted);
    let boxes = all_ticks(text);
    match (find(YesNoSign::Yes), find(YesNoSign::No), boxes.as_slice()) {
        (Some(yes), Some(no), [_, _]) if !has(YesNoSign::Letter) => {
            let ticked =
                |word: usize| box_of(&boxes, word, yes.min(no)).is_some_and(|(ticked, _)| *ticked);
            YesNoReading::of([ticked(yes), ticked(no)])
        }
        (Some(_), Some(_), _) if has(YesNoSign::Tick) || has(YesNoSign::Letter) => {
            read_marks(text, &signs).map_or(YesNoReading::BoxesLost, YesNoReading::of)
        }
        (Some(_), Some(_), [_, ..]) => YesNoReading::Empty,
        (Some(_), Some(_), []) if text.split_whitespace().count() <= 3 => YesNoReading::BoxesLost,
        (_, _, []) => yes_or_no(text.trim_matches(|c: char| !c.is_alphanumeric()))
            .map_or(YesNoReading::Words, YesNoReading::Answer),
        (_, _, [(ticked, _)]) if text.chars().count() == 1 => YesNoReading::Answer(*ticked),
        (Some(_), None, [(true, _)]) if !has_other_words(text) => YesNoReading::Answer(true),
        (None, Some(_), [(true, _)]) if !has_other_words(text) => YesNoReading::Answer(false),
        _ => YesNoReading::Words,
    }
}

impl YesNoReading {
    /// Returns the reading of whether yes and no are ticked.
    fn of(ticked: [bool; 2]) -> Self {
        match ticked {
            [true, false] => Self::Answer(true),
            [false, true] => Self::Answer(false),
            [false, false] => Self::Empty,
            [true, true] => Self::Words,
        }
    }
}

/// What matters of a text with a yes and a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum YesNoSign {
    Tick,
    EmptyBox,
    /// A typed `x`.
    Letter,
    Yes,
    No,
}

/// Returns the signs of a text in its order, each with its byte range.
fn signs(text: &str) -> Vec<(YesNoSign, Range<usize>)> {
    let boxes = all_ticks(text).into_iter();
    let mut signs: Vec<(YesNoSign, Range<usize>)> = boxes
        .map(|(ticked, range)| (if ticked { YesNoSign::Tick } else { YesNoSign::EmptyBox }, range))
        .collect();
    let boxes = signs.len();
    for (word, range) in split(text) {
        let sign = match word.as_str() {
            "x" | "xx" => YesNoSign::Letter,
            "yes" => YesNoSign::Yes,
            "no" => YesNoSign::No,
            _ => continue,
        };
        if !signs.iter().take(boxes).any(|(_, other)| other.contains(&range.start)) {
            signs.push((sign, range));
        }
    }
    signs.sort_by_key(|(_, range)| range.start);
    signs
}

/// Reads the marks that were typed beside boxes or words. A mark belongs to the nearer of its
/// neighbours. Returns whether yes and no are marked, or `None` if that is ambiguous.
fn read_marks(text: &str, signs: &[(YesNoSign, Range<usize>)]) -> Option<[bool; 2]> {
    let is_word = |sign: YesNoSign| matches!(sign, YesNoSign::Yes | YesNoSign::No);
    let is_mark = |sign: YesNoSign| matches!(sign, YesNoSign::Tick | YesNoSign::Letter);
    let targets: Vec<_> = signs.iter().filter(|(sign, _)| !is_mark(*sign)).collect();
    let boxes_first = targets.first().is_some_and(|(sign, _)| *sign == YesNoSign::EmptyBox);
    // The word that a box belongs to is the next one on the side of the words.
    let word_of = |at: usize| {
        let (sign, _) = targets.get(at)?;
        let (before, after) = (targets.get(..at)?, targets.get(at..)?);
        let mut words = before.iter().rev().map(|(sign, _)| *sign).filter(|sign| is_word(*sign));
        let mut next = after.iter().map(|(sign, _)| *sign).filter(|sign| is_word(*sign));
        if is_word(*sign) || boxes_first { next.next() } else { words.next() }
    };
    let mut ticked = [false, false];
    for (_, mark) in signs.iter().filter(|(sign, _)| is_mark(*sign)) {
        let after = targets.iter().position(|(_, range)| range.start > mark.start);
        let before = after.unwrap_or(targets.len()).checked_sub(1);
        let gap = |range: Range<usize>| {
            let gap = text.get(range).unwrap_or_default();
            if gap.trim_start().starts_with(':') { 0 } else { gap.chars().count() }
        };
        let before =
            before.and_then(|at| Some((gap(targets.get(at)?.1.end..mark.start), word_of(at)?)));
        let after =
            after.and_then(|at| Some((gap(mark.end..targets.get(at)?.1.start), word_of(at)?)));
        let word = match (before, after) {
            (Some((near, word)), Some((far, other))) if near < far || word == other => word,
            (Some((far, _)), Some((near, word))) if near < far => word,
            (Some((_, word)), None) | (None, Some((_, word))) => word,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let [yes, no] = &mut ticked;
        *(if word == YesNoSign::Yes { yes } else { no }) = true;
    }
    Some(ticked)
}

/// Whether a text that is beside a choice is a mark, a yes or a no and nothing else. Returns whether it
/// chooses.
pub(super) fn only_marks(text: &str) -> Option<bool> {
    let is_sign =
        |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '-' | '–' | '"' | '”');
    let text = text.trim_matches(is_sign).trim_start_matches(|c| is_sign(c) || c == ')');
    match text.to_lowercase().as_str() {
        "yes" => return Some(true),
        "no" => return Some(false),
        _ => {}
    }
    let signs = signs(text);
    let is_mark = |sign: YesNoSign| matches!(sign, YesNoSign::Tick | YesNoSign::Letter);
    let marks = signs.iter().all(|(sign, _)| is_mark(*sign) || *sign == YesNoSign::EmptyBox);
    let length: usize = signs.iter().map(|(_, range)| range.len()).sum();
    let shown: usize = text.chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum();
    let spaces =
        |range: &Range<usize>| text.get(range.clone()).unwrap_or_default().matches(' ').count();
    let inside: usize = signs.iter().map(|(_, range)| spaces(range)).sum();
    (marks && !signs.is_empty() && length == shown + inside)
        .then(|| signs.iter().any(|(sign, _)| is_mark(*sign)))
}

/// Whether a text holds other words than yes, no and a typed tick.
pub(super) fn has_other_words(text: &str) -> bool {
    let known = |word: &String| matches!(word.as_str(), "yes" | "no" | "x" | "true" | "false");
    !is_prompt(text) && !words_of(text).iter().all(known)
}

/// Whether a text begins with an answer of yes or no, at most behind a tick box.
pub(super) fn starts_with_yes_no(text: &str) -> bool {
    let text = leading_tick(text).map_or(text, |(_, rest)| rest);
    words_of(text).first().is_some_and(|word| matches!(word.as_str(), "yes" | "no"))
}

/// Returns the length in bytes of a `(Yes / No)` that a text begins with.
pub(super) fn leading_yes_no(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let (words, _) = text.get(start..)?.strip_prefix('(')?.split_once(')')?;
    (words_of(words) == ["yes", "no"]).then_some(start + words.len() + 2)
}

/// Returns a label without its `(Yes / No)`.
pub(super) fn without_yes_no(label: &str) -> &str {
    match label.rsplit_once('(') {
        Some((before, choices)) if words_of(choices) == ["yes", "no"] => before,
        Some(_) | None => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_is_read_from_marks_of_every_kind() {
        for (text, wanted) in [
            ("☒ Yes ☐ No", Some(true)),
            ("Yes ☐ No ☒", Some(false)),
            ("☒ Yes", Some(true)),
            ("☐ Yes   X ☐ No", Some(false)),
            ("X ☐ Yes   ☐ No", Some(true)),
            ("☐ X Yes   ☐ No", Some(true)),
            ("☐x Yes ☐ No", Some(true)),
            ("☐ Yes   ☐ No X", Some(false)),
            ("☐ Yes ✓   ☐ No", Some(true)),
            ("☐✔ Yes ☐ No", Some(true)),
            ("☐ Yes (x)  ☐ No", Some(true)),
            ("[x] Yes [ ] No", Some(true)),
            ("[ ] Yes [X] No", Some(false)),
            ("X Yes   No", Some(true)),
            ("Yes   x No", Some(false)),
            ("Yes X    No", Some(true)),
            ("Yes: X No:", Some(true)),
            ("☐ Yes X ☐ No", None),
            ("x Yes x No", None),
            ("☐ Yes ☐ No", None),
            ("Yes / No", None),
            ("Yes", Some(true)),
            ("no.", Some(false)),
        ] {
            let read = match read_yes_no(text) {
                YesNoReading::Answer(yes) => Some(yes),
                YesNoReading::Empty | YesNoReading::BoxesLost | YesNoReading::Words => None,
            };
            assert_eq!(read, wanted, "{text}");
        }
    }

    #[test]
    fn ticks_of_symbol_fonts_are_shown_as_unicode() {
        assert_eq!(
            with_unicode_boxes("\u{F0FC} done, \u{F0A8} open, \u{F0FE} \u{F0E0}"),
            "✓ done, ☐ open, ☒ \u{F0E0}"
        );
    }

    #[test]
    fn marks_are_told_from_words() {
        for (text, wanted) in [
            ("x", Some(true)),
            ("X ☐ ", Some(true)),
            ("[ ]", Some(false)),
            ("[x]", Some(true)),
            ("☐", Some(false)),
            ("", None),
            ("1. ☐", None),
            (".) X", Some(true)),
            ("yes: ", Some(true)),
            ("yes, partly", None),
            ("xylophone", None),
        ] {
            assert_eq!(only_marks(text), wanted, "{text}");
        }
    }
}
