//! Finds words in a text, ignoring differences that a reader does not see, such as how a quotation
//! mark or an accent is encoded.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// Returns the characters by which texts are compared: the case, the form of quotation marks and
/// blanks, and whether an accent is a character of its own do not matter.
fn comparable(text: &str) -> impl Iterator<Item = char> + Clone {
    text.nfd().flat_map(char::to_lowercase).map(|c| match c {
        '‘' | '’' | '‚' | '‛' | '′' | '`' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '‐' | '‑' | '–' | '—' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

/// Returns the first match in a text at or after a byte offset, always of whole graphemes.
pub(crate) fn find_in(line: &str, from: usize, query: &str) -> Option<Range<usize>> {
    let mut wanted = comparable(query).peekable();
    wanted.peek()?;
    let rest = line.get(from..)?;
    rest.grapheme_indices(true).find_map(|(offset, _)| {
        let mut wanted = wanted.clone();
        let mut end = offset;
        for grapheme in rest.get(offset..)?.graphemes(true) {
            if wanted.peek().is_none() {
                break;
            }
            if !comparable(grapheme).all(|c| wanted.next() == Some(c)) {
                return None;
            }
            end += grapheme.len();
        }
        wanted.peek().is_none().then_some(from + offset..from + end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_ignores_case_and_the_encoding_of_quotes_spaces_and_accents() {
        let text = "The\u{a0}“Bright” street’s cafe\u{301}";
        for query in ["the \"bright\" street's CAF\u{c9}", "“bright”", "’S CAFE\u{301}"] {
            assert!(find_in(text, 0, query).is_some(), "{query}");
        }
        assert_eq!(find_in(text, 0, "street"), Some(18..24));
        assert_eq!(find_in(text, 19, "street"), None);
        assert_eq!(find_in(text, 0, "cafe"), None);
    }
}
