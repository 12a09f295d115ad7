//! What is asked: sections, questions, fields, limits and footnotes, sound by construction.
//!
//! A [`Questionnaire`] exists only if ids are unique, every footnote mark has its note and the
//! reverse, and every condition looks back at a field that can meet it.

pub(crate) mod outline;
mod read;

use std::fmt;

use crate::model::markup;
use crate::model::words::{Limit, WordRule};

/// The questionnaire built into the program.
pub const BUILT_IN: &str = include_str!("../../../questions.yaml");

/// The JSON Schema of a questionnaire file, for editors.
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// A whole questionnaire.
#[derive(Debug, Clone)]
pub struct Questionnaire {
    /// Its name in draft files.
    pub id: String,
    /// Its version in draft files.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Who publishes it, in short; may be empty.
    pub abbreviation: String,
    /// The line above the title; may be empty.
    pub masthead: String,
    /// The language its answers are written in, as a BCP 47 tag.
    pub language: String,
    /// How words are counted.
    pub word_rule: WordRule,
    /// What stands before the first question, in paragraphs; may be empty.
    pub introduction: String,
    /// Unnumbered questions before the first section.
    pub declarations: Vec<Question>,
    /// The numbered questions.
    pub sections: Vec<Section>,
    /// Material that questions refer to.
    pub references: Vec<Reference>,
    /// Footnotes in the order of their numbers.
    pub footnotes: Vec<Footnote>,
    /// The last line of the form; may be empty.
    pub closing: String,
}

/// A titled group of questions.
#[derive(Debug, Clone)]
pub struct Section {
    /// The official title.
    pub title: String,
    /// A title for tables and menus.
    pub short_title: String,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// One question, answered in one field or several.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its name in draft files and on the command line.
    pub id: String,
    /// Its number; declarations have none.
    pub number: Option<usize>,
    /// A short name for tables and menus.
    pub title: String,
    /// The official wording, with markup and footnote marks.
    pub text: String,
    /// How the form says the limit, such as `(**Max. 150 words**)`.
    pub limit_note: Option<String>,
    /// Whether it must be answered.
    pub need: Need,
    /// What is filled in.
    pub fields: Vec<Field>,
    /// The id of the reference material that helps to answer it.
    pub reference: Option<String>,
}

impl Question {
    /// The one field that holds running text, with the limit of the question where it has one.
    pub fn text_field(&self) -> Option<(&Field, Option<Limit>)> {
        self.fields.iter().find_map(|field| match &field.kind {
            Kind::Text { limit } => Some((field, *limit)),
            Kind::Line
            | Kind::YesNo
            | Kind::Date { .. }
            | Kind::Email
            | Kind::Links
            | Kind::Choice(_)
            | Kind::Choices(_) => None,
        })
    }

    /// `question 9`, or the title of a declaration, for messages.
    pub fn name(&self) -> String {
        match self.number {
            Some(number) => format!("question {number}"),
            None => format!("\"{}\"", self.title),
        }
    }
}

/// Whether a question or a field must be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may stay empty, or be marked as not applicable.
    IfApplicable,
    /// It must where the condition holds, and is not asked elsewhere.
    RequiredWhen(Condition),
}

/// Holds when an earlier field has a certain answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The earlier field.
    pub key: Key,
    /// The answer it must have.
    pub answer: Expected,
}

/// The answer a [`Condition`] waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Yes or no.
    YesNo(bool),
    /// This choice, alone or among others.
    Choice(String),
}

/// One thing to fill in.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in draft files.
    pub key: Key,
    /// Its label in the official wording; the only field of a question may have none.
    pub label: Option<String>,
    /// Whether the label is part of the form, not only a name for prompts and messages.
    pub label_in_form: bool,
    /// What goes into it.
    pub kind: Kind,
    /// Whether it must be filled in.
    pub need: Need,
    /// The names under which earlier versions of the questionnaire knew it: `id` or `id.field`.
    pub formerly: Vec<String>,
}

/// The name of a field in drafts and on the command line: `objectives` or `timing.start`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The id of the question.
    pub question: String,
    /// The id of the field, where the question has several.
    pub field: Option<String>,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.question)?;
        self.field.iter().try_for_each(|field| write!(f, ".{field}"))
    }
}

/// What goes into a field.
#[derive(Debug, Clone)]
pub enum Kind {
    /// One line.
    Line,
    /// Running text of any length.
    Text {
        /// Its limit.
        limit: Option<Limit>,
    },
    /// Yes or no.
    YesNo,
    /// A calendar date.
    Date {
        /// The field whose date it must not precede.
        not_before: Option<Key>,
    },
    /// An e-mail address, or several.
    Email,
    /// Web addresses, one after the other.
    Links,
    /// One of several choices.
    Choice(Vec<Choice>),
    /// Any of several choices.
    Choices(Vec<Choice>),
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name in draft files.
    pub id: String,
    /// The official wording.
    pub text: String,
}

impl Choice {
    /// The wording up to its first colon, for lists: `Universal prevention`.
    pub fn short(&self) -> &str {
        self.text.split_once(": ").map_or(self.text.as_str(), |(name, _)| name)
    }
}

/// A footnote and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footnote {
    /// The number its marks carry.
    pub number: usize,
    /// Its text, with markup.
    pub text: String,
}

/// Material that helps to answer a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its name in the questionnaire.
    pub id: String,
    /// Its title, with markup and footnote marks.
    pub title: String,
    /// Its text, with markup.
    pub text: String,
}

impl Questionnaire {
    /// Every question in order, declarations first, each with its section.
    pub fn questions(&self) -> impl DoubleEndedIterator<Item = (Option<&Section>, &Question)> {
        let declared = self.declarations.iter().map(|question| (None, question));
        let numbered = self.sections.iter();
        declared.chain(numbered.flat_map(|section| {
            section.questions.iter().map(move |question| (Some(section), question))
        }))
    }

    /// How many questions carry a number.
    pub fn numbered(&self) -> usize {
        self.sections.iter().map(|section| section.questions.len()).sum()
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().map(|(_, question)| question).find(|question| question.id == id)
    }

    /// The field with this key.
    pub fn field(&self, key: &Key) -> Option<&Field> {
        self.question(&key.question)?.fields.iter().find(|field| field.key == *key)
    }

    /// The field that an earlier version of the questionnaire knew by this name, or the first field
    /// of the question it knew by it.
    pub fn formerly(&self, name: &str) -> Option<&Field> {
        let fields = || self.questions().flat_map(|(_, question)| &question.fields);
        let known = |field: &&Field| field.formerly.iter().any(|former| former == name);
        let inside = |field: &&Field| {
            let mut questions = field.formerly.iter().filter_map(|former| former.split_once('.'));
            questions.any(|(question, _)| question == name && self.question(name).is_none())
        };
        fields().find(known).or_else(|| fields().find(inside))
    }

    /// Finds a question by number (`9`), id (`objectives`) or field (`timing.start`).
    ///
    /// # Errors
    /// Nothing is called so: the likeliest meaning, where there is one.
    pub fn find(&self, name: &str) -> Result<(&Question, Option<&Field>), Option<String>> {
        let name = name.trim();
        let numbered = name.parse().ok().map(Some);
        if let Some((_, question)) = self.questions().find(|(_, question)| {
            question.id == name || numbered.is_some_and(|number| number == question.number)
        }) {
            return Ok((question, None));
        }
        let fields = || self.questions().flat_map(|(_, question)| &question.fields);
        if let Some(field) = fields().find(|field| field.key.to_string() == name)
            && let Some(question) = self.question(&field.key.question)
        {
            return Ok((question, Some(field)));
        }
        let mut names: Vec<String> =
            self.questions().map(|(_, question)| question.id.clone()).collect();
        names.extend(fields().map(|field| field.key.to_string()));
        Err(crate::model::text::did_you_mean(name, names.iter().map(String::as_str))
            .map(str::to_owned))
    }

    /// The footnotes whose marks stand in a question or its reference material, in order.
    pub fn notes_of(&self, question: &Question) -> Vec<&Footnote> {
        let mut numbers = markup::note_marks(&question.text);
        if let Some(reference) = self.reference_of(question) {
            numbers.extend(markup::note_marks(&reference.title));
            numbers.extend(markup::note_marks(&reference.text));
        }
        self.footnotes.iter().filter(|note| numbers.contains(&note.number)).collect()
    }

    /// The reference material of a question.
    pub fn reference_of(&self, question: &Question) -> Option<&Reference> {
        let id = question.reference.as_ref()?;
        self.references.iter().find(|reference| reference.id == *id)
    }
}

/// Reads yes or no, as typed in the languages' most common ways.
pub(crate) fn yes_or_no(typed: &str) -> Option<bool> {
    match typed.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" | "on" | "☒" | "x" => Some(true),
        "n" | "no" | "false" | "off" | "☐" => Some(false),
        _ => None,
    }
}
