//! `man`: a man page for the program and each of its commands, made from what the help says.

use std::fs;
use std::io;
use std::path::Path;

use clap::builder::Str;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::{Exit, Failure, print, say};
use crate::cli::Cli;
use crate::model::text::{did_you_mean, escape_for_terminal, plural};

/// When the pages were last true; the day of a release.
const DATE: &str = "2026-11-24";

/// What the environment decides, besides the questionnaire, which the options tell.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("GOOD_PRACTICE_QUESTIONS", "The questionnaire to use, as `--questions` names it."),
    ("NO_COLOR, CLICOLOR_FORCE", "No colours, or colours also where there is no terminal."),
    ("VISUAL, EDITOR", "The editor that Ctrl-O opens on a long answer."),
    ("TERM, LANG, LC_ALL, LC_CTYPE", "What the terminal can show."),
    ("ACCESSIBLE", "Asks line by line, as `--plain` does, where it is set."),
];

/// The files a command that takes a draft has to do with.
const FILES: [(&str, &str); 3] = [
    ("application.yaml", "The draft that is used where none is named: YAML, to read and to edit."),
    (".application.yaml.history/", "Its earlier versions, at most 30, drafts themselves."),
    (".application.yaml.lock", "Who has it open; gone when the program ends."),
];

/// Prints the page of the program or of the command that is named, or writes all of them.
pub(super) fn run(words: &[String], folder: Option<&Path>) -> Result<Exit, Failure> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let failed = |place: &str, error: &io::Error| {
        Failure::new(
            Exit::Failed,
            format!("cannot write to {place}: {error}"),
            "`--dir` names the folder for man pages",
        )
    };
    let Some(folder) = folder else {
        let page = page(named(&program, words)?, &program);
        print(page.map_err(|error| failed("standard output", &error))?)?;
        return Ok(Exit::Done);
    };
    let place = format!("`{}`", escape_for_terminal(&folder.to_string_lossy()));
    let written = fs::create_dir_all(folder).and_then(|()| write_all(&program, &program, folder));
    let written = written.map_err(|error| failed(&place, &error))?;
    say(&format!("{} written to {place}", plural(written, "man page", "man pages")));
    Ok(Exit::Done)
}

/// The command that these words call.
fn named<'a>(program: &'a Command, words: &[String]) -> Result<&'a Command, Failure> {
    words.iter().try_fold(program, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let hint = match did_you_mean(word, command.get_subcommands().map(Command::get_name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`good-practice --help` lists the commands".to_owned(),
            };
            Failure::new(
                Exit::Usage,
                format!("there is no command `{}`", escape_for_terminal(word)),
                hint,
            )
        })
    })
}

/// Writes the page of a command and of those below it; tells how many.
fn write_all(command: &Command, program: &Command, folder: &Path) -> io::Result<usize> {
    let name = Man::new(command.clone()).get_filename();
    fs::write(folder.join(name), page(command, program)?)?;
    command
        .get_subcommands()
        .try_fold(1, |written, below| Ok(written + write_all(below, program, folder)?))
}

/// The page of a command.
fn page(command: &Command, program: &Command) -> io::Result<String> {
    let version = program.get_version().unwrap_or_default();
    let usage = command.clone().render_usage().to_string().replace("Usage: ", "");
    let man = Man::new(command.clone().override_usage(usage).subcommand_help_heading("COMMANDS"))
        .date(DATE)
        .source(format!("good-practice {version}"))
        .manual("User Commands");
    let paragraphs = paragraphs(command);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let mut notes = Roff::new();
    for note in paragraphs.iter().filter(|paragraph| paragraph.heading.is_none()) {
        notes.control("PP", []);
        notes.text([roman(note.lines.join("\n"))]);
    }
    notes.to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut rest = Roff::new();
    for paragraph in &paragraphs {
        section(&mut rest, paragraph);
    }
    // Where a command says nothing of its own, it ends as all do.
    if !is_program(command, program) {
        for paragraph in self::paragraphs(program).iter().filter(|of| !of.is_examples()) {
            section(&mut rest, paragraph);
        }
    }
    // Only the wizard has to do with all of it.
    let wizard = is_program(command, program) || command.get_name() == "fill";
    let of_all = ENVIRONMENT.get(..2).filter(|_| !wizard).unwrap_or(&ENVIRONMENT);
    listed(&mut rest, "ENVIRONMENT", of_all);
    if takes_a_draft(command) {
        listed(&mut rest, "FILES", &FILES);
    }
    rest.control("SH", ["SEE ALSO"]);
    rest.text(see_also(command, program));
    rest.to_writer(&mut page)?;
    // Before possible values clap_mangen breaks the line more often than is of use.
    let page = String::from_utf8_lossy(&page).replace("\n.br\n\n.br\n", "\n.sp\n");
    Ok(emphasised(&page))
}

/// A paragraph of what stands below the options in the help.
struct Paragraph {
    /// `Examples`; a plain paragraph has none.
    heading: Option<String>,
    lines: Vec<String>,
}

impl Paragraph {
    fn is_examples(&self) -> bool {
        self.heading.as_deref().is_some_and(|heading| heading.starts_with("Example"))
    }
}

fn paragraphs(command: &Command) -> Vec<Paragraph> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    help.split("\n\n")
        .filter(|text| !text.is_empty())
        .map(|text| {
            let mut lines = text.lines().map(str::to_owned).peekable();
            let heading = lines.next_if(|line| line.ends_with(':'));
            Paragraph {
                heading: heading.map(|line| line.trim_end_matches(':').to_owned()),
                lines: lines.collect(),
            }
        })
        .collect()
}

/// A paragraph with a heading as a section: what is typed or shown, and after two blanks what it
/// means.
fn section(page: &mut Roff, paragraph: &Paragraph) {
    let Some(heading) = &paragraph.heading else { return };
    let heading = if paragraph.is_examples() { "EXAMPLES" } else { &heading.to_uppercase() };
    page.control("SH", [heading]);
    for (at, line) in paragraph.lines.iter().enumerate() {
        if let Some((term, meaning)) = line.trim().split_once("  ") {
            item(page, term, meaning.trim());
            continue;
        }
        if at > 0 {
            page.control("PP", []);
        }
        page.text([bold(line.trim())]);
    }
}

fn listed(page: &mut Roff, heading: &str, items: &[(&str, &str)]) {
    page.control("SH", [heading]);
    for (term, meaning) in items {
        item(page, term, meaning);
    }
}

fn item(page: &mut Roff, term: &str, meaning: &str) {
    page.control("TP", []);
    page.text([bold(term)]);
    page.text([roman(meaning)]);
}

fn is_program(command: &Command, program: &Command) -> bool {
    command.get_name() == program.get_name()
}

fn takes_a_draft(command: &Command) -> bool {
    let is_draft = |name: &Str| name.as_str() == "DRAFT";
    command
        .get_arguments()
        .any(|argument| argument.get_value_names().unwrap_or_default().iter().any(is_draft))
}

/// The program's page lists its commands anyway; a command's leads to the program's and to those of
/// the commands below it.
fn see_also(command: &Command, program: &Command) -> Vec<Inline> {
    let mut pages = vec![];
    if !is_program(command, program) {
        pages.push(program.get_name());
    }
    pages.extend(command.get_subcommands().filter_map(Command::get_display_name));
    let last = pages.len();
    let page = |(at, name): (usize, &&str)| {
        [bold(*name), roman(if at + 1 < last { "(1), " } else { "(1)" })]
    };
    pages.iter().enumerate().flat_map(page).collect()
}

/// What the help has in backticks stands out.
fn emphasised(page: &str) -> String {
    let mut emphasised = String::new();
    for line in page.lines() {
        let mut parts = line.split('`');
        emphasised.push_str(parts.next().unwrap_or_default());
        for (at, part) in parts.enumerate() {
            emphasised.push_str(if at % 2 == 0 { "\\fB" } else { "\\fR" });
            emphasised.push_str(part);
        }
        emphasised.push('\n');
    }
    emphasised
}
