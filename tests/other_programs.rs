//! Footnotes, quoted messages and the signs of Markdown, as other programs write them, are read as their
//! writer meant them, or reported.

use std::io::{Cursor, Write};

use good_practice::internals::{
    Recognised, read_docx, read_html, read_markdown, read_odt, read_text, recognise,
};

use crate::filled_forms::{answer, bold, escaped, long_questions, package, plain, row, wording};
use crate::support::cli::run;
use crate::support::drafts::built_in;

const PROBLEM: &str = "7. What problem does the intervention wish to address?";
const ANALYSIS: &str = "8. Was the problem and its context analysed before the intervention was initiated and in what way?";

/// Returns the texts that belong to no answer.
fn unplaced(found: &Recognised) -> Vec<&str> {
    found.unplaced.iter().map(|(_, text)| text.as_str()).collect()
}

/// Asserts that question 7 is answered with a sentence whose footnote is kept with the question.
fn assert_note_is_kept(found: &Recognised, about: &str) {
    assert_eq!(answer(found, "problem"), "Thefts rose. A lot.", "{about}: {found:?}");
    assert_eq!(answer(found, "analysis"), "Yes.", "{about}");
    assert_eq!(unplaced(found), ["a footnote of question 7: Police, 2021."], "{about}");
}

#[test]
fn footnotes_of_web_pages_are_kept_with_their_question() {
    let pages = [
        (
            "pandoc",
            r##"<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>"##,
            r##"<section class="footnotes" role="doc-endnotes"><ol><li id="fn1"><p>Police, 2021.<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>"##,
        ),
        (
            "LibreOffice",
            r##"<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>"##,
            r##"<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>Police, 2021.</p></div>"##,
        ),
        (
            "Word",
            r##"<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class="MsoFootnoteReference">[1]</span></a>"##,
            r##"<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1><p><a href="#_ftnref1" name="_ftn1" title=""><span>[1]</span></a> Police, 2021.</p></div></div>"##,
        ),
        (
            "Google Docs",
            r##"<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>"##,
            r##"<hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;Police, 2021.</span></p></div>"##,
        ),
    ];
    for (program, mark, note) in pages {
        let page = format!(
            "<body><p><b>{PROBLEM}</b></p><p>Thefts rose.{mark} A lot.</p><p><b>{ANALYSIS}</b></p><p>Yes.</p>{note}</body>"
        );
        assert_note_is_kept(&recognise(&read_html(&page).unwrap(), &built_in()), program);
    }
}

#[test]
fn footnotes_of_markdown_are_kept_with_their_question() {
    let text = format!(
        "### {PROBLEM}\n\nThefts rose.[^police] A lot.\n\n### {ANALYSIS}\n\nYes.\n\n[^police]: Police, 2021.\n"
    );
    assert_note_is_kept(&recognise(&read_markdown(&text), &built_in()), "Markdown");
}

#[test]
fn footnotes_of_open_documents_are_kept_with_their_question() {
    let content = format!(
        r"<office:document-content><office:body><office:text><text:h>{PROBLEM}</text:h>
        <text:p>Thefts rose.<text:note><text:note-citation>1</text:note-citation><text:note-body>
        <text:p>Police, 2021.</text:p></text:note-body></text:note> A lot.</text:p>
        <text:h>{ANALYSIS}</text:h><text:p>Yes.</text:p></office:text></office:body></office:document-content>"
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(content.as_bytes()).unwrap();
    let source = read_odt(zip.finish().unwrap()).unwrap();
    assert_note_is_kept(&recognise(&source, &built_in()), "OpenDocument");
}

#[test]
fn questions_that_a_message_quotes_are_found() {
    let mut text = "Dear colleagues,\n\n".to_owned();
    for question in long_questions() {
        let (number, words) = (question.number.unwrap(), wording(&question));
        text += &format!("> {number}. {words}\n>\n\nANSWER {number}.\n\n");
    }
    let twice: String = text.lines().map(|line| format!("> {line}\n")).collect();
    for text in [text, twice] {
        let found = recognise(&read_text(&text), &built_in());
        for question in long_questions() {
            let key = question.fields[0].key.to_string();
            let wanted = format!("ANSWER {}.", question.number.unwrap());
            assert_eq!(answer(&found, &key), wanted, "{:?}", found.remarks);
        }
        assert_eq!(unplaced(&found), ["Dear colleagues,"]);
        let remarks = found.remarks.join("\n");
        assert!(remarks.contains("the `>` of a quoted message is left out before"), "{remarks}");
    }
    let text = format!("{PROBLEM}\n\nThefts:\n> 50 in 2021,\n> 70 in 2022.\n");
    let found = recognise(&read_text(&text), &built_in());
    assert!(answer(&found, "problem").contains("> 50 in 2021"), "{found:?}");
}

#[test]
fn a_message_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("form.eml"), "From: a@example.org\n\nHello\n").unwrap();
    let done = run(folder.path(), &["import", "form.eml", "-o", "draft.yaml"]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("save the form that is attached to it"), "{}", done.err);
}

#[test]
fn the_signs_of_markdown_are_read_in_every_spelling() {
    for (written, wanted) in [
        ("We _never_ met.", "We *never* met."),
        ("We __never__ met.", "We **never** met."),
        ("Caf&eacute; &#8211; 5 &lt; 6 &amp;amp; 7&nbsp;&euro;", "Café – 5 < 6 &amp; 7 €"),
        ("AT&T &unknown; R&D; 1 & 2", "AT&T &unknown; R&D; 1 & 2"),
        ("+ one\n+ two", "- one\n- two"),
        ("a_b_c and snake_case", "a_b_c and snake_case"),
    ] {
        let text = format!("### {PROBLEM}\n\n{written}\n\n### {ANALYSIS}\n\nYes.\n");
        let found = recognise(&read_markdown(&text), &built_in());
        let plain = |text: &str| text.replace(['*', '_'], "");
        let shown = answer(&found, "problem");
        assert_eq!(plain(&shown), plain(wanted), "{written}");
        let stars = |text: &str| text.matches(['*']).count();
        if wanted.contains("**") {
            assert_eq!(stars(&shown), stars(wanted), "{shown}");
        }
    }
}

#[test]
fn digits_that_are_raised_by_their_position_or_style_stay_raised() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Up\"><w:name w:val=\"Up\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style></w:styles>";
    for (properties, shown) in [
        ("<w:position w:val=\"6\"/>", "10⁶ people"),
        ("<w:position w:val=\"-6\"/>", "10₆ people"),
        ("<w:position w:val=\"1\"/>", "106 people"),
        ("<w:rStyle w:val=\"Up\"/>", "10⁶ people"),
        ("<w:rStyle w:val=\"Up\"/><w:vertAlign w:val=\"subscript\"/>", "10₆ people"),
    ] {
        let body = bold(&escaped(PROBLEM))
            + &format!(
                "<w:p>{}{}{}</w:p>",
                run("", "10"),
                run(properties, "6"),
                run("", " people")
            )
            + &bold(&escaped(ANALYSIS))
            + &plain("Yes.");
        let package = package(&body, &[("word/styles.xml", styles)]);
        let found = recognise(&read_docx(Cursor::new(package)).unwrap(), &built_in());
        assert_eq!(answer(&found, "problem"), shown, "{properties}");
    }
}

#[test]
fn labels_that_were_shortened_are_found_and_reported() {
    let labels = [
        ("Organisation", "responsible.organisation", "City of Brezovnik"),
        ("Contact person", "responsible.contact-person", "Maja Dolinar"),
        ("Address", "responsible.address", "Square 2, Brezovnik"),
        ("Contact details", "responsible.contact-details", "Phone: 00 000"),
        ("E-mail", "responsible.e-mail", "info@brezovnik.example.eu"),
    ];
    let dates = [
        ("Start date", "timing.start", "14 April 2023"),
        ("Still running?", "timing.still-running", "no"),
        ("End date", "timing.end", "30 June 2024"),
    ];
    let table = |rows: &[(&str, &str, &str)]| {
        let rows = rows.iter().map(|(label, _, value)| row(&[label, value])).collect::<String>();
        format!("<w:tbl>{rows}</w:tbl>")
    };
    let lines = |rows: &[(&str, &str, &str)]| {
        let line = |(label, _, value): &(&str, &str, &str)| format!("{label}: {value}\n");
        rows.iter().map(line).collect::<String>()
    };
    let responsible = "3. Who is responsible for completing this template?";
    let body = bold(responsible) + &table(&labels) + &bold("4. Timing") + &table(&dates);
    let text = format!("{responsible}\n{}\n4. Timing\n{}", lines(&labels), lines(&dates));
    let word = read_docx(Cursor::new(package(&body, &[]))).unwrap();
    for (name, source) in [("docx", word), ("txt", read_text(&text))] {
        let found = recognise(&source, &built_in());
        for (_, key, wanted) in labels.iter().chain(&dates) {
            assert_eq!(answer(&found, key), *wanted, "{name} {key}: {found:?}");
        }
        let note = "question 4: `End date";
        assert!(found.remarks.iter().any(|remark| remark.starts_with(note)), "{:?}", found.remarks);
        assert_eq!(unplaced(&found), [""; 0], "{name}");
    }
}

#[test]
fn a_blank_before_the_colon_may_follow_a_bracket() {
    for colon in [" :", "\u{A0}:", "\u{202F}:\u{A0}", ":"] {
        let field = "<w:pPr><w:pStyle w:val=\"Answer\"/></w:pPr>";
        let body = bold("1. What is the name of the intervention?")
            + &plain("Lamps").replace("<w:p>", &format!("<w:p>{field}"))
            + &bold("3. Who is responsible for completing this template?")
            + &plain(&format!(
                "E-mail (if possible, add institutional e-mail){colon} a@example.org"
            ));
        let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Answer\"><w:name w:val=\"Answer\"/></w:style></w:styles>";
        let package = package(&body, &[("word/styles.xml", styles)]);
        let found = recognise(&read_docx(Cursor::new(package)).unwrap(), &built_in());
        assert_eq!(answer(&found, "responsible.e-mail"), "a@example.org", "{colon:?}");
    }
}

#[test]
fn choices_in_the_middle_of_a_line_are_read() {
    let text = "10. What is the target of the intervention? Please motivate your answer \
        [ ] Universal prevention: the intervention targets potential offenders and victims in the general \
        population, or general places or systems. \
        [x] Selective prevention: the intervention targets groups whose members have a higher risk of \
        committing deviant behaviour or being victimised, or specific places or systems that are at an \
        increased risk of becoming the scene of a crime. Motivation: Most thefts are there.\n";
    for text in [text.to_owned(), text.replace("[ ]", "☐").replace("[x]", "☒")] {
        let found = recognise(&read_text(&text), &built_in());
        assert!(answer(&found, "target.levels").starts_with("Selective"), "{found:?}");
        assert_eq!(answer(&found, "target.motivation"), "Most thefts are there.");
        assert_eq!(unplaced(&found), [""; 0]);
    }
    let found =
        recognise(&read_text("10. What is the target of the intervention?\n\nAll.\n"), &built_in());
    let remarks = found.remarks.join("\n");
    assert!(remarks.contains("question 10: none of its choices is found"), "{remarks}");
}

#[test]
fn what_an_office_added_to_its_questions_is_no_answer() {
    let word = |ask: fn(&str) -> String, add: &str| {
        let mut body = String::new();
        for question in long_questions() {
            let (number, words) = (question.number.unwrap(), wording(&question));
            body += &bold(&escaped(&format!("{number}. {}", ask(&words))));
            body += &plain(&format!("{add}ANSWER {number}."));
        }
        recognise(&read_docx(Cursor::new(package(&body, &[]))).unwrap(), &built_in())
    };
    let translated = |words: &str| format!("{words} / Quelle est la réponse ?");
    let limited =
        |words: &str| words.replace("(Max", "(maximum").replace("words)", "words, without tables)");
    for (found, remark) in [
        (word(translated, ""), "`/ Quelle est la réponse ?` is left out as a part of the question"),
        (
            word(limited, ""),
            "question 8: `(maximum. 150 words, without tables)` is left out as the",
        ),
        (word(str::to_owned, "Answer: "), "`Answer:` is before 19 answers and is left out"),
    ] {
        for question in long_questions() {
            let key = question.fields[0].key.to_string();
            let number = question.number.unwrap();
            assert_eq!(answer(&found, &key), format!("ANSWER {number}."), "{:?}", found.remarks);
        }
        let remarks = found.remarks.join("\n");
        assert!(remarks.contains(remark), "{remark}: {remarks}");
    }
    // One applicant's bold answer on the line of a question stays.
    let body = bold("9. Objectives: To halve thefts in a year.") + &plain("In two districts.");
    let found = recognise(&read_docx(Cursor::new(package(&body, &[]))).unwrap(), &built_in());
    assert!(answer(&found, "objectives").contains("To halve thefts"), "{found:?}");
}

#[test]
fn translations_beside_questions_labels_and_titles_are_no_answers() {
    let heading = |text: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/></w:style></w:styles>";
    let mut body = bold("3. Who is responsible for completing this template?")
        + &bold("Kdo je odgovoren za izpolnitev?")
        + &plain("Contact person / Kontaktna oseba: Maja Dolinar")
        + &plain("Address (ulica in kraj): Square 2");
    let mut page = body.clone();
    for question in long_questions() {
        let number = question.number.unwrap();
        let title = match number {
            7 => "Opis problema",
            11 => "Opis dejavnosti",
            13 => "Opis rezultatov",
            17 => "Opis izvedbe",
            _ => "",
        };
        body += &if title.is_empty() { String::new() } else { heading(title) };
        body += &bold(&escaped(&format!("{number}. {}", wording(&question))));
        body += &bold(&format!("Prevod vprašanja številka {number}"));
        body += &plain(&format!("ANSWER {number}."));
        page += &bold(&escaped(&format!("{number}. {}", wording(&question))));
        page += &plain(&format!("ANSWER {number}."));
    }
    let file = package(&body, &[("word/styles.xml", styles)]);
    let found = recognise(&read_docx(Cursor::new(file)).unwrap(), &built_in());
    for question in long_questions() {
        let wanted = format!("ANSWER {}.", question.number.unwrap());
        let shown = answer(&found, &question.fields[0].key.to_string());
        assert_eq!(shown, wanted, "{:?}", found.remarks);
    }
    assert_eq!(answer(&found, "responsible.contact-person"), "Maja Dolinar");
    assert_eq!(answer(&found, "responsible.address"), "Square 2");
    assert_eq!(unplaced(&found), [""; 0]);
    let remarks = found.remarks.join("\n");
    for remark in [
        "question 3: `Kdo je odgovoren za izpolnitev?` is left out as a part of the question",
        "question 25: `Prevod vprašanja številka 25` is left out as a part of the question",
        "`Opis problema` above question 7 is left out as a part of the form",
    ] {
        assert!(remarks.contains(remark), "{remark}: {remarks}");
    }
    // A bold line of one answer stays.
    let page = page.replace(&plain("ANSWER 8."), &(bold("First") + &plain("ANSWER 8.")));
    let found = recognise(&read_docx(Cursor::new(package(&page, &[]))).unwrap(), &built_in());
    assert_eq!(answer(&found, "analysis"), "**First**\n\nANSWER 8.");
    // A title with its translation, in plain text.
    let text = format!(
        "{PROBLEM}\n\nThefts rose.\n\nAdditional ECPA questions / Dodatna vprašanja\n\n24. How is the intervention innovative in its methods and/or approaches?\n\nIt is.\n"
    );
    let found = recognise(&read_text(&text), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts rose.");
    assert!(found.remarks.join("\n").contains("as the title of a section"), "{:?}", found.remarks);
}

#[test]
fn tick_boxes_on_lines_of_their_own_are_read_on_either_side() {
    let raw = "With this completed template, the applicant aims to:\nShare good practice for inclusion on the EUCPN's channels (Knowledge\n☒\ncentre, newsletter, publications, etc.)\nParticipate at the European Crime Prevention Award (ECPA)\n☐\nThe applicant gives permission to publish this information and her/his\n☒\ncontact details on the EUCPN's website.\n1. What is the name of the intervention?\nLamps\n";
    let before = "With this completed template, the applicant aims to:\n☒\nShare good practice for inclusion on the EUCPN's channels (Knowledge centre, newsletter, publications, etc.)\n☐\nParticipate at the European Crime Prevention Award (ECPA)\n☒\nThe applicant gives permission to publish this information and her/his contact details on the EUCPN's website.\n1. What is the name of the intervention?\nLamps\n";
    for text in [raw, before] {
        let found = recognise(&read_text(text), &built_in());
        assert!(answer(&found, "aims").starts_with("Share"), "{found:?}");
        assert!(!answer(&found, "aims").contains("Award"), "{found:?}");
        assert_eq!(answer(&found, "permission"), "yes", "{found:?}");
        assert_eq!(unplaced(&found), [""; 0], "{text}");
    }
}

#[test]
fn a_permission_that_is_wrapped_is_no_third_aim() {
    let text = "With this completed template, the applicant aims to:\n☒ Share good practice for inclusion on the EUCPN's channels (Knowledge centre,\nnewsletter, publications, etc.)\n☐ Participate at the European Crime Prevention Award (ECPA)\n☒ The applicant gives permission to publish this information and her/his\ncontact details on the\nEUCPN's website.\n1. What is the name of the intervention?\nLamps\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "aims").matches("applicant").count(), 0, "{found:?}");
    assert_eq!(answer(&found, "permission"), "yes", "{found:?}");
    assert_eq!(unplaced(&found), [""; 0]);
}

#[test]
fn not_applicable_may_be_on_the_line_of_its_question() {
    let question = "15. If no outcome or impact evaluation has been conducted, are there any theoretical indications that the intervention might be successful? If applicable, please motivate these indications. (Max. 150 words)";
    for answer in ["(Not applicable)", "Not applicable.", "n/a", "\n(Not applicable)"] {
        let found = recognise(&read_text(&format!("{question} {answer}\n")), &built_in());
        let questionnaire = built_in();
        let (_, asked) = questionnaire
            .questions()
            .find(|(_, asked)| asked.id == "theoretical-indications")
            .unwrap();
        let marked = found.draft.is_not_applicable(asked);
        assert!(marked && found.unplaced.is_empty(), "{answer}: {found:?}");
    }
}

#[test]
fn bullets_that_lost_their_items_are_reported() {
    let text = format!("{PROBLEM}\n\nThree groups:\n•\n•\n\nresidents;\npolice.\n");
    let found = recognise(&read_text(&text), &built_in());
    let remark = "line 4: 2 bullets on lines of their own are left out";
    assert!(found.remarks.join("\n").contains(remark), "{:?}", found.remarks);
}

#[test]
fn lists_of_a_web_page_keep_their_letters() {
    for (tag, first, second) in [
        (r#"<ol type="a">"#, "a", "b"),
        (r#"<ol type="I" start="3">"#, "III", "IV"),
        (r#"<ol style="margin: 0; list-style-type: lower-alpha">"#, "a", "b"),
        ("<ol>", "1", "2"),
    ] {
        let page = format!(
            "<body><p>{PROBLEM}</p>{tag}<li>thefts</li><li>fires</li></ol><p>{ANALYSIS}</p><p>Yes.</p></body>"
        );
        let found = recognise(&read_html(&page).unwrap(), &built_in());
        assert_eq!(answer(&found, "problem"), format!("{first}. thefts\n{second}. fires"), "{tag}");
    }
}

#[test]
fn the_mark_of_a_footnote_behind_a_title_is_no_part_of_the_answer_before() {
    let text = format!(
        "25. How is the intervention relevant for other Member States?\n\nOthers may copy it.\n\n{}\n\n- Deterrence\n",
        "List of potential crime prevention mechanisms[9]"
    );
    let found = recognise(&read_text(&text), &built_in());
    assert_eq!(
        answer(&found, "relevance").lines().next(),
        Some("Others may copy it."),
        "{found:?}"
    );
    assert!(!answer(&found, "relevance").contains("[9]"), "{found:?}");
}

#[test]
fn a_shortened_title_in_plain_text_is_reported_with_the_text_below_it() {
    let text = format!(
        "{PROBLEM}\nThefts.\n8. Study before it\nYes.\n9. What is/are the objective(s) of the intervention?\nFewer thefts.\n"
    );
    let found = recognise(&read_text(&text), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts.", "{found:?}");
    assert_eq!(answer(&found, "objectives"), "Fewer thefts.", "{found:?}");
    let remarks = found.remarks.join("\n");
    let said =
        "line 3: this looks like question 8, but has other words than the form: 8. Study before it";
    assert!(remarks.contains(said), "{remarks}");
    assert_eq!(unplaced(&found), ["8. Study before it\nYes."]);
    // An item of a list is a part of the answer.
    let list =
        format!("{PROBLEM}\n6. bicycles\n7. garages\n8. sheds and shops\n{ANALYSIS}\nYes.\n");
    let found = recognise(&read_text(&list), &built_in());
    assert!(answer(&found, "problem").contains("8. sheds and shops"), "{found:?}");
    // A list that ends before the number of the title is not.
    let before = format!("{PROBLEM}\n1. bicycles\n2. garages\n8. Study before it\nYes.\n");
    let found = recognise(&read_text(&before), &built_in());
    assert_eq!(answer(&found, "problem"), "1. bicycles\n2. garages", "{found:?}");
}

#[test]
fn a_line_that_is_set_in_does_not_make_a_text_one_of_this_program() {
    let hint = "Maximum half a page.";
    let text: String = long_questions()
        .iter()
        .map(|question| {
            let number = question.number.unwrap();
            let words = wording(question);
            format!("{number}. {words}\n{hint}\nANSWER {number}:\n– one\n    – its part\n")
        })
        .collect();
    let found = recognise(&read_text(&text), &built_in());
    let said =
        "is left out as a hint of the form; `--form BLANK` reads it as the empty form has it";
    assert!(found.remarks.join("\n").contains(said), "{:?}", found.remarks);
    for question in long_questions() {
        let text = answer(&found, &question.fields[0].key.to_string());
        assert!(text.starts_with("ANSWER") && text.contains("its part"), "{text}");
    }
}

#[test]
fn a_number_in_place_of_a_question_is_that_question() {
    let paragraphs = [
        bold("6. Please give a short summary of the intervention"),
        plain("Light for all."),
        bold("Q7"),
        plain("Thefts."),
        bold("Question 8:"),
        plain("Yes."),
        bold("9. What is/are the objective(s) of the intervention?"),
        plain("Fewer thefts."),
    ];
    let bytes = package(&paragraphs.concat(), &[]);
    let found = recognise(&read_docx(Cursor::new(bytes)).unwrap(), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts.", "{found:?}");
    assert_eq!(answer(&found, "analysis"), "Yes.", "{found:?}");
    assert!(
        found.remarks.join("\n").contains("question 7: recognised by its number alone: Q7"),
        "{:?}",
        found.remarks
    );
    let text =
        "6. Please give a short summary of the intervention\nLight.\nQ7\nThefts.\nQ8\nYes.\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts.", "{found:?}");
    assert_eq!(answer(&found, "analysis"), "Yes.", "{found:?}");
}

#[test]
fn a_table_of_markdown_is_read_cell_by_cell() {
    let text = format!(
        "| No | Question | Answer |\n|---|:--|--:|\n| 7 | {} | Thefts \\| fires. |\n| 8 | {} | **Yes.** |\n",
        PROBLEM.trim_start_matches("7. "),
        ANALYSIS.trim_start_matches("8. ")
    );
    let found = recognise(&read_markdown(&text), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts | fires.", "{found:?}");
    assert_eq!(answer(&found, "analysis"), "**Yes.**", "{found:?}");
    // A table of the applicant keeps its rows and columns.
    let text =
        format!("{PROBLEM}\n\n| Year | Thefts |\n|---|---|\n| 2021 | 70 |\n\n{ANALYSIS}\n\nYes.\n");
    let found = recognise(&read_markdown(&text), &built_in());
    assert_eq!(answer(&found, "problem"), "Year | Thefts\n2021 | 70", "{found:?}");
    assert_eq!(answer(&found, "analysis"), "Yes.", "{found:?}");
}

#[test]
fn a_table_drawn_with_dashes_is_reported() {
    for table in [
        "  Year   Thefts\n  ------ ------\n  2021   70\n",
        "+------+----+\n| 2021 | 70 |\n+------+----+\n",
    ] {
        let text = format!("{PROBLEM}\n\n{table}\n{ANALYSIS}\n\nYes.\n");
        for source in [read_markdown(&text), read_text(&text)] {
            let remarks = recognise(&source, &built_in()).remarks.join("\n");
            assert!(remarks.contains("a table drawn with dashes is read across"), "{remarks}");
        }
    }
    let rule = format!("{PROBLEM}\n\n-----\n\nThefts.\n\n- - -\n");
    let remarks = recognise(&read_text(&rule), &built_in()).remarks.join("\n");
    assert!(!remarks.contains("drawn"), "{remarks}");
}

#[test]
fn text_boxes_of_a_web_form_are_the_answers_of_their_labels() {
    let page = format!(
        "<form><label>{PROBLEM}</label><textarea>Thefts.\nFires.</textarea><label>{ANALYSIS}</label><textarea>Yes.</textarea></form>"
    );
    let found = recognise(&read_html(&page).unwrap(), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts.\nFires.", "{found:?}");
    assert_eq!(answer(&found, "analysis"), "Yes.", "{found:?}");
}

#[test]
fn html_in_markdown_is_read_as_on_a_web_page() {
    let text = format!(
        "<table>\n<tr><td><strong>{PROBLEM}</strong></td>\n<td><p>Thefts.</p>\n<p>Fires.</p></td></tr>\n</table>\n\n\
         **{ANALYSIS}**\n\n<u>Yes</u>, <strong>we</strong> <span class=\"x\">did</span>; 2 \\<b 3.\n"
    );
    let found = recognise(&read_markdown(&text), &built_in());
    assert_eq!(answer(&found, "problem"), "Thefts.\n\nFires.", "{found:?}");
    assert_eq!(answer(&found, "analysis"), "Yes, **we** did; 2 <b 3.", "{found:?}");
}

#[test]
fn a_dash_sets_a_label_apart_from_its_answer() {
    let text = "3. Who is responsible for completing this template?\nContact person – Ana Example\n\
        Address - Main Street 5\nE-mail (if possible, add institutional e-mail) — ana@example.org\n\
        7. What problem does the intervention wish to address? – thefts\n– fires\n";
    let found = recognise(&read_text(text), &built_in());
    assert_eq!(answer(&found, "responsible.contact-person"), "Ana Example", "{found:?}");
    assert_eq!(answer(&found, "responsible.address"), "Main Street 5", "{found:?}");
    assert_eq!(answer(&found, "responsible.e-mail"), "ana@example.org", "{found:?}");
    // In a text it may be the bullet of a list.
    assert_eq!(answer(&found, "problem"), "– thefts\n\n– fires", "{found:?}");
}

#[test]
fn struck_and_hidden_text_of_every_program_is_left_out_and_reported() {
    let styles = r#"<office:automatic-styles><style:style style:name="S" style:family="text">
        <style:text-properties style:text-line-through-style="solid"/></style:style>
        <style:style style:name="H" style:family="text"><style:text-properties text:display="none"/>
        </style:style></office:automatic-styles>"#;
    let content = format!(
        r#"<office:document-content>{styles}<office:body><office:text><text:h>{PROBLEM}</text:h>
        <text:p>We <text:span text:style-name="S">never</text:span> always measured<text:span
        text:style-name="H"> (a secret)</text:span>.</text:p></office:text></office:body></office:document-content>"#
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(content.as_bytes()).unwrap();
    let odt = read_odt(zip.finish().unwrap()).unwrap();
    let page = |struck: &str| {
        read_html(&format!("<body><p>{PROBLEM}</p><p>We {struck} always measured.</p></body>"))
            .unwrap()
    };
    for source in [
        odt,
        page("<s>never</s>"),
        page("<del>never</del>"),
        page("<span style=\"text-decoration:line-through\">never</span>"),
        read_markdown(&format!("### {PROBLEM}\n\nWe ~~never~~ always measured.\n")),
    ] {
        let found = recognise(&source, &built_in());
        assert_eq!(answer(&found, "problem"), "We always measured.", "{found:?}");
        let remarks = found.remarks.join("\n");
        assert!(remarks.contains("struck-through text is left out: never"), "{remarks}");
        let is_odt = remarks.contains("hidden");
        assert!(!is_odt || remarks.contains("hidden text is left out: (a secret)"), "{remarks}");
    }
}
