//! The plain wizard, line by line, on a terminal and from a script. The conversation is the same as
//! in `stories.rs`; nothing moves the cursor, and every question ends with a question mark.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use good_practice::internals::Answer;
use tempfile::{TempDir, tempdir};

use crate::support::drafts::{
    answer, assert_only_the_draft_remains, built_in, draft, folder_with, four_hundred_words,
    long_answer, summary, text, wait_until_saved,
};
use crate::support::manual::{assert_up_to_date, manual_blocks};
use crate::support::pty::{CTRL_C, NARROW, Terminal, WIDE};
use crate::support::root;

const END_OF_INPUT: &str = "\x04";

/// The plain wizard on a terminal. Its whole output is checked at the end.
struct Session {
    terminal: Terminal,
    transcript: Arc<Mutex<Vec<u8>>>,
}

impl Session {
    fn start(folder: &TempDir, arguments: &[&str], size: (u16, u16)) -> Self {
        let arguments = [&["--plain"], arguments].concat();
        Self::of(Terminal::start(folder.path(), &arguments, size))
    }

    /// Starts it on a terminal that cannot move its cursor.
    fn dumb(folder: &TempDir, arguments: &[&str]) -> Self {
        Self::of(Terminal::start_with(folder.path(), arguments, WIDE, &[("TERM", "dumb")]))
    }

    fn of(terminal: Terminal) -> Self {
        let transcript = terminal.transcript();
        Self { terminal, transcript }
    }

    /// Waits for a question; returns the output since the previous one.
    fn asks(&mut self, question: &str) -> String {
        self.terminal.wait_for_question(question).replace("\r\n", "\n")
    }

    /// Waits for a question and answers it.
    fn answers(&mut self, question: &str, line: &str) -> String {
        let said = self.asks(question);
        self.terminal.press(&format!("{line}\r"));
        said
    }

    /// Writes a long answer, line by line, and ends it.
    fn writes(&mut self, text: &str) -> String {
        self.answers("Your answer?", &format!("{}\r.", text.replace('\n', "\r")))
    }

    fn expect_exit(self, code: u32) -> String {
        self.terminal.expect_exit(code);
        let written = self.transcript.lock().unwrap();
        let mut transcript = String::from_utf8(written.clone()).unwrap().replace("\r\n", "\n");
        transcript = transcript.replace("\r\n", "\n");
        for mode in ["\x1b[J", "\x1b[?2004h", "\x1b[?2004l", "\x1b[?25h", "\x1b[0m"] {
            transcript = transcript.replace(mode, "");
        }
        assert_plain(&transcript);
        transcript
    }
}

/// Asserts that a transcript has no control sequences and no symbols that a screen reader skips.
fn assert_plain(transcript: &str) {
    let strange = |c: char| (c.is_control() && c != '\n') || "█·✓✗•…↑↓".contains(c);
    assert!(!transcript.contains(strange), "{transcript:?}");
}

struct ScriptRun {
    said: String,
    out: String,
    code: i32,
}

/// Runs the plain wizard with a script as its input.
fn script(folder: &Path, arguments: &[&str], input: impl AsRef<[u8]>) -> ScriptRun {
    let mut child = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("LANG", "C")
        .env("TMPDIR", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writer = std::thread::spawn(move || {
        // A program that has ended does not read the rest.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_plain(&said);
    let code = output.status.code();
    let code = code.unwrap_or_else(|| panic!("{}: {said}", output.status));
    ScriptRun { said, out: String::from_utf8(output.stdout).unwrap(), code }
}

/// Runs a script that fills in `application.yaml`.
fn fill(folder: &TempDir, question: &str, input: impl AsRef<[u8]>) -> ScriptRun {
    let arguments = ["fill", "--plain", "application.yaml", "--question", question];
    let run = script(folder.path(), &arguments, input);
    assert_eq!(run.out, "");
    run
}

#[test]
fn all_25_questions_are_answered_with_a_break_in_the_middle() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let mut session = Session::start(&folder, &[], size);
        let said = session.answers("What now?", "1");
        assert!(said.contains("Good practice template, EUCPN\n"), "{said}");
        assert!(said.contains("1. Start with \"Aims of this template\"\n"), "{said}");
        session.answers("Which apply?", "1, 2");
        session.answers("Do you give permission?", "yes");
        session.answers("Answer?", "Bright Streets");
        session.answers("Answer?", "Estonia");
        for (label, typed) in [
            ("application?", "Town of Sample"),
            ("Contact person?", "K. Example"),
            ("Address?", "1 Market Square"),
            ("Contact details?", "phone +00 007"),
            ("e-mail)?", "office@example.org"),
            ("information?", ""),
            ("year)?", "5/10/2021"),
        ] {
            session.answers(label, typed);
        }
        let said = session.answers("No)?", "y");
        assert!(said.contains("Read as 5 October 2021."), "{said}");
        session.answers("Link 1?", "https://example.org/bright-streets");
        session.answers("Link 2?", "");
        let said = session.writes(&four_hundred_words());
        // The question itself names the limit.
        assert!(said.replace('\n', " ").contains("(Max. 600 words)."), "{said}");
        assert!(!said.contains("The limit is"), "{said}");
        for number in 7..=9 {
            let said = session.writes(&long_answer(number));
            assert!(said.contains(&format!("Question {number} of 25, The crime")), "{said}");
        }
        let said = session.answers("Level of prevention?", ":menu");
        assert!(said.contains("Question 10 of 25, The intervention"), "{said}");
        session.answers("What now?", "leave");
        let said = session.expect_exit(0).replace('\n', " ");
        assert!(said.contains("good-practice fill application.yaml --plain"), "{said}");

        // Another day.
        let mut session = Session::start(&folder, &[], size);
        let said = session.answers("What now?", "");
        let said = said.replace('\n', " ");
        assert!(said.contains("saved just now, 9 of 25 questions answered"), "{said}");
        assert!(said.contains("General information: 6 of 6. "), "{said}");
        assert!(said.contains("1. Continue with question 10 "), "{said}");
        session.answers("Level of prevention?", "1");
        for number in 10..=25 {
            if [14, 15, 22].contains(&number) {
                session.answers("Does this question apply?", "1");
            }
            let said = session.writes(&long_answer(number));
            assert!(
                number == 10
                    || [14, 15, 22].contains(&number)
                    || said.contains(&format!("Question {number} of 25")),
                "{said}"
            );
        }
        let said = session.answers("What now?", ":quit").replace('\n', " ");
        assert!(said.contains("25 of 25 questions answered; complete."), "{said}");
        assert!(!said.contains("Question 9, Objectives"), "{said}");
        session.expect_exit(0);
        assert_only_the_draft_remains(&folder);

        let found = summary(folder.path());
        assert_eq!(found["complete"], true, "{found:#}");
        let draft = draft(&folder);
        assert_eq!(text(&draft, "responsible.contact-details"), "phone +00 007");
        assert_eq!(answer(&draft, "timing.still-running"), Some(Answer::YesNo(true)));
        let links = vec!["https://example.org/bright-streets".to_owned()];
        assert_eq!(answer(&draft, "links"), Some(Answer::List(links)));
        assert_eq!(text(&draft, "summary"), four_hundred_words());
        let questionnaire = built_in();
        for number in (7..=9).chain(10..=25) {
            let (question, _) = questionnaire.find(&number.to_string()).unwrap();
            let key = &question.text_field().unwrap().0.key;
            let expected = Answer::Text(long_answer(number));
            assert_eq!(draft.answer(key), Some(&expected), "question {number}");
        }
    }
}

#[test]
fn a_script_fills_the_form_and_the_end_of_its_lines_saves_and_leaves() {
    let folder = tempdir().unwrap();
    let run = fill(&folder, "1", "Bright Streets\nEstonia\nTown of Sample\n");
    assert_eq!(run.code, 0, "{}", run.said);
    assert!(run.said.contains("Answer? Bright Streets\n"), "{}", run.said);
    let end = "The input has ended.\n\nSaved in application.yaml\nTo continue: good-practice fill application.yaml --plain\n";
    assert!(run.said.ends_with(end), "{}", run.said);
    let draft = draft(&folder);
    assert_eq!(text(&draft, "country"), "Estonia");
    assert_eq!(text(&draft, "responsible.organisation"), "Town of Sample");
}

#[test]
fn without_any_input_nothing_is_written_and_nothing_waits() {
    let folder = tempdir().unwrap();
    for arguments in [&["--plain"][..], &["--plain", "--question", "9"], &["fill", "--plain"]] {
        let run = script(folder.path(), arguments, "");
        assert_eq!((run.code, run.out.as_str()), (0, ""));
        assert!(run.said.contains("Nothing was written"), "{}", run.said);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    // Without `--plain`, the wizard does not read from a pipe.
    let run = script(folder.path(), &["fill"], "1\n");
    assert_eq!(run.code, 1);
    for way in ["`--plain`", "`set`", "`import`"] {
        assert!(run.said.contains(way), "{}", run.said);
    }
}

#[test]
fn answers_that_do_not_change_are_not_saved_again() {
    let folder = folder_with(
        "  name: A # mine\n  country: B\n  objectives: kept as it is\n  links: [example.org]\n",
    );
    let path = folder.path().join("application.yaml");
    let before = fs::read_to_string(&path).unwrap();
    // The name, then from the menu to objectives, links, and a question that may not apply.
    let lines = "\n:menu\nchoose\n9\n\n:menu\nchoose\n5\n1\n:menu\nchoose\n14\n3\n";
    let run = fill(&folder, "1", lines);
    assert_eq!(run.code, 0);
    assert!(run.said.contains("So far: A\n") && run.said.contains("Kept.\n"), "{}", run.said);
    assert!(run.said.contains("Paragraph 1: kept as it is\n"), "{}", run.said);
    assert_eq!(fs::read_to_string(&path).unwrap(), before, "{}", run.said);
}

#[test]
fn a_question_without_the_ecpa_is_not_asked() {
    let folder = folder_with("  aims: [share]\n  context: x\n");
    let run = fill(&folder, "23", "1\n");
    assert!(run.said.contains("No open question follows this one."), "{}", run.said);
    assert!(!run.said.contains("Question 24 of 25"), "{}", run.said);
    assert!(run.said.contains("Question 9, Objectives: missing.\n"), "{}", run.said);
}

#[test]
fn an_end_date_is_asked_only_when_the_intervention_has_ended_and_must_follow_the_start() {
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &["--question", "timing"], NARROW);
    session.answers("year)?", "soon");
    let said = session.answers("year)?", "5 October 2021");
    assert!(said.contains("`soon` is not a date"), "{said}");
    session.answers("/ No)?", "n");
    session.answers("year)?", "1/10/2021");
    let said = session.answers("year)?", "").replace('\n', " ");
    assert!(said.contains("is before 5 October 2021, the start. An empty line keeps it"), "{said}");
    let said = session.asks("Link 1?");
    assert!(said.contains("Question 5 of 25"), "{said}");
    session.terminal.press(CTRL_C);
    session.expect_exit(130);
    let draft = draft(&folder);
    assert_eq!(answer(&draft, "timing.still-running"), Some(Answer::YesNo(false)));
    assert!(matches!(answer(&draft, "timing.end"), Some(Answer::Date(_))));
}

#[test]
fn going_back_jumping_and_skipping_keep_the_answers() {
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &["--question", "1"], WIDE);
    session.answers("Answer?", "First name");
    session.answers("Answer?", ":back");
    let said = session.answers("Answer?", "Second name");
    assert!(said.contains("So far: First name\nAn empty line keeps it.\n"), "{said}");
    session.answers("Answer?", "Finland");
    session.answers("application?", ":skip");
    session.answers("year)?", ":menu");
    let said = session.answers("What now?", "choose");
    assert!(said.contains("2. Back to question 3\n"), "{said}");
    let said = session.answers("Which question?", "2");
    assert!(said.contains("2. Country, answered\n"), "{said}");
    let said = session.answers("Answer?", ":keep");
    assert!(said.contains("So far: Finland\n"), "{said}");
    session.answers("application?", ":back");
    session.answers("Answer?", ":back");
    session.answers("Answer?", ":back");
    session.answers("Do you give permission?", ":back");
    session.answers("Which apply?", ":back");
    let said = session.asks("Which apply?");
    assert!(said.contains("This is the first question."), "{said}");
    session.terminal.press(CTRL_C);
    session.expect_exit(130);
    let draft = draft(&folder);
    assert_eq!(text(&draft, "name"), "Second name");
    assert_eq!(text(&draft, "country"), "Finland");
}

#[test]
fn a_question_marked_as_not_applicable_can_be_answered_later() {
    let folder = folder_with("  aims: [share]\n");
    let run = fill(&folder, "14", "2\n");
    assert!(run.said.contains("Question 15 of 25"), "{}", run.said);
    assert_eq!(summary(folder.path())["counts"]["not_applicable"], 1);
    let run = fill(&folder, "14", "1\nIt does apply.\n.\n");
    assert!(run.said.contains("an empty line takes 2."), "{}", run.said);
    assert_eq!(summary(folder.path())["counts"]["not_applicable"], 0);
    assert_eq!(text(&draft(&folder), "14"), "It does apply.");
}

#[test]
fn ctrl_c_keeps_the_lines_written_and_says_how_to_resume() {
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &["--question", "9"], WIDE);
    session.answers("Your answer?", "Words that must stay\r\rand these");
    // The end of the second paragraph has been echoed: the terminal has handed both over.
    session.terminal.wait_for(&["and these"]);
    wait_until_saved(&folder, "and these");
    session.terminal.press(CTRL_C);
    let transcript = session.expect_exit(130);
    assert!(transcript.contains("Saved in"), "{transcript}");
    assert!(
        transcript.contains("To continue: good-practice fill application.yaml"),
        "{transcript}"
    );
    assert_eq!(text(&draft(&folder), "9"), "Words that must stay\n\nand these");
    // In a short question, a line that was questioned is kept as well.
    let mut session = Session::start(&folder, &["--question", "timing"], WIDE);
    session.answers("year)?", "soon");
    session.asks("year)?");
    session.terminal.press(CTRL_C);
    session.expect_exit(130);
    assert_eq!(text(&draft(&folder), "timing.start"), "soon");
}

#[test]
fn the_end_of_the_input_keeps_a_line_without_an_end() {
    let folder = tempdir().unwrap();
    let run = fill(&folder, "9", "First\n\nhalf a senten");
    assert_eq!(run.code, 0);
    assert_eq!(text(&draft(&folder), "9"), "First\n\nhalf a senten");
    let mut session = Session::start(&folder, &["--question", "8"], NARROW);
    session.answers("Your answer?", "A line");
    wait_until_saved(&folder, "A line");
    session.terminal.press(END_OF_INPUT);
    let transcript = session.expect_exit(0);
    assert!(transcript.contains("The input has ended."), "{transcript}");
    assert_eq!(text(&draft(&folder), "8"), "A line");
}

#[cfg(unix)]
#[test]
fn a_signal_to_end_keeps_the_lines_written() {
    use crate::support::cli::send_signal;
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let folder = tempdir().unwrap();
        let mut session = Session::start(&folder, &["--question", "9"], WIDE);
        session.answers("Your answer?", "still here");
        wait_until_saved(&folder, "still here");
        send_signal(signal, session.terminal.process_id());
        session.expect_exit(code);
        assert_eq!(text(&draft(&folder), "9"), "still here");
        assert_only_the_draft_remains(&folder);
    }
}

#[test]
fn the_word_count_is_printed_at_shares_of_the_limit_and_on_request() {
    let folder = tempdir().unwrap();
    let ten = |line: usize| (0..10).map(|n| format!("w{line}x{n}")).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = (1..=17).map(ten).collect();
    let run = fill(&folder, "9", format!(":count\n{}\n:count\n.\n", lines.join("\n")));
    let said: Vec<&str> = run.said.lines().filter(|line| line.contains("of 150 words")).collect();
    assert_eq!(
        said,
        [
            "0 of 150 words.",
            "80 of 150 words, 50 per cent of the limit.",
            "120 of 150 words, 75 per cent of the limit.",
            "140 of 150 words, 90 per cent of the limit.",
            "150 of 150 words; the limit is reached.",
            "160 of 150 words, 10 over; nothing is cut.",
            "170 of 150 words, 20 over.",
            "Question 9: 170 of 150 words, 20 words over the limit; nothing is cut; your changes are kept",
        ],
        "{}",
        run.said
    );
    assert_eq!(text(&draft(&folder), "9"), lines.join("\n"));
}

const THREE: &str = "  objectives: |-\n    First.\n\n    Second.\n    - third\n";

#[test]
fn an_answer_is_printed_and_extended() {
    let folder = folder_with(THREE);
    let run = fill(&folder, "9", "2\n- fourth\n\nFifth.\n.\n");
    let read = "The answer so far, 3 paragraphs, 3 of 150 words:\nParagraph 1: First.\nParagraph 2: Second.\nParagraph 3, in a list: - third\n";
    assert!(run.said.contains(read), "{}", run.said);
    let expected = "First.\n\nSecond.\n- third\n- fourth\n\nFifth.";
    assert_eq!(text(&draft(&folder), "9"), expected);
}

#[test]
fn one_paragraph_is_changed_and_the_others_stay() {
    let folder = folder_with(THREE);
    let run = fill(&folder, "9", "4\n7\n2\nAnother\nand one more.\n.\n");
    assert!(run.said.contains("There is no paragraph `7`"), "{}", run.said);
    assert!(run.said.contains("It is now: Second.\n"), "{}", run.said);
    assert_eq!(text(&draft(&folder), "9"), "First.\n\nAnother\nand one more.\n- third");
    // Ended at once, it is unchanged.
    fill(&folder, "9", "4\n1\n.\n");
    assert_eq!(text(&draft(&folder), "9"), "First.\n\nAnother\nand one more.\n- third");
}

#[test]
fn an_answer_is_replaced_only_when_the_new_one_is_finished() {
    for (lines, expected) in [
        ("3\nNew.\n.\n", "New."),
        ("3\n.\n", "First.\n\nSecond.\n- third"),
        ("3\nNew.\n", "First.\n\nSecond.\n- third\n\nNew."),
        ("3\nNew.\n:keep\n", "First.\n\nSecond.\n- third\n\nNew."),
        ("3\n:quit\n", "First.\n\nSecond.\n- third"),
    ] {
        let folder = folder_with(THREE);
        let run = fill(&folder, "9", lines);
        assert_eq!(text(&draft(&folder), "9"), expected, "{}", run.said);
        let both = expected.ends_with("New.") && expected.starts_with("First.");
        assert_eq!(run.said.contains("are both kept"), both, "{}", run.said);
    }
}

#[test]
fn an_earlier_version_is_restored() {
    let folder = folder_with(THREE);
    fill(&folder, "9", "3\nNew.\n.\n");
    let run = fill(&folder, "9", ":menu\nearlier\n1\nyes\n");
    assert!(run.said.contains("Restored."), "{}", run.said);
    assert_eq!(text(&draft(&folder), "9"), "First.\n\nSecond.\n- third");
}

#[test]
fn dots_and_colons_can_be_written_and_a_mistyped_command_is_no_answer() {
    let folder = tempdir().unwrap();
    let run = fill(
        &folder,
        "9",
        "One\n..\n::quit\n:) smiles\n:smile: too\n:qiut\n:skip this\n:keep is not\n...\n.\n",
    );
    assert!(
        run.said.contains("There is no command `:qiut`. Did you mean `:quit`?"),
        "{}",
        run.said
    );
    assert!(run.said.contains("begin with two colons: `::skip this`."), "{}", run.said);
    assert_eq!(text(&draft(&folder), "9"), "One\n.\n:quit\n:) smiles\n:smile: too\n...");
    let run = fill(&folder, "1", ":naem\n:edit\n:help\n::name\n");
    assert!(run.said.contains("There is no command `:naem`."), "{}", run.said);
    assert!(run.said.contains("`:edit` cannot be used here"), "{}", run.said);
    assert!(run.said.contains(":skip continues with the next question.\n"), "{}", run.said);
    assert_eq!(text(&draft(&folder), "1"), ":name");
    fill(&folder, "1", ":clear\n");
    assert_eq!(answer(&draft(&folder), "1"), None);
}

#[test]
fn choices_are_taken_by_number() {
    let folder = tempdir().unwrap();
    let run = fill(&folder, "aims", "3\n1;2\nmaybe\nno\n");
    assert!(run.said.contains("`3` is not a number from 1 to 2"), "{}", run.said);
    assert!(run.said.contains("`maybe` is neither yes nor no."), "{}", run.said);
    let both = vec!["share".to_owned(), "ecpa".to_owned()];
    assert_eq!(answer(&draft(&folder), "aims"), Some(Answer::List(both)));
    assert_eq!(answer(&draft(&folder), "permission"), Some(Answer::YesNo(false)));
    let run = fill(&folder, "aims", "\n");
    assert!(run.said.contains("So far: 1 and 2. An empty line keeps that."), "{}", run.said);
    fill(&folder, "aims", "none\n");
    assert_eq!(answer(&draft(&folder), "aims"), None);
}

#[test]
fn links_are_added_edited_and_removed() {
    let folder = folder_with("  links: [https://example.org/a, https://example.org/b]\n");
    let lines = "3\nedit\nhttps://example.org/aa\nchange https://example.org/b\nremove\n2\nnot a link\n\n\n1\n";
    let run = fill(&folder, "5", lines);
    assert!(run.said.contains("3. Change https://example.org/a\n"), "{}", run.said);
    assert!(run.said.contains("`not a link` is not a link"), "{}", run.said);
    let expected = vec!["https://example.org/aa".to_owned(), "not a link".to_owned()];
    assert_eq!(answer(&draft(&folder), "links"), Some(Answer::List(expected.clone())));
    // Leaving while a link is edited removes nothing.
    fill(&folder, "5", "3\n1\n:menu\n");
    assert_eq!(answer(&draft(&folder), "links"), Some(Answer::List(expected)));
}

#[test]
fn several_lines_pasted_into_a_short_answer_stay_together() {
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &["--question", "responsible"], WIDE);
    session.answers("application?", "Town Hall\rMarket Square 1\rSample Town");
    let said = session.answers("application?", "");
    assert!(said.contains("Several lines were pasted."), "{said}");
    session.asks("Contact person?");
    session.terminal.press(CTRL_C);
    session.expect_exit(130);
    let expected = "Town Hall Market Square 1 Sample Town";
    assert_eq!(text(&draft(&folder), "responsible.organisation"), expected);
}

#[test]
fn any_input_is_cleaned_and_kept() {
    let folder = tempdir().unwrap();
    let run = fill(&folder, "9", b"caf\xe9 on\r\n\0the \x1b[31mcorner\x1b[0m\r\n.\r\n");
    assert!(run.said.contains("not valid UTF-8"), "{}", run.said);
    assert_eq!(text(&draft(&folder), "9"), "caf\u{e9} on\nthe corner");
    let word = "word ".repeat(200_000);
    let run = fill(&folder, "8", format!("{word}\n.\n"));
    assert_eq!(run.code, 0);
    assert!(run.said.len() < 20_000, "a script's long line is not repeated whole");
    assert_eq!(text(&draft(&folder), "8"), word.trim_end());
    let lines = "a line\n".repeat(20_000);
    fill(&folder, "7", format!("{lines}.\n"));
    assert_eq!(text(&draft(&folder), "7"), lines.trim_end());
}

#[test]
fn a_line_too_long_for_the_terminal_is_reported() {
    let folder = tempdir().unwrap();
    let mut session = Session::dumb(&folder, &["--question", "9"]);
    session.answers("Your answer?", &"word ".repeat(1000));
    session.terminal.wait_for(&["as long as the terminal allows"]);
    session.terminal.press(".\r");
    session.answers("Level of prevention?", ":quit");
    session.expect_exit(0);
    assert!(text(&draft(&folder), "9").len() > 900);
}

#[test]
fn a_draft_that_cannot_be_saved_is_reported_and_saved_elsewhere() {
    let folder = tempdir().unwrap();
    let arguments = ["fill", "--plain", "gone/a.yaml", "--question", "1"];
    let run = script(folder.path(), &arguments, "My name\n:quit\nhere.yaml\n");
    assert_eq!(run.code, 0, "{}", run.said);
    assert!(run.said.contains("Not saved: its folder does not exist."), "{}", run.said);
    assert!(run.said.contains("`:menu` offers another place to save."), "{}", run.said);
    let yaml = fs::read_to_string(folder.path().join("here.yaml")).unwrap();
    assert!(yaml.contains("name: My name"), "{yaml}");
    let resume = "To continue: good-practice fill here.yaml --plain\n";
    assert!(run.said.ends_with(resume), "{}", run.said);
    // If no other file is named, one is chosen, and the exit code reports it.
    let run = script(folder.path(), &arguments, "My name\n");
    assert_eq!(run.code, 1, "{}", run.said);
    let place = run.said.lines().find(|line| line.starts_with("Saved as ")).unwrap();
    let place = place.trim_start_matches("Saved as ").trim_end_matches(" instead.");
    assert!(fs::read_to_string(place).unwrap().contains("name: My name"));
}

#[test]
fn a_second_wizard_on_the_same_draft_is_refused() {
    let folder = folder_with("  name: Bright Streets\n");
    let mut first = Session::start(&folder, &[], WIDE);
    first.asks("What now?");
    let run = script(folder.path(), &["--plain"], "no\n");
    assert_eq!(run.code, 4);
    assert!(run.said.contains("is open in another wizard"), "{}", run.said);
    let run = script(folder.path(), &["--plain"], "yes\n");
    assert_eq!(run.code, 0);
    assert!(
        run.said.contains(
            "Question 1. What is the name of the intervention?\nAnswered.\n\nBright Streets\n"
        ),
        "{}",
        run.said
    );
    first.terminal.press(":quit\r");
    first.expect_exit(0);
}

#[test]
fn other_drafts_of_the_folder_are_offered() {
    let folder = folder_with("  name: An older one\n");
    fs::rename(folder.path().join("application.yaml"), folder.path().join("older.yaml")).unwrap();
    let run = script(folder.path(), &["--plain"], "1\nleave\n");
    assert_eq!(run.code, 0, "{}", run.said);
    assert!(run.said.contains("1. Continue with older.yaml\n"), "{}", run.said);
    assert!(run.said.contains("older.yaml, "), "{}", run.said);
    for lines in ["", ":quit\n", ":back\n"] {
        let run = script(folder.path(), &["--plain"], lines);
        assert_eq!(run.code, 0, "{}", run.said);
        assert!(run.said.ends_with("Nothing was written, so there is nothing to save.\n"));
    }
}

#[test]
fn the_changes_of_a_colleague_are_accepted_one_by_one() {
    let folder = folder_with("  name: Bright Streets\n  country: Estonia\n");
    let path = |name: &str| folder.path().join(name);
    let yaml = fs::read_to_string(path("application.yaml")).unwrap();
    let theirs = yaml.replace("Bright Streets", "Brighter Streets").replace("Estonia", "Finland");
    fs::write(path("theirs.yaml"), theirs).unwrap();
    let run = |arguments: &[&str]| script(folder.path(), arguments, "");
    assert_eq!(run(&["export", "theirs.yaml", "-o", "theirs.md"]).code, 0);
    let arguments = ["import", "theirs.md", "--into", "application.yaml", "--plain"];
    let run = script(folder.path(), &arguments, "no\nyes\n");
    assert_eq!(run.code, 0, "{}", run.said);
    assert!(run.said.contains("Accept this change of question 1? no\n"), "{}", run.said);
    let changed = "question 1\n  (deleted: Bright) (inserted: Brighter) Streets\n";
    assert!(run.out.contains(changed), "{}", run.out);
    assert!(run.said.contains("1 of 2 changes accepted"), "{}", run.said);
    let draft = draft(&folder);
    assert_eq!(text(&draft, "name"), "Bright Streets");
    assert_eq!(text(&draft, "country"), "Finland");
}

#[test]
fn the_application_and_the_footnotes_are_printed() {
    let folder = folder_with("  name: Bright Streets\n  timing:\n    start: 2021-10-05\n");
    let run = script(folder.path(), &["--plain"], "read\n\n\n\n:menu\nchoose\n");
    assert!(run.said.contains("Section: General information\n"), "{}", run.said);
    assert!(run.said.contains("2. Country, missing\n"), "{}", run.said);
    let run = fill(&folder, "12", ":question\n.\n");
    assert!(run.said.contains("mechanism(s) (note 3)"), "{}", run.said);
    assert!(run.said.contains("\nNote 3: Mechanisms"), "{}", run.said);
    assert!(run.said.contains("prison rehabilitation"), "{}", run.said);
}

#[test]
fn a_note_is_written_and_ticked_off_while_an_answer_is_written() {
    let folder = tempdir().unwrap();
    let lines = "One line.\n:note\nAsk Jana\n:done\nAnother.\n:note\nShorter?\n.\n";
    let run = fill(&folder, "9", lines);
    assert_eq!(run.code, 0, "{}", run.said);
    let notes = script(folder.path(), &["show", "application.yaml", "--notes"], "").out;
    assert_eq!(notes, "question 9, note: Shorter?\nquestion 9, done, note: Ask Jana\n");
    let answer = script(folder.path(), &["show", "application.yaml", "9"], "").out;
    assert_eq!(answer, "One line.\nAnother.\n");
}

#[test]
fn a_dumb_terminal_or_accessible_selects_the_plain_wizard() {
    for environment in [("TERM", "dumb"), ("ACCESSIBLE", "1")] {
        let folder = tempdir().unwrap();
        let terminal = Terminal::start_with(folder.path(), &[], WIDE, &[environment]);
        let mut session = Session::of(terminal);
        session.answers("What now?", "leave");
        session.expect_exit(0);
    }
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start_with(folder.path(), &[], WIDE, &[("ACCESSIBLE", "0")]);
    terminal.wait_for_prompt("What now?");
    terminal.press("\x1b");
    terminal.expect_exit(0);
}

#[cfg(unix)]
#[test]
fn an_external_editor_gets_the_terminal_and_changes_the_answer() {
    let folder = folder_with(THREE);
    let editor = "sh -c 'echo An editor; read line; echo \"$line\" >> \"$0\"'";
    let arguments = ["--plain", "--question", "9"];
    let terminal = Terminal::start_with(folder.path(), &arguments, WIDE, &[("EDITOR", editor)]);
    let mut session = Session::of(terminal);
    session.answers("What do you want to do with the answer?", ":edit");
    session.terminal.wait_for(&["An editor"]);
    session.terminal.press("From the editor\r");
    let said = session.answers("What do you want to do with the answer?", "");
    assert!(said.contains("From the editor: 6 of 150 words."), "{said}");
    session.answers("Level of prevention?", ":quit");
    session.expect_exit(0);
    assert_eq!(text(&draft(&folder), "9"), "First.\n\nSecond.\n- third\nFrom the editor");
}

#[test]
fn every_question_ends_with_a_question_mark() {
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &[], NARROW);
    // `asks` waits for the last line to end like this: a question mark and a blank.
    for answer in ["1", "1 2", "yes", "Bright Streets", "Estonia"] {
        session.answers("?", answer);
    }
    for _ in 0..6 {
        session.answers("?", "");
    }
    session.answers("?", ":quit");
    session.expect_exit(0);
}

#[test]
fn the_question_is_repeated_on_request() {
    let how_many = |said: &str, wanted: &str| said.matches(wanted).count();
    for (question, answers, lines, wanted) in [
        // Several choices, with the question and what an empty line does.
        (
            "aims",
            "",
            ":question\n",
            &[
                "\nWith this completed template, the applicant aims to\n",
                "2. Participate at the European Crime Prevention Award (ECPA)\n",
                "none; an empty line leaves it open.\n",
            ][..],
        ),
        ("permission", "", ":question\n", &["an empty line leaves it open.\n", "gives permission"]),
        // A line, also with an answer.
        (
            "1",
            "",
            ":question\n",
            &["What is the name of the intervention?\n", "An empty line leaves it open."],
        ),
        ("1", "  name: Lamps\n", ":question\n", &["So far: Lamps\nAn empty line keeps it.\n"]),
        // A questioned line: an empty line now keeps it.
        ("timing", "", "soon\n:question\n", &["An empty line keeps it as it is.\n"]),
        // Menus, of one question and of all.
        ("14", "", ":question\n", &["2. It does not apply\n", "please provide more information"]),
        ("1", "", ":menu\n:question\n", &["Save and leave\n", "an empty line takes 1.\n"]),
        // A long answer: what to do with it, which paragraph, and while it is written.
        ("9", THREE, ":question\n", &["6. Read it again\n", "an empty line takes 1.\n"]),
        ("9", THREE, "4\n:question\n.\n", &["Paragraph 2: Second.\n"]),
        ("9", "", "A line.\n:question\n.\n", &["a full stop alone on a line ends it.\n"]),
    ] {
        let folder = folder_with(&format!("  country: Estonia\n{answers}"));
        let said = fill(&folder, question, lines).said;
        for wanted in wanted {
            assert_eq!(how_many(&said, wanted), 2, "{wanted:?} of {question}: {said}");
        }
        assert!(!said.contains("cannot be used here"), "{said}");
    }
    // Where it is asked twice, the second asking is what is said again.
    let folder = folder_with(THREE);
    let said = fill(&folder, "9", "2\n:question\nFourth.\n:question\n.\n").said;
    assert_eq!(how_many(&said, "What is/are the objective(s)"), 3, "{said}");
    assert_eq!(how_many(&said, "Note 1: "), 2, "{said}");
    assert_eq!(how_many(&said, "6. Read it again"), 1, "{said}");
    // In the menu, the question before is no longer the one that is asked.
    let said = fill(&folder, "9", ":menu\n:question\n").said;
    assert_eq!(how_many(&said, "What is/are the objective(s)"), 1, "{said}");
}

#[test]
fn a_line_that_is_not_understood_explains_how_to_repeat_the_question() {
    let folder = folder_with(THREE);
    for (question, line, why) in [
        ("aims", "5", "`5` is not a number from 1 to 2, and not none."),
        ("permission", "maybe", "`maybe` is neither yes nor no."),
        ("14", "perhaps", "`perhaps` matches no option."),
        ("9", "perhaps", "`perhaps` is not a number from 1 to 6."),
        ("9", ".", "`.` is not a number from 1 to 6."),
        ("9", "4\n8", "There is no paragraph `8`; they are numbered from 1 to 3."),
    ] {
        let run = fill(&folder, question, format!("{line}\n"));
        let hint = format!("{why} `:question` repeats the question.\n");
        assert!(run.said.contains(&hint), "{hint}: {}", run.said);
        let end = "error: 1 line was not understood\nhint: the reason is printed above for each; everything else is saved\n";
        assert!(run.said.ends_with(end), "{}", run.said);
        assert_eq!(run.code, 1);
    }
    // A person reads the message and answers differently.
    let mut session = Session::start(&folder, &["--question", "permission"], WIDE);
    session.answers("Do you give permission?", "maybe");
    let said = session.answers("Do you give permission?", ":question").replace('\n', " ");
    assert!(said.contains("`:question` repeats the question."), "{said}");
    let said = session.answers("Do you give permission?", ":quit").replace('\n', " ");
    assert!(said.contains("permission to publish this information"), "{said}");
    session.expect_exit(0);
}

#[test]
fn the_exit_code_says_that_lines_of_a_script_were_not_understood() {
    // A long answer that is there already: a new one is no choice.
    let folder = folder_with(THREE);
    let run = fill(&folder, "9", "A new text.\n- with an item\n.\n");
    assert!(run.said.contains("error: 3 lines were not understood\n"), "{}", run.said);
    assert_eq!(run.code, 1);
    assert_eq!(text(&draft(&folder), "9"), "First.\n\nSecond.\n- third");
    for (lines, code, refused) in [
        // Questioned, then answered differently: the first line is in no answer.
        ("soon\n5 October 2021\n", 1, "1 line was"),
        ("soon\nlater\nat last\n", 1, "2 lines were"),
        // Questioned and kept.
        ("soon\n\n", 0, ""),
        ("soon\nsoon\n", 0, ""),
        ("soon\n", 0, ""),
        // Words.
        (":soon\n:count\n", 1, "2 lines were"),
        (":help\n:question\n:keep\n", 0, ""),
    ] {
        let folder = tempdir().unwrap();
        let run = fill(&folder, "timing", lines);
        assert_eq!(run.code, code, "{lines:?}: {}", run.said);
        let told = run.said.contains(&format!("error: {refused}"));
        assert_eq!(told, code == 1, "{lines:?}: {}", run.said);
    }
    // What was understood is saved.
    let run = fill(&folder, "aims", "9\n1\ny\n");
    assert_eq!(run.code, 1, "{}", run.said);
    let share = Answer::List(vec!["share".to_owned()]);
    assert_eq!(answer(&draft(&folder), "aims"), Some(share));
    // Also when a draft is chosen and nothing is written.
    fs::rename(folder.path().join("application.yaml"), folder.path().join("other.yaml")).unwrap();
    let run = script(folder.path(), &["--plain"], "Bright Streets\n:quit\n");
    assert_eq!(run.code, 1, "{}", run.said);
}

#[test]
fn rewrite_replaces_an_answer_whether_or_not_there_is_one() {
    for (question, script, expected) in [
        ("9", ":rewrite\nA new text.\n\n- with an item\n.\n", "A new text.\n\n- with an item"),
        ("14", ":rewrite\nThe town.\n.\n", "The town."),
        ("name", ":rewrite\nBright Streets\n", "Bright Streets"),
        ("permission", ":rewrite\nyes\n", "yes"),
        ("aims", ":rewrite\n1\n", "share"),
        ("links", ":rewrite\nexample.org/a\nexample.org/b\n\n", "example.org/a, example.org/b"),
    ] {
        let folder = tempdir().unwrap();
        let answer = || match answer(&draft(&folder), question) {
            Some(Answer::YesNo(yes)) => if yes { "yes" } else { "no" }.to_owned(),
            Some(Answer::List(parts)) => parts.join(", "),
            Some(Answer::Text(text)) => text,
            other => panic!("{other:?}"),
        };
        for _ in 0..3 {
            let run = fill(&folder, question, script);
            assert_eq!(run.code, 0, "{}", run.said);
            assert_eq!(answer(), expected, "{}", run.said);
        }
        if ["9", "14", "links"].contains(&question) {
            // The old answer stays until there is something new.
            let run = fill(&folder, question, ":rewrite\n");
            assert_eq!((run.code, answer().as_str()), (0, expected), "{}", run.said);
        }
    }
    // Among lines that are written already, they stay until the new ones are finished.
    for (lines, expected) in
        [("One.\n:rewrite\nTwo.\n.\n", "Two."), ("One.\n:rewrite\n:quit\n", "One.")]
    {
        let folder = tempdir().unwrap();
        let run = fill(&folder, "9", lines);
        assert!(run.said.contains("The old answer stays until"), "{}", run.said);
        assert_eq!(text(&draft(&folder), "9"), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_dumb_terminal_keeps_everything_up_to_the_last_enter() {
    use crate::support::cli::send_signal;
    // The terminal still holds the line without Enter, so it is lost.
    for (signal, code) in [("INT", Some(130)), ("TERM", Some(143)), ("KILL", None)] {
        let folder = tempdir().unwrap();
        let mut session = Session::dumb(&folder, &["--question", "9"]);
        session.answers("Your answer?", "The first line\r\rand the second");
        session.terminal.press("half a li");
        session.terminal.wait_for(&["half a li"]);
        wait_until_saved(&folder, "and the second");
        send_signal(signal, session.terminal.process_id());
        match code {
            Some(code) => drop(session.expect_exit(code)),
            None => session.terminal.wait_for_end(),
        }
        assert_eq!(text(&draft(&folder), "9"), "The first line\n\nand the second", "{signal}");

        let folder = tempdir().unwrap();
        let mut session = Session::dumb(&folder, &["--question", "1"]);
        session.answers("Answer?", "Bright Streets");
        session.asks("Answer?");
        session.terminal.press("half a li");
        session.terminal.wait_for(&["half a li"]);
        send_signal(signal, session.terminal.process_id());
        match code {
            Some(code) => drop(session.expect_exit(code)),
            None => session.terminal.wait_for_end(),
        }
        assert_eq!(text(&draft(&folder), "1"), "Bright Streets", "{signal}");
        assert_eq!(answer(&draft(&folder), "country"), None, "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_line_is_saved_while_it_is_typed() {
    use crate::support::cli::send_signal;
    for (signal, code) in [("INT", Some(130)), ("TERM", Some(143)), ("KILL", None)] {
        for (question, expected) in [("9", "The first line\nhalf a li"), ("name", "half a li")] {
            let folder = tempdir().unwrap();
            let mut session = Session::start(&folder, &["--question", question], WIDE);
            if question == "9" {
                session.answers("nswer?", "The first line");
            } else {
                session.asks("nswer?");
            }
            session.terminal.press("half a li");
            session.terminal.wait_for(&["half a li"]);
            if signal != "INT" {
                wait_until_saved(&folder, "half a li");
            }
            send_signal(signal, session.terminal.process_id());
            match code {
                Some(code) => drop(session.expect_exit(code)),
                None => session.terminal.wait_for_end(),
            }
            assert_eq!(text(&draft(&folder), question), expected, "{signal}");
        }
    }
    // What was typed before a command is no answer.
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &["--question", "name"], WIDE);
    session.asks("Answer?");
    session.terminal.press("Some name");
    wait_until_saved(&folder, "Some name");
    session.terminal.press("\x15:quit\r");
    session.terminal.expect_exit(0);
    assert_eq!(answer(&draft(&folder), "name"), None);
}

#[test]
fn an_invalid_answer_is_printed_with_the_reason() {
    let folder = folder_with(
        "  permission: perhaps\n  aims: [share, fame]\n  responsible:\n    e-mail: nobody\n  timing:\n    start: 31/2/2021\n",
    );
    let date = "So far: 31/2/2021\n`31/2/2021` is not a date: February 2021 has 28 days. An empty line keeps it.\n";
    let mail = "So far: nobody\n`nobody` is not an e-mail address; one looks like name@example.org. An empty line keeps it.\n";
    for (question, lines, expected) in [
        ("timing", ":question\n", &[date, date][..]),
        ("responsible", "\n\n\n\n", &[mail]),
        (
            "permission",
            "\n",
            &["The answer is not valid: `perhaps` is neither yes nor no.\nType yes"],
        ),
        ("aims", "", &["The answer is not valid: `fame` is not one of the choices.\n1. Share"]),
    ] {
        let mut rest = fill(&folder, question, lines).said;
        for expected in expected {
            let (_, after) = rest.split_once(expected).unwrap_or_else(|| panic!("{rest}"));
            rest = after.to_owned();
        }
    }
    let folder = folder_with("  name: Lamps\n");
    assert!(fill(&folder, "1", "\n").said.contains("So far: Lamps\nAn empty line keeps it.\n"));
}

/// What a person types who fills in the whole form in one sitting.
const WHOLE_SESSION: &str = "\
:help
1
1 2
yes
Bright Streets
Sample Country
Town of Sample
K. Example
1 Market Square, Sample Town
phone +00 007
office@example.org

soon
5 October 2021
yes
https://example.org/bright-streets

Bright Streets mends what makes people avoid a street after dark: lamps, hedges and empty corners.

Residents walk their street with the town's engineer twice a year and say what they fear.
.
After dark, half of the residents of the old quarter avoid its streets.
.
:question
Yes. The town and its police mapped 212 reports of two years.
The map was discussed with residents
:count
in three evenings.
.
Main objective: residents use the streets of the old quarter after dark.
- Sub-objective: no lamp stays dark for longer than two days.
.
:back
2
- Sub-objective: two walks a year in each street.
.
1, 3
Everybody who walks there, and the places that are known for thefts.
.
Walks, a list of what is broken, and a date by which each thing is mended.
.
:qestion
Better light and more people in the street make offenders feel seen.
.
A comparison with a quarter that has no walks: reports fell by a third, and by a tenth there.
.
1
The town's statistics office compared both quarters for three years.
.
2
No.
.
Two days of an engineer a month, and lamps for 9,000 euro a year.
.
The statistics office read the evaluation.
.
The police, the town's engineer and the residents' association.
.
Twelve walks, 140 things mended.
.
Participants were asked after each walk.
.
3
Streets in which people live and work, and an engineer who comes along.
.
Residents and engineer look at the same lamp.
.
Every town has streets that people avoid.
.
choose
22
1
A questionnaire of one page; 160 answers.
.
choose
name
Bright Streets of Sample Town
choose
9
4
1
Main objective: residents walk through the old quarter after dark.
.
choose
:menu
leave
";

#[test]
fn the_transcript_in_docs_is_a_whole_session_of_the_program() {
    let folder = tempdir().unwrap();
    let run = script(folder.path(), &["--plain"], WHOLE_SESSION);
    assert!(run.said.contains("25 of 25 questions answered; complete."), "{}", run.said);
    assert_eq!(summary(folder.path())["complete"], true);
    // Mistyped lines change the exit code of a script only; a person has seen the message.
    let (said, refused) = run.said.split_once("error: ").unwrap();
    assert!(refused.starts_with("2 lines were not understood\n"), "{refused}");
    assert_eq!(run.code, 1);
    assert_up_to_date("docs/plain-transcript.txt", said);
    // No question of a session is one that a person cannot hear as a whole.
    let asked = run.said.lines().filter(|line| line.contains("? ")).count();
    assert!(asked > 60, "{asked}");
}

#[test]
fn the_colon_commands_of_the_manual_are_those_of_the_program() {
    let folder = tempdir().unwrap();
    let run = fill(&folder, "9", ":help\n.\n");
    let mut table = String::from("<!-- words -->\n\n| word | what it does |\n|---|---|\n");
    let words = run.said.lines().filter(|line| line.starts_with(':'));
    for (word, does) in words.filter_map(|line| line.split_once(' ')) {
        let _ = writeln!(table, "| `{word}` | {} |", does.trim_end_matches('.'));
    }
    assert!(table.lines().count() > 12, "{}", run.said);
    let page = fs::read_to_string(root().join("docs/plain-mode.md")).unwrap();
    let start = page.find("<!-- words -->").unwrap();
    let end = start + page[start..].find("\n## Scripts").unwrap();
    assert_up_to_date("docs/plain-mode.md", &format!("{}{table}{}", &page[..start], &page[end..]));
}

#[cfg(unix)]
#[test]
fn the_script_of_the_manual_answers_two_questions_whatever_was_there_before() {
    let blocks = manual_blocks();
    let (_, script) = blocks.iter().find(|(_, script)| script.contains("--plain")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_good-practice")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let run = |folder: &TempDir, script: &str| {
        let output = Command::new("sh")
            .args(["-c", script])
            .current_dir(folder.path())
            .env("PATH", format!("{}:{path}", program.display()))
            .env_remove("GOOD_PRACTICE_QUESTIONS")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b""[..]), "{said}");
        let mut yaml = fs::read_to_string(folder.path().join("application.yaml")).unwrap();
        let saved = yaml.find("saved: ").unwrap();
        yaml.replace_range(saved..saved + yaml[saved..].find('\n').unwrap(), "");
        yaml
    };
    let expected = "Main objective: residents use the streets of the old quarter after dark.\n\n- Sub-objective: no lamp stays dark for longer than two days.";
    let others = [
        "  name: Bright Streets\n",
        "  objectives: An old text.\n",
        "  objectives: An old text.\n  target:\n    levels: [selective]\n    motivation: Because.\n",
    ];
    let complete = fs::read_to_string(root().join("examples/complete.yaml")).unwrap();
    let (_, complete) = complete.split_once("answers:\n").unwrap();
    for answers in others.into_iter().chain([complete]) {
        let folder = folder_with(answers);
        let once = run(&folder, script);
        assert_eq!(run(&folder, script), once);
        assert_eq!(text(&draft(&folder), "objectives"), expected);
        let levels = Answer::List(vec!["universal".to_owned()]);
        assert_eq!(answer(&draft(&folder), "target.levels"), Some(levels));
        // And with another text, that is the answer.
        run(&folder, &script.replace("no lamp stays dark for", "no bench stays broken"));
        assert!(text(&draft(&folder), "objectives").contains("no bench stays broken"), "{once}");
    }
}

/// Keys of a terminal.
const LEFT: &str = "\x1b[D";
const RIGHT: &str = "\x1b[C";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";

#[test]
fn a_line_is_edited_as_in_a_shell() {
    for size in [WIDE, NARROW] {
        let folder = tempdir().unwrap();
        let start = |question: &str| {
            let arguments = ["--plain", "--question", question];
            Terminal::start(folder.path(), &arguments, size)
        };
        let mut terminal = start("1");
        let long = "one of many words ".repeat(50);
        for (keys, shown, saved) in [
            (format!("Bright Strets{LEFT}{LEFT}e{HOME}The "), "The Bright Streets", ""),
            (format!("Exton{HOME}{RIGHT}\x1b[3~s{END}ia{LEFT}{RIGHT}"), "Estonia", ""),
            ("Town of\x17\x17City of  S\x7fT".to_owned(), "City of  T", "City of T"),
            ("K. Example\x15\x18A. Nowak\x1bb\x0b".to_owned(), "A. ", "A."),
            (format!("tail{HOME}{long}\x1b[1;5D\x1b[1;5D{HOME}"), "", &format!("{long}tail")),
            (format!("a\u{301}中b{LEFT}{LEFT}\x7f\x0b\x1a"), "中b", ""),
        ] {
            terminal.wait_for_question("?");
            terminal.press(&keys);
            if !shown.is_empty() {
                terminal.wait_for(&[&format!("? {shown}")]);
            }
            terminal.press("\r");
            let saved = if saved.is_empty() { shown } else { saved };
            wait_until_saved(&folder, saved.split_at(saved.len().min(20)).0);
        }
        terminal.wait_for_question("?");
        terminal.press(CTRL_C);
        terminal.expect_exit(130);
        let draft = draft(&folder);
        assert_eq!(text(&draft, "name"), "The Bright Streets");
        assert_eq!(text(&draft, "responsible.address"), format!("{long}tail"));
        assert_eq!(text(&draft, "responsible.contact-details"), "中b");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_z_in_a_new_line_stops_the_program_and_fg_asks_the_question_again() {
    let folder = tempdir().unwrap();
    let Some(mut terminal) = Terminal::start_bash(folder.path()) else { return };
    terminal.press("good-practice --plain --question 9\r");
    terminal.wait_for_question("Your answer?");
    terminal.press("First line\r");
    wait_until_saved(&folder, "First line");
    terminal.press("\x1a");
    terminal.continue_stopped_job();
    terminal.wait_for_question("And what comes next?");
    terminal.press(&format!("cond{HOME}se\r.\r"));
    terminal.wait_for_question("Level of prevention?");
    terminal.press(":quit\r");
    terminal.exit_bash();
    assert_eq!(text(&draft(&folder), "9"), "First line\nsecond");
}

#[test]
fn a_paste_ends_a_line_at_each_line_feed() {
    let folder = tempdir().unwrap();
    let mut session = Session::start(&folder, &["--question", "9"], WIDE);
    session.asks("Your answer?");
    session.terminal.paste("First\tline\r\n\r\n• an item\r\u{2022} another");
    session.terminal.wait_for(&["First line\n\n- an item\n- another"]);
    session.terminal.press(" end\r.\r");
    session.answers("Level of prevention?", ":quit");
    session.expect_exit(0);
    assert_eq!(text(&draft(&folder), "9"), "First line\n\n- an item\n- another end");
    // In a short answer the lines become one.
    let mut session = Session::start(&folder, &["--question", "1"], WIDE);
    session.asks("Answer?");
    session.terminal.paste("Bright\nStreets");
    session.terminal.press("\r");
    let said = session.answers("Answer?", "");
    assert!(said.contains("joined to one: Bright Streets\n"), "{said}");
    session.answers("Answer?", ":quit");
    session.expect_exit(0);
    assert_eq!(text(&draft(&folder), "1"), "Bright Streets");
}

#[test]
fn a_line_with_editing_keys_is_read_back_before_it_is_kept() {
    let folder = tempdir().unwrap();
    let mut session = Session::dumb(&folder, &["--question", "1"]);
    let keys = "Bright Strets\x1b[D\x1b[De\x1b[HThe ";
    session.answers("Answer?", keys);
    session.terminal.wait_for(&["The result is: The Bright Streets"]);
    session.terminal.wait_for(&["Press Enter to keep it, or write the line again."]);
    session.terminal.press("\r");
    // A line that is written again replaces the one with keys.
    session.answers("Answer?", "Etonia\x1b[Hs");
    session.terminal.wait_for(&["result is: sEtonia"]);
    session.terminal.press("Estonia\r");
    session.answers("application?", "Town\x1b[D\x1b[D\x1b[DH");
    session.terminal.wait_for(&["result is: THown"]);
    session.terminal.press(CTRL_C);
    session.terminal.expect_exit(130);
    let draft = draft(&folder);
    assert_eq!(text(&draft, "name"), "The Bright Streets");
    assert_eq!(text(&draft, "country"), "Estonia");
    assert_eq!(text(&draft, "responsible.organisation"), "THown", "Ctrl-C loses no line");
    let run = script(folder.path(), &["--plain", "--question", "2"], "atvia\x1b[HL\n:quit\n");
    assert!(run.said.contains("The result is: Latvia\n"), "{}", run.said);
    assert_eq!(text(&crate::support::drafts::draft(&folder), "country"), "Latvia");
}

#[test]
fn one_sentence_of_a_long_answer_is_rewritten() {
    let folder =
        folder_with("  objectives: Light every street. Mend lamps soon. Count the people.\n");
    let lines =
        ":sentences\n:lengths\n:change 9\n:change 2\nMend each lamp in two days.\n:change 1\n.\n";
    let run = script(folder.path(), &["--plain", "--question", "9"], lines);
    for said in [
        "Sentence 2, 3 words: Mend lamps soon.\nSentence 3, 3 words: Count the people.\n",
        "Paragraph 1: 9 words\n",
        "Write the number of a sentence, from 1 to 3: `:change 1`.",
        "It is now: Mend lamps soon.\n",
        "First end the answer with a full stop alone on a line",
    ] {
        assert!(run.said.contains(said), "{said}: {}", run.said);
    }
    assert_eq!(run.code, 1, "two lines could not be used");
    assert_eq!(
        text(&draft(&folder), "objectives"),
        "Light every street. Mend each lamp in two days. Count the people."
    );
}

#[test]
fn misspelt_words_are_corrected_one_by_one_after_a_long_answer() {
    let folder = tempdir().unwrap();
    let words = "We recieve reports of the goverment. The plogging of the polic helps.";
    let run = fill(&folder, "9", format!("{words}\n.\n:spell\n1\n1\nk\n\n:quit\n"));
    assert_eq!(run.code, 0, "{}", run.said);
    for said in [
        "4 words may be misspelt: `:spell` reads them.\n",
        "\"recieve\" may be misspelt. The sentence is: We recieve reports of the goverment.\n1. receive\n",
        "\"plogging\" may be misspelt. The sentence is: The plogging of the polic helps.\n",
        "\nKeep the word in this application.\n",
        "\nSkip it.\nNo other word is marked. 12 of 150 words.\n",
        "\nQuestion 10 of 25",
    ] {
        assert!(run.said.contains(said), "{said}: {}", run.said);
    }
    let corrected = "We receive reports of the government. The plogging of the polic helps.";
    assert_eq!(text(&draft(&folder), "9"), corrected);
    let yaml = fs::read_to_string(folder.path().join("application.yaml")).unwrap();
    assert!(yaml.contains("words:\n- plogging\n"), "{yaml}");
    // A script that does not ask for the words continues.
    let run = fill(&folder, "9", "3\nA polic.\n.\n1\n:quit\n");
    assert!(run.said.contains("1 word may be misspelt"), "{}", run.said);
    assert!(run.said.contains("Level of prevention? 1\n"), "{}", run.said);
    // One that asks for them does not know whether any is marked.
    for more in [&[][..], &["--no-spelling"]] {
        let folder = tempdir().unwrap();
        let arguments = [&["--plain", "--question", "9"], more].concat();
        let run = script(folder.path(), &arguments, "A street.\n.\n:spell\n1\n:quit\n");
        assert_eq!(run.code, 0, "{}", run.said);
        assert!(run.said.contains("Level of prevention? 1\n"), "{}", run.said);
    }
    // The words of an answer that was written before; and on a terminal.
    let mut session = Session::start(&folder, &["--question", "9"], NARROW);
    session.answers("What do you want to do with the answer?", ":spell");
    session.answers("What is right?", "skip");
    session.answers("What do you want to do with the answer?", "2");
    session.answers("Your answer?", "Untill dawn.\r.");
    let said = session.answers("Continue?", ":spell").replace('\n', " ");
    assert!(said.contains("2 words may be misspelt: `:spell` reads them. "), "{said}");
    session.answers("What is right?", "");
    let said = session.answers("What is right?", "a").replace('\n', " ");
    assert!(said.contains("1. Until 2. "), "{said}");
    session.answers("Motivation. Your answer?", ":back");
    session.answers("What do you want to do with the answer?", "2");
    session.answers("Your answer?", "More.\r.");
    session.answers("Continue?", "");
    session.answers("Motivation. Your answer?", ":quit");
    session.expect_exit(0);
    let own = fs::read_to_string(folder.path().join(".config/good-practice/words.txt")).unwrap();
    assert_eq!(own, "Untill\n");
    // Without spelling, nothing is said.
    let arguments = ["--plain", "--no-spelling", "--question", "7"];
    let run = script(folder.path(), &arguments, "A polic.\n.\n:menu\nleave\n");
    assert!(!run.said.contains("misspelt"), "{}", run.said);
}

#[test]
fn an_answer_in_another_language_is_reported() {
    let folder = tempdir().unwrap();
    let german = "Das Projekt richtet sich an Menschen, die in ihrer Wohnung besucht werden.";
    let run = fill(&folder, "9", format!("{german}\n.\n:quit\n"));
    let note = "This answer seems not to be in English; the form asks for English.\n";
    assert!(run.said.contains(note), "{}", run.said);
    assert!(!run.said.contains("misspelt"), "{}", run.said);
}

#[test]
fn everything_is_read_question_by_question() {
    let folder = folder_with("  name: Bright Streets\n  country: Estonia\n");
    let lines = "read\n\n\n\nwhat\nopen\nLatvia\n:quit\n";
    let run = script(folder.path(), &["--plain"], lines);
    assert!(run.said.contains("\nBright Streets\nRead on? \n"), "{}", run.said);
    assert!(run.said.contains("\nEstonia\nRead on? what\nAn empty line reads on"), "{}", run.said);
    assert_eq!(run.said.matches("`open` opens this one to change it").count(), 1);
    assert_eq!(text(&draft(&folder), "country"), "Latvia");
    let run = script(folder.path(), &["--plain"], format!("read\n{}:quit\n", "\n".repeat(40)));
    assert!(run.said.contains("That was everything.\n"), "{}", run.said);
}
