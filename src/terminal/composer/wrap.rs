//! Soft wrapping: where the rows of a paragraph begin, kept up to date at the price of the rows
//! that an edit touches.

use unicode_segmentation::UnicodeSegmentation;

use crate::terminal::canvas::grapheme_columns;

/// The rows of a whole paragraph: the byte at which each begins.
pub(super) fn rows(text: &str, width: usize) -> Vec<usize> {
    let mut rows = vec![0];
    wrap_from(text, 0, width, &mut rows, &mut |_| false);
    rows
}

/// Brings the rows up to date after the bytes `at..at + removed` became `inserted` bytes.
pub(super) fn update(
    rows: &mut Vec<usize>,
    text: &str,
    width: usize,
    at: usize,
    removed: usize,
    inserted: usize,
) {
    let old = std::mem::take(rows);
    let touched = old.partition_point(|&start| start <= at).saturating_sub(1);
    // A word that became shorter may fit on the row before; and where it was too long for a row
    // of its own, that row began because of it too.
    let first = touched.saturating_sub(2);
    rows.extend(old.iter().take(first + 1));
    let from = rows.last().copied().unwrap_or(0);
    let mut same_from = None;
    wrap_from(text, from, width, rows, &mut |start| {
        // Past the edit the old rows count again as soon as one of them begins here too.
        if start < at + inserted || start + removed < inserted {
            return false;
        }
        same_from =
            old.binary_search(&(start + removed - inserted)).ok().filter(|_| start > at + inserted);
        same_from.is_some()
    });
    if let Some(index) = same_from {
        rows.extend(old.iter().skip(index + 1).map(|start| start + inserted - removed));
    }
}

/// Wraps from a row that begins at `from`, adding the beginnings of the rows that follow until
/// `known` says that the rest is known.
fn wrap_from(
    text: &str,
    from: usize,
    width: usize,
    rows: &mut Vec<usize>,
    known: &mut dyn FnMut(usize) -> bool,
) {
    let width = width.max(1);
    let mut used = 0;
    let mut start = from;
    // Where the row may end, and how many columns stand between there and here.
    let mut gap: Option<(usize, usize)> = None;
    let tail = text.get(from..).unwrap_or_default();
    for (offset, grapheme) in tail.grapheme_indices(true) {
        let at = from + offset;
        if grapheme == " " {
            // Blanks at the end of a row hang over it.
            used += 1;
            gap = Some((at + 1, 0));
            continue;
        }
        let wide = grapheme_columns(grapheme);
        // Twice where the word carried over leaves no room either.
        while used + wide > width && at > start {
            let (next, kept) = gap.unwrap_or((at, 0));
            rows.push(next);
            if known(next) {
                return;
            }
            start = next;
            used = kept;
            gap = None;
        }
        used += wide;
        if let Some((_, since)) = &mut gap {
            *since += wide;
        }
        // A row may end after a hyphen or dash inside a word.
        if matches!(grapheme, "-" | "–" | "—" | "/") {
            gap = Some((at + grapheme.len(), 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        let rows = rows(text, width);
        let ends = rows.iter().skip(1).copied().chain([text.len()]);
        rows.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
    }

    #[test]
    fn text_wraps_at_words_and_long_words_break() {
        assert_eq!(wrapped("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("early-stage work", 8), ["early-", "stage ", "work"]);
        assert_eq!(wrapped("中文字中", 4), ["中文", "字中"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("中文", 1), ["中", "文"]);
    }

    proptest! {
        #[test]
        fn rows_kept_up_to_date_are_the_rows_of_a_fresh_wrap(
            text in "[ab中 \\-]{0,80}", width in 1_usize..14, from in 0_usize..80, length in 0_usize..20, insert in "[ab中 ]{0,12}",
        ) {
            let boundary = |mut at: usize| { at = at.min(text.len()); while !text.is_char_boundary(at) { at -= 1 } at };
            let (start, end) = (boundary(from), boundary(from + length));
            let mut rows_now = rows(&text, width);
            let mut edited = text.clone();
            edited.replace_range(start..end, &insert);
            update(&mut rows_now, &edited, width, start, end - start, insert.len());
            prop_assert_eq!(rows_now, rows(&edited, width));
        }
    }
}
