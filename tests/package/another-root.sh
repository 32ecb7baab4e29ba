#!/usr/bin/env bash
# The package in a root of another system, which mmdebstrap makes of its packages: installed by apt with what it needs,
# used, upgraded to itself, removed. another-root.sh SUITE DEB, as root; SUITE is trixie (Debian 13) or noble (Ubuntu
# 24.04). Ends with `N passed, N failed`.
set -uo pipefail

suite=$1 deb=$2
case $suite in
  trixie) system="Debian 13" is='^PRETTY_NAME="Debian GNU/Linux 13 ' ;;
  noble) system="Ubuntu 24.04" is='^PRETTY_NAME="Ubuntu 24\.04[. ]' ;;
  *) echo "another-root.sh: no system is known by the name $suite"; exit 2 ;;
esac
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
# Ubuntu signs with its own keys; Debian 13 has a package of them, and only that is unpacked.
ubuntu() {
  mkdir "$work/keys" && mmdebstrap --quiet --variant=extract --include=ubuntu-archive-keyring --format=tar trixie - |
    tar -C "$work/keys" -xf - ./usr/share/keyrings/ubuntu-archive-keyring.gpg &&
    from=("--components=main,universe" "--keyring=$work/keys/usr/share/keyrings/ubuntu-archive-keyring.gpg")
}
makes_root() {
  local from=()
  [ "$suite" != noble ] || ubuntu || return 1
  mmdebstrap --quiet --variant=apt --include=ca-certificates,procps,passwd "${from[@]}" "$suite" "$work/root" &&
    grep -q "$is" "$work/root/etc/os-release" &&
    cp /etc/resolv.conf "$work/root/etc/resolv.conf" && inside apt-get update
}
installs() { cp "$deb" "$work/root/rotunda.deb" && inside apt-get install -y --no-install-recommends /rotunda.deb; }
# Everything that the programs are linked with is there, the window's libraries too.
linked() {
  local listed
  listed=$(inside ldd /usr/bin/rotunda /usr/bin/rotunda-desktop) && grep -q libwebkit2gtk <<<"$listed" && ! grep 'not found' <<<"$listed"
}

step "mmdebstrap makes a root of $system" makes_root
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
