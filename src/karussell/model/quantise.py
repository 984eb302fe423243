"""Matrices as 8-bit whole numbers with one scale per row."""

import numpy as np
from numpy.typing import NDArray

LARGEST = 127
"""The largest size of a quantised weight; -128 is never used, so that rows are symmetric."""


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The nearest whole numbers of each row, in steps of a 127th of its largest weight.

    Args:
        matrix: Finite weights, (rows, columns).

    Returns:
        Whole numbers -127..127 (rows, columns), and the scale of each row, positive. A weight is
        off by at most half its row's scale. A row of zeros has scale 1.
    """
    largest = np.abs(matrix).max(axis=1)
    # The smallest normal number keeps the scale of a row of subnormal weights from becoming zero.
    scale = np.maximum(largest / np.float32(LARGEST), np.finfo(np.float32).tiny)
    scale = np.where(largest > 0, scale, 1).astype(np.float32)
    whole = np.rint(matrix / scale[:, None]).clip(-LARGEST, LARGEST).astype(np.int8)
    return whole, scale


def dequantise(whole: NDArray[np.int8], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights that quantised rows stand for, float32, (rows, columns)."""
    return whole.astype(np.float32) * scale[:, None]
