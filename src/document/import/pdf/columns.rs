//! Finds columns whose lines need not share baselines: a strip of the page that stays free over
//! several rows, with text on both sides.

use std::cmp::Reverse;
use std::ops::Range;

use super::bands::table_rows;
use super::drawing::Rule;
use super::rows::{PdfRow, RowSegment};
use super::tables::{ColumnBlock, Gutter, is_boxed, ruled_starts};

/// Finds the first columns or cells beside one another.
pub(super) fn side_by_side(rows: &[PdfRow], rules: &[Rule]) -> Option<ColumnBlock> {
    let left = rows.iter().map(PdfRow::x0).fold(f32::MAX, f32::min);
    let right = rows.iter().map(PdfRow::x1).fold(f32::MIN, f32::max);
    let mut found: Vec<(usize, ColumnBlock)> = Vec::new();
    let steps = (6..=34_u8).map(|step| left + (right - left) * f32::from(step) / 40.0);
    for middle in steps.chain(gap_middles(rows)) {
        let is_free = |row: &PdfRow| {
            let margin = row.size() * 0.35;
            row.segments.iter().all(|part| part.x1 < middle - margin || part.x0 > middle + margin)
        };
        let mut from = 0;
        while from < rows.len() {
            let run = rows.iter().skip(from).take_while(|row| is_free(row)).count();
            found.extend(columns_in(rows, from..from + run, middle, rules));
            from += run.max(1);
        }
    }
    // The one with the most text on its thinner side; of overlapping ones, no other is wanted.
    let best = found.iter().max_by_key(|(worth, block)| (*worth, Reverse(block.rows.start)))?;
    let before = found.iter().filter(|(_, block)| block.rows.end <= best.1.rows.start);
    let first = before.max_by_key(|(worth, block)| (Reverse(block.rows.start), *worth));
    let chosen = first.unwrap_or(best).1.rows.clone();
    found.into_iter().map(|(_, block)| block).find(|block| block.rows == chosen)
}

/// The most gaps between segments that are tried.
const MAX_GAPS: usize = 24;

/// Returns the middles of the gaps between segments, which may be narrower than the steps across the page.
fn gap_middles(rows: &[PdfRow]) -> Vec<f32> {
    let pairs = rows.iter().flat_map(|row| row.segments.iter().zip(row.segments.iter().skip(1)));
    // The right column begins at one place, wherever the lines of the left one end.
    let mut middles: Vec<f32> = pairs.map(|(_, right)| right.x0 - right.size * 0.36).collect();
    middles.sort_by(f32::total_cmp);
    middles.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    middles.truncate(MAX_GAPS);
    middles
}

/// Looks for columns in rows that leave a strip around `middle` free. Returns them with the number of
/// rows on the thinner side, weighted by how certain they are.
fn columns_in(
    rows: &[PdfRow],
    free: Range<usize>,
    middle: f32,
    rules: &[Rule],
) -> Option<(usize, ColumnBlock)> {
    let run = rows.get(free.clone()).unwrap_or_default();
    // From the first row with text on the right to the last.
    let is_right = |row: &PdfRow| row.x1() > middle;
    let first = run.iter().position(is_right)?;
    let last = run.iter().rposition(is_right)?;
    let inside = run.get(first..=last)?;
    let (mut from, mut to) = (free.start + first, free.start + last + 1);
    let parts = || inside.iter().flat_map(|row| &row.segments);
    let gap = (
        parts().filter(|part| part.x1 < middle).map(|part| part.x1).fold(f32::MIN, f32::max),
        parts().filter(|part| part.x0 > middle).map(|part| part.x0).fold(f32::MAX, f32::min),
    );
    let (few, both) = shared_rows(inside, (middle, middle));
    let block = |from: usize, to: usize, starts: Vec<usize>, table: bool| {
        let gutters = gutters(rows.get(from..to).unwrap_or_default());
        ColumnBlock { rows: from..to, gutters, starts, table }
    };
    if has_numbers_on_both_sides(run, gap) {
        let columns = block(free.start, free.end, Vec::new(), false);
        return (!columns.gutters.is_empty()).then_some((few * 2, columns));
    }
    let least = if is_running(inside, gap) { 3 } else { 2 };
    if let Some(mut bands) = table_rows(run, middle, least).filter(|_| few > 0) {
        bands.retain(|band| band.end > first && band.start <= last);
        let (start, end) = (bands.first()?.start, bands.last()?.end);
        let starts = bands.iter().skip(1).map(|band| band.start - start).collect();
        return Some((few * 2, block(free.start + start, free.start + end, starts, true)));
    }
    if let Some(starts) = numbered_starts(inside, gap).filter(|_| few > 0) {
        // The last question may have more lines than its answer.
        let below = rows.get(to - 1..free.end).unwrap_or_default();
        let is_next = |(above, row): &(&PdfRow, &PdfRow)| {
            above.y - row.y <= row.size() * 1.45 && row.x1() <= gap.0 + 0.1
        };
        let longer = below.iter().zip(below.iter().skip(1)).take_while(is_next).count();
        // A column of running text is as long as the next one.
        let on_left = inside.iter().filter(|row| row.x0() < middle).count();
        let on_right = inside.iter().filter(|row| row.x1() > middle).count();
        if starts.len() > 1 || longer > 0 || on_left + 2 < on_right {
            return Some((few * 2, block(from, to + longer, starts, true)));
        }
    }
    if few == 0 || inside.len() < 3 {
        return None;
    }
    let boxed = |row: &PdfRow| is_boxed(rules, row, &[gap]);
    if inside.iter().filter(|row| boxed(row)).count() * 10 >= inside.len() * 6 {
        // A table with a line between its columns: all that is beside the line.
        while from > free.start && rows.get(from - 1).is_some_and(boxed) {
            from -= 1;
        }
        while to < free.end && rows.get(to).is_some_and(boxed) {
            to += 1;
        }
        let starts = ruled_starts(rows.get(from..to)?, &[gap], rules);
        return Some((few * 4, block(from, to, starts, true)));
    }
    let ruled = ruled_starts(inside, &[gap], rules);
    if ruled.len() >= 2 && both * 3 < few * 2 {
        return Some((few * 2, block(from, to, ruled, true)));
    }
    if let Some(&first) = ruled.first() {
        // A line across the page ends columns.
        let cut = from + first;
        let upper = columns_in(rows, free.start..cut, middle, rules);
        return upper.or_else(|| columns_in(rows, cut..free.end, middle, rules));
    }
    let blocks = tops(inside, |part| part.x1 <= gap.0 + 0.1);
    let right_blocks = tops(inside, |part| part.x0 >= gap.1 - 0.1);
    let is_aligned = |top: &&f32| right_blocks.iter().any(|other| (*top - other).abs() < 9.0);
    let aligned = blocks.iter().filter(is_aligned).count();
    let shared = both * 2 >= few && !is_running(inside, gap);
    if blocks.len() >= if shared { 2 } else { 3 } && aligned * 5 >= blocks.len() * 4 {
        let size = inside.iter().map(PdfRow::size).fold(0.0, f32::max);
        let begins = |top: &f32| inside.iter().position(|row| row.y <= top + size * 0.9);
        let starts = blocks.iter().skip(1).filter_map(begins).collect();
        return Some((few, block(from, to, starts, true)));
    }
    // What shares its baselines is read row by row.
    let letters: usize = parts().map(|part| part.letters.len()).sum();
    let balanced = few * 4 >= inside.len() && inside.len() >= 8 && letters >= parts().count() * 16;
    if shared || !balanced {
        return None;
    }
    // The left column may be the longer one.
    while let (Some(row), Some(above)) = (rows.get(to), rows.get(to - 1)) {
        if to >= free.end || above.y - row.y > row.size() * 2.2 {
            break;
        }
        to += 1;
    }
    let columns = block(from, to, Vec::new(), false);
    (!columns.gutters.is_empty()).then_some((few, columns))
}

/// Counts the rows with text on the side of a gutter that has fewer, and those with text on both.
fn shared_rows(rows: &[PdfRow], (left, right): Gutter) -> (usize, usize) {
    let on_left = rows.iter().filter(|row| row.x0() < left).count();
    let on_right = rows.iter().filter(|row| row.x1() > right).count();
    let both = rows.iter().filter(|row| row.x0() < left && row.x1() > right).count();
    (on_left.min(on_right), both)
}

/// Whether two columns are dense enough to be running text.
pub(super) fn is_running(rows: &[PdfRow], gap: Gutter) -> bool {
    let labels = rows.iter().filter_map(|row| row.segments.first());
    let labels = labels
        .filter(|part| part.x1 <= gap.0 && part.text().trim_end().ends_with([':', '?']))
        .count();
    let letters: usize =
        rows.iter().flat_map(|row| &row.segments).map(|part| part.letters.len()).sum();
    let parts: usize = rows.iter().map(|row| row.segments.len()).sum();
    let (fewer, _) = shared_rows(rows, gap);
    rows.len() >= 5 && fewer * 5 >= rows.len() * 2 && letters >= parts * 18 && labels * 3 < fewer
}

/// Returns where the rows of a table without lines begin, whose left column has numbered questions and
/// whose right column has the answers beside them: text beside each number, and no such number on the
/// right.
fn numbered_starts(rows: &[PdfRow], (left, right): Gutter) -> Option<Vec<usize>> {
    let mut numbers = Vec::new();
    let mut starts = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for part in &row.segments {
            let Some(number) = question_number(&part.text()) else { continue };
            let has_answer = row.segments.iter().any(|part| part.x0 >= right - 0.1);
            if part.x1 > left + 0.1 || !has_answer {
                return None;
            }
            numbers.push(number);
            starts.push(at);
        }
    }
    let ascends = numbers.is_sorted_by(|number, next| number < next);
    (!numbers.is_empty() && ascends).then_some(starts)
}

/// Whether numbered questions go on from the left column to the right one, as on a sheet with two pages.
fn has_numbers_on_both_sides(rows: &[PdfRow], (left, right): Gutter) -> bool {
    let numbers = |wanted: &dyn Fn(&RowSegment) -> bool| -> Vec<usize> {
        let parts = rows.iter().flat_map(|row| &row.segments).filter(|part| wanted(part));
        parts.filter_map(|part| question_number(&part.text())).collect()
    };
    let on_left = numbers(&|part| part.x1 <= left + 0.1);
    let on_right = numbers(&|part| part.x0 >= right - 0.1);
    let ascends = |numbers: &[usize]| numbers.is_sorted_by(|number, next| number < next);
    on_left.len() > 1
        && ascends(&on_left)
        && ascends(&on_right)
        && on_left.last().zip(on_right.first()).is_some_and(|(last, first)| last < first)
}

/// Returns the number of a question at the start of a text: `12. How`, `(12) How` or `Question 12: How`.
fn question_number(text: &str) -> Option<usize> {
    let text = text.trim_start().trim_start_matches('(');
    let text = text.strip_prefix("Question ").or_else(|| text.strip_prefix('Q')).unwrap_or(text);
    let (digits, rest) = text.split_once(['.', ')', ':'])?;
    let is_question = rest.starts_with(' ') && rest.contains(char::is_alphabetic);
    digits.parse().ok().filter(|_| is_question && digits.len() <= 2)
}

/// Returns the baselines at which blocks of text begin in a column.
fn tops(rows: &[PdfRow], wanted: impl Fn(&RowSegment) -> bool) -> Vec<f32> {
    let mut tops = Vec::new();
    let mut above: Option<f32> = None;
    for row in rows.iter().filter(|row| row.segments.iter().any(&wanted)) {
        if above.is_none_or(|above| above - row.y > row.size() * 1.9) {
            tops.push(row.y);
        }
        above = Some(row.y);
    }
    tops
}

/// Returns the strips that all rows leave free, from left to right.
fn gutters(rows: &[PdfRow]) -> Vec<Gutter> {
    let mut parts: Vec<Gutter> =
        rows.iter().flat_map(|row| &row.segments).map(|part| (part.x0, part.x1)).collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = rows.iter().map(PdfRow::size).fold(0.0, f32::max);
    let mut gutters = Vec::new();
    let mut reach: Option<f32> = None;
    for (from, to) in parts {
        if let Some(reach) = reach.filter(|reach| from - reach >= size * 0.5) {
            gutters.push((reach, from));
        }
        reach = Some(reach.map_or(to, |reach| reach.max(to)));
    }
    gutters
}
