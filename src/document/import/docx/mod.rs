//! Reads the lines of a Word file written by any program: text with emphasis and links, tick boxes,
//! the numbers and bullets of lists, footnotes. Tracked insertions are read as text, tracked
//! deletions are left out.

mod body;
pub(super) mod numbering;
mod origins;
mod styles;
pub(super) mod symbols;

use std::collections::HashMap;
use std::io::{Read, Seek};
use std::rc::Rc;

use jiff::Timestamp;

use self::body::{DocxPart, read_body};
use self::numbering::DocxLists;
pub(crate) use self::origins::TextOrigins;
use self::styles::read_styles;
use crate::document::error::UnreadableDocument;
use crate::document::import::comments::read_docx_comments;
use crate::document::import::lines::Source;
use crate::document::import::package::{
    Package, XmlNode, paragraphs_in, read_links, read_origin, walk,
};

/// After how many bytes of page headers and footers no more of them are read.
const MAX_EDGE_BYTES: usize = 1 << 20;

/// A Word file with the origins of its text.
#[derive(Debug)]
pub(crate) struct TracedDocx {
    /// Its lines.
    pub(crate) source: Source,
    /// Where the text of each line comes from in `xml`.
    pub(crate) origins: Vec<TextOrigins>,
    /// The name of the part with the text.
    pub(crate) part: String,
    /// The XML of that part.
    pub(crate) xml: String,
}

/// Reads a Word file.
///
/// # Errors
/// Fails if the file is damaged, not a Word document, or larger than any filled-in form.
pub fn read(file: impl Read + Seek) -> Result<Source, UnreadableDocument> {
    read_package(file, false).map(|docx| docx.source)
}

/// Reads a Word file together with the origins of its text.
///
/// # Errors
/// Fails as [`read`] does.
pub(crate) fn read_traced(file: impl Read + Seek) -> Result<TracedDocx, UnreadableDocument> {
    read_package(file, true)
}

/// Reads a Word file. The origins of its text are empty unless `traces` is set.
fn read_package(file: impl Read + Seek, traces: bool) -> Result<TracedDocx, UnreadableDocument> {
    let mut package = Package::open(file, "Word document (.docx)")?;
    let part = package.main_part()?;
    let xml = package
        .part(&part)?
        .ok_or_else(|| UnreadableDocument::new(format!("it has no text: `{part}` is missing")))?;
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", &part));
    let mut beside = |name: &str| -> Result<String, UnreadableDocument> {
        Ok(package.part(&format!("{folder}/{name}"))?.unwrap_or_default())
    };
    let styles = Rc::new(read_styles(&beside("styles.xml")?)?);
    let lists = DocxLists::read(&beside("numbering.xml")?)?;
    let links = read_links(&beside(&format!("_rels/{name}.rels"))?)?;
    let body = read_body(&xml, Rc::clone(&styles), lists, links, traces)?;
    let (mut notes, mut note_marks) = (Vec::new(), Vec::new());
    for kind in ["footnote", "endnote"] {
        let xml = beside(&format!("{kind}s.xml"))?;
        let (lists, links) = (DocxLists::default(), HashMap::new());
        let part = read_body(&xml, Rc::clone(&styles), lists, links, false)?;
        note_marks.extend(part.note_ids.iter().map(|id| {
            let mark = body.note_marks.iter().find(|mark| mark.kind == kind && mark.id == *id);
            mark.map_or(0, |mark| mark.paragraph)
        }));
        notes.extend(part.lines);
    }
    let (mut page_edges, mut unpacked) = (Vec::new(), 0);
    for name in package.part_names().collect::<Vec<_>>() {
        let local = name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        let part = local.strip_suffix(".xml").unwrap_or_default();
        let is_edge = part.starts_with("header") || part.starts_with("footer");
        if is_edge && unpacked < MAX_EDGE_BYTES {
            let xml = package.part(&name).ok().flatten().unwrap_or_default();
            page_edges.extend(paragraphs_in(&xml, &["hdr", "ftr"]).unwrap_or_default());
            unpacked += xml.len();
        }
    }
    let comments = package.part("word/comments.xml")?.unwrap_or_default();
    let DocxPart { lines, origins, pictures, dates, comments: anchors, remarks, .. } = body;
    let mut source = Source {
        lines,
        notes,
        pictures,
        dates,
        page_edges,
        comments: anchors.comments(read_docx_comments(&comments)?),
        remarks,
        origin: read_origin(&package.part("docProps/custom.xml")?.unwrap_or_default()),
        saved: package.part("docProps/core.xml").ok().flatten().and_then(|xml| saved(&xml)),
        unit: "paragraph",
        ..Source::default()
    };
    source.mark_notes(&note_marks);
    Ok(TracedDocx { source, origins, part, xml })
}

/// Returns when a document was last saved, from the part with its properties. Returns `None` if they do not
/// say, or if the part is damaged.
fn saved(properties: &str) -> Option<Timestamp> {
    let mut is_inside = false;
    let mut time = String::new();
    let walked = walk(properties, |node| {
        match node {
            XmlNode::Start(start) => is_inside = start.local_name().as_ref() == "modified",
            XmlNode::End(_) => is_inside = false,
            XmlNode::Text(text) if is_inside => time.push_str(text),
            XmlNode::Text(_) => {}
        }
        Ok(())
    });
    walked.ok().and_then(|()| time.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_last_save_is_a_property_of_the_document() {
        let core = |modified: &str| {
            format!(
                "<c:p xmlns:c=\"c\" xmlns:d=\"d\"><d:created>2020-01-01T00:00:00Z</d:created><d:modified>{modified}</d:modified></c:p>"
            )
        };
        let time = saved(&core("2026-10-02T08:00:00Z"));
        assert_eq!(time.unwrap().to_string(), "2026-10-02T08:00:00Z");
        for damaged in [core("2026-10-02T08:00:00"), core("soon"), core("<"), String::new()] {
            assert_eq!(saved(&damaged), None, "{damaged}");
        }
    }
}
