#!/usr/bin/env bash
# Group cross: type-checks the whole workspace for Windows and macOS from Linux, and shows that the check can fail.
#
# Debian's newest Rust brings the sources of std, so std is checked for the other system first (`-Z build-std`).
# Nothing runs. It works in a copy of the tree, because an error is planted under each system's cfg in each crate, one at
# a time, and must be found. ROTUNDA_CROSS_PARTS names the parts to run:
#   check   by default: types alone; stand-ins take the place of the C compilers
#   link    by name only: every program is linked for macOS, with stubs of Apple's libraries (cross/link.sh)

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

parts=" ${ROTUNDA_CROSS_PARTS:-check} "
wants() { case $parts in *" $1 "*) ;; *) false ;; esac; }
for part in check link; do wants "$part" || say "cross: $part: not run"; done

need checks build || { missing "system packages" "could not be installed"; finish; }
debian_rust || { missing "toolchain" "$(system_name) has no package rustc-web with the sources of std"; finish; }

tools=$CACHE/cross-tools
tree=$CACHE/cross-tree
export CARGO_TARGET_DIR=$CACHE/cross RUSTC_BOOTSTRAP=1 PATH=$tools:$DEBIAN_RUST/bin:$PATH SDKROOT=$tools
export CC_x86_64_pc_windows_msvc=$tools/fakecc AR_x86_64_pc_windows_msvc=$tools/fakecc
export CC_aarch64_apple_darwin=$tools/fakecc AR_aarch64_apple_darwin=$tools/fakecc
unset RUSTC RUSTDOC RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN

# One check at a time: the copy and its caches are shared by every clone on this machine.
if has flock; then
  exec 9>"$CACHE/cross.lock"
  flock 9
fi

copy_tree() (
  set -e
  # A stand-in that is newer than its last use would have every C library "compiled" again.
  mkdir -p "$tools"
  for name in fakecc llvm-rc; do
    cmp -s "$ROOT/installers/cross/fakecc" "$tools/$name" || install -m 755 "$ROOT/installers/cross/fakecc" "$tools/$name"
  done
  rm -rf "$tree"
  mkdir -p "$tree/ui/dist"
  cd "$ROOT"
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
  done | tar --null --files-from=- -cf - | tar -xf - -C "$tree"
  # The shell takes the built interface in; for its types any page will do.
  echo '<!doctype html><title>type check</title>' >"$tree/ui/dist/index.html"
  touch -d 2020-01-01 "$tree/ui/dist/index.html" "$tree/ui/dist"
)

check_for() { (cd "$tree" && nice cargo check --locked -Z build-std -Z warnings --config 'build.warnings="deny"' --target "$1" --workspace); }

# The folder of the crate that a file is the face of: src-tauri/crates/rotunda-core/src/lib.rs is rotunda-core.
face_name() { local folder=${1%/*}; basename "${folder%/src}"; }

# plant TARGET CONDITION FILE: checks with an error under the condition in FILE; afterwards the file is as it was.
plant() {
  local file=$tree/$3 result
  cp -p "$file" "$file.before"
  printf '\n#[cfg(%s)]\nfn planted_by_the_cross_check() -> i32 {\n    "not a number"\n}\n' "$2" >>"$file"
  check_for "$1" 2>&1
  result=$?
  mv "$file.before" "$file"
  return $result
}

finds() {
  local output
  if output=$(plant "$@"); then return 1; fi
  printf '%s\n' "$output" | tail -n 20
  grep -q 'error\[E0308\]' <<<"$output" && grep -q -- "--> $3" <<<"$output"
}

quietly "Fetching the crates" cargo_here fetch --locked --target x86_64-pc-windows-msvc --target aarch64-apple-darwin
copy_tree || { missing "copy of the tree" "could not be made"; finish; }
check_types() {
  local faces target condition other face
  mapfile -t faces < <(cd "$tree" && ls src-tauri/crates/*/src/lib.rs src-tauri/src/main.rs tests/harness/lib.rs)
  for target in x86_64-pc-windows-msvc aarch64-apple-darwin; do
    case $target in
      *windows*) condition=windows other=target_os='"macos"' ;;
      *) condition=target_os='"macos"' other=windows ;;
    esac
    check "$target" check_for "$target"
    for face in "${faces[@]}"; do
      check "$condition error in $(face_name "$face")" finds "$target" "$condition" "$face"
    done
    check "an error for the other is not seen" plant "$target" "$other" "${faces[0]}"
  done
}

link_programs() {
  . "$ROOT/installers/cross/link.sh"
  provide_release_tools || { missing "zig" "could not be fetched"; return; }
  apple_toolchain || { missing "stubs" "could not be made"; return; }
  check "a name of Apple's links" link_call SecItemCopyMatching
  check "a misspelt one does not" refuses_misspelt
  check "programs for macOS" build_for_apple "$tree"
  counted "what they are and take" ours hold_apple check
  counted "self-test of that" ours hold_apple self-test
}

! wants check || check_types
! wants link || link_programs
finish
