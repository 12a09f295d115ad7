//! The official form is filled in place: every answer is in it, and no other byte has changed.

use std::fs;
use std::io::Cursor;

use good_practice::internals::{
    Answer, Draft, Field, FilledForm, Questionnaire, Recognised, fill_form, is_form_of, read_docx,
    read_draft, recognise, recognise_in_form,
};

use crate::support::cli::run;
use crate::support::drafts::built_in;
use crate::support::forms::{
    BoxKind, FormLayout, GeneratedForm, Numbers, RoomKind, package, parts,
};
use crate::support::root;

/// Returns the questions with fields of every kind; all of them would only take longer.
fn questionnaire() -> Questionnaire {
    let mut questionnaire = built_in();
    for section in &mut questionnaire.sections {
        let kept = [1, 2, 3, 4, 5, 6, 7, 10, 16, 18, 25].map(Some);
        section.questions.retain(|question| kept.contains(&question.number));
    }
    questionnaire
}

/// Reads one of the sample drafts.
fn sample(name: &str) -> Draft {
    read_draft(&root().join("examples").join(name), &built_in()).unwrap()
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
fn the_form_with_all_questions_is_filled() {
    let questionnaire = built_in();
    let form = FormLayout::default().generate(&questionnaire);
    let filled = fill(&form.bytes, &questionnaire, &sample("complete.yaml"));
    assert_eq!((filled.missing.as_slice(), filled.written), (&[][..], 35));
    assert_eq!(form.damage(&filled.bytes), None);
}

#[test]
fn a_filled_form_is_read_beside_its_blank() {
    let questionnaire = questionnaire();
    let draft = sample("complete.yaml");
    let mut faults = Vec::new();
    for (name, layout) in layouts() {
        let form = layout.generate(&questionnaire);
        let [filled, blank] = [&fill(&form.bytes, &questionnaire, &draft).bytes, &form.bytes]
            .map(|bytes| read_docx(Cursor::new(bytes)).unwrap());
        let found = recognise_in_form(&filled, &blank, &questionnaire);
        for (_, question) in questionnaire.questions() {
            for field in &question.fields {
                if words(&found.draft, field) != words(&draft, field) {
                    faults.push(format!("{name}: {}: {}", field.key, words(&found.draft, field)));
                }
            }
        }
        let empty = recognise_in_form(&blank, &blank, &questionnaire);
        if !found.unplaced.is_empty() || !empty.unplaced.is_empty() || !empty.draft.is_empty() {
            faults.push(format!("{name}: {:?} {:?}", found.unplaced, empty.unplaced));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
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
    set(&mut new, &questionnaire, "problem", "Short.");
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

/// Returns a form with another main part.
fn with_main_part(form: &GeneratedForm, xml: &str) -> Vec<u8> {
    let mut all = parts(&form.bytes);
    let main = all.iter_mut().find(|(name, _)| name == form.part);
    xml.clone_into(&mut main.unwrap().1);
    let all: Vec<_> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    package(&all)
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
        let received = with_main_part(&form, &changed);
        let again = fill(&received, &questionnaire, &draft);
        let named: Vec<&str> = again.missing.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["question 1", "question 16"], "{room:?}");
        assert_eq!(main_part(&form, &again.bytes), changed, "{room:?}");
        let forced = fill_form(&received, &questionnaire, &draft, &[], true).unwrap();
        assert_eq!(forced.missing, [], "{room:?}");
        assert_eq!(forced.remarks.len(), 2, "{room:?}: {:?}", forced.remarks);
        assert_eq!(main_part(&form, &forced.bytes), main_part(&form, &filled.bytes), "{room:?}");
    }
}

/// Returns the text of the first run of the answer that begins with these words.
fn run_of<'a>(xml: &'a str, start: &str) -> &'a str {
    let at = xml.find(start).unwrap();
    xml[at..].split('<').next().unwrap()
}

#[test]
fn an_answer_that_a_colleague_rewrote_is_left_and_named() {
    let questionnaire = questionnaire();
    let draft = sample("complete.yaml");
    // None of these has a word of the answer; the last one looks like a prompt of the form.
    let rewritten =
        ["No.", "We asked nobody, and that was a mistake that we regret.", "[Add later]"];
    for room in [
        RoomKind::EmptyParagraph,
        RoomKind::Prompt,
        RoomKind::PlainControl,
        RoomKind::BlockControl,
        RoomKind::FormField,
        RoomKind::CellBeside,
        RoomKind::CellBelow,
        RoomKind::Strokes,
        RoomKind::TextBox,
    ] {
        let form = FormLayout { room, ..FormLayout::default() }.generate(&questionnaire);
        let filled = main_part(&form, &fill(&form.bytes, &questionnaire, &draft).bytes);
        let own = run_of(&filled, "Yes. The university that evaluated");
        for new in rewritten {
            // With room below, which is for no answer either.
            let changed = filled.replace(own, new);
            for changed in [
                changed.clone(),
                changed.replace("<w:p><w:r><w:rPr><w:b/>", "<w:p/><w:p><w:r><w:rPr><w:b/>"),
            ] {
                let received = with_main_part(&form, &changed);
                let again = fill(&received, &questionnaire, &draft);
                assert_eq!(
                    again.changed().collect::<Vec<_>>(),
                    ["question 16"],
                    "{room:?}: {new}: {:?}",
                    again.missing
                );
                assert_eq!(main_part(&form, &again.bytes), changed, "{room:?}: {new}");
            }
        }
    }
}

#[test]
fn a_paragraph_that_a_colleague_added_to_an_answer_is_not_deleted() {
    let questionnaire = questionnaire();
    let old = sample("complete.yaml");
    let mut new = old.clone();
    set(&mut new, &questionnaire, "summary", "Shorter.");
    let versions = std::slice::from_ref(&old);
    for room in [RoomKind::EmptyParagraph, RoomKind::BlockControl, RoomKind::CellBeside] {
        let form = FormLayout { room, ..FormLayout::default() }.generate(&questionnaire);
        let filled = main_part(&form, &fill(&form.bytes, &questionnaire, &old).bytes);
        let first = run_of(&filled, "In 2019 and 2020");
        let added = format!("{first}</w:t></w:r></w:p><w:p><w:r><w:t>Jana: our town too.");
        let received = with_main_part(&form, &filled.replace(first, &added));
        let again = fill_form(&received, &questionnaire, &new, versions, false).unwrap();
        assert!(main_part(&form, &again.bytes).contains("Jana: our town too."), "{room:?}");
    }
}

#[test]
fn boxes_that_a_colleague_changed_are_left_and_named() {
    let questionnaire = questionnaire();
    let draft = sample("complete.yaml");
    let form = FormLayout::default().generate(&questionnaire);
    let filled = main_part(&form, &fill(&form.bytes, &questionnaire, &draft).bytes);
    for changed in [filled.replacen('☒', "☐", 2), filled.replacen('☐', "☒", 1)] {
        let again = fill(&with_main_part(&form, &changed), &questionnaire, &draft);
        assert!(again.changed().next().is_some(), "{:?}", again.missing);
        assert_eq!(main_part(&form, &again.bytes), changed);
    }
}

#[test]
fn what_the_draft_does_not_answer_is_left_and_named() {
    let questionnaire = built_in();
    let mut draft = sample("complete.yaml");
    // The end is not asked for while the intervention is running.
    set(&mut draft, &questionnaire, "timing.still-running", "yes");
    for name in ["name", "country", "responsible.address", "problem"] {
        set(&mut draft, &questionnaire, name, "");
    }
    let form = FormLayout::default().generate(&questionnaire);
    let filled = fill(&form.bytes, &questionnaire, &draft);
    assert_eq!(filled.missing, []);
    let named = ["question 3 (address)", "questions 1 and 2", "question 7"];
    assert_eq!(filled.unanswered, named);
    let found = import(&filled.bytes, &questionnaire).draft;
    let end = questionnaire.find("timing.end").unwrap().1.unwrap();
    assert!(draft.answer(&end.key).is_some() && found.answer(&end.key).is_none());
}

#[test]
fn an_answer_that_is_no_longer_asked_for_is_named_if_the_form_has_it() {
    let questionnaire = questionnaire();
    let before = sample("complete.yaml");
    let mut draft = before.clone();
    set(&mut draft, &questionnaire, "timing.still-running", "yes");
    set(&mut draft, &questionnaire, "aims", "share");
    for (name, layout) in layouts() {
        let form = layout.generate(&questionnaire).bytes;
        let blank = fill(&form, &questionnaire, &draft);
        assert_eq!(blank.missing, [], "{name}");
        let filled = fill(&form, &questionnaire, &before).bytes;
        let again =
            fill_form(&filled, &questionnaire, &draft, std::slice::from_ref(&before), false)
                .unwrap();
        let missing: Vec<_> = again.missing.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(missing, ["question 4 (end)", "question 25"], "{name}");
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

#[test]
fn only_what_force_is_given_for_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let form = FormLayout::default().generate(&built_in());
    fs::copy(root().join("examples/complete.yaml"), here.join("a.yaml")).unwrap();
    fs::write(here.join("form.docx"), &form.bytes).unwrap();
    let export = |form: &str, out: &str, more: &[&str]| {
        run(here, &[&["export", "a.yaml", "--form", form, "-o", out], more].concat())
    };
    let read = |name: &str| fs::read(here.join(name)).unwrap();
    let done = export("form.docx", "filled.docx", &[]);
    assert_eq!((done.code, done.err.as_str()), (0, "written to filled.docx: 35 answers\n"));
    let changed = main_part(&form, &read("filled.docx")).replace("The Red Card: stop", "The Green");
    fs::write(here.join("received.docx"), with_main_part(&form, &changed)).unwrap();

    let done = export("received.docx", "out.docx", &[]);
    assert_eq!(done.code, 1);
    for said in [
        "written to out.docx: 34 answers",
        "question 1: not written, because it was changed in the form",
        "`good-practice import received.docx --into a.yaml` copies these answers into the draft; `--force`",
    ] {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    assert_eq!(main_part(&form, &read("out.docx")), changed);
    // The same file may be written again, another one may not.
    assert_eq!(export("received.docx", "out.docx", &[]).code, 1);
    let done = export("received.docx", "filled.docx", &[]);
    let said = "`--force` replaces the file and question 1";
    assert!(done.code == 1 && done.err.contains(said), "{}", done.err);
    assert!(main_part(&form, &read("filled.docx")).contains("The Red Card: stop"));
    let done = export("received.docx", "filled.docx", &["--force", "--keep-changed"]);
    assert_eq!((done.code, main_part(&form, &read("filled.docx"))), (1, changed));
    let done = export("received.docx", "filled.docx", &["--force"]);
    assert!(done.err.contains("question 1: replaces another text in the form"), "{}", done.err);
    assert!(
        done.code == 0 && main_part(&form, &read("filled.docx")).contains("The Red Card: stop")
    );

    // The form is not changed, by whatever name it is called.
    let blank = read("form.docx");
    fs::hard_link(here.join("form.docx"), here.join("hard.docx")).unwrap();
    let mut names = vec!["form.docx", "./form.docx", "hard.docx"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("form.docx", here.join("soft.docx")).unwrap();
        names.push("soft.docx");
    }
    for out in names {
        let done = export("form.docx", out, &["--force"]);
        assert!(done.code == 2 && done.err.contains("the form itself"), "{out}: {}", done.err);
        assert_eq!(read("form.docx"), blank, "{out}");
    }
    // A document that is no form of these questions: nothing is written.
    fs::write(here.join("other.docx"), with_main_part(&form, "<w:document/>")).unwrap();
    fs::write(here.join("old.doc"), b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").unwrap();
    fs::write(here.join("text.odt"), "no document").unwrap();
    for form in ["other.docx", "old.doc", "text.odt", "a.yaml"] {
        let done = export(form, "new.docx", &[]);
        assert_eq!((done.code, here.join("new.docx").exists()), (3, false), "{form}: {}", done.err);
    }
    assert_eq!(export("absent.docx", "new.docx", &[]).code, 1);
}
