//! The colon commands: their names, and how a typed line becomes a command or a text.

use super::{Plain, say, start_of};
use crate::model::text::did_you_mean;
use crate::terminal::outcome::{ExitReason, Navigation};

/// What the user typed.
#[derive(Debug)]
pub(super) enum PlainReply {
    Text(String),
    /// A command that the prompt must handle itself.
    Command(AnswerCommand),
    Navigated(Navigation),
}

/// A command, typed as a colon and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColonCommand {
    Help,
    /// Repeats the question.
    Question,
    Go(Navigation),
    /// A command about an answer, which only some prompts understand.
    Answer(AnswerCommand),
}

/// A command about the answer that a prompt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerCommand {
    Keep,
    Clear,
    Count,
    Lengths,
    Sentences,
    /// Rewrites the sentence with a number, or `None` if no number was typed.
    Change(Option<usize>),
    Spell,
    /// Writes a note on the question.
    Note,
    /// Ticks off the first open note.
    Done,
    Edit,
    Rewrite,
}

/// Every command with its name and the description that `:help` prints.
const COMMANDS: [(ColonCommand, &str, &str); 18] = [
    (ColonCommand::Help, "help", "lists these commands"),
    (ColonCommand::Answer(AnswerCommand::Keep), "keep", "keeps the answer and continues"),
    (ColonCommand::Answer(AnswerCommand::Clear), "clear", "deletes the answer"),
    (ColonCommand::Answer(AnswerCommand::Count), "count", "counts the words"),
    (ColonCommand::Answer(AnswerCommand::Lengths), "lengths", "counts the words of each paragraph"),
    (
        ColonCommand::Answer(AnswerCommand::Sentences),
        "sentences",
        "numbers the sentences, counts their words, and says which one passes the limit",
    ),
    (
        ColonCommand::Answer(AnswerCommand::Change(None)),
        "change",
        "rewrites one sentence by its number, such as `:change 3`",
    ),
    (
        ColonCommand::Answer(AnswerCommand::Spell),
        "spell",
        "reads the words that may be misspelt, with suggestions",
    ),
    (
        ColonCommand::Answer(AnswerCommand::Note),
        "note",
        "writes a note on the question; it is not part of the answer",
    ),
    (ColonCommand::Answer(AnswerCommand::Done), "done", "ticks off the first note on the question"),
    (
        ColonCommand::Answer(AnswerCommand::Edit),
        "edit",
        "opens your own editor, $VISUAL or $EDITOR",
    ),
    (
        ColonCommand::Answer(AnswerCommand::Rewrite),
        "rewrite",
        "replaces the answer; the old one stays until the new one is finished",
    ),
    (
        ColonCommand::Question,
        "question",
        "repeats the question with its footnotes and references, the choices, and what an empty line does",
    ),
    (ColonCommand::Go(Navigation::Back), "back", "goes back to the previous question"),
    (ColonCommand::Go(Navigation::Menu), "menu", "opens the menu; your text is kept"),
    (
        ColonCommand::Go(Navigation::Overview),
        "overview",
        "lists all questions with their status, to choose one; your text is kept",
    ),
    (ColonCommand::Go(Navigation::Skip), "skip", "continues with the next question"),
    (
        ColonCommand::Go(Navigation::Quit(ExitReason::UserQuit)),
        "quit",
        "saves and leaves the program",
    ),
];

/// The commands of a prompt for a short answer, beside those that every prompt understands.
pub(super) const FOR_SHORT_ANSWERS: [AnswerCommand; 3] =
    [AnswerCommand::Keep, AnswerCommand::Clear, AnswerCommand::Rewrite];
/// Those of a prompt for a long answer.
pub(super) const FOR_LONG_ANSWERS: [AnswerCommand; 11] = [
    AnswerCommand::Keep,
    AnswerCommand::Clear,
    AnswerCommand::Count,
    AnswerCommand::Lengths,
    AnswerCommand::Sentences,
    AnswerCommand::Change(None),
    AnswerCommand::Spell,
    AnswerCommand::Note,
    AnswerCommand::Done,
    AnswerCommand::Edit,
    AnswerCommand::Rewrite,
];

impl Plain {
    /// Interprets a line. Returns `None` if everything is done and the prompt must ask again.
    pub(super) fn interpret(&self, line: &str, commands: &[AnswerCommand]) -> Option<PlainReply> {
        let Some(name) = command_name(line) else {
            return Some(PlainReply::Text(text_of(line).to_owned()));
        };
        let (name, number) = match name.split_once(char::is_whitespace) {
            Some(("change", number)) => ("change", number.trim().parse().ok()),
            Some(_) | None => (name, None),
        };
        let known = || {
            COMMANDS.iter().filter(|(command, ..)| match command {
                ColonCommand::Answer(command) => commands.contains(command),
                ColonCommand::Help | ColonCommand::Question | ColonCommand::Go(_) => true,
            })
        };
        if let Some((command, ..)) = known().find(|(_, known, _)| *known == name) {
            return match *command {
                ColonCommand::Help => {
                    for (_, name, does) in known() {
                        say(&format!(":{name} {does}."));
                    }
                    say(
                        "To start a line of text with a colon, type two colons. Ctrl-C saves and leaves.",
                    );
                    None
                }
                ColonCommand::Question => {
                    self.repeat();
                    None
                }
                ColonCommand::Go(navigation) => Some(PlainReply::Navigated(navigation)),
                ColonCommand::Answer(AnswerCommand::Change(_)) => {
                    Some(PlainReply::Command(AnswerCommand::Change(number)))
                }
                ColonCommand::Answer(command) => Some(PlainReply::Command(command)),
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
}

/// Returns the text of a line that is no command. A colon at its start is written with two.
pub(super) fn text_of(line: &str) -> &str {
    line.strip_prefix(':').filter(|rest| rest.starts_with(':')).unwrap_or(line)
}

/// Returns the command of a line that starts with a colon and a letter.
pub(super) fn command_name(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix(':')?;
    let name = rest.split(char::is_whitespace).next()?;
    // `:)` and `:smile:` are text; `:skip this` is reported as an unknown command.
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic())).then_some(rest)
}
