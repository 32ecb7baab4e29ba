#!/usr/bin/env bash
# Group fuzz: each target of tests/fuzz for a while; ROTUNDA_FUZZ_SECONDS sets how long, ROTUNDA_FUZZ_TARGETS which, and
# ROTUNDA_FUZZ_LONGEST how many bytes an input has at most: short ones run ten times as often, and find more for it.
# Each begins with its inputs in tests/fuzz/seeds, and keeps what it learns in tests/fuzz/corpus; what breaks it stays in
# tests/fuzz/artifacts. The runs use the toolchain that is there, so without the sanitizers of a nightly one.
#
# ROTUNDA_FUZZ_MINIMISE=1 makes the seeds anew afterwards: the fewest short inputs that reach all that is reached.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

seconds=${ROTUNDA_FUZZ_SECONDS:-60}
longest=${ROTUNDA_FUZZ_LONGEST:-256}
# A seed is kept in the repository, so it is short.
LONGEST_SEED=400
need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
if ! has cargo-fuzz; then
  quietly "$GROUP: building cargo-fuzz" cargo install --locked --root "$CACHE/tools" cargo-fuzz || { missing "cargo-fuzz" "did not build"; finish; }
  PATH=$CACHE/tools/bin:$PATH
fi
export CARGO_TARGET_DIR=$CACHE/target-fuzz RUSTC_BOOTSTRAP=1
fuzz=$ROOT/tests/fuzz

# run TARGET ARGUMENTS...: libFuzzer, with the inputs that were learnt and those in the repository.
run() {
  local name=$1
  shift
  cargo_here fuzz run --fuzz-dir tests/fuzz --sanitizer none "$name" "$fuzz/corpus/$name" "$fuzz/seeds/$name" -- -dict="$fuzz/dictionaries/$name.txt" "$@"
}

# executions TARGET: how often the last run called the target.
executions() {
  sed -nE 's/^Done ([0-9]+) runs in .*/\1/p' "$LOGS/$GROUP--$1.log" | tail -n 1
}

# minimise TARGET: the seeds of the repository, and nothing that reaches no more than they do.
minimise() {
  local name=$1 fewest
  fewest=$(mktemp -d)
  cargo_here fuzz run --fuzz-dir tests/fuzz --sanitizer none "$name" "$fewest" "$fuzz/seeds/$name" "$fuzz/corpus/$name" -- \
    -set_cover_merge=1 -use_counters=0 -max_len="$LONGEST_SEED" && rm -rf "${fuzz:?}/seeds/$name" && mv "$fewest" "$fuzz/seeds/$name" && chmod 755 "$fuzz/seeds/$name"
}

for target in "$fuzz"/fuzz_targets/*.rs; do
  name=$(basename "$target" .rs)
  [[ " ${ROTUNDA_FUZZ_TARGETS:-$name} " == *" $name "* ]] || continue
  mkdir -p "$fuzz/corpus/$name"
  check "$name" run "$name" -max_len="$longest" -max_total_time="$seconds"
  times=$(executions "$name")
  printf '%s: %s executions\n' "$name" "${times:-0}"
  [ "${times:-0}" -gt 0 ] || missing "$name: executions" "none"
  [ -z "${ROTUNDA_FUZZ_MINIMISE:-}" ] || check "$name: fewest inputs" minimise "$name"
done
finish
