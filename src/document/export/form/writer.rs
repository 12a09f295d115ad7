//! Writes one answer into its room, as edits of the XML.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use quick_xml::escape::escape;

use super::bindings::DataBindings;
use super::content::{AnswerContent, ParagraphTemplate, RunProperties, XmlNames};
use super::edits::XmlEdits;
use super::room::{OldField, Room};
use super::styles::FormStyles;
use super::tree::{ElementId, XmlTree};
use crate::document::ooxml::BULLETS;
use crate::model::answer::Answer;
use crate::model::date::PartialDate;

/// The edits of one answer: those of the main part, and those of other parts by their names.
#[derive(Debug, Default)]
pub(super) struct AnswerEdits {
    pub(super) main: XmlEdits,
    pub(super) others: BTreeMap<String, XmlEdits>,
    /// What the user should know about the written answer.
    pub(super) remarks: Vec<String>,
    /// Whether the place takes text without formatting.
    pub(super) is_plain: bool,
}

/// Writes answers into a form.
#[derive(Debug)]
pub(super) struct AnswerWriter<'f, 'a> {
    pub(super) tree: &'f XmlTree<'a>,
    pub(super) names: XmlNames,
    pub(super) styles: FormStyles,
    pub(super) bindings: DataBindings,
}

/// An answer and what it is written as.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedAnswer<'w> {
    /// `None` for a question that does not apply.
    pub(super) answer: Option<&'w Answer>,
    pub(super) content: &'w AnswerContent,
    /// Texts that an item of a list to choose from may have for this answer.
    pub(super) choices: &'w [String],
}

/// The message for an answer with emphasis or links in a place for plain text.
const PLAIN: &str = "written without its formatting, because the form takes plain text there";

impl AnswerWriter<'_, '_> {
    /// Writes an answer into a room.
    ///
    /// # Errors
    /// Returns the reason if the form does not allow it.
    pub(super) fn write(
        &self,
        room: &Room,
        wanted: WantedAnswer<'_>,
    ) -> Result<AnswerEdits, String> {
        let mut edits = AnswerEdits::default();
        match room {
            Room::Control(control) => self.control(*control, wanted, &mut edits)?,
            Room::FormField(field) => self.form_field(field, wanted, &mut edits)?,
            Room::Line(paragraph, range) => self.line(*paragraph, range, wanted, &mut edits),
            Room::Paragraph(paragraph, removed) => {
                for id in std::iter::once(*paragraph).chain(self.copy_of(*paragraph)) {
                    self.paragraph(id, wanted.content, &mut edits.main);
                }
                let copies = removed.iter().filter_map(|id| self.copy_of(*id));
                for id in removed.iter().copied().chain(copies) {
                    edits.main.remove(self.tree.span(id));
                }
            }
            Room::Below(paragraph) => {
                let template = ParagraphTemplate::default();
                let paragraphs =
                    template.paragraphs(&self.names, &RunProperties::default(), wanted.content);
                let at = self.tree.span(*paragraph).end;
                edits.main.replace(at..at, self.paragraphs_xml(&paragraphs));
                edits
                    .remarks
                    .push("written in a new paragraph, because the form has no room".to_owned());
            }
        }
        Ok(edits)
    }

    fn paragraphs_xml(&self, paragraphs: &[(String, String)]) -> String {
        let w = &self.names.element;
        let paragraph = |(properties, runs): &(String, String)| {
            format!("<{w}p>{}{runs}</{w}p>", self.names.wrap("pPr", properties))
        };
        paragraphs.iter().map(paragraph).collect()
    }

    /// Returns the properties of the paragraphs and of the text of an answer in a paragraph.
    fn look(&self, paragraph: ElementId) -> (ParagraphTemplate, RunProperties) {
        let tree = self.tree;
        let properties = tree.child(paragraph, "pPr");
        let style =
            properties.and_then(|id| tree.child(id, "pStyle")).and_then(|id| tree.value(id));
        let style = self.styles.get(style.as_deref());
        let texts = tree.inside(paragraph).filter(|id| tree.name(*id) == "t");
        let text: String = texts.map(|id| tree.slice(tree.content(id))).collect();
        let shows_bullet = BULLETS.iter().any(|(_, shown)| text.starts_with(shown));
        let was_item = shows_bullet || text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let template = ParagraphTemplate::new(tree, paragraph, style.left, was_item);
        let mark = properties.and_then(|id| tree.child(id, "rPr"));
        let mut look = RunProperties::new(tree, mark);
        look.bold |= style.bold;
        look.italic |= style.italic;
        (template, look)
    }

    /// Replaces what is in a paragraph by an answer. Further paragraphs are added after it, or before
    /// it if it ends a section.
    fn paragraph(&self, paragraph: ElementId, content: &AnswerContent, edits: &mut XmlEdits) {
        let (template, look) = self.look(paragraph);
        let paragraphs = template.paragraphs(&self.names, &look, content);
        self.replace_paragraph(paragraph, &template, &paragraphs, edits);
    }

    fn replace_paragraph(
        &self,
        paragraph: ElementId,
        template: &ParagraphTemplate,
        paragraphs: &[(String, String)],
        edits: &mut XmlEdits,
    ) {
        let tree = self.tree;
        let w = &self.names.element;
        let ends_section = !template.section.is_empty();
        let own = if ends_section { paragraphs.len().saturating_sub(1) } else { 0 };
        let (before, rest) = paragraphs.split_at_checked(own).unwrap_or_default();
        let Some(((properties, runs), after)) = rest.split_first() else { return };
        let properties = self.names.wrap("pPr", &format!("{properties}{}", template.section));
        let span = tree.span(paragraph);
        edits.replace(span.start..span.start, self.paragraphs_xml(before));
        if tree.is_single_tag(paragraph) {
            let end = span.end - tree.tag(paragraph).len()
                + tree.tag(paragraph).trim_end_matches("/>").len();
            edits.replace(end..span.end, format!(">{properties}{runs}</{w}p>"));
        } else {
            let old = tree.child(paragraph, "pPr");
            let inner = tree.content(paragraph);
            let content_start = old.map_or(inner.start, |id| tree.span(id).end);
            let same = old.is_some_and(|id| tree.raw(id) == properties)
                || (old.is_none() && properties.is_empty());
            if !same {
                edits.replace(inner.start..content_start, properties);
            }
            self.replace_content(paragraph, runs, edits);
        }
        edits.replace(span.end..span.end, self.paragraphs_xml(after));
    }

    /// Replaces the text of a paragraph. Bookmarks and comments stay.
    fn replace_content(&self, paragraph: ElementId, runs: &str, edits: &mut XmlEdits) {
        let tree = self.tree;
        let stays = ["pPr", "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd"];
        let old: Vec<ElementId> =
            tree.children(paragraph).filter(|id| !stays.contains(&tree.name(*id))).collect();
        if old.is_empty() {
            let end = tree.content(paragraph).end;
            edits.replace(end..end, runs);
        }
        for (at, id) in old.iter().enumerate() {
            edits.replace(tree.span(*id), if at == 0 { runs } else { "" });
        }
    }

    /// Returns the copy of a paragraph in a text box that old programs show.
    fn copy_of(&self, paragraph: ElementId) -> Option<ElementId> {
        let tree = self.tree;
        let text = tree.around(paragraph, "txbxContent")?;
        let copy = tree.child(tree.around(text, "AlternateContent")?, "Fallback")?;
        let copy = tree.find(copy, "txbxContent")?;
        let at = tree.children(text).position(|id| id == paragraph)?;
        tree.children(copy).nth(at).filter(|id| tree.name(*id) == "p")
    }

    /// Writes an answer into the line of its label.
    fn line(
        &self,
        paragraph: ElementId,
        range: &Range<usize>,
        wanted: WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) {
        let tree = self.tree;
        let (_, look) = self.look(paragraph);
        let look = look.without_emphasis();
        let mut runs = wanted.content.in_one_paragraph(&self.names, &look);
        if needs_space(tree, paragraph, range.start) {
            runs.insert_str(
                0,
                &self.names.run(&look.of(&self.names, false, false, false), &[" ".to_owned()]),
            );
        }
        let children: Vec<ElementId> = tree.children(paragraph).collect();
        let touched = |id: &&ElementId| {
            let span = tree.span(**id);
            span.start < range.end && range.start < span.end
        };
        let touched: Vec<ElementId> = children.iter().filter(touched).copied().collect();
        if touched.is_empty() {
            edits.main.replace(range.start..range.start, runs);
            return;
        }
        for (at, id) in touched.iter().enumerate() {
            let span = tree.span(*id);
            let new = if at == 0 { runs.as_str() } else { "" };
            let texts =
                || tree.inside(*id).filter(|id| matches!(tree.name(*id), "t" | "tab" | "br"));
            let covers = span.start >= range.start && span.end <= range.end
                || texts().all(|text| {
                    let text =
                        if tree.name(text) == "t" { tree.content(text) } else { tree.span(text) };
                    text.start >= range.start && text.end <= range.end
                });
            if covers {
                edits.main.replace(span, new);
                continue;
            }
            // A part of a run: the run is divided.
            let Some(text) = texts().find(|text| {
                let content = tree.content(*text);
                content.start < range.end && range.start < content.end
            }) else {
                edits.main.replace(span.end..span.end, new);
                continue;
            };
            let content = tree.content(text);
            let cut = range.start.max(content.start)..range.end.min(content.end);
            let w = &self.names.element;
            let properties = tree
                .around(text, "r")
                .and_then(|run| tree.child(run, "rPr"))
                .map_or("", |id| tree.raw(id));
            if cut.end == content.end && !new.is_empty() {
                edits.main.remove(cut.clone());
                edits.main.replace(span.end..span.end, new);
            } else if cut.start == content.start {
                edits.main.replace(span.start..span.start, new);
                edits.main.remove(cut);
            } else {
                let divided =
                    format!("</{w}t></{w}r>{new}<{w}r>{properties}<{w}t xml:space=\"preserve\">");
                edits.main.replace(cut, divided);
            }
        }
    }

    /// Writes an answer into a content control.
    fn control(
        &self,
        control: ElementId,
        wanted: WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) -> Result<(), String> {
        let tree = self.tree;
        let properties = tree.child(control, "sdtPr").ok_or("the form's field is damaged")?;
        let content = tree.child(control, "sdtContent").ok_or("the form's field is damaged")?;
        let lock = tree.child(properties, "lock").and_then(|id| tree.value(id));
        if matches!(lock.as_deref(), Some("contentLocked" | "sdtContentLocked")) {
            return Err("the form locks this field".to_owned());
        }
        let look = RunProperties::new(tree, tree.child(properties, "rPr"));
        let mut lines = wanted.content.plain_lines();
        let date = tree.child(properties, "date");
        if let Some(date) = date {
            lines = vec![self.date(date, wanted, lines, edits)];
        }
        let list =
            ["dropDownList", "comboBox"].iter().find_map(|name| tree.child(properties, name));
        let mut is_plain =
            date.is_some() || list.is_some() || tree.child(properties, "text").is_some();
        if let Some(list) = list {
            lines = vec![self.choose(list, wanted, &lines)?];
        }
        if let Some(binding) = tree.child(properties, "dataBinding") {
            let value = self.bound_value(date, wanted, &lines);
            let (part, bound) = self
                .bindings
                .set(tree, binding, &value)
                .ok_or("the data that the form's field is bound to is not found")?;
            edits.others.entry(part).or_default().merge(bound);
            is_plain = true;
        }
        let around = std::iter::once(control).chain(tree.ancestors(control));
        for properties in around.filter_map(|id| tree.child(id, "sdtPr")) {
            if let Some(prompt) = tree.child(properties, "showingPlcHdr") {
                edits.main.remove(tree.span(prompt));
            }
        }
        if is_plain && wanted.content.is_formatted() && date.is_none() && list.is_none() {
            edits.remarks.push(PLAIN.to_owned());
        }
        edits.is_plain = is_plain;
        if tree.is_single_tag(content) {
            return Err("the form's field is damaged".to_owned());
        }
        let first = tree.children(content).find(|id| matches!(tree.name(*id), "p" | "tc"));
        match first {
            Some(first) => {
                let cell = tree.name(first) == "tc";
                let paragraph = if cell { tree.child(first, "p") } else { Some(first) };
                let paragraph = paragraph.ok_or("the form's field is damaged")?;
                self.block_control(paragraph, &look, is_plain.then_some(&lines), wanted, edits);
            }
            None => self.inline_control(
                control,
                content,
                &look,
                is_plain.then_some(&lines),
                wanted,
                edits,
            ),
        }
        Ok(())
    }

    /// Writes an answer into the paragraphs of a control, from the first on.
    fn block_control(
        &self,
        paragraph: ElementId,
        control_look: &RunProperties,
        plain: Option<&Vec<String>>,
        wanted: WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) {
        let tree = self.tree;
        let (template, look) = self.look(paragraph);
        let look = control_look.over(&look);
        let paragraphs = match plain {
            Some(lines) => {
                let runs = self.names.run(&look.of(&self.names, false, false, false), lines);
                let line = template.paragraphs(&self.names, &look, &AnswerContent::line(""));
                line.into_iter().map(|(properties, _)| (properties, runs.clone())).collect()
            }
            None => template.paragraphs(&self.names, &look, wanted.content),
        };
        self.replace_paragraph(paragraph, &template, &paragraphs, &mut edits.main);
        let parent = tree.ancestors(paragraph).next();
        let others = parent.into_iter().flat_map(|id| tree.children(id));
        for other in others.filter(|id| *id > paragraph && tree.name(*id) == "p") {
            edits.main.remove(tree.span(other));
        }
    }

    /// Writes an answer into a control inside a line.
    fn inline_control(
        &self,
        control: ElementId,
        content: ElementId,
        look: &RunProperties,
        plain: Option<&Vec<String>>,
        wanted: WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) {
        let tree = self.tree;
        let inner = tree.content(content);
        if let Some(lines) = plain {
            let runs = self.names.run(&look.of(&self.names, false, false, false), lines);
            edits.main.replace(inner, runs);
            return;
        }
        let paragraph = tree.ancestors(control).next().filter(|id| tree.name(*id) == "p");
        let alone = paragraph.is_some_and(|id| {
            let others = ["pPr", "bookmarkStart", "bookmarkEnd", "proofErr"];
            tree.children(id).all(|id| id == control || others.contains(&tree.name(id)))
        });
        let Some(paragraph) = paragraph.filter(|_| alone && wanted.content.is_long) else {
            edits.main.replace(inner, wanted.content.in_one_paragraph(&self.names, look));
            return;
        };
        // Several paragraphs cannot be inside a line, so the control is put around them, also around
        // one: an edit of the answer must not change where the control is.
        let (template, mark) = self.look(paragraph);
        if !template.section.is_empty() {
            edits.main.replace(inner, wanted.content.in_one_paragraph(&self.names, look));
            return;
        }
        let look = look.over(&mark);
        let paragraphs = template.paragraphs(&self.names, &look, wanted.content);
        let (span, outer) = (tree.span(control), tree.span(paragraph));
        let head = tree.slice(outer.start..tree.content(paragraph).start);
        let w = &self.names.element;
        let mut body = self.paragraphs_xml(&paragraphs);
        if let Some(rest) = body.strip_prefix(&format!("<{w}p>")) {
            body = format!("{head}{rest}");
        }
        edits.main.remove(outer.start..span.start);
        edits.main.replace(inner, body);
        edits.main.remove(span.end..outer.end);
    }

    /// Sets the date of a date control and returns the text that it shows.
    fn date(
        &self,
        date: ElementId,
        wanted: WantedAnswer<'_>,
        lines: Vec<String>,
        edits: &mut AnswerEdits,
    ) -> String {
        let tree = self.tree;
        let shown = lines.join(" ");
        let Some(day) = wanted_day(wanted.answer) else {
            return shown;
        };
        let name = format!("{}fullDate", self.names.attribute);
        edits.main.set_attribute(tree, date, &name, &format!("{day}T00:00:00Z"));
        let format = tree.child(date, "dateFormat").and_then(|id| tree.value(id));
        format.map_or(shown, |format| format_date(day, &format))
    }

    fn bound_value(
        &self,
        date: Option<ElementId>,
        wanted: WantedAnswer<'_>,
        lines: &[String],
    ) -> String {
        let tree = self.tree;
        let kind =
            date.and_then(|id| tree.child(id, "storeMappedDataAs")).and_then(|id| tree.value(id));
        match (kind.as_deref(), wanted_day(wanted.answer)) {
            (Some("dateTime"), Some(day)) => format!("{day}T00:00:00"),
            (Some("date"), Some(day)) => day.to_string(),
            _ => lines.join("\n"),
        }
    }

    /// Returns the item of a list to choose from that means an answer.
    fn choose(
        &self,
        list: ElementId,
        wanted: WantedAnswer<'_>,
        lines: &[String],
    ) -> Result<String, String> {
        let tree = self.tree;
        let item = tree.children(list).filter(|id| tree.name(*id) == "listItem").find_map(|id| {
            let text = tree.attribute(id, "displayText").or_else(|| tree.attribute(id, "value"))?;
            wanted.choices.iter().any(|choice| same_text(choice, &text)).then_some(text)
        });
        match item {
            Some(item) => Ok(item),
            None if tree.name(list) == "comboBox" => Ok(lines.join(" ")),
            None => Err("the form's list to choose from does not have this answer".to_owned()),
        }
    }

    /// Writes an answer into a form field of old versions of Word.
    fn form_field(
        &self,
        field: &OldField,
        wanted: WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) -> Result<(), String> {
        let tree = self.tree;
        let data = field.data.ok_or("the form's field is damaged")?;
        edits.is_plain = true;
        if let Some(list) = tree.child(data, "ddList") {
            let entries = tree.children(list).filter(|id| tree.name(*id) == "listEntry");
            let mut entries = entries.filter_map(|id| tree.value(id));
            let at = entries
                .position(|entry| wanted.choices.iter().any(|choice| same_text(choice, &entry)))
                .ok_or("the form's list to choose from does not have this answer")?;
            let w = tree.prefix(list);
            let a = &self.names.attribute;
            if let Some(result) = tree.child(list, "result") {
                edits.main.set_attribute(tree, result, &format!("{a}val"), &at.to_string());
            } else {
                let start = tree.content(list).start;
                edits.main.replace(start..start, format!("<{w}result {a}val=\"{at}\"/>"));
            }
            return Ok(());
        }
        let input = tree.child(data, "textInput").ok_or("the form's field is damaged")?;
        let lines = wanted.content.plain_lines();
        let length = lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() - 1;
        let most = tree.child(input, "maxLength").and_then(|id| tree.value(id));
        if let Some(most) =
            most.and_then(|most| most.parse::<usize>().ok()).filter(|most| *most > 0)
            && length > most
        {
            return Err(format!("the form takes at most {most} characters there"));
        }
        if wanted.content.is_formatted() {
            edits.remarks.push(PLAIN.to_owned());
        }
        let own = tree.child(field.begin, "rPr");
        let properties = RunProperties::new(tree, own).of(&self.names, false, false, false);
        let run = self.names.run(&properties, &lines);
        let end = tree.span(field.end).start;
        if let Some(separate) = field.separate {
            edits.main.replace(tree.span(separate).end..end, run);
        } else {
            let mark = self.names.field_mark(&properties, "separate");
            edits.main.replace(end..end, mark + &run);
        }
        Ok(())
    }
}

/// Whether text that is written at a byte of a paragraph needs a space before it.
fn needs_space(tree: &XmlTree<'_>, paragraph: ElementId, at: usize) -> bool {
    let mut before = tree.inside(paragraph).rev().filter(|id| {
        let is_text = matches!(tree.name(*id), "t" | "tab" | "br");
        is_text && tree.content(*id).start < at && !tree.is_hidden(*id)
    });
    let Some(last) = before.next() else { return false };
    let content = tree.content(last);
    let text = tree.slice(content.start..content.end.min(at));
    // Word removes the spaces at the end of a text that does not ask to preserve them.
    let keeps_blanks = tree.tag(last).contains("preserve");
    !text.is_empty() && (!text.ends_with(char::is_whitespace) || !keeps_blanks)
}

/// Returns the day of an answer that is a whole date.
fn wanted_day(answer: Option<&Answer>) -> Option<Date> {
    let date: PartialDate = answer?.as_date()?;
    date.has_day().then(|| date.earliest())
}

/// Whether two texts are the same but for case and spaces.
fn same_text(a: &str, b: &str) -> bool {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    normal(a) == normal(b)
}

/// Writes a date in a format of Word, such as `d MMMM yyyy`.
pub(super) fn format_date(date: Date, format: &str) -> String {
    let long = PartialDate::from(date).long();
    let month = long.split(' ').nth(1).unwrap_or_default();
    let mut shown = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let same = rest.chars().take_while(|c| *c == first).count();
        let mut length = first.len_utf8() * same;
        match (first, same) {
            ('d', 1) => shown.push_str(&date.day().to_string()),
            ('d', 2) => shown.push_str(&format!("{:02}", date.day())),
            ('d', _) => {
                let name = date.strftime("%A").to_string();
                let short = name.chars().take(if same == 3 { 3 } else { 20 });
                shown.extend(short);
            }
            ('M', 1) => shown.push_str(&date.month().to_string()),
            ('M', 2) => shown.push_str(&format!("{:02}", date.month())),
            ('M', 3) => shown.extend(month.chars().take(3)),
            ('M', _) => shown.push_str(month),
            ('y', 1 | 2) => shown.push_str(&format!("{:02}", date.year() % 100)),
            ('y', _) => shown.push_str(&date.year().to_string()),
            ('\'', _) => {
                let quoted = rest.get(1..).unwrap_or_default();
                let end = quoted.find('\'').unwrap_or(quoted.len());
                shown.push_str(quoted.get(..end).unwrap_or_default());
                length = (end + 2).min(rest.len());
            }
            _ => shown.extend(std::iter::repeat_n(first, same)),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    shown
}

/// Returns a text as XML.
pub(super) fn escaped(text: &str) -> String {
    escape(text).into_owned()
}
