//! `fill [DRAFT]`: the wizard.

use std::io::{self, IsTerminal as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::default_draft::{DEFAULT, drafts_here};
use super::output::shown;
use super::usage::mistyped_command;
use super::{Context, Exit, Failure, command_line};
use crate::cli::Fill;
use crate::storage::draft_file::DraftFile;
use crate::storage::error::DraftError;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::ExitReason;
use crate::wizard::{OpenDraft, Wizard, offer_drafts, offer_folder, offer_reading, read_only};

pub(super) fn run(context: &Context, fill: &Fill) -> Result<Exit, Failure> {
    let start = match &fill.question {
        Some(name) => Some(context.find(name)?),
        None => None,
    };
    if let Some(failure) = fill.draft.as_deref().and_then(Path::to_str).and_then(mistyped_command) {
        return Err(failure);
    }
    let Some(mut frontend) = context.frontend()? else {
        return Err(Failure::failed(
            "the wizard needs a terminal",
            "run it in a terminal window, or with `--plain` to answer from a script; `set` writes an answer without a terminal, `import` reads a document, and `show`, `summary` and `check` read drafts",
        ));
    };
    let rejected = frontend.rejected_lines();
    let finish = |reason: ExitReason| {
        let exit = exit(reason);
        if exit == Exit::Done {
            Failure::if_rejected(rejected.get())?;
        }
        Ok(exit)
    };
    let path = match &fill.draft {
        Some(path) => path.clone(),
        None => match choose(context, &mut frontend).map_err(Failure::of_terminal)? {
            ControlFlow::Continue(path) => path,
            ControlFlow::Break(reason) => return finish(reason),
        },
    };
    Failure::refuse_document_name(&path)?;
    // In a script, the next line is an answer, so the question about the folder is not asked. If the draft
    // cannot be saved in the end, it is written elsewhere.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    if let Some(folder) = folder.filter(|_| io::stdin().is_terminal()) {
        let wanted = offer_folder(&folder.display().to_string(), &mut frontend);
        if let ControlFlow::Break(reason) = wanted.map_err(Failure::of_terminal)? {
            return finish(reason);
        }
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::failed(
                format!("cannot create the folder `{}`: {error}", shown(folder)),
                "name a draft in another folder",
            )
        })?;
    }
    let opened = DraftFile::open(&path, &context.questionnaire);
    if let Err(DraftError::Busy(holder)) = &opened
        && path.exists()
        && offer_reading(&path.display().to_string(), holder, &mut frontend)
            .map_err(Failure::of_terminal)?
    {
        let draft = context.read(&path)?;
        let read = read_only(&context.questionnaire, &draft, &frontend);
        return read.map_err(Failure::of_terminal).and_then(finish);
    }
    let (file, draft) = opened.map_err(Failure::in_draft_at(&path))?;
    let path = path.display().to_string();
    let options = command_line::options().to_owned();
    let spelling = context.spelling && draft.checks_spelling();
    let draft = OpenDraft::new(&context.questionnaire, file, draft, path, options, spelling);
    let wizard = Wizard::new(draft, frontend);
    wizard.run(start).map_err(Failure::of_terminal).and_then(finish)
}

/// Returns the exit code for the reason why the wizard ended.
fn exit(reason: ExitReason) -> Exit {
    match reason {
        ExitReason::UserQuit => Exit::Done,
        ExitReason::NotSaved => Exit::Failed,
        ExitReason::Signal(number) if 128 + number == Exit::HungUp as i32 => Exit::HungUp,
        ExitReason::Signal(number) if 128 + number == Exit::Terminated as i32 => Exit::Terminated,
        ExitReason::Interrupted | ExitReason::Signal(_) => Exit::Interrupted,
    }
}

/// Returns `application.yaml` if it exists or there is no other draft. Otherwise asks which draft of the
/// current folder to open.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
fn choose(
    context: &Context,
    frontend: &mut Frontend,
) -> io::Result<ControlFlow<ExitReason, PathBuf>> {
    let default = PathBuf::from(DEFAULT);
    if default.exists() {
        return Ok(ControlFlow::Continue(default));
    }
    let mut drafts = drafts_here(context);
    if drafts.is_empty() {
        return Ok(ControlFlow::Continue(default));
    }
    drafts.push(default);
    offer_drafts(&drafts, frontend)
}
