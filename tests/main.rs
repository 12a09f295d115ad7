//! What the program promises, tested on the real program.

#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod any_questionnaire;
mod architecture;
#[cfg(unix)]
mod cases;
mod command_line;
mod composer;
mod document;
mod filled_forms;
mod form_traps;
mod forms;
mod fuzzed;
mod history;
mod hostile;
#[cfg(unix)]
mod input;
mod many;
mod mutated;
mod origins;
mod other_programs;
mod overview;
mod picture;
mod plain;
mod prompts;
mod questionnaire;
mod received;
mod round;
mod safety;
mod samples;
mod schema;
mod shell;
mod stories;
mod support;
mod table;
mod terminals;
mod versions;
mod without_tools;
