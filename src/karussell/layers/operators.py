"""The kernels as operators, which ``torch.compile`` and ``torch.export`` keep whole.

Outside of them `autograd` runs the same kernels with less ado, and with gradients of gradients.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from karussell.blocks import LayerWeights
from karussell.kernels import Block, Nonlinearity, Trace
from karussell.layers import autograd
from karussell.layers.paths import Precision
from karussell.layers.shapes import LayerRun, States, last_outputs


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
    outputs, cells, gates, last = _run(block, precision, tensors)
    return LayerRun(Trace(outputs, cells, gates), (last_outputs(outputs, states[0], lengths), last))


def rnn_layer(
    x: Tensor,
    weights: LayerWeights[Tensor],
    hidden: Tensor,
    nonlinearity: Nonlinearity,
    precision: Precision,
) -> Tensor:
    """Outputs (T, N, H) of one layer; all tensors float32 on the CPU."""
    (outputs,) = _run(nonlinearity, precision, (x, *weights[:3], hidden))
    return outputs


def _run(
    form: Block | Nonlinearity, precision: Precision, tensors: Sequence[Tensor | None]
) -> tuple[Tensor, ...]:
    """Outputs, and of memory blocks cell states, gates and the last cell state, too."""
    if not torch.compiler.is_compiling():
        done: tuple[Tensor, ...] = autograd.layer((form, precision), *tensors)  # type: ignore[no-untyped-call]
        return done
    given = [tensor for tensor in tensors if tensor is not None]
    there = [tensor is not None for tensor in tensors]
    if not isinstance(form, Block):
        return tuple(_layer(given, there, 0, False, form, precision))
    outputs, cells, gates = _layer(given, there, form.cells, form.coupled, None, precision)
    return outputs, cells, gates.detach(), cells[-1].clone()


@torch.library.custom_op("karussell::layer", mutates_args=())
def _layer(
    tensors: list[Tensor],
    there: list[bool],
    cells_per_block: int,
    coupled: bool,
    nonlinearity: str | None,
    precision: str,
) -> list[Tensor]:
    """Outputs (T, N, P), and of memory blocks cell states (T, N, H) and gates (T, N, G)."""
    kind = _kind(cells_per_block, coupled, nonlinearity, precision)
    return autograd.run_forward(kind, _with_none(tensors, there))


@_layer.register_fake
def _(
    tensors: Any, there: Any, cells_per_block: Any, coupled: Any, nonlinearity: Any, precision: Any
) -> list[Tensor]:
    x, weight_ih = tensors[:2]
    states = tensors[4:5] if nonlinearity else tensors[4:6]
    sizes = [state.size(-1) for state in states] + ([] if nonlinearity else [weight_ih.size(0)])
    return [x.new_empty(*x.shape[:2], size) for size in sizes]


@torch.library.custom_op("karussell::layer_backward", mutates_args=())
def _layer_backward(
    trace: list[Tensor],
    gradients: list[Tensor],
    tensors: list[Tensor],
    there: list[bool],
    cells_per_block: int,
    coupled: bool,
    nonlinearity: str | None,
    precision: str,
) -> list[Tensor]:
    """Gradients on those of the first eight tensors that are there."""
    kind = _kind(cells_per_block, coupled, nonlinearity, precision)
    on = gradients if nonlinearity else [*gradients[:2], None, None]
    found = autograd.run_backward(kind, _with_none(tensors, there), trace, on)
    return [gradient for gradient in found if gradient is not None]


@_layer_backward.register_fake
def _(trace: Any, gradients: Any, tensors: Any, there: Any, *_: Any) -> Any:
    return [torch.empty_like(tensor) for tensor in tensors[: sum(there[:8])]]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: list[Tensor]) -> None:
    tensors, *ctx.kind = inputs
    ctx.count = len(tensors)
    ctx.save_for_backward(*tensors, *output)


def _backward(ctx: Any, gradients: list[Tensor]) -> tuple[Any, ...]:
    tensors, trace = list(ctx.saved_tensors[: ctx.count]), list(ctx.saved_tensors[ctx.count :])
    on = [gradient.contiguous() for gradient in gradients]
    found = _layer_backward(trace, on, tensors, *ctx.kind)
    return [*found, *[None] * (len(tensors) - len(found))], *[None] * len(ctx.kind)


_layer.register_autograd(_backward, setup_context=_remember)


def _with_none(tensors: list[Tensor], there: list[bool]) -> list[Tensor | None]:
    """All tensors of a layer; an operator takes no list with gaps."""
    given = iter(tensors)
    return [next(given) if one else None for one in there]


def _kind(cells_per_block: int, coupled: bool, nonlinearity: Any, precision: Any) -> autograd.Kind:
    # What "auto" is depends on where the program runs, not on where it was compiled.
    return nonlinearity or Block(cells_per_block, coupled), precision
