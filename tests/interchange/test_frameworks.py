"""Random weights there and back, and against the cells as their frameworks define them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from karussell.blocks import LayerWeights, State, lstm_step, lstm_weights
from karussell.blocks.activations import sigmoid
from karussell.errors import UsageError
from karussell.interchange import (
    from_equinox,
    from_flax,
    from_keras,
    from_onnx,
    to_equinox,
    to_flax,
    to_keras,
    to_onnx,
    to_plain,
)
from karussell.kernels import Activation, Block, Floats

INPUTS, HIDDEN, BATCH = 3, 4, 5


def draw(block: Block, **options: Any) -> LayerWeights[Floats]:
    random = np.random.default_rng(0)
    return lstm_weights(INPUTS, HIDDEN, random, block=block, dtype=np.float64, **options)


def state(seed: int = 1) -> tuple[Floats, State]:
    random = np.random.default_rng(seed)
    hidden, cell = random.uniform(-1, 1, (2, BATCH, HIDDEN))
    return random.standard_normal((BATCH, INPUTS)), State(hidden=hidden, cell=cell)


def keras_step(arrays: Any, x: Floats, before: State) -> tuple[Floats, Floats]:
    """Keras's LSTMCell.call: i, f, c, o = split(x @ kernel + h @ recurrent_kernel + bias, 4)."""
    kernel, recurrent, bias = arrays
    i, f, c, o = np.split(x @ kernel + before.hidden @ recurrent + bias, 4, axis=1)
    cell = sigmoid(f) * before.cell + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


def flax_step(parameters: Any, x: Floats, before: State) -> tuple[Floats, Floats]:
    """Flax's LSTMCell: one dense layer a gate, biases with those of the hidden state."""

    def dense(gate: str) -> Floats:
        inner = parameters["h" + gate]
        net = x @ parameters["i" + gate]["kernel"] + before.hidden @ inner["kernel"]
        result: Floats = net + inner["bias"]
        return result

    cell = sigmoid(dense("f")) * before.cell + sigmoid(dense("i")) * np.tanh(dense("g"))
    return sigmoid(dense("o")) * np.tanh(cell), cell


def equinox_step(arrays: Any, x: Floats, before: State) -> tuple[Floats, Floats]:
    """Equinox's LSTMCell: i, f, g, o = split(weight_ih @ x + weight_hh @ h + bias, 4)."""
    lin = x @ arrays["weight_ih"].T + before.hidden @ arrays["weight_hh"].T + arrays["bias"]
    i, f, g, o = np.split(lin, 4, axis=1)
    cell = sigmoid(f) * before.cell + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(cell), cell


# What a cell's arrays do not say: here what these frameworks take if nobody says otherwise.
KERAS = {"activation": "tanh", "recurrent_activation": "sigmoid"}
FLAX = {"gate_fn": "sigmoid", "activation_fn": "tanh"}
FRAMEWORKS = [
    pytest.param(to_keras, lambda arrays: from_keras(arrays, KERAS), keras_step, id="keras"),
    pytest.param(to_flax, lambda parameters: from_flax(parameters, **FLAX), flax_step, id="flax"),
    pytest.param(to_equinox, lambda arrays: from_equinox(**arrays), equinox_step, id="equinox"),
]
BLOCKS = [Block(), Block(2), Block(4), Block(2, coupled=True), Block(2, forgets=False)]


@pytest.mark.parametrize("block", BLOCKS, ids=repr)
@pytest.mark.parametrize(("write", "read", "step"), FRAMEWORKS)
def test_a_layer_does_the_same_there_as_here(
    write: Callable[..., Any],
    read: Callable[..., LayerWeights[Floats]],
    step: Callable[..., Any],
    block: Block,
) -> None:
    weights = draw(block)
    x, before = state()
    ours = lstm_step(x, before, weights, block=block).state
    theirs = write(weights, block)
    hidden, cell = step(theirs, x, before)
    np.testing.assert_allclose(hidden, ours.hidden, rtol=0, atol=1e-14)
    np.testing.assert_allclose(cell, ours.cell, rtol=0, atol=1e-14)
    back = lstm_step(x, before, read(theirs)).state
    np.testing.assert_allclose(back.hidden, ours.hidden, rtol=0, atol=1e-14)


@pytest.mark.parametrize("write", [to_keras, to_flax, to_equinox])
@pytest.mark.parametrize(
    ("block", "options", "message"),
    [
        (Block(), {"peepholes": True}, "has no peepholes"),
        (Block(), {"projected_size": 2}, "has no projection"),
        (Block.of_1997(), {}, "its nonlinearities and clips are fixed"),
        (Block(cell_clip=1.0), {}, "its nonlinearities and clips are fixed"),
    ],
    ids=repr,
)
def test_what_a_framework_lacks_is_refused(
    write: Callable[..., Any], block: Block, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        write(draw(block, **options), block)


@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize(
    "block",
    [
        Block(),
        Block(coupled=True),
        Block(forgets=False),
        Block(net_clip=0.5, cell_input=Activation("scaled_tanh", 2, 0.5)),
        Block(
            gate=Activation("hard_sigmoid", 0.2, 0.5), cell_output=Activation("affine", 0.5, 0.1)
        ),
    ],
    ids=repr,
)
def test_onnx_weights_come_back_as_a_layer_that_does_the_same(
    block: Block, peepholes: bool
) -> None:
    pair = [draw(block, peepholes=peepholes), draw(block, peepholes=peepholes)]
    written = to_onnx(pair, block, "bidirectional")
    layer = from_onnx(written.W, written.R, written.B, written.P, written.attributes)
    x, before = state()
    for mine, theirs in zip(pair, layer.weights, strict=True):
        ours = lstm_step(x, before, mine, block=block).state
        back = lstm_step(x, before, theirs, block=layer.block).state
        np.testing.assert_allclose(back.cell, ours.cell, rtol=0, atol=1e-14)
        np.testing.assert_allclose(back.hidden, ours.hidden, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (Block(2), "peepholes of several cells to a gate"),
        (Block(gate_recurrence=True), "gates fed back"),
        (Block(layer_norm=True), "layer normalisation"),
        (Block(coupled=True, gate=Activation("softsign")), "softsign gates without rows"),
    ],
)
def test_a_layer_that_no_plain_one_equals_is_refused(block: Block, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        to_plain(draw(block, peepholes=True), block)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: from_keras([np.zeros((3, 8))]), "1 arrays, expected kernel"),
        (lambda: from_keras([np.zeros((3, 8)), np.zeros((2, 6))], KERAS), "is \\(2, 6\\), exp"),
        (lambda: from_flax({"ii": {}, "if": {}}), "'ig' is missing"),
        (lambda: onnx(direction="both"), "direction is 'both' with weights of 1"),
        (lambda: onnx(activations=["Sigmoid", "Elu", "Tanh"]), "activation 'Elu' is not known"),
        (
            lambda: onnx(input_forget=1, activations=["HardSigmoid", "Tanh", "Tanh"],
                         activation_alpha=[0.2], activation_beta=[0.4]),
            "input_forget with",
        ),
    ],
)  # fmt: skip
def test_arrays_that_are_no_layer_are_refused(read: Callable[[], Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read()


def onnx(**attributes: Any) -> Any:
    return from_onnx(np.zeros((1, 8, 3)), np.zeros((1, 8, 2)), attributes=attributes)
