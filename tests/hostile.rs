//! Drafts written by hand are read as they were meant, and hostile files do no harm, in bounded time
//! and memory.

#![cfg(unix)]

use std::fs;
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

use crate::support::cli::run;
use crate::support::pty::{CTRL_C, DOWN, ENTER, ESC, Terminal, WIDE};
use crate::support::tools::is_installed;

/// Limits a program to 100 MB of data and 20 seconds of work, which do not depend on what else the computer
/// does.
const BOUNDED: &str = "ulimit -d 102400; ulimit -t 20; exec \"$0\" \"$@\"";
/// When a program that does not work must wait for something without end.
const ENDLESS: Duration = Duration::from_secs(300);

/// Runs the program within the limits of [`BOUNDED`], which end it with a signal.
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
            if start.elapsed() > ENDLESS {
                child.kill().unwrap();
                panic!("{arguments:?} does not end");
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

// ---- files that are not what they should be, or hostile --------------------------------------------------------------

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
fn a_file_that_is_not_a_draft_is_reported_quickly_and_never_overwritten() {
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
            // `check` and `summary` look at the documents in a folder: there are none.
            let looks_inside = what == "a folder" && ["check", "summary"].contains(&arguments[0]);
            let wanted = if opens && !looks_inside { 3 } else { 1 };
            assert_eq!(code, Some(wanted), "{what}, {arguments:?}: {said}");
            assert!(said.starts_with("error: ") && said.contains("a.yaml"), "{what}: {said}");
            assert!(said.len() < 2000, "{what}: {said}");
            assert!(state(path) == before, "{what}, {arguments:?} changed the file");
        }
        let left = fs::read_dir(inner).unwrap().flatten().map(|entry| entry.file_name());
        assert_eq!(left.collect::<Vec<_>>(), ["a.yaml"], "{what}");
        // The wizard reports it too.
        let program = env!("CARGO_BIN_EXE_good-practice");
        let arguments = ["-c", BOUNDED, program, "fill", "a.yaml"];
        let terminal = Terminal::start_program("sh", inner, &arguments, WIDE, &[]);
        let screen = terminal.expect_exit(if opens { 3 } else { 1 });
        assert!(screen.contains("error: "), "{what}: {screen}");
        assert!(state(path) == before, "{what}: the wizard changed the file");
    });
}

#[test]
fn an_answer_as_long_as_a_book_is_read_and_written_quickly() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let most = 256 << 10;
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
        ("numbers", answer(&"    1. a\n".repeat(5_000))),
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

#[test]
fn a_file_that_is_not_a_questionnaire_is_reported_quickly() {
    let folder = tempdir().unwrap();
    let all = harmful(folder.path(), "q.yaml");
    try_all(&all, |what, path, opens| {
        let before = state(path);
        let inner = path.parent().unwrap();
        fs::write(inner.join("a.yaml"), "answers: {}\n").unwrap();
        for arguments in [
            &["questions", "lint", "q.yaml"][..],
            &["--questions", "q.yaml", "summary", "a.yaml"],
            &["--questions", "q.yaml", "set", "a.yaml", "name", "x"],
            &["--questions", "q.yaml", "fill", "a.yaml"],
        ] {
            let output = bounded(inner, arguments);
            let said = said(&output);
            let code = output.status.code().unwrap_or_else(|| panic!("{what}: {said}"));
            assert_eq!(code, if opens { 3 } else { 1 }, "{what}, {arguments:?}: {said}");
            assert!(said.contains("error: ") && said.contains("q.yaml"), "{what}: {said}");
            assert!(said.len() < 10_000, "{what}: {said}");
            assert!(state(path) == before, "{what}, {arguments:?} changed the file");
        }
        assert_eq!(fs::read_to_string(inner.join("a.yaml")).unwrap(), "answers: {}\n");
    });
}

#[test]
fn a_file_that_is_not_a_document_is_reported_quickly() {
    for name in ["sent.docx", "sent.md", "sent.txt"] {
        let folder = tempdir().unwrap();
        let all = harmful(folder.path(), name);
        try_all(&all, |what, path, opens| {
            let before = state(path);
            let inner = path.parent().unwrap();
            for arguments in [&["import", name, "-o", "new.yaml"][..], &["check", name]] {
                let output = bounded(inner, arguments);
                let said = said(&output);
                let code = output.status.code().unwrap_or_else(|| panic!("{what}: {said}"));
                if what == "a folder" && arguments[0] == "check" {
                    continue;
                }
                assert_eq!(code, if opens { 3 } else { 1 }, "{what}, {arguments:?}: {said}");
                assert!(said.contains("error: ") && said.contains(name), "{what}: {said}");
                assert!(said.len() < 2000, "{what}: {said}");
                assert!(state(path) == before, "{what}, {arguments:?} changed the file");
            }
            assert!(!inner.join("new.yaml").exists(), "{what}");
        });
    }
}

/// Returns a PDF of one page with this content, which is also a form that the content may draw.
fn pdf_of(filter: &str, content: &[u8], page_entries: &str) -> Vec<u8> {
    let length = content.len();
    let head = format!(
        "%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R 2 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F<</Type/Font\
         /Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 4 0 R>>>>{page_entries}>>endobj\n\
         4 0 obj<</Type/XObject/Subtype/Form/Length {length}{filter}>>stream\n"
    );
    [head.as_bytes(), content, b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n"].concat()
}

/// Returns zlib data that unpacks to 258 blanks `count` times: one, and then copies of it.
fn packed_blanks(count: usize) -> Vec<u8> {
    let bits = format!("110{:08b}{}{:07b}", 0x30 + 0x20, "1100010100000".repeat(count), 0);
    let byte = |bits: &[u8]| {
        let ones = bits.iter().enumerate().filter(|(_, bit)| **bit == b'1');
        ones.map(|(at, _)| 1_u8 << at).sum::<u8>()
    };
    [0x78, 0x01].into_iter().chain(bits.as_bytes().chunks(8).map(byte)).collect()
}

#[cfg(feature = "pdf")]
#[test]
fn a_hostile_pdf_is_refused_within_the_bounds() {
    let folder = tempdir().unwrap();
    let scattered = |at: usize| {
        let (x, y) = (at * 7_919 % 60_000, at * 104_729 % 80_000);
        format!("1 0 0 1 {x} {y} Tm (a) Tj ")
    };
    let letters: String = (0..25_000).map(scattered).collect();
    let field = "<</Subtype/Widget/FT/Tx/T(f)/V 4 0 R/Rect[50 100 300 110]>>".repeat(1_000);
    let files = [
        ("unpacks-to-135-megabytes", pdf_of("/Filter/FlateDecode", &packed_blanks(1 << 19), "")),
        ("draws-itself", pdf_of("", &b"/X Do ".repeat(1_000), "")),
        ("saves-without-end", pdf_of("", &b"q ".repeat(1_500_000), "")),
        ("nests-without-end", pdf_of("", &b"[<<".repeat(500_000), "")),
        ("scatters-letters", pdf_of("", format!("BT /F 8 Tf {letters}").as_bytes(), "")),
        ("fills-fields", pdf_of("", &b"x".repeat(1_000_000), &format!("/Annots[{field}]"))),
        ("holds-objects", [b"%PDF-1.4\n".to_vec(), b"9 0 obj [] endobj ".repeat(200_000)].concat()),
    ];
    for (name, bytes) in files {
        let path = folder.path().join(format!("{name}.pdf"));
        fs::write(&path, bytes).unwrap();
        let done = bounded(folder.path(), &["import", path.to_str().unwrap(), "-o", "draft.yaml"]);
        assert_eq!(done.status.code(), Some(3), "{name}: {}", said(&done));
        assert!(said(&done).starts_with("error: "), "{name}: {}", said(&done));
        assert!(!said(&done).contains("too long to read"), "{name}: {}", said(&done));
    }
}

#[test]
fn an_answer_without_end_is_refused() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), "answers:\n  name: A\n").unwrap();
    let set = bounded(folder.path(), &["set", "a.yaml", "summary", "--file", "/dev/zero"]);
    assert_eq!(set.status.code(), Some(1), "{}", said(&set));
    assert!(said(&set).contains("larger than"), "{}", said(&set));
    let pipe = "head -c 200000000 /dev/zero | good-practice set a.yaml summary -";
    let program = Path::new(env!("CARGO_BIN_EXE_good-practice")).parent().unwrap();
    let piped = Command::new("sh")
        .args(["-c", &format!("ulimit -d 102400; PATH=\"$0:$PATH\"; {pipe}")])
        .arg(program)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(piped.status.code(), Some(1), "{}", said(&piped));
    assert!(said(&piped).contains("standard input") && said(&piped).contains("larger than"));
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), "answers:\n  name: A\n");
}

// ---- control sequences and active content ---------------------------------------------------------

/// What a hostile text holds: colours, a title, a question to the terminal, their eight-bit forms,
/// a bell, a NUL, turned reading directions, other line ends, and `31337`, by which the sequences
/// are known again.
const DANGERS: [&str; 12] = [
    "\u{1b}[31337m",
    "\u{1b}]0;31337\u{7}",
    "\u{1b}]8;;http://31337/\u{1b}\\",
    "\u{1b}P$q31337\u{1b}\\",
    "\u{9b}31337m",
    "\u{9d}0;31337\u{9c}",
    "\u{7}\u{8}\u{7f}",
    "\u{0}",
    "\u{202e}drow\u{202c}",
    "\u{2066}word\u{2069}\u{200f}",
    "\u{2028}\u{2029}\u{85}\u{b}\u{c}\r",
    "\u{feff}\u{ad}",
];

fn dangers() -> String {
    DANGERS.concat()
}

/// Writes a text as a YAML string with every unusual character escaped.
fn quoted(text: &str) -> String {
    let one = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    format!("\"{}\"", text.chars().map(one).collect::<String>())
}

/// Links and markup that lead where nothing should.
const LURES: &str = "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](file:///etc/precious) [c](data:text/html,x) [d](https://example.org/\"><script>) [e](mailto:office@example.org) ../../precious file:///etc/precious \\\\server\\share ${HOME} $(touch precious) `touch precious` {{7*7}} %n%s";

fn hostile_draft() -> String {
    let text = quoted(&format!("{}{LURES}", dangers()));
    let d = quoted(&format!("x{}", dangers()));
    format!(
        "questionnaire: survey\nsaved: {d}\nnot-applicable: [{d}]\n{d}: {text}\nanswers:\n  name: {text}\n  story: {text}\n  part: {{a: {d}, b: {d}, {d}: {text}}}\n  links: [{d}, \"javascript:alert(1)\", \"https://example.org/a\", \"file:///etc/precious\"]\n  several: [{d}, one]\n  one: {d}\n  yes: {d}\n  begin: {d}\n  mail: {d}\n  {d}: {text}\n  list: [{text}]\n"
    )
}

fn hostile_questionnaire() -> String {
    let text = quoted(&format!("{} {LURES} [^1]", dangers()));
    let d = quoted(&format!("T{}", dangers()));
    let head = format!("title: {d}, text: {text}");
    format!(
        "id: survey\nversion: {d}\ntitle: {d}\npublisher: {d}\nabbreviation: {d}\nmasthead: {d}\nlanguage: {d}\nintroduction: {text}\ndeclarations:\n- {{id: yes, {head}, kind: yes-no}}\nsections:\n- title: {d}\n  questions:\n  - {{id: name, {head}, kind: line}}\n  - {{id: story, {head}, kind: text, words: 5, limit-note: {d}, reference: ref, need: if-applicable}}\n  - {{id: part, {head}, fields: [{{id: a, text: {d}, kind: line}}, {{id: b, text: {text}, kind: text}}]}}\n  - {{id: links, {head}, kind: links}}\n  - {{id: several, {head}, kind: choices, choices: {{one: {d}, two: {text}}}}}\n  - {{id: one, {head}, kind: choice, choices: {{one: {d}, two: {text}}}}}\n  - {{id: begin, {head}, kind: date}}\n  - {{id: mail, {head}, kind: e-mail}}\nfootnotes:\n  1: {text}\nreferences:\n- {{id: ref, title: {d}, text: {text}}}\n"
    )
}

/// Asserts that a text has no control characters but line ends.
fn is_harmless(what: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{what} is no UTF-8"));
    let dangerous = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    if let Some(at) = text.find(dangerous) {
        let around: String = text[..at].chars().rev().take(60).collect();
        let around: String = around.chars().rev().collect();
        panic!("{what}: {:?} after {around:?}", text[at..].chars().next().unwrap());
    }
}

/// Asserts that no sequence of a hostile file reaches the terminal; those of the program may.
fn is_harmless_on_a_terminal(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for never in
        ["\u{1b}]", "\u{1b}P", "\u{1b}[31337", "\u{1b}X", "\u{1b}^", "\u{1b}_", "\u{0}", "\u{7}"]
    {
        assert!(!text.contains(never), "{what}: {never:?}");
    }
    let dangerous = |c: char| {
        ('\u{7f}'..='\u{9f}').contains(&c)
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(dangerous), "{what}: {:?}", text.find(dangerous));
}

/// Creates a folder with every hostile file.
fn hostile_folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), hostile_draft()).unwrap();
    fs::write(folder.path().join("q.yaml"), hostile_questionnaire()).unwrap();
    folder
}

#[test]
fn no_command_prints_control_sequences_from_a_file() {
    let folder = hostile_folder();
    let strange = format!("x{}.yaml", dangers().replace(['\0', '/'], ""));
    fs::write(folder.path().join(&strange), hostile_draft()).unwrap();
    fs::write(folder.path().join(strange.replace(".yaml", ".md")), "no form").unwrap();
    fs::write(folder.path().join("broken.yaml"), format!("{}: [\n", quoted(&dangers()))).unwrap();
    fs::write(folder.path().join("raw.yaml"), format!("answers:\n  name: {}\n", dangers()))
        .unwrap();
    let broken = format!("id: {0}\n{0}: {0}\nsections: [{{{0}: 1}}]\n", quoted(&dangers()));
    fs::write(folder.path().join("broken-q.yaml"), broken).unwrap();
    let bad = dangers().replace(['\0', '/'], "");
    let absent = format!("absent{bad}.yaml");
    let mut seen = 0;
    for questions in
        [Some("q.yaml"), None, Some("broken-q.yaml"), Some(absent.as_str()), Some("broken.yaml")]
    {
        for arguments in [
            vec!["summary", "a.yaml"],
            vec!["summary", "a.yaml", "--format", "json"],
            vec!["summary", "a.yaml", "--format", "markdown"],
            vec!["check", "a.yaml"],
            vec!["check", "a.yaml", "--format", "json"],
            vec!["show", "a.yaml"],
            vec!["show", "a.yaml", "story"],
            vec!["show", "a.yaml", &bad],
            vec!["questions"],
            vec!["questions", "show", "story"],
            vec!["questions", "show", "several"],
            vec!["questions", "show", &bad],
            vec!["questions", "lint", "q.yaml"],
            vec!["questions", "lint", "broken-q.yaml"],
            vec!["questions", "lint", "broken.yaml"],
            vec!["questions", "lint", &absent],
            vec!["export", "a.yaml", "-o", "-", "--to", "txt"],
            vec!["export", "a.yaml", "-o", "-", "--to", "md"],
            vec!["export", "a.yaml", "-o", "-", "--to", "html"],
            vec!["export", "a.yaml", "-o", "-", "--to", "json"],
            vec!["export", "a.yaml", "--final"],
            vec!["export", "a.yaml", "--to", &bad],
            vec!["export", "a.yaml", "-o", &bad, "--to", "txt", "--force"],
            vec!["export", "a.yaml", "-o", &absent],
            vec!["set", "copy.yaml", "name", &bad],
            vec!["set", "copy.yaml", "links", &bad],
            vec!["set", "copy.yaml", "several", &bad],
            vec!["set", "copy.yaml", "begin", &bad],
            vec!["set", "copy.yaml", "mail", &bad],
            vec!["set", "copy.yaml", &bad, "x"],
            vec!["set", "copy.yaml", "name", "--file", &absent],
            vec!["set", "broken.yaml", "name", "x"],
            vec!["set", "raw.yaml", "name", "x"],
            vec!["summary", "broken.yaml", "raw.yaml", &strange, &absent],
            vec!["summary", "broken.yaml", "raw.yaml", &strange, &absent, "--format", "json"],
            vec!["check", &strange, &absent, "."],
            vec!["check", &strange, &absent, ".", "--format", "json"],
            vec!["summary", &strange, "--format", "markdown"],
            vec!["import", &strange, "-o", "b.yaml"],
            vec!["import", &absent, "-o", "b.yaml"],
            vec!["fill", &strange],
            vec![&bad],
            vec!["--format", &bad],
            vec!["summary", "--format", &bad],
            vec!["--color", &bad],
        ] {
            let mut all: Vec<&str> =
                questions.map(|file| vec!["--questions", file]).unwrap_or_default();
            all.extend(&arguments);
            let run = run(folder.path(), &all);
            let what = format!("{arguments:?} with {questions:?}");
            is_harmless(&format!("stdout of {what}"), run.out.as_bytes());
            is_harmless(&format!("stderr of {what}"), run.err.as_bytes());
            seen += usize::from(run.out.contains("31337") || run.err.contains("31337"));
        }
    }
    assert!(seen > 100, "the hostile text is shown, without its force: {seen}");
}

#[test]
fn no_exported_file_has_active_content_or_foreign_links() {
    let folder = hostile_folder();
    for name in ["out.html", "out.md", "out.txt", "out.json", "out.docx"] {
        let arguments = ["--questions", "q.yaml", "export", "a.yaml", "-o", name];
        let run = run(folder.path(), &arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        let bytes = fs::read(folder.path().join(name)).unwrap();
        let mut parts = vec![(name.to_owned(), bytes.clone())];
        if name == "out.docx" {
            let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
            parts.clear();
            for at in 0..zip.len() {
                let mut part = zip.by_index(at).unwrap();
                let mut xml = Vec::new();
                part.read_to_end(&mut xml).unwrap();
                let inner = part.name().unwrap().into_owned();
                assert!(!inner.contains("..") && !inner.starts_with('/'));
                parts.push((inner, xml));
            }
        }
        let mut all = String::new();
        for (part, bytes) in parts {
            is_harmless(&part, &bytes);
            all.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        assert!(all.contains("31337"), "{name} has the words");
        if name == "out.html" || name == "out.docx" {
            assert!(!all.contains("<script") && !all.contains("<img"), "{name}");
            assert!(all.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{name}");
            let marks =
                if name == "out.html" { ["href=\"", "src=\""] } else { ["Target=\"", "instr=\""] };
            let ours = [
                "http://schemas",
                "#",
                "word/",
                "docProps/",
                "styles.xml",
                "numbering.xml",
                "footnotes.xml",
                "settings.xml",
                "footer.xml",
                "PAGE",
                " PAGE",
            ];
            let mut links = 0;
            for target in marks.iter().flat_map(|mark| all.split(mark).skip(1)) {
                let target = target.split('"').next().unwrap();
                let known = ["https://", "http://", "mailto:"]
                    .iter()
                    .any(|known| target.starts_with(known));
                assert!(
                    known || ours.iter().any(|ours| target.starts_with(ours)),
                    "{name}: {target}"
                );
                links += usize::from(target.contains("office@example.org"));
                links += usize::from(target.starts_with("https://example.org"));
            }
            assert!(links >= 2, "{name}: links that lead somewhere are links");
        }
    }
}

#[test]
fn no_screen_shows_control_sequences_from_a_draft_or_a_questionnaire() {
    let name = format!("x{}.yaml", dangers().replace(['\0', '/'], ""));
    for question in ["", "yes", "name", "story", "part", "links", "several", "one", "begin", "mail"]
    {
        let folder = hostile_folder();
        fs::write(folder.path().join(&name), hostile_draft()).unwrap();
        let mut arguments = vec!["--questions", "q.yaml", "fill", name.as_str()];
        if !question.is_empty() {
            arguments.extend(["--question", question]);
        }
        let mut terminal = Terminal::start(folder.path(), &arguments, WIDE);
        match question {
            "" => terminal.open_menu(),
            "story" => {
                terminal.wait_for(&["2 of 8", "^S"]);
                terminal.press("\x1bOQ");
                terminal.wait_for(&["Esc closes"]);
                terminal.press(ESC);
                terminal.wait_for(&["2 of 8", "^S"]);
                terminal.press("\x1bOR");
                terminal.wait_for(&["Esc closes"]);
                terminal.press(ESC);
                terminal.wait_for(&["2 of 8", "^S"]);
            }
            _ => {
                terminal.wait_for(&["? "]);
            }
        }
        if !question.is_empty() {
            terminal.press(ESC);
            terminal.wait_for_prompt("What now?");
        }
        terminal.press("read everything");
        terminal.wait_for_prompt("read everything");
        terminal.press(ENTER);
        terminal.wait_for(&["Esc closes"]);
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.wait_for(&["Save and leave"]);
        terminal.press("choose\r");
        terminal.wait_for(&["Enter open"]);
        // Every question is selected once.
        for _ in 0..10 {
            terminal.press(DOWN);
        }
        terminal.press("/x");
        terminal.wait_for(&["Find: x"]);
        terminal.press(CTRL_C);
        terminal.wait_for(&["To continue"]);
        is_harmless_on_a_terminal(question, &terminal.sent_bytes());
        terminal.expect_exit(130);
    }
}

/// Returns the files that a run opens, creates, renames or removes, except those of the system and
/// the terminal.
fn touched(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let log = folder.with_extension("log");
    let output = Command::new("strace")
        .args(["-f", "-qq", "-s", "4096", "-e", "trace=%file", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_good-practice"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(&log).unwrap();
    assert!(output.status.code().is_some(), "{}", said(&output));
    let path = |line: &str| Some(line.split('"').nth(1)?.to_owned());
    let system = [
        "/lib",
        "/usr/lib",
        "/etc/ld.so",
        "/proc/self",
        "/usr/share/zoneinfo",
        "/etc/localtime",
        "/sys/",
        "/dev/tty",
        "/dev/null",
    ];
    let mut paths: Vec<String> = text
        .lines()
        .filter(|line| !line.contains("execve("))
        .filter_map(path)
        .filter(|path| !system.iter().any(|system| path.starts_with(system)))
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// Returns a Word file with parts, links and fields that refer to other places.
fn hostile_word() -> Vec<u8> {
    let paragraph = |xml: &str| format!("<w:p>{xml}</w:p>");
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let turned = "a\u{202e}b\u{9b}31337m&#x9d;0;31337&#x9c;&#x202e;c&#27;[31337m&#0;&#xFFFF;";
    let body = [
        paragraph(&run("1. What is the name of the intervention?")),
        paragraph(&run(&format!("{turned} &lt;script&gt; ../../precious"))),
        paragraph(&run("6. Please give a short summary of the intervention.")),
        paragraph(&format!(
            "<w:hyperlink r:id=\"r1\">{}</w:hyperlink><w:hyperlink r:id=\"r2\">{}</w:hyperlink><w:hyperlink r:id=\"r3\">{}</w:hyperlink>",
            run("one"), run("two"), run("three")
        )),
        paragraph("<w:r><w:instrText>INCLUDETEXT \"/etc/precious\"</w:instrText></w:r><w:fldSimple w:instr=\"INCLUDEPICTURE /etc/precious\"><w:r><w:t>field</w:t></w:r></w:fldSimple>"),
    ]
    .concat();
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>"
    );
    let link = |id: &str, target: &str| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"x/hyperlink\" Target=\"{target}\" TargetMode=\"External\"/>"
        )
    };
    let links = format!(
        "<Relationships>{}{}{}<Relationship Id=\"t\" Type=\"x/attachedTemplate\" Target=\"file:///etc/precious.dotm\" TargetMode=\"External\"/></Relationships>",
        link("r1", "file:///etc/precious"),
        link("r2", "javascript:alert(1)"),
        link("r3", "https://example.org/")
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("word/document.xml", document.as_str()),
        ("word/_rels/document.xml.rels", &links),
        ("../../precious", "overwritten"),
        ("/tmp/precious", "overwritten"),
        ("word/../../precious", "overwritten"),
        ("word/footnotes.xml", "<w:footnotes xmlns:w=\"w\"/>"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_imported_document_brings_no_active_content() {
    let folder = tempdir().unwrap();
    let form = "1. What is the name of the intervention?\n\n";
    let text = format!("{form}x{}{}\n", dangers().replace(['\n', '\r'], ""), LURES);
    fs::write(folder.path().join("sent.txt"), &text).unwrap();
    fs::write(folder.path().join("sent.md"), &text).unwrap();
    fs::write(folder.path().join("sent.docx"), hostile_word()).unwrap();
    for name in ["sent.txt", "sent.md", "sent.docx"] {
        let draft = format!("{name}.yaml");
        for arguments in [
            &["import", name, "-o", &draft][..],
            &["import", name, "--into", &draft, "--yes"],
            &["check", name],
            &["check", name, "--format", "json"],
            &["show", &draft],
            &["export", &draft, "-o", "-", "--to", "html"],
        ] {
            let run = run(folder.path(), arguments);
            assert!(run.code <= 1, "{arguments:?}: {}", run.err);
            is_harmless(&format!("stdout of {arguments:?}"), run.out.as_bytes());
            is_harmless(&format!("stderr of {arguments:?}"), run.err.as_bytes());
            assert!(
                !run.out.contains("href=\"file") && !run.out.contains("href=\"java"),
                "{}",
                run.out
            );
        }
        is_harmless(&draft, &fs::read(folder.path().join(&draft)).unwrap());
    }
}

#[test]
fn no_path_in_a_draft_or_a_document_is_opened() {
    if !is_installed("strace") {
        return;
    }
    let folder = hostile_folder();
    let here = folder.path();
    fs::create_dir(here.join("work")).unwrap();
    for name in ["a.yaml", "q.yaml"] {
        fs::rename(here.join(name), here.join("work").join(name)).unwrap();
    }
    fs::write(here.join("precious"), "kept").unwrap();
    let here = here.join("work");
    fs::write(here.join("sent.docx"), hostile_word()).unwrap();
    fs::write(
        here.join("sent.md"),
        format!("1. What is the name of the intervention?\n\n{LURES} ![x](../precious)\n"),
    )
    .unwrap();
    fs::write(
        here.join("included.yaml"),
        "answers:\n  name: !include ../precious\n  summary: !!binary ../precious\n",
    )
    .unwrap();
    for (arguments, wanted) in [
        (&["--questions", "q.yaml", "summary", "a.yaml"][..], &["a.yaml", "q.yaml"][..]),
        (&["--questions", "q.yaml", "show", "a.yaml"], &["a.yaml", "q.yaml"]),
        (&["--questions", "q.yaml", "check", "a.yaml"], &["a.yaml", "q.yaml"]),
        (&["show", "included.yaml"], &["included.yaml"]),
        (
            &["--questions", "q.yaml", "export", "a.yaml", "-o", "out.docx"],
            &["a.yaml", "q.yaml", "out.docx"],
        ),
        (
            &["--questions", "q.yaml", "export", "a.yaml", "-o", "out.html"],
            &["a.yaml", "q.yaml", "out.html"],
        ),
        (&["import", "sent.docx", "-o", "new.yaml"], &["sent.docx", "new.yaml"]),
        (&["import", "sent.md", "-o", "other.yaml"], &["sent.md", "other.yaml"]),
        (&["--questions", "q.yaml", "set", "a.yaml", "name", LURES], &["a.yaml", "q.yaml"]),
    ] {
        let touched = touched(&here, arguments);
        assert!(
            wanted.iter().all(|name| touched.iter().any(|path| path.contains(name))),
            "{touched:?}"
        );
        for path in touched {
            // Resolving the real path of the file reads its parent folders.
            if here.starts_with(&path) {
                continue;
            }
            let path = path.strip_prefix(here.to_str().unwrap()).unwrap_or(&path).to_owned();
            let path = path.trim_start_matches(['/', '.']);
            // The file itself, or its lock, temporary file and history beside it.
            let known = path.is_empty() || wanted.iter().any(|name| path.starts_with(name));
            assert!(known, "{arguments:?} touches {path:?}");
        }
    }
    assert_eq!(fs::read_to_string(here.join("../precious")).unwrap(), "kept");
    assert!(!here.join("precious").exists());
}
