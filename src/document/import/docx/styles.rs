//! Reads the paragraph and character styles of a Word file.

use std::collections::HashMap;

use crate::document::error::UnreadableDocument;
use crate::document::import::package::{XmlNode, attribute, number, value, walk};

/// What matters of a style.
#[derive(Debug, Default, Clone)]
pub(super) struct DocxStyle {
    /// Its name in lower case.
    pub(super) name: String,
    /// The number of the list whose items its paragraphs are.
    pub(super) list: Option<usize>,
    /// The 0-based level of these items.
    pub(super) level: usize,
    /// The id of the style that it is based on.
    base: Option<String>,
}

/// The longest chain of styles that are based on each other.
const MAX_BASES: usize = 12;

/// Returns the styles by their ids.
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
            _ => {}
        }
        Ok(())
    })?;
    let inherited: Vec<(String, usize, usize)> = styles
        .keys()
        .filter_map(|id| {
            let bases =
                std::iter::successors(styles.get(id), |style| styles.get(style.base.as_ref()?));
            // The bound ends the search if styles are based on each other.
            let base = bases.take(MAX_BASES).find(|style| style.list.is_some())?;
            Some((id.clone(), base.list?, base.level))
        })
        .collect();
    for (id, list, level) in inherited {
        if let Some(style) = styles.get_mut(&id).filter(|style| style.list.is_none()) {
            (style.list, style.level) = (Some(list), level);
        }
    }
    Ok(styles)
}
