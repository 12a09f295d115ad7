//! The pager: shows a text on the whole screen and scrolls it.

use std::io;
use std::iter::{once, repeat};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyModifiers};
use crossterm::style::Stylize;

use super::canvas::{CellStyle, columns};
use super::outcome::{ExitReason, PagerOutcome};
use super::session::Screen;
use super::{input, keys, signals};
use crate::model::text::{escape_for_terminal, wrap};
use crate::terminal::style::OutputStyle;

/// What the pager shows, and what it lets the user choose.
#[derive(Clone, Copy)]
enum Contents<'a> {
    /// A text with numbered items: a digit from 1 to `choices` chooses one.
    Text { text: &'a str, choices: usize },
    /// Passages of which one is selected: Enter chooses it.
    Passages(&'a [String]),
}

/// Shows a text on the whole screen until the user closes it.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn show(title: &str, text: &str, style: OutputStyle) -> io::Result<PagerOutcome> {
    show_on(&mut Screen::open(style.unicode)?, title, text, style, 0)
}

/// Shows a text on a screen that is already open, until the user closes it or a signal
/// ends the program. A digit from 1 to `choices` closes it, too. Lines that begin with `== ` are headings,
/// and a tab separates a key from its effect.
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
    run(screen, title, Contents::Text { text, choices }, 0, style)
}

/// Shows passages one after the other, beginning with the passage `selected`. Enter chooses the
/// selected passage.
///
/// # Errors
/// Fails if the terminal cannot be read or written.
pub(crate) fn show_passages(
    title: &str,
    passages: &[String],
    selected: usize,
    style: OutputStyle,
) -> io::Result<PagerOutcome> {
    run(&mut Screen::open(style.unicode)?, title, Contents::Passages(passages), selected, style)
}

fn run(
    screen: &mut Screen,
    title: &str,
    contents: Contents<'_>,
    mut selected: usize,
    style: OutputStyle,
) -> io::Result<PagerOutcome> {
    let mut top = 0_usize;
    // Whether the selected passage must be scrolled to the top.
    let mut seek = selected > 0;
    loop {
        let mut rows = 0;
        let mut total = 0;
        screen.draw(|canvas| {
            let (width, height) = canvas.size();
            let lines = contents.lines(width.saturating_sub(4).clamp(1, 90));
            rows = height.saturating_sub(2);
            total = lines.len();
            if std::mem::take(&mut seek) {
                top = lines.iter().position(|(passage, _)| *passage == selected).unwrap_or(0);
            }
            top = top.min(total.saturating_sub(rows));
            let visible = lines.iter().skip(top).take(rows);
            // The selection follows the text when it is scrolled out of view.
            if !visible.clone().any(|(passage, _)| *passage == selected) {
                selected = lines.get(top).map_or(0, |(passage, _)| *passage);
            }
            let bold = CellStyle::new().bold();
            canvas.put(2, 0, title, bold);
            for (y, (passage, line)) in (1..).zip(visible) {
                if contents.is_selectable() && *passage == selected {
                    canvas.put(0, y, if style.unicode { "▌" } else { "|" }, CellStyle::new());
                }
                let style = if line.starts_with("== ") { bold } else { CellStyle::new() };
                canvas.put(2, y, line, style);
            }
            if height > 1 {
                let seen = ((top + rows) * 100).checked_div(total).unwrap_or(100).min(100);
                let help = format!("{} · {seen} %", contents.help(style.unicode, width));
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
            (KeyCode::Enter, _) if contents.is_selectable() => {
                return Ok(PagerOutcome::Chosen(selected));
            }
            (KeyCode::Tab | KeyCode::BackTab, _) if contents.is_selectable() => {
                let last = contents.passages().saturating_sub(1);
                let forward = key.code == KeyCode::Tab;
                selected =
                    if forward { selected + 1 } else { selected.saturating_sub(1) }.min(last);
                seek = true;
            }
            (KeyCode::Char('s'), None) if key.modifiers == KeyModifiers::CONTROL => {
                return Ok(PagerOutcome::Closed);
            }
            (KeyCode::Esc | KeyCode::Enter | KeyCode::F(1 | 2), _) | (_, Some('q')) => {
                return Ok(PagerOutcome::Closed);
            }
            (_, Some(c @ '1'..='9')) => {
                let chosen = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                if let Some(chosen) = chosen.filter(|chosen| *chosen <= contents.choices()) {
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

/// Returns the rows of a key and its effect: side by side or, on a narrow screen, one below the other.
fn key_rows(key: &str, effect: &str, width: usize) -> Vec<String> {
    let (key, effect) = (&*escape_for_terminal(key), &*escape_for_terminal(effect));
    if width < 60 || columns(key) > 23 {
        let effect = wrap(effect, width.saturating_sub(4).max(1));
        return once(key.to_owned()).chain(effect.iter().map(|row| format!("    {row}"))).collect();
    }
    let effect = wrap(effect, width - 24);
    let keys = once(key).chain(repeat(""));
    keys.zip(&effect).map(|(key, row)| format!("{key:<23} {row}")).collect()
}

impl Contents<'_> {
    /// Returns the lines, each with the index of its passage.
    fn lines(self, width: usize) -> Vec<(usize, String)> {
        let wrapped = |(passage, text): (usize, &str)| {
            let lines = text.lines().flat_map(|line| match line.split_once('\t') {
                Some((key, effect)) => key_rows(key, effect, width),
                None => wrap(&escape_for_terminal(line), width),
            });
            lines.map(move |line| (passage, line)).collect::<Vec<_>>()
        };
        match self {
            Self::Text { text, .. } => wrapped((0, text)),
            Self::Passages(passages) => {
                passages.iter().map(String::as_str).enumerate().flat_map(wrapped).collect()
            }
        }
    }

    fn is_selectable(self) -> bool {
        matches!(self, Self::Passages(_))
    }

    fn passages(self) -> usize {
        match self {
            Self::Text { .. } => 1,
            Self::Passages(passages) => passages.len(),
        }
    }

    fn choices(self) -> usize {
        match self {
            Self::Text { choices, .. } => choices,
            Self::Passages(_) => 0,
        }
    }

    /// Returns the key hints, as many as fit.
    fn help(self, unicode: bool, width: usize) -> String {
        let arrows = if unicode { "↑↓" } else { "Up/Down" };
        match self {
            Self::Text { .. } => format!("Esc closes · {arrows} PgUp PgDn"),
            Self::Passages(_) if width < 60 => "Enter opens · Esc closes".to_owned(),
            Self::Passages(_) => {
                format!("Enter opens the marked question · Tab next · {arrows} · Esc closes")
            }
        }
    }
}
