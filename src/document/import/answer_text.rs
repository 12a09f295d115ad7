//! Turns the pieces of a document between two wordings into the text of an answer.

use std::ops::Range;

use super::coverage::{Coverage, Piece};
use super::lines::{Emphasis, SourceLine};
use super::placeholders::is_prompt;
use super::tick_boxes::{BOX_BULLET, with_unicode_boxes};
use crate::model::address::{bare_address, says_itself, starts_web_address};
use crate::model::markup::{self, Run};
use crate::model::text;

/// Returns pieces as running text, as a list of links, or as one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnswerText<'a> {
    /// The document.
    pub(crate) coverage: &'a Coverage<'a>,
    /// Whether the document breaks lines at the width of the page.
    pub(crate) wrapped: bool,
}

impl AnswerText<'_> {
    /// Returns the text of a piece with the bullets of a draft. These replace [`BOX_BULLET`], and the
    /// bullets in a line that the document marks as an answer but that is not taken for one.
    fn with_typed_bullet(&self, piece: &Piece, text: String) -> String {
        if let Some(rest) = text.strip_prefix(BOX_BULLET) {
            return format!("- {}", rest.trim_start());
        }
        let line = self.coverage.source.lines.get(piece.span.line);
        if line.is_some_and(|line| line.answer) && !self.coverage.is_surely_answer(piece) {
            return text::pasted_document(&text);
        }
        text
    }

    /// Returns pieces as one line without emphasis.
    pub(crate) fn line(&self, pieces: &[Piece]) -> String {
        let shown = |piece: &Piece| {
            let text = self.coverage.shown(piece, self.coverage.text(&piece.span));
            if self.coverage.shows_answers {
                return text;
            }
            let text = without_strokes(&text);
            // `Address – Main Street 5`: a dash sets the label apart, as a colon does.
            let behind = text.trim_start().trim_start_matches(['–', '—', '-', '=']);
            let is_apart = piece.span.range.start > 0 && behind.starts_with(char::is_whitespace);
            if is_apart { behind.trim_start().to_owned() } else { text.to_owned() }
        };
        text::normalize_line(&pieces.iter().map(shown).collect::<Vec<_>>().join(" "))
    }

    /// Returns the web addresses in pieces. A line that also has other text is one item.
    pub(crate) fn links(&self, pieces: &[Piece]) -> Vec<String> {
        let is_link = |word: &&str| starts_web_address(word);
        let mut links: Vec<String> = Vec::new();
        for piece in pieces {
            let line = self.with_typed_bullet(piece, self.line(std::slice::from_ref(piece)));
            if self.coverage.is_surely_answer(piece) {
                // Other programs print a bullet before it.
                links.push(line.trim_start_matches(['•', ' ']).to_owned());
                continue;
            }
            let line = line.get(markup::list_marker(&line).unwrap_or(0)..).unwrap_or_default();
            let words = line.split_whitespace().map(bare_address);
            let words: Vec<&str> = words.collect();
            let source = self.coverage.source.lines.get(piece.span.line);
            let follows = piece.span.range.start == 0 && source.is_some_and(|line| line.gap == 0);
            match (words.as_slice(), links.last_mut()) {
                // The width of the page broke an address.
                ([rest], Some(last))
                    if self.wrapped && follows && is_link(&last.as_str()) && !is_link(rest) =>
                {
                    last.push_str(rest);
                }
                (words, _) if words.iter().all(is_link) => {
                    links.extend(words.iter().map(|&word| word.to_owned()));
                }
                (_, _) => {
                    let runs = source.into_iter().flat_map(|line| &line.runs);
                    let target = runs.filter_map(|run| {
                        run.link.as_ref().filter(|link| !says_itself(&run.text, link))
                    });
                    links.extend(target.take(1).cloned().chain([line.to_owned()]));
                }
            }
        }
        let is_prompt = |link: &str| !self.coverage.shows_answers && is_prompt(link);
        links.retain(|link| !link.is_empty() && !is_prompt(link));
        links
    }

    /// Returns pieces as running text with emphasis, lists and paragraphs.
    pub(crate) fn text(&self, pieces: &[Piece]) -> String {
        let mut body = String::new();
        let mut before: Option<&Piece> = None;
        let mut all_surely_answer = true;
        let by_design = self.emphasis_by_design(pieces);
        for piece in pieces {
            let Some(line) = self.coverage.source.lines.get(piece.span.line) else { continue };
            let surely_answer = self.coverage.is_surely_answer(piece);
            all_surely_answer &= surely_answer;
            let mut runs = slice(&line.runs, &piece.span.range);
            for run in &mut runs {
                run.bold ^= by_design.bold;
                run.italic ^= by_design.italic;
            }
            let words = self.with_typed_bullet(piece, markup::marked(&runs));
            let mut new = self.coverage.shown(piece, &words);
            let step = before.and_then(|before| self.coverage.table_step(before, piece));
            match before {
                None => {}
                Some(_) if step.is_some() => body.push_str(&step.unwrap_or_default()),
                Some(before) if line.continues && before.span.line + 1 == piece.span.line => {
                    body.truncate(body.trim_end().len());
                    body.push(' ');
                    new = new.trim_start().to_owned();
                }
                Some(before) if surely_answer && self.coverage.is_surely_answer(before) => {
                    body.push_str(&"\n".repeat(line.gap + 1));
                }
                Some(_) if self.is_split(&body, &new, piece.after_wording) => {
                    // The hyphen of a divided word stays, because it may be part of the word.
                    let divided = body.ends_with('-') && !body.ends_with(" -");
                    body.push_str(if divided { "" } else { " " });
                }
                Some(before) => {
                    let same_line = before.span.line == piece.span.line;
                    let gap = line.gap > 0 || piece.after_wording || same_line;
                    body.push_str(if gap { "\n\n" } else { "\n" });
                }
            }
            let item = piece.span.range.start == 0 && !line.marker.is_empty();
            body.push_str(if all_surely_answer || item { &new } else { new.trim_end() });
            before = Some(piece);
        }
        if !all_surely_answer {
            body = with_unicode_boxes(&body);
            if self.wrapped {
                body = text::join_lines(&body, &body, &|_| false);
            }
        }
        text::normalize_answer(&body)
    }

    /// Returns the emphasis that the form gives to all pieces: each of their places has it
    /// ([`SourceLine::by_design`]), and so has most of the text. Then text without it is the emphasised
    /// text.
    fn emphasis_by_design(&self, pieces: &[Piece]) -> Emphasis {
        let lines = &self.coverage.source.lines;
        let of = |place: fn(&SourceLine) -> bool, run: fn(&Run) -> bool| {
            let (mut on, mut all) = (0, 0);
            for piece in pieces {
                let line = lines.get(piece.span.line).filter(|line| place(line));
                let Some(line) = line.filter(|_| !self.coverage.is_surely_answer(piece)) else {
                    return false;
                };
                for part in slice(&line.runs, &piece.span.range) {
                    all += part.text.len();
                    on += if run(&part) { part.text.len() } else { 0 };
                }
            }
            on * 2 > all
        };
        Emphasis {
            bold: of(|line| line.by_design.bold, |run| run.bold),
            italic: of(|line| line.by_design.italic, |run| run.italic),
        }
    }

    /// Whether a page break split a paragraph between two texts: `before` ends inside a sentence, and
    /// `after` starts with a small letter. `after_wording` says whether wording of the form is between them.
    fn is_split(&self, before: &str, after: &str, after_wording: bool) -> bool {
        let unfinished =
            before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '(' | '–' | '-'));
        let continues = after.starts_with(|c: char| c.is_lowercase() || c == '(');
        let last = before.rsplit('\n').next().unwrap_or_default();
        self.coverage.source.loose
            && unfinished
            && continues
            && markup::list_marker(after).is_none()
            && (after_wording || last.chars().count() >= 60)
    }
}

/// Returns a text without the strokes or dots to write on before and after it.
fn without_strokes(text: &str) -> &str {
    let start = text.trim_start_matches(['_', '…', ' ']);
    let end = start.trim_end();
    let rest = end.trim_end_matches(['_', '.', '…']);
    let strokes = end.get(rest.len()..).unwrap_or_default();
    if strokes.contains(['_', '…']) || strokes.len() > 3 { rest.trim_end() } else { end }
}

/// Returns the runs of a byte range of a line.
fn slice(runs: &[Run], range: &Range<usize>) -> Vec<Run> {
    let mut start = 0;
    let part = |run: &Run| {
        let from = range.start.saturating_sub(start);
        let to = range.end.saturating_sub(start).min(run.text.len());
        start += run.text.len();
        let text = run.text.get(from..to).filter(|text| !text.is_empty())?;
        Some(Run { text: text.to_owned(), ..run.clone() })
    };
    runs.iter().filter_map(part).collect()
}
