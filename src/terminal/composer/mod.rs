//! The composer: a full-screen editor for a long answer, with the question in view and a word count
//! at every key. It does not access files: the text is saved through an [`Autosave`].

mod actions;
mod burst;
mod find;
mod lengths;
mod view;

use std::io;
use std::time::{Duration, Instant};

use super::note_pad::NotePad;
use super::outcome::{AUTOSAVE_DELAY, Autosave, ExitReason, Navigation, SaveState};
use super::session::Screen;
use super::spelling::Spelling;
use super::style::OutputStyle;
use super::text_buffer::TextBuffer;
use super::{clipboard, correction, external_editor, input};
use crate::model::words::{Limit, WordRule};
use burst::PasteDetector;
use view::ComposerView;

/// How often signals and the state of saving are checked while nothing is being saved.
const IDLE: Duration = Duration::from_millis(100);
/// How often they are checked while the text is being saved.
const SAVING: Duration = Duration::from_millis(5);
/// The saved indicator is updated after this much idle time, so that it does not flicker while
/// typing.
const PAUSE: Duration = Duration::from_millis(500);

/// What the composer shows and counts by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComposerConfig<'a> {
    /// The number of the question, such as `9 of 25`.
    pub(crate) heading: &'a str,
    /// The question, without markup.
    pub(crate) question: &'a str,
    /// The footnotes of the question, one paragraph each.
    pub(crate) notes: &'a str,
    /// The reference material of the question; may be empty.
    pub(crate) reference: &'a str,
    /// The notes on the question, or `None` if they cannot be kept.
    pub(crate) note_pad: Option<&'a NotePad<'a>>,
    /// A message that is shown until the first key; may be empty.
    pub(crate) notice: &'a str,
    /// The limit of the answer.
    pub(crate) limit: Option<Limit>,
    /// How words are counted.
    pub(crate) rule: WordRule,
    /// The spelling of the answer, or `None` if it is not checked.
    pub(crate) spelling: Option<&'a Spelling<'a>>,
    /// What the terminal shows.
    pub(crate) style: OutputStyle,
}

impl ComposerConfig<'_> {
    /// Opens an answer in the user's own editor; see [`external_editor::edit`].
    pub(crate) fn edit(
        &self,
        answer: &str,
        on_save: &mut dyn FnMut(&str),
    ) -> Result<String, String> {
        let about = [self.heading, self.question, self.notes].join("\n");
        external_editor::edit(&about, answer, on_save)
    }
}

/// The state of an open composer.
///
/// A key changes the text, then the screen is painted, and only then is the text saved: a key never
/// waits for the disk. What was pasted is saved at once, what was typed within [`AUTOSAVE_DELAY`], and
/// whatever is left when the composer is dropped, also by a panic.
struct Composer<'a> {
    config: &'a ComposerConfig<'a>,
    initial_text: &'a str,
    text: TextBuffer,
    view: ComposerView,
    autosave: &'a Autosave,
    /// The state of saving that the screen shows.
    save_state: SaveState,
    /// When the oldest change was made that `autosave` has not received.
    unsaved_since: Option<Instant>,
    /// When a key last changed the text. `None` after a paste, and once a pause was noticed.
    last_typed: Option<Instant>,
    pastes: PasteDetector,
    /// The last key was a Ctrl-C that copied.
    ctrl_c_copied: bool,
}

/// Opens the composer on an answer. Returns the text and where the user goes next.
///
/// `autosave` receives the text, as its comment promises. `edit` opens the user's own editor. The
/// composer closes when a signal ends the program.
///
/// # Errors
/// Fails if the terminal cannot be read or written. The text has gone to `autosave`.
pub(crate) fn compose<'a>(
    config: &'a ComposerConfig<'a>,
    answer: &'a str,
    autosave: &'a Autosave,
) -> io::Result<(String, Navigation)> {
    let mut screen = Screen::open(config.style.unicode)?;
    let mut composer = Composer::new(config, answer, autosave);
    // A key pressed twice before the composer was open is no new line in it; all other keys are.
    let navigation = input::drop_repeated_enter().and_then(|()| composer.run(&mut screen));
    composer.save_now();
    Ok((composer.text.text(), navigation.or_else(ExitReason::from_signal)?))
}

impl Drop for Composer<'_> {
    fn drop(&mut self) {
        self.save_now();
        self.keep_note();
    }
}

impl<'a> Composer<'a> {
    fn new(config: &'a ComposerConfig<'a>, answer: &'a str, autosave: &'a Autosave) -> Self {
        let mut text = TextBuffer::new(answer, config.rule);
        text.set_clipboard(clipboard::copied());
        Self {
            config,
            initial_text: answer,
            text,
            view: ComposerView::new(config.notice),
            save_state: autosave.state(),
            autosave,
            unsaved_since: None,
            last_typed: None,
            pastes: PasteDetector::default(),
            ctrl_c_copied: false,
        }
    }

    /// Applies the keys that wait to be read, because the program is about to end: what was typed
    /// before the signal is part of the answer.
    fn take_waiting_keys(&mut self, screen: &mut Screen) -> io::Result<()> {
        input::finish();
        while input::poll(Duration::from_millis(1))? {
            let events = self.pastes.read_events()?;
            self.handle(events, screen)?;
        }
        Ok(())
    }

    /// Checks the spelling of what has changed if the user pauses. Returns whether the screen has to be
    /// drawn.
    fn check_spelling(&mut self) -> bool {
        // Waiting also ends when the text has to be saved, between two keys.
        if self.last_typed.is_some_and(|typed| typed.elapsed() < IDLE) {
            return false;
        }
        // A very long paragraph takes a while to check: it is saved before.
        let is_saved = self.unsaved_since.is_none();
        let checked = correction::check_spelling(&mut self.text, self.config.spelling, is_saved);
        checked.unwrap_or_else(|problem| {
            self.view.message = Some(problem);
            true
        })
    }

    fn run(&mut self, screen: &mut Screen) -> io::Result<Navigation> {
        let mut draw = true;
        loop {
            if draw {
                let (config, save_state) = (self.config, &self.save_state);
                let (text, view) = (&mut self.text, &mut self.view);
                screen.draw(|canvas| view::draw(canvas, config, text, view, save_state))?;
            }
            if let Some(signal) = Navigation::of_signal() {
                self.take_waiting_keys(screen)?;
                return Ok(signal);
            }
            if self.must_save() {
                self.save_now();
            }
            draw = if input::poll(self.timeout())? {
                let events = self.pastes.read_events()?;
                if let Some(navigation) = self.handle(events, screen)? {
                    return Ok(navigation);
                }
                self.pastes.last_events = Some(Instant::now());
                true
            } else {
                self.update_save_state() | self.check_spelling()
            };
        }
    }

    /// How long to wait for an event.
    fn timeout(&self) -> Duration {
        let timeout = match (self.unsaved_since, &self.save_state) {
            (Some(since), _) => AUTOSAVE_DELAY.saturating_sub(since.elapsed()).min(IDLE),
            (None, SaveState::Saving) if self.last_typed.is_none() => SAVING,
            (None, SaveState::Saving | SaveState::Saved | SaveState::Failed(_)) => IDLE,
        };
        timeout.max(Duration::from_millis(1))
    }

    fn must_save(&self) -> bool {
        let pasted = self.last_typed.is_none();
        self.unsaved_since.is_some_and(|since| pasted || since.elapsed() >= AUTOSAVE_DELAY)
    }

    fn save_now(&mut self) {
        if self.unsaved_since.take().is_some() {
            self.autosave.save(&self.text.text());
            if let failed @ SaveState::Failed(_) = self.autosave.state() {
                self.save_state = failed;
            }
        }
    }

    /// Updates the state of saving that is shown. Returns whether it has changed.
    fn update_save_state(&mut self) -> bool {
        if self.unsaved_since.is_some() {
            return false;
        }
        self.last_typed = self.last_typed.filter(|typed| typed.elapsed() < PAUSE);
        let state = self.autosave.state();
        let show = self.last_typed.is_none() || matches!(state, SaveState::Failed(_));
        let changes = show && state != self.save_state;
        if changes {
            self.save_state = state;
        }
        changes
    }

    /// Notes that a key has changed the text.
    fn note_typing(&mut self) {
        self.last_typed = Some(Instant::now());
        self.mark_unsaved();
    }

    fn mark_unsaved(&mut self) {
        self.unsaved_since.get_or_insert_with(Instant::now);
        if self.save_state == SaveState::Saved {
            self.save_state = SaveState::Saving;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    impl ComposerConfig<'static> {
        pub(crate) const EMPTY: Self = Self {
            heading: "",
            question: "",
            notes: "",
            reference: "",
            note_pad: None,
            notice: "",
            limit: None,
            rule: WordRule::WordProcessor,
            spelling: None,
            style: OutputStyle { width: 80, colour: false, unicode: false, spoken: false },
        };
    }

    #[test]
    fn the_text_is_saved_when_the_composer_panics() {
        let saved = Rc::new(RefCell::new(String::new()));
        let copy = Rc::clone(&saved);
        let autosave = Autosave::new(
            move |text, _| text.clone_into(&mut copy.borrow_mut()),
            || SaveState::Saved,
        );
        let write_and_panic = || {
            let mut composer = Composer::new(&ComposerConfig::EMPTY, "before", &autosave);
            composer.paste(" and after");
            panic!("on purpose");
        };
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(write_and_panic));
        assert!(unwound.is_err());
        assert_eq!(*saved.borrow(), "before and after");
    }
}
