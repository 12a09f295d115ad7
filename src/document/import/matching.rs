//! Finds known wording in the words of a document, tolerant of what copying, printing and scanning
//! do to it: other quotes, other spacing, words glued or divided, single words wrong, and pages or
//! footnotes that cut it in two.

use std::ops::Range;

use crate::model::markup;

/// How likely two spellings are the same word.
const LIKENESS: f64 = 0.9;
/// How many lines of other text may stand inside wording that a page has cut in two.
const TEAR: usize = 60;

/// The words of a wording as they are compared: small letters and digits, no signs.
pub(super) fn words_of(wording: &str) -> Vec<String> {
    wording
        .lines()
        .flat_map(|line| {
            let shown = markup::spans_with_notes(line).into_iter();
            let shown = shown.filter(|span| span.kind != markup::SpanKind::Note);
            let text: String = shown.filter_map(|span| line.get(span.range)).collect();
            let found = split(&text);
            found.into_iter().map(|(word, _)| word).collect::<Vec<_>>()
        })
        .collect()
}

/// Splits a text into words, each with where it stands. Apostrophes join, raised digits are signs.
fn split(text: &str) -> Vec<(String, Range<usize>)> {
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
                match c {
                    'ﬁ' => word.push_str("fi"),
                    'ﬂ' => word.push_str("fl"),
                    'ﬀ' => word.push_str("ff"),
                    'ﬃ' => word.push_str("ffi"),
                    'ﬄ' => word.push_str("ffl"),
                    c => word.extend(c.to_lowercase()),
                }
                range.end = end;
            }
        }
        // A sign inside a word that programs write in several ways.
        open = letter || (open && matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '\u{AD}'));
    }
    words
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    line: usize,
    range: Range<usize>,
}

/// The words of a document that nothing has recognised yet.
#[derive(Debug, Clone)]
pub(super) struct Words(Vec<Word>);

/// Where wording was found.
#[derive(Debug, Clone)]
pub(super) struct Match {
    /// Where its first word stands among those of the document.
    pub(super) first: usize,
    /// How many of its words were found.
    pub(super) matched: usize,
    /// The stretches it takes, by line.
    pub(super) segments: Vec<(usize, Range<usize>)>,
    next: usize,
    last: usize,
    slips: usize,
}

impl Match {
    /// How much speaks for it: words found, less those that were wrong.
    pub(super) fn score(&self) -> usize {
        self.matched.saturating_sub(self.slips)
    }

    pub(super) fn begin(&self) -> (usize, usize) {
        self.segments.first().map_or((0, 0), |(line, range)| (*line, range.start))
    }

    pub(super) fn end(&self) -> (usize, usize) {
        self.segments.last().map_or((0, 0), |(line, range)| (*line, range.end))
    }

    fn take(&mut self, word: &Word, at: usize) {
        match self.segments.last_mut() {
            Some((line, range)) if *line == word.line => range.end = word.range.end,
            Some(_) | None => self.segments.push((word.line, word.range.clone())),
        }
        self.last = at;
        self.next = at + 1;
    }
}

impl Words {
    /// The words of the lines that `open` lets through.
    pub(super) fn new(texts: &[String], open: impl Fn(usize) -> bool) -> Self {
        let lines = texts.iter().enumerate().filter(|(line, _)| open(*line));
        let words = lines.flat_map(|(line, text)| {
            split(text).into_iter().map(move |(text, range)| Word { text, line, range })
        });
        Self(words.collect())
    }

    fn get(&self, at: usize) -> Option<&Word> {
        self.0.get(at)
    }

    fn begins_line(&self, at: usize) -> bool {
        let line = |at: usize| self.get(at).map(|word| word.line);
        at.checked_sub(1).is_none_or(|before| line(before) != line(at))
    }

    /// Where wording may begin: at the start of a line, or after the number of a question.
    pub(super) fn heads(&self) -> Vec<usize> {
        let mut heads = Vec::new();
        for at in (0..self.0.len()).filter(|&at| self.begins_line(at)) {
            heads.push(at);
            for skipped in at..at + 2 {
                let skippable = self.get(skipped).is_some_and(|word| {
                    let digits = word.text.trim_start_matches('q');
                    matches!(word.text.as_str(), "question" | "x" | "no" | "nr")
                        || (word.text.len() <= 3
                            && digits.bytes().all(|byte| byte.is_ascii_digit()))
                });
                if !skippable || self.begins_line(skipped + 1) {
                    break;
                }
                heads.push(skipped + 1);
            }
        }
        heads
    }

    /// Whether a line has words left.
    pub(super) fn holds(&self, line: usize) -> bool {
        self.0.iter().any(|word| word.line == line)
    }

    /// Forgets words that are recognised.
    pub(super) fn remove(&mut self, found: &Match) {
        self.0.retain(|word| {
            !found.segments.iter().any(|(line, range)| {
                *line == word.line && word.range.start >= range.start && word.range.end <= range.end
            })
        });
    }

    /// Forgets the words before a place of a line.
    pub(super) fn remove_before(&mut self, line: usize, end: usize) {
        self.0.retain(|word| word.line != line || word.range.start >= end);
    }

    /// Follows wording from one place on; nothing where too little of it stands there.
    pub(super) fn follow(&self, words: &[String], first: usize) -> Option<Match> {
        let (head, opening) = (self.get(first)?, words.first()?);
        let second = words.get(1).zip(self.get(first + 1));
        // Most places are out of the question; this finds out at once.
        if !alike(opening, &head.text)
            && !second.is_some_and(|(word, here)| alike(word, &here.text))
        {
            return None;
        }
        let mut found =
            Match { first, matched: 0, segments: Vec::new(), next: first, last: first, slips: 0 };
        self.walk(&mut found, words);
        let enough = if words.len() <= 3 { words.len() } else { (words.len() * 3).div_ceil(4) };
        (found.matched >= enough && !found.segments.is_empty()).then_some(found)
    }

    /// Goes on with wording that may follow, such as the limit of a question.
    pub(super) fn go_on(&self, found: &mut Match, words: &[String]) {
        let mut longer = found.clone();
        let before = longer.matched;
        self.walk(&mut longer, words);
        if (longer.matched - before) * 3 >= words.len() * 2 {
            longer.matched = before;
            *found = longer;
        }
    }

    fn walk(&self, found: &mut Match, words: &[String]) {
        let (mut at, mut slips) = (0, 0);
        let most = 1 + words.len() / 6;
        let started = found.next;
        while let Some(word) = words.get(at) {
            let Some(here) = self.get(found.next) else { break };
            if alike(word, &here.text) {
                found.take(here, found.next);
                found.matched += 1;
                at += 1;
            } else if let Some((of_wording, of_text)) = self.joined(words, at, found.next) {
                for _ in 0..of_text {
                    let next = found.next;
                    self.get(next).into_iter().for_each(|here| found.take(here, next));
                }
                found.matched += of_wording;
                at += of_wording;
            } else if let Some((of_wording, of_text)) = self
                .slip(words, at, found.next)
                .filter(|_| slips < most && (found.next > started || self.is_mark(found.next)))
            {
                slips += usize::from(of_wording > 0 || !self.is_mark(found.next));
                at += of_wording;
                found.next += of_text;
            } else if let Some(next) = self
                .beyond_a_tear(words.get(at..).unwrap_or_default(), found.next)
                .filter(|_| found.next > started || found.matched > 0)
            {
                found.next = next;
            } else {
                break;
            }
        }
        found.slips += slips;
        found.next = found.last + 1;
    }

    /// The number of a footnote inside wording.
    fn is_mark(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| {
            word.text.len() <= 2 && word.text.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Two words glued into one, or one divided.
    fn joined(&self, words: &[String], at: usize, place: usize) -> Option<(usize, usize)> {
        let (word, here) = (words.get(at)?, self.get(place)?);
        if let Some(next) = self.get(place + 1)
            && word.len() == here.text.len() + next.text.len()
            && *word == format!("{}{}", here.text, next.text)
        {
            return Some((1, 2));
        }
        let next = words.get(at + 1)?;
        (here.text.len() == word.len() + next.len() && here.text == format!("{word}{next}"))
            .then_some((2, 1))
    }

    /// A word wrong, missing or too many, after which the wording goes on.
    fn slip(&self, words: &[String], at: usize, place: usize) -> Option<(usize, usize)> {
        let line = self.get(place)?.line;
        let steps = [(0, 1), (1, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1)];
        steps.into_iter().find(|&(of_wording, of_text)| {
            let same = |step: usize| {
                let (word, here) =
                    (words.get(at + of_wording + step), self.get(place + of_text + step));
                word.zip(here).is_some_and(|(word, here)| alike(word, &here.text))
            };
            let in_line = self.get(place + of_text).is_some_and(|here| here.line == line);
            let ends = words.len() == at + of_wording + 1;
            in_line && same(0) && (ends || same(1))
        })
    }

    /// Where wording goes on after a page break and what stands there.
    fn beyond_a_tear(&self, rest: &[String], place: usize) -> Option<usize> {
        let broken_at = self.get(place)?.line;
        if !self.begins_line(place) {
            return None;
        }
        let wanted = rest.len().min(3);
        let mut at = place;
        while let Some(word) = self.get(at).filter(|word| word.line <= broken_at + TEAR) {
            if self.begins_line(at) {
                let same = rest
                    .iter()
                    .take(wanted)
                    .zip(self.0.iter().skip(at))
                    .all(|(known, here)| here.line == word.line && alike(known, &here.text));
                // One or two words are only the rest of the wording where they are alone.
                let alone = rest.len() >= 3 || self.begins_line(at + rest.len());
                if same && alone && at > place {
                    return Some(at);
                }
            }
            at += 1;
        }
        None
    }
}

fn alike(a: &str, b: &str) -> bool {
    a == b
        || (a.len() > 4
            && b.len() > 4
            && strsim::jaro_winkler(a, b) >= LIKENESS
            && a.len().abs_diff(b.len()) <= 2)
}
