//! The frontend: the wizard shows and asks everything through this module. The rich frontend has
//! prompts, the composer and pages on a terminal; the plain one has only lines, for screen readers,
//! for terminals without a cursor, and for scripts.
//!
//! The wizard says what it wants to show or ask, with the requests of `requests.rs`. Labels, separators, help
//! lines and keys belong to the frontend, so nobody else needs to know which of the two it is. This file
//! shows; `asking.rs` asks.

mod asking;

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use super::live_line::LiveLines;
use super::outcome::PagerOutcome;
use super::pager;
use super::plain::{self, Plain};
use super::session::{self, TerminalSession};
use crate::model::questionnaire::{Guidance, Question, Questionnaire};
use crate::model::text::wrap;
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

    /// Shows a command for the user to copy: on one line, beside or below its label.
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
                "Write each answer on a line of its own. Commands start with a colon: `:help` (a colon and the word help) lists them, `:quit` saves and leaves."
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
}
