//! Forms that people filled in with other programs: every answer is found in its place, or reported.

use std::io::{Cursor, Write};

use good_practice::internals::{
    Question, Recognised, parse_questionnaire, read_docx, read_markdown, read_text, recognise,
    recognise_in_form,
};

use crate::support::cli::run;
use crate::support::drafts::built_in;

const PROBLEM: &str = "7. What problem does the intervention wish to address?";

/// Returns a Word file with this body.
fn word(body: &str) -> Vec<u8> {
    package(body, &[])
}

/// Returns a Word file with this body and other parts.
pub(crate) fn package(body: &str, extra: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:w14=\"w14\" xmlns:r=\"r\" xmlns:m=\"m\" xmlns:c=\"c\"><w:body>{body}</w:body></w:document>"
    );
    for (name, text) in std::iter::once(&("word/document.xml", document.as_str())).chain(extra) {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn bold(text: &str) -> String {
    format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

pub(crate) fn plain(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Returns the numbered questions with one long answer.
pub(crate) fn long_questions() -> Vec<Question> {
    let questionnaire = built_in();
    let questions = questionnaire.sections.iter().flat_map(|section| &section.questions);
    questions
        .filter(|question| question.fields.len() == 1 && question.number > Some(5))
        .cloned()
        .collect()
}

/// Returns the plain wording of a question without its number.
pub(crate) fn wording(question: &Question) -> String {
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
pub(crate) fn answer(found: &Recognised, key: &str) -> String {
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
    for part in [2, 3, 4, 5] {
        for (format, found) in asked(|question| {
            let words = wording(question);
            let words: Vec<&str> = words.split(' ').collect();
            words[..(words.len() / part).max(4)].join(" ")
        }) {
            assert_all_answered(&found, &format!("1/{part} of the words as {format}"));
        }
    }
    for (format, found) in asked(|question| question.title.clone()) {
        assert_all_answered(&found, &format!("titles as {format}"));
    }
}

#[test]
fn the_number_of_a_question_may_be_written_in_any_way() {
    const ROMAN: [&str; 26] = [
        "", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII",
        "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX", "XXI", "XXII", "XXIII", "XXIV", "XXV",
    ];
    for spelling in [
        "#. ",
        "#º ",
        "#° ",
        "N° # ",
        "nº # ",
        "Q#: ",
        "Question # : ",
        "Nr. # ",
        "# - ",
        "(#) ",
        "#/ ",
        "Frage #: ",
        "B.# ",
        "R. ",
        "Item #. ",
        "#．",
        "",
    ] {
        let (mut body, mut text) = (String::new(), String::new());
        for question in long_questions() {
            let number = question.number.unwrap();
            let shown = spelling.replace('R', ROMAN[number]).replace('#', &number.to_string());
            let asked = format!("{shown}{}", wording(&question));
            body += &bold(&escaped(&asked));
            body += &plain(&format!("ANSWER {number}, our words. We did it."));
            text += &format!("{asked}\n\nANSWER {number}, our words. We did it.\n\n");
        }
        let document = read_docx(Cursor::new(word(&body))).unwrap();
        assert_all_answered(&recognise(&document, &built_in()), spelling);
        assert_all_answered(&recognise(&read_text(&text), &built_in()), spelling);
    }
    let text = "Question 7: The problem addressed\n\nThefts rose.\n\n8º Was the problem and its context analysed?\n\nYes.\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "analysis"), "Yes.");
}

#[test]
fn a_second_copy_of_the_form_belongs_to_no_answer() {
    let form = |answer: &str| {
        let mut text = "Good practice template\n\n".to_owned();
        for question in long_questions() {
            let number = question.number.unwrap();
            text += &format!("{number}. {}\n\n{answer} {number}.\n\n", wording(&question));
        }
        text
    };
    let found = recognise(&read_text(&(form("OURS") + &form("THEIRS"))), &built_in());
    for question in long_questions() {
        let wanted = format!("OURS {}.", question.number.unwrap());
        assert_eq!(answer(&found, &question.fields[0].key.to_string()), wanted);
    }
    let kept: String = found.unplaced.iter().map(|(_, text)| text.as_str()).collect();
    assert!(kept.contains("THEIRS 6.") && kept.contains("THEIRS 25."), "{kept}");
    assert!(found.remarks.join("\n").contains("the questions begin again"), "{:?}", found.remarks);
}

#[test]
fn questions_that_are_missing_and_answers_above_them_are_reported() {
    let text = |skipped: usize, above: bool| {
        let mut text = String::new();
        for question in long_questions() {
            let number = question.number.unwrap();
            let asked = format!("{number}. {}\n\n", wording(&question));
            let asked = if number == skipped { String::new() } else { asked };
            let answer = format!("ANSWER {number}.\n\n");
            text += &if above { answer + &asked } else { asked + &answer };
        }
        recognise(&read_text(&text), &built_in()).remarks.join("\n")
    };
    let remarks = text(9, false);
    assert!(remarks.contains("questions 1, 2, 3, 4, 5, 9, 10 are not found"), "{remarks}");
    assert!(!remarks.contains("is above question"), "{remarks}");
    let remarks = text(0, true);
    assert!(
        remarks.contains("a text is above question 6 and none is below question 25"),
        "{remarks}"
    );
}

#[test]
fn what_a_word_file_has_beside_its_text_is_reported() {
    let body = bold(PROBLEM) + &plain("Thefts rose.");
    let edge = |name: &str, text: &str| format!("<w:{name}>{}</w:{name}>", plain(text));
    let (header, footer) =
        (edge("hdr", "Town of Brezovnik, 42 people"), edge("ftr", "Page 3 of 9"));
    let file = package(&body, &[("word/header1.xml", &header), ("word/footer1.xml", &footer)]);
    let found = recognise(&read_docx(Cursor::new(file)).unwrap(), &built_in());
    let remarks = found.remarks.join("\n");
    let wanted = "the page header or footer `Town of Brezovnik, 42 people` is left out";
    assert!(remarks.contains(wanted) && !remarks.contains("Page 3"), "{remarks}");
}

#[test]
fn a_date_control_shows_its_date_in_running_text_and_holds_it_in_a_date_field() {
    let control = |shown: &str| {
        format!(
            "<w:sdt><w:sdtPr><w:date w:fullDate=\"2021-10-05T00:00:00Z\"/></w:sdtPr><w:sdtContent><w:r><w:t>{shown}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    };
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let body = bold("4. Timing")
        + &format!("<w:p>{}{}</w:p>", run("Start date of the intervention "), control("10/5/2021"))
        + &bold(PROBLEM)
        + &format!(
            "<w:p>{}{}{}</w:p>",
            run("Thefts rose from "),
            control("5 October"),
            run(" onwards.")
        );
    let found = recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &built_in());
    assert_eq!(answer(&found, "timing.start"), "5 October 2021");
    assert_eq!(answer(&found, "problem"), "Thefts rose from 5 October onwards.");
}

#[test]
fn declarations_may_be_behind_or_between_the_questions() {
    let (aims, permission) = (
        "With this completed template, the applicant aims to\n\n☒ Share good practice for inclusion on the EUCPN's channels (Knowledge centre, newsletter, publications, etc.)\n\n☐ Participate at the European Crime Prevention Award (ECPA)\n\n",
        "☒ The applicant gives permission to publish this information and her/his contact details on the EUCPN's website.\n\n",
    );
    let name = "1. What is the name of the intervention?\n\nBright Streets\n\n";
    let problem = format!("{PROBLEM}\n\nThefts rose.\n\n");
    let signed = "Ljubljana, 3 May\n";
    for text in [
        format!("{name}{problem}{aims}{permission}{signed}"),
        format!("{name}{aims}{permission}{problem}"),
        format!("{aims}{name}{problem}{permission}{signed}"),
    ] {
        let found = recognise(&read_text(&text), &built_in());
        assert!(answer(&found, "aims").starts_with("Share good practice"), "{text}");
        assert_eq!(answer(&found, "permission").to_lowercase(), "yes", "{text}");
        assert_eq!(answer(&found, "name"), "Bright Streets", "{text}");
        assert_eq!(answer(&found, "problem"), "Thefts rose.", "{text}");
        let unplaced: Vec<&str> = found.unplaced.iter().map(|(_, text)| text.as_str()).collect();
        let wanted = if text.contains(signed) { vec![signed.trim()] } else { Vec::new() };
        assert_eq!(unplaced, wanted, "{text}");
    }
}

#[test]
fn a_remark_in_brackets_behind_a_label_is_no_answer() {
    let target = "10. What is the target of the intervention? Please motivate your answer";
    for label in [
        "Motivation (Max. 150 words):",
        "Motivation (max. 150 words)",
        "Motivation [why?]:",
        "Motivation / Begründung der Wahl:",
    ] {
        let text = format!("{target}\n\n{label}\n\nBecause (150 people) asked.\n");
        let found = recognise(&read_text(&text), &built_in());
        assert_eq!(answer(&found, "target.motivation"), "Because (150 people) asked.", "{label}");
    }
    let text = "3. Who is responsible for completing this template?\n\nOrganisation responsible for this application (full name): City of Brezovnik\n\nContact person (Ms) Maja Dolinar\n\nAddress – Square 2\n\nContact details - +386 1\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "responsible.organisation"), "City of Brezovnik");
    assert_eq!(answer(&found, "responsible.contact-person"), "(Ms) Maja Dolinar");
    assert_eq!(answer(&found, "responsible.address"), "Square 2");
    assert_eq!(answer(&found, "responsible.contact-details"), "+386 1");
}

#[test]
fn an_answer_that_begins_with_the_next_words_of_a_cut_question_stays_whole() {
    let text = "9. What is/are the objective(s) of the intervention? Please, if applicable, distinguish between\n\nMain objective: to reduce theft.\n\n22. If applicable, please provide more information on the quality of the evaluation(s). E.g., what\n\nData came from records.\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "objectives"), "Main objective: to reduce theft.");
    assert_eq!(answer(&found, "process-quality"), "Data came from records.");
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
    assert!(found.remarks.join("\n").contains("looks like question 7"), "{:?}", found.remarks);
}

#[test]
fn a_declaration_with_one_text_field_is_read() {
    let questionnaire = parse_questionnaire(
        "id: q\nversion: 1\ntitle: Form\ndeclarations:\n- id: reason\n  text: Why do you apply for this award\n  title: Reason\n  kind: text\n- id: place\n  text: Where do you work at present\n  title: Place\n  kind: line\nsections:\n- title: All\n  questions:\n  - id: name\n    title: Name\n    text: What is the name of your project?\n    kind: line\n",
    )
    .unwrap();
    let body = plain("Why do you apply for this award")
        + &plain("Because it works.")
        + &plain("And it is cheap.")
        + &plain("Where do you work at present")
        + &plain("Ljubljana")
        + &plain("1. What is the name of your project?")
        + &plain("Bright");
    let found = recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &questionnaire);
    let answers: Vec<String> = questionnaire
        .questions()
        .flat_map(|(_, question)| &question.fields)
        .map(|field| {
            found.draft.answer(&field.key).map(|answer| answer.shown(field)).unwrap_or_default()
        })
        .collect();
    assert_eq!(
        answers,
        ["Because it works.\n\nAnd it is cheap.", "Ljubljana", "Bright"],
        "{found:?}"
    );
    assert_eq!(found.unplaced, []);
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
    let text = "1. What is the name of the intervention? Bright Streets 2. Country of application: Slovenia\n3. Who is responsible for completing this template?\nOrganisation responsible for this application City of Brezovnik\nContact person Maja Dolinar\nAddress Square 2, Brezovnik\nE-mail (if possible, add institutional e-mail) info@example.eu\n4. Timing Start date of the intervention: 14 April 2023 Is the intervention still running? Yes\n6. Please give a short summary of the intervention (Max. 600 words). It is short.\n";
    let found = recognise(&read_text(text), &built_in());
    let answers: Vec<_> = [
        "name",
        "country",
        "responsible.organisation",
        "responsible.contact-person",
        "responsible.address",
        "responsible.e-mail",
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
            "info@example.eu",
            "14 April 2023",
            "yes",
            "It is short.",
        ],
        "{found:?}"
    );
}

/// Returns a Word form with hints and words of its own, filled in by `answer`: it returns what is in
/// the place of the answer to a question, behind its hint.
fn office_form(answer: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let mut body = String::new();
    for question in long_questions() {
        let number = question.number.unwrap();
        body += &match number {
            9 => bold("9. Goals and sub-goals"),
            _ => bold(&escaped(&format!("{number}. {}", wording(&question)))),
        };
        let hint = match number {
            6 => "Write about: ".to_owned(),
            7 => "[Insert your answer here]".to_owned(),
            8 => "Describe the data that were used in the year before the start.".to_owned(),
            9 => "Use of public money: ".to_owned(),
            number => format!("The ministry reads answer {number} first."),
        };
        body += &answer(number, &hint);
    }
    word(&body)
}

/// Reads a form of [`office_form`] as a copy of the blank.
fn read_office_form(answer: impl Fn(usize, &str) -> String) -> Recognised {
    let read = |bytes| read_docx(Cursor::new(bytes)).unwrap();
    let blank = office_form(|_, hint| plain(hint));
    recognise_in_form(&read(office_form(answer)), &read(blank), &built_in())
}

#[test]
fn whatever_the_blank_form_says_is_no_answer() {
    let ours = |number: usize| format!("ANSWER {number}, our words. We did it.");
    let found = read_office_form(|number, hint| match number {
        6 | 9 => plain(&format!("{hint}{}", ours(number))),
        7 => plain(&ours(number)),
        8 => plain(&format!("{hint} {}", ours(number))),
        10 => plain(&ours(number)) + &plain(hint),
        _ => plain(hint) + &plain(&ours(number)),
    });
    assert_all_answered(&found, "filled in");
    let remarks = found.remarks.join("\n");
    assert!(remarks.contains("question 9: recognised by its number alone"), "{remarks}");

    let empty = read_office_form(|_, hint| plain(hint));
    assert!(empty.draft.is_empty(), "{:?}", empty.draft);
    assert_eq!(empty.unplaced, []);
}

#[test]
fn words_that_an_answer_shares_with_the_blank_form_stay_in_it() {
    let said = "We describe the data of the year before: they were used at the start.";
    let found = read_office_form(|number, _| plain(&format!("{said} {number}")));
    assert_eq!(answer(&found, "analysis"), format!("{said} 8"));
    assert_eq!(answer(&found, "summary"), format!("{said} 6"));
}

#[test]
fn a_choice_that_was_made_in_words_of_the_blank_form_is_read() {
    let form = |running: &str, boxes: &str| {
        let body = bold("4. Timing")
            + &plain("Start date of the intervention: ")
            + &plain(&format!("Is the intervention still running: {running}"))
            + &bold(
                "10. What is the target of the intervention? Please motivate your answer (Max. 150 words)",
            )
            + &plain(&format!(
                "{boxes} Universal prevention: the intervention targets potential offenders and victims in the general population, or general places or systems."
            ))
            + &plain("Motivation: ");
        read_docx(Cursor::new(word(&body))).unwrap()
    };
    for (blank, filled, yes) in [
        ("☐ Yes ☐ No", "☒ Yes ☐ No", "yes"),
        ("☐ Yes ☐ No", "Yes", "yes"),
        ("☐ Yes ☐ No", "No", "no"),
        ("Yes / No", "No", "no"),
        ("☐ Yes ☐ No", "☐ Yes ☐ No", ""),
    ] {
        let found = recognise_in_form(&form(filled, "☒"), &form(blank, "☐"), &built_in());
        assert_eq!(answer(&found, "timing.still-running").to_lowercase(), yes, "{filled}");
        assert!(answer(&found, "target.levels").starts_with("Universal"), "{filled}");
        assert_eq!(found.unplaced, [], "{filled}");
    }
}

#[test]
fn hints_below_several_questions_are_left_out_and_reported() {
    let hint = "Maximum half a page, please.";
    let form = |answers: &dyn Fn(usize) -> String| {
        let questions = long_questions().into_iter().map(|question| {
            let number = question.number.unwrap();
            let asked = bold(&escaped(&format!("{number}. {}", wording(&question))));
            let hint = if number % 2 == 0 { plain(hint) } else { String::new() };
            asked + &hint + &answers(number)
        });
        let body = questions.collect::<String>();
        recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &built_in())
    };
    let found = form(&|number| plain(&format!("ANSWER {number}, our words. We did it.")));
    assert_all_answered(&found, "filled in");
    assert!(found.remarks.join("\n").contains(&format!("`{hint}` is below")), "{found:?}");
    assert!(form(&|_| String::new()).draft.is_empty());
    // An applicant repeats words, too: nothing follows them.
    let found = form(&|number| {
        plain(if number % 2 == 1 { "Please see our second annex." } else { "Other words." })
    });
    assert_eq!(answer(&found, "problem"), "Please see our second annex.", "{found:?}");
}

#[test]
fn list_items_with_typed_bullets_are_tight() {
    let item = |left: usize, text: &str| {
        format!(
            "<w:p><w:pPr><w:ind w:start=\"{left}\" w:hanging=\"357\"/></w:pPr><w:r><w:t>{text}</w:t></w:r><w:r><w:tab/></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>item</w:t></w:r></w:p>"
        )
    };
    let body = plain("We did this.")
        + &item(357, "•")
        + &item(597, "▪")
        + &item(357, "●")
        + &plain("Then:")
        + &item(357, "1.")
        + &item(357, "2.");
    let (text, _) = problem(&body, &[]);
    assert_eq!(
        text,
        "We did this.\n\n- **item**\n  * **item**\n• **item**\n\nThen:\n\n1. **item**\n2. **item**"
    );
}

const UNIVERSAL: &str = "Universal prevention: the intervention targets potential offenders and victims in the general population, or general places or systems.";
const SELECTIVE: &str = "Selective prevention: the intervention targets groups whose members have a higher risk of committing deviant behaviour or being victimised, or specific places or systems that are at an increased risk of becoming the scene of a crime.";

/// Returns a row of a table.
pub(crate) fn row(cells: &[&str]) -> String {
    let cells = cells.iter().map(|cell| format!("<w:tc>{}</w:tc>", plain(cell)));
    format!("<w:tr>{}</w:tr>", cells.collect::<String>())
}

#[test]
fn marks_that_were_typed_beside_a_choice_tick_it() {
    let lines = |first: String, second: String| plain(&first) + &plain(&second);
    let table = |rows: [String; 2]| format!("<w:tbl>{}</w:tbl>", rows.concat());
    for (body, wanted) in [
        (lines(format!("X ☐ {UNIVERSAL}"), format!("☐ {SELECTIVE}")), ["Universal"]),
        (lines(format!("☐ {UNIVERSAL}"), format!("☐ x {SELECTIVE}")), ["Selective"]),
        (lines(format!("☐ {UNIVERSAL} X"), format!("☐ {SELECTIVE}")), ["Universal"]),
        (lines(format!("[ ] {UNIVERSAL}"), format!("[x] {SELECTIVE}")), ["Selective"]),
        (lines(format!("☐ {UNIVERSAL}"), format!("✓ {SELECTIVE}")), ["Selective"]),
        (lines(format!("Yes: {UNIVERSAL}"), format!("No: {SELECTIVE}")), ["Universal"]),
        (lines(format!("☐ {UNIVERSAL} No"), format!("☐ {SELECTIVE} Yes")), ["Selective"]),
        (table([row(&["X", UNIVERSAL]), row(&["", SELECTIVE])]), ["Universal"]),
        (table([row(&["☐", UNIVERSAL]), row(&["☐ X", SELECTIVE])]), ["Selective"]),
        (table([row(&[UNIVERSAL, "☐"]), row(&[SELECTIVE, "x"])]), ["Selective"]),
    ] {
        let asked = "10. What is the target of the intervention? Please motivate your answer";
        let body = bold(asked) + &body + &plain("Motivation: Ours.");
        let found = recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &built_in());
        let chosen = answer(&found, "target.levels");
        let chosen: Vec<&str> = chosen.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(chosen, wanted, "{body}");
        assert_eq!(answer(&found, "target.motivation"), "Ours.", "{body}");
        assert_eq!(found.unplaced, [], "{body}");
    }
}

#[test]
fn short_answers_are_found_beside_behind_and_below_their_labels() {
    let [label, other] = ["Contact person", "Address"];
    let table = |rows: &str| format!("<w:tbl>{rows}</w:tbl>");
    for body in [
        plain("Contact person : Ana") + &plain("Address\u{a0}: Square 2"),
        plain("Contact person\u{202f}: Ana") + &plain("Address:Square 2"),
        plain("Contact person:") + &plain("Ana") + &plain("Address:") + &plain("Square 2"),
        plain("Contact person Ana") + &plain("Address Square 2"),
        plain("Contact person: ____Ana____") + &plain("Address: …… Square 2 ……"),
        table(&(row(&[label, "Ana"]) + &row(&[other, "Square 2"]))),
        table(&(row(&["Contact person :", "Ana"]) + &row(&["Address:", "Square 2"]))),
        table(&(row(&[label]) + &row(&["Ana"]) + &row(&[other]) + &row(&["Square 2"]))),
    ] {
        let body = bold("3. Who is responsible for completing this template?") + &body;
        let found = recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &built_in());
        assert_eq!(answer(&found, "responsible.contact-person"), "Ana", "{body}");
        assert_eq!(answer(&found, "responsible.address"), "Square 2", "{body}");
        assert_eq!(found.unplaced, [], "{body}");
    }
}

#[test]
fn emphasis_is_told_from_the_look_of_the_place() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let off = "<w:i w:val=\"0\"/>";
    let marked = |runs: &str| format!("<w:p><w:pPr><w:rPr><w:i/></w:rPr></w:pPr>{runs}</w:p>");
    let by_mark =
        marked(&(run("<w:i/>", "We met ") + &run(off, "all") + &run("<w:i/>", " of them.")));
    let styled = |runs: &str| format!("<w:p><w:pPr><w:pStyle w:val=\"Room\"/></w:pPr>{runs}</w:p>");
    let by_style = styled(&(run("", "We met ") + &run(off, "all") + &run("<w:i/>", " of them.")));
    let control = format!(
        "<w:sdt><w:sdtPr><w:rPr><w:i/></w:rPr></w:sdtPr><w:sdtContent><w:p>{}{}{}</w:p></w:sdtContent></w:sdt>",
        run("<w:i/>", "We met "),
        run(off, "all"),
        run("<w:i/>", " of them.")
    );
    let own = plain("It began.") + &marked(&run("<w:i/>", "We met."));
    let unmarked = marked(&run("", "We met."));
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Base\"><w:name w:val=\"Base\"/><w:rPr><w:i/></w:rPr></w:style><w:style w:styleId=\"Room\"><w:name w:val=\"Room\"/><w:basedOn w:val=\"Base\"/></w:style></w:styles>";
    for (body, wanted) in [
        (by_mark, "We met *all* of them."),
        (by_style, "We met *all* of them."),
        (control, "We met *all* of them."),
        (own, "It began.\n\n*We met.*"),
        (unmarked, "We met."),
    ] {
        assert_eq!(problem(&body, &[("word/styles.xml", styles)]).0, wanted, "{body}");
    }
}

#[test]
fn the_codes_of_links_are_read_in_every_spelling() {
    for (code, link) in [
        ("HYPERLINK &quot;https://example.org/x&quot;", Some("https://example.org/x")),
        (
            " hyperlink  &quot;https://example.org/x&quot; \\o &quot;a tip&quot; ",
            Some("https://example.org/x"),
        ),
        ("HYPERLINK https://example.org/x", Some("https://example.org/x")),
        ("HYPERLINK \\l &quot;_Toc1&quot;", None),
        ("PAGEREF _Toc1", None),
    ] {
        let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
        let (head, tail) = code.split_at(5);
        let body = format!(
            "<w:p>{}<w:r><w:instrText>{head}</w:instrText></w:r><w:r><w:instrText>{tail}</w:instrText></w:r>{}<w:r><w:t>ours</w:t></w:r>{}</w:p>",
            mark("begin"),
            mark("separate"),
            mark("end")
        );
        let wanted = link.map_or("ours".to_owned(), |link| format!("[ours]({link})"));
        assert_eq!(problem(&body, &[]).0, wanted, "{code}");
    }
    // As LibreOffice saves a link in a content control.
    let text = plain(" HYPERLINK &quot;https://example.org/x&quot; ours");
    assert_eq!(problem(&text, &[]).0, "[ours](https://example.org/x)");
}

#[test]
fn words_inserted_between_a_question_and_its_limit_belong_to_no_answer() {
    let body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">6. Please give a short summary of the intervention </w:t></w:r><w:ins w:id=\"1\"><w:r><w:t xml:space=\"preserve\">please </w:t></w:r></w:ins><w:r><w:t>(Max. 600 words).</w:t></w:r></w:p>".to_owned()
        + &plain("Ours.");
    let found = recognise(&read_docx(Cursor::new(word(&body))).unwrap(), &built_in());
    assert_eq!(answer(&found, "summary"), "Ours.", "{found:?}");
    assert_eq!(found.unplaced, []);
}

/// Reads a form in which the answer to question 7 is this part of a Word file.
fn problem(body: &str, extra: &[(&str, &str)]) -> (String, Recognised) {
    let mut parts = String::new();
    for question in long_questions().iter().take(3) {
        parts += &bold(&escaped(&format!("{}. {}", question.number.unwrap(), wording(question))));
        let answer = if question.number == Some(7) { body.to_owned() } else { plain("Words.") };
        parts += &answer;
    }
    let found = recognise(&read_docx(Cursor::new(package(&parts, extra))).unwrap(), &built_in());
    (answer(&found, "problem"), found)
}

#[test]
fn a_word_file_of_any_origin_is_read_as_its_writer_meant_it() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let raised = run("<w:vertAlign w:val=\"superscript\"/>", "6");
    let cases = [
        (format!("<w:p>{}{raised}{}</w:p>", run("", "About 10"), run("", " people.")), "About 10⁶ people.", None),
        (format!("<w:p>{}{}{}</w:p>", run("", "We "), run("<w:strike/>", "never"), run("", " always measured.")), "We always measured.", Some("struck-through text is left out: never")),
        (format!("<w:p>{}{}</w:p>", run("", "Shown."), run("<w:vanish/>", " Secret.")), "Shown.", Some("hidden text is left out: Secret.")),
        ("<w:p><w:r><w:t>One</w:t><w:br w:type=\"page\"/><w:t>Two</w:t></w:r></w:p>".to_owned(), "One Two", None),
        ("<w:p><w:r><w:t xml:space=\"preserve\">By </w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>".to_owned(), "By 1/2", Some("an equation is read as plain text")),
        ("<w:p><w:r><w:t>Before</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p></w:txbxContent></w:pict><w:t xml:space=\"preserve\"> behind.</w:t></w:r></w:p>".to_owned(), "Box\n\nBefore behind.", None),
        ("<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK \"https://example.org/x\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>our page</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>".to_owned(), "[our page](https://example.org/x)", None),
        ("<w:p><w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:ddList><w:result w:val=\"1\"/><w:listEntry w:val=\"Rural\"/><w:listEntry w:val=\"Urban\"/></w:ddList></w:ffData></w:fldChar></w:r></w:p>".to_owned(), "Urban", None),
        ("<w:p><w:r><w:t>See</w:t><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/><w:t>5.</w:t></w:r></w:p>".to_owned(), "See≥5.", None),
        ("<w:p><w:r><w:t>Words.</w:t></w:r></w:p><w:p><w:r><w:drawing><w:blip/></w:drawing></w:r></w:p>".to_owned(), "Words.", Some("question 7: the picture in paragraph 5 is left out")),
        (format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", plain("Year"), plain("Thefts"), plain("2021"), plain("70")), "Year | Thefts\n2021 | 70", Some("question 7: the table in paragraph 4")),
        (plain("______________"), "", None),
        (format!("<w:p>{}{}</w:p>", run("<w:rFonts w:ascii=\"Wingdings\"/>", "\u{f0e0}"), run("", " onwards.")), "→ onwards.", None),
        (format!("<w:p>{}{}{}</w:p>", run("", "We "), run("<w:rStyle w:val=\"Gone\"/>", "never "), run("", "met.")), "We met.", Some("hidden text is left out: never")),
        (plain("Words.") + "<w:p><w:r><w:drawing><c:chart/></w:drawing></w:r><w:r><w:object/></w:r></w:p>", "Words.", Some("question 7: the picture in paragraph 5 is left out")),
        (plain("Words.") + "<w:altChunk r:id=\"x\"/>", "Words.", Some("a document that is inserted here cannot be read")),
    ];
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Gone\"><w:name w:val=\"Gone\"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
    for (body, wanted, remark) in cases {
        let (text, found) = problem(&body, &[("word/styles.xml", styles)]);
        assert_eq!(text, wanted, "{:?}", found.remarks);
        let (few, remarks) = found.remarks.split_first().unwrap();
        assert!(few.contains("only 3 of the 25 questions"), "{few}");
        let remarks = remarks.join("\n");
        match remark {
            Some(remark) => assert!(remarks.contains(remark), "{wanted}: {remarks}"),
            None => assert_eq!(remarks, "", "{wanted}"),
        }
    }
}

#[test]
fn the_main_part_is_found_however_its_name_is_written() {
    let relations = |target: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" Type=\"http://x/officeDocument\" Target=\"{target}\"/></Relationships>"
        )
    };
    let body = bold("6. Please give a short summary of the intervention (Max. 600 words).")
        + &plain("Ours.");
    let text = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    for (target, name) in [
        ("word/document.xml", "word/document.xml"),
        ("/word/document2.xml", "word/document2.xml"),
        ("word/document.xml", "Word/Document.XML"),
        ("word\\document.xml", "word/document.xml"),
        ("./word/document.xml", "word\\document.xml"),
        ("document.xml", "document.xml"),
    ] {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (part, text) in [("_rels/.rels", relations(target)), (name, text.clone())] {
            zip.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let file = zip.finish().unwrap();
        let found = recognise(&read_docx(file).unwrap(), &built_in());
        assert_eq!(answer(&found, "summary"), "Ours.", "{target} {name}");
    }
}

#[test]
fn footnotes_of_the_applicant_are_kept_with_their_question() {
    let notes = |kind: &str, id: usize, text: &str| {
        format!(
            "<w:{kind}s xmlns:w=\"w\"><w:{kind} w:id=\"{id}\">{}</w:{kind}></w:{kind}s>",
            plain(text)
        )
    };
    let marks = |kind: &str, id: usize| format!("<w:r><w:{kind}Reference w:id=\"{id}\"/></w:r>");
    let body = format!(
        "<w:p><w:r><w:t>Words.</w:t></w:r>{}{}</w:p>",
        marks("footnote", 3),
        marks("endnote", 3)
    );
    let parts = [
        ("word/footnotes.xml", notes("footnote", 3, "Police, 2021.")),
        ("word/endnotes.xml", notes("endnote", 3, "Court, 2022.")),
    ];
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (text, found) = problem(&body, &parts);
    assert_eq!(text, "Words.");
    let kept: Vec<&str> = found.unplaced.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        kept,
        ["a footnote of question 7: Police, 2021.", "a footnote of question 7: Court, 2022."]
    );
}

#[test]
fn lists_are_found_by_their_styles() {
    let item = |style: &str, text: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Base\"><w:name w:val=\"List Bullet\"/><w:pPr><w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style><w:style w:styleId=\"Mine\"><w:name w:val=\"Mine\"/><w:basedOn w:val=\"Base\"/></w:style><w:style w:styleId=\"Other\"><w:name w:val=\"Other\"/><w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style></w:styles>";
    let numbering = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\"><w:styleLink w:val=\"Dots\"/><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"•\"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId=\"1\"><w:numStyleLink w:val=\"Dots\"/></w:abstractNum><w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num><w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"4\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1)\"/></w:lvl></w:lvlOverride></w:num></w:numbering>";
    let body =
        plain("We did:") + &item("Mine", "one") + &item("Base", "two") + &item("Other", "four");
    let (text, _) =
        problem(&body, &[("word/styles.xml", styles), ("word/numbering.xml", numbering)]);
    assert_eq!(text, "We did:\n- one\n- two\n4) four");
}

#[test]
fn a_line_that_begins_two_pages_by_chance_is_no_page_header() {
    let pages = [
        "Title 1\n6. Please give a short summary of the intervention (Max. 600 words).\nWe met.",
        "Title 2\nThe same line of two answers\nand more.",
        "Title 3\nThe same line of two answers\nand more.",
        "Title 4\nOther words.",
        "Title 5\nThe end.",
    ];
    let found = recognise(&read_text(&pages.join("\u{c}")), &built_in());
    assert_eq!(answer(&found, "summary").matches("The same line").count(), 2, "{found:?}");
    assert!(!answer(&found, "summary").contains("Title"), "{found:?}");
}

#[test]
fn markdown_of_other_programs_is_read() {
    let text = "### 7. What problem does the intervention wish to address? ###\n\n<!-- ask Ana -->__Theft__ &amp; fear<br>at night.\n\n### 8. Analysis before the start ###\n\nWords.\n";
    let found = recognise(&read_markdown(text), &built_in());
    assert_eq!(answer(&found, "problem"), "**Theft** & fear at night.");
    assert_eq!(answer(&found, "analysis"), "Words.");
    assert!(
        found.remarks.join("\n").contains("line 3: a comment is left out: ask Ana"),
        "{found:?}"
    );
}

#[test]
fn lines_that_markdown_wraps_are_joined() {
    let text = "### 7. What problem does the intervention wish to address?\n\nTheft of bicycles at\nnight. It is\na large problem.  \nA new line.\n\n-   the first item that is\n    wrapped;\n-   the *second*.\n\n### 8. Analysis before the start\n\n> - <https://example.org/a>\n";
    let found = recognise(&read_markdown(text), &built_in());
    assert_eq!(
        answer(&found, "problem"),
        "Theft of bicycles at night. It is a large problem.\nA new line.\n\n- the first item that is wrapped;\n- the *second*."
    );
    assert_eq!(answer(&found, "analysis"), "- https://example.org/a");
}

#[test]
fn a_line_that_looks_like_a_question_of_another_form_is_reported() {
    let heading = |text: &str| format!("### {text}\n\nWords about it.\n\n");
    let problem = heading("7. What problem does the intervention wish to address?");
    let analysis = heading("8. Analysis before the start");
    for (text, wanted) in [
        (format!("{problem}{}{analysis}", heading("Lessons learned")), "line 5"),
        (format!("{problem}What did you learn from it?\n\nMuch.\n\n{analysis}"), "line 5"),
    ] {
        let found = recognise(&read_markdown(&text), &built_in());
        let remarks = found.remarks.join("\n");
        let remark =
            format!("{wanted}: this line looks like a question, but the form does not have it");
        assert!(remarks.contains(&remark), "{remarks}");
        assert!(answer(&found, "analysis") == "Words about it.", "{found:?}");
    }
}

#[test]
fn a_prompt_that_is_left_out_is_reported() {
    let text = "7. What problem does the intervention wish to address?\n\n[Describe the problem]\n";
    let found = recognise(&read_text(text), &built_in());
    let remark = "question 7: `[Describe the problem]` is left out";
    assert!(found.remarks.join("\n").contains(remark), "{:?}", found.remarks);
}

#[test]
fn words_that_a_pdf_divided_are_joined_in_its_text() {
    let text = "7. What problem does the inter\u{2010}\nvention wish to address?\n\nTheft, day and night, is com\u{2010}\nmon here, and call\u{2010}\nback lines help. A call-back line is free.\n\u{c}8. Analysis before the start\n\nWords.\n\u{c}";
    let found = recognise(&read_text(text), &built_in());
    let problem = answer(&found, "problem").replace('\n', " ");
    assert_eq!(
        problem,
        "Theft, day and night, is common here, and call-back lines help. A call-back line is free."
    );
    let remark =
        "line 1: `intervention` was divided at the end of the line and is joined (3 words in all)";
    assert!(found.remarks.join("\n").contains(remark), "{:?}", found.remarks);
}

#[test]
fn the_marks_and_numbers_of_footnotes_may_be_at_line_ends() {
    let text = "9. What is/are the objective(s) of the intervention? Please, if applicable, distinguish between main and\nsub-objectives.1\n(Max. 150 words)\nTo end theft in\nMain objectives define what changes you desire with respect to the previously defined problem\nand/or within the target group. In other words, if you achieve these strategic goals, then the project\nachieves its purpose of preventing and/or reducing crime or fear of crime.\n1\n\nthe old town.\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "objectives").replace('\n', " "), "To end theft in the old town.");
}

#[test]
fn check_and_summary_of_a_received_document_carry_remarks() {
    let folder = tempfile::tempdir().unwrap();
    let body = bold("6. Please give a short summary of the intervention (Max. 600 words).")
        + "<w:p><w:r><w:t>Words.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>Secret</w:t></w:r></w:p>";
    std::fs::write(folder.path().join("form.docx"), word(&body)).unwrap();
    for command in ["check", "summary"] {
        let json = run(folder.path(), &[command, "form.docx", "--format", "json"]).out;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let remarks = json[0]["remarks"].to_string();
        assert!(remarks.contains("hidden text is left out: Secret"), "{command}: {remarks}");
        let said = run(folder.path(), &[command, "form.docx"]).err;
        assert!(said.contains("form.docx: only 1 of the 25 questions"), "{command}: {said}");
    }
}
