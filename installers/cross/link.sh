# shellcheck shell=bash
# The programs for macOS, linked on Linux. Sourced by groups/cross.sh after steps.sh.
#
# rustc and the sources of std are Debian's; zig compiles C and Objective-C and links, with stubs of Apple's libraries made
# of the names in apple.toml. Nothing runs: what a pass says is in docs/decisions/102-linked-for-macos.md.

. "$ROOT/installers/release/portable.sh"

readonly APPLE=aarch64-apple-darwin
readonly APPLE_TOOLS=$CACHE/cross-apple
readonly APPLE_LIST=$ROOT/installers/cross/apple.toml
readonly APPLE_PROGRAMS=(rotunda rotunda-desktop fake-codex desktop-upstream bench soak simulation)

apple_toolchain() {
  local name
  mkdir -p "$APPLE_TOOLS/headers"
  # One that is newer than its last use would have every C library compiled again.
  for name in apple-cc apple-ar rust-objcopy; do
    cmp -s "$ROOT/installers/cross/apple-cc" "$APPLE_TOOLS/$name" || install -m 755 "$ROOT/installers/cross/apple-cc" "$APPLE_TOOLS/$name" || return 1
  done
  cp -r "$ROOT/installers/cross/headers/." "$APPLE_TOOLS/headers/" || return 1
  rm -rf "$APPLE_TOOLS/stubs"
  python3 "$ROOT/installers/cross/stubs.py" "$APPLE_LIST" "$APPLE_TOOLS/stubs" || return 1
  OLDEST_MACOS=$(sed -n 's/.*"minimumSystemVersion": "\(.*\)".*/\1/p' "$ROOT/installers/macos/bundle.json")
  export MACOSX_DEPLOYMENT_TARGET=$OLDEST_MACOS SDKROOT=$APPLE_TOOLS/stubs
  export ROTUNDA_APPLE_STUBS=$APPLE_TOOLS/stubs ROTUNDA_ZIG_PYTHON=$RELEASE_TOOLS/bin/python
  export ZIG_GLOBAL_CACHE_DIR=$CACHE/zig ZIG_LOCAL_CACHE_DIR=$CACHE/zig
  export CC_aarch64_apple_darwin=$APPLE_TOOLS/apple-cc AR_aarch64_apple_darwin=$APPLE_TOOLS/apple-ar
  export CARGO_TARGET_AARCH64_APPLE_DARWIN_LINKER=$APPLE_TOOLS/apple-cc PATH=$APPLE_TOOLS:$PATH
  export CARGO_TARGET_DIR=$CACHE/cross-link CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=false
}

# Every program of the workspace in TREE.
build_for_apple() { (cd "$1" && nice cargo build --locked -Z build-std --target "$APPLE" --workspace --bins); }

# Checks of those programs: macho.py WHAT.
hold_apple() {
  python3 "$ROOT/installers/cross/macho.py" "$1" "$APPLE_LIST" "$OLDEST_MACOS" "${APPLE_PROGRAMS[@]/#/$CARGO_TARGET_DIR/$APPLE/debug/}"
}

# Links a program of one call of Apple's library for keychains.
link_call() {
  printf 'extern int %s(void);\nint main(void) { return %s(); }\n' "$1" "$1" >"$APPLE_TOOLS/call.c"
  "$APPLE_TOOLS/apple-cc" "$APPLE_TOOLS/call.c" -framework Security -o "$APPLE_TOOLS/call"
}

# Whether a name that Apple does not have ends the link, and is named.
refuses_misspelt() {
  local output
  if output=$(link_call SecItemCopyMatchin 2>&1); then return 1; fi
  printf '%s\n' "$output"
  grep -q 'undefined symbol: _SecItemCopyMatchin$' <<<"$output"
}
