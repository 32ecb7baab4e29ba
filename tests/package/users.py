"""Users of the clean root: one with a desktop, one with the router alone in folders of its own, one who went home bound."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

os.environ["ROTUNDA_BIN_DIR"] = "/usr/bin"
sys.path.insert(0, str(Path(__file__).parents[1] / "desktop"))

from app import CONFIG, App  # noqa: E402
from desk import Desk  # noqa: E402
from people import write_sign_in  # noqa: E402
from wait import until  # noqa: E402
from webdriver import free_port  # noqa: E402

NOWHERE = "http://127.0.0.1:1"


def add_user(name, home):
    subprocess.run(["useradd", "--no-create-home", "--home-dir", str(home), "--shell", "/bin/sh", name], check=True)
    return pwd.getpwnam(name)


def own(user, *paths):
    for path in paths:
        subprocess.run(["chown", "-R", f"{user.pw_uid}:{user.pw_gid}", str(path)], check=True)


class UsersDesk(Desk):
    """A desktop with every process run by a user who is not root, with the session where systemd would put it."""

    def __init__(self, name):
        super().__init__()
        self.root.chmod(0o755)
        self.user = add_user(name, self.root / "home")

    def run(self, *command, **options):
        return super().run(*command, **self._as_user(), **options)

    def start(self, name, *command, **options):
        return super().start(name, *command, **self._as_user(), **options)

    def _as_user(self):
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": [], "cwd": "/"}

    def _folders(self):
        super()._folders()
        own(self.user, *(self.root / name for name in ["home", "run", "pictures"]))
        runtime = Path("/run/user", str(self.user.pw_uid))
        runtime.parent.mkdir(exist_ok=True)
        runtime.symlink_to(self.root / "run")


class InstalledApp(App):
    """The app from the package, with its files where they are for everyone."""

    def __init__(self, desk):
        super().__init__(desk)
        del desk.env["ROTUNDA_HOME"], desk.env["CODEX_HOME"]
        home = Path(desk.env["HOME"])
        self.home = home / ".local/share/rotunda"
        self.codex_home = home / ".codex"
        self.config = self.codex_home / "config.toml"
        self.autostart = home / ".config/autostart/Rotunda.desktop"
        self.codex_home.mkdir(exist_ok=True)
        self.config.write_bytes(CONFIG.encode())
        own(desk.user, self.codex_home)

    def add(self, name, plan="plus"):
        folder = self.desk.root / "sign-ins" / name
        person = write_sign_in(folder, name, plan)
        own(self.desk.user, folder.parent)
        done = self.cli("import", str(folder), "--name", name)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return person


class Headless:
    """A user without a desktop, who runs `rotunda serve`."""

    def __init__(self, name, moved=False, upstream=NOWHERE):
        self.home = Path("/home", name)
        self.home.mkdir(parents=True)
        self.user = add_user(name, self.home)
        self.codex_home = self.home / ("codex elsewhere" if moved else ".codex")
        self.config = self.codex_home / "config.toml"
        self.data = self.home / ("rotunda elsewhere/data" if moved else ".local/share/rotunda")
        self.env = {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "ROTUNDA_VAULT": "file",
            "ROTUNDA_PORT": str(free_port()),
            "ROTUNDA_UPSTREAM_CHATGPT": f"{upstream}/backend-api",
            "ROTUNDA_UPSTREAM_API": NOWHERE,
            "ROTUNDA_UPSTREAM_AUTH": NOWHERE,
        }
        if moved:
            self.env |= {"ROTUNDA_HOME": str(self.data.parent), "CODEX_HOME": str(self.codex_home)}
        self.codex_home.mkdir()
        self.config.write_bytes(CONFIG.encode())
        own(self.user, self.home)
        self.router = None

    def cli(self, *arguments):
        return subprocess.run(
            ["/usr/bin/rotunda", *arguments], **self._as_user(), capture_output=True, text=True, timeout=120, check=False
        )

    def serve_bound(self):
        command = ["/usr/bin/rotunda", "serve", "--bind", "--keep-bound"]
        log = open(self.home / "serve.log", "wb")
        self.router = subprocess.Popen(command, **self._as_user(), stdout=log, stderr=log)
        log.close()
        until(f"{self.user.pw_name} is bound", self.is_bound)

    def stop(self):
        self.router.terminate()
        self.router.wait(60)

    def is_bound(self):
        return b"openai_base_url" in self.config.read_bytes()

    def _as_user(self):
        return {"env": self.env, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": [], "cwd": "/"}
