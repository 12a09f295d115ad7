//! Finds hints that an office added below several questions, such as `Maximum half a page.`, if the
//! blank form is not known.
//!
//! A hint is a line that is the same below at least three questions, and that is italic, asks for
//! something, or is below at least half of the questions and mostly with an answer after it. Because
//! applicants repeat themselves too, an answer must follow the line below at least one question, unless
//! the document has no other text in the places of answers.

use std::collections::BTreeMap;

use super::coverage::Piece;
use super::matching::words_of;
use super::placeholders::{asks, is_prompt};
use super::questions::Recognition;
use crate::model::questionnaire::Kind;
use crate::model::text;

/// The minimum number of questions with the same hint.
pub(super) const MIN_PLACES: usize = 3;
/// The minimum number of words of a hint.
pub(super) const MIN_WORDS: usize = 3;

/// Covers the hints below questions. Returns a note for each.
pub(super) fn cover_hints(recognition: &mut Recognition<'_>) -> Vec<String> {
    let coverage = &recognition.coverage;
    if coverage.shows_answers {
        return Vec::new();
    }
    let mut lines: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    let mut followed: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut others = 0;
    let fields = recognition.questions.iter().flat_map(|question| &question.fields);
    for field in fields {
        if matches!(field.field.kind, Kind::YesNo | Kind::Choice(_) | Kind::Choices(_)) {
            continue;
        }
        let pieces = coverage.pieces(&field.region());
        let is_below = |piece: &&Piece| {
            piece.span.line > field.wording.end().line && piece.span.range.start == 0
        };
        let is_text = |piece: &&Piece| !is_prompt(coverage.text(&piece.span));
        let texts = pieces.iter().filter(is_text).count();
        let first = pieces.first().filter(is_below).map(|piece| piece.span.line);
        let Some(line) = first.filter(|line| is_sentence(recognition, *line)) else {
            others += texts;
            continue;
        };
        let words = words_of(coverage.line(line));
        if texts > 1 {
            *followed.entry(words.clone()).or_default() += 1;
        }
        lines.entry(words).or_default().push(line);
    }
    let asked = recognition.questions.len();
    lines.retain(|words, places| {
        let with_answer = followed.get(words).copied().unwrap_or(0);
        let is_everywhere = places.len() * 2 >= asked && with_answer * 4 >= places.len() * 3;
        let is_hint = || places.iter().all(|line| looks_like_a_hint(recognition, *line));
        let is_repeated = places.len() >= MIN_PLACES && (is_everywhere || is_hint());
        others += if is_repeated { 0 } else { places.len() };
        is_repeated
    });
    let is_blank = others == 0 && followed.is_empty();
    lines.retain(|words, _| is_blank || followed.contains_key(words));
    let mut notes = Vec::new();
    for places in lines.values() {
        let first = places.first().map(|line| recognition.coverage.line(*line));
        notes.push(format!(
            "`{}` is below {} questions and is left out as a hint of the form; `--form BLANK` reads it as the empty form has it",
            text::normalize_line(first.unwrap_or_default()),
            places.len()
        ));
        for line in places {
            recognition.coverage.cover_line(*line);
        }
    }
    notes
}

/// Whether a line has enough words for a hint and is not a prompt.
fn is_sentence(recognition: &Recognition<'_>, line: usize) -> bool {
    let text = recognition.coverage.line(line);
    !is_prompt(text) && words_of(text).len() >= MIN_WORDS
}

/// Whether a line is italic or asks for something.
fn looks_like_a_hint(recognition: &Recognition<'_>, line: usize) -> bool {
    let Some(line) = recognition.coverage.source.lines.get(line) else { return false };
    let is_italic = line.runs.iter().all(|run| run.italic || run.text.trim().is_empty());
    is_italic || asks(&words_of(&line.text()))
}
