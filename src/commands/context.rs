//! The questionnaire, the drafts and the terminal that a command uses.

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::Failure;
use super::output::{note, shown};
use crate::cli::ColorWhen;
use crate::model::draft::Draft;
use crate::model::questionnaire::{BUILT_IN, Field, Question, Questionnaire};
use crate::storage::draft_file::{self, DraftFile};
use crate::storage::error::DraftError;
use crate::terminal::frontend::Frontend;
use crate::terminal::style::OutputStyle;

/// The maximum time to wait for another command that is writing to the same draft.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);
/// The time between attempts to lock the draft.
const LOCK_RETRY: Duration = Duration::from_millis(20);

/// The global options and the questionnaire.
pub(super) struct Context {
    pub questionnaire: Questionnaire,
    color: ColorWhen,
    /// Whether `--plain` was given.
    pub plain: bool,
    /// Whether spelling is checked, which `--no-spelling` turns off.
    pub spelling: bool,
}

impl Context {
    /// Reads the questionnaire of `--questions`, or the built-in one.
    ///
    /// # Errors
    /// Fails if the questionnaire cannot be read.
    pub(super) fn new(
        questions: Option<&Path>,
        color: ColorWhen,
        plain: bool,
        spelling: bool,
    ) -> Result<Self, Failure> {
        let questionnaire = match questions {
            Some(path) => draft_file::read_questionnaire(path).map_err(|error| match error {
                DraftError::Io(error) => Failure::failed(format!("the questionnaire `{}`: {error}", shown(path)),
                    "`--questions` and GOOD_PRACTICE_QUESTIONS name a questionnaire file; without them the built-in questionnaire is used",
                ),
                error @ (DraftError::Unreadable(_) | DraftError::Busy(_)) => {
                    Failure::in_file(path, error)
                }
            })?,
            None => draft_file::parse_questionnaire(BUILT_IN)
                .map_err(Failure::in_draft_at(Path::new("the built-in questionnaire")))?,
        };
        Ok(Self { questionnaire, color, plain, spelling })
    }

    /// Finds a question by its number or id, or a field by `id.field`.
    ///
    /// # Errors
    /// Fails if there is no such question or field.
    pub(super) fn find(&self, name: &str) -> Result<(&Question, Option<&Field>), Failure> {
        let found = self.questionnaire.find(name);
        found.map_err(|error| Failure::unknown_question(name, error))
    }

    /// Reads a draft without locking it.
    ///
    /// # Errors
    /// Fails if the file cannot be read or is not a draft.
    pub(super) fn read(&self, path: &Path) -> Result<Draft, Failure> {
        draft_file::read(path, &self.questionnaire).map_err(Failure::in_draft_at(path))
    }

    /// Opens a draft for writing, or creates it. Waits up to [`LOCK_TIMEOUT`] if another command has it
    /// open.
    ///
    /// # Errors
    /// Fails if the file cannot be read, is not a draft, or is open in another wizard.
    pub(super) fn open(&self, path: &Path) -> Result<(DraftFile, Draft), Failure> {
        Failure::refuse_document_name(path)?;
        let mut waited = Duration::ZERO;
        loop {
            match DraftFile::open(path, &self.questionnaire) {
                Err(DraftError::Busy(_)) if waited < LOCK_TIMEOUT => {
                    thread::sleep(LOCK_RETRY);
                    waited += LOCK_RETRY;
                }
                opened => return opened.map_err(Failure::in_draft_at(path)),
            }
        }
    }

    /// Adds the saved version of a draft to its history, then saves the draft over it. Returns
    /// notices for the user, such as changes merged from another program.
    ///
    /// # Errors
    /// Fails if the history or the draft cannot be written.
    pub(super) fn replace(
        &self,
        file: &mut DraftFile,
        draft: &Draft,
        path: &Path,
    ) -> Result<Vec<String>, Failure> {
        let saved = file.keep_version().and_then(|()| file.save(draft, &self.questionnaire));
        saved.map_err(Failure::in_draft_at(path))
    }

    /// Returns the plain frontend with `--plain`, `ACCESSIBLE` or `TERM=dumb`, otherwise the rich frontend.
    /// Returns `None` if there is no terminal, unless `--plain` is given.
    ///
    /// # Errors
    /// Fails if the terminal cannot be set up.
    pub(super) fn frontend(&self) -> Result<Option<Frontend>, Failure> {
        let style = self.style_of(&io::stderr());
        let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        if self.plain || is_terminal && (is_dumb || is_set("ACCESSIBLE")) {
            return Ok(Some(Frontend::plain(style, is_terminal && !self::is_dumb())));
        }
        is_terminal.then(|| Frontend::rich(style)).transpose().map_err(Failure::of_terminal)
    }

    /// Returns the style of a progress bar on standard error, or `None` if it is not a terminal that
    /// can redraw a line.
    pub(super) fn progress_style(&self) -> Option<OutputStyle> {
        let is_shown = io::stderr().is_terminal() && !is_dumb();
        is_shown.then(|| self.style_of(&io::stderr()))
    }

    /// Returns what an output stream can show.
    pub(super) fn style_of(&self, stream: &impl IsTerminal) -> OutputStyle {
        let is_terminal = stream.is_terminal();
        let colour = match self.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => {
                !is_set("NO_COLOR") && (is_set("CLICOLOR_FORCE") || (is_terminal && !is_dumb()))
            }
        };
        // Without a terminal, the library would start other programs to find its size.
        let size = is_terminal.then(crossterm::terminal::size).and_then(Result::ok);
        let width = size.map_or(80, |(columns, _)| usize::from(columns));
        OutputStyle { width: width.max(20), colour, unicode: is_unicode(), spoken: false }
    }
}

/// Returns the latest date of any time zone, after which a date is in the future everywhere. Finding the
/// local date would mean to read the time zones of the system, which takes longer than reading a draft.
pub(super) fn latest_date() -> Date {
    Offset::constant(14).to_datetime(Timestamp::now()).date()
}

/// Prints the notices of a save.
pub(super) fn print_notices(notices: &[String]) {
    for notice in notices {
        note(notice);
    }
}

/// Whether the terminal can only append text: TERM is `dumb` or not set.
fn is_dumb() -> bool {
    env::var_os("TERM").is_none_or(|term| term == "dumb")
}

/// Whether an environment variable is set to anything but an empty string or 0.
fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Whether the locale can show more than ASCII. Returns `true` if no locale is set.
fn is_unicode() -> bool {
    let variables = ["LC_ALL", "LC_CTYPE", "LANG"];
    let mut values = variables.iter().filter_map(|name| env::var(name).ok());
    values.find(|value| !value.is_empty()).is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
