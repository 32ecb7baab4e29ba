"""What the checks of this folder share: the tree they look at, and how they say what they found."""

import subprocess
import sys
from pathlib import Path


def root():
    """The folder that was named on the command line, or this checkout."""
    return Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])


def tracked(folder):
    """The paths of the tracked files and of those about to be, so that a fault shows before the commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and (folder / path).is_file()]


def tell(rules):
    """Prints each rule with its faults and the total; ends the program, well when there were none."""
    for name, faults in rules:
        print(f"{name}: {'ok' if not faults else ''}")
        for fault in faults:
            print(f"  {fault}")
    failed = sum(bool(faults) for _, faults in rules)
    print(f"{len(rules) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not rules else 0)
