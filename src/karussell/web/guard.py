"""The outermost layer of the server: whatever is not plainly allowed never reaches the app.

A page on any web site may try to reach a server on this machine: with ``fetch``, a form, a
WebSocket, or a host name that it points at 127.0.0.1. So every request, HTTP or WebSocket, passes
here first. In this order it needs

0. HTTP 1.1 or 1.0 (505), and one way alone to tell where its body ends (400, and the end);
1. both ends on the loopback interface, wherever the server was bound;
2. exactly one Host header, letter for letter ours with its port (421);
3. no OPTIONS and no method without a use here: nobody is granted CORS (403, 405);
4. an address and headers of at most 8 KiB together (431) and a body of at most 64 KiB (413);
5. an Origin, if there is one, letter for letter ours. Only a GET may come without, or a program
   that bears the token: browsers send it with all else (403);
6. Sec-Fetch-Site, if there is one, ``same-origin``; ``none`` (the address bar) for the page (403);
7. the token, as a cookie or a bearer (401), which opens a line but says nothing on it: its greeting
   must bear the key, that no cookie holds. Two things stand open without: the page with its files,
   which hold nothing private and must load before the one-time code in the address can be handed
   over, and the hand-over itself, ``POST /session``;
8. for a POST, ``application/json`` and the header ``X-Karussell: 1``, which a foreign page cannot
   send without asking first (415, 403).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from karussell.service import record_fault
from karussell.web.access import Access

HEADER_LIMIT = 8 * 1024
BODY_LIMIT = 64 * 1024
PAGE = "/"
# What is raised where somebody hung up; the first is what a server raises at writing.
_GOES = (OSError, ClientDisconnect, WebSocketDisconnect)
_TOO_LARGE = f"The body exceeds {BODY_LIMIT} bytes."


_DRESSED = ("http.response.start", "websocket.http.response.start", "websocket.accept")


class Refusal(NamedTuple):
    """Why a request goes no further.

    Attributes:
        status: An HTTP status.
        reason: One line for a person.
        ends: Whether nothing else is read from this connection.
    """

    status: int
    reason: str
    ends: bool = False


class Guard:
    """An ASGI app around another that lets through only what this machine's own page may ask.

    Args:
        app: the app within.
        access: the secrets of this start.
        open_files: paths that may be read without the token (the page and its files).
        open_posts: paths that may be posted to without the token (the hand-over of the code).

    Attributes:
        headers: what every answer bears.
    """

    def __init__(
        self, app: ASGIApp, access: Access, *, open_files: Iterable[str], open_posts: Iterable[str]
    ) -> None:
        self._app = app
        self._access = access
        self._open = {("GET", path) for path in open_files}
        self._open |= {("HEAD", path) for path in open_files}
        self._open |= {("POST", path) for path in open_posts}
        self.headers = _security_headers(access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self.headers)
        try:
            refusal = self.judge(scope)
            if refusal is None:
                await self._app(scope, exchange.receive, exchange.send)
            else:
                await exchange.refuse(refusal)
        except _GOES as gone:
            if not exchange.is_gone:  # else whoever asked hung up, and nothing is wrong here
                record_fault(gone)
        except Exception as fault:  # the outermost edge: nothing typed may reach the server's log
            record_fault(fault)
            with suppress(OSError):  # whoever asked may have gone
                await exchange.refuse(Refusal(500, "A fault in Karussell; your text is untouched."))

    def judge(self, scope: Scope) -> Refusal | None:
        """Why this request is refused, or None if it may pass; read only the scope."""
        headers = _gather(scope)
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        is_open = (method, scope["path"]) in self._open
        bearer = self._has_bearer(headers)
        return (
            _judge_version(scope)
            or _judge_framing(headers)
            or _judge_ends(scope)
            or self._judge_host(headers)
            or _judge_method(method)
            or _judge_size(scope, headers)
            or self._judge_origin(headers, method, bearer)
            or _judge_site(headers, method, scope["path"])
            or self._judge_token(headers, is_open or bearer)
            or _judge_write(headers, method)
        )

    def _judge_host(self, headers: Mapping[str, list[str]]) -> Refusal | None:
        hosts = headers.get("host", [])
        if len(hosts) == 1 and hosts[0] in self._access.origins:
            return None
        return Refusal(421, f"Karussell answers at {' and '.join(self._access.origins)} only.")

    def _judge_origin(
        self, headers: Mapping[str, list[str]], method: str, bearer: bool
    ) -> Refusal | None:
        origins = headers.get("origin", [])
        if not origins:
            if method in ("GET", "HEAD") or bearer:
                return None
            return Refusal(403, "Without an Origin header, this takes the bearer token.")
        host = headers["host"][0]  # one of ours: it was judged before
        if len(origins) == 1 and origins[0] == self._access.origins[host]:
            return None
        return Refusal(403, "Karussell answers only its own page.")

    def _judge_token(self, headers: Mapping[str, list[str]], admitted: bool) -> Refusal | None:
        if admitted or self._has_cookie(headers):
            return None
        return Refusal(401, "Open the link that Karussell shows in the terminal.")

    def _has_bearer(self, headers: Mapping[str, list[str]]) -> bool:
        values = headers.get("authorization", [])
        if len(values) != 1 or not values[0].startswith("Bearer "):
            return False
        return self._access.admits(values[0].removeprefix("Bearer "))

    def _has_cookie(self, headers: Mapping[str, list[str]]) -> bool:
        pairs = [
            pair.strip().partition("=")
            for line in headers.get("cookie", [])
            for pair in line.split(";")
        ]
        values = [value for name, _, value in pairs if name == self._access.cookie]
        return len(values) == 1 and self._access.admits(values[0])


def _security_headers(access: Access) -> list[tuple[bytes, bytes]]:
    """The headers that every answer bears."""
    sockets = " ".join(f"ws://{host}" for host in access.origins)  # old WebKit needs them by name
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"connect-src 'self' {sockets}; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    ]


def _gather(scope: Scope) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def _judge_version(scope: Scope) -> Refusal | None:
    if scope.get("http_version", "1.1") in ("1.1", "1.0"):
        return None
    return Refusal(505, "Karussell speaks HTTP/1.1.")


def _judge_framing(headers: Mapping[str, list[str]]) -> Refusal | None:
    # A program between might believe the other one, and take a part of the body for a request.
    if "transfer-encoding" in headers and "content-length" in headers:
        return Refusal(400, "A body has a length or comes in chunks, not both.", ends=True)
    return None


def _judge_ends(scope: Scope) -> Refusal | None:
    for end in ("server", "client"):
        address = scope.get(end)
        if not address or not _is_loopback(address[0]):
            return Refusal(403, "Karussell listens on the loopback address of this machine only.")
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _judge_method(method: str) -> Refusal | None:
    if method == "OPTIONS":
        return Refusal(403, "No other origin is granted anything here.")
    if method not in ("GET", "HEAD", "POST", "WEBSOCKET"):
        return Refusal(405, "Only GET, HEAD and POST have a use here.")
    return None


def size_of(scope: Scope) -> int:
    """The bytes of a request's address and headers together."""
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    path = scope.get("raw_path") or scope["path"].encode()
    return headers + len(path) + len(scope.get("query_string", b""))


def _judge_size(scope: Scope, headers: Mapping[str, list[str]]) -> Refusal | None:
    if size_of(scope) > HEADER_LIMIT:
        return Refusal(431, f"The address and the headers exceed {HEADER_LIMIT} bytes.")
    lengths = headers.get("content-length", [])
    if any(not length.isdecimal() or int(length[:9]) > BODY_LIMIT for length in lengths):
        return Refusal(413, _TOO_LARGE)
    return None


def _judge_site(headers: Mapping[str, list[str]], method: str, path: str) -> Refusal | None:
    sites = headers.get("sec-fetch-site", [])
    if not sites or sites == ["same-origin"]:
        return None
    if sites == ["none"] and method == "GET" and path == PAGE:
        return None
    return Refusal(403, "Karussell opens from the address bar only: paste the link there.")


def _judge_write(headers: Mapping[str, list[str]], method: str) -> Refusal | None:
    if method != "POST":
        return None
    types = headers.get("content-type", [])
    if len(types) != 1 or types[0].partition(";")[0].strip().lower() != "application/json":
        return Refusal(415, "A POST here is application/json.")
    if headers.get("x-karussell") != ["1"]:
        return Refusal(403, "A POST here bears the header X-Karussell: 1.")
    return None


class _BodyTooLarge(HTTPException):
    """More of a body arrived than may; the app within answers it as its own refusal."""

    def __init__(self) -> None:
        super().__init__(413, _TOO_LARGE)


class _Exchange:
    """One request and its answer: counts what comes in, dresses what goes out."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers = headers
        self._received = 0
        self._started = False
        self._closed = False
        self.is_gone = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.is_gone = self.is_gone or message["type"].endswith(".disconnect")
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > BODY_LIMIT:
                raise _BodyTooLarge
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind in _DRESSED:
            ours = {name for name, _ in self._headers}
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in ours]
            message = {**message, "headers": [*kept, *self._headers]}
        self._started = self._started or kind != "websocket.close"
        self._closed = self._closed or kind == "websocket.close"
        try:
            await self._send(message)
        except OSError:
            self.is_gone = True
            raise

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with the refusal, or end what was begun."""
        if self._closed:
            return
        if self._started:
            if self._scope["type"] == "websocket":
                await self.send({"type": "websocket.close", "code": 1011})
            return
        prefix = "http"
        if self._scope["type"] == "websocket":
            if "websocket.http.response" not in self._scope.get("extensions", {}):
                await self.send({"type": "websocket.close", "code": 1008})
                return
            prefix = "websocket.http"
        body = f"{refusal.reason}\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        if refusal.ends:
            headers.append((b"connection", b"close"))
        start = {"type": f"{prefix}.response.start", "status": refusal.status, "headers": headers}
        await self.send(start)
        await self.send({"type": f"{prefix}.response.body", "body": body})
