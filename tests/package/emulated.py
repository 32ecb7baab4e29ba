"""Runs a command where this kernel hands programs for aarch64 to qemu, as root of a user namespace that knows all users.

emulated.py COMMAND...: run as root. binfmt_misc is the namespace's own, so nothing is registered on this
machine (Linux 6.7 or newer); mounts and processes are its own, too. What is started in a chroot finds qemu, because the
kernel opens it when it is registered.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

# The beginning of a program for aarch64, as Debian's package for qemu has it; its flag F keeps qemu open.
RULE = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")
BINFMT = Path("/proc/sys/fs/binfmt_misc")
NEW_MOUNTS, NEW_USERS, NEW_PROCESSES = 0x00020000, 0x10000000, 0x20000000
PR_SET_PDEATHSIG, SIGKILL = 1, 9
LIBC = ctypes.CDLL(None, use_errno=True)
EVERYONE = "0 0 4294967295"


def unshare(flags):
    if LIBC.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def become_everyone():
    """A user namespace with each user as itself; a process outside of it has to say so."""
    asks, told = os.pipe()
    says, heard = os.pipe()
    own = os.getpid()
    if (child := os.fork()) == 0:
        os.read(asks, 1)
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{own}/{name}").write_text(EVERYONE)
        os.write(heard, b"!")
        os._exit(0)
    unshare(NEW_USERS)
    os.write(told, b"!")
    os.read(says, 1)
    os.waitpid(child, 0)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def prepare():
    mount("--make-rprivate", "/")
    mount("-t", "proc", "proc", "/proc")
    mount("-t", "binfmt_misc", "none", str(BINFMT))
    if sorted(os.listdir(BINFMT)) != ["register", "status"]:
        sys.exit("this kernel shares binfmt_misc: what is registered here would be for the whole machine")
    (BINFMT / "register").write_text(RULE.read_text().strip(), encoding="utf-8")


def main():
    command = sys.argv[1:]
    become_everyone()
    unshare(NEW_MOUNTS | NEW_PROCESSES)
    child = os.fork()
    if child == 0:
        LIBC.prctl(PR_SET_PDEATHSIG, SIGKILL)
        prepare()
        os.execvp(command[0], command)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
