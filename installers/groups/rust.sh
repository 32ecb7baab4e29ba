#!/usr/bin/env bash
# Group rust: form, lints, tests and documents of every crate, and what may be built in.

. "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

# The fake keychains of the unit tests are on private buses.
need checks build shell bus terminal || { missing "system packages" "could not be installed"; finish; }
provide_rust lint
# The crates of all three systems: their licences are read offline.
quietly "Fetching the crates" cargo_here fetch --locked --target x86_64-unknown-linux-gnu --target x86_64-pc-windows-msvc --target aarch64-apple-darwin ||
  { missing "crates" "could not be fetched"; finish; }
# The shell takes the built interface in at compile time.
build_ui || { missing "interface" "did not build"; finish; }

counted "self-tests of the checks" unittest python3 -m unittest discover -s "$ROOT/installers/checks"
counted "dependencies" ours python3 "$ROOT/installers/checks/dependencies.py"
counted "documents" ours python3 "$ROOT/installers/checks/docs.py"
counted "tags" ours python3 "$ROOT/installers/checks/tags.py"
counted "structure" ours python3 "$ROOT/installers/checks/structure.py"
check "form" cargo_here fmt --all --check
check "lints" cargo_here clippy --locked --workspace --all-targets -- -D warnings
# Left out by --all-targets: they run by name, in groups of their own. Of the whole workspace, or what is not ours would be
# checked once more with other features.
check "lints of the long tests" cargo_here clippy --locked --workspace --test codex --test browser -- -D warnings
# Some scenarios run it as a process; a test run alone does not build it.
quietly "$GROUP: building rotunda" cargo_here build --locked -p rotunda-cli --bin rotunda || { missing "rotunda" "did not build"; finish; }
counted "what README.md says to type" ours python3 "$ROOT/installers/checks/readme.py" "$CARGO_TARGET_DIR/debug"
cargo_tests "tests" "all()" --all-targets
export RUSTDOCFLAGS="-D warnings"
check "documents of the crates" cargo_here doc --locked --workspace --no-deps
finish
