//! Short questions through inquire: lines, yes/no, choices and menus. The only file that knows
//! inquire; its errors become outcomes here.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use inquire::autocompletion::{Autocomplete, Replacement};
use inquire::list_option::ListOption;
use inquire::ui::{Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};
use inquire::validator::Validation;
use inquire::{Confirm, CustomUserError, InquireError, MultiSelect, Select, Text};

use super::outcome::{Autosave, ExitReason, LineReply, Navigation, Reply};
use super::requests::LinePrompt;
use super::session;

/// Ctrl-C.
const INTERRUPTED: Navigation = Navigation::Quit(ExitReason::Interrupted);

/// The line as it is typed. inquire passes it to the autocompletion at each change.
#[derive(Clone)]
struct LiveInput {
    line: Arc<Mutex<Option<String>>>,
    autosave: Option<Autosave>,
}

impl LiveInput {
    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Autocomplete for LiveInput {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        // The first call passes the initial value, which is saved already.
        let before = self.lock().replace(input.to_owned());
        if let Some(autosave) = &self.autosave
            && before.is_some_and(|before| before != input)
        {
            autosave.save(input);
        }
        // No suggestions: Down and Enter would submit one instead of the answer.
        Ok(Vec::new())
    }

    fn get_completion(
        &mut self,
        _: &str,
        _: Option<String>,
    ) -> Result<Replacement, CustomUserError> {
        Ok(Replacement::None)
    }
}

/// Sets the colours of all prompts. They are dark ones of the sixteen that every terminal theme
/// defines, so that they are readable on a light background.
pub(crate) fn set_theme(colour: bool) {
    let config = if colour {
        let (green, cyan, red) = (Color::DarkGreen, Color::DarkCyan, Color::DarkRed);
        RenderConfig::default_colored()
            .with_prompt_prefix(Styled::new("?").with_fg(green))
            .with_answered_prompt_prefix(Styled::new(">").with_fg(green))
            .with_help_message(StyleSheet::new().with_fg(cyan))
            .with_answer(StyleSheet::new().with_fg(cyan))
            .with_highlighted_option_prefix(Styled::new(">").with_fg(cyan))
            .with_selected_option(Some(StyleSheet::new().with_fg(cyan)))
            .with_selected_checkbox(Styled::new("[x]").with_fg(green))
            .with_error_message(
                ErrorMessageRenderConfig::default_colored()
                    .with_prefix(Styled::new("#").with_fg(red))
                    .with_message(StyleSheet::new().with_fg(red)),
            )
    } else {
        RenderConfig::empty()
    };
    inquire::set_global_render_config(config.with_canceled_prompt_indicator(Styled::new("- menu")));
}

/// Runs a prompt and translates inquire's errors. Esc leads to `escape`.
fn reply<T>(
    escape: Navigation,
    ask: impl FnOnce() -> Result<T, InquireError>,
) -> io::Result<Reply<T>> {
    session::ready_for_prompt()?;
    match ask() {
        Ok(answer) => Ok(Reply::Answered(answer)),
        Err(InquireError::OperationCanceled) => Ok(Reply::Navigated(escape)),
        Err(InquireError::OperationInterrupted) => Ok(Reply::Navigated(INTERRUPTED)),
        Err(InquireError::IO(error)) => Err(error),
        Err(
            error @ (InquireError::NotTTY
            | InquireError::InvalidConfiguration(_)
            | InquireError::Custom(_)),
        ) => Err(io::Error::other(error.to_string())),
    }
}

/// Drops the keys that arrived in one burst with the Enter of a choice, except Ctrl-C.
fn without_burst<T>(reply: Reply<T>) -> io::Result<Reply<T>> {
    let interrupted = session::rest_of_burst()?.interrupted;
    Ok(if interrupted { Reply::Navigated(INTERRUPTED) } else { reply })
}

/// Shortens a help line to one row: parts in the middle are left out.
fn fitting(help: &str) -> String {
    let (columns, _) = session::size();
    let mut parts: Vec<&str> = help.split(", ").collect();
    while parts.len() > 2 && parts.join(", ").chars().count() + 2 > columns {
        parts.remove(1);
    }
    parts.join(", ")
}

/// Asks for a line. Several pasted lines are joined and shown again before they are accepted.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn line(
    label: &str,
    prompt: &LinePrompt<'_>,
    check: &dyn Fn(&str) -> Option<String>,
) -> io::Result<LineReply> {
    let live = LiveInput { line: Arc::default(), autosave: prompt.autosave.clone() };
    let mut initial = prompt.initial.to_owned();
    let mut help = format!("Enter goes on, {}, Esc opens the menu", prompt.help);
    loop {
        let rejected = RefCell::new(None);
        let validator = |input: &str| -> Result<Validation, CustomUserError> {
            let again = rejected.borrow().as_deref() == Some(input);
            Ok(match check(input).filter(|_| !again) {
                Some(problem) => {
                    rejected.replace(Some(input.to_owned()));
                    let problem = format!("{problem}. Enter again keeps it as it is.");
                    Validation::Invalid(problem.into())
                }
                None => Validation::Valid,
            })
        };
        let shown_help = fitting(&help);
        let text = Text::new(label)
            .with_initial_value(&initial)
            .with_help_message(&shown_help)
            .with_autocomplete(live.clone())
            .with_validator(BorrowedValidator(&validator));
        let reply = reply(Navigation::Menu, || text.prompt())?;
        let burst = session::rest_of_burst()?;
        match reply {
            Reply::Answered(_) if burst.interrupted => {
                return Ok(LineReply { text: live.lock().take(), navigation: INTERRUPTED });
            }
            Reply::Answered(answer) if !burst.text.is_empty() => {
                initial = crate::model::text::normalize_line(&format!("{answer} {}", burst.text));
                "several lines came in one go and are joined here; Enter keeps them, Esc opens the menu"
                    .clone_into(&mut help);
            }
            Reply::Answered(answer) => return Ok(LineReply::submitted(answer)),
            Reply::Navigated(navigation) => {
                return Ok(LineReply { text: live.lock().take(), navigation });
            }
        }
    }
}

/// inquire clones validators and keeps them; this one borrows, and so lives as long as the prompt.
struct BorrowedValidator<'a>(&'a dyn Fn(&str) -> Result<Validation, CustomUserError>);

impl Clone for BorrowedValidator<'_> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl inquire::validator::StringValidator for BorrowedValidator<'_> {
    fn validate(&self, input: &str) -> Result<Validation, CustomUserError> {
        (self.0)(input)
    }
}

/// Asks for yes or no.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn yes_no(label: &str, initial: Option<bool>, help: &str) -> io::Result<Reply<bool>> {
    let help = fitting(help);
    let prompt = Confirm::new(label)
        .with_help_message(&help)
        .with_error_message("Type y for yes or n for no; Esc opens the menu to leave it empty.");
    let prompt = match initial {
        Some(yes) => prompt.with_default(yes),
        None => prompt.with_placeholder("y/n"),
    };
    without_burst(reply(Navigation::Menu, || prompt.prompt())?)
}

/// Offers a list and returns the index of the chosen line. Typing filters the list.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn choose(
    label: &str,
    options: Vec<String>,
    initial: usize,
    escape: Navigation,
) -> io::Result<Reply<usize>> {
    // A number matches the line that starts with it, other text any line that contains it.
    let scorer = |input: &str, _: &String, line: &str, _: usize| {
        let (input, line) = (input.to_lowercase(), line.to_lowercase());
        let number = line.split_whitespace().next() == Some(input.trim());
        if input.parse::<usize>().is_ok() && !number {
            return line.trim_start().starts_with(input.trim()).then_some(1);
        }
        if number { Some(3) } else { line.contains(input.trim()).then_some(1) }
    };
    let initial = initial.min(options.len().saturating_sub(1));
    let (_, rows) = session::size();
    let help = fitting(match escape {
        Navigation::Menu => "Enter chooses, typing narrows the list, Esc opens the menu",
        Navigation::Quit(_) => "Enter chooses, typing narrows the list, Esc saves and leaves",
        Navigation::Back | Navigation::Next | Navigation::Skip => {
            "Enter chooses, typing narrows the list, Esc goes back"
        }
    });
    let prompt = Select::new(label, options)
        .with_starting_cursor(initial)
        .with_page_size(rows.saturating_sub(5).clamp(3, 12))
        .with_help_message(&help)
        .with_scorer(&scorer);
    Ok(without_burst(reply(escape, || prompt.raw_prompt())?)?.map(|chosen| chosen.index))
}

/// Offers a list of which several lines may apply and returns the indices of those ticked.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn choose_several(
    label: &str,
    options: Vec<String>,
    ticked: &[usize],
) -> io::Result<Reply<Vec<usize>>> {
    let warned = Rc::new(Cell::new(!ticked.is_empty()));
    let check = move |chosen: &[ListOption<&String>]| -> Result<Validation, CustomUserError> {
        Ok(if chosen.is_empty() && !warned.replace(true) {
            Validation::Invalid("Nothing is ticked: Space ticks the line of the cursor. Enter again leaves it empty.".into())
        } else {
            Validation::Valid
        })
    };
    let answered = |chosen: &[ListOption<&String>]| match chosen {
        [] => "nothing".to_owned(),
        chosen => {
            let short =
                |option: &ListOption<&String>| crate::model::text::shorten(option.value, 28);
            chosen.iter().map(short).collect::<Vec<_>>().join(", ")
        }
    };
    let help = fitting("Space ticks, arrows move, Enter goes on, Esc opens the menu");
    let prompt = MultiSelect::new(label, options)
        .with_formatter(&answered)
        .with_default(ticked)
        .with_help_message(&help)
        .with_validator(check);
    let reply = without_burst(reply(Navigation::Menu, || prompt.raw_prompt())?)?;
    Ok(reply.map(|chosen| chosen.iter().map(|option| option.index).collect()))
}
