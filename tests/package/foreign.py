"""Scenarios with the program of another processor: each `rotunda` that a scenario starts is the one for aarch64.

foreign.py SCENARIOS PROGRAM [NAME...]: SCENARIOS is the test program for this machine, which plays upstream and clients,
PROGRAM the one that is tried. The kernel hands it to qemu in a namespace of its own, so that nothing is registered on this
machine (Linux 6.7 or newer). Without a name: every scenario that starts the program, but those that need root, and those
that qemu cannot run. Prints what libtest prints.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "installers/checks"))

import tags  # noqa: E402

# The beginning of a program for aarch64, as Debian's package for qemu has it.
RULE = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")
REGISTER = "/proc/sys/fs/binfmt_misc/register"
INSIDE = "ROTUNDA_FOREIGN_INSIDE"
# qemu-user 7.2 answers ENOSYS to TCGETS2, by which programs of Linux on aarch64 ask for the modes of a terminal.
NOT_UNDER_QEMU = {
    "credentials::a_key_typed_at_a_terminal_does_not_show",
    "credentials::ctrl_c_at_the_key_leaves_the_terminal_as_it_was",
}
# `Whole` is a home with the program; without it a scenario runs the router inside of the test.
STARTS = [r"Whole::new\(", r"-> Whole\b", r": &(?:mut )?Whole\b"]


def chosen():
    """The full names of the scenarios that start the program and need no root."""
    files = sorted((ROOT / "tests/scenarios").glob("*.rs"))
    texts = {f"tests/scenarios/{file.name}": file.read_text(encoding="utf-8") for file in files}
    root = tags.read(ROOT)["root"]
    out = {name for path in root["files"] if path in texts for name in tags.needy(texts[path], root["signs"])}
    found = {f"{Path(path).stem}::{name}" for path, text in texts.items() for name in tags.needy(text, STARTS) if name not in out}
    if not found >= NOT_UNDER_QEMU:
        sys.exit(f"there is no scenario {sorted(NOT_UNDER_QEMU - found)}")
    return sorted(found - NOT_UNDER_QEMU), sum(len(tags.TEST.findall(text)) for text in texts.values())


def enter():
    """This program once more, where binfmt_misc, network and processes are its own."""
    os.environ[INSIDE] = "1"
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    # Loopback is down in a new network; there need not be a tool for that.
    up = 'python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\\"16sh14x\\", b\\"lo\\", 0x41))"'
    os.execvp("unshare", [*unshare, "sh", "-c", f'{up} && exec "$@"', "sh", sys.executable, "-B", *sys.argv])


def main():
    if INSIDE not in os.environ:
        enter()
    scenarios, program, *names = sys.argv[1:]
    with open(program, "rb") as file:
        if file.read(20)[18:] != b"\xb7\x00":
            sys.exit(f"{program} is not for aarch64")
    subprocess.run(["mount", "-t", "binfmt_misc", "none", str(Path(REGISTER).parent)], check=True)
    if sorted(os.listdir(Path(REGISTER).parent)) != ["register", "status"]:
        sys.exit("this kernel shares binfmt_misc: what is registered here would be for the whole machine")
    Path(REGISTER).write_text(RULE.read_text().strip(), encoding="utf-8")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    every, count = chosen()
    names = names or every
    print(f"{version.strip()}, for another processor; {len(names)} of {count} scenarios", flush=True)
    env = {**os.environ, "ROTUNDA_BIN": program}
    run = subprocess.run([scenarios, "--exact", "--test-threads", "2", *names], env=env, cwd=ROOT / "tests", check=False)
    sys.exit(run.returncode)


main()
