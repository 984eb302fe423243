"""What one connection may take of the server: time until it is let in, and room for what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Protocol

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from karussell.web.rules import IS_PROGRAM

WAITING_LIMIT = 256
"""Connections that are not let in: more than browsers open beforehand, for whole machines."""

LET_IN_SECONDS = 10.0
"""A line that is not let in by then is cut, whatever it does; the app is politer, and sooner."""

BACKLOG_LIMIT = 2**20
"""Bytes that wait for a reader; a slower one is cut off."""

READ_BYTES = 16 * 1024
"""What is read at once: more would let one line fill memory with messages that nobody answers."""

STRANGER_BYTES = 2 * 1024
"""The same before a connection is let in: a head or a greeting, and no hundred pings at once."""

MESSAGE_BYTES = 2**20
"""A message that is too long is answered so, up to this; behind it the line is cut."""

CLOSE_SECONDS = 2.0
AT_ONCE = "answer_at_once"
"""Under this name the state of a line holds, while the app waits for its next message, what gives
the reply to a brief one, and None to any other."""

AtOnce = Callable[[str], str | None]

PING_LIMIT = 16
"""Pings before a line is let in; a page sends none."""
FRAGMENT_LIMIT = 1024


class Connection(Protocol):
    """A connection, as far as the room for all goes."""

    @property
    def let_in(self) -> bool:
        """Whether it has shown that it belongs here."""
        ...

    @property
    def since(self) -> float:
        """When it came."""
        ...

    @property
    def transport(self) -> asyncio.Transport:
        """What it is written to."""
        ...


def make_room(connections: Collection[Connection]) -> None:
    """Drop those that have waited longest to be let in, if too many do, and some more at once.

    To look through all at each newcomer would take longer than to answer it.
    """
    if len(connections) <= WAITING_LIMIT:
        return
    waiting = [each for each in connections if not each.let_in and not each.transport.is_closing()]
    if len(waiting) > WAITING_LIMIT:
        waiting.sort(key=_since)
        for each in waiting[: len(waiting) - WAITING_LIMIT * 7 // 8]:
            each.transport.abort()


def _since(connection: Connection) -> float:
    return connection.since


def close(transport: asyncio.Transport) -> None:
    """Close at once, and do not wait for a reader who does not read."""
    transport.close()
    if transport.get_write_buffer_size():
        transport.abort()


def is_handshake(scope: Scope) -> bool:
    """Whether a request to upgrade is a WebSocket handshake, and nothing more than that."""
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name, []).append(value)
    has_body = b"transfer-encoding" in headers or {*headers.get(b"content-length", ())} - {b"0"}
    return (
        scope["method"] == "GET"
        and scope["http_version"] == "1.1"
        and not has_body
        and headers.get(b"sec-websocket-version") == [b"13"]
        and [len(key) for key in headers.get(b"sec-websocket-key", ())] == [24]
    )


class FieldProtocol(WebSocketsSansIOProtocol):
    """A text field's line: cut if it is not let in soon, or does not read what it is told."""

    since = 0.0
    _early = b""
    _pings = 0
    _answered = False
    _patience: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.close_timeout = CLOSE_SECONDS
        headers = self.config.app.headers  # type: ignore[union-attr]  # the guard's
        self.conn = _Handshake(self.conn, headers, max_size=self.config.ws_max_size)

    @property
    def let_in(self) -> bool:
        """Whether the app let it in."""
        return self.handshake_initiated and "let_in" in self.scope["state"]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start waiting until it is let in."""
        super().connection_made(transport)
        self.since = self.loop.time()
        self.transport.set_write_buffer_limits(high=BACKLOG_LIMIT)
        self._patience = self.loop.call_later(LET_IN_SECONDS, self._give_up)

    def pause_writing(self) -> None:
        """Cut off who does not read: so much waits for them already."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read no more from who does not read."""
        if self.handshake_initiated and not self.handshake_complete:
            self._early += data  # frames can be read, and refused, once the line is open
            self.transport.pause_reading()
            return
        if self.let_in:
            self.conn.max_message_size = MESSAGE_BYTES
            self.transport.max_size = READ_BYTES  # type: ignore[attr-defined]  # asyncio's own
        self._answered = False
        super().data_received(data)
        if not self.handshake_initiated:  # one request comes, whole; this one cannot be read
            self.transport.write(self.conn.reject(400, "Not a handshake.\n").serialize())
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        """Answer a message at once, if that can be; else tell the app, a way of some 40 us."""
        answer: AtOnce | None = self.scope["state"].get(AT_ONCE)
        may = self.queue.empty() and not self._answered and self.conn.state is State.OPEN
        if answer is None or not may or not self._answers(answer):
            super().send_receive_event_to_app()

    def _answers(self, answer: AtOnce) -> bool:
        if self.curr_msg_data_type != "text" or len(self.frames) != 1:
            return False
        try:
            reply = answer(self.frames[0].decode())
        except UnicodeDecodeError:
            return False
        if reply is None:
            return False
        self._answered = True  # others come first before the next of this line
        self.frames = []
        self.conn.send_text(reply.encode())
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._patience is not None:
            self._patience.cancel()
        super().connection_lost(exc)

    def start_keepalive(self) -> None:
        """Ask a page now and then whether it is there; a program may well do something else."""
        if not self.scope.get(IS_PROGRAM):
            super().start_keepalive()

    def handle_ping(self) -> None:
        """Answer, if anybody is there who has more to say than that."""
        self._pings += not self.let_in
        if self._pings > PING_LIMIT:
            self.transport.abort()
        if not self.transport.is_closing():
            super().handle_ping()

    def handle_cont(self, event: Frame) -> None:
        """Take no message that comes in crumbs."""
        if len(self.frames) < FRAGMENT_LIMIT:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(1009, "a message of too many frames")
            self.handle_parser_exception()

    def keepalive_timeout(self) -> None:
        """Hang up on who does not answer."""
        super().keepalive_timeout()
        self.transport.abort()

    async def send(self, message: Any) -> None:
        """Send, and after the last words wait no longer than that for the other end."""
        await super().send(message)
        if self.close_sent:
            self.loop.call_later(CLOSE_SECONDS, self.transport.abort)
        if self.handshake_complete and self._early and not self.transport.is_closing():
            early, self._early = self._early, b""
            self.transport.resume_reading()
            self.data_received(early)

    def _give_up(self) -> None:
        if not self.let_in:
            self.transport.abort()


class _Handshake(ServerProtocol):
    """The handshake, whose refusals bear the headers that every answer bears."""

    def __init__(self, plain: ServerProtocol, headers: list[tuple[bytes, bytes]], **named: Any):
        super().__init__(logger=plain.logger, **named)
        self._headers = [(name.decode(), value.decode()) for name, value in headers]

    def reject(self, status: int, text: str) -> Response:
        """A refusal."""
        response = super().reject(status, text)
        response.headers = Headers([*response.headers.raw_items(), *self._headers])
        return response
