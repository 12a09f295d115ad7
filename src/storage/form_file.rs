//! Official Word forms on the disk: fills one in with the answers of a draft, and recognises one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::document::export::form::{self, FilledForm};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::storage::draft_file::{self, history::History};
use crate::storage::error::DocumentError;

/// The largest form that is read, in bytes. Photographs make Word files large.
const MAX_FORM_BYTES: u64 = 100 << 20;

/// Fills in a Word form with the answers of a draft, and returns the filled copy. Answers in the form
/// that an earlier version of the draft has are replaced; with `force`, so are all others.
///
/// # Errors
/// Fails if the form cannot be read or is not a form of the questionnaire.
pub(crate) fn fill(
    form: &Path,
    questionnaire: &Questionnaire,
    draft: &Draft,
    draft_path: &Path,
    force: bool,
) -> Result<FilledForm, DocumentError> {
    let bytes = read(form)?;
    let versions = History::of(draft_path).versions();
    let earlier: Vec<Draft> = versions
        .iter()
        .filter_map(|version| draft_file::read(&version.path, questionnaire).ok())
        .collect();
    form::fill(&bytes, questionnaire, draft, &earlier, force)
        .map_err(|error| DocumentError::Unreadable(error.to_string()))
}

/// Whether a file is a Word form of a questionnaire.
#[expect(dead_code, reason = "the wizard will offer to fill in a form beside the draft")]
pub(crate) fn is_form(path: &Path, questionnaire: &Questionnaire) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("docx"))
        && read(path).is_ok_and(|bytes| form::is_form_of(&bytes, questionnaire))
}

fn read(path: &Path) -> Result<Vec<u8>, DocumentError> {
    let refuse = |why: &str| Err(DocumentError::Unreadable(why.to_owned()));
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return refuse("this is a folder or a device, not a Word form");
    }
    let mut bytes = Vec::new();
    file.take(MAX_FORM_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FORM_BYTES {
        return refuse("it is larger than 100 MB; no form is");
    }
    Ok(bytes)
}
