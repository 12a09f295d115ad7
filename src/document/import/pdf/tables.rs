//! Finds tables: by the lines drawn between their columns, or by rows whose cells share baselines and
//! leave the same gaps free.

use std::ops::Range;

use super::columns::is_running;
use super::drawing::Rule;
use super::rows::{COLUMN_GAP, PdfRow, RowSegment};

/// A strip of the page that is free of text, from its left to its right edge.
pub(super) type Gutter = (f32, f32);

/// Rows of a page that are divided into columns: a table, or columns of running text.
pub(super) struct ColumnBlock {
    /// Which rows of the page it has.
    pub(super) rows: Range<usize>,
    /// The gaps between the columns.
    pub(super) gutters: Vec<Gutter>,
    /// The rows before which a row of the table begins, counted from the first row of the block.
    pub(super) starts: Vec<usize>,
    /// Whether its columns are those of a table, not of running text.
    pub(super) table: bool,
}

impl ColumnBlock {
    /// Returns the rows of each column that has text.
    pub(super) fn columns(&self, band: &[PdfRow]) -> Vec<Vec<PdfRow>> {
        let mut columns = vec![Vec::new(); self.gutters.len() + 1];
        for row in band {
            for (at, column) in columns.iter_mut().enumerate() {
                let from = at
                    .checked_sub(1)
                    .and_then(|at| self.gutters.get(at))
                    .map_or(f32::MIN, |gap| gap.0);
                let to = self.gutters.get(at).map_or(f32::MAX, |gap| gap.1);
                let inside = |part: &&RowSegment| part.x0 >= from - 0.1 && part.x1 <= to + 0.1;
                let segments: Vec<RowSegment> =
                    row.segments.iter().filter(inside).cloned().collect();
                if !segments.is_empty() {
                    column.push(PdfRow { y: row.y, segments });
                }
            }
        }
        columns.retain(|column| !column.is_empty());
        columns
    }
}

/// Finds the first table with lines between its columns.
pub(super) fn ruled_table(rows: &[PdfRow], rules: &[Rule]) -> Option<ColumnBlock> {
    let columns: Vec<Vec<f32>> = rows.iter().map(|row| column_lines(row, rules)).collect();
    let alike = |a: &[f32], b: &[f32]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 3.0)
    };
    let mut from = 0;
    while let Some(lines) = columns.get(from) {
        let run = columns.iter().skip(from).take_while(|other| alike(lines, other)).count();
        let inside = rows.get(from..from + run)?;
        let on_both_sides =
            |x: f32| inside.iter().any(|row| row.x0() < x) && inside.iter().any(|row| row.x1() > x);
        let between = lines.iter().filter(|&&x| on_both_sides(x));
        let gutters: Vec<Gutter> = between.map(|x| (x - 0.5, x + 0.5)).collect();
        if !gutters.is_empty() {
            let starts = ruled_starts(inside, &gutters, rules);
            return Some(ColumnBlock { rows: from..from + run, gutters, starts, table: true });
        }
        from += run.max(1);
    }
    None
}

/// Returns the vertical rules beside a row that part its table into columns, from left to right.
fn column_lines(row: &PdfRow, rules: &[Rule]) -> Vec<f32> {
    let middle = row.y + row.size() * 0.25;
    let beside = rules.iter().filter(|rule| rule.height() > 4.0 && rule.is_beside(middle));
    let mut lines: Vec<f32> = beside.map(|rule| f32::midpoint(rule.x0, rule.x1)).collect();
    lines.sort_by(f32::total_cmp);
    lines.dedup_by(|a, b| (*a - *b).abs() < 3.0);
    let crossed = |x: f32| row.segments.iter().any(|part| part.x0 < x - 1.0 && part.x1 > x + 1.0);
    lines.retain(|&x| !crossed(x));
    lines
}

/// Finds the first table whose cells share baselines.
pub(super) fn aligned_table(rows: &[PdfRow], rules: &[Rule]) -> Option<ColumnBlock> {
    let mut wide = rows.iter().enumerate().filter(|(_, row)| row.segments.len() > 1);
    wide.find_map(|(from, first)| aligned_table_at(rows, from, first, rules))
}

/// Finds the table that begins at a row with several segments.
fn aligned_table_at(
    rows: &[PdfRow],
    from: usize,
    first: &PdfRow,
    rules: &[Rule],
) -> Option<ColumnBlock> {
    let mut gutters = gaps(first);
    let mut to = from + 1;
    let mut last_both = from;
    while let Some(row) = rows.get(to) {
        let left = narrowed(&gutters, row);
        let above = rows.get(to - 1)?;
        let pitch = above.y - row.y;
        let ruled = is_ruled(rules, above.y, row.y, &left);
        let (Some(&(_, gutter)), false) = (left.first(), pitch > row.size() * 3.0 && !ruled) else {
            break;
        };
        let is_both = !gaps(row).is_empty();
        let is_right = row.x0() >= gutter - 0.1;
        // A short line below the columns is no part of the left one.
        let is_next =
            pitch <= row.size() * 1.45 && (row.size() - above.size()).abs() < row.size() * 0.1;
        if !is_both && !is_right && !is_next && !ruled {
            let continues = rows
                .get(to + 1)
                .is_some_and(|next| !gaps(next).is_empty() && !narrowed(&left, next).is_empty());
            if !continues {
                break;
            }
        }
        gutters = left;
        if is_both || is_right {
            last_both = to;
        }
        to += 1;
    }
    // Rows with text on the left alone belong to it only inside the columns, or beside their lines.
    to = last_both + 1;
    while rows.get(to).is_some_and(|row| {
        is_boxed(rules, row, &gutters) && narrowed(&gutters, row).len() == gutters.len()
    }) {
        to += 1;
    }
    let inside = rows.get(from..to)?;
    let &(_, gutter) = gutters.first()?;
    let is_both = |row: &&PdfRow| !gaps(row).is_empty() && !narrowed(&gutters, row).is_empty();
    let certain = is_boxed(rules, first, &gutters)
        || inside.iter().any(|row| row.x0() >= gutter - 0.1)
        || inside.iter().filter(is_both).count() > 2;
    if !certain {
        return None;
    }
    let starts = aligned_starts(inside, &gutters, rules);
    let table = !starts.is_empty();
    Some(ColumnBlock { rows: from..to, gutters, starts, table })
}

/// Returns where the rows of a table begin. Columns of running text are one row.
fn aligned_starts(rows: &[PdfRow], gutters: &[Gutter], rules: &[Rule]) -> Vec<usize> {
    let Some(&(left, right)) = gutters.first() else { return Vec::new() };
    let ruled = ruled_starts(rows, &[(left, right)], rules);
    if !ruled.is_empty() {
        return ruled;
    }
    if is_running(rows, (left, right)) {
        return Vec::new();
    }
    let pairs = || rows.iter().zip(rows.iter().skip(1)).enumerate();
    let tight = pairs().map(|(_, (above, below))| above.y - below.y).fold(f32::MAX, f32::min);
    pairs()
        .filter(|(_, (above, below))| {
            let first = above.segments.first().map_or(0.0, |part| part.x1);
            let continues = above.x0() < left
                && above.y - below.y <= tight * 1.3
                && first > left - below.size() * 4.0
                && below.x1() <= right;
            below.x0() < left && !continues
        })
        .map(|(at, _)| at + 1)
        .collect()
}

/// Returns the rows before which a horizontal rule crosses one of the gutters.
pub(super) fn ruled_starts(rows: &[PdfRow], gutters: &[Gutter], rules: &[Rule]) -> Vec<usize> {
    let pairs = rows.iter().zip(rows.iter().skip(1)).enumerate();
    pairs
        .filter(|(_, (above, below))| is_ruled(rules, above.y, below.y, gutters))
        .map(|(at, _)| at + 1)
        .collect()
}

/// Whether a horizontal rule lies between two baselines and crosses a gutter.
fn is_ruled(rules: &[Rule], above: f32, below: f32, gutters: &[Gutter]) -> bool {
    gutters.iter().any(|&(left, right)| {
        let middle = f32::midpoint(left, right);
        rules.iter().any(|rule| {
            rule.height() < 2.5
                && rule.y0 < above
                && rule.y1 > below
                && rule.x0 <= middle
                && rule.x1 >= middle
        })
    })
}

/// Whether a vertical rule in a gutter runs beside a row.
pub(super) fn is_boxed(rules: &[Rule], row: &PdfRow, gutters: &[Gutter]) -> bool {
    gutters.iter().any(|&(left, right)| {
        rules
            .iter()
            .any(|rule| rule.is_beside(row.y) && rule.x0 >= left - 1.0 && rule.x1 <= right + 1.0)
    })
}

/// Returns the gaps of a row that may separate columns.
fn gaps(row: &PdfRow) -> Vec<Gutter> {
    let pairs = row.segments.iter().zip(row.segments.iter().skip(1));
    pairs.map(|(left, right)| (left.x1, right.x0)).filter(|(from, to)| from < to).collect()
}

/// Returns what of the gutters a row leaves free.
fn narrowed(gutters: &[Gutter], row: &PdfRow) -> Vec<Gutter> {
    let free = |&(from, to): &Gutter| {
        let (mut from, mut to) = (from, to);
        for segment in &row.segments {
            if segment.x1 <= from || segment.x0 >= to {
                continue;
            }
            if segment.x0 <= from && segment.x1 >= to {
                return None;
            }
            // It reaches in from one side.
            if segment.x0 <= from { from = segment.x1 } else { to = segment.x0 }
        }
        (to - from >= row.size() * COLUMN_GAP * 0.9).then_some((from, to))
    };
    gutters.iter().filter_map(free).collect()
}
