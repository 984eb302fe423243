"""Nobody is waited for: whoever has not shown that they belong here, and whoever does not read."""

import contextlib
import socket
import time
from collections.abc import Callable

import pytest
from websockets.exceptions import WebSocketException

from karussell.web import app, lines, prompt
from tests.web.serving import Running, frame, read_all
from tests.web.test_typing import ask, typing

HEADERS = ("Host: {host}", "Origin: {origin}", "Content-Type: application/json", "X-Karussell: 1")
TLS = bytes.fromhex("160301020001000001fc0303") + bytes(500)
PINGS = frame(b"p" * 125, 9) * 100


def request(running: Running, start: str, *more: str) -> bytes:
    told = [line.format(host=running.host, origin=running.origin) for line in (*HEADERS, *more)]
    return ("\r\n".join([start, *told]) + "\r\n\r\n").encode()


def be_impatient(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    for module, name in (
        (prompt, "HEAD_SECONDS"),
        (prompt, "ANSWER_SECONDS"),
        (prompt, "CLOSE_SECONDS"),
        (lines, "LET_IN_SECONDS"),
        (lines, "CLOSE_SECONDS"),
        (app, "GREETING_SECONDS"),
        (app, "BODY_SECONDS"),
    ):
        monkeypatch.setattr(module, name, seconds)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    be_impatient(monkeypatch, 0.3)


def drip(connection: socket.socket, drop: bytes) -> None:
    """Send a little again and again, until the other end hangs up."""
    deadline = time.monotonic() + 600
    connection.settimeout(0.02)
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < deadline:
            connection.sendall(drop)
            with contextlib.suppress(TimeoutError):
                while connection.recv(65536):
                    pass
                return
    assert time.monotonic() < deadline


def is_cut_off(connection: socket.socket, sent: bytes, times: int) -> bool:
    """Whether the other end hangs up on who sends so much, and does not read."""
    try:
        for _ in range(times):
            connection.sendall(sent)
    except ConnectionError:
        return True
    return False


OPENINGS: dict[str, Callable[[Running], bytes]] = {
    "nothing": lambda _: b"",
    "half a head": lambda running: request(running, "GET / HTTP/1.1")[:-2],
    "half a line": lambda _: b"GET / HT",
    "TLS": lambda _: TLS,
    "half of TLS": lambda _: TLS[:3],
    "an answered request": lambda running: request(running, "GET /icon.svg HTTP/1.1"),
    "half a body": lambda running: request(running, "POST /session HTTP/1.1", "Content-Length: 5"),
    "half a chunk": lambda running: (
        request(running, "POST /session HTTP/1.1", "Transfer-Encoding: chunked") + b"5\r\n"
    ),
    "half the body of what is refused": lambda running: request(
        running, "POST /none HTTP/1.1", "Content-Length: 50"
    ),
    "a body where none belongs": lambda running: request(
        running, "GET / HTTP/1.1", "Content-Length: 50"
    ),
    "a line without a greeting": lambda running: running.handshake(),
    "half a greeting": lambda running: running.handshake() + frame(b"{}")[:4],
    "a greeting in pieces": lambda running: running.handshake() + frame(b"{", last=False),
    "a handshake with a body": lambda running: running.handshake("Content-Length: 5"),
    "a handshake in chunks": lambda running: running.handshake("Transfer-Encoding: chunked"),
}
DROPS = {
    "half a head": b"X: y\r\n",
    "half a line": b"x",
    "half a body": b" ",
    "half a chunk": b" ",
    "half the body of what is refused": b" ",
    "a body where none belongs": b" ",
    "a line without a greeting": frame(b"", 9),
    "a greeting in pieces": frame(b"", 0, last=False),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_connection_that_stands_still_is_closed(running: Running, opening: str) -> None:
    with running.dial() as connection:
        connection.sendall(OPENINGS[opening](running))
        read_all(connection)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("opening", DROPS)
def test_a_connection_that_is_kept_alive_by_drops_is_closed(running: Running, opening: str) -> None:
    with running.dial() as connection:
        connection.sendall(OPENINGS[opening](running))
        drip(connection, DROPS[opening])


@pytest.mark.usefixtures("impatient")
def test_who_asks_again_and_again_and_does_not_read_is_cut_off(running: Running) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", running.port))
        many = request(running, "GET /main.js HTTP/1.1") * 100
        assert is_cut_off(connection, many, 10_000)


def test_a_field_that_is_let_in_may_rest(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.ExitStack() as opened:
        for seconds in (0.3, 3.0, 30.0):  # a busy machine may come too late to be let in
            be_impatient(monkeypatch, seconds)
            with contextlib.suppress(OSError, EOFError, WebSocketException):
                rested = opened.enter_context(typing(running))
                break
        time.sleep(seconds + 0.7)
        assert ask(rested, {"number": 1, "left": "see "})["number"] == 1


BODIES = {
    "a length": ("Content-Length: 5",),
    "two lengths": ("Content-Length: 0", "Content-Length: 5"),
    "chunks": ("Transfer-Encoding: chunked",),
    "both": ("Transfer-Encoding: chunked", "Content-Length: 5"),
    "another coding": ("Transfer-Encoding: gzip",),
    "more headers than a handshake has": [f"X-{number}: 1" for number in range(200)],
    "two keys": ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",),
    "two versions": ("Sec-WebSocket-Version: 12",),
    "a second upgrade": ("Upgrade: h2c",),
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("sent", [b"", b"5\r\nhello\r\n0\r\n\r\n"])
def test_a_handshake_with_more_than_a_handshake_is_answered(
    running: Running, body: str, sent: bytes
) -> None:
    with running.dial() as connection:
        connection.sendall(running.handshake(*BODIES[body]) + sent)
        answer = connection.recv(65536)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501"))
    assert b"content-security-policy:" in answer.lower()


def test_a_key_that_is_none_is_told_so(running: Running) -> None:
    with running.dial() as connection:
        connection.sendall(running.handshake().replace(b"dGhl", b"!!!!"))
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"content-security-policy:" in answer.lower()


@pytest.mark.parametrize(
    "start",
    [
        "POST /typing HTTP/1.1",
        "HEAD /typing HTTP/1.1",
        "GET /typing HTTP/1.0",
        "GET /typing HTTP/2.0",
        "GET /typing HTTP/1.7",
    ],
)
def test_a_handshake_of_another_kind_is_answered(running: Running, start: str) -> None:
    with running.dial() as connection:
        connection.sendall(running.handshake(start=start))
        answer = connection.recv(65536)
    assert int(answer.split()[1]) in (400, 404, 403, 405, 415, 426, 505)


@pytest.mark.parametrize("kind", [b"", b"GET / HT", "handshake", "answered"])
def test_who_is_not_let_in_makes_room_for_the_next(
    running: Running, monkeypatch: pytest.MonkeyPatch, kind: bytes | str
) -> None:
    monkeypatch.setattr(lines, "WAITING_LIMIT", 8)
    opening = {
        "handshake": running.handshake(),
        "answered": request(running, "GET /icon.svg HTTP/1.1"),
    }
    with typing(running) as field, contextlib.ExitStack() as stack:
        for _ in range(50):
            connection = stack.enter_context(running.dial())
            with contextlib.suppress(ConnectionError):
                connection.sendall(kind if isinstance(kind, bytes) else opening[kind])
        assert running.ask("GET", "/icon.svg")[0] == 200
        assert ask(field, {"number": 1, "left": "see "})["number"] == 1
        with typing(running) as another:
            assert ask(another, {"number": 1, "left": "see "})["number"] == 1
        assert len(running.server.server_state.connections) <= 8 + 3


def hoard(running: Running, sent: bytes, times: int) -> None:
    """Greet, and send without reading, until the other end hangs up."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", running.port))
        connection.sendall(running.handshake() + frame(running.greeting.encode()))
        while b"welcome" not in connection.recv(4096):
            pass
        assert is_cut_off(connection, sent, times)


def test_pings_before_the_greeting_are_few(running: Running) -> None:
    with running.dial() as connection:
        connection.sendall(running.handshake() + frame(b"", 9) * 10)
        connection.sendall(frame(running.greeting.encode()))
        heard = b""
        while b"welcome" not in heard:
            heard += connection.recv(4096)
        connection.sendall(frame(b"", 9) * 50)
        while heard.count(b"\x8a\x00") < 60:
            heard += connection.recv(4096)
    with running.dial() as connection:
        connection.sendall(running.handshake() + frame(b"", 9) * 50)
        assert b"no greeting came" not in read_all(connection)  # it was not waited for


def test_pongs_that_nobody_reads_do_not_pile_up(running: Running) -> None:
    hoard(running, PINGS, 2_000)


def test_a_message_in_crumbs_does_not_pile_up(running: Running) -> None:
    crumbs = frame(b"", 0, last=False) * 1000
    hoard(running, frame(b"{", last=False) + crumbs + crumbs, 1_000)


def test_pings_between_crumbs_do_not_pile_up(running: Running) -> None:
    crumb = frame(b"", 0, last=False) + frame(b"", 9)
    hoard(running, frame(b"{", last=False) + crumb * 2000, 1_000)
