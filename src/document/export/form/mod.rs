//! Fills in an official Word form in place: a copy of the form with the answers of a draft where they
//! belong, and not one other byte changed.
//!
//! A form is filled in five steps:
//!
//! 1. [`package`] opens the form and refuses what cannot be filled. The Word reader of `import` reads
//!    its lines with the byte of the XML that each character comes from, and [`tree`] the elements
//!    with their byte ranges.
//! 2. The recogniser of `import` finds the wording of the questionnaire. [`place`] turns what is
//!    between one wording and the next into the place of an answer, with the words that are in it.
//! 3. The words decide ([`FieldState`]): the answer of the draft is there already; an earlier version
//!    of it, which is replaced; a changed one, which is left and reported; or none.
//! 4. [`room`] chooses where in the place the answer is written, and [`writer`] and [`boxes`] write it
//!    as [`edits`]: byte ranges with what replaces them.
//! 5. The filled form is read again. An answer that does not come back counts as not written.
//!
//! # Limits
//! No answer is written where its wording was not found. Words in a place that are neither a prompt nor
//! a version of its answer are never deleted without `force`.

mod bindings;
mod boxes;
mod content;
mod edits;
mod package;
mod place;
mod room;
mod styles;
mod tree;
mod writer;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::Range;

use self::boxes::set_box;
use self::content::{AnswerContent, XmlNames};
use self::package::FormPackage;
use self::place::{AnswerPlace, LocatedForm};
use self::room::{Room, RoomFinder};
use self::styles::FormStyles;
use self::tree::XmlTree;
use self::writer::{AnswerEdits, AnswerWriter, WantedAnswer};
use crate::document::error::UnreadableDocument;
use crate::document::import::coverage::TickBox;
use crate::document::import::docx::read_traced;
use crate::document::import::lines::SourceSpan;
use crate::document::import::tick_boxes::yes_no_boxes;
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::questionnaire::{Choice, Field, Key, Kind, Question, Questionnaire};
use crate::model::submission::Submission;

/// A form that was filled in.
#[derive(Debug)]
pub struct FilledForm {
    /// The `.docx` file.
    pub bytes: Vec<u8>,
    /// The answers that are not in it, by the name of their field, each with the reason.
    pub missing: Vec<(String, String)>,
    /// Notes on answers that are in it, such as lost formatting.
    pub remarks: Vec<(String, String)>,
    /// How many answers are in it.
    pub written: usize,
}

/// What the place of an answer holds.
#[derive(Debug)]
enum FieldState {
    /// The answer of the draft.
    Same,
    /// An earlier version of the answer, in these segments.
    Earlier(Range<usize>),
    /// Words that may be a changed version of the answer.
    Changed,
    /// No answer.
    Free,
}

/// Returned for an answer in whose place the form has other words.
const CHANGED: &str = "the form says something else";

/// Fills in a form. `versions` are the earlier versions of the draft: their answers in the form are
/// replaced. With `force`, so are all other words in the places of answers.
///
/// # Errors
/// Fails if the form cannot be filled or is not a form of this questionnaire.
pub fn fill(
    form: &[u8],
    questionnaire: &Questionnaire,
    draft: &Draft,
    versions: &[Draft],
    force: bool,
) -> Result<FilledForm, UnreadableDocument> {
    let mut package = FormPackage::open(form)?;
    let docx = read_traced(Cursor::new(form))?;
    let styles = FormStyles::read(&package.text("word/styles.xml")?)?;
    let data = package.data()?;
    let located = LocatedForm::new(&docx, XmlTree::parse(&docx.xml)?, questionnaire);
    if located.recognition.questions.is_empty() {
        return Err(UnreadableDocument::new(format!(
            "no question of \"{}\" is found in it; is it the right form?",
            questionnaire.title
        )));
    }
    let names = xml_names(&located.tree, &styles);
    let writer = AnswerWriter { tree: &located.tree, names, styles, bindings: data };
    let mut filler = FormFiller {
        questionnaire,
        submission: Submission::new(questionnaire, draft),
        earlier: versions.iter().map(|draft| Submission::new(questionnaire, draft)).collect(),
        force,
        edits: AnswerEdits::default(),
        missing: Vec::new(),
        remarks: Vec::new(),
        written: Vec::new(),
    };
    filler.fill(&located, &writer);
    let FormFiller { edits, submission, mut missing, mut remarks, written, .. } = filler;
    let mut changed = BTreeMap::new();
    if !edits.main.is_empty() {
        changed.insert(docx.part.clone(), edits.main.apply(&docx.xml));
    }
    for (part, edits) in edits.others {
        let xml = writer.bindings.0.iter().find(|data| data.name == part);
        changed.extend(xml.map(|data| (part, edits.apply(&data.xml))));
    }
    let damaged = |error: &dyn std::fmt::Display| {
        UnreadableDocument::new(format!("it cannot be copied: {error}"))
    };
    let bytes = if changed.is_empty() {
        form.to_vec()
    } else {
        package.with(&changed).map_err(|error| damaged(&error))?
    };
    let lost = lost_answers(&bytes, questionnaire, &submission, &written)?;
    remarks.retain(|(name, _)| !lost.contains(name));
    let count = written.len() - lost.len();
    let why = "it could not be read back from the filled form";
    missing.extend(lost.into_iter().map(|name| (name, why.to_owned())));
    Ok(FilledForm { bytes, missing, remarks, written: count })
}

/// Whether a Word file is a form of a questionnaire: more than half of its questions are found.
pub fn is_form_of(form: &[u8], questionnaire: &Questionnaire) -> bool {
    FormPackage::open(form).is_ok()
        && read_traced(Cursor::new(form)).is_ok_and(|docx| {
            let found = crate::document::import::locate(&docx.source, questionnaire);
            found.questions.len() * 2 > questionnaire.numbered()
        })
}

fn xml_names(tree: &XmlTree<'_>, styles: &FormStyles) -> XmlNames {
    let root = tree.all().next();
    let element = root.map(|id| tree.prefix(id)).unwrap_or_default().to_owned();
    let tag = root.map(|id| tree.tag(id)).unwrap_or_default();
    // Attributes have no namespace without a prefix.
    let declared = tag.split_whitespace().find_map(|part| {
        let (prefix, address) = part.strip_prefix("xmlns:")?.split_once('=')?;
        address.contains("wordprocessingml/").then(|| format!("{prefix}:"))
    });
    let attribute = if element.is_empty() { declared.unwrap_or_default() } else { element.clone() };
    XmlNames { element, attribute, has_link_style: styles.has("Hyperlink") }
}

/// Returns the name of a field for messages.
fn field_name(question: &Question, field: &Field) -> String {
    match &field.key.field {
        Some(part) => format!("{} ({part})", question.name()),
        None => question.name(),
    }
}

/// Returns the names of the fields whose answers do not come back from a filled form.
fn lost_answers(
    bytes: &[u8],
    questionnaire: &Questionnaire,
    submission: &Submission<'_>,
    written: &[(Key, bool)],
) -> Result<Vec<String>, UnreadableDocument> {
    let docx = read_traced(Cursor::new(bytes))?;
    let located = LocatedForm::new(&docx, XmlTree::parse(&docx.xml)?, questionnaire);
    let places = located.places();
    let comes_back = |key: &Key, is_plain: bool| {
        places.iter().filter(|place| place.field.key == *key).any(|place| {
            let Some(wanted) = Wanted::new(submission, place.question, place.field) else {
                return true;
            };
            match field_boxes(&located, place) {
                Some(boxes) => boxes.state() == boxes.wanted(&wanted),
                None => wanted.is_in(&located, place, is_plain).is_some(),
            }
        })
    };
    let lost = written.iter().filter(|(key, is_plain)| !comes_back(key, *is_plain));
    let fields = questionnaire.questions().flat_map(|(_, question)| {
        question.fields.iter().map(move |field| (&field.key, field_name(question, field)))
    });
    let names: BTreeMap<String, String> =
        fields.map(|(key, name)| (key.to_string(), name)).collect();
    Ok(lost.filter_map(|(key, _)| names.get(&key.to_string()).cloned()).collect())
}

/// The answer that a field of the form should have.
#[derive(Debug)]
struct Wanted<'a> {
    /// `None` for a question that does not apply.
    answer: Option<&'a Answer>,
    content: AnswerContent,
    /// The texts of this answer in a list to choose from.
    choices: Vec<String>,
}

impl<'a> Wanted<'a> {
    /// Returns the answer of a draft to a field, or `None` if it has none.
    fn new(submission: &Submission<'a>, question: &Question, field: &Field) -> Option<Self> {
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
        let answer = submission.answer(&field.key)?;
        let content = AnswerContent::new(field, answer);
        let mut choices = vec![content.plain_lines().join(" "), answer.spelled().into_owned()];
        if let Kind::Choice(known) | Kind::Choices(known) = &field.kind {
            let chosen = known.iter().filter(|choice| answer.items().contains(&choice.id));
            choices.extend(chosen.map(|choice| choice.short().to_owned()));
        }
        Some(Self { answer: Some(answer), content, choices })
    }

    /// Returns the segments of a place that hold the words of this answer.
    fn find(&self, place: &AnswerPlace<'_>) -> Option<Range<usize>> {
        let plain = place::words(&self.content.plain_lines().join("\n"));
        place.find(&self.content.words()).or_else(|| place.find(&plain)).or_else(|| {
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
    fn is_in(
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
struct FieldBoxes<'a> {
    /// The id of the choice (`yes` and `no` for a field that asks for one), and the box.
    boxes: Vec<(&'a str, TickBox)>,
    is_declaration: bool,
}

impl FieldBoxes<'_> {
    /// Returns which boxes are ticked.
    fn state(&self) -> Vec<bool> {
        self.boxes.iter().map(|(_, tick_box)| tick_box.ticked).collect()
    }

    /// Returns which boxes an answer ticks.
    fn wanted(&self, wanted: &Wanted<'_>) -> Vec<bool> {
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
fn field_boxes<'a>(form: &LocatedForm<'_>, place: &AnswerPlace<'a>) -> Option<FieldBoxes<'a>> {
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

/// Fills in the fields of a form one by one.
struct FormFiller<'a> {
    questionnaire: &'a Questionnaire,
    submission: Submission<'a>,
    earlier: Vec<Submission<'a>>,
    force: bool,
    edits: AnswerEdits,
    missing: Vec<(String, String)>,
    remarks: Vec<(String, String)>,
    /// The fields that were written, and whether as text without formatting.
    written: Vec<(Key, bool)>,
}

impl FormFiller<'_> {
    fn fill(&mut self, form: &LocatedForm<'_>, writer: &AnswerWriter<'_, '_>) {
        let places = form.places();
        let finder = RoomFinder::new(form);
        let questionnaire = self.questionnaire;
        for (_, question) in questionnaire.questions() {
            for field in &question.fields {
                let Some(wanted) = Wanted::new(&self.submission, question, field) else { continue };
                let place = places.iter().find(|place| place.field.key == field.key);
                let filled = match place {
                    None => Err("its question is not found in the form".to_owned()),
                    Some(place) => match field_boxes(form, place) {
                        Some(boxes) => self.tick(form, place, &boxes, &wanted),
                        None => self.write(&finder, writer, place, &wanted),
                    },
                };
                let name = field_name(question, field);
                match filled.and_then(|edits| self.add(edits)) {
                    Ok((remarks, is_plain)) => {
                        self.written.push((field.key.clone(), is_plain));
                        self.remarks.extend(remarks.into_iter().map(|text| (name.clone(), text)));
                    }
                    Err(reason) => self.missing.push((name, reason)),
                }
            }
        }
    }

    /// Adds the edits of an answer. Returns its remarks, and whether it is plain text.
    fn add(&mut self, edits: AnswerEdits) -> Result<(Vec<String>, bool), String> {
        if !self.edits.main.merge(edits.main) {
            return Err("its place belongs to another answer".to_owned());
        }
        for (part, other) in edits.others {
            self.edits.others.entry(part).or_default().merge(other);
        }
        Ok((edits.remarks, edits.is_plain))
    }

    fn tick(
        &self,
        form: &LocatedForm<'_>,
        place: &AnswerPlace<'_>,
        boxes: &FieldBoxes<'_>,
        wanted: &Wanted<'_>,
    ) -> Result<AnswerEdits, String> {
        let (state, target) = (boxes.state(), boxes.wanted(wanted));
        let mut edits = AnswerEdits::default();
        if let Some(other) = unknown_choice(place.field, boxes, wanted) {
            return Err(format!("the form has no box for `{other}`"));
        }
        if boxes.is_declaration && wanted.answer == Some(&Answer::YesNo(false)) {
            return Err("the form has a box for yes only".to_owned());
        }
        let known = |submission: &Submission<'_>| {
            Wanted::new(submission, place.question, place.field)
                .is_some_and(|earlier| boxes.wanted(&earlier) == state)
        };
        let is_free = !state.contains(&true) || state == target;
        if !is_free && !self.force && !self.earlier.iter().any(known) {
            return Err(CHANGED.to_owned());
        }
        for ((_, tick_box), (now, then)) in boxes.boxes.iter().zip(state.iter().zip(target)) {
            if *now != then {
                let span = &tick_box.span;
                let source = form.byte(span.start())..form.byte_before(span.end());
                let set = set_box(&form.tree, source, &form.text(span), then, &mut edits.main);
                set.ok_or("the form's tick box cannot be changed")?;
            }
        }
        Ok(edits)
    }

    fn state(
        &self,
        form: &LocatedForm<'_>,
        place: &AnswerPlace<'_>,
        wanted: &Wanted<'_>,
    ) -> FieldState {
        if let Some(found) = wanted.find(place) {
            let same = wanted.is_in(form, place, false).is_some();
            return if same { FieldState::Same } else { FieldState::Earlier(found) };
        }
        let earlier: Vec<Wanted<'_>> = self
            .earlier
            .iter()
            .filter_map(|submission| Wanted::new(submission, place.question, place.field))
            .collect();
        if let Some(found) = earlier.iter().find_map(|earlier| earlier.find(place)) {
            return FieldState::Earlier(found);
        }
        let own = place.segments.iter().take(place.own.0);
        let others: Vec<_> = own.filter(|segment| !form.is_prompt(segment)).collect();
        let versions = std::iter::once(wanted).chain(&earlier);
        let mut known = versions.map(|version| version.content.words());
        let count: usize = others.iter().map(|segment| segment.words.len()).sum();
        let is_like =
            known.any(|known| others.iter().any(|segment| shares_words(&segment.words, &known)));
        if is_like || count > 60 { FieldState::Changed } else { FieldState::Free }
    }

    fn write(
        &self,
        finder: &RoomFinder<'_, '_>,
        writer: &AnswerWriter<'_, '_>,
        place: &AnswerPlace<'_>,
        wanted: &Wanted<'_>,
    ) -> Result<AnswerEdits, String> {
        let form = finder.form;
        let replaced = match self.state(form, place, wanted) {
            FieldState::Same => return Ok(AnswerEdits::default()),
            FieldState::Earlier(range) => range,
            FieldState::Changed if self.force => 0..place.own.0,
            FieldState::Changed => return Err(CHANGED.to_owned()),
            FieldState::Free => 0..0,
        };
        let segments = place.segments.get(replaced).unwrap_or_default();
        let room = if segments.is_empty() {
            finder.free_room(place)
        } else {
            finder.room_of(place, segments)
        };
        let room = room.ok_or(CHANGED)?;
        let mut edits = writer.write(&room, wanted.as_written())?;
        if let Room::Control(control) = room {
            // LibreOffice saves only the first paragraph inside a control, the others behind it.
            for paragraph in segments.iter().skip(1).filter_map(|segment| segment.paragraph) {
                if !form.tree.is_inside(paragraph, control) {
                    edits.main.remove(form.tree.span(paragraph));
                }
            }
        }
        Ok(edits)
    }
}

impl Wanted<'_> {
    fn as_written(&self) -> WantedAnswer<'_> {
        WantedAnswer { answer: self.answer, content: &self.content, choices: &self.choices }
    }
}

/// Returns a chosen item that has no box in the form.
fn unknown_choice(field: &Field, boxes: &FieldBoxes<'_>, wanted: &Wanted<'_>) -> Option<String> {
    let has_box = |item: &String| boxes.boxes.iter().any(|(id, _)| id == item);
    let mut items = wanted.answer.map(Answer::items).unwrap_or_default().iter();
    let item = items.find(|item| !has_box(item))?;
    let known: &[Choice] = match &field.kind {
        Kind::Choice(choices) | Kind::Choices(choices) => choices,
        Kind::Line
        | Kind::Text { .. }
        | Kind::YesNo
        | Kind::Date { .. }
        | Kind::Email
        | Kind::Links => &[],
    };
    let known = known.iter().find(|choice| choice.id == *item);
    Some(known.map_or_else(|| item.clone(), |choice| choice.short().to_owned()))
}

/// Whether a text may be a changed version of another one: they share half of its pairs of words.
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
