"""A tray app on a good and on a bad day: icon, menu, quit, logout, no display, no tray."""

import time
from pathlib import Path

from app import CONFIG, DESKTOP, App, memory, ticks
from checks import check, close_window, differing, expect
from wait import until

IDLE_SECONDS = 20


def without_display(desk):
    app = App(desk)
    display = desk.env.pop("DISPLAY")
    done = desk.run(str(DESKTOP), "--hidden")
    desk.env["DISPLAY"] = ":987654"
    refused = desk.run(str(DESKTOP), "--hidden")
    desk.env["DISPLAY"] = display

    def says_so():
        for end in [done, refused]:
            expect(end.returncode == 1, f"ended with {end.returncode}")
            expect("rotunda serve" in end.stderr and "panicked" not in end.stderr, end.stderr)
        expect(done.stderr.count("\n") == 1, done.stderr)
        expect(not app.home.joinpath("data").exists(), "folders were made although nothing can run")

    check("without a display it says one sentence and ends", says_so)


def tray_life(desk):
    app = App(desk)
    tray = app.tray
    people = [app.add("work"), app.add("home", plan="team")]
    before = desk.picture("tray-before")
    app.start_in_tray()

    def icon_shows():
        width, height, pixels = tray.picture()
        expect((width, height) == (32, 32) and len(set(pixels)) > 2, "the icon is empty")
        until("icon on the screen", lambda: differing(before, desk.picture("tray"), desk) > 50)

    check("the icon shows in the tray", icon_shows)
    check("it starts hidden", lambda: expect(app.windows() == [], "there is a window"))
    check("no web view runs without a window", lambda: expect(app.web_processes() == [], app.web_processes()))

    def menu_reads():
        texts = [row.text for row in until("menu", tray.rows)]
        expect(texts[0] == app_headline(app), texts[0])
        for wanted in ["work  ", "home  ", "Switch to next profile", "Bind Codex", "Add profile…", "Settings…"]:
            expect(any(text.startswith(wanted) for text in texts), f"{wanted!r} is not in {texts}")
        expect(texts[-1] == "Quit Rotunda", texts[-1])

    check("the menu reads as the state is, with the imported profiles", menu_reads)
    check("the tooltip names Rotunda", lambda: expect("Rotunda" in str(tray.property("ToolTip")), tray.property("ToolTip")))

    def bind():
        unbound = tray.picture()
        tray.click("Bind Codex")
        until("line in config.toml", app.is_bound)
        until("row Unbind Codex", lambda: tray.has("Unbind Codex"))
        line = next(line for line in app.config.read_text().splitlines() if "openai_base_url" in line)
        expect(f"127.0.0.1:{desk.env['ROTUNDA_PORT']}/" in line and line.endswith("# Rotunda"), line)
        until("another icon", lambda: tray.picture() != unbound)
        until("status", lambda: app.status()["binding"]["state"] == "bound")

    check("Bind in the menu adds one line and changes the icon", bind)

    def use():
        serving = app.status()["serving"]
        other = "home" if serving == "work" else "work"
        tray.click(f"{other}  ")
        until("status", lambda: app.status()["serving"] == other)
        until("mark", lambda: tray.row(f"{other}  ").checked and not tray.row(f"{serving}  ").checked)
        until("headline", lambda: other in tray.rows()[0].text)

    check("a click on a profile makes it serve", use)

    def switch():
        serving = app.status()["serving"]
        tray.click("Switch to next profile")
        until("status", lambda: app.status()["serving"] not in (None, serving))

    check("Switch to next profile does", switch)

    def stay():
        serving = app.status()["serving"]
        tray.click(f"Stay on {serving}")
        until("mark", lambda: tray.row("Stay on").checked)
        expect([one["name"] for one in app.status()["profiles"] if one["pinned"]] == [serving], "not pinned")
        tray.click("Stay on")
        until("no mark", lambda: not tray.row("Stay on").checked)

    check("Stay on a profile can be turned on and off", stay)

    def imported_later():
        people.append(app.add("studio"))
        until("row", lambda: tray.has("studio  "))
        rows = [row.text.split("  ")[0] for row in tray.rows()]
        expect(rows.index("studio") == rows.index("home") + 1, rows)

    check("a profile that is imported now shows in the same menu", imported_later)

    def removed():
        done = app.cli("remove", "studio")
        expect(done.returncode == 0, done.stderr)
        until("no row", lambda: not tray.has("studio  "))

    check("a removed profile leaves the menu", removed)

    check("measured: idle in the tray, no window yet", lambda: measure(app, "before the first window"))

    def second_launch():
        first = app.process
        started = time.monotonic()
        second = app.start(name="second")
        expect(app.ended() == 0, desk.log("second"))
        until("window", app.windows)
        print(f"    # second launch to visible window: {time.monotonic() - started:.2f} s")
        app.process = first
        expect(second.pid != first.pid and first.poll() is None, "the first one is gone")

    check("a second launch opens the window of the first and ends", second_launch)
    desk.picture("window")
    check("closing the window leaves the tray and ends the web view", lambda: close_window(app))
    check("measured: after the window was closed", lambda: measure(app, "after its window was closed"))

    def left_click():
        started = time.monotonic()
        tray.activate()
        until("window", app.windows)
        print(f"    # click to visible window: {time.monotonic() - started:.2f} s")

    check("a left click on the icon opens it again", left_click)

    def quit_asks():
        tray.click("Quit Rotunda")
        until("question", app.questions)
        desk.picture("quit")
        desk.run("xdotool", "key", "Escape")
        until("no question", lambda: app.questions() == [])
        expect(app.process.poll() is None and app.is_bound(), "Cancel did not cancel")

    check("Quit asks first while Codex is bound, and can be cancelled", quit_asks)

    def quit_restores():
        app.quit()
        code = app.ended()
        expect(code == 0, f"ended with {code}")
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())
        expect(app.status()["router"]["state"] == "stopped", "the router goes on")

    check("Quit restores config.toml byte for byte and ends", quit_restores)
    check("no secret and no address lies in a file", lambda: nothing_leaked(app, people))

    def terminated():
        app.start_in_tray()
        expect(app.cli("bind").returncode == 0, "bind failed")
        app.process.terminate()
        code = app.ended()
        expect(code == 0, f"ended with {code}")
        expect(app.questions() == [], "the system was asked a question")
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    check("ended by the system it unbinds too", terminated)

    def stays_bound():
        app.start_in_tray()
        entry = Path(desk.env["HOME"], ".config/autostart/Rotunda.desktop")
        entry.parent.mkdir(exist_ok=True)
        entry.write_text("[Desktop Entry]\nType=Application\nName=Rotunda\nExec=/gone/rotunda-desktop --hidden\n")
        app.process.terminate()
        app.ended()
        app.start_in_tray()
        expect(f"Exec={DESKTOP} --hidden" in entry.read_text(), entry.read_text())
        expect(app.cli("bind").returncode == 0, "bind failed")
        app.process.terminate()
        code = app.ended()
        expect(code == 0 and app.is_bound(), f"ended with {code}, bound: {app.is_bound()}")
        app.start_in_tray()
        until("bound again", lambda: app.status()["binding"]["state"] == "bound")
        app.quit()
        expect(app.ended() == 0 and app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    check("an entry whose program moved is mended; logged out with it, Codex stays bound and heals", stays_bound)


def app_headline(app):
    """The first line of the menu is the first line of `status`."""
    return "Codex is not bound" if not app.is_bound() else f"Codex is using {app.status()['serving']}"


def measure(app, when):
    before = ticks(app.process.pid)
    time.sleep(IDLE_SECONDS)
    spent = ticks(app.process.pid) - before
    rss, pss = memory(app.process.pid)
    print(f"    # {when}: {rss:.1f} MiB resident, {pss:.1f} MiB proportional, {spent} ticks of 10 ms in {IDLE_SECONDS} s")
    # A loop that spins shows in any build; the exact figures belong to the bench.
    expect(spent < IDLE_SECONDS * 10, f"{spent} ticks while nothing happens")


def nothing_leaked(app, people):
    for file in [one for root in [app.home, app.codex_home] for one in root.rglob("*") if one.is_file()]:
        content = file.read_bytes()
        for secret in (secret for person in people for secret in person["secrets"]):
            expect(secret.encode() not in content, f"a secret is in {file.name}")
        if file.suffix == ".log" or "logs" in file.parts:
            expect(b"@" not in content, f"an address is in {file.name}")


def without_tray(desk):
    app = App(desk)

    def window_instead():
        app.start("--hidden")
        until("window", app.windows)
        desk.picture("no-tray")

    check("without a tray it opens the window in spite of --hidden", window_instead)

    def tray_comes():
        desk.start("panel", "xfce4-panel", "--disable-wm-check")
        until("icon", app.tray.item, cap=120)

    check("a tray that comes later gets the icon", tray_comes)

    def quits():
        app.quit()
        code = app.ended()
        expect(code == 0, f"ended with {code}")

    check("and its menu works", quits)


def without_tray_close(desk):
    app = App(desk)
    app.add("work")
    app.start("--hidden")
    until("window", app.windows)
    until("router", lambda: app.status()["router"]["state"] == "running")
    expect(app.cli("bind").returncode == 0, "bind failed")

    def ends():
        desk.run("wmctrl", "-i", "-c", app.windows()[0])
        code = app.ended()
        expect(code == 0, f"ended with {code}")
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    check("without a tray, closing the window unbinds and ends", ends)
