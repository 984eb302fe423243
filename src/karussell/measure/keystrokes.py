"""How many keys a word costs with suggestions."""

import numpy as np
from numpy.typing import NDArray

SLOTS = 3
"""Suggestions that are shown at once, where nothing else is said."""

LISTS = (1, SLOTS, 5)
"""The lengths of list with which keys are counted."""


def keys(ranks: NDArray[np.int64]) -> tuple[int, ...]:
    """The keys a word costs with each of ``LISTS``.

    These are its letters until it is shown, and one to pick it, its space included; a word that is
    never shown costs all its letters and the space.

    Args:
        ranks: How many words are shown before it after each of its letters, (letters,).
    """
    return tuple(_keys(ranks, slots) for slots in LISTS)


def _keys(ranks: NDArray[np.int64], slots: int) -> int:
    shown = np.flatnonzero(ranks < slots)
    return int(shown[0]) + 1 if len(shown) else len(ranks) + 1
