"""Losses and gradients of the softmax in float64, with what rounding may add to each value.

The reference reads what the format of the products can hold, so that what remains is the rounding
inside the kernels.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import Floats, Precision

Doubles = NDArray[np.float64]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")
UNIT = 2.0**-24  # unit roundoff of float32
BFLOAT16_UNIT = 2.0**-8
# Terms added up one after the other: e^x of a chunk, and at most this many parts of a gradient.
CHUNK = 240


class Problem(NamedTuple):
    features: Floats
    weight: Floats
    bias: Floats
    targets: NDArray[np.int64]
    token_weights: Floats


def problem(tokens: int, size: int, words: int) -> Problem:
    random = np.random.default_rng([tokens, size, words])
    normal = random.standard_normal
    return Problem(
        normal((tokens, size)).astype(np.float32),
        (2 * normal((words, size)) / np.sqrt(size)).astype(np.float32),
        normal(words).astype(np.float32),
        random.integers(0, words, tokens),
        random.uniform(-1, 2, tokens).astype(np.float32),
    )


def held(values: Floats, precision: Precision) -> Doubles:
    """What is left of values in the format of the products."""
    if precision == "float32":
        return values.astype(np.float64)
    bits = values.view(np.uint32)
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) & np.uint32(0xFFFF0000)
    return rounded.view(np.float32).astype(np.float64)


class Bounded(NamedTuple):
    """A right value, and how far rounding may lead away from it."""

    value: Doubles
    error: Doubles


def check(got: Iterable[Floats], right: Iterable[Bounded]) -> None:
    for number, (value, (expected, error)) in enumerate(zip(got, right, strict=True)):
        assert value.shape == expected.shape
        distance = np.abs(value - expected)
        assert (distance <= error).all(), f"result {number}: {np.max(distance - error)} too far"


def exact(given: Problem, precision: Precision) -> list[Bounded]:
    """Losses, and gradients on features, weight and bias."""
    x, w = held(given.features, precision), held(given.weight, precision)
    logits = x @ w.T + given.bias
    magnitude = (np.abs(x) @ np.abs(w).T + np.abs(given.bias)).max(axis=1)
    losses, probable = _softmax(logits, given.targets, magnitude, x.shape[1])
    slopes = _slopes(probable, given.targets, losses.error, precision, given.token_weights)
    return [losses, _times(slopes, w), *_transposed_times(slopes, x)]


def exact_sampled(
    given: Problem, hits: NDArray[np.int64], own: Floats, own_bias: Floats, precision: Precision
) -> list[Bounded]:
    """Losses, and gradients on features, sampled rows and bias, and own rows and bias."""
    x, w = held(given.features, precision), held(given.weight, precision)
    tokens, words = len(x), len(w)
    places = np.arange(tokens)
    scores = x @ w.T + given.bias
    scores[places[hits >= 0], hits[hits >= 0]] = -np.inf
    # The own word's product is of float32 in any format.
    full, rows = given.features.astype(np.float64), own.astype(np.float64)
    logits = np.column_stack([scores, (full * rows).sum(axis=1) + own_bias])
    magnitude = np.maximum(
        (np.abs(x) @ np.abs(w).T + np.abs(given.bias)).max(axis=1),
        (np.abs(full) * np.abs(rows)).sum(axis=1) + np.abs(own_bias),
    )
    last = np.full(tokens, words)
    losses, probable = _softmax(logits, last, magnitude, x.shape[1])
    slopes = _slopes(probable, last, losses.error, precision, given.token_weights)
    # P - 1 of the own word is not rounded to the format.
    factor = np.abs(given.token_weights.astype(np.float64))
    own_value = slopes.value[:, -1]
    own_error = probable[:, -1] * losses.error * factor + 4 * UNIT * np.abs(own_value)
    sampled = Bounded(slopes.value[:, :-1], slopes.error[:, :-1])
    value, error = _times(sampled, w)
    value = value + own_value[:, None] * rows
    error = error + (own_error + 4 * UNIT * np.abs(own_value))[:, None] * np.abs(rows)
    return [
        losses,
        Bounded(value, error + 4 * UNIT * np.abs(value)),
        *_transposed_times(sampled, x),
        Bounded(
            own_value[:, None] * full,
            (own_error + UNIT * np.abs(own_value))[:, None] * np.abs(full),
        ),
        Bounded(own_value, own_error),
    ]


def _softmax(
    logits: Doubles, targets: NDArray[np.int64], magnitude: Doubles, size: int
) -> tuple[Bounded, Doubles]:
    """Losses (M,), and probabilities (M, V)."""
    probable = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None])
    # Two logits of E products and a bias, the rounding of their difference, e^x and its sum.
    error = 2 * UNIT * (size + 2) * magnitude + UNIT * (2 * magnitude + CHUNK + 8)
    losses = -np.log(probable[np.arange(len(targets)), targets])
    return Bounded(losses, error + UNIT * losses), probable


def _slopes(
    probable: Doubles,
    targets: NDArray[np.int64],
    loss_error: Doubles,
    precision: Precision,
    token_weights: Floats,
) -> Bounded:
    """Gradients on all logits (M, V)."""
    unit = UNIT if precision == "float32" else BFLOAT16_UNIT
    places = np.arange(len(targets)), targets
    value = probable.copy()
    value[places] -= 1
    # A probability is rounded twice, as e^x and as its multiple; the target's, less one, once.
    error = probable * (2 * unit + unit**2 + loss_error[:, None] + 4 * UNIT)
    error[places] = probable[places] * loss_error + (unit + 4 * UNIT) * np.abs(value[places])
    factor = token_weights.astype(np.float64)[:, None]
    return Bounded(value * factor, error * np.abs(factor))


def _times(slopes: Bounded, w: Doubles) -> Bounded:
    adding = UNIT * (CHUNK + len(w) / CHUNK + 12)
    total = slopes.error @ np.abs(w) + adding * (np.abs(slopes.value) @ np.abs(w))
    return Bounded(slopes.value @ w, total)


def _transposed_times(slopes: Bounded, x: Doubles) -> list[Bounded]:
    """On the rows of the words, and on their bias."""
    adding = UNIT * (min(len(x), 256) + len(x) / 8 + 2)  # blocks of 8 tokens at least
    magnitude, error = np.abs(slopes.value).T, slopes.error.T
    return [
        Bounded(slopes.value.T @ x, (error + adding * magnitude) @ np.abs(x)),
        Bounded(slopes.value.sum(axis=0), (error + adding * magnitude).sum(axis=1)),
    ]
