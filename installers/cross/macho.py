"""Holds programs for macOS to what was meant: their kind, the oldest system, the libraries and every name from them.

macho.py check LIST OLDEST PROGRAM...      prints a line per fault, then `N passed, N failed`
macho.py needs PROGRAM...                  prints what they take from each library, for LIST
macho.py self-test LIST OLDEST PROGRAM...  shows on changed copies that each fault is seen

LIST is what stubs.py makes stubs of. What no program takes is to go from it, so it is exact.
"""

import struct
import sys
from pathlib import Path

import stubs

MAGIC, ARM64, EXECUTABLE, MACOS = 0xFEEDFACF, 0x0100000C, 2, 1
LOAD, WEAK, REEXPORT, BUILD, MAIN, SIGNATURE, DYLD = 0xC, 0x80000018, 0x8000001F, 0x32, 0x80000028, 0x1D, 0x80000022
# What tells the loader to take a name: the number of its library (in the step itself, or after it), or "look in all of
# them"; the name; and numbers after a step, which do not matter here. The upper half of a byte is the step.
NUMBER, LONG_NUMBER, SPECIAL, NAME = 0x10, 0x20, 0x30, 0x40
NUMBERS_AFTER = {0x60: 1, 0x70: 1, 0x80: 1, 0xA0: 1, 0xC0: 2}
TAKES = (0x90, 0xA0, 0xB0, 0xC0)
ANYWHERE = SPECIAL | 0xE
# A signature without a certificate, as a linker makes it.
DIRECTORY, AD_HOC = 0xFADE0C02, 0x2
# zig's own: the one library that comes with it.
SYSTEM = "/usr/lib/libSystem.B.dylib"


class Program:
    """What the commands of a program for macOS say."""

    def __init__(self, data):
        self.data = data
        self.head = struct.unpack_from("<8I", data)
        self.libraries, self.platforms, self.commands = [], [], set()
        # Each name that it takes, with its library or none; and where in the file the library of the first one is said.
        self.taken, self.said = set(), None
        at = 32
        for _ in range(self.head[4] if self.head[0] == MAGIC else 0):
            command, size = struct.unpack_from("<2I", data, at)
            self.commands.add(command)
            if command in (LOAD, WEAK, REEXPORT):
                start = at + struct.unpack_from("<I", data, at + 8)[0]
                self.libraries.append(data[start : at + size].split(b"\0")[0].decode())
            elif command == BUILD:
                platform, oldest = struct.unpack_from("<2I", data, at + 8)
                self.platforms.append((platform, f"{oldest >> 16}.{oldest >> 8 & 255}"))
            elif command == DYLD:
                _, _, *tables = struct.unpack_from("<8I", data, at + 8)
                self.tables = [tables[0:2], tables[2:4], tables[4:6]]
            elif command == SIGNATURE:
                self.signed = struct.unpack_from("<2I", data, at + 8)
            at += size
        if DYLD in self.commands:
            for start, length in self.tables:
                self.read_names(start, start + length)

    def read_names(self, at, end):
        """The names of one table. Those that a linker has dropped stay in the table of symbols, and are not taken."""
        number, name = 0, ""
        while at < end:
            step, small = self.data[at] & 0xF0, self.data[at] & 0xF
            if step in (NUMBER, SPECIAL):
                self.said = self.said or at
                number = small if step == NUMBER else 0
            at += 1
            if step == LONG_NUMBER:
                number, at = self.number(at)
            elif step == NAME:
                stop = self.data.index(b"\0", at)
                name, at = self.data[at:stop].decode(), stop + 1
            elif step in TAKES:
                self.taken.add((self.libraries[number - 1] if 0 < number <= len(self.libraries) else None, name))
            for _ in range(NUMBERS_AFTER.get(step, 0)):
                _, at = self.number(at)

    def number(self, at):
        """A number of seven bits per byte, and where it ends."""
        value = shift = 0
        while True:
            byte = self.data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at

    def is_signed(self):
        """Whether it has a signature without a certificate; macOS on arm64 starts nothing without one."""
        if SIGNATURE not in self.commands:
            return False
        at, _ = self.signed
        count = struct.unpack_from(">I", self.data, at + 8)[0]
        for number in range(count):
            place = at + struct.unpack_from(">I", self.data, at + 16 + 8 * number)[0]
            magic, _, _, flags = struct.unpack_from(">4I", self.data, place)
            if magic == DIRECTORY:
                return bool(flags & AD_HOC)
        return False


def faults_of(program, listed, oldest):
    """What is not as it was meant in one program."""
    magic, processor, _, kind = program.head[:4]
    if (magic, processor, kind) != (MAGIC, ARM64, EXECUTABLE):
        return ["is no program for arm64"]
    faults = []
    if program.platforms != [(MACOS, oldest)]:
        faults.append(f"is not for macOS {oldest} and newer: {program.platforms}")
    if MAIN not in program.commands:
        faults.append("has no beginning")
    if not program.is_signed():
        faults.append("has no signature")
    faults += [f"loads {library}" for library in program.libraries if library != SYSTEM and library not in listed]
    for library, symbol in sorted(program.taken, key=str):
        if library is None:
            faults.append(f"takes {symbol} from wherever it is")
        elif library != SYSTEM and symbol not in listed.get(library, ()):
            faults.append(f"takes {symbol} from {library}")
    return faults


def spare(programs, listed):
    """What is listed and no program takes."""
    taken = {pair for program in programs for pair in program.taken}
    return [f"{symbol} of {library} is taken by none" for library in listed for symbol in listed[library] if (library, symbol) not in taken]


def check(listed, oldest, programs):
    results = [(name, faults_of(program, listed, oldest)) for name, program in programs.items()]
    results.append(("the list", spare(programs.values(), listed)))
    for name, faults in results:
        for fault in faults:
            print(f"not ok: {name}: {fault}")
    return sum(not faults for _, faults in results), sum(bool(faults) for _, faults in results)


def needs(programs):
    taken = sorted({pair for program in programs.values() for pair in program.taken if pair[0] != SYSTEM}, key=str)
    for library, symbol in taken:
        print(f"{library}\t{symbol}")


def changed(program, at, size, value):
    data = bytearray(program.data)
    data[at : at + size] = value.to_bytes(size, "little")
    return Program(bytes(data))


def self_test(listed, oldest, programs):
    """Copies of a program with one fault each, and lists that differ by one name."""
    program = next(iter(programs.values()))
    directory = program.data.index(DIRECTORY.to_bytes(4, "big"), program.signed[0])
    library, symbol = min(pair for pair in program.taken if pair[0] in listed)
    short = {**listed, library: [name for name in listed[library] if name != symbol]}
    without = {place: names for place, names in listed.items() if place != library}
    spared = {**listed, library: [*listed[library], "_a_typing_error"]}
    cases = {
        "as it is": not faults_of(program, listed, oldest),
        "another processor": faults_of(changed(program, 4, 4, 0x01000007), listed, oldest),
        "another kind of file": faults_of(changed(program, 12, 4, 6), listed, oldest),
        "another system": faults_of(program, listed, "11.0"),
        "a name from anywhere": faults_of(changed(program, program.said, 1, ANYWHERE), listed, oldest),
        "no signature": faults_of(changed(program, directory + 15, 1, 0), listed, oldest),
        "a name that is not listed": faults_of(program, short, oldest),
        "a library that is not listed": faults_of(program, without, oldest),
        "a listed name that none takes": spare(programs.values(), spared),
    }
    for name, seen in cases.items():
        if not seen:
            print(f"not ok: {name}")
    return sum(bool(seen) for seen in cases.values()), sum(not seen for seen in cases.values())


def main():
    what, rest = sys.argv[1], sys.argv[2:]
    read = lambda paths: {Path(path).name: Program(Path(path).read_bytes()) for path in paths}
    if what == "needs":
        needs(read(rest))
        return
    listed = stubs.libraries(Path(rest[0]).read_text(encoding="utf-8"))
    passed, failed = {"check": check, "self-test": self_test}[what](listed, rest[1], read(rest[2:]))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
