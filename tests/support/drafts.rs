//! Drafts, folders that hold one, and texts to fill in.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use good_practice::internals::{
    Answer, BUILT_IN, Draft, Questionnaire, parse_questionnaire, read_draft,
};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use super::pty::PATIENCE;

/// Returns the questionnaire that is built into the program.
pub(crate) fn built_in() -> Questionnaire {
    parse_questionnaire(BUILT_IN).unwrap()
}

/// Reads `application.yaml` in a folder.
pub(crate) fn draft(folder: &TempDir) -> Draft {
    read_draft(&folder.path().join("application.yaml"), &built_in()).unwrap()
}

/// Returns the answer to a question or field, or `None` if it has none.
pub(crate) fn answer(draft: &Draft, name: &str) -> Option<Answer> {
    let questionnaire = built_in();
    let (question, field) = questionnaire.find(name).unwrap();
    draft.answer(&field.unwrap_or(&question.fields[0]).key).cloned()
}

/// Returns an answer that must be text.
pub(crate) fn text(draft: &Draft, name: &str) -> String {
    match answer(draft, name) {
        Some(Answer::Text(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

/// Returns the JSON summary of `application.yaml`.
pub(crate) fn summary(folder: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["summary", "application.yaml", "--format", "json"])
        .current_dir(folder)
        .output()
        .unwrap();
    serde_json::from_slice::<Value>(&output.stdout).unwrap()[0].clone()
}

/// Creates a folder with `application.yaml`, which holds these lines of YAML as its answers.
pub(crate) fn folder_with(answers: &str) -> TempDir {
    let folder = tempdir().unwrap();
    let yaml = format!("questionnaire: eucpn-good-practice\nversion: 1\nanswers:\n{answers}");
    fs::write(folder.path().join("application.yaml"), yaml).unwrap();
    folder
}

/// Asserts that a folder holds no lock and no temporary file. Earlier versions are allowed.
pub(crate) fn assert_only_the_draft_remains(folder: &TempDir) {
    let entries = fs::read_dir(folder.path()).unwrap().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.retain(|name| name != ".application.yaml.history");
    assert_eq!(names, ["application.yaml"]);
}

/// Returns five paragraphs of eighty words each.
pub(crate) fn four_hundred_words() -> String {
    let paragraph =
        |p: usize| (0..80).map(|w| format!("word{p}x{w}")).collect::<Vec<_>>().join(" ");
    (1..=5).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// Returns an answer of two paragraphs with quotes, marks and a list.
pub(crate) fn long_answer(number: usize) -> String {
    format!(
        "The answer to question {number} has two paragraphs: #1, \"quoted\" & 'so on'.\n\n- and a list item\n- and — another"
    )
}

/// Waits until `application.yaml` contains a text.
pub(crate) fn wait_until_saved(folder: &TempDir, wanted: &str) {
    let path = folder.path().join("application.yaml");
    let start = Instant::now();
    while !fs::read_to_string(&path).is_ok_and(|yaml| yaml.contains(wanted)) {
        assert!(start.elapsed() < PATIENCE, "{wanted:?} is not saved");
        std::thread::sleep(Duration::from_millis(1));
    }
}
