//! The traps of Word forms, one by one: what the XML of a place becomes when an answer is written
//! into it.

use std::fs;

use good_practice::internals::{
    Draft, FilledForm, Questionnaire, fill_form, parse_questionnaire, read_docx, read_draft,
    recognise,
};

use crate::support::forms::{document, parts};

const QUESTIONS: &str = "
id: trip
version: 1
title: School trip
sections:
  - title: The trip
    questions:
      - {id: town, title: Town, text: Which town do you want to visit?, kind: line}
      - {id: reason, title: Reason, text: For which reasons do you go there?, kind: text}
      - {id: day, title: Day, text: On which day do you want to leave?, kind: date}
      - id: bus
        title: Bus
        text: How do you travel?
        fields:
          - {id: hired, text: 'Do you hire a bus (Yes / No)', kind: yes-no}
      - id: lunch
        title: Lunch
        text: What do you eat there?
        kind: choices
        choices: {bread: Bread from the bakery, soup: Soup of the day}
      - {id: sites, title: Sites, text: Where can we read about the town?, kind: links}
";
const ANSWERS: &str = "questionnaire: trip\nversion: 1\nanswers:\n  town: Bruges & Ghent\n  reason: |-\n    We like **lace**.\n\n    And tea.\n  day: 2026-05-04\n  bus:\n    hired: true\n  lunch: [soup]\n";

fn questionnaire() -> Questionnaire {
    parse_questionnaire(QUESTIONS).unwrap()
}

fn draft(answers: &str) -> Draft {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, answers).unwrap();
    read_draft(&path, &questionnaire()).unwrap()
}

/// Returns a draft that answers one question only.
fn only(answer: &str) -> Draft {
    draft(&format!("questionnaire: trip\nanswers:\n  {answer}\n"))
}

fn question(text: &str) -> String {
    format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>")
}

/// Returns the body of a form with this place below one of its questions.
fn body(asked: &str, place: &str) -> String {
    let questionnaire = questionnaire();
    let questions = questionnaire.sections.iter().flat_map(|section| &section.questions);
    let questions = questions.filter(|question| question.fields.len() == 1);
    let of = |id: &str, text: &str| question(text) + if id == asked { place } else { "" };
    questions.map(|question| of(&question.id, &question.text)).collect()
}

/// Fills in a form whose body is `before`. Returns its body then, and the report.
fn fill_body(before: &str, draft: &Draft, more: &[(&str, &str)]) -> (String, FilledForm) {
    let filled = fill_form(&document(before, more), &questionnaire(), draft, &[], false).unwrap();
    let xml = &parts(&filled.bytes)
        .iter()
        .find(|(name, _)| name == "word/document.xml")
        .unwrap()
        .1
        .clone();
    let body = xml.split_once("<w:body>").unwrap().1.split_once("<w:sectPr><w:pgSz").unwrap().0;
    (body.to_owned(), filled)
}

/// Asserts that the place below a question becomes this, and that nothing else changes.
fn assert_becomes(answer: &str, place: &str, becomes: &str) {
    let asked = answer.split(':').next().unwrap();
    let draft = only(answer);
    let (found, filled) = fill_body(&body(asked, place), &draft, &[]);
    assert_eq!(found, body(asked, becomes), "{:?}", filled.missing);
    assert_eq!((filled.missing.as_slice(), filled.written), (&[][..], 1), "{place}");
    // Filled in once more, it is the same.
    let again = fill_form(&filled.bytes, &questionnaire(), &draft, &[], false).unwrap();
    assert!(again.bytes == filled.bytes, "{place}: {:?}", again.missing);
}

/// Asserts that an answer is not written, for this reason, and that nothing changes.
fn assert_not_written(answer: &str, place: &str, reason: &str) {
    let asked = answer.split(':').next().unwrap();
    let before = body(asked, place);
    let (found, filled) = fill_body(&before, &only(answer), &[]);
    let (_, why) = filled.missing.first().unwrap_or_else(|| panic!("{place}: written as {found}"));
    assert!(why.to_string().contains(reason), "{place}: {why}");
    assert_eq!(found, before);
}

const TOWN: &str = "town: Bruges & Ghent";
/// The run of that answer.
const RUN: &str = "<w:r><w:t xml:space=\"preserve\">Bruges &amp; Ghent</w:t></w:r>";
const REASON: &str = "reason: \"We like **lace**.\\n\\nAnd tea.\"";
const REASON_RUNS: [&str; 2] = [
    "<w:r><w:t xml:space=\"preserve\">We like </w:t></w:r><w:r><w:rPr><w:b/><w:bCs/></w:rPr><w:t xml:space=\"preserve\">lace</w:t></w:r><w:r><w:t xml:space=\"preserve\">.</w:t></w:r>",
    "<w:r><w:t xml:space=\"preserve\">And tea.</w:t></w:r>",
];
const PROMPT: &str = "<w:r><w:rPr><w:rStyle w:val=\"PlaceholderText\"/></w:rPr><w:t>Click or tap here to enter text.</w:t></w:r>";

fn paragraphs(head: &str, properties: &str) -> String {
    let [first, second] = REASON_RUNS;
    format!("{head}{properties}{first}</w:p><w:p>{properties}{second}</w:p>")
}

fn control(properties: &str, content: &str) -> String {
    format!("<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>")
}

#[test]
fn a_control_keeps_its_properties_but_for_the_prompt() {
    let kept = "<w:alias w:val=\"T\"/><w:id w:val=\"-7\"/><w:placeholder><w:docPart w:val=\"D\"/></w:placeholder>";
    let before = format!("{kept}<w:showingPlcHdr/><w:text/>");
    let after = format!("{kept}<w:text/>");
    let in_line = |properties: &str, run: &str| format!("<w:p>{}</w:p>", control(properties, run));
    assert_becomes(TOWN, &in_line(&before, PROMPT), &in_line(&after, RUN));
    let around = |properties: &str, run: &str| control(properties, &format!("<w:p>{run}</w:p>"));
    assert_becomes(TOWN, &around(&before, PROMPT), &around(&after, RUN));
    // Nested, in a repeating section, in a group, and with the prompt of the outer one.
    for wrapper in [
        "<w15:repeatingSection/>",
        "<w15:repeatingSectionItem/>",
        "<w:group/>",
        "<w:docPartObj/>",
        "<w:tag w:val=\"outer\"/>",
    ] {
        let outer = |inner: &str| control(wrapper, inner);
        assert_becomes(TOWN, &outer(&around(&before, PROMPT)), &outer(&around(&after, RUN)));
    }
    let shows = "<w:showingPlcHdr/>";
    let outer = |shows: &str, inner: &str| control(&format!("{kept}{shows}"), inner);
    assert_becomes(TOWN, &outer(shows, &around(&before, PROMPT)), &outer("", &around(&after, RUN)));
    // Around a cell and a row of a table.
    let cell = |run: &str| format!("<w:tc><w:p>{run}</w:p></w:tc>");
    let row = |cells: &str| format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl><w:p/>");
    assert_becomes(
        TOWN,
        &row(&control(&before, &cell(PROMPT))),
        &row(&control(&after, &cell(RUN))),
    );
    let rows = |inner: &str| {
        format!(
            "<w:tbl>{}</w:tbl><w:p/>",
            control("<w:id w:val=\"1\"/>", &format!("<w:tr>{inner}</w:tr>"))
        )
    };
    assert_becomes(
        TOWN,
        &rows(&control(&before, &cell(PROMPT))),
        &rows(&control(&after, &cell(RUN))),
    );
}

#[test]
fn a_locked_control_is_not_written_and_one_that_cannot_be_deleted_is() {
    let locked = |lock: &str| {
        control(&format!("<w:lock w:val=\"{lock}\"/>"), &format!("<w:p>{PROMPT}</w:p>"))
    };
    assert_not_written(TOWN, &locked("contentLocked"), "locks this field");
    assert_not_written(TOWN, &locked("sdtContentLocked"), "locks this field");
    assert_becomes(TOWN, &locked("sdtLocked"), &locked("sdtLocked").replace(PROMPT, RUN));
}

#[test]
fn a_rich_control_in_a_line_is_put_around_the_paragraphs_of_a_long_answer() {
    let head = "<w:p w14:paraId=\"00000001\">";
    let properties = "<w:pPr><w:jc w:val=\"both\"/></w:pPr>";
    assert_becomes(
        REASON,
        &format!("{head}{properties}{}</w:p>", control("<w:showingPlcHdr/>", PROMPT)),
        &control("", &paragraphs(head, properties)),
    );
    // The paragraph ends a section: the control stays in it.
    let section = "<w:pPr><w:sectPr><w:type w:val=\"continuous\"/></w:sectPr></w:pPr>";
    let line = format!("{}<w:r><w:br/></w:r><w:r><w:br/></w:r>{}", REASON_RUNS[0], REASON_RUNS[1]);
    assert_becomes(
        REASON,
        &format!("<w:p>{section}{}</w:p>", control("", PROMPT)),
        &format!("<w:p>{section}{}</w:p>", control("", &line)),
    );
}

#[test]
fn plain_text_has_line_breaks_and_loses_emphasis_with_a_remark() {
    let place =
        |content: &str| format!("<w:p>{}</w:p>", control("<w:text w:multiLine=\"1\"/>", content));
    let plain = "<w:r><w:t xml:space=\"preserve\">We like lace.</w:t><w:br/><w:br/><w:t xml:space=\"preserve\">And tea.</w:t></w:r>";
    assert_becomes(REASON, &place(PROMPT), &place(plain));
    let (_, filled) = fill_body(&body("reason", &place(PROMPT)), &only(REASON), &[]);
    assert!(filled.remarks[0].1.contains("without its formatting"), "{:?}", filled.remarks);
}

#[test]
fn the_data_that_a_control_is_bound_to_is_written_too() {
    let bound = |id: &str, path: &str| {
        let data = format!("<w:dataBinding w:xpath=\"{path}\" w:storeItemID=\"{{{id}}}\"/>");
        format!("<w:p>{}</w:p>", control(&format!("{data}<w:text w:multiLine=\"1\"/>"), PROMPT))
    };
    let store = "0F1E2D3C-0000-0000-0000-00000000000A";
    let data = "<?xml version=\"1.0\"?><x:form xmlns:x=\"urn:x\" old=\"1\"><x:a/><x:b>old</x:b><x:b></x:b></x:form>";
    let about = format!("<ds:datastoreItem ds:itemID=\"{{{store}}}\" xmlns:ds=\"urn:ds\"/>");
    let more = [("customXml/item1.xml", data), ("customXml/itemProps1.xml", about.as_str())];
    let draft = only(REASON);
    let value = "We like lace.\n\nAnd tea.";
    for (path, changed) in [
        ("/ns0:form[1]/ns0:a[1]", data.replace("<x:a/>", &format!("<x:a>{value}</x:a>"))),
        ("/ns0:form[1]/ns0:b[1]", data.replace("old<", &format!("{value}<"))),
        ("/ns0:form/ns0:b[2]", data.replace("<x:b></x:b>", &format!("<x:b>{value}</x:b>"))),
        ("/ns0:form[1]/@old", data.replace("old=\"1\"", &format!("old=\"{value}\""))),
    ] {
        let before = body("reason", &bound(store, path));
        let (found, filled) = fill_body(&before, &draft, &more);
        assert_eq!(filled.missing, [], "{path}");
        assert!(found.contains("And tea."), "{path}: {found}");
        let all = parts(&filled.bytes);
        assert_eq!(all.iter().find(|(name, _)| name == more[0].0).unwrap().1, changed, "{path}");
    }
    // Word would show the data, so nothing is written if it is not found.
    for (id, path) in [(store, "/ns0:form[1]/ns0:c[1]"), ("0", "/ns0:form[1]/ns0:a[1]")] {
        let before = body("reason", &bound(id, path));
        let (found, filled) = fill_body(&before, &draft, &more);
        assert!(
            filled.missing[0].1.to_string().contains("bound to is not found"),
            "{:?}",
            filled.missing
        );
        assert_eq!(found, before, "{path}");
    }
    // The properties of the document.
    let core = "<cp:coreProperties xmlns:cp=\"urn:cp\" xmlns:dc=\"urn:dc\"><dc:title>T</dc:title></cp:coreProperties>";
    let place =
        bound("6C3C8BC8-F283-45AE-878A-BAB7291924A1", "/ns1:coreProperties[1]/ns0:title[1]");
    let (_, filled) = fill_body(&body("town", &place), &only(TOWN), &[("docProps/core.xml", core)]);
    let all = parts(&filled.bytes);
    let title = &all.iter().find(|(name, _)| name == "docProps/core.xml").unwrap().1;
    assert_eq!(*title, core.replace(">T<", ">Bruges &amp; Ghent<"));
}

#[test]
fn a_date_is_written_in_the_format_of_its_control() {
    let day = "day: 2026-05-04";
    for (format, shown) in [
        ("dd/MM/yyyy", "04/05/2026"),
        ("d MMMM yyyy", "4 May 2026"),
        ("dddd, d. M. yy", "Monday, 4. 5. 26"),
        ("MMM 'the' d", "May the 4"),
    ] {
        let place = |full: &str, content: &str| {
            let date = format!("<w:date{full}><w:dateFormat w:val=\"{format}\"/></w:date>");
            format!("<w:p>{}</w:p>", control(&date, content))
        };
        let run = format!("<w:r><w:t xml:space=\"preserve\">{shown}</w:t></w:r>");
        assert_becomes(
            day,
            &place("", PROMPT),
            &place(" w:fullDate=\"2026-05-04T00:00:00Z\"", &run),
        );
    }
}

#[test]
fn a_list_to_choose_from_takes_only_what_is_in_it() {
    let list = |kind: &str, item: &str, content: &str| {
        let list =
            format!("<w:{kind}><w:listItem w:displayText=\"{item}\" w:value=\"1\"/></w:{kind}>");
        format!("<w:p>{}</w:p>", control(&list, content))
    };
    let item = "Bruges &amp; Ghent";
    let chosen = format!("<w:r><w:t xml:space=\"preserve\">{item}</w:t></w:r>");
    assert_becomes(TOWN, &list("dropDownList", item, PROMPT), &list("dropDownList", item, &chosen));
    assert_not_written(TOWN, &list("dropDownList", "Mons", PROMPT), "does not have this answer");
    assert_becomes(TOWN, &list("comboBox", "Mons", PROMPT), &list("comboBox", "Mons", RUN));
}

fn mark(kind: &str, data: &str) -> String {
    if data.is_empty() {
        return format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    }
    format!(
        "<w:r><w:fldChar w:fldCharType=\"{kind}\"><w:ffData>{data}</w:ffData></w:fldChar></w:r>"
    )
}

/// Returns an old form field, whose instruction Word has split.
fn form_field(data: &str, result: Option<&str>) -> String {
    let code =
        |text: &str| format!("<w:r><w:instrText xml:space=\"preserve\">{text}</w:instrText></w:r>");
    let result = result.map(|result| mark("separate", "") + result).unwrap_or_default();
    format!(
        "<w:p>{}{}{}{result}{}</w:p>",
        mark("begin", data),
        code(" FORM"),
        code("TEXT "),
        mark("end", "")
    )
}

#[test]
fn an_old_form_field_takes_the_answer_as_its_result() {
    let text = "<w:name w:val=\"T\"/><w:textInput><w:maxLength w:val=\"14\"/></w:textInput>";
    let spaces = "<w:r><w:t>\u{2002}</w:t></w:r><w:r><w:t>\u{2002}</w:t></w:r>";
    let filled = form_field(text, Some(RUN));
    assert_becomes(TOWN, &form_field(text, Some(spaces)), &filled);
    assert_becomes(TOWN, &form_field(text, Some("")), &filled);
    assert_becomes(TOWN, &form_field(text, None), &filled);
    let short = text.replace("14", "13");
    assert_not_written(TOWN, &form_field(&short, Some(spaces)), "at most 13 characters");
    let said = "<w:r><w:t>Mons</w:t></w:r>";
    assert_not_written(TOWN, &form_field(text, Some(said)), "it was changed in the form");
}

#[test]
fn an_old_list_to_choose_from_has_the_number_of_the_answer() {
    let list = |result: &str| {
        let entries = "<w:listEntry w:val=\"Mons\"/><w:listEntry w:val=\"Bruges &amp; Ghent\"/>";
        form_field(&format!("<w:ddList>{result}{entries}</w:ddList>"), None)
    };
    assert_becomes(TOWN, &list(""), &list("<w:result w:val=\"1\"/>"));
    assert_becomes(
        TOWN,
        &list("<w:default w:val=\"0\"/>").replace("<w:default w:val=\"0\"/>", ""),
        &list("<w:result w:val=\"1\"/>"),
    );
    // Somebody chose another one.
    assert_not_written(TOWN, &list("<w:result w:val=\"0\"/>"), "it was changed in the form");
    assert_not_written("town: Antwerp", &list(""), "does not have this answer");
}

#[test]
fn prompt_fields_go_as_a_whole() {
    let field = |code: &str| {
        let code = format!("<w:r><w:instrText>{code}</w:instrText></w:r>");
        format!("<w:p>{}{code}{}</w:p>", mark("begin", ""), mark("end", ""))
    };
    let filled = format!("<w:p>{RUN}</w:p>");
    assert_becomes(TOWN, &field("MACROBUTTON NoMacro [Click and type]"), &filled);
    assert_becomes(TOWN, &field("FILLIN \"Which town?\""), &filled);
    let simple = "<w:p><w:fldSimple w:instr=\" MACROBUTTON NoMacro [Click] \"/></w:p>";
    assert_becomes(TOWN, simple, &filled);
    // What somebody typed into the field is an answer.
    let said = "<w:r><w:t>Mons</w:t></w:r>";
    let typed = field("FILLIN \"Which town?\"")
        .replace(&mark("end", ""), &format!("{}{said}{}", mark("separate", ""), mark("end", "")));
    assert_not_written(TOWN, &typed, "it was changed in the form");
}

#[test]
fn a_text_box_that_is_there_twice_is_filled_twice() {
    let shown = |runs: &str| {
        let text = format!("<w:txbxContent><w:p>{runs}</w:p></w:txbxContent>");
        format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx>{text}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{text}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
    };
    assert_becomes(TOWN, &shown(""), &shown(RUN));
}

#[test]
fn the_end_of_a_section_stays_last_and_once() {
    let section = "<w:sectPr><w:type w:val=\"continuous\"/></w:sectPr>";
    let [first, second] = REASON_RUNS;
    assert_becomes(
        REASON,
        &format!("<w:p w14:paraId=\"00000001\"><w:pPr><w:keepLines/>{section}</w:pPr></w:p>"),
        &format!(
            "<w:p><w:pPr><w:keepLines/></w:pPr>{first}</w:p><w:p w14:paraId=\"00000001\"><w:pPr><w:keepLines/>{section}</w:pPr>{second}</w:p>"
        ),
    );
}

#[test]
fn the_answer_has_the_look_of_its_place() {
    let place = |mark: &str| format!("<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr></w:p>");
    let becomes = |mark: &str, marked: &str| {
        let plain = format!("<w:rPr>{mark}</w:rPr>");
        let [first, second] = REASON_RUNS.map(|runs| {
            let runs = runs.replace("<w:rPr><w:b/><w:bCs/></w:rPr>", "<w:rPr>BOLD</w:rPr>");
            let runs = runs.replace("<w:r><w:t", &format!("<w:r>{plain}<w:t"));
            runs.replace("BOLD", marked)
        });
        let properties = format!("<w:pPr>{plain}</w:pPr>");
        format!("<w:p>{properties}{first}</w:p><w:p>{properties}{second}</w:p>")
    };
    let size = "<w:sz w:val=\"20\"/>";
    assert_becomes(REASON, &place(size), &becomes(size, &format!("<w:b/><w:bCs/>{size}")));
    // In a bold place, emphasis is what is not bold.
    assert_becomes(
        REASON,
        &place("<w:b/>"),
        &becomes("<w:b/>", "<w:b w:val=\"0\"/><w:bCs w:val=\"0\"/>"),
    );
    // The grey italics of a prompt are not those of the answer.
    let prompt = "<w:p><w:r><w:rPr><w:i/><w:color w:val=\"808080\"/></w:rPr><w:t>[Type here]</w:t></w:r></w:p>";
    assert_becomes(TOWN, prompt, &format!("<w:p>{RUN}</w:p>"));
}

#[test]
fn list_items_hang_and_links_are_fields() {
    let item = |text: &str| {
        format!(
            "<w:p><w:pPr><w:keepLines/><w:ind w:left=\"357\" w:hanging=\"357\"/><w:jc w:val=\"both\"/></w:pPr><w:r><w:t>•</w:t><w:tab/></w:r><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
        )
    };
    assert_becomes(
        "reason: \"- lace\\n- tea\"",
        "<w:p><w:pPr><w:keepLines/><w:jc w:val=\"both\"/></w:pPr></w:p>",
        &(item("lace") + &item("tea")),
    );
    let place = "<w:p/>";
    let (found, filled) = fill_body(
        &body("reason", place),
        &only("reason: 'See [our site](https://example.org/a?b=1&c=2).'"),
        &[],
    );
    assert_eq!(filled.missing, []);
    assert!(found.contains(" HYPERLINK \"https://example.org/a?b=1&amp;c=2\" "), "{found}");
    let back = recognise(&read_docx(std::io::Cursor::new(filled.bytes)).unwrap(), &questionnaire());
    let reason = &questionnaire().find("reason").unwrap().0.fields[0].key.clone();
    let back = back.draft.answer(reason).and_then(|answer| answer.as_text()).unwrap().to_owned();
    assert_eq!(back, "See [our site](https://example.org/a?b=1&c=2).");
}

#[test]
fn an_address_in_a_control_is_text_because_libre_office_destroys_fields_there() {
    let address = "sites: [https://example.org/a]";
    let run = |properties: &str| {
        format!("<w:r>{properties}<w:t xml:space=\"preserve\">https://example.org/a</w:t></w:r>")
    };
    let place = |run: &str| control("", &format!("<w:p>{run}</w:p>"));
    assert_becomes(address, &place(PROMPT), &place(&run("")));
    let (found, _) = fill_body(&body("sites", "<w:p/>"), &only(address), &[]);
    assert!(found.contains(" HYPERLINK \"https://example.org/a\" "), "{found}");
}

#[test]
fn a_box_that_is_the_bullet_of_a_list_is_ticked_with_a_typed_one() {
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"4\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{F0A8}\"/><w:pPr><w:ind w:left=\"425\" w:hanging=\"425\"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId=\"2\"><w:abstractNumId w:val=\"4\"/></w:num></w:numbering>";
    let more = [("word/numbering.xml", numbering)];
    let list = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"2\"/></w:numPr>";
    let item = |list: &str, sign: &str, text: &str| {
        format!(
            "<w:p><w:pPr><w:keepLines/>{list}<w:jc w:val=\"left\"/></w:pPr>{sign}<w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let ticked = "<w:r><w:t>☒</w:t><w:tab/></w:r>";
    let indent = "<w:ind w:left=\"425\" w:hanging=\"425\"/>";
    let lunch = |soup: &str| body("lunch", &(item(list, "", "Bread from the bakery") + soup));
    let bus = |yes: &str| {
        let label = "<w:p><w:r><w:t>Do you hire a bus</w:t></w:r></w:p>";
        question("How do you travel?") + label + yes + &item(list, "", "No")
    };
    let before = bus(&item(list, "", "Yes")) + &lunch(&item(list, "", "Soup of the day"));
    let after =
        bus(&item(indent, ticked, "Yes")) + &lunch(&item(indent, ticked, "Soup of the day"));
    let draft = draft("questionnaire: trip\nanswers:\n  bus:\n    hired: true\n  lunch: [soup]\n");
    // The questions are in the order of the questionnaire.
    let ordered = |xml: &str| {
        let at = xml.find(&question("What do you eat there?")).unwrap();
        let travel = xml.find(&question("Which town do you want to visit?")).unwrap();
        format!("{}{}{}", &xml[travel..at], &xml[..travel], &xml[at..])
    };
    let (found, filled) = fill_body(&ordered(&before), &draft, &more);
    assert_eq!(filled.missing, []);
    assert_eq!(found, ordered(&after));
    let again = fill_form(&filled.bytes, &questionnaire(), &draft, &[], false).unwrap();
    assert_eq!((again.bytes == filled.bytes, again.missing.as_slice()), (true, &[][..]));
    // In an answer, such a bullet is a bullet.
    let answer = item(list, "", "lace") + &item(list, "", "tea");
    let file = document(&body("reason", &answer), &more);
    let back = recognise(&read_docx(std::io::Cursor::new(file)).unwrap(), &questionnaire()).draft;
    let key = &questionnaire().find("reason").unwrap().0.fields[0].key.clone();
    let text = back.answer(key).and_then(|answer| answer.as_text()).unwrap().to_owned();
    assert!(text.starts_with("- lace\n") && text.ends_with("- tea"), "{text}");
}

#[test]
fn boxes_that_are_the_bullets_of_a_style_stay() {
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"4\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"☐\"/></w:lvl></w:abstractNum><w:num w:numId=\"2\"><w:abstractNumId w:val=\"4\"/></w:num></w:numbering>";
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"Box\"><w:pPr><w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style></w:styles>";
    let item = |text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"Box\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let boxes = item("Bread from the bakery") + &item("Soup of the day");
    let more = [("word/numbering.xml", numbering), ("word/styles.xml", styles)];
    let (found, filled) = fill_body(&body("lunch", &boxes), &only("lunch: [soup]"), &more);
    // The answer is in a paragraph of its own.
    let own = "<w:p><w:r><w:t xml:space=\"preserve\">Soup of the day</w:t></w:r></w:p>";
    assert_eq!(found, body("lunch", &format!("{own}{boxes}")));
    assert!(filled.remarks[0].1.contains("in a new paragraph"), "{:?}", filled.remarks);
}

#[test]
fn lines_to_write_on_make_room() {
    let line = |content: &str| {
        format!("<w:p><w:r><w:t xml:space=\"preserve\">{content}</w:t></w:r></w:p>")
    };
    let filled = format!("<w:p>{RUN}</w:p>");
    assert_becomes(TOWN, &line("________________"), &filled);
    assert_becomes(TOWN, &line("................"), &filled);
    assert_becomes(TOWN, &(line("______") + &line("______")), &filled);
    // Somebody has written on the line.
    assert_not_written(TOWN, &line("Mons ___________"), "it was changed in the form");
}

#[test]
fn page_breaks_and_pictures_are_no_room() {
    for no_room in [
        "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>",
        "<w:p><w:r><w:br w:type=\"column\"/></w:r></w:p>",
        "<w:p><w:r><w:drawing/></w:r></w:p>",
        "<w:p><w:r><w:pict/></w:r></w:p>",
        "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>",
    ] {
        let after = format!("{no_room}<w:p/>");
        assert_becomes(TOWN, &after, &format!("{no_room}<w:p>{RUN}</w:p>"));
    }
}

#[test]
fn libre_office_shrinks_a_control_and_the_rest_of_the_answer_goes_along() {
    let [first, second] = REASON_RUNS;
    let shrunk = format!("{}<w:p>{second}</w:p>", control("", &format!("<w:p>{first}</w:p>")));
    let versions = [only(REASON)];
    let new = only(TOWN.replace("town", "reason").as_str());
    let form = document(&body("reason", &shrunk), &[]);
    let filled = fill_form(&form, &questionnaire(), &new, &versions, false).unwrap();
    assert_eq!(filled.missing, []);
    let wanted = control("", &format!("<w:p>{RUN}</w:p>"));
    let xml = parts(&filled.bytes).into_iter().find(|(name, _)| name == "word/document.xml");
    assert!(xml.unwrap().1.contains(&body("reason", &wanted)));
}

#[test]
fn a_question_that_is_not_known_keeps_its_room() {
    // The question about the day was reworded: the empty paragraph is for its answer.
    let other = question("When shall we start?");
    let form = body("town", "<w:p/>")
        .replace(&question("On which day do you want to leave?"), &(other + "<w:p/>"));
    let (found, filled) = fill_body(&form, &draft(ANSWERS), &[]);
    assert!(found.contains(&format!("{}<w:p/>", question("When shall we start?"))), "{found}");
    assert_eq!(filled.missing[0].0, "question 3");
}

#[test]
fn nothing_is_invented_and_settings_stay() {
    let settings = "<w:settings><w:trackRevisions/><w:documentProtection w:edit=\"forms\" w:enforcement=\"1\"/></w:settings>";
    let before =
        body("reason", "<w:p w14:paraId=\"00000001\" w14:textId=\"77777777\" w:rsidR=\"00A\"/>");
    let (found, filled) = fill_body(&before, &draft(ANSWERS), &[("word/settings.xml", settings)]);
    let all = parts(&filled.bytes);
    assert_eq!(all.iter().find(|(name, _)| name == "word/settings.xml").unwrap().1, settings);
    for invented in ["w:ins", "w:id=", "xmlns", "w:rsidR=\"00A\" w:rsid"] {
        assert!(!found.contains(invented), "{invented}: {found}");
    }
    assert_eq!(found.matches("paraId").count(), 1);
    assert_eq!(found.matches("w:rsidR").count(), 1);
}

#[test]
fn a_tracked_deletion_is_not_read_and_not_changed() {
    let gone = "<w:del w:id=\"3\" w:author=\"A\"><w:r><w:delText>Mons</w:delText></w:r></w:del>";
    assert_becomes(
        TOWN,
        &format!("<w:p>{gone}</w:p><w:p/>"),
        &format!("<w:p>{gone}{RUN}</w:p><w:p/>"),
    );
}
