//! The formatting of answers in a form: reads the properties of the text and of the paragraphs in a place,
//! and writes the XML of runs and paragraphs with these properties.

use quick_xml::escape::escape;

use super::content::{AnswerContent, AnswerParagraph};
use super::tree::{ElementId, XmlTree};
use crate::document::ooxml::{ITEM_INDENT, SPACE_INDENT, shown_bullet};
use crate::model::address::{link_target, says_itself};
use crate::model::markup::Run;

/// The prefixes of names in the XML of the form, and whether it has a style for links.
#[derive(Debug, Clone)]
pub(super) struct XmlNames {
    /// The prefix of elements with its colon, such as `w:`; may be empty.
    pub(super) element: String,
    /// The prefix of attributes with its colon.
    pub(super) attribute: String,
    /// Whether the form has a style for links.
    pub(super) has_link_style: bool,
}

impl XmlNames {
    /// Returns an empty element with the attribute `val`, or without it if the value is empty.
    fn property(&self, name: &str, value: &str) -> String {
        let Self { element, attribute, .. } = self;
        if value.is_empty() {
            format!("<{element}{name}/>")
        } else {
            format!("<{element}{name} {attribute}val=\"{value}\"/>")
        }
    }

    /// Returns an element around a content, or an empty text if the content is empty.
    pub(super) fn wrap(&self, name: &str, content: &str) -> String {
        let w = &self.element;
        if content.is_empty() { String::new() } else { format!("<{w}{name}>{content}</{w}{name}>") }
    }

    /// Returns a run with lines of text and breaks between them.
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
    /// Whether all text is bold, so that bold emphasis is written as text that is not bold.
    pub(super) bold: bool,
    /// Whether all text is italic, so that italic emphasis is written as text that is not italic.
    pub(super) italic: bool,
    /// Whether a link whose text is its address is written as plain text. `LibreOffice` destroys a field at
    /// the start of a content control when it saves the form.
    pub(super) plain_addresses: bool,
}

impl RunProperties {
    /// Reads the properties of an `rPr` element.
    pub(super) fn new(tree: &XmlTree<'_>, properties: Option<ElementId>) -> Self {
        let Some(id) = properties else { return Self::default() };
        let ignored = ["ins", "del", "moveFrom", "moveTo", "rPrChange", "noProof"];
        let children = tree
            .children(id)
            .map(|child| (tree.name(child).to_owned(), tree.raw(child).to_owned()));
        let properties = children.filter(|(name, raw)| {
            let is_of_prompt = name == "rStyle" && raw.to_lowercase().contains("placeholder");
            !is_of_prompt && !ignored.contains(&name.as_str())
        });
        Self {
            properties: properties.collect(),
            bold: tree.has_property(id, "b"),
            italic: tree.has_property(id, "i"),
            plain_addresses: false,
        }
    }

    /// Returns these properties, with those of `other` that they do not set.
    pub(super) fn or_inherit(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for (name, raw) in &other.properties {
            if !self.properties.iter().any(|(known, _)| known == name) {
                merged.properties.push((name.clone(), raw.clone()));
            }
        }
        merged.bold |= other.bold;
        merged.italic |= other.italic;
        merged
    }

    /// Returns the properties without emphasis, for a text beside a bold label.
    pub(super) fn without_emphasis(mut self) -> Self {
        let emphasis = ["b", "bCs", "i", "iCs", "u", "caps", "smallCaps"];
        self.properties.retain(|(name, _)| !emphasis.contains(&name.as_str()));
        (self.bold, self.italic) = (false, false);
        self
    }

    /// Returns the XML of the properties of a run without emphasis.
    pub(super) fn plain(&self, names: &XmlNames) -> String {
        self.properties_xml(names, false, false, false)
    }

    /// Returns the XML of the properties of a run with this emphasis, in the order of the schema.
    fn properties_xml(&self, names: &XmlNames, bold: bool, italic: bool, link: bool) -> String {
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
        properties.sort_by_key(|(name, _)| schema_order(&RUN_PROPERTIES, name));
        properties.iter().map(|(_, raw)| raw.as_str()).collect()
    }

    /// Returns the XML of runs with emphasis and links.
    pub(super) fn runs(&self, names: &XmlNames, runs: &[Run]) -> String {
        let mut xml = String::new();
        for run in runs {
            let link = run
                .link
                .as_deref()
                .filter(|link| !(self.plain_addresses && says_itself(&run.text, link)));
            let target = link.and_then(link_target);
            let properties = self.properties_xml(names, run.bold, run.italic, target.is_some());
            let text = names.run(&properties, std::slice::from_ref(&run.text));
            match target {
                Some(target) => {
                    let target = target.replace('"', "%22").replace('\\', "%5C");
                    let plain = self.properties_xml(names, run.bold, run.italic, false);
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

    /// Returns the XML of the runs of several lines, with breaks between them.
    pub(super) fn lines(&self, names: &XmlNames, lines: &[Vec<Run>]) -> String {
        let w = &names.element;
        let runs: Vec<String> = lines.iter().map(|line| self.runs(names, line)).collect();
        runs.join(&format!("<{w}r><{w}br/></{w}r>"))
    }
}

/// The properties of the paragraphs in a place.
#[derive(Debug, Clone, Default)]
pub(super) struct ParagraphTemplate {
    /// The names of the properties and their XML, without `sectPr`.
    properties: Vec<(String, String)>,
    /// The XML of `sectPr`, with which a section ends; empty inside a section.
    pub(super) section: String,
    /// The left indent, in twentieths of a point.
    left: usize,
}

/// The properties of runs in the order of the schema.
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
pub(super) const AFTER_INDENT: [&str; 12] = [
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

/// Returns the index of a property in the order of the schema. Unknown properties come last.
fn schema_order(order: &[&str], name: &str) -> usize {
    order.iter().position(|known| *known == name).unwrap_or(order.len())
}

impl ParagraphTemplate {
    /// Reads the properties of a paragraph. `style_left` is the left indent of its style, in twentieths of
    /// a point. With `was_item`, it may be a list item that an earlier filling wrote, and the indent of a
    /// list item is removed.
    pub(super) fn new(
        tree: &XmlTree<'_>,
        paragraph: ElementId,
        style_left: usize,
        was_item: bool,
    ) -> Self {
        let mut template = Self { left: style_left, ..Self::default() };
        let mut hanging = None;
        for child in tree.child(paragraph, "pPr").into_iter().flat_map(|id| tree.children(id)) {
            match tree.name(child) {
                "sectPr" => tree.raw(child).clone_into(&mut template.section),
                "pPrChange" => {}
                name => {
                    if name == "ind" {
                        let number = |name| tree.attribute(child, name)?.parse::<usize>().ok();
                        let left = number("left").or_else(|| number("start"));
                        template.left = left.unwrap_or(style_left);
                        hanging = number("hanging");
                    }
                    template.properties.push((name.to_owned(), tree.raw(child).to_owned()));
                }
            }
        }
        if was_item && hanging == Some(ITEM_INDENT) {
            template.left = template.left.saturating_sub(ITEM_INDENT);
            template.properties.retain(|(name, _)| name != "ind");
            if template.left != style_left {
                let (w, left) = (tree.prefix(paragraph), template.left);
                template.insert_indent(format!("<{w}ind {w}left=\"{left}\"/>"));
            }
        }
        template
    }

    /// Adds the XML of an indent at its position in the order of the schema.
    fn insert_indent(&mut self, raw: String) {
        let at = self.properties.iter().position(|(name, _)| AFTER_INDENT.contains(&name.as_str()));
        self.properties.insert(at.unwrap_or(self.properties.len()), ("ind".to_owned(), raw));
    }

    /// Returns the content of the `pPr` element for a paragraph of an answer.
    fn xml(&self, names: &XmlNames, paragraph: &AnswerParagraph) -> String {
        let mut template = self.clone();
        if !paragraph.marker.is_empty() {
            let left = template.left + ITEM_INDENT + paragraph.indent * SPACE_INDENT;
            template.properties.retain(|(name, _)| name != "ind" && name != "numPr");
            let (w, a) = (&names.element, &names.attribute);
            template.insert_indent(format!(
                "<{w}ind {a}left=\"{left}\" {a}hanging=\"{ITEM_INDENT}\"/>"
            ));
        }
        template.properties.iter().map(|(_, raw)| raw.as_str()).collect()
    }

    /// Returns the XML of the paragraphs of an answer: for each the content of its `pPr` element, and its
    /// runs.
    pub(super) fn paragraphs(
        &self,
        names: &XmlNames,
        run_properties: &RunProperties,
        content: &AnswerContent,
    ) -> Vec<(String, String)> {
        let w = &names.element;
        let paragraphs = content.paragraphs.iter().map(|paragraph| {
            let mut runs = String::new();
            if !paragraph.marker.is_empty() {
                let shown = shown_bullet(&paragraph.marker).unwrap_or(&paragraph.marker);
                let properties = names.wrap("rPr", &run_properties.plain(names));
                let shown = escape(shown);
                runs = format!("<{w}r>{properties}<{w}t>{shown}</{w}t><{w}tab/></{w}r>");
            }
            runs.push_str(&run_properties.lines(names, &paragraph.lines));
            (self.xml(names, paragraph), runs)
        });
        paragraphs.collect()
    }
}
