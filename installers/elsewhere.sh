#!/usr/bin/env bash
# The tests that need nothing of Debian: on Windows (in the bash of Git), on macOS, and anywhere else with cargo and npm.
# The workflow `test` runs it on both; on Debian, test.sh does all of this and more.
#
#   bash installers/elsewhere.sh STEP   steps: tests, shell, codex
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# An account on the machine, a variable of its owner: nothing of either is for the tests.
for name in $(compgen -e | grep -E '^(ROTUNDA_|CODEX_|OPENAI_)'); do unset "$name"; done
export RUST_BACKTRACE=0
cd "$root"

# Every crate but the shell, with the scenarios; the programs first, because some tests start them.
run_tests() {
  cargo build --locked -p rotunda-cli --bin rotunda
  cargo test --locked --no-fail-fast
}

# The shell takes the built interface in.
run_shell() {
  npm --prefix ui ci
  npm --prefix ui run build
  cargo test --locked --no-fail-fast -p rotunda-desktop
}

# The real client, at the pinned version, against the router and a scripted upstream.
run_codex() {
  local version folder program
  version=$(cat installers/codex-version)
  folder=$root/target/codex-$version
  npm install --prefix "$folder" --no-save --ignore-scripts "@openai/codex@$version"
  program=$(find "$folder/node_modules" -path '*/vendor/*/bin/*' \( -name codex -o -name codex.exe \) -type f | head -n 1)
  [ -n "$program" ] || { echo "error: @openai/codex@$version has no program for this system" >&2; exit 1; }
  cargo build --locked -p rotunda-cli --bin rotunda
  ROTUNDA_CODEX=$program cargo test --locked --no-fail-fast -p rotunda-tests --test codex
}

case ${1:-} in
  tests) run_tests ;;
  shell) run_shell ;;
  codex) run_codex ;;
  *) echo "usage: bash installers/elsewhere.sh tests|shell|codex" >&2; exit 2 ;;
esac
