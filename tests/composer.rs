//! PTY stories of the composer, each on a wide and on a small screen.

use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use crate::support::cli::send_signal;
use crate::support::drafts::{draft, folder_with, text, wait_until_saved};
use crate::support::pty::{CTRL_C, ENTER, ESC, NARROW, SAVE, Terminal, WIDE, types_while_resizing};

const UNDO: &str = "\x1a";
const REDO: &str = "\x19";
const F3: &str = "\x1bOR";
const F4: &str = "\x1bOS";
const F5: &str = "\x1b[15~";
const F7: &str = "\x1b[18~";
const FIND: &str = "\x06";
const EDITOR: &str = "\x0f";
const HOME: &str = "\x1b[1;5H";
const LEFT: &str = "\x1b[D";
const SELECT_WORD_LEFT: &str = "\x1b[1;6D";

/// Opens question 9 with an answer, presses keys and returns the answer saved in the draft. Runs on
/// both screen sizes, which must save the same.
fn story(answer: &str, press: impl Fn(&mut Terminal)) -> String {
    let saved = [WIDE, NARROW].map(|size| {
        let folder = if answer.is_empty() {
            tempdir().unwrap()
        } else {
            let block = answer.replace('\n', "\n    ");
            folder_with(&format!("  objectives: |-\n    {block}\n"))
        };
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        press(&mut terminal);
        // With a selection, Ctrl-C copies.
        terminal.press(&format!("{LEFT}{CTRL_C}"));
        terminal.expect_exit(130);
        text(&draft(&folder), "9")
    });
    assert_eq!(saved[0], saved[1], "the size of the screen changes nothing");
    saved[0].clone()
}

fn numbered(words: std::ops::RangeInclusive<usize>) -> String {
    words.map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn whole_characters_are_deleted_and_counted_in_every_script() {
    let saved = story("", |terminal| {
        terminal.paste("né👩‍👩‍👧🇪🇺中文");
        terminal.wait_for(&["3 of 150 words"]);
        // Two ideographs are two words; each Backspace takes one whole character.
        terminal.press("\x7f\x7f\x7f\x7f");
        terminal.wait_for_without("1 of 150 words", "👩");
        terminal.press("e\u{301}x\x7f");
        terminal.wait_for(&["né"]);
    });
    assert_eq!(saved, "née\u{301}");
}

#[test]
fn words_are_selected_cut_pasted_undone_and_redone() {
    let saved = story("one two three", |terminal| {
        terminal.press("\x1b[1;6D");
        terminal.wait_for(&["3 of 150 words", "1 selected"]);
        terminal.press("\x18");
        terminal.wait_for(&["2 of 150 words"]);
        terminal.press(HOME);
        terminal.press("\x16 ");
        terminal.wait_for(&["three one", "3 of 150 words"]);
        terminal.press(UNDO);
        terminal.press(UNDO);
        terminal.wait_for(&["one two", "2 of 150 words"]);
        terminal.press(UNDO);
        terminal.wait_for(&["one two three"]);
        for _ in 0..3 {
            terminal.press(REDO);
        }
        terminal.wait_for(&["three one two"]);
    });
    assert_eq!(saved, "three one two");
}

#[test]
fn words_are_found_and_typing_replaces_the_match() {
    let saved = story("Light here.\nMore light there.\nLIGHT again.", |terminal| {
        terminal.press(FIND);
        terminal.wait_for(&["Find:"]);
        terminal.press("ligh");
        terminal.wait_for(&["Find: ligh", "of 3"]);
        terminal.press("t");
        terminal.wait_for(&["Find: light"]);
        terminal.press(ENTER);
        terminal.wait_for(&["2 of 3"]);
        terminal.press("zz");
        terminal.wait_for(&["Find: lightzz", "not found"]);
        terminal.press("\x7f\x7f");
        terminal.wait_for_without("Find: light", "lightzz");
        terminal.press(ESC);
        terminal.wait_for_without("selected", "Find:");
        terminal.press("X");
        terminal.wait_for(&["X", "7 of 150 words"]);
    });
    assert_eq!(saved.matches('X').count(), 1, "{saved}");
    assert_eq!(saved.to_lowercase().matches("light").count(), 2, "{saved}");
}

#[test]
fn the_longest_sentence_is_found_and_cut_to_reach_the_limit() {
    let long = format!("{}.", numbered(1..=40));
    let start = format!("Short one here.\n\n{long} And {}.", numbered(1..=119));
    let saved = story(&start, |terminal| {
        terminal.wait_for(&["163 of 150 words · 13 words over"]);
        terminal.press(F3);
        terminal.wait_for(&["163 of 150 words, 13 over. With 2", "75"]);
        terminal.press("\x1b[F");
        terminal.wait_for(&["1.  120  And w1", "2.   40  w1 w2", "100 %"]);
        terminal.press("2");
        terminal.wait_for(&["40 selected"]);
        terminal.press("\x18");
        terminal.wait_for(&["123 of 150 words · 27 left"]);
    });
    assert_eq!(saved, format!("Short one here.\n\n And {}.", numbered(1..=119)));
}

#[test]
fn a_paste_from_a_word_processor_is_cleaned_counted_and_one_undo_step() {
    let saved = story("Before:", |terminal| {
        terminal
            .paste("\r\nFirst\x1b[31m paragraph.\r\n•\tone\r\n\u{F0B7}  two\r· three\u{0}\n* four");
        terminal.wait_for(&["Pasted 6 words in 5 paragraphs.", "7 of 150 words", "- three"]);
        terminal.press(UNDO);
        terminal.wait_for_without("1 of 150 words", "three");
        terminal.press(REDO);
        terminal.wait_for(&["7 of 150 words"]);
    });
    assert_eq!(saved, "Before:\nFirst paragraph.\n- one\n- two\n- three\n- four");
}

#[test]
fn a_paste_says_how_far_it_is_over_the_limit() {
    story("", |terminal| {
        terminal.paste(&numbered(1..=162));
        terminal.wait_for(&["Pasted 162 words in 1 paragraph", "over."]);
    });
}

#[test]
fn bullets_and_line_ends_survive_a_paste_without_brackets() {
    let saved = story("", |terminal| {
        terminal.press("Aims of the work:\r• one of them\r• another one\r");
        terminal.wait_for(&["9 of 150 words", "- another one"]);
        terminal.press(UNDO);
        terminal.wait_for(&["0 of 150 words"]);
        terminal.press(REDO);
        terminal.wait_for(&["9 of 150 words"]);
    });
    assert_eq!(saved, "Aims of the work:\n- one of them\n- another one");
}

#[test]
fn lines_of_a_pdf_are_joined_when_asked_and_only_then() {
    let pdf = "The main objective of the project is to make the\nstreets around the school safer for all of its\npupils.\n• less speed, on every way to the school and\nfrom it";
    let joined = "The main objective of the project is to make the streets around the school safer for all of its pupils.\n- less speed, on every way to the school and from it";
    let saved = story("", |terminal| {
        terminal.paste(pdf);
        terminal.wait_for(&["F4 joins"]);
        terminal.press(F4);
        terminal.wait_for(&["Removed 3 line ends"]);
        terminal.press(UNDO);
        // After undo the lines are broken again and stay so.
        terminal.wait_for_without("^S", "Removed");
        terminal.press("\x01");
        terminal.wait_for(&["31 selected"]);
        terminal.press(F4);
        terminal.wait_for(&["Removed 3 line ends"]);
    });
    assert_eq!(saved, joined);
    // A paste without brackets arrives in pieces and is joined as a whole.
    let saved = story("", |terminal| {
        terminal.press(&pdf.replace('\n', "\r"));
        terminal.wait_for(&["31 of 150 words", "F4 joins", "from it"]);
        terminal.press(F4);
        terminal.wait_for(&["Removed 3 line ends"]);
    });
    assert_eq!(saved, joined);
    let saved = story("", |terminal| {
        terminal.paste(pdf);
        terminal.wait_for(&["F4 joins"]);
    });
    assert_eq!(saved, pdf.replace('•', "-"));
}

#[test]
fn a_word_that_a_pdf_has_divided_loses_its_hyphen_if_a_dictionary_has_it() {
    let saved = story("", |terminal| {
        terminal.paste("Residents take part in the preven-\ntion of burglaries and in early-\nstage advice for the peo-\nple of Brightvile.");
        terminal.wait_for(&["F4 joins"]);
        terminal.press(F4);
        terminal.wait_for(&["Removed 3 line ends"]);
    });
    let joined = "Residents take part in the prevention of burglaries and in early-stage advice for the people of Brightvile.";
    assert_eq!(saved, joined);
}

#[test]
fn one_key_undoes_all_changes_of_a_visit() {
    let saved = story("as it was", |terminal| {
        terminal.press(" and");
        terminal.press(" more\r");
        terminal.paste("pasted too");
        terminal.wait_for(&["7 of 150 words"]);
        terminal.press(F5);
        terminal.wait_for(&["3 of 150 words", "All changes are undone"]);
        terminal.press(UNDO);
        terminal.wait_for(&["7 of 150 words"]);
        terminal.press(F5);
        terminal.wait_for(&["3 of 150 words"]);
        terminal.press(F5);
        terminal.wait_for(&["Nothing has changed"]);
    });
    assert_eq!(saved, "as it was");
}

#[test]
fn leaving_with_changes_saves_them_and_says_so() {
    for size in [WIDE, NARROW] {
        let folder = folder_with("  objectives: as it was\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press(SAVE);
        let screen = terminal.wait_for(&["Level of prevention"]);
        assert!(!screen.contains("changes are kept"), "{screen}");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press(" now\x1b");
        terminal.wait_for(&["Question 9: 4 of 150 words", "changes", "What now?"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "9"), "as it was now");
    }
}

/// Writes a shell script that serves as the user's editor. Returns its command line, with an
/// argument.
fn editor(folder: &Path, script: &str) -> String {
    let path = folder.join("my editor.sh");
    fs::write(&path, format!("{script}\n")).unwrap();
    format!("sh '{}' --wait", path.display())
}

/// Opens question 9 with `variable` set to an editor, and presses the key that opens the editor.
fn with_editor(script: &str, variable: &str, size: (u16, u16)) -> (TempDir, Terminal) {
    let folder = folder_with("  objectives: |-\n    # one\n    two\n");
    let command = editor(folder.path(), script);
    let environment = [(variable, command.as_str())];
    let mut terminal =
        Terminal::start_with(folder.path(), &["--question", "9"], size, &environment);
    terminal.wait_for(&["9 of 25", "^S", "two"]);
    terminal.press(EDITOR);
    (folder, terminal)
}

fn quit_and_expect(folder: &TempDir, mut terminal: Terminal, answer: &str) {
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(folder), "9"), answer);
}

#[cfg(unix)]
#[test]
fn the_users_editor_sees_the_question_and_changes_the_answer() {
    for size in [WIDE, NARROW] {
        for variable in ["VISUAL", "EDITOR"] {
            let script = "test \"$1\" = --wait && cp \"$2\" seen.txt && echo three >> \"$2\"";
            let (folder, mut terminal) = with_editor(script, variable, size);
            terminal.wait_for(&["words from the editor", "three", "of 150 words"]);
            let seen = fs::read_to_string(folder.path().join("seen.txt")).unwrap();
            assert!(seen.starts_with("# 9 of 25\n# What is/are the objective(s)"), "{seen}");
            assert!(seen.contains("Max. 150 words") && seen.ends_with("\n# one\ntwo\n"), "{seen}");
            terminal.press(UNDO);
            terminal.wait_for_without("3 of 150 words", "three");
            terminal.press(REDO);
            terminal.wait_for(&["three"]);
            quit_and_expect(&folder, terminal, "# one\ntwo\nthree");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_editor_that_fails_or_is_missing_loses_nothing_and_says_so() {
    for size in [WIDE, NARROW] {
        let (folder, terminal) = with_editor("exit 3", "EDITOR", size);
        terminal.wait_for(&["ended with an", "as it was."]);
        quit_and_expect(&folder, terminal, "# one\ntwo");

        // The file that the editor wrote before it failed is kept.
        let (folder, terminal) = with_editor("echo more >> \"$2\"; exit 3", "EDITOR", size);
        terminal.wait_for(&["kept as"]);
        let files = fs::read_dir(folder.path()).unwrap().flatten();
        let file = files
            .map(|entry| entry.path())
            .find(|path| path.to_string_lossy().contains("good-practice-answer-"));
        assert!(fs::read_to_string(file.unwrap()).unwrap().ends_with("two\nmore\n"));
        quit_and_expect(&folder, terminal, "# one\ntwo");

        // An editor that deletes its file.
        let (folder, terminal) = with_editor("rm \"$2\"", "EDITOR", size);
        terminal.wait_for(&["deleted its", "as it was."]);
        quit_and_expect(&folder, terminal, "# one\ntwo");
        let script =
            "echo more >> \"$2\"; until grep -q more application.yaml; do :; done; rm \"$2\"";
        let (folder, terminal) = with_editor(script, "EDITOR", size);
        // Not the `F2 more` above the text, which is there before the editor ends.
        terminal.wait_for(&["  more", "of 150 words"]);
        quit_and_expect(&folder, terminal, "# one\ntwo\nmore");

        let folder = folder_with("  objectives: one\n");
        for (environment, message) in [
            (&[("EDITOR", "no-such-editor")][..], "your answer is as it was"),
            (&[][..], "No editor is set"),
        ] {
            let mut terminal =
                Terminal::start_with(folder.path(), &["--question", "9"], size, environment);
            terminal.wait_for(&["9 of 25", "^S"]);
            terminal.press(EDITOR);
            terminal.wait_for(&[message]);
            quit_and_expect(&folder, terminal, "one");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_an_editor_saves_is_in_the_draft_while_it_is_open() {
    for size in [WIDE, NARROW] {
        let script = "echo three >> \"$2\"; while ! test -e enough; do sleep 0.05; done";
        let (folder, terminal) = with_editor(script, "EDITOR", size);
        wait_until_saved(&folder, "three");
        fs::write(folder.path().join("enough"), "").unwrap();
        terminal.wait_for(&["from the editor"]);
        quit_and_expect(&folder, terminal, "# one\ntwo\nthree");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_while_an_editor_is_open_keeps_what_it_has_saved() {
    for size in [WIDE, NARROW] {
        let script =
            "echo three >> \"$2\"; echo written down; while ! test -e enough; do sleep 0.05; done";
        let (folder, terminal) = with_editor(script, "EDITOR", size);
        terminal.wait_for(&["written down"]);
        send_signal("TERM", terminal.process_id());
        // The editor keeps running until the draft is known to be saved.
        wait_until_saved(&folder, "three");
        fs::write(folder.path().join("enough"), "").unwrap();
        terminal.expect_exit(143);
        assert_eq!(text(&draft(&folder), "9"), "# one\ntwo\nthree");
    }
}

#[test]
fn resizing_while_typing_loses_no_key_and_leaves_nothing_on_the_screen() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        let sizes = (0..60_u16).map(|round| (1 + round * 37 % 120, 1 + round * 13 % 50));
        let written = types_while_resizing(&mut terminal, sizes);
        terminal.resize(NARROW);
        terminal.wait_for(&["60 of 150 words · 90 left", "r59"]);
        terminal.press(SAVE);
        terminal.wait_for(&["Level of prevention"]);
        terminal.press(CTRL_C);
        let screen = terminal.expect_exit(130);
        assert!(!screen.contains("r30"), "the text is in the scrollback\n{screen}");
        assert_eq!(text(&draft(&folder), "9"), written.trim_end());
    }
}

#[test]
fn text_is_saved_while_typing_without_a_pause() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["9 of 25", "^S"]);
        let path = folder.path().join("application.yaml");
        // Without a pause: the next word is typed as soon as the last one is shown.
        let mut number = 0;
        while !fs::read_to_string(&path).is_ok_and(|yaml| yaml.contains("w1 ")) {
            number += 1;
            terminal.press(&format!("w{number} "));
            terminal.wait_for(&[&format!("{number} of 150 words")]);
            assert!(number < 20_000, "nothing was saved while typing");
        }
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "9"), numbered(1..=number));
    }
}

#[test]
fn ctrl_c_copies_what_is_selected_and_leaves_when_pressed_again() {
    for (option, sent) in [("--color=auto", true), ("--no-clipboard", false)] {
        let folder = folder_with("  summary: one two\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "6", option], WIDE);
        terminal.wait_for(&["6 of 25", "^S"]);
        terminal.press("\x16");
        terminal.wait_for(&["Nothing was cut or copied here.", "Ctrl-Shift-V"]);
        terminal.press(SELECT_WORD_LEFT);
        terminal.wait_for(&["1 selected"]);
        terminal.press(CTRL_C);
        terminal.wait_for(&["Copied; Ctrl-C again leaves."]);
        // What was copied is kept for the next question.
        terminal.press(SAVE);
        terminal.wait_for(&["7 of 25"]);
        terminal.press("\x16");
        terminal.wait_for(&["two", "1 word"]);
        terminal.press(&format!("{SELECT_WORD_LEFT}{CTRL_C}"));
        terminal.wait_for(&["Copied; Ctrl-C again leaves."]);
        terminal.press(CTRL_C);
        let written = terminal.sent_bytes();
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "7"), "two");
        let to_clipboard = String::from_utf8_lossy(&written).contains("\x1b]52;c;dHdv\x07");
        assert_eq!(to_clipboard, sent, "{option}");
    }
}

#[test]
fn matches_are_replaced_one_by_one_or_all_at_once() {
    let start = "Light here.\nMore light there.\nLIGHT again.";
    let saved = story(start, |terminal| {
        terminal.press(FIND);
        terminal.wait_for(&["Find:"]);
        terminal.press("light");
        terminal.wait_for(&["Find: light"]);
        terminal.press("\x12dark");
        terminal.wait_for(&["Replace with: dark"]);
        terminal.press("\x01");
        terminal.wait_for(&["Replaced 3 matches", "dark here.", "More dark there.", "dark again."]);
        terminal.press(UNDO);
        terminal.wait_for(&["Light here.", "More light there.", "LIGHT again."]);
        terminal.press(HOME);
        terminal.press(FIND);
        terminal.press("light\x12lamp\r");
        terminal.wait_for(&["lamp here.", "Replace with: lamp", "LIGHT again."]);
        terminal.press(ESC);
        terminal.wait_for_without("lamp here.", "Replace with");
    });
    assert_eq!(saved, "lamp here.\nMore light there.\nLIGHT again.");
}

#[test]
fn a_list_item_wraps_with_a_hanging_indent() {
    let folder = folder_with("  objectives: \"- more competence of coordinators in the town\"\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], NARROW);
    terminal.wait_for(&["\n  - more competence of coordinators in", "\n    the town\n"]);
    // The cursor moves in the columns that the screen shows.
    terminal.press("\x1b[A!");
    terminal.wait_for(&["\n  - more com!petence of coordinators"]);
    terminal.press(&format!("{LEFT}{CTRL_C}"));
    terminal.expect_exit(130);
}

#[test]
fn misspelt_words_are_underlined_corrected_kept_and_skipped() {
    for size in [WIDE, NARROW] {
        let folder =
            folder_with("  objectives: The goverment of Brightvile did recieve teh leters\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
        terminal.wait_for(&["F7 4 misspelt"]);
        terminal.press("\x1b[1;5H");
        terminal.press(F7);
        terminal.wait_for(&["\"goverment\": 1 government", "k keep"]);
        // A letter does not replace the word.
        terminal.press("x1");
        terminal.wait_for(&["The government", "\"recieve\": 1 receive"]);
        terminal.press("k");
        terminal.wait_for(&["\"teh\":"]);
        wait_until_saved(&folder, "words:\n- recieve\n");
        terminal.press("s");
        terminal.wait_for(&["\"leters\":"]);
        terminal.press("a");
        terminal.wait_for(&["No misspelt word is left"]);
        terminal.press(UNDO);
        terminal.wait_for(&["The goverment", "F7 2 misspelt"]);
        terminal.press(REDO);
        terminal.wait_for(&["The government", "F7 1 misspelt"]);
        terminal.press(F7);
        terminal.wait_for(&["\"teh\":"]);
        terminal.press(ESC);
        terminal.wait_for(&["F7 1 misspelt"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        let saved = fs::read_to_string(folder.path().join("application.yaml")).unwrap();
        assert!(saved.contains("The government of Brightvile did recieve teh leters"), "{saved}");
        assert!(saved.contains("words:\n- recieve\n"), "{saved}");
        let list = folder.path().join(".config/good-practice/words.txt");
        assert_eq!(fs::read_to_string(list).unwrap(), "leters\n");
    }
}

#[test]
fn a_word_is_not_marked_while_it_is_typed_and_spelling_can_be_switched_off() {
    let folder = folder_with("  objectives: They reciev\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["They reciev", "F7 1 misspelt"]);
    terminal.press("e");
    terminal.wait_for_without("They recieve", "misspelt");
    terminal.press(" ");
    terminal.wait_for(&["F7 1 misspelt"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    let mut terminal = Terminal::start(folder.path(), &["--no-spelling", "--question", "9"], WIDE);
    terminal.wait_for(&["They recieve"]);
    terminal.press(F7);
    terminal.wait_for(&["Spelling is not checked here."]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}

#[test]
fn an_answer_in_another_language_is_reported_once_and_not_marked() {
    let answer = "Das Projekt richtet sich an alte Menschen, die in ihrer Wohnung besucht werden.";
    let folder = folder_with(&format!("  objectives: {answer}\n"));
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["This answer seems not to be in English; the form asks for English."]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
}
