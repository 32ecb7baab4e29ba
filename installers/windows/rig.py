"""What the parts under Wine share: the Windows of the tests, its programs, the scripted upstream, and counting.

Needs WINEPREFIX. Paths are those of Linux; `Windows.path` gives what a program of Windows calls them.
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests/desktop"))

from upstream import Upstream  # noqa: E402
from wait import until  # noqa: E402

# Far above what a slow machine needs.
PATIENCE = 120
LOGIN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
CREDENTIALS = r"HKCU\Software\Wine\Credential Manager"


class Checks:
    """Counts what was looked at."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, is_so, more=""):
        self.passed += bool(is_so)
        self.failed += not is_so
        print(f"    {what}: {'ok' if is_so else f'FAILED {more}'}", flush=True)
        return bool(is_so)

    def step(self, what, action):
        """Something that raises when it is not so; its answer."""
        try:
            answer = action()
        except Exception as error:  # every kind of failure is one line
            self.check(what, False, f"{type(error).__name__}: {error}")
            return None
        self.check(what, True)
        return answer

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1


class Windows:
    """The Windows that WINEPREFIX names, and the programs in one folder."""

    def __init__(self, programs):
        self.programs = Path(programs)
        self.drive = Path(os.environ["WINEPREFIX"], "drive_c")
        users = sorted((self.drive / "users").iterdir())
        self.home = next(folder for folder in users if folder.name != "Public")
        self.local = self.home / "AppData/Local"
        self.roaming = self.home / "AppData/Roaming"
        self.data = self.local / "dev.rotunda.desktop"
        self.codex_home = self.home / ".codex"
        self.env = dict(os.environ)

    def path(self, path):
        """What Windows calls a path."""
        path = Path(path)
        if path.is_relative_to(self.drive):
            return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(path).replace("/", "\\")

    def program(self, name):
        return self.programs / f"{name}.exe"

    def run(self, program, *arguments, typed="", **variables):
        """Runs a program to its end, with its output.

        The output goes into files: a program that Wine starts in the background keeps a pipe open.
        """
        command = ["wine", str(program), *map(str, arguments)]
        with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
            done = subprocess.run(command, env=self.env | variables, input=typed, stdout=out, stderr=err, text=True, timeout=PATIENCE, check=False)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(arguments, done.returncode, out.read(), err.read())

    def start(self, program, *arguments, **options):
        """Starts a program; its output is piped."""
        variables = options.pop("variables", {})
        command = ["wine", str(program), *map(str, arguments)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.env | variables, text=True, errors="replace", **(pipes | options))

    def rotunda(self, *arguments, **options):
        return self.run(self.program("rotunda"), *arguments, **options)

    def json(self, *arguments):
        done = self.rotunda(*arguments, "--json")
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}") from None

    def values(self, key):
        """The values below a key of the registry and all keys in it: the key, the name and the text of each."""
        done = self.run("reg", "query", key, "/s")
        found, at = [], ""
        for line in done.stdout.splitlines():
            value = re.match(r"    (\S.*?)    (REG_\w+)    (.*)$", line)
            if value:
                found.append((at, value[1], value[3].strip()))
            elif line.strip():
                at = line.strip()
        return found

    def credentials(self):
        """What the Credential Manager of Wine holds: for each name its values."""
        found = {}
        for key, name, text in self.values(CREDENTIALS):
            if key.casefold() != CREDENTIALS.replace("HKCU", "HKEY_CURRENT_USER").casefold():
                found.setdefault(key.rpartition("\\")[2], {})[name] = text
        return found

    def forget(self):
        """Removes what Rotunda and Codex keep."""
        for folder in [self.local / "Rotunda", self.data, self.roaming / "Rotunda", self.codex_home]:
            shutil.rmtree(folder, ignore_errors=True)
        for key in [CREDENTIALS, LOGIN]:
            self.run("reg", "delete", key, "/f")

    def uses(self, upstream):
        """From now on its programs ask this upstream."""
        self.env |= {
            "ROTUNDA_UPSTREAM_CHATGPT": upstream.url,
            "ROTUNDA_UPSTREAM_API": f"{upstream.root}/v1",
            "ROTUNDA_UPSTREAM_AUTH": upstream.root,
        }

    def upstream(self):
        return Upstream(program=["wine", str(self.program("desktop-upstream"))])


class Router:
    """`rotunda serve`, as a context."""

    def __init__(self, windows, *arguments):
        self.process = windows.start(windows.program("rotunda"), "serve", "--json", *arguments)
        self.url = None
        for line in self.process.stdout:
            ready = json.loads(line) if line.startswith("{") else {}
            if ready.get("event") == "ready":
                self.url = ready["url"]
                break

    def __enter__(self):
        if self.url is None:
            raise AssertionError(f"no router: {self.process.stderr.read()[-500:]}")
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ctrl+C, which Wine makes of an interrupt; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def turn(self):
        return turn(self.url)


def turn(url):
    """One turn as Codex would send it over HTTP; its status and its text."""
    url = urllib.parse.urlsplit(url)
    client = http.client.HTTPConnection(url.hostname, url.port, timeout=PATIENCE)
    try:
        headers = {"content-type": "application/json", "session-id": f"session-{time.monotonic_ns()}"}
        body = {"model": "gpt-6-astra", "stream": True, "store": False, "input": []}
        client.request("POST", f"{url.path}/responses", json.dumps(body), headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        client.close()


__all__ = ["CREDENTIALS", "LOGIN", "PATIENCE", "Checks", "Router", "Upstream", "Windows", "turn", "until"]
