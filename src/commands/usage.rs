//! A command line that is not understood: what was wrong with it, and what was probably meant.

use std::path::Path;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue};

use super::{Exit, Failure};
use crate::cli::Cli;
use crate::text::{did_you_mean, safe};

/// Puts the parser's complaint into the form of all our messages.
pub(super) fn misunderstood(error: &clap::Error) -> Failure {
    // A mistyped command was taken for a draft; what follows it is blamed unjustly.
    let first = std::env::args().nth(1);
    if let Some(meant) = first.as_deref().and_then(mistyped_command) {
        return meant;
    }
    let rendered = error.to_string();
    let rendered = safe(&rendered);
    let mut lines = rendered.lines().take_while(|line| !line.is_empty());
    let mut message = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    // What is missing, or in the way, or possible, stands below, one a line.
    let below: Vec<_> = lines.map(|line| line.trim().trim_matches(['[', ']'])).collect();
    if !below.is_empty() {
        let lead = if message.ends_with(':') { " " } else { "; " };
        message = format!("{message}{lead}{}", below.join(", "));
    }
    let meant =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let meant = meant.into_iter().find_map(|kind| {
        let found = error.get(kind)?;
        if let ContextValue::String(meant) = found {
            return Some(meant.clone());
        }
        // The likeliest stands last.
        if let ContextValue::Strings(several) = found { several.last().cloned() } else { None }
    });
    let usage = rendered.lines().find_map(|line| line.strip_prefix("Usage: "));
    let hint = match (meant, usage) {
        (Some(meant), _) => format!("did you mean `{}`? `--help` says more", safe(&meant)),
        (None, Some(usage)) => format!("write `{usage}`; `--help` says more"),
        (None, None) => "`--help` says what can be said here".to_owned(),
    };
    Failure::new(Exit::Usage, message.replace('\'', "`"), hint)
}

/// The message about a first word that is neither command nor file, but looks like a command.
pub(super) fn mistyped_command(word: &str) -> Option<Failure> {
    let cli = Cli::command();
    let commands = || cli.get_subcommands().map(clap::Command::get_name);
    let plain = word.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    if !plain
        || word.starts_with('-')
        || Path::new(word).exists()
        || commands().any(|name| name == word)
    {
        return None;
    }
    let meant = did_you_mean(word, commands())?;
    Some(Failure::new(
        Exit::Usage,
        format!("there is no draft and no command called `{word}`"),
        format!("did you mean `{meant}`? To begin a draft, name it `{word}.yaml`"),
    ))
}
