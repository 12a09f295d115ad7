//! The menu, with all actions other than answering the current question.

use std::io;

use jiff::Timestamp;

use super::open_draft::OpenDraft;
use super::overview;
use super::route::{StartField, Visit, Waypoint, previous_question, resume_at};
use super::word_document;
use crate::document::export::Format;
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::{Need, Question};
use crate::model::review::{Item, Review, Status};
use crate::model::text::{ago, capital, plural};
use crate::storage::draft_file::history::EarlierDraft;
use crate::storage::office;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation, PagerOutcome, Reply, SaveState};
use crate::terminal::requests::ListPrompt;

/// What a line of the menu does.
#[derive(Debug, Clone, Copy)]
enum MenuAction<'q> {
    Open(Visit),
    Skip(Visit),
    MarkNotApplicable(Visit, &'q Question),
    MarkApplicable(Visit, &'q Question),
    ShowOverview,
    ShowNotes(&'q Question),
    RestoreVersion(&'q Question),
    ReadEverything,
    Make(Format),
    /// Fills in the form with this index in [`OpenDraft::forms`].
    FillForm(usize),
    SaveElsewhere,
    Quit,
}

/// The menu of a conversation.
pub(super) struct Menu<'a, 'q> {
    pub(super) draft: &'a mut OpenDraft<'q>,
    pub(super) frontend: &'a mut Frontend,
    /// The question that the menu was opened from.
    pub(super) from: Option<Visit>,
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
        let (numbers, numbered): (Vec<_>, Vec<_>) =
            numbered(&review, self.from).into_iter().unzip();
        let count = options.len();
        let reply = self.choose("What now?", options, numbered, escape)?;
        if reply == Reply::Navigated(Navigation::Overview) {
            return self.act(MenuAction::ShowOverview, &review);
        }
        let back = self.from.map_or(Waypoint::Menu { from: None }, Waypoint::Question);
        match back.answer_or(reply) {
            Ok(chosen) => match (actions.get(chosen), numbers.get(chosen.saturating_sub(count))) {
                (Some(action), _) => self.act(*action, &review),
                (None, Some(waypoint)) => Ok(*waypoint),
                (None, None) => Ok(self.this_menu()),
            },
            Err(waypoint) => Ok(waypoint),
        }
    }

    fn this_menu(&self) -> Waypoint {
        Waypoint::Menu { from: self.from }
    }

    fn choose(
        &mut self,
        label: &str,
        options: Vec<String>,
        numbered: Vec<String>,
        escape: Navigation,
    ) -> io::Result<Reply<usize>> {
        self.frontend.choose(ListPrompt { numbered, ..ListPrompt::new(label, options, escape) })
    }

    /// Returns the actions that are possible here, with their labels.
    fn actions<'q>(&self, review: &Review<'q>) -> Vec<(MenuAction<'q>, String)> {
        let mut lines: Vec<(MenuAction<'q>, String)> = Vec::new();
        let mut documents = self.documents();
        let mut add = |action, label: String| lines.push((action, label));
        let name = |index: usize| {
            review.items.get(index).map(|item| item.question.name()).unwrap_or_default()
        };
        if let Some(visit) = self.from {
            let index = visit.question;
            add(MenuAction::Open(visit), format!("Continue with {}", name(index)));
            if matches!(visit.start, StartField::Index(1..)) {
                let first = MenuAction::Open(visit.at_first_field());
                add(first, format!("{} from its first field", capital(&name(index))));
            }
            if let Some(previous) = previous_question(review, index) {
                let back = MenuAction::Open(Visit::new(previous).at_first_field());
                add(back, format!("Back to {}", name(previous)));
            }
            add(MenuAction::Skip(visit), "Skip it for now".to_owned());
            if let Some(item) = review.items.get(index) {
                let (question, name) = (item.question, capital(&name(index)));
                if item.status == Status::NotApplicable {
                    add(
                        MenuAction::MarkApplicable(visit, question),
                        format!("{name} applies after all"),
                    );
                } else if question.need == Need::IfApplicable {
                    add(
                        MenuAction::MarkNotApplicable(visit, question),
                        format!("{name} does not apply"),
                    );
                }
                let noted = !self.draft.questionnaire.notes_of(question).is_empty();
                if noted || question.reference.is_some() {
                    let label = "Footnotes and reference material".to_owned();
                    add(MenuAction::ShowNotes(question), label);
                }
                if self.versions(question).next().is_some() {
                    let label = "Restore an earlier version".to_owned();
                    add(MenuAction::RestoreVersion(question), label);
                }
            }
        } else if let Some(next) = resume_at(review) {
            let verb = if self.draft.answers.is_empty() { "Start with" } else { "Continue with" };
            add(MenuAction::Open(Visit::new(next)), format!("{verb} {}", name(next)));
        } else {
            for (action, label) in documents.drain(..) {
                add(action, label);
            }
        }
        add(MenuAction::ShowOverview, "Choose a question in the overview".to_owned());
        add(MenuAction::ReadEverything, "Read everything through".to_owned());
        for (action, label) in documents {
            add(action, label);
        }
        if !self.draft.answers.is_empty() && office::is_installed() {
            add(MenuAction::Make(Format::Pdf), "Make a PDF".to_owned());
        }
        if matches!(self.draft.saver.status(), SaveState::Failed(_))
            && self.draft.saver.oversized_copy().is_none()
        {
            add(MenuAction::SaveElsewhere, "Save in another place".to_owned());
        }
        add(MenuAction::Quit, "Save and leave".to_owned());
        lines
    }

    /// Returns the Word documents that can be made: one of our own, and the forms beside the draft.
    fn documents(&self) -> Vec<(MenuAction<'static>, String)> {
        if self.draft.answers.is_empty() {
            return Vec::new();
        }
        let mut documents =
            vec![(MenuAction::Make(Format::Docx), "Make the Word document".to_owned())];
        let forms = self.draft.forms();
        let names = forms.iter().map(|form| form.file_name().unwrap_or_default().to_string_lossy());
        documents.extend(
            names
                .enumerate()
                .map(|(index, name)| (MenuAction::FillForm(index), format!("Fill in {name}"))),
        );
        documents
    }

    fn act(&mut self, action: MenuAction<'_>, review: &Review<'_>) -> io::Result<Waypoint> {
        match action {
            MenuAction::Open(visit) => Ok(Waypoint::Question(visit)),
            MenuAction::Skip(visit) => Ok(visit.next(review)),
            MenuAction::MarkNotApplicable(visit, question) => {
                self.draft.mark_not_applicable(question, true, self.frontend);
                let name = capital(&question.name());
                self.frontend.show(&format!("{name} is marked as not applicable."));
                Ok(visit.next(&self.draft.review()))
            }
            MenuAction::MarkApplicable(visit, question) => {
                self.draft.mark_not_applicable(question, false, self.frontend);
                Ok(Waypoint::Question(visit.at_first_field()))
            }
            MenuAction::ShowOverview => Ok(Waypoint::Overview {
                from: self.from,
                selected: self.from.map(|visit| visit.question),
            }),
            MenuAction::ShowNotes(question) => {
                let guidance = self.frontend.guidance(self.draft.questionnaire, question);
                self.page(&capital(&question.name()), &guidance.full())
            }
            MenuAction::RestoreVersion(question) => self.restore_version(question),
            MenuAction::ReadEverything => {
                let first = self.from.map_or(0, |visit| visit.question);
                let back = self.this_menu();
                overview::read_everything(self.draft, self.frontend, first, back)
            }
            MenuAction::Make(format) => {
                let exit = word_document::make_document(format, self.draft, self.frontend)?;
                Ok(exit.map_or(self.this_menu(), Waypoint::Exit))
            }
            MenuAction::FillForm(index) => {
                let Some(form) = self.draft.forms().into_iter().nth(index) else {
                    return Ok(self.this_menu());
                };
                let exit = word_document::fill_form(&form, self.draft, self.frontend)?;
                Ok(exit.map_or(self.this_menu(), Waypoint::Exit))
            }
            MenuAction::SaveElsewhere => {
                let quit = self.draft.save_elsewhere(self.frontend)?;
                Ok(quit.map_or(self.this_menu(), Waypoint::Exit))
            }
            MenuAction::Quit => Ok(Waypoint::Exit(ExitReason::UserQuit)),
        }
    }

    /// Shows a page and returns to the menu.
    fn page(&self, title: &str, text: &str) -> io::Result<Waypoint> {
        Ok(match self.frontend.page(title, text)? {
            PagerOutcome::Quit(reason) => Waypoint::Exit(reason),
            PagerOutcome::Closed | PagerOutcome::Chosen(_) => self.this_menu(),
        })
    }

    /// Shows the earlier versions of an answer, and restores one.
    fn restore_version(&mut self, question: &Question) -> io::Result<Waypoint> {
        let mut versions: Vec<(Draft, String, String)> = Vec::new();
        for (draft, saved, text) in self.versions(question) {
            if versions.iter().any(|(_, known, _)| *known == text) {
                continue;
            }
            let words = self.draft.questionnaire.word_rule.count(&text);
            let words = plural(words, "word", "words");
            versions.push((draft, text, format!("{}: {words}", ago(saved, Timestamp::now()))));
        }
        if versions.is_empty() {
            self.frontend.show("There is no other version of this answer.");
            return Ok(self.this_menu());
        }
        loop {
            let labels = versions.iter().map(|(_, _, label)| label.clone()).collect();
            let reply = self.choose("Which version?", labels, Vec::new(), Navigation::Back)?;
            let (draft, text) =
                match self.this_menu().answer_or(reply).map(|chosen| versions.get(chosen)) {
                    Ok(Some((draft, text, _))) => (draft, text),
                    Ok(None) => continue,
                    Err(waypoint) => return Ok(waypoint),
                };
            if let PagerOutcome::Quit(reason) =
                self.frontend.page(&capital(&question.name()), text)?
            {
                return Ok(Waypoint::Exit(reason));
            }
            let reply = self.frontend.confirm("Restore this version?")?;
            match self.this_menu().answer_or(reply) {
                Ok(true) => {
                    let kept = self.draft.saver.keep_version();
                    self.draft.answers.bring_back(draft, question, None);
                    self.draft.save(self.frontend);
                    self.frontend.show(if kept {
                        "Restored. The version that it replaced is kept, too."
                    } else {
                        "Restored."
                    });
                    return Ok(self.this_menu());
                }
                Err(exit @ Waypoint::Exit(_)) => return Ok(exit),
                Ok(false) | Err(_) => {}
            }
        }
    }

    /// Returns the earlier versions in which the answer of a question differs from the current one:
    /// the draft, when it was saved, and the answer.
    fn versions(&self, question: &Question) -> impl Iterator<Item = (Draft, Timestamp, String)> {
        let current = self.draft.answers.answers_of(question, None);
        let versions = self.draft.saver.history().drafts(self.draft.questionnaire);
        versions.filter_map(move |EarlierDraft { version, draft, .. }| {
            let text = draft.answers_of(question, None);
            (!text.is_empty() && text != current).then_some((draft, version.saved, text))
        })
    }
}

/// Returns a line for each question that begins with its number, and where it leads: to the question,
/// or to the overview, which says why it is not asked.
fn numbered(review: &Review<'_>, from: Option<Visit>) -> Vec<(Waypoint, String)> {
    let line = |(index, item): (usize, &Item<'_>)| {
        let title = markup::plain(&item.question.title);
        let line = format!("{}  {title}, {}", item.question.number?, item.label());
        let waypoint = match item.status {
            Status::Hidden => Waypoint::Overview { from, selected: Some(index) },
            Status::Answered
            | Status::Missing
            | Status::OverLimit
            | Status::Invalid
            | Status::NotApplicable
            | Status::Skipped => Waypoint::Question(Visit::new(index)),
        };
        Some((waypoint, line))
    };
    review.items.iter().enumerate().filter_map(line).collect()
}
