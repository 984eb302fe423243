"""The proof that something is forgotten: its bytes are looked for in every file."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from karussell.history.connection import index_bytes, raw_bytes
from karussell.history.entries import Entry
from karussell.history.folder import INDEX, all_aside, parts
from karussell.history.schema import texts
from karussell.history.store import Store

# Shorter pieces stand everywhere, longer ones are found by their beginning.
_SHORTEST, _LONGEST = 4, 6
_ENCODINGS = "utf-8", "utf-16-le", "utf-16-be"
# A character that no text has, between those that are looked for.
_APART = "\uffff"
# Pieces at a time: what is worked out of them stays in the processor's caches.
_CHUNK = 1 << 16
# As many short texts are sooner looked for one by one.
_FEW = 20
# Nearly all pieces are sorted out by one look at a table.
_TABLE_BITS = 20
# An odd number near 2^64 / the golden ratio: its products differ in their upper bits.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)

_Pieces = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What forgetting did, and what was looked for afterwards.

    Attributes:
        entries: Entries that were forgotten.
        files: Files that were read through: all of the folder; but SQLite's index of its log, which
            has numbers of pages, on Linux alone.
        copies: Copies of what was forgotten, or of parts of it, that are left in them. In the store
            itself there are none, unless another process did not come to an end with reading.
        seconds: How long it took.
        elsewhere: Files beside the store that have copies, or may have: exports, damaged stores
            that were set aside. Nothing deletes them but who put them there.
    """

    entries: int
    files: int
    copies: int
    seconds: float
    elsewhere: tuple[str, ...] = ()


def proof(store: Store, gone: Iterable[Entry], started: float) -> Proof:
    """Look for what is gone in all files of a store's folder.

    All pieces of six bytes of its texts, as they were written, in lower and in upper case, in UTF-8
    and UTF-16, are looked for, but those that stand in what remains; of shorter texts the whole.

    Args:
        store: The store it was in.
        gone: What was deleted.
        started: When forgetting began.
    """
    gone = list(gone)
    files = copies = 0
    elsewhere = []
    if store.path is not None:
        folder = store.path.parent
        own, aside = set(parts(folder)), set(all_aside(folder))
        paths = [each for each in sorted(folder.iterdir()) if each.is_file()]
        read = {path: data for path in paths if (data := _read(path, own)) is not None}
        found = _copies(list(read.values()), _written(gone), store.contents())
        files, copies = len(read), sum(found)
        for path, count in zip(read, found, strict=True):
            if path not in own and (count or (gone and path in aside)):
                elsewhere.append(path.name)
    return Proof(
        entries=len(gone),
        files=files,
        copies=copies,
        seconds=time.perf_counter() - started,
        elsewhere=tuple(elsewhere),
    )


def _read(path: Path, own: set[Path]) -> bytes | None:
    """All bytes of a file; None for an index of SQLite's where the system hides it."""
    if path not in own:
        return path.read_bytes()
    return index_bytes(path) if path.name.endswith(INDEX) else raw_bytes(path)


def _written(gone: Iterable[Entry]) -> dict[int, list[bytes]]:
    """How it may have been written, by the length in bytes of the pieces to look for."""
    given = {text for entry in gone for text in texts(entry)}
    written = {each for text in given for each in (text, text.lower(), text.upper())}
    found: dict[int, list[bytes]] = {}
    for encoding in _ENCODINGS:
        found.setdefault(_LONGEST, []).append(_APART.join(written).encode(encoding))
    for text in written:
        if _SHORTEST <= len(data := text.encode()) < _LONGEST:
            found.setdefault(len(data), []).append(data)
    return found


def _copies(files: list[bytes], written: dict[int, list[bytes]], kept: bytes) -> list[int]:
    """How often each file has what was written, but does not stand in what is kept."""
    counts = [0] * len(files)
    for size, wanted in written.items():
        if size < _LONGEST and len(wanted) <= _FEW:
            wanted = [each for each in wanted if each not in kept]
        elif size == _SHORTEST:
            continue  # of so many some are like a checksum
        found = _common(files, wanted, size)
        left = np.setdiff1d(found, _among([kept], found, size))
        for number, data in enumerate(files):
            places = [
                first + np.flatnonzero(np.isin(pieces, left))
                for first, pieces in _pieces(data, size)
                if len(left)
            ]
            if places:
                gaps = np.diff(np.concatenate(places), prepend=-2)
                counts[number] += int(np.count_nonzero(gaps > 1))
    return counts


def _common(some: list[bytes], others: list[bytes], size: int) -> _Pieces:
    """The pieces that are in both, each once."""
    if not (some and others):
        return np.empty(0, np.uint64)
    few, many = sorted((some, others), key=lambda each: sum(map(len, each)))
    table = np.zeros(1 << _TABLE_BITS, bool)
    for data in few:
        for _, pieces in _pieces(data, size):
            table[_hashes(pieces)] = True
    candidates = _through(many, table, size)
    return _among(few, candidates, size)


def _among(texts_: list[bytes], wanted: _Pieces, size: int) -> _Pieces:
    """Those pieces of texts that are wanted, each once."""
    table = np.zeros(1 << _TABLE_BITS, bool)
    table[_hashes(wanted)] = True
    return np.intersect1d(_through(texts_, table, size), wanted, assume_unique=True)


def _through(texts_: list[bytes], table: NDArray[np.bool_], size: int) -> _Pieces:
    """Those pieces of texts that a table lets through, each once."""
    passed = [
        np.unique(pieces[table[_hashes(pieces)]])
        for data in texts_
        for _, pieces in _pieces(data, size)
    ]
    return np.unique(np.concatenate(passed)) if passed else np.empty(0, np.uint64)


def _hashes(pieces: _Pieces) -> _Pieces:
    return (pieces * _SPREAD) >> np.uint64(64 - _TABLE_BITS)


def _pieces(data: bytes, size: int) -> Iterator[tuple[int, _Pieces]]:
    """All pieces of some bytes as numbers, and the place of the first: many at a time."""
    count = len(data) - size + 1
    if count <= 0:
        return
    read = np.ndarray((count,), "<u8", data + bytes(8), strides=(1,))
    mask = np.uint64((1 << 8 * size) - 1)
    for first in range(0, count, _CHUNK):
        yield first, read[first : first + _CHUNK] & mask
