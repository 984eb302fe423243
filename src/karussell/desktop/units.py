"""The server's units of systemd, in a person's own folders: it starts when somebody asks for it."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from karussell.desktop.ours import Removed, is_ours, mark_of, refuse_others, remove, unlink
from karussell.errors import UsageError
from karussell.files import write_own

_COMMAND = "systemd install"
_IDLE = 600  # seconds without a connection after which the server ends

_SOCKET = """[Unit]
Description=Socket of Karussell, a private predictive keyboard

[Socket]
ListenStream=%t/karussell/keyboard.sock
SocketMode=0600
DirectoryMode=0700
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
"""
_SERVICE = """[Unit]
Description=Karussell, a private predictive keyboard
Requires=karussell.socket
After=karussell.socket

[Service]
ExecStart={command}
UMask=0077
NoNewPrivileges=yes
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Where the two units of a person lie.

    Attributes:
        socket: What systemd listens by, before there is a server.
        service: The server.
        link: What enabling the socket adds.
    """

    socket: Path
    service: Path
    link: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Units":
        """Those of a person."""
        home = Path(environment.get("HOME") or Path.home())
        folder = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "systemd/user"
        return cls(
            socket=folder / "karussell.socket",
            service=folder / "karussell.service",
            link=folder / "sockets.target.wants/karussell.socket",
        )

    @property
    def installed(self) -> bool:
        """Whether both are there, and ours."""
        return is_ours(self.socket, _COMMAND) and is_ours(self.service, _COMMAND)

    @property
    def enabled(self) -> bool:
        """Whether systemd listens from login on."""
        return self.link.is_symlink()


def install(
    command: Path, environment: Mapping[str, str], *, arguments: tuple[str, ...] = ()
) -> Units:
    """Tell systemd how the server is started.

    Args:
        command: The karussell command.
        environment: The person's.
        arguments: What ``serve`` is given besides.

    Raises:
        UsageError: A unit of somebody else has the name, or it cannot be written.
    """
    if sys.platform != "linux":
        raise UsageError(f"systemd is for Linux, not {sys.platform}; start: karussell serve")
    units = Units.of(environment)
    refuse_others((units.socket, units.service), _COMMAND)
    mark = mark_of(_COMMAND)
    write_own(units.service, mark + service_unit(str(command), *arguments))
    write_own(units.socket, mark + socket_unit())
    return units


def uninstall(environment: Mapping[str, str]) -> Removed:
    """Take the units back; what somebody else wrote stays.

    Raises:
        UsageError: A file cannot be removed.
    """
    units = Units.of(environment)
    enabled = units.enabled and is_ours(units.socket, _COMMAND)
    removed = remove((units.socket, units.service), _COMMAND)
    if enabled:
        unlink(units.link)
        removed.gone.append(units.link)
    return removed


def socket_unit() -> str:
    """What systemd listens by."""
    return _SOCKET


def service_unit(command: str, *arguments: str) -> str:
    """What systemd starts.

    Args:
        command: The karussell command.
        arguments: What ``serve`` is given besides.

    Raises:
        UsageError: systemd starts nothing by such a name.
    """
    words = [command, "serve", "--idle", str(_IDLE), *arguments]
    return _SERVICE.format(command=" ".join(_quoted(word) for word in words))


def _quoted(word: str) -> str:
    """A word as a line of a unit wants it.

    Raises:
        UsageError: systemd starts nothing by such a name.
    """
    if any(ord(sign) < 32 or sign in "'\"\\" for sign in word):
        raise UsageError(
            f"{word!a}: systemd starts nothing whose name has quotes, backslashes or "
            "line ends; install karussell in another folder"
        )
    return f'"{word}"'.replace("%", "%%") if " " in word or ";" in word else word.replace("%", "%%")
