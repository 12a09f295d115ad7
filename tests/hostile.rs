//! Nothing gets in: drafts made by hand are read as they were meant, and files that were made to do
//! harm do none, in bounded time and memory.

#![cfg(unix)]

use std::fs;
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

use crate::command_line::run;
use crate::safety::has_tool;
use crate::stories::{CTRL_C, ENTER, ESC, WIDE};
use crate::terminal::Terminal;

/// Runs a program with at most 100 MB for its data.
const BOUNDED: &str = "ulimit -d 102400; exec \"$0\" \"$@\"";
/// Longer than any of this takes, also where the machine is busy.
const QUICKLY: Duration = Duration::from_secs(20);

/// Runs the program within 100 MB; it must end quickly.
fn bounded(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_good-practice");
    let start = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", BOUNDED, program])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    };
    thread::scope(|scope| {
        let stdout = scope.spawn(|| read(&mut out));
        let stderr = scope.spawn(|| read(&mut err));
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > QUICKLY {
                child.kill().unwrap();
                panic!("{arguments:?} takes too long");
            }
            thread::sleep(Duration::from_millis(2));
        }
        let status = child.wait().unwrap();
        Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
    })
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

// ---- drafts made by hand -------------------------------------------------------------------------

#[test]
fn a_draft_is_read_as_the_person_meant_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let show = |yaml: &str, question: &str| {
        fs::write(&path, yaml).unwrap();
        let run = run(folder.path(), &["show", "a.yaml", question]);
        assert_eq!(run.code, 0, "{yaml:?}: {}", run.err);
        run.out.trim_end().to_owned()
    };
    for (yaml, question, meant) in [
        ("answers:\r\n  summary: |\r\n    One.\r\n\r\n    Two.\r\n", "summary", "One.\n\nTwo."),
        ("\u{FEFF}answers:\n  name: A\n", "name", "A"),
        ("answers:\n        name: A\n        country: B\n", "country", "B"),
        ("{answers: {name: 'A', country: \"B\"}}", "country", "B"),
        ("answers:\n  name:\tA\n", "name", "A"),
        ("---\n# mine\nanswers:\n  name: A # to do\n...\n", "name", "A"),
        ("answers:\n  permission: yes\n", "permission", "yes"),
        ("answers:\n  permission: No\n", "permission", "no"),
        ("answers:\n  permission: on\n", "permission", "yes"),
        ("answers:\n  permission: \"true\"\n", "permission", "yes"),
        ("answers:\n  name: yes\n", "name", "yes"),
        ("answers:\n  name: 007\n", "name", "007"),
        ("answers:\n  name: 1e3\n", "name", "1e3"),
        ("answers:\n  name: 12:30\n", "name", "12:30"),
        ("answers:\n  name: 0x1F\n", "name", "0x1F"),
        ("answers:\n  name: ~\n", "name", ""),
        ("answers:\n  timing:\n    start: 2021-10-05\n", "timing.start", "2021-10-05"),
        ("answers:\n  timing:\n    start: '2021-10-05'\n", "timing.start", "2021-10-05"),
        ("answers:\n  timing:\n    start: 5.10.2021\n", "timing.start", "2021-10-05"),
        ("answers:\n  timing: {start: 5 October 2021}\n", "timing.start", "2021-10-05"),
        ("answers:\n  links: https://example.org\n", "links", "https://example.org"),
        ("answers:\n  aims: [ecpa, share]\n", "aims", "ecpa\nshare"),
        ("answers:\n  summary: >\n    one\n    two\n\n    three\n", "summary", "one two\nthree"),
        ("answers:\n  summary: |+\n    one\n\n\n", "summary", "one"),
        ("answers:\n  summary: \"a\\tb\\u00e9\"\n", "summary", "a bé"),
        ("answers:\n  summary: &a text\n  problem: *a\n", "problem", "text"),
    ] {
        assert_eq!(show(yaml, question), meant, "{yaml:?}");
    }
}

#[test]
fn what_a_person_put_into_the_file_survives_a_save() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let lines = [
        "# Draft of the working group",
        "answers:",
        "    # who answers what: see the minutes",
        "    country: Estonia   # to be checked",
        "    name: 'Old name'",
        "    mascot: Owl  # no question asks for it",
        "    timing: {start: 5.10.2021}",
        "    summary: >-",
        "        A folded text",
        "        of two lines.",
        "questionnaire: eucpn-good-practice",
        "reviewers: [a, b]",
    ];
    // A file of comments alone, as somebody may begin with.
    fs::write(&path, "# Draft of the working group\n").unwrap();
    let set = run(folder.path(), &["set", "a.yaml", "name", "New name"]);
    let yaml = fs::read_to_string(&path).unwrap();
    assert!(yaml.starts_with("# Draft of the working group\nquestionnaire: "), "{yaml}");
    assert_eq!(set.err, "question 1: New name\n");
    for end in ["\n", "\r\n"] {
        fs::write(&path, lines.join(end) + end).unwrap();
        let set = run(folder.path(), &["set", "a.yaml", "name", "New name"]);
        assert_eq!(set.code, 0, "{}", set.err);
        assert!(!set.err.contains("could not be kept"), "{}", set.err);
        let yaml = fs::read_to_string(&path).unwrap();
        for line in lines.iter().filter(|line| !line.contains("Old name")) {
            assert!(yaml.lines().any(|found| found == *line), "{line:?} in\n{yaml}");
        }
        let place = |word: &str| yaml.find(word).unwrap();
        assert!(place("country:") < place("name:") && place("name:") < place("mascot:"), "{yaml}");
        assert_eq!(run(folder.path(), &["show", "a.yaml", "name"]).out, "New name\n");
        let check = run(folder.path(), &["summary", "a.yaml"]);
        assert!(check.out.contains("1 answer to questions this"), "{}", check.out);
    }
}

#[test]
fn a_draft_cut_off_at_any_byte_is_read_or_refused_and_never_damaged() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let whole = "questionnaire: eucpn-good-practice\nanswers:\n  name: \"Bright\"\n  aims: [share]\n  summary: |\n    One é.\n\n    - two\n";
    for cut in 0..whole.len() {
        let bytes = &whole.as_bytes()[..cut];
        fs::write(&path, bytes).unwrap();
        let set = run(folder.path(), &["set", "a.yaml", "country", "Estonia"]);
        let now = fs::read(&path).unwrap();
        match set.code {
            0 => {
                let now = String::from_utf8(now).unwrap();
                assert!(now.contains("country: Estonia"), "{now}");
                for word in ["Bright\"", "share]", "One"] {
                    let word_was_there = whole[..cut.min(whole.find('é').unwrap())].contains(word);
                    let word = word.trim_end_matches(['"', ']']);
                    assert!(!word_was_there || now.contains(word), "{cut}: {now}");
                }
            }
            3 => {
                assert_eq!(now, bytes, "{cut}");
                assert!(set.err.contains("a.yaml") && set.err.contains("hint: "), "{}", set.err);
            }
            code => panic!("{cut}: {code} {}", set.err),
        }
    }
}

// ---- files that are none, or do harm --------------------------------------------------------------

fn alias_bomb() -> String {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = format!("*a{}, ", n - 1).repeat(10);
        yaml.push_str(&format!("a{n}: &a{n} [{before}]\n"));
    }
    yaml + "answers:\n  name: *a11\n"
}

/// What stands in the place of a file, by a name for the message. The second tells whether it can
/// be opened and read at all.
fn harmful(folder: &Path, name: &str) -> Vec<(&'static str, PathBuf, bool)> {
    let place = |what: &str| {
        let inner = folder.join(what);
        fs::create_dir_all(&inner).unwrap();
        inner.join(name)
    };
    let mut all = Vec::new();
    let answers = |text: &str| format!("answers:\n  name: {text}\n");
    let texts: Vec<(&'static str, Vec<u8>)> = vec![
        ("duplicate keys", b"answers:\n  name: a\n  name: b\n".to_vec()),
        ("a list", b"- a\n- b\n".to_vec()),
        ("a text", b"just words\n".to_vec()),
        ("wrong types", answers("{a: [b]}").into_bytes()),
        ("an alias bomb", alias_bomb().into_bytes()),
        ("an alias of itself", answers("&a [*a]").into_bytes()),
        ("brackets", "[".repeat(100_000).into_bytes()),
        ("closed brackets", answers(&("[".repeat(100_000) + &"]".repeat(100_000))).into_bytes()),
        ("braces", "{a: ".repeat(100_000).into_bytes()),
        ("dashes", "- ".repeat(100_000).into_bytes()),
        ("question marks", "? ".repeat(100_000).into_bytes()),
        (
            "steps",
            (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>().into_bytes(),
        ),
        ("Latin-1", b"answers:\n  name: caf\xe9\n".to_vec()),
        ("UTF-16", b"\xff\xfea\0n\0s\0w\0e\0r\0s\0:\0".to_vec()),
        ("zeros", vec![0; 1000]),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("half a quotation", answers("\"never closed").into_bytes()),
        ("a tag", answers("!!binary \"%%%\"").into_bytes()),
        ("two documents", b"answers:\n  name: a\n---\nanswers:\n  name: b\n".to_vec()),
        ("many nodes", "- a\n".repeat(500_000).into_bytes()),
        ("many keys", (0..200_000).map(|n| format!("k{n}: v\n")).collect::<String>().into_bytes()),
        ("a long flow", format!("[{}]", "[],".repeat(1 << 20)).into_bytes()),
    ];
    for (what, bytes) in texts {
        let path = place(what);
        fs::write(&path, bytes).unwrap();
        all.push((what, path, true));
    }
    let path = place("100 MB");
    let line = "  name: words and more words\n";
    let mut large = fs::File::create(&path).unwrap();
    large.write_all(b"answers:\n").unwrap();
    large.write_all(line.repeat((10 << 20) / line.len()).as_bytes()).unwrap();
    large.set_len(100 << 20).unwrap();
    all.push(("100 MB", path, true));
    let path = place("a folder");
    fs::create_dir(&path).unwrap();
    all.push(("a folder", path, true));
    let path = place("a pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    all.push(("a pipe", path, true));
    for (what, device) in [("/dev/zero", "/dev/zero"), ("/dev/full", "/dev/full")] {
        let path = place(&what.replace('/', "-"));
        symlink(device, &path).unwrap();
        all.push((what, path, true));
    }
    let path = place("a circle of links");
    symlink(name, &path).unwrap();
    all.push(("a circle of links", path, false));
    all
}

/// What a file is, as far as it can be said without opening a pipe.
fn state(path: &Path) -> (Option<Vec<u8>>, String) {
    let about = fs::symlink_metadata(path).unwrap();
    let bytes = about.is_file().then(|| fs::read(path).unwrap());
    (bytes, format!("{:?} {:?} {:?}", about.file_type(), about.permissions(), about.modified()))
}

/// Runs a command on every harmful file, several at a time.
fn try_all(all: &[(&str, PathBuf, bool)], try_one: impl Fn(&str, &Path, bool) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((what, path, opens)) =
                    all.get(next.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
                {
                    try_one(what, path, *opens);
                }
            });
        }
    });
}

#[test]
fn a_file_that_is_no_draft_gets_a_clear_error_quickly_and_is_never_overwritten() {
    let folder = tempdir().unwrap();
    let all = harmful(folder.path(), "a.yaml");
    fs::write(folder.path().join("sent.md"), "1. What is the name of the intervention?\n\nX\n")
        .unwrap();
    try_all(&all, |what, path, opens| {
        let before = state(path);
        let inner = path.parent().unwrap();
        for arguments in [
            &["set", "a.yaml", "name", "New"][..],
            &["summary", "a.yaml"],
            &["check", "a.yaml"],
            &["show", "a.yaml"],
            &["export", "a.yaml", "-o", "out.html"],
            &["import", "../sent.md", "--into", "a.yaml", "--yes"],
            &["import", "../sent.md", "-o", "a.yaml", "--force"],
        ] {
            let output = bounded(inner, arguments);
            let (code, said) = (output.status.code(), said(&output));
            if what == "a folder" && arguments[0] == "check" {
                // It looks at the documents in it: there are none.
                assert_eq!(code, Some(0), "{said}");
                continue;
            }
            let wanted = if opens { 3 } else { 1 };
            assert_eq!(code, Some(wanted), "{what}, {arguments:?}: {said}");
            assert!(said.starts_with("error: ") && said.contains("a.yaml"), "{what}: {said}");
            assert!(said.len() < 2000, "{what}: {said}");
            assert!(state(path) == before, "{what}, {arguments:?} changed the file");
        }
        let left = fs::read_dir(inner).unwrap().flatten().map(|entry| entry.file_name());
        assert_eq!(left.collect::<Vec<_>>(), ["a.yaml"], "{what}");
        // The wizard too.
        let program = env!("CARGO_BIN_EXE_good-practice");
        let arguments = ["-c", BOUNDED, program, "fill", "a.yaml"];
        let terminal = Terminal::run("sh", inner, &arguments, WIDE, &[]);
        let screen = terminal.ends_with(if opens { 3 } else { 1 });
        assert!(screen.contains("error: "), "{what}: {screen}");
        assert!(state(path) == before, "{what}: the wizard changed the file");
    });
}

#[test]
fn an_answer_as_long_as_a_book_is_an_answer() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let most = (2 << 20) - 1000;
    let answer = |lines: &str| format!("answers:\n  summary: |\n{lines}");
    let block = |line: &str| {
        let line = format!("    {line}\n");
        answer(&line.repeat(most / line.len()))
    };
    let long = |text: &str| answer(&format!("    {}\n", text.repeat(most / text.len())));
    for (what, yaml) in [
        ("a word", long("x")),
        ("short lines", block("é")),
        ("emphasis", long("**a** ")),
        ("open emphasis", long("**a b* ")),
        ("asterisks", long("*")),
        ("brackets", long("[")),
        ("links", long("[a](b)")),
        ("half links", long("[a](")),
        ("ideographs", long("中")),
        ("joined characters", long("e\u{301}")),
        ("one grapheme", long("\u{301}")),
        ("bullets", block("- a")),
        ("numbers", block("1. a")),
    ] {
        fs::write(&path, &yaml).unwrap();
        for (arguments, wanted) in [
            (&["show", "a.yaml", "summary"][..], 0),
            (&["summary", "a.yaml"], 0),
            (&["check", "a.yaml"], 1),
            (&["export", "a.yaml", "-o", "out.html", "--force"], 0),
            (&["export", "a.yaml", "-o", "out.docx", "--force"], 0),
            (&["export", "a.yaml", "-o", "out.md", "--force"], 0),
            (&["set", "a.yaml", "name", "New"], 0),
        ] {
            let start = Instant::now();
            let output = bounded(folder.path(), arguments);
            println!("{what} {} {:?}", arguments.join(" "), start.elapsed());
            assert_eq!(
                output.status.code(),
                Some(wanted),
                "{what}, {arguments:?}: {}",
                said(&output)
            );
        }
    }
}
