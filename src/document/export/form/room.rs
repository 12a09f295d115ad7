//! Chooses where in its place an answer is written: the first room of the best kind.

use std::ops::Range;

use super::old_fields::{OldField, chosen_entry, is_prompt_instruction, old_fields};
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
    /// A form field of old versions of Word, by its `ffData` element.
    FormField(OldField),
    /// A range of the line of the wording; empty if nothing is replaced there.
    Line(ElementId, Range<usize>),
    /// A paragraph, and the paragraphs after it that are removed.
    Paragraph(ElementId, Vec<ElementId>),
    /// There is no room: a new paragraph below this one.
    Below(ElementId),
}

/// The elements of control properties that make a control a wrapper of others.
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

/// Whether a control is one to write text into.
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
    fields: Vec<OldField>,
}

impl<'f, 'a> RoomFinder<'f, 'a> {
    pub(super) fn new(form: &'f LocatedForm<'a>) -> Self {
        Self { form, fields: old_fields(&form.tree) }
    }

    fn tree(&self) -> &XmlTree<'a> {
        &self.form.tree
    }

    /// Returns the innermost text controls inside a range of bytes.
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

    /// Returns the bytes that belong to the place for sure.
    fn own_bytes(&self, place: &AnswerPlace<'_>) -> Range<usize> {
        let end = place.paragraphs.get(place.own.1).map(|id| self.tree().span(*id).start);
        place.bytes.start..end.unwrap_or(place.bytes.end)
    }

    /// Returns the complex fields that begin inside a range of bytes.
    fn fields(&self, bytes: &Range<usize>) -> impl Iterator<Item = &OldField> {
        let tree = self.tree();
        let bytes = bytes.clone();
        self.fields.iter().filter(move |field| {
            bytes.contains(&tree.span(field.begin).start) && !tree.is_hidden(field.begin)
        })
    }

    fn form_field(&self, bytes: &Range<usize>) -> Option<&OldField> {
        self.fields(bytes).find(|field| field.is_form_field(self.tree()))
    }

    /// Returns the room of an answer that is there already, in these segments.
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
        let around = |field: &&OldField| field.span(tree).contains(&byte);
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

    /// Returns the first room of the best kind in a place without an answer. `None` if other words
    /// take all of it.
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
                let others = place.segments.iter().take(place.own.0);
                let has_words = others.clone().any(|segment| !self.form.is_prompt(segment));
                let below = place.paragraph.filter(|_| !has_words)?;
                Some(Room::Below(below))
            })
    }

    /// Returns the room of a prompt: its paragraph, or its part of the line of a label.
    fn prompt(&self, place: &AnswerPlace<'_>, id: ElementId, range: Range<usize>) -> Option<Room> {
        let paragraph = self.tree().around(id, "p")?;
        Some(if Some(paragraph) == place.paragraph {
            Room::Line(paragraph, range)
        } else {
            Room::Paragraph(paragraph, Vec::new())
        })
    }

    /// Whether a control shows its prompt, or nothing.
    fn is_free_control(&self, control: ElementId) -> bool {
        let tree = self.tree();
        let properties = tree.child(control, "sdtPr");
        let shows_prompt = properties.is_some_and(|id| tree.has_property(id, "showingPlcHdr"));
        shows_prompt || self.is_blank(tree.inside(control))
    }

    /// Whether a form field or prompt shows a prompt, or nothing. The text of a prompt field without a
    /// result is its instruction.
    fn is_free_field(&self, field: &OldField) -> bool {
        let tree = self.tree();
        if let Some(list) = field.data.and_then(|id| tree.child(id, "ddList")) {
            return chosen_entry(tree, list).is_none_or(|entry| is_prompt(&entry));
        }
        field.separate.is_none_or(|separate| self.is_blank(separate..field.end))
    }

    /// Whether the text of some elements is a prompt, or empty.
    fn is_blank(&self, elements: Range<ElementId>) -> bool {
        let text = self.tree().text(elements);
        words(&text).is_empty() || is_prompt(text.trim())
    }

    /// Returns the part of the line of the wording that has strokes to write on.
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

    /// Returns the run with a tab that draws a line to write on.
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

    fn other_cell(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let own = place.paragraph.and_then(|id| self.container(id));
        let paragraphs = place.paragraphs.iter().take(place.own.1);
        let mut others = paragraphs.filter(|id| {
            let container = self.container(**id);
            container.is_some() && container != own && self.is_free(place, **id)
        });
        others.next().map(|id| self.paragraph(place, *id))
    }

    fn empty_paragraph(&self, place: &AnswerPlace<'_>) -> Option<Room> {
        let own = place.paragraph.and_then(|id| self.container(id));
        let paragraphs = || place.paragraphs.iter().take(place.own.1);
        // Words in another cell take the room of a question in a cell: what comes after the table is
        // no room.
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

    /// Returns a paragraph as a room, with all lines to write on that follow it.
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

    /// Returns the rest of the line of a label, for an answer of one line.
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
        // White space behind the label, such as a tab, stays.
        let end = self.form.end_of_blanks(place).max(tree.span(outer).end);
        Some(Room::Line(paragraph, end..end))
    }
}

/// Whether a character is one of those that draw a line to write on.
fn is_stroke_to_write_on(c: char) -> bool {
    matches!(c, '_' | '.' | '…' | '·')
}
