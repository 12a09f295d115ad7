//! The questions of the frontend: writes their labels, and passes each request to the rich or the
//! plain frontend.

use std::io;

use super::{Frontend, FrontendKind};
use crate::model::questionnaire::Question;
use crate::model::text::capital;
use crate::terminal::composer::{self, ComposerConfig};
use crate::terminal::outcome::{LineReply, Navigation, OverviewOutcome, Reply};
use crate::terminal::overview::{self, Overview, OverviewEntry};
use crate::terminal::requests::{LinePrompt, ListPrompt, PromptLabel, TextPrompt};
use crate::terminal::{plain, prompts, signals};

impl Frontend {
    /// Begins a prompt below the notices, which can be read there, and words its label.
    fn begin_prompt(&self, label: PromptLabel<'_>) -> String {
        self.take_notices();
        self.label(label)
    }

    /// Words a label. The rich frontend shows a long one above the prompt, where it wraps.
    fn label(&self, label: PromptLabel<'_>) -> String {
        let words = match (&self.kind, label.question, label.field) {
            (FrontendKind::Rich(_), _, None) | (FrontendKind::Plain(_), None, _) => {
                label.prompt.to_owned()
            }
            (FrontendKind::Rich(_), _, Some(field)) => {
                let field = self.style.wording(field);
                if field.chars().count() * 5 <= self.columns() * 3 {
                    field
                } else {
                    self.show(&field);
                    label.prompt.to_owned()
                }
            }
            (FrontendKind::Plain(_), Some(question), None) => {
                format!("{}. {}", self.spoken_name(question, None), label.prompt)
            }
            (FrontendKind::Plain(_), Some(question), field) => self.spoken_name(question, field),
        };
        let format = label.format.map(|format| format!(" ({format})")).unwrap_or_default();
        self.style.shown(&format!("{words}{format}")).into_owned()
    }

    /// Names a question or one of its fields for a user who hears only this line.
    fn spoken_name(&self, question: &Question, field: Option<&str>) -> String {
        let field = field.map(|label| capital(&self.style.wording(label)));
        let title = self.style.wording(&question.title);
        match (question.number, field) {
            (Some(number), Some(field)) => format!("Question {number}. {field}"),
            (Some(number), None) => format!("Question {number}, {title}"),
            (None, Some(field)) => format!("{title}. {field}"),
            (None, None) => title,
        }
    }

    /// Asks for a line.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn line(&mut self, prompt: &LinePrompt<'_>) -> io::Result<LineReply> {
        let (label, style) = (self.begin_prompt(prompt.label), self.style);
        let check = |typed: &str| (prompt.check)(typed).map(|why| style.shown(&why).into_owned());
        match &mut self.kind {
            FrontendKind::Rich(session) => prompts::line(session, &label, prompt, &check),
            FrontendKind::Plain(plain) => Ok(plain.line(&label, prompt, &check)),
        }
    }

    /// Asks for yes or no. `initial` is the current answer.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn yes_no(
        &mut self,
        label: PromptLabel<'_>,
        initial: Option<bool>,
    ) -> io::Result<Reply<bool>> {
        let label = self.begin_prompt(label);
        let hint = match initial {
            Some(true) => "y or n, F8 overview, F1 keys, Enter keeps yes, Esc menu",
            Some(false) => "y or n, F8 overview, F1 keys, Enter keeps no, Esc menu",
            None => "y or n, F8 overview, F1 keys, Enter skips it, Esc menu",
        };
        match &mut self.kind {
            FrontendKind::Rich(session) => prompts::yes_no(session, &label, initial, true, hint),
            FrontendKind::Plain(plain) => Ok(plain.yes_no(&label, initial)),
        }
    }

    /// Asks whether to do something. An empty line of the plain frontend means no.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn confirm(&mut self, question: &str) -> io::Result<Reply<bool>> {
        let question = self.begin_prompt(question.into());
        match &mut self.kind {
            FrontendKind::Rich(session) => {
                prompts::yes_no(session, &question, None, false, "y or n, Esc cancels")
            }
            FrontendKind::Plain(plain) => Ok(plain.confirm(&question)),
        }
    }

    /// Offers options and returns the index of the chosen one.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn choose(&mut self, prompt: ListPrompt<'_>) -> io::Result<Reply<usize>> {
        let label = self.begin_prompt(prompt.label);
        let options = self.options(prompt.options);
        let numbered = self.options(prompt.numbered);
        match &mut self.kind {
            FrontendKind::Rich(session) => {
                let initial = prompt.initial.unwrap_or(0);
                let only_by_number = numbered.len();
                let lines = [options, numbered].concat();
                prompts::choose(session, &label, lines, only_by_number, initial, prompt.escape)
            }
            FrontendKind::Plain(plain) => {
                let numbered = (1..).zip(options);
                let options = numbered.map(|(number, line)| (number.to_string(), line)).collect();
                Ok(plain.choose(&label, options, prompt.initial, prompt.rewrite))
            }
        }
    }

    /// Whether the overview is a screen of its own. Otherwise it is a list in the conversation, which
    /// is only shown on request.
    pub(crate) fn has_overview_screen(&self) -> bool {
        matches!(self.kind, FrontendKind::Rich(_))
    }

    /// Shows the overview with an entry selected, and returns what the user chose.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn overview(
        &mut self,
        overview: &Overview,
        cursor: usize,
    ) -> io::Result<OverviewOutcome> {
        match &mut self.kind {
            FrontendKind::Rich(_) => {
                overview::show(overview, cursor, &self.take_notices(), self.style)
            }
            FrontendKind::Plain(plain) => {
                plain::say(&format!("{}.", overview.progress));
                let option = |entry: &OverviewEntry| {
                    let name = entry.number.map(|number| number.to_string());
                    (name.unwrap_or_else(|| entry.name.clone()), entry.sentence())
                };
                let options = overview.entries.iter().map(option).collect();
                let reply = plain.choose("Which question?", options, Some(cursor), None);
                Ok(match reply {
                    Reply::Answered(chosen) => OverviewOutcome::Open(chosen),
                    Reply::Navigated(navigation) => navigation
                        .exit_reason()
                        .map_or(OverviewOutcome::Closed, OverviewOutcome::Quit),
                })
            }
        }
    }

    /// Offers options of which several may apply and returns the indices of those that do. `on_tick`
    /// receives them after each change.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn choose_several(
        &mut self,
        label: PromptLabel<'_>,
        options: Vec<String>,
        ticked: &[usize],
        on_tick: &dyn Fn(&[usize]),
    ) -> io::Result<Reply<Vec<usize>>> {
        let label = self.begin_prompt(label);
        let options = self.options(options);
        match &mut self.kind {
            FrontendKind::Rich(session) => {
                prompts::choose_several(session, &label, options, ticked, on_tick)
            }
            FrontendKind::Plain(plain) => Ok(plain.choose_several(&label, &options, ticked)),
        }
    }

    /// Makes options safe to print.
    fn options(&self, options: Vec<String>) -> Vec<String> {
        options.iter().map(|option| self.style.shown(option).into_owned()).collect()
    }

    /// Lets the user write a long text. Returns it with where the user goes next; `autosave` has
    /// received it, also after an error.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn compose(&mut self, prompt: &TextPrompt<'_>) -> io::Result<(String, Navigation)> {
        let PromptLabel { question, field, .. } = prompt.label;
        let heading = match (&self.kind, question) {
            (_, None) => String::new(),
            (FrontendKind::Plain(_), Some(question)) => self.spoken_name(question, field),
            (FrontendKind::Rich(_), Some(question)) => match question.number {
                Some(number) => format!("{number} of {}", prompt.total),
                None => question.title.clone(),
            },
        };
        // The label comes first, because a small screen shows only the beginning.
        let field = field.map(|label| format!("{}\n", self.style.wording(label)));
        let wording = format!("{}{}", field.unwrap_or_default(), prompt.guidance.wording);
        let notes = prompt.guidance.notes.join("\n\n");
        let notice = self.take_notices();
        let config = ComposerConfig {
            heading: &heading,
            question: &wording,
            notes: &notes,
            reference: prompt.guidance.reference.as_deref().unwrap_or_default(),
            note_pad: prompt.note_pad,
            notice: &notice,
            limit: prompt.limit,
            rule: prompt.rule,
            spelling: prompt.spelling,
            style: self.style,
        };
        match &mut self.kind {
            FrontendKind::Rich(_) => {
                let polling = signals::Polling::start();
                let (text, navigation) =
                    composer::compose(&config, prompt.initial, &prompt.autosave)?;
                drop(polling);
                // A signal may have come with the last key.
                Ok((text, Navigation::of_signal().unwrap_or(navigation)))
            }
            FrontendKind::Plain(plain) => {
                Ok(plain.compose(&config, prompt.initial, &prompt.autosave))
            }
        }
    }
}
