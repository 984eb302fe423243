"""Whole sequences through one layer, forward and backward. All arrays float32, C-contiguous."""

import numpy as np

from karussell import _native
from karussell.kernels.checks import (
    Nonlinearity,
    check_array,
    check_dimensions,
    check_threads,
    gate_rows,
    is_relu,
)
from karussell.kernels.results import Floats, LSTMGradients, RNNGradients, Trace


def lstm_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    cell: Floats,
    *,
    cells_per_block: int = 1,
    threads: int = 1,
) -> Trace:
    """Run a layer of memory blocks over a sequence.

    Args:
        x: Inputs (T, N, I).
        weight_ih: Input weights (G, I).
        weight_hh: Recurrent weights (G, H).
        bias: Bias (G,).
        hidden: Hidden state before the first step (N, H).
        cell: Cell state before the first step (N, H).
        cells_per_block: S, a divisor of H.
        threads: How many threads to use; the result does not depend on it.

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    _check_lstm(x, weight_ih, weight_hh, hidden, cell, cells_per_block, threads)
    time, batch, _ = x.shape
    shape = (time, batch, hidden.shape[1])
    check_array("bias", bias, (weight_ih.shape[0],))
    gates = np.empty((time, batch, weight_ih.shape[0]), np.float32)
    trace = Trace(np.empty(shape, np.float32), np.empty(shape, np.float32), gates)
    _native.lstm_forward(
        x, weight_ih, weight_hh, bias, hidden, cell, *trace, cells_per_block, threads
    )
    return trace


def lstm_backward(
    trace: Trace,
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    cell: Floats,
    grad_hidden: Floats,
    grad_cell: Floats,
    *,
    cells_per_block: int = 1,
    threads: int = 1,
) -> LSTMGradients:
    """Carry gradients back through what `lstm_forward` did, over the whole sequence.

    Args:
        trace: What `lstm_forward` returned for the same arguments.
        x: Inputs (T, N, I).
        weight_ih: Input weights (G, I).
        weight_hh: Recurrent weights (G, H).
        hidden: Hidden state before the first step (N, H).
        cell: Cell state before the first step (N, H).
        grad_hidden: Gradient on every hidden state from outside (T, N, H).
        grad_cell: Gradient on the last cell state (N, H).
        cells_per_block: S, a divisor of H.
        threads: How many threads to use; the result does not depend on it.

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    _check_lstm(x, weight_ih, weight_hh, hidden, cell, cells_per_block, threads)
    time, batch, _ = x.shape
    rows, size = weight_hh.shape
    check_array("trace.hidden", trace.hidden, (time, batch, size))
    check_array("trace.cell", trace.cell, (time, batch, size))
    check_array("trace.gates", trace.gates, (time, batch, rows))
    check_array("grad_hidden", grad_hidden, (time, batch, size))
    check_array("grad_cell", grad_cell, (batch, size))
    gradients = LSTMGradients(
        x=np.empty_like(x),
        weight_ih=np.empty_like(weight_ih),
        weight_hh=np.empty_like(weight_hh),
        bias=np.empty(rows, np.float32),
        hidden=np.empty_like(hidden),
        cell=np.empty_like(cell),
    )
    _native.lstm_backward(
        *(*trace, x, weight_ih, weight_hh, hidden, cell, grad_hidden, grad_cell),
        *gradients,
        cells_per_block,
        threads,
    )
    return gradients


def rnn_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
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
        threads: How many threads to use; the result does not depend on it.

    Returns:
        The hidden states (T, N, H).

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    relu = is_relu(nonlinearity)
    _check_rnn(x, weight_ih, weight_hh, hidden, threads)
    check_array("bias", bias, (hidden.shape[1],))
    outputs = np.empty((x.shape[0], *hidden.shape), np.float32)
    _native.rnn_forward(x, weight_ih, weight_hh, bias, hidden, outputs, relu, threads)
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
    threads: int = 1,
) -> RNNGradients:
    """Carry gradients back through what `rnn_forward` did, over the whole sequence.

    Args:
        outputs: What `rnn_forward` returned for the same arguments (T, N, H).
        x: Inputs (T, N, I).
        weight_ih: Input weights (H, I).
        weight_hh: Recurrent weights (H, H).
        hidden: Hidden state before the first step (N, H).
        grad_hidden: Gradient on every hidden state from outside (T, N, H).
        nonlinearity: "tanh" or "relu".
        threads: How many threads to use; the result does not depend on it.

    Raises:
        TypeError: An array is not float32.
        ValueError: A shape does not fit, or an array is not contiguous.
    """
    relu = is_relu(nonlinearity)
    _check_rnn(x, weight_ih, weight_hh, hidden, threads)
    check_array("outputs", outputs, (x.shape[0], *hidden.shape))
    check_array("grad_hidden", grad_hidden, outputs.shape)
    gradients = RNNGradients(
        x=np.empty_like(x),
        weight_ih=np.empty_like(weight_ih),
        weight_hh=np.empty_like(weight_hh),
        bias=np.empty(weight_hh.shape[0], np.float32),
        hidden=np.empty_like(hidden),
    )
    _native.rnn_backward(
        *(outputs, x, weight_ih, weight_hh, hidden, grad_hidden), *gradients, relu, threads
    )
    return gradients


def _check_lstm(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    cell: Floats,
    cells_per_block: int,
    threads: int,
) -> None:
    check_threads(threads)
    check_dimensions("x", x, 3)
    check_dimensions("hidden", hidden, 2)
    (_, batch, inputs), size = x.shape, hidden.shape[1]
    rows = gate_rows(size, cells_per_block)
    check_array("x", x, x.shape)
    check_array("weight_ih", weight_ih, (rows, inputs))
    check_array("weight_hh", weight_hh, (rows, size))
    check_array("hidden", hidden, (batch, size))
    check_array("cell", cell, (batch, size))


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
