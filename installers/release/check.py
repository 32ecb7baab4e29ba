"""Checks what a release consists of; prints one line per fault, then `N passed, N failed`.

check.py OUT VERSION: each manifest by its own tool where this machine has one (makepkg, ruby), its structure by the
rules of its kind otherwise, and every checksum and address in it against the file that it names. The SBOM is checked
with the schema of CycloneDX when the Python package cyclonedx-python-lib is there, which release.sh provides.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "checks"))
import packages
import rules
import yaml

HEX = re.compile(r"\b[0-9a-fA-F]{64}\b")
URL = re.compile(r"https?://[^\s'\"#;]+")
# What each winget file must have and may have (schemas of microsoft/winget-cli, manifests/v1.6.0).
WINGET = {
    "version": ({"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"}, set()),
    "installer": (
        {"PackageIdentifier", "PackageVersion", "Installers", "ManifestType", "ManifestVersion"},
        {"InstallerType", "Scope", "InstallModes", "UpgradeBehavior", "Commands"},
    ),
    "defaultLocale": (
        {"PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName", "License", "ShortDescription", "ManifestType", "ManifestVersion"},
        set(),
    ),
}
WINGET_VALUES = {
    "PackageIdentifier": r"[^.\s\\/:*?\"<>|]{1,32}(\.[^.\s\\/:*?\"<>|]{1,32}){1,7}",
    "PackageVersion": r"[^\\/:*?\"<>|]+",
    "InstallerType": "nullsoft",
    "Scope": "user|machine",
    "UpgradeBehavior": "install|uninstallPrevious|deny",
    "ManifestVersion": r"1\.6\.0",
}
SCOOP_REQUIRED = {"version", "homepage", "license"}
SCOOP_ALLOWED = SCOOP_REQUIRED | {"description", "architecture", "pre_install", "pre_uninstall", "bin", "shortcuts"}


def read(path):
    return path.read_text(encoding="utf-8")


def digests(out):
    """Name by SHA-256, of all files that may be downloaded."""
    return {hashlib.sha256(f.read_bytes()).hexdigest(): f.name for f in out.iterdir() if f.is_file()}


def references(text, out):
    """Each checksum is that of a file here, and each file that is named as an address is here with its checksum."""
    known, faults = digests(out), []
    found = {value.lower() for value in HEX.findall(text)}
    found |= {base64.b64decode(value).hex() for value in re.findall(r"sha256-([A-Za-z0-9+/]{43}=)", text)}
    faults += [f"the checksum {value} is of no file of the release" for value in sorted(found - set(known))]
    names = {url.rpartition("/")[2] for url in URL.findall(text)}
    named = {name for name in names if name.startswith("rotunda") and re.search(r"\.(deb|gz|exe|zip)$", name)}
    if not named:
        faults.append("no file of the release is named")
    faults += [f"{name} is named and is not there" for name in sorted(named) if not (out / name).is_file()]
    proved = {known[value] for value in found & set(known)}
    return faults + [f"{name} has no checksum" for name in sorted(named - proved) if (out / name).is_file()]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)
    name = next(Path(word).name for word in command if Path(word).name not in ("runuser", "-u", "nobody", "--"))
    return [] if done.returncode == 0 else [f"{name}: {line}" for line in (done.stdout + done.stderr).splitlines()[-5:]]


def pkgbuild(path, out):
    """bash reads it; makepkg makes the package of it, from the file here instead of the address."""
    text = read(path)
    faults = run("bash", "-n", str(path)) + run("bash", "-n", str(path.parent / "rotunda-bin.install")) + references(text, out)
    for name in ("pkgname", "pkgver", "pkgrel", "pkgdesc", "arch", "license", "depends", "source", "sha256sums"):
        faults += [f"has no {name}" for _ in [0] if not re.search(rf"^{name}(_x86_64|_aarch64)?=", text, re.M)]
    if faults or not shutil.which("makepkg") or not shutil.which("bsdtar"):
        return faults
    archs = re.search(r"^arch=\((.*)\)$", text, re.M)[1].replace("'", "").split()
    return [fault for arch in archs for fault in makes_package(path, out, arch)]


def makes_package(path, out, arch):
    """What makepkg says when it makes the package for a processor, and what the package lacks."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(path.parent, work / "build")
        for deb in out.glob("*.deb"):
            shutil.copy(deb, work / "build")
        (work / "makepkg.conf").write_text(f". /etc/makepkg.conf\nCARCH={arch}\n")
        command = ["makepkg", "--config", str(work / "makepkg.conf"), "--nodeps", "--noconfirm", "--nosign"]
        if shutil.which("runuser") and Path("/proc/self").owner() == "root":
            # makepkg refuses to run as root.
            subprocess.run(["chown", "-R", "nobody", folder], check=True)
            command = ["runuser", "-u", "nobody", "--", *command]
        # It asks pacman which packages are installed, for a list inside of the package; there is none on Debian.
        surroundings = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": folder, "PKGEXT": ".pkg.tar", "LC_ALL": "C.UTF-8", "PACMAN": "true"}
        faults = run(*command, cwd=work / "build", env=surroundings)
        made = list((work / "build").glob("*.pkg.tar"))
        if not faults and len(made) != 1:
            return [f"makepkg made {len(made)} packages"]
        if made:
            if not made[0].name.endswith(f"-{arch}.pkg.tar"):
                faults.append(f"makepkg made {made[0].name} for {arch}")
            listed = subprocess.run(["tar", "-tf", str(made[0])], capture_output=True, text=True, check=True).stdout.split()
            wanted = ["usr/bin/rotunda", "usr/bin/rotunda-desktop", "usr/share/zsh/site-functions/_rotunda", ".INSTALL"]
            faults += [f"the package has no {name}" for name in wanted if name not in listed]
    return faults


def formula(path, out):
    text = read(path)
    faults = references(text, out)
    for part in (r"^class Rotunda < Formula$", r"^  desc ", r"^  homepage ", r"^  license ", r"^  def install$", r"^  test do$"):
        faults += [f"has no {part}" for _ in [0] if not re.search(part, text, re.M)]
    return faults + (run("ruby", "-wc", str(path)) if shutil.which("ruby") else [])


def flake(path, out):
    """No Nix is in Debian 12; the grammar of tree-sitter, which release.sh provides, reads it."""
    text = read(path)
    faults = references(text, out) + [f"has no {word}" for word in ("outputs =", "packages =", "mkDerivation") if word not in text]
    try:
        import tree_sitter_nix
        from tree_sitter import Language, Parser
    except ImportError:
        return faults
    tree = Parser(Language(tree_sitter_nix.language())).parse(text.encode())
    return faults + (["is not in the language of Nix"] if tree.root_node.has_error else [])


def winget(folder, out, version):
    faults, kinds = [], {}
    for path in sorted(folder.glob("*.yaml")):
        document = yaml.safe_load(read(path))
        kind = document.get("ManifestType")
        if kind not in WINGET:
            faults.append(f"{path.name}: its kind is {kind}")
            continue
        kinds[kind] = document
        required, allowed = WINGET[kind]
        faults += [f"{path.name}: has no {key}" for key in sorted(required - set(document))]
        faults += [f"{path.name}: has an unknown {key}" for key in sorted(set(document) - required - allowed)]
        for key, pattern in WINGET_VALUES.items():
            if key in document and not re.fullmatch(pattern, str(document[key])):
                faults.append(f"{path.name}: {key} is {document[key]}")
        faults += [f"{path.name}: the version is {document.get('PackageVersion')}" for _ in [0] if document.get("PackageVersion") != version]
    if set(kinds) != set(WINGET):
        return [*faults, f"has the kinds {sorted(kinds)}"]
    for installer in kinds["installer"]["Installers"]:
        faults += [f"an installer has no {key}" for key in ("Architecture", "InstallerUrl", "InstallerSha256") if key not in installer]
    if len({document["PackageIdentifier"] for document in kinds.values()}) != 1:
        faults.append("the files name different packages")
    return faults + references(read(next(folder.glob("*.installer.yaml"))), out)


def scoop(path, out, version):
    manifest = json.loads(read(path))
    faults = [f"has no {key}" for key in sorted(SCOOP_REQUIRED - set(manifest))]
    faults += [f"has an unknown {key}" for key in sorted(set(manifest) - SCOOP_ALLOWED)]
    faults += [f"the version is {manifest.get('version')}" for _ in [0] if manifest.get("version") != version]
    for name, part in manifest.get("architecture", {}).items():
        if name not in ("64bit", "32bit", "arm64") or set(part) != {"url", "hash"}:
            faults.append(f"the architecture {name} has {sorted(part)}")
    return faults + references(read(path), out)


def sbom(path, out, version):
    document = json.loads(read(path))
    parts = document["components"]
    faults = [f"{c['name']}: has no {key}" for c in parts for key in ("version", "purl", "licenses", "hashes") if not c.get(key)]
    names = {c["name"] for c in parts}
    faults += [f"{name} is not listed" for name in ("tokio", "tauri", "rusqlite", "preact") if name not in names]
    faults += ["a component is listed twice" for _ in [0] if len({c["bom-ref"] for c in parts}) != len(parts)]
    faults += ["the version is another one" for _ in [0] if document["metadata"]["component"]["version"] != version]
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        return faults
    error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(read(path))
    return faults + ([f"the schema: {error}"] if error else [])


def sums(path, out):
    """SHA256SUMS has every file that may be downloaded, and no other."""
    faults, listed = [], {}
    for line in read(path).splitlines():
        digest, name = line.split("  ", 1)
        listed[name] = digest
    here = {str(f.relative_to(out)) for f in out.rglob("*") if f.is_file() and not f.is_relative_to(out / "apt")}
    here = {name for name in here if not name.startswith("SHA256SUMS")}
    faults += [f"{name} is not listed" for name in sorted(here - set(listed))]
    faults += [f"{name} is listed and is not there" for name in sorted(set(listed) - here)]
    wrong = [n for n in sorted(here & set(listed)) if hashlib.sha256((out / n).read_bytes()).hexdigest() != listed[n]]
    return faults + [f"{name} has another checksum" for name in wrong]


def checks(out, version):
    """Name and faults of each check; what a release leaves out is not looked for, but what is there must be whole."""
    found = [
        (".deb, .rpm and repository for apt", packages.packages(out, version)),
        ("PKGBUILD", pkgbuild(out / "arch/PKGBUILD", out)),
        ("SBOM", sbom(out / f"rotunda-{version}.cdx.json", out, version)),
        ("SHA256SUMS", sums(out / "SHA256SUMS", out)),
    ]
    if any(out.glob(f"rotunda-{version}-*-linux.tar.gz")):
        found.append(("Homebrew formula", formula(out / "homebrew/rotunda.rb", out)))
        found.append(("Nix flake", flake(out / "nix/flake.nix", out)))
    if (out / f"rotunda-{version}-x64-setup.exe").exists():
        found.append(("winget", winget(out / "winget", out, version)))
        found.append(("scoop", scoop(out / "scoop/rotunda.json", out, version)))
    return found


def main():
    out, version = Path(sys.argv[1]), sys.argv[2]
    rules.tell(checks(out, version))


if __name__ == "__main__":
    main()
