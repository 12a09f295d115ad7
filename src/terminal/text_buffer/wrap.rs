//! Soft wrapping: the byte offsets at which the rows of a paragraph start.

use unicode_segmentation::UnicodeSegmentation;

use crate::model::markup::list_marker;
use crate::terminal::canvas::{columns, grapheme_columns};

/// Returns the columns by which all rows of a paragraph but the first are indented: the text of a
/// list item begins behind its marker in each row.
pub(super) fn hanging_indent(text: &str, width: usize) -> usize {
    let marker = list_marker(text).and_then(|length| text.get(..length));
    marker.map_or(0, columns).min(width / 2)
}

/// Returns the byte offset of each row of a paragraph that is wrapped at `width` columns, of which
/// all rows but the first leave `indent` columns empty. The first offset is 0. Spaces at the end of a
/// row may exceed the width; a word that is too long is broken.
pub(super) fn row_starts(text: &str, width: usize, indent: usize) -> Vec<usize> {
    let mut width = width.max(1);
    let width_after_first = width.saturating_sub(indent).max(1);
    let mut rows = vec![0];
    let (mut start, mut used) = (0, 0);
    // The last byte offset at which the row may end, and the columns used up to there.
    let mut break_at: Option<(usize, usize)> = None;
    for (at, grapheme) in graphemes(text) {
        // A long paragraph is wrapped at every key, and almost all of it is printable ASCII.
        let ascii = match grapheme.as_bytes() {
            [byte @ b' '..=b'~'] => Some(*byte),
            _ => None,
        };
        if ascii == Some(b' ') {
            used += 1;
            break_at = Some((at + 1, used));
            continue;
        }
        let columns = ascii.map_or_else(|| grapheme_columns(grapheme), |_| 1);
        // Runs twice if the word moved to the new row leaves no room there either.
        while used + columns > width && at > start {
            let (next, before) = break_at.take().unwrap_or((at, used));
            rows.push(next);
            start = next;
            width = width_after_first;
            used -= before;
        }
        used += columns;
        // A row may end after a hyphen or dash inside a word.
        if ascii.map_or_else(|| matches!(grapheme, "–" | "—"), |byte| matches!(byte, b'-' | b'/'))
        {
            break_at = Some((at + grapheme.len(), used));
        }
    }
    rows
}

/// Returns the graphemes with their byte offsets. Printable ASCII before ASCII is a grapheme of its
/// own: that spares most text the segmentation, so that long paragraphs can be wrapped at every key.
fn graphemes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let rest = text.get(next..)?;
        let grapheme = match rest.as_bytes() {
            [b' '..=b'~', after, ..] if after.is_ascii() => rest.get(..1)?,
            _ => rest.graphemes(true).next()?,
        };
        let at = next;
        next += grapheme.len();
        Some((at, grapheme))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        let rows = row_starts(text, width, hanging_indent(text, width));
        let ends = rows.iter().skip(1).copied().chain([text.len()]);
        rows.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
    }

    #[test]
    fn text_wraps_at_words_and_long_words_break() {
        assert_eq!(wrapped("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("early-stage work", 8), ["early-", "stage ", "work"]);
        assert_eq!(wrapped("- one two three", 8), ["- one ", "two ", "three"]);
        assert_eq!(wrapped("- one two three", 11), ["- one two ", "three"]);
        assert_eq!(wrapped("  12. a bc de f", 12), ["  12. a bc ", "de f"]);
        assert_eq!(wrapped("中文字中", 4), ["中文", "字中"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("中文", 1), ["中", "文"]);
    }

    proptest! {
        #[test]
        fn rows_hold_the_whole_text_and_fit_the_width(
            text in "[ab中e\u{301}👩\u{200D}🇪🇺 /–\\-]{0,80}", width in 2_usize..14,
        ) {
            let rows = wrapped(&text, width);
            prop_assert_eq!(rows.concat(), text.as_str());
            for row in rows {
                let row = row.trim_end_matches(' ');
                prop_assert!(columns(row) <= width || row.graphemes(true).count() == 1, "{row:?}");
            }
        }

        #[test]
        fn rows_start_between_graphemes(text in "[ab\r中e\u{301}👩\u{200D}🇪🇺 -]{0,40}", width in 1_usize..8) {
            let found: Vec<_> = graphemes(&text).collect();
            prop_assert_eq!(found, text.grapheme_indices(true).collect::<Vec<_>>());
            let starts: Vec<_> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            prop_assert!(row_starts(&text, width, 2).iter().all(|row| starts.contains(row)));
        }
    }
}
