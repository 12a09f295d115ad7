//! The lock file beside a draft, which keeps two wizards from opening it at the same time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::storage::disk::beside;
use crate::storage::error::DraftError;

/// A lock on a draft, which is released when this is dropped.
///
/// # Representation
///
/// The file `.NAME.lock` in the folder of the draft, locked through the operating system, which
/// releases it however the program ends. Its text names the holder: user, machine, process and time.
/// An unlocked file with a text is therefore *stale*: its holder crashed, or runs on another machine
/// whose locks are not seen here.
///
/// # Operations
///
/// [`acquire`] creates, locks and then compares the open file with the one at the path, because a
/// previous holder deletes it when it is done. Dropping deletes the file, but only if it is still
/// the same, and unlocks it. Neither follows a link, which could lead to a file of another user.
///
/// # Limits
///
/// Only this program respects the lock. On file systems without locks, and in folders where no file can
/// be created, the draft is opened without a lock.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Another program may have created a new file of this name.
        if is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// The maximum number of times that a lock file is created again after its holder deleted it.
const MAX_ATTEMPTS: usize = 100;
/// The maximum number of bytes that are read of a lock file.
const MAX_LOCK_FILE_LEN: u64 = 300;

/// Takes the lock of a draft. Returns the lock, or `None` if the folder supports none, and the holder
/// named in a stale lock file.
///
/// # Errors
/// Fails with [`DraftError::Busy`] if another program holds the lock.
pub(super) fn acquire(draft: &Path) -> Result<(Option<Lock>, Option<String>), DraftError> {
    let path = beside(draft, ".lock");
    let Some(mut file) = open(&path) else { return Ok((None, None)) };
    let mut locked = file.try_lock();
    // The previous holder may delete the file after we open it and before we lock it. The attempts
    // are limited because some file systems never report the same identity twice.
    for _ in 0..MAX_ATTEMPTS {
        if locked.is_err() || is_at(&file, &path) {
            break;
        }
        let Some(again) = open(&path) else { return Ok((None, None)) };
        file = again;
        locked = file.try_lock();
    }
    let mut found = String::new();
    let _ = (&file).take(MAX_LOCK_FILE_LEN).read_to_string(&mut found);
    let found = Some(found.trim().to_owned()).filter(|holder| !holder.is_empty());
    match locked {
        Ok(()) => {
            let mut lock = Lock { file, path };
            // A file that belongs to another user cannot be written, but is locked all the same.
            let _ = lock.write();
            Ok((Some(lock), found))
        }
        Err(TryLockError::WouldBlock) => {
            Err(DraftError::Busy(found.unwrap_or_else(|| "another program".to_owned())))
        }
        // A file system without locks.
        Err(TryLockError::Error(_)) => Ok((None, None)),
    }
}

impl Lock {
    /// Writes the holder into the lock file.
    fn write(&mut self) -> io::Result<()> {
        use std::io::Seek;
        // A hard link: writing would also change the file that has the other name.
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::nlink(&self.file.metadata()?) > 1 {
            return Ok(());
        }
        self.file.set_len(0)?;
        self.file.rewind()?;
        write!(self.file, "{}", holder())
    }
}

/// Opens or creates a lock file, but never through a link, since writing would destroy another file.
/// Returns `None` if that fails, or if the path is not that of a file.
fn open(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(NOT_THROUGH_LINKS);
    }
    let mut creating = options.clone();
    creating.create(true).write(true).truncate(false);
    let file = creating.open(path).or_else(|_| options.open(path)).ok()?;
    file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(file)
}

/// Flags for opening a file without following links and without waiting for the other end of a pipe.
#[cfg(unix)]
const NOT_THROUGH_LINKS: i32 = {
    use rustix::fs::OFlags;
    OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed()
};

/// Returns the text of our lock file.
fn holder() -> String {
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let user = user.filter(|user| !user.is_empty()).unwrap_or_else(|| "a user".to_owned());
    let since = Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    format!("{user} on {}, process {}, since {since}", host(), std::process::id())
}

/// Returns the name of this machine.
fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    if name.is_empty() { "this machine".to_owned() } else { name }
}

/// Returns the notice for the user that explains a stale lock file.
pub(super) fn stale_notice(holder: &str) -> String {
    if holder.contains(&format!(" on {},", host())) {
        format!(
            "The program that last had this draft open ({holder}) ended unexpectedly. The draft is as it was last saved."
        )
    } else {
        format!(
            "This draft was opened elsewhere ({holder}) and not closed. If it is still open there and both change an answer, both texts are kept."
        )
    }
}

/// Whether an open file is still the file at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (open, named) = (file.metadata().map(identity), fs::metadata(path).map(identity));
    open.is_ok_and(|open| named.is_ok_and(|named| open == named))
}

/// An open file cannot be deleted on this system.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_its_holder_and_a_stale_one() {
        let folder = tempfile::tempdir().unwrap();
        let draft = folder.path().join("a.yaml");
        let beside = folder.path().join(".a.yaml.lock");
        let (first, stale) = acquire(&draft).unwrap();
        assert_eq!(stale, None);
        let Err(DraftError::Busy(who)) = acquire(&draft) else { panic!() };
        assert!(who.contains(&format!(" on {}, process {}, since ", host(), std::process::id())));
        drop(first);
        assert!(!beside.exists());

        fs::write(&beside, "jana on another-pc, process 7, since 2026-11-24 10:15 UTC").unwrap();
        let (_second, stale) = acquire(&draft).unwrap();
        let notice = stale_notice(&stale.unwrap());
        assert!(notice.contains("jana on another-pc") && notice.contains("elsewhere"), "{notice}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_the_lock_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, precious) = (folder.path().join("a.yaml"), folder.path().join("precious"));
        fs::write(&precious, "kept").unwrap();
        std::os::unix::fs::symlink(&precious, folder.path().join(".a.yaml.lock")).unwrap();
        let (lock, stale) = acquire(&draft).unwrap();
        assert!(lock.is_none() && stale.is_none());
        assert_eq!(fs::read_to_string(&precious).unwrap(), "kept");
    }
}
