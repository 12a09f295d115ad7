//! Decides which matches are labels of fields, and finds labels that were shortened.

use super::coverage::{Coverage, LocatedWording};
use super::lines::{Region, SourcePosition, SourceSpan};
use super::matching::{Match, is_number, words_of};
use super::placeholders::is_filler;
use super::questions::is_choice;
use super::tick_boxes::starts_with_yes_no;
use crate::model::questionnaire::{Field, Kind, Question};

/// The maximum number of words of a shortened label.
const MAX_WORDS: usize = 6;
/// The maximum number of words of the translation of a label.
const MAX_ADDED_WORDS: usize = 16;
/// Words that are too common to identify a label.
const COMMON_WORDS: [&str; 14] =
    ["a", "an", "and", "for", "if", "in", "is", "not", "of", "please", "the", "this", "to", "who"];

/// Whether a match of the words of a label is the label, and not part of an answer: after it there is a
/// colon, the end of the line, or a yes or no that the field asks for. If no field of the question takes
/// running text, a capital letter at the start of the line and a space after the match are enough.
pub(super) fn is_label(
    coverage: &Coverage<'_>,
    question: &Question,
    field: &Field,
    found: &Match,
) -> bool {
    let rest = coverage.rest_of_line(found.end());
    let yes_no = matches!(field.kind, Kind::YesNo)
        && starts_with_yes_no(rest.trim_start_matches(['?', ':', ' ', '\u{A0}']));
    if found.lead > 0 {
        return yes_no || rest.trim_start_matches(['?', ')', ' ', '\u{A0}']).starts_with(':');
    }
    let runs_on = |field: &Field| matches!(field.kind, Kind::Text { .. });
    let capital = coverage.text(&SourceSpan {
        line: found.start().line,
        range: found.start().offset..coverage.line(found.start().line).len(),
    });
    let short = !coverage.shows_answers
        && !question.fields.iter().any(runs_on)
        && rest.trim_start_matches(')').starts_with(char::is_whitespace)
        && capital.starts_with(char::is_uppercase);
    yes_no || short || coverage.ends_like_a_label(found)
}

/// Returns the length in bytes of the text that an office added between a label and its colon, such as
/// `(in capital letters)` or `/ Adresse`. A limit, such as `(max. 150 words)`, needs no colon if it ends
/// the line. Returns `None` if there is no such text.
pub(super) fn label_addition(rest: &str) -> Option<usize> {
    let start = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ')').len();
    let rest = rest.get(start..)?;
    if let Some((other, _)) = rest.strip_prefix('/').and_then(|rest| rest.split_once(':')) {
        let is_label = (1..=MAX_ADDED_WORDS).contains(&words_of(other).len());
        return is_label.then_some(start + other.len() + 1);
    }
    let inner = rest.strip_prefix(['(', '['])?;
    let length = inner.find([')', ']'])?;
    let (inner, after) = (inner.get(..length)?, inner.get(length + 1..)?.trim_start());
    let is_limit = is_filler(after) && words_of(inner).iter().any(|word| is_number(word));
    (after.starts_with(':') || is_limit).then_some(start + length + 2)
}

/// Returns the field that text before the first label belongs to: the field without a label, or else
/// one for running text whose label was not found. Returns `None` if there is neither.
pub(super) fn unlabelled_field<'a>(
    question: &'a Question,
    labels: &[(&Field, LocatedWording)],
) -> Option<&'a Field> {
    let free = |field: &&Field| {
        !is_choice(field) && !labels.iter().any(|(labelled, _)| labelled.key == field.key)
    };
    let mut text = question.fields.iter().filter(free);
    let mut unlabelled = text.clone();
    unlabelled
        .find(|field| field.label.is_none())
        .or_else(|| text.find(|field| matches!(field.kind, Kind::Text { .. })))
}

/// Finds labels of which only some words are left, such as `End date:` of `If not, please provide the end
/// date of the intervention`: all words of a line up to its colon, or of a cell with another cell after
/// it, are words of the label. Adds them to `labels`. Returns a note for each.
pub(super) fn find_shortened_labels<'a>(
    coverage: &mut Coverage<'_>,
    question: &'a Question,
    labels: &mut Vec<(&'a Field, LocatedWording)>,
    region: &Region,
) -> Vec<String> {
    let mut notes = Vec::new();
    if coverage.shows_answers {
        return notes;
    }
    let mut from = region.start.line;
    for (at, field) in question.fields.iter().enumerate() {
        if let Some((_, known)) = labels.iter().find(|(known, _)| known.key == field.key) {
            from = known.end().line;
            continue;
        }
        let Some(label) = &field.label else { continue };
        if is_choice(field) || matches!(field.kind, Kind::Text { .. }) {
            continue;
        }
        let later = question.fields.get(at..).unwrap_or_default();
        let is_later = |known: &&Field| later.iter().any(|field| field.key == known.key);
        let next = labels.iter().filter(|(known, _)| is_later(known));
        let next = next.map(|(_, label)| label.start()).min().unwrap_or(region.end);
        let words = words_of(label);
        let found = (from..next.line + usize::from(next.offset > 0)).find_map(|line| {
            let end = shortened(coverage, line, &words)?;
            (SourcePosition { line, offset: 0 } < next).then_some((line, end))
        });
        let Some((line, end)) = found else { continue };
        let shown = coverage.line(line).get(..end).unwrap_or_default().trim();
        notes.push(format!("{}: `{shown}` is read as the label `{label}`", question.name()));
        let mut wording = LocatedWording::default();
        coverage.cover_start(&mut wording, line, end);
        labels.push((field, wording));
        labels.sort_by_key(|(_, label)| label.start());
        from = line;
    }
    notes
}

/// Returns the byte offset at which a shortened label at the start of a line ends together with its
/// colon, or `None` if the line does not begin with one.
fn shortened(coverage: &Coverage<'_>, line: usize, label: &[String]) -> Option<usize> {
    let source = coverage.source.lines.get(line)?;
    if coverage.has_wording(line) || source.answer || !source.marker.is_empty() {
        return None;
    }
    let text = coverage.line(line);
    let end = text.find(':').map(|colon| colon + 1);
    let has_value = || {
        let next = coverage.source.lines.get(line + 1)?;
        let (own, next) = (source.cell?, next.cell?);
        Some(own.table == next.table && own.row == next.row && own.column < next.column)
    };
    let end = end.or_else(|| has_value().filter(|has| *has).map(|_| text.len()))?;
    let words = words_of(text.get(..end)?);
    let is_known = words.iter().all(|word| label.contains(word));
    let identifies = words.iter().any(|word| !COMMON_WORDS.contains(&word.as_str()));
    ((1..=MAX_WORDS).contains(&words.len()) && is_known && identifies).then_some(end)
}
