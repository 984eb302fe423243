"""Days of appointments, and what a network reads of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from karussell.kernels import Floats

HOURS = tuple(range(8, 20))
KINDS = ("doctor", "meeting", "call", "lunch", "errand", "sport")
INPUTS = len(HOURS) + len(KINDS) + 1
"""What is read of an entry: its hour and its kind, one of each, and whether it is fixed."""

# The fixed appointment comes within the first third of a day.
_EARLY = 3

Integers = npt.NDArray[np.intp]


class Entry(NamedTuple):
    """An appointment.

    Attributes:
        hour: One of ``HOURS``.
        kind: One of ``KINDS``.
        is_fixed: Whether it must be kept; all others can be moved.
    """

    hour: int
    kind: str
    is_fixed: bool


class Days(NamedTuple):
    """N days of T entries each, one of which is fixed.

    Attributes:
        hours: The place of each entry's hour in ``HOURS`` (T, N).
        kinds: The place of its kind in ``KINDS`` (T, N).
        fixed: Which entry of each day is fixed (N,).
    """

    hours: Integers
    kinds: Integers
    fixed: Integers

    @property
    def x(self) -> Floats:
        """What networks read (T, N, I)."""
        entries, days = self.hours.shape
        found = np.zeros((entries, days, INPUTS), np.float32)
        np.put_along_axis(found, self.hours[..., None], 1, axis=2)
        np.put_along_axis(found, len(HOURS) + self.kinds[..., None], 1, axis=2)
        found[self.fixed, np.arange(days), -1] = 1
        return found

    @property
    def kept(self) -> Integers:
        """The place of the fixed appointment's hour (N,)."""
        return np.asarray(self.hours[self.fixed, np.arange(self.hours.shape[1])])

    @property
    def latest(self) -> Integers:
        """The place of the last entry's hour (N,)."""
        return np.asarray(self.hours[-1])

    def entries(self, number: int) -> list[Entry]:
        """The appointments of one day."""
        return [
            Entry(HOURS[hour], KINDS[kind], place == self.fixed[number])
            for place, (hour, kind) in enumerate(
                zip(self.hours[:, number], self.kinds[:, number], strict=True)
            )
        ]


def draw_days(rng: np.random.Generator, count: int, entries: int) -> Days:
    """Draw days: hours and kinds at random, the fixed appointment somewhere in the first third.

    Args:
        rng: Where they are drawn from.
        count: N.
        entries: T, at least 1.
    """
    return Days(
        hours=rng.integers(len(HOURS), size=(entries, count)),
        kinds=rng.integers(len(KINDS), size=(entries, count)),
        fixed=rng.integers(max(1, entries // _EARLY), size=count),
    )


def inputs_of(entries: Iterable[Entry]) -> Floats:
    """What a network reads of one day (T, 1, I).

    Raises:
        ValueError: If an entry has an hour or a kind that there is not.
    """
    given: Sequence[Entry] = [*entries]
    x = np.zeros((len(given), 1, INPUTS), np.float32)
    for row, entry in zip(x[:, 0], given, strict=True):
        row[HOURS.index(entry.hour)] = 1
        row[len(HOURS) + KINDS.index(entry.kind)] = 1
        row[-1] = entry.is_fixed
    return x
