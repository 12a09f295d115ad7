//! Reads the lines of a web page, as Google Docs, mail programs and this program write it:
//! paragraphs, lists, tables, emphasis, links, tick boxes and the values of form fields. The tags are
//! read one by one without building a tree, so that damaged pages are read too.

mod styles;

use std::collections::HashMap;

use html5gum::{DefaultEmitter, HtmlString, Token, Tokenizer};

use self::styles::{ClassStyle, classes, number_format};
use super::lines::{Source, check_line_count};
use super::numerals::numeral;
use super::paragraph_lines::{ImportedParagraph, LineBuilder};
use crate::document::error::UnreadableDocument;
use crate::document::tick_box;
use crate::model::markup::Run;

/// Elements that are skipped with everything inside them.
const LEFT_OUT: [&str; 9] =
    ["head", "script", "style", "template", "noscript", "svg", "object", "button", "iframe"];
/// Elements that have no end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 36] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "blockquote",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "legend",
    "address",
    "hr",
    "textarea",
];
/// Blocks with an empty line around them.
const SPACED: [&str; 13] =
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"];
/// The maximum nesting depth of elements. Deeper ones are ignored, but their text is read.
const MAX_OPEN: usize = 2_000;

/// Reads a web page.
///
/// # Errors
/// Fails if it is larger than any filled-in form.
pub fn read(content: &str) -> Result<Source, UnreadableDocument> {
    let mut page = HtmlReader { classes: classes(content), ..HtmlReader::default() };
    page.main.bullets = true;
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(content, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let attributes: HashMap<String, String> = tag
                    .attributes
                    .iter()
                    .map(|(name, value)| (string(name), string(&value.value)))
                    .collect();
                page.start(&string(&tag.name), &attributes, tag.self_closing);
            }
            Token::EndTag(tag) => page.end(&string(&tag.name)),
            Token::String(text) => page.text(&string(&text.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
        check_line_count(page.main.lines.len() + page.notes.lines.len())?;
    }
    page.finish();
    let mut source = Source {
        lines: page.main.lines,
        notes: page.notes.lines,
        unit: "paragraph",
        remarks: page.remarks,
        ..Source::default()
    };
    source.mark_notes(&page.note_marks);
    Ok(source)
}

/// Returns the text of an HTML entity such as `eacute` or `#233`, or `None` if the name is unknown.
pub(super) fn entity(name: &str) -> Option<String> {
    let code = format!("&{name};");
    let decoded: String = Tokenizer::new(&code)
        .map(|Ok(token)| match token {
            Token::String(text) => string(&text.value),
            Token::StartTag(_)
            | Token::EndTag(_)
            | Token::Comment(_)
            | Token::Doctype(_)
            | Token::Error(_) => String::new(),
        })
        .collect();
    (decoded.chars().count() <= 2 && !decoded.is_empty() && decoded != code).then_some(decoded)
}

fn string(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// An element whose end was not read yet, with the format that it inherits.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its text")]
struct OpenElement {
    name: String,
    /// The emphasis and link of its text; the run has no text.
    format: Run,
    /// Whether its text is a superscript (`Some(true)`) or a subscript (`Some(false)`).
    raised: Option<bool>,
    hidden: bool,
    /// Whether a line is drawn through its text.
    struck: bool,
    /// Whether white space is shown as it is.
    preformatted: bool,
    /// Whether it is in a footnote.
    note: bool,
    /// The number of the next item of an `ol`.
    next: usize,
    /// The name that Word has for the number format of an `ol`, such as `lowerLetter`.
    number_format: &'static str,
}

/// Reads a web page into lines. The fields hold the state at the current tag.
#[derive(Debug, Default)]
struct HtmlReader {
    classes: HashMap<String, ClassStyle>,
    main: LineBuilder,
    notes: LineBuilder,
    /// For each line of `notes`, the 1-based number of the paragraph with its mark, or 0 if that is unknown.
    note_marks: Vec<usize>,
    /// The 1-based numbers of the paragraphs with the marks of footnotes, by the ids that these link to.
    marks: HashMap<String, usize>,
    /// The number of the paragraph with the mark of the current footnote.
    last_mark: usize,
    remarks: Vec<String>,
    /// The open elements, outermost first.
    open: Vec<OpenElement>,
    paragraph: ImportedParagraph,
    /// Whether there is an empty line before the next paragraph.
    spaced: bool,
    /// Whether a `br` made the paragraph an empty line.
    broken: bool,
    /// The marker of the list item that begins with the next paragraph.
    marker: Option<String>,
    /// Whether the open `option` is the chosen one.
    chosen: bool,
}

impl HtmlReader {
    /// Returns the innermost open element, or one without a name if none is open.
    fn top(&self) -> OpenElement {
        self.open.last().cloned().unwrap_or_else(|| OpenElement {
            name: String::new(),
            format: Run::default(),
            raised: None,
            hidden: false,
            struck: false,
            preformatted: false,
            note: false,
            next: 1,
            number_format: "",
        })
    }

    /// Reads a start tag. `closed` says whether it is self-closing, such as `<a/>`.
    fn start(&mut self, name: &str, attributes: &HashMap<String, String>, closed: bool) {
        let get = |name: &str| attributes.get(name).map(String::as_str);
        match name {
            "br" => {
                self.break_line();
                return;
            }
            "input" if !self.top().hidden => {
                match get("type").unwrap_or("text") {
                    "checkbox" | "radio" => {
                        self.push(tick_box(get("checked").is_some()).encode_utf8(&mut [0; 4]));
                    }
                    "hidden" | "submit" | "button" | "image" | "reset" | "file" | "password" => {}
                    _ => self.push(get("value").unwrap_or_default()),
                }
                return;
            }
            "img" => {
                if !self.top().hidden && get("width") != Some("1") {
                    let number = self.main.number + 1;
                    self.remarks.push(format!("paragraph {number}: a picture is left out"));
                }
                return;
            }
            "option" => self.chosen = get("selected").is_some(),
            // A paragraph or an item ends the one before, even without an end tag.
            "p" if self.open.last().is_some_and(|open| open.name == "p") => self.end("p"),
            "li" | "td" | "th" | "tr" | "dt" | "dd"
                if self.open.last().is_some_and(|open| open.name == name) =>
            {
                self.end(name);
            }
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.finish();
            self.spaced |= SPACED.contains(&name);
        }
        if VOID.contains(&name) || self.open.len() >= MAX_OPEN || (closed && name == "a") {
            return;
        }
        let mut open = OpenElement { name: name.to_owned(), next: 1, ..self.top() };
        for id in [get("id"), get("name")].into_iter().flatten() {
            open.note |= self.starts_note(id);
        }
        let from_classes = get("class").unwrap_or_default().split_whitespace();
        let from_classes = from_classes
            .filter_map(|class| self.classes.get(class))
            .fold(ClassStyle::default(), |below, style| style.over(below));
        let style = ClassStyle::read(get("style").unwrap_or_default()).over(from_classes);
        let inline = !BLOCKS.contains(&name);
        open.hidden |= style.hidden || LEFT_OUT.contains(&name) || get("hidden").is_some();
        open.struck |= style.struck || matches!(name, "s" | "strike" | "del");
        if inline {
            open.format.bold = style.bold.unwrap_or(open.format.bold);
            open.format.italic = style.italic.unwrap_or(open.format.italic);
            open.raised = style.raised.or(open.raised);
        }
        match name {
            "b" | "strong" => open.format.bold = style.bold.unwrap_or(true),
            "i" | "em" => open.format.italic = style.italic.unwrap_or(true),
            "sup" => open.raised = Some(true),
            "sub" => open.raised = Some(false),
            "a" => match get("href").and_then(|link| link.strip_prefix('#')) {
                Some(id) if is_note_id(id) => {
                    // The mark is not part of the text.
                    open.hidden = true;
                    let number = self.main.number + 1;
                    if !open.note {
                        self.marks.entry(id.to_owned()).or_insert(number);
                    }
                }
                // A link inside the page.
                Some(_) => {}
                None => open.format.link = get("href").map(target),
            },
            "pre" | "textarea" => open.preformatted = true,
            "ol" => {
                open.next = get("start").and_then(|start| start.parse().ok()).unwrap_or(1);
                open.number_format = number_format(get("type"), get("style"));
            }
            "div" if matches!(get("title"), Some("header" | "footer")) => {
                // LibreOffice writes the headers and footers of pages like this.
                open.hidden = true;
                self.remarks.push("the headers and footers of its pages are left out".to_owned());
            }
            "section" | "div" | "aside" => {
                open.note |= get("role").is_some_and(|role| role.contains("endnotes"))
                    || get("class")
                        .is_some_and(|class| class.split(' ').any(|class| class == "footnotes"));
            }
            "li" => self.item(get("value").and_then(|value| value.parse().ok())),
            _ => {}
        }
        self.open.push(open);
    }

    /// Reads an end tag.
    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else {
            if name == "p" || name == "br" {
                self.break_line();
            }
            return;
        };
        // An end tag inside a cell or an item does not end an element around it.
        let mut inside = self.open.iter().skip(at + 1);
        let containers = ["td", "th", "li", "table"];
        if !BLOCKS.contains(&name) && inside.any(|open| containers.contains(&open.name.as_str())) {
            return;
        }
        if BLOCKS.contains(&name) {
            if name != "div" || !self.paragraph.runs.is_empty() {
                self.finish();
            } else if self.broken {
                self.spaced = true;
            }
            self.broken = false;
            self.spaced |= SPACED.contains(&name);
        }
        self.open.truncate(at);
    }

    /// Whether an element with this id starts a footnote whose mark was read. The element may be the link
    /// from the footnote back to its mark; then the paragraph or item around it becomes the footnote.
    fn starts_note(&mut self, id: &str) -> bool {
        let name = |id: &str| id.trim_start_matches('_').to_lowercase();
        let leads_here = |mark: &str| {
            let (mark, id) = (name(mark), name(id));
            mark == id || (is_note_id(&id) && mark.strip_prefix(&id) == Some("sym"))
        };
        let Some((_, &number)) = self.marks.iter().find(|(mark, _)| leads_here(mark)) else {
            return false;
        };
        self.last_mark = number;
        let mut blocks = self.open.iter_mut().rev();
        if let Some(block) = blocks.find(|open| matches!(open.name.as_str(), "p" | "li")) {
            block.note = true;
        }
        true
    }

    /// Starts a list item. `number` is its number if the tag sets it.
    fn item(&mut self, number: Option<usize>) {
        let depth =
            self.open.iter().filter(|open| matches!(open.name.as_str(), "ul" | "ol")).count();
        let list =
            self.open.iter_mut().rev().find(|open| matches!(open.name.as_str(), "ul" | "ol"));
        let Some(list) = list.filter(|list| !list.note) else { return };
        let shown = if list.name == "ol" {
            let number = number.unwrap_or(list.next);
            list.next = number.saturating_add(1);
            format!("{}.", numeral(number, list.number_format))
        } else {
            "-".to_owned()
        };
        self.marker = Some(format!("{}{shown} ", "  ".repeat(depth.saturating_sub(1).min(40))));
    }

    fn break_line(&mut self) {
        let top = self.top();
        if top.hidden {
            return;
        }
        if self.paragraph.runs.is_empty() {
            self.broken = true;
            self.spaced = true;
            return;
        }
        // Two breaks are an empty line.
        if self.paragraph.runs.last().is_some_and(|run| run.text.ends_with('\n')) {
            self.finish();
            self.spaced = true;
            return;
        }
        self.paragraph.push("\n", &top.format);
    }

    fn text(&mut self, text: &str) {
        let top = self.top();
        if top.hidden || (top.name == "option" && !self.chosen) {
            return;
        }
        if top.preformatted {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.break_line();
                }
                self.push(line);
            }
            return;
        }
        self.push(&self.paragraph.flattened(text));
    }

    fn push(&mut self, text: &str) {
        let top = self.top();
        if top.hidden || text.is_empty() {
            return;
        }
        if top.struck {
            let number = self.main.number + 1;
            self.remarks
                .push(format!("paragraph {number}: struck-through text is left out: {text}"));
            return;
        }
        self.paragraph.push_shifted(text, top.raised, &top.format);
    }

    /// Ends the paragraph and adds its lines.
    fn finish(&mut self) {
        let note = self.top().note;
        let mut paragraph = std::mem::take(&mut self.paragraph);
        if let Some(last) = paragraph.runs.last_mut() {
            // Footnotes end with a link back to their marks.
            last.text = last.text.trim_end_matches([' ', '\n', '↩', '\u{FE0E}']).to_owned();
        }
        paragraph.runs.retain(|run| !run.text.is_empty());
        let blank = paragraph
            .runs
            .iter()
            .all(|run| run.text.chars().all(|c| c.is_whitespace() || c == '\u{A0}'));
        if blank {
            self.spaced |= !paragraph.runs.is_empty();
            return;
        }
        if let Some(first) = paragraph.runs.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
        paragraph.marker = self.marker.take().unwrap_or_default();
        let mut names = self.open.iter().rev().map(|open| open.name.as_str());
        let heading = names.find(|name| HEADINGS.contains(name));
        paragraph.style = heading.map(|name| format!("heading {name}")).unwrap_or_default();
        let spaced = std::mem::take(&mut self.spaced);
        let lines = if note { &mut self.notes } else { &mut self.main };
        if !spaced {
            lines.follow_closely();
        }
        lines.finish(paragraph);
        self.note_marks.resize(self.notes.lines.len(), self.last_mark);
    }
}

/// Whether an id is that of a footnote or of its mark, as word processors and web sites name them.
fn is_note_id(id: &str) -> bool {
    let id = id.trim_start_matches('_').to_lowercase();
    let names = ["fn", "ftn", "edn", "sdfootnote", "sdendnote", "footnote", "endnote"];
    names.iter().any(|name| id.starts_with(name)) && id.contains(|c: char| c.is_ascii_digit())
}

/// Returns the address of a link without the redirect by Google that Google Docs adds.
fn target(link: &str) -> String {
    let wrapped = link
        .strip_prefix("https://www.google.com/url?")
        .and_then(|query| query.split('&').find_map(|part| part.strip_prefix("q=")));
    let Some(wrapped) = wrapped else { return link.to_owned() };
    let mut bytes = Vec::new();
    let mut rest = wrapped.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = (byte == b'%').then(|| tail.get(..2)).flatten();
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| link.to_owned())
}
