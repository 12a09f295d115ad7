//! Reads the lines of an `OpenDocument` text (`.odt`), as `LibreOffice`, Word and Google Docs write
//! it: the same text with the same list markers, emphasis, links and tick boxes as the Word reader
//! returns. Tracked insertions are read as text, tracked deletions are left out.

mod controls;
mod styles;

use std::collections::HashMap;
use std::io::{Read, Seek};

use quick_xml::events::BytesStart;

use self::controls::controls;
use self::styles::OdtStyles;
use super::comments::{CommentAnchors, CommentText};
use super::lines::{Source, check_line_count};
use super::numerals::{numeral, word_format};
use super::package::{Package, XmlNode, attribute, number, paragraphs_in, read_origin, walk};
use super::paragraph_lines::{ImportedParagraph, LineBuilder};
use crate::document::error::UnreadableDocument;
use crate::document::ooxml::{ANSWER, ITEM_INDENT, SPACE_INDENT, typed_bullet};
use crate::document::tick_box;
use crate::model::markup::Run;

/// The maximum nesting depth of lists.
const MAX_LEVEL: usize = 10;
/// The maximum number of spaces that one element may represent.
const MAX_SPACES: usize = 200;

/// The elements that are skipped with everything inside them.
const LEFT_OUT: [&str; 13] = [
    "tracked-changes",
    "note-citation",
    "placeholder",
    "ruby-text",
    "title",
    "desc",
    "table-of-content",
    "hidden-text",
    "sequence-decls",
    "variable-decls",
    "user-field-decls",
    "index-title-template",
    "event-listeners",
];

/// Reads an `OpenDocument` text.
///
/// # Errors
/// Fails if the file is damaged, encrypted, not such a document, or larger than any filled-in form.
pub fn read(file: impl Read + Seek) -> Result<Source, UnreadableDocument> {
    let mut package = Package::open(file, "OpenDocument text (.odt)")?;
    let manifest = package.part("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(UnreadableDocument::new(
            "it is encrypted with a password; save a copy without one",
        ));
    }
    let content = package
        .part("content.xml")?
        .ok_or_else(|| UnreadableDocument::new("it has no text: `content.xml` is missing"))?;
    let mut styles = OdtStyles::default();
    let shared = package.part("styles.xml")?.unwrap_or_default();
    styles.read(&shared)?;
    let edges = ["header", "footer", "header-left", "footer-left", "header-first", "footer-first"];
    let page_edges = paragraphs_in(&shared, &edges)?;
    styles.read(&content)?;
    let controls = controls(&content)?;
    let mut body = OdtReader { styles, controls, ..OdtReader::default() };
    walk(&content, |node| {
        match node {
            XmlNode::Start(_) if body.skipped > 0 => body.skipped += 1,
            XmlNode::End(_) if body.skipped > 0 => body.skipped -= 1,
            node if body.annotation.is_some() => body.annotate(&node),
            XmlNode::Start(start) => body.start(start),
            XmlNode::End(name) => body.end(name),
            XmlNode::Text(text) if body.skipped == 0 => body.text(text),
            XmlNode::Text(_) => {}
        }
        check_line_count(body.main.lines.len() + body.notes.lines.len())
    })?;
    let OdtReader { main, notes, note_marks, remarks, comments, comment_texts, .. } = body;
    let mut source = Source {
        lines: main.lines,
        notes: notes.lines,
        unit: "paragraph",
        page_edges,
        remarks,
        comments: comments.comments(comment_texts),
        origin: read_origin(&package.part("meta.xml")?.unwrap_or_default()),
        ..Source::default()
    };
    source.mark_notes(&note_marks);
    Ok(source)
}

/// A list whose end was not read yet.
#[derive(Debug, Default)]
struct OpenList {
    style: String,
    /// Whether the next paragraph is the first of an item.
    item: bool,
    /// The number of the last item.
    count: usize,
}

/// A paragraph whose end was not read yet.
#[derive(Debug, Default)]
struct OdtParagraph {
    paragraph: ImportedParagraph,
    style: String,
    /// The open spans and links, outermost first.
    spans: Vec<OdtSpan>,
}

/// The format of a span of text, with what it inherits from the spans around it.
#[derive(Debug, Clone, Default)]
struct OdtSpan {
    /// Its emphasis and link; the run has no text.
    format: Run,
    /// Whether its text is a superscript (`Some(true)`) or a subscript (`Some(false)`).
    raised: Option<bool>,
    /// The reason to leave out its text; see [`OdtStyle::left_out`](styles::OdtStyle::left_out).
    left_out: Option<&'static str>,
}

/// Reads the content into lines. The fields hold the state at the current position in the XML.
#[derive(Default)]
struct OdtReader {
    styles: OdtStyles,
    /// The text that form controls show, by their ids.
    controls: HashMap<String, String>,
    main: LineBuilder,
    notes: LineBuilder,
    /// For each line of `notes`, the 1-based number of the paragraph with its mark, or 0 if that is unknown.
    note_marks: Vec<usize>,
    /// The 1-based number of the paragraph with the last mark of a footnote.
    last_mark: usize,
    remarks: Vec<String>,
    comments: CommentAnchors,
    comment_texts: Vec<CommentText>,
    /// The name of the current element inside the open comment, or `None` if no comment is open.
    annotation: Option<String>,
    /// The open paragraphs, outermost first: text boxes and footnotes are inside paragraphs.
    open: Vec<OdtParagraph>,
    /// The open lists, outermost first.
    lists: Vec<OpenList>,
    /// The number of the last item by list style and 1-based level, for lists that continue another one.
    counts: HashMap<(String, usize), usize>,
    /// The number of open footnotes.
    in_note: usize,
    /// The parameters of an open field of a legacy form.
    field: Option<LegacyField>,
    /// The number of open elements from the one that is skipped on.
    skipped: usize,
}

/// A tick box or list of a form that came from Word.
#[derive(Debug, Default)]
struct LegacyField {
    /// Its type, which ends with `CHECKBOX` for a tick box.
    kind: String,
    ticked: bool,
    entries: Vec<String>,
    /// The 0-based index of the chosen entry.
    chosen: usize,
}

impl OdtReader {
    /// Returns the lines of the part that is being read: the main text or the footnotes.
    fn lines(&mut self) -> &mut LineBuilder {
        if self.in_note > 0 { &mut self.notes } else { &mut self.main }
    }

    fn text(&mut self, text: &str) {
        let flat = self.open.last().map(|open| open.paragraph.flattened(text));
        self.push(&flat.unwrap_or_default());
    }

    /// Adds text as it is, without collapsing its white space.
    fn push(&mut self, text: &str) {
        let Some(open) = self.open.last_mut() else { return };
        if self.in_note == 0 {
            self.comments.text(text);
        }
        let span = open.spans.last().cloned().unwrap_or_default();
        match span.left_out {
            None if text.is_empty() => {}
            None => open.paragraph.push_shifted(text, span.raised, &span.format),
            Some(reason) => self.remark_left_out(reason, text),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let local = start.local_name();
        let name = local.as_ref();
        let text = |name: &str| attribute(start, name);
        let is_on = |name: &str| attribute(start, name).as_deref() == Some("true");
        // `text:title` is a field that shows the title of the document; `svg:title` names a picture.
        let qualified = start.name();
        let is_field = qualified.as_ref().starts_with("text:t");
        if (LEFT_OUT.contains(&name) && !(is_field && name == "title"))
            || (name == "section" && text("display").as_deref() == Some("none"))
        {
            self.skipped = 1;
            return;
        }
        match name {
            "p" | "h" => self.open.push(OdtParagraph {
                style: text("style-name").unwrap_or_default(),
                ..OdtParagraph::default()
            }),
            "span" => {
                let span = self.span(&text("style-name").unwrap_or_default());
                self.push_span(span);
            }
            "a" => {
                let mut span = self.current_span();
                span.format.link = text("href");
                self.push_span(span);
            }
            "s" => self.push(&" ".repeat(number(start, "c").unwrap_or(1).min(MAX_SPACES))),
            "tab" => self.push(" "),
            "line-break" => self.push("\n"),
            "note" => {
                self.in_note += 1;
                self.last_mark = self.main.number + 1;
            }
            "annotation" => {
                // A comment without a name is not about certain words.
                let id = text("name");
                let number = self.main.number + 1;
                let key = id.clone().unwrap_or_else(|| format!("#{}", self.comment_texts.len()));
                match id {
                    Some(_) => self.comments.start(key.clone(), number),
                    None => self.comments.mark(key.clone(), number),
                }
                self.comment_texts.push(CommentText { id: key, ..CommentText::default() });
                self.annotation = Some(String::new());
            }
            "annotation-end" => self.comments.end(&text("name").unwrap_or_default()),
            "list" => self.start_list(start),
            "list-item" => self.start_item(number(start, "start-value")),
            "content-control" => {
                let shown = if is_on("checkbox") {
                    Some(tick_box(is_on("checked")).to_string())
                } else if is_on("showing-place-holder") {
                    Some(String::new())
                } else if is_on("date") {
                    text("current-date").and_then(|date| date.get(..10).map(str::to_owned))
                } else {
                    None
                };
                if let Some(shown) = shown {
                    self.push(&shown);
                    self.skipped = 1;
                }
            }
            "fieldmark" | "fieldmark-start" => {
                let kind = text("type").unwrap_or_default();
                self.field = Some(LegacyField { kind, ..LegacyField::default() });
            }
            "param" => self.legacy_parameter(start),
            "control" => {
                let shown = text("control").and_then(|id| self.controls.get(&id).cloned());
                self.push(&shown.unwrap_or_default());
            }
            "image" | "object" | "plugin" => {
                let number = self.main.number + 1;
                self.remarks.push(format!("paragraph {number}: a picture is left out"));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                if let Some(open) = self.open.pop() {
                    self.finish(open);
                }
            }
            "span" | "a" => {
                if let Some(open) = self.open.last_mut() {
                    open.spans.pop();
                }
            }
            "note" => self.in_note = self.in_note.saturating_sub(1),
            "list" => {
                if let Some(list) = self.lists.pop() {
                    self.counts.insert((list.style, self.lists.len() + 1), list.count);
                }
            }
            "fieldmark" | "fieldmark-start" => {
                let Some(field) = self.field.take() else { return };
                if field.kind.ends_with("CHECKBOX") {
                    self.push(tick_box(field.ticked).encode_utf8(&mut [0; 4]));
                } else if let Some(chosen) = field.entries.get(field.chosen) {
                    self.push(&chosen.clone());
                }
            }
            _ => {}
        }
    }

    /// Reads a node inside a comment: its author or its text.
    fn annotate(&mut self, node: &XmlNode<'_>) {
        let Some(CommentText { author, text, .. }) = self.comment_texts.last_mut() else { return };
        match node {
            XmlNode::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if name == "p" && !text.is_empty() {
                    text.push('\n');
                }
                if name == "s" {
                    text.push(' ');
                }
                self.annotation = Some(name);
            }
            XmlNode::End("annotation") => self.annotation = None,
            XmlNode::Text(part) => match self.annotation.as_deref() {
                Some("creator") => author.push_str(part),
                Some("date" | "initials" | "creator-initials" | "date-string") | None => {}
                Some(_) => text.push_str(part),
            },
            XmlNode::End("creator" | "date" | "initials" | "creator-initials") => {
                self.annotation = Some(String::new());
            }
            XmlNode::End(_) => {}
        }
    }

    /// Opens a span in the innermost paragraph.
    fn push_span(&mut self, span: OdtSpan) {
        if let Some(open) = self.open.last_mut() {
            open.spans.push(span);
        }
    }

    /// Returns the innermost open span.
    fn current_span(&self) -> OdtSpan {
        self.open.last().and_then(|open| open.spans.last()).cloned().unwrap_or_default()
    }

    /// Returns the format of a span with this style inside the open spans.
    fn span(&self, style: &str) -> OdtSpan {
        let mut span = self.current_span();
        let (mut bold, mut italic, mut raised) = (None, None, None);
        for (name, style) in self.styles.lineage("text", style) {
            bold = bold.or(style.bold).or((name == "Strong_20_Emphasis").then_some(true));
            italic = italic.or(style.italic).or((name == "Emphasis").then_some(true));
            raised = raised.or(style.raised);
            span.left_out = span.left_out.or(style.left_out);
        }
        span.format.bold = bold.unwrap_or(span.format.bold);
        span.format.italic = italic.unwrap_or(span.format.italic);
        span.raised = raised.or(span.raised);
        span
    }

    fn start_list(&mut self, start: &BytesStart<'_>) {
        let outer = self.lists.last().map(|list| list.style.clone());
        let style = attribute(start, "style-name").or(outer).unwrap_or_default();
        let level = self.lists.len() + 1;
        let continues = attribute(start, "continue-numbering").as_deref() == Some("true")
            || attribute(start, "continue-list").is_some();
        let first = self.styles.lists.get(&(style.clone(), level)).map_or(1, |level| level.start);
        let last = self.counts.get(&(style.clone(), level)).copied();
        let count = last.filter(|_| continues).unwrap_or(first.saturating_sub(1));
        self.lists.push(OpenList { style, item: false, count });
    }

    fn start_item(&mut self, number: Option<usize>) {
        if let Some(list) = self.lists.last_mut() {
            list.item = true;
            list.count = number.unwrap_or(list.count.saturating_add(1));
        }
    }

    fn legacy_parameter(&mut self, start: &BytesStart<'_>) {
        let Some(field) = &mut self.field else { return };
        let value = attribute(start, "value").unwrap_or_default();
        match attribute(start, "name").as_deref() {
            Some("Checkbox_Checked") => field.ticked = value == "true",
            Some("Dropdown_ListEntry") => field.entries.push(value),
            Some("Dropdown_Selected") => field.chosen = value.parse().unwrap_or(0),
            Some(_) | None => {}
        }
    }

    /// Reports text that is left out.
    fn remark_left_out(&mut self, reason: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            let number = self.main.number + 1;
            self.remarks.push(format!("paragraph {number}: {reason} text is left out: {text}"));
        }
    }

    fn finish(&mut self, open: OdtParagraph) {
        let OdtParagraph { mut paragraph, style, .. } = open;
        let (mut left, mut own_list, mut left_out) = (None, None, None);
        let [loose, tight] = ANSWER.map(|name| name.replace(' ', "_20_"));
        for (name, style) in self.styles.lineage("paragraph", &style) {
            paragraph.tight |= name.eq_ignore_ascii_case(&tight);
            paragraph.answer |= paragraph.tight || name.eq_ignore_ascii_case(&loose);
            left = left.or(style.left);
            own_list = own_list.or_else(|| style.list.clone());
            left_out = left_out.or(style.left_out);
        }
        if let Some(reason) = left_out {
            let text: String = paragraph.runs.iter().map(|run| run.text.as_str()).collect();
            self.remark_left_out(reason, &text);
            return;
        }
        let empty = paragraph.runs.iter().all(|run| run.text.trim().is_empty());
        if !empty && let Some(marker) = self.marker(own_list) {
            let level = self.lists.len().clamp(1, MAX_LEVEL) - 1;
            let indent = left.filter(|_| paragraph.answer).map_or(level * 2, |left| {
                (left.saturating_sub(ITEM_INDENT) + SPACE_INDENT / 2) / SPACE_INDENT
            });
            paragraph.marker = format!("{}{marker} ", " ".repeat(indent.min(80)));
        }
        self.lines().finish(paragraph);
        self.note_marks.resize(self.notes.lines.len(), self.last_mark);
    }

    /// Returns the marker of the first paragraph of a list item, or `None` for any other paragraph.
    /// `own_list` is the list style of the paragraph, for a list without one.
    fn marker(&mut self, own_list: Option<String>) -> Option<String> {
        // The paragraphs of a text box or a footnote inside an item do not belong to its list.
        if self.in_note > 0 || !self.open.is_empty() {
            return None;
        }
        let level = self.lists.len();
        let list = self.lists.last_mut()?;
        if !std::mem::take(&mut list.item) {
            return None;
        }
        if list.style.is_empty() {
            list.style = own_list.unwrap_or_default();
        }
        let style = list.style.clone();
        let definition = self.styles.lists.get(&(style.clone(), level))?;
        if let Some(bullet) = &definition.bullet {
            return Some(typed_bullet(bullet).to_owned());
        }
        let shown = |at: usize| {
            let count = self.lists.get(at.checked_sub(1)?)?.count;
            let format = &self.styles.lists.get(&(style.clone(), at))?.format;
            Some(numeral(count, word_format(format)))
        };
        if let Some(pattern) = definition.pattern.as_ref().filter(|pattern| pattern.contains('%')) {
            let mut text = pattern.clone();
            for at in 1..=level.min(MAX_LEVEL) {
                text = text.replace(&format!("%{at}%"), &shown(at).unwrap_or_default());
            }
            return (!text.trim().is_empty() && !definition.format.is_empty()).then_some(text);
        }
        if definition.format.is_empty() {
            return None;
        }
        let from = (level + 1).saturating_sub(definition.levels).max(1);
        let numbers: Vec<String> = (from..=level).filter_map(shown).collect();
        Some(format!("{}{}{}", definition.prefix, numbers.join("."), definition.suffix))
    }
}

#[cfg(test)]
mod tests;
