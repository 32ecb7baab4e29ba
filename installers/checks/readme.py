"""Runs the commands of README.md: readme.py PROGRAMS [README], where PROGRAMS is the folder with `rotunda`.

Every `sh` block says above it whether it runs: `<!-- runs -->`, or `<!-- runs not: REASON -->`. Those that run do so in
order, in a throw-away home with a made-up sign-in of Codex in it and the router started, as the page says before. So do
the commands of a table below `<!-- typed, except: COMMANDS: REASON -->`, with a profile's name in the place of NAME and
a folder in that of FOLDER. Nothing reaches a real upstream. Prints one line per fault, then `N passed, N failed`.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?:<!-- runs( not: [^>]*)? -->\n)?^```sh\n(.*?)^```$", re.M | re.S)
TABLE = re.compile(r"<!-- typed, except: ([^:>]*): [^>]* -->\n((?:^\|.*\n)+)", re.M)
# The profile that the page adds before; renamed, it is the other one from then on.
NAMES = {"OLD": "mine", "NEW": "other", "NAME": "mine", "FOLDER": "~"}
CONFIG = b'# mine\r\nmodel = "gpt-5"\r\n\r\n[mcp_servers.figma]\r\ncommand = "figma"'
# Port 1 has no listener.
NOWHERE = "http://127.0.0.1:1"


def blocks(text):
    """(line, reason why it does not run or None, commands); the reason is empty where none is given."""
    found = []
    for match in BLOCK.finditer(text):
        marked = match.group(0).startswith("<!--")
        reason = (match.group(1) or "").removeprefix(" not: ") if marked else ""
        runs = marked and match.group(1) is None
        found.append((text[: match.start(2)].count("\n"), None if runs else reason, match.group(2)))
    return found


def tables(text):
    """The same for the commands of tables, with a name for each placeholder."""
    found = []
    for match in TABLE.finditer(text):
        left_out, names = match.group(1).split(), dict(NAMES)
        for number, row in enumerate(match.group(2).splitlines()):
            for command in re.findall(r"`(rotunda [^`]*)`", row):
                if command.split()[1] in left_out:
                    continue
                words = [names.get(word, word) for word in command.split()]
                names |= {"NAME": names["NEW"]} if "NEW" in command else {}
                found.append((text[: match.start(2)].count("\n") + number + 1, None, " ".join(words) + "\n"))
    return found


def in_order(text):
    return sorted(blocks(text) + tables(text), key=lambda one: one[0])


def unmarked(found):
    return [f"line {line}: this block neither runs nor says why not" for line, reason, _ in found if reason is not None and len(reason) < 15]


class Reader:
    """A home with Codex's configuration and sign-in in it, and the router running."""

    def __init__(self, home, programs):
        sys.path.insert(0, str(ROOT / "tests/desktop"))
        from people import write_sign_in

        self.codex_home = home / ".codex"
        write_sign_in(self.codex_home, "reader")
        (self.codex_home / "config.toml").write_bytes(CONFIG)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.env = {
            "HOME": str(home),
            "PATH": f"{Path(programs).resolve()}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "ROTUNDA_VAULT": "file",
            "ROTUNDA_PORT": str(port),
            "ROTUNDA_UPSTREAM_CHATGPT": f"{NOWHERE}/backend-api",
            "ROTUNDA_UPSTREAM_API": NOWHERE,
            "ROTUNDA_UPSTREAM_AUTH": NOWHERE,
            "no_proxy": "127.0.0.1,localhost",
        }
        command = ["rotunda", "serve", "--json"]
        self.router = subprocess.Popen(command, env=self.env, cwd=home, stdout=subprocess.PIPE, executable=str(Path(programs).resolve() / "rotunda"))
        self.router.stdout.readline()

    def type(self, commands):
        """What went wrong, or None. Each line has to end well."""
        done = subprocess.run(
            ["bash", "--norc", "-euo", "pipefail", "-c", commands], env=self.env, cwd=self.env["HOME"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        print(done.stdout + done.stderr, end="")
        return None if done.returncode == 0 else f"ended with {done.returncode}: {done.stderr.strip()}"

    def config(self):
        return (self.codex_home / "config.toml").read_bytes()

    def stop(self):
        self.router.stdout.close()
        self.router.send_signal(signal.SIGTERM)
        for _ in range(600):
            if self.router.poll() is not None:
                return
            time.sleep(0.1)
        self.router.kill()


def follow(found, programs):
    """Types every block that runs; (how many went well, faults)."""
    well, faults, was_bound = 0, [], False
    with tempfile.TemporaryDirectory() as home:
        reader = Reader(Path(home), programs)
        try:
            for line, reason, commands in found:
                if reason is not None:
                    continue
                fault = reader.type(commands)
                well += fault is None
                faults += [f"line {line}: {fault}"] if fault else []
                was_bound |= b"openai_base_url" in reader.config()
            if not was_bound:
                faults.append("whoever follows the page never gets Codex bound")
            if reader.config() != CONFIG:
                faults.append("whoever follows the page to its end does not get config.toml back")
        finally:
            reader.stop()
    return well, faults


def main():
    text = Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "README.md").read_text(encoding="utf-8")
    found = in_order(text)
    faults = unmarked(found)
    well, more = follow(found, sys.argv[1])
    faults += more
    for fault in faults:
        print(f"  {fault}")
    print(f"{well} passed, {len(faults)} failed")
    sys.exit(1 if faults or not well else 0)


if __name__ == "__main__":
    main()
