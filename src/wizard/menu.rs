//! The menu: everything that the user can do beside answering the current question.

use std::io;

use jiff::Timestamp;

use super::messages;
use super::open_draft::OpenDraft;
use super::route::{Waypoint, next_question, previous_question, resume_at};
use crate::model::draft::Draft;
use crate::model::questionnaire::{Need, Question};
use crate::model::review::{Item, Review, Status};
use crate::model::text::{ago, capital, plural};
use crate::storage::draft_file;
use crate::summary::{self, Extent};
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation, PagerOutcome, SaveState};
use crate::terminal::requests::{FullTexts, ListPrompt};

/// What a line of the menu does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MenuAction {
    Open(usize),
    Skip(usize),
    MarkNotApplicable(usize),
    MarkApplicable(usize),
    ChooseQuestion,
    ShowNotes(usize),
    RestoreVersion(usize),
    ReadEverything,
    ShowSummary,
    SaveElsewhere,
    Quit,
}

/// The menu of a conversation.
pub(super) struct Menu<'a, 'q> {
    pub(super) draft: &'a mut OpenDraft<'q>,
    pub(super) frontend: &'a mut Frontend,
    /// The question that the menu was opened from.
    pub(super) from: Option<usize>,
}

impl Menu<'_, '_> {
    /// Offers the actions, does the chosen one, and returns where to go.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(super) fn run(mut self) -> io::Result<Waypoint> {
        self.frontend.set_subject("");
        let review = self.draft.review();
        let (actions, options): (Vec<_>, Vec<_>) = self.actions(&review).into_iter().unzip();
        let escape = match self.from {
            Some(_) => Navigation::Back,
            None => Navigation::Quit(ExitReason::UserQuit),
        };
        let reply = self.choose("What now?", options, escape)?;
        let back = self.from.map_or(Waypoint::Menu { from: None }, Waypoint::Question);
        match back.answer_or(reply).map(|chosen| actions.get(chosen)) {
            Ok(Some(action)) => self.act(*action, &review),
            Ok(None) => Ok(self.here()),
            Err(waypoint) => Ok(waypoint),
        }
    }

    fn here(&self) -> Waypoint {
        Waypoint::Menu { from: self.from }
    }

    fn choose(
        &mut self,
        label: &str,
        options: Vec<String>,
        escape: Navigation,
    ) -> io::Result<crate::terminal::outcome::Reply<usize>> {
        self.frontend.choose(ListPrompt {
            label: label.into(),
            options,
            full_texts: FullTexts::None,
            initial: Some(0),
            rewrite: None,
            escape,
        })
    }

    /// Returns the actions that are possible here, with their labels.
    fn actions(&self, review: &Review<'_>) -> Vec<(MenuAction, String)> {
        let mut lines: Vec<(MenuAction, String)> = Vec::new();
        let mut add = |action, label: String| lines.push((action, label));
        let name = |index| question_at(review, index).map(Question::name).unwrap_or_default();
        if let Some(index) = self.from {
            add(MenuAction::Open(index), format!("Go on with {}", name(index)));
            if let Some(previous) = previous_question(review, index) {
                add(MenuAction::Open(previous), format!("Back to {}", name(previous)));
            }
            add(MenuAction::Skip(index), "Skip it for now".to_owned());
            if let Some(item) = review.items.get(index) {
                let (question, name) = (item.question, capital(&name(index)));
                if item.status == Status::NotApplicable {
                    add(MenuAction::MarkApplicable(index), format!("{name} applies after all"));
                } else if question.need == Need::IfApplicable {
                    add(MenuAction::MarkNotApplicable(index), format!("{name} does not apply"));
                }
                let noted = !self.draft.questionnaire.notes_of(question).is_empty();
                if noted || question.reference.is_some() {
                    let label = "Footnotes and reference material".to_owned();
                    add(MenuAction::ShowNotes(index), label);
                }
            }
            if !self.draft.saver.history().versions().is_empty() {
                let label = "Bring back an earlier version".to_owned();
                add(MenuAction::RestoreVersion(index), label);
            }
        } else if let Some(next) = resume_at(review) {
            let verb = if self.draft.answers.is_empty() { "Start with" } else { "Go on with" };
            add(MenuAction::Open(next), format!("{verb} {}", name(next)));
        }
        add(MenuAction::ChooseQuestion, "Choose a question".to_owned());
        add(MenuAction::ShowSummary, "See what is still missing".to_owned());
        add(MenuAction::ReadEverything, "Read everything through".to_owned());
        if matches!(self.draft.saver.status(), SaveState::Failed(_))
            && self.draft.saver.oversized_copy().is_none()
        {
            add(MenuAction::SaveElsewhere, "Save in another place".to_owned());
        }
        add(MenuAction::Quit, "Save and leave".to_owned());
        lines
    }

    fn act(&mut self, action: MenuAction, review: &Review<'_>) -> io::Result<Waypoint> {
        match action {
            MenuAction::Open(index) => Ok(Waypoint::Question(index)),
            MenuAction::Skip(index) => Ok(next_question(review, index)),
            MenuAction::MarkNotApplicable(index) => {
                if let Some(question) = question_at(review, index) {
                    self.draft.mark_not_applicable(question, true, self.frontend);
                    let name = capital(&question.name());
                    self.frontend.show(&format!("{name} is marked as not applicable."));
                }
                Ok(next_question(&self.draft.review(), index))
            }
            MenuAction::MarkApplicable(index) => {
                if let Some(question) = question_at(review, index) {
                    self.draft.mark_not_applicable(question, false, self.frontend);
                }
                Ok(Waypoint::Question(index))
            }
            MenuAction::ChooseQuestion => self.choose_question(review),
            MenuAction::ShowNotes(index) => match question_at(review, index) {
                Some(question) => {
                    let text = self.frontend.question_text(self.draft.questionnaire, question);
                    self.page(&capital(&question.name()), &text.full())
                }
                None => Ok(self.here()),
            },
            MenuAction::RestoreVersion(index) => match question_at(review, index) {
                Some(question) => self.restore_version(question),
                None => Ok(self.here()),
            },
            MenuAction::ReadEverything => {
                let style = self.frontend.style();
                let text =
                    messages::everything(self.draft.questionnaire, &self.draft.answers, style);
                self.page(&self.draft.questionnaire.title, &text)
            }
            MenuAction::ShowSummary => {
                let resume = self.draft.resume_arguments();
                let style = self.frontend.style();
                let text = summary::text(review, &resume, style, Extent::AllQuestions);
                self.frontend.show_layout(&text);
                Ok(self.here())
            }
            MenuAction::SaveElsewhere => {
                let quit = self.draft.save_elsewhere(self.frontend)?;
                Ok(quit.map_or(self.here(), Waypoint::Exit))
            }
            MenuAction::Quit => Ok(Waypoint::Exit(ExitReason::UserQuit)),
        }
    }

    /// Shows a page and returns to the menu.
    fn page(&self, title: &str, text: &str) -> io::Result<Waypoint> {
        Ok(match self.frontend.page(title, text)? {
            PagerOutcome::Quit(reason) => Waypoint::Exit(reason),
            PagerOutcome::Closed | PagerOutcome::Chosen(_) => self.here(),
        })
    }

    /// Shows the earlier versions of an answer, and restores one.
    fn restore_version(&mut self, question: &Question) -> io::Result<Waypoint> {
        let current = self.draft.answers.answers_of(question, None);
        let mut versions: Vec<(Draft, String, String)> = Vec::new();
        for version in self.draft.saver.history().versions() {
            let Ok(draft) = draft_file::read(&version.path, self.draft.questionnaire) else {
                continue;
            };
            let text = draft.answers_of(question, None);
            let known = |(_, known, _): &(Draft, String, String)| *known == text;
            if text.is_empty() || text == current || versions.iter().any(known) {
                continue;
            }
            let words = self.draft.questionnaire.word_rule.count(&text);
            let label = format!(
                "{}: {}",
                ago(version.saved, Timestamp::now()),
                plural(words, "word", "words")
            );
            versions.push((draft, text, label));
        }
        if versions.is_empty() {
            self.frontend.show("No other version of this answer is kept.");
            return Ok(self.here());
        }
        loop {
            let labels = versions.iter().map(|(_, _, label)| label.clone()).collect();
            let reply = self.choose("Which version?", labels, Navigation::Back)?;
            let (draft, text) =
                match self.here().answer_or(reply).map(|chosen| versions.get(chosen)) {
                    Ok(Some((draft, text, _))) => (draft, text),
                    Ok(None) => continue,
                    Err(waypoint) => return Ok(waypoint),
                };
            if let PagerOutcome::Quit(reason) =
                self.frontend.page(&capital(&question.name()), text)?
            {
                return Ok(Waypoint::Exit(reason));
            }
            let reply = self.frontend.confirm("Bring this version back?")?;
            match self.here().answer_or(reply) {
                Ok(true) => {
                    let kept = self.draft.saver.keep_version();
                    self.draft.answers.bring_back(draft, question, None);
                    self.draft.save(self.frontend);
                    self.frontend.show(if kept {
                        "It is back. The version it replaced is kept too."
                    } else {
                        "It is back."
                    });
                    return Ok(self.here());
                }
                Err(exit @ Waypoint::Exit(_)) => return Ok(exit),
                Ok(false) | Err(_) => {}
            }
        }
    }

    fn choose_question(&mut self, review: &Review<'_>) -> io::Result<Waypoint> {
        let asked = |(_, item): &(usize, &Item<'_>)| item.status != Status::Hidden;
        let (indices, items): (Vec<_>, Vec<_>) =
            review.items.iter().enumerate().filter(asked).unzip();
        let start = self.from.or_else(|| resume_at(review));
        let initial = indices.iter().position(|index| Some(*index) == start).unwrap_or(0);
        let reply = self.frontend.choose_question(&items, initial)?;
        Ok(match self.here().answer_or(reply).map(|chosen| indices.get(chosen)) {
            Ok(Some(index)) => Waypoint::Question(*index),
            Ok(None) => self.here(),
            Err(waypoint) => waypoint,
        })
    }
}

fn question_at<'q>(review: &Review<'q>, index: usize) -> Option<&'q Question> {
    review.items.get(index).map(|item| item.question)
}
