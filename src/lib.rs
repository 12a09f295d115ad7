//! `good-practice` fills in a questionnaire with word limits in a terminal and keeps the answers
//! in a draft file.
//!
//! A *questionnaire* says what is asked, a *draft* holds whatever the applicant wrote, right or
//! wrong, and a *review* is computed from the two. Wizard, summary and check are views of the
//! same review.
//!
//! | layer | modules | may use |
//! |---|---|---|
//! | pure | `questionnaire`, `limit`, `markup`, `answer`, `draft`, `review`, `text`, `tree` | each other |
//! | pure | `document` and its writers and readers, which turn text or bytes into each other | the pure layer, XML and ZIP |
//! | files | `disk`, `yaml`, `draft_file`, `document_file` | the pure layer, files |
//! | terminal | `wizard::face` (`prompt`, `composer`, `page` or `plain`), `summary` | the pure layer, the terminal |
//! | conductors | `wizard`, `commands` | all of the above |
//!
//! A test reads `src/` and keeps this table true.

#![cfg_attr(
    test,
    allow(
        clippy::string_slice,
        clippy::wildcard_enum_match_arm,
        reason = "a panic is how a test fails"
    )
)]

pub mod answer;
pub mod cli;
pub mod commands;
mod disk;
pub mod document;
pub mod document_file;
pub mod draft;
pub mod draft_file;
pub mod limit;
pub mod markup;
pub mod questionnaire;
pub mod review;
pub mod summary;
pub mod text;
pub mod tree;
pub mod wizard;
pub mod yaml;
