"""Plays the ChatGPT backend for made-up accounts: quota as set by the test, turns as long as something is left.

It says what the real client wants to hear, over HTTP only: an upgrade to a WebSocket gets the answer that makes the
client go on without.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FIVE_HOURS, WEEK = 5 * 3600, 7 * 24 * 3600


class Upstream:
    """Use as a context. `used` holds what each account has used of its windows, in percent. With TLS when `context`."""

    def __init__(self, context=None):
        self.used = {}
        self.resets_in = {}
        self.signed_out = set()
        self.turns = []
        handler = type("Handler", (_Handler,), {"upstream": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_port
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return f"{self.root}/backend-api"

    @property
    def straight(self):
        """The base URL of a client that uses no other server: a path that it attaches no meaning to."""
        return f"{self.root}/0123/codex"

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    def person(self, name, five_hours, week, resets_in=8000):
        """Sets what an account has used."""
        self.used[f"account-{name}"] = [five_hours, week]
        self.resets_in[f"account-{name}"] = resets_in

    def sign_out(self, name):
        """From now on this account's sign-in is over: neither its token nor a new one works."""
        self.signed_out.add(f"account-{name}")

    def is_out(self, account):
        return any(used >= 100 for used in self.used[account])

    def limits(self, account):
        """The headers that go with each answer to a turn."""
        used, resets = self.used[account], [self.resets_in[account], WEEK // 2]
        headers = {}
        for place, share, minutes, after in zip(["primary", "secondary"], used, [300, 10080], resets):
            headers[f"x-codex-{place}-used-percent"] = str(share)
            headers[f"x-codex-{place}-window-minutes"] = str(minutes)
            headers[f"x-codex-{place}-reset-at"] = str(int(time.time()) + after)
        return headers

    def usage(self, account):
        five_hours, week = self.used[account]
        now = int(time.time())

        def window(used, length, after):
            return {
                "used_percent": used,
                "limit_window_seconds": length,
                "reset_after_seconds": after,
                "reset_at": now + after,
            }

        return {
            "plan_type": "plus",
            "rate_limit": {
                "allowed": not self.is_out(account),
                "limit_reached": self.is_out(account),
                "primary_window": window(five_hours, FIVE_HOURS, self.resets_in[account]),
                "secondary_window": window(week, WEEK, WEEK // 2),
            },
            "credits": None,
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        account = self.headers.get("chatgpt-account-id")
        route = self.path.partition("?")[0]
        if self.headers.get("sec-websocket-key"):
            self._json(426, {})
        elif account in self.upstream.signed_out:
            self._json(401, {"error": {"code": "token_expired", "message": "Sign in again."}})
        elif route.endswith("/models"):
            self._json(200, {"models": []})
        elif route.endswith("/wham/usage") and account in self.upstream.used:
            self._json(200, self.upstream.usage(account))
        else:
            self._json(404, {"detail": "nothing here"})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        account = self.headers.get("chatgpt-account-id")
        if self.path.endswith("/oauth/token"):
            self._json(401, {"error": {"code": "refresh_token_invalidated", "message": "Sign in again."}})
            return
        if not self.path.endswith("/responses") or account not in self.upstream.used:
            self._json(404, {"detail": "nothing here"})
            return
        self.upstream.turns.append(account)
        if self.upstream.is_out(account):
            resets = self.upstream.resets_in[account]
            error = {
                "type": "usage_limit_reached",
                "message": "The usage limit has been reached",
                "plan_type": "plus",
                "resets_at": int(time.time()) + resets,
                "resets_in_seconds": resets,
            }
            self._json(429, {"error": error}, self.upstream.limits(account))
            return
        self._stream(account)

    def _json(self, status, value, headers=None):
        self._send(status, "application/json", json.dumps(value).encode(), headers or {})

    def _stream(self, account):
        number, words = len(self.upstream.turns), f"hello from {account.removeprefix('account-')}"
        counts = {"input_tokens": 70, "output_tokens": 7, "total_tokens": 77}
        usage = {**counts, "input_tokens_details": {"cached_tokens": 3}, "output_tokens_details": None}
        content = [{"type": "output_text", "text": words}]
        item = {"type": "message", "role": "assistant", "id": f"msg-{number}", "content": content}
        begun, done = ({"id": f"resp-{number}", "status": status} for status in ["in_progress", "completed"])
        events = [
            {"type": "response.created", "response": begun},
            {"type": "response.output_item.added", "output_index": 0, "item": item},
            {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": words},
            {"type": "response.output_item.done", "output_index": 0, "item": item},
            {"type": "response.completed", "response": {**done, "usage": usage}},
        ]
        text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        self._send(200, "text/event-stream", text.encode(), self.upstream.limits(account))

    def _send(self, status, kind, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
