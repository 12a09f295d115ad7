//! Separates footnotes from the text of a page, and finds their marks in the text.

use std::ops::Range;

use super::rows::{PageRows, PdfRow};
use crate::document::import::lines::{Source, SourceLine};
use crate::model::markup::{is_superscript, superscript};

/// The arrow with which web pages lead from a footnote back to its mark.
const BACK: [char; 3] = [' ', '↩', '\u{FE0E}'];
/// Units that are squared or cubed.
const UNITS: [&str; 6] = ["m", "km", "cm", "mm", "dm", "ft"];

/// Returns how many rows are below a short line at the foot of a page, with which programs separate
/// footnotes. The first of them must begin with a mark that is raised there or in the text.
fn rows_below_separator(page: &PageRows) -> usize {
    let right = page.rows.iter().map(PdfRow::x1).fold(f32::MIN, f32::max);
    let left = page.rows.iter().map(PdfRow::x0).fold(f32::MAX, f32::min);
    let short = page.rules.iter().filter(|rule| {
        let width = rule.x1 - rule.x0;
        rule.y1 - rule.y0 < 2.5 && width > 20.0 && width < (right - left) * 0.5
    });
    let lowest = short.map(|rule| rule.y0).fold(f32::MAX, f32::min);
    let is_below =
        |row: &&PdfRow| row.y < lowest && row.segments.iter().all(|segment| !segment.filled);
    let below = page.rows.iter().rev().take_while(is_below).count();
    let (text, notes) = page.rows.split_at(page.rows.len() - below);
    let is_note = notes.first().is_some_and(|row| begins_note(row, text));
    if lowest < f32::MAX && is_note { below } else { 0 }
}

/// Whether a row begins with a mark that is raised there or in the text above it. A numbered question at
/// the foot of a page does not.
fn begins_note(row: &PdfRow, text: &[PdfRow]) -> bool {
    let note = row.text();
    let is_in_text = |mark: &str| text.iter().any(|row| places(&row.text(), mark).next().is_some());
    note.trim_start().starts_with(is_superscript)
        || leading_mark(&note).is_some_and(|(mark, _)| is_in_text(&mark))
}

/// Takes the footnotes from the foot of a page: small rows or those below a separator, of which the
/// first begins with a mark or continues the last note of the page `before`.
pub(super) fn take_footnotes(page: &mut PageRows, body: f32, before: &[PdfRow]) -> Vec<PdfRow> {
    let small = page.rows.iter().rev().take_while(|row| {
        row.size() < body * 0.94 && row.segments.iter().all(|segment| !segment.filled)
    });
    let small = small.count().max(rows_below_separator(page));
    let from = page.rows.len() - small;
    let text = page.rows.get(..from).unwrap_or_default();
    let is_first = |row: &PdfRow| {
        if text.is_empty() { leading_mark(&row.text()).is_some() } else { begins_note(row, text) }
    };
    let first = page.rows.iter().skip(from).position(is_first);
    let open = before
        .last()
        .is_some_and(|row| !row.text().trim_end().ends_with(['.', '↩', ')', '!', '?']));
    match first {
        Some(_) | None if open && small > 0 => page.rows.split_off(from),
        // A page of notes alone.
        Some(0) if !before.is_empty() => page.rows.split_off(from),
        Some(first) if from > 0 => page.rows.split_off(from + first),
        Some(_) | None => Vec::new(),
    }
}

/// Moves the footnotes at the end of a web page to the others: they begin with a number and end with
/// an arrow.
pub(super) fn take_linked_notes(source: &mut Source) {
    let is_note = |line: &mut SourceLine| {
        let text = line.text();
        text.trim_end_matches('\u{FE0E}').ends_with('↩') && leading_mark(&text).is_some()
    };
    source.notes.extend(source.lines.extract_if(.., is_note));
    for line in source.lines.iter_mut().chain(&mut source.notes) {
        if let Some(last) = line.runs.last_mut() {
            last.text.truncate(last.text.trim_end_matches(BACK).len());
        }
    }
}

/// Finds the line with the mark of each footnote. The marks and the numbers of the footnotes are left
/// out, as they are in formats that store footnotes separately.
pub(super) fn find_marks(source: &mut Source) {
    let Source { lines, notes, note_marks, .. } = source;
    let (mut last, mut next) = (None, (0, 0));
    for note in notes {
        if let Some((mark, number)) = leading_mark(&note.text()) {
            let found = mark_in(lines, &mark, note.number, next);
            last = found.as_ref().map(|(line, _)| *line);
            if let Some((at, place)) = found {
                next = (at, place.start);
                lines.get_mut(at).into_iter().for_each(|line| remove(line, place.clone()));
                remove(note, 0..number);
            }
        }
        note_marks.push(last);
    }
}

/// Returns the line with a mark and the byte range of it: behind the last mark that was found, or
/// anywhere on the page of the footnote or the one before, or the only one in the document.
fn mark_in(
    lines: &[SourceLine],
    mark: &str,
    page: usize,
    next: (usize, usize),
) -> Option<(usize, Range<usize>)> {
    let found: Vec<(usize, Range<usize>)> = lines
        .iter()
        .enumerate()
        .flat_map(|(at, line)| {
            let text = line.text();
            places(&text, mark).map(|place| (at, place)).collect::<Vec<_>>()
        })
        .collect();
    let is_near = |(at, _): &&(usize, Range<usize>)| {
        lines.get(*at).is_some_and(|line| line.number <= page && line.number + 1 >= page)
    };
    let is_next = |(at, place): &&(usize, Range<usize>)| (*at, place.start) >= next;
    let near = found.iter().filter(is_near);
    let only = || found.first().filter(|_| found.len() == 1);
    near.clone().find(is_next).or_else(|| near.clone().next()).or_else(only).cloned()
}

/// Returns the mark of a footnote as it is in the text, and the length of what says it at the start of the
/// note: raised digits, symbols, or a number before a space, a dot or a bracket.
fn leading_mark(note: &str) -> Option<(String, usize)> {
    let body = note.trim_start();
    let indent = note.len() - body.len();
    let behind = |from: usize| {
        let rest = body.get(from..).unwrap_or_default();
        rest.len() - rest.trim_start().len() + from + indent
    };
    let len = |is_mark: fn(char) -> bool| body.len() - body.trim_start_matches(is_mark).len();
    let (raised, signs) = (len(is_superscript), len(is_sign));
    if raised > 0 || signs > 0 {
        let mark = body.get(..raised.max(signs))?;
        return Some((mark.to_owned(), behind(mark.len())));
    }
    let rest = body.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = body.get(..body.len() - rest.len())?;
    let dot = usize::from(rest.starts_with(['.', ')']));
    let decimal =
        rest.get(dot..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    // A narrow number may leave no room before a capital letter.
    let is_number = dot == 1 || rest.starts_with(|c: char| c.is_whitespace() || c.is_uppercase());
    (is_number && !decimal && matches!(number.len(), 1 | 2))
        .then(|| (superscript(number), behind(number.len() + dot)))
}

fn is_sign(c: char) -> bool {
    matches!(c, '*' | '†' | '‡' | '§')
}

/// Returns the byte ranges in which a text has the mark of a footnote, after a word or punctuation.
/// Raised digits after a small number or a unit are an exponent.
fn places<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let same: fn(char) -> bool =
        if mark.starts_with(is_superscript) { is_superscript } else { is_sign };
    let is_place = move |(at, _): &(usize, &str)| {
        let before = text.get(..*at).unwrap_or_default();
        let behind = text.get(at + mark.len()..).unwrap_or_default();
        let word =
            before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_small = word.len() <= 2 && word.ends_with(|c: char| c.is_ascii_digit());
        let is_power = same('¹') && (is_small || UNITS.contains(&word));
        let opens = !same('¹') && behind.starts_with(char::is_alphanumeric);
        !before.trim().is_empty()
            && !before.ends_with(same)
            && !behind.starts_with(same)
            && !is_power
            && !opens
    };
    text.match_indices(mark).filter(is_place).map(|(at, mark)| at..at + mark.len())
}

/// Removes a range of a line, and the space before it if another one or the end of the line follows.
fn remove(line: &mut SourceLine, range: Range<usize>) {
    let text = line.text();
    let behind = text.get(range.end..).unwrap_or_default();
    let before = text.get(..range.start).unwrap_or_default();
    let doubled = before.ends_with(' ') && (behind.is_empty() || behind.starts_with(' '));
    let range = range.start - usize::from(doubled)..range.end;
    let mut from = 0;
    for run in &mut line.runs {
        let (start, end) = (from, from + run.text.len());
        from = end;
        if range.start < end && range.end > start {
            run.text.drain(range.start.max(start) - start..range.end.min(end) - start);
        }
    }
    line.runs.retain(|run| !run.text.is_empty());
}
