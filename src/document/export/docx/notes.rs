//! The footnotes of the Word file.

use super::body::{properties, text_run};
use super::{HEAD, NAMES};
use crate::document::Document;

/// Returns `word/footnotes.xml`: the two separators that Word requires, then the notes in the order
/// of their marks. `numbers` are the numbers of these notes.
pub(super) fn xml(numbers: &[String], document: &Document) -> String {
    let mut xml = format!("{HEAD}<w:footnotes {NAMES}>");
    for (id, kind) in [(-1, "separator"), (0, "continuationSeparator")] {
        xml.push_str(&format!(
            "<w:footnote w:type=\"{kind}\" w:id=\"{id}\"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>"
        ));
    }
    for (at, number) in numbers.iter().enumerate() {
        let note = document.notes.iter().find(|(known, _)| known.to_string() == *number);
        xml.push_str(&format!("<w:footnote w:id=\"{}\">", at + 1));
        for (line, words) in note.iter().flat_map(|(_, paragraphs)| paragraphs).enumerate() {
            let mark = if line == 0 {
                "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r>\
                 <w:r><w:t xml:space=\"preserve\"> </w:t></w:r>"
            } else {
                ""
            };
            let runs: String =
                words.iter().map(|run| text_run(&properties(run), &run.text)).collect();
            xml.push_str(&format!(
                "<w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr>{mark}{runs}</w:p>"
            ));
        }
        xml.push_str("</w:footnote>");
    }
    xml + "</w:footnotes>"
}
