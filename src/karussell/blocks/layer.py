"""Whole sequences through one layer by the equations: what the kernels must agree with.

Arguments and results are those of `karussell.kernels`, in any floating dtype and without threads.
"""

import numpy as np

from karussell.blocks.equations import (
    LSTMStep,
    lstm_step,
    lstm_step_backward,
    rnn_step,
    rnn_step_backward,
)
from karussell.blocks.state import State
from karussell.kernels import Floats, LSTMGradients, Nonlinearity, RNNGradients, Trace


def lstm_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    cell: Floats,
    *,
    cells_per_block: int = 1,
) -> Trace:
    """Run a layer of memory blocks over a sequence.

    Args:
        x: Inputs (T, N, I), at least one time step.
        weight_ih: Input weights (G, I).
        weight_hh: Recurrent weights (G, H).
        bias: Bias (G,).
        hidden: Hidden state before the first step (N, H).
        cell: Cell state before the first step (N, H).
        cells_per_block: S, a divisor of H.
    """
    state = State(hidden=hidden, cell=cell)
    steps: list[LSTMStep] = []
    for x_t in x:
        step = lstm_step(x_t, state, weight_ih, weight_hh, bias, cells_per_block=cells_per_block)
        steps.append(step)
        state = step.state
    return Trace(
        hidden=np.stack([step.state.hidden for step in steps]),
        cell=np.stack([step.state.cell for step in steps]),
        gates=np.stack([step.gates for step in steps]),
    )


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
    """
    grad_x = np.empty_like(x)
    grad_ih, grad_hh = np.zeros_like(weight_ih), np.zeros_like(weight_hh)
    grad_bias = np.zeros(weight_hh.shape[0], weight_hh.dtype)
    later = State(hidden=np.zeros_like(hidden), cell=grad_cell)
    for t in reversed(range(len(x))):
        before = (
            State(hidden=trace.hidden[t - 1], cell=trace.cell[t - 1])
            if t > 0
            else State(hidden=hidden, cell=cell)
        )
        gradients = lstm_step_backward(
            LSTMStep(State(hidden=trace.hidden[t], cell=trace.cell[t]), trace.gates[t]),
            x[t],
            before,
            weight_ih,
            weight_hh,
            State(hidden=grad_hidden[t] + later.hidden, cell=later.cell),
            cells_per_block=cells_per_block,
        )
        grad_x[t] = gradients.x
        grad_ih += gradients.weight_ih
        grad_hh += gradients.weight_hh
        grad_bias += gradients.bias
        later = gradients.state
    return LSTMGradients(grad_x, grad_ih, grad_hh, grad_bias, later.hidden, later.cell)


def rnn_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
) -> Floats:
    """Run a plain recurrent layer over a sequence; return its hidden states (T, N, H).

    Args:
        x: Inputs (T, N, I), at least one time step.
        weight_ih: Input weights (H, I).
        weight_hh: Recurrent weights (H, H).
        bias: Bias (H,).
        hidden: Hidden state before the first step (N, H).
        nonlinearity: "tanh" or "relu".
    """
    outputs: list[Floats] = []
    for x_t in x:
        hidden = rnn_step(x_t, hidden, weight_ih, weight_hh, bias, nonlinearity=nonlinearity)
        outputs.append(hidden)
    return np.stack(outputs)


def rnn_backward(
    outputs: Floats,
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    hidden: Floats,
    grad_hidden: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
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
    """
    grad_x = np.empty_like(x)
    grad_ih, grad_hh = np.zeros_like(weight_ih), np.zeros_like(weight_hh)
    grad_bias = np.zeros(weight_hh.shape[0], weight_hh.dtype)
    later = np.zeros_like(hidden)
    for t in reversed(range(len(x))):
        gradients = rnn_step_backward(
            outputs[t],
            x[t],
            outputs[t - 1] if t > 0 else hidden,
            weight_ih,
            weight_hh,
            grad_hidden[t] + later,
            nonlinearity=nonlinearity,
        )
        grad_x[t] = gradients.x
        grad_ih += gradients.weight_ih
        grad_hh += gradients.weight_hh
        grad_bias += gradients.bias
        later = gradients.hidden
    return RNNGradients(grad_x, grad_ih, grad_hh, grad_bias, later)
