# shellcheck shell=bash
# The command line as one program that needs no library of the system: static, with musl. Sourced after lib.sh.
#
# rustc and the sources of std are Debian's; zig brings musl and links, for each processor alike. Why musl and not an old
# glibc is in docs/decisions/093-a-release-in-one-command.md.

readonly RELEASE_TOOLS=$CACHE/release-tools
readonly PORTABLE_TARGET_DIR=${ROTUNDA_PORTABLE_TARGET:-$CACHE/portable}

# The tools of requirements.txt in an environment of their own.
provide_release_tools() {
  local from=$ROOT/installers/release/requirements.txt
  ! has_packages "$RELEASE_TOOLS" "$from" || return 0
  rm -rf "$RELEASE_TOOLS"
  python3 -c 'import ensurepip' 2>/dev/null || need venv || return 1
  python3 -m venv "$RELEASE_TOOLS" || return 1
  quietly "Fetching the tools of a release into the cache folder" \
    "$RELEASE_TOOLS/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check -r "$from" || return 1
  sha256sum "$from" | cut -d' ' -f1 >"$RELEASE_TOOLS/.rotunda-versions"
}

portable_triple() { printf '%s-unknown-linux-musl' "$1"; }

# The program that build_portable made.
portable_program() { # ARCHITECTURE PROFILE
  local folder=debug
  [ "$2" = dev ] || folder=$2
  printf '%s/%s/%s/rotunda' "$PORTABLE_TARGET_DIR" "$(portable_triple "$1")" "$folder"
}

build_portable() ( # ARCHITECTURE PROFILE
  local usr=$DEBIAN_RUST/root/usr
  export RUSTC=$usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$PORTABLE_TARGET_DIR CARGO_INCREMENTAL=0
  export LD_LIBRARY_PATH=$usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export PATH=$RELEASE_TOOLS/bin:$DEBIAN_RUST/bin:$PATH CARGO_ZIGBUILD_ZIG_PATH=$RELEASE_TOOLS/bin/python-zig
  # Otherwise both write into the home of the user.
  export ZIG_GLOBAL_CACHE_DIR=$CACHE/zig ZIG_LOCAL_CACHE_DIR=$CACHE/zig CARGO_ZIGBUILD_CACHE_DIR=$CACHE/zig/wrappers
  export CARGO_PROFILE_DEV_DEBUG=false
  unset RUSTDOC CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
  # zig brings the files that begin and end a program, too.
  RUSTFLAGS="$(remapped_paths "$DEBIAN_RUST/root/usr") -Clink-self-contained=no"
  export RUSTFLAGS
  claim_target
  cd "$ROOT" && cargo-zigbuild zigbuild --locked -Z build-std=std,panic_abort --target "$(portable_triple "$1")" \
    --profile "$2" -p rotunda-cli --bin rotunda
)

strip_for() { if [ "$1" = x86_64 ]; then echo strip; else echo "$1-linux-gnu-strip"; fi; }

# Whether a program asks for no library and no loader.
is_static() { ! readelf -lW "$1" | grep -q INTERP && ! readelf -dW "$1" | grep -q NEEDED; }

# pack_portable ARCHITECTURE PROFILE VERSION LICENCES GUIDE OUT: the tarball with program, manuals, completions and
# licences. Names, order, owners, modes and times depend on the sources alone.
pack_portable() (
  set -e
  local architecture=$1 profile=$2 name=rotunda-$3 licences=$4 guide=$5 out=$6 work
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  install -D -m 755 "$(portable_program "$architecture" "$profile")" "$work/$name/rotunda"
  "$(strip_for "$architecture")" --strip-all "$work/$name/rotunda"
  is_static "$work/$name/rotunda"
  mkdir "$work/$name/man" "$work/$name/completions"
  install -m 644 "$guide"/man/*.1 "$work/$name/man/"
  install -m 644 "$guide"/completions/* "$work/$name/completions/"
  install -m 644 "$licences" "$work/$name/LICENSES.txt"
  install -m 644 "$ROOT/CHANGELOG.md" "$work/$name/CHANGELOG.md"
  chmod 755 "$work/$name" "$work/$name/man" "$work/$name/completions"
  tar -C "$work" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
    gzip -9n >"$out/rotunda-$3-$architecture-linux.tar.gz"
)
