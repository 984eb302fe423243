"""How well a number tells a feature, at words of the same place in their sentences."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import Floats

Values = NDArray[np.float64]
Rows = NDArray[np.bool_]
Places = NDArray[np.int64]

# Later words of a sentence count as of one place.
_PLACES = 30
_RIDGE = 0.1
_PROBED = 4_000


def places(position: Places) -> Places:
    """Which words are compared with each other: those that as many words stand before."""
    found: Places = np.minimum(position, _PLACES - 1)
    return found


def correlations(cells: Floats, values: Values, at: Places) -> Values:
    """How each of H columns goes with a feature, -1 to 1, within the places.

    Args:
        cells: What each cell held (N, H).
        values: The feature (N,), without NaN.
        at: The words' places (N,).
    """
    count = np.bincount(at, minlength=_PLACES)
    own = values - (np.bincount(at, values, _PLACES) / np.maximum(count, 1))[at]
    members = np.zeros((_PLACES, len(at)), np.float32)
    members[at, np.arange(len(at))] = 1
    sums = members @ cells
    squares = np.einsum("nh,nh->h", cells, cells).astype(np.float64)
    squares -= (sums.astype(np.float64) ** 2 / np.maximum(count, 1)[:, None]).sum(axis=0)
    spread = np.sqrt(np.maximum(squares, 0) * (own @ own))
    product = own.astype(np.float32) @ cells
    found: Values = np.zeros(len(spread))
    np.divide(product, spread, out=found, where=spread > 1e-6)
    return found


def correlation(column: Values, values: Values, at: Places) -> float:
    """How one column goes with a number, -1 to 1, within the places."""
    return float(correlations(column.astype(np.float32)[:, None], values, at)[0])


def area(column: Values, values: Values, at: Places) -> float:
    """The area under the ROC curve: how often a yes has more than a no of its place, ties half.

    Args:
        column: What is compared (N,).
        values: 1 for yes and 0 for no (N,).
        at: The words' places (N,).
    """
    order = np.lexsort((column, at))
    column, yes, at = column[order], values[order] > 0.5, at[order]
    begins = np.concatenate([[True], (np.diff(column) != 0) | (np.diff(at) != 0)])
    group = begins.cumsum() - 1
    size = np.bincount(group)
    rank = (size.cumsum() - (size - 1) / 2)[group]
    first = np.searchsorted(at, np.arange(_PLACES))
    rank -= first[at]
    n_yes = np.bincount(at, yes, _PLACES)
    pairs = n_yes * (np.bincount(at, minlength=_PLACES) - n_yes)
    more = np.bincount(at, rank * yes, _PLACES) - n_yes * (n_yes + 1) / 2
    total = pairs.sum()
    return float(more[pairs > 0].sum() / total) if total else 0.5


def strengths(found: Values, values: Values, is_number: bool) -> Values:
    """Correlations as numbers from 0 to 1 that say the same of rare and of common features.

    Of a yes or no it is about 2 area - 1, were the cells spread normally.
    """
    found = np.abs(found)
    if is_number:
        return found
    share = values.mean()
    apart = found / np.sqrt(np.maximum(1 - found**2, 1e-9) * max(share * (1 - share), 1e-9))
    return np.array([math.erf(each / 2) for each in apart])


def by_last_word(ids: Places, values: Values, first: Rows, second: Rows) -> Values:
    """What the words of the second rows alone tell of a feature: its mean there in the first.

    Args:
        ids: The words' ids (N,).
        values: The feature (N,), with NaN.
        first: From which the means are.
        second: Of which they are told.
    """
    mean = values[first].mean()
    size = int(ids.max()) + 1
    sums = np.bincount(ids[first], values[first], size) + 2 * mean
    means = sums / (np.bincount(ids[first], minlength=size) + 2)
    told: Values = means[ids[second]]
    return told


def by_all_cells(cells: Floats, values: Values, at: Places, first: Rows, second: Rows) -> Values:
    """What all cells together tell of a feature in the second rows, by ridge regression.

    It is fitted to the first rows, to a few thousand of them.
    """
    chosen = np.flatnonzero(first)
    chosen = chosen[:: max(1, len(chosen) // _PROBED)]
    inputs = cells[chosen]
    centre, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    inputs = (inputs - centre) / spread
    place = at[chosen]
    count = np.maximum(np.bincount(place, minlength=_PLACES), 1)
    wanted = values[chosen] - (np.bincount(place, values[chosen], _PLACES) / count)[place]
    gram = inputs.T @ inputs
    gram[np.diag_indices_from(gram)] += _RIDGE * len(chosen)
    weights = np.linalg.solve(gram, inputs.T @ wanted.astype(np.float32))
    told: Values = (((cells[second] - centre) / spread) @ weights).astype(np.float64)
    return told


def shuffled(
    values: Values, begins: Places, random: np.random.Generator, keeps_place: bool
) -> Callable[[], Values]:
    """A maker of features that say nothing about the text but look as this one.

    Args:
        values: The feature (N,), with NaN.
        begins: Where each sentence begins, and N.
        random: What is drawn from.
        keeps_place: Whether a sentence gets the values of another one as long at least, word for
            word; or all values are shifted by some words.
    """
    if not keeps_place:
        return lambda: np.roll(values, int(random.integers(len(values) // 10, len(values))))
    lengths = np.diff(begins)
    order = np.argsort(-lengths, kind="stable")
    # For each sentence, how many others are as long at least.
    longer = np.searchsorted(-lengths[order], -lengths, side="right")
    inside = np.arange(len(values)) - np.repeat(begins[:-1], lengths)

    def make() -> Values:
        donor = order[(random.random(len(lengths)) * longer).astype(np.int64)]
        found: Values = values[np.repeat(begins[:-1][donor], lengths) + inside]
        return found

    return make
