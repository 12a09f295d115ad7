//! The content of an answer, ready to be written as paragraphs, in one paragraph, or without formatting.

use super::place::words;
use super::properties::{RunProperties, XmlNames};
use crate::document::AnswerLine;
use crate::document::NOT_APPLICABLE;
use crate::model::address::says_itself;
use crate::model::answer::Answer;
use crate::model::markup::Run;
use crate::model::questionnaire::{Field, Kind};

/// A paragraph of an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswerParagraph {
    /// The marker of a list item; empty for other paragraphs.
    pub(super) marker: String,
    /// The number of spaces before the marker.
    pub(super) indent: usize,
    /// Its lines.
    pub(super) lines: Vec<Vec<Run>>,
}

/// An answer, ready to be written.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswerContent {
    /// Whether it is running text, which may have several paragraphs.
    pub(super) is_long: bool,
    pub(super) paragraphs: Vec<AnswerParagraph>,
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

    /// Returns the remark that the question of a field does not apply.
    pub(super) fn not_applicable(field: &Field) -> Self {
        Self { is_long: matches!(field.kind, Kind::Text { .. }), ..Self::line(NOT_APPLICABLE) }
    }

    /// Creates content of one line.
    pub(super) fn line(text: &str) -> Self {
        let lines = vec![vec![Run::plain(text)]];
        let paragraphs = vec![AnswerParagraph { lines, ..AnswerParagraph::default() }];
        Self { is_long: false, paragraphs }
    }

    /// Returns its words as [`words`] returns those of a document, without bullets.
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

    /// Returns the lines of all paragraphs, with typed list markers, and with empty lines between paragraphs
    /// that are not items or links.
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

    /// Returns the lines of all paragraphs without formatting. The address of a link is in brackets after
    /// its text.
    pub(super) fn plain_lines(&self) -> Vec<String> {
        let text = |run: &Run| match &run.link {
            Some(link) if !says_itself(&run.text, link) => format!("{} ({link})", run.text),
            Some(_) | None => run.text.clone(),
        };
        self.as_lines().iter().map(|line| line.iter().map(text).collect()).collect()
    }

    /// Returns the XML of the runs of the whole answer for one paragraph, with breaks between its lines.
    pub(super) fn in_one_paragraph(
        &self,
        names: &XmlNames,
        run_properties: &RunProperties,
    ) -> String {
        run_properties.lines(names, &self.as_lines())
    }
}

impl AnswerParagraph {
    /// Whether it consists of links whose text has no spaces.
    fn is_link(&self) -> bool {
        let is_address = |run: &Run| run.link.is_some() && !run.text.contains(' ');
        self.lines.iter().flatten().all(is_address)
    }
}
