#!/usr/bin/env bash
# From a bare machine to a running Rotunda, in one command.
# Nothing here signs in, binds or changes your Codex by itself: the demo lives in throw-away folders.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TEXT'
usage: bash installers/run.sh [demo] [--release] [--help]

  demo        shows the main job without any account: a simulated upstream on this machine, three simulated
              profiles in throw-away folders, and real Codex turns of which one meets a used-up profile
  (nothing)   starts Rotunda: the tray app where there is a display and a session bus, otherwise the router alone
  --release   build with all optimisation (much slower to build, smaller and faster to run)

Installs what is missing first: system packages (Debian and its kin, with sudo), the interface's node packages, and
for the demo the `codex` program when there is none on PATH. What is not a system package goes into
${XDG_CACHE_HOME:-~/.cache}/rotunda-dev, which may be deleted at any time.
TEXT
}

what=app
profile=daily
flags=(--profile daily)
for argument in "$@"; do
  case $argument in
    demo) what=demo ;;
    --release) profile=release flags=(--release) ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

# Why there can be no tray here; empty when there can.
no_tray_because() {
  [ "$(uname -s)" = Linux ] || return 0
  if [ -z "${WAYLAND_DISPLAY:-}" ] && [ -z "${DISPLAY:-}" ]; then
    echo "there is no display (DISPLAY and WAYLAND_DISPLAY are empty)"
  elif [ -z "${WAYLAND_DISPLAY:-}" ] && [[ $DISPLAY =~ ^:([0-9]+) ]] && [ ! -S "/tmp/.X11-unix/X${BASH_REMATCH[1]}" ]; then
    echo "the display $DISPLAY does not answer"
  elif [ -z "${DBUS_SESSION_BUS_ADDRESS:-}" ] && [ ! -S "${XDG_RUNTIME_DIR:-/nowhere}/bus" ]; then
    echo "there is no session bus (DBUS_SESSION_BUS_ADDRESS is empty)"
  fi
}

# build PACKAGE BINARY: builds and leaves the path of the program in `program`.
build() {
  quietly "Building $2 (the first time takes minutes)" \
    cargo build --locked --manifest-path "$ROOT/Cargo.toml" -p "$1" --bin "$2" "${flags[@]}" || exit 1
  program=$CARGO_TARGET_DIR/$profile/$2
}

say "Rotunda from source on $(system_name)"
need build || exit 1
provide_rust

if [ $what = demo ]; then
  provide_codex || exit 1
  say "Codex: $("$ROTUNDA_CODEX" --version 2>/dev/null)"
  build rotunda-cli rotunda
  exec "$program" demo
fi

reason=$(no_tray_because)
if [ -n "$reason" ]; then
  build rotunda-cli rotunda
  say "Starting the router alone, because $reason. Stop it with Ctrl+C."
  say "The command line, for another terminal, is $program; \`--help\` shows its commands."
  exec "$program" serve
fi
need shell || exit 1
build_ui || exit 1
build rotunda-cli rotunda
build rotunda-desktop rotunda-desktop
say "Starting the tray app, because there are a display and a session bus. Look for the ring in the tray."
say "The command line is ${program%-desktop}; \`--help\` shows its commands."
exec "$program"
