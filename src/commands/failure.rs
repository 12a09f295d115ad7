//! The failure of a command: the messages for the user, a hint what to do, and the exit code.

use std::io;
use std::path::Path;

use super::Exit;
use super::command_line::command_line;
use super::output::{message, shown};
use super::usage::is_number;
use crate::model::questionnaire::NoSuchQuestion;
use crate::model::text::{escape_for_terminal, plural};
use crate::model::value::Problem;
use crate::storage::document_file;
use crate::storage::draft_file::history::History;
use crate::storage::error::{DocumentError, DraftError, FileError};

/// The failure of a command.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong and where, one message for each problem.
    pub messages: Vec<String>,
    /// What the user can do about it.
    pub hint: Option<String>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, messages: vec![message.into()], hint: Some(hint.into()) }
    }

    /// Creates a failure for a wrong command line.
    pub(super) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, hint)
    }

    /// Creates a failure of a command that was called correctly.
    pub(super) fn failed(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message, hint)
    }

    /// Creates a failure without a hint.
    pub(super) fn without_hint(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, messages: vec![message.into()], hint: None }
    }

    /// Returns a function that describes an error in the draft or questionnaire at this path.
    pub(super) fn in_draft_at(path: &Path) -> impl FnOnce(DraftError) -> Self {
        move |error| Self::in_file(path, error)
    }

    /// Describes an error in a file that may be a draft or a document.
    pub(super) fn in_draft_or_document(path: &Path, error: FileError) -> Self {
        match error {
            FileError::Document(error) => Self::in_document(path, error),
            FileError::Draft(error) => Self::in_file(path, error),
            FileError::Skipped(why) => {
                Self::without_hint(Exit::Failed, format!("{}: {why}", shown(path)))
            }
        }
    }

    /// Describes an error in a draft or questionnaire.
    pub(super) fn in_file(path: &Path, error: DraftError) -> Self {
        let name = shown(path);
        match error {
            DraftError::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::failed(
                format!("there is no file `{name}`"),
                match path.parent() {
                    Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                        "its folder does not exist".to_owned()
                    }
                    _ if is_number(&name) => format!(
                        "`good-practice show {name}` prints the answer to a question, `good-practice --question {name}` opens it"
                    ),
                    Some(_) | None => format!("`{}` creates it", command_line("fill", path, "")),
                },
            ),
            error @ DraftError::Io(_) => {
                Self::without_hint(Exit::Failed, format!("`{name}`: {error}"))
            }
            DraftError::Unreadable(_) if document_file::is_document(path) => Self::new(
                Exit::Unreadable,
                format!("`{name}` is a document, not a draft"),
                format!("`{}` makes a draft from it", import_command(path)),
            ),
            DraftError::Unreadable(problems) => Self {
                exit: Exit::Unreadable,
                messages: problems.iter().map(|problem| located(&name, problem)).collect(),
                hint: Some(if History::for_draft(path).versions().is_empty() {
                    "correct this in a text editor; the file was not changed".to_owned()
                } else {
                    format!(
                        "correct this in a text editor, or restore the last version that can be read with `{}`; the file was not changed",
                        command_line("restore", path, " --all")
                    )
                }),
            },
            DraftError::Busy(holder) => Self::new(
                Exit::Busy,
                format!("`{name}` is open in another wizard ({})", escape_for_terminal(&holder)),
                "close that wizard first, or use another draft",
            ),
        }
    }

    /// Describes an error in a document.
    pub(super) fn in_document(path: &Path, error: DocumentError) -> Self {
        let name = shown(path);
        match error {
            DocumentError::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::failed(
                format!("there is no file `{name}`"),
                "documents are .docx, .odt, .pdf, .doc, .rtf, .html, .md or .txt files",
            ),
            DocumentError::Io(error) => Self::in_file(path, error.into()),
            error @ DocumentError::NoConverter(_) => {
                Self::without_hint(Exit::Failed, format!("{name}: {error}"))
            }
            DocumentError::Unreadable(reason) => Self::new(
                Exit::Unreadable,
                format!("{name}: {}", escape_for_terminal(&reason)),
                "nothing was changed",
            ),
        }
    }

    /// Checks the name of a draft.
    ///
    /// # Errors
    /// Fails if it has the extension of a document: users would not expect a draft in such a file.
    pub(super) fn refuse_document_name(path: &Path) -> Result<(), Self> {
        if !document_file::is_document(path) {
            return Ok(());
        }
        let name = shown(path);
        Err(Self::new(
            Exit::Unreadable,
            format!("`{name}` has the name of a document, not of a draft"),
            format!(
                "the name of a draft ends in `.yaml`; `{}` makes a draft from a document",
                import_command(path)
            ),
        ))
    }

    /// Checks how many lines of its input the plain frontend has rejected.
    ///
    /// # Errors
    /// Fails if there are any. They are not in any answer, and a script checks only the exit code.
    pub(super) fn if_rejected(lines: usize) -> Result<(), Self> {
        if lines == 0 {
            return Ok(());
        }
        let verb = if lines == 1 { "was" } else { "were" };
        Err(Self::failed(
            format!("{} {verb} not understood", plural(lines, "line", "lines")),
            "the reason is printed above for each; everything else is saved",
        ))
    }

    /// Creates a failure for a name that is not that of a question or field.
    pub(super) fn unknown_question(name: &str, error: NoSuchQuestion) -> Self {
        let hint = match error.suggestion {
            Some(name) => {
                format!("did you mean `{name}`? `good-practice questions` lists all questions")
            }
            None => "`good-practice questions` lists all questions".to_owned(),
        };
        Self::usage(format!("there is no question `{}`", escape_for_terminal(name)), hint)
    }

    /// Creates a failure for a terminal that cannot be read or written.
    pub(super) fn of_terminal(error: io::Error) -> Self {
        Self::failed(format!("the terminal failed: {error}"), "everything answered so far is saved")
    }

    /// Prints the messages and the hint on standard error and returns the exit code.
    pub(super) fn print(&self) -> Exit {
        self.messages.iter().for_each(|text| message(&format!("error: {text}")));
        self.hint.iter().for_each(|text| message(&format!("hint: {text}")));
        self.exit
    }
}

/// Returns the command that makes a draft from a document.
fn import_command(path: &Path) -> String {
    command_line("import", path, " -o application.yaml")
}

/// Returns `file:line:column: message`, and the line of the file with a caret below the column.
fn located(file: &str, problem: &Problem) -> String {
    let excerpt = problem.excerpt.iter().map(|excerpt| format!("\n{excerpt}")).collect::<String>();
    let message = escape_for_terminal(&problem.message).into_owned() + &excerpt;
    match problem.location {
        Some(location) => format!("{file}:{}:{}: {message}", location.line, location.column),
        None => format!("{file}: {message}"),
    }
}
