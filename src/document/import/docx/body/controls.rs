//! Reads content controls: tick boxes, dates and controls that show a prompt.

use quick_xml::events::BytesStart;

use super::BodyReader;
use super::runs::DocxRunStyle;
use crate::document::import::package::{attribute, is_on};
use crate::document::tick_box;

/// A content control whose end was not read yet.
#[derive(Default)]
pub(super) struct OpenControl {
    pub(super) ticked: Option<bool>,
    pub(super) date: Option<String>,
    pub(super) placeholder: bool,
    /// Whether its text is bold and italic by design.
    pub(super) by_design: (bool, bool),
}

impl BodyReader {
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

    /// Replaces the content of a check box, of a date or of an empty control by its state.
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
