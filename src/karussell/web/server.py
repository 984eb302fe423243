"""Serving the keyboard from this machine to this machine."""

import asyncio
import contextlib
import ctypes
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from typing import TextIO

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from karussell.keyboard import Predictor
from karussell.web.access import Access
from karussell.web.app import create_app
from karussell.web.guard import HEADER_LIMIT, Guard
from karussell.web.listening import listen

HEAD_SECONDS = 5.0
"""A request's head fits one packet; who takes longer than this holds the connection for nothing."""

FRAME_LIMIT = 64 * 1024
CONNECTION_LIMIT = 512


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
    listener = listen(port)
    access = Access(listener.getsockname()[1])
    _keep_memory_private()
    with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(predictor, listener, access, open_browser, announce))


async def _run(
    predictor: Predictor,
    listener: socket.socket,
    access: Access,
    open_browser: bool,
    announce: Callable[[str], None],
) -> None:
    app = create_app(predictor, access)
    link = access.new_link()
    announce(f"Karussell is at {link}")
    fresh = "Enter: a fresh link. " if _is_terminal(sys.stdin) else ""
    announce(f"The link opens it once, within a minute. {fresh}Ctrl-C: stop.")
    if open_browser and _has_screen():
        # The link stands in the browser's command line for a moment; it is void once used.
        # In a thread, and not waited for: some browsers keep whoever opens them waiting.
        threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
    with _fresh_links(sys.stdin, lambda: announce(f"Karussell is at {access.new_link()}")):
        await uvicorn.Server(settings(app)).serve(sockets=[listener])


def settings(app: Guard) -> uvicorn.Config:
    """How uvicorn is to run: silent, plain, and within the limits of the guard."""
    return uvicorn.Config(
        app,
        http=PromptProtocol,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        log_level="critical",  # its errors carry tracebacks with messages; ours are wordless
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=HEADER_LIMIT,
        limit_concurrency=CONNECTION_LIMIT,
        timeout_graceful_shutdown=1,
    )


class PromptProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on a request whose head does not arrive within five seconds."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start waiting for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Wait on while a head is incomplete."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._patience is None:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


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


def _keep_memory_private() -> None:
    """Let no crash write this program's memory, and with it typed text, to a file."""
    if sys.platform == "linux":
        not_dumpable = 4  # PR_SET_DUMPABLE of prctl(2)
        ctypes.CDLL(None).prctl(not_dumpable, 0, 0, 0, 0)
