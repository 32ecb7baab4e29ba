"""Checks of a package, a line each, and their total."""

import sys
import traceback

PASSED, FAILED = [], []


def check(name, step):
    """Runs a step that raises when something is not as it should be."""
    try:
        step()
    except Exception as error:
        FAILED.append(name)
        print(f"not ok {name}\n    {error}", flush=True)
        if not isinstance(error, AssertionError):
            traceback.print_exc(file=sys.stdout)
        return
    PASSED.append(name)
    print(f"ok {name}", flush=True)


def end():
    """Prints the total and ends with 0 when each check passed, and there was one."""
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    sys.exit(1 if FAILED or not PASSED else 0)
