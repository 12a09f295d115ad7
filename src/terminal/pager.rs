//! A page to read: text that fills the screen and scrolls.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, poll, read};
use crossterm::style::Stylize;

use super::canvas::Style;
use super::session::Screen;
use crate::model::text::{escape_for_terminal, wrap};
use crate::terminal::style::OutputStyle;

/// How the reader left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// With Esc, Enter or `q`.
    Closed,
    /// With Ctrl-C.
    Interrupted,
    /// With the digit of something the page numbers.
    Chosen(usize),
}

/// Takes the screen and shows a page until it is closed.
///
/// # Errors
/// The terminal fails.
pub(crate) fn show(title: &str, text: &str, look: OutputStyle) -> io::Result<Left> {
    read_on(&mut Screen::open(look.unicode)?, title, text, look, 0, &AtomicBool::new(false))
}

/// Shows a page on a screen already taken, until it is closed or `stop` is set. A digit from 1 to
/// `choices` closes it too.
///
/// # Errors
/// The terminal fails.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a library's keys and events: those not named do nothing"
)]
pub(crate) fn read_on(
    screen: &mut Screen,
    title: &str,
    text: &str,
    look: OutputStyle,
    choices: usize,
    stop: &AtomicBool,
) -> io::Result<Left> {
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
            let bold = Style::new().bold();
            canvas.put(2, 0, title, bold);
            for (y, line) in (1..height.saturating_sub(1)).zip(lines.iter().skip(top)) {
                let style = if line.starts_with("== ") { bold } else { Style::new() };
                canvas.put(2, y, line, style);
            }
            if height > 1 {
                let arrows = if look.unicode { "↑↓" } else { "Up/Down" };
                let seen = ((top + rows) * 100).checked_div(total).unwrap_or(100).min(100);
                let help = format!("Esc closes · {arrows} PgUp PgDn · {seen} %");
                let style = if look.colour { Style::new().dim() } else { Style::new() };
                canvas.put(2, height - 1, &help, style);
            }
        })?;
        while !poll(Duration::from_millis(100))? {
            if stop.load(Ordering::SeqCst) {
                return Ok(Left::Closed);
            }
        }
        let key = match read()? {
            Event::Key(key) => key,
            Event::Resize(..) => {
                screen.begin_anew()?;
                continue;
            }
            _ => continue,
        };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return Ok(Left::Interrupted);
            }
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') | KeyCode::F(1 | 2) => {
                return Ok(Left::Closed);
            }
            KeyCode::Char(c @ '1'..='9') => {
                let chosen = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                if let Some(chosen) = chosen.filter(|chosen| *chosen <= choices) {
                    return Ok(Left::Chosen(chosen));
                }
            }
            KeyCode::Up => top = top.saturating_sub(1),
            KeyCode::Down => top += 1,
            KeyCode::PageUp => top = top.saturating_sub(rows),
            KeyCode::PageDown | KeyCode::Char(' ') => top += rows,
            KeyCode::Home => top = 0,
            KeyCode::End => top = total,
            _ => {}
        }
    }
}
