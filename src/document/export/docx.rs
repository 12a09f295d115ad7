//! Writes a document as a Word file: real footnotes, tick boxes to click, headings for the
//! navigation pane, lists that go on when somebody adds an item. The same document gives the same
//! bytes.

use std::io::{self, Cursor, Write as _};

use quick_xml::escape::escape;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::document::ooxml::{ANSWER, BLANK, BULLETS, ITEM};
use crate::document::{self, AnswerLine, BOXES, Block, Document, UNFINISHED};
use crate::model::address::link_target;
use crate::model::markup::Run;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"w14\"";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Among so many lists of an answer the one is looked for that an item goes on with.
const MOST_OPEN_LISTS: usize = 100;

/// Writes the document as the bytes of a `.docx` file.
///
/// # Errors
/// None that a computer with memory left would see; the library that packs the file can report
/// them.
pub fn write(document: &Document) -> io::Result<Vec<u8>> {
    let mut writer = Writer::default();
    for block in &document.blocks {
        writer.block(block);
    }
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", package_relations()),
        ("docProps/core.xml", core(document)),
        ("word/document.xml", writer.document()),
        ("word/_rels/document.xml.rels", writer.relations()),
        ("word/styles.xml", styles(&document.language)),
        ("word/numbering.xml", writer.numbering()),
        ("word/footnotes.xml", writer.footnotes(document)),
        ("word/settings.xml", settings()),
        ("word/footer1.xml", footer(document)),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(xml.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[derive(Default)]
struct Writer {
    body: String,
    /// The addresses of links; their ids follow from their places.
    links: Vec<String>,
    /// The footnotes in the order of their marks.
    notes: Vec<String>,
    lists: Vec<List>,
    page_break: bool,
}

/// A list of an answer, or the bullets of the form.
struct List {
    indent: usize,
    /// `bullet`, `decimal`, `lowerLetter` or `upperLetter`.
    format: &'static str,
    /// What an item shows: a bullet, or `%` for its number and what follows it.
    text: String,
    start: usize,
    next: usize,
}

impl Writer {
    fn paragraph(&mut self, style: &str, properties: &str, content: &str) {
        let page_break =
            if std::mem::take(&mut self.page_break) { "<w:pageBreakBefore/>" } else { "" };
        self.body.push_str(&format!(
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{page_break}{properties}</w:pPr>{content}</w:p>"
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
            Block::NewPage => self.page_break = true,
            Block::Item(depth, words) => {
                let known = self
                    .lists
                    .iter()
                    .position(|list| list.text == "•" && list.indent == 0 && list.start == 0);
                let list = known.unwrap_or_else(|| {
                    self.lists.push(List {
                        indent: 0,
                        format: "bullet",
                        text: "•".to_owned(),
                        start: 0,
                        next: 0,
                    });
                    self.lists.len() - 1
                });
                let content = self.runs(words);
                self.paragraph("Normal", &numbered(list, *depth), &content);
            }
        }
    }

    fn words(&mut self, style: &str, words: &[Run]) {
        let content = self.runs(words);
        self.paragraph(style, "", &content);
    }

    /// Each line is a paragraph; the empty line after one is the room below it.
    fn answer(&mut self, lines: &[AnswerLine]) {
        // Each answer numbers its lists anew.
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
                let list = self.list_of(line, first_list);
                let level = (line.indent / 2).min(8);
                properties = numbered(list, level);
                if level * 2 != line.indent {
                    let left = ITEM + line.indent * BLANK;
                    properties
                        .push_str(&format!("<w:ind w:left=\"{left}\" w:hanging=\"{ITEM}\"/>"));
                }
            }
            let content = self.runs(&line.runs);
            self.paragraph(&style, &properties, &content);
            gap_written = !line.is_blank();
        }
    }

    /// The list an item goes on with, or a new one.
    fn list_of(&mut self, line: &AnswerLine, first: usize) -> usize {
        let (format, text, number) = shape(&line.marker);
        // One that is further away than this nobody goes on with.
        let first = first.max(self.lists.len().saturating_sub(MOST_OPEN_LISTS));
        let known = self.lists.iter().skip(first).rposition(|list| {
            list.indent == line.indent
                && list.format == format
                && list.text == text
                && (number == list.next || format == "bullet")
        });
        let at = known.map_or(self.lists.len(), |at| first + at);
        match self.lists.get_mut(at) {
            Some(list) => list.next = number + 1,
            None => self.lists.push(List {
                indent: line.indent,
                format,
                text,
                start: number,
                next: number + 1,
            }),
        }
        at
    }

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
            let look = look(run);
            match run.link.as_deref().and_then(link_target) {
                Some(target) => xml.push_str(&self.link(&target, &look, &run.text)),
                None => {
                    for (piece, target) in addresses(&run.text) {
                        match target {
                            Some(target) => xml.push_str(&self.link(&target, &look, piece)),
                            None => xml.push_str(&text_run(&look, piece)),
                        }
                    }
                }
            }
        }
        xml
    }

    fn link(&mut self, target: &str, look: &str, text: &str) -> String {
        let known = self.links.iter().position(|link| link == target);
        let at = known.unwrap_or_else(|| {
            self.links.push(target.to_owned());
            self.links.len() - 1
        });
        format!(
            "<w:hyperlink r:id=\"link{}\" w:history=\"1\">{}</w:hyperlink>",
            at + 1,
            text_run(&format!("<w:rStyle w:val=\"Hyperlink\"/>{look}"), text)
        )
    }

    /// A value beside its label, in which tick boxes can be clicked.
    fn value(&mut self, words: &[Run]) -> String {
        let mut xml = String::new();
        for run in words {
            for piece in run.text.split_inclusive(BOXES) {
                let text = piece.trim_end_matches(BOXES);
                xml.push_str(&self.runs(&[Run { text: text.to_owned(), ..run.clone() }]));
                if let Some(sign) = piece.chars().next_back().filter(|sign| BOXES.contains(sign)) {
                    xml.push_str(&tick_box(sign == BOXES[0]));
                }
            }
        }
        xml
    }

    fn document(&self) -> String {
        format!(
            "{HEAD}<w:document {NAMES}><w:body>{}<w:sectPr><w:footerReference w:type=\"default\" \
             r:id=\"footer\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1247\" \
             w:right=\"1247\" w:bottom=\"1247\" w:left=\"1247\" w:header=\"624\" w:footer=\"624\" \
             w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.body
        )
    }

    fn relations(&self) -> String {
        let mut xml = format!(
            "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        );
        for (id, kind) in [
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("footnotes", "footnotes"),
            ("settings", "settings"),
            ("footer", "footer"),
        ] {
            let target = if id == "footer" { "footer1" } else { id };
            xml.push_str(&format!(
                "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}.xml\"/>"
            ));
        }
        for (at, link) in self.links.iter().enumerate() {
            xml.push_str(&format!(
                "<Relationship Id=\"link{}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
                at + 1,
                escape(link.as_str())
            ));
        }
        xml + "</Relationships>"
    }

    fn numbering(&self) -> String {
        let mut definitions = String::new();
        let mut uses = String::new();
        for (at, list) in self.lists.iter().enumerate() {
            definitions.push_str(&format!(
                "<w:abstractNum w:abstractNumId=\"{at}\"><w:multiLevelType w:val=\"hybridMultilevel\"/>"
            ));
            for level in 0..9 {
                let text = if list.format == "bullet" && list.start == 0 && level % 2 == 1 {
                    "–".to_owned()
                } else {
                    list.text.replace('%', &format!("%{}", level + 1))
                };
                definitions.push_str(&format!(
                    "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"{}\"/><w:numFmt w:val=\"{}\"/>\
                     <w:lvlText w:val=\"{}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{}\" \
                     w:hanging=\"{ITEM}\"/></w:pPr></w:lvl>",
                    list.start.max(1),
                    list.format,
                    escape(text.as_str()),
                    ITEM + level * 2 * BLANK
                ));
            }
            definitions.push_str("</w:abstractNum>");
            let id = number_id(at);
            uses.push_str(&format!(
                "<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{at}\"/></w:num>"
            ));
        }
        format!("{HEAD}<w:numbering {NAMES}>{definitions}{uses}</w:numbering>")
    }

    fn footnotes(&self, document: &Document) -> String {
        let mut xml = format!("{HEAD}<w:footnotes {NAMES}>");
        for (id, kind) in [(-1, "separator"), (0, "continuationSeparator")] {
            xml.push_str(&format!(
                "<w:footnote w:type=\"{kind}\" w:id=\"{id}\"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>"
            ));
        }
        for (at, number) in self.notes.iter().enumerate() {
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
                    words.iter().map(|run| text_run(&look(run), &run.text)).collect();
                xml.push_str(&format!(
                    "<w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr>{mark}{runs}</w:p>"
                ));
            }
            xml.push_str("</w:footnote>");
        }
        xml + "</w:footnotes>"
    }
}

/// The format of a marker, the pattern it is made by, and its number.
fn shape(marker: &str) -> (&'static str, String, usize) {
    if let Some((_, shown)) = BULLETS.iter().find(|(typed, _)| *typed == marker) {
        return ("bullet", (*shown).to_owned(), 1);
    }
    let name = marker.trim_end_matches(['.', ')']);
    let text = marker.replacen(name, "%", 1);
    if let Ok(number) = name.parse() {
        return ("decimal", text, number);
    }
    let letter = name.bytes().next().unwrap_or(b'a');
    let format = if letter.is_ascii_uppercase() { "upperLetter" } else { "lowerLetter" };
    (format, text, usize::from(letter.to_ascii_lowercase().saturating_sub(b'a')) + 1)
}

/// Word keeps the first ids to itself in some versions.
fn number_id(list: usize) -> usize {
    list + 2
}

fn numbered(list: usize, level: usize) -> String {
    format!(
        "<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"{}\"/></w:numPr>",
        level.min(8),
        number_id(list)
    )
}

fn bold(words: &[Run], end: &str) -> Vec<Run> {
    let all = words.iter().cloned().chain([Run::plain(end)]);
    all.map(|run| Run { bold: true, ..run }).collect()
}

fn look(run: &Run) -> String {
    let mut look = String::new();
    if run.bold {
        look.push_str("<w:b/><w:bCs/>");
    }
    if run.italic {
        look.push_str("<w:i/><w:iCs/>");
    }
    look
}

fn text_run(look: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let properties = if look.is_empty() { String::new() } else { format!("<w:rPr>{look}</w:rPr>") };
    match text.strip_prefix('\t') {
        Some(rest) => format!("<w:r>{properties}<w:tab/></w:r>{}", text_run(look, rest)),
        None => {
            format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
        }
    }
}

/// Splits a text at the web addresses that stand in it as words of their own.
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

/// A tick box to click, with the signs that Word itself uses.
fn tick_box(ticked: bool) -> String {
    let sign = document::tick_box(ticked);
    format!(
        "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"{}\"/><w14:checkedState \
         w14:val=\"2612\" w14:font=\"MS Gothic\"/><w14:uncheckedState w14:val=\"2610\" \
         w14:font=\"MS Gothic\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rFonts \
         w:ascii=\"MS Gothic\" w:eastAsia=\"MS Gothic\" w:hAnsi=\"MS Gothic\" \
         w:hint=\"eastAsia\"/></w:rPr><w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>",
        u8::from(ticked)
    )
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/footnotes.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";

fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"document\" Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/>\
         <Relationship Id=\"core\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
         </Relationships>"
    )
}

fn core(document: &Document) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:subject>{}</dc:subject>\
         <dc:language>{}</dc:language></cp:coreProperties>",
        escape(document.title.as_str()),
        escape(document.publisher.as_str()),
        escape(region(&document.language).as_str())
    )
}

/// Spell checkers want a region; English without one is that of the European institutions.
fn region(language: &str) -> String {
    if language == "en" { "en-GB".to_owned() } else { language.to_owned() }
}

fn settings() -> String {
    format!(
        "{HEAD}<w:settings {NAMES}><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"708\"/>\
         <w:footnotePr><w:footnote w:id=\"-1\"/><w:footnote w:id=\"0\"/></w:footnotePr>\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" \
         w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}

fn footer(document: &Document) -> String {
    let field = |name: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {name} \
             </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>\
             <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let name = if document.publisher.is_empty() {
        document.title.clone()
    } else {
        format!("{} · {}", document.publisher, document.title)
    };
    format!(
        "{HEAD}<w:ftr {NAMES}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}{}{}{}</w:p></w:ftr>",
        text_run("", &name),
        text_run("", "\t"),
        field("PAGE"),
        format_args!("{}{}", text_run("", " / "), field("NUMPAGES"))
    )
}

/// Id, name, the style it is based on, the style that follows it, paragraph and letter properties.
type Style = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const STYLES: [Style; 14] = [
    ("Normal", "Normal", "", "", "<w:spacing w:after=\"120\"/>", ""),
    (
        "Masthead",
        "Masthead",
        "Normal",
        "",
        "<w:spacing w:after=\"0\"/>",
        "<w:color w:val=\"44546A\"/><w:spacing w:val=\"20\"/>",
    ),
    (
        "Title",
        "Title",
        "Normal",
        "Normal",
        "<w:spacing w:after=\"240\"/>",
        "<w:b/><w:bCs/><w:color w:val=\"1F3864\"/><w:sz w:val=\"40\"/><w:szCs w:val=\"40\"/>",
    ),
    (
        "Heading1",
        "heading 1",
        "Normal",
        "Normal",
        "<w:keepNext/><w:keepLines/><w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"2\" w:color=\"8EA9DB\"/></w:pBdr><w:spacing w:before=\"360\" w:after=\"120\"/><w:outlineLvl w:val=\"0\"/>",
        "<w:b/><w:bCs/><w:color w:val=\"1F3864\"/><w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/>",
    ),
    (
        "Heading2",
        "heading 2",
        "Normal",
        "Answer",
        "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"1\"/>",
        "<w:b/><w:bCs/>",
    ),
    ("Field", "Field", "Normal", "Field", "<w:spacing w:after=\"40\"/>", ""),
    (
        "Tick",
        "Tick",
        "Normal",
        "Tick",
        "<w:tabs><w:tab w:val=\"left\" w:pos=\"397\"/></w:tabs><w:spacing w:after=\"60\"/><w:ind w:left=\"397\" w:hanging=\"397\"/>",
        "",
    ),
    ("Answer", "Answer", "Normal", "Answer", "<w:spacing w:after=\"120\"/>", ""),
    ("AnswerTight", "Answer Tight", "Answer", "AnswerTight", "<w:spacing w:after=\"0\"/>", ""),
    ("Remark", "Remark", "Normal", "Answer", "", "<w:i/><w:iCs/><w:color w:val=\"595959\"/>"),
    (
        "Unfinished",
        "Unfinished",
        "Normal",
        "Normal",
        "<w:pBdr><w:top w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/><w:left w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/><w:right w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/></w:pBdr>",
        "<w:b/><w:bCs/><w:color w:val=\"C00000\"/>",
    ),
    (
        "FootnoteText",
        "footnote text",
        "Normal",
        "",
        "<w:spacing w:after=\"40\"/>",
        "<w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>",
    ),
    (
        "Footer",
        "footer",
        "Normal",
        "",
        "<w:tabs><w:tab w:val=\"right\" w:pos=\"9412\"/></w:tabs><w:spacing w:after=\"0\"/>",
        "<w:color w:val=\"595959\"/><w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>",
    ),
    ("ListParagraph", "List Paragraph", "Normal", "", "", ""),
];

fn styles(language: &str) -> String {
    let language = region(language);
    let language = escape(language.as_str());
    let mut xml = format!(
        "{HEAD}<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" \
         w:eastAsia=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Calibri\"/><w:sz w:val=\"22\"/><w:szCs \
         w:val=\"22\"/><w:lang w:val=\"{language}\" w:eastAsia=\"{language}\" w:bidi=\"ar-SA\"/></w:rPr>\
         </w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line=\"264\" w:lineRule=\"auto\"/></w:pPr>\
         </w:pPrDefault></w:docDefaults>"
    );
    for (id, name, base, next, paragraph, letters) in STYLES {
        let default = if id == "Normal" { " w:default=\"1\"" } else { "" };
        let tag = |tag: &str, value: &str| {
            if value.is_empty() { String::new() } else { format!("<w:{tag} w:val=\"{value}\"/>") }
        };
        xml.push_str(&format!(
            "<w:style w:type=\"paragraph\"{default} w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>{}{}\
             <w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>",
            tag("basedOn", base),
            tag("next", next)
        ));
    }
    xml.push_str(
        "<w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name \
         w:val=\"footnote reference\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style>\
         <w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/><w:rPr>\
         <w:color w:val=\"0563C1\"/><w:u w:val=\"single\"/></w:rPr></w:style></w:styles>",
    );
    xml
}
