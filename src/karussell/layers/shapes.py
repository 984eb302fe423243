"""Layers one on the other, in one or two directions, on sequences of any length, packed or not."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell.errors import UsageError
from karussell.kernels import Trace

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
    checked = None if lengths is None else _checked_lengths(lengths, x)
    each: list[LayerRun] = []
    for number in range(layer.num_layers):
        outputs = []
        for direction in range(1 + layer.bidirectional):
            own = tuple(state[len(each)] for state in before)
            done = run(number, direction, _reversed(x, checked) if direction else x, own, checked)
            if direction:
                turned = Trace(*(_reversed(part, checked) for part in done.trace))
                done = LayerRun(turned, done.last)
            each.append(done)
            outputs.append(done.trace.hidden)
        x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-1)
        if layer.dropout and layer.training and number + 1 < layer.num_layers:
            x = nn.functional.dropout(x, layer.dropout)
    last = tuple(torch.stack(parts) for parts in zip(*(done.last for done in each), strict=True))
    return LayersRun(*shaped(layer, input, x, last), tuple(each))


def run_packed(
    layer: nn.RNNBase,
    input: PackedSequence,
    states: States | None,
    run: Callable[[Tensor, States | None, Tensor], LayersRun],
) -> tuple[PackedSequence, States]:
    """Run all layers on a packed sequence; what comes out is packed and sorted like it."""
    steps, batch = len(input.batch_sizes), int(input.batch_sizes[0])
    alive = torch.arange(batch) < input.batch_sizes[:, None]
    places = alive.flatten().nonzero().squeeze(1).to(input.data.device)
    # Torch's own way to pad and pack again takes slices step by step, and its gradient a while.
    x = input.data.new_zeros(steps * batch, input.data.shape[-1])
    x = x.index_copy(0, places, input.data).view(steps, batch, -1)
    before = None if states is None else in_order(states, input.sorted_indices)
    outputs, last, _ = run(_turned(layer, x), before, alive.sum(0))
    kept = _turned(layer, outputs).flatten(0, 1).index_select(0, places)
    return packed_like(input, kept), in_order(last, input.unsorted_indices)


def packed_like(input: PackedSequence, data: Tensor) -> PackedSequence:
    """Other values of the same sequences."""
    return PackedSequence(data, input.batch_sizes, input.sorted_indices, input.unsorted_indices)


def in_order(states: States, order: Tensor | None) -> States:
    """States (layers x directions, N, ...) of sequences in another order."""
    return states if order is None else tuple(part.index_select(1, order) for part in states)


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
    x = _turned(layer, input) if batched else input.unsqueeze(1)
    layer.check_input(x, None)
    for state in states or ():
        if state.dim() != input.dim():
            raise RuntimeError(
                f"For {'batched' if batched else 'unbatched'} {input.dim()}-D input, hx "
                f"should also be {input.dim()}-D but got a {state.dim()}-D tensor"
            )
    if states is not None and not batched:
        states = tuple(state.unsqueeze(1) for state in states)
    return x, checked_states(layer, x, states, x.size(1), sizes)


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
    return states


def shaped(
    layer: nn.RNNBase, input: Tensor, output: Tensor, states: States
) -> tuple[Tensor, States]:
    """What came out, time first and batched, as the input is."""
    if input.dim() == 2:
        return output.squeeze(1), tuple(part.squeeze(1) for part in states)
    return _turned(layer, output), states


def last_outputs(outputs: Tensor, hidden: Tensor, lengths: Tensor | None) -> Tensor:
    """The last output (N, P) of each sequence; the state before, if it has none."""
    if lengths is None:
        return outputs[-1]
    at = (lengths - 1).clamp(min=0).to(outputs.device)[None, :, None]
    last = outputs.gather(0, at.expand(1, *outputs.shape[1:])).squeeze(0)
    return torch.where((lengths > 0).to(outputs.device)[:, None], last, hidden)


def zero_beyond(outputs: Tensor, lengths: Tensor | None) -> Tensor:
    """Outputs (T, N, P), zero beyond each sequence's length."""
    if lengths is None:
        return outputs
    time = torch.arange(len(outputs))[:, None]
    alive = (time < lengths).to(outputs.device)[:, :, None]
    return torch.where(alive, outputs, torch.zeros_like(outputs))


def _turned(layer: nn.RNNBase, x: Tensor) -> Tensor:
    """Between time first and what the layer takes."""
    return x.transpose(0, 1) if layer.batch_first else x


def _checked_lengths(lengths: Tensor | list[int], x: Tensor) -> Tensor:
    """Lengths as int64 (N,) on the CPU: one for each sequence of x (T, N, I), 0 to T."""
    checked = torch.as_tensor(lengths, dtype=torch.int64, device="cpu")
    time, batch = x.shape[:2]
    if tuple(checked.shape) != (batch,):
        raise UsageError(f"lengths are {list(checked.shape)}, expected one for each of {batch}")
    if torch.compiler.is_compiling():
        return checked  # the kernels look at its values when they run
    if int(checked.min()) < 0 or int(checked.max()) > time:
        raise UsageError(
            f"lengths are {int(checked.min())} to {int(checked.max())}, expected 0 to {time}"
        )
    return checked


def _reversed(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Each sequence of x (T, N, I) turned round; what lies beyond its length stays where it is."""
    if lengths is None:
        return x.flip(0)
    time = torch.arange(x.size(0))[:, None]
    from_where = torch.where(time < lengths, lengths - 1 - time, time).to(x.device)
    return x.gather(0, from_where[:, :, None].expand_as(x))
