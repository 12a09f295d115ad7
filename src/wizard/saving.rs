//! Saves drafts in the background, the newest first, so that typing never waits for a disk.

use std::mem;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::storage::draft_file::history::History;
use crate::storage::draft_file::{self, DraftFile};
use crate::terminal::composer::KEEP_AFTER;
use crate::terminal::outcome::SaveState;

/// A draft file with a thread that writes to it.
#[derive(Clone)]
pub(super) struct Saver {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    file: Mutex<DraftFile>,
    questionnaire: Questionnaire,
}

#[derive(Default)]
struct State {
    waiting: Option<Draft>,
    /// Until when what waits may wait for more; nothing where it is written at once.
    until: Option<Instant>,
    writing: bool,
    saved_once: bool,
    failed: Option<String>,
    /// What could not be saved; the next [`Saver::flush`] tries again.
    unsaved: Option<Draft>,
    told: Vec<String>,
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere is no reason to stop saving.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Saver {
    /// Starts the thread that writes.
    pub(super) fn new(file: DraftFile, questionnaire: Questionnaire) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            file: Mutex::new(file),
            questionnaire,
        });
        let worker = Arc::clone(&shared);
        thread::spawn(move || worker.run());
        Self { shared }
    }

    /// Hands over a draft to be saved and returns at once.
    pub(super) fn post(&self, draft: &Draft) {
        let mut state = hold(&self.shared.state);
        state.waiting = Some(draft.clone());
        state.until = None;
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Hands over a draft that changes with every key: it is saved in a moment, or with the next
    /// [`Saver::post`] or [`Saver::flush`].
    pub(super) fn post_soon(&self, draft: &Draft) {
        let mut state = hold(&self.shared.state);
        if state.waiting.replace(draft.clone()).is_none() {
            state.until = Some(Instant::now() + KEEP_AFTER);
        }
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Waits until everything handed over is saved; what could not be saved before is tried again.
    ///
    /// # Errors
    /// Why the last save failed.
    pub(super) fn flush(&self) -> Result<(), String> {
        let mut state = hold(&self.shared.state);
        if state.waiting.is_none() {
            state.waiting = state.unsaved.take();
        }
        state.until = None;
        self.shared.changed.notify_all();
        let busy = |state: &mut State| state.waiting.is_some() || state.writing;
        let state =
            self.shared.changed.wait_while(state, busy).unwrap_or_else(PoisonError::into_inner);
        state.failed.clone().map_or(Ok(()), Err)
    }

    /// Saves what waits and lets other wizards open the draft: the thread that writes lives as long
    /// as the program, so nobody else would. What cannot be saved goes to a file of our own
    /// choosing, which is returned.
    ///
    /// # Errors
    /// Why it could be saved nowhere.
    pub(super) fn close(&self) -> Result<Option<PathBuf>, String> {
        let saved = match self.flush() {
            Ok(()) => Ok(None),
            Err(reason) => self.rescue().map(Some).ok_or(reason),
        };
        hold(&self.shared.file).release();
        saved
    }

    /// The last resort for what could not be saved.
    fn rescue(&self) -> Option<PathBuf> {
        let draft = hold(&self.shared.state).unsaved.clone()?;
        let process = std::process::id();
        let name = |n: usize| format!("good-practice-rescued-{process}-{n}.yaml");
        let mut paths = (1..10).map(|n| refuge().join(name(n)));
        // One that is too large to be read again is better than none.
        let written = |path: &PathBuf| {
            self.move_to(path, &draft).is_ok()
                || draft_file::write_out(path, &draft, &self.shared.questionnaire).is_ok()
        };
        paths.find(written)
    }

    /// Returns whether everything posted has been saved.
    pub(super) fn status(&self) -> SaveState {
        let state = hold(&self.shared.state);
        match &state.failed {
            Some(reason) => SaveState::Failed(reason.clone()),
            None if state.waiting.is_some() || state.writing => SaveState::Saving,
            None => SaveState::Saved,
        }
    }

    /// Whether anything has reached the file since the wizard began.
    pub(super) fn has_saved(&self) -> bool {
        hold(&self.shared.state).saved_once
    }

    /// What happened beyond saving, in words; told once.
    pub(super) fn notices(&self) -> Vec<String> {
        mem::take(&mut hold(&self.shared.state).told)
    }

    /// The draft with what others changed in the file; nothing where they changed nothing.
    pub(super) fn merge_external_changes(&self, draft: &Draft) -> Option<Draft> {
        // What waits comes from before; written later, it would undo what is taken in now.
        let _ = self.flush();
        let taken =
            hold(&self.shared.file).merge_external_changes(draft, &self.shared.questionnaire);
        let (draft, told) = taken?;
        hold(&self.shared.state).told.extend(told);
        Some(draft)
    }

    /// Keeps the version in the file among the earlier ones. `false` where that cannot be done.
    pub(super) fn keep_version(&self) -> bool {
        let _ = self.flush();
        hold(&self.shared.file).keep_version().is_ok()
    }

    /// The earlier versions of the draft.
    pub(super) fn history(&self) -> History {
        hold(&self.shared.file).history().clone()
    }

    /// What the questionnaire asks otherwise than when the draft was last saved, in sentences.
    pub(super) fn questions_changed(&self) -> Vec<String> {
        hold(&self.shared.file).questions_changed(&self.shared.questionnaire)
    }

    /// What there is to say about a program that had the draft before.
    pub(super) fn lock_notice(&self) -> Option<String> {
        hold(&self.shared.file).lock_notice()
    }

    /// Where the draft is.
    pub(super) fn path(&self) -> PathBuf {
        hold(&self.shared.file).path().to_path_buf()
    }

    /// Saves to another place from now on.
    ///
    /// # Errors
    /// Why that place does not take it.
    pub(super) fn move_to(&self, path: &Path, draft: &Draft) -> Result<(), String> {
        let moved = hold(&self.shared.file).move_to(path, draft, &self.shared.questionnaire);
        moved.map_err(|error| error.to_string())?;
        let mut state = hold(&self.shared.state);
        (state.failed, state.unsaved) = (None, None);
        state.saved_once = true;
        Ok(())
    }
}

/// A folder that is there and is the person's own, for what cannot be saved where it belongs.
pub(super) fn refuge() -> PathBuf {
    std::env::home_dir().filter(|home| home.is_dir()).unwrap_or_else(std::env::temp_dir)
}

impl Shared {
    fn run(&self) {
        loop {
            let state = hold(&self.state);
            let idle = |state: &mut State| state.waiting.is_none();
            let mut state =
                self.changed.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
            let left = |state: &State| state.until?.checked_duration_since(Instant::now());
            while let Some(left) = left(&state).filter(|left| !left.is_zero()) {
                let waited = self.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let Some(draft) = state.waiting.take() else { continue };
            state.writing = true;
            drop(state);
            // A fault in saving must not end this thread: the next save would wait for ever.
            let save = || hold(&self.file).save(&draft, &self.questionnaire);
            let saved = panic::catch_unwind(panic::AssertUnwindSafe(save));
            let mut state = hold(&self.state);
            state.writing = false;
            let failed = match saved {
                Ok(Ok(told)) => {
                    state.saved_once = true;
                    state.told.extend(told);
                    None
                }
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("a fault in this program".to_owned()),
            };
            state.unsaved = failed.is_some().then_some(draft);
            state.failed = failed;
            drop(state);
            self.changed.notify_all();
        }
    }
}
