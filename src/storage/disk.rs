//! Whole files: reads text files within a size limit, and replaces files atomically.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::error::TextError;
use super::yaml::MAX_BYTES;

/// The longest chain of links that is followed; a longer one is a cycle.
const MAX_LINKS: usize = 40;

/// Returns the path a link points to, even if there is no file yet, or the path itself if it is not
/// a link.
pub(crate) fn followed(path: &Path) -> PathBuf {
    let mut at = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        let Ok(next) = fs::read_link(&at) else { break };
        at = at.parent().unwrap_or(Path::new("")).join(next);
    }
    at
}

/// Reads a UTF-8 file of at most [`MAX_BYTES`].
///
/// # Errors
/// Fails if the file cannot be read, is too large, or is not valid UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, TextError> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        let what = if about.is_dir() { "a folder" } else { "a device or pipe" };
        return Err(TextError::NotAFile(what));
    }
    let length = usize::try_from(about.len()).unwrap_or(usize::MAX);
    if length > MAX_BYTES {
        return Err(TextError::TooLarge);
    }
    // With room for all of it, a file takes two system calls to read instead of ten.
    let mut bytes = Vec::with_capacity(length + 1);
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES {
        return Err(TextError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        TextError::NotUtf8(valid.filter(|&&byte| byte == b'\n').count() + 1)
    })
}

/// The steps of [`write_whole`], in order. A test makes each of them fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WriteStep {
    Create,
    Write,
    Protect,
    Sync,
    Replace,
    SyncFolder,
}

/// Replaces a file atomically: writes and syncs a temporary file in the same folder, renames it to
/// `path` and syncs the folder. At every moment the path holds the whole old or the whole new
/// version. A link stays a link and the permissions stay the same; a new file can be read by its
/// owner only.
///
/// # Errors
/// Fails if the file is write-protected or a step fails. The old version is then unchanged, except
/// if the last step fails, syncing the folder: the new version is in place by then.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_in_steps(path, bytes, |_| Ok(()))
}

fn write_in_steps(
    path: &Path,
    bytes: &[u8],
    mut before: impl FnMut(WriteStep) -> io::Result<()>,
) -> io::Result<()> {
    let path = followed(path);
    let found = fs::metadata(&path).ok().map(|about| about.permissions());
    if found.as_ref().is_some_and(fs::Permissions::readonly) {
        let why = "the file is write-protected";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let folder = folder_of(&path);
    before(WriteStep::Create)?;
    let (start, end) = temporary_name(&path);
    let start = format!("{start}{}-", std::process::id());
    let temporary = tempfile::Builder::new().prefix(&start).suffix(end).tempfile_in(folder);
    let file = temporary.map_err(unwrapped)?;
    before(WriteStep::Write)?;
    // Not through `file`, whose errors name the temporary file.
    file.as_file().write_all(bytes)?;
    before(WriteStep::Protect)?;
    if let Some(permissions) = found {
        file.as_file().set_permissions(permissions)?;
    }
    before(WriteStep::Sync)?;
    file.as_file().sync_all()?;
    before(WriteStep::Replace)?;
    file.persist(&path).map_err(|error| error.error)?;
    before(WriteStep::SyncFolder)?;
    sync_folder(folder)
}

/// Removes the name of the temporary file, which no user knows, from the common errors.
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

/// Returns the folder of a file: `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Syncs a folder, so that a rename in it survives a power failure. Succeeds if the system does not
/// support it.
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

/// Returns the prefix and the suffix of the temporary files of [`write_whole`].
fn temporary_name(path: &Path) -> (String, &'static str) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A file name may have 255 bytes.
    let room = |(at, c): &(usize, char)| at + c.len_utf8() <= 200;
    let name: String = name.char_indices().take_while(room).map(|(_, c)| c).collect();
    (format!(".{name}."), ".tmp")
}

/// Whether a running program is writing a temporary file. `middle` is its name between prefix and
/// suffix: a process number, a hyphen and random letters.
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

/// Deletes the temporary files of a file that a killed program left.
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

/// Deletes all temporary files in a folder that only this program uses.
pub(crate) fn remove_all_half_written(folder: &Path) {
    let (_, end) = temporary_name(folder);
    remove_files(folder, |name| name.starts_with('.') && name.ends_with(end));
}

fn remove_files(folder: &Path, is_temporary: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let matches = entry.file_name().to_str().is_some_and(&is_temporary);
        if matches && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [WriteStep; 6] = [
        WriteStep::Create,
        WriteStep::Write,
        WriteStep::Protect,
        WriteStep::Sync,
        WriteStep::Replace,
        WriteStep::SyncFolder,
    ];

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
            assert_eq!(now, if failing == WriteStep::SyncFolder { "new" } else { "old" });
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
