#!/usr/bin/env bash
# Group soak: the scenarios again and again, to find what fails once in a hundred; ROTUNDA_SOAK_MINUTES sets how long.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

minutes=${ROTUNDA_SOAK_MINUTES:-10}
need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
quietly "$GROUP: building the scenarios" cargo_here test --locked -p rotunda-tests --no-run || { missing "scenarios" "did not build"; finish; }
until=$((SECONDS + minutes * 60))
round=0
while :; do
  round=$((round + 1))
  counted "round $round" cargo cargo_here test --locked -p rotunda-tests --test scenarios
  [ $SECONDS -lt $until ] || break
done
finish
