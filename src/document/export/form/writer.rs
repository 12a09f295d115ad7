//! Writes one answer into its room, as edits of the XML.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::escape::escape;

use super::bindings::DataBindings;
use super::content::AnswerContent;
use super::edits::XmlEdits;
use super::properties::{ParagraphTemplate, RunProperties, XmlNames};
use super::room::Room;
use super::styles::{FormStyle, FormStyles};
use super::tree::{ElementId, XmlTree};
use super::wanted::WantedAnswer;
use crate::document::ooxml::starts_with_bullet;

/// The edits of one or more answers.
#[derive(Debug, Default)]
pub(super) struct AnswerEdits {
    /// The edits of the main part.
    pub(super) main: XmlEdits,
    /// The edits of other parts, by their names.
    pub(super) others: BTreeMap<String, XmlEdits>,
    /// Remarks for the user on the written answer.
    pub(super) remarks: Vec<String>,
    /// Whether the answer is written without formatting.
    pub(super) is_plain: bool,
}

/// Writes answers into a form.
#[derive(Debug)]
pub(super) struct AnswerWriter<'f, 'a> {
    pub(super) tree: &'f XmlTree<'a>,
    pub(super) names: XmlNames,
    pub(super) styles: FormStyles,
    pub(super) bindings: DataBindings,
}

impl AnswerWriter<'_, '_> {
    /// Returns the edits that write an answer into a room.
    ///
    /// # Errors
    /// Returns the reason if the form does not allow the answer.
    pub(super) fn write(
        &self,
        room: &Room,
        wanted: &WantedAnswer<'_>,
    ) -> Result<AnswerEdits, String> {
        let mut edits = AnswerEdits::default();
        match room {
            Room::Control(control) => self.control(*control, wanted, &mut edits)?,
            Room::FormField(field) => self.form_field(field, wanted, &mut edits)?,
            Room::Line(paragraph, range) => self.line(*paragraph, range, wanted, &mut edits),
            Room::Paragraph(paragraph, removed) => {
                for id in std::iter::once(*paragraph).chain(self.copy_of(*paragraph)) {
                    self.paragraph(id, &wanted.content, &mut edits.main);
                }
                let copies = removed.iter().filter_map(|id| self.copy_of(*id));
                for id in removed.iter().copied().chain(copies) {
                    edits.main.remove(self.tree.span(id));
                }
            }
            Room::Below(paragraph) => {
                let template = ParagraphTemplate::default();
                let paragraphs =
                    template.paragraphs(&self.names, &RunProperties::default(), &wanted.content);
                let at = self.tree.span(*paragraph).end;
                edits.main.replace(at..at, self.paragraphs_xml(&paragraphs));
                edits.remarks.push(
                    "written in a new paragraph, because the form has no space for it".to_owned(),
                );
            }
        }
        Ok(edits)
    }

    /// Returns the XML of paragraphs, each given by the content of its `pPr` element and its runs.
    pub(super) fn paragraphs_xml(&self, paragraphs: &[(String, String)]) -> String {
        let w = &self.names.element;
        let paragraph = |(properties, runs): &(String, String)| {
            format!("<{w}p>{}{runs}</{w}p>", self.names.wrap("pPr", properties))
        };
        paragraphs.iter().map(paragraph).collect()
    }

    /// Returns the style of a paragraph.
    pub(super) fn style(&self, paragraph: ElementId) -> FormStyle {
        let tree = self.tree;
        let properties = tree.child(paragraph, "pPr");
        self.styles.get(properties.and_then(|id| tree.child_value(id, "pStyle")).as_deref())
    }

    /// Returns the properties that the paragraphs and the text of an answer get if it is written into a
    /// paragraph.
    pub(super) fn answer_properties(
        &self,
        paragraph: ElementId,
    ) -> (ParagraphTemplate, RunProperties) {
        let tree = self.tree;
        let properties = tree.child(paragraph, "pPr");
        let style = self.style(paragraph);
        let text = tree.text(tree.inside(paragraph));
        let shows_bullet = starts_with_bullet(&text);
        let was_item = shows_bullet || text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let template = ParagraphTemplate::new(tree, paragraph, style.left, was_item);
        let mark = properties.and_then(|id| tree.child(id, "rPr"));
        let mut run_properties = RunProperties::new(tree, mark);
        run_properties.bold |= style.bold;
        run_properties.italic |= style.italic;
        (template, run_properties)
    }

    /// Replaces the content of a paragraph by an answer.
    fn paragraph(&self, paragraph: ElementId, content: &AnswerContent, edits: &mut XmlEdits) {
        let (template, run_properties) = self.answer_properties(paragraph);
        let paragraphs = template.paragraphs(&self.names, &run_properties, content);
        self.replace_paragraph(paragraph, &template, &paragraphs, edits);
    }

    /// Replaces the content of a paragraph by the first of several paragraphs, and adds the others after
    /// it. A paragraph that ends a section becomes the last one, and the others are added before it.
    pub(super) fn replace_paragraph(
        &self,
        paragraph: ElementId,
        template: &ParagraphTemplate,
        paragraphs: &[(String, String)],
        edits: &mut XmlEdits,
    ) {
        let tree = self.tree;
        let w = &self.names.element;
        let ends_section = !template.section.is_empty();
        let own = if ends_section { paragraphs.len().saturating_sub(1) } else { 0 };
        let (before, rest) = paragraphs.split_at_checked(own).unwrap_or_default();
        let Some(((properties, runs), after)) = rest.split_first() else { return };
        let properties = self.names.wrap("pPr", &format!("{properties}{}", template.section));
        let span = tree.span(paragraph);
        edits.replace(span.start..span.start, self.paragraphs_xml(before));
        if tree.is_single_tag(paragraph) {
            let end = span.end - tree.tag(paragraph).len()
                + tree.tag(paragraph).trim_end_matches("/>").len();
            edits.replace(end..span.end, format!(">{properties}{runs}</{w}p>"));
        } else {
            let old = tree.child(paragraph, "pPr");
            let inner = tree.content(paragraph);
            let content_start = old.map_or(inner.start, |id| tree.span(id).end);
            let same = old.is_some_and(|id| tree.raw(id) == properties)
                || (old.is_none() && properties.is_empty());
            if !same {
                edits.replace(inner.start..content_start, properties);
            }
            self.replace_content(paragraph, runs, edits);
        }
        edits.replace(span.end..span.end, self.paragraphs_xml(after));
    }

    /// Replaces the text of a paragraph by runs. Bookmarks, comments and tracked deletions stay.
    fn replace_content(&self, paragraph: ElementId, runs: &str, edits: &mut XmlEdits) {
        let tree = self.tree;
        let stays = [
            "pPr",
            "bookmarkStart",
            "bookmarkEnd",
            "commentRangeStart",
            "commentRangeEnd",
            "del",
            "moveFrom",
        ];
        let old: Vec<ElementId> =
            tree.children(paragraph).filter(|id| !stays.contains(&tree.name(*id))).collect();
        if old.is_empty() {
            let end = tree.content(paragraph).end;
            edits.replace(end..end, runs);
        }
        for (at, id) in old.iter().enumerate() {
            edits.replace(tree.span(*id), if at == 0 { runs } else { "" });
        }
    }

    /// Returns the copy of a paragraph of a text box that old programs show, or `None` if there is no copy.
    fn copy_of(&self, paragraph: ElementId) -> Option<ElementId> {
        let tree = self.tree;
        let text = tree.around(paragraph, "txbxContent")?;
        let copy = tree.child(tree.around(text, "AlternateContent")?, "Fallback")?;
        let copy = tree.find(copy, "txbxContent")?;
        let at = tree.children(text).position(|id| id == paragraph)?;
        tree.children(copy).nth(at).filter(|id| tree.name(*id) == "p")
    }

    /// Replaces a byte range of a paragraph by an answer. Splits a run that is only partly in the range.
    fn line(
        &self,
        paragraph: ElementId,
        range: &Range<usize>,
        wanted: &WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) {
        let tree = self.tree;
        let (_, run_properties) = self.answer_properties(paragraph);
        let run_properties = run_properties.without_emphasis();
        let mut runs = wanted.content.in_one_paragraph(&self.names, &run_properties);
        if needs_space(tree, paragraph, range.start) {
            runs.insert_str(
                0,
                &self.names.run(&run_properties.plain(&self.names), &[" ".to_owned()]),
            );
        }
        let children: Vec<ElementId> = tree.children(paragraph).collect();
        let touched = |id: &&ElementId| {
            let span = tree.span(**id);
            span.start < range.end && range.start < span.end
        };
        let touched: Vec<ElementId> = children.iter().filter(touched).copied().collect();
        if touched.is_empty() {
            edits.main.replace(range.start..range.start, runs);
            return;
        }
        for (at, id) in touched.iter().enumerate() {
            let span = tree.span(*id);
            let new = if at == 0 { runs.as_str() } else { "" };
            let texts =
                || tree.inside(*id).filter(|id| matches!(tree.name(*id), "t" | "tab" | "br"));
            let covers = span.start >= range.start && span.end <= range.end
                || texts().all(|text| {
                    let text =
                        if tree.name(text) == "t" { tree.content(text) } else { tree.span(text) };
                    text.start >= range.start && text.end <= range.end
                });
            if covers {
                edits.main.replace(span, new);
                continue;
            }
            let Some(text) = texts().find(|text| {
                let content = tree.content(*text);
                content.start < range.end && range.start < content.end
            }) else {
                edits.main.replace(span.end..span.end, new);
                continue;
            };
            let content = tree.content(text);
            let cut = range.start.max(content.start)..range.end.min(content.end);
            let w = &self.names.element;
            let properties = tree
                .around(text, "r")
                .and_then(|run| tree.child(run, "rPr"))
                .map_or("", |id| tree.raw(id));
            if cut.end == content.end && !new.is_empty() {
                edits.main.remove(cut.clone());
                edits.main.replace(span.end..span.end, new);
            } else if cut.start == content.start {
                edits.main.replace(span.start..span.start, new);
                edits.main.remove(cut);
            } else {
                let divided =
                    format!("</{w}t></{w}r>{new}<{w}r>{properties}<{w}t xml:space=\"preserve\">");
                edits.main.replace(cut, divided);
            }
        }
    }
}

/// Whether text that is written at a byte offset of a paragraph needs a space before it.
fn needs_space(tree: &XmlTree<'_>, paragraph: ElementId, at: usize) -> bool {
    let mut before = tree.inside(paragraph).rev().filter(|id| {
        let is_text = matches!(tree.name(*id), "t" | "tab" | "br");
        is_text && tree.content(*id).start < at && !tree.is_hidden(*id)
    });
    let Some(last) = before.next() else { return false };
    let content = tree.content(last);
    let text = tree.slice(content.start..content.end.min(at));
    // Word removes the spaces at the end of a text that does not ask to preserve them.
    let preserves_spaces = tree.tag(last).contains("preserve");
    !text.is_empty() && (!text.ends_with(char::is_whitespace) || !preserves_spaces)
}

/// Returns a text with the characters escaped that are markup in XML.
pub(super) fn escaped(text: &str) -> String {
    escape(text).into_owned()
}
