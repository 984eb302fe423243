import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from karussell import kernels
from karussell.kernels import Floats

pytestmark = pytest.mark.usefixtures("level")

UNIT_ROUNDOFF = 2.0**-24

# Few different values, so that there are ties; and a NaN now and then.
scores_with_ties = arrays(
    np.float32,
    st.integers(0, 200),
    elements=st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 1.0, 2.0, np.inf, np.nan]),
)


def sorted_ids(scores: Floats) -> list[int]:
    """Best first, ties by lower id, without NaN: what top_k must begin with."""
    return sorted(np.flatnonzero(~np.isnan(scores)).tolist(), key=lambda i: (-scores[i], i))


@given(scores=scores_with_ties, k=st.integers(0, 210))
def test_top_k_equals_a_sort(scores: Floats, k: int) -> None:
    ids, values = kernels.top_k(scores, k)
    assert ids.tolist() == sorted_ids(scores)[:k]
    assert np.array_equal(values, scores[ids])


@given(scores=arrays(np.float32, 300, elements=st.floats(width=32)), k=st.integers(1, 20))
def test_top_k_of_any_floats_equals_a_sort(scores: Floats, k: int) -> None:
    assert kernels.top_k(scores, k)[0].tolist() == sorted_ids(scores)[:k]


@given(data=st.data(), scores=scores_with_ties)
def test_top_k_of_a_range_gives_positions_in_the_whole(data: st.DataObject, scores: Floats) -> None:
    first = data.draw(st.integers(0, scores.size))
    last = data.draw(st.integers(first, scores.size))
    ids, _ = kernels.top_k(scores, 5, first, last)
    assert ids.tolist() == [first + i for i in sorted_ids(scores[first:last])[:5]]


@given(data=st.data(), scores=scores_with_ties)
def test_best_of_a_range_is_what_the_others_say(data: st.DataObject, scores: Floats) -> None:
    first = data.draw(st.integers(0, len(scores)))
    last = data.draw(st.integers(first, len(scores)))
    best, total = kernels.best_of(scores, 3, first, last)
    ids, values = kernels.top_k(scores, 3, first, last)
    assert best == list(zip(values.tolist(), ids.tolist(), strict=True))
    np.testing.assert_equal(total, kernels.log_sum_exp(scores[first:last]))
    for k, begin, end in (-1, first, last), (1, last + 1, last), (1, 0, len(scores) + 1):
        with pytest.raises(ValueError, match=r"expected 0 or more|is not inside"):
            kernels.best_of(scores, k, begin, end)


@given(
    arrays(np.float32, st.integers(1, 70), elements=st.floats(-80, 80, width=32)),
)
def test_log_sum_exp_is_the_logarithm_of_the_sum(scores: Floats) -> None:
    exact = float(np.logaddexp.reduce(scores.astype(np.float64)))
    # e^x to 2.5 units, a sum of at most 16 such in float32 and then in float64, the final rounding.
    assert kernels.log_sum_exp(scores) == pytest.approx(exact, rel=2 * UNIT_ROUNDOFF, abs=2e-6)


def test_log_sum_exp_neither_overflows_nor_hides_anything() -> None:
    def of(*scores: float) -> float:
        return kernels.log_sum_exp(np.array(scores, np.float32))

    assert of(1e30, 1e30) == pytest.approx(1e30)
    assert of(-1e30, 0) == 0
    assert of() == of(-np.inf, -np.inf) == -np.inf
    assert of(0, np.inf) == np.inf
    assert math.isnan(of(0, np.nan))


def test_arrays_that_do_not_fit_are_named() -> None:
    scores = np.zeros(5, np.float32)
    with pytest.raises(ValueError, match="k is -1"):
        kernels.top_k(scores, -1)
    with pytest.raises(ValueError, match="scores is not C-contiguous"):
        kernels.top_k(scores[::2], 1)
    with pytest.raises(ValueError, match=r"range 0\.\.6 is not inside 0\.\.5"):
        kernels.top_k(scores, 1, 0, 6)
