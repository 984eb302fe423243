"""The folder of a store: whose it is, who is at work in it, and what is set aside in it."""

import contextlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import HistoryError
from karussell.files import is_alone

STORE = "history.sqlite3"
"""The name of a store in its folder."""
LOG, INDEX, JOURNAL = "-wal", "-shm", "-journal"
"""What SQLite adds to it for its log, the index of that, and a journal."""
KEY_CHECK = "-key"
"""What is added to it for the fingerprint of its key."""

_MADE = ".history-"
_LOCK = "lock"
_ASIDE = "damaged"
_OWNERS = 0o700
_PARTS = ("", LOG, INDEX, JOURNAL, KEY_CHECK)
# Another process opens a store in milliseconds.
_PATIENCE = 10.0
# Bits of a mode by which others may do anything.
_OTHERS = 0o077


def usual_folder() -> Path:
    """Where the system keeps what belongs to this person.

    Raises:
        HistoryError: If nobody knows where their home is.
    """
    from platformdirs import user_data_path

    try:
        return user_data_path("karussell", appauthor=False) / "history"
    except RuntimeError:
        raise HistoryError(
            "it is not known where your home is; set HOME, or name the folder of what is learned "
            "(--memory FOLDER)"
        ) from None


def prepare(folder: Path) -> str | None:
    """Make a folder that only its owner may enter, or see to it that one is such.

    Returns:
        What is to be told about it, if anything.

    Raises:
        OSError: If it cannot be had, or is another's.
    """
    with contextlib.suppress(FileExistsError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=_OWNERS)
    if sys.platform == "win32":
        return None
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{folder}: is no folder")
    if found.st_uid != os.geteuid():
        raise PermissionError(f"{folder}: belongs to another user")
    if not found.st_mode & _OTHERS:
        return None
    if all(_is_ours(path.name) for path in folder.iterdir()):
        folder.chmod(_OWNERS)
        return f"{folder}: others could look into it; its mode is 0700 now"
    return f"{folder}: others can look into it, and see that there is a history, not what is in it"


def _is_ours(name: str) -> bool:
    return name.startswith((STORE, _MADE, f"{_ASIDE}-")) or name == _LOCK


def make(path: Path) -> None:
    """Make an empty file that only its owner can read, and nothing follows or replaces.

    Raises:
        OSError: If there is one, or it cannot be made.
    """
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(path, flags, 0o600))


def check_file(path: Path) -> str | None:
    """Look whether a file is one's own, and see to it that nobody else reads it.

    Returns:
        What is to be told about it, if anything.

    Raises:
        OSError: If it is not there, no plain file, or another's.
    """
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise PermissionError(f"{path}: is no plain file")
    if sys.platform == "win32":
        return None
    if found.st_uid != os.geteuid():
        raise PermissionError(f"{path}: belongs to another user")
    if not found.st_mode & _OTHERS:
        return None
    path.chmod(0o600)
    return f"{path}: others could read it; its mode is 0600 now"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else opens, makes or sets aside a store in a folder meanwhile.

    Raises:
        OSError: If it cannot be written, or somebody does not come to an end.
    """
    opened = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        last = time.monotonic() + _PATIENCE
        while not is_alone(opened):
            if time.monotonic() > last:
                raise TimeoutError(f"{folder}: another Karussell is opening the history for long")
            time.sleep(0.005)
        yield
    finally:
        os.close(opened)


@contextlib.contextmanager
def making(folder: Path) -> Iterator[Path]:
    """An empty file, to be made a store and then to take its place, whole or not at all.

    Only while the folder is locked.

    Raises:
        OSError: If it cannot be made.
    """
    for left in folder.glob(f"{_MADE}*"):
        left.unlink()
    path = folder / f"{_MADE}{os.urandom(8).hex()}"
    make(path)
    try:
        yield path
        sync(path)
        os.rename(path, folder / STORE)
        sync(folder)
    finally:
        for part in _PARTS:
            path.with_name(path.name + part).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk. Never a store that is open.

    Raises:
        OSError: If it cannot be done.
    """
    if sys.platform == "win32" and path.is_dir():
        return  # it opens no folders
    opened = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def parts(folder: Path) -> list[Path]:
    """The files of the store that there are, its main file first, even if that is not there."""
    main, *others = (folder / f"{STORE}{part}" for part in _PARTS)
    return [main, *filter(os.path.lexists, others)]


def exists(folder: Path) -> bool:
    """Whether there is a store, or what is left of one."""
    return any(os.path.lexists(folder / f"{STORE}{part}") for part in ("", LOG, JOURNAL))


def set_aside(folder: Path) -> Path:
    """Give the whole store another name, which no other has. Only while the folder is locked.

    Returns:
        The name of its main file now.

    Raises:
        OSError: If it cannot be renamed.
    """
    number = 1
    while any(folder.glob(f"{_ASIDE}-{number}-*")):
        number += 1
    aside = folder / f"{_ASIDE}-{number}-{STORE}"
    for part in _PARTS:
        with contextlib.suppress(FileNotFoundError):
            os.rename(folder / f"{STORE}{part}", aside.with_name(aside.name + part))
    sync(folder)
    return aside


def all_aside(folder: Path) -> list[Path]:
    """The files of all stores that were set aside."""
    return sorted(folder.glob(f"{_ASIDE}-*"))
