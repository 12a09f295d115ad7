//! The examples and what the README says, tried.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn summary(name: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["summary", "--format", "json", name])
        .current_dir(root().join("examples"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Value>(&output.stdout).unwrap()[0].clone()
}

#[test]
fn the_complete_sample_could_be_submitted() {
    let found = summary("complete.yaml");
    assert_eq!(found["complete"], true, "{found:#}");
    assert_eq!(found["counts"]["questions"], 25);
    assert_eq!(found["counts"]["hidden"], 0);
    assert_eq!(found["unplaced"], 0);
}

#[test]
fn the_half_finished_sample_has_two_answers_over_the_limit() {
    let found = summary("half-finished.yaml");
    assert_eq!(found["complete"], false);
    assert_eq!(found["counts"]["over_limit"], 2, "{found:#}");
    assert!(found["counts"]["missing"].as_u64().unwrap() >= 5, "{found:#}");
    assert_eq!(found["counts"]["invalid"], 0);
}

#[test]
fn every_example_is_read() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("examples")).unwrap().flatten() {
        seen += 1;
        let name = entry.file_name().into_string().unwrap();
        assert!(Path::new(&name).extension().is_some_and(|ending| ending == "yaml"), "{name}");
        assert_eq!(summary(&name)["questionnaire"], "eucpn-good-practice");
    }
    assert!(seen >= 2);
}

#[test]
fn a_complete_draft_says_how_to_export_it() {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["summary", "examples/complete.yaml"])
        .current_dir(root())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("good-practice export examples/complete.yaml\n"), "{text}");
}
