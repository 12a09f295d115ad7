//! The lists of the Word file. Word numbers the items itself: each list has a definition, to which its
//! items refer by an id.

use quick_xml::escape::escape;

use super::{HEAD, NAMES};
use crate::document::AnswerLine;
use crate::document::ooxml::{ITEM_INDENT, SPACE_INDENT, shown_bullet};

/// The number of latest lists in which the list that an item continues is searched. Without this bound, a
/// long answer would take quadratic time.
const MAX_OPEN_LISTS: usize = 100;

/// The deepest level of a list, 0-based.
pub(super) const MAX_LEVEL: usize = 8;

/// All lists, in the order of their first items.
#[derive(Default)]
pub(super) struct Lists(Vec<ListDefinition>);

struct ListDefinition {
    /// The number of spaces before the markers of its items.
    indent: usize,
    /// `bullet`, `decimal`, `lowerLetter` or `upperLetter`.
    format: &'static str,
    /// The marker of an item: a bullet, or a text with `%` in place of the number.
    text: String,
    /// Whether these are the bullets of the form and not those of an answer.
    is_of_form: bool,
    /// The number of the first item.
    start: usize,
    /// The number of the next item.
    next: usize,
}

impl Lists {
    /// Returns the number of lists so far, from which on [`Self::list_of`] searches in the next answer.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the index of the list for the bullets of the form.
    pub(super) fn bullets_of_form(&mut self) -> usize {
        let index = self.0.iter().position(|list| list.is_of_form);
        index.unwrap_or_else(|| {
            let text = "•".to_owned();
            self.0.push(ListDefinition {
                indent: 0,
                format: "bullet",
                text,
                is_of_form: true,
                start: 1,
                next: 1,
            });
            self.0.len() - 1
        })
    }

    /// Returns the index of the list that an item continues, or of a new list. `first` is the index of the
    /// first list of the answer.
    pub(super) fn list_of(&mut self, line: &AnswerLine, first: usize) -> usize {
        let (format, text, number) = parse_marker(&line.marker);
        let first = first.max(self.0.len().saturating_sub(MAX_OPEN_LISTS));
        let continued = self.0.iter().skip(first).rposition(|list| {
            list.indent == line.indent
                && list.format == format
                && list.text == text
                && (number == list.next || format == "bullet")
        });
        let at = continued.map_or(self.0.len(), |at| first + at);
        match self.0.get_mut(at) {
            Some(list) => list.next = number + 1,
            None => self.0.push(ListDefinition {
                indent: line.indent,
                format,
                text,
                is_of_form: false,
                start: number,
                next: number + 1,
            }),
        }
        at
    }

    /// Returns `word/numbering.xml`.
    pub(super) fn xml(&self) -> String {
        let mut definitions = String::new();
        let mut uses = String::new();
        for (at, list) in self.0.iter().enumerate() {
            definitions.push_str(&format!(
                "<w:abstractNum w:abstractNumId=\"{at}\"><w:multiLevelType w:val=\"hybridMultilevel\"/>"
            ));
            for level in 0..=MAX_LEVEL {
                let text = if list.is_of_form && level % 2 == 1 {
                    "–".to_owned()
                } else {
                    list.text.replace('%', &format!("%{}", level + 1))
                };
                definitions.push_str(&format!(
                    "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"{}\"/><w:numFmt w:val=\"{}\"/>\
                     <w:lvlText w:val=\"{}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{}\" \
                     w:hanging=\"{ITEM_INDENT}\"/></w:pPr></w:lvl>",
                    list.start.max(1),
                    list.format,
                    escape(text.as_str()),
                    ITEM_INDENT + level * 2 * SPACE_INDENT
                ));
            }
            definitions.push_str("</w:abstractNum>");
            let id = number_id(at);
            uses.push_str(&format!(
                "<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{at}\"/></w:num>"
            ));
        }
        format!("{HEAD}<w:numbering {NAMES}>{definitions}{uses}</w:numbering>")
    }
}

/// Returns the number format of a marker, its text with `%` in place of the number, and the number.
fn parse_marker(marker: &str) -> (&'static str, String, usize) {
    if let Some(shown) = shown_bullet(marker) {
        return ("bullet", shown.to_owned(), 1);
    }
    let name = marker.trim_end_matches(['.', ')']);
    let text = marker.replacen(name, "%", 1);
    if let Ok(number) = name.parse() {
        return ("decimal", text, number);
    }
    let letter = name.bytes().next().unwrap_or(b'a');
    let format = if letter.is_ascii_uppercase() { "upperLetter" } else { "lowerLetter" };
    (format, text, usize::from(letter.to_ascii_lowercase().saturating_sub(b'a')) + 1)
}

/// Returns the id of the list with an index. Some versions of Word reserve the first ids.
fn number_id(list: usize) -> usize {
    list + 2
}

/// Returns the XML of the paragraph properties of a list item at a 0-based level.
pub(super) fn numbered(list: usize, level: usize) -> String {
    format!(
        "<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"{}\"/></w:numPr>",
        level.min(MAX_LEVEL),
        number_id(list)
    )
}
