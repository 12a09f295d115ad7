//! Writes the application as a document. [`Format`] has all formats with their file name extensions and
//! writers. `form/` fills in the official form, `table/` writes a table of many applications.
//!
//! To add a format, write its writer in a new file of this folder and add a variant to [`Format`].
//! `export --to`, the choice by extension, help, completions and error messages follow from it.

mod docx;
pub(crate) mod form;
mod html;
mod json;
mod markdown;
pub(crate) mod table;
mod text;

use std::io;

use clap::ValueEnum;

pub(crate) use self::json::SCHEMA;
pub(crate) use self::text::MARGIN;
use crate::document::{Document, ExportOrigin, Purpose};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::review::Review;

/// A file format that an application can be written in. The name of a variant in lower case is
/// the extension of its files and its name on the command line; its comment is shown in the help.
#[expect(clippy::doc_markdown, reason = "the help shows these lines as they are")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Word document
    Docx,
    /// PDF, if LibreOffice is installed
    Pdf,
    /// Markdown
    Md,
    /// Web page
    Html,
    /// Plain text
    Txt,
    /// JSON for programs
    Json,
}

impl Format {
    /// Returns the extension of the format's files, without the dot: `docx`.
    pub fn extension(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Whether the format shows the blocks of the [`Document`], and so the notice that an application is
    /// not finished.
    pub(crate) fn is_read_by_people(self) -> bool {
        match self {
            Self::Docx | Self::Pdf | Self::Md | Self::Html | Self::Txt => true,
            Self::Json => false,
        }
    }

    /// Writes the application.
    ///
    /// # Errors
    /// Fails if the application cannot be converted to PDF, with [`io::ErrorKind::NotFound`] if there
    /// is no converter.
    pub fn write(self, application: &Application<'_>) -> io::Result<Vec<u8>> {
        let document = &application.document;
        Ok(match self {
            Self::Docx => {
                let notes = application.draft.notes().iter();
                let open = notes.filter(|note| application.with_notes && !note.done);
                docx::write(document, application.origin.as_ref(), &open.collect::<Vec<_>>())?
            }
            Self::Pdf => (application.convert_to_pdf)(&docx::write(document, None, &[])?)?,
            Self::Md => markdown::write(document).into_bytes(),
            Self::Html => html::write(document).into_bytes(),
            Self::Txt => text::write(document).into_bytes(),
            Self::Json => json::write(application).into_bytes(),
        })
    }
}

/// Everything about an application that a writer may use.
#[derive(Debug, Clone)]
pub struct Application<'a> {
    /// The questions.
    pub questionnaire: &'a Questionnaire,
    /// The answers.
    pub draft: &'a Draft,
    /// The status of every question.
    pub review: Review<'a>,
    /// The application as blocks of text, for the formats that people read.
    pub document: Document,
    /// The version of the draft, which is stored in the properties of a Word document.
    pub origin: Option<ExportOrigin>,
    /// Whether the open notes are comments of a Word document.
    pub with_notes: bool,
    /// Converts a Word document to PDF. The caller sets it, because this folder must not run other
    /// programs. The default fails with [`io::ErrorKind::NotFound`].
    pub convert_to_pdf: fn(&[u8]) -> io::Result<Vec<u8>>,
}

impl<'a> Application<'a> {
    /// Reviews a draft and lays it out.
    pub fn new(questionnaire: &'a Questionnaire, draft: &'a Draft, purpose: Purpose) -> Self {
        let review = Review::new(questionnaire, draft);
        let document = Document::new(questionnaire, draft, &review, purpose);
        let convert_to_pdf = |_: &[u8]| Err(io::ErrorKind::NotFound.into());
        Self {
            questionnaire,
            draft,
            review,
            document,
            origin: None,
            with_notes: false,
            convert_to_pdf,
        }
    }
}
