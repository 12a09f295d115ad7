//! Reads the lines of a text file, which may be the text of a PDF with page headers, page footers
//! and page numbers.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::lines::{Source, SourceLine};
use crate::document::export::MARGIN;
use crate::model::markup::Run;
use crate::model::text;

/// Reads plain text. Lines with the margin that the text export writes are answers.
pub fn read(content: &str) -> Source {
    let mut source = Source { unit: "line", loose: true, ..Source::default() };
    let content = without_quote_marks(content, &mut source.remarks);
    let printed = content.contains('\u{C}');
    let content = without_page_edges(&content, &mut source.left_out);
    let content =
        if printed { without_divided_words(&content, &mut source.remarks) } else { content };
    source.remarks.extend(drawn_tables(&content));
    let mut gap = 0;
    let (mut bullets, mut first_bullet) = (0, usize::MAX);
    for (at, line) in text::sanitize(&content).lines().enumerate() {
        let line = line.trim_end();
        let inside = line.strip_prefix(MARGIN);
        let (answer, body) = (inside.is_some(), inside.unwrap_or(line));
        if line.is_empty() || (!answer && is_rule(line)) {
            gap += 1;
            continue;
        }
        // The text of a PDF may have the bullets of a list on lines of their own.
        if !answer && matches!(body.trim(), "•" | "·" | "▪" | "–" | "\u{F0B7}") {
            bullets += 1;
            first_bullet = first_bullet.min(at + 1);
            continue;
        }
        // A dash at the start of a line inside a paragraph is not a bullet.
        let dash = gap == 0 && body.trim_start().starts_with(['–', '—']);
        let run =
            if answer || dash { Run::plain(body) } else { Run::plain(text::pasted_document(body)) };
        source.lines.push(SourceLine {
            runs: vec![run],
            answer,
            gap,
            number: at + 1,
            ..SourceLine::default()
        });
        gap = 0;
    }
    if bullets > 0 {
        let count = text::plural(bullets, "bullet", "bullets");
        source.remarks.push(format!(
            "line {first_bullet}: {count} on lines of their own are left out, so lists are read as lines; \
             `pdftotext -layout` keeps them"
        ));
    }
    source
}

/// The minimum number of lines with `>` in a text that quotes another message.
const MIN_QUOTED: usize = 3;

/// Removes the `>` with which mail programs quote the lines of the message that is answered.
fn without_quote_marks<'a>(content: &'a str, remarks: &mut Vec<String>) -> Cow<'a, str> {
    let quoted = content.lines().filter(|line| line.starts_with('>')).count();
    // A quoted message has empty lines; a form or an answer may have lines that begin with `>`.
    let is_empty =
        |line: &str| line.starts_with('>') && line.trim_matches(['>', ' ', '\r']).is_empty();
    if quoted < MIN_QUOTED || !content.lines().any(is_empty) {
        return Cow::Borrowed(content);
    }
    let count = text::plural(quoted, "line", "lines");
    remarks.push(format!("the `>` of a quoted message is left out before {count}"));
    let lines = content.split('\n').map(|line| {
        let mut rest = line;
        while let Some(inner) = rest.strip_prefix('>') {
            rest = inner.strip_prefix(' ').filter(|inner| inner.starts_with('>')).unwrap_or(inner);
        }
        if rest.len() < line.len() { rest.strip_prefix(' ').unwrap_or(rest) } else { line }
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// Joins the words that a program divided at the ends of lines with a hyphen (U+2010) or a soft hyphen.
/// The hyphen of a compound word is an ASCII one and stays. The second half of a word moves up, so that
/// all lines keep their numbers.
fn without_divided_words(content: &str, remarks: &mut Vec<String>) -> String {
    let mut joined_words: Vec<(usize, String)> = Vec::new();
    let mut lines: Vec<Cow<'_, str>> = content.split('\n').map(Cow::Borrowed).collect();
    for at in 0..lines.len() {
        let Some((line, rest)) = lines.get_mut(at..).and_then(|lines| lines.split_first_mut())
        else {
            break;
        };
        let end = line.trim_end();
        let half = end.trim_end_matches(['\u{2010}', '\u{AD}']);
        let next = rest.iter_mut().find(|next| !next.trim().is_empty());
        let Some(next) = next.filter(|_| half.len() < end.len()) else { continue };
        let body = next.trim_start();
        let word = body.split_whitespace().next().unwrap_or_default();
        if !half.ends_with(char::is_alphabetic) || !word.starts_with(char::is_lowercase) {
            continue;
        }
        let start = half.split_whitespace().next_back().unwrap_or_default();
        let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let compound = content.contains(&format!("{start}-{letters}"));
        let word_end = format!("{}{word}", if compound { "-" } else { "" });
        joined_words.push((at + 1, format!("{start}{word_end}")));
        let joined = format!("{half}{word_end}");
        let indent = next.len() - body.len();
        let after = body.get(word.len()..).unwrap_or_default().trim_start();
        let after = format!("{}{after}", next.get(..indent).unwrap_or_default());
        (*line, *next) = (Cow::Owned(joined), Cow::Owned(after));
    }
    if let Some((line, word)) = joined_words.first() {
        let count = text::plural(joined_words.len(), "word", "words");
        remarks.push(format!(
            "line {line}: `{word}` was divided at the end of the line and is joined ({count} in all)"
        ));
    }
    lines.join("\n")
}

/// Whether a line is a drawn rule, such as `-----` or `* * *`.
pub(super) fn is_rule(line: &str) -> bool {
    let signs = || line.chars().filter(|c| !c.is_whitespace());
    let first = signs().next().filter(|c| "-=_*~–—─━═".contains(*c));
    first.is_some_and(|first| signs().count() > 2 && signs().all(|c| c == first))
}

/// Returns a note if a text has tables whose columns are set apart by rules such as `---- ----` or
/// `+----+----+`: their lines are read across all columns.
pub(super) fn drawn_tables(content: &str) -> Option<String> {
    let is_rule = |line: &str| {
        let groups = line.trim().split([' ', '+']).filter(|group| !group.is_empty());
        let is_drawn = |group: &str| group.len() > 2 && group.chars().all(|c| c == '-');
        groups.clone().count() > 1 && groups.clone().all(is_drawn)
    };
    let first = content.lines().position(is_rule)?;
    Some(format!(
        "line {}: a table drawn with dashes is read across its columns; check the answers there, or import \
         the document it was made from",
        first + 1
    ))
}

/// The maximum number of lines of a page header or footer.
const EDGE_LINES: usize = 3;

/// Empties the lines that are page numbers, page headers or page footers, and adds headers and footers to
/// `left_out`. In a text without form feeds, which mark the ends of pages, only page numbers are
/// recognised.
fn without_page_edges(content: &str, left_out: &mut Vec<String>) -> String {
    if !content.contains('\u{C}') {
        return without_page_numbers(content);
    }
    let mut pages: Vec<Vec<&str>> =
        content.split('\u{C}').map(|page| page.lines().collect()).collect();
    // The pages that have a pattern at their top (0) or at their bottom (1).
    let mut found: HashMap<(usize, String), Vec<usize>> = HashMap::new();
    let mut printed = 0;
    for page in &pages {
        let edges = page_edges(page);
        if edges.concat().is_empty() {
            continue;
        }
        for (end, edge) in edges.iter().enumerate() {
            let lines = edge.iter().filter_map(|&at| page.get(at));
            for line in lines.map(|line| without_digits(line)).collect::<HashSet<_>>() {
                found.entry((end, line)).or_default().push(printed);
            }
        }
        printed += 1;
    }
    for page in &mut pages {
        for (end, edge) in page_edges(page).into_iter().enumerate() {
            for at in edge {
                let Some(line) = page.get_mut(at) else { break };
                let pattern = without_digits(line);
                let on_pages = found.get(&(end, pattern.clone())).map_or(&[][..], Vec::as_slice);
                let repeated = is_on_every_page(on_pages, printed) && line.chars().count() < 200;
                if !repeated && page_number(line).is_none() {
                    break;
                }
                if pattern.contains(char::is_alphabetic) && !left_out.contains(&pattern) {
                    left_out.push(pattern);
                }
                *line = "";
            }
        }
    }
    pages.iter().map(|page| page.join("\n")).collect::<Vec<_>>().join("\n")
}

/// Whether a line on these pages is a page header or footer: it is on all pages but the first, or on all
/// pages but the first with an odd or with an even number, or on both of two pages. A line of an answer
/// may be at the top of two of many pages by chance.
fn is_on_every_page(on_pages: &[usize], printed: usize) -> bool {
    let all = |step: usize, from: usize| {
        let wanted = (from..printed).step_by(step);
        wanted.len() > 1 && wanted.into_iter().all(|page| on_pages.contains(&page))
    };
    on_pages.len() > 1 && (all(1, 1) || (printed > 4 && (all(2, 1) || all(2, 2))))
        || (printed == 2 && on_pages.len() == 2)
}

/// Returns the indices of the first and of the last [`EDGE_LINES`] lines of a page that are not empty, each
/// from the edge inwards.
fn page_edges(page: &[&str]) -> [Vec<usize>; 2] {
    let lines = || page.iter().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let index = |(at, _): (usize, &&str)| at;
    [
        lines().take(EDGE_LINES).map(index).collect(),
        lines().rev().take(EDGE_LINES).map(index).collect(),
    ]
}

/// Replaces the digits of a line by `#`, each two by one, so that a line with a page number is the same on
/// every page.
fn without_digits(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace(|c: char| c.is_ascii_digit(), "#").replace("##", "#")
}

/// Returns the number of a line that is a page number: `7`, `- 7 -`, `Page 7 of 12`, `7/12`. Returns `None`
/// for any other line.
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

/// Empties the lines that are a page number between empty lines, if there are at least three and they count
/// up by one.
fn without_page_numbers(content: &str) -> String {
    let mut lines: Vec<&str> = content.lines().collect();
    let empty = |at: Option<usize>| {
        at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty())
    };
    let alone = |at: usize, line: &str| {
        !line.starts_with(MARGIN) && empty(at.checked_sub(1)) && empty(Some(at + 1))
    };
    let numbers = lines.iter().enumerate().filter(|(at, line)| alone(*at, line));
    let numbers: Vec<(usize, usize)> =
        numbers.filter_map(|(at, line)| Some((at, page_number(line)?))).collect();
    let counts_up = numbers.is_sorted_by(|(_, number), (_, next)| *next == number + 1);
    if numbers.len() <= 2 || !counts_up {
        return content.to_owned();
    }
    for (at, _) in numbers {
        lines.get_mut(at).into_iter().for_each(|line| *line = "");
    }
    lines.join("\n")
}
