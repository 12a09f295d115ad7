//! Document files: reads the answers in a received document, and writes exported documents. The
//! content of a file, or its extension, decides which reader of `document/import` turns the document
//! into lines; the recogniser there then finds the answers.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
#[cfg(feature = "pdf")]
use std::sync::mpsc;
#[cfg(feature = "pdf")]
use std::thread;
#[cfg(feature = "pdf")]
use std::time::Duration;

use crate::document::Purpose;
use crate::document::error::UnreadableDocument;
use crate::document::export::{Application, Format};
use crate::document::import::lines::{MAX_LINES, Source};
#[cfg(feature = "pdf")]
use crate::document::import::pdf;
use crate::document::import::{
    Recognised, docx, encoding, html, markdown, odt, plain_text, recognise, recognise_in_form,
};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::storage::disk::{remove_half_written, write_shared};
use crate::storage::error::DocumentError;
use crate::storage::file_kind::FileKind;
use crate::storage::office;

/// The file extensions of documents that can be read.
pub(crate) const READABLE: [&str; 9] =
    ["docx", "odt", "pdf", "doc", "rtf", "html", "htm", "md", "txt"];

/// The largest file that is read, in bytes. Photographs make Word files and PDFs large.
const MAX_FILE_BYTES: u64 = 100 << 20;
/// The maximum number of lines of a blank form.
const MAX_FORM_LINES: usize = 5_000;
/// The longest text of a document, in bytes: many times that of a filled-in form.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Whether a file is a document, judged by its extension.
pub(crate) fn is_document(path: &Path) -> bool {
    extension(path).is_some_and(|extension| READABLE.contains(&extension.as_str()))
}

/// Returns the extension of a file name in lower case, or `None` if it has none.
pub(crate) fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// Reads a document and recognises the answers in it.
///
/// # Errors
/// Fails if the document cannot be read or contains no question of the questionnaire.
pub(crate) fn read(
    path: &Path,
    questionnaire: &Questionnaire,
) -> Result<Recognised, DocumentError> {
    checked(recognise(&read_source(path)?, questionnaire), questionnaire)
}

/// Reads a document and recognises the answers in it. `blank` is the empty form that was filled in;
/// its text is not read as answers.
///
/// # Errors
/// Fails as [`read`] does.
pub(crate) fn read_with_form(
    path: &Path,
    blank: &Path,
    questionnaire: &Questionnaire,
) -> Result<Recognised, DocumentError> {
    let (source, blank) = (read_source(path)?, read_source(blank)?);
    if blank.lines.len() > MAX_FORM_LINES {
        return Err(DocumentError::Unreadable(
            "the blank form has more than 5,000 lines; is it the right one?".to_owned(),
        ));
    }
    checked(recognise_in_form(&source, &blank, questionnaire), questionnaire)
}

/// Returns what was recognised.
///
/// # Errors
/// Fails if no question of the questionnaire was found.
fn checked(found: Recognised, questionnaire: &Questionnaire) -> Result<Recognised, DocumentError> {
    if found.questions == 0 {
        return Err(DocumentError::Unreadable(format!(
            "no question of \"{}\" is found in it; is it the right document?",
            questionnaire.title
        )));
    }
    Ok(found)
}

/// Reads the lines of a document.
///
/// # Errors
/// Fails if the document cannot be read, or is many times longer than a filled-in form.
fn read_source(path: &Path) -> Result<Source, DocumentError> {
    let source = read_lines(path)?;
    let length: usize = source.lines.iter().map(|line| line.text().len()).sum();
    if source.lines.len() > MAX_LINES || length as u64 > MAX_TEXT_BYTES {
        return Err(DocumentError::Unreadable(
            "it is many times longer than a filled-in form".to_owned(),
        ));
    }
    Ok(source)
}

/// Reads the lines of a document with the reader for its content, or else for its extension.
///
/// # Errors
/// Fails if the file or its text is too large, or the reader fails.
fn read_lines(path: &Path) -> Result<Source, DocumentError> {
    let refuse = |what: &str| Err(DocumentError::Unreadable(what.to_owned()));
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return refuse("this is a folder or a device, not a document");
    }
    if metadata.len() > MAX_FILE_BYTES {
        return refuse("it is larger than 100 MB, which is too large for a filled-in form");
    }
    let extension = extension(path).unwrap_or_default();
    if matches!(extension.as_str(), "eml" | "msg" | "mbox") {
        return refuse(
            "e-mail messages cannot be read; save the form that is attached to it, or copy its text into \
             a .txt file",
        );
    }
    let mut file = File::open(path)?;
    let Some(kind) = FileKind::of(&mut file)? else { return read_as(file, &extension) };
    let (name, usual) = kind.name();
    // Markdown may begin with tags of HTML.
    let is_markdown = kind == FileKind::Html && extension == "md";
    if usual.contains(&extension.as_str()) || is_markdown {
        return read_as(file, &extension);
    }
    let mut source = read_as(file, usual.first().unwrap_or(&"txt"))?;
    source
        .remarks
        .insert(0, format!("it is read as {name}, although its name has another extension"));
    Ok(source)
}

/// Reads the lines of a document with the reader for an extension.
///
/// # Errors
/// Fails if the file or its text is too large, or the reader fails.
fn read_as(file: File, extension: &str) -> Result<Source, DocumentError> {
    let refuse = |what: &str| Err(DocumentError::Unreadable(what.to_owned()));
    let unreadable = |error: UnreadableDocument| DocumentError::Unreadable(error.to_string());
    match extension {
        "docx" | "docm" | "dotx" | "dotm" => {
            return docx::read(BufReader::new(file)).map_err(unreadable);
        }
        "odt" | "ott" => return odt::read(BufReader::new(file)).map_err(unreadable),
        "pdf" => return read_pdf(file),
        "doc" | "dot" | "rtf" | "fodt" | "xml" => {
            let mut source =
                docx::read(Cursor::new(to_docx(file, extension)?)).map_err(unreadable)?;
            source.remarks.push("read with the help of LibreOffice".to_owned());
            return Ok(source);
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    // A web page may also contain pictures and styles.
    let is_page = matches!(extension, "html" | "htm" | "xhtml");
    let most = if is_page { MAX_TEXT_BYTES * 32 } else { MAX_TEXT_BYTES };
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return refuse("its text is longer than that of any filled-in form (1 MB)");
    }
    let Some((text, guessed)) = encoding::decode(&bytes) else {
        return refuse("it is not a text file; save it as .docx");
    };
    let mut source = match extension {
        "md" => markdown::read(&text),
        "txt" => plain_text::read(&text),
        "html" | "htm" | "xhtml" => html::read(&text).map_err(unreadable)?,
        _ => {
            return refuse(
                "documents are read from .docx, .odt, .pdf, .doc, .rtf, .html, .md and .txt files; \
                 save it as one of them",
            );
        }
    };
    source.remarks.extend(guessed.map(|name| format!("read as {name}")));
    Ok(source)
}

/// Converts a file of an older format to a Word file with an installed `LibreOffice`.
///
/// # Errors
/// Fails if the file cannot be read, or if `LibreOffice` is not installed or cannot convert it.
fn to_docx(mut file: File, extension: &str) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    office::convert(&bytes, extension, "docx").map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            return DocumentError::NoConverter(extension.to_owned());
        }
        let reason = format!("LibreOffice could not convert it ({error}); save it as .docx");
        DocumentError::Unreadable(reason)
    })
}

#[cfg(not(feature = "pdf"))]
fn read_pdf(_: File) -> Result<Source, DocumentError> {
    Err(DocumentError::Unreadable(
        "this good-practice was built without PDF support; save it as .docx or .txt".to_owned(),
    ))
}

/// The time limit for reading a PDF. A damaged file can make a reader search for a long time.
#[cfg(feature = "pdf")]
const PDF_TIMEOUT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 });

/// Reads a PDF in a separate thread with bounded time and stack. After a timeout the thread continues
/// until the program ends.
///
/// # Errors
/// Fails if the file cannot be read, is damaged, or takes longer than [`PDF_TIMEOUT`].
#[cfg(feature = "pdf")]
fn read_pdf(mut file: File) -> Result<Source, DocumentError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let (sender, receiver) = mpsc::channel();
    let reader = thread::Builder::new().name("pdf".to_owned()).stack_size(32 << 20);
    reader.spawn(move || {
        // After a timeout there is no receiver.
        drop(sender.send(pdf::read(&bytes)));
    })?;
    let refuse = |what: &str| Err(DocumentError::Unreadable(what.to_owned()));
    match receiver.recv_timeout(PDF_TIMEOUT) {
        Ok(Ok(source)) => Ok(source),
        Ok(Err(error)) => refuse(&error.to_string()),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            refuse("it takes too long to read, as it is damaged or many times longer than a form")
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            refuse("it is damaged; open it in a PDF program and save it again")
        }
    }
}

/// Whether two paths lead to the same file, also through links, or in other letter case on a disk that
/// ignores it.
pub(crate) fn is_same(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(a), Ok(b)) = (fs::metadata(a), fs::metadata(b)) {
        use std::os::unix::fs::MetadataExt;
        return (a.dev(), a.ino()) == (b.dev(), b.ino());
    }
    fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
}

/// Returns the answers that are read from an unchanged document of a draft. These are only the answers
/// that are asked for, and some of them are written differently.
pub(crate) fn read_back(draft: &Draft, questionnaire: &Questionnaire) -> Draft {
    let application = Application::new(questionnaire, draft, Purpose::default());
    let bytes = Format::Docx.write(&application).unwrap_or_default();
    docx::read(Cursor::new(bytes))
        .map_or_else(|_| draft.clone(), |source| recognise(&source, questionnaire).draft)
}

/// Whether a file has exactly these contents.
pub(crate) fn holds(path: &Path, bytes: &[u8]) -> bool {
    fs::read(path).is_ok_and(|found| found == bytes)
}

/// Writes a document atomically, with the permissions that the umask gives, because documents are
/// for others to read. A different file at the path is only replaced if `replace` is set.
///
/// # Errors
/// Fails if the file cannot be written, or with [`io::ErrorKind::AlreadyExists`] if there is a different
/// file.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    if !replace && path.exists() && !holds(path, bytes) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    write_shared(path, bytes)?;
    remove_half_written(path);
    Ok(())
}
