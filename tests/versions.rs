//! A draft made with one version of a questionnaire, opened with another.

use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use crate::support::cli::run;
use crate::support::pty::{CTRL_C, Terminal, WIDE};

const FIRST: &str = "\
id: survey
version: 1
title: Survey
sections:
- title: You
  questions:
  - {id: role, title: Role, text: What is your role?, kind: line}
  - {id: place, title: Place, text: Where?, kind: line}
  - {id: story, title: Story, text: Tell it., kind: text, words: 200}
  - {id: mascot, title: Mascot, text: Who?, kind: line}
  - id: time
    title: Time
    text: When?
    fields:
    - {id: start, title: Start, kind: date}
    - {id: end, title: End, kind: date}
  - {id: tools, title: Tools, text: Which?, kind: links}
  - id: money
    title: Money
    text: How much?
    fields:
    - {id: amount, title: Amount, kind: line}
    - {id: currency, title: Currency, kind: line}
";

const SECOND: &str = "\
id: survey
version: 2
title: Survey
sections:
- title: You
  questions:
  - {id: budget, title: Budget, text: How much?, kind: line}
  - {id: role, title: Role, text: What is your role?, kind: line}
  - {id: location, formerly: place, title: Location, text: Where?, kind: line}
  - {id: story, title: Story, text: Tell it., kind: text, words: 100}
  - id: time
    title: Time
    text: When?
    fields:
    - {id: begin, formerly: start, title: Begin, kind: date}
    - {id: end, title: End, kind: date}
    - {id: season, title: Season, kind: line}
  - {id: tools, title: Tools, text: Which?, kind: text}
  - {id: money, title: Money, text: How much?, kind: line}
";

/// Creates a folder with both versions and a draft that was filled in with the first.
fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("first.yaml"), FIRST).unwrap();
    fs::write(folder.path().join("second.yaml"), SECOND).unwrap();
    for (question, values) in [
        ("role", &["Reader"][..]),
        ("place", &["Sample Town"]),
        ("story", &["Once upon a time."]),
        ("mascot", &["An owl"]),
        ("time.start", &["2021-10-05"]),
        ("tools", &["https://example.org/a", "https://example.org/b"]),
        ("money.amount", &["1000"]),
        ("money.currency", &["EUR"]),
    ] {
        let arguments = [&["set", "draft.yaml", question, "--questions", "first.yaml"], values];
        assert_eq!(run(folder.path(), &arguments.concat()).code, 0);
    }
    folder
}

fn show(folder: &Path, question: &str) -> String {
    run(folder, &["show", "draft.yaml", question, "--questions", "second.yaml"]).out
}

#[test]
fn changes_of_a_questionnaire_are_reported_and_no_answer_disappears() {
    let folder = folder();
    let before = run(folder.path(), &["show", "draft.yaml", "--questions", "first.yaml"]).out;
    let done =
        run(folder.path(), &["set", "draft.yaml", "budget", "none", "--questions", "second.yaml"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for said in [
        "made with version 1 of the questionnaire; this is version 2.",
        "New: question 1 (Budget).",
        "No longer asked: question 4 (Mascot); the answers stay in the draft.",
        "Moved: questions 1 to 3 are questions 2 to 4 now.",
        "question 5 (Time) asks for `time.begin` and `time.season` too",
        "question 5 (Time) no longer asks for `time.start`",
        "Other limits: question 4 (Story) 100 words (was 200 words).",
        "`place` is `location` now.",
        "`time.start` is `time.begin` now.",
    ] {
        assert!(done.err.contains(said), "{said}\n{}", done.err);
    }
    assert_eq!(show(folder.path(), "location"), "Sample Town\n");
    assert_eq!(show(folder.path(), "time.begin"), "2021-10-05\n");
    assert_eq!(show(folder.path(), "tools"), "https://example.org/a\nhttps://example.org/b\n");
    assert_eq!(show(folder.path(), "mascot"), "An owl\n");
    assert_eq!(show(folder.path(), "money-earlier"), "amount: 1000\ncurrency: EUR\n");
    // Every word that was there is still there, also after two more saves.
    for round in ["one", "two"] {
        run(folder.path(), &["set", "draft.yaml", "role", round, "--questions", "second.yaml"]);
        let after = run(folder.path(), &["show", "draft.yaml", "--questions", "second.yaml"]).out;
        for word in before.split_whitespace().filter(|word| !word.starts_with('[')) {
            assert!(after.contains(word) || word == "Reader", "{word}\n{after}");
        }
    }
    // Reported once: the draft now belongs to the second version.
    let again =
        run(folder.path(), &["set", "draft.yaml", "budget", "some", "--questions", "second.yaml"]);
    assert_eq!(again.err, "question 1: some\n");
    // An answer without a question is removed only on request.
    let cleared = run(
        folder.path(),
        &["set", "draft.yaml", "mascot", "--clear", "--questions", "second.yaml"],
    );
    assert_eq!((cleared.code, cleared.err.as_str()), (0, "`mascot`: cleared\n"));
    assert_eq!(show(folder.path(), "mascot"), "");
}

#[test]
fn the_wizard_reports_changes_of_the_questionnaire() {
    let folder = folder();
    let arguments = ["fill", "draft.yaml", "--questions", "second.yaml"];
    let mut terminal = Terminal::start(folder.path(), &arguments, WIDE);
    terminal.wait_for(&[
        "This draft was made with version 1 of the questionnaire; this is version 2.",
        "New: question 1 (Budget).",
        "`place` is `location` now.",
        "2 answers belong to no question of this questionnaire: `mascot` and",
        "`money-earlier`",
        ">  1 Budget",
    ]);
    terminal.press("g");
    terminal.wait_for_prompt("Answer");
    terminal.press("Little\r");
    terminal.wait_for(&["Question 5 of 7"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(show(folder.path(), "budget"), "Little\n");
    assert_eq!(show(folder.path(), "location"), "Sample Town\n");
}

#[test]
fn a_draft_without_history_opens_with_a_new_questionnaire() {
    let folder = folder();
    fs::remove_dir_all(folder.path().join(".draft.yaml.history")).unwrap();
    let done =
        run(folder.path(), &["set", "draft.yaml", "role", "x", "--questions", "second.yaml"]);
    assert!(
        done.err.contains("made with version 1 of the questionnaire; this is version 2."),
        "{}",
        done.err
    );
    assert_eq!(show(folder.path(), "location"), "Sample Town\n");
    assert_eq!(show(folder.path(), "mascot"), "An owl\n");
    // An answer that fits no version is an error, and the file is not changed.
    let text = "questionnaire: survey\nversion: 2\nanswers:\n  money: {amount: 5}\n";
    fs::write(folder.path().join("wrong.yaml"), text).unwrap();
    let wrong =
        run(folder.path(), &["set", "wrong.yaml", "role", "x", "--questions", "second.yaml"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("wrong.yaml:4:10:"), "{}", wrong.err);
    assert_eq!(fs::read_to_string(folder.path().join("wrong.yaml")).unwrap(), text);
}

#[test]
fn comments_survive_a_change_of_the_questionnaire() {
    let folder = folder();
    let text = "# Ask about the budget\nquestionnaire: survey\nversion: 1\nanswers:\n  story: Mine # to be cut\n  mascot: An owl\n  money: {amount: 5}\n";
    fs::write(folder.path().join("hand.yaml"), text).unwrap();
    for value in ["one", "two"] {
        let done =
            run(folder.path(), &["set", "hand.yaml", "role", value, "--questions", "second.yaml"]);
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let now = fs::read_to_string(folder.path().join("hand.yaml")).unwrap();
    for kept in
        ["# Ask about the budget\n", "Mine # to be cut\n", "An owl", "version: 2", "role: two"]
    {
        assert!(now.contains(kept), "{kept}\n{now}");
    }
    assert!(now.contains('5'), "{now}");
}
