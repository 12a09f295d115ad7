//! Exported documents are imported again without loss, also after another program saved them.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use good_practice::internals::{
    Answer, Application, Draft, Format, Kind, Purpose, Recognised, Submission, read_docx,
    read_draft, read_markdown, read_text, recognise,
};
use proptest::prelude::*;
use tempfile::{TempDir, tempdir};

use crate::support::cli::run;
use crate::support::drafts::built_in as questionnaire;
use crate::support::pty::{ESC, NARROW, Terminal, WIDE};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

fn sample(name: &str) -> Draft {
    let mut draft = read_draft(&example(name), &questionnaire()).unwrap();
    (draft.saved, draft.version) = (None, None);
    draft
}

/// Writes a draft in a format of text.
fn written(draft: &Draft, format: Format) -> String {
    let questionnaire = questionnaire();
    let application = Application::new(&questionnaire, draft, Purpose::default());
    String::from_utf8(format.write(&application).unwrap()).unwrap()
}

/// Writes a draft as a Word file.
fn word_file(draft: &Draft) -> Vec<u8> {
    let questionnaire = questionnaire();
    Format::Docx.write(&Application::new(&questionnaire, draft, Purpose::default())).unwrap()
}

/// Exports a draft to every format that can be imported, and imports it again.
fn back(draft: &Draft, purpose: Purpose) -> [(&'static str, Recognised); 3] {
    let questionnaire = questionnaire();
    let application = Application::new(&questionnaire, draft, purpose);
    let word = Format::Docx.write(&application).unwrap();
    let text = |format: Format| String::from_utf8(format.write(&application).unwrap()).unwrap();
    [
        ("docx", recognise(&read_docx(Cursor::new(word)).unwrap(), &questionnaire)),
        ("md", recognise(&read_markdown(&text(Format::Md)), &questionnaire)),
        ("txt", recognise(&read_text(&text(Format::Txt)), &questionnaire)),
    ]
}

#[test]
fn the_samples_survive_every_format() {
    for name in ["complete.yaml", "half-finished.yaml"] {
        let draft = sample(name);
        for with_counts in [false, true] {
            for (format, found) in back(&draft, Purpose { with_counts, blank: false }) {
                assert_eq!(found.draft, draft, "{name} as {format}, counts {with_counts}");
                assert_eq!((found.unplaced, found.remarks), (vec![], vec![]), "{name} as {format}");
            }
        }
    }
}

#[test]
fn emphasis_in_list_items_survives() {
    let folder = tempdir().unwrap();
    let yaml = "answers:\n  problem: |-\n    - **bold** words\n    - the *repair*: x\n    - [a page](https://example.org)\n";
    fs::write(folder.path().join("a.yaml"), yaml).unwrap();
    let html = run(folder.path(), &["export", "a.yaml", "--to", "html", "-o", "-"]).out;
    for part in [
        "<strong>bold</strong> words",
        "the <em>repair</em>: x",
        "<a href=\"https://example.org\">a page</a>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(run(folder.path(), &["export", "a.yaml", "-o", "a.docx"]).code, 0);
    let word = fs::File::open(folder.path().join("a.docx")).unwrap();
    let mut archive = zip::ZipArchive::new(word).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    assert!(!xml.contains("**bold") && !xml.contains("*repair"), "marks are looks");
}

#[test]
fn the_blank_form_is_read_as_empty() {
    for (format, found) in back(&Draft::default(), Purpose { blank: true, with_counts: false }) {
        assert_eq!(found.draft, Draft::default(), "{format}");
        assert_eq!(found.questions, 25, "{format}");
    }
}

/// Fills every field with text that a person may have typed.
fn filled(texts: &[String], ticks: u32) -> Draft {
    let questionnaire = questionnaire();
    let mut draft = Draft::default();
    let mut texts = texts.iter().cycle();
    for (at, (_, question)) in questionnaire.questions().enumerate() {
        for field in &question.fields {
            let bit = |place: usize| ticks >> ((at + place) % 32) & 1 == 1;
            let answer = match &field.kind {
                Kind::Choices(choices) => {
                    let chosen = choices.iter().enumerate().filter(|(place, _)| bit(*place));
                    Answer::List(chosen.map(|(_, choice)| choice.id.clone()).collect())
                }
                Kind::YesNo => Answer::YesNo(bit(0)),
                Kind::Date { .. } => Answer::typed(field, if bit(1) { "5/10/2021" } else { "" }),
                Kind::Links => Answer::typed(field, "https://example.org/a_b?c=1\nwww.example.org"),
                Kind::Line | Kind::Text { .. } | Kind::Email | Kind::Choice(_) => {
                    Answer::typed(field, texts.next().unwrap())
                }
            };
            draft.set(&field.key, answer);
        }
    }
    draft
}

/// Text that is difficult to export and import.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("\n\n\n".to_owned()),
        Just("\n- ".to_owned()),
        Just("\n  - ".to_owned()),
        Just("\n   * ".to_owned()),
        Just("\n1. ".to_owned()),
        Just("\n2) ".to_owned()),
        Just("\nb) ".to_owned()),
        Just("\n-   ".to_owned()),
        Just("**bold**".to_owned()),
        Just("*it*".to_owned()),
        Just(" ***all*** ".to_owned()),
        Just("*".to_owned()),
        Just("[page](https://example.org/x)".to_owned()),
        Just("[x](javascript:alert)".to_owned()),
        Just("https://example.org/a_b. ".to_owned()),
        Just("\n2. Country of application\n".to_owned()),
        Just("\nMotivation: \n".to_owned()),
        Just("\n### 4. Timing\n".to_owned()),
        Just("\n> quoted\n".to_owned()),
        Just("\nGeneral information\n".to_owned()),
        Just("\n(Not applicable)\n".to_owned()),
        Just("\n12 of 150 words\n".to_owned()),
        Just("<b>&amp;\\_`~|#+=</b>".to_owned()),
        Just("☒ Yes ☐ No [x] ".to_owned()),
        Just("[^1]".to_owned()),
        Just("\n---\n".to_owned()),
        Just("\n7\n".to_owned()),
        "[a-z]{1,7} ",
        "\\PC{0,4}",
    ]
}

/// Returns the answers that differ: the field, the imported answer and the expected one. An answer
/// that is not asked for is not exported.
fn differences(found: &Draft, wanted: &Draft) -> Vec<(String, Option<Answer>, Option<Answer>)> {
    let questionnaire = questionnaire();
    let submission = Submission::new(&questionnaire, wanted);
    let fields = questionnaire.questions().flat_map(|(_, question)| &question.fields);
    let both = fields.map(|field| {
        let found = found.answer(&field.key).cloned();
        (field.key.to_string(), found, submission.answer(&field.key).cloned())
    });
    both.filter(|(_, found, wanted)| found != wanted).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_answer_survives_every_format(
        texts in prop::collection::vec(prop::collection::vec(piece(), 0..9), 1..12),
        ticks in any::<u32>(),
    ) {
        let texts: Vec<String> = texts.into_iter().map(|pieces| pieces.concat()).collect();
        let draft = filled(&texts, ticks);
        for (format, found) in back(&draft, Purpose::default()) {
            prop_assert_eq!(differences(&found.draft, &draft), vec![], "{}", format);
            prop_assert!(found.unplaced.is_empty());
        }
    }
}

/// Returns the words of every text answer; no damage to the layout may change them.
fn words_of(draft: &Draft) -> Vec<(String, Vec<String>)> {
    let questionnaire = questionnaire();
    let fields = questionnaire.questions().flat_map(|(_, question)| question.fields.clone());
    let texts = fields.filter_map(|field| match draft.answer(&field.key)? {
        Answer::Text(text) => {
            let words = text.split_whitespace().map(|word| word.replace('’', "'")).collect();
            Some((field.key.to_string(), words))
        }
        Answer::List(_) | Answer::YesNo(_) | Answer::Date(_) => None,
    });
    texts.collect()
}

/// A document as it comes out of a PDF: lines broken at `width`, pages of `length` lines with the
/// footnotes of the form at their feet wherever they fall, page numbers, other quotes, no boxes.
fn printed(draft: &Draft, width: usize, length: usize, numbers: bool) -> String {
    let questionnaire = questionnaire();
    let mut application = Application::new(&questionnaire, draft, Purpose::default());
    let notes = std::mem::take(&mut application.document.notes);
    let text = String::from_utf8(Format::Txt.write(&application).unwrap())
        .unwrap()
        .replace('\'', "’")
        .replace("[x] ", "")
        .replace("[ ] ", "")
        .replace("☒ ", "")
        .replace("☐ ", "");
    let mut notes = notes.into_iter();
    let mut printed = String::new();
    let mut on_page = 0;
    let mut page = 1;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("===") || line.starts_with("---") {
            continue;
        }
        for line in good_practice::internals::wrap(line, width) {
            printed.push_str(&format!("{line}\n"));
            on_page += 1;
            if on_page == length {
                on_page = 0;
                if let Some((number, paragraphs)) = notes.next() {
                    for words in paragraphs {
                        let words: String = words.iter().map(|run| run.text.as_str()).collect();
                        let note = format!("{number} {}", words.replace('\'', "’"));
                        printed.push_str(&format!(
                            "\n{}\n",
                            good_practice::internals::wrap(&note, width).join("\n")
                        ));
                    }
                }
                if numbers {
                    printed.push_str(&format!("\n{page}\n\u{C}"));
                } else {
                    printed.push('\n');
                }
                page += 1;
            }
        }
    }
    printed
}

#[test]
fn a_printed_application_is_read_however_its_pages_fall() {
    let draft = sample("complete.yaml");
    let expected = words_of(&draft);
    for (width, length, numbers) in [
        (88, 47, true),
        (88, 31, true),
        (72, 40, false),
        (10_000, 17, true),
        (100, 53, false),
        (95, 23, true),
        (10_000, 29, false),
    ] {
        let text = printed(&draft, width, length, numbers);
        let found = recognise(&read_text(&text), &questionnaire());
        let name = format!("width {width}, pages of {length}");
        assert_eq!(found.questions, 25, "{name}");
        for ((key, words), (other, got)) in expected.iter().zip(words_of(&found.draft)) {
            assert_eq!((key, words), (&other, &got), "{name}");
        }
    }
}

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    for name in ["complete.yaml", "half-finished.yaml"] {
        fs::copy(example(name), folder.path().join(name)).unwrap();
    }
    folder
}

#[test]
fn an_application_is_exported_checked_and_imported() {
    let folder = folder();
    let here = folder.path();
    for ending in ["docx", "md", "html", "txt", "json"] {
        let done = run(here, &["export", "complete.yaml", "-o", &format!("out.{ending}")]);
        assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
        assert_eq!(done.err, format!("written to out.{ending}\n"));
    }
    let done = run(here, &["check", "out.docx", "out.md", "out.txt"]);
    let same = "the same application as `out.docx`, by its name, country and organisation; which is newer is not known";
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    assert_eq!(
        done.err,
        format!("note: out.md: {same}\nnote: out.txt: {same}\n3 of 3 could be submitted\n")
    );
    let done = run(here, &["import", "out.docx", "-o", "again.yaml"]);
    assert_eq!((done.code, done.err.as_str()), (0, "again.yaml: 25 of 25 questions answered\n"));
    let shown = |name: &str| run(here, &["show", name]).out;
    assert_eq!(shown("again.yaml"), shown("complete.yaml"));
}

#[test]
fn an_unfinished_application_is_marked_and_final_refuses_it() {
    let folder = folder();
    let done = run(folder.path(), &["export", "half-finished.yaml", "--to", "md", "-o", "-"]);
    assert_eq!(done.code, 0);
    assert!(done.out.contains("**DRAFT: this application is not finished.**"), "{}", done.out);
    assert!(done.err.starts_with("note: marked as a draft, because 9 of 25"), "{}", done.err);
    let done = run(folder.path(), &["export", "half-finished.yaml", "--final"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("not complete"), "{}", done.err);
    assert!(!folder.path().join("half-finished.docx").exists());
    let done = run(folder.path(), &["export", "complete.yaml", "--to", "txt", "-o", "-"]);
    assert!(!done.out.contains("DRAFT"));
    assert!(!done.out.contains(" words\n"), "counts are no part of the form");
}

#[test]
fn a_document_that_was_changed_is_not_overwritten() {
    let folder = folder();
    let file = folder.path().join("complete.docx");
    fs::write(&file, "a colleague's").unwrap();
    let done = run(folder.path(), &["export", "complete.yaml"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("`--force` replaces it"), "{}", done.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), "a colleague's");
    assert_eq!(run(folder.path(), &["export", "complete.yaml", "--force"]).code, 0);
    assert_eq!(run(folder.path(), &["export", "complete.yaml"]).code, 0, "the same again");
    let done = run(
        folder.path(),
        &["export", "complete.yaml", "-o", "complete.yaml", "--to", "md", "--force"],
    );
    assert_eq!(done.code, 2, "the draft itself is never written over");
    let done = run(folder.path(), &["import", "complete.docx", "-o", "half-finished.yaml"]);
    assert_eq!(done.code, 1, "nor is a draft");
    let done =
        run(folder.path(), &["import", "complete.docx", "-o", "half-finished.yaml", "--force"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let kept = run(folder.path(), &["history", "half-finished.yaml"]).out;
    assert!(kept.starts_with("  1  "), "what was there stays in the history: {kept}");
}

#[test]
fn the_changes_of_a_colleague_are_shown_and_merged() {
    let folder = folder();
    let here = folder.path();
    assert_eq!(
        run(here, &["set", "complete.yaml", "9", "We wish to halve the number of thefts."]).code,
        0
    );
    assert_eq!(run(here, &["export", "complete.yaml", "-o", "sent.md"]).code, 0);
    let sent = fs::read_to_string(here.join("sent.md")).unwrap();
    let edited = sent
        .replace("halve the number", "reduce by half the total number")
        .replace("### 24. ", "Thank you all!\n\n### 24. ");
    fs::write(here.join("sent.md"), edited).unwrap();
    let shown = run(here, &["import", "sent.md", "--into", "complete.yaml"]);
    assert_eq!(shown.code, 1, "nothing is accepted unasked");
    assert!(
        shown.out.starts_with("question 9: 8 words before, 11 of 150 words now\n"),
        "{}",
        shown.out
    );
    assert!(
        shown.out.contains("{+reduce by half+} [-halve-]")
            || shown.out.contains("[-halve-] {+reduce by half+}"),
        "{}",
        shown.out
    );
    assert!(shown.err.contains("0 of "), "{}", shown.err);
    let done = run(here, &["import", "sent.md", "--into", "complete.yaml", "--yes"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let now = run(here, &["show", "complete.yaml", "9"]).out;
    assert_eq!(now, "We wish to reduce by half the total number of thefts.\n");
    let again = run(here, &["import", "sent.md", "--into", "complete.yaml", "--yes"]);
    assert_eq!((again.code, again.err.trim_end()), (0, "the document changes no answer"));
}

#[test]
fn a_folder_of_received_documents_is_checked_at_once() {
    let folder = folder();
    let here = folder.path();
    fs::create_dir(here.join("received")).unwrap();
    run(here, &["export", "complete.yaml", "-o", "received/a.docx"]);
    run(here, &["export", "half-finished.yaml", "-o", "received/b.docx"]);
    fs::write(here.join("received/~$b.docx"), "a lock of Word").unwrap();
    fs::write(here.join("received/notes.txt"), "Call the ministry.\n").unwrap();
    let done = run(here, &["check", "received"]);
    assert_eq!(done.code, 3, "{}", done.err);
    let mut lines = done.out.lines();
    let complete = lines.next().unwrap();
    assert!(complete.starts_with("received/a.docx (The Red Card: "), "{complete}");
    assert!(complete.ends_with("): could be submitted"), "{complete}");
    let unfinished = lines.next().unwrap();
    assert!(unfinished.starts_with("received/b.docx (Night Bench, Slovenia, "), "{unfinished}");
    assert!(unfinished.ends_with(" problems"), "{unfinished}");
    assert!(lines.all(|line| line.starts_with("received/b.docx: question ")), "{}", done.out);
    assert!(done.out.contains(" over\n"), "{}", done.out);
    assert!(
        done.err.contains("notes.txt: no question of \"Good practice template\" is found"),
        "{}",
        done.err
    );
    assert!(done.err.ends_with("1 of 3 could be submitted\n"), "{}", done.err);
}

/// Returns a Word file with this body, as other programs write it.
fn word(body: &str, extra: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:w14=\"w14\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>"
    );
    for (name, text) in std::iter::once(&("word/document.xml", document.as_str())).chain(extra) {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

#[test]
fn a_form_filled_in_with_word_is_read_as_its_writer_meant_it() {
    let numbered = |text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        paragraph("With this completed template, the applicant aims to"),
        "<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"0\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t xml:space=\"preserve\"> Share good practice for inclusion on the EUCPN’s channels (Knowledge centre, newsletter, publications, etc.)</w:t></w:r></w:p>".into(),
        "<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"1\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>Participate at the European Crime Prevention Award (ECPA)</w:t></w:r></w:p>".into(),
        paragraph("☒ The applicant gives permission to publish this information and her/his contact details on the EUCPN’s website."),
        paragraph("General information"),
        numbered("What is the name of the intervention?"),
        paragraph("Harbour Lights"),
        numbered("Country of appli</w:t></w:r><w:r><w:t>cation"),
        "<w:tbl><w:tr><w:tc>".to_owned() + &paragraph("Belgium") + "</w:tc></w:tr></w:tbl>",
        numbered("Who is responsible for completing this template?"),
        "<w:tbl><w:tr><w:tc>".to_owned() + &paragraph("Contact person:") + "</w:tc><w:tc>" + &paragraph("An Example") + "</w:tc></w:tr></w:tbl>",
        numbered("Timing"),
        "<w:p><w:r><w:t xml:space=\"preserve\">Start date of the intervention: </w:t></w:r><w:sdt><w:sdtPr><w:date w:fullDate=\"2021-10-05T00:00:00Z\"/></w:sdtPr><w:sdtContent><w:r><w:t>10/5/2021</w:t></w:r></w:sdtContent></w:sdt></w:p>".into(),
        paragraph("Is the intervention still running (Yes / No): Yes ☐ No ☒"),
        "<w:p><w:r><w:t>If not, please provide the end date of the intervention: </w:t></w:r><w:sdt><w:sdtPr><w:showingPlcHdr/><w:date/></w:sdtPr><w:sdtContent><w:r><w:t>Klik om een datum in te voeren.</w:t></w:r></w:sdtContent></w:sdt></w:p>".into(),
        numbered("Where can we find more information about the intervention? Please provide links to the intervention's website or online reports or publications (preferably in English)."),
        "<w:p><w:hyperlink r:id=\"x1\"><w:r><w:t>https://example.org/harbour</w:t></w:r></w:hyperlink></w:p>".into(),
        numbered("Please give a short summary of the intervention (Max. 600 words)."),
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Har</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">bour </w:t></w:r><w:r><w:t>lights </w:t></w:r><w:ins><w:r><w:t xml:space=\"preserve\">really </w:t></w:r></w:ins><w:del><w:r><w:delText>never </w:delText></w:r></w:del><w:r><w:t>help.</w:t></w:r><w:r><w:commentReference w:id=\"0\"/></w:r></w:p>".into(),
        paragraph("1. Push factors:"),
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"4\"/></w:numPr></w:pPr><w:r><w:t>darkness</w:t></w:r></w:p>".into(),
        paragraph("Description of the crime problem(s) the activity wishes to address"),
        numbered("What problem does the intervention wish to address? Please elaborate on its nature, scale, context, involved actors (offenders, victims, other involved parties), causes, risk and protective factors, etc."),
        paragraph("Theft."),
    ]
    .concat();
    let numbering = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\u{F0B7}\"/></w:lvl></w:abstractNum><w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"4\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>";
    let folder = tempdir().unwrap();
    fs::write(
        folder.path().join("form.docx"),
        word(&body, &[("word/numbering.xml", numbering), ("word/comments.xml", "<a>secret</a>")]),
    )
    .unwrap();
    let done = run(folder.path(), &["import", "form.docx", "-o", "draft.yaml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let shown = run(folder.path(), &["show", "draft.yaml"]).out;
    assert_eq!(
        shown,
        "[aims]\necpa\n\n[permission]\nyes\n\n[name]\nHarbour Lights\n\n[country]\nBelgium\n\n[responsible.contact-person]\nAn Example\n\n[timing.start]\n2021-10-05\n[timing.still-running]\nno\n\n[links]\nhttps://example.org/harbour\n\n[summary]\n**Harbour** lights really help.\n\n1. Push factors:\n- darkness\n\n[problem]\nTheft.\n\n",
        "{}",
        done.err
    );
}

#[test]
fn text_that_belongs_to_no_question_is_listed_and_kept() {
    let folder = folder();
    let here = folder.path();
    run(here, &["export", "complete.yaml", "-o", "sent.txt"]);
    let text = fs::read_to_string(here.join("sent.txt")).unwrap();
    fs::write(
        here.join("sent.txt"),
        text.replacen(
            "General information",
            "Dear colleagues, this is it.\n\nGeneral information",
            1,
        ),
    )
    .unwrap();
    let done = run(here, &["import", "sent.txt", "-o", "again.yaml"]);
    assert_eq!(done.code, 0);
    assert!(
        done.err.contains(
            "belongs to no answer and is kept as unplaced text: Dear colleagues, this is it."
        ),
        "{}",
        done.err
    );
    assert!(
        fs::read_to_string(here.join("again.yaml"))
            .unwrap()
            .contains("unplaced-1: Dear colleagues, this is it.")
    );
}

#[test]
fn hostile_documents_are_refused_quickly_with_their_reason() {
    let folder = tempdir().unwrap();
    let bomb = word(&" ".repeat(40 << 20), &[]);
    let deep = word(&"<w:tbl><w:tr><w:tc>".repeat(2_000), &[]);
    let entities = {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(
            b"<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><a>&b;</a>",
        )
        .unwrap();
        zip.finish().unwrap().into_inner()
    };
    let whole = word_file(&sample("complete.yaml"));
    let no_text = {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("word/vbaProject.bin", zip::write::SimpleFileOptions::default()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("bomb.docx", bomb, "larger than any filled-in form"),
        ("deep.docx", deep, "too deep"),
        ("entities.docx", entities, "declares entities"),
        ("cut.docx", whole[..whole.len() / 2].to_vec(), "damaged"),
        ("no-text.docx", no_text, "is missing"),
        ("words.docx", b"just words".to_vec(), "no Word document"),
        ("bytes.txt", vec![0xFE, 0, 1], "not a text file"),
    ];
    for (name, bytes, reason) in cases {
        fs::write(folder.path().join(name), bytes).unwrap();
        let done = run(folder.path(), &["import", name, "-o", "draft.yaml"]);
        assert_eq!(done.code, 3, "{name}: {}", done.err);
        assert!(done.err.contains(reason), "{name}: {}", done.err);
        assert!(!folder.path().join("draft.yaml").exists(), "{name}");
    }
    for name in ["large.docx", "large.pdf"] {
        let large = fs::File::create(folder.path().join(name)).unwrap();
        large.set_len(200 << 20).unwrap();
        let done = run(folder.path(), &["check", name]);
        assert!(done.code == 3 && done.err.contains("larger than 100 MB"), "{}", done.err);
    }
}

#[test]
fn an_answer_never_becomes_active_content_of_a_document() {
    let questionnaire = questionnaire();
    let mut draft = Draft::default();
    let (question, _) = questionnaire.find("summary").unwrap();
    let hostile = "<script>alert(1)</script> & \u{1B}[2J\u{202E}x\u{0} [a](javascript:alert(1)) [b](https://example.org/\"><x)";
    draft.set(&question.fields[0].key, Answer::typed(&question.fields[0], hostile));
    let page = written(&draft, Format::Html);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; "), "{page}");
    assert!(!page.contains("<script") && !page.contains("href=\"javascript"), "{page}");
    let mut zip = zip::ZipArchive::new(Cursor::new(word_file(&draft))).unwrap();
    let mut all = String::new();
    for at in 0..zip.len() {
        zip.by_index(at).unwrap().read_to_string(&mut all).unwrap();
    }
    for text in [&page, &written(&draft, Format::Md), &written(&draft, Format::Txt), &all] {
        assert!(!text.contains(['\u{1B}', '\u{202E}', '\u{0}']));
    }
    assert!(!all.contains("Target=\"javascript"));
}

/// Needs `LibreOffice`: `cargo test -- --ignored`.
#[test]
#[ignore = "needs LibreOffice"]
fn libreoffice_saves_our_documents_without_loss() {
    let folder = folder();
    let here = folder.path();
    for name in ["complete", "half-finished"] {
        assert_eq!(run(here, &["export", &format!("{name}.yaml")]).code, 0);
        let profile = format!("-env:UserInstallation=file://{}/profile", here.display());
        let saved = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", "docx:MS Word 2007 XML"])
            .args(["--outdir", "saved", &format!("{name}.docx")])
            .current_dir(here)
            .output()
            .unwrap();
        assert!(saved.status.success());
        let draft = format!("{name}-again.yaml");
        let done = run(here, &["import", &format!("saved/{name}.docx"), "-o", &draft]);
        assert_eq!(done.code, 0, "{}", done.err);
        let shown = |name: &str| run(here, &["show", name]).out;
        assert_eq!(shown(&draft), shown(&format!("{name}.yaml")));
    }
}

/// Inserts a line at each of some places of a document, even in the middle of a question, and
/// imports it. Returns the inserted words that are missing from the draft.
fn dropped_words(places: &[usize], printed_pages: bool, shape: usize) -> Vec<String> {
    let draft = sample("complete.yaml");
    let text =
        if printed_pages { printed(&draft, 90, 44, true) } else { written(&draft, Format::Txt) };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, place) in places.iter().enumerate() {
        let stray = match shape {
            0 => format!("Stray{at} remark."),
            1 => format!("stray{at}"),
            2 => format!("\nStray{at} was here, in a paragraph of its own.\n"),
            _ => format!("- ☒ stray{at}"),
        };
        lines.insert(place % lines.len(), stray);
    }
    let questionnaire = questionnaire();
    let found = recognise(&read_text(&lines.join("\n")), &questionnaire);
    let kept = format!("{:?}", found.draft.to_value(&questionnaire)).to_lowercase();
    (0..places.len()).map(|at| format!("stray{at}")).filter(|word| !kept.contains(word)).collect()
}

#[test]
fn a_tick_box_behind_a_label_is_no_choice_of_another_field() {
    let text = written(&sample("half-finished.yaml"), Format::Txt);
    let lines = text.lines().map(|line| match line.trim_start() {
        label if label.starts_with("Motivation") => format!("{line} ☒ Yes ☐ No"),
        _ => line.to_owned(),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    assert!(text.contains("☒ Yes ☐ No"));
    let found = recognise(&read_text(&text), &questionnaire()).draft;
    let choices = format!("{:?}", found.to_value(&questionnaire()));
    let motivation = choices.split("motivation").nth(1).unwrap();
    assert!(motivation.contains("☒ Yes ☐ No"), "{motivation}");
}

#[test]
fn a_remark_inside_a_question_is_not_dropped() {
    // The smallest cases that once failed.
    assert_eq!(dropped_words(&[105], false, 0), [] as [String; 0]);
    assert_eq!(dropped_words(&[19], true, 0), [] as [String; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_word_of_a_document_is_dropped(
        places in prop::collection::vec(0_usize..400, 1..8),
        printed_pages in any::<bool>(),
        shape in 0_usize..4,
    ) {
        prop_assert_eq!(dropped_words(&places, printed_pages, shape), [] as [String; 0]);
    }

    #[test]
    fn any_text_is_read(text in "(\\PC{0,8}|\n|1\\. |Timing|Yes No|☒|\\*\\*|\\[\\^1\\]|\u{c}|> |    ){0,40}") {
        let questionnaire = questionnaire();
        let _ = recognise(&read_text(&text), &questionnaire);
        let _ = recognise(&read_markdown(&text), &questionnaire);
        let _ = read_docx(Cursor::new(text.as_bytes()));
        let _ = read_docx(Cursor::new(word(&text, &[])));
    }
}

#[test]
fn changes_are_asked_for_one_by_one_and_stopping_keeps_those_accepted() {
    let folder = folder();
    let here = folder.path();
    run(here, &["export", "complete.yaml", "-o", "sent.md"]);
    let sent = fs::read_to_string(here.join("sent.md")).unwrap();
    let edited =
        sent.replace("The Red Card:", "The Green Card:").replace("is reported", "is known");
    assert_ne!(edited, sent);
    fs::write(here.join("sent.md"), edited).unwrap();
    let before = run(here, &["show", "complete.yaml", "25"]).out;
    for size in [WIDE, NARROW] {
        let mut terminal =
            Terminal::start(here, &["import", "sent.md", "--into", "complete.yaml"], size);
        if size == WIDE {
            terminal.wait_for(&["[-Red-]", "{+Green+}", "Accept this change of question 1?"]);
            terminal.press("y\r");
        }
        terminal.wait_for(&["{+known+}", "question 25?"]);
        terminal.press(ESC);
        terminal.expect_exit(130);
        let name = run(here, &["show", "complete.yaml", "1"]).out;
        assert!(name.starts_with("The Green Card:"), "{name}");
        assert_eq!(run(here, &["show", "complete.yaml", "25"]).out, before);
    }
}
