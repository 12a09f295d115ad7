//! What the plain frontend offers for a long answer that is there already: to read it out, to measure
//! it, and to choose what is rewritten.

use std::fmt::Write as _;

use super::commands::{AnswerCommand, FOR_LONG_ANSWERS, PlainReply};
use super::insertion::{Insertion, paragraphs};
use super::sentences::{describe_lengths, describe_sentences, sentences};
use super::writing::question_about;
use super::{Plain, say, start_of, with_lines};
use crate::model::markup;
use crate::model::text::plural;
use crate::terminal::composer::ComposerConfig;
use crate::terminal::outcome::Navigation;

/// What the user wants to do with an existing answer.
#[derive(Debug)]
pub(super) enum AnswerAction {
    Write(Insertion),
    ReadOut,
    Correct,
    Edit,
    Clear,
    Leave(Navigation),
}

impl Plain {
    /// Asks what to do with an existing answer. If it was just written, an empty line is likely, and
    /// the options are not read.
    pub(super) fn answer_action(
        &mut self,
        config: &ComposerConfig<'_>,
        text: &str,
        is_ended: bool,
    ) -> AnswerAction {
        let options = [
            "Keep it and continue",
            "Add to the end",
            "Write a new answer",
            "Change one paragraph",
            "Open it in your own editor",
            "Read it again",
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
                PlainReply::Command(AnswerCommand::Clear) => return AnswerAction::Clear,
                PlainReply::Command(AnswerCommand::Spell) => return AnswerAction::Correct,
                PlainReply::Command(AnswerCommand::Edit) => "5".to_owned(),
                PlainReply::Command(AnswerCommand::Keep) => "1".to_owned(),
                PlainReply::Command(AnswerCommand::Rewrite) => "3".to_owned(),
                PlainReply::Command(AnswerCommand::Change(number)) => {
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
                    self.reject(&format!("`{}` is not a number from 1 to 6.", start_of(other)));
                    continue;
                }
            };
        }
    }

    /// Does what a command wants that is not about writing.
    pub(super) fn other_command(
        &mut self,
        config: &ComposerConfig<'_>,
        command: AnswerCommand,
        text: &str,
    ) {
        match (command, config.note_pad) {
            (AnswerCommand::Done, Some(pad)) => {
                say(if pad.tick_off() {
                    "The note is ticked off."
                } else {
                    "There is no open note."
                });
            }
            (AnswerCommand::Note, Some(pad)) => match self.ask("What is the note?", &[]) {
                PlainReply::Text(note) if !note.trim().is_empty() => {
                    pad.add_note(&note);
                    say("The note is saved. It is neither counted nor exported.");
                }
                PlainReply::Text(_) | PlainReply::Command(_) | PlainReply::Navigated(_) => {
                    say("No note was written.");
                }
            },
            (AnswerCommand::Lengths, _) => say(&describe_lengths(text, config.rule, config.limit)),
            (AnswerCommand::Sentences, _) => {
                say(&describe_sentences(text, config.rule, config.limit));
            }
            _ => say(&format!("{}.", describe_count(config, text))),
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
}

/// Returns an answer as it is read out, paragraph by paragraph.
pub(super) fn read_out(config: &ComposerConfig<'_>, text: &str) -> String {
    let lines: Vec<&str> = paragraphs(text).map(|(_, line)| line).collect();
    let mut said = format!(
        "The answer so far, {}, {}:",
        plural(lines.len(), "paragraph", "paragraphs"),
        describe_count(config, text)
    );
    for (number, line) in (1..).zip(lines) {
        let item = if markup::list_marker(line).is_some() { ", in a list" } else { "" };
        let _ = write!(said, "\nParagraph {number}{item}: {line}");
    }
    said
}

/// Describes how long an answer is.
pub(super) fn describe_count(config: &ComposerConfig<'_>, text: &str) -> String {
    config.rule.measure(text, config.limit).describe_with_excess()
}
