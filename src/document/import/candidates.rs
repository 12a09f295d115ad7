//! Finds the passages of a document that may be questions: by their whole wording, by its beginning, or
//! by the short title after the number.

use std::cmp::Reverse;

use super::coverage::Coverage;
use super::lines::SourcePosition;
use super::matching::{Match, Start, words_of};
use super::question_numbers::{is_number_of, number_in};
use super::questions::MAX_CANDIDATES;
use crate::model::markup;
use crate::model::questionnaire::{Question, Questionnaire};

/// A passage that may be a question.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) question: &'a Question,
    /// The 0-based index of the question in the form.
    pub(super) order: usize,
    pub(super) found: Match,
    pub(super) score: usize,
}

/// Returns the passages that may be questions, in reading order. The best [`MAX_CANDIDATES`] of each
/// question are kept, which bounds the time for a document that repeats a question endlessly.
pub(super) fn candidates<'a>(
    coverage: &Coverage<'_>,
    questionnaire: &'a Questionnaire,
) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    let questions = questionnaire.sections.iter().flat_map(|section| &section.questions);
    for (order, question) in questions.enumerate() {
        let words = words_of(&question.text);
        let limit = question.limit_note.as_deref().map(words_of).unwrap_or_default();
        let numbered = |found: &Match| {
            question.number.is_some() && number_before(coverage, found, question) == question.number
        };
        let whole = coverage.find(&words, coverage.all(), Start::Number).filter(|found| {
            (found.lead == 0 || numbered(found))
                && (words.len() > 3 || coverage.ends_like_a_label(found) || numbered(found))
        });
        // An answer may begin with the words that come next in a wording that is cut off.
        let within_lines = |found: Match| {
            let overruns = found.matched < words.len()
                && coverage.rest_of_line(found.end()).contains(char::is_alphanumeric);
            let shorter = if overruns { found.clone().without_last_line() } else { None };
            shorter.unwrap_or(found)
        };
        let mut own: Vec<_> = whole
            .map(within_lines)
            .map(|mut found| {
                let number = number_before(coverage, &found, question);
                let has_other = number.is_some() && number != question.number;
                let each = if has_other { 3 } else { 4 };
                let score = found.score() * each + usize::from(numbered(&found)) * 3;
                coverage.extend(&mut found, &limit);
                Candidate { question, order, found, score }
            })
            .collect();
        let starts: Vec<SourcePosition> =
            own.iter().map(|candidate| candidate.found.start()).collect();
        let short = shortened(coverage, question, &words, &limit);
        let short = short.filter(|found| numbered(found) && !starts.contains(&found.start()));
        own.extend(short.map(|found| {
            let score = found.score() * 2 + 3;
            Candidate { question, order, found, score }
        }));
        own.sort_by_key(|candidate| Reverse(candidate.score));
        own.truncate(MAX_CANDIDATES);
        candidates.extend(own);
    }
    candidates.sort_by_key(|candidate| (candidate.found.start(), candidate.order));
    candidates
}

/// Returns the passages that may be a question of which only the beginning or the short title is left.
/// These are few words, so the caller has to check that the number of the question is before them.
fn shortened(
    coverage: &Coverage<'_>,
    question: &Question,
    words: &[String],
    limit: &[String],
) -> impl Iterator<Item = Match> {
    let beginning = coverage.find_beginning(words, coverage.all());
    let title = words_of(&question.title);
    let title = coverage.find(&title, coverage.all(), Start::Line).collect::<Vec<_>>();
    let ended = |mut found: Match| {
        let after = coverage.rest_of_line(found.end()).trim_start_matches([')', '"', '”']);
        // It may have been cut off in the middle of a sentence.
        let is_no_word = |c: char| !c.is_alphanumeric() || markup::is_superscript(c);
        let ends = after.starts_with(['?', '.', '!']) || after.chars().all(is_no_word);
        let ends = ends && found.matched > 3;
        coverage.extend(&mut found, limit);
        (ends || coverage.ends_like_a_label(&found)).then_some(found)
    };
    beginning.chain(title).filter_map(move |found| {
        let shorter = || found.clone().without_last_line().filter(|found| found.matched >= 3);
        ended(found.clone()).or_else(|| ended(shorter()?))
    })
}

/// Returns the number before a question: on its line, in the marker of its list item, or alone on the
/// line above, for example in a table cell.
fn number_before(coverage: &Coverage<'_>, found: &Match, question: &Question) -> Option<usize> {
    let line = found.start().line;
    let marker = coverage.source.lines.get(line)?.marker.as_str();
    let above = || {
        let above = coverage.line(line.checked_sub(1)?);
        question.number.filter(|_| is_number_of(above, question.number))
    };
    number_in(coverage.before(found)).or_else(|| number_in(marker)).or_else(above)
}
