"""How much of an error arrives: exact where it can be told beforehand."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from karussell.blocks import State, lstm_backward, lstm_forward
from karussell.kernels import Block, OnlineNetwork
from karussell.lab.gradient import (
    Layer,
    Reach,
    block_layer,
    errors_back,
    kept_inside,
    online_layer,
    plain_layer,
)
from karussell.lab.gradient.reach import carried_back

Doubles = npt.NDArray[np.float64]


def _rng() -> np.random.Generator:
    return np.random.default_rng(5)


def _read(steps: int, inputs: int = 2) -> Doubles:
    return _rng().standard_normal((steps, 3, inputs))


def _error(layer: Layer) -> Doubles:
    error = _rng().standard_normal((3, layer.units))
    return np.asarray(error / np.linalg.norm(error, axis=1, keepdims=True))


@pytest.mark.parametrize("block", [Block(), Block(2), Block(coupled=False, forgets=False)])
def test_with_gates_held_open_an_error_inside_a_cell_stays_as_it_is(block: Block) -> None:
    layer = block_layer(2, 6, 1, _rng(), block=block)
    kept = kept_inside(layer.holding(forget=False) if block.forgets else layer, _read(1001))
    assert np.abs(kept - 1).max() < 1e-12


def test_in_blocks_of_1997_too() -> None:
    layer = block_layer(2, 4, 1, _rng(), block=Block.of_1997(2))
    assert np.abs(kept_inside(layer, _read(1001)) - 1).max() < 1e-12


def test_with_gates_held_shut_nothing_is_left_inside_after_a_step() -> None:
    kept = kept_inside(block_layer(2, 6, 1, _rng()).holding(forget=True), _read(5))
    assert (kept[0] == 1).all()
    assert (kept[1:] == 0).all()


def test_inside_a_cell_an_error_is_multiplied_by_its_forget_gate() -> None:
    layer = block_layer(2, 6, 1, _rng())
    rows = Block().sections(6)["forget"]
    layer.weights.weight_ih[rows] = layer.weights.weight_hh[rows] = 0
    layer.weights.bias[rows] = 1.0
    kept = kept_inside(layer, _read(301))
    expected = (1 / (1 + np.exp(-1.0))) ** np.arange(301)
    np.testing.assert_allclose(kept, expected[:, None, None] * np.ones((301, 3, 6)), rtol=1e-11)


def test_a_plain_layer_near_rest_loses_by_its_spectral_rate() -> None:
    """Orthogonal weights by 0.9, and nothing to read: tanh has slope 1 at 0."""
    layer = plain_layer(2, 8, 1, _rng())
    weights = layer.weights._replace(
        weight_hh=0.9 * layer.weights.weight_hh, bias=np.zeros_like(layer.weights.bias)
    )
    still = replace(layer, weights=weights)
    arrived = errors_back(still, np.zeros((101, 3, 2)), _error(still))
    np.testing.assert_allclose(arrived, 0.9 ** np.arange(101)[:, None] * np.ones(3), rtol=1e-12)
    reach = Reach.of([arrived])
    assert reach.rate[0] == pytest.approx(0.9, rel=1e-12)
    assert reach.below == {"0.01": [44], "1e-06": [None]}  # 0.9 ** 44 = 0.0097


def test_what_arrives_is_the_gradient_of_the_whole_layer() -> None:
    layer = block_layer(2, 4, 1, _rng())
    x, error, zeros = _read(7), _error(layer), np.zeros((3, 4))
    given = x[3:], *layer.weights[:3]
    before = [*layer.run(x)][2]
    states = before.hidden, before.cell
    trace = lstm_forward(*given, *states)
    on_hidden = np.zeros_like(trace.hidden)
    on_hidden[-1] = error
    found = lstm_backward(trace, *given, *states, on_hidden, zeros)
    whole = np.concatenate([found.hidden, found.cell], axis=1)
    np.testing.assert_allclose(errors_back(layer, x, error)[4], np.linalg.norm(whole, axis=1))


@pytest.mark.parametrize("kind", ["plain", "blocks", "1997"])
def test_what_arrives_is_the_change_that_is_seen(kind: str) -> None:
    """By finite differences: one input is moved, and the last output moves with it."""
    block = {"plain": None, "blocks": Block(), "1997": Block.of_1997()}[kind]
    layer = (
        plain_layer(2, 4, 1, _rng()) if block is None else block_layer(2, 4, 1, _rng(), block=block)
    )
    x, error = _read(6), _error(layer)
    states = [*layer.run(x)]
    step = 1e-6
    gates = states[0].gates
    on = State(
        hidden=error,
        cell=np.zeros_like(error),
        gates=None if gates is None else np.zeros_like(gates),
    )
    arrived = [*carried_back(layer, x, states, on, truncated=False)][4]  # on that after step 1
    for unit in range(4):
        moved = []
        for sign in (1, -1):
            state = replace(states[1], hidden=states[1].hidden.copy())
            state.hidden[:, unit] += sign * step
            for x_t in x[2:]:
                state = layer.step(x_t, state)
            moved.append((state.hidden * error).sum(axis=1))
        seen = (moved[0] - moved[1]) / (2 * step)
        np.testing.assert_allclose(arrived.hidden[:, unit], seen, rtol=1e-5, atol=1e-9)


def test_a_rate_is_told_from_what_is_not_zero() -> None:
    left = 0.5 ** np.arange(1200.0)[:, None] * np.ones(3)
    assert (left[-1] == 0).all()  # smaller than float64 can hold
    reach = Reach.of([left])
    assert reach.rate[0] == pytest.approx(0.5, rel=1e-3)
    assert reach.left[0][-1] == 0


def test_networks_that_learn_online_are_the_same_layers() -> None:
    network = OnlineNetwork(inputs=2, blocks=2, outputs=1, block=Block.of_1997(2))
    weights = _rng().uniform(-1, 1, network.weights)
    layer = online_layer(network, weights)
    assert layer.size == network.weights
    rows, shape = network.sections["answer"]
    np.testing.assert_array_equal(
        np.append(layer.answer[0], layer.answer_bias), weights[rows].reshape(shape)[0]
    )
    assert np.abs(kept_inside(layer, _read(50)) - 1).max() < 1e-12


def test_a_plain_layer_has_no_gates_to_hold() -> None:
    with pytest.raises(ValueError, match="no forget gates to hold"):
        plain_layer(1, 2, 1, _rng()).holding(forget=True)
