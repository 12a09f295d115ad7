//! Different terminals: without colour, with sixteen colours, without Unicode, on a slow line, inside
//! the window of another program.

use std::fs;

use crate::support::cli::{run, send_signal};
use crate::support::drafts::folder_with;
use crate::support::pty::{CTRL_C, DOWN, ESC, NARROW, SAVE, Terminal, WIDE, choose_question_9};

/// Opens every kind of screen; returns the bytes that the terminal received.
fn walk(size: (u16, u16), environment: &[(&str, &str)]) -> String {
    let folder = folder_with(
        "  name: Bright Streets\n  objectives: \"too many words\"\n  links: [https://example.org]\n",
    );
    let mut terminal = Terminal::start_with(folder.path(), &[], size, environment);
    terminal.open_menu();
    terminal.press("read\r");
    terminal.wait_for(&["Esc closes"]);
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    choose_question_9(&mut terminal);
    terminal.wait_for(&["9 of 25", "3 of 150 words"]);
    terminal.paste(&" more".repeat(160));
    terminal.wait_for(&["163", "13 ", "over"]);
    terminal.press("\x06more");
    terminal.wait_for(&["Find: more"]);
    terminal.press(ESC);
    terminal.wait_for_without("Esc menu", "Find: ");
    terminal.press("\x1bOR");
    terminal.wait_for(&["Esc closes"]);
    terminal.press(ESC);
    terminal.wait_for_without("Esc menu", "Esc closes");
    terminal.press(SAVE);
    terminal.open_question("10", "Target and level");
    terminal.wait_for_prompt("Level of prevention");
    terminal.press(DOWN);
    terminal.press(" ");
    terminal.wait_for(&["[x]"]);
    terminal.press(CTRL_C);
    let sent = terminal.sent_bytes();
    terminal.expect_exit(130);
    String::from_utf8(sent).unwrap()
}

/// Returns the parameters of every sequence that sets a style.
fn looks(sent: &str) -> Vec<Vec<u16>> {
    let mut looks = Vec::new();
    for part in sent.split("\x1b[").skip(1) {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        if part[end..].starts_with('m') {
            looks.push(part[..end].split(';').filter_map(|number| number.parse().ok()).collect());
        }
    }
    looks
}

#[test]
fn only_theme_colours_are_used_and_never_for_backgrounds() {
    let sent = walk(WIDE, &[]);
    let looks = looks(&sent);
    let mut colours = 0;
    for look in &looks {
        match look.as_slice() {
            [38, 5, colour] => {
                assert!(*colour < 16, "{look:?}");
                // Black, white and the light colours are invisible on some backgrounds.
                assert!(![0, 7, 15].contains(colour), "{look:?}");
                colours += 1;
            }
            numbers => assert!(
                numbers.iter().all(|number| [0, 1, 2, 4, 7, 22, 24, 27, 39, 49].contains(number)),
                "{look:?}"
            ),
        }
    }
    assert!(colours > 5, "{looks:?}");
}

#[test]
fn without_colour_bold_and_underline_carry_the_meaning() {
    for variable in ["NO_COLOR", "TERM"] {
        let value = if variable == "TERM" { "vt100" } else { "1" };
        let sent = walk(WIDE, &[(variable, value)]);
        let coloured = looks(&sent).iter().any(|look| look.starts_with(&[38, 5]));
        assert_eq!(coloured, variable == "TERM", "{variable}");
        // Text over the limit is underlined.
        assert!(looks(&sent).iter().any(|look| look.contains(&4)), "{variable}");
    }
}

#[test]
fn a_pipe_gets_colours_only_when_asked() {
    let folder = folder_with("  name: Bright Streets\n");
    let coloured = |arguments: &[&str]| run(folder.path(), arguments).out.contains('\x1b');
    assert!(!coloured(&["summary", "application.yaml"]));
    assert!(coloured(&["summary", "application.yaml", "--color", "always"]));
    let output = |name, value| {
        std::process::Command::new(env!("CARGO_BIN_EXE_good-practice"))
            .args(["summary", "application.yaml"])
            .current_dir(folder.path())
            .env("TERM", "xterm")
            .env("CLICOLOR_FORCE", "1")
            .env(name, value)
            .output()
            .unwrap()
            .stdout
    };
    assert!(output("LANG", "C.UTF-8").contains(&0x1b));
    assert!(!output("NO_COLOR", "1").contains(&0x1b));
}

#[test]
fn a_terminal_without_unicode_gets_only_ascii() {
    for size in [WIDE, NARROW] {
        let sent = walk(size, &[("LANG", "C")]);
        let strange: Vec<&str> = sent.lines().filter(|line| !line.is_ascii()).collect();
        assert!(strange.is_empty(), "{strange:?}");
        assert!(sent.contains('#') || size == NARROW, "bars are drawn of #");
    }
    let folder = folder_with("  name: Bright Streets\n");
    let ascii = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_good-practice"))
            .args(arguments)
            .current_dir(folder.path())
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let strange: Vec<&str> = text.lines().filter(|line| !line.is_ascii()).collect();
        // The official wording contains the name of a person.
        assert!(strange.iter().all(|line| line.contains("Bjørg")), "{arguments:?}: {strange:?}");
    };
    for arguments in [
        &["summary", "application.yaml"][..],
        &["questions"],
        &["questions", "show", "9"],
        &["questions", "show", "12"],
        &["history", "application.yaml"],
    ] {
        ascii(arguments);
    }
    // A person's own words stay as they are.
    fs::write(folder.path().join("application.yaml"), "answers:\n  name: Señor – “x”\n").unwrap();
    assert_eq!(run(folder.path(), &["show", "application.yaml", "name"]).out, "Señor – “x”\n");
}

#[test]
fn a_key_sends_few_bytes_to_the_terminal() {
    let folder = folder_with("  name: Bright Streets\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.paste(&"some words of a long answer ".repeat(12));
    terminal.wait_for(&["72 of 150 words"]);
    terminal.press("x");
    terminal.wait_for(&["73 of 150 words", "saved"]);
    let before = terminal.sent_bytes().len();
    let mut word = "x".to_owned();
    for key in "steadily".chars() {
        terminal.press(&key.to_string());
        word.push(key);
        terminal.wait_for(&[&word]);
    }
    let each = (terminal.sent_bytes().len() - before) / 8;
    // A line of 9,600 bauds carries 960 bytes a second.
    assert!(each < 64, "{each} bytes for a key");
    send_signal("TERM", terminal.process_id());
    terminal.expect_exit(143);
}
