//! Reads the lists of a Word file and counts their items, to return the numbers and bullets that Word
//! shows. Word does not store the number of an item, only its list and its level.

use std::collections::{HashMap, HashSet};

use crate::document::error::UnreadableDocument;
use crate::document::import::numerals::numeral;
use crate::document::import::package::{XmlNode, number, value, walk};
use crate::document::import::tick_boxes::BOX_BULLET;
use crate::document::ooxml::typed_bullet;

/// The 0-based number of the deepest level of a list in Word.
const MAX_LEVEL: usize = 8;

/// A level of a list definition.
#[derive(Debug, Clone, Default)]
struct ListLevel {
    /// The number of the first item.
    start: usize,
    /// The name of its number format: `bullet`, `decimal`, `lowerLetter` and so on.
    format: String,
    /// The bullet, or a pattern such as `%1.%2.`, where `%1` is the number of the first level.
    text: String,
}

/// A list that uses a definition.
#[derive(Debug, Clone, Default)]
struct DocxList {
    /// The id of the definition.
    definition: usize,
    /// The numbers of first items that differ from the definition, by 0-based level.
    starts: HashMap<usize, usize>,
    /// The levels that differ from the definition, by 0-based level.
    levels: HashMap<usize, ListLevel>,
}

/// The lists of a file, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct DocxLists {
    /// The levels of definitions, by the id of the definition and 0-based level.
    levels: HashMap<(usize, usize), ListLevel>,
    /// The lists by their ids.
    lists: HashMap<usize, DocxList>,
    /// The ids of definitions by the list style that they define.
    defined: HashMap<String, usize>,
    /// The list styles whose definition is used instead, by the id of a definition.
    followed: HashMap<usize, String>,
    /// The number of the last item, by the id of the definition and 0-based level.
    counts: HashMap<(usize, usize), usize>,
    /// The ids of the lists of which an item was read.
    begun: HashSet<usize>,
}

/// Whether a bullet is an empty tick box of Unicode or of a symbol font.
fn is_box_bullet(c: char) -> bool {
    matches!(c, '☐' | '◻' | '❏' | '❑' | '⬜' | '\u{F0A8}' | '\u{F06F}' | '\u{F071}' | '\u{F0A3}')
}

impl DocxLists {
    /// Reads the lists and their definitions from `word/numbering.xml`.
    ///
    /// # Errors
    /// Fails if the XML is damaged.
    pub(super) fn read(xml: &str) -> Result<Self, UnreadableDocument> {
        let mut lists = Self::default();
        let (mut definition, mut level, mut list, mut in_list) = (0, 0, 0, false);
        walk(xml, |node| {
            let XmlNode::Start(start) = node else { return Ok(()) };
            let here = if in_list {
                lists.lists.get_mut(&list).and_then(|list| list.levels.get_mut(&level))
            } else {
                lists.levels.get_mut(&(definition, level))
            };
            match (start.local_name().as_ref(), here) {
                ("abstractNum", _) => {
                    in_list = false;
                    definition = number(start, "abstractNumId").unwrap_or(0);
                }
                ("lvl", _) => {
                    level = number(start, "ilvl").unwrap_or(0);
                    let new = ListLevel { start: 1, ..ListLevel::default() };
                    if !in_list {
                        lists.levels.insert((definition, level), new);
                    } else if let Some(list) = lists.lists.get_mut(&list) {
                        list.levels.insert(level, new);
                    }
                }
                ("num", _) => {
                    in_list = true;
                    list = number(start, "numId").unwrap_or(0);
                }
                ("abstractNumId", _) => {
                    let definition = number(start, "val").unwrap_or(0);
                    let new = DocxList { definition, ..DocxList::default() };
                    lists.lists.insert(list, new);
                }
                ("lvlOverride", _) => level = number(start, "ilvl").unwrap_or(0),
                ("startOverride", _) => {
                    if let Some(list) = lists.lists.get_mut(&list) {
                        list.starts.extend(number(start, "val").map(|first| (level, first)));
                    }
                }
                ("styleLink", _) => {
                    lists.defined.extend(value(start).map(|style| (style, definition)));
                }
                ("numStyleLink", _) => {
                    lists.followed.extend(value(start).map(|style| (definition, style)));
                }
                ("start", Some(here)) => {
                    here.start = number(start, "val").unwrap_or(1);
                    let first = here.start;
                    if let Some(list) = lists.lists.get_mut(&list).filter(|_| in_list) {
                        list.starts.insert(level, first);
                    }
                }
                ("numFmt", Some(here)) => here.format = value(start).unwrap_or_default(),
                ("lvlText", Some(here)) => here.text = value(start).unwrap_or_default(),
                _ => {}
            }
            Ok(())
        })?;
        Ok(lists)
    }

    /// Counts the next item of a list at a 0-based level. Returns the number or bullet that Word shows
    /// before it, or `None` for a list that has neither.
    pub(super) fn next_marker(&mut self, list: usize, level: usize) -> Option<String> {
        let DocxList { definition, starts, levels } = self.lists.get(&list)?.clone();
        let style = self.followed.get(&definition);
        let definition = style.and_then(|style| self.defined.get(style)).unwrap_or(&definition);
        let definition = *definition;
        if self.begun.insert(list) {
            let starts = starts.into_iter();
            self.counts.extend(
                starts.map(|(level, first)| ((definition, level), first.saturating_sub(1))),
            );
        }
        let ListLevel { start, format, text } =
            levels.get(&level).or_else(|| self.levels.get(&(definition, level)))?;
        let count = self.counts.entry((definition, level)).or_insert(start.saturating_sub(1));
        *count = count.saturating_add(1);
        self.counts.retain(|&(other, deeper), _| other != definition || deeper <= level);
        match format.as_str() {
            "none" => None,
            "bullet" if text.chars().any(is_box_bullet) => Some(BOX_BULLET.to_string()),
            "bullet" => Some(typed_bullet(text).to_owned()),
            _ => {
                let mut shown = text.clone();
                for level in 0..=level.min(MAX_LEVEL) {
                    let number = self.counts.get(&(definition, level)).copied().unwrap_or(1);
                    let format = self.levels.get(&(definition, level));
                    let format = format.map_or("", |level| level.format.as_str());
                    shown = shown.replace(&format!("%{}", level + 1), &numeral(number, format));
                }
                Some(shown)
            }
        }
    }
}
