//! Finds the words of a line whose spelling can be checked. Addresses, numbers, file names and code are
//! left out.

use std::ops::Range;

/// A word whose spelling can be checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// The word, without the quotation marks and brackets around it.
    pub text: &'a str,
    /// The byte range in the line.
    pub range: Range<usize>,
    /// Whether the word is the first of a sentence, where a capital letter does not indicate a
    /// name.
    pub starts_sentence: bool,
}

/// Abbreviations whose full stop does not end a sentence.
const ABBREVIATIONS: [&str; 14] =
    ["e.g", "i.e", "etc", "no", "nos", "dr", "mr", "mrs", "ms", "prof", "st", "cf", "vs", "approx"];

/// The maximum number of letters of a shortened title or month, such as `Insp.`
const LONGEST_TITLE: usize = 4;

/// Returns the words of a line from the byte offset `body` on, which is after its list marker.
pub(super) fn tokens(line: &str, body: usize) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut starts_sentence = true;
    let mut at = body;
    while let Some(range) = next_chunk(line, at) {
        at = range.end;
        let chunk = line.get(range.clone()).unwrap_or_default();
        if chunk.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            found.push(Token { text: chunk, range, starts_sentence });
            starts_sentence = false;
            continue;
        }
        if is_address(chunk) {
            starts_sentence = ends_sentence(chunk);
            continue;
        }
        for part in runs(chunk, 0, |c| c.is_alphanumeric() || is_joint(c)) {
            let text = chunk.get(part.clone()).unwrap_or_default();
            let start = range.start + part.end - text.trim_start_matches(is_joint).len();
            let text = text.trim_matches(is_joint);
            if text.is_empty() {
                continue;
            }
            if !text.contains(char::is_numeric) {
                found.push(Token { text, range: start..start + text.len(), starts_sentence });
            }
            starts_sentence = false;
        }
        starts_sentence |= ends_sentence(chunk);
    }
    found
}

/// Returns the byte range of the next characters between spaces or dashes, from the byte offset `from` on,
/// or `None` at the end of the line.
fn next_chunk(line: &str, from: usize) -> Option<Range<usize>> {
    let rest = line.get(from..)?.trim_start_matches(' ');
    let start = line.len() - rest.len();
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    // Most words are ASCII letters between two spaces. This saves time in long paragraphs.
    if letters > 0 && matches!(rest.as_bytes().get(letters), None | Some(b' ')) {
        return Some(start..start + letters);
    }
    runs(line, start, |c| !c.is_whitespace() && !matches!(c, '–' | '—')).next()
}

/// Returns the byte ranges of the longest runs of characters for which `belongs` returns `true`, from the
/// byte offset `from` on.
pub(super) fn runs(
    text: &str,
    from: usize,
    belongs: impl Fn(char) -> bool,
) -> impl Iterator<Item = Range<usize>> {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(&belongs)?;
        let rest = text.get(start..)?;
        let end = start + rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        at = end;
        Some(start..end)
    })
}

/// Whether a character can be inside a word, but not at its start or end.
pub(super) fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '‐' | '‑')
}

/// Returns the byte ranges of the parts of a word between its hyphens.
pub(super) fn hyphen_parts(word: &str) -> impl Iterator<Item = Range<usize>> {
    runs(word, 0, |c| !matches!(c, '-' | '‐' | '‑'))
}

/// Whether the characters between two spaces are an address, a file name, a path or code.
pub(super) fn is_address(chunk: &str) -> bool {
    let trimmed = chunk.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let code = |c| matches!(c, '@' | '\\' | '_' | '=' | '`' | '~' | '|');
    let inner_mark = trimmed.contains('*');
    let path = chunk.starts_with('/') || chunk.starts_with('#');
    // `policja.pl` and `report.docx`, but not `end.Next`, where a space is missing.
    let dotted = trimmed.rsplit_once('.').is_some_and(|(before, after)| {
        before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_uppercase)
    });
    chunk.contains("://") || chunk.contains(code) || inner_mark || path || dotted
}

/// Whether a sentence ends with these characters.
fn ends_sentence(chunk: &str) -> bool {
    let trimmed = chunk.trim_end_matches(['"', '”', '’', '\'', ')', ']', '*', '»']);
    if trimmed.ends_with(['!', '?', '…']) {
        return true;
    }
    let Some(word) = trimmed.strip_suffix('.') else { return false };
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    // A short word with a capital letter, as in `Sgt. Grech` or `Art. 5`, may end a sentence or not.
    let is_title = word.starts_with(char::is_uppercase) && word.chars().count() <= LONGEST_TITLE;
    word.chars().nth(1).is_some()
        && !is_title
        && !ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}
