//! The keys of the composer: one table for the editing loop, the help page and `docs/keys.md`. A key
//! that is not in it does nothing, unless it types a character.

use std::fmt::Write as _;

use crossterm::event::KeyCode::{
    self, Backspace, Char, Delete, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right,
    Up,
};
use crossterm::event::{KeyEvent, KeyModifiers};

use super::text_buffer::{Motion, TextAction};
use crate::terminal::outcome::{ExitReason, Navigation};
use ComposerAction::{Find, JoinLines, OpenEditor, ShowLengths, TickOffNote, WriteNote};
use KeyAction::{Composer, CorrectSpelling, Leave, NewLine, Revert, ShowPage, Text};

/// What a key does in the composer and, except for [`KeyAction::Composer`], in short prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyAction {
    /// Edits the text.
    Text(TextAction),
    /// Begins a new line.
    NewLine,
    /// Undoes everything since the prompt was opened.
    Revert,
    /// Selects the next misspelt word and offers corrections.
    CorrectSpelling,
    /// Shows a page to read.
    ShowPage(HelpPage),
    /// Closes the prompt; the text is saved.
    Leave(Navigation),
    /// Works on a long answer; does nothing in a short prompt.
    Composer(ComposerAction),
}

/// What a key does in the composer only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComposerAction {
    /// Joins lines that were broken at the width of a page.
    JoinLines,
    /// Opens the search.
    Find,
    /// Begins a note on the question.
    WriteNote,
    /// Ticks off the note that is shown.
    TickOffNote,
    /// Opens the user's own editor.
    OpenEditor,
    /// Shows the words per paragraph and the longest sentences.
    ShowLengths,
}

/// A page that every prompt can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HelpPage {
    /// The key table.
    Keys,
    /// The question with its footnotes and reference material.
    Question,
}

/// A key with the modifiers that are held, without Shift.
type Chord = (KeyModifiers, KeyCode);

/// Keys with the same effect: their names on the help page (without aliases from other editors), the
/// effect in words, the keys, and the action.
type KeyBinding = (&'static str, &'static str, &'static [Chord], KeyAction);

const fn plain(key: KeyCode) -> Chord {
    (KeyModifiers::NONE, key)
}

const fn ctrl(key: KeyCode) -> Chord {
    (KeyModifiers::CONTROL, key)
}

const fn alt(key: KeyCode) -> Chord {
    (KeyModifiers::ALT, key)
}

const fn go(motion: Motion) -> KeyAction {
    Text(TextAction::Move(motion))
}

const fn delete(motion: Motion) -> KeyAction {
    Text(TextAction::Delete(motion))
}

const fn cut(motion: Option<Motion>) -> KeyAction {
    Text(TextAction::Cut(motion))
}

/// Every key binding of the composer, in the order of the help page.
#[rustfmt::skip] // A table: one line for each.
const BINDINGS: &[KeyBinding] = &[
    ("Ctrl-S, Ctrl-D", "save and continue with the next question", &[ctrl(Char('s')), ctrl(Char('d'))], Leave(Navigation::Next)),
    ("Esc", "menu; the text is kept", &[plain(Esc)], Leave(Navigation::Menu)),
    ("Ctrl-C", "copy what is selected; otherwise save and leave the program", &[ctrl(Char('c'))], Leave(Navigation::Quit(ExitReason::Interrupted))),
    ("F1", "these keys", &[plain(F(1))], ShowPage(HelpPage::Keys)),
    ("F2", "the question, its footnotes and reference material", &[plain(F(2))], ShowPage(HelpPage::Question)),
    ("F3", "words per paragraph and the longest sentences", &[plain(F(3))], Composer(ShowLengths)),
    ("F4", "join lines that a PDF has broken", &[plain(F(4))], Composer(JoinLines)),
    ("F5", "undo all changes since the answer was opened", &[plain(F(5))], Revert),
    ("F6", "write a note on the question, to yourself or a colleague", &[plain(F(6))], Composer(WriteNote)),
    ("Ctrl-T", "tick off the note that is shown above the text", &[ctrl(Char('t'))], Composer(TickOffNote)),
    ("F7", "next misspelt word, with suggestions", &[plain(F(7))], CorrectSpelling),
    ("F8", "overview of all questions; the text is kept", &[plain(F(8))], Leave(Navigation::Overview)),
    ("Ctrl-F", "find; Enter finds the next, Ctrl-R replaces", &[ctrl(Char('f'))], Composer(Find)),
    ("Ctrl-O", "your own editor ($VISUAL or $EDITOR)", &[ctrl(Char('o'))], Composer(OpenEditor)),
    ("Enter", "new line", &[plain(Enter)], NewLine),
    ("Ctrl-Z", "undo", &[ctrl(Char('z'))], Text(TextAction::Undo)),
    ("Ctrl-Y", "redo", &[ctrl(Char('y'))], Text(TextAction::Redo)),
    ("Left", "one character back", &[plain(Left), ctrl(Char('b'))], go(Motion::Left)),
    ("Right", "one character forward", &[plain(Right)], go(Motion::Right)),
    ("Up", "one row up", &[plain(Up), ctrl(Char('p'))], go(Motion::Up)),
    ("Down", "one row down", &[plain(Down), ctrl(Char('n'))], go(Motion::Down)),
    ("Ctrl-Left", "one word back", &[ctrl(Left), alt(Left), alt(Char('b'))], go(Motion::WordLeft)),
    ("Ctrl-Right", "one word forward", &[ctrl(Right), alt(Right), alt(Char('f'))], go(Motion::WordRight)),
    ("Ctrl-Up", "start of the paragraph", &[ctrl(Up)], go(Motion::ParagraphUp)),
    ("Ctrl-Down", "end of the paragraph", &[ctrl(Down)], go(Motion::ParagraphDown)),
    ("Home", "start of the row", &[plain(Home)], go(Motion::RowStart)),
    ("End, Ctrl-E", "end of the row", &[plain(End), ctrl(Char('e'))], go(Motion::RowEnd)),
    ("PgUp", "one page up", &[plain(PageUp)], go(Motion::PageUp)),
    ("PgDn", "one page down", &[plain(PageDown)], go(Motion::PageDown)),
    ("Ctrl-Home", "start of the text", &[ctrl(Home)], go(Motion::Start)),
    ("Ctrl-End", "end of the text", &[ctrl(End)], go(Motion::End)),
    ("Backspace", "delete back", &[plain(Backspace)], delete(Motion::Left)),
    ("Delete", "delete forward", &[plain(Delete)], delete(Motion::Right)),
    ("Ctrl-W, Ctrl-Backspace", "delete a word back", &[ctrl(Char('w')), ctrl(Backspace), ctrl(Char('h')), alt(Backspace)], delete(Motion::WordLeft)),
    ("Ctrl-Delete", "delete a word forward", &[ctrl(Delete), alt(Char('d'))], delete(Motion::WordRight)),
    ("Ctrl-A", "select everything", &[ctrl(Char('a'))], Text(TextAction::SelectAll)),
    ("Alt-C", "copy what is selected", &[alt(Char('c'))], Text(TextAction::Copy)),
    ("Ctrl-X", "cut what is selected", &[ctrl(Char('x'))], cut(None)),
    ("Ctrl-K", "cut to the end of the paragraph", &[ctrl(Char('k'))], cut(Some(Motion::ParagraphDown))),
    ("Ctrl-U", "cut to the start of the paragraph", &[ctrl(Char('u'))], cut(Some(Motion::ParagraphUp))),
    ("Ctrl-V", "paste what was copied or cut here", &[ctrl(Char('v'))], Text(TextAction::Paste)),
];

/// Returns the action bound to a key and whether it extends the selection, or `None` for an unbound
/// key.
pub(super) fn action(key: KeyEvent) -> Option<(KeyAction, bool)> {
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let chord = (key.modifiers.difference(KeyModifiers::SHIFT), key.code);
    let bound = BINDINGS.iter().find(|(_, _, keys, _)| keys.contains(&chord));
    bound.map(|(_, _, _, action)| (*action, shift))
}

/// Returns the character that a key types, or `None` for a key that types none. Only `AltGr`, which
/// Windows reports as Ctrl with Alt, types a character with Ctrl or Alt: one that is neither a letter
/// nor a digit of ASCII, which would be a key combination.
pub(super) fn typed(key: KeyEvent) -> Option<char> {
    let modifiers = key.modifiers.difference(KeyModifiers::SHIFT);
    let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
    let KeyCode::Char(c) = key.code else { return None };
    let types = modifiers.is_empty()
        || (modifiers == alt_gr && !c.is_ascii_alphanumeric() && !c.is_whitespace());
    Some(c).filter(|c| types && !c.is_control())
}

/// The message when Ctrl-C has copied.
pub(super) const COPIED_BY_CTRL_C: &str = "Copied; Ctrl-C again leaves.";
/// Returns the text of the help page of a field of one line.
pub(super) fn help_in_line() -> String {
    let mut text = String::new();
    for (names, help, _, action) in
        BINDINGS.iter().filter(|(.., action)| !matches!(action, Composer(_)))
    {
        let continues = matches!(action, NewLine | Leave(Navigation::Next));
        let help = if continues { "continue" } else { help };
        let _ = writeln!(text, "{names}\t{help}");
    }
    text.push_str(
        "\nWith Shift, a key that moves selects. What you type is saved while you type it.\n",
    );
    text
}

/// Returns the text of the help page.
pub(super) fn help() -> String {
    let mut text = String::new();
    for (names, help, _, _) in BINDINGS {
        let _ = writeln!(text, "{names}\t{help}");
    }
    text.push_str("\nWith Shift, a key that moves selects. Text over the limit is underlined; the program never cuts it.\n");
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns every movement that a key is bound to.
    pub(in crate::terminal) fn motions() -> Vec<Motion> {
        let motion = |(.., action): &KeyBinding| match action {
            Text(TextAction::Move(motion)) => Some(*motion),
            _ => None,
        };
        BINDINGS.iter().filter_map(motion).collect()
    }

    #[test]
    fn no_key_is_listed_twice() {
        let mut keys: Vec<_> = BINDINGS.iter().flat_map(|(_, _, keys, _)| *keys).collect();
        let all = keys.len();
        keys.sort_by_key(|key| format!("{key:?}"));
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn an_unlisted_key_does_nothing() {
        for (modifiers, code) in [ctrl(Char('j')), plain(F(9)), ctrl(Char('g'))] {
            assert_eq!(action(KeyEvent::new(code, modifiers)), None);
        }
    }
}
