//! Writes the document as Markdown (`CommonMark` with footnotes and task lists). Answers are block
//! quotes, so that the reader cannot mistake text in them for the form.

use crate::document::{AnswerLine, Block, Document, UNFINISHED};
use crate::model::address::{link_target, says_itself};
use crate::model::markup::Run;

/// Writes the document.
pub(super) fn write(document: &Document) -> String {
    let mut text = String::new();
    let mut list = false;
    for block in &document.blocks {
        let item = matches!(block, Block::Tick(..) | Block::Item(..));
        let body = match block {
            Block::Masthead(words) => format!("*{}*", escaped_words(words)),
            Block::Title(words) => format!("# {}", inline(words)),
            Block::Unfinished => format!("**{UNFINISHED}**"),
            Block::Paragraph(words) => inline(words),
            Block::Section(words) | Block::Reference(words) => format!("## {}", inline(words)),
            Block::Question(words) => format!("### {}", inline(words)),
            Block::Label(words) => format!("**{}:**", escaped_words(words)),
            Block::Field(label, value) => {
                format!("**{}:** {}", escaped_words(label), inline(value)).trim_end().to_owned()
            }
            Block::Tick(ticked, words) => {
                format!("- [{}] {}", if *ticked { 'x' } else { ' ' }, inline(words))
            }
            Block::Answer(lines) => quote(lines),
            Block::Remark(words) => format!("({words})"),
            Block::Table(rows) => table(rows),
            Block::NewPage => continue,
            Block::Item(depth, words) => format!("{}- {}", "  ".repeat(*depth), inline(words)),
        };
        if body.is_empty() {
            continue;
        }
        let is_next_item = item && list;
        if !text.is_empty() && !is_next_item {
            text.push('\n');
        }
        text.push_str(&body);
        text.push('\n');
        list = item;
    }
    for (number, paragraphs) in &document.notes {
        let paragraphs: Vec<_> = paragraphs.iter().map(|words| inline(words)).collect();
        text.push_str(&format!("\n[^{number}]: {}\n", paragraphs.join("\n\n    ")));
    }
    text
}

/// Returns an answer as a block quote, or an empty text if it has only empty lines.
fn quote(lines: &[AnswerLine]) -> String {
    let mut quoted = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1);
        let mut words = inline(&line.runs);
        if !line.marker.is_empty() {
            words = format!("{}{} {words}", " ".repeat(line.indent), line.marker);
        }
        // Two spaces keep a line break inside a paragraph.
        let breaks = next.is_some_and(|next| !next.is_blank() && next.marker.is_empty());
        let end = if breaks && !words.is_empty() { "  " } else { "" };
        quoted.push(format!("> {words}{end}"));
    }
    if lines.iter().all(AnswerLine::is_blank) {
        return String::new();
    }
    quoted
        .iter()
        .map(|line| format!("{}\n", line.strip_suffix("> ").unwrap_or(line)))
        .collect::<String>()
        .trim_end_matches('\n')
        .to_owned()
}

/// Returns a table. A cell is one line, so `<br>` separates its lines.
fn table(rows: &[Vec<Vec<AnswerLine>>]) -> String {
    let line = |line: &AnswerLine| {
        let marker = if line.marker.is_empty() { "" } else { " " };
        format!("{}{marker}{}", escape(&line.marker), inline(&line.runs))
    };
    let cell = |cell: &Vec<AnswerLine>| cell.iter().map(line).collect::<Vec<_>>().join("<br>");
    let row =
        |row: &Vec<_>| format!("| {} |", row.iter().map(cell).collect::<Vec<_>>().join(" | "));
    let mut lines: Vec<String> = rows.iter().map(row).collect();
    let rule = format!("|{}", "---|".repeat(rows.first().map_or(0, Vec::len)));
    lines.insert(1.min(lines.len()), rule);
    lines.join("\n")
}

/// Returns text without emphasis and links, with footnote marks.
fn escaped_words(words: &[Run]) -> String {
    words
        .iter()
        .map(|run| if run.note { footnote_reference(run) } else { escape(&run.text) })
        .collect()
}

fn footnote_reference(run: &Run) -> String {
    format!("[^{}]", run.text)
}

/// Returns text with emphasis and links; characters that would be markup are escaped.
fn inline(words: &[Run]) -> String {
    let escaped = |run: &Run| Run {
        text: if run.note { footnote_reference(run) } else { escape(&run.text) },
        // A link whose text is its address needs no brackets; an unsafe one stays plain text.
        link: run
            .link
            .clone()
            .filter(|target| !says_itself(&run.text, target) && link_target(target).is_some()),
        ..run.clone()
    };
    let line: Vec<Run> = words.iter().map(escaped).collect();
    emphasised(&line)
}

/// Adds the marks of emphasis and links around text that is already escaped.
fn emphasised(words: &[Run]) -> String {
    let mut line = String::new();
    let mut open: Vec<&str> = Vec::new();
    // The last run closes all marks.
    let end = Run::default();
    for run in words.iter().chain(std::iter::once(&end)) {
        let wanted = |mark: &str| if mark == "**" { run.bold } else { run.italic };
        while open.iter().any(|mark| !wanted(mark)) {
            line.push_str(open.pop().unwrap_or_default());
        }
        for mark in ["**", "*"] {
            if wanted(mark) && !open.contains(&mark) {
                open.push(mark);
                line.push_str(mark);
            }
        }
        match &run.link {
            Some(target) => line.push_str(&format!("[{}]({target})", run.text)),
            None => line.push_str(&run.text),
        }
    }
    line
}

/// Escapes the characters that are markup in Markdown or HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inside_word = letter(before) && letter(chars.peek().copied());
        let special = match c {
            '\\' | '*' | '[' | ']' | '<' | '&' | '`' | '|' => true,
            '_' | '~' => !inside_word,
            // At the end of a heading, after a space.
            '#' if before.is_some_and(char::is_whitespace) => chars.clone().all(|c| c == '#'),
            // At the start of a line only.
            '#' | '>' | '+' | '=' | '-' => before.is_none(),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
    escaped
}
