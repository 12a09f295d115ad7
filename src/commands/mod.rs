//! The verbs of the command line, each in four beats: load, act, save, say what happened.

mod answers;
mod check;
mod export;
mod fill;
mod import;
mod many;
mod questions;
mod summary;

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::cli::{Cli, ColorWhen, Command, QuestionsCommand};
use crate::document_file;
use crate::draft_file::{self, Error};
use crate::questionnaire::{BUILT_IN, Questionnaire};
use crate::summary::Look;
use crate::text::safe;
use crate::tree::Problem;

/// How the program ends: the exit codes of the command line.
///
/// Of many drafts the worst decides, which is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, or saved on purpose.
    Done = 0,
    /// It could not be done, or `check` found something.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// A questionnaire or draft that cannot be read as one.
    Unreadable = 3,
    /// The draft is open in another wizard.
    Busy = 4,
    /// Interrupted; the answers so far are saved.
    Interrupted = 130,
}

/// Why a command ended early: what, where, and what now.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What and where, one line each.
    pub messages: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, messages: vec![message.into()], hint: Some(hint.into()) }
    }

    /// Puts the error of a file into words.
    fn of_file(path: &Path, error: Error) -> Self {
        let name = safe(&path.display().to_string()).into_owned();
        match error {
            Error::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::new(
                Exit::Failed,
                format!("there is no file `{name}`"),
                format!("`good-practice fill {name}` makes it"),
            ),
            Error::Io(error) => Self {
                exit: Exit::Failed,
                messages: vec![format!("`{name}`: {error}")],
                hint: None,
            },
            Error::Document(what) => Self {
                exit: Exit::Unreadable,
                messages: vec![format!("{name}: {}", safe(&what))],
                hint: Some("nothing was changed".to_owned()),
            },
            Error::Unreadable(_) if document_file::is_document(path) => Self::new(
                Exit::Unreadable,
                format!("`{name}` is a document, not a draft"),
                format!("`good-practice import {name} -o application.yaml` makes a draft of it"),
            ),
            Error::Unreadable(problems) => Self {
                exit: Exit::Unreadable,
                messages: problems.iter().map(|problem| positioned(&name, problem)).collect(),
                hint: Some("put this right in an editor; the file was not changed".to_owned()),
            },
            Error::Busy(holder) => Self::new(
                Exit::Busy,
                format!("`{name}` is open in another wizard ({})", safe(&holder)),
                "finish there first, or use another draft",
            ),
        }
    }
}

impl Failure {
    /// The error of a document that was to be read: there is nothing to begin in its place.
    fn of_document(path: &Path, error: Error) -> Self {
        match error {
            Error::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::new(
                Exit::Failed,
                format!("there is no file `{}`", safe(&path.display().to_string())),
                "documents are .docx, .md or .txt files",
            ),
            error @ (Error::Io(_) | Error::Document(_) | Error::Unreadable(_) | Error::Busy(_)) => {
                Self::of_file(path, error)
            }
        }
    }
}

/// `file:line:column: message`.
fn positioned(file: &str, problem: &Problem) -> String {
    let message = safe(&problem.message);
    match problem.place {
        Some(place) => format!("{file}:{}:{}: {message}", place.line, place.column),
        None => format!("{file}: {message}"),
    }
}

/// What every command needs to know.
struct Context {
    questionnaire: Questionnaire,
    color: ColorWhen,
}

impl Context {
    fn look(&self, stream: &impl IsTerminal) -> Look {
        let terminal = stream.is_terminal();
        let set = |name: &str| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
        };
        let colour = match self.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => {
                let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
                !set("NO_COLOR") && (set("CLICOLOR_FORCE") || (terminal && !dumb))
            }
        };
        // Where there is no terminal, asking for its size would start other programs.
        let size = terminal.then(crossterm::terminal::size).and_then(Result::ok);
        let width = size.map_or(80, |(columns, _)| usize::from(columns));
        Look { width: width.max(20), colour, unicode: unicode() }
    }
}

/// Whether the locale can show more than ASCII. Without any locale variable a modern system can.
fn unicode() -> bool {
    let variables = ["LC_ALL", "LC_CTYPE", "LANG"];
    let set = variables
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Runs the command line and reports on standard error what went wrong.
#[must_use]
pub fn run(cli: Cli) -> Exit {
    reported(try_run(cli))
}

/// Shows the help that was asked for, or what is wrong with the command line.
#[must_use]
pub fn usage(error: &clap::Error) -> Exit {
    let asked = !error.use_stderr();
    match error.print() {
        Err(error) if asked => reported(written(Err(error)).map(|_| Exit::Done)),
        Ok(()) | Err(_) => {
            if asked {
                Exit::Done
            } else {
                Exit::Usage
            }
        }
    }
}

fn reported(result: Result<Exit, Failure>) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            let mut text = String::new();
            for message in failure.messages {
                text.push_str(&format!("error: {message}\n"));
            }
            if let Some(hint) = failure.hint {
                text.push_str(&format!("hint: {hint}\n"));
            }
            let _ = io::stderr().write_all(text.as_bytes());
            failure.exit
        }
    }
}

fn try_run(cli: Cli) -> Result<Exit, Failure> {
    // clap could refuse this itself, but then it refuses `--questions FILE` before a command too.
    if cli.command.is_some() && (cli.fill.draft.is_some() || cli.fill.question.is_some()) {
        return Err(Failure::new(
            Exit::Usage,
            "a draft or `--question` stands before the command",
            "write the command first: `good-practice summary application.yaml`",
        ));
    }
    if let Some(Command::Questions { action: Some(QuestionsCommand::Lint { file }) }) = &cli.command
    {
        return questions::lint(file);
    }
    if let Some(schema) = cli.command.as_ref().and_then(schema) {
        return print(schema).map(|()| Exit::Done);
    }
    let questionnaire = match &cli.questions {
        Some(path) => draft_file::read_questionnaire(path).map_err(|error| match error {
            Error::Io(error) => Failure::new(
                Exit::Failed,
                format!("the questionnaire `{}`: {error}", path.display()),
                "`--questions` and GOOD_PRACTICE_QUESTIONS name a questionnaire file; leave both out for the built-in one",
            ),
            error @ (Error::Unreadable(_) | Error::Document(_) | Error::Busy(_)) => Failure::of_file(path, error),
        })?,
        None => draft_file::parse_questionnaire(BUILT_IN)
            .map_err(|error| Failure::of_file(Path::new("the built-in questionnaire"), error))?,
    };
    let context = Context { questionnaire, color: cli.color };
    match cli.command.unwrap_or(Command::Fill(cli.fill)) {
        Command::Fill(fill) => fill::run(&context, &fill, cli.questions.as_deref()),
        Command::Summary { drafts, format, .. } => summary::run(&context, &drafts, format),
        Command::Check { drafts, format, .. } => check::run(&context, &drafts, format),
        Command::Show { draft, question } => answers::show(&context, &draft, question.as_deref()),
        Command::Set(set) => answers::set(&context, &set),
        Command::Export(export) => export::run(&context, &export),
        Command::Import(import) => import::run(&context, &import),
        Command::Questions { action: Some(QuestionsCommand::Show { question }) } => {
            questions::show(&context, &question)
        }
        Command::Questions { action: _ } => questions::list(&context),
    }
}

/// The schema that was asked for.
fn schema(command: &Command) -> Option<&'static str> {
    match command {
        Command::Summary { schema: true, .. } | Command::Check { schema: true, .. } => {
            Some(crate::summary::SCHEMA)
        }
        Command::Export(export) if export.schema => Some(crate::document::json::SCHEMA),
        Command::Questions { action: Some(QuestionsCommand::Schema) } => {
            Some(crate::questionnaire::SCHEMA)
        }
        Command::Fill(_)
        | Command::Summary { .. }
        | Command::Check { .. }
        | Command::Show { .. }
        | Command::Set(_)
        | Command::Export(_)
        | Command::Import(_)
        | Command::Questions { .. } => None,
    }
}

/// Prints the product of a command.
fn print(product: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    written(out.write_all(product.as_ref()).and_then(|()| out.flush())).map(drop)
}

/// Whether the product was written to its end. A reader that closed the pipe has read enough.
fn written(result: io::Result<()>) -> Result<bool, Failure> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure {
            exit: Exit::Failed,
            messages: vec![format!("cannot write the result: {error}")],
            hint: None,
        }),
    }
}

/// Says something beside the product.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Nothing is called like this: what was probably meant.
fn unknown_question(name: &str, meant: Option<String>) -> Failure {
    let hint = match meant {
        Some(meant) => format!("did you mean `{meant}`? `good-practice questions` lists them all"),
        None => "`good-practice questions` lists them all".to_owned(),
    };
    Failure::new(Exit::Usage, format!("there is no question `{}`", safe(name)), hint)
}
