r"""One time step of a memory block, and of a plain recurrent unit, forward and backward.

Sources: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997 (HS97):
memory blocks whose S cells share an input gate and an output gate. Gers, Schmidhuber and Cummins,
"Learning to forget", Neural Computation 12(10), 2000 (G00): the forget gate. The cell input and the
cell output are squashed by tanh, and gates see the inputs and the hidden state, as is common today.

Letters: N batch, I inputs, B blocks, S cells per block, H = BS hidden, G = H + 3B gate rows in
`GATE_ORDER`. Cell v of block b has index bS + v. Any floating dtype; float64 makes this the oracle
of every test.
"""

from typing import NamedTuple

import numpy as np

from karussell.blocks.order import split_gates
from karussell.blocks.state import State
from karussell.kernels import Floats, Nonlinearity


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
    state: State


class RNNStepGradients(NamedTuple):
    """Gradients of one time step of a plain recurrent layer."""

    x: Floats
    weight_ih: Floats
    weight_hh: Floats
    bias: Floats
    hidden: Floats


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
    cells_per_block: int = 1,
) -> LSTMStep:
    r"""Take one time step of memory blocks.

    $$z(t) = W_{ih}\, x(t) + W_{hh}\, y(t-1) + \beta$$
    $$i_b = \sigma(z^i_b), \quad f_b = \sigma(z^f_b), \quad o_b = \sigma(z^o_b)
      \qquad \text{one of each a block (HS97 section 4; G00 section 3)}$$
    $$g_{bv} = \tanh(z^c_{bv}) \qquad \text{the cell input}$$
    $$s_{bv}(t) = f_b\, s_{bv}(t-1) + i_b\, g_{bv}
      \qquad \text{the carousel (HS97 section 4), able to forget (G00 section 3)}$$
    $$y_{bv}(t) = o_b \tanh(s_{bv}(t))$$

    Args:
        x: Inputs (N, I).
        state: Hidden state y(t-1) and cell state s(t-1), (N, H) each.
        weight_ih: $W_{ih}$ (G, I).
        weight_hh: $W_{hh}$ (G, H).
        bias: $\beta$ (G,).
        cells_per_block: S.

    Raises:
        ValueError: The number of gate rows does not fit S.
    """
    z = x @ weight_ih.T + state.hidden @ weight_hh.T + bias
    net = split_gates(z, cells_per_block)
    i, f, o = sigmoid(net.input_gate), sigmoid(net.forget_gate), sigmoid(net.output_gate)
    g = np.tanh(net.cell_input)
    s = _each(f, cells_per_block) * state.cell + _each(i, cells_per_block) * g
    y = _each(o, cells_per_block) * np.tanh(s)
    return LSTMStep(State(hidden=y, cell=s), np.concatenate([i, f, g, o], axis=-1))


def lstm_step_backward(
    step: LSTMStep,
    x: Floats,
    state: State,
    weight_ih: Floats,
    weight_hh: Floats,
    grad: State,
    *,
    cells_per_block: int = 1,
) -> LSTMStepGradients:
    r"""Carry gradients back through one time step of memory blocks, none of them truncated.

    With $\epsilon^y$ and $\epsilon^s$ the gradients on y(t) and s(t) from everything later:

    $$\delta^o_b = o_b (1 - o_b) \sum_v \epsilon^y_{bv} \tanh(s_{bv})$$
    $$e_{bv} = \epsilon^s_{bv} + \epsilon^y_{bv}\, o_b\, (1 - \tanh^2(s_{bv}))
      \qquad \text{the error inside the carousel}$$
    $$\delta^i_b = i_b (1 - i_b) \sum_v e_{bv}\, g_{bv}, \qquad
      \delta^f_b = f_b (1 - f_b) \sum_v e_{bv}\, s_{bv}(t-1)$$
    $$\delta^c_{bv} = e_{bv}\, i_b\, (1 - g_{bv}^2)$$
    $$\epsilon^s_{bv}(t-1) = e_{bv}\, f_b, \qquad \epsilon^y(t-1) = W_{hh}^T \delta, \qquad
      \epsilon^x = W_{ih}^T \delta$$
    $$\nabla W_{ih} = \delta\, x^T, \qquad \nabla W_{hh} = \delta\, y(t-1)^T, \qquad
      \nabla \beta = \delta$$

    HS97 (appendix) and G00 state the same errors, cut off where they leave a block.

    Args:
        step: What `lstm_step` returned.
        x: Inputs (N, I).
        state: The state before the step, (N, H) each.
        weight_ih: $W_{ih}$ (G, I).
        weight_hh: $W_{hh}$ (G, H).
        grad: $\epsilon^y$ and $\epsilon^s$ on the state after the step, (N, H) each.
        cells_per_block: S.

    Returns:
        The gradients, those of weights summed over the batch.
    """
    i, f, g, o = split_gates(step.gates, cells_per_block)
    tanh_s = np.tanh(step.state.cell)
    delta_o = o * (1 - o) * _sum(grad.hidden * tanh_s, cells_per_block)
    e = grad.cell + grad.hidden * _each(o, cells_per_block) * (1 - tanh_s**2)
    delta_i = i * (1 - i) * _sum(e * g, cells_per_block)
    delta_f = f * (1 - f) * _sum(e * state.cell, cells_per_block)
    delta_c = e * _each(i, cells_per_block) * (1 - g**2)
    delta = np.concatenate([delta_i, delta_f, delta_c, delta_o], axis=-1)
    return LSTMStepGradients(
        x=delta @ weight_ih,
        weight_ih=delta.T @ x,
        weight_hh=delta.T @ state.hidden,
        bias=delta.sum(axis=0),
        state=State(hidden=delta @ weight_hh, cell=e * _each(f, cells_per_block)),
    )


def rnn_step(
    x: Floats,
    hidden: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    bias: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
) -> Floats:
    r"""Take one time step of a plain recurrent layer.

    $$y(t) = \phi(W_{ih}\, x(t) + W_{hh}\, y(t-1) + \beta), \qquad
      \phi = \tanh \text{ or } \max(0, \cdot)$$

    Elman, "Finding structure in time", Cognitive Science 14(2), 1990.

    Args:
        x: Inputs (N, I).
        hidden: Hidden state y(t-1) (N, H).
        weight_ih: $W_{ih}$ (H, I).
        weight_hh: $W_{hh}$ (H, H).
        bias: $\beta$ (H,).
        nonlinearity: "tanh" or "relu".

    Returns:
        The hidden state y(t) (N, H).
    """
    z = x @ weight_ih.T + hidden @ weight_hh.T + bias
    return np.tanh(z) if nonlinearity == "tanh" else np.maximum(z, 0)


def rnn_step_backward(
    output: Floats,
    x: Floats,
    hidden: Floats,
    weight_ih: Floats,
    weight_hh: Floats,
    grad: Floats,
    *,
    nonlinearity: Nonlinearity = "tanh",
) -> RNNStepGradients:
    r"""Carry gradients back through one time step of a plain recurrent layer.

    $$\delta = \phi'(z)\, \epsilon^y, \qquad
      \tanh' = 1 - y^2, \quad \max(0, \cdot)' = [y > 0]$$
    $$\epsilon^y(t-1) = W_{hh}^T \delta, \qquad \epsilon^x = W_{ih}^T \delta$$
    $$\nabla W_{ih} = \delta\, x^T, \qquad \nabla W_{hh} = \delta\, y(t-1)^T, \qquad
      \nabla \beta = \delta$$

    Args:
        output: y(t), what `rnn_step` returned (N, H).
        x: Inputs (N, I).
        hidden: Hidden state y(t-1) (N, H).
        weight_ih: $W_{ih}$ (H, I).
        weight_hh: $W_{hh}$ (H, H).
        grad: $\epsilon^y$ on y(t) (N, H).
        nonlinearity: "tanh" or "relu".

    Returns:
        The gradients, those of weights summed over the batch.
    """
    delta = grad * (1 - output**2 if nonlinearity == "tanh" else output > 0)
    return RNNStepGradients(
        x=delta @ weight_ih,
        weight_ih=delta.T @ x,
        weight_hh=delta.T @ hidden,
        bias=delta.sum(axis=0),
        hidden=delta @ weight_hh,
    )


def _each(gate: Floats, cells_per_block: int) -> Floats:
    """Give every cell the value of its block's gate: (N, B) to (N, H)."""
    return np.repeat(gate, cells_per_block, axis=-1)


def _sum(cells: Floats, cells_per_block: int) -> Floats:
    """Sum over the cells of each block: (N, H) to (N, B)."""
    total: Floats = cells.reshape(*cells.shape[:-1], -1, cells_per_block).sum(axis=-1)
    return total
