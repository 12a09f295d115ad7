//! The files documents live in: reading what colleagues and applicants send, writing what is sent
//! on, and the converter that makes a PDF of it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::document::import::lines::Source;
use crate::document::import::{Recognised, recognise};
use crate::document::import::{docx, lines};
use crate::model::questionnaire::Questionnaire;
use crate::storage::disk::{Error, remove_half_written, write_whole};

/// The endings of documents that can be read.
pub(crate) const READABLE: [&str; 3] = ["docx", "md", "txt"];

/// The largest file that is looked at, in bytes: photographs make Word files large.
const LARGEST: u64 = 64 << 20;
/// The longest text, in bytes, that a filled-in form can have.
const LONGEST: u64 = 1 << 20;

/// Whether a file is a document by the ending of its name.
pub(crate) fn is_document(path: &Path) -> bool {
    ending(path).is_some_and(|ending| READABLE.contains(&ending.as_str()))
}

/// The ending of a file name in small letters.
pub(crate) fn ending(path: &Path) -> Option<String> {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase())
}

/// Finds the answers in a document.
///
/// # Errors
/// It cannot be read, or holds nothing of the questionnaire.
pub(crate) fn read(path: &Path, questionnaire: &Questionnaire) -> Result<Recognised, Error> {
    let source = source(path)?;
    let length: usize = source.lines.iter().map(|line| line.text().len()).sum();
    if source.lines.len() > lines::MOST_LINES || length as u64 > LONGEST {
        return Err(Error::Document("it is many times longer than a filled-in form".to_owned()));
    }
    let found = recognise(&source, questionnaire);
    if found.questions == 0 {
        return Err(Error::Document(format!(
            "no question of \"{}\" is found in it; is it the right document?",
            questionnaire.title
        )));
    }
    Ok(found)
}

fn source(path: &Path) -> Result<Source, Error> {
    let no = |what: &str| Err(Error::Document(what.to_owned()));
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return no("this is a folder or a device, not a document");
    }
    if about.len() > LARGEST {
        return no("it is larger than 64 MB; no filled-in form is");
    }
    let file = File::open(path)?;
    if ending(path).as_deref() == Some("docx") {
        return docx::read(BufReader::new(file))
            .map_err(|error| Error::Document(error.to_string()));
    }
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return no("its text is longer than that of any filled-in form (1 MB)");
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return no("it is not UTF-8 text; save it as UTF-8, or as .docx");
    };
    match ending(path).as_deref() {
        Some("md") => Ok(lines::markdown(&text)),
        Some("txt") => Ok(lines::plain(&text)),
        _ => no("documents are read from .docx, .md and .txt files; save it as one of them"),
    }
}

/// Writes a document whole or not at all. One that is there stays, unless it may be replaced.
///
/// # Errors
/// The place does not take it, or holds another file.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    if !replace && path.exists() && fs::read(path).ok().as_deref() != Some(bytes) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    write_whole(path, bytes)?;
    remove_half_written(path);
    Ok(())
}

/// The address of a file, as programs with URLs want it: `file:///C:/Temp/x`.
fn address(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace(' ', "%20");
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path };
    format!("file:///{}", path.trim_start_matches('/'))
}

/// How long a converter may work.
const PATIENCE: Duration = Duration::from_secs(90);

/// Makes a PDF of a Word document with an installed `LibreOffice`.
///
/// # Errors
/// No converter is installed (`NotFound`), or it failed.
pub(crate) fn pdf(docx: &[u8]) -> io::Result<Vec<u8>> {
    let folder = tempfile::Builder::new().prefix("good-practice-").tempdir()?;
    let word = folder.path().join("application.docx");
    fs::write(&word, docx)?;
    // A profile of its own: a LibreOffice that is open elsewhere is not in the way.
    let profile = format!("-env:UserInstallation={}", address(&folder.path().join("profile")));
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
        if since.elapsed() > PATIENCE {
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
    fn an_address_has_no_blanks() {
        let address = address(Path::new("/tmp/my files/100 %"));
        assert_eq!(address, "file:///tmp/my%20files/100%20%25");
    }
}
