#!/usr/bin/env bash
# The package in a root of Debian 13, which mmdebstrap makes of Debian's packages: installed by apt with what it needs,
# used, upgraded to itself, removed. debian13.sh DEB, as root. Ends with `N passed, N failed`.
set -uo pipefail

deb=$1
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() {
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $name"
  else
    failed=$((failed + 1))
    echo "not ok $name"
    tail -n 30 "$work/log"
  fi
}
inside() { chroot "$work/root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 ROTUNDA_VAULT=file ROTUNDA_PORT=0 DEBIAN_FRONTEND=noninteractive "$@"; }
prints() { # WORDS COMMAND...
  local words=$1 output
  shift
  output=$(inside "$@" 2>&1)
  echo "$output"
  grep -q -- "$words" <<<"$output"
}
without() { ! "$@"; }
makes_root() {
  mmdebstrap --quiet --variant=apt --include=ca-certificates,procps,passwd trixie "$work/root" && grep -q '^13' "$work/root/etc/debian_version" &&
    cp /etc/resolv.conf "$work/root/etc/resolv.conf" && inside apt-get update
}
installs() { cp "$deb" "$work/root/rotunda.deb" && inside apt-get install -y --no-install-recommends /rotunda.deb; }
# Everything that the programs are linked with is there, the window's libraries too.
linked() {
  local listed
  listed=$(inside ldd /usr/bin/rotunda /usr/bin/rotunda-desktop) && grep -q libwebkit2gtk <<<"$listed" && ! grep 'not found' <<<"$listed"
}

step "mmdebstrap makes a Debian 13" makes_root
step "apt installs the package with what it needs" installs
step "no library is missing" linked
step "the command line runs" prints "^rotunda " rotunda --version
step "the tray app says its version" prints "^Rotunda " rotunda-desktop --version
step "the demo's three turns go through the router" prints "Radcliffe Camera" rotunda demo
step "installed again it is whole" inside apt-get install -y --reinstall --no-install-recommends /rotunda.deb
step "apt purges it" inside apt-get purge -y rotunda
step "nothing of it is left" without test -e "$work/root/usr/bin/rotunda"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
