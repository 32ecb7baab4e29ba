"""An upstream that holds one turn open until it is told to end it, and the client of that turn."""

import http.client
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


def event(kind, **fields):
    body = ", ".join([f'"type": "{kind}"', *(f'"{name}": {value}' for name, value in fields.items())])
    return f"event: {kind}\ndata: {{{body}}}\n\n".encode()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if not self.path.endswith("/codex/responses"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(event("response.created", response='{"id": "one"}'))
        self.wfile.write(event("response.output_text.delta", delta='"begun"'))
        self.wfile.flush()
        if self.server.go_on.wait(300):
            self.wfile.write(event("response.output_text.delta", delta='"ended"'))
            self.wfile.write(event("response.completed", response='{"id": "one", "status": "completed", "output": []}'))

    def log_message(self, *_):
        pass


class Upstream:
    """Speaks as the service does, on a port of its own."""

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.go_on = threading.Event()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def go_on(self):
        self.server.go_on.set()


class Turn:
    """One turn through the router that a `config.toml` leads to; begun when its first words are here."""

    def __init__(self, config):
        url = urlsplit(re.search(rb'openai_base_url = "([^"]+)"', config)[1].decode())
        self.connection = http.client.HTTPConnection(url.netloc, timeout=120)
        body = '{"model": "gpt-5", "stream": true, "store": false, "instructions": "", "input": []}'
        self.connection.request("POST", f"{url.path}/responses", body, {"content-type": "application/json"})
        self.answer = self.connection.getresponse()
        self.text = b""
        while b"begun" not in self.text:
            line = self.answer.readline()
            if not line:
                raise AssertionError(f"{self.answer.status}: the turn did not begin: {self.text!r}")
            self.text += line

    def rest(self):
        self.text += self.answer.read()
        return self.text.decode()
