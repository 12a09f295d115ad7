//! Earlier versions of a draft, in a hidden folder beside it: drafts themselves, so that any tool
//! reads them. Their number is bounded; the older they are, the further apart they stand.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::real_path;
use crate::model::questionnaire::outline::Outline;
use crate::storage::disk::{read_text, remove_all_half_written, write_whole};
use crate::storage::yaml;

/// How many versions of a draft are kept.
pub(crate) const MOST_VERSIONS: usize = 30;

/// While one writes, a version is kept after this many seconds.
const EVERY: i64 = 600;
/// When so many words of a version are gone, it is kept at once.
pub(super) const WORDS_GONE: usize = 20;

/// So many versions are taken away at once, at most.
const AT_ONCE: usize = 10;

/// How a version's file is named: by the time it was saved, in UTC.
const NAME: &str = "%Y-%m-%dT%H-%M-%SZ";

/// The file that says what was asked when the draft was last saved.
const OUTLINE: &str = "questionnaire.yaml";

/// An earlier version of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// When it was saved.
    pub saved: Timestamp,
    /// Its file, a draft like any other.
    pub path: PathBuf,
}

/// The earlier versions of a draft.
#[derive(Debug, Clone)]
pub(crate) struct History {
    folder: PathBuf,
    /// When the newest was saved, or when the draft began.
    newest: Option<Timestamp>,
    /// What the folder is known to say of the questionnaire.
    noted: Option<Outline>,
}

impl History {
    /// The earlier versions of the draft at this path. A link has those of the file it leads to.
    pub(crate) fn of(draft: &Path) -> Self {
        let draft = real_path(draft);
        let name = draft.file_name().unwrap_or_default().to_string_lossy();
        let mut history = Self {
            folder: draft.with_file_name(format!(".{name}.history")),
            newest: None,
            noted: None,
        };
        history.newest = history.versions().first().map(|version| version.saved);
        history
    }

    /// All of them, the newest first.
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

    /// Notes that a draft begins now: its first minutes are no version.
    pub(super) fn begin(&mut self) {
        self.newest.get_or_insert_with(Timestamp::now);
    }

    /// Whether it is time to keep the version that is about to be replaced.
    pub(super) fn is_due(&self) -> bool {
        // A clock that went wrong may have dated one in the future.
        let age = |newest: Timestamp| (Timestamp::now().as_second() - newest.as_second()).abs();
        self.newest.is_none_or(|newest| age(newest) >= EVERY)
    }

    /// Keeps a version, unless the newest says the same.
    ///
    /// # Errors
    /// The folder or the disk does not take it.
    pub(super) fn keep(&mut self, text: &str, saved: Option<Timestamp>) -> io::Result<()> {
        let versions = self.versions();
        let same = |version: &Version| read_text(&version.path).is_ok_and(|old| old == text);
        if versions.first().is_some_and(same) {
            return Ok(());
        }
        self.make_folder()?;
        let now = Timestamp::now();
        // A file may say anything of when it was saved.
        let saved = saved.unwrap_or(now).clamp(Timestamp::UNIX_EPOCH, now);
        let mut saved = saved.round(jiff::Unit::Second).unwrap_or_default();
        let named = |time: Timestamp| self.folder.join(format!("{}.yaml", time.strftime(NAME)));
        while named(saved).exists() {
            saved += jiff::SignedDuration::from_secs(1);
        }
        write_whole(&named(saved), text.as_bytes())?;
        self.newest = Some(now);
        let too_many = surplus(self.versions(), now).into_iter();
        for version in too_many.filter(|version| version.saved != saved) {
            let _ = fs::remove_file(version.path);
        }
        Ok(())
    }

    /// What was asked when the draft was last saved, as far as is known.
    pub(super) fn outline(&self) -> Option<Outline> {
        let text = read_text(&self.folder.join(OUTLINE)).ok()?;
        Outline::from_value(&yaml::read(&text).ok()?.value)
    }

    /// Notes what is asked; writes only where that has changed.
    ///
    /// # Errors
    /// The folder or the disk does not take it.
    pub(super) fn keep_outline(&mut self, outline: &Outline) -> io::Result<()> {
        if self.noted.as_ref() == Some(outline) {
            return Ok(());
        }
        if self.outline().as_ref() != Some(outline) {
            let text = yaml::write(&outline.to_value()).map_err(io::Error::other)?;
            self.make_folder()?;
            write_whole(&self.folder.join(OUTLINE), text.as_bytes())?;
        }
        self.noted = Some(outline.clone());
        Ok(())
    }

    /// Takes away what a killed program left half written. Only who holds the draft may call this.
    pub(super) fn clear_up(&self) {
        // What a link leads to is somebody else's.
        if fs::symlink_metadata(&self.folder).is_ok_and(|about| about.is_dir()) {
            remove_all_half_written(&self.folder);
        }
    }

    /// A folder for its owner alone; a link in its place leads who knows where.
    fn make_folder(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.folder) {
            Ok(about) if about.is_dir() => return Ok(()),
            Ok(_) => return Err(io::Error::other("something else has the name of the history")),
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

/// The versions too many, newest first in `versions`: those whose neighbours are nearest to each
/// other for their age. So the last hour has many and the first week has some; the newest and the
/// oldest always stay.
fn surplus(mut versions: Vec<Version>, now: Timestamp) -> Vec<Version> {
    let mut gone = Vec::new();
    // More than a few at once are not ours, and no reason to keep anybody waiting.
    while versions.len() > MOST_VERSIONS && gone.len() < AT_ONCE {
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
            assert!(versions.len() <= MOST_VERSIONS);
        }
        let within = |n: i64| versions.iter().filter(|version| version.saved >= minutes(n)).count();
        assert!(within(60) >= 3, "{}", within(60));
        assert!(within(24 * 60) >= 8, "{}", within(24 * 60));
        assert!(within(7 * 24 * 60) < MOST_VERSIONS);
        assert_eq!(versions.last().unwrap().saved, minutes(30_230));
    }

    #[test]
    fn versions_are_kept_by_time_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut history = History::of(&folder.path().join("a.yaml"));
        assert!(history.is_due());
        let at = "2026-11-24T10:15:00Z".parse().unwrap();
        history.keep("one", Some(at)).unwrap();
        history.keep("one", None).unwrap();
        history.keep("two", Some(at)).unwrap();
        assert!(!history.is_due());
        let versions = history.versions();
        let seconds: Vec<_> = versions.iter().map(|version| version.saved.as_second()).collect();
        assert_eq!(seconds, [at.as_second() + 1, at.as_second()]);
        assert_eq!(fs::read_to_string(&versions[1].path).unwrap(), "one");
    }
}
