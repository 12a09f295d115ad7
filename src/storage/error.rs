//! The errors of the storage layer. They name the reason, but not the file: the caller adds its
//! name.

use std::error::Error;
use std::fmt;
use std::io;

use crate::model::value::Problem;
use crate::storage::yaml::MAX_BYTES;

/// Why a text file cannot be read.
#[derive(Debug)]
pub(crate) enum TextError {
    Io(io::Error),
    /// There is no file at the path but, for example, `a folder`.
    NotAFile(&'static str),
    /// It is larger than [`MAX_BYTES`].
    TooLarge,
    /// It is not valid UTF-8. The number is the 1-based line of the first wrong byte.
    NotUtf8(usize),
}

/// Why a draft or a questionnaire cannot be opened, read or saved.
#[derive(Debug)]
pub enum DraftError {
    /// The file cannot be opened, read or written.
    Io(io::Error),
    /// The file is not a questionnaire or draft. The problems are all that were found.
    Unreadable(Vec<Problem>),
    /// Another wizard has the draft open. The text says who, on which machine, and since when.
    Busy(String),
}

/// Why a document cannot be read.
#[derive(Debug)]
pub(crate) enum DocumentError {
    Io(io::Error),
    /// It cannot be read as a filled-in form. The text is the reason.
    Unreadable(String),
    /// The program that converts it is not installed. The text is its file extension.
    NoConverter(String),
}

/// Why a file that may be a draft or a document is not read.
#[derive(Debug)]
pub(crate) enum FileError {
    Draft(DraftError),
    Document(DocumentError),
    /// It is neither a draft nor a document, or not to be read. The text is the reason.
    Skipped(String),
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&reason(error)),
            Self::NotAFile(what) => write!(f, "this is {what}, not a file"),
            Self::TooLarge => write!(
                f,
                "the file is larger than {} MB, too large for a draft or questionnaire",
                MAX_BYTES >> 20
            ),
            Self::NotUtf8(line) => write!(
                f,
                "the file is not UTF-8 text (line {line}); save it as UTF-8 in your editor"
            ),
        }
    }
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&reason(error)),
            Self::Unreadable(problems) => f.write_str(
                problems.first().map(|problem| problem.message.as_str()).unwrap_or_default(),
            ),
            Self::Busy(holder) => write!(f, "open in another wizard: {holder}"),
        }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&reason(error)),
            Self::Unreadable(why) => f.write_str(why),
            Self::NoConverter(extension) => write!(
                f,
                "`.{extension}` files can be read only if LibreOffice is installed; save it as .docx"
            ),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft(error) => error.fmt(f),
            Self::Document(error) => error.fmt(f),
            Self::Skipped(why) => f.write_str(why),
        }
    }
}

impl Error for TextError {}
impl Error for DraftError {}
impl Error for DocumentError {}
impl Error for FileError {}

impl From<io::Error> for TextError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<io::Error> for DraftError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<io::Error> for DocumentError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<TextError> for DraftError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Io(error) => Self::Io(error),
            TextError::NotAFile(_) | TextError::TooLarge | TextError::NotUtf8(_) => {
                Problem { message: error.to_string(), location: None, excerpt: None }.into()
            }
        }
    }
}

impl From<Problem> for DraftError {
    fn from(problem: Problem) -> Self {
        Self::Unreadable(vec![problem])
    }
}

impl From<DraftError> for FileError {
    fn from(error: DraftError) -> Self {
        Self::Draft(error)
    }
}

impl From<DocumentError> for FileError {
    fn from(error: DocumentError) -> Self {
        Self::Document(error)
    }
}

/// Returns an error of the system in words that an applicant understands.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the system has many reasons; the common ones get plain words"
)]
fn reason(error: &io::Error) -> String {
    // An error that this program created has plain words already.
    if error.get_ref().is_some() {
        return error.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "you have no permission to create files in its folder".to_owned()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::FileTooLarge => {
            "the file would be larger than this account may write (`ulimit -f`)".to_owned()
        }
        _ => error.to_string(),
    }
}
