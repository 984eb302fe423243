import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell.blocks import (
    LayerWeights,
    lstm_backward,
    lstm_forward,
    lstm_step,
    rnn_backward,
    rnn_forward,
    rnn_step,
)
from karussell.blocks.state import State
from karussell.kernels import Block, Nonlinearity
from tests.blocks.differences import DIFFERENCE_TOLERANCE, central_differences
from tests.blocks.problems import (
    NONLINEARITIES,
    Shape,
    any_shapes,
    lstm_layer,
    lstm_options,
    output_gradients,
    rnn_layer,
    shapes,
)

# NumPy adds up the products of one row and of many in different orders.
FLOAT64_ROUNDING = 1e-14

# Normalising two or three numbers divides by their deviation, which may be a tenth: the error of a
# central difference, which goes with the third derivative, grows by its third power.
CURVATURE = 1000

FIXED_SHAPES = [
    Shape(time=4, batch=2, inputs=3, blocks=3, cells=1),
    Shape(time=3, batch=2, inputs=2, blocks=2, cells=2),
    Shape(time=3, batch=1, inputs=3, blocks=2, cells=4),
    Shape(time=1, batch=3, inputs=1, blocks=1, cells=1),
    Shape(time=4, batch=2, inputs=3, blocks=3, coupled=True),
    Shape(time=4, batch=2, inputs=3, blocks=2, cells=2, peepholes=True),
    Shape(time=4, batch=2, inputs=3, blocks=3, projected=2),
    Shape(time=5, batch=4, inputs=2, blocks=2, cells=2, lengths=True),
    Shape(5, 4, 2, 2, cells=3, coupled=True, peepholes=True, projected=4, lengths=True),
    Shape(4, 2, 3, 2, cells=2, form=Block.of_1997()),
    Shape(4, 2, 3, 2, cells=2, peepholes=True, form=Block(layer_norm=True)),
    Shape(5, 3, 2, 2, cells=2, peepholes=True, projected=3, lengths=True, noise=True),
    Shape(4, 2, 3, 3, peepholes=True, form=Block(net_clip=0.5, cell_clip=0.6, coupled=True)),
    Shape(4, 2, 3, 2, 2, form=Block(forgets=False, gate_recurrence=True), noise=True, lengths=True),
]


def check_lstm_gradients(shape: Shape, seed: int) -> None:
    layer, grad = lstm_layer(shape, seed), output_gradients(shape, seed + 1)
    options = lstm_options(shape, seed + 2)

    def loss() -> float:
        trace = lstm_forward(*layer, **options)
        return float(np.sum(trace.hidden * grad.hidden) + np.sum(trace.cell[-1] * grad.cell))

    gradients = lstm_backward(lstm_forward(*layer, **options), *layer, *grad, **options)
    arguments = {**layer._asdict(), **options}
    tolerance = DIFFERENCE_TOLERANCE * (CURVATURE if shape.block.layer_norm else 1)
    for name, gradient in gradients._asdict().items():
        if gradient is None:
            assert arguments.get(name) is None
            continue
        of_parts = zip(gradient, arguments[name], strict=True)
        for got, argument in of_parts if name == "norms" else [(gradient, arguments[name])]:
            differences = central_differences(loss, argument)
            allowed = tolerance * max(1, np.abs(differences).max())
            np.testing.assert_allclose(got, differences, rtol=0, atol=allowed, err_msg=name)


@pytest.mark.parametrize("shape", FIXED_SHAPES)
def test_every_gradient_of_memory_blocks_equals_its_central_difference(shape: Shape) -> None:
    check_lstm_gradients(shape, seed=0)


@settings(max_examples=30)
@given(shape=shapes(most=3) | any_shapes(), seed=st.integers(0, 1000))
def test_gradients_of_memory_blocks_equal_central_differences_for_any_combination_of_options(
    shape: Shape, seed: int
) -> None:
    check_lstm_gradients(shape, seed)


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("shape", FIXED_SHAPES[:4])
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
    shape = shape._replace(lengths=False)
    layer, options = lstm_layer(shape), lstm_options(shape)
    whole = lstm_forward(*layer, **options)
    state = State(hidden=layer.hidden, cell=layer.cell)
    weights = LayerWeights(
        *layer[1:4], peepholes=options["peepholes"], projection=options["projection"]
    )
    for t in range(shape.time):
        step = lstm_step(layer.x[t], state, weights, block=shape.block)
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
    whole = lstm_forward(*layer, block=Block(2))
    first = lstm_forward(layer.x[:2], *layer[1:], block=Block(2))
    second = lstm_forward(
        layer.x[2:], *layer[1:4], first.hidden[-1], first.cell[-1], block=Block(2)
    )
    assert np.array_equal(second.hidden, whole.hidden[2:])
    assert np.array_equal(second.cell, whole.cell[2:])


def test_a_short_sequence_is_what_it_is_alone_and_its_state_is_held() -> None:
    shape = Shape(time=5, batch=3, inputs=2, blocks=2, cells=2, peepholes=True)
    layer, options = lstm_layer(shape), lstm_options(shape)
    options["lengths"] = lengths = np.array([2, 5, 0])
    together = lstm_forward(*layer, **options)
    options["lengths"] = None
    for n, length in enumerate(lengths[:2]):
        alone = lstm_forward(
            layer.x[:length, n : n + 1],
            *layer[1:4],
            *(layer.hidden[n : n + 1], layer.cell[n : n + 1]),
            **options,
        )
        np.testing.assert_allclose(
            together.hidden[:length, n], alone.hidden[:, 0], rtol=0, atol=FLOAT64_ROUNDING
        )
        np.testing.assert_allclose(
            together.cell[-1, n], alone.cell[-1, 0], rtol=0, atol=FLOAT64_ROUNDING
        )
    assert not together.hidden[2:, 0].any()
    assert np.array_equal(together.cell[-1, 2], layer.cell[2])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", FIXED_SHAPES[4:], ids=str)
def test_the_dtype_that_goes_in_comes_out(shape: Shape, dtype: type[np.floating]) -> None:
    layer, options = lstm_layer(shape).as_type(dtype), lstm_options(shape, dtype=dtype)
    trace = lstm_forward(*layer, **options)
    gradients = lstm_backward(trace, *layer, trace.hidden, trace.cell[-1], **options)
    *arrays, norms, gates = gradients
    assert (norms is None) == (shape.form is None or not shape.block.layer_norm)
    found = [array for array in (*trace, *arrays, *(norms or ()), gates) if array is not None]
    assert len(found) >= len(trace) + 6
    assert {array.dtype for array in found} == {np.dtype(dtype)}
