//! Finds what an office added to the questions of a form, if the blank form is not known: a limit in other
//! words, a translation in the format of the question, and a label such as `Answer:` before each answer.

use std::collections::BTreeMap;
use std::ops::Range;

use super::coverage::{Coverage, Piece};
use super::hints::{MIN_PLACES, MIN_WORDS};
use super::lines::{SourceLine, SourceSpan};
use super::matching::{is_number, words_of};
use super::questions::{QuestionPlace, Recognition};
use crate::model::text;

/// The maximum number of words in a limit.
const MAX_LIMIT_WORDS: usize = 12;
/// The maximum number of words in a label before answers.
const MAX_LABEL_WORDS: usize = 3;

/// Finds an addition to a question, or returns `None` if the question has no such addition.
type AdditionFinder = fn(&Coverage<'_>, &QuestionPlace<'_>) -> Option<SourceSpan>;

/// Covers what was added to the wording of questions. Returns a note for each addition.
pub(super) fn cover_additions(recognition: &mut Recognition<'_>) -> Vec<String> {
    let Recognition { coverage, questions, .. } = recognition;
    let mut notes = Vec::new();
    if coverage.shows_answers {
        return notes;
    }
    for (find, least, what) in [
        (limit_in_brackets as AdditionFinder, 1, "the limit of the question"),
        // A single one may be an answer on the line of its question.
        (rest_of_question, MIN_PLACES, "a part of the question"),
    ] {
        let found =
            questions.iter().filter_map(|question| Some((question, find(coverage, question)?)));
        let found: Vec<_> = found.collect();
        for (question, span) in found.iter().filter(|_| found.len() >= least) {
            let shown = text::normalize_line(coverage.text(span));
            notes.push(format!("{}: `{shown}` is left out as {what}", question.question.name()));
        }
        if found.len() >= least {
            for (_, span) in found {
                coverage.cover_span(span);
            }
        }
    }
    notes.extend(cover_labels(coverage, questions));
    notes
}

/// Returns the pieces between the wording of a question and its first label or the next question.
fn pieces(coverage: &Coverage<'_>, place: &QuestionPlace<'_>) -> Vec<Piece> {
    let field = place.fields.iter().find(|field| field.choices.is_empty());
    let field = field.filter(|field| field.wording.start() == place.wording.start());
    field.map(|field| coverage.pieces(&field.region())).unwrap_or_default()
}

/// Finds a limit with other words than that of the form, such as `(at most 150 words, without tables)`.
fn limit_in_brackets(coverage: &Coverage<'_>, place: &QuestionPlace<'_>) -> Option<SourceSpan> {
    let limit = words_of(place.question.limit_note.as_deref()?);
    let limit = limit.iter().find(|word| is_number(word))?;
    let span = pieces(coverage, place).into_iter().next()?.span;
    let shown = coverage.text(&span);
    let start = shown.len() - shown.trim_start().len();
    let length = shown.trim_start().starts_with(['(', '[']).then(|| shown.find([')', ']']))??;
    let words = words_of(shown.get(start..length)?);
    let after = shown.get(length + 1..)?;
    let end = span.range.start + length + 1 + usize::from(after.starts_with('.'));
    let range = span.range.start + start..end;
    let fits = words.len() <= MAX_LIMIT_WORDS && words.contains(limit);
    fits.then_some(SourceSpan { range, ..span })
}

/// Finds a sentence after a question on its line that has the same format as the question, while the
/// answer below has not.
fn rest_of_question(coverage: &Coverage<'_>, place: &QuestionPlace<'_>) -> Option<SourceSpan> {
    let pieces = pieces(coverage, place);
    let (first, next) = (pieces.first()?, pieces.get(1)?);
    let end = place.wording.end();
    let lines = &coverage.source.lines;
    let (line, below) = (lines.get(end.line)?, lines.get(next.span.line)?);
    let is_behind = first.span.line == end.line && first.span.range.start >= end.offset;
    let is_heading = is_heading(line) && !is_heading(below);
    let is_bold = is_bold(line, 0..line.text().len()) && !is_bold(below, next.span.range.clone());
    let is_sentence = words_of(coverage.text(&first.span)).len() >= MIN_WORDS;
    let fits = is_behind && is_sentence && next.span.line > end.line && (is_heading || is_bold);
    fits.then(|| first.span.clone())
}

fn is_heading(line: &SourceLine) -> bool {
    line.style.starts_with('#') || line.style.starts_with("heading")
}

/// Whether all letters and digits in a byte range of a line are bold.
fn is_bold(line: &SourceLine, range: Range<usize>) -> bool {
    let mut at = 0;
    line.runs.iter().all(|run| {
        let start = at;
        at += run.text.len();
        let outside = at <= range.start || start >= range.end;
        outside || run.bold || !run.text.contains(char::is_alphanumeric)
    })
}

/// Covers labels that are before the answers to at least half of the questions. Returns a note for each.
fn cover_labels(coverage: &mut Coverage<'_>, questions: &[QuestionPlace<'_>]) -> Vec<String> {
    let mut labels: BTreeMap<Vec<String>, Vec<SourceSpan>> = BTreeMap::new();
    let mut answers = 0;
    for question in questions {
        let Some(piece) = pieces(coverage, question).into_iter().next() else { continue };
        answers += 1;
        let shown = coverage.text(&piece.span);
        let Some(colon) = shown.find(':') else { continue };
        let words = words_of(shown.get(..colon).unwrap_or_default());
        if (1..=MAX_LABEL_WORDS).contains(&words.len()) {
            let start = piece.span.range.start;
            let span = SourceSpan { range: start..start + colon + 1, ..piece.span };
            labels.entry(words).or_default().push(span);
        }
    }
    let mut notes = Vec::new();
    for places in labels.into_values() {
        if places.len() < MIN_PLACES || places.len() * 2 < answers {
            continue;
        }
        let label = places.first().map(|span| coverage.text(span).trim().to_owned());
        let (label, count) = (label.unwrap_or_default(), places.len());
        notes.push(format!("`{label}` is before {count} answers and is left out as a label"));
        for span in places {
            coverage.cover_span(span);
        }
    }
    notes
}
