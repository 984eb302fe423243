"""Presage's service on the session bus, answered by ``karussell serve``.

Programs that ask Presage for words ask this instead, without a change of theirs. It runs under the
system's Python, with the standard library and gi alone; ``client.py`` is loaded by its path.
Nothing is learned: these programs do not tell what was finished.
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.gnome.presage.beta"
PATH = "/org/gnome/presage/beta"
_CALLS = f"""
<node><interface name="{NAME}">
  <method name="get_presage_object_path">
    <arg type="s" direction="in"/><arg type="s" direction="out"/>
  </method>
  <method name="shutdown"/>
</interface></node>"""
_ASKED = f"""
<node><interface name="{NAME}">
  <method name="get_prediction">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="out"/>
  </method>
  <method name="destroy"/>
</interface></node>"""
_LEFT, _RIGHT = 2000, 200  # characters of the text around that are told
_PATIENCE = 5.0  # seconds; programs wait for the answer


class Words:
    """What the server offers, over one line that is opened when it is needed.

    Args:
        client: The module of the client.
        path: The server's socket; None for that of this person.
    """

    def __init__(self, client: Any, path: str | None) -> None:
        self._client, self._path = client, path
        self._line: Any = None

    def offered(self, past: str, future: str) -> list[str]:
        """Words that go on with what is written.

        Raises:
            OSError: No server answers.
            RequestFailed: It does not obey.
        """
        fresh = self._line is None
        try:
            return self._ask(past, future)
        except OSError:
            self._line = None
            if fresh:
                raise
        return self._ask(past, future)  # the server was started anew meanwhile

    def _ask(self, past: str, future: str) -> list[str]:
        if self._line is None:
            line = self._client.Client(path=self._path, timeout=_PATIENCE)
            line.request("hello", app="presage", private=True)
            self._line = line
        answer = self._line.request("ask", left=past[-_LEFT:], right=future[:_RIGHT])
        typed = (answer["literal"] or {}).get("text", "").casefold()
        found = [slot["text"] for slot in answer["slots"] if slot]
        # Programs write what is behind the letters typed: a correction would come out wrong.
        return [word for word in found if word.casefold().startswith(typed)]


class Service:
    """The objects on the bus.

    Args:
        words: What answers.
        loop: Ends when Presage is told to shut down.
    """

    def __init__(self, words: Words, loop: Any) -> None:
        self._words, self._loop = words, loop
        self._made = 0
        self.failed = False
        self._numbers: dict[str, int] = {}

    def register(self, connection: Any, _: str) -> None:
        """Put the first object on the bus."""
        self._put(connection, PATH, _CALLS)

    def lost(self, connection: Any, _: str) -> None:
        """End: there is no bus, or another program has the name."""
        if connection is None:
            why = (
                "there is no session bus; run it in a session of a desktop, or by dbus-run-session"
            )
        else:
            why = f"{NAME} is another program's on the session bus; stop that one first"
        print(f"karussell: {why}", file=sys.stderr)
        self.failed = True
        self._loop.quit()

    def _put(self, connection: Any, path: str, calls: str) -> int:
        interface = Gio.DBusNodeInfo.new_for_xml(calls).interfaces[0]
        number: int = connection.register_object(path, interface, self._called, None, None)
        return number

    def _called(self, *call: Any) -> None:
        connection, _, path, _, method, arguments, invocation = call
        if method == "get_presage_object_path":
            self._made += 1
            made = f"{PATH}/{self._made}"
            self._numbers[made] = self._put(connection, made, _ASKED)
            invocation.return_value(GLib.Variant("(s)", (made,)))
        elif method == "get_prediction":
            try:
                words = self._words.offered(*arguments.unpack())
            except Exception as error:  # whatever it is, the program that asks is told
                why = f"karussell serve does not answer ({type(error).__name__})"
                invocation.return_dbus_error(f"{NAME}.Error", why)
            else:
                invocation.return_value(GLib.Variant("(as)", (words,)))
        elif method == "destroy":
            invocation.return_value(None)
            connection.unregister_object(self._numbers.pop(path))
        else:
            invocation.return_value(None)
            connection.flush_sync(None)
            self._loop.quit()


def main() -> None:
    """Serve until the name is lost or Presage is told to shut down."""
    place = Path(__file__).resolve().parents[1] / "client.py"
    found = importlib.util.spec_from_file_location("karussell_client", place)
    assert found is not None
    assert found.loader is not None
    client = importlib.util.module_from_spec(found)
    found.loader.exec_module(client)
    loop = GLib.MainLoop()
    words = Words(client, sys.argv[1] if len(sys.argv) > 1 else None)
    service = Service(words, loop)
    flags = Gio.BusNameOwnerFlags.DO_NOT_QUEUE
    Gio.bus_own_name(Gio.BusType.SESSION, NAME, flags, service.register, None, service.lost)
    try:
        loop.run()
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(2 if service.failed else 0)


if __name__ == "__main__":
    main()
