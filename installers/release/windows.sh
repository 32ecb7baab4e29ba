# shellcheck shell=bash
# The installer for Windows in a release: one that was made on Windows (installers/bundle.sh), or one from the programs
# that the group windows has built. Sourced after lib.sh.

# put_setup FILE: uses setup and version of release.sh. It is no failure when there is none; winget and scoop are then
# left out, too.
put_setup() {
  if [ -n "$setup" ]; then
    head -c 2 "$setup" | grep -q '^MZ$' || { say "$setup is no program for Windows."; return 1; }
    install -m 644 "$setup" "$1"
    return
  fi
  # The rest of wine.sh and setup.sh is about tests.
  local programs=$CACHE/windows/programs name
  for name in rotunda.exe rotunda-desktop.exe WebView2Loader.dll; do
    if [ ! -f "$programs/$name" ]; then
      say "Left out: the installer for Windows, and with it winget and scoop, because $programs has no $name." \
        "Give the one of the release workflow with --setup FILE, or build the programs here:" \
        "ROTUNDA_WINDOWS_PARTS=setup bash installers/test.sh windows"
      return 0
    fi
  done
  . "$ROOT/installers/windows/wine.sh"
  . "$ROOT/installers/windows/setup.sh"
  need windows && provide_setup_tools && quietly "Making the installer for Windows" make_setup "$version" "$programs" || return 1
  install -m 644 "$SETUP/$version/nsis-output.exe" "$1"
}
