//! Nothing is ever lost: whatever fails or kills the program, the draft is the complete old or new
//! version, and the terminal is restored.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::{TempDir, tempdir};

use crate::support::cli::{run, send_signal};
use crate::support::drafts::{answer, draft, folder_with, text, wait_until_saved};
use crate::support::pty::{
    CTRL_C, ENTER, ESC, NARROW, PATIENCE, Terminal, WIDE, choose_question_9,
};
use crate::support::tools::is_installed;

// ---- every call that writes, failing or the last ------------------------------------------------

/// Runs the program under strace with these options.
fn traced(folder: &Path, options: &[&str], arguments: &[&str]) -> Output {
    Command::new("strace")
        .args(["-f", "-qq"])
        .args(options)
        .arg(env!("CARGO_BIN_EXE_good-practice"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}

/// The calls that change files, and what each may fail with: a full disk, a quota, a broken or a
/// write-protected one, rights that are gone. Most may be absent: which there are depends on the
/// system.
const WRITING: [(&str, &[&str]); 15] = [
    ("openat", &["ENOSPC", "EROFS", "EACCES", "EDQUOT", "EMFILE"]),
    ("open", &["ENOSPC", "EROFS", "EACCES"]),
    ("write", &["ENOSPC", "EIO", "EDQUOT"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("fdatasync", &["EIO"]),
    ("fchmod", &["EPERM", "EIO"]),
    ("ftruncate", &["EIO"]),
    ("rename", &["EIO", "EROFS", "EACCES"]),
    ("renameat", &["EIO"]),
    ("renameat2", &["ENOSPC"]),
    ("link", &["EPERM"]),
    ("linkat", &["EPERM"]),
    ("unlink", &["EIO", "EROFS"]),
    ("unlinkat", &["EIO"]),
    ("mkdir", &["ENOSPC", "EROFS"]),
];

/// A draft before a save, and what the save must keep.
struct Case {
    name: &'static str,
    prepare: fn(&Path),
    /// The file that is checked.
    file: &'static str,
    /// What stays in the new version.
    stays: &'static [&'static str],
}

const OLD: &str = "The old answer has more than twenty words, so that its version is kept when it is gone: one two three four five six seven eight nine ten.";

fn by_hand() -> String {
    format!(
        "# my notes\nanswers:\n  country: Estonia   # to be checked\n  summary: {OLD:?}\n  name: Old name\n  mascot: Owl\nquestionnaire: eucpn-good-practice\n"
    )
}

const CASES: [Case; 3] = [
    Case { name: "a new draft", prepare: |_| {}, file: "a.yaml", stays: &[] },
    Case {
        name: "a draft of this program, with history",
        prepare: |folder| {
            for (question, text) in [("summary", OLD), ("name", "Old name")] {
                assert_eq!(run(folder, &["set", "a.yaml", question, text]).code, 0);
            }
            let history = folder.join(".a.yaml.history");
            fs::create_dir_all(&history).unwrap();
            fs::copy(folder.join("a.yaml"), history.join("2020-01-01T00-00-00Z.yaml")).unwrap();
        },
        file: "a.yaml",
        stays: &["name: Old name"],
    },
    Case {
        name: "a draft made by hand, behind a link",
        prepare: |folder| {
            fs::create_dir(folder.join("elsewhere")).unwrap();
            let file = folder.join("elsewhere/real.yaml");
            fs::write(&file, by_hand()).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
            symlink("elsewhere/real.yaml", folder.join("a.yaml")).unwrap();
        },
        file: "elsewhere/real.yaml",
        stays: &["# my notes\n", "# to be checked", "mascot: Owl", "name: Old name"],
    },
];

/// Returns every file below a folder, by its path.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap_or_default());
        }
    }
    found
}

/// Returns the locks and temporary files below a folder.
fn rubbish(folder: &Path) -> Vec<PathBuf> {
    let rubbish = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".tmp") || name.ends_with(".lock")
    };
    files(folder).into_keys().filter(rubbish).collect()
}

const NEW: &str = "A new answer.";

impl Case {
    fn folder(&self) -> TempDir {
        let folder = tempdir().unwrap();
        (self.prepare)(folder.path());
        folder
    }

    /// Runs the save under strace.
    fn save(folder: &Path, options: &[&str]) -> Output {
        traced(folder, options, &["set", "a.yaml", "summary", NEW])
    }

    /// Returns how often a save without faults makes each call.
    fn calls(&self) -> BTreeMap<String, usize> {
        let folder = self.folder();
        let names: Vec<&str> = WRITING.iter().map(|(name, _)| *name).collect();
        // `?` ignores a call that this machine does not have.
        let trace = format!("trace=?{}", names.join(",?"));
        let output = Self::save(folder.path(), &["-o", "calls.log", "-e", &trace]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let log = fs::read_to_string(folder.path().join("calls.log")).unwrap();
        let mut calls = BTreeMap::new();
        for line in log.lines().filter(|line| !line.contains("resumed>")) {
            let call = line.split_whitespace().nth(1).and_then(|rest| rest.split('(').next());
            *calls.entry(call.unwrap_or_default().to_owned()).or_default() += 1;
        }
        calls
    }

    /// Injects a fault into one call of a save and checks the files afterwards.
    fn disturb(&self, call: &str, number: usize, fault: &str) {
        let story = format!("{}, {call} {number}, {fault}", self.name);
        let folder = self.folder();
        let file = folder.path().join(self.file);
        let old = fs::read(&file).ok();
        let inject = format!("inject={call}:{fault}:when={number}");
        let output = Self::save(folder.path(), &["-o", "/dev/null", "-e", &inject]);
        let said = String::from_utf8_lossy(&output.stderr);

        let now = fs::read(&file).ok();
        let is_new = now != old;
        if is_new {
            let yaml = String::from_utf8(now.clone().unwrap()).unwrap();
            let shown = run(folder.path(), &["show", self.file, "summary"]);
            assert_eq!((shown.code, shown.out.as_str()), (0, "A new answer.\n"), "{story}\n{yaml}");
            for stays in self.stays {
                assert!(yaml.contains(stays), "{story}\n{yaml}");
            }
        }
        match output.status.code() {
            Some(0) => assert!(is_new, "{story}: it says that it is saved"),
            // A program that could not even start, or was killed.
            Some(127) | None => {}
            Some(code) => {
                assert_eq!(code, 1, "{story}: {said}");
                assert!(said.contains("error: ") && said.contains("a.yaml"), "{story}: {said}");
                // When the folder cannot be synced, the new version is there, but perhaps not after
                // a power failure.
                assert!(!is_new || call == "fsync", "{story}: {said}");
            }
        }

        // The next save succeeds and leaves no lock and no temporary file.
        let next = run(folder.path(), &["set", "a.yaml", "objectives", "Next."]);
        assert_eq!(next.code, 0, "{story}: {}", next.err);
        let yaml = fs::read_to_string(&file).unwrap();
        assert!(yaml.contains("objectives: Next."), "{story}\n{yaml}");
        for stays in self.stays {
            assert!(yaml.contains(stays), "{story}\n{yaml}");
        }
        assert!(yaml.contains("summary: ") || self.name == "a new draft", "{story}\n{yaml}");
        assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0], "{story}");
        if self.file != "a.yaml" {
            let link = folder.path().join("a.yaml");
            assert!(fs::symlink_metadata(link).unwrap().is_symlink(), "{story}");
        }
        let wanted = if self.file == "a.yaml" { 0o600 } else { 0o640 };
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, wanted, "{story}");
    }
}

#[test]
fn whichever_call_of_a_save_fails_or_is_the_last_the_draft_is_old_or_new() {
    if !is_installed("strace") {
        return;
    }
    let mut faults: Vec<(&Case, &str, usize, String)> = Vec::new();
    for case in &CASES {
        let calls = case.calls();
        for wanted in ["open", "write", "fsync", "rename", "unlink"] {
            let made = calls.keys().any(|call| call.starts_with(wanted));
            assert!(made, "{}: {calls:?}", case.name);
        }
        for (call, errors) in WRITING {
            for number in 1..=calls.get(call).copied().unwrap_or(0) {
                faults.push((case, call, number, "signal=KILL".to_owned()));
                // The first ones of `openat` are those of the system's libraries.
                let errors =
                    if call == "openat" { &errors[number % errors.len()..][..1] } else { errors };
                let error = |error: &&str| (case, call, number, format!("error={error}"));
                faults.extend(errors.iter().map(error));
            }
        }
    }
    assert!(faults.len() > 100, "{}", faults.len());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((case, call, number, fault)) =
                    faults.get(next.fetch_add(1, Ordering::SeqCst))
                {
                    case.disturb(call, *number, fault);
                }
            });
        }
    });
}

#[test]
fn an_export_that_fails_or_is_killed_leaves_the_old_document_or_the_new_one() {
    if !is_installed("strace") {
        return;
    }
    let folder = folder_with("  name: Bright Streets\n");
    let here = folder.path();
    let arguments = ["export", "application.yaml", "-o", "out.md", "--force"];
    assert_eq!(run(here, &arguments).code, 0);
    let new = fs::read(here.join("out.md")).unwrap();
    for call in ["write", "fsync", "?rename,?renameat,?renameat2"] {
        for fault in ["error=ENOSPC", "error=EIO", "signal=KILL"] {
            fs::write(here.join("out.md"), "old").unwrap();
            let inject = format!("inject={call}:{fault}:when=1");
            let output = traced(here, &["-o", "/dev/null", "-e", &inject], &arguments);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{call}, {fault}: {said}");
            assert!(fault.contains("KILL") || said.contains("cannot write `out.md`"), "{said}");
            assert_eq!(fs::read(here.join("out.md")).unwrap(), b"old", "{call}, {fault}");
            // The next export leaves no temporary file.
            assert_eq!(run(here, &arguments).code, 0);
            assert_eq!(fs::read(here.join("out.md")).unwrap(), new);
            assert_eq!(rubbish(here), [] as [PathBuf; 0], "{call}, {fault}");
        }
    }
}

// ---- drafts in folders that several people share ------------------------------------------------

/// Runs the program as a user and group that have no account, in further groups. Only root can do
/// that.
fn as_user(folder: &Path, user: &str, groups: &str, arguments: &[&str]) -> Output {
    let program = folder.join("good-practice");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_good-practice"), &program).unwrap();
    }
    let (user, group) = (format!("--reuid={user}"), format!("--regid={user}"));
    Command::new("setpriv")
        .args([&user, &group, &format!("--groups={groups}")])
        .arg(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_draft_of_a_colleague_stays_theirs() {
    use std::os::unix::fs::{MetadataExt, chown};
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if !is_root || !is_installed("setpriv") {
        return;
    }
    let folder = tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let draft = folder.path().join("a.yaml");
    let give = |mode| {
        fs::write(&draft, "answers:\n  name: Old\n").unwrap();
        chown(&draft, Some(1000), Some(3000)).unwrap();
        fs::set_permissions(&draft, fs::Permissions::from_mode(mode)).unwrap();
    };
    let access = || {
        let about = fs::metadata(&draft).unwrap();
        (about.uid(), about.gid(), about.mode() & 0o777)
    };
    // Root can give a file away, a member of the group writes into it, the owner replaces it.
    for user in ["0", "2002", "1000"] {
        give(0o660);
        let output = as_user(folder.path(), user, "3000", &["set", "a.yaml", "name", "New"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(access(), (1000, 3000, 0o660), "{user}");
        assert!(fs::read_to_string(&draft).unwrap().contains("name: New"), "{user}");
        assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0]);
        assert!(!folder.path().join(".a.yaml.new").exists());
        fs::remove_dir_all(folder.path().join(".a.yaml.history")).unwrap();
    }
    give(0o644);
    let output = as_user(folder.path(), "2002", "3000", &["set", "a.yaml", "name", "New"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("belongs to another user"), "{said}");
    assert_eq!(access(), (1000, 3000, 0o644));
    assert!(fs::read_to_string(&draft).unwrap().contains("name: Old"));
    assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0]);
}

// ---- files and folders that vanish while the wizard is open ----------------------------------------------

/// Answers questions in a wizard that cannot save, and saves in another place.
fn is_rescued(folder: &Path, terminal: &mut Terminal, reason: &str) -> String {
    terminal.press("My name\r");
    terminal.wait_for(&[&format!("Not saved: {reason}"), "Question 2 of 25"]);
    // The wizard continues.
    terminal.wait_for_prompt("Answer");
    terminal.press("My country\r");
    terminal.wait_for(&["Question 3 of 25"]);
    terminal.wait_for_prompt("Organisation");
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("save in another");
    terminal.wait_for(&["> Save in another place"]);
    terminal.press(ENTER);
    terminal.wait_for_prompt("Save the draft as");
    // Deletes the suggestion and types another name.
    terminal.press(&"\x7f".repeat(200));
    let rescued = folder.join("rescued.yaml");
    terminal.press(&format!("{}\r", rescued.display()));
    terminal.wait_for(&["Saved as", "this wizard continues there"]);
    // Later answers are saved there too.
    terminal.wait_for_prompt("What now?");
    choose_question_9(terminal);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("written later");
    terminal.wait_for(&["2 of 150 words"]);
    let start = Instant::now();
    while !fs::read_to_string(&rescued).unwrap().contains("written later") {
        assert!(start.elapsed() < PATIENCE, "the new place takes nothing");
        thread::sleep(Duration::from_millis(2));
    }
    terminal.press(CTRL_C);
    let yaml = fs::read_to_string(&rescued).unwrap();
    assert!(yaml.contains("name: My name") && yaml.contains("country: My country"), "{yaml}");
    yaml
}

/// Starts a wizard at question 1 and removes the folder of its draft.
fn in_a_folder_that_vanishes(folder: &TempDir) -> (PathBuf, Terminal) {
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let arguments = ["fill", "inner/a.yaml", "--question", "1"];
    let terminal = Terminal::start(folder.path(), &arguments, WIDE);
    terminal.wait_for_prompt("Answer");
    fs::remove_dir_all(&inner).unwrap();
    (inner, terminal)
}

#[test]
fn a_folder_that_vanishes_or_is_replaced_loses_nothing() {
    for replaced in [false, true] {
        let folder = tempdir().unwrap();
        let (inner, mut terminal) = in_a_folder_that_vanishes(&folder);
        if replaced {
            fs::write(&inner, "a file now").unwrap();
        }
        let reason = if replaced { "" } else { "its folder does not exist" };
        is_rescued(folder.path(), &mut terminal, reason);
        terminal.expect_exit(130);
        if replaced {
            assert_eq!(fs::read_to_string(&inner).unwrap(), "a file now");
        }
    }
}

#[test]
fn a_folder_that_replaced_the_draft_is_left_alone() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["fill", "a.yaml", "--question", "1"], WIDE);
    terminal.wait_for_prompt("Answer");
    fs::create_dir(folder.path().join("a.yaml")).unwrap();
    fs::write(folder.path().join("a.yaml/theirs"), "kept").unwrap();
    is_rescued(folder.path(), &mut terminal, "the draft was replaced");
    terminal.expect_exit(130);
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml/theirs")).unwrap(), "kept");
}

/// The first saves fail and later ones succeed, as when space is freed.
#[test]
fn a_full_or_write_protected_disk_is_reported_and_the_wizard_continues() {
    if !is_installed("strace") {
        return;
    }
    let faults = [
        ("fsync", "ENOSPC", "the disk is full"),
        ("fsync", "EDQUOT", "the disk is full"),
        ("fsync", "EIO", "Input/output error"),
        (
            "?rename,?renameat,?renameat2",
            "EROFS",
            "you have no permission to create files in its folder",
        ),
        (
            "?rename,?renameat,?renameat2",
            "EACCES",
            "you have no permission to create files in its folder",
        ),
    ];
    for (call, error, reason) in faults {
        let folder = tempdir().unwrap();
        let disk = folder.path().join("disk");
        fs::create_dir(&disk).unwrap();
        let inject = format!("inject={call}:error={error}:when=1..3");
        let program = env!("CARGO_BIN_EXE_good-practice");
        let arguments = [
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &inject,
            program,
            "--question",
            "1",
            "disk/a.yaml",
        ];
        let mut terminal = Terminal::start_program("strace", folder.path(), &arguments, WIDE, &[]);
        terminal.wait_for_prompt("Answer");
        terminal.press("My name\r");
        terminal.wait_for(&[&format!("Not saved: {reason}"), "Question 2 of 25"]);
        terminal.wait_for_prompt("Answer");
        terminal.press("My country\r");
        terminal.wait_for(&["Question 3 of 25"]);
        terminal.wait_for_prompt("Organisation");
        terminal.press("My town\r");
        terminal.wait_for_prompt("Contact person");
        terminal.press("My friend\r");
        terminal.wait_for_prompt("Address");
        terminal.press(CTRL_C);
        terminal.wait_for(&["Saved in"]);
        terminal.wait_for_end();
        let yaml = fs::read_to_string(disk.join("a.yaml")).unwrap();
        for kept in ["My name", "My country", "My town", "My friend"] {
            assert!(yaml.contains(kept), "{error}: {yaml}");
        }
        assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0], "{error}");
    }
}

// ---- kill -9 --------------------------------------------------------------------------------

/// Returns a random number below `limit`. The moment of a fault depends on it, not the outcome.
fn random(limit: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(SystemTime::now()) % limit
}

/// What a killed wizard had not saved.
struct Loss {
    /// How long ago the oldest missing word was typed.
    age: Duration,
    typed: usize,
    missing: usize,
}

/// Types numbered words and kills the program at a random moment. What is in the draft must be
/// exactly what was typed up to some word, and the next start must continue from there.
fn type_until_killed(at_least: Duration) -> Loss {
    let folder = tempdir().unwrap();
    let path = folder.path().join("application.yaml");
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], WIDE);
    terminal.wait_for(&["9 of 25", "^S"]);
    let end = at_least + Duration::from_millis(random(1500));
    // From a word every 30 milliseconds to one every half second: nobody types faster.
    let pace = 30 + random(470);
    let start = Instant::now();
    let mut typed: Vec<Instant> = Vec::new();
    while start.elapsed() < end {
        typed.push(Instant::now());
        terminal.press(&format!("w{} ", typed.len()));
        let pause = Duration::from_millis(pace / 2 + random(pace));
        thread::sleep(pause.min(end.saturating_sub(start.elapsed())));
    }
    let killed = Instant::now();
    send_signal("KILL", terminal.process_id());
    terminal.wait_for_end();

    let words = (1..=typed.len()).map(|number| format!("w{number}")).collect::<Vec<_>>();
    let saved = if path.exists() { text_or_nothing(&folder) } else { String::new() };
    assert!(words.join(" ").starts_with(&saved), "{saved:?}");
    // A word that is saved in part counts as missing.
    let whole =
        (0..=words.len()).rev().find(|count| words[..*count].join(" ").len() <= saved.len());
    let whole = whole.unwrap();
    let age = typed.get(whole).map_or(Duration::ZERO, |since| killed - *since);

    // The next start reports it and leaves no lock and no temporary file.
    let mut terminal = Terminal::start(folder.path(), &[], WIDE);
    terminal.wait_for(&["ended unexpectedly"]);
    // A draft with answers begins with the overview.
    if !saved.is_empty() {
        terminal.wait_for(&["Enter open"]);
        terminal.press(ESC);
    }
    terminal.wait_for_prompt("What now?");
    terminal.press(ESC);
    terminal.expect_exit(0);
    assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0]);
    Loss { age, typed: words.len(), missing: words.len() - whole }
}

fn text_or_nothing(folder: &TempDir) -> String {
    let draft = draft(folder);
    answer(&draft, "9").map(|_| text(&draft, "9")).unwrap_or_default()
}

fn rounds(number: usize, at_once: usize, at_least: Duration) -> Vec<Loss> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let many = || {
            let mut losses = Vec::new();
            while next.fetch_add(1, Ordering::SeqCst) < number {
                losses.push(type_until_killed(at_least));
            }
            losses
        };
        let threads: Vec<_> = (0..at_once).map(|_| scope.spawn(many)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn kill_minus_nine_loses_at_most_what_was_just_typed() {
    // Other tests keep the machine busy, so the promised half second is measured by the long
    // version below; here a save that hangs or comes late by a whole pause is found.
    for loss in rounds(10, 5, Duration::from_millis(2500)) {
        assert!(loss.age < Duration::from_secs(2), "{:?} of {} words", loss.age, loss.typed);
    }
}

/// `cargo test --test all -- --ignored --nocapture five_hundred_kills`
#[test]
#[ignore = "takes minutes"]
fn five_hundred_kills_lose_nothing_older_than_half_a_second() {
    let mut losses = rounds(500, 6, Duration::from_millis(200));
    losses.sort_by_key(|loss| loss.age);
    let words: usize = losses.iter().map(|loss| loss.typed).sum();
    let missing: usize = losses.iter().map(|loss| loss.missing).sum();
    let age = |part: usize| losses[(losses.len() - 1) * part / 100].age;
    println!(
        "500 kills, {words} words typed, {missing} not yet saved; the oldest of them typed before \
         the kill: median {:?}, 95 % {:?}, 99 % {:?}, most {:?}",
        age(50),
        age(95),
        age(99),
        age(100)
    );
    assert!(age(100) <= Duration::from_millis(500), "{:?}", age(100));
}

#[test]
fn a_line_that_is_being_typed_survives_kill_minus_nine() {
    let folder = folder_with("  aims: [share]\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
    terminal.wait_for_prompt("Answer");
    terminal.press("A name nobody has");
    terminal.wait_for_prompt("nobody has");
    // No key that saves is pressed; the line is saved by itself.
    wait_until_saved(&folder, "name: A name nobody has");
    terminal.press(" confirmed");
    terminal.wait_for_prompt("confirmed");
    send_signal("TERM", terminal.process_id());
    terminal.expect_exit(143);
    assert_eq!(text(&draft(&folder), "name"), "A name nobody has confirmed");
    // Deleted text is deleted from the file too.
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
    terminal.wait_for_prompt("confirmed");
    terminal.press(&"\x7f".repeat(" nobody has confirmed".len()));
    terminal.wait_for_prompt("Answer A name");
    wait_until_saved(&folder, "name: A name\n");
    send_signal("KILL", terminal.process_id());
    terminal.wait_for_end();
    assert_eq!(text(&draft(&folder), "name"), "A name");
    // A list of links, while the last one is being typed.
    let mut terminal = Terminal::start(folder.path(), &["--question", "links"], WIDE);
    terminal.wait_for_prompt("Link 1");
    terminal.press("https://example.org/a\r");
    terminal.wait_for_prompt("Link 2");
    terminal.press("https://example.org/b");
    terminal.wait_for_prompt("org/b");
    wait_until_saved(&folder, "https://example.org/b");
    send_signal("KILL", terminal.process_id());
    terminal.wait_for_end();
    let yaml = fs::read_to_string(folder.path().join("application.yaml")).unwrap();
    assert!(yaml.contains("example.org/a\n") && yaml.contains("share"), "{yaml}");
}

// ---- signals --------------------------------------------------------------------------------

/// Goes from the composer to another screen.
type Go = fn(&mut Terminal);

/// The screens on which a signal can arrive, and how to get there from the composer.
const PLACES: [(&str, Go); 4] = [
    ("composer", |_| {}),
    ("help", |terminal| {
        terminal.press("\x1bOP");
        terminal.wait_for(&["Esc closes"]);
    }),
    ("prompt", |terminal| {
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
    }),
    ("page", |terminal| {
        terminal.press(ESC);
        terminal.wait_for_prompt("What now?");
        terminal.press("read\r");
        terminal.wait_for(&["Esc closes"]);
    }),
];

fn writing(folder: &TempDir, size: (u16, u16), go: Go) -> Terminal {
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], size);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("written words");
    terminal.wait_for(&["2 of 150 words"]);
    go(&mut terminal);
    terminal
}

#[test]
fn a_signal_on_any_screen_keeps_the_text_and_restores_the_terminal() {
    for (place, go) in PLACES {
        for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
            let folder = tempdir().unwrap();
            let terminal = writing(&folder, if code == 143 { NARROW } else { WIDE }, go);
            send_signal(signal, terminal.process_id());
            terminal.expect_exit(code);
            assert_eq!(text(&draft(&folder), "9"), "written words", "{place}, {signal}");
            assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0], "{place}, {signal}");
        }
    }
}

#[test]
fn a_window_that_is_closed_keeps_the_text() {
    for (place, go) in PLACES {
        let folder = tempdir().unwrap();
        writing(&folder, WIDE, go).close_window();
        assert_eq!(text(&draft(&folder), "9"), "written words", "{place}");
        assert_eq!(rubbish(folder.path()), [] as [PathBuf; 0], "{place}");
    }
    // With an external editor open, what it has saved is kept.
    let folder = folder_with("  objectives: before\n");
    let editor = [("EDITOR", "sh ./editor")];
    let script = "echo saved in it >> \"$1\"; echo open; exec sleep 1000";
    fs::write(folder.path().join("editor"), script).unwrap();
    let mut terminal = Terminal::start_with(folder.path(), &["--question", "9"], WIDE, &editor);
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("\x0f");
    terminal.wait_for(&["open"]);
    terminal.close_window();
    assert_eq!(text(&draft(&folder), "9"), "before\nsaved in it");
}

/// Waits until a process is stopped, or runs again.
fn is_stopped(process: u32, wanted: bool) {
    let start = Instant::now();
    loop {
        let state = Command::new("ps").args(["-o", "stat=", "-p", &process.to_string()]).output();
        let state = String::from_utf8(state.unwrap().stdout).unwrap();
        if state.starts_with('T') == wanted {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "stopped: {wanted}, but {state}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_suspended_wizard_restores_the_terminal_and_continues_afterwards() {
    for size in [WIDE, NARROW] {
        for (place, go) in PLACES {
            let folder = tempdir().unwrap();
            let mut terminal = writing(&folder, size, go);
            for _ in 0..2 {
                send_signal("TSTP", terminal.process_id());
                is_stopped(terminal.process_id(), true);
                terminal.wait_until_restored();
                assert_eq!(text(&draft(&folder), "9"), "written words", "{place}");
                send_signal("CONT", terminal.process_id());
                is_stopped(terminal.process_id(), false);
                terminal.wait_until_taken();
                match place {
                    "composer" => terminal.wait_for(&["2 of 150 words", "written words"]),
                    "prompt" => terminal.wait_for(&["What now?"]),
                    _ => terminal.wait_for(&["Esc closes"]),
                };
            }
            // The wizard reads the keys again.
            match place {
                "composer" => terminal.press(" more"),
                "prompt" => terminal.press(ENTER),
                _ => terminal.press(ESC),
            }
            match place {
                "composer" => terminal.wait_for(&["3 of 150 words"]),
                "page" => terminal.wait_for(&["What now?"]),
                _ => terminal.wait_for(&["9 of 25", "2 of 150 words"]),
            };
            terminal.press(CTRL_C);
            terminal.expect_exit(130);
        }
    }
}

#[test]
fn ctrl_z_and_fg_work_in_a_shell() {
    let folder = folder_with("  aims: [share]\n");
    let Some(mut terminal) = Terminal::start_bash(folder.path()) else { return };
    terminal.press("good-practice --question 1\r");
    terminal.wait_for_prompt("Answer");
    terminal.press("Half");
    terminal.wait_for_prompt("Half");
    // In a line, Ctrl-Z is undo.
    terminal.press(ESC);
    terminal.wait_for_prompt("What now?");
    terminal.press("\x1a");
    terminal.continue_stopped_job();
    terminal.wait_for(&["fg\ngood-practice --question 1\n? What now?"]);
    terminal.press(ENTER);
    terminal.wait_for_prompt("Half");
    terminal.press(" a");
    terminal.wait_for_prompt("Half a");
    terminal.press(" name\r");
    terminal.wait_for(&["Question 2 of 25"]);
    terminal.wait_for_prompt("Answer");
    terminal.press(CTRL_C);
    terminal.exit_bash();
    assert_eq!(text(&draft(&folder), "name"), "Half a name");
}

#[cfg(unix)]
#[test]
fn a_signal_before_the_wizard_starts_restores_the_terminal() {
    for signal in ["TERM", "HUP", "INT"] {
        let code = match signal {
            "TERM" => 143,
            "HUP" => 129,
            _ => 130,
        };
        // Which of several drafts?
        let folder = folder_with("  name: An older one\n");
        let file = |name: &str| folder.path().join(name);
        fs::rename(file("application.yaml"), file("older.yaml")).unwrap();
        let terminal = Terminal::start(folder.path(), &[], WIDE);
        terminal.wait_for_prompt("Which draft?");
        send_signal(signal, terminal.process_id());
        terminal.expect_exit(code);
        // Looking at a draft that another wizard has.
        let mut first = Terminal::start(folder.path(), &["older.yaml"], WIDE);
        first.open_menu();
        let mut second = Terminal::start(folder.path(), &["older.yaml"], WIDE);
        second.wait_for_prompt("Look at older.yaml");
        second.press("y\r");
        second.wait_for(&["Esc closes"]);
        send_signal(signal, second.process_id());
        second.expect_exit(code);
        first.press(ESC);
        first.expect_exit(0);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_while_saving_fails_saves_again_or_elsewhere() {
    for back in [true, false] {
        let folder = tempdir().unwrap();
        let (inner, mut terminal) = in_a_folder_that_vanishes(&folder);
        terminal.press("Bright Streets\r");
        terminal.wait_for(&["Not saved: its folder does not exist", "Question 2 of 25"]);
        terminal.wait_for_prompt("Answer");
        if back {
            fs::create_dir(&inner).unwrap();
        }
        send_signal("TERM", terminal.process_id());
        let screen = terminal.expect_exit(143);
        let saved = if back {
            inner.join("a.yaml")
        } else {
            let rescued = fs::read_dir(folder.path()).unwrap().flatten();
            let mut rescued = rescued
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
            let path = rescued.next().expect("a rescued draft");
            assert!(screen.contains("good-practice-rescued-"), "{screen}");
            path
        };
        assert!(fs::read_to_string(saved).unwrap().contains("name: Bright Streets"));
    }
}

/// `/proc` is a folder that takes no files, from root neither.
#[cfg(target_os = "linux")]
#[test]
fn a_home_that_takes_no_files_is_not_the_last_place() {
    for (state, temporary) in [("state", "/proc"), ("/proc", "temporary"), ("/proc", "/proc")] {
        let folder = tempdir().unwrap();
        let inner = folder.path().join("inner");
        let place = |name: &str| {
            let path = folder.path().join(name);
            if name != "/proc" {
                fs::create_dir(&path).unwrap();
            }
            path.display().to_string()
        };
        fs::create_dir(&inner).unwrap();
        let (state, temporary) = (place(state), place(temporary));
        let environment = [("HOME", "/proc"), ("XDG_STATE_HOME", &*state), ("TMPDIR", &*temporary)];
        let arguments = ["fill", "inner/a.yaml", "--question", "1"];
        let mut terminal = Terminal::start_with(folder.path(), &arguments, WIDE, &environment);
        terminal.wait_for_prompt("Answer");
        fs::remove_dir_all(&inner).unwrap();
        terminal.press("Bright Streets\r");
        terminal.wait_for(&["Not saved: its folder does not exist", "Question 2 of 25"]);
        terminal.wait_for_prompt("Answer");
        send_signal("TERM", terminal.process_id());
        let screen = terminal.expect_exit(143);
        let is_rescued = |path: &Path| {
            path.file_name().unwrap().to_string_lossy().starts_with("good-practice-rescued-")
        };
        let saved = files(folder.path()).into_iter().find(|(path, _)| is_rescued(path));
        if let Some((path, text)) = saved {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(screen.replace('\n', "").contains(name), "{screen}");
            assert!(String::from_utf8(text).unwrap().contains("name: Bright Streets"));
        } else {
            assert!(state == "/proc" && temporary == "/proc", "{screen}");
            assert!(screen.contains("could not be saved anywhere"), "{screen}");
            assert!(screen.contains("  name: Bright Streets"), "{screen}");
        }
    }
}

#[test]
fn an_answer_too_large_for_a_draft_is_saved_beside_it() {
    let folder = folder_with("  name: A\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "7"], WIDE);
    terminal.wait_for(&["7 of 25", "^S"]);
    terminal.paste(&"many words ".repeat(200_000));
    terminal.wait_for(&["400000 words", "not saved: it is larger than 2 MB"]);
    // It is saved while it is being typed, not only at the end.
    let rescued = folder.path().join("application.too-large-1.yaml");
    let is_saved =
        || fs::read_to_string(&rescued).is_ok_and(|text| text.ends_with("typed at the end\n"));
    terminal.press("typed at the end");
    let start = Instant::now();
    while !is_saved() {
        assert!(start.elapsed() < PATIENCE, "it is not saved beside the draft");
        thread::sleep(Duration::from_millis(20));
    }
    terminal.press(CTRL_C);
    let screen = terminal.expect_exit(130).replace('\n', "");
    assert!(screen.contains("application.too-large-1.yaml instead"), "{screen}");
    let files = fs::read_dir(folder.path()).unwrap().flatten();
    let drafts =
        files.filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml"));
    assert_eq!(drafts.count(), 2);
    assert_eq!(fs::read_to_string(rescued).unwrap().matches("many words").count(), 200_000);
    assert_eq!(text(&draft(&folder), "name"), "A");
}

#[test]
fn a_change_by_another_program_while_typing_is_kept() {
    let folder = folder_with("  name: A\n  country: Ours\n");
    let mut terminal = Terminal::start(folder.path(), &["--question", "1"], WIDE);
    terminal.wait_for_prompt("Answer A");
    let path = folder.path().join("application.yaml");
    let text = fs::read_to_string(&path).unwrap().replace("Ours", "Theirs");
    fs::write(&path, text).unwrap();
    // Typed and deleted: the line is unchanged, but has been passed on to be saved.
    terminal.press("x\x7f\r");
    terminal.wait_for(&["Copied from it: question 2"]);
    terminal.press(CTRL_C);
    terminal.expect_exit(130);
    assert_eq!(self::text(&draft(&folder), "country"), "Theirs");
}
