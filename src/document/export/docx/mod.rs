//! Writes a document as a Word file with footnotes, tick boxes that can be clicked, headings for the
//! navigation pane, and lists that continue when an item is added. The same document always becomes the
//! same bytes.
//!
//! The writer does not use a Word library: those that we tried lose line breaks, write control characters
//! that make the file unreadable, and have no tick boxes and no stable ids.

mod body;
mod comments;
mod notes;
mod numbering;
mod styles;

use std::io::{self, Cursor, Write as _};

use quick_xml::escape::escape;
use zip::CompressionMethod::{Deflated, Stored};
use zip::write::{SimpleFileOptions, ZipWriter};

use self::body::{BodyWriter, text_run};
use crate::document::{Document, ExportOrigin};
use crate::model::draft::MarginNote;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"w14\"";
/// A part of fewer bytes is not compressed.
const SHORT_PART: usize = 1200;
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE_RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// The relation of the package to the document part.
const DOCUMENT: &str = "officeDocument";
/// The relation of the package to the part with the title, the author and the language.
const CORE: &str = "metadata/core-properties";

/// Returns a document as the bytes of a `.docx` file, with its origin in its properties, and with notes
/// as comments.
///
/// # Errors
/// Fails if the ZIP archive cannot be written, which does not happen in memory.
pub(super) fn write(
    document: &Document,
    origin: Option<&ExportOrigin>,
    notes: &[&MarginNote],
) -> io::Result<Vec<u8>> {
    let body = BodyWriter::new(document, notes);
    let mut parts = vec![
        Part::new("word/document.xml", "wordprocessingml.document.main", DOCUMENT, body.document()),
        Part {
            content_type: "package.core-properties".to_owned(),
            ..Part::new("docProps/core.xml", "", CORE, core(document))
        },
        Part::beside_document("styles", styles::xml(&region(&document.language))),
        Part::beside_document("numbering", body.lists.xml()),
        Part::beside_document("footnotes", notes::xml(&body.notes, document)),
        Part::beside_document("settings", settings()),
        Part::beside_document("footer", footer(document)),
    ];
    if !notes.is_empty() {
        parts.push(Part::beside_document("comments", body.comments.xml()));
    }
    let custom = "custom-properties";
    parts.extend(
        origin.map(|origin| Part::new("docProps/custom.xml", custom, custom, origin.to_xml())),
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, xml: &str| {
        // A compressor takes longer to start than to compress a short part.
        let method = if xml.len() < SHORT_PART { Stored } else { Deflated };
        zip.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        zip.write_all(xml.as_bytes())
    };
    add("[Content_Types].xml", &content_types(&parts))?;
    add("_rels/.rels", &package_relations(&parts))?;
    add("word/_rels/document.xml.rels", &document_relations(&parts, &body.links))?;
    for part in &parts {
        add(&part.name, &part.xml)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A file in the archive of a `.docx` file.
struct Part {
    name: String,
    /// Its content type without `application/vnd.openxmlformats-` and `+xml`.
    content_type: String,
    /// The end of the URI of its relation to the package or to the document.
    relation: &'static str,
    xml: String,
}

impl Part {
    fn new(name: &str, content_type: &str, relation: &'static str, xml: String) -> Self {
        let content_type = format!("officedocument.{content_type}");
        Self { name: name.to_owned(), content_type, relation, xml }
    }

    /// Creates a part that the document refers to.
    fn beside_document(kind: &'static str, xml: String) -> Self {
        Self::new(&format!("word/{kind}.xml"), &format!("wordprocessingml.{kind}"), kind, xml)
    }

    /// Returns the relation to this part, whose path is `target` in the file that has the relation.
    fn relation_to(&self, target: &str) -> String {
        let Self { relation, .. } = self;
        // The core properties belong to the package format, not to Office.
        let family = if *relation == CORE { PACKAGE_RELATIONS } else { RELATIONS };
        let id = relation.rsplit('/').next().unwrap_or_default();
        format!("<Relationship Id=\"{id}\" Type=\"{family}/{relation}\" Target=\"{target}\"/>")
    }
}

fn relations(items: impl Iterator<Item = String>) -> String {
    let items: String = items.collect();
    format!("{HEAD}<Relationships xmlns=\"{PACKAGE_RELATIONS}\">{items}</Relationships>")
}

/// Returns the list of the content types of all parts.
fn content_types(parts: &[Part]) -> String {
    let mut xml = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    );
    for Part { name, content_type, .. } in parts {
        xml.push_str(&format!(
            "<Override PartName=\"/{name}\" \
             ContentType=\"application/vnd.openxmlformats-{content_type}+xml\"/>"
        ));
    }
    xml + "</Types>"
}

/// Returns the relations of the package: to the document and to the properties.
fn package_relations(parts: &[Part]) -> String {
    let is_listed = |part: &&Part| !part.name.starts_with("word/") || part.relation == DOCUMENT;
    let listed = parts.iter().filter(is_listed);
    relations(listed.map(|part| part.relation_to(&part.name)))
}

/// Returns the relations of the document: to its other parts, and to the targets of its links.
fn document_relations(parts: &[Part], links: &[String]) -> String {
    let others = parts.iter().filter(|part| part.relation != DOCUMENT);
    let files = others.filter_map(|part| Some(part.relation_to(part.name.strip_prefix("word/")?)));
    let links = links.iter().enumerate().map(|(at, link)| {
        format!(
            "<Relationship Id=\"link{}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{}\" \
             TargetMode=\"External\"/>",
            at + 1,
            escape(link.as_str())
        )
    });
    relations(files.chain(links))
}

/// Returns the properties of the document. Its title is the name of the application, which lists of files
/// and title bars show. The date is also in the subject, because a PDF that is made of the document has the
/// time at which it was made instead.
fn core(document: &Document) -> String {
    let saved = document.saved.map(|saved| saved.to_string()).unwrap_or_default();
    let day = saved.get(..10).unwrap_or_default();
    let joined = |parts: &[&str]| {
        parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let (form, publisher) = (document.title.as_str(), document.publisher.as_str());
    let (title, subject) = match &document.name {
        Some(name) => (name.as_str(), joined(&[publisher, form, day])),
        None => (form, joined(&[publisher, day])),
    };
    let date = |name: &str| match document.saved {
        Some(saved) => {
            format!("<dcterms:{name} xsi:type=\"dcterms:W3CDTF\">{saved}</dcterms:{name}>")
        }
        None => String::new(),
    };
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:subject>{}</dc:subject>\
         <dc:language>{}</dc:language>{}{}</cp:coreProperties>",
        escape(title),
        escape(subject.as_str()),
        escape(region(&document.language).as_str()),
        date("created"),
        date("modified")
    )
}

/// Returns a language with a region, which spell checkers need. English without a region becomes British
/// English, as in the European institutions.
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
        "{HEAD}<w:ftr {NAMES}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}{}{}{}{}</w:p></w:ftr>",
        text_run("", &name),
        text_run("", "\t"),
        field("PAGE"),
        text_run("", " / "),
        field("NUMPAGES")
    )
}
