#!/usr/bin/env bash
# The rpm in a root of its own, which mmdebstrap makes of Debian's packages: rpm-root.sh OLD.rpm NEW.rpm, as root.
# rpm.py says what is done there. Ends with `N passed, N failed`.
set -uo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The same Debian as this one: the programs are linked with its libraries.
suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
if ! mmdebstrap --quiet --variant=essential --include=libwebkit2gtk-4.1-0 "$suite" "$work/root"; then
  echo "not ok mmdebstrap makes a root of $suite"
  echo "0 passed, 1 failed"
  exit 1
fi
# Network, mounts and processes of its own, so that nothing of this machine is reached.
unshare --mount --net --pid --fork --kill-child --mount-proc \
  sh -c 'python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh14x\", b\"lo\", 0x41))" && exec "$@"' sh \
  python3 -B "$here/rpm.py" "$work/root" "$@"
