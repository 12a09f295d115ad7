//! Golden cases for the command line. Each folder in `tests/cases/` is one case:
//!
//! | file | content |
//! |---|---|
//! | `command` | the commands, one a line, run by `sh` in a copy of the folder |
//! | `stdout`, `stderr` | what they print; a missing file means nothing at all |
//! | `exit` | the exit code of the last command; a missing file means 0 |
//! | any other file or folder | input for the commands |
//!
//! The path of the copy is printed as `FOLDER`, the version of the program as `VERSION`, and the time
//! in a draft as `saved: TIME`.
//!
//! To add a case, copy a folder, edit `command` and its input, and run
//! `UPDATE_CASES=1 cargo test --test all cases`, which writes the expectations. Read them before
//! you commit.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::support::cli::path_with_program;
use crate::support::root;

/// The files of a case that are not input for its commands, other than `command`.
const EXPECTATIONS: [&str; 3] = ["stdout", "stderr", "exit"];

/// Copies the input files of a case.
fn copy_input(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let name = entry.file_name();
        let name = name.to_str().unwrap();
        if source.is_dir() {
            fs::create_dir(&target).unwrap();
            copy_input(&source, &target);
        } else if name != "command" && !EXPECTATIONS.contains(&name) {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// Runs the commands of a case; returns its standard output, standard error and exit code in the
/// form of the expectation files.
fn run_case(case: &Path) -> [String; 3] {
    let folder = tempdir().unwrap();
    copy_input(case, folder.path());
    let script = fs::read_to_string(case.join("command")).unwrap();
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("HOME", folder.path())
        .env("PATH", path_with_program())
        .output()
        .unwrap();
    let text = |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        let text = text
            .replace(folder.path().to_str().unwrap(), "FOLDER")
            .replace(env!("CARGO_PKG_VERSION"), "VERSION");
        let without_time = |line: &str| {
            if line.starts_with("saved: ") { "saved: TIME\n" } else { line }.to_owned()
        };
        text.split_inclusive('\n').map(without_time).collect()
    };
    let code = output.status.code().unwrap();
    let exit = if code == 0 { String::new() } else { format!("{code}\n") };
    [text(output.stdout), text(output.stderr), exit]
}

/// Returns the lines in which two texts differ, without those that are the same at the start and
/// at the end.
fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(expected, found)| expected == found).count()
    };
    let start = same(&mut expected.iter().zip(&found));
    let rest = (&expected[start..], &found[start..]);
    let end = same(&mut rest.0.iter().rev().zip(rest.1.iter().rev()));
    let mut difference = String::new();
    for (sign, lines) in [('-', rest.0), ('+', rest.1)] {
        for (at, line) in lines[..lines.len() - end].iter().enumerate() {
            let _ = writeln!(difference, "{sign}{:>4} {line}", start + at + 1);
        }
    }
    difference
}

#[test]
fn every_case_prints_and_exits_as_expected() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut cases: Vec<_> = fs::read_dir(root().join("tests/cases"))
        .unwrap()
        .flatten()
        .map(|case| case.path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 25, "{}", cases.len());
    let mut failures = String::new();
    for case in &cases {
        for (name, found) in EXPECTATIONS.into_iter().zip(run_case(case)) {
            let file = case.join(name);
            let expected = fs::read_to_string(&file).unwrap_or_default();
            if found == expected {
                continue;
            }
            if !update {
                let difference = difference(&expected, &found);
                let case = case.file_name().unwrap().display();
                let _ = writeln!(
                    failures,
                    "{case}: {name} differs (- expected, + found)\n{difference}"
                );
            } else if found.is_empty() {
                fs::remove_file(&file).unwrap();
            } else {
                fs::write(&file, found).unwrap();
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{failures}If this is intended, UPDATE_CASES=1 cargo test --test all cases writes the new \
         expectations."
    );
}

#[test]
fn a_difference_is_the_lines_that_changed() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "-   2 b\n+   2 x\n+   3 y\n");
    assert_eq!(difference("", "a\n"), "+   1 a\n");
    assert_eq!(difference("a\na\n", "a\n"), "-   2 a\n");
}
