//! Documents that other programs made of one application are imported with every answer in its place.
//! The files are in `tests/data/received`; fonts were taken out of them, as no reader needs those.

use std::fs;
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::process::Command;

use good_practice::internals::{Draft, read_draft};
use tempfile::tempdir;

use crate::support::cli::run;
use crate::support::drafts::built_in as questionnaire;
use crate::support::root;

/// How many answers `complete.yaml` has.
const ANSWERS: usize = 34;

fn received(name: &str) -> PathBuf {
    root().join("tests/data/received").join(name)
}

/// Imports a document. Returns the draft and what was said.
fn imported(document: &Path) -> (Draft, String) {
    let folder = tempdir().unwrap();
    let done = run(folder.path(), &["import", document.to_str().unwrap(), "-o", "draft.yaml"]);
    assert_eq!(done.code, 0, "{}: {}", document.display(), done.err);
    (read_draft(&folder.path().join("draft.yaml"), &questionnaire()).unwrap(), done.err)
}

/// The words of an answer, without emphasis, and with straight quotes.
pub(crate) fn words(text: &str) -> String {
    let plain = text.replace(['“', '”'], "\"").replace(['‘', '’'], "'").replace(['*', '\\'], "");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The answers that came back with the same words, and those that did not.
fn compared(found: &Draft) -> (usize, Vec<String>) {
    let questionnaire = questionnaire();
    let wanted = read_draft(&received("complete.yaml"), &questionnaire).unwrap();
    let (mut right, mut wrong) = (0, Vec::new());
    for (_, question) in questionnaire.questions() {
        for field in &question.fields {
            let Some(answer) = wanted.answer(&field.key) else { continue };
            let found = found.answer(&field.key).map(|found| found.shown(field));
            if found.as_deref().map(words) == Some(words(&answer.shown(field))) {
                right += 1;
            } else {
                wrong.push(format!("{:?}: {found:?}", field.key));
            }
        }
    }
    (right, wrong)
}

#[cfg(feature = "pdf")]
#[test]
fn answers_come_back_from_pdfs_of_several_programs() {
    for name in ["libreoffice.pdf", "weasyprint.pdf", "reportlab.pdf", "fpdf2.pdf"] {
        let (found, said) = imported(&received(name));
        let (right, wrong) = compared(&found);
        assert_eq!((right, wrong), (ANSWERS, Vec::new()), "{name}\n{said}");
        assert!(!said.contains("unplaced"), "{name}\n{said}");
    }
}

/// A word whose hyphen may be its own or the end of the line's, and table rows that a page cuts in
/// two, are beyond a reader.
#[cfg(feature = "pdf")]
#[test]
fn nearly_all_answers_come_back_from_columns_and_tables() {
    for (name, most_wrong) in [("two-columns.pdf", 1), ("table.pdf", 4)] {
        let (found, said) = imported(&received(name));
        let (right, wrong) = compared(&found);
        assert!(right >= ANSWERS - most_wrong, "{name}: {wrong:#?}\n{said}");
    }
}

#[cfg(feature = "pdf")]
#[test]
fn page_heads_are_left_out_of_a_pdf_and_reported() {
    let (_, said) = imported(&received("libreoffice.pdf"));
    let note = "note: the page header or footer `EUCPN · Good practice template # / #` is left out";
    assert!(said.contains(note), "{said}");
}

#[test]
fn answers_come_back_from_open_documents() {
    for name in ["libreoffice.odt", "pandoc.odt"] {
        let (found, said) = imported(&received(name));
        let (right, wrong) = compared(&found);
        assert_eq!((right, wrong), (ANSWERS, Vec::new()), "{name}\n{said}");
    }
}

#[test]
fn answers_come_back_from_a_web_page_and_from_other_encodings() {
    let folder = tempdir().unwrap();
    let here = folder.path();
    fs::copy(received("complete.yaml"), here.join("draft.yaml")).unwrap();
    for name in ["page.html", "text.txt"] {
        let done = run(here, &["export", "draft.yaml", "-o", name]);
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let (found, said) = imported(&here.join("page.html"));
    assert_eq!(compared(&found), (ANSWERS, Vec::new()), "{said}");
    let text = fs::read_to_string(here.join("text.txt")).unwrap();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(here.join("wide.txt"), [&[0xFF, 0xFE], wide.as_slice()].concat()).unwrap();
    let (found, said) = imported(&here.join("wide.txt"));
    assert_eq!(compared(&found), (ANSWERS, Vec::new()), "{said}");
}

#[test]
fn a_code_page_is_named_in_the_report() {
    let folder = tempdir().unwrap();
    let text =
        b"1. What is the name of the intervention?\n\nM\xFCller und B\xF6hm \x84leuchten\x93\n\n\
        2. Country of application\n\nGermany\n";
    fs::write(folder.path().join("old.txt"), text).unwrap();
    let (_, said) = imported(&folder.path().join("old.txt"));
    assert!(said.contains("note: read as Windows-1252"), "{said}");
}

#[test]
fn what_cannot_be_read_is_said_with_a_way_out() {
    let folder = tempdir().unwrap();
    let cases: [(&str, &[u8], &str); 3] = [
        ("a.pdf", b"%PDF-1.4\nnothing", "this is no PDF, or it is damaged"),
        ("b.odt", b"no zip", "this is no OpenDocument text (.odt), or it is damaged"),
        ("c.txt", b"\x7FELF\0\0\x01\xFF", "it is not a text file"),
    ];
    for (name, bytes, reason) in cases {
        if cfg!(not(feature = "pdf")) && name == "a.pdf" {
            continue;
        }
        fs::write(folder.path().join(name), bytes).unwrap();
        let done = run(folder.path(), &["import", name, "-o", "draft.yaml"]);
        assert_ne!(done.code, 0, "{name}");
        assert!(done.err.contains(reason), "{name}: {}", done.err);
    }
}

#[test]
fn a_file_is_read_as_what_it_is_in_spite_of_its_name() {
    let folder = tempdir().unwrap();
    let here = folder.path();
    fs::copy(received("complete.yaml"), here.join("draft.yaml")).unwrap();
    for (format, name) in [
        ("docx", "a.doc"),
        ("docx", "a.odt"),
        ("docx", "a.docm"),
        ("docx", "a.txt"),
        ("html", "b.doc"),
        ("html", "b.docx"),
        ("html", "b.txt"),
    ] {
        let made = run(here, &["export", "draft.yaml", "--to", format, "-o", "made"]);
        assert_eq!(made.code, 0, "{}", made.err);
        fs::rename(here.join("made"), here.join(name)).unwrap();
        let (found, said) = imported(&here.join(name));
        assert_eq!(compared(&found), (ANSWERS, Vec::new()), "{name}: {said}");
        assert_eq!(
            said.contains("although its name has another extension"),
            name != "a.docm",
            "{name}: {said}"
        );
    }
    for (from, name) in [("libreoffice.odt", "c.docx"), ("libreoffice.pdf", "d.docx")] {
        if cfg!(feature = "pdf") || name == "c.docx" {
            fs::copy(received(from), here.join(name)).unwrap();
            let (found, said) = imported(&here.join(name));
            assert_eq!(compared(&found), (ANSWERS, Vec::new()), "{name}: {said}");
        }
    }
}

#[test]
fn a_file_that_is_no_document_is_refused_with_what_it_is() {
    let folder = tempdir().unwrap();
    let zipped = |part: &str| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let mut encrypted = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    for (bytes, reason) in [
        (zipped("xl/workbook.xml"), "a spreadsheet or a presentation"),
        (zipped("Index/Document.iwa"), "export it from Pages as Word document"),
        (zipped("form.docx"), "unpack it"),
        (b"7z\xBC\xAF'\x1C".to_vec(), "unpack it"),
        (b"\x89PNG\r\n".to_vec(), "it is a picture"),
        (b"{\"url\": \"\", \"doc_id\": \"1\"}".to_vec(), "only a link to a Google document"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related".to_vec(), "open it in Word"),
        (encrypted, "it is encrypted with a password"),
        (Vec::new(), "or it is damaged"),
    ] {
        fs::write(folder.path().join("form.docx"), bytes).unwrap();
        let done = run(folder.path(), &["import", "form.docx", "-o", "draft.yaml"]);
        assert_eq!(done.code, 3, "{reason}: {}", done.err);
        assert!(done.err.contains(reason), "{reason}: {}", done.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn old_formats_need_libreoffice() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.doc"), "text").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["import", "a.doc", "-o", "draft.yaml"])
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    let reason = "`.doc` files can be read only if LibreOffice is installed; save it as .docx";
    assert!(!done.status.success() && said.contains(reason), "{said}");
}

#[test]
fn a_document_has_the_name_and_the_date_of_its_application_in_its_properties() {
    let folder = tempdir().unwrap();
    fs::copy(received("complete.yaml"), folder.path().join("draft.yaml")).unwrap();
    let core = |options: &[&str], name: &str| {
        let arguments = [&["export"], options, &["-o", name]].concat();
        assert_eq!(run(folder.path(), &arguments).code, 0);
        let file = fs::File::open(folder.path().join(name)).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let part = archive.by_name("docProps/core.xml").unwrap();
        std::io::read_to_string(part).unwrap()
    };
    let filled = core(&["draft.yaml"], "out.docx");
    for wanted in [
        "<dc:title>The Red Card: stopping doorstep fraud against older residents</dc:title>",
        "<dc:subject>EUCPN · Good practice template · 2026-11-20</dc:subject>",
        "<dcterms:modified xsi:type=\"dcterms:W3CDTF\">20",
    ] {
        assert!(filled.contains(wanted), "{filled}");
    }
    let blank = core(&["--blank"], "blank.docx");
    assert!(blank.contains("<dc:title>Good practice template</dc:title>"), "{blank}");
    assert!(!blank.contains("dcterms:modified"), "{blank}");
}

#[cfg(unix)]
#[test]
fn documents_are_written_with_the_permissions_of_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    fs::copy(received("complete.yaml"), folder.path().join("draft.yaml")).unwrap();
    let done = run(folder.path(), &["export", "draft.yaml", "-o", "out.docx"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("out.docx")), mode(&plain));
}
