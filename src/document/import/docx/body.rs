//! Turns the paragraphs, runs and content controls of a Word file into lines.

use std::collections::HashMap;
use std::rc::Rc;

use quick_xml::events::BytesStart;

use super::numbering::DocxLists;
use super::styles::DocxStyle;
use crate::document::error::UnreadableDocument;
use crate::document::import::lines::{MAX_LINES, SourceLine};
use crate::document::import::package::{XmlNode, attribute, is_on, number, value, walk};
use crate::document::ooxml::{ANSWER, BLANK, ITEM};
use crate::document::tick_box;
use crate::model::markup::Run;
use crate::model::text;

/// The elements that are left out with everything inside them.
const LEFT_OUT: [&str; 9] = [
    "del",
    "moveFrom",
    "Fallback",
    "instrText",
    "delText",
    "pPrChange",
    "rPrChange",
    "rt",
    "tblPr",
];

/// A paragraph whose end was not read yet.
#[derive(Default)]
struct OpenParagraph {
    runs: Vec<Run>,
    style: DocxStyle,
    list: Option<usize>,
    level: Option<usize>,
    /// The left indent in twentieths of a point.
    left: Option<usize>,
    /// Whether its end is a tracked deletion, so that the next paragraph belongs to it.
    joins_next: bool,
}

/// A content control whose end was not read yet.
#[derive(Default)]
struct OpenControl {
    ticked: Option<bool>,
    date: Option<String>,
    placeholder: bool,
}

/// Reads XML with paragraphs into lines. It holds what is open at the current place of the XML.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an element of the XML that is open")]
struct BodyReader {
    styles: Rc<HashMap<String, DocxStyle>>,
    links: HashMap<String, String>,
    lists: DocxLists,
    lines: Vec<SourceLine>,
    /// The open paragraphs, outermost first: text boxes hold paragraphs inside paragraphs.
    open: Vec<OpenParagraph>,
    controls: Vec<OpenControl>,
    /// Whether the open check box of a legacy form is ticked.
    legacy_box: Option<bool>,
    link: Option<String>,
    in_run: bool,
    in_text: bool,
    in_paragraph_properties: bool,
    bold: bool,
    italic: bool,
    /// How many elements are open from the one that is left out on.
    skipped: usize,
    /// A paragraph that the next one belongs to.
    joined: Option<OpenParagraph>,
    /// The number of paragraphs so far.
    number: usize,
    /// The number of empty lines since the last line.
    blanks: usize,
    /// Whether the last line is an answer's that no empty line follows.
    tight: bool,
    /// Whether the last paragraph was an item of a list outside our answers.
    after_item: bool,
}

/// Reads the lines of a part of a Word file: its body or its footnotes.
///
/// # Errors
/// Fails if the XML is damaged or has more lines than any filled-in form.
pub(super) fn read_body(
    xml: &str,
    styles: Rc<HashMap<String, DocxStyle>>,
    lists: DocxLists,
    links: HashMap<String, String>,
) -> Result<Vec<SourceLine>, UnreadableDocument> {
    let mut body = BodyReader { styles, links, lists, blanks: 1, ..BodyReader::default() };
    walk(xml, |node| {
        match node {
            XmlNode::Start(_) if body.skipped > 0 => body.skipped += 1,
            XmlNode::End(_) if body.skipped > 0 => body.skipped -= 1,
            XmlNode::Start(start) => body.start(start),
            XmlNode::End(name) => body.end(name),
            XmlNode::Text(text) if body.in_text && body.skipped == 0 => body.push(text),
            XmlNode::Text(_) => {}
        }
        if body.lines.len() > MAX_LINES {
            return Err(UnreadableDocument::new("it is many times longer than a filled-in form"));
        }
        Ok(())
    })?;
    if let Some(rest) = body.joined.take() {
        body.finish(rest);
    }
    Ok(body.lines)
}

impl BodyReader {
    /// Adds text to the open paragraph.
    fn push(&mut self, text: &str) {
        let (bold, italic, link) = (self.bold, self.italic, self.link.as_ref());
        let Some(paragraph) = self.open.last_mut() else {
            // A content control between paragraphs is a paragraph of its own.
            let run = Run { bold, italic, link: link.cloned(), ..Run::plain(text) };
            return self.finish(OpenParagraph { runs: vec![run], ..OpenParagraph::default() });
        };
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
            "p" => self.open.push(self.joined.take().unwrap_or_default()),
            "pPr" => self.in_paragraph_properties = true,
            "r" if !self.in_paragraph_properties => {
                (self.in_run, self.bold, self.italic) = (true, false, false);
            }
            "hyperlink" => {
                self.link = attribute(start, "id").and_then(|id| self.links.get(&id).cloned());
            }
            "sdt" => self.controls.push(OpenControl::default()),
            "sdtContent" => self.start_control_content(),
            _ if self.in_paragraph_properties => self.paragraph_property(name, start),
            _ if self.in_run => self.inside_run(name, start),
            _ => self.control_property(name, start),
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
            "ilvl" => paragraph.level = number(start, "val"),
            "numId" => paragraph.list = number(start, "val"),
            "ind" => paragraph.left = number(start, "left").or_else(|| number(start, "start")),
            _ => {}
        }
    }

    fn inside_run(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "b" => self.bold = is_on(start),
            "i" => self.italic = is_on(start),
            "rStyle" => match self.style(start).map(|style| style.name.as_str()) {
                Some("strong" | "intense emphasis") => self.bold = true,
                Some("emphasis" | "subtle emphasis") => self.italic = true,
                Some(_) | None => {}
            },
            "t" => self.in_text = true,
            "tab" | "ptab" => self.push(" "),
            "br" if matches!(attribute(start, "type").as_deref(), Some("page" | "column")) => {}
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = attribute(start, "char");
                let code = code.and_then(|code| u32::from_str_radix(&code, 16).ok());
                // The characters of symbol fonts are at U+F000, so that they are no letters.
                let sign = code.map(|code| if code < 0xF000 { code + 0xF000 } else { code });
                sign.and_then(char::from_u32).into_iter().for_each(|sign| self.push_char(sign));
            }
            "checkBox" => self.legacy_box = Some(false),
            "default" | "checked" if self.legacy_box.is_some() => {
                self.legacy_box = Some(is_on(start));
            }
            _ => self.control_property(name, start),
        }
    }

    fn control_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(control) = self.controls.last_mut() else { return };
        match name {
            "checkbox" => control.ticked = Some(false),
            "checked" if control.ticked.is_some() => control.ticked = Some(is_on(start)),
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
        let shown = match (control.ticked.take(), control.date.take()) {
            (Some(ticked), _) => tick_box(ticked).to_string(),
            (None, _) if control.placeholder => String::new(),
            (None, Some(date)) => date,
            (None, None) => return,
        };
        (self.bold, self.italic) = (false, false);
        if !shown.is_empty() {
            self.push(&shown);
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
            "r" => self.in_run = false,
            "t" => self.in_text = false,
            "hyperlink" => self.link = None,
            "sdt" => drop(self.controls.pop()),
            "checkBox" => {
                if let Some(ticked) = self.legacy_box.take() {
                    self.push_char(tick_box(ticked));
                }
            }
            _ => {}
        }
    }

    /// Adds the lines of a paragraph. Its gap is the empty line that Word shows between paragraphs;
    /// items of a list and tight answers have none.
    fn finish(&mut self, paragraph: OpenParagraph) {
        self.number += 1;
        let [loose, tight] = ANSWER.map(|style| paragraph.style.name.eq_ignore_ascii_case(style));
        let answer = loose || tight;
        if paragraph.runs.iter().all(|run| run.text.trim().is_empty()) {
            // Only in our own answers, every empty paragraph is an empty line.
            self.blanks = if answer { self.blanks + 1 } else { self.blanks.max(1) };
            self.tight = false;
            return;
        }
        let level = paragraph.level.unwrap_or(paragraph.style.level);
        let list = paragraph.list.or(paragraph.style.list).filter(|&list| list > 0);
        let marker = list.and_then(|list| self.lists.next_marker(list, level));
        let item = marker.is_some();
        let left = paragraph.left.filter(|_| answer);
        let indent = left.map_or(level.saturating_mul(2), |left| {
            (left.saturating_sub(ITEM) + BLANK / 2) / BLANK
        });
        let indent = " ".repeat(indent.min(80));
        let mut marker = marker.map(|shown| format!("{indent}{shown} ")).unwrap_or_default();
        let after_colon =
            || self.blanks == 1 && self.lines.last().is_some_and(|line| line.text().ends_with(':'));
        let near = self.tight || (!answer && item && (self.after_item || after_colon()));
        let mut gap = if near { self.blanks - 1 } else { self.blanks };
        for runs in split(paragraph.runs) {
            let (number, marker) = (self.number, std::mem::take(&mut marker));
            let style = paragraph.style.name.clone();
            self.lines.push(SourceLine { runs, marker, answer, style, gap, number });
            gap = 0;
        }
        self.blanks = 1;
        self.tight = tight;
        self.after_item = item && !answer;
    }
}

/// Splits the runs of a paragraph at line breaks.
fn split(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for run in runs {
        for (at, piece) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            let text = text::sanitize(piece);
            if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                line.push(Run { text, ..run.clone() });
            }
        }
    }
    lines
}
