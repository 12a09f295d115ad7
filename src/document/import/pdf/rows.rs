//! Combines the characters on a page into rows: characters that share a baseline, split where wide
//! gaps or lines of a table are, with the values of form fields at their place.

use std::collections::HashSet;

use super::baselines::{attach_raised, baselines, without_doubles};
use super::drawing::{Drawn, Glyph, PageArea, Rule};
use super::form_fields::{Filled, PdfLink};
use crate::document::import::lines::MAX_LINES;

/// A gap this wide, as a factor of the font size, may separate columns.
pub(super) const COLUMN_GAP: f32 = 0.8;
/// A gap this wide separates words.
const WORD_GAP: f32 = 0.17;

/// A character with its look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub(super) character: char,
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// Which of the links of its page it belongs to.
    pub(super) link: Option<usize>,
}

impl Letter {
    /// Returns a letter without emphasis and link.
    pub(super) fn plain(character: char) -> Self {
        Self { character, bold: false, italic: false, link: None }
    }
}

/// A stretch of text without wide gaps.
#[derive(Debug, Clone)]
pub(super) struct RowSegment {
    pub(super) letters: Vec<Letter>,
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// The size of most of its characters.
    pub(super) size: f32,
    /// Whether it is the value of a form field, whose line breaks a person typed.
    pub(super) filled: bool,
    /// Whether the file marks it as the head or foot of a page.
    pub(super) artifact: bool,
    /// Where the words after its list marker begin, if the marker is separate.
    pub(super) body: Option<f32>,
}

impl RowSegment {
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.character).collect()
    }
}

/// Segments on one baseline, from left to right.
#[derive(Debug, Clone)]
pub(super) struct PdfRow {
    pub(super) y: f32,
    pub(super) segments: Vec<RowSegment>,
}

impl PdfRow {
    pub(super) fn size(&self) -> f32 {
        self.segments.iter().map(|segment| segment.size).fold(0.0, f32::max)
    }

    pub(super) fn text(&self) -> String {
        self.segments.iter().map(RowSegment::text).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn x0(&self) -> f32 {
        self.segments.first().map_or(0.0, |segment| segment.x0)
    }

    pub(super) fn x1(&self) -> f32 {
        self.segments.iter().map(|segment| segment.x1).fold(f32::MIN, f32::max)
    }
}

/// A page as rows from top to bottom, and what was left out.
#[derive(Debug, Default)]
pub(super) struct PageRows {
    pub(super) rows: Vec<PdfRow>,
    pub(super) rules: Vec<Rule>,
    /// Text in another direction than the rest of the page.
    pub(super) turned: String,
    /// Text outside of the part of the page that is shown.
    pub(super) outside: String,
}

/// Makes rows of what is drawn on a page.
pub(super) fn rows(drawn: Drawn, filled: Vec<Filled>, links: &[PdfLink]) -> PageRows {
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
    // The document is refused if there are more.
    baselines.truncate(MAX_LINES + 1);
    attach_raised(&mut baselines);
    let spaces = Spaces::new(&spaces);
    // A page that is turned is rare, and its rules and links would have to turn with it.
    let upright = turn == 0;
    page.rules = if upright { drawn.rules } else { Vec::new() };
    let links = if upright { links } else { &[] };
    for (y, glyphs) in baselines {
        let mut segments = segments(y, glyphs, &spaces, links, &page.rules);
        if let Some(area) = drawn.visible.filter(|_| upright) {
            let is_shown = |part: &mut RowSegment| {
                part.x0 < area.x1 && part.x1 > area.x0 && area.y0 <= y && y <= area.y1
            };
            for part in segments.extract_if(.., |part| !is_shown(part)) {
                page.outside += &part.text();
                page.outside.push(' ');
            }
        }
        if !segments.is_empty() {
            page.rows.push(PdfRow { y, segments });
        }
    }
    for field in filled.into_iter().filter(|_| upright) {
        put(field, &mut page.rows);
    }
    page.rows.sort_by(|a, b| b.y.total_cmp(&a.y));
    page
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
    links: &[PdfLink],
    rules: &[Rule],
) -> Vec<RowSegment> {
    let beside: Vec<f32> = rules
        .iter()
        .filter(|rule| rule.is_beside(y + 2.0))
        .map(|rule| f32::midpoint(rule.x0, rule.x1))
        .collect();
    let is_beside = |area: &PageArea| (area.y0 - 1.0..=area.y1 + 1.0).contains(&y);
    let links = links.iter().map(|link| link.area).enumerate();
    let links: Vec<(usize, PageArea)> = links.filter(|(_, area)| is_beside(area)).collect();
    glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut segments: Vec<RowSegment> = Vec::new();
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
        let link = links.iter().find(|(_, link)| (link.x0..=link.x1).contains(&centre));
        let link = link.map(|(at, _)| *at);
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
            Some(_) | None => segments.push(RowSegment {
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

/// Returns the ticked box that a box and a mark drawn over it become, in either order. Returns `None` for other
/// characters.
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

/// Puts the value of a form field into the row of its box.
fn put(field: Filled, rows: &mut Vec<PdfRow>) {
    let PageArea { x0, y0, x1, y1 } = field.area;
    let size = 10.0_f32.min(field.area.height().max(4.0));
    let middle = f32::midpoint(y0, y1) - size * 0.35;
    let y = if field.multiline { y1 - size } else { middle };
    let segment = RowSegment {
        letters: field.text.chars().map(Letter::plain).collect(),
        x0,
        x1,
        size,
        filled: field.text.chars().count() > 1,
        artifact: false,
        body: None,
    };
    let reach = if field.multiline { size * 0.5 } else { field.area.height() * 0.5 };
    let near = rows.iter_mut().filter(|row| (row.y - y).abs() <= reach.max(4.0));
    match near.min_by(|a, b| (a.y - y).abs().total_cmp(&(b.y - y).abs())) {
        Some(row) => {
            let at = row.segments.iter().position(|other| other.x0 > segment.x0);
            row.segments.insert(at.unwrap_or(row.segments.len()), segment);
        }
        None => rows.push(PdfRow { y, segments: vec![segment] }),
    }
}
