//! `show DRAFT [QUESTION]`: one answer, or all, as the applicant wrote them.

use std::path::Path;

use super::history::EarlierDraft;
use super::output::print;
use super::{Context, Exit, Failure};
use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Question};
use crate::model::text::escape_for_terminal;

pub(super) fn run(
    context: &Context,
    path: &Path,
    name: Option<&str>,
    version: Option<&str>,
) -> Result<Exit, Failure> {
    let draft = match version {
        Some(version) => EarlierDraft::named(context, path, version)?.draft,
        None => context.read(path)?,
    };
    let text = match name {
        Some(name) => one(context, &draft, name)?,
        None => all(context, &draft),
    };
    print(escape_for_terminal(&text).as_bytes())?;
    Ok(Exit::Done)
}

/// Returns the answer to a question or a field, or the unplaced text of that name.
fn one(context: &Context, draft: &Draft, name: &str) -> Result<String, Failure> {
    if let (Err(_), Some(unplaced)) = (context.find(name), draft.unplaced_text(name)) {
        return Ok(unplaced + "\n");
    }
    let (question, field) = context.find(name)?;
    Ok(match field.or_else(|| question.single_field()) {
        Some(field) => typed(draft, field).map(|answer| answer + "\n").unwrap_or_default(),
        None => labelled(draft, question),
    })
}

fn all(context: &Context, draft: &Draft) -> String {
    let questions = context.questionnaire.questions();
    let answers = questions.map(|(_, question)| labelled(draft, question));
    let unplaced = draft.unplaced_texts();
    let unplaced = unplaced.map(|(name, text)| format!("[{name}]\n{}\n", text.trim_end()));
    let answers = answers.chain(unplaced).filter(|answers| !answers.is_empty());
    answers.map(|answers| answers + "\n").collect()
}

/// Returns the answers to a question, each below the name that `set` takes for its field.
fn labelled(draft: &Draft, question: &Question) -> String {
    let answer =
        |field: &Field| typed(draft, field).map(|answer| format!("[{}]\n{answer}\n", field.key));
    question.fields.iter().filter_map(answer).collect()
}

/// Returns an answer as `set` takes it: choices by their ids, dates as in the draft.
fn typed(draft: &Draft, field: &Field) -> Option<String> {
    Some(draft.answer(&field.key)?.spelled().into_owned())
}
