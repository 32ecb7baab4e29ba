#!/usr/bin/env bash
# Group codex: the real client, at the pinned version, against the router and a scripted upstream; then the demo.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build terminal || { missing "system packages" "could not be installed"; finish; }
provide_rust
provide_codex pinned || { missing "codex" "could not be fetched"; finish; }
export ROTUNDA_BIN_DIR=$CARGO_TARGET_DIR/debug

counted "self-test of captures" ours python3 "$ROOT/tests/compat/capture.py" --self-test
counted "captures" ours python3 "$ROOT/tests/compat/capture.py" --check
quietly "$GROUP: building rotunda" cargo_here build --locked -p rotunda-cli --bin rotunda || { missing "rotunda" "did not build"; finish; }
counted "real client" cargo cargo_here test --locked -p rotunda-tests --test codex
# The two-command promise: typed in a fresh clone, it ends well, with the real client, and a profile ran out unnoticed.
counted "README.md's commands, in a clone" ours python3 "$ROOT/installers/checks/clone.py"
finish
