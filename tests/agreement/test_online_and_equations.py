"""Networks that learn online: their changes are the truncated gradient of the equations."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from karussell import blocks
from karussell.kernels import (
    Activation,
    Block,
    Floats,
    OnlineNetwork,
    learn_online,
    levels,
    use_level,
)

Doubles = npt.NDArray[np.float64]

_STEPS, _NETWORKS = 9, 16
_OF_1997 = Block.of_1997(2)
FORMS = {
    "1997": OnlineNetwork(inputs=3, blocks=2, outputs=2, block=_OF_1997),
    "1997, one cell": OnlineNetwork(inputs=2, blocks=3, outputs=1, block=Block.of_1997()),
    "2000": OnlineNetwork(
        inputs=3,
        blocks=2,
        outputs=2,
        block=replace(_OF_1997, forgets=True, gate_recurrence=False),
        outputs_see_inputs=True,
    ),
    "peepholes": OnlineNetwork(inputs=3, blocks=2, outputs=2, block=Block(2), peepholes=True),
    "all": OnlineNetwork(
        inputs=3,
        blocks=2,
        outputs=3,
        block=Block(3, gate_recurrence=True),
        peepholes=True,
        outputs_see_inputs=True,
    ),
    "other nonlinearities": OnlineNetwork(
        inputs=2,
        blocks=1,
        outputs=1,
        block=Block(
            1, cell_input=Activation("sigmoid"), cell_output=Activation("affine", 1.0, 0.0)
        ),
    ),
}


@pytest.fixture(params=levels())
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    use_level(request.param)
    yield request.param
    use_level(levels()[-1])


class Given:
    """Weights and a stream of two sequences for each network."""

    def __init__(self, network: OnlineNetwork) -> None:
        rng = np.random.default_rng(3)

        def floats(*shape: int) -> Floats:
            return rng.uniform(-1, 1, shape).astype(np.float32)

        self.weights = floats(network.weights, _NETWORKS)
        if network.peepholes:  # cells have none
            rows, shape = network.sections["cell"]
            own = self.weights[rows].reshape(*shape, _NETWORKS)
            own[:, -network.block.cells :] = 0
        self.x = floats(_STEPS, network.inputs, _NETWORKS)
        self.targets = floats(_STEPS, network.outputs, _NETWORKS)
        self.matters = (rng.random((_STEPS, _NETWORKS)) < 0.5).astype(np.float32)
        self.begins = np.zeros((_STEPS, _NETWORKS), np.float32)
        self.begins[0] = 1
        for lane in range(_NETWORKS):
            self.begins[rng.integers(1, _STEPS), lane] = 1
        self.state = floats(network.state, _NETWORKS)  # forgotten at once


def changes(network: OnlineNetwork, given: Given, lane: int) -> tuple[Doubles, Doubles]:
    """Minus half the gradient of the squared error, and the outputs (T, O), by the equations."""
    weights = given.weights[:, lane].astype(np.float64)
    on = np.zeros_like(weights)
    size = network.hidden
    bounds = [*np.flatnonzero(given.begins[:, lane]), _STEPS]
    outputs = []
    part = {name: weights[rows].reshape(shape) for name, (rows, shape) in network.sections.items()}
    change = {name: on[rows].reshape(shape) for name, (rows, shape) in network.sections.items()}
    named = [name for name in part if name != "answer"]
    rows = np.concatenate([part[name] for name in named])
    ends = np.cumsum([network.inputs, size, network.gates, 1])
    ih, hh, gh, bias = np.split(rows[:, : ends[-1]], ends[:-1], axis=1)
    more: dict[str, Any] = {"weight_gh": gh} if network.gates else {}
    if network.peepholes:
        seen = [
            part[name][:, -network.block.cells :].reshape(-1) for name in network.block.own_gates
        ]
        more["peepholes"] = np.stack(seen)
    zeros = np.zeros((1, size))
    for first, last in pairwise(bounds):
        x = given.x[first:last, :, lane].astype(np.float64)[:, None]
        layer = x, ih, hh, bias[:, 0], zeros, zeros
        trace = blocks.lstm_forward(*layer, block=network.block, **more)
        shown = [trace.hidden[:, 0]]
        if network.outputs_see_inputs:
            shown.append(x[:, 0])
        shown.append(np.ones((last - first, 1)))
        seen_by_outputs = np.concatenate(shown, axis=1)
        y = 1 / (1 + np.exp(-seen_by_outputs @ part["answer"].T))
        off = (given.targets[first:last, :, lane] - y) * given.matters[first:last, lane, None]
        error = off * y * (1 - y)
        found: Any = blocks.lstm_backward(
            trace,
            *layer,
            -(error @ part["answer"][:, :size])[:, None],
            zeros,
            block=network.block,
            truncated=True,
            **more,
        )
        change["answer"] += error.T @ seen_by_outputs
        columns = [found.weight_ih, found.weight_hh]
        columns += [found.weight_gh] if network.gates else []
        whole = -np.concatenate([*columns, found.bias[:, None]], axis=1)
        begin = 0
        for name in named:
            height = len(change[name])
            change[name][:, : ends[-1]] += whole[begin : begin + height]
            begin += height
        if network.peepholes:
            for name, moved in zip(network.block.own_gates, found.peepholes, strict=True):
                peeping = change[name][:, -network.block.cells :]
                peeping -= moved.reshape(peeping.shape)
        outputs.append(y)
    return on, np.concatenate(outputs)


@pytest.mark.parametrize("form", FORMS)
def test_weights_move_by_the_truncated_gradient(level: str, form: str) -> None:
    network = FORMS[form]
    given = Given(network)
    rate, before, outputs = 1e-3, given.weights.copy(), np.empty_like(given.targets)
    errors = learn_online(
        network,
        given.weights,
        given.state,
        given.x,
        given.targets,
        matters=given.matters,
        begins=given.begins,
        rates=np.full(_NETWORKS, rate, np.float32),
        outputs=outputs,
    )
    moved = (given.weights.astype(np.float64) - before) / rate
    given.weights = before
    for lane in range(_NETWORKS):
        expected, answers = changes(network, given, lane)
        # Weights moved between the steps: by the rate, which is a thousandth.
        assert np.abs(moved[:, lane] - expected).max() < 5e-3 * max(1, np.abs(expected).max())
        assert np.abs(outputs[:, :, lane] - answers).max() < 2e-3
        off = np.abs(given.targets[:, :, lane] - outputs[:, :, lane]).max(1)
        assert errors[:, lane] == pytest.approx(np.where(given.matters[:, lane] > 0, off, -1))


def test_a_network_depends_on_its_own_lane_alone(level: str) -> None:
    network = FORMS["all"]
    results = []
    for others in (0.0, 1.0):
        given = Given(network)
        for array in (given.weights, given.x, given.targets, given.state):
            array[..., 1:] += np.float32(others)
        learn_online(
            network,
            given.weights,
            given.state,
            given.x,
            given.targets,
            matters=given.matters,
            begins=given.begins,
            rates=np.full(_NETWORKS, 0.5, np.float32),
        )
        results.append(given.weights[:, 0].tobytes())
    assert results[0] == results[1]
