"""Memory blocks in torch's own operations, for what neither the kernels nor torch.nn can run.

The equations are those of `karussell.blocks`, for any device and dtype, at any number of gradients.
"""

import torch
from torch import Tensor
from torch.nn.functional import linear

from karussell.kernels import Block
from karussell.training.functions import LayerTensors


def lstm_operations(
    x: Tensor,
    weights: LayerTensors,
    hidden: Tensor,
    cell: Tensor,
    lengths: Tensor | None,
    block: Block,
) -> tuple[Tensor, Tensor]:
    """Outputs (T, N, P) and last cell state (N, H) of one layer; see `functions.lstm_layer`."""
    of_inputs = linear(x, weights.weight_ih, weights.bias)
    outputs = []
    for t in range(len(x)):
        net = of_inputs[t] + linear(hidden, weights.weight_hh)
        next_hidden, next_cell = _step(net, cell, weights, block)
        if lengths is None:
            hidden, cell = next_hidden, next_cell
            outputs.append(hidden)
        else:
            alive = (lengths > t).to(x.device)[:, None]
            hidden = torch.where(alive, next_hidden, hidden)
            cell = torch.where(alive, next_cell, cell)
            outputs.append(torch.where(alive, next_hidden, torch.zeros_like(next_hidden)))
    return torch.stack(outputs), cell


def _step(net: Tensor, cell: Tensor, weights: LayerTensors, block: Block) -> tuple[Tensor, Tensor]:
    """Hidden state (N, P) and cell state (N, H) from the net inputs (N, G) and the state before."""
    size = cell.size(-1)
    blocks = size // block.cells
    parts = [*[blocks] * (block.gates - 1), size, blocks]
    *gates, cell_input, output = torch.split(net, parts, dim=-1)

    def squash(gate: Tensor, number: int, seen: Tensor) -> Tensor:
        if weights.peepholes is not None:
            products = weights.peepholes[number] * seen
            gate = gate + products.reshape(-1, blocks, block.cells).sum(-1)
        return torch.sigmoid(gate).repeat_interleave(block.cells, dim=-1)

    squashed = [squash(gate, number, cell) for number, gate in enumerate(gates)]
    forget = squashed[-1]
    write = 1 - forget if block.coupled else squashed[0]
    cell = forget * cell + write * torch.tanh(cell_input)
    hidden = squash(output, -1, cell) * torch.tanh(cell)
    return (hidden if weights.projection is None else linear(hidden, weights.projection)), cell
