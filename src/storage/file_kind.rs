//! Recognises the kind of a document by its content, because files often have the extension of another
//! kind: a web page that a program names `.doc`, a template, a document that was renamed.

use std::fs::File;
use std::io::{Read, Seek};

use crate::document::import::package::Package;
use crate::storage::error::DocumentError;

/// The number of bytes at the start of a file by which its kind is recognised.
const HEAD: u64 = 4_096;

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Word,
    OpenDocument,
    Pdf,
    /// A document of Word versions before 2007.
    OldWord,
    Rtf,
    /// A document that is a single XML file, in one of the formats of `LibreOffice` and Word.
    Xml,
    Html,
}

impl FileKind {
    /// Returns its name for messages, and the file extensions that it usually has.
    pub(super) fn name(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Word => ("a Word document", &["docx", "docm", "dotx", "dotm"]),
            Self::OpenDocument => ("an OpenDocument text", &["odt", "ott"]),
            Self::Pdf => ("a PDF", &["pdf"]),
            Self::OldWord => ("an old Word document", &["doc", "dot"]),
            Self::Rtf => ("an RTF document", &["rtf"]),
            Self::Xml => ("a document in one XML file", &["fodt", "xml"]),
            Self::Html => ("a web page", &["html", "htm", "xhtml"]),
        }
    }

    /// Recognises a file and rewinds it. Returns `None` for a file without typical content, such as plain
    /// text.
    ///
    /// # Errors
    /// Fails if the file cannot be read, or with the reason why documents of its kind cannot.
    pub(super) fn of(file: &mut File) -> Result<Option<Self>, DocumentError> {
        let mut head = Vec::new();
        (&*file).take(HEAD).read_to_end(&mut head)?;
        file.rewind()?;
        let kind = match head.as_slice() {
            [b'P', b'K', 3, 4, ..] => {
                let kind = in_zip(&*file);
                file.rewind()?;
                return kind;
            }
            [0xD0, 0xCF, 0x11, 0xE0, ..] => return old_office(file),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [b'{', b'\\', b'r', b't', b'f', ..] => Some(Self::Rtf),
            [0x89, b'P', b'N', b'G', ..]
            | [0xFF, 0xD8, 0xFF, ..]
            | [b'G', b'I', b'F', b'8', ..] => {
                return Err(unreadable(
                    "it is a picture, which has no text; type the answers, or ask for the document",
                ));
            }
            [b'7', b'z', 0xBC, 0xAF, ..] | [b'R', b'a', b'r', b'!', ..] | [0x1F, 0x8B, ..] => {
                return Err(unreadable(
                    "it is an archive; unpack it and import the document in it",
                ));
            }
            _ => return in_text(&String::from_utf8_lossy(&head).to_lowercase()),
        };
        Ok(kind)
    }
}

/// Creates the error for a kind of document that cannot be read.
fn unreadable(why: &str) -> DocumentError {
    DocumentError::Unreadable(why.to_owned())
}

/// Recognises a ZIP file by the names of its parts. Fails with the reason if it cannot be read as a
/// document.
fn in_zip(file: &File) -> Result<Option<FileKind>, DocumentError> {
    let Ok(package) = Package::open(file, "ZIP file") else { return Ok(None) };
    let names: Vec<String> =
        package.part_names().map(|name| name.replace('\\', "/").to_lowercase()).collect();
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    let ends = |ending: &str| names.iter().any(|name| name.ends_with(ending));
    if has("word/") {
        Ok(Some(FileKind::Word))
    } else if has("xl/") || has("ppt/") {
        Err(unreadable("it is a spreadsheet or a presentation; copy its text into a Word document"))
    } else if has("content.xml") {
        Ok(Some(FileKind::OpenDocument))
    } else if ends(".iwa") || has("index.zip") {
        Err(unreadable("it is a Pages document; export it from Pages as Word document"))
    } else if ends(".docx") || ends(".odt") || ends(".pdf") || ends(".doc") {
        Err(unreadable("it is a ZIP file; unpack it and import the document in it"))
    } else {
        Ok(None)
    }
}

/// Distinguishes an old Word document from an encrypted new one, which has the same container format.
///
/// # Errors
/// Fails if the file cannot be read or is encrypted.
fn old_office(file: &mut File) -> Result<Option<FileKind>, DocumentError> {
    let mut bytes = Vec::new();
    (&*file).read_to_end(&mut bytes)?;
    file.rewind()?;
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if has("EncryptedPackage") {
        return Err(unreadable("it is encrypted with a password; save a copy without one"));
    }
    Ok(Some(FileKind::OldWord))
}

/// Recognises markup by the beginning of a file in small letters.
fn in_text(head: &str) -> Result<Option<FileKind>, DocumentError> {
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let is_xml = head.starts_with("<?xml");
    let starts_page = |text: &str| text.starts_with("<!doctype html") || text.starts_with("<html");
    if starts_page(head) || is_xml && (head.contains("<html") || head.contains("<!doctype html")) {
        return Ok(Some(FileKind::Html));
    }
    let roots = ["<office:document", "<pkg:package", "<w:worddocument"];
    if is_xml && roots.iter().any(|root| head.contains(root)) {
        return Ok(Some(FileKind::Xml));
    }
    if head.starts_with("mime-version:") {
        return Err(unreadable(
            "it is a web page with its pictures in one file; open it in Word and save it as .docx",
        ));
    }
    if head.starts_with('{') && head.contains("\"doc_id\"") {
        return Err(unreadable("it is only a link to a Google document; download that as .docx"));
    }
    Ok(None)
}
