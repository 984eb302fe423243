"""Recurrent layers in torch's own operations, for what neither the kernels nor torch.nn can run.

The equations are those of `karussell.blocks`, for any device and dtype, at any number of gradients.
"""

import torch
from torch import Tensor
from torch._higher_order_ops.scan import scan
from torch.nn import functional
from torch.nn.functional import linear

from karussell.blocks import EPSILON, LayerWeights, Noise
from karussell.kernels import Activation, Block, Nonlinearity, Trace
from karussell.layers.shapes import LayerRun, States


def lstm_operations(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    block: Block,
    *,
    noise: Noise[Tensor],
    truncated: bool,
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
    of_inputs = _of_inputs(x, weights)
    steps = []
    for t, net in enumerate(_each_step(of_inputs)):
        after, rows = _step(net, states, weights, block, noise.at(t), truncated=truncated)
        shown = after[0]
        if lengths is not None:
            alive = (lengths > t).to(x.device)[:, None]
            zero = torch.zeros((), dtype=x.dtype, device=x.device)
            shown, rows = torch.where(alive, shown, zero), torch.where(alive, rows, zero)
            pairs = zip(after, states, strict=True)
            after = tuple(torch.where(alive, new, old) for new, old in pairs)
        states = after
        steps.append((shown, states[1], rows))
    return LayerRun(Trace(*map(torch.stack, zip(*steps, strict=True))), states)


def rnn_operations(
    x: Tensor, weights: LayerWeights[Tensor], hidden: Tensor, nonlinearity: Nonlinearity
) -> Tensor:
    """Outputs (T, N, H) of a plain layer."""
    of_inputs = linear(x, weights.weight_ih, weights.bias)
    outputs = []
    for net in _each_step(of_inputs):
        net = net + linear(hidden, weights.weight_hh)
        hidden = net.tanh() if nonlinearity == "tanh" else net.relu()
        outputs.append(hidden)
    return torch.stack(outputs)


def _of_inputs(x: Tensor, weights: LayerWeights[Tensor]) -> Tensor:
    """What all inputs contribute to net inputs, and the bias, (T, N, G)."""
    net = linear(x, weights.weight_ih)
    if weights.norms is not None:
        net = _normalised(net, weights.norms.inputs)
    return net + weights.bias


def _each_step(of_inputs: Tensor) -> list[Tensor]:
    """Net inputs (N, G) of each step.

    Who records this loop records so many steps: pieces of a given size, other than rows by their
    numbers, do not fit an input with other steps, so that nothing is left out of it silently.
    """
    steps = of_inputs.split_with_sizes([1] * len(of_inputs))
    return [step.reshape(of_inputs.shape[1:]) for step in steps]


def lstm_scan(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    block: Block,
    *,
    noise: Noise[Tensor],
) -> LayerRun:
    """Do what `lstm_operations` does as one loop of torch, for exports; without gradients."""
    of_inputs = _of_inputs(x, weights)
    times = torch.arange(x.size(0), device=x.device)
    spread = None
    if block.cells > 1:
        blocks = block.blocks(states[1].size(-1))
        one_each = torch.eye(blocks, dtype=x.dtype, device=x.device)
        spread = one_each.repeat_interleave(block.cells, dim=1)
    ends = torch.full((1,), 2**31 - 1, device=x.device) if lengths is None else lengths.to(x.device)

    def step(before: States, given: States) -> tuple[States, States]:
        net, time = given
        after, rows = _step(net, before, weights, block, noise, truncated=False, spread=spread)
        alive = (time < ends)[:, None]
        shown = torch.where(alive, after[0], torch.zeros_like(after[0]))
        pairs = zip(after, before, strict=True)
        kept = tuple(torch.where(alive, new, old) for new, old in pairs)
        return kept, (shown, kept[1].clone(), rows)

    start = tuple(state.contiguous() for state in states)
    last, trace = scan(step, start, (of_inputs, times))
    return LayerRun(Trace(*trace), tuple(last))


def _step(
    of_inputs: Tensor,
    states: States,
    weights: LayerWeights[Tensor],
    block: Block,
    noise: Noise[Tensor],
    *,
    truncated: bool,
    spread: Tensor | None = None,
) -> tuple[States, Tensor]:
    """The state after a step, and gate activations with cell inputs (N, G).

    By products with ``spread`` (B, H), zeros and ones, what stands in the way of loops is not used.
    """
    old, cells = states[1], block.cells
    net = of_inputs + _of_state(states, weights, noise, truncated=truncated)
    sizes = block.sizes(old.size(-1))
    *before, cell_input, output = torch.split(net, list(sizes.values()), dim=-1)

    def gate(rows: Tensor, number: int, seen: Tensor) -> Tensor:
        if weights.peepholes is not None:
            products = weights.peepholes[number] * (seen.detach() if truncated else seen)
            rows = rows + (
                products.reshape(*rows.shape, cells).sum(-1)
                if spread is None
                else linear(products, spread)
            )
        return _activated(block.gate, _clipped(rows, block.net_clip))

    def each(values: Tensor) -> Tensor:
        if spread is not None:
            return values @ spread
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
    after = _zoned(noise.kept_hidden, states[0], hidden), _zoned(noise.kept_cell, old, new)
    own = (torch.cat([*first, opened], dim=-1),) if block.gate_recurrence else ()
    return (*after, *own), torch.cat([*first, read, opened], dim=-1)


def _of_state(
    states: States, weights: LayerWeights[Tensor], noise: Noise[Tensor], *, truncated: bool
) -> Tensor:
    """What the state before contributes to net inputs (N, G)."""
    hidden, _, *gates = (state.detach() for state in states) if truncated else states
    if noise.recurrent is not None:
        hidden = hidden * noise.recurrent
    net = linear(hidden, weights.weight_hh)
    if weights.norms is not None:
        net = _normalised(net, weights.norms.hidden)
    return net if weights.weight_gh is None else net + linear(gates[0], weights.weight_gh)


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
