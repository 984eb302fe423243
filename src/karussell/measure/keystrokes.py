"""How many keys a word costs with suggestions."""

import numpy as np
from numpy.typing import NDArray

from karussell.text import Vocabulary

SLOTS = 3
"""Suggestions that are shown at once, where nothing else is said."""

LISTS = (1, SLOTS, 5)
"""The lengths of list with which keys are counted."""


class Keystrokes:
    """Finds the places of the words of one vocabulary in the lists that are shown.

    Attributes:
        vocabulary: The words that can be suggested.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._edges: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def ranks(self, log_probs: NDArray[np.float32], word_id: int) -> NDArray[np.int64]:
        """The place of a word among all words with its first j letters, for j = 0 to all but one.

        Args:
            log_probs: The score of every word, (V,) or longer.
            word_id: The word's id.

        Returns:
            How many words come before it, (letters,); ties in the order of the vocabulary.
        """
        scores = log_probs[: len(self.vocabulary)]
        own = scores[word_id]
        better = scores > own
        better[:word_id] |= scores[:word_id] == own
        ahead = np.flatnonzero(better)
        firsts, lasts = self._slices(word_id)
        return np.searchsorted(ahead, lasts) - np.searchsorted(ahead, firsts)

    def _slices(self, word_id: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The ids [first, last) of the words with each prefix of a word."""
        if word_id not in self._edges:
            word = self.vocabulary.word(word_id)
            edges = [self.vocabulary.prefix(word[:letters]) for letters in range(len(word))]
            firsts, lasts = np.array(edges, np.int64).T
            self._edges[word_id] = firsts, lasts
        return self._edges[word_id]


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
