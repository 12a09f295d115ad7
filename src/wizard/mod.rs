//! The conversation with the applicant: asks the questions in order, saves each answer, and offers a
//! menu in between.
//!
//! [`Wizard`] is the loop. `route.rs` says which question comes next, `question/` asks one question,
//! `overview.rs` shows all questions, `menu.rs` offers everything else, `word_document.rs` is the end
//! of the conversation, `messages.rs` words what is shown, and `open_draft.rs` with
//! `saving.rs` keeps the answers. How something looks is up to the frontend.

mod menu;
mod messages;
mod offers;
mod open_draft;
mod overview;
mod question;
mod route;
mod saving;
mod word_document;

use std::io;

use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Question, Questionnaire};
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation, PagerOutcome};
use menu::Menu;
pub(crate) use offers::{
    ConflictChoice, offer_change, offer_conflict, offer_drafts, offer_folder, offer_reading,
};
pub(crate) use open_draft::OpenDraft;
use question::QuestionDialog;
use route::{StartField, Visit, Waypoint, previous_question};

/// Leads through the questions of a draft.
pub(crate) struct Wizard<'q> {
    draft: OpenDraft<'q>,
    frontend: Frontend,
}

impl<'q> Wizard<'q> {
    /// Prepares the conversation about a draft.
    pub(crate) fn new(draft: OpenDraft<'q>, frontend: Frontend) -> Self {
        Self { draft, frontend }
    }

    /// Runs the conversation, from a question and one of its fields, or from the beginning. Returns
    /// why it ended.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written. Every answer is saved.
    pub(crate) fn run(
        mut self,
        start: Option<(&Question, Option<&Field>)>,
    ) -> io::Result<ExitReason> {
        self.draft.save_on_signals();
        let start = start.and_then(|(question, field)| self.visit(question, field));
        let mut waypoint = if let Some(visit) = start {
            Waypoint::Question(visit)
        } else {
            messages::show_start_screen(&self.draft, &self.frontend);
            if self.draft.answers.is_empty() || !self.frontend.has_overview_screen() {
                Waypoint::Menu { from: None }
            } else {
                Waypoint::Overview { from: None, selected: None }
            }
        };
        loop {
            self.draft.merge_external_changes(&self.frontend);
            let (draft, frontend) = (&mut self.draft, &mut self.frontend);
            waypoint = match waypoint {
                Waypoint::Menu { from } => Menu { draft, frontend, from }.run()?,
                Waypoint::Overview { from, selected } => {
                    overview::run(draft, frontend, from, selected)?
                }
                Waypoint::Question(visit) => self.ask(visit)?,
                Waypoint::LastQuestionDone => {
                    messages::show_end(draft, frontend);
                    if frontend.has_overview_screen() {
                        Waypoint::Overview { from: None, selected: None }
                    } else {
                        Waypoint::Menu { from: None }
                    }
                }
                Waypoint::Exit(reason) => return self.draft.close(reason, frontend),
            };
        }
    }

    /// Returns the visit that begins with a question or one of its fields.
    fn visit(&self, question: &Question, field: Option<&Field>) -> Option<Visit> {
        let index = self.draft.review().position(question)?;
        let field = field.and_then(|field| {
            question.fields.iter().position(|candidate| candidate.key == field.key)
        });
        let start = field.map_or(StartField::First, StartField::Index);
        Some(Visit { start, ..Visit::new(index) })
    }

    /// Asks a question and returns where to go from it.
    fn ask(&mut self, visit: Visit) -> io::Result<Waypoint> {
        let review = self.draft.review();
        let index = visit.question;
        let Some(item) = review.items.get(index) else { return Ok(Waypoint::LastQuestionDone) };
        let dialog = QuestionDialog::new(&mut self.draft, &mut self.frontend, item.question);
        let (navigation, field) = dialog.run(item.section, item.status, visit.start)?;
        // A user who returns from the menu or the overview is asked for the same field again.
        let from = Some(Visit { start: field, ..visit });
        Ok(match navigation {
            Navigation::Next | Navigation::Skip => visit.next(&self.draft.review()),
            Navigation::Back => {
                let previous = previous_question(&review, index);
                if previous.is_none() {
                    self.frontend.show("This is the first question.");
                }
                Waypoint::Question(previous.map_or(visit, Visit::new).at_first_field())
            }
            Navigation::Menu => Waypoint::Menu { from },
            Navigation::Overview => Waypoint::Overview { from, selected: Some(index) },
            Navigation::Quit(reason) => Waypoint::Exit(reason),
        })
    }
}

/// Shows a draft that another program has open for writing. Returns why the user stopped reading.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn read_only(
    questionnaire: &Questionnaire,
    draft: &Draft,
    frontend: &Frontend,
) -> io::Result<ExitReason> {
    let passages = messages::passages(questionnaire, draft, frontend.style());
    let text: String = passages.into_iter().map(|(_, text)| text).collect();
    Ok(match frontend.page(&questionnaire.title, &text)? {
        PagerOutcome::Quit(reason) => reason,
        PagerOutcome::Closed | PagerOutcome::Chosen(_) => ExitReason::UserQuit,
    })
}
