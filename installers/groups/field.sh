#!/usr/bin/env bash
# Group field: turns of the real client, at the pinned version and at 0.150, over HTTP and over WebSocket, while upstream
# fails as it does in the field. No turn may show an error that a ready profile would have prevented.
#
# FIELD_TURNS sets how many turns in all (1000), FIELD_SEED draws the same faults again.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

readonly OLDER=0.150.0
all=${FIELD_TURNS:-1000}

need checks build || { missing "system packages" "could not be installed"; finish; }
has npm || need node || { missing "npm" "could not be installed"; finish; }
provide_rust
export ROTUNDA_BIN_DIR=$CARGO_TARGET_DIR/debug
quietly "$GROUP: building rotunda" cargo_here build --locked -p rotunda-cli --bin rotunda || { missing "rotunda" "did not build"; finish; }

# Each version gets half of them.
export FIELD_TURNS=$((all / 2))
for version in $(codex_version) $OLDER; do
  if ! ROTUNDA_CODEX=$(codex_at "$version"); then
    missing "codex $version" "could not be fetched"
    continue
  fi
  export ROTUNDA_CODEX
  counted "$FIELD_TURNS turns of codex $version" cargo cargo_here test --locked -p rotunda-tests --test codex field:: -- --nocapture
  grep -ahE 'FIELD_SEED|^field over' "$LOGS/$GROUP--$FIELD_TURNS-turns-of-codex-${version//./-}.log"
done
finish
