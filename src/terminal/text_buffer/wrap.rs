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
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        // A long paragraph is wrapped at every key, and almost all of it are plain words.
        let plain = plain_columns(rest, width.saturating_sub(used));
        if plain > 0 {
            used += plain;
            at += plain;
            continue;
        }
        let grapheme = first_grapheme(rest);
        if grapheme == " " {
            used += 1;
            at += 1;
            break_at = Some((at, used));
            continue;
        }
        let columns = grapheme_columns(grapheme);
        // Runs twice if the word moved to the new row leaves no room there either.
        while used + columns > width && at > start {
            let (next, before) = break_at.take().unwrap_or((at, used));
            rows.push(next);
            start = next;
            width = width_after_first;
            used -= before;
        }
        used += columns;
        at += grapheme.len();
        // A row may end after a hyphen or dash inside a word.
        if matches!(grapheme, "-" | "–" | "—" | "/") {
            break_at = Some((at, used));
        }
    }
    rows
}

/// Returns the number of bytes at the start of a text, at most `room`, that take one column each and
/// after which no row may end: printable ASCII without spaces, hyphens and slashes. A character
/// before one that is not ASCII does not count, because the two may be one grapheme.
fn plain_columns(text: &str, room: usize) -> usize {
    let is_plain = |byte: &u8| matches!(byte, b'!'..=b'~') && !matches!(byte, b'-' | b'/');
    let plain = text.bytes().take(room).take_while(is_plain).count();
    let joins_next = text.as_bytes().get(plain).is_some_and(|next| !next.is_ascii());
    plain.saturating_sub(usize::from(joins_next))
}

/// Returns the first grapheme of a text. Printable ASCII before ASCII is a grapheme of its own, which
/// spares most text the segmentation.
fn first_grapheme(text: &str) -> &str {
    let ascii = match text.as_bytes() {
        [b' '..=b'~', after, ..] if after.is_ascii() => text.get(..1),
        _ => None,
    };
    ascii.or_else(|| text.graphemes(true).next()).unwrap_or(text)
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
        fn rows_start_where_a_simple_wrapper_starts_them(
            text in "[ab\r中e\u{301}👩\u{200D}🇪🇺 /–-]{0,60}", width in 1_usize..14,
        ) {
            let starts = row_starts(&text, width, 2);
            prop_assert_eq!(starts, simple_row_starts(&text, width, 2));
        }
    }

    /// The same rule, one grapheme at a time.
    fn simple_row_starts(text: &str, mut width: usize, indent: usize) -> Vec<usize> {
        let width_after_first = width.saturating_sub(indent).max(1);
        let (mut rows, mut start, mut used, mut break_at) = (vec![0], 0, 0, None);
        for (at, grapheme) in text.grapheme_indices(true) {
            let columns = grapheme_columns(grapheme);
            while grapheme != " " && used + columns > width && at > start {
                let (next, before) = break_at.take().unwrap_or((at, used));
                rows.push(next);
                (start, width) = (next, width_after_first);
                used -= before;
            }
            used += columns;
            if matches!(grapheme, " " | "-" | "–" | "—" | "/") {
                break_at = Some((at + grapheme.len(), used));
            }
        }
        rows
    }
}
