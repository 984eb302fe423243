"""Names of files as people give them, files never half-written, and files of one person alone."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
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


def reason_of(error: Exception) -> str:
    """Why the system refused, in its own words; a file where a folder should be is named."""
    if isinstance(error, FileExistsError | NotADirectoryError) and error.filename is not None:
        named = Path(os.fsdecode(error.filename))
        for path in (*reversed(named.parents), named):
            if os.path.lexists(path) and not path.is_dir():
                return f"{path} is no folder"
    return getattr(error, "strerror", None) or str(error)


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse to write what is read, under whatever name, and two things into one file.

    It is said before anything is written.

    Args:
        outputs: The files that will be written.
        inputs: Those that are read; - is standard input, of a folder it is all that lies in it.

    Raises:
        UsageError: Naming the output.
    """
    written: list[Path] = []
    for out in filter(None, outputs):
        for path in filter(None, inputs):
            if _is_read_as(out, path):
                also = "" if str(out) == str(path) else f" (as {path})"
                raise UsageError(
                    f"{out}: is to be read{also}, and would be replaced; choose another name for "
                    "what is written"
                )
        for other in written:
            if os.path.realpath(out) == os.path.realpath(other) or _is_same(out, other):
                raise UsageError(
                    f"{out}: would be written twice; choose a name for each file that is written"
                )
        written.append(out)


def _is_read_as(out: Path, path: Path) -> bool:
    """Whether an output is an input, or lies in one that is a folder."""
    if path.is_dir():
        return out.exists() and Path(os.path.realpath(path)) in Path(os.path.realpath(out)).parents
    return _is_same(out, path)


def _is_same(out: Path, path: Path) -> bool:
    """Whether two names are of one file: links, relative ones, and other spellings among them."""
    try:
        found = os.fstat(0) if str(path) == "-" else path.stat()
        return stat.S_ISREG(found.st_mode) and os.path.samestat(found, out.stat())
    except (OSError, ValueError):
        return False


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
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.filename in (str(temporary), temporary):
            error.filename = str(path)  # which people know
        raise
    sync_names(path.parent)


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    with written_beside(path) as beside:
        beside.write_bytes(data)


def write_own(path: Path, text: str) -> None:
    """Write a file into a person's own folders, which are made where they are not there yet.

    Raises:
        UsageError: If it cannot be written; an older file is then still whole.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({reason_of(error)})") from None


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
