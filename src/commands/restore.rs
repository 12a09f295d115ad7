//! `restore DRAFT QUESTION`: restores answers from an earlier version of a draft.

use super::context::print_notices;
use super::history::{Selection, named_version, no_version, when};
use super::output::message;
use super::{Context, Exit, Failure};
use crate::cli::Restore;
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::questionnaire::Question;
use crate::storage::draft_file::DraftFile;
use crate::storage::draft_file::history::{EarlierDraft, History};
use crate::storage::error::DraftError;

pub(super) fn run(context: &Context, restore: &Restore) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let selection = Selection::find(context, restore.question.as_deref())?;
    let path = &restore.draft;
    let (mut file, mut draft) = match DraftFile::open(path, questionnaire) {
        // All answers are restored, so the file need not be readable. The save stores a copy of it.
        Err(DraftError::Unreadable(_)) if selection.is_none() => {
            DraftFile::open_unread(path).map_err(Failure::in_draft_at(path))?
        }
        Ok(opened) => opened,
        Err(_) => context.open(path)?,
    };
    let EarlierDraft { version, draft: earlier, .. } = choose(context, restore, |earlier| {
        selection.map_or_else(
            || !earlier.holds_same(&draft),
            |selection| {
                let text = selection.text(earlier);
                !text.is_empty() && text != selection.text(&draft)
            },
        )
    })?;
    let mut changed = Vec::new();
    for (_, question) in questionnaire.questions() {
        let selection = selection.unwrap_or(Selection::whole(question));
        if selection.question.id == question.id
            && draft.bring_back(&earlier, question, selection.field)
        {
            changed.push(question);
        }
    }
    if selection.is_none() && !file.is_there() {
        // There is nothing to merge with, so unplaced texts and marks are restored as well.
        draft = earlier;
    } else if selection.is_none() {
        draft.take_unplaced(&Draft::default(), &earlier);
    }
    let notices = context.replace(&mut file, &draft, path)?;
    message(&format!("from the version of {}:", when(version.saved)));
    for question in &changed {
        message(&format!("{}: {}", question.name(), length(context, &draft, question)));
    }
    if changed.is_empty() {
        message("nothing was changed: the draft has the same answers");
    }
    print_notices(&notices);
    Ok(Exit::Done)
}

/// Returns the length of a restored long answer, or `restored` for any other answer.
fn length(context: &Context, draft: &Draft, question: &Question) -> String {
    if let Some((field, limit)) = question.text_field()
        && let Some(text) = draft.answer(&field.key).and_then(Answer::as_text)
    {
        return context.questionnaire.word_rule.measure(text, limit).describe_with_excess();
    }
    "restored".to_owned()
}

/// Returns the version that the user named, or the newest one for which `differs` returns `true`.
///
/// # Errors
/// Fails if there is no such version.
fn choose(
    context: &Context,
    restore: &Restore,
    differs: impl Fn(&Draft) -> bool,
) -> Result<EarlierDraft, Failure> {
    if let Some(name) = restore.version.as_deref() {
        return named_version(context, &restore.draft, name);
    }
    let mut versions = History::for_draft(&restore.draft).drafts(&context.questionnaire);
    versions
        .find(|version| differs(&version.draft))
        .ok_or_else(|| no_version(&restore.draft, "no earlier version has a different answer"))
}
