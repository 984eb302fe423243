"""The history: what a writer taught, kept by a thread that nobody waits for."""

import atexit
import contextlib
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from karussell.errors import HistoryError
from karussell.history.entries import Entry, check
from karussell.history.exchange import exported, parsed
from karussell.history.folder import STORE, all_aside, usual_folder
from karussell.history.forgetting import Proof, proof
from karussell.history.opening import open_store, replaced
from karussell.history.store import Store, damages, errors

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
    as long as the program. `notice` tells it.

    Args:
        folder: Its folder; None for memory alone.
        key: What it is encrypted with; None for nothing.
        store: The store.
        notice: What is to be told.
    """

    def __init__(
        self,
        store: Store,
        *,
        folder: Path | None = None,
        key: bytes | None = None,
        notice: str | None = None,
    ) -> None:
        self._store = store
        self._folder = folder
        self._key = key
        self._notice = notice
        # Who has both takes the store's first.
        self._lock = threading.RLock()
        self._wake = threading.Condition()
        self._queue: dict[int, Entry] = {}
        self._moved: dict[int, int] = {}
        self._lane = int.from_bytes(os.urandom(2)) >> 16 - _LANE_BITS
        self._last = store.found[-1][0] if store.found else 0
        self._version = 0
        self._changes = store.found_at
        self._closing = False
        self._thread: threading.Thread | None = None
        # What was read at opening, until it is asked for or something changes.
        self._found: list[tuple[int, Entry]] | None = store.found

    @classmethod
    def open(cls, path: Path | None = None, *, key: bytes | None = None) -> Self:
        """Open the history of a folder, which is made if there is none.

        Args:
            path: The folder; None for that in which the system keeps what belongs to this person.
            key: 32 bytes that it is encrypted with; None for no encryption.

        Raises:
            HistoryError: If the key is not its key, or it is of a later version of Karussell; it
                is left as it is.
            UsageError: If the driver is not installed.
        """
        folder = usual_folder() if path is None else path
        try:
            store, notice = open_store(folder, key)
        except errors() as error:
            return cls(Store(None), notice=nothing_kept(folder, error))
        return cls(store, folder=folder, key=key, notice=notice)

    @property
    def keeps(self) -> bool:
        """Whether there is a store on disk."""
        return self._folder is not None

    @property
    def path(self) -> Path | None:
        """The file of the store; None for memory alone."""
        return None if self._folder is None else self._folder / STORE

    @property
    def notice(self) -> str | None:
        """What a person is to be told about the store, once; None for nothing."""
        return self._notice

    @property
    def aside(self) -> list[Path]:
        """Files of damaged stores that were set aside, which nothing else deletes."""
        return [] if self._folder is None else all_aside(self._folder)

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
        with self._lock, self._failing("is not brought back"):
            self._moved |= self._store.write(entries)
            self._found = None

    def entries(self) -> list[tuple[int, Entry]]:
        """All entries with their ids, in order, also those that wait for their commit.

        Raises:
            HistoryError: If the store cannot be read just now.
        """
        with self._lock:
            kept, self._found = self._found, None
            with self._failing("cannot be read"):
                if kept is None or self._store.changes != self._changes:
                    kept = self._store.read()
            with self._wake:
                return sorted([*kept, *self._queue.items()], key=lambda each: each[0])

    @property
    def version(self) -> int:
        """A number that grows when another process has changed the store: read it anew then.

        It is looked up without waiting, and is the last one known while the store is at work.
        """
        if self._lock.acquire(blocking=False):
            try:
                changes = self._store.changes
                if changes != self._changes:
                    self._changes = changes
                    self._version += 1
            except errors():
                pass  # the next commit tells
            finally:
                self._lock.release()
        return self._version

    def is_committed(self, number: int) -> bool:
        """Whether an entry is on the disk, whatever happens to the machine now."""
        with self._wake:
            if number in self._queue or not self.keeps:
                return False
        with self._lock, contextlib.suppress(*errors()):
            return self._store.has(self._moved.get(number, number))
        return False

    def flush(self) -> None:
        """Wait until all that was added is on the disk.

        Raises:
            HistoryError: If it cannot be written.
        """
        with self._lock, self._failing("cannot be written"):
            self._commit()

    def remove(self, ids: Iterable[int]) -> None:
        """Be as if these entries had never been added; as `forget`, without the proof.

        Raises:
            HistoryError: If the store fails.
        """
        with self._lock:
            if numbers := self._unqueue(ids)[0]:
                with self._failing("forgets nothing"):
                    if self._store.delete(numbers):
                        self._cleaned()

    def forget(self, ids: Iterable[int]) -> Proof:
        """Be as if these entries had never been added, at once, and prove that no byte is left.

        Raises:
            HistoryError: If the store fails.
        """
        started = time.perf_counter()
        with self._lock:
            numbers, gone = self._unqueue(ids)
            with self._failing("forgets nothing"):
                gone += self._store.delete(numbers)
                self._cleaned()
                return proof(self._store, gone, started)

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
            with self._failing("takes nothing in"):
                self._commit()
                self._moved |= self._store.write(numbered)
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
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

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

    def _cleaned(self) -> None:
        """Remove the traces of what was deleted, waiting for others who read."""
        last = time.monotonic() + _PATIENCE
        while not self._store.clean() and time.monotonic() < last:
            time.sleep(0.01)

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
                    self._commit()
                    pause = 0.0
                except errors() as error:
                    pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
                    if self._mend(error):
                        pause = 0.0
                    else:
                        self._notice = (
                            f"{self.path}: cannot be written ({error}); what is learned is not "
                            "kept until it can"
                        )
            if closing:
                return

    def _commit(self) -> None:
        with self._wake:
            batch = dict(self._queue)
        if not batch:
            return
        self._moved |= self._store.write(batch.items())
        self._found = None
        with self._wake:
            for number in batch:
                self._queue.pop(number, None)

    @contextlib.contextmanager
    def _failing(self, outcome: str) -> Iterator[None]:
        """Tell in one line what the store's failing means; mend the store for the next time."""
        try:
            yield
        except errors() as error:
            if not self._mend(error):
                raise HistoryError(f"{self.path}: {outcome} ({error}); try again") from error
            raise HistoryError(self._notice or "") from error

    def _mend(self, error: Exception) -> bool:
        """Begin a new store if an error tells that this one is damaged; whether it does."""
        if not isinstance(error, damages()) or self._folder is None:
            return False
        self._found = None
        with contextlib.suppress(*errors()):
            self._store.abandon()
        try:
            self._store, self._notice = replaced(self._folder, self._key, str(error))
            self._changes = self._store.found_at
        except errors() as failed:
            self._give_up(failed)
        self._version += 1
        return True

    def _give_up(self, error: Exception) -> None:
        """Live in memory alone."""
        assert self._folder is not None
        self._notice = nothing_kept(self._folder, error)
        self._store, self._folder = Store(None), None
        self._changes = self._store.found_at


def nothing_kept(folder: Path, error: Exception) -> str:
    """What is to be told where there can be no store."""
    return (
        f"{folder}: nothing can be kept there ({error}); what is learned is forgotten when the "
        "program ends"
    )
