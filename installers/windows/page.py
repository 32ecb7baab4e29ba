"""Plays the page in the window of the tray app, behind the stand-in of the window's process (window.c)."""

import json
import socket


class Page:
    """Waits for the window; one at a time."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60)
        self.port = self.listener.getsockname()[1]
        self.connection = self.lines = None
        self.number = 0

    def opens(self):
        """The place at which the app opens the window."""
        self.connection, _ = self.listener.accept()
        self.connection.settimeout(60)
        self.lines = self.connection.makefile("rw", encoding="utf-8", newline="\n")
        look = self.hears("open")
        self._say("shown")
        return look["place"]

    def comes(self):
        """The place at which the app calls the open window to the front."""
        place = self.hears("come")
        self._say("came")
        return place

    def ask(self, command, **arguments):
        """What the app answers to a command of the page."""
        self.number += 1
        self._say({"ask": {"number": self.number, "command": command, "arguments": arguments}})
        while True:
            answer = self.hears("answer")
            if answer["number"] == self.number:
                return answer["outcome"]

    def close(self):
        self.lines.close()
        self.connection.close()
        self.connection = self.lines = None

    def hears(self, kind):
        """The next message of this kind."""
        for line in self.lines:
            said = json.loads(line)
            if isinstance(said, dict) and kind in said:
                return said[kind]
        raise AssertionError(f"the app hung up before {kind!r}")

    def _say(self, value):
        self.lines.write(json.dumps(value) + "\n")
        self.lines.flush()
