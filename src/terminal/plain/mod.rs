//! The plain frontend: a conversation in lines. Nothing is painted or moved, and no sign has a
//! meaning that is not also in words, so that a screen reader reads everything once and in order,
//! and a script can answer. Lines come from standard input, which may be a terminal, a file or another
//! program.
//!
//! Each prompt prints what an empty line means, then a question, and reads lines until one is an
//! answer. A line that starts with a colon is a [`ColonCommand`].

mod input;
mod insertion;
mod sentences;
mod writing;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::outcome::{ExitReason, LineReply, Navigation, Reply};
use super::requests::LinePrompt;
use super::session;
use crate::model::text::{
    and_list, capital, did_you_mean, escape_for_terminal, normalize_line, wrap,
};
use input::{InputEvent, LineReader};

/// The most characters of a line that are repeated in a message.
const MAX_ECHO: usize = 300;

/// What the user typed.
#[derive(Debug)]
enum PlainReply {
    Text(String),
    /// A command that the prompt must handle itself.
    Command(ColonCommand),
    Navigated(Navigation),
}

/// A command, typed as a colon and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColonCommand {
    Help,
    Keep,
    Clear,
    Count,
    Lengths,
    Sentences,
    /// Rewrites the sentence with a number, or `None` if no number was typed.
    Change(Option<usize>),
    Edit,
    Rewrite,
    Question,
    Back,
    Menu,
    Overview,
    Skip,
    Quit,
}

/// Every command with its name and the description that `:help` prints.
const COMMANDS: [(ColonCommand, &str, &str); 15] = [
    (ColonCommand::Help, "help", "lists these commands"),
    (ColonCommand::Keep, "keep", "keeps the answer and continues"),
    (ColonCommand::Clear, "clear", "deletes the answer"),
    (ColonCommand::Count, "count", "counts the words"),
    (ColonCommand::Lengths, "lengths", "counts the words of each paragraph"),
    (
        ColonCommand::Sentences,
        "sentences",
        "numbers the sentences, counts their words, and says which one passes the limit",
    ),
    (
        ColonCommand::Change(None),
        "change",
        "rewrites one sentence by its number, such as `:change 3`",
    ),
    (ColonCommand::Edit, "edit", "opens your own editor, $VISUAL or $EDITOR"),
    (
        ColonCommand::Rewrite,
        "rewrite",
        "replaces the answer; the old one stays until the new one is finished",
    ),
    (
        ColonCommand::Question,
        "question",
        "repeats the question with its footnotes and references, the choices, and what an empty line does",
    ),
    (ColonCommand::Back, "back", "goes back to the previous question"),
    (ColonCommand::Menu, "menu", "opens the menu; your text is kept"),
    (
        ColonCommand::Overview,
        "overview",
        "lists all questions with their status, to choose one; your text is kept",
    ),
    (ColonCommand::Skip, "skip", "continues with the next question"),
    (ColonCommand::Quit, "quit", "saves and leaves the program"),
];

/// The commands of a prompt for a short answer, beside those that every prompt understands.
const FOR_SHORT_ANSWERS: [ColonCommand; 3] =
    [ColonCommand::Keep, ColonCommand::Clear, ColonCommand::Rewrite];

impl ColonCommand {
    /// Whether every prompt understands it.
    fn is_common(self) -> bool {
        match self {
            Self::Help
            | Self::Question
            | Self::Back
            | Self::Menu
            | Self::Overview
            | Self::Skip
            | Self::Quit => true,
            Self::Keep
            | Self::Clear
            | Self::Count
            | Self::Lengths
            | Self::Sentences
            | Self::Change(_)
            | Self::Edit
            | Self::Rewrite => false,
        }
    }
}

/// The conversation.
pub(super) struct Plain {
    input: LineReader,
    /// The question with its footnotes, which `:question` repeats.
    subject: String,
    /// How to answer the current prompt, which `:question` repeats too.
    instructions: String,
    rejected_lines: Rc<Cell<usize>>,
}

impl Plain {
    /// Starts to read standard input.
    pub(super) fn new() -> Self {
        Self {
            input: LineReader::new(),
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
        say(&format!("{why} `:question` says the question again."));
    }

    /// Asks until there is an answer or a command. `commands` are those that this prompt
    /// understands beside the common ones.
    fn ask(&mut self, question: &str, commands: &[ColonCommand]) -> PlainReply {
        while !self.input.ended() {
            put_question(question);
            match self.input.wait() {
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

    /// Interprets a line. Returns `None` if everything is done and the prompt must ask again.
    fn interpret(&self, line: &str, commands: &[ColonCommand]) -> Option<PlainReply> {
        let Some(name) = command_name(line) else {
            let text = line.strip_prefix(':').filter(|rest| rest.starts_with(':'));
            return Some(PlainReply::Text(text.unwrap_or(line).to_owned()));
        };
        // Scripts of earlier versions use the old name.
        let name = if name == "anew" { "rewrite" } else { name };
        let (name, number) = match name.split_once(char::is_whitespace) {
            Some(("change", number)) => ("change", number.trim().parse().ok()),
            Some(_) | None => (name, None),
        };
        let known = || {
            let here = |command: ColonCommand| command.is_common() || commands.contains(&command);
            COMMANDS.iter().filter(move |(command, ..)| here(*command))
        };
        if let Some((command, ..)) = known().find(|(_, known, _)| *known == name) {
            return match command {
                ColonCommand::Help => {
                    for (_, name, does) in known() {
                        say(&format!(":{name} {does}."));
                    }
                    say(
                        "A line of text that starts with a colon is written with two. Ctrl-C saves and leaves.",
                    );
                    None
                }
                ColonCommand::Change(_) => Some(PlainReply::Command(ColonCommand::Change(number))),
                ColonCommand::Back => Some(PlainReply::Navigated(Navigation::Back)),
                ColonCommand::Menu => Some(PlainReply::Navigated(Navigation::Menu)),
                ColonCommand::Overview => Some(PlainReply::Navigated(Navigation::Overview)),
                ColonCommand::Skip => Some(PlainReply::Navigated(Navigation::Skip)),
                ColonCommand::Quit => {
                    Some(PlainReply::Navigated(Navigation::Quit(ExitReason::UserQuit)))
                }
                ColonCommand::Question => {
                    self.repeat();
                    None
                }
                ColonCommand::Keep
                | ColonCommand::Clear
                | ColonCommand::Count
                | ColonCommand::Lengths
                | ColonCommand::Sentences
                | ColonCommand::Edit
                | ColonCommand::Rewrite => Some(PlainReply::Command(*command)),
            };
        }
        self.count_rejected();
        if COMMANDS.iter().any(|(_, other, _)| *other == name) {
            say(&format!("`:{name}` cannot be used here; `:help` lists what can."));
        } else {
            let line = start_of(line.trim());
            let meant = did_you_mean(name, known().map(|(_, name, _)| *name));
            let meant = meant.map(|meant| format!(" Did you mean `:{meant}`?")).unwrap_or_default();
            say(&format!(
                "There is no command `:{name}`.{meant} `:help` lists them; to write it as text, begin with two colons: `:{line}`."
            ));
        }
        None
    }

    /// Asks for a short answer. Returns an empty text for an empty line or `:keep`, and `None` for
    /// `:clear`. `:rewrite` asks again: a new line replaces the answer anyway.
    ///
    /// # Errors
    /// Returns where the user goes without an answer.
    fn ask_short(
        &mut self,
        label: &str,
        commands: &[ColonCommand],
    ) -> Result<Option<String>, Navigation> {
        loop {
            return match self.ask(&question_of(label), commands) {
                PlainReply::Text(text) => Ok(Some(normalize_line(&text))),
                PlainReply::Command(ColonCommand::Clear) => Ok(None),
                PlainReply::Command(ColonCommand::Rewrite) => continue,
                PlainReply::Command(_) => Ok(Some(String::new())),
                PlainReply::Navigated(navigation) => Err(navigation),
            };
        }
    }

    /// Asks for a line. Several lines that arrive in one burst are joined and must be confirmed,
    /// and so must a line that `check` objects to.
    pub(super) fn line(
        &mut self,
        label: &str,
        prompt: &LinePrompt<'_>,
        check: &dyn Fn(&str) -> Option<String>,
    ) -> LineReply {
        let initial = prompt.initial;
        let problem = check(initial).map(|problem| format!("{problem}. ")).unwrap_or_default();
        self.explain(&if initial.is_empty() {
            format!("No answer yet; {}.", prompt.help)
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
                    say("The answer is taken away.");
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
                    None if initial.is_empty() => "Left empty.",
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
                    "Several lines came in one go. Joined they are: {typed}\nAn empty line keeps that."
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

    /// Asks for yes or no. An empty line keeps the current answer.
    pub(super) fn yes_no(&mut self, label: &str, initial: Option<bool>) -> Reply<bool> {
        self.explain(match initial {
            Some(true) => "Type yes or no. So far: yes. An empty line keeps it.",
            Some(false) => "Type yes or no. So far: no. An empty line keeps it.",
            None => "Type yes or no; an empty line leaves it open.",
        });
        match (self.ask_yes_no(label), initial) {
            (Reply::Answered(Some(yes)), _) => Reply::Answered(yes),
            (Reply::Answered(None), Some(initial)) => {
                say("Kept.");
                Reply::Answered(initial)
            }
            (Reply::Answered(None), None) => {
                say("Left open.");
                Reply::Navigated(Navigation::Next)
            }
            (Reply::Navigated(navigation), _) => Reply::Navigated(navigation),
        }
    }

    /// Asks whether to do something. An empty line means no.
    pub(super) fn confirm(&mut self, label: &str) -> Reply<bool> {
        self.explain("Type yes or no; an empty line means no.");
        self.ask_yes_no(label).map(|yes| yes.unwrap_or(false))
    }

    /// Asks until the line is yes, no or empty.
    fn ask_yes_no(&mut self, label: &str) -> Reply<Option<bool>> {
        loop {
            let typed = match self.ask_short(label, &[ColonCommand::Keep, ColonCommand::Rewrite]) {
                Ok(typed) => typed.unwrap_or_default().to_lowercase(),
                Err(navigation) => return Reply::Navigated(navigation),
            };
            match typed.as_str() {
                "y" | "yes" => return Reply::Answered(Some(true)),
                "n" | "no" => return Reply::Answered(Some(false)),
                "" => return Reply::Answered(None),
                _ => self.reject(&format!("`{}` is neither yes nor no.", start_of(&typed))),
            }
        }
    }

    /// Offers options, each with the name by which it is chosen, and returns the index of the chosen
    /// one. A word that only one of them contains chooses it, too. `rewrite` is the index of the
    /// option that `:rewrite` chooses.
    pub(super) fn choose(
        &mut self,
        label: &str,
        options: Vec<(String, String)>,
        initial: Option<usize>,
        rewrite: Option<usize>,
    ) -> Reply<usize> {
        let default = initial.and_then(|index| options.get(index));
        let lines = options.iter().map(|(name, line)| format!("{name}. {line}"));
        self.explain(&with_lines(
            lines,
            &match default {
                Some((name, _)) => format!("Type a number or a word; an empty line takes {name}."),
                None => "Type a number or a word; an empty line leaves it open.".to_owned(),
            },
        ));
        let mut commands = vec![ColonCommand::Keep];
        commands.extend(rewrite.map(|_| ColonCommand::Rewrite));
        loop {
            let (typed, default) = match self.ask(&question_of(label), &commands) {
                PlainReply::Text(text) => (normalize_line(&text).to_lowercase(), initial),
                PlainReply::Command(ColonCommand::Rewrite) => (String::new(), rewrite),
                PlainReply::Command(_) => (String::new(), initial),
                PlainReply::Navigated(navigation) => return Reply::Navigated(navigation),
            };
            let chosen = match default {
                None if typed.is_empty() => {
                    say("Left open.");
                    return Reply::Navigated(Navigation::Next);
                }
                Some(index) if typed.is_empty() => Ok(index),
                Some(_) | None => chosen(&options, typed.trim_end_matches('.')),
            };
            match chosen {
                Ok(index) => {
                    if let Some((_, line)) = options.get(index) {
                        say(&format!("{line}."));
                    }
                    return Reply::Answered(index);
                }
                Err(why) => self.reject(&why),
            }
        }
    }

    /// Offers options of which several may apply and returns the indices of those that do.
    pub(super) fn choose_several(
        &mut self,
        label: &str,
        options: &[String],
        ticked: &[usize],
    ) -> Reply<Vec<usize>> {
        let lines = (1..).zip(options).map(|(number, line)| format!("{number}. {line}"));
        let numbers: Vec<String> = ticked.iter().map(|at| (at + 1).to_string()).collect();
        self.explain(&with_lines(lines, &if numbers.is_empty() {
            "Type the numbers of those that apply, such as 1 2, or none; an empty line leaves it open."
                .to_owned()
        } else {
            format!(
                "Type the numbers of those that apply, or none. So far: {}. An empty line keeps that.",
                and_list(&numbers)
            )
        }));
        loop {
            let typed = match self.ask_short(label, &FOR_SHORT_ANSWERS) {
                Ok(typed) => typed.map_or("none".to_owned(), |typed| typed.to_lowercase()),
                Err(navigation) => return Reply::Navigated(navigation),
            };
            if typed.is_empty() {
                say(if ticked.is_empty() { "Left open." } else { "Kept." });
                return Reply::Answered(ticked.to_vec());
            }
            if typed == "none" {
                say("None.");
                return Reply::Answered(Vec::new());
            }
            let number = |part| {
                let number = str::parse::<usize>(part).ok().and_then(|n| n.checked_sub(1));
                number.filter(|number| *number < options.len()).ok_or(part)
            };
            let parts = typed.split([' ', ',', ';']).filter(|part| !part.is_empty());
            let chosen: BTreeSet<usize> = match parts.map(number).collect() {
                Ok(chosen) => chosen,
                Err(part) => {
                    let (part, last) = (start_of(part), options.len());
                    self.reject(&format!("`{part}` is no number from 1 to {last}, and not none."));
                    continue;
                }
            };
            for line in chosen.iter().filter_map(|index| options.get(*index)) {
                let short = line.split_once(": ").map_or(line.as_str(), |(short, _)| short);
                say(&format!("Chosen: {short}"));
            }
            return Reply::Answered(chosen.into_iter().collect());
        }
    }
}

/// Returns the command of a line that starts with a colon and a letter.
fn command_name(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix(':')?;
    let name = rest.split(char::is_whitespace).next()?;
    // `:)` and `:smile:` are text; `:skip this` is reported as an unknown command.
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic())).then_some(rest)
}

/// Finds an option by its name, or by words that no other option contains.
///
/// # Errors
/// Returns why no option was found.
fn chosen(options: &[(String, String)], typed: &str) -> Result<usize, String> {
    if let Some(at) = options.iter().position(|(name, _)| name.to_lowercase() == typed) {
        return Ok(at);
    }
    let no_word = typed.is_empty() || typed.parse::<usize>().is_ok();
    let holds = |(_, (_, line)): &(usize, &(String, String))| {
        !no_word && line.to_lowercase().contains(typed)
    };
    let found: Vec<usize> = options.iter().enumerate().filter(holds).map(|(at, _)| at).collect();
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(format!("`{}` matches no option.", start_of(typed))),
        several => Err(format!(
            "`{}` matches {} options; type the number.",
            start_of(typed),
            several.len()
        )),
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

/// Prints a question, which the answer follows in the same line.
fn put_question(question: &str) {
    let lines = wrap(&escape_for_terminal(question), width() - 1);
    session::write(&format!("{} ", lines.join("\n")));
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
