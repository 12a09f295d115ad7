//! The composer: a full screen for a long answer, with the question in view and words counted
//! against the limit at every key. It knows no file: whatever is written goes through `keep`.

mod keys;
mod text;
mod view;
mod wrap;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};

use super::page;
use super::terminal::Screen;
use crate::limit::{Limit, Measure, WordRule};
use crate::summary::Look;
use crate::text::{clean, plural};
use keys::Action;
use text::Composition;
use view::View;

/// After this long at most, what was typed goes to `keep`, also while typing goes on.
const KEEP_AFTER: Duration = Duration::from_millis(300);
/// How often the stop flag and the state of saving are looked at.
const IDLE: Duration = Duration::from_millis(100);
/// Keys that come together in at least this number are pasted, not typed.
const BURST: usize = 8;
/// Pieces of a paste follow each other faster than this, keys of a person slower.
const PIECES: Duration = Duration::from_millis(15);
/// No more events than this pass before the screen shows them.
const BATCH: usize = 65_536;

/// What the composer needs to know of the question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brief<'a> {
    /// `9 of 25`.
    pub(super) heading: &'a str,
    /// The question, without markup.
    pub(super) question: &'a str,
    /// Its footnotes, in paragraphs.
    pub(super) notes: &'a str,
    /// Its reference material; may be empty.
    pub(super) reference: &'a str,
    /// The limit of the answer.
    pub(super) limit: Option<Limit>,
    /// How words are counted.
    pub(super) rule: WordRule,
    /// Whether colours are understood.
    pub(super) colour: bool,
    /// Whether more than ASCII is.
    pub(super) unicode: bool,
}

/// How the composer was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// On to the next question.
    Next,
    /// To the menu.
    Menu,
    /// With Ctrl-C.
    Interrupt,
    /// By a signal.
    Terminated,
}

/// How saving goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    /// On its way.
    Saving,
    /// Everything is on the disk.
    Saved,
    /// It failed, and why.
    Failed(String),
}

struct Composer<'a> {
    brief: &'a Brief<'a>,
    text: Composition,
    view: View,
    keep: &'a mut dyn FnMut(Option<&str>) -> Kept,
    kept: Kept,
    /// Since when there is something `keep` has not seen.
    changed: Option<Instant>,
    stop: &'a AtomicBool,
    burst: Burst,
}

/// Letters that come faster than anybody types: a paste without brackets, maybe in pieces.
#[derive(Debug, Default)]
struct Burst {
    text: String,
    /// How many steps could be undone before it.
    steps: usize,
    last: Option<Instant>,
}

impl Burst {
    fn goes_on(&self) -> bool {
        self.last.is_some_and(|last| last.elapsed() < PIECES)
    }
}

/// Lets a person write an answer; returns the text and how they left.
///
/// `keep` is handed the text at most 0.3 seconds after a change and before returning; with `None`
/// it only tells how saving goes. `stop` is set when the program must end.
///
/// # Errors
/// The terminal fails. What was written has gone to `keep`.
pub(super) fn compose(
    brief: &Brief<'_>,
    answer: &str,
    keep: &mut dyn FnMut(Option<&str>) -> Kept,
    stop: &AtomicBool,
) -> io::Result<(String, Outcome)> {
    let mut screen = Screen::open()?;
    let mut composer = Composer {
        brief,
        text: Composition::new(answer, brief.rule),
        view: View::default(),
        kept: keep(None),
        keep,
        changed: None,
        stop,
        burst: Burst::default(),
    };
    composer.take_typed_ahead()?;
    let outcome = composer.run(&mut screen);
    composer.keep_now();
    Ok((composer.text.text(), outcome?))
}

impl Composer<'_> {
    /// A second Enter on the prompt before is nobody's text; letters typed ahead are.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's keys and events: those not named do nothing"
    )]
    fn take_typed_ahead(&mut self) -> io::Result<()> {
        while poll(Duration::from_millis(1))? {
            match read()? {
                Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers, .. })
                    if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
                {
                    self.text.type_text(&clean(&c.to_string()));
                    self.touch();
                }
                Event::Paste(pasted) => self.paste(&pasted),
                _ => {}
            }
        }
        Ok(())
    }

    fn run(&mut self, screen: &mut Screen) -> io::Result<Outcome> {
        let mut draw = true;
        loop {
            if draw {
                let (brief, kept) = (self.brief, &self.kept);
                let (text, view) = (&mut self.text, &mut self.view);
                screen.0.draw(|frame| view::draw(frame, brief, text, view, kept))?;
            }
            if self.stop.load(Ordering::SeqCst) {
                // What was typed before the signal counts as written.
                self.take_typed_ahead()?;
                return Ok(Outcome::Terminated);
            }
            let wait = self
                .changed
                .map_or(IDLE, |since| KEEP_AFTER.saturating_sub(since.elapsed()).min(IDLE));
            if !poll(wait.max(Duration::from_millis(1)))? {
                draw = self.idle();
                continue;
            }
            let events = waiting_events()?;
            draw = true;
            if let Some(outcome) = self.handle(events, screen)? {
                return Ok(outcome);
            }
            if self.changed.is_some_and(|since| since.elapsed() >= KEEP_AFTER) {
                self.keep_now();
            }
        }
    }

    /// Nothing was typed for a while: saves what is due. `true` if the screen must show it.
    fn idle(&mut self) -> bool {
        let before = self.kept.clone();
        if self.changed.is_some_and(|since| since.elapsed() >= KEEP_AFTER) {
            self.keep_now();
        } else if self.changed.is_none() {
            self.kept = (self.keep)(None);
        }
        self.kept != before
    }

    fn keep_now(&mut self) {
        if self.changed.take().is_some() {
            self.kept = (self.keep)(Some(&self.text.text()));
        }
    }

    fn touch(&mut self) {
        self.changed.get_or_insert_with(Instant::now);
        if self.kept == Kept::Saved {
            self.kept = Kept::Saving;
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a library's keys and events: those not named do nothing"
    )]
    fn handle(&mut self, events: Vec<Event>, screen: &mut Screen) -> io::Result<Option<Outcome>> {
        let typed: Option<String> = events.iter().map(letter).collect();
        match typed {
            Some(typed) => {
                if !self.burst.goes_on() {
                    self.burst =
                        Burst { text: String::new(), steps: self.text.steps(), last: None };
                }
                self.burst.last = Some(Instant::now());
                self.burst.text.push_str(&typed);
                if self.burst.text.chars().count() >= BURST {
                    self.text.paste(&clean(&typed));
                    self.text.join_steps(self.burst.steps);
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
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    self.view.message = None;
                    if let Some(outcome) = self.press(key, screen)? {
                        return Ok(Some(outcome));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn press(&mut self, key: KeyEvent, screen: &mut Screen) -> io::Result<Option<Outcome>> {
        let Some((action, shift)) = keys::action(key) else {
            let writes = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
            if let KeyCode::Char(c) = key.code
                && writes
            {
                self.text.type_text(&clean(&c.to_string()));
                self.touch();
            }
            return Ok(None);
        };
        match action {
            Action::Next => return Ok(Some(Outcome::Next)),
            Action::Menu => return Ok(Some(Outcome::Menu)),
            Action::Interrupt => return Ok(Some(Outcome::Interrupt)),
            Action::Keys => {
                return self.show(
                    screen,
                    "Keys",
                    &format!("{}\n{}", keys::help(), self.brief.rule.explained()),
                );
            }
            Action::Question => {
                let parts = [self.brief.question, self.brief.notes, self.brief.reference];
                let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                return self.show(screen, self.brief.heading, &parts.join("\n\n"));
            }
            Action::Go(motion) => {
                self.text.go(motion, shift);
                return Ok(None);
            }
            Action::SelectAll => {
                self.text.select_all();
                return Ok(None);
            }
            Action::Copy => {
                let copied = self.text.copy();
                self.say(if copied {
                    "Copied; Ctrl-V pastes it."
                } else {
                    "Nothing is selected; Shift with an arrow selects."
                });
                return Ok(None);
            }
            Action::Delete(motion) => self.text.delete(motion),
            Action::NewLine => self.text.type_text("\n"),
            Action::Undo => {
                if !self.text.undo() {
                    self.say("Nothing more to undo.");
                }
            }
            Action::Redo => {
                if !self.text.redo() {
                    self.say("Nothing to redo.");
                }
            }
            Action::Cut(motion) => {
                if !self.text.cut(motion) {
                    self.say("Nothing is selected; Shift with an arrow selects.");
                }
            }
            Action::Paste => self.text.paste_clipboard(),
        }
        self.touch();
        Ok(None)
    }

    fn say(&mut self, message: &str) {
        self.view.message = Some(message.to_owned());
    }

    fn show(
        &mut self,
        screen: &mut Screen,
        title: &str,
        text: &str,
    ) -> io::Result<Option<Outcome>> {
        self.keep_now();
        let look = Look { width: 80, colour: self.brief.colour, unicode: self.brief.unicode };
        Ok(match page::read_on(screen, title, text, look, self.stop)? {
            page::Left::Closed => None,
            page::Left::Interrupted => Some(Outcome::Interrupt),
        })
    }

    fn paste(&mut self, pasted: &str) {
        let pasted = clean(pasted);
        self.text.paste(&pasted);
        self.touch();
        self.say_pasted(&pasted);
    }

    fn say_pasted(&mut self, pasted: &str) {
        let words = self.brief.rule.count(pasted);
        let paragraphs = pasted.lines().filter(|line| !line.trim().is_empty()).count();
        let over = match Measure::new(self.text.words(), self.brief.limit).excess() {
            0 => String::new(),
            excess => format!(", {excess} over"),
        };
        let paragraphs = plural(paragraphs, "paragraph", "paragraphs");
        self.say(&format!("Pasted {} in {paragraphs}{over}.", plural(words, "word", "words")));
    }
}

/// The event that came and those that have come with it.
fn waiting_events() -> io::Result<Vec<Event>> {
    let mut events = vec![read()?];
    // Nothing is read from the terminal here: these keys have already arrived.
    while events.len() < BATCH && poll(Duration::ZERO)? {
        events.push(read()?);
    }
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
