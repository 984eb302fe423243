"""The kernels as operators, which ``torch.compile`` and ``torch.export`` keep whole.

Outside of them `autograd` runs the same kernels with less ado, and with gradients of gradients.
"""

from typing import Any

import torch
from torch import Tensor

from karussell.kernels import Block, Nonlinearity
from karussell.layers import autograd
from karussell.layers.autograd import Description
from karussell.layers.paths import LayerPrecision, precision_now
from karussell.layers.sequences import last_outputs
from karussell.layers.tensors import LayerRun, LayerTensors


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
    return autograd.run_forward(_description(cells_per_block, coupled, precision), tensors)


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
        _description(cells_per_block, coupled, precision),
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
    ctx.description = inputs[10:]


def _backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:
    *tensors, peepholes, projection, mask, lengths = ctx.saved_tensors[:10]
    found = _lstm_backward(
        tensors, peepholes, projection, mask, lengths, list(ctx.saved_tensors[10:]),
        gradients[0].contiguous(), gradients[1].contiguous(), *ctx.description,
    )  # fmt: skip
    rest = iter(found[6:])
    options = [None if option is None else next(rest) for option in (peepholes, projection)]
    return (*found[:6], *options, *[None] * 5)


_lstm.register_autograd(_backward, setup_context=_remember)


def compiled_lstm_layer(
    x: Tensor,
    weights: LayerTensors,
    states: tuple[Tensor, ...],
    lengths: Tensor | None,
    block: Block,
    precision: LayerPrecision,
    mask: Tensor | None,
) -> LayerRun:
    """Run one layer in one direction; see `autograd.lstm_layer`."""
    hidden, cell = states
    autocast = torch.is_autocast_enabled("cpu")
    outputs, cells, gates = _lstm(
        x, *weights[:3], hidden, cell, *weights[3:5], mask, lengths,
        block.cells, block.coupled, "bfloat16" if autocast else precision,
    )  # fmt: skip
    last = last_outputs(outputs, hidden, lengths), cells[-1].clone()
    return LayerRun(outputs, cells, gates.detach(), last)


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
    weights = LayerTensors(weight_ih, weight_hh, bias)
    with torch.no_grad():
        return autograd.rnn_layer(x, weights, hidden, *_plain(nonlinearity, precision))


@_rnn.register_fake
def _(x: Tensor, weight_ih: Tensor, *_: Any) -> Tensor:
    return x.new_empty(*x.shape[:2], weight_ih.size(0))


@torch.library.custom_op("karussell::rnn_backward", mutates_args=())
def _rnn_backward(
    tensors: list[Tensor], outputs: Tensor, gradient: Tensor, nonlinearity: str, precision: str
) -> list[Tensor]:
    """Gradients on the tensors."""
    return autograd.run_rnn_backward(tensors, outputs, gradient, *_plain(nonlinearity, precision))


@_rnn_backward.register_fake
def _(tensors: list[Tensor], *_: Any) -> list[Tensor]:
    return [torch.empty_like(tensor) for tensor in tensors]


def _remember_rnn(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:5], output)
    ctx.description = inputs[5:]


def _backward_rnn(ctx: Any, gradient: Tensor) -> tuple[Any, ...]:
    *tensors, outputs = ctx.saved_tensors
    found = _rnn_backward(tensors, outputs, gradient.contiguous(), *ctx.description)
    return (*found, None, None)


_rnn.register_autograd(_backward_rnn, setup_context=_remember_rnn)


def compiled_rnn_layer(
    x: Tensor,
    weights: LayerTensors,
    hidden: Tensor,
    nonlinearity: Nonlinearity,
    precision: LayerPrecision,
) -> Tensor:
    """Outputs (T, N, H) of one layer; see `autograd.rnn_layer`."""
    autocast = torch.is_autocast_enabled("cpu")
    given = "bfloat16" if autocast else precision
    outputs: Tensor = _rnn(x, *weights[:3], hidden, nonlinearity, given)
    return outputs


def _description(cells_per_block: int, coupled: bool, precision: str) -> Description:
    # What "auto" is depends on where the program runs, not on where it was compiled.
    return Description(Block(cells_per_block, coupled), precision_now(precision))  # type: ignore[arg-type]


def _plain(nonlinearity: str, precision: str) -> tuple[Any, Any]:
    return nonlinearity, precision_now(precision)  # type: ignore[arg-type]
