"""Stands in for the packages of Fedora that an rpm asks for: an rpm without files."""

import re
import subprocess
from pathlib import Path

# `rtld` means a loader that knows the newer table of names; every glibc since 2.5 does. The others are commands of scripts.
BY_NAME = {"/bin/sh", "rtld(GNU_HASH)", "coreutils", "findutils", "grep", "util-linux"}


def make_stand_in(root, folder, machine="x86_64"):
    """An rpm that provides what the libraries of the root provide, and what packages of Fedora do by name."""
    found = [path for path in (root / "usr/lib").rglob("*.so*") if path.is_file() and not path.is_symlink()]
    libraries = [str(path) for path in found if re.search(r"\.so(\.[0-9.]+)?$", path.name)]
    listed = subprocess.run(
        ["/usr/lib/rpm/elfdeps", "--provides"], input="".join(f"{path}\n" for path in libraries), capture_output=True, text=True, check=True
    )
    provided = sorted(set(listed.stdout.split("\n")) - {""} | BY_NAME)
    spec = Path(folder, "stand-in.spec")
    head = "Name: debian-stand-in\nVersion: 12\nRelease: 1\nSummary: What the libraries of this root provide\nLicense: none\n"
    lines = "".join(f"Provides: {name}\n" for name in provided)
    spec.write_text(f"{head}{lines}%description\nNo files.\n%files\n")
    define = [part for name in ("_topdir", "_rpmdir", "_dbpath") for part in ("--define", f"{name} {folder}/{name}")]
    subprocess.run(["rpmbuild", "-bb", "--quiet", "--target", machine, *define, str(spec)], check=True, capture_output=True)
    return next(Path(folder).rglob("*.rpm"))
