//! Programs that some tests drive and a machine may lack. A test without its program passes, so it
//! says on the real standard error that it did nothing; the test harness captures `eprintln!` and
//! shows it only for a test that fails.

use std::env;
use std::io::{self, Write as _};
use std::thread;

/// The programs and the tests that do nothing, or less, without them.
pub(crate) const TESTS_THAT_NEED: [(&str, &[&str]); 8] = [
    (
        "bash",
        &[
            "bash_completes_commands_questions_and_drafts",
            "ctrl_z_and_fg_work_in_a_shell",
            "ctrl_z_behind_another_key_stops_the_program_in_order",
            "ctrl_z_in_a_new_line_stops_the_program_and_fg_asks_the_question_again",
        ],
    ),
    ("zsh", &["zsh_completes_commands_questions_and_drafts"]),
    ("fish", &["fish_completes_commands_questions_and_drafts"]),
    ("mandoc", &["the_program_and_every_command_have_a_man_page"]),
    ("shellcheck", &["every_command_of_the_manual_succeeds"]),
    ("python3", &["the_table_for_the_jury_is_read_back_cell_by_cell"]),
    ("setpriv", &["a_draft_of_a_colleague_stays_theirs"]),
    (
        "strace",
        &[
            "a_full_or_write_protected_disk_is_reported_and_the_wizard_continues",
            "an_export_that_fails_or_is_killed_leaves_the_old_document_or_the_new_one",
            "no_path_in_a_draft_or_a_document_is_opened",
            "whichever_call_of_a_save_fails_or_is_the_last_the_draft_is_old_or_new",
        ],
    ),
];

/// Returns whether a program is installed. If not, prints that the running test is skipped.
///
/// # Panics
/// Panics if the program is missing and `CI` is set: there, no test may be skipped. Panics if the
/// running test is not in [`TESTS_THAT_NEED`].
pub(crate) fn is_installed(program: &str) -> bool {
    let test = thread::current().name().unwrap_or_default().to_owned();
    let name = test.rsplit("::").next().unwrap();
    let (_, tests) = TESTS_THAT_NEED.iter().find(|(tool, _)| *tool == program).unwrap();
    // With `--test-threads=1`, tests run on the main thread and have no name of their own.
    assert!(name == "main" || tests.contains(&name), "add `{name}` to TESTS_THAT_NEED");
    let found = is_in_path(program);
    assert!(found || env::var_os("CI").is_none(), "`{program}` is not installed");
    if !found {
        let _ = writeln!(io::stderr(), "skipped: {name} needs `{program}`");
    }
    found
}

fn is_in_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Returns one line for each missing program, with the tests that were skipped.
pub(crate) fn skipped_tests() -> String {
    let missing = TESTS_THAT_NEED.iter().filter(|(program, _)| !is_in_path(program));
    missing
        .map(|(program, tests)| {
            format!("not tested, `{program}` is missing: {}\n", tests.join(", "))
        })
        .collect()
}
