"""How many tests passed and failed, read from a runner's output: count.py FORMAT LOG prints "PASSED FAILED".

Ends with 1 when the output holds no count, so that a runner that died early or ran nothing never looks green.
"""

import re
import sys

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def _cargo(text):
    """`cargo test` prints one line per test binary; nextest one summary, with plain `cargo test --doc` beside it."""
    found = [(int(p), int(f)) for p, f in re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed;", text, re.M)]
    for summary in re.findall(r"^\s*Summary \[[^]]*\]\s*\d+(?:/\d+)? tests? run: (.*)$", text, re.M):
        number = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|timed out|exec failed)", summary)}
        found.append((number.pop("passed", 0), sum(number.values())))
    return found


def _vitest(text):
    found = []
    for line in re.findall(r"^\s*Tests\s+(\d+ .*)$", text, re.M):
        number = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed)", line)}
        found.append((number.get("passed", 0), number.get("failed", 0)))
    return found


def _playwright(text):
    number = {word: int(n) for n, word in re.findall(r"^\s+(\d+) (passed|failed|flaky|did not run)\b", text, re.M)}
    if not number:
        return []
    passed = number.pop("passed", 0) + number.pop("flaky", 0)
    return [(passed, sum(number.values()))]


def _node(text):
    """node --test: `# pass 3` or, with the spec reporter, `i pass 3`."""
    number = {word: int(n) for word, n in re.findall(r"^\S+ (pass|fail) (\d+)$", text, re.M)}
    return [(number.get("pass", 0), number.get("fail", 0))] if number else []


def _unittest(text):
    found = []
    for ran, verdict in re.findall(r"^Ran (\d+) tests? in .*\n\n(OK|FAILED.*)$", text, re.M):
        bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", verdict))
        found.append((int(ran) - bad, bad))
    return found


def _ours(text):
    """Scripts of this project end with a total; earlier totals are those of their parts."""
    found = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.M)
    return [(int(p), int(f)) for p, f in found[-1:]]


FORMATS = {"cargo": _cargo, "vitest": _vitest, "playwright": _playwright, "node": _node, "unittest": _unittest, "ours": _ours}


def count(kind, text):
    """The totals, or None when there is no count or not a single test."""
    found = FORMATS[kind](ANSI.sub("", text))
    totals = sum(p for p, _ in found), sum(f for _, f in found)
    return totals if sum(totals) else None


def main():
    kind, path = sys.argv[1:]
    with open(path, encoding="utf-8", errors="replace") as log:
        totals = count(kind, log.read())
    if totals is None:
        sys.exit(1)
    print(*totals)


if __name__ == "__main__":
    main()
