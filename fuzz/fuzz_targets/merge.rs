#![no_main]

#[path = "../../tests/fuzzed.rs"]
#[allow(dead_code, reason = "each target tries one of three things")]
mod fuzzed;
mod target;

libfuzzer_sys::fuzz_target!(init: target::init(), |bytes: &[u8]| target::run(fuzzed::merge, bytes));
