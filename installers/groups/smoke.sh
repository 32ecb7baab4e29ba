#!/usr/bin/env bash
# Group smoke: whether the main things hold, in less than a minute after a build. Decisions, texts, and the program as it
# is typed; no desktop, no browser, no real Codex.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
counted "documents" ours python3 "$ROOT/installers/checks/docs.py"
counted "structure" ours python3 "$ROOT/installers/checks/structure.py"
# The shell takes the built interface in at compile time. Of the whole workspace, or the crates would be built once more
# with other features.
build_ui || { missing "interface" "did not build"; finish; }
what="decisions, texts and the command line"
cargo_tests "$what" "package(rotunda-core) - test(/^forecast::accuracy_tests::/) | package(rotunda-text) | package(rotunda-cli) & (kind(lib) | binary(command_line) - test(/^terminal::/))" --lib --test command_line
finish
