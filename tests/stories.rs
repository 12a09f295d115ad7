//! The wizard as a person lives through it, on a real terminal.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use good_practice::internals::{
    Answer, BUILT_IN, Draft, Questionnaire, parse_questionnaire, read_draft,
};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::terminal::{PATIENCE, Terminal};

pub(crate) const ESC: &str = "\x1b";
pub(crate) const ENTER: &str = "\r";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const SAVE: &str = "\x13";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const WIDE: (u16, u16) = (80, 24);
pub(crate) const NARROW: (u16, u16) = (40, 15);

pub(crate) fn built_in() -> Questionnaire {
    parse_questionnaire(BUILT_IN).unwrap()
}

pub(crate) fn draft(folder: &TempDir) -> Draft {
    read_draft(&folder.path().join("application.yaml"), &built_in()).unwrap()
}

pub(crate) fn answer(draft: &Draft, name: &str) -> Option<Answer> {
    let questionnaire = built_in();
    let (question, field) = questionnaire.find(name).unwrap();
    draft.answer(&field.unwrap_or(&question.fields[0]).key).cloned()
}

pub(crate) fn text(draft: &Draft, name: &str) -> String {
    match answer(draft, name) {
        Some(Answer::Text(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn summary(folder: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["summary", "application.yaml", "--format", "json"])
        .current_dir(folder)
        .output()
        .unwrap();
    serde_json::from_slice::<Value>(&output.stdout).unwrap()[0].clone()
}

/// A draft in a fresh folder.
pub(crate) fn folder_with(answers: &str) -> TempDir {
    let folder = tempdir().unwrap();
    let yaml = format!("questionnaire: eucpn-good-practice\nversion: 1\nanswers:\n{answers}");
    fs::write(folder.path().join("application.yaml"), yaml).unwrap();
    folder
}

/// No lock and no half-written file is left behind; earlier versions may be.
pub(crate) fn holds_only_the_draft(folder: &TempDir) {
    let entries = fs::read_dir(folder.path()).unwrap().flatten();
    let mut left: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    left.retain(|name| name != ".application.yaml.history");
    assert_eq!(left, ["application.yaml"]);
}

/// Five paragraphs of eighty words each.
pub(crate) fn four_hundred_words() -> String {
    let paragraph =
        |p: usize| (0..80).map(|w| format!("word{p}x{w}")).collect::<Vec<_>>().join(" ");
    (1..=5).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

pub(crate) fn long_answer(number: usize) -> String {
    format!(
        "The answer to question {number} has two paragraphs: #1, \"quoted\" & 'so on'.\n\n- and a list item\n- and — another"
    )
}

/// Writes a long answer in the composer, line by line as one types, and goes on.
fn compose(terminal: &mut Terminal, number: usize, text: &str) {
    terminal.sees(&[&format!("{number} of 25"), "^S"]);
    terminal.keys(&text.replace('\n', "\r"));
    terminal.sees(&[text.lines().last().unwrap()]);
    terminal.keys(SAVE);
}

/// From the menu to question 9.
pub(crate) fn choose_question_9(terminal: &mut Terminal) {
    terminal.keys("choose\r");
    terminal.prompts("Which question?");
    terminal.keys("9");
    terminal.sees(&["> ", "9  Objectives"]);
    terminal.keys(ENTER);
}

#[test]
fn all_25_questions_are_answered_with_a_break_in_the_middle() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.sees(&["Good practice template", "Start with"]);
    terminal.keys(ENTER);
    terminal.prompts("Which apply?");
    terminal.sees(&["ECPA"]);
    terminal.keys(" ");
    terminal.sees(&["[x] Share"]);
    terminal.keys(DOWN);
    terminal.keys(" ");
    terminal.sees(&["[x] Participate"]);
    terminal.keys(ENTER);
    terminal.prompts("Yes or no");
    terminal.keys("y\r");
    terminal.sees(&["Question 1 of 25"]);
    terminal.keys("Bright Streets\r");
    terminal.sees(&["Question 2 of 25"]);
    terminal.keys("Estonia\r");
    for (label, typed) in [
        ("Organisation responsible", "Town of Sample"),
        ("Contact person", "K. Example"),
        ("Address", "1 Market Square"),
        ("Contact details", "phone +00 007"),
        ("E-mail", "office@example.org"),
    ] {
        terminal.sees(&["Question 3 of 25"]);
        terminal.prompts(label);
        terminal.keys(&format!("{typed}\r"));
    }
    terminal.sees(&["If different"]);
    terminal.prompts("Answer");
    terminal.keys(ENTER);
    terminal.sees(&["Question 4 of 25"]);
    terminal.prompts("Start date");
    terminal.keys("5/10/2021\r");
    terminal.sees(&["Read as 5 October 2021"]);
    terminal.prompts("still running");
    terminal.keys("y\r");
    terminal.sees(&["Question 5 of 25"]);
    terminal.prompts("Link 1");
    terminal.keys("https://example.org/bright-streets\r");
    terminal.prompts("Link 2");
    terminal.keys(ENTER);
    // A summary of five paragraphs, pasted.
    terminal.sees(&["6 of 25", "short summary", "^S"]);
    terminal.paste(&four_hundred_words());
    terminal.sees(&["Pasted 400 words in 5 paragraphs", "400 of 600 words"]);
    terminal.keys(SAVE);
    for number in 7..=9 {
        compose(&mut terminal, number, &long_answer(number));
    }
    terminal.sees(&["Question 10 of 25"]);
    terminal.prompts("Level of prevention");
    terminal.keys(ESC);
    terminal.prompts("What now?");
    terminal.keys("leave");
    terminal.sees(&["> Save and leave"]);
    terminal.keys(ENTER);
    terminal.ends_with(0);

    // Another day.
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.sees(&["saved just now", "9 of 25 questions answered", "Go on with question 10"]);
    terminal.keys(ENTER);
    terminal.prompts("Level of prevention");
    terminal.keys(" ");
    terminal.sees(&["[x] Universal"]);
    terminal.keys(ENTER);
    for number in 10..=25 {
        if [14, 15, 22].contains(&number) {
            terminal.sees(&[&format!("Question {number} of 25")]);
            terminal.prompts("Does this question apply?");
            terminal.keys(ENTER);
        }
        compose(&mut terminal, number, &long_answer(number));
    }
    terminal.sees(&["25 of 25 questions answered; complete", "Everything that must be answered"]);
    terminal.prompts("What now?");
    terminal.keys(ESC);
    assert!(terminal.ends_with(0).contains("good-practice fill application.yaml"));
    holds_only_the_draft(&folder);

    let found = summary(folder.path());
    assert_eq!(found["complete"], true, "{found:#}");
    assert_eq!(found["counts"]["answered"], 25);
    let draft = draft(&folder);
    assert_eq!(text(&draft, "name"), "Bright Streets");
    assert_eq!(text(&draft, "responsible.contact-details"), "phone +00 007");
    assert_eq!(answer(&draft, "timing.still-running"), Some(Answer::YesNo(true)));
    assert_eq!(
        answer(&draft, "links"),
        Some(Answer::List(vec!["https://example.org/bright-streets".into()]))
    );
    assert_eq!(text(&draft, "summary"), four_hundred_words());
    let questionnaire = built_in();
    for number in (7..=9).chain(10..=25) {
        let (question, _) = questionnaire.find(&number.to_string()).unwrap();
        let key = &question.text_field().unwrap().0.key;
        assert_eq!(
            draft.answer(key),
            Some(&Answer::Text(long_answer(number))),
            "question {number}"
        );
    }
}

#[test]
fn a_question_without_the_ecpa_is_not_asked() {
    let folder = folder_with("  aims: [share]\n  context: x\n");
    let mut terminal = Terminal::start(folder.path(), &["fill", "--question", "23"], WIDE);
    terminal.sees(&["23 of 25", "^S"]);
    terminal.keys(SAVE);
    let screen = terminal.sees(&["That was the last question", "What now?"]);
    assert!(!screen.contains("24 of 25"), "{screen}");
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    let found = summary(folder.path());
    assert_eq!(found["counts"]["hidden"], 2);
    assert_eq!(found["questions"].as_array().unwrap().last().unwrap()["status"], "hidden");
}

#[test]
fn an_end_date_is_asked_only_when_the_intervention_has_ended_and_must_follow_the_start() {
    for (columns, rows) in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal =
            Terminal::start(folder.path(), &["--question", "timing"], (columns, rows));
        terminal.sees(&["Start date", "Enter goes on"]);
        terminal.keys("soon\r");
        terminal.sees(&["is not a date"]);
        terminal.keys("\x7f\x7f\x7f\x7f5 October 2021\r");
        terminal.sees(&["still running", "y or n"]);
        terminal.keys("n\r");
        terminal.sees(&["end date", "Enter goes on"]);
        terminal.keys("1/10/2021\r");
        terminal.sees(&["is before 5 October 202"]);
        // Nobody is held: the same answer again is taken, and the review says what is wrong.
        terminal.keys(ENTER);
        terminal.sees(&["Question 5 of 25"]);
        terminal.keys(CTRL_C);
        terminal.ends_with(130);
        let found = summary(folder.path());
        let timing = found["questions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|question| question["id"] == "timing")
            .unwrap();
        assert_eq!(timing["status"], "invalid");
        assert_eq!(answer(&draft(&folder), "timing.still-running"), Some(Answer::YesNo(false)));
    }
}

#[test]
fn one_goes_back_jumps_and_finds_answers_filled_in() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
    terminal.sees(&["Question 1 of 25"]);
    terminal.prompts("Answer");
    terminal.keys("First name\r");
    terminal.sees(&["Question 2 of 25"]);
    terminal.prompts("Answer");
    // Esc keeps what is in the line.
    terminal.keys("Finl");
    terminal.prompts("Finl");
    terminal.keys(ESC);
    terminal.sees(&["Back to question 1"]);
    terminal.keys("back\r");
    terminal.prompts("Answer First name");
    terminal.keys(", changed\r");
    terminal.sees(&["Question 3 of 25"]);
    terminal.prompts("Organisation");
    terminal.keys(ESC);
    terminal.prompts("What now?");
    terminal.keys("choose\r");
    terminal.prompts("Which question?");
    terminal.keys("2");
    terminal.sees(&["> ", "2  Country"]);
    terminal.keys(ENTER);
    terminal.prompts("Answer Finl");
    terminal.keys("and\r");
    terminal.prompts("Organisation");
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(text(&draft(&folder), "name"), "First name, changed");
    assert_eq!(text(&draft(&folder), "country"), "Finland");
}

#[test]
fn a_question_that_does_not_apply_is_marked_and_can_be_taken_up_again() {
    let folder = folder_with("  aims: [share]\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "14"], WIDE);
    terminal.prompts("Does this question apply?");
    terminal.keys(DOWN);
    terminal.keys(ENTER);
    terminal.sees(&["Question 15 of 25"]);
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(summary(folder.path())["counts"]["not_applicable"], 1);
    let mut terminal = Terminal::start(folder.path(), &["--question", "14"], WIDE);
    terminal.prompts("Does this question apply?");
    terminal.keys("write\r");
    compose(&mut terminal, 14, "It does apply.");
    terminal.sees(&["Question 15 of 25"]);
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(summary(folder.path())["counts"]["not_applicable"], 0);
    assert_eq!(text(&draft(&folder), "14"), "It does apply.");
}

#[test]
fn ctrl_c_in_a_prompt_keeps_the_line_and_says_how_to_resume() {
    let folder = tempdir().unwrap();
    let mut terminal =
        Terminal::start(folder.path(), &["fill", "my draft.yaml", "--question", "name"], WIDE);
    terminal.prompts("Answer");
    terminal.keys("Half a na");
    terminal.prompts("Half a na");
    terminal.keys(CTRL_C);
    let screen = terminal.ends_with(130);
    assert!(screen.contains("Saved in"), "{screen}");
    assert!(screen.contains("good-practice fill 'my draft.yaml'"), "{screen}");
    let yaml = fs::read_to_string(folder.path().join("my draft.yaml")).unwrap();
    assert!(yaml.contains("name: Half a na"), "{yaml}");
}

#[test]
fn ctrl_c_in_the_composer_keeps_the_text() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.sees(&["9 of 25", "^S"]);
        terminal.keys("Words that must stay");
        terminal.sees(&["4 of 150 words"]);
        terminal.keys(CTRL_C);
        terminal.ends_with(130);
        assert_eq!(text(&draft(&folder), "9"), "Words that must stay");
    }
}

#[test]
fn ctrl_c_right_after_the_enter_that_opens_the_composer_leaves_too() {
    for _ in 0..10 {
        let folder = folder_with("  aims: [ecpa]\n  permission: yes\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
        terminal.sees(&["9 of 25", "^S"]);
        terminal.keys(ESC);
        terminal.prompts("What now?");
        terminal.keys(ENTER);
        // At any moment from now on: the prompt may still be closing, the composer opening.
        std::thread::yield_now();
        terminal.keys(CTRL_C);
        terminal.ends_with(130);
    }
}

#[test]
fn esc_leaves_the_composer_for_the_menu_and_back() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.sees(&["9 of 25", "^S"]);
        terminal.keys("one two");
        terminal.sees(&["2 of 150 words"]);
        terminal.keys(ESC);
        terminal.sees(&["What now?", "Go on with question 9"]);
        terminal.keys(ENTER);
        terminal.sees(&["^S", "2 of 150 words"]);
        terminal.keys(" three");
        terminal.sees(&["3 of 150 words"]);
        terminal.keys(ESC);
        terminal.sees(&["What now?"]);
        terminal.keys(CTRL_C);
        terminal.ends_with(130);
        assert_eq!(text(&draft(&folder), "9"), "one two three");
    }
}

#[test]
fn a_double_enter_before_the_composer_erases_and_adds_nothing() {
    for _ in 0..5 {
        let folder =
            folder_with("  links: [https://example.org]\n  summary: |-\n    Kept\n\n    whole.\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "5"], WIDE);
        terminal.prompts("Links");
        // "Go on" leads to question 6 only where it is open: so it is chosen from the list.
        terminal.keys(ESC);
        terminal.prompts("What now?");
        terminal.keys("choose\r");
        terminal.prompts("Which question?");
        terminal.keys("6");
        terminal.sees(&["> ", "6  Short summary"]);
        terminal.keys("\r\r");
        terminal.sees(&["6 of 25", "whole.", "2 of 600 words", "^S"]);
        terminal.keys(CTRL_C);
        terminal.ends_with(130);
        assert_eq!(text(&draft(&folder), "6"), "Kept\n\nwhole.");
    }
}

#[test]
fn a_paste_without_brackets_is_one_paste_and_submits_nothing() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], NARROW);
    terminal.sees(&["9 of 25", "^S"]);
    terminal.keys("First line here\rsecond line\r\rthird");
    terminal.sees(&["6 of 150 words"]);
    terminal.keys("\x1a");
    terminal.sees(&["0 of 150 words"]);
    terminal.keys("\x19");
    terminal.sees(&["6 of 150 words"]);
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(text(&draft(&folder), "9"), "First line here\nsecond line\n\nthird");
}

#[test]
fn several_lines_pasted_into_a_short_answer_stay_together() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "responsible"], WIDE);
    terminal.prompts("Organisation");
    terminal.keys("Town Hall\rMarket Square 1\rSample Town\r");
    terminal.sees(&["several lines came in one go"]);
    terminal.keys(ENTER);
    terminal.prompts("Contact person");
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(
        text(&draft(&folder), "responsible.organisation"),
        "Town Hall Market Square 1 Sample Town"
    );
}

#[test]
fn an_address_that_is_none_is_said_and_kept() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "links"], NARROW);
    terminal.sees(&["Link 1"]);
    terminal.keys("not a link\r");
    terminal.sees(&["is not a link"]);
    terminal.keys(ENTER);
    terminal.sees(&["Link 2"]);
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(answer(&draft(&folder), "links"), Some(Answer::List(vec!["not a link".into()])));
}

#[test]
fn links_are_added_edited_and_removed() {
    let folder = folder_with("  links: [https://example.org/a, https://example.org/b]\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "5"], WIDE);
    terminal.prompts("Links");
    terminal.keys("edit https://example.org/a");
    terminal.sees(&["> Edit https://example.org/a"]);
    terminal.keys(ENTER);
    terminal.prompts("Link 1");
    terminal.keys("a\r");
    terminal.sees(&["1. https://example.org/aa"]);
    terminal.prompts("Links");
    terminal.keys("remove https://example.org/b");
    terminal.sees(&["> Remove https://example.org/b"]);
    terminal.keys(ENTER);
    terminal.sees_without("Add a link", "> Remove");
    terminal.keys("add\r");
    terminal.prompts("Link 2");
    terminal.keys("www.example.org\r");
    terminal.prompts("Link 3");
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    let expected = vec!["https://example.org/aa".to_owned(), "www.example.org".to_owned()];
    assert_eq!(answer(&draft(&folder), "links"), Some(Answer::List(expected)));
}

/// Waits until the draft holds a text.
pub(crate) fn reaches_the_disk(folder: &TempDir, wanted: &str) {
    let path = folder.path().join("application.yaml");
    let start = Instant::now();
    while !fs::read_to_string(&path).is_ok_and(|yaml| yaml.contains(wanted)) {
        assert!(start.elapsed() < PATIENCE, "{wanted:?} does not reach the disk");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Types a word at each size of the window, never waiting; returns what was typed.
pub(crate) fn types_while_resizing(
    terminal: &mut Terminal,
    sizes: impl Iterator<Item = (u16, u16)>,
) -> String {
    let mut typed = String::new();
    for (round, size) in sizes.enumerate() {
        terminal.resize(size);
        terminal.keys(&format!("r{round} "));
        typed.push_str(&format!("r{round} "));
    }
    typed
}

#[test]
fn the_window_may_change_its_size_while_one_writes() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.sees(&["9 of 25", "^S"]);
    let sizes = [NARROW, (20, 6), (120, 40), (1, 1), NARROW, WIDE];
    let expected = types_while_resizing(&mut terminal, sizes.into_iter().cycle().take(18));
    terminal.resize(WIDE);
    terminal.sees(&["18 of 150 words · 132 left", "of the intervention? Please, if", "r17"]);
    terminal.keys(SAVE);
    terminal.sees(&["10 of 25"]);
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(text(&draft(&folder), "9"), expected.trim_end());
}

#[test]
fn text_past_the_limit_is_kept_and_said() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.sees(&["9 of 25", "^S"]);
    let words = (1..=162).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    terminal.paste(&words);
    terminal
        .sees(&["162 of 150 words · 12 words over", "Pasted 162 words in 1 paragraph, 12 over"]);
    terminal.keys(SAVE);
    terminal.sees(&["162 of 150 words, 12 words over the limit"]);
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
    assert_eq!(text(&draft(&folder), "9"), words);
}

#[test]
fn what_is_written_reaches_the_disk_while_one_goes_on_writing() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.sees(&["9 of 25", "^S"]);
    terminal.keys("written");
    terminal.sees(&["1 of 150 words"]);
    // Nothing is pressed that would save: it happens by itself, or this waits in vain.
    reaches_the_disk(&folder, "objectives: written");
    terminal.keys(CTRL_C);
    terminal.ends_with(130);
}

#[cfg(unix)]
pub(crate) fn kill(signal: &str, process: u32) {
    let kill = format!("kill -{signal} {process}");
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_signal_to_end_keeps_the_text_and_gives_the_terminal_back() {
    for (signal, size) in [("TERM", WIDE), ("HUP", WIDE), ("TERM", NARROW), ("HUP", NARROW)] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.sees(&["9 of 25", "^S"]);
        terminal.keys("still here");
        terminal.sees(&["2 of 150 words"]);
        kill(signal, terminal.process());
        terminal.ends_with(130);
        assert_eq!(text(&draft(&folder), "9"), "still here");
        // In a prompt too.
        let terminal = Terminal::start(folder.path(), &["--question", "1"], size);
        terminal.prompts("Answer");
        kill(signal, terminal.process());
        terminal.ends_with(if signal == "TERM" { 143 } else { 129 });
        holds_only_the_draft(&folder);
    }
}

#[test]
fn a_broken_draft_is_reported_with_its_place_and_never_overwritten() {
    let folder = tempdir().unwrap();
    let broken = "answers:\n  name: one\n  name: two\n";
    fs::write(folder.path().join("application.yaml"), broken).unwrap();
    let terminal = Terminal::start(folder.path(), &[], WIDE);
    let screen = terminal.ends_with(3);
    assert!(screen.contains("application.yaml:3:3:"), "{screen}");
    assert_eq!(fs::read_to_string(folder.path().join("application.yaml")).unwrap(), broken);
}

#[test]
fn a_second_wizard_on_the_same_draft_is_told_so() {
    let folder = folder_with("  name: Bright Streets\n");
    let mut first = Terminal::start(folder.path(), &[], WIDE);
    first.sees(&["What now?"]);
    let mut second = Terminal::start(folder.path(), &[], WIDE);
    second.sees(&["is open in another wizard", "process", "since", "Look at "]);
    second.keys("n\r");
    second.ends_with(4);
    let mut third = Terminal::start(folder.path(), &[], WIDE);
    third.sees(&["Look at "]);
    third.keys("y\r");
    third.sees(&["What is the name of the intervention?", "Bright Streets", "Esc closes"]);
    third.keys(ESC);
    third.ends_with(4);
    first.keys(ESC);
    first.ends_with(0);
}

#[test]
fn the_question_its_footnotes_and_the_mechanisms_are_one_key_away() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "12"], size);
        terminal.sees(&["12 of 25", "F2 more", "^S"]);
        terminal.keys("\x1bOQ");
        terminal.sees(&["Esc closes"]);
        terminal.keys("\x1b[F");
        terminal.sees(&["prison rehabilitation", "100 %"]);
        terminal.keys(ESC);
        terminal.sees(&["12 of 25", "^S"]);
        terminal.keys("\x1bOP");
        terminal.sees(&["Ctrl-S, Ctrl-D"]);
        terminal.keys(ESC);
        terminal.sees(&["12 of 25", "^S"]);
        terminal.keys(CTRL_C);
        terminal.ends_with(130);
    }
}

#[test]
fn other_drafts_of_the_folder_are_offered() {
    let folder = folder_with("  name: An older one\n");
    fs::rename(folder.path().join("application.yaml"), folder.path().join("older.yaml")).unwrap();
    fs::write(folder.path().join("unrelated.yaml"), "a: b\n").unwrap();
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    let screen = terminal.sees(&["Go on with older.yaml", "Start a new one: application.yaml"]);
    assert!(!screen.contains("unrelated"), "{screen}");
    terminal.keys(ENTER);
    terminal.sees(&["older.yaml · ", "What now?"]);
    terminal.keys(ESC);
    terminal.ends_with(0);
}

#[test]
fn everything_can_be_read_through() {
    let folder = folder_with("  name: Bright Streets\n  timing:\n    start: 2021-10-05\n");
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.sees(&["What now?"]);
    terminal.keys("read\r");
    terminal.sees(&["Bright Streets", "Esc closes"]);
    terminal.keys(ESC);
    terminal.sees(&["What now?"]);
    terminal.keys(ESC);
    terminal.ends_with(0);
}

#[test]
fn where_the_draft_cannot_be_saved_the_wizard_says_so_and_offers_another_place() {
    let folder = tempdir().unwrap();
    let mut terminal =
        Terminal::start(folder.path(), &["fill", "gone/a.yaml", "--question", "1"], WIDE);
    terminal.prompts("Answer");
    terminal.keys("My name\r");
    terminal.sees(&["Not saved: its folder is not there", "Question 2 of 25"]);
    terminal.prompts("Answer");
    terminal.keys(CTRL_C);
    terminal.prompts("Save the draft as");
    terminal.keys(ENTER);
    let screen = terminal.ends_with(130);
    assert!(screen.contains("application-rescued.yaml"), "{screen}");
    let yaml = fs::read_to_string(folder.path().join("application-rescued.yaml")).unwrap();
    assert!(yaml.contains("name: My name"), "{yaml}");
}
