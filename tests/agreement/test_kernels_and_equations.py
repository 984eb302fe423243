"""Every kernel, at every level this machine can run, against the equations in float64."""

from typing import NamedTuple

import numpy as np
import pytest

from karussell import blocks, kernels
from karussell.kernels import Floats, Nonlinearity, Precision
from tests.blocks.problems import (
    NONLINEARITIES,
    KernelOptions,
    Layer,
    OutputGradients,
    Shape,
    kernel_options,
    lstm_layer,
    output_gradients,
    rnn_layer,
)

PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")

# Half the distance from 1 to the next number: what one rounding costs at most, relative.
FLOAT32_ROUNDOFF = 2.0**-24
BFLOAT16_ROUNDOFF = 2.0**-9

# Sizes just below, at and above the widths of lines and tiles, and some above the depth of a block.
SHAPES = [
    Shape(time=1, batch=1, inputs=1, blocks=1),
    Shape(time=3, batch=2, inputs=15, blocks=17),
    Shape(time=5, batch=17, inputs=33, blocks=15),
    Shape(time=4, batch=33, inputs=17, blocks=33),
    Shape(time=3, batch=5, inputs=300, blocks=40),
    Shape(time=2, batch=100, inputs=5, blocks=70),
    Shape(time=2, batch=3, inputs=1030, blocks=16),
    Shape(time=30, batch=71, inputs=3, blocks=4),
    Shape(time=3, batch=4, inputs=6, blocks=17, cells=2),
    Shape(time=4, batch=7, inputs=9, blocks=15, cells=4),
    Shape(time=3, batch=13, inputs=33, blocks=33, cells=4),
    Shape(time=3, batch=3, inputs=5, blocks=16, cells=8),
    Shape(time=3, batch=2, inputs=5, blocks=1, cells=8),
    Shape(time=2, batch=2, inputs=3, blocks=5, cells=3),
]

# Every option alone and beside every other, in blocks that fill their lines and blocks that do not.
OPTIONS = [
    Shape(4, 5, 19, blocks, cells, coupled, peepholes, projected, lengths)
    for blocks, cells in [(32, 1), (21, 1), (18, 3)]
    for coupled in [False, True]
    for peepholes in [False, True]
    for projected in [0, 23]
    for lengths in [False, True]
    if coupled or peepholes or projected or lengths
]


def roundoff(precision: Precision) -> float:
    return BFLOAT16_ROUNDOFF if precision == "bfloat16" else FLOAT32_ROUNDOFF


def forward_tolerance(shape: Shape, precision: Precision = "float32") -> float:
    """Bound the rounding of a hidden state, which is at most 1.

    A net input is a sum of I + P + 1 products of order 1 / sqrt(H) and 1, each rounded once and
    added once; every slope is at most 1, so T steps add up at most. In bfloat16 the two factors of
    a product are rounded before, and nothing else: errors independent of each other, which add up
    like the root of their number; five times that is reached by one in a million.
    """
    exact = 2 * FLOAT32_ROUNDOFF * shape.time * (shape.inputs + shape.outputs + 1)
    if precision == "float32":
        return exact
    deviation = np.sqrt(2 / 3 * (shape.inputs + shape.outputs) / (3 * shape.hidden))
    return exact + float(5 * BFLOAT16_ROUNDOFF * deviation * shape.time)


def gradient_tolerance(shape: Shape, gradient: Floats, precision: Precision = "float32") -> float:
    """Bound the rounding of a gradient, relative to its largest element.

    Its terms went through the forward pass, sums over the gate rows at every step, and a sum over
    all rows of the batch at all steps. In bfloat16 the two factors of three products in a row,
    forward, back through a step and into a weight, are rounded as well; so the largest of a sum of
    terms with independent errors is off by no more than one of them, and T steps add up.
    """
    terms = shape.inputs + shape.outputs + shape.gates + shape.batch
    error = 2 * FLOAT32_ROUNDOFF * shape.time * terms
    if precision == "bfloat16":
        error += 6 * BFLOAT16_ROUNDOFF * shape.time
    return error * float(np.abs(gradient).max(initial=0))


def check_fields(
    ours: NamedTuple, exact: NamedTuple, shape: Shape, precision: Precision = "float32"
) -> None:
    for name, mine, right in zip(ours._fields, ours, exact, strict=True):
        if right is None:
            assert mine is None
            continue
        tolerance = gradient_tolerance(shape, right, precision)
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance, err_msg=name)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("shape", [*SHAPES, *OPTIONS])
def test_memory_blocks_agree_forward_and_backward(
    shape: Shape, threads: int, precision: Precision
) -> None:
    layer, grad, options = lstm_layer(shape), output_gradients(shape), kernel_options(shape)
    single, single_options = layer.as_type(np.float32), kernel_options(shape, dtype=np.float32)
    exact = blocks.lstm_forward(*layer, **options)
    trace = kernels.lstm_forward(*single, **single_options, precision=precision, threads=threads)
    for name, mine, right in zip(trace._fields, trace, exact, strict=True):
        tolerance = forward_tolerance(shape, precision) * max(1, np.abs(right).max())
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance, err_msg=name)

    gradients = kernels.lstm_backward(
        trace,
        *(single.x, single.weight_ih, single.weight_hh, single.hidden, single.cell),
        *grad.as_type(np.float32),
        **single_options,
        precision=precision,
        threads=threads,
    )
    exact_gradients = blocks.lstm_backward(
        exact,
        *layer,
        *grad,
        **options,
    )
    check_fields(gradients, exact_gradients, shape, precision)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("shape", [*SHAPES[:6], *OPTIONS])
def test_masked_hidden_states_and_gradients_on_all_cells_agree(
    shape: Shape, threads: int, precision: Precision
) -> None:
    random = np.random.default_rng(3)
    layer, grad, options = lstm_layer(shape), output_gradients(shape), kernel_options(shape)
    single, single_options = layer.as_type(np.float32), kernel_options(shape, dtype=np.float32)
    mask = random.choice([0, 1.5], (shape.batch, shape.outputs)).astype(np.float32)
    on_cells = random.standard_normal((shape.time, shape.batch, shape.hidden)).astype(np.float32)
    noise: blocks.Noise[Floats] = blocks.Noise(recurrent=mask.astype(np.float64))
    exact = blocks.lstm_forward(*layer, **options, noise=noise)
    trace = kernels.lstm_forward(
        *single, **single_options, mask=mask, precision=precision, threads=threads
    )
    for name, mine, right in zip(trace._fields, trace, exact, strict=True):
        tolerance = forward_tolerance(shape, precision) * 1.5 * max(1, np.abs(right).max())
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance, err_msg=name)

    gradients = kernels.lstm_backward(
        trace,
        *(single.x, single.weight_ih, single.weight_hh, single.hidden, single.cell),
        *(grad.hidden.astype(np.float32), on_cells),
        **single_options,
        mask=mask,
        precision=precision,
        threads=threads,
    )
    exact_gradients = blocks.lstm_backward(
        exact, *layer, grad.hidden, on_cells.astype(np.float64), **options, noise=noise
    )
    check_fields(gradients, exact_gradients, shape, precision)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("shape", [*SHAPES, *OPTIONS])
def test_a_bfloat16_step_of_numbers_it_can_hold_is_as_exact_as_float32(shape: Shape) -> None:
    # Without a projection a step has no product but that of its inputs.
    shape = shape._replace(time=1, projected=0)
    layer = Layer(*(nearest_bfloat16(array) for array in lstm_layer(shape)))
    exact = blocks.lstm_forward(*layer, **kernel_options(shape))
    trace = kernels.lstm_forward(
        *layer.as_type(np.float32), **kernel_options(shape, dtype=np.float32), precision="bfloat16"
    )
    for name, mine, right in zip(trace._fields, trace, exact, strict=True):
        tolerance = forward_tolerance(shape) * max(1, np.abs(right).max())
        np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance, err_msg=name)


def nearest_bfloat16(array: Floats) -> Floats:
    """Round to 8 significant bits, to nearest."""
    mantissa, exponent = np.frexp(array)
    return np.ldexp(np.round(mantissa * 256) / 256, exponent)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_what_lies_beyond_a_sequence_is_never_looked_at(precision: Precision) -> None:
    shape = Shape(5, 6, 7, 18, cells=2, peepholes=True, projected=5, lengths=True)
    layer, grad = lstm_layer(shape).as_type(np.float32), output_gradients(shape)
    options = kernel_options(shape, dtype=np.float32)
    lengths = options["lengths"]
    assert lengths is not None
    assert lengths.min() < shape.time
    beyond = np.arange(shape.time)[:, None] >= lengths
    expected = run_lstm(layer, grad.as_type(np.float32), options, precision)
    layer.x[beyond], grad.hidden[beyond] = np.nan, np.nan
    results = run_lstm(layer, grad.as_type(np.float32), options, precision)
    assert all(np.array_equal(a, b) for a, b in zip(results, expected, strict=True))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("lengths", [[9, 7, 7, 4, 1, 0], [0, 1, 4, 7, 7, 9], [3, 2, 2, 1, 1, 0]])
@pytest.mark.parametrize("projected", [0, 5])
def test_sequences_in_order_of_length_give_what_each_gives_alone(
    lengths: list[int], projected: int, precision: Precision, level: str
) -> None:
    shape = Shape(9, 6, 7, 18, cells=2, projected=projected, lengths=True)
    layer, grad = lstm_layer(shape).as_type(np.float32), output_gradients(shape)
    grad = grad.as_type(np.float32)
    options = kernel_options(shape, dtype=np.float32)
    options["lengths"] = np.array(lengths)
    together = run_lstm(layer, grad, options, precision)
    for n, length in enumerate(lengths):
        row = slice(n, n + 1)
        alone = layer._replace(
            x=layer.x[:, row].copy(), hidden=layer.hidden[row].copy(), cell=layer.cell[row].copy()
        )
        own = grad._replace(hidden=grad.hidden[:, row].copy(), cell=grad.cell[row].copy())
        options["lengths"] = np.array([length])
        single = run_lstm(alone, own, options, precision)
        # Of the trace and the gradient on x one of the batch, of those on the first states one row.
        pairs = [(together[number][:, row], single[number]) for number in range(4)]
        pairs += [(together[number][row], single[number]) for number in (7, 8)]
        for mine, right in pairs:
            # The matrix unit adds in another order, and only many rows go through it.
            by_unit = level == "amx" and precision == "bfloat16"
            tolerance = forward_tolerance(shape, precision) * max(1, np.abs(right).max())
            np.testing.assert_allclose(mine, right, rtol=0, atol=tolerance if by_unit else 0)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("shape", SHAPES[:6])
def test_a_plain_layer_agrees_forward_and_backward(
    shape: Shape, nonlinearity: Nonlinearity, threads: int, precision: Precision
) -> None:
    layer, grad = rnn_layer(shape), output_gradients(shape)
    single, single_grad = layer.as_type(np.float32), grad.as_type(np.float32)
    exact = blocks.rnn_forward(*layer[:5], nonlinearity=nonlinearity)
    outputs = kernels.rnn_forward(
        *single[:5], nonlinearity=nonlinearity, precision=precision, threads=threads
    )
    tolerance = forward_tolerance(shape, precision) * max(1, np.abs(exact).max())
    np.testing.assert_allclose(outputs, exact, rtol=0, atol=tolerance)

    gradients = kernels.rnn_backward(
        outputs,
        *(single.x, single.weight_ih, single.weight_hh, single.hidden, single_grad.hidden),
        nonlinearity=nonlinearity,
        precision=precision,
        threads=threads,
    )
    exact_gradients = blocks.rnn_backward(
        outputs.astype(np.float64),  # so that both see the same units of a relu at rest
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, grad.hidden),
        nonlinearity=nonlinearity,
    )
    check_fields(gradients, exact_gradients, shape, precision)


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("shape", [*SHAPES, OPTIONS[-1]])
def test_the_number_of_threads_never_changes_a_bit_of_memory_blocks(
    shape: Shape, threads: int, precision: Precision
) -> None:
    layer, grad = lstm_layer(shape).as_type(np.float32), output_gradients(shape)
    options, single = kernel_options(shape, dtype=np.float32), grad.as_type(np.float32)
    alone = run_lstm(layer, single, options, precision)
    together = run_lstm(layer, single, options, precision, threads)
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("shape", SHAPES[:6])
def test_the_number_of_threads_never_changes_a_bit_of_a_plain_layer(
    shape: Shape, threads: int, precision: Precision
) -> None:
    plain = rnn_layer(shape).as_type(np.float32)
    grad = output_gradients(shape).as_type(np.float32)
    alone, together = (run_rnn(plain, grad, precision, n) for n in (1, threads))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def run_lstm(
    layer: Layer,
    grad: OutputGradients,
    options: KernelOptions,
    precision: Precision,
    threads: int = 1,
) -> list[Floats]:
    trace = kernels.lstm_forward(*layer, **options, precision=precision, threads=threads)
    gradients = kernels.lstm_backward(
        trace,
        *(layer.x, layer.weight_ih, layer.weight_hh, layer.hidden, layer.cell),
        *grad,
        **options,
        precision=precision,
        threads=threads,
    )
    return [array for array in (*trace, *gradients[:8]) if array is not None]


def run_rnn(
    plain: Layer, grad: OutputGradients, precision: Precision, threads: int
) -> list[Floats]:
    outputs = kernels.rnn_forward(*plain[:5], precision=precision, threads=threads)
    gradients = kernels.rnn_backward(
        outputs,
        *(plain.x, plain.weight_ih, plain.weight_hh, plain.hidden, grad.hidden),
        precision=precision,
        threads=threads,
    )
    return [outputs, *gradients]
