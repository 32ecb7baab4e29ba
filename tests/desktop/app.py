"""The app and its command line, in folders of their own on a desk."""

import http.client
import json
import os
import subprocess
import time
import urllib.parse
from pathlib import Path

from people import write_sign_in
from tray import Tray
from wait import until
from webdriver import free_port

BINARIES = Path(os.environ["ROTUNDA_BIN_DIR"]).resolve()
DESKTOP = BINARIES / "rotunda-desktop"
COMMAND_LINE = BINARIES / "rotunda"

# With comments, a table, no final newline and Windows line ends: everything that must come back as it was.
CONFIG = '# mine\r\nmodel = "gpt-5"  # keep\r\n\r\n[mcp_servers.figma]\r\ncommand = "figma"'


class App:
    def __init__(self, desk, config=CONFIG):
        self.desk = desk
        self.tray = Tray(desk)
        self.process = None
        self.home = desk.root / "rotunda"
        self.codex_home = desk.root / "home/.codex"
        self.config = self.codex_home / "config.toml"
        self.codex_home.mkdir(exist_ok=True)
        self.config.write_bytes(config.encode())
        # Port 1 has no listener: no request leaves the machine.
        nowhere = "http://127.0.0.1:1"
        desk.env |= {
            "ROTUNDA_HOME": str(self.home),
            "CODEX_HOME": str(self.codex_home),
            "ROTUNDA_VAULT": "keychain",
            "ROTUNDA_PORT": str(free_port()),
            "ROTUNDA_UPSTREAM_CHATGPT": f"{nowhere}/backend-api",
            "ROTUNDA_UPSTREAM_API": nowhere,
            "ROTUNDA_UPSTREAM_AUTH": nowhere,
        }

    def start(self, *arguments, name="app"):
        self.process = self.desk.start(name, str(DESKTOP), *arguments)
        return self.process

    def start_in_tray(self):
        """Starts hidden and waits for icon and router."""
        self.start("--hidden")
        until("tray icon", self.tray.item)
        until("router", lambda: self.status()["router"]["state"] == "running")

    def cli(self, *arguments):
        return self.desk.run(str(COMMAND_LINE), *arguments)

    def status(self):
        return json.loads(self.cli("status", "--json").stdout)

    def profiles(self):
        return json.loads(self.cli("profiles", "--json").stdout)

    def config_file(self, text):
        """Writes settings before the first start."""
        folder = self.home / "config"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.toml").write_text(text)

    def turn(self):
        """One turn as Codex would send it; its status."""
        url = urllib.parse.urlsplit(self.status()["router"]["url"])
        turn = {"model": "gpt-5", "stream": True, "store": False, "input": []}
        client = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        try:
            headers = {"content-type": "application/json", "session-id": f"session-{time.monotonic_ns()}"}
            client.request("POST", f"{url.path}/responses", json.dumps(turn), headers)
            answer = client.getresponse()
            answer.read()
            return answer.status
        finally:
            client.close()

    def add(self, name, plan="plus"):
        """Imports a made-up sign-in; gives back what must not leak."""
        folder = self.desk.root / "sign-ins" / name
        person = write_sign_in(folder, name, plan)
        done = self.cli("import", str(folder), "--name", name)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return person

    def ended(self, cap=60):
        """Waits for the process to end by itself; its code."""
        try:
            return self.process.wait(cap)
        except subprocess.TimeoutExpired:
            raise AssertionError("the app goes on running") from None

    def windows(self):
        """Numbers of the app's windows on the screen."""
        return self.desk.run("xdotool", "search", "--onlyvisible", "--name", "^Rotunda$").stdout.split()

    def questions(self):
        """Numbers of the questions before the end."""
        return self.desk.run("xdotool", "search", "--onlyvisible", "--name", "^Quit Rotunda").stdout.split()

    def has_ended(self):
        return self.process.poll() is not None

    def quit(self):
        """Quits from the menu, and agrees when it asks."""
        bound = self.is_bound()
        self.tray.click("Quit Rotunda")
        if bound:
            question = until("question", self.questions)[0]
            self.desk.run("xdotool", "windowactivate", "--sync", question)
            self.desk.run("xdotool", "key", "Return")

    def is_bound(self):
        return b"openai_base_url" in self.config.read_bytes()

    def web_processes(self):
        """Processes of WebKit below the app."""
        return [name for _, name in descendants(self.process.pid) if name.startswith("WebKit")]


class Parented:
    """The app when the driver is its parent, as far as the tests use a process."""

    def __init__(self, driver):
        self.pid = until("the app", lambda: self._find(driver.process.pid))

    @staticmethod
    def _find(driver):
        # The kernel cuts names.
        found = [pid for pid, name in descendants(driver) if DESKTOP.name.startswith(name)]
        # The tray app itself, whatever it has started in turn.
        below = {one for pid in found for one, _ in descendants(pid)}
        return next((pid for pid in found if pid not in below), None)

    def alive(self):
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"

    def poll(self):
        return None if self.alive() else 0


def descendants(pid):
    """Number and name of every process below one."""
    parents, names = {}, {}
    for entry in os.listdir("/proc"):
        try:
            stat = Path(f"/proc/{int(entry)}/stat").read_text()
        except (ValueError, OSError):
            continue
        name, _, rest = stat.partition("(")[2].rpartition(")")
        parents[int(entry)] = int(rest.split()[1])
        names[int(entry)] = name
    below, found = {pid}, []
    while True:
        more = [one for one, parent in parents.items() if parent in below and one not in below]
        if not more:
            return found
        below.update(more)
        found += [(one, names[one]) for one in more]


def memory(pid):
    """Resident and proportional megabytes of a process and everything below it."""
    total = {"Rss": 0, "Pss": 0}
    for one in [pid, *(number for number, _ in descendants(pid))]:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            key, _, rest = line.partition(":")
            if key in total:
                total[key] += int(rest.split()[0])
    return total["Rss"] / 1024, total["Pss"] / 1024


def ticks(pid):
    """Processor time so far, in hundredths of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
