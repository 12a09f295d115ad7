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
# What changed is told by CHANGELOG.md; Debian wants to hear of the package itself.
maintainer=$(sed -n 's/^maintainer = "\(.*\)"/\1/p' Cargo.toml)
cat > "$made/changelog" << END
good-practice ($("$program" --version | cut -d ' ' -f 2)-1) unstable; urgency=medium

  * What is new is in changelog.gz.

 -- $maintainer  $(date -R)
END
cargo deb --no-build "$@"
