//! Long answers in the plain frontend: read out, and written line by line.

use std::fmt::Write as _;
use std::mem;
use std::time::{Duration, Instant};

use super::commands::{ColonCommand, PlainReply};
use super::input::InputEvent;
use super::insertion::{Insertion, paragraphs};
use super::sentences::{describe_lengths, describe_sentences, sentences};
use super::{Plain, say, start_of, with_lines};
use crate::model::markup;
use crate::model::text::{normalize_answer, plural};
use crate::model::words::{Limit, Measure};
use crate::terminal::composer::{ComposerConfig, Edit};
use crate::terminal::note_pad::NotePad;
use crate::terminal::outcome::{AUTOSAVE_DELAY, Autosave, ExitReason, Navigation, SaveState};

/// The text is saved if no line follows within this time, and after [`AUTOSAVE_DELAY`] at most, also
/// while lines follow each other.
const PAUSE: Duration = Duration::from_millis(20);
/// Shares of the limit, in per cent, at which the word count is printed.
const SHARES: [usize; 4] = [50, 75, 90, 100];
/// The share that means a text over its limit.
const OVER: usize = 101;
/// Further commands of a prompt for a long answer.
const FOR_LONG_ANSWERS: [ColonCommand; 11] = [
    ColonCommand::Keep,
    ColonCommand::Clear,
    ColonCommand::Count,
    ColonCommand::Lengths,
    ColonCommand::Sentences,
    ColonCommand::Change(None),
    ColonCommand::Spell,
    ColonCommand::Note,
    ColonCommand::Done,
    ColonCommand::Edit,
    ColonCommand::Rewrite,
];

impl Plain {
    /// Lets the user write a long answer. Returns it with where the user goes next.
    pub(crate) fn compose(
        &mut self,
        config: &ComposerConfig<'_>,
        answer: &str,
        autosave: &Autosave,
        edit: &mut Edit<'_>,
    ) -> (String, Navigation) {
        let mut text = normalize_answer(answer);
        let more = match (config.notes.is_empty(), config.reference.is_empty()) {
            (true, true) => None,
            (false, true) => Some("footnotes; `:question` says them."),
            (true, false) => Some("reference material; `:question` says it."),
            (false, false) => Some("footnotes and reference material; `:question` says them."),
        };
        if let Some(more) = more {
            say(&format!("The question has {more}"));
        }
        for note in config.note_pad.map(NotePad::open).unwrap_or_default() {
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
                        None => text = self.edit(config, text, autosave, edit),
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
                AnswerAction::Edit => text = self.edit(config, text, autosave, edit),
                AnswerAction::Clear => {
                    autosave.save_replacing("");
                    return (String::new(), Navigation::Next);
                }
                AnswerAction::Leave(navigation) => return (text, navigation),
            }
        }
    }

    /// Asks what to do with an existing answer. If it was just written, an empty line is likely, and
    /// the options are not read.
    fn answer_action(
        &mut self,
        config: &ComposerConfig<'_>,
        text: &str,
        is_ended: bool,
    ) -> AnswerAction {
        let options = [
            "Keep it and go on",
            "Add to the end",
            "Write a new answer",
            "Change one paragraph",
            "Open it in your own editor",
            "Hear it again",
        ];
        let lines = (1..).zip(options).map(|(number, line)| format!("{number}. {line}"));
        let question = if is_ended {
            self.explain("An empty line continues.");
            question_about(config, "Continue?")
        } else {
            self.explain(&with_lines(lines, "Type a number; an empty line takes 1."));
            question_about(config, "What do you want to do with the answer?")
        };
        loop {
            let typed = match self.ask(&question, &FOR_LONG_ANSWERS) {
                PlainReply::Text(typed) => typed,
                PlainReply::Command(ColonCommand::Clear) => return AnswerAction::Clear,
                PlainReply::Command(ColonCommand::Spell) => return AnswerAction::Correct,
                PlainReply::Command(ColonCommand::Edit) => "5".to_owned(),
                PlainReply::Command(ColonCommand::Keep) => "1".to_owned(),
                PlainReply::Command(ColonCommand::Rewrite) => "3".to_owned(),
                PlainReply::Command(ColonCommand::Change(number)) => {
                    match self.sentence_to_change(number, text) {
                        Some(insertion) => return AnswerAction::Write(insertion),
                        None => continue,
                    }
                }
                PlainReply::Command(command) => {
                    self.other_command(config, command, text);
                    continue;
                }
                PlainReply::Navigated(navigation) => return AnswerAction::Leave(navigation),
            };
            let typed = typed.trim();
            return match typed.strip_suffix('.').filter(|n| !n.is_empty()).unwrap_or(typed) {
                "" | "1" => AnswerAction::Leave(Navigation::Next),
                "2" => AnswerAction::Write(Insertion::after(text)),
                "3" => AnswerAction::Write(Insertion::instead_of(text)),
                "4" => self.paragraph_to_change(config, text),
                "5" => AnswerAction::Edit,
                "6" => AnswerAction::ReadOut,
                other => {
                    self.reject(&format!("`{}` is no number from 1 to 6.", start_of(other)));
                    continue;
                }
            };
        }
    }

    /// Does what a command wants that is not about writing.
    fn other_command(&mut self, config: &ComposerConfig<'_>, command: ColonCommand, text: &str) {
        match (command, config.note_pad) {
            (ColonCommand::Done, Some(pad)) => {
                say(if pad.tick_off() {
                    "The note is ticked off."
                } else {
                    "There is no open note."
                });
            }
            (ColonCommand::Note, Some(pad)) => match self.ask("What is the note?", &[]) {
                PlainReply::Text(note) if !note.trim().is_empty() => {
                    pad.write(&note);
                    say("The note is kept; it is neither counted nor exported.");
                }
                PlainReply::Text(_) | PlainReply::Command(_) | PlainReply::Navigated(_) => {
                    say("No note was written.");
                }
            },
            _ => say_lengths(config, command, text),
        }
    }

    /// Returns the insertion that replaces a sentence, or rejects its number.
    fn sentence_to_change(&self, number: Option<usize>, text: &str) -> Option<Insertion> {
        let index = number.and_then(|number| number.checked_sub(1));
        let sentence = index.and_then(|index| sentences(text).nth(index));
        let Some((start, sentence)) = sentence else {
            let count = sentences(text).count();
            self.reject(&format!(
                "Write the number of a sentence, from 1 to {count}: `:change 1`. `:sentences` reads them."
            ));
            return None;
        };
        say(&format!("It is now: {sentence}"));
        Some(Insertion::of_line(text, start, sentence))
    }

    /// Asks for a paragraph by its number.
    fn paragraph_to_change(&mut self, config: &ComposerConfig<'_>, text: &str) -> AnswerAction {
        self.instructions = read_out(config, text);
        let paragraphs: Vec<(usize, &str)> = paragraphs(text).collect();
        loop {
            let typed = match self.ask("Which paragraph of the answer, by its number?", &[]) {
                PlainReply::Text(typed) => typed,
                PlainReply::Command(_) => String::new(),
                PlainReply::Navigated(navigation) => return AnswerAction::Leave(navigation),
            };
            let number = typed.trim().parse::<usize>().ok();
            let index = number.and_then(|number| number.checked_sub(1));
            let Some((start, line)) = index.and_then(|index| paragraphs.get(index)) else {
                let (typed, last) = (start_of(typed.trim()), paragraphs.len());
                self.reject(&format!(
                    "There is no paragraph `{typed}`; they are numbered from 1 to {last}."
                ));
                continue;
            };
            say(&format!("It is now: {line}"));
            return AnswerAction::Write(Insertion::of_line(text, *start, line));
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
            unsaid_limit(config) + "Write line by line; a full stop alone in a line ends it.";
        say(&format!("{nothing}{}", self.instructions));
        let begin = question_about(config, "Your answer?");
        let go_on = question_about(config, "And what comes next?");
        self.put_question(&begin);
        let mut counter = Counter::new(config, &insertion);
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
                Some(PlainReply::Command(ColonCommand::Keep)) => break Some(Navigation::Next),
                Some(PlainReply::Command(ColonCommand::Edit)) => break None,
                Some(PlainReply::Command(ColonCommand::Clear)) => {
                    let lines = plural(typed.lines().count(), "line", "lines");
                    say(&format!("Taken away: {lines} of this answer. Begin again."));
                    typed.clear();
                    counter = Counter::new(config, &insertion);
                    changed = Some(Instant::now());
                }
                Some(PlainReply::Command(ColonCommand::Rewrite)) => {
                    insertion = Insertion::instead_of(&insertion.meanwhile(&typed));
                    if !insertion.is_new() {
                        say("What is there stays until the new answer is finished.");
                    }
                    typed.clear();
                    counter = Counter::new(config, &insertion);
                    self.put_question(&begin);
                    continue;
                }
                Some(PlainReply::Command(ColonCommand::Change(_) | ColonCommand::Spell)) => self
                    .reject(
                        "First end the answer with a full stop alone in a line, and open it again.",
                    ),
                Some(PlainReply::Command(command)) => {
                    say_lengths(config, command, &insertion.finished(&typed));
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
            say("It was not ended, so the old text and the new lines are both kept.");
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
            say(&format!("Not saved: {why}. Nothing is lost while the program runs; go on."));
        }
    }

    /// Opens the answer in the user's own editor and returns the edited text.
    fn edit(
        &self,
        config: &ComposerConfig<'_>,
        text: String,
        autosave: &Autosave,
        edit: &mut Edit<'_>,
    ) -> String {
        if !self.input.is_terminal() {
            self.count_rejected();
            say("An editor needs a terminal; the answer is as it was.");
            return text;
        }
        match edit(&text, &mut |text| autosave.save_replacing(text)) {
            Ok(edited) => {
                let edited = normalize_answer(&edited);
                let now = config.rule.measure(&edited, config.limit).describe_with_excess();
                say(&if edited == text {
                    format!("The editor changed nothing: {now}.")
                } else {
                    format!("Taken over from the editor: {now}.")
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

/// Returns an answer as it is read out, paragraph by paragraph.
fn read_out(config: &ComposerConfig<'_>, text: &str) -> String {
    let lines: Vec<&str> = paragraphs(text).map(|(_, line)| line).collect();
    let measure = config.rule.measure(text, config.limit).describe_with_excess();
    let mut said = format!(
        "The answer so far, {}, {measure}:",
        plural(lines.len(), "paragraph", "paragraphs")
    );
    for (number, line) in (1..).zip(lines) {
        let item = if markup::list_marker(line).is_some() { ", in a list" } else { "" };
        let _ = write!(said, "\nParagraph {number}{item}: {line}");
    }
    said
}

/// Returns a sentence with the limit, unless the wording of the question contains it.
fn unsaid_limit(config: &ComposerConfig<'_>) -> String {
    let unsaid = |limit: &Limit| !config.question.contains(&limit.words.to_string());
    match config.limit.filter(unsaid) {
        Some(limit) => format!("The limit is {}. ", plural(limit.words, "word", "words")),
        None => String::new(),
    }
}

/// Prints how long an answer is, in the way of the command.
fn say_lengths(config: &ComposerConfig<'_>, command: ColonCommand, text: &str) {
    match command {
        ColonCommand::Lengths => say(&describe_lengths(text, config.rule, config.limit)),
        ColonCommand::Sentences => say(&describe_sentences(text, config.rule, config.limit)),
        ColonCommand::Count
        | ColonCommand::Change(_)
        | ColonCommand::Spell
        | ColonCommand::Note
        | ColonCommand::Done
        | ColonCommand::Help
        | ColonCommand::Keep
        | ColonCommand::Clear
        | ColonCommand::Edit
        | ColonCommand::Rewrite
        | ColonCommand::Question
        | ColonCommand::Back
        | ColonCommand::Menu
        | ColonCommand::Overview
        | ColonCommand::Skip
        | ColonCommand::Quit => say_count(config, config.rule.count(text)),
    }
}

fn say_count(config: &ComposerConfig<'_>, words: usize) {
    say(&format!("{}.", Measure::new(words, config.limit).describe_with_excess()));
}

/// Returns a prompt that names the question it belongs to.
fn question_about(config: &ComposerConfig<'_>, question: &str) -> String {
    format!("{}. {question}", config.heading)
}

/// What the user wants to do with an existing answer.
#[derive(Debug)]
enum AnswerAction {
    Write(Insertion),
    ReadOut,
    Correct,
    Edit,
    Clear,
    Leave(Navigation),
}

/// Counts the words of an answer while it is written, and reports each share of the limit.
struct Counter<'a> {
    config: &'a ComposerConfig<'a>,
    words: usize,
    /// The highest share that was reported, in per cent.
    passed: usize,
}

impl<'a> Counter<'a> {
    fn new(config: &'a ComposerConfig<'a>, insertion: &Insertion) -> Self {
        let words = config.rule.count(&insertion.before) + config.rule.count(&insertion.after);
        let mut counter = Self { config, words, passed: 0 };
        counter.pass();
        counter
    }

    /// Counts a line. Returns a message if it reaches another share of the limit.
    fn add(&mut self, line: &str) -> Option<String> {
        self.words += self.config.rule.count(line);
        self.pass()
    }

    fn pass(&mut self) -> Option<String> {
        let limit = self.config.limit?;
        let measure = Measure::new(self.words, self.config.limit);
        let reached = |share: &usize| self.words * 100 >= limit.words * share;
        let share = match measure.excess() {
            0 => SHARES.into_iter().rev().find(reached)?,
            _ => OVER,
        };
        if share <= self.passed {
            return None;
        }
        self.passed = share;
        let said = measure.describe_with_excess();
        Some(match share {
            OVER => format!("{said}; nothing is cut."),
            100 => format!("{said}; the limit is reached."),
            share => format!("{said}, {share} per cent of the limit."),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::WordRule;

    fn config(words: usize) -> ComposerConfig<'static> {
        ComposerConfig {
            heading: "",
            question: "",
            notes: "",
            reference: "",
            note_pad: None,
            notice: "",
            limit: Some(Limit { words }),
            spelling: None,
            rule: WordRule::WordProcessor,
            colour: false,
            unicode: false,
        }
    }

    #[test]
    fn each_share_of_the_limit_is_said_once_and_the_highest_of_a_leap() {
        let config = config(10);
        let mut counter = Counter::new(&config, &Insertion::default());
        let said: Vec<_> = [4, 1, 2, 1, 1, 1, 0, 1, 1]
            .map(|words| counter.add(&"word ".repeat(words)).unwrap_or_default())
            .into_iter()
            .collect();
        assert_eq!(
            said,
            [
                "",
                "5 of 10 words, 50 per cent of the limit.",
                "",
                "8 of 10 words, 75 per cent of the limit.",
                "9 of 10 words, 90 per cent of the limit.",
                "10 of 10 words; the limit is reached.",
                "",
                "11 of 10 words, 1 over; nothing is cut.",
                ""
            ]
        );
        let mut counter = Counter::new(&config, &Insertion::after("one two three four five six"));
        assert_eq!(counter.add("seven"), None, "what was there before was said before");
        assert!(counter.add("a b c d e").is_some_and(|said| said.starts_with("12 of 10")));
    }
}
