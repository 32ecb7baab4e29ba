#!/usr/bin/env bash
# The keychain tests of rotunda-host and rotunda-daemon against every real provider that Debian has, and those of the
# real client with its sign-in in a keychain: for each provider a private session bus, a throw-away home, and a real,
# unlocked Secret Service.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

provide_rust
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export CARGO_HOME RUSTUP_HOME ROTUNDA_TEST_KEYRING=1
cd "$ROOT" || exit 1
provide_codex pinned || exit 1
cargo test --locked -p rotunda-daemon -p rotunda-host --no-run || exit 1
cargo build --locked -p rotunda-cli --bin rotunda || exit 1
cargo test --locked -p rotunda-tests --test codex --no-run || exit 1

private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
# No provider has a screen here.
export QT_QPA_PLATFORM=offscreen
export PROVIDERS=$ROOT/installers/groups/keychains.sh
failed=0

# in_session PROVIDER ENCRYPTED COMMAND...: runs a command beside a provider that is unlocked. When the command fails and
# the provider has crashed, that says nothing about Rotunda: the command runs once more beside a new one.
in_session() {
  export ROTUNDA_TEST_PROVIDER=$1 ROTUNDA_TEST_ENCRYPTED=$2
  shift 2
  local try code
  for try in 1 2; do
    export HOME=$private/$ROTUNDA_TEST_PROVIDER-$ROTUNDA_TEST_ENCRYPTED-$try/home XDG_RUNTIME_DIR=$private/$ROTUNDA_TEST_PROVIDER-$ROTUNDA_TEST_ENCRYPTED-$try/run
    mkdir -p "$HOME" "$XDG_RUNTIME_DIR" && chmod 700 "$HOME" "$XDG_RUNTIME_DIR"
    say "keychain: $ROTUNDA_TEST_PROVIDER, encrypted: $ROTUNDA_TEST_ENCRYPTED"
    dbus-run-session -- bash -c '. "$PROVIDERS" && trap stop_provider EXIT; start_provider || exit 1
      "$@" && exit 0; kill -0 "$provider" 2>/dev/null && exit 1; exit 99' bash "$@" >"$private/output" 2>&1
    code=$?
    if [ $code = 99 ] && [ $try = 1 ]; then
      say "keychain: $ROTUNDA_TEST_PROVIDER crashed; its tests run once more"
      continue
    fi
    cat "$private/output"
    [ $code = 0 ] || failed=1
    return
  done
}

# The last test of rotunda-host leaves the keychain locked.
keychain_tests() {
  cargo test --locked -p rotunda-daemon -- --test-threads=1 "$@" && cargo test --locked -p rotunda-host -- --test-threads=1 "$@"
}
client_tests() { cargo test --locked -p rotunda-tests --test codex -- --test-threads=1 keyring; }
export -f keychain_tests client_tests

in_session gnome-keyring-daemon yes client_tests
# Last, since it leaves the keychain locked.
in_session gnome-keyring-daemon yes keychain_tests keyring session_bus
in_session kwalletd5 yes keychain_tests keyring_tests
if [ "$(id -u)" = 0 ]; then
  in_session kwalletd5 no keychain_tests keyring_tests
else
  say "keychain: kwalletd5 without encrypted sessions: not run, since it needs root"
fi
in_session keepassxc yes keychain_tests keyring_tests
exit $failed
