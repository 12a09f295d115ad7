//! Official Word forms on the disk: recognises them, and fills them in with the answers of a draft.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::document::export::form::{self, FilledForm};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::storage::document_file;
use crate::storage::draft_file::history::History;
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
    let earlier = History::for_draft(draft_path).drafts(questionnaire);
    let earlier: Vec<Draft> = earlier.map(|earlier| earlier.draft).collect();
    form::fill(&bytes, questionnaire, draft, &earlier, force)
        .map_err(|error| DocumentError::Unreadable(error.to_string()))
}

/// The end of the file name of a filled form, before a number and the extension.
const FILLED: &str = "-filled";

/// The maximum number of Word files beside a draft that are read in search of a form.
const MAX_CANDIDATES: usize = 20;

/// Finds the Word forms beside a draft. Remembers which files are forms, because it takes time to read
/// them.
#[derive(Debug, Default)]
pub(crate) struct FormFinder {
    /// For each file that was read, its modification time at that moment, and whether it is a form.
    known: HashMap<PathBuf, (SystemTime, bool)>,
}

impl FormFinder {
    /// Returns the forms in the folder of a draft, by name, without the documents that this program
    /// makes of drafts. The form that the draft names, which may be elsewhere, comes first.
    pub(crate) fn find(
        &mut self,
        draft_path: &Path,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Vec<PathBuf> {
        let folder = draft_path.parent().unwrap_or(Path::new(""));
        let named = draft.form().map(|form| folder.join(form));
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        let mut beside: Vec<_> = paths.filter(|path| is_candidate(path)).collect();
        beside.sort();
        beside.retain(|path| named.as_ref() != Some(path));
        let candidates = named.into_iter().chain(beside.into_iter().take(MAX_CANDIDATES));
        candidates.filter(|path| self.is_form(path, questionnaire)).collect()
    }

    fn is_form(&mut self, path: &Path, questionnaire: &Questionnaire) -> bool {
        let Ok(changed) = fs::metadata(path).and_then(|metadata| metadata.modified()) else {
            return false;
        };
        if let Some((known, is_form)) = self.known.get(path)
            && *known == changed
        {
            return *is_form;
        }
        let is_form = read(path).is_ok_and(|bytes| form::is_form_of(&bytes, questionnaire))
            && (!is_of_draft(path) || is_blank(path, questionnaire));
        self.known.insert(path.to_owned(), (changed, is_form));
        is_form
    }
}

/// Whether a file can be a form, judged by its name. Word writes a file that begins with `~$` beside
/// each document that is open.
fn is_candidate(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    document_file::extension(path).as_deref() == Some("docx")
        && !name.starts_with("~$")
        && !numbered_stem(path).ends_with(FILLED)
}

/// Whether a file has the name of a document that is made of a draft beside it.
fn is_of_draft(path: &Path) -> bool {
    path.with_file_name(format!("{}.yaml", numbered_stem(path))).exists()
}

/// Whether a document has no answers.
fn is_blank(path: &Path, questionnaire: &Questionnaire) -> bool {
    document_file::read(path, questionnaire).is_ok_and(|found| !found.draft.has_answers())
}

/// Returns the file name without its extension and without a number such as `-2` at its end.
fn numbered_stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match stem.rsplit_once('-') {
        Some((start, number)) if number.parse::<u16>().is_ok() => start.to_owned(),
        Some(_) | None => stem,
    }
}

/// Returns the path of the filled copy of a form. It is beside the draft, because the folder of the form
/// may belong to another person.
pub(crate) fn filled_path(form: &Path, draft_path: &Path) -> PathBuf {
    let stem = form.file_stem().unwrap_or_default().to_string_lossy();
    draft_path.with_file_name(format!("{stem}{FILLED}.docx"))
}

/// Reads the bytes of a form.
///
/// # Errors
/// Fails if the file cannot be read or is larger than [`MAX_FORM_BYTES`].
fn read(path: &Path) -> Result<Vec<u8>, DocumentError> {
    let refuse = |why: &str| Err(DocumentError::Unreadable(why.to_owned()));
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return refuse("this is a folder or a device, not a Word form");
    }
    let mut bytes = Vec::new();
    file.take(MAX_FORM_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FORM_BYTES {
        return refuse("it is larger than 100 MB, which is too large for a form");
    }
    Ok(bytes)
}
