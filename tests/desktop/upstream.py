"""Plays the ChatGPT backend for made-up accounts: quota as told, turns as long as something is left."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FIVE_HOURS, WEEK = 5 * 3600, 7 * 24 * 3600


class Upstream:
    """Use as a context. `used` holds what each account has used of its windows, in percent."""

    def __init__(self):
        self.used = {}
        self.resets_in = {}
        self.turns = []
        handler = type("Handler", (_Handler,), {"upstream": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/backend-api"

    def person(self, name, five_hours, week, resets_in=8000):
        """Sets what an account has used."""
        self.used[f"account-{name}"] = [five_hours, week]
        self.resets_in[f"account-{name}"] = resets_in

    def is_out(self, account):
        return any(used >= 100 for used in self.used[account])

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
        if self.path.endswith("/wham/usage") and account in self.upstream.used:
            self._json(200, self.upstream.usage(account))
        else:
            self._json(404, {"detail": "nothing here"})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        account = self.headers.get("chatgpt-account-id")
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
            self._json(429, {"error": error})
            return
        self._stream(account)

    def _json(self, status, value):
        self._send(status, "application/json", json.dumps(value).encode())

    def _stream(self, account):
        usage = {"input_tokens": 70, "output_tokens": 7, "input_tokens_details": {"cached_tokens": 3}}
        events = [
            {"type": "response.created", "response": {"id": f"resp-{len(self.upstream.turns)}"}},
            {"type": "response.output_text.delta", "delta": f"hello from {account}"},
            {"type": "response.completed", "response": {"id": f"resp-{len(self.upstream.turns)}", "usage": usage}},
        ]
        text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        self._send(200, "text/event-stream", text.encode())

    def _send(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
