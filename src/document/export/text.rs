//! Writes the document as plain text. The wording of the form is not indented; answers are indented
//! by four spaces and otherwise exactly as the applicant wrote them.

use crate::document::{AnswerLine, Block, Document, UNFINISHED};
use crate::model::markup::{self, Run};

/// The indentation of each line of an answer.
pub(crate) const MARGIN: &str = "    ";

/// The minimum length of the rule below a title, in characters. A shorter rule would look like text.
const MIN_RULE: usize = 3;

/// Writes the document.
pub(super) fn write(document: &Document) -> String {
    let mut text = String::new();
    let mut in_group = false;
    for block in &document.blocks {
        let is_grouped = matches!(block, Block::Tick(..) | Block::Field(..) | Block::Item(..));
        let (gap, body) = match block {
            Block::Masthead(words) => (true, plain(words)),
            Block::Title(words) => {
                let title = plain(words);
                let rule = "=".repeat(title.chars().count().max(MIN_RULE));
                (true, format!("{title}\n{rule}"))
            }
            Block::Unfinished => (true, UNFINISHED.to_owned()),
            Block::Paragraph(words) | Block::Question(words) => (true, plain(words)),
            Block::Section(words) | Block::Reference(words) => {
                let title = plain(words);
                let rule = "-".repeat(title.chars().count().clamp(MIN_RULE, 80));
                (true, format!("{title}\n{rule}"))
            }
            Block::Label(words) => (true, format!("{}:", plain(words))),
            Block::Field(label, value) => {
                (!in_group, format!("{}: {}", plain(label), plain(value)).trim_end().to_owned())
            }
            Block::Tick(ticked, words) => {
                (!in_group, format!("[{}] {}", if *ticked { 'x' } else { ' ' }, plain(words)))
            }
            Block::Answer(lines) => {
                let line = |line: &AnswerLine| {
                    let line = line_text(line);
                    if line.is_empty() { line } else { format!("{MARGIN}{line}") }
                };
                (true, lines.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
            Block::Remark(words) => (true, format!("({words})")),
            Block::Table(rows) => {
                let cell = |cell: &Vec<AnswerLine>| {
                    cell.iter().map(line_text).collect::<Vec<_>>().join(" ")
                };
                let row = |row: &Vec<_>| row.iter().map(cell).collect::<Vec<_>>().join(" | ");
                (true, rows.iter().map(row).collect::<Vec<_>>().join("\n"))
            }
            Block::NewPage => continue,
            Block::Item(depth, words) => {
                (!in_group, format!("{}- {}", "  ".repeat(*depth), plain(words)))
            }
        };
        if body.trim().is_empty() {
            continue;
        }
        if gap && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&body);
        text.push('\n');
        in_group = is_grouped;
    }
    for (number, paragraphs) in &document.notes {
        let mut mark = format!("{} ", markup::superscript(&number.to_string()));
        for words in paragraphs {
            text.push_str(&format!("\n{mark}{}\n", plain(words)));
            mark.clear();
        }
    }
    text
}

/// Returns a line of an answer as the applicant wrote it.
fn line_text(line: &AnswerLine) -> String {
    let words = markup::marked(&line.runs);
    if line.marker.is_empty() {
        words
    } else {
        format!("{}{} {words}", " ".repeat(line.indent), line.marker)
    }
}

/// Returns text without emphasis and links, with footnote marks as superscripts.
fn plain(words: &[Run]) -> String {
    let word = |run: &Run| {
        if run.note { markup::superscript(&run.text) } else { run.text.clone() }
    };
    words.iter().map(word).collect()
}
