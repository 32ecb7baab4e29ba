#!/usr/bin/env bash
# Group windows: Rotunda for Windows, built here with mingw and run under Wine, in a Windows of its own.
#
# What only Wine does wrong is in installers/windows/expected-failures.toml, by name and with its reason. What has run
# this way and what has not is in docs/platforms.md. ROTUNDA_WINDOWS_PARTS names the parts to run:
#   units life credentials console      by default
#   tray setup scenarios client         by name only; the workflow `long` runs all of them

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"
. "$ROOT/installers/windows/wine.sh"
. "$ROOT/installers/windows/setup.sh"

parts=" ${ROTUNDA_WINDOWS_PARTS:-units life credentials console} "
wants() { case $parts in *" $1 "*) ;; *) false ;; esac; }
for part in units life credentials console tray setup scenarios client; do wants "$part" || say "windows: $part: not run"; done

need checks build windows || { missing "system packages" "could not be installed"; finish; }
debian_rust || { missing "toolchain" "$(system_name) has no package rustc-web with the sources of std"; finish; }
windows_toolchain
wine_surroundings

# One at a time: the build and the Windows are shared by every clone on this machine.
if has flock; then
  exec 9>"$CACHE/windows.lock"
  flock 9
fi
# What a killed run left would hold the programs that are built anew.
wineserver -k 2>/dev/null
trap 'wineserver -k 2>/dev/null' EXIT

here=$ROOT/installers/windows
expected=$here/expected-failures.toml
pictures=$WINDOWS/pictures
tests_of() { counted "$1" ours python3 "$here/wine.py" tests "$2" "$expected" "$3"; }

counted "self-test of the list" ours python3 "$here/wine.py" --self-test
quietly "Fetching the crates" cargo_here fetch --locked --target "$WINDOWS_TARGET"
claim_target
provide_wine || { missing "Wine" "could not be set up"; finish; }

# The scenarios and every program but the tray app; without a test, std would be another one.
check "build" build_for_windows "$WINDOWS/programs.tsv" -p rotunda-cli -p rotunda-tests \
  --bin rotunda --bin fake-codex --bin desktop-upstream --test scenarios
if wants units; then
  packages=()
  for package in "${TESTED[@]}"; do packages+=(-p "$package"); done
  check "build of the unit tests" build_for_windows "$WINDOWS/units.tsv" "${packages[@]}" --tests
  for package in "${TESTED[@]}"; do tests_of "tests of $package" "$WINDOWS/units.tsv" "$package"; done
fi
! wants scenarios || tests_of "scenarios" "$WINDOWS/programs.tsv" rotunda-tests/scenarios

if wants tray || wants setup; then
  check "build of the tray app" build_desktop_for_windows
fi
collect_programs || { missing "programs" "could not be collected"; finish; }

if wants client || wants life || wants credentials; then
  if provide_windows_codex; then
    ROTUNDA_CODEX=$(windows_path "$WINDOWS_CODEX")
    export ROTUNDA_CODEX
    if wants client; then
      check "build of the tests of the real client" build_for_windows "$WINDOWS/client.tsv" -p rotunda-tests --test codex
      tests_of "tests of the real client" "$WINDOWS/client.tsv" rotunda-tests/codex
    fi
    unset ROTUNDA_CODEX
    ! wants life || counted "rotunda.exe and codex.exe" ours python3 "$here/life.py" "$WINDOWS_PROGRAMS" "$WINDOWS_CODEX"
    ! wants credentials || counted "Credential Manager" ours python3 "$here/credentials.py" "$WINDOWS_PROGRAMS" "$WINDOWS_CODEX"
  else
    missing "codex.exe" "could not be fetched"
  fi
fi
! wants console || counted "console" ours python3 "$here/console.py" "$WINDOWS_PROGRAMS" "$pictures"
! wants tray || counted "tray app" ours python3 "$here/tray.py" "$WINDOWS_PROGRAMS" "$pictures"
if wants setup; then
  if provide_setup_tools && quietly "$GROUP: making the installers" make_setups; then
    counted "installer" ours python3 "$here/setup.py" "$WINDOWS_PROGRAMS" \
      "$SETUP/0.1.0/nsis-output.exe" "$SETUP/0.1.1/nsis-output.exe"
  else
    missing "installer" "could not be made"
  fi
fi
finish
