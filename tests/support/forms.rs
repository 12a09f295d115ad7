//! Generates official Word forms of many kinds, and knows which bytes of each an answer may change.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};
use std::ops::Range;

use good_practice::internals::{Kind, Question, Questionnaire};

/// How a form is laid out. The default is a plain one: bold questions with typed numbers, an empty
/// paragraph below each, labels with a colon, and boxes as characters.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of a form")]
pub(crate) struct FormLayout {
    pub(crate) room: RoomKind,
    pub(crate) tick_box: BoxKind,
    pub(crate) numbers: Numbers,
    /// The name of the main part.
    pub(crate) renamed: bool,
    /// Whether the prefix of the main namespace is not `w`.
    pub(crate) prefix: Option<&'static str>,
    /// Whether changes are tracked.
    pub(crate) tracked: bool,
    /// Whether everything is in a group control.
    pub(crate) grouped: bool,
    /// Whether the paragraphs of answers are italic by design.
    pub(crate) italic: bool,
}

/// Where answers go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RoomKind {
    #[default]
    EmptyParagraph,
    PlainControl,
    RichControl,
    BlockControl,
    NestedControl,
    CellControl,
    FormField,
    FormFieldWithoutResult,
    CellBeside,
    CellBelow,
    Strokes,
    Dots,
    MacroButton,
    Prompt,
    TextBox,
    Bookmark,
}

/// How boxes are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum BoxKind {
    #[default]
    Character,
    Control,
    FormField,
    Symbol,
    PrivateUse,
    Brackets,
    Behind,
    OwnCell,
}

/// Where the numbers of questions are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Numbers {
    #[default]
    Typed,
    List,
    None,
}

/// A generated form.
pub(crate) struct GeneratedForm {
    pub(crate) bytes: Vec<u8>,
    /// The name of the main part.
    pub(crate) part: &'static str,
    pub(crate) xml: String,
    /// The bytes of the main part that answers may change.
    pub(crate) places: Vec<Range<usize>>,
}

/// Marks the start and the end of the place of an answer while the form is generated.
const MARKS: [char; 2] = ['\u{E000}', '\u{E001}'];

fn place(xml: &str) -> String {
    format!("{}{xml}{}", MARKS[0], MARKS[1])
}

fn escape(text: &str) -> String {
    let plain = text.replace("**", "").replace('*', "");
    let mut shown = String::new();
    let mut rest = plain.as_str();
    // Footnotes are references in a form.
    while let Some((before, after)) = rest.split_once("[^") {
        shown.push_str(before);
        rest = after.split_once(']').unwrap().1;
    }
    shown.push_str(rest);
    shown
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
}

fn run(text: &str, properties: &str) -> String {
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

const PLACEHOLDER: &str = "<w:r><w:rPr><w:rStyle w:val=\"PlaceholderText\"/></w:rPr><w:t>Click or tap here to enter text.</w:t></w:r>";
const SPACES: &str = "<w:r><w:t>\u{2002}</w:t></w:r><w:r><w:t>\u{2002}</w:t></w:r>";

fn control(kind: &str, content: &str) -> String {
    format!(
        "<w:sdt><w:sdtPr><w:rPr><w:sz w:val=\"22\"/></w:rPr><w:id w:val=\"7\"/><w:showingPlcHdr/>{kind}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )
}

fn field(instruction: &str, data: &str, result: Option<&str>) -> String {
    let mark = |kind: &str, data: &str| {
        format!("<w:r><w:fldChar w:fldCharType=\"{kind}\">{data}</w:fldChar></w:r>")
    };
    // Word splits instructions wherever it likes.
    let (a, b) = instruction.split_at(3);
    let mut xml = mark("begin", data);
    for piece in [a, b] {
        write!(xml, "<w:r><w:instrText xml:space=\"preserve\">{piece}</w:instrText></w:r>")
            .unwrap();
    }
    if let Some(result) = result {
        xml += &mark("separate", "");
        xml += result;
    }
    xml + &mark("end", "")
}

impl FormLayout {
    /// Returns the paragraph properties of an answer.
    fn answer_properties(&self) -> &'static str {
        if self.italic { "<w:pPr><w:pStyle w:val=\"Answer\"/></w:pPr>" } else { "" }
    }

    fn tick_box(&self) -> String {
        match self.tick_box {
            BoxKind::Character | BoxKind::Behind | BoxKind::OwnCell => {
                format!("<w:r><w:t>{}</w:t></w:r>", place("☐"))
            }
            BoxKind::PrivateUse => format!(
                "<w:r><w:rPr><w:rFonts w:ascii=\"Wingdings\"/></w:rPr><w:t>{}</w:t></w:r>",
                place("\u{F0A8}")
            ),
            BoxKind::Brackets => format!("<w:r><w:t>{}</w:t></w:r>", place("[ ]")),
            BoxKind::Symbol => place("<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0A8\"/></w:r>"),
            BoxKind::Control => place(
                "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"0\"/><w14:checkedState w14:val=\"2612\" w14:font=\"MS Gothic\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>",
            ),
            BoxKind::FormField => place(&field(
                " FORMCHECKBOX ",
                "<w:ffData><w:name w:val=\"Check\"/><w:checkBox><w:sizeAuto/><w:default w:val=\"0\"/></w:checkBox></w:ffData>",
                None,
            )),
        }
    }

    fn choice(&self, text: &str) -> String {
        let tick_box = self.tick_box();
        let words = run(&escape(text), "");
        match self.tick_box {
            BoxKind::Behind => format!("<w:p>{words}{}{tick_box}</w:p>", run(" ", "")),
            BoxKind::OwnCell => {
                row(&[&format!("<w:p>{tick_box}</w:p>"), &format!("<w:p>{words}</w:p>")])
            }
            BoxKind::Character
            | BoxKind::Control
            | BoxKind::FormField
            | BoxKind::Symbol
            | BoxKind::PrivateUse
            | BoxKind::Brackets => format!("<w:p>{tick_box}{}{words}</w:p>", run(" ", "")),
        }
    }

    /// Returns a room for a short answer behind its label.
    fn short(&self, label: &str) -> String {
        let label = escape(label);
        let colon = run(&format!("{label}: "), "");
        let line = |room: &str| format!("<w:p>{colon}{}</w:p>", place(room));
        match self.room {
            RoomKind::PlainControl | RoomKind::CellControl => {
                line(&control("<w:text/>", PLACEHOLDER))
            }
            RoomKind::RichControl | RoomKind::BlockControl => line(&control("", PLACEHOLDER)),
            RoomKind::NestedControl => line(&control("", &control("<w:text/>", PLACEHOLDER))),
            RoomKind::FormField => line(&field(
                " FORMTEXT ",
                "<w:ffData><w:name w:val=\"T\"/><w:textInput/></w:ffData>",
                Some(SPACES),
            )),
            RoomKind::FormFieldWithoutResult => line(&field(
                " FORMTEXT ",
                "<w:ffData><w:name w:val=\"T\"/><w:textInput/></w:ffData>",
                None,
            )),
            RoomKind::CellBeside | RoomKind::CellBelow => {
                row(&[&format!("<w:p>{}</w:p>", run(&label, "")), &place("<w:p/>")])
            }
            RoomKind::Strokes => line(&run("__________", "")),
            RoomKind::Dots => line(&run("……………………", "")),
            RoomKind::MacroButton => {
                line(&field(" MACROBUTTON NoMacro [Click here and type] ", "", None))
            }
            RoomKind::EmptyParagraph
            | RoomKind::Prompt
            | RoomKind::TextBox
            | RoomKind::Bookmark => line(""),
        }
    }

    /// Returns a question and the room for a long answer to it.
    fn long(&self, question: &str) -> String {
        let properties = self.answer_properties();
        let paragraph = |content: &str| format!("<w:p>{properties}{content}</w:p>");
        let below = |room: &str| format!("{question}{}", place(room));
        match self.room {
            RoomKind::EmptyParagraph => below(&paragraph("")),
            RoomKind::Prompt => below(&paragraph(&run(
                "[Insert your answer here]",
                "<w:rPr><w:i/><w:color w:val=\"7F7F7F\"/></w:rPr>",
            ))),
            RoomKind::Bookmark => below(&paragraph(
                "<w:bookmarkStart w:id=\"1\" w:name=\"a\"/><w:bookmarkEnd w:id=\"1\"/>",
            )),
            RoomKind::PlainControl => {
                below(&paragraph(&control("<w:text w:multiLine=\"1\"/>", PLACEHOLDER)))
            }
            RoomKind::RichControl => below(&paragraph(&control("", PLACEHOLDER))),
            RoomKind::BlockControl => below(&control("", &paragraph(PLACEHOLDER))),
            RoomKind::NestedControl => below(&control("", &control("", &paragraph(PLACEHOLDER)))),
            RoomKind::CellControl => format!(
                "{TABLE}<w:tr>{}{}</w:tr></w:tbl>",
                cell(question),
                place(&control("", &cell(&paragraph(PLACEHOLDER))))
            ),
            RoomKind::FormField => below(&paragraph(&field(
                " FORMTEXT ",
                "<w:ffData><w:name w:val=\"T\"/><w:textInput/></w:ffData>",
                Some(SPACES),
            ))),
            RoomKind::FormFieldWithoutResult => below(&paragraph(&field(
                " FORMTEXT ",
                "<w:ffData><w:name w:val=\"T\"/><w:textInput/></w:ffData>",
                None,
            ))),
            RoomKind::CellBeside => row(&[question, &place(&paragraph(""))]),
            RoomKind::CellBelow => format!(
                "{TABLE}<w:tr>{}</w:tr><w:tr>{}</w:tr></w:tbl>",
                cell(question),
                cell(&place(&paragraph("")))
            ),
            RoomKind::Strokes => {
                let line = paragraph(&run(&"_".repeat(60), ""));
                below(&line.repeat(3))
            }
            RoomKind::Dots => below(&paragraph(&run(&"…".repeat(60), ""))),
            RoomKind::MacroButton => {
                below(&paragraph(&field(" MACROBUTTON NoMacro [Click here and type] ", "", None)))
            }
            RoomKind::TextBox => {
                let text = |tag: &str| {
                    format!(
                        "<{tag}><w:txbxContent>{}</w:txbxContent></{tag}>",
                        place(&paragraph(""))
                    )
                };
                format!(
                    "{question}<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:wsp>{}</wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict>{}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
                    text("wps:txbx"),
                    text("v:textbox")
                )
            }
        }
    }

    fn question(&self, question: &Question) -> String {
        let bold = "<w:rPr><w:b/></w:rPr>";
        let limit = question.limit_note.as_deref().unwrap_or_default();
        let words = escape(&format!("{} {limit}", question.text));
        let number = question.number.map(|number| format!("{number}. ")).unwrap_or_default();
        let number = if self.numbers == Numbers::Typed { number } else { String::new() };
        let list = if self.numbers == Numbers::List {
            "<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>"
        } else {
            ""
        };
        let paragraph = format!("<w:p>{list}{}{}</w:p>", run(&number, bold), run(&words, bold));
        let mut fields = String::new();
        for field in &question.fields {
            match (&field.kind, &field.label) {
                (Kind::Choice(choices) | Kind::Choices(choices), _) => {
                    for choice in choices {
                        fields += &self.choice(&choice.text);
                    }
                }
                (Kind::Text { .. }, Some(label)) => {
                    fields +=
                        &self.long(&format!("<w:p>{}</w:p>", run(&format!("{label}:"), bold)));
                }
                (Kind::YesNo, Some(label)) => {
                    let label = label.split(" (Yes").next().unwrap();
                    let boxed = self.tick_box();
                    fields += &format!(
                        "<w:p>{}{boxed}{}{boxed}{}</w:p>",
                        run(&format!("{label}: "), ""),
                        run(" Yes   ", ""),
                        run(" No", "")
                    );
                }
                (Kind::YesNo, None) => return self.choice(&question.text),
                (_, Some(label)) => fields += &self.short(label),
                (_, None) => return self.long(&paragraph),
            }
        }
        paragraph + &fields
    }

    /// Generates a form.
    pub(crate) fn generate(&self, questionnaire: &Questionnaire) -> GeneratedForm {
        let mut body = format!("<w:p>{}</w:p>", run(&escape(&questionnaire.title), ""));
        for question in &questionnaire.declarations {
            if question.fields.len() > 1 || !matches!(question.fields[0].kind, Kind::YesNo) {
                body += &format!(
                    "<w:p>{}</w:p>",
                    run(&escape(&question.text), "<w:rPr><w:b/></w:rPr>")
                );
            }
            let fields = self.question(question);
            body += fields
                .split_once("</w:p>")
                .filter(|_| !matches!(question.fields[0].kind, Kind::YesNo))
                .map_or(fields.as_str(), |(_, rest)| rest);
        }
        for section in &questionnaire.sections {
            let title = run(&escape(&section.title), "");
            body += &format!("<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{title}</w:p>");
            section.questions.iter().for_each(|question| body += &self.question(question));
        }
        if self.grouped {
            body = format!(
                "<w:sdt><w:sdtPr><w:group/></w:sdtPr><w:sdtContent>{body}</w:sdtContent></w:sdt>"
            );
        }
        let mut marked = format!("{HEAD}<w:body>{body}{SECTION}</w:body></w:document>");
        if let Some(prefix) = self.prefix {
            marked = marked
                .replace("<w:", &format!("<{prefix}:"))
                .replace("</w:", &format!("</{prefix}:"))
                .replace(" w:", &format!(" {prefix}:"))
                .replace("xmlns:w=", &format!("xmlns:{prefix}="));
        }
        let (mut xml, mut places, mut start) = (String::new(), Vec::new(), 0);
        for c in marked.chars() {
            if c == MARKS[0] {
                start = xml.len();
            } else if c == MARKS[1] {
                places.push(start..xml.len());
            } else {
                xml.push(c);
            }
        }
        let part = if self.renamed { "word/document2.xml" } else { "word/document.xml" };
        let tracked = if self.tracked { "<w:trackRevisions/>" } else { "" };
        let bytes = package(&[
            ("[Content_Types].xml", &TYPES.replace("PART", part)),
            ("_rels/.rels", &RELATIONS.replace("PART", part)),
            (part, &xml),
            ("word/styles.xml", STYLES),
            ("word/numbering.xml", NUMBERING),
            ("word/settings.xml", &format!("<w:settings {NAMES}>{tracked}</w:settings>")),
        ]);
        GeneratedForm { bytes, part, xml, places }
    }
}

const TABLE: &str = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>";
const SECTION: &str = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:sectPr>";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:v=\"urn:schemas-microsoft-com:vml\" mc:Ignorable=\"w14\">";
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/PART\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"PART\"/></Relationships>";
const STYLES: &str = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:style w:type=\"paragraph\" w:styleId=\"Answer\"><w:name w:val=\"Form Answer\"/><w:pPr><w:ind w:left=\"284\"/></w:pPr><w:rPr><w:i/></w:rPr></w:style></w:styles>";
const NUMBERING: &str = "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";

fn cell(content: &str) -> String {
    let end = if content.trim_end_matches(MARKS).ends_with("</w:tbl>") { "<w:p/>" } else { "" };
    format!("<w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/></w:tcPr>{content}{end}</w:tc>")
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|content| cell(content)).collect();
    format!("{TABLE}<w:tr>{cells}</w:tr></w:tbl>")
}

/// Returns a Word file with this body, and with other parts.
pub(crate) fn document(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let xml = format!("{HEAD}<w:body>{body}{SECTION}</w:body></w:document>");
    let types = TYPES.replace("PART", "word/document.xml");
    let relations = RELATIONS.replace("PART", "word/document.xml");
    let parts = [
        ("[Content_Types].xml", types.as_str()),
        ("_rels/.rels", relations.as_str()),
        ("word/document.xml", xml.as_str()),
    ];
    package(&[&parts, more].concat())
}

/// Returns a package of parts.
pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns the parts of a package by their names.
pub(crate) fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    parts
}

impl GeneratedForm {
    /// Returns what of the form has changed outside the places of answers, or `None`.
    pub(crate) fn damage(&self, filled: &[u8]) -> Option<String> {
        let (before, after) = (parts(&self.bytes), parts(filled));
        if before.len() != after.len() {
            return Some("other parts".to_owned());
        }
        for ((name, old), (new_name, new)) in before.iter().zip(&after) {
            if name != new_name || (name != self.part && old != new) {
                return Some(format!("{name} has changed"));
            }
            if name != self.part {
                continue;
            }
            let mut rest = new.as_str();
            let (mut at, mut first) = (0, true);
            let end = self.xml.len()..self.xml.len();
            for place in self.places.iter().chain([&end]) {
                let fixed = &self.xml[at..place.start];
                let found =
                    if place.start == end.start { rest.rfind(fixed) } else { rest.find(fixed) };
                match found {
                    Some(0) => {}
                    Some(_) if !first => {}
                    Some(_) | None => {
                        return Some(format!("changed before byte {}: {fixed}", place.start));
                    }
                }
                rest = &rest[found.unwrap() + fixed.len()..];
                (at, first) = (place.end, false);
            }
        }
        None
    }
}
