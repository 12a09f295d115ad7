//! Recognises text in the place of an answer that is not an answer: prompts, lines to write on, and the
//! remarks that the export writes below answers.

use super::matching::{is_number, words_of};
use crate::document::NOT_APPLICABLE;

/// The prompts that Word shows in an empty field.
const PROMPTS: [&str; 8] = [
    "Click or tap to enter a date",
    "Click or tap here to enter text",
    "Click or tap here to enter a date",
    "Click here to enter text",
    "Click here to enter a date",
    "Choose an item",
    "Enter text here",
    "Enter a date",
];

/// The words with which prompts in brackets begin, at most after `please`, such as `[Please insert your
/// answer here]`.
const VERBS: [&str; 11] = [
    "insert", "type", "enter", "write", "click", "tap", "fill", "choose", "select", "add",
    "describe",
];
/// The words of prompts in brackets without a verb, such as `[Your answer]`.
const NOUN_PHRASES: [&str; 7] = ["your", "answer", "text", "here", "goes", "the", "response"];

/// Whether a text is a prompt that Word or the author of a form shows in an empty field.
pub(crate) fn is_prompt(text: &str) -> bool {
    let words = words_of(text);
    let text = text.trim_matches(|c: char| c == '*' || c.is_whitespace());
    let in_brackets = [('[', ']'), ('<', '>'), ('«', '»'), ('(', ')'), ('{', '}')]
        .iter()
        .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close));
    let mut rest = words.iter().map(String::as_str).skip_while(|word| *word == "please");
    let names = !words.is_empty() && words.iter().all(|word| NOUN_PHRASES.contains(&word.as_str()));
    let asks = names || rest.next().is_some_and(|word| VERBS.contains(&word));
    (in_brackets && asks && words.len() <= 12) || is_prompt_of_word(text)
}

/// Whether a text is a prompt that Word itself shows in an empty field.
pub(super) fn is_prompt_of_word(text: &str) -> bool {
    let words = words_of(text);
    PROMPTS.iter().any(|known| words_of(known) == words)
}

/// Whether the words of a text ask for something, as the prompts and hints of forms do.
pub(super) fn asks(words: &[String]) -> bool {
    let first = words.first().map(String::as_str);
    first.is_some_and(|word| {
        VERBS.contains(&word)
            || matches!(word, "please" | "your" | "answer")
            || word.starts_with("max")
    })
}

/// Whether the rest of a line after wording holds no answer: it is a single punctuation mark, or the dots
/// and strokes of a line to write on.
pub(super) fn is_filler(rest: &str) -> bool {
    let rest = rest.trim();
    let strokes = rest.chars().all(|c| matches!(c, '_' | '.' | '…' | '·'));
    strokes || is_line_to_write_on(rest) || matches!(rest, ":" | "*" | "**" | ")" | "?" | "-")
}

/// Whether a text consists of the arrows with which programs link a footnote back to its mark.
pub(super) fn is_back_link(text: &str) -> bool {
    text.contains('↩') && text.chars().all(|c| c.is_whitespace() || matches!(c, '↩' | '\u{FE0E}'))
}

/// Whether a whole line consists of more than three dots and strokes to write on, such as `__/__/____`.
pub(super) fn is_line_to_write_on(line: &str) -> bool {
    let strokes = line.chars().filter(|c| matches!(c, '_' | '.' | '…' | '·')).count();
    strokes > 3 && line.chars().all(|c| matches!(c, '_' | '.' | '…' | '·' | '/' | ' ' | '\t'))
}

/// Whether a remark says that the question does not apply.
pub(super) fn is_not_applicable(remark: &str) -> bool {
    [NOT_APPLICABLE, "N/A"].iter().any(|known| remark.eq_ignore_ascii_case(known))
}

/// Whether a remark is a word count that the export wrote below an answer, such as `219 of 150
/// words, 69 over`.
pub(super) fn is_word_count(remark: &str) -> bool {
    let words: Vec<&str> = remark.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [a, "of", b, "words" | "word"] => is_number(a) && is_number(b),
        [a, "of", b, "words" | "word", c, "over"] => [a, b, c].iter().all(|word| is_number(word)),
        [a, "words" | "word"] => is_number(a),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_asks_for_an_answer() {
        for prompt in [
            "Click or tap here to enter text.",
            "[Insert your answer here]",
            "<Please type the name>",
            "(your answer)",
            "[Answer]",
            "*{Please describe}*",
        ] {
            assert!(is_prompt(prompt), "{prompt}");
        }
        for answer in
            ["[Please see annex 3]", "(your town only)", "[ ]", "Insert your answer here", ""]
        {
            assert!(!is_prompt(answer), "{answer}");
        }
    }
}
