//! The file a draft lives in: one wizard at a time, read with line and column, saved whole or not
//! at all, and never over something that could not be read.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::draft::Draft;
use crate::questionnaire::Questionnaire;
use crate::tree::Problem;
use crate::yaml;

/// Why a file could not be used.
#[derive(Debug)]
pub enum Error {
    /// It could not be opened, read or written.
    Io(io::Error),
    /// It is no questionnaire or draft: everything that is wrong with it.
    Unreadable(Vec<Problem>),
    /// It is no document that can be read: why not.
    Document(String),
    /// Another wizard has it open: who, and since when.
    Busy(String),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// An open draft file. While it exists, no other wizard can open the same draft.
#[derive(Debug)]
pub struct DraftFile {
    path: PathBuf,
    /// What the file held when it was last read or written here.
    known: Option<String>,
    /// Whether it was found with comments that a save would lose.
    commented: bool,
    lock: Option<(File, PathBuf)>,
}

impl DraftFile {
    /// Opens a draft for writing and reads it; one that is absent is empty and made on the first
    /// save.
    ///
    /// # Errors
    /// The file cannot be read, is no draft, or is open in another wizard.
    pub fn open(path: &Path, questionnaire: &Questionnaire) -> Result<(Self, Draft), Error> {
        // A link stays a link: the file it leads to is the one that is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let lock = lock(&path)?;
        let known = match read_text(&path) {
            Ok(text) => Some(text),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let draft =
            known.as_deref().map_or(Ok(Draft::default()), |text| parse(text, questionnaire))?;
        let commented = match &known {
            // Held against the same answers written anew: what is missing there is a comment, and
            // no `#` of an answer is taken for one.
            Some(text) if text.contains('#') => {
                let anew = yaml::write(&draft.to_tree(questionnaire)).map_err(io::Error::other)?;
                loses_comment(text, &format!("{}{anew}", head_comment(text)))
            }
            Some(_) | None => false,
        };
        Ok((Self { path, known, commented, lock }, draft))
    }

    /// Where the draft is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Saves the draft: the new version is written beside the old one and takes its place, so that
    /// the file is always whole. Comments at the head of the file stay; a version somebody else
    /// wrote meanwhile, or one with comments further down, is kept beside it; its name is returned.
    ///
    /// # Errors
    /// The folder or the disk does not take it; the old version is untouched.
    pub fn save(
        &mut self,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<Option<PathBuf>, Error> {
        let mut draft = draft.clone();
        draft.saved = Some(Timestamp::now().round(jiff::Unit::Second).unwrap_or_default());
        let yaml = yaml::write(&draft.to_tree(questionnaire)).map_err(io::Error::other)?;
        let theirs = match read_text(&self.path) {
            Ok(found) if Some(&found) != self.known.as_ref() => Some(self.set_aside(&found)?),
            // What cannot be read as text cannot be ours.
            Err(Error::Unreadable(problems)) => return Err(Error::Unreadable(problems)),
            Ok(_) | Err(_) => None,
        };
        let head = self.known.as_deref().map(head_comment).unwrap_or_default();
        let yaml = format!("{head}{yaml}");
        let theirs = match &self.known {
            Some(known) if theirs.is_none() && self.commented => {
                Some(self.set_aside(&known.clone())?)
            }
            Some(_) | None => theirs,
        };
        write_whole(&self.path, yaml.as_bytes())?;
        self.known = Some(yaml);
        self.commented = false;
        Ok(theirs)
    }

    /// Saves somewhere else from now on.
    ///
    /// # Errors
    /// There is a file already, or the place does not take one.
    pub fn move_to(
        &mut self,
        path: &Path,
        draft: &Draft,
        questionnaire: &Questionnaire,
    ) -> Result<(), Error> {
        if path.exists() {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "there is a file of this name already",
            )
            .into());
        }
        let lock = lock(path)?;
        let mut moved = Self { path: path.to_path_buf(), known: None, commented: false, lock };
        moved.save(draft, questionnaire)?;
        *self = moved;
        Ok(())
    }

    /// Keeps the version that is in the file beside it, and returns where; nothing where there is
    /// none.
    ///
    /// # Errors
    /// The folder or the disk does not take it.
    pub fn keep_version(&self) -> Result<Option<PathBuf>, Error> {
        self.known.as_deref().map(|known| self.set_aside(known)).transpose()
    }

    fn set_aside(&self, found: &str) -> Result<PathBuf, Error> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let name = |n: usize| self.path.with_file_name(format!("{stem}.kept-{n}.yaml"));
        let free = (1..1000).map(name).find(|path| !path.exists());
        let free = free
            .ok_or_else(|| io::Error::other("a thousand versions of this draft are set aside"))?;
        write_whole(&free, found.as_bytes())?;
        Ok(free)
    }
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        self.release();
    }
}

impl DraftFile {
    /// Lets other wizards open the draft. Doing it twice does no harm.
    pub fn release(&mut self) {
        if let Some((file, path)) = self.lock.take() {
            let _ = fs::remove_file(path);
            drop(file);
        }
    }
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
pub fn read_questionnaire(path: &Path) -> Result<Questionnaire, Error> {
    parse_questionnaire(&read_text(path)?)
}

/// Reads a questionnaire from its text.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_questionnaire(text: &str) -> Result<Questionnaire, Error> {
    let tree = yaml::read(text).map_err(|problem| Error::Unreadable(vec![problem]))?;
    Questionnaire::from_tree(&tree).map_err(Error::Unreadable)
}

fn parse(text: &str, questionnaire: &Questionnaire) -> Result<Draft, Error> {
    if text.trim().is_empty() {
        return Ok(Draft::default());
    }
    let tree = yaml::read(text).map_err(|problem| Error::Unreadable(vec![problem]))?;
    Draft::from_tree(&tree, questionnaire).map_err(Error::Unreadable)
}

/// The comment a person put above everything else.
fn head_comment(text: &str) -> String {
    let comment = |line: &&str| line.starts_with('#') || line.trim().is_empty();
    text.trim_start_matches('\u{FEFF}')
        .lines()
        .take_while(comment)
        .fold(String::new(), |head, line| head + line + "\n")
}

/// Whether the old text has a comment that the new one lacks. An answer may have a `#` too, but
/// then it stands in both.
fn loses_comment(old: &str, new: &str) -> bool {
    let comment = |line: &str| {
        let start = if line.trim_start().starts_with('#') {
            line.find('#')
        } else {
            line.find(" #").map(|at| at + 1)
        };
        start
            .and_then(|at| line.get(at..))
            .map(|comment| comment.trim_end_matches([' ', '\'', '"']).to_owned())
    };
    old.lines().filter_map(comment).any(|comment| !new.contains(&comment))
}

fn read_text(path: &Path) -> Result<String, Error> {
    let unreadable = |message: String| Error::Unreadable(vec![Problem { message, place: None }]);
    let about = fs::metadata(path)?;
    if !about.is_file() {
        let what = if about.is_dir() { "a folder" } else { "a device or pipe" };
        return Err(unreadable(format!("this is {what}, not a file")));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(yaml::MAX_BYTES).unwrap_or(u64::MAX);
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() > yaml::MAX_BYTES {
        return Err(unreadable(
            "the file is larger than 32 MB, too large for a draft or questionnaire".to_owned(),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|&&b| b == b'\n')
            .count()
            + 1;
        unreadable(format!(
            "the file is not UTF-8 text (line {line}); save it as UTF-8 in your editor"
        ))
    })
}

/// Writes a file so that at every moment either its old or its new version is there, whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".good-practice-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(about) = fs::metadata(path) {
        file.as_file().set_permissions(about.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The new name is on the disk only when the folder is. Not every system can do this.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// How often a lock file that vanished is made again.
const LOCK_TRIES: usize = 100;

/// Takes the lock beside a draft. A folder that takes no lock file is no reason to refuse work.
fn lock(path: &Path) -> Result<Option<(File, PathBuf)>, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lock_path = path.with_file_name(format!(".{name}.lock"));
    let open =
        || OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&lock_path);
    let Ok(mut file) = open() else { return Ok(None) };
    let mut locked = file.try_lock();
    // Whoever held it may take the file away between our opening and locking it. Not for ever: some
    // file systems number the same file anew each time.
    for _ in 0..LOCK_TRIES {
        if locked.is_err() || is_at(&file, &lock_path) {
            break;
        }
        let Ok(again) = open() else { return Ok(None) };
        file = again;
        locked = file.try_lock();
    }
    match locked {
        Ok(()) => {
            file.set_len(0)?;
            let since = Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
            write!(file, "process {} since {since}", std::process::id())?;
            Ok(Some((file, lock_path)))
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            Err(Error::Busy(holder))
        }
        // A file system without locks.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Whether an open file is still the one of this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |about: fs::Metadata| (about.dev(), about.ino());
    let (open, named) = (file.metadata().map(identity), fs::metadata(path).map(identity));
    open.is_ok_and(|open| named.is_ok_and(|named| open == named))
}

/// An open file cannot be taken away here.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::answer::Answer;
    use crate::questionnaire::BUILT_IN;
    use crate::text;

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
        let again = read(&path, &questionnaire).unwrap();
        draft.saved = again.saved;
        assert_eq!(again, draft);
    }

    #[test]
    fn answers_without_a_question_stay_in_the_file() {
        let yaml = "questionnaire: eucpn-good-practice\nversion: 0\nanswers:\n  name: A\n  mascot: Owl\n  timing:\n    season: spring\nnotes: mine\n";
        let draft = draft_of(yaml).unwrap();
        assert_eq!(draft.unplaced_names(), ["`mascot`", "`timing.season`"]);
        let written = yaml::write(&draft.to_tree(&built_in())).unwrap();
        for kept in ["mascot: Owl", "season: spring", "notes: mine"] {
            assert!(written.contains(kept), "{written}");
        }
        let again = draft_of(&written).unwrap();
        assert_eq!(yaml::write(&again.to_tree(&built_in())).unwrap(), written);
    }

    #[test]
    fn a_draft_made_by_hand_is_read_as_it_was_meant() {
        let yaml = "\u{FEFF}answers:\r\n  aims: ecpa\r\n  timing:\r\n    start: 5.10.2021\r\n    still-running: no\r\n    end: '2022-01-31'\r\n  summary: |\r\n    One.\r\n\r\n    Two.\r\n";
        let draft = draft_of(yaml).unwrap();
        let tree = yaml::write(&draft.to_tree(&built_in())).unwrap();
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
        let lines: Vec<_> = problems.iter().map(|problem| problem.place.unwrap().line).collect();
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
    fn a_comment_of_a_person_is_never_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let questionnaire = built_in();
        let by_hand = "# Ask Jana about the costs\nanswers:\n  name: 'A # in it'\n";
        fs::write(&path, by_hand).unwrap();
        let (mut file, draft) = DraftFile::open(&path, &questionnaire).unwrap();
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), None);
        assert!(
            fs::read_to_string(&path)
                .unwrap()
                .starts_with("# Ask Jana about the costs\nquestionnaire:")
        );
        drop(file);
        // A `#` of an answer that is written anew is no comment.
        fs::write(&path, "answers:\n  name: 'A # in it'\n  summary: |-\n    # one\n    two\n")
            .unwrap();
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        let (question, _) = questionnaire.find("summary").unwrap();
        draft.set(&question.fields[0].key, Answer::Text("# other".into()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), None);
        drop(file);
        let deeper = format!("{by_hand}  country: X  # or Y?\n");
        fs::write(&path, &deeper).unwrap();
        let (mut file, draft) = DraftFile::open(&path, &questionnaire).unwrap();
        let kept = file.save(&draft, &questionnaire).unwrap().unwrap();
        assert_eq!(fs::read_to_string(kept).unwrap(), deeper);
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), None);
    }

    #[test]
    fn a_version_written_by_somebody_else_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let questionnaire = built_in();
        let (mut file, draft) = DraftFile::open(&path, &questionnaire).unwrap();
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), None);
        fs::write(&path, "answers:\n  name: theirs\n").unwrap();
        let aside = file.save(&draft, &questionnaire).unwrap().unwrap();
        assert_eq!(fs::read_to_string(aside).unwrap(), "answers:\n  name: theirs\n");
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
            let yaml = yaml::write(&draft.to_tree(&questionnaire)).unwrap();
            prop_assert_eq!(&draft_of(&yaml).unwrap(), &draft, "{}", yaml);
            let question = questionnaire.question("summary").unwrap();
            let expected = Answer::Text(text::tidy(&typed));
            prop_assert_eq!(draft.answer(&question.fields[0].key), Some(&expected).filter(|answer| !answer.is_empty()));
        }
    }
}
