//! The pure core: what is asked, what the applicant wrote, and what is computed from the two.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod draft;
pub(crate) mod markup;
pub(crate) mod questionnaire;
pub(crate) mod review;
pub(crate) mod text;
pub(crate) mod value;
pub(crate) mod words;
