"""What was read lately in each text field, so that a letter more reads nothing again."""

from collections import OrderedDict
from collections.abc import Iterator

from karussell.keyboard.reading import Reading
from karussell.locks import SharedLock

# Kept of one field, and of one among many: where its caret is, and a word before.
_OF_ONE, _OF_MANY = 4, 2
_MANY = 32
# In all, for each model: a reading takes about 100 kB of each.
_MOST = 640


class Lately:
    """The last readings of each field, the least recently used dropped first.

    Without them, fields that are typed in at once would take each other's place, and each letter
    would cost those before it once more.

    Args:
        models: How many models there are.
    """

    def __init__(self, models: int) -> None:
        self._most = _MOST // models
        self._of: OrderedDict[int | None, tuple[Reading, ...]] = OrderedDict()
        self._count = 0
        self._lock = SharedLock()

    def __len__(self) -> int:
        return self._count

    def of(self, number: int | None) -> Iterator[Reading]:
        """The readings of the field with this number, the last one first."""
        return iter(self._of.get(number, ()))

    def add(self, number: int | None, read: Reading) -> None:
        """Keep a reading of a field."""
        with self._lock:
            before = self._of.pop(number, ())
            most = _OF_ONE if len(self._of) < _MANY else _OF_MANY
            self._of[number] = (read, *before[: most - 1])
            self._count += len(self._of[number]) - len(before)
            while self._count > self._most:
                _, dropped = self._of.popitem(last=False)
                self._count -= len(dropped)

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._of.clear()
            self._count = 0
