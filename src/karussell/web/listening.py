"""The socket a server listens on: this machine's loopback address, and nothing else."""

import errno
import socket

from karussell.errors import ServerError, UsageError

HOST = "127.0.0.1"
DEFAULT_PORT = 8420
"""Where the keyboard is served if nobody asks for another port and this one is free."""


# Connections that wait to be taken: as many as come while others are answered.
_QUEUE = 128


class Listener(socket.socket):
    """A socket whose queue is longer than what is taken from it at once.

    asyncio has one number for both; to take many at once would keep open fields waiting.
    """

    def listen(self, backlog: int = _QUEUE, /) -> None:
        """Listen, with the long queue."""
        super().listen(max(backlog, _QUEUE))


def listen(port: int | None) -> socket.socket:
    """A socket that listens on the loopback address.

    Args:
        port: the port asked for; 0 for any that is free; None for 8420, or any if that is taken.

    Raises:
        UsageError: ``port`` is none that a user's program may listen on.
        ServerError: the port asked for is taken, or the system refuses it.
    """
    if port is not None and port != 0 and not 1024 <= port <= 65535:
        raise UsageError(f"port {port}: expected 1024 to 65535, or 0 for any that is free")
    try:
        # It takes a port that was just left, too, where no other program could share it then.
        listener = socket.create_server((HOST, DEFAULT_PORT if port is None else port))
        return Listener(fileno=listener.detach())
    except OSError as refusal:
        if port is None and refusal.errno == errno.EADDRINUSE:
            return listen(0)
        why = "is taken by another program" if refusal.errno == errno.EADDRINUSE else str(refusal)
        raise ServerError(
            f"port {port or DEFAULT_PORT} {why}; give another with --port, or 0 for any free one"
        ) from None


def reserved() -> socket.socket:
    """A socket on the loopback address that does not listen yet: at 8420, or any if that is taken.

    Raises:
        ServerError: The system refuses it.
    """
    found = Listener(socket.AF_INET, socket.SOCK_STREAM)
    for port in (DEFAULT_PORT, 0):
        try:
            found.bind((HOST, port))  # without SO_REUSEADDR, so that nobody else gets it meanwhile
            return found
        except OSError as refusal:
            if port == 0 or refusal.errno != errno.EADDRINUSE:
                found.close()
                raise ServerError(f"no port of {HOST} is to be had ({refusal})") from None
    raise AssertionError
