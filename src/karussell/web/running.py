"""The server of this person that runs already, if one does."""

import http.client
import json
import os
import socket
from pathlib import Path

from karussell.client import usual_socket

_SECONDS = 5.0


def link_of_running(settings: str, path: Path | None = None) -> str | None:
    """A link to the page of the server that runs.

    Args:
        settings: What the keyboard is asked to be.
        path: Where that server listens; None for the usual place.

    Returns:
        The link; "" if it is another keyboard than that; None if there is no server.
    """
    connection = _OnUnix(str(path or usual_socket()))
    try:
        body = json.dumps({"settings": settings})
        connection.request("POST", "/v1/link", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        return str(told["link"]) if answer.status == 200 else ""
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()


class _OnUnix(http.client.HTTPConnection):
    """HTTP over a Unix socket of one's own."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Connect, to nobody else's socket."""
        if not hasattr(socket, "AF_UNIX") or os.stat(self._path).st_uid != os.geteuid():
            raise PermissionError(self._path)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(self._path)
