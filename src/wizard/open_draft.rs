//! The draft of a conversation: its answers, and what has been saved of them.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::messages::sentence;
use super::saving::{self, Saver};
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::questionnaire::{Key, Question, Questionnaire};
use crate::model::review::Review;
use crate::model::spelling::Speller;
use crate::model::submission::Submission;
use crate::model::text::path_argument;
use crate::storage::dictionary::SharedDictionary;
use crate::storage::draft_file::DraftFile;
use crate::storage::form_file::FormFinder;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation};
use crate::terminal::requests::LinePrompt;
use crate::terminal::signals;
use crate::terminal::spelling::Loading;

pub(super) const NOTHING_WRITTEN: &str = "Nothing was written, so there is nothing to save.";

/// Returns the date here.
pub(super) fn today() -> Date {
    TimeZone::system().to_datetime(Timestamp::now()).date()
}

/// A draft that is open for writing. Every change is saved at once.
pub(crate) struct OpenDraft<'q> {
    pub(super) questionnaire: &'q Questionnaire,
    pub(super) answers: Draft,
    pub(super) saver: Saver,
    /// The path as the user typed it, and further arguments, for the command that resumes.
    path: String,
    options: String,
    /// The dictionary of the session.
    dictionary: SharedDictionary,
    /// Whether spelling is checked. `false` after the message that there is no dictionary.
    pub(super) spelling: Cell<bool>,
    /// The Word forms beside the draft.
    forms: RefCell<FormFinder>,
    /// The last save error that was shown to the user.
    shown_failure: Option<String>,
}

impl<'q> OpenDraft<'q> {
    /// Opens the conversation about a draft. `path` and `options` are the arguments of
    /// `good-practice fill` that resume it. `spelling` says whether spelling is checked.
    pub(crate) fn new(
        questionnaire: &'q Questionnaire,
        file: DraftFile,
        answers: Draft,
        path: String,
        options: String,
        spelling: bool,
    ) -> Self {
        let saver = Saver::new(file, questionnaire.clone());
        Self {
            questionnaire,
            answers,
            saver,
            path,
            options,
            dictionary: SharedDictionary::default(),
            spelling: Cell::new(spelling),
            forms: RefCell::default(),
            shown_failure: None,
        }
    }

    /// Creates a speller for the answers, or says why there is no dictionary. Returns `None` while
    /// the dictionary is being read in the background.
    pub(super) fn speller(&self, loading: Loading) -> Option<Result<Speller, String>> {
        let lexicon = match loading {
            Loading::Wait => self.dictionary.wait(self.questionnaire),
            Loading::InBackground => self.dictionary.poll(self.questionnaire)?,
        };
        let lexicon = lexicon.inspect_err(|_| self.spelling.set(false));
        Some(lexicon.map(|lexicon| Speller::new(lexicon, &self.answers, self.questionnaire)))
    }

    /// Returns the Word forms that can be filled in, the one that was filled in last first.
    pub(super) fn forms(&self) -> Vec<PathBuf> {
        let mut forms = self.forms.borrow_mut();
        forms.find(&self.saver.path(), &self.answers, self.questionnaire)
    }

    /// Notes in the draft which form was filled in last, and saves that.
    pub(super) fn remember_form(&mut self, form: &Path, frontend: &Frontend) {
        let path = self.saver.path();
        let beside = path.parent().and_then(|folder| form.strip_prefix(folder).ok());
        let form = beside.unwrap_or(form).to_string_lossy();
        if self.answers.form() != Some(&*form) {
            self.answers.set_form(&form);
            self.save(frontend);
        }
    }

    /// Saves the draft when a signal stops or ends the program.
    pub(super) fn save_on_signals(&self) {
        let (stop, exit) = (self.saver.clone(), self.saver.clone());
        signals::save_with(move || drop(stop.flush()), move || exit.close_and_describe());
    }

    pub(super) fn review(&self) -> Review<'q> {
        Review::new(self.questionnaire, &self.answers)
    }

    /// Returns the answers that are asked for.
    pub(super) fn submission(&self) -> Submission<'_> {
        Submission::new(self.questionnaire, &self.answers)
    }

    /// Returns what a careful reader would ask about: answers that are kept but not asked for, unusual
    /// dates, and answers that contradict each other.
    fn remarks(&self) -> Vec<String> {
        [self.review().remarks(), self.submission().contradictions(today())].concat()
    }

    /// Sets an answer and saves it if it has changed. Shows the remarks that it leads to.
    pub(super) fn set(&mut self, key: &Key, answer: Answer, frontend: &Frontend) {
        let unchanged = match self.answers.answer(key) {
            Some(before) => *before == answer,
            None => answer.is_empty(),
        };
        if !unchanged {
            let before = self.remarks();
            self.answers.set(key, answer);
            self.save(frontend);
            for remark in self.remarks().iter().filter(|remark| !before.contains(remark)) {
                frontend.show_notice(&sentence(remark));
            }
        }
    }

    /// Marks a question as not applicable, or removes the mark, and saves that.
    pub(super) fn mark_not_applicable(
        &mut self,
        question: &Question,
        mark: bool,
        frontend: &Frontend,
    ) {
        if self.answers.is_not_applicable(question) != mark {
            self.answers.mark_not_applicable(question, mark);
            self.save(frontend);
        }
    }

    /// Saves the draft and shows a failure; the conversation continues.
    pub(super) fn save(&mut self, frontend: &Frontend) {
        self.saver.post(&self.answers);
        self.report_saving(frontend);
    }

    /// Waits until everything is saved, merges external changes and shows a failure once.
    pub(super) fn report_saving(&mut self, frontend: &Frontend) {
        let failure = self.saver.flush().err();
        self.merge_external_changes(frontend);
        if failure != self.shown_failure {
            if let Some(reason) = &failure {
                frontend.show_save_failure(reason);
            }
            self.shown_failure = failure;
        }
    }

    /// Merges what other programs changed in the file, and shows what happened.
    pub(super) fn merge_external_changes(&mut self, frontend: &Frontend) {
        if let Some(merged) = self.saver.merge_external_changes(&self.answers) {
            self.answers = merged;
        }
        for notice in self.saver.take_notices() {
            frontend.show_notice(&notice);
        }
    }

    /// Asks for another file until one can be written. Returns why the user quits, if they do.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(super) fn save_elsewhere(
        &mut self,
        frontend: &mut Frontend,
    ) -> io::Result<Option<ExitReason>> {
        frontend.set_subject("");
        let folder = saving::rescue_folders().into_iter().next().unwrap_or_default();
        let suggestion = folder.join("application-rescued.yaml").display().to_string();
        loop {
            let help = "a file that does not exist yet";
            let reply = frontend.line(&LinePrompt::new("Save the draft as", &suggestion, help))?;
            if reply.navigation != Navigation::Next {
                return Ok(reply.navigation.exit_reason());
            }
            let path = reply.text.unwrap_or_default();
            match self.saver.move_to(path.as_ref(), &self.answers) {
                Ok(()) => {
                    frontend.show(&format!("Saved as {path}; this wizard continues there."));
                    self.shown_failure = None;
                    self.path = path;
                    return Ok(None);
                }
                Err(reason) => frontend.show(&format!("Not saved there either: {reason}.")),
            }
        }
    }

    /// Saves for the last time and shows where the draft is and how to resume it. Returns the
    /// reason to exit, which changes if the draft could not be saved in its file.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(super) fn close(
        mut self,
        reason: ExitReason,
        frontend: &mut Frontend,
    ) -> io::Result<ExitReason> {
        if !matches!(reason, ExitReason::Signal(_))
            && let Err(failure) = self.saver.flush()
        {
            frontend.show(&not_saved(&failure));
            // Another place has no more room for a draft that is too large.
            if self.saver.oversized_copy().is_none() {
                self.save_elsewhere(frontend)?;
            }
        }
        if let Some(failure) = self.saver.close_and_describe() {
            frontend.show(&failure);
            let left = reason == ExitReason::UserQuit;
            return Ok(if left { ExitReason::NotSaved } else { reason });
        }
        frontend.show("");
        if self.saver.has_saved() || !self.answers.is_empty() {
            frontend.show(&format!("Saved in {}", self.saver.path().display()));
            let path = path_argument(&self.path);
            let command = format!("good-practice fill {path}{}", self.options);
            frontend.show_command("To continue:", &command);
        } else {
            frontend.show(NOTHING_WRITTEN);
        }
        Ok(reason)
    }
}

fn not_saved(reason: &str) -> String {
    format!("The draft could not be saved: {reason}.")
}

impl Drop for OpenDraft<'_> {
    /// Saves the draft whenever the value is dropped, also if the program panics.
    fn drop(&mut self) {
        let _ = self.saver.close();
    }
}
