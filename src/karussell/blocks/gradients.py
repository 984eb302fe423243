"""Gradients of one time step of a memory block; sources and letters as in `equations`."""

from typing import NamedTuple

import numpy as np

from karussell.blocks.activations import slope
from karussell.blocks.equations import (
    StepParts,
    clip,
    each,
    seen,
    split_peepholes,
    step_parts,
    total,
)
from karussell.blocks.normalisation import Norms, normalise_backward
from karussell.blocks.order import by_gate, join, split_gates
from karussell.blocks.state import State
from karussell.blocks.weights import QUIET, LayerWeights, Noise
from karussell.kernels import COMMON_BLOCK, Block, Floats


class LSTMStepGradients(NamedTuple):
    """Gradients of one time step of memory blocks: on its inputs, weights and the state before."""

    x: Floats
    weights: LayerWeights[Floats]
    state: State


class BlockErrors(NamedTuple):
    """Gradients inside memory blocks.

    Attributes:
        delta: On all net inputs (N, G).
        cell: On the cell state before the step (N, H).
        peepholes: On the peephole weights (3, H) or (2, H), if there are any.
        norm: On gain and bias of the cells' normalisation (H,), if there is one.
    """

    delta: Floats
    cell: Floats
    peepholes: Floats | None
    norm: tuple[Floats, Floats] | None


def lstm_step_backward(
    x: Floats,
    state: State,
    weights: LayerWeights[Floats],
    grad: State,
    *,
    block: Block = COMMON_BLOCK,
    noise: Noise[Floats] = QUIET,
    truncated: bool = False,
) -> LSTMStepGradients:
    r"""Carry gradients back through one time step of memory blocks.

    With $\epsilon^y$, $\epsilon^s$ and $\epsilon^r$ the gradients on y(t), s(t) and fed-back gates
    r(t) from everything later, and the errors $\delta$ of `block_errors`:

    $$\epsilon^m = W_{hr}^T \epsilon^y \text{ or } \epsilon^y, \quad
      \epsilon^y(t-1) = \mu \odot W_{hh}^T \delta, \quad \epsilon^r(t-1) = W_{gh}^T \delta, \quad
      \epsilon^x = W_{ih}^T \delta$$
    $$\nabla W_{ih} = \delta\, x^T, \quad \nabla W_{hh} = \delta\, (\mu \odot y(t-1))^T, \quad
      \nabla W_{gh} = \delta\, r(t-1)^T, \quad
      \nabla \beta = \delta, \quad \nabla W_{hr} = \epsilon^y m^T$$

    A normalised layer carries $\delta$ through its normalisations first. Truncated (HS97 equations
    12 to 15 and appendix; GS00), an error that reaches a net input changes the weights into it and
    goes no further back in time: $\epsilon^y(t-1) = 0$, $\epsilon^r(t-1) = 0$, and none returns to
    the cells through peepholes. Only the carousel carries errors back then.

    Args:
        x: Inputs (N, I).
        state: The state before the step.
        weights: The weights.
        grad: $\epsilon^y$ (N, P), $\epsilon^s$ (N, H) and, if gates are fed back, $\epsilon^r$
            (N, R).
        block: What it is made of.
        noise: What the step was run with.
        truncated: Whether gradients are cut off as in 1997.

    Returns:
        The gradients, those of weights summed over the batch.
    """
    parts = step_parts(x, state, weights, block, noise)
    grad_y = (1 - noise.kept_hidden) * grad.hidden
    after = State(
        hidden=grad_y if weights.projection is None else grad_y @ weights.projection,
        cell=(1 - noise.kept_cell) * grad.cell,
        gates=grad.gates,
    )
    errors = block_errors(parts, state.cell, weights, after, block, truncated=truncated)
    on, delta_x, delta_y = _weight_gradients(x, state, weights, parts, errors, grad_y, noise)
    carried, gates = 0 if truncated else 1, weights.weight_gh
    back = delta_y @ weights.weight_hh * (1.0 if noise.recurrent is None else noise.recurrent)
    return LSTMStepGradients(
        x=delta_x @ weights.weight_ih,
        weights=on,
        state=State(
            hidden=carried * back + noise.kept_hidden * grad.hidden,
            cell=errors.cell + noise.kept_cell * grad.cell,
            gates=None if gates is None else carried * (errors.delta @ gates),
        ),
    )


def _weight_gradients(
    x: Floats,
    state: State,
    weights: LayerWeights[Floats],
    parts: StepParts,
    errors: BlockErrors,
    grad_y: Floats,
    noise: Noise[Floats],
) -> tuple[LayerWeights[Floats], Floats, Floats]:
    """Gradients on the weights, and on what inputs and the hidden state contribute (N, G)."""
    delta = delta_x = delta_y = errors.delta
    norms = None
    if weights.norms is not None and errors.norm is not None:
        delta_x, inputs = normalise_backward(delta, parts.of_inputs, weights.norms.inputs)
        delta_y, hidden = normalise_backward(delta, parts.of_hidden, weights.norms.hidden)
        norms = Norms(inputs, hidden, *errors.norm)
    found = LayerWeights(
        weight_ih=delta_x.T @ x,
        weight_hh=delta_y.T @ seen(state, noise),
        bias=delta.sum(axis=0),
        peepholes=errors.peepholes,
        projection=None if weights.projection is None else grad_y.T @ parts.outputs,
        weight_gh=None if state.gates is None else delta.T @ state.gates,
        norms=norms,
    )
    return found, delta_x, delta_y


def block_errors(
    parts: StepParts,
    s_old: Floats,
    weights: LayerWeights[Floats],
    grad: State,
    block: Block,
    *,
    truncated: bool,
) -> BlockErrors:
    r"""Carry gradients on cell outputs, cell states and gates back to net inputs and old states.

    $$\delta^o_b = \phi'(z^o_b) \big(\textstyle\sum_v \epsilon^m_{bv} h(s_{bv})
      + \epsilon^o_b\big)$$
    $$e_{bv} = \epsilon^s_{bv} + \epsilon^m_{bv}\, o_b\, h'(s_{bv})
      + p^o_{bv} \delta^o_b \qquad \text{the error inside the carousel}$$
    $$\delta^i_b = \phi'(z^i_b) \big(\textstyle\sum_v e_{bv}\, g_{bv} + \epsilon^i_b\big), \qquad
      \delta^f_b = \phi'(z^f_b) \big(\textstyle\sum_v e_{bv}\, s_{bv}(t-1) + \epsilon^f_b\big)$$
    $$\delta^f_b = \phi'(z^f_b) \big(\textstyle\sum_v e_{bv}\, (s_{bv}(t-1) - g_{bv})
      + \epsilon^f_b\big) \qquad \text{and no } \delta^i \text{, if coupled}$$
    $$\delta^c_{bv} = e_{bv}\, i_b\, g'(z^c_{bv})$$
    $$\epsilon^s_{bv}(t-1) = e_{bv}\, f_b + p^i_{bv} \delta^i_b + p^f_{bv} \delta^f_b$$
    $$\nabla p^i_{bv} = \delta^i_b\, s_{bv}(t-1), \qquad
      \nabla p^f_{bv} = \delta^f_b\, s_{bv}(t-1), \qquad \nabla p^o_{bv} = \delta^o_b\, s_{bv}(t)$$

    What was clipped passes no error. Truncated, the terms with $p$ are left out of e and
    $\epsilon^s$.
    """
    cells, s = block.cells, parts.cell
    i, f, g, o = split_gates(parts.gates, block)
    p_i, p_f, p_o = split_peepholes(None if truncated else weights.peepholes, block)
    slopes = split_gates(_slopes(parts, block), block)
    e_i, e_f, e_o = _on_gates(grad, i, block)

    delta_o = slopes.output_gate * (total(grad.hidden * parts.squashed, cells) + e_o)
    shown: Floats = grad.hidden * each(o, cells) * slope(block.cell_output, parts.squashed)
    norm = None
    if weights.norms is not None:
        norm_bias = shown.sum(axis=0)
        shown, gain = normalise_backward(shown, s, weights.norms.cell)
        norm = gain, norm_bias
    e = grad.cell + shown + p_o * each(delta_o, cells)
    e = e * (clip(parts.written, block.cell_clip) == parts.written)
    delta_c = e * each(i, cells) * slopes.cell_input
    kept = e * (s_old - g) if block.coupled else e * s_old
    delta_f = slopes.forget_gate * (total(kept, cells) + e_f)
    delta_i = slopes.input_gate * (total(e * g, cells) + e_i)
    if block.coupled:
        delta_i = 0 * delta_f
    if not block.forgets:
        delta_f = 0 * delta_i
    old = e * each(f, cells) + p_i * each(delta_i, cells) + p_f * each(delta_f, cells)

    peepholes = None
    if weights.peepholes is not None:
        seen_by = {"input": (delta_i, s_old), "forget": (delta_f, s_old), "output": (delta_o, s)}
        own = [seen_by[name] for name in block.own_gates]
        peepholes = np.stack([(each(delta, cells) * seen).sum(axis=0) for delta, seen in own])
    return BlockErrors(join(delta_i, delta_f, delta_c, delta_o, block), old, peepholes, norm)


def _slopes(parts: StepParts, block: Block) -> Floats:
    """Slopes of all nonlinearities at their net inputs (N, G), 0 where these were clipped."""
    i, f, g, o = split_gates(parts.gates, block)
    i, f, o = (slope(block.gate, gate) for gate in (i, f, o))
    rows = join(i, f, slope(block.cell_input, g), o, block)
    slopes: Floats = rows * (clip(parts.net, block.net_clip) == parts.net)
    return slopes


def _on_gates(grad: State, like: Floats, block: Block) -> tuple[Floats, Floats, Floats]:
    """Gradients on fed-back input, forget and output gates (N, B) each; zeros if there are none."""
    zero = np.zeros_like(like)
    if grad.gates is None:
        return zero, zero, zero
    return by_gate(np.split(grad.gates, block.gates, axis=-1), block, zero)
