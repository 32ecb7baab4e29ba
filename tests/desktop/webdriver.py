"""Just enough of the WebDriver protocol to look into the app's window."""

import http.client
import json
import re
import socket

from wait import until


LIST = """
  const beside = [...document.querySelectorAll("label")].find((one) => one.textContent.startsWith(arguments[0]));
  const list = beside?.querySelector("select");
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Driver:
    """Starts the app under WebKit's own driver; the window must open by itself."""

    def __init__(self, desk, binary, *arguments):
        port = free_port()
        desk.env["TAURI_WEBVIEW_AUTOMATION"] = "true"
        self.process = desk.start("webdriver", "WebKitWebDriver", f"--port={port}")
        del desk.env["TAURI_WEBVIEW_AUTOMATION"]
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        until("WebKitWebDriver", lambda: socket.create_connection(("127.0.0.1", port), 1))
        options = {"binary": str(binary), "args": list(arguments)}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.session = self._call("POST", "/session", wanted)["sessionId"]

    def run(self, script, *arguments):
        """Runs a script that hands its answer to `done`, and gives that back."""
        script = f"const done = arguments[arguments.length - 1];\n{script}"
        return self._session("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def text(self, css):
        return self.run("done(document.querySelector(arguments[0])?.textContent ?? null)", css)

    def click(self, role, name):
        """Clicks what a person would call by that name; false when there is nothing like it."""
        script = """
          const [role, name] = arguments;
          const all = document.querySelectorAll(role === "button" ? "button" : `[role=${role}]`);
          const found = [...all].find((one) => (one.getAttribute("aria-label") ?? one.textContent).trim() === name);
          const ready = found !== undefined && !found.disabled;
          if (ready) found.click();
          done(ready);
        """
        until(f"{role} {name!r}", lambda: self.run(script, role, name))

    def texts(self, css):
        """Texts of all that match, in order."""
        return self.run("done([...document.querySelectorAll(arguments[0])].map((one) => one.textContent))", css)

    def fill(self, css, text):
        """Types into a field, once it is there."""
        script = """
          const field = document.querySelector(arguments[0]);
          if (field) {
            field.focus();
            field.value = arguments[1];
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
          done(field !== null);
        """
        until(f"field {css}", lambda: self.run(script, css, text))

    def tick(self, label, on=True):
        """Sets a box by what stands beside it; waits until it says so itself."""
        script = """
          const [label, on] = arguments;
          const boxes = [...document.querySelectorAll("label")].filter((one) => one.textContent.trim() === label);
          const box = boxes[0]?.querySelector("[type=checkbox]");
          if (box && !box.disabled && box.checked !== on) box.click();
          done(box !== undefined && !box.disabled && box.checked === on);
        """
        until(f"box {label!r}", lambda: self.run(script, label, on))

    def picked(self, label):
        """What a list of choices stands on, by what stands beside it."""
        return self.run(f"{LIST} done(list?.value ?? null)", label)

    def pick(self, label, value):
        script = f"""
          {LIST}
          list.value = arguments[1];
          list.dispatchEvent(new Event("change", {{ bubbles: true }}));
          done(true);
        """
        self.run(script, label, value)

    def painted(self):
        """Waits until what the document says can also be seen."""
        self.run("requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 150)))")

    def stop(self):
        """Ends the driver; the app it started stays and is ended by its own menu or number."""
        self.process.terminate()
        self.process.wait(20)

    def _session(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}{path}", body)

    def _call(self, method, path, body=None):
        content = None if body is None else json.dumps(body)
        try:
            self.http.request(method, path, content, {"content-type": "application/json"})
            answer = self.http.getresponse()
            text = answer.read().decode()
        except OSError:
            # The connection is of no more use; the next question gets a new one.
            self.http.close()
            raise
        if answer.status >= 400:
            raise AssertionError(f"{method} {re.sub('[0-9a-f-]{36}', '…', path)}: {answer.status} {text[:400]}")
        return json.loads(text)["value"]
