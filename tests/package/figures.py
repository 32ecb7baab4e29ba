"""What the packages cost: figures.py PACKAGES PROGRAMS writes a table of sizes, starts and idling.

PACKAGES is a folder with a .deb and an .rpm, PROGRAMS the folder of the release build they were made from. Nothing here
passes or fails: a machine may be slow or busy, so starts are given beside that of the same program printing its version.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGES, PROGRAMS = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
os.environ["ROTUNDA_BIN_DIR"] = str(PROGRAMS)
sys.path.insert(0, str(Path(__file__).parents[1] / "desktop"))

from app import App, memory  # noqa: E402
from desk import Desk  # noqa: E402
from people import write_sign_in  # noqa: E402
from webdriver import free_port  # noqa: E402

ROUNDS = 40
# Long enough for a task that wakes once in half a minute to show.
IDLE_SECONDS = 60
NOWHERE = "http://127.0.0.1:1"
TICK = 1000 / os.sysconf("SC_CLK_TCK")


def mib(size):
    return f"{size / (1 << 20):.1f} MiB"


def only(pattern):
    (found,) = PACKAGES.glob(pattern)
    return found


def installed(package):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", str(package), folder], check=True)
        return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file() and not file.is_symlink())


def sizes():
    deb, rpm = only("rotunda_*-1_*.deb"), only("rotunda-*-1.*.rpm")
    for name in ["rotunda", "rotunda-desktop"]:
        yield f"`{name}`", mib((PROGRAMS / name).stat().st_size)
    yield "the `.deb`", mib(deb.stat().st_size)
    yield "the `.rpm`", mib(rpm.stat().st_size)
    yield "installed", mib(installed(deb))


class Headless:
    """`rotunda serve` in a home of its own, with one profile."""

    def __init__(self, folder):
        self.env = {
            "HOME": folder, "PATH": os.environ["PATH"], "ROTUNDA_HOME": f"{folder}/ours", "CODEX_HOME": f"{folder}/codex",
            "ROTUNDA_VAULT": "file", "ROTUNDA_PORT": str(free_port()), "ROTUNDA_UPSTREAM_CHATGPT": f"{NOWHERE}/backend-api",
            "ROTUNDA_UPSTREAM_API": NOWHERE, "ROTUNDA_UPSTREAM_AUTH": NOWHERE,
        }  # fmt: skip
        write_sign_in(Path(folder) / "sign-in", "work")
        subprocess.run([PROGRAMS / "rotunda", "import", f"{folder}/sign-in", "--name", "work"], env=self.env, check=True, capture_output=True)

    def start(self):
        """The process and how many milliseconds it took to its ready line."""
        began = time.perf_counter()
        router = subprocess.Popen([PROGRAMS / "rotunda", "serve", "--json"], env=self.env, stdout=subprocess.PIPE)
        ready = json.loads(router.stdout.readline())
        took = (time.perf_counter() - began) * 1000
        assert ready["event"] == "ready"
        return router, took

    def version(self):
        began = time.perf_counter()
        subprocess.run([PROGRAMS / "rotunda", "--version"], env=self.env, check=True, capture_output=True)
        return (time.perf_counter() - began) * 1000


def end(router):
    router.terminate()
    router.wait(60)
    router.stdout.close()


def threads(pid):
    return list(Path(f"/proc/{pid}/task").iterdir())


def woken(pid):
    """How often its threads went to sleep of their own accord and were woken."""
    lines = [line for task in threads(pid) for line in (task / "status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def spent(pid):
    fields = [(task / "stat").read_text().rsplit(") ", 1)[1].split() for task in threads(pid)]
    return sum(int(one[11]) + int(one[12]) for one in fields) * TICK


def idling(pid):
    time.sleep(5)
    before, used = woken(pid), spent(pid)
    time.sleep(IDLE_SECONDS)
    return (woken(pid) - before) / IDLE_SECONDS, spent(pid) - used


def quartiles(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.1f} ms ({low:.1f} to {high:.1f})", middle


def headless():
    with tempfile.TemporaryDirectory() as folder:
        one, starts, versions = Headless(folder), [], []
        # Turn and turn about, so that what else the machine does meets both.
        for _ in range(ROUNDS):
            versions.append(one.version())
            router, took = one.start()
            end(router)
            starts.append(took)
        (start_text, start), (version_text, version) = quartiles(starts), quartiles(versions)
        yield "`rotunda --version`", version_text
        yield "`rotunda serve` to its ready line", f"{start_text}, {start / version:.1f} × the line above"
        router, _ = one.start()
        wakes, used = idling(router.pid)
        rss, pss = memory(router.pid)
        yield "router alone, idle", f"{rss:.1f} MiB resident, {pss:.1f} MiB proportional"
        yield f"the same, over {IDLE_SECONDS} s", f"{wakes:.2f} wake-ups per second, {used:.0f} ms of processor"
        end(router)


def tray():
    with Desk() as desk:
        app = App(desk)
        app.start_in_tray()
        app.add("work")
        wakes, used = idling(app.process.pid)
        rss, pss = memory(app.process.pid)
        yield "tray app, no window yet, idle", f"{rss:.1f} MiB resident, {pss:.1f} MiB proportional"
        yield f"the same, over {IDLE_SECONDS} s", f"{wakes:.2f} wake-ups per second, {used:.0f} ms of processor"
        app.process.terminate()
        app.process.wait(60)


def main():
    print("| what | measured |\n|---|--:|")
    for rows in [sizes, headless, tray]:
        for what, measured in rows():
            print(f"| {what} | {measured} |", flush=True)


main()
