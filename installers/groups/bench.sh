#!/usr/bin/env bash
# Group bench: what Rotunda costs beside nginx and beside nothing, in one run; writes docs/performance.md.
#
# A measurement passes when it was made: a slow machine must not fail a build, so the aims are read in the table.
# With ROTUNDA_BENCH_PEERS=1 it also fetches, builds and measures prodex, a program of others.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build bench || { missing "system packages" "could not be installed"; finish; }
provide_rust
quietly "$GROUP: building with optimisation" cargo_here build --locked --release -p rotunda-cli --bin rotunda -p rotunda-tests --bin bench ||
  { missing "programs" "did not build"; finish; }
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { missing "nginx" "is not installed"; finish; }
others=()
if [ "${ROTUNDA_BENCH_PEERS:-}" = 1 ]; then
  provide_prodex || { missing "prodex" "did not build"; finish; }
  others=(--prodex "$ROTUNDA_PRODEX")
fi
# A thousand held streams are two thousand sockets in the process between.
ulimit -n "$(ulimit -H -n)" 2>/dev/null || true

programs=$CARGO_TARGET_DIR/release
check "measurement" "$programs/bench" --rotunda "$programs/rotunda" --nginx "$nginx" "${others[@]}" \
  --write "$ROOT/docs/performance.md" "$@"
grep '^|' "$LOGS/$GROUP--measurement.log"
finish
