//! The styles of the Word file: paragraph styles for every kind of block, character styles for
//! footnote marks and links.

use quick_xml::escape::escape;

use super::{HEAD, NAMES};

/// A paragraph style: id, name, the style it is based on, the style of the next paragraph, paragraph
/// properties and character properties.
type ParagraphStyle =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const STYLES: [ParagraphStyle; 14] = [
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
