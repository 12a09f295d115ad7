//! The text of the Word file: one or more paragraphs for each block of the document.

use quick_xml::escape::escape;

use super::comments::{self, Comments};
use super::numbering::{Lists, MAX_LEVEL, numbered};
use super::{HEAD, NAMES};
use crate::document::ooxml::{ANSWER, ITEM_INDENT, SPACE_INDENT};
use crate::document::{self, AnswerLine, BOXES, Block, Document, UNFINISHED};
use crate::model::address::link_target;
use crate::model::draft::MarginNote;
use crate::model::markup::Run;

/// The body, and the links, footnotes, lists and comments in other parts to which it refers.
#[derive(Default)]
pub(super) struct BodyWriter<'a> {
    xml: String,
    /// The URLs of links. The id of a link follows from its index.
    pub links: Vec<String>,
    /// The numbers of the footnotes in the order of their marks.
    pub notes: Vec<String>,
    pub lists: Lists,
    pub comments: Comments<'a>,
    /// The XML of the references of comments with which the next paragraph ends.
    references: String,
    /// Whether the next paragraph starts a new page.
    page_break: bool,
    /// Whether the pages are in landscape.
    is_wide: bool,
}

impl<'a> BodyWriter<'a> {
    /// Writes the blocks of a document, with notes as comments.
    pub(super) fn new(document: &Document, notes: &'a [&'a MarginNote]) -> Self {
        let mut body = Self { comments: Comments::new(notes), ..Self::default() };
        for (index, block) in document.blocks.iter().enumerate() {
            body.references = body.comments.at_block(document, index);
            body.block(block);
        }
        body
    }

    /// Returns `word/document.xml`.
    pub(super) fn document(&self) -> String {
        let page = if self.is_wide {
            "w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\""
        } else {
            "w:w=\"11906\" w:h=\"16838\""
        };
        format!(
            "{HEAD}<w:document {NAMES}><w:body>{}<w:sectPr><w:footerReference w:type=\"default\" \
             r:id=\"footer\"/><w:pgSz {page}/><w:pgMar w:top=\"1247\" \
             w:right=\"1247\" w:bottom=\"1247\" w:left=\"1247\" w:header=\"624\" w:footer=\"624\" \
             w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.xml
        )
    }

    /// Adds a paragraph. `properties` is the XML of its properties without the style, `content` that of its
    /// runs.
    fn paragraph(&mut self, style: &str, properties: &str, content: &str) {
        let page_break =
            if std::mem::take(&mut self.page_break) { "<w:pageBreakBefore/>" } else { "" };
        self.xml.push_str(&format!(
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{page_break}{properties}</w:pPr>{content}{}</w:p>",
            std::mem::take(&mut self.references)
        ));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Masthead(words) => self.words("Masthead", words),
            Block::Title(words) => self.words("Title", words),
            Block::Unfinished => self.words("Unfinished", &[Run::plain(UNFINISHED)]),
            Block::Paragraph(words) => self.words("Normal", words),
            Block::Section(words) | Block::Reference(words) => self.words("Heading1", words),
            Block::Question(words) => self.words("Heading2", words),
            Block::Label(words) => {
                let label = self.runs(&bold(words, ":"));
                let room = "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"40\"/>";
                self.paragraph("Field", room, &label);
            }
            Block::Field(label, value) => {
                let mut content = self.runs(&bold(label, ": "));
                content.push_str(&self.value(value));
                self.paragraph("Field", "", &content);
            }
            Block::Tick(ticked, words) => {
                let content = format!(
                    "{}{}",
                    tick_box(*ticked),
                    self.runs(&[&[Run::plain("\t")], words.as_slice()].concat())
                );
                self.paragraph("Tick", "", &content);
            }
            Block::Answer(lines) => self.answer(lines),
            Block::Remark(text) => self.words("Remark", &[Run::plain(text.as_str())]),
            Block::Table(rows) => self.table(rows),
            Block::NewPage => self.page_break = true,
            Block::Item(depth, words) => {
                let list = self.lists.bullets_of_form();
                let content = self.runs(words);
                self.paragraph("Normal", &numbered(list, *depth), &content);
            }
        }
    }

    /// Adds a paragraph of text.
    fn words(&mut self, style: &str, words: &[Run]) {
        let content = self.runs(words);
        self.paragraph(style, "", &content);
    }

    /// Adds a table whose heading is repeated on each page, and sets all pages to landscape.
    fn table(&mut self, rows: &[Vec<Vec<AnswerLine>>]) {
        self.is_wide = true;
        let widths = column_widths(rows);
        self.xml.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
        for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            self.xml.push_str(&format!(
                "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"8EA9DB\"/>"
            ));
        }
        self.xml.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
        for width in &widths {
            self.xml.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
        }
        self.xml.push_str("</w:tblGrid>");
        for (at, row) in rows.iter().enumerate() {
            let heading = if at == 0 { "<w:trPr><w:tblHeader/></w:trPr>" } else { "" };
            self.xml.push_str(&format!("<w:tr>{heading}"));
            for (cell, width) in row.iter().zip(&widths) {
                self.xml.push_str(&format!(
                    "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"
                ));
                if at == 0 {
                    let words = cell.first().map(|line| bold(&line.runs, "")).unwrap_or_default();
                    self.words("Normal", &words);
                } else {
                    self.answer(cell);
                }
                self.xml.push_str("</w:tc>");
            }
            self.xml.push_str("</w:tr>");
        }
        self.xml.push_str("</w:tbl>");
        // Word needs a paragraph after a table.
        self.words("Normal", &[]);
    }

    /// Adds each line as a paragraph. An empty line becomes space below the line before it.
    fn answer(&mut self, lines: &[AnswerLine]) {
        let first_list = self.lists.len();
        let mut gap_written = false;
        for (at, line) in lines.iter().enumerate() {
            if line.is_blank() && line.marker.is_empty() && gap_written {
                gap_written = false;
                continue;
            }
            let last = at + 1 == lines.len();
            let tight = !last && lines.get(at + 1).is_some_and(|next| !next.is_blank());
            let [loose_style, tight_style] = ANSWER.map(|name| name.replace(' ', ""));
            let style = if tight { tight_style } else { loose_style };
            let mut properties = String::new();
            if !line.marker.is_empty() {
                let list = self.lists.list_of(line, first_list);
                let level = (line.indent / 2).min(MAX_LEVEL);
                properties = numbered(list, level);
                if level * 2 != line.indent {
                    let left = ITEM_INDENT + line.indent * SPACE_INDENT;
                    properties.push_str(&format!(
                        "<w:ind w:left=\"{left}\" w:hanging=\"{ITEM_INDENT}\"/>"
                    ));
                }
            }
            let content = self.runs(&line.runs);
            self.paragraph(&style, &properties, &content);
            gap_written = !line.is_blank();
        }
    }

    /// Returns the XML of runs, with footnote marks, links and the start and end of comments.
    fn runs(&mut self, words: &[Run]) -> String {
        let mut xml = String::new();
        for run in words {
            if run.note {
                if self.notes.contains(&run.text) {
                    xml.push_str(&text_run("<w:vertAlign w:val=\"superscript\"/>", &run.text));
                } else {
                    self.notes.push(run.text.clone());
                    xml.push_str(&format!(
                        "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr>\
                         <w:footnoteReference w:id=\"{}\"/></w:r>",
                        self.notes.len()
                    ));
                }
                continue;
            }
            if let Some((id, [before, words, after])) = self.comments.split(run) {
                xml.push_str(&self.runs(&[before]));
                xml.push_str(&comments::start(id));
                xml.push_str(&self.runs(&[words]));
                xml.push_str(&comments::end(id));
                xml.push_str(&self.runs(&[after]));
                continue;
            }
            let letters = properties(run);
            match run.link.as_deref().and_then(link_target) {
                Some(target) => xml.push_str(&self.link(&target, &letters, &run.text)),
                None => {
                    for (piece, target) in addresses(&run.text) {
                        match target {
                            Some(target) => xml.push_str(&self.link(&target, &letters, piece)),
                            None => xml.push_str(&text_run(&letters, piece)),
                        }
                    }
                }
            }
        }
        xml
    }

    /// Returns the XML of a link. `letters` is the XML of the properties of its text.
    fn link(&mut self, target: &str, letters: &str, text: &str) -> String {
        let index = self.links.iter().position(|link| link == target);
        let at = index.unwrap_or_else(|| {
            self.links.push(target.to_owned());
            self.links.len() - 1
        });
        format!(
            "<w:hyperlink r:id=\"link{}\" w:history=\"1\">{}</w:hyperlink>",
            at + 1,
            text_run(&format!("<w:rStyle w:val=\"Hyperlink\"/>{letters}"), text)
        )
    }

    /// Returns the XML of the value beside a label. Tick boxes in it can be clicked.
    fn value(&mut self, words: &[Run]) -> String {
        let mut xml = String::new();
        for run in words {
            for piece in run.text.split_inclusive(BOXES) {
                let text = piece.trim_end_matches(BOXES);
                xml.push_str(&self.runs(&[Run { text: text.to_owned(), ..run.clone() }]));
                if let Some(last) = piece.chars().next_back().filter(|last| BOXES.contains(last)) {
                    xml.push_str(&tick_box(last == BOXES[0]));
                }
            }
        }
        xml
    }
}

/// Returns the widths of the columns of a table in landscape, in twentieths of a point. Each column
/// has room for its longest word. The rest of the width is divided in proportion to the longest texts.
fn column_widths(rows: &[Vec<Vec<AnswerLine>>]) -> Vec<usize> {
    /// The width of a page without its margins.
    const PAGE: usize = 16838 - 2 * 1247;
    /// The average width of a character.
    const CHARACTER: usize = 150;
    /// The width of both margins of a cell.
    const MARGINS: usize = 220;
    let text = |cell: &Vec<AnswerLine>| -> String {
        cell.iter().flat_map(|line| &line.runs).map(|run| run.text.as_str()).collect()
    };
    let columns = rows.first().map_or(0, Vec::len);
    let longest = |column: usize| {
        let texts = rows.iter().filter_map(|row| row.get(column)).map(text);
        texts.fold((0, 0), |(word, length), text| {
            let words = text.split_whitespace().map(|word| word.chars().count());
            (words.max().unwrap_or(0).clamp(word, 24.max(word)), text.chars().count().max(length))
        })
    };
    let longest: Vec<(usize, usize)> = (0..columns).map(longest).collect();
    let least = |word: usize| word * CHARACTER + MARGINS;
    let rest = PAGE.saturating_sub(longest.iter().map(|(word, _)| least(*word)).sum());
    let total: usize = longest.iter().map(|(_, length)| length.min(&200)).sum();
    let width =
        |(word, length): &(usize, usize)| least(*word) + rest * length.min(&200) / total.max(1);
    longest.iter().map(width).collect()
}

/// Returns runs in bold, followed by `end`.
fn bold(words: &[Run], end: &str) -> Vec<Run> {
    let all = words.iter().cloned().chain([Run::plain(end)]);
    all.map(|run| Run { bold: true, ..run }).collect()
}

/// Returns the XML of the character properties of a run.
pub(super) fn properties(run: &Run) -> String {
    let mut properties = String::new();
    if run.bold {
        properties.push_str("<w:b/><w:bCs/>");
    }
    if run.italic {
        properties.push_str("<w:i/><w:iCs/>");
    }
    properties
}

/// Returns the XML of a run. Tabs at the start of the text become tabs of Word. `letters` is the XML of
/// the character properties.
pub(super) fn text_run(letters: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let properties =
        if letters.is_empty() { String::new() } else { format!("<w:rPr>{letters}</w:rPr>") };
    match text.strip_prefix('\t') {
        Some(rest) => format!("<w:r>{properties}<w:tab/></w:r>{}", text_run(letters, rest)),
        None => {
            format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
        }
    }
}

/// Splits a text into pieces, each with its URL if it is a web address.
fn addresses(text: &str) -> Vec<(&str, Option<String>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    for word in text.split(char::is_whitespace) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        if let Some(target) =
            Some(bare).filter(|bare| bare.starts_with("http")).and_then(link_target)
        {
            let (before, tail) = rest.split_at_checked(start - from).unwrap_or_default();
            let (bare, after) = tail.split_at_checked(bare.len()).unwrap_or_default();
            pieces.push((before, None));
            pieces.push((bare, Some(target)));
            from = start + bare.len();
            rest = after;
        }
    }
    pieces.push((rest, None));
    pieces
}

/// Returns the XML of a tick box that can be clicked, with the characters that Word itself uses.
fn tick_box(ticked: bool) -> String {
    let c = document::tick_box(ticked);
    format!(
        "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"{}\"/><w14:checkedState \
         w14:val=\"2612\" w14:font=\"MS Gothic\"/><w14:uncheckedState w14:val=\"2610\" \
         w14:font=\"MS Gothic\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rFonts \
         w:ascii=\"MS Gothic\" w:eastAsia=\"MS Gothic\" w:hAnsi=\"MS Gothic\" \
         w:hint=\"eastAsia\"/></w:rPr><w:t>{c}</w:t></w:r></w:sdtContent></w:sdt>",
        u8::from(ticked)
    )
}
