//! The program: reads the command line, does what it says, and tells how it went.

fn main() {}
