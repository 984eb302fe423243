"""What a request may look like, and what every answer bears, whoever makes it."""

import contextlib
import logging
import socket
import struct
import time

import pytest

from karussell.web import app
from tests.web.serving import Running, frame, read_all
from tests.web.test_typing import CANARY, ask, typing

NO_LINGER = struct.pack("ii", 1, 0)
STRICT = (
    b"content-security-policy: default-src 'none'",
    b"x-content-type-options: nosniff",
    b"referrer-policy: no-referrer",
    b"cross-origin-resource-policy: same-origin",
    b"cross-origin-opener-policy: same-origin",
    b"cache-control: no-store",
)


def answer_to(running: Running, request: bytes) -> bytes:
    """The first answer, whatever comes behind it."""
    with running.dial() as connection:
        connection.sendall(request.replace(b"HOST", running.host.encode()))
        connection.shutdown(socket.SHUT_WR)
        return read_all(connection)


def status_of(running: Running, request: bytes) -> int:
    return int(answer_to(running, request).split(b" ", 2)[1])


@pytest.mark.parametrize("version", ["0.0", "0.9", "1.2", "1.9", "2.0", "3.0", "9.9"])
def test_a_version_that_is_none_is_refused(running: Running, version: str) -> None:
    request = f"GET / HTTP/{version}\r\nHost: HOST\r\nConnection: close\r\n\r\n"
    assert status_of(running, request.encode()) == 505


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_version_that_is_one_is_answered(running: Running, version: str) -> None:
    request = f"GET / HTTP/{version}\r\nHost: HOST\r\nConnection: close\r\n\r\n"
    assert status_of(running, request.encode()) == 200


@pytest.mark.parametrize(
    "version", ["", " http/1.1", " HTTP/1", " HTTP/11", " HTTP/1.1 ", " HTTP/1.10", " HTTP/-1.1"]
)
def test_a_version_that_cannot_be_read_is_refused(running: Running, version: str) -> None:
    assert status_of(running, f"GET /{version}\r\nHost: HOST\r\n\r\n".encode()) == 400


OTHER_LINE_ENDS = {
    "all LF": b"GET / HTTP/1.1\nHost: HOST\n\n",
    "one LF": b"GET / HTTP/1.1\r\nHost: HOST\nX: y\r\n\r\n",
    "the first": b"GET / HTTP/1.1\nHost: HOST\r\n\r\n",
    "the last": b"GET / HTTP/1.1\r\nHost: HOST\r\n\n",
    "all CR": b"GET / HTTP/1.1\rHost: HOST\r\r",
    "CR inside": b"GET / HTTP/1.1\r\nHost: HOST\r\nX: a\rb\r\n\r\n",
    "CR CR LF": b"GET / HTTP/1.1\r\r\nHost: HOST\r\n\r\n",
    "LF CR": b"GET / HTTP/1.1\n\rHost: HOST\n\r\n\r",
    "empty before": b"\r\nGET / HTTP/1.1\nHost: HOST\n\n",
    "vertical": b"GET / HTTP/1.1\x0bHost: HOST\r\n\r\n",
}


@pytest.mark.parametrize("name", OTHER_LINE_ENDS)
def test_line_ends_that_are_none_are_refused(running: Running, name: str) -> None:
    assert status_of(running, OTHER_LINE_ENDS[name]) == 400


@pytest.mark.parametrize("name", OTHER_LINE_ENDS)
def test_line_ends_that_are_none_are_refused_byte_by_byte(running: Running, name: str) -> None:
    with running.dial() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(ConnectionError):
            for byte in OTHER_LINE_ENDS[name].replace(b"HOST", running.host.encode()):
                connection.sendall(bytes([byte]))
                time.sleep(0.0005)
            connection.shutdown(socket.SHUT_WR)
        answers = read_all(connection)
    assert b" 200 " not in answers


def test_line_ends_of_a_request_behind_another_are_seen(running: Running) -> None:
    first = b"GET /icon.svg HTTP/1.1\r\nHost: HOST\r\n\r\n"
    answers = answer_to(running, first + b"GET /icon.svg HTTP/1.1\nHost: HOST\n\n" + first)
    assert answers.count(b"HTTP/1.1 200") == 1
    assert answer_to(running, first + first).count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
        b"transfer-encoding: CHUNKED\r\nX-A: b\r\ncontent-length: 0",
        b"Content-Length: 5\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Content-Length : 4\r\nTransfer-Encoding: chunked",
    ],
    ids=range(8),
)
@pytest.mark.parametrize("start", [b"POST /session", b"GET /icon.svg", b"POST /none"])
def test_a_body_whose_end_can_be_read_in_two_ways_ends_the_connection(
    running: Running, start: bytes, framing: bytes
) -> None:
    lines = b" HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nX-Karussell: 1\r\n"
    lines += b"Content-Type: application/json\r\n" + framing + b"\r\n\r\n"
    behind = b"0\r\n\r\nGET /icon.svg HTTP/1.1\r\nHost: HOST\r\n\r\n"
    with running.dial() as connection:  # which is ended by the server
        sent = (start + lines + behind).replace(b"HOST", running.host.encode())
        connection.sendall(sent)
        answers = read_all(connection)
    assert answers.count(b"HTTP/1.1 ") == 1
    assert answers.split(b" ", 2)[1] in (b"400", b"501")


def test_line_ends_of_a_body_are_its_own(running: Running) -> None:
    lines = (
        b"POST /session HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nX-Karussell: 1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 14\r\n\r\n"
    )
    assert status_of(running, lines + b'{"code":\n""\n}\n') == 403


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"x" * 8200 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
        b"GET /?" + b"x" * 8200 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
        b"GET /" + b"%41" * 2800 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
        b"GET /" + b"x" * 4200 + b" HTTP/1.1\r\nHost: HOST\r\nX: " + b"y" * 4200 + b"\r\n\r\n",
        b"GET /" + b"x" * 7000 + b"?" + b"y" * 1300 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\n" + b"X: y\r\n" * 4100 + b"\r\n",
    ],
)
def test_the_address_counts_towards_the_limit(running: Running, request_: bytes) -> None:
    assert status_of(running, request_) == 431


def test_the_address_of_a_line_counts_as_well(running: Running) -> None:
    long = running.handshake(start=f"GET /typing?{'x' * 8200} HTTP/1.1")
    assert status_of(running, long) == 431


ANSWERS = {
    "a page": b"GET / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a head": b"HEAD / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "no HTTP": b"hello\r\n\r\n",
    "no such version": b"GET / HTTP/9.9\r\nHost: HOST\r\n\r\n",
    "another line end": b"GET / HTTP/1.1\nHost: HOST\n\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "another host": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no method": b"BREW / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "options": b"OPTIONS / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "no token": b"GET /session HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "too long": b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    "too long and cut": b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * 20_000,
    "no such place": b"GET /none HTTP/1.1\r\nHost: HOST\r\nCookie: TOKEN\r\n\r\n",
    "elsewhere": b"GET /session/ HTTP/1.1\r\nHost: HOST\r\nCookie: TOKEN\r\n\r\n",
    "not so": b"POST / HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nCookie: TOKEN\r\n"
    b"Content-Type: application/json\r\nX-Karussell: 1\r\nContent-Length: 0\r\n\r\n",
    "a bad body": b"POST /session HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\n"
    b"Content-Type: application/json\r\nX-Karussell: 1\r\nContent-Length: 0\r\n\r\n",
    "no handshake": b"GET /typing HTTP/1.1\r\nHost: HOST\r\nCookie: TOKEN\r\n\r\n",
}


@pytest.mark.parametrize("name", [*ANSWERS, "a handshake", "a refused one", "a broken one"])
def test_every_answer_bears_the_strict_headers_whoever_makes_it(
    running: Running, name: str
) -> None:
    handshake = running.handshake()
    handshakes = {
        "a handshake": handshake + frame(running.greeting.encode()) + frame(b"", 8),
        "a refused one": handshake.replace(b"Cookie", b"Cake"),
        "a broken one": handshake.replace(b"dGhl", b"!!!!"),
    }
    request = {**ANSWERS, **handshakes}[name].replace(b"TOKEN", running.cookie.encode())
    head = answer_to(running, request).partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 ")
    assert [head.count(header) for header in STRICT] == [1] * len(STRICT)


def hang_up(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    connection.close()


@pytest.mark.parametrize("rude", [True, False])
def test_who_hangs_up_is_no_fault_of_ours(
    running: Running, caplog: pytest.LogCaptureFixture, rude: bool
) -> None:
    handshake, greeting = running.handshake(), frame(running.greeting.encode())
    question = frame(f'{{"type": "ask", "number": 1, "left": "{CANARY}"}}'.encode())
    ways = [request.replace(b"TOKEN", running.cookie.encode()) for request in ANSWERS.values()]
    ways += [way[: len(way) // 2] for way in ways]
    ways += [way.replace(b"Content-Length: 0", b"Content-Length: 9") + b"x" for way in ways]
    ways += [way * 20 for way in ways]
    ways += [
        handshake,
        handshake[:-1],
        handshake.replace(b"Cookie", b"Cake"),
        handshake + greeting,
        handshake + greeting[:9],
        handshake + greeting + question * 20,
        handshake + greeting + question + question[:9],
        handshake + greeting + frame(b"", 9) * 5000,
        handshake + greeting + frame(b"", 8) + question * 9,
        handshake + greeting + frame(b"\xff"),
        handshake + greeting + frame(b"{}", 2),
        handshake + greeting + frame(b"", 3),
    ]
    caplog.set_level(logging.INFO)
    for way in ways:
        for pause in (0, 0.002):
            connection = running.dial()
            with contextlib.suppress(ConnectionError):
                connection.sendall(way.replace(b"HOST", running.host.encode()))
                time.sleep(pause)
            hang_up(connection) if rude else connection.close()
    with typing(running) as field:
        assert ask(field, {"number": 1, "left": "see "})["number"] == 1
    deadline = time.monotonic() + 600
    while running.server.server_state.connections and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not running.server.server_state.connections
    assert [record.getMessage() for record in caplog.records if record.levelno > 20] == []


def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours(
    running: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "BODY_SECONDS", 30)
    body = ANSWERS["a bad body"].replace(b"Length: 0", b"Length: 9")
    for sent in (body, body + b"x", body.replace(b"Content-Length: 9", b"Expect: 100-continue")):
        connection = running.dial()
        connection.sendall(sent.replace(b"HOST", running.host.encode()))
        time.sleep(0.02)
        hang_up(connection)
    assert running.ask("GET", "/icon.svg")[0] == 200
    assert not caplog.records
