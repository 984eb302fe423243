"""Packed networks, at every level and in every number format, against the equations in float64."""

import numpy as np
import pytest

from karussell import kernels
from karussell.kernels import Floats
from karussell.kernels.network import Network, States
from karussell.kernels.packed import NumberFormat
from tests.kernels.networks import (
    Sizes,
    Weights,
    exact_scores,
    exact_step,
    random_states,
    random_weights,
)

ROWS = 9

# What one rounding to the format costs at most, relative: to float32 and bfloat16 half the distance
# from 1 to the next, to int8 half a step of a 127th of the largest.
ROUNDOFF = {"float32": 2.0**-24, "bfloat16": 2.0**-9, "int8": 0.5 / 127}

# Blocks and words around the width of lines and tiles, every kind of block.
SIZES = [
    Sizes(hidden=1, words=1),
    Sizes(hidden=15, embedding=1),
    Sizes(hidden=17, embedding=15, words=64),
    Sizes(hidden=33, embedding=33, words=65, layers=2),
    Sizes(hidden=34, cells=2),
    Sizes(hidden=51, cells=3, coupled=True),
    Sizes(hidden=68, cells=4, coupled=True, peepholes=True),
    Sizes(hidden=136, cells=8, peepholes=True, layers=2),
    Sizes(hidden=8, cells=8),
    Sizes(hidden=40, coupled=True, words=300),
    Sizes(hidden=40, peepholes=True),
    Sizes(hidden=65, plain=True, layers=2),
]

FORMATS: list[NumberFormat] = ["float32", "bfloat16", "int8"]


def product_tolerance(roundoff: float, *factors: tuple[Floats, Floats]) -> float:
    """Bound the error of sums of products w . x, both sides rounded.

    Each row of w is off by at most the roundoff of its largest, and so is x: every product by at
    most (2 r + r^2) max|w| max|x|. In float32 each of the n additions rounds once more.
    """
    error = 0.0
    for weight, values in factors:
        n = weight.shape[1]
        largest = float(np.abs(weight).max() * np.abs(values).max())
        error += n * largest * (2 * roundoff + roundoff**2 + (n + 2) * ROUNDOFF["float32"])
    return error


def step_tolerance(weights: Weights, states: States, number_format: NumberFormat) -> float:
    """Bound the error of hidden and cell states after a step.

    Net inputs are off as the products are, peepholes and gates round in float32. A cell state moves
    by at most (|s| / 4 + 1 / 4 + 1) of that (slopes of sigmoid and tanh), and the output gate sees
    it through its peephole. A layer on another reads what that one says, which adds its error
    through the sum of a row of its input weights.
    """
    roundoff, error = ROUNDOFF[number_format], 0.0
    most = float(np.abs(states.cell).max())
    for number, layer in enumerate(weights.layers):
        x = weights.embedding if number == 0 else np.ones(1, np.float32)
        ih, hh = layer.ih.weight, layer.hh.weight
        net = product_tolerance(roundoff, (ih, x), (hh, states.hidden))
        net += 20 * ROUNDOFF["float32"] + error * float(np.abs(ih).sum(axis=1).max())
        if layer.cell != "lstm":
            error = net
            continue
        kept = net * (most / 4 + 1.25)
        peephole = 0.0 if layer.peepholes is None else float(np.abs(layer.peepholes[-1]).max())
        error = max(kept, kept + net / 4 + layer.block.cells * peephole * kept / 4)
    return error


def scores_tolerance(weights: Weights, states: States, number_format: NumberFormat) -> float:
    """Bound the error of scores of exact states: the projection's error, then the output's own."""
    roundoff = ROUNDOFF[number_format]
    projected = product_tolerance(roundoff, (weights.projection, states.hidden))
    values = np.abs(states.hidden[-1]) @ np.abs(weights.projection).T
    carried = float(np.abs(weights.embedding).sum(axis=1).max()) * projected
    return carried + product_tolerance(roundoff, (weights.embedding, values)) + 1e-5


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("sizes", SIZES)
def test_a_step_and_its_scores_agree(sizes: Sizes, number_format: NumberFormat) -> None:
    weights, states = random_weights(sizes), random_states(sizes, ROWS)
    network = weights.pack(number_format)
    ids = np.random.default_rng(2).integers(0, sizes.words + 2, ROWS)
    exact, after = exact_step(weights, states, ids), network.step(states, ids)
    tolerance = step_tolerance(weights, states, number_format)
    np.testing.assert_allclose(after.hidden, exact.hidden, rtol=0, atol=tolerance)
    np.testing.assert_allclose(after.cell, exact.cell, rtol=0, atol=tolerance)
    scores = network.scores(states)
    np.testing.assert_allclose(
        scores,
        exact_scores(weights, states),
        rtol=0,
        atol=scores_tolerance(weights, states, number_format),
    )


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("sizes", SIZES)
def test_rows_do_not_depend_on_each_other_nor_on_threads(
    sizes: Sizes, number_format: NumberFormat
) -> None:
    weights, states = random_weights(sizes), random_states(sizes, ROWS)
    network = weights.pack(number_format)
    ids = np.arange(ROWS) % (sizes.words + 2)
    together = network.predict(states, ids, 5)
    # The same words from the same states, alone: only the order of float32 additions differs.
    close = 40 * sizes.hidden * ROUNDOFF["float32"]
    for row in range(ROWS):
        alone = network.predict(_row(states, row), ids[row : row + 1], 5)
        for one, many in zip(alone.states, together.states, strict=True):
            np.testing.assert_allclose(one[:, 0], many[:, row], rtol=0, atol=_spread(close, one))
    shared = network.predict(together.states, ids, 5, threads=2)
    again = network.predict(together.states, ids, 5)
    for first, second in zip(shared.states, again.states, strict=True):
        assert np.array_equal(first, second)
    assert np.array_equal(shared.ids, again.ids)
    np.testing.assert_allclose(shared.log_probs, again.log_probs, rtol=0, atol=2e-6)


def _row(states: States, row: int) -> States:
    return States(*(np.ascontiguousarray(part[:, row : row + 1]) for part in states))


def _spread(close: float, states: Floats) -> float:
    """A last place that tips a rounding to int8 or bfloat16 moves a state by a step of it."""
    return close + 2e-2 * float(np.abs(states).max() if close else 0)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("sizes", SIZES)
def test_many_words_from_one_state_equal_that_state_repeated(
    sizes: Sizes, number_format: NumberFormat
) -> None:
    network, state = random_weights(sizes).pack(number_format), random_states(sizes, 1)
    ids = np.arange(ROWS) % (sizes.words + 2)
    repeated = States(*(np.repeat(part, ROWS, axis=1) for part in state))
    from_one, from_many = network.step(state, ids), network.step(repeated, ids)
    tolerance = 40 * sizes.hidden * ROUNDOFF["float32"]
    if sizes.layers == 1:
        np.testing.assert_allclose(from_one.hidden, from_many.hidden, rtol=0, atol=tolerance)
        np.testing.assert_allclose(from_one.cell, from_many.cell, rtol=0, atol=tolerance)
    else:
        exact = exact_step(random_weights(sizes), repeated, ids)
        bound = step_tolerance(random_weights(sizes), state, number_format)
        np.testing.assert_allclose(from_one.hidden, exact.hidden, rtol=0, atol=bound)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("sizes", SIZES)
def test_a_step_in_place_is_a_step(sizes: Sizes, threads: int) -> None:
    network, states = random_weights(sizes).pack("int8"), random_states(sizes, ROWS)
    ids = np.arange(ROWS) % (sizes.words + 2)
    after = network.step(states, ids)
    assert network.step(states, ids, into=states, threads=threads) is states
    assert np.array_equal(states.hidden, after.hidden)
    assert np.array_equal(states.cell, after.cell)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
def test_the_best_words_are_those_of_the_scores(number_format: NumberFormat) -> None:
    sizes = Sizes(hidden=33, words=1000)
    network, states = random_weights(sizes).pack(number_format), random_states(sizes, ROWS)
    scores = network.scores(states).astype(np.float64)
    log_probs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    ids, best = network.best(states, 7)
    for row in range(ROWS):
        order = np.lexsort((np.arange(1000), -scores[row]))[:7]
        assert ids[row].tolist() == order.tolist()
        np.testing.assert_allclose(best[row], log_probs[row, order], rtol=0, atol=2e-5)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
def test_the_score_of_a_word_does_not_depend_on_the_slice(number_format: NumberFormat) -> None:
    sizes = Sizes(hidden=33, words=200)
    network, states = random_weights(sizes).pack(number_format), random_states(sizes, 2)
    whole = network.scores(states)
    for first, last in [(0, 1), (0, 64), (63, 65), (70, 199), (199, 200), (5, 5)]:
        assert np.array_equal(network.scores(states, first, last), whole[:, first:last])


@pytest.mark.usefixtures("level")
def test_gates_are_those_of_the_equations() -> None:
    for sizes in (Sizes(hidden=34, cells=2), Sizes(hidden=20, coupled=True)):
        weights, states = random_weights(sizes), random_states(sizes, 3)
        network = weights.pack("float32")
        rows = weights.layers[0].hh.weight.shape[0]
        gates = np.empty(3 * rows, np.float32)
        after = network.step(states, np.arange(3), gates=gates)
        found = gates.reshape(3, rows)
        blocks = sizes.hidden // sizes.cells
        forget = found[:, :blocks] if sizes.coupled else found[:, blocks : 2 * blocks]
        write = 1 - forget if sizes.coupled else found[:, :blocks]
        written = found[:, -sizes.hidden - blocks : -blocks]
        kept = np.repeat(forget, sizes.cells, -1) * states.cell[0]
        kept = kept + np.repeat(write, sizes.cells, -1) * written
        np.testing.assert_allclose(kept, after.cell[0], rtol=0, atol=1e-6)
        out = np.repeat(found[:, -blocks:], sizes.cells, -1) * np.tanh(kept)
        np.testing.assert_allclose(out, after.hidden[0], rtol=0, atol=1e-6)


def test_what_does_not_fit_is_named() -> None:
    sizes = Sizes(hidden=8)
    network, states = random_weights(sizes).pack("int8"), random_states(sizes, 2)
    one = np.zeros(1, np.int64)
    with pytest.raises(ValueError, match=r"ids is \(1,\), expected \(2,\) for as many states"):
        network.step(states, one)
    with pytest.raises(ValueError, match=r"ids hold 0\.\.132, expected 0\.\.131"):
        network.step(states, np.array([0, 132]))
    with pytest.raises(TypeError, match="ids is int32, expected int64"):
        network.step(states, np.zeros(2, np.int32))
    with pytest.raises(ValueError, match=r"hidden is \(1, 2, 7\), expected \(1, 2, 8\)"):
        network.step(States(states.hidden[..., :7].copy(), states.cell), np.zeros(2, np.int64))
    into = States(states.hidden, states.cell[:, :1].copy())
    with pytest.raises(ValueError, match=r"into.cell is \(1, 1, 8\), expected \(1, 2, 8\)"):
        network.step(states, np.zeros(2, np.int64), into=into)
    with pytest.raises(ValueError, match="threads is 65, expected 1 to 64"):
        network.predict(states, np.zeros(2, np.int64), 3, threads=65)
    with pytest.raises(ValueError, match=r"range 0\.\.131 is not inside 0\.\.130"):
        network.scores(states, 0, 131)
    parts = random_weights(sizes), random_weights(Sizes(hidden=9))
    with pytest.raises(ValueError, match="layer 0 takes 17 inputs and has 9 cells, expected 17"):
        Network.pack(
            kernels.Rows(weight=parts[0].embedding),
            parts[1].layers,
            kernels.Rows(weight=parts[0].projection),
            parts[0].bias,
        )
