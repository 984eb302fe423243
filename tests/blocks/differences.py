"""Gradients by central differences, in float64."""

from collections.abc import Callable

import numpy as np

from karussell.kernels import Floats

# The step that balances the two errors of a central difference in float64, whose unit roundoff is
# u = 1.1e-16: step^2 from the third derivative and u / step from the function's own rounding. Both
# are then about u^(2/3) = 2.3e-11.
STEP = 6e-6

# A sum of up to a few hundred terms of order 1 multiplies both errors by as much.
DIFFERENCE_TOLERANCE = 1e-8


def central_differences(function: Callable[[], float], argument: Floats) -> Floats:
    """The gradient of a function that reads `argument`, changing it in place meanwhile."""
    gradient = np.empty_like(argument)
    for index in np.ndindex(argument.shape):
        value = argument[index]
        argument[index] = value + STEP
        above = function()
        argument[index] = value - STEP
        below = function()
        argument[index] = value
        gradient[index] = (above - below) / (2 * STEP)
    return gradient
