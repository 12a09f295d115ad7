//! The history of a draft: earlier versions of it, in a hidden folder beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Snapshot;
use super::open::real_path;
use crate::model::questionnaire::outline::Outline;
use crate::storage::disk::{beside, read_text, remove_all_half_written, write_whole};
use crate::storage::yaml;

/// The most versions that are kept of a draft.
pub(crate) const MAX_VERSIONS: usize = 30;

/// The time between versions while the draft changes, in seconds.
const INTERVAL: i64 = 600;
/// A version that loses this many words is kept at once.
pub(super) const WORDS_GONE: usize = 20;

/// The most versions that are deleted by one save.
const MAX_DELETED: usize = 10;

/// The file name of a version: the time when it was saved, in UTC.
const NAME: &str = "%Y-%m-%dT%H-%M-%SZ";

/// The file with the outline of the questionnaire that the draft was last saved with.
const OUTLINE: &str = "questionnaire.yaml";

/// An earlier version of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// When it was saved.
    pub saved: Timestamp,
    /// The path of its file, which is a draft like any other.
    pub path: PathBuf,
}

/// The earlier versions of a draft.
///
/// # Representation
///
/// The folder `.NAME.history` beside the draft, readable by its owner only. Each version is a draft
/// file, named after the second in which it was saved, so that any tool can read it and the newest
/// sorts last. `questionnaire.yaml` in it is the outline of the questionnaire at the last save, from
/// which the wizard tells what has changed since.
///
/// # Operations
///
/// [`keep`](Self::keep) writes a version, unless the newest has the same text, and deletes the
/// versions that are closest to their neighbours for their age. So the last hour has many versions
/// and the first week some, and the oldest and the newest stay. [`DraftFile`](super::DraftFile)
/// decides which versions to keep: every ten minutes, before 20 words are lost, and both sides of a
/// change by another program.
///
/// # Limits
///
/// The order is that of the clock. The folder is found by the name of the draft: a renamed draft
/// begins a new history. It is not locked by itself; only the holder of the draft writes to it.
#[derive(Debug, Clone)]
pub(crate) struct History {
    folder: PathBuf,
    /// When the newest version was kept, or when the draft was begun.
    newest: Option<Timestamp>,
    /// The outline in the folder, if it was read or written.
    outline_on_disk: Option<Outline>,
}

impl History {
    /// Finds the history of the draft at a path. A link has that of the file it leads to.
    pub(crate) fn of(draft: &Path) -> Self {
        let draft = real_path(draft);
        let mut history =
            Self { folder: beside(&draft, ".history"), newest: None, outline_on_disk: None };
        history.newest = history.versions().first().map(|version| version.saved);
        history
    }

    /// Lists all versions, the newest first.
    pub(crate) fn versions(&self) -> Vec<Version> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut versions: Vec<_> = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .filter_map(|entry| {
                let name = entry.file_name();
                let saved = name.to_str()?.strip_suffix(".yaml")?;
                let saved = DateTime::strptime(NAME, saved).ok()?;
                let saved = TimeZone::UTC.to_timestamp(saved).ok()?;
                Some(Version { saved, path: entry.path() })
            })
            .collect();
        versions.sort_by_key(|version| std::cmp::Reverse(version.saved));
        versions
    }

    /// Starts the interval for a new draft, whose first minutes need no version.
    pub(super) fn begin(&mut self) {
        self.newest.get_or_insert_with(Timestamp::now);
    }

    /// Whether the interval since the newest version has passed.
    pub(super) fn is_due(&self) -> bool {
        // The clock may have been wrong and the newest be dated in the future.
        let age = |newest: Timestamp| (Timestamp::now().as_second() - newest.as_second()).abs();
        self.newest.is_none_or(|newest| age(newest) >= INTERVAL)
    }

    /// Adds a version, unless the newest has the same text.
    ///
    /// # Errors
    /// Fails if the version cannot be written.
    pub(super) fn keep(&mut self, version: &Snapshot) -> io::Result<()> {
        let Snapshot { text, draft } = version;
        let versions = self.versions();
        let same = |version: &Version| read_text(&version.path).is_ok_and(|old| old == *text);
        if versions.first().is_some_and(same) {
            return Ok(());
        }
        self.make_folder()?;
        let now = Timestamp::now();
        // A file edited by hand may name any time.
        let saved = draft.saved.unwrap_or(now).clamp(Timestamp::UNIX_EPOCH, now);
        let mut saved = saved.round(jiff::Unit::Second).unwrap_or_default();
        let named = |time: Timestamp| self.folder.join(format!("{}.yaml", time.strftime(NAME)));
        while named(saved).exists() {
            saved += jiff::SignedDuration::from_secs(1);
        }
        write_whole(&named(saved), text.as_bytes())?;
        self.newest = Some(now);
        let surplus = surplus(self.versions(), now).into_iter();
        for version in surplus.filter(|version| version.saved != saved) {
            let _ = fs::remove_file(version.path);
        }
        Ok(())
    }

    /// Reads the outline of the questionnaire at the last save. Returns `None` if there is none.
    pub(super) fn outline(&self) -> Option<Outline> {
        let text = read_text(&self.folder.join(OUTLINE)).ok()?;
        Outline::from_value(&yaml::read(&text).ok()?.value)
    }

    /// Writes the outline of the questionnaire, if it has changed.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub(super) fn keep_outline(&mut self, outline: &Outline) -> io::Result<()> {
        if self.outline_on_disk.as_ref() == Some(outline) {
            return Ok(());
        }
        if self.outline().as_ref() != Some(outline) {
            let text = yaml::write(&outline.to_value()).map_err(io::Error::other)?;
            self.make_folder()?;
            write_whole(&self.folder.join(OUTLINE), text.as_bytes())?;
        }
        self.outline_on_disk = Some(outline.clone());
        Ok(())
    }

    /// Deletes what a killed program left half written. Requires the lock of the draft.
    pub(super) fn remove_half_written(&self) {
        // A link may lead to a folder of another program.
        if fs::symlink_metadata(&self.folder).is_ok_and(|about| about.is_dir()) {
            remove_all_half_written(&self.folder);
        }
    }

    /// Creates the folder, readable by its owner only. Fails if there is a link or file instead.
    fn make_folder(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.folder) {
            Ok(about) if about.is_dir() => return Ok(()),
            Ok(_) => return Err(io::Error::other("something else has the name of its folder")),
            Err(_) => {}
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(&self.folder)
    }
}

/// Returns the versions to delete, those whose neighbours are closest to each other for their age.
/// `versions` has the newest first; it and the oldest are never returned.
fn surplus(mut versions: Vec<Version>, now: Timestamp) -> Vec<Version> {
    let mut gone = Vec::new();
    // A folder full of other files must not delay a save.
    while versions.len() > MAX_VERSIONS && gone.len() < MAX_DELETED {
        let second = |at: usize| versions.get(at).map_or(0, |version| version.saved.as_second());
        #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
        let room = |at: &usize| {
            let age = (now.as_second() - second(*at)).max(1);
            (second(at - 1) - second(at + 1)) as f64 / age as f64
        };
        let least = (1..versions.len() - 1).min_by(|a, b| room(a).total_cmp(&room(b)));
        let Some(least) = least else { break };
        gone.push(versions.remove(least));
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draft::Draft;

    #[test]
    fn old_versions_stand_further_apart() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let minutes = |n: i64| now - jiff::SignedDuration::from_mins(n);
        // Three weeks of writing, a version every ten minutes, thinned at each.
        let mut versions: Vec<Version> = Vec::new();
        for n in (0..3024).rev() {
            let saved = minutes(n * 10);
            versions.insert(0, Version { saved, path: PathBuf::new() });
            let gone = surplus(versions.clone(), saved);
            versions.retain(|version| !gone.contains(version));
            assert!(versions.len() <= MAX_VERSIONS);
        }
        let within = |n: i64| versions.iter().filter(|version| version.saved >= minutes(n)).count();
        assert!(within(60) >= 3, "{}", within(60));
        assert!(within(24 * 60) >= 8, "{}", within(24 * 60));
        assert!(within(7 * 24 * 60) < MAX_VERSIONS);
        assert_eq!(versions.last().unwrap().saved, minutes(30_230));
    }

    #[test]
    fn versions_are_kept_by_time_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut history = History::of(&folder.path().join("a.yaml"));
        assert!(history.is_due());
        let at = "2026-11-24T10:15:00Z".parse().unwrap();
        let mut keep = |text: &str, saved| {
            let mut draft = Draft::default();
            draft.saved = saved;
            history.keep(&Snapshot { text: text.to_owned(), draft }).unwrap();
        };
        keep("one", Some(at));
        keep("one", None);
        keep("two", Some(at));
        assert!(!history.is_due());
        let versions = history.versions();
        let seconds: Vec<_> = versions.iter().map(|version| version.saved.as_second()).collect();
        assert_eq!(seconds, [at.as_second() + 1, at.as_second()]);
        assert_eq!(fs::read_to_string(&versions[1].path).unwrap(), "one");
    }
}
