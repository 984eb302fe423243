"""Layers one on the other, in one or two directions, on sequences of any length."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from karussell.kernels import Trace
from karussell.layers.lengths import checked_lengths, turned_round
from karussell.layers.watching import traced, watched

States = tuple[Tensor, ...]


class LayerRun(NamedTuple):
    """What one layer did in one direction.

    Attributes:
        trace: What it did at each step. Beyond a sequence's length outputs and gates are zero, and
            cells are held; a plain layer has nothing but outputs.
        last: The state after the last step of each sequence: hidden (N, P), cell (N, H) and, if
            they are fed back, gates (N, R).
    """

    trace: Trace[Tensor]
    last: States


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
    checked = None if lengths is None else checked_lengths(lengths, x)
    each: list[LayerRun] = []
    for number in range(layer.num_layers):
        outputs = []
        for direction in range(1 + layer.bidirectional):
            own = tuple(state[len(each)] for state in before)
            done = run(
                number, direction, turned_round(x, checked) if direction else x, own, checked
            )
            if direction:
                turned = Trace(*(turned_round(part, checked) for part in done.trace))
                done = LayerRun(turned, done.last)
            each.append(done)
            outputs.append(done.trace.hidden)
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
    x = time_first(layer, input) if batched else input.unsqueeze(1)
    check_input(layer, x)
    if not watched((x,)) and not traced() and not x.size(0):
        raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
    for state in states or ():
        if state.dim() != input.dim():
            raise RuntimeError(
                f"For {'batched' if batched else 'unbatched'} {input.dim()}-D input, hx "
                f"should also be {input.dim()}-D but got a {state.dim()}-D tensor"
            )
    if states is not None and not batched:
        states = tuple(state.unsqueeze(1) for state in states)
    return x, checked_states(layer, x, states, x.size(1), sizes)


def check_input(layer: nn.RNNBase, x: Tensor) -> None:
    """Refuse inputs (..., I) of another dtype or size, as torch does.

    Raises:
        ValueError: They have not the weights' dtype.
        RuntimeError: They have not the layer's size.
    """
    # Torch asks weights that it has kept, which are others than those of a functional call.
    own = first_weight(layer).dtype
    if x.dtype != own and not torch._C._is_any_autocast_enabled():
        raise ValueError(
            f"RNN input dtype ({x.dtype}) does not match weight dtype ({own}). "
            f"Convert input: input.to({own}), or convert model: model.to({x.dtype})"
        )
    if x.size(-1) != layer.input_size:
        raise RuntimeError(
            f"input.size(-1) must be equal to input_size. Expected {layer.input_size}, "
            f"got {x.size(-1)}"
        )


def first_weight(layer: nn.RNNBase) -> Tensor:
    """A weight that every layer has, as it is now."""
    weight: Tensor = layer.weight_ih_l0  # type: ignore[assignment]
    return weight


def checked_states(
    layer: nn.RNNBase, x: Tensor, states: States | None, batch: int, sizes: tuple[int, ...]
) -> States:
    """States (layers x directions, N, ...) before the first step, zeros if there are none.

    Raises:
        RuntimeError: They do not fit.
    """
    count = layer.num_layers * (1 + layer.bidirectional)
    shapes = [(count, batch, size) for size in sizes]
    if states is None:
        return tuple(x.new_zeros(shape) for shape in shapes)
    if len(states) != len(shapes):
        raise RuntimeError(f"Expected a state of {len(shapes)} tensors, got {len(states)}")
    for number, (state, shape) in enumerate(zip(states, shapes, strict=True)):
        layer.check_hidden_size(state, shape, f"Expected hidden[{number}] size {{}}, got {{}}")
        if state.dtype != x.dtype and not torch._C._is_any_autocast_enabled():
            raise RuntimeError(f"Expected hidden[{number}] of {x.dtype}, got {state.dtype}")
    return states


def shaped(
    layer: nn.RNNBase, input: Tensor, output: Tensor, states: States
) -> tuple[Tensor, States]:
    """What came out, time first and batched, as the input is."""
    if input.dim() == 2:
        return output.squeeze(1), tuple(part.squeeze(1) for part in states)
    return time_first(layer, output), states


def time_first(layer: nn.RNNBase, x: Tensor) -> Tensor:
    """From what the layer takes to time first, and back."""
    return x.transpose(0, 1) if layer.batch_first else x
