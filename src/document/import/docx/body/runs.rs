//! Reads runs: their format, their text, and elements such as breaks, symbols and pictures inside them.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::fields::DropDown;
use super::{BodyReader, NoteMark};
use crate::document::import::docx::symbols::{Raise, raise, symbol};
use crate::document::import::lines::Emphasis;
use crate::document::import::package::{attribute, is_on, number, value};
use crate::document::import::tick_boxes::is_box;

/// The format of a run. `None` is a property that the run does not set.
#[derive(Default, Clone)]
pub(super) struct DocxRunStyle {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) raise: Option<Raise>,
    /// The reason to leave out its text, for a remark: `struck-through` or `hidden`.
    pub(super) left_out: Option<&'static str>,
    /// The name of its font; empty if the run does not set one.
    pub(super) font: String,
}

impl BodyReader {
    /// Returns the emphasis of the open run. In a paragraph with a bold style, text that is not bold is the
    /// emphasised text.
    pub(super) fn emphasis(&self) -> Emphasis {
        let Some(run) = self.runs.last() else { return Emphasis::default() };
        let style = self.open.last().map(|open| &open.style);
        let stands_out = |of_run: Option<bool>, of_style: Option<bool>| {
            of_run.is_some_and(|on| on != of_style.unwrap_or(false))
        };
        Emphasis {
            bold: stands_out(run.bold, style.and_then(|style| style.bold)),
            italic: stands_out(run.italic, style.and_then(|style| style.italic)),
        }
    }

    /// Adds the text of a run, raised, lowered or left out as its format says.
    pub(super) fn push_text(&mut self, text: &str) {
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
        // Where text was left out, there may be a space before and after it; one is enough.
        let text = match &self.cut_after {
            Some(before) if before.ends_with(' ') => text.strip_prefix(' ').unwrap_or(text),
            Some(_) | None => text,
        };
        self.cut_after = None;
        // Characters of symbol fonts may be stored as text in a run with that font.
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
                    self.remark(&format!("superscript or subscript is read as plain text: {text}"));
                }
                self.push(text);
            }
            None => self.push(text),
        }
    }

    /// Reads an element inside a run.
    pub(super) fn inside_run(&mut self, name: &str, start: &BytesStart<'_>) {
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
                    Some(c) => self.push_char(c),
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
        let Some(run) = self.runs.last_mut() else { return };
        match name {
            "b" => run.bold = Some(is_on(start)),
            "i" => run.italic = Some(is_on(start)),
            "strike" | "dstrike" => run.left_out = is_on(start).then_some("struck-through"),
            "vanish" => run.left_out = is_on(start).then_some("hidden"),
            "rFonts" => run.font = attribute(start, "ascii").unwrap_or_default(),
            "vertAlign" | "position" => run.raise = raise(start).or(run.raise),
            _ => {}
        }
        // The style comes first in the XML; the properties of the run after it override it.
        if let Some(style) = style {
            let named = |names: [&str; 2]| names.contains(&style.name.as_str()).then_some(true);
            run.bold = style.bold.or(named(["strong", "intense emphasis"]));
            run.italic = style.italic.or(named(["emphasis", "subtle emphasis"]));
            run.raise = style.raise;
            run.left_out = style.left_out;
        }
    }
}
