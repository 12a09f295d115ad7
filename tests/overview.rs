//! The overview of all questions, and the end of the conversation: the Word document.

use std::fs;
use std::process::Command;

use good_practice::internals::{Answer, BUILT_IN};
use tempfile::tempdir;

use crate::support::drafts::{answer, built_in, draft, folder_with, text, wait_until_saved};
use crate::support::forms::FormLayout;
use crate::support::pty::{CTRL_C, ENTER, ESC, NARROW, SAVE, Terminal, WIDE};

const TAB: &str = "\t";
const F8: &str = "\x1b[19~";

/// Answers with one that is too long, one that is no address, and most missing.
const UNFINISHED: &str = "  aims: [share]\n  permission: yes\n  name: Bright Streets\n  responsible:\n    organisation: Town of Sample\n    contact-person: K. Example\n    address: 1 Market Square\n    contact-details: phone\n    e-mail: anna@koeln\n  problem: \"Streets without “lamps” are\\n    avoided after dark.\"\n";

#[test]
fn a_draft_with_answers_begins_with_the_overview_and_every_status_in_words() {
    for size in [WIDE, NARROW] {
        let folder = folder_with(UNFINISHED);
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.wait_for(&["Good practice template", "Enter open", "answered", "missing"]);
        // What needs attention first is selected, and explained below the list.
        terminal.wait_for(&[">  2 Country", "2  Country: missing"]);
        terminal.press(TAB);
        terminal.wait_for(&[">  3 Responsible", "needs a look", "anna@koeln"]);
        // Digits lead to a number, also to one that is not asked.
        terminal.press("24");
        terminal.wait_for(&["> 24 Innovation", "24  Innovation: not asked: ", "(ECPA)`"]);
        terminal.press(ENTER);
        terminal.wait_for(&["This question is not asked at present."]);
        terminal.press("7");
        terminal.wait_for(&[">  7 The problem"]);
        terminal.press("99");
        terminal.wait_for(&[">  9 Objectives"]);
        terminal.press("\x1b[Z");
        terminal.wait_for(&[">  8 Analysis"]);
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn the_deadline_is_shown_at_the_start_and_in_the_overview() {
    for size in [WIDE, NARROW] {
        let folder = folder_with(UNFINISHED);
        let deadline = "deadline: 2999-09-30T17:00 Europe/Brussels\nintroduction: |\n";
        let questions = BUILT_IN.replace("introduction: |\n", deadline);
        fs::write(folder.path().join("questions.yaml"), questions).unwrap();
        let options = ["--questions", "questions.yaml", "fill"];
        let mut terminal = Terminal::start(folder.path(), &options, size);
        terminal.wait_for(&["Closes in ", " days; ", "Enter open"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        let new = [&options[..], &["new.yaml"]].concat();
        let mut terminal = Terminal::start(folder.path(), &new, (size.0, 60));
        terminal.wait_for(&["closes in ", "Europe/Brussels"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn a_question_opened_in_the_overview_returns_to_it() {
    for size in [WIDE, NARROW] {
        let folder = folder_with(UNFINISHED);
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.open_question("7", "The");
        terminal.wait_for(&["7 of 25", "^S"]);
        terminal.press(" New.");
        terminal.wait_for(&["7 words"]);
        terminal.press(SAVE);
        terminal.wait_for(&[">  7 The", "Enter open"]);
        // Without a word about the menu in between.
        terminal.press(ENTER);
        terminal.wait_for(&["7 of 25", "New.", "^S"]);
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press(ESC);
        terminal.wait_for(&["7 of 25", "^S"]);
        terminal.press(SAVE);
        terminal.wait_for(&[">  7 The", "Enter open"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert!(text(&draft(&folder), "7").ends_with("dark. New."));
    }
}

#[test]
fn the_overview_is_one_key_away_from_the_composer_and_leads_back() {
    for size in [WIDE, NARROW] {
        let folder = folder_with("  name: Bright Streets\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press("Half a sentence");
        terminal.wait_for(&["3 of 150 words"]);
        terminal.press(F8);
        terminal.wait_for(&[">  9 Objectives", "Esc back"]);
        terminal.press(ESC);
        terminal.wait_for(&["9 of 25", "3 of 150 words", "^S"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "9"), "Half a sentence");
    }
}

#[test]
fn the_overview_finds_words_in_all_answers() {
    let folder = folder_with(UNFINISHED);
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.wait_for(&["Enter open"]);
    terminal.press("/\"LAMPS\"");
    terminal.wait_for(&[">  7 The problem", "Streets without “lamps” are", "Find: \"LAMPS\""]);
    terminal.press("x");
    terminal.wait_for(&["Find: \"LAMPS\"x", "not found"]);
    terminal.press("\x7f");
    terminal.wait_for(&["Find: \"LAMPS\" ", "Enter next"]);
    terminal.press(ESC);
    terminal.wait_for_without("Enter open", "Find:");
    terminal.press(ENTER);
    terminal.wait_for(&["7 of 25", "^S"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn resuming_begins_with_the_field_that_is_wrong_and_says_why() {
    for size in [WIDE, NARROW] {
        let folder = folder_with(UNFINISHED);
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.open_question("3", "Responsible");
        terminal.wait_for_prompt("anna@koeln");
        terminal.wait_for(&["is not an e-mail"]);
        terminal.press(".de\r");
        terminal.wait_for(&["If different"]);
        terminal.wait_for_prompt("Answer");
        terminal.press(ENTER);
        terminal.wait_for(&[">  3 Responsible", "Enter open"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "responsible.e-mail"), "anna@koeln.de");
    }
}

#[test]
fn resuming_at_a_link_that_is_wrong_edits_it() {
    let links = "[https://example.eu/a, see our page, https://example.eu/b]";
    for size in [WIDE, NARROW] {
        let folder = folder_with(&format!("  links: {links}\n"));
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.open_question("5", "Links");
        terminal.wait_for_prompt("Link 2 see our page");
        terminal.wait_for(&["`see our page` is not a link"]);
        terminal.press("\x15https://example.eu/c\r");
        terminal.wait_for_prompt("Links: what now?");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(
            answer(&draft(&folder), "5"),
            Some(Answer::List(
                ["a", "c", "b"].map(|page| format!("https://example.eu/{page}")).to_vec()
            ))
        );
    }
}

#[test]
fn a_long_message_over_the_overview_leaves_the_selected_question_visible() {
    let folder = folder_with("  aims: [medal]\n  innovation: new\n  relevance: for all\n");
    let mut terminal = Terminal::start(folder.path(), &[], NARROW);
    terminal.wait_for(&[">    Aims of this", "not asked for", "…\n Enter open"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn read_everything_opens_the_question_at_the_cursor() {
    let folder = folder_with(UNFINISHED);
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.wait_for(&["Enter open"]);
    terminal.press("7");
    terminal.wait_for(&[">  7 The problem"]);
    terminal.press("r");
    terminal.wait_for(&["▌ 7. What problem", "Enter opens"]);
    terminal.press(TAB);
    terminal.wait_for(&["▌ 8. Was the problem"]);
    terminal.press(ENTER);
    terminal.wait_for(&["8 of 25", "^S"]);
    terminal.press(SAVE);
    terminal.wait_for(&[">  8 Analysis", "Enter open"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn the_word_document_is_made_from_the_overview_and_never_replaces_another() {
    for size in [WIDE, NARROW] {
        let folder = folder_with(UNFINISHED);
        let path = |name: &str| folder.path().join(name);
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.wait_for(&["Enter open"]);
        terminal.press("d");
        terminal.wait_for(&["The document is ready", "application.docx", "marked as a draft"]);
        terminal.wait_for_prompt("What now?");
        let first = fs::read(path("application.docx")).unwrap();
        // The same document again asks nothing.
        terminal.press("word\r");
        terminal.wait_for(&["The document is up to date"]);
        terminal.wait_for_prompt("What now?");
        // A colleague has changed it.
        fs::write(path("application.docx"), "of a colleague").unwrap();
        terminal.press("word\r");
        terminal.wait_for(&["may have been changed"]);
        terminal.wait_for(&["Name of the document", "application-2.docx"]);
        terminal.press(ENTER);
        terminal.wait_for(&["is ready", "application-2.docx", "marked as a draft"]);
        terminal.wait_for_prompt("What now?");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(fs::read(path("application.docx")).unwrap(), b"of a colleague");
        assert_eq!(fs::read(path("application-2.docx")).unwrap(), first);
    }
}

#[test]
fn a_complete_draft_shows_the_key_of_the_word_document_on_every_screen() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let draft = folder.path().join("application.yaml");
        fs::copy("examples/complete.yaml", draft).unwrap();
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.wait_for(&["25 of 25 questions answered", "F1 keys  D Word"]);
        terminal.press("d");
        terminal.wait_for(&["The document is ready", "National"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn a_form_beside_the_draft_is_filled_in_from_overview_and_menu() {
    for size in [WIDE, NARROW] {
        let folder = folder_with(UNFINISHED);
        let path = |name: &str| folder.path().join(name);
        let form = FormLayout::default().generate(&built_in());
        fs::write(path("official form.docx"), &form.bytes).unwrap();
        let mut terminal = Terminal::start(folder.path(), &[], size);
        terminal.wait_for(&["Enter open"]);
        terminal.press("f");
        terminal.wait_for(&["The form is filled in; ", "form-filled.docx"]);
        terminal.wait_for_prompt("What now?");
        let first = fs::read(path("official form-filled.docx")).unwrap();
        wait_until_saved(&folder, "form: official form.docx");
        // The filled copy and the document of the draft are not offered as forms.
        terminal.press("word\r");
        terminal.wait_for(&["The document is ready"]);
        terminal.wait_for_prompt("What now?");
        terminal.press("fill in");
        terminal.wait_for(&["> Fill in official form.docx"]);
        assert!(!terminal.wait_for(&["fill in"]).contains("  Fill in"));
        terminal.press(ENTER);
        terminal.wait_for_prompt("What now?");
        assert_eq!(fs::read(path("official form-filled.docx")).unwrap(), first);
        // After an edit, the copy that nobody has changed is replaced.
        terminal.press("choose\r");
        terminal.open_question("7", "The");
        terminal.wait_for(&["7 of 25", "^S"]);
        terminal.press(" New.\x13");
        terminal.wait_for(&["Enter open"]);
        terminal.press("f");
        terminal.wait_for_prompt("What now?");
        let second = fs::read(path("official form-filled.docx")).unwrap();
        assert_ne!(second, first);
        // One that a colleague has changed is kept.
        fs::write(path("official form-filled.docx"), "of a colleague").unwrap();
        terminal.press("fill in\r");
        terminal.wait_for(&["already; it may", "official form-filled-2.docx"]);
        terminal.press(ENTER);
        terminal.wait_for_prompt("What now?");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(fs::read(path("official form-filled.docx")).unwrap(), b"of a colleague");
        assert_eq!(fs::read(path("official form-filled-2.docx")).unwrap(), second);
        assert_eq!(fs::read(path("official form.docx")).unwrap(), form.bytes);
    }
}

#[test]
fn what_a_form_has_no_room_for_is_shown_and_plain_mode_fills_it_in_too() {
    let folder = folder_with(UNFINISHED);
    let mut short = built_in();
    short.sections[1].questions.remove(0);
    let form = FormLayout::default().generate(&short);
    fs::write(folder.path().join("form.docx"), &form.bytes).unwrap();
    let yaml = folder.path().join("application.yaml");
    // A form that the draft names is offered wherever it is.
    let text = fs::read_to_string(&yaml).unwrap();
    fs::write(&yaml, text.replace("answers:", "form: form.docx\nanswers:")).unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--plain"], WIDE);
    terminal.wait_for_question("What now?");
    terminal.press("5\r");
    let said = terminal.wait_for_question("What now?").replace("\r\n", " ");
    assert!(said.contains("Question 7: not written, because"), "{said}");
    assert!(said.contains("could not be written"), "{said}");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert!(folder.path().join("form-filled.docx").exists());
}

#[test]
fn over_ssh_the_command_that_copies_the_document_is_printed() {
    let folder = folder_with("  name: Bright Streets\n");
    let environment = [("SSH_CONNECTION", "192.0.2.1 50000 198.51.100.7 22"), ("USER", "anna")];
    let mut terminal = Terminal::start_with(folder.path(), &[], WIDE, &environment);
    terminal.wait_for(&["Enter open"]);
    terminal.press("d");
    terminal.wait_for(&["The document is ready", "scp anna@198.51.100.7:/"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn the_path_of_the_document_of_a_new_draft_is_complete_too() {
    let folder = tempdir().unwrap();
    let environment = [("SSH_CONNECTION", "192.0.2.1 50000 198.51.100.7 22"), ("USER", "anna")];
    let mut terminal =
        Terminal::start_with(folder.path(), &["--question", "1"], WIDE, &environment);
    terminal.wait_for_prompt("Answer");
    terminal.press("Bright Streets\x1b");
    terminal.wait_for_prompt("What now?");
    terminal.press("word\r");
    terminal.wait_for(&["The document is ready: /", "scp anna@198.51.100.7:/"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn esc_esc_returns_to_the_same_field() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "10"], WIDE);
    terminal.wait_for_prompt("Level of prevention");
    terminal.press(" \r");
    terminal.wait_for(&["10 of 25", "^S"]);
    terminal.press("Because");
    terminal.wait_for(&["1 of 150 words"]);
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press(ESC);
    terminal.wait_for(&["10 of 25", "1 of 150 words", "^S"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn taking_the_ecpa_away_says_what_is_no_longer_asked() {
    let folder = folder_with("  aims: [share, ecpa]\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "aims"], WIDE);
    terminal.wait_for(&["[x] Participate"]);
    terminal.press("\x1b[B \r");
    terminal.wait_for(&["Questions 24 and 25 are no longer asked."]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn write_the_answer_takes_the_mark_of_not_applicable_away() {
    let folder = folder_with("  outcome-quality: Three words here\n");
    let path = folder.path().join("application.yaml");
    let yaml = fs::read_to_string(&path).unwrap();
    fs::write(&path, yaml.replace("answers:", "not-applicable: [outcome-quality]\nanswers:"))
        .unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "14"], WIDE);
    terminal.wait_for_prompt("Does this question apply?");
    terminal.press("write\r");
    terminal.wait_for(&["3 of 150 words", "^S"]);
    terminal.press(SAVE);
    terminal.wait_for(&["Question 15 of 25"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert!(!fs::read_to_string(&path).unwrap().contains("not-applicable"));
}

#[test]
fn text_over_the_limit_is_reported_where_it_can_be_seen() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "8"], WIDE);
    terminal.wait_for(&["8 of 25", "^S"]);
    terminal.paste(&"word ".repeat(170));
    terminal.wait_for(&["170 of 150"]);
    terminal.press(SAVE);
    // The next question is a full screen, too.
    terminal.wait_for(&["9 of 25", "Question 8: 170 of 150 words, 20 words over the limit"]);
    terminal.press("a");
    terminal.wait_for(&["1 of 150 words", "^S"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn ticks_survive_every_way_out_of_the_list() {
    for (key, code) in [(ESC, 130), (CTRL_C, 130), (F8, 130), ("TERM", 143), ("HUP", 129)] {
        let folder = folder_with("  aims: [share]\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "aims"], WIDE);
        terminal.wait_for(&["[x] Share"]);
        terminal.press("\x1b[B ");
        terminal.wait_for(&["[x] Participate"]);
        if code == 130 {
            terminal.press(key);
        } else {
            let id = terminal.process_id().to_string();
            assert!(Command::new("kill").args(["-s", key, &id]).status().unwrap().success());
        }
        if code == 130 && key != CTRL_C {
            terminal.wait_for(&["Questions 24 and 25 are asked now."]);
            terminal.press(CTRL_C);
        }
        terminal.expect_exit(code);
        let both = Answer::List(vec!["share".to_owned(), "ecpa".to_owned()]);
        assert_eq!(answer(&draft(&folder), "aims"), Some(both));
    }
}

#[test]
fn a_number_typed_into_the_menu_finds_the_question() {
    let folder = folder_with(UNFINISHED);
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.open_menu();
    terminal.press("7");
    terminal.wait_for(&["> 7  The problem, answered"]);
    terminal.press(ENTER);
    terminal.wait_for(&["7 of 25", "^S"]);
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("24");
    terminal.wait_for(&["> 24  Innovation, not asked"]);
    terminal.press(ENTER);
    terminal.wait_for(&["> 24 Innovation", "does not include"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn a_missing_folder_is_created_only_on_request() {
    let folder = tempdir().unwrap();
    for (key, exists) in [("n\r", false), ("y\r", true)] {
        let mut terminal = Terminal::start(folder.path(), &["fill", "new/a.yaml"], NARROW);
        terminal.wait_for(&["The folder new does not exist.", "Create it?"]);
        terminal.press(key);
        if exists {
            terminal.wait_for(&["What now?", "Start with"]);
            terminal.press(ESC);
        }
        terminal.expect_exit(0);
        assert_eq!(folder.path().join("new").is_dir(), exists);
    }
}

#[test]
fn what_an_answer_contradicts_is_read_in_the_overview_that_covers_it() {
    let timing = "  timing: {start: 2021-10-05, still-running: no, end: 2022-01-01}\n";
    let folder = folder_with(timing);
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.wait_for(&["Enter open"]);
    terminal.press("4");
    terminal.wait_for(&[">  4 Timing"]);
    terminal.press(ENTER);
    terminal.wait_for(&["5 October 2021"]);
    terminal.press(ENTER);
    terminal.wait_for(&["(y/N)"]);
    terminal.press(ENTER);
    terminal.wait_for(&["1 January 2022"]);
    terminal.press("\x155.1.2040\r");
    let future = "The intervention is said to have ended, but its end date is in the future.";
    terminal.wait_for(&["Enter open", "Read as 5 January 2040.", future, "· saved just now"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}
