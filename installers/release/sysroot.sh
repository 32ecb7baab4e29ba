# shellcheck shell=bash
# Both programs of the packages for aarch64: linked with a root of Debian's packages for arm64, in which nothing is run.
# Sourced after lib.sh and portable.sh. docs/decisions/100-packages-for-aarch64.md says why it is so.

readonly SYSROOT=$CACHE/sysroot-arm64
readonly FOREIGN_TRIPLE=aarch64-unknown-linux-gnu
readonly FOREIGN_LIBRARIES=lib/aarch64-linux-gnu

# What of a root is not linked with.
readonly SYSROOT_WITHOUT=(./dev ./usr/{bin,sbin,games,lib/gcc,lib/systemd,libexec} ./usr/share/{doc,info,locale,man,icons,gir-1.0,fonts,mime})

# The packages are unpacked, never configured: no program of theirs is run, so this takes neither qemu nor root.
provide_sysroot() {
  local suite
  suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  [ "$(cat "$SYSROOT/ready" 2>/dev/null)" != "$suite" ] || return 0
  quietly "Unpacking Debian's packages for arm64 into the cache folder" unpack_sysroot "$suite"
}

unpack_sysroot() ( # SUITE
  set -e
  rm -rf "$SYSROOT"
  mkdir -p "$SYSROOT"
  mmdebstrap --variant=extract --architectures=arm64 --include="$(packages_for shell)" --skip=cleanup/apt --format=tar "$1" - |
    tar -C "$SYSROOT" --no-same-owner "${SYSROOT_WITHOUT[@]/#/--exclude=}" -xf -
  know_packages
  # An absolute link leads out of the root.
  find "$SYSROOT" -type l -lname '/*' -print0 |
    while IFS= read -r -d '' link; do ln -snrf "$SYSROOT$(readlink "$link")" "$link"; done
  printf '#!/bin/sh\nexec aarch64-linux-gnu-gcc --sysroot=%s "$@"\n' "$SYSROOT" >"$SYSROOT/cc"
  # A folder that a program writes into itself, to look for libraries when it runs, is one of its user's system.
  mkdir "$SYSROOT/tools"
  cat >"$SYSROOT/tools/pkg-config" <<WRAPPER
#!/bin/sh
case " \$* " in *" --variable"*) unset PKG_CONFIG_SYSROOT_DIR ;; esac
exec $(command -v pkg-config) "\$@"
WRAPPER
  chmod +x "$SYSROOT/cc" "$SYSROOT/tools/pkg-config"
  echo "$1" >"$SYSROOT/ready"
)

# What dpkg would have written down had it installed them: state, files and versions of symbols.
know_packages() (
  set -e
  cd "$SYSROOT/var/cache/apt/archives"
  info=$SYSROOT/var/lib/dpkg/info
  mkdir -p "$info"
  echo 1 >"$info/format"
  : >"$SYSROOT/var/lib/dpkg/status"
  for deb in *.deb; do
    # shellcheck disable=SC2016  # dpkg-deb has these
    name=$(dpkg-deb --show --showformat '${Package}:${Architecture}' "$deb")
    { echo "Status: install ok installed"; dpkg-deb --field "$deb"; echo; } >>"$SYSROOT/var/lib/dpkg/status"
    # Packages of which only one can be there have no processor in the name.
    [ "$(dpkg-deb --field "$deb" Multi-Arch)" = same ] || name=${name%:*}
    dpkg-deb --fsys-tarfile "$deb" | tar -tf - | sed 's|^\.||; s|/$||; s|^$|/.|' >"$info/$name.list"
    for part in symbols shlibs; do dpkg-deb --info "$deb" "$part" >"$info/$name.$part" 2>/dev/null || rm "$info/$name.$part"; done
  done
  rm -rf "$SYSROOT/var/cache/apt"
)

foreign_programs() { # PROFILE
  local folder=debug
  [ "$1" = dev ] || folder=$1
  printf '%s/%s/%s' "$PORTABLE_TARGET_DIR" "$FOREIGN_TRIPLE" "$folder"
}

# Always without paths of this machine; std is built with our crates, as for the programs without libraries.
build_foreign() ( # PROFILE
  local usr=$DEBIAN_RUST/root/usr libraries=$SYSROOT/usr/$FOREIGN_LIBRARIES
  export RUSTC=$usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$PORTABLE_TARGET_DIR CARGO_INCREMENTAL=0
  export LD_LIBRARY_PATH=$usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} PATH=$SYSROOT/tools:$DEBIAN_RUST/bin:$PATH
  export CARGO_PROFILE_DEV_DEBUG=false
  export PKG_CONFIG_ALLOW_CROSS=1 PKG_CONFIG_SYSROOT_DIR=$SYSROOT PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$SYSROOT/usr/share/pkgconfig
  # A wrapper, because the path of the root as an argument would change the names of symbols.
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=$SYSROOT/cc CC_aarch64_unknown_linux_gnu=$SYSROOT/cc
  unset RUSTDOC CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
  RUSTFLAGS="$(remapped_paths "$usr") --remap-path-prefix=$CARGO_TARGET_DIR=/target"
  export RUSTFLAGS
  claim_target
  cd "$ROOT" && cargo build --locked -Z build-std=std,panic_abort --target "$FOREIGN_TRIPLE" --profile "$1" \
    -p rotunda-desktop -p rotunda-cli --bins --features rotunda-desktop/custom-protocol
)

# foreign_shlibdeps WORK PROGRAM...: what dpkg-shlibdeps prints for programs that are linked with the root. It asks dpkg which
# package a file is of, so the lists get the folder of the root in front.
foreign_shlibdeps() (
  set -e
  local admin=$1/dpkg
  shift
  mkdir -p "$admin/updates"
  cp -r "$SYSROOT/var/lib/dpkg/." "$admin/"
  sed -i "s|^/|$SYSROOT/|" "$admin"/info/*.list
  DEB_HOST_ARCH=arm64 dpkg-shlibdeps --admindir="$admin" -S"$SYSROOT" -O "$@"
)
