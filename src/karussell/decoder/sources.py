"""Where candidates come from: each source has words of its own, and says how probable they are."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from karussell.kernels import Row, SteadyScores, best_of
from karussell.model import RareWords
from karussell.text import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How much less probable each older word of a writer's own is, as a logarithm.
_AGEING = 1e-6


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
    NAME = "name"
    """An emoji, found by its name."""
    TYPED = "typed"
    """What the writer typed, whatever it is."""


class Source(NamedTuple):
    """Sorted words, each with a score; of sources side by side one alone offers a word.

    Where another has it, too, its score is minus infinity there, as that of a word withheld.

    Attributes:
        origin: Which source this is.
        vocabulary: The words, n of them.
        display: How the word with an id is usually written inside a sentence.
        scores: ln P(word) but for the offset, float32, (n,).
        offset: What is added to each.
        from_first: Whether they are offered before the first letter.
        own: Whether they are a writer's own: a place is kept for one, and none is offered that was
            typed to its end.
        language: The tag of the language that they are words of, "" if nobody says.
        steady: The scores, if nobody changes them any more.
    """

    origin: Origin
    vocabulary: Vocabulary
    display: Callable[[int], str]
    scores: Row
    offset: float = 0.0
    from_first: bool = False
    own: bool = False
    language: str = ""
    steady: SteadyScores | None = None

    def search(self, prefix: str, limit: int) -> tuple[list[tuple[float, int]], float]:
        """The best words with a folded prefix, of equals the first.

        Returns:
            ln P and id of each, best first; ln of the sum of P over all with this prefix, if any.
        """
        first, last = self._span(prefix)
        if first == last:
            return [], -math.inf
        found, log_total = best_of(self.scores, limit, first, last)
        offset = self.offset
        best = [
            (log_prob, word_id)
            for value, word_id in found
            if (log_prob := value + offset) > -math.inf
        ]
        return best, log_total + offset if prefix else 0.0

    def log_prob(self, word_id: int) -> float:
        """The ln P of a word."""
        return float(self.scores[word_id]) + self.offset

    def unchanging(self) -> Source:
        """The same source, whose scores stay as they are: searches look at them once."""
        if self.searched is self.steady:
            return self
        scores = memoryview(self.scores).toreadonly()
        return self._replace(scores=scores, steady=SteadyScores(scores))

    @property
    def searched(self) -> Row | SteadyScores:
        """The scores as a search takes them."""
        steady = self.steady
        return self.scores if steady is None or steady.row is not self.scores else steady

    def offered(self, word: str) -> int | None:
        """The id of a folded word, None if this source does not offer it."""
        word_id = self.vocabulary.id(word)
        if word_id == self.vocabulary.unknown or self.scores[word_id] == -math.inf:
            return None
        return word_id

    def ahead(self, word: str, log_prob: float, ties: int) -> NDArray[np.int64]:
        """How many words come before one with this probability, after each of its letters.

        Args:
            word: Any folded word.
            log_prob: ln P of it.
            ties: Words as probable come before it if their id is lower than this.

        Returns:
            The number among those with its first j letters, for j = 0 to all but one, (letters,).
        """
        import numpy as np

        spans = [self._span(word[:letters]) for letters in range(len(word))]
        firsts, lasts = np.array(spans, np.int64).T
        # The widest, in which all others lie.
        begin, end = spans[0 if self.from_first else min(1, len(word) - 1)]
        # In float64, as ``search`` has it.
        scores = np.asarray(self.scores[begin:end]).astype(np.float64) + self.offset
        better = scores > log_prob
        before = max(0, ties - begin)
        better[:before] |= scores[:before] == log_prob
        found = np.flatnonzero(better) + begin
        counts: NDArray[np.int64] = np.searchsorted(found, lasts) - np.searchsorted(found, firsts)
        return counts

    def _span(self, prefix: str) -> tuple[int, int]:
        """The ids [first, last) of the words that are offered for a prefix."""
        if not (prefix or self.from_first):
            return 0, 0
        first, last = self.vocabulary.prefix(prefix)
        typed = self.own and first < last and self.vocabulary.word(first) == prefix
        return first + typed, last


def model_sources(
    vocabulary: Vocabulary,
    log_probs: Row,
    rare: RareWords,
    language: str = "",
) -> list[Source]:
    r"""The words of a model: those of its network, and rare ones beside them.

    A rare word has $P(\mathrm{UNKNOWN})$ times its share.

    Args:
        vocabulary: The V words of the network.
        log_probs: ln P of each and of UNKNOWN, float32, (V+1,).
        rare: Words beside the vocabulary.
        language: The tag of the model's language.
    """
    network = Source(
        origin=Origin.NETWORK,
        vocabulary=vocabulary,
        display=vocabulary.display,
        scores=log_probs[:-1],
        from_first=True,
        language=language,
    )
    beside = Source(
        origin=Origin.RARE,
        vocabulary=rare.vocabulary,
        display=rare.display,
        scores=rare.scores,
        offset=float(log_probs[-1]),
        language=language,
        steady=rare.steady,
    )
    return [network, beside]


def own_source(origin: Origin, words: Mapping[str, str], log_share: float) -> Source:
    """Words of a writer's own: the one used last comes first, but by so little as to be equal.

    Args:
        origin: Which source this is.
        words: As they were written, by their folded form, the one used last at the end.
        log_share: ln P of that one.
    """
    listed = sorted(words)
    ages = {word: age for age, word in enumerate(reversed(list(words)))}
    vocabulary = Vocabulary(listed, map(words.__getitem__, listed))
    return Source(
        origin=origin,
        vocabulary=vocabulary,
        display=vocabulary.display,
        scores=array("f", [-_AGEING * ages[word] for word in listed]),
        offset=log_share,
        own=True,
    )
