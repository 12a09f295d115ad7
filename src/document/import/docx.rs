//! Reads the lines of a Word file, whoever wrote it: text with its emphasis and links, tick boxes,
//! the numbers and bullets that lists show, footnotes. Deletions that are tracked are gone,
//! insertions stand, comments are left out. What a file can cost is bounded.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{Read, Seek};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::document::import::lines::{Line, MOST_LINES, Source};
use crate::document::ooxml::{ANSWER, BLANK, BULLETS, ITEM};
use crate::document::tick_box;
use crate::model::markup::Run;
use crate::model::text;

/// The most bytes a part of the file may unpack to.
const PART: u64 = 16 << 20;
/// The most elements that may stand in one another.
const DEPTH: usize = 256;
/// The most entries a file may list.
const ENTRIES: usize = 5_000;

/// Why a file is no Word document that can be read.
#[derive(Debug)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn unreadable(what: impl Into<String>) -> Unreadable {
    Unreadable(what.into())
}

/// Reads a Word file.
///
/// # Errors
/// It is damaged, no Word document, or larger than any filled-in form.
pub fn read(file: impl Read + Seek) -> Result<Source, Unreadable> {
    let mut zip = ZipArchive::new(file).map_err(|_| {
        unreadable(
            "this is no Word document (.docx), or it is damaged; open it in Word and save it again",
        )
    })?;
    if zip.len() > ENTRIES {
        return Err(unreadable("the file has thousands of parts; no filled-in form does"));
    }
    let document = part(&mut zip, "word/document.xml")?
        .ok_or_else(|| unreadable("it has no text: `word/document.xml` is missing"))?;
    let styles = styles(&part(&mut zip, "word/styles.xml")?.unwrap_or_default())?;
    let lists = Lists::read(&part(&mut zip, "word/numbering.xml")?.unwrap_or_default())?;
    let links = links(&part(&mut zip, "word/_rels/document.xml.rels")?.unwrap_or_default())?;
    let body = Body::read(&document, &styles, lists, &links)?;
    let mut notes = Vec::new();
    for name in ["word/footnotes.xml", "word/endnotes.xml"] {
        let xml = part(&mut zip, name)?.unwrap_or_default();
        notes.extend(Body::read(&xml, &styles, Lists::default(), &HashMap::new())?);
    }
    Ok(Source { lines: body, notes, unit: "paragraph", ..Source::default() })
}

fn part<R: Read + Seek>(zip: &mut ZipArchive<R>, name: &str) -> Result<Option<String>, Unreadable> {
    let Ok(part) = zip.by_name(name) else { return Ok(None) };
    let mut bytes = Vec::new();
    part.take(PART + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(format!("`{name}` in it is damaged: {error}")))?;
    if bytes.len() as u64 > PART {
        return Err(unreadable(format!("`{name}` in it is larger than any filled-in form")));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| unreadable(format!("`{name}` in it is damaged: it is not UTF-8")))
}

/// What an element means to a visitor.
enum Found<'e> {
    Start(&'e BytesStart<'e>),
    End(&'e str),
    Text(&'e str),
}

/// Walks through XML within bounds. An empty element comes as its start and its end.
fn walk(
    xml: &str,
    mut visit: impl FnMut(Found<'_>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event();
        match event.map_err(|error| unreadable(format!("its text is damaged: {error}")))? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(unreadable("its parts stand too deep in one another"));
                }
                visit(Found::Start(&start))?;
            }
            Event::Empty(start) => {
                visit(Found::Start(&start))?;
                visit(Found::End(start.local_name().as_ref()))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Found::End(end.local_name().as_ref()))?;
            }
            Event::Text(text) => visit(Found::Text(&text.xml10_content()))?,
            Event::CData(text) => visit(Found::Text(&text.xml10_content()))?,
            Event::GeneralRef(entity) => {
                if let Some(c) = character(&entity) {
                    visit(Found::Text(c.encode_utf8(&mut [0; 4])))?;
                }
            }
            Event::DocType(_) => {
                return Err(unreadable("it declares entities, which Word never does"));
            }
            Event::Eof if depth > 0 => return Err(unreadable("its text ends in the middle")),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn character(entity: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return Some(c);
    }
    match &**entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

fn value(start: &BytesStart<'_>) -> Option<String> {
    attribute(start, "val")
}

fn number(start: &BytesStart<'_>, name: &str) -> Option<usize> {
    attribute(start, name)?.parse().ok()
}

/// Whether a property such as `<w:b/>` is on.
fn on(start: &BytesStart<'_>) -> bool {
    !matches!(value(start).as_deref(), Some("0" | "false" | "off" | "none"))
}

#[derive(Default, Clone)]
struct Style {
    name: String,
    list: Option<usize>,
    level: usize,
}

fn styles(xml: &str) -> Result<HashMap<String, Style>, Unreadable> {
    let mut styles: HashMap<String, Style> = HashMap::new();
    let mut id = String::new();
    walk(xml, |found| {
        let Found::Start(start) = found else { return Ok(()) };
        let style = styles.entry(id.clone()).or_default();
        match start.local_name().as_ref() {
            "style" => id = attribute(start, "styleId").unwrap_or_default(),
            "name" => style.name = value(start).unwrap_or_default().to_lowercase(),
            "numId" => style.list = number(start, "val").filter(|&list| list > 0),
            "ilvl" => style.level = number(start, "val").unwrap_or(0),
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

fn links(xml: &str) -> Result<HashMap<String, String>, Unreadable> {
    let mut links = HashMap::new();
    walk(xml, |found| {
        if let Found::Start(start) = found
            && attribute(start, "Type").is_some_and(|kind| kind.ends_with("/hyperlink"))
        {
            links.extend(attribute(start, "Id").zip(attribute(start, "Target")));
        }
        Ok(())
    })?;
    Ok(links)
}

#[derive(Debug, Clone, Default)]
struct Level {
    start: usize,
    format: String,
    text: String,
}

/// The lists of a file and how far each has counted.
#[derive(Debug, Default)]
struct Lists {
    levels: HashMap<(usize, usize), Level>,
    /// By the number of a list: the definition it follows, and where its levels start instead.
    uses: HashMap<usize, (usize, HashMap<usize, usize>)>,
    counts: HashMap<(usize, usize), usize>,
    begun: Vec<usize>,
}

impl Lists {
    fn read(xml: &str) -> Result<Self, Unreadable> {
        let mut lists = Self::default();
        let (mut definition, mut level, mut list, mut in_list) = (0, 0, 0, false);
        walk(xml, |found| {
            let Found::Start(start) = found else { return Ok(()) };
            let here = lists.levels.get_mut(&(definition, level)).filter(|_| !in_list);
            match start.local_name().as_ref() {
                "abstractNum" => {
                    in_list = false;
                    definition = number(start, "abstractNumId").unwrap_or(0);
                }
                "lvl" => {
                    level = number(start, "ilvl").unwrap_or(0);
                    if !in_list {
                        lists
                            .levels
                            .insert((definition, level), Level { start: 1, ..Level::default() });
                    }
                }
                "num" => {
                    in_list = true;
                    list = number(start, "numId").unwrap_or(0);
                }
                "abstractNumId" => {
                    let definition = number(start, "val").unwrap_or(0);
                    lists.uses.insert(list, (definition, HashMap::new()));
                }
                "lvlOverride" => level = number(start, "ilvl").unwrap_or(0),
                "startOverride" => {
                    if let (Some((_, starts)), Some(first)) =
                        (lists.uses.get_mut(&list), number(start, "val"))
                    {
                        starts.insert(level, first);
                    }
                }
                "start" => {
                    if let Some(level) = here {
                        level.start = number(start, "val").unwrap_or(1);
                    }
                }
                "numFmt" => here
                    .into_iter()
                    .for_each(|level| level.format = value(start).unwrap_or_default()),
                "lvlText" => {
                    if let Some(level) = here {
                        level.text = value(start).unwrap_or_default();
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(lists)
    }

    /// What the next item of a list shows before its text; nothing for a list without signs.
    fn marker(&mut self, list: usize, level: usize) -> Option<String> {
        let (definition, starts) = self.uses.get(&list)?.clone();
        if !self.begun.contains(&list) {
            self.begun.push(list);
            for (&level, &first) in &starts {
                self.counts.insert((definition, level), first.saturating_sub(1));
            }
        }
        let about = self.levels.get(&(definition, level))?.clone();
        let count = self.counts.entry((definition, level)).or_insert(about.start.saturating_sub(1));
        *count = count.saturating_add(1);
        let count = *count;
        self.counts.retain(|&(other, deeper), _| other != definition || deeper <= level);
        if matches!(about.format.as_str(), "none") {
            return None;
        }
        if about.format == "bullet" {
            let typed = BULLETS.iter().find(|(_, shown)| *shown == about.text);
            return Some(typed.map_or("-", |(typed, _)| *typed).to_owned());
        }
        let mut shown = about.text.clone();
        for other in 0..=level {
            let number = if other == level {
                Some(count)
            } else {
                self.counts.get(&(definition, other)).copied()
            };
            let format =
                self.levels.get(&(definition, other)).map_or("", |level| level.format.as_str());
            shown =
                shown.replace(&format!("%{}", other + 1), &counted(number.unwrap_or(1), format));
        }
        Some(shown)
    }
}

fn counted(number: usize, format: &str) -> String {
    let letter = |first: u8| {
        let at = u8::try_from((number.max(1) - 1) % 26).unwrap_or(0);
        char::from(first + at).to_string()
    };
    match format {
        "lowerLetter" => letter(b'a'),
        "upperLetter" => letter(b'A'),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        _ => number.to_string(),
    }
}

fn roman(mut number: usize) -> String {
    const SIGNS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut shown = String::new();
    number = number.min(3_999);
    for (worth, sign) in SIGNS {
        while number >= worth {
            shown.push_str(sign);
            number -= worth;
        }
    }
    shown
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    runs: Vec<Run>,
    style: Style,
    list: Option<usize>,
    level: Option<usize>,
    left: Option<usize>,
    /// Its end is a tracked deletion: the next paragraph goes on with it.
    goes_on: bool,
}

/// A content control that is being read.
#[derive(Default)]
struct Control {
    ticked: Option<bool>,
    date: Option<String>,
    placeholder: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a place of the file one can be in")]
struct Body<'a> {
    styles: &'a HashMap<String, Style>,
    links: &'a HashMap<String, String>,
    lists: Lists,
    lines: Vec<Line>,
    /// Text boxes hold paragraphs inside paragraphs.
    open: Vec<Paragraph>,
    controls: Vec<Control>,
    /// A box of an old form: its state so far.
    old_box: Option<bool>,
    link: Option<String>,
    in_run: bool,
    in_text: bool,
    in_paragraph_properties: bool,
    bold: bool,
    italic: bool,
    /// How deep one is inside something that is left out.
    skipped: usize,
    carried: Option<Paragraph>,
    at: usize,
    blanks: usize,
    /// Whether the line before was an answer's that no empty line follows.
    tight: bool,
    after_item: bool,
}

/// What is left out with all it holds.
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

impl<'a> Body<'a> {
    fn read(
        xml: &str,
        styles: &'a HashMap<String, Style>,
        lists: Lists,
        links: &'a HashMap<String, String>,
    ) -> Result<Vec<Line>, Unreadable> {
        let mut body = Self {
            styles,
            links,
            lists,
            lines: Vec::new(),
            open: Vec::new(),
            controls: Vec::new(),
            old_box: None,
            link: None,
            in_run: false,
            in_text: false,
            in_paragraph_properties: false,
            bold: false,
            italic: false,
            skipped: 0,
            carried: None,
            at: 0,
            blanks: 1,
            tight: false,
            after_item: false,
        };
        walk(xml, |found| {
            match found {
                Found::Start(_) if body.skipped > 0 => body.skipped += 1,
                Found::End(_) if body.skipped > 0 => body.skipped -= 1,
                Found::Start(start) => body.start(start),
                Found::End(name) => body.end(name),
                Found::Text(text) if body.in_text && body.skipped == 0 => body.push(text),
                Found::Text(_) => {}
            }
            if body.lines.len() > MOST_LINES {
                return Err(unreadable("it is many times longer than a filled-in form"));
            }
            Ok(())
        })?;
        if let Some(rest) = body.carried.take() {
            body.finish(rest);
        }
        Ok(body.lines)
    }

    fn push(&mut self, text: &str) {
        let run = Run {
            text: text.to_owned(),
            bold: self.bold,
            italic: self.italic,
            link: self.link.clone(),
            note: false,
        };
        match self.open.last_mut() {
            Some(paragraph) => match paragraph.runs.last_mut() {
                // Word divides text wherever somebody typed, spell-checked or saved.
                Some(last) if looks_alike(last, &run) => {
                    last.text.push_str(text);
                }
                Some(_) | None => paragraph.runs.push(run),
            },
            // A content control that stands between paragraphs is one of its own.
            None => self.finish(Paragraph { runs: vec![run], ..Paragraph::default() }),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let local = start.local_name();
        let name = local.as_ref();
        if self.in_paragraph_properties && name == "del" {
            self.open.iter_mut().last().into_iter().for_each(|paragraph| paragraph.goes_on = true);
        }
        if LEFT_OUT.contains(&name) {
            self.skipped = 1;
            return;
        }
        match name {
            "p" => self.open.push(self.carried.take().unwrap_or_default()),
            "pPr" => self.in_paragraph_properties = true,
            "r" if !self.in_paragraph_properties => {
                (self.in_run, self.bold, self.italic) = (true, false, false);
            }
            "hyperlink" => {
                self.link = attribute(start, "id").and_then(|id| self.links.get(&id).cloned());
            }
            "sdt" => self.controls.push(Control::default()),
            "sdtContent" => self.control(),
            _ if self.in_paragraph_properties => self.paragraph_property(name, start),
            _ if self.in_run => self.inside_run(name, start),
            _ => self.control_property(name, start),
        }
    }

    fn paragraph_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(paragraph) = self.open.last_mut() else { return };
        match name {
            "pStyle" => {
                let style = value(start).and_then(|id| self.styles.get(&id));
                paragraph.style = style.cloned().unwrap_or_default();
            }
            "ilvl" => paragraph.level = number(start, "val"),
            "numId" => paragraph.list = number(start, "val"),
            "ind" => paragraph.left = number(start, "left").or_else(|| number(start, "start")),
            _ => {}
        }
    }

    fn inside_run(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "b" => self.bold = on(start),
            "i" => self.italic = on(start),
            "rStyle" => {
                let style = value(start).and_then(|id| self.styles.get(&id));
                match style.map(|style| style.name.as_str()) {
                    Some("strong" | "intense emphasis") => self.bold = true,
                    Some("emphasis" | "subtle emphasis") => self.italic = true,
                    Some(_) | None => {}
                }
            }
            "t" => self.in_text = true,
            "tab" | "ptab" => self.push(" "),
            "br" if matches!(attribute(start, "type").as_deref(), Some("page" | "column")) => {}
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code =
                    attribute(start, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                // Symbol fonts live at F000; what they show there is no letter.
                let sign = code.and_then(|code| {
                    char::from_u32(if code < 0xF000 { code + 0xF000 } else { code })
                });
                if let Some(sign) = sign {
                    self.push(sign.encode_utf8(&mut [0; 4]));
                }
            }
            "checkBox" => self.old_box = Some(false),
            "default" | "checked" if self.old_box.is_some() => self.old_box = Some(on(start)),
            _ => self.control_property(name, start),
        }
    }

    fn control_property(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(control) = self.controls.last_mut() else { return };
        match name {
            "checkbox" => control.ticked = Some(false),
            "checked" if control.ticked.is_some() => control.ticked = Some(on(start)),
            "showingPlcHdr" => control.placeholder = on(start),
            "date" => {
                let full = attribute(start, "fullDate");
                control.date = full.and_then(|date| date.get(..10).map(str::to_owned));
            }
            _ => {}
        }
    }

    /// The content of a control begins: what its state says stands for what it shows.
    fn control(&mut self) {
        let Some(control) = self.controls.last_mut() else { return };
        let shown = match (control.ticked.take(), control.date.take()) {
            (Some(ticked), _) => Some(tick_box(ticked).to_string()),
            (None, _) if control.placeholder => Some(String::new()),
            (None, date) => date,
        };
        if let Some(shown) = shown {
            (self.bold, self.italic) = (false, false);
            if !shown.is_empty() {
                self.push(&shown);
            }
            self.skipped = 1;
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => {
                let Some(paragraph) = self.open.pop() else { return };
                if paragraph.goes_on {
                    self.carried = Some(Paragraph { goes_on: false, ..paragraph });
                } else {
                    self.finish(paragraph);
                }
            }
            "pPr" => self.in_paragraph_properties = false,
            "r" => self.in_run = false,
            "t" => self.in_text = false,
            "hyperlink" => self.link = None,
            "sdt" => {
                self.controls.pop();
            }
            "checkBox" => {
                if let Some(ticked) = self.old_box.take() {
                    self.push(tick_box(ticked).encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, paragraph: Paragraph) {
        self.at += 1;
        let [loose, tight] = ANSWER.map(str::to_lowercase);
        let answer = paragraph.style.name == loose || paragraph.style.name == tight;
        let list = paragraph.list.or(paragraph.style.list).filter(|&list| list > 0);
        let level = paragraph.level.unwrap_or(paragraph.style.level);
        let empty = paragraph.runs.iter().all(|run| run.text.trim().is_empty());
        let shown = list.filter(|_| !empty).and_then(|list| self.lists.marker(list, level));
        let marker = shown.map(|shown| {
            let indent = match paragraph.left.filter(|_| answer) {
                Some(left) => (left.saturating_sub(ITEM) + BLANK / 2) / BLANK,
                None => level * 2,
            };
            format!("{}{shown} ", " ".repeat(indent.min(80)))
        });
        if empty {
            // In our own answers an empty paragraph is an empty line; elsewhere it is only room.
            self.blanks = if answer { self.blanks + 1 } else { self.blanks.max(1) };
            self.tight = false;
            return;
        }
        let item = marker.is_some();
        let near = self.tight
            || (!answer
                && item
                && (self.after_item
                    || !self.lines.is_empty()
                        && self.blanks == 1
                        && self.lines.last().is_some_and(|line| line.text().ends_with(':'))));
        let mut gap = if near { self.blanks - 1 } else { self.blanks };
        let mut marker = marker.unwrap_or_default();
        for runs in split(paragraph.runs) {
            self.lines.push(Line {
                runs,
                marker: std::mem::take(&mut marker),
                answer,
                gap,
                at: self.at,
            });
            gap = 0;
        }
        self.blanks = 1;
        self.tight = paragraph.style.name == tight;
        self.after_item = item && !answer;
    }
}

fn looks_alike(a: &Run, b: &Run) -> bool {
    (a.bold, a.italic, a.note, &a.link) == (b.bold, b.italic, b.note, &b.link)
}

/// The lines of a paragraph, broken where its writer broke them.
fn split(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for run in runs {
        for (at, piece) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            let cleaned = text::sanitize(piece);
            if let Some(line) = lines.last_mut().filter(|_| !cleaned.is_empty()) {
                line.push(Run { text: cleaned, ..run.clone() });
            }
        }
    }
    lines
}
