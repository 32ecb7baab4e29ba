# shellcheck shell=bash
# Rotunda for Windows on Debian: built with mingw, run under Wine. Sourced by groups/windows.sh after steps.sh.
#
# Debian has no std for this target, only its sources, so cargo builds it with our crates (`-Z build-std`). Tests need
# the crate `test`, which belongs to another std than programs alone would get: everything is made by one kind of call,
# with the features of the whole workspace, or each call would build all crates again.

readonly WINDOWS_TARGET=x86_64-pc-windows-gnu
readonly WINDOWS=$CACHE/windows
readonly TESTED=(rotunda-core rotunda-text rotunda-router rotunda-simulator rotunda-host rotunda-daemon rotunda-cli)
# What the parts behind the tests start, all in one folder.
readonly WINDOWS_PROGRAMS=$WINDOWS/programs

windows_toolchain() {
  export CARGO_TARGET_DIR=$WINDOWS/target RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=false
  export CARGO_UNSTABLE_FEATURE_UNIFICATION=true CARGO_RESOLVER_FEATURE_UNIFICATION=workspace
  export PATH=$DEBIAN_RUST/bin:$PATH
  export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
  export CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc AR_x86_64_pc_windows_gnu=x86_64-w64-mingw32-ar
  unset RUSTDOC RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
  # The program itself: a variable with a dash in its name, such as CARGO_BIN_EXE_fake-codex, does not pass the shell of
  # the wrapper around it.
  export RUSTC=$DEBIAN_RUST/root/usr/bin/rustc
  export LD_LIBRARY_PATH=$DEBIAN_RUST/root/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  mkdir -p "$WINDOWS"
}

# build_for_windows LIST ARGUMENT...: builds test programs, and the programs beside them; a line for each test program
# goes into LIST: package, target, path.
build_for_windows() {
  local list=$1 built=$WINDOWS/built.json
  shift
  (cd "$ROOT" && cargo build --locked --keep-going -Z build-std --target "$WINDOWS_TARGET" --message-format=json-render-diagnostics "$@") >"$built" || return 1
  python3 "$ROOT/installers/windows/wine.py" programs "$built" >"$list"
}

# The tray app. Beside it is a test that is built already, or std would be another one; any interface will do, because no
# window of it is shown here.
build_desktop_for_windows() {
  mkdir -p "$ROOT/ui/dist"
  [ -e "$ROOT/ui/dist/index.html" ] || echo '<!doctype html><title>stand-in</title>' >"$ROOT/ui/dist/index.html"
  build_for_windows "$WINDOWS/desktop.tsv" -p rotunda-desktop -p rotunda-tests --bin rotunda-desktop --test scenarios
}

# What a program of Windows calls a path.
windows_path() { printf 'Z:%s' "${1//\//\\}"; }

wine_surroundings() {
  export WINEPREFIX=$WINDOWS/prefix WINEARCH=win64 WINEDEBUG=-all
  # No menu entries and file associations in the home of the user, and no downloads that Wine would offer.
  export WINEDLLOVERRIDES="winemenubuilder.exe,mscoree,mshtml=d"
  export NO_PROXY=127.0.0.1,localhost
}

# A Windows of its own, with the stand-in for what Wine 8 lacks. Made anew when Wine or the stand-in is another one.
provide_wine() {
  local want
  want=$(wine --version; declare -f make_wine; cat "$ROOT/installers/windows/standin.c" "$ROOT/installers/windows/kill.c")
  want=$(printf '%s' "$want" | sha256sum | cut -d' ' -f1)
  [ "$(cat "$WINEPREFIX/rotunda-made" 2>/dev/null)" != "$want" ] || return 0
  wineserver -k 2>/dev/null
  rm -rf "$WINEPREFIX"
  quietly "Making a Windows for the tests" make_wine || return 1
  printf '%s' "$want" >"$WINEPREFIX/rotunda-made"
}

make_wine() (
  set -e
  mkdir -p "$WINDOWS/made"
  # It says that there is no 32-bit rundll32: there is no 32-bit Wine here, and nothing of ours needs one.
  wine wineboot --init
  wineserver -w
  # Wine lets the desktop and other folders lead to the home of the user of Linux.
  find "$WINEPREFIX/drive_c/users" -maxdepth 2 -type l | while read -r link; do
    rm "$link"
    mkdir "$link"
  done
  x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -shared -s -o "$WINDOWS/made/bcryptprimitives.dll" \
    "$ROOT/installers/windows/standin.c" -ladvapi32 -luser32
  cp "$WINDOWS/made/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
  # Tests send signals by a program of this name.
  x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -s -o "$WINEPREFIX/drive_c/windows/kill.exe" "$ROOT/installers/windows/kill.c"
  cp "$WINEPREFIX/drive_c/windows/kill.exe" "$WINEPREFIX/drive_c/windows/system32/taskkill.exe"
  # Else Wine takes its own; a variable would not reach a program that a test starts with few of them.
  wine reg add 'HKCU\Software\Wine\DllOverrides' /v taskkill.exe /d native /f
  # No page is opened on the machine: what Wine would start asks the session bus for the desktop.
  wine reg add 'HKCU\Software\Wine\WineBrowser' /v Browsers /d true /f
  wineserver -w
)

# The programs that the parts behind the tests start. The tray app is of a debug build, which has a console: it is made
# as a release is.
collect_programs() (
  set -e
  local built=$CARGO_TARGET_DIR/$WINDOWS_TARGET/debug
  mkdir -p "$WINDOWS_PROGRAMS"
  cd "$WINDOWS_PROGRAMS"
  x86_64-w64-mingw32-strip -o rotunda.exe "$built/rotunda.exe"
  x86_64-w64-mingw32-strip -o desktop-upstream.exe "$built/desktop-upstream.exe"
  if [ -e "$built/rotunda-desktop.exe" ]; then
    x86_64-w64-mingw32-strip -o console.exe "$built/rotunda-desktop.exe"
    x86_64-w64-mingw32-objcopy --subsystem windows console.exe rotunda-desktop.exe
    rm console.exe
    cp "$built/WebView2Loader.dll" .
  fi
  x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -s -mwindows -o window.exe "$ROOT/installers/windows/window.c" -lws2_32
)

# The pinned Codex for Windows, as npm has it.
provide_windows_codex() {
  local version folder
  version=$(codex_version)
  folder=$WINDOWS/codex-$version
  WINDOWS_CODEX=$(find "$folder" -name codex.exe -path '*/bin/*' 2>/dev/null | head -n 1)
  if [ -z "$WINDOWS_CODEX" ]; then
    has npm || need node || return 1
    quietly "Fetching Codex $version for Windows" fetch_windows_codex "$version" "$folder" || return 1
    WINDOWS_CODEX=$(find "$folder" -name codex.exe -path '*/bin/*' | head -n 1)
  fi
  [ -n "$WINDOWS_CODEX" ]
}

fetch_windows_codex() (
  set -e
  rm -rf "$2.part"
  mkdir -p "$2.part"
  cd "$2.part"
  npm pack "@openai/codex@$1-win32-x64"
  tar -xzf ./*.tgz
  rm ./*.tgz
  mv "$2.part" "$2"
)
