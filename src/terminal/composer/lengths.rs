//! The page that helps to cut an answer to its limit: words per paragraph, and the longest
//! sentences.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::model::markup;
use crate::model::text::plural;
use crate::model::words::{Limit, Measure, WordRule};
use crate::terminal::text_buffer::{Position, TextBuffer};

/// The number of sentences shown. Each is chosen with one digit.
const MAX_SENTENCES: usize = 9;

/// The page about the length of an answer.
#[derive(Debug)]
pub(super) struct Lengths {
    pub(super) page: String,
    /// The sentences that the page numbers, the longest first.
    pub(super) sentences: Vec<Range<Position>>,
}

/// Describes how the words of a text are spread over its paragraphs, and which sentences are
/// longest.
pub(super) fn lengths(text: &TextBuffer, rule: WordRule, limit: Option<Limit>) -> Lengths {
    let paragraphs = paragraphs(text);
    let measure = Measure::new(text.words(), limit);
    let mut page = match (limit, measure.excess()) {
        (Some(limit), 0) => format!("{}, {} left", measure.describe(), limit.words - measure.words),
        _ => measure.describe_with_excess(),
    };
    if let (Some(limit), count @ 2..) = (limit, paragraphs.len()) {
        let each = plural(limit.words / count, "word", "words");
        let _ = write!(page, ". With {count} paragraphs, the limit leaves about {each} for each");
    }
    page.push_str(".\n\n== Words per paragraph\n");
    for (number, (first, words)) in (1..).zip(&paragraphs) {
        let _ = writeln!(page, "{number:>3}. {words:>4}  {}", beginning(first));
    }
    let sentences = sentences(text, rule);
    page.push_str("\n== The longest sentences. A digit selects one.\n");
    for (number, Sentence { words, text, .. }) in (1..).zip(&sentences) {
        let _ = writeln!(page, "{number:>3}. {words:>4}  {}", beginning(text));
    }
    Lengths { page, sentences: sentences.into_iter().map(|sentence| sentence.range).collect() }
}

/// Returns the first line of each paragraph and the paragraph's words. List items count as part of
/// the paragraph before them.
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

struct Sentence<'a> {
    words: usize,
    range: Range<Position>,
    text: &'a str,
}

/// Returns the longest sentences of two words or more, the longest first.
fn sentences(text: &TextBuffer, rule: WordRule) -> Vec<Sentence<'_>> {
    let mut sentences = Vec::new();
    for (paragraph, (line, _)) in text.paragraphs().enumerate() {
        for (start, sentence) in line.split_sentence_bound_indices() {
            let text = sentence.trim_end();
            let position = |byte| Position { paragraph, byte };
            let range = position(start)..position(start + text.len());
            sentences.push(Sentence { words: rule.count(text), range, text });
        }
    }
    sentences.retain(|sentence| sentence.words > 1);
    sentences.sort_by_key(|sentence| std::cmp::Reverse(sentence.words));
    sentences.truncate(MAX_SENTENCES);
    sentences
}

/// Returns the first words of a text, at most 50 characters, to recognise it by.
fn beginning(text: &str) -> String {
    let text = text.trim();
    let Some((cut, _)) = text.char_indices().nth(50) else { return text.to_owned() };
    let shown = text.get(..cut).unwrap_or_default();
    let whole_words = shown.rsplit_once(' ').map_or(shown, |(words, _)| words);
    format!("{whole_words} ...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_per_paragraph_and_the_longest_sentences_are_shown() {
        let written =
            "One two three. Four five six seven eight!\n- nine ten\n\nEleven. Twelve thirteen?";
        let text = TextBuffer::new(written, WordRule::WordProcessor);
        let found = lengths(&text, WordRule::WordProcessor, Some(Limit { words: 10 }));
        for part in [
            "13 of 10 words, 3 over. With 2 paragraphs, the limit leaves about 5 words for each.",
            "  1.   10  One two three. Four five six seven eight!",
            "  2.    3  Eleven. Twelve thirteen?",
            "  1.    5  Four five six seven eight!\n  2.    3  One two three.",
        ] {
            assert!(found.page.contains(part), "{part}\n{}", found.page);
        }
        assert_eq!(text.slice(&found.sentences[0]), "Four five six seven eight!");
    }

    #[test]
    fn an_empty_answer_has_no_sentences() {
        let text = TextBuffer::new("", WordRule::WordProcessor);
        assert!(lengths(&text, WordRule::WordProcessor, None).sentences.is_empty());
    }
}
