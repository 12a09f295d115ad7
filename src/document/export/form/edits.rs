//! Edits of an XML text: byte ranges and the XML that replaces them. All other bytes stay the same.

use std::ops::Range;

use super::tree::{ElementId, XmlTree};

/// The edits of one XML text.
#[derive(Debug, Clone, Default)]
pub(super) struct XmlEdits(Vec<(Range<usize>, String)>);

impl XmlEdits {
    /// Replaces a byte range.
    pub(super) fn replace(&mut self, range: Range<usize>, xml: impl Into<String>) {
        self.0.push((range, xml.into()));
    }

    /// Removes a byte range.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, String::new());
    }

    /// Sets an attribute. `name` is its name with the prefix that it gets if the element does not have it;
    /// an attribute of the element is found by its name without prefix.
    pub(super) fn set_attribute(
        &mut self,
        tree: &XmlTree<'_>,
        id: ElementId,
        name: &str,
        value: &str,
    ) {
        let (start, tag) = (tree.span(id).start, tree.tag(id));
        let local = name.rsplit(':').next().unwrap_or(name);
        let quoted = tag.match_indices(local).find_map(|(at, _)| {
            let before = tag.get(..at)?.chars().next_back()?;
            let after = tag.get(at + local.len()..)?;
            let quote = after.trim_start().strip_prefix('=')?.trim_start();
            let first = quote.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let from = tag.len() - quote.len() + 1;
            let length = tag.get(from..)?.find(first)?;
            (before == ':' || before.is_whitespace()).then_some(from..from + length)
        });
        if let Some(range) = quoted {
            self.replace(start + range.start..start + range.end, value);
        } else {
            let end = tag.trim_end_matches('>').trim_end_matches('/').trim_end().len();
            self.replace(start + end..start + end, format!(" {name}=\"{value}\""));
        }
    }

    /// Adds other edits, unless one of them overlaps with an edit here. Returns whether they were added.
    pub(super) fn merge(&mut self, other: Self) -> bool {
        let overlaps = |(a, _): &(Range<usize>, String), (b, _): &(Range<usize>, String)| {
            (a.start < b.end && b.start < a.end) || (a.is_empty() && b.is_empty() && a == b)
        };
        if other.0.iter().any(|new| self.0.iter().any(|known| overlaps(known, new))) {
            return false;
        }
        self.0.extend(other.0);
        true
    }

    /// Whether there are no edits.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text with all edits applied.
    pub(super) fn apply(mut self, xml: &str) -> String {
        // The sort is stable: edits at the same position stay in their order.
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut edited = String::with_capacity(xml.len() * 2);
        let mut at = 0;
        for (range, new) in self.0 {
            edited.push_str(xml.get(at..range.start).unwrap_or_default());
            edited.push_str(&new);
            at = range.end.max(at);
        }
        edited.push_str(xml.get(at..).unwrap_or_default());
        edited
    }
}
