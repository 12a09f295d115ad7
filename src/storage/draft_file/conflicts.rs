//! Handles changes that other programs make to a draft file while it is open: merges them, or stores a
//! copy beside the draft if the file is no longer a draft.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::open::parse;
use super::{DraftFile, Snapshot};
use crate::model::draft::{Draft, merge};
use crate::model::questionnaire::Questionnaire;
use crate::storage::disk::{free_beside, read_text};
use crate::storage::error::{DraftError, TextError};

/// The maximum number of times that a file is read until two readings agree: not every program replaces
/// a file atomically.
const STABLE_READ_ATTEMPTS: usize = 10;
/// The time between two readings.
const STABLE_READ_DELAY: Duration = Duration::from_millis(20);

impl DraftFile {
    /// Merges what other programs wrote to the file into the holder's draft. Returns the result and
    /// notices for the user, or `None` if there is nothing to merge.
    pub(crate) fn merge_external_changes(
        &mut self,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Option<(Draft, Vec<String>)> {
        // A file that cannot be read is handled by the next save.
        let reloaded = self.reload_if_changed(questionnaire).unwrap_or(false);
        let external = self.external_changes()?;
        let merged = merge(&self.merge_base, draft, external);
        self.merge_base = external.clone();
        let notices = if reloaded { merged.notices(questionnaire) } else { Vec::new() };
        Some((merged.draft, notices))
    }

    /// Returns the draft on disk if it has changes that the holder does not know.
    pub(super) fn external_changes(&self) -> Option<&Draft> {
        let draft = &self.on_disk.as_ref()?.draft;
        (!draft.holds_same(&self.merge_base)).then_some(draft)
    }

    /// Reloads the file if another program changed it and adds both versions to the history. Returns
    /// whether it did.
    ///
    /// # Errors
    /// Fails if the file cannot be read or is not a draft.
    pub(super) fn reload_if_changed(
        &mut self,
        questionnaire: &Questionnaire,
    ) -> Result<bool, DraftError> {
        let old = self.on_disk.as_ref().map(|on_disk| on_disk.text.as_str());
        let Some(text) = read_when_stable(&self.path, old)? else { return Ok(false) };
        // No program writes an empty draft: the disk was full, or the program was killed.
        if text.trim().is_empty() {
            return Ok(false);
        }
        let theirs = Snapshot { draft: parse(&text, questionnaire)?, text };
        for version in self.on_disk.iter().chain([&theirs]) {
            let _ = self.history.add(version);
        }
        self.on_disk = Some(theirs);
        Ok(true)
    }

    /// Copies the file to a new name beside it, even if it is not a draft, and returns that name.
    ///
    /// # Errors
    /// Fails if there is no file, or the copy cannot be written.
    pub(super) fn set_aside(&self) -> Result<PathBuf, DraftError> {
        let free = free_beside(&self.path, "kept").ok_or_else(|| {
            io::Error::other("there are a thousand copies of this draft already; delete some")
        })?;
        if !fs::metadata(&self.path)?.is_file() {
            return Err(not_a_draft());
        }
        // A hard link is created whole, even if the power fails. Not every file system has them, and a
        // hard link to a link would be a link.
        if is_link(&self.path) || fs::hard_link(&self.path, &free).is_err() {
            let mut copy = File::create_new(&free)?;
            io::copy(&mut File::open(&self.path)?, &mut copy)?;
            copy.sync_all()?;
        }
        Ok(free)
    }
}

/// Returns the error for a folder, a device, or a link to a file that is not a draft, in the place of the
/// draft.
pub(super) fn not_a_draft() -> DraftError {
    io::Error::other("the draft was replaced by something that is not a file").into()
}

pub(super) fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Reads a file until two readings agree, or the attempts are used up. Returns `None` if the text is
/// `old`, or if the file is missing, since the next save creates it again.
///
/// # Errors
/// Fails if the file cannot be read, is too large, or is not valid UTF-8.
fn read_when_stable(path: &Path, old: Option<&str>) -> Result<Option<String>, TextError> {
    let mut last = None;
    let mut attempts = STABLE_READ_ATTEMPTS;
    loop {
        match read_text(path) {
            Err(TextError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Ok(text) if old == Some(&text) => return Ok(None),
            read if attempts == 0
                || read.as_ref().ok().is_some_and(|text| last.as_ref() == Some(text)) =>
            {
                return read.map(Some);
            }
            read => last = read.ok(),
        }
        attempts -= 1;
        thread::sleep(STABLE_READ_DELAY);
    }
}
