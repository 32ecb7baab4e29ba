"""Package manifests of one release, from the files it consists of.

manifests.py OUT VERSION URL: reads the artefacts in the folder OUT, writes PKGBUILD, the Homebrew formula, the Nix
flake, and, when there is an installer for Windows, the manifests for winget and scoop, each below OUT. URL is the
address at which the content of OUT will be found. Prints the path of each file that it wrote.

Forms: PKGBUILD(5); https://docs.brew.sh/Formula-Cookbook; the winget manifest schema 1.6.0 of microsoft/winget-cli;
the schema of ScoopInstaller/Scoop; https://nix.dev/manual/nix/stable/command-ref/new-cli/nix3-flake.
"""

import base64
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

DESCRIPTION = "Several Codex sign-ins as one"
PUBLISHER = "The Rotunda authors"
WINGET_ID = "Rotunda.Rotunda"
WINGET_VERSION = "1.6.0"
# The name of a processor in the kernel, at Arch and in an rpm, and at Debian.
PACKAGES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Artefact:
    """A file that people download, with what proves that it is the one."""

    name: str
    url: str
    sha256: str

    @property
    def sri(self):
        """The hash as Nix writes it."""
        return "sha256-" + base64.b64encode(bytes.fromhex(self.sha256)).decode()


def artefact(out, url, name):
    return Artefact(name, f"{url}/{name}", hashlib.sha256((out / name).read_bytes()).hexdigest())


def find(out, url, pattern):
    """The one artefact of this name, or None."""
    found = sorted(out.glob(pattern))
    if len(found) > 1:
        raise SystemExit(f"more than one file is named {pattern}: {[f.name for f in found]}")
    return artefact(out, url, found[0].name) if found else None


def pkgbuild(version, debs):
    """`debs` by the processor's name at Arch."""
    first = next(iter(debs.values()))
    revision = first.name.split("_")[1].rpartition("-")[2]
    sources = "\n".join(f"source_{arch}=('{deb.url}')\nsha256sums_{arch}=('{deb.sha256}')" for arch, deb in debs.items())
    return f"""\
# Maintainer: {PUBLISHER} <rotunda@localhost>
# Repacks the .deb, which is built on Debian 12: both programs with their manual pages, completions and units.
pkgname=rotunda-bin
pkgver={version}
pkgrel={revision}
pkgdesc='{DESCRIPTION}'
arch=({" ".join(f"'{arch}'" for arch in debs)})
url='{first.url.rpartition("/")[0]}'
license=('MIT')
depends=('glibc' 'gcc-libs' 'gtk3' 'webkit2gtk-4.1' 'dbus')
optdepends=('gnome-keyring: keeps the sign-ins' 'kwallet: keeps the sign-ins' 'xdg-utils: opens the page of a sign-in')
provides=('rotunda')
conflicts=('rotunda')
options=('!strip' '!debug')
install=rotunda-bin.install
noextract=({" ".join(f"'{deb.name}'" for deb in debs.values())})
{sources}

package() {{
  local _debian=amd64
  [ "$CARCH" = x86_64 ] || _debian=arm64
  bsdtar -xOf "$srcdir/rotunda_{version}-{revision}_$_debian.deb" 'data.tar.*' | bsdtar -xf - -C "$pkgdir"
  install -d "$pkgdir/usr/share/zsh/site-functions" "$pkgdir/usr/share/licenses/$pkgname"
  mv "$pkgdir/usr/share/zsh/vendor-completions/_rotunda" "$pkgdir/usr/share/zsh/site-functions/_rotunda"
  rmdir "$pkgdir/usr/share/zsh/vendor-completions"
  ln -s /usr/share/doc/rotunda/copyright "$pkgdir/usr/share/licenses/$pkgname/LICENSE"
}}
"""


PACMAN_INSTALL = """\
# What the .deb and the .rpm do after an upgrade: start the routers anew that systemd runs.
post_upgrade() {
  /usr/lib/rotunda/renew
}

# And before the files are gone: point Codex back, end what runs.
pre_remove() {
  /usr/lib/rotunda/leave
}
"""


def formula(version, tarballs):
    linux = "\n".join(
        f"""    on_{arch} do
      url "{tarball.url}"
      sha256 "{tarball.sha256}"
    end"""
        for arch, tarball in tarballs
    )
    return f"""\
# The command line and the router, as one program without a library of the system.
class Rotunda < Formula
  desc "{DESCRIPTION}"
  homepage "{tarballs[0][1].url.rpartition("/")[0]}"
  version "{version}"
  license "MIT"

  on_linux do
{linux}
  end

  depends_on :linux

  def install
    bin.install "rotunda"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/rotunda.bash" => "rotunda"
    fish_completion.install "completions/rotunda.fish"
    zsh_completion.install "completions/_rotunda"
    doc.install "LICENSES.txt"
  end

  def caveats
    "Before you uninstall it, run `rotunda unbind`: Homebrew runs nothing of ours at that time."
  end

  test do
    assert_equal "rotunda #{{version}}", shell_output("#{{bin}}/rotunda --version").strip
  end
end
"""


def flake(version, tarballs):
    systems = "\n".join(
        f"""        {"x86_64" if arch == "intel" else "aarch64"}-linux = {{
          url = "{tarball.url}";
          hash = "{tarball.sri}";
        }};"""
        for arch, tarball in tarballs
    )
    return f"""\
{{
  description = "{DESCRIPTION}";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = {{ self, nixpkgs }}:
    let
      version = "{version}";
      sources = {{
{systems}
      }};
      package = system:
        let pkgs = nixpkgs.legacyPackages.${{system}};
        in pkgs.stdenvNoCC.mkDerivation {{
          pname = "rotunda";
          inherit version;
          src = pkgs.fetchurl sources.${{system}};
          nativeBuildInputs = [ pkgs.installShellFiles ];
          dontStrip = true;
          installPhase = ''
            runHook preInstall
            install -Dm755 rotunda "$out/bin/rotunda"
            installManPage man/*.1
            installShellCompletion --bash --name rotunda completions/rotunda.bash
            installShellCompletion --fish completions/rotunda.fish
            installShellCompletion --zsh completions/_rotunda
            install -Dm644 LICENSES.txt "$out/share/doc/rotunda/LICENSES.txt"
            runHook postInstall
          '';
          meta = {{
            description = "{DESCRIPTION}";
            license = pkgs.lib.licenses.mit;
            mainProgram = "rotunda";
            platforms = builtins.attrNames sources;
          }};
        }};
    in {{
      packages = builtins.mapAttrs (system: _: {{ default = package system; }}) sources;
    }};
}}
"""


def winget(version, setup):
    """The three files of one version, by name."""
    head = f'PackageIdentifier: {WINGET_ID}\nPackageVersion: "{version}"\n'
    schema = "# yaml-language-server: $schema=https://aka.ms/winget-manifest.{}.%s.schema.json\n\n" % WINGET_VERSION
    tail = "ManifestType: {}\nManifestVersion: %s\n" % WINGET_VERSION
    installer = f"""\
InstallerType: nullsoft
Scope: user
InstallModes: [interactive, silent, silentWithProgress]
UpgradeBehavior: install
Commands: [rotunda]
Installers:
  - Architecture: x64
    InstallerUrl: {setup.url}
    InstallerSha256: {setup.sha256.upper()}
"""
    locale = f"""\
PackageLocale: en-US
Publisher: {PUBLISHER}
PackageName: Rotunda
License: MIT
ShortDescription: {DESCRIPTION}
"""
    return {
        f"{WINGET_ID}.yaml": schema.format("version") + head + "DefaultLocale: en-US\n" + tail.format("version"),
        f"{WINGET_ID}.installer.yaml": schema.format("installer") + head + installer + tail.format("installer"),
        f"{WINGET_ID}.locale.en-US.yaml": schema.format("defaultLocale") + head + locale + tail.format("defaultLocale"),
    }


def scoop(version, setup):
    """Scoop unpacks the installer and runs nothing of it, so the unbinding before a removal is stated here."""
    manifest = {
        "version": version,
        "description": DESCRIPTION,
        "homepage": setup.url.rpartition("/")[0],
        "license": "MIT",
        "architecture": {"64bit": {"url": f"{setup.url}#/dl.7z", "hash": setup.sha256}},
        "pre_install": 'Remove-Item "$dir\\`$*", "$dir\\uninstall.exe" -Force -Recurse -ErrorAction SilentlyContinue',
        "pre_uninstall": 'if ($cmd -eq "uninstall") { & "$dir\\rotunda.exe" unbind }',
        "bin": "rotunda.exe",
        "shortcuts": [["rotunda-desktop.exe", "Rotunda"]],
    }
    return json.dumps(manifest, indent=4) + "\n"


def manifests(out, version, url):
    """The files to write, by their path below OUT."""
    debs = {arch: find(out, url, f"rotunda_{version}-*_{debian}.deb") for arch, debian in PACKAGES.items()}
    debs = {arch: deb for arch, deb in debs.items() if deb}
    setup = find(out, url, f"rotunda-{version}-x64-setup.exe")
    names = {"intel": f"rotunda-{version}-x86_64-linux.tar.gz", "arm": f"rotunda-{version}-aarch64-linux.tar.gz"}
    tarballs = [(arch, artefact(out, url, name)) for arch, name in names.items() if (out / name).exists()]
    files = {}
    if debs:
        files |= {"arch/PKGBUILD": pkgbuild(version, debs), "arch/rotunda-bin.install": PACMAN_INSTALL}
    if tarballs:
        files |= {"homebrew/rotunda.rb": formula(version, tarballs), "nix/flake.nix": flake(version, tarballs)}
    if setup:
        files |= {f"winget/{name}": text for name, text in winget(version, setup).items()}
        files["scoop/rotunda.json"] = scoop(version, setup)
    return files


def main():
    out, version, url = Path(sys.argv[1]), sys.argv[2], sys.argv[3].rstrip("/")
    for name, text in manifests(out, version, url).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
