"""The window, driven by WebKit's own driver."""

from pathlib import Path

from app import CONFIG, DESKTOP, App, Parented
from checks import INVOKE, check, expect, notices, window_picture
from wait import until
from webdriver import Driver


def window_life(desk):
    app = App(desk)
    driver = Driver(desk, DESKTOP)
    app.process = Parented(driver)

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
        driver.fill("dialog form.look input", str(desk.root / "sign-ins" / "ignored"))
        driver.click("button", "Look")
        until("what is there", lambda: len(driver.texts("dialog .found-item")) == 1)
        driver.fill("dialog .found-item .inline-field input", "home")
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
          const violated = new Promise((heard) => addEventListener("securitypolicyviolation", (e) => heard(e.violatedDirective)));
          fetch("http://127.0.0.1:" + arguments[0] + "/health").then(() => done("went out"), () => violated.then(done));
        """
        answer = driver.run(script, desk.env["ROTUNDA_PORT"])
        expect(answer == "connect-src", answer)

    check("the page cannot reach the network", policy)

    def tells_refusals():
        mine = app.config.read_bytes()

        def refused():
            app.config.write_bytes(mine)
            row = until("row", lambda: app.tray.row("Unbind Codex"))
            app.config.write_text("this is = = not toml")
            # When the app sees the file before the click, its row is another one: then once more.
            app.tray.press(row)
            return until("notice", lambda: driver.text(".notice p"), cap=5)

        notice = until("a refused click", refused)
        expect("config.toml" in notice and "line 1" in notice, notice)
        app.config.write_bytes(mine)

    check("a click in the menu that cannot be done is explained in the window", tells_refusals)

    def explains():
        app.config.write_text("this is = = not toml")
        until("state", lambda: driver.text(".state h2") == "config.toml can't be read")
        expect("ine 1" in driver.text(".state p"), driver.text(".state p"))
        app.config.write_bytes(CONFIG.encode())
        until("state", lambda: driver.text(".state h2") == "Not bound")

    check("a broken config.toml is reported with its line, and its repair is seen", explains)

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

    def is_notified():
        driver.click("button", "Send a test of “Codex can continue”")
        until("test", lambda: "Test: Codex can continue" in notices(desk))
        app.tray.click("Bind Codex")
        until("state", lambda: app.status()["binding"]["state"] == "bound")
        until("row", lambda: app.tray.has("Unbind Codex"))
        mine = app.config.read_bytes()
        app.config.write_bytes(b'openai_base_url = "http://127.0.0.1:15721"\r\n' + CONFIG.encode())
        until("notification", lambda: "Codex is not using Rotunda" in notices(desk))
        until("icon", lambda: app.status()["binding"]["state"] == "foreign")
        app.config.write_bytes(mine)
        until("bound again", lambda: app.tray.has("Unbind Codex"))

    check("events are shown as notifications of the desktop", is_notified)

    def quits():
        driver.stop()
        app.quit()
        until("end", app.has_ended)
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    check("Quit ends it with the window open", quits)
