//! What a reader gives of a document: its lines, in order, before anybody knows what they mean.
//! Plain text and Markdown are read here.

use std::collections::HashMap;

use crate::document::export::MARGIN;
use crate::model::markup::{self, Run};
use crate::model::text;

/// The most lines or paragraphs that a filled-in form can have.
pub(crate) const MOST_LINES: usize = 20_000;

/// A document as its reader found it.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Its text.
    pub lines: Vec<Line>,
    /// The text of its footnotes, where they stand apart.
    pub notes: Vec<Line>,
    /// What [`Line::at`] counts: `line` or `paragraph`.
    pub unit: &'static str,
    /// Whether pages and the width of paper may have cut paragraphs in two.
    pub loose: bool,
    /// What stands on every page and is no part of the text; `#` for its figures.
    pub left_out: Vec<String>,
}

/// One line, or one paragraph of a word processor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its words.
    pub runs: Vec<Run>,
    /// What a list shows before it, with the blanks around it.
    pub marker: String,
    /// Whether it stands where only an answer stands.
    pub answer: bool,
    /// How many empty lines stand before it.
    pub gap: usize,
    /// Where it stands, counted from 1.
    pub at: usize,
}

impl Line {
    /// Its words without their look.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

/// Reads plain text, also as it is taken out of a PDF.
pub fn plain(content: &str) -> Source {
    let mut left_out = Vec::new();
    let content = without_page_edges(content, &mut left_out);
    let mut gap = 0;
    let mut lines = Vec::new();
    for (at, line) in text::sanitize(&content).lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() || (!line.starts_with(MARGIN) && is_rule(line)) {
            gap += 1;
            continue;
        }
        let (answer, body) = match line.strip_prefix(MARGIN) {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let item = text::pasted(body, true);
        // A bullet without its item is none of the applicant's words.
        if !answer && matches!(body.trim(), "•" | "·" | "▪" | "–" | "\u{F0B7}") {
            continue;
        }
        // A dash that begins a line in the middle of a sentence is no bullet.
        let dash = body.trim_start().starts_with(['–', '—']) && gap == 0;
        let body = if answer || dash { body } else { item.as_str() };
        lines.push(Line {
            runs: vec![Run::plain(body)],
            marker: String::new(),
            answer,
            gap,
            at: at + 1,
        });
        gap = 0;
    }
    Source { lines, notes: Vec::new(), unit: "line", loose: true, left_out }
}

/// Reads Markdown.
pub fn markdown(content: &str) -> Source {
    let mut source = Source { unit: "line", loose: true, ..Source::default() };
    let mut gap = 0;
    let mut in_note = false;
    for (at, line) in text::sanitize(content).lines().enumerate() {
        let mut line = line.trim_end();
        let mut answer = false;
        if let Some(rest) = line.strip_prefix('>') {
            answer = true;
            line = rest.strip_prefix(' ').unwrap_or(rest);
        }
        if line.is_empty() || (!answer && is_rule(line)) {
            gap += 1;
            continue;
        }
        let note = (!answer).then(|| note(line)).flatten();
        in_note = note.is_some() || (in_note && line.starts_with("    "));
        let mut body = note.unwrap_or(line);
        if !answer {
            body = body.trim_start_matches('#');
            body = if body.len() < line.len() && !in_note { body.trim_start() } else { body };
        }
        let (shadow, body) = unescaped(body);
        let marker = markup::list_marker(&shadow).unwrap_or(0);
        let head =
            |text: &str| text.split_at_checked(marker).map(|(a, b)| (a.to_owned(), b.to_owned()));
        let ((marker, body), (_, shadow)) =
            (head(&body).unwrap_or_default(), head(&shadow).unwrap_or_default());
        let raised = |run: Run| Run {
            text: if run.note { markup::superscript(&run.text) } else { run.text },
            note: false,
            ..run
        };
        let runs = markup::runs(&body, &shadow, true).into_iter().map(raised).collect();
        let line = Line { runs, marker, answer, gap, at: at + 1 };
        if in_note {
            source.notes.push(line);
        } else {
            source.lines.push(line);
        }
        gap = 0;
    }
    source
}

/// `[^1]: text`: the text.
fn note(line: &str) -> Option<&str> {
    let (number, text) = line.strip_prefix("[^")?.split_once("]:")?;
    (!number.is_empty() && !number.contains(char::is_whitespace)).then(|| text.trim_start())
}

/// Takes the backslashes away with which Markdown says that a sign is no markup. The first text has
/// a full stop in place of each such sign, so that nobody takes it for markup.
fn unescaped(line: &str) -> (String, String) {
    let (mut shadow, mut text) = (String::new(), String::new());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().copied() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                shadow.push('.');
                text.push(next);
                chars.next();
            }
            // A backslash at the end of a line breaks it.
            None if c == '\\' => {}
            Some(_) | None => {
                shadow.push(c);
                text.push(c);
            }
        }
    }
    (shadow, text)
}

/// A line that is drawn.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && ["-", "=", "_", "*"].iter().any(|sign| line.replace(sign, "").is_empty())
}

/// What a line at the edge of a page says on every page: figures are those of the page.
fn on_every_page(line: &str) -> String {
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .chars()
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect::<String>()
        .replace("##", "#")
}

/// How many lines at the head and at the foot of a page may say the same on every page.
const EDGE: usize = 3;

/// Takes away what stands at the head and foot of every page, and page numbers. Without marks
/// between the pages, page numbers are single numbers that count on through the document.
fn without_page_edges(content: &str, left_out: &mut Vec<String>) -> String {
    if !content.contains('\u{C}') {
        return without_single_numbers(content);
    }
    let pages: Vec<Vec<&str>> = content.split('\u{C}').map(|page| page.lines().collect()).collect();
    let filled = |page: &[&str]| -> Vec<usize> {
        (0..page.len())
            .filter(|&at| page.get(at).is_some_and(|line| !line.trim().is_empty()))
            .collect()
    };
    let edges = |page: &[&str]| -> [Vec<usize>; 2] {
        let filled = filled(page);
        [
            filled.iter().take(EDGE).copied().collect(),
            filled.iter().rev().take(EDGE).copied().collect(),
        ]
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in &pages {
        let mut here: Vec<String> = edges(page)
            .concat()
            .iter()
            .filter_map(|&at| page.get(at).map(|line| on_every_page(line)))
            .collect();
        here.sort();
        here.dedup();
        for line in here {
            *seen.entry(line).or_default() += 1;
        }
    }
    let printed = pages.iter().filter(|page| !filled(page).is_empty()).count();
    let repeated = |line: &str| {
        let count = seen.get(&on_every_page(line)).copied().unwrap_or(0);
        count > 1 && count * 2 >= printed && line.chars().count() < 200
    };
    let mut kept = Vec::new();
    for page in &pages {
        let mut lines: Vec<&str> = page.clone();
        for edge in edges(page) {
            for at in edge {
                let Some(line) = lines.get_mut(at) else { break };
                if page_number(line).is_none() && !repeated(line) {
                    break;
                }
                let words = on_every_page(line);
                if words.contains(char::is_alphabetic) && !left_out.contains(&words) {
                    left_out.push(words);
                }
                *line = "";
            }
        }
        kept.push(lines.join("\n"));
    }
    kept.join("\n")
}

/// `7`, `- 7 -`, `Page 7 of 12`, `7/12`: the number of a page.
fn page_number(line: &str) -> Option<usize> {
    let words = line.trim().trim_matches(['-', '–', '|', ' ']);
    let words =
        words.strip_prefix("Page ").or_else(|| words.strip_prefix("page ")).unwrap_or(words);
    let first = words.split(['/', ' ']).next()?;
    let rest = words.get(first.len()..)?.trim_start_matches(['/', ' ']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest).trim_start_matches('/').trim();
    let fits = rest.is_empty() || rest.parse::<usize>().is_ok();
    first.parse().ok().filter(|&number: &usize| fits && number < 1_000)
}

fn without_single_numbers(content: &str) -> String {
    let lines: Vec<&str> = content.lines().collect();
    let empty = |at: Option<usize>| {
        at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty())
    };
    let alone = |at: usize, line: &str| {
        !line.starts_with(MARGIN) && empty(at.checked_sub(1)) && empty(Some(at + 1))
    };
    let numbers: Vec<(usize, usize)> = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| alone(*at, line))
        .filter_map(|(at, line)| Some((at, page_number(line)?)))
        .collect();
    let counts_on = numbers.len() > 2
        && numbers.iter().zip(numbers.iter().skip(1)).all(|((_, a), (_, b))| *b == a + 1);
    if !counts_on {
        return content.to_owned();
    }
    let kept = |(at, line): (usize, &&str)| {
        if numbers.iter().any(|&(number, _)| number == at) {
            String::new()
        } else {
            (*line).to_owned()
        }
    };
    lines.iter().enumerate().map(kept).collect::<Vec<_>>().join("\n")
}
