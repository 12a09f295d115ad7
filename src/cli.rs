//! The command line as `clap` parses it: commands, options and their help.

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::document::export::Format;
use crate::document::export::table::TableFormat;
use crate::model::words::WordRule;

/// The end of the program's help. `commands/man.rs` makes a section of each paragraph with a
/// heading.
const NOTES: &str = "\
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
  1    failed, or check found a problem
  2    wrong usage
  3    a questionnaire, draft or document cannot be read as one
  4    the draft is open in another wizard
  129  the terminal window was closed; the answers given so far are saved
  130  interrupted by Ctrl-C; the answers given so far are saved
  143  ended by SIGTERM; the answers given so far are saved

Environment:
  GOOD_PRACTICE_QUESTIONS   the questionnaire to use, like --questions
  NO_COLOR, CLICOLOR_FORCE  no colours; colours even without a terminal
  VISUAL, EDITOR            the editor in which Ctrl-O opens a long answer
  ACCESSIBLE                if set, ask line by line, like --plain
  TERM, LANG, LC_*          what the terminal can show

Files:
  application.yaml            the draft, in YAML, if no other file is named
  .application.yaml.history/  its earlier versions, at most 60; each is a draft
  ~/.config/good-practice/words.txt
                              words to keep in all applications, one in each line
  .application.yaml.lock      who has the draft open; removed when the program ends";

/// Fill in the EUCPN Good practice template, or any questionnaire like it, in the terminal
#[derive(Debug, Parser)]
#[command(
    name = "good-practice",
    version,
    max_term_width = 80,
    after_help = format!("{NOTES}\n\n{}", WordRule::WordProcessor.explained())
)]
pub struct Cli {
    /// The command. Defaults to `fill`.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The arguments of `fill`, for the program called without a command.
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

    /// Do not check spelling
    #[arg(long, global = true)]
    pub no_spelling: bool,

    /// Do not send cut or copied text to the clipboard of the terminal
    #[arg(long, global = true)]
    pub no_clipboard: bool,

    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` are respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start or resume a draft (the default)
    #[command(
        after_help = "Examples:\n  good-practice fill                        application.yaml in this folder\n  good-practice fill mine.yaml              another draft\n  good-practice fill --question objectives  straight to a question"
    )]
    Fill(Fill),
    /// Show what is answered, missing or over its limit
    Summary(Deferred<SummaryArguments>),
    /// Check whether drafts could be submitted: one line per problem, exit code 1 if there is one
    Check(Deferred<CheckArguments>),
    /// Write a table with one row for each application
    Table(Deferred<Table>),
    /// Find misspelt words and slips: one line per finding, exit code 1 if there is one
    Proofread(Deferred<ProofreadArguments>),
    /// Print one answer, or all, as the applicant wrote them
    Show(Deferred<ShowArguments>),
    /// Write a note on a question, or tick off its notes; notes are never counted or exported
    Note(Deferred<WriteNote>),
    /// Write one answer without the wizard
    Set(Deferred<Set>),
    /// Write the application as a document
    Export(Deferred<Export>),
    /// Make a draft from a filled-in document, or merge the changes of colleagues into a draft
    Import(Deferred<Import>),
    /// List the earlier versions of a draft, with the word count of each answer
    History(Deferred<HistoryArguments>),
    /// Show what changed, word by word: since an earlier version, or between two files
    Diff(Deferred<Diff>),
    /// Restore one answer, or all, from an earlier version
    Restore(Deferred<Restore>),
    /// Show the questionnaire itself
    Questions(Deferred<QuestionsArguments>),
    /// Print the script that completes commands, questions and drafts in a shell
    Completions(Deferred<CompletionsArguments>),
    /// Print the man page of the program or of a command
    Man(Deferred<ManArguments>),
}

/// The arguments of a command that `clap` builds only when that command is called or its help is
/// printed: to build those of all commands takes longer than the rest of the start.
#[derive(Debug)]
pub struct Deferred<T>(pub T);

impl<T: Args> Args for Deferred<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(|command| {
            // The description of the command replaces that of its arguments.
            let about = command.get_about().cloned().unwrap_or_default();
            T::augment_args(command).about(about)
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Deferred<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// Which draft to fill, and where to start.
#[derive(Debug, Args)]
pub struct Fill {
    /// The draft; created if absent, resumed if present [default: application.yaml]
    pub draft: Option<PathBuf>,
    /// Go straight to a question: its number, its id or `id.field`
    #[arg(long, value_name = "QUESTION")]
    pub question: Option<String>,
}

/// Which drafts to read.
#[derive(Debug, Args)]
pub struct DraftArguments {
    /// Drafts, received documents (.docx, .odt, .pdf, .doc, .rtf, .html, .md, .txt), folders of
    /// them, or `-` for a draft on standard input
    /// [default: application.yaml, or the only draft in this folder]
    #[arg(value_name = "DRAFT")]
    pub drafts: Vec<PathBuf>,
    /// Read the subfolders of a folder, too
    #[arg(long)]
    pub recursive: bool,
}

/// What to summarise, and how to print it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice summary                              application.yaml\n  good-practice summary mine.yaml\n  good-practice summary received/                    one row per file\n  good-practice summary --format json drafts/*.yaml\n\nIn the table of several drafts, `over` is the number of questions over their limit, and\n`look` the number of questions with an invalid answer, such as an incomplete e-mail\naddress."
)]
pub struct SummaryArguments {
    /// The drafts.
    #[command(flatten)]
    pub drafts: DraftArguments,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: SummaryFormat,
    /// Print the JSON Schema of `--format json`
    #[arg(long)]
    pub schema: bool,
}

/// What to check, and how to print the problems.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice check                          application.yaml\n  good-practice check received/                a folder of documents\n  good-practice check --format json drafts/*.yaml"
)]
pub struct CheckArguments {
    /// The drafts.
    #[command(flatten)]
    pub drafts: DraftArguments,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
    /// Print the JSON Schema of `--format json`
    #[arg(long)]
    pub schema: bool,
}

/// What to proofread, and how to print the findings.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice proofread              application.yaml in this folder\n  good-practice proofread mine.yaml\n  good-practice proofread received/    a folder of documents\n  good-practice proofread --format json drafts/*.yaml\n\nBesides spelling, it finds a word that is written twice, a missing space, an unclosed bracket or quotation, a sentence that is in two answers, an answer in another language and a placeholder such as TODO. Findings are advice: `check` counts them, and only a placeholder prevents `export --final`. To keep a word, add it to `words:` in the draft or, one in each line, to words.txt. `spelling: off` in the draft turns off the search for misspelt words."
)]
pub struct ProofreadArguments {
    /// The drafts.
    #[command(flatten)]
    pub drafts: DraftArguments,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// Which answer to print.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice show objectives\n  good-practice show application.yaml timing.start\n  good-practice show application.yaml 9 --version 3"
)]
pub struct ShowArguments {
    /// The draft [default: application.yaml, or the only draft in this folder]
    pub draft: Option<PathBuf>,
    /// The question: its number, its id or `id.field` [default: all]
    pub question: Option<String>,
    /// An earlier version: its number in `history`, or the time it was saved
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
    /// Print the notes instead of the answers
    #[arg(long)]
    pub notes: bool,
}

/// Which versions to list or delete.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice history\n  good-practice history application.yaml objectives\n  good-practice history application.yaml objectives --forget"
)]
pub struct HistoryArguments {
    /// The draft [default: application.yaml, or the only draft in this folder]
    pub draft: Option<PathBuf>,
    /// Only the versions with a different answer to this question
    pub question: Option<String>,
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
    /// Delete the versions, or this answer from all of them, after asking
    #[arg(long)]
    pub forget: bool,
    /// Delete without asking
    #[arg(long, requires = "forget")]
    pub yes: bool,
}

/// Which part of the questionnaire to show.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  good-practice questions                 a table of all questions\n  good-practice questions show 9          one question with its notes\n  good-practice questions lint other.yaml"
)]
pub struct QuestionsArguments {
    /// The action. Defaults to a table of all questions.
    #[command(subcommand)]
    pub action: Option<QuestionsCommand>,
}

/// The shell to print a script for.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  eval \"$(good-practice completions bash)\"        in ~/.bashrc\n  eval \"$(good-practice completions zsh)\"         in ~/.zshrc, after compinit\n  good-practice completions fish | source         in ~/.config/fish/config.fish\n  good-practice completions powershell | Out-String | Invoke-Expression"
)]
pub struct CompletionsArguments {
    /// The shell
    pub shell: Shell,
}

/// Which man pages to write.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice man | man -l -          read it\n  good-practice man export > export.1   the page of a command\n  good-practice man --dir man1          all pages, for a package"
)]
pub struct ManArguments {
    /// A command, such as `export` or `questions show`
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub dir: Option<PathBuf>,
}

/// Which answer to write, and where it comes from.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice set application.yaml name \"Bright Streets\"\n  good-practice set application.yaml aims share ecpa\n  good-practice set application.yaml 9 --file objectives.txt\n  good-practice set application.yaml 9 - < objectives.txt\n  good-practice set application.yaml 14 --not-applicable"
)]
pub struct Set {
    /// The draft; created if absent
    pub draft: PathBuf,
    /// The question: its number, its id or `id.field`
    pub question: String,
    /// The answer, or `-` for standard input; one value per choice or link
    #[arg(value_name = "VALUE", conflicts_with_all = ["file", "clear", "not_applicable"])]
    pub values: Vec<String>,
    /// Read the answer from a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["clear", "not_applicable"])]
    pub file: Option<PathBuf>,
    /// Remove the answer
    #[arg(long, conflicts_with = "not_applicable")]
    pub clear: bool,
    /// Mark the question as not applicable
    #[arg(long)]
    pub not_applicable: bool,
}

/// A note, and the question that it belongs to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice note application.yaml 9 \"Ask Jana about the figures\"\n  good-practice note application.yaml 9 --author Anna \"Shorter?\"\n  good-practice note application.yaml 9 --done\n  good-practice show application.yaml --notes"
)]
pub struct WriteNote {
    /// The draft
    pub draft: PathBuf,
    /// The question: its number, its id or `id.field`
    pub question: String,
    /// The note
    #[arg(required_unless_present = "done", conflicts_with = "done")]
    pub text: Vec<String>,
    /// The author of the note [default: none, for your own notes]
    #[arg(long, value_name = "NAME", conflicts_with = "done")]
    pub author: Option<String>,
    /// Tick off the open notes on the question
    #[arg(long)]
    pub done: bool,
}

/// What to compare.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice diff                              since the newest other version\n  good-practice diff application.yaml --since yesterday\n  good-practice diff application.yaml --version 3\n  good-practice diff application.yaml anna.docx   from the draft to a document\n\nDeleted words are shown as [-words-], inserted words as {+words+}."
)]
pub struct Diff {
    /// A draft or a document [default: application.yaml, or the only draft in this folder]
    pub draft: Option<PathBuf>,
    /// The draft or document to compare it with [default: an earlier version of DRAFT]
    pub other: Option<PathBuf>,
    /// The earlier version: its number in `history`, or the time it was saved
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["other", "since"])]
    pub version: Option<String>,
    /// The version at a time: `yesterday`, `5 October 2021`, `3 days`, `2 hours`
    #[arg(long, value_name = "TIME", conflicts_with = "other")]
    pub since: Option<String>,
}

/// What to restore, and from which version.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice restore application.yaml objectives\n  good-practice restore application.yaml objectives --version 3\n  good-practice restore application.yaml --all --version 1\n\nThe replaced version is kept, too; answers added since then stay."
)]
pub struct Restore {
    /// The draft
    pub draft: PathBuf,
    /// The question: its number, its id or `id.field`
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub question: Option<String>,
    /// Every answer in the version
    #[arg(long)]
    pub all: bool,
    /// The version: its number in `history`, or the time it was saved [default: the
    /// newest that differs]
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
}

/// What to write, and where.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice export                                  application.docx\n  good-practice export application.yaml -o form.pdf\n  good-practice export application.yaml --to md -o -    to standard output\n  good-practice export --form official.docx -o filled.docx   the official form\n  good-practice export --blank -o form.docx             the empty form\n\nAn incomplete application is marked as a draft; --final refuses to export it."
)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Export {
    /// The draft [default: application.yaml, or the only draft in this folder]
    pub draft: Option<PathBuf>,
    /// The format [default: by the extension of FILE, else docx]
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<Format>,
    /// The file, or `-` for standard output [default: the draft's name, other extension]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Refuse to export an application that could not be submitted
    #[arg(long)]
    pub r#final: bool,
    /// Show the word count below each long answer
    #[arg(long)]
    pub with_counts: bool,
    /// Write a review copy (.docx) with the open notes as comments
    #[arg(long)]
    pub with_notes: bool,
    /// Write the empty form
    #[arg(long, conflicts_with_all = ["draft", "final", "with_counts", "with_notes"])]
    pub blank: bool,
    /// Write the answers into a copy of this official Word form; nothing else in it changes
    #[arg(long, value_name = "FORM", conflicts_with_all = ["to", "with_counts", "with_notes", "blank"])]
    pub form: Option<PathBuf>,
    /// Replace an existing file that has other content; with `--form` also answers that were changed
    /// in the form
    #[arg(long)]
    pub force: bool,
    /// With `--force`, do not replace answers that were changed in the form
    #[arg(long, requires = "form")]
    pub keep_changed: bool,
    /// Print the JSON Schema of `--to json`
    #[arg(long)]
    pub schema: bool,
}

/// What to read, and where its answers go.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice import last-year.docx -o application.yaml\n  good-practice import filled.docx --form blank.docx -o application.yaml\n  good-practice import anna.docx bert.docx carla.yaml --into application.yaml\n\nWith `--into`, each file is compared with the version of the draft that it was made from, so\nthat your own changes since then stay. If both sides changed a sentence, both versions are\nshown and you choose; `--yes` keeps yours, and the exit code is then 1.\n\nText that belongs to no question is listed with its position and kept in the draft."
)]
pub struct Import {
    /// A document (.docx, .odt, .pdf, .doc, .rtf, .html, .md or .txt) or a copy of a draft (.yaml);
    /// several with `--into`
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The draft to create
    #[arg(
        short,
        long,
        value_name = "DRAFT",
        required_unless_present = "into",
        conflicts_with = "into"
    )]
    pub output: Option<PathBuf>,
    /// Replace an existing draft; the old one is kept as an earlier version
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Show what each file changes in this draft, and apply the changes that you accept
    #[arg(long, value_name = "DRAFT")]
    pub into: Option<PathBuf>,
    /// Accept every change that is not a conflict
    #[arg(long, requires = "into")]
    pub yes: bool,
    /// The empty form that was filled in; its text is not read as answers
    #[arg(long, value_name = "BLANK")]
    pub form: Option<PathBuf>,
}

/// The applications in the table, its columns and its format.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  good-practice table received/ -o jury.csv\n  good-practice table received/ --columns name,country,objectives -o jury.docx\n  good-practice table received/ --to md\n\nA column is a question (its number, its id or `id.field`) or one of: name, country,\norganisation, state, words, over, remarks, saved, file. Without --columns, the table\nhas all of them except saved."
)]
pub struct Table {
    /// Drafts, received documents (.docx, .odt, .pdf, .doc, .rtf, .html, .md, .txt), or folders of them
    #[arg(value_name = "DRAFT", required = true)]
    pub drafts: Vec<PathBuf>,
    /// Read the subfolders of a folder, too
    #[arg(long)]
    pub recursive: bool,
    /// The columns, separated by commas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// The format [default: by the extension of FILE, else csv]
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<TableFormat>,
    /// The file, or `-` for standard output [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace an existing file with different content
    #[arg(long)]
    pub force: bool,
}

/// The actions of `questions`.
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
    /// Report all errors in a questionnaire file
    #[command(after_help = "Examples:\n  good-practice questions lint other.yaml")]
    Lint {
        /// The questionnaire
        file: PathBuf,
    },
    /// Print the YAML of the built-in questionnaire, to translate or adapt it
    #[command(
        after_help = "Examples:\n  good-practice questions source > questions-fr.yaml\n  good-practice --questions questions-fr.yaml"
    )]
    Source,
    /// Print the JSON Schema of a questionnaire file, for editors that check it
    #[command(after_help = "Examples:\n  good-practice questions schema > questionnaire.json")]
    Schema,
}

/// The shells with completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// The default on Linux.
    Bash,
    /// The default on macOS.
    Zsh,
    /// fish.
    Fish,
    /// The default on Windows.
    #[value(alias = "pwsh")]
    Powershell,
    /// Elvish.
    Elvish,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that supports them.
    Auto,
    /// Even without a terminal.
    Always,
    /// Never.
    Never,
}

/// The output formats of `summary`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SummaryFormat {
    /// A table for people.
    Table,
    /// JSON for programs.
    Json,
    /// Markdown for a message.
    Markdown,
}

/// The output formats of `check`, `proofread` and `history`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReportFormat {
    /// Lines for people.
    Text,
    /// JSON for programs.
    Json,
}
