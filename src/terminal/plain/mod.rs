//! The plain frontend: a conversation in lines. Nothing is painted or moved, and no sign has a
//! meaning that is not also in words, so that a screen reader reads everything once and in order,
//! and a script can answer. Lines come from standard input, which may be a terminal, a file or another
//! program. `commands/context.rs` chooses between the frontends; `docs/plain-mode.md` describes what
//! is different here.
//!
//! Each prompt prints what an empty line means, then a question, and reads lines until one is an
//! answer. A line that starts with a colon is a command (`commands.rs`).

mod choices;
mod commands;
mod counter;
mod existing_answer;
mod input;
mod insertion;
mod sentences;
mod spelling;
mod writing;

use std::cell::Cell;
use std::rc::Rc;

use super::live_line::LiveLines;
use super::outcome::{AUTOSAVE_DELAY, Autosave, ExitReason, LineReply, Navigation, PagerOutcome};
use super::requests::LinePrompt;
use super::session;
use crate::model::text::{capital, escape_for_terminal, normalize_line, wrap};
use commands::{AnswerCommand, FOR_SHORT_ANSWERS, PlainReply, command_name, text_of};
use input::{InputEvent, LineReader};

/// The most characters of a line that are repeated in a message.
const MAX_ECHO: usize = 300;

/// The conversation.
pub(super) struct Plain {
    input: LineReader,
    /// The question with its footnotes, which `:question` repeats.
    subject: String,
    /// How to answer the current prompt, which `:question` repeats too.
    instructions: String,
    rejected_lines: Rc<Cell<usize>>,
    /// Receives the line that is being edited.
    autosave: Option<Autosave>,
}

impl Plain {
    /// Starts to read standard input. `live`: the terminal, if lines are edited on it.
    pub(super) fn new(live: Option<LiveLines>) -> Self {
        Self {
            input: LineReader::new(live),
            autosave: None,
            subject: String::new(),
            instructions: String::new(),
            rejected_lines: Rc::default(),
        }
    }

    /// Sets what the next prompts are about, for `:question`.
    pub(super) fn set_subject(&mut self, text: &str) {
        text.clone_into(&mut self.subject);
    }

    /// Returns the number of lines that were not understood, which grows. It stays 0 on a terminal,
    /// where the user reads the message and answers again.
    pub(super) fn rejected_lines(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.rejected_lines)
    }

    /// Prints how to answer, and remembers it.
    fn explain(&mut self, instructions: &str) {
        instructions.clone_into(&mut self.instructions);
        say(instructions);
    }

    /// Prints the question and how to answer again.
    fn repeat(&self) {
        for text in [&self.subject, &self.instructions].into_iter().filter(|text| !text.is_empty())
        {
            say(text.trim_end());
        }
    }

    /// Counts a line that is in no answer.
    fn count_rejected(&self) {
        if !self.input.is_terminal() {
            self.rejected_lines.set(self.rejected_lines.get() + 1);
        }
    }

    /// Prints why a line is no answer.
    fn reject(&self, why: &str) {
        self.count_rejected();
        say(&format!("{why} `:question` repeats the question."));
    }

    /// Asks until there is an answer or a command. `commands` are those that this prompt
    /// understands beside the common ones.
    fn ask(&mut self, question: &str, commands: &[AnswerCommand]) -> PlainReply {
        while !self.input.ended() {
            self.put_question(question);
            match self.wait() {
                InputEvent::Line(line) => {
                    if let Some(reply) = self.interpret(&line, commands) {
                        return reply;
                    }
                }
                InputEvent::Interrupt => {
                    return PlainReply::Navigated(Navigation::Quit(ExitReason::Interrupted));
                }
                InputEvent::End | InputEvent::Resumed => {}
            }
        }
        PlainReply::Navigated(Navigation::Quit(ExitReason::UserQuit))
    }

    /// Reads passages one after the other, and returns the index of the one that the user opens.
    pub(super) fn passages(
        &mut self,
        title: &str,
        passages: &[String],
        first: usize,
    ) -> PagerOutcome {
        say(&format!("\n{title}\n"));
        let instructions = "An empty line reads the next question, `open` opens this one to change it, and `:menu` goes back.";
        instructions.clone_into(&mut self.instructions);
        for (index, passage) in passages.iter().enumerate().skip(first) {
            say(passage.trim_end());
            if index == first {
                say(instructions);
            }
            loop {
                match self.ask("Read on?", &[]) {
                    PlainReply::Text(typed) => match typed.trim().to_lowercase().as_str() {
                        "" => break,
                        "open" => return PagerOutcome::Chosen(index),
                        _ => self.reject("An empty line reads on, `open` opens this question."),
                    },
                    PlainReply::Navigated(Navigation::Quit(reason)) => {
                        return PagerOutcome::Quit(reason);
                    }
                    PlainReply::Navigated(Navigation::Skip | Navigation::Next) => break,
                    PlainReply::Navigated(
                        Navigation::Back | Navigation::Menu | Navigation::Overview,
                    )
                    | PlainReply::Command(_) => return PagerOutcome::Closed,
                }
            }
        }
        say("That was everything.");
        PagerOutcome::Closed
    }

    /// Waits for the next event; saves the line that is edited meanwhile.
    fn wait(&mut self) -> InputEvent {
        let mut saved = self.unfinished_text();
        loop {
            let timeout = self.autosave.as_ref().map(|_| AUTOSAVE_DELAY);
            if let Some(event) = self.input.next_event(timeout) {
                return event;
            }
            let text = self.unfinished_text();
            if let Some(autosave) = self.autosave.as_ref().filter(|_| text != saved) {
                autosave.save(&normalize_line(&text));
                saved = text;
            }
        }
    }

    /// Returns the line that is being edited, unless it is a command or ends an answer.
    fn unfinished_text(&self) -> String {
        let line = self.input.unfinished();
        let is_text = command_name(&line).is_none() && line.trim_end() != ".";
        if is_text { text_of(&line).to_owned() } else { String::new() }
    }

    /// Takes the line that was being edited when the conversation ended.
    fn take_unfinished_text(&mut self) -> String {
        let text = self.unfinished_text();
        self.input.take_unfinished();
        text
    }

    /// Prints a question, which the answer follows in the same line.
    fn put_question(&mut self, question: &str) {
        let lines = wrap(&escape_for_terminal(question), width() - 1);
        self.input.set_prompt(&format!("{} ", lines.join("\n")));
    }

    /// Asks for a short answer. Returns an empty text for an empty line or `:keep`, and `None` for
    /// `:clear`. `:rewrite` asks again: a new line replaces the answer anyway.
    ///
    /// # Errors
    /// Returns where the user goes without an answer.
    fn ask_short(
        &mut self,
        label: &str,
        commands: &[AnswerCommand],
    ) -> Result<Option<String>, Navigation> {
        loop {
            return match self.ask(&question_of(label), commands) {
                PlainReply::Text(text) => Ok(Some(normalize_line(&text))),
                PlainReply::Command(AnswerCommand::Clear) => Ok(None),
                PlainReply::Command(AnswerCommand::Rewrite) => continue,
                PlainReply::Command(_) => Ok(Some(String::new())),
                PlainReply::Navigated(navigation) => Err(navigation),
            };
        }
    }

    /// Asks for a line, and saves it while it is edited.
    pub(super) fn line(
        &mut self,
        label: &str,
        prompt: &LinePrompt<'_>,
        check: &dyn Fn(&str) -> Option<String>,
    ) -> LineReply {
        self.autosave = prompt.autosave.clone().filter(|_| self.input.is_live());
        let mut reply = self.submitted_line(label, prompt, check);
        if matches!(reply.navigation, Navigation::Quit(_)) {
            let unfinished = normalize_line(&self.take_unfinished_text());
            reply.text = Some(unfinished).filter(|text| !text.is_empty()).or(reply.text);
        }
        if let (Some(autosave), None) = (self.autosave.take(), &reply.text) {
            // What was typed before a command is no answer.
            autosave.save(prompt.initial);
        }
        reply
    }

    /// Asks for a line. Several lines that arrive in one burst are joined and must be confirmed,
    /// and so must a line that `check` objects to.
    fn submitted_line(
        &mut self,
        label: &str,
        prompt: &LinePrompt<'_>,
        check: &dyn Fn(&str) -> Option<String>,
    ) -> LineReply {
        let initial = prompt.initial;
        let problem = check(initial).map(|problem| format!("{problem}. ")).unwrap_or_default();
        self.explain(&if initial.is_empty() {
            format!("{}.", capital(prompt.help))
        } else {
            format!("So far: {initial}\n{problem}An empty line keeps it.")
        });
        // A line that waits for a confirmation by an empty line, or by the same line.
        let mut unconfirmed: Option<String> = None;
        let mut rejected = String::new();
        loop {
            let typed = match self.ask_short(label, &FOR_SHORT_ANSWERS) {
                Ok(Some(typed)) => typed,
                Ok(None) => {
                    say("The answer is deleted.");
                    return LineReply::submitted(String::new());
                }
                Err(navigation) => return LineReply { text: unconfirmed, navigation },
            };
            let (rest, interrupted) = self.input.rest_of_burst();
            let several = rest.iter().any(|line| !line.trim().is_empty());
            let typed = normalize_line(&format!("{typed} {}", rest.join(" ")));
            if interrupted {
                let text = Some(typed).filter(|typed| !typed.is_empty()).or(unconfirmed);
                return LineReply { text, navigation: Navigation::Quit(ExitReason::Interrupted) };
            }
            if typed.is_empty() {
                say(match &unconfirmed {
                    Some(_) => "Kept as it is.",
                    None if initial.is_empty() => prompt.left_empty,
                    None => "Kept.",
                });
                return LineReply::submitted(unconfirmed.unwrap_or_else(|| initial.to_owned()));
            }
            // A script that repeats or changes its line did not read the objection.
            if unconfirmed.as_ref().is_some_and(|before| *before != typed) {
                self.count_rejected();
            }
            if several {
                self.explain(&format!(
                    "Several lines were pasted. They are joined to one: {typed}\nAn empty line keeps it."
                ));
            } else if let Some(problem) = check(&typed).filter(|_| typed != rejected) {
                self.explain(&format!("{problem}. An empty line keeps it as it is."));
                rejected.clone_from(&typed);
            } else {
                return LineReply::submitted(typed);
            }
            unconfirmed = Some(typed);
        }
    }
}

/// Returns the lines of a list with a last line below them.
fn with_lines(lines: impl Iterator<Item = String>, below: &str) -> String {
    lines.chain([below.to_owned()]).collect::<Vec<_>>().join("\n")
}

/// Returns the start of a line, to be repeated in a message.
fn start_of(line: &str) -> String {
    let start: String = line.chars().take(MAX_ECHO).collect();
    if start.len() < line.len() { format!("{start}...") } else { start }
}

/// Turns a label into a question.
fn question_of(label: &str) -> String {
    let label = capital(label.trim_end());
    if label.ends_with('?') { label } else { format!("{label}?") }
}

/// Returns the columns of the terminal that shows the conversation. Elsewhere lines are not broken.
fn width() -> usize {
    if session::shows_output() { session::size().0.clamp(20, 100) - 1 } else { usize::MAX }
}

/// Prints a line that must stay whole, such as a command to be copied.
pub(super) fn say_unbroken(line: &str) {
    session::write(&format!("{}\n", escape_for_terminal(line)));
}

/// Prints paragraphs. On a terminal they are broken between words.
pub(super) fn say(text: &str) {
    let lines = wrap(&escape_for_terminal(text), width());
    session::write(&lines.iter().map(|line| format!("{}\n", line.trim_end())).collect::<String>());
}
