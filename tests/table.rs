//! The desk that receives applications: a folder of every kind of file, and the table for the jury.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::cli::run;
use crate::support::root;
use crate::support::tools;

/// Texts that a spreadsheet would take for formulas, or that are difficult for CSV.
const NAMES: [&str; 12] = [
    "=1+1",
    "+32 2 345",
    "- dashes",
    "@SUM(A1)",
    "=cmd|'/C calc'!A0",
    "Bright; \"Streets\", *two*",
    "Ünïcødé 项目",
    "＝HYPERLINK(1)",
    "a | b",
    "<b>bold</b> & more",
    "Plain",
    "Two\u{a0}words",
];

fn draft(name: &str, country: &str) -> String {
    let complete = fs::read_to_string(root().join("examples/complete.yaml")).unwrap();
    let mut lines: Vec<String> = complete.lines().map(str::to_owned).collect();
    let mut set = |key: &str, value: &str| {
        let line = lines.iter_mut().find(|line| line.starts_with(&format!("  {key}: "))).unwrap();
        *line = format!("  {key}: {}", serde_json::to_string(value).unwrap());
    };
    set("name", name);
    set("country", country);
    lines.join("\n") + "\n"
}

/// Creates a folder with forty files that an office may receive.
fn received() -> TempDir {
    let folder = tempdir().unwrap();
    let received = folder.path().join("received");
    fs::create_dir_all(received.join("older")).unwrap();
    let kinds = ["docx", "md", "txt", "html", "yaml"];
    for number in 0..25 {
        let name =
            NAMES.get(number).map_or_else(|| format!("Project {number}"), |&name| name.to_owned());
        let form = received.join(format!("form_{number:02}.yaml"));
        fs::write(&form, draft(&name, ["Malta", "Poland"][number % 2])).unwrap();
        let kind = kinds[number % 5];
        if kind != "yaml" {
            let output = form.with_extension(kind);
            let exported =
                run(&received, &["export", form.to_str().unwrap(), "-o", output.to_str().unwrap()]);
            assert_eq!(exported.code, 0, "{}", exported.err);
            fs::remove_file(form).unwrap();
        }
    }
    for sample in ["libreoffice.odt", "libreoffice.pdf"] {
        fs::copy(root().join("tests/data/received").join(sample), received.join(sample)).unwrap();
    }
    let path = |name: &str| received.join(name);
    fs::copy(path("form_00.docx"), path("form_00 (1).docx")).unwrap();
    let newer = draft("Project 14", "Malta").replace("saved: 2026-11-20", "saved: 2026-11-21");
    fs::write(path("newer.yaml"), newer).unwrap();
    fs::write(path("namesake.yaml"), draft("PROJECT 14", "Poland")).unwrap();
    for (name, bytes) in [
        ("budget.xlsx", &b"PK"[..]),
        ("form", b"answers:\n  name: A\n"),
        ("older/a.yaml", b"answers:\n  name: A\n"),
        ("empty.docx", b""),
        ("half.docx", b"PK\x03\x04"),
        ("scan.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n"),
        ("letter.txt", b"Dear all,\nplease find it attached.\n"),
        ("broken.yaml", b"answers: ["),
        ("photo.jpg", b"\xff\xd8"),
        ("form.kept-1.yaml", b"x"),
    ] {
        fs::write(path(name), bytes).unwrap();
    }
    folder
}

#[test]
fn every_file_of_the_forty_that_arrive_is_named() {
    let folder = received();
    let mut names: Vec<String> = fs::read_dir(folder.path().join("received"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // The history of the drafts that were exported.
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    assert_eq!(names.len(), 40);
    for command in ["check", "summary"] {
        let done = run(folder.path(), &[command, "received"]);
        // A file that is damaged is more serious than one that is not read.
        assert_eq!(done.code, 3, "{}", done.err);
        for name in &names {
            let listed = format!("received/{name}");
            let on_either = done.out.contains(&listed) || done.err.contains(&listed);
            assert!(on_either, "{command}: {name}\n{}\n{}", done.out, done.err);
        }
    }
    let json = run(folder.path(), &["check", "--format", "json", "received"]);
    let all: Value = serde_json::from_str(&json.out).unwrap();
    let listed = all.as_array().unwrap().iter().map(|file| file["draft"].as_str().unwrap());
    let wanted: Vec<_> = names.iter().map(|name| format!("received/{name}")).collect();
    assert_eq!(listed.collect::<Vec<_>>(), wanted);
    let of = |name: &str| {
        let name = format!("received/{name}");
        all.as_array().unwrap().iter().find(|file| file["draft"] == name.as_str()).unwrap().clone()
    };
    assert_eq!(of("form_05.docx")["name"], "Bright; \"Streets\", *two*");
    assert_eq!(of("form_05.docx")["country"], "Poland");
    let organisation = "Municipality of Carrowmeen, Community Safety Office";
    assert_eq!(of("form_05.docx")["organisation"], organisation);
    assert_eq!(of("form_00.docx")["remarks"][0], "a copy of `form_00 (1).docx`, byte for byte");
    assert_eq!(of("older")["error"]["message"], "a folder: `--recursive` reads it");
    let newer = "a newer version of the same application as `form_14.yaml`";
    let remarks = of("newer.yaml")["remarks"].to_string();
    assert!(remarks.contains(newer), "{remarks}");
    let namesake = "another application has the same name: `form_14.yaml`";
    let remarks = of("namesake.yaml")["remarks"].to_string();
    assert!(remarks.contains(namesake), "{remarks}");
}

/// Reads a CSV file as RFC 4180 says.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                row.last_mut().unwrap().push(chars.next().unwrap());
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.pop();
    rows
}

const COLUMNS: &str = "name,country,responsible.organisation,objectives";

#[test]
fn the_table_for_the_jury_is_read_back_cell_by_cell() {
    let folder = received();
    let path = folder.path();
    let table = run(path, &["table", "received", "--columns", COLUMNS, "-o", "jury.csv"]);
    assert_eq!(table.code, 3, "{}", table.err);
    // 27 applications, and two of the same name; the copy has no row.
    assert!(table.err.ends_with("written to jury.csv: 29 applications\n"), "{}", table.err);
    assert!(table.err.contains("note: received/form_00.docx: a copy of `form_00 (1).docx`, byte for byte; it is not in the table\n"));
    let csv = fs::read_to_string(path.join("jury.csv")).unwrap();
    assert!(csv.starts_with("\u{FEFF}\"Name of the intervention\",\"Country\",\"Organisation responsible for this application\",\"Objectives\"\r\n"), "{csv}");
    let rows = parse_csv(&csv);
    assert_eq!(rows.len(), 30);
    let json = run(path, &["table", "received", "--columns", COLUMNS, "--to", "json"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    for (row, object) in rows[1..].iter().zip(json.as_array().unwrap()) {
        for (cell, name) in row.iter().zip(COLUMNS.split(',')) {
            let answer = object[name].as_str().unwrap();
            let is_formula = answer.starts_with(['=', '+', '-', '@', '＝']);
            assert_eq!(*cell, format!("{}{answer}", if is_formula { "'" } else { "" }));
        }
    }
    let names: Vec<_> =
        json.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for name in NAMES {
        let name = name.replace('\u{a0}', " ");
        assert!(
            names.iter().any(|found| found.replace('\u{a0}', " ") == name),
            "{name}: {names:?}"
        );
    }
    python_reads_the_same(path, &rows);
}

fn python_reads_the_same(folder: &Path, rows: &[Vec<String>]) {
    if !tools::is_installed("python3") {
        return;
    }
    let script = "import csv,json;print(json.dumps(list(csv.reader(open('jury.csv',encoding='utf-8-sig',newline='')))))";
    let output = std::process::Command::new("python3")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap();
    let read: Vec<Vec<String>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read, rows);
}

#[test]
fn without_columns_the_table_says_what_a_jury_needs() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    let survey = "id: survey\nversion: 1\ntitle: Survey\ndeadline: 2026-09-30T17:00 Europe/Brussels\nidentified-by: {name: title, organisation: by.who}\nsections:\n- title: One\n  questions:\n  - {id: title, text: Which?, kind: line}\n  - {id: why, text: Why?, kind: text, words: 3}\n  - id: by\n    text: By\n    fields:\n    - {id: who, text: Who, kind: line}\n    - {id: state, text: State, kind: line}\n";
    fs::write(path.join("survey.yaml"), survey).unwrap();
    fs::create_dir(path.join("in")).unwrap();
    let write = |name: &str, saved: &str, why: &str| {
        let yaml = format!(
            "questionnaire: survey\nsaved: {saved}\nanswers:\n  title: {name}\n  why: |-\n    {why}\n  by: {{who: City, state: here}}\n"
        );
        fs::write(path.join("in").join(format!("{name}.yaml")), yaml).unwrap();
    };
    write("A", "2026-09-30T15:00:20Z", "- **two** words");
    write("B", "2026-09-30T15:01:00Z", "- four words of *five*");
    fs::write(path.join("in/c.yaml"), "answers: [").unwrap();
    let table =
        |more: &[&str]| run(path, &[&["--questions", "survey.yaml", "table", "in"], more].concat());
    let markdown = table(&["--to", "md"]);
    assert_eq!(markdown.code, 3);
    let late = "saved on 30 September 2026, 17:01, after the deadline of 30 September 2026, 17:00 (Europe/Brussels)";
    assert_eq!(
        markdown.out.replace('\\', ""),
        format!(
            "# Survey: applications\n\n| Name | Organisation | State | Words | Over the limit | Remarks | File |\n|---|---|---|---|---|---|---|\n| A | City | complete | 2 |  |  | in/A.yaml |\n| B | City | 1 over the limit, late | 4 | question 2: 1 word over | {late} | in/B.yaml |\n|  |  | cannot be read |  |  | a text that begins with `[` must be in quotes, or begin on the next line after `|` | in/c.yaml |\n"
        )
    );
    // A question comes before a column of the same name, and by number too.
    let json = table(&["--to", "json", "--columns", "name,2,by,by.state,saved,words"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let first = serde_json::json!({"name": "A", "2": "- **two** words", "by": "Who: City\nState: here", "by.state": "here", "saved": "2026-09-30T15:00:20Z", "words": 2});
    assert_eq!(json[0], first);
    assert_eq!(json.as_array().unwrap().len(), 2);
    let html = table(&["--columns", "title,why", "--to", "html"]).out;
    assert!(
        html.contains(
            "<td><div class=\"answer\"><p>\u{2003}• <strong>two</strong> words</p></div></td>"
        ),
        "{html}"
    );
    for (columns, meant) in [("titel", "title"), ("remark", "remarks"), ("by.stat", "by.state")] {
        let wrong = table(&["--columns", columns]);
        assert!(wrong.code == 2 && wrong.out.is_empty(), "{}", wrong.err);
        assert!(wrong.err.contains(&format!("did you mean `{meant}`?")), "{}", wrong.err);
    }
}

#[test]
fn a_table_never_replaces_what_is_not_its_own() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    fs::write(path.join("in/a.yaml"), draft("A", "Malta")).unwrap();
    let table = |arguments: &[&str]| run(path, &[&["table"], arguments].concat());
    assert_eq!(table(&["in", "-o", "in/jury.md"]).code, 0);
    // The table itself is not read.
    let again = table(&["in", "-o", "in/jury.md"]);
    assert_eq!((again.code, again.err.as_str()), (0, "written to in/jury.md: 1 application\n"));
    fs::write(path.join("in/jury.md"), "the notes of the secretary").unwrap();
    let refused = table(&["in", "-o", "in/jury.md"]);
    assert!(refused.code == 1 && refused.err.contains("`--force` replaces it"), "{}", refused.err);
    assert_eq!(fs::read_to_string(path.join("in/jury.md")).unwrap(), "the notes of the secretary");
    assert_eq!(table(&["in", "-o", "in/jury.md", "--force"]).code, 0);
    let refused = table(&["in/a.yaml", "-o", "in/a.yaml", "--to", "csv", "--force"]);
    assert!(
        refused.code == 2 && refused.err.contains("cannot be both read and written"),
        "{}",
        refused.err
    );
    let refused = table(&["in", "-o", "jury.xlsx"]);
    assert!(
        refused.code == 2 && refused.err.contains(".csv, .md, .html, .docx, .json"),
        "{}",
        refused.err
    );
}
