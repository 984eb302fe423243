"""A store that goes on whatever happens to it: replaced when it is damaged, else in memory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import HistoryError
from karussell.files import reason_of
from karussell.history.opening import open_store, replaced
from karussell.history.store import Store, damages, errors


class KeptStore:
    """The store of a folder, or one in memory where there can be none. One thread at a time.

    Attributes:
        store: The store as it is now.
        folder: Its folder; None for memory.
        notice: What a person is to be told about it; None for nothing.
        is_parents: Whether the store is a parent's, which this process has not opened itself.
        version: Another number whenever its entries may be others, but for what was done here.

    Args:
        folder: Its folder.
        key: What it is encrypted with; None for nothing.

    Raises:
        HistoryError: If the key is not its key, or it is of a later version.
    """

    def __init__(self, folder: Path | None, key: bytes | None = None) -> None:
        self.folder = folder
        self.notice: str | None = None
        self.version = 0
        self.store: Store
        self._changes = 0
        self._key = key
        self._is_late = False
        self.is_parents = False
        if folder is None:
            self._take(Store(None), None)
            return
        try:
            self._take(*open_store(folder, key))
        except errors() as error:
            self._give_up(error)

    def look(self) -> None:
        """Take notice of what other processes did.

        Raises:
            apsw.Error: If the store cannot be read.
        """
        if self.folder is not None and (self.is_parents or not self.store.is_in_place):
            if not self.is_parents:
                with contextlib.suppress(*errors()):
                    self.store.abandon()
            told = None if self.is_parents else f"{self.store.path}: is another one than it was"
            self.is_parents = False
            try:
                store, notice = open_store(self.folder, self._key)
                self._take(store, notice or told)
            except HistoryError as error:
                self._give_up(error)
            except errors() as error:
                self._give_up(error)
            self.version += 1
        changes = self.store.changes
        if changes != self._changes:
            self._changes = changes
            self.version += 1

    def leave_to_parent(self) -> None:
        """Never touch the connection again, which is that of the process this one forked from."""
        self.store.leave_to_parent()
        self.is_parents = True

    @contextlib.contextmanager
    def failing(self, outcome: str) -> Iterator[Store]:
        """The store, for something whose failing is told in one line; mended for the next time.

        Args:
            outcome: What is told: "cannot be read".

        Raises:
            HistoryError: If the store fails.
        """
        try:
            self.look()
            yield self.store
        except errors() as error:
            if not self.mend(error):
                raise HistoryError(f"{self.store.path}: {outcome} ({error}); try again") from error
            raise HistoryError(self.notice or "") from error

    def mend(self, error: Exception) -> bool:
        """Begin a new store if an error tells that this one is damaged; whether it does."""
        if not isinstance(error, damages()) or self.folder is None:
            return False
        with contextlib.suppress(*errors()):
            self.store.abandon()
        try:
            self._take(*replaced(self.store, self._key, str(error)))
        except HistoryError as failed:
            self._give_up(failed)
        except errors() as failed:
            self._give_up(failed)
        self.version += 1
        return True

    def is_late(self, error: Exception | None) -> None:
        """Tell that something could not be written, until it could."""
        if error is not None:
            self._is_late = True
            self.notice = (
                f"{self.store.path}: cannot be written ({reason_of(error)}); what is learned is "
                "not kept until it can"
            )
        elif self._is_late:
            self._is_late = False
            self.notice = None

    def _take(self, store: Store, notice: str | None) -> None:
        self.store, self.notice = store, notice
        self._changes = store.found_at
        self._is_late = False

    def _give_up(self, error: Exception) -> None:
        """Live in memory alone."""
        notice = (
            f"{self.folder}: nothing can be kept there ({reason_of(error)}); what is learned is "
            "forgotten when the program ends"
        )
        self.folder = None
        self._take(Store(None), notice)
