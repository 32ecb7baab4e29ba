"""A proxy on this machine, and an upstream that only a proxy can reach: its name means nothing to anyone else."""

import socket
import subprocess
import threading

# RFC 2606: a name that never resolves.
NAME = "upstream.invalid"


def secure(folder):
    """Makes a certificate for the upstream's name; gives back the files of it and its key, and the file of whom to trust."""
    folder.mkdir()
    trust, request, leaf = folder / "trust.pem", folder / "request.pem", folder / "leaf.pem"
    names = folder / "names"
    names.write_text(f"subjectAltName=DNS:{NAME}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    authority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
    signing = ["-CA", trust, "-CAkey", folder / "trust.key", "-CAcreateserial", "-extfile", names, "-days", "2"]
    for command in [
        # The system's own settings would add a second kind of constraint.
        [*new, "-x509", "-config", "/dev/null", "-subj", "/CN=a trust of this test", "-days", "2", *authority]
        + ["-keyout", folder / "trust.key", "-out", trust],
        [*new, "-config", "/dev/null", "-subj", f"/CN={NAME}", "-keyout", folder / "leaf.key", "-out", request],
        ["openssl", "x509", "-req", "-in", request, *signing, "-out", leaf],
    ]:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
    return (leaf, folder / "leaf.key"), trust


class Proxy:
    """Use as a context. Tunnels each request to one server, and records its target."""

    def __init__(self, port):
        self.port = port
        self.targets = []
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self):
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=[client], daemon=True).start()

    def _tunnel(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(4096)
            if not piece:
                return
            head += piece
        method, target = head.decode().split()[:2]
        self.targets.append(f"{method} {target}")
        server = socket.create_connection(("127.0.0.1", self.port))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=_carry, args=[server, client], daemon=True).start()
        _carry(client, server)


def _carry(source, sink):
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
