//! The lock beside a draft: who has it, and since when. The system lets go of it when the program
//! ends, however it ends; what the file then still says is from somebody who did not close.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::storage::disk::Error;

/// A lock that is held. Letting it go takes the file away.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Another program's may have its name by now.
        if is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// How often a lock file that vanished is made again.
const TRIES: usize = 100;
/// More than this does not belong into a lock file.
const MOST: u64 = 300;

/// Takes the lock of a draft, and tells who left it behind. A folder that takes no lock file is no
/// reason to refuse work.
///
/// # Errors
/// Somebody has it.
pub(super) fn take(draft: &Path) -> Result<(Option<Lock>, Option<String>), Error> {
    let name = draft.file_name().unwrap_or_default().to_string_lossy();
    let path = draft.with_file_name(format!(".{name}.lock"));
    let Some(mut file) = open(&path) else { return Ok((None, None)) };
    let mut locked = file.try_lock();
    // Whoever held it may take the file away between our opening and locking it. Not for ever: some
    // file systems number the same file anew each time.
    for _ in 0..TRIES {
        if locked.is_err() || is_at(&file, &path) {
            break;
        }
        let Some(again) = open(&path) else { return Ok((None, None)) };
        file = again;
        locked = file.try_lock();
    }
    let mut says = String::new();
    let _ = (&file).take(MOST).read_to_string(&mut says);
    let says = says.trim().to_owned();
    match locked {
        Ok(()) => {
            let mut lock = Lock { file, path };
            // One that belongs to somebody else cannot be written, but holds all the same.
            let _ = lock.write();
            Ok((Some(lock), Some(says).filter(|says| !says.is_empty())))
        }
        Err(TryLockError::WouldBlock) => {
            Err(Error::Busy(if says.is_empty() { "somebody".to_owned() } else { says }))
        }
        // A file system without locks.
        Err(TryLockError::Error(_)) => Ok((None, None)),
    }
}

impl Lock {
    fn write(&mut self) -> io::Result<()> {
        use std::io::Seek;
        // What is written here would stand under its other name, too.
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::nlink(&self.file.metadata()?) > 1 {
            return Ok(());
        }
        self.file.set_len(0)?;
        self.file.rewind()?;
        write!(self.file, "{}", holder())
    }
}

/// Opens a lock file, but never what a link leads to: writing there would destroy it.
fn open(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(NOT_THROUGH_LINKS);
    }
    let mut making = options.clone();
    making.create(true).write(true).truncate(false);
    let file = making.open(path).or_else(|_| options.open(path)).ok()?;
    file.metadata().is_ok_and(|about| about.is_file()).then_some(file)
}

/// Neither following links nor waiting for the other end of a pipe.
#[cfg(unix)]
const NOT_THROUGH_LINKS: i32 = {
    use rustix::fs::OFlags;
    OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed()
};

/// Who has a draft open from now on.
fn holder() -> String {
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let user = user.filter(|user| !user.is_empty()).unwrap_or_else(|| "somebody".to_owned());
    let since = Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    format!("{user} on {}, process {}, since {since}", host(), std::process::id())
}

/// The name of this machine.
fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    if name.is_empty() { "this machine".to_owned() } else { name }
}

/// What it means that somebody left a lock behind.
pub(super) fn told(left: &str) -> String {
    if left.contains(&format!(" on {},", host())) {
        format!(
            "The program that last had this draft ({left}) did not end in order. The draft is as it was last saved."
        )
    } else {
        format!(
            "This draft was opened elsewhere ({left}) and not closed. If it still is open there, answers changed on both sides are both kept."
        )
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
    use super::*;

    #[test]
    fn a_lock_tells_who_has_it_and_who_left_it() {
        let folder = tempfile::tempdir().unwrap();
        let draft = folder.path().join("a.yaml");
        let beside = folder.path().join(".a.yaml.lock");
        let (first, left) = take(&draft).unwrap();
        assert_eq!(left, None);
        let Err(Error::Busy(who)) = take(&draft) else { panic!() };
        assert!(who.contains(&format!(" on {}, process {}, since ", host(), std::process::id())));
        drop(first);
        assert!(!beside.exists());

        fs::write(&beside, "jana on another-pc, process 7, since 2026-11-24 10:15 UTC").unwrap();
        let (_second, left) = take(&draft).unwrap();
        let told = told(&left.unwrap());
        assert!(told.contains("jana on another-pc") && told.contains("elsewhere"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_the_lock_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, precious) = (folder.path().join("a.yaml"), folder.path().join("precious"));
        fs::write(&precious, "kept").unwrap();
        std::os::unix::fs::symlink(&precious, folder.path().join(".a.yaml.lock")).unwrap();
        let (lock, left) = take(&draft).unwrap();
        assert!(lock.is_none() && left.is_none());
        assert_eq!(fs::read_to_string(&precious).unwrap(), "kept");
    }
}
