//! Completions as bash, zsh and fish show them, man pages, help, and the errors for a wrong command
//! line.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::{CommandFactory as _, ValueEnum as _};
use good_practice::internals::{Cli, Format};
use tempfile::{TempDir, tempdir};

use crate::support::cli::{path_with_program, run};
use crate::support::manual::manual_blocks;
use crate::support::pty::Terminal;
use crate::support::tools::is_installed;

const SURVEY: &str = "id: survey\nversion: 1\ntitle: Survey\nsections:\n- title: You\n  questions:\n  - {id: role, title: Your role, text: What is your role?, kind: line}\n";

/// Creates a folder with drafts, documents and questionnaires.
fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    let survey = ("survey.yaml", SURVEY);
    let broken = ("broken.yaml", "title: [");
    for (name, text) in [("my draft.yaml", ""), ("last.txt.bak", ""), survey, broken] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::create_dir(folder.path().join("received")).unwrap();
    fs::write(folder.path().join("received/last-year.docx"), "").unwrap();
    folder
}

/// What is typed before a Tab, and the line after it.
const COMPLETED: [(&str, &str); 12] = [
    ("summ", "good-practice summary "),
    ("questions li", "good-practice questions lint "),
    ("check --form", "good-practice check --format "),
    ("export a.yaml --to do", "good-practice export a.yaml --to docx "),
    ("set a.yaml objec", "good-practice set a.yaml objectives "),
    ("show a.yaml timing.sta", "good-practice show a.yaml timing.start "),
    ("fill --question objec", "good-practice fill --question objectives "),
    ("set a.yaml aims ec", "good-practice set a.yaml aims ecpa "),
    ("set a.yaml permission y", "good-practice set a.yaml permission yes "),
    ("summary my", "good-practice summary my\\ draft.yaml "),
    ("import received/la", "good-practice import received/last-year.docx "),
    ("show a.yaml ro", "good-practice show a.yaml ro"),
];

/// Returns the line of the manual for the start-up file of a shell.
fn line_of_the_manual(shell: &str) -> String {
    let blocks = manual_blocks();
    let mut said = blocks.iter().filter(|(language, _)| language == shell);
    let (_, lines) = said.next().unwrap();
    assert!(said.next().is_none());
    lines.clone()
}

/// Types each line at the prompt `> ` of a shell, and a Tab after it.
fn completes(shell: &mut Terminal) {
    let mut tried = |typed: &str, wanted: &str| {
        // The mark is typed after the completion, so the whole line can be waited for.
        shell.wait_for(&["> "]);
        shell.press(&format!("good-practice {typed}\t"));
        shell.wait_for(&[&format!("> {}", wanted.trim_end())]);
        shell.press("#");
        shell.wait_for(&[&format!("> {wanted}#")]);
        shell.press("\x15");
        shell.wait_for_without("> ", "#");
    };
    for (typed, wanted) in COMPLETED {
        tried(typed, wanted);
    }
    let survey = "good-practice --questions survey.yaml show a.yaml ro";
    tried(&survey[14..], &format!("{survey}le "));
    let broken = "good-practice --questions broken.yaml show a.yaml objec";
    tried(&broken[14..], broken);
}

#[test]
fn bash_completes_commands_questions_and_drafts() {
    if !is_installed("bash") {
        return;
    }
    let folder = folder();
    let start = format!("PS1='> '\n{}", line_of_the_manual("bash"));
    fs::write(folder.path().join("rc"), start).unwrap();
    let arguments = ["--noprofile", "--rcfile", "rc"];
    let path = path_with_program();
    let mut shell =
        Terminal::start_program("bash", folder.path(), &arguments, (100, 30), &[("PATH", &path)]);
    completes(&mut shell);
    shell.kill();
}

#[test]
fn zsh_completes_commands_questions_and_drafts() {
    if !is_installed("zsh") {
        return;
    }
    let path = path_with_program();
    // Read at the start, and as a file that is found by its name.
    for way in [line_of_the_manual("zsh"), String::new()] {
        let folder = folder();
        fs::create_dir(folder.path().join("functions")).unwrap();
        if way.is_empty() {
            let script = run(folder.path(), &["completions", "zsh"]).out;
            fs::write(folder.path().join("functions/_good-practice"), script).unwrap();
        }
        let start = format!(
            "PS1='> '\nunsetopt PROMPT_SP\nfpath=($HOME/functions $fpath)\nautoload -Uz compinit\ncompinit -u -d $HOME/dump\n{way}\n"
        );
        fs::write(folder.path().join(".zshrc"), start).unwrap();
        let mut shell =
            Terminal::start_program("zsh", folder.path(), &["-d"], (100, 30), &[("PATH", &path)]);
        completes(&mut shell);
        shell.press("good-practice show a.yaml ti\t");
        shell.wait_for(&["show a.yaml timing"]);
        shell.press("\t");
        shell.wait_for(&["timing.start", "-- Start date"]);
        shell.kill();
    }
}

#[test]
fn fish_completes_commands_questions_and_drafts() {
    if !is_installed("fish") {
        return;
    }
    let folder = folder();
    let start = format!(
        "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo -n '> '; end\n{}",
        line_of_the_manual("fish")
    );
    let path = path_with_program();
    let mut shell = Terminal::start_program(
        "fish",
        folder.path(),
        &["--no-config", "--init-command", &start],
        (100, 30),
        &[("PATH", &path)],
    );
    completes(&mut shell);
    shell.press("good-practice show a.yaml ti\t");
    shell.wait_for(&["timing.start", "(Start date"]);
    shell.kill();
}

/// Returns what the program offers a shell for the last of these words.
fn answers(folder: &Path, words: &[&str], environment: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(["--", "good-practice"])
        .args(words)
        .current_dir(folder)
        .env_clear()
        .env("GOOD_PRACTICE_COMPLETE", "fish")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_and_flag_is_offered_with_what_it_means() {
    let folder = tempdir().unwrap();
    let commands = answers(folder.path(), &[""], &[]);
    for command in program().get_subcommands() {
        let line = format!("{}\t{}\n", command.get_name(), command.get_about().unwrap());
        assert!(commands.contains(&line), "{line:?} is not in\n{commands}");
        let flags = answers(folder.path(), &[command.get_name(), "--"], &[]);
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(flags.contains(&format!("--{flag}\t")), "{flag}: {flags}");
        }
    }
    // If another argument is possible, flags are offered only after a dash.
    assert!(!commands.contains("--"), "{commands}");
    assert!(answers(folder.path(), &["export", "a.yaml", ""], &[]).contains("--final\t"));
}

#[test]
fn questions_are_offered_by_id_and_by_number_with_their_titles() {
    let folder = folder();
    let ask = |words: &[&str]| answers(folder.path(), words, &[]);
    let ids = ask(&["set", "a.yaml", ""]);
    assert!(ids.starts_with("aims\tAims of this template\npermission\t"), "{ids}");
    assert!(ids.contains("objectives\tObjectives\n"), "{ids}");
    assert!(ids.contains("timing.start\tStart date of the intervention\n"), "{ids}");
    assert_eq!(ids, ask(&["fill", "--question", ""]));
    assert_eq!(ask(&["show", "a.yaml", "9"]), "9\tObjectives\n");
    assert_eq!(ask(&["questions", "show", "2"]).lines().count(), 7);
    assert_eq!(ask(&["set", "a.yaml", "permission", ""]), "yes\nno\n");
    assert!(ask(&["man", "ques"]).starts_with("questions\tShow "));
    assert!(ask(&["man", "questions", "l"]).starts_with("lint\tReport "));
    assert!(ask(&["set", "a.yaml", "aims", "share", "e"]).starts_with("ecpa\tParticipate"));
    assert_eq!(ask(&["set", "a.yaml", "objectives", ""]).matches("--clear").count(), 1);
}

#[test]
fn completions_use_the_questionnaire_of_the_command_line_or_the_environment() {
    let folder = folder();
    let role = "role\tYour role\n";
    let named = ["--questions", "survey.yaml", "show", "a.yaml", "r"];
    assert_eq!(answers(folder.path(), &named, &[]), role);
    let after = ["show", "a.yaml", "--questions=survey.yaml", "r"];
    assert_eq!(answers(folder.path(), &after, &[]), role);
    let set = |file| [("GOOD_PRACTICE_QUESTIONS", file)];
    let question = ["show", "a.yaml", "r"];
    assert_eq!(answers(folder.path(), &question, &set("survey.yaml")), role);
    let home = [("HOME", folder.path().to_str().unwrap())];
    let in_home = ["--questions", "~/survey.yaml", "show", "a.yaml", "r"];
    assert_eq!(answers(folder.path(), &in_home, &home), role);
    for unreadable in ["broken.yaml", "absent.yaml", "received"] {
        assert_eq!(answers(folder.path(), &question, &set(unreadable)), "");
    }
}

#[test]
fn files_are_offered_by_what_a_command_reads() {
    let folder = folder();
    for (words, wanted) in [
        (&["show", ""][..], "broken.yaml\nmy draft.yaml\nsurvey.yaml\nreceived/\n"),
        (&["import", "received/"], "received/last-year.docx\n"),
        (&["import", "m"], "my draft.yaml\n"),
        (&["import", "a.docx", "--into", "m"], "my draft.yaml\n"),
        (&["check", "received/"], "received/last-year.docx\n"),
        (&["show", "received/"], ""),
        (&["--questions", "su"], "survey.yaml\n"),
        (&["questions", "lint", "su"], "survey.yaml\n"),
        (&["set", "a.yaml", "9", "--file", "la"], "last.txt.bak\n"),
        (&["summary", "my\\ d"], "my draft.yaml\n"),
        (&["summary", "'my d"], "my draft.yaml\n"),
    ] {
        let found = answers(folder.path(), words, &[]);
        let found: String = found
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("--") && !line.starts_with("-h"))
            .collect();
        assert_eq!(found, wanted, "{words:?}");
    }
}

#[test]
fn each_shell_has_a_script_that_asks_the_program() {
    let folder = tempdir().unwrap();
    for (shell, parts) in [
        ("bash", &["complete -o filenames ", "-F _clap_complete_good_practice good-practice"][..]),
        ("zsh", &["#compdef good-practice\n", "compdef _clap_dynamic_completer_good_practice"]),
        ("fish", &["complete ", "--command good-practice"]),
        ("powershell", &["Register-ArgumentCompleter -Native -CommandName good-practice"]),
        ("elvish", &["set edit:completion:arg-completer[good-practice]"]),
    ] {
        let run = run(folder.path(), &["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        for part in parts {
            assert!(run.out.contains(part), "{shell}: {}", run.out);
        }
        // The script calls the program from the `PATH`, not by its own path.
        assert!(run.out.contains("GOOD_PRACTICE_COMPLETE") && !run.out.contains("target"));
    }
}

/// Returns the program with the arguments of all commands, which are usually built when they are needed.
fn program() -> clap::Command {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    program
}

/// Returns every command with the words that call it, the program itself first.
fn commands() -> Vec<(Vec<String>, clap::Command)> {
    fn below(
        words: &[String],
        command: &clap::Command,
        all: &mut Vec<(Vec<String>, clap::Command)>,
    ) {
        all.push((words.to_vec(), command.clone()));
        for command in command.get_subcommands() {
            below(&[words, &[command.get_name().to_owned()]].concat(), command, all);
        }
    }
    let mut all = Vec::new();
    below(&[], &program(), &mut all);
    assert!(all.len() > 10);
    all
}

#[test]
fn help_fits_eighty_columns_and_shows_examples_of_every_command() {
    let folder = tempdir().unwrap();
    for (words, command) in commands() {
        let mut words: Vec<_> = words.iter().map(String::as_str).collect();
        let calls = format!("  good-practice {}", words.join(" "));
        words.push("--help");
        let run = run(folder.path(), &words);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
        // As it was written, before long lines are broken.
        let written = command.get_after_help().unwrap().to_string();
        let examples = written.split("\n\n").next().unwrap();
        assert!(examples.starts_with("Example") && written.contains(&calls), "{written}");
        for line in examples.lines() {
            assert!(line.chars().count() <= 80 && run.out.contains(line), "{line}");
        }
    }
    let program = run(folder.path(), &["--help"]).out;
    assert!(program.contains("Words are counted as a word processor counts them"), "{program}");
}

#[test]
fn every_example_of_the_help_is_understood() {
    for (_, command) in commands() {
        let written = command.get_after_help().unwrap().to_string();
        let examples = written.split("\n\n").next().unwrap();
        for line in examples.lines().filter_map(|line| line.trim().split("  ").next()) {
            let Some(at) = line.find("good-practice ") else { continue };
            let words = shlex::split(&line[at..].replace([')', '"'], "")).unwrap();
            let ends = words.iter().position(|word| ["|", ">", "<"].contains(&word.as_str()));
            let words = &words[..ends.unwrap_or(words.len())];
            let understood = Cli::command().try_get_matches_from(words);
            assert!(understood.is_ok(), "{line}: {}", understood.unwrap_err());
        }
    }
}

#[test]
fn the_program_and_every_command_have_a_man_page() {
    let folder = tempdir().unwrap();
    let written = run(folder.path(), &["man", "--dir", "deep/man1"]);
    assert_eq!((written.code, written.out.as_str()), (0, ""));
    let commands = commands();
    assert_eq!(written.err, format!("{} man pages written to `deep/man1`\n", commands.len()));
    let lint = is_installed("mandoc");
    for (words, _) in commands {
        let name = [&["good-practice".to_owned()][..], &words].concat().join("-");
        let file = folder.path().join(format!("deep/man1/{name}.1"));
        let page = fs::read_to_string(&file).unwrap();
        let mut wanted = vec!["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES"];
        wanted.extend(if words.is_empty() {
            &["EXIT STATUS", "ENVIRONMENT", "FILES"][..]
        } else {
            &["SEE ALSO"]
        });
        let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        let sections: Vec<_> = sections.iter().map(|name| name.trim_matches('"')).collect();
        let optional = ["SUBCOMMANDS", "VERSION", "NOTES"];
        let found: Vec<_> =
            sections.into_iter().filter(|section| !optional.contains(section)).collect();
        assert_eq!(found, wanted, "{name}");
        assert!(!page.contains('`'), "{page}");
        let mut asked = vec!["man"];
        asked.extend(words.iter().map(String::as_str));
        assert_eq!(run(folder.path(), &asked).out, page);
        if lint {
            let output =
                Command::new("mandoc").args(["-Tlint", "-Wwarning"]).arg(&file).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.is_empty(), "{said}");
        }
    }
}

#[test]
fn a_command_line_that_is_not_understood_gets_a_suggestion() {
    let folder = tempdir().unwrap();
    for (typed, meant) in [
        ("sumary", "summary"),
        ("sumary a.yaml b.yaml", "summary"),
        ("expotr a.yaml --to docx", "export"),
        ("questions sho 9", "show"),
        ("questions show objectivs", "objectives"),
        ("fill --question objectivs", "objectives"),
        ("man exprot", "export"),
        ("man questions lnt", "lint"),
        ("export a.yaml --to dox", "docx"),
        ("summary --format jsn a.yaml", "json"),
        ("check --format txt a.yaml", "text"),
        ("summary --frmat json a.yaml", "--format"),
        ("export a.yaml --fnal", "--final"),
        ("--colour never", "--color"),
        ("--color nevr", "never"),
        ("completions bahs", "bash"),
    ] {
        let run = run(folder.path(), &typed.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{typed}: {}", run.err);
        assert!(run.err.starts_with("error: "), "{}", run.err);
        let ours = run.err.contains(&format!("\nhint: did you mean `{meant}`?"));
        let tip = run.err.lines().find(|line| line.starts_with("  tip: a similar "));
        let parsers = tip.is_some_and(|tip| tip.ends_with(&format!("exists: '{meant}'")));
        assert!(ours || parsers, "{typed}: {}", run.err);
    }
    let formats: Vec<_> =
        Format::value_variants().iter().map(|format| format.extension()).collect();
    let formats = format!("[possible values: {}]", formats.join(", "));
    for (typed, said) in [
        ("restore --all", "Usage: good-practice restore --all <DRAFT>"),
        ("set a.yaml", "required arguments were not provided:\n  <QUESTION>\n"),
        ("export a.yaml --to dox", &formats),
        ("fill a.yaml b.yaml", "unexpected argument 'b.yaml' found"),
        ("import a.docx -o b.yaml --into c.yaml", "'--into <DRAFT>'"),
        ("--question", "'--question <QUESTION>'"),
    ] {
        let run = run(folder.path(), &typed.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{typed}: {}", run.err);
        assert!(run.err.starts_with("error: ") && run.err.contains("try '--help'"), "{}", run.err);
        assert!(run.err.contains(said), "{typed}: {}", run.err);
    }
}
