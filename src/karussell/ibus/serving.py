"""The process behind the engine: its connection to IBus, and its line to the server."""

import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gi

gi.require_version("IBus", "1.0")
from gi.repository import GLib, IBus  # noqa: E402

from karussell.client import RequestFailed, page_link  # noqa: E402
from karussell.ibus.component import BUS_NAME  # noqa: E402
from karussell.ibus.engine import NAME, KarussellEngine  # noqa: E402
from karussell.ibus.line import Line  # noqa: E402

_PATH = "/org/freedesktop/IBus/engine/karussell"
_WAITS = (0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # seconds between tries while the server starts
_IDLE = "600"  # seconds without a writer after which the server ends


class _Factory(IBus.Factory):  # type: ignore[misc]  # gi has no types
    """Makes engines."""

    __gtype_name__ = "KarussellFactory"

    def __init__(self, bus: Any, command: str, path: str | None) -> None:
        super().__init__(connection=bus.get_connection(), object_path=IBus.PATH_FACTORY)
        self._connection = bus.get_connection()
        self._command, self._path = command, path
        self._made = 0

    def do_create_engine(self, name: str) -> Any:
        """An engine of a name."""
        if name != NAME:
            return None
        self._made += 1
        command = [self._command, "serve", "--idle", _IDLE] if self._command else []
        line = Line(_soon, command, self._path)
        return KarussellEngine(
            f"{_PATH}/{self._made}", self._connection, line, lambda: _open_page(self._path)
        )


def serve(command: str, *, path: str | None) -> None:
    """Serve until IBus goes.

    Args:
        command: The karussell command, "" for none.
        path: The server's socket; None for that of this person.
    """
    IBus.init()
    loop = GLib.MainLoop()
    bus = IBus.Bus()
    bus.connect("disconnected", lambda _: loop.quit())
    factory = _Factory(bus, command, path)
    bus.request_name(BUS_NAME, 0)
    loop.run()
    del factory


def _soon(what: Callable[[], None]) -> None:
    """Run it in the loop, among the events of the desktop."""
    GLib.idle_add(what, priority=GLib.PRIORITY_DEFAULT)


def _open_page(path: str | None) -> None:
    """Open the page of the server that the keys go to, once it is there."""
    threading.Thread(target=_show_page, args=(path,), daemon=True).start()


def _show_page(path: str | None) -> None:
    for wait in _WAITS:
        with suppress(OSError, RequestFailed):
            webbrowser.open(page_link(path))
            return
        time.sleep(wait)
