#!/usr/bin/env bash
# Group desktop: the real app and the real client in a desktop without a screen, the keychain behind a session bus of
# its own, and a browser that signs in.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build shell desktop keyring ui || { missing "system packages" "could not be installed"; finish; }
provide_rust
provide_codex pinned || { missing "codex" "could not be fetched"; finish; }
build_ui || { missing "interface" "did not build"; finish; }
export ROTUNDA_BIN_DIR=$CARGO_TARGET_DIR/debug

quietly "$GROUP: building the app" cargo_here build --locked -p rotunda-desktop -p rotunda-cli --bins ||
  { missing "app" "did not build"; finish; }
quietly "$GROUP: building the upstream" cargo_here build --locked -p rotunda-tests --bin desktop-upstream ||
  { missing "upstream of the stories" "did not build"; finish; }
counted "keychain" cargo bash "$ROOT/installers/groups/keyring.sh"
counted "sign-in with a browser" cargo cargo_here test --locked -p rotunda-tests --test browser
if [ -f "$ROOT/tests/desktop/run.sh" ]; then
  counted "tray app" ours bash "$ROOT/tests/desktop/run.sh"
else
  missing "tray app" "tests/desktop/run.sh is not there"
fi
finish
