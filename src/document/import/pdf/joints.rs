//! Joins a line of a PDF to the line before it: with a space, without one between the halves of an
//! address, or without the hyphen that divides a word.

use super::paragraphs::{Typography, bare};
use super::reading_order::TextLine;
use super::rows::Letter;

/// How a line is joined to the line before it.
pub(super) enum Joint {
    Space,
    /// The halves of an address, or punctuation that is written without spaces.
    None,
    /// The hyphen at the end of the line goes.
    Hyphen {
        guessed: bool,
    },
}

/// How a line is joined to the letters before it.
pub(super) fn joint(before: &[Letter], line: &TextLine, look: &Typography) -> Joint {
    let (Some(last), Some(next)) = (before.last(), line.letters.first()) else {
        return Joint::Space;
    };
    let rest = line.text();
    let rest = rest.split_whitespace().next().unwrap_or_default();
    let word = word_before(before);
    let is_address = word.contains("://") || word.starts_with("www.");
    if is_address
        && (last.link.is_some() && last.link == next.link
            || word.ends_with(['/', '-', '_', '?', '&', '=', '%', '.'])
            || rest.starts_with(['/', '?', '&', '=', '%', '_', '#']))
        && !rest.contains("://")
    {
        return Joint::None;
    }
    // An e-mail address that is wider than its cell.
    let is_domain = rest.contains('.')
        && !rest.contains('@')
        && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
        && !rest.starts_with('.');
    if word.contains('@') && !word.ends_with(['.', ',', ';', ')']) && is_domain {
        return Joint::None;
    }
    let is_ideograph = |c: char| matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{FF00}'..='\u{FFEF}');
    if is_ideograph(last.character)
        && is_ideograph(next.character)
        && !matches!(last.character, '\u{AC00}'..='\u{D7AF}')
    {
        return Joint::None;
    }
    let half = word.trim_end_matches(['-', '\u{2010}', '\u{AD}']);
    let divided = half.ends_with(char::is_alphabetic) && half.len() < word.len();
    if !divided {
        return if last.character == '/' && !word.starts_with('/') {
            Joint::None
        } else {
            Joint::Space
        };
    }
    if !next.character.is_lowercase() {
        return Joint::None;
    }
    let compound = look.words.contains(&bare(&format!("{half}-{rest}")))
        || look.words.contains(&bare(&format!("{half}\u{2010}{rest}")));
    let known = look.words.contains(&bare(&format!("{half}{rest}")));
    match last.character {
        '\u{AD}' => Joint::Hyphen { guessed: false },
        '\u{2010}' if !compound => Joint::Hyphen { guessed: false },
        _ if known && !compound => Joint::Hyphen { guessed: true },
        _ => Joint::None,
    }
}

/// The word that ends these letters.
pub(super) fn word_before(letters: &[Letter]) -> String {
    let from =
        letters.iter().rposition(|letter| letter.character.is_whitespace()).map_or(0, |at| at + 1);
    letters.iter().skip(from).map(|letter| letter.character).collect()
}
