//! Questions that commands ask outside a conversation.

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::open_draft::NOTHING_WRITTEN;
use crate::model::text::escape_for_terminal;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation, Reply};
use crate::terminal::requests::ListPrompt;

/// Lets the user choose among the drafts of a folder. The last one is a new draft. Breaks with the
/// reason to exit if the user chooses none.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn offer_drafts(
    drafts: &[PathBuf],
    frontend: &mut Frontend,
) -> io::Result<ControlFlow<ExitReason, PathBuf>> {
    let last = drafts.len().saturating_sub(1);
    let option = |(index, path): (usize, &PathBuf)| {
        let name = escape_for_terminal(&path.display().to_string()).into_owned();
        let verb = if index == last { "Start a new one:" } else { "Continue with" };
        format!("{verb} {name}")
    };
    let options = drafts.iter().enumerate().map(option).collect();
    let escape = Navigation::Quit(ExitReason::UserQuit);
    let reply = frontend.choose(ListPrompt::new("Which draft?", options, escape))?;
    let chosen = reply.answer_or_exit().map_continue(|index| drafts.get(index).cloned());
    let reason = match chosen {
        ControlFlow::Continue(Some(path)) => return Ok(ControlFlow::Continue(path)),
        ControlFlow::Continue(None) => ExitReason::UserQuit,
        ControlFlow::Break(reason) => reason,
    };
    frontend.show(NOTHING_WRITTEN);
    Ok(ControlFlow::Break(reason))
}

/// Asks whether to create the folder of a draft, which does not exist. Breaks with the reason to exit
/// if the user does not want it.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn offer_folder(
    folder: &str,
    frontend: &mut Frontend,
) -> io::Result<ControlFlow<ExitReason>> {
    frontend.show(&format!("The folder {} does not exist.", escape_for_terminal(folder)));
    let reason = match frontend.confirm("Create it?")?.answer_or_exit() {
        ControlFlow::Continue(true) => return Ok(ControlFlow::Continue(())),
        ControlFlow::Continue(false) => ExitReason::UserQuit,
        ControlFlow::Break(reason) => reason,
    };
    frontend.show(NOTHING_WRITTEN);
    Ok(ControlFlow::Break(reason))
}

/// Asks whether to show a draft that another program has open for writing.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn offer_reading(name: &str, holder: &str, frontend: &mut Frontend) -> io::Result<bool> {
    let name = escape_for_terminal(name);
    let busy = format!("{name} is open in another wizard: {}.", escape_for_terminal(holder));
    frontend.show(&busy);
    frontend.set_subject(&busy);
    let reply = frontend.confirm(&format!("Look at {name} without changing it?"))?;
    Ok(reply == Reply::Answered(true))
}

/// Asks whether to accept a change, which was shown as `change`. Returns `None` if the user stops.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn offer_change(
    change: &str,
    question: &str,
    frontend: &mut Frontend,
) -> io::Result<Option<bool>> {
    frontend.set_subject(change);
    Ok(match frontend.confirm(question)? {
        Reply::Answered(yes) => Some(yes),
        Reply::Navigated(navigation) => (navigation == Navigation::Skip).then_some(false),
    })
}

/// What the user decides about an answer that both sides changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConflictChoice {
    /// The answer in the draft stays.
    Ours,
    /// The answer in the file is taken.
    Theirs,
    /// The answer in the draft stays for now.
    Undecided,
    /// The user stops.
    Stop,
}

/// Asks which answer to keep of two that were shown as `both`.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn offer_conflict(
    both: &str,
    title: &str,
    file: &str,
    frontend: &mut Frontend,
) -> io::Result<ConflictChoice> {
    frontend.set_subject(both);
    let label = format!("Which answer to {title}?");
    let options = vec![
        "Keep mine".to_owned(),
        format!("Take the one from {file}"),
        "Keep mine for now and decide later".to_owned(),
    ];
    let escape = Navigation::Quit(ExitReason::UserQuit);
    Ok(match frontend.choose(ListPrompt::new(label.as_str(), options, escape))? {
        Reply::Answered(0) => ConflictChoice::Ours,
        Reply::Answered(1) => ConflictChoice::Theirs,
        Reply::Answered(_) | Reply::Navigated(Navigation::Skip) => ConflictChoice::Undecided,
        Reply::Navigated(_) => ConflictChoice::Stop,
    })
}
