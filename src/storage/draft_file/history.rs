//! The history of a draft: earlier versions of it, in a hidden folder beside it.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Snapshot;
use super::open::{read, real_path};
use super::orphans::folder_for;
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::questionnaire::outline::Outline;
use crate::storage::disk::{read_text, remove_all_half_written, write_whole};
use crate::storage::yaml;

/// The maximum number of versions of a draft.
pub(crate) const MAX_VERSIONS: usize = 60;
/// The number of newest versions that are never deleted to make room.
const PROTECTED: usize = 40;
/// The number of newest versions in which an answer is searched before it becomes shorter.
const SEARCHED: usize = 10;

/// The time between versions while the draft changes, in seconds.
const INTERVAL: i64 = 600;
/// A version is added at once if a save would remove this many of its words.
pub(super) const WORDS_GONE: usize = 20;

/// The maximum number of versions that one save deletes.
const MAX_DELETED: usize = 10;

/// The format of the time in the file name of a version, in UTC.
const TIME: &str = "%Y-%m-%dT%H-%M-%SZ";

/// The file with the outline of the questionnaire that the draft was last saved with.
pub(super) const OUTLINE: &str = "questionnaire.yaml";

/// An earlier version of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// Its number in the history. A newer version has a greater number; one without a number has 0.
    order: u64,
    /// When it was saved, by the clock of that time, which may have been wrong.
    pub saved: Timestamp,
    /// The hash of its answers, if a document was made from it. Such a version is not deleted to make
    /// room.
    pub exported: Option<String>,
    /// The path of its file, which is a draft like any other.
    pub path: PathBuf,
}

/// An earlier version of a draft with its content.
#[derive(Debug, Clone)]
pub(crate) struct EarlierDraft {
    /// The number of the version on the command line, 1 for the newest.
    pub number: usize,
    pub version: Version,
    pub draft: Draft,
}

/// The earlier versions of a draft.
///
/// # The rule
///
/// The longest version of each answer among the last ten saves can be restored, whichever programs
/// saved and whatever their clocks said. So can a text that lost twenty words at once.
///
/// # Representation
///
/// The folder `.NAME.history` beside the draft, readable by its owner only. Each version is a draft
/// file, named after its number and the time when it was saved, such as
/// `000012-2026-11-24T10-15-00Z.yaml`; a hash of its answers follows if a document was made from it.
/// Only the numbers decide the order, because a clock may be wrong; versions without a number are
/// older. `questionnaire.yaml` in the folder is the outline of the questionnaire at the last save, by
/// which the wizard finds what has changed since. `last-saved` has the time of the last save, so that
/// the folder is found again if the draft is renamed.
///
/// # Operations
///
/// [`add`](Self::add) writes a version, unless the newest has the same text, and deletes surplus ones:
/// never one of the newest forty, and of the others those that are closest to their neighbours for their
/// age. So the last hours have many versions, the weeks before have some, and the oldest stays.
/// [`add_longest`](Self::add_longest) also replaces the version that it wrote before, if the new one is
/// longer in every way, so that deleting a word now and then leaves one version, not hundreds.
/// [`DraftFile`](super::DraftFile) decides which versions to add: one every ten minutes, one before 20
/// words are lost, one before an answer becomes shorter that none of the newest ten versions contains,
/// and both sides of a change by another program. [`pin_version`](Self::pin_version) adds a version that
/// a document was made from, which stays until the history is deleted.
///
/// The rule follows, because a text that is not added is contained in one of the newest ten versions, a
/// save adds at most three versions, and the newest forty are never deleted.
///
/// # Limits
///
/// The folder is not locked by itself; only the holder of the draft writes to it.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(super) folder: PathBuf,
    /// When the newest version was added, or when the draft was begun.
    newest: Option<Timestamp>,
    /// The newest versions, the newest first, or `None` if they have not been read yet.
    newest_drafts: Option<VecDeque<Draft>>,
    /// The version that the last [`add_longest`](Self::add_longest) wrote, if it is the newest.
    longest: Option<(PathBuf, Draft)>,
    /// The outline in the folder, if it was read or written.
    outline_on_disk: Option<Outline>,
}

/// Returns the present time.
pub(super) fn now() -> Timestamp {
    #[cfg(test)]
    if let Some(now) = tests::CLOCK.get() {
        return now;
    }
    Timestamp::now()
}

impl History {
    /// Finds the history of the draft at a path. The history of a link is that of its target.
    pub(crate) fn for_draft(draft: &Path) -> Self {
        let draft = real_path(draft);
        let mut history = Self {
            folder: folder_for(&draft),
            newest: None,
            newest_drafts: None,
            longest: None,
            outline_on_disk: None,
        };
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
                Version::of_file(name.to_str()?.strip_suffix(".yaml")?, entry.path())
            })
            .collect();
        versions.sort_by_key(|version| std::cmp::Reverse((version.order, version.saved)));
        versions
    }

    /// Reads the versions, the newest first, without those that cannot be read.
    pub(crate) fn drafts<'q>(
        &self,
        questionnaire: &'q Questionnaire,
    ) -> impl Iterator<Item = EarlierDraft> + use<'q> {
        (1..).zip(self.versions()).filter_map(|(number, version)| {
            let draft = read(&version.path, questionnaire).ok()?;
            Some(EarlierDraft { number, version, draft })
        })
    }

    /// Starts the interval for a new draft, so that no version is added in its first minutes.
    pub(super) fn begin(&mut self) {
        self.newest.get_or_insert_with(now);
    }

    /// Whether the interval since the newest version has passed.
    pub(super) fn is_due(&self) -> bool {
        // The newest version may be dated in the future, if the clock was wrong.
        let age = |newest: Timestamp| (now().as_second() - newest.as_second()).abs();
        self.newest.is_none_or(|newest| age(newest) >= INTERVAL)
    }

    /// Adds a version, unless the newest has the same text.
    ///
    /// # Errors
    /// Fails if the version cannot be written.
    pub(super) fn add(&mut self, version: &Snapshot) -> io::Result<()> {
        let Snapshot { text, draft } = version;
        let versions = self.versions();
        let same = |version: &Version| read_text(&version.path).is_ok_and(|old| old == *text);
        if versions.first().is_some_and(same) {
            return Ok(());
        }
        self.make_folder()?;
        let order = versions.first().map_or(0, |newest| newest.order) + 1;
        // A file edited by hand may have any time.
        let saved = draft.saved.map_or_else(now, |saved| saved.min(now()));
        let path = self.folder.join(format!("{order:06}-{}.yaml", saved.strftime(TIME)));
        write_whole(&path, text.as_bytes())?;
        self.newest = Some(now());
        self.longest = None;
        if let Some(newest_drafts) = &mut self.newest_drafts {
            newest_drafts.truncate(SEARCHED - 1);
            newest_drafts.push_front(draft.clone());
        }
        for version in surplus(self.versions(), now()) {
            let _ = fs::remove_file(version.path);
        }
        Ok(())
    }

    /// Adds a version that a document was made from, by which changes in the document and in the draft are
    /// distinguished later. Needs no lock, because it only adds a file or renames the newest one.
    ///
    /// # Errors
    /// Fails if the version cannot be written.
    pub(super) fn pin_version(&self, text: &str, saved: Timestamp, hash: &str) -> io::Result<()> {
        let versions = self.versions();
        if versions.iter().any(|version| version.exported.as_deref() == Some(hash)) {
            return Ok(());
        }
        let name = |order: u64, saved: Timestamp| {
            self.folder.join(format!("{order:06}-{}-{hash}.yaml", saved.strftime(TIME)))
        };
        let newest = versions.first();
        if let Some(newest) = newest.filter(|newest| newest.order > 0 && newest.exported.is_none())
            && read_text(&newest.path).is_ok_and(|old| old == text)
        {
            return fs::rename(&newest.path, name(newest.order, newest.saved));
        }
        self.make_folder()?;
        let order = newest.map_or(0, |newest| newest.order) + 1;
        write_whole(&name(order, saved.min(now())), text.as_bytes())
    }

    /// Adds a version in which an answer is longest. Replaces the one that the previous call wrote,
    /// unless text would be lost.
    ///
    /// # Errors
    /// Fails if the version cannot be written.
    pub(super) fn add_longest(&mut self, version: &Snapshot) -> io::Result<()> {
        let (newest, replaced) = (self.newest, self.longest.take());
        self.add(version)?;
        // This version does not delay the next one after the interval.
        self.newest = newest;
        let path = self.versions().into_iter().next().map(|version| version.path);
        if let Some((old, draft)) = replaced
            && path.as_ref() != Some(&old)
            && version.draft.is_as_long_as(&draft)
            && draft.words_gone(&version.draft) < WORDS_GONE
        {
            let _ = fs::remove_file(old);
            self.newest_drafts.as_mut().and_then(|drafts| drafts.remove(1));
        }
        self.longest = path.map(|path| (path, version.draft.clone()));
        Ok(())
    }

    /// Returns the newest versions, the newest first, that can be read.
    pub(super) fn newest_drafts(&mut self, questionnaire: &Questionnaire) -> &[Draft] {
        if self.newest_drafts.is_none() {
            let read = |version: Version| read(&version.path, questionnaire).ok();
            let newest = self.versions().into_iter().take(SEARCHED);
            self.newest_drafts = Some(newest.filter_map(read).collect());
        }
        self.newest_drafts.as_mut().map(|drafts| &*drafts.make_contiguous()).unwrap_or_default()
    }

    /// Whether the newest version has every word of a draft.
    pub(super) fn contains(&self, draft: &Draft) -> bool {
        let newest = self.newest_drafts.as_ref().and_then(VecDeque::front);
        newest.is_some_and(|newest| draft.words_gone(newest) == 0)
    }

    /// Reads the outline of the questionnaire at the last save. Returns `None` if there is no outline, or it
    /// cannot be read.
    pub(super) fn outline(&self) -> Option<Outline> {
        let text = read_text(&self.folder.join(OUTLINE)).ok()?;
        Outline::from_value(&yaml::read(&text).ok()?.value)
    }

    /// Writes the outline of the questionnaire, if it has changed.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub(super) fn write_outline(&mut self, outline: &Outline) -> io::Result<()> {
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
        if fs::symlink_metadata(&self.folder).is_ok_and(|metadata| metadata.is_dir()) {
            remove_all_half_written(&self.folder);
        }
    }

    /// Creates the folder, readable by its owner only.
    ///
    /// # Errors
    /// Fails if it cannot be created, or if a link or file has its name.
    fn make_folder(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.folder) {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => return Err(io::Error::other("the name of its folder is in use")),
            Err(_) => {}
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            fs::DirBuilder::new().mode(0o700).create(&self.folder)
        }
        #[cfg(not(unix))]
        fs::create_dir(&self.folder)
    }
}

impl Version {
    /// Reads the number, the time and the hash in the name of a version. Earlier releases of this program
    /// wrote only the time. Returns `None` for the name of any other file.
    fn of_file(name: &str, path: PathBuf) -> Option<Self> {
        let numbered = name.split_once('-').filter(|(order, _)| order.len() > 4);
        let (order, rest) = match numbered {
            Some((order, rest)) => (order.parse().ok()?, rest),
            None => (0, name),
        };
        let hash = rest.split_once("Z-").map(|(_, hash)| hash);
        let time = hash.map_or(rest, |hash| rest.trim_end_matches(hash).trim_end_matches('-'));
        let time = TimeZone::UTC.to_timestamp(DateTime::strptime(TIME, time).ok()?);
        Some(Self { order, saved: time.ok()?, exported: hash.map(str::to_owned), path })
    }
}

/// Returns the versions to delete: those whose neighbours are closest to each other for their age.
/// `versions` has the newest first; the [`PROTECTED`] newest, the oldest, and those that a document was
/// made from are never returned.
fn surplus(mut versions: Vec<Version>, now: Timestamp) -> Vec<Version> {
    versions.retain(|version| version.exported.is_none());
    // A version cannot be newer than the one after it: the clock was wrong.
    let mut latest = now;
    for version in &mut versions {
        latest = latest.min(version.saved);
        version.saved = latest;
    }
    let mut gone = Vec::new();
    // A folder with very many files must not delay a save.
    while versions.len() > MAX_VERSIONS && gone.len() < MAX_DELETED {
        let second = |at: usize| versions.get(at).map_or(0, |version| version.saved.as_second());
        #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
        let room = |at: &usize| {
            let age = (now.as_second() - second(*at)).max(1);
            (second(at - 1) - second(at + 1)) as f64 / age as f64
        };
        let least = (PROTECTED..versions.len() - 1).min_by(|a, b| room(a).total_cmp(&room(b)));
        let Some(least) = least else { break };
        gone.push(versions.remove(least));
    }
    gone
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;
    use crate::model::answer::Answer;
    use crate::model::questionnaire::BUILT_IN;
    use crate::storage::draft_file::{DraftFile, parse_questionnaire};

    thread_local! {
        /// The time of the clock in a test that sets it.
        pub(in super::super) static CLOCK: Cell<Option<Timestamp>> = const { Cell::new(None) };
    }

    #[test]
    fn old_versions_stand_further_apart() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let minutes = |n: i64| now - jiff::SignedDuration::from_mins(n);
        // Three weeks of writing, a version every ten minutes, thinned at each.
        let mut versions: Vec<Version> = Vec::new();
        for n in (0..3024).rev() {
            let saved = minutes(n * 10);
            versions.insert(0, Version { order: 0, saved, exported: None, path: PathBuf::new() });
            let gone = surplus(versions.clone(), saved);
            versions.retain(|version| !gone.iter().any(|gone| gone.saved == version.saved));
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
        let mut history = History::for_draft(&folder.path().join("a.yaml"));
        assert!(history.is_due());
        let at = "2026-11-24T10:15:00Z".parse().unwrap();
        let mut add = |text: &str, saved| {
            let mut draft = Draft::default();
            draft.saved = saved;
            history.add(&Snapshot { text: text.to_owned(), draft }).unwrap();
        };
        add("one", Some(at));
        add("one", None);
        add("two", Some(at));
        assert!(!history.is_due());
        let versions = history.versions();
        let seconds: Vec<_> = versions.iter().map(|version| version.saved.as_second()).collect();
        assert_eq!(seconds, [at.as_second(), at.as_second()]);
        assert_eq!(fs::read_to_string(&versions[1].path).unwrap(), "one");
    }

    #[test]
    fn the_order_of_versions_does_not_depend_on_the_clock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let mut history = History::for_draft(&path);
        let mut add = |text: &str, clock: &str| {
            CLOCK.set(Some(clock.parse().unwrap()));
            let draft = Draft::default();
            history.add(&Snapshot { text: text.to_owned(), draft }).unwrap();
        };
        add("first", "2030-01-01T00:00:00Z");
        add("second", "1969-12-31T23:00:00Z");
        add("third", "2026-11-24T12:00:00Z");
        CLOCK.set(None);
        let texts: Vec<_> = history
            .versions()
            .iter()
            .map(|version| fs::read_to_string(&version.path).unwrap())
            .collect();
        assert_eq!(texts, ["third", "second", "first"]);
        fs::write(history.folder.join("2031-01-01T00-00-00Z.yaml"), "before numbers").unwrap();
        assert_eq!(history.versions().last().unwrap().order, 0);
    }

    /// One save of the property below.
    #[derive(Debug, Clone)]
    struct Edit {
        question: &'static str,
        /// The number of words that are removed at the end of the answer.
        cut: usize,
        /// The number of words that are added after that.
        added: usize,
        /// Whether another process saves.
        reopened: bool,
        /// The seconds by which the clock jumps before the save.
        jump: i64,
    }

    fn edit() -> impl Strategy<Value = Edit> {
        let question = prop_oneof![Just("summary"), Just("objectives"), Just("problem")];
        let jump = prop_oneof![4 => 0..3_i64, 1 => -4_000_000_000_i64..4_000_000_000];
        (question, 0..25_usize, 0..25_usize, any::<bool>(), jump).prop_map(
            |(question, cut, added, reopened, jump)| Edit { question, cut, added, reopened, jump },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn the_longest_version_of_each_answer_of_the_last_saves_survives(
            edits in prop::collection::vec(edit(), 1..70),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.yaml");
            let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
            let key = |name: &str| questionnaire.question(name).unwrap().fields[0].key.clone();
            let count = |draft: &Draft, name: &str| {
                draft.answer(&key(name)).map_or(0, |answer| answer.words().split_whitespace().count())
            };
            let mut clock: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
            let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
            let (mut saved, mut next) = (Vec::new(), 0);
            for edit in edits {
                clock = Timestamp::from_second((clock.as_second() + edit.jump).clamp(-9_000_000_000, 9_000_000_000)).unwrap();
                CLOCK.set(Some(clock));
                if edit.reopened {
                    drop(file);
                    (file, draft) = DraftFile::open(&path, &questionnaire).unwrap();
                }
                let words = draft.answer(&key(edit.question)).map(|answer| answer.words().into_owned()).unwrap_or_default();
                let mut words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
                words.truncate(words.len().saturating_sub(edit.cut));
                words.extend((0..edit.added).map(|n| format!("word{}", next + n)));
                next += edit.added;
                draft.set(&key(edit.question), Answer::Text(words.join(" ")));
                file.save(&draft, &questionnaire).unwrap();
                saved.push(draft.clone());
                let versions = file.history().versions();
                prop_assert!(versions.len() <= MAX_VERSIONS);
                let mut kept: Vec<_> = versions.iter().map(|version| read(&version.path, &questionnaire).unwrap()).collect();
                kept.push(draft.clone());
                for name in ["summary", "objectives", "problem"] {
                    let longest = saved.iter().rev().take(10).map(|draft| count(draft, name)).max();
                    let restorable = kept.iter().map(|draft| count(draft, name)).max();
                    prop_assert!(restorable >= longest, "{name}: {restorable:?} of {longest:?}");
                }
            }
            CLOCK.set(None);
        }
    }
}
