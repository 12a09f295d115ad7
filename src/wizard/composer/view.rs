//! What the composer looks like: the question above, the text, and below how long it is.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::text::{Composition, Place};
use super::{Brief, Kept, wrap};
use crate::limit::Measure;
use crate::text::{plural, safe, wrap as wrap_words};

/// What is on the screen beside the text.
#[derive(Debug, Default)]
pub(super) struct View {
    /// The first row of the text that shows.
    pub(super) top: usize,
    /// A message in place of the keys, until the next key.
    pub(super) message: Option<String>,
}

/// The looks in use; without colour they are told apart by bold, underline and reverse.
#[derive(Clone, Copy)]
struct Styles {
    dim: Style,
    near: Style,
    over: Style,
    excess: Style,
    selected: Style,
    bold: Style,
}

impl Styles {
    fn new(colour: bool) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let underlined = plain.add_modifier(Modifier::UNDERLINED);
        let selected = plain.add_modifier(Modifier::REVERSED);
        if colour {
            let red = Color::LightRed;
            Self {
                dim: plain.add_modifier(Modifier::DIM),
                near: plain.fg(Color::Yellow),
                over: bold.fg(red),
                excess: underlined.fg(red),
                selected,
                bold,
            }
        } else {
            Self { dim: plain, near: bold, over: bold, excess: underlined, selected, bold }
        }
    }
}

/// Draws everything and puts the cursor where the next letter goes.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    brief: &Brief<'_>,
    text: &mut Composition,
    view: &mut View,
    kept: &Kept,
) {
    let area = frame.area();
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    if width == 0 || height == 0 {
        return;
    }
    let styles = Styles::new(brief.colour);
    let rule = if brief.unicode { "─" } else { "-" }.repeat(width.saturating_sub(2));
    let mut y = 0;
    if height >= 9 && width >= 20 {
        for line in header(brief, width.saturating_sub(2), (height / 4).clamp(3, 8)) {
            put(frame, 1, y, &line.0, if line.1 { styles.bold } else { styles.dim });
            y += 1;
        }
        put(frame, 1, y, &rule, styles.dim);
        y += 1;
    }
    // From the bottom up: keys, status, rule, as far as there is room for text above them.
    let mut bottom = height;
    if height >= 6 {
        bottom -= 1;
        let line = match &view.message {
            Some(message) => message.clone(),
            None => keys_line(width),
        };
        put(frame, 1, bottom, &line, if view.message.is_some() { styles.bold } else { styles.dim });
    }
    if height >= 2 {
        bottom -= 1;
        status(frame, brief, text, kept, bottom, &styles);
    }
    if height >= 9 {
        bottom -= 1;
        put(frame, 1, bottom, &rule, styles.dim);
    }
    let margin = if width >= 30 { 2 } else { 0 };
    let column = width.saturating_sub(2 * margin + usize::from(margin == 0)).clamp(1, 100);
    // On a wide screen the column stands in the middle, where lines of a readable length belong.
    let left = margin.max((width - column.min(width)) / 2);
    body(
        frame,
        brief,
        text,
        view,
        Rect {
            x: u16::try_from(left).unwrap_or(0),
            y: u16::try_from(y).unwrap_or(0),
            width: u16::try_from(column).unwrap_or(1),
            height: u16::try_from(bottom.saturating_sub(y)).unwrap_or(0),
        },
        &styles,
    );
}

fn put(frame: &mut Frame<'_>, x: usize, y: usize, text: &str, style: Style) {
    let area = frame.area();
    let (Ok(x), Ok(y)) = (u16::try_from(x), u16::try_from(y)) else { return };
    if x < area.width && y < area.height {
        let room = usize::from(area.width - x);
        frame.buffer_mut().set_stringn(area.x + x, area.y + y, text, room, style);
    }
}

/// The lines of the header, and which of them belong to the question.
fn header(brief: &Brief<'_>, width: usize, height: usize) -> Vec<(String, bool)> {
    let side = wrap::columns(brief.heading) + 3;
    let beside = width >= 50;
    let indent = if beside { " ".repeat(side) } else { String::new() };
    let room = width.saturating_sub(if beside { side } else { 0 }).max(1);
    let mut lines = Vec::new();
    for (first, line) in wrap_words(&safe(brief.question), room).into_iter().enumerate() {
        lines.push(if first == 0 && beside {
            (format!("{:<side$}{line}", brief.heading), true)
        } else {
            (format!("{indent}{line}"), true)
        });
    }
    if !beside {
        lines.insert(0, (brief.heading.to_owned(), true));
    }
    let notes = wrap_words(&safe(brief.notes), room);
    lines.extend(
        notes
            .into_iter()
            .filter(|line| !line.is_empty())
            .map(|line| (format!("{indent}{line}"), false)),
    );
    if lines.len() > height || !brief.reference.is_empty() {
        lines.truncate(height);
        if let Some((line, _)) = lines.last_mut() {
            let cut: String = line.chars().take(width.saturating_sub(10)).collect();
            *line = format!("{:<pad$}  F2 more", cut.trim_end(), pad = width.saturating_sub(9));
        }
    }
    lines
}

fn keys_line(width: usize) -> String {
    let parts = ["^S save and go on", "Esc menu", "F1 keys", "F2 question", "^Z undo", "^C leave"];
    let mut line = String::new();
    for part in parts {
        let part =
            if width < 50 { part.replace(" save and go on", " next") } else { part.to_owned() };
        if wrap::columns(&line) + wrap::columns(&part) + 5 > width {
            break;
        }
        if !line.is_empty() {
            line.push_str("   ");
        }
        line.push_str(&part);
    }
    line
}

fn status(
    frame: &mut Frame<'_>,
    brief: &Brief<'_>,
    text: &Composition,
    kept: &Kept,
    y: usize,
    styles: &Styles,
) {
    let width = usize::from(frame.area().width);
    let measure = Measure::new(text.words(), brief.limit);
    let (words, style) = match brief.limit {
        Some(limit) if measure.excess() > 0 => (
            format!(
                "{} of {} words · {} over",
                measure.words,
                limit.words,
                plural(measure.excess(), "word", "words")
            ),
            styles.over,
        ),
        Some(limit) => {
            let left = limit.words - measure.words;
            let near = left * 10 <= limit.words;
            let style = if near { styles.near } else { Style::new() };
            (format!("{} of {} words · {left} left", measure.words, limit.words), style)
        }
        None => (plural(measure.words, "word", "words"), Style::new()),
    };
    let words = match text.selected_words() {
        Some(selected) => format!("{words} · {selected} selected"),
        None => words,
    };
    let saved = match kept {
        Kept::Saved => "saved".to_owned(),
        Kept::Saving => "saving".to_owned(),
        Kept::Failed(reason) => format!("not saved: {}", safe(reason)),
    };
    let mut x = 1;
    if let Some(limit) = brief.limit.filter(|_| width >= 60) {
        let cells = (width / 4).min(28);
        let filled = (measure.words * cells).div_ceil(limit.words).min(cells);
        let (full, empty) = if brief.unicode { ("█", "░") } else { ("#", ".") };
        put(frame, x, y, &full.repeat(filled), style);
        put(frame, x + filled, y, &empty.repeat(cells - filled), styles.dim);
        x += cells + 2;
    }
    put(frame, x, y, &words, style);
    let end = x + wrap::columns(&words);
    let room = width.saturating_sub(end + 3);
    let saved: String = match kept {
        Kept::Failed(_) => saved.chars().take(room).collect(),
        Kept::Saved | Kept::Saving => {
            if wrap::columns(&saved) <= room {
                saved
            } else {
                String::new()
            }
        }
    };
    let style = if matches!(kept, Kept::Failed(_)) { styles.over } else { styles.dim };
    if !saved.is_empty() {
        put(frame, width.saturating_sub(wrap::columns(&saved) + 1), y, &saved, style);
    }
}

fn body(
    frame: &mut Frame<'_>,
    brief: &Brief<'_>,
    text: &mut Composition,
    view: &mut View,
    area: Rect,
    styles: &Styles,
) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    text.lay_out(width, height.saturating_sub(1));
    let (row, column) = text.cursor_row();
    let last = text.row_count().saturating_sub(height);
    view.top = view.top.min(last).clamp(row.saturating_sub(height.saturating_sub(1)), row);
    if text.is_empty() {
        let hint = "Write or paste your answer here.";
        put(frame, usize::from(area.x), usize::from(area.y), hint, styles.dim);
    }
    let mark = brief.limit.and_then(|limit| text.limit_mark(limit.words));
    let selection = text.selection();
    let (x, y) = (usize::from(area.x), usize::from(area.y));
    for (offset, (start, line)) in text.rows_from(view.top).take(height).enumerate() {
        let at = |byte| Place { paragraph: start.paragraph, byte };
        let mut used = 0;
        for (byte, grapheme) in line.grapheme_indices(true) {
            let here = at(start.byte + byte);
            let mut style = Style::new();
            if mark.is_some_and(|mark| here >= mark) {
                style = styles.excess;
            }
            if selection.is_some_and(|(from, to)| here >= from && here < to) {
                style = style.patch(styles.selected);
            }
            let wide = wrap::columns(grapheme);
            if used + wide > width + 1 {
                break;
            }
            put(frame, x + used, y + offset, grapheme, style);
            used += wide;
            if mark == Some(here) && x > 0 {
                // The margin carries the mark, so that no letter moves.
                put(frame, x - 1, y + offset, if brief.unicode { "▏" } else { ">" }, styles.over);
            }
        }
    }
    if height > 0 {
        let x = area.x + u16::try_from(column.min(width)).unwrap_or(0);
        let y = area.y + u16::try_from(row - view.top).unwrap_or(0);
        let screen = frame.area();
        frame.set_cursor_position(Position {
            x: x.min(screen.right() - 1),
            y: y.min(screen.bottom() - 1),
        });
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::limit::{Limit, WordRule};

    fn screen(width: u16, height: u16, words: usize, limit: usize) -> Terminal<TestBackend> {
        let brief = Brief {
            heading: "9 of 25",
            question: "What is/are the objective(s) of the intervention?¹",
            notes: "¹ Main objectives define what changes you desire.",
            reference: "",
            limit: Some(Limit { words: limit }),
            rule: WordRule::WordProcessor,
            colour: true,
            unicode: true,
        };
        let written = (1..=words).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let mut text = Composition::new(&written, WordRule::WordProcessor);
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut view = View::default();
        terminal.draw(|frame| draw(frame, &brief, &mut text, &mut view, &Kept::Saved)).unwrap();
        terminal
    }

    fn shown(terminal: &Terminal<TestBackend>) -> String {
        let buffer = terminal.backend().buffer();
        let row =
            |y| (0..buffer.area.width).map(move |x| buffer[(x, y)].symbol()).collect::<String>();
        (0..buffer.area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn question_text_and_words_left_are_in_view() {
        for (width, height) in [(80, 24), (40, 15)] {
            let screen = shown(&screen(width, height, 112, 150));
            for part in ["9 of 25", "What is/are", "112 of 150 words · 38 left", "w112", "F1 keys"]
            {
                assert!(screen.contains(part), "{part}\n{screen}");
            }
        }
    }

    #[test]
    fn text_past_the_limit_is_underlined_from_the_first_word_too_many() {
        let terminal = screen(80, 24, 162, 150);
        let buffer = terminal.backend().buffer();
        let mut marked = String::new();
        for y in 0..24 {
            for x in 0..80 {
                if buffer[(x, y)].modifier.contains(Modifier::UNDERLINED) {
                    marked.push_str(buffer[(x, y)].symbol());
                }
            }
        }
        assert!(marked.starts_with("w151 w152"), "{marked}");
        assert!(marked.ends_with("w162"), "{marked}");
        assert!(shown(&terminal).contains("162 of 150 words · 12 words over"));
    }

    #[test]
    fn every_size_is_drawn_and_shows_the_cursor() {
        for width in [1, 2, 5, 10, 20, 29, 40, 80, 200] {
            for height in [1, 2, 3, 6, 8, 9, 15, 24, 60] {
                let mut terminal = screen(width, height, 300, 150);
                let cursor = terminal.get_cursor_position().unwrap();
                assert!(cursor.x < width && cursor.y < height, "{width}x{height}");
            }
        }
        assert!(shown(&screen(20, 6, 30, 150)).contains("w30"));
    }
}
