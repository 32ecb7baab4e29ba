"""Settings that are made in the window and felt elsewhere: the way out, and a notification that is off at first."""

from app import DESKTOP, App, Parented
from checks import bodies, check, expect, notices, window_picture
from proxy import NAME, Proxy, secure
from upstream import Upstream
from wait import until
from webdriver import Driver


def proxy_story(desk):
    files, trust = secure(desk.root / "trust")
    with Upstream(files) as upstream, Proxy(upstream.port) as systems, Proxy(upstream.port) as own:
        app = App(desk)
        upstream.person("work", 10, 10)
        desk.env |= {
            "ROTUNDA_UPSTREAM_CHATGPT": f"https://{NAME}/backend-api",
            "SSL_CERT_FILE": str(trust),
            "HTTPS_PROXY": systems.url,
            "NO_PROXY": "127.0.0.1,localhost",
        }
        app.add("work")
        ways = [("system", systems, "custom"), ("custom", own, "none"), ("none", None, "system")]
        for way, proxy, following in ways:
            driver = Driver(desk, DESKTOP)
            app.process = Parented(driver)
            until("router", lambda: app.status()["router"]["state"] == "running")

            def goes_out(proxy=proxy):
                for one in [systems, own]:
                    one.targets.clear()
                upstream.forget_turns()
                status = app.turn()
                if proxy is None:
                    expect(status >= 500 and upstream.turns == [], f"a turn got out: {status}")
                else:
                    expect(status == 200 and upstream.turns == ["account-work"], f"the turn ended with {status}")
                for one in [systems, own]:
                    targets = set(one.targets)
                    expect(targets == ({f"CONNECT {NAME}:443"} if one is proxy else set()), f"{one.url}: {targets}")

            words = {"system": "the system's proxy", "custom": "the proxy that the window was given", "none": "no proxy"}
            check(f"turns go out through {words[way]}, and no other", goes_out)
            check(f"the window changes that to {following}, from the next start on", lambda: change(app, driver, own, way, following))
            driver.stop()
            app.tray.click("Quit Rotunda")
            until("end", app.has_ended)


def change(app, driver, own, way, following):
    driver.click("tab", "Settings")
    until("what holds", lambda: driver.picked("Upstream proxy") == way)
    driver.pick("Upstream proxy", following)
    wanted = following
    if following == "custom":
        wanted = own.url
        driver.fill("input[aria-label='Proxy address']", wanted)
        driver.run("document.activeElement.blur(); done(true)")
    file = app.home / "config/settings.toml"
    until("saved", lambda: f'proxy = "{wanted}"' in file.read_text())
    until("note", lambda: driver.text("[role=status] .banner") == "The proxy is used from the next start of Rotunda on.")
    window_picture(app, driver, f"proxy-{following}")


def low_story(desk):
    with Upstream() as upstream:
        app = App(desk)
        desk.env["ROTUNDA_UPSTREAM_CHATGPT"] = upstream.url
        for name, used in [("work", 30), ("home", 40)]:
            upstream.person(name, used, 10)
            app.add(name)
        driver = Driver(desk, DESKTOP)
        app.process = Parented(driver)
        until("quota", lambda: app.tray.has("home  60% left"))

        def is_off():
            reads(app, upstream, 85, 95, "home  Low, 5% left")
            desk.run("dunstctl", "close-all")
            expect(low_ones(desk) == [], notices(desk))

        check("little left in all profiles is not notified by default", is_off)

        def is_on():
            driver.click("tab", "Settings")
            driver.tick("Little is left across all profiles")
            reads(app, upstream, 10, 10, "home  90% left", resets_in=16000)
            reads(app, upstream, 80, 80, "home  Low, 20% left", resets_in=16000)
            until("toast", lambda: low_ones(desk) == ["20% left across all profiles"])
            body = bodies(desk)["20% left across all profiles"]
            expect(body.startswith(("At this pace the pool is out at about ", "The next reset is ")), body)

        check("switched on in the window, 20 percent over all of them are notified", is_on)

        def is_notified_once():
            reads(app, upstream, 90, 90, "home  Low, 10% left", resets_in=16000)
            expect(low_ones(desk) == ["20% left across all profiles"], notices(desk))

        check("and notified once until the quota starts afresh", is_notified_once)
        driver.stop()
        app.tray.click("Quit Rotunda")
        until("end", app.has_ended)


def reads(app, upstream, work, home, row, resets_in=8000):
    """New readings of both, as the menu shows them."""
    upstream.person("work", work, 10, resets_in)
    upstream.person("home", home, 10, resets_in)
    expect(app.cli("quota", "--refresh").returncode == 0, "quota was not read")
    until(row, lambda: app.tray.has(row))


def low_ones(desk):
    return [title for title in notices(desk) if "across all profiles" in title]
