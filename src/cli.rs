//! The command line: what can be said, no logic.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::words::WordRule;

/// How the program is used. A man page shows the paragraph as a section, too.
const EXAMPLES: &str = "\
Examples:
  good-practice                           start or resume application.yaml here
  good-practice fill mine.yaml            start or resume another draft
  good-practice fill --question 9         go straight to question 9
  good-practice summary application.yaml  what is still missing
  good-practice check application.yaml    could it be submitted?
  good-practice export application.yaml   the Word document to send in
  good-practice import last-year.docx -o application.yaml
  good-practice questions show 9          a question and its limit

Exit status:
  0    done, or saved on purpose
  1    it could not be done, or check found something
  2    wrong usage
  3    a questionnaire, draft or document that cannot be read as one
  4    the draft is open in another wizard
  130  interrupted; the answers so far are saved";

/// Fill in the EUCPN Good practice template, or any questionnaire like it, in the terminal
#[derive(Debug, Parser)]
#[command(
    name = "good-practice",
    version,
    max_term_width = 80,
    after_help = format!("{EXAMPLES}\n\n{}", WordRule::WordProcessor.explained())
)]
pub struct Cli {
    /// What to do; `fill` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What `fill` takes, for the program called without a command.
    #[command(flatten)]
    pub fill: Fill,

    /// Use this questionnaire instead of the built-in one
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GOOD_PRACTICE_QUESTIONS",
        hide_env_values = true
    )]
    pub questions: Option<PathBuf>,

    /// Ask line by line, for screen readers and scripts; also chosen by ACCESSIBLE or TERM=dumb
    #[arg(long, global = true)]
    pub plain: bool,

    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` are respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start or resume a draft (the default)
    #[command(
        after_help = "Examples:\n  good-practice fill                        application.yaml in this folder\n  good-practice fill mine.yaml              another draft\n  good-practice fill --question objectives  straight to a question"
    )]
    Fill(Fill),
    /// Show what is answered, missing or over its limit
    #[command(
        after_help = "Examples:\n  good-practice summary application.yaml\n  good-practice summary received/                    one row per draft\n  good-practice summary --format json drafts/*.yaml\n\nIn the rows of several drafts, `over` are questions over their limit and `look` those\nwith an answer that needs a look, such as an e-mail address that is none."
    )]
    Summary {
        /// Drafts, received documents (.docx, .md, .txt), or folders of them
        #[arg(required_unless_present = "schema", value_name = "DRAFT")]
        drafts: Vec<PathBuf>,
        /// How to show it
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: SummaryFormat,
        /// Print the JSON Schema of `--format json`
        #[arg(long)]
        schema: bool,
    },
    /// Tell whether drafts could be submitted: one line per problem, exit code 1 if one could not
    #[command(
        after_help = "Examples:\n  good-practice check application.yaml\n  good-practice check received/                a folder of documents\n  good-practice check --format json drafts/*.yaml"
    )]
    Check {
        /// Drafts, received documents (.docx, .md, .txt), or folders of them
        #[arg(required_unless_present = "schema", value_name = "DRAFT")]
        drafts: Vec<PathBuf>,
        /// How to show it
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: ReportFormat,
        /// Print the JSON Schema of `--format json`
        #[arg(long)]
        schema: bool,
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
    /// Write the application as a document
    #[command(
        after_help = "Examples:\n  good-practice export application.yaml                 application.docx\n  good-practice export application.yaml -o form.pdf\n  good-practice export application.yaml --to md -o -    to standard output\n  good-practice export --blank -o form.docx             the empty form\n\nAn unfinished application is marked as a draft; --final refuses it."
    )]
    Export(Export),
    /// Make a draft of a filled-in document, or take a colleague's changes into one
    #[command(
        after_help = "Examples:\n  good-practice import last-year.docx -o application.yaml\n  good-practice import commented.docx --into application.yaml\n\nWhat belongs to no question is listed with its place, and kept in the draft."
    )]
    Import(Import),
    /// List the earlier versions of a draft, with the words of each answer
    #[command(
        after_help = "Examples:\n  good-practice history application.yaml\n  good-practice history application.yaml objectives"
    )]
    History {
        /// The draft
        draft: PathBuf,
        /// Only the versions in which this question was answered differently
        question: Option<String>,
        /// How to show it
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: ReportFormat,
    },
    /// Bring back an answer of an earlier version, or all answers
    #[command(
        after_help = "Examples:\n  good-practice restore application.yaml objectives\n  good-practice restore application.yaml objectives --version 3\n  good-practice restore application.yaml --all --version 1\n\nThe version that is replaced is kept too; answers written since then stay."
    )]
    Restore(Restore),
    /// Show the questionnaire itself
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  good-practice questions                 a table of all questions\n  good-practice questions show 9          one, with all that belongs to it\n  good-practice questions lint other.yaml"
    )]
    Questions {
        /// A table of all questions when nothing is said.
        #[command(subcommand)]
        action: Option<QuestionsCommand>,
    },
    /// Print the script that makes a shell complete commands, questions and drafts
    #[command(
        after_help = "Examples:\n  eval \"$(good-practice completions bash)\"        in ~/.bashrc\n  eval \"$(good-practice completions zsh)\"         in ~/.zshrc, after compinit\n  good-practice completions fish | source         in ~/.config/fish/config.fish\n  good-practice completions powershell | Out-String | Invoke-Expression"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page of the program or of a command
    #[command(
        after_help = "Examples:\n  good-practice man | man -l -          read it\n  good-practice man export > export.1   that of a command\n  good-practice man --dir man1          all of them, for a package"
    )]
    Man {
        /// A command, such as `export` or `questions show`
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
        /// Write the pages of all commands into this folder
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        dir: Option<PathBuf>,
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

/// What to bring back, and from where.
#[derive(Debug, Args)]
pub struct Restore {
    /// The draft
    pub draft: PathBuf,
    /// The question: its number, its id or `id.field`
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub question: Option<String>,
    /// Every answer that the version has
    #[arg(long)]
    pub all: bool,
    /// The version: its number in `history`, or the time it was saved [default: the
    /// newest that differs]
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
}

/// What to write, and where.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Export {
    /// The draft
    #[arg(required_unless_present_any = ["blank", "schema"])]
    pub draft: Option<PathBuf>,
    /// The format [default: by the ending of FILE, else docx]
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<Format>,
    /// Where to; `-` is standard output [default: the draft's name with the format's ending]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Refuse an application that could not be submitted
    #[arg(long)]
    pub r#final: bool,
    /// The number of words under each answer
    #[arg(long)]
    pub with_counts: bool,
    /// The empty form
    #[arg(long, conflicts_with_all = ["draft", "final", "with_counts"])]
    pub blank: bool,
    /// Replace a file that is there and holds something else
    #[arg(long)]
    pub force: bool,
    /// Print the JSON Schema of `--to json`
    #[arg(long)]
    pub schema: bool,
}

/// What to read, and where its answers go.
#[derive(Debug, Args)]
pub struct Import {
    /// The document: .docx, .md or .txt
    pub file: PathBuf,
    /// The draft to make
    #[arg(
        short,
        long,
        value_name = "DRAFT",
        required_unless_present = "into",
        conflicts_with = "into"
    )]
    pub output: Option<PathBuf>,
    /// Replace a draft that is there; the old one is kept as an earlier version
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Show what the document changes in this draft, and take over what you accept
    #[arg(long, value_name = "DRAFT")]
    pub into: Option<PathBuf>,
    /// Take over every change
    #[arg(long, requires = "into")]
    pub yes: bool,
}

/// What a document can be written as.
#[expect(clippy::doc_markdown, reason = "the help shows these lines as they are")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A Word document.
    Docx,
    /// PDF, where LibreOffice is installed.
    Pdf,
    /// Markdown.
    Md,
    /// A web page.
    Html,
    /// Plain text.
    Txt,
    /// JSON for programs.
    Json,
}

/// What to do with the questionnaire.
#[derive(Debug, Subcommand)]
pub enum QuestionsCommand {
    /// Show one question with its limit, footnotes, reference material and how words are counted
    #[command(
        after_help = "Examples:\n  good-practice questions show 9\n  good-practice questions show timing.start"
    )]
    Show {
        /// Its number, its id or `id.field`
        question: String,
    },
    /// Report everything that is wrong with a questionnaire file
    #[command(after_help = "Example:\n  good-practice questions lint other.yaml")]
    Lint {
        /// The questionnaire
        file: PathBuf,
    },
    /// Print the JSON Schema of a questionnaire file, for editors that check while one writes
    #[command(after_help = "Example:\n  good-practice questions schema > questionnaire.json")]
    Schema,
}

/// The shells that can be taught to complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// The usual one on Linux.
    Bash,
    /// The usual one on macOS.
    Zsh,
    /// The friendly one.
    Fish,
    /// The usual one on Windows.
    #[value(alias = "pwsh")]
    Powershell,
    /// The one with structured data.
    Elvish,
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

/// How `check` and `history` show what they found.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReportFormat {
    /// Lines for people.
    Text,
    /// JSON for programs.
    Json,
}
