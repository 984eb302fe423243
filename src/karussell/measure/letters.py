"""The bits of a word that a model does not know: its letters, one by one."""

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from karussell.text import Vocabulary

_END = ""
# A letter that no known word has is chosen evenly among all code points.
_CODE_POINTS = 0x110000


class LetterModel:
    r"""The probability of a word's spelling, each letter and the end on its own.

    $-\log_2 P(w) = -\sum_i \log_2 P(c_i) - \log_2 P(\mathrm{end})$, estimated from the words of a
    vocabulary by how often each stood in the training text, with one added to every count and one
    place kept for letters never seen.

    Args:
        vocabulary: The V words.
        counts: How often each stood in the training text, (V+1,); the last is UNKNOWN's.
    """

    def __init__(self, vocabulary: Vocabulary, counts: NDArray[np.uint32]) -> None:
        seen: Counter[str] = Counter()
        for word, count in zip(vocabulary.words, counts.tolist(), strict=False):
            for letter in word:
                seen[letter] += count
            seen[_END] += count
        total = sum(seen.values()) + len(seen) + 1
        self._bits = {letter: -math.log2((count + 1) / total) for letter, count in seen.items()}
        self._unseen = math.log2(total) + math.log2(_CODE_POINTS)

    def bits(self, word: str) -> float:
        """The bits of a word's letters and of its end."""
        spelled = sum(self._bits.get(letter, self._unseen) for letter in word)
        return spelled + self._bits[_END]
