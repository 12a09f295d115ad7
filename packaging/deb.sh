#!/bin/sh
# Builds the Debian package in target/debian/ and passes its arguments on to `cargo deb`. The program
# itself generates the man pages and completions, so that they are always up to date.
set -eu
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=target
cargo build --release --locked
program=target/release/good-practice
generated=target/shell
rm -rf "$generated"
mkdir -p "$generated/completions"
"$program" man --dir "$generated/man1"
for shell in bash zsh fish; do
    "$program" completions "$shell" > "$generated/completions/$shell"
done
# The changes are in CHANGELOG.md; Debian requires a changelog of the package as well.
maintainer=$(sed -n 's/^maintainer = "\(.*\)"/\1/p' Cargo.toml)
cat > "$generated/changelog" << END
good-practice ($("$program" --version | cut -d ' ' -f 2)-1) unstable; urgency=medium

  * What is new is in changelog.gz.

 -- $maintainer  $(date -R)
END
cargo deb --no-build "$@"
