//! Removes what repeats at the edges of pages, such as page numbers.

use std::collections::{HashMap, HashSet};

use super::rows::{PageRows, PdfRow};

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
        if has_lone_number(page, at + 1) {
            left_out.extend(page.rows.pop().map(|row| row.text()));
        }
    }
    left_out
}

/// Whether the last row of a page is its number alone, below the text and away from its left margin, as a
/// document of one page has it.
fn has_lone_number(page: &PageRows, number: usize) -> bool {
    let [.., above, last] = page.rows.as_slice() else { return false };
    let left = page.rows.iter().map(PdfRow::x0).fold(f32::MAX, f32::min);
    let shown = last.text();
    let shown = shown.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—'));
    shown == number.to_string()
        && last.segments.iter().all(|segment| !segment.filled)
        && last.x0() > left + last.size() * 3.0
        && above.y - last.y > last.size() * 1.9
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
    if let Some(number) = roman(text.trim()) {
        return ("#".to_owned(), vec![number]);
    }
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

/// Returns the value of a small Roman numeral, as pages of a preface have it.
fn roman(text: &str) -> Option<i64> {
    let value = |c| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        _ => None,
    };
    let values: Vec<i64> = text.to_lowercase().chars().map(value).collect::<Option<_>>()?;
    let next = values.iter().skip(1).chain([&0]);
    let sum =
        values.iter().zip(next).map(|(value, next)| if value < next { -value } else { *value });
    Some(sum.sum()).filter(|_| !values.is_empty() && values.len() < 8)
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
    // Two answers may begin with the same words, and each begin a page.
    let most = others.len() + 1 == pages || others.len() > 1 || !edge.numbers.is_empty();
    !others.is_empty() && most && (others.len() + 1) * 5 >= pages * 2
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
