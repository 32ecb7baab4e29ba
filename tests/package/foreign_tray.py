"""The tray app that a package put into a root of another processor, on a desktop of this machine without a screen.

foreign_tray.py ROOT [PICTURES]: run as root, in mounts and network of its own, where the kernel hands the root's programs
to qemu (emulated.py). X server, session bus, window manager and panel are this machine's; both programs, with every library
that they load, are the root's. One line per check, then `N passed, N failed`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1])
PICTURES = Path(sys.argv[2]) if len(sys.argv) > 2 else None
sys.path.insert(0, str(Path(__file__).parents[1] / "desktop"))

# Where app.py looks for the programs.
BINARIES = Path(tempfile.mkdtemp(prefix="rotunda-foreign-"))
os.environ["ROTUNDA_BIN_DIR"] = str(BINARIES)
for program in ("rotunda", "rotunda-desktop"):
    (BINARIES / program).write_text(f'#!/bin/sh\nexec chroot "{ROOT}" /usr/bin/{program} "$@"\n')
    (BINARIES / program).chmod(0o755)

import wait  # noqa: E402

# A program of another processor runs many times slower.
wait.until.__defaults__ = (300.0,)

from app import CONFIG, App  # noqa: E402
from checks import FAILED, PASSED, check, differing, expect, tray_picture  # noqa: E402
from desk import Desk  # noqa: E402
from wait import until  # noqa: E402


def share(desk):
    """The folder of the desk and the sockets of X, at their paths in the root."""
    for folder in (desk.root, Path("/tmp/.X11-unix")):
        inside = ROOT / folder.relative_to("/")
        inside.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", str(folder), str(inside)], check=True)


def is_foreign(app):
    """The process is qemu with the program of the root, and what it has loaded is the root's."""
    expect(Path(f"/proc/{app.process.pid}/root").resolve() == ROOT.resolve(), os.readlink(f"/proc/{app.process.pid}/root"))
    maps = Path(f"/proc/{app.process.pid}/maps").read_text()
    for name in ("/usr/bin/rotunda-desktop", "aarch64-linux-gnu/libwebkit2gtk-4.1.so", "aarch64-linux-gnu/libgtk-3.so"):
        expect(name in maps, f"{name} is not loaded")
    expect("x86_64-linux-gnu" not in maps, "a library of this machine is loaded")


def starts(app, desk):
    before = desk.picture("before")
    app.start_in_tray()

    def icon_shows():
        width, height, pixels = app.tray.picture()
        expect((width, height) == (32, 32) and len(set(pixels)) > 2, "the icon is empty")
        until("icon on the screen", lambda: differing(before, desk.picture("tray"), desk) > 50)
        tray_picture(desk, "icon")

    check("it is the one of the root, with the root's libraries", lambda: is_foreign(app))
    check("the icon shows in the tray", icon_shows)
    check("it starts hidden, without a web view", lambda: expect(app.windows() == [] == app.web_processes(), app.windows()))


def works(app, desk):
    tray = app.tray

    def menu_reads():
        texts = [row.text for row in until("menu", tray.rows)]
        expect(texts[0] == "Codex is not bound" and texts[-1] == "Quit Rotunda", texts)
        for wanted in ["work  ", "home  ", "Switch to next profile", "Bind Codex", "Add profile…", "Settings…"]:
            expect(any(text.startswith(wanted) for text in texts), f"{wanted!r} is not in {texts}")

    def binds():
        unbound = tray.picture()
        tray.click("Bind Codex")
        until("line in config.toml", app.is_bound)
        until("row Unbind Codex", lambda: tray.has("Unbind Codex"))
        until("another icon", lambda: tray.picture() != unbound)
        expect(app.status()["binding"]["state"] == "bound", app.status()["binding"])
        tray_picture(desk, "icon-bound")

    def uses():
        other = "home" if app.status()["serving"] == "work" else "work"
        tray.click(f"{other}  ")
        until("status", lambda: app.status()["serving"] == other)
        until("headline", lambda: other in tray.rows()[0].text)

    check("the menu reads as the state is, with the imported profiles", menu_reads)
    check("the tooltip names Rotunda", lambda: expect("Rotunda" in str(tray.property("ToolTip")), tray.property("ToolTip")))
    check("Bind in the menu adds one line and changes the icon", binds)
    check("a click on a profile makes it serve", uses)


def ends(app, desk):
    def quits():
        app.tray.click("Quit Rotunda")
        question = until("question", app.questions)[0]
        desk.picture("quit")
        desk.run("xdotool", "windowactivate", "--sync", question)
        desk.run("xdotool", "key", "Return")
        expect(app.ended(300) == 0, "it ended badly")
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    def terminated():
        app.start_in_tray()
        expect(app.cli("bind").returncode == 0 and app.is_bound(), "bind failed")
        app.process.terminate()
        expect(app.ended(300) == 0, "it ended badly")
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())

    check("Quit asks while Codex is bound, then restores config.toml byte for byte and ends", quits)
    check("ended by the system it unbinds too", terminated)


def story(desk):
    share(desk)
    app = App(desk)
    app.add("work")
    app.add("home", plan="team")
    starts(app, desk)
    works(app, desk)
    ends(app, desk)


def main():
    desk = Desk()
    try:
        with desk:
            story(desk)
    except Exception as error:
        FAILED.append("the story")
        print(f"not ok the story\n    {error}", flush=True)
    if FAILED:
        for log in sorted((desk.root / "log").glob("app*.log")):
            print(f"    # {log.name}: {log.read_text(errors='replace')[-3000:]}")
    if PICTURES:
        shutil.copytree(desk.root / "pictures", PICTURES, dirs_exist_ok=True)
    for folder in (ROOT / desk.root.relative_to("/"), ROOT / "tmp/.X11-unix"):
        if folder.is_mount():
            subprocess.run(["umount", "-l", str(folder)], check=True)
    for folder in (BINARIES, desk.root):
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    sys.exit(1 if FAILED or not PASSED else 0)


main()
