//! The data of the program and what is computed from it: questionnaires, drafts, answers, word
//! counts and reviews. Nothing here reads files or prints.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod date;
pub(crate) mod draft;
pub(crate) mod identity;
pub(crate) mod markup;
pub(crate) mod questionnaire;
pub(crate) mod review;
pub(crate) mod spelling;
pub(crate) mod submission;
pub(crate) mod text;
pub(crate) mod value;
pub(crate) mod words;
