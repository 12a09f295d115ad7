//! Finds known wording in the words of a document, tolerating what copying, printing and scanning
//! change: quotation marks, spaces, words joined or divided, single wrong words, and pages or
//! footnotes that split the wording.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::{Region, SourcePosition, SourceSpan};
use super::question_numbers::may_precede_wording;
use crate::model::markup;

/// The minimum Jaro-Winkler similarity of two spellings of the same word.
const MIN_SIMILARITY: f64 = 0.9;
/// The maximum number of other words between a wording and another that follows it.
const MAX_INSERTED: usize = 3;
/// The maximum number of lines of other text inside wording that a page break splits.
const MAX_LINES_IN_GAP: usize = 60;

/// Returns the words of a wording as they are compared: letters and digits in lower case, without
/// markup and footnote marks.
pub(super) fn words_of(wording: &str) -> Vec<String> {
    let of_line = |line| {
        let spans = markup::spans_with_notes(line).into_iter();
        let shown = spans.filter(|span| span.kind != markup::SpanKind::Note);
        let text: String = shown.filter_map(|span| line.get(span.range)).collect();
        split(&text).into_iter().map(|(word, _)| word)
    };
    wording.lines().flat_map(of_line).collect()
}

/// Returns the letters of a ligature, or an empty text for any other character.
pub(super) fn ligature(c: char) -> &'static str {
    match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => "",
    }
}

/// Whether a word consists of ASCII digits.
pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits a text into words in lower case, each with its byte range. An apostrophe inside a word belongs
/// to it. Superscript digits are footnote marks and not words.
pub(super) fn split(text: &str) -> Vec<(String, Range<usize>)> {
    let mut words: Vec<(String, Range<usize>)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let letter = c.is_alphanumeric() && !markup::is_superscript(c);
        if letter {
            if !open {
                words.push((String::new(), at..end));
            }
            if let Some((word, range)) = words.last_mut() {
                match ligature(c) {
                    "" => word.extend(c.to_lowercase()),
                    letters => word.push_str(letters),
                }
                range.end = end;
            }
        }
        // Programs write apostrophes in several ways.
        open = letter || (open && matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '\u{AD}'));
    }
    words
}

/// Where in a line a wording may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// At the start of the line, or after a number there.
    Line,
    /// Also after a number such as `2.` in the middle of the line.
    Number,
    /// Also at any word that starts with a capital letter.
    Anywhere,
}

/// A word of a document.
#[derive(Debug, Clone)]
struct DocumentWord {
    text: String,
    span: SourceSpan,
    /// For which [`Start`] wording may start at this word in the middle of a line.
    start: Start,
}

/// The words of a document that no wording covers yet.
#[derive(Debug, Clone)]
pub(super) struct DocumentWords(Vec<DocumentWord>);

/// A passage of the document that matches a wording.
#[derive(Debug, Clone)]
pub(super) struct Match {
    /// The number of words of the wording that were found.
    pub(super) matched: usize,
    /// The parts of the document that it covers, one for each line, in reading order.
    pub(super) spans: Vec<SourceSpan>,
    /// The index of the document word that is compared next.
    next: usize,
    /// The index of the last document word that matched.
    last: usize,
    /// The number of words that are wrong, missing or too many.
    slips: usize,
    /// `matched` and `next` at the start of its last line, or `None` if it has only one line.
    before_last_line: Option<(usize, usize)>,
    /// The byte offset in its first line at which it starts together with the number before it: 0
    /// unless there is other text before it on the line.
    pub(super) lead: usize,
}

impl Match {
    /// Starts a match at the word with this index.
    fn at(first: usize) -> Self {
        Self {
            matched: 0,
            spans: Vec::new(),
            next: first,
            last: first,
            slips: 0,
            before_last_line: None,
            lead: 0,
        }
    }

    /// Returns how well it matches: the number of words found, minus that of the slips.
    pub(super) fn score(&self) -> usize {
        self.matched.saturating_sub(self.slips)
    }

    /// Returns the position of its first word.
    pub(super) fn start(&self) -> SourcePosition {
        self.spans.first().map(SourceSpan::start).unwrap_or_default()
    }

    /// Returns the position after its last word.
    pub(super) fn end(&self) -> SourcePosition {
        self.spans.last().map(SourceSpan::end).unwrap_or_default()
    }

    /// Returns the match up to the end of the line before its last one, or `None` if it has only one.
    /// The last line may be an answer that begins with the word that comes next in the wording.
    pub(super) fn without_last_line(mut self) -> Option<Self> {
        let (matched, next) = self.before_last_line.take()?;
        self.spans.pop();
        Some(Self { matched, next, last: next.saturating_sub(1), ..self })
    }

    /// Adds the document word with index `at`.
    fn cover(&mut self, word: &DocumentWord, at: usize) {
        match self.spans.last_mut() {
            Some(span) if span.line == word.span.line => span.range.end = word.span.range.end,
            Some(_) => {
                self.before_last_line = Some((self.matched, self.last + 1));
                self.spans.push(word.span.clone());
            }
            None => self.spans.push(word.span.clone()),
        }
        self.last = at;
        self.next = at + 1;
    }
}

impl DocumentWords {
    /// Collects the words of the lines for which `include` returns `true`.
    pub(super) fn new(texts: &[String], include: impl Fn(usize) -> bool) -> Self {
        let lines = texts.iter().enumerate().filter(|(line, _)| include(*line));
        let words = lines.flat_map(|(line, text)| {
            let word = move |(word, range): (String, Range<usize>)| {
                let (before, rest) = text.split_at_checked(range.start).unwrap_or_default();
                let after = rest.get(range.len()..).unwrap_or_default();
                let numbers = word.len() <= 2
                    && is_number(&word)
                    && before.ends_with(char::is_whitespace)
                    && after.starts_with(['.', ')'])
                    && after.get(1..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
                let start = match rest.chars().next() {
                    _ if numbers => Start::Number,
                    Some(c) if c.is_uppercase() => Start::Anywhere,
                    Some(_) | None => Start::Line,
                };
                DocumentWord { text: word, span: SourceSpan { line, range }, start }
            };
            split(text).into_iter().map(word)
        });
        Self(words.collect())
    }

    /// Removes the words that start outside these byte ranges, which are given by line.
    pub(super) fn retain(&mut self, ranges: &HashMap<usize, Vec<Range<usize>>>) {
        self.0.retain(|DocumentWord { span, .. }| {
            let ranges = ranges.get(&span.line).map(Vec::as_slice).unwrap_or_default();
            ranges.iter().any(|range| range.contains(&span.range.start))
        });
    }

    fn get(&self, at: usize) -> Option<&DocumentWord> {
        self.0.get(at)
    }

    fn starts_line(&self, at: usize) -> bool {
        let line = |at: usize| self.get(at).map(|word| word.span.line);
        at.checked_sub(1).is_none_or(|before| line(before) != line(at))
    }

    /// Returns the indices of the words at which wording may start inside `region`, each with its
    /// [`Match::lead`].
    fn heads(&self, start: Start, region: &Region) -> Vec<(usize, usize)> {
        let mut heads = Vec::new();
        let first = self.0.partition_point(|word| word.span.line < region.start.line);
        for (at, word) in self.0.iter().enumerate().skip(first) {
            if word.span.start() >= region.end {
                break;
            }
            if !self.starts_line(at) {
                let lead = word.span.range.start;
                match word.start {
                    Start::Number if start == Start::Number => heads.push((at + 1, lead)),
                    Start::Anywhere if start == Start::Anywhere => heads.push((at, lead)),
                    Start::Line | Start::Number | Start::Anywhere => {}
                }
                continue;
            }
            heads.push((at, 0));
            for skipped in at..at + 3 {
                let next = self.get(skipped + 1).map(|next| next.text.as_str());
                let skippable =
                    self.get(skipped).is_some_and(|word| may_precede_wording(&word.text, next));
                if !skippable || self.starts_line(skipped + 1) {
                    break;
                }
                heads.push((skipped + 1, 0));
            }
        }
        heads
    }

    /// Returns every passage that matches a wording and starts inside `region`, in reading order.
    pub(super) fn find(
        &self,
        wording: &[String],
        region: Region,
        start: Start,
    ) -> impl Iterator<Item = Match> {
        let heads = self.heads(start, &region).into_iter();
        let found =
            heads.filter_map(|(at, lead)| Some(Match { lead, ..self.follow(wording, at)? }));
        found.filter(move |found| region.contains(&found.start()))
    }

    /// Returns the passages that match the beginning of a wording: at least three words, up to the
    /// end of a sentence or of the line.
    pub(super) fn find_beginning(
        &self,
        wording: &[String],
        region: Region,
    ) -> impl Iterator<Item = Match> {
        let heads = self.heads(Start::Number, &region).into_iter();
        let found = heads.filter_map(|(at, lead)| {
            let mut found = Match { lead, ..Match::at(at) };
            self.walk(&mut found, wording);
            (found.matched >= 3).then_some(found)
        });
        found.filter(move |found| region.contains(&found.start()))
    }

    /// Whether any word of a line is not covered.
    pub(super) fn has_line(&self, line: usize) -> bool {
        self.0.iter().any(|word| word.span.line == line)
    }

    /// Removes the words of a passage, and those before it on its first line.
    pub(super) fn remove(&mut self, found: &Match) {
        let start = found.start();
        self.0.retain(|DocumentWord { span: word, .. }| {
            let covered = found.spans.iter().any(|span| {
                span.line == word.line
                    && word.range.start >= span.range.start
                    && word.range.end <= span.range.end
            });
            let before = found.lead..start.offset;
            !covered && (word.line != start.line || !before.contains(&word.range.start))
        });
    }

    /// Removes the words of a line.
    pub(super) fn remove_line(&mut self, line: usize) {
        self.0.retain(|word| word.span.line != line);
    }

    /// Matches a wording with the document words from index `first` on. Returns `None` unless at least
    /// three in four words match, or all words of a wording of up to three.
    fn follow(&self, wording: &[String], first: usize) -> Option<Match> {
        let (head, opening) = (self.get(first)?, wording.first()?);
        let second = wording.get(1).zip(self.get(first + 1));
        // This rejects nearly all positions early.
        if !alike(opening, &head.text)
            && !second.is_some_and(|(word, here)| alike(word, &here.text))
        {
            return None;
        }
        let mut found = Match::at(first);
        self.walk(&mut found, wording);
        let count = wording.len();
        let enough = if count <= 3 { count } else { (count * 3).div_ceil(4) };
        (found.matched >= enough && !found.spans.is_empty()).then_some(found)
    }

    /// Extends a match by wording that may follow it, such as the limit of a question, with up to
    /// [`MAX_INSERTED`] other words between them. Its words do not count as matched.
    pub(super) fn extend(&self, found: &mut Match, wording: &[String]) {
        let line = found.end().line;
        for inserted in 0..=MAX_INSERTED {
            let next = found.next + inserted;
            let mut longer = Match { next, ..found.clone() };
            if inserted > 0 && self.get(next).is_none_or(|word| word.span.line != line) {
                return;
            }
            self.walk(&mut longer, wording);
            let matched = longer.matched - found.matched;
            let enough = if inserted == 0 { wording.len() * 2 } else { wording.len() * 3 };
            if matched * 3 >= enough {
                *found = Match { matched: found.matched, ..longer };
                return;
            }
        }
    }

    /// Compares a wording with the document word by word, starting at `found.next`.
    fn walk(&self, found: &mut Match, wording: &[String]) {
        let (mut at, mut slips) = (0, 0);
        let max_slips = 1 + wording.len() / 6;
        let started = found.next;
        while let Some(word) = wording.get(at) {
            let Some(here) = self.get(found.next) else { break };
            if alike(word, &here.text) {
                found.cover(here, found.next);
                found.matched += 1;
                at += 1;
            } else if let Some((of_wording, of_text)) = self.joined(wording, at, found.next) {
                for _ in 0..of_text {
                    let next = found.next;
                    self.get(next).into_iter().for_each(|here| found.cover(here, next));
                }
                found.matched += of_wording;
                at += of_wording;
            } else if let Some((of_wording, of_text)) = (slips < max_slips
                && (found.next > started || self.is_mark(found.next)))
            .then(|| self.slip(wording, at, found.next))
            .flatten()
            {
                slips += usize::from(of_wording > 0 || !self.is_mark(found.next));
                at += of_wording;
                found.next += of_text;
            } else if let Some(next) = (found.next > started || found.matched > 0)
                .then(|| self.beyond_gap(wording.get(at..).unwrap_or_default(), found.next))
                .flatten()
            {
                found.next = next;
            } else {
                break;
            }
        }
        found.slips += slips;
        found.next = found.last + 1;
    }

    /// Whether a word may be the number of a footnote inside wording: it has one or two digits.
    fn is_mark(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| word.text.len() <= 2 && is_number(&word.text))
    }

    /// Matches one word with two that are the same without the space between them. `at` is an index in
    /// the wording, `place` one in the document. Returns how many words of the wording and of the document
    /// match.
    fn joined(&self, wording: &[String], at: usize, place: usize) -> Option<(usize, usize)> {
        let is_both = |whole: &str, a: &str, b: &str| {
            whole.len() == a.len() + b.len() && whole.strip_prefix(a) == Some(b)
        };
        let (word, here) = (wording.get(at)?, &self.get(place)?.text);
        if self.get(place + 1).is_some_and(|next| is_both(word, here, &next.text)) {
            return Some((1, 2));
        }
        is_both(here, word, wording.get(at + 1)?).then_some((2, 1))
    }

    /// Skips up to two words that are wrong, missing or too many, if the words after them match. `at` is
    /// an index in the wording, `place` one in the document. Returns how many words of the wording and of
    /// the document to skip.
    fn slip(&self, wording: &[String], at: usize, place: usize) -> Option<(usize, usize)> {
        let line = self.get(place)?.span.line;
        let is_mark_at_end = self.is_mark(place) && !self.starts_line(place);
        let steps = [(0, 1), (1, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1)];
        steps.into_iter().find(|&(of_wording, of_text)| {
            let same = |step: usize| {
                let (word, here) =
                    (wording.get(at + of_wording + step), self.get(place + of_text + step));
                word.zip(here).is_some_and(|(word, here)| alike(word, &here.text))
            };
            let in_line = self.get(place + of_text).is_some_and(|here| here.span.line == line)
                || is_mark_at_end && (of_wording, of_text) == (0, 1);
            let ends = wording.len() == at + of_wording + 1;
            in_line && same(0) && (ends || same(1))
        })
    }

    /// Returns the index of the document word at which the rest of a wording continues after a page
    /// break and the page headers, footers and footnotes around it.
    fn beyond_gap(&self, rest: &[String], place: usize) -> Option<usize> {
        let last_line = self.get(place)?.span.line + MAX_LINES_IN_GAP;
        if !self.starts_line(place) {
            return None;
        }
        let lines = (place + 1..).map_while(|at| Some((at, self.get(at)?.span.line)));
        let mut lines = lines.take_while(|&(_, line)| line <= last_line);
        lines.find_map(|(at, line)| {
            let mut pairs = rest.iter().take(3).zip(self.0.iter().skip(at));
            // One or two words are the rest of the wording only if the line holds nothing else.
            let alone = rest.len() >= 3 || self.starts_line(at + rest.len());
            let same = self.starts_line(at)
                && alone
                && pairs.all(|(known, here)| here.span.line == line && alike(known, &here.text));
            same.then_some(at)
        })
    }
}

/// Whether two words are the same or two spellings of the same word.
fn alike(a: &str, b: &str) -> bool {
    a == b
        || (a.len() > 4
            && b.len() > 4
            && a.len().abs_diff(b.len()) <= 2
            && shares_letters(a, b)
            && strsim::jaro_winkler(a, b) >= MIN_SIMILARITY)
}

/// Whether two words share enough letters for [`MIN_SIMILARITY`]. It rejects nearly all pairs much
/// faster than comparing them.
///
/// With the same first four letters, a Jaro-Winkler similarity of 0.9 needs a Jaro similarity of
/// 5/6. That is at most (m/a + m/b + 1) / 3 for `m` letters in common and words of `a` and `b`
/// letters.
fn shares_letters(a: &str, b: &str) -> bool {
    if !(a.is_ascii() && b.is_ascii()) {
        return true;
    }
    let letters = |word: &str| word.bytes().fold(0_u64, |set, byte| set | 1 << (byte & 63));
    let (of_a, of_b) = (letters(a), letters(b));
    let missing = |set: u64| usize::try_from(set.count_ones()).unwrap_or(0);
    let common = (a.len() - missing(of_a & !of_b)).min(b.len() - missing(of_b & !of_a));
    2 * common * (a.len() + b.len()) >= 3 * a.len() * b.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_similar_pair_of_words_is_rejected_early(word in "[a-d0-2]{5,9}", other in "[a-d0-2]{5,9}", at in 0_usize..5) {
            // A misspelling of the same word, and any other word.
            let misspelt = format!("{}{}", &word[..at], &word[at + 1..]);
            for b in [&misspelt, &other] {
                if strsim::jaro_winkler(&word, b) >= MIN_SIMILARITY {
                    prop_assert!(shares_letters(&word, b), "{word} {b}");
                }
            }
        }
    }
}
