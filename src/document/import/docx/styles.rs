//! Reads the paragraph and character styles of a Word file.

use std::collections::HashMap;

use super::symbols::{Raise, raise};
use crate::document::error::UnreadableDocument;
use crate::document::import::package::{XmlNode, attribute, is_on, number, value, walk};

/// The properties of a style that the reader uses. `None` is a property that the style does not set.
#[derive(Debug, Default, Clone)]
pub(super) struct DocxStyle {
    /// Its name in lower case.
    pub(super) name: String,
    /// The id of the list whose items its paragraphs are.
    pub(super) list: Option<usize>,
    /// The 0-based level of these items.
    pub(super) level: usize,
    /// Whether its text is bold.
    pub(super) bold: Option<bool>,
    /// Whether its text is italic.
    pub(super) italic: Option<bool>,
    /// How its text is raised or lowered.
    pub(super) raise: Option<Raise>,
    /// The reason to leave out its text, for a remark: `struck-through` or `hidden`.
    pub(super) left_out: Option<&'static str>,
    /// The id of the style that it is based on.
    base: Option<String>,
}

/// The longest chain of styles that are based on each other.
const MAX_BASES: usize = 12;

/// Returns the styles of `word/styles.xml` by their ids, with what they inherit.
///
/// # Errors
/// Fails if the XML is damaged.
pub(super) fn read_styles(xml: &str) -> Result<HashMap<String, DocxStyle>, UnreadableDocument> {
    let mut styles: HashMap<String, DocxStyle> = HashMap::new();
    let mut id = String::new();
    walk(xml, |node| {
        let XmlNode::Start(start) = node else { return Ok(()) };
        let style = styles.entry(id.clone()).or_default();
        match start.local_name().as_ref() {
            "style" => id = attribute(start, "styleId").unwrap_or_default(),
            "basedOn" => style.base = value(start),
            "name" => style.name = value(start).unwrap_or_default().to_lowercase(),
            "numId" => style.list = number(start, "val").filter(|&list| list > 0),
            "ilvl" => style.level = number(start, "val").unwrap_or(0),
            "b" => style.bold = Some(is_on(start)),
            "i" => style.italic = Some(is_on(start)),
            "vertAlign" | "position" => style.raise = raise(start).or(style.raise),
            "strike" | "dstrike" if is_on(start) => style.left_out = Some("struck-through"),
            "vanish" if is_on(start) => style.left_out = Some("hidden"),
            _ => {}
        }
        Ok(())
    })?;
    let own = styles.clone();
    for style in styles.values_mut() {
        let base = |style: &DocxStyle| own.get(style.base.as_ref()?);
        let mut next = base(style);
        // The bound ends the loop if styles are based on each other in a cycle.
        for _ in 0..MAX_BASES {
            let Some(inherited) = next else { break };
            if style.list.is_none() {
                (style.list, style.level) = (inherited.list, inherited.level);
            }
            style.bold = style.bold.or(inherited.bold);
            style.italic = style.italic.or(inherited.italic);
            style.raise = style.raise.or(inherited.raise);
            style.left_out = style.left_out.or(inherited.left_out);
            next = base(inherited);
        }
    }
    Ok(styles)
}
