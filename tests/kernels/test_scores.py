import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from karussell import kernels
from karussell.kernels import Floats, OutputScores

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


def output_layer(words: int, size: int, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    random = np.random.default_rng(seed)
    return (
        random.standard_normal((words, size)).astype(np.float32),
        random.standard_normal(words).astype(np.float32),
        random.uniform(-1, 1, size).astype(np.float32),
    )


def int8_layer(words: int, size: int) -> tuple[NDArray[np.int8], Floats, Floats, Floats]:
    weight, bias, hidden = output_layer(words, size)
    scale = np.abs(weight).max(axis=1) / np.float32(127)
    return np.rint(weight / scale[:, None]).astype(np.int8), scale, bias, hidden


def score_tolerance(weight: NDArray[np.float64], hidden: Floats) -> NDArray[np.float64]:
    """Bound the rounding of E products and sums, a scale and a bias of order 1."""
    return UNIT_ROUNDOFF * (hidden.size + 4) * (np.abs(weight) @ np.abs(hidden) + 4)


@pytest.mark.parametrize("size", [1, 4, 15, 16, 17, 33, 192])
@pytest.mark.parametrize("words", [1, 3, 4, 50])
def test_float_scores_are_the_product_and_the_bias(words: int, size: int) -> None:
    weight, bias, hidden = output_layer(words, size)
    scores = OutputScores(weight, bias).slice(hidden, 0, words)
    exact = weight.astype(np.float64) @ hidden.astype(np.float64) + bias
    assert (np.abs(scores - exact) <= score_tolerance(weight.astype(np.float64), hidden)).all()


@pytest.mark.parametrize("size", [1, 4, 15, 16, 17, 33, 192])
@pytest.mark.parametrize("words", [1, 3, 4, 50])
def test_int8_scores_are_the_scaled_product_and_the_bias(words: int, size: int) -> None:
    weight, scale, bias, hidden = int8_layer(words, size)
    scores = OutputScores(weight, bias, scale=scale).slice(hidden, 0, words)
    real = weight.astype(np.float64) * scale[:, None]
    exact = real @ hidden.astype(np.float64) + bias
    assert (np.abs(scores - exact) <= score_tolerance(real, hidden)).all()


@pytest.mark.parametrize("int8", [False, True])
def test_the_score_of_a_word_does_not_depend_on_the_slice(int8: bool) -> None:
    weight, scale, bias, hidden = int8_layer(30, 37)
    layer = (
        OutputScores(weight, bias, scale=scale)
        if int8
        else OutputScores(weight.astype(np.float32), bias)
    )
    whole = layer.slice(hidden, 0, 30)
    for first, last in [(0, 1), (1, 6), (7, 30), (29, 30), (5, 5)]:
        assert np.array_equal(layer.slice(hidden, first, last), whole[first:last])


def test_the_best_words_of_a_slice_are_named_by_their_ids() -> None:
    weight, scale, bias, hidden = int8_layer(50, 16)
    layer = OutputScores(weight, bias, scale=scale)
    whole = layer.slice(hidden, 0, 50)
    ids, values = layer.top_k(hidden, 4, 10, 40)
    assert ids.tolist() == [10 + i for i in sorted_ids(whole[10:40])[:4]]
    assert np.array_equal(values, whole[ids])
    assert layer.top_k(hidden, 60)[0].size == 50


def test_extreme_int8_weights_are_kept_apart() -> None:
    weight = np.array([[-128, 127] * 20, [127, -128] * 20], np.int8)
    ones = np.ones(2, np.float32)
    scores = OutputScores(weight, ones, scale=ones).slice(np.ones(40, np.float32), 0, 2)
    assert scores.tolist() == [-19, -19]


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
    weight, scale, bias, hidden = int8_layer(5, 3)
    layer = OutputScores(weight, bias, scale=scale)
    with pytest.raises(TypeError, match="weight is int8 without scale, expected float32 without"):
        OutputScores(weight, bias)
    with pytest.raises(TypeError, match="weight is float32 with scale"):
        OutputScores(weight.astype(np.float32), bias, scale=scale)
    with pytest.raises(ValueError, match=r"bias is \(4,\), expected \(5,\)"):
        OutputScores(weight, bias[:4], scale=scale)
    with pytest.raises(ValueError, match=r"hidden is \(2,\), expected \(3,\)"):
        layer.slice(hidden[:2], 0, 5)
    with pytest.raises(ValueError, match=r"range 0\.\.6 is not inside 0\.\.5"):
        layer.slice(hidden, 0, 6)
    with pytest.raises(ValueError, match="k is -1"):
        kernels.top_k(bias, -1)
    with pytest.raises(ValueError, match="scores is not C-contiguous"):
        kernels.top_k(bias[::2], 1)
