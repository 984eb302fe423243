r"""Words too rare for the network: it says that some rare word comes, their counts say which.

$P(w \mid h) = P(\mathrm{UNKNOWN} \mid h) \, n_w / \sum_v n_v$ over the rare words and one place for
all words never seen, whose own count is that of the text's words outside of both lists.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from karussell.kernels import SteadyScores, taken, tally
from karussell.text import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Counts are stored as eighths of their binary logarithm: 2^32 fits a byte, off by 4 % at most.
_STEPS = 8


class Casing(IntEnum):
    """How a rare word is usually written inside a sentence."""

    LOWER = 0
    CAPITALISED = 1
    UPPER = 2

    @classmethod
    def of(cls, word: str, written: str) -> Casing:
        """The casing of a word as it is written; of any other, such as "McCoy", lower case."""
        found = (casing for casing in reversed(cls) if casing.write(word) == written)
        return next(found, cls.LOWER)

    def write(self, word: str) -> str:
        """A folded word in this casing."""
        if self is Casing.LOWER:
            return word
        return word.upper() if self is Casing.UPPER else word[:1].upper() + word[1:]


class RareWords(Struct, frozen=True, eq=False):
    """R words beside the V of a network, and how often each is meant where UNKNOWN is expected.

    Attributes:
        vocabulary: The words, none of them in the network's vocabulary.
        casing: A ``Casing`` for each, a byte each, (R,).
        levels: Eighths of the binary logarithm of their counts in the training text, and last of
            the count of all words in neither list, a byte each, (R+1,).
        steady: ln P(word | UNKNOWN), float32, (R,), which all searches share.
        log_new: ln P(a word never seen | UNKNOWN).
    """

    vocabulary: Vocabulary
    casing: bytes
    levels: bytes
    steady: SteadyScores
    log_new: float

    @property
    def scores(self) -> memoryview:
        """They, as a row."""
        row: memoryview = self.steady.row
        return row

    @property
    def log_shares(self) -> NDArray[np.float32]:
        """The ``scores`` as an array."""
        import numpy as np

        return np.asarray(self.scores)

    @classmethod
    def of_levels(cls, vocabulary: Vocabulary, casing: bytes, levels: bytes) -> RareWords:
        """Rare words as a file holds them.

        Raises:
            ValueError: If there is not one level a word, and one more, and one casing of those.
        """
        size = len(vocabulary)
        if len(levels) != size + 1:
            raise ValueError(f"{len(levels)} levels, expected {size + 1} for {size} rare words")
        if len(casing) != size or casing.translate(None, bytes(Casing)):
            raise ValueError(f"{len(casing)} casings for {size} rare words, expected one for each")
        counts = [_count(level) for level in range(256)]
        total = math.fsum(map(float.__mul__, counts, map(float, tally(levels))))
        logs = [math.log(count / total) for count in counts]
        scores = SteadyScores(taken(array("f", logs), levels[:-1]))
        return cls(vocabulary, casing, levels, scores, logs[levels[-1]])

    @classmethod
    def of_counts(
        cls, words: Iterable[str], written: Iterable[str], counts: Iterable[int], new: int
    ) -> RareWords:
        """Rare words that were counted.

        Args:
            words: The words, sorted.
            written: How each is usually written; "" for as it stands.
            counts: How often each stood in the text.
            new: How many words of the text are in neither list.
        """
        listed = list(words)
        pairs = zip(listed, written, strict=True)
        casing = bytes(Casing.of(word, form or word) for word, form in pairs)
        levels = bytes(map(_level, (*counts, new)))
        return cls.of_levels(Vocabulary(listed), casing, levels)

    @classmethod
    def none(cls) -> RareWords:
        """No rare words: all that UNKNOWN stands for is new."""
        return cls.of_counts((), (), (), 1)

    def without(self, positions: Sequence[int]) -> RareWords:
        """All but the words in these positions, which count as new from now on."""
        gone = {*positions}
        kept = [place for place in range(len(self.vocabulary)) if place not in gone]
        words = self.vocabulary.words
        fewer = self.of_levels(
            Vocabulary(words[place] for place in kept),
            bytes(self.casing[place] for place in kept),
            bytes([*(self.levels[place] for place in kept), self.levels[-1]]),
        )
        return fewer.with_new(sum(_count(self.levels[place]) for place in gone))

    def with_new(self, count: float) -> RareWords:
        """The same words beside so many more uses of words in neither list."""
        new = _level(_count(self.levels[-1]) + count)
        return self.of_levels(self.vocabulary, self.casing, self.levels[:-1] + bytes([new]))

    def count(self, word: str) -> float:
        """How often a folded word stood in the training text, about; 0 if it is none of these."""
        position = self.vocabulary.id(word)
        return 0.0 if position == self.vocabulary.unknown else _count(self.levels[position])

    def display(self, position: int) -> str:
        """How a word is usually written inside a sentence."""
        return Casing(self.casing[position]).write(self.vocabulary.word(position))


def _count(level: int) -> float:
    """How often a word of a level stood in the text."""
    return float(2 ** (level / _STEPS))


def _level(count: float) -> int:
    return min(round(math.log2(max(count, 1)) * _STEPS), 255)
