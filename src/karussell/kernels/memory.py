"""Memory of large results, used again once nobody holds them any longer."""

import math

import numpy as np

from karussell.kernels import _native
from karussell.kernels.results import Floats

# Below, an array costs few page faults, and a pool of it would only hold memory.
_LARGE = 1 << 18


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
