"""Serving the keyboard from this machine to this machine."""

import asyncio
import contextlib
import ctypes
import os
import re
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from typing import TextIO, cast

import h11
import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from karussell.keyboard import Predictor
from karussell.service import record_fault
from karussell.web.access import Access
from karussell.web.app import SOCKET_LIMIT, create_app, create_lab
from karussell.web.guard import HEADER_LIMIT, Guard, size_of
from karussell.web.lines import (
    CLOSE_SECONDS,
    STRANGER_BYTES,
    WAITING_LIMIT,
    Connection,
    FieldProtocol,
    close,
    is_handshake,
    make_room,
)
from karussell.web.listening import listen

HEAD_SECONDS = 5.0
"""A request's head fits one packet; who takes longer than this holds the connection for nothing."""

ANSWER_SECONDS = 10.0
"""The rest of a request and its answer: some kilobytes on the same machine."""

FRAME_LIMIT = 64 * 1024

GIVE_WAY_SECONDS = 0.001
"""Threads that predict let the one that reads and writes on after this long."""

FILES = SOCKET_LIMIT + WAITING_LIMIT + 256
TAKEN_AT_ONCE = 8
"""Connections, before open fields are answered again: each takes a millisecond or two."""

# A CR at the end of what came so far may be half of a line end.
_OTHER_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)")


def serve(
    predictor: Predictor, *, port: int | None, open_browser: bool, announce: Callable[[str], None]
) -> None:
    """Serve the keyboard on the loopback address until Ctrl-C.

    Each line feed on standard input, if that is a terminal, announces a fresh link.

    Args:
        predictor: what suggests.
        port: the port asked for; 0 for any that is free; None for 8420, or any if that is taken.
        open_browser: whether to show the page in the default browser, where there is a screen.
        announce: takes the lines that are meant for the person who started the server.

    Raises:
        UsageError: ``port`` is none that a user's program may listen on.
        ServerError: the port asked for is taken, or the system refuses it.
    """
    with _listening(port) as (listener, access):
        _keep_memory_private()
        sys.setswitchinterval(GIVE_WAY_SECONDS)
        app = create_app(predictor, access)
        link = access.new_link()
        announce(f"Karussell is at {link}")
        fresh = "Enter: a fresh link. " if _is_terminal(sys.stdin) else ""
        announce(f"The link opens it once, within a minute. {fresh}Ctrl-C: stop.")

        def announce_link() -> None:
            announce(f"Karussell is at {access.new_link()}")

        asyncio.run(_run(app, listener, link if open_browser else None, announce_link))


def serve_lab(
    data: Mapping[str, bytes],
    *,
    port: int | None,
    open_browser: bool,
    announce: Callable[[str], None],
) -> None:
    """Serve the page of the lab on the loopback address until Ctrl-C.

    Nothing on it is private: its link needs no code, and is good for as long as it is served.

    Args:
        data: what the page fetches, JSON by its name.
        port: as `serve` takes it.
        open_browser: whether to show the page in the default browser, where there is a screen.
        announce: takes the lines that are meant for the person who started the server.

    Raises:
        UsageError: ``port`` is none that a user's program may listen on.
        ServerError: the port asked for is taken, or the system refuses it.
    """
    with _listening(port) as (listener, access):
        link = f"{next(iter(access.origins.values()))}/"
        announce(f"The lab is at {link}")
        announce("Ctrl-C: stop.")
        app = create_lab(data, access)
        asyncio.run(_run(app, listener, link if open_browser else None, lambda: None))


@contextlib.contextmanager
def _listening(port: int | None) -> Iterator[tuple[socket.socket, Access]]:
    """A socket that listens, and the secrets of its start; a Ctrl-C ends both."""
    listener = listen(port)
    _allow_connections()
    with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt):
        yield listener, Access(listener.getsockname()[1])


async def _run(
    app: Guard, listener: socket.socket, link: str | None, announce_link: Callable[[], None]
) -> None:
    if link is not None and _has_screen():
        # The link stands in the browser's command line for a moment; it is void once used.
        # In a thread, and not waited for: some browsers keep whoever opens them waiting.
        threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, fault: record_fault(fault.get("exception")))
    with _fresh_links(sys.stdin, announce_link):
        await uvicorn.Server(settings(app)).serve(sockets=[listener])


def settings(app: Guard) -> uvicorn.Config:
    """How uvicorn is to run: silent, plain, and within the limits of the guard."""
    return uvicorn.Config(
        app,
        http=PromptProtocol,
        ws=FieldProtocol,
        lifespan="on",
        log_config=None,
        log_level="critical",  # its errors carry tracebacks with messages; ours are wordless
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=HEADER_LIMIT,
        backlog=TAKEN_AT_ONCE,
        timeout_graceful_shutdown=1,
    )


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


@contextlib.contextmanager
def _fresh_links(terminal: TextIO, announce_link: Callable[[], None]) -> Iterator[None]:
    """Call ``announce_link`` at each Enter in the terminal that this program runs in front of."""
    loop = asyncio.get_running_loop()
    if not _is_terminal(terminal):
        yield
        return

    def on_line() -> None:
        # In the background, reading the terminal would stop the whole program.
        if _in_foreground(terminal) and os.read(terminal.fileno(), 1024):
            announce_link()
        else:
            loop.remove_reader(terminal.fileno())

    loop.add_reader(terminal.fileno(), on_line)
    try:
        yield
    finally:
        loop.remove_reader(terminal.fileno())


def _is_terminal(stream: TextIO | None) -> bool:
    return os.name == "posix" and stream is not None and stream.isatty()


def _in_foreground(terminal: TextIO) -> bool:
    try:
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:  # a terminal, but not the one that controls this program
        return False


def _has_screen() -> bool:
    """Whether a browser could show a window; a text browser would take over the terminal."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _allow_connections() -> None:
    """Let this program have as many files open as it takes connections; some systems allow 256."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # then there is room for fewer
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < FILES:
            wished = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wished), hard))


def _keep_memory_private() -> None:
    """Let no crash write this program's memory, and with it typed text, to a file."""
    if sys.platform == "linux":
        not_dumpable = 4  # PR_SET_DUMPABLE of prctl(2)
        ctypes.CDLL(None).prctl(not_dumpable, 0, 0, 0, 0)
