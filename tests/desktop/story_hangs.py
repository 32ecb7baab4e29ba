"""Other programs that do not answer: the notification service, the tray host, the bus, the first of two starts."""

import json
import os
import signal
import time

from app import COMMAND_LINE, CONFIG, DESKTOP, App
from checks import check, expect
from tray import Tray
from wait import until
from webdriver import free_port

# What hangs is given up after seconds; a machine under load is slow.
BOUND = 45


def owner(desk, name):
    """The process behind a name on the bus."""
    call = ["call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", name]
    return json.loads(desk.bus(*call))["data"][0]


class Stopped:
    """A process that does not answer, for as long as this is entered."""

    def __init__(self, pid):
        self.pid = pid

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)


def ends(app, how):
    """Ends the app; the seconds that took."""
    started = time.monotonic()
    how()
    code = app.ended(BOUND)
    expect(code == 0, f"ended with {code}")
    expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())
    return time.monotonic() - started


def hangs_story(desk):
    app = App(desk)
    app.add("work")

    def notifications():
        app.start_in_tray()
        with Stopped(owner(desk, "org.freedesktop.Notifications")):
            mine = app.config.read_bytes()
            for round in range(3):
                expect(app.cli("bind").returncode == 0, "bind failed")
                until("bound", lambda: app.status()["binding"]["state"] == "bound")
                app.config.write_bytes(b'openai_base_url = "http://127.0.0.1:15721"\r\n' + mine)
                until("foreign", lambda: app.status()["binding"]["state"] == "foreign")
                app.config.write_bytes(mine)
                until("unbound", lambda: app.status()["binding"]["state"] == "unbound")
            expect(app.cli("bind").returncode == 0, "bind failed")
            seconds = ends(app, app.quit)
        print(f"    # with a notification service that never answers it ended in {seconds:.1f} s")

    check("a notification service that never answers does not keep it from ending", notifications)

    def second_start():
        app.start_in_tray()
        first = app.process
        with Stopped(first.pid):
            started = time.monotonic()
            second = app.start(name="second")
            code = app.ended(BOUND)
            print(f"    # a second start gave up after {time.monotonic() - started:.1f} s")
            log = desk.log("second")
            expect(code == 1 and f"process {first.pid}" in log and log.count("\n") == 1, f"{code}: {log}")
            started = time.monotonic()
            done = app.cli("profiles")
            print(f"    # `rotunda profiles` gave up after {time.monotonic() - started:.1f} s")
            expect(done.returncode == 1 and f"process {first.pid}" in done.stderr, done.stderr)
        app.process = first
        expect(second.pid != first.pid and first.poll() is None, "the first one is gone")
        until("it answers again", lambda: app.status()["router"]["state"] == "running")

    check("a second start while the first does not answer says so within seconds", second_start)

    def beside():
        first = app.process
        moved = {"ROTUNDA_HOME": str(desk.root / "another"), "ROTUNDA_PORT": str(free_port())}
        usual = {name: desk.env[name] for name in moved}
        desk.env |= moved
        app.start("--hidden", name="beside")
        until("its router", lambda: app.status()["router"]["state"] == "running")
        expect(first.poll() is None and app.process.poll() is None, "one of them ended")
        again = desk.run(str(DESKTOP))
        expect(again.returncode == 0 and "already runs" in again.stdout, f"{again.returncode}: {again.stdout}{again.stderr}")
        app.process.terminate()
        expect(app.ended(BOUND) == 0, "it did not end well")
        desk.env |= usual
        app.process = first
        again = desk.run(str(DESKTOP))
        expect(again.returncode == 0 and "its window was opened" in again.stdout, again.stdout)
        until("window", app.windows)
        desk.picture("second-start")
        until("one icon", Tray(desk).item)
        ends(app, app.process.terminate)

    check("a start with another ROTUNDA_HOME runs beside the first", beside)

    def tray_host():
        with Stopped(owner(desk, "org.kde.StatusNotifierWatcher")):
            app.start("--hidden")
            until("router", lambda: app.status()["router"]["state"] == "running")
            until("window instead of the icon", app.windows)
            expect(app.cli("bind").returncode == 0, "bind failed")
            report = app.cli("doctor").stdout
            expect("The program that shows tray icons does not answer." in report, report)
            seconds = ends(app, app.process.terminate)
        print(f"    # with a tray host that never answers it ended in {seconds:.1f} s")

    check("a tray host that never answers holds neither its start nor its end", tray_host)

    def tray_host_later():
        app.start_in_tray()
        expect(app.cli("bind").returncode == 0, "bind failed")
        with Stopped(owner(desk, "org.kde.StatusNotifierWatcher")):
            expect(app.cli("use", "work").returncode == 0, "use failed")
            ends(app, app.process.terminate)

    check("one that hangs later does not hold its end either", tray_host_later)

    def bus_hangs():
        with Stopped(next(one.pid for one in desk.processes if one.args[0] == "dbus-daemon")):
            started = time.monotonic()
            app.start(name="no-answer")
            code = app.ended(BOUND)
            print(f"    # with a bus that never answers the start gave up after {time.monotonic() - started:.1f} s")
        log = desk.log("no-answer")
        expect(code == 1 and "The session bus did not answer" in log, f"{code}: {log}")

    check("a session bus that never answers is said", bus_hangs)

    def bus_vanishes():
        app.start_in_tray()
        expect(app.cli("bind").returncode == 0, "bind failed")
        bus = next(one for one in desk.processes if one.args[0] == "dbus-daemon")
        bus.kill()
        bus.wait()
        # It may end with its session, or run until it gets a signal.
        time.sleep(3)
        gone = app.has_ended()
        ends(app, (lambda: None) if gone else app.process.terminate)
        print(f"    # the bus vanished: it {'ended by itself' if gone else 'went on'}")

    check("a session bus that vanishes leaves nothing bound", bus_vanishes)


def gone_story(desk):
    """The display goes away, or the app is killed: it gets no request to end."""
    app = App(desk)
    app.add("work")
    entry = desk.root / "home/.config/autostart/Rotunda.desktop"

    def bound():
        app.start_in_tray()
        expect(app.cli("bind").returncode == 0, "bind failed")
        until("line", app.is_bound)

    def killed():
        bound()
        app.process.kill()
        app.ended()
        until("unbound", lambda: app.config.read_bytes() == CONFIG.encode())

        def told():
            activity = app.cli("activity").stdout
            expect("unbound" in activity.splitlines()[-1].lower() or "its own sign-in" in activity, activity)
            return True

        # The line is written after the file.
        until("line of the activity", told)
        app.start_in_tray()
        ends(app, app.process.terminate)

    check("an app that is killed leaves Codex unbound", killed)

    def comes_back():
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_text(f"[Desktop Entry]\nType=Application\nName=Rotunda\nExec={DESKTOP} --hidden\n")
        bound()
        app.process.kill()
        app.ended()
        time.sleep(5)
        expect(app.is_bound(), "Codex is unbound although the session starts Rotunda again")
        entry.unlink()
        app.start_in_tray()
        ends(app, app.process.terminate)
        expect(not app.is_bound(), "it stays bound")

    check("one that comes back at the next login leaves it bound", comes_back)

    def display():
        bound()
        server = next(one for one in desk.processes if one.args[0] == "Xvfb")
        server.kill()
        server.wait()
        app.ended(BOUND)
        until("unbound", lambda: app.config.read_bytes() == CONFIG.encode())
        watchdogs = [pid for pid in os.listdir("/proc") if pid.isdigit() and is_watchdog(pid)]
        until("nothing stays", lambda: not [pid for pid in watchdogs if is_watchdog(pid)])

    check("a display that goes away leaves Codex unbound, and no process behind", display)


def is_watchdog(pid):
    try:
        command = open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        return False
    return command.startswith(str(COMMAND_LINE).encode()) and b"watchdog" in command
