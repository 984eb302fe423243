"""Whole sequences through one layer by the equations: what the kernels must agree with.

Arguments and results are those of `karussell.kernels`, in any floating dtype and without threads.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from karussell.blocks.equations import LSTMStep, lstm_step
from karussell.blocks.gradients import LSTMStepGradients, lstm_step_backward
from karussell.blocks.normalisation import Norms
from karussell.blocks.order import own_gates
from karussell.blocks.plain_equations import rnn_step, rnn_step_backward
from karussell.blocks.state import State
from karussell.blocks.weights import QUIET, LayerWeights, Noise
from karussell.kernels import (
    COMMON_BLOCK,
    Block,
    Floats,
    LSTMGradients,
    Nonlinearity,
    RNNGradients,
    Trace,
)


class Extras(TypedDict, total=False):
    """What a layer may have beside its common weights, by the names of the arguments.

    Attributes:
        peepholes: From cells to the gates of their own block (3, H) or (2, H).
        projection: From cell outputs to the hidden state (P, H).
        weight_gh: From the gates of the step before to net inputs (G, R).
        norms: Gains and bias of a normalised layer.
    """

    peepholes: Floats | None
    projection: Floats | None
    weight_gh: Floats | None
    norms: Norms | None


def lstm_forward(
    x: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    hidden: Floats,
    cell: Floats,
    *,
    gates: Floats | None = None,
    lengths: npt.NDArray[np.int64] | None = None,
    block: Block = COMMON_BLOCK,
    noise: Noise = QUIET,
    **extras: Unpack[Extras],
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
        gates: Gates before the first step (N, R), if they are fed back; zeros if not given.
        lengths: Length of each sequence, int64 (N,); T if not given.
        block: What the blocks are made of.
        noise: What training does at random.
        **extras: Weights that not every layer has.
    """
    weights = LayerWeights(weight_ih, weight_hh, bias, **extras)
    state = State(hidden=hidden, cell=cell, gates=_fed_back(weights, gates, len(hidden)))
    steps: list[LSTMStep] = []
    for t, x_t in enumerate(x):
        step = lstm_step(x_t, state, weights, block=block, noise=noise.at(t))
        alive = _alive(lengths, t)
        shown = np.where(alive, step.gates, 0).astype(x.dtype, copy=False)
        state = State(
            hidden=np.where(alive, step.state.hidden, 0).astype(x.dtype, copy=False),
            cell=np.where(alive, step.state.cell, state.cell),
            gates=step.state.gates,
        )
        steps.append(LSTMStep(state, shown))
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
    bias: Floats,
    hidden: Floats,
    cell: Floats,
    grad_hidden: Floats,
    grad_cell: Floats,
    *,
    gates: Floats | None = None,
    lengths: npt.NDArray[np.int64] | None = None,
    block: Block = COMMON_BLOCK,
    noise: Noise = QUIET,
    truncated: bool = False,
    **extras: Unpack[Extras],
) -> LSTMGradients:
    """Carry gradients back through what `lstm_forward` did, over the whole sequence.

    Args:
        trace: What `lstm_forward` returned for the same arguments, which the others are.
        x: (T, N, I).
        weight_ih: (G, I).
        weight_hh: (G, P).
        bias: (G,).
        hidden: (N, P).
        cell: (N, H).
        grad_hidden: Gradient on every hidden state from outside (T, N, P).
        grad_cell: Gradient on the last cell state (N, H), or on that of every step (T, N, H).
        gates: (N, R).
        lengths: int64 (N,).
        block: What the blocks are made of.
        noise: What the run was done with.
        truncated: Whether gradients are cut off as in 1997; see `lstm_step_backward`.
        **extras: Weights that not every layer has.
    """
    weights = LayerWeights(weight_ih, weight_hh, bias, **extras)
    first = State(hidden=hidden, cell=cell, gates=_fed_back(weights, gates, len(hidden)))
    states = [first, *_states(trace, block)]
    total = _zeros(x, weights)
    every = grad_cell.ndim == 3
    later = _where(False, first)
    if not every:
        later = replace(later, cell=grad_cell)
    for t in reversed(range(len(x))):
        alive = _alive(lengths, t)
        on_cell = later.cell + grad_cell[t] if every else later.cell
        on = replace(later, hidden=grad_hidden[t] + later.hidden, cell=on_cell)
        # A state that is held lets its gradient pass, and nothing else has one.
        read, grad = np.where(alive, x[t], 0), _where(alive, on)
        step = lstm_step_backward(
            read, states[t], weights, grad, block=block, noise=noise.at(t), truncated=truncated
        )
        _add_step(total, step, t)
        later = replace(step.state, cell=np.where(alive, step.state.cell, on_cell))
    return total._replace(hidden=later.hidden, cell=later.cell, gates=later.gates)


def _where(alive: npt.NDArray[np.bool_] | bool, state: State) -> State:
    """The state where sequences go on, zeros elsewhere."""
    return State(
        hidden=np.where(alive, state.hidden, 0).astype(state.hidden.dtype, copy=False),
        cell=np.where(alive, state.cell, 0).astype(state.cell.dtype, copy=False),
        gates=None
        if state.gates is None
        else np.where(alive, state.gates, 0).astype(state.gates.dtype, copy=False),
    )


def _states(trace: Trace, block: Block) -> Iterator[State]:
    """The state after each step."""
    for hidden, cell, gates in zip(*trace, strict=True):
        own = own_gates(gates, block) if block.gate_recurrence else None
        yield State(hidden=hidden, cell=cell, gates=own)


def _fed_back(weights: LayerWeights, gates: Floats | None, batch: int) -> Floats | None:
    """Gates before the first step (N, R), if they are fed back."""
    if weights.weight_gh is None or gates is not None:
        return gates
    return np.zeros((batch, weights.weight_gh.shape[1]), weights.weight_gh.dtype)


def _zeros(x: Floats, weights: LayerWeights) -> LSTMGradients:
    """Gradients to add to; those of the state are to follow."""

    def like(array: Floats | None) -> Floats | None:
        return None if array is None else np.zeros_like(array)

    norms = weights.norms
    return LSTMGradients(
        x=np.empty_like(x),
        weight_ih=np.zeros_like(weights.weight_ih),
        weight_hh=np.zeros_like(weights.weight_hh),
        bias=np.zeros_like(weights.bias),
        hidden=x,
        cell=x,
        peepholes=like(weights.peepholes),
        projection=like(weights.projection),
        weight_gh=like(weights.weight_gh),
        norms=None if norms is None else tuple(map(np.zeros_like, norms)),
    )


def _add_step(total: LSTMGradients, step: LSTMStepGradients, t: int) -> None:
    total.x[t] = step.x
    *arrays, norms = step.weights
    names = ("weight_ih", "weight_hh", "bias", "peepholes", "projection", "weight_gh")
    for name, array in zip(names, arrays, strict=True):
        if array is not None:
            getattr(total, name)[:] += array
    for sum_, array in zip(total.norms or (), norms or (), strict=True):
        sum_ += array


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
