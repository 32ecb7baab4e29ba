# shellcheck shell=bash
# The installer for the tests under Wine: Tauri's own script, filled with our bundle.json, compiled by Debian's NSIS.
# Sourced by groups/windows.sh after wine.sh.
#
# Tauri's bundler downloads its plugin for NSIS, which is for 32-bit installers; those need a 32-bit Wine. A stand-in of the
# plugin and a 64-bit installer do the same. Tauri's releases bring NSIS 3.13; Debian 12 has 3.08.

readonly SETUP=$WINDOWS/setup
readonly HANDLEBARS_VERSION=4.7.8
# The one that the pinned Tauri command line of the release workflow contains.
readonly BUNDLER_VERSION=2.10.4

# Fetches the sources of Tauri's bundler, with cargo alone: a crate that depends on it.
fetch_bundler() (
  set -e
  mkdir -p "$SETUP/bundler/src"
  cd "$SETUP/bundler"
  printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\ntauri-bundler = { version = "=%s", default-features = false }\n' \
    "$BUNDLER_VERSION" >Cargo.toml
  touch src/lib.rs
  cargo fetch
)

bundler_sources() { find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -maxdepth 2 -type d -name "tauri-bundler-$BUNDLER_VERSION" | head -n 1; }

fetch_handlebars() (
  set -e
  rm -rf "$SETUP/handlebars" "$SETUP/handlebars.part"
  mkdir -p "$SETUP/handlebars.part"
  cd "$SETUP/handlebars.part"
  npm pack "handlebars@$HANDLEBARS_VERSION"
  tar -xzf ./*.tgz
  mv "$SETUP/handlebars.part" "$SETUP/handlebars"
)

provide_setup_tools() {
  has npm && has node || need node || return 1
  [ -n "$(bundler_sources)" ] || quietly "Fetching the sources of Tauri's bundler" fetch_bundler || return 1
  [ -d "$SETUP/handlebars" ] || quietly "Fetching the language of Tauri's templates" fetch_handlebars
}

# An installer, and one of a later version with other programs.
make_setups() (
  set -e
  local later=$SETUP/later
  rm -rf "$later"
  mkdir -p "$later"
  cp "$WINDOWS_PROGRAMS"/{rotunda.exe,rotunda-desktop.exe,WebView2Loader.dll} "$later/"
  # What follows a program in its file changes nothing for it.
  for program in rotunda rotunda-desktop; do printf 'a later version' >>"$later/$program.exe"; done
  make_setup 0.1.0 "$WINDOWS_PROGRAMS"
  make_setup 0.1.1 "$later"
)

# make_setup VERSION PROGRAMS: the installer is then $SETUP/VERSION/nsis-output.exe.
make_setup() (
  set -e
  local out=$SETUP/$1 include=$SETUP/include plugins=$SETUP/plugins
  rm -rf "$out"
  mkdir -p "$out" "$include/Win" "$plugins"
  cp "$ROOT/installers/windows/RestartManager.nsh" "$include/Win/"
  x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -shared -s -o "$plugins/nsis_tauri_utils.dll" "$ROOT/installers/windows/nsis-plugin.c"
  node "$ROOT/installers/windows/render.js" "$(bundler_sources)" "$SETUP/handlebars/package/dist/cjs/handlebars.js" \
    "$out" "$1" "$plugins" "$2"
  cd "$out"
  makensis -V2 -INPUTCHARSET UTF8 -X"Target amd64-unicode" -X"!addincludedir \"$include\"" installer.nsi
)
