"""An X server without a screen for the programs of Windows: windows, pictures, and the mouse.

A picture is looked at by its pixels; nothing of Windows says where the rows of another program's menu are.
"""

import os
import re
import subprocess
import time
from pathlib import Path

from wait import until

SIZE = (1280, 800)


class Picture:
    """The pixels of a part of the screen."""

    def __init__(self, data):
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        if head is None:
            raise AssertionError("that is no picture")
        self.width, self.height = int(head[1]), int(head[2])
        self.pixels = data[head.end() :]

    def at(self, x, y):
        place = 3 * (y * self.width + x)
        return self.pixels[place : place + 3]

    def line(self, y):
        return [self.at(x, y) for x in range(self.width)]

    def colours(self):
        return {self.at(x, y) for y in range(self.height) for x in range(self.width)}

    def differing(self, other):
        """How many pixels another picture of this size has otherwise."""
        return sum(self.at(x, y) != other.at(x, y) for y in range(self.height) for x in range(self.width))


class Screen:
    """Use as a context: up on entry, gone on exit."""

    def __init__(self, pictures):
        self.pictures = Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.processes = []
        self.env = dict(os.environ)

    def __enter__(self):
        reader, writer = os.pipe()
        size = f"{SIZE[0]}x{SIZE[1]}x24"
        self._start("Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as numbers:
            self.env["DISPLAY"] = f":{numbers.readline().strip()}"
        self._start("openbox")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(20)

    def _start(self, *command, **options):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen(command, env=self.env, **quiet, **options))

    def run(self, *command, **options):
        done = subprocess.run(command, env=self.env, capture_output=True, timeout=60, check=False, **options)
        return done.stdout

    def windows(self, *how):
        """Numbers of visible windows; `how` is an option of xdotool's search with its pattern."""
        return self.run("xdotool", "search", "--onlyvisible", *(how or ["--name", ".*"])).decode().split()

    def place(self, window):
        """Left, top, width and height of a window."""
        answer = self.run("xwininfo", "-id", window).decode()
        values = dict(re.findall(r"(Absolute upper-left X|Absolute upper-left Y|Width|Height): +(-?\d+)", answer))
        return tuple(int(values[name]) for name in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height"))

    def title(self, window):
        return self.run("xdotool", "getwindowname", window).decode().strip()

    def picture(self, place=None):
        """The whole screen, or the part at a place."""
        crop = [] if place is None else ["-crop", f"{place[2]}x{place[3]}+{place[0]}+{place[1]}", "+repage"]
        return Picture(self.run("import", "-window", "root", *crop, "-depth", "8", "ppm:-"))

    def keep(self, name):
        """A picture of the whole screen, for people."""
        self.run("import", "-window", "root", str(self.pictures / f"{name}.png"))

    def move(self, x, y):
        self.run("xdotool", "mousemove", str(x), str(y))

    def click(self, x, y, button=1):
        """A click, as a hand does it: first the pointer comes."""
        self.move(x, y - 1)
        time.sleep(0.2)
        self.move(x, y)
        time.sleep(0.3)
        self.run("xdotool", "click", str(button))

    def key(self, *keys):
        self.run("xdotool", "key", *keys)

    def still(self, place=None):
        """The picture of a place once it no longer changes."""
        last = self.picture(place)

        def same():
            nonlocal last
            time.sleep(0.3)
            now = self.picture(place)
            is_same, last = now.pixels == last.pixels, now
            return is_same

        until("a still picture", same)
        return last


def rows_of(menu):
    """The lines of a menu's picture from top to bottom: for each its middle, or None for a separator.

    A separator crosses nearly the whole width in one colour; the text of a row has gaps.
    """
    inner = range(4, menu.width - 4)
    back = max(menu.colours(), key=lambda colour: sum(menu.at(x, y) == colour for y in range(4, menu.height - 4) for x in (6, menu.width - 7)))
    marked = [sum(menu.at(x, y) != back for x in inner) for y in range(menu.height)]
    found, y = [], 3
    while y < menu.height - 3:
        if marked[y] == 0:
            y += 1
            continue
        top = y
        while y < menu.height - 3 and (marked[y] or marked[y + 1]):
            y += 1
        is_line = y - top <= 3 and max(marked[top:y]) > 0.8 * len(inner)
        found.append(None if is_line else (top + y) // 2)
    return found
