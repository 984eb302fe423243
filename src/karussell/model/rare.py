r"""Words too rare for the network: it says that some rare word comes, their counts say which.

$P(w \mid h) = P(\mathrm{UNKNOWN} \mid h) \, n_w / \sum_v n_v$ over the rare words and one place for
all words never seen, whose own count is that of the text's words outside of both lists.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from karussell.text import Vocabulary

# Counts are stored as eighths of their binary logarithm: 2^32 fits a byte, off by 4 % at most.
_STEPS = 8


class Casing(IntEnum):
    """How a rare word is usually written inside a sentence."""

    LOWER = 0
    CAPITALISED = 1
    UPPER = 2

    @classmethod
    def of(cls, word: str, written: str) -> "Casing":
        """The casing of a word as it is written; of any other, such as "McCoy", lower case."""
        found = (casing for casing in reversed(cls) if casing.write(word) == written)
        return next(found, cls.LOWER)

    def write(self, word: str) -> str:
        """A folded word in this casing."""
        if self is Casing.LOWER:
            return word
        return word.upper() if self is Casing.UPPER else word[:1].upper() + word[1:]


@dataclass(frozen=True, slots=True, eq=False)
class RareWords:
    """R words beside the V of a network, and how often each is meant where UNKNOWN is expected.

    Attributes:
        vocabulary: The words, none of them in the network's vocabulary.
        casing: A ``Casing`` for each, uint8, (R,).
        levels: Eighths of the binary logarithm of their counts in the training text, and last of
            the count of all words in neither list, uint8, (R+1,).
        log_shares: ln P(word | UNKNOWN), float32, (R,).
        log_new: ln P(a word never seen | UNKNOWN).
    """

    vocabulary: Vocabulary
    casing: NDArray[np.uint8]
    levels: NDArray[np.uint8]
    log_shares: NDArray[np.float32]
    log_new: float

    @classmethod
    def of_levels(
        cls, vocabulary: Vocabulary, casing: NDArray[np.uint8], levels: NDArray[np.uint8]
    ) -> "RareWords":
        """Rare words as a file holds them.

        Raises:
            ValueError: If there is not one level a word, and one more, and one casing of those.
        """
        size = len(vocabulary)
        if len(levels) != size + 1:
            raise ValueError(f"{len(levels)} levels, expected {size + 1} for {size} rare words")
        if len(casing) != size or (size and casing.max() > max(Casing)):
            raise ValueError(f"{len(casing)} casings for {size} rare words, expected one for each")
        counts = np.exp2(levels / _STEPS)
        log_shares = np.log(counts / counts.sum())
        return cls(
            vocabulary, casing, levels, log_shares[:-1].astype(np.float32), float(log_shares[-1])
        )

    @classmethod
    def of_counts(
        cls, words: Iterable[str], written: Iterable[str], counts: Iterable[int], new: int
    ) -> "RareWords":
        """Rare words that were counted.

        Args:
            words: The words, sorted.
            written: How each is usually written; "" for as it stands.
            counts: How often each stood in the text.
            new: How many words of the text are in neither list.
        """
        listed = list(words)
        pairs = zip(listed, written, strict=True)
        casing = np.array([Casing.of(word, form or word) for word, form in pairs], np.uint8)
        return cls.of_levels(Vocabulary(listed), casing, _levels([*counts, new]))

    @classmethod
    def none(cls) -> "RareWords":
        """No rare words: all that UNKNOWN stands for is new."""
        return cls.of_counts((), (), (), 1)

    def without(self, positions: Sequence[int]) -> "RareWords":
        """All but the words in these positions, which count as new from now on."""
        kept = np.setdiff1d(np.arange(len(self.vocabulary)), positions)
        counts = np.exp2(self.levels / _STEPS)
        words = self.vocabulary.words
        fewer = self.of_levels(
            Vocabulary(words[place] for place in kept),
            self.casing[kept],
            np.append(self.levels[kept], self.levels[-1]),
        )
        return fewer.with_new(counts[list(positions)].sum())

    def with_new(self, count: float) -> "RareWords":
        """The same words beside so many more uses of words in neither list."""
        new = np.exp2(self.levels[-1] / _STEPS) + count
        levels = np.append(self.levels[:-1], _levels(new))
        return self.of_levels(self.vocabulary, self.casing, levels)

    def display(self, position: int) -> str:
        """How a word is usually written inside a sentence."""
        return Casing(int(self.casing[position])).write(self.vocabulary.word(position))


def _levels(counts: ArrayLike) -> NDArray[np.uint8]:
    steps = np.rint(np.log2(np.maximum(counts, 1)) * _STEPS)
    levels: NDArray[np.uint8] = np.minimum(steps, 255).astype(np.uint8)
    return levels
