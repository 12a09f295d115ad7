//! Long answers in the plain frontend: read out, and written line by line.

use std::mem;
use std::time::{Duration, Instant};

use super::commands::{AnswerCommand, FOR_LONG_ANSWERS, PlainReply};
use super::counter::WordCounter;
use super::existing_answer::{AnswerAction, describe_count, read_out};
use super::input::InputEvent;
use super::insertion::Insertion;
use super::{Plain, say};
use crate::model::text::{normalize_answer, plural};
use crate::model::words::Limit;
use crate::terminal::composer::ComposerConfig;
use crate::terminal::note_pad::NotePad;
use crate::terminal::outcome::{AUTOSAVE_DELAY, Autosave, ExitReason, Navigation, SaveState};

/// The text is saved if no line follows within this time, and after [`AUTOSAVE_DELAY`] at most, also
/// while lines follow each other.
const PAUSE: Duration = Duration::from_millis(20);
impl Plain {
    /// Lets the user write a long answer. Returns it with where the user goes next.
    pub(crate) fn compose(
        &mut self,
        config: &ComposerConfig<'_>,
        answer: &str,
        autosave: &Autosave,
    ) -> (String, Navigation) {
        let mut text = normalize_answer(answer);
        let more = match (config.notes.is_empty(), config.reference.is_empty()) {
            (true, true) => None,
            (false, true) => Some("footnotes; `:question` reads them."),
            (true, false) => Some("reference material; `:question` reads it."),
            (false, false) => Some("footnotes and reference material; `:question` reads them."),
        };
        if let Some(more) = more {
            say(&format!("The question has {more}"));
        }
        for note in config.note_pad.map(NotePad::open_notes).unwrap_or_default() {
            say(&format!("There is a note, which `:done` ticks off. {note}"));
        }
        if !text.is_empty() {
            say(&read_out(config, &text));
        }
        // The answer was written and waits for its misspelt words to be corrected.
        let mut is_ended = false;
        loop {
            let action = if text.is_empty() {
                AnswerAction::Write(Insertion::default())
            } else {
                self.answer_action(config, &text, is_ended)
            };
            match action {
                AnswerAction::Write(insertion) => {
                    let navigation;
                    (text, navigation) = self.write(config, insertion, autosave);
                    match navigation {
                        None => text = self.edit(config, text, autosave),
                        Some(Navigation::Next) if self.offers_correction(config, &text) => {
                            is_ended = true;
                        }
                        Some(navigation) => return (text, navigation),
                    }
                }
                AnswerAction::Correct => {
                    let navigation;
                    (text, navigation) = self.correct(config, text, autosave);
                    if let Some(navigation) = navigation.or(is_ended.then_some(Navigation::Next)) {
                        return (text, navigation);
                    }
                }
                AnswerAction::ReadOut => say(&read_out(config, &text)),
                AnswerAction::Edit => text = self.edit(config, text, autosave),
                AnswerAction::Clear => {
                    autosave.save_replacing("");
                    return (String::new(), Navigation::Next);
                }
                AnswerAction::Leave(navigation) => return (text, navigation),
            }
        }
    }

    /// Reads lines until one is a single full stop. Returns the text and where the user goes next:
    /// `None` to open the editor.
    fn write(
        &mut self,
        config: &ComposerConfig<'_>,
        mut insertion: Insertion,
        autosave: &Autosave,
    ) -> (String, Option<Navigation>) {
        let nothing = if insertion.is_new() { "No answer yet. " } else { "" };
        self.instructions =
            unsaid_limit(config) + "Write line by line; a full stop alone on a line ends it.";
        say(&format!("{nothing}{}", self.instructions));
        let begin = question_about(config, "Your answer?");
        let go_on = question_about(config, "And what comes next?");
        self.put_question(&begin);
        let mut counter = WordCounter::new(config, &insertion);
        let mut typed = String::new();
        // When the oldest change was made that `autosave` has not received.
        let mut changed: Option<Instant> = None;
        let mut warned = false;
        let navigation = loop {
            if changed.is_some_and(|since| since.elapsed() >= AUTOSAVE_DELAY) {
                self.save_meanwhile(&insertion.meanwhile(&typed), autosave, &mut warned);
                changed = None;
            }
            let live = self.input.is_live().then_some(AUTOSAVE_DELAY);
            let line = match self.input.next_event(changed.map(|_| PAUSE).or(live)) {
                Some(InputEvent::Line(line)) => line,
                Some(InputEvent::Interrupt) => {
                    break Some(Navigation::Quit(ExitReason::Interrupted));
                }
                Some(InputEvent::End) => break Some(Navigation::Quit(ExitReason::UserQuit)),
                Some(InputEvent::Resumed) => {
                    self.put_question(&go_on);
                    continue;
                }
                None => {
                    let text = insertion.meanwhile(&format!("{typed}{}", self.unfinished_text()));
                    self.save_meanwhile(&text, autosave, &mut warned);
                    changed = None;
                    continue;
                }
            };
            match line.trim_end() {
                "." => {
                    let text = insertion.finished(&typed);
                    self.save_meanwhile(&text, autosave, &mut warned);
                    return (text, Some(Navigation::Next));
                }
                "" if typed.is_empty() => {
                    say("Nothing is written yet; a full stop alone leaves it so.");
                    self.put_question(&begin);
                    continue;
                }
                _ => {}
            }
            match self.interpret(&line, &FOR_LONG_ANSWERS) {
                Some(PlainReply::Text(line)) => {
                    let line = if line.trim_end() == ".." { "." } else { &line };
                    typed.push_str(line);
                    typed.push('\n');
                    changed.get_or_insert_with(Instant::now);
                    if let Some(passed) = counter.add(line) {
                        say(&passed);
                    }
                    continue;
                }
                Some(PlainReply::Navigated(navigation)) => break Some(navigation),
                Some(PlainReply::Command(AnswerCommand::Keep)) => break Some(Navigation::Next),
                Some(PlainReply::Command(AnswerCommand::Edit)) => break None,
                Some(PlainReply::Command(AnswerCommand::Clear)) => {
                    let lines = plural(typed.lines().count(), "line", "lines");
                    say(&format!("Deleted: {lines} of this answer. Begin again."));
                    typed.clear();
                    counter = WordCounter::new(config, &insertion);
                    changed = Some(Instant::now());
                }
                Some(PlainReply::Command(AnswerCommand::Rewrite)) => {
                    insertion = Insertion::instead_of(&insertion.meanwhile(&typed));
                    if !insertion.is_new() {
                        say("The old answer stays until the new one is finished.");
                    }
                    typed.clear();
                    counter = WordCounter::new(config, &insertion);
                    self.put_question(&begin);
                    continue;
                }
                Some(PlainReply::Command(AnswerCommand::Change(_) | AnswerCommand::Spell)) => self
                    .reject(
                        "First end the answer with a full stop alone on a line, and open it again.",
                    ),
                Some(PlainReply::Command(command)) => {
                    self.other_command(config, command, &insertion.finished(&typed));
                }
                None => {}
            }
            self.put_question(&go_on);
        };
        if matches!(navigation, Some(Navigation::Quit(_))) {
            typed.push_str(&self.take_unfinished_text());
        }
        let text = insertion.meanwhile(&typed);
        self.save_meanwhile(&text, autosave, &mut warned);
        if !insertion.old.is_empty() && !typed.trim().is_empty() {
            say(
                "The new answer was not finished, so the old text and the new lines are both kept.",
            );
        }
        (text, navigation)
    }

    /// Saves an answer while it is written, and says once that it cannot be saved.
    fn save_meanwhile(&mut self, text: &str, autosave: &Autosave, warned: &mut bool) {
        autosave.save_replacing(text);
        if let SaveState::Failed(why) = autosave.state()
            && !mem::replace(warned, true)
        {
            self.input.leave_row();
            say(&format!(
                "Not saved: {why}. Nothing is lost while the program runs; you can continue."
            ));
        }
    }

    /// Opens the answer in the user's own editor and returns the edited text.
    fn edit(&self, config: &ComposerConfig<'_>, text: String, autosave: &Autosave) -> String {
        if !self.input.is_terminal() {
            self.count_rejected();
            say("An editor needs a terminal; the answer is as it was.");
            return text;
        }
        match config.edit(&text, &mut |text| autosave.save_replacing(text)) {
            Ok(edited) => {
                let edited = normalize_answer(&edited);
                let now = describe_count(config, &edited);
                say(&if edited == text {
                    format!("The editor changed nothing: {now}.")
                } else {
                    format!("From the editor: {now}.")
                });
                // Also if nothing changed: `autosave` may have received what the editor saved in between.
                autosave.save_replacing(&edited);
                edited
            }
            Err(why) => {
                say(&why);
                autosave.save_replacing(&text);
                text
            }
        }
    }
}

/// Returns a sentence with the limit, unless the wording of the question contains it.
fn unsaid_limit(config: &ComposerConfig<'_>) -> String {
    let unsaid = |limit: &Limit| !config.question.contains(&limit.words.to_string());
    match config.limit.filter(unsaid) {
        Some(limit) => format!("The limit is {}. ", plural(limit.words, "word", "words")),
        None => String::new(),
    }
}

/// Returns a prompt that names the question it belongs to.
pub(super) fn question_about(config: &ComposerConfig<'_>, question: &str) -> String {
    format!("{}. {question}", config.heading)
}
