//! Errors in the command line. The parser describes them itself, except for a mistyped command,
//! which it takes for the name of a draft.

use std::ffi::OsStr;
use std::path::Path;

use clap::CommandFactory as _;

use super::output::message;
use super::{Exit, Failure};
use crate::cli::Cli;
use crate::model::text::did_you_mean;

/// Prints what is wrong with the command line.
pub(super) fn report(error: &clap::Error) -> Exit {
    let first = std::env::args_os().nth(1);
    if let Some(failure) = first.as_deref().and_then(OsStr::to_str).and_then(mistyped_command) {
        return failure.print();
    }
    message(error.to_string().trim_end());
    Exit::Usage
}

/// Returns what to say if a word is similar to a command but is neither a command nor a file.
pub(super) fn mistyped_command(word: &str) -> Option<Failure> {
    let cli = Cli::command();
    let commands = || cli.get_subcommands().map(clap::Command::get_name);
    let is_word = word.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    if !is_word
        || word.starts_with('-')
        || Path::new(word).exists()
        || commands().any(|name| name == word)
    {
        return None;
    }
    let command = did_you_mean(word, commands())?;
    Some(Failure::new(
        Exit::Usage,
        format!("there is no draft and no command named `{word}`"),
        format!("did you mean `{command}`? To start a draft, name it `{word}.yaml`"),
    ))
}
