//! What a terminal sends, in pieces, late, broken or ahead of time: nothing freezes, and no text is
//! lost or typed that nobody typed.

use tempfile::{TempDir, tempdir};

use crate::support::cli::send_signal;
use crate::support::drafts::{answer, draft, folder_with, text, wait_until_saved};
use crate::support::pty::{CTRL_C, ENTER, ESC, SAVE, Terminal, WIDE};

fn composer(folder: &TempDir) -> Terminal {
    let terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal
}

/// What each of these leaves unfinished once froze the program.
const UNFINISHED: [&[u8]; 6] =
    [b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP", b"\xe9", b"\x1b[200~pasted"];

#[test]
fn keys_and_signals_work_behind_anything_unfinished() {
    for unfinished in UNFINISHED {
        for signal in [None, Some(("TERM", 143)), Some(("HUP", 129))] {
            let folder = tempdir().unwrap();
            let mut terminal = composer(&folder);
            terminal.press("written");
            terminal.wait_for(&["written"]);
            terminal.press_bytes(unfinished);
            if let Some((name, code)) = signal {
                send_signal(name, terminal.process_id());
                terminal.expect_exit(code);
            } else {
                if unfinished.ends_with(b"pasted") {
                    terminal.wait_for(&["writtenpasted", "Pasted 1 word"]);
                }
                terminal.press(CTRL_C);
                terminal.expect_exit(130);
            }
            let saved = text(&draft(&folder), "9");
            // A signal may come before the bytes.
            let expected = match unfinished {
                b"\xe9" => ["written", "writtené"],
                bytes if bytes.ends_with(b"pasted") => ["written", "writtenpasted"],
                _ => ["written", "written"],
            };
            assert!(expected.contains(&saved.as_str()), "{unfinished:?} {signal:?}: {saved}");
            assert!(signal.is_some() || saved == expected[1], "{unfinished:?}: {saved}");
        }
    }
}

#[test]
fn pages_and_prompts_do_not_freeze_either() {
    for unfinished in UNFINISHED {
        let folder = folder_with("  name: Bright Streets\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
        terminal.wait_for_prompt("Answer");
        terminal.press("\x1bOQ");
        terminal.wait_for(&["Esc closes"]);
        terminal.press_bytes(unfinished);
        terminal.press(ENTER);
        if unfinished.ends_with(b"pasted") {
            // Enter is part of the paste until it has ended.
            terminal.press("\x1b[201~\r");
        }
        terminal.wait_for_prompt("Answer");
        terminal.press_bytes(unfinished);
        send_signal("TERM", terminal.process_id());
        terminal.expect_exit(143);
    }
}

#[test]
fn a_paste_whose_end_never_comes_counts_in_a_line_too() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
    terminal.wait_for_prompt("Answer");
    terminal.press("\x1b[200~Bright Streets");
    terminal.wait_for_prompt("Bright Streets");
    wait_until_saved(&folder, "Bright Streets");
    terminal.press(" indeed");
    terminal.wait_for_prompt("Bright Streets indeed");
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "1"), "Bright Streets indeed");
}

#[test]
fn answers_of_the_terminal_are_not_typed() {
    for answer in [
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        "\x1b]11;rgb:1e1e/ 1e1e/1e1e\x1b\\",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b \\",
        "\x1b]11;rgb: 1e1e/1e1e /1e1e\x1b \\",
        "\x1bP>|XTerm(388)\x1b\\",
        "\x1b[?62;4c",
    ] {
        let folder = tempdir().unwrap();
        let mut terminal = composer(&folder);
        terminal.press("a");
        for (at, piece) in answer.split(' ').enumerate() {
            if at > 0 {
                // A slow line: longer than any sequence is waited for.
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            terminal.press(piece);
        }
        terminal.press("b");
        terminal.wait_for(&["ab"]);
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        assert_eq!(text(&draft(&folder), "9"), "ab", "{answer:?}");
    }
}

#[test]
fn an_escape_and_its_rest_in_two_reads_are_one_key() {
    let folder = tempdir().unwrap();
    let mut terminal = composer(&folder);
    terminal.press("a");
    terminal.wait_for(&["1 of 150 words"]);
    terminal.press(ESC);
    terminal.press("[200~ pasted text\x1b[201~");
    terminal.wait_for(&["a pasted text", "3 of 150 words"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "9"), "a pasted text");
}

#[test]
fn the_key_that_the_terminal_erases_with_takes_one_character() {
    for (erase, key) in [("^H", "\x08"), ("^?", "\x7f")] {
        let folder = tempdir().unwrap();
        let script = format!("stty erase '{erase}'; exec \"$0\" --question 9");
        let mut terminal = Terminal::start_script(folder.path(), &script, WIDE);
        terminal.wait_for(&["9 of 25", "^S"]);
        terminal.press(&format!("one two{key}x"));
        terminal.wait_for(&["one twx"]);
        terminal.press(CTRL_C);
        terminal.wait_for(&["Saved in"]);
        terminal.wait_for_end();
        assert_eq!(text(&draft(&folder), "9"), "one twx", "{erase}");
    }
}

#[test]
fn what_is_typed_ahead_is_applied_as_keys() {
    let folder = folder_with("  name: Bright Streets\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "5"], WIDE);
    terminal.wait_for_prompt("Link 1");
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("choose\r");
    terminal.wait_for(&["Enter open"]);
    terminal.press("9");
    terminal.wait_for(&[">  9"]);
    terminal.press("\rthree\rfour\x7f\x7f\x7f\x7ffive");
    terminal.wait_for(&["9 of 25", "three", "five", "2 of 150 words"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "9"), "three\nfive");
}

#[test]
fn what_waits_when_a_signal_comes_is_applied_as_keys() {
    let folder = tempdir().unwrap();
    let mut terminal = composer(&folder);
    send_signal("STOP", terminal.process_id());
    terminal.press("one\rtwo x\x7f\x7f");
    send_signal("TERM", terminal.process_id());
    send_signal("CONT", terminal.process_id());
    terminal.expect_exit(143);
    assert_eq!(text(&draft(&folder), "9"), "one\ntwo");
}

#[test]
fn what_is_typed_ahead_of_a_slow_program_is_for_the_next_prompt() {
    for (prompt, keys) in
        [("running", "n\r5 May 2023\r"), ("Start", "\x15\x0b1 May 2021\rn\r\x7f5 May 2023\r")]
    {
        let folder = folder_with("  timing:\n    start: 2021-05-01\n");
        let mut terminal = Terminal::start(folder.path(), &["--question", "4"], WIDE);
        terminal.wait_for_prompt("Start");
        if prompt == "running" {
            terminal.press(ENTER);
            terminal.wait_for_prompt(prompt);
        }
        send_signal("STOP", terminal.process_id());
        terminal.press(keys);
        send_signal("CONT", terminal.process_id());
        terminal.wait_for_prompt("Link 1");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        let end = answer(&draft(&folder), "timing.end").unwrap();
        assert!(format!("{end:?}").contains("2023"), "{end:?}");
    }
}

#[test]
fn a_paste_that_is_unfinished_when_a_signal_comes_is_kept() {
    for (number, prompt) in [("1", "? Answer"), ("9", "^S")] {
        let folder = tempdir().unwrap();
        let mut terminal = Terminal::start(folder.path(), &["--question", number], WIDE);
        terminal.wait_for(&[prompt]);
        send_signal("STOP", terminal.process_id());
        terminal.press("Bright\x1b[200~ Streets");
        send_signal("TERM", terminal.process_id());
        send_signal("CONT", terminal.process_id());
        terminal.expect_exit(143);
        assert_eq!(text(&draft(&folder), number), "Bright Streets");
    }
}

#[test]
fn text_behind_a_leaving_key_is_for_the_next_answer() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "6"], WIDE);
    terminal.wait_for(&["6 of 25", "^S"]);
    terminal.press(&format!("one{SAVE}two"));
    terminal.wait_for(&["7 of 25", "two", "1 word"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "6"), "one");
    assert_eq!(text(&draft(&folder), "7"), "two");
}

#[test]
fn ctrl_z_behind_another_key_stops_the_program_in_order() {
    let folder = folder_with("  name: Bright Streets\n");
    let Some(mut terminal) = Terminal::start_bash(folder.path()) else { return };
    terminal.press("good-practice --question 9\r");
    terminal.wait_for(&["9 of 25", "^S"]);
    // The next prompt is a list, in which Ctrl-Z is not undo.
    terminal.press(&format!("words{SAVE}\x1a"));
    terminal.continue_stopped_job();
    terminal.wait_for_prompt("Level of prevention");
    terminal.press(CTRL_C);
    terminal.exit_bash();
    assert_eq!(text(&draft(&folder), "9"), "words");
}
