//! Reads content controls: tick boxes, dates and controls that show a prompt.

use quick_xml::events::BytesStart;

use super::BodyReader;
use super::runs::DocxRunStyle;
use crate::document::import::package::{attribute, is_on};
use crate::document::tick_box;

/// A content control whose end was not read yet.
#[derive(Default)]
pub(super) struct OpenControl {
    /// Whether it is ticked, or `None` if it is not a tick box.
    pub(super) ticked: Option<bool>,
    /// The date of a date control, such as `2026-10-02`.
    pub(super) date: Option<String>,
    /// Whether it shows its prompt.
    pub(super) placeholder: bool,
    /// Whether its text is bold, and whether it is italic.
    pub(super) by_design: (bool, bool),
}

impl BodyReader {
    /// Reads a property of the innermost control.
    pub(super) fn control_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(control) = self.controls.last_mut() else { return };
        match name {
            "checkbox" => control.ticked = Some(false),
            "checked" if control.ticked.is_some() => control.ticked = Some(is_on(start)),
            "b" => control.by_design.0 = is_on(start),
            "i" => control.by_design.1 = is_on(start),
            "showingPlcHdr" => control.placeholder = is_on(start),
            "date" => {
                let full = attribute(start, "fullDate");
                control.date = full.and_then(|date| date.get(..10).map(str::to_owned));
            }
            _ => {}
        }
    }

    /// Starts the content of the innermost control. Replaces that of a tick box or a date control by its
    /// state, and leaves out a prompt.
    pub(super) fn start_control_content(&mut self) {
        let Some(control) = self.controls.last_mut() else { return };
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.by_design.0 |= control.by_design.0;
            paragraph.by_design.1 |= control.by_design.1;
        }
        let shown = match (control.ticked.take(), control.date.take()) {
            (Some(ticked), _) => tick_box(ticked).to_string(),
            (None, _) if control.placeholder => String::new(),
            (None, Some(date)) => date,
            (None, None) => return,
        };
        if !shown.is_empty() {
            self.runs.push(DocxRunStyle::default());
            self.push(&shown);
            self.runs.pop();
        }
        self.skipped = 1;
    }
}
