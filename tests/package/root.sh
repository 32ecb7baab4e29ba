# shellcheck shell=bash
# What the lives of a .deb in a root of another system or processor share. Sourced with $work, $root and $deb set.

passed=0 failed=0

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
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 ROTUNDA_VAULT=file ROTUNDA_PORT=0 DEBIAN_FRONTEND=noninteractive "$@"; }
prints() { # WORDS COMMAND...
  local words=$1 output
  shift
  output=$(inside "$@" 2>&1)
  echo "$output"
  grep -q -- "$words" <<<"$output"
}
without() { ! "$@"; }
reads_lists() { cp /etc/resolv.conf "$root/etc/resolv.conf" && inside apt-get update; }
installs() { cp "$deb" "$root/rotunda.deb" && inside apt-get install -y --no-install-recommends /rotunda.deb; }
# Everything that the programs are linked with is there, the window's libraries too.
linked() {
  local listed
  listed=$(inside ldd /usr/bin/rotunda /usr/bin/rotunda-desktop) && grep -q libwebkit2gtk <<<"$listed" && ! grep 'not found' <<<"$listed"
}
is_used() {
  step "no library is missing" linked
  step "the command line runs" prints "^rotunda " rotunda --version
  step "the tray app says its version" prints "^Rotunda " rotunda-desktop --version
  step "the demo's three turns go through the router" prints "Radcliffe Camera" rotunda demo
}
is_purged() {
  step "apt purges it" inside apt-get purge -y rotunda
  step "nothing of it is left" without test -e "$root/usr/bin/rotunda"
}
# The count of all steps, and whether each passed.
total() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
