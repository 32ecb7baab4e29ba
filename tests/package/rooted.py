"""A root below a folder, and its users who run `rotunda serve` there."""

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "desktop"))

from people import write_sign_in  # noqa: E402
from wait import until  # noqa: E402

CONFIG = b'model = "gpt-5"\n'
NOWHERE = "http://127.0.0.1:1"
SEARCH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def expect(claim, saying):
    if not claim:
        raise AssertionError(saying)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Root:
    """A root, in which commands are started by chroot."""

    def __init__(self, folder):
        self.folder = folder

    def popen(self, *command, uid=0, gid=0, env=(), **options):
        def enter():
            os.chroot(self.folder)
            os.chdir("/")
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)

        env = {"PATH": SEARCH, "LANG": "C.UTF-8", **dict(env)}
        return subprocess.Popen(command, env=env, preexec_fn=enter, stdin=subprocess.DEVNULL, **options)

    def run(self, *command, **options):
        process = self.popen(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
        output, _ = process.communicate(timeout=300)
        expect(process.returncode == 0, f"{' '.join(command)}: ended with {process.returncode}: {output}")
        return output


class User:
    """A user of the root without a desktop; `moved` means folders in places of their own."""

    def __init__(self, root, name, moved=False, upstream=NOWHERE):
        self.root, self.name = root, name
        root.run("useradd", "--create-home", "--shell", "/bin/sh", name)
        self.home = root.folder / "home" / name
        self.uid, self.gid = self.home.stat().st_uid, self.home.stat().st_gid
        inside = f"/home/{name}"
        self.env = {
            "HOME": inside, "PATH": "/usr/bin:/bin", "ROTUNDA_VAULT": "file", "ROTUNDA_PORT": str(free_port()),
            "ROTUNDA_UPSTREAM_CHATGPT": f"{upstream}/backend-api", "ROTUNDA_UPSTREAM_API": NOWHERE, "ROTUNDA_UPSTREAM_AUTH": NOWHERE,
        }  # fmt: skip
        codex, self.data = self.home / ".codex", self.home / ".local/share/rotunda"
        if moved:
            codex, self.data = self.home / "codex elsewhere", self.home / "rotunda elsewhere/data"
            self.env |= {"ROTUNDA_HOME": f"{inside}/rotunda elsewhere", "CODEX_HOME": f"{inside}/codex elsewhere"}
        self.config = codex / "config.toml"
        codex.mkdir()
        self.config.write_bytes(CONFIG)
        self.own()
        self.router = None

    def own(self):
        self.root.run("chown", "-R", f"{self.uid}:{self.gid}", f"/home/{self.name}")

    def cli(self, *arguments):
        return self.root.run("/usr/bin/rotunda", *arguments, uid=self.uid, gid=self.gid, env=self.env)

    def import_sign_in(self):
        write_sign_in(self.home / "sign-in", self.name)
        self.own()
        self.cli("import", f"/home/{self.name}/sign-in", "--name", self.name)

    def profiles(self):
        return [one["name"] for one in json.loads(self.cli("profiles", "--json"))]

    def serve_bound(self):
        with open(self.home / "serve.log", "wb") as log:
            self.router = self.root.popen(
                "/usr/bin/rotunda", "serve", "--bind", "--keep-bound", uid=self.uid, gid=self.gid, env=self.env, stdout=log, stderr=log
            )
        until(f"{self.name} is bound", self.is_bound)

    def stop(self):
        self.router.terminate()
        expect(self.router.wait(60) == 0, f"the router of {self.name} ended with {self.router.returncode}")

    def is_bound(self):
        return b"openai_base_url" in self.config.read_bytes()

    @contextmanager
    def manager(self):
        """The socket of a manager of systemd for this user, as scripts of packages look for it."""
        runtime = self.root.folder / "run/user" / str(self.uid)
        (runtime / "systemd").mkdir(parents=True)
        with socket.socket(socket.AF_UNIX) as private:
            private.bind(str(runtime / "systemd/private"))
            self.root.run("chown", "-R", f"{self.uid}:{self.gid}", f"/run/user/{self.uid}")
            yield
        (runtime / "systemd/private").unlink()
