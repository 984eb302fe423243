"""The equations against PyTorch in float64, S = 1 as it is and S > 1 with repeated gate rows."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from karussell.blocks import (
    lstm_backward,
    lstm_forward,
    rnn_backward,
    rnn_forward,
    split_gates,
)
from karussell.kernels import Block, Floats, Nonlinearity
from tests.blocks.problems import NONLINEARITIES, Shape, lstm_layer, output_gradients, rnn_layer

# Both sides round every operation to float64 (unit roundoff 1.1e-16), in different orders: sums of
# up to a few hundred terms of order 1 over a few time steps.
FLOAT64_TOLERANCE = 1e-12

SHAPES = [
    Shape(time=5, batch=3, inputs=4, blocks=6, cells=1),
    Shape(time=1, batch=1, inputs=1, blocks=1, cells=1),
    Shape(time=6, batch=2, inputs=3, blocks=4, cells=2),
    Shape(time=4, batch=3, inputs=5, blocks=3, cells=4),
    Shape(time=4, batch=1, inputs=2, blocks=1, cells=8),
]


def repeated(rows: Floats, cells: int) -> Floats:
    """A copy of its block's gate rows for every cell: (G, ...) to (4H, ...)."""
    parts = split_gates(rows.T, Block(cells))
    return np.concatenate(
        [
            part.T if name == "cell_input" else np.repeat(part.T, cells, axis=0)
            for name, part in zip(parts._fields, parts, strict=True)
        ]
    )


def summed(rows: Floats, cells: int) -> Floats:
    """Sum gradients over the copies of every gate row: (4H, ...) to (G, ...)."""
    parts = split_gates(rows.T)
    return np.concatenate(
        [
            part.T
            if name == "cell_input"
            else part.T.reshape(-1, cells, *rows.shape[1:]).sum(axis=1)
            for name, part in zip(parts._fields, parts, strict=True)
        ]
    )


def parameter(array: Floats) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.from_numpy(np.array(array)))


def gradient(tensor: torch.Tensor) -> NDArray[np.float64]:
    assert tensor.grad is not None
    return tensor.grad.numpy()


@pytest.mark.parametrize("shape", SHAPES)
def test_memory_blocks_equal_the_layer_of_torch(shape: Shape) -> None:
    layer, grad, cells = lstm_layer(shape), output_gradients(shape), shape.cells
    theirs = torch.nn.LSTM(shape.inputs, shape.hidden, dtype=torch.float64)
    theirs.weight_ih_l0 = parameter(repeated(layer.weight_ih, cells))
    theirs.weight_hh_l0 = parameter(repeated(layer.weight_hh, cells))
    theirs.bias_ih_l0 = parameter(repeated(layer.bias, cells))
    theirs.bias_hh_l0 = parameter(np.zeros(4 * shape.hidden))
    x, hidden, cell = parameter(layer.x), parameter(layer.hidden[None]), parameter(layer.cell[None])
    outputs, (_, last_cell) = theirs(x, (hidden, cell))
    torch.autograd.backward(
        [outputs, last_cell], [torch.from_numpy(grad.hidden), torch.from_numpy(grad.cell[None])]
    )

    trace = lstm_forward(*layer, block=Block(cells))
    ours = lstm_backward(trace, *layer, *grad, block=Block(cells))

    pairs = {
        "outputs": (trace.hidden, outputs.detach().numpy()),
        "last cell": (trace.cell[-1], last_cell.detach().numpy()[0]),
        "x": (ours.x, gradient(x)),
        "weight_ih": (ours.weight_ih, summed(gradient(theirs.weight_ih_l0), cells)),
        "weight_hh": (ours.weight_hh, summed(gradient(theirs.weight_hh_l0), cells)),
        "bias": (ours.bias, summed(gradient(theirs.bias_ih_l0), cells)),
        "hidden": (ours.hidden, gradient(hidden)[0]),
        "cell": (ours.cell, gradient(cell)[0]),
    }
    for name, (mine, other) in pairs.items():
        np.testing.assert_allclose(mine, other, rtol=0, atol=FLOAT64_TOLERANCE, err_msg=name)


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_a_plain_layer_equals_the_layer_of_torch(nonlinearity: Nonlinearity) -> None:
    shape = Shape(time=5, batch=3, inputs=4, blocks=6)
    layer, grad = rnn_layer(shape), output_gradients(shape)
    theirs = torch.nn.RNN(4, 6, nonlinearity=nonlinearity, dtype=torch.float64)
    theirs.weight_ih_l0 = parameter(layer.weight_ih)
    theirs.weight_hh_l0 = parameter(layer.weight_hh)
    theirs.bias_ih_l0 = parameter(layer.bias)
    theirs.bias_hh_l0 = parameter(np.zeros(6))
    x, hidden = parameter(layer.x), parameter(layer.hidden[None])
    outputs, _ = theirs(x, hidden)
    torch.autograd.backward([outputs], [torch.from_numpy(grad.hidden)])

    mine = rnn_forward(*layer[:5], nonlinearity=nonlinearity)
    ours = rnn_backward(
        mine,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, grad.hidden),
        nonlinearity=nonlinearity,
    )

    pairs = {
        "outputs": (mine, outputs.detach().numpy()),
        "x": (ours.x, gradient(x)),
        "weight_ih": (ours.weight_ih, gradient(theirs.weight_ih_l0)),
        "weight_hh": (ours.weight_hh, gradient(theirs.weight_hh_l0)),
        "bias": (ours.bias, gradient(theirs.bias_ih_l0)),
        "hidden": (ours.hidden, gradient(hidden)[0]),
    }
    for name, (one, other) in pairs.items():
        np.testing.assert_allclose(one, other, rtol=0, atol=FLOAT64_TOLERANCE, err_msg=name)
