//! Chooses where in its place an answer is written. The kinds of room are tried in a fixed order, and the
//! first room of the first kind that the place has is used.

use std::ops::Range;

use super::complex_fields::{ComplexField, chosen_entry, complex_fields, is_prompt_instruction};
use super::place::{AnswerPlace, AnswerSegment, LocatedForm, is_filler, words};
use super::tree::{ElementId, XmlTree};
use crate::document::import::lines::SourcePosition;
use crate::document::import::placeholders::is_prompt;
use crate::model::questionnaire::Kind;

/// Where an answer is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Room {
    /// A content control.
    Control(ElementId),
    /// A legacy form field.
    FormField(ComplexField),
    /// A byte range in a paragraph that also has the wording. An empty range only inserts text.
    Line(ElementId, Range<usize>),
    /// A paragraph, and the paragraphs after it that are removed.
    Paragraph(ElementId, Vec<ElementId>),
    /// A new paragraph below this one, because the form has no room.
    Below(ElementId),
}

/// The elements of control properties that say that a control is not for text.
const WRAPPERS: [&str; 9] = [
    "group",
    "picture",
    "repeatingSection",
    "repeatingSectionItem",
    "docPartObj",
    "docPartList",
    "citation",
    "bibliography",
    "checkbox",
];

/// Whether text can be written into a control.
fn is_text_control(tree: &XmlTree<'_>, control: ElementId) -> bool {
    let properties = tree.child(control, "sdtPr");
    let mut kinds = properties.into_iter().flat_map(|id| tree.children(id));
    let wraps = kinds.any(|kind| WRAPPERS.contains(&tree.name(kind)));
    let content = tree.child(control, "sdtContent");
    let holds_rows = content.is_some_and(|id| tree.child(id, "tr").is_some());
    content.is_some() && !wraps && !holds_rows
}

/// Chooses rooms in a form.
#[derive(Debug)]
pub(super) struct RoomFinder<'f, 'a> {
    pub(super) form: &'f LocatedForm<'a>,
    fields: Vec<ComplexField>,
}

impl<'f, 'a> RoomFinder<'f, 'a> {
    pub(super) fn new(form: &'f LocatedForm<'a>) -> Self {
        Self { form, fields: complex_fields(&form.tree) }
    }

    fn tree(&self) -> &XmlTree<'a> {
        &self.form.tree
    }

    /// Returns the innermost text controls that start inside a byte range and do not contain wording.
    fn controls(&self, bytes: &Range<usize>) -> Vec<ElementId> {
        let tree = self.tree();
        let within = |id: &ElementId| {
            let span = tree.span(*id);
            tree.name(*id) == "sdt"
                && bytes.contains(&span.start)
                && !tree.is_hidden(*id)
                && is_text_control(tree, *id)
                && !self.form.wordings.iter().any(|wording| span.contains(wording))
        };
        let found: Vec<ElementId> = tree.all().filter(within).collect();
        let innermost = |id: &&ElementId| {
            !found.iter().any(|other| other != *id && tree.is_inside(*other, **id))
        };
        found.iter().filter(innermost).copied().collect()
    }

    /// Returns the byte range of a place up to the first paragraph that looks like a question.
    fn own_bytes(&self, place: &AnswerPlace<'_>) -> Range<usize> {
        let end = place.paragraphs.get(place.own_paragraphs);
        let end = end.map(|id| self.tree().span(*id).start);
        place.bytes.start..end.unwrap_or(place.bytes.end)
    }

    /// Returns the complex fields that begin inside a byte range.
    fn fields(&self, bytes: &Range<usize>) -> impl Iterator<Item = &ComplexField> {
        let tree = self.tree();
        let bytes = bytes.clone();
        self.fields.iter().filter(move |field| {
            bytes.contains(&tree.span(field.begin).start) && !tree.is_hidden(field.begin)
        })
    }

    fn form_field(&self, bytes: &Range<usize>) -> Option<&ComplexField> {
        self.fields(bytes).find(|field| field.is_form_field(self.tree()))
    }

    /// Returns the room of an answer that the form already has in these segments. Returns `None` if it
    /// starts beside the wording and has further paragraphs.
    pub(super) fn room_of(
        &self,
        place: &AnswerPlace<'_>,
        segments: &[AnswerSegment],
    ) -> Option<Room> {
        let tree = self.tree();
        let first = segments.first()?;
        let span = first.spans.first()?;
        let text = self.form.text(span);
        let mut start = span.start();
        start.offset += text.len() - text.trim_start().len();
        let byte = self.form.byte(start);
        let below: Vec<ElementId> =
            segments.iter().skip(1).filter_map(|segment| segment.paragraph).collect();
        let mut controls = self.controls(&place.bytes).into_iter();
        if let Some(control) = controls.find(|id| tree.span(*id).contains(&byte)) {
            return Some(Room::Control(control));
        }
        let around = |field: &&ComplexField| field.span(tree).contains(&byte);
        if let Some(field) = self.form_field(&place.bytes).filter(around) {
            return Some(Room::FormField(field.clone()));
        }
        let paragraph = first.paragraph?;
        if first.inline && below.is_empty() {
            let last = first.spans.last()?;
            return Some(Room::Line(paragraph, byte..self.form.byte_before(last.end())));
        }
        (!first.inline).then_some(Room::Paragraph(paragraph, below))
    }

    /// Returns the room for an answer in a place without one, or `None` if other words take all of the
    /// place.
    pub(super) fn free_room(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let tree = self.tree();
        let bytes = self.own_bytes(place);
        if let Some(control) = self.controls(&bytes).first() {
            return self.is_free_control(*control).then_some(Room::Control(*control));
        }
        if let Some(field) = self.form_field(&bytes) {
            return self.is_free_field(field).then(|| Room::FormField(field.clone()));
        }
        let prompt = self.fields(&bytes).find(|field| field.is_prompt());
        if let Some(field) = prompt.filter(|field| self.is_free_field(field)) {
            return self.prompt(place, field.begin, field.span(tree));
        }
        let simple = tree.all().find(|id| {
            tree.name(*id) == "fldSimple"
                && bytes.contains(&tree.span(*id).start)
                && is_prompt_instruction(&tree.attribute(*id, "instr").unwrap_or_default())
        });
        if let Some(simple) = simple {
            return self.prompt(place, simple, tree.span(simple));
        }
        self.line_with_strokes(place)
            .or_else(|| self.other_cell(place))
            .or_else(|| self.rest_of_line(place))
            .or_else(|| self.empty_paragraph(place))
            .or_else(|| {
                let mut others = place.segments.iter().take(place.own_segments);
                let has_words = others.any(|segment| !self.form.is_prompt(segment));
                let below = place.paragraph.filter(|_| !has_words)?;
                Some(Room::Below(below))
            })
    }

    /// Returns the room of a prompt: its byte range if it is in the paragraph of the wording, otherwise its
    /// paragraph.
    fn prompt(&self, place: &AnswerPlace<'_>, id: ElementId, range: Range<usize>) -> Option<Room> {
        let paragraph = self.tree().around(id, "p")?;
        Some(if Some(paragraph) == place.paragraph {
            Room::Line(paragraph, range)
        } else {
            Room::Paragraph(paragraph, Vec::new())
        })
    }

    /// Whether a control is empty or shows its prompt.
    fn is_free_control(&self, control: ElementId) -> bool {
        let tree = self.tree();
        let properties = tree.child(control, "sdtPr");
        let shows_prompt = properties.is_some_and(|id| tree.has_property(id, "showingPlcHdr"));
        shows_prompt || self.is_blank(tree.inside(control))
    }

    /// Whether a complex field is empty or shows a prompt. A field without a result is empty.
    fn is_free_field(&self, field: &ComplexField) -> bool {
        let tree = self.tree();
        if let Some(list) = field.data.and_then(|id| tree.child(id, "ddList")) {
            return chosen_entry(tree, list).is_none_or(|entry| is_prompt(&entry));
        }
        field.separate.is_none_or(|separate| self.is_blank(separate..field.end))
    }

    /// Whether the text of some elements is empty or a prompt.
    fn is_blank(&self, elements: Range<ElementId>) -> bool {
        let text = self.tree().text(elements);
        words(&text).is_empty() || is_prompt(text.trim())
    }

    /// Returns the part of the line of the wording with strokes or a leader tab to write on.
    fn line_with_strokes(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let paragraph = place.paragraph?;
        let text = self.form.rest_of_line(place);
        let from = text.find(is_stroke_to_write_on).unwrap_or(text.len());
        let (before, rest) = text.split_at_checked(from)?;
        // Words before the strokes are a hint in brackets, or an answer on the line.
        if !words(before).is_empty() && !before.trim_end().ends_with([')', ']', ':', '?']) {
            return None;
        }
        let length = rest.find(|c: char| !is_stroke_to_write_on(c) && c != '/' && c != ' ');
        let strokes = rest.get(..length.unwrap_or(rest.len()))?.trim_end();
        if is_filler(strokes) && strokes.chars().count() >= 3 {
            let start = place.start.offset + from;
            let at = |offset| SourcePosition { offset, ..place.start };
            let range = self.form.byte(at(start))..self.form.byte_before(at(start + strokes.len()));
            return Some(Room::Line(paragraph, range));
        }
        let leader = self.leader_tab(place, paragraph)?;
        Some(Room::Line(paragraph, self.tree().span(leader)))
    }

    /// Returns the run with a leader tab, which draws a line to write on.
    fn leader_tab(&self, place: &AnswerPlace<'_>, paragraph: ElementId) -> Option<ElementId> {
        let tree = self.tree();
        let properties = tree.child(paragraph, "pPr")?;
        let tabs = tree.child(properties, "tabs")?;
        let draws =
            |id: ElementId| tree.attribute(id, "leader").is_some_and(|leader| leader != "none");
        if !tree.children(tabs).any(draws) || !words(&self.form.rest_of_line(place)).is_empty() {
            return None;
        }
        tree.inside(paragraph).find(|id| {
            tree.name(*id) == "r"
                && tree.span(*id).start >= place.bytes.start
                && tree.child(*id, "tab").is_some()
                && tree.child(*id, "t").is_none()
        })
    }

    /// Whether an answer can be written into a paragraph: it is empty, a line to write on, or a
    /// prompt.
    fn is_free(&self, place: &AnswerPlace<'_>, paragraph: ElementId) -> bool {
        let tree = self.tree();
        if !self.form.is_empty(paragraph) {
            let text = self.form.paragraph_text(paragraph);
            let is_prompt = place.segments.iter().any(|segment| {
                segment.paragraph == Some(paragraph) && self.form.is_prompt(segment)
            });
            return is_prompt || text.lines().all(|line| is_filler(line.trim()));
        }
        let takes_no_text = |id: ElementId| match tree.name(id) {
            "drawing" | "pict" | "object" | "sdt" | "fldChar" | "fldSimple" | "txbxContent" => true,
            "br" => matches!(tree.attribute(id, "type").as_deref(), Some("page" | "column")),
            _ => false,
        };
        !tree.inside(paragraph).any(takes_no_text)
    }

    /// Returns the innermost table cell or text box around an element.
    fn container(&self, id: ElementId) -> Option<ElementId> {
        self.tree().ancestors(id).find(|id| matches!(self.tree().name(*id), "tc" | "txbxContent"))
    }

    /// Returns the first free paragraph in another table cell or text box than that of the wording.
    fn other_cell(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let own = place.paragraph.and_then(|id| self.container(id));
        let paragraphs = place.paragraphs.iter().take(place.own_paragraphs);
        let mut others = paragraphs.filter(|id| {
            let container = self.container(**id);
            container.is_some() && container != own && self.is_free(place, **id)
        });
        others.next().map(|id| self.paragraph(place, *id))
    }

    /// Returns the first free paragraph.
    fn empty_paragraph(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let own = place.paragraph.and_then(|id| self.container(id));
        let paragraphs = || place.paragraphs.iter().take(place.own_paragraphs);
        // If the question is in a cell and another cell has words, these take its place. Then the answer
        // must not be written below the table.
        let is_taken = own.is_some()
            && paragraphs().any(|id| {
                let container = self.container(*id);
                container.is_some() && container != own && !self.form.is_empty(*id)
            });
        let mut free = paragraphs()
            .filter(|id| !is_taken || self.container(**id) == own)
            .filter(|id| self.is_free(place, **id));
        free.next().map(|id| self.paragraph(place, *id))
    }

    /// Returns a paragraph as a room. If it is a line to write on, the lines to write on that follow it are
    /// removed.
    fn paragraph(&self, place: &AnswerPlace<'_>, paragraph: ElementId) -> Room {
        let is_line = |id: &ElementId| {
            let text = self.form.paragraph_text(*id);
            !text.is_empty() && text.lines().all(|line| is_filler(line.trim()))
        };
        let after = place.paragraphs.iter().copied().skip_while(|id| *id != paragraph).skip(1);
        let container = self.container(paragraph);
        let lines = after.take_while(|id| is_line(id) && self.container(*id) == container);
        Room::Paragraph(paragraph, if is_line(&paragraph) { lines.collect() } else { Vec::new() })
    }

    /// Returns the end of the line of a label, for an answer of one line.
    fn rest_of_line(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let paragraph = place.paragraph?;
        let tree = self.tree();
        let is_short = match place.field.kind {
            Kind::Text { .. } | Kind::Links | Kind::Choices(_) => false,
            Kind::Line | Kind::Email | Kind::Date { .. } | Kind::YesNo | Kind::Choice(_) => true,
        };
        let before = self.form.text_before(place.start);
        let ends_like_a_label = before.trim_end().ends_with([':', '=', '|', '–']);
        let rest = self.form.rest_of_line(place);
        let has_room = self.empty_paragraph(place).is_some();
        let fits = is_short && place.labelled && (ends_like_a_label || !has_room);
        if !words(&rest).is_empty() || !(fits || (ends_like_a_label && !has_room)) {
            return None;
        }
        let at = tree.at(place.bytes.start.saturating_sub(1))?;
        if at == paragraph {
            return None;
        }
        let outer = tree.outermost_in(Some(paragraph), at);
        // White space after the label, such as a tab, stays.
        let end = self.form.end_of_line(place).max(tree.span(outer).end);
        Some(Room::Line(paragraph, end..end))
    }
}

/// Whether a character is part of a line to write on.
fn is_stroke_to_write_on(c: char) -> bool {
    matches!(c, '_' | '.' | '…' | '·')
}
