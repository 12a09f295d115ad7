//! Reads content controls: tick boxes, dates and controls that show a prompt.

use quick_xml::events::BytesStart;

use super::BodyReader;
use super::runs::DocxRunStyle;
use crate::document::import::lines::{Emphasis, SourceDate};
use crate::document::import::package::{attribute, is_on};
use crate::document::tick_box;

/// A content control whose end was not read yet.
#[derive(Default)]
pub(super) struct OpenControl {
    /// Whether it is ticked, or `None` if it is not a tick box.
    pub(super) ticked: Option<bool>,
    /// The date of a date control, such as `2026-10-02`.
    pub(super) date: Option<String>,
    /// The text that a date control shows.
    pub(super) shown: String,
    /// Whether it shows its prompt.
    pub(super) placeholder: bool,
    /// The emphasis of its text.
    pub(super) by_design: Emphasis,
}

impl BodyReader {
    /// Reads a property of the innermost control.
    pub(super) fn control_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(control) = self.controls.last_mut() else { return };
        match name {
            "checkbox" => control.ticked = Some(false),
            "checked" if control.ticked.is_some() => control.ticked = Some(is_on(start)),
            "b" => control.by_design.bold = is_on(start),
            "i" => control.by_design.italic = is_on(start),
            "showingPlcHdr" => control.placeholder = is_on(start),
            "date" => {
                let full = attribute(start, "fullDate");
                control.date = full.and_then(|date| date.get(..10).map(str::to_owned));
            }
            _ => {}
        }
    }

    /// Starts the content of the innermost control. Replaces that of a tick box by its state, and leaves
    /// out a prompt. If origins are recorded, replaces that of a date control by the date.
    pub(super) fn start_control_content(&mut self) {
        let Some(control) = self.controls.last_mut() else { return };
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.by_design.add(control.by_design);
        }
        // The form filler compares the date itself, not the text that shows it.
        let date = if self.traces && !control.placeholder { control.date.take() } else { None };
        if let Some(ticked) = control.ticked.take() {
            self.push_plain(&tick_box(ticked).to_string());
        } else if let Some(date) = date {
            self.push_plain(&date);
        } else if !control.placeholder {
            return;
        }
        self.skipped = 1;
    }

    /// Ends the innermost control. A date control shows its date in the format and language of the form.
    pub(super) fn end_control(&mut self) {
        let Some(OpenControl { date: Some(date), shown, placeholder: false, .. }) =
            self.controls.pop()
        else {
            return;
        };
        if shown.trim().is_empty() {
            self.push_plain(&date);
        } else {
            self.dates.push(SourceDate { shown: shown.trim().to_owned(), date });
        }
    }

    /// Adds text without emphasis.
    fn push_plain(&mut self, text: &str) {
        self.runs.push(DocxRunStyle::default());
        self.push(text);
        self.runs.pop();
    }
}
