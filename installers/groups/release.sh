#!/usr/bin/env bash
# Group release: the program without libraries in an empty root, the packages in roots of other systems, and builds of
# others compared. By name only: it builds the standard library and everything over it.
#
# ROTUNDA_RELEASE_PARTS names the parts to run:
#   portable debian13 rpm    by default
#   aarch64                  the program without libraries for aarch64, under qemu-user
#   aarch64-packages         .deb and .rpm for aarch64, and the tray app, in a root whose programs qemu-user runs
#   ubuntu                   the .deb in a root of Ubuntu 24.04, whose packages are fetched from Ubuntu
#   scenarios                scenarios that start that program
#   reproducible             two whole builds of the tarball from different folders
#   reproducible-packages    the same of .deb and .rpm

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"
. "$ROOT/installers/release/portable.sh"

parts=" ${ROTUNDA_RELEASE_PARTS:-portable debian13 rpm} "
wants() { case $parts in *" $1 "*) ;; *) false ;; esac; }
for part in portable debian13 rpm ubuntu aarch64 aarch64-packages scenarios reproducible reproducible-packages; do wants "$part" || say "release: $part: not run"; done

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
# As a release has them.
package_at() { bash "$ROOT/installers/package.sh" --profile dev --remap --out "$@"; }
# The pictures stay: the home of the tests is removed at the end.
in_arm_root() {
  mkdir -p "$CACHE/pictures/aarch64" &&
    as_root python3 -B "$ROOT/tests/package/emulated.py" \
      bash "$ROOT/tests/package/aarch64-root.sh" "$away"/rotunda_*_arm64.deb "$away"/rotunda-*.aarch64.rpm "$CACHE/pictures/aarch64"
}
arm_faults() { python3 -B "$ROOT/installers/release/packages.py" "$away" "$version" aarch64; }
# In network and processes of its own, so that nothing of this machine is reached.
in_empty_root() {
  as_root unshare --net --pid --fork --kill-child --mount-proc \
    sh -c 'python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh14x\", b\"lo\", 0x41))" && exec "$@"' sh \
    env "BUILT_IN=$ROOT:${CARGO_HOME:-$HOME/.cargo}:$DEBIAN_RUST" python3 -B "$ROOT/tests/package/portable.py" "$@"
}

# The scenarios' own program plays upstream and clients, and is of this machine.
scenarios_with() { # PROGRAM
  local built
  built=$(cargo_here test --locked -p rotunda-tests --test scenarios --no-run --message-format=json-render-diagnostics |
    sed -n 's/.*"executable":"\([^"]*scenarios-[^"]*\)".*/\1/p') && [ -x "$built" ] &&
    python3 -B "$ROOT/tests/package/foreign.py" "$built" "$1"
}

# What another user on another machine has: another folder, home, cache, cargo home, locale, time zone and umask. Only
# the Python behind the tools of a release, Node.js and rustc of the packages stay where they are.
elsewhere=$away/elsewhere
move_elsewhere() {
  [ ! -d "$elsewhere/another-folder" ] || return 0
  mkdir -p "$elsewhere"/{cache,cargo,home,packed} && git clone -q "$ROOT" "$elsewhere/another-folder" &&
    cp -a --reflink=auto "$DEBIAN_RUST" "$RELEASE_TOOLS" "$elsewhere/cache/" || return 1
  cp -a --reflink=auto "${CARGO_HOME:-$HOME/.cargo}"/{registry,config*} "$elsewhere/cargo/" 2>/dev/null
  [ -d "$elsewhere/cargo/registry" ]
}
from_elsewhere() (
  cd "$elsewhere/another-folder" && umask 077 &&
    env -u CARGO_TARGET_DIR -u ROTUNDA_PORTABLE_TARGET -u SOURCE_DATE_EPOCH HOME="$elsewhere/home" USER=another LOGNAME=another \
      LC_ALL=C LANGUAGE=ja TZ=Asia/Tokyo TMPDIR="$elsewhere/home" ROTUNDA_DEV_CACHE="$elsewhere/cache" \
      RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" CARGO_HOME="$elsewhere/cargo" "$@"
)
# What differs is kept, to be looked at with diffoscope.
same() { # FILE...: of this build; the other is in the folder of the other
  local file other bad=0
  for file in "$@"; do
    other=$elsewhere/packed/${file##*/}
    sha256sum "$file" "$other"
    cmp "$file" "$other" && continue
    bad=1
    mkdir -p "$CACHE/differ" && cp "$file" "$CACHE/differ/here-${file##*/}" && cp "$other" "$CACHE/differ/elsewhere-${file##*/}"
  done
  return $bad
}
# All crates and std once more.
same_tarball() {
  tarball x86_64 && move_elsewhere || return 1
  # shellcheck disable=SC2016  # the inner shell has these
  from_elsewhere env "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" \
    bash -c '. installers/lib.sh && . installers/release/portable.sh && build_portable x86_64 dev &&
      pack_portable x86_64 dev "$1" "$2/licences" "$2/guide" "$2/elsewhere/packed"' bash "$version" "$away" &&
    same "$away/rotunda-$version-x86_64-linux.tar.gz"
}
# All crates and the interface once more.
same_packages() {
  local here=$away/packed
  package_at "$here" && move_elsewhere &&
    from_elsewhere bash installers/package.sh --profile dev --remap --out "$elsewhere/packed" &&
    same "$here"/rotunda_*.deb "$here"/rotunda-*.rpm
}

if wants portable || wants aarch64 || wants aarch64-packages || wants reproducible; then
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
if wants aarch64-packages; then
  need desktop || missing "system packages" "could not be installed"
  check "aarch64: packages" package_at "$away" --arch aarch64 --guide "$away/guide"
  check "aarch64: what they are" arm_faults
  counted "aarch64: a root and its tray app under qemu" ours in_arm_root
fi
if wants scenarios; then
  provide_rust
  wants aarch64 || check "aarch64: build" build_portable aarch64 dev
  counted "aarch64: scenarios under qemu" cargo scenarios_with "$(portable_program aarch64 dev)"
fi
if wants debian13 || wants ubuntu; then
  check "package" package_at "$away" --only deb
fi
in_another_root() { as_root bash "$ROOT/tests/package/another-root.sh" "$1" "$away"/rotunda_*_amd64.deb; }
! wants debian13 || counted "Debian 13" ours in_another_root trixie
! wants ubuntu || counted "Ubuntu 24.04" ours in_another_root noble
if wants rpm; then
  check "rpm" package_at "$away" --only rpm
  check "the next rpm" package_at "$away" --only rpm --as-built --revision 2
  counted "rpm in a root of its own" ours as_root env "PATH=/usr/sbin:/usr/bin:/sbin:/bin" \
    bash "$ROOT/tests/package/rpm-root.sh" "$away"/rotunda-*-1.*.rpm "$away"/rotunda-*-2.*.rpm
fi
if wants reproducible; then
  check "the same tarball from elsewhere" same_tarball
fi
if wants reproducible-packages; then
  check "the same packages from elsewhere" same_packages
fi
finish
