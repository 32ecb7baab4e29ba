"""Writes Apple's libraries as text that a linker reads: names alone, no code.

stubs.py LIST FOLDER: a stub (`.tbd`, version 4) for each library of LIST, in FOLDER
"""

import sys
import tomllib
from pathlib import Path

STUB = """--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos ]
install-name: '{place}'
current-version: 1
compatibility-version: 1
exports:
  - targets: [ arm64-macos ]
    symbols: [ {symbols} ]
...
"""


def libraries(text):
    """The libraries of a list by their place on macOS, each with its symbols as an object file names them."""
    listed = tomllib.loads(text)["libraries"]
    return {one["place"]: [*one.get("symbols", ()), *(f"_OBJC_CLASS_$_{name}" for name in one.get("classes", ()))] for one in listed}


def place_of_stub(place):
    """Where a linker looks for it: X.framework/X.tbd, or libx.tbd for libx.A.dylib."""
    name = place.rsplit("/", 1)[1]
    return f"{name}.framework/{name}.tbd" if ".framework/" in place else name.split(".")[0] + ".tbd"


def main():
    listed, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for place, symbols in libraries(listed.read_text(encoding="utf-8")).items():
        stub = folder / place_of_stub(place)
        stub.parent.mkdir(parents=True, exist_ok=True)
        quoted = ", ".join(f"'{symbol}'" for symbol in symbols)
        stub.write_text(STUB.format(place=place, symbols=quoted), encoding="utf-8")


if __name__ == "__main__":
    main()
