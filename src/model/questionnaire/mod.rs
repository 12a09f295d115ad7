//! Questionnaires: sections, questions, fields, limits and footnotes.
//!
//! In every [`Questionnaire`], ids are unique, footnote marks and footnotes match, and conditions
//! refer to earlier fields that can have the expected answer; [`Questionnaire::from_node`] checks
//! this.

mod deadline;
mod guidance;
pub(crate) mod outline;
mod read;

use std::fmt;

use crate::model::markup;
use crate::model::text::did_you_mean;
use crate::model::words::{Limit, WordRule};
pub(crate) use deadline::Deadline;
pub(crate) use guidance::Guidance;

/// The questionnaire built into the program.
pub const BUILT_IN: &str = include_str!("../../../questions.yaml");

/// The JSON Schema of a questionnaire file, for editors.
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// A questionnaire.
#[derive(Debug, Clone)]
pub struct Questionnaire {
    /// The id that drafts refer to.
    pub id: String,
    /// The version that drafts were saved with.
    pub version: String,
    /// The title.
    pub title: String,
    /// The abbreviation of the publisher; may be empty.
    pub abbreviation: String,
    /// The line above the title; may be empty.
    pub masthead: String,
    /// The language of the answers, as a BCP 47 tag.
    pub language: String,
    /// How words are counted.
    pub word_rule: WordRule,
    /// The paragraphs before the first question; may be empty.
    pub introduction: String,
    /// The unnumbered questions before the first section.
    pub declarations: Vec<Question>,
    /// The sections with the numbered questions.
    pub sections: Vec<Section>,
    /// The reference material of questions.
    pub references: Vec<Reference>,
    /// The footnotes in the order of their numbers.
    pub footnotes: Vec<Footnote>,
    /// The last line of the form; may be empty.
    pub closing: String,
    /// How the applicant sends the finished document, for the end of the wizard; may be empty.
    pub submission: String,
    /// The fields that name an application.
    pub identified_by: IdentifyingFields,
    /// Until when applications are accepted, if there is a deadline.
    pub deadline: Option<Deadline>,
    /// The combinations of answers that a careful reader would ask about.
    pub remarks: Vec<RemarkRule>,
}

/// The fields that tell applications apart. A questionnaire need not have all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentifyingFields {
    /// The name of what is applied for.
    pub name: Option<Key>,
    /// The country.
    pub country: Option<Key>,
    /// The organisation that applies.
    pub organisation: Option<Key>,
}

/// Answers that contradict each other, or are probably a mistake. They are valid nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkRule {
    /// The remark is made if all of these hold.
    pub when: Vec<Test>,
    /// The remark, without a full stop.
    pub text: String,
}

/// A condition of a [`RemarkRule`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A field has a certain answer.
    Answer(Condition),
    /// The date in a field is after today.
    Future(Key),
}

/// A titled group of questions.
#[derive(Debug, Clone)]
pub struct Section {
    /// The official title.
    pub title: String,
    /// A shorter title for tables and menus.
    pub short_title: String,
    /// The questions.
    pub questions: Vec<Question>,
}

impl Section {
    /// Returns the short title of the section of a question, or the heading of the declarations, which
    /// have no section.
    pub(crate) fn heading(section: Option<&Self>) -> &str {
        section.map_or("Declarations", |section| &section.short_title)
    }
}

/// A question with one field or several.
#[derive(Debug, Clone)]
pub struct Question {
    /// The id in drafts and on the command line.
    pub id: String,
    /// The number, or `None` for a declaration.
    pub number: Option<usize>,
    /// A short name for tables and menus.
    pub title: String,
    /// The official wording, with markup and footnote marks.
    pub text: String,
    /// The wording of the word limit, such as `(**Max. 150 words**)`.
    pub limit_note: Option<String>,
    /// What the wizard asks in the prompt if the text is not a question itself.
    pub prompt: Option<String>,
    /// Whether the question must be answered.
    pub need: Need,
    /// The fields to fill in.
    pub fields: Vec<Field>,
    /// The id of the reference material, if any.
    pub reference: Option<String>,
}

impl Question {
    /// Returns the field of the kind [`Kind::Text`] with its limit. A question has at most one.
    pub fn text_field(&self) -> Option<(&Field, Option<Limit>)> {
        self.fields.iter().find_map(|field| {
            let Kind::Text { limit } = field.kind else { return None };
            Some((field, limit))
        })
    }

    /// Returns the only field if it is a yes or no without a label. A declaration with such a field
    /// is a tick box in documents.
    pub(crate) fn as_tick_box(&self) -> Option<&Field> {
        match self.fields.as_slice() {
            [field] if matches!(field.kind, Kind::YesNo) && field.label.is_none() => Some(field),
            _ => None,
        }
    }

    /// Returns the name for messages: `question 9`, or the title of a declaration.
    pub fn name(&self) -> String {
        match self.number {
            Some(number) => format!("question {number}"),
            None => format!("\"{}\"", self.title),
        }
    }

    /// Returns the name of a field for messages: that of the question, and which of its fields it is if
    /// it has several.
    pub(crate) fn field_name(&self, field: &Field) -> String {
        match &field.key.field {
            Some(part) => format!("{} ({part})", self.name()),
            None => self.name(),
        }
    }

    /// Returns the number as text, or an empty text for a declaration.
    pub(crate) fn number_text(&self) -> String {
        self.number.map(|number| number.to_string()).unwrap_or_default()
    }

    /// Returns the shortest name on the command line: the number, or the id of a declaration.
    pub(crate) fn short_name(&self) -> String {
        self.number.map_or_else(|| self.id.clone(), |number| number.to_string())
    }
}

/// Whether a question or a field must be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It must be answered.
    Required,
    /// It may be empty or marked as not applicable.
    IfApplicable,
    /// It must be answered if the condition holds, and is not asked otherwise.
    RequiredWhen(Condition),
}

/// A condition that holds if an earlier field has a certain answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The earlier field.
    pub key: Key,
    /// The answer for which the condition holds.
    pub answer: Expected,
}

/// The answer for which a [`Condition`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Yes or no.
    YesNo(bool),
    /// The id of a choice, selected alone or among others.
    Choice(String),
}

/// A field: the unit that is filled in.
#[derive(Debug, Clone)]
pub struct Field {
    /// The key in drafts.
    pub key: Key,
    /// The label in the official wording, or `None` for the only field of a question.
    pub label: Option<String>,
    /// Whether the label is part of the form. Otherwise it is only used in prompts and messages.
    pub label_in_form: bool,
    /// What can be filled in.
    pub kind: Kind,
    /// Whether the field must be filled in.
    pub need: Need,
    /// The keys of the field in earlier versions of the questionnaire: `id` or `id.field`.
    pub formerly: Vec<String>,
}

/// Identifies a field in drafts and on the command line: `objectives` or `timing.start`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The id of the question.
    pub question: String,
    /// The id of the field, or `None` if the question has only one.
    pub field: Option<String>,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.question)?;
        self.field.iter().try_for_each(|field| write!(f, ".{field}"))
    }
}

/// The kind of answer a field accepts.
#[derive(Debug, Clone)]
pub enum Kind {
    /// One line.
    Line,
    /// A text of several paragraphs.
    Text {
        /// The word limit, if any.
        limit: Option<Limit>,
    },
    /// Yes or no.
    YesNo,
    /// A calendar date.
    Date {
        /// The field with the earliest date that is allowed.
        not_before: Option<Key>,
    },
    /// One e-mail address or several.
    Email,
    /// A list of web addresses.
    Links,
    /// One of several choices.
    Choice(Vec<Choice>),
    /// Any of several choices.
    Choices(Vec<Choice>),
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The id in drafts.
    pub id: String,
    /// The official wording.
    pub text: String,
}

impl Choice {
    /// Returns the wording up to the first colon: `Universal prevention`.
    pub fn short(&self) -> &str {
        self.text.split_once(": ").map_or(self.text.as_str(), |(name, _)| name)
    }
}

/// A footnote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footnote {
    /// The number of the footnote and of its marks.
    pub number: usize,
    /// The text, with markup.
    pub text: String,
}

/// Reference material that helps to answer a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The id that questions refer to.
    pub id: String,
    /// The title, with markup and footnote marks.
    pub title: String,
    /// The text, with markup.
    pub text: String,
}

/// The error of [`Questionnaire::find`]: no question or field has the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchQuestion {
    /// The most similar name, if any is similar.
    pub suggestion: Option<String>,
}

impl fmt::Display for NoSuchQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no question or field has this name")?;
        self.suggestion.iter().try_for_each(|name| write!(f, "; did you mean `{name}`?"))
    }
}

impl std::error::Error for NoSuchQuestion {}

impl Questionnaire {
    /// Returns all questions in order, declarations first, each with its section.
    pub fn questions(&self) -> impl DoubleEndedIterator<Item = (Option<&Section>, &Question)> {
        let declared = self.declarations.iter().map(|question| (None, question));
        let numbered = self.sections.iter();
        declared.chain(numbered.flat_map(|section| {
            section.questions.iter().map(move |question| (Some(section), question))
        }))
    }

    /// Returns the number of numbered questions.
    pub fn numbered(&self) -> usize {
        self.sections.iter().map(|section| section.questions.len()).sum()
    }

    /// Returns the question with an id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().map(|(_, question)| question).find(|question| question.id == id)
    }

    /// Returns the field with a key.
    pub fn field(&self, key: &Key) -> Option<&Field> {
        self.question(&key.question)?.fields.iter().find(|field| field.key == *key)
    }

    /// Returns the field that had this key in an earlier version of the questionnaire, or the first
    /// field of the question that had this id.
    pub fn formerly(&self, name: &str) -> Option<&Field> {
        let fields = || self.questions().flat_map(|(_, question)| &question.fields);
        let known = |field: &&Field| field.formerly.iter().any(|former| former == name);
        let inside = |field: &&Field| {
            let mut questions = field.formerly.iter().filter_map(|former| former.split_once('.'));
            questions.any(|(question, _)| question == name && self.question(name).is_none())
        };
        fields().find(known).or_else(|| fields().find(inside))
    }

    /// Finds a question by its number (`9`) or id (`objectives`), or a field by its key
    /// (`timing.start`).
    ///
    /// # Errors
    /// Fails if there is no such question or field.
    pub fn find(&self, name: &str) -> Result<(&Question, Option<&Field>), NoSuchQuestion> {
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
        let suggestion = did_you_mean(name, names.iter().map(String::as_str)).map(str::to_owned);
        Err(NoSuchQuestion { suggestion })
    }

    /// Returns the footnotes of a question and its reference material, in order.
    pub fn notes_of(&self, question: &Question) -> Vec<&Footnote> {
        let mut numbers = markup::note_marks(&question.text);
        if let Some(reference) = self.reference_of(question) {
            numbers.extend(markup::note_marks(&reference.title));
            numbers.extend(markup::note_marks(&reference.text));
        }
        self.footnotes.iter().filter(|note| numbers.contains(&note.number)).collect()
    }

    /// Returns the reference material of a question, if any.
    pub fn reference_of(&self, question: &Question) -> Option<&Reference> {
        let id = question.reference.as_ref()?;
        self.references.iter().find(|reference| reference.id == *id)
    }
}

/// Parses the common spellings of yes and no, including tick boxes. Returns `None` for other text.
pub(crate) fn yes_or_no(typed: &str) -> Option<bool> {
    match typed.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" | "on" | "☒" | "x" => Some(true),
        "n" | "no" | "false" | "off" | "☐" => Some(false),
        _ => None,
    }
}
