//! Processes many drafts, for `summary`, `check` and other commands: reads the files on all cores and
//! writes the results one by one in input order, so that ten thousand drafts need no more memory than
//! a few.

use std::fs;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::inputs::{Input, unknown_extension};
use super::output::note;
use super::{Context, Exit, Failure};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::text::escaped_json;
use crate::storage::document_file;
use crate::storage::draft_file;
use crate::storage::error::{DocumentError, DraftError, FileError};
use crate::summary;
use crate::terminal::style::OutputStyle;

/// The maximum number of results of a thread that wait to be written.
const QUEUE_PER_THREAD: usize = 32;

/// The stack of a thread, in bytes: as large as that of the main thread, because deeply nested
/// files are read by recursion.
const STACK_BYTES: usize = 8 << 20;

/// A draft, or the answers in a document.
pub(super) struct ReceivedDraft {
    pub(super) draft: Draft,
    /// Remarks of the reader of a document: what it left out, guessed, or could not place.
    pub(super) remarks: Vec<String>,
}

/// Reads a draft, or the answers in a document, depending on the extension. A file without an extension
/// is a draft.
///
/// # Errors
/// Fails if the file cannot be read, or is neither a draft nor a document by its extension.
pub(super) fn read(path: &Path, questionnaire: &Questionnaire) -> Result<ReceivedDraft, FileError> {
    if document_file::is_document(path) {
        let found = document_file::read(path, questionnaire)?;
        let unplaced = found.unplaced_starts();
        let unplaced =
            unplaced.map(|(place, start)| format!("{place} belongs to no answer: {start}"));
        let remarks = found.remarks.iter().cloned().chain(unplaced).collect();
        return Ok(ReceivedDraft { draft: found.draft, remarks });
    }
    if path.extension().is_some()
        && let Some(reason) = unknown_extension(path)
        && path.is_file()
    {
        return Err(FileError::Skipped(reason));
    }
    match draft_file::read(path, questionnaire) {
        // Asked only now, because there may be thousands of drafts.
        Err(_) if path.is_dir() => {
            let empty = io::Error::other("there is no draft or document in this folder");
            let error = fs::read_dir(path).err().unwrap_or(empty);
            Err(DraftError::Io(error).into())
        }
        draft => Ok(ReceivedDraft { draft: draft?, remarks: Vec::new() }),
    }
}

/// Reads every file on all cores. Calls `describe` on the threads, in any order, and `write` on
/// this thread, in the order of the files.
///
/// # Errors
/// Fails if `write` fails, which stops reading, or if no thread can be started.
pub(super) fn read_each<T: Send>(
    questionnaire: &Questionnaire,
    files: &[Input],
    describe: impl Fn(&Path, &ReceivedDraft) -> T + Sync,
    mut write: impl FnMut(&Path, Result<T, FileError>) -> io::Result<()>,
) -> io::Result<()> {
    let read_one = |Input { path, skipped }: &Input| match skipped {
        Some(reason) => Err(FileError::Skipped(reason.clone())),
        None => read(path, questionnaire).map(|received| describe(path, &received)),
    };
    let threads = match files.len() {
        // Finding the number of cores would read several files.
        0 | 1 => 1,
        many => thread::available_parallelism().map_or(1, NonZero::get).min(many),
    };
    if threads < 2 {
        return files.iter().try_for_each(|input| write(&input.path, read_one(input)));
    }
    let read_one = &read_one;
    thread::scope(|scope| {
        // The threads take the files in turn, so receiving from them in turn keeps the order.
        let start = |number: usize| {
            let (sender, results) = mpsc::sync_channel(QUEUE_PER_THREAD);
            let mut own = files.iter().skip(number).step_by(threads);
            // Sending fails once `write` has failed.
            let work = move || own.try_for_each(|input| sender.send(read_one(input)));
            thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work)?;
            Ok(results)
        };
        let results = (0..threads).map(start).collect::<io::Result<Vec<_>>>()?;
        for (input, results) in files.iter().zip(results.iter().cycle()) {
            // A thread that sends no result has panicked; then the scope panics, too.
            let Ok(result) = results.recv() else { break };
            write(&input.path, result)?;
        }
        Ok(())
    })
}

/// The number of bytes of results that are collected before they are written.
const BUFFER_BYTES: usize = 32 << 10;
/// The time after which the progress bar is shown.
const BAR_DELAY: Duration = Duration::from_secs(1);
/// The time between writes of results to a terminal that also shows the bar.
const FLUSH_INTERVAL: Duration = Duration::from_millis(100);

/// Writes results to stdout in input order; shows a progress bar on stderr after one second.
///
/// The bar is shown only if stderr is a terminal. If stdout is one too, results are written only
/// while the bar is cleared.
pub(super) struct ResultWriter {
    out: StdoutLock<'static>,
    /// Whether the results are the objects of a JSON array.
    is_json: bool,
    /// The exit code for the files that could not be read.
    pub(super) exit: Exit,
    /// Results that are not written yet.
    pending: String,
    /// The number of files.
    files: usize,
    /// The number of files with a result.
    done: usize,
    bar: ProgressBar,
    /// The style of a bar that is not shown yet; `None` if it is shown, or never will be.
    bar_style: Option<ProgressStyle>,
    /// Whether stdout and the bar are on the same terminal.
    shares_terminal: bool,
    started: Instant,
    flushed: Instant,
}

impl ResultWriter {
    /// Starts writing the results of this many files, as JSON or as text.
    pub(super) fn new(context: &Context, files: usize, is_json: bool) -> Self {
        let out = io::stdout().lock();
        let now = Instant::now();
        Self {
            shares_terminal: out.is_terminal(),
            out,
            is_json,
            exit: Exit::Done,
            pending: String::new(),
            files,
            done: 0,
            bar: ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden()),
            bar_style: context.progress_style().map(bar_style),
            started: now,
            flushed: now,
        }
    }

    /// Adds text to the results.
    ///
    /// # Errors
    /// Fails if results cannot be written.
    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        self.pending.push_str(text);
        if self.pending.len() < BUFFER_BYTES { Ok(()) } else { self.flush() }
    }

    /// Adds the result of the next file: text, or a JSON object as [`summary::json_element`] returns
    /// it. Counts the file as done and updates the bar.
    ///
    /// # Errors
    /// Fails if results cannot be written.
    pub(super) fn write_result(&mut self, result: &str) -> io::Result<()> {
        if self.is_json {
            self.write(if self.done == 0 { "[\n" } else { "" })?;
            self.write(&escaped_json(result))?;
            self.write(if self.done + 1 == self.files { "\n]\n" } else { ",\n" })?;
        } else {
            self.write(result)?;
        }
        self.file_done()
    }

    /// Reports on stderr that the next file cannot be read, and adds its result: a JSON object, or
    /// `text`.
    ///
    /// # Errors
    /// Fails if results cannot be written.
    pub(super) fn write_unread(
        &mut self,
        path: &Path,
        error: FileError,
        text: &str,
    ) -> io::Result<()> {
        let object = self.is_json.then(|| unreadable(&path.display().to_string(), &error));
        self.flush_before_message();
        let exit = self.bar.suspend(|| Failure::in_draft_or_document(path, error).print());
        self.exit = self.exit.max(exit);
        self.write_result(object.as_deref().unwrap_or(text))
    }

    /// Returns a JSON object with one more remark. Returns text as it is, because its remarks are printed
    /// on stderr.
    pub(super) fn with_remark(&self, result: String, remark: &str) -> String {
        if self.is_json { summary::with_remark(&result, remark) } else { result }
    }

    /// Prints remarks on a file on stderr, unless its JSON object has them.
    pub(super) fn print_remarks(&mut self, path: &Path, remarks: &[String]) {
        if remarks.is_empty() || self.is_json {
            return;
        }
        self.flush_before_message();
        let name = path.display();
        self.bar.suspend(|| remarks.iter().for_each(|remark| note(&format!("{name}: {remark}"))));
    }

    /// Writes the results so far, so that a message on the same terminal is below them. An error is
    /// ignored, because the next write also fails.
    fn flush_before_message(&mut self) {
        if self.shares_terminal {
            let _ = self.flush();
        }
    }

    /// Counts one more file as done, and updates the bar.
    fn file_done(&mut self) -> io::Result<()> {
        self.done += 1;
        self.bar.inc(1);
        if self.bar_style.is_some() && self.started.elapsed() >= BAR_DELAY {
            self.bar.set_style(self.bar_style.take().unwrap_or_else(ProgressStyle::default_bar));
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        if self.shares_terminal && self.flushed.elapsed() >= FLUSH_INTERVAL {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes the end of the results and removes the bar.
    ///
    /// # Errors
    /// Fails if results cannot be written.
    pub(super) fn finish(&mut self, text: &str) -> io::Result<()> {
        self.bar.finish_and_clear();
        self.pending.push_str(text);
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self { out, pending, bar, .. } = self;
        let mut write = || out.write_all(pending.as_bytes()).and_then(|()| out.flush());
        let written = if self.shares_terminal { bar.suspend(write) } else { write() };
        pending.clear();
        self.flushed = Instant::now();
        written
    }
}

impl Drop for ResultWriter {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Returns the style of a bar of at most 40 columns, with the number of files and the remaining time.
fn bar_style(style: OutputStyle) -> ProgressStyle {
    let columns = style.width.saturating_sub(34).clamp(1, 40);
    let template = format!("  {{bar:{columns}}} {{pos}} of {{len}}, {{eta}} left");
    let bar = ProgressStyle::with_template(&template);
    let bar = bar.unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.progress_chars(if style.unicode { "██·" } else { "##." })
}

/// Returns the JSON object of a file that cannot be read.
fn unreadable(name: &str, error: &FileError) -> String {
    let io_error = match error {
        FileError::Draft(DraftError::Io(error)) | FileError::Document(DocumentError::Io(error)) => {
            Some(error.kind())
        }
        FileError::Draft(DraftError::Unreadable(_) | DraftError::Busy(_))
        | FileError::Document(DocumentError::Unreadable(_) | DocumentError::NoConverter(_))
        | FileError::Skipped(_) => None,
    };
    let absent = io_error == Some(io::ErrorKind::NotFound);
    let message = if absent { "there is no such file".to_owned() } else { error.to_string() };
    let location = match error {
        FileError::Draft(DraftError::Unreadable(problems)) => {
            problems.first().and_then(|problem| problem.location)
        }
        FileError::Draft(DraftError::Io(_) | DraftError::Busy(_))
        | FileError::Document(_)
        | FileError::Skipped(_) => None,
    };
    summary::json_element(&json!({
        "draft": name,
        "error": {
            "message": message,
            "line": location.map(|location| location.line),
            "column": location.map(|location| location.column),
        },
    }))
}
