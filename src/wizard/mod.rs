//! The conversation: which question comes next, the way back, the menu, and what is kept when
//! somebody leaves.

mod menu;
mod messages;
mod question;
mod saving;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::draft::Draft;
use crate::model::questionnaire::{Question, Questionnaire};
use crate::model::review::Review;
use crate::storage::draft_file::DraftFile;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation};
use crate::terminal::{composer, session};
pub(crate) use menu::{offer_change, offer_drafts, offer_reading};
use saving::Saver;

const NOTHING_WRITTEN: &str = "Nothing was written, so there is nothing to save.";

/// What the wizard works on.
pub(crate) struct Wizard<'q> {
    questionnaire: &'q Questionnaire,
    draft: Draft,
    saver: Saver,
    face: Frontend,
    stop: Arc<AtomicBool>,
    in_composer: Arc<AtomicBool>,
    /// The draft's name as the person says it.
    name: String,
    /// What else one types to come back to it.
    options: String,
    warned: Option<String>,
}

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Menu(Option<usize>),
    Question(usize),
    /// After the last open question.
    End,
    Done(ExitReason),
}

impl<'q> Wizard<'q> {
    /// Prepares a wizard on an open draft. `name` and `options` are what one types after
    /// `good-practice fill` to come back: the draft, and what follows it.
    pub(crate) fn new(
        questionnaire: &'q Questionnaire,
        file: DraftFile,
        draft: Draft,
        face: Frontend,
        name: String,
        options: String,
    ) -> Self {
        Self {
            questionnaire,
            draft,
            saver: Saver::new(file, questionnaire.clone()),
            face,
            stop: Arc::default(),
            in_composer: Arc::default(),
            name,
            options,
            warned: None,
        }
    }

    /// Leads through the questions, from `start` where it is given.
    ///
    /// # Errors
    /// The terminal fails. Everything answered is saved.
    pub(crate) fn run(mut self, start: Option<&Question>) -> io::Result<ExitReason> {
        let held = self.face.hold()?;
        self.watch_signals();
        let mut at =
            if let Some(index) = start.and_then(|question| self.review().position(question)) {
                At::Question(index)
            } else {
                self.greet();
                At::Menu(None)
            };
        let ending = loop {
            self.merge_external_changes();
            at = match at {
                At::Menu(from) => self.menu(from)?,
                At::Question(index) => self.visit(index)?,
                At::End => {
                    self.finish();
                    At::Menu(None)
                }
                At::Done(ending) => break self.leave(ending)?,
            };
        };
        drop(held);
        Ok(ending)
    }

    fn review(&self) -> Review<'q> {
        Review::new(self.questionnaire, &self.draft)
    }

    /// A signal ends the program in order: in the composer by its own loop, elsewhere here, where
    /// a prompt waits for a key that may never come.
    fn watch_signals(&self) {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
            let mut wanted = vec![SIGHUP, SIGTERM, SIGTSTP];
            // The plain face hears Ctrl-C itself, like a line.
            if !self.face.is_plain() {
                wanted.push(SIGINT);
            }
            let Ok(mut signals) = signal_hook::iterator::Signals::new(wanted) else {
                return;
            };
            let (stop, in_composer) = (Arc::clone(&self.stop), Arc::clone(&self.in_composer));
            let saver = self.saver.clone();
            session::leave_signals_to_the_wizard();
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    if signal == SIGTSTP {
                        if in_composer.load(Ordering::SeqCst) {
                            // The composer hands over what was typed by itself.
                            std::thread::sleep(2 * composer::KEEP_AFTER);
                        }
                        let _ = saver.flush();
                        session::suspend();
                        continue;
                    }
                    // Ctrl-C in an editor that leaves the terminal as it was is the editor's.
                    if signal == SIGINT && session::is_lent() {
                        continue;
                    }
                    stop.store(true, Ordering::SeqCst);
                    if !in_composer.load(Ordering::SeqCst) {
                        let rescued = saver.close().ok().flatten();
                        session::end_program(128 + signal, rescued.as_deref());
                    }
                }
            });
        }
    }

    /// Where to go after a question: to the next one still open, or to the end.
    fn after(&self, index: usize) -> At {
        let review = self.review();
        let open =
            |at: &usize| review.items.get(*at).is_some_and(|item| item.status.needs_answer());
        (index + 1..review.items.len()).find(open).map_or(At::End, At::Question)
    }

    /// Where to go back to from a question.
    fn before(&self, review: &Review<'_>, index: usize) -> At {
        At::Question(Self::neighbour(review, index).unwrap_or_else(|| {
            self.tell("This is the first question.");
            index
        }))
    }

    fn visit(&mut self, index: usize) -> io::Result<At> {
        let review = self.review();
        let Some(item) = review.items.get(index) else { return Ok(At::End) };
        Ok(
            match self.ask(
                item.question,
                item.section.map(|section| section.short_title.as_str()),
                item.status,
            )? {
                Navigation::Next | Navigation::Skip => self.after(index),
                Navigation::Back => self.before(&review, index),
                Navigation::Menu => At::Menu(Some(index)),
                Navigation::Over(ending) => At::Done(ending),
            },
        )
    }

    /// Takes in what others changed in the file, and says so.
    fn merge_external_changes(&mut self) {
        if let Some(draft) = self.saver.merge_external_changes(&self.draft) {
            self.draft = draft;
        }
        for told in self.saver.told() {
            self.tell(&told);
        }
    }

    /// Saves the draft and shows a failure; the conversation continues.
    fn save(&mut self) {
        self.saver.post(&self.draft);
        self.report_saving();
    }

    /// Waits until everything is saved, merges external changes and shows a failure once.
    fn report_saving(&mut self) {
        let failed = self.saver.flush().err();
        self.merge_external_changes();
        if failed != self.warned {
            if let Some(reason) = &failed {
                self.tell(&format!(
                    "Not saved: {reason}. Nothing is lost while this window is open; {} offers another place to save.",
                    self.face.menu_key()
                ));
            }
            self.warned = failed;
        }
    }

    /// Saves for the last time, says where the draft is and how to come back.
    fn leave(&mut self, ending: ExitReason) -> io::Result<ExitReason> {
        if ending != ExitReason::Terminated
            && let Err(reason) = self.saver.flush()
        {
            self.tell(&format!("The draft could not be saved: {reason}."));
            self.save_elsewhere()?;
        }
        let said = match self.saver.close() {
            Ok(None) => None,
            Ok(Some(rescued)) => Some(format!("Saved as {} instead.", rescued.display())),
            Err(reason) => Some(format!("The draft could not be saved: {reason}.")),
        };
        if let Some(said) = said {
            self.tell(&said);
            return Ok(if ending == ExitReason::Left { ExitReason::Unsaved } else { ending });
        }
        self.tell("");
        if self.saver.has_saved() || !self.draft.is_empty() {
            self.tell(&format!("Saved in {}", self.saver.path().display()));
            self.tell(&format!("To go on: good-practice fill {}", self.resume()));
        } else {
            self.tell(NOTHING_WRITTEN);
        }
        Ok(ending)
    }
}

/// Shows a draft that another wizard has, without changing it.
///
/// # Errors
/// The terminal fails.
pub(crate) fn read_only(
    questionnaire: &Questionnaire,
    draft: &Draft,
    face: &Frontend,
) -> io::Result<()> {
    let _held = face.hold()?;
    let text = messages::everything(&Review::new(questionnaire, draft), draft, face);
    face.page(&questionnaire.title, &text).map(|_| ())
}

impl Drop for Wizard<'_> {
    /// On every way out, a panic included, what was handed over is on the disk before the program
    /// ends.
    fn drop(&mut self) {
        let _ = self.saver.close();
    }
}
