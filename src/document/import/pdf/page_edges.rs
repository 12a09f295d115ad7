//! Removes what repeats at the edges of pages, such as page numbers, and separates the footnotes at
//! the foot of a page.

use std::collections::{HashMap, HashSet};

use super::rows::{PageRows, PdfRow};
use crate::model::markup;

/// How many rows at the upper and lower edge of a page may repeat on others.
const EDGE_ROWS: usize = 4;
/// How far the same row may shift from page to page, in points.
const SAME_PLACE: f32 = 3.0;

/// A row at the edge of a page, as it is compared with other pages.
struct Edge {
    page: usize,
    row: usize,
    y: f32,
    /// Its text, with `#` for each number.
    pattern: String,
    numbers: Vec<i64>,
}

/// Takes away the rows that repeat at the same place on several pages, and returns what they say.
pub(super) fn take_page_edges(pages: &mut [PageRows]) -> Vec<String> {
    let mut left_out: Vec<String> = Vec::new();
    let mut gone: HashSet<(usize, usize)> = HashSet::new();
    for (at, page) in pages.iter().enumerate() {
        for (row, found) in page.rows.iter().enumerate() {
            if found.segments.iter().all(|segment| segment.artifact) {
                gone.insert((at, row));
            }
        }
    }
    for from_top in [true, false] {
        let edges = edges(pages, from_top);
        for depth in 0..EDGE_ROWS {
            let here: Vec<&Edge> =
                edges.iter().filter(|(level, _)| *level == depth).map(|(_, edge)| edge).collect();
            for edge in &here {
                // An inner row is left out only together with the row outside of it.
                let outside = if from_top { edge.row.checked_sub(1) } else { Some(edge.row + 1) };
                if depth > 0 && outside.is_some_and(|outside| !gone.contains(&(edge.page, outside)))
                {
                    continue;
                }
                if repeats(edge, &edges, pages.len()) {
                    gone.insert((edge.page, edge.row));
                }
            }
        }
    }
    for (at, page) in pages.iter_mut().enumerate() {
        let mut row = 0;
        page.rows.retain(|found| {
            let stays = !gone.contains(&(at, row));
            row += 1;
            let (pattern, _) = pattern(&found.text());
            if !stays && pattern.contains(char::is_alphabetic) && !left_out.contains(&pattern) {
                left_out.push(pattern);
            }
            stays
        });
    }
    left_out
}

/// The rows at one edge of every page, each with its distance from the edge.
fn edges(pages: &[PageRows], from_top: bool) -> Vec<(usize, Edge)> {
    let mut edges = Vec::new();
    for (page, rows) in pages.iter().enumerate() {
        let numbered = rows.rows.iter().enumerate();
        let outer: Vec<(usize, &PdfRow)> = if from_top {
            numbered.take(EDGE_ROWS).collect()
        } else {
            numbered.rev().take(EDGE_ROWS).collect()
        };
        for (depth, (row, found)) in outer.into_iter().enumerate() {
            let (pattern, numbers) = pattern(&found.text());
            edges.push((depth, Edge { page, row, y: found.y, pattern, numbers }));
        }
    }
    edges
}

/// A text with `#` for each number, and the numbers.
fn pattern(text: &str) -> (String, Vec<i64>) {
    let (mut pattern, mut numbers) = (String::new(), Vec::new());
    let mut digits = String::new();
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars().chain(['\n']) {
        if c.is_ascii_digit() && digits.len() < 9 {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            pattern.push('#');
            numbers.extend(digits.parse::<i64>());
            digits.clear();
        }
        pattern.push(c);
    }
    pattern.pop();
    (pattern, numbers)
}

/// Whether a row says the same at the same place of other pages. Numbers may differ if they count
/// on with the pages.
fn repeats(edge: &Edge, edges: &[(usize, Edge)], pages: usize) -> bool {
    if edge.pattern.chars().count() > 200 {
        return false;
    }
    let counts_on = |other: &Edge| {
        let step = i64::try_from(other.page).unwrap_or(0) - i64::try_from(edge.page).unwrap_or(0);
        edge.numbers.iter().zip(&other.numbers).all(|(a, b)| a == b || b - a == step)
    };
    let same = edges.iter().filter(|(_, other)| {
        other.page != edge.page
            && (other.y - edge.y).abs() <= SAME_PLACE
            && other.pattern == edge.pattern
            && counts_on(other)
    });
    let others: HashSet<usize> = same.map(|(_, other)| other.page).collect();
    !others.is_empty() && (others.len() + 1) * 5 >= pages * 2
}

/// The size of most letters of a document.
pub(super) fn body_size(pages: &[PageRows]) -> f32 {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for segment in pages.iter().flat_map(|page| &page.rows).flat_map(|row| &row.segments) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sizes are small and positive"
        )]
        let size = (segment.size * 4.0).round() as u32;
        *counts.entry(size).or_default() += segment.letters.len();
    }
    let most = counts.into_iter().max_by_key(|&(size, count)| (count, size));
    #[expect(clippy::cast_precision_loss, reason = "sizes are small")]
    most.map_or(10.0, |(size, _)| size as f32 / 4.0)
}

/// Returns how many rows are below a short line at the foot of a page, with which programs separate
/// footnotes. The first of them must begin with a raised mark.
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
    let first = page.rows.len().checked_sub(below).and_then(|from| page.rows.get(from));
    let is_note =
        first.is_some_and(|row| row.text().trim_start().starts_with(markup::is_superscript));
    if lowest < f32::MAX && is_note { below } else { 0 }
}

/// Takes the footnotes from the foot of a page: small rows or those below a separator, of which the
/// first begins with a mark or continues the last note of the page `before`.
pub(super) fn take_footnotes(page: &mut PageRows, body: f32, before: &[PdfRow]) -> Vec<PdfRow> {
    let small = page.rows.iter().rev().take_while(|row| {
        row.size() < body * 0.94 && row.segments.iter().all(|segment| !segment.filled)
    });
    let small = small.count().max(rows_below_separator(page));
    let from = page.rows.len() - small;
    let has_mark = |row: &PdfRow| {
        let text = row.text();
        let mut chars = text.trim_start().chars();
        chars.next().is_some_and(|c| markup::is_superscript(c) || c == '*' || c == '†')
            || text.trim_start().split_once([' ', '.', ')']).is_some_and(|(number, _)| {
                number.len() <= 2
                    && !number.is_empty()
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let first = page.rows.iter().skip(from).position(has_mark);
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
