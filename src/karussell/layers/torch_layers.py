"""Torch's own recurrent layers, run on weights that are made for them."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell.layers.packing import in_order
from karussell.layers.shapes import States, prepare, shaped

_FUNCTIONS = {"LSTM": torch.lstm, "RNN_TANH": torch.rnn_tanh, "RNN_RELU": torch.rnn_relu}


def run_torch(
    layer: nn.RNNBase,
    input: Tensor | PackedSequence,
    states: States | None,
    sizes: tuple[int, ...],
    weights: Sequence[Tensor],
    *,
    bias: bool,
) -> tuple[Tensor | PackedSequence, States]:
    """Run all layers as ``torch.nn`` would.

    Args:
        layer: What they are.
        input: (T, N, I), (N, T, I) with ``batch_first``, (T, I), or packed.
        states: Before the first step; zeros if None.
        sizes: The size of each part of a state.
        weights: All weights in torch's order.
        bias: Whether there are biases among them.
    """
    function = cast(Callable[..., Any], _FUNCTIONS[layer.mode])

    def run(x: Tensor, before: States, *sizes: Tensor, last: tuple[bool, ...]) -> tuple[Any, ...]:
        hx = before if len(before) > 1 else before[0]
        settings = (bias, layer.num_layers, layer.dropout, layer.training, layer.bidirectional)
        output, *states = function(x, *sizes, hx, list(weights), *settings, *last)
        return output, tuple(states)

    if not isinstance(input, PackedSequence):
        return shaped(layer, input, *run(*prepare(layer, input, states, sizes), last=(False,)))
    x, before = _packed_states(layer, input, states, sizes)
    output, after = run(x, before, input.batch_sizes, last=())
    packed = PackedSequence(output, input.batch_sizes, input.sorted_indices, input.unsorted_indices)
    return packed, in_order(after, input.unsorted_indices)


def _packed_states(
    layer: nn.RNNBase, input: PackedSequence, states: States | None, sizes: tuple[int, ...]
) -> tuple[Tensor, States]:
    layer.check_input(input.data, input.batch_sizes)
    count = layer.num_layers * (1 + layer.bidirectional)
    shapes = [(count, int(input.batch_sizes[0]), size) for size in sizes]
    if states is None:
        return input.data, tuple(input.data.new_zeros(shape) for shape in shapes)
    for number, (state, shape) in enumerate(zip(states, shapes, strict=True)):
        layer.check_hidden_size(state, shape, f"Expected hidden[{number}] size {{}}, got {{}}")
    return input.data, in_order(states, input.sorted_indices)
