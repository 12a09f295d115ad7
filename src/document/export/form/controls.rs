//! Writes answers into content controls and legacy form fields.

use jiff::civil::Date;

use super::complex_fields::{ComplexField, list_entries};
use super::content::AnswerContent;
use super::dates::format_date;
use super::edits::XmlEdits;
use super::properties::RunProperties;
use super::tree::ElementId;
use super::wanted::{WantedAnswer, same_text};
use super::writer::{AnswerEdits, AnswerWriter};
use crate::model::answer::Answer;
use crate::model::date::PartialDate;

/// The message for a field some of whose elements are missing.
const DAMAGED: &str = "the form's field is damaged";
/// The message for an answer with emphasis or links in a place for plain text.
const PLAIN: &str = "written without its formatting, because the form allows only plain text there";

/// The answer for a content control.
struct ControlContent<'a> {
    /// The properties that the control gives to its text.
    run_properties: RunProperties,
    /// The lines of the answer if the control allows only plain text.
    plain: Option<Vec<String>>,
    formatted: &'a AnswerContent,
}

impl AnswerWriter<'_, '_> {
    /// Writes an answer into a content control.
    ///
    /// # Errors
    /// Returns the reason if the control does not allow this answer.
    pub(super) fn control(
        &self,
        control: ElementId,
        wanted: &WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) -> Result<(), String> {
        let tree = self.tree;
        let properties = tree.child(control, "sdtPr").ok_or(DAMAGED)?;
        let content = tree.child(control, "sdtContent").ok_or(DAMAGED)?;
        let lock = tree.child_value(properties, "lock");
        if matches!(lock.as_deref(), Some("contentLocked" | "sdtContentLocked")) {
            return Err("the form locks this field".to_owned());
        }
        let mut run_properties = RunProperties::new(tree, tree.child(properties, "rPr"));
        run_properties.plain_addresses = true;
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
            return Err(DAMAGED.to_owned());
        }
        let first = tree.children(content).find(|id| matches!(tree.name(*id), "p" | "tc"));
        let answer = ControlContent {
            run_properties,
            plain: is_plain.then_some(lines),
            formatted: &wanted.content,
        };
        match first {
            Some(first) => {
                let cell = tree.name(first) == "tc";
                let paragraph = if cell { tree.child(first, "p") } else { Some(first) };
                self.block_control(paragraph.ok_or(DAMAGED)?, &answer, &mut edits.main);
            }
            None => self.inline_control(control, content, &answer, &mut edits.main),
        }
        Ok(())
    }

    /// Writes an answer into a control around paragraphs. `paragraph` is the first of them; the others are
    /// removed.
    fn block_control(
        &self,
        paragraph: ElementId,
        answer: &ControlContent<'_>,
        edits: &mut XmlEdits,
    ) {
        let tree = self.tree;
        let (template, run_properties) = self.answer_properties(paragraph);
        let run_properties = answer.run_properties.or_inherit(&run_properties);
        let paragraphs = match &answer.plain {
            Some(lines) => {
                let runs = self.names.run(&run_properties.plain(&self.names), lines);
                let line =
                    template.paragraphs(&self.names, &run_properties, &AnswerContent::line(""));
                line.into_iter().map(|(properties, _)| (properties, runs.clone())).collect()
            }
            None => template.paragraphs(&self.names, &run_properties, answer.formatted),
        };
        self.replace_paragraph(paragraph, &template, &paragraphs, edits);
        let parent = tree.ancestors(paragraph).next();
        let others = parent.into_iter().flat_map(|id| tree.children(id));
        for other in others.filter(|id| *id > paragraph && tree.name(*id) == "p") {
            edits.remove(tree.span(other));
        }
    }

    /// Writes an answer into a control inside a paragraph. `content` is its `sdtContent` element.
    fn inline_control(
        &self,
        control: ElementId,
        content: ElementId,
        answer: &ControlContent<'_>,
        edits: &mut XmlEdits,
    ) {
        let tree = self.tree;
        let inner = tree.content(content);
        let ControlContent { run_properties, plain, formatted } = answer;
        if let Some(lines) = plain {
            let runs = self.names.run(&run_properties.plain(&self.names), lines);
            edits.replace(inner, runs);
            return;
        }
        let paragraph = tree.ancestors(control).next().filter(|id| tree.name(*id) == "p");
        let alone = paragraph.is_some_and(|id| {
            let others = ["pPr", "bookmarkStart", "bookmarkEnd", "proofErr"];
            tree.children(id).all(|id| id == control || others.contains(&tree.name(id)))
        });
        let Some(paragraph) = paragraph.filter(|_| alone && formatted.is_long) else {
            edits.replace(inner, formatted.in_one_paragraph(&self.names, run_properties));
            return;
        };
        // A control inside a paragraph cannot contain paragraphs, so it is moved around them. This is also
        // done for a single paragraph, so that the position of the control never depends on the answer.
        let (template, mark) = self.answer_properties(paragraph);
        if !template.section.is_empty() {
            edits.replace(inner, formatted.in_one_paragraph(&self.names, run_properties));
            return;
        }
        let run_properties = run_properties.or_inherit(&mark);
        let paragraphs = template.paragraphs(&self.names, &run_properties, formatted);
        let (span, outer) = (tree.span(control), tree.span(paragraph));
        let head = tree.slice(outer.start..tree.content(paragraph).start);
        let w = &self.names.element;
        let mut body = self.paragraphs_xml(&paragraphs);
        if let Some(rest) = body.strip_prefix(&format!("<{w}p>")) {
            body = format!("{head}{rest}");
        }
        edits.remove(outer.start..span.start);
        edits.replace(inner, body);
        edits.remove(span.end..outer.end);
    }

    /// Sets the date of a date control, by its `date` element, and returns the text to show in it.
    fn date(
        &self,
        date: ElementId,
        wanted: &WantedAnswer<'_>,
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
        let format = tree.child_value(date, "dateFormat");
        format.map_or(shown, |format| format_date(day, &format))
    }

    /// Returns the value for the data that a control is bound to.
    fn bound_value(
        &self,
        date: Option<ElementId>,
        wanted: &WantedAnswer<'_>,
        lines: &[String],
    ) -> String {
        let tree = self.tree;
        let kind = date.and_then(|id| tree.child_value(id, "storeMappedDataAs"));
        match (kind.as_deref(), wanted_day(wanted.answer)) {
            (Some("dateTime"), Some(day)) => format!("{day}T00:00:00"),
            (Some("date"), Some(day)) => day.to_string(),
            _ => lines.join("\n"),
        }
    }

    /// Returns the item of a drop-down list that is the answer, or the answer itself if the list allows
    /// other texts.
    ///
    /// # Errors
    /// Fails if a list that allows only its items does not have the answer.
    fn choose(
        &self,
        list: ElementId,
        wanted: &WantedAnswer<'_>,
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
            None => Err("the form's drop-down list does not have this answer".to_owned()),
        }
    }

    /// Writes an answer into a legacy form field.
    ///
    /// # Errors
    /// Returns the reason if the field does not allow this answer.
    pub(super) fn form_field(
        &self,
        field: &ComplexField,
        wanted: &WantedAnswer<'_>,
        edits: &mut AnswerEdits,
    ) -> Result<(), String> {
        let tree = self.tree;
        let data = field.data.ok_or(DAMAGED)?;
        edits.is_plain = true;
        if let Some(list) = tree.child(data, "ddList") {
            let at = list_entries(tree, list)
                .position(|entry| wanted.choices.iter().any(|choice| same_text(choice, &entry)))
                .ok_or("the form's drop-down list does not have this answer")?;
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
        let input = tree.child(data, "textInput").ok_or(DAMAGED)?;
        let lines = wanted.content.plain_lines();
        let length = lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() - 1;
        let most = tree.child_value(input, "maxLength").and_then(|most| most.parse().ok());
        if let Some(most @ 1..) = most
            && length > most
        {
            return Err(format!("the form allows at most {most} characters there"));
        }
        if wanted.content.is_formatted() {
            edits.remarks.push(PLAIN.to_owned());
        }
        let own = tree.child(field.begin, "rPr");
        let properties = RunProperties::new(tree, own).plain(&self.names);
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

/// Returns the day of an answer, or `None` if it is not a date with a day.
fn wanted_day(answer: Option<&Answer>) -> Option<Date> {
    let date: PartialDate = answer?.as_date()?;
    date.has_day().then(|| date.earliest())
}
