"""Layers over a whole sequence, forward and backward. All arrays float32, C-contiguous."""

from typing import Any

import numpy as np
import numpy.typing as npt

from karussell.kernels import _native
from karussell.kernels.block import COMMON_BLOCK, Block, Precision
from karussell.kernels.checks import (
    Nonlinearity,
    check_array,
    check_dimensions,
    check_threads,
    is_bfloat16,
    is_relu,
)
from karussell.kernels.memory import empty
from karussell.kernels.results import Floats, LSTMGradients, RNNGradients, Trace


def lstm_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    cell: Floats,
    *,
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    mask: Floats | None = None,
    lengths: npt.NDArray[np.int64] | None = None,
    block: Block = COMMON_BLOCK,
    precision: Precision = "float32",
    threads: int = 1,
) -> Trace[Floats]:
    """Run a layer of memory blocks over a sequence.

    Args:
        x: Inputs (T, N, I).
        weight_ih: Input weights (G, I).
        weight_hh: Recurrent weights (G, P); P is H without a projection.
        bias: Bias (G,).
        hidden: Hidden state before the first step (N, P).
        cell: Cell state before the first step (N, H).
        peepholes: Weights from the cells to the input, forget and output gate of their own block
            (3, H), without the input gate (2, H) if coupled.
        projection: From the cell outputs to the hidden state (P, H).
        mask: What hidden states are multiplied by where net inputs see them, at every step alike
            (N, P): recurrent dropout.
        lengths: How long each sequence is, int64 (N,), in any order; T if not given.
        block: What the blocks are made of; see `Block.for_kernels`.
        precision: The number format of all products.
        threads: How many threads to use; the result does not depend on it.

    Returns:
        What the layer did. Beyond a sequence's length hidden states and gates are zero, and cell
        states those of its last step.

    Raises:
        TypeError: An array is not float32, or lengths not int64.
        ValueError: A shape does not fit, an array is not contiguous, a length is not 0 to T, or
            the kernels cannot run such blocks.
    """
    given = x, weight_ih, weight_hh, hidden, cell
    shapes = _check(*given, peepholes, projection, mask, lengths, block, threads)
    check_array("bias", bias, (weight_ih.shape[0],))
    trace = Trace(*map(empty, shapes))
    _native.lstm_forward(
        x, weight_ih, weight_hh, bias, hidden, cell, peepholes, projection, mask, lengths,
        *trace, block.cells, block.coupled, is_bfloat16(precision), threads,
    )  # fmt: skip
    return trace


def lstm_backward(
    trace: Trace[Floats],
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    cell: Floats,
    grad_hidden: Floats,
    grad_cell: Floats,
    *,
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    mask: Floats | None = None,
    lengths: npt.NDArray[np.int64] | None = None,
    block: Block = COMMON_BLOCK,
    precision: Precision = "float32",
    threads: int = 1,
) -> LSTMGradients:
    """Carry gradients back through what `lstm_forward` did, over the whole sequence.

    ``trace`` is what that gave; ``grad_hidden`` the gradient on every hidden state from outside
    (T, N, P), where what lies beyond a sequence's length is not looked at; ``grad_cell`` that on
    the last cell state (N, H), or on the cell state of every step (T, N, H). All others are the
    arguments of `lstm_forward`, and so are its errors.
    """
    given = x, weight_ih, weight_hh, hidden, cell
    shapes = _check(*given, peepholes, projection, mask, lengths, block, threads)
    for name, array, shape in zip(trace._fields, trace, shapes, strict=True):
        check_array(f"trace.{name}", array, shape)
    every = grad_cell.ndim == 3
    check_array("grad_hidden", grad_hidden, trace.hidden.shape)
    check_array("grad_cell", grad_cell, trace.cell.shape if every else cell.shape)
    last = grad_cell[-1] if every else grad_cell
    gradients = LSTMGradients(
        x=empty(x.shape),
        weight_ih=empty(weight_ih.shape),
        weight_hh=empty(weight_hh.shape),
        bias=empty(weight_ih.shape[:1]),
        hidden=empty(hidden.shape),
        cell=empty(cell.shape),
        peepholes=None if peepholes is None else empty(peepholes.shape),
        projection=None if projection is None else empty(projection.shape),
    )
    _native.lstm_backward(
        *trace, *given, peepholes, projection, mask, lengths,
        grad_hidden, last, grad_cell if every else None, *gradients[:6],
        gradients.peepholes, gradients.projection, block.cells, block.coupled,
        is_bfloat16(precision), threads,
    )  # fmt: skip
    return gradients


def _check(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    cell: Floats,
    peepholes: Floats | None,
    projection: Floats | None,
    mask: Floats | None,
    lengths: npt.NDArray[Any] | None,
    block: Block,
    threads: int,
) -> list[tuple[int, ...]]:
    """The shapes of a trace, after a check of what both directions are given."""
    check_threads(threads)
    check_dimensions("x", x, 3)
    check_dimensions("hidden", hidden, 2)
    (time, batch, inputs), (_, outputs) = x.shape, hidden.shape
    size = outputs
    if projection is not None:
        check_dimensions("projection", projection, 2)
        size = projection.shape[1]
        check_array("projection", projection, (outputs, size))
    rows = block.gate_rows(size)
    if not block.for_kernels:
        raise ValueError(f"the kernels cannot run {block}; karussell.blocks can")
    check_array("x", x, x.shape)
    check_array("weight_ih", weight_ih, (rows, inputs))
    check_array("weight_hh", weight_hh, (rows, outputs))
    check_array("hidden", hidden, (batch, outputs))
    check_array("cell", cell, (batch, size))
    if peepholes is not None:
        check_array("peepholes", peepholes, (block.gates, size))
    if lengths is not None:
        check_array("lengths", lengths, (batch,), "int64")
        if lengths.min() < 0 or lengths.max() > time:
            raise ValueError(
                f"lengths are {lengths.min()} to {lengths.max()}, expected 0 to {time}"
            )
    if mask is not None:
        check_array("mask", mask, hidden.shape)
    return [(time, batch, width) for width in (outputs, size, rows)]


def rnn_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
    precision: Precision = "float32",
    threads: int = 1,
) -> Floats:
    """Run a plain recurrent layer over a sequence.

    Args:
        x: Inputs (T, N, I).
        weight_ih: Input weights (H, I).
        weight_hh: Recurrent weights (H, H).
        bias: Bias (H,).
        hidden: Hidden state before the first step (N, H).
        nonlinearity: "tanh" or "relu".
        precision: The number format of all products.
        threads: How many threads to use; the result does not depend on it.

    Returns:
        The hidden states (T, N, H).

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    how = is_relu(nonlinearity), is_bfloat16(precision), threads
    _check_rnn(x, weight_ih, weight_hh, hidden, threads)
    check_array("bias", bias, (hidden.shape[1],))
    outputs = empty((x.shape[0], *hidden.shape))
    _native.rnn_forward(x, weight_ih, weight_hh, bias, hidden, outputs, *how)
    return outputs


def rnn_backward(
    outputs: Floats,
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    grad_hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
    precision: Precision = "float32",
    threads: int = 1,
) -> RNNGradients:
    """Carry gradients back through what `rnn_forward` did, over the whole sequence.

    ``outputs`` is what that gave, and ``grad_hidden`` the gradient on every hidden state from
    outside (T, N, H). All others are the arguments of `rnn_forward`, and so are its errors.
    """
    how = is_relu(nonlinearity), is_bfloat16(precision), threads
    _check_rnn(x, weight_ih, weight_hh, hidden, threads)
    check_array("outputs", outputs, (x.shape[0], *hidden.shape))
    check_array("grad_hidden", grad_hidden, outputs.shape)
    like = x, weight_ih, weight_hh, weight_ih[:, 0], hidden
    gradients = RNNGradients(*(empty(array.shape) for array in like))
    _native.rnn_backward(*(outputs, x, weight_ih, weight_hh, hidden, grad_hidden), *gradients, *how)
    return gradients


def _check_rnn(
    x: Floats, weight_ih: Floats, weight_hh: Floats, hidden: Floats, threads: int
) -> None:
    check_threads(threads)
    check_dimensions("x", x, 3)
    check_dimensions("hidden", hidden, 2)
    (_, batch, inputs), size = x.shape, hidden.shape[1]
    check_array("x", x, x.shape)
    check_array("weight_ih", weight_ih, (size, inputs))
    check_array("weight_hh", weight_hh, (size, size))
    check_array("hidden", hidden, (batch, size))
