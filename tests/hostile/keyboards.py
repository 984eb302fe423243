"""A server in a process of its own, and clients of it."""

import contextlib
import json
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from karussell.service import VERSION

_PROGRAM = "from karussell.cli.main import main; main()"


class Server:
    """A server that runs: ``karussell keyboard``, as a person starts it."""

    def __init__(self, process: subprocess.Popen[str], port: int, token: str, key: str) -> None:
        self.process = process
        self.port = port
        self.token = token
        self.key = key

    @property
    def host(self) -> str:
        """What its page is at."""
        return f"127.0.0.1:{self.port}"

    def head(self, start: str, *lines: str) -> bytes:
        """A request of its own page, without the end of its head."""
        told = [f"{start} HTTP/1.1", f"Host: {self.host}", f"Origin: http://{self.host}", *lines]
        return "".join(f"{line}\r\n" for line in told).encode()

    def handshake(self) -> bytes:
        """A handshake, without the end of its head."""
        return self.head(
            "GET /typing",
            f"Cookie: karussell_{self.port}={self.token}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )

    def dial(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def looks(self) -> tuple[float, float, int, int]:
        """Its memory in MiB, that at most, its descriptors and threads."""
        folder = Path(f"/proc/{self.process.pid}")
        status = (folder / "status").read_text()
        told = {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+)", status, re.M)}
        files = len(list((folder / "fd").iterdir()))
        return told["VmRSS"] / 1024, told["VmHWM"] / 1024, files, told["Threads"]


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Server]:
    """A server with the packaged English model, while the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard > 0 else soft, hard))
    command = [sys.executable, "-c", _PROGRAM, "keyboard", "--port", "0", "--no-memory"]
    command += ["--no-browser", *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        link = ""
        while "#code=" not in link:
            link = process.stdout.readline()
            if not link:
                raise RuntimeError("the server ended before it told its link")
        found = re.search(r"127\.0\.0\.1:(\d+)/#code=([\w-]+)", link)
        assert found is not None
        threading.Thread(target=process.stdout.read, daemon=True).start()
        token, key = _signed_in(int(found[1]), found[2])
        try:
            yield Server(process, int(found[1]), token, key)
        finally:
            process.terminate()


def _signed_in(port: int, code: str) -> tuple[str, str]:
    host = f"http://127.0.0.1:{port}"
    headers = {"Origin": host, "Content-Type": "application/json", "X-Karussell": "1"}
    body = json.dumps({"code": code}).encode()
    request = urllib.request.Request(f"{host}/session", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        key: str = json.load(answer)["key"]
        return answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0], key


class Field:
    """A text field that speaks the protocol, over a line as thin as can be."""

    def __init__(self, server: Server) -> None:
        self.socket = server.dial()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")
        self.socket.sendall(server.handshake() + b"\r\n")
        answer = self._file.readline()
        if not answer.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(answer.decode())
        while self._file.readline() != b"\r\n":
            pass
        self.number = -1
        welcome = self.say(type="hello", version=VERSION, key=server.key)
        assert '"welcome"' in welcome[:30], welcome

    def say(self, **message: object) -> str:
        """The reply to a message, which gets its number."""
        self.number += 1
        self.send(json.dumps({"number": self.number, **message}, ensure_ascii=False))
        return self.hear()

    def send(self, text: str) -> None:
        """Send a message."""
        data = text.encode()
        size = len(data)
        head = bytes([0x81, 0x80 | min(size, 126)])
        if size >= 126:
            head += size.to_bytes(2, "big")
        self.socket.sendall(head + bytes(4) + data)

    def hear(self) -> str:
        """The next message."""
        while True:
            first, size = self._file.read(2)
            if size == 126:
                size = int.from_bytes(self._file.read(2), "big")
            elif size == 127:
                size = int.from_bytes(self._file.read(8), "big")
            data = self._file.read(size)
            if first == 0x81:
                return data.decode()
            if first == 0x89:
                self.socket.sendall(bytes([0x8A, 0x80 | size]) + bytes(4) + data)
            elif first == 0x88:
                raise ConnectionError(f"closed: {data[2:].decode()}")

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self.socket.close()
