//! `show DRAFT [QUESTION]`: prints one answer or all answers as the applicant wrote them, or the notes on
//! them.

use std::path::Path;

use super::history::named_version;
use super::output::{note, print};
use super::{Context, Exit, Failure};
use crate::model::draft::{Draft, MarginNote};
use crate::model::questionnaire::{Field, Question};
use crate::model::submission::Submission;
use crate::model::text::escape_for_terminal;

pub(super) fn run(
    context: &Context,
    path: &Path,
    name: Option<&str>,
    version: Option<&str>,
    notes: bool,
) -> Result<Exit, Failure> {
    let draft = match version {
        Some(version) => named_version(context, path, version)?.draft,
        None => context.read(path)?,
    };
    let submission = Submission::new(&context.questionnaire, &draft);
    let is_shown = |question: &Question| match name.map(|name| context.find(name)) {
        _ if notes => false,
        Some(found) => found.is_ok_and(|(found, field)| {
            let mut unasked = submission.unasked_fields(question);
            found.id == question.id
                && field.is_none_or(|field| unasked.any(|unasked| unasked.key == field.key))
        }),
        None => true,
    };
    let text = match name {
        _ if notes => all_notes(context, &draft, name)?,
        Some(name) => named_answer(context, &draft, name)?,
        None => all_answers(context, &draft),
    };
    print(escape_for_terminal(&text).as_bytes())?;
    for (_, question) in
        context.questionnaire.questions().filter(|(_, question)| is_shown(question))
    {
        for remark in submission.remarks(question) {
            note(&format!("{}: {remark}", question.name()));
        }
    }
    Ok(Exit::Done)
}

/// Returns the answer to a question or a field, or the unplaced text with this name.
///
/// # Errors
/// Fails if there is no question, field or unplaced text with this name.
fn named_answer(context: &Context, draft: &Draft, name: &str) -> Result<String, Failure> {
    if let (Err(_), Some(unplaced)) = (context.find(name), draft.unplaced_text(name)) {
        return Ok(unplaced + "\n");
    }
    let (question, field) = context.find(name)?;
    Ok(match field.or_else(|| question.single_field()) {
        Some(field) => text_for_set(draft, field).map(|answer| answer + "\n").unwrap_or_default(),
        None => labelled(draft, question),
    })
}

/// Returns all answers and unplaced texts, each below its name.
fn all_answers(context: &Context, draft: &Draft) -> String {
    let questions = context.questionnaire.questions();
    let answers = questions.map(|(_, question)| labelled(draft, question));
    let unplaced = draft.unplaced_texts();
    let unplaced = unplaced.map(|(name, text)| format!("[{name}]\n{}\n", text.trim_end()));
    let answers = answers.chain(unplaced).filter(|answers| !answers.is_empty());
    answers.map(|answers| answers + "\n").collect()
}

/// Returns the notes on a question, or all notes if `name` is `None`: one per line, open ones first.
///
/// # Errors
/// Fails if there is no question with this name.
fn all_notes(context: &Context, draft: &Draft, name: Option<&str>) -> Result<String, Failure> {
    let only = name.map(|name| context.find(name)).transpose()?.map(|(question, _)| &question.id);
    let is_shown = |note: &&MarginNote| only.is_none_or(|id| *id == note.question);
    let place = |note: &MarginNote| {
        let question = context.questionnaire.question(&note.question);
        question.map_or_else(|| note.question.clone(), Question::name)
    };
    let line = |note: &MarginNote| {
        let (place, state) = (place(note), if note.done { "done, " } else { "" });
        let place = if place.is_empty() { place } else { format!("{place}, ") };
        format!("{place}{state}{}\n", note.describe())
    };
    let (done, open): (Vec<_>, Vec<_>) =
        draft.notes().iter().filter(is_shown).partition(|note| note.done);
    Ok(open.into_iter().chain(done).map(line).collect())
}

/// Returns the answers to a question, each below the name of its field for `set`.
fn labelled(draft: &Draft, question: &Question) -> String {
    let answer = |field: &Field| {
        text_for_set(draft, field).map(|answer| format!("[{}]\n{answer}\n", field.key))
    };
    question.fields.iter().filter_map(answer).collect()
}

/// Returns an answer in the form that `set` accepts, with choices by their ids and dates as in the draft.
/// Returns `None` if there is no answer.
fn text_for_set(draft: &Draft, field: &Field) -> Option<String> {
    Some(draft.answer(&field.key)?.spelled().into_owned())
}
