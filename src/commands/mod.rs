//! The commands of the command line, one file each: load, act, save, print the result. [`run`]
//! parses the arguments and calls the command.

mod batch;
mod changes;
mod check;
mod command_line;
mod completions;
mod context;
mod default_draft;
mod diff;
mod exit;
mod export;
mod export_form;
mod failure;
mod fill;
mod history;
mod import;
mod import_into;
mod inputs;
mod man;
mod note;
mod output;
mod proofread;
mod questions;
mod remarks;
mod restore;
mod set;
mod show;
mod summary;
mod table;
mod usage;

use std::process::ExitCode;

use clap::Parser as _;

use self::context::Context;
use self::default_draft::{default_draft, draft_and_question};
use self::exit::Exit;
use self::failure::Failure;
use self::output::print_schema;
use crate::cli::{
    CheckArguments, Cli, Command, CompletionsArguments, Deferred, DraftArguments, Export,
    HistoryArguments, ManArguments, ProofreadArguments, QuestionsCommand, ShowArguments,
    SummaryArguments,
};
use crate::storage::disk::report_file_size_limit;

/// Runs the program with the arguments of this process: completes a word for a shell that asks for
/// it, or runs a command and prints its error, if any, on standard error. Returns the exit code.
pub fn run() -> ExitCode {
    report_file_size_limit();
    let exit = completions::answer_shell().unwrap_or_else(|| {
        let result = match Cli::try_parse_from(usage::with_separator(std::env::args_os())) {
            Ok(cli) => dispatch(cli),
            Err(error) if error.exit_code() != 0 => Ok(usage::report(&error)),
            // `--help` and `--version`.
            Err(error) => output::is_complete(error.print()).map(|_| Exit::Done),
        };
        result.unwrap_or_else(|failure| failure.print())
    });
    ExitCode::from(exit as u8)
}

/// Calls the command of a command line.
fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    // clap could refuse this itself, but then it would refuse `--questions FILE` there, too.
    if cli.command.is_some() && (cli.fill.draft.is_some() || cli.fill.question.is_some()) {
        return Err(Failure::usage(
            "a draft or `--question` comes before the command",
            "write the command first: `good-practice summary application.yaml`",
        ));
    }
    command_line::note_options(&cli);
    let questions = cli.questions.as_deref();
    if cli.no_clipboard {
        crate::terminal::clipboard::keep_inside();
    }
    let context = || Context::new(questions, cli.color, cli.plain, !cli.no_spelling);
    match cli.command.unwrap_or(Command::Fill(cli.fill)) {
        Command::Fill(fill) => fill::run(&context()?, &fill),
        Command::Summary(Deferred(SummaryArguments { schema: true, .. }))
        | Command::Check(Deferred(CheckArguments { schema: true, .. })) => {
            print_schema(crate::summary::SCHEMA)
        }
        Command::Export(Deferred(Export { schema: true, .. })) => {
            print_schema(crate::document::export::SCHEMA)
        }
        Command::Summary(Deferred(SummaryArguments { drafts, format, .. })) => {
            let context = context()?;
            summary::run(&context, &or_default(&context, drafts)?, format)
        }
        Command::Check(Deferred(CheckArguments { drafts, format, .. })) => {
            let context = context()?;
            check::run(&context, &or_default(&context, drafts)?, format)
        }
        Command::Show(Deferred(ShowArguments { draft, question, version, notes })) => {
            let context = context()?;
            let (draft, question) = draft_and_question(&context, draft, question)?;
            show::run(&context, &draft, question.as_deref(), version.as_deref(), notes)
        }
        Command::Table(Deferred(table)) => table::run(&context()?, &table),
        Command::Proofread(Deferred(ProofreadArguments { drafts, format })) => {
            let context = context()?;
            proofread::run(&context, &or_default(&context, drafts)?, format)
        }
        Command::Note(Deferred(note)) => note::run(&context()?, &note),
        Command::Set(Deferred(set)) => set::run(&context()?, &set),
        Command::Export(Deferred(mut export)) => {
            let context = context()?;
            if export.draft.is_none() && !export.blank {
                export.draft = Some(default_draft(&context)?);
            }
            export::run(&context, &export)
        }
        Command::Import(Deferred(import)) => import::run(&context()?, &import),
        Command::History(Deferred(HistoryArguments { draft, question, format, forget, yes })) => {
            let context = context()?;
            let (draft, question) = draft_and_question(&context, draft, question)?;
            if forget {
                return history::forget(&context, &draft, question.as_deref(), yes);
            }
            history::run(&context, &draft, question.as_deref(), format)
        }
        Command::Diff(Deferred(mut diff)) => {
            let context = context()?;
            let draft = diff.draft.take().map_or_else(|| default_draft(&context), Ok)?;
            diff::run(&context, &draft, &diff)
        }
        Command::Restore(Deferred(restore)) => restore::run(&context()?, &restore),
        Command::Questions(Deferred(questions)) => match questions.action {
            None => questions::list(&context()?),
            Some(QuestionsCommand::Show { question }) => questions::show(&context()?, &question),
            // These do not use the questionnaire, so they work even if it cannot be read.
            Some(QuestionsCommand::Schema) => print_schema(crate::model::questionnaire::SCHEMA),
            Some(QuestionsCommand::Source) => {
                output::print(crate::model::questionnaire::BUILT_IN).map(|()| Exit::Done)
            }
            Some(QuestionsCommand::Lint { file }) => questions::lint(&file),
        },
        Command::Completions(Deferred(CompletionsArguments { shell })) => {
            completions::script(shell)
        }
        Command::Man(Deferred(ManArguments { command, dir })) => man::run(&command, dir.as_deref()),
    }
}

/// Adds the default draft if no draft is named on the command line.
fn or_default(context: &Context, mut named: DraftArguments) -> Result<DraftArguments, Failure> {
    if named.drafts.is_empty() {
        named.drafts.push(default_draft(context)?);
    }
    Ok(named)
}
