#!/usr/bin/env bash
# Group soak: two hundred sessions against the real `rotunda serve`, on a bad day by a script and then with the faults of
# the field: a minute each in the whole, half an hour each when named, and then the scenarios again and again, to find
# what fails once in a hundred.
#
# ROTUNDA_SOAK_SECONDS or ROTUNDA_SOAK_MINUTES set another time, ROTUNDA_SOAK_SESSIONS another number of sessions, and
# ROTUNDA_SOAK_SEED plays a script again. ROTUNDA_SOAK_NAMED is set by test.sh.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

named=${ROTUNDA_SOAK_NAMED:-}
[ -z "${ROTUNDA_SOAK_MINUTES:-}" ] || ROTUNDA_SOAK_SECONDS=$((ROTUNDA_SOAK_MINUTES * 60))
export ROTUNDA_SOAK_SECONDS=${ROTUNDA_SOAK_SECONDS:-$([ -n "$named" ] && echo 1800 || echo 60)}
rounds=$([ -n "$named" ] && echo 3 || echo 0)

need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
quietly "$GROUP: building" cargo_here build --locked -p rotunda-cli --bin rotunda -p rotunda-tests --bin soak || { missing "rotunda" "did not build"; finish; }
# Each session is two sockets here and two in Rotunda.
ulimit -n "$(ulimit -H -n)" 2>/dev/null || true
counted "$ROTUNDA_SOAK_SECONDS s" ours "$CARGO_TARGET_DIR/debug/soak"
counted "$ROTUNDA_SOAK_SECONDS s in the field" ours "$CARGO_TARGET_DIR/debug/soak" --field
grep -hE 'ROTUNDA_SOAK_SEED|FAILED' "$LOGS/soak--$ROTUNDA_SOAK_SECONDS-s.log" "$LOGS/soak--$ROTUNDA_SOAK_SECONDS-s-in-the-field.log"
for ((round = 1; round <= rounds; round++)); do
  counted "round $round of the scenarios" cargo cargo_here test --locked -p rotunda-tests --test scenarios
done
if [ -n "$named" ]; then
  # 60 kills under constant renewal; the scenarios have ten.
  export ROTUNDA_TEST_KILLS=60
  counted "kills under renewal" cargo cargo_here test --locked -p rotunda-tests --test scenarios kills::
  # 500 rounds of binding against an editor; the rust group runs a sample of them.
  export ROTUNDA_RACE_ROUNDS=500
  counted "binding against an editor" cargo cargo_here test --locked -p rotunda-cli --test binding race::
fi
finish
