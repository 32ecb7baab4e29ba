"""Every row of the menu is clicked, over the bus as a tray host does it, and does what it says.

Each row that was ever seen must be one of `ROWS`, and each of those must have been clicked at the end: a row that is new
in the menu and has no check here fails.
"""

import re
import time

from app import DESKTOP, App, Parented
from checks import bodies, check, close_window, expect, notices
from upstream import Upstream
from wait import until
from webdriver import Driver

LEFT = r"(\d+%|<1%) left.*"
ROWS = {
    "line: nobody yet": r"Add a profile to start",
    "line: not bound": r"Codex is not bound",
    "line: in use": rf"Codex is using \S+( · (Low, )?{LEFT}| · Out)?",
    "line: changed outside": r"Binding was changed outside Rotunda · Fix…",
    "line: all out": r"All profiles out · back .*",
    # A reading alone says "Out" of a profile before a refusal makes it rest.
    "profile: ready": rf"\S+  ({LEFT}|Ready|Out, resets in .*)",
    "profile: resting": r"\S+  Out until .*",
    "profile: paused": r"\S+  Paused",
    "profile: sign in": r"\S+  Sign in again…",
    "all profiles": r"Show all \d+ profiles…",
    "next": r"Switch to next profile",
    "no next": r"No other profile is ready",
    "stay": r"Stay on \S+",
    "bind": r"Bind Codex",
    "bind again": r"Bind Codex again",
    "unbind": r"Unbind Codex",
    "unreadable": r"Can't read config.toml…",
    "add": r"Add profile…",
    "settings": r"Settings…",
    "quit": r"Quit Rotunda",
}
# Rows that lead to the window, and where: section and title of what stands in front of it.
LEADS = {
    "line: nobody yet": (None, None),
    "line: not bound": ("Codex", None),
    "line: changed outside": ("Codex", None),
    "line: in use": (None, None),
    "line: all out": (None, None),
    "profile: resting": ("Profiles", None),
    "profile: paused": ("Profiles", None),
    "profile: sign in": ("Profiles", "Sign in to side again"),
    "all profiles": ("Profiles", None),
    "unreadable": ("Codex", None),
    "add": ("Profiles", "Add a profile"),
    "settings": ("Settings", None),
}


class Menu:
    """The menu of one app; remembers which rows it had and which were clicked."""

    def __init__(self, app):
        self.app = app
        self.seen, self.clicked, self.strange = set(), set(), set()

    def rows(self):
        """Rows by what they are, each kind with all that are of it."""
        found = {}
        for row in self.app.tray.rows():
            if row.separator:
                continue
            kinds = [kind for kind, form in ROWS.items() if re.fullmatch(form, row.text)]
            if len(kinds) != 1:
                self.strange.add(row.text)
                continue
            self.seen.add(kinds[0])
            found.setdefault(kinds[0], []).append(row)
        return found

    def has(self, kind):
        return kind in self.rows()

    def click(self, kind, begins=""):
        """Clicks the first row of a kind, once it is there and can be clicked."""
        fits = lambda: [row for row in self.rows().get(kind, []) if row.text.startswith(begins)]
        row = until(f"row {kind} {begins}", fits)[0]
        expect(row.enabled, f"{row.text!r} is disabled")
        self.app.tray.press(row)
        self.clicked.add(kind)
        return row


def menu_story(desk):
    with Upstream() as upstream:
        app = App(desk)
        desk.env |= {"ROTUNDA_UPSTREAM_CHATGPT": upstream.url, "ROTUNDA_UPSTREAM_AUTH": upstream.root}
        app.config_file("[rotation]\npolicy = 'my-order'\n")
        names = ["work", "home", "studio", "side", "attic"]
        for number, name in enumerate(names):
            upstream.person(name, 10 + number, 20 + number)
        upstream.person("studio", 100, 20)
        driver = Driver(desk, DESKTOP)
        app.process = Parented(driver)
        menu = Menu(app)
        window = Window(app, driver, menu)
        before_a_profile(app, menu, window)
        for name in names:
            app.add(name)
        upstream.sign_out("side")
        chooses(desk, app, menu, upstream, window)
        binds(app, menu, window)
        many(app, menu, window, upstream)
        runs_dry(app, menu, window, upstream)
        driver.stop()
        opens(app, menu)
        ends(desk, app, menu)
        check("every row that the menu had was clicked, and each is known", lambda: nothing_left(menu))


class Window:
    """The open window, as far as a row of the menu changes what it shows."""

    def __init__(self, app, driver, menu):
        self.app, self.driver, self.menu = app, driver, menu

    def is_led_by(self, kind, begins=""):
        """A click on the row leads from everywhere to its place."""
        section, title = LEADS[kind]
        away = "Activity"
        self.driver.click("tab", away)
        self.menu.click(kind, begins)
        wanted = section or away
        until(f"section {wanted}", lambda: self.section() == wanted)
        if title:
            until(f"sheet {title!r}", lambda: self.driver.text("dialog h2") == title)
            self.driver.click("button", "Cancel")
        until("no sheet", lambda: self.driver.text("dialog") is None)

    def section(self):
        return self.driver.text("[role=tab][aria-selected=true]")


def before_a_profile(app, menu, window):
    def leads():
        until("menu", lambda: menu.has("line: nobody yet"))
        for kind in ["line: nobody yet", "add", "settings"]:
            window.is_led_by(kind)

    check("without a profile the rows lead to the window", leads)


def chooses(desk, app, menu, upstream, window):
    def serves(name):
        return app.status()["serving"] == name

    def ready():
        expect(app.cli("quota", "--refresh").returncode == 0, "quota was not read")
        # A refusal makes it rest.
        app.cli("use", "studio")
        expect(app.turn() == 200, "the turn was refused")
        app.cli("pause", "attic")
        for kind in ["profile: resting", "profile: paused", "profile: sign in"]:
            until(kind, lambda one=kind: menu.has(one))
        until("toast", lambda: "Sign in to side again" in notices(desk))
        window.is_led_by("line: not bound")

    check("each standing has its row", ready)

    def uses_each():
        for name in ["home", "work", "home"]:
            menu.click("profile: ready", f"{name}  ")
            until(f"{name} serves", lambda one=name: serves(one))
            until("mark", lambda one=name: marked(menu) == [one])
        window.driver.click("tab", "Profiles")
        until("in use in the window", lambda: window.driver.texts(".card h3") == ["home"])

    check("a click on a profile that is ready uses it now, and marks it alone", uses_each)

    def notified_once():
        until("toast", lambda: "You chose home" in notices(desk))
        chosen = [title for title in notices(desk) if title.startswith("You chose ")]
        expect(chosen == ["You chose home"], chosen)
        body = bodies(desk)["You chose home"]
        expect("rotation goes on" in body and body.endswith("choose Stay on home."), body)

    check("only the first choice of a profile is notified", notified_once)

    def others_stay():
        for kind in ["profile: resting", "profile: paused", "profile: sign in"]:
            window.is_led_by(kind)
            time.sleep(0.2)
            expect(serves("home") and marked(menu) == ["home"], f"a click on {kind} changed who serves")
        expect(any("/oauth/authorize?" in one for one in desk.opened()), "the browser was not opened")

    check("a click on one that is not leads to why, or to its sign-in, and changes nothing", others_stay)

    def switches():
        menu.click("next")
        until("another one", lambda: serves("work"))
        menu.click("next")
        until("and back", lambda: serves("home"))

    check("Switch to next profile goes round those that are ready", switches)

    def pins():
        menu.click("stay", "Stay on home")
        until("mark", lambda: menu.rows()["stay"][0].checked)
        expect(pinned(app) == ["home"], pinned(app))
        window.driver.click("tab", "Profiles")
        until("in the window", lambda: "Staying here" in (window.driver.text("#panel") or ""))
        menu.click("stay", "Stay on home")
        until("no mark", lambda: not menu.rows()["stay"][0].checked)
        until("not in the window", lambda: "Staying here" not in (window.driver.text("#panel") or ""))
        expect(pinned(app) == [], pinned(app))

    check("Stay on a profile is on, then off, in menu, window and truth", pins)


def marked(menu):
    """Names of the profiles with a mark."""
    rows = [row for kind, rows in menu.rows().items() if kind.startswith("profile: ") for row in rows]
    return [row.text.split("  ")[0] for row in rows if row.checked]


def pinned(app):
    return [one["name"] for one in app.status()["profiles"] if one["pinned"]]


def binds(app, menu, window):
    mine = app.config.read_bytes()

    def there_and_back():
        menu.click("bind")
        until("line", app.is_bound)
        window.is_led_by("line: in use")
        menu.click("unbind")
        until("row", lambda: menu.has("bind"))
        expect(app.config.read_bytes() == mine, app.config.read_bytes())

    check("Bind and Unbind do", there_and_back)

    def mends():
        menu.click("bind")
        until("line", app.is_bound)
        until("row", lambda: menu.has("unbind"))
        bound = app.config.read_bytes()
        port = app.desk.env["ROTUNDA_PORT"].encode()
        app.config.write_bytes(bound.replace(b"127.0.0.1:" + port, b"127.0.0.1:9"))
        window.is_led_by("line: changed outside")
        menu.click("bind again")
        until("row", lambda: menu.has("unbind"))
        expect(app.config.read_bytes() == bound, app.config.read_bytes())

    check("a line that points to another port is mended by Bind Codex again", mends)

    def unreadable():
        bound = app.config.read_bytes()
        app.config.write_bytes(b"this is = = not toml")
        window.is_led_by("unreadable")
        app.config.write_bytes(bound)
        until("row", lambda: menu.has("unbind"))

    check("a config.toml that cannot be read leads to where that is explained", unreadable)


def many(app, menu, window, upstream):
    def shows_all():
        for number in range(4):
            upstream.person(f"more{number}", 50, 50)
            app.add(f"more{number}")
        until("row", lambda: menu.has("all profiles"))
        rows = menu.rows()
        shown = sum(len(rows[kind]) for kind in rows if kind.startswith("profile: "))
        texts = [row.text for row in app.tray.rows()]
        expect(shown == 8 and rows["all profiles"][0].text == "Show all 9 profiles…", texts)
        window.is_led_by("all profiles")
        for number in range(4):
            app.cli("remove", f"more{number}")

    check("with nine profiles eight are shown, and one row leads to all", shows_all)


def runs_dry(app, menu, window, upstream):
    def nobody_else():
        app.cli("use", "work")
        until("work serves", lambda: app.status()["serving"] == "work")
        upstream.person("work", 100, 20)
        expect(app.turn() == 200, "the turn was refused")
        row = until("row", lambda: menu.rows().get("no next"))[0]
        expect(not row.enabled, "it can be clicked")
        before = (app.status()["serving"], app.cli("activity").stdout)
        app.tray.press(row)
        menu.clicked.add("no next")
        time.sleep(1)
        expect((app.status()["serving"], app.cli("activity").stdout) == before, app.cli("activity").stdout)

    check("without another profile the row does nothing, even when a tray host insists", nobody_else)

    def all_out():
        upstream.person("home", 100, 20)
        expect(app.turn() == 429, "a turn was served although everybody is out")
        window.is_led_by("line: all out")
        for name in ["work", "home"]:
            upstream.person(name, 10, 20)
        # Two readings that agree end a rest before its time.
        for _ in range(2):
            app.cli("quota", "--refresh")
        until("back", lambda: menu.has("line: in use"))

    check("with all out the first line still leads to the window", all_out)


def opens(app, menu):
    def each():
        close_window(app)
        for kind in ["line: in use", "profile: sign in", "profile: resting", "add", "settings"]:
            menu.click(kind)
            until(f"window for {kind}", app.windows)
            close_window(app)
        app.cli("unbind")
        menu.click("line: not bound")
        until("window", app.windows)
        close_window(app)

    check("each row that leads to the window opens it when there is none", each)


def ends(desk, app, menu):
    def cancels():
        expect(app.cli("bind").returncode == 0, "bind failed")
        until("row", lambda: menu.has("unbind"))
        for keys in [["Escape"], ["Tab", "Return"]]:
            menu.click("quit")
            question = until("question", app.questions)[0]
            desk.run("xdotool", "windowactivate", "--sync", question)
            desk.run("xdotool", "key", *keys)
            until("no question", lambda: app.questions() == [])
            time.sleep(0.3)
            expect(not app.has_ended() and app.is_bound(), f"{keys} did not cancel")

    check("Quit asks while Codex is bound; Escape and Cancel leave everything as it is", cancels)

    def quits():
        menu.click("quit")
        question = until("question", app.questions)[0]
        desk.run("xdotool", "windowactivate", "--sync", question)
        desk.run("xdotool", "key", "Return")
        until("end", app.has_ended)
        expect(not app.is_bound(), "Codex is still bound")

    check("Quit and unbind does both", quits)


def nothing_left(menu):
    expect(not menu.strange, f"rows that nobody knows: {sorted(menu.strange)}")
    expect(menu.seen <= menu.clicked, f"rows that nobody clicked: {sorted(menu.seen - menu.clicked)}")
    expect(set(ROWS) <= menu.seen, f"rows that never came: {sorted(set(ROWS) - menu.seen)}")
