"""The rpm for aarch64 in a root for arm64, by this machine's rpm with a database of its own there: installed, used, removed.

foreign_rpm.py ROOT RPM: run as root, where the kernel hands the root's programs to qemu (emulated.py). The root has the
libraries that the package asks for, and nothing of Rotunda. Prints a line for each check, and a total.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rooted import Root, expect
from stand_in import make_stand_in
from tally import check, end

ROOT, RPM = Root(Path(sys.argv[1])), Path(sys.argv[2])
# Where Fedora has it, below the root.
DATABASE = "/usr/lib/sysimage/rpm"


def rpm(*arguments, code=0):
    """Runs rpm on the root. Debian's asks to be told that it is meant; another processor is the root's."""
    options = {"--install": ["--force-debian", "--ignorearch"], "--erase": ["--force-debian"]}.get(arguments[0], [])
    command = ["rpm", "--root", str(ROOT.folder), "--dbpath", DATABASE, arguments[0], *options, *map(str, arguments[1:])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    output = done.stdout + done.stderr
    expect(code in (None, done.returncode), f"{' '.join(command)}: ended with {done.returncode}: {output}")
    return output


def whole():
    done = subprocess.run(["rpm", "-K", "--nosignature", str(RPM)], capture_output=True, text=True, check=False)
    expect(done.returncode == 0 and "digests OK" in done.stdout, done.stdout + done.stderr)


def asks():
    lacking = set(re.findall(r"^\s+(\S+) is needed by", rpm("--install", RPM, code=None), re.M))
    expect({"libwebkit2gtk-4.1.so.0()(64bit)", "libc.so.6(GLIBC_2.34)(64bit)", "/bin/sh", "util-linux"} <= lacking, lacking)
    expect(not (ROOT.folder / "usr/bin/rotunda").exists(), "a refused package was installed")


def installs():
    with tempfile.TemporaryDirectory() as folder:
        rpm("--install", make_stand_in(ROOT.folder, folder, "aarch64"))
    rpm("--install", RPM)
    expect(rpm("-q", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm", "rotunda") == RPM.name, "another version")
    expect(rpm("--verify", "rotunda") == "", "not as packed")


def runs():
    version = rpm("-q", "--qf", "%{VERSION}", "rotunda")
    expect(ROOT.run("rotunda", "--version").strip() == f"rotunda {version}", "rotunda --version")
    expect(ROOT.run("rotunda-desktop", "--version").strip() == f"Rotunda {version}", "rotunda-desktop --version")
    listed = ROOT.run("ldd", "/usr/bin/rotunda-desktop")
    expect("libwebkit2gtk" in listed and "not found" not in listed, listed)


def leaves():
    rpm("--erase", "rotunda")
    left = [name for name in ("usr/bin/rotunda", "usr/bin/rotunda-desktop", "usr/lib/rotunda") if (ROOT.folder / name).exists()]
    expect(not left, left)


def main():
    (ROOT.folder / DATABASE.lstrip("/")).mkdir(parents=True, exist_ok=True)
    check("the rpm is whole", whole)
    check("without the libraries it asks for, rpm refuses it", asks)
    check("with them it installs, and no dependency is passed by", installs)
    check("both programs of the rpm run with the libraries of the root", runs)
    check("rpm removes it", leaves)
    end()


if __name__ == "__main__":
    main()
