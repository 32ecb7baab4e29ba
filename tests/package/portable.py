"""The program without libraries, in a root that has nothing else: command line, router, binding, three turns of the demo.

portable.py TARBALL [QEMU]: run as root. QEMU is a static qemu-user that goes into the root beside the program of another
processor. One line per check, then `N passed, N failed`.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from tally import check, end

TARBALL = Path(sys.argv[1])
QEMU = Path(sys.argv[2]) if len(sys.argv) > 2 else None
CONFIG = 'model = "gpt-5"\n'
# A program of another processor runs many times slower.
PATIENCE = 600 if QEMU else 120


class Root:
    """A root with the program, empty folders and a user's home."""

    def __init__(self, folder):
        self.folder = Path(folder)
        with tarfile.open(TARBALL) as tarball:
            tarball.extractall(self.folder, filter="data")
        self.unpacked = next(self.folder.iterdir())
        for name in ("tmp", "home/.codex", "run"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "home/.codex/config.toml").write_text(CONFIG)
        self.program = [f"/{self.unpacked.name}/rotunda"]
        if QEMU:
            (self.folder / "qemu").write_bytes(QEMU.read_bytes())
            (self.folder / "qemu").chmod(0o755)
            self.program.insert(0, "/qemu")
        nowhere = "http://127.0.0.1:1"
        self.env = {
            "HOME": "/home", "PATH": "/nowhere", "LANG": "C.UTF-8", "ROTUNDA_VAULT": "file", "ROTUNDA_PORT": "0",
            "XDG_RUNTIME_DIR": "/run", "ROTUNDA_UPSTREAM_CHATGPT": f"{nowhere}/backend-api",
            "ROTUNDA_UPSTREAM_API": nowhere, "ROTUNDA_UPSTREAM_AUTH": nowhere,
        }  # fmt: skip

    def popen(self, *arguments, **options):
        return subprocess.Popen(
            [*self.program, *arguments], preexec_fn=self._enter, env=self.env, text=True, stdin=subprocess.DEVNULL, **options
        )

    def run(self, *arguments, code=0):
        process = self.popen(*arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"{arguments}: took longer than {PATIENCE} s") from None
        if process.returncode != code:
            raise AssertionError(f"{' '.join(arguments)}: ended with {process.returncode}: {output}")
        return output

    def config(self):
        return (self.folder / "home/.codex/config.toml").read_text()

    def _enter(self):
        os.chroot(self.folder)
        os.chdir("/")


def checks(root):
    version = root.unpacked.name.partition("-")[2]

    def is_static():
        program = str(root.unpacked / "rotunda")
        for flag in ("-lW", "-dW"):
            listed = subprocess.run(["readelf", flag, program], capture_output=True, text=True, check=True).stdout
            assert "INTERP" not in listed and "NEEDED" not in listed, listed
        listed = subprocess.run(["objdump", "-T", program], capture_output=True, text=True, check=False)
        assert "GLIBC" not in listed.stdout, listed.stdout
        machine = subprocess.run(["readelf", "-h", program], capture_output=True, text=True, check=True).stdout
        wanted = "AArch64" if QEMU else "X86-64"
        assert wanted in machine, machine

    def has_no_path_of_this_machine():
        data = (root.unpacked / "rotunda").read_bytes()
        folders = os.environ["BUILT_IN"].split(":")
        found = {folder: data.find(folder.encode()) for folder in folders}
        found = {folder: data[at - 40 : at + 100] for folder, at in found.items() if at >= 0}
        assert folders and not found, found

    def files():
        names = {str(path.relative_to(root.unpacked)) for path in root.unpacked.rglob("*") if path.is_file()}
        for name in ("rotunda", "LICENSES.txt", "man/rotunda.1", "completions/rotunda.bash", "completions/_rotunda"):
            assert name in names, f"{name} is not in {sorted(names)}"
        others = [p for p in root.folder.rglob("*") if p.is_file() and not p.is_relative_to(root.unpacked)]
        assert {p.name for p in others} <= {"config.toml", "qemu"}, others

    def commands():
        assert root.run("--version").strip() == f"rotunda {version}"
        assert "serve" in root.run("--help")
        assert json.loads(root.run("status", "--json"))["router"]["state"] == "stopped"

    def serves():
        with (root.folder / "serve.log").open("w+") as log:
            router = root.popen("serve", stdout=log, stderr=log)
            try:
                end = time.monotonic() + PATIENCE
                while json.loads(root.run("status", "--json"))["router"]["state"] != "running":
                    assert router.poll() is None and time.monotonic() < end, log.read()
                    time.sleep(0.2)
                url = json.loads(root.run("status", "--json"))["router"]["url"]
                assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[^/]+/codex", url), url
            finally:
                router.terminate()
                assert router.wait(PATIENCE) == 0
        assert root.config() == CONFIG, root.config()

    def plays():
        output = root.run("demo")
        assert "Radcliffe Camera" in output and "Pantheon" in output, output

    check("it asks for no library and no loader, and is for its processor", is_static)
    check("no path of the machine that built it is in it", has_no_path_of_this_machine)
    check("the tarball has program, manuals, completions and licences, and the root has nothing else", files)
    check("the command line runs", commands)
    check("the router serves and ends, and leaves Codex's file as it was", serves)
    check("the demo's three turns go through the router, over a profile that runs out", plays)


def main():
    with tempfile.TemporaryDirectory() as folder:
        checks(Root(folder))
    end()


main()
