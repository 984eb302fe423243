"""Names of files as people give them, files never half-written, and files of one person alone."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import UsageError

_OWNERS = 0o600

AnyPath = str | os.PathLike[str]
"""What names a file: a string, a `Path`, or anything else that Python takes for a path."""


def path_of(given: AnyPath, what: str = "path") -> Path:
    """The path that somebody named.

    Args:
        given: Its name.
        what: What a message calls it.

    Raises:
        UsageError: If it is no name of a file.
    """
    try:
        name = os.fsdecode(given)
    except TypeError:
        raise UsageError(
            f"{what} is a {type(given).__name__}, expected the name of a file: a str or a Path"
        ) from None
    if not name or "\0" in name:
        raise UsageError(f"{what} is {name[:60]!a}, expected the name of a file")
    return Path(name)


@contextlib.contextmanager
def written_beside(
    path: Path, *, partial: Path | None = None, private: bool = False
) -> Iterator[Path]:
    """A temporary file to write, which then goes to disk and takes the place of the old one.

    Args:
        path: The file.
        partial: The temporary file, beside it. One that is written often should name one of its
            own, so that a process killed again and again leaves one at most; otherwise it has a
            random name, and two processes may write the same file.
        private: Whether only its owner may read it, from its first byte on.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    path = path.resolve()
    temporary = partial or path.parent / f".karussell-{os.urandom(8).hex()}"
    try:
        if private:
            os.close(owners_alone(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC))
        yield temporary
        _sync(temporary, os.O_RDWR)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_names(path.parent)


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    with written_beside(path) as beside:
        beside.write_bytes(data)


def write_over(path: Path, data: bytes | memoryview) -> None:
    """Write a file of its owner's that is written again and again while a run lasts.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    with written_beside(path, partial=path.with_suffix(".partial"), private=True) as beside:
        beside.write_bytes(data)


def owners_alone(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file that its owner alone may read, whatever the umask: an ``opener``."""
    opened = os.open(path, flags, _OWNERS)
    if os.name != "nt":
        os.fchmod(opened, _OWNERS)
    return opened


def sync_names(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    if os.name != "nt":  # Windows opens no folders
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    opened = os.open(path, flags)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def is_alone(opened: int) -> bool:
    """Whether an open file is ours alone from now on, for as long as it is open."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if isinstance(error, BlockingIOError | PermissionError):
            return False
        raise
    return True
