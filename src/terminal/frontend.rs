//! The frontend: the one place where the conversation shows something to the user and asks for
//! something. The rich frontend has prompts, the composer and pages on a terminal; the plain one has
//! only lines, for screen readers, for terminals without a cursor, and for scripts.
//!
//! The wizard says what it wants to show or ask, with the requests of `requests.rs`. Labels, separators, help
//! lines and keys belong to the frontend, so nobody else needs to know which of the two it is.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use super::composer::{self, ComposerConfig};
use super::live_line::LiveLines;
use super::outcome::{ExitReason, LineReply, Navigation, OverviewOutcome, PagerOutcome, Reply};
use super::overview::{self, Overview, OverviewEntry};
use super::plain::{self, Plain};
use super::requests::{LinePrompt, ListPrompt, PromptLabel, TextPrompt};
use super::session::{self, TerminalSession};
use super::{external_editor, pager, prompts, signals};
use crate::model::questionnaire::{Guidance, Question, Questionnaire};
use crate::model::text::{capital, wrap};
use crate::terminal::style::OutputStyle;

/// Shows the conversation and asks the questions.
pub(crate) struct Frontend {
    style: OutputStyle,
    /// Notices since the last prompt, which a full screen would hide.
    notices: RefCell<Vec<String>>,
    kind: FrontendKind,
}

enum FrontendKind {
    /// Holds the terminal.
    Rich(TerminalSession),
    Plain(Box<Plain>),
}

impl Frontend {
    /// Takes the terminal for prompts, the composer and pages until the frontend is dropped.
    ///
    /// # Errors
    /// Fails if standard input is not a terminal.
    pub(crate) fn rich(style: OutputStyle) -> io::Result<Self> {
        let kind = FrontendKind::Rich(TerminalSession::start(style)?);
        Ok(Self { style, notices: RefCell::default(), kind })
    }

    /// Writes lines to standard error and reads lines from standard input, whatever they are. With
    /// `edits_lines`, they are a terminal on which a line is edited as in a shell.
    pub(crate) fn plain(style: OutputStyle, edits_lines: bool) -> Self {
        let style = OutputStyle { colour: false, spoken: true, ..style };
        let live = edits_lines.then(|| LiveLines::start(style)).and_then(Result::ok);
        Self {
            style,
            notices: RefCell::default(),
            kind: FrontendKind::Plain(Box::new(Plain::new(live))),
        }
    }

    /// Returns what the output supports, for text that is laid out elsewhere.
    pub(crate) fn style(&self) -> OutputStyle {
        OutputStyle { width: self.columns(), ..self.style }
    }

    /// Returns the columns for a label or a line of a list. Plain lines are never shortened.
    fn columns(&self) -> usize {
        match self.kind {
            FrontendKind::Rich(_) => session::size().0.clamp(20, 90),
            FrontendKind::Plain(_) => usize::from(u16::MAX),
        }
    }

    // ---- showing -------------------------------------------------------------------------

    /// Shows paragraphs.
    pub(crate) fn show(&self, text: &str) {
        self.show_with("", text);
    }

    /// Shows a message that the user must not miss: the next full screen shows it, too.
    pub(crate) fn show_notice(&self, text: &str) {
        self.show(text);
        self.notices.borrow_mut().push(text.to_owned());
    }

    /// Takes the notices that a full screen is about to hide.
    fn take_notices(&self) -> String {
        self.notices.take().join("\n")
    }

    /// Shows a command to be copied, which is never broken: beside its label, or in a line of its own.
    pub(crate) fn show_command(&self, label: &str, command: &str) {
        let line = format!("{label} {command}");
        match self.kind {
            FrontendKind::Rich(_) if line.chars().count() + 4 <= self.columns() => self.show(&line),
            FrontendKind::Rich(_) => {
                self.show(label);
                session::write(&format!("{}\n", self.style.shown(command)));
            }
            FrontendKind::Plain(_) => plain::say_unbroken(&line),
        }
    }

    fn show_with(&self, attribute: &str, text: &str) {
        match &self.kind {
            FrontendKind::Rich(_) => {
                let styled = self.style.colour && !attribute.is_empty();
                let (on, off) = if styled { (attribute, "\x1b[0m") } else { ("", "") };
                let mut out = on.to_owned();
                for line in wrap(&self.style.shown(text), self.columns() - 4) {
                    out.push_str(format!("  {line}").trim_end());
                    out.push('\n');
                }
                session::write(&format!("{out}{off}"));
            }
            FrontendKind::Plain(_) => plain::say(text),
        }
    }

    /// Shows a title.
    pub(crate) fn show_title(&self, parts: &[&str]) {
        self.show_with("\x1b[1m", &self.joined(parts));
    }

    /// Shows less important facts in one line.
    pub(crate) fn show_details(&self, parts: &[&str]) {
        let details = self.joined(parts);
        if !details.is_empty() {
            self.show_with("\x1b[2m", &details);
        }
    }

    fn joined(&self, parts: &[&str]) -> String {
        let parts: Vec<_> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        parts.join(if self.style.spoken { ", " } else { " · " })
    }

    /// Shows text that was laid out for [`Frontend::style`].
    pub(crate) fn show_layout(&self, text: &str) {
        match self.kind {
            FrontendKind::Rich(_) => session::write(text),
            FrontendKind::Plain(_) => plain::say(text),
        }
    }

    /// Shows the progress of each section: its title, how much is done, and what needs attention.
    pub(crate) fn show_sections(&self, sections: &[(String, String, String)]) {
        let widest = sections.iter().map(|(title, ..)| title.chars().count()).max().unwrap_or(0);
        let widest = widest.min(self.columns().saturating_sub(16));
        for (title, progress, trouble) in sections {
            self.show(&match self.kind {
                FrontendKind::Rich(_) => format!("{title:<widest$}  {progress:<9}  {trouble}"),
                FrontendKind::Plain(_) if trouble.is_empty() => format!("{title}: {progress}."),
                FrontendKind::Plain(_) => format!("{title}: {progress}. {trouble}."),
            });
        }
    }

    /// Shows how to use the frontend. `first`: when a new draft is opened.
    pub(crate) fn show_instructions(&self, first: bool) {
        let instructions = match self.kind {
            FrontendKind::Rich(_) if !first => return,
            FrontendKind::Rich(_) => {
                "Esc opens a menu (go back, choose a question, leave), Ctrl-C saves and leaves."
            }
            FrontendKind::Plain(_) => {
                "Answer in a line of its own. Commands start with a colon: `:help` (a colon and the word help) lists them, `:quit` saves and leaves."
            }
        };
        let saving = if first { "Everything you write is saved at once. " } else { "" };
        self.show("");
        self.show(&format!("{saving}{instructions}"));
    }

    /// Shows that the draft could not be saved and what the user can do.
    pub(crate) fn show_save_failure(&self, reason: &str) {
        let menu_key = match self.kind {
            FrontendKind::Rich(_) => "Esc",
            FrontendKind::Plain(_) => "`:menu`",
        };
        self.show_notice(&format!(
            "Not saved: {reason}. Nothing is lost while this window is open; {menu_key} offers another place to save."
        ));
    }

    /// Returns a question with its footnotes and reference material, as this frontend shows it.
    pub(crate) fn guidance(&self, questionnaire: &Questionnaire, question: &Question) -> Guidance {
        let style = self.style;
        let note = |number, text: &str| style.note(number, text);
        questionnaire.guidance(question, |text| style.wording(text), note)
    }

    /// Shows the heading of a question, which the next prompts belong to. Footnotes are left out if
    /// the composer will show them.
    pub(crate) fn show_question(
        &mut self,
        place: &str,
        section: Option<&str>,
        guidance: &Guidance,
        with_notes: bool,
    ) {
        self.show("");
        self.show_details(&[place, section.unwrap_or_default()]);
        self.show_title(&[&guidance.wording]);
        for note in guidance.notes.iter().filter(|_| with_notes) {
            self.show_details(&[note]);
        }
        self.set_subject(&guidance.full());
    }

    /// Sets what the next prompts are about. Both frontends show it on request.
    pub(crate) fn set_subject(&mut self, text: &str) {
        match &mut self.kind {
            FrontendKind::Rich(session) => text.clone_into(&mut session.question),
            FrontendKind::Plain(plain) => plain.set_subject(text),
        }
    }

    /// Shows a page until the user closes it.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn page(&self, title: &str, text: &str) -> io::Result<PagerOutcome> {
        match &self.kind {
            FrontendKind::Rich(_) => pager::show(title, text, self.style),
            FrontendKind::Plain(_) => {
                plain::say(&format!("\n{title}\n\n{}\n", text.trim_end()));
                Ok(PagerOutcome::Closed)
            }
        }
    }

    /// Shows passages from the one with index `first` on. The user can choose one.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(crate) fn passages(
        &mut self,
        title: &str,
        passages: &[String],
        first: usize,
    ) -> io::Result<PagerOutcome> {
        match &mut self.kind {
            FrontendKind::Rich(_) => pager::show_passages(title, passages, first, self.style),
            FrontendKind::Plain(plain) => Ok(plain.passages(title, passages, first)),
        }
    }

    /// Returns the number of lines of a script that were not understood, and so are in no answer.
    /// It grows during the conversation.
    pub(crate) fn rejected_lines(&self) -> Rc<Cell<usize>> {
        match &self.kind {
            FrontendKind::Rich(_) => Rc::default(),
            FrontendKind::Plain(plain) => plain.rejected_lines(),
        }
    }

    // ---- asking --------------------------------------------------------------------------

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
            None => "y or n, F8 overview, F1 keys, Esc menu",
        };
        match &mut self.kind {
            FrontendKind::Rich(session) => prompts::yes_no(session, &label, initial, hint),
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
                prompts::yes_no(session, &question, None, "y or n, Esc cancels")
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
                    Reply::Navigated(Navigation::Quit(reason)) => OverviewOutcome::Quit(reason),
                    Reply::Navigated(
                        Navigation::Next
                        | Navigation::Skip
                        | Navigation::Back
                        | Navigation::Menu
                        | Navigation::Overview,
                    ) => OverviewOutcome::Closed,
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
        let field = field.map(|label| format!("\n{}", self.style.wording(label)));
        let wording = format!("{}{}", prompt.guidance.wording, field.unwrap_or_default());
        let notes = prompt.guidance.notes.join("\n\n");
        let notice = self.take_notices();
        let config = ComposerConfig {
            heading: &heading,
            question: &wording,
            notes: &notes,
            reference: prompt.guidance.reference.as_deref().unwrap_or_default(),
            notice: &notice,
            limit: prompt.limit,
            rule: prompt.rule,
            spelling: prompt.spelling,
            colour: self.style.colour,
            unicode: self.style.unicode,
        };
        let about = [config.heading, config.question, config.notes].join("\n");
        let mut edit = |text: &str, on_save: &mut dyn FnMut(&str)| {
            external_editor::edit(&about, text, on_save)
        };
        match &mut self.kind {
            FrontendKind::Rich(_) => {
                let polling = signals::Polling::start();
                let (text, navigation) =
                    composer::compose(&config, prompt.initial, &prompt.autosave, &mut edit)?;
                drop(polling);
                // A signal may have come with the last key.
                let signal = signals::pending().map(|n| Navigation::Quit(ExitReason::Signal(n)));
                Ok((text, signal.unwrap_or(navigation)))
            }
            FrontendKind::Plain(plain) => {
                Ok(plain.compose(&config, prompt.initial, &prompt.autosave, &mut edit))
            }
        }
    }
}
