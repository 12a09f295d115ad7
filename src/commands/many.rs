//! Many drafts at once, for `summary` and `check`: finds the files, judges them on all cores and
//! tells of them in the order given, one by one, so that ten thousand take no more memory than a few.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Context, Exit, Failure, say};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::review::Review;
use crate::model::text::escaped_json;
use crate::storage::document_file;
use crate::storage::draft_file;
use crate::storage::error::{DocumentError, DraftError, FileError};
use crate::summary;
use crate::terminal::style::OutputStyle;

/// How many finished files per core may wait to be printed.
const AHEAD: usize = 32;

/// As much as the program itself begins with: what is nested deep is read deep.
const STACK: usize = 8 << 20;

/// The files to look at: those named, and the drafts and documents of folders, by name, without
/// those of folders inside. A folder without any keeps its place, for [`read`] to say so.
pub(super) fn files(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        let inside = if path.is_dir() { inside(path) } else { Vec::new() };
        if inside.is_empty() {
            files.push(path.clone());
        }
        files.extend(inside);
    }
    files
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut inside: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| is_meant(path)).collect();
    inside.sort();
    inside
}

/// Whether a file of a folder is a draft or document; hidden files and the ones Word makes while a
/// document is open (`~$`) are neither.
fn is_meant(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with(['.', '~'])
        && (draft_file::is_draft(path) || document_file::is_document(path))
        && path.is_file()
}

/// A draft, or what a received document says, without keeping a draft of it.
fn read(path: &Path, questionnaire: &Questionnaire) -> Result<Draft, FileError> {
    if document_file::is_document(path) {
        return Ok(document_file::read(path, questionnaire)?.draft);
    }
    if path.is_dir() {
        let empty = io::Error::other("there is no draft or document in this folder");
        let error = fs::read_dir(path).err().unwrap_or(empty);
        return Err(DraftError::Io(error).into());
    }
    Ok(draft_file::read(path, questionnaire)?)
}

/// Judges every file, on all cores, and tells of each in order.
///
/// # Errors
/// Whatever `tell` fails with, after which the rest is not looked at; or the system has no room for
/// more threads.
pub(super) fn each<T: Send>(
    questionnaire: &Questionnaire,
    files: &[PathBuf],
    judge: impl Fn(&Path, &Review<'_>) -> T + Sync,
    mut tell: impl FnMut(&Path, Result<T, FileError>) -> io::Result<()>,
) -> io::Result<()> {
    let look = |path: &Path| {
        read(path, questionnaire).map(|draft| judge(path, &Review::new(questionnaire, &draft)))
    };
    let cores = match files.len() {
        // The number of cores is learned from several files, which takes its time.
        0 | 1 => 1,
        many => thread::available_parallelism().map_or(1, NonZero::get).min(many),
    };
    if cores < 2 {
        return files.iter().try_for_each(|path| tell(path, look(path)));
    }
    let look = &look;
    thread::scope(|scope| {
        // Each core takes the files in turn, so asking the cores in turn keeps the order.
        let begin = |core: usize| {
            let (send, found) = mpsc::sync_channel(AHEAD);
            let mut own = files.iter().skip(core).step_by(cores);
            // Nobody listens any more once telling has failed.
            let work = move || own.try_for_each(|path| send.send(look(path)));
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
            Ok(found)
        };
        let found = (0..cores).map(begin).collect::<io::Result<Vec<_>>>()?;
        for (path, found) in files.iter().zip(found.iter().cycle()) {
            // A core that sends nothing has panicked, and the scope passes that on.
            let Ok(found) = found.recv() else { break };
            tell(path, found)?;
        }
        Ok(())
    })
}

/// Standard output, with a bar on the terminal for whoever waits longer than a second.
pub(super) struct Telling {
    out: BufWriter<StdoutLock<'static>>,
    /// Whether the product goes to the terminal that may show the bar.
    shared: bool,
    files: usize,
    done: usize,
    bar: Option<Bar>,
}

impl Telling {
    /// Begins to tell of so many files.
    pub(super) fn new(context: &Context, files: usize) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let bar = (io::stderr().is_terminal() && !dumb).then(|| {
            let OutputStyle { width, unicode, .. } = context.look(&io::stderr());
            Bar { due: Instant::now() + PATIENCE, columns: 0, width, unicode }
        });
        let out = io::stdout().lock();
        Self { shared: out.is_terminal(), out: BufWriter::new(out), files, done: 0, bar }
    }

    /// Writes a piece of the product.
    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        if self.shared && !text.is_empty() {
            self.hide();
        }
        self.out.write_all(text.as_bytes())
    }

    /// Writes the JSON object of the next file, as [`summary::listed`] has it, into the list of all.
    pub(super) fn write_object(&mut self, object: &str) -> io::Result<()> {
        self.write(if self.done == 0 { "[\n" } else { "" })?;
        self.write(&escaped_json(object))?;
        self.write(if self.done + 1 == self.files { "\n]\n" } else { ",\n" })
    }

    /// Says on standard error that a file cannot be read, and which exit code that makes.
    pub(super) fn report(&mut self, path: &Path, error: FileError) -> Exit {
        self.hide();
        if self.shared {
            // It is said where it stands. What cannot be written is noticed with the next piece.
            let _ = self.out.flush();
        }
        let failure = match error {
            FileError::Document(error) => Failure::of_document(path, error),
            FileError::Draft(error) => Failure::of_file(path, error),
        };
        failure.messages.iter().for_each(|message| say(&format!("error: {message}")));
        failure.hint.iter().for_each(|hint| say(&format!("hint: {hint}")));
        failure.exit
    }

    /// One file more is told of.
    pub(super) fn done(&mut self) -> io::Result<()> {
        self.done += 1;
        if let Some(bar) = &mut self.bar
            && Instant::now() >= bar.due
        {
            if self.shared {
                self.out.flush()?;
            }
            bar.show(self.done, self.files);
        }
        Ok(())
    }

    /// Writes the last piece of the product.
    pub(super) fn end(&mut self, text: &str) -> io::Result<()> {
        self.hide();
        self.write(text)?;
        self.out.flush()
    }

    fn hide(&mut self) {
        self.bar.iter_mut().for_each(Bar::hide);
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.hide();
    }
}

/// Who waits longer than this is shown how far one is, and how often that is painted anew.
const PATIENCE: Duration = Duration::from_secs(1);
const PACE: Duration = Duration::from_millis(100);

/// How far one is.
struct Bar {
    /// When it is to be painted next.
    due: Instant,
    /// Columns it takes up now.
    columns: usize,
    width: usize,
    unicode: bool,
}

impl Bar {
    fn show(&mut self, done: usize, of: usize) {
        let figures = format!(" {done} of {of}");
        let room = self.width.saturating_sub(figures.len() + 3).min(40);
        let bar = summary::bar(done, of, room, self.unicode);
        let _ = write!(io::stderr(), "\r  {bar}{figures}");
        self.columns = 2 + room + figures.len();
        self.due = Instant::now() + PACE;
    }

    fn hide(&mut self) {
        if self.columns > 0 {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(self.columns));
            self.columns = 0;
        }
    }
}

/// The JSON object of a file that cannot be read.
pub(super) fn unreadable(name: &str, error: &FileError) -> String {
    let absent = matches!(error, FileError::Draft(DraftError::Io(error)) | FileError::Document(DocumentError::Io(error)) if error.kind() == io::ErrorKind::NotFound);
    let message = if absent { "there is no such file".to_owned() } else { error.to_string() };
    let place = match error {
        FileError::Draft(DraftError::Unreadable(problems)) => {
            problems.first().and_then(|problem| problem.location)
        }
        FileError::Draft(DraftError::Io(_) | DraftError::Busy(_)) | FileError::Document(_) => None,
    };
    summary::listed(&json!({
        "draft": name,
        "error": {
            "message": message,
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
        },
    }))
}
