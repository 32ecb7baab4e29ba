# shellcheck shell=bash
# The steps of one test group: each is counted, timed and logged, and the group ends with `N passed, N failed`.
#
# Sourced by the files in groups/. A step whose runner printed no count is a failure: silence proves nothing.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A failed step shows the end of its log: the message of a failed test must not be pushed out of it by its stack.
export RUST_BACKTRACE=0

GROUP=$(basename "$0" .sh)
passed=0
failed=0
lines=()

# record NAME PASSED FAILED SECONDS
record() {
  passed=$((passed + $2))
  failed=$((failed + $3))
  lines+=("$(printf '    %-34s %6d passed %4d failed %6d s' "$1" "$2" "$3" "$4")")
}

# check NAME COMMAND...: one thing that is right or wrong.
check() {
  local name=$1 started=$SECONDS
  shift
  if quietly "$GROUP: $name" "$@"; then record "$name" 1 0 $((SECONDS - started)); else record "$name" 0 1 $((SECONDS - started)); fi
}

# counted NAME FORMAT COMMAND...: a runner that prints how many tests passed and failed; see checks/count.py for formats.
counted() {
  local name=$1 format=$2 started=$SECONDS rc counts p f log
  shift 2
  quietly "$GROUP: $name" "$@"
  rc=$?
  log=$LOGS/$(printf '%s' "$GROUP: $name" | tr -c 'A-Za-z0-9\n' '-').log
  if counts=$(python3 "$ROOT/installers/checks/count.py" "$format" "$log"); then
    read -r p f <<<"$counts"
    # It ended badly although no test failed: something outside the tests did.
    [ $rc = 0 ] || [ "$f" -gt 0 ] || f=1
  else
    say "$GROUP: $name printed no count"
    p=0 f=1
  fi
  record "$name" "$p" "$f" $((SECONDS - started))
}

# missing NAME WHY: a step that cannot run here is a failure, not a silence.
missing() {
  say "$GROUP: $1: $2"
  record "$1" 0 1 0
}

finish() {
  [ ${#lines[@]} -eq 0 ] || printf '%s\n' "${lines[@]}"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

cargo_here() { (cd "$ROOT" && cargo "$@"); }

# cargo_tests NAME FILTER [ARGUMENTS...]: tests by nextest, those that pass the filter, or by cargo test with the arguments;
# without what test.sh --without names.
cargo_tests() {
  local name=$1 filter=$2 wanted out
  shift 2
  read -ra wanted <<<"${ROTUNDA_TEST_WITHOUT:-}"
  if has cargo-nextest; then
    out=$(python3 "$ROOT/installers/checks/tags.py" nextest "${wanted[@]}") || { missing "$name" "the tags are wrong"; return; }
    counted "$name" cargo cargo_here nextest run --locked --workspace --no-fail-fast -E "($filter) & $out"
  else
    out=$(python3 "$ROOT/installers/checks/tags.py" cargo "${wanted[@]}") || { missing "$name" "the tags are wrong"; return; }
    read -ra wanted <<<"$out"
    counted "$name" cargo cargo_here test --locked --workspace --no-fail-fast "$@" -- "${wanted[@]}"
  fi
}
