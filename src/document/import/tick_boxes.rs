//! The small signs of a filled-in form: tick boxes as programs and fonts draw them, yes and no, and
//! what stands in a field that nobody has filled in.

use std::ops::Range;

use super::matching::words_of;
use crate::model::questionnaire::yes_or_no;

/// What Word shows in a field that nobody has filled in.
const PLACEHOLDERS: [&str; 8] = [
    "Click or tap to enter a date",
    "Click or tap here to enter text",
    "Click or tap here to enter a date",
    "Click here to enter text",
    "Click here to enter a date",
    "Choose an item",
    "Enter text here",
    "Enter a date",
];

/// Ticked boxes as programs and symbol fonts draw them.
const TICKED: [char; 22] = [
    '☒', '☑', '✓', '✔', '✗', '✘', '✅', '⊠', '■', '●', '◉', '⬛', '\u{F0FE}', '\u{F0FC}',
    '\u{F0FD}', '\u{F0FB}', '\u{F052}', '\u{F053}', '\u{F054}', '\u{F051}', '\u{F078}', '🗹',
];
/// Empty boxes.
const EMPTY: [char; 12] =
    ['☐', '□', '○', '◯', '◻', '❏', '❑', '⬜', '\u{F0A8}', '\u{F06F}', '\u{F071}', '\u{F0A3}'];

pub(super) fn is_box(c: char) -> bool {
    TICKED.contains(&c) || EMPTY.contains(&c)
}

/// The first tick box of a text: whether it is ticked, and where it stands.
pub(super) fn tick(text: &str) -> Option<(bool, Range<usize>)> {
    let sign = text.char_indices().find(|&(_, c)| is_box(c));
    let sign = sign.map(|(at, c)| (TICKED.contains(&c), at..at + c.len_utf8()));
    let typed = [
        ("[x]", true),
        ("[X]", true),
        ("[ ]", false),
        ("(x)", true),
        ("(X)", true),
        ("( )", false),
        ("[]", false),
    ];
    let typed = typed
        .iter()
        .filter_map(|(sign, ticked)| text.find(sign).map(|at| (*ticked, at..at + sign.len())));
    sign.into_iter().chain(typed).min_by_key(|(_, range)| range.start)
}

/// What a text says about yes and no.
pub(super) enum Chosen {
    Answer(bool),
    /// Boxes, none of them ticked; or no text at all.
    Nothing,
    /// Both words and no box: the boxes did not survive.
    Lost,
    /// Something else.
    Words,
}

pub(super) fn chosen(said: &str) -> Chosen {
    if said.is_empty() || is_placeholder(said) {
        return Chosen::Nothing;
    }
    let mut rest = said;
    let mut boxes: Vec<(bool, usize)> = Vec::new();
    while let Some((ticked, range)) = tick(rest) {
        boxes.push((ticked, said.len() - rest.len() + range.start));
        rest = rest.get(range.end..).unwrap_or_default();
    }
    let word = |wanted: &str| {
        let mut at = 0;
        said.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
            let here = at;
            at += word.len()
                + said
                    .get(at + word.len()..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8);
            word.eq_ignore_ascii_case(wanted).then_some(here)
        })
    };
    match (word("yes"), word("no"), boxes.as_slice()) {
        (Some(yes), Some(no), [_, ..]) => {
            let ticked = |at: usize| {
                let first_is_box = boxes.first().is_some_and(|(_, place)| *place < yes.min(no));
                let mine = boxes.iter().filter(|(_, place)| (*place < at) == first_is_box);
                let nearest = mine.min_by_key(|(_, place)| place.abs_diff(at));
                nearest.is_some_and(|(ticked, _)| *ticked)
            };
            match (ticked(yes), ticked(no)) {
                (true, false) => Chosen::Answer(true),
                (false, true) => Chosen::Answer(false),
                (false, false) => Chosen::Nothing,
                (true, true) => Chosen::Words,
            }
        }
        (Some(_), Some(_), []) if said.split_whitespace().count() <= 3 => Chosen::Lost,
        (_, _, []) => yes_or_no(said.trim_end_matches('.')).map_or(Chosen::Words, Chosen::Answer),
        (_, _, [(ticked, _)]) if said.chars().count() == 1 => Chosen::Answer(*ticked),
        _ => Chosen::Words,
    }
}

/// Whether somebody wrote something beside the boxes.
pub(super) fn has_more_than_yes_or_no(said: &str) -> bool {
    !is_placeholder(said)
        && words_of(said)
            .iter()
            .any(|word| !matches!(word.as_str(), "yes" | "no" | "x" | "true" | "false"))
}

/// `(Yes / No)` at the start of a text: how long it is.
pub(super) fn yes_no_in_brackets(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let inside = text.get(start..)?.strip_prefix('(')?;
    let (words, _) = inside.split_once(')')?;
    (words_of(words) == ["yes", "no"]).then_some(start + words.len() + 2)
}

/// A label without the choices it names.
pub(super) fn without_yes_no(label: &str) -> &str {
    match label.rsplit_once('(') {
        Some((before, choices)) if words_of(choices) == ["yes", "no"] => before,
        Some(_) | None => label,
    }
}

/// The rest of a line that holds no answer: a stray sign, or the dots and strokes one writes on.
pub(super) fn is_filler(rest: &str) -> bool {
    let rest = rest.trim();
    let strokes = rest.chars().all(|c| matches!(c, '_' | '.' | '…' | '·'));
    strokes || matches!(rest, ":" | "*" | "**" | ")" | "?" | "-")
}

pub(super) fn is_placeholder(text: &str) -> bool {
    let words = words_of(text);
    PLACEHOLDERS.iter().any(|known| words_of(known) == words)
}

/// `219 of 150 words, 69 over`: what the program itself wrote under an answer.
pub(super) fn is_count(words: &str) -> bool {
    let words: Vec<&str> = words.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    match words.as_slice() {
        [a, "of", b, "words" | "word"] => number(a) && number(b),
        [a, "of", b, "words" | "word", c, "over"] => number(a) && number(b) && number(c),
        [a, "words" | "word"] => number(a),
        _ => false,
    }
}
