//! Builds the commands that messages suggest, quoted and with the global options of this call, so that
//! they can be pasted into a shell.

use std::path::Path;
use std::sync::OnceLock;

use super::output::shown;
use crate::cli::Cli;
use crate::model::text::path_argument;

/// The global options of this call, for code without access to the parsed arguments.
static OPTIONS: OnceLock<String> = OnceLock::new();

/// Stores the global options of this call, which every suggested command repeats.
pub(super) fn note_options(cli: &Cli) {
    let mut options = String::new();
    if let Some(questions) = &cli.questions {
        options.push_str(&format!(" --questions {}", path_argument(&shown(questions))));
    }
    let flags = [
        ("--plain", cli.plain),
        ("--no-spelling", cli.no_spelling),
        ("--no-clipboard", cli.no_clipboard),
    ];
    for (flag, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
        options.push_str(&format!(" {flag}"));
    }
    // The options are set only once.
    let _ = OPTIONS.set(options);
}

/// Returns the global options of this call, each with a space before it.
pub(super) fn options() -> &'static str {
    OPTIONS.get().map_or("", String::as_str)
}

/// Returns a command with a file as its argument. `arguments` are further arguments, each with a space
/// before it.
pub(super) fn command_line(verb: &str, file: &Path, arguments: &str) -> String {
    format!("good-practice {verb} {}{arguments}{}", path_argument(&shown(file)), options())
}
