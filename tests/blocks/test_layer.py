import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.blocks import lstm_backward, lstm_forward, rnn_backward, rnn_forward
from karussell.blocks.equations import lstm_step, rnn_step
from karussell.blocks.state import State
from karussell.kernels import Nonlinearity
from tests.blocks.differences import DIFFERENCE_TOLERANCE, central_differences
from tests.blocks.problems import (
    NONLINEARITIES,
    Layer,
    OutputGradients,
    Shape,
    lstm_layer,
    output_gradients,
    rnn_layer,
    shapes,
)

FIXED_SHAPES = [
    Shape(time=4, batch=2, inputs=3, blocks=3, cells=1),
    Shape(time=3, batch=2, inputs=2, blocks=2, cells=2),
    Shape(time=3, batch=1, inputs=3, blocks=2, cells=4),
    Shape(time=1, batch=3, inputs=1, blocks=1, cells=1),
]


def lstm_loss(layer: Layer, cells: int, grad: OutputGradients) -> float:
    trace = lstm_forward(*layer, cells_per_block=cells)
    return float(np.sum(trace.hidden * grad.hidden) + np.sum(trace.cell[-1] * grad.cell))


def check_lstm_gradients(shape: Shape, seed: int) -> None:
    layer, grad = lstm_layer(shape, seed), output_gradients(shape, seed + 1)
    trace = lstm_forward(*layer, cells_per_block=shape.cells)
    gradients = lstm_backward(
        trace,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, layer.cell),
        *grad,
        cells_per_block=shape.cells,
    )
    for name in Layer._fields:
        differences = central_differences(
            lambda: lstm_loss(layer, shape.cells, grad), getattr(layer, name)
        )
        np.testing.assert_allclose(
            getattr(gradients, name), differences, rtol=0, atol=DIFFERENCE_TOLERANCE, err_msg=name
        )


@pytest.mark.parametrize("shape", FIXED_SHAPES)
def test_every_gradient_of_memory_blocks_equals_its_central_difference(shape: Shape) -> None:
    check_lstm_gradients(shape, seed=0)


@settings(max_examples=15)
@given(shape=shapes(most=3), seed=st.integers(0, 1000))
def test_gradients_of_memory_blocks_equal_central_differences_for_any_small_shape(
    shape: Shape, seed: int
) -> None:
    check_lstm_gradients(shape, seed)


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("shape", FIXED_SHAPES)
def test_every_gradient_of_a_plain_layer_equals_its_central_difference(
    shape: Shape, nonlinearity: Nonlinearity
) -> None:
    layer, grad = rnn_layer(shape), output_gradients(shape)

    def loss() -> float:
        return float(np.sum(rnn_forward(*layer[:5], nonlinearity=nonlinearity) * grad.hidden))

    outputs = rnn_forward(*layer[:5], nonlinearity=nonlinearity)
    gradients = rnn_backward(
        outputs,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, grad.hidden),
        nonlinearity=nonlinearity,
    )
    for name in gradients._fields:
        differences = central_differences(loss, getattr(layer, name))
        np.testing.assert_allclose(
            getattr(gradients, name), differences, rtol=0, atol=DIFFERENCE_TOLERANCE, err_msg=name
        )


@given(shape=shapes())
def test_memory_blocks_step_by_step_equal_the_whole_sequence(shape: Shape) -> None:
    layer = lstm_layer(shape)
    whole = lstm_forward(*layer, cells_per_block=shape.cells)
    state = State(hidden=layer.hidden, cell=layer.cell)
    for t in range(shape.time):
        step = lstm_step(layer.x[t], state, *layer[1:4], cells_per_block=shape.cells)
        state = step.state
        assert np.array_equal(state.hidden, whole.hidden[t])
        assert np.array_equal(state.cell, whole.cell[t])
        assert np.array_equal(step.gates, whole.gates[t])


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_a_plain_layer_step_by_step_equals_the_whole_sequence(nonlinearity: Nonlinearity) -> None:
    layer = rnn_layer(Shape(time=4, batch=2, inputs=3, blocks=5))
    whole = rnn_forward(*layer[:5], nonlinearity=nonlinearity)
    hidden = layer.hidden
    for t in range(4):
        hidden = rnn_step(layer.x[t], hidden, *layer[1:4], nonlinearity=nonlinearity)
        assert np.array_equal(hidden, whole[t])


def test_a_sequence_in_two_parts_equals_the_whole() -> None:
    shape = Shape(time=5, batch=2, inputs=3, blocks=2, cells=2)
    layer = lstm_layer(shape)
    whole = lstm_forward(*layer, cells_per_block=2)
    first = lstm_forward(layer.x[:2], *layer[1:], cells_per_block=2)
    second = lstm_forward(
        layer.x[2:], *layer[1:4], first.hidden[-1], first.cell[-1], cells_per_block=2
    )
    assert np.array_equal(second.hidden, whole.hidden[2:])
    assert np.array_equal(second.cell, whole.cell[2:])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_that_goes_in_comes_out(dtype: type[np.floating]) -> None:
    layer = lstm_layer(FIXED_SHAPES[1]).as_type(dtype)
    trace = lstm_forward(*layer, cells_per_block=2)
    gradients = lstm_backward(
        trace,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, layer.cell),
        *(trace.hidden, trace.cell[-1]),
        cells_per_block=2,
    )
    assert {array.dtype for array in (*trace, *gradients)} == {np.dtype(dtype)}
