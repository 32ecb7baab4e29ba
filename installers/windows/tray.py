"""The tray app under Wine, on a screen that is not there: tray.py PROGRAMS PICTURES.

PROGRAMS is the folder with rotunda.exe, rotunda-desktop.exe, WebView2Loader.dll, desktop-upstream.exe and window.exe,
which plays the window's process. Pictures of each step go into PICTURES, for people.

Wine's own window for tray icons is used: with a host for them, the second icon of a session stays blank.
"""

import shutil
import subprocess
import sys
import time

from page import Page
from rig import LOGIN, PATIENCE, Checks, Windows, until
from screen import SIZE, Screen, rows_of

from codex import quiet_config
from people import write_sign_in

# What a start records: the flags of CreateProcess, and the command.
STARTS = "starts.txt"


class Story(Checks):
    def __init__(self, windows, screen, upstream):
        super().__init__()
        self.windows, self.screen, self.upstream = windows, screen, upstream
        self.page = Page()
        self.app = self.opened = None
        self.folder = windows.local / "Rotunda"
        self.program = self.folder / "rotunda-desktop.exe"
        self.config = windows.codex_home / "config.toml"
        windows.env |= {"DISPLAY": screen.env["DISPLAY"], "ROTUNDA_TEST_WINDOW": str(self.page.port), "ROTUNDA_TEST_STARTS": "C:\\" + STARTS}
        windows.uses(upstream)

    # --- what there is ---

    def prepare(self):
        self.windows.forget()
        self.folder.mkdir(parents=True)
        for name in ["rotunda.exe", "rotunda-desktop.exe", "WebView2Loader.dll"]:
            shutil.copy(self.windows.programs / name, self.folder / name)
        self.windows.codex_home.mkdir()
        self.config.write_bytes(quiet_config(self.upstream.url).encode())
        for name in ["work", "home"]:
            folder = self.windows.home / f"sign-in-{name}"
            write_sign_in(folder, name)
            self.upstream.person(name, five_hours=20, week=30)
            done = self.windows.rotunda("import", self.windows.path(folder), "--name", name)
            self.check(f"{name} is imported", done.returncode == 0, done.stdout + done.stderr)
            shutil.rmtree(folder)

    def start(self, *arguments):
        return self.windows.start(self.program, *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_hidden(self):
        self.app = self.start("--hidden")
        until("the router", lambda: self.status()["router"]["state"] == "running", PATIENCE)
        return until("the icon", self.icon, PATIENCE)

    def status(self):
        return self.windows.json("status")

    def log(self):
        return (self.windows.data / "logs/rotunda.log").read_text(encoding="utf-8", errors="replace")

    def is_bound(self):
        return b"openai_base_url" in self.config.read_bytes()

    def in_use(self):
        return next((one["name"] for one in self.windows.json("profiles") if one["in_use"]), None)

    # --- what there is to see ---

    def icon(self):
        """Where the icon is: Wine's window for tray icons has nothing else in it."""
        for window in self.screen.windows("--name", "Wine System Tray"):
            left, top, width, height = self.screen.place(window)
            picture = self.screen.picture((left, top, width, height))
            marked = [x for x in range(width) if len({picture.at(x, y) for y in range(height)}) > 1]
            if marked:
                return left + marked[0], top, marked[-1] - marked[0] + 1, height
        return None

    def icon_picture(self):
        return self.screen.still(self.icon())

    def menu(self):
        """Opens the menu: its place on the screen, and its groups, each a list of the middles of its rows."""
        before = set(self.screen.windows())
        left, top, width, height = self.icon()
        self.screen.click(left + width // 2, top + height // 2, button=3)
        self.opened = until("the menu", lambda: [one for one in self.screen.windows() if one not in before])[-1]
        place = self.screen.place(self.opened)
        # The pointer marks no row.
        self.screen.move(place[0] + place[2] + 200, place[1] + place[3] + 200)
        groups = [[]]
        for row in rows_of(self.screen.still(place)):
            if row is None:
                groups.append([])
            else:
                groups[-1].append(row)
        return place, groups

    def menu_closes(self):
        until("no menu", lambda: self.opened not in self.screen.windows(), PATIENCE)

    def leave_menu(self):
        """A click beside the menu closes it: no window of the app has the keyboard."""
        self.screen.click(SIZE[0] - 20, SIZE[1] - 20)
        self.menu_closes()

    def shape(self):
        """How many rows each group of the menu has."""
        _, groups = self.menu()
        self.leave_menu()
        return [len(group) for group in groups]

    def choose(self, group, row):
        """Clicks one row; both count from 0."""
        place, groups = self.menu()
        self.screen.click(place[0] + place[2] // 3, place[1] + groups[group][row])
        self.menu_closes()

    # --- the story ---

    def looks(self):
        self.screen.keep("1-icon")
        shape = self.shape()
        # The forecast has a row of its own when there is one.
        self.check("the menu has five groups of rows", shape in ([1, 2, 2, 3, 1], [2, 2, 2, 3, 1]), shape)
        self.menu()
        self.screen.keep("2-menu")
        self.leave_menu()
        return shape

    def without_web_view(self, shape):
        """Wine has no WebView2: the window's process says so, in the log and in the menu."""
        self.choose(0, 0)
        self.step("the log says why there is no window", lambda: until("the reason", lambda: "there is no web view" in self.log(), PATIENCE))
        wanted = [shape[0] + 1, *shape[1:]]
        self.step("the menu has a row for it", lambda: until("the row", lambda: self.shape() == wanted, PATIENCE))
        self.menu()
        self.screen.keep("3-menu-without-web-view")
        self.leave_menu()
        self.choose(0, 1)
        starts = self.windows.drive / STARTS
        opened = "FileProtocolHandler https://developer.microsoft.com/microsoft-edge/webview2"
        self.step("that row opens the page of its maker", lambda: until("the page", lambda: opened in starts.read_text(errors="replace"), PATIENCE))

    def stand_in(self):
        """From now on the window's process is the stand-in: a running program may be renamed."""
        self.running = self.folder / "running.exe"
        self.program.rename(self.running)
        shutil.copy(self.windows.programs / "window.exe", self.program)

    def with_window(self, shape):
        self.choose(0, 0)
        place = self.step("the first row opens the window where the trouble is", self.page.opens)
        self.check("that is the place for the binding", place == "Codex", place)
        self.step("the row about the web view is gone", lambda: until("the row", lambda: self.shape() == shape, PATIENCE))
        other = self.windows.start(self.running)
        place = self.step("a second start calls the window", self.page.comes)
        self.check("wherever it was left", place == "Anywhere", place)
        self.check("and ends", other.wait(PATIENCE) == 0)
        for row, wanted in [(1, "Add"), (2, "Settings")]:
            self.choose(3, row)
            place = self.step(f"a row leads to {wanted}", self.page.comes)
            self.check(f"it is {wanted}", place == wanted, place)

    def start_at_login(self):
        entries = lambda: [text for _, name, text in self.windows.values(LOGIN) if name == "Rotunda"]
        self.check("the page turns start at login on", "Ok" in self.page.ask("start_at_login", on=True))
        wanted = f'"{self.windows.path(self.program)}" --hidden'
        self.check("the entry names the program in quotes", entries() == [wanted], entries())
        self.check("the page sees it", self.page.ask("starts_at_login") == {"Ok": True})
        self.check("the page turns it off", "Ok" in self.page.ask("start_at_login", on=False) and entries() == [], entries())
        self.page.close()

    def profiles(self):
        self.choose(1, 1)
        self.step("a row uses a profile", lambda: until("home", lambda: self.in_use() == "home", PATIENCE))
        self.choose(2, 0)
        self.step("a row switches to the next one", lambda: until("work", lambda: self.in_use() == "work", PATIENCE))
        pinned = lambda: any(one["pinned"] for one in self.windows.json("profiles"))
        self.choose(2, 1)
        self.step("a row stays on it", lambda: until("a pin", pinned, PATIENCE))
        self.choose(2, 1)
        self.step("and ends that", lambda: until("no pin", lambda: not pinned(), PATIENCE))

    def binds(self):
        before, unbound = self.config.read_bytes(), self.icon_picture()
        self.choose(3, 0)
        self.step("a row binds Codex", lambda: until("the line", self.is_bound, PATIENCE))
        self.step("the icon shows it", lambda: until("another icon", lambda: self.icon_picture().pixels != unbound.pixels, PATIENCE))
        self.screen.keep("4-bound")
        self.choose(3, 0)
        self.step("the same row unbinds it", lambda: until("no line", lambda: self.config.read_bytes() == before, PATIENCE))
        return before

    def question(self):
        before = set(self.screen.windows())
        self.choose(4, 0)
        new = lambda: [one for one in self.screen.windows() if one not in before and "Rotunda" in self.screen.title(one)]
        return until("the question", new, PATIENCE)[0]

    def quits(self, before):
        self.choose(3, 0)
        until("the line", self.is_bound, PATIENCE)
        question = self.step("the last row asks before it ends what Codex uses", self.question)
        if question is None:
            return
        time.sleep(1)
        self.screen.keep("5-question")
        self.screen.run("xdotool", "windowactivate", "--sync", question)
        # The second button: Wine's dialog does not know Escape.
        self.screen.key("Tab", "Return")
        until("no question", lambda: question not in self.screen.windows(), PATIENCE)
        self.check("no is an answer", self.app.poll() is None and self.is_bound())
        question = self.question()
        self.screen.run("xdotool", "windowactivate", "--sync", question)
        self.screen.key("Return")
        self.check("yes ends it", self.app.wait(PATIENCE) == 0)
        self.check("Codex is unbound, byte for byte", self.config.read_bytes() == before)

    def session_ends(self, before):
        """The end of the session unbinds Codex, unless the router comes back with the next one."""
        self.program.unlink()
        self.running.rename(self.program)
        for at_login in [False, True]:
            self.windows.rotunda("autostart", "on" if at_login else "off")
            self.start_hidden()
            self.windows.rotunda("bind")
            until("the line", self.is_bound, PATIENCE)
            self.windows.run("wineboot", "--end-session")
            self.step("the end of the session ends it", lambda: self.app.wait(PATIENCE))
            if at_login:
                self.check("with a start at login Codex stays bound", self.is_bound())
                self.check("the entry stays", any(name == "Rotunda" for _, name, _ in self.windows.values(LOGIN)))
            else:
                self.check("Codex is unbound", self.config.read_bytes() == before)

    def run(self):
        self.prepare()
        self.start_hidden()
        shape = self.looks()
        self.without_web_view(shape)
        self.stand_in()
        self.with_window(shape)
        self.start_at_login()
        self.profiles()
        before = self.binds()
        self.quits(before)
        self.session_ends(before)


def main():
    programs, pictures = sys.argv[1:]
    windows = Windows(programs)
    # A fresh explorer: what shows tray icons was started for another screen.
    subprocess.run(["wineserver", "-k"], check=False)
    with Screen(pictures) as screen, windows.upstream() as upstream:
        story = Story(windows, screen, upstream)
        try:
            story.run()
        except AssertionError as error:
            screen.keep("at-the-end")
            story.check("the story comes to its end", False, error)
        finally:
            if story.app is not None and story.app.poll() is None:
                story.app.kill()
            subprocess.run(["wineserver", "-k"], check=False)
    windows.forget()
    return story.end()


if __name__ == "__main__":
    sys.exit(main())
