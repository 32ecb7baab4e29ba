"""Turns a recording of `rotunda activity --record` into a fixture: the same recording gives the same bytes, on any machine.

capture.py RECORDING FIXTURE   makes a fixture; refuses a recording that lost lines
capture.py --check [FOLDER]    every fixture is as this program writes it and holds nothing private
capture.py --self-test         plants tokens, ids, addresses and times everywhere, and looks for them afterwards

The last line of both checks is `N passed, N failed`. The recorder has taken everything private out already; this program
trusts nobody and does it once more, by rules of its own: what is not known to be a word of the protocol goes.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"
TEXT = "<text>"
LATER = 4_000_000_000
ID_KEYS = {"prompt_cache_key", "x-codex-turn-state", "x-codex-window-id"}
ID_HEADERS = {"session-id", "session_id", "thread-id", "x-client-request-id", "x-codex-turn-state", "x-codex-window-id", "x-codex-parent-thread-id"}
# What a replay sends or looks at, and how it may look; the rest says nothing about the protocol.
HEADERS = {
    "accept": r"[a-z*]+/[a-z*-]+",
    "content-type": r"[a-z]+/[a-z-]+(; ?charset=utf-8)?",
    "openai-beta": r"[a-z_]+=20\d\d-\d\d-\d\d",
    "retry-after": r"\d{1,6}",
    "x-codex-beta-features": r"[a-z0-9_,]{1,80}",
    "x-openai-subagent": r"[a-z_]{1,32}",
}
KEPT_HEADERS = ID_HEADERS | set(HEADERS) | {"x-codex-turn-metadata"}
PROFILE = re.compile(r"profile-\d{1,3}")
# Why an attempt had no answer.
FAILURES = {"broken", "cut", "keychain", "not_renewed", "sign_in_lost", "silent", "unreachable"}
PATHS = re.compile(r"responses(/compact)?|alpha/search|images/(generations|edits)|realtime/calls|memories/[a-z_]{1,32}")
WORD_KEYS = {
    "code", "context", "effort", "include", "kind", "limit_name", "model", "object", "param", "phase", "plan_type", "reason",
    "request_kind", "role", "service_tier", "status", "tool_choice", "truncation", "type", "verbosity", "subagent",
}  # fmt: skip
FOREIGN = {"tools": [], "parameters": {}, "metadata": {}, "schema": {}, "arguments": {}}
WINDOW = re.compile(r"^(.+):(\d{1,4})$")
# What no fixture may hold, looked for in its bytes.
PRIVATE = [
    ("an address", re.compile(r"[\w.+-]+@[\w-]+\.")),
    ("a token", re.compile(r"\b(?:eyJ[\w-]{8,}|sk-[\w-]{8,}|rt[_-][\w-]{8,}|Bearer \S)")),
    ("an id", re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-|\b(?:resp|msg|call|sess|thread|turn)_(?=[A-Za-z]*\d)[0-9A-Za-z]{6,}|\b[0-9a-f]{24,}\b")),
    ("a time", re.compile(r"\b(?!4000000000\b)1[5-9]\d{8}(?:\d{3})?\b|\b20\d\d-\d\d-\d\dT")),
    ("a path or host of somebody's", re.compile(r"/(?:home|Users|root|tmp)/|127\.0\.0\.1|https?://")),
]


class Refused(Exception):
    """The recording cannot be used; the text says why and what to do."""


def is_word(text):
    """A word of the protocol, and nothing that could be a token, an id, a date, a path or the name of a host."""
    parts = re.split(r"[_\-.:]", text)
    return len(text) <= 64 and not text[:1].isdigit() and all(re.fullmatch(r"[A-Za-z]{0,16}|\d{1,8}|[A-Za-z\d]{1,8}", part) for part in parts)


class Scrubber:
    """Replaces; the same id becomes the same number wherever it stands."""

    def __init__(self):
        self.ids = {}

    def identity(self, text):
        if text == "":
            return text
        if found := WINDOW.match(text):
            return f"{self.identity(found[1])}:{found[2]}"
        return self.ids.setdefault(text, f"id-{len(self.ids) + 1}")

    def string(self, key, text):
        if key == "id" or key.endswith(("_id", "-id")) or key in ID_KEYS:
            return self.identity(text)
        try:
            inner = json.loads(text)
        except ValueError:
            inner = None
        if isinstance(inner, dict):
            return compact(self.value("", inner))
        return text if key in WORD_KEYS and is_word(text) else TEXT

    def number(self, key, number):
        if key.endswith(("_at", "-at")) or key == "exp" or "timestamp" in key:
            return LATER
        if key.endswith(("_ms", "-ms")) or "in_seconds" in key or "after_seconds" in key:
            return 0
        return LATER if abs(number) >= 10**9 else number

    def value(self, key, value):
        if isinstance(value, dict):
            return {name if is_word(name) or name == "<key>" else "<key>": self.field(name, value[name]) for name in sorted(value)}
        if isinstance(value, list):
            return [self.value(key, item) for item in value]
        if isinstance(value, str):
            return self.string(key, value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.number(key, value)
        return value

    def field(self, name, value):
        foreign = FOREIGN.get(name)
        return foreign if foreign is not None and isinstance(value, (dict, list)) else self.value(name, value)

    def headers(self, pairs):
        kept = {}
        for name, value in sorted(map(tuple, pairs)):
            if name not in KEPT_HEADERS:
                continue
            value = self.identity(value) if name in ID_HEADERS else self.header(name, value)
            if value != TEXT:
                kept[name] = value
        return kept

    def header(self, name, value):
        if name == "x-codex-turn-metadata" and value.startswith("{"):
            return self.string("", value)
        return value if re.fullmatch(HEADERS.get(name, ""), value) else TEXT


def compact(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def read(text):
    lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    if not lines or lines[0].get("kind") != "recording" or lines[0].get("format") != 1:
        raise Refused("This is no recording that this program knows. Make it with `rotunda activity --record`.")
    if any(line["kind"] == "lost" for line in lines):
        raise Refused("The recording lost lines. Record again while less passes.")
    # What Rotunda did meanwhile is for people who read the recording; it is no traffic.
    return [line for line in lines[1:] if "exchange" in line]


def fixture_of(text):
    """The fixture's value: exchanges in the order in which they began, ids numbered in the order of reading."""
    grouped = {}
    for line in read(text):
        grouped.setdefault(line["exchange"], []).append(line)
    scrubber = Scrubber()
    exchanges = [exchange_of(lines, scrubber) for _, lines in sorted(grouped.items())]
    whole = [exchange for exchange in exchanges if exchange and (exchange.get("frames") or exchange.get("response"))]
    # Where every attempt was the answer that the client got, they say nothing.
    if not any(is_telling(attempt) for exchange in whole for attempt in exchange.get("attempts", [])):
        for exchange in whole:
            exchange.pop("attempts", None)
    if not whole:
        raise Refused("Nothing passed while this was recorded. Record again while Codex works.")
    return {"format": 1, "exchanges": whole}


def exchange_of(lines, scrubber):
    """None when its beginning was before the recording's."""
    if lines[0]["kind"] != "request":
        return None
    exchange = {}
    for line in lines:
        kind = line["kind"]
        if kind == "request":
            path = line["path"] if PATHS.fullmatch(line["path"]) else TEXT
            exchange["request"] = {"method": line["method"], "path": path, "headers": scrubber.headers(line["headers"])}
            if line.get("body") is not None:
                exchange["request"]["body"] = scrubber.value("", line["body"])
        elif kind == "response":
            exchange["response"] = {"status": line["status"], "headers": scrubber.headers(line["headers"])}
        elif kind == "sse_stream":
            exchange["response"].setdefault("events", []).append(scrubber.value("", line["event"]))
        elif kind == "websocket_message":
            message = {"from": line["from"], "message": scrubber.value("", line["message"])}
            exchange.setdefault("frames", []).append(message)
        elif kind == "attempt":
            exchange.setdefault("attempts", []).append(attempt_of(line, scrubber))
        elif kind == "end" and line.get("body") is not None and "response" in exchange:
            exchange["response"]["body"] = scrubber.value("", line["body"])
    return exchange


def attempt_of(line, scrubber):
    """Upstream's answer to one attempt, which the client may not have received."""
    attempt = {"attempt": scrubber.number("", line["attempt"]), "profile": line["profile"] if PROFILE.fullmatch(str(line["profile"])) else TEXT}
    if "status" in line:
        attempt |= {"status": line["status"], "headers": scrubber.headers(line["headers"])}
    attempt |= {key: scrubber.value("", line[key]) for key in ("body", "events", "message") if line.get(key) is not None}
    if "failed" in line:
        attempt["failed"] = line["failed"] if line["failed"] in FAILURES else TEXT
    return attempt


def is_telling(attempt):
    """More than that the client got this answer."""
    return attempt.get("status", 200) >= 400 or bool(attempt.keys() & {"body", "events", "message", "failed"})


def written(fixture):
    return json.dumps(fixture, indent=1, sort_keys=True) + "\n"


def private_parts(text):
    return [f"{what}: {found.group(0)}" for what, pattern in PRIVATE if (found := pattern.search(text))]


def as_recording(fixture):
    """A recording that would give this fixture; for asking whether it is as this program writes it."""
    lines = [{"kind": "recording", "format": 1}]
    for number, exchange in enumerate(fixture["exchanges"], 1):
        request = dict(exchange["request"])
        lines.append({"kind": "request", "exchange": number, **request, "headers": list(request["headers"].items())})
        lines += [{"kind": "websocket_message", "exchange": number, **frame} for frame in exchange.get("frames", [])]
        for attempt in exchange.get("attempts", []):
            headers = {"headers": list(attempt["headers"].items())} if "headers" in attempt else {}
            lines.append({"kind": "attempt", "exchange": number, **attempt, **headers})
        response = exchange.get("response")
        if response:
            head = {"status": response["status"], "headers": list(response["headers"].items())}
            lines.append({"kind": "response", "exchange": number, **head})
            lines += [{"kind": "sse_stream", "exchange": number, "event": event} for event in response.get("events", [])]
        lines.append({"kind": "end", "exchange": number, "body": (response or {}).get("body")})
    return "\n".join(map(json.dumps, lines))


def faults_of(text):
    faults = private_parts(text)
    try:
        again = written(fixture_of(as_recording(json.loads(text))))
    except (ValueError, KeyError, TypeError, AttributeError, Refused) as error:
        return [*faults, f"it cannot be read: {error!r}"]
    return faults if again == text else [*faults, "it is not as this program writes it"]


def check(folder):
    files = sorted(folder.glob("*.json"))
    failed = 0
    for file in files:
        faults = faults_of(file.read_text(encoding="utf-8"))
        failed += bool(faults)
        print(f"{file.name}: {'ok' if not faults else '; '.join(faults)}")
    if not files:
        print(f"no fixtures in {folder}")
        failed = 1
    print(f"{len(files) - failed if files else 0} passed, {failed} failed")
    return failed == 0


PLANTED = {
    "token": "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6InBsYW50ZWQifQ.c2ln",
    "key": "sk-proj-PLANTED0123456789abcdef",
    "refresh": "rt_PLANTED0123456789",
    "uuid": "01a1fc4e-4608-7233-8f24-411883f916ec",
    "id": "resp_68abPLANTED99",
    "address": "planted.person@example.com",
    "path": "/home/planted/secret-project",
    "time": 1_795_234_350,
    "milliseconds": 1_795_234_350_596,
    "date": "2026-11-21T04:12:30Z",
    "prompt": "a planted prompt, said aloud",
}


def planted_recording():
    """As a broken recorder would write it: everything private in every place."""
    lines = [{"kind": "recording", "format": 1, "rotunda": "0"}]
    for number, secret in enumerate(PLANTED.values(), 1):
        text = str(secret)
        # As a key, as the value of keys of every sort, inside JSON that is text, and in headers.
        body = {key: secret for key in ("type", "id", "turn_id", "model", "code", "created_at", "used", "delta", "input")}
        body |= {text: 1, "prompt_cache_key": text, "instructions": text, "inner": json.dumps({"turn_id": text, "cwd": text}), "tools": [dict(body)]}
        headers = [[name, text] for name in ("authorization", "cookie", "session-id", "user-agent", "accept", "retry-after", "x-codex-turn-metadata")]
        headers.append(["x-codex-turn-metadata", json.dumps({"email": text})])
        lines.append({"kind": "request", "exchange": number, "method": "POST", "path": f"responses/{text}", "headers": headers, "body": body})
        lines.append({"kind": "response", "exchange": number, "status": 200, "headers": headers})
        lines.append({"kind": "sse_stream", "exchange": number, "event": body})
        lines.append({"kind": "websocket_message", "exchange": number, "from": "client", "message": {"previous_response_id": text, **body}})
        attempt = {"kind": "attempt", "exchange": number, "profile": text, "failed": text, "message": body}
        lines.append({**attempt, "attempt": number, "status": 429, "headers": headers, "body": {"error": body}, "events": [body]})
        lines.append({"kind": "end", "exchange": number, "body": {"error": body}})
        lines.append({"kind": "event", "what": "rotated", "from": text})
    return "\n".join(map(json.dumps, lines))


def self_test():
    results = []

    def show(what, good):
        results.append(good)
        print(f"{what}: {'ok' if good else 'FAILED'}")

    recording = planted_recording()
    fixture = written(fixture_of(recording))
    for name, secret in PLANTED.items():
        show(f"a planted {name} is gone", str(secret) not in fixture and "planted" not in fixture.lower())
    show("nothing that looks private is left", private_parts(fixture) == [])
    show("the same recording gives the same bytes", written(fixture_of(recording)) == fixture)
    show("a fixture gives itself", faults_of(fixture) == [])
    first = fixture_of(recording)["exchanges"][4]
    frame = first["frames"][0]["message"]
    show("the same id is the same number", frame["previous_response_id"] == frame["id"] != TEXT)
    for name in ("token", "uuid", "id", "address", "path", "time", "date"):
        show(f"a {name} planted into a fixture is seen", bool(faults_of(fixture.replace("id-3", str(PLANTED[name])))))
    attempt = first["attempts"][0]
    show("an attempt keeps its number and its status", (attempt["attempt"], attempt["status"]) == (5, 429))
    show("an id of an attempt is the number it has elsewhere", attempt["message"]["id"] == frame["id"])
    plain = json.loads(json.dumps({"format": 1, "exchanges": fixture_of(recording)["exchanges"][:2]}))
    for exchange in plain["exchanges"]:
        exchange["attempts"] = [{"attempt": 1, "profile": "profile-1", "status": 200, "headers": {}}]
    show("attempts that the client got whole are left out", "attempts" not in written(fixture_of(as_recording(plain))))
    plain["exchanges"][1]["attempts"][0]["status"] = 429
    show("beside one that it did not get they stay", written(fixture_of(as_recording(plain))).count('"attempts"') == 2)
    lost = recording + '\n{"kind": "lost", "lines": 1}'
    show("a recording that lost lines is refused", refuses(lost))
    show("what is no recording is refused", refuses('{"kind": "request"}'))
    with tempfile.TemporaryDirectory() as folder:
        show("a folder without fixtures fails", not check(Path(folder)))
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed == 0


def refuses(text):
    try:
        fixture_of(text)
    except Refused:
        return True
    return False


def main(arguments):
    match arguments:
        case ["--self-test"]:
            return self_test()
        case ["--check"]:
            return check(FIXTURES)
        case ["--check", folder]:
            return check(Path(folder))
        case [recording, fixture] if not recording.startswith("-"):
            try:
                text = written(fixture_of(Path(recording).read_text(encoding="utf-8")))
            except (Refused, OSError, ValueError) as error:
                print(error, file=sys.stderr)
                return False
            if left := private_parts(text):
                print("Not written, because it would hold " + ", ".join(left), file=sys.stderr)
                return False
            Path(fixture).write_text(text, encoding="utf-8")
            return True
    print(__doc__, file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
