//! Shows the overview of a draft, and runs the action that the user chooses there.

use std::io;

use jiff::Timestamp;

use super::messages;
use super::open_draft::OpenDraft;
use super::route::{StartField, Then, Visit, Waypoint, resume_at};
use super::word_document;
use crate::document::export::Format;
use crate::model::draft::{Draft, MarginNote};
use crate::model::markup;
use crate::model::questionnaire::{Need, Question, Section};
use crate::model::review::{Item, Review, Status};
use crate::model::submission::Submission;
use crate::model::text::{ago, capital};
use crate::model::words::Measure;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, OverviewOutcome, PagerOutcome, SaveState};
use crate::terminal::overview::{Attention, Overview, OverviewEntry, OverviewEscape};
use crate::terminal::requests::LinePrompt;

/// Shows the overview and does what the user chooses. Returns where to go.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(super) fn run(
    draft: &mut OpenDraft<'_>,
    frontend: &mut Frontend,
    from: Option<Visit>,
    selected: Option<usize>,
) -> io::Result<Waypoint> {
    let review = draft.review();
    let selected = selected.or_else(|| first_in_need(&review)).unwrap_or(0);
    let overview = overview(draft, &review, from);
    frontend.set_subject("");
    Ok(match frontend.overview(&overview, selected)? {
        OverviewOutcome::Open(index) => open(&review, frontend, from, index),
        OverviewOutcome::Continue(index) => Waypoint::Question(Visit::new(index)),
        OverviewOutcome::ReadEverything(index) => {
            let back = Waypoint::Overview { from, selected: Some(index) };
            read_everything(draft, frontend, index, back)?
        }
        OverviewOutcome::WriteNote(index) => {
            let question = review.items.get(index).map(|item| item.question);
            let quit = match question {
                Some(question) => write_note(draft, frontend, question)?,
                None => None,
            };
            quit.map_or(Waypoint::Overview { from, selected: Some(index) }, Waypoint::Exit)
        }
        OverviewOutcome::TickOffNote(index) => {
            if let Some(item) = review.items.get(index)
                && draft.answers.tick_off_note(&item.question.id)
            {
                draft.save(frontend);
                frontend.show("The note is ticked off.");
            }
            Waypoint::Overview { from, selected: Some(index) }
        }
        OverviewOutcome::MakeDocument => {
            let exit = word_document::make_document(Format::Docx, draft, frontend)?;
            exit.map_or(Waypoint::Menu { from }, Waypoint::Exit)
        }
        OverviewOutcome::FillForm => {
            let exit = match draft.forms().first() {
                Some(form) => word_document::fill_form(form, draft, frontend)?,
                None => None,
            };
            exit.map_or(Waypoint::Menu { from }, Waypoint::Exit)
        }
        OverviewOutcome::Closed => from.map_or(Waypoint::Menu { from: None }, Waypoint::Question),
        OverviewOutcome::Quit(reason) => Waypoint::Exit(reason),
    })
}

/// Asks for a note on a question. Returns why the user quits, if they do.
fn write_note(
    draft: &mut OpenDraft<'_>,
    frontend: &mut Frontend,
    question: &Question,
) -> io::Result<Option<ExitReason>> {
    let label = format!("Note on {}", question.name());
    let reply = frontend.line(&LinePrompt::new(&label, "", "an empty line writes no note"))?;
    let text = reply.text.filter(|text| !text.trim().is_empty());
    if let Some(text) = text
        && draft.answers.add_note(MarginNote::new(&question.id, "", "", &text))
    {
        draft.save(frontend);
        frontend.show("The note is saved. It is neither counted nor exported.");
    }
    Ok(reply.navigation.exit_reason())
}

/// Returns the first question that needs attention.
fn first_in_need(review: &Review<'_>) -> Option<usize> {
    let in_need = |item: &Item<'_>| attention(item.status) >= Attention::Open;
    review.items.iter().position(in_need).or_else(|| resume_at(review))
}

/// Opens a question, from which the user returns to the overview.
fn open(review: &Review<'_>, frontend: &Frontend, from: Option<Visit>, index: usize) -> Waypoint {
    if review.items.get(index).is_some_and(|item| item.status == Status::Hidden) {
        // Plain mode has just read out why it is not asked.
        return from.map_or(Waypoint::Menu { from: None }, Waypoint::Question);
    }
    if !frontend.has_overview_screen() {
        // The list is long to hear, so it is not repeated after each question. A script knows the
        // prompts only if the question begins with its first field.
        return Waypoint::Question(Visit::new(index).at_first_field());
    }
    let start = match from {
        Some(visit) if visit.question == index => visit.start,
        Some(_) | None => StartField::Open,
    };
    let then = Then::Overview;
    Waypoint::Question(Visit { question: index, start, then })
}

/// Shows everything from a question on, until the user opens a question or closes the page, which
/// leads to `back`.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(super) fn read_everything(
    draft: &OpenDraft<'_>,
    frontend: &mut Frontend,
    first: usize,
    back: Waypoint,
) -> io::Result<Waypoint> {
    let passages = messages::passages(draft.questionnaire, &draft.answers, frontend.style());
    let (indices, texts): (Vec<_>, Vec<_>) = passages.into_iter().unzip();
    let start = indices.iter().position(|index| *index >= first).unwrap_or(0);
    Ok(match frontend.passages(&draft.questionnaire.title, &texts, start)? {
        PagerOutcome::Chosen(passage) => {
            let question = indices.get(passage).copied().unwrap_or(first);
            Waypoint::Question(Visit { then: Then::Overview, ..Visit::new(question) })
        }
        PagerOutcome::Closed => back,
        PagerOutcome::Quit(reason) => Waypoint::Exit(reason),
    })
}

/// Returns what the overview shows of a draft.
fn overview(draft: &OpenDraft<'_>, review: &Review<'_>, from: Option<Visit>) -> Overview {
    let submission = draft.submission();
    let path = draft.saver.path();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let opened =
        draft.answers.saved.map(|saved| format!(" · saved {}", ago(saved, Timestamp::now())));
    let saved = match draft.saver.status() {
        SaveState::Failed(_) => Some(" · not saved".to_owned()),
        SaveState::Saved | SaveState::Saving if draft.saver.has_saved() => {
            Some(" · saved just now".to_owned())
        }
        SaveState::Saved | SaveState::Saving => opened,
    };
    let mut section = None;
    let mut entries = Vec::new();
    for item in &review.items {
        let title = Section::heading(item.section);
        let begins = section.replace(title) != Some(title);
        let heading = begins.then(|| title.to_owned());
        entries.push(entry(&submission, &draft.answers, item, heading));
    }
    let tally = review.numbered();
    let deadline = draft.questionnaire.deadline.as_ref();
    let deadline = deadline.map(|deadline| capital(&deadline.describe(Timestamp::now())) + "; ");
    Overview {
        title: draft.questionnaire.title.clone(),
        details: format!("{name}{}", saved.unwrap_or_default()),
        progress: deadline.unwrap_or_default() + &review.describe(),
        done: (tally.done(), tally.asked()),
        has_form: !draft.answers.is_empty() && !draft.forms().is_empty(),
        entries,
        escape: if from.is_some() { OverviewEscape::Back } else { OverviewEscape::Menu },
    }
}

/// Returns why a question is not asked.
fn why_hidden(submission: &Submission<'_>, question: &Question) -> Option<String> {
    match &question.need {
        Need::RequiredWhen(condition) => Some(submission.why_unmet(condition)),
        Need::Required | Need::IfApplicable => None,
    }
}

fn entry(
    submission: &Submission<'_>,
    answers: &Draft,
    item: &Item<'_>,
    section: Option<String>,
) -> OverviewEntry {
    let question = item.question;
    let excess = item.measure.map_or(0, Measure::excess);
    let status = if excess > 0 { format!("{excess} over") } else { item.label().to_owned() };
    let remarks = match item.status {
        Status::Hidden => why_hidden(submission, question).into_iter().collect(),
        // The length says it.
        Status::OverLimit => item.problems.iter().skip(1).cloned().collect(),
        Status::Missing if question.single_field().is_some() => Vec::new(),
        Status::Missing | Status::Invalid => item.problems.clone(),
        Status::Answered | Status::NotApplicable | Status::Skipped => item.remarks.clone(),
    };
    OverviewEntry {
        section,
        number: question.number,
        name: question.id.clone(),
        title: markup::plain(&question.title),
        status,
        remark: remarks.join("; "),
        notes: answers.open_notes(&question.id).map(MarginNote::describe).collect(),
        length: item.measure.filter(|measure| measure.words > 0 && item.status != Status::Hidden),
        attention: attention(item.status),
        is_asked: item.status != Status::Hidden,
        answer: answers.answers_of(question, None),
    }
}

fn attention(status: Status) -> Attention {
    match status {
        Status::OverLimit | Status::Invalid => Attention::Wrong,
        Status::Missing => Attention::Open,
        Status::Answered => Attention::Normal,
        Status::NotApplicable | Status::Skipped | Status::Hidden => Attention::Low,
    }
}
