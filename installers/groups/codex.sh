#!/usr/bin/env bash
# Group codex: the real client, at the pinned version, against the router and a scripted upstream; then the demo.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
provide_codex pinned || { missing "codex" "could not be fetched"; finish; }
export ROTUNDA_BIN_DIR=$CARGO_TARGET_DIR/debug

# The two-command promise: it ends well, with the real client, and a profile ran out on the way unnoticed.
demo_story() {
  local story
  story=$(bash "$ROOT/installers/run.sh" demo) || { printf '%s\n' "$story"; return 1; }
  printf '%s\n' "$story"
  grep -q "codex-cli $(codex_version), the real one" <<<"$story" &&
    grep -q "ran out of its .* limit .*, then .* served it" <<<"$story" &&
    grep -q "Codex saw one completed turn and no error" <<<"$story" &&
    grep -q "config.toml is what it was before, byte for byte" <<<"$story"
}

counted "self-test of captures" ours python3 "$ROOT/tests/compat/capture.py" --self-test
counted "captures" ours python3 "$ROOT/tests/compat/capture.py" --check
quietly "$GROUP: building rotunda" cargo_here build --locked -p rotunda-daemon --bin rotunda || { missing "rotunda" "did not build"; finish; }
counted "real client" cargo cargo_here test --locked -p rotunda-tests --test codex
check "demo by run.sh" demo_story
finish
