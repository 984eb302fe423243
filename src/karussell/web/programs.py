"""Serving one keyboard to all programs of a person, on a Unix socket and the loopback address."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Collection

import uvicorn

from karussell.errors import ServerError, UsageError
from karussell.keyboard import Predictor
from karussell.web.access import CODE_SECONDS, Access
from karussell.web.app import create_app
from karussell.web.asked import Page
from karussell.web.listening import listen, reserved
from karussell.web.processes import Share, SharedListener
from karussell.web.server import ending_politely, run, running_privately
from karussell.web.server import settings as server_settings


def serve_programs(
    predictor: Predictor,
    place: socket.socket,
    *,
    token: str,
    port: int | None = None,
    origins: Collection[str] = (),
    idle: float | None = None,
    processes: int = 1,
    settings: str = "",
    announce: Callable[[str], None],
) -> None:
    """Serve the keyboard until Ctrl-C, SIGTERM, or until nobody has used it for a while.

    On the loopback address it listens at once if a port is given, else when somebody first asks for
    a link to the page.

    Args:
        predictor: What suggests and learns, for all.
        place: A Unix socket that listens, as of ``claimed``.
        token: What programs bear on the loopback address.
        port: Where it listens there; 0 for any port that is free.
        origins: Of other pages that may ask.
        idle: Seconds without a connection after which it ends; None for never.
        processes: How many share the connections. Several know what is learned from one folder.
        settings: What the keyboard was asked to be, for those who ask for its page.
        announce: Takes the lines that are meant for the person who started the server.

    Raises:
        UsageError: ``port`` is none that a user's program may listen on, or ``idle`` no time.
        ServerError: The port is taken, or the system refuses it.
    """
    if idle is not None and not 0 < idle <= 1e9:
        raise UsageError(f"--idle {idle:g}: expected seconds, more than 0")
    share = Share(processes)
    kept = reserved() if port is None else listen(port)
    if processes > 1:
        kept = SharedListener(kept, share)
        place = SharedListener(place.dup(), share)
    with (
        contextlib.closing(kept),
        ending_politely(),
        running_privately(),
        contextlib.ExitStack() as ended,
    ):
        bound, path = kept.getsockname()[1], place.getsockname()
        access = Access(bound, program=token, foreign=origins, place=path, slot=share.code)
        ended.callback(share.end)
        share.begin()
        if share.rank == 0:
            _announce(announce, path, None if port is None else bound)

        async def link() -> str:
            await server.listen_at(kept)
            return access.new_link()

        app = create_app(predictor, access, Page(settings, link))
        server = Leaving(server_settings(app), idle, share)
        run(app, [place] if port is None else [place, kept], server=server)


def _announce(announce: Callable[[str], None], path: str, port: int | None) -> None:
    announce(f"Karussell listens at {path}")
    if port is not None:
        announce(f"Karussell listens at http://127.0.0.1:{port}")
    announce("Ctrl-C: stop.")


class Leaving(uvicorn.Server):
    """A server that ends when nobody has been connected for a while, and can listen elsewhere, too.

    Args:
        config: How it serves.
        idle: Seconds; None for never.
        share: What it knows of the other processes that serve the same.
    """

    def __init__(self, config: uvicorn.Config, idle: float | None, share: Share) -> None:
        super().__init__(config)
        self._idle = idle
        self._share = share

    async def on_tick(self, counter: int) -> bool:
        """Look whether it is to end."""
        goes_on = self._share.look(len(self.server_state.connections))
        if not goes_on or (self._idle is not None and self._share.idle >= self._idle):
            self.should_exit = True
        return await super().on_tick(counter)

    async def listen_at(self, listener: socket.socket) -> None:
        """Listen on one more socket, if it does not yet, and stay until a link to it is void.

        Raises:
            ServerError: Another program listens there by now.
        """
        self._share.busy(CODE_SECONDS)
        number = listener.fileno()
        if any(number == each.fileno() for one in self.servers for each in one.sockets):
            return
        config = self.config

        def protocol() -> asyncio.Protocol:
            return config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=self.server_state, app_state=self.lifespan.state
            )

        loop = asyncio.get_running_loop()
        try:
            self.servers.append(
                await loop.create_server(protocol, sock=listener, backlog=config.backlog)
            )
        except OSError as refusal:
            why = refusal.strerror or str(refusal)
            raise ServerError(f"the page cannot be served ({why}); stop the server") from None
