//! Tick boxes as programs and symbol fonts draw them, and answers of yes and no.

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
/// Boxes typed with brackets.
const TYPED: [&str; 7] = ["[x]", "[X]", "[ ]", "(x)", "(X)", "( )", "[]"];

/// Whether a character is a tick box.
pub(super) fn is_box(c: char) -> bool {
    TICKED.contains(&c) || EMPTY.contains(&c)
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

/// Reads a yes or no, written as a word or by ticking one of two boxes.
pub(super) fn read_yes_no(text: &str) -> YesNoReading {
    if text.is_empty() || is_prompt(text) {
        return YesNoReading::Empty;
    }
    let boxes = all_ticks(text);
    let words = split(text);
    let find = |wanted| words.iter().find(|(word, _)| word == wanted).map(|(_, range)| range.start);
    match (find("yes"), find("no"), boxes.as_slice()) {
        (Some(yes), Some(no), [_, ..]) => {
            let ticked =
                |word: usize| box_of(&boxes, word, yes.min(no)).is_some_and(|(ticked, _)| *ticked);
            match (ticked(yes), ticked(no)) {
                (true, false) => YesNoReading::Answer(true),
                (false, true) => YesNoReading::Answer(false),
                (false, false) => YesNoReading::Empty,
                (true, true) => YesNoReading::Words,
            }
        }
        (Some(_), Some(_), []) if text.split_whitespace().count() <= 3 => YesNoReading::BoxesLost,
        (_, _, []) => yes_or_no(text.trim_matches(|c: char| !c.is_alphanumeric()))
            .map_or(YesNoReading::Words, YesNoReading::Answer),
        (_, _, [(ticked, _)]) if text.chars().count() == 1 => YesNoReading::Answer(*ticked),
        _ => YesNoReading::Words,
    }
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
