//! The short prompts of the rich frontend: a line, yes or no, one option, several options.
//!
//! They look like the prompts of inquire, but are our own (`line.rs`, `list.rs`). inquire 0.9 types the
//! letter of a Ctrl or Alt key into a filter and into yes or no, does not see Ctrl-S, F8 or a typed
//! number, and drops the ticks of a list at Esc or a signal; it has no hook to change that. It is used
//! only in `benches/composer.rs`, as a comparison.

use std::io;

use super::line::{self, LineField};
use super::list::{self, Options};
use super::outcome::{LineReply, Navigation, Reply};
use super::requests::LinePrompt;
use super::session::TerminalSession;

/// Asks for a line. Several pasted lines are joined and shown again before they are accepted.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn line(
    session: &TerminalSession,
    label: &str,
    prompt: &LinePrompt<'_>,
    check: &dyn Fn(&str) -> Option<String>,
) -> io::Result<LineReply> {
    // Only a prompt of a question is part of the conversation that the overview shows.
    let overview = if prompt.label.question.is_some() { "F8 overview, " } else { "" };
    let field = LineField {
        label,
        initial: prompt.initial,
        hint: &format!("Enter continues, {overview}F1 keys, {}, Esc menu", prompt.help),
        autosave: prompt.autosave.as_ref(),
        spelling: prompt.spelling,
        check,
        accepts_problems: true,
        shown: &str::to_owned,
    };
    line::edit(session, &field)
}

/// Asks for yes or no. `initial` is what an empty line means. Without it, an empty line leaves the
/// question open if `may_stay_open`.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn yes_no(
    session: &TerminalSession,
    label: &str,
    initial: Option<bool>,
    may_stay_open: bool,
    help: &str,
) -> io::Result<Reply<bool>> {
    let choice = match initial {
        Some(true) => "Y/n",
        Some(false) => "y/N",
        None => "y/n",
    };
    let meaning = |typed: &str| match typed.trim().to_lowercase().as_str() {
        "" => initial,
        "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    };
    let check = |typed: &str| {
        let is_open = may_stay_open && typed.trim().is_empty();
        let is_wrong = meaning(typed).is_none() && !is_open;
        is_wrong.then(|| "Type y for yes or n for no.".to_owned())
    };
    let shown = |typed: &str| {
        let answer = meaning(typed).map_or("left open", |yes| if yes { "Yes" } else { "No" });
        answer.to_owned()
    };
    let field = LineField {
        label: &format!("{label} ({choice})"),
        initial: "",
        hint: help,
        autosave: None,
        spelling: None,
        check: &check,
        accepts_problems: false,
        shown: &shown,
    };
    let reply = line::edit(session, &field)?;
    let answer = reply.text.as_deref().and_then(meaning);
    Ok(match (reply.navigation, answer) {
        (Navigation::Next, Some(answer)) => Reply::Answered(answer),
        (navigation, _) => Reply::Navigated(navigation),
    })
}

/// Offers a list and returns the index of the chosen line. Typing filters the list. The last
/// `only_by_number` lines are only shown when their number is typed.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn choose(
    session: &TerminalSession,
    label: &str,
    lines: Vec<String>,
    only_by_number: usize,
    initial: usize,
    escape: Navigation,
) -> io::Result<Reply<usize>> {
    let hint = match escape {
        Navigation::Menu => {
            "Enter chooses, typing narrows the list, F8 overview, F1 keys, arrows move, Esc menu"
        }
        Navigation::Quit(_) => {
            "Enter chooses, typing narrows the list, F1 keys, arrows move, Esc saves and leaves"
        }
        Navigation::Back | Navigation::Next | Navigation::Skip | Navigation::Overview => {
            "Enter chooses, typing narrows the list, F1 keys, arrows move, Esc back"
        }
    };
    let shown = |chosen: &[&str]| chosen.concat();
    let options = Options {
        label,
        lines,
        initial,
        ticked: None,
        on_tick: &|_| {},
        only_by_number,
        hint,
        escape,
        shown: &shown,
    };
    Ok(list::choose(session, &options)?.map(|chosen| chosen.first().copied().unwrap_or(initial)))
}

/// Offers a list of which several lines may apply and returns the indices of those ticked. `on_tick`
/// receives them after each change.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn choose_several(
    session: &TerminalSession,
    label: &str,
    lines: Vec<String>,
    ticked: &[usize],
    on_tick: &dyn Fn(&[usize]),
) -> io::Result<Reply<Vec<usize>>> {
    let shown = |chosen: &[&str]| match chosen {
        [] => "nothing".to_owned(),
        chosen => chosen.join("; "),
    };
    let options = Options {
        label,
        lines,
        initial: 0,
        ticked: Some(ticked),
        on_tick,
        only_by_number: 0,
        hint: "Space ticks, F8 overview, F1 keys, arrows move, Enter next, Esc menu",
        escape: Navigation::Menu,
        shown: &shown,
    };
    list::choose(session, &options)
}
