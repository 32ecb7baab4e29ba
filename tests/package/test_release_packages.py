"""What installers/release/packages.py finds in a .deb, an .rpm and the repository for apt: each planted fault is seen."""

import gzip
import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "installers/release"))
import packages

VERSION = "0.1.0"
DEPENDS = "libc6 (>= 2.34), libwebkit2gtk-4.1-0 (>= 2.38)"
REQUIRES = ["libc.so.6(GLIBC_2.34)(64bit)", "libwebkit2gtk-4.1.so.0()(64bit)"]
X86_64, AARCH64 = 0x3E, 0xB7
SPEC = """\
Name: rotunda
Version: {version}
Release: 1
Summary: a
License: MIT
AutoReqProv: no
{requires}
%global debug_package %{{nil}}
%global __os_install_post %{{nil}}
%description
a
%install
mkdir -p %{{buildroot}}/usr
cp -r {stage}/usr/bin %{{buildroot}}/usr/bin
%files
/usr/bin/*
"""


class Packages(unittest.TestCase):
    def setUp(self):
        away = tempfile.TemporaryDirectory()
        self.addCleanup(away.cleanup)
        self.work, self.out = Path(away.name), Path(away.name) / "out"
        self.out.mkdir()

    def stage(self, machine, more=bytes(44)):
        """Two programs, as far as a look at their first bytes goes."""
        stage = Path(tempfile.mkdtemp(dir=self.work))
        (stage / "usr/bin").mkdir(parents=True)
        for name in packages.PROGRAMS:
            (stage / "usr/bin" / name).write_bytes(b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + more)
        return stage

    def deb(self, debian, machine, said=None, depends=DEPENDS):
        stage, path = self.stage(machine), self.out / f"rotunda_{VERSION}-1_{debian}.deb"
        (stage / "DEBIAN").mkdir()
        control = f"Package: rotunda\nVersion: {VERSION}-1\nArchitecture: {said or debian}\nDepends: {depends}\nMaintainer: A <a@localhost>\nDescription: a\n"
        (stage / "DEBIAN/control").write_text(control)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", stage, path], check=True, capture_output=True)
        self.publish(debian, [path])

    def publish(self, debian, debs):
        folder = self.out / f"apt/dists/stable/main/binary-{debian}"
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"Package: rotunda\nSHA256: {hashlib.sha256(deb.read_bytes()).hexdigest()}\n\n" for deb in debs)
        (folder / "Packages.gz").write_bytes(gzip.compress(text.encode()))

    def rpm(self, arch, machine, said=None, requires=REQUIRES, more=bytes(44)):
        stage, spec = self.stage(machine, more), self.work / "a.spec"
        spec.write_text(SPEC.format(version=VERSION, stage=stage, requires="\n".join(f"Requires: {one}" for one in requires)))
        subprocess.run(
            ["rpmbuild", "-bb", "--quiet", "--target", said or arch, "--define", f"_topdir {stage}/top", "--define", f"_rpmdir {self.out}",
             "--define", f"_rpmfilename rotunda-{VERSION}-1.{arch}.rpm", "--define", f"_dbpath {stage}/db", spec],
            check=True, capture_output=True,
        )  # fmt: skip

    def whole(self):
        self.deb("amd64", X86_64)
        self.deb("arm64", AARCH64)
        self.rpm("x86_64", X86_64)
        self.rpm("aarch64", AARCH64)

    def assert_fault(self, words):
        faults = packages.packages(self.out, VERSION)
        self.assertTrue(any(words in fault for fault in faults), f"{words!r} is not in {faults}")

    def test_packages_for_both_processors_and_for_one_are_right(self):
        self.whole()
        self.assertEqual(packages.packages(self.out, VERSION), [])
        for path in [*self.out.glob("*arm64*"), *self.out.glob("*aarch64*")]:
            path.unlink()
        self.publish("arm64", [])
        self.assertEqual(packages.packages(self.out, VERSION), [])

    def test_a_program_for_another_processor_is_seen_in_each_kind(self):
        self.whole()
        self.deb("arm64", X86_64)
        self.assert_fault("arm64.deb: rotunda-desktop is for the machine 0x3e, not for aarch64")
        self.rpm("aarch64", X86_64)
        self.assert_fault("aarch64.rpm: rotunda is for the machine 0x3e, not for aarch64")

    def test_a_field_that_names_another_processor_is_seen_in_each_kind(self):
        self.whole()
        self.deb("arm64", AARCH64, said="amd64")
        self.assert_fault("is of the architecture amd64")
        self.rpm("aarch64", AARCH64, said="x86_64")
        self.assert_fault("is of the architecture x86_64")

    def test_libraries_that_are_not_asked_for_are_seen_in_each_kind(self):
        self.whole()
        self.deb("arm64", AARCH64, depends="libc6 (>= 2.34)")
        self.assert_fault("does not depend on libwebkit2gtk")
        self.rpm("aarch64", AARCH64, requires=REQUIRES[1:])
        self.assert_fault("does not require libc.so.6(")

    def test_other_programs_in_the_other_kind_are_seen(self):
        self.whole()
        self.rpm("aarch64", AARCH64, more=bytes(45))
        self.assert_fault("the programs of .deb and .rpm are different")

    def test_a_kind_that_is_missing_and_a_repository_with_another_package_are_seen(self):
        self.whole()
        next(self.out.glob("*aarch64.rpm")).unlink()
        self.assert_fault("aarch64 has a .deb or a .rpm, not both")
        self.publish("arm64", [])
        self.assert_fault("the repository for apt has other packages for arm64")


if __name__ == "__main__":
    unittest.main()
