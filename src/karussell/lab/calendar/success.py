"""How many days a network gets right."""

import msgspec
import numpy as np

from karussell.lab.calendar.days import draw_days
from karussell.lab.calendar.reading import Network

LENGTHS = (5, 10, 20, 30, 60, 100)
"""How many entries the days have on which success is told; in training they have 60 at most."""

# One seed gives days to learn from, others to choose by, and others to be asked on.
LEARNED, CHOSEN, ASKED = range(3)


class Success(msgspec.Struct, frozen=True, kw_only=True):
    """How many days of each length a network got right.

    Attributes:
        days: How many there were of each length.
        right: On how many of each length it said the hour of the fixed appointment.
        latest: On how many it said the hour of the last entry.
    """

    days: int
    right: dict[int, int]
    latest: dict[int, int]

    @property
    def part(self) -> float:
        """Which part of all answers was right."""
        right = sum(self.right.values()) + sum(self.latest.values())
        return right / (2 * self.days * len(self.right))


def success_of(network: Network, *, seed: int, days: int = 100, purpose: int = ASKED) -> Success:
    """Let a network read days of all lengths.

    Args:
        network: Which one.
        seed: What the days are drawn from; no network learns from these.
        days: How many of each length.
        purpose: Whether it is asked on them, or one of several networks is chosen by them.
    """
    right, latest = {}, {}
    for entries in LENGTHS:
        drawn = draw_days(np.random.default_rng([seed, purpose, entries]), days, entries)
        reading = network.read(drawn.x)
        right[entries] = int((reading.kept == drawn.kept).sum())
        latest[entries] = int((reading.latest == drawn.latest).sum())
    return Success(days=days, right=right, latest=latest)
