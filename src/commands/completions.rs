//! `completions SHELL`, and what a shell with that script asks at a Tab: which words could stand
//! here.
//!
//! The script knows nothing but how to ask. The answers come from the parser itself, so they are
//! never behind it, and from the questionnaire and the files at hand, which no script could know.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use super::{Exit, Failure, only_field, print};
use crate::cli::{Cli, Shell};
use crate::model::markup;
use crate::model::questionnaire::{BUILT_IN, Choice, Kind, Questionnaire};
use crate::model::text::escape_for_terminal;
use crate::storage::document_file::{self, is_document};
use crate::storage::draft_file::{self, is_draft};

/// A shell that asks for completions says so, and which shell it is, in this variable.
const VARIABLE: &str = "GOOD_PRACTICE_COMPLETE";
const NAME: &str = "good-practice";

/// Prints the script that makes a shell ask.
pub(super) fn script(shell: Shell) -> Result<Exit, Failure> {
    let scripting: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
        Shell::Elvish => &Elvish,
    };
    let mut script = Vec::new();
    scripting
        .write_registration(VARIABLE, NAME, NAME, NAME, &mut script)
        .map_err(|error| Failure::new(Exit::Failed, error.to_string(), "try another shell"))?;
    let script = String::from_utf8_lossy(&script);
    let script = match shell {
        // A name with a blank in it is quoted.
        Shell::Bash => script.replace("complete -o", "complete -o filenames -o"),
        // As a file of `$fpath` the script runs when the first word is to be completed.
        Shell::Zsh => format!(
            "{script}if [[ $funcstack[1] == _good-practice ]]; then\n    _clap_dynamic_completer_good_practice \"$@\"\nfi\n"
        ),
        Shell::Fish | Shell::Powershell | Shell::Elvish => script.into_owned(),
    };
    print(script)?;
    Ok(Exit::Done)
}

/// Answers a shell that asks for completions; `None` where none asks, which costs one look at the
/// environment. Whatever goes wrong completes nothing and says nothing: somebody is typing.
pub(super) fn answer_shell() -> Option<Exit> {
    let shell = env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    // In PowerShell a backslash divides folders.
    let raw = shell != "powershell";
    let arguments = env::args_os().map(|word| if raw { as_meant(word) } else { word });
    let arguments: Vec<_> = arguments.collect();
    let typed = arguments.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    let line = Line::new(typed);
    let here = env::current_dir().ok();
    let answered = CompleteEnv::with_factory(|| taught(built(), &line))
        .var(VARIABLE)
        .try_complete(arguments, here.as_deref());
    answered.unwrap_or(true).then_some(Exit::Done)
}

/// A word of the line without the quotes and backslashes with which it was typed, also where the
/// quote is still open.
fn as_meant(word: OsString) -> OsString {
    let Some(typed) = word.to_str().filter(|typed| typed.contains(['\\', '"', '\''])) else {
        return word;
    };
    match shlex::split(typed).as_deref() {
        Some([meant]) => meant.into(),
        Some(_) | None => typed.trim_start_matches(['"', '\'']).into(),
    }
}

/// The parser with everything it adds by itself, such as `--help`.
fn built() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// What the line says so far that decides what may follow.
#[derive(Debug, Clone)]
struct Line {
    questions: Option<PathBuf>,
    question: Option<String>,
    /// What is named after `man`.
    commands: Vec<String>,
}

impl Line {
    fn new(words: Vec<OsString>) -> Self {
        let said = Cli::command().ignore_errors(true).try_get_matches_from(words).ok();
        let mut line = Self { questions: None, question: None, commands: Vec::new() };
        let mut said = said.as_ref();
        while let Some(level) = said {
            line.questions = one(level, "questions").cloned().or(line.questions);
            line.question = one(level, "question").cloned().or(line.question);
            let commands = level.try_get_many("command").ok().flatten();
            line.commands.extend(commands.into_iter().flatten().cloned());
            said = level.subcommand().map(|(_, deeper)| deeper);
        }
        line
    }

    /// The questionnaire that is meant. One that cannot be read completes nothing.
    fn questionnaire(&self) -> Option<Questionnaire> {
        match &self.questions {
            // The shell has not put the home in place of `~` yet.
            Some(path) => match (path.strip_prefix("~"), env::home_dir()) {
                (Ok(below), Some(home)) => draft_file::read_questionnaire(&home.join(below)).ok(),
                (Ok(_), None) | (Err(_), _) => draft_file::read_questionnaire(path).ok(),
            },
            None => draft_file::parse_questionnaire(BUILT_IN).ok(),
        }
    }
}

fn one<'a, T: Clone + Send + Sync + 'static>(said: &'a ArgMatches, id: &str) -> Option<&'a T> {
    said.try_get_one(id).ok().flatten()
}

/// Tells a command, and the commands below it, what their arguments can be.
fn taught(command: Command, line: &Line) -> Command {
    command
        .mut_args(|argument| taught_argument(argument, line))
        .mut_subcommands(|below| taught(below, line))
}

/// What an argument takes is told by its name and its help, so a new command has completions
/// without being listed here.
fn taught_argument(argument: Arg, line: &Line) -> Arg {
    // Options are offered where nothing else is: to whoever has typed `-`, or needs no more.
    let is_option = !argument.is_positional();
    let argument = argument.hide(is_option);
    let takes = match argument.get_value_names() {
        Some([name, ..]) => name.to_string(),
        Some([]) | None => argument.get_id().as_str().to_uppercase(),
    };
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let documents = document_file::READABLE.iter().all(|ending| help.contains(ending));
    let line = line.clone();
    let completer = match takes.as_str() {
        "DRAFT" if documents => files(|path| is_draft(path) || is_document(path)),
        "DRAFT" => files(is_draft),
        "FILE" if documents => files(is_document),
        "FILE" if help.contains("questionnaire") => files(is_draft),
        "QUESTION" => ArgValueCompleter::new(move |typed: &OsStr| {
            let found = line.questionnaire();
            matching(typed, found.map(|found| names(&found, typed)).unwrap_or_default())
        }),
        "VALUE" => ArgValueCompleter::new(move |typed: &OsStr| {
            matching(typed, line.choices().unwrap_or_default())
        }),
        "COMMAND" => {
            ArgValueCompleter::new(move |typed: &OsStr| matching(typed, line.commands(typed)))
        }
        _ => return argument,
    };
    argument.add(completer)
}

/// The files that are wanted, and folders after them.
fn files(wanted: fn(&Path) -> bool) -> ArgValueCompleter {
    ArgValueCompleter::new(PathCompleter::any().filter(move |path| path.is_file() && wanted(path)))
}

/// The questions and fields by their ids; by their numbers for whoever has begun with a figure.
fn names(questionnaire: &Questionnaire, typed: &OsStr) -> Vec<(String, String)> {
    let by_number = typed.as_encoded_bytes().first().is_some_and(u8::is_ascii_digit);
    let mut names = Vec::new();
    for (_, question) in questionnaire.questions() {
        let title = markup::plain(&question.title);
        if by_number {
            names.extend(question.number.map(|number| (number.to_string(), title)));
            continue;
        }
        names.push((question.id.clone(), title));
        for field in question.fields.iter().filter(|field| field.key.field.is_some()) {
            let label = field.label.as_deref().map(markup::plain).unwrap_or_default();
            names.push((field.key.to_string(), label));
        }
    }
    names
}

impl Line {
    /// What the field that is named on the line can be set to, where it says so.
    fn choices(&self) -> Option<Vec<(String, String)>> {
        let questionnaire = self.questionnaire()?;
        let (question, field) = questionnaire.find(self.question.as_deref()?).ok()?;
        match &field.or_else(|| only_field(question))?.kind {
            Kind::YesNo => Some(["yes", "no"].map(|word| (word.to_owned(), String::new())).into()),
            Kind::Choice(choices) | Kind::Choices(choices) => {
                let named = |choice: &Choice| (choice.id.clone(), markup::plain(choice.short()));
                Some(choices.iter().map(named).collect())
            }
            Kind::Line | Kind::Text { .. } | Kind::Date { .. } | Kind::Email | Kind::Links => None,
        }
    }
}

impl Line {
    /// The commands below those that are named.
    fn commands(&self, typed: &OsStr) -> Vec<(String, String)> {
        let program = built();
        let complete = match self.commands.split_last() {
            Some((last, before)) if last.as_str() == typed => before,
            Some(_) | None => self.commands.as_slice(),
        };
        let named =
            complete.iter().try_fold(&program, |command, word| command.find_subcommand(word));
        let about = |command: &Command| command.get_about().map(ToString::to_string);
        named
            .into_iter()
            .flat_map(Command::get_subcommands)
            .filter(|command| command.get_name() != "help")
            .map(|command| (command.get_name().to_owned(), about(command).unwrap_or_default()))
            .collect()
    }
}

/// The words that begin as typed, in their order, each with what it stands for.
fn matching(typed: &OsStr, words: Vec<(String, String)>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let fitting = words.into_iter().filter(|(word, _)| word.starts_with(&*typed));
    let candidate = |(at, (word, help)): (usize, (String, String))| {
        let help = (!help.is_empty()).then(|| escape_for_terminal(&help).into_owned().into());
        CompletionCandidate::new(word).help(help).display_order(Some(at))
    };
    fitting.enumerate().map(candidate).collect()
}
