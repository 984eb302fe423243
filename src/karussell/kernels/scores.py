"""Scores of words: slices of an output layer, the best of many, the logarithm of their sum."""

from typing import Any

import numpy as np
import numpy.typing as npt

from karussell import _native
from karussell.kernels.checks import check_array, check_dimensions
from karussell.kernels.results import Floats


class OutputScores:
    """The rows of an output layer, any slice of which can be scored.

    The arrays are kept, not copied: they may lie in a memory-mapped file and must not change.

    Args:
        weight: One row a word (V, E): float32, or int8 together with `scale`.
        bias: One value a word (V,), float32.
        scale: What each row of int8 weights is multiplied by (V,), float32.

    Raises:
        TypeError: An array has another dtype, or `scale` is missing or too many.
        ValueError: A shape does not fit, or an array is not contiguous.
    """

    __slots__ = ("_bias", "_scale", "_weight")

    def __init__(self, weight: npt.NDArray[Any], bias: Floats, scale: Floats | None = None) -> None:
        check_dimensions("weight", weight, 2)
        if (weight.dtype == np.int8) != (scale is not None):
            raise TypeError(
                f"weight is {weight.dtype} {'without' if scale is None else 'with'} scale, "
                "expected float32 without or int8 with it"
            )
        check_array("weight", weight, weight.shape, np.float32 if scale is None else np.int8)
        check_array("bias", bias, (weight.shape[0],))
        if scale is not None:
            check_array("scale", scale, (weight.shape[0],))
        self._weight, self._bias, self._scale = weight, bias, scale

    def slice(self, hidden: Floats, first: int, last: int) -> Floats:
        """Score the words [first, last): (weight[first:last] @ hidden) * scale + bias.

        A word's score does not depend on the slice it is asked in.

        Args:
            hidden: What the words are scored against (E,), float32.
            first: The first word, from 0.
            last: One beyond the last word, up to V.

        Returns:
            Scores (last - first,), float32.

        Raises:
            TypeError: `hidden` is not float32.
            ValueError: A shape or the range does not fit.
        """
        check_array("hidden", hidden, (self._weight.shape[1],))
        _check_range(first, last, self._weight.shape[0])
        scores = np.empty(last - first, np.float32)
        if self._scale is None:
            _native.scores_float(self._weight, self._bias, hidden, first, scores)
        else:
            _native.scores_int8(self._weight, self._scale, self._bias, hidden, first, scores)
        return scores

    def top_k(
        self, hidden: Floats, k: int, first: int = 0, last: int | None = None
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """Find the best k words of [first, last).

        Returns:
            Their ids (<= k,) as int64 and their scores (<= k,), best first, of equal scores the
            lower id first. A score that is NaN is never among them.

        Raises:
            TypeError: `hidden` is not float32.
            ValueError: A shape, k or the range does not fit.
        """
        last = self._weight.shape[0] if last is None else last
        ids, values = top_k(self.slice(hidden, first, last), k)
        return ids + first, values


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
    _check_range(first, last, scores.size)
    if k < 0:
        raise ValueError(f"k is {k}, expected 0 or more")
    k = min(k, last - first)
    ids, values = np.empty(k, np.int64), np.empty(k, np.float32)
    found = _native.top_k(scores[first:last], ids, values)
    return ids[:found] + first, values[:found]


def log_sum_exp(scores: Floats) -> float:
    """Return log(sum(exp(scores))) of float32 scores (n,), -inf where there are none.

    A NaN gives NaN. Of finite scores the result is right to about 1e-6 of the sum.

    Raises:
        TypeError: `scores` is not float32.
        ValueError: `scores` is not one-dimensional and contiguous.
    """
    check_array("scores", scores, (scores.size,))
    return _native.log_sum_exp(scores)


def _check_range(first: int, last: int, size: int) -> None:
    if not 0 <= first <= last <= size:
        raise ValueError(f"range {first}..{last} is not inside 0..{size}")
