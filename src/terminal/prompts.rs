//! Short questions through inquire: lines, yes/no, choices and menus. The only file that knows
//! inquire; its errors become outcomes here.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use inquire::autocompletion::{Autocomplete, Replacement};
use inquire::list_option::ListOption;
use inquire::ui::{Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};
use inquire::validator::Validation;
use inquire::{Confirm, CustomUserError, InquireError, MultiSelect, Select, Text};

use super::outcome::{Autosave, ExitReason, Navigation, Reply};
use super::session;

/// Ctrl-C.
const INTERRUPTED: Navigation = Navigation::Over(ExitReason::Interrupted);

/// What stands in the line at this moment, so that leaving by any door keeps it.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    line: Arc<Mutex<Option<String>>>,
    autosave: Option<Autosave>,
}

impl Typed {
    /// Takes what was typed since the last prompt began.
    pub(crate) fn take(&self) -> Option<String> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns the same line, for a prompt that saves it at every change.
    pub(crate) fn saving(&self, autosave: Option<Autosave>) -> Self {
        Self { line: Arc::clone(&self.line), autosave }
    }
}

impl Autocomplete for Typed {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let before = line.replace(input.to_owned());
        drop(line);
        // What the prompt begins with is there already.
        if let Some(autosave) = &self.autosave
            && before.is_some_and(|before| before != input)
        {
            autosave.save(input);
        }
        // Never a suggestion: Down and Enter would submit it in place of the answer.
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

/// Chooses colours for all prompts: of the sixteen that every theme has, the dark ones, which are
/// read on a light background too.
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

fn reply<T>(ask: impl FnOnce() -> Result<T, InquireError>) -> io::Result<Reply<T>> {
    session::ready_for_prompt()?;
    match ask() {
        Ok(answer) => Ok(Reply::Answered(answer)),
        Err(InquireError::OperationCanceled) => Ok(Reply::Away(Navigation::Menu)),
        Err(InquireError::OperationInterrupted) => Ok(Reply::Away(INTERRUPTED)),
        Err(InquireError::IO(error)) => Err(error),
        Err(
            error @ (InquireError::NotTTY
            | InquireError::InvalidConfiguration(_)
            | InquireError::Custom(_)),
        ) => Err(io::Error::other(error.to_string())),
    }
}

/// Drops what came in one burst with the Enter of a choice, but for a Ctrl-C.
fn settled<T>(reply: Reply<T>) -> io::Result<Reply<T>> {
    Ok(if session::rest_of_burst()?.interrupted { Reply::Away(INTERRUPTED) } else { reply })
}

/// Help in one row: what does not fit is left out, but for its beginning and its end.
fn fitting(help: &str) -> String {
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    let mut parts: Vec<&str> = help.split(", ").collect();
    while parts.len() > 2 && parts.join(", ").chars().count() + 2 > columns {
        parts.remove(1);
    }
    parts.join(", ")
}

/// Asks for a line. `help` says what an empty one does, or what is wanted. `check` says what is wrong with it; the same line submitted again is taken
/// all the same. Several pasted lines become one, shown for a second look.
///
/// # Errors
/// The terminal fails.
pub(crate) fn line(
    label: &str,
    before: &str,
    help: &str,
    typed: &Typed,
    check: &dyn Fn(&str) -> Option<String>,
) -> io::Result<Reply<String>> {
    let mut initial = before.to_owned();
    let mut help = format!("Enter goes on, {help}, Esc opens the menu");
    loop {
        let refused = RefCell::new(None);
        let validator = |input: &str| -> Result<Validation, CustomUserError> {
            let again = refused.borrow().as_deref() == Some(input);
            Ok(match check(input).filter(|_| !again) {
                Some(problem) => {
                    refused.replace(Some(input.to_owned()));
                    let problem = format!("{problem}. Enter again keeps it as it is.");
                    Validation::Invalid(problem.into())
                }
                None => Validation::Valid,
            })
        };
        // inquire keeps validators as clones; ours borrows what it needs.
        let shown_help = fitting(&help);
        let prompt = Text::new(label)
            .with_initial_value(&initial)
            .with_help_message(&shown_help)
            .with_autocomplete(typed.clone())
            .with_validator(Borrowed(&validator));
        let reply = reply(|| prompt.prompt())?;
        let rest = session::rest_of_burst()?;
        match &reply {
            Reply::Answered(_) if rest.interrupted => return Ok(Reply::Away(INTERRUPTED)),
            Reply::Answered(answer) if !rest.text.is_empty() => {
                initial = crate::model::text::normalize_line(&format!("{answer} {}", rest.text));
                "several lines came in one go and are joined here; Enter keeps them, Esc opens the menu"
                    .clone_into(&mut help);
            }
            Reply::Answered(_) | Reply::Away(_) => return Ok(reply),
        }
    }
}

/// A validator that lives as long as the prompt.
struct Borrowed<'a>(&'a dyn Fn(&str) -> Result<Validation, CustomUserError>);

impl Clone for Borrowed<'_> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl inquire::validator::StringValidator for Borrowed<'_> {
    fn validate(&self, input: &str) -> Result<Validation, CustomUserError> {
        (self.0)(input)
    }
}

/// Asks for yes or no.
///
/// # Errors
/// The terminal fails.
pub(crate) fn yes_no(label: &str, before: Option<bool>, help: &str) -> io::Result<Reply<bool>> {
    let help = fitting(help);
    let prompt = Confirm::new(label)
        .with_help_message(&help)
        .with_error_message("Type y for yes or n for no; Esc opens the menu to leave it empty.");
    let prompt = match before {
        Some(yes) => prompt.with_default(yes),
        None => prompt.with_placeholder("y/n"),
    };
    settled(reply(|| prompt.prompt())?)
}

/// Offers a list and returns the position of the one chosen. Typing narrows the list.
///
/// # Errors
/// The terminal fails.
pub(crate) fn menu(
    label: &str,
    options: Vec<String>,
    at: usize,
    help: &str,
) -> io::Result<Reply<usize>> {
    // A number finds the line that starts with it, other letters find any line that has them.
    let scorer = |input: &str, _: &String, line: &str, _: usize| {
        let (input, line) = (input.to_lowercase(), line.to_lowercase());
        let number = line.split_whitespace().next() == Some(input.trim());
        if input.parse::<usize>().is_ok() && !number {
            return line.trim_start().starts_with(input.trim()).then_some(1);
        }
        if number { Some(3) } else { line.contains(input.trim()).then_some(1) }
    };
    let at = at.min(options.len().saturating_sub(1));
    let rows = crossterm::terminal::size().map_or(24, |(_, rows)| usize::from(rows));
    let help = fitting(help);
    let prompt = Select::new(label, options)
        .with_starting_cursor(at)
        .with_page_size(rows.saturating_sub(5).clamp(3, 12))
        .with_help_message(&help)
        .with_scorer(&scorer);
    let reply = settled(reply(|| prompt.raw_prompt())?)?;
    Ok(match reply {
        Reply::Answered(chosen) => Reply::Answered(chosen.index),
        Reply::Away(visit) => Reply::Away(visit),
    })
}

/// Offers a list of which several may apply; returns the positions ticked.
///
/// # Errors
/// The terminal fails.
pub(crate) fn several(
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
    let shown = |chosen: &[ListOption<&String>]| match chosen {
        [] => "nothing".to_owned(),
        chosen => {
            let short =
                |option: &ListOption<&String>| crate::model::text::shorten(option.value, 28);
            chosen.iter().map(short).collect::<Vec<_>>().join(", ")
        }
    };
    let help = fitting("Space ticks, arrows move, Enter goes on, Esc opens the menu");
    let prompt = MultiSelect::new(label, options)
        .with_formatter(&shown)
        .with_default(ticked)
        .with_help_message(&help)
        .with_validator(check);
    let reply = settled(reply(|| prompt.raw_prompt())?)?;
    Ok(match reply {
        Reply::Answered(chosen) => {
            Reply::Answered(chosen.iter().map(|option| option.index).collect())
        }
        Reply::Away(visit) => Reply::Away(visit),
    })
}
