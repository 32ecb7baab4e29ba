"""The whole way of one person, with the real client: first run, import, bind, turns, a quota, unbind, quit."""

from pathlib import Path

from app import DESKTOP, App, Parented
from checks import bodies, check, close_window, differing, expect, notices, tray_crop, window_picture
from codex import Codex, quiet_config
from people import write_sign_in
from upstream import Upstream
from wait import until
from webdriver import Driver

WARNING = "A sign-in of its own is safer (recommended); this one is Codex's own,"


def whole_story(desk):
    with Upstream() as upstream:
        config = quiet_config(upstream.url)
        app = App(desk, config)
        desk.env["ROTUNDA_UPSTREAM_CHATGPT"] = upstream.url
        for name, five_hours, week in [("you", 5, 5), ("work", 38, 20), ("home", 10, 60)]:
            upstream.person(name, five_hours, week)
            write_sign_in(desk.root / "sign-ins" / name, name)
        write_sign_in(app.codex_home, "you")
        app.config_file("[rotation]\npolicy = 'my-order'\n")
        driver = Driver(desk, DESKTOP)
        app.process = Parented(driver)
        first_run(desk, app, driver)
        client = Codex(app)
        turns(desk, app, driver, upstream, client)
        leaves(desk, app, upstream, client, config)


def first_run(desk, app, driver):
    def finds():
        card = until("what was found", lambda: driver.text(".found-card"))
        for wanted in ["Found: you@example.com · Plus", f"from {app.codex_home}", "Add this profile"]:
            expect(wanted in card, card)
        window_picture(app, driver, "found")

    check("the first window finds the sign-in that Codex has", finds)

    def warns():
        driver.click("button", "Add this profile")
        question = until("question", lambda: driver.text("dialog"))
        expect("Share this sign-in with Codex?" in question and WARNING in question and "`" not in question, question)
        buttons = driver.texts("dialog .actions button")
        expect(buttons == ["Sign in (recommended)", "Import all the same", "Cancel"], buttons)
        window_picture(app, driver, "found-warning")
        driver.click("button", "Cancel")
        until("no question", lambda: driver.text("dialog") is None)
        expect(app.status()["profiles"] == [], "it was imported although that was cancelled")

    check("it warns before two share one sign-in, and can be left", warns)

    def signs_in_instead():
        driver.click("button", "Add this profile")
        driver.click("button", "Sign in (recommended)")
        until("page in the browser", desk.opened)
        until("sheet", lambda: "Waiting for your browser" in (driver.text("dialog") or ""))
        driver.click("button", "Cancel")
        until("sheet gone", lambda: driver.text("dialog") is None)
        expect(app.status()["profiles"] == [], "a cancelled sign-in left a profile")

    check("its advice to sign in anew leads to the browser", signs_in_instead)

    def keeps_it_running():
        entry = Path(desk.env["HOME"], ".config/autostart/Rotunda.desktop")
        driver.tick("Start Rotunda when I log in")
        until("entry", entry.is_file)
        expect(f"Exec={DESKTOP} --hidden" in entry.read_text(), entry.read_text())
        driver.tick("Start Rotunda when I log in", on=False)
        until("no entry", lambda: not entry.exists())

    check("its last step writes what starts Rotunda at login, and takes it away", keeps_it_running)

    def adds():
        bind = "done([...document.querySelectorAll('.steps button')].find((one) => one.textContent === arguments[0]).disabled)"
        expect(driver.run(bind, "Bind Codex"), "Bind does not wait for a profile")
        driver.click("button", "Add this profile")
        driver.click("button", "Import all the same")
        until("card", lambda: driver.texts(".card h3") == ["you"])
        expect([one["email"] for one in app.profiles()] == ["you@example.com"], "another one came")
        window_picture(app, driver, "found-added")

    check("imported all the same it becomes a profile", adds)

    def adds_more():
        driver.click("button", "Add profile…")
        driver.click("button", "Import a file…")
        driver.fill("dialog form.look input", str(desk.root / "sign-ins"))
        driver.click("button", "Look")
        until("all that are there", lambda: len(driver.texts("dialog .found-item")) == 3)
        window_picture(app, driver, "import-many")
        driver.click("button", "Add 3 profiles")
        until("what was imported", lambda: len(driver.texts("dialog .results li")) == 3)
        driver.click("button", "Done")
        names = sorted(one["name"] for one in app.status()["profiles"])
        expect(names == ["home", "work", "you"], names)

    check("a folder of sign-ins is imported in one go", adds_more)

    def binds():
        driver.click("button", "Bind Codex")
        until("line in config.toml", app.is_bound)
        until("menu", lambda: app.tray.has("Unbind Codex"))
        until("no step left", lambda: "Bind Codex" not in driver.texts("header button"))

    check("the step that is missing, Bind, stands beside the headline and is done there", binds)


def turns(desk, app, driver, upstream, client):
    tray = app.tray
    threads = []

    def serves():
        for name in ["work", "home"]:
            tray.click(f"{name}  ")
        tray.click("work  ")
        until("work is chosen", lambda: tray.rows()[0].text == "Codex is using work · 62% left")
        run = client.exec("hi")
        run.must_be_one_clean_turn("hello from work")
        threads.append(run.thread())
        client.exec("and again", "resume", threads[0]).must_be_one_clean_turn("hello from work")
        expect(upstream.turns == ["account-work"] * 2, upstream.turns)

    check("turns of the real client go through the profile that was chosen", serves)

    def moves():
        bars, before = tray.picture(), tray_crop(desk, "bars-before")
        upstream.person("work", 100, 20)
        client.exec("go on", "resume", threads[0]).must_be_one_clean_turn("hello from home")
        expect(upstream.turns[2:] == ["account-work", "account-home"], upstream.turns)
        headline = until("headline", lambda: tray.rows()[0].text if "home" in tray.rows()[0].text else None)
        expect(headline == "Codex is using home · 40% left", headline)
        until("other bars", lambda: tray.picture() != bars)
        until("on the panel", lambda: differing(before, tray_crop(desk, "bars-after"), desk) > 5)
        until("mark", lambda: tray.row("home  ").checked and not tray.row("work  ").checked)
        expect(tray.row("work  ").text.startswith("work  Out until "), tray.row("work  ").text)

    check("a quota ends in the middle of a thread and the client sees one clean turn; line and bars say so", moves)

    def is_notified():
        until("toast", lambda: notices(desk).count("Codex moved to home") == 1)
        body = bodies(desk)["Codex moved to home"]
        expect(body.startswith("work ran out of its 5-hour limit until ") and body.endswith("home has 40% left."), body)

    check("the notification service has 'Codex moved to home' in its history, once", is_notified)

    def activity():
        driver.click("tab", "Activity")
        line = until("line", lambda: next((one for one in driver.texts(".entries li") if "home" in one and "work ran out" in one), None))
        expect("5-hour limit" in line, line)
        until("requests", lambda: "4" in (driver.text(".section-head p") or ""))
        window_picture(app, driver, "moved-activity")

    check("the window's activity says why, and counts the requests", activity)

    def stays():
        client.exec("more").must_be_one_clean_turn("hello from home")
        expect(upstream.turns[4:] == ["account-home"], upstream.turns)
        expect(notices(desk).count("Codex moved to home") == 1, notices(desk))

    check("the next turn goes there at once, and nothing is notified again", stays)

    def second_launch():
        close_window(app)
        second = desk.start("second", str(DESKTOP))
        until("end of the second", lambda: second.poll() is not None)
        until("window", app.windows)
        expect(second.returncode == 0 and not app.has_ended(), desk.log("second"))

    check("a second launch opens the window again", second_launch)
    driver.stop()


def leaves(desk, app, upstream, client, config):
    def unbinds():
        app.tray.click("Unbind Codex")
        until("menu", lambda: app.tray.has("Bind Codex"))
        expect(app.config.read_bytes() == config.encode(), app.config.read_bytes())
        count = len(upstream.turns)
        run = client.exec_straight_to(upstream.straight, "without us")
        run.must_be_one_clean_turn("hello from you")
        expect(upstream.turns[count:] == ["account-you"], upstream.turns[count:])

    check("Unbind puts every byte back, and the real client works by itself", unbinds)

    def quits():
        app.tray.click("Quit Rotunda")
        until("end", app.has_ended)
        expect(app.questions() == [], "it asked although nothing was bound")
        expect(app.config.read_bytes() == config.encode(), app.config.read_bytes())
        client.exec_straight_to(upstream.straight, "and it is gone").must_be_one_clean_turn("hello from you")

    check("Quit asks nothing when Codex is not bound, and the client goes on", quits)
