"""The nonlinearities that the kernels use inside, on any number of values."""

import numpy as np

from karussell.kernels import _native
from karussell.kernels.checks import check_array
from karussell.kernels.results import Floats


def sigmoid(x: Floats) -> Floats:
    """The logistic function of float32 values (n,); a NaN stays a NaN."""
    check_array("x", x, (x.size,))
    result = np.empty_like(x)
    _native.sigmoid(x, result)
    return result


def tanh(x: Floats) -> Floats:
    """The hyperbolic tangent of float32 values (n,); a NaN stays a NaN."""
    check_array("x", x, (x.size,))
    result = np.empty_like(x)
    _native.tanh(x, result)
    return result
