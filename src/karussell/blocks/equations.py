r"""One time step of a memory block.

Sources: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997 (HS97):
memory blocks whose S cells share an input gate and an output gate. Gers, Schmidhuber and Cummins,
"Learning to forget", Neural Computation 12(10), 2000 (G00): the forget gate. Gers and Schmidhuber,
"Recurrent nets that time and count", IJCNN 2000 (GS00): peepholes. Greff et al., "LSTM: a search
space odyssey", IEEE TNNLS 28(10), 2017 (G17): the coupled input and forget gate. Sak, Senior and
Beaufays, "Long short-term memory recurrent neural network architectures for large scale acoustic
modeling", Interspeech 2014 (S14): the recurrent projection. Ba, Kiros and Hinton, "Layer
normalization", 2016 (B16). Krueger et al., "Zoneout", ICLR 2017 (K17).

Letters: N batch, I inputs, B blocks, S cells per block, H = BS cells, G gate rows in `GATE_ORDER`:
H + 3B, or H + 2B if a block has two gates; R = G - H gates, P hidden, H without a projection.
Cell v of block b has index bS + v. Any floating dtype; float64 makes this the oracle of every test.
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from karussell.blocks.activations import activate
from karussell.blocks.normalisation import normalise
from karussell.blocks.order import by_gate, join, own_gates, split_gates
from karussell.blocks.state import State
from karussell.blocks.weights import QUIET, LayerWeights, Noise
from karussell.kernels import COMMON_BLOCK, Block, Floats

Peephole: TypeAlias = Floats | float


class LSTMStep(NamedTuple):
    """What one time step of memory blocks gives.

    Attributes:
        state: The state after the step.
        gates: Gate activations and cell inputs after their nonlinearities (N, G).
    """

    state: State
    gates: Floats


class StepParts(NamedTuple):
    """What happens on the way.

    Attributes:
        of_inputs: What the inputs contribute to net inputs (N, G), not normalised.
        of_hidden: What the hidden state contributes (N, G), not normalised.
        net: Net inputs with peepholes, not clipped (N, G).
        gates: Gate activations and cell inputs (N, G).
        written: Cell states, not clipped (N, H).
        cell: Cell states (N, H).
        squashed: What cells show to the output gate (N, H).
        outputs: What it lets through, m (N, H).
    """

    of_inputs: Floats
    of_hidden: Floats
    net: Floats
    gates: Floats
    written: Floats
    cell: Floats
    squashed: Floats
    outputs: Floats


def lstm_step(
    x: Floats,
    state: State,
    weights: LayerWeights[Floats],
    *,
    block: Block = COMMON_BLOCK,
    noise: Noise[Floats] = QUIET,
) -> LSTMStep:
    r"""Take one time step of memory blocks.

    $$z(t) = W_{ih}\, x(t) + W_{hh}\, (\mu \odot y(t-1)) + W_{gh}\, r(t-1) + \beta$$

    $$i_b = \phi(z^i_b + \textstyle\sum_v p^i_{bv} s_{bv}(t-1)), \quad
      f_b = \phi(z^f_b + \textstyle\sum_v p^f_{bv} s_{bv}(t-1))
      \qquad \text{one of each a block (HS97 section 4; G00 section 3)}$$

    $$i_b = 1 - f_b \qquad \text{instead, if coupled (G17 section III, CIFG)}; \qquad
      f_b = 1 \qquad \text{without forget gates (HS97)}$$

    $$g_{bv} = g(z^c_{bv}) \qquad \text{the cell input}$$

    $$s_{bv}(t) = f_b\, s_{bv}(t-1) + i_b\, g_{bv}
      \qquad \text{the carousel (HS97 section 4), able to forget (G00 section 3)}$$

    $$o_b = \phi(z^o_b + \textstyle\sum_v p^o_{bv} s_{bv}(t))
      \qquad \text{peepholes } p \text{ see the new state here, the old above (GS00 section 3)}$$

    $$m_{bv}(t) = o_b\, h(s_{bv}(t)), \qquad y(t) = W_{hr}\, m(t)
      \text{ (S14 section 3), or } m(t) \text{ without a projection}$$

    Gates $r = (i, f, o)$ are fed back if the block says so (HS97; G17, FGR). A normalised layer has
    $\mathrm{LN}(W_{ih} x)$, $\mathrm{LN}(W_{hh} y)$ and $h(\mathrm{LN}(s))$ (B16, equations 20 to
    22). Zoneout keeps part of the old state (K17, equation 4), after all else:

    $$y(t) := \zeta^y y(t-1) + (1 - \zeta^y)\, y(t), \qquad
      s(t) := \zeta^s s(t-1) + (1 - \zeta^s)\, s(t)$$

    Args:
        x: Inputs (N, I).
        state: Hidden state y(t-1) (N, P), cell state s(t-1) (N, H), gates r(t-1) (N, R) if they are
            fed back.
        weights: $W_{ih}$, $W_{hh}$, $\beta$ and what the block has beside them.
        block: What it is made of.
        noise: $\mu$ and $\zeta$.

    Raises:
        ValueError: The number of gate rows does not fit the block.
    """
    parts = step_parts(x, state, weights, block, noise)
    y, s = parts.outputs, parts.cell
    if weights.projection is not None:
        y = y @ weights.projection.T
    after = State(
        hidden=noise.kept_hidden * state.hidden + (1 - noise.kept_hidden) * y,
        cell=noise.kept_cell * state.cell + (1 - noise.kept_cell) * s,
        gates=own_gates(parts.gates, block) if block.gate_recurrence else None,
    )
    return LSTMStep(after, parts.gates)


def step_parts(
    x: Floats, state: State, weights: LayerWeights[Floats], block: Block, noise: Noise[Floats]
) -> StepParts:
    """All that a step computes before its noise; see `lstm_step`."""
    cells, s_old = block.cells, state.cell
    of_x, of_y = x @ weights.weight_ih.T, seen(state, noise) @ weights.weight_hh.T
    net = split_gates(_net(of_x, of_y, state, weights), block)
    p_i, p_f, p_o = split_peepholes(weights.peepholes, block)

    z_f = net.forget_gate + total(p_f * s_old, cells)
    f = activate(block.gate, clip(z_f, block.net_clip)) if block.forgets else np.ones_like(z_f)
    z_i = net.input_gate + total(p_i * s_old, cells)
    i = 1 - f if block.coupled else activate(block.gate, clip(z_i, block.net_clip))
    g = activate(block.cell_input, clip(net.cell_input, block.net_clip))
    written = each(f, cells) * s_old + each(i, cells) * g
    s = clip(written, block.cell_clip)
    z_o = net.output_gate + total(p_o * s, cells)
    o = activate(block.gate, clip(z_o, block.net_clip))
    norms = weights.norms
    shown = s if norms is None else normalise(s, norms.cell, norms.cell_bias)
    squashed = activate(block.cell_output, shown)
    return StepParts(
        of_inputs=of_x,
        of_hidden=of_y,
        net=join(z_i, z_f, net.cell_input, z_o, block),
        gates=join(i, f, g, o, block),
        written=written,
        cell=s,
        squashed=squashed,
        outputs=each(o, cells) * squashed,
    )


def split_peepholes(peepholes: Floats | None, block: Block) -> tuple[Peephole, Peephole, Peephole]:
    """Peephole weights of input, forget and output gates (H,) each, zero where there are none."""
    return (0.0, 0.0, 0.0) if peepholes is None else by_gate(peepholes, block, 0.0)


def each(gate: Floats, cells_per_block: int) -> Floats:
    """The value of its block's gate for every cell: (N, B) to (N, H)."""
    return np.repeat(gate, cells_per_block, axis=-1)


def total(cells: Floats, cells_per_block: int) -> Floats:
    """Sum over the cells of each block: (N, H) to (N, B)."""
    result: Floats = cells.reshape(*cells.shape[:-1], -1, cells_per_block).sum(axis=-1)
    return result


def clip(values: Floats, most: float | None) -> Floats:
    """The values, none of them larger than this."""
    return values if most is None else np.clip(values, -most, most)


def seen(state: State, noise: Noise[Floats]) -> Floats:
    """The hidden state as net inputs see it (N, P)."""
    return state.hidden if noise.recurrent is None else state.hidden * noise.recurrent


def _net(of_x: Floats, of_y: Floats, state: State, weights: LayerWeights[Floats]) -> Floats:
    """Net inputs z (N, G) without peepholes."""
    if weights.norms is not None:
        of_x = normalise(of_x, weights.norms.inputs)
        of_y = normalise(of_y, weights.norms.hidden)
    z = of_x + of_y + weights.bias
    if weights.weight_gh is not None and state.gates is not None:
        z = z + state.gates @ weights.weight_gh.T
    return z
