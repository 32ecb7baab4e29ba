"""How long the window takes to open, with nothing in the database and with a year of use. Figures, no limit."""

import json
import os
import time
from pathlib import Path
from statistics import median

from app import App
from checks import check, close_window, differing, expect
from wait import until

UPSTREAM = Path(os.environ["ROTUNDA_BIN_DIR"]) / "desktop-upstream"
TIMES = 5
# A time of day or a quota that changed since the reference was taken.
ALIKE = 500


def year_story(desk):
    app = App(desk)
    app.add("work")
    app.add("home", plan="team")
    figures = {}

    def opens(when):
        app.start_in_tray()
        figures[when] = openings(app, when)
        app.quit()
        expect(app.ended() == 0, desk.log("app"))

    check("measured: the window of a new installation", lambda: opens("new"))

    def used():
        started = time.monotonic()
        done = desk.run(str(UPSTREAM), "year", str(app.home / "data/rotunda.db"))
        expect(done.returncode == 0, done.stderr)
        print(f"    # a year of use written in {time.monotonic() - started:.0f} s")
        report = json.loads(app.cli("usage", "--since", "364d", "--json").stdout)
        expect(report["total"]["requests"] > 60_000, report["total"])

    if check("a year of use is in its database", used):
        check("measured: the window after a year of use", lambda: opens("after a year"))
    if len(figures) == 2:
        for name in ["visible", "complete"]:
            new, old = (figures[when][name] for when in ["new", "after a year"])
            print(f"    # click to {name} window: new {new:.2f} s, after a year {old:.2f} s, ratio {old / new:.2f}")


def openings(app, when):
    """The middle of some openings by a click on the icon; the first one shows what the complete window looks like."""
    app.tray.activate()
    reference = still(app, when)
    close_window(app)
    seen = {"visible": [], "complete": []}
    for _ in range(TIMES):
        started = time.monotonic()
        app.tray.activate()
        window = until("window", app.windows)[0]
        seen["visible"].append(time.monotonic() - started)
        until("complete window", lambda: differing(reference, picture(app, window, "now"), app.desk) < ALIKE)
        seen["complete"].append(time.monotonic() - started)
        close_window(app)
    return {name: median(times) for name, times in seen.items()}


def still(app, when):
    """A picture of the window that has not changed for a second and has something in it."""
    window = until("window", app.windows)[0]
    name = f"window-{when.replace(' ', '-')}"

    def unchanged():
        before = picture(app, window, "before")
        time.sleep(1)
        after = picture(app, window, name)
        colours = int(app.desk.run("identify", "-format", "%k", str(after)).stdout)
        return after if colours > 50 and differing(before, after, app.desk) == 0 else None

    return until("a window that is complete", unchanged)


def picture(app, window, name):
    return app.desk.picture(name, "-window", window)

