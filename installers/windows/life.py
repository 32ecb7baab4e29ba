"""rotunda.exe and the real codex.exe under Wine, from outside: life.py ROTUNDA CODEX, both as Linux sees them.

Needs WINEPREFIX. Prints a line for each thing that is looked at, then `N passed, N failed`. The rest of a life is in the
tests of the command line, which run under Wine as well.
"""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 120
NO_WINDOW = 0x08000000


class Life:
    def __init__(self, rotunda, codex):
        self.rotunda = rotunda
        self.codex = codex
        users = Path(os.environ["WINEPREFIX"], "drive_c/users")
        self.home = next(folder for folder in sorted(users.iterdir()) if folder.name != "Public")
        self.local = self.home / "AppData/Local"
        self.passed = self.failed = 0

    def check(self, what, is_so, more=""):
        self.passed += bool(is_so)
        self.failed += not is_so
        print(f"    {what}: {'ok' if is_so else 'FAILED ' + str(more)}", flush=True)

    def windows(self, path):
        return subprocess.run(["winepath", "-w", str(path)], capture_output=True, text=True, check=True).stdout.strip()

    def surroundings(self, **more):
        # A file instead of the Credential Manager: what is looked at here are files.
        return {**os.environ, "ROTUNDA_VAULT": "file", **more}

    def forget(self):
        for folder in [self.local / "Rotunda", self.local / "dev.rotunda.desktop", self.home / "AppData/Roaming/Rotunda", self.home / ".codex"]:
            shutil.rmtree(folder, ignore_errors=True)

    def demo(self):
        """The demo with the real Codex; every program that it starts is started without a console window."""
        starts = Path(os.environ["WINEPREFIX"], "drive_c/starts.txt")
        starts.unlink(missing_ok=True)
        env = self.surroundings(ROTUNDA_CODEX=self.windows(self.codex), ROTUNDA_TEST_STARTS=r"C:\starts.txt")
        done = subprocess.run(["wine", self.rotunda, "demo"], env=env, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False)
        said = done.stdout + done.stderr
        self.check("the demo ends well", done.returncode == 0, said)
        for sentence in ["the real one", "then home served it", "3 turns, 3 completed", "byte for byte"]:
            self.check(f"it says: {sentence}", sentence in said, said)
        lines = starts.read_text(encoding="utf-8", errors="replace").splitlines() if starts.exists() else []
        ours = [line for line in lines if "codex.exe" in line]
        self.check("Codex was started four times", len(ours) == 4, lines)
        visible = [line for line in ours if not int(line.split()[0], 16) & NO_WINDOW]
        self.check("never with a console window", ours and not visible, visible)

    def serve(self):
        """A router in the folders of the system: what was kept beside the programs is brought over, and Ctrl+C ends it."""
        self.forget()
        former = self.local / "Rotunda"
        (former / "backups").mkdir(parents=True)
        (former / "backups/config-20260101T000000Z-00.toml").write_text("a = 1\n", encoding="utf-8")
        (former / "rotunda.exe").write_text("a program", encoding="utf-8")
        serving = subprocess.Popen(["wine", self.rotunda, "serve", "--json"], env=self.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        try:
            ready = self.line_with(serving, "ready")
            self.check("serve says that it is ready", ready)
            data = self.local / "dev.rotunda.desktop"
            self.check("the data is in a folder of its own", (data / "rotunda.db").is_file(), list(self.local.glob("*/*")))
            self.check("what was beside the programs came over", (data / "backups/config-20260101T000000Z-00.toml").is_file())
            self.check("the programs stayed", [path.name for path in former.iterdir()] == ["rotunda.exe"], list(former.iterdir()))
            for folder in [data, data / "logs", self.home / "AppData/Roaming/Rotunda"]:
                mode = stat.S_IMODE(folder.stat().st_mode) if folder.exists() else -1
                # Wine gives the group what the owner has.
                self.check(f"{folder.name} is open to no other user", mode >= 0 and mode & 0o007 == 0, oct(mode))
        finally:
            # Wine makes a Ctrl+C of it.
            serving.send_signal(signal.SIGINT)
            try:
                code = serving.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                serving.kill()
                code = None
        self.check("Ctrl+C ends it in order", code == 0, f"{code}: {serving.stderr.read()[-500:]}")

    def line_with(self, process, word):
        began = time.monotonic()
        for line in process.stdout:
            if word in line:
                return line
            if time.monotonic() - began > PATIENCE:
                return None
        return None


def main():
    rotunda, codex = sys.argv[1:]
    life = Life(rotunda, codex)
    life.demo()
    life.serve()
    life.forget()
    print(f"{life.passed} passed, {life.failed} failed")
    return 0 if life.passed and not life.failed else 1


if __name__ == "__main__":
    sys.exit(main())
