//! A question with everything that explains it, assembled once for every view that shows it.

use super::{Field, Question, Questionnaire};

/// A question as the form asks it, with its footnotes and reference material, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guidance {
    /// The text of the question and how the form states its limit, without its number.
    pub wording: String,
    /// The footnotes of the question and of its reference material, by number.
    pub notes: Vec<String>,
    /// The title and the text of the reference material, separated by an empty line.
    pub reference: Option<String>,
}

impl Guidance {
    /// Returns the notes and the reference material in the order in which they are shown.
    pub(crate) fn explanations(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().chain(&self.reference).map(String::as_str)
    }

    /// Returns everything, for a page.
    pub(crate) fn full(&self) -> String {
        let parts: Vec<_> =
            std::iter::once(self.wording.as_str()).chain(self.explanations()).collect();
        format!("{}\n", parts.join("\n\n"))
    }
}

impl Question {
    /// Returns the field of a question that has exactly one.
    pub(crate) fn single_field(&self) -> Option<&Field> {
        self.fields.first().filter(|_| self.fields.len() == 1)
    }

    /// Returns the text of the question and how the form states its limit, as markup.
    pub(crate) fn wording(&self) -> String {
        let note = self.limit_note.iter().map(|note| format!(" {note}")).collect::<String>();
        format!("{}{note}", self.text)
    }

    /// Returns the wording with the number of the question in front, as markup.
    pub(crate) fn numbered_wording(&self) -> String {
        let number = self.number.map(|number| format!("{number}. ")).unwrap_or_default();
        format!("{number}{}", self.wording())
    }
}

impl Questionnaire {
    /// Assembles a question, its footnotes and its reference material. `shown` turns markup into
    /// text for the output at hand; `note` does the same for a footnote and its number.
    pub(crate) fn guidance(
        &self,
        question: &Question,
        shown: impl Fn(&str) -> String,
        note: impl Fn(usize, &str) -> String,
    ) -> Guidance {
        let notes = self.notes_of(question).into_iter();
        let reference = self.reference_of(question);
        Guidance {
            wording: shown(&question.wording()),
            notes: notes.map(|footnote| note(footnote.number, &footnote.text)).collect(),
            reference: reference.map(|reference| {
                format!("{}\n\n{}", shown(&reference.title), shown(&reference.text))
            }),
        }
    }
}
