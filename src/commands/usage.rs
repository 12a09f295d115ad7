//! Reports errors in the command line. The parser describes most of them, but reads a mistyped command as
//! the name of a draft, so this module describes that error.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::default_draft::DRAFT_FIRST;
use super::output::message;
use super::{Exit, Failure};
use crate::cli::Cli;
use crate::model::text::did_you_mean;

/// Prints an error in the command line, and returns the exit code.
pub(super) fn report(error: &clap::Error) -> Exit {
    let first = std::env::args_os().nth(1);
    if let Some(failure) = first.as_deref().and_then(OsStr::to_str).and_then(mistyped_command) {
        return failure.print();
    }
    message(error.to_string().trim_end());
    let calls = |command: &str| std::env::args_os().any(|argument| argument == command);
    if error.kind() == ErrorKind::UnknownArgument && calls("set") {
        message(
            "hint: an answer that begins with a hyphen goes after `--`, or into a file for `--file`",
        );
    }
    if error.kind() == ErrorKind::MissingRequiredArgument
        && ["set", "restore", "note"].into_iter().any(calls)
    {
        message(&format!("hint: {DRAFT_FIRST}"));
    }
    Exit::Usage
}

/// Inserts `--` before an answer for `set` that begins with a hyphen but contains white space, such as
/// `- first aim`, and so cannot be an option. Inserts nothing if an option follows the answer.
pub(super) fn with_separator(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.into_iter().collect();
    let is_answer = |argument: &OsString| {
        let text = argument.to_string_lossy();
        text.starts_with('-') && !text.starts_with("--") && text.contains(char::is_whitespace)
    };
    let is_option = |argument: &OsString| {
        argument.to_string_lossy().starts_with('-') && !is_answer(argument) && argument != "-"
    };
    let set = arguments.iter().position(|argument| argument == "set").unwrap_or(arguments.len());
    let answer = arguments.iter().position(is_answer).filter(|answer| *answer > set);
    if let Some(answer) = answer
        && !arguments.iter().skip(answer).any(is_option)
        && !arguments.iter().take(answer).any(|argument| argument == "--")
    {
        arguments.insert(answer, "--".into());
    }
    arguments
}

/// Whether a word is a number, such as that of a question.
pub(super) fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the failure for a word that is a number or similar to a command, but is neither a command nor a
/// file. Returns `None` for any other word.
pub(super) fn mistyped_command(word: &str) -> Option<Failure> {
    if is_number(word) && !Path::new(word).exists() {
        return Some(Failure::usage(
            format!("there is no draft named `{word}`"),
            format!(
                "`good-practice --question {word}` opens a question; to start a draft, name it `{word}.yaml`"
            ),
        ));
    }
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
    Some(Failure::usage(
        format!("there is no draft and no command named `{word}`"),
        format!("did you mean `{command}`? To start a draft, name it `{word}.yaml`"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_begins_with_a_hyphen_is_not_an_option() {
        for (arguments, expected) in [
            ("set|d.yaml|9|- first aim", "set|d.yaml|9|--|- first aim"),
            ("set|d.yaml|9|-5 per cent|- and", "set|d.yaml|9|--|-5 per cent|- and"),
            ("set|d.yaml|9|--plain|- a\n- b", "set|d.yaml|9|--plain|--|- a\n- b"),
            ("set|d.yaml|9|--|- first aim", "set|d.yaml|9|--|- first aim"),
            ("set|d.yaml|9|- first aim|--plain", "set|d.yaml|9|- first aim|--plain"),
            ("set|d.yaml|9|-", "set|d.yaml|9|-"),
            ("set|d.yaml|9|--file|my notes.txt", "set|d.yaml|9|--file|my notes.txt"),
            ("export|d.yaml|-omy form.docx", "export|d.yaml|-omy form.docx"),
        ] {
            let arguments = ["good-practice"].into_iter().chain(arguments.split('|'));
            let found = with_separator(arguments.map(OsString::from));
            let found: Vec<_> = found.iter().skip(1).map(|word| word.to_string_lossy()).collect();
            assert_eq!(found.join("|"), expected);
        }
    }
}
