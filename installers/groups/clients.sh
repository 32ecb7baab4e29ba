#!/usr/bin/env bash
# Group clients: the real packages of other programs, at pinned versions, against the router and a scripted upstream:
# `openai` for Python and for Node, the SDK of Codex, Claude Code and Qwen Code.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

need checks build || { missing "system packages" "could not be installed"; finish; }
provide_rust
provide_codex pinned || { missing "codex" "could not be fetched"; finish; }
provide_client_packages || { missing "packages of clients" "could not be fetched"; finish; }
provide_claude_code || { missing "Claude Code" "could not be fetched"; finish; }
export ROTUNDA_BIN_DIR=$CARGO_TARGET_DIR/debug

quietly "$GROUP: building rotunda" cargo_here build --locked -p rotunda-cli --bin rotunda || { missing "rotunda" "did not build"; finish; }
counted "real packages" cargo cargo_here test --locked -p rotunda-tests --test clients
finish
