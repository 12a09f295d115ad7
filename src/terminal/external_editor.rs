//! An answer in the person's own editor, `$VISUAL` or `$EDITOR`. What the editor saves is taken
//! over while it runs, so that nothing hangs on how it ends.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::session;
use crate::model::text::{escape_for_terminal, wrap};

/// How often the editor's file is looked at.
const LOOK: Duration = Duration::from_millis(30);
/// The line between the question and the answer.
const LINE: &str =
    "# ------------ Write below this line. What is above it is left out. ------------";

/// Opens an answer in the editor and returns what it became. `about` is the question, put above
/// the answer as a comment. `keep` is handed whatever the editor saves meanwhile; `stop` is set
/// when the program must end.
///
/// # Errors
/// Why the answer stays as it was, in words for the person, and where the editor's text is.
pub(crate) fn edit(
    about: &str,
    answer: &str,
    keep: &mut dyn FnMut(&str),
    stop: &AtomicBool,
) -> Result<String, String> {
    let Some(editor) = command() else {
        return Err(
            "No editor is set. Put its name in EDITOR, for example: export EDITOR=nano".to_owned()
        );
    };
    let comment: Vec<String> = wrap(&escape_for_terminal(about), 76)
        .iter()
        .map(|line| format!("# {line}").trim_end().to_owned())
        .chain([LINE.to_owned()])
        .collect();
    let before = format!("{}\n{answer}\n", comment.join("\n"));
    let path = file_with(&before).map_err(|error| format!("No file for the editor: {error}."))?;
    let read = || fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let mut seen = before.clone();
    let mut look = || {
        if let Some(now) = read().filter(|now| *now != seen) {
            keep(&without(&comment, &now));
            seen = now;
        }
    };
    let ended = session::lend(|| run(&editor, &path, stop, &mut look));
    match ended {
        Ok(status) if status.is_none_or(|status| status.success()) => match read() {
            Some(text) => {
                // An editor that is still open when the program must end keeps its file.
                if status.is_some() {
                    let _ = fs::remove_file(&path);
                }
                Ok(without(&comment, &text))
            }
            None => Err(format!(
                "The editor's file is no text in UTF-8; it is kept as {}.",
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

/// The editor the person has chosen, with its arguments.
fn command() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR"))
}

/// A file only this person can read, with a name that tells editors it is text.
fn file_with(text: &str) -> io::Result<PathBuf> {
    let mut file =
        tempfile::Builder::new().prefix("good-practice-answer-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file.into_temp_path().keep()?)
}

/// The editor through the shell, as git does it: so `EDITOR` may hold arguments and quotes.
#[cfg(not(windows))]
fn in_shell(editor: &str, path: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(path);
    command
}

#[cfg(windows)]
fn in_shell(editor: &str, path: &Path) -> Command {
    use std::os::windows::process::CommandExt;
    let mut command = Command::new("cmd");
    // `cmd` takes the line as it is, without the outer quotes; it knows no backslash before a quote.
    command.raw_arg(format!("/S /C \"{editor} \"{}\"\"", path.display()));
    command
}

/// Runs the editor.
fn run(
    editor: &str,
    path: &Path,
    stop: &AtomicBool,
    look: &mut dyn FnMut(),
) -> io::Result<Option<ExitStatus>> {
    let mut child = in_shell(editor, path).spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if stop.load(Ordering::SeqCst) {
            return Ok(None);
        }
        thread::sleep(LOOK);
        look();
    }
}

/// What a person wrote: without the comment above it, also where they took a part of that away or
/// typed in front of one of its lines.
fn without(comment: &[String], text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let lines: Vec<_> = text.split('\n').collect();
    let ours = |line: &str| comment.iter().any(|ours| ours == line.trim_end());
    let above = match lines.iter().position(|line| line.trim_end().ends_with(LINE)) {
        Some(at) => at + 1,
        None => lines.iter().take_while(|line| ours(line)).count(),
    };
    let mut kept: Vec<&str> = Vec::new();
    for line in lines.iter().take(above).filter(|line| !ours(line)) {
        let longest = comment
            .iter()
            // An empty line of the comment is a bare `#`, with which a line of one's own may end.
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
            ["# The question?", "#", "# Another line", LINE].map(str::to_owned).into();
        for (text, answer) in [
            (format!("# The question?\n#\n# Another line\n{LINE}\n# mine\ntext\n"), "# mine\ntext"),
            (format!("# Another line\r\n{LINE}\r\ntext\r\n\r\n- item"), "text\n\n- item"),
            ("text\n".to_owned(), "text"),
            (format!("#\n{LINE}"), ""),
            (format!("in C#\n{LINE}\ntext"), "in C#\ntext"),
            (format!("typed # The question?\n#\n{LINE}\ntext\n"), "typed\ntext"),
            (format!("# The question?\n# mine\nor here{LINE}\ntext\n"), "# mine\nor here\ntext"),
        ] {
            assert_eq!(without(&comment, &text), answer, "{text:?}");
        }
    }
}
