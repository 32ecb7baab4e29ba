"""What installers/release/check.py finds: manifests of files made here are right, and each planted fault is seen."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "installers/release"))
import check
import manifests

VERSION = "0.1.0"
URL = "https://example.invalid/0.1.0"
DEB, ARM = f"rotunda_{VERSION}-1_amd64.deb", f"rotunda_{VERSION}-1_arm64.deb"
SETUP = f"rotunda-{VERSION}-x64-setup.exe"
CONTROL = "Package: rotunda\nVersion: 0.1.0-1\nArchitecture: {}\nMaintainer: A <a@localhost>\nDescription: a\n"
FILES = ["usr/bin/rotunda", "usr/bin/rotunda-desktop", "usr/share/zsh/vendor-completions/_rotunda", "usr/share/doc/rotunda/copyright"]


def write_deb(folder, deb):
    stage = folder / "stage"
    for name in FILES:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_text(name)
    (stage / "DEBIAN").mkdir()
    (stage / "DEBIAN/control").write_text(CONTROL.format(deb.rpartition("_")[2].removesuffix(".deb")))
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(stage), str(folder / deb)]
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(["rm", "-r", str(stage)], check=True)


class ReleaseFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pristine = Path(cls.folder.name)
        for name in (DEB, ARM):
            write_deb(cls.pristine, name)
        for name in (f"rotunda-{VERSION}-x86_64-linux.tar.gz", f"rotunda-{VERSION}-aarch64-linux.tar.gz", SETUP):
            (cls.pristine / name).write_text(name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.away = tempfile.TemporaryDirectory()
        self.addCleanup(self.away.cleanup)
        self.out = Path(self.away.name)
        for file in self.pristine.iterdir():
            (self.out / file.name).write_bytes(file.read_bytes())
        for name, text in manifests.manifests(self.out, VERSION, URL).items():
            (self.out / name).parent.mkdir(exist_ok=True)
            (self.out / name).write_text(text)

    def change(self, name, old, new):
        path = self.out / name
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))
        return path

    def assert_fault(self, faults, words):
        self.assertTrue(any(words in fault for fault in faults), f"{words!r} is not in {faults}")

    def test_the_tools_are_here(self):
        self.assertTrue(all(shutil.which(tool) for tool in ("makepkg", "bsdtar", "fakeroot", "ruby")))
        import tree_sitter_nix  # noqa: F401
        import cyclonedx  # noqa: F401

    def test_makepkg_makes_the_package_of_the_pkgbuild(self):
        self.assertEqual(check.pkgbuild(self.out / "arch/PKGBUILD", self.out), [])

    def test_makepkg_refuses_another_deb_and_a_step_that_fails(self):
        path = self.change("arch/PKGBUILD", "zsh/vendor-completions/_rotunda\" ", "zsh/elsewhere/_rotunda\" ")
        faults = check.pkgbuild(path, self.out)
        self.assert_fault(faults, "makepkg")
        # Once for each processor.
        self.assertEqual(sum("failure occurred in package()" in fault for fault in faults), 2, faults)
        path = self.change("arch/PKGBUILD", "package()", "package( {")
        self.assert_fault(check.pkgbuild(path, self.out), "bash")

    def test_the_formula_is_valid_and_a_missing_end_is_seen(self):
        path = self.out / "homebrew/rotunda.rb"
        self.assertEqual(check.formula(path, self.out), [])
        self.change("homebrew/rotunda.rb", "  def caveats\n", "  def caveats\n    if true\n")
        self.assert_fault(check.formula(path, self.out), "ruby")

    def test_the_flake_is_valid_and_a_missing_bracket_is_seen(self):
        path = self.out / "nix/flake.nix"
        self.assertEqual(check.flake(path, self.out), [])
        self.change("nix/flake.nix", "platforms = builtins.attrNames sources;\n          };", "platforms = builtins.attrNames sources;\n")
        self.assert_fault(check.flake(path, self.out), "language of Nix")

    def test_winget_has_three_files_and_only_keys_of_the_schema(self):
        self.assertEqual(check.winget(self.out / "winget", self.out, VERSION), [])
        path = self.change("winget/Rotunda.Rotunda.installer.yaml", "Scope: user", "Scoop: user")
        self.assert_fault(check.winget(self.out / "winget", self.out, VERSION), "unknown Scoop")
        path.unlink()
        self.assert_fault(check.winget(self.out / "winget", self.out, VERSION), "has the kinds")

    def test_scoop_has_only_keys_of_the_schema_and_this_version(self):
        path = self.out / "scoop/rotunda.json"
        self.assertEqual(check.scoop(path, self.out, VERSION), [])
        self.assert_fault(check.scoop(path, self.out, "0.2.0"), "the version is 0.1.0")
        self.change("scoop/rotunda.json", '"homepage"', '"home"')
        self.assert_fault(check.scoop(path, self.out, VERSION), "has no homepage")

    def test_a_file_that_was_changed_afterwards_is_seen_in_each_manifest(self):
        for name in (DEB, SETUP, f"rotunda-{VERSION}-x86_64-linux.tar.gz"):
            with (self.out / name).open("ab") as file:
                file.write(b"more")
        for path in ["arch/PKGBUILD", "homebrew/rotunda.rb", "nix/flake.nix", "scoop/rotunda.json"]:
            self.assert_fault(check.references((self.out / path).read_text(), self.out), "is of no file of the release")

    def test_the_pkgbuild_names_the_processors_that_have_a_deb(self):
        text = (self.out / "arch/PKGBUILD").read_text()
        self.assertIn("arch=('x86_64' 'aarch64')", text)
        self.assertRegex(text, rf"source_aarch64=\('{URL}/{ARM}'\)")
        (self.out / ARM).unlink()
        text = manifests.manifests(self.out, VERSION, URL)["arch/PKGBUILD"]
        self.assertIn("arch=('x86_64')", text)
        self.assertNotIn("_aarch64=", text)

    def test_a_checksum_that_is_missing_is_seen(self):
        digest = hashlib.sha256((self.out / DEB).read_bytes()).hexdigest()
        path = self.change("arch/PKGBUILD", digest, "SKIP")
        self.assert_fault(check.pkgbuild(path, self.out), f"{DEB} has no checksum")

    def test_without_an_installer_there_is_neither_winget_nor_scoop(self):
        (self.out / SETUP).unlink()
        names = manifests.manifests(self.out, VERSION, URL)
        self.assertEqual([name for name in names if name.startswith(("winget", "scoop"))], [])

    def test_checksums_are_of_every_file_and_of_no_other(self):
        sums = self.out / "SHA256SUMS"
        listed = [p for p in self.out.rglob("*") if p.is_file()]
        lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(self.out)}\n" for p in listed]
        sums.write_text("".join(lines))
        self.assertEqual(check.sums(sums, self.out), [])
        sums.write_text("".join(lines[1:]))
        self.assert_fault(check.sums(sums, self.out), "is not listed")
        sums.write_text("".join(lines).replace(lines[0][:8], "00000000"))
        self.assert_fault(check.sums(sums, self.out), "another checksum")


if __name__ == "__main__":
    unittest.main()
