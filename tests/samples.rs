//! The examples and the commands of the manual.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;
use good_practice::internals::Cli;
use serde_json::Value;
use tempfile::tempdir;

use crate::support::cli::path_with_program;
use crate::support::manual::{PAGES, manual, manual_blocks};
use crate::support::root;
use crate::support::tools::is_installed;

fn summary(name: &str) -> Value {
    summary_in(&root().join("examples"), name)
}

fn summary_in(folder: &Path, name: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["summary", "--format", "json", name])
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Value>(&output.stdout).unwrap()[0].clone()
}

#[test]
fn the_complete_sample_can_be_submitted() {
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
fn the_summary_of_a_complete_draft_shows_how_to_export_it() {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["summary", "examples/complete.yaml"])
        .current_dir(root())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("good-practice export examples/complete.yaml\n"), "{text}");
}

#[test]
fn the_manual_names_only_commands_that_exist() {
    let manual = manual().replace("```", "");
    let spans = manual.split('`').skip(1).step_by(2);
    let mut seen = 0;
    for span in spans.filter(|span| span.starts_with("good-practice ")) {
        let words = shlex::split(span).unwrap();
        let understood = Cli::command().try_get_matches_from(words);
        assert!(understood.is_ok(), "{span}: {}", understood.unwrap_err());
        seen += 1;
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn every_guarantee_has_a_test() {
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                sources(&entry.path(), text);
            } else {
                text.push_str(&fs::read_to_string(entry.path()).unwrap_or_default());
            }
        }
    }
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    sources(&root().join("tests"), &mut code);
    let promises = fs::read_to_string(root().join("docs/guarantees.md")).unwrap();
    let rows = promises.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut tests = 0;
    for row in rows {
        let named: Vec<&str> =
            row.split(" | ").nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{row}");
        for name in named {
            if root().join("tests/cases").join(name).is_dir() {
                continue;
            }
            let (before, _) = code.split_once(&format!("fn {name}(")).expect(name);
            let attributes: Vec<_> = before.rsplitn(4, '\n').take(3).collect();
            assert!(attributes.iter().any(|line| line.trim() == "#[test]"), "{name}");
            tests += 1;
        }
    }
    assert!(tests > 15, "{tests}");
}

/// Languages of blocks that are not commands, or that the tests of completions run.
const NOT_COMMANDS: [&str; 6] = ["yaml", "jq", "bash", "zsh", "fish", "powershell"];
/// They build the program, are this test itself, or need a person.
const NOT_RUN: [&str; 3] = ["cargo run --release", "cargo test", "good-practice fill --question 9"];

#[test]
fn every_command_of_the_manual_succeeds() {
    let blocks = manual_blocks();
    let mut commands = Vec::new();
    for (language, text) in &blocks {
        if language == "sh" && text.contains("<<") {
            // The input of the command is part of the block.
            commands.push(text.as_str());
        } else if language == "sh" {
            commands.extend(text.lines());
        } else {
            assert!(NOT_COMMANDS.contains(&language.as_str()), "{language}");
        }
    }
    let folder = tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("examples")).unwrap();
    for name in ["complete.yaml", "half-finished.yaml"] {
        fs::copy(root().join("examples").join(name), here.join("examples").join(name)).unwrap();
    }
    fs::copy(here.join("examples/complete.yaml"), here.join("application.yaml")).unwrap();
    fs::create_dir(here.join("received")).unwrap();
    fs::copy(here.join("examples/complete.yaml"), here.join("received/one.yaml")).unwrap();
    fs::write(here.join("objectives.txt"), "Brighter streets.\n").unwrap();
    let shell = |line: &str| {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(here)
            .env_clear()
            .env("HOME", here)
            .env("PATH", path_with_program())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
    };
    shell("good-practice export examples/complete.yaml -o last-year.docx");
    let mut not_run = Vec::new();
    for line in &commands {
        let command = line.split(" # ").next().unwrap().trim();
        if NOT_RUN.contains(&command) {
            not_run.push(command);
        } else {
            shell(line);
        }
    }
    not_run.sort_unstable();
    assert_eq!(not_run, NOT_RUN, "the manual names each of these once");
    for made in ["application.docx", "this-year.yaml", ".local/share/man/man1/good-practice.1"] {
        assert!(here.join(made).is_file(), "{made}");
    }
    let set = summary_in(here, "application.yaml");
    // Set from a file, replaced by a script, and restored.
    assert_eq!(set["questions"][10]["words"], 2, "{set:#}");

    if is_installed("shellcheck") {
        for shell in ["sh", "bash"] {
            let lines: Vec<_> = blocks.iter().filter(|(language, _)| language == shell).collect();
            let script: String = lines.iter().map(|(_, lines)| lines.as_str()).collect();
            let file = here.join(format!("readme.{shell}"));
            fs::write(&file, script).unwrap();
            checked(shell, &file);
        }
        for script in [".ci/run", "packaging/deb.sh"].map(|script| root().join(script)) {
            // A published package contains neither.
            if script.exists() {
                checked(if script.ends_with("run") { "bash" } else { "sh" }, &script);
            }
        }
    }
}

#[test]
fn the_readme_is_short_and_every_link_of_the_manual_leads_somewhere() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 150);
    let listed = fs::read_dir(root().join("docs")).unwrap().flatten();
    let listed = listed.filter(|entry| entry.path().extension().is_some_and(|end| end == "md"));
    assert_eq!(listed.count() + 1, PAGES.len(), "every page is in PAGES");
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let folder = root().join(page).parent().unwrap().to_path_buf();
        for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let reached = target.starts_with("https://") || folder.join(target).exists();
            // The links that the word count shows as an example.
            assert!(reached || target == "…", "{page}: {target}");
        }
    }
}

fn checked(shell: &str, file: &Path) {
    let output = Command::new("shellcheck").args(["-s", shell]).arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.is_empty(), "{said}");
}
