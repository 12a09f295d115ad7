//! The elements of an XML text with their byte ranges, so that parts of the text can be replaced while all
//! other bytes stay the same.

use std::ops::Range;

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use crate::document::error::UnreadableDocument;
use crate::document::import::package::{XmlNode, attribute, walk_with_spans};

/// The index of an element in its [`XmlTree`]. Elements are in the order of their start tags.
pub(super) type ElementId = usize;

/// An element.
#[derive(Debug)]
struct XmlElement {
    /// Its name without prefix.
    name: String,
    /// The byte range from `<` of the start tag to `>` of the end tag.
    span: Range<usize>,
    /// The byte range between the tags. For `<w:p/>`, it is empty and at the end of the tag.
    content: Range<usize>,
    /// The element directly around it.
    parent: Option<ElementId>,
    /// The index after that of its last descendant.
    end: ElementId,
}

/// The elements of an XML text.
#[derive(Debug)]
pub(super) struct XmlTree<'a> {
    pub(super) xml: &'a str,
    elements: Vec<XmlElement>,
}

impl<'a> XmlTree<'a> {
    /// Reads the elements of an XML text.
    ///
    /// # Errors
    /// Fails if the XML is damaged.
    pub(super) fn parse(xml: &'a str) -> Result<Self, UnreadableDocument> {
        let mut elements: Vec<XmlElement> = Vec::new();
        let mut open: Vec<ElementId> = Vec::new();
        walk_with_spans(xml, |node, span| {
            match node {
                XmlNode::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    let content = span.end..span.end;
                    open.push(elements.len());
                    let parent = open.iter().rev().nth(1).copied();
                    elements.push(XmlElement { name, span, content, parent, end: 0 });
                }
                XmlNode::End(_) => {
                    let end = elements.len();
                    if let Some(element) = open.pop().and_then(|id| elements.get_mut(id)) {
                        // The end of an empty element is its only tag.
                        if span.start > element.span.start {
                            element.content.end = span.start;
                        }
                        element.span.end = span.end;
                        element.end = end;
                    }
                }
                XmlNode::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(Self { xml, elements })
    }

    fn get(&self, id: ElementId) -> Option<&XmlElement> {
        self.elements.get(id)
    }

    /// Returns the name of an element without prefix.
    pub(super) fn name(&self, id: ElementId) -> &str {
        self.get(id).map_or("", |element| &element.name)
    }

    /// Returns the byte range of an element.
    pub(super) fn span(&self, id: ElementId) -> Range<usize> {
        self.get(id).map_or(0..0, |element| element.span.clone())
    }

    /// Returns the byte range between the tags of an element.
    pub(super) fn content(&self, id: ElementId) -> Range<usize> {
        self.get(id).map_or(0..0, |element| element.content.clone())
    }

    /// Returns the XML of a byte range.
    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.xml.get(range).unwrap_or_default()
    }

    /// Returns the XML of an element.
    pub(super) fn raw(&self, id: ElementId) -> &'a str {
        self.slice(self.span(id))
    }

    /// Returns the start tag of an element.
    pub(super) fn tag(&self, id: ElementId) -> &'a str {
        self.slice(self.span(id).start..self.content(id).start)
    }

    /// Whether an element is written as a single tag: `<w:p/>`.
    pub(super) fn is_single_tag(&self, id: ElementId) -> bool {
        self.content(id).start == self.span(id).end
    }

    /// Returns the prefix of an element with its colon, such as `w:`, or an empty text if it has none.
    pub(super) fn prefix(&self, id: ElementId) -> &'a str {
        let tag = self.tag(id).get(1..).unwrap_or_default();
        let name = tag.split([' ', '\t', '\r', '\n', '/', '>']).next().unwrap_or_default();
        name.split_once(':').and_then(|(prefix, _)| name.get(..=prefix.len())).unwrap_or_default()
    }

    /// Returns the elements around an element, innermost first.
    pub(super) fn ancestors(&self, id: ElementId) -> impl Iterator<Item = ElementId> {
        std::iter::successors(self.get(id).and_then(|element| element.parent), |id| {
            self.get(*id)?.parent
        })
    }

    /// Returns the element itself if it has this name, or else the innermost element around it that has.
    pub(super) fn around(&self, id: ElementId, name: &str) -> Option<ElementId> {
        std::iter::once(id).chain(self.ancestors(id)).find(|id| self.name(*id) == name)
    }

    /// Whether an element is inside another one, or is that element.
    pub(super) fn is_inside(&self, id: ElementId, outer: ElementId) -> bool {
        self.get(outer).is_some_and(|element| (outer..element.end).contains(&id))
    }

    /// Returns the elements inside an element, in the order of their start tags.
    pub(super) fn inside(&self, id: ElementId) -> Range<ElementId> {
        id + 1..self.get(id).map_or(id + 1, |element| element.end)
    }

    /// Returns the elements directly inside an element.
    pub(super) fn children(&self, id: ElementId) -> impl Iterator<Item = ElementId> {
        let within = self.inside(id);
        let first = Some(within.start).filter(|first| within.contains(first));
        std::iter::successors(first, move |id| {
            self.get(*id).map(|element| element.end).filter(|next| within.contains(next))
        })
    }

    /// Returns the first element with this name directly inside an element.
    pub(super) fn child(&self, id: ElementId, name: &str) -> Option<ElementId> {
        self.children(id).find(|id| self.name(*id) == name)
    }

    /// Returns the attribute `val` of the first element with this name directly inside an element.
    pub(super) fn child_value(&self, id: ElementId, name: &str) -> Option<String> {
        self.value(self.child(id, name)?)
    }

    /// Returns the text of the `t` elements among some elements, as XML.
    pub(super) fn text(&self, elements: Range<ElementId>) -> String {
        let texts = elements.filter(|id| self.name(*id) == "t");
        texts.map(|id| self.slice(self.content(id))).collect()
    }

    /// Returns the outermost element around an element that is inside `outer`, or the element itself.
    pub(super) fn outermost_in(&self, outer: Option<ElementId>, id: ElementId) -> ElementId {
        self.ancestors(id).take_while(|id| Some(*id) != outer).last().unwrap_or(id)
    }

    /// Returns the first element with this name anywhere inside an element.
    pub(super) fn find(&self, id: ElementId, name: &str) -> Option<ElementId> {
        self.inside(id).find(|id| self.name(*id) == name)
    }

    /// Returns the innermost element that contains a byte offset.
    pub(super) fn at(&self, byte: usize) -> Option<ElementId> {
        let before = self.elements.partition_point(|element| element.span.start <= byte);
        let last = before.checked_sub(1)?;
        std::iter::once(last).chain(self.ancestors(last)).find(|id| self.span(*id).contains(&byte))
    }

    /// Returns all elements, in the order of their start tags.
    pub(super) fn all(&self) -> Range<ElementId> {
        0..self.elements.len()
    }

    /// Returns the value of an attribute, given by its name without prefix.
    pub(super) fn attribute(&self, id: ElementId, name: &str) -> Option<String> {
        let mut reader = Reader::from_str(self.tag(id));
        let event = reader.read_event().ok()?;
        if let Event::Start(start) | Event::Empty(start) = event {
            return attribute(&start, name);
        }
        None
    }

    /// Returns the value of the attribute `val`.
    pub(super) fn value(&self, id: ElementId) -> Option<String> {
        self.attribute(id, "val")
    }

    /// Whether a property such as `<w:b/>` directly inside an element is on.
    pub(super) fn has_property(&self, id: ElementId, name: &str) -> bool {
        self.child(id, name).is_some_and(|property| {
            !matches!(self.value(property).as_deref(), Some("0" | "false" | "off" | "none"))
        })
    }

    /// Whether Word does not show an element: it is in a tracked deletion, in the copy of a text box for old
    /// programs, or in a table cell that is merged with the one above.
    pub(super) fn is_hidden(&self, id: ElementId) -> bool {
        let is_merged = |cell: ElementId| {
            let merge = self.child(cell, "tcPr").and_then(|id| self.child(id, "vMerge"));
            merge.is_some_and(|id| self.value(id).as_deref() != Some("restart"))
        };
        std::iter::once(id).chain(self.ancestors(id)).any(|id| match self.name(id) {
            "Fallback" | "del" | "moveFrom" => true,
            "tc" => is_merged(id),
            _ => false,
        })
    }
}
