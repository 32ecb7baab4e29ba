"""A desktop without a screen: X server, session bus, window manager, tray host, notifications and an unlocked keyring.

Everything lives below one temporary folder; nothing of the user's is read or written. Each process is ours and is
ended by its own number.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from wait import until

SIZE = "1280x800x24"
SERVICES = ["org.freedesktop.Notifications", "org.freedesktop.secrets", "org.kde.StatusNotifierWatcher"]
KEYRING_PASSWORD = b"only for this test"

PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""


class Desk:
    """Use as a context: up on entry, gone on exit."""

    def __init__(self, tray=True):
        self.tray = tray
        self.root = Path(tempfile.mkdtemp(prefix="rotunda-desk-"))
        self.processes = []
        self.env = {}

    def __enter__(self):
        try:
            self._folders()
            self._start_display()
            self._start_bus()
            self._start_session()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def run(self, *command, **options):
        """Runs to the end, with its output."""
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120, check=False, **options)

    def start(self, name, *command, **options):
        """Starts a process that ends with the desk; its output goes to a log."""
        log = open(self.root / "log" / f"{name}.log", "ab")
        process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log, **options)
        log.close()
        self.processes.append(process)
        return process

    def log(self, name):
        return (self.root / "log" / f"{name}.log").read_text(errors="replace")

    def opened(self):
        """Addresses that were handed to the browser."""
        file = self.root / "opened"
        return file.read_text().splitlines() if file.exists() else []

    def bus(self, *call):
        """busctl on our session bus; the answer as JSON text."""
        address = f"--address={self.env['DBUS_SESSION_BUS_ADDRESS']}"
        done = self.run("busctl", address, "--json=short", "--", *call)
        if done.returncode != 0:
            raise AssertionError(f"busctl {' '.join(call)}: {done.stderr.strip()}")
        return done.stdout

    def picture(self, name, *options):
        """A picture of the whole screen, or of what `options` of `import` say."""
        file = self.root / "pictures" / f"{name}.png"
        done = self.run("import", *(options or ["-window", "root"]), str(file))
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return file

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def _folders(self):
        home = self.root / "home"
        for folder in ["home", "run", "log", "pictures", "home/.local/share/keyrings", "home/.cache"]:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "run").chmod(0o700)
        # Nothing of the user's is opened: a browser that only writes down what it was given.
        browser = self.root / "bin/xdg-open"
        browser.parent.mkdir()
        browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{self.root}/opened"\n')
        browser.chmod(0o755)
        panel = home / ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml"
        panel.parent.mkdir(parents=True)
        panel.write_text(PANEL)
        self.env = {
            "PATH": f"{self.root}/bin:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "XDG_SESSION_TYPE": "x11",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "GDK_BACKEND": "x11",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
            "GIO_USE_VFS": "local",
            "GSETTINGS_BACKEND": "memory",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }

    def _start_display(self):
        """The server chooses a free number itself and writes it to a pipe."""
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SIZE, "-nolisten", "tcp"]
        self.start("display", *command, pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise AssertionError(f"no display: {self.log('display')}")
        self.env["DISPLAY"] = f":{number}"

    def _start_bus(self):
        address = f"unix:path={self.root}/run/bus"
        self.start("bus", "dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        until("session bus", (self.root / "run/bus").exists)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address

    def _start_session(self):
        self.start("openbox", "openbox")
        keyring = self.start(
            "keyring", "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", stdin=subprocess.PIPE
        )
        keyring.stdin.write(KEYRING_PASSWORD)
        keyring.stdin.close()
        self.start("dunst", "dunst")
        if self.tray:
            self.start("panel", "xfce4-panel", "--disable-wm-check")
        wanted = SERVICES if self.tray else SERVICES[:2]
        for service in wanted:
            until(service, lambda name=service: self._has(name))

    def _has(self, service):
        call = ["call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s", service]
        return "true" in self.bus(*call)
