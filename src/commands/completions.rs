//! `completions SHELL`: prints the completion script for a shell. Also returns the candidates when a shell
//! with this script completes a word.
//!
//! The script only calls this program. The candidates come from the parser, the questionnaire and the
//! files of the folder, so they are never out of date.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use super::output::print;
use super::{Exit, Failure};
use crate::cli::{Cli, Shell};
use crate::model::markup;
use crate::model::questionnaire::{BUILT_IN, Choice, Kind, Questionnaire};
use crate::model::text::escape_for_terminal;
use crate::storage::document_file::{self, is_document};
use crate::storage::draft_file::{self, is_draft};

/// The environment variable in which a shell that wants completions passes its name.
const VARIABLE: &str = "GOOD_PRACTICE_COMPLETE";
const NAME: &str = "good-practice";

/// Prints the script that makes a shell ask this program for completions.
///
/// # Errors
/// Fails if the script cannot be printed.
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
        .map_err(|error| Failure::failed(error.to_string(), "try another shell"))?;
    let script = String::from_utf8_lossy(&script);
    let script = match shell {
        // Makes bash quote file names with spaces.
        Shell::Bash => script.replace("complete -o", "complete -o filenames -o"),
        // In a folder of `$fpath` zsh runs the script for the first completion.
        Shell::Zsh => format!(
            "{script}if [[ $funcstack[1] == _good-practice ]]; then\n    _clap_dynamic_completer_good_practice \"$@\"\nfi\n"
        ),
        Shell::Fish | Shell::Powershell | Shell::Elvish => script.into_owned(),
    };
    print(script)?;
    Ok(Exit::Done)
}

/// Prints the candidates if a shell asks for completions, or returns `None` if this is an ordinary call.
/// Errors are not reported, because the user is typing a command.
pub(super) fn answer_shell() -> Option<Exit> {
    let shell = env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    // In PowerShell a backslash separates folders.
    let raw = shell != "powershell";
    let arguments = env::args_os().map(|word| if raw { unquoted(word) } else { word });
    let arguments: Vec<_> = arguments.collect();
    let typed = arguments.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    let line = TypedLine::new(typed);
    let here = env::current_dir().ok();
    let answered = CompleteEnv::with_factory(|| with_completers(built(), &line))
        .var(VARIABLE)
        .try_complete(arguments, here.as_deref());
    answered.unwrap_or(true).then_some(Exit::Done)
}

/// Removes the quotes and backslashes of a typed word, in which a quote may still be open.
fn unquoted(word: OsString) -> OsString {
    let Some(typed) = word.to_str().filter(|typed| typed.contains(['\\', '"', '\''])) else {
        return word;
    };
    match shlex::split(typed).as_deref() {
        Some([word]) => word.into(),
        Some(_) | None => typed.trim_start_matches(['"', '\'']).into(),
    }
}

/// Returns the parser with everything that clap adds, such as `--help`.
fn built() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// The parts of the command line that decide what can follow.
#[derive(Debug, Clone)]
struct TypedLine {
    /// The file of `--questions`.
    questions: Option<PathBuf>,
    /// The question that is named.
    question: Option<String>,
    /// The words after `man`.
    commands: Vec<String>,
}

impl TypedLine {
    /// Parses the words of a command line that may be incomplete.
    fn new(words: Vec<OsString>) -> Self {
        let matches = Cli::command().ignore_errors(true).try_get_matches_from(words).ok();
        let mut line = Self { questions: None, question: None, commands: Vec::new() };
        let mut matches = matches.as_ref();
        while let Some(level) = matches {
            line.questions = one(level, "questions").cloned().or(line.questions);
            line.question = one(level, "question").cloned().or(line.question);
            let commands = level.try_get_many("command").ok().flatten();
            line.commands.extend(commands.into_iter().flatten().cloned());
            matches = level.subcommand().map(|(_, deeper)| deeper);
        }
        line
    }

    /// Reads the questionnaire of `--questions`, or the built-in one. Returns `None` if it cannot be read.
    fn questionnaire(&self) -> Option<Questionnaire> {
        match &self.questions {
            // The shell has not expanded `~` yet.
            Some(path) => match (path.strip_prefix("~"), env::home_dir()) {
                (Ok(below), Some(home)) => draft_file::read_questionnaire(&home.join(below)).ok(),
                (Ok(_), None) | (Err(_), _) => draft_file::read_questionnaire(path).ok(),
            },
            None => draft_file::parse_questionnaire(BUILT_IN).ok(),
        }
    }
}

/// Returns the value of an argument, or `None` if the command has no such argument or it is not given.
fn one<'a, T: Clone + Send + Sync + 'static>(matches: &'a ArgMatches, id: &str) -> Option<&'a T> {
    matches.try_get_one(id).ok().flatten()
}

/// Adds completers to the arguments of a command and its subcommands.
fn with_completers(command: Command, line: &TypedLine) -> Command {
    command
        .mut_args(|argument| with_completer(argument, line))
        .mut_subcommands(|below| with_completers(below, line))
}

/// Adds the completer for an argument. It is chosen by the value name and the help of the argument, so
/// that a new command has completions without being listed here.
fn with_completer(argument: Arg, line: &TypedLine) -> Arg {
    // Options are offered after a `-`, and if there is nothing else to offer.
    let is_option = !argument.is_positional();
    let argument = argument.hide(is_option);
    let value = match argument.get_value_names() {
        Some([name, ..]) => name.to_string(),
        Some([]) | None => argument.get_id().as_str().to_uppercase(),
    };
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let documents = document_file::READABLE.iter().all(|ending| help.contains(ending));
    let line = line.clone();
    let completer = match value.as_str() {
        "DRAFT" | "FILE" if documents => files(|path| is_draft(path) || is_document(path)),
        "DRAFT" => files(is_draft),
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

/// Returns a completer for files for which `wanted` returns `true`, with folders after them.
fn files(wanted: fn(&Path) -> bool) -> ArgValueCompleter {
    ArgValueCompleter::new(PathCompleter::any().filter(move |path| path.is_file() && wanted(path)))
}

/// Returns the numbers of questions if the typed word starts with a digit, otherwise the ids of questions
/// and fields, each with its title.
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

impl TypedLine {
    /// Returns the values that the named field can be set to, or `None` if it takes any text.
    fn choices(&self) -> Option<Vec<(String, String)>> {
        let questionnaire = self.questionnaire()?;
        let (question, field) = questionnaire.find(self.question.as_deref()?).ok()?;
        match &field.or_else(|| question.single_field())?.kind {
            Kind::YesNo => Some(["yes", "no"].map(|word| (word.to_owned(), String::new())).into()),
            Kind::Choice(choices) | Kind::Choices(choices) => {
                let named = |choice: &Choice| (choice.id.clone(), markup::plain(choice.short()));
                Some(choices.iter().map(named).collect())
            }
            Kind::Line | Kind::Text { .. } | Kind::Date { .. } | Kind::Email | Kind::Links => None,
        }
    }

    /// Returns the subcommands of the command that the words after `man` name, each with its description.
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

/// Returns the candidates that start with the typed text, in their order, with their descriptions.
fn matching(typed: &OsStr, words: Vec<(String, String)>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let matching = words.into_iter().filter(|(word, _)| word.starts_with(&*typed));
    let candidate = |(at, (word, help)): (usize, (String, String))| {
        let help = (!help.is_empty()).then(|| escape_for_terminal(&help).into_owned().into());
        CompletionCandidate::new(word).help(help).display_order(Some(at))
    };
    matching.enumerate().map(candidate).collect()
}
