//! The file a draft lives in: one wizard at a time, saved whole or not at all, merged with what
//! others wrote meanwhile, and never over something that could not be read.

pub(crate) mod history;
mod lock;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::draft::{Draft, merge};
use crate::model::questionnaire::Questionnaire;
use crate::model::questionnaire::outline::{Outline, in_other_version};
use crate::model::text::escape_for_terminal;
use crate::model::value::Problem;
pub(crate) use crate::storage::disk::Error;
use crate::storage::disk::{self, followed, read_text, write_whole};
use crate::storage::yaml;
use history::{History, WORDS_GONE};
use lock::Lock;

/// An open draft file. While it exists, no other wizard can open the same draft.
#[derive(Debug)]
pub(crate) struct DraftFile {
    path: PathBuf,
    lock: Option<Lock>,
    /// Who had the draft before and did not close it.
    left: Option<String>,
    /// What the file holds, as far as is known here; nothing where there is none.
    known: Option<Known>,
    /// The draft as its holder knew it when it last handed one over: what differs from it is what
    /// the holder changed.
    base: Draft,
    history: History,
    /// The oldest version that no earlier one has been kept of since.
    oldest: Option<Known>,
    /// The one of most words among those that came after it.
    fullest: Option<Known>,
    /// Whether it was said that earlier versions cannot be kept.
    history_told: bool,
}

/// A version of the file.
#[derive(Debug, Clone)]
struct Known {
    text: String,
    draft: Draft,
    /// Whether the text is not what this program would write: somebody's own order, comments.
    by_hand: bool,
}

impl Known {
    fn read(text: String, questionnaire: &Questionnaire) -> Result<Self, Error> {
        let draft = parse(&text, questionnaire)?;
        let by_hand = written(&draft, questionnaire)? != text;
        Ok(Self { text, draft, by_hand })
    }
}

/// A file that somebody is just writing is looked at again after this long, this often.
const SETTLING: Duration = Duration::from_millis(20);
const LOOKS: usize = 10;

impl DraftFile {
    /// Opens a draft for writing and reads it; one that is absent is empty and made on the first
    /// save.
    ///
    /// # Errors
    /// The file cannot be read, is no draft, or is open in another wizard.
    pub(crate) fn open(path: &Path, questionnaire: &Questionnaire) -> Result<(Self, Draft), Error> {
        let path = real_path(path);
        let (lock, left) = lock::take(&path)?;
        let known = match read_text(&path) {
            Ok(text) => Some(Known::read(text, questionnaire)?),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let history = History::of(&path);
        if lock.is_some() {
            disk::remove_half_written(&path);
            history.clear_up();
        }
        let draft = known.as_ref().map(|known| known.draft.clone()).unwrap_or_default();
        let base = draft.clone();
        let file = Self { known, base, ..Self::new(path, lock, left, history) };
        Ok((file, draft))
    }

    fn new(path: PathBuf, lock: Option<Lock>, left: Option<String>, history: History) -> Self {
        Self {
            path,
            lock,
            left,
            known: None,
            base: Draft::default(),
            history,
            oldest: None,
            fullest: None,
            history_told: false,
        }
    }

    /// Opens a draft without reading it, for a version that shall take its place. What is there
    /// and cannot be read is kept beside when it is replaced.
    ///
    /// # Errors
    /// It is open in another wizard.
    pub(crate) fn open_unread(path: &Path) -> Result<(Self, Draft), Error> {
        let path = real_path(path);
        let (lock, left) = lock::take(&path)?;
        let history = History::of(&path);
        Ok((Self::new(path, lock, left, history), Draft::default()))
    }

    /// Whether there is a draft already.
    pub(crate) fn is_there(&self) -> bool {
        self.known.is_some()
    }

    /// Where the draft is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its earlier versions.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// What there is to say about others who may have the draft open: a program that did not close
    /// it, or anybody where no lock can be had.
    pub(crate) fn lock_notice(&self) -> Option<String> {
        match (&self.left, &self.lock) {
            (Some(left), _) => Some(lock::told(left)),
            (None, Some(_)) => None,
            (None, None) => Some(
                "This folder takes no lock: the draft may be open elsewhere too. Answers changed on both sides are both kept."
                    .to_owned(),
            ),
        }
    }

    /// What the questionnaire asks otherwise than when the draft was last saved, in sentences.
    pub(crate) fn questions_changed(&self, questionnaire: &Questionnaire) -> Vec<String> {
        let Some(known) = &self.known else { return Vec::new() };
        let mut told = match (self.history.outline(), &known.draft.version) {
            (Some(outline), _) => outline.changes(questionnaire),
            (None, Some(version)) if known.draft.in_other_version(questionnaire) => {
                vec![in_other_version(version, &questionnaire.version)]
            }
            (None, _) => Vec::new(),
        };
        if let Ok(root) = yaml::read(&known.text) {
            told.extend(known.draft.renamed_answers(&root.value, questionnaire));
        }
        told
    }

    /// Saves the draft: the new version is written beside the old one and takes its place, so that
    /// the file is always whole. Comments and the order of a person's own stay. What others wrote
    /// into the file meanwhile is merged; what happened beyond saving is returned, in words.
    ///
    /// # Errors
    /// The folder or the disk does not take it; the old version is untouched.
    pub(crate) fn save(
        &mut self,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<Vec<String>, Error> {
        let mut told = Vec::new();
        let changed = match self.look(questionnaire) {
            Ok(changed) => changed,
            // What a link leads to is somebody else's, and no draft.
            Err(Error::Unreadable(_)) if is_link(&self.path) => return Err(taken()),
            Err(Error::Unreadable(problems)) => {
                let kept = self.set_aside()?;
                let why = problems
                    .first()
                    .map(|problem| escape_for_terminal(&problem.message).into_owned());
                told.push(format!(
                    "What another program left in the file cannot be read as a draft ({}). It is kept as {}.",
                    why.unwrap_or_default(),
                    escape_for_terminal(&kept.display().to_string())
                ));
                false
            }
            Err(error) => return Err(error),
        };
        let mut merged = match &self.known {
            Some(known) if !known.draft.holds_same(&self.base) => {
                let merged = merge(&self.base, draft, &known.draft);
                if changed {
                    told.extend(merged.notices(questionnaire));
                }
                merged.draft
            }
            Some(_) | None => draft.clone(),
        };
        if let Err(error) = self.remember(&merged)
            && !std::mem::replace(&mut self.history_told, true)
        {
            told.push(format!(
                "Earlier versions of the draft cannot be kept ({error}); the draft itself is saved."
            ));
        }
        merged.saved = Some(Timestamp::now().round(jiff::Unit::Second).unwrap_or_default());
        merged.version = Some(questionnaire.version.clone());
        let (text, by_hand) = self.in_place(&merged, questionnaire)?;
        if let Some(known) = self.known.as_ref().filter(|known| known.by_hand) {
            let comments = |text: &str| text.matches('#').count();
            if !by_hand && comments(&known.text) > 0 {
                let place = match self.history.keep(&known.text, known.draft.saved) {
                    Ok(()) => "`good-practice history` has the version with them".to_owned(),
                    Err(_) => {
                        format!("the version with them is kept as {}", self.set_aside()?.display())
                    }
                };
                told.push(format!(
                    "Comments in the file could not be kept in their place; {}.",
                    escape_for_terminal(&place)
                ));
            } else if comments(&text) < comments(&known.text) {
                // One beside an answer that is gone.
                let _ = self.history.keep(&known.text, known.draft.saved);
            }
        }
        write_whole(&self.path, text.as_bytes())?;
        // What it asked matters when another version opens the draft; not having it is no reason
        // to call this save failed.
        let _ = self.history.keep_outline(&Outline::of(questionnaire));
        self.known = Some(Known { text, draft: merged, by_hand });
        self.base = draft.clone();
        Ok(told)
    }

    /// Takes in what others wrote into the file: the draft of the holder with their changes, and
    /// what they were, in words. Nothing where nothing differs.
    pub(crate) fn merge_external_changes(
        &mut self,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Option<(Draft, Vec<String>)> {
        // What cannot be read now is a matter of the next save.
        let changed = self.look(questionnaire).unwrap_or(false);
        let known = self.known.as_ref().filter(|known| !known.draft.holds_same(&self.base))?;
        let merged = merge(&self.base, draft, &known.draft);
        self.base = known.draft.clone();
        let told = if changed { merged.notices(questionnaire) } else { Vec::new() };
        Some((merged.draft, told))
    }

    /// Saves somewhere else from now on.
    ///
    /// # Errors
    /// There is a file already, or the place does not take one.
    pub(crate) fn move_to(
        &mut self,
        path: &Path,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<(), Error> {
        // Also a link that leads nowhere: following it would write who knows where.
        if fs::symlink_metadata(path).is_ok() {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "there is a file of this name already",
            )
            .into());
        }
        let (mut moved, _) = Self::open(path, questionnaire)?;
        moved.save(draft, questionnaire)?;
        *self = moved;
        Ok(())
    }

    /// Keeps the version that is in the file among the earlier ones.
    ///
    /// # Errors
    /// The folder or the disk does not take it.
    pub(crate) fn keep_version(&mut self) -> Result<(), Error> {
        if let Some(known) = &self.known {
            self.history.keep(&known.text, known.draft.saved)?;
        }
        Ok(())
    }

    /// Lets other wizards open the draft. Doing it twice does no harm.
    pub(crate) fn release(&mut self) {
        self.lock = None;
    }

    /// Looks whether the file is still what it was. `true` where somebody else's version is there,
    /// which is known from now on.
    fn look(&mut self, questionnaire: &Questionnaire) -> Result<bool, Error> {
        let old = self.known.as_ref().map(|known| known.text.as_str());
        let Some(text) = settled(&self.path, old)? else { return Ok(false) };
        // An empty file is nobody's version of a draft: a disk was full, or a program was stopped.
        if old == Some(text.as_str()) || text.trim().is_empty() {
            return Ok(false);
        }
        let known = Known::read(text, questionnaire)?;
        // A save replaces their version, and theirs has replaced ours; whoever misses something
        // finds both there.
        for version in self.known.iter().chain([&known]) {
            let _ = self.history.keep(&version.text, version.draft.saved);
        }
        self.known = Some(known);
        Ok(true)
    }

    /// Keeps versions among the earlier ones: those of which many words are gone in the new one,
    /// and when it is time the one that is replaced.
    ///
    /// # Errors
    /// The folder or the disk does not take it. That is no reason not to save.
    fn remember(&mut self, new: &Draft) -> io::Result<()> {
        let Some(known) = self.known.as_ref().filter(|known| known.draft.has_answers()) else {
            self.history.begin();
            return Ok(());
        };
        self.oldest.get_or_insert_with(|| known.clone());
        if self.fullest.as_ref().is_none_or(|most| most.draft.words() < known.draft.words()) {
            self.fullest = Some(known.clone());
        }
        let versions = [self.oldest.as_ref(), self.fullest.as_ref(), Some(known)];
        let cut = |version: &&Known| version.draft.words_gone(new) >= WORDS_GONE;
        let mut kept: Vec<Known> = versions.into_iter().flatten().filter(cut).cloned().collect();
        if kept.is_empty() && self.history.is_due() && !known.draft.holds_same(new) {
            kept.push(known.clone());
        }
        if kept.is_empty() {
            return Ok(());
        }
        (self.oldest, self.fullest) = (None, None);
        kept.dedup_by(|a, b| a.text == b.text);
        kept.iter().try_for_each(|version| self.history.keep(&version.text, version.draft.saved))
    }

    /// The text of the new version, and whether it still has what a person put into the old one.
    ///
    /// # Errors
    /// It could not be read again.
    fn in_place(
        &self,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<(String, bool), Error> {
        let same = |text: &str| {
            reread(text, questionnaire).is_ok_and(|read| {
                read.saved == draft.saved
                    && !read.in_other_version(questionnaire)
                    && read.holds_same(draft)
            })
        };
        let edited = self.known.as_ref().filter(|known| known.by_hand).and_then(|known| {
            let (old, new) = (known.draft.to_value(questionnaire), draft.to_value(questionnaire));
            yaml::update(&known.text, &old, &new).filter(|text| same(text))
        });
        if let Some(text) = edited {
            return Ok((text, true));
        }
        let text = written(draft, questionnaire)?;
        match reread(&text, questionnaire) {
            Ok(_) => Ok((text, false)),
            // Whoever wrote it into the file could not read it any more.
            Err(unreadable) => {
                let why = format!("the draft could not be read again ({unreadable})");
                Err(io::Error::other(escape_for_terminal(&why)).into())
            }
        }
    }

    /// Keeps what is in the file beside it, whatever it is, and returns where.
    fn set_aside(&self) -> Result<PathBuf, Error> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let name = |n: usize| self.path.with_file_name(format!("{stem}.kept-{n}.yaml"));
        // A link that leads nowhere has the name, too.
        let free = (1..1000).map(name).find(|path| fs::symlink_metadata(path).is_err());
        let free = free
            .ok_or_else(|| io::Error::other("a thousand versions of this draft are set aside"))?;
        if !fs::metadata(&self.path)?.is_file() {
            return Err(taken());
        }
        // A second name for the same file is whole at once, and still is after a power failure. Not
        // every system can do this, and a second name of a link would be that of the link.
        if is_link(&self.path) || fs::hard_link(&self.path, &free).is_err() {
            let mut options = File::options();
            let mut copy = options.write(true).create_new(true).open(&free)?;
            io::copy(&mut File::open(&self.path)?, &mut copy)?;
            copy.sync_all()?;
        }
        Ok(free)
    }
}

/// Something that is no file has the name of the draft, or a link to something that is no draft.
fn taken() -> Error {
    io::Error::other("something else has taken the name of the draft").into()
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink())
}

/// What a file says once nobody is writing to it: not every program replaces a file at once.
/// Nothing where it says `old`, or is not there.
fn settled(path: &Path, old: Option<&str>) -> Result<Option<String>, Error> {
    let absent = |read: &Result<String, Error>| matches!(read, Err(Error::Io(error)) if error.kind() == io::ErrorKind::NotFound);
    let mut read = read_text(path);
    for _ in 0..LOOKS {
        // Somebody took it away; the next save makes it again.
        if absent(&read) || old.is_some_and(|old| read.as_ref().is_ok_and(|text| text == old)) {
            return Ok(None);
        }
        thread::sleep(SETTLING);
        let again = read_text(path);
        if read.as_ref().is_ok_and(|text| again.as_ref().is_ok_and(|again| text == again)) {
            break;
        }
        read = again;
    }
    if absent(&read) { Ok(None) } else { read.map(Some) }
}

/// Reads what is about to be written as it would be read from the file.
fn reread(text: &str, questionnaire: &Questionnaire) -> Result<Draft, Error> {
    if text.len() <= yaml::MAX_BYTES {
        return parse(text, questionnaire);
    }
    let message = format!("it would be larger than {} MB", yaml::MAX_BYTES >> 20);
    Err(Error::Unreadable(vec![Problem { message, location: None }]))
}

/// A link stays a link: the file it leads to is the one that is locked and replaced.
fn real_path(path: &Path) -> PathBuf {
    let path = followed(path);
    fs::canonicalize(&path).unwrap_or(path)
}

/// A draft as this program writes it.
fn written(draft: &Draft, questionnaire: &Questionnaire) -> Result<String, Error> {
    Ok(yaml::write(&draft.to_value(questionnaire)).map_err(io::Error::other)?)
}

/// Whether a file is a draft or questionnaire by the ending of its name.
pub(crate) fn is_draft(path: &Path) -> bool {
    let is =
        |wanted: &str| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(wanted));
    is("yaml") || is("yml")
}

/// Writes a draft into a file of its own, however large, for a person to read.
///
/// # Errors
/// There is a file already, or the place does not take one.
pub(crate) fn write_out(
    path: &Path,
    draft: &Draft,
    questionnaire: &Questionnaire,
) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    Ok(write_whole(path, written(draft, questionnaire)?.as_bytes())?)
}

/// Reads a draft without the intention to change it.
///
/// # Errors
/// The file cannot be read or is no draft.
pub fn read(path: &Path, questionnaire: &Questionnaire) -> Result<Draft, Error> {
    parse(&read_text(path)?, questionnaire)
}

/// Reads a questionnaire file.
///
/// # Errors
/// The file cannot be read, or everything that is wrong with it.
pub(crate) fn read_questionnaire(path: &Path) -> Result<Questionnaire, Error> {
    parse_questionnaire(&read_text(path)?)
}

/// Reads a questionnaire from its text.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_questionnaire(text: &str) -> Result<Questionnaire, Error> {
    let tree = yaml::read(text).map_err(|problem| Error::Unreadable(vec![problem]))?;
    Questionnaire::from_node(&tree).map_err(Error::Unreadable)
}

fn parse(text: &str, questionnaire: &Questionnaire) -> Result<Draft, Error> {
    if text.trim().is_empty() {
        return Ok(Draft::default());
    }
    let tree = yaml::read(text).map_err(|problem| Error::Unreadable(vec![problem]))?;
    Draft::from_node(&tree, questionnaire).map_err(Error::Unreadable)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::answer::Answer;
    use crate::model::questionnaire::BUILT_IN;
    use crate::model::text;

    fn built_in() -> Questionnaire {
        parse_questionnaire(BUILT_IN).unwrap()
    }

    fn draft_of(yaml: &str) -> Result<Draft, Error> {
        parse(yaml, &built_in())
    }

    #[test]
    fn a_draft_comes_back_as_it_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("application.yaml");
        let questionnaire = built_in();
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        for (name, typed) in [
            ("name", "no"),
            ("timing.start", "5/10/2021"),
            ("timing.still-running", "yes"),
            ("links", "https://example.org/a\nwww.example.org"),
            ("summary", "One.\n\n- two: #3\n- 'four'"),
        ] {
            let (question, field) = questionnaire.find(name).unwrap();
            let field = field.unwrap_or(&question.fields[0]);
            draft.set(&field.key, Answer::typed(field, typed));
        }
        file.save(&draft, &questionnaire).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for line in [
            "version: 1",
            "  name: \"no\"",
            "    still-running: true",
            "  summary: |-",
            "    - two: #3",
        ] {
            assert!(
                text.lines().any(|found| found.replace('\'', "\"") == line.replace('\'', "\"")),
                "{line}\n{text}"
            );
        }
        assert!(read(&path, &questionnaire).unwrap().holds_same(&draft));
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let questionnaire = built_in();
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        let key = |name| questionnaire.find(name).unwrap().0.fields[0].key.clone();
        draft.set(&key("name"), Answer::Text("A".into()));
        file.save(&draft, &questionnaire).unwrap();
        let before = fs::read(&path).unwrap();
        draft.set(&key("summary"), Answer::Text("word ".repeat(yaml::MAX_BYTES / 5)));
        let Err(Error::Io(why)) = file.save(&draft, &questionnaire) else { panic!() };
        assert!(why.to_string().contains("larger than 2 MB"), "{why}");
        assert_eq!(fs::read(&path).unwrap(), before);
        // Shorter again, it is saved again.
        draft.set(&key("summary"), Answer::Text("word ".repeat(yaml::MAX_BYTES / 6)));
        file.save(&draft, &questionnaire).unwrap();
        assert_eq!(
            read(&path, &questionnaire).unwrap().answer(&key("name")),
            draft.answer(&key("name"))
        );
    }

    #[test]
    fn answers_without_a_question_stay_in_the_file() {
        let yaml = "questionnaire: eucpn-good-practice\nversion: 0\nanswers:\n  name: A\n  mascot: Owl\n  timing:\n    season: spring\nnotes: mine\n";
        let draft = draft_of(yaml).unwrap();
        assert_eq!(draft.unplaced_names(), ["`timing.season`", "`mascot`"]);
        let written = yaml::write(&draft.to_value(&built_in())).unwrap();
        for kept in ["mascot: Owl", "season: spring", "notes: mine"] {
            assert!(written.contains(kept), "{written}");
        }
        let again = draft_of(&written).unwrap();
        assert_eq!(yaml::write(&again.to_value(&built_in())).unwrap(), written);
    }

    #[test]
    fn a_draft_made_by_hand_is_read_as_it_was_meant() {
        let yaml = "\u{FEFF}answers:\r\n  aims: ecpa\r\n  timing:\r\n    start: 5.10.2021\r\n    still-running: no\r\n    end: '2022-01-31'\r\n  summary: |\r\n    One.\r\n\r\n    Two.\r\n";
        let draft = draft_of(yaml).unwrap();
        let tree = yaml::write(&draft.to_value(&built_in())).unwrap();
        for line in ["  - ecpa", "2021-10-05", "still-running: false", "2022-01-31", "    One."] {
            assert!(tree.contains(line), "{tree}");
        }
    }

    #[test]
    fn everything_wrong_with_a_draft_is_said_at_once() {
        let Err(Error::Unreadable(problems)) =
            draft_of("questionnaire: other\nanswers:\n  name: [a]\n  summary:\n    a: b\n")
        else {
            panic!()
        };
        let lines: Vec<_> = problems.iter().map(|problem| problem.location.unwrap().line).collect();
        assert_eq!(lines, [1, 3, 5], "{problems:?}");
    }

    #[test]
    fn a_second_wizard_is_told_who_has_the_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let first = DraftFile::open(&path, &built_in()).unwrap();
        let Err(Error::Busy(holder)) = DraftFile::open(&path, &built_in()) else { panic!() };
        assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        drop(first);
        assert!(DraftFile::open(&path, &built_in()).is_ok());
    }

    #[test]
    fn where_no_lock_can_be_had_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::create_dir(folder.path().join(".a.yaml.lock")).unwrap();
        let (mut file, draft) = DraftFile::open(&path, &built_in()).unwrap();
        assert!(file.lock_notice().unwrap().contains("takes no lock"));
        file.save(&draft, &built_in()).unwrap();
    }

    fn opened(text: &str) -> (tempfile::TempDir, DraftFile, Draft) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, text).unwrap();
        let (file, draft) = DraftFile::open(&path, &built_in()).unwrap();
        (folder, file, draft)
    }

    fn key(name: &str) -> crate::model::questionnaire::Key {
        let questionnaire = built_in();
        let (question, field) = questionnaire.find(name).unwrap();
        field.unwrap_or(&question.fields[0]).key.clone()
    }

    #[test]
    fn comments_and_order_of_a_person_stay() {
        let by_hand = "# Ask Jana about the costs\nversion: 1\nanswers:\n    summary: |\n        # one\n        two\n    # the name may change\n    name: 'A # in it'   # or B?\n    timing:\n        start: 2021-10-05  # sure?\n        still-running: no\nquestionnaire: eucpn-good-practice\n";
        let (_folder, mut file, mut draft) = opened(by_hand);
        let questionnaire = built_in();
        draft.set(&key("summary"), Answer::Text("# other\n\n- a list".into()));
        draft.set(
            &key("timing.end"),
            Answer::typed(questionnaire.find("timing.end").unwrap().1.unwrap(), "31.1.2022"),
        );
        draft.set(&key("objectives"), Answer::Text("New.".into()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), [""; 0]);
        let text = fs::read_to_string(file.path()).unwrap();
        for kept in [
            "# Ask Jana about the costs\n",
            "    # the name may change\n    name: 'A # in it'   # or B?\n",
            "        start: 2021-10-05  # sure?\n",
            "        still-running: no\n",
            "    summary: |-\n",
            "- a list\n",
            "end: \"2022-01-31\"\n",
        ] {
            assert!(text.contains(kept), "{kept}\n{text}");
        }
        assert!(
            text.find("summary:") < text.find("name:")
                && text.find("name:") < text.find("questionnaire:")
        );
        // And again, from the text as it is now.
        draft.set(&key("name"), Answer::Text("B".into()));
        draft.set(&key("objectives"), Answer::Text(String::new()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), [""; 0]);
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("name: B   # or B?\n") && !text.contains("New."), "{text}");
        let read = read(file.path(), &questionnaire).unwrap();
        assert!(read.holds_same(&draft));
    }

    #[test]
    fn comments_that_cannot_stay_are_kept_in_the_history() {
        // Longer than what is edited in place.
        let by_hand = format!("# Ask Jana\nanswers:\n  problem: {}\n", "word ".repeat(120_000));
        let (_folder, mut file, mut draft) = opened(&by_hand);
        let questionnaire = built_in();
        draft.set(&key("summary"), Answer::Text("One.\n\nTwo.".into()));
        let told = file.save(&draft, &questionnaire).unwrap().join("\n");
        assert!(told.contains("`good-practice history` has the version with them"), "{told}");
        assert!(read(file.path(), &questionnaire).unwrap().holds_same(&draft));
        let versions = file.history().versions();
        let kept = |version: &history::Version| fs::read_to_string(&version.path).unwrap();
        assert!(versions.iter().any(|version| kept(version) == by_hand));
    }

    #[test]
    fn what_somebody_else_wrote_is_merged_answer_by_answer() {
        let (_folder, mut file, mut draft) =
            opened("answers:\n  name: A\n  summary: One\n  objectives: O\n");
        let questionnaire = built_in();
        fs::write(
            file.path(),
            "answers:\n  name: A\n  summary: Theirs\n  objectives: Changed too\n",
        )
        .unwrap();
        draft.set(&key("name"), Answer::Text("Mine".into()));
        draft.set(&key("objectives"), Answer::Text("Mine".into()));
        let told = file.save(&draft, &questionnaire).unwrap().join("\n");
        assert!(told.contains("taken from it: question 6."), "{told}");
        assert!(told.contains("`objectives-elsewhere`"), "{told}");
        let text = |draft: &Draft, name| match draft.answer(&key(name)) {
            Some(Answer::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        };
        let saved = read(file.path(), &questionnaire).unwrap();
        assert_eq!(text(&saved, "name"), "Mine");
        assert_eq!(text(&saved, "summary"), "Theirs");
        assert_eq!(text(&saved, "objectives"), "Mine");
        assert!(saved.contains_text("Changed too"));
        // The holder goes on with a draft that does not know of it yet: nothing is undone.
        draft.set(&key("name"), Answer::Text("Mine again".into()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), [""; 0]);
        let saved = read(file.path(), &questionnaire).unwrap();
        assert_eq!(
            (text(&saved, "name").as_str(), text(&saved, "summary").as_str()),
            ("Mine again", "Theirs")
        );
        let (taken, told) = file.merge_external_changes(&draft, &questionnaire).unwrap();
        assert!(taken.holds_same(&saved) && told.is_empty());
        assert!(file.merge_external_changes(&taken, &questionnaire).is_none());
    }

    #[test]
    fn a_file_that_another_program_broke_is_kept_beside() {
        for broken in ["answers: [\n", "questionnaire: other\n"] {
            let (_folder, mut file, draft) = opened("answers:\n  name: A\n");
            fs::write(file.path(), broken).unwrap();
            let told = file.save(&draft, &built_in()).unwrap().join("\n");
            let kept = file.path().with_file_name("a.kept-1.yaml");
            assert!(told.contains("a.kept-1.yaml"), "{told}");
            assert_eq!(fs::read_to_string(kept).unwrap(), broken);
            assert!(read(file.path(), &built_in()).unwrap().holds_same(&draft));
        }
        // A file cut to nothing is no change of anybody.
        let (_folder, mut file, draft) = opened("answers:\n  name: A\n");
        fs::write(file.path(), "").unwrap();
        assert_eq!(file.save(&draft, &built_in()).unwrap(), [""; 0]);
        assert!(read(file.path(), &built_in()).unwrap().holds_same(&draft));
    }

    #[test]
    fn cutting_is_no_one_way_door() {
        let long = (1..=60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let folder = tempfile::tempdir().unwrap();
        let questionnaire = built_in();
        let (mut file, mut draft) =
            DraftFile::open(&folder.path().join("a.yaml"), &questionnaire).unwrap();
        let mut save = |text: &str| {
            draft.set(&key("summary"), Answer::Text(text.into()));
            file.save(&draft, &questionnaire).unwrap();
        };
        save("word1");
        save(&long);
        // Word by word, as one cuts.
        let words: Vec<&str> = long.split(' ').collect();
        for left in (30..60).rev() {
            save(&words[..left].join(" "));
        }
        let versions = file.history().versions();
        assert_eq!(versions.len(), 1, "{versions:?}");
        let kept = read(&versions[0].path, &questionnaire).unwrap();
        assert_eq!(kept.answer(&key("summary")), Some(&Answer::Text(long)));
    }

    #[test]
    fn what_was_typed_and_deleted_at_once_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let questionnaire = built_in();
        let path = folder.path().join("a.yaml");
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        let long = (1..=60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        // Saved in the middle of a word, then written on, then everything is deleted.
        for text in ["star", "started", &format!("started {long}"), "x"] {
            draft.set(&key("summary"), Answer::Text(text.into()));
            file.save(&draft, &questionnaire).unwrap();
        }
        let kept = file.history().versions();
        let texts: Vec<_> =
            kept.iter().map(|version| fs::read_to_string(&version.path).unwrap()).collect();
        assert!(texts.iter().any(|text| text.contains("word60")), "{texts:?}");
    }

    #[test]
    fn a_text_that_somebody_else_replaced_comes_back() {
        let long = (1..=60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let (_folder, mut file, mut draft) = opened(&format!("answers:\n  summary: {long}\n"));
        fs::write(file.path(), "answers:\n  summary: TODO\n").unwrap();
        draft.set(&key("name"), Answer::Text("Mine".into()));
        file.save(&draft, &built_in()).unwrap();
        let kept = file.history().versions();
        assert!(
            kept.iter()
                .any(|version| fs::read_to_string(&version.path).unwrap().contains("word60")),
            "{kept:?}"
        );
    }

    #[test]
    fn a_draft_that_could_not_be_read_again_is_not_written() {
        let (_folder, mut file, mut draft) = opened("answers:\n  name: A\n");
        let before = fs::read_to_string(file.path()).unwrap();
        let links = (0..60_000).map(|n| format!("www.example.org/{n}")).collect();
        draft.set(&key("links"), Answer::List(links));
        let refused = file.save(&draft, &built_in()).unwrap_err();
        let Error::Io(refused) = refused else { panic!("{refused:?}") };
        assert!(refused.to_string().contains("could not be read again"), "{refused}");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), before);
    }

    #[test]
    fn somebody_who_goes_on_typing_elsewhere_leaves_one_answer_beside_ours() {
        let (_folder, mut file, mut draft) = opened("answers:\n  objectives: One\n");
        let theirs = ["One two", "One two three", "One two three four"];
        for (number, text) in theirs.iter().enumerate() {
            fs::write(file.path(), format!("answers:\n  objectives: {text}\n")).unwrap();
            draft.set(&key("objectives"), Answer::Text(format!("Mine {number}")));
            file.save(&draft, &built_in()).unwrap();
        }
        let saved = read(file.path(), &built_in()).unwrap();
        assert_eq!(saved.unplaced_names(), ["`objectives-elsewhere`"]);
        assert!(saved.contains_text("One two three four"));
    }

    #[cfg(unix)]
    #[test]
    fn links_put_in_the_way_lead_nowhere() {
        use std::os::unix::fs::symlink;
        // The draft becomes a link to something that is no draft.
        let (folder, mut file, draft) = opened("answers:\n  name: A\n");
        let precious = folder.path().join("precious");
        fs::write(&precious, "[").unwrap();
        fs::remove_file(file.path()).unwrap();
        symlink(&precious, file.path()).unwrap();
        let Err(Error::Io(refused)) = file.save(&draft, &built_in()) else { panic!() };
        assert!(refused.to_string().contains("taken the name"), "{refused}");
        assert_eq!(fs::read_to_string(&precious).unwrap(), "[");
        // The name of what is set aside is a link to nothing yet.
        let (folder, mut file, draft) = opened("answers:\n  name: A\n");
        symlink(folder.path().join("planted"), folder.path().join("a.kept-1.yaml")).unwrap();
        fs::write(file.path(), "answers: [\n").unwrap();
        file.save(&draft, &built_in()).unwrap();
        assert!(!folder.path().join("planted").exists());
        let kept = fs::read_to_string(folder.path().join("a.kept-2.yaml")).unwrap();
        assert_eq!(kept, "answers: [\n");
        // And the place a draft is moved to.
        symlink(folder.path().join("planted"), folder.path().join("moved.yaml")).unwrap();
        let moved = folder.path().join("moved.yaml");
        assert!(file.move_to(&moved, &draft, &built_in()).is_err());
        assert!(!folder.path().join("planted").exists());
    }

    proptest! {
        #[test]
        fn any_text_survives_a_draft(typed in any::<String>(), line in "\\PC{0,80}") {
            let questionnaire = built_in();
            let mut draft = Draft::default();
            for (name, typed) in [("summary", &typed), ("name", &line), ("target.motivation", &line)] {
                let (question, field) = questionnaire.find(name).unwrap();
                let field = field.unwrap_or(&question.fields[0]);
                draft.set(&field.key, Answer::typed(field, typed));
            }
            let yaml = yaml::write(&draft.to_value(&questionnaire)).unwrap();
            prop_assert!(draft_of(&yaml).unwrap().holds_same(&draft), "{}", yaml);
            let question = questionnaire.question("summary").unwrap();
            let expected = Answer::Text(text::normalize_answer(&typed));
            prop_assert_eq!(draft.answer(&question.fields[0].key), Some(&expected).filter(|answer| !answer.is_empty()));
        }
    }
}
