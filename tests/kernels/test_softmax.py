"""The softmax that is never held, exact and sampled, against its equations in float64."""

import subprocess
import sys

import numpy as np
import pytest

from karussell import kernels
from karussell.kernels import Floats, Precision
from tests.kernels.softmax_equations import (
    PRECISIONS,
    UNIT,
    Problem,
    check,
    exact,
    exact_sampled,
    problem,
)

pytestmark = pytest.mark.usefixtures("level")

# Tokens, features, words. Chunks of words have 240, blocks of tokens up to 256, slices are 12.
SHAPES = [
    (1, 1, 1),
    (1, 1, 1023),
    (15, 33, 1),
    (17, 15, 17),
    (33, 17, 15),
    (1023, 1, 33),
    (33, 1023, 241),
    (17, 33, 1023),
    (300, 15, 3400),
]


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_losses_and_gradients_are_those_of_the_equations(
    shape: tuple[int, int, int], precision: Precision
) -> None:
    given = problem(*shape)
    losses, gradients = kernels.softmax_gradients(*given, precision=precision)
    check((losses, *gradients), exact(given, precision))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_sampled_softmax_compares_the_own_word_with_the_rest_of_the_sample(
    shape: tuple[int, int, int], precision: Precision
) -> None:
    given = problem(*shape)
    random = np.random.default_rng(1)
    hits = np.where(random.random(shape[0]) < 0.5, given.targets, -1)
    own = random.standard_normal((shape[0], shape[1])).astype(np.float32)
    own_bias = random.standard_normal(shape[0]).astype(np.float32)
    x, weight, bias, _, token_weights = given
    losses, gradients = kernels.sampled_softmax_gradients(
        x, weight, bias, hits, own, own_bias, token_weights, precision=precision, threads=2
    )
    check((losses, *gradients), exact_sampled(given, hits, own, own_bias, precision))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("tokens", [33, 700])
def test_neither_threads_nor_what_is_asked_for_changes_a_result(
    tokens: int, precision: Precision
) -> None:
    given = problem(tokens, 17, 3000)
    losses, gradients = kernels.softmax_gradients(*given, precision=precision)
    for threads in (2, 3, 5, 16):
        again, others = kernels.softmax_gradients(*given, precision=precision, threads=threads)
        assert np.array_equal(again, losses)
        assert all(map(np.array_equal, others, gradients))
        alone = kernels.softmax_losses(*given[:4], precision=precision, threads=threads)
        assert np.array_equal(alone, losses)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_token_without_a_target_counts_for_nothing_whatever_it_holds(
    precision: Precision,
) -> None:
    given = problem(40, 17, 300)
    kept = np.arange(40) % 3 != 0
    fewer = Problem(
        given.features[kept], *given[1:3], given.targets[kept], given.token_weights[kept]
    )
    given.targets[~kept] = -1
    given.features[~kept] = np.nan
    losses, gradients = kernels.softmax_gradients(*given, precision=precision)
    expected, others = kernels.softmax_gradients(*fewer, precision=precision)
    assert np.array_equal(losses[kept], expected)
    assert np.array_equal(gradients.features[kept], others.features)
    assert not losses[~kept].any()
    assert not gradients.features[~kept].any()
    # Fewer tokens may be added up in other lines.
    np.testing.assert_allclose(gradients.weight, others.weight, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradients.bias, others.bias, rtol=1e-5, atol=1e-6)


def test_without_any_target_everything_is_zero() -> None:
    given = problem(5, 3, 7)
    given.targets[:] = -1
    losses, gradients = kernels.softmax_gradients(*given, threads=2)
    assert not any(array.any() for array in (losses, *gradients))


@pytest.mark.parametrize("precision", PRECISIONS)
def test_rows_beyond_the_words_are_not_looked_at(precision: Precision) -> None:
    given = problem(20, 5, 30)
    losses, gradients = kernels.softmax_gradients(*given, precision=precision)
    more = given._replace(weight=np.vstack([given.weight, np.full((2, 5), np.nan, np.float32)]))
    again, others = kernels.softmax_gradients(*more, precision=precision)
    assert np.array_equal(again, losses)
    assert np.array_equal(others.weight[:30], gradients.weight)
    assert not others.weight[30:].any()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_neither_huge_nor_impossible_scores_overflow(precision: Precision) -> None:
    words = 500
    bias = np.full(words, -np.inf, np.float32)
    bias[[3, 444]] = [1e30, 1e30]
    features, weight = np.ones((2, 1), np.float32), np.zeros((words, 1), np.float32)
    losses, gradients = kernels.softmax_gradients(
        features, weight, bias, np.array([3, 444]), np.ones(2, np.float32), precision=precision
    )
    np.testing.assert_allclose(losses, np.log(2), rtol=4 * UNIT)
    assert not gradients.bias.any()  # each of the two is a half too high once, too low once
    impossible = kernels.softmax_losses(features, weight, bias, np.array([0, 3]))
    assert impossible[0] == np.inf
    assert np.isfinite(impossible[1])


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_nan_is_not_hidden_and_stays_with_its_token(precision: Precision) -> None:
    given = problem(20, 5, 500)
    given.features[7, 2] = np.nan
    losses, gradients = kernels.softmax_gradients(*given, precision=precision)
    assert np.flatnonzero(np.isnan(losses)).tolist() == [7]
    assert np.flatnonzero(np.isnan(gradients.features).any(axis=1)).tolist() == [7]
    assert np.isnan(gradients.weight).all()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_what_an_earlier_call_left_in_memory_changes_nothing(precision: Precision) -> None:
    given = problem(33, 17, 299)
    hits = np.full(33, -1)
    own = np.ones((33, 17), np.float32)
    own_bias = np.ones(33, np.float32)

    def run(x: Floats, own_bias: Floats) -> list[Floats]:
        exact = kernels.softmax_gradients(x, *given[1:], precision=precision)
        sampled = kernels.sampled_softmax_gradients(
            x, given.weight, given.bias, hits, own, own_bias, given.token_weights,
            precision=precision,
        )  # fmt: skip
        return [exact[0], *exact[1], sampled[0], *sampled[1]]

    expected = run(given.features, own_bias)
    large = np.full((64, 17), np.nan, np.float32)
    kernels.sampled_softmax_gradients(
        large, given.weight, given.bias, np.full(64, -1), large, large[:, 0].copy(),
        np.ones(64, np.float32), precision=precision,
    )  # fmt: skip
    assert all(map(np.array_equal, run(given.features, own_bias), expected))


def test_arguments_that_do_not_fit_are_named() -> None:
    x, weight, bias, targets, factor = problem(4, 3, 5)
    with pytest.raises(ValueError, match=r"weight is \(5, 2\), expected \(5, 3\)"):
        kernels.softmax_losses(x, weight[:, :2].copy(), bias, targets)
    with pytest.raises(ValueError, match=r"weight is \(4, 3\), expected at least 5 rows"):
        kernels.softmax_losses(x, weight[:4], bias, targets)
    with pytest.raises(TypeError, match="targets is int32, expected int64"):
        kernels.softmax_losses(x, weight, bias, targets.astype(np.int32))
    for wrong in (5, -2):
        with pytest.raises(ValueError, match=f"targets hold {wrong}, expected -1 or a word below"):
            kernels.softmax_losses(x, weight, bias, np.array([0, 1, wrong, -1]))
    with pytest.raises(ValueError, match=r"token_weights is \(3,\), expected \(4,\)"):
        kernels.softmax_gradients(x, weight, bias, targets, factor[:3])
    with pytest.raises(ValueError, match="precision is 'float16', expected 'float32' or"):
        kernels.softmax_losses(x, weight, bias, targets, precision="float16")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no dimension may be empty"):
        kernels.softmax_losses(x[:0], weight, bias, targets[:0])


MEMORY = """
import resource, sys
import numpy as np
from karussell import kernels
kernels.use_level(sys.argv[1])
x, w = np.ones((1120, 256), "f4"), np.ones((30_000, 256), "f4")
given = (x, w, np.ones(30_000, "f4"), np.arange(1120), np.ones(1120, "f4"))
kernels.softmax_gradients(x[:8], w[:8], *(array[:8] for array in given[2:]), threads=2)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
losses, gradients = kernels.softmax_gradients(*given, precision=sys.argv[2], threads=2)
print(peak() - before - sum(array.nbytes for array in (losses, *gradients)) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in other units")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_it_takes_a_twentieth_of_the_memory_of_logits_held_three_times(
    precision: Precision, level: str
) -> None:
    code = (sys.executable, "-c", MEMORY, level, precision)
    kibibytes = float(
        subprocess.run(code, capture_output=True, text=True, check=True, timeout=120).stdout
    )
    assert kibibytes < 3.4 * 4 * 1120 * 30_000 / 1024 / 20
