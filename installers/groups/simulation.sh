#!/usr/bin/env bash
# Group simulation: whole lives of an installation in one thread: ten seconds in the whole, from the same seeds each time,
# and an hour from new seeds when named. Before that, each planted fault has to be found, and the seeds of faults that were found once are
# lived again.
#
# ROTUNDA_SIMULATION_SECONDS sets another time, ROTUNDA_SIMULATION_FROM the first seed. ROTUNDA_SIMULATION_NAMED is set
# by test.sh.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

named=${ROTUNDA_SIMULATION_NAMED:-}
seconds=${ROTUNDA_SIMULATION_SECONDS:-$([ -n "$named" ] && echo 3600 || echo 10)}
# New seeds find a new fault about once in four million turns (docs/decisions/060-simulation.md): a change must not fail by one.
[ -n "$named" ] || ROTUNDA_SIMULATION_FROM=${ROTUNDA_SIMULATION_FROM:-1}
from=()
[ -z "${ROTUNDA_SIMULATION_FROM:-}" ] || from=(--from "$ROTUNDA_SIMULATION_FROM")

need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
quietly "$GROUP: building" cargo_here build --locked --profile simulation -p rotunda-simulation || { missing "simulation" "did not build"; finish; }
counted "$seconds s" ours "$CARGO_TARGET_DIR/simulation/simulation" --seconds "$seconds" "${from[@]}"
grep -hE '^new lives|turns a minute|NOT FOUND|FAILED' "$LOGS/simulation--$seconds-s.log"
finish
