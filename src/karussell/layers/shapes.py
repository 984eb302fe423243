"""Layers one on the other, each in one or two directions, shaped as torch shapes them."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from karussell.layers.sequences import check_lengths, reverse
from karussell.layers.tensors import LayerRun

States = tuple[Tensor, ...]
# Runs one layer (its number, its direction) on x (T, N, I) from its states, with lengths or None.
RunLayer = Callable[[int, int, Tensor, States, Tensor | None], LayerRun]


class LayersRun(NamedTuple):
    """What all layers did.

    Attributes:
        output: What the top layer put out, shaped as the input.
        states: The last states (layers x directions, N, ...), without N for input without a batch.
        each: Every layer and direction in the order of the states, time first.
    """

    output: Tensor
    states: States
    each: tuple[LayerRun, ...]


def run_layers(
    layer: nn.RNNBase,
    input: Tensor,
    states: States | None,
    lengths: Tensor | list[int] | None,
    sizes: tuple[int, ...],
    run: RunLayer,
) -> LayersRun:
    """Run all layers in all directions.

    Args:
        layer: What they are.
        input: (T, N, I), (N, T, I) with ``batch_first``, or (T, I).
        states: Before the first step; zeros if None.
        lengths: How long each sequence is, (N,); T if None.
        sizes: The size of each part of a state.
        run: Runs one of them.

    Raises:
        UsageError: Lengths do not fit the input.
        ValueError: The input is none; see `prepare`.
        RuntimeError: Sizes of input or states do not fit.
    """
    x, before = prepare(layer, input, states, sizes)
    checked = None if lengths is None else check_lengths(lengths, x)
    each: list[LayerRun] = []
    for number in range(layer.num_layers):
        outputs = []
        for direction in range(1 + layer.bidirectional):
            own = tuple(state[len(each)] for state in before)
            read = reverse(x, checked) if direction else x
            done = run(number, direction, read, own, checked)
            if direction:
                turned, cells, gates = (reverse(part, checked) for part in done[:3])
                done = LayerRun(turned, cells, gates, done.last)
            each.append(done)
            outputs.append(done.outputs)
        x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-1)
        if layer.dropout and layer.training and number + 1 < layer.num_layers:
            x = nn.functional.dropout(x, layer.dropout)
    last = tuple(torch.stack(parts) for parts in zip(*(done.last for done in each), strict=True))
    return LayersRun(*shaped(layer, input, x, last), tuple(each))


def prepare(
    layer: nn.RNNBase, input: Tensor, states: States | None, sizes: tuple[int, ...]
) -> tuple[Tensor, States]:
    """Input as (T, N, I) and states as (layers x directions, N, ...), checked as torch does.

    Raises:
        ValueError: The input has not two or three dimensions, or not the weights' dtype.
        RuntimeError: Sizes of input or states do not fit.
    """
    if input.dim() not in (2, 3):
        raise ValueError(
            f"{layer.mode.split('_')[0]}: Expected input to be 2D or 3D, got {input.dim()}D instead"
        )
    batched = input.dim() == 3
    x = input if batched else input.unsqueeze(1)
    if batched and layer.batch_first:
        x = x.transpose(0, 1)
    layer.check_input(x, None)
    count = layer.num_layers * (1 + layer.bidirectional)
    shapes = [(count, x.size(1), size) for size in sizes]
    if states is None:
        return x, tuple(x.new_zeros(shape) for shape in shapes)
    if len(states) != len(shapes):
        raise RuntimeError(f"Expected a state of {len(shapes)} tensors, got {len(states)}")
    for state in states:
        if state.dim() != input.dim():
            raise RuntimeError(
                f"For {'batched' if batched else 'unbatched'} {input.dim()}-D input, hx "
                f"should also be {input.dim()}-D but got a {state.dim()}-D tensor"
            )
    if not batched:
        states = tuple(state.unsqueeze(1) for state in states)
    for number, (state, shape) in enumerate(zip(states, shapes, strict=True)):
        layer.check_hidden_size(state, shape, f"Expected hidden[{number}] size {{}}, got {{}}")
    return x, states


def shaped(
    layer: nn.RNNBase, input: Tensor, output: Tensor, states: States
) -> tuple[Tensor, States]:
    """What came out, time first and batched, as the input is."""
    if input.dim() == 2:
        return output.squeeze(1), tuple(part.squeeze(1) for part in states)
    return (output.transpose(0, 1) if layer.batch_first else output), states
