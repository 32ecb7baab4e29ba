"""Test programs for Windows, run under Wine, and held to the list of what Wine cannot.

wine.py programs BUILT                 prints a line for each test program in cargo's messages: package, target, path, folder
wine.py tests LIST EXPECTED PROGRAM    runs one, or those of a package, prints what is not as expected, and a count
wine.py --self-test                    shows that each fault would be seen

A test that fails must be in EXPECTED with its reason, and a test that is there must fail: then Wine, or the code, has
become better and the entry goes. A program that ends before its last test has failed in the tests that are missing.
"""

import collections
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

# No test is silent for so long, in seconds; one that is hangs, and the others go on without it. Counted in small steps: in
# a machine that is held for a while, nothing goes on, and it is one step.
SILENCE = 300
STEP = 10
# What a command line of Windows holds, with room for the rest.
LONGEST = 30000
# Run by their own names only: they need more than themselves.
BY_NAME = ("codex",)
# The events of a test program are an option of a nightly compiler, or of one that is told to be one.
RUN = ["-Zunstable-options", "--format", "json"]
SURROUNDINGS = {**os.environ, "RUSTC_BOOTSTRAP": "1", "RUST_BACKTRACE": "0"}


def programs(messages):
    """The test programs of cargo's messages, one JSON value per line."""
    found = []
    for line in messages.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("reason") == "compiler-artifact" and message["profile"]["test"] and message.get("executable"):
            folder = Path(message["manifest_path"]).parent
            # path+file:///tree/tests#rotunda-tests@0.1.0, or without the name where the folder has it
            package = re.sub(r"@.*", "", message["package_id"].split("#")[-1]) if "@" in message["package_id"] else folder.name
            found.append((package, message["target"]["name"], message["executable"], str(folder)))
    return found


class Run:
    """What one program printed: the outcome of each test, and the words of those that failed."""

    def __init__(self, listed, starts=True):
        self.outcomes = dict.fromkeys(listed, "missing")
        self.starts = starts
        self.words = {}
        # What began, in a run of the program that ended before it did.
        self.begun = set()

    def hear(self, line):
        try:
            event = json.loads(line)
        except ValueError:
            return
        if not isinstance(event, dict) or event.get("type") != "test":
            return
        if event.get("event") == "started":
            self.begun.add(event["name"])
        if event.get("event") in ("ok", "failed", "ignored"):
            self.outcomes[event["name"]] = event["event"]
            self.words[event["name"]] = event.get("stdout", "")

    def left(self):
        """The tests that never began."""
        return [name for name, outcome in self.outcomes.items() if outcome == "missing" and name not in self.begun]


def run(path, folder):
    """Runs a program to its end. What a test that ends or holds the program keeps from beginning gets a run of its own."""
    lists = subprocess.run(["wine", path, "--list", *RUN], cwd=folder, env=SURROUNDINGS, capture_output=True, text=True, errors="replace", check=False)
    listed = []
    for line in lists.stdout.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("event") == "discovered" and not event.get("ignore"):
            listed.append(event["name"])
    result = Run(listed, starts=lists.returncode == 0)
    run_once(result, path, folder, [])
    left = result.left()
    while left:
        size, names = 0, []
        while left and size + len(left[0]) < LONGEST:
            size += len(left[0]) + 1
            names.append(left.pop(0))
        run_once(result, path, folder, ["--exact", *names])
        begun = [name for name in names if name in result.begun or result.outcomes[name] != "missing"]
        if not begun:
            break
        left = result.left()
    return result


def give_up(group):
    """Ends a program, and all others: what it has started may hold its output open."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    subprocess.run(["wineserver", "-k"], check=False)


def run_once(result, path, folder, arguments):
    started = subprocess.Popen(
        ["wine", path, *RUN, *arguments], cwd=folder, env=SURROUNDINGS, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL, text=True, errors="replace", start_new_session=True,
    )
    silent = 0

    def step(*_):
        nonlocal silent
        silent += STEP
        if silent >= SILENCE:
            give_up(started.pid)

    signal.signal(signal.SIGALRM, step)
    signal.setitimer(signal.ITIMER_REAL, STEP, STEP)
    for line in started.stdout:
        silent = 0
        result.hear(line)
    started.wait()
    signal.setitimer(signal.ITIMER_REAL, 0)


def expected_of(text, package, target):
    """The tests of one program that are listed, each with its reason."""
    entries = tomllib.loads(text).get("failures", [])
    mine = [e for e in entries if e["program"] in (package, f"{package}/{target}")]
    return {test: entry["reason"] for entry in mine for test in entry["tests"]}


def faults(outcomes, expected):
    """What is not as the list says, a line each."""
    found = []
    for name, outcome in sorted(outcomes.items()):
        if outcome in ("failed", "missing") and name not in expected:
            found.append(f"{name}: {'failed' if outcome == 'failed' else 'did not come to its end'}, and is not listed")
        if outcome == "ok" and name in expected:
            found.append(f"{name}: passed, and is listed as a failure: {expected[name]}")
    return found + [f"{name}: is listed, and there is no such test" for name in sorted(expected) if name not in outcomes]


def last_words(text):
    """Why a test failed, in few lines: the message of its panic."""
    lines = [line for line in text.splitlines() if line.strip() and "RUST_BACKTRACE" not in line]
    return "\n".join("        " + line[:300] for line in lines[-8:])


def tests(list_file, expected_file, only):
    text = Path(expected_file).read_text(encoding="utf-8")
    passed = failed = 0
    for line in Path(list_file).read_text(encoding="utf-8").splitlines():
        package, target, path, folder = line.split("\t")
        if only not in (package, f"{package}/{target}") or (target in BY_NAME and only == package):
            continue
        result = run(path, folder)
        expected = expected_of(text, package, target)
        found = faults(result.outcomes, expected)
        counts = collections.Counter(result.outcomes.values())
        as_listed = sum(outcome in ("failed", "missing") and name in expected for name, outcome in result.outcomes.items())
        print(f"{package}/{target}: {counts['ok']} passed, {as_listed} failed as listed, {len(found)} not as listed", flush=True)
        for fault in found:
            print(f"    {fault}\n{last_words(result.words.get(fault.split(': ')[0], ''))}".rstrip(), flush=True)
        if not result.starts:
            found.append("it does not start")
            print("    it does not start")
        passed += counts["ok"]
        failed += len(found)
    print(f"{passed} passed, {failed} failed")
    return failed == 0 and passed > 0


def self_test():
    expected = expected_of('[[failures]]\nprogram = "host"\ntests = ["a", "b"]\nreason = "Wine"\n', "host", "lib")
    cases = [
        ("all as listed", {"a": "failed", "b": "missing", "c": "ok", "d": "ignored"}, 0),
        ("a failure that is not listed", {"a": "failed", "b": "failed", "c": "failed"}, 1),
        ("a listed one that passes", {"a": "ok", "b": "failed", "c": "ok"}, 1),
        ("a program that ended early", {"a": "failed", "b": "failed", "c": "missing"}, 1),
        ("a listed one that is gone", {"a": "failed", "c": "ok"}, 1),
    ]
    wrong = [name for name, outcomes, number in cases if len(faults(outcomes, expected)) != number]
    heard = Run(["x", "y"])
    for line in ['{ "type": "test", "event": "ok", "name": "x" }', "noise", '{ "type": "suite", "event": "ok" }']:
        heard.hear(line)
    wrong += [] if heard.outcomes == {"x": "ok", "y": "missing"} and heard.left() == ["y"] else ["what a program prints"]
    heard.hear('{ "type": "test", "event": "started", "name": "y" }')
    wrong += [] if heard.left() == [] else ["what began"]
    message = {"reason": "compiler-artifact", "profile": {"test": True}, "executable": "/t/a.exe", "manifest_path": "/r/host/Cargo.toml",
               "package_id": "path+file:///r/host#0.1.0",
               "target": {"name": "lib"}}
    wrong += [] if programs(json.dumps(message) + "\nnoise") == [("host", "lib", "/t/a.exe", "/r/host")] else ["cargo's messages"]
    for name in wrong:
        print(f"{name}: not seen as it is")
    print(f"{len(cases) + 3 - len(wrong)} passed, {len(wrong)} failed")
    return not wrong


def main():
    match sys.argv[1:]:
        case ["programs", built]:
            for program in programs(Path(built).read_text(encoding="utf-8")):
                print("\t".join(program))
            return 0
        case ["tests", list_file, expected_file, only]:
            return 0 if tests(list_file, expected_file, only) else 1
        case ["--self-test"]:
            return 0 if self_test() else 1
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
