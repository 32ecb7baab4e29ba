"""The window's own process: gone with its window, gone with the app, and no harm when it breaks."""

import os
import signal
from pathlib import Path

from app import DESKTOP, App, descendants
from checks import bodies, check, close_window, expect
from wait import until

BROKE = "Rotunda's window closed by itself"
# A window that hangs is given up after 40 s, and a machine under load is slow.
PATIENT = 150


def window_process(desk):
    app = App(desk)
    tray = app.tray
    app.add("work")
    app.start_in_tray()
    expect(hosts(app) == [], "there is a process for a window nobody asked for")

    def opens(click=tray.activate):
        click()
        until("window", app.windows)
        return until("its process", lambda: hosts(app))[0]

    def alone():
        first = opens()
        expect(opens() == first, "a second click made a second process")
        expect(len(app.windows()) == 1, app.windows())
        close_window(app)
        until("nothing below the app", lambda: below(app) == [])

    check("one window has one process, and closing it leaves none", alone)

    def keeps_size():
        opens()
        window = app.windows()[0]
        desk.run("xdotool", "windowsize", "--sync", window, "700", "520")
        until("size", lambda: geometry(app).count("700x520"))
        close_window(app)
        kept = app.home / "data/window.json"
        until("kept size", lambda: '"width":700.0' in kept.read_text())
        opens()
        until("the size it had", lambda: geometry(app).count("700x520"))

    check("the window comes back in the size it had", keeps_size)

    def broken():
        first = opens()
        os.kill(first, signal.SIGKILL)
        until("nothing below the app", lambda: below(app) == [])
        expect(app.process.poll() is None, "the app ended with its window")
        expect(app.status()["router"]["state"] == "running", "the router ended with the window")
        until("it is said", lambda: BROKE in bodies(desk))
        expect(opens(lambda: tray.click("Settings…")) != first, "the dead process is still there")

    check("a window that is killed is said once and opens again; tray and router go on", broken)

    def hung():
        first = opens()
        os.kill(first, signal.SIGSTOP)
        tray.click("Bind Codex")
        until("line in config.toml", app.is_bound)
        until("row Unbind Codex", lambda: tray.has("Unbind Codex"))
        tray.activate()
        until("another process", lambda: hosts(app) not in ([], [first]), cap=PATIENT)
        until("window", app.windows)
        expect(len(app.windows()) == 1, app.windows())

    check("a window that hangs harms nobody, and a click replaces it", hung)

    def orphaned():
        first = opens()
        web = [pid for pid, name in descendants(first) if name.startswith("WebKit")]
        expect(web, "there is no web view")
        app.process.kill()
        app.ended()
        until("the window's process is gone", lambda: not any(alive(pid) for pid in [first, *web]))

    check("an app that is killed takes its window along", orphaned)

    def alone_it_does_nothing():
        done = desk.run(str(DESKTOP), "--window", input="")
        expect(done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr)
        expect("opened by Rotunda itself" in done.stderr, done.stderr)

    check("the window's process alone says one sentence and ends", alone_it_does_nothing)


def below(app):
    """Names of every process below the app."""
    return [name for _, name in descendants(app.process.pid)]


def hosts(app):
    """Numbers of the window's processes."""
    found = [pid for pid, name in descendants(app.process.pid) if not name.startswith(("WebKit", "bwrap", "xdg-"))]
    return [pid for pid in found if alive(pid) and b"--window" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def geometry(app):
    return app.desk.run("xdotool", "getwindowgeometry", app.windows()[0]).stdout


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
