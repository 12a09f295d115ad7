//! The program: reads the command line, does what it says, and tells how it went.

use std::process::ExitCode;

use clap::Parser;
use good_practice::{cli::Cli, commands};

fn main() -> ExitCode {
    let exit = commands::answer_shell().unwrap_or_else(|| match Cli::try_parse() {
        Ok(cli) => commands::run(cli),
        Err(error) => commands::usage(&error),
    });
    ExitCode::from(exit as u8)
}
