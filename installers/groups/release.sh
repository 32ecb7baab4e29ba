#!/usr/bin/env bash
# Group release: the program without libraries in an empty root, and the package on a newer Debian. By name only: it
# builds the standard library and everything over it.
#
# ROTUNDA_RELEASE_PARTS names the parts to run:
#   portable debian13      by default
#   aarch64 reproducible   by name only: no run of them has come to its end yet

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"
. "$ROOT/installers/release/portable.sh"

parts=" ${ROTUNDA_RELEASE_PARTS:-portable debian13} "
wants() { case $parts in *" $1 "*) ;; *) false ;; esac; }
for part in portable debian13 rpm aarch64 reproducible packages; do wants "$part" || say "release: $part: not run"; done

need checks build shell package release roots clean-root || { missing "system packages" "could not be installed"; finish; }
debian_rust || { missing "toolchain" "$(system_name) has no package rustc-web with the sources of std"; finish; }
provide_release_tools || { missing "tools" "could not be fetched"; finish; }
SOURCE_DATE_EPOCH=$(git -C "$ROOT" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1)
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT
# One at a time: the build is shared by every clone on this machine.
if has flock; then
  exec 9>"$CACHE/release.lock"
  flock 9
fi

# What a tarball has beside the program; the program of this machine writes it.
surroundings() {
  provide_rust
  cargo_here build --locked -p rotunda-cli --bin rotunda &&
    "$CARGO_TARGET_DIR/debug/rotunda" guide "$away/guide" && cat "$ROOT/LICENSE" >"$away/licences"
}
tarball() { build_portable "$1" dev && pack_portable "$1" dev "$version" "$away/licences" "$away/guide" "$away"; }
package_at() { bash "$ROOT/installers/package.sh" --profile dev --out "$@"; }
# In network and processes of its own, so that nothing of this machine is reached.
in_empty_root() {
  as_root unshare --net --pid --fork --kill-child --mount-proc \
    sh -c 'python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh14x\", b\"lo\", 0x41))" && exec "$@"' sh \
    env "BUILT_IN=$ROOT:${CARGO_HOME:-$HOME/.cargo}:$DEBIAN_RUST" python3 -B "$ROOT/tests/package/portable.py" "$@"
}

# All crates and std built once more by another user's hand: from another folder, with another home, cache, cargo home,
# locale, time zone and umask. Only the Python behind the tools of a release stays where it is.
same_bytes_elsewhere() (
  local name=rotunda-$version-x86_64-linux.tar.gz here=$away/elsewhere/another-folder cache=$away/elsewhere/cache
  local cargo=$away/elsewhere/cargo
  tarball x86_64 && git clone -q "$ROOT" "$here" && mkdir -p "$away/second" "$away/home" "$cache" "$cargo" &&
    cp -a --reflink=auto "$DEBIAN_RUST" "$RELEASE_TOOLS" "$cache/" &&
    cp -a --reflink=auto "${CARGO_HOME:-$HOME/.cargo}"/{registry,config*} "$cargo/" 2>/dev/null
  [ -d "$cargo/registry" ] || return 1
  # shellcheck disable=SC2016  # the inner shell has these
  (umask 077; env -u CARGO_TARGET_DIR -u ROTUNDA_PORTABLE_TARGET HOME="$away/home" USER=another LOGNAME=another LC_ALL=C \
    LANGUAGE=ja TZ=Asia/Tokyo TMPDIR="$away/home" ROTUNDA_DEV_CACHE="$cache" CARGO_HOME="$cargo" \
    bash -c '. "$1/installers/lib.sh" && . "$1/installers/release/portable.sh" && build_portable x86_64 dev &&
      pack_portable x86_64 dev "$2" "$3/licences" "$3/guide" "$3/second"' bash "$here" "$version" "$away") || return 1
  sha256sum "$away/$name" "$away/second/$name"
  cmp "$away/$name" "$away/second/$name" || { keep_both "$away/$name" "$away/second/$name"; return 1; }
)
# What differs is looked at with diffoscope, by hand.
keep_both() { mkdir -p "$CACHE/differ" && cp "$1" "$CACHE/differ/first-${1##*/}" && cp "$2" "$CACHE/differ/second-${2##*/}"; }

if wants portable || wants aarch64 || wants reproducible; then
  check "manuals and completions" surroundings
fi
if wants portable; then
  check "x86_64: build" tarball x86_64
  counted "x86_64: in an empty root" ours in_empty_root "$away/rotunda-$version-x86_64-linux.tar.gz"
fi
if wants aarch64; then
  check "aarch64: build" tarball aarch64
  counted "aarch64: under qemu" ours in_empty_root "$away/rotunda-$version-aarch64-linux.tar.gz" "$(command -v qemu-aarch64-static)"
fi
if wants debian13; then
  check "package" package_at "$away" --only deb
  counted "Debian 13" ours as_root bash "$ROOT/tests/package/debian13.sh" "$away"/rotunda_*.deb
fi
if wants rpm; then
  check "rpm" package_at "$away" --only rpm
  check "the next rpm" package_at "$away" --only rpm --as-built --revision 2
  counted "rpm in a root of its own" ours as_root env "PATH=/usr/sbin:/usr/bin:/sbin:/bin" \
    bash "$ROOT/tests/package/rpm-root.sh" "$away"/rotunda-*-1.*.rpm "$away"/rotunda-*-2.*.rpm
fi
if wants reproducible; then
  check "the same bytes from elsewhere" same_bytes_elsewhere
fi
finish
