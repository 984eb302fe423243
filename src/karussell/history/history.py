"""The history: what a writer taught, kept by a thread that nobody waits for."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from weakref import WeakSet

from karussell.errors import HistoryError
from karussell.files import AnyPath, path_of
from karussell.history.entries import Entry, check
from karussell.history.exchange import exported, parsed
from karussell.history.folder import all_aside, usual_folder
from karussell.history.kept_store import KeptStore
from karussell.history.store import Store, damages, errors
from karussell.locks import SharedLock

if TYPE_CHECKING:
    from karussell.history.forgetting import Proof

# Seconds for which entries are gathered for one commit: a commit costs a disk some milliseconds.
_GATHER = 0.5
# Seconds until another try, when a disk was full or failed; doubled each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
# Seconds that others who read are waited for when something is forgotten.
_PATIENCE = 5.0
# Ids are milliseconds since 2020 and a number of the process's own: those of several processes
# are in the order of time, whatever was forgotten between, and JavaScript can hold them.
_EPOCH_MS = 1_577_836_800_000
_LANE_BITS = 12


class History:
    """What a writer taught, in order, on disk as soon as a second later.

    Threads may share it, and processes its folder. Nothing that happens to the store keeps anybody
    from writing: a damaged one is set aside, and where there can be none, what is learned lives
    as long as the program. `notice` tells it. The child of a process that forks opens the store
    anew when it first uses it, and leaves to its parent what waited there.

    Args:
        kept: Its store.
    """

    def __init__(self, kept: KeptStore) -> None:
        self._kept = kept
        # Who has both takes the store's first.
        self._lock = SharedLock()
        self._wake = threading.Condition(SharedLock())  # type: ignore[arg-type]
        self._queue: dict[int, Entry] = {}
        self._moved: dict[int, int] = {}
        self._lane = _lane()
        found, kept.store.found = kept.store.found, []
        self._last = found[-1][0] if found else 0
        # What was read at opening, until it is asked for or something changes.
        self._found: list[tuple[int, Entry]] | None = found
        self._found_version = kept.version
        self._closing = False
        self._thread: threading.Thread | None = None
        _open.add(self)

    @classmethod
    def open(cls, path: AnyPath | None = None, *, key: bytes | None = None) -> Self:
        """Open the history of a folder, which is made if there is none.

        Args:
            path: The folder; None for that in which the system keeps what belongs to this person.
            key: 32 bytes that it is encrypted with; None for no encryption.

        Raises:
            HistoryError: If the key is not its key, or it is of a later version of Karussell; it
                is left as it is.
            UsageError: If the driver is not installed.
        """
        return cls(KeptStore(usual_folder() if path is None else path_of(path), key))

    @classmethod
    def in_memory(cls) -> Self:
        """A history that lasts as long as the program."""
        return cls(KeptStore(None))

    @property
    def keeps(self) -> bool:
        """Whether there is a store on disk."""
        return self._kept.folder is not None

    @property
    def path(self) -> Path | None:
        """The file of the store; None for memory alone."""
        return self._kept.store.path

    @property
    def notice(self) -> str | None:
        """What a person is to be told about the store, once; None for nothing."""
        return self._kept.notice

    @property
    def aside(self) -> list[Path]:
        """Files of damaged stores that were set aside, which nothing else deletes."""
        folder = self._kept.folder
        return [] if folder is None else all_aside(folder)

    def add(self, entry: Entry) -> int:
        """Keep an entry, within a second.

        Returns:
            Its id, larger than those before. Nothing waits for a disk.

        Raises:
            HistoryError: If the entry cannot be kept and read back as it is.
        """
        check(entry)
        with self._wake:
            if self._closing:
                raise HistoryError("the history is closed; open it again")
            number = self._next_id()
            self._queue[number] = entry
            if len(self._queue) == 1:
                self._wake.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="history", daemon=True)
                self._thread.start()
                atexit.register(self.close)
        return number

    def put_back(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Bring back what was removed or forgotten, under its ids and so in its place.

        Raises:
            HistoryError: If the store fails.
        """
        with self._lock, self._kept.failing("is not brought back") as store:
            self._moved |= store.write(entries)
            self._found = None

    def entries(self) -> list[tuple[int, Entry]]:
        """All entries with their ids, in order, also those that wait for their commit.

        Raises:
            HistoryError: If the store cannot be read just now.
        """
        with self._lock:
            with self._kept.failing("cannot be read") as store:
                kept, self._found = self._found, None
                if kept is None or self._found_version != self._kept.version:
                    kept = store.read()
            with self._wake:
                return sorted([*kept, *self._queue.items()], key=lambda each: each[0])

    @property
    def version(self) -> int:
        """A number that grows when another process has changed the store: read it anew then.

        It is looked up without waiting, and is the last one known while the store is at work.
        """
        if self._lock.acquire(blocking=False):
            try:
                with contextlib.suppress(*errors()):  # the next commit tells
                    self._kept.look()
            finally:
                self._lock.release()
        return self._kept.version

    def is_committed(self, number: int) -> bool:
        """Whether an entry is on the disk, whatever happens to the machine now."""
        with self._wake:
            if number in self._queue or not self.keeps:
                return False
        with self._lock, contextlib.suppress(*errors()):
            self._kept.look()
            return self._kept.store.has(self._moved.get(number, number))
        return False

    def flush(self) -> None:
        """Wait until all that was added is on the disk.

        Raises:
            HistoryError: If it cannot be written.
        """
        with self._lock, self._kept.failing("cannot be written") as store:
            self._commit(store)

    def remove(self, ids: Iterable[int]) -> None:
        """Be as if these entries had never been added; as `forget`, without the proof.

        Raises:
            HistoryError: If the store fails.
        """
        with self._lock:
            if numbers := self._unqueue(ids)[0]:
                with self._kept.failing("forgets nothing") as store:
                    if store.delete(numbers):
                        self._clean(store)

    def forget(self, ids: Iterable[int]) -> Proof:
        """Be as if these entries had never been added, at once, and prove that no byte is left.

        Raises:
            HistoryError: If the store fails; nothing is forgotten then.
        """
        from karussell.history.forgetting import proof

        started = time.perf_counter()
        with self._lock:
            numbers, gone = self._unqueue(ids)
            with self._kept.failing("forgets nothing") as store:
                gone += store.delete(numbers)
                self._clean(store)
                return proof(store, gone, started)

    def export(self) -> bytes:
        """All entries as readable JSON, the same bytes for the same entries.

        Raises:
            HistoryError: If the store cannot be read just now.
        """
        return exported(entry for _, entry in self.entries())

    def restore(self, data: bytes) -> int:
        """Take in what `export` gave: all of it, or, if anything in it is wrong, nothing.

        Entries that are kept already are not doubled.

        Returns:
            How many were new.

        Raises:
            HistoryError: Which names what is wrong, and where; or if the store fails.
        """
        known = Counter(entry for _, entry in self.entries())
        new = []
        for entry in parsed(data):
            if known[entry]:
                known[entry] -= 1
            else:
                new.append(entry)
        with self._lock:
            with self._wake:
                numbered = [(self._next_id(), entry) for entry in new]
            with self._kept.failing("takes nothing in") as store:
                self._commit(store)
                self._moved |= store.write(numbered)
        return len(new)

    def close(self) -> None:
        """Commit what waits, and let go of the store."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        if self._thread is not None:
            atexit.unregister(self.close)
            self._thread.join()
            self._thread = None
        with self._lock, contextlib.suppress(*errors()):
            if self.keeps and not self._kept.is_parents and self._kept.store.owes_forgetting:
                self._kept.store.clean()
        with self._lock, contextlib.suppress(*errors()):
            if not self._kept.is_parents:
                self._kept.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _go_on_in_child(self) -> None:
        """Begin anew in a forked child, which has no thread of its parent's."""
        self._thread = None
        self._lane = _lane()
        if self.keeps:
            self._queue.clear()  # the parent commits it
            self._moved.clear()
            self._found = None
            self._kept.leave_to_parent()

    def _next_id(self) -> int:
        now = (time.time_ns() // 1_000_000 - _EPOCH_MS) << _LANE_BITS | self._lane
        self._last = max(now, self._last + 1)
        return self._last

    def _unqueue(self, ids: Iterable[int]) -> tuple[list[int], list[Entry]]:
        """Take out of the queue what is in it: the ids that are not, and what the others were."""
        numbers, gone = [], []
        self._found = None
        with self._wake:
            for number in ids:
                entry = self._queue.pop(number, None)
                if entry is None:
                    numbers.append(self._moved.get(number, number))
                else:
                    gone.append(entry)
        return numbers, gone

    def _clean(self, store: Store) -> None:
        """Remove the traces of what was deleted, waiting for others who read.

        What cannot be removed now is removed when the store is closed or opened again; the proof
        tells what is left.
        """
        last = time.monotonic() + _PATIENCE
        try:
            while not store.clean() and time.monotonic() < last:
                time.sleep(0.01)
        except errors() as error:
            if isinstance(error, damages()):
                raise

    def _work(self) -> None:
        """Commit what is added, all of half a second at once."""
        pause = 0.0
        while True:
            with self._wake:
                while not (self._queue or self._closing):
                    self._wake.wait()
                # What comes meanwhile goes into the same commit.
                self._wake.wait_for(lambda: self._closing, max(_GATHER, pause))
                closing = self._closing
            with self._lock:
                try:
                    self._kept.look()
                    self._commit(self._kept.store)
                    pause = 0.0
                except errors() as error:
                    pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                    if self._kept.mend(error):
                        pause = 0.0
                    else:
                        self._kept.is_late(error)
            if closing:
                return

    def _commit(self, store: Store) -> None:
        with self._wake:
            batch = dict(self._queue)
        if not batch:
            return
        self._moved |= store.write(batch.items())
        self._found = None
        self._kept.is_late(None)
        with self._wake:
            for number in batch:
                self._queue.pop(number, None)


def _lane() -> int:
    return int.from_bytes(os.urandom(2)) >> 16 - _LANE_BITS


# Those that a forked child has to open anew.
_open: WeakSet[History] = WeakSet()


def _after_in_child() -> None:
    for history in list(_open):
        history._go_on_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_in_child)
