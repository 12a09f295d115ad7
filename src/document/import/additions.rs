//! Finds what an office added to the questions of a form, if the blank form is not known: a limit in other
//! words, a translation in the format of the question, and a label such as `Answer:` before each answer.

use std::collections::BTreeMap;
use std::ops::Range;

use super::coverage::{Coverage, Piece};
use super::hints::{MIN_PLACES, MIN_WORDS};
use super::lines::{SourceLine, SourceSpan};
use super::matching::{is_number, words_of};
use super::questions::{FieldPlace, QuestionPlace, Recognition};
use crate::model::markup::Run;
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
    let half = MIN_PLACES.max(questions.len() / 2);
    for (find, least, may_repeat, what) in [
        (limit_in_brackets as AdditionFinder, 1, true, "the limit of the question"),
        // A single one may be an answer on the line of its question.
        (rest_of_question, MIN_PLACES, true, "a part of the question"),
        // The same line below several questions is a hint.
        (line_below_question, half, false, "a part of the question"),
    ] {
        let found =
            questions.iter().filter_map(|question| Some((question, find(coverage, question)?)));
        let mut found: Vec<_> = found.collect();
        let texts: Vec<Vec<String>> =
            found.iter().map(|(_, span)| words_of(coverage.text(span))).collect();
        found.retain(|(_, span)| {
            let words = words_of(coverage.text(span));
            may_repeat || texts.iter().filter(|text| **text == words).count() < MIN_PLACES
        });
        if found.len() < least {
            continue;
        }
        for (question, span) in found {
            let shown = text::normalize_line(coverage.text(&span));
            notes.push(format!("{}: `{shown}` is left out as {what}", question.question.name()));
            coverage.cover_span(span);
        }
    }
    notes.extend(cover_lines_above(coverage, questions));
    notes.extend(cover_labels(coverage, questions));
    notes
}

/// Returns the pieces between the wording of a question and its first label or the next question.
fn pieces(coverage: &Coverage<'_>, place: &QuestionPlace<'_>) -> Vec<Piece> {
    let start = place.wording.start();
    let field = place.fields.iter().find(|field| field.choices.is_empty());
    let field = field.filter(|field| field.wording.start() == start).map(FieldPlace::region);
    let stray = || place.strays.iter().find(|stray| stray.start == start).cloned();
    field.or_else(stray).map(|region| coverage.pieces(&region)).unwrap_or_default()
}

/// Whether a piece is followed by other text below it that looks different, or by the first label of the
/// question.
fn is_followed(coverage: &Coverage<'_>, place: &QuestionPlace<'_>, pieces: &[Piece]) -> bool {
    match pieces {
        [first, next, ..] => {
            next.span.line > first.span.line
                && TextLook::of(coverage, &next.span) != TextLook::of(coverage, &first.span)
        }
        [_] => place.strays.iter().any(|stray| stray.start == place.wording.start()),
        [] => false,
    }
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

/// Finds a sentence after a question on its line that has the same format as the question, or is
/// behind a slash, while the answer below has not.
fn rest_of_question(coverage: &Coverage<'_>, place: &QuestionPlace<'_>) -> Option<SourceSpan> {
    let pieces = pieces(coverage, place);
    let first = pieces.first()?;
    let end = place.wording.end();
    let shown = coverage.text(&first.span);
    let is_behind = first.span.line == end.line && first.span.range.start >= end.offset;
    let is_sentence = words_of(shown).len() >= MIN_WORDS;
    let line = SourceSpan { line: end.line, range: 0..coverage.line(end.line).len() };
    let stands_out = TextLook::of(coverage, &line).stands_out();
    let is_divided = shown.trim_start().starts_with('/') && pieces.len() > 1;
    let is_apart = stands_out && is_followed(coverage, place, &pieces);
    (is_behind && is_sentence && (is_apart || is_divided)).then(|| first.span.clone())
}

/// Finds a line below a question that is a heading, bold or italic, while the answer below it is not.
fn line_below_question(coverage: &Coverage<'_>, place: &QuestionPlace<'_>) -> Option<SourceSpan> {
    let pieces = pieces(coverage, place);
    let first = pieces.first()?;
    let is_below = first.span.line == place.wording.end().line + 1 && first.span.range.start == 0;
    let stands_out = TextLook::of(coverage, &first.span).stands_out();
    (is_below && stands_out && is_followed(coverage, place, &pieces)).then(|| first.span.clone())
}

/// Covers lines right above questions that are a heading or bold, while the answer above them is not: the
/// titles of sections in other words, or translations. Returns a note for each.
fn cover_lines_above(coverage: &mut Coverage<'_>, questions: &[QuestionPlace<'_>]) -> Vec<String> {
    let places = questions.iter().zip(questions.iter().skip(1));
    let found = places.filter_map(|(before, place)| {
        let ends = before.fields.iter().map(|field| field.end);
        let region = before.wording.end()..ends.max()?;
        let pieces = coverage.pieces(&region);
        let (last, answer) = pieces.split_last()?;
        let is_above =
            last.span.line + 1 == place.wording.start().line && last.span.range.start == 0;
        let look = TextLook::of(coverage, &last.span);
        let differs = answer.last().is_none_or(|piece| TextLook::of(coverage, &piece.span) != look);
        let fits = is_above && look.stands_out() && differs && !answer.is_empty();
        fits.then(|| (place, last.span.clone(), look.is_heading))
    });
    let found: Vec<_> = found.collect();
    let headings = found.iter().filter(|(_, _, is_heading)| *is_heading).count();
    let is_usual = found.len() * 2 > questions.len();
    let mut notes = Vec::new();
    for (place, span, is_heading) in found {
        if is_usual || (is_heading && headings >= MIN_PLACES) {
            let shown = text::normalize_line(coverage.text(&span));
            let name = place.question.name();
            notes.push(format!("`{shown}` above {name} is left out as a part of the form"));
            coverage.cover_span(span);
        }
    }
    notes
}

/// What sets a text apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TextLook {
    is_heading: bool,
    is_bold: bool,
    is_italic: bool,
}

impl TextLook {
    fn of(coverage: &Coverage<'_>, span: &SourceSpan) -> Self {
        let Some(line) = coverage.source.lines.get(span.line) else {
            return Self { is_heading: false, is_bold: false, is_italic: false };
        };
        let all = |has: fn(&Run) -> bool| is_all(line, &span.range, has);
        Self {
            is_heading: is_heading(line),
            is_bold: all(|run| run.bold),
            is_italic: all(|run| run.italic),
        }
    }

    fn stands_out(self) -> bool {
        self.is_heading || self.is_bold || self.is_italic
    }
}

fn is_heading(line: &SourceLine) -> bool {
    line.style.starts_with('#') || line.style.to_lowercase().starts_with("heading")
}

/// Whether all letters and digits in a byte range of a line have a format.
fn is_all(line: &SourceLine, range: &Range<usize>, has: fn(&Run) -> bool) -> bool {
    let mut at = 0;
    line.runs.iter().all(|run| {
        let start = at;
        at += run.text.len();
        let outside = at <= range.start || start >= range.end;
        outside || has(run) || !run.text.contains(char::is_alphanumeric)
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
