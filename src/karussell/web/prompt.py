"""HTTP in which nobody waits for the other end."""

import asyncio
import contextlib
import re
import sys
from typing import cast

import h11
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from karussell.web.lines import (
    CLOSE_SECONDS,
    STRANGER_BYTES,
    Connection,
    close,
    is_handshake,
    make_room,
)
from karussell.web.rules import HEADER_LIMIT, size_of

HEAD_SECONDS = 5.0
"""A request's head fits one packet; who takes longer than this holds the connection for nothing."""

ANSWER_SECONDS = 10.0
"""The rest of a request and its answer: some kilobytes on the same machine."""

# A CR at the end of what came so far may be half of a line end.
_OTHER_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)")


class PromptProtocol(H11Protocol):
    """HTTP/1.1 in which nobody waits for the other end.

    It hangs up on a request whose head does not arrive within five seconds, whose body and answer
    take more than ten, and on what is no HTTP/1.1 by its line ends, which another program between
    might read otherwise.
    """

    since = 0.0
    let_in = False
    _patience: asyncio.TimerHandle | None = None
    _head = b""
    _is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start waiting for the first request."""
        super().connection_made(transport)
        self.since = self.loop.time()
        with contextlib.suppress(AttributeError):  # another loop than asyncio's reads as it likes
            transport.max_size = STRANGER_BYTES  # type: ignore[attr-defined]
        self._wait(HEAD_SECONDS)
        make_room(cast(set[Connection], self.connections))  # no others are made here

    def data_received(self, data: bytes) -> None:
        """Wait on while a head is incomplete."""
        if self._is_refused:
            return
        before = self.cycle
        if self.conn.their_state is h11.IDLE:
            self._head += data
            if _has_other_line_ends(self._head):
                self.send_400_response("Lines end in CR LF.")
                return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head = b""
        if self.cycle is not before:
            self._wait(ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        """Wait for the next request, or answer the one that came before this answer was out."""
        before = self.cycle
        self._wait(HEAD_SECONDS)
        self._head = self.conn.trailing_data[0] if self.conn.their_state is h11.DONE else b""
        if _has_other_line_ends(self._head):
            self.transport.close()
        super().on_response_complete()
        if self.cycle is not before:
            self._head = b""
            self._wait(ANSWER_SECONDS)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the connection to the protocol of fields."""
        self._stop_waiting()
        early = self.conn.trailing_data[0]
        super().handle_websocket_upgrade(event)
        if early:
            cast(asyncio.Protocol, self.transport.get_protocol()).data_received(early)

    def _should_upgrade(self) -> bool:
        """Whether this is a handshake; one that the other protocol would not read is a request."""
        scope = cast(Scope, self.scope)
        return super()._should_upgrade() and is_handshake(scope) and size_of(scope) <= HEADER_LIMIT

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, if an answer can still be read as one."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE) or (
            self.cycle is not None and not self.cycle.response_complete
        ):
            self.transport.abort()
            return
        status = getattr(sys.exception(), "error_status_hint", 400)
        body = f"{msg}\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *self.config.app.headers,  # type: ignore[union-attr]  # the guard's
        ]
        answer = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        # The rest is read and thrown away: closing now would take the answer back.
        self._is_refused = True
        self.transport.write_eof()
        self._wait(CLOSE_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(seconds, close, self.transport)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def _has_other_line_ends(head: bytes) -> bool:
    """Whether a request's head, as far as it came, has lines that end in other than CR LF."""
    return _OTHER_LINE_END.search(head.partition(b"\r\n\r\n")[0]) is not None
