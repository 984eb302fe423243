"""Serving one keyboard to all programs of a person, on a Unix socket and the loopback address."""

import contextlib
import socket
import time
from collections.abc import Callable, Collection

import uvicorn

from karussell.errors import UsageError
from karussell.keyboard import Predictor
from karussell.web.access import Access
from karussell.web.app import create_app
from karussell.web.listening import listen
from karussell.web.server import ending_politely, run, running_privately, settings


def serve_programs(
    predictor: Predictor,
    place: socket.socket,
    *,
    token: str,
    port: int | None = None,
    origins: Collection[str] = (),
    idle: float | None = None,
    announce: Callable[[str], None],
) -> None:
    """Serve the keyboard until Ctrl-C, SIGTERM, or until nobody has used it for a while.

    Args:
        predictor: What suggests and learns, for all.
        place: A Unix socket that listens, as of ``claimed``.
        token: What programs bear on the loopback address.
        port: Where it listens there; 0 for any port that is free, None for nowhere.
        origins: Of other pages that may ask.
        idle: Seconds without a connection after which it ends; None for never.
        announce: Takes the lines that are meant for the person who started the server.

    Raises:
        UsageError: ``port`` is none that a user's program may listen on, or ``idle`` no time.
        ServerError: The port is taken, or the system refuses it.
    """
    if idle is not None and not 0 < idle <= 1e9:
        raise UsageError(f"--idle {idle:g}: expected seconds, more than 0")
    with contextlib.ExitStack() as stack:
        listeners = [place]
        if port is not None:
            listeners.append(stack.enter_context(contextlib.closing(listen(port))))
        bound = listeners[-1].getsockname()[1] if port is not None else 0
        path = place.getsockname()
        access = Access(bound, program=token, foreign=origins, place=path)
        stack.enter_context(ending_politely())
        stack.enter_context(running_privately())
        announce(f"Karussell listens at {path}")
        if port is not None:
            announce(f"Karussell listens at http://127.0.0.1:{bound}")
        announce("Ctrl-C: stop.")
        app = create_app(predictor, access)
        run(app, listeners, server=Leaving(settings(app), idle))


class Leaving(uvicorn.Server):
    """A server that ends when nobody has been connected for a while.

    Args:
        config: How it serves.
        idle: Seconds; None for never.
    """

    def __init__(self, config: uvicorn.Config, idle: float | None) -> None:
        super().__init__(config)
        self._idle = idle
        self._busy = time.monotonic()

    async def on_tick(self, counter: int) -> bool:
        """Look whether it is to end."""
        now = time.monotonic()
        if self.server_state.connections:
            self._busy = now
        if self._idle is not None and now - self._busy >= self._idle:
            self.should_exit = True
        return await super().on_tick(counter)
