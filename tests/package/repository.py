"""apt installs Rotunda from the signed repository over loopback, upgrades it, and refuses what was tampered with.

repository.py OUT NEXT: two releases that installers/release.sh made, the second of a higher revision; run as root by
clean-root.sh, where everything it changes is gone afterwards. One line per check, then `N passed, N failed`.
"""

import functools
import gzip
import hashlib
import http.server
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from tally import check, end

OUT, NEXT = Path(sys.argv[1]), Path(sys.argv[2])
HERE = Path("/tmp/repository")
APT = Path("/tmp/apt")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(folder):
    """Serves the folder for the rest of the process, and returns the address."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def run(*command, code=0):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    output = done.stdout + done.stderr
    if code is not None and done.returncode != code:
        raise AssertionError(f"{' '.join(command)}: ended with {done.returncode}: {output}")
    return done.returncode, output


def apt(*arguments, code=0):
    """apt-get that knows this repository alone; what is installed is this machine's."""
    options = [
        "Dir::Etc::sourcelist=/dev/null", f"Dir::Etc::sourceparts={APT}/sources", f"Dir::State::lists={APT}/lists",
        f"Dir::Cache={APT}/cache", "Acquire::Languages=none", "APT::Install-Recommends=false", "Acquire::Retries=0",
        "Acquire::http::Proxy=DIRECT", "Acquire::AllowInsecureRepositories=false", "APT::Get::AllowUnauthenticated=false",
    ]  # fmt: skip
    return run("apt-get", *(f"-o{option}" for option in options), *arguments, code=code)


def publish(release):
    """Puts the repository of a release in the place that is served."""
    shutil.rmtree(HERE / "apt", ignore_errors=True)
    shutil.copytree(release / "apt", HERE / "apt")


def forget():
    shutil.rmtree(APT / "lists", ignore_errors=True)
    shutil.rmtree(APT / "cache", ignore_errors=True)
    for folder in ["sources", "lists/partial", "cache/archives/partial"]:
        (APT / folder).mkdir(parents=True, exist_ok=True)


def trust(release):
    """What rotunda.sources tells the user to do, with the address of this test."""
    keyring = Path("/usr/share/keyrings/rotunda-archive-keyring.pgp")
    keyring.write_bytes((release / "apt/rotunda-archive-keyring.pgp").read_bytes())
    text = (release / "apt/rotunda.sources").read_text()
    text, changed = re.subn(r"^URIs: .*$", f"URIs: {ADDRESS}/apt", text, flags=re.M)
    if changed != 1 or f"Signed-By: {keyring}" not in text:
        raise AssertionError(text)
    (APT / "sources/rotunda.sources").write_text(text)


def installed():
    return run("dpkg-query", "-W", "-f", "${Version} ${db:Status-Status}", "rotunda", code=None)[1]


def deb():
    return next((HERE / "apt/pool").rglob("*.deb"))


def refused(words):
    """Neither an update nor an installation after it brings the package."""
    forget()
    trust(OUT)
    code, output = apt("update", code=None)
    more = apt("install", "-y", "rotunda", code=None)
    assert more[0] != 0, f"it was installed: {output}{more[1]}"
    assert re.search(words, output + more[1]), f"{words!r} is not in: {output}{more[1]}"
    assert " installed" not in installed(), installed()


def change_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def tampered_package():
    publish(OUT)
    change_byte(deb())
    refused("Hash Sum mismatch")


def tampered_list():
    """The package is another one, and the list of packages says so; the signature is over the list as it was."""
    publish(OUT)
    before = deb().read_bytes()
    change_byte(deb())
    for path in (HERE / "apt/dists").rglob("Packages*"):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for kind in ("md5", "sha1", "sha256"):
            old, new = (hashlib.new(kind, data).hexdigest().encode() for data in (before, deb().read_bytes()))
            text = text.replace(old, new)
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    refused("Hash Sum mismatch|File has unexpected size|Unable to locate package")


def tampered_signature():
    publish(OUT)
    path = HERE / "apt/dists/stable/InRelease"
    path.write_text(path.read_text().replace("Origin: Rotunda", "Origin: Another"))
    (HERE / "apt/dists/stable/Release.gpg").unlink(missing_ok=True)
    refused("BADSIG|invalid|not signed")


def other_key():
    """Each test release has a key of its own; this one is not the key that the user trusts."""
    publish(NEXT)
    refused("NO_PUBKEY|not signed|couldn't be verified|not available")


def installs():
    publish(OUT)
    forget()
    trust(OUT)
    apt("update")
    apt("install", "-y", "rotunda")
    version = deb().name.split("_")[1]
    assert installed() == f"{version} installed", installed()
    assert run("/usr/bin/rotunda", "--version")[1].strip() == f"rotunda {version.rpartition('-')[0]}"
    # Small images leave out manuals and documents; programs and units are whole.
    changed = [line for line in run("dpkg", "--verify", "rotunda", code=None)[1].splitlines() if "/usr/share/" not in line]
    assert changed == [], changed


def upgrades():
    publish(NEXT)
    forget()
    trust(NEXT)
    apt("update")
    apt("upgrade", "-y")
    assert installed() == f"{deb().name.split('_')[1]} installed", installed()


def removes():
    apt("remove", "-y", "rotunda")
    assert " installed" not in installed(), installed()
    assert not Path("/usr/bin/rotunda").exists()


HERE.mkdir()
ADDRESS = serve(HERE)
forget()
check("apt refuses a package that was changed", tampered_package)
check("apt refuses a list of packages that was changed with it", tampered_list)
check("apt refuses a list with another signature", tampered_signature)
check("apt refuses a repository that another key signed", other_key)
check("apt installs the package over loopback, whole and of its version", installs)
check("apt upgrades it", upgrades)
check("apt removes it", removes)
end()
