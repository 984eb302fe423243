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
        outputs, cells, gates = _lstm(*tensors, block.cells, block.coupled, precision)
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
        outputs = _rnn(*tensors, nonlinearity, precision)
    else:
        outputs = autograd.rnn((nonlinearity, precision), *tensors)  # type: ignore[no-untyped-call]
    return outputs


@torch.library.custom_op("karussell::lstm", mutates_args=())
def _lstm(
    x: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias: Tensor,
    hidden: Tensor,
    cell: Tensor,
    peepholes: Tensor | None,
    projection: Tensor | None,
    mask: Tensor | None,
    lengths: Tensor | None,
    cells_per_block: int,
    coupled: bool,
    precision: str,
) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs (T, N, P), cell states (T, N, H) and gates (T, N, G)."""
    tensors = (x, weight_ih, weight_hh, bias, hidden, cell, peepholes, projection, mask, lengths)
    return autograd.run_forward(_kind(cells_per_block, coupled, precision), tensors)


@_lstm.register_fake
def _(*arguments: Any) -> tuple[Tensor, Tensor, Tensor]:
    x, weight_ih, _, _, hidden, cell, *_ = arguments
    steps = x.shape[:2]
    shapes = (hidden.size(-1), cell.size(-1), weight_ih.size(0))
    outputs, cells, gates = (x.new_empty(*steps, size) for size in shapes)
    return outputs, cells, gates


@torch.library.custom_op("karussell::lstm_backward", mutates_args=())
def _lstm_backward(
    tensors: list[Tensor],
    peepholes: Tensor | None,
    projection: Tensor | None,
    mask: Tensor | None,
    lengths: Tensor | None,
    trace: list[Tensor],
    on_outputs: Tensor,
    on_cells: Tensor,
    cells_per_block: int,
    coupled: bool,
    precision: str,
) -> list[Tensor]:
    """Gradients on the tensors, and on peepholes and projection if there are any."""
    found = autograd.run_backward(
        _kind(cells_per_block, coupled, precision),
        (*tensors, peepholes, projection, mask, lengths),
        trace,
        (on_outputs, None, on_cells),
    )
    return [gradient for gradient in found if gradient is not None]


@_lstm_backward.register_fake
def _(tensors: Any, peepholes: Any, projection: Any, *_: Any) -> list[Tensor]:
    wanted = [*tensors, peepholes, projection]
    return [torch.empty_like(tensor) for tensor in wanted if tensor is not None]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    ctx.save_for_backward(*inputs[:10], *output)
    ctx.kind = inputs[10:]


def _backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:
    *tensors, peepholes, projection, mask, lengths = ctx.saved_tensors[:10]
    found = _lstm_backward(
        tensors, peepholes, projection, mask, lengths, list(ctx.saved_tensors[10:]),
        gradients[0].contiguous(), gradients[1].contiguous(), *ctx.kind,
    )  # fmt: skip
    rest = iter(found[6:])
    options = [None if option is None else next(rest) for option in (peepholes, projection)]
    return (*found[:6], *options, *[None] * 5)


_lstm.register_autograd(_backward, setup_context=_remember)


@torch.library.custom_op("karussell::rnn", mutates_args=())
def _rnn(
    x: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias: Tensor,
    hidden: Tensor,
    nonlinearity: str,
    precision: str,
) -> Tensor:
    """Outputs (T, N, H)."""
    kind: Any = nonlinearity, precision
    return autograd.run_rnn_forward(kind, (x, weight_ih, weight_hh, bias, hidden))


@_rnn.register_fake
def _(x: Tensor, weight_ih: Tensor, *_: Any) -> Tensor:
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


def _remember_rnn(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:5], output)
    ctx.kind = inputs[5:]


def _backward_rnn(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:
    *tensors, outputs = ctx.saved_tensors
    return (*_rnn_backward(tensors, outputs, gradient.contiguous(), *ctx.kind), None, None)


_rnn.register_autograd(_backward_rnn, setup_context=_remember_rnn)


def _kind(cells_per_block: int, coupled: bool, precision: str) -> Any:
    # What "auto" is depends on where the program runs, not on where it was compiled.
    return Block(cells_per_block, coupled), precision
