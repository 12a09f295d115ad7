//! `man`: prints or writes the man pages of the program and its commands, which `clap_mangen` makes from
//! the parser.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::output::{message, print, shown};
use super::{Exit, Failure};
use crate::cli::Cli;
use crate::model::text::{did_you_mean, escape_for_terminal, plural};

const NAME: &str = "good-practice";

/// The day of the release that the pages describe.
const DATE: &str = "2026-11-24";

/// Prints the page of the program or of one command, or writes all pages to a folder.
pub(super) fn run(words: &[String], folder: Option<&Path>) -> Result<Exit, Failure> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let failed = |error: &io::Error| {
        Failure::failed(
            format!("cannot write the man pages: {error}"),
            "`--dir` names the folder for man pages",
        )
    };
    let Some(folder) = folder else {
        let page = page(find(&program, words)?).map_err(|error| failed(&error))?;
        print(page)?;
        return Ok(Exit::Done);
    };
    let pages = fs::create_dir_all(folder).and_then(|()| write_all(&program, folder));
    let pages = plural(pages.map_err(|error| failed(&error))?, "man page", "man pages");
    message(&format!("{pages} written to `{}`", shown(folder)));
    Ok(Exit::Done)
}

/// Finds a command by the words after the program's name.
fn find<'a>(program: &'a Command, words: &[String]) -> Result<&'a Command, Failure> {
    words.iter().try_fold(program, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let hint = match did_you_mean(word, command.get_subcommands().map(Command::get_name)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "`good-practice --help` lists the commands".to_owned(),
            };
            Failure::usage(format!("there is no command `{}`", escape_for_terminal(word)), hint)
        })
    })
}

/// Writes the pages of a command and of its subcommands. Returns their number.
fn write_all(command: &Command, folder: &Path) -> io::Result<usize> {
    fs::write(folder.join(Man::new(command.clone()).get_filename()), page(command)?)?;
    command.get_subcommands().try_fold(1, |written, below| Ok(written + write_all(below, folder)?))
}

/// Renders a page. The paragraphs of the text below the options become sections, because `clap_mangen`
/// would join their lines.
fn page(command: &Command) -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(command.clone().after_help(None))
        .date(DATE)
        .source(concat!("good-practice ", env!("CARGO_PKG_VERSION")))
        .manual("User Commands")
        .render(&mut page)?;
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut sections = Roff::new();
    for note in notes.split("\n\n") {
        if let Some((heading, lines)) = note.split_once(":\n") {
            sections.control("SH", [heading.to_uppercase().as_str()]);
            sections.control("nf", []);
            sections.text([roman(lines)]);
            sections.control("fi", []);
        } else {
            sections.control("SH", ["NOTES"]);
            sections.text([roman(note)]);
        }
    }
    if command.get_name() != NAME {
        sections.control("SH", ["SEE ALSO"]);
        sections.text([bold(NAME), roman("(1): exit status, environment, files")]);
    }
    sections.to_writer(&mut page)?;
    // `clap_mangen` breaks the line twice in front of possible values.
    let page = String::from_utf8_lossy(&page).replace("\n.br\n\n.br\n", "\n.sp\n");
    // Shows in bold what the help has in backticks.
    let fonts = [""].into_iter().chain(["\\fB", "\\fR"].into_iter().cycle());
    Ok(fonts.zip(page.split('`')).map(|(font, part)| format!("{font}{part}")).collect())
}
