"""The real client, in the home that the app binds."""

import json
import os
import subprocess

CODEX = os.environ.get("ROTUNDA_CODEX", "")

# Windows line ends and no end of the last line: what must come back as it was.
QUIET = """chatgpt_base_url = "{url}/"\r
check_for_update_on_startup = false  # mine\r
\r
[analytics]\r
enabled = false\r
\r
[feedback]\r
enabled = false\r
\r
[features]\r
apps = false\r
daemon_auto_start = false\r
plugins = false\r
remote_plugin = false\r
tool_suggest = false"""


def quiet_config(url):
    """A config.toml with which the client connects to the upstream at `url` only."""
    return QUIET.replace("{url}", url)


class Codex:
    def __init__(self, app):
        self.app = app
        self.work = app.desk.root / "work"
        self.work.mkdir()

    def exec(self, prompt, *arguments):
        """One turn of a new thread, or with `resume` of one that exists."""
        options = ["--json", "--skip-git-repo-check", "-s", "danger-full-access"]
        return CodexRun(self._run("exec", *options, *arguments, prompt))

    def exec_straight_to(self, url, prompt, *arguments):
        """One turn that does not ask us: what an unbound client does, with its upstream named."""
        return self.exec(prompt, "-c", f'openai_base_url="{url}"', *arguments)

    def _run(self, *arguments):
        desk = self.app.desk
        nowhere = "http://127.0.0.1:1"
        env = {
            "HOME": desk.env["HOME"],
            "CODEX_HOME": str(self.app.codex_home),
            "PATH": desk.env["PATH"],
            "NO_PROXY": "127.0.0.1,localhost",
            "RUST_LOG": "error",
            "CODEX_REFRESH_TOKEN_URL_OVERRIDE": f"{nowhere}/oauth/token",
            "CODEX_APP_SERVER_LOGIN_ISSUER": nowhere,
        }
        options = {"env": env, "cwd": self.work, "stdin": subprocess.DEVNULL}
        return subprocess.run(
            [CODEX, *arguments], capture_output=True, text=True, timeout=300, check=False, **options
        )


class CodexRun:
    """The output of the client for one turn."""

    def __init__(self, done):
        self.good = done.returncode == 0
        self.text = f"{done.stdout}\n{done.stderr}"
        self.events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def thread(self):
        return next(event["thread_id"] for event in self.events if event["type"] == "thread.started")

    def must_be_one_clean_turn(self, words):
        """It completed once, with this answer and no other output."""
        kinds = [event["type"] for event in self.events]
        items = [event["item"] for event in self.events if event["type"] == "item.completed"]
        items_shown = [(item["type"], item.get("text")) for item in items]
        troubles = {"error", "turn.failed"} & set(kinds) or "Reconnecting" in self.text
        clean = self.good and kinds.count("turn.completed") == 1 and not troubles
        if not clean or items_shown != [("agent_message", words)]:
            raise AssertionError(f"wanted one clean turn saying {words!r}, got\n{self.text}")
