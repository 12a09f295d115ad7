//! Questionnaire files: the built-in one, others, and broken ones.

use std::fs;
use std::process::Command;

use good_practice::internals::{BUILT_IN, Error, Need, parse_questionnaire};
use tempfile::tempdir;

#[test]
fn the_form_is_whole() {
    let form = parse_questionnaire(BUILT_IN).unwrap();
    assert_eq!(form.sections.len(), 6);
    assert_eq!(form.numbered(), 25);
    assert_eq!(form.declarations.len(), 2);
    assert_eq!(form.footnotes.len(), 9);
    let limits: Vec<_> = form
        .questions()
        .filter_map(|(_, question)| Some((question.number?, question.text_field()?.1?.words)))
        .collect();
    let expected = [
        (6, 600),
        (8, 150),
        (9, 150),
        (10, 150),
        (11, 200),
        (12, 200),
        (13, 300),
        (14, 150),
        (15, 150),
        (16, 150),
        (17, 150),
        (18, 150),
        (19, 200),
        (20, 200),
        (21, 300),
        (22, 150),
        (23, 150),
        (24, 150),
        (25, 150),
    ];
    assert_eq!(limits, expected);
    let needs = |need: fn(&Need) -> bool| -> Vec<usize> {
        form.questions()
            .filter(|(_, question)| need(&question.need))
            .filter_map(|(_, question)| question.number)
            .collect()
    };
    assert_eq!(needs(|need| *need == Need::IfApplicable), [14, 15, 22]);
    assert_eq!(needs(|need| matches!(need, Need::RequiredWhen(_))), [24, 25]);
    let notes = |number: usize| -> Vec<usize> {
        let (question, _) = form.find(&number.to_string()).unwrap();
        form.notes_of(question).iter().map(|note| note.number).collect()
    };
    assert_eq!((notes(9), notes(12), notes(13)), (vec![1], vec![3, 9], vec![4, 5]));
    let (question, _) = form.find("20").unwrap();
    assert_eq!(question.limit_note.as_deref(), Some("(**Max.200 words**)"));
}

#[test]
fn every_problem_of_a_file_is_reported_with_its_place() {
    let broken = "\
id: mine
version: 1
titel: Mine
word-count: guess
sections:
  - title: One
    questions:
      - id: a
        text: A?[^1]
        kind: tekst
      - id: a
        text: Again?
        kind: choice
      - id: c
        text: C?
        kind: line
        when: nothing is yes
footnotes:
  2: unused
";
    let Err(Error::Unreadable(problems)) = parse_questionnaire(broken) else { panic!() };
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    for part in [
        "3:1: the questionnaire has no key `titel`; did you mean `title`?",
        "4:13: `word-count` is",
        "10:15: there is no kind `tekst`; did you mean `text`?",
        "11:13: two questions have the id `a`",
        "13:15: the kind `choice` needs `choices`",
        "17:15: no earlier question or field is called `nothing`",
    ] {
        assert!(said.iter().any(|line| line.starts_with(part)), "{part}\n{said:#?}");
    }
}

#[test]
fn another_questionnaire_works_by_another_file() {
    let folder = tempdir().unwrap();
    let form = "id: club\nversion: 2\ntitle: Club\nword-count: unicode\nsections:\n  - title: You\n    questions:\n      - id: why\n        text: Why?\n        kind: text\n        words: 3\n";
    fs::write(folder.path().join("club.yaml"), form).unwrap();
    fs::write(folder.path().join("me.yaml"), "answers:\n  why: and/or and more\n").unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, _) = run(&["check", "me.yaml", "--questions", "club.yaml"]);
    assert_eq!((code, out.as_str()), (Some(1), "me.yaml: question 1: 4 of 3 words, 1 over\n"));
    let (code, _, err) = run(&["questions", "lint", "club.yaml"]);
    assert_eq!(code, Some(0), "{err}");
    // A draft of one questionnaire is not taken for one of another.
    fs::write(folder.path().join("other.yaml"), "questionnaire: club\nanswers:\n  why: x\n")
        .unwrap();
    let (code, _, err) = run(&["check", "other.yaml"]);
    assert_eq!(code, Some(3));
    assert!(
        err.contains("other.yaml:1:16: this draft belongs to the questionnaire `club`"),
        "{err}"
    );
}
