//! Edits an answer in the user's own editor, `$VISUAL` or `$EDITOR`. What the editor saves is
//! passed on while it runs, so that nothing is lost however it ends. The only place that starts an
//! editor.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::Duration;

use super::{session, signals};
use crate::model::text::{escape_for_terminal, wrap};

/// The time between two looks at the editor's file.
const POLL_INTERVAL: Duration = Duration::from_millis(30);
/// The line between the question and the answer.
const SEPARATOR: &str =
    "# ------------ Write below this line. Text above it is ignored. ------------";

/// Opens an answer in the editor and returns the edited text. `about` is the question, shown above
/// the answer as a comment. `on_save` receives what the editor saves meanwhile.
///
/// # Errors
/// Returns a message for the user: why the answer did not change, and where the editor's text is.
pub(crate) fn edit(
    about: &str,
    answer: &str,
    on_save: &mut dyn FnMut(&str),
) -> Result<String, String> {
    let Some(editor) = command() else {
        return Err(
            "No editor is set. Put its name in EDITOR, for example: export EDITOR=nano".to_owned()
        );
    };
    let comment: Vec<String> = wrap(&escape_for_terminal(about), 76)
        .iter()
        .map(|line| format!("# {line}").trim_end().to_owned())
        .chain([SEPARATOR.to_owned()])
        .collect();
    let before = format!("{}\n{answer}\n", comment.join("\n"));
    let path = file_with(&before)
        .map_err(|error| format!("Cannot create a file for the editor: {error}."))?;
    let read = || fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let mut seen = before.clone();
    let mut poll = || {
        if let Some(now) = read().filter(|now| *now != seen) {
            on_save(&without_comment(&comment, &now));
            seen = now;
        }
    };
    let ended = session::release_during(|| run(&editor, &path, &mut poll));
    if !path.exists() {
        return if seen == before {
            Err(format!("The editor `{editor}` deleted its file; your answer is as it was."))
        } else {
            // What it saved before is in the draft already.
            Ok(without_comment(&comment, &seen))
        };
    }
    match ended {
        Ok(status) if status.is_none_or(|status| status.success()) => match read() {
            Some(text) => {
                // An editor that is still open when a signal ends the program keeps its file.
                if status.is_some() {
                    let _ = fs::remove_file(&path);
                }
                Ok(without_comment(&comment, &text))
            }
            None => Err(format!(
                "The editor saved a file that is not valid UTF-8; it is kept as {}.",
                path.display()
            )),
        },
        failed => {
            let why = match &failed {
                Ok(status) if status.is_some_and(|status| status.code() == Some(127)) => {
                    format!("The editor `{editor}` was not found")
                }
                Ok(_) => format!("The editor `{editor}` ended with an error"),
                Err(error) => format!("The editor `{editor}` could not be started: {error}"),
            };
            if read().as_ref() == Some(&before) {
                let _ = fs::remove_file(&path);
                return Err(format!("{why}; your answer is as it was."));
            }
            Err(format!("{why}. Its text is kept as {}.", path.display()))
        }
    }
}

/// Returns the editor of the environment, with its arguments.
fn command() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR"))
}

/// Creates a file that only the user can read, with the extension of a text file.
fn file_with(text: &str) -> io::Result<PathBuf> {
    let mut file =
        tempfile::Builder::new().prefix("good-practice-answer-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file.into_temp_path().keep()?)
}

/// Starts the editor through the shell, as git does, so that `EDITOR` may contain arguments and
/// quotes.
#[cfg(not(windows))]
fn shell_command(editor: &str, path: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(path);
    command
}

#[cfg(windows)]
fn shell_command(editor: &str, path: &Path) -> Command {
    use std::os::windows::process::CommandExt;
    let mut command = Command::new("cmd");
    // `cmd` removes the outer quotes only, and has no backslash escapes.
    command.raw_arg(format!("/S /C \"{editor} \"{}\"\"", path.display()));
    command
}

/// Runs the editor. Returns `None` if a signal ends the program first.
fn run(editor: &str, path: &Path, poll: &mut dyn FnMut()) -> io::Result<Option<ExitStatus>> {
    let mut child = shell_command(editor, path).spawn()?;
    while signals::pending().is_none() {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(POLL_INTERVAL);
        poll();
    }
    Ok(None)
}

/// Removes the comment above the answer, also if the user deleted a part of it or typed in front of
/// one of its lines.
fn without_comment(comment: &[String], text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let lines: Vec<_> = text.split('\n').collect();
    let ours = |line: &str| comment.iter().any(|ours| ours == line.trim_end());
    let above = match lines.iter().position(|line| line.trim_end().ends_with(SEPARATOR)) {
        Some(at) => at + 1,
        None => lines.iter().take_while(|line| ours(line)).count(),
    };
    let mut kept: Vec<&str> = Vec::new();
    for line in lines.iter().take(above).filter(|line| !ours(line)) {
        let longest = comment
            .iter()
            // An empty line of the comment is a bare `#`, and a line of the answer may end in one.
            .filter(|ours| ours.len() > 1 && line.trim_end().ends_with(*ours))
            .max_by_key(|ours| ours.len());
        kept.push(
            longest
                .and_then(|ours| line.trim_end().strip_suffix(ours.as_str()))
                .unwrap_or(line)
                .trim_end(),
        );
    }
    kept.extend(lines.iter().skip(above));
    let answer = kept.join("\n");
    answer.strip_suffix('\n').unwrap_or(&answer).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_is_taken_away_and_nothing_else() {
        let comment: Vec<String> =
            ["# The question?", "#", "# Another line", SEPARATOR].map(str::to_owned).into();
        for (text, answer) in [
            (
                format!("# The question?\n#\n# Another line\n{SEPARATOR}\n# mine\ntext\n"),
                "# mine\ntext",
            ),
            (format!("# Another line\r\n{SEPARATOR}\r\ntext\r\n\r\n- item"), "text\n\n- item"),
            ("text\n".to_owned(), "text"),
            (format!("#\n{SEPARATOR}"), ""),
            (format!("in C#\n{SEPARATOR}\ntext"), "in C#\ntext"),
            (format!("typed # The question?\n#\n{SEPARATOR}\ntext\n"), "typed\ntext"),
            (
                format!("# The question?\n# mine\nor here{SEPARATOR}\ntext\n"),
                "# mine\nor here\ntext",
            ),
        ] {
            assert_eq!(without_comment(&comment, &text), answer, "{text:?}");
        }
    }
}
