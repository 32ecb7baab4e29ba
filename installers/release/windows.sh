# shellcheck shell=bash
# The installer for Windows in a release: one that was made on Windows (installers/bundle.sh), or one from programs that
# mingw builds here from this checkout. Sourced after lib.sh.

# put_setup FILE: uses options of release.sh. It is no failure when there is to be none; winget and scoop are then left out,
# too.
put_setup() {
  case $setup in
    none)
      say "Left out: the installer for Windows, and with it winget and scoop."
      return
      ;;
    ?*)
      head -c 2 "$setup" | grep -q '^MZ$' || { say "$setup is no program for Windows."; return 1; }
      install -m 644 "$setup" "$1"
      return
      ;;
  esac
  # The rest of both is about tests.
  . "$ROOT/installers/windows/wine.sh"
  . "$ROOT/installers/windows/setup.sh"
  need windows && provide_setup_tools || return 1
  debian_rust || { say "programs for Windows need Debian's package rustc-web with the sources of std; --setup none leaves them out."; return 1; }
  # Without packages made here, the interface was not built.
  [ -z "$packed" ] || (unset ROTUNDA_UI_BUILT && build_ui) || return 1
  quietly "Building both programs for Windows ($profile)" build_windows_programs "$profile" "$work/windows" &&
    quietly "Making the installer for Windows" make_setup "$version" "$work/windows" &&
    install -m 644 "$SETUP/$version/nsis-output.exe" "$1"
}

# build_windows_programs PROFILE FOLDER: both programs and the library of the window, as an installer has them.
build_windows_programs() (
  set -e
  local profile=$1 out=$2 built page tests=()
  windows_toolchain
  if has flock; then
    exec 9>"$CACHE/windows.lock"
    flock 9
  fi
  claim_target
  if [ "$profile" = dev ]; then
    # With a test, std and the crates are those of the group windows.
    tests=(-p rotunda-tests --test scenarios)
  else
    RUSTFLAGS="$(remapped_paths "$DEBIAN_RUST/root/usr") --remap-path-prefix=$CARGO_TARGET_DIR=/target"
    export RUSTFLAGS
  fi
  cd "$ROOT"
  cargo build --locked -Z build-std --target "$WINDOWS_TARGET" --profile "$profile" -p rotunda-desktop -p rotunda-cli "${tests[@]}" \
    --bin rotunda-desktop --bin rotunda --features rotunda-desktop/custom-protocol
  built=$CARGO_TARGET_DIR/$WINDOWS_TARGET/$profile
  [ "$profile" != dev ] || built=$CARGO_TARGET_DIR/$WINDOWS_TARGET/debug
  mkdir -p "$out"
  x86_64-w64-mingw32-strip -o "$out/rotunda.exe" "$built/rotunda.exe"
  x86_64-w64-mingw32-strip -o "$out/console.exe" "$built/rotunda-desktop.exe"
  # A debug build has a console.
  x86_64-w64-mingw32-objcopy --subsystem windows "$out/console.exe" "$out/rotunda-desktop.exe"
  rm "$out/console.exe"
  cp "$built/WebView2Loader.dll" "$out/"
  # The group windows builds it with a stand-in for the interface.
  for page in ui/dist/assets/*; do
    grep -aqF "/assets/${page##*/}" "$out/rotunda-desktop.exe" || { echo "the tray app has no ${page##*/}"; exit 1; }
  done
)
