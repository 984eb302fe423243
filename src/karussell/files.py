"""Names of files as people give them, and files that are never half-written."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import UsageError

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
def written_beside(path: Path, *, partial: Path | None = None) -> Iterator[Path]:
    """A temporary file to write, which then goes to disk and takes the place of the old one.

    Args:
        path: The file.
        partial: The temporary file, beside it. One that is written often should name one of its
            own, so that a process killed again and again leaves one at most; otherwise it has a
            random name, and two processes may write the same file.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    path = path.resolve()
    temporary = partial or path.parent / f".karussell-{os.urandom(8).hex()}"
    try:
        yield temporary
        _sync(temporary, os.O_RDWR)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if os.name != "nt":  # Windows opens no folders
        _sync(path.parent, os.O_RDONLY)


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    with written_beside(path) as beside:
        beside.write_bytes(data)


def write_over(path: Path, data: bytes | memoryview) -> None:
    """Write a file that is written again and again while a run lasts.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    with written_beside(path, partial=path.with_suffix(".partial")) as beside:
        beside.write_bytes(data)


def _sync(path: Path, flags: int) -> None:
    opened = os.open(path, flags)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
