//! Reads the answers of a filled-in form from a document.
//!
//! An import is a pipeline of three steps:
//!
//! 1. A reader ([`docx`], [`odt`], `pdf`, [`html`], [`markdown`], [`plain_text`]) turns a document
//!    into lines ([`lines::Source`]). It knows the format, and nothing of the questionnaire.
//!    `storage/document_file.rs` chooses the reader and runs all three steps for the commands.
//! 2. [`questions::locate`] finds the wording of the questionnaire in the lines. The result, a
//!    [`questions::Recognition`], says for each field where the wording before its answer is and
//!    where the next wording starts, as positions in the lines. It holds no values.
//! 3. [`fields::read`] reads the value of each field from the text between the two.
//!
//! # How wording is found
//! Wording is compared word by word in lower case ([`matching`]). People and programs change forms:
//! single words may be wrong, missing or added, words may be joined or divided, and a page break may
//! put other text in the middle. A match needs at least three in four words of the wording, and
//! starts at the start of a line or after a number there.
//!
//! An answer may quote a question or hold a numbered line that looks like one. So the questions are
//! not searched one by one: every passage that may be a question is a candidate with a score, and
//! the questions are the chain of candidates with the highest sum of scores in which they follow
//! each other in the order of the form. Footnotes are covered first, because a page break may put
//! them anywhere. Labels and choices are searched only between their question and the next one.
//!
//! [`coverage::Coverage`] records which parts of the document are wording. Covered words match no
//! other wording, and everything that stays uncovered is the applicant's: each piece becomes part of
//! an answer or is kept as unplaced text, so that no word is lost.
//!
//! # Filled-in copies of a blank form
//! If the user names the blank form, all text that it has in common with the document belongs to the
//! form ([`form_text`]), and wording is searched only there.
//!
//! # Documents of this program
//! The documents that this program writes mark the lines of answers, by a paragraph style, a quote
//! or a margin. No wording is searched in such lines. If the document still has every line of the form
//! in its order, these lines are the wording ([`exact`]). In a document of another origin the same
//! formatting may be a coincidence and hide questions. So wording is searched twice, without and with
//! the lines that are marked as answers, and the search that finds more is used.
//!
//! # Limits
//! A question of which less than three in four words are left is found only by its number and the
//! beginning of its wording or its short title. A question that is not found still ends the answer
//! before it if it is formatted like those that are found ([`unknown_questions`]). Questions in
//! another order than that of the form are not found.

mod additions;
pub(crate) mod answer_text;
mod candidates;
mod chain;
mod comments;
pub(crate) mod coverage;
mod declarations;
pub(crate) mod docx;
pub(crate) mod encoding;
mod exact;
mod fields;
mod footnotes;
mod form_text;
mod hints;
pub(crate) mod html;
mod labels;
pub(crate) mod lines;
pub(crate) mod markdown;
mod matching;
mod numerals;
pub(crate) mod odt;
pub(crate) mod package;
mod paragraph_lines;
#[cfg(feature = "pdf")]
pub(crate) mod pdf;
pub(crate) mod placeholders;
pub(crate) mod plain_text;
mod question_numbers;
pub(crate) mod questions;
pub(crate) mod tick_boxes;
mod unknown_questions;

use crate::document::ExportOrigin;
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::submission::Submission;
use form_text::FormText;
use lines::Source;
use matching::{is_number, words_of};

/// The answers that were read from a document.
#[derive(Debug, Clone, Default)]
pub struct Recognised {
    /// The answers, and as unplaced text everything that belongs to no question.
    pub draft: Draft,
    /// The number of numbered questions that were found.
    pub questions: usize,
    /// Notes for the user: what could be read in several ways, and what could not be read.
    pub remarks: Vec<String>,
    /// The unplaced text again: pairs of a place in the document, such as `line 7`, and the text there.
    pub unplaced: Vec<(String, String)>,
    /// The version of the draft that the document was made from, if it says so.
    pub origin: Option<ExportOrigin>,
}

impl Recognised {
    /// Returns the places of unplaced text, each with at most the first 60 characters there.
    pub(crate) fn unplaced_starts(&self) -> impl Iterator<Item = (&str, String)> {
        self.unplaced.iter().map(|(place, text)| {
            let start: String = text.chars().take(60).collect();
            let ellipsis = if start.len() < text.len() { "…" } else { "" };
            (place.as_str(), format!("{}{ellipsis}", start.replace('\n', " ")))
        })
    }
}

/// Reads the answers to a questionnaire from a document.
pub fn recognise(source: &Source, questionnaire: &Questionnaire) -> Recognised {
    let mut recognition = locate(source, questionnaire);
    let additions = additions::cover_additions(&mut recognition);
    let hints = hints::cover_hints(&mut recognition);
    recognition.remarks.extend(additions.into_iter().chain(hints));
    read(&recognition, questionnaire)
}

/// Reads the answers to a questionnaire from a document that is a filled-in copy of a blank form.
/// No text of the blank form is read as an answer.
pub fn recognise_in_form(
    source: &Source,
    blank: &Source,
    questionnaire: &Questionnaire,
) -> Recognised {
    let form = FormText::find(source, blank);
    let mut recognition = locate(source, questionnaire);
    // Wording is found more reliably in the text of the form alone, if it is the right form.
    let guided = questions::locate(source, questionnaire, false, Some(&form));
    if !recognition.coverage.shows_answers
        && guided.coverage.matched >= recognition.coverage.matched
    {
        recognition = guided;
    }
    form.fixed().for_each(|span| recognition.coverage.cover_span(span.clone()));
    recognition.own_notes.retain(|note| !form.notes.iter().any(|known| known.trim() == note.text));
    read(&recognition, questionnaire)
}

/// Reads the answers between the wording of a questionnaire.
fn read(recognition: &questions::Recognition<'_>, questionnaire: &Questionnaire) -> Recognised {
    let mut found = fields::read(recognition);
    let notes = recognition.coverage.source.remarks.iter().chain(&recognition.remarks);
    found.remarks.splice(0..0, notes.cloned());
    let source = recognition.coverage.source;
    found.remarks.extend(page_edge_remarks(source, questionnaire));
    found.origin.clone_from(&source.origin);
    // An exported document has no time of its last save until another program saves it.
    let exported = || source.origin.as_ref().and_then(|origin| origin.saved.parse().ok());
    found.draft.saved = source.saved.or_else(exported);
    found.remarks.extend(recognition.answers_above());
    let asked = questionnaire.numbered();
    if found.questions * 2 < asked {
        let few = format!(
            "only {} of the {asked} questions are found in it; is it the right document, and whole?",
            found.questions
        );
        found.remarks.insert(0, few);
    } else {
        found.remarks.extend(missing_questions(recognition, questionnaire, &found.draft));
    }
    found
}

/// Returns a note with the questions that are asked but not found. An answer below a question whose wording
/// was deleted is read as part of the answer before.
fn missing_questions(
    recognition: &questions::Recognition<'_>,
    questionnaire: &Questionnaire,
    draft: &Draft,
) -> Option<String> {
    let submission = Submission::new(questionnaire, draft);
    let found = recognition.questions.iter().filter_map(|place| place.question.number);
    let found: Vec<usize> =
        found.chain(recognition.unknown.iter().map(|unknown| unknown.number)).collect();
    let questions = questionnaire.sections.iter().flat_map(|section| &section.questions);
    let asked = questions.filter(|question| submission.asks(&question.need));
    let missing = asked.filter_map(|question| question.number);
    let missing: Vec<String> =
        missing.filter(|number| !found.contains(number)).map(|number| number.to_string()).collect();
    let one = format!("question {} is not found; an answer to it may", missing.first()?);
    let several = format!("questions {} are not found; answers to them may", missing.join(", "));
    let start = if missing.len() == 1 { one } else { several };
    Some(format!("{start} be in the answer before"))
}

/// Returns a note for each page header or footer that says more than the form and the page.
fn page_edge_remarks(source: &Source, questionnaire: &Questionnaire) -> Vec<String> {
    let Questionnaire { title, masthead, abbreviation, .. } = questionnaire;
    let form = [title, masthead, abbreviation, "page of"].map(words_of).concat();
    let is_known = |word: &String| is_number(word) || form.contains(word);
    let mut edges: Vec<&String> = source.page_edges.iter().collect();
    edges.retain(|edge| !words_of(edge).iter().all(is_known));
    edges.sort();
    edges.dedup();
    let remark = |edge| format!("the page header or footer `{edge}` is left out");
    edges.into_iter().map(remark).collect()
}

/// Finds the wording of a questionnaire in a document.
pub(crate) fn locate<'a>(
    source: &'a Source,
    questionnaire: &'a Questionnaire,
) -> questions::Recognition<'a> {
    if let Some(recognition) = exact::locate(source, questionnaire) {
        return recognition;
    }
    let mut recognition = questions::locate(source, questionnaire, false, None);
    let answers = source.lines.iter().filter(|line| line.answer).count();
    if answers > 0 {
        let marked = questions::locate(source, questionnaire, true, None);
        let is_other = |&(at, line): &(usize, &lines::SourceLine)| {
            !line.answer && !line.text().trim().is_empty() && !marked.coverage.has_wording(at)
        };
        // A line of a text may be set in like an answer of this program by chance.
        let others = source.lines.iter().enumerate().filter(is_other).count();
        if marked.coverage.matched >= recognition.coverage.matched && answers > others {
            recognition = marked;
        }
    }
    recognition
}
