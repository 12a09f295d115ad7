//! The undo history: which edits are undone together.

use std::ops::Range;

use super::paragraph::Position;

/// What an edit was. Successive edits of one kind can share an undo step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EditKind {
    /// Typed letters: one step for each word.
    Typing,
    /// Characters deleted one by one: one step for each word.
    Deleting,
    /// Pasted text: always a separate step.
    Paste,
    /// Anything else, such as a cut or the result of another editor: always a separate step.
    Single,
}

/// A replaced range, with all that is needed to undo and to redo it.
#[derive(Debug, Clone)]
pub(super) struct UndoStep {
    pub(super) start: Position,
    pub(super) removed: String,
    pub(super) inserted: String,
    /// The cursor before the edit.
    pub(super) cursor: Position,
    pub(super) kind: EditKind,
}

impl UndoStep {
    /// The range of the inserted text.
    pub(super) fn inserted_range(&self) -> Range<Position> {
        self.start..self.start.after(&self.inserted)
    }

    /// The range of the removed text.
    pub(super) fn removed_range(&self) -> Range<Position> {
        self.start..self.start.after(&self.removed)
    }

    /// Whether the next edit only appends to the text that this step inserted.
    fn is_continued_by(&self, next: &Self) -> bool {
        next.removed.is_empty() && next.start == self.inserted_range().end
    }

    /// Makes the next edit part of this step. Returns it if it has to be a separate step.
    fn absorb(&mut self, next: Self) -> Result<(), Self> {
        let starts_word = self.inserted.ends_with(char::is_whitespace)
            && !next.inserted.starts_with(char::is_whitespace);
        let in_word = !next.removed.contains(char::is_whitespace);
        match (self.kind, next.kind) {
            (EditKind::Typing, EditKind::Typing) if self.is_continued_by(&next) && !starts_word => {
                self.inserted.push_str(&next.inserted);
            }
            (EditKind::Deleting, EditKind::Deleting) if in_word && next.start == self.start => {
                self.removed.push_str(&next.removed);
            }
            (EditKind::Deleting, EditKind::Deleting)
                if in_word && next.removed_range().end == self.start =>
            {
                self.removed.insert_str(0, &next.removed);
                self.start = next.start;
            }
            (EditKind::Typing | EditKind::Deleting | EditKind::Paste | EditKind::Single, _) => {
                return Err(next);
            }
        }
        Ok(())
    }
}

/// The steps that can be undone and redone, the latest last.
#[derive(Debug, Default)]
pub(super) struct UndoHistory {
    done: Vec<UndoStep>,
    undone: Vec<UndoStep>,
}

impl UndoHistory {
    /// Adds an edit, to the latest step if they belong together. What was undone is lost.
    pub(super) fn record(&mut self, step: UndoStep) {
        self.undone.clear();
        let rest = match self.done.last_mut() {
            Some(last) => last.absorb(step).err(),
            None => Some(step),
        };
        self.done.extend(rest);
    }

    /// Returns the step to undo, or `None` if there is nothing to undo.
    pub(super) fn undo(&mut self) -> Option<UndoStep> {
        let step = self.done.pop()?;
        self.undone.push(step.clone());
        Some(step)
    }

    /// Returns the step to redo, or `None` if there is nothing to redo.
    pub(super) fn redo(&mut self) -> Option<UndoStep> {
        let step = self.undone.pop()?;
        self.done.push(step.clone());
        Some(step)
    }

    /// The number of steps that can be undone.
    pub(super) fn len(&self) -> usize {
        self.done.len()
    }

    /// The end of the text that was typed, if that was the latest edit.
    pub(super) fn typing_end(&self) -> Option<Position> {
        let last = self.done.last().filter(|_| self.undone.is_empty())?;
        (last.kind == EditKind::Typing).then(|| last.inserted_range().end)
    }

    /// The range of the text that was pasted, if that was the latest edit.
    pub(super) fn pasted_range(&self) -> Option<Range<Position>> {
        let last = self.done.last().filter(|_| self.undone.is_empty())?;
        (last.kind == EditKind::Paste).then(|| last.inserted_range())
    }

    /// Removes the steps after the first `len` and returns them as one step. Stops at one that does
    /// not append to the text of the step before. Returns `None` if there are no such steps.
    pub(super) fn take_since(&mut self, len: usize) -> Option<UndoStep> {
        let mut merged = if self.done.len() > len { self.done.pop()? } else { return None };
        while self.done.len() > len
            && let Some(mut before) = self.done.pop_if(|before| before.is_continued_by(&merged))
        {
            before.inserted.push_str(&merged.inserted);
            merged = before;
        }
        Some(merged)
    }

    /// Puts back a step that [`take_since`](Self::take_since) took out.
    pub(super) fn put_back(&mut self, step: UndoStep) {
        self.done.push(step);
    }
}
