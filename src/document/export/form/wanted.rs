//! The answers that the fields of a form should have, and the check whether the form has them.

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
pub(super) struct WantedAnswer<'a> {
    /// The answer, or `None` if the question does not apply.
    pub(super) answer: Option<&'a Answer>,
    /// The answer, or the remark that the question does not apply, ready to be written.
    pub(super) content: AnswerContent,
    /// The texts that this answer may have as an item of a drop-down list.
    pub(super) choices: Vec<String>,
}

impl<'a> WantedAnswer<'a> {
    /// Returns the answer of a draft to a field, or `None` if nothing is to be written there. If the
    /// question does not apply, its first field for text says so.
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

    /// Prepares an answer to a field.
    pub(super) fn from_answer(field: &Field, answer: &'a Answer) -> Self {
        let content = AnswerContent::new(field, answer);
        let mut choices = vec![content.plain_lines().join(" "), answer.spelled().into_owned()];
        if let Kind::Choice(known) | Kind::Choices(known) = &field.kind {
            let chosen = known.iter().filter(|choice| answer.items().contains(&choice.id));
            choices.extend(chosen.map(|choice| choice.short().to_owned()));
        }
        Self { answer: Some(answer), content, choices }
    }

    /// Returns the indices of the segments of a place that have the words of this answer, in any format,
    /// or `None` if there are no such segments.
    pub(super) fn find(&self, place: &AnswerPlace<'_>) -> Option<Range<usize>> {
        let plain = words(&self.content.plain_lines().join("\n"));
        let found = place.find(&self.content.words()).or_else(|| place.find(&plain));
        // An item of a drop-down list may have other words.
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

    /// Returns the indices of the segments that have this answer, with its formatting unless `is_plain`, or
    /// `None` if there are no such segments.
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

/// How an answer is read back from the filled form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadBack {
    /// As it was written.
    Same,
    /// With the same words, but other formatting.
    OtherFormat,
    /// Not at all, or with other words.
    Lost,
}

impl WrittenField {
    /// Reads the answer from the places of a filled form.
    pub(super) fn read_back(
        &self,
        form: &LocatedForm<'_>,
        places: &[AnswerPlace<'_>],
        submission: &Submission<'_>,
    ) -> ReadBack {
        let read = |place: &AnswerPlace<'_>| {
            let Some(wanted) = WantedAnswer::new(submission, place.question, place.field) else {
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

/// Whether two texts are the same except for letter case and white space.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    normal(a) == normal(b)
}

/// Whether two answers are the same except for empty lines and the kind of bullets.
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

/// The tick boxes of a field.
#[derive(Debug)]
pub(super) struct FieldBoxes<'a> {
    /// The id of the choice and its box. A field for yes or no has the ids `yes` and `no`.
    pub(super) boxes: Vec<(&'a str, TickBox)>,
    /// Whether the field is a declaration with one box, which means yes.
    pub(super) is_declaration: bool,
}

impl FieldBoxes<'_> {
    /// Returns for each box whether it is ticked.
    pub(super) fn state(&self) -> Vec<bool> {
        self.boxes.iter().map(|(_, tick_box)| tick_box.ticked).collect()
    }

    /// Returns for each box whether it is ticked by an answer.
    pub(super) fn wanted(&self, wanted: &WantedAnswer<'_>) -> Vec<bool> {
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

/// Returns the tick boxes in the place of a field, or `None` if it is answered with text.
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
