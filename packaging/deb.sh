#!/bin/sh
# Builds the Debian package into target/debian/; arguments are passed on to `cargo deb`. The program
# itself writes its man pages and completions, so they are never out of date.
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
# The changes are in CHANGELOG.md; Debian requires a changelog of the package as well.
maintainer=$(sed -n 's/^maintainer = "\(.*\)"/\1/p' Cargo.toml)
cat > "$made/changelog" << END
good-practice ($("$program" --version | cut -d ' ' -f 2)-1) unstable; urgency=medium

  * What is new is in changelog.gz.

 -- $maintainer  $(date -R)
END
cargo deb --no-build "$@"
