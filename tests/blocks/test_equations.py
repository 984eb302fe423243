import numpy as np
import pytest

from karussell.blocks import LayerWeights, State, lstm_step
from karussell.blocks.activations import sigmoid
from karussell.kernels import Block
from tests.blocks.problems import Shape, lstm_layer


def test_sigmoid_is_right_at_zero_and_far_out() -> None:
    values = sigmoid(np.array([-np.inf, -1000.0, 0.0, 1000.0, np.inf]))
    assert values.tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_sigmoid_keeps_a_nan() -> None:
    assert np.isnan(sigmoid(np.array([np.nan]))).all()


@pytest.mark.parametrize("cells", [1, 2, 4])
def test_a_closed_input_gate_and_an_open_forget_gate_keep_the_cells(cells: int) -> None:
    layer = lstm_layer(Shape(time=1, batch=2, inputs=3, blocks=3, cells=cells))
    bias = np.zeros_like(layer.bias)
    bias[:3], bias[3:6] = -1000, 1000
    state = State(hidden=layer.hidden, cell=layer.cell)
    step = lstm_step(
        layer.x[0], state, LayerWeights(layer.weight_ih, layer.weight_hh, bias), block=Block(cells)
    )
    assert np.array_equal(step.state.cell, layer.cell)


def test_the_cells_of_a_block_share_its_gates() -> None:
    layer = lstm_layer(Shape(time=1, batch=1, inputs=2, blocks=2, cells=3))
    state = State(hidden=layer.hidden, cell=np.ones_like(layer.cell))
    bias = np.zeros_like(layer.bias)
    bias[:2] = -1000  # nothing is written: a cell holds what its block's forget gate kept
    step = lstm_step(
        layer.x[0], state, LayerWeights(layer.weight_ih, layer.weight_hh, bias), block=Block(3)
    )
    kept = step.state.cell.reshape(2, 3)
    assert np.array_equal(kept, np.repeat(kept[:, :1], 3, axis=1))
    assert kept[0, 0] != kept[1, 0]
