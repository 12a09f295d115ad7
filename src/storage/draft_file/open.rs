//! Opens and reads drafts and questionnaires.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::history::History;
use super::{DraftFile, Snapshot, lock};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::value::{Node, Problem};
use crate::storage::disk::{
    finish_write_in_place, followed, read_input, read_text, remove_half_written,
};
use crate::storage::error::{DraftError, TextError};
use crate::storage::yaml;

/// The maximum number of problems of a file that quote their line.
const MAX_EXCERPTS: usize = 100;

impl DraftFile {
    /// Opens a draft for writing and reads it. A missing file gives an empty draft and is created by
    /// the first save.
    ///
    /// # Errors
    /// Fails if the file cannot be read, is not a draft, or is open in another wizard.
    pub(crate) fn open(
        path: &Path,
        questionnaire: &Questionnaire,
    ) -> Result<(Self, Draft), DraftError> {
        let (mut file, _) = Self::open_unread(path)?;
        file.on_disk = match read_text(&file.path) {
            Ok(text) => Some(Snapshot { draft: parse(&text, questionnaire)?, text }),
            Err(TextError::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        if file.lock.is_some() {
            remove_half_written(&file.path);
            file.history.remove_half_written();
        }
        if let Some(on_disk) = &file.on_disk {
            file.merge_base = on_disk.draft.clone();
        }
        let draft = file.merge_base.clone();
        Ok((file, draft))
    }

    /// Opens a draft without reading it, to replace it by another version. If the present file is
    /// not a draft, the first save copies it beside the draft.
    ///
    /// # Errors
    /// Fails if the draft is open in another wizard.
    pub(crate) fn open_unread(path: &Path) -> Result<(Self, Draft), DraftError> {
        let path = real_path(path);
        let (lock, stale_holder) = lock::acquire(&path)?;
        if lock.is_some() {
            finish_write_in_place(&path);
        }
        let mut history = History::for_draft(&path);
        if lock.is_some() {
            history.adopt(&path);
        }
        let file = Self {
            lock,
            stale_holder,
            on_disk: None,
            merge_base: Draft::default(),
            history,
            oldest_unkept: None,
            oversized: None,
            history_warned: false,
            path,
        };
        Ok((file, Draft::default()))
    }
}

/// Returns the path of the file that a link leads to, which is the one that is locked and replaced.
pub(super) fn real_path(path: &Path) -> PathBuf {
    let path = followed(path);
    fs::canonicalize(&path).unwrap_or(path)
}

/// Whether a file is a draft or questionnaire, judged by its extension.
pub(crate) fn is_draft(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["yaml", "yml"].iter().any(|wanted| extension.eq_ignore_ascii_case(wanted))
    })
}

/// Describes the content of a file beside a draft, if it has one of the names that saving uses: a
/// copy of what was in the file before, or a text that is too large for a draft.
pub(crate) fn rescued_from(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    let (draft, rest) = stem.rsplit_once('.')?;
    let (what, number) = rest.rsplit_once('-')?;
    let is_ours = is_draft(path) && number.bytes().all(|byte| byte.is_ascii_digit());
    match what {
        "kept" if is_ours => Some(format!("a rescued copy of `{draft}.yaml`")),
        "too-large" if is_ours => Some(format!("text that was too large for `{draft}.yaml`")),
        _ => None,
    }
}

/// Reads a draft without locking it. `-` is standard input.
///
/// # Errors
/// Fails if the file cannot be read or is not a draft.
pub fn read(path: &Path, questionnaire: &Questionnaire) -> Result<Draft, DraftError> {
    parse(&read_input(path)?, questionnaire)
}

/// Reads a questionnaire file.
///
/// # Errors
/// Fails if the file cannot be read or is not a questionnaire. The error has all problems in it.
pub(crate) fn read_questionnaire(path: &Path) -> Result<Questionnaire, DraftError> {
    parse_questionnaire(&read_input(path)?)
}

/// Reads a questionnaire from its text.
///
/// # Errors
/// Fails if it is not a questionnaire. The error has all problems in it.
pub fn parse_questionnaire(text: &str) -> Result<Questionnaire, DraftError> {
    parse_with(text, Questionnaire::from_node)
}

/// Reads a draft from its text. An empty text is an empty draft.
///
/// # Errors
/// Fails if it is not a draft. The error has all problems in it.
pub(super) fn parse(text: &str, questionnaire: &Questionnaire) -> Result<Draft, DraftError> {
    if text.trim().is_empty() {
        return Ok(Draft::default());
    }
    parse_with(text, |root| Draft::from_node(root, questionnaire))
}

/// Reads a text as YAML and converts it.
///
/// # Errors
/// Fails if the text is not YAML or `convert` fails. Adds the line of the text to each problem.
pub(super) fn parse_with<T>(
    text: &str,
    convert: impl FnOnce(&Node) -> Result<T, Vec<Problem>>,
) -> Result<T, DraftError> {
    let converted =
        yaml::read(text).map_err(|problem| vec![problem]).and_then(|root| convert(&root));
    converted.map_err(|mut problems| {
        for problem in problems.iter_mut().take(MAX_EXCERPTS) {
            problem.excerpt = problem.location.and_then(|location| yaml::excerpt(text, location));
        }
        DraftError::Unreadable(problems)
    })
}
