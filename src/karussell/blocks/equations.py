r"""One time step of a memory block, forward and backward.

Sources: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997 (HS97):
memory blocks whose S cells share an input gate and an output gate. Gers, Schmidhuber and Cummins,
"Learning to forget", Neural Computation 12(10), 2000 (G00): the forget gate. Gers and Schmidhuber,
"Recurrent nets that time and count", IJCNN 2000 (GS00): peepholes. Greff et al., "LSTM: a search
space odyssey", IEEE TNNLS 28(10), 2017 (G17): the coupled input and forget gate. Sak, Senior and
Beaufays, "Long short-term memory recurrent neural network architectures for large scale acoustic
modeling", Interspeech 2014 (S14): the recurrent projection. The cell input and the cell output are
squashed by tanh, and gates see the inputs and the hidden state, as is common today.

Letters: N batch, I inputs, B blocks, S cells per block, H = BS cells, G = H + 3B gate rows in
`GATE_ORDER` (H + 2B without input gates if they are coupled), P hidden, H without a projection.
Cell v of block b has index bS + v. Any floating dtype; float64 makes this the oracle of every test.
"""

from typing import NamedTuple

import numpy as np

from karussell.blocks.order import split_gates
from karussell.blocks.state import State
from karussell.kernels import COMMON_BLOCK, Block, Floats


class LSTMStep(NamedTuple):
    """What one time step of memory blocks gives.

    Attributes:
        state: The state after the step.
        gates: Gate activations and cell inputs after their nonlinearities (N, G).
    """

    state: State
    gates: Floats


class LSTMStepGradients(NamedTuple):
    """Gradients of one time step of memory blocks: on its inputs, weights and the state before."""

    x: Floats
    weight_ih: Floats
    weight_hh: Floats
    bias: Floats
    peepholes: Floats | None
    projection: Floats | None
    state: State


def sigmoid(x: Floats) -> Floats:
    r"""Return $\sigma(x) = 1 / (1 + e^{-x})$, without overflow for any x."""
    small = np.exp(-np.abs(x))
    result: Floats = np.where(x < 0, small, 1) / (1 + small)
    return result


def lstm_step(
    x: Floats,
    state: State,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    *,
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    block: Block = COMMON_BLOCK,
) -> LSTMStep:
    r"""Take one time step of memory blocks.

    $$z(t) = W_{ih}\, x(t) + W_{hh}\, y(t-1) + \beta$$
    $$i_b = \sigma(z^i_b + \textstyle\sum_v p^i_{bv} s_{bv}(t-1)), \quad
      f_b = \sigma(z^f_b + \textstyle\sum_v p^f_{bv} s_{bv}(t-1))
      \qquad \text{one of each a block (HS97 section 4; G00 section 3)}$$
    $$i_b = 1 - f_b \qquad \text{instead, if coupled (G17 section III, CIFG)}$$
    $$g_{bv} = \tanh(z^c_{bv}) \qquad \text{the cell input}$$
    $$s_{bv}(t) = f_b\, s_{bv}(t-1) + i_b\, g_{bv}
      \qquad \text{the carousel (HS97 section 4), able to forget (G00 section 3)}$$
    $$o_b = \sigma(z^o_b + \textstyle\sum_v p^o_{bv} s_{bv}(t))
      \qquad \text{peepholes } p \text{ see the new state here, the old above (GS00 section 3)}$$
    $$m_{bv}(t) = o_b \tanh(s_{bv}(t)), \qquad y(t) = W_{hr}\, m(t)
      \text{ (S14 section 3), or } m(t) \text{ without a projection}$$

    Args:
        x: Inputs (N, I).
        state: Hidden state y(t-1) (N, P) and cell state s(t-1) (N, H).
        weight_ih: $W_{ih}$ (G, I).
        weight_hh: $W_{hh}$ (G, P).
        bias: $\beta$ (G,).
        peepholes: $p$ of the input, forget and output gates (3, H); (2, H) if coupled. None: zeros.
        projection: $W_{hr}$ (P, H), or none.
        block: S, and whether gates are coupled.

    Raises:
        ValueError: The number of gate rows does not fit S.
    """
    cells = block.cells
    z = x @ weight_ih.T + state.hidden @ weight_hh.T + bias
    net = split_gates(z, cells, coupled=block.coupled)
    p_i, p_f, p_o = _split_peepholes(peepholes, block)
    f = sigmoid(net.forget_gate + _sum(p_f * state.cell, cells))
    i = 1 - f if block.coupled else sigmoid(net.input_gate + _sum(p_i * state.cell, cells))
    g = np.tanh(net.cell_input)
    s = _each(f, cells) * state.cell + _each(i, cells) * g
    o = sigmoid(net.output_gate + _sum(p_o * s, cells))
    m = _each(o, cells) * np.tanh(s)
    y = m if projection is None else m @ projection.T
    own = [f, g, o] if block.coupled else [i, f, g, o]
    return LSTMStep(State(hidden=y, cell=s), np.concatenate(own, axis=-1))


def lstm_step_backward(
    step: LSTMStep,
    x: Floats,
    state: State,
    weight_ih: Floats,
    weight_hh: Floats,
    grad: State,
    *,
    peepholes: Floats | None = None,
    projection: Floats | None = None,
    block: Block = COMMON_BLOCK,
) -> LSTMStepGradients:
    r"""Carry gradients back through one time step of memory blocks, none of them truncated.

    With $\epsilon^y$ and $\epsilon^s$ the gradients on y(t) and s(t) from everything later, and
    the errors $\delta$ of `block_errors`:

    $$\epsilon^m = W_{hr}^T \epsilon^y \text{ or } \epsilon^y, \qquad
      \epsilon^y(t-1) = W_{hh}^T \delta, \qquad \epsilon^x = W_{ih}^T \delta$$
    $$\nabla W_{ih} = \delta\, x^T, \qquad \nabla W_{hh} = \delta\, y(t-1)^T, \qquad
      \nabla \beta = \delta, \qquad \nabla W_{hr} = \epsilon^y m^T$$
    $$\nabla p^i_{bv} = \delta^i_b\, s_{bv}(t-1), \qquad
      \nabla p^f_{bv} = \delta^f_b\, s_{bv}(t-1), \qquad \nabla p^o_{bv} = \delta^o_b\, s_{bv}(t)$$

    HS97 (appendix), G00 and GS00 state the same errors, cut off where they leave a block.

    Args:
        step: What `lstm_step` returned.
        x: Inputs (N, I).
        state: The state before the step, (N, P) and (N, H).
        weight_ih: $W_{ih}$ (G, I).
        weight_hh: $W_{hh}$ (G, P).
        grad: $\epsilon^y$ (N, P) and $\epsilon^s$ (N, H) on the state after the step.
        peepholes: $p$ (3, H) or (2, H), or none.
        projection: $W_{hr}$ (P, H), or none.
        block: S, and whether gates are coupled.

    Returns:
        The gradients, those of weights summed over the batch.
    """
    grad_m = grad.hidden if projection is None else grad.hidden @ projection
    errors = block_errors(step, state.cell, grad_m, grad.cell, peepholes, block)
    o, s = split_gates(step.gates, block.cells, coupled=block.coupled).output_gate, step.state.cell
    m = _each(o, block.cells) * np.tanh(s)
    seen = zip(errors.of_gates, (state.cell, state.cell, s)[-block.gates :], strict=True)
    to_peepholes = [(_each(delta, block.cells) * cell).sum(axis=0) for delta, cell in seen]
    return LSTMStepGradients(
        x=errors.delta @ weight_ih,
        weight_ih=errors.delta.T @ x,
        weight_hh=errors.delta.T @ state.hidden,
        bias=errors.delta.sum(axis=0),
        peepholes=None if peepholes is None else np.stack(to_peepholes),
        projection=None if projection is None else grad.hidden.T @ m,
        state=State(hidden=errors.delta @ weight_hh, cell=errors.cell),
    )


class BlockErrors(NamedTuple):
    """Gradients inside memory blocks.

    Attributes:
        delta: On all net inputs (N, G).
        of_gates: The parts of it that belong to gates, (N, B) each.
        cell: On the cell state before the step (N, H).
    """

    delta: Floats
    of_gates: list[Floats]
    cell: Floats


def block_errors(
    step: LSTMStep,
    cell_before: Floats,
    grad_m: Floats,
    grad_cell: Floats,
    peepholes: Floats | None,
    block: Block,
) -> BlockErrors:
    r"""Carry gradients on cell outputs and cell states back to the net inputs and the old states.

    $$\delta^o_b = o_b (1 - o_b) \sum_v \epsilon^m_{bv} \tanh(s_{bv})$$
    $$e_{bv} = \epsilon^s_{bv} + \epsilon^m_{bv}\, o_b\, (1 - \tanh^2(s_{bv}))
      + p^o_{bv} \delta^o_b \qquad \text{the error inside the carousel}$$
    $$\delta^i_b = i_b (1 - i_b) \sum_v e_{bv}\, g_{bv}, \qquad
      \delta^f_b = f_b (1 - f_b) \sum_v e_{bv}\, s_{bv}(t-1)$$
    $$\delta^f_b = f_b (1 - f_b) \sum_v e_{bv}\, (s_{bv}(t-1) - g_{bv})
      \qquad \text{and no } \delta^i \text{, if coupled}$$
    $$\delta^c_{bv} = e_{bv}\, i_b\, (1 - g_{bv}^2)$$
    $$\epsilon^s_{bv}(t-1) = e_{bv}\, f_b + p^i_{bv} \delta^i_b + p^f_{bv} \delta^f_b$$
    """
    cells, s = block.cells, step.state.cell
    i, f, g, o = split_gates(step.gates, cells, coupled=block.coupled)
    p_i, p_f, p_o = _split_peepholes(peepholes, block)
    tanh_s = np.tanh(s)
    delta_o = o * (1 - o) * _sum(grad_m * tanh_s, cells)
    e = grad_cell + grad_m * _each(o, cells) * (1 - tanh_s**2) + p_o * _each(delta_o, cells)
    delta_c = e * _each(i, cells) * (1 - g**2)
    if block.coupled:
        delta_f = f * (1 - f) * _sum(e * (cell_before - g), cells)
        before, to_old = [delta_f], e * _each(f, cells) + p_f * _each(delta_f, cells)
    else:
        delta_i = i * (1 - i) * _sum(e * g, cells)
        delta_f = f * (1 - f) * _sum(e * cell_before, cells)
        before = [delta_i, delta_f]
        to_old = e * _each(f, cells) + p_i * _each(delta_i, cells) + p_f * _each(delta_f, cells)
    delta = np.concatenate([*before, delta_c, delta_o], axis=-1)
    return BlockErrors(delta, [*before, delta_o], to_old)


def _split_peepholes(peepholes: Floats | None, block: Block) -> tuple[Floats, Floats, Floats]:
    """Peephole weights of input, forget and output gates (H,) each, zeros where there are none."""
    if peepholes is None:
        zero = np.zeros(1)
        return zero, zero, zero
    return (np.zeros(1), *peepholes) if block.coupled else tuple(peepholes)


def _each(gate: Floats, cells_per_block: int) -> Floats:
    """Give every cell the value of its block's gate: (N, B) to (N, H)."""
    return np.repeat(gate, cells_per_block, axis=-1)


def _sum(cells: Floats, cells_per_block: int) -> Floats:
    """Sum over the cells of each block: (N, H) to (N, B)."""
    total: Floats = cells.reshape(*cells.shape[:-1], -1, cells_per_block).sum(axis=-1)
    return total
