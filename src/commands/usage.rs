//! A command line that is not understood: what was wrong with it, and what was probably meant.

use std::ffi::OsStr;
use std::path::Path;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Exit, Failure};
use crate::cli::Cli;
use crate::model::text::{and_list, did_you_mean, escape_for_terminal};

/// Puts the parser's complaint into the form of all our messages.
pub(super) fn misunderstood(error: &clap::Error) -> Failure {
    // A mistyped command was taken for a draft; what follows it is blamed unjustly.
    let first = std::env::args_os().nth(1);
    if let Some(meant) = first.as_deref().and_then(OsStr::to_str).and_then(mistyped_command) {
        return meant;
    }
    let rendered = error.to_string();
    let rendered = escape_for_terminal(&rendered);
    let message = in_our_words(error).unwrap_or_else(|| {
        // What is missing, or in the way, stands below, one a line.
        let mut lines = rendered.lines().take_while(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default().trim_start_matches("error: ");
        let below: Vec<_> = lines.map(str::trim).collect();
        format!("{first} {}", below.join(", ")).trim_end().replace('\'', "`")
    });
    let meant =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    // The likeliest stands last.
    let meant = meant.into_iter().find_map(|kind| told(error, kind).pop());
    let usage = rendered.lines().find_map(|line| line.strip_prefix("Usage: "));
    let hint = match (meant, usage) {
        (Some(meant), _) => {
            format!("did you mean `{}`? `--help` says more", escape_for_terminal(&meant))
        }
        (None, Some(usage)) => format!("write `{usage}`; `--help` says more"),
        (None, None) => "`--help` says what can be said here".to_owned(),
    };
    Failure::new(Exit::Usage, message, hint)
}

/// The complaints that are heard most, in plainer words than the parser's.
fn in_our_words(error: &clap::Error) -> Option<String> {
    let about = told(error, ContextKind::InvalidArg);
    let quoted = |words: &[String]| {
        let quoted: Vec<_> =
            words.iter().map(|word| format!("`{}`", escape_for_terminal(word))).collect();
        and_list(&quoted)
    };
    if error.kind() == ErrorKind::MissingRequiredArgument {
        let verb = if about.len() == 1 { "is" } else { "are" };
        return Some(format!("{} {verb} missing", quoted(&about)));
    }
    let (possible, typed) =
        (told(error, ContextKind::ValidValue), told(error, ContextKind::InvalidValue));
    let is_wrong_choice = error.kind() == ErrorKind::InvalidValue
        && !possible.is_empty()
        && typed.iter().any(|typed| !typed.is_empty());
    is_wrong_choice.then(|| {
        format!("{} takes {}, not {}", quoted(&about), possible.join(", "), quoted(&typed))
    })
}

/// What the parser tells about an error.
fn told(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    let found = error.get(kind);
    if let Some(ContextValue::Strings(several)) = found {
        several.clone()
    } else if let Some(ContextValue::String(one)) = found {
        vec![one.clone()]
    } else {
        Vec::new()
    }
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
