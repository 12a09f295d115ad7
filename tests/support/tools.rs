//! Programs that some tests drive and a machine may lack. A test without its program passes, so it
//! says on the real standard error that it did nothing.

use std::env;
use std::io::{self, Write as _};
use std::thread;

/// Returns whether a program is installed; if not, names the test that is skipped.
///
/// # Panics
/// Panics if the program is missing and `CI` is set: there, no test may be skipped.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).any(|folder| folder.join(program).is_file());
    assert!(found || env::var_os("CI").is_none(), "`{program}` is not installed");
    if !found {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        // The test harness captures `eprintln!` and shows it only for a test that fails.
        let _ = writeln!(io::stderr(), "skipped: {test} needs `{program}`");
    }
    found
}
