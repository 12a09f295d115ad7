//! Questionnaire and draft held against each other: the status of every question, its length,
//! what is missing. Computed when asked for, never stored.

use serde::Serialize;

use crate::model::answer::{Answer, long_date};
use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Kind, Need, Question, Questionnaire, Section};
use crate::model::text::plural;
use crate::model::words::Measure;

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everything required is there and fits.
    Answered,
    /// Something required is empty.
    Missing,
    /// The text is longer than its limit.
    OverLimit,
    /// An answer does not fit its field, such as an e-mail address that is none.
    Invalid,
    /// Marked as not applicable.
    NotApplicable,
    /// It may stay empty, and does.
    Skipped,
    /// Not asked: its condition does not hold.
    Hidden,
}

impl Status {
    /// The name in JSON.
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

    /// The name for people.
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

    /// Whether it stands between the draft and its submission.
    pub fn prevents_submission(self) -> bool {
        match self {
            Self::Missing | Self::OverLimit | Self::Invalid => true,
            Self::Answered | Self::NotApplicable | Self::Skipped | Self::Hidden => false,
        }
    }

    /// Whether the wizard still has to ask.
    pub fn needs_answer(self) -> bool {
        match self {
            Self::Missing | Self::Invalid | Self::Skipped => true,
            Self::Answered | Self::OverLimit | Self::NotApplicable | Self::Hidden => false,
        }
    }
}

/// One question held against the draft.
#[derive(Debug, Clone)]
pub struct Item<'q> {
    /// The question.
    pub question: &'q Question,
    /// Its section; declarations have none.
    pub section: Option<&'q Section>,
    /// How it stands.
    pub status: Status,
    /// How long its text is, where it has a text field.
    pub measure: Option<Measure>,
    /// What is wrong, each in a few words.
    pub problems: Vec<String>,
}

/// The whole draft held against the questionnaire.
#[derive(Debug, Clone)]
pub struct Review<'q> {
    /// Every question in order, declarations first.
    pub items: Vec<Item<'q>>,
    /// Answers no question asks for.
    pub unplaced: usize,
}

/// How many questions stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Numbered questions.
    pub questions: usize,
    /// By status; together they are all.
    pub answered: usize,
    #[allow(missing_docs, reason = "named like the status they count")]
    pub missing: usize,
    #[allow(missing_docs, reason = "named like the status they count")]
    pub over_limit: usize,
    #[allow(missing_docs, reason = "named like the status they count")]
    pub invalid: usize,
    #[allow(missing_docs, reason = "named like the status they count")]
    pub not_applicable: usize,
    #[allow(missing_docs, reason = "named like the status they count")]
    pub skipped: usize,
    #[allow(missing_docs, reason = "named like the status they count")]
    pub hidden: usize,
}

/// How far a draft is, in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Numbered questions that are asked.
    pub asked: usize,
    /// Those of them that are answered or not applicable.
    pub answered: usize,
    /// Questions, declarations among them, in which something is missing.
    pub missing: usize,
    /// Questions whose text is over its limit.
    pub over_limit: usize,
    /// Questions with an answer that does not fit.
    pub invalid: usize,
    /// Whether the draft could be submitted.
    pub complete: bool,
}

impl<'q> Review<'q> {
    /// Reviews a draft.
    pub fn new(questionnaire: &'q Questionnaire, draft: &Draft) -> Self {
        let item = |(section, question)| review(questionnaire, draft, section, question);
        Self { items: questionnaire.questions().map(item).collect(), unplaced: draft.unplaced() }
    }

    /// Whether the draft could be submitted.
    pub fn is_complete(&self) -> bool {
        !self.items.iter().any(|item| item.status.prevents_submission())
    }

    /// The numbered questions by status.
    pub fn counts(&self) -> Counts {
        let numbered = || self.items.iter().filter(|item| item.question.number.is_some());
        let of = |status| numbered().filter(|item| item.status == status).count();
        Counts {
            questions: numbered().count(),
            answered: of(Status::Answered),
            missing: of(Status::Missing),
            over_limit: of(Status::OverLimit),
            invalid: of(Status::Invalid),
            not_applicable: of(Status::NotApplicable),
            skipped: of(Status::Skipped),
            hidden: of(Status::Hidden),
        }
    }

    /// How many declarations there are, and how many of them are answered.
    pub fn declarations(&self) -> (usize, usize) {
        let declared = || self.items.iter().filter(|item| item.question.number.is_none());
        (declared().count(), declared().filter(|item| item.status == Status::Answered).count())
    }

    /// Where to go on: the first question still to be asked; when nothing is missing, the first
    /// that does not fit yet.
    pub fn next_open(&self) -> Option<&Item<'q>> {
        let missing = self.items.iter().any(|item| item.status == Status::Missing);
        let wanted = |item: &&Item<'_>| {
            if missing { item.status.needs_answer() } else { item.status.prevents_submission() }
        };
        self.items.iter().find(wanted)
    }

    /// The position of a question.
    pub fn position(&self, question: &Question) -> Option<usize> {
        self.items.iter().position(|item| item.question.id == question.id)
    }

    /// How far the draft is.
    pub fn standing(&self) -> Progress {
        let counts = self.counts();
        // Declarations are not counted, but what they lack is.
        let lacking = |status| self.items.iter().filter(|item| item.status == status).count();
        Progress {
            asked: counts.questions - counts.hidden,
            answered: counts.answered + counts.not_applicable,
            missing: lacking(Status::Missing),
            over_limit: lacking(Status::OverLimit),
            invalid: lacking(Status::Invalid),
            complete: self.is_complete(),
        }
    }

    /// How far one is: `18 of 25 questions answered, 2 over the limit, 5 missing`.
    pub fn describe(&self) -> String {
        let counts = self.counts();
        let asked = plural(counts.questions - counts.hidden, "question", "questions");
        let answered = counts.answered + counts.not_applicable;
        let mut parts = vec![format!("{answered} of {asked} answered")];
        parts.extend(lacking(counts.over_limit, counts.missing, counts.invalid));
        parts.extend((counts.skipped > 0).then(|| format!("{} left empty", counts.skipped)));
        let declared = self.items.iter().filter(|item| item.question.number.is_none());
        let open = declared.filter(|item| item.status.prevents_submission()).count();
        let declarations = plural(open, "declaration", "declarations");
        parts.extend((open > 0).then(|| format!("{declarations} open")));
        parts.join(", ")
    }
}

/// What stands between drafts and their submission: `2 over the limit`, `5 missing`.
pub(crate) fn lacking(over_limit: usize, missing: usize, invalid: usize) -> Vec<String> {
    let look = if invalid == 1 { "needs a look" } else { "need a look" };
    [(over_limit, "over the limit"), (missing, "missing"), (invalid, look)]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{number} {words}"))
        .collect()
}

fn review<'q>(
    questionnaire: &Questionnaire,
    draft: &Draft,
    section: Option<&'q Section>,
    question: &'q Question,
) -> Item<'q> {
    let measure = question.text_field().and_then(|(field, limit)| match draft.answer(&field.key) {
        Some(Answer::Text(text)) => Some(Measure::new(questionnaire.word_rule.count(text), limit)),
        None => limit.map(|_| Measure::new(0, limit)),
        Some(Answer::YesNo(_) | Answer::Date(_) | Answer::List(_)) => None,
    });
    let item = |status, problems| Item { question, section, status, measure, problems };
    if !draft.asks(&question.need) {
        return item(Status::Hidden, Vec::new());
    }
    if draft.is_not_applicable(question) && question.need == Need::IfApplicable {
        return item(Status::NotApplicable, Vec::new());
    }
    let asked: Vec<&Field> = draft.asked_fields(question).collect();
    let empty = |field: &&&Field| draft.answer(&field.key).is_none();
    let required = |field: &&&Field| field.need != Need::IfApplicable;
    if question.need == Need::IfApplicable
        && asked.iter().all(|field| draft.answer(&field.key).is_none())
    {
        return item(Status::Skipped, Vec::new());
    }
    let mut problems = Vec::new();
    let excess = measure.map_or(0, Measure::excess);
    if let Some(limit) = measure.and_then(|measure| measure.limit).filter(|_| excess > 0) {
        problems.push(format!(
            "{} over the limit of {}",
            plural(excess, "word", "words"),
            limit.words
        ));
    }
    let before = problems.len();
    for field in &asked {
        if let Some(answer) = draft.answer(&field.key) {
            problems.extend(answer.validation_errors(field));
            problems.extend(too_early(draft, field, answer));
        }
    }
    let invalid = problems.len() > before;
    let missing: Vec<String> =
        asked.iter().filter(empty).filter(required).map(|field| missing(field)).collect();
    let status = if excess > 0 {
        Status::OverLimit
    } else if invalid {
        Status::Invalid
    } else if missing.is_empty() {
        Status::Answered
    } else {
        Status::Missing
    };
    problems.extend(missing);
    item(status, problems)
}

fn missing(field: &Field) -> String {
    match &field.label {
        Some(label) => format!("`{label}` is missing"),
        None => "no answer yet".to_owned(),
    }
}

fn too_early(draft: &Draft, field: &Field, answer: &Answer) -> Option<String> {
    let Kind::Date { not_before: Some(earlier) } = &field.kind else { return None };
    match (draft.answer(earlier), answer) {
        (Some(Answer::Date(start)), Answer::Date(end)) if end < start => {
            Some(format!("{} is before {}, the start", long_date(*end), long_date(*start)))
        }
        _ => None,
    }
}

/// What is wrong with one answer, seen together with the others: for the wizard, which asks field
/// by field.
pub(crate) fn validation_errors(draft: &Draft, field: &Field, answer: &Answer) -> Vec<String> {
    let mut problems = answer.validation_errors(field);
    problems.extend(too_early(draft, field, answer));
    problems
}
