//! Reads fields of a Word file: links, and the drop-down lists of legacy forms.

use super::BodyReader;
use crate::document::import::placeholders::is_prompt;

/// A field, such as a hyperlink, whose end was not read yet.
#[derive(Default)]
pub(super) struct OpenField {
    /// The code of the field, such as `HYPERLINK "https://example.org"`.
    pub(super) instruction: String,
    /// The address of the link around the field.
    pub(super) outer_link: Option<String>,
}

/// A drop-down list of a legacy form.
#[derive(Default)]
pub(super) struct DropDown {
    /// The 0-based index of the chosen entry.
    pub(super) chosen: Option<usize>,
    pub(super) entries: Vec<String>,
}

impl BodyReader {
    /// Reads a mark of a field: `begin`, `separate` or `end`. Its code is not shown. Its result, which is
    /// between the last two marks, is a link if the code says so.
    pub(super) fn field(&mut self, mark: &str) {
        match mark {
            "begin" => {
                let outer_link = self.link.clone();
                self.fields.push(OpenField { outer_link, ..OpenField::default() });
            }
            "separate" => {
                let link = self.fields.last().and_then(|field| link_of(&field.instruction));
                self.link = link.or_else(|| self.link.take());
            }
            "end" => self.link = self.fields.pop().and_then(|field| field.outer_link),
            _ => {}
        }
    }

    /// Adds the entry that was chosen in a drop-down list. Word stores no choice if the list was not
    /// touched, although it shows the first entry.
    pub(super) fn end_drop_down(&mut self) {
        let Some(DropDown { chosen, entries }) = self.drop_down.take() else { return };
        match (chosen.and_then(|chosen| entries.get(chosen)), entries.first()) {
            (Some(entry), _) => self.push(entry),
            (None, Some(first)) if !first.trim().is_empty() && !is_prompt(first) => {
                self.remark(&format!(
                    "a list shows `{first}`, but nothing was chosen in it; left out"
                ));
            }
            (None, _) => {}
        }
    }
}

/// Returns the address in the code of a field, such as `HYPERLINK "https://example.org"`. Returns `None` if
/// it is not a link to an address.
pub(super) fn link_of(code: &str) -> Option<String> {
    let code = code.trim_start();
    let (name, rest) = code.split_at_checked("HYPERLINK".len())?;
    let rest = rest.trim_start();
    if !name.eq_ignore_ascii_case("HYPERLINK") || rest.starts_with('\\') {
        return None;
    }
    let address = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => rest.split_whitespace().next()?,
    };
    Some(address.replace("\\\\", "\\"))
}
