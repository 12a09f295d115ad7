//! Recognises paragraphs that look like questions of the form but are not in the questionnaire.

use super::place::LocatedForm;
use crate::document::import::lines::SourceLine;

/// The format of the paragraph of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QuestionFormat {
    /// The id of its style.
    style: Option<String>,
    /// The id of its list, and the level in it.
    list: Option<(String, String)>,
    /// Whether its first words are bold.
    bold: bool,
    /// Whether it begins with a typed number.
    numbered: bool,
}

impl QuestionFormat {
    /// Whether a paragraph of this format differs from plain text.
    fn differs_from_text(&self) -> bool {
        self.bold || self.style.is_some() || self.list.is_some()
    }
}

impl LocatedForm<'_> {
    /// Returns the format of the paragraph of a line, or `None` if there is no such paragraph.
    pub(super) fn question_format(&self, line: usize) -> Option<QuestionFormat> {
        let paragraph = self.paragraph_of.get(line).copied().flatten()?;
        let tree = &self.tree;
        let properties = tree.child(paragraph, "pPr");
        let property = |name: &str| properties.and_then(|id| tree.child(id, name));
        let list = property("numPr").map(|list| {
            let value = |name: &str| tree.child_value(list, name).unwrap_or_default();
            (value("numId"), value("ilvl"))
        });
        let text = self.lines.get(line)?;
        let first = text.runs.iter().find(|run| run.text.contains(char::is_alphabetic));
        Some(QuestionFormat {
            style: property("pStyle").and_then(|id| tree.value(id)),
            list,
            bold: first.is_some_and(|run| run.bold),
            numbered: typed_number(&text.text()).is_some(),
        })
    }

    /// Whether the paragraph of a line has the format of most questions of the form, or, in a form with
    /// typed numbers, begins with the number after `number`.
    pub(super) fn looks_like_a_question(&self, line: usize, number: Option<usize>) -> bool {
        let Some(format) = self.question_format(line) else { return false };
        let same = self.question_formats.iter().filter(|known| **known == format).count();
        let numbered = self.question_formats.iter().filter(|known| known.numbered).count();
        let text = self.lines.get(line).map(SourceLine::text).unwrap_or_default();
        let follows = numbered * 2 > self.question_formats.len()
            && number.is_some()
            && typed_number(&text) == number.map(|number| number + 1);
        follows || (format.differs_from_text() && same * 2 > self.question_formats.len())
    }
}

/// Returns the number that a line begins with, such as 7 for `7. Problem`, or `None` if it has none.
fn typed_number(text: &str) -> Option<usize> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    (digits <= 2 && rest.starts_with(['.', ')'])).then(|| number.parse().ok()).flatten()
}
