"""What every story uses: counting checks, and looking at the desktop."""

import json
import sys
import time
import traceback

from wait import until

PASSED, FAILED = [], []
# Where the panel has room for one icon.
TRAY = "48x32+1232+0"


def check(name, step):
    """Runs a step that raises when something is not as it should be. False when it did."""
    try:
        step()
    except Exception as error:  # every kind of failure is one line here
        FAILED.append(name)
        print(f"not ok {name}\n    {error}", flush=True)
        if not isinstance(error, AssertionError):
            traceback.print_exc(file=sys.stdout)
        return False
    PASSED.append(name)
    print(f"ok {name}", flush=True)
    return True


def expect(claim, saying):
    if not claim:
        raise AssertionError(saying)


def differing(one, other, desk):
    """Pixels that differ between two pictures."""
    done = desk.run("compare", "-metric", "AE", str(one), str(other), "null:")
    return int(float(done.stderr.split()[0]))


def notices(desk):
    """Titles of what the notification service has shown; its history holds only closed ones."""
    desk.run("dunstctl", "close-all")
    history = json.loads(desk.run("dunstctl", "history").stdout)
    return [entry["summary"]["data"] for group in history["data"] for entry in group]


def bodies(desk):
    """Texts of what the notification service has shown, by title."""
    desk.run("dunstctl", "close-all")
    history = json.loads(desk.run("dunstctl", "history").stdout)
    entries = [entry for group in history["data"] for entry in group]
    return {entry["summary"]["data"]: entry["body"]["data"] for entry in entries}


def tray_crop(desk, name):
    """The icon as it is on the panel."""
    return desk.picture(name, "-window", "root", "-crop", TRAY, "+repage")


def tray_picture(desk, name):
    """The same, eight times its size, for people."""
    time.sleep(0.5)
    desk.picture(name, "-window", "root", "-crop", TRAY, "+repage", "-resize", "800%")


def window_picture(app, driver, name):
    """The window as it is on the screen, frame and all."""
    driver.painted()
    app.desk.picture(name, "-window", app.windows()[0])


def close_window(app):
    app.desk.run("wmctrl", "-i", "-c", app.windows()[0])
    until("no window", lambda: app.windows() == [])
    until("no page", lambda: "WebKitWebProcess" not in app.web_processes())
    expect(app.process.poll() is None, "the app ended with its window")
    expect(app.status()["router"]["state"] == "running", "the router ended with the window")


INVOKE = """
  window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
    .then((answer) => done({ answer }), (error) => done({ error }));
"""
