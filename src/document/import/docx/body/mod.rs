//! Turns the paragraphs, runs and content controls of a Word file into lines.

mod controls;
mod fields;
mod runs;

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use quick_xml::events::BytesStart;

use self::controls::OpenControl;
use self::fields::{DropDown, OpenField, link_of};
use self::runs::DocxRunStyle;
use super::numbering::DocxLists;
use super::origins::{OriginPiece, TextOrigins, line_origins};
use super::styles::DocxStyle;
use super::symbols::{Raise, lowered, raised};
use crate::document::error::UnreadableDocument;
use crate::document::import::comments::CommentAnchors;
use crate::document::import::lines::{
    Emphasis, SourceDate, SourceLine, TableCell, check_line_count,
};
use crate::document::import::package::{XmlNode, attribute, is_on, number, value, walk_with_spans};
use crate::document::import::paragraph_lines::{ImportedParagraph, LineBuilder};
use crate::document::import::tick_boxes::BOX_BULLET;
use crate::document::ooxml::{ANSWER, ITEM_INDENT, SPACE_INDENT};
use crate::document::tick_box;
use crate::model::markup::Run;

/// The elements that are skipped with everything inside them.
const LEFT_OUT: [&str; 8] =
    ["del", "moveFrom", "Fallback", "delText", "pPrChange", "rPrChange", "rt", "tblPr"];

/// The maximum number of spaces before the marker of a list item.
const MAX_INDENT: usize = 80;

/// A paragraph whose end was not read yet.
#[derive(Default)]
struct OpenParagraph {
    runs: Vec<Run>,
    /// Its text with the byte ranges that it was read from.
    pieces: Vec<OriginPiece>,
    style: DocxStyle,
    /// The id of the list of which it is an item.
    list: Option<usize>,
    /// The 0-based level of the list item.
    level: Option<usize>,
    /// The byte range of the element that makes it a list item, or `None` if only its style does.
    list_source: Option<Range<usize>>,
    /// The left indent in twentieths of a point.
    left: Option<usize>,
    /// How far its first line starts left of this indent, in twentieths of a point.
    hanging: Option<usize>,
    /// The emphasis of its paragraph mark and of the controls around it.
    by_design: Emphasis,
    /// Whether its end is a tracked deletion, which joins it with the next paragraph.
    joins_next: bool,
}

/// Reads XML with paragraphs into lines. The fields hold the state at the current position in the XML.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether an element of the XML is open"
)]
struct BodyReader {
    styles: Rc<HashMap<String, DocxStyle>>,
    links: HashMap<String, String>,
    lists: DocxLists,
    lines: LineBuilder,
    /// The origins of the text of each line.
    origins: Vec<TextOrigins>,
    /// Whether origins are recorded.
    traces: bool,
    /// The byte range of the current tag or text.
    here: Range<usize>,
    /// The open paragraphs, outermost first: text boxes hold paragraphs inside paragraphs.
    open: Vec<OpenParagraph>,
    controls: Vec<OpenControl>,
    /// Whether the open tick box of a legacy form is ticked.
    legacy_box: Option<bool>,
    /// The address of the open link.
    link: Option<String>,
    /// The open runs, outermost first: text boxes hold runs inside runs.
    runs: Vec<DocxRunStyle>,
    fields: Vec<OpenField>,
    drop_down: Option<DropDown>,
    /// The open tables, outermost first, each with the current cell.
    tables: Vec<TableCell>,
    /// The number of tables so far.
    table_count: usize,
    /// The number of open elements of equations.
    equations: usize,
    in_text: bool,
    in_instruction: bool,
    in_paragraph_properties: bool,
    /// The number of open elements from the one that is skipped on.
    skipped: usize,
    /// A paragraph that is joined with the next one.
    joined: Option<OpenParagraph>,
    /// The left indent of the first of several list items with typed bullets, in twentieths of a point.
    first_item: Option<usize>,
    /// The run before text that was just left out.
    cut_after: Option<String>,
    /// See [`DocxPart::pictures`].
    pictures: Vec<usize>,
    /// See [`Source::dates`](crate::document::import::lines::Source::dates).
    dates: Vec<SourceDate>,
    comments: CommentAnchors,
    remarks: Vec<String>,
    /// The id of the open footnote.
    note: String,
    /// See [`DocxPart::note_ids`].
    note_ids: Vec<String>,
    note_marks: Vec<NoteMark>,
}

/// The mark of a footnote in the text.
pub(super) struct NoteMark {
    /// `footnote` or `endnote`.
    pub(super) kind: &'static str,
    /// The id of the footnote.
    pub(super) id: String,
    /// The 1-based number of the paragraph that it is in.
    pub(super) paragraph: usize,
}

/// The content of a part of a Word file.
pub(super) struct DocxPart {
    pub(super) lines: Vec<SourceLine>,
    /// The origins of the text of each line; empty unless they were recorded.
    pub(super) origins: Vec<TextOrigins>,
    /// The 1-based numbers of the paragraphs with pictures.
    pub(super) pictures: Vec<usize>,
    /// The dates of date controls.
    pub(super) dates: Vec<SourceDate>,
    /// The positions of the comments.
    pub(super) comments: CommentAnchors,
    /// Notes for the user on what was left out or altered.
    pub(super) remarks: Vec<String>,
    /// The id of the footnote of each line, in a part with footnotes.
    pub(super) note_ids: Vec<String>,
    /// The marks of footnotes.
    pub(super) note_marks: Vec<NoteMark>,
}

/// Reads the lines of a part of a Word file: its body or its footnotes. `traces` says whether to record
/// the origins of their text.
///
/// # Errors
/// Fails if the XML is damaged or has more lines than any filled-in form.
pub(super) fn read_body(
    xml: &str,
    styles: Rc<HashMap<String, DocxStyle>>,
    lists: DocxLists,
    links: HashMap<String, String>,
    traces: bool,
) -> Result<DocxPart, UnreadableDocument> {
    let mut body = BodyReader { styles, links, lists, traces, ..BodyReader::default() };
    walk_with_spans(xml, |node, span| {
        body.here = span;
        match node {
            XmlNode::Start(_) if body.skipped > 0 => body.skipped += 1,
            XmlNode::End(_) if body.skipped > 0 => body.skipped -= 1,
            XmlNode::Start(start) => body.start(start),
            XmlNode::End(name) => body.end(name),
            XmlNode::Text(text) if body.in_text && body.skipped == 0 => body.push_text(text),
            XmlNode::Text(text) if body.in_instruction && body.skipped == 0 => {
                if let Some(field) = body.fields.last_mut() {
                    field.instruction += text;
                }
            }
            XmlNode::Text(_) => {}
        }
        check_line_count(body.lines.lines.len())
    })?;
    if let Some(rest) = body.joined.take() {
        body.finish(rest);
    }
    let BodyReader {
        lines, origins, pictures, dates, comments, remarks, note_ids, note_marks, ..
    } = body;
    let lines = lines.lines;
    Ok(DocxPart { lines, origins, pictures, dates, comments, remarks, note_ids, note_marks })
}

impl BodyReader {
    /// Adds text to the open paragraph.
    fn push(&mut self, text: &str) {
        self.comments.text(text);
        let mut controls = self.controls.iter_mut().rev();
        if let Some(date) = controls.find(|control| control.date.is_some()) {
            date.shown.push_str(text);
        }
        let Emphasis { bold, italic } = self.emphasis();
        let link = self.link.as_ref();
        let piece =
            self.traces.then(|| OriginPiece { text: text.to_owned(), source: self.here.clone() });
        let Some(paragraph) = self.open.last_mut() else {
            // A content control between paragraphs is a paragraph of its own.
            let run = Run { bold, italic, link: link.cloned(), ..Run::plain(text) };
            let (runs, pieces) = (vec![run], piece.into_iter().collect());
            return self.finish(OpenParagraph { runs, pieces, ..OpenParagraph::default() });
        };
        paragraph.pieces.extend(piece);
        match paragraph.runs.last_mut() {
            // Word splits text wherever it was edited or spell-checked.
            Some(last) if (last.bold, last.italic, last.link.as_ref()) == (bold, italic, link) => {
                last.text.push_str(text);
            }
            Some(_) | None => {
                paragraph.runs.push(Run { bold, italic, link: link.cloned(), ..Run::plain(text) });
            }
        }
    }

    /// Adds a remark on the current paragraph.
    fn remark(&mut self, what: &str) {
        self.remarks.push(format!("paragraph {}: {what}", self.lines.number + 1));
    }

    fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let local = start.local_name();
        let name = local.as_ref();
        if self.in_paragraph_properties
            && name == "del"
            && let Some(paragraph) = self.open.last_mut()
        {
            paragraph.joins_next = true;
        }
        if LEFT_OUT.contains(&name) {
            self.skipped = 1;
            return;
        }
        match name {
            "p" => {
                self.cut_after = None;
                let mut paragraph = self.joined.take().unwrap_or_default();
                for control in &self.controls {
                    paragraph.by_design.add(control.by_design);
                }
                self.open.push(paragraph);
            }
            "footnote" | "endnote" => self.note = attribute(start, "id").unwrap_or_default(),
            "pPr" => self.in_paragraph_properties = true,
            "commentRangeStart" | "commentRangeEnd" | "commentReference" => {
                self.comment(name, start);
            }
            "r" if !self.in_paragraph_properties => {
                let raise = self.runs.last().filter(|_| self.equations > 0);
                let raise = raise.and_then(|look| look.raise);
                self.runs.push(DocxRunStyle { raise, ..DocxRunStyle::default() });
            }
            "tbl" => {
                self.table_count += 1;
                self.tables.push(TableCell { table: self.table_count, row: 0, column: 0 });
            }
            "tr" => {
                if let Some(cell) = self.tables.last_mut() {
                    (cell.row, cell.column) = (cell.row + 1, 0);
                }
            }
            "tc" => {
                if let Some(cell) = self.tables.last_mut() {
                    cell.column += 1;
                }
            }
            "altChunk" => self.remark(
                "a document that is inserted here cannot be read; open the file in Word and save it again",
            ),
            "oMath" => {
                self.equations += 1;
                self.remark("an equation is read as plain text; check it");
            }
            "den" if self.equations > 0 => self.push("/"),
            "rad" if self.equations > 0 => self.push("√"),
            "sup" | "sub" if self.equations > 0 => {
                let raise: Raise = if name == "sup" { raised } else { lowered };
                self.runs.push(DocxRunStyle { raise: Some(raise), ..DocxRunStyle::default() });
            }
            "fldSimple" => {
                self.link = attribute(start, "instr").and_then(|code| link_of(&code));
            }
            "hyperlink" => {
                self.link = attribute(start, "id").and_then(|id| self.links.get(&id).cloned());
            }
            "sdt" => self.controls.push(OpenControl::default()),
            "sdtContent" => self.start_control_content(),
            _ if self.in_paragraph_properties => self.paragraph_property(name, start),
            _ if !self.runs.is_empty() => self.inside_run(name, start),
            _ => self.control_property(name, start),
        }
    }

    /// Records where a comment starts or ends. Some programs write only its reference.
    fn comment(&mut self, name: &str, start: &BytesStart<'_>) {
        let id = attribute(start, "id").unwrap_or_default();
        match name {
            "commentRangeStart" => self.comments.start(id, self.lines.number + 1),
            "commentRangeEnd" => self.comments.end(&id),
            _ => self.comments.mark(id, self.lines.number + 1),
        }
    }

    fn style(&self, start: &BytesStart<'_>) -> Option<&DocxStyle> {
        self.styles.get(&value(start)?)
    }

    fn paragraph_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let style = if name == "pStyle" { self.style(start).cloned() } else { None };
        let Some(paragraph) = self.open.last_mut() else { return };
        match name {
            "pStyle" => paragraph.style = style.unwrap_or_default(),
            "numPr" => paragraph.list_source = Some(self.here.clone()),
            "ilvl" => paragraph.level = number(start, "val"),
            "numId" => paragraph.list = number(start, "val"),
            "b" => paragraph.by_design.bold = is_on(start),
            "i" => paragraph.by_design.italic = is_on(start),
            "ind" => {
                paragraph.left = number(start, "left").or_else(|| number(start, "start"));
                paragraph.hanging = number(start, "hanging").filter(|&hanging| hanging > 0);
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => {
                let Some(mut paragraph) = self.open.pop() else { return };
                if std::mem::take(&mut paragraph.joins_next) {
                    self.joined = Some(paragraph);
                } else {
                    self.finish(paragraph);
                }
            }
            "pPr" => self.in_paragraph_properties = false,
            "r" if !self.in_paragraph_properties => drop(self.runs.pop()),
            "sup" | "sub" if self.equations > 0 => drop(self.runs.pop()),
            "t" => self.in_text = false,
            "instrText" => self.in_instruction = false,
            "oMath" => self.equations = self.equations.saturating_sub(1),
            "tbl" => drop(self.tables.pop()),
            "ddList" => self.end_drop_down(),
            "hyperlink" | "fldSimple" => self.link = None,
            "sdt" => self.end_control(),
            "checkBox" => {
                if let Some(ticked) = self.legacy_box.take() {
                    self.push_char(tick_box(ticked));
                }
            }
            _ => {}
        }
    }

    /// Adds the lines of a paragraph, with its marker if it is a list item.
    fn finish(&mut self, mut paragraph: OpenParagraph) {
        let [loose, tight] = ANSWER.map(|style| paragraph.style.name.eq_ignore_ascii_case(style));
        let answer = loose || tight;
        let is_empty = paragraph.runs.iter().all(|run| run.text.trim().is_empty());
        let level = paragraph.level.unwrap_or(paragraph.style.level);
        let list = paragraph.list.or(paragraph.style.list).filter(|&list| list > 0 && !is_empty);
        let mut marker = list.and_then(|list| self.lists.next_marker(list, level));
        // A bullet that is a tick box is read as a box before the text. If only the style makes the
        // paragraph a list item, the bullet stays one, since it cannot be ticked for one paragraph.
        if let Some(shown) = marker.take_if(|shown| shown.contains(BOX_BULLET)) {
            if let Some(source) = paragraph.list_source.take() {
                let text = format!("{shown} ");
                paragraph.pieces.insert(0, OriginPiece { text: text.clone(), source });
                paragraph.runs.insert(0, Run::plain(text));
            } else {
                marker = Some("-".to_owned());
            }
        }
        let left = paragraph.left.filter(|_| answer);
        let indent = left.map_or(level.saturating_mul(2), |left| {
            (left.saturating_sub(ITEM_INDENT) + SPACE_INDENT / 2) / SPACE_INDENT
        });
        let indent = " ".repeat(indent.min(MAX_INDENT));
        let marker = marker.map(|shown| format!("{indent}{shown} ")).unwrap_or_default();
        let hangs = paragraph.hanging.map(|_| {
            let left = paragraph.left.unwrap_or(0);
            let first = *self.first_item.get_or_insert(left);
            ((left.saturating_sub(first) + SPACE_INDENT / 2) / SPACE_INDENT).min(MAX_INDENT)
        });
        if hangs.is_none() {
            self.first_item = None;
        }
        if self.traces && !is_empty {
            self.origins.extend(line_origins(&paragraph.pieces));
        }
        self.lines.finish(ImportedParagraph {
            runs: paragraph.runs,
            marker,
            answer,
            tight,
            hangs,
            is_traced: self.traces,
            style: paragraph.style.name,
            by_design: paragraph.by_design,
            cell: self.tables.last().copied(),
        });
        self.note_ids.resize(self.lines.lines.len(), self.note.clone());
    }
}
