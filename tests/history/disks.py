"""Disks that lose power and disks that fail, under the SQLite that a history uses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

_SECTOR = 512
_names = itertools.count()


@dataclass(frozen=True, slots=True)
class Operation:
    """What was asked of a disk: to write, truncate, sync or delete a file; or a test's mark."""

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """A disk that remembers what was asked of it, and fails when it is to.

    Attributes:
        log: Everything, in order.
        fails_at: The number of the operation that fails, readings counted; None for none.
        for_good: Whether all after it fail, too.
        full: Whether it is full, rather than broken.
    """

    log: list[Operation] = field(default_factory=list)
    fails_at: int | None = None
    for_good: bool = False
    full: bool = False
    count: int = 0

    def mark(self, text: str) -> None:
        self.log.append(Operation("mark", text))

    def ask(self, kind: str, file: str, offset: int = 0, data: bytes = b"") -> None:
        number, self.count = self.count, self.count + 1
        if self.full and kind != "write":
            pass
        elif self.fails_at is not None and (
            number == self.fails_at or (self.for_good and number > self.fails_at)
        ):
            raise (apsw.FullError if self.full else apsw.IOError)("no more")
        if kind not in ("read", "open", "size"):
            self.log.append(Operation(kind, Path(file).name, offset, data))


class _File(apsw.VFSFile):
    def __init__(
        self, disk: Disk, base: str, name: str | apsw.URIFilename | None, flags: list[int]
    ):
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else (name or "")
        disk.ask("open", self._name)
        super().__init__(base, name, flags)

    def xRead(self, amount: int, offset: int) -> bytes:
        self._disk.ask("read", self._name)
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.ask("write", self._name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.ask("truncate", self._name, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.ask("sync", self._name)
        super().xSync(flags)

    def xFileSize(self) -> int:
        self._disk.ask("size", self._name)
        return super().xFileSize()


class _System(apsw.VFS):
    def __init__(self, disk: Disk, base: str) -> None:
        self._disk, self._base = disk, base
        super().__init__(f"disk-{next(_names)}", base, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self._disk, self._base, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._disk.ask("delete", filename)
        super().xDelete(filename, syncdir)


@contextmanager
def under_sqlite(disk: Disk) -> Iterator[Disk]:
    """Have SQLite use a disk for all that is opened meanwhile."""
    usual = apsw.vfs_names()[0]
    system = _System(disk, "unix")
    try:
        yield disk
    finally:
        system.unregister()
        apsw.set_default_vfs(usual)


def after_a_cut(before: dict[str, bytes], log: list[Operation], random: Random) -> dict[str, bytes]:
    """Files as they may be found when the power comes back.

    What was synced is there; of the rest any part, in sectors.
    """
    synced = {each.file: number for number, each in enumerate(log) if each.kind == "sync"}
    files = {name: bytearray(data) for name, data in before.items()}
    for number, operation in enumerate(log):
        name = operation.file
        if operation.kind in ("mark", "sync"):
            continue
        sure = number < synced.get(name, -1)
        if not sure and random.random() < 0.5:
            continue
        if operation.kind == "delete":
            files.pop(name, None)
        elif operation.kind == "truncate":
            data = files.setdefault(name, bytearray())
            del data[operation.offset :]
            data.extend(bytes(operation.offset - len(data)))
        else:
            data = files.setdefault(name, bytearray())
            written = operation.data
            if not sure and random.random() < 0.3:  # torn
                written = written[: random.randrange(len(written) // _SECTOR + 1) * _SECTOR]
            end = operation.offset + len(written)
            data.extend(bytes(max(0, end - len(data))))
            data[operation.offset : end] = written
    return {name: bytes(data) for name, data in files.items()}
