//! The styles of a form, as far as answers written in them depend on them.

use std::collections::HashMap;

use super::tree::XmlTree;
use crate::document::error::UnreadableDocument;

/// A paragraph style, with what it takes over from the style that it is based on.
#[derive(Debug, Clone, Default)]
pub(super) struct FormStyle {
    base: Option<String>,
    indent: Option<usize>,
    bold_set: Option<bool>,
    italic_set: Option<bool>,
    /// The left indent in twentieths of a point.
    pub(super) left: usize,
    pub(super) bold: bool,
    pub(super) italic: bool,
}

/// The styles by their ids.
#[derive(Debug, Default)]
pub(super) struct FormStyles {
    styles: HashMap<String, FormStyle>,
    /// The left indent of list items and how far their bullets hang out, by list and level.
    lists: HashMap<(String, String), (String, String)>,
}

impl FormStyles {
    /// Reads `word/styles.xml` and `word/numbering.xml`.
    ///
    /// # Errors
    /// Fails if the XML is damaged.
    pub(super) fn read(xml: &str, numbering: &str) -> Result<Self, UnreadableDocument> {
        let tree = XmlTree::parse(xml)?;
        let mut styles = HashMap::new();
        for id in tree.all().filter(|id| tree.name(*id) == "style") {
            let text = tree.child(id, "rPr");
            let set = |name: &str| {
                text.filter(|text| tree.child(*text, name).is_some())
                    .map(|text| tree.has_property(text, name))
            };
            let indent = tree.child(id, "pPr").and_then(|id| tree.child(id, "ind"));
            let left = |name| indent.and_then(|id| tree.attribute(id, name));
            let style = FormStyle {
                base: tree.child_value(id, "basedOn"),
                indent: left("left").or_else(|| left("start")).and_then(|left| left.parse().ok()),
                bold_set: set("b"),
                italic_set: set("i"),
                ..FormStyle::default()
            };
            styles.extend(tree.attribute(id, "styleId").map(|name| (name, style)));
        }
        Ok(Self { styles, lists: list_indents(&XmlTree::parse(numbering)?) })
    }

    /// Returns the left indent of the items of a list and how far their bullets hang out.
    pub(super) fn list_indent(&self, list: &str, level: &str) -> Option<&(String, String)> {
        self.lists.get(&(list.to_owned(), level.to_owned()))
    }

    /// Whether there is a style with this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.styles.contains_key(id)
    }

    /// Returns a style, or an empty style if the id is unknown.
    pub(super) fn get(&self, id: Option<&str>) -> FormStyle {
        let mut found = FormStyle::default();
        let mut next = id.map(str::to_owned);
        // A style that is based on itself ends the chain.
        for _ in 0..self.styles.len() {
            let Some(style) = next.as_ref().and_then(|id| self.styles.get(id)) else { break };
            found.indent = found.indent.or(style.indent);
            found.bold_set = found.bold_set.or(style.bold_set);
            found.italic_set = found.italic_set.or(style.italic_set);
            next.clone_from(&style.base);
        }
        found.left = found.indent.unwrap_or(0);
        found.bold = found.bold_set.unwrap_or(false);
        found.italic = found.italic_set.unwrap_or(false);
        found
    }
}

/// Reads the indents of lists from `word/numbering.xml`.
fn list_indents(tree: &XmlTree<'_>) -> HashMap<(String, String), (String, String)> {
    let mut indents = HashMap::new();
    for list in tree.all().filter(|id| tree.name(*id) == "num") {
        let definition = tree.child_value(list, "abstractNumId");
        let mut definitions = tree.all().filter(|id| tree.name(*id) == "abstractNum");
        let Some(name) = tree.attribute(list, "numId") else { continue };
        let found = definitions.find(|id| tree.attribute(*id, "abstractNumId") == definition);
        let levels = found.into_iter().flat_map(|id| tree.children(id));
        for level in levels.filter(|id| tree.name(*id) == "lvl") {
            let indent = tree.child(level, "pPr").and_then(|id| tree.child(id, "ind"));
            let size = |name| indent.and_then(|id| tree.attribute(id, name));
            let sizes = size("left").or_else(|| size("start")).zip(size("hanging"));
            let level = tree.attribute(level, "ilvl");
            indents.extend(level.zip(sizes).map(|(level, sizes)| ((name.clone(), level), sizes)));
        }
    }
    indents
}
