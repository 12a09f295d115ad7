//! The conversation with the applicant: asks the questions in order, saves each answer, and offers a
//! menu in between.
//!
//! [`Wizard`] is the loop. `route.rs` says which question comes next, `question/` asks one question,
//! `menu.rs` offers everything else, `messages.rs` words what is shown, and `open_draft.rs` with
//! `saving.rs` keeps the answers. How something looks is up to the frontend.

mod menu;
mod messages;
mod offers;
mod open_draft;
mod question;
mod route;
mod saving;

use std::io;

use crate::model::draft::Draft;
use crate::model::questionnaire::{Question, Questionnaire};
use crate::storage::draft_file::DraftFile;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation};
use menu::Menu;
pub(crate) use offers::{offer_change, offer_drafts, offer_reading};
use open_draft::OpenDraft;
use question::QuestionDialog;
use route::{Waypoint, next_question, previous_question};

/// Leads through the questions of a draft.
pub(crate) struct Wizard<'q> {
    draft: OpenDraft<'q>,
    frontend: Frontend,
}

impl<'q> Wizard<'q> {
    /// Prepares the conversation about an open draft. `path` and `options` are the arguments of
    /// `good-practice fill` that resume it.
    pub(crate) fn new(
        questionnaire: &'q Questionnaire,
        file: DraftFile,
        draft: Draft,
        frontend: Frontend,
        path: String,
        options: String,
    ) -> Self {
        Self { draft: OpenDraft::new(questionnaire, file, draft, path, options), frontend }
    }

    /// Runs the conversation, from a question or from the menu. Returns why it ended.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written. Every answer is saved.
    pub(crate) fn run(mut self, start: Option<&Question>) -> io::Result<ExitReason> {
        self.draft.save_on_signals();
        let start = start.and_then(|question| self.draft.review().position(question));
        if start.is_none() {
            messages::greet(&self.draft, &self.frontend);
        }
        let mut waypoint = start.map_or(Waypoint::Menu { from: None }, Waypoint::Question);
        loop {
            self.draft.merge_external_changes(&self.frontend);
            let (draft, frontend) = (&mut self.draft, &mut self.frontend);
            waypoint = match waypoint {
                Waypoint::Menu { from } => Menu { draft, frontend, from }.run()?,
                Waypoint::Question(index) => self.ask(index)?,
                Waypoint::LastQuestionDone => {
                    messages::show_end(draft, frontend);
                    Waypoint::Menu { from: None }
                }
                Waypoint::Exit(reason) => return self.draft.close(reason, frontend),
            };
        }
    }

    /// Asks a question and returns where to go from it.
    fn ask(&mut self, index: usize) -> io::Result<Waypoint> {
        let review = self.draft.review();
        let Some(item) = review.items.get(index) else { return Ok(Waypoint::LastQuestionDone) };
        let dialog = QuestionDialog::new(&mut self.draft, &mut self.frontend, item.question);
        Ok(match dialog.run(item.section, item.status)? {
            Navigation::Next | Navigation::Skip => next_question(&self.draft.review(), index),
            Navigation::Back => {
                Waypoint::Question(previous_question(&review, index).unwrap_or_else(|| {
                    self.frontend.show("This is the first question.");
                    index
                }))
            }
            Navigation::Menu => Waypoint::Menu { from: Some(index) },
            Navigation::Quit(reason) => Waypoint::Exit(reason),
        })
    }
}

/// Shows a draft that another program has open for writing.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn read_only(
    questionnaire: &Questionnaire,
    draft: &Draft,
    frontend: &Frontend,
) -> io::Result<()> {
    let text = messages::everything(questionnaire, draft, frontend.style());
    frontend.page(&questionnaire.title, &text).map(drop)
}
