"""The real server on a free loopback port, in a thread of the test's process."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from karussell.keyboard import Predictor
from karussell.web import Access, claimed, create_app
from karussell.web.guard import Guard
from karussell.web.listening import listen
from karussell.web.server import settings

TOKEN = "a-token-of-programs-0123456789-abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that runs, and the secrets of its start."""

    port: int
    access: Access
    server: uvicorn.Server

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def cookie(self) -> str:
        return f"{self.access.cookie}={self.access.token}"

    @property
    def path(self) -> str:
        """Its Unix socket."""
        assert self.access.place is not None
        return self.access.place

    @property
    def greeting(self) -> str:
        """What a page says first."""
        return f'{{"type": "hello", "number": 0, "version": 3, "key": "{self.access.key}"}}'

    def handshake(self, *more: str, start: str = "GET /typing HTTP/1.1") -> bytes:
        """What a browser sends that is signed in, to open a line."""
        lines = (
            start,
            f"Host: {self.host}",
            f"Origin: {self.origin}",
            f"Cookie: {self.cookie}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            *more,
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def dial(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def ask(
        self, method: str, path: str, *, body: str | bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """One HTTP request; header names are given with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
        finally:
            connection.close()


@contextlib.contextmanager
def serving(predictor: Predictor, *, port: int = 0) -> Iterator[Running]:
    """Serve a predictor while the block runs."""
    with serving_app(lambda access: create_app(predictor, access), port=port) as running:
        yield running


@contextlib.contextmanager
def serving_programs(
    predictor: Predictor, folder: Path, *, origins: Collection[str] = ()
) -> Iterator[Running]:
    """Serve a predictor to programs, too, on a Unix socket in a folder, while the block runs."""
    with (
        claimed(folder / "karussell" / "keyboard.sock") as place,
        serving_app(
            lambda access: create_app(predictor, access), place=place, origins=origins
        ) as running,
    ):
        yield running


@contextlib.contextmanager
def serving_app(
    create: Callable[[Access], Guard],
    *,
    port: int = 0,
    place: socket.socket | None = None,
    origins: Collection[str] = (),
) -> Iterator[Running]:
    """Serve an app while the block runs."""
    listener = listen(port)
    bound = listener.getsockname()[1]
    path = place.getsockname() if place else None
    access = Access(bound, program=TOKEN, foreign=origins, place=path)
    server = uvicorn.Server(settings(create(access)))
    sockets = [listener, *([place] if place else [])]
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets})
    thread.start()
    try:
        yield Running(port=bound, access=access, server=server)
    finally:
        server.should_exit = True
        thread.join()


def read_all(connection: socket.socket) -> bytes:
    """All that comes until the other end hangs up, however it does that."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            found += piece
    return found


def frame(text: bytes, opcode: int = 1, *, last: bool = True) -> bytes:
    """A WebSocket frame as a client sends it, masked by zeros."""
    size = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
    return bytes([0x80 * last | opcode]) + size + bytes(4) + text
