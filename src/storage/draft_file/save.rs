//! Saves drafts: merges external changes, adds text that would be lost to the history, and replaces
//! the file. Commands call it directly, the wizard on the thread of `wizard/saving.rs`;
//! `storage/disk.rs` replaces a file as a whole or not at all.

use std::fs;
use std::io;
use std::mem;
use std::path::Path;

use super::conflicts::{is_link, not_a_draft};
use super::history::{WORDS_GONE, now};
use super::open::parse;
use super::{DraftFile, Snapshot};
use crate::model::draft::{Draft, merge};
use crate::model::questionnaire::Questionnaire;
use crate::model::questionnaire::outline::Outline;
use crate::model::text::{escape_for_terminal, shorten};
use crate::storage::disk::{free_beside, write_whole};
use crate::storage::error::DraftError;
use crate::storage::yaml;

impl DraftFile {
    /// Saves a draft and returns notices for the user, such as answers merged from another program.
    /// See [`DraftFile`] for what happens to the file, the history and the merge base.
    ///
    /// # Errors
    /// Fails if the file cannot be written, or could not be read again. It is then unchanged.
    pub(crate) fn save(
        &mut self,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<Vec<String>, DraftError> {
        let mut notices = Vec::new();
        let reloaded = match self.reload_if_changed(questionnaire) {
            Ok(reloaded) => reloaded,
            // A link may lead to a file of another program, which must not be copied or replaced.
            Err(DraftError::Unreadable(_)) if is_link(&self.path) => return Err(not_a_draft()),
            Err(unreadable @ DraftError::Unreadable(_)) => {
                let copy = self.set_aside()?;
                notices.push(format!(
                    "Another program changed the file, and it cannot be read as a draft now ({}). It is kept as {}.",
                    escape_for_terminal(&unreadable.to_string()),
                    escape_for_terminal(&copy.display().to_string())
                ));
                false
            }
            Err(error) => return Err(error),
        };
        let mut new = match self.external_changes() {
            Some(external) => {
                let merged = merge(&self.merge_base, draft, external);
                if reloaded {
                    notices.extend(merged.notices(questionnaire));
                }
                merged.draft
            }
            None => draft.clone(),
        };
        if let Err(error) = self.add_to_history(&new, questionnaire)
            && !mem::replace(&mut self.history_warned, true)
        {
            notices.push(format!(
                "Earlier versions of the draft cannot be kept ({error}); the draft itself is saved."
            ));
        }
        new.saved = Some(now().round(jiff::Unit::Second).unwrap_or_default());
        new.version = Some(questionnaire.version.clone());
        let by_hand =
            self.on_disk.as_ref().is_some_and(|on_disk| on_disk.is_edited_by_hand(questionnaire));
        let edited = by_hand.then(|| self.edit_text(&new, questionnaire)).flatten();
        let text = edited.map_or_else(|| to_yaml(&new, questionnaire), Ok)?;
        if text.len() > yaml::MAX_BYTES {
            return Err(self.write_oversized(&text).into());
        }
        check_readable(&text, questionnaire)?;
        if by_hand {
            notices.extend(self.preserve_comments(&text)?);
        }
        write_whole(&self.path, text.as_bytes())?;
        notices.extend(self.oversized.take().map(|path| {
            let name = escape_for_terminal(&path.display().to_string()).into_owned();
            format!(
                "The draft is saved again; the text that was too large for it is still in {name}."
            )
        }));
        // Used when the draft is opened with another version of the questionnaire; the save has
        // succeeded without it.
        let _ = self.history.write_outline(&Outline::from_questionnaire(questionnaire));
        self.history.note_saved(new.saved);
        self.on_disk = Some(Snapshot { text, draft: new });
        self.merge_base = draft.clone();
        Ok(notices)
    }

    /// Saves to a new file and continues with that one.
    ///
    /// # Errors
    /// Fails if there is something at `path` already, or it cannot be written.
    pub(crate) fn move_to(
        &mut self,
        path: &Path,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<(), DraftError> {
        refuse_existing(path)?;
        let (mut moved, _) = Self::open(path, questionnaire)?;
        moved.save(draft, questionnaire)?;
        *self = moved;
        Ok(())
    }

    /// Adds the version in the file to the history.
    ///
    /// # Errors
    /// Fails if the history cannot be written.
    pub(crate) fn keep_version(&mut self) -> Result<(), DraftError> {
        Ok(self.on_disk.as_ref().map_or(Ok(()), |on_disk| self.history.add(on_disk))?)
    }

    /// Adds versions to the history before `new` replaces the file: each that has at least
    /// [`WORDS_GONE`] words that `new` does not have, or else the present one if an answer is longest
    /// in it, or if it is time for it.
    ///
    /// # Errors
    /// Fails if the history cannot be written, which must not prevent the save.
    fn add_to_history(&mut self, new: &Draft, questionnaire: &Questionnaire) -> io::Result<()> {
        let Some(on_disk) = self.on_disk.as_ref().filter(|on_disk| on_disk.draft.has_answers())
        else {
            self.history.begin();
            return Ok(());
        };
        let oldest = self.oldest_unkept.get_or_insert_with(|| on_disk.clone());
        let is_cut = |version: &Snapshot| version.draft.words_gone(new) >= WORDS_GONE;
        let mut added = Vec::new();
        if is_cut(oldest) && !self.history.contains(&oldest.draft) {
            added.push(oldest.clone());
        }
        if is_cut(on_disk) || (self.history.is_due() && !on_disk.draft.holds_same(new)) {
            added.push(on_disk.clone());
        } else if !on_disk.draft.is_contained_in(self.history.newest_drafts(questionnaire), new) {
            self.history.add_longest(on_disk)?;
        }
        if !added.is_empty() {
            self.oldest_unkept = None;
            added.dedup_by(|a, b| a.text == b.text);
        }
        added.iter().try_for_each(|version| self.history.add(version))
    }

    /// Writes a text that is too large for the draft to a file beside it, always the same one. Returns
    /// the error for the user.
    fn write_oversized(&mut self, text: &str) -> io::Error {
        let path = self.oversized.take().or_else(|| free_beside(&self.path, "too-large"));
        self.oversized = path.filter(|path| write_whole(path, text.as_bytes()).is_ok());
        let name = self.oversized.as_ref().and_then(|path| path.file_name());
        let place = name.map(|name| format!("; all of it is in {}", name.display()));
        let size = yaml::MAX_BYTES >> 20;
        io::Error::other(format!("it is larger than {size} MB{}", place.unwrap_or_default()))
    }

    /// Writes a draft into the text of a file that was edited by hand. Returns `None` if the result
    /// would not be read as the same draft.
    fn edit_text(&self, new: &Draft, questionnaire: &Questionnaire) -> Option<String> {
        let on_disk = self.on_disk.as_ref()?;
        let (old, wanted) = (on_disk.draft.to_value(questionnaire), new.to_value(questionnaire));
        let text = yaml::update(&on_disk.text, &old, &wanted)?;
        let read = parse(&text, questionnaire).ok()?;
        let same = read.saved == new.saved
            && !read.in_other_version(questionnaire)
            && read.holds_same(new);
        same.then_some(text)
    }

    /// Adds a version that was edited by hand to the history if `text`, which replaces it, does not have
    /// all of its comments. Returns a notice in that case.
    ///
    /// # Errors
    /// Fails if neither the history nor a copy beside the draft can be written.
    fn preserve_comments(&mut self, text: &str) -> Result<Option<String>, DraftError> {
        let Some(on_disk) = &self.on_disk else { return Ok(None) };
        let mut after = yaml::comments(text);
        let is_gone = |comment: &&str| match after.iter().position(|other| other == comment) {
            Some(at) => {
                after.swap_remove(at);
                false
            }
            None => true,
        };
        let Some(gone) = yaml::comments(&on_disk.text).into_iter().find(is_gone) else {
            return Ok(None);
        };
        let gone = shorten(gone, MAX_SHOWN_COMMENT);
        let place = match self.history.add(on_disk) {
            Ok(()) => "`good-practice history` has the version with them".to_owned(),
            Err(_) => format!("the version with them is kept as {}", self.set_aside()?.display()),
        };
        Ok(Some(format!(
            "Comments in the file could not be kept in their place, such as `{}`; {}.",
            escape_for_terminal(&gone),
            escape_for_terminal(&place)
        )))
    }
}

/// The maximum number of columns of a comment that a notice shows.
const MAX_SHOWN_COMMENT: usize = 60;

/// Writes a draft to a new file, however large, for a person to read.
///
/// # Errors
/// Fails if there is something at `path` already, or it cannot be written.
pub(crate) fn write_out(
    path: &Path,
    draft: &Draft,
    questionnaire: &Questionnaire,
) -> io::Result<()> {
    refuse_existing(path)?;
    write_whole(path, to_yaml(draft, questionnaire)?.as_bytes())
}

/// Checks that there is nothing at a path.
///
/// # Errors
/// Fails with [`io::ErrorKind::AlreadyExists`] if there is anything, such as a broken link, which could
/// lead to any file.
fn refuse_existing(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        let message = "there is a file of this name already";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    Ok(())
}

/// Returns a draft as this program writes it.
///
/// # Errors
/// Fails if the YAML library fails.
pub(crate) fn to_yaml(draft: &Draft, questionnaire: &Questionnaire) -> io::Result<String> {
    yaml::write(&draft.to_value(questionnaire)).map_err(io::Error::other)
}

/// Checks that the text of a draft can be read again.
///
/// # Errors
/// Fails if it cannot.
fn check_readable(text: &str, questionnaire: &Questionnaire) -> Result<(), DraftError> {
    parse(text, questionnaire).map_err(|error| {
        let why = format!("the draft could not be read again ({error})");
        io::Error::other(escape_for_terminal(&why))
    })?;
    Ok(())
}
