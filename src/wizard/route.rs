//! The way through the questionnaire: which question comes next, and which one came before.

use crate::model::review::{Item, Review, Status};
use crate::terminal::outcome::{ExitReason, Navigation, Reply};

/// Where the conversation is. Questions are indices into [`Review::items`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waypoint {
    Menu {
        /// The question that the menu was opened from.
        from: Option<usize>,
    },
    Question(usize),
    /// After the last question that needs an answer.
    LastQuestionDone,
    Exit(ExitReason),
}

impl Waypoint {
    /// Returns the answer of a prompt, or where to go without one: to the given waypoint, unless the
    /// user quits.
    pub(super) fn answer_or<T>(self, reply: Reply<T>) -> Result<T, Self> {
        match reply {
            Reply::Answered(answer) => Ok(answer),
            Reply::Navigated(Navigation::Quit(reason)) => Err(Self::Exit(reason)),
            Reply::Navigated(
                Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next,
            ) => Err(self),
        }
    }
}

/// Returns the next question that needs an answer.
pub(super) fn next_question(review: &Review<'_>, index: usize) -> Waypoint {
    let mut following = review.items.iter().enumerate().skip(index + 1);
    let next = following.find(|(_, item)| item.status.needs_answer());
    next.map_or(Waypoint::LastQuestionDone, |(index, _)| Waypoint::Question(index))
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
