//! Arranges what is drawn on a page: characters become rows, rows become columns and table cells,
//! and these become lines in the order in which a person reads them.

use std::collections::HashSet;

use super::content::{Drawn, Glyph, Rule};
use super::form_fields::{Filled, Link};
use crate::model::markup;

/// A gap this wide, as a factor of the font size, may separate columns.
const COLUMN_GAP: f32 = 0.8;
/// A gap this wide separates words.
const WORD_GAP: f32 = 0.17;

/// A character drawn again this near, in points, is the same one made bold.
const DOUBLE_STEP: f32 = 0.6;

/// A character with its look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub(super) character: char,
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// Which of the links of its page it belongs to.
    pub(super) link: Option<usize>,
}

/// A stretch of text without wide gaps.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) letters: Vec<Letter>,
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// The size of most of its characters.
    pub(super) size: f32,
    /// Whether it is the value of a form field, whose line breaks a person typed.
    pub(super) filled: bool,
    /// Whether the file marks it as the head or foot of a page.
    pub(super) artifact: bool,
    /// Where the words behind its list marker begin, if the marker stands apart.
    body: Option<f32>,
}

impl Segment {
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.character).collect()
    }
}

/// Segments on one baseline, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) y: f32,
    pub(super) segments: Vec<Segment>,
}

impl Row {
    pub(super) fn size(&self) -> f32 {
        self.segments.iter().map(|segment| segment.size).fold(0.0, f32::max)
    }

    pub(super) fn text(&self) -> String {
        self.segments.iter().map(Segment::text).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn x0(&self) -> f32 {
        self.segments.first().map_or(0.0, |segment| segment.x0)
    }

    pub(super) fn x1(&self) -> f32 {
        self.segments.iter().map(|segment| segment.x1).fold(f32::MIN, f32::max)
    }
}

/// A line in reading order.
#[derive(Debug, Clone)]
pub(super) struct TextLine {
    pub(super) letters: Vec<Letter>,
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// Where its words begin: behind its list marker.
    pub(super) body: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    /// The column or cell it belongs to; lines of different ones are never one paragraph.
    pub(super) cell: usize,
    /// Which text it belongs to: columns of running text are one, cells of a table are not.
    pub(super) flow: usize,
    pub(super) filled: bool,
    pub(super) page: usize,
}

impl TextLine {
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.character).collect()
    }
}

/// A page as rows from top to bottom, and what was left out.
#[derive(Debug, Default)]
pub(super) struct PageRows {
    pub(super) rows: Vec<Row>,
    pub(super) rules: Vec<Rule>,
    /// Text in another direction than the rest of the page.
    pub(super) turned: String,
}

/// Makes rows of what is drawn on a page.
pub(super) fn rows(drawn: Drawn, filled: Vec<Filled>, links: &[Link]) -> PageRows {
    let mut counts = [0_usize; 5];
    for glyph in drawn.glyphs.iter().filter(|glyph| !glyph.character.is_whitespace()) {
        if let Some(count) = counts.get_mut(usize::from(glyph.turn)) {
            *count += 1;
        }
    }
    let turn = (0..4_u8)
        .max_by_key(|&turn| (counts.get(usize::from(turn)).copied(), std::cmp::Reverse(turn)))
        .unwrap_or(0);
    let mut page = PageRows::default();
    let mut glyphs = Vec::with_capacity(drawn.glyphs.len());
    for glyph in drawn.glyphs {
        if glyph.turn == turn {
            glyphs.push(glyph);
        } else if page.turned.len() < 200 {
            page.turned.push(glyph.character);
        }
    }
    glyphs.retain(|glyph| !glyph.character.is_control());
    let spaces: Vec<Glyph> =
        glyphs.extract_if(.., |glyph| glyph.character.is_whitespace()).collect();
    let mut baselines = baselines(without_doubles(glyphs));
    attach_raised(&mut baselines);
    let spaces = Spaces::new(&spaces);
    // A page that is turned is rare, and its rules and links would have to turn with it.
    let upright = turn == 0;
    page.rules = if upright { drawn.rules } else { Vec::new() };
    let links = if upright { links } else { &[] };
    for (y, glyphs) in baselines {
        let segments = segments(y, glyphs, &spaces, links, &page.rules);
        if !segments.is_empty() {
            page.rows.push(Row { y, segments });
        }
    }
    for field in filled.into_iter().filter(|_| upright) {
        put(field, &mut page.rows);
    }
    page.rows.sort_by(|a, b| b.y.total_cmp(&a.y));
    page
}

/// Drops characters that are drawn twice to look bold.
fn without_doubles(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let mut seen: HashSet<(char, i32, i32)> = HashSet::new();
    let mut kept = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        #[expect(clippy::cast_possible_truncation, reason = "positions are bounded")]
        let cell = |number: f32| (number / DOUBLE_STEP).round() as i32;
        let (x, y) = (cell(glyph.x0), cell(glyph.y));
        let twice = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))).any(|(dx, dy)| {
            seen.contains(&(glyph.character, x.saturating_add(dx), y.saturating_add(dy)))
        });
        if !twice {
            seen.insert((glyph.character, x, y));
            kept.push(glyph);
        }
    }
    kept
}

/// Groups glyphs that share a baseline.
fn baselines(mut glyphs: Vec<Glyph>) -> Vec<(f32, Vec<Glyph>)> {
    glyphs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<(f32, Vec<Glyph>)> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some((y, row)) if (*y - glyph.y).abs() <= (glyph.size * 0.12).max(0.4) => {
                row.push(glyph);
            }
            Some(_) | None => rows.push((glyph.y, vec![glyph])),
        }
    }
    rows
}

/// Moves raised and lowered characters to the baseline they belong to, as Unicode has them.
fn attach_raised(rows: &mut Vec<(f32, Vec<Glyph>)>) {
    let size = |row: &[Glyph]| row.iter().map(|glyph| glyph.size).fold(0.0, f32::max);
    for at in 0..rows.len() {
        let Some((y, small)) = rows.get(at).filter(|(_, row)| row.len() < 200).cloned() else {
            continue;
        };
        let own = size(&small);
        let near = [-3, -2, -1, 1, 2, 3].into_iter().filter_map(|step| at.checked_add_signed(step));
        let mut rest = small;
        for base in near {
            let Some((base_y, base_row)) = rows.get_mut(base) else { continue };
            let base_size = size(base_row);
            let rise = y - *base_y;
            let far = rise.abs() > base_size * 0.6 || rise.abs() < base_size * 0.08;
            if base_size < own * 0.97 || far || base_row.is_empty() {
                continue;
            }
            // Where the sizes hardly differ, only a mark of a footnote or an exponent is raised.
            let alike = base_size < own * 1.3;
            let most = if alike { 3 } else { 30 };
            let close = base_size * 0.35;
            rest.sort_by(|a, b| a.x0.total_cmp(&b.x0));
            let mut kept = Vec::new();
            for run in rest.chunk_by(|a, b| b.x0 - a.x1 <= close) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
                let digits = run.iter().all(|glyph| glyph.character.is_ascii_digit());
                // A space may part the mark of a footnote from its text.
                let close = if digits { base_size * 0.7 } else { close };
                let beside = base_row.iter().any(|base| {
                    (first.x0 - base.x1).abs() <= close || (base.x0 - last.x1).abs() <= close
                });
                if !beside || run.len() > most || (alike && !digits) {
                    kept.extend_from_slice(run);
                    continue;
                }
                base_row.extend(run.iter().map(|glyph| {
                    let character = glyph.character;
                    let character = if rise > 0.0 { raised(character) } else { lowered(character) };
                    Glyph { character, y: *base_y, ..*glyph }
                }));
            }
            rest = kept;
            if rest.is_empty() {
                break;
            }
        }
        if let Some((_, row)) = rows.get_mut(at) {
            *row = rest;
        }
    }
    rows.retain(|(_, row)| !row.is_empty());
}

fn raised(c: char) -> char {
    markup::superscript(&c.to_string()).chars().next().unwrap_or(c)
}

fn lowered(c: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32(0x2080 + digit)).unwrap_or(c)
}

/// Where the file draws spaces.
struct Spaces(HashSet<(i32, i32)>);

impl Spaces {
    fn new(spaces: &[Glyph]) -> Self {
        Self(
            spaces
                .iter()
                .map(|space| Self::cell(f32::midpoint(space.x0, space.x1), space.y))
                .collect(),
        )
    }

    #[expect(clippy::cast_possible_truncation, reason = "positions are bounded")]
    fn cell(x: f32, y: f32) -> (i32, i32) {
        (x.round() as i32, (y / 2.0).round() as i32)
    }

    /// Whether a space is drawn between two characters of a row.
    #[expect(clippy::cast_possible_truncation, reason = "positions are bounded")]
    fn between(&self, x0: f32, x1: f32, y: f32) -> bool {
        let row = Self::cell(0.0, y).1;
        let (from, to) = ((x0 - 0.5).round() as i32, (x1 + 0.5).round() as i32);
        (from..=to.min(from + 60))
            .any(|x| (row - 1..=row + 1).any(|row| self.0.contains(&(x, row))))
    }
}

/// Splits the glyphs of a row where wide gaps are.
fn segments(
    y: f32,
    mut glyphs: Vec<Glyph>,
    spaces: &Spaces,
    links: &[Link],
    rules: &[Rule],
) -> Vec<Segment> {
    let beside: Vec<f32> = rules
        .iter()
        .filter(|rule| rule.x1 - rule.x0 < 2.5 && rule.y0 <= y + 2.0 && rule.y1 >= y + 2.0)
        .map(|rule| f32::midpoint(rule.x0, rule.x1))
        .collect();
    glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut segments: Vec<Segment> = Vec::new();
    let mut before: Option<Glyph> = None;
    for glyph in glyphs {
        // A cross or a tick over an empty box.
        if let Some(segment) = segments.last_mut()
            && let Some(last) = segment.letters.last_mut()
            && let Some(under) = before
            && glyph.x0 < f32::midpoint(under.x0, under.x1)
            && let Some(ticked) = ticked(last.character, glyph.character)
        {
            last.character = ticked;
            continue;
        }
        let centre = f32::midpoint(glyph.x0, glyph.x1);
        let link = links.iter().position(|link| {
            (link.x0..=link.x1).contains(&centre) && (link.y0 - 1.0..=link.y1 + 1.0).contains(&y)
        });
        let letter =
            Letter { character: glyph.character, bold: glyph.bold, italic: glyph.italic, link };
        let gap = before.map_or(f32::MAX, |before| glyph.x0 - before.x1);
        let size = before.map_or(glyph.size, |before| glyph.size.max(before.size));
        // A line between two cells, however little room they leave.
        let parted = gap > size * WORD_GAP
            && before.is_some_and(|before| {
                beside.iter().any(|x| (before.x1 - 0.5..=glyph.x0 + 0.5).contains(x))
            });
        match segments.last_mut() {
            Some(segment) if gap < size * COLUMN_GAP && !parted => {
                let drawn = before.is_some_and(|before| spaces.between(before.x1, glyph.x0, y));
                if let Some(&last) = segment.letters.last()
                    && (gap > size * WORD_GAP || (drawn && gap > size * 0.05))
                {
                    segment.letters.push(between(last, letter));
                }
                segment.letters.push(letter);
                segment.x1 = segment.x1.max(glyph.x1);
                segment.size = segment.size.max(glyph.size);
                segment.artifact &= glyph.artifact;
            }
            Some(_) | None => segments.push(Segment {
                letters: vec![letter],
                x0: glyph.x0,
                x1: glyph.x1,
                size: glyph.size,
                filled: false,
                artifact: glyph.artifact,
                body: None,
            }),
        }
        before = Some(glyph);
    }
    for segment in &mut segments {
        in_reading_direction(&mut segment.letters);
    }
    segments
}

/// A space between two letters has the look they share.
pub(super) fn between(a: Letter, b: Letter) -> Letter {
    Letter {
        character: ' ',
        bold: a.bold && b.bold,
        italic: a.italic && b.italic,
        link: a.link.filter(|_| a.link == b.link),
    }
}

/// What a box shows with a sign drawn over it, in either order.
fn ticked(a: char, b: char) -> Option<char> {
    let is_empty = |c: char| matches!(c, '☐' | '□' | '◻' | '❏' | '❑' | '⬜');
    let is_cross = |c: char| matches!(c, 'x' | 'X' | '×' | '✗' | '✘' | '✓' | '✔' | '✕' | '✖');
    ((is_empty(a) && is_cross(b)) || (is_cross(a) && is_empty(b))).then_some('☒')
}

/// Files hold the letters of a row from left to right; Hebrew and Arabic are read the other way.
fn in_reading_direction(letters: &mut [Letter]) {
    let is_rtl = |letter: &Letter| matches!(letter.character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
    let right_to_left = letters.iter().filter(|letter| is_rtl(letter)).count();
    if right_to_left == 0 {
        return;
    }
    let alphabetic = letters.iter().filter(|letter| letter.character.is_alphabetic()).count();
    let is_ltr = |letter: &Letter| letter.character.is_alphanumeric() && !is_rtl(letter);
    let reverse_runs = |letters: &mut [Letter],
                        belongs: &dyn Fn(&Letter) -> bool,
                        other: &dyn Fn(&Letter) -> bool| {
        let mut at = 0;
        while at < letters.len() {
            if !letters.get(at).is_some_and(belongs) {
                at += 1;
                continue;
            }
            let rest = letters.get(at..).unwrap_or_default();
            let len = rest.iter().position(other).unwrap_or(rest.len());
            let run = rest.get(..len).unwrap_or_default();
            let len = run.iter().rposition(belongs).map_or(1, |last| last + 1);
            if let Some(run) = letters.get_mut(at..at + len) {
                run.reverse();
            }
            at += len;
        }
    };
    if right_to_left * 2 > alphabetic {
        letters.reverse();
        reverse_runs(letters, &is_ltr, &is_rtl);
    } else {
        reverse_runs(letters, &is_rtl, &is_ltr);
    }
}

/// Puts the value of a form field into the row it stands in.
fn put(field: Filled, rows: &mut Vec<Row>) {
    let size = 10.0_f32.min((field.y1 - field.y0).max(4.0));
    let middle = f32::midpoint(field.y0, field.y1) - size * 0.35;
    let y = if field.multiline { field.y1 - size } else { middle };
    let plain = |character| Letter { character, bold: false, italic: false, link: None };
    let segment = Segment {
        letters: field.text.chars().map(plain).collect(),
        x0: field.x0,
        x1: field.x1,
        size,
        filled: field.text.chars().count() > 1,
        artifact: false,
        body: None,
    };
    let reach = if field.multiline { size * 0.5 } else { (field.y1 - field.y0) * 0.5 };
    let near = rows.iter_mut().filter(|row| (row.y - y).abs() <= reach.max(4.0));
    match near.min_by(|a, b| (a.y - y).abs().total_cmp(&(b.y - y).abs())) {
        Some(row) => {
            let at = row.segments.iter().position(|other| other.x0 > segment.x0);
            row.segments.insert(at.unwrap_or(row.segments.len()), segment);
        }
        None => rows.push(Row { y, segments: vec![segment] }),
    }
}

/// Puts rows into the order in which they are read. Columns are read one after the other, tables
/// row by row, cell by cell.
pub(super) fn in_order(page: &PageRows, number: usize, cells: &mut usize) -> Vec<TextLine> {
    let rows: Vec<Row> = page.rows.iter().map(with_markers).collect();
    let mut lines = Vec::new();
    read_rows(&rows, &page.rules, number, cells, &mut lines);
    lines
}

/// Reads rows from top to bottom, with the tables and columns between them.
fn read_rows(
    mut rows: &[Row],
    rules: &[Rule],
    page: usize,
    cells: &mut usize,
    lines: &mut Vec<TextLine>,
) {
    while let Some(region) = ruled_table(rows, rules).or_else(|| side_by_side(rows, rules)) {
        read_rows_before(rows.get(..region.from).unwrap_or_default(), rules, page, cells, lines);
        region.read(rows, page, cells, lines);
        rows = rows.get(region.to..).unwrap_or_default();
    }
    read_aligned(rows, rules, page, cells, lines);
}

/// Reads the rows before a table, which may hold columns.
fn read_rows_before(
    mut rows: &[Row],
    rules: &[Rule],
    page: usize,
    cells: &mut usize,
    lines: &mut Vec<TextLine>,
) {
    while let Some(region) = side_by_side(rows, rules) {
        read_aligned(rows.get(..region.from).unwrap_or_default(), rules, page, cells, lines);
        region.read(rows, page, cells, lines);
        rows = rows.get(region.to..).unwrap_or_default();
    }
    read_aligned(rows, rules, page, cells, lines);
}

/// Finds the first table with lines between its columns.
fn ruled_table(rows: &[Row], rules: &[Rule]) -> Option<Region> {
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
        let gutters: Vec<(f32, f32)> = between.map(|x| (x - 0.5, x + 0.5)).collect();
        if !gutters.is_empty() {
            let mut starts: Vec<usize> =
                gutters.iter().flat_map(|&gutter| ruled_starts(inside, gutter, rules)).collect();
            starts.sort_unstable();
            starts.dedup();
            return Some(Region { from, to: from + run, gutters, starts, table: true });
        }
        from += run.max(1);
    }
    None
}

/// The vertical rules beside a row that part its table into columns, from left to right.
fn column_lines(row: &Row, rules: &[Rule]) -> Vec<f32> {
    let middle = row.y + row.size() * 0.25;
    let beside = rules.iter().filter(|rule| {
        rule.x1 - rule.x0 < 2.5 && rule.y1 - rule.y0 > 4.0 && rule.y0 <= middle && rule.y1 >= middle
    });
    let mut lines: Vec<f32> = beside.map(|rule| f32::midpoint(rule.x0, rule.x1)).collect();
    lines.sort_by(f32::total_cmp);
    lines.dedup_by(|a, b| (*a - *b).abs() < 3.0);
    let crossed = |x: f32| row.segments.iter().any(|part| part.x0 < x - 1.0 && part.x1 > x + 1.0);
    lines.retain(|&x| !crossed(x));
    lines
}

/// Reads rows from top to bottom. Cells of tables stand on common baselines.
fn read_aligned(
    rows: &[Row],
    rules: &[Rule],
    page: usize,
    cells: &mut usize,
    lines: &mut Vec<TextLine>,
) {
    *cells += 1;
    let mut at = 0;
    while let Some(row) = rows.get(at) {
        if row.segments.len() > 1
            && let Some(region) = region(rows, at, rules)
        {
            region.read(rows, page, cells, lines);
            at = region.to;
            *cells += 1;
            continue;
        }
        lines.extend(as_lines(row, page, *cells));
        at += 1;
    }
}

/// Finds the first columns or cells whose lines need not stand on the same baselines: a strip of the
/// page stays free over several rows with text on both sides.
fn side_by_side(rows: &[Row], rules: &[Rule]) -> Option<Region> {
    let left = rows.iter().map(Row::x0).fold(f32::MAX, f32::min);
    let right = rows.iter().map(Row::x1).fold(f32::MIN, f32::max);
    let mut found: Vec<(usize, Region)> = Vec::new();
    for step in 6..=34_u8 {
        let middle = left + (right - left) * f32::from(step) / 40.0;
        let is_free = |row: &Row| {
            let margin = row.size() * 0.35;
            row.segments.iter().all(|part| part.x1 < middle - margin || part.x0 > middle + margin)
        };
        let mut from = 0;
        while from < rows.len() {
            let run = rows.iter().skip(from).take_while(|row| is_free(row)).count();
            let candidate = columns_in(rows, from, from + run, middle, rules);
            found.extend(candidate);
            from += run.max(1);
        }
    }
    // The one with the most text on its thinner side; of overlapping ones, no other is wanted.
    let (_, best) =
        found.iter().max_by_key(|(worth, region)| (*worth, std::cmp::Reverse(region.from)))?;
    let first = found.iter().filter(|(_, region)| region.to <= best.from);
    let first = first.max_by_key(|(worth, region)| (std::cmp::Reverse(region.from), *worth));
    let (from, to) = first.map_or((best.from, best.to), |(_, region)| (region.from, region.to));
    let index = found.iter().position(|(_, region)| region.from == from && region.to == to)?;
    Some(found.swap_remove(index).1)
}

/// Looks for columns in rows that leave a strip around `middle` free.
fn columns_in(
    rows: &[Row],
    from: usize,
    to: usize,
    middle: f32,
    rules: &[Rule],
) -> Option<(usize, Region)> {
    let is_left = |row: &Row| row.x0() < middle;
    let is_right = |row: &Row| row.x1() > middle;
    let run = rows.get(from..to).unwrap_or_default();
    // From the first row with text on the right to the last.
    let first = run.iter().position(is_right)?;
    let last = run.iter().rposition(is_right)?;
    let inside = run.get(first..=last)?;
    let parts = || inside.iter().flat_map(|row| &row.segments);
    let gap = (
        parts().filter(|part| part.x1 < middle).map(|part| part.x1).fold(f32::MIN, f32::max),
        parts().filter(|part| part.x0 > middle).map(|part| part.x0).fold(f32::MAX, f32::min),
    );
    let on_left = inside.iter().filter(|row| is_left(row)).count();
    let on_right = inside.iter().filter(|row| is_right(row)).count();
    let both = inside.iter().filter(|row| is_left(row) && is_right(row)).count();
    let few = on_left.min(on_right);
    if few == 0 || inside.len() < 3 {
        return None;
    }
    // Rows of a label and its box, say, reach from the first to the last left row at most.
    let mut from_row = from + first;
    let mut to_row = from + last + 1;
    let boxed = |row: &Row| is_boxed(rules, row, &[gap]);
    let ruled: Vec<usize> = ruled_starts(inside, gap, rules);
    if parts().count() > 0
        && inside.iter().filter(|row| boxed(row)).count() * 10 >= inside.len() * 6
    {
        // A table with a line between its columns: all that stands beside the line.
        while from_row > from && rows.get(from_row - 1).is_some_and(boxed) {
            from_row -= 1;
        }
        while to_row < to && rows.get(to_row).is_some_and(boxed) {
            to_row += 1;
        }
        let inside = rows.get(from_row..to_row)?;
        let starts = ruled_starts(inside, gap, rules);
        let region =
            Region { from: from_row, to: to_row, gutters: gutters(inside), starts, table: true };
        return Some((few * 4, region));
    }
    if ruled.len() >= 2 && both * 3 < few * 2 {
        let region = Region {
            from: from_row,
            to: to_row,
            gutters: gutters(inside),
            starts: ruled,
            table: true,
        };
        return Some((few * 2, region));
    }
    if !ruled.is_empty() {
        // A line across the page ends columns.
        let cut = from_row + ruled.first()?;
        let upper = columns_in(rows, from, cut, middle, rules);
        return upper.or_else(|| columns_in(rows, cut, to, middle, rules));
    }
    let letters: usize = parts().map(|part| part.letters.len()).sum();
    let balanced = few * 4 >= inside.len() && inside.len() >= 8 && letters >= parts().count() * 16;
    let blocks = left_blocks(inside, gap.0);
    let tops = right_tops(inside, gap.1);
    let aligned =
        blocks.iter().filter(|top| tops.iter().any(|other| (*top - other).abs() < 9.0)).count();
    let shared = both * 2 >= few && !is_running(inside, gap);
    let fewest = if shared { 2 } else { 3 };
    if blocks.len() >= fewest && aligned * 5 >= blocks.len() * 4 {
        let size = inside.iter().map(Row::size).fold(0.0, f32::max);
        let starts = blocks
            .iter()
            .skip(1)
            .filter_map(|top| inside.iter().position(|row| row.y <= top + size * 0.9));
        let starts = starts.collect();
        let region =
            Region { from: from_row, to: to_row, gutters: gutters(inside), starts, table: true };
        return Some((few, region));
    }
    // What shares its baselines is read row by row.
    if shared {
        return None;
    }
    // The left column may be the longer one.
    while let (Some(row), Some(above)) = (rows.get(to_row), rows.get(to_row - 1)) {
        if !balanced || to_row >= to || above.y - row.y > row.size() * 2.2 {
            break;
        }
        to_row += 1;
    }
    let inside = rows.get(from_row..to_row)?;
    let region = Region {
        from: from_row,
        to: to_row,
        gutters: gutters(inside),
        starts: Vec::new(),
        table: false,
    };
    (balanced && !region.gutters.is_empty()).then_some((few, region))
}

/// Rows before which a horizontal rule crosses a gutter.
fn ruled_starts(rows: &[Row], gap: (f32, f32), rules: &[Rule]) -> Vec<usize> {
    let pairs = rows.iter().zip(rows.iter().skip(1)).enumerate();
    pairs
        .filter(|(_, (above, below))| is_ruled(rules, above.y, below.y, &[gap]))
        .map(|(at, _)| at + 1)
        .collect()
}

/// Whether two columns are dense enough to be running text.
fn is_running(rows: &[Row], gap: (f32, f32)) -> bool {
    let (left, right) = gap;
    let is_left = |row: &Row| row.x0() < left;
    let is_right = |row: &Row| row.x1() > right;
    let sides = [
        rows.iter().filter(|row| is_left(row)).count(),
        rows.iter().filter(|row| is_right(row)).count(),
    ];
    let labels = rows.iter().filter_map(|row| row.segments.first());
    let labels = labels
        .filter(|part| part.x1 <= left && part.text().trim_end().ends_with([':', '?']))
        .count();
    let letters: usize =
        rows.iter().flat_map(|row| &row.segments).map(|part| part.letters.len()).sum();
    let parts: usize = rows.iter().map(|row| row.segments.len()).sum();
    let fewer = sides.into_iter().min().unwrap_or(0);
    rows.len() >= 5 && fewer * 5 >= rows.len() * 2 && letters >= parts * 18 && labels * 3 < fewer
}

/// The baselines at which blocks of text begin in a column.
fn tops(rows: &[Row], wanted: impl Fn(&Segment) -> bool) -> Vec<f32> {
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

fn left_blocks(rows: &[Row], to: f32) -> Vec<f32> {
    tops(rows, |part| part.x1 <= to + 0.1)
}

fn right_tops(rows: &[Row], from: f32) -> Vec<f32> {
    tops(rows, |part| part.x0 >= from - 0.1)
}

/// The strips that all rows leave free, from left to right.
fn gutters(rows: &[Row]) -> Vec<(f32, f32)> {
    let mut parts: Vec<(f32, f32)> =
        rows.iter().flat_map(|row| &row.segments).map(|part| (part.x0, part.x1)).collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = rows.iter().map(Row::size).fold(0.0, f32::max);
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

/// A list marker or a tick box belongs to the text behind it, however wide the gap.
fn with_markers(row: &Row) -> Row {
    let mut segments: Vec<Segment> = Vec::new();
    for segment in &row.segments {
        match segments.last_mut() {
            Some(last) if is_marker(&last.text()) && !segment.filled => {
                join(last, segment);
                last.body = Some(segment.x0);
            }
            Some(_) | None => segments.push(segment.clone()),
        }
    }
    Row { y: row.y, segments }
}

/// Whether a text is nothing but the marker of a list item, a number, or a tick box.
fn is_marker(text: &str) -> bool {
    let text = text.trim();
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => !one.is_alphabetic() || one == 'o',
        _ => text.len() <= 5 && markup::list_marker(&format!("{text} ")).is_some(),
    }
}

fn join(into: &mut Segment, next: &Segment) {
    if let (Some(&last), Some(&first)) = (into.letters.last(), next.letters.first()) {
        into.letters.push(between(last, first));
    }
    into.letters.extend(&next.letters);
    into.x1 = into.x1.max(next.x1);
    into.size = into.size.max(next.size);
    into.filled |= next.filled;
}

/// A row as one line; the value of a form field may have several.
fn as_lines(row: &Row, page: usize, cell: usize) -> Vec<TextLine> {
    let mut segments = row.segments.iter();
    let Some(mut whole) = segments.next().cloned() else { return Vec::new() };
    segments.for_each(|next| join(&mut whole, next));
    let marker = markup::list_marker(&whole.text()).unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a marker has a handful of characters")]
    let width = marker as f32 * whole.size * 0.5;
    let body = whole.body.unwrap_or(whole.x0 + width);
    let typed = whole.letters.split(|letter| letter.character == '\n');
    typed
        .map(|letters| TextLine {
            letters: letters.to_vec(),
            x0: whole.x0,
            x1: whole.x1,
            body,
            y: row.y,
            size: whole.size,
            cell,
            flow: cell,
            filled: whole.filled,
            page,
        })
        .collect()
}

/// Rows that stand in columns.
struct Region {
    from: usize,
    to: usize,
    /// The gaps between the columns.
    gutters: Vec<(f32, f32)>,
    /// The rows, counted from `from`, before which a row of the table begins.
    starts: Vec<usize>,
    /// Whether its columns are those of a table, not of running text.
    table: bool,
}

/// The gaps of a row that may separate columns.
fn gaps(row: &Row) -> Vec<(f32, f32)> {
    let pairs = row.segments.iter().zip(row.segments.iter().skip(1));
    pairs.map(|(left, right)| (left.x1, right.x0)).filter(|(from, to)| from < to).collect()
}

/// What of the gutters a row leaves free.
fn narrowed(gutters: &[(f32, f32)], row: &Row) -> Vec<(f32, f32)> {
    let free = |&(from, to): &(f32, f32)| {
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

/// Finds the columns that begin at a row with several segments.
fn region(rows: &[Row], from: usize, rules: &[Rule]) -> Option<Region> {
    let first = rows.get(from)?;
    let mut gutters = gaps(first);
    let mut to = from + 1;
    let mut last_both = from;
    while let Some(row) = rows.get(to) {
        let left = narrowed(&gutters, row);
        let above = rows.get(to - 1)?;
        let pitch = above.y - row.y;
        let far = pitch > row.size() * 3.0 && !is_ruled(rules, above.y, row.y, &left);
        let (Some(&(_, gutter)), false) = (left.first(), far) else { break };
        let is_both = !gaps(row).is_empty();
        let is_right = row.x0() >= gutter - 0.1;
        // A short line below the columns is no part of the left one.
        let is_next =
            pitch <= row.size() * 1.45 && (row.size() - above.size()).abs() < row.size() * 0.1;
        if !is_both && !is_right && !is_next && !is_ruled(rules, above.y, row.y, &left) {
            let goes_on = rows
                .get(to + 1)
                .is_some_and(|next| !gaps(next).is_empty() && !narrowed(&left, next).is_empty());
            if !goes_on {
                break;
            }
        }
        gutters = left;
        if is_both || is_right {
            last_both = to;
        }
        to += 1;
    }
    // Rows with text on the left alone belong to it only inside the columns, or right below them.
    to = to.min(last_both + 1).max(last_both + 1);
    while let (Some(row), Some(above)) = (rows.get(to), rows.get(to - 1)) {
        let inside = is_boxed(rules, row, &gutters);
        if narrowed(&gutters, row).len() < gutters.len() || !inside {
            break;
        }
        if above.y - row.y > row.size() * 1.45 && !inside {
            break;
        }
        to += 1;
    }
    let inside = rows.get(from..to)?;
    let both =
        inside.iter().filter(|row| !gaps(row).is_empty() && !narrowed(&gutters, row).is_empty());
    let ruled = gutters.iter().any(|&(left, right)| {
        rules.iter().any(|rule| {
            rule.x1 - rule.x0 < 2.5
                && rule.x0 >= left - 1.0
                && rule.x1 <= right + 1.0
                && rule.y1 >= first.y
                && rule.y0 <= first.y
        })
    });
    let right_only = inside
        .iter()
        .any(|row| gutters.first().is_some_and(|&(_, gutter)| row.x0() >= gutter - 0.1));
    if gutters.is_empty() || !(ruled || right_only || both.count() > 2) {
        return None;
    }
    let starts = starts(inside, &gutters, rules);
    let table = !starts.is_empty();
    Some(Region { from, to, gutters, starts, table })
}

/// Whether a horizontal rule lies between two baselines and crosses a gutter.
fn is_ruled(rules: &[Rule], above: f32, below: f32, gutters: &[(f32, f32)]) -> bool {
    gutters.iter().any(|&(left, right)| {
        let middle = f32::midpoint(left, right);
        rules.iter().any(|rule| {
            rule.y1 - rule.y0 < 2.5
                && rule.y0 < above
                && rule.y1 > below
                && rule.x0 <= middle
                && rule.x1 >= middle
        })
    })
}

/// Whether a vertical rule in a gutter runs beside a row.
fn is_boxed(rules: &[Rule], row: &Row, gutters: &[(f32, f32)]) -> bool {
    gutters.iter().any(|&(left, right)| {
        rules.iter().any(|rule| {
            rule.x1 - rule.x0 < 2.5
                && rule.x0 >= left - 1.0
                && rule.x1 <= right + 1.0
                && rule.y0 <= row.y
                && rule.y1 >= row.y
        })
    })
}

/// Where the rows of a table begin. Columns of running text are one row.
fn starts(rows: &[Row], gutters: &[(f32, f32)], rules: &[Rule]) -> Vec<usize> {
    let Some(&(left, right)) = gutters.first() else { return Vec::new() };
    let ruled = ruled_starts(rows, (left, right), rules);
    if !ruled.is_empty() {
        return ruled;
    }
    if is_running(rows, (left, right)) {
        return Vec::new();
    }
    let pairs = || rows.iter().zip(rows.iter().skip(1)).enumerate();
    let is_left = |row: &Row| row.x0() < left;
    let is_right = |row: &Row| row.x1() > right;
    let tight = pairs().map(|(_, (above, below))| above.y - below.y).fold(f32::MAX, f32::min);
    pairs()
        .filter(|(_, (above, below))| {
            let first = |row: &Row| row.segments.first().map_or(0.0, |part| part.x1);
            let goes_on = is_left(above)
                && above.y - below.y <= tight * 1.3
                && first(above) > left - below.size() * 4.0
                && !is_right(below);
            is_left(below) && !goes_on
        })
        .map(|(at, _)| at + 1)
        .collect()
}

impl Region {
    /// Reads the cells in order.
    fn read(&self, rows: &[Row], page: usize, cells: &mut usize, lines: &mut Vec<TextLine>) {
        let rows = rows.get(self.from..self.to).unwrap_or_default();
        let mut bands: Vec<Vec<&Row>> = vec![Vec::new()];
        for (at, row) in rows.iter().enumerate() {
            if self.starts.contains(&at) {
                bands.push(Vec::new());
            }
            if let Some(band) = bands.last_mut() {
                band.push(row);
            }
        }
        for band in bands {
            let columns = self.columns(&band);
            // A label and its value on one line.
            if let ([row], [left, ..]) = (band.as_slice(), columns.as_slice())
                && left.iter().any(|row| {
                    row.text().trim_end().ends_with([':', '?']) || is_marker(&row.text())
                })
            {
                *cells += 1;
                lines.extend(as_lines(row, page, *cells));
                continue;
            }
            if columns.len() > 2 && self.table {
                *cells += 1;
                lines.extend(Self::table_row(&columns, page, *cells));
                continue;
            }
            let flow = *cells + 1;
            for column in columns {
                *cells += 1;
                let cell = column.iter().flat_map(|row| as_lines(row, page, *cells));
                let running = !self.table;
                lines.extend(
                    cell.map(|line| TextLine {
                        flow: if running { flow } else { line.cell },
                        ..line
                    }),
                );
            }
        }
    }

    /// The rows of each column.
    fn columns(&self, band: &[&Row]) -> Vec<Vec<Row>> {
        let mut columns = vec![Vec::new(); self.gutters.len() + 1];
        for row in band {
            for (at, column) in columns.iter_mut().enumerate() {
                let from = at
                    .checked_sub(1)
                    .and_then(|at| self.gutters.get(at))
                    .map_or(f32::MIN, |gap| gap.0);
                let to = self.gutters.get(at).map_or(f32::MAX, |gap| gap.1);
                let inside = |part: &&Segment| part.x0 >= from - 0.1 && part.x1 <= to + 0.1;
                let segments: Vec<Segment> = row.segments.iter().filter(inside).cloned().collect();
                if !segments.is_empty() {
                    column.push(Row { y: row.y, segments });
                }
            }
        }
        columns.retain(|column| !column.is_empty());
        columns
    }

    /// The cells of a row of a wide table on one line, with ` | ` between them.
    fn table_row(columns: &[Vec<Row>], page: usize, cell: usize) -> Option<TextLine> {
        let mut whole: Option<TextLine> = None;
        for column in columns {
            for (at, row) in column.iter().enumerate() {
                for line in as_lines(row, page, cell) {
                    match &mut whole {
                        None => whole = Some(line),
                        Some(whole) => {
                            let plain = |character| Letter {
                                character,
                                bold: false,
                                italic: false,
                                link: None,
                            };
                            let sign = if at == 0 { " | " } else { " " };
                            whole.letters.extend(sign.chars().map(plain));
                            whole.letters.extend(line.letters);
                            whole.x1 = whole.x1.max(line.x1);
                        }
                    }
                }
            }
        }
        whole
    }
}
