"""Memory of large results, used again, and a place where processes that share memory meet."""

import math

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import _native
from karussell.kernels.results import Floats

# Below, an array costs few page faults, and a pool of it would only hold memory.
_LARGE = 1 << 18
SEAT = 8
"""What one of those who meet has of their memory, in numbers of float64: a cache line."""
_MOST_TOLD = 3


def empty(shape: tuple[int, ...]) -> Floats:
    """A float32 array, contents undefined: for a large one memory of an earlier one, if it is free.

    A step of training asks for tens of megabytes of the same sizes as the step before it; fresh
    memory from the system would be cleared page by page each time.
    """
    size = math.prod(shape)
    if size < _LARGE:
        return np.empty(shape, np.float32)
    array: Floats = _native.lend(size).reshape(shape)
    return array


def meet(
    seats: NDArray[np.float64], own: int, told: NDArray[np.float64], seconds: float
) -> NDArray[np.float64]:
    """Wait for the others, threads or processes, and learn what each of them tells.

    What each wrote into memory that all have is seen by all afterwards.

    Args:
        seats: Memory that all of them have, at first zero: a seat for each, (n, ``SEAT``), float64,
            from a cache line on. Nobody else writes there.
        own: This one's seat.
        told: What it tells, up to 3 numbers, float64; of all as many.
        seconds: How long to wait at most; then they can meet no more.

    Returns:
        What each told, (n, k), float64.

    Raises:
        TimeoutError: If somebody has not come.
        ValueError: If arrays do not fit.
    """
    right = seats.shape[1:] == (SEAT,) and seats.ctypes.data % (8 * SEAT) == 0
    if not right or not 0 <= own < len(seats) or told.ndim != 1 or len(told) > _MOST_TOLD:
        raise ValueError("seats, the own one or what is told do not fit")
    heard = np.empty((len(seats), len(told)))
    if not _native.meet(seats, own, told, heard, seconds):
        raise TimeoutError(f"somebody has been silent for {seconds:g} seconds")
    return heard
