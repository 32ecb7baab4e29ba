#!/usr/bin/env bash
# Group ui: types, form, unit tests, the built interface, and its pages in a real browser.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

[ -f "$ROOT/ui/package.json" ] || { missing "interface" "ui/package.json is not there"; finish; }
need checks ui || { missing "system packages" "could not be installed"; finish; }
provide_ui_packages || { missing "node packages" "could not be installed"; finish; }
# The browser looks for a session bus of its own accord; there is none for it here.
export DBUS_SESSION_BUS_ADDRESS=disabled:

npm_here() { (cd "$ROOT/ui" && npm "$@"); }
check "types and form" npm_here run check
counted "unit tests" vitest npm_here test
if [ -n "${ROTUNDA_UI_BUILT:-}" ]; then
  check "build" test -s "$ROOT/ui/dist/index.html"
else
  check "build" npm_here run build
fi
counted "pages in a browser" ours npm_here run e2e
finish
