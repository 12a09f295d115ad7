//! Combines the lines of a PDF into paragraphs: joins the lines that the width of the page broke,
//! and words that were divided at the end of a line.

use std::collections::{HashMap, HashSet};

use super::joints::{Joint, joint, word_before};
use super::reading_order::TextLine;
use super::rows::{Letter, between};
use super::standard_fonts::standard_width;
use crate::document::import::lines::SourceLine;
use crate::document::import::paragraph_lines::ImportedParagraph;
use crate::model::markup::{self, Run};

/// Words that end no sentence.
const OPEN_ENDS: [&str; 24] = [
    "a",
    "about",
    "and",
    "at",
    "by",
    "chapter",
    "figure",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "page",
    "pages",
    "question",
    "questions",
    "section",
    "step",
    "table",
    "than",
    "the",
    "to",
    "with",
];

/// What a document looks like as a whole.
pub(super) struct Typography {
    /// The distance of the lines of a paragraph, as a factor of the font size.
    leading: f32,
    /// Whether bold and italic type set words off; where most is bold or italic, they do not.
    bold: bool,
    italic: bool,
    /// The words of the document, by which a divided word is distinguished from a compound.
    pub(super) words: HashSet<String>,
}

impl Typography {
    pub(super) fn of(lines: &[TextLine]) -> Self {
        let mut distances: HashMap<u32, usize> = HashMap::new();
        let (mut letters, mut bold, mut italic) = (0, 0, 0);
        let mut words = HashSet::new();
        for (line, next) in lines.iter().zip(lines.iter().skip(1).map(Some).chain([None])) {
            letters += line.letters.len();
            bold += line.letters.iter().filter(|letter| letter.bold).count();
            italic += line.letters.iter().filter(|letter| letter.italic).count();
            let text = line.text();
            let count = text.split_whitespace().count();
            for (at, word) in text.split_whitespace().enumerate() {
                // What ends a line may be half a word, and what begins one the other half.
                if at > 0 && at + 1 < count && words.len() < 100_000 {
                    words.insert(bare(word));
                }
            }
            let Some(next) = next else { continue };
            let distance = (line.y - next.y) / line.size.max(1.0);
            let alike =
                (line.size - next.size).abs() < line.size * 0.05 && !line.filled && !next.filled;
            if line.page == next.page
                && line.cell == next.cell
                && alike
                && (0.9..2.6).contains(&distance)
                && count > 4
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between 0.9 and 2.6"
                )]
                let step = (distance * 40.0).round() as u32;
                *distances.entry(step).or_default() += 1;
            }
        }
        let most = distances.iter().max_by_key(|&(step, count)| (*count, std::cmp::Reverse(*step)));
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let leading = most.map_or(1.25, |(step, _)| *step as f32 / 40.0);
        Self { leading, bold: bold * 2 < letters, italic: italic * 3 < letters, words }
    }
}

pub(super) fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Joins the lines of a document into paragraphs. `links` are the addresses by page.
pub(super) fn paragraphs(
    lines: &[TextLine],
    links: &[Vec<String>],
    look: &Typography,
    remarks: &mut Vec<String>,
) -> Vec<SourceLine> {
    let mut rights: HashMap<(usize, usize), f32> = HashMap::new();
    for line in lines {
        // Columns and cells have margins of their own; running text has that of the document.
        let right = rights.entry((line.page, line.cell)).or_insert(f32::MIN);
        *right = right.max(line.x1);
    }
    let widest = widest(lines.iter()).unwrap_or(0.0);
    let margins = block_margins(lines);
    for right in rights.values_mut() {
        if *right > widest * 0.93 {
            *right = right.max(widest);
        }
    }
    let mut paragraphs: Vec<PdfParagraph<'_>> = Vec::new();
    for line in lines {
        let blank = line.letters.iter().all(|letter| letter.character.is_whitespace());
        if blank {
            if let Some(last) = paragraphs.last_mut().filter(|_| line.filled) {
                last.blank_after += 1;
            }
            continue;
        }
        let right = rights.get(&(line.page, line.cell)).copied().unwrap_or(line.x1);
        let right = margins.get(&indent(line)).map_or(right, |margin| margin.min(right));
        match paragraphs.last_mut() {
            Some(open) if open.continues(line, look) => {
                open.lines.push(line);
                open.right = right;
            }
            before => {
                let gap = before.map_or(0, |before| before.gap_to(line, look));
                paragraphs.push(PdfParagraph { lines: vec![line], gap, right, blank_after: 0 });
            }
        }
    }
    paragraphs.iter().map(|paragraph| paragraph.line(links, look, remarks)).collect()
}

/// The right margin of running text: where a good part of the longer lines end.
fn widest<'a>(lines: impl Iterator<Item = &'a TextLine>) -> Option<f32> {
    let mut ends: Vec<f32> =
        lines.filter(|line| line.letters.len() > 50).map(|line| line.x1).collect();
    ends.sort_by(f32::total_cmp);
    ends.get(ends.len().saturating_sub(1 + ends.len() / 50)).copied()
}

/// Returns the right margins of texts that begin at the same indent, such as answers that are set in from
/// both sides, if enough of their lines end near it.
fn block_margins(lines: &[TextLine]) -> HashMap<i32, f32> {
    let mut blocks: HashMap<i32, Vec<&TextLine>> = HashMap::new();
    for line in lines.iter().filter(|line| line.letters.len() > 50) {
        blocks.entry(indent(line)).or_default().push(line);
    }
    let margin = |(indent, lines): (i32, Vec<&TextLine>)| {
        let margin = widest(lines.iter().copied())?;
        let near = lines.iter().filter(|line| line.x1 > margin - line.size * 4.0).count();
        (lines.len() >= 8 && near * 2 >= lines.len()).then_some((indent, margin))
    };
    blocks.into_iter().filter_map(margin).collect()
}

/// Where a line begins, in steps that programs do not miss by rounding.
#[expect(clippy::cast_possible_truncation, reason = "positions are bounded")]
fn indent(line: &TextLine) -> i32 {
    (line.x0 / 2.0).round() as i32
}

struct PdfParagraph<'a> {
    lines: Vec<&'a TextLine>,
    /// The number of empty lines before it.
    gap: usize,
    right: f32,
    blank_after: usize,
}

impl PdfParagraph<'_> {
    fn is_item(&self) -> bool {
        self.lines.first().is_some_and(|line| starts_item(&line.text()))
    }

    /// Whether a line continues this paragraph.
    fn continues(&self, line: &TextLine, look: &Typography) -> bool {
        let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) else {
            return false;
        };
        let text = line.text();
        let before = last.text();
        let is_item = starts_item(&text) && !self.has_open_sentence(line);
        if last.filled || line.filled || is_item {
            return false;
        }
        let alike = (last.size - line.size).abs() <= last.size * 0.08 || text.chars().count() < 3;
        let heads = |line: &TextLine| {
            let mut letters =
                line.letters.iter().filter(|letter| letter.character.is_alphabetic()).peekable();
            letters.peek().is_some() && letters.all(|letter| letter.bold)
        };
        // A bold heading ends where plain text begins.
        if !alike || (heads(last) && heads(first) && !line.letters.iter().any(|letter| letter.bold))
        {
            return false;
        }
        let new_page = last.page < line.page || (last.cell != line.cell && last.flow == line.flow);
        if last.cell != line.cell && !new_page {
            return false;
        }
        if !new_page && last.y - line.y > look.leading.max(1.05) * last.size * 1.12 + 0.3 {
            return false;
        }
        let ends = before.trim_end().ends_with(['.', '!', '?', ':', ';', '…', '”', '。']);
        let goes_on = text.chars().find(|c| !c.is_whitespace()).is_some_and(char::is_lowercase);
        let labels = is_label(&text) && !self.has_colon_in_sentence(line);
        if new_page {
            let full = before.chars().count() > 40 && self.is_full(last, line) && !labels;
            // A new paragraph rarely begins after a full line, and then it may be indented.
            let aligned = (line.x0 - last.x0).abs() < line.size * 0.5;
            let opens = before.ends_with([':', '?']) && text.starts_with(char::is_uppercase);
            return if ends { full && aligned && !opens } else { goes_on || full };
        }
        // A new paragraph may show by its indent, or by going back to the margin of a list.
        let indent = line.x0 - if self.lines.len() > 1 { last.x0 } else { last.x0.min(first.body) };
        let hangs = self.lines.len() == 1 && (line.x0 - first.body).abs() < line.size * 0.8;
        if indent > line.size * 0.9 && !hangs && ends {
            return false;
        }
        if self.is_item() && line.x0 < first.body - line.size * 0.5 && ends {
            return false;
        }
        if self.is_full(last, line) {
            // A label below a line that happens to be full.
            return !(ends || first.lines_as_label()) || !labels;
        }
        goes_on && !ends && before.chars().count() > 20 && !labels
    }

    /// Whether the colon of a line is in a sentence, which continues in small letters or quotes up to the margin.
    fn has_colon_in_sentence(&self, line: &TextLine) -> bool {
        let text = line.text();
        let rest = text.split_once(':').map_or("", |(_, rest)| rest.trim_start());
        line.x1 > self.right - line.size * 6.0
            && rest.starts_with(|c: char| c.is_lowercase() || matches!(c, '“' | '"' | '„' | '«'))
    }

    /// Whether the number at the start of a line belongs to a sentence that the line before leaves open:
    /// `as in question` / `5. We`, or `(n = 540 and` / `498)`.
    fn has_open_sentence(&self, line: &TextLine) -> bool {
        let Some(last) = self.lines.last().filter(|last| self.is_full(last, line)) else {
            return false;
        };
        let (before, text) = (last.text(), line.text());
        let number = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        let word = before.split_whitespace().next_back().unwrap_or_default();
        let opened = |line: &&TextLine| line.text().matches('(').count();
        let closed = |line: &&TextLine| line.text().matches(')').count();
        let open = self.lines.iter().map(opened).sum::<usize>()
            > self.lines.iter().map(closed).sum::<usize>();
        number.len() < text.trim_start().len()
            && (OPEN_ENDS.contains(&word) || (open && number.starts_with(')')))
    }

    /// Whether the first word of the next line would not have found room on this one.
    fn is_full(&self, last: &TextLine, next: &TextLine) -> bool {
        let text = next.text();
        let width = |text: &str| text.chars().map(standard_width).sum::<f32>();
        let word = width(text.split_whitespace().next().unwrap_or_default()) + width(" ");
        let width = (next.x1 - next.x0) * word / width(&text).max(1.0);
        last.x1 + width * 0.95 >= self.right - last.size * 0.3
    }

    /// The number of empty lines between this paragraph and a line that begins another.
    fn gap_to(&self, line: &TextLine, look: &Typography) -> usize {
        let Some(last) = self.lines.last() else { return 0 };
        if last.filled && line.filled && last.y.to_bits() == line.y.to_bits() {
            return self.blank_after;
        }
        if self.is_item() && starts_item(&line.text()) {
            return 0;
        }
        let distance = last.y - line.y;
        let same = last.page == line.page && last.cell == line.cell;
        usize::from(
            !same || distance > look.leading.max(1.05) * last.size.max(line.size) * 1.15 + 0.3,
        )
    }

    fn line(
        &self,
        links: &[Vec<String>],
        look: &Typography,
        remarks: &mut Vec<String>,
    ) -> SourceLine {
        let mut letters: Vec<Letter> = Vec::new();
        let page = self.lines.first().map_or(0, |line| line.page);
        for line in &self.lines {
            if let (Some(&last), Some(&first)) = (letters.last(), line.letters.first()) {
                match joint(&letters, line, look) {
                    Joint::Space => letters.push(between(last, first)),
                    Joint::None => {}
                    Joint::Hyphen { guessed } => {
                        let word = word_before(&letters);
                        letters.pop();
                        if guessed {
                            let rest = line
                                .text()
                                .split_whitespace()
                                .next()
                                .unwrap_or_default()
                                .to_owned();
                            let whole = format!("{}{rest}", word.trim_end_matches('-'));
                            remarks.push(format!(
                                "page {}: `{word}` and `{rest}`, divided at the end of a line, are read as `{}`",
                                page + 1,
                                whole.trim_end_matches(|c: char| !c.is_alphanumeric())
                            ));
                        }
                    }
                }
            }
            letters.extend(&line.letters);
        }
        let empty = Vec::new();
        let links = links.get(page).unwrap_or(&empty);
        let mut paragraph = ImportedParagraph::default();
        for letter in letters {
            let c = if letter.character == '\u{2010}' { '-' } else { letter.character };
            let run = Run {
                bold: letter.bold && look.bold,
                italic: letter.italic && look.italic,
                link: letter.link.and_then(|link| links.get(link)).cloned(),
                ..Run::default()
            };
            paragraph.push(c.encode_utf8(&mut [0; 4]), &run);
        }
        let runs = paragraph.runs;
        SourceLine { runs, gap: self.gap, number: page + 1, ..SourceLine::default() }
    }
}

impl TextLine {
    /// Whether it begins with the label of a field.
    fn lines_as_label(&self) -> bool {
        is_label(&self.text())
    }
}

/// Whether a line begins with a label such as `Contact person:`.
fn is_label(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(char::is_uppercase)
        && text.split_once(':').is_some_and(|(label, rest)| {
            label.chars().count() < 100
                && !rest.starts_with("//")
                && !label.contains(['.', ';', '?'])
        })
}

/// Whether a line begins a list item, a numbered question or a ticked choice.
fn starts_item(text: &str) -> bool {
    let text = text.trim_start();
    let mut chars = text.chars();
    let sign = chars.next().unwrap_or(' ');
    let spaced = chars.next().is_none_or(char::is_whitespace);
    markup::list_marker(text).is_some()
        || matches!(
            sign,
            '☐' | '☒'
                | '☑'
                | '□'
                | '■'
                | '○'
                | '●'
                | '◉'
                | '◻'
                | '❏'
                | '❑'
                | '✔'
                | '✘'
                | '✓'
                | '✗'
        )
        || (spaced
            && matches!(
                sign,
                '▪' | '·' | '‣' | '◦' | '▫' | '➢' | '►' | '\u{F000}'..='\u{F0FF}' | '–' | '—'
            ))
}
