#!/usr/bin/env bash
# The packages for Windows and macOS, built on those systems by Tauri's bundler; the release workflow runs it.
# Not yet run: what can be checked elsewhere is checked by installers/checks/release.py and a test of the shell.
set -euo pipefail

# The bundler, as a tool beside the checkout: nothing of it is in what we ship.
readonly TAURI_CLI=2.12.5

[ $# = 2 ] || { echo "usage: bash installers/bundle.sh windows|macos TARGET" >&2; exit 2; }
system=$1 target=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
config=$root/installers/$system/bundle.json
[ -f "$config" ] || { echo "error: there is no $config" >&2; exit 2; }
suffix=
[ "$system" != windows ] || suffix=.exe

# Set but empty would be taken for a wish to sign.
for name in APPLE_CERTIFICATE APPLE_CERTIFICATE_PASSWORD APPLE_SIGNING_IDENTITY APPLE_ID APPLE_PASSWORD APPLE_TEAM_ID; do
  if [ -z "${!name:-}" ]; then unset "$name"; fi
done

rustup target add "$target"
npm --prefix "$root/ui" ci
npm --prefix "$root/ui" run build
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
npm install --prefix "$tools" --no-save "@tauri-apps/cli@$TAURI_CLI"

# The command line goes along beside the app's program; the bundler wants it under this name.
cargo build --locked --release --manifest-path "$root/Cargo.toml" --target "$target" -p rotunda-cli --bin rotunda
mkdir -p "$root/installers/bin"
cp "${CARGO_TARGET_DIR:-$root/target}/$target/release/rotunda$suffix" "$root/installers/bin/rotunda-$target$suffix"

cd "$root/src-tauri"
"$tools/node_modules/.bin/tauri" build --target "$target" --config "$config" -- --locked
