//! Measures the time from a key to its last painted byte: the composer, nano and a prompt library
//! take turns on the same pseudo terminal.
//!
//! `cargo bench --bench composer` prints the table of `benches/README.md`. Programs that are not
//! installed are left out.

#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints, and ends where it cannot measure"
)]

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::tempdir;

/// A key is painted when the program writes nothing for this long.
const QUIET: Duration = Duration::from_millis(5);
const KEYS: usize = 120;
const ROUNDS: usize = 7;
/// The environment variable that makes this program ask one long question with inquire.
const PEER: &str = "GOOD_PRACTICE_BENCH_PEER";

/// What a program has written, and when it last wrote.
#[derive(Default)]
struct Written {
    last: Option<Instant>,
    text: String,
}

struct Session {
    keyboard: Arc<Mutex<Box<dyn Write + Send>>>,
    written: Arc<(Mutex<Written>, Condvar)>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Session {
    fn start(program: &Path, arguments: &[&str], folder: &Path) -> Self {
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(folder);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", folder);
        command.env(PEER, folder);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let written = Arc::new((Mutex::new(Written::default()), Condvar::new()));
        let (theirs, answers) = (Arc::clone(&written), Arc::clone(&keyboard));
        thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                let now = Instant::now();
                let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
                if text.contains("\x1b[6n") {
                    answers.lock().unwrap().write_all(b"\x1b[1;1R").unwrap();
                }
                let mut written = theirs.0.lock().unwrap();
                written.last = Some(now);
                written.text.push_str(&text);
                theirs.1.notify_all();
            }
        });
        Self { keyboard, written, child, _master: pair.master }
    }

    /// Waits until the program has written `wanted`.
    fn sees(&self, wanted: &str) {
        let start = Instant::now();
        while !self.written.0.lock().unwrap().text.contains(wanted) {
            assert!(start.elapsed() < Duration::from_secs(20), "waited in vain for {wanted}");
            thread::sleep(Duration::from_millis(2));
        }
        self.settle(Duration::from_millis(700));
    }

    /// Waits until the program writes nothing for `quiet`. Returns when it last wrote.
    fn settle(&self, quiet: Duration) -> Option<Instant> {
        let (lock, changed) = &*self.written;
        let mut written = lock.lock().unwrap();
        let mut since = Instant::now();
        loop {
            let left = quiet.saturating_sub(since.elapsed());
            if left.is_zero() {
                return written.last;
            }
            let before = written.last;
            written = changed.wait_timeout(written, left).unwrap().0;
            if written.last != before {
                since = Instant::now();
            }
        }
    }

    fn press(&self, keys: &[u8]) -> Instant {
        let mut keyboard = self.keyboard.lock().unwrap();
        let now = Instant::now();
        keyboard.write_all(keys).unwrap();
        now
    }

    /// Returns the median time from a key to the last byte it painted, in milliseconds.
    fn key_to_paint(&self) -> f64 {
        let mut times: Vec<f64> = (0..KEYS)
            .map(|at| {
                let pressed = self.press(&b"abcde "[at % 6..=at % 6]);
                let (lock, changed) = &*self.written;
                let written = lock.lock().unwrap();
                let unpainted = |written: &mut Written| written.last < Some(pressed);
                let patience = Duration::from_secs(5);
                let waited = changed.wait_timeout_while(written, patience, unpainted).unwrap();
                assert!(!waited.1.timed_out(), "a key was never painted");
                drop(waited);
                let painted = self.settle(QUIET).unwrap();
                thread::sleep(Duration::from_millis(20));
                milliseconds(painted - pressed)
            })
            .collect();
        median(&mut times)
    }

    /// Pastes a text. Returns how long the program writes afterwards, in milliseconds.
    fn paste(&self, text: &str) -> f64 {
        let pressed = self.press(format!("\x1b[200~{text}\x1b[201~").as_bytes());
        milliseconds(self.settle(Duration::from_millis(800)).unwrap() - pressed)
    }

    /// Returns the peak memory of the program in MB.
    fn peak_memory(&self) -> f64 {
        let status = format!("/proc/{}/status", self.child.process_id().unwrap());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        peak.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1000.0
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Returns a text of `count` words in paragraphs of 80.
fn words(count: usize) -> String {
    let words: Vec<_> = (1..=count).map(|n| format!("word{n}")).collect();
    words.chunks(80).map(|words| words.join(" ")).collect::<Vec<_>>().join("\n\n")
}

fn bytes(count: usize) -> String {
    let mut text = words(count / 6);
    text.truncate(count);
    text
}

/// Starts the composer on an answer to a question. The question `problem` has no limit.
fn composer(question: &str, answer: &str) -> (tempfile::TempDir, Session) {
    let folder = tempdir().unwrap();
    let block = answer.replace('\n', "\n    ");
    let answers =
        if answer.is_empty() { String::new() } else { format!("  {question}: |-\n    {block}\n") };
    let draft =
        format!("questionnaire: eucpn-good-practice\nversion: 1\nanswers:\n  name: x\n{answers}");
    std::fs::write(folder.path().join("application.yaml"), draft).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_good-practice"));
    let session = Session::start(program, &["--question", question], folder.path());
    session.sees("words");
    (folder, session)
}

fn nano(answer: &str) -> Option<(tempfile::TempDir, Session)> {
    Command::new("nano").arg("--version").output().ok()?;
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("answer.txt"), answer).unwrap();
    let arguments = ["--ignorercfiles", "--softwrap", "answer.txt"];
    let session = Session::start(Path::new("nano"), &arguments, folder.path());
    session.sees("word1 ");
    session.press(b"\x1b/");
    session.settle(Duration::from_millis(300));
    Some((folder, session))
}

/// Starts this project's prompt for a short answer.
fn line(answer: &str) -> (tempfile::TempDir, Session) {
    let folder = tempdir().unwrap();
    let draft =
        format!("questionnaire: eucpn-good-practice\nversion: 1\nanswers:\n  name: {answer}\n");
    std::fs::write(folder.path().join("application.yaml"), draft).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_good-practice"));
    let session = Session::start(program, &["--question", "name"], folder.path());
    session.sees(answer);
    (folder, session)
}

/// Starts inquire's text prompt.
fn inquire_text(answer: &str) -> (tempfile::TempDir, Session) {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("answer.txt"), answer.replace('\n', " ")).unwrap();
    let program = std::env::current_exe().unwrap();
    let session = Session::start(&program, &[], folder.path());
    session.sees(answer.rsplit(char::is_whitespace).next().unwrap());
    (folder, session)
}

fn ask_with_inquire(folder: &Path) {
    let answer = std::fs::read_to_string(folder.join("answer.txt")).unwrap();
    let _ = inquire::Text::new("Answer:").with_initial_value(&answer).prompt();
}

fn main() {
    if let Some(folder) = std::env::var_os(PEER) {
        return ask_with_inquire(Path::new(&folder));
    }
    let six_hundred = words(600);
    let (small, large) = (bytes(3_000), bytes(100_000));
    let mut times = [const { Vec::new() }; 8];
    let mut memory: f64 = 0.0;
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        times[0].push(composer("summary", &six_hundred).1.key_to_paint());
        if let Some((_folder, nano)) = nano(&six_hundred) {
            times[1].push(nano.key_to_paint());
        }
        times[2].push(inquire_text(&six_hundred).1.key_to_paint());
        times[3].push(composer("problem", &small).1.key_to_paint());
        let (_folder, session) = composer("problem", &large);
        times[4].push(session.key_to_paint());
        let (_folder, session) = composer("problem", "");
        times[5].push(session.paste(&large));
        memory = memory.max(session.peak_memory());
        times[6].push(line("Bright").1.key_to_paint());
        times[7].push(inquire_text("Bright").1.key_to_paint());
    }
    let medians =
        times.map(|mut times| if times.is_empty() { f64::NAN } else { median(&mut times) });
    let [ours, nano, inquire, small, large, paste, line, inquire_line] = medians;
    let mut table = String::from("| what | ms | ratio |\n|---|---|---|\n");
    for (what, time, ratio) in [
        ("a key in 600 words: the composer", ours, 1.0),
        ("a key in 600 words: nano", nano, nano / ours),
        ("a key in 600 words: inquire's Text", inquire, inquire / ours),
        ("a key in 3 kB: the composer", small, small / ours),
        ("a key in 100 kB: the composer", large, large / small),
        ("100 kB pasted, until all is saved: the composer", paste, f64::NAN),
        ("a key in a line: the prompt for a short answer", line, line / ours),
        ("a key in a line: inquire's Text", inquire_line, inquire_line / line),
    ] {
        let ratio = if ratio.is_nan() { "-".to_owned() } else { format!("{ratio:.2}") };
        let _ = writeln!(table, "| {what} | {time:.2} | {ratio} |");
    }
    println!("{table}\npeak memory with 100 kB: {memory:.1} MB");
}
