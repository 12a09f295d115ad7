//! The wizard as a person uses it, on a real terminal.

use std::fs;

use good_practice::internals::Answer;
use tempfile::tempdir;

#[cfg(unix)]
use crate::support::cli::send_signal;
use crate::support::drafts::{
    answer, assert_only_the_draft_remains, built_in, draft, folder_with, four_hundred_words,
    long_answer, summary, text, wait_until_saved,
};
use crate::support::pty::{
    CTRL_C, DOWN, ENTER, ESC, NARROW, SAVE, Terminal, WIDE, types_while_resizing,
};

/// Types a long answer in the composer and continues.
fn compose(terminal: &mut Terminal, number: usize, text: &str) {
    terminal.wait_for(&[&format!("{number} of 25"), "^S"]);
    terminal.press(&text.replace('\n', "\r"));
    terminal.wait_for(&[text.lines().last().unwrap()]);
    terminal.press(SAVE);
}

#[test]
fn all_25_questions_are_answered_with_a_break_in_the_middle() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.wait_for(&["Good practice template", "Start with"]);
    terminal.press(ENTER);
    terminal.wait_for_prompt("Which apply?");
    terminal.wait_for(&["ECPA"]);
    terminal.press(" ");
    terminal.wait_for(&["[x] Share"]);
    terminal.press(DOWN);
    terminal.press(" ");
    terminal.wait_for(&["[x] Participate"]);
    terminal.press(ENTER);
    terminal.wait_for_prompt("Do you give permission?");
    terminal.press("y\r");
    terminal.wait_for(&["Question 1 of 25"]);
    terminal.press("Bright Streets\r");
    terminal.wait_for(&["Question 2 of 25"]);
    terminal.press("Estonia\r");
    for (label, typed) in [
        ("Organisation responsible", "Town of Sample"),
        ("Contact person", "K. Example"),
        ("Address", "1 Market Square"),
        ("Contact details", "phone +00 007"),
        ("E-mail", "office@example.org"),
    ] {
        terminal.wait_for(&["Question 3 of 25"]);
        terminal.wait_for_prompt(label);
        terminal.press(&format!("{typed}\r"));
    }
    terminal.wait_for(&["If different"]);
    terminal.wait_for_prompt("Answer");
    terminal.press(ENTER);
    terminal.wait_for(&["Question 4 of 25"]);
    terminal.wait_for_prompt("Start date");
    terminal.press("5/10/2021\r");
    terminal.wait_for(&["Read as 5 October 2021"]);
    terminal.wait_for_prompt("still running");
    terminal.press("y\r");
    terminal.wait_for(&["Question 5 of 25"]);
    terminal.wait_for_prompt("Link 1");
    terminal.press("https://example.org/bright-streets\r");
    terminal.wait_for_prompt("Link 2");
    terminal.press(ENTER);
    // A summary of five paragraphs, pasted.
    terminal.wait_for(&["6 of 25", "short summary", "^S"]);
    terminal.paste(&four_hundred_words());
    terminal.wait_for(&["Pasted 400 words in 5 paragraphs", "400 of 600 words"]);
    terminal.press(SAVE);
    for number in 7..=9 {
        compose(&mut terminal, number, &long_answer(number));
    }
    terminal.wait_for(&["Question 10 of 25"]);
    terminal.wait_for_prompt("Level of prevention");
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("leave");
    terminal.wait_for(&["> Save and leave"]);
    terminal.press(ENTER);
    terminal.expect_exit(0);

    // Another day.
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.wait_for(&["saved just now", "9 of 25 questions answered", "> 10 Target and level"]);
    terminal.press("g");
    terminal.wait_for_prompt("Level of prevention");
    terminal.press(" ");
    terminal.wait_for(&["[x] Universal"]);
    terminal.press(ENTER);
    for number in 10..=25 {
        if [14, 15, 22].contains(&number) {
            terminal.wait_for(&[&format!("Question {number} of 25")]);
            terminal.wait_for_prompt("Does this question apply?");
            terminal.press(ENTER);
        }
        compose(&mut terminal, number, &long_answer(number));
    }
    terminal.wait_for(&["25 of 25 questions answered", "Everything that must be answered"]);
    terminal.open_menu();
    terminal.press(ESC);
    assert!(terminal.expect_exit(0).contains("good-practice fill application.yaml"));
    assert_only_the_draft_remains(&folder);

    let found = summary(folder.path());
    assert_eq!(found["complete"], true, "{found:#}");
    assert_eq!(found["counts"]["answered"], 25);
    let draft = draft(&folder);
    assert_eq!(text(&draft, "name"), "Bright Streets");
    assert_eq!(text(&draft, "responsible.contact-details"), "phone +00 007");
    assert_eq!(answer(&draft, "timing.still-running"), Some(Answer::YesNo(true)));
    let links = vec!["https://example.org/bright-streets".to_owned()];
    assert_eq!(answer(&draft, "links"), Some(Answer::List(links)));
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
    terminal.wait_for(&["23 of 25", "^S"]);
    terminal.press(SAVE);
    let screen = terminal.wait_for(&["No open question follows", "Enter open"]);
    assert!(!screen.contains("24 of 25"), "{screen}");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
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
        terminal.wait_for(&["Start date", "Enter continues"]);
        terminal.press("soon\r");
        terminal.wait_for(&["is not a date"]);
        terminal.press("\x7f\x7f\x7f\x7f5 October 2021\r");
        terminal.wait_for(&["still running", "y or n"]);
        terminal.press("n\r");
        terminal.wait_for(&["end date", "Enter continues"]);
        terminal.press("1/10/2021\r");
        terminal.wait_for(&["# 1 October 2021 is before 5 October"]);
        // The same answer again is accepted, and the review reports the problem.
        terminal.press(ENTER);
        terminal.wait_for(&["Question 5 of 25"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
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
fn going_back_and_jumping_keep_the_answers() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
    terminal.wait_for(&["Question 1 of 25"]);
    terminal.wait_for_prompt("Answer");
    terminal.press("First name\r");
    terminal.wait_for(&["Question 2 of 25"]);
    terminal.wait_for_prompt("Answer");
    // Esc keeps what is in the line.
    terminal.press("Finl");
    terminal.wait_for_prompt("Finl");
    terminal.press(ESC);
    terminal.wait_for(&["Back to question 1"]);
    terminal.press("back\r");
    terminal.wait_for_prompt("Answer First name");
    terminal.press(", changed\r");
    terminal.wait_for(&["Question 3 of 25"]);
    terminal.wait_for_prompt("Organisation");
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("choose\r");
    terminal.open_question("2", "Country");
    terminal.wait_for_prompt("Answer Finl");
    terminal.press("and\r");
    // The overview again, with the cursor on the question.
    terminal.wait_for(&["Enter open", ">  2 Country"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "name"), "First name, changed");
    assert_eq!(text(&draft(&folder), "country"), "Finland");
}

#[test]
fn a_question_marked_as_not_applicable_can_be_answered_later() {
    let folder = folder_with("  aims: [share]\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "14"], WIDE);
    terminal.wait_for_prompt("Does this question apply?");
    terminal.press(DOWN);
    terminal.press(ENTER);
    terminal.wait_for(&["Question 15 of 25"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(summary(folder.path())["counts"]["not_applicable"], 1);
    let mut terminal = Terminal::start(folder.path(), &["--question", "14"], WIDE);
    terminal.wait_for_prompt("Does this question apply?");
    terminal.press("write\r");
    compose(&mut terminal, 14, "It does apply.");
    terminal.wait_for(&["Question 15 of 25"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(summary(folder.path())["counts"]["not_applicable"], 0);
    assert_eq!(text(&draft(&folder), "14"), "It does apply.");
}

#[test]
fn ctrl_c_in_a_prompt_keeps_the_line_and_says_how_to_resume() {
    let folder = tempdir().unwrap();
    let mut terminal =
        Terminal::start(folder.path(), &["fill", "my draft.yaml", "--question", "name"], WIDE);
    terminal.wait_for_prompt("Answer");
    terminal.press("Half a na");
    terminal.wait_for_prompt("Half a na");
    terminal.press(CTRL_C);
    let screen = terminal.expect_exit(130);
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
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press("Words that must stay");
        terminal.wait_for(&["4 of 150 words"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "9"), "Words that must stay");
    }
}

#[test]
fn ctrl_c_right_after_the_enter_that_opens_the_composer_leaves_too() {
    for _ in 0..10 {
        let folder = folder_with("  aims: [ecpa]\n  permission: yes\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press(ENTER);
        // At any moment from now on: the prompt may still be closing, the composer opening.
        std::thread::yield_now();
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn esc_leaves_the_composer_for_the_menu_and_back() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press("one two");
        terminal.wait_for(&["2 of 150 words"]);
        terminal.press(ESC);
        terminal.wait_for(&["What now?", "Continue with question 9"]);
        terminal.press(ENTER);
        terminal.wait_for(&["^S", "2 of 150 words"]);
        terminal.press(" three");
        terminal.wait_for(&["3 of 150 words"]);
        terminal.press(ESC);
        terminal.wait_for(&["What now?"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "9"), "one two three");
    }
}

#[test]
fn a_double_enter_before_the_composer_erases_and_adds_nothing() {
    for _ in 0..5 {
        let folder =
            folder_with("  links: [https://example.org]\n  summary: |-\n    Kept\n\n    whole.\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "5"], WIDE);
        terminal.wait_for_prompt("Links");
        // Question 6 has an answer, so it is chosen from the list.
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press("choose\r");
        terminal.wait_for(&["Enter open"]);
        terminal.press("6");
        terminal.wait_for(&[">  6 Short summary"]);
        terminal.press("\r\r");
        terminal.wait_for(&["6 of 25", "whole.", "2 of 600 words", "^S"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "6"), "Kept\n\nwhole.");
    }
}

#[test]
fn a_paste_without_brackets_is_one_paste_and_submits_nothing() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], NARROW);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("First line here\rsecond line\r\rthird");
    terminal.wait_for(&["6 of 150 words"]);
    terminal.press("\x1a");
    terminal.wait_for(&["0 of 150 words"]);
    terminal.press("\x19");
    terminal.wait_for(&["6 of 150 words"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "9"), "First line here\nsecond line\n\nthird");
}

#[test]
fn several_lines_pasted_into_a_short_answer_stay_together() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "responsible"], WIDE);
    terminal.wait_for_prompt("Organisation");
    terminal.press("Town Hall\rMarket Square 1\rSample Town\r");
    terminal.wait_for(&["several lines were pasted"]);
    terminal.press(ENTER);
    terminal.wait_for_prompt("Contact person");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(
        text(&draft(&folder), "responsible.organisation"),
        "Town Hall Market Square 1 Sample Town"
    );
}

#[test]
fn an_invalid_link_is_reported_and_kept() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "links"], NARROW);
    terminal.wait_for(&["Link 1"]);
    terminal.press("not a link\r");
    terminal.wait_for(&["is not a link"]);
    terminal.press(ENTER);
    terminal.wait_for(&["Link 2"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(answer(&draft(&folder), "links"), Some(Answer::List(vec!["not a link".into()])));
}

#[test]
fn links_are_added_edited_moved_and_removed_with_undo() {
    let folder = folder_with("  links: [https://example.org/a, https://example.org/b]\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "5"], WIDE);
    // Opens the list of what can be done with a link.
    let change = |terminal: &mut Terminal, link: &str, action: &str| {
        terminal.wait_for_prompt("Links");
        terminal.press(&format!("change {link}"));
        terminal.wait_for(&[&format!("> Change {link}")]);
        terminal.press(ENTER);
        terminal.wait_for_prompt("What to do with ");
        terminal.press(&format!("{action}\r"));
    };
    change(&mut terminal, "https://example.org/a", "edit");
    terminal.wait_for_prompt("Link 1");
    terminal.press("a\r");
    terminal.wait_for(&["  Change https://example.org/aa"]);
    change(&mut terminal, "https://example.org/b", "remove");
    terminal.wait_for_without("Undo the last change", "  Change https://example.org/b");
    terminal.wait_for_prompt("Links");
    terminal.press("undo\r");
    terminal.wait_for(&["  Change https://example.org/aa\n  Change https://example.org/b"]);
    change(&mut terminal, "https://example.org/b", "move it up");
    terminal.wait_for(&["  Change https://example.org/b\n  Change https://example.org/aa"]);
    terminal.wait_for_prompt("Links");
    terminal.press("add\r");
    terminal.wait_for_prompt("Link 3");
    terminal.press("www.example.org\r");
    terminal.wait_for_prompt("Link 4");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    let expected = ["https://example.org/b", "https://example.org/aa", "www.example.org"];
    let expected = expected.map(str::to_owned).to_vec();
    assert_eq!(answer(&draft(&folder), "links"), Some(Answer::List(expected)));
}

#[test]
fn resizing_while_typing_loses_nothing() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    let sizes = [NARROW, (20, 6), (120, 40), (1, 1), NARROW, WIDE];
    let expected = types_while_resizing(&mut terminal, sizes.into_iter().cycle().take(18));
    terminal.resize(WIDE);
    terminal.wait_for(&["18 of 150 words · 132 left", "of the intervention? Please, if", "r17"]);
    terminal.press(SAVE);
    terminal.wait_for(&["10 of 25"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "9"), expected.trim_end());
}

#[test]
fn text_over_the_limit_is_kept_and_reported() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    let words = (1..=162).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    terminal.paste(&words);
    terminal.wait_for(&[
        "162 of 150 words · 12 words over",
        "Pasted 162 words in 1 paragraph, 12 over",
    ]);
    terminal.press(SAVE);
    terminal.wait_for(&["162 of 150 words, 12 words over the limit"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "9"), words);
}

#[test]
fn text_is_saved_without_any_key_that_saves() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("written");
    terminal.wait_for(&["1 of 150 words"]);
    // No key that saves is pressed.
    wait_until_saved(&folder, "objectives: written");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[cfg(unix)]
#[test]
fn a_termination_signal_keeps_the_text_and_restores_the_terminal() {
    for (signal, size) in [("TERM", WIDE), ("HUP", WIDE), ("TERM", NARROW), ("HUP", NARROW)] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press("still here");
        terminal.wait_for(&["2 of 150 words"]);
        let code = if signal == "TERM" { 143 } else { 129 };
        send_signal(signal, terminal.process_id());
        terminal.expect_exit(code);
        assert_eq!(text(&draft(&folder), "9"), "still here");
        // In a prompt too.
        let terminal = Terminal::start(folder.path(), &["--question", "1"], size);
        terminal.wait_for_prompt("Answer");
        send_signal(signal, terminal.process_id());
        terminal.expect_exit(code);
        assert_only_the_draft_remains(&folder);
    }
}

#[test]
fn a_broken_draft_is_reported_with_its_place_and_never_overwritten() {
    let folder = tempdir().unwrap();
    let broken = "answers:\n  name: one\n  name: two\n";
    fs::write(folder.path().join("application.yaml"), broken).unwrap();
    let terminal = Terminal::start(folder.path(), &[], WIDE);
    let screen = terminal.expect_exit(3);
    assert!(screen.contains("application.yaml:3:3:"), "{screen}");
    assert_eq!(fs::read_to_string(folder.path().join("application.yaml")).unwrap(), broken);
}

#[test]
fn a_second_wizard_on_the_same_draft_is_refused() {
    let folder = folder_with("  name: Bright Streets\n");
    let mut first = Terminal::start(folder.path(), &[], WIDE);
    first.open_menu();
    let mut second = Terminal::start(folder.path(), &[], WIDE);
    second.wait_for(&["is open in another wizard", "process", "since", "Look at "]);
    second.press("n\r");
    second.expect_exit(4);
    let mut third = Terminal::start(folder.path(), &[], WIDE);
    third.wait_for(&["Look at "]);
    third.press("y\r");
    third.wait_for(&["What is the name of the intervention?", "Bright Streets", "Esc closes"]);
    third.press(ESC);
    third.expect_exit(0);
    first.press(ESC);
    first.expect_exit(0);
}

#[test]
fn the_question_its_footnotes_and_the_mechanisms_are_one_key_away() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "12"], size);
        terminal.wait_for(&["12 of 25", "F2 more", "^S"]);
        terminal.press("\x1bOQ");
        terminal.wait_for(&["Esc closes"]);
        terminal.press("\x1b[F");
        terminal.wait_for(&["prison rehabilitation", "100 %"]);
        terminal.press(ESC);
        terminal.wait_for(&["12 of 25", "^S"]);
        terminal.press("\x1bOP");
        terminal.wait_for(&["Ctrl-S, Ctrl-D"]);
        terminal.press(ESC);
        terminal.wait_for(&["12 of 25", "^S"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn other_drafts_of_the_folder_are_offered() {
    let folder = folder_with("  name: An older one\n");
    fs::rename(folder.path().join("application.yaml"), folder.path().join("older.yaml")).unwrap();
    fs::write(folder.path().join("unrelated.yaml"), "a: b\n").unwrap();
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    let screen =
        terminal.wait_for(&["Continue with older.yaml", "Start a new one: application.yaml"]);
    assert!(!screen.contains("unrelated"), "{screen}");
    terminal.press(ENTER);
    terminal.wait_for(&["older.yaml"]);
    terminal.open_menu();
    terminal.press(ESC);
    terminal.expect_exit(0);
}

#[test]
fn the_whole_application_can_be_read() {
    let folder = folder_with("  name: Bright Streets\n  timing:\n    start: 2021-10-05\n");
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.open_menu();
    terminal.press("read\r");
    terminal.wait_for(&["Bright Streets", "Esc closes"]);
    terminal.press(ESC);
    terminal.wait_for(&["What now?"]);
    terminal.press(ESC);
    terminal.expect_exit(0);
}

#[test]
fn a_draft_that_cannot_be_saved_is_reported_and_saved_elsewhere() {
    let folder = tempdir().unwrap();
    let mut terminal =
        Terminal::start(folder.path(), &["fill", "gone/a.yaml", "--question", "1"], WIDE);
    terminal.wait_for(&["The folder gone does not exist.", "Create it?"]);
    terminal.press("y\r");
    terminal.wait_for(&["Question 1 of 25"]);
    terminal.wait_for_prompt("Answer");
    fs::remove_dir_all(folder.path().join("gone")).unwrap();
    terminal.press("My name\r");
    terminal.wait_for(&["Not saved: its folder does not exist", "Question 2 of 25"]);
    terminal.wait_for_prompt("Answer");
    terminal.press(CTRL_C);
    terminal.wait_for_prompt("Save the draft as");
    terminal.press(ENTER);
    let screen = terminal.expect_exit(130);
    assert!(screen.contains("application-rescued.yaml"), "{screen}");
    let yaml = fs::read_to_string(folder.path().join("application-rescued.yaml")).unwrap();
    assert!(yaml.contains("name: My name"), "{yaml}");
}
