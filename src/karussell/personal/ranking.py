"""How a word that the writer used ranks beside others: a small network over what is known of it.

The mixture says how probable words are; what saves keys is which three of them come first among
those with the same first letters. That is what its weights were fitted to.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.personal.weights import BIAS, HABITS, OFFSET, OUT, PLACE, WORD

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

LEAST = float(np.log(1e-9))
"""ln P of words that no model has."""

# How little is the same as nothing behind one, two and three words, and the unit of its logarithm.
_LITTLE = ((1e-3, 3.0), (1e-2, 2.0), (1e-2, 2.0))
# No word becomes more than e^2 times as probable, or as improbable.
_MOST = 2.0
# A sentence tells no more than so much.
_TOLD = 6.0


class Place(NamedTuple):
    """What is known of a place where a word may stand.

    Attributes:
        told: ln of how much likelier the writer's own text made the sentence so far.
        log_most: ln P of the models' most probable word.
        behind: How many uses stand behind the same one, two and three words.
        numbers: The numbers of the words among them.
        shares: P(word) among them, for as many words as agree, (levels, n).
    """

    told: float
    log_most: float
    behind: list[int]
    numbers: Numbers
    shares: NDArray[np.float64]


class Ranking:
    """What is known of words wherever they may stand.

    Args:
        tokens: All words in order.
        counts: How often each stands there, (T,).
        shares: P(word), whatever stands before, (T,).
    """

    def __init__(
        self, tokens: NDArray[np.int32], counts: NDArray[np.float64], shares: NDArray[np.float64]
    ) -> None:
        last = np.zeros(len(counts), np.int64)
        last[tokens] = np.arange(len(tokens))
        known = (
            np.log(shares + 1e-5) / 5 + 1,
            np.log1p(counts) / 3,
            np.log1p(len(tokens) - last) / 5,
        )
        self._words: Floats = BIAS[:, None].repeat(len(counts), axis=1)
        for weights, values in zip(WORD[2:], known, strict=True):
            self._words += weights[:, None] * values.astype(np.float32)

    def factors(self, before: Floats, after: Floats, place: Place) -> Floats:
        """How many times as probable each word is as the mixture has it, (T,).

        Args:
            before: What the models say of them, ln P, (T,).
            after: The same once they are tilted to the writer's, (T,).
            place: Where they may stand.
        """
        likely = np.maximum(before, np.float32(LEAST))
        tilt = np.maximum(after, np.float32(LEAST)) - likely
        likely = likely / 5 + 1
        at, behind = _at(place), _behind(place.shares)
        found = np.full(len(likely), OFFSET, np.float32)
        # Row by row: a product of matrices may add up in another order where it lies elsewhere.
        for number, words in enumerate(self._words):
            cell = words + at[number]
            cell += WORD[0, number] * likely
            cell += WORD[1, number] * tilt
            if len(place.numbers):
                cell[place.numbers] += behind[number]
            np.tanh(cell, out=cell)
            cell *= OUT[number]
            found += cell
        factors: Floats = np.exp(np.float32(_MOST) * np.tanh(found / np.float32(_MOST)))
        return factors


def _at(place: Place) -> Floats:
    """What the place gives every word."""
    behind = np.zeros(len(_LITTLE))
    behind[: len(place.behind)] = place.behind
    told = min(max(place.told, -_TOLD), _TOLD)
    known = (told / 3, place.log_most / 3, *(np.log1p(behind) / (4, 3, 2)))
    found = np.zeros(len(BIAS), np.float32)
    for weights, value in zip(PLACE, known, strict=True):
        found += weights * np.float32(value)
    for weights, (little, unit) in zip(HABITS, _LITTLE, strict=True):
        found += weights * np.float32(np.log(little) / unit + 1)
    return found


def _behind(shares: NDArray[np.float64]) -> Floats:
    """What those words gain that stood behind the same ones."""
    found = np.zeros((len(BIAS), shares.shape[1]), np.float32)
    for weights, share, (little, unit) in zip(HABITS, shares, _LITTLE, strict=False):
        found += weights[:, None] * (np.log1p(share / little) / unit).astype(np.float32)
    return found
