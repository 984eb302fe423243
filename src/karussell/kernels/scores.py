"""Scores of words: the best of many, the logarithm of their sum, the least and the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from karussell.kernels import _native
from karussell.kernels.checks import Row, check_array, check_row

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from karussell.kernels.results import Floats


def top_k(
    scores: Floats, k: int, first: int = 0, last: int | None = None
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Find the best k of scores[first:last].

    Args:
        scores: Any scores (n,), float32.
        k: How many are wanted.
        first: The first position looked at.
        last: One beyond the last position looked at, up to n; n if not given.

    Returns:
        Their positions in `scores` (<= k,) as int64 and their values (<= k,), best first, of equal
        values the lower position first. A NaN is never among them.

    Raises:
        TypeError: `scores` is not float32.
        ValueError: k is negative, or the range does not fit.
    """
    check_array("scores", scores, (scores.size,))
    last = scores.size if last is None else last
    if not 0 <= first <= last <= scores.size:
        raise ValueError(f"range {first}..{last} is not inside 0..{scores.size}")
    if k < 0:
        raise ValueError(f"k is {k}, expected 0 or more")
    import numpy as np

    k = min(k, last - first)
    ids, values = np.empty(k, np.int64), np.empty(k, np.float32)
    found = _native.top_k(scores[first:last], ids, values)
    return ids[:found] + first, values[:found]


def best_of(scores: Row, k: int, first: int, last: int) -> tuple[list[tuple[float, int]], float]:
    """Find the best k of scores[first:last], and what all of them weigh.

    What ``top_k`` and ``log_sum_exp`` say, in a fraction of their time where there are few scores.

    Args:
        scores: Any scores (n,), float32.
        k: How many are wanted.
        first: The first position looked at.
        last: One beyond the last position looked at, up to n.

    Returns:
        The best as pairs of value and position in `scores` (<= k), in the order of ``top_k``; the
        log(sum(exp(scores))) of the range.

    Raises:
        TypeError: `scores` is not float32, one-dimensional and contiguous.
        ValueError: k is negative, or the range does not fit.
    """
    if k < 0:
        raise ValueError(f"k is {k}, expected 0 or more")
    if not 0 <= first <= last <= len(scores):
        raise ValueError(f"range {first}..{last} is not inside 0..{len(scores)}")
    return _native.best_of(scores, k, first, last)


def log_sum_exp(scores: Row) -> float:
    """The log(sum(exp(scores))) of float32 scores (n,), -inf where there are none.

    A NaN gives NaN, but infinity is infinity. Of finite scores it is right to 1e-6 or so.

    Raises:
        TypeError: `scores` is not float32.
        ValueError: `scores` is not one-dimensional and contiguous.
    """
    check_row("scores", scores, len(scores))
    return _native.log_sum_exp(scores)


def extremes(numbers: memoryview | npt.NDArray[Any]) -> tuple[float, float]:
    """The least and the largest of one or more numbers, NaN both if one of them is.

    Args:
        numbers: Of any shape, of one of the kinds that model files hold, without gaps.

    Raises:
        TypeError: They are of another kind, or do not lie in memory.
        ValueError: There are none.
    """
    return _native.extremes(numbers)


def tally(values: bytes) -> list[int]:
    """How often each byte stands among some, from 0 to 255."""
    return _native.tally(values)


def taken(table: Row, places: bytes) -> memoryview:
    """Of each place the float32 number that stands there in a table, (n,).

    Args:
        table: Numbers, 256 at most.
        places: Places in it, uint8, (n,).

    Raises:
        ValueError: One lies beyond the table.
    """
    return _native.taken(table, places)
