"""Recurrent layers in torch's own operations, for what neither the kernels nor torch.nn can run.

The equations are those of `karussell.blocks`, for any device and dtype, at any number of gradients.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.functional import linear

from karussell.blocks.normalisation import EPSILON
from karussell.kernels import Activation, Block, Nonlinearity
from karussell.layers.tensors import QUIET, LayerRun, LayerTensors, NoiseTensors


class _State(NamedTuple):
    hidden: Tensor
    cell: Tensor
    gates: Tensor | None


def lstm_operations(
    x: Tensor,
    weights: LayerTensors,
    states: tuple[Tensor, ...],
    lengths: Tensor | None,
    block: Block,
    *,
    noise: NoiseTensors = QUIET,
    truncated: bool = False,
) -> LayerRun:
    """Run one layer in one direction.

    Args:
        x: Inputs (T, N, I).
        weights: The layer's weights.
        states: Hidden (N, P), cell (N, H) and, if gates are fed back, gates (N, R) before it.
        lengths: How long each sequence is, int64 (N,); T if None.
        block: What the blocks are made of.
        noise: What training does at random.
        truncated: Whether gradients are cut off where they leave a block, as in 1997.
    """
    of_inputs = linear(x, weights.weight_ih)
    if weights.norms is not None:
        of_inputs = _normalised(of_inputs, weights.norms[0])
    of_inputs = of_inputs + weights.bias
    state = _State(states[0], states[1], states[2] if len(states) > 2 else None)
    outputs, cells, gates = [], [], []
    for t in range(len(x)):
        after, rows = _step(of_inputs[t], state, weights, block, _at(noise, t), truncated=truncated)
        shown = after.hidden
        if lengths is not None:
            alive = (lengths > t).to(x.device)[:, None]
            zero = torch.zeros((), dtype=x.dtype, device=x.device)
            shown, rows = torch.where(alive, after.hidden, zero), torch.where(alive, rows, zero)
            after = _State(
                torch.where(alive, after.hidden, state.hidden),
                torch.where(alive, after.cell, state.cell),
                None
                if after.gates is None or state.gates is None
                else torch.where(alive, after.gates, state.gates),
            )
        state = after
        outputs.append(shown)
        cells.append(state.cell)
        gates.append(rows)
    last = tuple(part for part in state if part is not None)
    return LayerRun(torch.stack(outputs), torch.stack(cells), torch.stack(gates), last)


def rnn_operations(
    x: Tensor, weights: LayerTensors, hidden: Tensor, nonlinearity: Nonlinearity
) -> Tensor:
    """Outputs (T, N, H) of a plain layer."""
    of_inputs = linear(x, weights.weight_ih, weights.bias)
    outputs = []
    for net in of_inputs:
        net = net + linear(hidden, weights.weight_hh)
        hidden = net.tanh() if nonlinearity == "tanh" else net.relu()
        outputs.append(hidden)
    return torch.stack(outputs)


def _step(
    of_inputs: Tensor,
    state: _State,
    weights: LayerTensors,
    block: Block,
    noise: NoiseTensors,
    *,
    truncated: bool,
) -> tuple[_State, Tensor]:
    """The state after a step, and gate activations with cell inputs (N, G)."""
    old, size = state.cell, state.cell.size(-1)
    blocks, cells = block.blocks(size), block.cells
    net = of_inputs + _of_state(state, weights, noise, truncated=truncated)
    *before, cell_input, output = torch.split(
        net, [*[blocks] * (block.gates - 1), size, blocks], dim=-1
    )

    def gate(rows: Tensor, number: int, seen: Tensor) -> Tensor:
        if weights.peepholes is not None:
            products = weights.peepholes[number] * (seen.detach() if truncated else seen)
            rows = rows + products.reshape(*products.shape[:-1], blocks, cells).sum(-1)
        return _activated(block.gate, _clipped(rows, block.net_clip))

    def each(values: Tensor) -> Tensor:
        return values.repeat_interleave(cells, dim=-1) if cells > 1 else values

    first = [gate(rows, number, old) for number, rows in enumerate(before)]
    read = _activated(block.cell_input, _clipped(cell_input, block.net_clip))
    write = each(1 - first[0] if block.coupled else first[0])
    kept = each(first[-1]) * old if block.forgets else old
    new = _clipped(kept + write * read, block.cell_clip)
    opened = gate(output, -1, new)
    shown = new if weights.norms is None else _normalised(new, *weights.norms[2:])
    hidden = each(opened) * _activated(block.cell_output, shown)
    if weights.projection is not None:
        hidden = linear(hidden, weights.projection)
    own = torch.cat([*first, opened], dim=-1) if block.gate_recurrence else None
    after = _State(
        _zoned(noise.kept_hidden, state.hidden, hidden), _zoned(noise.kept_cell, old, new), own
    )
    return after, torch.cat([*first, read, opened], dim=-1)


def _of_state(
    state: _State, weights: LayerTensors, noise: NoiseTensors, *, truncated: bool
) -> Tensor:
    """What the state before contributes to net inputs (N, G)."""
    hidden = state.hidden if noise.recurrent is None else state.hidden * noise.recurrent
    net = linear(hidden.detach() if truncated else hidden, weights.weight_hh)
    if weights.norms is not None:
        net = _normalised(net, weights.norms[1])
    if weights.weight_gh is not None and state.gates is not None:
        net = net + linear(state.gates.detach() if truncated else state.gates, weights.weight_gh)
    return net


def _at(noise: NoiseTensors, t: int) -> NoiseTensors:
    hidden, cell = (kept if isinstance(kept, float) else kept[t] for kept in noise[1:])
    return NoiseTensors(noise.recurrent, hidden, cell)


def _zoned(kept: Tensor | float, old: Tensor, new: Tensor) -> Tensor:
    if isinstance(kept, float) and kept == 0:
        return new
    return kept * old + (1 - kept) * new


def _normalised(u: Tensor, gain: Tensor, bias: Tensor | None = None) -> Tensor:
    return functional.layer_norm(u, gain.shape, gain, bias, EPSILON)


def _clipped(values: Tensor, most: float | None) -> Tensor:
    return values if most is None else values.clamp(-most, most)


def _activated(activation: Activation, x: Tensor) -> Tensor:
    name, alpha, beta = activation
    match name:
        case "sigmoid":
            return x.sigmoid()
        case "hard_sigmoid":
            return (alpha * x + beta).clamp(0, 1)
        case "tanh":
            return x.tanh()
        case "scaled_tanh":
            return alpha * (beta * x).tanh()
        case "relu":
            return x.relu()
        case "affine":
            return alpha * x + beta
        case "softsign":
            return functional.softsign(x)
