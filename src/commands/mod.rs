//! The verbs of the command line, each in four beats: load, act, save, say what happened.

mod answers;
mod check;
mod completions;
mod export;
mod fill;
mod history;
mod import;
mod man;
mod many;
mod questions;
mod summary;
mod usage;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use clap::Parser as _;

use crate::cli::{Cli, ColorWhen, Command, QuestionsCommand};
use crate::model::questionnaire::{BUILT_IN, Field, Question, Questionnaire, UnknownQuestion};
use crate::model::text::{escape_for_terminal, escaped_json, plural};
use crate::model::value::Problem;
use crate::storage::document_file;
use crate::storage::draft_file;
use crate::storage::draft_file::history::History;
use crate::storage::error::{DocumentError, DraftError};
use crate::terminal::frontend::Frontend;
use crate::terminal::style::OutputStyle;

/// How the program ends: the exit codes of the command line.
///
/// Of many drafts the worst decides, which is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
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
    /// SIGHUP, such as from a closed window; the answers so far are saved.
    HungUp = 129,
    /// Ctrl-C; the answers so far are saved.
    Interrupted = 130,
    /// SIGTERM; the answers so far are saved.
    Terminated = 143,
}

/// Why a command ended early: what, where, and what now.
#[derive(Debug)]
pub(crate) struct Failure {
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
    fn of_file(path: &Path, error: DraftError) -> Self {
        let name = escape_for_terminal(&path.display().to_string()).into_owned();
        match error {
            DraftError::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::new(
                Exit::Failed,
                format!("there is no file `{name}`"),
                match path.parent() {
                    Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                        "its folder does not exist".to_owned()
                    }
                    Some(_) | None => format!("`good-practice fill {name}` makes it"),
                },
            ),
            // It may be reading that is not permitted.
            DraftError::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => Self {
                exit: Exit::Failed,
                messages: vec![format!("`{name}`: {error}")],
                hint: None,
            },
            error @ DraftError::Io(_) => Self {
                exit: Exit::Failed,
                messages: vec![format!("`{name}`: {error}")],
                hint: None,
            },
            DraftError::Unreadable(_) if document_file::is_document(path) => Self::new(
                Exit::Unreadable,
                format!("`{name}` is a document, not a draft"),
                format!("`good-practice import {name} -o application.yaml` makes a draft of it"),
            ),
            DraftError::Unreadable(problems) => Self {
                exit: Exit::Unreadable,
                messages: problems.iter().map(|problem| positioned(&name, problem)).collect(),
                hint: Some(if History::of(path).versions().is_empty() {
                    "put this right in an editor; the file was not changed".to_owned()
                } else {
                    format!(
                        "put this right in an editor, or bring the last whole version back with `good-practice restore {name} --all`; the file was not changed"
                    )
                }),
            },
            DraftError::Busy(holder) => Self::new(
                Exit::Busy,
                format!("`{name}` is open in another wizard ({})", escape_for_terminal(&holder)),
                "finish there first, or use another draft",
            ),
        }
    }
}

impl Failure {
    /// The error of a document that was to be read: there is nothing to begin in its place.
    fn of_document(path: &Path, error: DocumentError) -> Self {
        let name = escape_for_terminal(&path.display().to_string()).into_owned();
        match error {
            DocumentError::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::new(
                Exit::Failed,
                format!("there is no file `{name}`"),
                "documents are .docx, .md or .txt files",
            ),
            DocumentError::Io(error) => Self::of_file(path, error.into()),
            DocumentError::Unreadable(why) => Self {
                exit: Exit::Unreadable,
                messages: vec![format!("{name}: {}", escape_for_terminal(&why))],
                hint: Some("nothing was changed".to_owned()),
            },
        }
    }
}

impl Failure {
    /// The terminal cannot be read or written.
    fn of_terminal(error: io::Error) -> Self {
        Self::new(
            Exit::Failed,
            format!("the terminal failed: {error}"),
            "everything answered so far is saved",
        )
    }
}

/// `file:line:column: message`.
fn positioned(file: &str, problem: &Problem) -> String {
    let message = escape_for_terminal(&problem.message);
    match problem.location {
        Some(place) => format!("{file}:{}:{}: {message}", place.line, place.column),
        None => format!("{file}: {message}"),
    }
}

/// What every command needs to know.
struct Context {
    questionnaire: Questionnaire,
    color: ColorWhen,
    /// `--plain` was given.
    plain: bool,
}

impl Context {
    /// Reads the questionnaire that is asked for, or the built-in one.
    fn new(questions: Option<&Path>, color: ColorWhen, plain: bool) -> Result<Self, Failure> {
        let questionnaire = match questions {
            Some(path) => draft_file::read_questionnaire(path).map_err(|error| match error {
                DraftError::Io(error) => Failure::new(
                    Exit::Failed,
                    format!("the questionnaire `{}`: {error}", path.display()),
                    "`--questions` and GOOD_PRACTICE_QUESTIONS name a questionnaire file; leave both out for the built-in one",
                ),
                error @ (DraftError::Unreadable(_) | DraftError::Busy(_)) => {
                    Failure::of_file(path, error)
                }
            })?,
            None => draft_file::parse_questionnaire(BUILT_IN).map_err(|error| {
                Failure::of_file(Path::new("the built-in questionnaire"), error)
            })?,
        };
        Ok(Self { questionnaire, color, plain })
    }

    /// Returns the frontend to ask with: for a user at a terminal, or for lines if `--plain` is
    /// given. Otherwise there is nobody to ask.
    fn frontend(&self) -> Result<Option<Frontend>, Failure> {
        let look = self.look(&io::stderr());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let person = io::stdin().is_terminal() && io::stderr().is_terminal();
        if self.plain || person && (dumb || set("ACCESSIBLE")) {
            return Ok(Some(Frontend::plain(look)));
        }
        person.then(|| Frontend::rich(look)).transpose().map_err(Failure::of_terminal)
    }

    fn look(&self, stream: &impl IsTerminal) -> OutputStyle {
        let terminal = stream.is_terminal();
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
        OutputStyle { width: width.max(20), colour, unicode: unicode(), spoken: false }
    }
}

/// Whether a variable of the environment is set to something that means yes.
fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
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

/// Runs the program with the arguments of this process: answers a shell that asks for completions,
/// or runs the command and reports an error on standard error. Returns the exit code.
pub fn run() -> ExitCode {
    let exit = completions::answer_shell().unwrap_or_else(|| {
        reported(match Cli::try_parse() {
            Ok(cli) => try_run(cli),
            Err(error) if error.use_stderr() => Err(usage::misunderstood(&error)),
            // `--help` and `--version`.
            Err(error) => written(error.print()).map(|_| Exit::Done),
        })
    });
    ExitCode::from(exit as u8)
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
            let _ = io::stderr().write_all(escape_for_terminal(&text).as_bytes());
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
    let questions = cli.questions.as_deref();
    let context = || Context::new(questions, cli.color, cli.plain);
    match cli.command.unwrap_or(Command::Fill(cli.fill)) {
        Command::Fill(fill) => fill::run(&context()?, &fill, questions),
        Command::Summary { schema: true, .. } | Command::Check { schema: true, .. } => {
            published(crate::summary::SCHEMA)
        }
        Command::Export(export) if export.schema => {
            published(crate::document::export::json::SCHEMA)
        }
        Command::Summary { drafts, format, .. } => summary::run(&context()?, &drafts, format),
        Command::Check { drafts, format, .. } => check::run(&context()?, &drafts, format),
        Command::Show { draft, question } => {
            answers::show(&context()?, &draft, question.as_deref())
        }
        Command::Set(set) => answers::set(&context()?, &set),
        Command::Export(export) => export::run(&context()?, &export),
        Command::Import(import) => import::run(&context()?, &import),
        Command::History { draft, question, format } => {
            history::list(&context()?, &draft, question.as_deref(), format)
        }
        Command::Restore(restore) => history::restore(&context()?, &restore),
        Command::Questions { action: None } => questions::list(&context()?),
        Command::Questions { action: Some(QuestionsCommand::Show { question }) } => {
            questions::show(&context()?, &question)
        }
        // These need no questionnaire, and work where the one that is named cannot be read.
        Command::Questions { action: Some(QuestionsCommand::Schema) } => {
            published(crate::model::questionnaire::SCHEMA)
        }
        Command::Questions { action: Some(QuestionsCommand::Lint { file }) } => {
            questions::lint(&file)
        }
        Command::Completions { shell } => completions::script(shell),
        Command::Man { command, dir } => man::run(&command, dir.as_deref()),
    }
}

/// Prints a schema.
fn published(schema: &str) -> Result<Exit, Failure> {
    print(schema).map(|()| Exit::Done)
}

/// Refuses to make a draft of the name of a document: who opened it would wonder.
fn no_document(path: &Path) -> Result<(), Failure> {
    if !document_file::is_document(path) {
        return Ok(());
    }
    let name = escape_for_terminal(&path.display().to_string()).into_owned();
    Err(Failure::new(
        Exit::Unreadable,
        format!("`{name}` is a document by its name, not a draft"),
        format!(
            "a draft ends in `.yaml`; `good-practice import {name} -o application.yaml` makes one of a document"
        ),
    ))
}

/// Whether every line of a script was understood: what was not is in no answer, and whoever reads only
/// the exit code must learn of it, too.
fn script_understood(refused: usize) -> Result<(), Failure> {
    if refused == 0 {
        return Ok(());
    }
    let verb = if refused == 1 { "was" } else { "were" };
    Err(Failure::new(
        Exit::Failed,
        format!("{} {verb} not understood", plural(refused, "line", "lines")),
        "what was said to each stands above; everything else is saved",
    ))
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
    let _ = writeln!(io::stderr(), "{}", escape_for_terminal(text));
}

/// A product that is JSON.
fn as_json(objects: Vec<Value>) -> String {
    escaped_json(&format!("{:#}\n", Value::Array(objects))).into_owned()
}

/// The only field of a question that has one.
fn only_field(question: &Question) -> Option<&Field> {
    question.fields.first().filter(|_| question.fields.len() == 1)
}

/// Nothing is called like this: what was probably meant.
fn unknown_question(name: &str, error: UnknownQuestion) -> Failure {
    let hint = match error.suggestion {
        Some(meant) => format!("did you mean `{meant}`? `good-practice questions` lists them all"),
        None => "`good-practice questions` lists them all".to_owned(),
    };
    Failure::new(Exit::Usage, format!("there is no question `{}`", escape_for_terminal(name)), hint)
}
