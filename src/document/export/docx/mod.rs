//! Writes a document as a Word file: real footnotes, tick boxes that can be clicked, headings for the
//! navigation pane, and lists that continue when an item is added. The same document gives the
//! same bytes.
//!
//! This is a writer of our own because the Word libraries we tried lose line breaks, write control
//! characters that make the file unreadable, and have no tick boxes and no stable ids.

mod body;
mod comments;
mod notes;
mod numbering;
mod styles;

use std::io::{self, Cursor, Write as _};

use quick_xml::escape::escape;
use zip::write::{SimpleFileOptions, ZipWriter};

use self::body::{BodyWriter, text_run};
use crate::document::{Document, ExportOrigin};
use crate::model::draft::MarginNote;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"w14\"";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Returns the document as the bytes of a `.docx` file, with the version of the draft that it was
/// made from in its properties, and notes as comments.
///
/// # Errors
/// Fails if the ZIP archive cannot be written, which does not happen in memory.
pub(super) fn write(
    document: &Document,
    origin: Option<&ExportOrigin>,
    notes: &[&MarginNote],
) -> io::Result<Vec<u8>> {
    let body = BodyWriter::new(document, notes);
    let has = OptionalParts { properties: origin.is_some(), comments: !notes.is_empty() };
    let mut parts = vec![
        ("[Content_Types].xml", content_types(has)),
        ("_rels/.rels", package_relations(has)),
        ("docProps/core.xml", core(document)),
        ("word/document.xml", body.document()),
        ("word/_rels/document.xml.rels", relations(&body.links, has)),
        ("word/styles.xml", styles::xml(&region(&document.language))),
        ("word/numbering.xml", body.lists.xml()),
        ("word/footnotes.xml", notes::xml(&body.notes, document)),
        ("word/settings.xml", settings()),
        ("word/footer1.xml", footer(document)),
    ];
    if has.comments {
        parts.push(("word/comments.xml", body.comments.xml()));
    }
    parts.extend(origin.map(|origin| ("docProps/custom.xml", origin.to_xml())));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(xml.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/footnotes.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>";

/// Which parts a document has that not every one has.
#[derive(Clone, Copy)]
struct OptionalParts {
    /// The version of the draft.
    properties: bool,
    comments: bool,
}

/// Returns the list of the types of all parts.
fn content_types(has: OptionalParts) -> String {
    let comments = "<Override PartName=\"/word/comments.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml\"/>";
    let comments = if has.comments { comments } else { "" };
    let properties = "<Override PartName=\"/docProps/custom.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.custom-properties+xml\"/>";
    let properties = if has.properties { properties } else { "" };
    format!("{CONTENT_TYPES}{comments}{properties}</Types>")
}

fn package_relations(has: OptionalParts) -> String {
    let properties = if has.properties {
        format!(
            "<Relationship Id=\"custom\" Type=\"{RELATIONS}/custom-properties\" Target=\"docProps/custom.xml\"/>"
        )
    } else {
        String::new()
    };
    format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"document\" Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/>\
         <Relationship Id=\"core\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
         {properties}</Relationships>"
    )
}

/// Returns what the document refers to: its other parts, and the targets of its links.
fn relations(links: &[String], has: OptionalParts) -> String {
    let mut xml = format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    let comments = has.comments.then_some("comments");
    for id in ["styles", "numbering", "footnotes", "settings", "footer"].into_iter().chain(comments)
    {
        let file = if id == "footer" { "footer1" } else { id };
        xml.push_str(&format!(
            "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{id}\" Target=\"{file}.xml\"/>"
        ));
    }
    for (at, link) in links.iter().enumerate() {
        xml.push_str(&format!(
            "<Relationship Id=\"link{}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
            at + 1,
            escape(link.as_str())
        ));
    }
    xml + "</Relationships>"
}

fn core(document: &Document) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:subject>{}</dc:subject>\
         <dc:language>{}</dc:language></cp:coreProperties>",
        escape(document.title.as_str()),
        escape(document.publisher.as_str()),
        escape(region(&document.language).as_str())
    )
}

/// Returns a language with a region, which spell checkers need. English without one is British, as in
/// the European institutions.
fn region(language: &str) -> String {
    if language == "en" { "en-GB".to_owned() } else { language.to_owned() }
}

fn settings() -> String {
    format!(
        "{HEAD}<w:settings {NAMES}><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"708\"/>\
         <w:footnotePr><w:footnote w:id=\"-1\"/><w:footnote w:id=\"0\"/></w:footnotePr>\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" \
         w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}

fn footer(document: &Document) -> String {
    let field = |name: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {name} \
             </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>\
             <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let name = if document.publisher.is_empty() {
        document.title.clone()
    } else {
        format!("{} · {}", document.publisher, document.title)
    };
    format!(
        "{HEAD}<w:ftr {NAMES}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}{}{}{}</w:p></w:ftr>",
        text_run("", &name),
        text_run("", "\t"),
        field("PAGE"),
        format_args!("{}{}", text_run("", " / "), field("NUMPAGES"))
    )
}
