//! The review of a draft: the status, length and problems of every question. A review is computed
//! from the questionnaire and the draft whenever it is needed, and never stored. `words.rs` counts
//! the words over a limit.

use std::ops::Add;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::{Field, Kind, Need, Question, Questionnaire, Section};
use crate::model::submission::Submission;
use crate::model::text::plural;
use crate::model::words::Measure;

/// The status of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Every required field has a valid answer.
    Answered,
    /// A required field has no answer.
    Missing,
    /// The text is longer than its limit.
    OverLimit,
    /// An answer does not fit its field, for example a word in an e-mail field.
    Invalid,
    /// Marked as not applicable.
    NotApplicable,
    /// Optional and not answered.
    Skipped,
    /// Not asked, because its condition does not hold.
    Hidden,
}

impl Status {
    /// Returns the name of the status in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Missing => "missing",
            Self::OverLimit => "over_limit",
            Self::Invalid => "invalid",
            Self::NotApplicable => "not_applicable",
            Self::Skipped => "skipped",
            Self::Hidden => "hidden",
        }
    }

    /// Returns the name of the status for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Missing => "missing",
            Self::OverLimit => "over limit",
            Self::Invalid => "needs a look",
            Self::NotApplicable => "not applicable",
            Self::Skipped => "left empty",
            Self::Hidden => "not asked",
        }
    }

    /// Whether the draft cannot be submitted with a question in this status.
    pub fn prevents_submission(self) -> bool {
        match self {
            Self::Missing | Self::OverLimit | Self::Invalid => true,
            Self::Answered | Self::NotApplicable | Self::Skipped | Self::Hidden => false,
        }
    }

    /// Whether the wizard still asks this question. Over-limit answers count as answered.
    pub fn needs_answer(self) -> bool {
        match self {
            Self::Missing | Self::Invalid | Self::Skipped => true,
            Self::Answered | Self::OverLimit | Self::NotApplicable | Self::Hidden => false,
        }
    }
}

/// The review of one question.
#[derive(Debug, Clone)]
pub struct Item<'q> {
    /// The question.
    pub question: &'q Question,
    /// The section of the question, or `None` for a declaration.
    pub section: Option<&'q Section>,
    /// The status of the question.
    pub status: Status,
    /// The length of the text, if the question has a text field.
    pub measure: Option<Measure>,
    /// What is wrong, as messages for the applicant.
    pub problems: Vec<String>,
    /// What the applicant should know, such as an answer that is not asked for. It does not affect
    /// the status.
    pub remarks: Vec<String>,
}

impl Item<'_> {
    /// Returns the status for people.
    pub fn label(&self) -> &'static str {
        if self.status == Status::Hidden && !self.remarks.is_empty() {
            "kept, not asked for"
        } else {
            self.status.label()
        }
    }
}

/// The review of a whole draft.
#[derive(Debug, Clone)]
pub struct Review<'q> {
    /// All questions in order, declarations first.
    pub items: Vec<Item<'q>>,
    /// The number of answers that belong to no question of the questionnaire.
    pub unplaced: usize,
}

/// The number of questions in each status.
///
/// Tallies can be added: that of a whole draft is the sum of those of its numbered questions and its
/// declarations, that of a folder the sum over its drafts. The fields are written to JSON in this
/// order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All questions; the sum of the other fields.
    pub questions: usize,
    /// [`Status::Answered`].
    pub answered: usize,
    /// [`Status::Missing`].
    pub missing: usize,
    /// [`Status::OverLimit`].
    pub over_limit: usize,
    /// [`Status::Invalid`].
    pub invalid: usize,
    /// [`Status::NotApplicable`].
    pub not_applicable: usize,
    /// [`Status::Skipped`].
    pub skipped: usize,
    /// [`Status::Hidden`].
    pub hidden: usize,
}

impl Tally {
    /// Counts items by their status.
    pub fn of_items<'a, 'q: 'a>(items: impl IntoIterator<Item = &'a Item<'q>>) -> Self {
        let mut tally = Self::default();
        for item in items {
            tally.questions += 1;
            *match item.status {
                Status::Answered => &mut tally.answered,
                Status::Missing => &mut tally.missing,
                Status::OverLimit => &mut tally.over_limit,
                Status::Invalid => &mut tally.invalid,
                Status::NotApplicable => &mut tally.not_applicable,
                Status::Skipped => &mut tally.skipped,
                Status::Hidden => &mut tally.hidden,
            } += 1;
        }
        tally
    }

    /// Returns the number of questions whose conditions hold.
    pub fn asked(self) -> usize {
        self.questions - self.hidden
    }

    /// Returns the number of questions that are answered or marked as not applicable.
    pub fn done(self) -> usize {
        self.answered + self.not_applicable
    }

    /// Returns the number of questions that prevent submission.
    pub fn open(self) -> usize {
        self.missing + self.over_limit + self.invalid
    }

    /// Returns what prevents submission, such as `2 over the limit` and `5 missing`.
    pub fn problems(self) -> Vec<String> {
        let look = if self.invalid == 1 { "needs a look" } else { "need a look" };
        [(self.over_limit, "over the limit"), (self.missing, "missing"), (self.invalid, look)]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, words)| format!("{number} {words}"))
            .collect()
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            questions: self.questions + other.questions,
            answered: self.answered + other.answered,
            missing: self.missing + other.missing,
            over_limit: self.over_limit + other.over_limit,
            invalid: self.invalid + other.invalid,
            not_applicable: self.not_applicable + other.not_applicable,
            skipped: self.skipped + other.skipped,
            hidden: self.hidden + other.hidden,
        }
    }
}

impl<'q> Review<'q> {
    /// Reviews a draft.
    pub fn new(questionnaire: &'q Questionnaire, draft: &Draft) -> Self {
        let submission = Submission::new(questionnaire, draft);
        let item = |(section, question)| {
            let remarks = submission.remarks(question);
            let mut item = review(questionnaire, &submission, section, question);
            item.remarks.extend(remarks);
            item
        };
        Self { items: questionnaire.questions().map(item).collect(), unplaced: draft.unplaced() }
    }

    /// Whether the draft can be submitted.
    pub fn is_complete(&self) -> bool {
        !self.items.iter().any(|item| item.status.prevents_submission())
    }

    /// Returns the remarks on all questions, each with the name of its question.
    pub fn remarks(&self) -> Vec<String> {
        let named = |item: &Item<'_>| {
            let name = item.question.name();
            item.remarks.iter().map(move |remark| format!("{name}: {remark}")).collect::<Vec<_>>()
        };
        self.items.iter().flat_map(named).collect()
    }

    /// Counts the numbered questions by status.
    pub fn numbered(&self) -> Tally {
        Tally::of_items(self.items.iter().filter(|item| item.question.number.is_some()))
    }

    /// Counts the declarations, which are not numbered, by status.
    pub fn declarations(&self) -> Tally {
        Tally::of_items(self.items.iter().filter(|item| item.question.number.is_none()))
    }

    /// Returns the question to continue with: the first unanswered one, or, if nothing required is
    /// missing, the first that prevents submission. Returns `None` if the draft is complete.
    pub fn next_open(&self) -> Option<&Item<'q>> {
        let missing = self.items.iter().any(|item| item.status == Status::Missing);
        let wanted = |item: &&Item<'_>| {
            if missing { item.status.needs_answer() } else { item.status.prevents_submission() }
        };
        self.items.iter().find(wanted)
    }

    /// Returns the index of a question in `items`.
    pub fn position(&self, question: &Question) -> Option<usize> {
        self.items.iter().position(|item| item.question.id == question.id)
    }

    /// Describes the progress: `18 of 25 questions answered, 2 over the limit, 5 missing`.
    pub fn describe(&self) -> String {
        let (numbered, declarations) = (self.numbered(), self.declarations());
        let asked = plural(numbered.asked(), "question", "questions");
        let mut parts = vec![format!("{} of {asked} answered", numbered.done())];
        parts.extend(numbered.problems());
        parts.extend((numbered.skipped > 0).then(|| format!("{} left empty", numbered.skipped)));
        let open = plural(declarations.open(), "declaration", "declarations");
        parts.extend((declarations.open() > 0).then(|| format!("{open} open")));
        parts.join(", ")
    }
}

/// Computes the status of one question.
fn review<'q>(
    questionnaire: &Questionnaire,
    submission: &Submission<'_>,
    section: Option<&'q Section>,
    question: &'q Question,
) -> Item<'q> {
    let text = question.text_field();
    let measure = text.and_then(|(field, limit)| match submission.answer(&field.key) {
        Some(answer) => Some(questionnaire.word_rule.measure(answer.as_text()?, limit)),
        None => limit.map(|_| Measure::new(0, limit)),
    });
    let item = |status, problems| Item {
        question,
        section,
        status,
        measure,
        problems,
        remarks: date_remarks(submission, question),
    };
    if !submission.asks(&question.need) {
        return item(Status::Hidden, Vec::new());
    }
    if submission.is_not_applicable(question) {
        return item(Status::NotApplicable, Vec::new());
    }
    let fields: Vec<&Field> = submission.asked_fields(question).collect();
    if question.need == Need::IfApplicable
        && fields.iter().all(|field| submission.answer(&field.key).is_none())
    {
        return item(Status::Skipped, Vec::new());
    }
    let mut problems = Vec::new();
    let mut missing = Vec::new();
    for field in fields {
        match submission.answer(&field.key) {
            Some(answer) => problems.extend(validation_errors(submission, field, answer)),
            None if field.need == Need::IfApplicable => {}
            None => missing.push(match &field.label {
                Some(label) => format!("`{label}` is missing"),
                None => "no answer yet".to_owned(),
            }),
        }
    }
    let over_limit = measure.filter(|measure| measure.excess() > 0);
    let status = if over_limit.is_some() {
        Status::OverLimit
    } else if !problems.is_empty() {
        Status::Invalid
    } else if missing.is_empty() {
        Status::Answered
    } else {
        Status::Missing
    };
    let excess = over_limit.and_then(|measure| {
        let excess = plural(measure.excess(), "word", "words");
        Some(format!("{excess} over the limit of {}", measure.limit?.words))
    });
    item(status, excess.into_iter().chain(problems).chain(missing).collect())
}

/// Returns what is wrong with one answer: it does not fit its field, or its date is before the
/// earlier date that the field refers to.
pub(crate) fn validation_errors(
    submission: &Submission<'_>,
    field: &Field,
    answer: &Answer,
) -> Vec<String> {
    let mut errors = answer.validation_errors(field);
    if let Kind::Date { not_before: Some(earlier) } = &field.kind
        && let Some(start) = submission.answer(earlier).and_then(Answer::as_date)
        && let Some(end) = answer.as_date().filter(|end| end.latest() < start.earliest())
    {
        errors.push(format!("{} is before {}, the start", end.long(), start.long()));
    }
    errors
}

/// Says that the year of a date is unusual, if it is. Such a date is valid nevertheless.
pub(crate) fn unusual_year(answer: &Answer) -> Option<String> {
    let date = answer.as_date().filter(|date| date.has_unusual_year())?;
    Some(format!("{:04} is an unusual year", date.earliest().year()))
}

/// Says that the date at which something has started is after today, if it is.
pub(crate) fn future_start(
    submission: &Submission<'_>,
    field: &Field,
    answer: &Answer,
    today: Date,
) -> Option<String> {
    let date = answer.as_date().filter(|date| !date.has_unusual_year())?;
    let is_future = date.earliest() > today && submission.is_start(field);
    is_future.then(|| format!("{} is in the future", date.long()))
}

/// Says which dates of a draft at which something has started are after today.
pub(crate) fn future_starts(
    questionnaire: &Questionnaire,
    draft: &Draft,
    today: Date,
) -> Vec<String> {
    let submission = Submission::new(questionnaire, draft);
    let mut remarks = Vec::new();
    for (_, question) in questionnaire.questions() {
        for field in submission.asked_fields(question) {
            let answer = submission.answer(&field.key);
            let found = answer.and_then(|answer| future_start(&submission, field, answer, today));
            remarks.extend(found.map(|remark| format!("{}: {remark}", question.name())));
        }
    }
    remarks
}

/// Returns what is unusual about the dates that are asked for, and which of them have no day.
fn date_remarks(submission: &Submission<'_>, question: &Question) -> Vec<String> {
    let mut remarks = Vec::new();
    for field in question.fields.iter().filter(|field| matches!(field.kind, Kind::Date { .. })) {
        let Some(answer) = submission.answer(&field.key) else { continue };
        let no_day = answer.as_date().filter(|date| !date.has_day());
        let no_day = no_day.map(|date| format!("{} has no day", date.long()));
        let found = unusual_year(answer).into_iter().chain(no_day);
        remarks.extend(found.map(|remark| match &field.label {
            Some(label) => format!("`{}`: {remark}", markup::plain(label)),
            None => remark,
        }));
    }
    remarks
}
