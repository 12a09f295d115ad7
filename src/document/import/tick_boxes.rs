//! Recognises tick boxes, whatever characters represent them, and answers of yes and no.

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
/// Stands for a bullet that is an empty tick box. It is a character of a symbol font that people do not
/// type, so that [`super::answer_text`] can turn it back into a bullet in a long answer.
pub(super) const BOX_BULLET: char = '\u{F0A8}';
/// Boxes typed with brackets.
const TYPED: [&str; 7] = ["[x]", "[X]", "[ ]", "(x)", "(X)", "( )", "[]"];

/// Whether a character is a tick box, ticked or empty.
pub(super) fn is_box(c: char) -> bool {
    TICKED.contains(&c) || EMPTY.contains(&c)
}

/// Replaces the ticks and boxes of symbol fonts in a text by those of Unicode.
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

/// Finds the first tick box of a text. Returns whether it is ticked, and its byte range, or `None` if there
/// is no tick box.
pub(super) fn tick(text: &str) -> Option<(bool, Range<usize>)> {
    let drawn = text.char_indices().find(|&(_, c)| is_box(c));
    let drawn = drawn.map(|(at, c)| (TICKED.contains(&c), at..at + c.len_utf8()));
    let typed = TYPED.iter().filter_map(|typed| {
        let at = text.find(typed)?;
        Some((typed.contains(['x', 'X']), at..at + typed.len()))
    });
    drawn.into_iter().chain(typed).min_by_key(|(_, range)| range.start)
}

/// Finds a tick box at the start of a text. Returns whether it is ticked, and the text after it, or `None`
/// if the text starts otherwise.
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
    /// `Yes` and `No` without boxes or marks, so that it is unknown which was ticked.
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

/// Returns the box of a word: the nearest one before it if boxes are before their words, otherwise the
/// nearest one after it. `word` and `first` are the byte offsets of the word and of the first word that
/// has a box.
fn box_of(
    boxes: &[(bool, Range<usize>)],
    word: usize,
    first: usize,
) -> Option<&(bool, Range<usize>)> {
    let before = boxes.first()?.1.start < first;
    let own = boxes.iter().filter(|(_, range)| (range.start < word) == before);
    own.min_by_key(|(_, range)| range.start.abs_diff(word))
}

/// Returns the box of yes and that of no, each as whether it is ticked and its byte range. Returns `None`
/// unless the text has both words and two boxes.
pub(crate) fn yes_no_boxes(text: &str) -> Option<[(bool, Range<usize>); 2]> {
    let (boxes, words) = (all_ticks(text), split(text));
    let find = |wanted| words.iter().find(|(word, _)| word == wanted).map(|(_, range)| range.start);
    let (yes, no) = (find("yes")?, find("no")?);
    let of = |word| box_of(&boxes, word, yes.min(no)).cloned();
    let (yes, no) = (of(yes)?, of(no)?);
    (yes.1 != no.1).then_some([yes, no])
}

/// Reads a yes or no that was answered with a word, by ticking one of two boxes, or by typing a mark beside
/// one of the boxes or words.
pub(super) fn read_yes_no(text: &str) -> YesNoReading {
    let text = text.trim();
    if text.is_empty() || is_prompt(text) {
        return YesNoReading::Empty;
    }
    let tokens = yes_no_tokens(text);
    let find =
        |wanted| tokens.iter().find(|(token, _)| *token == wanted).map(|(_, range)| range.start);
    let has = |wanted| tokens.iter().any(|(token, _)| *token == wanted);
    let boxes = all_ticks(text);
    if let Some(answer) = typed_behind(&tokens) {
        return YesNoReading::Answer(answer);
    }
    match (find(YesNoToken::Yes), find(YesNoToken::No), boxes.as_slice()) {
        (Some(yes), Some(no), [_, _]) if !has(YesNoToken::Letter) => {
            let ticked =
                |word: usize| box_of(&boxes, word, yes.min(no)).is_some_and(|(ticked, _)| *ticked);
            YesNoReading::of([ticked(yes), ticked(no)])
        }
        (Some(_), Some(_), _) if has(YesNoToken::Tick) || has(YesNoToken::Letter) => {
            read_marks(text, &tokens).map_or(YesNoReading::BoxesLost, YesNoReading::of)
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
    /// Returns the reading of two boxes: whether yes, and whether no is ticked.
    fn of(ticked: [bool; 2]) -> Self {
        match ticked {
            [true, false] => Self::Answer(true),
            [false, true] => Self::Answer(false),
            [false, false] => Self::Empty,
            [true, true] => Self::Words,
        }
    }
}

/// A box, mark or word of a text that asks for yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum YesNoToken {
    Tick,
    EmptyBox,
    /// A typed `x`.
    Letter,
    Yes,
    No,
}

impl YesNoToken {
    /// Whether an applicant ticks with it.
    fn is_mark(self) -> bool {
        matches!(self, Self::Tick | Self::Letter)
    }
}

/// Returns the boxes, marks and words of a text in its order, each with its byte range.
fn yes_no_tokens(text: &str) -> Vec<(YesNoToken, Range<usize>)> {
    let boxes = all_ticks(text).into_iter();
    let mut tokens: Vec<(YesNoToken, Range<usize>)> = boxes
        .map(|(ticked, range)| {
            (if ticked { YesNoToken::Tick } else { YesNoToken::EmptyBox }, range)
        })
        .collect();
    let boxes = tokens.len();
    for (word, range) in split(text) {
        let token = match word.as_str() {
            "x" | "xx" => YesNoToken::Letter,
            "yes" => YesNoToken::Yes,
            "no" => YesNoToken::No,
            _ => continue,
        };
        if !tokens.iter().take(boxes).any(|(_, other)| other.contains(&range.start)) {
            tokens.push((token, range));
        }
    }
    tokens.sort_by_key(|(_, range)| range.start);
    tokens
}

/// Returns the answer that was typed behind both words while no box is ticked, as in `☐ Yes ☐ No: no`.
fn typed_behind(tokens: &[(YesNoToken, Range<usize>)]) -> Option<bool> {
    let others = tokens.iter().map(|(token, _)| *token).filter(|t| *t != YesNoToken::EmptyBox);
    match others.collect::<Vec<_>>().as_slice() {
        [YesNoToken::Yes, YesNoToken::No, answer] | [YesNoToken::No, YesNoToken::Yes, answer] => {
            (!answer.is_mark()).then_some(*answer == YesNoToken::Yes)
        }
        _ => None,
    }
}

/// Reads the marks that were typed beside boxes or words. A mark belongs to the nearer of its
/// neighbours, and between two words to the one that has no box. Returns whether yes, and whether no is marked, or `None` if that is ambiguous.
fn read_marks(text: &str, tokens: &[(YesNoToken, Range<usize>)]) -> Option<[bool; 2]> {
    let is_word = |token: YesNoToken| matches!(token, YesNoToken::Yes | YesNoToken::No);
    let targets: Vec<_> = tokens.iter().filter(|(token, _)| !token.is_mark()).collect();
    let boxes_first = targets.first().is_some_and(|(token, _)| *token == YesNoToken::EmptyBox);
    // A box belongs to the next word after it if boxes are before their words, otherwise to the last
    // word before it.
    let word_of = |at: usize| {
        let (token, _) = targets.get(at)?;
        let (before, after) = (targets.get(..at)?, targets.get(at..)?);
        let mut last = before.iter().rev().map(|(token, _)| *token).filter(|token| is_word(*token));
        let mut next = after.iter().map(|(token, _)| *token).filter(|token| is_word(*token));
        if is_word(*token) || boxes_first { next.next() } else { last.next() }
    };
    let is_box =
        |at: &usize| targets.get(*at).is_some_and(|(token, _)| *token == YesNoToken::EmptyBox);
    let mut boxes = (0..targets.len()).filter(is_box);
    let only_box = boxes.next().filter(|_| boxes.next().is_none());
    let without_box = only_box
        .and_then(word_of)
        .map(|word| if word == YesNoToken::Yes { YesNoToken::No } else { YesNoToken::Yes });
    let mut ticked = [false, false];
    for (_, mark) in tokens.iter().filter(|(token, _)| token.is_mark()) {
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
            (Some(_), Some(_)) => without_box?,
            (None, None) => return None,
        };
        let [yes, no] = &mut ticked;
        *(if word == YesNoToken::Yes { yes } else { no }) = true;
    }
    Some(ticked)
}

/// Reads a text beside a choice that consists of marks and boxes, or of yes or no. Returns whether it
/// chooses the choice, or `None` if it has other words.
pub(super) fn only_marks(text: &str) -> Option<bool> {
    let is_ignored =
        |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '-' | '–' | '"' | '”');
    let text = text.trim_matches(is_ignored).trim_start_matches(|c| is_ignored(c) || c == ')');
    match text.to_lowercase().as_str() {
        "yes" => return Some(true),
        "no" => return Some(false),
        _ => {}
    }
    let tokens = yes_no_tokens(text);
    let marks = tokens.iter().all(|(token, _)| token.is_mark() || *token == YesNoToken::EmptyBox);
    let length: usize = tokens.iter().map(|(_, range)| range.len()).sum();
    let shown: usize = text.chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum();
    let spaces =
        |range: &Range<usize>| text.get(range.clone()).unwrap_or_default().matches(' ').count();
    let inside: usize = tokens.iter().map(|(_, range)| spaces(range)).sum();
    (marks && !tokens.is_empty() && length == shown + inside)
        .then(|| tokens.iter().any(|(token, _)| token.is_mark()))
}

/// Whether a text has other words than yes, no, true, false and a typed tick, and is not a prompt.
pub(super) fn has_other_words(text: &str) -> bool {
    let known = |word: &String| matches!(word.as_str(), "yes" | "no" | "x" | "true" | "false");
    !is_prompt(text) && !words_of(text).iter().all(known)
}

/// Whether the first word of a text, at most after a tick box, is yes or no.
pub(super) fn starts_with_yes_no(text: &str) -> bool {
    let text = leading_tick(text).map_or(text, |(_, rest)| rest);
    words_of(text).first().is_some_and(|word| matches!(word.as_str(), "yes" | "no"))
}

/// Returns the length in bytes of a `(Yes / No)` that a text begins with, with the spaces before it.
/// Returns `None` for any other text.
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
            ("☐ Yes X No", Some(false)),
            ("X Yes ☐ No", Some(true)),
            ("Yes ☐ No X", Some(false)),
            ("☐ Yes ☐ No  No", Some(false)),
            ("Yes / No: yes", Some(true)),
            ("No ☐ Yes ☐ – yes", Some(true)),
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
