"""The tray and the notifications while quota runs out and comes back."""

import sqlite3
import time

from app import App
from checks import bodies, check, close_window, expect, notices, tray_picture
from upstream import Upstream
from wait import until


def quota_story(desk):
    with Upstream() as upstream:
        app = App(desk)
        desk.env["ROTUNDA_UPSTREAM_CHATGPT"] = upstream.url
        upstream.person("work", 38, 20)
        upstream.person("home", 10, 60, resets_in=12000)
        app.add("work")
        app.add("home")
        app.config_file("[rotation]\npolicy = 'my-order'\n")
        notified_by_quota(desk, app, upstream)


def notified_by_quota(desk, app, upstream):
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
        shown = notices(desk)
        expect(shown.count("Codex moved to home") == 1, shown)
        expect("Last profile in use" in shown, shown)
        body = bodies(desk)["Codex moved to home"]
        expect(body.startswith("work ran out of its ") and body.endswith("home has 40% left."), body)

    check("the move is notified once, and a click on it opens the window", toast_leads)

    def stays_disabled():
        row = tray.row("No other profile is ready")
        expect(not row.enabled, "the row can be clicked although nothing can be switched to")

    check("without another profile the row says so and is disabled", stays_disabled)

    def runs_out():
        upstream.person("home", 100, 60, resets_in=3000)
        expect(app.turn() == 429, "a turn was served although everybody is out")
        until("first line", lambda: tray.rows()[0].text.startswith("All profiles out · back "))
        until("notification", lambda: "All profiles are out" in notices(desk))
        body = bodies(desk)["All profiles are out"]
        expect(body.startswith("Codex can go on ") and body.endswith("when home resets."), body)
        tray_picture(desk, "tray-out")

    check("when all are out the first line has the time, and it is notified", runs_out)

    def comes_back():
        upstream.person("home", 0, 60)
        # Two readings that agree end a rest before its time.
        for _ in range(2):
            app.cli("quota", "--refresh")
        until("first line", lambda: tray.rows()[0].text.startswith("Codex is using home"))
        expect("Codex can continue" not in notices(desk), "notified before it was sure")
        expect(app.turn() == 200, "the turn was refused")
        until("notification", lambda: "Codex can continue" in notices(desk), cap=90)
        shown = notices(desk)
        expect(shown.count("All profiles are out") == 1 and shown.count("Codex moved to home") == 1, shown)

    check("back is notified once it is sure", comes_back)

    def is_remembered():
        app.quit()
        expect(app.ended() == 0, desk.log("app"))
        with sqlite3.connect(f"file:{app.home / 'data' / 'rotunda.db'}?mode=ro", uri=True) as store:
            statuses = [row[0] for row in store.execute("SELECT status FROM requests ORDER BY number")]
            tokens = dict(store.execute("SELECT model, sum(input) FROM usage GROUP BY model"))
            readings = store.execute("SELECT count(*) FROM readings").fetchone()[0]
        expect(statuses[:2] == [200, 200] and tokens == {"gpt-5": 360} and readings >= 4, (statuses, tokens, readings))

    check("what was used is remembered, in numbers", is_remembered)

    def notified_no_more():
        count = len(notices(desk))
        app.start_in_tray()
        until("menu", lambda: tray.has("work  Out until "))
        time.sleep(2)
        expect(len(notices(desk)) == count, notices(desk)[count:])
        app.quit()
        expect(app.ended() == 0, desk.log("app"))

    check("after a restart nothing is notified twice", notified_no_more)
