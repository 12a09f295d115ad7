//! Writers: each turns the document model into one file format.

pub(crate) mod docx;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod text;
