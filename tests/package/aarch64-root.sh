#!/usr/bin/env bash
# The package for arm64 in a root of Debian's packages for arm64, whose programs qemu runs: installed by apt with what it
# needs, used, its tray app on a desktop of this machine, removed; then the .rpm, by this machine's rpm.
# aarch64-root.sh DEB RPM [PICTURES], as root, by emulated.py. Ends with `N passed, N failed`. ROTUNDA_ARM_ROOT names a
# folder that keeps the root for the next time.
set -uo pipefail

deb=$1 rpm=$2 pictures=${3:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
root=${ROTUNDA_ARM_ROOT:-$work/root}
clean_up() {
  local folder
  # One of them that stays would be emptied with the root.
  for folder in dev proc tmp; do ! mountpoint -q "$root/$folder" || umount -l "$root/$folder" || return; done
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
. "$here/root.sh"

makes_root() {
  # The same Debian as this one: the programs are linked with its libraries.
  local suite
  suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  [ -e "$root/etc/debian_version" ] ||
    mmdebstrap --quiet --mode=root --variant=apt --architectures=arm64 --skip=check/qemu --include=passwd "$suite" "$root" || return 1
  mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc" && mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" &&
    [ "$(inside dpkg --print-architecture)" = arm64 ] && [ "$(inside uname -m)" = aarch64 ] &&
    reads_lists
}
whole() {
  local program
  for program in rotunda rotunda-desktop; do readelf -h "$root/usr/bin/$program" | grep AArch64 || return 1; done
  inside dpkg --verify rotunda && [ -z "$(inside dpkg --verify rotunda)" ]
}
# counts COMMAND...: each of its lines but the last, which is a total, is a check of its own.
counts() {
  local count log=$work/counted
  "$@" 2>&1 | tee "$log" | sed '$d'
  count=$(tail -n 1 "$log")
  if [[ $count =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    echo "$count" && failed=$((failed + 1))
  fi
}
# No network but its own loopback.
tray_life() {
  unshare --net sh -c 'python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh14x\", b\"lo\", 0x41))" && exec "$@"' sh \
    python3 -B "$here/foreign_tray.py" "$root" ${pictures:+"$pictures"}
}

step "mmdebstrap makes a Debian for arm64, whose programs run" makes_root
step "apt installs the package with what it needs" installs
step "both programs are for aarch64, and every file is as the package has it" whole
is_used
counts tray_life
is_purged
counts python3 -B "$here/foreign_rpm.py" "$root" "$rpm"
total
