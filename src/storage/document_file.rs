//! Document files: reads received documents, writes exported ones, and converts them to PDF with
//! `LibreOffice`.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::document::import::lines::{MAX_LINES, Source};
use crate::document::import::{Recognised, docx, markdown, plain_text, recognise};
use crate::model::questionnaire::Questionnaire;
use crate::storage::disk::{remove_half_written, write_whole};
use crate::storage::error::DocumentError;

/// The file extensions of documents that can be read.
pub(crate) const READABLE: [&str; 3] = ["docx", "md", "txt"];

/// The largest file that is read, in bytes. Photographs make Word files large.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// The longest text of a document, in bytes: many times that of a filled-in form.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Whether a file is a document, judged by its extension.
pub(crate) fn is_document(path: &Path) -> bool {
    extension(path).is_some_and(|extension| READABLE.contains(&extension.as_str()))
}

/// Returns the extension of a file name in lower case.
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
    let source = read_source(path)?;
    let length: usize = source.lines.iter().map(|line| line.text().len()).sum();
    if source.lines.len() > MAX_LINES || length as u64 > MAX_TEXT_BYTES {
        return Err(DocumentError::Unreadable(
            "it is many times longer than a filled-in form".to_owned(),
        ));
    }
    let found = recognise(&source, questionnaire);
    if found.questions == 0 {
        return Err(DocumentError::Unreadable(format!(
            "no question of \"{}\" is found in it; is it the right document?",
            questionnaire.title
        )));
    }
    Ok(found)
}

fn read_source(path: &Path) -> Result<Source, DocumentError> {
    let refuse = |what: &str| Err(DocumentError::Unreadable(what.to_owned()));
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return refuse("this is a folder or a device, not a document");
    }
    if about.len() > MAX_FILE_BYTES {
        return refuse("it is larger than 64 MB; no filled-in form is");
    }
    let file = File::open(path)?;
    if extension(path).as_deref() == Some("docx") {
        return docx::read(BufReader::new(file))
            .map_err(|error| DocumentError::Unreadable(error.to_string()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_TEXT_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        return refuse("its text is longer than that of any filled-in form (1 MB)");
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return refuse("it is not UTF-8 text; save it as UTF-8, or as .docx");
    };
    match extension(path).as_deref() {
        Some("md") => Ok(markdown::read(&text)),
        Some("txt") => Ok(plain_text::read(&text)),
        _ => refuse("documents are read from .docx, .md and .txt files; save it as one of them"),
    }
}

/// Writes a document atomically. A different file at the path is only replaced if `replace` is set.
///
/// # Errors
/// Fails if the file cannot be written, or with `AlreadyExists`.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    if !replace && path.exists() && fs::read(path).ok().as_deref() != Some(bytes) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    write_whole(path, bytes)?;
    remove_half_written(path);
    Ok(())
}

/// Returns the URL of a file, such as `file:///C:/Temp/x`.
fn url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace(' ', "%20");
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path };
    format!("file:///{}", path.trim_start_matches('/'))
}

/// How long the converter may take.
const CONVERTER_TIMEOUT: Duration = Duration::from_secs(90);

/// Converts a Word document to PDF with an installed `LibreOffice`.
///
/// # Errors
/// Fails with `NotFound` if `LibreOffice` is not installed, or if it fails.
pub(crate) fn convert_to_pdf(docx: &[u8]) -> io::Result<Vec<u8>> {
    let folder = tempfile::Builder::new().prefix("good-practice-").tempdir()?;
    let word = folder.path().join("application.docx");
    fs::write(&word, docx)?;
    // With a profile of its own, it also runs while the user has LibreOffice open.
    let profile = format!("-env:UserInstallation={}", url(&folder.path().join("profile")));
    let start = |program: &PathBuf| {
        Command::new(program)
            .args([profile.as_str(), "--headless", "--convert-to", "pdf", "--outdir"])
            .arg(folder.path())
            .arg(&word)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    let programs = [
        "soffice",
        "libreoffice",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
        "C:\\Program Files\\LibreOffice\\program\\soffice.exe",
    ];
    let mut started = programs.iter().map(|name| start(&PathBuf::from(name)));
    let mut converter = started
        .find_map(|started| match started {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            started => Some(started),
        })
        .unwrap_or(Err(io::ErrorKind::NotFound.into()))?;
    let since = Instant::now();
    while converter.try_wait()?.is_none() {
        if since.elapsed() > CONVERTER_TIMEOUT {
            converter.kill()?;
            converter.wait()?;
            return Err(io::Error::other("LibreOffice did not finish"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    fs::read(word.with_extension("pdf")).map_err(|_| io::Error::other("LibreOffice made no PDF"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_no_spaces() {
        let url = url(Path::new("/tmp/my files/100 %"));
        assert_eq!(url, "file:///tmp/my%20files/100%20%25");
    }
}
