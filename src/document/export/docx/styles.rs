//! The styles of the Word file: paragraph styles for every kind of block, character styles for
//! footnote marks and links.

use quick_xml::escape::escape;

use super::{HEAD, NAMES};

/// A paragraph style.
struct ParagraphStyle {
    id: &'static str,
    name: &'static str,
    /// The id of the style that it is based on; empty if there is none.
    base: &'static str,
    /// The id of the style of the next paragraph; empty for the same style.
    next: &'static str,
    /// The XML of its paragraph properties.
    paragraph: &'static str,
    /// The XML of its character properties.
    letters: &'static str,
}

const PLAIN: ParagraphStyle =
    ParagraphStyle { id: "", name: "", base: "Normal", next: "", paragraph: "", letters: "" };

const STYLES: [ParagraphStyle; 14] = [
    ParagraphStyle {
        id: "Normal",
        name: "Normal",
        base: "",
        paragraph: "<w:spacing w:after=\"120\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Masthead",
        name: "Masthead",
        paragraph: "<w:spacing w:after=\"0\"/>",
        letters: "<w:color w:val=\"44546A\"/><w:spacing w:val=\"20\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Title",
        name: "Title",
        next: "Normal",
        paragraph: "<w:spacing w:after=\"240\"/>",
        letters: "<w:b/><w:bCs/><w:color w:val=\"1F3864\"/><w:sz w:val=\"40\"/><w:szCs w:val=\"40\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Heading1",
        name: "heading 1",
        next: "Normal",
        paragraph: "<w:keepNext/><w:keepLines/><w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"2\" w:color=\"8EA9DB\"/></w:pBdr><w:spacing w:before=\"360\" w:after=\"120\"/><w:outlineLvl w:val=\"0\"/>",
        letters: "<w:b/><w:bCs/><w:color w:val=\"1F3864\"/><w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Heading2",
        name: "heading 2",
        next: "Answer",
        paragraph: "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"1\"/>",
        letters: "<w:b/><w:bCs/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Field",
        name: "Field",
        next: "Field",
        paragraph: "<w:spacing w:after=\"40\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Tick",
        name: "Tick",
        next: "Tick",
        paragraph: "<w:tabs><w:tab w:val=\"left\" w:pos=\"397\"/></w:tabs><w:spacing w:after=\"60\"/><w:ind w:left=\"397\" w:hanging=\"397\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Answer",
        name: "Answer",
        next: "Answer",
        paragraph: "<w:spacing w:after=\"120\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "AnswerTight",
        name: "Answer Tight",
        base: "Answer",
        next: "AnswerTight",
        paragraph: "<w:spacing w:after=\"0\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Remark",
        name: "Remark",
        next: "Answer",
        letters: "<w:i/><w:iCs/><w:color w:val=\"595959\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Unfinished",
        name: "Unfinished",
        next: "Normal",
        paragraph: "<w:pBdr><w:top w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/><w:left w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/><w:right w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"C00000\"/></w:pBdr>",
        letters: "<w:b/><w:bCs/><w:color w:val=\"C00000\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "FootnoteText",
        name: "footnote text",
        paragraph: "<w:spacing w:after=\"40\"/>",
        letters: "<w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>",
        ..PLAIN
    },
    ParagraphStyle {
        id: "Footer",
        name: "footer",
        paragraph: "<w:tabs><w:tab w:val=\"right\" w:pos=\"9412\"/></w:tabs><w:spacing w:after=\"0\"/>",
        letters: "<w:color w:val=\"595959\"/><w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>",
        ..PLAIN
    },
    ParagraphStyle { id: "ListParagraph", name: "List Paragraph", ..PLAIN },
];

/// Returns `word/styles.xml`. `language` is a BCP 47 tag with a region.
pub(super) fn xml(language: &str) -> String {
    let language = escape(language);
    let mut xml = format!(
        "{HEAD}<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" \
         w:eastAsia=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Calibri\"/><w:sz w:val=\"22\"/><w:szCs \
         w:val=\"22\"/><w:lang w:val=\"{language}\" w:eastAsia=\"{language}\" w:bidi=\"ar-SA\"/></w:rPr>\
         </w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line=\"264\" w:lineRule=\"auto\"/></w:pPr>\
         </w:pPrDefault></w:docDefaults>"
    );
    for ParagraphStyle { id, name, base, next, paragraph, letters } in STYLES {
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
