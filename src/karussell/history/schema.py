"""The tables, one version after another, and entries as their rows.

No text is the key of a table or an index: rebalancing such a tree leaves copies of its keys behind
that nothing reaches. Words stand between line ends, so that no byte beside them, of a number or of
SQLite's own, looks like a part of them when what was forgotten is looked for.
"""

from collections.abc import Callable, Iterator
from sys import intern
from typing import Any, NamedTuple
from zlib import crc32

from karussell.history.entries import Entry, Rejection, Repair, Saving, Sentence

APPLICATION_ID = 0x4B52534C
"""What tells a store of ours from other databases: "KRSL"."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE sentences (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, language TEXT NOT"
        " NULL, app TEXT, words TEXT NOT NULL, meant TEXT NOT NULL, checksum INTEGER NOT NULL)"
        " STRICT",
        "CREATE TABLE pairs (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN"
        " ('rejection', 'repair')), time INTEGER NOT NULL, language TEXT NOT NULL, app TEXT,"
        " typed TEXT NOT NULL, word TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT",
        "CREATE TABLE savings (id INTEGER PRIMARY KEY, day TEXT NOT NULL, app TEXT, keys INTEGER"
        " NOT NULL, letters INTEGER NOT NULL, picks INTEGER NOT NULL, corrected INTEGER NOT NULL,"
        " undone INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT",
        "CREATE TABLE forgettings (id INTEGER PRIMARY KEY CHECK (id = 1), asked INTEGER NOT NULL,"
        " done INTEGER NOT NULL) STRICT",
        "INSERT INTO forgettings VALUES (1, 0, 0)",
    ),
)
"""What makes each version of the schema of the one before, the first of nothing."""

VERSION = len(MIGRATIONS)
"""The version that is written, which `user_version` holds."""


class Damaged(Exception):
    """Something in a store that was not written so."""


class Table(NamedTuple):
    """How the entries of a table stand in it.

    Attributes:
        name: Its name.
        columns: All columns but the id and the checksum.
        values: What stands in them for an entry.
        entry: The entry of what stands in them.
        kinds: What entries it holds.
    """

    name: str
    columns: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    entry: Callable[[tuple[Any, ...]], Entry]
    kinds: tuple[type[Entry], ...]

    @property
    def insertion(self) -> str:
        """The statement that inserts a row."""
        marks = ", ".join("?" * (len(self.columns) + 2))
        return f"INSERT INTO {self.name} VALUES ({marks})"

    @property
    def selection(self) -> str:
        """The statement that selects all rows."""
        return f"SELECT {self._all} FROM {self.name}"

    def deletion(self, condition: str) -> str:
        """The statement that deletes rows and tells what they were."""
        return f"DELETE FROM {self.name} WHERE {condition} RETURNING {self._all}"

    @property
    def _all(self) -> str:
        return f"id, {', '.join(self.columns)}, checksum"

    def row(self, number: int, entry: Entry) -> tuple[Any, ...]:
        """The row of an entry."""
        values = self.values(entry)
        return number, *values, _checksum(number, values)

    def read(self, row: tuple[Any, ...]) -> tuple[int, Entry]:
        """The entry of a row, with its id.

        Raises:
            Damaged: If it was not written so.
        """
        number, values, checksum = row[0], row[1:-1], row[-1]
        if checksum != _checksum(number, values):
            raise Damaged(f"row {number} of {self.name} is not as it was written")
        return number, self.entry(values)


def _checksum(number: int, values: tuple[Any, ...]) -> int:
    return crc32("\x1f".join([str(number), *map(str, values)]).encode())


def _sentence_values(entry: Sentence) -> tuple[Any, ...]:
    meant = " ".join(map(str, entry.meant))
    return entry.time, entry.language, entry.app, f"\n{' '.join(entry.words)}\n", meant


def _sentence(values: tuple[Any, ...]) -> Sentence:
    time, language, app, words, meant = values
    return Sentence(  # one string of all uses of a word, and of a language
        words=tuple(map(intern, words[1:-1].split(" "))),
        language=intern(language),
        time=time,
        app=app and intern(app),
        meant=tuple(map(int, meant.split())) if meant else (),
    )


def _pair_values(entry: Rejection | Repair) -> tuple[Any, ...]:
    kind = "repair" if isinstance(entry, Repair) else "rejection"
    typed, word = f"\n{entry.typed}\n", f"\n{entry.word}\n"
    return kind, entry.time, entry.language, entry.app, typed, word


def _pair(values: tuple[Any, ...]) -> Rejection | Repair:
    kind, time, language, app, typed, word = values
    made = Repair if kind == "repair" else Rejection
    return made(typed=typed[1:-1], word=word[1:-1], language=language, time=time, app=app)


def _saving_values(entry: Saving) -> tuple[Any, ...]:
    counts = entry.keys, entry.letters, entry.picks, entry.corrected, entry.undone
    return entry.day, entry.app, *counts


def _saving(values: tuple[Any, ...]) -> Saving:
    day, app, keys, letters, picks, corrected, undone = values
    return Saving(
        day=day,
        keys=keys,
        letters=letters,
        picks=picks,
        corrected=corrected,
        undone=undone,
        app=app,
    )


SENTENCES = Table(
    "sentences",
    ("time", "language", "app", "words", "meant"),
    _sentence_values,
    _sentence,
    (Sentence,),
)
PAIRS = Table(
    "pairs",
    ("kind", "time", "language", "app", "typed", "word"),
    _pair_values,
    _pair,
    (Rejection, Repair),
)
SAVINGS = Table(
    "savings",
    ("day", "app", "keys", "letters", "picks", "corrected", "undone"),
    _saving_values,
    _saving,
    (Saving,),
)
TABLES = SENTENCES, PAIRS, SAVINGS
_TABLE_OF = {kind: table for table in TABLES for kind in table.kinds}


def table_of(entry: Entry) -> Table:
    """The table that an entry stands in."""
    return _TABLE_OF[type(entry)]


def texts(entry: Entry) -> Iterator[str]:
    """All that an entry holds of what was written, and where."""
    if isinstance(entry, Sentence):
        yield " ".join(entry.words)
    elif not isinstance(entry, Saving):
        yield entry.typed
        yield entry.word
    if entry.app is not None:
        yield entry.app
