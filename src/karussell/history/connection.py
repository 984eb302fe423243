"""A connection to SQLite with all that durability and forgetting need."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from karussell.errors import HistoryError, needing

if TYPE_CHECKING:
    import apsw

# Milliseconds that a transaction of another process is waited for.
PATIENCE = 5000
_SETTINGS = (
    f"PRAGMA busy_timeout = {PATIENCE}",
    # A commit is on the disk when it returns: with NORMAL a power cut takes the last ones back.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    # What is deleted is written over; VACUUM writes no temporary file.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)
# ChaCha20 with a tag of Poly1305 for each page; "legacy" leaves no field of the header readable.
_CIPHER: dict[str, str | int] = {"cipher": "chacha20", "legacy": 1, "legacy_page_size": 4096}
KEY_BYTES = 32
"""The length of a key."""


def driver() -> Any:
    """The driver, apsw of SQLite3 Multiple Ciphers, loaded when a store is first opened.

    Raises:
        UsageError: If it is not installed.
    """
    with needing("what a keyboard learns is kept by"):
        import apsw
    return apsw


def check_key(key: bytes) -> None:
    """Refuse a key that is none.

    Raises:
        HistoryError: If it has another length; the key itself is never told.
    """
    if len(key) != KEY_BYTES:
        raise HistoryError(
            f"the key of the history has {len(key)} bytes; {KEY_BYTES} random ones are expected, "
            "as karussell.history.key_file makes them"
        )


def raw_bytes(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file of a store as they lie on the disk, from its beginning.

    Read through SQLite: in a process that has the store open, closing the file otherwise would
    drop the locks of POSIX on it.

    Args:
        path: The file.
        most: How many at most; None for all.

    Raises:
        apsw.Error: If it cannot be read.
    """
    apsw = driver()
    # Not the one on top, which deciphers.
    system = "win32" if "win32" in apsw.vfs_names() else "unix"
    flags = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY
    file = apsw.VFSFile(system, str(path), [flags, 0])
    try:
        size = file.xFileSize()
        size = size if most is None else min(size, most)
        return bytes(file.xRead(size, 0)) if size else b""
    finally:
        file.xClose()


def index_bytes(path: Path) -> bytes | None:
    """The bytes of the index of a log, read by what SQLite has opened; None if that is hidden.

    It is never to be opened and closed in a process that has the store open: its locks lie on it.
    """
    real = os.path.realpath(path)
    for descriptor in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):
            if os.readlink(descriptor) == real:
                return os.pread(int(descriptor.name), path.stat().st_size, 0)
    return None


def connect(path: Path | None, key: bytes | None = None) -> apsw.Connection:
    """A connection to a file that exists, or to memory.

    Until `settle` is called, closing it leaves the file and its log as they are.

    Args:
        path: The file; None for memory.
        key: What it is encrypted with; None for nothing.
    """
    sqlite = driver()
    connection: apsw.Connection
    if path is None:
        connection = sqlite.Connection(":memory:")
    else:
        connection = sqlite.Connection(str(path), flags=sqlite.SQLITE_OPEN_READWRITE)
        leave_as_it_is(connection)
    try:
        if key is not None:
            check_key(key)
            if not hasattr(sqlite, "mc_version"):
                raise HistoryError(
                    "an encrypted history needs apsw-sqlite3mc, and apsw is installed instead; "
                    "run: pip uninstall apsw, then pip install --force-reinstall apsw-sqlite3mc"
                )
            for name, value in _CIPHER.items():
                connection.pragma(name, value)
            connection.pragma("key", f"raw:{key.hex()}")
        for setting in _SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def leave_as_it_is(connection: apsw.Connection) -> None:
    """Let closing a connection change nothing."""
    connection.config(driver().SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)


def settle(connection: apsw.Connection) -> None:
    """Let a connection to a store that was found whole keep its log, and write it back in the end.

    Raises:
        apsw.Error: If there can be no log.
    """
    sqlite = driver()
    mode = connection.pragma("journal_mode", "wal")
    if mode not in ("wal", "memory"):
        raise sqlite.IOError(f"journal_mode is {mode}, not wal")
    connection.config(sqlite.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
