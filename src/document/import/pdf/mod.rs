//! Reads the lines of a PDF, whatever program made it: text with its emphasis and links, tick boxes,
//! the values of form fields, footnotes. `lopdf` opens the file; what is drawn on its pages, and in
//! which order a person reads it, is found here. What a file can cost is bounded.

mod bands;
mod baselines;
mod columns;
mod content;
mod drawing;
mod fonts;
mod footnotes;
mod form_fields;
mod joints;
mod layers;
mod lexer;
mod page_edges;
mod paragraphs;
mod reading_order;
mod rows;
mod standard_fonts;
mod tables;

use lopdf::{Document, LoadOptions, Object};
use memchr::memmem;

use self::content::Interpreter;
use self::fonts::dictionary;
use self::footnotes::{find_marks, take_footnotes, take_linked_notes};
use self::form_fields::{Annotations, SeenFields};
use self::paragraphs::Typography;
use self::reading_order::{OrderedPage, TextLine};
use super::lines::{Source, SourceLine, check_line_count};
use super::paragraph_lines::normalize_bullet;
use crate::document::error::UnreadableDocument;
use crate::model::text;

/// The most bytes that one stream of objects may unpack to while the file is opened.
const MAX_STREAM: usize = 4 << 20;
/// The most bytes outside of streams. Opened, they take up to forty times the memory.
const MAX_OBJECT_BYTES: usize = 5 << 19;
/// The most pages that are read.
const MAX_PAGES: usize = 1_000;

const DAMAGED: &str =
    "this is no PDF, or it is damaged; open it in a PDF program and save it again";
const ENCRYPTED: &str =
    "it is encrypted with a password; save a copy without one, or copy its text into a .txt file";
const TOO_LONG: &str = "it holds many times more than a filled-in form; is it the right document?";
const PICTURE: &str = "there is no text in it: it is a picture of a page, such as a scan; use the text \
    recognition (OCR) of a PDF program, or ask for the .docx";
const XFA: &str = "it is an XFA form, which only Adobe's programs can open; print it to a PDF there, and \
    read that";
const NO_LETTERS: &str = "its fonts do not say which letters they show; ask for the .docx, or use the \
    text recognition (OCR) of a PDF program";

/// Reads a PDF.
///
/// # Errors
/// Fails if the file is damaged, encrypted, an XFA form, or has no text.
pub fn read(bytes: &[u8]) -> Result<Source, UnreadableDocument> {
    let document = open(bytes)?;
    let mut source = Source { unit: "page", loose: true, ..Source::default() };
    let mut interpreter = Interpreter::new(&document);
    let mut seen_fields = SeenFields::default();
    let (mut pages, mut links) = (Vec::new(), Vec::new());
    let (mut unknown, mut letters, mut picture, mut fields) = (0, 0, false, 0);
    let mut lines_of_pages = 0;
    for page in document.page_iter() {
        let drawn = interpreter.page(page);
        let Annotations { filled, links: targets, left_out } =
            form_fields::annotations(&document, page, &mut seen_fields);
        let here = |said: String| format!("page {}: {said}", pages.len() + 1);
        source.remarks.extend(left_out.into_iter().chain(drawn.hidden_words()).map(here));
        if interpreter.is_exhausted() || seen_fields.is_exhausted() {
            return Err(UnreadableDocument::new(TOO_LONG));
        }
        unknown += drawn.unknown;
        letters += drawn.glyphs.len();
        picture |= drawn.picture;
        fields += filled.len();
        if drawn.picture && drawn.glyphs.is_empty() && filled.is_empty() {
            source.remarks.push(format!(
                "page {}: there is no text on it: it is a picture, such as a scan; say in words what it shows",
                pages.len() + 1
            ));
        }
        let rows = rows::rows(drawn, filled, &targets);
        lines_of_pages += rows.rows.len();
        check_line_count(lines_of_pages)?;
        links.push(targets.into_iter().map(|link| link.address).collect::<Vec<_>>());
        pages.push(rows);
    }
    if pages.is_empty() {
        return Err(UnreadableDocument::new(DAMAGED));
    }
    if fields == 0 && has_xfa(&document) {
        return Err(UnreadableDocument::new(XFA));
    }
    if unknown > letters {
        return Err(UnreadableDocument::new(NO_LETTERS));
    }
    if letters == 0 && fields == 0 {
        return Err(UnreadableDocument::new(if picture {
            PICTURE
        } else {
            "there is no text in it"
        }));
    }
    if unknown > 0 {
        source.remarks.push(format!(
            "{} of the PDF could not be read, because its fonts do not say which letters they show",
            text::plural(unknown, "character", "characters")
        ));
    }
    for (at, page) in pages.iter().enumerate() {
        let left_out = [
            (&page.turned, 3, "as it runs in another direction"),
            (&page.outside, 1, "as it is outside of the page that is shown"),
        ];
        for (words, least, reason) in left_out {
            let shown: String = words.trim().chars().take(60).collect();
            if shown.chars().count() >= least {
                source.remarks.push(format!("page {}: left out, {reason}: {shown}", at + 1));
            }
        }
    }
    source.left_out = page_edges::take_page_edges(&mut pages);
    let body = page_edges::body_size(&pages);
    let (mut ordered, mut notes): (Vec<OrderedPage>, Vec<TextLine>) = (Vec::new(), Vec::new());
    let (mut cells, mut notes_here) = (0, Vec::new());
    for (at, page) in pages.iter_mut().enumerate() {
        notes_here = take_footnotes(page, body, &notes_here);
        let mut page = reading_order::in_order(page, at, &mut cells);
        source.remarks.extend(page.remarks(at + 1));
        if let Some(before) = ordered.last_mut()
            && let Some((line, rest)) = page.take_rest_of_cell(before)
        {
            before.lines.splice(line..line, rest);
            source.remarks.push(format!(
                "page {}: a row of a table continues from the page before; check the answer there",
                at + 1
            ));
        }
        ordered.push(page);
        let foot = rows::PageRows { rows: notes_here.clone(), ..rows::PageRows::default() };
        notes.extend(reading_order::in_order(&foot, at, &mut cells).lines);
    }
    let lines: Vec<TextLine> = ordered.into_iter().flat_map(|page| page.lines).collect();
    let look = Typography::of(&lines);
    source.lines = paragraphs::paragraphs(&lines, &links, &look, &mut source.remarks);
    source.notes = paragraphs::paragraphs(&notes, &links, &look, &mut source.remarks);
    take_linked_notes(&mut source);
    source.lines.iter_mut().chain(&mut source.notes).for_each(normalize);
    source.lines.retain(|line| !line.text().trim().is_empty());
    find_marks(&mut source);
    Ok(source)
}

/// Opens a file.
fn open(bytes: &[u8]) -> Result<Document, UnreadableDocument> {
    let options = LoadOptions {
        password: Some(String::new()),
        max_decompressed_size: Some(MAX_STREAM),
        ..LoadOptions::default()
    };
    if object_bytes(bytes) > MAX_OBJECT_BYTES {
        return Err(UnreadableDocument::new(TOO_LONG));
    }
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| {
        if let lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) = error
        {
            return UnreadableDocument::new(TOO_LONG);
        }
        let encrypted =
            matches!(error, lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_));
        UnreadableDocument::new(if encrypted { ENCRYPTED } else { DAMAGED })
    })?;
    if document.is_encrypted() {
        return Err(UnreadableDocument::new(ENCRYPTED));
    }
    if document.page_iter().nth(MAX_PAGES).is_some() {
        return Err(UnreadableDocument::new(TOO_LONG));
    }
    Ok(document)
}

/// Counts the bytes of a file that are not the data of streams.
fn object_bytes(bytes: &[u8]) -> usize {
    let (mut rest, mut count) = (bytes, 0);
    while let Some(at) = memmem::find(rest, b"stream") {
        let data = rest.get(at..).unwrap_or_default();
        let end =
            memmem::find(data, b"endstream").map_or(data.len(), |end| end + b"endstream".len());
        count += at;
        rest = data.get(end..).unwrap_or_default();
    }
    count + rest.len()
}

/// Cleans the text of a line and gives its list item the marker of a draft.
fn normalize(line: &mut SourceLine) {
    for run in &mut line.runs {
        run.text = text::sanitize(&run.text).replace('\n', " ");
    }
    line.runs.retain(|run| !run.text.is_empty());
    normalize_bullet(&mut line.runs);
}

fn has_xfa(document: &Document) -> bool {
    document
        .catalog()
        .ok()
        .and_then(|catalog| catalog.get(b"AcroForm").ok())
        .and_then(|form| dictionary(document, form))
        .is_some_and(|form| {
            form.get_deref(b"XFA", document).is_ok_and(|xfa| !matches!(xfa, Object::Null))
        })
}

#[cfg(test)]
mod tests {
    use lopdf::{Dictionary, Stream, dictionary};

    use super::*;

    /// A PDF whose pages have these content streams, and annotations on the first page.
    fn pdf_with(pages: &[&str], annotations: Vec<Dictionary>, catalog: Dictionary) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let tree = document.new_object_id();
        let font = |name: &str| {
            dictionary! {
                "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name,
                "Encoding" => "WinAnsiEncoding",
            }
        };
        let fonts = dictionary! {
            "F" => font("Helvetica"), "B" => font("Helvetica-Bold"),
            "Z" => dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "ZapfDingbats" },
        };
        let resources = dictionary! { "Font" => fonts };
        let mut annotations: Vec<Object> =
            annotations.into_iter().map(|one| document.add_object(one).into()).collect();
        let mut kids: Vec<Object> = Vec::new();
        for content in pages {
            let content =
                document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "Resources" => resources.clone(), "Annots" => std::mem::take(&mut annotations),
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            };
            kids.push(document.add_object(page).into());
        }
        let count = i64::try_from(kids.len()).unwrap();
        let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
        document.objects.insert(tree, node.into());
        let mut root = catalog;
        root.set("Type", "Catalog");
        root.set("Pages", tree);
        let root = document.add_object(root);
        document.trailer.set("Root", root);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn pdf(pages: &[&str]) -> Vec<u8> {
        pdf_with(pages, Vec::new(), Dictionary::new())
    }

    /// A text operator at a place of the page.
    fn at(x: u32, y: u32, text: &str) -> String {
        format!("BT /F 10 Tf {x} {y} Td ({text}) Tj ET\n")
    }

    fn lines(bytes: &[u8]) -> Vec<String> {
        read(bytes)
            .unwrap()
            .lines
            .iter()
            .map(|line| crate::model::markup::marked(&line.runs))
            .collect()
    }

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        let page = [
            at(
                50,
                700,
                "The lamps of the lower town were lit again in the autumn of that year and",
            ),
            at(50, 688, "burned until the morning."),
            at(50, 664, "A second paragraph."),
        ];
        let found = read(&pdf(&[&page.concat()])).unwrap();
        let texts: Vec<String> = found.lines.iter().map(SourceLine::text).collect();
        let first = "The lamps of the lower town were lit again in the autumn of that year and \
            burned until the morning.";
        assert_eq!(texts, [first, "A second paragraph."]);
        assert_eq!(found.lines[1].gap, 1);
        assert_eq!((found.unit, found.lines[0].number), ("page", 1));
    }

    #[test]
    fn page_heads_go_and_answers_that_begin_a_page_stay() {
        let pages: Vec<String> = (1..=4)
            .map(|number| {
                let body = format!(
                    "Line {} of the answer, on page {number}.",
                    ["a", "b", "c", "d"][number - 1]
                );
                [
                    at(50, 800, "Good practice 2026"),
                    at(50, 760, &body),
                    at(50, 30, &format!("Page {number} of 4")),
                ]
                .concat()
            })
            .collect();
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        let found = read(&pdf(&pages)).unwrap();
        assert_eq!(found.left_out, ["Good practice #", "Page # of #"]);
        assert_eq!(found.lines.len(), 4);
        assert_eq!(found.lines[2].text(), "Line c of the answer, on page 3.");
    }

    #[test]
    fn numbers_that_do_not_count_with_the_pages_are_no_page_numbers() {
        let pages = [at(50, 800, "2021: 40 cases"), at(50, 800, "2022: 31 cases")];
        let found = lines(&pdf(&[&pages[0], &pages[1]]));
        assert_eq!(found, ["2021: 40 cases", "2022: 31 cases"]);
    }

    #[test]
    fn raised_digits_stay_raised() {
        let page = "BT /F 10 Tf 50 700 Td (It reached 10) Tj 6 Ts /F 6 Tf (6) Tj 0 Ts /F 10 Tf ( people.) Tj ET";
        assert_eq!(lines(&pdf(&[page])), ["It reached 10⁶ people."]);
    }

    #[test]
    fn emphasis_is_read_from_the_fonts() {
        let page = "BT /F 10 Tf 50 700 Td (We were ) Tj /B 10 Tf (never) Tj /F 10 Tf ( asked about it.) Tj ET";
        assert_eq!(lines(&pdf(&[page])), ["We were **never** asked about it."]);
    }

    #[test]
    fn ticks_are_read_from_symbol_fonts_and_from_crosses_over_boxes() {
        let page = [
            "BT /Z 10 Tf 50 700 Td (o) Tj /F 10 Tf ( Yes) Tj ET".to_owned(),
            "BT /Z 10 Tf 50 680 Td (4) Tj /F 10 Tf ( No) Tj ET".to_owned(),
            "BT /Z 10 Tf 50 660 Td (o) Tj /F 10 Tf ( Share) Tj ET".to_owned(),
            at(51, 660, "X"),
        ];
        assert_eq!(lines(&pdf(&[&page.join("\n")])), ["☐ Yes", "✔ No", "☒ Share"]);
    }

    #[test]
    fn divided_words_are_joined_if_the_document_has_them_whole() {
        let page = [
            at(
                50,
                712,
                "All of our prevention work was planned early in that year, with a well-known team",
            ),
            at(
                50,
                700,
                "and the whole neighbourhood took part in what we then called our crime preven-",
            ),
            at(
                50,
                688,
                "tion week, which was planned and carried out by the residents and by the well-",
            ),
            at(50, 676, "known team of the town."),
        ];
        let found = read(&pdf(&[&page.concat()])).unwrap();
        let text = found.lines[0].text();
        assert!(text.contains("crime prevention week"), "{text}");
        assert!(text.contains("by the well-known team"), "{text}");
        assert_eq!(found.remarks.len(), 1, "{:?}", found.remarks);
        assert!(found.remarks[0].contains("`preven-` and `tion`"), "{:?}", found.remarks);
    }

    #[test]
    fn form_fields_give_their_whole_value_at_their_place() {
        let area = |y: i64| vec![50.into(), y.into(), 300.into(), (y + 16).into()];
        let field = |y: i64, value: &str| {
            dictionary! {
                "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => format!("f{y}"),
                "V" => Object::string_literal(value), "Rect" => area(y), "Ff" => 4096,
            }
        };
        let button = |y: i64, state: &str| {
            dictionary! {
                "Type" => "Annot", "Subtype" => "Widget", "FT" => "Btn", "T" => format!("b{y}"),
                "AS" => state,
                "Rect" => vec![50.into(), y.into(), 60.into(), (y + 10).into()],
            }
        };
        let long = format!("First line\r- an item\r\r{}", "long ".repeat(100));
        let annotations =
            vec![field(680, &long), button(648, "Yes"), button(628, "Off"), field(560, "Poland")];
        let page = [
            at(50, 700, "1. What is the name?"),
            at(66, 650, "Share"),
            at(66, 630, "Apply"),
            at(50, 580, "2. Country"),
        ];
        let found = lines(&pdf_with(&[&page.concat()], annotations, Dictionary::new()));
        let long = "long ".repeat(100);
        let wanted = [
            "1. What is the name?",
            "First line",
            "- an item",
            long.trim_end(),
            "☒ Share",
            "☐ Apply",
            "2. Country",
            "Poland",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn comments_on_a_page_are_reported() {
        let mark = |kind: &str, said: &str| {
            dictionary! {
                "Type" => "Annot", "Subtype" => kind, "T" => Object::string_literal("Ana"),
                "Rect" => vec![50.into(), 50.into(), 60.into(), 60.into()],
                "Contents" => Object::string_literal(said),
            }
        };
        let marks = vec![
            mark("Text", "Is this true?"),
            mark("StrikeOut", ""),
            mark("Popup", "Is this true?"),
        ];
        let found = read(&pdf_with(&[&at(50, 700, "Poland")], marks, Dictionary::new())).unwrap();
        assert_eq!(
            found.remarks,
            [
                "page 1: a comment of Ana is left out: Is this true?",
                "page 1: words are struck out with a mark; they are read, so check the answers there"
            ]
        );
    }

    #[test]
    fn a_field_gives_its_rich_text_or_the_option_with_its_number() {
        let field = |y: i64, kind: &str| {
            dictionary! {
                "Type" => "Annot", "Subtype" => "Widget", "FT" => kind, "T" => format!("f{y}"),
                "Rect" => vec![50.into(), y.into(), 300.into(), (y + 16).into()],
            }
        };
        let mut rich = field(680, "Tx");
        rich.set("RV", Object::string_literal("<body><p>Lamps &amp; <b>light</b></p></body>"));
        let mut listed = field(640, "Ch");
        listed.set("Opt", vec![Object::string_literal("Malta"), Object::string_literal("Poland")]);
        listed.set("I", vec![Object::Integer(1)]);
        let page = [at(50, 700, "1. What is the name?"), at(50, 660, "2. Country")].concat();
        let found = lines(&pdf_with(&[&page], vec![rich, listed], Dictionary::new()));
        assert_eq!(found, ["1. What is the name?", "Lamps & light", "2. Country", "Poland"]);
    }

    #[test]
    fn text_that_nobody_sees_is_left_out_and_reported() {
        let page = [
            at(50, 700, "Poland"),
            at(50, 900, "above the page"),
            format!("/OC /L BDC {}EMC\n", at(50, 680, "in a layer")),
        ];
        let mut document = Document::load_mem(&pdf(&[&page.concat()])).unwrap();
        let layer = document.add_object(dictionary! { "Type" => "OCG" });
        let page = document.page_iter().next().unwrap();
        let resources = document.get_dictionary_mut(page).unwrap().get_mut(b"Resources").unwrap();
        resources.as_dict_mut().unwrap().set("Properties", dictionary! { "L" => layer });
        let default = dictionary! { "OFF" => vec![layer.into()] };
        let layers = dictionary! { "OCGs" => vec![layer.into()], "D" => default };
        document.catalog_mut().unwrap().set("OCProperties", layers);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        assert_eq!(lines(&bytes), ["Poland"]);
        assert_eq!(
            read(&bytes).unwrap().remarks,
            [
                "page 1: left out, as it is in a layer that is switched off: in a layer",
                "page 1: left out, as it is outside of the page that is shown: above the page"
            ]
        );
    }

    #[test]
    fn roman_page_numbers_go_and_answers_that_begin_alike_stay() {
        let pages: Vec<String> = [("i", "Yes."), ("ii", "Yes."), ("iii", "No."), ("iv", "Never.")]
            .map(|(number, answer)| at(50, 780, answer) + &at(290, 30, number))
            .into();
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        assert_eq!(lines(&pdf(&pages)), ["Yes.", "Yes.", "No.", "Never."]);
    }

    #[test]
    fn two_pages_on_a_sheet_are_read_one_after_the_other() {
        let page = [
            at(50, 700, "1. What is the name?"),
            at(300, 700, "3. What is it about?"),
            at(50, 680, "Lanterns"),
            at(300, 680, "Light"),
            at(50, 660, "2. Country"),
            at(50, 640, "Poland"),
        ];
        let wanted = [
            "1. What is the name?",
            "Lanterns",
            "2. Country",
            "Poland",
            "3. What is it about?",
            "Light",
        ];
        assert_eq!(lines(&pdf(&[&page.concat()])), wanted);
    }

    #[test]
    fn two_columns_are_read_one_after_the_other() {
        let column = |x: u32, from: u32, word: &str| -> String {
            (0..12)
                .map(|line| {
                    at(
                        x,
                        from - line * 12,
                        &format!("{word} line {line} of the text, as wide as it"),
                    )
                })
                .collect()
        };
        let page = column(50, 700, "Left") + &column(320, 697, "Right");
        let remarks = read(&pdf(&[&page])).unwrap().remarks;
        assert_eq!(
            remarks,
            ["page 1: its columns are read one after the other; check the answers there"]
        );
        let whole = lines(&pdf(&[&page])).join(" ");
        let last_left = whole.find("Left line 11").unwrap();
        assert!(last_left < whole.find("Right line 0").unwrap(), "{whole}");
    }

    #[test]
    fn columns_whose_order_is_a_guess_are_reported() {
        let page = [
            at(50, 700, "What did you do in the town"),
            at(250, 700, "We met every week"),
            at(
                50,
                660,
                "A line across the whole page that leaves no gap between any columns at all",
            ),
        ];
        let found = read(&pdf(&[&page.concat()])).unwrap();
        let remark =
            "page 1: 1 line of text in columns without a line between them, read across the page";
        assert!(found.remarks.concat().contains(remark), "{:?}", found.remarks);
    }

    #[test]
    fn cells_of_a_ruled_table_are_read_row_by_row() {
        let rules = "0.5 w 45 720 m 550 720 l S 45 690 m 550 690 l S 45 660 m 550 660 l S \
            45 660 m 45 720 l S 200 660 m 200 720 l S 550 660 m 550 720 l S\n";
        let page = [
            rules.to_owned(),
            at(50, 708, "1. What is the name of"),
            at(50, 696, "the intervention?"),
            at(205, 706, "Lanterns of the"),
            at(205, 694, "Lower Town"),
            at(50, 676, "2. Country"),
            at(205, 674, "Poland"),
        ];
        let found = lines(&pdf(&[&page.concat()])).join(" / ");
        assert_eq!(
            found,
            "1. What is the name of the intervention? / Lanterns of the Lower Town / 2. Country / Poland"
        );
    }

    #[test]
    fn numbered_questions_beside_their_answers_need_no_lines() {
        let page = [
            at(50, 740, "Good practice of the year, as the office asks for it in all of its forms"),
            at(50, 700, "1. What is the name of"),
            at(250, 700, "Lanterns of the Lower Town and of the"),
            at(50, 688, "the intervention?"),
            at(250, 688, "Upper Town, too"),
            at(50, 670, "2. Country"),
            at(250, 670, "Poland"),
            at(50, 652, "3. What problem does the"),
            at(250, 652, "Theft."),
            at(50, 640, "intervention wish to"),
            at(50, 628, "address?"),
        ];
        let found = lines(&pdf(&[&page.concat()])).split_off(1).join(" / ");
        assert_eq!(
            found,
            "1. What is the name of the intervention? / Lanterns of the Lower Town and of the Upper Town, too / \
             2. Country / Poland / 3. What problem does the intervention wish to address? / Theft."
        );
    }

    #[test]
    fn white_bands_divide_a_table_without_lines() {
        // The cells of a row begin on one line, or their middles are on one.
        for (shift, in_between) in [(0, 0), (6, 6)] {
            let page = [
                at(50, 742, "Name of the project, in full"),
                at(250, 742 - shift + in_between, "Lanterns of the Lower Town"),
                at(50, 712, "Who is responsible for the"),
                at(50, 700, "project?"),
                at(250, 712 - shift, "The office for lamps"),
                at(50, 676 - shift, "Contact person"),
                at(250, 676, "Ana Lampe, who can be asked"),
                at(250, 664, "in the morning"),
                at(50, 640, "Town"),
                at(250, 640, "Lower Town"),
            ];
            let found = lines(&pdf(&[&page.concat()])).join(" / ");
            assert_eq!(
                found,
                "Name of the project, in full / Lanterns of the Lower Town / Who is responsible for the \
                 project? / The office for lamps / Contact person / Ana Lampe, who can be asked in the \
                 morning / Town / Lower Town"
            );
        }
    }

    #[test]
    fn a_table_row_that_a_page_breaks_off_is_put_together() {
        let pages = [
            vec![
                at(50, 700, "1. What is the name of the project, and who"),
                at(300, 700, "Lanterns of the Lower Town"),
                at(50, 688, "gave it?"),
                at(50, 664, "2. What did the people who took part in"),
                at(300, 664, "They lit a hundred lamps in the streets,"),
            ],
            vec![
                at(50, 760, "the project do for the town?"),
                at(300, 760, "and in the parks."),
                at(50, 736, "3. Country"),
                at(300, 736, "Poland"),
                at(50, 712, "4. When did the first of the lamps burn for"),
                at(300, 712, "In 2021"),
            ],
        ];
        let pages = pages.map(|page| page.concat());
        let bytes = pdf(&[&pages[0], &pages[1]]);
        let found = lines(&bytes).join(" / ");
        assert_eq!(
            found,
            "1. What is the name of the project, and who gave it? / Lanterns of the Lower Town / 2. What did \
             the people who took part in the project do for the town? / They lit a hundred lamps in the \
             streets, and in the parks. / 3. Country / Poland / 4. When did the first of the lamps burn for / \
             In 2021"
        );
        let remark =
            "page 2: a row of a table continues from the page before; check the answer there";
        assert!(read(&bytes).unwrap().remarks.contains(&remark.to_owned()));
    }

    #[test]
    fn notes_below_a_short_line_are_footnotes_of_any_size() {
        let page = [
            at(50, 700, "2. Country of application, as the office asks for it in all of its forms"),
            at(50, 680, "Poland"),
            "0.5 w 50 100 m 150 100 l S\n".to_owned(),
            at(50, 86, "\\271 In the north."),
        ];
        let found = read(&pdf(&[&page.concat()])).unwrap();
        let texts = |lines: &[SourceLine]| lines.iter().map(SourceLine::text).collect::<Vec<_>>();
        assert_eq!(texts(&found.notes), ["¹ In the north."]);
        assert!(texts(&found.lines).concat().ends_with("Poland"), "{:?}", found.lines);
    }

    #[test]
    fn footnotes_of_the_applicant_lead_to_their_marks() {
        let raised = |x: u32, y: u32, mark: &str| format!("BT /F 6 Tf {x} {y} Td ({mark}) Tj ET\n");
        let small = |y: u32, text: &str| format!("BT /F 8 Tf 50 {y} Td ({text}) Tj ET\n");
        let page = [
            at(50, 700, "Thefts rose in the lower town, where 3 km"),
            raised(234, 704, "2"),
            at(250, 700, "are dark."),
            raised(293, 704, "1"),
            at(50, 670, "A survey of the town"),
            raised(144, 674, "2"),
            at(152, 670, "was made."),
            small(100, "1 Police, 2021."),
            small(90, "2 A report with a blank page"),
            at(300, 60, "1"),
        ];
        let found = read(&pdf(&[&page.concat()])).unwrap();
        let texts = |lines: &[SourceLine]| lines.iter().map(SourceLine::text).collect::<Vec<_>>();
        assert_eq!(
            texts(&found.lines),
            [
                "Thefts rose in the lower town, where 3 km² are dark.",
                "A survey of the town was made."
            ]
        );
        assert_eq!(texts(&found.notes), ["Police, 2021.", "A report with a blank page"]);
        assert_eq!(found.note_marks, [Some(0), Some(1)]);
        assert_eq!(found.left_out, ["1"]);
    }

    #[test]
    fn a_numbered_question_in_small_type_at_the_foot_of_a_page_is_no_footnote() {
        let small = |y: u32, text: &str| format!("BT /F 8 Tf 50 {y} Td ({text}) Tj ET\n");
        let page = [
            at(50, 700, "Residents of the lower town asked for more light in all of its streets."),
            at(50, 680, "The police made a survey of them in the year before, house by house."),
            small(100, "7. What problem does the intervention wish to address?"),
            small(90, "Theft from garages."),
        ];
        let found = read(&pdf(&[&page.concat()])).unwrap();
        assert_eq!(found.notes.len(), 0, "{:?}", found.notes);
        assert!(found.lines.iter().any(|line| line.text().starts_with("7. What")), "{found:?}");
    }

    #[test]
    fn a_picture_of_a_page_and_an_xfa_form_are_named() {
        let picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q";
        let error = read(&pdf(&[picture])).unwrap_err().to_string();
        assert!(error.contains("a picture of a page"), "{error}");
        let form =
            dictionary! { "AcroForm" => dictionary! { "XFA" => Object::string_literal("x") } };
        let error =
            read(&pdf_with(&[&at(50, 700, "Please wait...")], Vec::new(), form)).unwrap_err();
        assert!(error.to_string().contains("XFA"), "{error}");
    }

    #[test]
    fn a_scanned_page_among_others_is_reported() {
        let picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q";
        let found = read(&pdf(&[&at(50, 700, "2. Country"), picture])).unwrap();
        assert_eq!(found.remarks.len(), 1, "{:?}", found.remarks);
        assert!(found.remarks[0].starts_with("page 2: there is no text on it"));
    }

    #[test]
    fn an_encrypted_pdf_is_read_if_it_opens_without_a_password() {
        let encrypted = |user_password: &str| {
            let mut document = Document::load_mem(&pdf(&[&at(50, 700, "2. Country")])).unwrap();
            let id = || Object::string_literal("an id of a file");
            document.trailer.set("ID", vec![id(), id()]);
            let version = lopdf::EncryptionVersion::V2 {
                document: &document,
                owner_password: "owner",
                user_password,
                key_length: 128,
                permissions: lopdf::Permissions::all(),
            };
            let state = lopdf::EncryptionState::try_from(version).unwrap();
            document.encrypt(&state).unwrap();
            let mut bytes = Vec::new();
            document.save_to(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(lines(&encrypted("")), ["2. Country"]);
        let error = read(&encrypted("secret")).unwrap_err().to_string();
        assert!(error.contains("encrypted with a password"), "{error}");
    }

    #[test]
    fn a_pdf_that_holds_far_too_much_is_refused_before_it_is_opened() {
        let mut bytes = pdf(&[&at(50, 700, "2. Country")]);
        assert!(object_bytes(&bytes) < bytes.len() - 30);
        let at = bytes.len();
        bytes.splice(at..at, b"9 0 obj [] endobj ".repeat(MAX_OBJECT_BYTES / 18));
        assert_eq!(read(&bytes).unwrap_err().to_string(), TOO_LONG);
    }

    #[test]
    fn fonts_that_define_their_codes_again_and_again_use_up_what_a_document_may_cost() {
        let map = b"1 beginbfrange <0000> <ffff> <0041> endbfrange ".repeat(40);
        let fonts = |count: usize| {
            let mut document = Document::load_mem(&pdf(&["/X Do"])).unwrap();
            let page = document.page_iter().next().unwrap();
            let map = document.add_object(Stream::new(Dictionary::new(), map.clone()));
            let (mut fonts, mut content) = (Dictionary::new(), "BT ".to_owned());
            for number in 0..count {
                let font = dictionary! {
                    "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "A",
                    "Encoding" => "Identity-H", "ToUnicode" => map,
                };
                fonts.set(format!("F{number}"), document.add_object(font));
                content += &format!("/F{number} 10 Tf 50 700 Td (ab) Tj ");
            }
            let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
            let page = document.get_dictionary_mut(page).unwrap();
            page.set("Resources", dictionary! { "Font" => fonts });
            page.set("Contents", content);
            let mut bytes = Vec::new();
            document.save_to(&mut bytes).unwrap();
            read(&bytes)
        };
        assert!(fonts(2).is_ok());
        assert_eq!(fonts(40).unwrap_err().to_string(), TOO_LONG);
    }

    #[test]
    fn forms_that_draw_themselves_end() {
        let bytes = pdf(&["/X Do"]);
        let mut document = Document::load_mem(&bytes).unwrap();
        let page = document.page_iter().next().unwrap();
        let form = document.new_object_id();
        let own = dictionary! { "XObject" => dictionary! { "X" => form } };
        let content = "BT /F 10 Tf (a) Tj ET /X Do /X Do /X Do".as_bytes().to_vec();
        let dict =
            dictionary! { "Type" => "XObject", "Subtype" => "Form", "Resources" => own.clone() };
        document.objects.insert(form, Stream::new(dict, content).into());
        document.get_dictionary_mut(page).unwrap().set("Resources", own);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        assert!(read(&bytes).is_err());
    }
}
