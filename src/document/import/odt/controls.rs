//! Reads the text and the state of the form controls of an `OpenDocument` text.

use std::collections::HashMap;

use crate::document::error::UnreadableDocument;
use crate::document::import::package::{XmlNode, attribute, walk};
use crate::document::tick_box;

/// Returns the text that form controls show, by their ids. Tick boxes are shown with their labels.
///
/// # Errors
/// Fails if the XML is damaged.
pub(super) fn controls(xml: &str) -> Result<HashMap<String, String>, UnreadableDocument> {
    let mut controls = HashMap::new();
    let mut open = String::new();
    walk(xml, |node| {
        let XmlNode::Start(start) = node else { return Ok(()) };
        let text = |name: &str| attribute(start, name);
        let label = || text("label").map(|label| format!(" {label}")).unwrap_or_default();
        let shown = match start.local_name().as_ref() {
            "checkbox" => {
                let state = text("current-state").or_else(|| text("state"));
                Some(format!("{}{}", tick_box(state.as_deref() == Some("checked")), label()))
            }
            "radio" => {
                let state = text("current-selected").or_else(|| text("selected"));
                Some(format!("{}{}", tick_box(state.as_deref() == Some("true")), label()))
            }
            "text" | "textarea" | "combobox" | "date" | "time" | "number" | "formatted-text"
            | "listbox" => {
                Some(text("current-value").or_else(|| text("value")).unwrap_or_default())
            }
            // The chosen entry of a list.
            "option" => {
                let chosen = text("current-selected").or_else(|| text("selected"));
                if chosen.as_deref() == Some("true") {
                    controls.insert(open.clone(), text("label").unwrap_or_default());
                }
                None
            }
            _ => None,
        };
        if let (Some(shown), Some(id)) = (shown, text("id")) {
            open.clone_from(&id);
            controls.insert(id, shown);
        }
        Ok(())
    })?;
    Ok(controls)
}
