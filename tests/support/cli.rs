//! Runs the program as a script does, and captures its output.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// The output and exit code of a finished program.
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

/// Runs the program in a folder, with nothing on standard input and an empty environment.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_good-practice"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { out: text(output.stdout), err: text(output.stderr), code: output.status.code().unwrap() }
}

/// Returns `PATH` with the folder of the program under test in front.
pub(crate) fn path_with_program() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_good-practice"));
    let path = env::var("PATH").unwrap_or_default();
    format!("{}:{path}", program.parent().unwrap().display())
}

/// Sends a signal, such as `TERM`, to a process.
#[cfg(unix)]
pub(crate) fn send_signal(signal: &str, process: u32) {
    let kill = format!("kill -{signal} {process}");
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}
