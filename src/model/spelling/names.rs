//! Distinguishes names and words of other languages from misspelt words by the words around them:
//! `Guarda Nacional` is a name, but `the Minstry of Justice` has a slip.

use std::ops::Range;

use super::tokens::Token;
use super::{Speller, cached, capitalised, is_capitalised, normalize};

/// The minimum length of a slip, in bytes. A shorter word is too often similar to another one by chance.
const SHORTEST_SLIP: usize = 6;
/// The maximum number of words of a quotation that can be a term of another language.
const LONGEST_TERM: usize = 8;
/// The maximum number of characters between a word of such a quotation and its marks.
const LONGEST_TERM_CHARS: usize = 120;
/// The maximum number of consonants that are doubled to find the right word.
const MAX_CONSONANTS: usize = 20;

/// Small words inside names of several languages: `Santa Casa da Misericórdia`.
const PARTICLES: [&str; 32] = [
    "al", "da", "das", "de", "degli", "dei", "del", "della", "den", "der", "des", "di", "do",
    "dos", "du", "el", "et", "il", "ja", "la", "las", "le", "les", "los", "na", "och", "og", "ta",
    "und", "van", "von", "zu",
];

/// Common names, in lower case. A word that differs from one of them by a letter is a slip, not a name.
const COMMON_NAMES: [&str; 21] = [
    "europe",
    "european",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "english",
];

impl Speller {
    /// Whether an unknown word of a line is a name: it is capitalised inside a sentence, or is part
    /// of a longer name.
    ///
    /// It is not a name if changing one letter makes it an ordinary word and the words around it are
    /// those of an institution, as in `the Minstry of Justice`.
    pub(super) fn is_name(&self, line: &str, tokens: &[Token<'_>], at: usize) -> bool {
        let Some(token) = tokens.get(at) else { return false };
        let name = name_around(line, tokens, at);
        let words = tokens.get(name.clone()).unwrap_or_default();
        if !is_capitalised(token.text) {
            return PARTICLES.contains(&token.text) && name.len() > 1;
        }
        let is_unknown_name = |word: &str| {
            let is_acronym = word.chars().filter(|c| c.is_uppercase()).count() > 1;
            !is_acronym && !self.is_known(word) && !self.is_slip_of_a_word(word)
        };
        let mut others = words.iter().filter(|other| other.range != token.range);
        let in_name = others.any(|other| is_capitalised(other.text) && is_unknown_name(other.text));
        let is_slip = self.is_slip_of_a_word(token.text);
        if token.starts_sentence {
            let is_possessive = normalize(token.text).ends_with("'s");
            return !is_slip && (name.len() > 1 || is_possessive);
        }
        if self.lexicon.letters.is_some() {
            // The words around institutions are known only for English.
            return !is_slip;
        }
        let before = name.start.checked_sub(1).and_then(|before| tokens.get(before));
        let is_institution = before.is_some_and(|word| word.text.eq_ignore_ascii_case("the"))
            || tokens.get(name.end).is_some_and(|word| matches!(word.text, "of" | "for"))
            || words.iter().any(|word| self.is_known(&word.text.to_lowercase()));
        !is_slip || in_name || !is_institution
    }

    /// Whether an unknown word is a term of another language: it is beside another such word, or in
    /// brackets, quotation marks or emphasis in which half of the words are unknown, and not all of these
    /// are slips.
    pub(super) fn is_foreign_term(&self, line: &str, tokens: &[Token<'_>], at: usize) -> bool {
        let is_foreign = |word: &str| {
            word.len() >= SHORTEST_SLIP
                && !self.unknown_parts(word).is_empty()
                && !self.is_slip_of_a_word(word)
        };
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
        let is_pair = |first: usize| {
            are_adjacent(line, tokens, first)
                && is_foreign(text(first))
                && is_foreign(text(first + 1))
        };
        if is_pair(at) || at.checked_sub(1).is_some_and(is_pair) {
            return true;
        }
        let Some(range) = tokens.get(at).and_then(|token| enclosing(line, &token.range)) else {
            return false;
        };
        let inside = tokens
            .iter()
            .filter(|token| range.start <= token.range.start && token.range.end <= range.end);
        let words: Vec<&str> = inside.map(|token| token.text).collect();
        let unknown = words.iter().filter(|word| !self.unknown_parts(word).is_empty()).count();
        words.len() <= LONGEST_TERM
            && unknown * 2 >= words.len()
            && words.iter().any(|word| is_foreign(word))
    }

    /// Whether a word is probably a misspelt form of a word in lower case of the dictionary: it has the
    /// same first and last letter, and differs by one other letter, or by double and single consonants.
    fn is_slip_of_a_word(&self, word: &str) -> bool {
        let word = normalize(word).to_lowercase();
        let word = word.strip_suffix("'s").unwrap_or(&word);
        if word.len() < SHORTEST_SLIP {
            return false;
        }
        // German nouns are capitalised in the dictionary.
        let is_right = |near: &String| {
            self.is_in_dictionary(near)
                || COMMON_NAMES.contains(&near.as_str())
                || self.lexicon.letters.is_some() && self.is_in_dictionary(&capitalised(near))
        };
        cached(&self.slips, word, || {
            let ends = |word: &str| (word.chars().next(), word.chars().next_back());
            one_edit(word)
                .chain(other_doubles(word))
                .filter(|near| ends(near) == ends(word))
                .any(|near| is_right(&near))
        })
    }
}

/// Returns the range of the tokens that may be one name with the token `at`: capitalised words with
/// only a space or particles between them.
fn name_around(line: &str, tokens: &[Token<'_>], at: usize) -> Range<usize> {
    let capital = |at: usize| tokens.get(at).is_some_and(|token| is_capitalised(token.text));
    let belongs = |at: usize| {
        let particle = tokens.get(at).is_some_and(|token| PARTICLES.contains(&token.text));
        capital(at) || particle
    };
    let (mut start, mut end) = (at, at + 1);
    while start > 0 && are_adjacent(line, tokens, start - 1) && belongs(start - 1) {
        start -= 1;
    }
    while are_adjacent(line, tokens, end - 1) && belongs(end) {
        end += 1;
    }
    // A name starts and ends with a capital letter.
    while start < at && !capital(start) {
        start += 1;
    }
    while end > at + 1 && !capital(end - 1) {
        end -= 1;
    }
    let is_whole = capital(start) && capital(end - 1);
    if is_whole { start..end } else { at..at + 1 }
}

/// Whether there is exactly one space between the token `first` and the next one.
fn are_adjacent(line: &str, tokens: &[Token<'_>], first: usize) -> bool {
    tokens
        .get(first)
        .zip(tokens.get(first + 1))
        .is_some_and(|(first, second)| line.get(first.range.end..second.range.start) == Some(" "))
}

/// Returns the byte range between the innermost brackets or marks around a range of a line, or `None` if
/// the nearest marks before and after it are not a pair.
fn enclosing(line: &str, range: &Range<usize>) -> Option<Range<usize>> {
    // A term has few words, so only a part of a long paragraph is searched.
    let before = line.get(..range.start)?;
    let from = before.char_indices().rev().take(LONGEST_TERM_CHARS).last().map_or(0, |(at, _)| at);
    let before = before.get(from..)?;
    let after = line.get(range.end..)?;
    let to = after.char_indices().nth(LONGEST_TERM_CHARS).map_or(after.len(), |(at, _)| at);
    let after = after.get(..to)?;
    let is_mark = |c: char| "\"“”„«»()[]*‘’".contains(c);
    let apostrophe = |text: &str, at: usize| {
        let next = text.get(at..).and_then(|rest| rest.chars().nth(1));
        text.get(at..).is_some_and(|rest| rest.starts_with('’'))
            && next.is_some_and(char::is_alphanumeric)
    };
    let start = before.rmatch_indices(is_mark).find(|(at, _)| !apostrophe(before, *at))?;
    let end = after.match_indices(is_mark).find(|(at, _)| !apostrophe(after, *at))?;
    let closing = match start.1 {
        "\"" => "\"",
        "“" => "”",
        "„" => "”“",
        "«" => "»",
        "(" => ")",
        "[" => "]",
        "*" => "*",
        "‘" => "’",
        _ => return None,
    };
    let inside = from + start.0 + start.1.len()..range.end + end.0;
    let text = line.get(inside.clone())?;
    let is_pair = closing.contains(end.1)
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    is_pair.then_some(inside)
}

/// Returns the words that differ from a word by one English letter: it is missing, added, replaced, or
/// swapped with the next one.
fn one_edit(word: &str) -> impl Iterator<Item = String> {
    let splits = (0..=word.len()).filter_map(|at| word.split_at_checked(at));
    splits.flat_map(|(before, after)| {
        let rest = after.get(1..);
        let mut edits: Vec<String> =
            rest.map(|rest| format!("{before}{rest}")).into_iter().collect();
        if let (Some(first), Some(second), Some(rest)) =
            (after.get(..1), after.get(1..2), after.get(2..))
        {
            edits.push(format!("{before}{second}{first}{rest}"));
        }
        for letter in 'a'..='z' {
            edits.push(format!("{before}{letter}{after}"));
            edits.extend(rest.map(|rest| format!("{before}{letter}{rest}")));
        }
        edits
    })
}

/// Returns the words with the letters of a word in which no consonant, one or two consonants are double.
/// Which consonants are double is the most common doubt of writers.
pub(super) fn other_doubles(word: &str) -> impl Iterator<Item = String> {
    let single = single_consonants(word);
    let letters = single.chars().enumerate();
    let consonants: Vec<usize> =
        letters.filter(|(_, c)| is_consonant(*c)).map(|(at, _)| at).take(MAX_CONSONANTS).collect();
    let doubled = move |places: &[usize]| {
        let mut text = String::new();
        for (at, letter) in single.chars().enumerate() {
            text.push(letter);
            if places.contains(&at) {
                text.push(letter);
            }
        }
        text
    };
    let mut choices = vec![Vec::new()];
    for (count, first) in consonants.iter().enumerate() {
        choices.push(vec![*first]);
        choices.extend(consonants.iter().skip(count + 1).map(|second| vec![*first, *second]));
    }
    choices.into_iter().map(move |places| doubled(&places))
}

/// Returns a word in lower case in which no consonant is double.
pub(super) fn single_consonants(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    letters.dedup_by(|a, b| a == b && is_consonant(*a));
    letters.into_iter().collect()
}

fn is_consonant(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}
