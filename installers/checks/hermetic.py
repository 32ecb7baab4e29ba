"""Proof that the tests left this user's home, keyring and session bus alone.

hermetic.py snapshot FILE            what is in the watched places now
hermetic.py compare FILE [LABEL]     what changed there since; ends with 1 if anything did
hermetic.py tripwire SOCKET LOG      stands in for the session bus and writes down who calls it
hermetic.py calls LOG                prints the calls; ends with 1 if there were any

Places come from HOME and the XDG variables. Names, sizes and times are read, never contents.
"""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path


def watched(env):
    """The places where Rotunda or Codex keep things; the cache folder of the build is not one of them."""
    home = Path(env["HOME"])
    places = {home / ".codex", home / ".rotunda"}
    bases = [
        Path(env.get("XDG_CONFIG_HOME") or home / ".config"),
        Path(env.get("XDG_DATA_HOME") or home / ".local/share"),
        Path(env.get("XDG_STATE_HOME") or home / ".local/state"),
        Path(env.get("XDG_CACHE_HOME") or home / ".cache"),
    ]
    for base in bases:
        places |= {base / "keyrings", base / "autostart", base / "systemd"}
        if base.is_dir():
            places |= {p for p in base.iterdir() if "rotunda" in p.name.lower() and p.name != "rotunda-dev"}
    if env.get("CODEX_HOME"):
        places.add(Path(env["CODEX_HOME"]))
    return places


def snapshot(env):
    """Path to a fingerprint of every file and folder in the watched places, and of the keyring's items."""
    seen = {}
    for place in watched(env):
        for path in [place, *(place.rglob("*") if place.is_dir() and not place.is_symlink() else [])]:
            try:
                s = path.lstat()
            except FileNotFoundError:
                continue
            # Reading a folder changes nothing of these; any write changes ctime.
            seen[str(path)] = [s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns]
    for item in keyring_items(env):
        seen[f"keyring item {item}"] = []
    return seen


def keyring_items(env):
    """Rotunda's items in a keyring that is already running; nothing is started or unlocked, no secret is read."""
    address = env.get("DBUS_SESSION_BUS_ADDRESS")
    if not address or not shutil.which("busctl"):
        return []

    def call(*arguments):
        done = subprocess.run(
            ["busctl", f"--address={address}", "--auto-start=no", "--timeout=5", "--json=short", "call", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(done.stdout)["data"] if done.returncode == 0 and done.stdout.strip() else None

    bus = ["org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s", "org.freedesktop.secrets"]
    if call(*bus) != [True]:
        return []
    name = "org.freedesktop.secrets"
    found = call(name, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "SearchItems", "a{ss}", "1", "service", "Rotunda")
    return sorted(path for paths in found or [] for path in paths)


def compare(before, now):
    """One line for each thing that appeared, vanished or changed."""
    lines = [f"appeared: {p}" for p in sorted(now.keys() - before.keys())]
    lines += [f"vanished: {p}" for p in sorted(before.keys() - now.keys())]
    lines += [f"changed:  {p}" for p in sorted(now.keys() & before.keys()) if now[p] != before[p]]
    return lines


def tripwire(path, log):
    """Accepts, writes down the caller, hangs up. Runs until it is ended."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid = struct.unpack("3i", raw)[0]
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            command = "(already gone)"
        with open(log, "a", encoding="utf-8") as out:
            out.write(f"{pid} {command[:300]}\n")
        connection.close()


def main():
    action, *rest = sys.argv[1:]
    if action == "snapshot":
        Path(rest[0]).write_text(json.dumps(snapshot(os.environ)), encoding="utf-8")
    elif action == "compare":
        lines = compare(json.loads(Path(rest[0]).read_text(encoding="utf-8")), snapshot(os.environ))
        print("\n".join(lines[:50]) or "nothing changed")
        sys.exit(1 if lines else 0)
    elif action == "tripwire":
        tripwire(*rest)
    elif action == "calls":
        log = Path(rest[0])
        calls = log.read_text(encoding="utf-8") if log.exists() else ""
        print(calls or "nobody called")
        sys.exit(1 if calls else 0)
    else:
        sys.exit(f"unknown action {action}")


if __name__ == "__main__":
    main()
