"""The kernels as operators, which ``torch.compile`` and ``torch.export`` keep whole.

Outside of them `autograd` runs the same kernels with less ado, and with gradients of gradients.
"""

from typing import Any

import torch
from torch import Tensor

from karussell.blocks import LayerWeights
from karussell.kernels import Block, Nonlinearity, Trace
from karussell.layers import autograd
from karussell.layers.paths import Precision
from karussell.layers.shapes import last_outputs
from karussell.layers.tensors import LayerRun, States


def lstm_layer(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    block: Block,
    precision: Precision,
    mask: Tensor | None,
) -> LayerRun:
    """Run one layer in one direction by the kernels; float32 on the CPU.

    Args:
        x: Inputs (T, N, I).
        weights: The layer's weights.
        states: Hidden (N, P) and cell (N, H) before it.
        lengths: How long each sequence is, int64 (N,); T if None.
        block: What its blocks are made of.
        precision: The number format of all products.
        mask: What hidden states are multiplied by where net inputs see them (N, P).

    Returns:
        What it did. Cells and outputs carry gradients; gates are for looking at.
    """
    tensors = (x, *weights[:3], *states, *weights[3:5], mask, lengths)
    if torch.compiler.is_compiling():
        given = [tensor for tensor in tensors if tensor is not None]
        there = [tensor is not None for tensor in tensors]
        outputs, cells, gates = _lstm(given, there, block.cells, block.coupled, precision)
        last, gates = cells[-1].clone(), gates.detach()
    else:
        outputs, last, cells, gates = autograd.lstm((block, precision), *tensors)  # type: ignore[no-untyped-call]
    return LayerRun(Trace(outputs, cells, gates), (last_outputs(outputs, states[0], lengths), last))


def rnn_layer(
    x: Tensor,
    weights: LayerWeights[Tensor],
    hidden: Tensor,
    nonlinearity: Nonlinearity,
    precision: Precision,
) -> Tensor:
    """Outputs (T, N, H) of one layer; all tensors float32 on the CPU."""
    tensors = (x, *weights[:3], hidden)
    outputs: Tensor
    if torch.compiler.is_compiling():
        outputs = _rnn(list(tensors), nonlinearity, precision)
    else:
        outputs = autograd.rnn((nonlinearity, precision), *tensors)  # type: ignore[no-untyped-call]
    return outputs


@torch.library.custom_op("karussell::lstm", mutates_args=())
def _lstm(
    tensors: list[Tensor], there: list[bool], cells_per_block: int, coupled: bool, precision: str
) -> list[Tensor]:
    """Outputs (T, N, P), cell states (T, N, H) and gates (T, N, G)."""
    kind = _kind(cells_per_block, coupled, precision)
    return list(autograd.run_forward(kind, _with_none(tensors, there)))


@_lstm.register_fake
def _(tensors: list[Tensor], *how: Any) -> list[Tensor]:
    x, weight_ih, _, _, hidden, cell = tensors[:6]
    sizes = (hidden.size(-1), cell.size(-1), weight_ih.size(0))
    return [x.new_empty(*x.shape[:2], size) for size in sizes]


@torch.library.custom_op("karussell::lstm_backward", mutates_args=())
def _lstm_backward(
    tensors: list[Tensor],
    trace: list[Tensor],
    on_outputs: Tensor,
    on_cells: Tensor,
    there: list[bool],
    cells_per_block: int,
    coupled: bool,
    precision: str,
) -> list[Tensor]:
    """Gradients on those of the first eight tensors that are there."""
    kind = _kind(cells_per_block, coupled, precision)
    gradients = (on_outputs, None, on_cells)
    found = autograd.run_backward(kind, _with_none(tensors, there), trace, gradients)
    return [gradient for gradient in found if gradient is not None]


@_lstm_backward.register_fake
def _(tensors: Any, trace: Any, on_outputs: Any, on_cells: Any, there: Any, *_: Any) -> Any:
    return [torch.empty_like(tensor) for tensor in tensors[: sum(there[:8])]]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    tensors, *ctx.kind = inputs
    ctx.count = len(tensors)
    ctx.save_for_backward(*tensors, *([output] if isinstance(output, Tensor) else output))


def _backward(ctx: Any, gradients: list[Tensor]) -> tuple[Any, ...]:
    tensors, trace = list(ctx.saved_tensors[: ctx.count]), list(ctx.saved_tensors[ctx.count :])
    on_outputs, on_cells = (gradient.contiguous() for gradient in gradients[:2])
    found = _lstm_backward(tensors, trace, on_outputs, on_cells, *ctx.kind)
    return [*found, *[None] * (len(tensors) - len(found))], *[None] * len(ctx.kind)


_lstm.register_autograd(_backward, setup_context=_remember)


@torch.library.custom_op("karussell::rnn", mutates_args=())
def _rnn(tensors: list[Tensor], nonlinearity: str, precision: str) -> Tensor:
    """Outputs (T, N, H)."""
    kind: Any = nonlinearity, precision
    return autograd.run_rnn_forward(kind, tensors)


@_rnn.register_fake
def _(tensors: list[Tensor], *_: Any) -> Tensor:
    x, weight_ih = tensors[:2]
    return x.new_empty(*x.shape[:2], weight_ih.size(0))


@torch.library.custom_op("karussell::rnn_backward", mutates_args=())
def _rnn_backward(
    tensors: list[Tensor], outputs: Tensor, gradient: Tensor, nonlinearity: str, precision: str
) -> list[Tensor]:
    """Gradients on the tensors."""
    kind: Any = nonlinearity, precision
    return autograd.run_rnn_backward(kind, tensors, outputs, gradient)


@_rnn_backward.register_fake
def _(tensors: list[Tensor], *_: Any) -> list[Tensor]:
    return [torch.empty_like(tensor) for tensor in tensors]


def _backward_rnn(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:
    outputs = ctx.saved_tensors[-1]
    tensors = list(ctx.saved_tensors[:-1])
    return _rnn_backward(tensors, outputs, gradient.contiguous(), *ctx.kind), None, None


_rnn.register_autograd(_backward_rnn, setup_context=_remember)


def _with_none(tensors: list[Tensor], there: list[bool]) -> list[Tensor | None]:
    """All ten tensors; an operator takes no list with gaps."""
    given = iter(tensors)
    return [next(given) if one else None for one in there]


def _kind(cells_per_block: int, coupled: bool, precision: str) -> Any:
    # What "auto" is depends on where the program runs, not on where it was compiled.
    return Block(cells_per_block, coupled), precision
