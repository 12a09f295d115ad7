//! Which tests did nothing because a program is missing. The name of this module is the last in the
//! alphabet, so that the list is near the end of the output.

use std::fs;
use std::io::{self, Write as _};

use crate::support::root;
use crate::support::tools::{TESTS_THAT_NEED, skipped_tests};

#[test]
fn skipped_tests_are_listed_at_the_end() {
    let _ = io::stderr().write_all(skipped_tests().as_bytes());
}

#[test]
fn every_test_that_may_be_skipped_exists() {
    let files = fs::read_dir(root().join("tests")).unwrap().flatten();
    let code: String = files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect();
    for test in TESTS_THAT_NEED.iter().flat_map(|(_, tests)| *tests) {
        assert!(code.contains(&format!("#[test]\nfn {test}() {{")), "{test}");
    }
}
