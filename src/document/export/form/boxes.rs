//! Ticks the boxes of a form: content controls, legacy form fields, characters, bullets, and boxes typed
//! with brackets.

use std::ops::Range;

use super::edits::XmlEdits;
use super::properties::AFTER_INDENT;
use super::tree::{ElementId, XmlTree};
use super::writer::AnswerWriter;

/// The characters of empty boxes, each with that of the ticked box.
const BOX_PAIRS: [(char, char); 11] = [
    ('☐', '☒'),
    ('□', '☒'),
    ('◻', '☒'),
    ('❏', '☒'),
    ('❑', '☒'),
    ('⬜', '☒'),
    ('○', '●'),
    ('◯', '◉'),
    ('\u{F0A8}', '\u{F0FE}'),
    ('\u{F06F}', '\u{F0FE}'),
    ('\u{F071}', '\u{F0FE}'),
];

impl AnswerWriter<'_, '_> {
    /// Ticks or empties the box that is read from a byte range of the XML. `text` is the box as it is
    /// read: one character, or brackets. Returns `None` if the box cannot be changed.
    pub(super) fn set_box(
        &self,
        source: Range<usize>,
        text: &str,
        ticked: bool,
        edits: &mut XmlEdits,
    ) -> Option<()> {
        let tree = self.tree;
        let element = tree.at(source.start)?;
        if tree.name(element) == "numPr" {
            return self.set_bullet(element, edits);
        }
        let control = std::iter::once(element)
            .chain(tree.ancestors(element))
            .find(|id| tree.name(*id) == "sdt" && checkbox_of(tree, *id).is_some());
        if let Some(control) = control {
            return set_control(tree, control, ticked, edits);
        }
        if let Some(field) = tree.around(element, "checkBox") {
            set_form_field(tree, field, ticked, edits);
            return Some(());
        }
        if tree.name(element) == "sym" {
            let font = tree.attribute(element, "font").unwrap_or_default();
            let code = u32::from_str_radix(&tree.attribute(element, "char")?, 16).ok()?;
            let new = symbol(&font, code & 0xFF, ticked) | (code & !0xFF);
            let name = format!("{}char", tree.prefix(element));
            edits.set_attribute(tree, element, &name, &format!("{new:04X}"));
            return Some(());
        }
        edits.replace(source, typed_box(text, ticked)?);
        Some(())
    }

    /// Ticks a box that is the bullet of a list item. The item is taken out of its list, and a ticked box
    /// as text replaces the bullet. `list` is the `numPr` element of the paragraph.
    fn set_bullet(&self, list: ElementId, edits: &mut XmlEdits) -> Option<()> {
        let tree = self.tree;
        let properties = tree.ancestors(list).next()?;
        let level = tree.child_value(list, "ilvl").unwrap_or_else(|| "0".to_owned());
        let w = tree.prefix(list);
        edits.remove(tree.span(list));
        if let Some((left, hanging)) =
            self.styles.list_indent(&tree.child_value(list, "numId")?, &level)
            && tree.child(properties, "ind").is_none()
        {
            let mut after =
                tree.children(properties).filter(|id| AFTER_INDENT.contains(&tree.name(*id)));
            let at = after.next().map_or(tree.content(properties).end, |id| tree.span(id).start);
            edits.replace(at..at, format!("<{w}ind {w}left=\"{left}\" {w}hanging=\"{hanging}\"/>"));
        }
        let at = tree.span(properties).end;
        edits.replace(at..at, format!("<{w}r><{w}t>☒</{w}t><{w}tab/></{w}r>"));
        Some(())
    }
}

/// Returns a ticked or empty box of the same kind as `text`.
fn typed_box(text: &str, ticked: bool) -> Option<String> {
    if let Some(open) = text.chars().next().filter(|c| matches!(c, '[' | '(')) {
        let close = if open == '[' { ']' } else { ')' };
        let inner = if ticked { "x" } else { " " };
        return Some(format!("{open}{inner}{close}"));
    }
    let c = text.chars().next()?;
    let pair = BOX_PAIRS.iter().find(|(empty, full)| c == *empty || c == *full);
    let new = match (pair, ticked) {
        (Some((_, full)), true) => *full,
        (Some((empty, _)), false) => *empty,
        (None, true) => '☒',
        (None, false) => '☐',
    };
    Some(new.to_string())
}

/// Returns the code of a ticked or empty box in a symbol font. `code` is that of the present box.
fn symbol(font: &str, code: u32, ticked: bool) -> u32 {
    match (font.to_lowercase().as_str(), ticked) {
        ("wingdings 2", true) => 0x53,
        ("wingdings 2", false) => 0xA3,
        (_, true) => 0xFE,
        (_, false) if code == 0xFE => 0xA8,
        (_, false) => code,
    }
}

/// Returns the `checkbox` element of a content control, or `None` if it is not a tick box.
pub(super) fn checkbox_of(tree: &XmlTree<'_>, control: ElementId) -> Option<ElementId> {
    tree.child(control, "sdtPr").and_then(|properties| tree.child(properties, "checkbox"))
}

/// Sets the state of a content control and the character that it shows.
fn set_control(
    tree: &XmlTree<'_>,
    control: ElementId,
    ticked: bool,
    edits: &mut XmlEdits,
) -> Option<()> {
    let checkbox = checkbox_of(tree, control)?;
    let (name, usual) = if ticked { ("checkedState", "2612") } else { ("uncheckedState", "2610") };
    let code = tree.child_value(checkbox, name).unwrap_or_else(|| usual.to_owned());
    let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)?;
    let value = if ticked { "1" } else { "0" };
    let prefix = tree.prefix(checkbox);
    if let Some(checked) = tree.child(checkbox, "checked") {
        edits.set_attribute(tree, checked, &format!("{prefix}val"), value);
    } else if tree.is_single_tag(checkbox) {
        return None;
    } else {
        let at = tree.content(checkbox).start;
        edits.replace(at..at, format!("<{prefix}checked {prefix}val=\"{value}\"/>"));
    }
    let content = tree.child(control, "sdtContent")?;
    let shown = tree.inside(content).find(|id| matches!(tree.name(*id), "t" | "sym"))?;
    if tree.name(shown) == "sym" {
        edits.set_attribute(tree, shown, &format!("{}char", tree.prefix(shown)), &code);
    } else {
        edits.replace(tree.content(shown), c.to_string());
    }
    Some(())
}

/// Sets the state of a legacy form field, by its `checkBox` element.
fn set_form_field(tree: &XmlTree<'_>, field: ElementId, ticked: bool, edits: &mut XmlEdits) {
    let value = if ticked { "1" } else { "0" };
    let prefix = tree.prefix(field);
    match tree.child(field, "checked") {
        Some(checked) if tree.value(checked).is_none() && ticked => {}
        Some(checked) => edits.set_attribute(tree, checked, &format!("{prefix}val"), value),
        None => {
            let end = tree.content(field).end;
            edits.replace(end..end, format!("<{prefix}checked {prefix}val=\"{value}\"/>"));
        }
    }
}
