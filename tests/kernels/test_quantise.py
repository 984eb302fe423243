import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from karussell.kernels.packing import dequantise, quantise

_MATRICES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1e6, 1e6, width=32),
)


@given(_MATRICES)
def test_a_weight_is_off_by_at_most_half_a_step(matrix: NDArray[np.float32]) -> None:
    whole, scale = quantise(matrix)
    # Half a step, and the rounding of the three float32 operations between (2^-23 each, at 127).
    tolerance = scale[:, None].astype(np.float64) * (0.5 + 3 * 127 * 2.0**-23)
    off = np.abs(dequantise(whole, scale).astype(np.float64) - matrix)
    assert (off <= tolerance).all()
    assert (scale > 0).all()
    assert np.abs(whole.astype(int)).max() <= 127


def test_a_row_of_zeros_stays_zero() -> None:
    whole, scale = quantise(np.zeros((2, 3), np.float32))
    assert not whole.any()
    assert scale.tolist() == [1, 1]


def test_the_largest_weight_of_a_row_is_exact() -> None:
    matrix = np.array([[0.5, -2.0, 1.0], [4.0, 0.0, 0.0]], np.float32)
    whole, scale = quantise(matrix)
    assert whole.tolist() == [[32, -127, 64], [127, 0, 0]]
    assert np.allclose(scale * 127, [2.0, 4.0])
