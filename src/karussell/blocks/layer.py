"""Whole sequences through one layer by the equations: what the kernels must agree with.

Arguments and results are those of `karussell.kernels`, in any floating dtype and without threads.
"""

from typing import TypedDict

import numpy as np
import numpy.typing as npt

from karussell.blocks.equations import LSTMStep, LSTMStepGradients, lstm_step, lstm_step_backward
from karussell.blocks.plain_equations import rnn_step, rnn_step_backward
from karussell.blocks.state import State
from karussell.kernels import (
    COMMON_BLOCK,
    Block,
    Floats,
    LSTMGradients,
    Nonlinearity,
    RNNGradients,
    Trace,
)


class _Options(TypedDict):
    peepholes: Floats | None
    projection: Floats | None
    block: Block


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
    lengths: npt.NDArray[np.int64] | None = None,
    block: Block = COMMON_BLOCK,
) -> Trace:
    """Run a layer of memory blocks over a sequence.

    Beyond a sequence's length its state is held: nothing is written, nothing is put out.

    Args:
        x: Inputs (T, N, I), at least one time step.
        weight_ih: Input weights (G, I).
        weight_hh: Recurrent weights (G, P); P is H without a projection.
        bias: Bias (G,).
        hidden: Hidden state before the first step (N, P).
        cell: Cell state before the first step (N, H).
        peepholes: Peephole weights (3, H), or (2, H) if coupled.
        projection: Projection (P, H).
        lengths: Length of each sequence, int64 (N,); T if not given.
        block: S, and whether gates are coupled.
    """
    state = State(hidden=hidden, cell=cell)
    steps: list[LSTMStep] = []
    for t, x_t in enumerate(x):
        step = lstm_step(
            x_t,
            state,
            *(weight_ih, weight_hh, bias),
            peepholes=peepholes,
            projection=projection,
            block=block,
        )
        alive = _alive(lengths, t)
        step = LSTMStep(
            State(
                hidden=np.where(alive, step.state.hidden, 0).astype(x.dtype, copy=False),
                cell=np.where(alive, step.state.cell, state.cell),
            ),
            np.where(alive, step.gates, 0).astype(x.dtype, copy=False),
        )
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
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    lengths: npt.NDArray[np.int64] | None = None,
    block: Block = COMMON_BLOCK,
) -> LSTMGradients:
    """Carry gradients back through what `lstm_forward` did, over the whole sequence.

    Args:
        trace: What `lstm_forward` returned for the same arguments, which the others are.
        x: (T, N, I).
        weight_ih: (G, I).
        weight_hh: (G, P).
        hidden: (N, P).
        cell: (N, H).
        grad_hidden: Gradient on every hidden state from outside (T, N, P).
        grad_cell: Gradient on the last cell state (N, H).
        peepholes: (3, H) or (2, H).
        projection: (P, H).
        lengths: int64 (N,).
        block: S, and whether gates are coupled.
    """
    total = LSTMGradients(
        x=np.empty_like(x),
        weight_ih=np.zeros_like(weight_ih),
        weight_hh=np.zeros_like(weight_hh),
        bias=np.zeros(weight_ih.shape[0], weight_ih.dtype),
        hidden=hidden,
        cell=cell,
        peepholes=None if peepholes is None else np.zeros_like(peepholes),
        projection=None if projection is None else np.zeros_like(projection),
    )
    hiddens, cells = [hidden, *trace.hidden], [cell, *trace.cell]
    options: _Options = {"peepholes": peepholes, "projection": projection, "block": block}
    later = State(hidden=np.zeros_like(hidden), cell=grad_cell)
    for t in reversed(range(len(x))):
        alive = _alive(lengths, t)
        error = np.where(alive, grad_hidden[t] + later.hidden, 0)
        # A state that is held lets its gradient pass, and nothing else has one.
        gradients = lstm_step_backward(
            LSTMStep(State(hidden=hiddens[t + 1], cell=cells[t + 1]), trace.gates[t]),
            np.where(alive, x[t], 0),
            State(hidden=hiddens[t], cell=cells[t]),
            *(weight_ih, weight_hh),
            State(hidden=error, cell=np.where(alive, later.cell, 0)),
            **options,
        )
        _add_step(total, gradients, t)
        held = np.where(alive, gradients.state.cell, later.cell)
        later = State(hidden=gradients.state.hidden, cell=held)
    return total._replace(hidden=later.hidden, cell=later.cell)


def _add_step(total: LSTMGradients, step: LSTMStepGradients, t: int) -> None:
    total.x[t] = step.x
    for name in ("weight_ih", "weight_hh", "bias", "peepholes", "projection"):
        if getattr(total, name) is not None:
            getattr(total, name)[:] += getattr(step, name)


def _alive(lengths: npt.NDArray[np.int64] | None, t: int) -> npt.NDArray[np.bool_]:
    """Say which sequences have a step t: (N, 1), or (1, 1) for all of them."""
    return np.ones((1, 1), np.bool_) if lengths is None else (t < lengths)[:, None]


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
