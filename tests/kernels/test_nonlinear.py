from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karussell import kernels
from karussell.kernels import Floats

pytestmark = pytest.mark.usefixtures("level")

# What kernels/nonlinear.h promises, measured there over every float32 that matters.
MOST_ULPS = 3

# Where the result of sigmoid is not a normal float32, it may be 0.
SMALLEST_NORMAL = 2.0**-126

EDGES = np.array(
    [0.0, -0.0, 1e-45, -1e-45, 1e-30, 0.34657, 0.34658, 8, -8, 17, -17, 87.6, -87.6, 88, -88, 1e30],
    np.float32,
)

floats = arrays(np.float32, st.integers(0, 40), elements=st.floats(width=32, allow_nan=False))
Function = Callable[[Floats], Floats]


def exact_sigmoid(x: Floats) -> Floats:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, 1.0) / (1.0 + small))


def check_ulps(function: Function, exact: Function, x: Floats) -> None:
    right = exact(x.astype(np.float64))
    ulp = np.spacing(np.abs(right).astype(np.float32)).astype(np.float64)
    error = np.abs(function(x).astype(np.float64) - right)
    assert (error <= np.maximum(MOST_ULPS * ulp, SMALLEST_NORMAL)).all()


@given(floats)
def test_sigmoid_is_right_to_the_promised_error(x: Floats) -> None:
    check_ulps(kernels.sigmoid, exact_sigmoid, x)


@given(floats)
def test_tanh_is_right_to_the_promised_error(x: Floats) -> None:
    check_ulps(kernels.tanh, np.tanh, x)


def test_both_are_right_on_a_fine_grid_and_at_the_edges() -> None:
    grid = np.concatenate([np.linspace(-100, 100, 200_001, dtype=np.float32), EDGES])
    check_ulps(kernels.sigmoid, exact_sigmoid, grid)
    check_ulps(kernels.tanh, np.tanh, grid)


def test_tanh_keeps_the_relative_precision_of_small_values() -> None:
    x = np.float32(10.0) ** np.arange(-37, -3, dtype=np.float32)
    np.testing.assert_allclose(kernels.tanh(x), np.tanh(x.astype(np.float64)), rtol=2.0**-22)


def test_infinities_give_the_limits() -> None:
    x = np.array([-np.inf, np.inf], np.float32)
    assert kernels.sigmoid(x).tolist() == [0, 1]
    assert kernels.tanh(x).tolist() == [-1, 1]


@pytest.mark.parametrize("function", [kernels.sigmoid, kernels.tanh])
def test_a_nan_stays_a_nan_and_touches_no_neighbour(function: Function) -> None:
    x = np.zeros(33, np.float32)
    x[[0, 17, 32]] = np.nan
    assert np.flatnonzero(np.isnan(function(x))).tolist() == [0, 17, 32]


def test_a_nan_goes_through_a_layer() -> None:
    weight_ih, weight_hh = np.ones((4, 1), np.float32), np.ones((4, 1), np.float32)
    state = np.zeros((1, 1), np.float32)
    x = np.array([[[np.nan]], [[0]]], np.float32)
    trace = kernels.lstm_forward(x, weight_ih, weight_hh, np.zeros(4, np.float32), state, state)
    assert np.isnan(trace.hidden).all()
    plain = kernels.rnn_forward(
        x, weight_ih[:1], weight_hh[:1], np.zeros(1, np.float32), state, nonlinearity="relu"
    )
    assert np.isnan(plain).all()
