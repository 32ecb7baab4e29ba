#!/usr/bin/env bash
# Builds packages to install: a .deb and an .rpm with both programs, from this checkout, without network.
#
# dpkg-deb and rpmbuild do the packing; docs/decisions/015-own-packaging.md says why no bundler does. The same sources
# give the same bytes: times are those of the last commit, owners are root.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/installers/release/portable.sh"
. "$ROOT/installers/release/sysroot.sh"

usage() {
  cat <<'TEXT'
usage: bash installers/package.sh [--profile dev|release] [--revision N] [--only deb|rpm] [--out FOLDER] [--as-built] [--remap]
                                  [--arch x86_64|aarch64] [--guide FOLDER]

  --profile   release by default; dev is quick, for trying the package itself
  --revision  the number after the version, 1 by default: a higher one is an upgrade
  --only      one kind; otherwise both
  --out       where they go; otherwise the folder `packages` of the build folder
  --as-built  packs the programs that were built last
  --remap     no path of this machine in the programs, and so the same bytes from every folder; a release is always so
  --arch      the processor; otherwise that of this machine. aarch64 is built on x86_64 too, on Debian, and is always --remap
  --guide     the manual pages and completions, as `rotunda guide` wrote them; otherwise it writes them now

Prints the path of each package. Missing system packages are installed first (Debian and its kin).
TEXT
}

profile=release revision=1 out=$CARGO_TARGET_DIR/packages kinds="deb rpm" built=no remap=no guide=
architecture=$(uname -m)
while [ $# -gt 0 ]; do
  case $1 in
    --profile) profile=${2:-} ;;
    --revision) revision=${2:-} ;;
    --only) kinds=${2:-} ;;
    --out) out=${2:-} ;;
    --arch) architecture=${2:-} ;;
    --guide) guide=${2:-} ;;
    --as-built) built=yes; shift; continue ;;
    --remap) remap=yes; shift; continue ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift 2 2>/dev/null || { usage >&2; exit 2; }
done
case $profile in dev) ;; release) remap=yes ;; *) usage >&2; exit 2 ;; esac
case $kinds in deb | rpm | "deb rpm") ;; *) usage >&2; exit 2 ;; esac
[[ $revision =~ ^[0-9]+$ ]] || { usage >&2; exit 2; }
foreign=no
case $architecture in
  "$(uname -m)") ;;
  aarch64) foreign=yes remap=yes ;;
  *) usage >&2; exit 2 ;;
esac
[ "$(uname -s)" = Linux ] || die "packages of this kind are built on Linux; see .github/workflows/release.yml for the others."

linux=$ROOT/installers/linux
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

build() {
  local flags=()
  # The window's pages are inside the program in both; only the release leaves out the tools of a developer.
  [ "$profile" = dev ] || flags=(--release)
  if [ $remap = yes ]; then
    # Without it, Tauri writes the folder of the checkout into the program.
    flags+=(--features rotunda-desktop/custom-protocol)
    # The lines of the debugger have paths of C in them, and are stripped; what names the build is made of them.
    RUSTFLAGS="${RUSTFLAGS:-} $(remapped_paths "$(rustc --print sysroot)") --remap-path-prefix=$CARGO_TARGET_DIR=/target"
    export RUSTFLAGS CARGO_PROFILE_DEV_DEBUG=false CARGO_INCREMENTAL=0
  fi
  cargo build --locked --manifest-path "$ROOT/Cargo.toml" -p rotunda-desktop -p rotunda-cli --bins "${flags[@]}"
}

# Whether a program, as it is packed, names no folder of this machine.
is_remapped() {
  local folder
  for folder in "$ROOT" "${CARGO_HOME:-$HOME/.cargo}" "$CARGO_TARGET_DIR" "$PORTABLE_TARGET_DIR" "$DEBIAN_RUST" "$SYSROOT"; do
    if grep -aqF -- "$folder" "$1"; then
      say "$1 names $folder"
      return 1
    fi
  done
}

put() { install -D -m "$1" "$2" "$stage/$3"; }
# Without the name and time of the file, so that the bytes depend on the content alone.
put_gz() { mkdir -p "$(dirname "$stage/$2")" && gzip -9n <"$1" >"$stage/$2" && chmod 644 "$stage/$2"; }

# What both kinds have, below $stage.
lay_out() {
  local name size
  for name in rotunda rotunda-desktop; do
    put 755 "$programs/$name" "usr/bin/$name"
    "$strip" --strip-unneeded "$stage/usr/bin/$name" || return 1
    [ $remap = no ] || is_remapped "$stage/usr/bin/$name" || return 1
  done
  put 755 "$linux/leave" usr/lib/rotunda/leave
  put 755 "$linux/renew" usr/lib/rotunda/renew
  put 644 "$linux/rotunda.service" usr/lib/systemd/user/rotunda.service
  put 644 "$linux/rotunda.socket" usr/lib/systemd/user/rotunda.socket
  put 644 "$linux/rotunda-desktop.desktop" usr/share/applications/rotunda-desktop.desktop
  for size in 32x32:32x32 128x128:128x128 128x128@2x:256x256 icon:512x512; do
    put 644 "$ROOT/icons/${size%:*}.png" "usr/share/icons/hicolor/${size#*:}/apps/rotunda.png"
  done
  put 644 "$ROOT/icons/rotunda.svg" usr/share/icons/hicolor/scalable/apps/rotunda.svg
  for name in "$guide"/man/*.1 "$linux/rotunda-desktop.1"; do
    put_gz "$name" "usr/share/man/man1/$(basename "$name").gz"
  done
  put 644 "$guide/completions/rotunda.bash" usr/share/bash-completion/completions/rotunda
  put 644 "$guide/completions/rotunda.fish" usr/share/fish/vendor_completions.d/rotunda.fish
  put 644 "$guide/completions/_rotunda" "usr/share/zsh/$zsh/_rotunda"
  put_gz "$ROOT/CHANGELOG.md" usr/share/doc/rotunda/changelog.gz
  { cat "$ROOT/LICENSE"; echo; python3 "$linux/notices.py" "$ROOT"; } >"$work/copyright" || return 1
  put 644 "$work/copyright" usr/share/doc/rotunda/copyright
}

# The packages whose libraries the programs are linked with, in the versions they need at least.
linked_with() (
  mkdir -p "$work/shlibs/debian" && cd "$work/shlibs" || exit 1
  printf 'Source: rotunda\n\nPackage: rotunda\nArchitecture: any\n' >debian/control
  "${shlibdeps[@]}" "$stage/usr/bin/rotunda" "$stage/usr/bin/rotunda-desktop" | sed -n 's/^shlibs:Depends=//p'
)

build_deb() {
  local depends name
  stage=$work/deb zsh=vendor-completions
  lay_out || return 1
  depends=$(linked_with)
  [ -n "$depends" ] || { say "dpkg-shlibdeps found no libraries"; return 1; }
  mkdir -p "$stage/DEBIAN"
  for name in prerm postinst postrm; do install -m 755 "$linux/$name" "$stage/DEBIAN/$name"; done
  cat >"$stage/DEBIAN/control" <<CONTROL
Package: rotunda
Version: $version-$revision
Architecture: $debian
Maintainer: The Rotunda authors <rotunda@localhost>
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)
Depends: $depends
Recommends: gnome-keyring | kwalletmanager | keepassxc, dbus-user-session, xdg-utils
Suggests: libsecret-tools
Section: devel
Priority: optional
Description: several Codex sign-ins as one
 Rotunda makes several Codex sign-ins that you own work as one. It lives in the
 tray with a small router inside: Codex is bound to it by one line in its
 configuration, and every turn is served by the sign-in that should serve it.
 .
 Removing the package points Codex back at where it pointed before.
CONTROL
  (cd "$stage" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
  chmod -R u=rwX,go=rX "$stage"
  # A package to try is packed quickly, one to keep is packed small.
  local press=(-Zxz)
  [ "$profile" = release ] || press=(-Zgzip -z1)
  dpkg-deb --root-owner-group "${press[@]}" --build "$stage" "$out" >"$work/deb.log" || { cat "$work/deb.log"; return 1; }
}

build_rpm() {
  stage=$work/rpm zsh=site-functions
  lay_out || return 1
  chmod -R u=rwX,go=rX "$stage"
  local pack=w19.zstdio
  [ "$profile" = release ] || pack=w1.gzdio
  rpmbuild -bb --quiet --build-in-place "${target[@]}" --define "_topdir $work/rpmbuild" --define "_rpmdir $out" \
    --define "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm" \
    --define "_buildhost localhost" --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
    --define "_binary_payload $pack" --define "_dbpath $work/rpmdb" \
    --define "rotunda_version $version" --define "rotunda_release $revision" --define "rotunda_stage $stage" \
    --buildroot "$work/buildroot" "$linux/rotunda.spec"
}

prepare_foreign() {
  need cross-arm || return 1
  debian_rust || die "aarch64 needs Debian's package rustc-web with the sources of std."
  provide_sysroot || return 1
  [ $built = yes ] || { build_ui && quietly "Building both programs for $architecture (${profile})" build_foreign "$profile"; } || return 1
  programs=$(foreign_programs "$profile") debian=arm64 strip=aarch64-linux-gnu-strip target=(--target aarch64)
  shlibdeps=(foreign_shlibdeps "$work")
}
prepare_native() {
  [ $built = yes ] || { build_ui && quietly "Building both programs (${profile})" build; } || return 1
  programs=$CARGO_TARGET_DIR/debug
  [ "$profile" = dev ] || programs=$CARGO_TARGET_DIR/release
}
# A program for another processor cannot write it here.
write_guide() {
  local program=$programs/rotunda
  if [ $foreign = yes ]; then
    quietly "Building the command line of this machine" cargo build --locked --manifest-path "$ROOT/Cargo.toml" -p rotunda-cli --bin rotunda || return 1
    program=$CARGO_TARGET_DIR/debug/rotunda
  fi
  guide=$work/guide
  "$program" guide "$guide"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
need build checks shell package || exit 1
provide_rust
debian=$(dpkg --print-architecture) strip=strip target=() shlibdeps=(dpkg-shlibdeps -O)
if [ $foreign = yes ]; then prepare_foreign; else prepare_native; fi || exit 1
[ -n "$guide" ] || write_guide || exit 1
guide=$(cd "$guide" && pwd) || exit 1
mkdir -p "$out" "$work/empty" || exit 1
out=$(cd "$out" && pwd)
# In place means: nothing is unpacked; it has to be somewhere.
cd "$work/empty" || exit 1
for kind in $kinds; do
  quietly "Packing the .$kind" "build_$kind" || exit 1
done
find "$out" -maxdepth 1 \( -name "rotunda_$version-${revision}_*.deb" -o -name "rotunda-$version-$revision.*.rpm" \) | LC_ALL=C sort
