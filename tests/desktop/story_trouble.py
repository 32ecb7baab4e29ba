"""The port is taken: the tray says so, and a new one is given in the window."""

import os
import socket

from app import DESKTOP, App, Parented
from checks import bodies, check, expect, notices, window_picture
from wait import until
from webdriver import Driver, free_port


def port_story(desk):
    app = App(desk)
    app.add("work")
    del desk.env["ROTUNDA_PORT"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app.config_file(f"port = {port}\n")
        driver = Driver(desk, DESKTOP)
        app.process = Parented(driver)
        line = f"Can't listen on port {port} · Fix…"

        def is_reported():
            until("first line", lambda: app.tray.rows()[0].text == line)
            until("toast", lambda: "Rotunda can't start its router" in notices(desk))
            body = bodies(desk)["Rotunda can't start its router"]
            expect(body.startswith(f"Port {port} is used by ") and f"({os.getpid()})" in body, body)

        check("a port in use is shown in the tray and notified, with its program", is_reported)

        def leads():
            driver.click("tab", "Profiles")
            app.tray.click(line)
            until("section", lambda: driver.text("[role=tab][aria-selected=true]") == "Codex")
            until("title", lambda: f"Can't listen on port {port}" in driver.texts(".state h2"))
            window_picture(app, driver, "port-taken")

        check("its first line leads to where that is explained", leads)

        def another():
            wanted = free_port()
            driver.click("tab", "Settings")
            driver.fill(".number-field input[max='65535']", str(wanted))
            driver.run("document.activeElement.blur(); done(true)")
            until("router", lambda: app.status()["router"]["state"] == "running")
            expect(app.status()["router"]["port"] == wanted, app.status()["router"])
            until("first line", lambda: app.tray.rows()[0].text == "Codex is not bound")
            app.tray.click("Bind Codex")
            until("line", app.is_bound)
            expect(f"127.0.0.1:{wanted}/" in app.config.read_text(), app.config.read_text())

        check("another port, typed in the window, serves at once", another)
        driver.stop()
        app.quit()
        until("end", app.has_ended)
