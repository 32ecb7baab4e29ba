"""The command line in a console of Windows, as Wine has it: console.py PROGRAMS PICTURES.

A console that Wine shows on a terminal is read through tmux, at two sizes; one that it shows in a window of its own is
kept as a picture, for people. PROGRAMS is the folder with rotunda.exe and desktop-upstream.exe.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rig import PATIENCE, Checks, Router, Windows, until
from screen import Screen

from people import write_sign_in

# Columns and lines.
SIZES = [(80, 24), (200, 60)]
END = "-- ended: "
# What a console shows of a colour that it does not know as one.
GARBAGE = re.compile(r"\x1b|\[\d*m|\[H|\[J")


class Terminal:
    """A program in a terminal of this size; a context."""

    def __init__(self, windows, size, program, *arguments):
        self.folder = Path(tempfile.mkdtemp(prefix="rotunda-console-"))
        command = shlex.join(["wine", str(program), *arguments])
        # What was printed stays to be read, and Ctrl+C is for the program alone.
        script = f"trap : INT; {command}; printf '\\n%s%s\\n' '{END}' $?; exec sleep 600"
        start = ["start-server", ";", "set-option", "-g", "history-limit", "5000", ";", "new-session", "-d"]
        self.env = windows.env | {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self._tmux("-f", "/dev/null", *start, "-x", str(size[0]), "-y", str(size[1]), "sh", "-c", script)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._tmux("kill-server")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tmux(self, *arguments):
        command = ["tmux", "-S", str(self.folder / "socket"), *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=False).stdout

    def lines(self):
        return [line.rstrip() for line in self._tmux("capture-pane", "-p", "-S", "-").splitlines()]

    def screen(self):
        """What is on the screen now."""
        return [line.rstrip() for line in self._tmux("capture-pane", "-p").splitlines()]

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def code(self):
        return next((line.removeprefix(END) for line in self.lines() if line.startswith(END)), None)

    def ended(self):
        """Its exit code, once there is one."""
        return until("the end", self.code, PATIENCE)

    def printed(self):
        """What was printed before the end, without empty lines."""
        lines = self.lines()
        end = next((number for number, line in enumerate(lines) if line.startswith(END)), len(lines))
        return [line for line in lines[:end] if line]


def without_numbers(text):
    return re.sub(r"\s+", "", re.sub(r"\d", "#", text))


class Story(Checks):
    def __init__(self, windows, upstream):
        super().__init__()
        self.windows, self.upstream = windows, upstream
        self.program = windows.program("rotunda")

    def prepare(self):
        self.windows.forget()
        for name, used in [("work", 20), ("home", 80), ("a-name-that-takes-half-of-a-narrow-scree", 100)]:
            folder = self.windows.home / "sign-in"
            write_sign_in(folder, name)
            self.upstream.person(name, five_hours=used, week=30)
            done = self.windows.rotunda("import", self.windows.path(folder), "--name", name)
            self.check(f"{name} is imported", done.returncode == 0, done.stdout + done.stderr)
            shutil.rmtree(folder)

    def printed_as_into_a_pipe(self, size):
        for arguments in [["status"], ["profiles"], ["why", "--next"], ["settings"], ["paths"], ["doctor"], ["quota", "--help"]]:
            piped = self.windows.rotunda(*arguments)
            with Terminal(self.windows, size, self.program, *arguments) as terminal:
                terminal.ended()
                shown = terminal.printed()
            what = f"`rotunda {' '.join(arguments)}` at {size[0]} x {size[1]}"
            self.check(f"{what} has no escape sequences as text", not any(GARBAGE.search(line) for line in shown), shown)
            if "--help" in arguments:
                # Its lines are made for the width.
                self.check(f"{what} is no wider", shown and max(map(len, shown)) <= size[0], shown)
                continue
            # What the console broke at its edge is joined by leaving out all white space.
            same = without_numbers("".join(shown)) == without_numbers(piped.stdout + piped.stderr)
            self.check(f"{what} is what goes into a pipe", same, (shown, piped.stdout))

    def watched(self, size):
        what = f"`rotunda quota --watch` at {size[0]} x {size[1]}"
        with Terminal(self.windows, size, self.program, "quota", "--watch") as terminal:
            self.step(f"{what} shows the table", lambda: until("a row", lambda: any("home" in line for line in terminal.screen()), PATIENCE))
            self.windows.rotunda("rename", "home", "garden")
            self.step(f"{what} shows a change", lambda: until("the new name", lambda: any("garden" in line for line in terminal.screen()), PATIENCE))
            rows = [line for line in terminal.screen() if "garden" in line]
            self.check(f"{what} prints over what was there", len(rows) == 1, terminal.screen())
            self.check(f"{what} has no escape sequences as text", not any(GARBAGE.search(line) for line in terminal.screen()), terminal.screen())
            terminal.press("C-c")
            self.step(f"{what} ends with Ctrl+C", terminal.ended)
        self.windows.rotunda("rename", "garden", "home")

    def in_a_window(self, screen, size):
        """The console in a window of its own, for people to see. Wine's does not understand colours, although it says so."""
        size_of = (size[1] << 16) | size[0]
        for name in ["WindowSize", "ScreenBufferSize"]:
            self.windows.run("reg", "add", r"HKCU\Console", "/v", name, "/t", "REG_DWORD", "/d", hex(size_of), "/f")
        variables = {"DISPLAY": screen.env["DISPLAY"]}
        command = f"{self.windows.path(self.program)} quota & {self.windows.path(self.program)} status & pause"
        console = self.windows.start("wineconsole", "cmd", "/c", command, variables=variables)
        try:
            opened = until("the console", lambda: screen.windows("--name", "cmd.exe"), PATIENCE)
            place = screen.place(opened[0])
            empty = screen.picture(place).pixels
            until("what it prints", lambda: screen.picture(place).pixels != empty, PATIENCE)
            picture = screen.still(place)
            screen.keep(f"console-{size[0]}x{size[1]}")
            self.check(f"a console of {size[0]} x {size[1]} shows something", len(picture.colours()) > 1)
        finally:
            console.terminate()
            console.wait(PATIENCE)

    def run(self, screen):
        self.prepare()
        with Router(self.windows) as router:
            router.turn()
            # Until the quota of each profile is read, two looks differ.
            until("the quota", lambda: "Out" in self.windows.rotunda("status").stdout, PATIENCE)
            for size in SIZES:
                self.printed_as_into_a_pipe(size)
                self.watched(size)
                self.in_a_window(screen, size)


def main():
    programs, pictures = sys.argv[1:]
    windows = Windows(programs)
    with Screen(pictures) as screen, windows.upstream() as upstream:
        windows.uses(upstream)
        story = Story(windows, upstream)
        story.run(screen)
    windows.forget()
    return story.end()


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
