//! Decides for each field of a form whether and where its answer is written, by the text that the form has
//! in its place.

use std::fmt;
use std::ops::Range;

use super::place::{AnswerPlace, AnswerSegment, LocatedForm};
use super::room::{Room, RoomFinder};
use super::wanted::{FieldBoxes, WantedAnswer, WrittenField, field_boxes};
use super::writer::{AnswerEdits, AnswerWriter};
use crate::model::answer::Answer;
use crate::model::questionnaire::{Choice, Field, Kind, Question, Questionnaire};
use crate::model::submission::Submission;

/// The text in the place of an answer. Ranges are indices of segments.
#[derive(Debug)]
enum PlaceState {
    /// The answer of the draft.
    Same,
    /// An earlier version of the answer.
    Earlier(Range<usize>),
    /// Words that may be a changed version of the answer.
    Changed(Range<usize>),
    /// No answer.
    Free,
}

/// Why an answer is not in a filled form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingReason {
    /// The form has other words in its place, which a colleague may have written.
    Changed,
    /// Any other reason, as the end of a sentence after "because".
    Other(String),
}

impl fmt::Display for MissingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "it was changed in the form",
            Self::Other(reason) => reason,
        })
    }
}

impl<T: Into<String>> From<T> for MissingReason {
    fn from(reason: T) -> Self {
        Self::Other(reason.into())
    }
}

/// The reason for an answer that the form still has although its question is no longer asked.
const UNASKED: &str = "it is no longer asked for; delete its text in the form";
/// The maximum number of words of an unknown text that may be a hint of the form.
const MAX_HINT_WORDS: usize = 60;
/// The remark on an answer that replaced other words because of `force`.
const REPLACED: &str = "replaces another text in the form";

/// Whether the form had an answer in a place when it was last filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HadAnswer {
    Yes,
    /// Some of the versions of the draft that may have been filled in have an answer.
    Perhaps,
    No,
}

/// An answer that is to be filled in.
struct PlacedAnswer<'p, 'f, 'a> {
    place: &'p AnswerPlace<'f>,
    wanted: WantedAnswer<'a>,
    had: HadAnswer,
}

/// Fills in the fields of a form one by one.
///
/// # Who wrote the words in a place?
/// Answers of the draft and of its history are recognised word by word. Other words are either a hint of
/// the form or a new version of the answer by a colleague, and the document does not say which. They count
/// as a colleague's if they are similar to a known answer, if they are longer than a hint, or if the place
/// had an answer when the form was last filled in ([`HadAnswer`]). The version of the draft that was
/// filled in then is the one that has the most answers in common with the form.
pub(super) struct FormFiller<'a, 'f> {
    pub(super) questionnaire: &'a Questionnaire,
    pub(super) draft: &'f Submission<'a>,
    /// The earlier versions of the draft.
    pub(super) earlier: &'f [Submission<'a>],
    /// Whether answers that were changed in the form are replaced.
    pub(super) force: bool,
    pub(super) form: &'f LocatedForm<'a>,
    pub(super) finder: RoomFinder<'f, 'a>,
    pub(super) writer: &'f AnswerWriter<'f, 'a>,
    /// The places of all fields that were found in the form.
    pub(super) places: Vec<AnswerPlace<'f>>,
    /// The edits of all answers so far.
    pub(super) edits: AnswerEdits,
    /// See [`super::FilledForm::missing`].
    pub(super) missing: Vec<(String, MissingReason)>,
    /// See [`super::FilledForm::remarks`].
    pub(super) remarks: Vec<(String, String)>,
    /// The fields that have the answer of the draft.
    pub(super) written: Vec<WrittenField>,
}

impl<'a, 'f> FormFiller<'a, 'f> {
    /// Fills in every field that the draft answers.
    pub(super) fn fill(&mut self) {
        let last_filled = self.last_filled();
        let questionnaire = self.questionnaire;
        for (_, question) in questionnaire.questions() {
            for field in &question.fields {
                let name = question.field_name(field);
                let place = self.places.iter().find(|place| place.field.key == field.key);
                let Some(wanted) = WantedAnswer::new(self.draft, question, field) else {
                    if place.is_some_and(|place| self.has_unasked_answer(place)) {
                        self.missing.push((name, UNASKED.into()));
                    }
                    continue;
                };
                let had = Self::had_answer(&last_filled, question, field);
                let filled = match place {
                    None => Err("its question is not found in the form".into()),
                    Some(place) => {
                        let answer = PlacedAnswer { place, wanted, had };
                        match field_boxes(self.form, place) {
                            Some(boxes) => self.tick(&answer, &boxes),
                            None => self.write(&answer),
                        }
                    }
                };
                match filled.and_then(|edits| self.add(edits)) {
                    Ok((remarks, is_plain)) => {
                        self.remarks.extend(remarks.into_iter().map(|text| (name.clone(), text)));
                        self.written.push(WrittenField { key: field.key.clone(), name, is_plain });
                    }
                    Err(reason) => self.missing.push((name, reason)),
                }
            }
        }
    }

    /// Whether a place has an answer of the draft, or of an earlier version, although its question is not
    /// asked now.
    fn has_unasked_answer(&self, place: &AnswerPlace<'_>) -> bool {
        let (question, field) = (place.question, place.field);
        if self.draft.asked_fields(question).any(|asked| asked.key == field.key) {
            return false;
        }
        let unasked =
            self.draft.unasked_answer(field).map(|answer| WantedAnswer::from_answer(field, answer));
        let boxes = field_boxes(self.form, place);
        unasked.into_iter().chain(self.earlier_answers(place)).any(|known| match &boxes {
            Some(boxes) => boxes.state().contains(&true) && boxes.state() == boxes.wanted(&known),
            None => known.find(place).is_some(),
        })
    }

    /// Returns the names of the fields in the form that the draft does not answer although it could:
    /// `questions 7 to 9`, or `question 4 (end)` if other fields of the question are answered.
    pub(super) fn unanswered(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut whole: Vec<usize> = Vec::new();
        for (_, question) in self.questionnaire.questions() {
            let draft = Some(self.draft).filter(|draft| !draft.is_not_applicable(question));
            let asked = draft.into_iter().flat_map(|draft| draft.asked_fields(question));
            let (empty, answered): (Vec<&Field>, Vec<&Field>) = asked
                .filter(|field| self.places.iter().any(|place| place.field.key == field.key))
                .partition(|field| WantedAnswer::new(self.draft, question, field).is_none());
            match question.number.filter(|_| answered.is_empty() && !empty.is_empty()) {
                Some(number) => whole.push(number),
                None => names.extend(empty.into_iter().map(|field| question.field_name(field))),
            }
        }
        let runs = whole.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
            [first, second] => format!("questions {first} and {second}"),
            [first, .., last] => format!("questions {first} to {last}"),
            [only] => format!("question {only}"),
            [] => String::new(),
        });
        names.extend(runs);
        names
    }

    /// Returns the answers of the earlier versions of the draft to the field of a place.
    fn earlier_answers(&self, place: &AnswerPlace<'_>) -> impl Iterator<Item = WantedAnswer<'a>> {
        let versions = self.earlier.iter();
        versions.filter_map(|version| WantedAnswer::new(version, place.question, place.field))
    }

    /// Returns the versions of the draft that have the most answers in common with the form, one of which
    /// was filled in last. The list is empty if the form has no answer of any version.
    fn last_filled(&self) -> Vec<&'f Submission<'a>> {
        let common_answers = |version: &Submission<'a>| {
            let has_answer = |place: &&AnswerPlace<'_>| {
                let wanted = WantedAnswer::new(version, place.question, place.field);
                wanted.is_some_and(|wanted| wanted.find(place).is_some())
            };
            self.places.iter().filter(has_answer).count()
        };
        let versions = std::iter::once(self.draft).chain(self.earlier);
        let counts: Vec<_> = versions.map(|version| (version, common_answers(version))).collect();
        let most = counts.iter().map(|(_, count)| *count).max().filter(|most| *most > 0);
        let best = counts.into_iter().filter(|(_, count)| Some(*count) == most);
        best.map(|(version, _)| version).collect()
    }

    /// Whether the versions of the draft that may have been filled in last have an answer to a field.
    fn had_answer(
        last_filled: &[&Submission<'a>],
        question: &Question,
        field: &Field,
    ) -> HadAnswer {
        let had =
            |version: &&&Submission<'a>| WantedAnswer::new(version, question, field).is_some();
        match last_filled.iter().filter(had).count() {
            0 => HadAnswer::No,
            count if count == last_filled.len() => HadAnswer::Yes,
            _ => HadAnswer::Perhaps,
        }
    }

    /// Adds the edits of an answer. Returns its remarks, and whether it is written without formatting.
    ///
    /// # Errors
    /// Fails if another answer is written at the same position.
    fn add(&mut self, edits: AnswerEdits) -> Result<(Vec<String>, bool), MissingReason> {
        if !self.edits.main.merge(edits.main) {
            return Err("another answer is written in its place".into());
        }
        for (part, other) in edits.others {
            self.edits.others.entry(part).or_default().merge(other);
        }
        Ok((edits.remarks, edits.is_plain))
    }

    /// Returns the edits that tick the boxes of an answer.
    ///
    /// # Errors
    /// Returns the reason if the boxes must not or cannot be changed.
    fn tick(
        &self,
        answer: &PlacedAnswer<'_, '_, '_>,
        boxes: &FieldBoxes<'_>,
    ) -> Result<AnswerEdits, MissingReason> {
        let PlacedAnswer { place, wanted, had } = answer;
        let form = self.form;
        let (state, target) = (boxes.state(), boxes.wanted(wanted));
        let mut edits = AnswerEdits::default();
        if let Some(other) = unknown_choice(place.field, boxes, wanted) {
            return Err(format!("the form has no box for `{other}`").into());
        }
        if boxes.is_declaration && wanted.answer == Some(&Answer::YesNo(false)) {
            return Err("the form has a box for yes only".into());
        }
        let is_known = self.earlier_answers(place).any(|earlier| boxes.wanted(&earlier) == state);
        let is_free = !state.contains(&true) && *had != HadAnswer::Yes;
        if state != target && !is_free && !is_known {
            if !self.force {
                return Err(MissingReason::Changed);
            }
            edits.remarks.push(REPLACED.to_owned());
        }
        for ((_, tick_box), (now, then)) in boxes.boxes.iter().zip(state.iter().zip(target)) {
            if *now != then {
                let span = &tick_box.span;
                let source = form.byte(span.start())..form.byte_before(span.end());
                self.writer
                    .set_box(source, &form.text(span), then, &mut edits.main)
                    .ok_or("the form's tick box cannot be changed")?;
            }
        }
        Ok(edits)
    }

    /// Compares the text in the place of an answer with the draft and its earlier versions.
    fn state(&self, answer: &PlacedAnswer<'_, '_, '_>) -> PlaceState {
        let PlacedAnswer { place, wanted, had } = answer;
        if let Some(found) = wanted.find(place) {
            let same = wanted.is_in(self.form, place, false).is_some();
            return if same { PlaceState::Same } else { PlaceState::Earlier(found) };
        }
        let earlier: Vec<WantedAnswer<'_>> = self.earlier_answers(place).collect();
        if let Some(found) = earlier.iter().find_map(|earlier| earlier.find(place)) {
            return PlaceState::Earlier(found);
        }
        let own = place.segments.iter().enumerate().take(place.own_segments);
        let others: Vec<(usize, &AnswerSegment)> =
            own.filter(|(_, segment)| !self.is_of_the_form(place, segment, *had)).collect();
        let Some(((first, _), (last, _))) = others.first().zip(others.last()) else {
            return PlaceState::Free;
        };
        let versions = std::iter::once(wanted).chain(&earlier);
        let mut known = versions.map(|version| version.content.words());
        let is_similar = known
            .any(|known| others.iter().any(|(_, segment)| shares_words(&segment.words, &known)));
        let count: usize = others.iter().map(|(_, segment)| segment.words.len()).sum();
        if is_similar || *had != HadAnswer::No || count > MAX_HINT_WORDS {
            PlaceState::Changed(*first..last + 1)
        } else {
            PlaceState::Free
        }
    }

    /// Whether a segment is text of the form: other places have the same words, or it is a prompt, or it is
    /// in italics although the style of its paragraph is not. If the place had an answer, a colleague may
    /// have written a text that looks like a prompt.
    fn is_of_the_form(
        &self,
        place: &AnswerPlace<'_>,
        segment: &AnswerSegment,
        had: HadAnswer,
    ) -> bool {
        let others = self.places.iter().filter(|other| other.field.key != place.field.key);
        let mut others = others.flat_map(|other| &other.segments);
        others.any(|other| other.paragraph != segment.paragraph && other.words == segment.words)
            || (had != HadAnswer::Yes && self.form.is_prompt(segment))
            || (had == HadAnswer::Perhaps && self.form.is_italic(segment) && {
                let style = segment.paragraph.map(|paragraph| self.writer.style(paragraph));
                style.is_some_and(|style| !style.italic)
            })
    }

    /// Returns the edits that write an answer as text. There are none if the form already has the answer.
    ///
    /// # Errors
    /// Returns the reason if the text in the place must not be replaced, or the form does not allow the
    /// answer.
    fn write(&self, answer: &PlacedAnswer<'_, '_, '_>) -> Result<AnswerEdits, MissingReason> {
        let PlacedAnswer { place, wanted, .. } = answer;
        let form = self.form;
        let state = self.state(answer);
        let forced = matches!(state, PlaceState::Changed(_));
        let replaced = match state {
            PlaceState::Same => return Ok(AnswerEdits::default()),
            PlaceState::Earlier(range) => range,
            PlaceState::Changed(range) if self.force => range,
            PlaceState::Changed(_) => return Err(MissingReason::Changed),
            PlaceState::Free => 0..0,
        };
        let segments = place.segments.get(replaced.clone()).unwrap_or_default();
        let room = if segments.is_empty() {
            self.finder.free_room(place)
        } else {
            self.finder.room_of(place, segments)
        };
        let room = room.ok_or(MissingReason::Changed)?;
        let mut edits = self.writer.write(&room, wanted)?;
        if let Room::Control(control) = room {
            let is_inside = |segment: &AnswerSegment| {
                segment.paragraph.is_some_and(|paragraph| form.tree.is_inside(paragraph, control))
            };
            let others = place.segments.iter().enumerate().filter(|(at, _)| !replaced.contains(at));
            // A colleague added a paragraph to the answer.
            if !self.force && !segments.is_empty() && others.map(|(_, other)| other).any(is_inside)
            {
                return Err(MissingReason::Changed);
            }
            // LibreOffice saves only the first paragraph inside a control, and the others after it.
            for paragraph in segments.iter().skip(1).filter_map(|segment| segment.paragraph) {
                if !form.tree.is_inside(paragraph, control) {
                    edits.main.remove(form.tree.span(paragraph));
                }
            }
        }
        if forced {
            edits.remarks.push(REPLACED.to_owned());
        }
        Ok(edits)
    }
}

/// Returns the first chosen item that has no box in the form, or `None` if all have one.
fn unknown_choice(
    field: &Field,
    boxes: &FieldBoxes<'_>,
    wanted: &WantedAnswer<'_>,
) -> Option<String> {
    let has_box = |item: &String| boxes.boxes.iter().any(|(id, _)| id == item);
    let mut items = wanted.answer.map(Answer::items).unwrap_or_default().iter();
    let item = items.find(|item| !has_box(item))?;
    let choices: &[Choice] = match &field.kind {
        Kind::Choice(choices) | Kind::Choices(choices) => choices,
        Kind::Line
        | Kind::Text { .. }
        | Kind::YesNo
        | Kind::Date { .. }
        | Kind::Email
        | Kind::Links => &[],
    };
    let choice = choices.iter().find(|choice| choice.id == *item);
    Some(choice.map_or_else(|| item.clone(), |choice| choice.short().to_owned()))
}

/// Whether a text may be a changed version of `known`: at least half of its pairs of adjacent words are in
/// it. Short texts are compared by single words and by their spelling.
fn shares_words(text: &[String], known: &[String]) -> bool {
    if text.len() < 4 || known.len() < 4 {
        let shared = text.iter().filter(|word| known.contains(word)).count();
        let (a, b) = (text.join(" "), known.join(" "));
        return shared * 2 > text.len().max(known.len())
            || (text.len() < 4 && strsim::jaro_winkler(&a, &b) > 0.9);
    }
    let pairs: std::collections::HashSet<&[String]> = known.windows(2).collect();
    let shared = text.windows(2).filter(|pair| pairs.contains(pair)).count();
    shared * 2 >= text.len() - 1
}
