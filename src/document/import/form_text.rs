//! Finds the text of a blank form in a filled-in copy of it. Text of the blank form that is not in the
//! questionnaire, such as the hints of an office, is not part of an answer either.
//!
//! The two documents are aligned by lines first. Lines that are the same in both belong to the form.
//! Each other line of the blank form may have an answer inside or after it. It is compared token by
//! token with the other lines of the document between the same neighbours, and is found if three in
//! four of its tokens are there in its order. If only its beginning is found, up to a colon or question
//! mark, that belongs to the form, and the answer has replaced the rest.
//!
//! # Limits
//! Choices are answered by changing words of the form or its tick boxes. So a line of the form that
//! offers a choice and was changed may still be read as an answer.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::chain::{ChainLink, best_chain};
use super::lines::{Source, SourceLine, SourcePosition, SourceSpan};
use super::matching::split;
use super::tick_boxes::{is_box, tick};

/// The maximum number of passages that may be changed lines of the blank form.
const MAX_CANDIDATES: usize = 2_000;
/// The maximum number of comparisons of a line of the blank form with a passage of the document.
const MAX_COMPARISONS: usize = 50_000;

/// The text of a blank form in a document.
#[derive(Debug, Default)]
pub(crate) struct FormText {
    spans: Vec<FormSpan>,
    /// The footnotes of the blank form.
    pub(super) notes: Vec<String>,
}

/// A part of a document that is text of the blank form.
#[derive(Debug)]
struct FormSpan {
    span: SourceSpan,
    /// Whether it cannot be part of an answer. Text that offers a choice can be.
    is_fixed: bool,
}

impl FormText {
    /// Finds the text of `blank` in a document.
    pub(crate) fn find(source: &Source, blank: &Source) -> Self {
        let lines: Vec<Vec<FormToken>> = source.lines.iter().map(tokens).collect();
        let known: Vec<Vec<FormToken>> = blank.lines.iter().map(tokens).collect();
        let keys = |lines: &[Vec<FormToken>]| -> Vec<String> {
            let key = |line: &Vec<FormToken>| {
                line.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
            };
            lines.iter().map(key).collect()
        };
        let mut found =
            Self { spans: Vec::new(), notes: blank.notes.iter().map(SourceLine::text).collect() };
        let (mut old, mut new) = (0, 0);
        let equal = equal_runs(Algorithm::Patience, &keys(&known), &keys(&lines));
        for (old_start, new_start, length) in
            equal.into_iter().chain([(known.len(), lines.len(), 0)])
        {
            found.align(&known, old..old_start, &lines, new..new_start);
            for line in new_start..new_start + length {
                let length = source.lines.get(line).map_or(0, |line| line.text().len());
                let span = SourceSpan { line, range: 0..length };
                found.spans.push(FormSpan { span, is_fixed: true });
            }
            (old, new) = (old_start + length, new_start + length);
        }
        found
    }

    /// Finds the lines `wanted` of the blank form among the lines `place` of the document.
    fn align(
        &mut self,
        known: &[Vec<FormToken>],
        wanted: Range<usize>,
        lines: &[Vec<FormToken>],
        place: Range<usize>,
    ) {
        let mut by_first: HashMap<String, Vec<usize>> = HashMap::new();
        for order in wanted {
            if let Some(first) = known.get(order).and_then(|line| line.first()) {
                by_first.entry(first.shown()).or_default().push(order);
            }
        }
        let (mut candidates, mut comparisons) = (Vec::new(), 0);
        for line in place.clone() {
            let Some(tokens) = lines.get(line).filter(|_| !by_first.is_empty()) else { continue };
            for (start, token) in tokens.iter().enumerate() {
                for &order in by_first.get(&token.shown()).into_iter().flatten() {
                    let Some(known) = known.get(order) else { continue };
                    comparisons += 1;
                    if comparisons > MAX_COMPARISONS {
                        break;
                    }
                    let lines = lines.get(..place.end).unwrap_or_default();
                    let window = window(lines, line, start, known.len());
                    let spans = common_spans(known, &window, start == 0);
                    if !spans.is_empty() && candidates.len() < MAX_CANDIDATES {
                        candidates.push((order, spans, offers_choice(known)));
                    }
                }
            }
        }
        let link = |(order, spans, _): &(usize, Vec<SourceSpan>, bool)| ChainLink {
            order: *order,
            start: spans.first().map(SourceSpan::start).unwrap_or_default(),
            score: spans.iter().map(|span| span.range.len()).sum(),
        };
        for (_, spans, offers_choice) in best_chain(candidates, link) {
            let spans = spans.into_iter();
            self.spans.extend(spans.map(|span| FormSpan { span, is_fixed: !offers_choice }));
        }
    }

    /// Returns the parts of the document that cannot be part of an answer.
    pub(super) fn fixed(&self) -> impl Iterator<Item = &SourceSpan> {
        self.spans.iter().filter(|form| form.is_fixed).map(|form| &form.span)
    }

    /// Returns the byte ranges of the form's text, by the 0-based index of the line.
    pub(super) fn by_line(&self) -> HashMap<usize, Vec<Range<usize>>> {
        let mut lines: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
        for FormSpan { span, .. } in &self.spans {
            lines.entry(span.line).or_default().push(span.range.clone());
        }
        lines
    }

    /// Whether a line begins with text of the form.
    pub(super) fn starts_line(&self, line: usize) -> bool {
        let start = SourcePosition { line, offset: 0 };
        self.spans.iter().any(|form| form.span.start() == start)
    }
}

/// A word, or a punctuation character.
#[derive(Debug, Clone)]
struct FormToken {
    text: String,
    range: Range<usize>,
}

impl FormToken {
    /// Returns its text, with the same character for every kind and state of tick box.
    fn shown(&self) -> String {
        if self.text.chars().all(is_box) { "☐".to_owned() } else { self.text.clone() }
    }
}

/// Returns the tokens of a line, without the dots and strokes of lines to write on.
fn tokens(line: &SourceLine) -> Vec<FormToken> {
    let text = line.text();
    let mut tokens = Vec::new();
    let mut at = 0;
    let end = text.len()..text.len();
    for (word, range) in split(&text).into_iter().chain([(String::new(), end)]) {
        let between = text.get(at..range.start).unwrap_or_default();
        let punctuation = between.char_indices().filter(|(_, c)| {
            !c.is_whitespace() && !matches!(c, '_' | '.' | '…' | '·' | '\u{200B}' | '\u{FEFF}')
        });
        tokens.extend(punctuation.map(|(start, c)| FormToken {
            text: c.to_string(),
            range: at + start..at + start + c.len_utf8(),
        }));
        at = range.end;
        if !word.is_empty() {
            let rest = text.get(at..).unwrap_or_default();
            let dots = rest.len() - rest.trim_start_matches(['.', '…']).len();
            tokens.push(FormToken { text: word, range: range.start..at + dots });
        }
    }
    tokens
}

/// Returns the tokens of a line from the one with index `start` on, and those of the lines below it until
/// there are at least `wanted` tokens, each with the index of its line.
fn window(
    lines: &[Vec<FormToken>],
    line: usize,
    start: usize,
    wanted: usize,
) -> Vec<(usize, FormToken)> {
    let tokens = |line: usize, start: usize| {
        let tokens = lines.get(line).and_then(|tokens| tokens.get(start..)).unwrap_or_default();
        tokens.iter().map(move |token| (line, token.clone()))
    };
    let mut window: Vec<(usize, FormToken)> = tokens(line, start).collect();
    for line in line + 1..lines.len() {
        if window.len() >= wanted {
            break;
        }
        window.extend(tokens(line, 0));
    }
    window
}

/// Returns the parts of a text that it has in common with a line of the form. The list is empty if the
/// text is not that line. A text that does not start a line must begin with the whole line of the form.
fn common_spans(
    known: &[FormToken],
    text: &[(usize, FormToken)],
    starts_line: bool,
) -> Vec<SourceSpan> {
    let wanted: Vec<String> = known.iter().map(FormToken::shown).collect();
    let found: Vec<String> = text.iter().map(|(_, token)| token.shown()).collect();
    let runs = if starts_line {
        let mut runs = equal_runs(Algorithm::Myers, &wanted, &found);
        let matched: usize = runs.iter().map(|(_, _, length)| length).sum();
        let enough = if wanted.len() <= 3 { wanted.len() } else { (wanted.len() * 3).div_ceil(4) };
        if matched < enough {
            let leading = wanted.iter().zip(&found).take_while(|(a, b)| a == b).count();
            let is_label = leading
                .checked_sub(1)
                .and_then(|last| wanted.get(last))
                .is_some_and(|last| matches!(last.as_str(), ":" | "?"));
            runs = if is_label { vec![(0, 0, leading)] } else { Vec::new() };
        }
        runs
    } else if wanted.len() > 2 && found.starts_with(&wanted) {
        vec![(0, 0, wanted.len())]
    } else {
        Vec::new()
    };
    let mut spans: Vec<SourceSpan> = Vec::new();
    for (_, start, length) in runs {
        let run = text.get(start..start + length).unwrap_or_default();
        for part in run.chunk_by(|(a, _), (b, _)| a == b) {
            if let (Some((line, first)), Some((_, last))) = (part.first(), part.last()) {
                let range = first.range.start..last.range.end;
                spans.push(SourceSpan { line: *line, range });
            }
        }
    }
    spans
}

/// Whether a line of the form has a tick box or the words yes and no.
fn offers_choice(known: &[FormToken]) -> bool {
    let text = known.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    let has = |word: &str| known.iter().any(|token| token.text == word);
    tick(&text).is_some() || (has("yes") && has("no"))
}

/// Returns the runs of items that two sequences have in common: the index of the first item in `old` and
/// in `new`, and the number of items.
fn equal_runs<T: Eq + std::hash::Hash>(
    algorithm: Algorithm,
    old: &[T],
    new: &[T],
) -> Vec<(usize, usize, usize)> {
    let equal = |operation: DiffOp| match operation {
        DiffOp::Equal { old_index, new_index, len } => Some((old_index, new_index, len)),
        DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => None,
    };
    capture_diff_slices(algorithm, old, new).into_iter().filter_map(equal).collect()
}
