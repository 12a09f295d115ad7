//! Where the words of an answer are: what helps to cut it to the limit.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;

use super::text::{Place, TextBuffer};
use crate::model::markup;
use crate::model::text::plural;
use crate::model::words::{Limit, Measure, WordRule};

/// So many of the longest sentences are shown: each has a digit of its own.
const SENTENCES: usize = 9;

/// The page about an answer's length.
#[derive(Debug)]
pub(super) struct Lengths {
    /// What it says.
    pub(super) page: String,
    /// Where the sentences stand that it numbers, the longest first.
    pub(super) sentences: Vec<(Place, Place)>,
}

/// Tells how the words of a text are spread over its paragraphs and which sentences are longest.
pub(super) fn lengths(text: &TextBuffer, rule: WordRule, limit: Option<Limit>) -> Lengths {
    let paragraphs = paragraphs(text);
    let measure = Measure::new(text.words(), limit);
    let mut page = plural(measure.words, "word", "words");
    if let Some(limit) = limit {
        let _ = match (measure.excess(), limit.words - measure.words.min(limit.words)) {
            (0, left) => write!(page, " of {}, {left} left", limit.words),
            (excess, _) => write!(page, " of {}, {excess} over", limit.words),
        };
        if let Some(each) =
            limit.words.checked_div(paragraphs.len()).filter(|_| paragraphs.len() > 1)
        {
            let _ = write!(
                page,
                ". With {} paragraphs, the limit leaves about {} for each",
                paragraphs.len(),
                plural(each, "word", "words")
            );
        }
    }
    page.push_str(".\n\n== Words per paragraph\n");
    for (number, (first, words)) in (1..).zip(&paragraphs) {
        let _ = writeln!(page, "{number:>3}. {words:>4}  {}", beginning(first));
    }
    let sentences = sentences(text, rule);
    page.push_str("\n== The longest sentences. A digit selects one.\n");
    for (number, (words, _, sentence)) in (1..).zip(&sentences) {
        let _ = writeln!(page, "{number:>3}. {words:>4}  {}", beginning(sentence));
    }
    Lengths { page, sentences: sentences.into_iter().map(|(_, place, _)| place).collect() }
}

/// The paragraphs with their words; the items of a list belong to the paragraph before.
fn paragraphs(text: &TextBuffer) -> Vec<(&str, usize)> {
    let mut paragraphs: Vec<(&str, usize)> = Vec::new();
    for (line, words) in text.paragraphs().filter(|(line, _)| !line.trim().is_empty()) {
        match paragraphs.last_mut() {
            Some((_, before)) if markup::list_marker(line).is_some() => *before += words,
            _ => paragraphs.push((line, words)),
        }
    }
    paragraphs
}

/// The longest sentences: words, place, text.
fn sentences(text: &TextBuffer, rule: WordRule) -> Vec<(usize, (Place, Place), String)> {
    let mut sentences = Vec::new();
    for (paragraph, (line, _)) in text.paragraphs().enumerate() {
        for (start, sentence) in line.split_sentence_bound_indices() {
            let kept = sentence.trim_end();
            let place = |byte| Place { paragraph, byte };
            let words = rule.count(kept);
            if words > 1 {
                sentences.push((words, (place(start), place(start + kept.len())), kept.to_owned()));
            }
        }
    }
    sentences.sort_by_key(|(words, ..)| std::cmp::Reverse(*words));
    sentences.truncate(SENTENCES);
    sentences
}

/// The first words, enough to find the place again.
fn beginning(text: &str) -> String {
    let text = text.trim();
    let cut = text.char_indices().nth(50).map_or(text.len(), |(end, _)| end);
    let shown = text.get(..cut).unwrap_or_default();
    let whole_words = shown.rfind(' ').filter(|_| cut < text.len()).unwrap_or(cut);
    let dots = if cut < text.len() { " ..." } else { "" };
    format!("{}{dots}", text.get(..whole_words).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_sentences_are_weighed_the_longest_first() {
        let written =
            "One two three. Four five six seven eight!\n- nine ten\n\nEleven. Twelve thirteen?";
        let text = TextBuffer::new(written, WordRule::WordProcessor);
        let found = lengths(&text, WordRule::WordProcessor, Some(Limit { words: 10 }));
        for part in [
            "13 words of 10, 3 over. With 2 paragraphs, the limit leaves about 5 words for each.",
            "  1.   10  One two three. Four five six seven eight!",
            "  2.    3  Eleven. Twelve thirteen?",
            "  1.    5  Four five six seven eight!\n  2.    3  One two three.",
        ] {
            assert!(found.page.contains(part), "{part}\n{}", found.page);
        }
        let (start, end) = found.sentences[0];
        assert_eq!(text.between(start, end), "Four five six seven eight!");
    }

    #[test]
    fn an_empty_answer_has_no_sentences() {
        let text = TextBuffer::new("", WordRule::WordProcessor);
        assert!(lengths(&text, WordRule::WordProcessor, None).sentences.is_empty());
    }
}
