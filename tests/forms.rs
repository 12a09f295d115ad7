//! The official form is filled in place: every answer is in it, and no other byte has changed.

use std::io::Cursor;

use good_practice::internals::{
    Answer, Draft, Field, FilledForm, Questionnaire, Recognised, fill_form, is_form_of, read_docx,
    read_draft, recognise,
};

use crate::support::drafts::built_in as questionnaire;
use crate::support::forms::{
    BoxKind, FormLayout, GeneratedForm, Numbers, RoomKind, package, parts,
};
use crate::support::root;

/// Reads one of the sample drafts.
fn sample(name: &str) -> Draft {
    read_draft(&root().join("examples").join(name), &questionnaire()).unwrap()
}

fn fill(form: &[u8], questionnaire: &Questionnaire, draft: &Draft) -> FilledForm {
    fill_form(form, questionnaire, draft, &[], false).unwrap()
}

fn import(bytes: &[u8], questionnaire: &Questionnaire) -> Recognised {
    recognise(&read_docx(Cursor::new(bytes)).unwrap(), questionnaire)
}

/// The kinds of form that can be filled completely.
fn layouts() -> Vec<(&'static str, FormLayout)> {
    let plain = FormLayout::default();
    let room = |room| FormLayout { room, ..plain };
    let boxes = |tick_box| FormLayout { tick_box, ..plain };
    vec![
        ("plain", plain),
        ("plain text controls", room(RoomKind::PlainControl)),
        ("rich text controls in lines", room(RoomKind::RichControl)),
        ("controls around paragraphs", room(RoomKind::BlockControl)),
        ("controls in controls", room(RoomKind::NestedControl)),
        ("controls around cells", room(RoomKind::CellControl)),
        ("form fields", room(RoomKind::FormField)),
        ("form fields without a result", room(RoomKind::FormFieldWithoutResult)),
        ("a cell beside each question", room(RoomKind::CellBeside)),
        ("a cell below each question", room(RoomKind::CellBelow)),
        ("lines to write on", room(RoomKind::Strokes)),
        ("dots to write on", room(RoomKind::Dots)),
        ("buttons to click", room(RoomKind::MacroButton)),
        ("prompts in brackets", room(RoomKind::Prompt)),
        ("text boxes", room(RoomKind::TextBox)),
        ("bookmarks", room(RoomKind::Bookmark)),
        ("boxes as controls", boxes(BoxKind::Control)),
        ("boxes as form fields", boxes(BoxKind::FormField)),
        ("boxes as symbols", boxes(BoxKind::Symbol)),
        ("boxes of private characters", boxes(BoxKind::PrivateUse)),
        ("boxes in brackets", boxes(BoxKind::Brackets)),
        ("boxes behind", boxes(BoxKind::Behind)),
        ("boxes in cells of their own", boxes(BoxKind::OwnCell)),
        ("numbers of a list", FormLayout { numbers: Numbers::List, ..plain }),
        ("no numbers", FormLayout { numbers: Numbers::None, ..plain }),
        ("another main part", FormLayout { renamed: true, ..plain }),
        ("another prefix", FormLayout { prefix: Some("ns0"), ..plain }),
        ("tracked changes", FormLayout { tracked: true, ..plain }),
        ("a group around everything", FormLayout { grouped: true, ..plain }),
    ]
}

/// Returns the words of an answer, without emphasis and bullets.
fn words(draft: &Draft, field: &Field) -> String {
    let shown = draft.answer(&field.key).map(|answer| answer.shown(field));
    let shown = shown.unwrap_or_default().replace('*', "");
    let words = shown.split_whitespace().filter(|word| !["-", "•"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_kind_of_form_is_filled_and_no_other_byte_changes() {
    let questionnaire = questionnaire();
    let draft = sample("complete.yaml");
    let mut faults = Vec::new();
    for (name, layout) in layouts() {
        let form = layout.generate(&questionnaire);
        let filled = fill(&form.bytes, &questionnaire, &draft);
        for (field, reason) in &filled.missing {
            faults.push(format!("{name}: {field}: {reason}"));
        }
        faults.extend(form.damage(&filled.bytes).map(|damage| format!("{name}: {damage}")));
        let again = fill(&filled.bytes, &questionnaire, &draft);
        if again.bytes != filled.bytes {
            faults.push(format!("{name}: filled again, it differs: {:?}", again.missing));
        }
        let found = import(&filled.bytes, &questionnaire);
        faults.extend(found.unplaced.iter().map(|place| format!("{name}: unplaced {place:?}")));
        let fields = questionnaire.questions().flat_map(|(_, question)| &question.fields);
        for field in fields.filter(|field| words(&draft, field) != words(&found.draft, field)) {
            let found: String = words(&found.draft, field).chars().take(60).collect();
            faults.push(format!("{name}: {}: {found}", field.key));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_blank_form_holds_no_answer() {
    let questionnaire = questionnaire();
    for (name, layout) in layouts() {
        let form = layout.generate(&questionnaire);
        let found = import(&form.bytes, &questionnaire);
        assert!(is_form_of(&form.bytes, &questionnaire), "{name}");
        assert!(!found.draft.has_answers(), "{name}: {:?}", found.draft);
        assert_eq!(found.unplaced, [], "{name}");
    }
}

/// Sets an answer of a draft by the name of its field.
fn set(draft: &mut Draft, questionnaire: &Questionnaire, name: &str, answer: &str) {
    let (question, field) = questionnaire.find(name).unwrap();
    let field = field.unwrap_or(&question.fields[0]);
    draft.set(&field.key, Answer::typed(field, answer));
}

#[test]
fn filling_again_after_an_edit_equals_filling_the_blank() {
    let questionnaire = questionnaire();
    let old = sample("complete.yaml");
    let mut new = old.clone();
    set(&mut new, &questionnaire, "name", "Another name");
    set(&mut new, &questionnaire, "responsible.contact-person", "Somebody Else");
    set(&mut new, &questionnaire, "timing.start", "2020-01-31");
    set(&mut new, &questionnaire, "summary", "- one\n- two\n\nThe **end**.");
    set(&mut new, &questionnaire, "objectives", "Short.");
    // Boxes and the looks of questions make no difference here.
    let is_room = |layout: &FormLayout| layout.room != RoomKind::EmptyParagraph;
    for (name, layout) in layouts().into_iter().filter(|(_, layout)| is_room(layout)) {
        let form = layout.generate(&questionnaire);
        let filled = fill(&form.bytes, &questionnaire, &old);
        let versions = std::slice::from_ref(&old);
        let again = fill_form(&filled.bytes, &questionnaire, &new, versions, false).unwrap();
        let fresh = fill(&form.bytes, &questionnaire, &new);
        assert_eq!(again.missing, [], "{name}");
        assert_eq!(main_part(&form, &again.bytes), main_part(&form, &fresh.bytes), "{name}");
    }
}

fn main_part(form: &GeneratedForm, bytes: &[u8]) -> String {
    let parts = parts(bytes).into_iter();
    parts.filter(|(name, _)| name == form.part).map(|(_, text)| text).collect()
}

#[test]
fn an_answer_that_a_colleague_changed_is_left_and_named() {
    let questionnaire = questionnaire();
    let draft = sample("complete.yaml");
    for room in [RoomKind::EmptyParagraph, RoomKind::BlockControl, RoomKind::CellBeside] {
        let form = FormLayout { room, ..FormLayout::default() }.generate(&questionnaire);
        let filled = fill(&form.bytes, &questionnaire, &draft);
        let changed = main_part(&form, &filled.bytes)
            .replace("The Red Card: stopping", "The Green Card: stopping")
            .replace("Yes. The university that evaluated", "No, but the university that evaluated");
        let mut all = parts(&form.bytes);
        all.iter_mut().find(|(name, _)| name == form.part).unwrap().1 = changed.clone();
        let all: Vec<(&str, &str)> =
            all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let received = package(&all);
        let again = fill(&received, &questionnaire, &draft);
        let named: Vec<&str> = again.missing.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["question 1", "question 16"], "{room:?}");
        assert_eq!(main_part(&form, &again.bytes), changed, "{room:?}");
        let forced = fill_form(&received, &questionnaire, &draft, &[], true).unwrap();
        assert_eq!(forced.missing, [], "{room:?}");
        assert!(main_part(&form, &forced.bytes).contains("The Red Card: stopping"), "{room:?}");
    }
}

#[test]
fn what_cannot_be_filled_is_refused_with_the_way_out() {
    let questionnaire = questionnaire();
    let draft = sample("complete.yaml");
    let form = FormLayout::default().generate(&questionnaire);
    let with = |name: &str, text: &str| {
        let mut all = parts(&form.bytes);
        all.retain(|(known, _)| known != name);
        all.push((name.to_owned(), text.to_owned()));
        let all: Vec<_> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        package(&all)
    };
    let macros = "application/vnd.ms-word.document.macroEnabled.main+xml";
    let template =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml";
    let other = form.xml.replace("<w:t", "<w:x").replace("</w:t>", "</w:x>");
    for (bytes, why) in [
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(), "password"),
        (b"no document".to_vec(), "no Word form"),
        (with("_xmlsignatures/sig1.xml", "<x/>"), "signed"),
        (with("mimetype", "application/vnd.oasis.opendocument.text"), "LibreOffice"),
        (with("[Content_Types].xml", macros), "macros"),
        (with("[Content_Types].xml", template), "template"),
        (with(form.part, &other), "no question"),
        (with(form.part, &form.xml.replace("?>", "?><!DOCTYPE x>")), "declares entities"),
    ] {
        let error = fill_form(&bytes, &questionnaire, &draft, &[], false).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(!is_form_of(&bytes, &questionnaire), "{why}");
    }
}
