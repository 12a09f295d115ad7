//! Many drafts at once: order, totals, folders, files that cannot be read, closed pipes, and drafts
//! that another process is writing.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::cli::run;
use crate::support::pty::Terminal;

/// Returns a draft in which this many questions are over their limit. Its name has that number, too.
fn draft(over: usize) -> String {
    let mut yaml = format!("answers:\n  name: Bright Streets {over}\n  country: Sample Land\n");
    for id in ["analysis", "objectives", "context"].iter().take(over) {
        let _ = writeln!(yaml, "  {id}: {}", "word ".repeat(151));
    }
    yaml
}

/// Creates a folder with a subfolder of drafts. Every tenth draft cannot be read.
fn folder(drafts: usize) -> TempDir {
    let folder = tempdir().unwrap();
    let received = folder.path().join("received");
    fs::create_dir(&received).unwrap();
    for number in 0..drafts {
        let yaml = if number % 10 == 5 { "answers: [".to_owned() } else { draft(number % 3) };
        fs::write(received.join(format!("{number:03}.yaml")), yaml).unwrap();
    }
    folder
}

fn complete() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/complete.yaml");
    fs::read_to_string(path).unwrap()
}

#[test]
fn three_hundred_drafts_are_reported_in_order() {
    let folder = folder(300);
    let run = run(folder.path(), &["summary", "--format", "json", "received"]);
    assert_eq!(run.code, 3);
    let all: Value = serde_json::from_str(&run.out).unwrap();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 300);
    for (number, found) in all.iter().enumerate() {
        assert_eq!(found["draft"], format!("received/{number:03}.yaml"));
        if number % 10 == 5 {
            assert_eq!(found["error"]["line"], 1, "{found}");
        } else {
            assert_eq!(found["counts"]["over_limit"], number % 3, "{found}");
        }
    }
    let said: Vec<_> = run.err.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(said.len(), 30);
    assert!(said.is_sorted() && said[0].starts_with("error: received/005.yaml:1:"), "{said:?}");
}

#[test]
fn the_table_of_many_drafts_has_a_row_each_and_totals() {
    let folder = folder(30);
    fs::write(folder.path().join("done.yaml"), complete()).unwrap();
    let table = run(folder.path(), &["summary", "received", "done.yaml"]);
    let lines: Vec<_> = table.out.lines().collect();
    assert_eq!(lines.len(), 33, "{}", table.out);
    let heading = ["answered", "missing", "over", "look", "complete", "draft"];
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), heading);
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    // 27 questions less name and country, and one that is over its limit.
    assert_eq!(
        cells(lines[2]),
        [
            "2",
            "of",
            "23",
            "19",
            "1",
            "-",
            "no",
            "received/001.yaml",
            "(Bright",
            "Streets",
            "1,",
            "Sample",
            "Land)"
        ],
        "{}",
        table.out
    );
    assert_eq!(lines[6].trim_start(), "cannot be read                           received/005.yaml");
    assert_eq!(cells(lines[31])[..8], ["25", "of", "25", "-", "-", "-", "yes", "done.yaml"]);
    // All names begin in the same column.
    let column = lines[0].find("draft").unwrap();
    assert!(lines[1..32].iter().all(|line| line[column - 1..].starts_with(' ')), "{}", table.out);
    let last = "  31 drafts: 1 complete, 3 cannot be read; 27 over the limit, 513 missing";
    assert_eq!(lines[32], last);
    // What names the application may be of any length.
    let before_it = |line: &str| line.split(" (").next().unwrap_or_default().chars().count();
    assert!(table.out.lines().all(|line| before_it(line) <= 80), "{}", table.out);
    assert!(!table.out.contains('\u{1b}') && !table.err.contains('\u{1b}'));
    assert_eq!(table.code, 3);

    let markdown =
        run(folder.path(), &["summary", "--format", "markdown", "received", "done.yaml"]);
    let lines: Vec<_> = markdown.out.lines().collect();
    assert_eq!(lines[1], "|---|---:|---:|---:|---:|---|");
    assert_eq!(
        lines[3],
        "| received/001.yaml (Bright Streets 1, Sample Land) | 2 of 23 | 19 | 1 | 0 | no |"
    );
    assert!(lines[7].starts_with("| received/005.yaml | cannot be read: "), "{}", lines[7]);
    assert_eq!(lines[34], format!("{}.", last.trim_start()));
}

#[test]
fn a_folder_with_one_draft_is_reported_in_full() {
    let folder = folder(1);
    let in_folder = run(folder.path(), &["summary", "received"]);
    assert_eq!(in_folder.out, run(folder.path(), &["summary", "received/000.yaml"]).out);
    assert!(in_folder.out.contains("next: "), "{}", in_folder.out);
}

#[test]
fn every_file_of_a_folder_is_read_or_named_in_order() {
    let folder = folder(2);
    let received = folder.path().join("received");
    fs::write(received.join("b.yml"), draft(0)).unwrap();
    for (name, text) in [
        (".hidden.yaml", "answers: ["),
        (".000.yaml.x8Yz1Q.tmp", "answers: ["),
        ("~$b.docx", "Word has it open"),
        ("picture.png", "no draft"),
        ("notes", "no draft"),
    ] {
        fs::write(received.join(name), text).unwrap();
    }
    for inside in ["older", ".000.yaml.history"] {
        fs::create_dir(received.join(inside)).unwrap();
        fs::write(received.join(inside).join("x.yaml"), "answers: [").unwrap();
    }
    run(folder.path(), &["export", "received/000.yaml", "-o", "received/a.md"]);
    let run = run(folder.path(), &["summary", "--format", "json", "received"]);
    assert_eq!(run.code, 1);
    let all: Value = serde_json::from_str(&run.out).unwrap();
    let names: Vec<_> =
        all.as_array().unwrap().iter().map(|one| one["draft"].as_str().unwrap()).collect();
    let wanted =
        [".hidden.yaml", "000.yaml", "001.yaml", "a.md", "b.yml", "notes", "older", "picture.png"];
    assert_eq!(names, wanted.map(|name| format!("received/{name}")));
    assert_eq!(all[3]["counts"]["answered"], 2);
    assert_eq!(all[6]["error"]["message"], "a folder: `--recursive` reads it");
    let picture = "error: received/picture.png: `.png`: neither a draft nor a document\n";
    assert!(run.err.ends_with(picture), "{}", run.err);
}

#[test]
fn the_most_serious_result_decides_the_exit_code() {
    let folder = folder(6);
    fs::write(folder.path().join("done.yaml"), complete()).unwrap();
    for (files, code) in [
        (&["done.yaml", "done.yaml"][..], 0),
        (&["done.yaml", "received/000.yaml"], 1),
        (&["gone.yaml", "done.yaml"], 1),
        (&["received/005.yaml", "gone.yaml", "received/000.yaml", "done.yaml"], 3),
    ] {
        let check = run(folder.path(), &[&["check"], files].concat());
        assert_eq!(check.code, code, "{files:?}: {}", check.err);
    }
    let check = run(folder.path(), &["check", "received", "done.yaml"]);
    assert!(check.err.ends_with("1 of 7 could be submitted\n"), "{}", check.err);
    assert_eq!(run(folder.path(), &["summary", "gone.yaml", "received/005.yaml"]).code, 3);
    assert_eq!(run(folder.path(), &["summary", "received/005.yaml", "gone.yaml"]).code, 3);
}

#[test]
fn a_hostile_file_does_not_affect_the_other_files() {
    let folder = folder(2);
    let received = folder.path().join("received");
    for depth in [60, 100_000] {
        let nested = format!("answers:\n  name: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        fs::write(received.join(format!("deep-{depth}.yaml")), nested).unwrap();
    }
    fs::write(received.join("deep.md"), "> ".repeat(5000) + &"[a](".repeat(5000)).unwrap();
    let run = run(folder.path(), &["summary", "received"]);
    assert_eq!(run.code, 3);
    assert_eq!(run.out.matches("cannot be read     ").count(), 3, "{}", run.out);
    assert!(run.out.contains("5 drafts: 0 complete, 3 cannot be read"), "{}", run.out);
}

/// Runs the program with its output in a pipe that is closed after one line.
fn first_line(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (line, said, child.wait().unwrap().code().unwrap())
}

#[test]
fn a_pipe_that_is_closed_after_the_first_line_is_no_error() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("one.yaml"), complete()).unwrap();
    let many = folder.path().join("many");
    fs::create_dir(&many).unwrap();
    for number in 0..300 {
        let draft = draft(2).replace("Bright Streets", &format!("Bright Streets {number}"));
        fs::write(many.join(format!("{number}.yaml")), draft).unwrap();
    }
    for (arguments, line, code) in [
        (&["summary", "--format", "json", "many"][..], "[\n", 0),
        (&["summary", "many"], "  answered  missing  over  look  complete  draft\n", 0),
        // Not all drafts were checked, so the exit code must not say that they can be submitted.
        (&["check", "many"], "many/0.yaml (Bright Streets 0 2, Sample Land): 26 problems\n", 1),
        (&["show", "one.yaml"], "[aims]\n", 0),
        (&["questions"], "Declarations\n", 0),
        (&["export", "one.yaml", "--to", "html", "-o", "-"], "<!DOCTYPE html>\n", 0),
    ] {
        let (first, said, ended) = first_line(folder.path(), arguments);
        assert_eq!((first.as_str(), said.as_str(), ended), (line, "", code), "{arguments:?}");
    }
    let (_, said, code) = first_line(folder.path(), &["--help"]);
    assert_eq!((said.as_str(), code), ("", 0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_reported() {
    let folder = folder(3);
    for arguments in [
        &["summary", "received/000.yaml"][..],
        &["summary", "received/000.yaml", "received/001.yaml"],
        &["summary", "--format", "json", "received/000.yaml"],
        &["check", "received/000.yaml"],
        &["show", "received/000.yaml"],
        &["questions"],
        &["questions", "show", "9"],
        &["export", "received/000.yaml", "--to", "md", "-o", "-"],
        &["--help"],
        &["--version"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
            .args(arguments)
            .current_dir(folder.path())
            .stdout(full)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let wanted = "error: cannot write the result: No space left on device";
        assert!(said.starts_with(wanted), "{arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn a_reader_sees_the_old_or_the_new_draft_during_a_save() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("other.yaml"), draft(0)).unwrap();
    let set = |words: usize| {
        let set = run(path, &["set", "one.yaml", "objectives", &"word ".repeat(words)]);
        assert_eq!(set.code, 0, "{}", set.err);
    };
    set(100);
    let written = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (0..20).for_each(|round| set(if round % 2 == 0 { 3000 } else { 100 }));
            written.store(true, Ordering::SeqCst);
        });
        let (mut looks, mut last) = (0, false);
        while !last {
            // Reads once more after the last write.
            last = written.load(Ordering::SeqCst);
            let run = run(path, &["summary", "--format", "json", "one.yaml", "other.yaml"]);
            assert_eq!((run.code, run.err.as_str()), (0, ""));
            let all: Value = serde_json::from_str(&run.out).unwrap();
            let questions = all[0]["questions"].as_array().unwrap();
            let found = questions.iter().find(|question| question["id"] == "objectives").unwrap();
            assert!(found["words"] == 100 || found["words"] == 3000, "{found}");
            looks += 1;
        }
        assert!(looks > 1);
    });
}

#[test]
fn on_a_terminal_a_row_fits_its_width() {
    let folder = tempdir().unwrap();
    let received = folder.path().join("a-folder-with-a-rather-long-name");
    fs::create_dir(&received).unwrap();
    fs::write(received.join("bright-streets.yaml"), draft(1)).unwrap();
    fs::write(received.join("done.yaml"), complete()).unwrap();
    fs::write(received.join("torn.yaml"), "answers: [").unwrap();
    for (columns, row, torn) in [
        (
            80,
            "no  …rather-long-name/bright-streets.yaml",
            "  …er-with-a-rather-long-name/torn.yaml",
        ),
        (
            40,
            "  2/23   19    1    -  no …-streets.yaml",
            " cannot be read           …ame/torn.yaml",
        ),
    ] {
        let name = received.file_name().unwrap().to_str().unwrap();
        let terminal = Terminal::start(folder.path(), &["summary", name], (columns, 24));
        terminal.wait_for(&["3 drafts: 1 complete"]);
        let screen = terminal.expect_exit(3);
        assert!(screen.contains(row), "{screen}");
        assert!(screen.contains(torn) && screen.contains("1 over the limit"), "{screen}");
        // The error is printed between the rows, at the place of its file.
        assert!(screen.find("done.yaml") < screen.find("error: "), "{screen}");
        let rows = screen.lines().filter(|line| line.ends_with("yaml"));
        assert_eq!(rows.count(), 3, "{screen}");
    }
}

#[test]
fn a_progress_bar_is_shown_after_one_second() {
    const DRAFTS: usize = 600;
    let folder = tempdir().unwrap();
    let many = folder.path().join("many");
    fs::create_dir(&many).unwrap();
    fs::write(folder.path().join("one.yaml"), draft(2)).unwrap();
    for number in 0..DRAFTS {
        let copy = many.join(format!("{number:03}.yaml"));
        fs::hard_link(folder.path().join("one.yaml"), copy).unwrap();
    }
    fs::write(many.join("zzz.yaml"), "answers: [").unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = "\"$0\" summary --format json many > pipe";
    let terminal = Terminal::start_script(folder.path(), script, (60, 24));
    // A slow reader takes more than a second for the first half.
    let mut reader = fs::File::open(&pipe).unwrap();
    let mut written = Vec::new();
    for _ in 0..30 {
        io::copy(&mut reader.by_ref().take(65_536), &mut written).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let screen = terminal.wait_for(&["of 601"]);
    assert!(screen.contains("█") && screen.contains("·"), "{screen}");
    reader.read_to_end(&mut written).unwrap();
    let all: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(all.as_array().unwrap().len(), DRAFTS + 1);
    // The bar is removed, and the messages are on lines of their own.
    let screen = terminal.expect_exit(3);
    assert!(screen.starts_with("error: many/zzz.yaml:1:10: "), "{screen}");
    assert!(!screen.contains("of 601") && !screen.contains('█'), "{screen}");
}
