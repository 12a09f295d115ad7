//! The published schemas, held against what the program really writes and reads.

use std::fs;
use std::path::Path;

use good_practice::internals::{
    BUILT_IN, DraftError, Value as TreeValue, parse_questionnaire, read_yaml,
};
use serde_json::{Map, Number, Value, json};
use tempfile::tempdir;

use crate::support::cli::run;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A schema as the program prints it, sound by itself.
fn schema(arguments: &[&str]) -> Value {
    let printed = run(root(), arguments);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{arguments:?}");
    let schema: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::meta::validate(&schema).unwrap();
    schema
}

fn validator(arguments: &[&str]) -> jsonschema::Validator {
    jsonschema::validator_for(&schema(arguments)).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let wrong: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every value with one key taken away, and with one value that can be none of its kind.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let mut without = map.clone();
                without.shift_remove(key);
                all.push((format!("without {key}"), Value::Object(without)));
                for (what, changed) in mutations(inner) {
                    let mut map = map.clone();
                    map.insert(key.clone(), changed);
                    all.push((format!("{key}: {what}"), Value::Object(map)));
                }
            }
            let mut more = map.clone();
            more.insert("more".to_owned(), json!(1));
            all.push(("one key more".to_owned(), Value::Object(more)));
        }
        // One of each kind is enough: they all have the same schema.
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate().take(2) {
                for (what, changed) in mutations(inner) {
                    let mut items = items.clone();
                    items[at] = changed;
                    all.push((format!("{at}: {what}"), Value::Array(items)));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            all.push(("another kind".to_owned(), json!({"other": 1})));
            all.push(("a negative number".to_owned(), json!(-1)));
        }
    }
    all
}

#[test]
fn what_summary_and_check_print_is_what_their_schema_says() {
    let valid = validator(&["summary", "--schema"]);
    assert_eq!(schema(&["check", "--schema"]), schema(&["summary", "--schema"]));
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["complete.yaml", "half-finished.yaml"] {
        fs::copy(root().join("examples").join(name), path(name)).unwrap();
    }
    fs::write(path("empty.yaml"), "").unwrap();
    fs::write(path("broken.yaml"), "answers:\n  name: a\n  name: b\n").unwrap();
    run(folder.path(), &["export", "half-finished.yaml"]);
    for command in ["summary", "check"] {
        let printed = run(folder.path(), &[command, "--format", "json", "gone.yaml", "."]);
        let all: Value = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(all.as_array().unwrap().len(), 6, "{}", printed.err);
        assert_valid(&valid, &all);
        for one in all.as_array().unwrap() {
            for (what, changed) in mutations(one) {
                assert!(!valid.is_valid(&json!([changed])), "{}: {what}", one["draft"]);
            }
        }
    }
    assert!(!valid.is_valid(&json!([{}])) && !valid.is_valid(&json!({})));
}

#[test]
fn what_export_writes_is_what_its_schema_says() {
    let valid = validator(&["export", "--schema"]);
    for arguments in [
        &["export", "examples/complete.yaml", "--to", "json", "-o", "-"][..],
        &["export", "examples/half-finished.yaml", "--to", "json", "-o", "-"],
        &["export", "--blank", "--to", "json", "-o", "-"],
    ] {
        let mut written: Value = serde_json::from_str(&run(root(), arguments).out).unwrap();
        assert_valid(&valid, &written);
        // The answers are the applicant's.
        let answers = written["questions"].as_array_mut().unwrap();
        for question in answers {
            question["answer"] = json!([]);
        }
        for (what, changed) in mutations(&written) {
            assert!(!valid.is_valid(&changed), "{what}");
        }
    }
}

/// A YAML file as an editor with a schema sees it.
fn as_json(yaml: &str) -> Value {
    fn value(of: &TreeValue) -> Value {
        match of {
            TreeValue::Empty => Value::Null,
            TreeValue::Text(text) => json!(text),
            TreeValue::Plain(text) => serde_json::from_str::<Number>(text).map_or_else(
                |_| text.parse().map_or_else(|_| json!(text), Value::Bool),
                Value::Number,
            ),
            TreeValue::List(items) => items.iter().map(|item| value(&item.value)).collect(),
            TreeValue::Map(entries) => entries
                .iter()
                .map(|(key, item)| (key.name.clone(), value(&item.value)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
    value(&read_yaml(yaml).unwrap().value)
}

fn problems(yaml: &str) -> Vec<String> {
    match parse_questionnaire(yaml) {
        Ok(_) => Vec::new(),
        Err(DraftError::Unreadable(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_questionnaires_of_the_program_are_what_their_schema_says() {
    assert_valid(&validator(&["questions", "schema"]), &as_json(BUILT_IN));
}

const SMALL: &str = "\
id: survey
version: 1
title: Survey
sections:
- title: You
  questions:
  - id: role
    text: Your role?[^1]
    kind: choice
    choices: {reader: A reader, writer: A writer}
  - id: when
    text: When?
    fields:
    - {id: from, kind: date}
    - {id: to, kind: date, not-before: from}
  - id: why
    text: Why?
    kind: text
    words: 100
footnotes:
  1: In short.
";

#[test]
fn lint_and_schema_agree_on_the_shape_of_a_questionnaire() {
    let valid = validator(&["questions", "schema"]);
    let judge = |old: &str, new: &str| {
        let yaml = SMALL.replacen(old, new, 1);
        assert!(yaml != SMALL || old == new, "{old}");
        (problems(&yaml), valid.is_valid(&as_json(&yaml)), yaml)
    };
    for (old, new) in [
        ("", ""),
        ("title: Survey", "title: 2026\npublisher: Sample Town\nlanguage:"),
        ("    kind: text", "    kind: text\n    need: if-applicable"),
        ("    kind: text", "    kind: text\n    when: role is reader"),
        ("words: 100", "words: \"100\""),
        ("    words: 100\n", ""),
        ("version: 1", "version: 1\nword-count: unicode\nlimit-note: (max. {words})"),
        ("reader: A reader", "yes: 1"),
        ("id: role", "id: \"9a\""),
    ] {
        let (problems, valid, yaml) = judge(old, new);
        assert!(problems.is_empty() && valid, "{yaml}\n{problems:#?} {valid}");
    }
    for (old, new) in [
        ("id: survey\n", ""),
        ("version: 1\n", ""),
        ("title: Survey", "titel: Survey"),
        ("title: Survey", "title: [Survey]"),
        ("id: role", "id: Role"),
        ("id: role", "id: \"9\""),
        ("    text: Why?\n", ""),
        ("    kind: text\n    words: 100\n", ""),
        ("kind: text", "kind: tekst"),
        ("words: 100", "words: many"),
        ("words: 100", "words: 0"),
        ("words: 100", "words: -1"),
        ("words: 100", "words: 1.5"),
        ("kind: text", "kind: line"),
        ("kind: text", "kind: choices"),
        ("kind: text", "kind: text\n    choices: {a: b}"),
        ("    choices: {reader: A reader, writer: A writer}\n", ""),
        ("choices: {reader: A reader, writer: A writer}", "choices: [reader, writer]"),
        ("choices: {reader: A reader, writer: A writer}", "choices: {reader: [1]}"),
        ("    kind: text", "    kind: text\n    need: perhaps"),
        ("    kind: text", "    kind: text\n    when: role reader"),
        ("    kind: text", "    kind: text\n    need: required\n    when: role is reader"),
        ("    fields:", "    kind: date\n    fields:"),
        ("{id: from, kind: date}", "{kind: date}"),
        ("{id: from, kind: date}", "from"),
        ("- title: You", "- short-title: You"),
        ("version: 1", "version: 1\nword-count: guess"),
        ("  1: In short.", "  one: In short."),
        ("  1: In short.", "  1: [In short.]"),
        ("version: 1", "version: 1\nreferences:\n- {id: a, title: b}"),
        ("version: 1", "version: 1\ndeclarations: yes"),
    ] {
        let (problems, valid, yaml) = judge(old, new);
        assert!(!problems.is_empty() && !valid, "{yaml}\n{problems:#?} {valid}");
    }
    let none = "id: a\nversion: 1\ntitle: A\nsections:\n- title: B\n";
    assert!(!problems(none).is_empty() && !valid.is_valid(&as_json(none)));
}

/// Where a key of each group of the schema stands in a file, and what the reader calls the group.
const GROUPS: [(&str, &str, &str); 5] = [
    ("/properties", "the questionnaire", "KEY: x\n"),
    ("/$defs/reference/properties", "a reference", "references:\n- KEY: x\n"),
    ("/$defs/section/properties", "a section", "sections:\n- KEY: x\n"),
    ("/$defs/question/properties", "a question", "declarations:\n- KEY: x\n"),
    ("/$defs/field/properties", "a field", "declarations:\n- fields:\n  - KEY: x\n"),
];

#[test]
fn the_schema_knows_the_keys_that_the_reader_knows_and_no_others() {
    let schema = schema(&["questions", "schema"]);
    // Every name the reader asks for, wherever.
    let files = fs::read_dir(root().join("src/model/questionnaire/read")).unwrap();
    let reader: String =
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let calls =
        ["text", "located", "optional", "required", "required_located", "list", "take", "has"];
    let mut names: Vec<&str> = calls
        .map(|call| format!(".{call}(\""))
        .iter()
        .flat_map(|call| reader.split(call.as_str()).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .chain(["id"])
        .collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 25, "{names:?}");
    for (place, group, file) in GROUPS {
        let properties = schema.pointer(place).unwrap().as_object().unwrap();
        for key in properties.keys() {
            assert!(names.contains(&key.as_str()), "the reader knows no `{key}`");
        }
        for name in &names {
            let unknown = format!("{group} has no key `{name}`");
            let said = problems(&file.replace("KEY", name));
            let known = !said.iter().any(|problem| problem.contains(&unknown));
            assert_eq!(known, properties.contains_key(*name), "{unknown}: {said:#?}");
        }
    }
}

#[test]
fn the_schema_knows_the_names_that_the_reader_knows_and_no_others() {
    let schema = schema(&["questions", "schema"]);
    let named = |place: &str| -> Vec<String> {
        let names = schema.pointer(place).unwrap().as_array().unwrap();
        names.iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect()
    };
    let said = |old: &str, new: &str| problems(&SMALL.replacen(old, new, 1)).join("\n");
    let kinds = named("/$defs/kind/enum").join(", ");
    let told = said("kind: text", "kind: none");
    let plain = |text: &str| text.replace('`', "");
    assert!(plain(&told).contains(&plain(&format!("expected one of {kinds}"))), "{told}");
    let rules = named("/properties/word-count/enum").join(" or ");
    assert!(said("version: 1", "version: 1\nword-count: none").contains(&rules), "{rules}");
    let mut needs = named("/$defs/need/enum");
    needs.sort();
    needs.reverse();
    let told = said("kind: text", "kind: text\n    need: none");
    assert!(told.contains(&needs.join(" or ")), "{told}");
}
