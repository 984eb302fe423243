"""The most probable words that go on with what was typed."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import log_sum_exp, top_k
from karussell.text import Vocabulary


class Candidate(NamedTuple):
    """A word that may be meant.

    Attributes:
        id: The word's id.
        probability: How sure we are, given the words before and the letters typed, 0..1.
    """

    id: int
    probability: float


def candidates(
    log_probs: NDArray[np.float32], vocabulary: Vocabulary, prefix: str, limit: int
) -> list[Candidate]:
    r"""The most probable words with a prefix, best first, ties in the order of the vocabulary.

    Before the first letter the probability is the model's own $P(w)$; after it
    $P(w) / \sum_v P(v)$ over all words $v$ with the prefix, since the letters rule out all others.

    Args:
        log_probs: Natural log of P(word), float32, (V+1,).
        vocabulary: The V words.
        prefix: What was typed of the word, folded; "" for none.
        limit: How many words at most, 1 or more.
    """
    first, last = vocabulary.prefix(prefix)
    if first == last:
        return []
    chosen = log_probs[first:last]
    positions, best = top_k(chosen, limit)
    total = log_sum_exp(chosen) if prefix else 0.0
    # Lists, since a number of NumPy's costs ten of Python's.
    return [
        Candidate(first + position, min(1.0, math.exp(log_prob - total)))
        for position, log_prob in zip(positions.tolist(), best.tolist(), strict=True)
    ]
