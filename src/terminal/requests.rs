//! The requests of the wizard to a frontend: they describe a prompt without the words and keys of
//! one frontend.

use super::note_pad::NotePad;
use super::outcome::{Autosave, Navigation};
use super::spelling::Spelling;
use crate::model::questionnaire::{Guidance, Question};
use crate::model::words::{Limit, WordRule};

/// What a prompt asks, worded by the frontend.
#[derive(Clone, Copy)]
pub(crate) struct PromptLabel<'a> {
    /// The question that the prompt belongs to.
    pub(crate) question: Option<&'a Question>,
    /// The label of the field that the prompt asks for.
    pub(crate) field: Option<&'a str>,
    /// What is asked if the field has no label, for example `Which one applies?`.
    pub(crate) prompt: &'a str,
    /// The format that is expected.
    pub(crate) format: Option<&'a str>,
}

impl<'a> From<&'a str> for PromptLabel<'a> {
    fn from(prompt: &'a str) -> Self {
        Self { question: None, field: None, prompt, format: None }
    }
}

/// Asks for one line.
pub(crate) struct LinePrompt<'a> {
    pub(crate) label: PromptLabel<'a>,
    pub(crate) initial: &'a str,
    /// What an empty line does, or what is expected.
    pub(crate) help: &'a str,
    /// What the plain frontend says after an empty line if there is no answer.
    pub(crate) left_empty: &'a str,
    /// Receives the line while it is typed.
    pub(crate) autosave: Option<Autosave>,
    /// The spelling of the line, or `None` if it is not checked.
    pub(crate) spelling: Option<&'a Spelling<'a>>,
    /// Returns what is wrong with a line. The same line submitted again is accepted.
    pub(crate) check: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> LinePrompt<'a> {
    /// Asks for a line that is taken as it is and not saved while it is typed.
    pub(crate) fn new(label: &'a str, initial: &'a str, help: &'a str) -> Self {
        let label = label.into();
        let left_empty = "Left empty.";
        Self { label, initial, help, left_empty, autosave: None, spelling: None, check: &|_| None }
    }
}

/// Asks for one of several options.
pub(crate) struct ListPrompt<'a> {
    pub(crate) label: PromptLabel<'a>,
    pub(crate) options: Vec<String>,
    /// Further options, each beginning with a number, which a list shows when the number is typed.
    /// Their indices follow those of `options`.
    pub(crate) numbered: Vec<String>,
    /// The index of the current answer, or of the likely one.
    pub(crate) initial: Option<usize>,
    /// The index of the option that writes the answer from the start.
    pub(crate) rewrite: Option<usize>,
    /// Where Esc leads.
    pub(crate) escape: Navigation,
}

impl<'a> ListPrompt<'a> {
    /// Offers options, of which the first is the likely one.
    pub(crate) fn new(
        label: impl Into<PromptLabel<'a>>,
        options: Vec<String>,
        escape: Navigation,
    ) -> Self {
        let label = label.into();
        Self { label, options, numbered: Vec::new(), initial: Some(0), rewrite: None, escape }
    }
}

/// Asks for a long text.
pub(crate) struct TextPrompt<'a> {
    pub(crate) label: PromptLabel<'a>,
    pub(crate) guidance: &'a Guidance,
    /// The number of questions.
    pub(crate) total: usize,
    pub(crate) initial: &'a str,
    pub(crate) limit: Option<Limit>,
    pub(crate) rule: WordRule,
    /// The spelling of the text, or `None` if it is not checked.
    pub(crate) spelling: Option<&'a Spelling<'a>>,
    /// The notes on the question.
    pub(crate) note_pad: Option<&'a NotePad<'a>>,
    pub(crate) autosave: Autosave,
}
