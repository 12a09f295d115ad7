//! Everything that touches the disk: drafts with their history and lock, documents, YAML.

pub(crate) mod dictionary;
pub(crate) mod disk;
pub(crate) mod document_file;
pub(crate) mod draft_file;
pub(crate) mod error;
mod file_kind;
pub(crate) mod form_file;
pub(crate) mod office;
pub(crate) mod yaml;
