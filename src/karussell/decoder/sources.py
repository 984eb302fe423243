"""Where candidates come from: each source has words of its own, and says how probable they are."""

import math
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import log_sum_exp, top_k
from karussell.model import RareWords
from karussell.text import Vocabulary


class Origin(StrEnum):
    """Which source a word came from."""

    NETWORK = "network"
    """A word that the network knows."""
    RARE = "rare"
    """A word of the model's that is too rare for the network."""
    TEXT = "text"
    """A word in no list of the model's that stands in the text already."""
    LEARNED = "learned"
    """A word in no list of the model's that the writer picked or finished before."""


class Found(NamedTuple):
    """What a source has for the letters typed.

    Attributes:
        best: ln P(word) and the place in the source of its best words, best first.
        log_total: ln of the sum of P over all its words with these letters; 0 without letters.
    """

    best: list[tuple[float, int]]
    log_total: float


class Source(Protocol):
    """Words in an order of their own, which decides between equals; none is in two sources."""

    @property
    def origin(self) -> Origin:
        """Which source this is."""
        ...

    @property
    def from_first(self) -> bool:
        """Whether its words are offered before the first letter."""
        ...

    def search(self, prefix: str, limit: int) -> Found:
        """The best words with a folded prefix; "" for before the first letter."""
        ...

    def display(self, place: int) -> str:
        """How the word in a place is usually written inside a sentence."""
        ...

    def find(self, word: str) -> tuple[float, int] | None:
        """The ln P of a folded word and its place, None if it is not here."""
        ...

    def ahead(self, word: str, log_prob: float, ties: int) -> NDArray[np.int64]:
        """How many words come before one with this probability, after each of its letters.

        Args:
            word: Any folded word.
            log_prob: ln P of it.
            ties: Words as probable come before it if their place is lower than this.

        Returns:
            The number among those with its first j letters, for j = 0 to all but one, (letters,).
        """
        ...


_NOTHING = Found([], -math.inf)


class ListedWords:
    """The words of a sorted list, each with a score.

    Args:
        origin: Which source this is.
        vocabulary: The words, n of them.
        display: How the word in a place is usually written.
        scores: ln P(word) but for the offset, float32, (n,) or longer.
        offset: What is added to each.
        from_first: Whether they are offered before the first letter.
    """

    def __init__(
        self,
        origin: Origin,
        vocabulary: Vocabulary,
        display: Callable[[int], str],
        scores: NDArray[np.float32],
        *,
        offset: float = 0.0,
        from_first: bool = False,
    ) -> None:
        self.origin = origin
        self.display = display
        self._vocabulary = vocabulary
        self._scores = scores
        self._offset = offset
        self.from_first = from_first

    def search(self, prefix: str, limit: int) -> Found:
        """The best words with a prefix; of equals the first in the list."""
        if not (prefix or self.from_first):
            return _NOTHING
        first, last = self._vocabulary.prefix(prefix)
        if first == last:
            return _NOTHING
        scores = self._scores[first:last]
        positions, values = top_k(scores, limit)
        offset = self._offset
        # Lists, since a number of NumPy's costs ten of Python's.
        best = [
            (log_prob, first + position)
            for value, position in zip(values.tolist(), positions.tolist(), strict=True)
            if (log_prob := value + offset) > -math.inf
        ]
        return Found(best, log_sum_exp(scores) + offset if prefix else 0.0)

    def find(self, word: str) -> tuple[float, int] | None:
        """The ln P of a folded word and its place, None if it is not here."""
        place = self._vocabulary.id(word)
        if place == self._vocabulary.unknown:
            return None
        return float(self._scores[place]) + self._offset, place

    def ahead(self, word: str, log_prob: float, ties: int) -> NDArray[np.int64]:
        """How many words come before one with this probability, after each of its letters."""
        spans = [self._vocabulary.prefix(word[:letters]) for letters in range(len(word))]
        if not self.from_first:
            spans[0] = (0, 0)
        firsts, lasts = np.array(spans, np.int64).T
        # The widest, in which all others lie.
        begin, end = spans[0 if self.from_first else min(1, len(word) - 1)]
        # In float64, as ``search`` has it.
        scores = self._scores[begin:end].astype(np.float64) + self._offset
        better = scores > log_prob
        before = max(0, ties - begin)
        better[:before] |= scores[:before] == log_prob
        found = np.flatnonzero(better) + begin
        counts: NDArray[np.int64] = np.searchsorted(found, lasts) - np.searchsorted(found, firsts)
        return counts


class WrittenWords:
    """Words of the writer's own, equally probable, the one used last first.

    Args:
        origin: Which source this is.
        words: As they were written, by their folded form, the one used last at the end.
        log_share: ln P of each.
    """

    def __init__(self, origin: Origin, words: dict[str, str], log_share: float) -> None:
        self.origin = origin
        self.from_first = False
        self._folded = list(reversed(words))
        self._written = list(reversed(words.values()))
        self._log_share = log_share

    def search(self, prefix: str, limit: int) -> Found:
        """The words that go on from the letters typed."""
        places = self._going_on(prefix) if prefix else []
        if not places:
            return _NOTHING
        best = [(self._log_share, place) for place in places[:limit]]
        return Found(best, self._log_share + math.log(len(places)))

    def display(self, place: int) -> str:
        """How the word in a place was written."""
        return self._written[place]

    def find(self, word: str) -> tuple[float, int] | None:
        """The ln P of a folded word and its place, None if it is not here."""
        return (self._log_share, self._folded.index(word)) if word in self._folded else None

    def ahead(self, word: str, log_prob: float, ties: int) -> NDArray[np.int64]:
        """How many words come before one with this probability, after each of its letters."""
        if self._log_share != log_prob:
            ties = len(self._folded) if self._log_share > log_prob else 0
        places = [self._going_on(word[:letters]) for letters in range(1, len(word))]
        return np.array([0, *(sum(place < ties for place in each) for each in places)], np.int64)

    def _going_on(self, prefix: str) -> list[int]:
        return [
            place
            for place, word in enumerate(self._folded)
            if word.startswith(prefix) and word != prefix
        ]


def model_sources(
    vocabulary: Vocabulary, log_probs: NDArray[np.float32], rare: RareWords
) -> list[Source]:
    r"""The words of a model: those of its network, and rare ones beside them.

    A rare word has $P(\mathrm{UNKNOWN})$ times its share.

    Args:
        vocabulary: The V words of the network.
        log_probs: ln P of each and of UNKNOWN, float32, (V+1,).
        rare: Words beside the vocabulary.
    """
    network = ListedWords(
        Origin.NETWORK, vocabulary, vocabulary.display, log_probs[:-1], from_first=True
    )
    if not len(rare.vocabulary):
        return [network]
    log_unknown = float(log_probs[-1])
    beside = ListedWords(
        Origin.RARE, rare.vocabulary, rare.display, rare.log_shares, offset=log_unknown
    )
    return [network, beside]
