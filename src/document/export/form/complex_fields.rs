//! Finds the complex fields of a form: legacy form fields, and fields that prompt for a text.

use std::ops::Range;

use super::tree::{ElementId, XmlTree};

/// The instructions of fields that ask for a text.
const PROMPTS: [&str; 2] = ["MACROBUTTON", "FILLIN"];

/// A complex field, which consists of runs with three marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ComplexField {
    /// The run with the mark before the instruction.
    pub(super) begin: ElementId,
    /// The run with the mark between the instruction and the result, if the field has a result.
    pub(super) separate: Option<ElementId>,
    /// The run with the mark after the field.
    pub(super) end: ElementId,
    /// The `ffData` element of a form field.
    pub(super) data: Option<ElementId>,
    /// Its instruction, such as `FORMTEXT`.
    instruction: String,
}

impl ComplexField {
    /// Whether it is a form field for a text or a list to choose from.
    pub(super) fn is_form_field(&self, tree: &XmlTree<'_>) -> bool {
        let allows = |name| self.data.is_some_and(|data| tree.child(data, name).is_some());
        allows("textInput") || allows("ddList")
    }

    /// Whether it prompts for a text.
    pub(super) fn is_prompt(&self) -> bool {
        is_prompt_instruction(&self.instruction)
    }

    /// Returns the byte range from its first to its last run.
    pub(super) fn span(&self, tree: &XmlTree<'_>) -> Range<usize> {
        tree.span(self.begin).start..tree.span(self.end).end
    }
}

/// Whether a field with this instruction prompts for a text.
pub(super) fn is_prompt_instruction(instruction: &str) -> bool {
    let instruction = instruction.trim_start().to_uppercase();
    PROMPTS.iter().any(|name| instruction.starts_with(name))
}

/// Returns the complex fields of a document, in the order of their first runs.
pub(super) fn complex_fields(tree: &XmlTree<'_>) -> Vec<ComplexField> {
    let mut open: Vec<ComplexField> = Vec::new();
    let mut fields = Vec::new();
    for id in tree.all().filter(|id| matches!(tree.name(*id), "fldChar" | "instrText")) {
        let Some(run) = tree.around(id, "r") else { continue };
        if tree.name(id) == "instrText" {
            let text = tree.slice(tree.content(id));
            if let Some(field) = open.last_mut() {
                field.instruction.push_str(text);
            }
            continue;
        }
        match tree.attribute(id, "fldCharType").as_deref() {
            Some("begin") => open.push(ComplexField {
                begin: run,
                separate: None,
                end: run,
                data: tree.child(id, "ffData"),
                instruction: String::new(),
            }),
            Some("separate") => {
                if let Some(field) = open.last_mut() {
                    field.separate = Some(run);
                }
            }
            Some("end") => {
                fields.extend(open.pop().map(|field| ComplexField { end: run, ..field }));
            }
            Some(_) | None => {}
        }
    }
    fields.sort_by_key(|field| field.begin);
    fields
}

/// Returns the entries of a legacy drop-down list, by its `ddList` element.
pub(super) fn list_entries(tree: &XmlTree<'_>, list: ElementId) -> impl Iterator<Item = String> {
    let entries = tree.children(list).filter(|id| tree.name(*id) == "listEntry");
    entries.filter_map(|id| tree.value(id))
}

/// Returns the entry that was chosen in a legacy drop-down list, or `None` if there is none or it has no
/// letters and digits.
pub(super) fn chosen_entry(tree: &XmlTree<'_>, list: ElementId) -> Option<String> {
    let chosen: usize = tree.child_value(list, "result")?.parse().ok()?;
    list_entries(tree, list).nth(chosen).filter(|entry| entry.contains(char::is_alphanumeric))
}
