"""A line to a running ``karussell serve``, in one file that needs the standard library alone.

It may be copied, or loaded by its path, by any Python from 3.9 on. Over the Unix socket of this
person no token is needed; over TCP the program bears the token of the server's token file.

    with Client() as line:
        line.request("hello")
        answer = line.request("ask", left="see you tom")
        print([slot["text"] for slot in answer["slots"] if slot])

The messages are those of ``karussell.service.protocol``. In a loop of events, `send`, wait until
`fileno()` can be read, and `receive(timeout=0)` until it gives None.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import os
import socket
import sys
import tempfile
import time
from typing import Any
from urllib.parse import urlsplit

VERSION = 3
"""Of the protocol."""

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MOST = 2**26  # bytes of a message; no answer is larger
_SENT = 2**16  # bytes of a message that the server reads


class RequestFailed(Exception):
    """The server said in one line why it did not obey a message."""


def usual_socket() -> str:
    """Where the server of this person listens."""
    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{_user()}"
    if not os.path.isdir(folder):
        folder = os.path.join(tempfile.gettempdir(), f"runtime-{_user()}")
    return os.path.join(folder, "karussell", "keyboard.sock")


def _user() -> int:
    return os.geteuid() if sys.platform != "win32" else 0


def page_link(path: str | None = None, *, settings: str | None = None) -> str:
    """A link to the page of the running server: what was learned, and preferences.

    It is good once and for a minute.

    Args:
        path: The server's Unix socket; None for that of this person.
        settings: What the server has to be; None for any.

    Raises:
        RequestFailed: The server gives none, or is another than that.
        OSError: Nobody listens there.
    """
    connection = http.client.HTTPConnection("localhost")
    try:
        connection.sock = _on_unix(path or usual_socket(), timeout=5.0)
        body, kind = json.dumps({"settings": settings}), {"Content-Type": "application/json"}
        connection.request("POST", "/v1/link", body, kind)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise RequestFailed(f"the server gives no link: {answer.status}")
        return str(json.loads(told)["link"])
    except (http.client.HTTPException, ValueError, KeyError, TypeError) as fault:
        raise ConnectionError("what listens there is no server of Karussell") from fault
    finally:
        connection.close()


class Client:
    """A conversation with the server about one text field.

    Args:
        path: The server's Unix socket; None for that of this person. It must be one's own.
        url: Where it listens on TCP instead, such as ``http://127.0.0.1:8420``.
        token: What its token file holds, for TCP.
        timeout: Seconds to wait for the server at each step.

    Raises:
        ValueError: The address is none of plain HTTP, or the token cannot be one.
        OSError: Nobody listens there, or the line is cut; also from each method.
        TimeoutError: The server did not answer in time; also from ``request``.
    """

    def __init__(
        self,
        path: str | None = None,
        url: str | None = None,
        token: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._token = None if token is None else _checked(token)
        self._timeout = timeout
        self._number, self._got = -1, b""
        self._parts: list[bytes] = []
        host = _host(url) if url else "localhost"
        self._socket = _on_tcp(host, timeout) if url else _on_unix(path or usual_socket(), timeout)
        try:
            self._shake_hands(host)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._frame(_CLOSE, (1000).to_bytes(2, "big"), 1)
        self._socket.close()

    def fileno(self) -> int:
        """What becomes readable when something came."""
        return self._socket.fileno()

    def request(self, type: str, **fields: Any) -> dict[str, Any]:
        """The reply to a message. What came before it, to what was sent, is dropped.

        Raises:
            RequestFailed: The server does not obey it.
        """
        number = self.send(type, **fields)
        last = time.monotonic() + self._timeout
        while True:
            reply = self.receive(max(0, last - time.monotonic()))
            if reply is None:
                raise TimeoutError(f"no reply in {self._timeout:g} seconds")
            if reply.get("number") in (number, None):
                break
        if reply["type"] == "failure":
            raise RequestFailed(reply["error"])
        return reply

    def send(self, type: str, **fields: Any) -> int:
        """Send a message, and wait for nothing; its number, which its reply bears, too.

        Raises:
            RequestFailed: It is larger than the server reads; the line goes on.
            TimeoutError: The server reads nothing; the line is closed.
        """
        self._number += 1
        if type == "hello":
            fields.setdefault("version", VERSION)
            if self._token is not None:
                fields.setdefault("key", self._token)
        text = json.dumps({"type": type, "number": self._number, **fields}, ensure_ascii=False)
        message = text.encode()
        if len(message) > _SENT:
            raise RequestFailed(
                f"a message of {len(message)} bytes, expected at most {_SENT}; it was not sent"
            )
        self._frame(_TEXT, message, self._timeout)
        return self._number

    def receive(self, timeout: float | None = None) -> dict[str, Any] | None:
        """The next reply, None if none came in so many seconds: by default in the usual time."""
        last = time.monotonic() + (self._timeout if timeout is None else timeout)
        while True:
            while (frame := self._whole_frame()) is not None:
                message = self._obey(*frame)
                if message is not None:
                    reply: dict[str, Any] = json.loads(message)
                    return reply
            try:
                self._check()
                self._socket.settimeout(max(0, last - time.monotonic()))
                self._hear()
            except (socket.timeout, BlockingIOError):  # noqa: UP041  # two errors in Python 3.9
                return None

    def _shake_hands(self, host: str) -> None:
        key = base64.b64encode(os.urandom(16))
        lines = ["GET /typing HTTP/1.1", f"Host: {host}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {key.decode()}"]
        lines += [f"Authorization: Bearer {self._token}"] * (self._token is not None)
        self._socket.sendall("".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")
        while b"\r\n\r\n" not in self._got:
            self._hear()
        head, _, self._got = self._got.partition(b"\r\n\r\n")
        start, *given = head.split(b"\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(b":") for line in given)
        }
        proof = base64.b64encode(hashlib.sha1(key + _ACCEPT).digest())
        if start.split()[1:2] != [b"101"] or headers.get(b"sec-websocket-accept") != proof:
            why = start.decode("latin-1")
            if start.split()[1:2] in ([b"401"], [b"403"]):
                why += "; look whether the token is that of its token file"
            raise ConnectionError(f"{host} opens no line: {why}")

    def _hear(self) -> None:
        """Read some more."""
        got = self._socket.recv(65536)
        if not got:
            raise ConnectionError("the server hung up")
        self._got += got

    def _whole_frame(self) -> tuple[int, bytes] | None:
        """The first byte and the data of the next frame, None if it is not all there."""
        if len(self._got) < 2:
            return None
        size, start = self._got[1] & 127, 2
        if size > 125:
            start += 2 if size == 126 else 8
            if len(self._got) < start:
                return None
            size = int.from_bytes(self._got[2:start], "big")
        if self._got[1] & 128 or size > _MOST:
            raise ConnectionError("the server sent what is no frame of its own")
        if len(self._got) < start + size:
            return None
        frame = self._got[0], self._got[start : start + size]
        self._got = self._got[start + size :]
        return frame

    def _obey(self, first: int, data: bytes) -> bytes | None:
        """The message that a frame ends, None if it ends none."""
        kind = first & 15
        if kind == _CLOSE:
            why = data[2:].decode("utf-8", "replace") or "the server closed the line"
            raise ConnectionError(why)
        if kind == _PING:
            self._frame(_PONG, data, self._timeout)
        if kind > 2:
            return None
        self._parts.append(data)
        if not first & 128:
            return None
        message, self._parts = b"".join(self._parts), []
        return message

    def _check(self) -> None:
        """Look whether the line is open."""
        if self._socket.fileno() < 0:
            raise ConnectionError("the line is closed")

    def _frame(self, kind: int, data: bytes, timeout: float) -> None:
        mask, size = os.urandom(4), len(data)
        head = bytes([128 | kind, 128 | (size if size < 126 else 126 if size < 65536 else 127)])
        if size > 125:
            head += size.to_bytes(2 if size < 65536 else 8, "big")
        masks = (mask * (size // 4 + 1))[:size]
        masked = int.from_bytes(data, "big") ^ int.from_bytes(masks, "big")
        self._check()
        try:
            self._socket.settimeout(timeout)
            self._socket.sendall(head + mask + masked.to_bytes(size, "big"))
        except BaseException:
            self._socket.close()  # half a frame may be out, and the next be read as its rest
            raise


def _checked(token: str) -> str:
    """A token as it stands in its file, without the end of the line."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()):
        raise ValueError("the token: expected what the token file of the server holds")
    return token


def _host(url: str) -> str:
    """Host and port in an address. Other schemes would be spoken as plain text, and are refused."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "ws") and parts.hostname and ":" not in parts.hostname:
            return f"{parts.hostname}:{parts.port or 80}"
    except ValueError:
        pass
    raise ValueError(f"url {url!r}: expected http://HOST:PORT, such as http://127.0.0.1:8420")


def _on_unix(path: str, timeout: float) -> socket.socket:
    if os.stat(path).st_uid != _user():
        raise PermissionError(f"{path} belongs to another user")
    return _connected(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), path, timeout)


def _on_tcp(host: str, timeout: float) -> socket.socket:
    name, _, port = host.partition(":")
    found = _connected(
        socket.socket(socket.AF_INET, socket.SOCK_STREAM), (name, int(port or 80)), timeout
    )
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def _connected(found: socket.socket, address: object, timeout: float) -> socket.socket:
    found.settimeout(timeout)
    try:
        found.connect(address)  # type: ignore[arg-type]
    except BaseException:
        found.close()
        raise
    return found
