#!/usr/bin/env bash
# Everything that proves Rotunda, from nothing, in one command. The last line is `N passed, N failed` over all groups.
#
# The groups run with a throw-away home and with a listener in place of the session bus; at the end it looks whether
# this user's home and keyring, the throw-away home and that listener are as they were.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

GROUPS_IN_ORDER=(rust ui codex clients simulation soak desktop package cross)
BY_NAME=(smoke fuzz bench contract field windows release)
# These share no desktop, and nothing in them is measured: with --jobs they run beside each other.
BESIDE=(rust ui simulation cross smoke)

usage() {
  cat <<'TEXT'
usage: bash installers/test.sh [--jobs N] [--without TAG,...] [GROUP...]

  --jobs N  up to N groups at once, of those that share no desktop; the others follow one by one
  --without TAG,...  leaves out what needs root, bus or display (installers/checks/tags.toml says what each is): tests of
            the groups rust and smoke, and of the others each that needs it as a whole, unless it is named

  rust      form, lints, unit tests, scenarios over real sockets, documents, dependencies
  ui        types, unit tests and pages of the interface in a browser
  codex     the real Codex client against the router and a scripted upstream, and the demo
  clients   the real packages `openai` for Python and Node, and Codex's SDK, as other programs with keys of their own
  simulation  whole lives of an installation in one thread: ten seconds; by name an hour from new seeds
  soak      two hundred sessions and an upstream that fails in every way, also as in the field: a minute each; by name
            half an hour each
  desktop   the real app in a desktop without a screen, and a real keychain
  package   the packages in a system of their own: installed, used, upgraded, removed, purged
  cross     type check for Windows and macOS, with planted errors; by name, with ROTUNDA_CROSS_PARTS=link, every program is
            linked for macOS (groups/cross.sh)

  smoke     only by name: decisions, texts and the command line, in less than a minute after a build
  fuzz, bench   long runs and measurements; only by name (bench writes docs/performance.md; with ROTUNDA_BENCH_PEERS=1
                it also builds and measures prodex)
  contract      only by name: what we rely on in Codex, for the newest published version, the pinned one and those that
                CODEX_VERSIONS names; writes the table of docs/contract.md
  field         only by name: a thousand turns of the real client while upstream fails as in the field; FIELD_TURNS
  windows       only by name: the programs for Windows, built with mingw and run under Wine, with the real codex.exe, a
                keychain, consoles and the installer; ROTUNDA_WINDOWS_PARTS names its parts (groups/windows.sh)
  release       only by name: the program without libraries in an empty root, the .deb on Debian 13, the .rpm in a root of
                its own; aarch64 and builds from other folders: ROTUNDA_RELEASE_PARTS names its parts (groups/release.sh)

Without a group: the first nine. Missing system packages are installed first (Debian and its kin).
TEXT
}

chosen=() jobs=1 without=()
while [ $# -gt 0 ]; do
  argument=$1
  shift
  if [ "$argument" = --jobs ]; then
    [[ ${1:-} =~ ^[1-9][0-9]?$ ]] || { echo "test.sh: --jobs takes a number from 1 to 99." >&2; exit 2; }
    jobs=$1
    shift
    continue
  fi
  if [ "$argument" = --without ]; then
    IFS=, read -ra without <<<"${1:-}"
    [ ${#without[@]} -gt 0 ] || { echo "test.sh: --without takes tags, such as root,bus." >&2; exit 2; }
    shift
    continue
  fi
  case " ${GROUPS_IN_ORDER[*]} ${BY_NAME[*]} " in
    *" $argument "*) chosen+=("$argument") ;;
    *) case $argument in -h | --help) usage; exit 0 ;; *) usage >&2; exit 2 ;; esac ;;
  esac
done
# By name these two take their time.
case " ${chosen[*]} " in *" soak "*) soak_named=1 ;; *) soak_named= ;; esac
case " ${chosen[*]} " in *" simulation "*) simulation_named=1 ;; *) simulation_named= ;; esac
out=" "
if [ ${#without[@]} -gt 0 ]; then
  out=" $(python3 "$ROOT/installers/checks/tags.py" groups "${without[@]}") " || exit 2
fi
if [ ${#chosen[@]} = 0 ]; then
  for group in "${GROUPS_IN_ORDER[@]}"; do case $out in *" $group "*) ;; *) chosen+=("$group") ;; esac; done
fi

passed=0 failed=0 rows=()
add() { # NAME PASSED FAILED SECONDS
  passed=$((passed + $2)) failed=$((failed + $3))
  rows+=("$(printf '  %-12s %6d passed %4d failed %6d s' "$@")")
}

need checks || die "python3 and git are needed to count and to look afterwards."

# --- a throw-away home, and a listener in place of the session bus -----------------------------

hermetic=$ROOT/installers/checks/hermetic.py
away=$(mktemp -d)
wire=
clean_up() {
  [ -z "$wire" ] || kill "$wire" 2>/dev/null
  rm -rf "$away"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

real_home() { env "${real[@]}" python3 "$hermetic" "$@"; }
# Looked at without the bus, or the looking itself would be a call.
away_home() { DBUS_SESSION_BUS_ADDRESS='' python3 "$hermetic" "$@"; }
# Unset and empty mean the same to what reads these.
real=(HOME="$HOME" XDG_CONFIG_HOME="${XDG_CONFIG_HOME:-}" XDG_DATA_HOME="${XDG_DATA_HOME:-}" XDG_STATE_HOME="${XDG_STATE_HOME:-}"
  XDG_CACHE_HOME="${XDG_CACHE_HOME:-}" CODEX_HOME="${CODEX_HOME:-}" DBUS_SESSION_BUS_ADDRESS="${DBUS_SESSION_BUS_ADDRESS:-}")

# The toolchain and the settings of npm stay where they are.
export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export npm_config_userconfig=${npm_config_userconfig:-$HOME/.npmrc} GIT_CONFIG_GLOBAL=${GIT_CONFIG_GLOBAL:-$HOME/.gitconfig}
[ ! -x "$CARGO_HOME/bin/cargo" ] || case ":$PATH:" in *":$CARGO_HOME/bin:"*) ;; *) PATH=$CARGO_HOME/bin:$PATH ;; esac

mkdir -m 700 "$away/home" "$away/run"
for name in $(compgen -e | grep -E '^(ROTUNDA_|CODEX_|OPENAI_|XDG_|DBUS_)'); do
  case $name in ROTUNDA_DEV_CACHE | CODEX_VERSIONS | ROTUNDA_SOAK_* | ROTUNDA_WINDOWS_PARTS | ROTUNDA_CROSS_PARTS | ROTUNDA_RELEASE_PARTS | ROTUNDA_SIMULATION_* | ROTUNDA_FUZZ_* | ROTUNDA_BENCH_PEERS | FIELD_*) ;; *) unset "$name" ;; esac
done
unset DISPLAY WAYLAND_DISPLAY
export ROTUNDA_SOAK_NAMED=$soak_named ROTUNDA_SIMULATION_NAMED=$simulation_named ROTUNDA_TEST_WITHOUT="${without[*]}"
real_home snapshot "$away/before-real"
export HOME=$away/home XDG_RUNTIME_DIR=$away/run DBUS_SESSION_BUS_ADDRESS=unix:path=$away/bus
export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
away_home snapshot "$away/before-away"
python3 "$hermetic" tripwire "$away/bus" "$away/calls" &
wire=$!
export ROTUNDA_FAILURES=$away/failures

# --- the groups ------------------------------------------------------------------------------

# Runs a group, and notes how it ended and how long it took.
run_group() { # GROUP
  local started=$SECONDS code
  bash "$ROOT/installers/groups/$1.sh"
  code=$?
  echo "$code $((SECONDS - started))" >"$away/$1.end"
}

tally() { # GROUP
  local group=$1 p=0 f=0 code=1 seconds=0 counts
  read -r code seconds <"$away/$group.end"
  if counts=$(python3 "$ROOT/installers/checks/count.py" ours "$away/$group.out"); then
    read -r p f <<<"$counts"
  else
    say "GROUP $group printed no count: that is a failure"
    f=1
  fi
  [ "$code" = 0 ] || [ "$f" -gt 0 ] || f=1
  add "$group" "$p" "$f" "$seconds"
}

is_beside() { case " ${BESIDE[*]} " in *" $1 "*) [ "$jobs" -gt 1 ] ;; *) false ;; esac; }

# They share the built interface: one that builds it while another reads it would take it away.
beside=0
for group in "${chosen[@]}"; do ! is_beside "$group" || beside=$((beside + 1)); done
if [ "$beside" -gt 1 ]; then
  build_ui || die "the interface did not build."
  export ROTUNDA_UI_BUILT=1
fi

running=()
for group in "${chosen[@]}"; do
  is_beside "$group" || continue
  if [ "${#running[@]}" -ge "$jobs" ]; then
    wait -n -p ended "${running[@]}"
    remaining=()
    for job in "${running[@]}"; do [ "$job" = "$ended" ] || remaining+=("$job"); done
    running=("${remaining[@]}")
  fi
  say "GROUP $group begins"
  run_group "$group" >"$away/$group.out" 2>&1 &
  running+=($!)
done
[ "${#running[@]}" = 0 ] || wait "${running[@]}"
for group in "${chosen[@]}"; do
  is_beside "$group" || continue
  say "GROUP $group"
  cat "$away/$group.out"
  tally "$group"
done
for group in "${chosen[@]}"; do
  is_beside "$group" && continue
  say "GROUP $group"
  run_group "$group" | tee "$away/$group.out"
  tally "$group"
done

# --- what was left behind ----------------------------------------------------------------------

started=$SECONDS
hermetic_passed=0 hermetic_failed=0
look() { # WHAT COMMAND...
  local what=$1 output
  shift
  if output=$("$@"); then
    hermetic_passed=$((hermetic_passed + 1))
    printf '    %-60s ok\n' "$what"
  else
    hermetic_failed=$((hermetic_failed + 1))
    printf '    %-60s FAILED\n%s\n' "$what" "$output"
  fi
}
seen() { ! "$@"; }
plant() {
  mkdir -p "$HOME/.codex" "$XDG_DATA_HOME/keyrings"
  echo planted >"$HOME/.codex/config.toml"
  python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.recv(1)' "$away/bus"
}
say "Looking at what the tests left behind (a Rotunda or Codex of yours that was in use meanwhile shows here too)"
look "this user's home and keyring are unchanged" real_home compare "$away/before-real"
look "the throw-away home was left alone too" away_home compare "$away/before-away"
look "the session bus was never called" python3 "$hermetic" calls "$away/calls"
plant
look "a file planted in the home is seen" seen away_home compare "$away/before-away"
look "a call planted on the session bus is seen" seen python3 "$hermetic" calls "$away/calls"
add hermeticity "$hermetic_passed" "$hermetic_failed" $((SECONDS - started))

# A long run has pushed the failures far away.
[ ! -s "$away/failures" ] || cat "$away/failures"
printf '\n%s\n' "${rows[@]}"
printf '  %-12s %33d s\n\n' altogether "$SECONDS"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
