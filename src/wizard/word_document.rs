//! Makes the Word document at the end of the conversation, and shows how to send it.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf, absolute};

use super::open_draft::OpenDraft;
use crate::document::export::{Application, Format};
use crate::document::{ExportOrigin, Purpose};
use crate::model::text::{capital, plural, shell_word};
use crate::storage::draft_file::exports;
use crate::storage::{document_file, form_file, office};
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation, PagerOutcome};
use crate::terminal::requests::LinePrompt;

/// Fills in an official form with the answers, shows the path of the filled copy and the answers that
/// are not in it, and stores the name of the form in the draft. Returns the reason if the user quits.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(super) fn fill_form(
    form: &Path,
    draft: &mut OpenDraft<'_>,
    frontend: &mut Frontend,
) -> io::Result<Option<ExitReason>> {
    draft.report_saving(frontend);
    let fill = |draft: &OpenDraft<'_>, form: &Path| {
        let path = draft.saver.path();
        form_file::fill(form, draft.questionnaire, &draft.answers, &path, false)
    };
    let filled = match fill(draft, form) {
        Ok(filled) => filled,
        Err(error) => {
            frontend.show(&format!("{} cannot be filled in: {error}.", name_of(form)));
            return Ok(None);
        }
    };
    draft.remember_form(form, frontend);
    let usual = form_file::filled_path(form, &draft.saver.path());
    // An earlier copy that nobody has changed becomes the new one when it is filled in again.
    let replace = fill(draft, &usual).is_ok_and(|again| again.bytes == filled.bytes);
    let path = match write(usual, &filled.bytes, replace, frontend)? {
        ControlFlow::Continue(path) => path,
        ControlFlow::Break(quit) => return Ok(quit),
    };
    let missing = filled.missing.len();
    if missing > 0 || !filled.remarks.is_empty() {
        let why =
            filled.missing.iter().map(|(name, why)| format!("{name}: not written, because {why}."));
        let remarks = filled.remarks.iter().map(|(name, remark)| format!("{name}: {remark}."));
        let lines: Vec<_> = why.chain(remarks).map(|line| capital(&line)).collect();
        let page =
            frontend.page(&format!("Please check in {}", name_of(&path)), &lines.join("\n"))?;
        if let PagerOutcome::Quit(reason) = page {
            return Ok(Some(reason));
        }
    }
    let written = plural(filled.written, "answer is", "answers are");
    let rest =
        if missing > 0 { format!(", {missing} could not be written") } else { String::new() };
    keep_exported_version(draft, origin(draft));
    let what = format!("The form is filled in; {written} in it{rest}:");
    report(draft, frontend, &path, &what, "The application is not complete");
    Ok(None)
}

/// Makes the document beside the draft and shows its path. A PDF needs `LibreOffice`. Returns the
/// reason if the user quits.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(super) fn make_document(
    format: Format,
    draft: &mut OpenDraft<'_>,
    frontend: &mut Frontend,
) -> io::Result<Option<ExitReason>> {
    if format == Format::Pdf {
        frontend.show("LibreOffice makes the PDF; this takes some seconds.");
    }
    draft.report_saving(frontend);
    let application = Application::new(draft.questionnaire, &draft.answers, Purpose::default());
    let origin = origin(draft);
    let convert_to_pdf = office::convert_to_pdf;
    let application = Application { convert_to_pdf, origin: origin.clone(), ..application };
    let bytes = match format.write(&application) {
        Ok(bytes) => bytes,
        Err(error) => {
            frontend.show(&format!("The document could not be made: {error}."));
            return Ok(None);
        }
    };
    let path = draft.saver.path().with_extension(format.extension());
    let state = if document_file::holds(&path, &bytes) { "up to date" } else { "ready" };
    match write(path, &bytes, false, frontend)? {
        ControlFlow::Continue(path) => {
            keep_exported_version(draft, origin);
            let what = format!("The document is {state}:");
            report(draft, frontend, &path, &what, "The document is marked as a draft");
        }
        ControlFlow::Break(quit) => return Ok(quit),
    }
    Ok(None)
}

/// Writes a document. If it cannot be written, or another document is there and `replace` is not set,
/// asks for another name. Breaks if the user gives none, with the reason to exit if they quit.
fn write(
    mut path: PathBuf,
    bytes: &[u8],
    mut replace: bool,
    frontend: &mut Frontend,
) -> io::Result<ControlFlow<Option<ExitReason>, PathBuf>> {
    loop {
        let problem = match document_file::write(&path, bytes, replace) {
            Ok(()) => return Ok(ControlFlow::Continue(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                format!("Another {} is there already; it may have been changed.", name_of(&path))
            }
            Err(error) => format!("{} cannot be written: {error}.", path.display()),
        };
        frontend.show(&problem);
        replace = false;
        match ask_name(&path, frontend)? {
            ControlFlow::Continue(chosen) => path = chosen,
            ControlFlow::Break(quit) => {
                if quit.is_none() {
                    frontend.show("No document was made.");
                }
                return Ok(ControlFlow::Break(quit));
            }
        }
    }
}

/// Asks for the name of the document. A name without a folder is in the folder of the draft. Breaks if
/// the user gives none, with the reason to exit if they quit.
fn ask_name(
    path: &Path,
    frontend: &mut Frontend,
) -> io::Result<ControlFlow<Option<ExitReason>, PathBuf>> {
    let suggestion = name_of(&free_name(path));
    let prompt =
        LinePrompt::new("Name of the document", &suggestion, "a name that is not used yet");
    let reply = frontend.line(&prompt)?;
    Ok(match (reply.navigation, reply.text) {
        (Navigation::Next, Some(name)) if !name.trim().is_empty() => {
            let mut chosen = path.with_file_name(name.trim());
            if chosen.extension() != path.extension() {
                let extension = path.extension().unwrap_or_default().to_string_lossy();
                chosen = PathBuf::from(format!("{}.{extension}", chosen.display()));
            }
            ControlFlow::Continue(chosen)
        }
        (navigation, _) => ControlFlow::Break(navigation.exit_reason()),
    })
}

/// Returns the first path with a number at its end that does not exist.
fn free_name(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let mut names = (2..1000).map(|n| path.with_file_name(format!("{stem}-{n}.{extension}")));
    names.find(|path| !path.exists()).unwrap_or_else(|| path.to_path_buf())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns the version that a document of the draft is made from.
fn origin(draft: &OpenDraft<'_>) -> Option<ExportOrigin> {
    exports::origin_of(&draft.saver.path(), &draft.answers, draft.questionnaire).ok()
}

/// Keeps the version that a document was made from. Without it, the document is compared with another
/// version when it comes back.
fn keep_exported_version(draft: &OpenDraft<'_>, origin: Option<ExportOrigin>) {
    if let Some(origin) = origin {
        let path = draft.saver.path();
        let _ = exports::pin_exported(&path, &draft.answers, &origin, draft.questionnaire);
    }
}

/// Shows the path of a document, whether it is complete, how to send it, and over SSH how to copy it
/// to the user's computer. `what` introduces the path, and `unfinished` the open questions.
fn report(draft: &OpenDraft<'_>, frontend: &Frontend, path: &Path, what: &str, unfinished: &str) {
    // A path that begins at the current folder is of no use on another computer.
    let path = &absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let review = draft.review();
    let submission = &draft.questionnaire.submission;
    frontend.show("");
    // The path comes last, because a small screen shows no more than the last lines.
    if !review.is_complete() {
        frontend.show(&format!("{unfinished}: {}.", review.describe()));
    }
    frontend.show(&format!("{what} {}", path.display()));
    if review.is_complete() && !submission.is_empty() {
        frontend.show(submission);
    }
    if let Some(command) = copy_command(path, |name| std::env::var(name).ok()) {
        frontend.show_command("To copy it to your own computer, run there:", &command);
    }
    frontend.show("");
}

/// Returns the command that copies a file to the computer from which the user is connected over SSH,
/// or `None` if they are not.
fn copy_command(path: &Path, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    // The addresses and ports of the client and of the server.
    let connection = variable("SSH_CONNECTION")?;
    let host = connection.split(' ').nth(2)?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let user = variable("USER").map(|user| format!("{user}@")).unwrap_or_default();
    let port = match connection.split(' ').nth(3) {
        None | Some("22") => String::new(),
        Some(port) => format!("-P {port} "),
    };
    let remote = shell_word(&format!("{user}{host}:{}", path.display()));
    Some(format!("scp {port}{remote} ."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_ssh_the_command_that_copies_the_document_can_be_pasted() {
        let over = |connection: &'static str| {
            move |name: &str| match name {
                "SSH_CONNECTION" => Some(connection.to_owned()),
                "USER" => Some("anna".to_owned()),
                _ => None,
            }
        };
        let command = |connection| {
            copy_command(Path::new("/home/anna/O'Brien (final).docx"), over(connection)).unwrap()
        };
        assert_eq!(
            command("192.0.2.1 50000 198.51.100.7 22"),
            "scp \"anna@198.51.100.7:/home/anna/O'Brien (final).docx\" ."
        );
        assert!(command("::1 5 2001:db8::7 2222").starts_with("scp -P 2222 \"anna@[2001:db8::7]:"));
        assert_eq!(copy_command(Path::new("a.docx"), |_| None), None);
    }
}
