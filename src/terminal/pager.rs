//! The pager: shows a text on the whole screen and scrolls it.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyModifiers};
use crossterm::style::Stylize;

use super::canvas::CellStyle;
use super::outcome::{ExitReason, PagerOutcome};
use super::session::Screen;
use super::{input, keys, signals};
use crate::model::text::{escape_for_terminal, wrap};
use crate::terminal::style::OutputStyle;

/// Shows a text on the whole screen until the user closes it.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn show(title: &str, text: &str, style: OutputStyle) -> io::Result<PagerOutcome> {
    show_on(&mut Screen::open(style.unicode)?, title, text, style, 0)
}

/// Shows a text on a screen that is already open, until the user closes it or a signal
/// ends the program. A digit from 1 to `choices` closes it, too. Lines that begin with `== ` are headings.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn show_on(
    screen: &mut Screen,
    title: &str,
    text: &str,
    style: OutputStyle,
    choices: usize,
) -> io::Result<PagerOutcome> {
    let text = escape_for_terminal(text);
    let mut top = 0_usize;
    loop {
        let mut rows = 0;
        let mut total = 0;
        screen.draw(|canvas| {
            let (width, height) = canvas.size();
            let lines = wrap(&text, width.saturating_sub(4).clamp(1, 90));
            rows = height.saturating_sub(2);
            total = lines.len();
            top = top.min(total.saturating_sub(rows));
            let bold = CellStyle::new().bold();
            canvas.put(2, 0, title, bold);
            for (y, line) in (1..height.saturating_sub(1)).zip(lines.iter().skip(top)) {
                let style = if line.starts_with("== ") { bold } else { CellStyle::new() };
                canvas.put(2, y, line, style);
            }
            if height > 1 {
                let arrows = if style.unicode { "↑↓" } else { "Up/Down" };
                let seen = ((top + rows) * 100).checked_div(total).unwrap_or(100).min(100);
                let help = format!("Esc closes · {arrows} PgUp PgDn · {seen} %");
                let style = if style.colour { CellStyle::new().dim() } else { CellStyle::new() };
                canvas.put(2, height - 1, &help, style);
            }
        })?;
        while !input::poll(Duration::from_millis(100))? && signals::pending().is_none() {}
        if let Some(signal) = signals::pending() {
            return Ok(PagerOutcome::Quit(ExitReason::Signal(signal)));
        }
        let key = match input::next()? {
            Some(Event::Key(key)) => key,
            Some(Event::Resize(..)) => {
                screen.reset()?;
                continue;
            }
            _ => continue,
        };
        match (key.code, keys::typed(key)) {
            (KeyCode::Char('c'), None) if key.modifiers == KeyModifiers::CONTROL => {
                return Ok(PagerOutcome::Quit(ExitReason::Interrupted));
            }
            (KeyCode::Char('s'), None) if key.modifiers == KeyModifiers::CONTROL => {
                return Ok(PagerOutcome::Closed);
            }
            (KeyCode::Esc | KeyCode::Enter | KeyCode::F(1 | 2), _) | (_, Some('q')) => {
                return Ok(PagerOutcome::Closed);
            }
            (_, Some(c @ '1'..='9')) => {
                let chosen = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                if let Some(chosen) = chosen.filter(|chosen| *chosen <= choices) {
                    return Ok(PagerOutcome::Chosen(chosen));
                }
            }
            (KeyCode::Up, _) => top = top.saturating_sub(1),
            (KeyCode::Down, _) => top += 1,
            (KeyCode::PageUp, _) => top = top.saturating_sub(rows),
            (KeyCode::PageDown, _) | (_, Some(' ')) => top += rows,
            (KeyCode::Home, _) => top = 0,
            (KeyCode::End, _) => top = total,
            _ => {}
        }
    }
}
