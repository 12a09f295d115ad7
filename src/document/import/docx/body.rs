//! Turns the paragraphs, runs and content controls of a Word file into lines.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use quick_xml::events::BytesStart;

use super::numbering::DocxLists;
use super::origins::{OriginPiece, TextOrigins, line_origins};
use super::styles::DocxStyle;
use super::symbols::{Raise, lowered, raise, raised, symbol};
use crate::document::error::UnreadableDocument;
use crate::document::import::comments::CommentAnchors;
use crate::document::import::lines::{SourceLine, TableCell, check_line_count};
use crate::document::import::package::{XmlNode, attribute, is_on, number, value, walk_with_spans};
use crate::document::import::paragraph_lines::{ImportedParagraph, LineBuilder};
use crate::document::import::placeholders::is_prompt;
use crate::document::import::tick_boxes::{BOX_BULLET, is_box};
use crate::document::ooxml::{ANSWER, BLANK, ITEM};
use crate::document::tick_box;
use crate::model::markup::Run;

/// The elements that are left out with everything inside them.
const LEFT_OUT: [&str; 8] =
    ["del", "moveFrom", "Fallback", "delText", "pPrChange", "rPrChange", "rt", "tblPr"];

/// The most blanks before the marker of a list item.
const MAX_INDENT: usize = 80;

/// A paragraph whose end was not read yet.
#[derive(Default)]
struct OpenParagraph {
    runs: Vec<Run>,
    /// Where its text comes from.
    pieces: Vec<OriginPiece>,
    style: DocxStyle,
    list: Option<usize>,
    level: Option<usize>,
    /// Where the list is named, if the paragraph itself does.
    list_source: Option<Range<usize>>,
    /// The left indent in twentieths of a point, and how far the first line hangs out of it.
    left: Option<usize>,
    hanging: Option<usize>,
    /// Whether the mark at its end, or a control around it, is bold and italic.
    by_design: (bool, bool),
    /// Whether its end is a tracked deletion, so that the next paragraph belongs to it.
    joins_next: bool,
}

/// A content control whose end was not read yet.
#[derive(Default)]
struct OpenControl {
    ticked: Option<bool>,
    date: Option<String>,
    placeholder: bool,
    /// Whether its text is bold and italic by design.
    by_design: (bool, bool),
}

/// How a run looks.
#[derive(Default, Clone)]
struct DocxRunStyle {
    bold: Option<bool>,
    italic: Option<bool>,
    raise: Option<Raise>,
    /// Why its text is left out: `struck-through` or `hidden`.
    left_out: Option<&'static str>,
    /// The name of its font, if it says so.
    font: String,
}

/// A field, such as a hyperlink, whose end was not read yet.
#[derive(Default)]
struct OpenField {
    instruction: String,
    /// The link around the field.
    outer_link: Option<String>,
}

/// A drop-down list of a legacy form.
#[derive(Default)]
struct DropDown {
    chosen: Option<usize>,
    entries: Vec<String>,
}

/// Reads XML with paragraphs into lines. It holds what is open at the current place of the XML.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an element of the XML that is open")]
struct BodyReader {
    styles: Rc<HashMap<String, DocxStyle>>,
    links: HashMap<String, String>,
    lists: DocxLists,
    lines: LineBuilder,
    /// Where the text of each line comes from.
    origins: Vec<TextOrigins>,
    /// Whether origins are asked for.
    traces: bool,
    /// The byte range of the current tag or text.
    here: Range<usize>,
    /// The open paragraphs, outermost first: text boxes hold paragraphs inside paragraphs.
    open: Vec<OpenParagraph>,
    controls: Vec<OpenControl>,
    /// Whether the open check box of a legacy form is ticked.
    legacy_box: Option<bool>,
    link: Option<String>,
    /// The open runs, outermost first: text boxes hold runs inside runs.
    runs: Vec<DocxRunStyle>,
    fields: Vec<OpenField>,
    drop_down: Option<DropDown>,
    /// The open tables, outermost first, each with the current cell.
    tables: Vec<TableCell>,
    /// The number of tables so far.
    table_count: usize,
    /// How many elements of equations are open.
    equations: usize,
    in_text: bool,
    in_instruction: bool,
    in_paragraph_properties: bool,
    /// How many elements are open from the one that is left out on.
    skipped: usize,
    /// A paragraph that the next one belongs to.
    joined: Option<OpenParagraph>,
    /// The left indent of the first of the items with typed bullets that follow each other.
    first_item: Option<usize>,
    /// The text before what was just left out.
    cut_after: Option<String>,
    pictures: Vec<usize>,
    comments: CommentAnchors,
    remarks: Vec<String>,
    /// The footnote that is open, the footnote of each line, and the marks of footnotes.
    note: String,
    note_ids: Vec<String>,
    note_marks: Vec<NoteMark>,
}

/// The mark of a footnote in the text.
pub(super) struct NoteMark {
    /// `footnote` or `endnote`.
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The number of the paragraph that it is in.
    pub(super) paragraph: usize,
}

/// What was read of a part of a Word file.
pub(super) struct DocxPart {
    pub(super) lines: Vec<SourceLine>,
    /// Where the text of each line comes from, if that was asked for.
    pub(super) origins: Vec<TextOrigins>,
    /// The numbers of the paragraphs with pictures.
    pub(super) pictures: Vec<usize>,
    /// The places of the comments.
    pub(super) comments: CommentAnchors,
    /// What was left out or altered.
    pub(super) remarks: Vec<String>,
    /// The id of the footnote that each line belongs to, in a part with footnotes.
    pub(super) note_ids: Vec<String>,
    /// The marks of footnotes.
    pub(super) note_marks: Vec<NoteMark>,
}

/// Reads the lines of a part of a Word file: its body or its footnotes. If `traces` is set, also
/// returns for each line where its text comes from.
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
                body.fields.last_mut().into_iter().for_each(|field| field.instruction += text);
            }
            XmlNode::Text(_) => {}
        }
        check_line_count(body.lines.lines.len())
    })?;
    if let Some(rest) = body.joined.take() {
        body.finish(rest);
    }
    let BodyReader { lines, origins, pictures, comments, remarks, note_ids, note_marks, .. } = body;
    let lines = lines.lines;
    Ok(DocxPart { lines, origins, pictures, comments, remarks, note_ids, note_marks })
}

impl BodyReader {
    /// Returns whether the open run is bold and italic. In a paragraph whose style is, text that is not
    /// is the emphasised text.
    fn emphasis(&self) -> (bool, bool) {
        let Some(look) = self.runs.last() else { return (false, false) };
        let style = self.open.last().map(|open| &open.style);
        let stands_out = |of_run: Option<bool>, of_style: Option<bool>| {
            of_run.is_some_and(|on| on != of_style.unwrap_or(false))
        };
        (
            stands_out(look.bold, style.and_then(|style| style.bold)),
            stands_out(look.italic, style.and_then(|style| style.italic)),
        )
    }

    /// Adds text to the open paragraph.
    fn push(&mut self, text: &str) {
        self.comments.text(text);
        let (bold, italic) = self.emphasis();
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

    /// Adds the text of a run, raised, lowered or left out as its look says.
    fn push_text(&mut self, text: &str) {
        let DocxRunStyle { raise, left_out, font, .. } =
            self.runs.last().cloned().unwrap_or_default();
        let left_out = left_out.or_else(|| self.open.last()?.style.left_out);
        if let Some(reason) = left_out {
            if !text.trim().is_empty() {
                self.remark(&format!("{reason} text is left out: {}", text.trim()));
            }
            let before = self.open.last().and_then(|open| open.runs.last());
            self.cut_after = Some(before.map_or_else(|| " ".to_owned(), |run| run.text.clone()));
            return;
        }
        // Text that was left out leaves the spaces on both of its sides.
        let text = match &self.cut_after {
            Some(before) if before.ends_with(' ') => text.strip_prefix(' ').unwrap_or(text),
            Some(_) | None => text,
        };
        self.cut_after = None;
        // Characters of symbol fonts may be stored as text with the font beside.
        let is_private = |c: char| ('\u{F000}'..='\u{F0FF}').contains(&c) && !is_box(c);
        let shown = if !self.traces && text.contains(is_private) {
            let show = |c: char| {
                let code = format!("{:X}", u32::from(c));
                if is_private(c) { symbol(&font, &code).unwrap_or(c) } else { c }
            };
            Cow::Owned(text.chars().map(show).collect::<String>())
        } else {
            Cow::Borrowed(text)
        };
        let text = &*shown;
        match raise.map(|raise| text.chars().map(raise).collect::<Option<String>>()) {
            Some(Some(raised)) => self.push(&raised),
            Some(None) => {
                if !matches!(text, "st" | "nd" | "rd" | "th" | "er" | "re" | "e" | "o" | "a" | "TM")
                {
                    self.remark(&format!("raised or lowered text is read as plain text: {text}"));
                }
                self.push(text);
            }
            None => self.push(text),
        }
    }

    /// Notes what was left out or altered in the current paragraph.
    fn remark(&mut self, what: &str) {
        self.remarks.push(format!("paragraph {}: {what}", self.lines.number + 1));
    }

    fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let local = start.local_name();
        let name = local.as_ref();
        if self.in_paragraph_properties && name == "del" {
            self.open.iter_mut().last().into_iter().for_each(|open| open.joins_next = true);
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
                    paragraph.by_design.0 |= control.by_design.0;
                    paragraph.by_design.1 |= control.by_design.1;
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
            "tr" => self.tables.last_mut().into_iter().for_each(|cell| {
                (cell.row, cell.column) = (cell.row + 1, 0);
            }),
            "tc" => self.tables.last_mut().into_iter().for_each(|cell| cell.column += 1),
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

    /// Notes where a comment starts or ends. Some programs write only its reference.
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
            "b" => paragraph.by_design.0 = is_on(start),
            "i" => paragraph.by_design.1 = is_on(start),
            "ind" => {
                paragraph.left = number(start, "left").or_else(|| number(start, "start"));
                paragraph.hanging = number(start, "hanging").filter(|&hanging| hanging > 0);
            }
            _ => {}
        }
    }

    fn inside_run(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "b" | "i" | "strike" | "dstrike" | "vanish" | "vertAlign" | "position" | "rStyle"
            | "rFonts" => {
                self.run_property(name, start);
            }
            "t" => self.in_text = true,
            "instrText" => self.in_instruction = true,
            "fldChar" => self.field(attribute(start, "fldCharType").unwrap_or_default().as_str()),
            // Pictures, embedded objects, charts, diagrams and groups of drawn shapes.
            "blip" | "imagedata" | "object" | "chart" | "relIds" | "wgp" | "wpc" | "group" => {
                let paragraph = self.lines.number + 1;
                if self.pictures.last() != Some(&paragraph) {
                    self.pictures.push(paragraph);
                }
            }
            "footnoteReference" | "endnoteReference" => {
                let kind = if name.starts_with('f') { "footnote" } else { "endnote" };
                let (id, paragraph) = (attribute(start, "id"), self.lines.number + 1);
                self.note_marks.extend(id.map(|id| NoteMark { kind, id, paragraph }));
            }
            "tab" | "ptab" => self.push(" "),
            "br" if matches!(attribute(start, "type").as_deref(), Some("page" | "column")) => {
                self.push(" ");
            }
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let font = attribute(start, "font").unwrap_or_default();
                let code = attribute(start, "char").unwrap_or_default();
                match symbol(&font, &code) {
                    Some(sign) => self.push_char(sign),
                    None => self.remark(&format!("a symbol of the font {font} is left out")),
                }
            }
            "ddList" => self.drop_down = Some(DropDown::default()),
            "result" | "listEntry" if self.drop_down.is_some() => {
                let Some(list) = &mut self.drop_down else { return };
                match name {
                    "result" => list.chosen = number(start, "val"),
                    _ => list.entries.extend(value(start)),
                }
            }
            "checkBox" => self.legacy_box = Some(false),
            "default" | "checked" if self.legacy_box.is_some() => {
                self.legacy_box = Some(is_on(start));
            }
            _ => self.control_property(name, start),
        }
    }

    fn run_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let style = if name == "rStyle" { self.style(start).cloned() } else { None };
        let Some(look) = self.runs.last_mut() else { return };
        match name {
            "b" => look.bold = Some(is_on(start)),
            "i" => look.italic = Some(is_on(start)),
            "strike" | "dstrike" => look.left_out = is_on(start).then_some("struck-through"),
            "vanish" => look.left_out = is_on(start).then_some("hidden"),
            "rFonts" => look.font = attribute(start, "ascii").unwrap_or_default(),
            "vertAlign" | "position" => look.raise = raise(start).or(look.raise),
            _ => {}
        }
        // The style comes first; what the run itself says overrides it.
        if let Some(style) = style {
            let named = |names: [&str; 2]| names.contains(&style.name.as_str()).then_some(true);
            look.bold = style.bold.or(named(["strong", "intense emphasis"]));
            look.italic = style.italic.or(named(["emphasis", "subtle emphasis"]));
            look.raise = style.raise;
            look.left_out = style.left_out;
        }
    }

    /// Follows a field: its code is not shown, and its result is a link if the code says so.
    fn field(&mut self, step: &str) {
        match step {
            "begin" => {
                let outer_link = self.link.clone();
                self.fields.push(OpenField { outer_link, ..OpenField::default() });
            }
            "separate" => {
                let link = self.fields.last().and_then(|field| link_of(&field.instruction));
                self.link = link.or_else(|| self.link.take());
            }
            "end" => self.link = self.fields.pop().and_then(|field| field.outer_link),
            _ => {}
        }
    }

    /// Shows the entry that was chosen in a drop-down list. Word writes none if the list was not
    /// touched, although it shows the first entry then.
    fn end_drop_down(&mut self) {
        let Some(DropDown { chosen, entries }) = self.drop_down.take() else { return };
        match (chosen.and_then(|chosen| entries.get(chosen)), entries.first()) {
            (Some(entry), _) => self.push(entry),
            (None, Some(first)) if !first.trim().is_empty() && !is_prompt(first) => {
                self.remark(&format!("a list shows `{first}`, but it was not chosen; left out"));
            }
            (None, _) => {}
        }
    }

    fn control_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(control) = self.controls.last_mut() else { return };
        match name {
            "checkbox" => control.ticked = Some(false),
            "checked" if control.ticked.is_some() => control.ticked = Some(is_on(start)),
            "b" => control.by_design.0 = is_on(start),
            "i" => control.by_design.1 = is_on(start),
            "showingPlcHdr" => control.placeholder = is_on(start),
            "date" => {
                let full = attribute(start, "fullDate");
                control.date = full.and_then(|date| date.get(..10).map(str::to_owned));
            }
            _ => {}
        }
    }

    /// Replaces the content of a check box, of a date or of an empty control by its state.
    fn start_control_content(&mut self) {
        let Some(control) = self.controls.last_mut() else { return };
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.by_design.0 |= control.by_design.0;
            paragraph.by_design.1 |= control.by_design.1;
        }
        let shown = match (control.ticked.take(), control.date.take()) {
            (Some(ticked), _) => tick_box(ticked).to_string(),
            (None, _) if control.placeholder => String::new(),
            (None, Some(date)) => date,
            (None, None) => return,
        };
        if !shown.is_empty() {
            self.runs.push(DocxRunStyle::default());
            self.push(&shown);
            self.runs.pop();
        }
        self.skipped = 1;
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
            "sdt" => drop(self.controls.pop()),
            "checkBox" => {
                if let Some(ticked) = self.legacy_box.take() {
                    self.push_char(tick_box(ticked));
                }
            }
            _ => {}
        }
    }

    /// Adds the lines of a paragraph.
    fn finish(&mut self, mut paragraph: OpenParagraph) {
        let [loose, tight] = ANSWER.map(|style| paragraph.style.name.eq_ignore_ascii_case(style));
        let answer = loose || tight;
        let is_empty = paragraph.runs.iter().all(|run| run.text.trim().is_empty());
        let level = paragraph.level.unwrap_or(paragraph.style.level);
        let list = paragraph.list.or(paragraph.style.list).filter(|&list| list > 0 && !is_empty);
        let mut marker = list.and_then(|list| self.lists.next_marker(list, level));
        // A bullet that is a tick box is read as one before the text. The bullet of a style cannot be
        // changed for one paragraph.
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
            (left.saturating_sub(ITEM) + BLANK / 2) / BLANK
        });
        let indent = " ".repeat(indent.min(MAX_INDENT));
        let marker = marker.map(|shown| format!("{indent}{shown} ")).unwrap_or_default();
        let hangs = paragraph.hanging.map(|_| {
            let left = paragraph.left.unwrap_or(0);
            let first = *self.first_item.get_or_insert(left);
            ((left.saturating_sub(first) + BLANK / 2) / BLANK).min(MAX_INDENT)
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

/// Returns the address in the code of a field, such as `HYPERLINK "https://example.org"`.
fn link_of(code: &str) -> Option<String> {
    let code = code.trim_start();
    let (name, rest) = code.split_at_checked("HYPERLINK".len())?;
    let rest = rest.trim_start();
    if !name.eq_ignore_ascii_case("HYPERLINK") || rest.starts_with('\\') {
        return None;
    }
    let address = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => rest.split_whitespace().next()?,
    };
    Some(address.replace("\\\\", "\\"))
}
