"""Checks the .deb and .rpm of a release: their programs are for the processor that name and fields say, they ask for what
those are linked with, and the repository for apt has each .deb as it is.

The packages of one processor are made on another, so a program of the wrong one would be packed without a word.
packages.py FOLDER VERSION ARCH: looks at those for one processor, which are in no repository yet; prints the faults.
"""

import gzip
import hashlib
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import manifests

# e_machine of a program.
MACHINES = {"x86_64": 0x3E, "aarch64": 0xB7}
PROGRAMS = ("rotunda", "rotunda-desktop")


def output(*command, **options):
    return subprocess.run(command, capture_output=True, check=True, timeout=300, **options).stdout


def machine_faults(name, program, data, arch):
    if data[:4] != b"\x7fELF":
        return [f"{name}: {program} is no program of Linux"]
    machine = int.from_bytes(data[18:20], "little")
    return [] if machine == MACHINES[arch] else [f"{name}: {program} is for the machine {machine:#x}, not for {arch}"]


def deb(path, arch):
    """Faults of a .deb, and its programs by name."""
    name, wanted = path.name, manifests.PACKAGES[arch]
    said = output("dpkg-deb", "--field", path, "Architecture").decode().strip()
    faults = [] if said == wanted else [f"{name}: is of the architecture {said}"]
    depends = output("dpkg-deb", "--field", path, "Depends").decode()
    faults += [f"{name}: does not depend on {one}" for one in ("libc6 (>=", "libwebkit2gtk-4.1-0 (>=") if one not in depends]
    with tarfile.open(fileobj=BytesIO(output("dpkg-deb", "--fsys-tarfile", path))) as tar:
        programs = {program: tar.extractfile(f"./usr/bin/{program}").read() for program in PROGRAMS}
    return [*faults, *(fault for program in PROGRAMS for fault in machine_faults(name, program, programs[program], arch))], programs


def rpm(path, arch):
    """The same of an .rpm."""
    name = path.name
    said = output("rpm", "-qp", "--nosignature", "--qf", "%{ARCH}", path).decode()
    faults = [] if said == arch else [f"{name}: is of the architecture {said}"]
    requires = output("rpm", "-qp", "--nosignature", "--requires", path).decode()
    faults += [f"{name}: does not require {one}" for one in ("libc.so.6(", "libwebkit2gtk-4.1.so.0()(64bit)") if one not in requires]
    programs = {program: output("bsdtar", "-xOf", path, f"./usr/bin/{program}") for program in PROGRAMS}
    return [*faults, *(fault for program in PROGRAMS for fault in machine_faults(name, program, programs[program], arch))], programs


def of_processor(out, version, arch):
    """Faults of both kinds for a processor; nothing when there is none of them."""
    debian = manifests.PACKAGES[arch]
    debs, rpms = sorted(out.glob(f"rotunda_{version}-*_{debian}.deb")), sorted(out.glob(f"rotunda-{version}-*.{arch}.rpm"))
    if bool(debs) != bool(rpms):
        return [f"{arch} has a .deb or a .rpm, not both"]
    found = [deb(path, arch) for path in debs] + [rpm(path, arch) for path in rpms]
    faults = [fault for faults, _ in found for fault in faults]
    return faults + [f"{arch}: the programs of .deb and .rpm are different" for _, programs in found[1:] if programs != found[0][1]]


def listed(out, debian):
    """Checksums that the repository for apt has for a processor."""
    path = out / f"apt/dists/stable/main/binary-{debian}/Packages.gz"
    text = gzip.decompress(path.read_bytes()).decode() if path.exists() else ""
    return {line.split()[1] for line in text.splitlines() if line.startswith("SHA256: ")}


def packages(out, version):
    faults = [] if any(out.glob(f"rotunda_{version}-*.deb")) else ["there is no .deb"]
    for arch, debian in manifests.PACKAGES.items():
        faults += of_processor(out, version, arch)
        here = {hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob(f"rotunda_{version}-*_{debian}.deb")}
        if here != listed(out, debian):
            faults.append(f"the repository for apt has other packages for {debian} than the release")
    return faults


if __name__ == "__main__":
    folder, number, processor = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    count = len(list(folder.glob(f"rotunda_{number}-*_{manifests.PACKAGES[processor]}.deb")))
    told = of_processor(folder, number, processor)
    print("\n".join(told) or f"{count} of each kind")
    sys.exit(1 if told or not count else 0)
