//! `good-practice` fills in a questionnaire with word limits in a terminal and keeps the answers
//! in a draft file.
//!
//! A *questionnaire* says what is asked, a *draft* holds whatever the applicant wrote, right or
//! wrong, and a *review* is computed from the two. Wizard, summary and document are three views of the
//! same review.
//!
//! | folder | what it is | may use |
//! |---|---|---|
//! | `model` | what is asked, what was written, and what is computed from the two | nothing of ours |
//! | `terminal` | the widgets: prompts, the composer, the pager, the plain frontend | `model` |
//! | `document` | the application as a document: writers and readers, bytes in, bytes out | `model` |
//! | `storage` | everything that touches the disk: drafts, history, lock, YAML, document files | `model`, `document` |
//! | `summary` | a review as a table, Markdown, CSV or JSON | `model`, `terminal::style` |
//! | `wizard` | the conversation: which question comes next, what is said, what is saved | all of the above |
//! | `commands` | one file for each command of the command line (`cli.rs` defines its arguments) | all of the above |
//!
//! A layer imports only from the layers above it in this table; `tests/architecture.rs` checks it.

#![cfg_attr(
    test,
    allow(
        clippy::string_slice,
        clippy::wildcard_enum_match_arm,
        reason = "a panic is how a test fails"
    )
)]

mod cli;
mod commands;
mod document;
mod model;
mod storage;
mod summary;
mod terminal;
mod wizard;

pub use commands::run;

/// What the tests, benches and fuzz targets of this crate call directly. It is not an interface for
/// other crates and changes without notice.
#[doc(hidden)]
pub mod internals {
    pub use crate::cli::Cli;
    pub use crate::document::Purpose;
    pub use crate::document::export::form::{FilledForm, fill as fill_form, is_form_of};
    pub use crate::document::export::{Application, Format};
    pub use crate::document::import::docx::read as read_docx;
    pub use crate::document::import::html::read as read_html;
    pub use crate::document::import::lines::Source;
    pub use crate::document::import::markdown::read as read_markdown;
    pub use crate::document::import::odt::read as read_odt;
    #[cfg(feature = "pdf")]
    pub use crate::document::import::pdf::read as read_pdf;
    pub use crate::document::import::plain_text::read as read_text;
    pub use crate::document::import::{Recognised, recognise, recognise_in_form};
    pub use crate::model::answer::Answer;
    pub use crate::model::draft::{Draft, merge as merge_drafts};
    pub use crate::model::questionnaire::{BUILT_IN, Field, Kind, Need, Question, Questionnaire};
    pub use crate::model::review::Review;
    pub use crate::model::submission::Submission;
    pub use crate::model::text::wrap;
    pub use crate::model::value::Value;
    pub use crate::storage::draft_file::{parse_questionnaire, read as read_draft};
    pub use crate::storage::error::DraftError;
    pub use crate::storage::yaml::{read as read_yaml, update as update_yaml, write as write_yaml};
    pub use crate::terminal::input::Decoder;
}
