//! The keys of the composer: one table, read by the loop and shown by F1. A key that is not in
//! it does nothing.

use std::fmt::Write as _;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::text::Motion;
use crate::terminal::outcome::{ExitReason, Navigation};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Leaves the composer; everything is kept.
    Leave(Navigation),
    /// Shows a page to read.
    Read(Page),
    /// Moves the cursor; with Shift it selects.
    Go(Motion),
    /// Selects everything.
    SelectAll,
    /// Copies the selection.
    Copy,
    /// Looks for words.
    Find,
    /// Opens the person's own editor.
    Editor,
    /// Changes the text.
    Change(Change),
}

/// A page beside the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The keys.
    Keys,
    /// The question, its footnotes and reference material.
    Question,
    /// Where the words are.
    Lengths,
}

/// What a key does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Deletes the selection, or what a movement passes over.
    Delete(Motion),
    /// Begins a new line.
    NewLine,
    /// Takes the last step back.
    Undo,
    /// Takes it again.
    Redo,
    /// Cuts the selection, or what a movement passes over.
    Cut(Option<Motion>),
    /// Pastes what was copied or cut.
    Paste,
    /// Joins lines that a page's width broke.
    Join,
    /// Takes back everything since the composer was opened.
    TakeBack,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

/// Keys that do the same: their name for people, what they do in words, the keys, the action.
type Binding = (&'static str, &'static str, &'static [(KeyModifiers, KeyCode)], Action);

/// Every key of the composer.
pub(super) const BINDINGS: &[Binding] = &[
    (
        "Ctrl-S, Ctrl-D",
        "save and go on to the next question",
        &[(CTRL, KeyCode::Char('s')), (CTRL, KeyCode::Char('d'))],
        Action::Leave(Navigation::Next),
    ),
    ("Esc", "menu; the text is kept", &[(NONE, KeyCode::Esc)], Action::Leave(Navigation::Menu)),
    (
        "Ctrl-C",
        "save and leave the program",
        &[(CTRL, KeyCode::Char('c'))],
        Action::Leave(Navigation::Over(ExitReason::Interrupted)),
    ),
    ("F1", "these keys", &[(NONE, KeyCode::F(1))], Action::Read(Page::Keys)),
    (
        "F2",
        "the question, its footnotes and reference material",
        &[(NONE, KeyCode::F(2))],
        Action::Read(Page::Question),
    ),
    (
        "F3",
        "words per paragraph and the longest sentences",
        &[(NONE, KeyCode::F(3))],
        Action::Read(Page::Lengths),
    ),
    (
        "F4",
        "join lines that a PDF has broken",
        &[(NONE, KeyCode::F(4))],
        Action::Change(Change::Join),
    ),
    (
        "F5",
        "undo all changes of this visit",
        &[(NONE, KeyCode::F(5))],
        Action::Change(Change::TakeBack),
    ),
    ("Ctrl-F", "find; Enter finds the next", &[(CTRL, KeyCode::Char('f'))], Action::Find),
    (
        "Ctrl-O",
        "your own editor ($VISUAL or $EDITOR)",
        &[(CTRL, KeyCode::Char('o'))],
        Action::Editor,
    ),
    ("Enter", "new line", &[(NONE, KeyCode::Enter)], Action::Change(Change::NewLine)),
    ("Ctrl-Z", "undo", &[(CTRL, KeyCode::Char('z'))], Action::Change(Change::Undo)),
    ("Ctrl-Y", "redo", &[(CTRL, KeyCode::Char('y'))], Action::Change(Change::Redo)),
    (
        "Left",
        "one character back",
        &[(NONE, KeyCode::Left), (CTRL, KeyCode::Char('b'))],
        Action::Go(Motion::Left),
    ),
    ("Right", "one character on", &[(NONE, KeyCode::Right)], Action::Go(Motion::Right)),
    (
        "Up",
        "one row up",
        &[(NONE, KeyCode::Up), (CTRL, KeyCode::Char('p'))],
        Action::Go(Motion::Up),
    ),
    (
        "Down",
        "one row down",
        &[(NONE, KeyCode::Down), (CTRL, KeyCode::Char('n'))],
        Action::Go(Motion::Down),
    ),
    (
        "Ctrl-Left",
        "one word back",
        &[(CTRL, KeyCode::Left), (ALT, KeyCode::Left), (ALT, KeyCode::Char('b'))],
        Action::Go(Motion::WordLeft),
    ),
    (
        "Ctrl-Right",
        "one word on",
        &[(CTRL, KeyCode::Right), (ALT, KeyCode::Right), (ALT, KeyCode::Char('f'))],
        Action::Go(Motion::WordRight),
    ),
    ("Ctrl-Up", "start of the paragraph", &[(CTRL, KeyCode::Up)], Action::Go(Motion::ParagraphUp)),
    (
        "Ctrl-Down",
        "end of the paragraph",
        &[(CTRL, KeyCode::Down)],
        Action::Go(Motion::ParagraphDown),
    ),
    ("Home", "start of the row", &[(NONE, KeyCode::Home)], Action::Go(Motion::RowStart)),
    (
        "End, Ctrl-E",
        "end of the row",
        &[(NONE, KeyCode::End), (CTRL, KeyCode::Char('e'))],
        Action::Go(Motion::RowEnd),
    ),
    ("PgUp", "one page up", &[(NONE, KeyCode::PageUp)], Action::Go(Motion::PageUp)),
    ("PgDn", "one page down", &[(NONE, KeyCode::PageDown)], Action::Go(Motion::PageDown)),
    ("Ctrl-Home", "start of the text", &[(CTRL, KeyCode::Home)], Action::Go(Motion::Start)),
    ("Ctrl-End", "end of the text", &[(CTRL, KeyCode::End)], Action::Go(Motion::End)),
    (
        "Backspace",
        "delete back",
        &[(NONE, KeyCode::Backspace)],
        Action::Change(Change::Delete(Motion::Left)),
    ),
    (
        "Delete",
        "delete on",
        &[(NONE, KeyCode::Delete)],
        Action::Change(Change::Delete(Motion::Right)),
    ),
    (
        "Ctrl-W, Ctrl-Backspace",
        "delete a word back",
        &[
            (CTRL, KeyCode::Char('w')),
            (CTRL, KeyCode::Backspace),
            (CTRL, KeyCode::Char('h')),
            (ALT, KeyCode::Backspace),
        ],
        Action::Change(Change::Delete(Motion::WordLeft)),
    ),
    (
        "Ctrl-Delete",
        "delete a word on",
        &[(CTRL, KeyCode::Delete), (ALT, KeyCode::Char('d'))],
        Action::Change(Change::Delete(Motion::WordRight)),
    ),
    ("Ctrl-A", "select everything", &[(CTRL, KeyCode::Char('a'))], Action::SelectAll),
    ("Alt-C", "copy what is selected", &[(ALT, KeyCode::Char('c'))], Action::Copy),
    (
        "Ctrl-X",
        "cut what is selected",
        &[(CTRL, KeyCode::Char('x'))],
        Action::Change(Change::Cut(None)),
    ),
    (
        "Ctrl-K",
        "cut to the end of the paragraph",
        &[(CTRL, KeyCode::Char('k'))],
        Action::Change(Change::Cut(Some(Motion::ParagraphDown))),
    ),
    (
        "Ctrl-U",
        "cut to the start of the paragraph",
        &[(CTRL, KeyCode::Char('u'))],
        Action::Change(Change::Cut(Some(Motion::ParagraphUp))),
    ),
    (
        "Ctrl-V",
        "paste what was copied or cut here",
        &[(CTRL, KeyCode::Char('v'))],
        Action::Change(Change::Paste),
    ),
];

/// What a key does, and whether Shift is held to select. Nothing for a key that is not listed.
pub(super) fn action(key: KeyEvent) -> Option<(Action, bool)> {
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let modifiers = key.modifiers.difference(KeyModifiers::SHIFT);
    let listed = BINDINGS.iter().find(|(_, _, keys, _)| keys.contains(&(modifiers, key.code)));
    listed.map(|(_, _, _, action)| (*action, shift))
}

/// The table for people.
pub(super) fn help() -> String {
    let mut text = String::new();
    for (keys, does, _, _) in BINDINGS {
        let _ = writeln!(text, "{keys:<23} {does}");
    }
    text.push_str("\nWith Shift, a key that moves selects. The mark of text past the limit shows where to cut; nothing is cut for you.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_listed_twice() {
        let mut keys: Vec<_> = BINDINGS.iter().flat_map(|(_, _, keys, _)| keys.iter()).collect();
        let all = keys.len();
        keys.sort_by_key(|key| format!("{key:?}"));
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn an_unlisted_key_does_nothing() {
        for key in [
            KeyEvent::new(KeyCode::Char('j'), CTRL),
            KeyEvent::new(KeyCode::F(9), NONE),
            KeyEvent::new(KeyCode::Char('g'), CTRL),
        ] {
            assert_eq!(action(key), None);
        }
    }
}
