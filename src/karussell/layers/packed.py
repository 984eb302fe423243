"""Packed sequences: padded for the layers, and packed again."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell.layers.shapes import LayersRun, States, time_first
from karussell.layers.watching import traced, watched


def run_packed(
    layer: nn.RNNBase,
    input: PackedSequence,
    states: States | None,
    run: Callable[[Tensor, States | None, Tensor], LayersRun],
) -> tuple[PackedSequence, States]:
    """Run all layers on a packed sequence; what comes out is packed and sorted like it."""
    data, sizes, order, _ = input
    recorded = watched((data, sizes)) or traced()
    # Who is told a number of sequences by `torch.jit` keeps it; the sizes say it when it runs.
    count = None if order is None or traced() else order.size(0)
    x, lengths = (_pad_operator if recorded else _pad)(data, sizes, count)
    before = None if states is None else in_order(states, order)
    outputs, last, _ = run(time_first(layer, x), before, lengths)
    kept = (_pack_operator if recorded else _pack)(time_first(layer, outputs), sizes, data.size(0))
    return packed_like(input, kept), in_order(last, input.unsorted_indices)


def packed_like(input: PackedSequence, data: Tensor) -> PackedSequence:
    """Other values of the same sequences."""
    return PackedSequence(data, input.batch_sizes, input.sorted_indices, input.unsorted_indices)


def in_order(states: States, order: Tensor | None) -> States:
    """States (layers x directions, N, ...) of sequences in another order."""
    return states if order is None else tuple(part.index_select(1, order) for part in states)


def sequences(input: PackedSequence) -> int:
    """How many sequences are packed."""
    order = input.sorted_indices
    return int(input.batch_sizes[0]) if order is None else order.size(0)


def _alive(sizes: Tensor, count: int | None) -> Tensor:
    """Which places of (T, N) are steps of a sequence."""
    batch = int(sizes[0]) if count is None else count
    return torch.arange(batch, device="cpu") < sizes[:, None]


def _places(sizes: Tensor, count: int | None, device: torch.device) -> Tensor:
    return _alive(sizes, count).flatten().nonzero().squeeze(1).to(device)


def _pad(data: Tensor, sizes: Tensor, count: int | None) -> list[Tensor]:
    """Inputs (T, N, I), and how long each sequence is, of packed data (M, I)."""
    alive = _alive(sizes, count)
    # Torch's own way to pad and pack again takes slices step by step, and its gradient a while.
    x = data.new_zeros(alive.numel(), data.size(-1))
    x = x.index_copy(0, _places(sizes, count, data.device), data)
    return [x.view(*alive.shape, data.size(-1)), alive.sum(0)]


def _pack(x: Tensor, sizes: Tensor, total: int) -> Tensor:
    """Packed data (total, I) of x (T, N, I)."""
    return x.flatten(0, 1).index_select(0, _places(sizes, x.size(1), x.device))


@torch.library.custom_op("karussell::pad", mutates_args=())
def _pad_operator(data: Tensor, sizes: Tensor, count: int | None) -> list[Tensor]:
    """Inputs (T, N, I), and how long each sequence is, of packed data (M, I)."""
    return _pad(data, sizes, count)


@_pad_operator.register_fake
def _(data: Tensor, sizes: Tensor, count: int | None) -> list[Tensor]:
    batch: Any = torch.library.get_ctx().new_dynamic_size() if count is None else count
    return [data.new_empty(sizes.size(0), batch, data.size(-1)), sizes.new_empty(batch)]


@torch.library.custom_op("karussell::pack", mutates_args=())
def _pack_operator(x: Tensor, sizes: Tensor, total: int) -> Tensor:
    """Packed data (total, I) of x (T, N, I)."""
    return _pack(x, sizes, total)


@_pack_operator.register_fake
def _(x: Tensor, sizes: Tensor, total: int) -> Tensor:
    return x.new_empty(total, x.size(-1))


def _remember_pad(ctx: Any, inputs: tuple[Any, ...], output: list[Tensor]) -> None:
    data, sizes, _ = inputs
    ctx.save_for_backward(sizes)
    ctx.total = data.size(0)


def _remember_pack(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, sizes, _ = inputs
    ctx.save_for_backward(sizes)
    ctx.count = x.size(1)


def _pad_backward(ctx: Any, gradients: list[Tensor]) -> tuple[Any, ...]:
    return _pack_operator(gradients[0], *ctx.saved_tensors, ctx.total), None, None


def _pack_backward(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:
    return _pad_operator(gradient, *ctx.saved_tensors, ctx.count)[0], None, None


_pad_operator.register_autograd(_pad_backward, setup_context=_remember_pad)
_pack_operator.register_autograd(_pack_backward, setup_context=_remember_pack)
