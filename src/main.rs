//! The program: reads the command line, does what it says, and tells how it went.

use std::process::ExitCode;

use clap::Parser;
use good_practice::{cli::Cli, commands};

fn main() -> ExitCode {
    ExitCode::from(commands::run(Cli::parse()) as u8)
}
