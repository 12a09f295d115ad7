//! What is written into a place: an answer as paragraphs, as one line, or as text without formatting.

use quick_xml::escape::escape;

use super::place::words;
use super::tree::{ElementId, XmlTree};
use crate::document::AnswerLine;
use crate::document::NOT_APPLICABLE;
use crate::document::ooxml::{BLANK, BULLETS, ITEM};
use crate::model::address::{link_target, says_itself};
use crate::model::answer::Answer;
use crate::model::markup::Run;
use crate::model::questionnaire::{Field, Kind};

/// A paragraph of an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswerParagraph {
    /// The marker of a list item; empty for other paragraphs.
    marker: String,
    /// The blanks before the marker.
    indent: usize,
    /// Its lines.
    lines: Vec<Vec<Run>>,
}

/// An answer, ready to be written.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswerContent {
    /// Whether it is running text, which may have several paragraphs.
    pub(super) is_long: bool,
    paragraphs: Vec<AnswerParagraph>,
}

impl AnswerContent {
    /// Prepares the answer to a field.
    pub(super) fn new(field: &Field, answer: &Answer) -> Self {
        let shown = match answer {
            Answer::YesNo(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
            Answer::Text(_) | Answer::Date(_) | Answer::List(_) => answer.shown(field),
        };
        let mut paragraphs: Vec<AnswerParagraph> = Vec::new();
        let mut after_blank = true;
        for line in shown.split('\n') {
            let line = if let Kind::Text { .. } = field.kind {
                AnswerLine::new(line)
            } else {
                AnswerLine::literal(line)
            };
            let is_blank = line.is_blank() && line.marker.is_empty();
            let new = after_blank || !line.marker.is_empty() || matches!(field.kind, Kind::Links);
            after_blank = is_blank;
            match paragraphs.last_mut() {
                _ if is_blank => {}
                Some(last) if !new => last.lines.push(line.runs),
                Some(_) | None => paragraphs.push(AnswerParagraph {
                    marker: line.marker,
                    indent: line.indent,
                    lines: vec![line.runs],
                }),
            }
        }
        Self { is_long: matches!(field.kind, Kind::Text { .. }), paragraphs }
    }

    /// Returns the remark for a question that does not apply.
    pub(super) fn not_applicable(field: &Field) -> Self {
        Self { is_long: matches!(field.kind, Kind::Text { .. }), ..Self::line(NOT_APPLICABLE) }
    }

    /// Returns a text of one line.
    pub(super) fn line(text: &str) -> Self {
        let lines = vec![vec![Run::plain(text)]];
        let paragraphs = vec![AnswerParagraph { lines, ..AnswerParagraph::default() }];
        Self { is_long: false, paragraphs }
    }

    /// Returns its words as they are read from a document, without bullets.
    pub(super) fn words(&self) -> Vec<String> {
        let mut found = Vec::new();
        for paragraph in &self.paragraphs {
            found.extend(words(&paragraph.marker));
            for line in &paragraph.lines {
                let text: String = line.iter().map(|run| run.text.as_str()).collect();
                found.extend(words(&text));
            }
        }
        found
    }

    /// Whether it has emphasis or links that plain text cannot show.
    pub(super) fn is_formatted(&self) -> bool {
        let mut runs =
            self.paragraphs.iter().flat_map(|paragraph| paragraph.lines.iter().flatten());
        let says_more =
            |run: &Run| run.link.as_ref().is_some_and(|link| !says_itself(&run.text, link));
        runs.any(|run| run.bold || run.italic || says_more(run))
    }

    /// Returns it as lines, with typed list markers and empty lines between its paragraphs.
    fn as_lines(&self) -> Vec<Vec<Run>> {
        let mut lines: Vec<Vec<Run>> = Vec::new();
        for (at, paragraph) in self.paragraphs.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| self.paragraphs.get(at));
            let tight = before.is_none_or(|before| {
                let items = !before.marker.is_empty() && !paragraph.marker.is_empty();
                items || (before.is_link() && paragraph.is_link())
            });
            if !tight {
                lines.push(Vec::new());
            }
            for (at, line) in paragraph.lines.iter().enumerate() {
                let mut line = line.clone();
                if at == 0 && !paragraph.marker.is_empty() {
                    let indent = " ".repeat(paragraph.indent);
                    line.insert(0, Run::plain(format!("{indent}{} ", paragraph.marker)));
                }
                lines.push(line);
            }
        }
        lines
    }

    /// Returns it as lines without formatting.
    pub(super) fn plain_lines(&self) -> Vec<String> {
        let text = |run: &Run| match &run.link {
            Some(link) if !says_itself(&run.text, link) => format!("{} ({link})", run.text),
            Some(_) | None => run.text.clone(),
        };
        self.as_lines().iter().map(|line| line.iter().map(text).collect()).collect()
    }

    /// Returns the runs of the whole answer in one paragraph, with breaks between its lines.
    pub(super) fn in_one_paragraph(&self, names: &XmlNames, look: &RunProperties) -> String {
        look.lines(names, &self.as_lines())
    }
}

impl AnswerParagraph {
    fn is_link(&self) -> bool {
        let is_address = |run: &Run| run.link.is_some() && !run.text.contains(' ');
        self.lines.iter().flatten().all(is_address)
    }
}

/// How the XML of the form names elements and attributes, and which styles it has.
#[derive(Debug, Clone)]
pub(super) struct XmlNames {
    /// The prefix of elements with its colon, such as `w:`.
    pub(super) element: String,
    /// The prefix of attributes.
    pub(super) attribute: String,
    /// Whether the form has a style for links.
    pub(super) has_link_style: bool,
}

impl XmlNames {
    /// Returns an empty element with a value.
    fn property(&self, name: &str, value: &str) -> String {
        let Self { element, attribute, .. } = self;
        if value.is_empty() {
            format!("<{element}{name}/>")
        } else {
            format!("<{element}{name} {attribute}val=\"{value}\"/>")
        }
    }

    /// Returns an element with a content.
    pub(super) fn wrap(&self, name: &str, content: &str) -> String {
        let w = &self.element;
        if content.is_empty() { String::new() } else { format!("<{w}{name}>{content}</{w}{name}>") }
    }

    /// Returns a run of text; line ends become breaks.
    pub(super) fn run(&self, properties: &str, lines: &[String]) -> String {
        let w = &self.element;
        let texts = lines.iter().map(|line| {
            if line.is_empty() {
                return String::new();
            }
            format!("<{w}t xml:space=\"preserve\">{}</{w}t>", escape(line.as_str()))
        });
        let texts = texts.collect::<Vec<_>>().join(&format!("<{w}br/>"));
        format!("<{w}r>{}{texts}</{w}r>", self.wrap("rPr", properties))
    }

    /// Returns a run with a mark of a complex field: its begin, separator or end.
    pub(super) fn field_mark(&self, properties: &str, kind: &str) -> String {
        let Self { element: w, attribute, .. } = self;
        let properties = self.wrap("rPr", properties);
        format!("<{w}r>{properties}<{w}fldChar {attribute}fldCharType=\"{kind}\"/></{w}r>")
    }
}

/// The properties of text in a place: those of the paragraph mark or of a control.
#[derive(Debug, Clone, Default)]
pub(super) struct RunProperties {
    /// The names of the properties and their XML.
    properties: Vec<(String, String)>,
    /// Whether the text is bold and italic by design, so that emphasis has to be the reverse.
    pub(super) bold: bool,
    pub(super) italic: bool,
}

impl RunProperties {
    /// Reads the properties of an `rPr` element.
    pub(super) fn new(tree: &XmlTree<'_>, properties: Option<ElementId>) -> Self {
        let Some(id) = properties else { return Self::default() };
        let ignored = ["ins", "del", "moveFrom", "moveTo", "rPrChange", "noProof"];
        let children = tree
            .children(id)
            .map(|child| (tree.name(child).to_owned(), tree.raw(child).to_owned()));
        let kept = children.filter(|(name, raw)| {
            let is_of_prompt = name == "rStyle" && raw.to_lowercase().contains("placeholder");
            !is_of_prompt && !ignored.contains(&name.as_str())
        });
        Self {
            properties: kept.collect(),
            bold: tree.has_property(id, "b"),
            italic: tree.has_property(id, "i"),
        }
    }

    /// Returns these properties, and those of another look that are not among them.
    pub(super) fn over(&self, other: &Self) -> Self {
        let mut look = self.clone();
        for (name, raw) in &other.properties {
            if !self.properties.iter().any(|(known, _)| known == name) {
                look.properties.push((name.clone(), raw.clone()));
            }
        }
        look.bold |= other.bold;
        look.italic |= other.italic;
        look
    }

    /// Returns the properties without those of emphasis, for a text beside a bold label.
    pub(super) fn without_emphasis(mut self) -> Self {
        let emphasis = ["b", "bCs", "i", "iCs", "u", "caps", "smallCaps"];
        self.properties.retain(|(name, _)| !emphasis.contains(&name.as_str()));
        (self.bold, self.italic) = (false, false);
        self
    }

    /// Returns the properties of a run with this emphasis.
    pub(super) fn of(&self, names: &XmlNames, bold: bool, italic: bool, link: bool) -> String {
        let mut properties = self.properties.clone();
        let mut set = |name: &str, value: &str| {
            properties.retain(|(known, _)| known != name);
            properties.push((name.to_owned(), names.property(name, value)));
        };
        for (wanted, by_design, marks) in
            [(bold, self.bold, ["b", "bCs"]), (italic, self.italic, ["i", "iCs"])]
        {
            let value = if by_design { "0" } else { "" };
            marks.iter().filter(|_| wanted).for_each(|mark| set(mark, value));
        }
        if link && names.has_link_style {
            set("rStyle", "Hyperlink");
        } else if link {
            set("color", "0563C1");
            set("u", "single");
        }
        properties.sort_by_key(|(name, _)| in_schema(&RUN_PROPERTIES, name));
        properties.iter().map(|(_, raw)| raw.as_str()).collect()
    }

    /// Returns runs for text with emphasis and links.
    pub(super) fn runs(&self, names: &XmlNames, runs: &[Run]) -> String {
        let mut xml = String::new();
        for run in runs {
            let target = run.link.as_deref().and_then(link_target);
            let properties = self.of(names, run.bold, run.italic, target.is_some());
            let text = names.run(&properties, std::slice::from_ref(&run.text));
            match target {
                Some(target) => {
                    let target = target.replace('"', "%22").replace('\\', "%5C");
                    let plain = self.of(names, run.bold, run.italic, false);
                    let w = &names.element;
                    xml.push_str(&names.field_mark(&plain, "begin"));
                    xml.push_str(&format!(
                        "<{w}r>{}<{w}instrText xml:space=\"preserve\"> HYPERLINK \"{}\" </{w}instrText></{w}r>",
                        names.wrap("rPr", &plain),
                        escape(target.as_str())
                    ));
                    xml.push_str(&names.field_mark(&plain, "separate"));
                    xml.push_str(&text);
                    xml.push_str(&names.field_mark(&plain, "end"));
                }
                None => xml.push_str(&text),
            }
        }
        xml
    }

    /// Returns the runs of several lines, with breaks between them.
    pub(super) fn lines(&self, names: &XmlNames, lines: &[Vec<Run>]) -> String {
        let w = &names.element;
        let runs: Vec<String> = lines.iter().map(|line| self.runs(names, line)).collect();
        runs.join(&format!("<{w}r><{w}br/></{w}r>"))
    }
}

/// The properties of the paragraphs in a place.
#[derive(Debug, Clone, Default)]
pub(super) struct ParagraphTemplate {
    /// The names of the properties and their XML, without the end of a section.
    properties: Vec<(String, String)>,
    /// The XML of the end of a section.
    pub(super) section: String,
    /// The left indent of the style, in twentieths of a point.
    style_left: usize,
}

/// The properties of runs in the order in which the schema wants them; unknown ones come last.
const RUN_PROPERTIES: [&str; 36] = [
    "rStyle",
    "rFonts",
    "b",
    "bCs",
    "i",
    "iCs",
    "caps",
    "smallCaps",
    "strike",
    "dstrike",
    "outline",
    "shadow",
    "emboss",
    "imprint",
    "noProof",
    "snapToGrid",
    "vanish",
    "webHidden",
    "color",
    "spacing",
    "w",
    "kern",
    "position",
    "sz",
    "szCs",
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "em",
    "lang",
];
/// The properties of paragraphs that come after the indent in the schema.
const AFTER_INDENT: [&str; 12] = [
    "contextualSpacing",
    "mirrorIndents",
    "suppressOverlap",
    "jc",
    "textDirection",
    "textAlignment",
    "textboxTightWrap",
    "outlineLvl",
    "divId",
    "cnfStyle",
    "rPr",
    "sectPr",
];

/// Returns the place of a property in the order of the schema.
fn in_schema(order: &[&str], name: &str) -> usize {
    order.iter().position(|known| *known == name).unwrap_or(order.len())
}

impl ParagraphTemplate {
    /// Reads the properties of a paragraph. `was_item` if it is a list item that an earlier filling
    /// wrote: its indent is taken back.
    pub(super) fn new(
        tree: &XmlTree<'_>,
        paragraph: ElementId,
        style_left: usize,
        was_item: bool,
    ) -> Self {
        let mut template = Self { style_left, ..Self::default() };
        for child in tree.child(paragraph, "pPr").into_iter().flat_map(|id| tree.children(id)) {
            match tree.name(child) {
                "sectPr" => tree.raw(child).clone_into(&mut template.section),
                "pPrChange" => {}
                name => template.properties.push((name.to_owned(), tree.raw(child).to_owned())),
            }
        }
        let left = template.left();
        if was_item && template.hangs() {
            let left = left.saturating_sub(ITEM);
            template.properties.retain(|(name, _)| name != "ind");
            if left != style_left {
                let ind = format!(
                    "<{}ind {}left=\"{left}\"/>",
                    tree.prefix(paragraph),
                    tree.prefix(paragraph)
                );
                template.insert_indent(ind);
            }
        }
        template
    }

    fn indent(&self) -> Option<&str> {
        self.properties.iter().find(|(name, _)| name == "ind").map(|(_, raw)| raw.as_str())
    }

    fn hangs(&self) -> bool {
        self.indent().is_some_and(|raw| raw.contains(&format!("hanging=\"{ITEM}\"")))
    }

    /// Returns the left indent.
    fn left(&self) -> usize {
        let number = |raw: &str, name: &str| {
            raw.split_once(name)?.1.split('"').next()?.parse::<usize>().ok()
        };
        self.indent()
            .and_then(|raw| number(raw, "left=\"").or_else(|| number(raw, "start=\"")))
            .unwrap_or(self.style_left)
    }

    fn insert_indent(&mut self, raw: String) {
        let at = self.properties.iter().position(|(name, _)| AFTER_INDENT.contains(&name.as_str()));
        self.properties.insert(at.unwrap_or(self.properties.len()), ("ind".to_owned(), raw));
    }

    /// Returns the `pPr` element of a paragraph of an answer.
    fn xml(&self, names: &XmlNames, paragraph: &AnswerParagraph) -> String {
        let mut template = self.clone();
        if !paragraph.marker.is_empty() {
            let left = template.left() + ITEM + paragraph.indent * BLANK;
            template.properties.retain(|(name, _)| name != "ind" && name != "numPr");
            let (w, a) = (&names.element, &names.attribute);
            template.insert_indent(format!("<{w}ind {a}left=\"{left}\" {a}hanging=\"{ITEM}\"/>"));
        }
        template.properties.iter().map(|(_, raw)| raw.as_str()).collect()
    }

    /// Returns the paragraphs of an answer: for each its properties without the tags around them, and
    /// its runs.
    pub(super) fn paragraphs(
        &self,
        names: &XmlNames,
        look: &RunProperties,
        content: &AnswerContent,
    ) -> Vec<(String, String)> {
        let w = &names.element;
        let paragraphs = content.paragraphs.iter().map(|paragraph| {
            let mut runs = String::new();
            if !paragraph.marker.is_empty() {
                let shown = BULLETS.iter().find(|(typed, _)| *typed == paragraph.marker);
                let shown = shown.map_or(paragraph.marker.as_str(), |(_, shown)| shown);
                let properties = names.wrap("rPr", &look.of(names, false, false, false));
                let shown = escape(shown);
                runs = format!("<{w}r>{properties}<{w}t>{shown}</{w}t><{w}tab/></{w}r>");
            }
            runs.push_str(&look.lines(names, &paragraph.lines));
            (self.xml(names, paragraph), runs)
        });
        paragraphs.collect()
    }
}
