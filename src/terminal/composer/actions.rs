//! Handles the events of the composer: keys, pastes, pages and the user's own editor.

use std::ops::Range;
use std::{io, mem};

use crossterm::event::{Event, KeyCode, KeyEvent};

use super::Composer;
use super::find::{SearchOutcome, TextSearch};
use super::lengths::lengths;
use crate::model::text::{is_hard_wrapped, join_lines, normalize_line, pasted, plural, sanitize};
use crate::model::words::Measure;
use crate::terminal::keys::{self, ComposerAction, HelpPage, KeyAction};
use crate::terminal::note_pad::NotePad;
use crate::terminal::outcome::{Navigation, PagerOutcome};
use crate::terminal::session::Screen;
use crate::terminal::spelling::Loading;
use crate::terminal::text_buffer::{Position, TextAction};
use crate::terminal::{clipboard, input, pager, signals};

impl Composer<'_> {
    /// Handles events. Returns where the user goes if one of them closes the composer.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's keys and events: those not named do nothing"
    )]
    pub(super) fn handle(
        &mut self,
        events: Vec<Event>,
        screen: &mut Screen,
    ) -> io::Result<Option<Navigation>> {
        let has_entry = self.view.search.is_some() || self.view.note.is_some();
        if has_entry || self.view.corrector.is_open() {
            self.pastes.text.clear();
        } else if let Some(typed) = self.pastes.extend(&events, self.text.undo_len()) {
            self.text.paste(&sanitize(&typed));
            // A piece may end between a bullet and its text, so the pieces are cleaned together.
            self.text.merge_paste(self.pastes.undo_len, pasted);
            self.note_typing();
            self.say(&self.describe_paste(&self.pastes.text));
            return Ok(None);
        }
        let mut events = events.into_iter();
        while let Some(event) = events.next() {
            match event {
                // The terminal may have cut what it showed, even if the size is the same again.
                Event::Resize(..) => screen.reset()?,
                Event::Paste(text) => self.paste(&text),
                Event::Key(key) => {
                    self.view.message = None;
                    if self.search(key) || self.write_note(key) || self.correct(key) {
                        continue;
                    }
                    if let Some(navigation) = self.press(key, screen)? {
                        // What was typed behind a leaving key is for the next prompt.
                        input::put_back(events.collect());
                        return Ok(Some(navigation));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Passes a key to the open search. Returns `false` if the key is still to be handled.
    fn search(&mut self, key: KeyEvent) -> bool {
        let Some(mut search) = self.view.search.take() else { return false };
        match search.press(key, &mut self.text) {
            SearchOutcome::Open(message) => {
                self.view.message = message;
                self.view.search = Some(search);
                true
            }
            SearchOutcome::Replaced(message) => {
                self.note_typing();
                self.view.message = message;
                self.view.search = Some(search);
                true
            }
            SearchOutcome::ReplacedAll(message) => {
                self.note_typing();
                self.say(&message);
                true
            }
            SearchOutcome::Closed => true,
            SearchOutcome::ClosedBefore => false,
        }
    }

    /// Passes a key to the note that is being written. Returns `false` if the key is still to be
    /// handled.
    fn write_note(&mut self, key: KeyEvent) -> bool {
        let Some(note) = &mut self.view.note else { return false };
        match (key.code, keys::typed(key)) {
            (_, Some(c)) => note.push(c),
            (KeyCode::Backspace, _) => drop(note.pop()),
            (KeyCode::Enter, _) => self.keep_note(),
            (KeyCode::Esc, _) => self.view.note = None,
            _ if matches!(keys::action(key), Some((KeyAction::Leave(_), _))) => {
                self.keep_note();
                return false;
            }
            // Any other key must not lose what was written.
            _ => {}
        }
        true
    }

    /// Keeps the note that is being written, if it has text.
    pub(super) fn keep_note(&mut self) {
        if let Some(note) = self.view.note.take().filter(|note| !note.trim().is_empty()) {
            self.config.note_pad.into_iter().for_each(|pad| pad.add_note(&note));
            self.say("The note is saved. It is neither counted nor exported.");
        }
    }

    /// Passes a key to the open correction. Returns `false` if the key is still to be handled.
    fn correct(&mut self, key: KeyEvent) -> bool {
        let (text, spelling) = (&mut self.text, self.config.spelling);
        let Some(result) = self.view.corrector.press(key, text, spelling) else { return false };
        self.view.message = result.message;
        if result.is_changed {
            self.note_typing();
        }
        true
    }

    fn press(&mut self, key: KeyEvent, screen: &mut Screen) -> io::Result<Option<Navigation>> {
        let copied_before = mem::take(&mut self.ctrl_c_copied);
        let Some((action, extend)) = keys::action(key) else {
            if let Some(c) = keys::typed(key) {
                self.type_text(&sanitize(&c.to_string()));
            }
            return Ok(None);
        };
        match action {
            KeyAction::Text(action) => self.edit_text(action, extend),
            KeyAction::NewLine => self.type_text("\n"),
            KeyAction::Revert => self.revert(),
            KeyAction::ShowPage(HelpPage::Keys) => {
                let text = format!("{}\n{}", keys::help(), self.config.rule.explained());
                return self.show_page("Keys", &text, &[], screen);
            }
            KeyAction::ShowPage(HelpPage::Question) => {
                let config = self.config;
                let mut parts = vec![config.question, config.notes, config.reference];
                parts.retain(|part| !part.is_empty());
                let notes = config.note_pad.map(NotePad::open_notes).unwrap_or_default();
                let text = [parts.join("\n\n"), notes.join("\n")].join("\n\n");
                return self.show_page(config.heading, text.trim_end(), &[], screen);
            }
            KeyAction::CorrectSpelling => {
                let (text, spelling) = (&mut self.text, self.config.spelling);
                self.view.message = self.view.corrector.select_next(text, spelling);
            }
            KeyAction::Composer(action) => return self.run_composer_action(action, screen),
            KeyAction::Leave(Navigation::Quit(_))
                if !copied_before && self.text.selection().is_some() =>
            {
                self.edit_text(TextAction::Copy, false);
                self.ctrl_c_copied = true;
                self.say(keys::COPIED_BY_CTRL_C);
            }
            KeyAction::Leave(navigation) => return Ok(Some(navigation)),
        }
        Ok(None)
    }

    /// Runs an action that only the composer has. Returns where the user goes if it ends the
    /// conversation.
    fn run_composer_action(
        &mut self,
        action: ComposerAction,
        screen: &mut Screen,
    ) -> io::Result<Option<Navigation>> {
        match action {
            ComposerAction::JoinLines => self.join_lines(),
            ComposerAction::Find => self.view.search = Some(TextSearch::new(self.text.cursor())),
            ComposerAction::WriteNote if self.config.note_pad.is_some() => {
                self.view.note = Some(String::new());
            }
            ComposerAction::WriteNote => self.say("Notes cannot be saved here."),
            ComposerAction::TickOffNote => {
                let ticked = self.config.note_pad.is_some_and(NotePad::tick_off);
                self.say(if ticked { "The note is ticked off." } else { "There is no open note." });
            }
            ComposerAction::OpenEditor if signals::pending().is_some() => {}
            ComposerAction::OpenEditor => self.open_editor(screen)?,
            ComposerAction::ShowLengths => {
                let lengths = lengths(&self.text, self.config.rule, self.config.limit);
                let title = "Words per paragraph";
                return self.show_page(title, &lengths.page, &lengths.sentences, screen);
            }
        }
        Ok(None)
    }

    pub(super) fn type_text(&mut self, text: &str) {
        self.text.type_text(text);
        self.note_typing();
    }

    fn edit_text(&mut self, action: TextAction, extend: bool) {
        let (done, message) = clipboard::apply(&mut self.text, action, extend);
        if done && action.is_edit() {
            self.note_typing();
        }
        if let Some(message) = message {
            self.say(message);
        }
    }

    fn join_lines(&mut self) {
        let passage = self.text.passage();
        let before = self.text.slice(&passage);
        // Without a dictionary, only words of the answer are known.
        let problem = self.config.spelling.and_then(|spelling| spelling.load(Loading::Wait).err());
        let problem = problem.map(|problem| format!(" {problem}")).unwrap_or_default();
        let speller = self.config.spelling.and_then(|spelling| spelling.speller());
        let is_word = |word: &str| speller.is_some_and(|speller| speller.borrow().is_known(word));
        let joined = join_lines(&before, &self.text.text(), &is_word);
        if self.text.rewrite(passage, &joined) {
            self.note_typing();
            let lines = before.matches('\n').count() - joined.matches('\n').count();
            let lines = plural(lines, "line end", "line ends");
            self.say(&format!("Removed {lines}; Ctrl-Z undoes this.{problem}"));
        } else {
            self.say("No broken lines here. Select the lines to join, or paste them again.");
        }
    }

    fn revert(&mut self) {
        let changed = self.text.rewrite_all(self.initial_text);
        self.note_typing();
        self.say(if changed {
            "All changes are undone; Ctrl-Z restores them."
        } else {
            "Nothing has changed since you opened this answer."
        });
    }

    /// Takes pasted text, cleaned of what word processors and PDF files leave in it.
    pub(super) fn paste(&mut self, text: &str) {
        if let Some(search) = &mut self.view.search {
            search.extend(&normalize_line(text));
            return;
        }
        if let Some(note) = &mut self.view.note {
            note.push_str(&normalize_line(text));
            return;
        }
        // The paste must not replace the selected word.
        self.view.corrector.close(&mut self.text);
        let text = pasted(text, self.text.is_at_line_start());
        self.text.paste(&text);
        self.last_typed = None;
        self.mark_unsaved();
        self.say(&self.describe_paste(&text));
    }

    fn describe_paste(&self, pasted: &str) -> String {
        let words = plural(self.config.rule.count(pasted), "word", "words");
        let paragraphs = pasted.lines().filter(|line| !line.trim().is_empty()).count();
        let over = match Measure::new(self.text.words(), self.config.limit).excess() {
            0 => String::new(),
            excess => format!(", {excess} over"),
        };
        if is_hard_wrapped(pasted) {
            format!(
                "Pasted {words} in {paragraphs} lines{over}. F4 joins lines that a PDF has broken."
            )
        } else {
            let paragraphs = plural(paragraphs, "paragraph", "paragraphs");
            format!("Pasted {words} in {paragraphs}{over}.")
        }
    }

    fn open_editor(&mut self, screen: &mut Screen) -> io::Result<()> {
        self.save_now();
        let before = self.text.text();
        let autosave = self.autosave;
        let edited = self.config.edit(&before, &mut |text| autosave.save(text));
        screen.reset()?;
        match edited.map(|text| sanitize(&text)) {
            Ok(text) if text == before => self.say("The editor changed nothing."),
            Ok(text) => {
                self.text.rewrite_all(&text);
                let words = plural(self.text.words(), "word", "words");
                self.say(&format!("{words} from the editor; Ctrl-Z undoes the change."));
            }
            Err(reason) => self.say(&reason),
        }
        // Also if nothing changed: `autosave` may have received an intermediate text.
        self.mark_unsaved();
        Ok(())
    }

    /// Shows a page, and selects the sentence that was chosen on it.
    fn show_page(
        &mut self,
        title: &str,
        text: &str,
        sentences: &[Range<Position>],
        screen: &mut Screen,
    ) -> io::Result<Option<Navigation>> {
        self.save_now();
        match pager::show_on(screen, title, text, self.config.style, sentences.len())? {
            PagerOutcome::Closed => {}
            PagerOutcome::Quit(reason) => return Ok(Some(Navigation::Quit(reason))),
            PagerOutcome::Chosen(number) => {
                if let Some(sentence) = sentences.get(number - 1) {
                    // The cursor moves to the start, because the start must be visible.
                    self.text.select(sentence.end, sentence.start);
                }
            }
        }
        Ok(None)
    }

    fn say(&mut self, message: &str) {
        self.view.message = Some(message.to_owned());
    }
}
