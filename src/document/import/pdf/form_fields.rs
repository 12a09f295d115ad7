//! The fields of a PDF form (`AcroForm`): their values and where they are on the page.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};

use super::drawing::PageArea;
use super::fonts::{array, dictionary, integer};
use crate::document::import::html;
use crate::document::import::lines::SourceLine;
use crate::document::tick_box;

/// The most annotations of a page, and the most fields above one another.
const MAX_ANNOTATIONS: usize = 5_000;
const MAX_PARENTS: usize = 32;
/// The most bytes of values, with the options that were searched for them.
const MAX_COST: usize = 1 << 20;
/// The flags of an annotation that is not shown.
const HIDDEN: i64 = 2 | 32;
const MULTILINE: i64 = 1 << 12;
const RADIO: i64 = 1 << 15;
const PUSH_BUTTON: i64 = 1 << 16;

/// Text that a person put on a page with a form field or a note.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub(super) area: PageArea,
    pub(super) text: String,
    /// Whether its text begins at its upper edge.
    pub(super) multiline: bool,
}

/// A link on a page.
#[derive(Debug, Clone)]
pub(super) struct PdfLink {
    pub(super) area: PageArea,
    pub(super) address: String,
}

/// The fields of a document that were read.
#[derive(Debug, Default)]
pub(super) struct SeenFields {
    ids: HashSet<ObjectId>,
    /// How many bytes their values have, and how many options were searched for them.
    cost: usize,
}

impl SeenFields {
    /// Whether the values are many times longer than those of a filled-in form.
    pub(super) fn is_exhausted(&self) -> bool {
        self.cost > MAX_COST
    }
}

/// What is on a page besides its content.
#[derive(Debug, Default)]
pub(super) struct Annotations {
    pub(super) filled: Vec<Filled>,
    pub(super) links: Vec<PdfLink>,
    /// What is left out: comments and attached files, in words.
    pub(super) left_out: Vec<String>,
}

/// Reads the annotations of a page. A field that is shown several times is read at its first place.
pub(super) fn annotations(
    document: &Document,
    page: ObjectId,
    seen: &mut SeenFields,
) -> Annotations {
    let mut found = Annotations::default();
    let Ok(page) = document.get_dictionary(page) else { return found };
    let entries = array(document, page, b"Annots").into_iter().flatten();
    for entry in entries.take(MAX_ANNOTATIONS) {
        let Some(annotation) = dictionary(document, entry) else { continue };
        if seen.is_exhausted() {
            break;
        }
        if integer(document, annotation, b"F").unwrap_or(0) & HIDDEN != 0 {
            continue;
        }
        let Some(area) = area(document, annotation) else { continue };
        let kind = annotation.get_deref(b"Subtype", document).and_then(Object::as_name);
        match kind.unwrap_or_default() {
            b"Widget" => {
                if let Some((text, multiline)) = value(document, entry, annotation, seen) {
                    seen.cost += text.len();
                    found.filled.push(Filled { area, text, multiline });
                }
            }
            b"FreeText" => {
                if let Some(text) = text(document, annotation, b"Contents") {
                    seen.cost += text.len();
                    let multiline = area.height() > 30.0;
                    found.filled.push(Filled { area, text, multiline });
                }
            }
            b"Link" => {
                let action =
                    annotation.get(b"A").ok().and_then(|found| dictionary(document, found));
                if let Some(address) = action.and_then(|action| text(document, action, b"URI")) {
                    found.links.push(PdfLink { area, address });
                }
            }
            b"Popup" => {}
            kind => found.left_out.extend(comment(document, annotation, kind)),
        }
    }
    found
}

/// Says what a comment, a mark or an attached file is, which is not read.
fn comment(document: &Document, annotation: &Dictionary, kind: &[u8]) -> Option<String> {
    let said = text(document, annotation, b"Contents").map(|said| said.replace('\n', " "));
    let said = said.map(|said| said.chars().take(200).collect::<String>());
    let author =
        text(document, annotation, b"T").map_or(String::new(), |name| format!(" of {name}"));
    match (kind, said) {
        (b"FileAttachment", said) => {
            Some(format!("an attached file is left out: {}", said.unwrap_or_default().trim()))
        }
        (_, Some(said)) => Some(format!("a comment{author} is left out: {}", said.trim())),
        (b"StrikeOut", None) => Some(
            "words are struck out with a mark; they are read, so check the answers there"
                .to_owned(),
        ),
        _ => None,
    }
}

fn area(document: &Document, annotation: &Dictionary) -> Option<PageArea> {
    let numbers = array(document, annotation, b"Rect")?;
    let mut numbers = numbers.iter().map(|number| {
        document.dereference(number).ok().and_then(|(_, number)| number.as_float().ok())
    });
    let mut next = || numbers.next().flatten().filter(|number: &f32| number.is_finite());
    let (a, b, c, d) = (next()?, next()?, next()?, next()?);
    Some(PageArea::between((a, b), (c, d)))
}

fn text(document: &Document, of: &Dictionary, key: &[u8]) -> Option<String> {
    let object = of.get_deref(key, document).ok()?;
    let text = if let Ok(stream) = object.as_stream() {
        let bytes = stream.get_plain_content_with_limit(1 << 20).ok()?;
        decode_text_string(&Object::string_literal(bytes)).ok()?
    } else if let Ok(name) = object.as_name() {
        String::from_utf8_lossy(name).into_owned()
    } else {
        decode_text_string(object).ok()?
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    (!text.trim().is_empty()).then_some(text)
}

/// A field and those above it, from which it inherits.
fn lineage<'a>(document: &'a Document, field: &'a Dictionary) -> Vec<&'a Dictionary> {
    let mut found = vec![field];
    let mut here = field;
    while let Some(parent) =
        here.get(b"Parent").ok().and_then(|parent| dictionary(document, parent))
    {
        if found.len() >= MAX_PARENTS {
            break;
        }
        found.push(parent);
        here = parent;
    }
    found
}

/// What a field shows, and whether that begins at its upper edge.
fn value(
    document: &Document,
    entry: &Object,
    widget: &Dictionary,
    seen: &mut SeenFields,
) -> Option<(String, bool)> {
    let lineage = lineage(document, widget);
    let inherited =
        |key: &[u8]| lineage.iter().find_map(|field| field.get_deref(key, document).ok());
    let flags = inherited(b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    let kind = inherited(b"FT").and_then(|kind| kind.as_name().ok())?;
    if kind == b"Btn" {
        return (flags & PUSH_BUTTON == 0)
            .then(|| (tick_box(is_ticked(document, widget, &lineage, flags)).to_string(), false));
    }
    let holder = if widget.has(b"T") { entry } else { widget.get(b"Parent").ok()? };
    if let Ok(id) = holder.as_reference()
        && !seen.ids.insert(id)
    {
        return None;
    }
    match kind {
        b"Tx" => {
            let holder = lineage.iter().find(|field| field.has(b"V"));
            let plain = holder.and_then(|holder| text(document, holder, b"V"));
            let value = plain.or_else(|| {
                let rich = lineage.iter().find_map(|field| text(document, field, b"RV"))?;
                let lines = html::read(&rich).ok()?.lines;
                Some(lines.iter().map(SourceLine::text).collect::<Vec<_>>().join("\n"))
            })?;
            Some((value.trim_end().to_owned(), flags & MULTILINE != 0))
        }
        b"Ch" => {
            let options = inherited(b"Opt").and_then(|options| options.as_array().ok());
            let chosen: Vec<&Object> = match inherited(b"V") {
                Some(Object::Array(several)) => several.iter().collect(),
                Some(one) => vec![one],
                None => {
                    let places = inherited(b"I")?.as_array().ok()?.iter();
                    let places = places.filter_map(|at| usize::try_from(at.as_i64().ok()?).ok());
                    places.filter_map(|at| options?.get(at)).collect()
                }
            };
            let shown = |value: &Object| {
                let value = value.as_array().ok().and_then(|pair| pair.first()).unwrap_or(value);
                let value = decode_text_string(value).ok()?;
                // An option may be a pair: what it exports, and what it shows.
                let pairs =
                    options.into_iter().flatten().filter_map(|option| option.as_array().ok());
                let label = pairs.filter_map(|pair| {
                    let (export, label) = (pair.first()?, pair.get(1)?);
                    (decode_text_string(export).ok()? == value)
                        .then(|| decode_text_string(label).ok())
                });
                Some(label.flatten().next().unwrap_or(value))
            };
            seen.cost += options.map_or(0, Vec::len) * chosen.len().min(200) / 8;
            let shown: Vec<String> = chosen.into_iter().take(200).filter_map(shown).collect();
            let shown = shown.join("\n");
            (!shown.trim().is_empty()).then_some((shown, false))
        }
        _ => None,
    }
}

/// Whether a check box or radio button is on: by its look, else by the value of its field.
fn is_ticked(
    document: &Document,
    widget: &Dictionary,
    lineage: &[&Dictionary],
    flags: i64,
) -> bool {
    if let Ok(look) = widget.get_deref(b"AS", document).and_then(Object::as_name) {
        return look != b"Off";
    }
    let value = lineage.iter().find_map(|field| field.get_deref(b"V", document).ok());
    let Some(value) = value.and_then(|value| value.as_name().ok()) else { return false };
    let looks = widget
        .get(b"AP")
        .ok()
        .and_then(|found| dictionary(document, found))
        .and_then(|looks| looks.get(b"N").ok())
        .and_then(|found| dictionary(document, found));
    match looks {
        Some(looks) => looks.has(value) && value != b"Off",
        None => value != b"Off" && flags & RADIO == 0,
    }
}
