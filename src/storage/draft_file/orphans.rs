//! Finds histories whose draft was renamed or deleted, assigns them to the renamed draft, and
//! deletes versions permanently.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::history::{EarlierDraft, History};
use super::save::to_yaml;
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Question, Questionnaire};
use crate::storage::disk::{beside, derived_name, folder_of, read_text, write_whole};

/// The end of the name of the folder of a history.
const FOLDER: &str = ".history";
/// The file with the time at which the draft was last saved, written as in `saved:` of the draft.
const LAST_SAVED: &str = "last-saved";

/// Returns the folder of the history of a draft. If the draft was renamed, the folder still has the old
/// name. It is then recognised by the time of the last save, if only one folder has this time.
pub(super) fn folder_for(draft: &Path) -> PathBuf {
    let own = beside(draft, FOLDER);
    if fs::symlink_metadata(&own).is_ok() {
        return own;
    }
    let renamed = || {
        let text = read_text(draft).ok()?;
        let saved = text.lines().find_map(|line| line.strip_prefix("saved:"))?;
        let saved = saved.trim().trim_matches(['"', '\'']);
        let fits = |folder: &PathBuf| {
            read_text(&folder.join(LAST_SAVED)).is_ok_and(|time| time.trim() == saved)
        };
        let mut found = orphans(folder_of(draft)).into_iter().filter(fits);
        found.next().filter(|_| found.next().is_none())
    };
    renamed().unwrap_or(own)
}

/// Returns the folders of histories in a folder that does not have their draft.
fn orphans(folder: &Path) -> Vec<PathBuf> {
    let entries = || fs::read_dir(folder).into_iter().flatten().flatten();
    let is_history = |name: &OsString| name.as_encoded_bytes().ends_with(FOLDER.as_bytes());
    let mut histories: BTreeSet<OsString> = entries()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.file_name())
        .filter(is_history)
        .collect();
    if !histories.is_empty() {
        for entry in entries() {
            histories.remove(&derived_name(".", &entry.file_name(), FOLDER, 0));
        }
    }
    histories.into_iter().map(|name| folder.join(name)).collect()
}

/// Returns the drafts that are no longer in the folder of `draft`, but whose versions are. Does not list
/// a draft whose name was too long to be part of the name of a folder.
pub(crate) fn gone_drafts(draft: &Path) -> Vec<PathBuf> {
    let folder = folder_of(draft);
    let name = |history: PathBuf| {
        let name = history.file_name()?.to_str()?.strip_prefix('.')?.strip_suffix(FOLDER)?;
        let gone = draft.with_file_name(name);
        let has_versions = beside(&gone, FOLDER) == draft.with_file_name(history.file_name()?)
            && !History::for_draft(&gone).versions().is_empty();
        (has_versions && gone != draft).then_some(gone)
    };
    let shown = folder_for(draft);
    let others =
        orphans(folder).into_iter().filter(|history| history.file_name() != shown.file_name());
    others.filter_map(name).collect()
}

impl History {
    /// Gives the folder the name of the draft, if the draft was renamed. Requires its lock.
    pub(super) fn adopt(&mut self, draft: &Path) {
        let own = beside(draft, FOLDER);
        if self.folder != own && fs::rename(&self.folder, &own).is_ok() {
            self.folder = own;
        }
    }

    /// Stores when the draft was saved, so that the history is found if the draft is renamed. Ignores
    /// errors, because the save has succeeded without it.
    pub(super) fn note_saved(&self, saved: Option<Timestamp>) {
        if let Some(saved) = saved
            && fs::symlink_metadata(&self.folder).is_ok_and(|metadata| metadata.is_dir())
        {
            let _ = fs::write(self.folder.join(LAST_SAVED), format!("{saved}\n"));
        }
    }

    /// Deletes all versions. Requires the lock of the draft.
    ///
    /// # Errors
    /// Fails if a file cannot be deleted.
    pub(crate) fn forget(&self) -> io::Result<()> {
        for version in self.versions() {
            fs::remove_file(version.path)?;
        }
        // The folder stays if it has files of other programs.
        let _ = fs::remove_file(self.folder.join(LAST_SAVED));
        let _ = fs::remove_file(self.folder.join(super::history::OUTLINE));
        let _ = fs::remove_dir(&self.folder);
        Ok(())
    }

    /// Removes the answer to a question, or to one of its fields, from all versions that can be read, and
    /// all comments from the versions that have the answer. Returns the number of these versions. Requires
    /// the lock of the draft.
    ///
    /// # Errors
    /// Fails if a version cannot be written.
    pub(crate) fn forget_answer(
        &self,
        question: &Question,
        field: Option<&Field>,
        questionnaire: &Questionnaire,
    ) -> io::Result<usize> {
        let mut changed = 0;
        for EarlierDraft { version, mut draft, .. } in self.drafts(questionnaire) {
            let before = draft.clone();
            for removed in &question.fields {
                if field.is_none_or(|only| only.key == removed.key) {
                    draft.set(&removed.key, Answer::Text(String::new()));
                }
            }
            for (name, _) in before.unplaced_texts() {
                if name.starts_with(&format!("{}-", question.id)) {
                    draft.drop_unplaced(&name);
                }
            }
            if draft != before {
                write_whole(&version.path, to_yaml(&draft, questionnaire)?.as_bytes())?;
                changed += 1;
            }
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::questionnaire::BUILT_IN;
    use crate::storage::draft_file::{DraftFile, parse_questionnaire};

    /// Saves drafts of these names, one version each in their histories.
    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::write(&path, "answers:\n  name: A\n  summary: The name of a victim\n").unwrap();
            let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
            let (mut file, draft) = DraftFile::open(&path, &questionnaire).unwrap();
            file.keep_version().unwrap();
            file.save(&draft, &questionnaire).unwrap();
        }
        folder
    }

    #[test]
    fn the_history_follows_a_renamed_draft() {
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let folder = folder_with(&["a.yaml"]);
        let (old, new) = (folder.path().join("a.yaml"), folder.path().join("a_FINAL2.yaml"));
        fs::rename(&old, &new).unwrap();
        // A command that only reads finds it too.
        assert_eq!(History::for_draft(&new).versions().len(), 1);
        assert_eq!(gone_drafts(&new), [] as [PathBuf; 0]);
        drop(DraftFile::open(&new, &questionnaire).unwrap());
        assert!(folder.path().join(".a_FINAL2.yaml.history").is_dir());
        assert!(!folder.path().join(".a.yaml.history").exists());
        // A copy begins its own history, the history of another draft is never taken.
        fs::copy(&new, &old).unwrap();
        assert_eq!(History::for_draft(&old).versions(), []);
        fs::remove_file(&new).unwrap();
        fs::write(&old, "answers:\n  name: B\nsaved: 2020-01-01T00:00:00Z\n").unwrap();
        assert_eq!(History::for_draft(&old).versions(), []);
        assert_eq!(gone_drafts(&old), [new]);
    }

    #[test]
    fn what_is_forgotten_is_in_no_file() {
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let folder = folder_with(&["a.yaml"]);
        let path = folder.path().join("a.yaml");
        let history = History::for_draft(&path);
        let question = questionnaire.question("summary").unwrap();
        assert_eq!(history.forget_answer(question, None, &questionnaire).unwrap(), 1);
        let text = fs::read_to_string(&history.versions()[0].path).unwrap();
        assert!(text.contains("name: A") && !text.contains("victim"), "{text}");
        history.forget().unwrap();
        assert!(!folder.path().join(".a.yaml.history").exists());
        assert!(fs::read_to_string(&path).unwrap().contains("victim"));
    }
}
