#!/usr/bin/env bash
# Group windows: Rotunda for Windows, built here with mingw and run under Wine, in a Windows of its own.
#
# What only Wine does wrong is in installers/windows/expected-failures.toml, by name and with its reason. What has run
# this way and what has not is in docs/platforms.md.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"
. "$ROOT/installers/windows/wine.sh"

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

list=$WINDOWS/programs.tsv
expected=$ROOT/installers/windows/expected-failures.toml
packages=()
for package in "${TESTED[@]}"; do packages+=(-p "$package"); done

counted "self-test of the list" ours python3 "$ROOT/installers/windows/wine.py" --self-test
quietly "Fetching the crates" cargo_here fetch --locked --target "$WINDOWS_TARGET"
claim_target
provide_wine || { missing "Wine" "could not be set up"; finish; }
check "build" build_for_windows "$list" "${packages[@]}" --tests --bin rotunda
[ -s "$list" ] || { missing "test programs" "were not built"; finish; }
for package in "${TESTED[@]}"; do
  counted "tests of $package" ours python3 "$ROOT/installers/windows/wine.py" tests "$list" "$expected" "$package"
done
if provide_windows_codex; then
  counted "rotunda.exe and codex.exe" ours python3 "$ROOT/installers/windows/life.py" \
    "$CARGO_TARGET_DIR/$WINDOWS_TARGET/debug/rotunda.exe" "$WINDOWS_CODEX"
else
  missing "codex.exe" "could not be fetched"
fi
finish
