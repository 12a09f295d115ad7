//! The sentences of an answer and the lengths of its paragraphs, as `:sentences` and `:lengths` print
//! them.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;

use super::insertion::paragraphs;
use crate::model::markup;
use crate::model::text::plural;
use crate::model::words::{Limit, Measure, WordRule};

/// Returns the sentences of a text without list markers, with their byte offsets.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let sentences = paragraphs(text).flat_map(|(start, line)| {
        let marker = markup::list_marker(line).unwrap_or(0);
        let body = line.get(marker..).unwrap_or_default();
        let sentences = body.split_sentence_bound_indices();
        sentences.map(move |(at, sentence)| (start + marker + at, sentence.trim_end()))
    });
    sentences.filter(|(_, sentence)| !sentence.is_empty())
}

/// Describes each sentence with its number and words, and marks the one that passes the limit.
pub(super) fn describe_sentences(text: &str, rule: WordRule, limit: Option<Limit>) -> String {
    let mut description = Measure::new(rule.count(text), limit).describe_with_excess() + ".";
    let mut is_over = false;
    for (number, (start, sentence)) in (1..).zip(sentences(text)) {
        let words = plural(rule.count(sentence), "word", "words");
        let _ = write!(description, "\nSentence {number}, {words}");
        let before = text.get(..start + sentence.len()).unwrap_or(text);
        if let Some(limit) = limit.filter(|limit| !is_over && rule.count(before) > limit.words) {
            is_over = true;
            let _ = write!(description, ", passes the limit of {}", limit.words);
        }
        let _ = write!(description, ": {sentence}");
    }
    description + "\n`:change` and a number rewrites a sentence."
}

/// Describes the words of each paragraph.
pub(super) fn describe_lengths(text: &str, rule: WordRule, limit: Option<Limit>) -> String {
    let mut description = Measure::new(rule.count(text), limit).describe_with_excess() + ".";
    for (number, (_, line)) in (1..).zip(paragraphs(text)) {
        let item = if markup::list_marker(line).is_some() { ", in a list" } else { "" };
        let words = plural(rule.count(line), "word", "words");
        let _ = write!(description, "\nParagraph {number}{item}: {words}");
    }
    description
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "One two three. Four five!\n\n- six. Seven eight\n\nNine";

    #[test]
    fn sentences_are_numbered_and_the_one_that_passes_the_limit_is_named() {
        let found: Vec<_> = sentences(TEXT).collect();
        let starts = [0, 15, 29, 34, 47];
        let texts = ["One two three.", "Four five!", "six.", "Seven eight", "Nine"];
        assert_eq!(found, starts.into_iter().zip(texts).collect::<Vec<_>>());
        let limit = Some(Limit { words: 6 });
        let description = describe_sentences(TEXT, WordRule::WordProcessor, limit);
        assert_eq!(
            description.lines().collect::<Vec<_>>(),
            [
                "9 of 6 words, 3 over.",
                "Sentence 1, 3 words: One two three.",
                "Sentence 2, 2 words: Four five!",
                "Sentence 3, 1 word: six.",
                "Sentence 4, 2 words, passes the limit of 6: Seven eight",
                "Sentence 5, 1 word: Nine",
                "`:change` and a number rewrites a sentence.",
            ]
        );
        let lengths = describe_lengths(TEXT, WordRule::WordProcessor, None);
        assert!(
            lengths.ends_with("\nParagraph 2, in a list: 3 words\nParagraph 3: 1 word"),
            "{lengths}"
        );
    }
}
