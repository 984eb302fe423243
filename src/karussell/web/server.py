"""Serving the keyboard from this machine to this machine."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TextIO

import uvicorn

from karussell.keyboard import Predictor
from karussell.service import record_fault
from karussell.web.access import Access
from karussell.web.app import SOCKET_LIMIT, create_app, create_lab
from karussell.web.guard import Guard
from karussell.web.lines import WAITING_LIMIT, FieldProtocol
from karussell.web.listening import listen
from karussell.web.prompt import PromptProtocol
from karussell.web.rules import HEADER_LIMIT

FRAME_LIMIT = 64 * 1024

GIVE_WAY_SECONDS = 0.001
"""Threads that predict let the one that reads and writes on after this long."""

FILES = SOCKET_LIMIT + WAITING_LIMIT + 256
TAKEN_AT_ONCE = 8
"""Connections, before open fields are answered again: each takes a millisecond or two."""


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
    with _listening(port) as (listener, access), running_privately():
        app = create_app(predictor, access)
        link = access.new_link()
        announce(f"Karussell is at {link}")
        fresh = "Enter: a fresh link. " if _is_terminal(sys.stdin) else ""
        announce(f"The link opens it once, within a minute. {fresh}Ctrl-C: stop.")

        def announce_link() -> None:
            announce(f"Karussell is at {access.new_link()}")

        run(app, [listener], link=link if open_browser else None, announce_link=announce_link)


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
        run(app, [listener], link=link if open_browser else None)


@contextlib.contextmanager
def _listening(port: int | None) -> Iterator[tuple[socket.socket, Access]]:
    """A socket that listens, and the secrets of its start; a Ctrl-C ends both."""
    listener = listen(port)
    with contextlib.closing(listener), ending_politely():
        yield listener, Access(listener.getsockname()[1])


def run(
    app: Guard,
    listeners: Sequence[socket.socket],
    *,
    link: str | None = None,
    announce_link: Callable[[], None] | None = None,
    server: uvicorn.Server | None = None,
) -> None:
    """Serve an app until Ctrl-C, or until the server ends by itself.

    Args:
        app: The app.
        listeners: Sockets that listen.
        link: What to show in the default browser; None for nothing.
        announce_link: What each Enter in the terminal does.
        server: What serves it, if not the usual one.
    """

    async def serve_it() -> None:
        if link is not None and _has_screen():
            show(link)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, fault: record_fault(fault.get("exception")))
        with _fresh_links(sys.stdin, announce_link):
            await (server or uvicorn.Server(settings(app))).serve(sockets=[*listeners])

    _allow_connections()
    asyncio.run(serve_it())


def show(link: str) -> None:
    """Show a page in the default browser.

    The link stands in the browser's command line for a moment; it is void once used.
    """
    # In a thread, and not waited for: some browsers keep whoever opens them waiting.
    threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()


@contextlib.contextmanager
def ending_politely() -> Iterator[None]:
    """Let Ctrl-C end the block, and what a system sends when it stops a service end the program.

    Either way what is open is closed, in order.
    """

    def leave(*_: Any) -> None:
        raise SystemExit(0)

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, leave) if is_main else None
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def running_privately() -> Iterator[None]:
    """Keep this program's memory out of files, and its threads from keeping lines waiting."""
    _keep_memory_private()
    before = sys.getswitchinterval()
    sys.setswitchinterval(GIVE_WAY_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


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


@contextlib.contextmanager
def _fresh_links(terminal: TextIO, announce_link: Callable[[], None] | None) -> Iterator[None]:
    """Call ``announce_link`` at each Enter in the terminal that this program runs in front of."""
    loop = asyncio.get_running_loop()
    if announce_link is None or not _is_terminal(terminal):
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
