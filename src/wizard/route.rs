//! Navigation through the questionnaire: which question is the next one, and which the previous one.

use crate::model::review::{Item, Review, Status};
use crate::terminal::outcome::{ExitReason, Reply};

/// Where the conversation is. Questions are indices into [`Review::items`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waypoint {
    Menu {
        /// The question that the menu was opened from.
        from: Option<Visit>,
    },
    Overview {
        /// The question that the overview was opened from, and to which Esc returns.
        from: Option<Visit>,
        /// The question to select, or `None` for the first one that needs attention.
        selected: Option<usize>,
    },
    Question(Visit),
    /// After the last question that needs an answer.
    LastQuestionDone,
    Exit(ExitReason),
}

/// A question that is being asked: where it begins, and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) question: usize,
    pub(super) start: StartField,
    pub(super) then: Then,
}

/// The field at which a question begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartField {
    First,
    /// The first field that needs attention, or the first one if the question has no answer yet.
    Open,
    /// The field with this index.
    Index(usize),
}

/// Where a question leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    NextQuestion,
    /// Back to the overview, from which it was opened.
    Overview,
}

impl Visit {
    /// Asks a question where it needs attention, and then the next ones.
    pub(super) fn new(question: usize) -> Self {
        Self { question, start: StartField::Open, then: Then::NextQuestion }
    }

    /// Begins with the first field.
    pub(super) fn at_first_field(self) -> Self {
        Self { start: StartField::First, ..self }
    }

    /// Returns where to go when the question is done.
    pub(super) fn next(self, review: &Review<'_>) -> Waypoint {
        match self.then {
            Then::NextQuestion => next_question(review, self.question),
            Then::Overview => Waypoint::Overview { from: None, selected: Some(self.question) },
        }
    }
}

impl Waypoint {
    /// Returns the answer of a prompt, or where to go without one: to the given waypoint, unless the
    /// user quits.
    pub(super) fn answer_or<T>(self, reply: Reply<T>) -> Result<T, Self> {
        match reply {
            Reply::Answered(answer) => Ok(answer),
            Reply::Navigated(navigation) => Err(navigation.exit_reason().map_or(self, Self::Exit)),
        }
    }
}

/// Returns the next question that needs an answer.
fn next_question(review: &Review<'_>, index: usize) -> Waypoint {
    let mut following = review.items.iter().enumerate().skip(index + 1);
    let next = following.find(|(_, item)| item.status.needs_answer());
    next.map_or(Waypoint::LastQuestionDone, |(index, _)| Waypoint::Question(Visit::new(index)))
}

/// Returns the index of the question that is asked before another one.
pub(super) fn previous_question(review: &Review<'_>, index: usize) -> Option<usize> {
    let asked = |item: &Item<'_>| item.status != Status::Hidden;
    review.items.iter().take(index).rposition(asked)
}

/// Returns the index of the question to resume with.
pub(super) fn resume_at(review: &Review<'_>) -> Option<usize> {
    review.next_open().and_then(|item| review.position(item.question))
}
