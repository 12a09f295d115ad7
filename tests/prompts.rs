//! Short prompts: a line is edited like a long answer, and no key combination types a letter.

use good_practice::internals::Answer;
use tempfile::{TempDir, tempdir};

use crate::support::drafts::{answer, draft, folder_with, text, wait_until_saved};
use crate::support::pty::{CTRL_C, DOWN, ENTER, ESC, NARROW, SAVE, Terminal, WIDE};
use crate::support::root;

const F1: &str = "\x1bOP";
const F2: &str = "\x1bOQ";
const F5: &str = "\x1b[15~";
const F8: &str = "\x1b[19~";
const UNDO: &str = "\x1a";
const REDO: &str = "\x19";

/// Ctrl with each letter.
fn control() -> impl Iterator<Item = (char, String)> {
    ('a'..='z').map(|letter| (letter, char::from(letter as u8 - b'a' + 1).to_string()))
}

/// Alt with each letter, and with Shift where that is no beginning of a sequence.
fn alt() -> impl Iterator<Item = (char, String)> {
    let letters = ('a'..='z').chain('A'..='Z').filter(|letter| !matches!(letter, 'O' | 'P'));
    letters.map(|letter| (letter, format!("{ESC}{letter}")))
}

/// Opens question 1 with the name `abc def`.
fn name(size: (u16, u16)) -> (TempDir, Terminal) {
    let folder = folder_with("  name: abc def\n");
    let terminal = Terminal::start(folder.path(), &["--question", "1"], size);
    terminal.wait_for_prompt("Answer abc def");
    (folder, terminal)
}

#[test]
fn no_combination_types_a_letter_in_a_line() {
    // What each does to `abc def` and `!` typed behind it; all others do nothing.
    let changes = [
        ("\x01", "!"),
        ("\x02", "abc de!f"),
        ("\x08", "abc !"),
        ("\x10", "!abc def"),
        ("\x15", "!"),
        ("\x17", "abc !"),
        ("\x1bb", "abc !def"),
    ];
    let leaves = ["\x03", "\x04", "\x0a", "\x0d", "\x13"];
    for (_, keys) in control().chain(alt()) {
        let (folder, mut terminal) = name(WIDE);
        let expected = changes.iter().find(|(changing, _)| *changing == keys);
        let expected = expected.map_or("abc def!", |(_, expected)| expected);
        terminal.press(&keys);
        if leaves.contains(&keys.as_str()) {
            if keys != CTRL_C {
                terminal.wait_for(&["Question 2 of 25"]);
                terminal.press(CTRL_C);
            }
            terminal.expect_exit(130);
            assert_eq!(text(&draft(&folder), "1"), "abc def", "{keys:?}");
            continue;
        }
        terminal.press("!");
        terminal.wait_for_prompt(expected);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "1"), expected, "{keys:?}");
    }
}

/// All combinations that leave no prompt and move no cursor of a list.
fn harmless() -> String {
    let leaves_or_moves = ['c', 'd', 'j', 'm', 'n', 'p', 's', 'z'];
    let control = control().filter(|(letter, _)| !leaves_or_moves.contains(letter));
    control.chain(alt()).map(|(_, keys)| keys).collect()
}

#[test]
fn no_combination_types_a_letter_in_a_list() {
    let folder = folder_with("  name: abc def\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "target"], WIDE);
    terminal.wait_for_prompt("Level of prevention");
    terminal.press(&harmless());
    terminal.press(" ");
    let screen = terminal.wait_for(&["> [x]"]);
    assert!(screen.lines().any(|line| line.trim_end() == "? Level of prevention"), "{screen}");
    terminal.press(SAVE);
    terminal.wait_for(&["^S"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    let saved = answer(&draft(&folder), "target.levels");
    assert!(matches!(&saved, Some(Answer::List(levels)) if levels.len() == 1), "{saved:?}");
}

#[test]
fn no_combination_types_a_letter_in_a_menu_or_yes_or_no() {
    let (folder, mut terminal) = name(WIDE);
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press(&harmless());
    terminal.press(DOWN);
    let screen = terminal.wait_for(&["\n> Back to"]);
    assert!(screen.lines().any(|line| line.trim_end() == "? What now?"), "{screen}");
    terminal.press("\x10");
    terminal.wait_for(&["\n> Continue with question 1"]);
    terminal.press(SAVE);
    terminal.wait_for_prompt("Answer abc def");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "1"), "abc def");

    let mut terminal = Terminal::start(folder.path(), &["--question", "permission"], WIDE);
    terminal.wait_for_prompt("(y/n)");
    terminal.press(&harmless());
    terminal.press("y");
    terminal.wait_for_prompt("(y/n) y");
    terminal.press(SAVE);
    terminal.wait_for(&["Question 2 of 25"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(answer(&draft(&folder), "permission"), Some(Answer::YesNo(true)));
}

#[test]
fn a_line_is_edited_like_a_long_answer() {
    for size in [WIDE, NARROW] {
        let (folder, mut terminal) = name(size);
        terminal.press("\x1b[H");
        terminal.press("The ");
        terminal.wait_for_prompt("The abc def");
        // A word is selected from its end, cut, and pasted at the end of the line.
        terminal.press("\x1b[1;5C\x1b[1;6D\x18\x1b[F \x16");
        terminal.wait_for_prompt("The  def abc");
        terminal.press(UNDO);
        terminal.wait_for_prompt("The  def ");
        terminal.press(REDO);
        terminal.wait_for_prompt("The  def abc");
        terminal.press("\x1b[H\x1b[3~\x1b[3~\x1b[3~\x1b[3~\x1b[3~");
        terminal.wait_for_prompt("Answer def abc");
        terminal.press(F5);
        terminal.wait_for_prompt("Answer abc def");
        terminal.press("\x0b\x15new");
        terminal.wait_for_prompt("Answer new");
        wait_until_saved(&folder, "name: new");
        terminal.press(ENTER);
        terminal.wait_for(&["> Answer new", "Question 2 of 25"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "1"), "new");
    }
}

#[test]
fn f1_shows_the_keys_and_f2_the_question_over_a_line() {
    for size in [WIDE, NARROW] {
        let (folder, mut terminal) = name(size);
        terminal.press(F1);
        terminal.wait_for(&["Ctrl-S, Ctrl-D", "continue", "Esc closes"]);
        terminal.press(ESC);
        terminal.wait_for_prompt("Answer abc def");
        terminal.press(F2);
        terminal.wait_for(&["What is the name of the", "Esc closes"]);
        terminal.press(ESC);
        terminal.wait_for_prompt("Answer abc def");
        terminal.press("!");
        terminal.wait_for_prompt("Answer abc def!");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "1"), "abc def!");
    }
}

#[test]
fn a_long_line_wraps_between_words_and_is_shown_whole() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], NARROW);
    terminal.wait_for_prompt("Answer");
    terminal.press("Bright streets for everybody who walks home at night");
    terminal
        .wait_for(&["  Answer\n? Bright streets for everybody who", "\n  walks home at night\n["]);
    terminal.press("\x1b[A\x1b[HVery b\x1b[3~");
    terminal.wait_for(&["? Very bright streets for everybody", "\n  who walks home at night\n["]);
    terminal.press(ENTER);
    let rows = "> Answer\n  Very bright streets for everybody who\n  walks home at night\n";
    terminal.wait_for(&[rows]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    let expected = "Very bright streets for everybody who walks home at night";
    assert_eq!(text(&draft(&folder), "1"), expected);
}

#[test]
fn a_paste_of_several_lines_becomes_one_line_that_is_shown_first() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "1"], size);
        terminal.wait_for_prompt("Answer");
        terminal.paste("Bright\r\n  Streets\r\n");
        terminal.wait_for_prompt("Answer Bright Streets");
        terminal.wait_for(&["several lines were"]);
        terminal.press(ENTER);
        terminal.wait_for(&["Question 2 of 25"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "1"), "Bright Streets");
    }
}

#[test]
fn a_problem_is_shown_and_enter_again_keeps_the_line() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "timing"], NARROW);
    terminal.wait_for(&["Start date"]);
    terminal.press("soon\r");
    terminal.wait_for(&["# ", "is not a date", "Enter again keeps it"]);
    // Another line is checked again.
    terminal.press("er\r");
    terminal.wait_for(&["sooner", "is not a date", "Enter again keeps it"]);
    terminal.press(ENTER);
    terminal.wait_for(&["still running"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "timing.start"), "sooner");
}

#[test]
fn a_list_without_a_match_says_so() {
    let (_folder, mut terminal) = name(NARROW);
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("xyz");
    terminal.wait_for(&["? What now? xyz", "No line contains `xyz`"]);
    terminal.press(ENTER);
    terminal.press("\x1599");
    terminal.wait_for(&["? What now? 99", "There is no question 99."]);
    // A question that is not asked is explained, and Esc leads back to where the menu was opened.
    terminal.press("\x1524\r");
    terminal.wait_for(&["24  Innovation: not asked: ", "Enter open"]);
    terminal.press(ESC);
    terminal.wait_for_prompt("Answer abc def");
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("read");
    terminal.wait_for_prompt("What now? read");
    terminal.wait_for(&["> Read everything"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn options_are_shown_in_full_where_there_is_room_and_that_of_the_cursor_always() {
    // The three options of question 10 have six rows each.
    let folder = folder_with("  name: abc def\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "10"], NARROW);
    let screen = terminal.wait_for(&["> [ ] Universal prevention: the", "Space ticks, Enter next"]);
    assert!(
        screen.contains("\n      places or systems.\n  [ ] Selective prevention\n"),
        "{screen}"
    );
    terminal.press(DOWN);
    let screen = terminal.wait_for(&["> [ ] Selective prevention: the"]);
    assert!(screen.contains("\n      increased risk of becoming the\n"), "{screen}");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    let mut terminal = Terminal::start(folder.path(), &["--question", "10"], WIDE);
    let screen = terminal.wait_for(&["[ ] Indicated prevention: the"]);
    assert!(screen.contains("systems or places that are the scene of crime.\n"), "{screen}");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    let folder = folder_with("  name: abc def\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "aims"], NARROW);
    let screen = terminal.wait_for(&["> [ ] Share good practice for", "Space ticks, Enter next"]);
    assert!(screen.contains("\n      (Knowledge centre, newsletter,\n"), "{screen}");
    assert!(screen.contains("\n      publications, etc.)\n"), "{screen}");
    assert!(screen.contains("\n  [ ] Participate at the European Crime\n"), "{screen}");
    terminal.press(DOWN);
    let screen = terminal.wait_for(&["> [ ] Participate at the European"]);
    assert!(screen.contains("\n      Prevention Award (ECPA)\n"), "{screen}");
    // What was chosen stays readable.
    terminal.press(" \r");
    let screen = terminal.wait_for_without("Do you give permission?", "[ ]");
    assert!(screen.contains("\n  Prevention Award (ECPA)\n"), "{screen}");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn f8_opens_the_overview_from_every_prompt_and_is_hinted_where_there_is_room() {
    for (question, hint) in [
        ("aims", "[Space ticks, F8 overview,"),
        ("permission", "[y or n, F8 overview, F1 keys, Enter skips it, Esc menu]"),
        ("name", "[Enter continues, F8 overview, F1 keys, an empty line leaves it open, Esc menu]"),
        ("8", "F8 overview"),
    ] {
        let folder = folder_with("  name: abc def\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", question], WIDE);
        terminal.wait_for(&[hint]);
        terminal.press(F8);
        terminal.wait_for(&["Enter open", "Esc back"]);
        terminal.press(ESC);
        terminal.wait_for(&[hint]);
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press(F8);
        terminal.wait_for(&["Enter open", "Esc back"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn yes_or_no_can_be_left_open_but_not_answered_with_something_else() {
    let folder = folder_with("  name: abc def\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "permission"], NARROW);
    terminal.wait_for_prompt("Do you give permission?");
    terminal.press("maybe\r");
    terminal.wait_for(&["# Type y for yes or n for no."]);
    terminal.press("\x15");
    terminal.wait_for_without("(y/n) \n", "maybe");
    terminal.press(ENTER);
    terminal.wait_for(&["left open", "Question 2 of 25"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(answer(&draft(&folder), "permission"), None);
}

#[test]
fn that_there_is_no_dictionary_is_said_once() {
    let folder = folder_with("  analysis: One\n");
    let questions = std::fs::read_to_string(root().join("questions.yaml"))
        .unwrap()
        .replace("language: en", "language: xx");
    std::fs::write(folder.path().join("xx.yaml"), questions).unwrap();
    let arguments = ["--questions", "xx.yaml", "--question", "8"];
    let mut terminal = Terminal::start(folder.path(), &arguments, WIDE);
    terminal.wait_for(&["there is no dictionary for the language"]);
    terminal.press("\x13");
    terminal.wait_for(&["9 of 25"]);
    terminal.press("To recieve letters\x1b[18~");
    let screen = terminal.wait_for(&["Spelling is not checked here."]);
    assert!(!screen.contains("no dictionary"), "{screen}");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn the_keys_are_readable_at_forty_columns() {
    let (_folder, mut terminal) = name(NARROW);
    terminal.press(F1);
    let screen = terminal.wait_for(&["Keys", "Esc closes"]);
    assert!(screen.contains("Ctrl-C\n      copy what is selected; otherwise\n"), "{screen}");
    terminal.press(ESC);
    terminal.wait_for_prompt("Answer");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn a_prompt_is_painted_again_when_the_window_changes() {
    let (folder, mut terminal) = name(WIDE);
    for size in [NARROW, (20, 8), (120, 40), WIDE] {
        terminal.resize(size);
        terminal.press("x");
        terminal.wait_for(&["abc def", "x", "[Enter"]);
    }
    terminal.wait_for_prompt("Answer abc defxxxx");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "1"), "abc defxxxx");
}

/// Returns the underlined words of a screen.
fn underlined(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let mut text = String::new();
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        match screen.cell(row, column) {
            Some(cell) if cell.underline() => text.push_str(cell.contents()),
            Some(_) | None => text.push(' '),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn misspelt_words_of_a_line_are_underlined_and_corrected() {
    for size in [WIDE, NARROW] {
        let folder = folder_with("  name: Safe streets for evrybody in Brightvile\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "1"], size);
        terminal.wait_for(&["[F7 1 misspelt,"]);
        assert_eq!(terminal.wait_for_picture(underlined, "evrybody"), "evrybody");
        terminal.press(" teh");
        terminal.wait_for(&["teh", "[F7 1 misspelt,"]);
        terminal.press(" ");
        terminal.wait_for(&["[F7 2 misspelt,"]);
        assert_eq!(terminal.wait_for_picture(underlined, "evrybody teh"), "evrybody teh");
        terminal.press("\x1b[1;5H\x1b[18~");
        terminal.wait_for(&["\"evrybody\": 1 everybody", "k keep"]);
        // Neither a letter nor Enter replaces the word or leaves the field.
        terminal.press("x\r");
        terminal.wait_for(&["[F7 2 misspelt,"]);
        terminal.press("\x1b[1;5H\x1b[18~1");
        terminal.wait_for(&["for everybody in", "\"teh\": 1 "]);
        terminal.press("k");
        terminal.wait_for(&["No misspelt word is left"]);
        wait_until_saved(&folder, "words:\n- teh\n");
        terminal.press(UNDO);
        terminal.wait_for(&["for evrybody in"]);
        wait_until_saved(&folder, "for evrybody in Brightvile teh\nwords:");
        terminal.press(REDO);
        terminal.wait_for(&["for everybody in"]);
        terminal.press(ENTER);
        terminal.wait_for(&["Question 2 of 25"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "1"), "Safe streets for everybody in Brightvile teh");
        let yaml = std::fs::read_to_string(folder.path().join("application.yaml")).unwrap();
        assert!(yaml.contains("words:\n- teh\n"), "{yaml}");
    }
    // A name is not checked, nor is a line that holds an address.
    for (question, value) in [("1", "  name: Zielona Ulicaa\n"), ("responsible", "")] {
        let folder = folder_with(value);
        let mut terminal = Terminal::start(folder.path(), &["--question", question], WIDE);
        terminal.wait_for(&["[Enter"]);
        if value.is_empty() {
            terminal.press("we recieve teh letters here ");
            terminal.wait_for(&["recieve teh letters here"]);
        }
        terminal.press("\x1b[18~");
        terminal.wait_for(&["Spelling is not checked here."]);
        assert_eq!(terminal.wait_for_picture(underlined, ""), "");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
    }
}

#[test]
fn misspelt_words_of_a_long_answer_are_underlined() {
    let folder = folder_with("  objectives: The goverment did recieve letters\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    assert_eq!(terminal.wait_for_picture(underlined, "goverment recieve"), "goverment recieve");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}
