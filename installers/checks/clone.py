"""Types README.md's two commands as a stranger does: clone.py [ROOT], in a fresh clone of ROOT and an empty home.

The demo has to tell its story with the pinned Codex, and the app has to start: here, where there is no display, that is
the router alone. Files of the clone get the ages of ROOT's, so that what cargo built of the very same sources is not
built again; what differs is. Prints one line per fault, then `N passed, N failed`.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import readme
import rules

# Printed by the demo, whatever its names and times are.
STORY = [
    r"codex-cli {codex}, the real one",
    r"ran out of its .* limit .*, then .* served it",
    r"Codex saw one completed turn and no error",
    r"config\.toml is what it was before, byte for byte",
]
READY = "The router listens on 127.0.0.1:"
# A cold build on a slow machine.
PATIENCE = 1800


def typed(text):
    """The lines of the block with the two commands, as they are typed."""
    for _, _, commands in readme.blocks(text):
        lines = [line.split("#")[0].strip() for line in commands.splitlines()]
        if any("installers/run.sh" in line for line in lines):
            return [line for line in lines if line]
    return []


def same_ages(clone, root):
    """Gives each file of the clone that says the same as ROOT's its age; whether all did."""
    same = True
    for path in rules.tracked(root):
        ours, theirs = root / path, clone / path
        if theirs.is_file() and not theirs.is_symlink() and theirs.read_bytes() == ours.read_bytes():
            shutil.copystat(ours, theirs)
        else:
            same = False
    return same


def surroundings(home, root, same):
    """A stranger's environment; the cache of what was fetched is the one thing shared."""
    kept = {name: value for name, value in os.environ.items() if not re.match("ROTUNDA_|CODEX_|OPENAI_|XDG_|DBUS_|DISPLAY|WAYLAND_", name)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours = {name: os.environ[name] for name in ["ROTUNDA_DEV_CACHE", "ROTUNDA_CODEX"] if name in os.environ}
    toolchain = {"RUSTUP_HOME": str(Path.home() / ".rustup"), "CARGO_HOME": str(Path.home() / ".cargo")}
    claimed = {"ROTUNDA_TARGET_OF": str(root)} if same else {}
    return {**toolchain, **kept, **ours, **claimed, "HOME": str(home), "ROTUNDA_PORT": str(port)}


def start(command, clone, env):
    return subprocess.Popen(
        ["bash", "--norc", "-euo", "pipefail", "-c", command], cwd=clone, env=env, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def demo(command, clone, env):
    """What its story lacks."""
    process = start(command, clone, env)
    output, _ = process.communicate(timeout=PATIENCE)
    print(output, end="")
    codex = (clone / "installers/codex-version").read_text().strip()
    lacking = [part for part in STORY if not re.search(part.format(codex=re.escape(codex)), output)]
    return [f"{command}: ended with {process.returncode}"] * (process.returncode != 0) + [f"{command}: never printed: {part}" for part in lacking]


def app(command, clone, env):
    """Whether it starts, and ends on SIGTERM."""
    process, ready = start(command, clone, env), False
    too_late = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    too_late.start()
    for line in process.stdout:
        print(line, end="")
        if READY in line:
            ready = True
            os.killpg(process.pid, signal.SIGTERM)
    code = process.wait()
    too_late.cancel()
    return [] if ready and code == 0 else [f"{command}: {'listened' if ready else 'never listened'}, ended with {code}"]


def main():
    root = rules.root().resolve()
    with tempfile.TemporaryDirectory() as away:
        clone, home = Path(away, "rotunda"), Path(away, "home")
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(root), str(clone)], check=True)
        env = surroundings(home, root, same_ages(clone, root))
        lines = typed((clone / "README.md").read_text(encoding="utf-8"))
        found = [(line, (demo if line.endswith(" demo") else app)(line, clone, env)) for line in lines]
        left = sorted(path.name for path in home.iterdir() if path.name not in (".config", ".local", ".cache"))
        found += [("what is left in the home", [f"{name} is there" for name in left])]
    if len(lines) != 2:
        found.append(("the two commands", [f"README.md has {len(lines)}: {lines}"]))
    rules.tell(found)


if __name__ == "__main__":
    main()
