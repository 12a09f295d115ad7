//! The program: does what the command line says, and tells how it went.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(good_practice::commands::run() as u8)
}
