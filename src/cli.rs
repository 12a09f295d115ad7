//! The command line: what can be said, no logic.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Fill in the EUCPN Good practice template, or any questionnaire like it, in the terminal
#[derive(Debug, Parser)]
#[command(
    name = "good-practice",
    version,
    max_term_width = 80,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  good-practice                          start or resume application.yaml in this folder\n  good-practice fill mine.yaml           start or resume another draft\n  good-practice fill --question 9        go straight to question 9\n  good-practice summary application.yaml what is still missing\n  good-practice check application.yaml   could it be submitted?\n  good-practice questions show 9         a question, its limit and how words are counted\n\nExit codes: 0 done or saved, 1 not possible or check found something, 2 wrong usage,\n3 a file that cannot be read, 4 the draft is open in another wizard, 130 interrupted."
)]
pub struct Cli {
    /// What to do; `fill` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What `fill` takes, for the program called without a command.
    #[command(flatten)]
    pub fill: Fill,

    /// Use this questionnaire instead of the built-in one
    #[arg(long, global = true, value_name = "FILE", env = "GOOD_PRACTICE_QUESTIONS")]
    pub questions: Option<PathBuf>,

    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` are respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start or resume a draft (the default)
    Fill(Fill),
    /// Show what is answered, missing or over its limit
    #[command(
        after_help = "Examples:\n  good-practice summary application.yaml\n  good-practice summary --format json drafts/*.yaml"
    )]
    Summary {
        /// The drafts
        #[arg(required = true, value_name = "DRAFT")]
        drafts: Vec<PathBuf>,
        /// How to show it
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: SummaryFormat,
    },
    /// Tell whether drafts could be submitted: one line per problem, exit code 1 if one could not
    #[command(
        after_help = "Examples:\n  good-practice check application.yaml\n  good-practice check --format json drafts/*.yaml"
    )]
    Check {
        /// The drafts
        #[arg(required = true, value_name = "DRAFT")]
        drafts: Vec<PathBuf>,
        /// How to show it
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: CheckFormat,
    },
    /// Print one answer, or all, as they were written
    #[command(
        after_help = "Examples:\n  good-practice show application.yaml objectives\n  good-practice show application.yaml timing.start"
    )]
    Show {
        /// The draft
        draft: PathBuf,
        /// The question: its number, its id or `id.field`; all of them when left out
        question: Option<String>,
    },
    /// Write one answer without the wizard
    #[command(
        after_help = "Examples:\n  good-practice set application.yaml name \"Bright Streets\"\n  good-practice set application.yaml aims share ecpa\n  good-practice set application.yaml 9 --file objectives.txt\n  good-practice set application.yaml 9 - < objectives.txt\n  good-practice set application.yaml 14 --not-applicable"
    )]
    Set(Set),
    /// Show the questionnaire itself
    #[command(args_conflicts_with_subcommands = true)]
    Questions {
        /// A table of all questions when nothing is said.
        #[command(subcommand)]
        action: Option<QuestionsCommand>,
    },
}

/// Which draft to fill, and where to start.
#[derive(Debug, Args)]
pub struct Fill {
    /// The draft; made if absent, resumed if present [default: application.yaml]
    pub draft: Option<PathBuf>,
    /// Go straight to a question: its number, its id or `id.field`
    #[arg(long, value_name = "QUESTION")]
    pub question: Option<String>,
}

/// Which answer to write, and where it comes from.
#[derive(Debug, Args)]
pub struct Set {
    /// The draft; made if absent
    pub draft: PathBuf,
    /// The question: its number, its id or `id.field`
    pub question: String,
    /// The answer; `-` reads it from standard input; several choices or links, one value each
    #[arg(value_name = "VALUE", conflicts_with_all = ["file", "clear", "not_applicable"])]
    pub values: Vec<String>,
    /// Take the answer from a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["clear", "not_applicable"])]
    pub file: Option<PathBuf>,
    /// Take the answer away
    #[arg(long, conflicts_with = "not_applicable")]
    pub clear: bool,
    /// Mark the question as not applicable
    #[arg(long)]
    pub not_applicable: bool,
}

/// What to do with the questionnaire.
#[derive(Debug, Subcommand)]
pub enum QuestionsCommand {
    /// Show one question with its limit, footnotes, reference material and how words are counted
    Show {
        /// Its number, its id or `id.field`
        question: String,
    },
    /// Report everything that is wrong with a questionnaire file
    Lint {
        /// The questionnaire
        file: PathBuf,
    },
}

/// When to use colours.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that understands them.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// How `summary` shows what it found.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SummaryFormat {
    /// A table for people.
    Table,
    /// JSON for programs.
    Json,
    /// Markdown for a message.
    Markdown,
}

/// How `check` shows what it found.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum CheckFormat {
    /// One line per problem.
    Text,
    /// JSON for programs.
    Json,
}
