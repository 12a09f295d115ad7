//! Opens the ZIP package of a Word or `OpenDocument` file and walks through its XML. The number and the
//! size of parts and the depth of elements are bounded, so that a hostile file costs little time and
//! memory.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Read, Seek};
use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::document::ExportOrigin;
use crate::document::error::UnreadableDocument;
use crate::document::origin::{HASH, SAVED};
use crate::model::text::normalize_line;

/// The maximum unpacked size of a part, in bytes.
const MAX_PART_BYTES: u64 = 16 << 20;
/// The maximum nesting depth of elements.
const MAX_DEPTH: usize = 256;
/// The maximum number of parts of a package.
const MAX_PARTS: usize = 5_000;

/// A Word or `OpenDocument` file, which is a ZIP package of XML parts.
#[derive(Debug)]
pub(crate) struct Package<R> {
    pub(crate) zip: ZipArchive<R>,
    /// The names of the parts as the package writes them, by their normalised names.
    names: HashMap<String, String>,
}

impl<R: Read + Seek> Package<R> {
    /// Opens a package. `format` names the expected format, such as `Word document (.docx)`.
    ///
    /// # Errors
    /// Fails if the file is not a ZIP file or has more than [`MAX_PARTS`] parts.
    pub(crate) fn open(file: R, format: &str) -> Result<Self, UnreadableDocument> {
        let zip = ZipArchive::new(file).map_err(|_| {
            UnreadableDocument::new(format!(
                "this is no {format}, or it is damaged; open it in your word processor and save it again"
            ))
        })?;
        if zip.len() > MAX_PARTS {
            return Err(UnreadableDocument::new(
                "it has more than 5,000 parts; save it again in your word processor, without pictures",
            ));
        }
        let mut package = Self { zip, names: HashMap::new() };
        package.names = package.part_names().map(|name| (normalized(&name), name)).collect();
        Ok(package)
    }

    /// Returns the names of the parts as the package writes them, in its order.
    pub(crate) fn part_names(&self) -> impl Iterator<Item = String> {
        self.zip.file_names().filter_map(|name| Some(name.ok()?.into_owned()))
    }

    /// Returns the name of a part as the package writes it: some programs write it with backslashes or
    /// in another letter case.
    fn actual_name(&self, name: &str) -> String {
        self.names.get(&normalized(name)).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Returns the name of the part with the text of a Word file: `word/document.xml`, or
    /// `word/document2.xml` in some versions of Office 365.
    ///
    /// # Errors
    /// Fails if the list of relationships is damaged.
    pub(super) fn main_part(&mut self) -> Result<String, UnreadableDocument> {
        let mut main = None;
        walk(&self.part("_rels/.rels")?.unwrap_or_default(), |node| {
            if let XmlNode::Start(start) = node
                && attribute(start, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            {
                main = attribute(start, "Target");
            }
            Ok(())
        })?;
        let main = main.unwrap_or_else(|| "word/document.xml".to_owned());
        Ok(self.actual_name(&main))
    }

    /// Unpacks a part. Returns `None` if the package has no such part.
    ///
    /// # Errors
    /// Fails if the part is damaged, not UTF-8, or larger than [`MAX_PART_BYTES`].
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<String>, UnreadableDocument> {
        let Ok(part) = self.zip.by_name(&self.actual_name(name)) else { return Ok(None) };
        let damaged =
            |why: String| UnreadableDocument::new(format!("`{name}` in it is damaged: {why}"));
        let mut bytes = Vec::new();
        part.take(MAX_PART_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(error.to_string()))?;
        if bytes.len() as u64 > MAX_PART_BYTES {
            return Err(UnreadableDocument::new(format!(
                "`{name}` in it is larger than any filled-in form"
            )));
        }
        let text = String::from_utf8(bytes);
        text.map(Some).map_err(|_| damaged("it is not UTF-8".to_owned()))
    }
}

/// Returns the name of a part with `/` as separator, in lower case and without a leading `./` or `/`.
fn normalized(name: &str) -> String {
    let name = name.replace('\\', "/").to_lowercase();
    name.trim_start_matches("./").trim_start_matches('/').to_owned()
}

/// A node of XML that [`walk`] visits.
pub(crate) enum XmlNode<'e> {
    /// The start of an element.
    Start(&'e BytesStart<'e>),
    /// The end of an element with this local name.
    End(&'e str),
    /// Text, with entities replaced by their characters.
    Text(&'e str),
}

/// Returns the paragraphs with text inside the elements with these local names.
///
/// # Errors
/// Fails if the XML is damaged.
pub(super) fn paragraphs_in(
    xml: &str,
    elements: &[&str],
) -> Result<Vec<String>, UnreadableDocument> {
    let mut paragraphs = Vec::new();
    let (mut inside, mut skipped, mut text) = (0_usize, 0_usize, String::new());
    walk(xml, |node| {
        match node {
            XmlNode::Start(start) => match start.local_name().as_ref() {
                "instrText" | "delText" | "Fallback" => skipped += 1,
                "tab" | "br" | "s" => text.push(' '),
                name => inside += usize::from(elements.contains(&name)),
            },
            XmlNode::End(name) => match name {
                "instrText" | "delText" | "Fallback" => skipped = skipped.saturating_sub(1),
                "p" | "h" => {
                    let line = normalize_line(&std::mem::take(&mut text));
                    paragraphs.extend(Some(line).filter(|line| !line.is_empty()));
                }
                name => inside = inside.saturating_sub(usize::from(elements.contains(&name))),
            },
            XmlNode::Text(shown) if inside > 0 && skipped == 0 => text.push_str(shown),
            XmlNode::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(paragraphs)
}

/// Walks through XML. An empty element is visited as a start and an end.
///
/// # Errors
/// Fails if the XML is damaged, declares entities or is nested deeper than [`MAX_DEPTH`], or if `visit`
/// fails.
pub(super) fn walk(
    xml: &str,
    mut visit: impl FnMut(XmlNode<'_>) -> Result<(), UnreadableDocument>,
) -> Result<(), UnreadableDocument> {
    walk_with_spans(xml, |node, _| visit(node))
}

/// Walks through XML as [`walk`] does, and passes the byte range of each tag or text to `visit`.
///
/// # Errors
/// Fails as [`walk`] does.
pub(crate) fn walk_with_spans(
    xml: &str,
    mut visit: impl FnMut(XmlNode<'_>, Range<usize>) -> Result<(), UnreadableDocument>,
) -> Result<(), UnreadableDocument> {
    let mut reader = Reader::from_str(xml);
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(0);
    let mut depth = 0_usize;
    let refuse = |why: &str| Err(UnreadableDocument::new(why));
    loop {
        let from = position(&reader);
        let event = reader
            .read_event()
            .map_err(|error| UnreadableDocument::new(format!("its text is damaged: {error}")))?;
        let span = from..position(&reader);
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return refuse("its elements are nested too deeply");
                }
                visit(XmlNode::Start(&start), span)?;
            }
            Event::Empty(start) => {
                visit(XmlNode::Start(&start), span.clone())?;
                visit(XmlNode::End(start.local_name().as_ref()), span)?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(XmlNode::End(end.local_name().as_ref()), span)?;
            }
            Event::Text(text) => visit(XmlNode::Text(&text.xml10_content()), span)?,
            Event::CData(text) => visit(XmlNode::Text(&text.xml10_content()), span)?,
            Event::GeneralRef(entity) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    visit(XmlNode::Text(c.encode_utf8(&mut [0; 4])), span)?;
                } else if let Some(text) = resolve_xml_entity(&entity) {
                    visit(XmlNode::Text(text), span)?;
                }
            }
            Event::DocType(_) => {
                return refuse("it declares entities, which no word processor does");
            }
            Event::Eof if depth > 0 => return refuse("its text ends in the middle"),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// Returns the value of the attribute with this local name, or `None` if there is none.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

/// Returns the value of the attribute `val`.
pub(crate) fn value(start: &BytesStart<'_>) -> Option<String> {
    attribute(start, "val")
}

/// Returns the value of an attribute as a number, or `None` if it is missing or not a number.
pub(crate) fn number(start: &BytesStart<'_>, name: &str) -> Option<usize> {
    attribute(start, name)?.parse().ok()
}

/// Whether a property such as `<w:b/>` is on: its attribute `val` is missing or does not turn it off.
pub(crate) fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(value(start).as_deref(), Some("0" | "false" | "off" | "none"))
}

/// Returns the version of the draft that a document was made from. `xml` is the part with its properties.
/// Returns `None` if they do not say, or if the part is damaged.
pub(super) fn read_origin(xml: &str) -> Option<ExportOrigin> {
    let mut origin = ExportOrigin::default();
    let mut open = None;
    walk(xml, |node| {
        match node {
            XmlNode::Start(start) => open = attribute(start, "name").or(open.take()),
            XmlNode::Text(text) => match open.as_deref() {
                Some(HASH) => origin.hash.push_str(text.trim()),
                Some(SAVED) => origin.saved.push_str(text.trim()),
                Some(_) | None => {}
            },
            XmlNode::End("property" | "user-defined") => open = None,
            XmlNode::End(_) => {}
        }
        Ok(())
    })
    .ok()?;
    (!origin.hash.is_empty()).then_some(origin)
}

/// Returns the addresses of hyperlinks by their ids. `xml` is a part with relationships.
///
/// # Errors
/// Fails if the XML is damaged.
pub(super) fn read_links(xml: &str) -> Result<HashMap<String, String>, UnreadableDocument> {
    let mut links = HashMap::new();
    walk(xml, |node| {
        if let XmlNode::Start(start) = node
            && attribute(start, "Type").is_some_and(|kind| kind.ends_with("/hyperlink"))
        {
            links.extend(attribute(start, "Id").zip(attribute(start, "Target")));
        }
        Ok(())
    })?;
    Ok(links)
}
