"""Starts the scripted upstream for made-up accounts: quota as set here, turns as long as something is left.

The program is `desktop-upstream` (upstream.rs), in the folder that ROTUNDA_BIN_DIR names. It answers over HTTP only: an
upgrade to a WebSocket gets the answer that makes the client continue without.
"""

import json
import os
import subprocess
from pathlib import Path


class Upstream:
    """Use as a context. With TLS when `files` has a certificate and its key. `program` is another command for it."""

    def __init__(self, files=(), program=()):
        program = program or [Path(os.environ["ROTUNDA_BIN_DIR"]) / "desktop-upstream"]
        self._process = subprocess.Popen([*program, *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.port = self._answer()["port"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    @property
    def url(self):
        return f"{self.root}/backend-api"

    @property
    def straight(self):
        """The base URL of a client that asks no other host: a path that it attaches no meaning to."""
        return f"{self.root}/0123/codex"

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def turns(self):
        """The accounts of all turns, in order."""
        return self._command("turns")["turns"]

    def forget_turns(self):
        self._command("forget_turns")

    def person(self, name, five_hours, week, resets_in=8000):
        """Sets what an account has used of its windows, in percent."""
        self._command("use", account=f"account-{name}", five_hours=five_hours, week=week, resets_in=resets_in)

    def sign_out(self, name):
        """From now on this account's sign-in is over: neither its token nor a new one works."""
        self._command("sign_out", account=f"account-{name}")

    def _command(self, command, **values):
        self._process.stdin.write(json.dumps({"command": command, **values}) + "\n")
        return self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the upstream ended with {self._process.wait(timeout=60)}")
        return json.loads(line)
