//! Writes the document as one self-contained HTML page with a style sheet for printing.

use quick_xml::escape::escape;

use crate::document::{AnswerLine, Block, Document, UNFINISHED, tick_box};
use crate::model::address::link_target;
use crate::model::markup::Run;

const STYLE: &str = "\
body{font:11pt/1.45 Calibri,Carlito,'Segoe UI',Arial,sans-serif;max-width:45em;margin:2em auto;padding:0 1em;color:#111;background:#fff}
h1{color:#1f3864;margin:.1em 0 1em}h2{color:#1f3864;border-bottom:1px solid #8ea9db;padding-bottom:.15em;margin-top:1.8em}
h3{font-size:1em;margin:1.4em 0 .4em}.masthead{color:#44546a;margin:0}.draft{border:2px solid #c00000;color:#c00000;font-weight:bold;padding:.4em .8em}
.remark{color:#595959;font-style:italic}.answer{white-space:pre-wrap;overflow-wrap:anywhere}.answer p,.answer ol,.answer ul{white-space:normal}
.fields p,.ticks p{margin:.2em 0}.ticks p{padding-left:1.6em;text-indent:-1.6em}.notes{font-size:.85em;border-top:1px solid #8ea9db;margin-top:2em}
table{border-collapse:collapse}th,td{border:1px solid #8ea9db;padding:.2em .4em;text-align:left;vertical-align:top}td .answer p,th .answer p{margin:0}
@page{size:A4;margin:2.2cm}@media print{body{margin:0;max-width:none}h2,h3{break-after:avoid}.page{break-before:page}}";

/// Writes the document.
pub(super) fn write(document: &Document) -> String {
    let mut body = String::new();
    let mut linked = Vec::new();
    for block in &document.blocks {
        let mut words = |runs: &[Run]| inline(runs, &mut linked);
        let html = match block {
            Block::Masthead(runs) => format!("<p class=\"masthead\">{}</p>", words(runs)),
            Block::Title(runs) => format!("<h1>{}</h1>", words(runs)),
            Block::Unfinished => format!("<p class=\"draft\">{UNFINISHED}</p>"),
            Block::Paragraph(runs) => format!("<p>{}</p>", words(runs)),
            Block::Section(runs) => format!("<h2>{}</h2>", words(runs)),
            Block::Reference(runs) => format!("<h2 class=\"page\">{}</h2>", words(runs)),
            Block::Question(runs) => format!("<h3>{}</h3>", words(runs)),
            Block::Label(runs) => format!("<p><strong>{}:</strong></p>", words(runs)),
            Block::Field(label, value) => format!(
                "<div class=\"fields\"><p><strong>{}:</strong> {}</p></div>",
                words(label),
                words(value)
            ),
            Block::Tick(ticked, runs) => {
                format!("<div class=\"ticks\"><p>{} {}</p></div>", tick_box(*ticked), words(runs))
            }
            Block::Answer(lines) => answer(lines),
            Block::Remark(text) => format!("<p class=\"remark\">{}</p>", escape(text.as_str())),
            Block::Table(rows) => table(rows),
            Block::NewPage => continue,
            Block::Item(depth, runs) => format!(
                "<ul style=\"margin:.2em 0 .2em {}em\"><li>{}</li></ul>",
                depth * 2,
                words(runs)
            ),
        };
        if !html.is_empty() {
            body.push_str(&html);
            body.push('\n');
        }
    }
    if !document.notes.is_empty() {
        body.push_str("<section class=\"notes\" role=\"doc-endnotes\">\n");
        for (number, paragraphs) in &document.notes {
            let text: Vec<_> = paragraphs.iter().map(|runs| inline(runs, &mut linked)).collect();
            body.push_str(&format!(
                "<p id=\"note-{number}\"><sup>{number}</sup> {} <a href=\"#mark-{number}\" \
                 aria-label=\"back to the text\">↩</a></p>\n",
                text.join("<br>\n")
            ));
        }
        body.push_str("</section>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
         name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>\n{STYLE}\n\
         </style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(document.language.as_str()),
        escape(document.title.as_str())
    )
}

/// Returns a table with its heading.
fn table(rows: &[Vec<Vec<AnswerLine>>]) -> String {
    let mut html = "<table>".to_owned();
    for (at, row) in rows.iter().enumerate() {
        let tag = if at == 0 { "th" } else { "td" };
        let cells = row.iter().map(|cell| format!("<{tag}>{}</{tag}>", answer(cell)));
        html.push_str(&format!("\n<tr>{}</tr>", cells.collect::<String>()));
    }
    html + "\n</table>"
}

/// Returns the lines of an answer. Empty lines separate paragraphs. List items have the markers that the
/// applicant typed.
fn answer(lines: &[AnswerLine]) -> String {
    let mut html = String::new();
    for paragraph in lines.split(AnswerLine::is_blank).filter(|lines| !lines.is_empty()) {
        let line = |line: &AnswerLine| {
            let words = inline(&line.runs, &mut Vec::new());
            if line.marker.is_empty() {
                words
            } else {
                let marker = if line.marker == "-" { "•" } else { line.marker.as_str() };
                format!("{}{} {words}", "\u{2003}".repeat(line.indent / 2 + 1), escape(marker))
            }
        };
        let lines: Vec<_> = paragraph.iter().map(line).collect();
        html.push_str(&format!("<p>{}</p>", lines.join("<br>\n")));
    }
    if html.is_empty() { html } else { format!("<div class=\"answer\">{html}</div>") }
}

/// Returns runs as HTML. `linked` collects the numbers of the footnotes whose mark already has an id,
/// because an id must be unique.
fn inline(words: &[Run], linked: &mut Vec<String>) -> String {
    let mut html = String::new();
    for run in words {
        let text = escape(run.text.as_str()).into_owned();
        let mut piece = match run.link.as_deref().and_then(link_target) {
            Some(target) => format!("<a href=\"{}\">{text}</a>", escape(target.as_str())),
            None => text,
        };
        if run.note {
            let number = &run.text;
            let anchor = if linked.contains(number) {
                String::new()
            } else {
                linked.push(number.clone());
                format!(" id=\"mark-{number}\"")
            };
            piece = format!("<sup><a{anchor} href=\"#note-{number}\">{piece}</a></sup>");
        }
        if run.italic {
            piece = format!("<em>{piece}</em>");
        }
        if run.bold {
            piece = format!("<strong>{piece}</strong>");
        }
        html.push_str(&piece);
    }
    html
}
