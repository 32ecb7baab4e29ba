"""What a person does with the tray and the window, on the real app. One line per check, a total at the end."""

import json
import shutil
import sqlite3
import sys
import time
import traceback
from pathlib import Path

from app import CONFIG, DESKTOP, App, memory, ticks
from desk import Desk
from upstream import Upstream
from wait import until
from webdriver import Driver

PASSED, FAILED = [], []
IDLE_SECONDS = 20


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


def close_window(app):
    app.desk.run("wmctrl", "-i", "-c", app.windows()[0])
    until("no window", lambda: app.windows() == [])
    until("no page", lambda: "WebKitWebProcess" not in app.web_processes())
    expect(app.process.poll() is None, "the app ended with its window")
    expect(app.status()["router"]["state"] == "running", "the router ended with the window")


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


def window_life(desk):
    app = App(desk)
    driver = Driver(desk, DESKTOP)
    app.process = Parented(desk, DESKTOP)

    def first_run():
        until("first page", lambda: driver.text("h2") == "Use several Codex profiles as one")
        expect(driver.text("h1") == "Add a profile to start", driver.text("h1"))
        window_picture(app, driver, "first-run")

    check("the first window says how to begin", first_run)

    def signs_in():
        driver.click("button", "Sign in with ChatGPT")
        opened = until("page in the browser", lambda: desk.opened())[0]
        expect(opened.startswith("http://127.0.0.1:1/oauth/authorize?") and "code_challenge=" in opened, opened)
        until("sheet", lambda: "Waiting for your browser" in (driver.text("dialog") or ""))
        window_picture(app, driver, "signing-in")
        driver.click("button", "Cancel")
        until("sheet gone", lambda: "Waiting for your browser" not in (driver.text("dialog") or ""))
        expect(app.status()["profiles"] == [], "a cancelled sign-in left a profile")

    check("signing in opens the browser, waits, and can be cancelled", signs_in)

    def shows_import():
        app.add("work")
        until("card", lambda: driver.text(".card h3") == "work")
        window_picture(app, driver, "one-profile")

    check("a profile imported elsewhere appears by itself", shows_import)

    def imports():
        app.add("ignored")
        app.cli("remove", "ignored")
        driver.click("button", "Add profile…")
        driver.click("button", "Import a file…")
        there = "done(document.querySelectorAll(arguments[0]).length === 1)"
        fill = """
          const field = document.querySelector(arguments[0]);
          field.value = arguments[1];
          field.dispatchEvent(new Event("input", { bubbles: true }));
          done(true);
        """
        until("path", lambda: driver.run(there, "dialog form.look input"))
        driver.run(fill, "dialog form.look input", str(desk.root / "sign-ins" / "ignored"))
        driver.click("button", "Look")
        until("what is there", lambda: driver.run(there, "dialog .found-item .inline-field input"))
        driver.run(fill, "dialog .found-item .inline-field input", "home")
        driver.click("button", "Add this profile")
        until("status", lambda: [one["name"] for one in app.status()["profiles"]] == ["work", "home"])
        until("what was imported", lambda: "home" in (driver.text("dialog .results") or ""))
        driver.click("button", "Done")
        until("sheet gone", lambda: driver.text("dialog") is None)

    check("a sign-in is imported in the window", imports)

    def menu_leads():
        for again in ["once", "twice"]:
            app.tray.click("Add profile…")
            until(f"sheet, {again}", lambda: driver.text("dialog h2") == "Add a profile")
            driver.click("button", "Cancel")
            until("sheet gone", lambda: driver.text("dialog") is None)
        driver.click("tab", "Activity")
        app.tray.click("Codex is not bound")
        until("section", lambda: driver.text("[role=tab][aria-selected=true]") == "Codex")

    check("rows of the menu lead to their place in the window", menu_leads)

    def binds():
        driver.click("tab", "Codex")
        driver.click("button", "Bind Codex")
        until("line in config.toml", app.is_bound)
        until("state", lambda: driver.text(".state h2") == "Bound")
        window_picture(app, driver, "bound")
        until("menu", lambda: app.tray.has("Unbind Codex"))

    check("Bind in the window adds the line, and the menu knows", binds)

    def hides_the_key():
        key = app.config.read_text().split("127.0.0.1:")[1].split("/")[1]
        expect(len(key) == 32, key)
        page = driver.run("done(document.documentElement.outerHTML)")
        answer = driver.run(INVOKE, "snapshot", {})
        expect(key not in page and key not in str(answer), "the key reached the window")
        expect("refresh-of-" not in str(answer), "a token reached the window")

    check("no key and no token reach the window", hides_the_key)

    def refuses():
        for command in ["plugin:window|close", "plugin:event|emit", "plugin:app|version", "plugin:path|resolve"]:
            answer = driver.run(INVOKE, command, {})
            expect("error" in answer and "not allowed" in str(answer["error"]), f"{command}: {answer}")
        expect(driver.run("done(typeof window.__TAURI__)") == "undefined", "the global interface is on")

    check("the window may do nothing but our commands", refuses)

    def policy():
        script = """
          const said = new Promise((heard) => addEventListener("securitypolicyviolation", (e) => heard(e.violatedDirective)));
          fetch("http://127.0.0.1:" + arguments[0] + "/health").then(() => done("went out"), () => said.then(done));
        """
        answer = driver.run(script, desk.env["ROTUNDA_PORT"])
        expect(answer == "connect-src", answer)

    check("the page cannot reach the network", policy)

    def tells_refusals():
        mine = app.config.read_bytes()
        app.config.write_text("this is = = not toml")
        app.tray.click("Unbind Codex")
        said = until("notice", lambda: driver.text(".notice p"))
        expect("config.toml" in said and "line 1" in said, said)
        app.config.write_bytes(mine)

    check("a click in the menu that cannot be done is explained in the window", tells_refusals)

    def explains():
        app.config.write_text("this is = = not toml")
        until("state", lambda: driver.text(".state h2") == "config.toml can't be read")
        expect("ine 1" in driver.text(".state p"), driver.text(".state p"))
        app.config.write_bytes(CONFIG.encode())
        until("state", lambda: driver.text(".state h2") == "Not bound")

    check("a broken config.toml is told with its line, and its repair is seen", explains)

    def at_login():
        entry = Path(desk.env["HOME"], ".config/autostart/Rotunda.desktop")
        driver.click("tab", "Settings")
        box = "document.querySelector('[type=checkbox]')"  # the first one
        until("box", lambda: driver.run(f"done({box}?.disabled === false)"))
        driver.run(f"{box}.click(); done(true)")
        until("entry", entry.is_file)
        line = next(line for line in entry.read_text().splitlines() if line.startswith("Exec="))
        expect(line == f"Exec={DESKTOP} --hidden", line)
        until("tick", lambda: driver.run(f"done({box}.checked && !{box}.disabled)"))
        driver.run(f"{box}.click(); done(true)")
        until("no entry", lambda: not entry.exists())

    check("start at login writes its entry and takes it away", at_login)

    def told():
        driver.click("button", "Send a test")
        until("test", lambda: "Notifications work" in notices(desk))
        app.tray.click("Bind Codex")
        until("state", lambda: app.status()["binding"]["state"] == "bound")
        until("row", lambda: app.tray.has("Unbind Codex"))
        mine = app.config.read_bytes()
        app.config.write_bytes(b'openai_base_url = "http://127.0.0.1:15721"\r\n' + CONFIG.encode())
        until("notification", lambda: "Codex is not using Rotunda" in notices(desk))
        until("icon", lambda: app.status()["binding"]["state"] == "foreign")
        app.config.write_bytes(mine)
        until("bound again", lambda: app.tray.has("Unbind Codex"))

    check("what happens is told by the desktop's notifications", told)

    def quits():
        driver.stop()
        app.quit()
        until("end", lambda: not app.process.alive())
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    check("Quit ends it with the window open", quits)


def notices(desk):
    """Titles of what the notification service has shown; its history holds only closed ones."""
    desk.run("dunstctl", "close-all")
    history = json.loads(desk.run("dunstctl", "history").stdout)
    return [entry["summary"]["data"] for group in history["data"] for entry in group]


def window_picture(app, driver, name):
    """The window as it is on the screen, frame and all."""
    driver.painted()
    app.desk.picture(name, "-window", app.windows()[0])


INVOKE = """
  window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
    .then((answer) => done({ answer }), (error) => done({ error }));
"""


class Parented:
    """The app when the driver is its parent: found by its program and our own folders."""

    def __init__(self, desk, binary):
        self.pid = until("the app", lambda: self._find(desk, binary))

    @staticmethod
    def _find(desk, binary):
        from app import descendants

        driver = desk.processes[-1].pid
        found = [pid for pid, name in descendants(driver) if binary.name.startswith(name)]
        return found[0] if found else None

    def alive(self):
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"

    def poll(self):
        return None if self.alive() else 0


def without_tray(desk):
    app = App(desk)

    def window_instead():
        app.start("--hidden")
        until("window", app.windows)
        desk.picture("no-tray")

    check("without a tray it opens the window although told to hide", window_instead)

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


def quota_story(desk):
    with Upstream() as upstream:
        app = App(desk)
        desk.env["ROTUNDA_UPSTREAM_CHATGPT"] = upstream.url
        upstream.person("work", 38, 20)
        upstream.person("home", 10, 60, resets_in=12000)
        app.add("work")
        app.add("home")
        app.config_file("[rotation]\npolicy = 'my-order'\n")
        told_by_quota(desk, app, upstream)


def told_by_quota(desk, app, upstream):
    tray = app.tray
    app.start_in_tray()

    def shows_quota():
        until("quota", lambda: tray.has("work  62% left"))
        until("the other one", lambda: tray.has("home  90% left · week 40%"))
        tray.click("Bind Codex")
        until("first line", lambda: tray.rows()[0].text == "Codex is using work · 62% left")
        tray_picture(desk, "tray-healthy")

    check("the menu shows what each profile has left", shows_quota)

    def turns_low():
        upstream.person("work", 85, 20)
        expect(app.cli("quota", "--refresh").returncode == 0, "quota was not read")
        until("first line", lambda: tray.rows()[0].text == "Codex is using work · Low, 15% left")
        tray_picture(desk, "tray-low")

    check("a reading of little left changes line and icon", turns_low)

    def moves():
        before = tray.picture()
        expect(app.turn() == 200, "the first turn was refused")
        upstream.person("work", 100, 20)
        expect(app.turn() == 200, "a turn was lost to a quota")
        expect(upstream.turns == ["account-work", "account-work", "account-home"], upstream.turns)
        until("first line", lambda: tray.rows()[0].text.startswith("Codex is using home"))
        until("other bars", lambda: tray.picture() != before)
        until("mark", lambda: tray.row("home  ").checked and not tray.row("work  ").checked)
        tray_picture(desk, "tray-moved")

    check("a used-up profile is left in the middle of a turn, and the tray says so", moves)

    def toast_leads():
        until("on the screen", lambda: int(desk.run("dunstctl", "count", "displayed").stdout) > 0)
        desk.picture("toast")
        desk.run("dunstctl", "action", "0")
        until("window", app.windows)
        close_window(app)
        told = notices(desk)
        expect(told.count("Codex moved to home") == 1, told)
        expect("Last profile in use" in told, told)
        body = bodies(desk)["Codex moved to home"]
        expect(body.startswith("work ran out of its ") and body.endswith("home has 40% left."), body)

    check("the move is told once, and a click on it opens the window", toast_leads)

    def stays_disabled():
        row = tray.row("No other profile is ready")
        expect(not row.enabled, "the row can be clicked although nothing can be switched to")

    check("without another profile the row says so and is disabled", stays_disabled)

    def runs_out():
        upstream.person("home", 100, 60, resets_in=3000)
        expect(app.turn() == 429, "a turn was served although everybody is out")
        until("first line", lambda: tray.rows()[0].text.startswith("All profiles out · back "))
        until("told", lambda: "All profiles are out" in notices(desk))
        body = bodies(desk)["All profiles are out"]
        expect(body.startswith("Codex can go on ") and body.endswith("when home resets."), body)
        tray_picture(desk, "tray-out")

    check("when all are out the first line says until when, and it is told", runs_out)

    def comes_back():
        upstream.person("home", 0, 60)
        # Two readings that agree end a rest before its time.
        for _ in range(2):
            app.cli("quota", "--refresh")
        until("first line", lambda: tray.rows()[0].text.startswith("Codex is using home"))
        expect("Codex can continue" not in notices(desk), "told before it was sure")
        expect(app.turn() == 200, "the turn was refused")
        until("told", lambda: "Codex can continue" in notices(desk), cap=90)
        told = notices(desk)
        expect(told.count("All profiles are out") == 1 and told.count("Codex moved to home") == 1, told)

    check("back is told once it is sure", comes_back)

    def is_remembered():
        app.quit()
        expect(app.ended() == 0, desk.log("app"))
        with sqlite3.connect(f"file:{app.home / 'data' / 'rotunda.db'}?mode=ro", uri=True) as store:
            statuses = [row[0] for row in store.execute("SELECT status FROM requests ORDER BY number")]
            tokens = dict(store.execute("SELECT model, sum(input) FROM tokens GROUP BY model"))
            readings = store.execute("SELECT count(*) FROM readings").fetchone()[0]
        expect(statuses[:2] == [200, 200] and tokens == {"gpt-5": 210} and readings >= 4, (statuses, tokens, readings))

    check("what was used is remembered, in numbers", is_remembered)

    def told_no_more():
        count = len(notices(desk))
        app.start_in_tray()
        until("menu", lambda: tray.has("work  Out until "))
        time.sleep(2)
        expect(len(notices(desk)) == count, notices(desk)[count:])
        app.quit()
        expect(app.ended() == 0, desk.log("app"))

    check("after a restart nothing is told twice", told_no_more)


def tray_picture(desk, name):
    """The icon as it is on the panel, eight times its size."""
    time.sleep(0.5)
    desk.picture(name, "-window", "root", "-crop", "48x32+1232+0", "-resize", "800%")


def bodies(desk):
    """Texts of what the notification service has shown, by title."""
    desk.run("dunstctl", "close-all")
    history = json.loads(desk.run("dunstctl", "history").stdout)
    entries = [entry for group in history["data"] for entry in group]
    return {entry["summary"]["data"]: entry["body"]["data"] for entry in entries}


STORIES = [
    ("quota", quota_story, True),
    ("no display", without_display, True),
    ("life in the tray", tray_life, True),
    ("life in the window", window_life, True),
    ("no tray", without_tray, False),
    ("no tray, window closed", without_tray_close, False),
]


def option(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


def main():
    keep = option("--keep")
    only = option("--only")
    stories = [story for story in STORIES if only in (None, story[0])]
    for number, (name, story, tray) in enumerate(stories):
        failed = len(FAILED)
        desk = Desk(tray)

        def run(desk=desk, story=story):
            with desk:
                story(desk)

        try:
            run()
        except Exception as error:
            FAILED.append(name)
            print(f"not ok {name}\n    {error}", flush=True)
            traceback.print_exc(file=sys.stdout)
        if keep:
            for part in ["pictures", "log"]:
                shutil.copytree(desk.root / part, Path(keep) / f"{number}" / part, dirs_exist_ok=True)
        if len(FAILED) == failed:
            shutil.rmtree(desk.root, ignore_errors=True)
        else:
            print(f"    # logs and pictures: {desk.root}", flush=True)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    sys.exit(1 if FAILED or not PASSED else 0)


main()
