//! Finds the rows of a table without lines by the white bands between them, which run across all columns.

use std::ops::Range;

use super::rows::PdfRow;

/// How much wider than the distance of lines the baselines around a band are at least.
const WIDER: f32 = 1.2;
/// How far cells of one row may be out of line, as a factor of the font size.
const SAME_LINE: f32 = 0.2;
/// A question beside its answer has fewer lines than this.
const LONG: usize = 10;
/// The most distances that are tried.
const MAX_DISTANCES: usize = 16;

/// Rows of text that are divided at white bands, and how well the two columns agree with that.
struct Division {
    bands: Vec<Range<usize>>,
    /// How many bands have text in both columns, in how many of them it is in line, and how many are as
    /// long as running text on both sides.
    both: usize,
    in_line: usize,
    long: usize,
}

/// Returns the rows of a table whose columns are on both sides of `middle`: ranges between white bands in
/// which the texts of both columns begin on one line, or have their middles there. Paragraphs in columns
/// of running text seldom do. Returns `None` if fewer than `least` rows have text in both columns.
pub(super) fn table_rows(rows: &[PdfRow], middle: f32, least: usize) -> Option<Vec<Range<usize>>> {
    let pitches: Vec<f32> =
        rows.iter().zip(rows.iter().skip(1)).map(|(above, below)| above.y - below.y).collect();
    let tight = line_distance(rows, |x| x < middle).min(line_distance(rows, |x| x >= middle));
    let mut distances = pitches.clone();
    distances.sort_by(f32::total_cmp);
    let pairs = distances.iter().zip(distances.iter().skip(1));
    let wider = pairs.filter(|(near, wide)| **wide >= near.max(tight) * WIDER);
    let divisions =
        wider.take(MAX_DISTANCES).map(|(_, wide)| divide(rows, &pitches, *wide, middle));
    let agrees = |division: &Division| {
        division.both >= least.max(2)
            && division.in_line * 5 >= division.both * 4
            && division.long * 4 <= division.both
    };
    let best = divisions
        .filter(agrees)
        .max_by_key(|division| (division.in_line * 100 / division.both, division.both));
    best.map(|division| division.bands)
}

/// Divides rows where they are at least `wide` apart.
fn divide(rows: &[PdfRow], pitches: &[f32], wide: f32, middle: f32) -> Division {
    let ends = pitches.iter().enumerate().filter(|(_, pitch)| **pitch >= wide);
    let mut bands = Vec::new();
    let mut from = 0;
    for to in ends.map(|(at, _)| at + 1).chain([rows.len()]) {
        bands.push(from..to);
        from = to;
    }
    let (mut both, mut tops, mut middles, mut long) = (0, 0, 0, 0);
    for band in &bands {
        let band = rows.get(band.clone()).unwrap_or_default();
        let left = extent(band, |x| x < middle);
        let right = extent(band, |x| x >= middle);
        let (Some(left), Some(right)) = (left, right) else { continue };
        let near = band.iter().map(PdfRow::size).fold(0.0, f32::max) * SAME_LINE;
        both += 1;
        long += usize::from(left.2.min(right.2) >= LONG);
        tops += usize::from((left.0 - right.0).abs() <= near);
        middles += usize::from((left.0 + left.1 - right.0 - right.1).abs() <= near * 2.0);
    }
    Division { bands, both, in_line: tops.max(middles), long }
}

/// Returns the smallest distance of lines in one column.
fn line_distance(rows: &[PdfRow], wanted: impl Fn(f32) -> bool) -> f32 {
    let lines = rows.iter().filter(|row| row.segments.iter().any(|part| wanted(part.x0)));
    let lines: Vec<f32> = lines.map(|row| row.y).collect();
    lines
        .iter()
        .zip(lines.iter().skip(1))
        .map(|(above, below)| above - below)
        .fold(f32::MAX, f32::min)
}

/// Returns the first and the last baseline with text whose start is wanted, and how many there are.
fn extent(rows: &[PdfRow], wanted: impl Fn(f32) -> bool) -> Option<(f32, f32, usize)> {
    let mut lines = rows.iter().filter(|row| row.segments.iter().any(|part| wanted(part.x0)));
    let count = lines.clone().count();
    let first = lines.next()?;
    Some((first.y, lines.next_back().unwrap_or(first).y, count))
}
