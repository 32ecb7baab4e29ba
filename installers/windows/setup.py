"""The installer under Wine: setup.py PROGRAMS SETUP UPDATE.

SETUP and UPDATE are installers of two versions, silently run as a user would have them run by a script; the programs
of UPDATE differ from those of SETUP. PROGRAMS is the folder with desktop-upstream.exe and with the programs of SETUP.
"""

import shutil
import sys

from rig import LOGIN, PATIENCE, Checks, Router, Windows, until

from codex import quiet_config
from people import write_sign_in

# Tauri's script takes WebView2 for installed when this says a version; else it would fetch it.
WEBVIEW2 = r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Rotunda"
MACHINE = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run"
PROGRAMS = ["rotunda-desktop.exe", "rotunda.exe", "uninstall.exe"]


class Story(Checks):
    def __init__(self, windows, setup, update, upstream):
        super().__init__()
        self.windows, self.setup, self.update, self.upstream = windows, setup, update, upstream
        self.packed = windows.programs
        self.folder = windows.local / "Rotunda"
        self.config = windows.codex_home / "config.toml"
        self.before = quiet_config(upstream.url).encode()
        self.router = None

    def prepare(self):
        self.windows.forget()
        self.windows.run("reg", "delete", UNINSTALL, "/f")
        self.windows.run("reg", "delete", r"HKCU\Software\The Rotunda authors", "/f")
        self.windows.run("reg", "add", WEBVIEW2, "/v", "pv", "/t", "REG_SZ", "/d", "120.0.0.0", "/f")
        self.windows.codex_home.mkdir()
        self.config.write_bytes(self.before)
        # From here on the programs are those that were installed.
        self.windows.programs = self.folder

    def installed(self):
        return sorted(path.name for path in self.folder.iterdir() if path.suffix == ".exe")

    def shortcuts(self):
        return [path for path in self.windows.home.rglob("Rotunda.lnk")]

    def login_entries(self):
        return [text for key in (LOGIN, MACHINE) for _, name, text in self.windows.values(key) if name == "Rotunda"]

    def install(self):
        done = self.windows.run(self.setup, "/S")
        self.check("it installs silently", done.returncode == 0, (done.returncode, done.stdout, done.stderr))
        self.check("the programs are there", self.installed() == PROGRAMS, list(self.folder.glob("*")))
        names = ["rotunda-desktop.exe", "rotunda.exe", "WebView2Loader.dll"]
        packed = [name for name in names if (self.folder / name).read_bytes() == (self.packed / name).read_bytes()]
        self.check("they and the library of the window are those that were built", packed == names, packed)
        self.check("the menu and the desktop lead to them", len(self.shortcuts()) == 2, self.shortcuts())
        said = dict((name, text) for _, name, text in self.windows.values(UNINSTALL))
        self.check("Windows lists it", said.get("DisplayName") == "Rotunda" and said.get("DisplayVersion") == "0.1.0", said)
        version = self.windows.rotunda("--version")
        self.check("the command line runs", version.returncode == 0 and version.stdout.startswith("rotunda "), version.stdout + version.stderr)
        version = self.windows.run(self.folder / "rotunda-desktop.exe", "--version")
        self.check("the tray app runs", version.returncode == 0 and version.stdout.startswith("Rotunda "), version.stdout + version.stderr)

    def use(self):
        folder = self.windows.home / "sign-in"
        write_sign_in(folder, "work")
        self.upstream.person("work", five_hours=10, week=10)
        done = self.windows.rotunda("import", self.windows.path(folder), "--name", "work")
        self.check("a sign-in is imported", done.returncode == 0, done.stdout + done.stderr)
        shutil.rmtree(folder)
        self.router = Router(self.windows, "--bind")
        self.check("a router runs and Codex is bound", self.router.url and b"openai_base_url" in self.config.read_bytes())

    def update_over_it(self):
        old = (self.folder / "rotunda.exe").read_bytes()
        done = self.windows.run(self.update, "/S")
        self.check("the update ends well while a router runs", done.returncode == 0, (done.returncode, done.stdout, done.stderr))
        self.check("the program is the new one", (self.folder / "rotunda.exe").read_bytes() != old)
        until("the old router to end", lambda: self.router.process.poll() is not None, PATIENCE)
        said = dict((name, text) for _, name, text in self.windows.values(UNINSTALL))
        self.check("Windows lists the new version", said.get("DisplayVersion") == "0.1.1", said)
        self.check("Codex stays bound for the new router", b"openai_base_url" in self.config.read_bytes())
        self.router = Router(self.windows, "--bind")
        status, text = self.router.turn()
        self.check("the new router serves with the same sign-in", status == 200 and "hello from work" in text, (status, text[:300]))

    def uninstall(self):
        on = self.windows.rotunda("autostart", "on")
        self.check("it starts at login", on.returncode == 0 and len(self.login_entries()) == 1, on.stdout + on.stderr)
        # As an earlier version made it when an administrator ran it.
        self.windows.run("reg", "add", MACHINE, "/v", "Rotunda", "/t", "REG_SZ", "/d", "rotunda-desktop.exe", "/f")
        done = self.windows.run(self.folder / "uninstall.exe", "/S")
        self.check("it uninstalls silently", done.returncode == 0, (done.returncode, done.stdout, done.stderr))
        # The uninstaller goes on as a copy of itself.
        until("the programs to be gone", lambda: not self.folder.exists() or not self.installed(), PATIENCE)
        until("the router to end", lambda: self.router.process.poll() is not None, PATIENCE)
        self.check("Codex is unbound, byte for byte", self.config.read_bytes() == self.before, self.config.read_bytes())
        self.check("no login entry is left in either place", self.login_entries() == [], self.login_entries())
        self.check("the shortcuts are gone", self.shortcuts() == [], self.shortcuts())
        self.check("Windows lists it no more", self.windows.values(UNINSTALL) == [])
        self.check("profiles and sign-ins stay", (self.windows.data / "rotunda.db").is_file() and self.windows.credentials())

    def run(self):
        self.prepare()
        self.install()
        self.use()
        self.update_over_it()
        self.uninstall()


def main():
    programs, setup, update = sys.argv[1:]
    windows = Windows(programs)
    with windows.upstream() as upstream:
        windows.uses(upstream)
        story = Story(windows, setup, update, upstream)
        try:
            story.run()
        finally:
            if story.router is not None:
                story.router.stop()
    windows.forget()
    return story.end()


if __name__ == "__main__":
    sys.exit(main())
