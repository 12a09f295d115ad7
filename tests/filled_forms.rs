//! Forms that people filled in with other programs: every answer is found in its place, or reported.

use std::io::{Cursor, Write};

use good_practice::internals::{Question, Recognised, read_docx, read_text, recognise};

use crate::support::drafts::built_in;

/// Returns a Word file with this body.
fn word(body: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:w14=\"w14\" xmlns:r=\"r\" xmlns:m=\"m\"><w:body>{body}</w:body></w:document>"
    );
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(document.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn bold(text: &str) -> String {
    format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn plain(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Returns the numbered questions with one long answer.
fn long_questions() -> Vec<Question> {
    let questionnaire = built_in();
    let questions = questionnaire.sections.iter().flat_map(|section| &section.questions);
    questions
        .filter(|question| question.fields.len() == 1 && question.number > Some(5))
        .cloned()
        .collect()
}

/// Returns the plain wording of a question without its number.
fn wording(question: &Question) -> String {
    let text = question
        .text
        .replace("**", "")
        .split("[^")
        .map(|part| {
            part.split_once(']')
                .filter(|(mark, _)| mark.len() == 1)
                .map_or(part, |(_, rest)| rest)
                .to_owned()
        })
        .collect::<String>();
    let limit = question.limit_note.as_deref().unwrap_or_default().replace("**", "");
    format!("{text} {limit}").trim().to_owned()
}

/// Reads a form that asks each question in the words that `ask` returns, as a Word file with bold
/// questions and as text.
fn asked(ask: impl Fn(&Question) -> String) -> [(&'static str, Recognised); 2] {
    let (mut body, mut text) = (String::new(), String::new());
    for question in long_questions() {
        let (number, words) = (question.number.unwrap(), ask(&question));
        body += &bold(&escaped(&format!("{number}. {words}")));
        body += &plain(&format!("ANSWER {number}, our words. We did it."));
        text += &format!("{number}. {words}\n\nANSWER {number}, our words. We did it.\n\n");
    }
    let questionnaire = built_in();
    [
        ("docx", recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &questionnaire)),
        ("txt", recognise(&read_text(&text), &questionnaire)),
    ]
}

/// Returns the answer of a field, as it is shown.
fn answer(found: &Recognised, key: &str) -> String {
    let questionnaire = built_in();
    let sections = questionnaire.sections.iter().flat_map(|section| &section.questions);
    let fields =
        questionnaire.declarations.iter().chain(sections).flat_map(|question| &question.fields);
    let mut fields = fields.filter(|field| field.key.to_string() == key);
    let field = fields.next().unwrap();
    let answer = found.draft.answer(&field.key);
    answer.map(|answer| answer.shown(field)).unwrap_or_default()
}

/// Asserts that every answer is in its place.
fn assert_all_answered(found: &Recognised, about: &str) {
    for question in long_questions() {
        let answer = found.draft.answer(&question.fields[0].key);
        let answer = answer.and_then(|answer| answer.as_text()).unwrap_or_default();
        let wanted = format!("ANSWER {}, our words. We did it.", question.number.unwrap());
        assert_eq!(answer, wanted, "{about}: {:?}", found.remarks);
    }
    assert_eq!(found.unplaced, [], "{about}");
}

#[test]
fn questions_are_found_by_their_number_and_a_part_of_their_words() {
    for (format, found) in asked(wording) {
        assert_all_answered(&found, &format!("whole wording as {format}"));
    }
    for (format, found) in asked(|question| {
        let words = wording(question);
        let words = words.split(" (Max").next().unwrap();
        words.split_inclusive(['?', '.']).next().unwrap().to_owned()
    }) {
        assert_all_answered(&found, &format!("first sentences as {format}"));
    }
    for (format, found) in asked(|question| question.title.clone()) {
        assert_all_answered(&found, &format!("titles as {format}"));
    }
}

#[test]
fn a_question_in_words_of_its_own_takes_no_part_of_the_answer_before() {
    let own = |question: &Question| match question.number {
        Some(7) => "Problem addressed".to_owned(),
        Some(9) => "Goals and sub-goals".to_owned(),
        Some(25) => "Anything else?".to_owned(),
        Some(_) | None => wording(question),
    };
    let [(_, found), _] = asked(own);
    assert_eq!(answer(&found, "summary"), "ANSWER 6, our words. We did it.");
    assert_eq!(answer(&found, "analysis"), "ANSWER 8, our words. We did it.");
    assert_eq!(answer(&found, "objectives"), "");
    assert_eq!(answer(&found, "innovation"), "ANSWER 24, our words. We did it.");
    assert_eq!(found.unplaced.len(), 3, "{:?}", found.unplaced);
    assert!(found.unplaced[0].1.contains("ANSWER 7"), "{:?}", found.unplaced);
    assert!(found.remarks[0].contains("looks like question 7"), "{:?}", found.remarks);
}

#[test]
fn a_number_in_a_cell_of_its_own_is_part_of_its_question() {
    let mut rows = String::new();
    for question in long_questions() {
        let number = question.number.unwrap();
        let cells = [
            plain(&format!("{number}.")),
            plain(&escaped(&wording(&question))),
            plain(&format!("ANSWER {number}, our words. We did it.")),
        ];
        let cells: String = cells.iter().map(|cell| format!("<w:tc>{cell}</w:tc>")).collect();
        rows += &format!("<w:tr>{cells}</w:tr>");
    }
    let file = word(&format!("<w:tbl>{rows}</w:tbl>"));
    let found = recognise(&read_docx(Cursor::new(file)).unwrap(), &built_in());
    assert_all_answered(&found, "cells");
}

#[test]
fn questions_and_answers_in_one_paragraph_are_divided() {
    let text = "1. What is the name of the intervention? Bright Streets 2. Country of application: Slovenia\n3. Who is responsible for completing this template?\nOrganisation responsible for this application City of Brezovnik\nContact person Maja Dolinar\nAddress Square 2, Brezovnik\n4. Timing Start date of the intervention: 14 April 2023 Is the intervention still running? Yes\n6. Please give a short summary of the intervention (Max. 600 words). It is short.\n";
    let found = recognise(&read_text(text), &built_in());
    let answers: Vec<_> = [
        "name",
        "country",
        "responsible.organisation",
        "responsible.contact-person",
        "responsible.address",
        "timing.start",
        "timing.still-running",
        "summary",
    ]
    .iter()
    .map(|key| answer(&found, key))
    .collect();
    assert_eq!(
        answers,
        [
            "Bright Streets",
            "Slovenia",
            "City of Brezovnik",
            "Maja Dolinar",
            "Square 2, Brezovnik",
            "14 April 2023",
            "yes",
            "It is short.",
        ],
        "{found:?}"
    );
}
