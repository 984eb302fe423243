"""The baseline that any model must beat: how often each word stands in the training text."""

import numpy as np
from numpy.typing import NDArray

from karussell.text import Vocabulary


class UnigramModel:
    r"""Predicts the most frequent words, whatever was written.

    $P(w) = (n_w + 1) / \sum_v (n_v + 1)$ with the counts $n$ of the training text.

    Attributes:
        vocabulary: The V words.
        counts: How often each, and UNKNOWN, stood in the training text, uint32, (V+1,).
    """

    def __init__(self, vocabulary: Vocabulary, counts: NDArray[np.uint32]) -> None:
        self.vocabulary = vocabulary
        self.counts = counts
        smoothed = counts.astype(np.float64) + 1
        self._log_probs: NDArray[np.float32] = np.log(smoothed / smoothed.sum()).astype(np.float32)

    @property
    def bytes(self) -> int:
        """What the list takes: each word in UTF-8 with its line end, and four bytes a count."""
        return sum(len(word.encode()) + 1 for word in self.vocabulary.words) + self.counts.nbytes

    def start(self) -> tuple[()]:
        """The one state there is: it remembers nothing."""
        return ()

    def step(self, state: tuple[()], word_id: int) -> tuple[()]:
        """The same state."""
        return state

    def log_probs(self, state: tuple[()]) -> NDArray[np.float32]:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        return self._log_probs
