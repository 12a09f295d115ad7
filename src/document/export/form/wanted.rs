//! The answers that the fields of a form should have, and whether the form has them.

use std::ops::Range;

use super::content::AnswerContent;
use super::place::{AnswerPlace, AnswerSegment, LocatedForm, words};
use crate::document::import::coverage::TickBox;
use crate::document::import::lines::SourceSpan;
use crate::document::import::tick_boxes::yes_no_boxes;
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Key, Kind, Question};
use crate::model::submission::Submission;

/// The answer that a field of the form should have.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// `None` for a question that does not apply.
    pub(super) answer: Option<&'a Answer>,
    pub(super) content: AnswerContent,
    /// The texts of this answer in a list to choose from.
    pub(super) choices: Vec<String>,
}

impl<'a> Wanted<'a> {
    /// Returns the answer of a draft to a field, or `None` if it has none.
    pub(super) fn new(
        submission: &Submission<'a>,
        question: &Question,
        field: &Field,
    ) -> Option<Self> {
        if submission.is_not_applicable(question) {
            let first = question.fields.iter().find(|field| {
                !matches!(field.kind, Kind::Choice(_) | Kind::Choices(_) | Kind::YesNo)
            });
            return first.filter(|first| first.key == field.key).map(|_| Self {
                answer: None,
                content: AnswerContent::not_applicable(field),
                choices: Vec::new(),
            });
        }
        submission.answer(&field.key).map(|answer| Self::from_answer(field, answer))
    }

    /// Describes how an answer to a field is written.
    pub(super) fn from_answer(field: &Field, answer: &'a Answer) -> Self {
        let content = AnswerContent::new(field, answer);
        let mut choices = vec![content.plain_lines().join(" "), answer.spelled().into_owned()];
        if let Kind::Choice(known) | Kind::Choices(known) = &field.kind {
            let chosen = known.iter().filter(|choice| answer.items().contains(&choice.id));
            choices.extend(chosen.map(|choice| choice.short().to_owned()));
        }
        Self { answer: Some(answer), content, choices }
    }

    /// Returns the segments of a place that hold the words of this answer.
    pub(super) fn find(&self, place: &AnswerPlace<'_>) -> Option<Range<usize>> {
        let plain = words(&self.content.plain_lines().join("\n"));
        let found = place.find(&self.content.words()).or_else(|| place.find(&plain));
        // An item of a list to choose from may be in other words.
        let is_choice =
            matches!(place.field.kind, Kind::Choice(_) | Kind::Choices(_) | Kind::YesNo);
        let is_chosen = |segment: &AnswerSegment| {
            let text = segment.words.join(" ");
            is_choice && self.choices.iter().any(|choice| same_text(choice, &text))
        };
        let chosen =
            || place.segments.iter().position(is_chosen).map(|segment| segment..segment + 1);
        found.or_else(chosen).or_else(|| {
            // A date may be written in any format.
            let date = self.answer.and_then(Answer::as_date)?;
            place.segments.iter().enumerate().find_map(|(at, segment)| {
                let text = segment.words.join(" ");
                let same = Answer::typed(place.field, &text).as_date() == Some(date);
                same.then_some(at..at + 1)
            })
        })
    }

    /// Returns the segments that hold this answer, with its formatting unless the place is plain.
    pub(super) fn is_in(
        &self,
        form: &LocatedForm<'_>,
        place: &AnswerPlace<'_>,
        is_plain: bool,
    ) -> Option<Range<usize>> {
        let found = self.find(place)?;
        let segments = place.segments.get(found.clone())?;
        let same = is_plain
            || self
                .answer
                .is_none_or(|answer| same_answer(answer, &form.read(place.field, segments)));
        same.then_some(found)
    }
}

/// A field whose answer was written.
#[derive(Debug)]
pub(super) struct WrittenField {
    pub(super) key: Key,
    /// Its name for messages.
    pub(super) name: String,
    /// Whether the answer was written as text without formatting.
    pub(super) is_plain: bool,
}

/// What of a written answer is read back from the filled form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadBack {
    Same,
    /// The words, but not their formatting.
    OtherFormat,
    Lost,
}

impl WrittenField {
    /// Looks for the answer in the places of a filled form.
    pub(super) fn read_back(
        &self,
        form: &LocatedForm<'_>,
        places: &[AnswerPlace<'_>],
        submission: &Submission<'_>,
    ) -> ReadBack {
        let read = |place: &AnswerPlace<'_>| {
            let Some(wanted) = Wanted::new(submission, place.question, place.field) else {
                return ReadBack::Same;
            };
            let is_in = |is_plain| wanted.is_in(form, place, is_plain).is_some();
            match field_boxes(form, place) {
                Some(boxes) if boxes.state() == boxes.wanted(&wanted) => ReadBack::Same,
                Some(_) => ReadBack::Lost,
                None if is_in(self.is_plain) => ReadBack::Same,
                None if is_in(true) => ReadBack::OtherFormat,
                None => ReadBack::Lost,
            }
        };
        let place = places.iter().find(|place| place.field.key == self.key);
        place.map_or(ReadBack::Lost, read)
    }
}

/// Whether two texts are the same but for case and spaces.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    normal(a) == normal(b)
}

/// Whether two answers are the same but for empty lines, bullets and case of an address.
fn same_answer(a: &Answer, b: &Answer) -> bool {
    let lines = |answer: &Answer| -> Vec<String> {
        let words = answer.spelled().into_owned();
        let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
        let marked = lines.map(|line| {
            let mut bullet = ["- ", "* ", "• ", "– ", "▪ ", "● "].iter();
            let rest = bullet.find_map(|bullet| line.strip_prefix(bullet));
            rest.map_or_else(|| line.to_owned(), |rest| format!("- {}", rest.trim_start()))
        });
        marked.collect()
    };
    a == b || lines(a) == lines(b)
}

/// The tick boxes of a field, each with what it means.
#[derive(Debug)]
pub(super) struct FieldBoxes<'a> {
    /// The id of the choice (`yes` and `no` for a field that asks for one), and the box.
    pub(super) boxes: Vec<(&'a str, TickBox)>,
    pub(super) is_declaration: bool,
}

impl FieldBoxes<'_> {
    /// Returns which boxes are ticked.
    pub(super) fn state(&self) -> Vec<bool> {
        self.boxes.iter().map(|(_, tick_box)| tick_box.ticked).collect()
    }

    /// Returns which boxes an answer ticks.
    pub(super) fn wanted(&self, wanted: &Wanted<'_>) -> Vec<bool> {
        let is_wanted = |id: &str| match wanted.answer {
            Some(Answer::YesNo(yes)) => {
                self.is_declaration && *yes || id == if *yes { "yes" } else { "no" }
            }
            Some(answer) => answer.items().iter().any(|item| item == id),
            None => false,
        };
        self.boxes.iter().map(|(id, _)| is_wanted(id)).collect()
    }
}

/// Returns the tick boxes of a field, or `None` if it is answered with text.
pub(super) fn field_boxes<'a>(
    form: &LocatedForm<'_>,
    place: &AnswerPlace<'a>,
) -> Option<FieldBoxes<'a>> {
    let choices = place.choices.iter();
    let boxes: Vec<_> =
        choices.filter_map(|choice| Some((choice.id, choice.tick_box.clone()?))).collect();
    if !boxes.is_empty() {
        let is_declaration = matches!(place.field.kind, Kind::YesNo);
        return Some(FieldBoxes { boxes, is_declaration });
    }
    if !matches!(place.field.kind, Kind::YesNo) {
        return None;
    }
    let spans: Vec<&SourceSpan> =
        place.segments.iter().flat_map(|segment| &segment.spans).collect();
    let texts: Vec<String> = spans.iter().map(|span| form.text(span)).collect();
    let [yes, no] = yes_no_boxes(&texts.join(" "))?;
    let located = |id, (ticked, range): (bool, Range<usize>)| {
        let mut start = 0;
        for (span, text) in spans.iter().zip(&texts) {
            if range.start < start + text.len() {
                let from = span.range.start + range.start - start;
                let range = from..from + range.len();
                return Some((id, TickBox { ticked, span: SourceSpan { line: span.line, range } }));
            }
            start += text.len() + 1;
        }
        None
    };
    let boxes = vec![located("yes", yes)?, located("no", no)?];
    Some(FieldBoxes { boxes, is_declaration: false })
}
