//! Recognises the number before a question, as people and programs write it: `7.`, `(7)`, `7º`, `Q7`,
//! `Question 7:`, `Nr. 7`, `VII.` All functions take words in lower case, as [`split`] returns them.

use super::matching::{is_number, split};

/// The words that may be before the number of a question.
const NAMES: [&str; 7] = ["question", "q", "nr", "no", "n", "nº", "item"];
/// The Roman numerals from 0 to 9.
const ROMAN_ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
/// The Roman numerals for tens, from 30 to 0.
const ROMAN_TENS: [&str; 4] = ["xxx", "xx", "x", ""];

/// Whether a word may be between the start of a line and wording: a mark, or part of a number. Any word
/// may be before a number, as in `Frage 7`. `next` is the word after it.
pub(super) fn may_precede_wording(word: &str, next: Option<&str>) -> bool {
    matches!(word, "x" | "yes" | "no")
        || NAMES.contains(&word)
        || number(word).is_some()
        || next.is_some_and(|next| arabic(next).is_some())
}

/// Returns the last number in a text before wording, or `None` if it has none.
pub(super) fn number_in(text: &str) -> Option<usize> {
    split(text).iter().rev().find_map(|(word, _)| number(word))
}

/// Whether a text is only the number `wanted`, with or without a word such as `Question`.
pub(super) fn is_number_of(text: &str, wanted: Option<usize>) -> bool {
    let words = split(text);
    let Some(((last, _), names)) = words.split_last() else { return false };
    wanted.is_some()
        && arabic(last) == wanted
        && names.iter().all(|(name, _)| NAMES.contains(&name.as_str()))
}

/// Returns the number that a text begins with, or `None` if it is not written like that of a question.
pub(super) fn leading_number(text: &str) -> Option<usize> {
    let words = split(text);
    let (before, from) = words
        .split_at_checked(words.iter().position(|(word, _)| !NAMES.contains(&word.as_str()))?)?;
    let (word, range) = from.first()?;
    let after = text.get(range.end..)?;
    let rest = after.trim_start_matches(['.', ')', ':', ']', '°', '/']);
    let is_apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let is_marked = rest.len() < after.len() || !before.is_empty() || !is_number(word);
    let is_first =
        text.get(..words.first()?.1.start)?.chars().all(|c| matches!(c, '(' | '[' | '#' | ' '));
    arabic(word).filter(|_| is_apart && is_marked && is_first)
}

/// Returns the value of a word of one to three digits and at most one other character before or after them,
/// or `None` for any other word.
fn arabic(word: &str) -> Option<usize> {
    let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
    let letters = word.chars().count() - digits.chars().count();
    let fits = (1..=3).contains(&digits.len()) && is_number(digits) && letters <= 1;
    digits.parse().ok().filter(|_| fits)
}

/// Returns the value of a word as [`arabic`] does, or as a Roman numeral from 1 to 39.
fn number(word: &str) -> Option<usize> {
    let roman = || {
        let (tens, ones) = ROMAN_TENS
            .iter()
            .enumerate()
            .find_map(|(at, tens)| Some((ROMAN_TENS.len() - 1 - at, word.strip_prefix(tens)?)))?;
        let ones = ROMAN_ONES.iter().position(|known| *known == ones)?;
        Some(tens * 10 + ones).filter(|&number| number > 0)
    };
    arabic(word).or_else(roman)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for (text, wanted) in [
            ("7. ", Some(7)),
            ("7º ", Some(7)),
            ("N° 7", Some(7)),
            ("Question 17 :", Some(17)),
            ("B.7", Some(7)),
            ("XIV.", Some(14)),
            ("xxv", Some(25)),
            ("I", Some(1)),
            ("ix)", Some(9)),
            ("", None),
            ("Since", None),
            ("iiii", None),
            ("0\u{113C2}0", None),
        ] {
            assert_eq!(number_in(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_number_of_a_question_is_told_from_a_text_with_a_number() {
        for (text, wanted) in [
            ("7. Problem", Some(7)),
            ("7) Problem", Some(7)),
            ("(7) Problem", Some(7)),
            ("7: Problem", Some(7)),
            ("7/ Problem", Some(7)),
            ("7º Problem", Some(7)),
            ("7° Problem", Some(7)),
            ("Question 7 Problem", Some(7)),
            ("Q7 Problem", Some(7)),
            ("Nr. 7 Problem", Some(7)),
            ("7.", Some(7)),
            ("7 people", None),
            ("24/7 service", None),
            ("7.5 km", None),
            ("In 2021 we", None),
            ("2021. We", None),
            ("We met 7. May", None),
            ("No problem", None),
            ("", None),
        ] {
            assert_eq!(leading_number(text), wanted, "{text}");
        }
        for (text, wanted) in [
            ("7.", true),
            ("(7)", true),
            ("Question 7", true),
            ("N° 7", true),
            ("17.", false),
            ("about 7", false),
            ("7 km", false),
            ("", false),
        ] {
            assert_eq!(is_number_of(text, Some(7)), wanted, "{text}");
        }
    }
}
