//! The round with colleagues: documents and copies of one draft that several people change, merged
//! in any order.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::support::cli::{run, send_signal};
use crate::support::drafts::built_in;
use crate::support::forms::{FormLayout, package, parts};
use crate::support::pty::{CTRL_C, ENTER, ESC, NARROW, SAVE, Terminal, WIDE};

const BASE: &str = "\
questionnaire: eucpn-good-practice
version: 1
saved: 2026-11-20T10:00:00Z
answers:
  name: Bright Streets
  summary: |-
    We lit 12 streets. Residents walk there at night again.

    The town paid for it.
  problem: Thefts rose to 300 a year. Nobody felt safe.
  objectives: The owner wrote this first.
";

/// Replaces text in a Word file, as a colleague does in a word processor.
fn edit(folder: &Path, from: &str, to: &str, old: &str, new: &str) {
    let mut parts = parts(&fs::read(folder.join(from)).unwrap());
    let body = parts.iter_mut().find(|(name, _)| name == "word/document.xml").unwrap();
    assert!(body.1.contains(old), "{old}");
    body.1 = body.1.replace(old, new);
    let parts: Vec<_> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    fs::write(folder.join(to), package(&parts)).unwrap();
}

fn start() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("app.yaml"), BASE).unwrap();
    folder
}

fn show(folder: &Path, question: &str) -> String {
    run(folder, &["show", "app.yaml", question]).out.trim_end().to_owned()
}

#[test]
fn the_changes_of_three_people_are_kept_in_any_order() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let folder = start();
        let here = folder.path();
        let form = FormLayout::default().generate(&built_in()).bytes;
        fs::write(here.join("form.docx"), form).unwrap();
        assert_eq!(run(here, &["export", "app.yaml", "-o", "sent.docx"]).code, 0);
        run(here, &["export", "app.yaml", "--form", "form.docx", "-o", "filled.docx"]);
        fs::copy(here.join("app.yaml"), here.join("carla.yaml")).unwrap();
        assert_eq!(run(here, &["set", "app.yaml", "objectives", "The owner rewrote it."]).code, 0);
        edit(here, "sent.docx", "anna.docx", "12 streets", "14 streets");
        edit(here, "filled.docx", "bert.docx", "300 a year", "350 a year");
        let end = "The town and the county paid for it.";
        let carla =
            run(here, &["show", "carla.yaml", "6"]).out.replace("The town paid for it.", end);
        assert_eq!(run(here, &["set", "carla.yaml", "6", carla.trim_end()]).code, 0);
        let files = ["anna.docx", "bert.docx", "carla.yaml"];
        for at in order {
            let done = run(here, &["import", files[at], "--into", "app.yaml", "--yes"]);
            assert_eq!(done.code, 0, "{}{}", done.out, done.err);
            assert!(done.err.ends_with("1 of 1 change accepted\n"), "{}{}", done.out, done.err);
        }
        assert_eq!(
            show(here, "6"),
            format!("We lit 14 streets. Residents walk there at night again.\n\n{end}")
        );
        assert_eq!(show(here, "7"), "Thefts rose to 350 a year. Nobody felt safe.");
        assert_eq!(show(here, "9"), "The owner rewrote it.");
        let again: Vec<_> = ["import"].into_iter().chain(files).collect();
        let again = run(here, &[&again[..], &["--into", "app.yaml", "--yes"]].concat());
        assert_eq!(again.code, 0, "{}{}", again.out, again.err);
        assert!(again.err.ends_with("the files change no answer\n"), "{}{}", again.out, again.err);
    }
}

#[test]
fn a_sentence_that_two_people_changed_is_left_for_the_owner() {
    let folder = start();
    let here = folder.path();
    run(here, &["export", "app.yaml", "-o", "sent.docx"]);
    edit(here, "sent.docx", "anna.docx", "12 streets", "14 streets");
    edit(here, "sent.docx", "bert.docx", "12 streets", "15 streets");
    let done = run(here, &["import", "anna.docx", "bert.docx", "--into", "app.yaml", "--yes"]);
    assert_eq!(done.code, 1, "{}", done.err);
    assert!(done.out.contains("question 6, from anna.docx: "), "{}", done.out);
    assert!(
        done.out.contains("question 6, from bert.docx: both sides changed the same place\n"),
        "{}",
        done.out
    );
    assert!(done.out.contains("{+14+}") && done.out.contains("{+15+}"), "{}", done.out);
    assert!(done.err.contains("1 of 1 change accepted\n"), "{}", done.err);
    assert!(done.err.contains("1 change not accepted because"), "{}", done.err);
    assert!(show(here, "6").starts_with("We lit 14 streets. "));
}

#[test]
fn text_of_an_earlier_version_is_no_change() {
    let folder = start();
    let here = folder.path();
    fs::copy(here.join("app.yaml"), here.join("old.yaml")).unwrap();
    for answer in ["Second text.", "Third text."] {
        assert_eq!(run(here, &["set", "app.yaml", "9", answer]).code, 0);
        run(here, &["export", "app.yaml", "-o", "sent.docx", "--force"]);
    }
    edit(here, "sent.docx", "anna.docx", "Third text.", "Second text.");
    let done = run(here, &["import", "anna.docx", "--into", "app.yaml", "--yes"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    assert!(done.err.starts_with("question 9: anna.docx has your answer from the version of"));
    assert_eq!(show(here, "9"), "Third text.");
}

#[test]
fn a_change_that_nobody_sees_or_that_does_not_fit_is_not_taken_over() {
    let folder = start();
    let here = folder.path();
    assert_eq!(run(here, &["set", "app.yaml", "timing.start", "2021-10-05"]).code, 0);
    assert_eq!(run(here, &["set", "app.yaml", "responsible.e-mail", "a@example.eu"]).code, 0);
    run(here, &["export", "app.yaml", "-o", "sent.docx"]);
    edit(here, "sent.docx", "step.docx", "5 October 2021", "in the autumn");
    edit(here, "step.docx", "anna.docx", "300 a year. Nobody", "300\u{a0}a year.  Nobody");
    let done = run(here, &["import", "anna.docx", "--into", "app.yaml", "--yes"]);
    assert_eq!((done.code, done.out.as_str()), (1, ""), "{}", done.err);
    assert!(done.err.contains("question 7: anna.docx differs only in spaces"), "{}", done.err);
    assert!(done.err.contains("not accepted: "), "{}", done.err);
    assert!(done.err.contains("0 of 1 change accepted"), "{}", done.err);
    assert_eq!(show(here, "timing.start").lines().last(), Some("2021-10-05"));
    assert!(show(here, "7").contains("300 a year. Nobody"));
    // An answer that does not fit is better than none.
    assert_eq!(run(here, &["set", "app.yaml", "timing.start", "--clear"]).code, 0);
    let done = run(here, &["import", "anna.docx", "-o", "new.yaml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(run(here, &["show", "new.yaml", "timing.start"]).out.contains("in the autumn"));
}

#[test]
fn a_valid_answer_of_any_kind_is_not_replaced_by_one_that_does_not_fit() {
    const GOOD: [(&str, &str); 8] = [
        ("name", "Bright Streets"),
        ("responsible.e-mail", "info@example.eu"),
        ("timing.start", "2021-10-05"),
        ("timing.end", "2024-06-30"),
        ("links", "https://example.eu/one"),
        ("analysis", "The police counted."),
        ("target.levels", "selective"),
        ("costs", "300 a year."),
    ];
    let wordy = "word ".repeat(151);
    let folder = start();
    let here = folder.path();
    run(here, &["set", "app.yaml", "timing.still-running", "no"]);
    for (field, bad, reason) in [
        ("responsible.e-mail", "info at example", "is not an e-mail address"),
        ("timing.start", "31 February 2021", "is not a date"),
        ("timing.end", "1 January 2019", "is before 5 October 2021, the start"),
        ("links", "see our page", "is not a link"),
        ("analysis", wordy.as_str(), "it has 151 of 150 words, 1 over"),
        ("target.levels", "general", "is not one of the choices"),
        ("name", "", "empty in"),
        ("costs", "–", "empty in"),
        ("analysis", "", "empty in"),
        ("name", "Bright\u{200B} Stree\u{AD}ts", "differs only in"),
        ("name", "Bright\u{200E}\u{A0} Streets", "differs only in"),
        ("costs", "300\u{202F}a  year.\u{2060}", "differs only in"),
    ] {
        for (field, good) in GOOD {
            let done = run(here, &["set", "app.yaml", field, good]);
            assert_eq!(done.code, 0, "{field}: {}", done.err);
        }
        let before = show(here, field);
        let (_, good) = GOOD.into_iter().find(|(known, _)| *known == field).unwrap();
        let yaml = fs::read_to_string(here.join("app.yaml")).unwrap();
        assert!(yaml.contains(good), "{yaml}");
        let changed = yaml.replace(good, if bad.is_empty() { "''" } else { bad });
        fs::write(here.join("carla.yaml"), changed).unwrap();
        let done = run(here, &["import", "carla.yaml", "--into", "app.yaml", "--yes"]);
        assert!(done.err.contains(reason), "{field} {bad}: {}", done.err);
        assert_eq!(show(here, field), before, "{field} {bad}: {}", done.err);
        assert_eq!(done.code, i32::from(done.err.contains("not accepted")), "{}", done.err);
    }
}

#[test]
fn a_copy_for_another_form_is_taken_by_the_ids_of_its_questions() {
    let folder = start();
    let here = folder.path();
    let copy = BASE
        .replace("eucpn-good-practice", "eucpn-bonne-pratique")
        .replace("  objectives:", "  mascot: An owl\n  objectives:")
        .replace("version: 1", "version: 7")
        .replace("Bright Streets", "Brighter Streets");
    fs::write(here.join("carla.yaml"), copy).unwrap();
    assert_eq!(run(here, &["set", "app.yaml", "15", "--not-applicable"]).code, 0);
    let done = run(here, &["import", "carla.yaml", "--into", "app.yaml", "--yes"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.contains("it was made with another form (`eucpn-bonne-pratique`)"));
    assert!(done.err.contains("no question asks for `mascot`; kept as unplaced text"));
    assert_eq!(show(here, "1"), "Brighter Streets");
    let now = fs::read_to_string(here.join("app.yaml")).unwrap();
    assert!(now.contains("mascot: An owl"), "{now}");
    assert!(now.contains("- theoretical-indications"), "the copy does not say that it applies");
}

#[test]
fn a_document_is_made_of_a_version_that_is_never_deleted() {
    let folder = start();
    let here = folder.path();
    for file in ["a.docx", "b.docx"] {
        assert_eq!(run(here, &["export", "app.yaml", "-o", file]).code, 0);
    }
    let read = |file: &str| fs::read(here.join(file)).unwrap();
    assert_eq!(read("a.docx"), read("b.docx"), "the same draft gives the same bytes");
    let properties = parts(&read("a.docx"));
    let (_, properties) =
        properties.iter().find(|(name, _)| name == "docProps/custom.xml").unwrap();
    assert!(properties.contains("2026-11-20T10:00:00Z"), "{properties}");
    for number in 0..70 {
        let answer = (0..25).map(|word| format!("word{number}-{word} ")).collect::<String>();
        run(here, &["set", "app.yaml", "9", &answer]);
    }
    edit(here, "a.docx", "anna.docx", "12 streets", "14 streets");
    let done = run(here, &["import", "anna.docx", "--into", "app.yaml", "--yes"]);
    assert!(done.err.ends_with("1 of 1 change accepted\n"), "{}", done.err);
    assert!(show(here, "9").starts_with("word69-0 "));
}

/// Returns what ends a run, holds these words with a comment, and begins a run again.
fn commented(words: &str, id: usize) -> String {
    format!(
        "</w:t></w:r><w:commentRangeStart w:id=\"{id}\"/><w:r><w:t>{words}</w:t></w:r>\
         <w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>\
         <w:r><w:t xml:space=\"preserve\">"
    )
}

/// Adds the comments of Anna and Bert to a Word file.
fn comment(folder: &Path, from: &str, to: &str) {
    edit(folder, from, to, "12 streets", &commented("12 streets", 0));
    edit(folder, to, to, "300 a year", &commented("300 a year", 1));
    let comments = "<w:comments xmlns:w=\"w\">\
        <w:comment w:id=\"1\" w:author=\"Bert\"><w:p><w:r><w:t>Source?</w:t></w:r></w:p></w:comment>\
        <w:comment w:id=\"0\" w:author=\"Anna\"><w:p><w:r><w:t>Still </w:t></w:r><w:r><w:t>right?</w:t>\
        </w:r></w:p><w:p><w:r><w:t>See the map.</w:t></w:r></w:p></w:comment></w:comments>";
    let parts = parts(&fs::read(folder.join(to)).unwrap());
    let parts = parts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let parts: Vec<_> = parts.chain([("word/comments.xml", comments)]).collect();
    fs::write(folder.join(to), package(&parts)).unwrap();
}

const NOTES: &str = "question 6, Anna on \"12 streets\": Still right? See the map.\n\
    question 7, Bert on \"300 a year\": Source?\n";

#[test]
fn comments_become_notes_that_are_ticked_off_and_go_into_a_review_copy() {
    let folder = start();
    let here = folder.path();
    run(here, &["export", "app.yaml", "-o", "sent.docx"]);
    comment(here, "sent.docx", "anna.docx");
    let done = run(here, &["import", "anna.docx", "--into", "app.yaml", "--yes"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.starts_with("2 notes from anna.docx"), "{}", done.err);
    let notes = |file: &str| run(here, &["show", file, "--notes"]).out;
    assert_eq!(notes("app.yaml"), NOTES);
    // The same comments again are no new notes, and a new draft has them, too.
    run(here, &["import", "anna.docx", "--into", "app.yaml", "--yes"]);
    run(here, &["import", "anna.docx", "-o", "new.yaml"]);
    assert_eq!((notes("app.yaml"), notes("new.yaml")), (NOTES.to_owned(), NOTES.to_owned()));
    assert!(run(here, &["check", "app.yaml"]).err.contains("2 notes are open"));
    assert_eq!(run(here, &["note", "app.yaml", "9", "Ask Jana: figures?"]).code, 0);
    assert_eq!(run(here, &["note", "app.yaml", "summary", "--done"]).code, 0);
    let now = "question 7, Bert on \"300 a year\": Source?\nquestion 9, note: Ask Jana: figures?\n\
        question 6, done, Anna on \"12 streets\": Still right? See the map.\n";
    assert_eq!(notes("app.yaml"), now);
    // Other programs that write to the draft keep them.
    assert_eq!(run(here, &["set", "app.yaml", "1", "Brighter Streets"]).code, 0);
    assert_eq!(notes("app.yaml"), now);
    // No document has them but a review copy.
    for file in ["plain.docx", "plain.md", "plain.html", "plain.json"] {
        run(here, &["export", "app.yaml", "-o", file]);
        let text = String::from_utf8_lossy(&fs::read(here.join(file)).unwrap()).into_owned();
        assert!(!text.contains("Jana") && !text.contains("comments.xml"), "{file}");
    }
    assert_eq!(run(here, &["export", "app.yaml", "--with-notes", "-o", "a.md"]).code, 2);
    assert_eq!(run(here, &["export", "app.yaml", "--with-notes", "-o", "review.docx"]).code, 0);
    run(here, &["import", "review.docx", "-o", "again.yaml"]);
    assert_eq!(
        notes("again.yaml"),
        now.lines().take(2).map(|line| format!("{line}\n")).collect::<String>()
    );
}

#[test]
fn a_note_that_is_being_written_is_kept_by_every_key_that_leaves_and_by_a_signal() {
    for leave in [SAVE, CTRL_C, "\x1b[19~", "SIGTERM"] {
        let folder = start();
        let here = folder.path();
        let mut terminal = Terminal::start(here, &["fill", "app.yaml", "--question", "7"], WIDE);
        terminal.wait_for(&["7 of 25", "^S"]);
        terminal.press("\x1b[17~");
        terminal.wait_for(&["Note: "]);
        terminal.press("Ask the police");
        terminal.wait_for(&["Note: Ask the police"]);
        match leave {
            "SIGTERM" => send_signal("TERM", terminal.process_id()),
            _ => terminal.press(leave),
        }
        match leave {
            SAVE => drop(terminal.wait_for(&["8 of 25"])),
            CTRL_C | "SIGTERM" => {}
            _ => drop(terminal.wait_for(&["Enter open", "Ask the police"])),
        }
        if matches!(leave, CTRL_C | "SIGTERM") {
            terminal.expect_exit(if leave == CTRL_C { 130 } else { 143 });
        } else {
            terminal.press(CTRL_C);
            terminal.expect_exit(130);
        }
        let notes = run(here, &["show", "app.yaml", "--notes"]).out;
        assert_eq!(notes, "question 7, note: Ask the police\n", "{leave:?}");
    }
}

#[test]
fn a_note_is_shown_written_and_ticked_off_beside_the_answer() {
    const F6: &str = "\x1b[17~";
    const CTRL_T: &str = "\x14";
    for size in [WIDE, NARROW] {
        let folder = start();
        let here = folder.path();
        run(here, &["note", "app.yaml", "7", "--author", "Anna", "Source?"]);
        let mut terminal = Terminal::start(here, &["fill", "app.yaml"], size);
        terminal.wait_for(&["Enter open"]);
        terminal.press("7");
        terminal.wait_for(&["1 note", "Anna: Source? (X done)"]);
        terminal.press(ENTER);
        terminal.wait_for(&["Anna: Source?", "^T done"]);
        terminal.press(F6);
        terminal.wait_for(&["Note: "]);
        terminal.press("Ask the police");
        terminal.wait_for(&["Note: Ask the police"]);
        // The end of a long note is visible on a narrow screen, too.
        terminal.press(" about the year");
        terminal.wait_for(&["police about the year"]);
        terminal.press(ENTER);
        terminal.wait_for(&["The note is saved", "1 more"]);
        terminal.press(CTRL_T);
        terminal.wait_for(&["The note is ticked off.", "note: Ask the police"]);
        terminal.press(" More.");
        terminal.wait_for(&["safe. More."]);
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press("overview\r");
        terminal.wait_for(&["Ask the police", "X done"]);
        terminal.press("x");
        terminal.wait_for_without("Enter open", "Ask the police");
        terminal.press("n");
        terminal.wait_for(&["Note on question 7"]);
        terminal.press("Later\r");
        terminal.wait_for(&["note: Later"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(
            run(here, &["show", "app.yaml", "--notes"]).out,
            "question 7, note: Later\nquestion 7, done, Anna: Source?\nquestion 7, done, note: Ask the police about the year\n"
        );
        assert!(show(here, "7").ends_with("felt safe. More."));
    }
}

/// One edit: the person, the question, the word that is replaced, and whether it is kept, too.
fn edits() -> impl Strategy<Value = Vec<(usize, usize, usize, bool)>> {
    prop::collection::vec((0..3_usize, 0..2_usize, 0..40_usize, any::<bool>()), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_word_of_three_people_is_lost_in_silence(edits in edits(), first in 0..3_usize) {
        let sentence = |n: usize| format!("Sentence {n} has some words of its own here. ");
        let answer: String = (0..5).map(sentence).collect();
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let people: Vec<String> = (0..3).map(|person| format!("person{person}.yaml")).collect();
        let mut written = vec![[answer.clone(), answer]; 3];
        let mut new = Vec::new();
        for (number, (person, question, at, is_kept)) in edits.into_iter().enumerate() {
            let mut words: Vec<&str> = written[person][question].split(' ').collect();
            let word = format!("new{number}");
            let at = at.min(words.len() - 1);
            if is_kept {
                words.insert(at, &word);
            } else {
                words[at] = &word;
            }
            written[person][question] = words.join(" ");
            new.push(word);
        }
        let file = |answers: &[String; 2]| {
            format!(
                "questionnaire: eucpn-good-practice\nversion: 1\nanswers:\n  name: A\n  country: B\n  summary: {}\n  problem: {}\n",
                answers[0], answers[1]
            )
        };
        let mut base = written[0].clone();
        for answer in &mut base {
            *answer = (0..5).map(sentence).collect();
        }
        // The history has the version that all copies were made from.
        fs::write(here.join("app.yaml"), file(&base)).unwrap();
        run(here, &["export", "app.yaml", "-o", "sent.docx"]);
        for (person, answers) in people.iter().zip(&written) {
            fs::write(here.join(person), file(answers)).unwrap();
        }
        let mut conflicts = String::new();
        for turn in 0..3 {
            let person = &people[(first + turn) % 3];
            let done = run(here, &["import", person, "--into", "app.yaml", "--yes"]);
            conflicts.extend(done.out.split("both sides changed").skip(1));
        }
        let now = fs::read_to_string(here.join("app.yaml")).unwrap();
        for word in new {
            let typed = written.iter().flatten().any(|answer| answer.contains(&word));
            let is_kept = now.contains(&word) || conflicts.contains(&word);
            prop_assert!(!typed || is_kept, "{word}\n{now}\n{conflicts}");
        }
    }
}
