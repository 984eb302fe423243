"""Every kernel, at every level this machine can run, against the equations in float64."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from karussell import blocks, kernels
from karussell.kernels import Floats, Nonlinearity
from tests.blocks.problems import (
    NONLINEARITIES,
    Layer,
    OutputGradients,
    Shape,
    lstm_layer,
    output_gradients,
    rnn_layer,
)

# Half the distance from 1 to the next float32: what one rounding costs at most, relative.
UNIT_ROUNDOFF = 2.0**-24

# Sizes just below, at and above the widths of panels and tiles, and one above the depth of a block.
SHAPES = [
    Shape(time=1, batch=1, inputs=1, blocks=1),
    Shape(time=3, batch=2, inputs=15, blocks=17),
    Shape(time=5, batch=17, inputs=33, blocks=15),
    Shape(time=4, batch=33, inputs=17, blocks=33),
    Shape(time=3, batch=5, inputs=300, blocks=40),
    Shape(time=2, batch=100, inputs=5, blocks=70),
    Shape(time=3, batch=4, inputs=6, blocks=17, cells=2),
    Shape(time=4, batch=7, inputs=9, blocks=15, cells=4),
    Shape(time=3, batch=13, inputs=33, blocks=33, cells=4),
    Shape(time=3, batch=3, inputs=5, blocks=16, cells=8),
    Shape(time=3, batch=2, inputs=5, blocks=1, cells=8),
    Shape(time=2, batch=2, inputs=3, blocks=5, cells=3),
]


def forward_tolerance(shape: Shape) -> float:
    """Bound the rounding of a hidden state, which is at most 1.

    A net input is a sum of I + H + 1 products of order 1 / sqrt(H) and 1, each rounded once and
    added once; every slope is at most 1, so T steps add up at most.
    """
    return 2 * UNIT_ROUNDOFF * shape.time * (shape.inputs + shape.hidden + 1)


def gradient_tolerance(shape: Shape, gradient: Floats) -> float:
    """Bound the rounding of a gradient, relative to its largest element.

    Its terms went through the forward pass, sums over the gate rows at every step, and a sum over
    all rows of the batch at all steps.
    """
    terms = shape.inputs + shape.hidden + shape.gates + shape.batch
    return 2 * UNIT_ROUNDOFF * shape.time * terms * float(np.abs(gradient).max())


@pytest.fixture(params=kernels.levels())
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    before = kernels.level()
    kernels.use_level(request.param)
    yield request.param
    kernels.use_level(before)


def check_fields(ours: NamedTuple, exact: NamedTuple, shape: Shape) -> None:
    for name, mine, right in zip(ours._fields, ours, exact, strict=True):
        tolerance = gradient_tolerance(shape, right)
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance, err_msg=name)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_memory_blocks_agree_forward_and_backward(shape: Shape, threads: int) -> None:
    layer, grad, cells = lstm_layer(shape), output_gradients(shape), shape.cells
    single = layer.as_type(np.float32)
    exact = blocks.lstm_forward(*layer, cells_per_block=cells)
    trace = kernels.lstm_forward(*single, cells_per_block=cells, threads=threads)
    for name, mine, right in zip(trace._fields, trace, exact, strict=True):
        tolerance = forward_tolerance(shape) * max(1, np.abs(right).max())
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance, err_msg=name)

    gradients = kernels.lstm_backward(
        trace,
        *(single.x, single.weight_ih, single.weight_hh, single.hidden, single.cell),
        *grad.as_type(np.float32),
        cells_per_block=cells,
        threads=threads,
    )
    exact_gradients = blocks.lstm_backward(
        exact,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, layer.cell),
        *grad,
        cells_per_block=cells,
    )
    check_fields(gradients, exact_gradients, shape)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("shape", SHAPES[:6])
def test_a_plain_layer_agrees_forward_and_backward(
    shape: Shape, nonlinearity: Nonlinearity, threads: int
) -> None:
    layer, grad = rnn_layer(shape), output_gradients(shape)
    single, single_grad = layer.as_type(np.float32), grad.as_type(np.float32)
    exact = blocks.rnn_forward(*layer[:5], nonlinearity=nonlinearity)
    outputs = kernels.rnn_forward(*single[:5], nonlinearity=nonlinearity, threads=threads)
    tolerance = forward_tolerance(shape) * max(1, np.abs(exact).max())
    np.testing.assert_allclose(outputs, exact, rtol=0, atol=tolerance)

    gradients = kernels.rnn_backward(
        outputs,
        *(single.x, single.weight_ih, single.weight_hh, single.hidden, single_grad.hidden),
        nonlinearity=nonlinearity,
        threads=threads,
    )
    exact_gradients = blocks.rnn_backward(
        outputs.astype(np.float64),  # so that both see the same units of a relu at rest
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, grad.hidden),
        nonlinearity=nonlinearity,
    )
    check_fields(gradients, exact_gradients, shape)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_number_of_threads_never_changes_a_bit(shape: Shape, threads: int) -> None:
    layer, plain = lstm_layer(shape).as_type(np.float32), rnn_layer(shape).as_type(np.float32)
    grad = output_gradients(shape).as_type(np.float32)
    alone = all_results(shape, layer, plain, grad, 1)
    together = all_results(shape, layer, plain, grad, threads)
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def all_results(
    shape: Shape, layer: Layer, plain: Layer, grad: OutputGradients, threads: int
) -> list[Floats]:
    cells = shape.cells
    trace = kernels.lstm_forward(*layer, cells_per_block=cells, threads=threads)
    gradients = kernels.lstm_backward(
        trace,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, layer.cell),
        *grad,
        cells_per_block=cells,
        threads=threads,
    )
    outputs = kernels.rnn_forward(*plain[:5], threads=threads)
    plain_gradients = kernels.rnn_backward(
        outputs,
        *(plain.x, plain.weight_ih, plain.weight_hh, plain.hidden, grad.hidden),
        threads=threads,
    )
    return [*trace, *gradients, outputs, *plain_gradients]
