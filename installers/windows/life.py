"""rotunda.exe and the real codex.exe under Wine, from outside: life.py PROGRAMS CODEX.

PROGRAMS is the folder with rotunda.exe and desktop-upstream.exe. The rest of a life is in the tests of the command line
and in the scenarios, which run under Wine as well.
"""

import json
import stat
import subprocess
import sys

from rig import PATIENCE, Checks, Router, Windows

from codex import CodexRun, quiet_config
from people import write_sign_in

NO_WINDOW = 0x08000000
LINUX = r"\\wsl.localhost\Debian\home\ada\.codex"


class Life(Checks):
    def __init__(self, windows, codex, upstream):
        super().__init__()
        self.windows, self.codex, self.upstream = windows, codex, upstream
        windows.uses(upstream)
        # A file instead of the Credential Manager: what is looked at here are files.
        windows.env |= {"ROTUNDA_VAULT": "file", "ROTUNDA_CODEX": windows.path(codex)}

    def demo(self):
        """The demo with the real Codex; every program that it starts is started without a console window."""
        starts = self.windows.drive / "starts.txt"
        starts.unlink(missing_ok=True)
        done = self.windows.rotunda("demo", ROTUNDA_TEST_STARTS=r"C:\starts.txt")
        said = done.stdout + done.stderr
        self.check("the demo ends well", done.returncode == 0, said)
        for sentence in ["the real one", "then home served it", "3 turns, 3 completed", "byte for byte"]:
            self.check(f"it says: {sentence}", sentence in said, said)
        lines = starts.read_text(encoding="utf-8", errors="replace").splitlines() if starts.exists() else []
        ours = [line for line in lines if "codex.exe" in line]
        self.check("Codex was started four times", len(ours) == 4, lines)
        visible = [line for line in ours if not int(line.split()[0], 16) & NO_WINDOW]
        self.check("never with a console window", ours and not visible, visible)

    def folders(self):
        """A router in the folders of the system: what was kept beside the programs is brought over, and Ctrl+C ends it."""
        self.windows.forget()
        former = self.windows.local / "Rotunda"
        (former / "backups").mkdir(parents=True)
        (former / "backups/config-20260101T000000Z-00.toml").write_text("a = 1\n", encoding="utf-8")
        (former / "rotunda.exe").write_text("a program", encoding="utf-8")
        router = Router(self.windows)
        self.check("serve says that it is ready", router.url)
        data = self.windows.data
        self.check("the data is in a folder of its own", (data / "rotunda.db").is_file(), list(self.windows.local.glob("*/*")))
        self.check("what was beside the programs came over", (data / "backups/config-20260101T000000Z-00.toml").is_file())
        self.check("the programs stayed", [path.name for path in former.iterdir()] == ["rotunda.exe"], list(former.iterdir()))
        for folder in [data, data / "logs", self.windows.roaming / "Rotunda"]:
            mode = stat.S_IMODE(folder.stat().st_mode) if folder.exists() else -1
            # Wine gives the group what the owner has.
            self.check(f"{folder.name} is open to no other user", mode >= 0 and mode & 0o007 == 0, oct(mode))
        self.check("Ctrl+C ends it in order", router.stop() == 0, router.process.stderr.read()[-500:])

    def ctrl_break(self):
        """The one event of a console that reaches a program in a group of its own."""
        with Router(self.windows) as router:
            sent = self.windows.run("kill", "-TERM", self.pid())
            self.check("Ctrl+Break is sent", sent.returncode == 0, sent.stderr)
            self.check("it ends the router in order", router.process.wait(PATIENCE) == 0)

    def pid(self):
        """The number of the running router, as Windows has it."""
        control = json.loads((self.windows.data / "control.json").read_text(encoding="utf-8"))
        return control["pid"]

    def codex_turns(self):
        """Real turns through a router that binds: a rotation in mid-thread, and `rotunda run`."""
        self.windows.forget()
        self.windows.codex_home.mkdir()
        work = self.windows.home / "work"
        work.mkdir(exist_ok=True)
        config = self.windows.codex_home / "config.toml"
        before = quiet_config(self.upstream.url).encode()
        config.write_bytes(before)
        write_sign_in(self.windows.codex_home, "own")
        for name in ["work", "home"]:
            folder = self.windows.home / "sign-in"
            write_sign_in(folder, name)
            self.upstream.person(name, five_hours=10, week=10)
            done = self.windows.rotunda("import", self.windows.path(folder), "--name", name)
            self.check(f"{name} is imported", done.returncode == 0, done.stdout + done.stderr)
            (folder / "auth.json").unlink()
            folder.rmdir()
        self.windows.rotunda("settings", "set", "rotation.policy", "my-order")
        router = Router(self.windows, "--bind")
        exec_ = ["exec", "--json", "--skip-git-repo-check", "-s", "danger-full-access", "-C", self.windows.path(work)]
        first = CodexRun(self.windows.run(self.codex, *exec_, "hello"))
        self.step("a turn goes through", lambda: first.must_be_one_clean_turn("hello from work"))
        self.upstream.person("work", five_hours=100, week=10)
        if first.good:
            second = CodexRun(self.windows.run(self.codex, *exec_, "resume", first.thread(), "and again"))
            self.step("the thread goes on with the next profile", lambda: second.must_be_one_clean_turn("hello from home"))
        run = self.windows.rotunda("run", *exec_, "once")
        self.check("`rotunda run` makes a turn", run.returncode == 0 and "hello from home" in run.stdout, run.stdout + run.stderr)
        check = self.windows.rotunda("check")
        self.check("`rotunda check` makes a test turn", check.returncode == 0, check.stdout + check.stderr)
        router.stop()
        self.check("Codex is unbound, byte for byte", config.read_bytes() == before)

    def other_side(self):
        """A folder in place of a Linux of WSL: its Codex is bound where both have one loopback, and only there."""
        linux = self.windows.drive.parent / "dosdevices/unc/wsl.localhost/Debian/home/ada/.codex"
        linux.mkdir(parents=True, exist_ok=True)
        config, before = linux / "config.toml", b'model = "m"\n'
        config.write_bytes(before)
        settings = self.windows.home / ".wslconfig"
        settings.unlink(missing_ok=True)
        with Router(self.windows):
            apart = self.windows.rotunda("bind", "--codex-home", LINUX)
            self.check("it is refused while WSL has a network of its own", apart.returncode == 1 and "networkingMode=mirrored" in apart.stderr, apart)
            settings.write_text("[wsl2]\nnetworkingMode=mirrored\n", encoding="utf-8")
            here = self.windows.rotunda("bind", "--codex-home", self.windows.path(self.windows.codex_home))
            self.check("a folder of this side is refused", here.returncode == 1 and "CODEX_HOME" in here.stderr, here)
            self.check("nothing was written", config.read_bytes() == before)
            shared = self.windows.rotunda("bind", "--codex-home", LINUX)
            self.check("it is bound where both share the loopback", shared.returncode == 0 and b"openai_base_url" in config.read_bytes(), shared)
            undone = self.windows.rotunda("unbind", "--codex-home", LINUX)
            self.check("and unbound, byte for byte", undone.returncode == 0 and config.read_bytes() == before, undone)
            self.windows.rotunda("bind", "--codex-home", LINUX)
        self.check("the end of Rotunda unbinds it", config.read_bytes() == before, config.read_bytes())
        settings.unlink()


def main():
    programs, codex = sys.argv[1:]
    windows = Windows(programs)
    with windows.upstream() as upstream:
        life = Life(windows, codex, upstream)
        for part in [life.demo, life.folders, life.ctrl_break, life.codex_turns, life.other_side]:
            try:
                part()
            except (AssertionError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
                life.check(f"{part.__name__} comes to its end", False, repr(error))
    windows.forget()
    return life.end()


if __name__ == "__main__":
    sys.exit(main())
