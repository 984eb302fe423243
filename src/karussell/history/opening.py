"""Opening a store: found whole, made, or set aside and made anew."""

import re
from collections.abc import Iterable
from pathlib import Path

from karussell.errors import HistoryError
from karussell.history import folder as places
from karussell.history.connection import check_key, raw_bytes
from karussell.history.keys import fingerprint
from karussell.history.schema import APPLICATION_ID, VERSION, Damaged
from karussell.history.store import Store, damages, later

# The beginning of a database that is not encrypted, with its version and its kind.
_PLAIN = b"SQLite format 3\0"
_HEADER = 100
_VERSION, _KIND = slice(60, 64), slice(68, 72)
_FINGERPRINT = re.compile("[0-9a-f]{32}")


def open_store(folder: Path, key: bytes | None) -> tuple[Store, str | None]:
    """The store of a folder, and what is to be told about it, if anything.

    A damaged one is set aside whole, and a new one begun.

    Raises:
        HistoryError: If the key is not its key, or it is of a later version.
        OSError, apsw.Error: If there can be no store.
    """
    if key is not None:
        check_key(key)
    told = places.prepare(folder)
    with places.locked(folder):
        store, notice = _open(folder, key)
    return store, _joined([told, notice])


def replaced(damaged: Store, key: bytes | None, reason: str) -> tuple[Store, str | None]:
    """A store in place of one that turned out to be damaged while it was open, and a notice.

    Args:
        damaged: That one, which is not open any more.
        key: Its key.
        reason: How one knows.

    Raises:
        HistoryError, OSError, apsw.Error: If there can be no store.
    """
    assert damaged.path is not None
    folder = damaged.path.parent
    with places.locked(folder):
        # Another process may have been sooner.
        return _anew(folder, key, reason) if damaged.is_in_place else _open(folder, key)


def _open(folder: Path, key: bytes | None) -> tuple[Store, str | None]:
    if not places.exists(folder):
        return _begun(folder, key), None
    try:
        told = _joined(map(places.check_file, places.parts(folder)))
        return _found(folder / places.STORE, key), told
    except FileNotFoundError:
        reason = "its main file is missing"
    except damages() as error:
        reason = str(error)
    return _anew(folder, key, reason)


def _anew(folder: Path, key: bytes | None, reason: str) -> tuple[Store, str | None]:
    aside = places.set_aside(folder)
    notice = (
        f"{folder / places.STORE}: what was learned is damaged ({reason}); it was set aside whole "
        f"as {aside.name}, and learning begins anew"
    )
    return _begun(folder, key), notice


def _joined(told: Iterable[str | None]) -> str | None:
    return "; ".join(filter(None, told)) or None


def _found(path: Path, key: bytes | None) -> Store:
    header = raw_bytes(path, _HEADER)
    if len(header) < _HEADER:
        raise Damaged("it is cut off")
    plain = header.startswith(_PLAIN)
    if plain and int.from_bytes(header[_KIND]) == APPLICATION_ID:
        version = int.from_bytes(header[_VERSION])
        if version > VERSION:
            raise later(path, version)  # before anything of it is opened
    known = _known_key(_key_check(path))
    # SQLite builds the index of a log that is there in memory that it does not clear, and copies
    # it into a file with whatever text stood there. So the log is written back before it is used.
    log = path.with_name(path.name + places.LOG)
    if log.exists() and log.stat().st_size:
        _opened(path, key, known, plain=plain).write_back()
    return _opened(path, key, known, plain=plain)


def _opened(path: Path, key: bytes | None, known: str | None, *, plain: bool) -> Store:
    if key is None:
        if known is not None and not plain:
            raise HistoryError(f"{path}: is encrypted; open it with its key")
        return Store(path)
    if plain:
        raise HistoryError(
            f"{path}: is not encrypted; export it, delete it, and import it into one with a key"
        )
    if known and known != fingerprint(key):
        raise HistoryError(f"{path}: is encrypted with another key; open it with that one")
    try:
        return Store(path, key)
    except damages():
        if not known:  # nobody knows whether the key or the file is to blame
            raise HistoryError(f"{path}: cannot be read with this key; give its own") from None
        raise


def _begun(folder: Path, key: bytes | None) -> Store:
    path = folder / places.STORE
    check = _key_check(path)
    check.unlink(missing_ok=True)
    with places.making(folder) as made:
        Store(made, key).close()
        if key is not None:
            places.make(check)
            check.write_text(fingerprint(key))
            places.sync(check)
    return Store(path, key)


def _known_key(check: Path) -> str | None:
    """The fingerprint of a store's key; "" if it was damaged, None if the store has none."""
    if not check.exists():
        return None
    with check.open("rb") as file:
        found = file.read(1000).decode("ascii", "replace")
    return found if _FINGERPRINT.fullmatch(found) else ""


def _key_check(path: Path) -> Path:
    return path.with_name(path.name + places.KEY_CHECK)
