//! Saves drafts on a background thread, so that typing never waits for the disk.

use std::env;
use std::fs;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::storage::draft_file::history::History;
use crate::storage::draft_file::{self, DraftFile};
use crate::terminal::outcome::{AUTOSAVE_DELAY, SaveState};

/// Writes drafts to a file on a background thread. Clones share the file and the thread.
///
/// # Representation
///
/// A queue of at most one draft, because only the newest matters; whether the thread is writing; and
/// the result of the last attempt. The queue and the file have separate locks, and the thread holds
/// only that of the file while it writes, so that posting never waits for the disk.
///
/// # Protocol
///
/// - [`post`](Self::post) replaces the queued draft, which is written at once.
///   [`post_soon`](Self::post_soon) also waits up to 300 ms for more changes.
/// - [`flush`](Self::flush) blocks until nothing is queued or being written, and returns the error
///   of the last attempt. A draft that could not be written is kept and tried again by the next
///   `flush`.
/// - [`status`](Self::status) returns the result of the last attempt, without waiting.
/// - [`merge_external_changes`](Self::merge_external_changes) and
///   [`keep_version`](Self::keep_version) flush first, so that an older draft cannot overwrite what
///   they do.
/// - [`move_to`](Self::move_to) continues with another file.
/// - [`close`](Self::close) flushes, writes to a rescue file if that fails, and releases the lock of
///   the draft. It may be called more than once, and from any thread.
///
/// Each draft that is written leaves notices, such as answers merged from another program;
/// [`take_notices`](Self::take_notices) returns each of them once.
///
/// # Limits
///
/// The thread lives as long as the program. What is queued when the program is killed is lost: at
/// most 300 ms of typing and the time of one write.
#[derive(Clone)]
pub(super) struct Saver {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<SaverState>,
    /// Notified at each change of `state`.
    changed: Condvar,
    file: Mutex<DraftFile>,
    questionnaire: Questionnaire,
}

#[derive(Default)]
struct SaverState {
    queued: Option<Queued>,
    is_writing: bool,
    /// Whether a draft was written.
    has_saved: bool,
    /// What the last attempt to write could not save.
    failed: Option<FailedSave>,
    notices: Vec<String>,
    /// The rescue file of the draft that could not be saved.
    rescued: Option<PathBuf>,
}

struct Queued {
    draft: Draft,
    /// When it is written at the latest.
    due: Instant,
}

/// A draft that could not be written, to try again, and the reason.
struct FailedSave {
    draft: Draft,
    reason: String,
}

/// Locks a mutex even if another thread panicked while it held it: saving must continue.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Saver {
    /// Starts the thread.
    pub(super) fn new(file: DraftFile, questionnaire: Questionnaire) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            file: Mutex::new(file),
            questionnaire,
        });
        let writer = Arc::clone(&shared);
        thread::spawn(move || writer.run());
        Self { shared }
    }

    /// Queues a draft to be written at once.
    pub(super) fn post(&self, draft: &Draft) {
        self.enqueue(draft, |_| Instant::now());
    }

    /// Queues a draft to be written in 300 ms, or with the draft it replaces in the queue.
    pub(super) fn post_soon(&self, draft: &Draft) {
        self.enqueue(draft, |replaced| {
            replaced.map_or_else(|| Instant::now() + AUTOSAVE_DELAY, |replaced| replaced.due)
        });
    }

    fn enqueue(&self, draft: &Draft, due: impl Fn(Option<&Queued>) -> Instant) {
        let mut state = lock(&self.shared.state);
        let due = due(state.queued.as_ref());
        state.queued = Some(Queued { draft: draft.clone(), due });
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Waits until everything posted has been written. Tries again what could not be written before.
    ///
    /// # Errors
    /// Fails with the reason of the last attempt.
    pub(super) fn flush(&self) -> Result<(), String> {
        let mut state = lock(&self.shared.state);
        // Not while a newer draft is being written: the old one would replace it.
        let failed = state.failed.as_ref().filter(|_| !state.is_busy());
        let failed = failed.map(|failed| failed.draft.clone());
        let next = failed.or_else(|| state.queued.take().map(|queued| queued.draft));
        state.queued = next.map(|draft| Queued { draft, due: Instant::now() });
        self.shared.changed.notify_all();
        let busy = |state: &mut SaverState| state.is_busy();
        let state =
            self.shared.changed.wait_while(state, busy).unwrap_or_else(PoisonError::into_inner);
        state.failed.as_ref().map_or(Ok(()), |failed| Err(failed.reason.clone()))
    }

    /// Writes what is queued and releases the lock of the draft. If that fails, writes the draft to a
    /// rescue file and returns its path.
    ///
    /// # Errors
    /// Fails with the reason if the rescue file cannot be written either.
    pub(super) fn close(&self) -> Result<Option<PathBuf>, String> {
        let saved = match self.flush() {
            Ok(()) => Ok(None),
            Err(reason) => self.rescue().map(Some).ok_or(reason),
        };
        lock(&self.shared.file).release();
        saved
    }

    /// Closes the draft, see [`close`](Self::close). Returns a message for the user if it was not saved
    /// in its file: where it was saved instead or, as the last resort, its text.
    pub(super) fn close_and_describe(&self) -> Option<String> {
        match self.close() {
            Ok(None) => None,
            Ok(Some(rescued)) => Some(format!("Saved as {} instead.", rescued.display())),
            Err(reason) => {
                let text = self
                    .failed_draft()
                    .and_then(|draft| draft_file::to_yaml(&draft, &self.shared.questionnaire).ok());
                let text = text.unwrap_or_default();
                Some(format!(
                    "The draft could not be saved anywhere: {reason}. This is its text; copy it from here.\n\n{text}"
                ))
            }
        }
    }

    fn failed_draft(&self) -> Option<Draft> {
        lock(&self.shared.state).failed.as_ref().map(|failed| failed.draft.clone())
    }

    /// Writes a draft that could not be saved to a new file in the first of the [`rescue_folders`]
    /// that takes it. A draft that is too large is in a file already.
    fn rescue(&self) -> Option<PathBuf> {
        let draft = self.failed_draft()?;
        let rescued = lock(&self.shared.state).rescued.clone().or_else(|| self.oversized_copy());
        if rescued.is_some() {
            return rescued;
        }
        let process = std::process::id();
        let free = |folder: PathBuf| {
            let name = |n: usize| folder.join(format!("good-practice-rescued-{process}-{n}.yaml"));
            (1..10).map(name).find(|path| fs::symlink_metadata(path).is_err())
        };
        // A file that cannot be read again is better than none.
        let written = |path: &PathBuf| {
            self.move_to(path, &draft).is_ok()
                || draft_file::write_out(path, &draft, &self.shared.questionnaire).is_ok()
        };
        let rescued = rescue_folders().into_iter().filter_map(free).find(written);
        lock(&self.shared.state).rescued.clone_from(&rescued);
        rescued
    }

    /// Returns the file that contains the draft if it is too large to be saved.
    pub(super) fn oversized_copy(&self) -> Option<PathBuf> {
        lock(&self.shared.file).oversized_copy()
    }

    /// Returns whether everything posted has been saved.
    pub(super) fn status(&self) -> SaveState {
        let state = lock(&self.shared.state);
        match &state.failed {
            Some(failed) => SaveState::Failed(failed.reason.clone()),
            None if state.is_busy() => SaveState::Saving,
            None => SaveState::Saved,
        }
    }

    /// Whether a draft was written.
    pub(super) fn has_saved(&self) -> bool {
        lock(&self.shared.state).has_saved
    }

    /// Returns the notices for the user since the last call.
    pub(super) fn take_notices(&self) -> Vec<String> {
        mem::take(&mut lock(&self.shared.state).notices)
    }

    /// Returns the draft with what other programs changed in the file, or `None` if they changed
    /// nothing.
    pub(super) fn merge_external_changes(&self, draft: &Draft) -> Option<Draft> {
        let _ = self.flush();
        let merged =
            lock(&self.shared.file).merge_external_changes(draft, &self.shared.questionnaire);
        let (draft, notices) = merged?;
        lock(&self.shared.state).notices.extend(notices);
        Some(draft)
    }

    /// Adds the version in the file to the history. Returns `false` if that fails.
    pub(super) fn keep_version(&self) -> bool {
        let _ = self.flush();
        lock(&self.shared.file).keep_version().is_ok()
    }

    /// Returns the history of the draft.
    pub(super) fn history(&self) -> History {
        lock(&self.shared.file).history().clone()
    }

    /// Describes what the questionnaire asks differently since the draft was last saved, in
    /// sentences.
    pub(super) fn questions_changed(&self) -> Vec<String> {
        lock(&self.shared.file).questions_changed(&self.shared.questionnaire)
    }

    /// Returns a warning if another program may have the draft open.
    pub(super) fn lock_notice(&self) -> Option<String> {
        lock(&self.shared.file).lock_notice()
    }

    /// Returns the path of the draft.
    pub(super) fn path(&self) -> PathBuf {
        lock(&self.shared.file).path().to_path_buf()
    }

    /// Saves to another file and continues with that one.
    ///
    /// # Errors
    /// Fails with the reason if the file exists or cannot be written.
    pub(super) fn move_to(&self, path: &Path, draft: &Draft) -> Result<(), String> {
        let moved = lock(&self.shared.file).move_to(path, draft, &self.shared.questionnaire);
        moved.map_err(|error| error.to_string())?;
        let mut state = lock(&self.shared.state);
        (state.has_saved, state.failed) = (true, None);
        Ok(())
    }
}

/// Returns the folders for drafts that cannot be saved in their place, the best first: the home
/// folder, that for the state of programs, and the temporary one.
pub(super) fn rescue_folders() -> Vec<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let folders = [env::home_dir(), state, Some(env::temp_dir())];
    folders.into_iter().flatten().filter(|folder| folder.is_dir()).collect()
}

impl SaverState {
    fn is_busy(&self) -> bool {
        self.queued.is_some() || self.is_writing
    }
}

impl Shared {
    fn run(&self) {
        loop {
            let draft = self.next_draft();
            // A panic must not end this thread: the next `flush` would wait forever.
            let save = || lock(&self.file).save(&draft, &self.questionnaire);
            let saved = panic::catch_unwind(AssertUnwindSafe(save));
            let mut state = lock(&self.state);
            state.is_writing = false;
            let reason = match saved {
                Ok(Ok(notices)) => {
                    state.notices.extend(notices);
                    None
                }
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("an error in this program".to_owned()),
            };
            state.has_saved |= reason.is_none();
            state.failed = reason.map(|reason| FailedSave { draft, reason });
            state.rescued = None;
            drop(state);
            self.changed.notify_all();
        }
    }

    /// Waits until a draft is queued and due, and takes it.
    fn next_draft(&self) -> Draft {
        let mut state = lock(&self.state);
        loop {
            let now = Instant::now();
            state = match state.queued.take() {
                Some(queued) if queued.due <= now => {
                    state.is_writing = true;
                    return queued.draft;
                }
                Some(queued) => {
                    let wait = queued.due - now;
                    state.queued = Some(queued);
                    let waited = self.changed.wait_timeout(state, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::questionnaire::BUILT_IN;

    #[test]
    fn a_failed_draft_is_never_written_after_a_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let questionnaire = draft_file::parse_questionnaire(BUILT_IN).unwrap();
        let (file, draft) = DraftFile::open(&folder.path().join("a.yaml"), &questionnaire).unwrap();
        let failed = Some(FailedSave { draft, reason: "the disk is full".to_owned() });
        // The thread has taken a newer draft and is writing it.
        let state = SaverState { is_writing: true, failed, ..SaverState::default() };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            file: Mutex::new(file),
            questionnaire,
        });
        let saver = Saver { shared };
        let flushing = thread::spawn({
            let saver = saver.clone();
            move || saver.flush()
        });
        thread::sleep(Duration::from_millis(100));
        let mut state = lock(&saver.shared.state);
        assert!(state.queued.is_none());
        (state.is_writing, state.failed) = (false, None);
        drop(state);
        saver.shared.changed.notify_all();
        assert_eq!(flushing.join().unwrap(), Ok(()));
    }
}
