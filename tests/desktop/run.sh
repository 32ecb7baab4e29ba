#!/usr/bin/env bash
# The real app in a real desktop without a screen: tray, menu, window, keychain.
#   --keep FOLDER   puts pictures and logs there; without it they are left only after a failure
#   --only STORY    runs one story, such as "life in the window"; "a year of use" runs only so
# The real client is what $ROTUNDA_CODEX names: the program itself, without the script around it.
# The binaries are looked for in $ROTUNDA_BIN_DIR, else in the debug build.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export ROTUNDA_BIN_DIR=${ROTUNDA_BIN_DIR:-${CARGO_TARGET_DIR:-$here/../../target}/debug}
for program in Xvfb dbus-daemon openbox xfce4-panel dunst gnome-keyring-daemon busctl xdotool import WebKitWebDriver; do
  command -v "$program" >/dev/null || { echo "not ok $program is not installed"; echo "0 passed, 1 failed"; exit 1; }
done
[ -x "${ROTUNDA_CODEX:-}" ] || { echo "not ok ROTUNDA_CODEX does not name the program of the real client"; echo "0 passed, 1 failed"; exit 1; }
for binary in rotunda rotunda-desktop desktop-upstream; do
  [ -x "$ROTUNDA_BIN_DIR/$binary" ] || { echo "not ok $ROTUNDA_BIN_DIR/$binary is not built"; echo "0 passed, 1 failed"; exit 1; }
done
exec python3 -B "$here/scenario.py" "$@"
