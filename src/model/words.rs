//! Word counting and limits: how words are counted, and how many words an answer has over its limit.
//! Every number of words that a user sees comes from here. `review.rs` turns an excess into a status.
//!
//! There are two rules, of which the questionnaire names one. [`WordRule::WordProcessor`]: the parts between
//! white space, – and — are words, and so is each Chinese, Japanese or Korean character.
//! [`WordRule::Unicode`]: the words of Unicode Standard Annex #29. `docs/word-count.md` explains both.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::model::markup;
use crate::model::text::plural;

/// The maximum length of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The number of words, counted by the [`WordRule`] of the questionnaire.
    pub words: usize,
}

/// The length of an answer and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// The number of words.
    pub words: usize,
    /// The limit, if any.
    pub limit: Option<Limit>,
}

impl Measure {
    /// Creates a measure of a text whose words are already counted.
    pub fn new(words: usize, limit: Option<Limit>) -> Self {
        Self { words, limit }
    }

    /// Describes the length: `219 of 150 words`, or `726 words` without a limit.
    pub fn describe(self) -> String {
        match self.limit {
            Some(limit) => format!("{} of {}", self.words, plural(limit.words, "word", "words")),
            None => plural(self.words, "word", "words"),
        }
    }

    /// Describes the length and the excess: `219 of 150 words, 69 over`.
    pub fn describe_with_excess(self) -> String {
        match self.excess() {
            0 => self.describe(),
            excess => format!("{}, {excess} over", self.describe()),
        }
    }

    /// Describes the length in figures: `219 / 150`, or `726` without a limit.
    pub(crate) fn figures(self) -> String {
        match self.limit {
            Some(limit) => format!("{} / {}", self.words, limit.words),
            None => self.words.to_string(),
        }
    }

    /// Returns the number of words over the limit, or 0 within it.
    pub fn excess(self) -> usize {
        self.limit.map_or(0, |limit| self.words.saturating_sub(limit.words))
    }
}

/// What counts as a word; `word-count:` in a questionnaire file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordRule {
    /// Counts as word processors do, so that Word shows the same number.
    ///
    /// Words are separated by white space (including no-break spaces), en dashes and em dashes.
    /// Every CJK ideograph, kana, Hangul syllable or full-width character is a word. Zero-width
    /// characters neither separate words nor are words. List markers, marks of emphasis and the
    /// addresses of links are not counted.
    WordProcessor,
    /// Counts words by [Unicode Standard Annex #29](https://www.unicode.org/reports/tr29/#Word_Boundaries).
    Unicode,
}

impl WordRule {
    /// The rules and their names in questionnaire files.
    pub const NAMES: [(&'static str, Self); 2] =
        [("word-processor", Self::WordProcessor), ("unicode", Self::Unicode)];

    /// Counts the words of a text, which is the sum over its lines.
    pub fn count(self, text: &str) -> usize {
        text.split('\n').map(|line| self.count_line(line)).sum()
    }

    /// Counts the words of a text and compares the number with a limit.
    pub fn measure(self, text: &str, limit: Option<Limit>) -> Measure {
        Measure::new(self.count(text), limit)
    }

    fn count_line(self, line: &str) -> usize {
        match self {
            Self::WordProcessor => ProcessorWords::new(line).count_all(),
            Self::Unicode => self.words(line).count(),
        }
    }

    /// Returns the byte ranges of the words of one line. The range of a word that is interrupted by
    /// marks of emphasis includes them.
    pub fn words(self, line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
        let (processor, annex) = match self {
            Self::WordProcessor => (Some(ProcessorWords::new(line)), None),
            Self::Unicode => (None, Some(line.unicode_word_indices())),
        };
        let annex = annex.into_iter().flatten().map(|(at, word)| at..at + word.len());
        processor.into_iter().flatten().chain(annex)
    }

    /// Explains the rule to the applicant.
    pub fn explained(self) -> &'static str {
        match self {
            Self::WordProcessor => {
                "Words are counted as a word processor counts them: everything between spaces is \
                 one word (`early-stage`, `and/or` and a web address are one word each), and so \
                 is everything between dashes (–, —). Bullets and numbers that start a line and \
                 marks for bold or italic are not counted. Word may differ by one or two: near a \
                 limit, leave a little room."
            }
            Self::Unicode => {
                "Words are counted by Unicode Standard Annex #29: `and/or` is two words, a web \
                 address several."
            }
        }
    }
}

/// Whether a byte of UTF-8 is an ASCII character or part of a letter. Nearly all bytes of a text
/// are; other separators, ideographs and zero-width characters start with other bytes.
fn is_simple(byte: u8) -> bool {
    !matches!(byte, 0xC2 | 0xE1..)
}

fn is_letter(simple: u8) -> bool {
    !matches!(simple, b' ' | b'\t'..=b'\r')
}

/// Counts the simple bytes before the first other byte. Without branches inside a chunk, the compiler
/// vectorises this loop, and that in [`count_starts`].
fn count_simple(bytes: &[u8]) -> usize {
    let (steps, _) = bytes.as_chunks::<32>();
    let all = |step: &&[u8; 32]| step.iter().fold(true, |all, &byte| all & is_simple(byte));
    let checked = steps.iter().take_while(all).count() * 32;
    checked + bytes.iter().skip(checked).take_while(|&&byte| is_simple(byte)).count()
}

/// Counts the words that start in simple bytes. `within` says whether a word continues into them.
fn count_starts(simple: &[u8], within: bool) -> usize {
    // Small enough to count in a byte.
    const STEP: usize = 128;
    let Some((&first, after)) = simple.split_first() else { return 0 };
    let begins = |(before, byte): (&u8, &u8)| u8::from(!is_letter(*before) & is_letter(*byte));
    let steps = simple.chunks(STEP).zip(after.chunks(STEP));
    let counted = steps.map(|(before, after)| before.iter().zip(after).map(begins).sum::<u8>());
    usize::from(is_letter(first) && !within) + counted.map(usize::from).sum::<usize>()
}

/// Iterates over the words of one line by [`WordRule::WordProcessor`].
struct ProcessorWords<'a> {
    line: &'a str,
    /// The ranges without markup that are not read yet, the last one first.
    visible: Vec<Range<usize>>,
}

impl<'a> ProcessorWords<'a> {
    fn new(line: &'a str) -> Self {
        let body = markup::list_marker(line).unwrap_or(0);
        let visible = if markup::has_marks(line) {
            let clip = |range: Range<usize>| range.start.max(body)..range.end.max(body);
            let spans = markup::spans(line).into_iter().map(|span| clip(span.range));
            spans.rev().filter(|range| !range.is_empty()).collect()
        } else {
            std::iter::once(body..line.len()).collect()
        };
        Self { line, visible }
    }

    /// Counts the words, which is faster than iterating over their ranges.
    fn count_all(self) -> usize {
        let mut words = 0;
        let mut within = false;
        for mut rest in self.visible.into_iter().rev().filter_map(|range| self.line.get(range)) {
            loop {
                let simple = count_simple(rest.as_bytes());
                let (simple, other) = rest.split_at_checked(simple).unwrap_or_default();
                words += count_starts(simple.as_bytes(), within);
                within = simple.bytes().next_back().map_or(within, is_letter);
                let mut other = other.chars();
                let Some(c) = other.next() else { break };
                rest = other.as_str();
                match CharClass::of(c) {
                    CharClass::Separator => within = false,
                    CharClass::Letter => {
                        words += usize::from(!within);
                        within = true;
                    }
                    CharClass::Ideograph => {
                        words += 1;
                        within = false;
                    }
                    CharClass::ZeroWidth => {}
                }
            }
        }
        words
    }

    /// Returns the next visible character and its byte offset.
    fn next_char(&mut self) -> Option<(usize, char)> {
        loop {
            let range = self.visible.last_mut()?;
            if let Some(c) = self.line.get(range.clone()).and_then(|text| text.chars().next()) {
                let at = range.start;
                range.start += c.len_utf8();
                return Some((at, c));
            }
            self.visible.pop();
        }
    }
}

impl Iterator for ProcessorWords<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let mut word: Option<Range<usize>> = None;
        loop {
            let before = self.visible.last().cloned();
            let Some((at, c)) = self.next_char() else { return word };
            let end = at + c.len_utf8();
            match CharClass::of(c) {
                CharClass::Separator if word.is_some() => return word,
                CharClass::Separator => {}
                CharClass::Ideograph => {
                    if word.is_some() {
                        // Read the ideograph again in the next call.
                        if let (Some(range), Some(before)) = (self.visible.last_mut(), before) {
                            if before.contains(&at) {
                                *range = at..range.end;
                            } else {
                                range.start = at;
                            }
                        }
                        return word;
                    }
                    return Some(at..end);
                }
                CharClass::Letter => word = Some(word.map_or(at, |word| word.start)..end),
                CharClass::ZeroWidth => {
                    if let Some(word) = &mut word {
                        word.end = end;
                    }
                }
            }
        }
    }
}

/// How a character affects word boundaries.
enum CharClass {
    Separator,
    Letter,
    /// A word of its own, although it need not be an ideograph.
    Ideograph,
    /// Neither a word nor a separator.
    ZeroWidth,
}

impl CharClass {
    fn of(c: char) -> Self {
        match c {
            '!'..='~' => Self::Letter,
            ' ' | '\u{2013}' | '\u{2014}' => Self::Separator,
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' => Self::ZeroWidth,
            _ if c.is_whitespace() => Self::Separator,
            '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309D}'..='\u{309F}'
            | '\u{30A1}'..='\u{30FA}'
            | '\u{30FC}'..='\u{30FF}'
            | '\u{31F0}'..='\u{31FF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FF01}'..='\u{FF60}'
            | '\u{FF66}'..='\u{FF9F}'
            | '\u{FFE0}'..='\u{FFE6}'
            | '\u{20000}'..='\u{3FFFD}' => Self::Ideograph,
            _ => Self::Letter,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_counted_as_a_word_processor_counts_them() {
        for (text, words) in [
            ("", 0),
            ("   ", 0),
            ("early-stage", 1),
            ("and/or", 1),
            ("16-45", 1),
            ("don't", 1),
            ("12 %", 2),
            ("https://example.org/a?b=c&d=e", 1),
            ("- item", 1),
            ("• item", 1),
            ("1. item", 1),
            ("1) item", 1),
            ("a) item", 1),
            ("  - item", 1),
            ("R & D", 3),
            ("a – b", 2),
            ("a—b", 2),
            ("a–b", 2),
            ("a - b", 3),
            ("a\u{A0}b", 2),
            ("a\u{202F}b", 2),
            ("中文字", 3),
            ("a中b", 3),
            ("**a**中*b* c", 4),
            ("カタカナ", 4),
            ("한국", 2),
            ("a\u{200B}b", 1),
            ("\u{200B}", 0),
            ("**bold** and *italic*", 3),
            ("un**believ**able", 1),
            ("[our own page](https://example.org/x)", 3),
            ("one\ntwo\n\n- three", 3),
            ("...", 1),
        ] {
            assert_eq!(WordRule::WordProcessor.count(text), words, "{text:?}");
        }
    }

    #[test]
    fn the_unicode_rule_counts_by_annex_29() {
        for (text, words) in
            [("and/or", 2), ("don't", 1), ("16-45", 2), ("12 %", 1), ("a—b", 2), ("- item", 1)]
        {
            assert_eq!(WordRule::Unicode.count(text), words, "{text:?}");
        }
    }

    #[test]
    fn the_ranges_of_words_include_marks_of_emphasis() {
        let line = "- one **two**, 三 four";
        let words: Vec<_> = WordRule::WordProcessor.words(line).map(|at| &line[at]).collect();
        assert_eq!(words, ["one", "two**,", "三", "four"]);
    }

    #[test]
    fn excess_is_the_number_of_words_over_the_limit() {
        let limit = Some(Limit { words: 150 });
        assert_eq!(Measure::new(219, limit).excess(), 69);
        assert_eq!(Measure::new(150, limit).excess(), 0);
        assert_eq!(Measure::new(1, limit).describe(), "1 of 150 words");
        assert_eq!(Measure::new(1, None).describe(), "1 word");
        assert_eq!(Measure::new(726, None).excess(), 0);
    }

    proptest! {
        #[test]
        fn counting_never_panics_and_adds_up_over_paragraphs(a in "\\PC{0,60}", b in "[-*• \\[\\]()a中–\u{A0}.1)]{0,40}") {
            for (_, rule) in WordRule::NAMES {
                prop_assert_eq!(rule.count(&format!("{a}\n{b}")), rule.count(&a) + rule.count(&b));
                prop_assert_eq!(rule.count(&format!("{b}\n\n{a}\n")), rule.count(&a) + rule.count(&b));
            }
        }

        #[test]
        fn as_many_words_are_counted_as_are_found(text in "([-*• \\[\\]()a中–\u{A0}.1)é\u{200B}\n]|(?s:.)){0,60}") {
            for (_, rule) in WordRule::NAMES {
                let found: usize = text.split('\n').map(|line| rule.words(line).count()).sum();
                prop_assert_eq!(rule.count(&text), found);
            }
        }

        #[test]
        fn words_come_in_order_and_do_not_overlap(line in "[-*• \\[\\]()a中–\u{A0}.1)é\u{200B}]{0,40}") {
            let mut end = 0;
            for word in WordRule::WordProcessor.words(&line) {
                prop_assert!(word.start >= end && line.get(word.clone()).is_some(), "{line:?} {word:?}");
                end = word.end;
            }
        }
    }
}
