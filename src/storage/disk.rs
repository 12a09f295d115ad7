//! Whole files: reads text files within a size limit, and replaces files atomically. [`write_whole`]
//! writes a temporary file, syncs it, and renames it over the old one.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::TextError;
use super::yaml::MAX_BYTES;

/// The longest file name, in bytes.
const MAX_NAME_LEN: usize = 255;

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
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a folder" } else { "a device or pipe" };
        return Err(TextError::NotAFile(what));
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if length > MAX_BYTES {
        return Err(TextError::TooLarge);
    }
    // With room for all of it, a file takes two system calls to read instead of ten.
    read_utf8(File::open(path)?, length + 1)
}

/// Reads text as [`read_text`] does, but also from standard input, which is named `-`, and from a pipe
/// that a shell opened for this process, such as `/dev/fd/63`. Other pipes may never end.
///
/// # Errors
/// Fails as [`read_text`] does.
pub(crate) fn read_input(path: &Path) -> Result<String, TextError> {
    if path.as_os_str() == "-" {
        return read_utf8(io::stdin().lock(), 0);
    }
    let is_open = ["/dev/fd", "/dev/stdin", "/proc/self/fd"].iter().any(|at| path.starts_with(at));
    if is_open && !fs::metadata(path)?.is_file() {
        return read_utf8(File::open(path)?, 0);
    }
    read_text(path)
}

/// Reads UTF-8 of at most [`MAX_BYTES`]. `capacity` is the expected number of bytes.
///
/// # Errors
/// Fails as [`read_text`] does.
fn read_utf8(source: impl Read, capacity: usize) -> Result<String, TextError> {
    let mut bytes = Vec::with_capacity(capacity);
    source.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
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
/// version. A link stays a link, and owner, group, permissions and access list stay the same; a new
/// file can be read by its owner only.
///
/// If the system does not let us give the new file to the owner of the old one, the new version is
/// written into the old file, see [`write_in_place`].
///
/// # Errors
/// Fails if the file is write-protected or a step fails. The old version is then unchanged, except
/// if the last step fails, syncing the folder: the new version is in place by then.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_in_steps(path, bytes, NewFile::Private, |_| {
        #[cfg(test)]
        tests::stop_at_last_step()?;
        Ok(())
    })
}

/// Writes a file like [`write_whole`], but a new file has the permissions that the umask gives.
///
/// # Errors
/// Fails as [`write_whole`] does.
pub(crate) fn write_shared(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_in_steps(path, bytes, NewFile::Shared, |_| Ok(()))
}

/// Who may read a file that did not exist before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NewFile {
    /// Its owner only.
    Private,
    /// Everyone whom the umask allows to.
    Shared,
}

/// Writes a file as [`write_whole`] does. Calls `before` before each step; its error stops the write.
///
/// # Errors
/// Fails as [`write_whole`] does.
fn write_in_steps(
    path: &Path,
    bytes: &[u8],
    new_file: NewFile,
    mut before: impl FnMut(WriteStep) -> io::Result<()>,
) -> io::Result<()> {
    let path = followed(path);
    let found = fs::metadata(&path).ok();
    if found.as_ref().is_some_and(|metadata| metadata.permissions().readonly()) {
        let why = "the file is write-protected";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let folder = folder_of(&path);
    before(WriteStep::Create)?;
    let mut start = temporary_prefix(&path);
    start.push(format!("{}-", std::process::id()));
    let mut temporary = tempfile::Builder::new();
    temporary.prefix(&start).suffix(TEMPORARY);
    #[cfg(not(unix))]
    let _ = new_file;
    #[cfg(unix)]
    if new_file == NewFile::Shared {
        temporary.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let temporary = temporary.tempfile_in(folder);
    let file = temporary.map_err(without_file_name)?;
    before(WriteStep::Write)?;
    // Not through `file`, whose errors name the temporary file.
    file.as_file().write_all(bytes)?;
    before(WriteStep::Protect)?;
    let is_replaceable = match &found {
        Some(metadata) => copy_access(file.as_file(), &path, metadata)?,
        None => true,
    };
    before(WriteStep::Sync)?;
    file.as_file().sync_all()?;
    before(WriteStep::Replace)?;
    if !is_replaceable {
        return write_in_place(&path, file, bytes);
    }
    file.persist(&path).map_err(|error| error.error)?;
    before(WriteStep::SyncFolder)?;
    sync_folder(folder)
}

/// Gives a new file the owner, group, permissions and access list of the file at `path`. Returns
/// `false` if the system does not allow that.
#[cfg(unix)]
fn copy_access(new: &File, path: &Path, old: &fs::Metadata) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = new.metadata()?;
    let different = |old: u32, new: u32| (old != new).then_some(old);
    let (user, group) = (different(old.uid(), own.uid()), different(old.gid(), own.gid()));
    if (user.is_some() || group.is_some()) && fchown(new, user, group).is_err() {
        return Ok(false);
    }
    new.set_permissions(old.permissions())?;
    Ok(copy_access_list(new, path))
}

#[cfg(not(unix))]
fn copy_access(new: &File, _: &Path, old: &fs::Metadata) -> io::Result<bool> {
    new.set_permissions(old.permissions())?;
    Ok(true)
}

/// Copies the access control list of a file, if it has one. Returns `false` if that fails.
#[cfg(target_os = "linux")]
fn copy_access_list(new: &File, path: &Path) -> bool {
    const NAME: &str = "system.posix_acl_access";
    let mut list = vec![0; 64 << 10];
    let Ok(length) = rustix::fs::getxattr(path, NAME, list.as_mut_slice()) else { return true };
    list.truncate(length);
    rustix::fs::fsetxattr(new, NAME, &list, rustix::fs::XattrFlags::empty()).is_ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn copy_access_list(_: &File, _: &Path) -> bool {
    true
}

/// Writes a new version into a file that must stay the same file, because it belongs to another user.
///
/// The complete new version is first stored beside the file as `.NAME.new`, and deleted when the file
/// is synced. If the program or the machine stops in between, [`finish_write_in_place`] writes it
/// again before the file is next read.
///
/// # Errors
/// Fails if a file cannot be written. The old version is then restored.
fn write_in_place(path: &Path, new: tempfile::NamedTempFile, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path).map_err(|error| {
        if error.kind() == io::ErrorKind::PermissionDenied {
            let reason = "the file belongs to another user and is write-protected for you";
            return io::Error::new(io::ErrorKind::PermissionDenied, reason);
        }
        error
    })?;
    let old = fs::read(path)?;
    let complete = beside(path, NEW);
    new.persist(&complete).map_err(|error| error.error)?;
    sync_folder(folder_of(path))?;
    let written = overwrite(&mut file, bytes);
    if written.is_err() {
        // This also succeeds on a full disk, because the old version needs only the space that it had.
        overwrite(&mut file, &old)?;
    }
    fs::remove_file(&complete)?;
    written
}

/// Replaces the content of a file and syncs it.
fn overwrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Completes a [`write_in_place`] that was interrupted. Requires the lock of the draft.
pub(crate) fn finish_write_in_place(path: &Path) {
    let complete = beside(path, NEW);
    if !fs::symlink_metadata(&complete).is_ok_and(|metadata| metadata.is_file()) {
        return;
    }
    let write =
        || overwrite(&mut OpenOptions::new().write(true).open(path)?, &fs::read(&complete)?);
    if write().is_ok() {
        let _ = fs::remove_file(&complete);
    }
}

/// Returns a common error without the name of the temporary file, which means nothing to users.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the system has many reasons; a rare one may name the file"
)]
fn without_file_name(error: io::Error) -> io::Error {
    match error.kind() {
        kind @ (io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::StorageFull
        | io::ErrorKind::FileTooLarge
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

/// The end of the names of temporary files.
const TEMPORARY: &str = ".tmp";
/// The end of the name of a new version for [`write_in_place`].
const NEW: &str = ".new";

/// Returns the FNV-1a hash of bytes as 16 hexadecimal digits. It is part of file names, so it must never
/// change, as the hash of the standard library may.
pub(crate) fn stable_hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Returns the path of the hidden file or folder `.NAMEsuffix` beside a file.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    path.with_file_name(derived_name(".", path.file_name().unwrap_or_default(), suffix, 0))
}

/// Returns a file name made of `prefix`, a name and `suffix` that leaves `room` bytes for a further
/// ending. A name that is too long is cut, and a hash of all of it is added, so that two files never
/// share a derived name.
pub(crate) fn derived_name(prefix: &str, name: &OsStr, suffix: &str, room: usize) -> OsString {
    let mut derived = OsString::from(prefix);
    if prefix.len() + name.len() + suffix.len() + room <= MAX_NAME_LEN {
        derived.push(name);
    } else {
        let hash = stable_hash(name.as_encoded_bytes());
        let name = name.to_string_lossy();
        let fits = |(at, c): &(usize, char)| at + c.len_utf8() <= 180;
        derived.push(name.char_indices().take_while(fits).map(|(_, c)| c).collect::<String>());
        derived.push(format!("-{hash}"));
    }
    derived.push(suffix);
    derived
}

/// Returns the first free path beside a draft of the form `STEM.WHAT-1.yaml`, `STEM.WHAT-2.yaml` and so
/// on, where `STEM` is the name of the draft without its extension. Returns `None` if 999 are taken.
pub(crate) fn free_beside(draft: &Path, what: &str) -> Option<PathBuf> {
    let stem = draft.file_stem().unwrap_or_default();
    let name = |n: usize| derived_name("", stem, &format!(".{what}-{n}.yaml"), 0);
    // A broken link takes the name, too.
    let is_free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
    (1..1000).map(|n| draft.with_file_name(name(n))).find(is_free)
}

/// Returns how the names of the temporary files of a file begin. A process number, a hyphen, random
/// letters and [`TEMPORARY`] follow.
fn temporary_prefix(path: &Path) -> OsString {
    derived_name(".", path.file_name().unwrap_or_default(), ".", 40)
}

/// Whether the program that writes a temporary file is running. `middle` is the name of the file between
/// prefix and suffix: a process number, a hyphen and random letters.
fn is_being_written(middle: &str) -> bool {
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
    let start = temporary_prefix(path);
    remove_files(folder_of(path), |name| {
        let middle = name.strip_prefix(start.as_encoded_bytes());
        let middle = middle.and_then(|rest| rest.strip_suffix(TEMPORARY.as_bytes()));
        middle.and_then(|middle| str::from_utf8(middle).ok()).is_some_and(|middle| {
            middle.chars().all(|c| c == '-' || c.is_alphanumeric()) && !is_being_written(middle)
        })
    });
}

/// Deletes all temporary files in a folder that only this program uses.
pub(crate) fn remove_all_half_written(folder: &Path) {
    remove_files(folder, |name| name.starts_with(b".") && name.ends_with(TEMPORARY.as_bytes()));
}

/// Deletes the files in a folder for whose names `is_temporary` returns `true`.
fn remove_files(folder: &Path, is_temporary: impl Fn(&[u8]) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let matches = is_temporary(entry.file_name().as_encoded_bytes());
        if matches && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Lets a write beyond the file size limit of the account (`ulimit -f`) fail like one to a full disk.
/// Without this, the system would end the program.
pub(crate) fn report_file_size_limit() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// The number of steps that succeed before one fails in a test, as if the program had been killed.
        /// It is `None` again after the failure.
        pub(crate) static STEPS_LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    pub(super) fn stop_at_last_step() -> io::Result<()> {
        match STEPS_LEFT.get() {
            Some(0) => {
                STEPS_LEFT.set(None);
                Err(io::Error::other("killed"))
            }
            Some(left) => {
                STEPS_LEFT.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }

    const STEPS: [WriteStep; 6] = [
        WriteStep::Create,
        WriteStep::Write,
        WriteStep::Protect,
        WriteStep::Sync,
        WriteStep::Replace,
        WriteStep::SyncFolder,
    ];

    #[cfg(target_os = "linux")]
    #[test]
    fn the_access_list_of_a_file_survives_a_save() {
        const LIST: &str = "system.posix_acl_access";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "old").unwrap();
        // Version 2: owner rw, user 4711 rw, group r, mask rw, others nothing.
        let entries: [(u16, u16, u32); 5] = [
            (1, 6, u32::MAX),
            (2, 6, 4711),
            (4, 4, u32::MAX),
            (16, 6, u32::MAX),
            (32, 0, u32::MAX),
        ];
        let mut list = 2_u32.to_le_bytes().to_vec();
        for (kind, rights, user) in entries {
            list.extend(kind.to_le_bytes().iter().chain(&rights.to_le_bytes()));
            list.extend(user.to_le_bytes());
        }
        if let Err(error) =
            rustix::fs::setxattr(&path, LIST, &list, rustix::fs::XattrFlags::empty())
        {
            assert_eq!(error, rustix::io::Errno::NOTSUP, "this file system has no access lists");
            return;
        }
        write_whole(&path, b"new").unwrap();
        let mut kept = vec![0; 100];
        let length = rustix::fs::getxattr(&path, LIST, kept.as_mut_slice()).unwrap();
        assert_eq!(kept.get(..length), Some(list.as_slice()));
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_file_is_old_or_new_whichever_step_fails() {
        for failing in STEPS {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.yaml");
            fs::write(&path, "old").unwrap();
            let fail = |step| {
                if step == failing { Err(io::Error::other("no")) } else { Ok(()) }
            };
            assert!(write_in_steps(&path, b"new", NewFile::Private, fail).is_err());
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

    #[test]
    fn names_derived_from_long_names_are_short_and_different() {
        let long = |last: &str| OsString::from("é".repeat(126) + last);
        assert_eq!(derived_name(".", OsStr::new("a.yaml"), ".lock", 0), ".a.yaml.lock");
        for room in [0, 40] {
            let (a, b) = (long("a"), long("b"));
            let derived = derived_name(".", &a, ".history", room);
            assert!(derived.len() + room <= MAX_NAME_LEN, "{}", derived.len());
            assert_ne!(derived, derived_name(".", &b, ".history", room));
            assert_eq!(derived, derived_name(".", &a, ".history", room));
        }
    }

    #[test]
    fn a_write_in_place_that_was_interrupted_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "new version, half").unwrap();
        fs::write(folder.path().join(".a.yaml.new"), "new version, whole").unwrap();
        finish_write_in_place(&path);
        assert_eq!(fs::read_to_string(&path).unwrap(), "new version, whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let new = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
        write_in_place(&path, new, b"short").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "short");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
