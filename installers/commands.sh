#!/usr/bin/env bash
# Writes docs/commands.md, docs/settings.md and docs/logs.md from the program's own definitions. A test compares them.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need build || exit 1
provide_rust
quietly "Building rotunda" cargo build --locked --manifest-path "$ROOT/Cargo.toml" -p rotunda-cli --bin rotunda || exit 1
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$CARGO_TARGET_DIR/debug/rotunda" guide "$made" || exit 1
install -m 644 "$made/commands.md" "$made/settings.md" "$made/logs.md" "$ROOT/docs/"
say "docs/commands.md, docs/settings.md and docs/logs.md are current"
