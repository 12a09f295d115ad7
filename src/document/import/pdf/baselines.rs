//! Groups the characters of a page by the baseline they share, with raised and lowered ones on the
//! baseline of the text they belong to.

use std::collections::HashSet;

use super::drawing::Glyph;
use crate::model::markup;

/// A character drawn again this near, in points, is the same one made bold.
const DOUBLE_STEP: f32 = 0.6;

/// Drops characters that are drawn twice to look bold.
pub(super) fn without_doubles(glyphs: Vec<Glyph>) -> Vec<Glyph> {
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
pub(super) fn baselines(mut glyphs: Vec<Glyph>) -> Vec<(f32, Vec<Glyph>)> {
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
pub(super) fn attach_raised(rows: &mut Vec<(f32, Vec<Glyph>)>) {
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
