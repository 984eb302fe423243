"""Packed sequences, which our layers run side by side with their lengths."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell.layers.shapes import States

# Runs a layer on a tensor, from its states if there are any, with lengths.
Run = Callable[[Tensor, States | None, Tensor], tuple[Tensor, States]]


def run_packed(
    layer: nn.RNNBase, input: PackedSequence, states: States | None, run: Run
) -> tuple[PackedSequence, States]:
    """Run a layer on a packed sequence; what comes out is packed and sorted like it."""
    steps, batch = len(input.batch_sizes), int(input.batch_sizes[0])
    alive = torch.arange(batch) < input.batch_sizes[:, None]
    places = alive.flatten().nonzero().squeeze(1).to(input.data.device)
    # Torch's own way to pad and pack again takes slices step by step, and its gradient a while.
    x = input.data.new_zeros(steps * batch, input.data.shape[-1])
    x = x.index_copy(0, places, input.data).view(steps, batch, -1)
    before = None if states is None else in_order(states, input.sorted_indices)
    outputs, last = run(_turned(layer, x), before, alive.sum(0))
    packed = PackedSequence(
        _turned(layer, outputs).flatten(0, 1).index_select(0, places),
        input.batch_sizes,
        input.sorted_indices,
        input.unsorted_indices,
    )
    return packed, in_order(last, input.unsorted_indices)


def _turned(layer: nn.RNNBase, x: Tensor) -> Tensor:
    """Between time first and what the layer takes."""
    return x.transpose(0, 1) if layer.batch_first else x


def in_order(states: States, order: Tensor | None) -> States:
    """States (layers x directions, N, ...) of sequences in another order."""
    return states if order is None else tuple(part.index_select(1, order) for part in states)
