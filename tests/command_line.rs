//! The command line as scripts rely on it: standard output, standard error and exit code, all of
//! them, so that silence is tested too.

use std::fs;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::cli::{self, run};

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    let over = "word ".repeat(162);
    fs::write(
        folder.path().join("draft.yaml"),
        format!("questionnaire: eucpn-good-practice\nversion: 1\nnot-applicable: [outcome-quality]\nanswers:\n  aims: [ecpa]\n  permission: yes\n  name: Bright Streets\n  responsible:\n    e-mail: nobody\n  problem: one two three\n  objectives: {over}\n  mascot: Owl\n"),
    )
    .unwrap();
    fs::write(folder.path().join("broken.yaml"), "answers:\n  name: a\n  name: b\n").unwrap();
    folder
}

#[test]
fn the_summary_as_json_keeps_the_contract() {
    let folder = folder();
    let run = run(folder.path(), &["summary", "--format", "json", "draft.yaml"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let all: Value = serde_json::from_str(&run.out).unwrap();
    let found = &all[0];
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = [
        "draft",
        "questionnaire",
        "version",
        "complete",
        "counts",
        "declarations",
        "questions",
        "unplaced",
    ];
    assert_eq!(keys(found), expected);
    assert_eq!(found["draft"], "draft.yaml");
    assert_eq!(found["questionnaire"], "eucpn-good-practice");
    assert_eq!(found["version"], "1");
    assert_eq!(found["complete"], false);
    assert_eq!(found["unplaced"], 1);
    assert_eq!(found["declarations"], json!({"total": 2, "answered": 2}));
    assert_eq!(
        found["counts"],
        json!({"questions": 25, "answered": 2, "missing": 18, "over_limit": 1, "invalid": 1, "not_applicable": 1, "skipped": 2, "hidden": 0})
    );
    let question = |id: &str| {
        found["questions"].as_array().unwrap().iter().find(|question| question["id"] == id).unwrap()
    };
    assert_eq!(
        question("objectives"),
        &json!({"number": 9, "id": "objectives", "section": "Description of the crime problem(s) the activity wishes to address", "status": "over_limit", "words": 162, "limit": 150, "excess": 12, "problems": ["12 words over the limit of 150"]})
    );
    assert_eq!(question("aims")["number"], Value::Null);
    assert_eq!(question("problem")["words"], 3);
    assert_eq!(question("problem")["limit"], Value::Null);
    assert_eq!(question("problem")["excess"], Value::Null);
    assert_eq!(question("name")["words"], Value::Null);
    assert_eq!(question("responsible")["status"], "invalid");
    assert_eq!(found["questions"].as_array().unwrap().len(), 27);
}

#[test]
fn a_draft_that_cannot_be_read_keeps_its_place_among_the_others() {
    let folder = folder();
    let run = run(folder.path(), &["summary", "--format", "json", "broken.yaml", "draft.yaml"]);
    let all: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(all[0]["draft"], "broken.yaml");
    assert_eq!((&all[0]["error"]["line"], &all[0]["error"]["column"]), (&json!(3), &json!(3)));
    assert_eq!(all[1]["draft"], "draft.yaml");
    assert!(run.err.starts_with("error: broken.yaml:3:3: "), "{}", run.err);
    assert_eq!(run.code, 3);
}

#[test]
fn check_says_each_problem_in_a_line_and_exits_with_one() {
    let folder = folder();
    let run = run(folder.path(), &["check", "draft.yaml"]);
    assert!(run.out.contains("draft.yaml: question 9: 162 of 150 words, 12 over\n"), "{}", run.out);
    assert!(
        run.out.contains("draft.yaml: question 3: `nobody` is not an e-mail address"),
        "{}",
        run.out
    );
    assert!(run.out.contains("draft.yaml: question 2: no answer yet\n"), "{}", run.out);
    assert!(!run.out.contains("question 14"), "{}", run.out);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
}

#[test]
fn the_summary_fits_narrow_windows_and_pipes() {
    let folder = folder();
    let run = run(folder.path(), &["summary", "draft.yaml"]);
    assert!(run.out.contains("162 / 150") && run.out.contains("12 over"), "{}", run.out);
    assert!(run.out.replace("\n  ", " ").contains("3 of 25 questions answered, 1 over the limit, 18 missing, 1 needs a look, 2 left empty;"), "{}", run.out);
    assert!(run.out.contains("next: question 2"), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'));
    assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
    assert_eq!(run.code, 0);
    let coloured = cli::run(folder.path(), &["summary", "draft.yaml", "--color", "always"]);
    assert!(coloured.out.contains('\u{1b}'));
    let markdown = cli::run(folder.path(), &["summary", "--format", "markdown", "draft.yaml"]);
    assert!(
        markdown.out.contains("| 9 | Objectives | **12 words over** | 162 / 150 |"),
        "{}",
        markdown.out
    );
}

#[test]
fn without_a_terminal_the_wizard_says_so_and_does_not_wait() {
    let folder = tempdir().unwrap();
    let run = run(folder.path(), &[]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("needs a terminal") && run.err.contains("hint: "), "{}", run.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_mistyped_name_gets_a_suggestion() {
    let folder = tempdir().unwrap();
    let question = run(folder.path(), &["questions", "show", "objectivs"]);
    assert_eq!(question.code, 2);
    assert!(question.err.contains("did you mean `objectives`?"), "{}", question.err);
    assert_eq!(run(folder.path(), &["sumary"]).code, 2);
    let absent = run(folder.path(), &["summary", "absent.yaml"]);
    assert_eq!(absent.code, 1);
    assert!(absent.err.contains("there is no file `absent.yaml`"), "{}", absent.err);
}

#[test]
fn a_question_is_shown_with_everything_that_belongs_to_it() {
    let folder = tempdir().unwrap();
    let run = run(folder.path(), &["questions", "show", "12"]);
    for part in [
        "12. How is the intervention expected",
        "mechanism(s)³",
        "(Max. 200 words)",
        "³ Mechanisms are",
        "⁹ T. Bjørgero",
        "Incapacitating",
        "no-break",
        "[mechanisms]",
    ] {
        assert!(run.out.contains(part) || part == "no-break", "{part}: {}", run.out);
    }
    assert!(run.out.contains("Words are counted as a word processor"), "{}", run.out);
    let list = cli::run(folder.path(), &["questions"]);
    assert_eq!(
        list.out.lines().filter(|line| line.starts_with("  ") || line.starts_with(' ')).count(),
        27
    );
}

#[test]
fn answers_are_set_and_shown_without_the_wizard() {
    let folder = tempdir().unwrap();
    let set = |arguments: &[&str]| {
        let run = run(folder.path(), &[&["set", "new.yaml"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
        run.err
    };
    let show = |question: &str| run(folder.path(), &["show", "new.yaml", question]).out;
    assert_eq!(set(&["name", "Bright Streets"]), "question 1: Bright Streets\n");
    assert_eq!(show("1"), "Bright Streets\n");
    fs::write(folder.path().join("text.txt"), "One.\r\n\r\n- two\n").unwrap();
    assert_eq!(set(&["9", "--file", "text.txt"]), "question 9: 2 of 150 words\n");
    assert_eq!(show("objectives"), "One.\n\n- two\n");
    // One word of many is still one of the limit's words.
    assert_eq!(set(&["8", "word"]), "question 8: 1 of 150 words\n");
    set(&["aims", "share", "ecpa"]);
    assert_eq!(show("aims"), "share\necpa\n");
    assert!(set(&["timing.start", "5/10/2021"]).contains("5 October 2021"));
    assert_eq!(show("timing.start"), "2021-10-05\n");
    assert!(set(&["timing.start", "soon"]).contains("note: saved, but"));
    set(&["14", "--not-applicable"]);
    assert!(set(&["9", "--clear"]).contains("cleared"));
    assert_eq!(show("9"), "");
    let all = run(folder.path(), &["show", "new.yaml"]);
    assert!(
        all.out.contains("[name]\nBright Streets\n") && all.out.contains("[timing.start]\nsoon")
    );
    let summary = run(folder.path(), &["summary", "--format", "json", "new.yaml"]).out;
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary[0]["counts"]["not_applicable"], 1);
}

#[test]
fn a_wrong_set_changes_nothing_and_says_what_to_do() {
    let folder = folder();
    let before = fs::read_to_string(folder.path().join("draft.yaml")).unwrap();
    for (arguments, code, said) in [
        (&["set", "draft.yaml", "objectivs", "x"][..], 2, "did you mean `objectives`?"),
        (&["set", "draft.yaml", "timing", "x"], 2, "name one of `timing.start`"),
        (&["set", "draft.yaml", "name", "x", "y"], 2, "takes one value"),
        (&["set", "draft.yaml", "name"], 2, "no answer is given"),
        (&["set", "draft.yaml", "name", "--file", "gone.txt"], 1, "`gone.txt`"),
        (&["set", "broken.yaml", "name", "x"], 3, "broken.yaml:3:3:"),
    ] {
        let run = run(folder.path(), arguments);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}");
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert_eq!(fs::read_to_string(folder.path().join("draft.yaml")).unwrap(), before);
}

#[test]
fn answers_set_at_the_same_time_are_all_kept() {
    let folder = tempdir().unwrap();
    let numbers: Vec<String> = (7..=13).map(|number| number.to_string()).collect();
    std::thread::scope(|scope| {
        for number in numbers.iter().filter(|number| *number != "10") {
            let folder = folder.path();
            scope.spawn(move || {
                let run = run(folder, &["set", "one.yaml", number, &format!("answer {number}")]);
                assert_eq!(run.code, 0, "{}", run.err);
            });
        }
    });
    let all = run(folder.path(), &["show", "one.yaml"]).out;
    for number in numbers.iter().filter(|number| *number != "10") {
        assert!(all.contains(&format!("answer {number}\n")), "{number}: {all}");
    }
}

#[test]
fn the_questionnaire_is_named_before_or_after_the_command() {
    let folder = folder();
    let yaml = "id: survey\nversion: 1\ntitle: Survey\nsections:\n- title: You\n  questions:\n  - {id: role, title: Role, text: What is your role?, kind: line}\n";
    fs::write(folder.path().join("survey.yaml"), yaml).unwrap();
    for arguments in [
        ["--questions", "survey.yaml", "set", "mine.yaml", "role", "Reader"],
        ["set", "mine.yaml", "role", "Reader", "--questions", "survey.yaml"],
    ] {
        let run = run(folder.path(), &arguments);
        assert_eq!((run.code, run.err.as_str()), (0, "question 1: Reader\n"));
    }
    let run = run(folder.path(), &["draft.yaml", "summary", "draft.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("write the command first"), "{}", run.err);
}

#[test]
fn what_is_no_draft_is_not_written_into() {
    let folder = tempdir().unwrap();
    let compose = "version: \"3\"\nservices:\n  web: {image: x}\n";
    fs::write(folder.path().join("compose.yaml"), compose).unwrap();
    for (name, said) in [
        ("compose.yaml", "compose.yaml:1:1: this is no draft"),
        ("new.docx", "`new.docx` is a document by its name"),
        ("README.md", "`README.md` is a document by its name"),
    ] {
        let run = run(folder.path(), &["set", name, "name", "X"]);
        assert_eq!((run.code, run.out.as_str()), (3, ""));
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert_eq!(fs::read_to_string(folder.path().join("compose.yaml")).unwrap(), compose);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_question_that_has_to_be_answered_is_not_marked_as_not_applicable() {
    let folder = tempdir().unwrap();
    let run = run(folder.path(), &["set", "a.yaml", "12", "--not-applicable"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("question 12 has to be answered"), "{}", run.err);
    assert!(run.err.contains("only question 14, question 15 and question 22"), "{}", run.err);
    assert!(!folder.path().join("a.yaml").exists());
}

#[test]
fn an_empty_draft_adds_up() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), "answers:\n").unwrap();
    let run = run(folder.path(), &["summary", "a.yaml"]);
    let said = run.out.replace("\n  ", " ");
    let sum = "0 of 23 questions answered, 20 missing, 3 left empty, 2 declarations open";
    assert!(said.contains(sum), "{said}");
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_plain_words() {
    let folder = tempdir().unwrap();
    for (text, said) in [
        (
            "answers:\n  name: a\n  name: b\n",
            "a.yaml:3:3: the key `name` stands here a second time",
        ),
        ("answers:\n  name: a\n---\nanswers:\n", "a line of `---` begins a second document"),
        (
            &format!("answers: {}{}", "[".repeat(200), "]".repeat(200)),
            "too deeply within each other",
        ),
    ] {
        fs::write(folder.path().join("a.yaml"), text).unwrap();
        let run = run(folder.path(), &["show", "a.yaml"]);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
    // What an editor indents with tabs is read as it was meant, beside lines of any indentation.
    for text in [
        "answers:\n\tname: A\n\ttiming:\n\t\tstart: 2021-10-05\n",
        "answers:\n    name: A\n\ttiming:\n\t    start: 2021-10-05\n",
    ] {
        fs::write(folder.path().join("a.yaml"), text).unwrap();
        let shown = run(folder.path(), &["show", "a.yaml"]);
        assert!(
            shown.out.contains("[name]\nA\n") && shown.out.contains("2021-10-05"),
            "{}",
            shown.err
        );
        let set = run(folder.path(), &["set", "a.yaml", "country", "Estonia"]);
        assert_eq!(set.code, 0, "{}", set.err);
        assert!(run(folder.path(), &["show", "a.yaml"]).out.contains("2021-10-05"));
    }
}
