#!/usr/bin/env bash
# The keychain tests of rotunda-daemon, and those of the real client with its sign-in in a keychain: a private session
# bus, a throw-away home, and a real, unlocked Secret Service.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

provide_rust
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export CARGO_HOME RUSTUP_HOME ROTUNDA_TEST_KEYRING=1
cd "$ROOT" || exit 1
provide_codex pinned || exit 1
cargo test --locked -p rotunda-daemon --no-run || exit 1
cargo build --locked -p rotunda-daemon --bin rotunda || exit 1
cargo test --locked -p rotunda-tests --test codex --no-run || exit 1

private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
mkdir -m 700 "$private/home" "$private/run"
export HOME=$private/home XDG_RUNTIME_DIR=$private/run
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
mkdir -p "$HOME/.local/share/keyrings"

dbus-run-session -- bash -c '
  printf test | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
  keyring=$!
  for _ in $(seq 600); do
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null |
      grep -q "boolean true" && break
    sleep 0.1
  done
  cargo test --locked -p rotunda-tests --test codex -- --test-threads=1 keyring
  client=$?
  # Last, since it leaves the keychain locked.
  cargo test --locked -p rotunda-daemon -- --test-threads=1 keyring session_bus
  result=$((client | $?))
  kill "$keyring"
  wait "$keyring" 2>/dev/null
  exit "$result"
'
