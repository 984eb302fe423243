"""The outermost layer of the server: whatever is not plainly allowed never reaches the app.

A page on any web site may try to reach a server on this machine: with ``fetch``, a form, a
WebSocket, or a host name that it points at 127.0.0.1. So every request, HTTP or WebSocket, passes
here first. In this order it needs

0. HTTP 1.1 or 1.0 (505), and one way alone to tell where its body ends (400, and the end);
1. both ends on the loopback interface, wherever the server was bound;
2. exactly one Host header, letter for letter ours with its port (421);
3. no OPTIONS and no method without a use here: nobody is granted CORS (403, 405), but pages of the
   origins that were named, for what programs ask;
4. an address and headers of at most 8 KiB together (431) and a body of at most 64 KiB (413);
5. an Origin, if there is one, letter for letter ours. Only a GET may come without, or a program
   that bears the token: browsers send it with all else (403). Pages of origins that were named may
   open a line, ask what programs ask, and read the page's files, always without the cookie;
6. Sec-Fetch-Site, if there is one, ``same-origin``; ``none`` (the address bar) for the page (403);
7. the token, as a cookie or a bearer (401), which opens a line but says nothing on it: its greeting
   must bear the key, that no cookie holds. Two things stand open without: the page with its files,
   which hold nothing private and must load before the one-time code in the address can be handed
   over, and the hand-over itself, ``POST /session``. What programs ask takes the token of programs
   as a bearer, and nothing else; a line that a page of a named origin opens, that token as its key;
8. for a POST, ``application/json`` and the header ``X-Karussell: 1``, which a foreign page cannot
   send without asking first (415, 403).

Over the Unix socket, which nobody but its owner can open, 1, 5, 6 and 7 give way to one rule: the
Host is ``localhost``, and nothing there was sent by a browser (421, 403).
"""

from collections.abc import Iterable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from karussell.service import record_fault
from karussell.web import rules
from karussell.web.access import Access
from karussell.web.rules import (
    BODY_LIMIT,
    IS_PRIVATE,
    IS_PROGRAM,
    PROGRAMS,
    TOO_LARGE,
    Headers,
    Refusal,
)

LINE = "/typing"
# What is raised where somebody hung up; the first is what a server raises at writing.
_GOES = (OSError, ClientDisconnect, WebSocketDisconnect)
_DRESSED = ("http.response.start", "websocket.http.response.start", "websocket.accept")
_GRANTED = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, X-Karussell"),
    (b"access-control-allow-private-network", b"true"),
    (b"access-control-max-age", b"600"),
]


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
        self._open_files = {(method, path) for path in open_files for method in ("GET", "HEAD")}
        self._open = self._open_files | {("POST", path) for path in open_posts}
        self.headers = _security_headers(access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._dress(scope))
        try:
            refusal = self.judge(scope)
            if refusal is not None:
                await exchange.refuse(refusal)
            elif scope.get("method") == "OPTIONS":
                await exchange.grant()
            else:
                headers = rules.gather(scope)
                scope[IS_PRIVATE] = self._is_private(scope)
                scope[IS_PROGRAM] = scope[IS_PRIVATE] or self._is_programs(headers)
                await self._app(scope, exchange.receive, exchange.send)
        except _GOES as gone:
            if not exchange.is_gone:  # else whoever asked hung up, and nothing is wrong here
                record_fault(gone)
        except Exception as fault:  # the outermost edge: nothing typed may reach the server's log
            record_fault(fault)
            with suppress(OSError):  # whoever asked may have gone
                await exchange.refuse(Refusal(500, "A fault in Karussell; your text is untouched."))

    def judge(self, scope: Scope) -> Refusal | None:
        """Why this request is refused, or None if it may pass; read only the scope."""
        headers = rules.gather(scope)
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        path = scope["path"]
        framed = rules.judge_version(scope) or rules.judge_framing(headers)
        sized = rules.judge_size(scope, headers)
        if self._is_private(scope):
            return (
                framed
                or rules.judge_private(headers)
                or rules.judge_method(method)
                or sized
                or rules.judge_type(headers, method)
            )
        is_foreign = self._is_foreign(headers)
        is_granted = is_foreign and method == "OPTIONS" and path.startswith(PROGRAMS)
        return (
            framed
            or rules.judge_ends(scope)
            or self._judge_host(headers)
            or (None if is_granted else rules.judge_method(method))
            or sized
            or self._judge_origin(headers, method, path)
            or (None if is_foreign else rules.judge_site(headers, method, path))
            or (None if is_granted else self._judge_token(headers, method, path))
            or rules.judge_type(headers, method)
            or rules.judge_write(headers, method)
        )

    def _is_private(self, scope: Scope) -> bool:
        """Whether it came over the Unix socket, which nobody else can open."""
        server = scope.get("server")
        place = self._access.place
        return place is not None and not scope.get("client") and server == (place, None)

    def _is_foreign(self, headers: Headers) -> bool:
        """Whether a page of another origin asks that may."""
        origins = headers.get("origin", [])
        return len(origins) == 1 and origins[0] in self._access.foreign

    def _judge_host(self, headers: Headers) -> Refusal | None:
        hosts = headers.get("host", [])
        if len(hosts) == 1 and hosts[0] in self._access.origins:
            return None
        return Refusal(421, f"Karussell answers at {' and '.join(self._access.origins)} only.")

    def _judge_origin(self, headers: Headers, method: str, path: str) -> Refusal | None:
        origins = headers.get("origin", [])
        if not origins:
            if method in ("GET", "HEAD") or self._has_bearer(headers):
                return None
            return Refusal(403, "Without an Origin header, this takes the bearer token.")
        host = headers["host"][0]  # one of ours: it was judged before
        if len(origins) == 1 and origins[0] == self._access.origins[host]:
            return None
        if self._is_foreign(headers) and (
            path == LINE or path.startswith(PROGRAMS) or (method, path) in self._open_files
        ):
            return None
        return Refusal(403, "Karussell answers only its own page.")

    def _judge_token(self, headers: Headers, method: str, path: str) -> Refusal | None:
        if self._is_programs(headers) or (method, path) in self._open:
            return None
        if path.startswith(PROGRAMS):  # what browsers send to any port of this machine is no key
            return Refusal(401, "This takes the token of programs: Authorization: Bearer TOKEN.")
        if self._is_foreign(headers):
            # On a line its greeting must bear the token: a page cannot set the header.
            return None if method == "WEBSOCKET" else Refusal(401, "This is no page's but ours.")
        if self._has_bearer(headers) or self._has_cookie(headers):
            return None
        return Refusal(401, "Open the link that Karussell shows in the terminal.")

    def _dress(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers of an answer: a page of an origin that was named may read it."""
        headers = rules.gather(scope)
        if not self._is_foreign(headers):
            return self.headers
        origin = headers["origin"][0].encode("latin-1")
        return [*self.headers, (b"access-control-allow-origin", origin), (b"vary", b"Origin")]

    def _is_programs(self, headers: Headers) -> bool:
        return self._access.admits_program(_bearer(headers))

    def _has_bearer(self, headers: Headers) -> bool:
        return self._access.admits(_bearer(headers)) or self._is_programs(headers)

    def _has_cookie(self, headers: Headers) -> bool:
        pairs = [
            pair.strip().partition("=")
            for line in headers.get("cookie", [])
            for pair in line.split(";")
        ]
        values = [value for name, _, value in pairs if name == self._access.cookie]
        return len(values) == 1 and self._access.admits(values[0])


def _bearer(headers: Headers) -> str:
    values = headers.get("authorization", [])
    is_one = len(values) == 1 and values[0].startswith("Bearer ")
    return values[0].removeprefix("Bearer ") if is_one else ""


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


class _BodyTooLarge(HTTPException):
    """More of a body arrived than may; the app within answers it as its own refusal."""

    def __init__(self) -> None:
        super().__init__(413, TOO_LARGE)


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

    async def grant(self) -> None:
        """Say that a page of an origin that was named may go on."""
        await self.send({"type": "http.response.start", "status": 204, "headers": _GRANTED})
        await self.send({"type": "http.response.body", "body": b""})

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
        body, kind = f"{refusal.reason}\n".encode(), b"text/plain; charset=utf-8"
        if self._scope["path"].startswith(PROGRAMS):
            body, kind = refusal.as_json(), b"application/json"
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if refusal.ends:
            headers.append((b"connection", b"close"))
        start = {"type": f"{prefix}.response.start", "status": refusal.status, "headers": headers}
        await self.send(start)
        await self.send({"type": f"{prefix}.response.body", "body": body})
