"""The systemd units of the package, under a user manager: who holds the port, and what Codex is bound to.

The port must never be free for another user of the machine while Codex is bound to it (docs/security.md).
"""

import errno
import os
import socket
import subprocess
import time
from pathlib import Path

from users import CONFIG, Headless, own
from wait import until

PORT = 4517
MANAGER = "/lib/systemd/systemd"
# Where a control group can be made, by version and mount layout of the system.
CGROUP_ROOTS = [Path("/sys/fs/cgroup", name) for name in ["", "systemd", "unified"]]


class NoControlGroups(Exception):
    """This machine lets no control group be made, and systemd needs some."""


class Manager:
    """A user manager of systemd for one user, in control groups of its own."""

    def __init__(self, one):
        self.one = one
        self.runtime = Path("/run/user", str(one.user.pw_uid))
        self.groups = [root / "rotunda-units" for root in CGROUP_ROOTS if (root / "cgroup.procs").exists()]
        self.env = {key: value for key, value in one.env.items() if key != "ROTUNDA_PORT"}
        self.env["XDG_RUNTIME_DIR"] = str(self.runtime)
        self.process = None

    def __enter__(self):
        # systemd looks here for whether it may run at all.
        Path("/run/systemd/system").mkdir(parents=True, exist_ok=True)
        self.runtime.mkdir(mode=0o700, parents=True)
        own(self.one.user, self.runtime)
        for group in self.groups:
            try:
                group.mkdir(exist_ok=True)
            except OSError as error:
                raise NoControlGroups(str(error)) from error
            own(self.one.user, group)
        if not self.groups:
            raise NoControlGroups("no hierarchy of control groups is mounted")
        join = " ".join(f"echo $$ > {group}/cgroup.procs;" for group in self.groups)
        become = f"setpriv --reuid {self.one.user.pw_uid} --regid {self.one.user.pw_gid} --clear-groups"
        script = f"{join} exec {become} {MANAGER} --user --log-target=console"
        with open(self.one.home / "manager.log", "wb") as log:
            self.process = subprocess.Popen(["/bin/sh", "-c", script], env=self.env, stdout=log, stderr=log, cwd="/")
        until("the user manager runs", lambda: self.tell("is-system-running", code=None).strip() in ("running", "degraded"))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(120)
        for group in self.groups:
            for inner in sorted(group.glob("**/"), key=lambda path: len(path.parts), reverse=True):
                inner.rmdir()

    def tell(self, *words, code=0):
        """Runs one command of the manager and returns its output."""
        as_user = {"user": self.one.user.pw_uid, "group": self.one.user.pw_gid, "extra_groups": [], "cwd": "/"}
        done = subprocess.run(
            ["systemctl", "--user", *words], env=self.env, **as_user, capture_output=True, text=True, timeout=120, check=False
        )
        if code is not None and done.returncode != code:
            log = (self.one.home / "manager.log").read_text(errors="replace")[-2000:]
            raise AssertionError(f"systemctl {' '.join(words)}: {done.stdout}{done.stderr}\n{log}")
        return done.stdout

    def router(self):
        """The process of the router; 0 while there is none."""
        return int(self.tell("show", "--property", "MainPID", "--value", "rotunda.service"))


def port_is_taken():
    """Whether another user of the machine could not listen on the port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", PORT))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def crash(manager, until_what):
    """Ends the router with SIGKILL and waits; whether the port was taken all the time."""
    always = True
    os.kill(manager.router(), 9)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        always = always and port_is_taken()
        if until_what():
            return always
    raise AssertionError("nothing followed the crash within a minute")


def units(check, expect):
    ann = Headless("ann")
    unbound = CONFIG.encode()

    def holds():
        manager.tell("start", "rotunda.socket")
        expect(port_is_taken(), "the port is free while the socket unit is active")
        expect(manager.router() == 0, "the router runs before anything connects")

    def binds():
        manager.tell("start", "rotunda.service")
        until("ann is bound", ann.is_bound)
        expect(f"127.0.0.1:{PORT}/".encode() in ann.config.read_bytes(), ann.config.read_bytes())
        with socket.create_connection(("127.0.0.1", PORT), 20) as client:
            client.sendall(b"GET /keyless HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            expect(client.recv(8) == b"HTTP/1.1", "no router answers")

    def restarts():
        before = manager.router()
        taken = crash(manager, lambda: manager.router() not in (0, before))
        expect(taken, "the port was free for a moment after the crash")
        until("ann is bound again", ann.is_bound)

    def gives_up():
        override = ann.home / ".config/systemd/user/rotunda.service.d/once.conf"
        override.parent.mkdir(parents=True)
        override.write_text("[Service]\nRestart=no\n")
        own(ann.user, ann.home / ".config")
        manager.tell("daemon-reload")
        taken = crash(manager, lambda: ann.config.read_bytes() == unbound)
        expect(taken, "the port was free while Codex was bound")

    def stops():
        manager.tell("start", "rotunda.service")
        until("ann is bound", ann.is_bound)
        manager.tell("stop", "rotunda.service", "rotunda.socket")
        expect(ann.config.read_bytes() == unbound, ann.config.read_bytes())
        until("the port is free", lambda: not port_is_taken())

    try:
        with Manager(ann) as manager:
            check("the socket unit holds the port before the router runs", holds)
            check("the service answers on the socket's port and binds Codex", binds)
            check("after a crash the port stays with the user until the router is back", restarts)
            check("a router that is not started again leaves Codex unbound", gives_up)
            check("stopped units give back the port and config.toml", stops)
    except NoControlGroups as error:
        print(f"# the systemd units: not run, since no control group can be made here: {error}", flush=True)
