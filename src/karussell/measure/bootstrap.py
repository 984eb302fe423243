"""How far a figure could lie elsewhere if other documents had been measured.

Efron's percentile bootstrap (1979): documents are drawn with replacement, as many as there are, a
thousand times; the figure of each draw is a ratio of sums over its documents. All entrants are
summed over the same draws, so that differences between them are paired.
"""

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
"""Draws; the ends of an interval then rest on the 25 lowest and highest."""

SEED = 1
"""Fixes every draw: the same text gives the same intervals."""

_LEVEL = 95.0
# Draws at once: with 40,000 documents their counts take 16 MB.
_CHUNK = 50


def resampled_sums(per_document: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sums over the documents of each draw, (..., RESAMPLES, F).

    Args:
        per_document: The sums over each document, (..., D, F).
    """
    random = np.random.default_rng(SEED)
    number = per_document.shape[-2]
    evenly = np.full(number, 1 / number)
    return np.concatenate(
        [
            random.multinomial(number, evenly, size=_CHUNK) @ per_document
            for _ in range(RESAMPLES // _CHUNK)
        ],
        axis=-2,
    )


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of a figure's values in the draws.

    Args:
        values: The figure in each draw, (RESAMPLES,).
    """
    rest = (100 - _LEVEL) / 2
    low, high = np.percentile(values, [rest, 100 - rest])
    return float(low), float(high)
