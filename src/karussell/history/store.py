"""One database: entries in, entries out, each change a transaction."""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from karussell.errors import HistoryError
from karussell.history.connection import connect, driver, leave_as_it_is, settle
from karussell.history.entries import COUNTS, Entry, Saving
from karussell.history.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    SAVINGS,
    TABLES,
    VERSION,
    Damaged,
    Table,
    table_of,
)

# Text of columns that follow one another in a row: SQLite writes nothing between them.
_TEXTS = (
    "SELECT group_concat(type || name || tbl_name || coalesce(sql, '')) FROM sqlite_schema",
    "SELECT group_concat(language || coalesce(app, '') || words || meant) FROM sentences",
    "SELECT group_concat(language || coalesce(app, '') || typed || word) FROM pairs",
    "SELECT group_concat(day || coalesce(app, '')) FROM savings",
)
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"
_TAKEN = " UNION ALL ".join(f"SELECT 1 FROM {table.name} WHERE id = ?1" for table in TABLES)


class Store:
    """The entries of a file that exists, or of one in memory. One thread at a time.

    Attributes:
        path: The file; None for memory.
        found: What was in it when it was opened.
        found_at: Its `changes` then.

    Args:
        path: The file; None for memory.
        key: What it is encrypted with; None for nothing.

    Raises:
        Damaged: If it is no store of ours, or was changed by something else.
        apsw.Error: If it cannot be read.
        HistoryError: If it is of a later version.
    """

    def __init__(self, path: Path | None, key: bytes | None = None) -> None:
        self.path = path
        self._place = _place(path)
        self._connection = connect(path, key)
        try:
            self._migrate()
            if path is not None:
                self._check()
            self.found_at = self.changes
            self.found = self.read()
            settle(self._connection)
            if self.owes_forgetting:
                self.clean()
        except BaseException:
            self._connection.close()
            raise

    def _migrate(self) -> None:
        execute = self._connection.execute
        tables = execute("SELECT count(*) FROM sqlite_schema").get
        ours = self._connection.pragma("application_id") == APPLICATION_ID
        version = self._connection.pragma("user_version")
        if tables and not ours:
            raise Damaged("it is another database")
        if version > VERSION:
            raise later(self.path, version)
        for number, statements in enumerate(MIGRATIONS[version:], version + 1):
            with self._transaction():
                for statement in statements:
                    execute(statement)
                execute(f"PRAGMA application_id = {APPLICATION_ID}")
                execute(f"PRAGMA user_version = {number}")

    def _check(self) -> None:
        found = self._connection.execute("PRAGMA quick_check(1)").get
        if found != "ok":
            raise Damaged(str(found))
        # A trigger or a view of somebody else's would run whenever the store is used.
        if self._connection.execute(_SCHEMA).fetchall() != _schema():
            raise Damaged("it has other tables than it was made with")

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        """A transaction that begins as a writer's: one that becomes a writer's may not wait."""
        execute = self._connection.execute
        execute(begin)
        try:
            yield
            execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise

    def read(self) -> list[tuple[int, Entry]]:
        """All entries with their ids, in order.

        Raises:
            Damaged: If one of them was not written so.
        """
        found: list[tuple[int, Entry]] = []
        with self._transaction("BEGIN"):  # so that all tables are of one moment
            for table in TABLES:
                found += self._entries(table, table.selection)
        found.sort(key=lambda each: each[0])
        return found

    def _entries(
        self, table: Table, statement: str, values: tuple[object, ...] = ()
    ) -> list[tuple[int, Entry]]:
        """The entries of the rows that a statement on a table gives."""
        try:
            return [table.read(row) for row in self._connection.execute(statement, values)]
        except ValueError as error:  # no text, no number
            raise Damaged(str(error)) from None

    def write(self, entries: Iterable[tuple[int, Entry]]) -> dict[int, int]:
        """Add entries in one transaction.

        Returns:
            The ids of those that have another now: a day's savings, which are added to what was
            saved on it before, and those whose id another process had taken.
        """
        moved: dict[int, int] = {}
        execute = self._connection.execute
        with self._transaction():
            for number, entry in entries:
                if isinstance(entry, Saving) and (known := self._saving(entry)):
                    moved[number], summed = known
                    execute(f"DELETE FROM {SAVINGS.name} WHERE id = ?", (moved[number],))
                    execute(SAVINGS.insertion, SAVINGS.row(moved[number], summed))
                    continue
                table, free = table_of(entry), number
                while execute(_TAKEN, (free,)).get:
                    if self._entries(table, f"{table.selection} WHERE id = ?", (free,)) == [
                        (free, entry)
                    ]:
                        break  # a commit whose failing was told had not failed
                    free += 1
                else:
                    execute(table.insertion, table.row(free, entry))
                if free != number:
                    moved[number] = free
        return moved

    def _saving(self, entry: Saving) -> tuple[int, Saving] | None:
        """The row of a day and application, and what it holds with more added."""
        statement = f"{SAVINGS.selection} WHERE day = ? AND app IS ?"
        for number, known in self._entries(SAVINGS, statement, (entry.day, entry.app)):
            sums = {name: getattr(known, name) + getattr(entry, name) for name in COUNTS}
            return number, replace(entry, **sums)
        return None

    def has(self, number: int) -> bool:
        """Whether an entry is in the store."""
        return bool(self._connection.execute(_TAKEN, (number,)).get)

    def delete(self, numbers: Iterable[int]) -> list[Entry]:
        """Delete entries in one transaction, and what they were; `clean` removes their traces."""
        deleted: list[Entry] = []
        listed = (f"[{','.join(map(str, set(numbers)))}]",)
        with self._transaction():
            for table in TABLES:
                statement = table.deletion("id IN (SELECT value FROM json_each(?))")
                deleted += (entry for _, entry in self._entries(table, statement, listed))
            if deleted:
                self._connection.execute("UPDATE forgettings SET asked = asked + 1")
        return deleted

    def contents(self) -> bytes:
        """All text that there may be in the file, as it stands beside other text there."""
        found = [b"SQLite format 3"]
        for statement in _TEXTS:
            text = self._connection.execute(statement).get
            found.append((text or "").encode())
        return b"\0".join(found)

    @property
    def owes_forgetting(self) -> bool:
        """Whether traces of something deleted may be left, since power or a disk failed."""
        return bool(self._connection.execute("SELECT asked > done FROM forgettings").get)

    def clean(self) -> bool:
        """Write the file anew from what remains, and empty the log.

        Returns:
            Whether it could be done: not while another process reads.
        """
        execute = self._connection.execute
        asked = execute("SELECT asked FROM forgettings").get
        execute("VACUUM")
        if execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]:
            return False
        # Also the first to be written into the log again, so that its new length is on the disk.
        with self._transaction():
            execute("UPDATE forgettings SET done = max(done, ?)", (asked,))
        return True

    @property
    def is_in_place(self) -> bool:
        """Whether the file still stands under its name: not set aside or deleted by another."""
        return _place(self.path) == self._place

    @property
    def changes(self) -> int:
        """A number that is another one when another process has changed the store."""
        return int(self._connection.pragma("data_version"))

    def close(self) -> None:
        """Close the connection, and write the log back if nobody else has the store open."""
        self._connection.close()

    def write_back(self) -> None:
        """Write the log back, and close the connection."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.close()

    def leave_to_parent(self) -> None:
        """Keep the connection from ever being closed in this process, a child of the one it is of.

        SQLite must not be carried through a fork: closing it might write the log back.
        """
        import ctypes

        leave_as_it_is(self._connection)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))

    def abandon(self) -> None:
        """Close the connection, and leave the files as they are."""
        leave_as_it_is(self._connection)
        self._connection.close()


@cache
def _schema() -> list[tuple[object, ...]]:
    """What `sqlite_schema` holds of a store that was made anew."""
    connection = connect(None)
    try:
        for statement in itertools.chain.from_iterable(MIGRATIONS):
            connection.execute(statement)
        return connection.execute(_SCHEMA).fetchall()
    finally:
        connection.close()


def _place(path: Path | None) -> tuple[int, int] | None:
    """What tells a file from others, whatever its name; None if there is none."""
    try:
        found = path.stat() if path else None
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def later(path: Path | None, version: int) -> HistoryError:
    """The refusal of a store of a later version."""
    return HistoryError(
        f"{path}: is of version {version}, and this Karussell knows versions up to {VERSION}; it "
        "was left as it is: use a newer Karussell, or another folder"
    )


def errors() -> tuple[type[Exception], ...]:
    """What reading and writing a store raise when it or its disk fails."""
    return (driver().Error, OSError, Damaged)


def damages() -> tuple[type[Exception], ...]:
    """Those errors that tell that the file is not as it was written."""
    apsw = driver()
    return (apsw.NotADBError, apsw.CorruptError, apsw.SQLError, apsw.MismatchError, Damaged)
