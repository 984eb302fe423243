"""Whole sequences through one layer by the equations: what the kernels must agree with.

Arguments and results are those of `karussell.kernels`, in any floating dtype and without threads.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from karussell.blocks.equations import lstm_step
from karussell.blocks.gradients import lstm_step_backward
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
    noise: Noise[Floats] = QUIET,
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    weight_gh: Floats | None = None,
    norms: Norms[Floats] | None = None,
) -> Trace[Floats]:
    """Run a layer of memory blocks over a sequence; see `karussell.kernels.lstm_forward`.

    Beside what that one takes there are ``gates`` before the first step (N, R), if they are fed
    back, zeros if not given; the ``noise`` of training; and all that `LayerWeights` may hold.
    """
    weights = LayerWeights(weight_ih, weight_hh, bias, peepholes, projection, weight_gh, norms)
    state = State(hidden=hidden, cell=cell, gates=_fed_back(weights, gates, len(hidden)))
    steps: list[tuple[Floats, Floats, Floats]] = []
    for t, x_t in enumerate(x):
        step = lstm_step(x_t, state, weights, block=block, noise=noise.at(t))
        alive = _alive(lengths, t)
        shown = np.where(alive, step.gates, 0).astype(x.dtype, copy=False)
        state = State(
            hidden=np.where(alive, step.state.hidden, 0).astype(x.dtype, copy=False),
            cell=np.where(alive, step.state.cell, state.cell),
            gates=step.state.gates,
        )
        steps.append((state.hidden, state.cell, shown))
    return Trace(*map(np.stack, zip(*steps, strict=True)))


def lstm_backward(
    trace: Trace[Floats],
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
    noise: Noise[Floats] = QUIET,
    truncated: bool = False,
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    weight_gh: Floats | None = None,
    norms: Norms[Floats] | None = None,
) -> LSTMGradients:
    """Carry gradients back through what `lstm_forward` did; see `karussell.kernels.lstm_backward`.

    ``truncated`` says whether they are cut off as in 1997; see `lstm_step_backward`.
    """
    weights = LayerWeights(weight_ih, weight_hh, bias, peepholes, projection, weight_gh, norms)
    first = State(hidden=hidden, cell=cell, gates=_fed_back(weights, gates, len(hidden)))
    states = [first, *_states(trace, block)]
    on_x, on_weights = np.empty_like(x), weights.each(np.zeros_like)
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
        on_x[t] = step.x
        for total, array in zip(on_weights.parts, step.weights.parts, strict=True):
            total += array
        later = replace(step.state, cell=np.where(alive, step.state.cell, on_cell))
    return LSTMGradients(
        x=on_x,
        hidden=later.hidden,
        cell=later.cell,
        gates=later.gates,
        **{name: array for name, array in on_weights._asdict().items() if name != "kind"},
    )


def _where(alive: npt.NDArray[np.bool_] | bool, state: State) -> State:
    """The state where sequences go on, zeros elsewhere."""
    return State(
        hidden=np.where(alive, state.hidden, 0),
        cell=np.where(alive, state.cell, 0),
        gates=None if state.gates is None else np.where(alive, state.gates, 0),
    )


def _states(trace: Trace[Floats], block: Block) -> Iterator[State]:
    """The state after each step."""
    for hidden, cell, gates in zip(*trace, strict=True):
        own = own_gates(gates, block) if block.gate_recurrence else None
        yield State(hidden=hidden, cell=cell, gates=own)


def _fed_back(weights: LayerWeights[Floats], gates: Floats | None, batch: int) -> Floats | None:
    """Gates before the first step (N, R), if they are fed back."""
    if weights.weight_gh is None or gates is not None:
        return gates
    return np.zeros((batch, weights.weight_gh.shape[1]), weights.weight_gh.dtype)


def _alive(lengths: npt.NDArray[np.int64] | None, t: int) -> npt.NDArray[np.bool_]:
    """Which sequences have a step t: (N, 1), or (1, 1) for all of them."""
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
    """Run a plain recurrent layer over a sequence; see `karussell.kernels.rnn_forward`."""
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
    """Carry gradients back through what `rnn_forward` did; see `karussell.kernels.rnn_backward`."""
    on_x, later = np.empty_like(x), np.zeros_like(hidden)
    on_weights = [np.zeros_like(weight) for weight in (weight_ih, weight_hh, weight_hh[0])]
    for t in reversed(range(len(x))):
        before = outputs[t - 1] if t > 0 else hidden
        given = outputs[t], x[t], before, weight_ih, weight_hh, grad_hidden[t] + later
        on_x[t], *found, later = rnn_step_backward(*given, nonlinearity=nonlinearity)
        for total, one in zip(on_weights, found, strict=True):
            total += one
    return RNNGradients._make([on_x, *on_weights, later])
