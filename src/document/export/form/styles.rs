//! Reads from the styles and lists of a form what the formatting of answers depends on.

use std::collections::HashMap;

use super::tree::XmlTree;
use crate::document::error::UnreadableDocument;

/// A paragraph style.
#[derive(Debug, Clone, Default)]
pub(super) struct FormStyle {
    /// The id of the style that it is based on.
    base: Option<String>,
    /// The left indent that it sets, in twentieths of a point.
    own_left: Option<usize>,
    /// Whether it sets text to bold or not bold.
    own_bold: Option<bool>,
    /// Whether it sets text to italic or not italic.
    own_italic: Option<bool>,
    /// The left indent in twentieths of a point, its own or inherited.
    pub(super) left: usize,
    /// Whether text is bold, by itself or inherited.
    pub(super) bold: bool,
    /// Whether text is italic, by itself or inherited.
    pub(super) italic: bool,
}

/// The paragraph styles and lists of a form.
#[derive(Debug, Default)]
pub(super) struct FormStyles {
    /// The styles by their ids.
    styles: HashMap<String, FormStyle>,
    /// The left and the hanging indent of list items, by the id of the list and the level.
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
                own_left: left("left").or_else(|| left("start")).and_then(|left| left.parse().ok()),
                own_bold: set("b"),
                own_italic: set("i"),
                ..FormStyle::default()
            };
            styles.extend(tree.attribute(id, "styleId").map(|name| (name, style)));
        }
        Ok(Self { styles, lists: list_indents(&XmlTree::parse(numbering)?) })
    }

    /// Returns the left and the hanging indent of the items of a list at a level, in twentieths of a point.
    pub(super) fn list_indent(&self, list: &str, level: &str) -> Option<&(String, String)> {
        self.lists.get(&(list.to_owned(), level.to_owned()))
    }

    /// Whether there is a style with this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.styles.contains_key(id)
    }

    /// Returns a style with what it inherits, or an empty style if the id is unknown.
    pub(super) fn get(&self, id: Option<&str>) -> FormStyle {
        let mut found = FormStyle::default();
        let mut next = id.map(str::to_owned);
        // The bound ends the loop if styles are based on each other in a cycle.
        for _ in 0..self.styles.len() {
            let Some(style) = next.as_ref().and_then(|id| self.styles.get(id)) else { break };
            found.own_left = found.own_left.or(style.own_left);
            found.own_bold = found.own_bold.or(style.own_bold);
            found.own_italic = found.own_italic.or(style.own_italic);
            next.clone_from(&style.base);
        }
        found.left = found.own_left.unwrap_or(0);
        found.bold = found.own_bold.unwrap_or(false);
        found.italic = found.own_italic.unwrap_or(false);
        found
    }
}

/// Returns the left and the hanging indents of list items, by the id of the list and the level, from
/// `word/numbering.xml`.
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
