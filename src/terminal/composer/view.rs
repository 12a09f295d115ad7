//! Draws the composer: the question at the top, the text, and the status and key hints at the
//! bottom.

use crossterm::style::{Color, Stylize};

use super::ComposerConfig;
use super::find::TextSearch;
use crate::model::text::{escape_for_terminal, plural, shorten, wrap as wrap_words};
use crate::model::words::Measure;
use crate::terminal::canvas::{Canvas, CellStyle, columns};
use crate::terminal::correction::{Corrector, NO_BREAK};
use crate::terminal::note_pad::NotePad;
use crate::terminal::outcome::SaveState;
use crate::terminal::prompt_area::misspelt_style;
use crate::terminal::style::filled_columns;
use crate::terminal::text_buffer::{Position, TextBuffer};

/// The most columns that a line of text has: longer ones are hard to read.
const READABLE: usize = 90;
/// Shown in place of an empty text.
const PLACEHOLDER: &str = "Write or paste your answer here. Ctrl-S saves it and continues.";

/// A line of the header, and whether it belongs to the question.
type HeaderLine = (String, bool);

/// The state of the screen beside the text.
#[derive(Debug, Default)]
pub(super) struct ComposerView {
    /// The first row of the text that is visible.
    pub(super) top: usize,
    /// A message in place of the key hints, until the next key.
    pub(super) message: Option<String>,
    /// The search, while it is open.
    pub(super) search: Option<TextSearch>,
    /// The note that is being written.
    pub(super) note: Option<String>,
    /// The correction of misspelt words.
    pub(super) corrector: Corrector,
    /// The header with the width and height it was wrapped for.
    header: Option<((usize, usize), Vec<HeaderLine>)>,
}

/// The styles in use. Without colour they differ by bold, underline and reverse.
#[derive(Clone, Copy)]
struct ComposerStyles {
    dim: CellStyle,
    near: CellStyle,
    over: CellStyle,
    excess: CellStyle,
    misspelt: CellStyle,
    selected: CellStyle,
    bold: CellStyle,
}

impl ComposerStyles {
    fn new(colour: bool) -> Self {
        let (plain, bold) = (CellStyle::new(), CellStyle::new().bold());
        let tint = |style: CellStyle, tint: Color| if colour { style.with(tint) } else { style };
        Self {
            dim: if colour { plain.dim() } else { plain },
            near: if colour { plain.with(Color::DarkYellow) } else { bold },
            over: tint(bold, Color::Red),
            excess: tint(plain.underlined(), Color::Red),
            misspelt: misspelt_style(colour),
            selected: plain.reverse(),
            bold,
        }
    }
}

/// Draws the whole screen and places the cursor.
pub(super) fn draw(
    canvas: &mut Canvas,
    config: &ComposerConfig<'_>,
    text: &mut TextBuffer,
    view: &mut ComposerView,
    save_state: &SaveState,
) {
    let (width, height) = canvas.size();
    let styles = ComposerStyles::new(config.style.colour);
    let rule = if config.style.unicode { "─" } else { "-" }.repeat(width.saturating_sub(2));
    let mut frame = Frame { canvas, config, styles };
    let mut top = 0;
    if height >= 9 && width >= 20 {
        for (line, is_question) in view.header(config, width - 2, (height / 4).clamp(3, 8)) {
            frame.canvas.put(1, top, line, if *is_question { styles.bold } else { styles.dim });
            top += 1;
        }
        for line in note_lines(config, width - 2, if height >= 16 { 2 } else { 1 }) {
            frame.canvas.put(1, top, &line, styles.near);
            top += 1;
        }
        frame.canvas.put(1, top, &rule, styles.dim);
        top += 1;
    }
    // The lower part is drawn from the bottom up: hints, status, rule, as far as they leave room
    // for the text.
    let mut bottom = height;
    let mut query_end = None;
    if height >= 6 {
        let (lines, style) = match (&view.search, &view.note, &view.message) {
            (None, Some(note), _) => {
                let keys = "Enter keeps it · Esc closes";
                let (lines, end) = entry_lines(&format!("Note: {note}"), keys, width);
                query_end = Some(end);
                (lines, styles.bold)
            }
            (Some(search), _, message) => {
                let (line, keys) = search.shown();
                let (lines, end) = entry_lines(&line, message.as_deref().unwrap_or(keys), width);
                query_end = Some(end);
                (lines, styles.bold)
            }
            (None, None, Some(message)) if !view.corrector.is_open() => {
                (wrap_words(message, width.saturating_sub(2).max(1)), styles.bold)
            }
            (None, None, _) => match (view.corrector.describe(), config.spelling) {
                (Some(offer), _) => {
                    let offer = escape_for_terminal(&offer).into_owned();
                    let lines = wrap_words(&offer, width.saturating_sub(2).max(1));
                    let lines = lines.iter().map(|line| line.replace(NO_BREAK, " ")).collect();
                    (lines, styles.bold)
                }
                (None, Some(spelling)) if text.is_foreign() => {
                    let note = spelling.describe_foreign();
                    (wrap_words(&note, width.saturating_sub(2).max(1)), styles.bold)
                }
                (None, _) => (vec![keys_line(width, text.misspelt().count())], styles.dim),
            },
        };
        let lines = lines.get(..lines.len().min(height / 3)).unwrap_or_default();
        bottom -= lines.len();
        for (y, line) in (bottom..).zip(lines) {
            frame.canvas.put(1, y, line, style);
        }
    }
    let hints = bottom;
    if height >= 2 {
        bottom -= 1;
        frame.status(bottom, text, save_state);
    }
    if height >= 9 {
        bottom -= 1;
        frame.canvas.put(1, bottom, &rule, styles.dim);
    }
    // On a wide screen the column of text is centred.
    let margin = if width >= 30 { 2 } else { 0 };
    let column = width.saturating_sub(2 * margin + usize::from(margin == 0)).clamp(1, READABLE);
    let x = margin.max((width - column.min(width)) / 2);
    let height = bottom.saturating_sub(top);
    frame.text(Area { x, y: top, width: column, height }, text, view);
    if let Some(x) = query_end {
        frame.canvas.cursor = Some((x, hints));
    }
}

/// What is needed to draw a part of the screen.
struct Frame<'a> {
    canvas: &'a mut Canvas,
    config: &'a ComposerConfig<'a>,
    styles: ComposerStyles,
}

/// The area of the screen that shows the text.
#[derive(Clone, Copy)]
struct Area {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl ComposerView {
    /// Shows the top of the text, with a message if it is not empty.
    pub(super) fn new(message: &str) -> Self {
        let message = (!message.is_empty()).then(|| message.to_owned());
        Self { message, ..Self::default() }
    }

    /// Returns the lines of the header, wrapped only if the room for them has changed.
    fn header(
        &mut self,
        config: &ComposerConfig<'_>,
        width: usize,
        height: usize,
    ) -> &[HeaderLine] {
        let cached = self.header.take().filter(|(size, _)| *size == (width, height));
        let cached = cached.unwrap_or_else(|| ((width, height), header(config, width, height)));
        &self.header.insert(cached).1
    }
}

fn header(config: &ComposerConfig<'_>, width: usize, height: usize) -> Vec<HeaderLine> {
    // On a wide screen the heading is to the left of the question, otherwise above it.
    let heading = config.heading;
    let side = if width >= 50 { columns(heading) + 3 } else { 0 };
    let wrapped = |text: &str, is_question: bool| {
        let lines = wrap_words(&escape_for_terminal(text), width.saturating_sub(side).max(1));
        lines.into_iter().map(move |line| (format!("{:side$}{line}", ""), is_question))
    };
    let notes = wrapped(config.notes, false).filter(|(line, _)| !line.trim().is_empty());
    let mut lines: Vec<_> = wrapped(config.question, true).chain(notes).collect();
    match lines.first_mut() {
        Some((line, _)) if side > 0 => *line = format!("{heading:side$}{}", line.trim_start()),
        _ => lines.insert(0, (heading.to_owned(), true)),
    }
    if lines.len() > height || !config.reference.is_empty() {
        let is_cut = lines.len() > height;
        lines.truncate(height);
        if let Some((line, _)) = lines.last_mut() {
            let room = wrap_words(line, width.saturating_sub(11).max(1));
            let dots = if is_cut || room.len() > 1 { "…" } else { "" };
            let shown = format!("{}{dots}", room.first().map_or("", String::as_str));
            let pad = width.saturating_sub(columns(&shown) + 7);
            *line = format!("{shown}{:pad$}F2 more", "");
        }
    }
    lines
}

/// Returns a line that is being written and its keys, which get rows of their own if there is no room
/// beside it, and the column behind the line. Of a long line, the end is visible.
fn entry_lines(line: &str, keys: &str, width: usize) -> (Vec<String>, usize) {
    let mut ends = line.char_indices().map(|(at, _)| line.get(at..).unwrap_or_default());
    let end = ends.find(|end| columns(end) + 3 <= width).unwrap_or_default();
    let one = format!("{end}   {keys}");
    let lines = if columns(&one) + 2 <= width {
        vec![one]
    } else {
        let keys = wrap_words(keys, width.saturating_sub(2).max(1));
        std::iter::once(end.to_owned()).chain(keys).collect()
    };
    (lines, (1 + columns(end)).min(width.saturating_sub(1)))
}

/// Returns the first open note on the question, on at most so many lines, and the key that ticks it off.
fn note_lines(config: &ComposerConfig<'_>, width: usize, most: usize) -> Vec<String> {
    let open = config.note_pad.map(NotePad::open_notes).unwrap_or_default();
    let Some(first) = open.first() else { return Vec::new() };
    let others = if open.len() > 1 { format!(", {} more", open.len() - 1) } else { String::new() };
    let key = format!(" (^T done{others})");
    let room = (width * most).saturating_sub(columns(&key) + most * 4).max(10);
    let note = format!("{}{key}", shorten(&escape_for_terminal(first), room));
    let mut lines = wrap_words(&note, width.max(1));
    lines.truncate(most);
    lines
}

/// Returns the most important keys, as many as fit, and the number of misspelt words if any.
fn keys_line(width: usize, misspelt: usize) -> String {
    let save = if width < 50 { "^S next" } else { "^S save, continue" };
    let mut line = save.to_owned();
    let correct = format!("F7 {misspelt} misspelt");
    let correct = (misspelt > 0).then_some(correct.as_str());
    let others =
        ["Esc menu", "F1 keys", "F2 question", "F8 overview", "^Z undo", "^O editor", "^C leave"];
    for key in correct.into_iter().chain(others) {
        let longer = format!("{line}   {key}");
        if columns(&longer) + 2 > width {
            break;
        }
        line = longer;
    }
    line
}

impl Frame<'_> {
    /// Draws the status bar: words, limit and the state of saving.
    fn status(&mut self, y: usize, text: &TextBuffer, save_state: &SaveState) {
        let Self { canvas, config, styles } = self;
        let (width, _) = canvas.size();
        let measure = Measure::new(text.words(), config.limit);
        let (words, style) = match (config.limit, measure.excess()) {
            (Some(limit), 0) => {
                let left = limit.words - measure.words;
                let near = left * 10 <= limit.words;
                let style = if near { styles.near } else { CellStyle::new() };
                (format!("{} · {left} left", measure.describe()), style)
            }
            (Some(_), excess) => {
                let excess = plural(excess, "word", "words");
                (format!("{} · {excess} over", measure.describe()), styles.over)
            }
            (None, _) => (measure.describe(), CellStyle::new()),
        };
        let short = config.limit.map(|limit| format!("{}/{} words", measure.words, limit.words));
        let words = match (text.selected_words(), &short) {
            (Some(selected), Some(short)) if columns(&words) + 15 > width => {
                format!("{short} · {selected} selected")
            }
            (Some(selected), _) => format!("{words} · {selected} selected"),
            (None, _) => words,
        };
        let mut x = 1;
        if let Some(limit) = config.limit.filter(|_| width >= 60) {
            let cells = (width / 4).min(28);
            let filled = filled_columns(measure.words, limit.words, cells);
            let (full, empty) = if config.style.unicode { ("█", "░") } else { ("#", ".") };
            canvas.put(x, y, &full.repeat(filled), style);
            canvas.put(x + filled, y, &empty.repeat(cells - filled), styles.dim);
            x += cells + 2;
        }
        let room = width.saturating_sub(x + columns(&words) + 3);
        let (saved, saved_style) = match save_state {
            SaveState::Saved => ("saved".to_owned(), styles.dim),
            SaveState::Saving => ("saving".to_owned(), styles.dim),
            SaveState::Failed(reason) => {
                (format!("not saved: {}", escape_for_terminal(reason)), styles.over)
            }
        };
        if columns(&saved) <= room {
            canvas.put(x, y, &words, style);
            canvas.put(width.saturating_sub(columns(&saved) + 1), y, &saved, saved_style);
        } else if matches!(save_state, SaveState::Failed(_)) {
            // Also a narrow screen shows that saving fails; the reason is cut.
            let words = short.unwrap_or(words);
            canvas.put(x, y, &words, style);
            let x = x + columns(&words) + 2;
            canvas.put(x, y, &shorten(&saved, width.saturating_sub(x + 1).max(9)), saved_style);
        } else {
            canvas.put(x, y, &words, style);
        }
    }

    /// Draws the visible rows of the text and places the cursor.
    fn text(&mut self, area: Area, text: &mut TextBuffer, view: &mut ComposerView) {
        let Self { canvas, config, styles } = self;
        text.lay_out(area.width, area.height.saturating_sub(1));
        let (row, column) = text.cursor_row();
        let last = text.row_count().saturating_sub(area.height);
        view.top = view.top.min(last).clamp(row.saturating_sub(area.height.saturating_sub(1)), row);
        if text.is_empty() {
            let lines = wrap_words(PLACEHOLDER, area.width.max(1));
            for (y, line) in (area.y..area.y + area.height).zip(lines) {
                canvas.put(area.x, y, &line, styles.dim);
            }
        }
        let mark = config.limit.and_then(|limit| text.limit_mark(limit.words));
        let selection = text.selection();
        let selection_ends = selection.iter().flat_map(|range| [range.start, range.end]);
        let misspelt: Vec<_> = text.misspelt().collect();
        let misspelt_ends = misspelt.iter().flat_map(|range| [range.start, range.end]);
        let style_changes: Vec<Position> =
            mark.into_iter().chain(selection_ends).chain(misspelt_ends).collect();
        for (y, (start, line)) in (area.y..area.y + area.height).zip(text.rows_from(view.top)) {
            let row = start..Position { byte: start.byte + line.len(), ..start };
            let inside = style_changes.iter().filter(|change| row.contains(change));
            let mut cuts: Vec<usize> = inside.map(|change| change.byte - start.byte).collect();
            cuts.extend([0, line.len()]);
            cuts.sort_unstable();
            if mark.is_some_and(|mark| row.contains(&mark)) && area.x > 0 {
                // The mark is in the margin, so that it moves no letter.
                let sign = if config.style.unicode { "▏" } else { ">" };
                canvas.put(area.x - 1, y, sign, styles.over);
            }
            let mut x = area.x + text.row_indent(start);
            for (&from, &to) in cuts.iter().zip(cuts.iter().skip(1)) {
                let here = Position { byte: start.byte + from, ..start };
                let over = mark.is_some_and(|mark| here >= mark);
                let next = misspelt.partition_point(|range| range.end <= here);
                let wrong = misspelt.get(next).is_some_and(|range| range.start <= here);
                let mut style = match (wrong, over) {
                    (true, _) => styles.misspelt,
                    (false, true) => styles.excess,
                    (false, false) => CellStyle::new(),
                };
                if selection.as_ref().is_some_and(|range| range.contains(&here)) {
                    style.attributes = style.attributes | styles.selected.attributes;
                }
                let piece = line.get(from..to).unwrap_or_default();
                canvas.put(x, y, piece, style);
                x += columns(piece);
            }
        }
        if area.height > 0 {
            let (width, height) = canvas.size();
            let x = (area.x + column.min(area.width)).min(width - 1);
            canvas.cursor = Some((x, (area.y + row - view.top).min(height - 1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::style::Attribute;
    use proptest::prelude::*;

    use super::*;
    use crate::model::words::{Limit, WordRule};
    use crate::terminal::style::OutputStyle;
    use crate::terminal::text_buffer::tests::{Input, enter, input};

    const CONFIG: ComposerConfig<'_> = ComposerConfig {
        heading: "9 of 25",
        question: "What is/are the objective(s) of the intervention?¹",
        notes: "¹ Main objectives define what changes you desire.",
        limit: Some(Limit { words: 150 }),
        style: OutputStyle { colour: true, unicode: true, ..ComposerConfig::EMPTY.style },
        ..ComposerConfig::EMPTY
    };

    fn shown(text: &mut TextBuffer, size: (usize, usize)) -> Canvas {
        let mut canvas = Canvas::new(size);
        draw(&mut canvas, &CONFIG, text, &mut ComposerView::default(), &SaveState::Saved);
        canvas
    }

    fn screen(width: usize, height: usize, words: usize) -> Canvas {
        let written = (1..=words).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        shown(&mut TextBuffer::new(&written, WordRule::WordProcessor), (width, height))
    }

    #[test]
    fn question_text_and_words_left_are_in_view() {
        for (width, height) in [(80, 24), (40, 15)] {
            let screen = screen(width, height, 112).text();
            for part in ["9 of 25", "What is/are", "112 of 150 words · 38 left", "w112", "F1 keys"]
            {
                assert!(screen.contains(part), "{part}\n{screen}");
            }
        }
    }

    #[test]
    fn text_past_the_limit_is_underlined_from_the_first_word_too_many() {
        for (width, height) in [(80, 24), (40, 15)] {
            let canvas = screen(width, height, 162);
            let marked = canvas.text_with(Attribute::Underlined);
            assert!(marked.starts_with("w151 w152"), "{marked}");
            assert!(marked.ends_with("w162"), "{marked}");
            assert!(canvas.text().contains("162 of 150 words · 12 words over"));
        }
    }

    #[test]
    fn a_failed_save_is_shown_on_a_narrow_screen_too() {
        for width in [40, 80] {
            let mut canvas = Canvas::new((width, 15));
            let failed = SaveState::Failed("the disk is full".to_owned());
            let mut text = TextBuffer::new("one two", WordRule::WordProcessor);
            draw(&mut canvas, &CONFIG, &mut text, &mut ComposerView::default(), &failed);
            let shown = canvas.text();
            assert!(shown.contains("not saved"), "{shown}");
        }
    }

    #[test]
    fn the_question_and_the_keys_of_a_search_are_cut_and_wrapped_between_words() {
        let question =
            "How is the intervention expected to have an effect on the identified problem?";
        for (width, last) in [(40, "have an effect on the…         F2 more"), (80, "F2 more")] {
            let config = ComposerConfig { question, reference: "A list.", ..CONFIG };
            let lines = header(&config, width - 2, 3);
            let line = lines.last().map_or("", |(line, _)| line);
            assert!(line.ends_with(last) && columns(line) == width - 2, "{line}");
        }
        let keys = "Enter next · ^R replace · Esc closes";
        assert_eq!(entry_lines("Find: x", keys, 80), (vec![format!("Find: x   {keys}")], 8));
        assert_eq!(
            entry_lines("Find: x", keys, 40),
            (vec!["Find: x".to_owned(), keys.to_owned()], 8)
        );
        assert_eq!(
            entry_lines("Find: a long text", "", 12),
            (vec!["long text".to_owned(), String::new()], 10)
        );
    }

    #[test]
    fn every_size_is_drawn_and_shows_the_cursor() {
        for width in [1, 2, 5, 10, 20, 29, 40, 80, 200] {
            for height in [1, 2, 3, 6, 8, 9, 15, 24, 60] {
                let (x, y) = screen(width, height, 300).cursor.unwrap();
                assert!(x < width && y < height, "{width}x{height}");
            }
        }
        assert!(screen(20, 6, 30).text().contains("w30"));
        let wide = screen(200, 60, 150).text();
        let longest =
            wide.lines().filter(|line| line.contains(" w1")).map(|line| line.trim().len());
        assert!(longest.max().unwrap() <= READABLE, "{wide}");
    }

    proptest! {
        #[test]
        fn the_cursor_is_shown_in_its_row_after_any_keys_at_any_size(
            inputs in prop::collection::vec(input(), 0..40),
            sizes in prop::collection::vec((1_usize..60, 1_usize..20), 1..4),
        ) {
            let mut text = TextBuffer::new("", WordRule::WordProcessor);
            let mut view = ComposerView::default();
            for (at, input) in inputs.iter().enumerate() {
                if !matches!(input, Input::Resize(_)) {
                    enter(&mut text, input);
                }
                let (width, height) = sizes[at % sizes.len()];
                let mut canvas = Canvas::new((width, height));
                draw(&mut canvas, &CONFIG, &mut text, &mut view, &SaveState::Saved);
                let (x, y) = canvas.cursor.unwrap();
                prop_assert!(x < width && y < height);
                let (row, _) = text.cursor_row();
                prop_assert!(row >= view.top && row - view.top <= y, "row {} top {} y {}", row, view.top, y);
                let shown = text.rows_from(row).next().unwrap().1;
                let first = shown.split_whitespace().next().unwrap_or("");
                if width >= 30 && shown.is_ascii() {
                    prop_assert!(canvas.text().lines().nth(y).unwrap().contains(first));
                }
            }
        }
    }
}
