//! Reads the lines of a Word file written by any program: text with emphasis and links, tick boxes,
//! the numbers and bullets of lists, footnotes. Tracked insertions are read as text, tracked
//! deletions and comments are left out.

mod body;
pub(super) mod numbering;
mod styles;
mod symbols;

use std::collections::HashMap;
use std::io::{Read, Seek};
use std::rc::Rc;

use self::body::{Body, read_body};
use self::numbering::DocxLists;
use self::styles::read_styles;
use crate::document::error::UnreadableDocument;
use crate::document::import::lines::Source;
use crate::document::import::package::{Package, read_links};

/// Reads a Word file.
///
/// # Errors
/// Fails if the file is damaged, is no Word document, or is larger than any filled-in form.
pub fn read(file: impl Read + Seek) -> Result<Source, UnreadableDocument> {
    let mut package = Package::open(file, "Word document (.docx)")?;
    let document = package
        .part("word/document.xml")?
        .ok_or_else(|| UnreadableDocument::new("it has no text: `word/document.xml` is missing"))?;
    let styles = Rc::new(read_styles(&package.part("word/styles.xml")?.unwrap_or_default())?);
    let lists = DocxLists::read(&package.part("word/numbering.xml")?.unwrap_or_default())?;
    let links = read_links(&package.part("word/_rels/document.xml.rels")?.unwrap_or_default())?;
    let body = read_body(&document, Rc::clone(&styles), lists, links)?;
    let mut notes = Vec::new();
    for name in ["word/footnotes.xml", "word/endnotes.xml"] {
        let xml = package.part(name)?.unwrap_or_default();
        let (lists, links) = (DocxLists::default(), HashMap::new());
        notes.extend(read_body(&xml, Rc::clone(&styles), lists, links)?.lines);
    }
    let Body { lines, pictures, remarks } = body;
    Ok(Source { lines, notes, pictures, remarks, unit: "paragraph", ..Source::default() })
}
