//! Earlier versions of a draft are listed and restored.

use std::fs;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::cli::{Run, run};
use crate::support::drafts::{draft, text};
use crate::support::pty::{ENTER, ESC, Terminal, WIDE};

fn words(from: usize, to: usize) -> String {
    (from..=to).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ")
}

/// A draft whose answer to question 9 was cut from 219 words to 150.
fn cut() -> TempDir {
    let folder = tempdir().unwrap();
    let set = |arguments: &[&str]| {
        let done = run(folder.path(), &[&["set", "application.yaml"], arguments].concat());
        assert_eq!(done.code, 0, "{}", done.err);
    };
    set(&["name", "Bright Streets"]);
    set(&["9", &words(1, 219)]);
    set(&["9", &words(1, 150)]);
    set(&["problem", "Written since then."]);
    folder
}

fn good(folder: &TempDir, arguments: &[&str]) -> Run {
    let done = run(folder.path(), arguments);
    assert_eq!(done.code, 0, "{}", done.err);
    done
}

#[test]
fn an_answer_that_was_cut_is_restored() {
    let folder = cut();
    let listed = good(&folder, &["history", "application.yaml"]);
    assert!(listed.out.starts_with("  1  ") && listed.out.contains("(just now)"), "{}", listed.out);
    assert!(listed.out.contains("words: 9: 219 (now 150)"), "{}", listed.out);
    assert!(listed.err.contains("good-practice restore application.yaml"), "{}", listed.err);
    let one = good(&folder, &["history", "application.yaml", "objectives"]);
    assert!(one.out.contains("219 words\n     word1 word2"), "{}", one.out);
    assert_eq!(one.out.lines().count(), 2, "{}", one.out);

    let back = good(&folder, &["restore", "application.yaml", "9"]);
    assert!(back.err.contains("question 9: 219 of 150 words, 69 over"), "{}", back.err);
    let show = |question| good(&folder, &["show", "application.yaml", question]).out;
    assert_eq!(show("9"), words(1, 219) + "\n");
    assert_eq!(show("problem"), "Written since then.\n");
    // The version that was replaced is kept, too.
    let again = good(&folder, &["restore", "application.yaml", "9"]);
    assert!(again.err.contains("question 9: 150 of 150 words"), "{}", again.err);
    assert_eq!(show("9"), words(1, 150) + "\n");
}

#[test]
fn words_of_earlier_versions_are_counted_as_the_summary_counts_them() {
    let folder = tempdir().unwrap();
    let draft = folder.path().join("a.yaml");
    fs::copy("examples/complete.yaml", &draft).unwrap();
    let summary = good(&folder, &["summary", "a.yaml", "--format", "json"]).out;
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let mut questions = summary[0]["questions"].as_array().unwrap().iter();
    // Question 10 has ticks beside its text.
    let counted = questions.find(|question| question["number"] == 10).unwrap();
    let words = counted["words"].as_u64().unwrap();
    good(&folder, &["set", "a.yaml", "target.motivation", "Three words left."]);
    let json = good(&folder, &["history", "a.yaml", "--format", "json"]).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    let oldest = json.as_array().unwrap().last().unwrap();
    let answers = oldest["answers"].as_array().unwrap();
    let question = answers.iter().find(|answer| answer["number"] == 10).unwrap();
    assert_eq!(question["words"], words);
    let one = good(&folder, &["history", "a.yaml", "10"]).out;
    assert!(one.contains(&format!(", {words} words\n")), "{one}");
}

#[test]
fn all_answers_are_restored_and_later_ones_stay() {
    let folder = cut();
    let done = good(&folder, &["restore", "application.yaml", "--all", "--version", "1"]);
    assert!(done.err.contains("question 9: 219"), "{}", done.err);
    let all = good(&folder, &["show", "application.yaml"]).out;
    assert!(all.contains("word219") && all.contains("Written since then."), "{all}");
    let versions = good(&folder, &["history", "application.yaml", "--format", "json"]).out;
    let versions: Value = serde_json::from_str(&versions).unwrap();
    let newest = &versions[0];
    assert_eq!(newest["version"], 1);
    let lengths: Vec<_> = newest["answers"].as_array().unwrap().iter().collect();
    assert_eq!(lengths[0]["id"], "name");
    assert_eq!(lengths[0]["words"], Value::Null);
    assert_eq!(lengths.last().unwrap()["words"], 150);
    // A version can be named by the time it was saved.
    let saved = versions[1]["saved"].as_str().unwrap();
    good(&folder, &["restore", "application.yaml", "name", "--version", saved]);
    // The time may be written as the list prints it.
    let listed = good(&folder, &["history", "application.yaml"]).out;
    let printed = listed.lines().next().unwrap().split(" (").next().unwrap().trim();
    let printed = printed.split_once("  ").unwrap().1;
    good(&folder, &["restore", "application.yaml", "9", "--version", printed]);
}

#[test]
fn a_draft_that_is_broken_or_deleted_is_restored() {
    let folder = cut();
    let path = folder.path().join("application.yaml");
    let broken = "answers:\n  name: a\n  name: b\n";
    fs::write(&path, broken).unwrap();
    let told = run(folder.path(), &["set", "application.yaml", "name", "x"]);
    assert_eq!(told.code, 3);
    assert!(told.err.contains("good-practice restore application.yaml --all"), "{}", told.err);
    let listed = good(&folder, &["history", "application.yaml"]);
    assert!(listed.err.contains("application.yaml:3:3:"), "{}", listed.err);
    let done = good(&folder, &["restore", "application.yaml", "--all"]);
    assert!(done.err.contains("application.kept-1.yaml"), "{}", done.err);
    let kept = folder.path().join("application.kept-1.yaml");
    assert_eq!(fs::read_to_string(kept).unwrap(), broken);
    assert!(good(&folder, &["show", "application.yaml", "9"]).out.contains("word219"));

    fs::remove_file(&path).unwrap();
    good(&folder, &["restore", "application.yaml", "--all"]);
    assert!(good(&folder, &["show", "application.yaml", "9"]).out.contains("word219"));
}

#[test]
fn a_missing_version_is_reported_and_changes_nothing() {
    let folder = cut();
    let before = fs::read(folder.path().join("application.yaml")).unwrap();
    for (arguments, code, said) in [
        (&["restore", "application.yaml", "9", "--version", "7"][..], 1, "no version `7`"),
        (&["restore", "application.yaml", "objectivs"], 2, "did you mean `objectives`?"),
        (&["restore", "application.yaml"], 2, "not provided:\n  <QUESTION>"),
        (&["restore", "absent.yaml", "9"], 1, "no earlier version has a different answer"),
        (&["history", "absent.yaml"], 1, "there is no file `absent.yaml`"),
        (&["restore", "application.yaml", "name"], 1, "no earlier version has a different answer"),
    ] {
        let done = run(folder.path(), arguments);
        assert_eq!((done.code, done.out.as_str()), (code, ""), "{arguments:?}");
        assert!(done.err.contains(said), "{}", done.err);
    }
    assert_eq!(fs::read(folder.path().join("application.yaml")).unwrap(), before);
    assert!(!folder.path().join("absent.yaml").exists());
}

#[test]
fn the_menu_restores_an_earlier_version() {
    let folder = cut();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("earlier");
    terminal.wait_for(&["> Restore an earlier version"]);
    terminal.press(ENTER);
    terminal.wait_for_prompt("Which version?");
    terminal.wait_for(&["just now: 219 words"]);
    terminal.press(ENTER);
    terminal.wait_for(&["word210", "Esc closes"]);
    terminal.press(ESC);
    terminal.wait_for_prompt("Restore this version?");
    terminal.press("y\r");
    terminal.wait_for(&["Restored.", "What now?"]);
    terminal.press("\x03");
    terminal.expect_exit(130);
    assert_eq!(text(&draft(&folder), "9"), words(1, 219));
}

#[test]
fn the_history_of_a_renamed_draft_follows_it_and_can_be_deleted() {
    let folder = cut();
    let file = |name: &str| folder.path().join(name);
    fs::rename(file("application.yaml"), file("application_FINAL2.yaml")).unwrap();
    let listed = good(&folder, &["history", "application_FINAL2.yaml"]);
    assert!(listed.out.contains("9: 219 (now 150)"), "{}", listed.out);
    good(&folder, &["restore", "application_FINAL2.yaml", "9"]);

    // A draft that is gone leaves its versions, which the history of others names.
    fs::write(file("b.yaml"), "answers:\n  name: B\n").unwrap();
    fs::remove_file(file("application_FINAL2.yaml")).unwrap();
    let listed = good(&folder, &["history", "b.yaml"]);
    assert!(listed.err.contains("`application_FINAL2.yaml` no longer exists"), "{}", listed.err);
    let history = file(".application_FINAL2.yaml.history");
    let has = |word: &str| {
        let versions = fs::read_dir(&history).into_iter().flatten().flatten();
        versions.into_iter().any(|file| fs::read_to_string(file.path()).unwrap().contains(word))
    };
    let forget = ["history", "application_FINAL2.yaml", "9", "--forget"];
    let refused = run(folder.path(), &forget);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("`--yes`") && has("word219"), "{}", refused.err);
    let mut terminal = Terminal::start(folder.path(), &forget, WIDE);
    terminal.wait_for_prompt("for good?");
    terminal.press("y\r");
    terminal.expect_exit(0);
    assert!(has("Bright Streets") && !has("word219"));
    good(&folder, &["history", "application_FINAL2.yaml", "--forget", "--yes"]);
    assert!(!history.exists());
}
