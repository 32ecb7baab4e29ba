#!/usr/bin/env bash
# Group contract: what we rely on in Codex, against the newest published version, the pinned one, and those that
# CODEX_VERSIONS names. Prints a table version × promise and writes it into docs/contract.md.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build terminal || { missing "system packages" "could not be installed"; finish; }
has npm || need node || { missing "npm" "could not be installed"; finish; }
provide_rust
export ROTUNDA_BIN_DIR=$CARGO_TARGET_DIR/debug

newest=$(npm view @openai/codex dist-tags.latest 2>/dev/null)
[ -n "$newest" ] || missing "newest version" "npm does not tell which Codex is the newest"
versions=()
for version in $newest $(codex_version) ${CODEX_VERSIONS:-}; do
  case " ${versions[*]} " in *" $version "*) ;; *) versions+=("$version") ;; esac
done

quietly "$GROUP: building rotunda" cargo_here build --locked -p rotunda-cli --bin rotunda &&
  quietly "$GROUP: building the tests" cargo_here test --locked -p rotunda-tests --test codex --no-run ||
  { missing "rotunda" "did not build"; finish; }

# Flows as recorded belong to one version, and the field has a group of its own; all else is tested with each.
runs=()
for version in "${versions[@]}"; do
  if ! ROTUNDA_CODEX=$(codex_at "$version"); then
    missing "codex $version" "could not be fetched"
    continue
  fi
  export ROTUNDA_CODEX
  log=$LOGS/contract-$version.log
  say "$GROUP: the real client, version $version"
  # A failed test is a cell of the table, not the end of it.
  cargo_here test --locked -p rotunda-tests --test codex --no-fail-fast -- --skip capture:: --skip replay:: --skip field:: >"$log" 2>&1
  runs+=("$version=$log")
done

started=$SECONDS
if [ ${#runs[@]} -gt 0 ]; then
  table=$(python3 "$ROOT/installers/checks/contract.py" write "${runs[@]}")
  printf '\n%s\n\n' "$table"
  read -r kept broken <<<"$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' <<<"$table" | tail -n 1)"
  record "promises of ${#runs[@]} versions" "${kept:-0}" "${broken:-1}" $((SECONDS - started))
fi
finish
