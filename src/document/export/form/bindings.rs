//! Data that content controls are bound to. Word shows the data instead of the text of such a control, so
//! both are written.

use super::edits::XmlEdits;
use super::tree::{ElementId, XmlTree};
use super::writer::escaped;

/// The id of the store with the core properties of the document.
const CORE: &str = "6C3C8BC8-F283-45AE-878A-BAB7291924A1";
/// The id of the store with the extended properties of the document.
const EXTENDED: &str = "6668398D-A668-4E3E-A5EB-62B293D839F1";

/// A part of the package with data.
#[derive(Debug)]
pub(super) struct DataPart {
    /// The name of the part.
    pub(super) name: String,
    /// The id of its store, in upper case and without braces.
    pub(super) store: String,
    /// Its XML.
    pub(super) xml: String,
}

/// The data of a form.
#[derive(Debug, Default)]
pub(super) struct DataBindings(pub(super) Vec<DataPart>);

/// Returns the id of a store in upper case and without braces.
pub(super) fn store_id(id: &str) -> String {
    id.trim_matches(['{', '}']).to_uppercase()
}

impl DataBindings {
    /// Returns the id of the store of a part with properties of the document, or `None` for any other part.
    pub(super) fn store_of(part: &str) -> Option<&'static str> {
        match part {
            "docProps/core.xml" => Some(CORE),
            "docProps/app.xml" => Some(EXTENDED),
            _ => None,
        }
    }

    /// Sets the value that a control is bound to by its `dataBinding` element. Returns the name of the part
    /// and its edits, or `None` if the data is not found.
    pub(super) fn set(
        &self,
        tree: &XmlTree<'_>,
        binding: ElementId,
        value: &str,
    ) -> Option<(String, XmlEdits)> {
        let path = tree.attribute(binding, "xpath")?;
        let store = tree.attribute(binding, "storeItemID").map(|id| store_id(&id));
        let mut parts = self
            .0
            .iter()
            .filter(|part| store.as_ref().is_none_or(|id| id.is_empty() || *id == part.store));
        parts.find_map(|part| {
            let data = XmlTree::parse(&part.xml).ok()?;
            let mut edits = XmlEdits::default();
            set_at(&data, &path, value, &mut edits)?;
            Some((part.name.clone(), edits))
        })
    }
}

/// Sets the value at a path such as `/ns0:answers[1]/ns0:name[1]`. Returns `None` if there is no such
/// element or attribute.
fn set_at(data: &XmlTree<'_>, path: &str, value: &str, edits: &mut XmlEdits) -> Option<()> {
    let mut here: Option<ElementId> = None;
    for step in path.split('/').filter(|step| !step.is_empty()) {
        if let Some(attribute) = step.strip_prefix('@') {
            let name = attribute.rsplit(':').next().unwrap_or(attribute);
            data.attribute(here?, name)?;
            edits.set_attribute(data, here?, name, &escaped(value));
            return Some(());
        }
        let (name, index) = step.split_once('[').unwrap_or((step, "1]"));
        let name = name.rsplit(':').next().unwrap_or(name);
        let index: usize = index.trim_end_matches(']').parse().ok()?;
        let found = match here {
            None => data.all().next().filter(|id| data.name(*id) == name && index == 1),
            Some(here) => {
                data.children(here).filter(|id| data.name(*id) == name).nth(index.checked_sub(1)?)
            }
        };
        here = Some(found?);
    }
    let element = here?;
    if data.is_single_tag(element) {
        let tag = data.tag(element);
        let open = tag.trim_end_matches("/>").trim_end();
        let name = open.trim_start_matches('<').split_whitespace().next()?;
        edits.replace(data.span(element), format!("{open}>{}</{name}>", escaped(value)));
    } else {
        edits.replace(data.content(element), escaped(value));
    }
    Some(())
}
