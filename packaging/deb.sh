#!/bin/sh
# Builds the Debian package into target/debian/; what follows goes to `cargo deb`. Man pages and
# completions come from the program itself, so there is no build script to keep in step with it.
set -eu
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=target
cargo build --release --locked
program=target/release/good-practice
made=target/shell
rm -rf "$made"
mkdir -p "$made/completions"
"$program" man --dir "$made/man1"
for shell in bash zsh fish; do
    "$program" completions "$shell" > "$made/completions/$shell"
done
cargo deb --no-build "$@"
