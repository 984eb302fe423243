"""Where the server of a person listens: its Unix socket, which is its alone."""

import contextlib
import errno
import os
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from karussell.client import usual_socket
from karussell.errors import ServerError
from karussell.files import is_alone
from karussell.web.listening import Listener

_OWNERS = 0o700
_OTHERS = 0o077
# The first socket that systemd hands over.
_INHERITED = 3


@contextlib.contextmanager
def claimed(path: Path | None = None) -> Iterator[socket.socket]:
    """The Unix socket of a person's one server, as long as the block runs.

    It is made, or taken from systemd if that listens already. A socket that a dead server left is
    replaced. Its folder is its owner's alone (0700), and so is the socket (0600).

    Args:
        path: Where it is; None for the usual place.

    Raises:
        ServerError: Another server has it, or it cannot be had.
    """
    if sys.platform == "win32":
        raise ServerError("karussell serve needs Unix sockets; here, use karussell keyboard")
    inherited = _inherited()
    place = Path(inherited.getsockname() if inherited else path or usual_socket())
    with contextlib.closing(inherited) if inherited else contextlib.nullcontext():
        try:
            _prepare(place.parent)
            lock = os.open(place.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise _refused(place, error) from None
        try:
            if not is_alone(lock):
                raise ServerError(
                    f"{place}: a server of yours runs already (process {_number(lock)}); use that "
                    "one, or stop it first"
                )
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
            if inherited:
                yield inherited
            else:
                with _made(place) as made:
                    yield made
        finally:
            os.close(lock)


@contextlib.contextmanager
def _made(place: Path) -> Iterator[socket.socket]:
    listener = Listener(socket.AF_UNIX, socket.SOCK_STREAM)
    with contextlib.closing(listener):
        try:
            place.unlink(missing_ok=True)  # whoever left it is dead: the lock is ours
            before = os.umask(0o177)
            try:
                listener.bind(str(place))
            finally:
                os.umask(before)
            listener.listen()
        except OSError as error:
            raise _refused(place, error) from None
        mine, made_by = place.stat().st_ino, os.getpid()
        try:
            yield listener
        finally:
            with contextlib.suppress(OSError):
                if os.getpid() == made_by and place.stat().st_ino == mine:
                    place.unlink()


def _prepare(folder: Path) -> None:
    """Make a folder that only its owner may enter, or see to it that one is such.

    Raises:
        OSError: It cannot be had, or is another's.
    """
    with contextlib.suppress(FileExistsError):
        folder.parent.mkdir(mode=_OWNERS, exist_ok=True)
        folder.mkdir(mode=_OWNERS)
    for each in (folder.parent, folder):
        found = each.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
            raise PermissionError(errno.EPERM, f"{each} is no folder of yours")
    if found.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, f"{folder} belongs to another user")
    if found.st_mode & _OTHERS:
        folder.chmod(_OWNERS)


def _number(lock: int) -> str:
    told = os.pread(lock, 20, 0).strip()
    return told.decode() if told.isdigit() else "unknown"


def _inherited() -> socket.socket | None:
    """The Unix socket that systemd listens on for this process, if it does.

    Raises:
        ServerError: It handed over something else.
    """
    given, numbers = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if given != str(os.getpid()) or numbers in ("", "0"):
        return None
    found = None
    with contextlib.suppress(OSError):
        found = Listener(fileno=_INHERITED)
    if numbers != "1" or found is None or not _is_ready(found):
        raise ServerError(
            f"LISTEN_FDS={numbers}: expected one Unix socket that listens (ListenStream=PATH)"
        )
    os.set_inheritable(_INHERITED, False)
    return found


def _is_ready(found: socket.socket) -> bool:
    return (
        found.family == socket.AF_UNIX
        and found.type == socket.SOCK_STREAM
        and bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        and isinstance(found.getsockname(), str)
        and bool(found.getsockname())
    )


def _refused(place: Path, error: OSError) -> ServerError:
    why = "its path is too long" if len(str(place).encode()) > 107 else error.strerror or str(error)
    return ServerError(
        f"{place}: cannot listen there ({why}); set XDG_RUNTIME_DIR to a folder of yours"
    )
