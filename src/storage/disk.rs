//! Files as a whole: read with their limits, and written so that at every moment either the old or
//! the new version is there.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::model::value::Problem;
use crate::storage::yaml;

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

impl fmt::Display for Error {
    /// The reason in plain words, without the name of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&reason(error)),
            Self::Unreadable(problems) => f.write_str(
                problems.first().map(|problem| problem.message.as_str()).unwrap_or_default(),
            ),
            Self::Document(what) => f.write_str(what),
            Self::Busy(holder) => write!(f, "open in another wizard: {holder}"),
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the system has many reasons; the common ones get plain words"
)]
fn reason(error: &io::Error) -> String {
    // One of our own says it in words.
    if error.get_ref().is_some() {
        return error.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "its folder is not there".to_owned(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "its folder takes no files from you".to_owned()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Longer chains of links are a circle.
const MOST_LINKS: usize = 40;

/// Where a link leads, also when nothing is there yet; any other path is its own answer.
pub(crate) fn followed(path: &Path) -> PathBuf {
    let mut at = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&at) else { break };
        at = at.parent().unwrap_or(Path::new("")).join(next);
    }
    at
}

/// Reads a text file of at most [`yaml::MAX_BYTES`].
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let unreadable = |message: String| Error::Unreadable(vec![Problem { message, location: None }]);
    let about = fs::metadata(path)?;
    if !about.is_file() {
        let what = if about.is_dir() { "a folder" } else { "a device or pipe" };
        return Err(unreadable(format!("this is {what}, not a file")));
    }
    // Room for all of it at once: a file is read in two calls then, not in ten.
    let mut bytes = Vec::with_capacity(
        usize::try_from(about.len()).map_or(0, |length| length.min(yaml::MAX_BYTES) + 1),
    );
    let limit = u64::try_from(yaml::MAX_BYTES).unwrap_or(u64::MAX);
    if about.len() <= limit {
        File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    }
    if about.len() > limit || bytes.len() > yaml::MAX_BYTES {
        return Err(unreadable(format!(
            "the file is larger than {} MB, too large for a draft or questionnaire",
            yaml::MAX_BYTES >> 20
        )));
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

/// What writing a file consists of, in this order. A test lets each fail, or be the last thing a
/// program did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Create,
    Write,
    Protect,
    Sync,
    Replace,
    SyncFolder,
}

/// Writes a file so that at every moment either its old or its new version is there, whole. A link
/// stays a link, and the permissions stay as they were; a new file is its owner's alone.
///
/// # Errors
/// The file is write-protected, or the folder or the disk does not take it: the old version is
/// untouched. Only when the very last step fails, syncing the folder, the new one is in its place.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_in_steps(path, bytes, |_| Ok(()))
}

fn write_in_steps(
    path: &Path,
    bytes: &[u8],
    mut before: impl FnMut(Step) -> io::Result<()>,
) -> io::Result<()> {
    let path = followed(path);
    let found = fs::metadata(&path).ok().map(|about| about.permissions());
    if found.as_ref().is_some_and(fs::Permissions::readonly) {
        let why = "the file is write-protected";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let folder = folder_of(&path);
    before(Step::Create)?;
    let (start, end) = temporary_name(&path);
    let start = format!("{start}{}-", std::process::id());
    let temporary = tempfile::Builder::new().prefix(&start).suffix(end).tempfile_in(folder);
    let file = temporary.map_err(unwrapped)?;
    before(Step::Write)?;
    // By the file itself: the other way the error names a temporary file.
    file.as_file().write_all(bytes)?;
    before(Step::Protect)?;
    if let Some(permissions) = found {
        file.as_file().set_permissions(permissions)?;
    }
    before(Step::Sync)?;
    file.as_file().sync_all()?;
    before(Step::Replace)?;
    file.persist(&path).map_err(|error| error.error)?;
    before(Step::SyncFolder)?;
    sync_folder(folder)
}

/// The system's own reason, without the name of a temporary file that nobody knows.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the system has many reasons; a rare one may name the file"
)]
fn unwrapped(error: io::Error) -> io::Error {
    match error.kind() {
        kind @ (io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::StorageFull
        | io::ErrorKind::QuotaExceeded) => kind.into(),
        _ => error,
    }
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The new name is on the disk only when the folder is. Not every system can do this.
fn sync_folder(folder: &Path) -> io::Result<()> {
    let Ok(open) = File::open(folder) else { return Ok(()) };
    match open.sync_all() {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::Unsupported
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::PermissionDenied
            ) =>
        {
            Err(error)
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// How the names of a file's half-written versions begin and end.
fn temporary_name(path: &Path) -> (String, &'static str) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A name may have 255 bytes in all.
    let room = |(at, c): &(usize, char)| at + c.len_utf8() <= 200;
    let name: String = name.char_indices().take_while(room).map(|(_, c)| c).collect();
    (format!(".{name}."), ".tmp")
}

/// Whether a program that is still running makes the half-written version with this in the middle
/// of its name.
fn is_being_made(middle: &str) -> bool {
    let Some((process, _)) = middle.split_once('-') else { return false };
    #[cfg(unix)]
    return process
        .parse()
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|process| rustix::process::test_kill_process(process).is_ok());
    #[cfg(not(unix))]
    return process.parse() == Ok(std::process::id());
}

/// Takes away the versions of a file that a killed program left half written.
pub(crate) fn remove_half_written(path: &Path) {
    let (start, end) = temporary_name(path);
    remove_files(folder_of(path), |name| {
        name.strip_prefix(start.as_str()).and_then(|rest| rest.strip_suffix(end)).is_some_and(
            |middle| {
                middle.chars().all(|c| c == '-' || c.is_alphanumeric()) && !is_being_made(middle)
            },
        )
    });
}

/// The same for every file of a folder that is this program's alone.
pub(crate) fn remove_all_half_written(folder: &Path) {
    let (_, end) = temporary_name(folder);
    remove_files(folder, |name| name.starts_with('.') && name.ends_with(end));
}

fn remove_files(folder: &Path, ours: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(&ours);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 6] =
        [Step::Create, Step::Write, Step::Protect, Step::Sync, Step::Replace, Step::SyncFolder];

    #[test]
    fn a_file_is_old_or_new_whichever_step_fails() {
        for failing in STEPS {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.yaml");
            fs::write(&path, "old").unwrap();
            let fail = |step| {
                if step == failing { Err(io::Error::other("no")) } else { Ok(()) }
            };
            assert!(write_in_steps(&path, b"new", fail).is_err());
            let now = fs::read_to_string(&path).unwrap();
            assert_eq!(now, if failing == Step::SyncFolder { "new" } else { "old" });
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{failing:?}");
            write_whole(&path, b"again").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "again");
        }
    }

    #[test]
    fn what_a_killed_program_left_half_written_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        for name in [
            "a.yaml",
            ".a.yaml.999999999-x8Yz1Q.tmp",
            ".a.yaml.notes.tmp.txt",
            ".b.yaml.x8Yz1Q.tmp",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_half_written(&path);
        assert!(!folder.path().join(".a.yaml.999999999-x8Yz1Q.tmp").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_permissions_too() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.yaml"), folder.path().join("link.yaml"));
        symlink("a.yaml", &link).unwrap();
        // A link to nothing yet, too.
        write_whole(&link, b"one").unwrap();
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        write_whole(&link, b"two").unwrap();
        assert_eq!((fs::read_to_string(&file).unwrap().as_str(), mode()), ("two", 0o640));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        let refused = write_whole(&link, b"three").unwrap_err();
        assert!(refused.to_string().contains("write-protected"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
    }
}
