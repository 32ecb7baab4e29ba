#!/usr/bin/env bash
# Group fuzz: each target of tests/fuzz for a while; ROTUNDA_FUZZ_SECONDS sets how long. What it finds stays in
# tests/fuzz/artifacts. The runs use the toolchain that is there, so without the sanitizers of a nightly one.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

seconds=${ROTUNDA_FUZZ_SECONDS:-60}
need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
if ! has cargo-fuzz; then
  quietly "$GROUP: building cargo-fuzz" cargo install --locked --root "$CACHE/tools" cargo-fuzz || { missing "cargo-fuzz" "did not build"; finish; }
  PATH=$CACHE/tools/bin:$PATH
fi
export CARGO_TARGET_DIR=$CACHE/target-fuzz RUSTC_BOOTSTRAP=1
for target in "$ROOT"/tests/fuzz/fuzz_targets/*.rs; do
  name=$(basename "$target" .rs)
  check "$name" cargo_here fuzz run --fuzz-dir tests/fuzz --sanitizer none "$name" -- -max_total_time="$seconds"
done
finish
