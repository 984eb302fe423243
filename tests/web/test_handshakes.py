"""Every combination of what a request can claim about itself, against the real server.

The oracle below speaks of what a case *is*, never of header values, and shares no code with the
guard.
"""

import contextlib
import itertools
import socket
from collections.abc import Iterable
from typing import NamedTuple

from tests.web.serving import Running

HOSTS = ("ours", "localhost", "other port", "foreign", "missing", "twice")
ORIGINS = ("missing", "ours", "localhost", "null", "other port", "foreign")
COOKIES = ("missing", "right", "wrong")
BEARERS = ("missing", "right", "wrong")
SITES = ("missing", "same-origin", "same-site", "cross-site", "none")
TRANSPORTS = ("page", "private read", "hand-over", "socket")

AT_ONCE = 48  # sockets; the server holds 64


class Case(NamedTuple):
    host: str
    origin: str
    cookie: str
    bearer: str
    site: str
    transport: str


CASES = [Case(*c) for c in itertools.product(HOSTS, ORIGINS, COOKIES, BEARERS, SITES, TRANSPORTS)]


def ought_to_pass(case: Case) -> bool:
    """What the rules want, in the order of a person who explains them."""
    if case.host not in ("ours", "localhost"):
        return False
    if case.origin == "missing":
        # A browser leaves it out of a plain read only; a program proves itself by the token.
        if case.transport in ("hand-over", "socket") and case.bearer != "right":
            return False
    elif case.origin != case.host:
        return False
    if case.site in ("same-site", "cross-site"):
        return False
    if case.site == "none" and case.transport != "page":
        return False
    if case.transport in ("page", "hand-over"):
        return True
    return case.cookie == "right" or case.bearer == "right"


def request_of(case: Case, running: Running) -> bytes:
    port, token = running.port, running.access.token
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    target = {
        "page": "GET /",
        "private read": "GET /session",
        "hand-over": "POST /session",
        "socket": "GET /typing",
    }
    hosts = {
        "ours": [f"127.0.0.1:{port}"],
        "localhost": [f"localhost:{port}"],
        "other port": [f"127.0.0.1:{port ^ 1}"],
        "foreign": [f"evil.example:{port}"],
        "missing": [],
        "twice": [f"127.0.0.1:{port}", f"127.0.0.1:{port}"],
    }
    origins = {
        "ours": f"http://127.0.0.1:{port}",
        "localhost": f"http://localhost:{port}",
        "null": "null",
        "other port": f"http://127.0.0.1:{port ^ 1}",
        "foreign": "http://evil.example",
    }
    lines = [f"{target[case.transport]} HTTP/1.1"]
    lines += [f"Host: {host}" for host in hosts[case.host]]
    if case.origin != "missing":
        lines.append(f"Origin: {origins[case.origin]}")
    if case.cookie != "missing":
        value = token if case.cookie == "right" else wrong
        lines.append(f"Cookie: other=1; {running.access.cookie}={value}")
    if case.bearer != "missing":
        lines.append(f"Authorization: Bearer {token if case.bearer == 'right' else wrong}")
    if case.site != "missing":
        lines.append(f"Sec-Fetch-Site: {case.site}")
    if case.transport == "socket":
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    else:
        lines.append("Connection: close")
    if case.transport == "hand-over":
        lines += ["Content-Type: application/json", "X-Karussell: 1", "Content-Length: 2"]
    body = "{}" if case.transport == "hand-over" else ""
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def statuses_of(requests: Iterable[bytes], port: int) -> list[int]:
    """Send each request over a connection of its own, all at once, and read what comes back."""
    with contextlib.ExitStack() as stack:
        connections = []
        for request in requests:
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            connections.append(stack.enter_context(connection))
            connection.sendall(request)
        return [int(connection.recv(4096).split(b" ", 2)[1]) for connection in connections]


def test_every_handshake_is_decided_as_the_rules_want(running: Running) -> None:
    # The hand-over passes the guard with an empty object, which the app behind it calls a bad
    # request: a 400 that the guard itself never gives.
    passing = {"page": 200, "private read": 204, "hand-over": 400, "socket": 101}
    refusing = {401, 403, 421}

    decisions: list[tuple[Case, int]] = []
    for first in range(0, len(CASES), AT_ONCE):
        cases = CASES[first : first + AT_ONCE]
        statuses = statuses_of([request_of(case, running) for case in cases], running.port)
        decisions += zip(cases, statuses, strict=True)
    assert len(decisions) >= 5_000
    wrong = []
    for case, status in decisions:
        unreadable = case.host in ("missing", "twice") and status == 400  # refused by the parser
        refused = status in refusing or unreadable
        right = status == passing[case.transport] if ought_to_pass(case) else refused
        if not right:
            wrong.append((case, status))
    assert not wrong
