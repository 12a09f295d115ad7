//! How a target runs. libFuzzer takes every panic for a find, also one that the program catches:
//! that of a library which edits YAML. So only what comes out of the target counts here.

use std::panic::{catch_unwind, set_hook};
use std::process::abort;

pub fn init() {
    set_hook(Box::new(|panic| eprintln!("{panic}")));
}

pub fn run(target: fn(&[u8]), bytes: &[u8]) {
    if catch_unwind(|| target(bytes)).is_err() {
        abort();
    }
}
