"""The server's units of systemd, in a person's own folders: it starts when somebody asks for it."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from karussell.errors import UsageError
from karussell.files import write_own

_MARK = "# Written by: karussell systemd install\n"
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
        return _is_ours(self.socket) and _is_ours(self.service)

    @property
    def enabled(self) -> bool:
        """Whether systemd listens from login on."""
        return self.link.is_symlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was taken back.

    Attributes:
        gone: Files that are gone.
        kept: Files by those names that somebody else wrote.
    """

    gone: list[Path]
    kept: list[Path]


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
    for path in (units.socket, units.service):
        if path.exists() and not _is_ours(path):
            raise UsageError(
                f"{path}: is not of karussell systemd install; move it away, then try again"
            )
    words = [str(command), "serve", "--idle", str(_IDLE), *arguments]
    line = " ".join(_quoted(word) for word in words)
    write_own(units.service, _MARK + _SERVICE.format(command=line))
    write_own(units.socket, _MARK + _SOCKET)
    return units


def uninstall(environment: Mapping[str, str]) -> Removed:
    """Take the units back; what somebody else wrote stays.

    Raises:
        UsageError: A file cannot be removed.
    """
    units = Units.of(environment)
    ours = [path for path in (units.socket, units.service) if _is_ours(path)]
    kept = [path for path in (units.socket, units.service) if path.exists() and path not in ours]
    if units.socket in ours and units.enabled:
        ours.append(units.link)
    for path in ours:
        try:
            path.unlink()
        except OSError as error:
            raise UsageError(f"{path} cannot be removed ({error.strerror})") from None
    return Removed(gone=ours, kept=kept)


def _is_ours(path: Path) -> bool:
    try:
        return path.read_bytes().startswith(_MARK.encode())
    except OSError:
        return False


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
