//! The composer: a full screen for a long answer, with the question in view and words counted
//! against the limit at every key. It knows no file: the text is saved through an [`Autosave`].

mod find;
mod keys;
mod lengths;
mod text;
mod view;
mod wrap;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, poll, read};

use super::outcome::{Autosave, ExitReason, Navigation, SaveState};
use super::pager;
use super::session::Screen;
use super::style::OutputStyle;
use crate::model::text::{is_hard_wrapped, join_lines, pasted, plural, sanitize};
use crate::model::words::{Limit, Measure, WordRule};
use find::{Search, Step};
use keys::{Action, Change, Page};
use text::TextBuffer;
use view::View;

/// The longest time between a change and the call of [`Autosave::save`], also while typing.
pub(crate) const KEEP_AFTER: Duration = Duration::from_millis(300);
/// How often the stop flag and the state of saving are looked at.
const IDLE: Duration = Duration::from_millis(100);
/// The same while something is being saved.
const SAVING: Duration = Duration::from_millis(5);
/// Who pauses this long sees that everything is saved; while one types, nothing blinks.
const PAUSE: Duration = Duration::from_millis(500);
/// Keys that come together in at least this number are pasted, not typed.
const BURST: usize = 8;
/// Pieces of a paste follow each other faster than this, keys of a person slower.
const PIECES: Duration = Duration::from_millis(15);
/// The shortest wait for which crossterm looks at all whether more keys have come: with none it
/// never does.
const GLANCE: Duration = Duration::from_micros(10);
/// No more events than this pass before the screen shows them.
const BATCH: usize = 65_536;

const NOTHING_SELECTED: &str = "Nothing is selected; Shift with an arrow selects.";

/// What the composer needs to know of the question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComposerConfig<'a> {
    /// `9 of 25`.
    pub(crate) heading: &'a str,
    /// The question, without markup.
    pub(crate) question: &'a str,
    /// Its footnotes, in paragraphs.
    pub(crate) notes: &'a str,
    /// Its reference material; may be empty.
    pub(crate) reference: &'a str,
    /// The limit of the answer.
    pub(crate) limit: Option<Limit>,
    /// How words are counted.
    pub(crate) rule: WordRule,
    /// Whether colours are understood.
    pub(crate) colour: bool,
    /// Whether more than ASCII is.
    pub(crate) unicode: bool,
}

/// Opens the person's own editor on the text; what it saves meanwhile goes to the second argument.
/// Returns the new text, or in words why there is none.
pub(crate) type Edit<'a> = dyn FnMut(&str, &mut dyn FnMut(&str)) -> Result<String, String> + 'a;

struct Composer<'a> {
    brief: &'a ComposerConfig<'a>,
    text: TextBuffer,
    view: View,
    autosave: &'a Autosave,
    edit: &'a mut Edit<'a>,
    /// The state of saving that the screen shows.
    kept: SaveState,
    /// When the oldest change was made that `autosave` has not received.
    changed: Option<Instant>,
    /// When a key last changed the text; nothing after a paste, or once a pause has been seen.
    typed: Option<Instant>,
    stop: &'a AtomicBool,
    burst: Burst,
    /// When the last key came.
    last_key: Option<Instant>,
}

/// Letters that come faster than anybody types: a paste without brackets, maybe in pieces.
#[derive(Debug, Default)]
struct Burst {
    text: String,
    /// How many steps could be undone before it.
    steps: usize,
}

/// Lets a person write an answer; returns the text and how they left.
///
/// `autosave` receives the text, as its comment promises. `edit` opens the person's own editor.
/// `stop` is set when the program must end.
///
/// # Errors
/// Fails if the terminal cannot be read or written. The text has gone to `autosave`.
pub(crate) fn compose<'a>(
    brief: &'a ComposerConfig<'a>,
    answer: &str,
    autosave: &'a Autosave,
    edit: &'a mut Edit<'a>,
    stop: &'a AtomicBool,
) -> io::Result<(String, Navigation)> {
    let mut screen = Screen::open(brief.unicode)?;
    let mut composer = Composer::new(brief, answer, autosave, edit, stop);
    let visit = match composer.take_typed_ahead()? {
        Some(visit) => Ok(visit),
        None => composer.run(&mut screen),
    };
    composer.keep_now();
    Ok((composer.text.text(), visit?))
}

impl Drop for Composer<'_> {
    fn drop(&mut self) {
        self.keep_now();
    }
}

impl<'a> Composer<'a> {
    fn new(
        brief: &'a ComposerConfig<'a>,
        answer: &str,
        autosave: &'a Autosave,
        edit: &'a mut Edit<'a>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            brief,
            text: TextBuffer::new(answer, brief.rule),
            view: View::default(),
            kept: autosave.state(),
            autosave,
            edit,
            changed: None,
            typed: None,
            stop,
            burst: Burst::default(),
            last_key: None,
        }
    }

    /// A second Enter on the prompt before is nobody's text; letters typed ahead are, and Ctrl-C
    /// leaves.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's keys and events: those not named do nothing"
    )]
    fn take_typed_ahead(&mut self) -> io::Result<Option<Navigation>> {
        while poll(Duration::from_millis(1))? {
            match read()? {
                event if event.is_key_release() => {}
                Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers, .. })
                    if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
                {
                    self.text.type_text(&sanitize(&c.to_string()));
                    self.touch();
                }
                Event::Key(KeyEvent { code: KeyCode::Char('c'), modifiers, .. })
                    if modifiers == KeyModifiers::CONTROL =>
                {
                    return Ok(Some(Navigation::Over(ExitReason::Interrupted)));
                }
                Event::Paste(pasted) => self.paste(&pasted),
                _ => {}
            }
        }
        Ok(None)
    }

    fn run(&mut self, screen: &mut Screen) -> io::Result<Navigation> {
        let mut draw = true;
        loop {
            if draw {
                let (brief, kept) = (self.brief, &self.kept);
                let (text, view) = (&mut self.text, &mut self.view);
                screen.draw(|canvas| view::draw(canvas, brief, text, view, kept))?;
            }
            if self.stop.load(Ordering::SeqCst) {
                // What was typed before the signal counts as written.
                self.take_typed_ahead()?;
                return Ok(Navigation::Over(ExitReason::Terminated));
            }
            // Only after the picture: a key never waits for saving.
            if self.is_due() {
                self.keep_now();
            }
            if !poll(self.wait())? {
                draw = self.look_at_saving();
                continue;
            }
            // A key after a pause comes alone and is painted at once.
            let follows = self.last_key.is_some_and(|last| last.elapsed() < PIECES);
            let events = if follows { waiting_events()? } else { vec![read()?] };
            draw = true;
            if let Some(visit) = self.handle(events, follows, screen)? {
                return Ok(visit);
            }
            self.last_key = Some(Instant::now());
        }
    }

    /// Whether the text must go to `autosave` now: a paste at once, what is typed in time.
    fn is_due(&self) -> bool {
        self.changed.is_some_and(|since| self.typed.is_none() || since.elapsed() >= KEEP_AFTER)
    }

    fn wait(&self) -> Duration {
        let wait = match (self.changed, &self.kept) {
            (Some(since), _) => KEEP_AFTER.saturating_sub(since.elapsed()).min(IDLE),
            (None, SaveState::Saving) if self.typed.is_none() => SAVING,
            (None, SaveState::Saving | SaveState::Saved | SaveState::Failed(_)) => IDLE,
        };
        wait.max(Duration::from_millis(1))
    }

    /// Looks how saving goes. `true` if the screen must show it.
    fn look_at_saving(&mut self) -> bool {
        if self.changed.is_some() {
            return false;
        }
        if self.typed.is_some_and(|typed| typed.elapsed() >= PAUSE) {
            self.typed = None;
        }
        let now = self.autosave.state();
        let calm = self.typed.is_none() || matches!(now, SaveState::Failed(_));
        let changes = calm && now != self.kept;
        if changes {
            self.kept = now;
        }
        changes
    }

    fn keep_now(&mut self) {
        if self.changed.take().is_some() {
            self.autosave.save(&self.text.text());
            if let failed @ SaveState::Failed(_) = self.autosave.state() {
                self.kept = failed;
            }
        }
    }

    fn touch(&mut self) {
        self.changed.get_or_insert_with(Instant::now);
        if self.kept == SaveState::Saved {
            self.kept = SaveState::Saving;
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's keys and events: those not named do nothing"
    )]
    fn handle(
        &mut self,
        events: Vec<Event>,
        follows: bool,
        screen: &mut Screen,
    ) -> io::Result<Option<Navigation>> {
        let typed: Option<String> = events.iter().map(letter).collect();
        match typed.filter(|_| self.view.search.is_none()) {
            Some(typed) => {
                if !follows || self.burst.text.is_empty() {
                    self.burst = Burst { text: String::new(), steps: self.text.steps() };
                }
                self.burst.text.push_str(&typed);
                if self.burst.text.chars().count() >= BURST {
                    self.text.paste(&sanitize(&typed));
                    self.text.join_steps(self.burst.steps);
                    // A piece may end between a bullet and its text, so all pieces are looked at.
                    self.text.mend_last_step(pasted);
                    self.typed = Some(Instant::now());
                    self.touch();
                    self.say_pasted(&self.burst.text.clone());
                    return Ok(None);
                }
            }
            None => self.burst = Burst::default(),
        }
        for event in events {
            match event {
                // The terminal may have cut what it showed, even if the size is the same again.
                Event::Resize(..) => screen.begin_anew()?,
                Event::Paste(pasted) => self.paste(&pasted),
                Event::Key(key) => {
                    self.view.message = None;
                    if self.seek(key) {
                        continue;
                    }
                    if let Some(visit) = self.press(key, screen)? {
                        return Ok(Some(visit));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn press(&mut self, key: KeyEvent, screen: &mut Screen) -> io::Result<Option<Navigation>> {
        let Some((action, shift)) = keys::action(key) else {
            let writes = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
            if let KeyCode::Char(c) = key.code
                && writes
            {
                self.text.type_text(&sanitize(&c.to_string()));
                self.typed = Some(Instant::now());
                self.touch();
            }
            return Ok(None);
        };
        match action {
            Action::Leave(visit) => return Ok(Some(visit)),
            Action::Read(page) => return self.read(page, screen),
            Action::Go(motion) => self.text.go(motion, shift),
            Action::SelectAll => self.text.select_all(),
            Action::Find => self.view.search = Some(Search::new(self.text.cursor())),
            Action::Copy => {
                let copied = self.text.copy();
                self.say(if copied { "Copied; Ctrl-V pastes it." } else { NOTHING_SELECTED });
            }
            Action::Editor => self.edit(screen)?,
            Action::Change(change) => self.change(change),
        }
        Ok(None)
    }

    fn change(&mut self, change: Change) {
        self.typed = Some(Instant::now());
        match change {
            Change::Delete(motion) => self.text.delete(motion),
            Change::NewLine => self.text.type_text("\n"),
            Change::Paste => self.text.paste_clipboard(),
            Change::Join => self.join(),
            Change::Undo => {
                if !self.text.undo() {
                    self.say("Nothing more to undo.");
                }
            }
            Change::Redo => {
                if !self.text.redo() {
                    self.say("Nothing to redo.");
                }
            }
            Change::Cut(motion) => {
                if !self.text.cut(motion) {
                    self.say(NOTHING_SELECTED);
                }
            }
            Change::TakeBack => {
                let taken = self.text.revert();
                self.say(if taken {
                    "The answer is as it was when you came; Ctrl-Z brings your changes back."
                } else {
                    "Nothing has changed since you came."
                });
            }
        }
        self.touch();
    }

    fn join(&mut self) {
        let passage = self.text.passage();
        let before = self.text.between(passage.0, passage.1);
        let joined = join_lines(&before);
        if self.text.rewrite(passage, &joined) {
            let lines = before.matches('\n').count() - joined.matches('\n').count();
            let lines = plural(lines, "line end", "line ends");
            self.say(&format!("Took {lines} away; Ctrl-Z brings them back."));
        } else {
            self.say("No broken lines here. Select the lines to join, or paste them again.");
        }
    }

    fn edit(&mut self, screen: &mut Screen) -> io::Result<()> {
        self.keep_now();
        let before = self.text.text();
        let autosave = self.autosave;
        let edited = (self.edit)(&before, &mut |text| autosave.save(text));
        screen.begin_anew()?;
        match edited.map(|text| sanitize(&text)) {
            Ok(text) if text == before => self.say("The editor changed nothing."),
            Ok(text) => {
                self.text.take_over(&text);
                let words = plural(self.text.words(), "word", "words");
                self.say(&format!("{words} taken over from the editor; Ctrl-Z takes them back."));
            }
            Err(why) => self.say(&why),
        }
        // Also if nothing changed: `autosave` may have received what the editor saved in between.
        self.touch();
        Ok(())
    }

    fn say(&mut self, message: &str) {
        self.view.message = Some(message.to_owned());
    }

    /// Shows a page; a sentence chosen there is selected.
    fn read(&mut self, page: Page, screen: &mut Screen) -> io::Result<Option<Navigation>> {
        self.keep_now();
        let brief = self.brief;
        let look = OutputStyle { width: 80, colour: brief.colour, unicode: brief.unicode };
        let mut sentences = Vec::new();
        let (title, page) = match page {
            Page::Keys => ("Keys", format!("{}\n{}", keys::help(), brief.rule.explained())),
            Page::Lengths => {
                let lengths = lengths::lengths(&self.text, brief.rule, brief.limit);
                sentences = lengths.sentences;
                ("Where the words are", lengths.page)
            }
            Page::Question => {
                let parts = [brief.question, brief.notes, brief.reference];
                let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                (brief.heading, parts.join("\n\n"))
            }
        };
        Ok(match pager::read_on(screen, title, &page, look, sentences.len(), self.stop)? {
            pager::Left::Closed => None,
            pager::Left::Interrupted => Some(Navigation::Over(ExitReason::Interrupted)),
            pager::Left::Chosen(number) => {
                if let Some((start, end)) = sentences.get(number - 1) {
                    // The cursor at its start: that is what must be in view.
                    self.text.select((*end, *start));
                }
                None
            }
        })
    }

    /// Hands a key to the search that goes on. `false` where there is none or the key is not for it.
    fn seek(&mut self, key: KeyEvent) -> bool {
        let Some(mut search) = self.view.search.take() else { return false };
        match search.press(key, &mut self.text) {
            Step::GoesOn(message) => {
                self.view.message = message;
                self.view.search = Some(search);
                true
            }
            Step::Closed => true,
            Step::Ended => false,
        }
    }

    fn paste(&mut self, text: &str) {
        if let Some(search) = &mut self.view.search {
            search.add(&crate::model::text::normalize_line(text));
            return;
        }
        let text = pasted(text, self.text.at_line_start());
        self.text.paste(&text);
        self.typed = None;
        self.touch();
        self.say_pasted(&text);
    }

    fn say_pasted(&mut self, pasted: &str) {
        let words = plural(self.brief.rule.count(pasted), "word", "words");
        let paragraphs = pasted.lines().filter(|line| !line.trim().is_empty()).count();
        let over = match Measure::new(self.text.words(), self.brief.limit).excess() {
            0 => String::new(),
            excess => format!(", {excess} over"),
        };
        self.say(&if is_hard_wrapped(pasted) {
            format!(
                "Pasted {words} in {paragraphs} lines{over}. F4 joins lines that a PDF has broken."
            )
        } else {
            let paragraphs = plural(paragraphs, "paragraph", "paragraphs");
            format!("Pasted {words} in {paragraphs}{over}.")
        });
    }
}

/// The event that came and those that have come with it.
fn waiting_events() -> io::Result<Vec<Event>> {
    let mut events = vec![read()?];
    while events.len() < BATCH && poll(GLANCE)? {
        events.push(read()?);
    }
    // Windows tells when a key is let go, too.
    events.retain(|event| !event.is_key_release());
    Ok(events)
}

/// The letter that an event types, if it types one.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a library's keys and events: those not named do nothing"
)]
fn letter(event: &Event) -> Option<char> {
    let Event::Key(key) = event else { return None };
    match key.code {
        KeyCode::Enter => Some('\n'),
        KeyCode::Tab => Some(' '),
        KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => Some('\n'),
        KeyCode::Char(c)
            if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
        {
            Some(c)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_panic_keeps_what_was_written() {
        let brief = ComposerConfig {
            heading: "",
            question: "",
            notes: "",
            reference: "",
            limit: None,
            rule: WordRule::WordProcessor,
            colour: false,
            unicode: false,
        };
        let saved = Rc::new(RefCell::new(String::new()));
        let copy = Rc::clone(&saved);
        let autosave =
            Autosave::new(move |text| text.clone_into(&mut copy.borrow_mut()), || SaveState::Saved);
        let mut edit = |text: &str, _: &mut dyn FnMut(&str)| Ok(text.to_owned());
        let stop = AtomicBool::new(false);
        let write_and_panic = || {
            let mut composer = Composer::new(&brief, "before", &autosave, &mut edit, &stop);
            composer.paste(" and after");
            panic!("on purpose");
        };
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(write_and_panic));
        assert!(unwound.is_err());
        assert_eq!(*saved.borrow(), "before and after");
    }
}
