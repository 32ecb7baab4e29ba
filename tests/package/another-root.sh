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
work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

# Ubuntu signs with its own keys; Debian 13 has a package of them, and only that is unpacked.
ubuntu() {
  mkdir "$work/keys" && mmdebstrap --quiet --variant=extract --include=ubuntu-archive-keyring --format=tar trixie - |
    tar -C "$work/keys" -xf - ./usr/share/keyrings/ubuntu-archive-keyring.gpg &&
    from=("--components=main,universe" "--keyring=$work/keys/usr/share/keyrings/ubuntu-archive-keyring.gpg")
}
makes_root() {
  local from=()
  [ "$suite" != noble ] || ubuntu || return 1
  mmdebstrap --quiet --variant=apt --include=ca-certificates,procps,passwd "${from[@]}" "$suite" "$root" &&
    grep -q "$is" "$root/etc/os-release" && reads_lists
}

step "mmdebstrap makes a root of $system" makes_root
step "apt installs the package with what it needs" installs
is_used
step "installed again it is whole" inside apt-get install -y --reinstall --no-install-recommends /rotunda.deb
is_purged
total
