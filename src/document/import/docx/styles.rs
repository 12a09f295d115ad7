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
}

/// Returns the styles by their ids.
pub(super) fn read_styles(xml: &str) -> Result<HashMap<String, DocxStyle>, UnreadableDocument> {
    let mut styles: HashMap<String, DocxStyle> = HashMap::new();
    let mut id = String::new();
    walk(xml, |node| {
        let XmlNode::Start(start) = node else { return Ok(()) };
        let style = styles.entry(id.clone()).or_default();
        match start.local_name().as_ref() {
            "style" => id = attribute(start, "styleId").unwrap_or_default(),
            "name" => style.name = value(start).unwrap_or_default().to_lowercase(),
            "numId" => style.list = number(start, "val").filter(|&list| list > 0),
            "ilvl" => style.level = number(start, "val").unwrap_or(0),
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}
