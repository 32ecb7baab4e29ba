#!/usr/bin/env bash
# Runs a command in a system of its own: this machine's, seen through a layer that takes all writes and is gone
# afterwards, with its own processes, its own /tmp and /run, and no network but its own loopback.
#   clean-root.sh VISIBLE... -- COMMAND...     the VISIBLE folders are there at their paths, read-only
# Needs the right to make namespaces: root, or sudo before it.
set -euo pipefail

if [ -z "${ROTUNDA_CLEAN_ROOT:-}" ]; then
  # What is mounted there is seen from inside only, so the folder stays empty.
  layer=$(mktemp -d)
  trap 'rmdir "$layer"' EXIT
  ROTUNDA_CLEAN_ROOT=$layer unshare --mount --net --pid --fork --kill-child bash "${BASH_SOURCE[0]}" "$@"
  exit
fi

layer=$ROTUNDA_CLEAN_ROOT
mount -t tmpfs -o mode=755 tmpfs "$layer"
root=$layer/root
mkdir "$root"

over() { # PATH: this machine's folder below the root, with writes going to memory
  local at=$layer/over${1//\//-}
  mkdir -p "$at/up" "$at/work"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$at/up,workdir=$at/work" "$root${1%/}"
}
over /
for folder in /usr /var /etc /opt /home; do
  if mountpoint -q "$folder"; then over "$folder"; fi
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
for folder in tmp run; do mount -t tmpfs -o mode=1777 tmpfs "$root/$folder"; done
chmod 755 "$root/run"
mkdir -m 1777 "$root/tmp/.X11-unix"

while [ "$1" != -- ]; do
  mkdir -p "$root$1"
  mount --rbind "$1" "$root$1"
  mount -o remount,bind,ro "$root$1"
  shift
done
shift

# Loopback is down in a new network; there need not be a tool for that.
python3 - <<'PY'
import fcntl, socket, struct
IFF_UP_RUNNING, SIOCSIFFLAGS = 0x41, 0x8914
with socket.socket() as s:
    fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP_RUNNING))
PY
cd /
exec env -u ROTUNDA_CLEAN_ROOT chroot "$root" "$@"
