"""The kernels as torch autograd functions: one layer, one direction, a whole sequence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from karussell import kernels
from karussell.kernels import Nonlinearity
from karussell.layers.operations import lstm_operations, rnn_operations
from karussell.layers.sequences import last_outputs
from karussell.layers.tensors import LayerRun, LayerTensors, NoiseTensors


def _use_threads_of_torch() -> None:
    folder = Path(torch.__file__).parent
    beside = [*folder.glob("lib/lib*omp*"), *folder.parent.glob("torch.libs/lib*omp*")]
    any(kernels.use_openmp(name) for name in [*map(str, beside), "libgomp.so.1"])


_use_threads_of_torch()


class Description(NamedTuple):
    """How memory blocks are to be run.

    Attributes:
        block: What they are made of.
        precision: The number format of all products.
    """

    block: kernels.Block
    precision: kernels.Precision


# x, weight_ih, weight_hh, bias, hidden, cell, peepholes, projection, mask, lengths.
_Tensors = Sequence[Tensor | None]


def run_forward(description: Description, tensors: _Tensors) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs (T, N, P), cell states (T, N, H) and gates (T, N, G), without gradients."""
    *arrays, peepholes, projection, mask, lengths = map(_array, tensors)
    trace = kernels.lstm_forward(
        *arrays,
        peepholes=peepholes,
        projection=projection,
        mask=mask,
        lengths=lengths,
        block=description.block,
        precision=description.precision,
        threads=torch.get_num_threads(),
    )
    outputs, cells, gates = map(torch.from_numpy, trace)
    return outputs, cells, gates


def run_backward(
    description: Description,
    tensors: _Tensors,
    trace: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
) -> list[Tensor | None]:
    """Gradients on the first eight tensors from those on outputs, last cells and all cells."""
    x, weight_ih, weight_hh, _, hidden, cell, *options = map(_array, tensors)
    peepholes, projection, mask, lengths = options
    done = kernels.Trace(*map(_array, trace))
    on_outputs, on_last, on_cells = map(_array, gradients)
    results = kernels.lstm_backward(
        done,
        *(x, weight_ih, weight_hh, hidden, cell),
        np.zeros_like(done.hidden) if on_outputs is None else on_outputs,
        _on_cells(cell, on_last, on_cells),
        peepholes=peepholes,
        projection=projection,
        mask=mask,
        lengths=lengths,
        block=description.block,
        precision=description.precision,
        threads=torch.get_num_threads(),
    )
    return [None if array is None else torch.from_numpy(array) for array in results[:8]]


class _LSTMLayer(torch.autograd.Function):
    """Forward and backward over a sequence of memory blocks (full back-propagation in time)."""

    @staticmethod
    def forward(ctx: Any, description: Description, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        outputs, cells, gates = run_forward(description, tensors)
        ctx.save_for_backward(*tensors, outputs, cells, gates)
        ctx.description = description
        ctx.mark_non_differentiable(gates)
        ctx.set_materialize_grads(False)
        # Its own output, so that its gradient is not one on all cells.
        return outputs, torch.from_numpy(cells.numpy()[-1]), cells, gates

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():
            return _differentiable_gradients(ctx, gradients[:3])
        saved = ctx.saved_tensors
        found = run_backward(ctx.description, saved[:-3], saved[-3:], gradients[:3])
        return (None, *found, None, None)


def _on_cells(cell: Any, on_last: Any, on_cells: Any) -> Any:
    """The gradient on the last cell state, or on that of every step if there is one."""
    if on_cells is None:
        return np.zeros_like(cell) if on_last is None else on_last
    if on_last is not None:
        on_cells = on_cells.copy()
        on_cells[-1] += on_last
    return on_cells


def _differentiable_gradients(
    ctx: Any, gradients: tuple[Tensor | None, ...]
) -> tuple[Tensor | None, ...]:
    """Gradients that have gradients themselves, by the equations in torch's operations."""
    x, weight_ih, weight_hh, bias, hidden, cell, *options = ctx.saved_tensors[:-3]
    peepholes, projection, mask, lengths = options
    run = lstm_operations(
        x,
        LayerTensors(weight_ih, weight_hh, bias, peepholes, projection),
        (hidden, cell),
        lengths,
        ctx.description.block,
        noise=NoiseTensors(recurrent=mask),
    )
    known = zip((run.outputs, run.last[1], run.cells), gradients, strict=True)
    pairs = [(output, grad) for output, grad in known if grad is not None]
    outputs, on_outputs = zip(*pairs, strict=True)
    tensors = ctx.saved_tensors[:-3]
    return (None, *_gradients(ctx.needs_input_grad[1:], tensors, outputs, on_outputs))


def _gradients(
    needs: Sequence[bool],
    tensors: Sequence[Tensor],
    outputs: Sequence[Tensor],
    on_outputs: Sequence[Tensor],
) -> list[Tensor | None]:
    """Gradients, which have gradients themselves, on the tensors that need one."""
    wanted = [number for number, need in enumerate(needs) if need]
    found = torch.autograd.grad(
        outputs,
        [tensors[number] for number in wanted],
        on_outputs,
        create_graph=True,
        allow_unused=True,
    )
    results: list[Tensor | None] = [None] * len(needs)
    for number, gradient in zip(wanted, found, strict=True):
        results[number] = gradient
    return results


class _RNNLayer(torch.autograd.Function):
    """Forward and backward over a sequence of the plain RNN."""

    @staticmethod
    def forward(
        ctx: Any, nonlinearity: Nonlinearity, precision: kernels.Precision, *tensors: Tensor
    ) -> Tensor:
        outputs = torch.from_numpy(
            kernels.rnn_forward(
                *map(_array, tensors),
                nonlinearity=nonlinearity,
                precision=precision,
                threads=torch.get_num_threads(),
            )
        )
        ctx.save_for_backward(*tensors, outputs)
        ctx.nonlinearity, ctx.precision = nonlinearity, precision
        return outputs

    @staticmethod
    def backward(ctx: Any, grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        *tensors, outputs = ctx.saved_tensors
        if torch.is_grad_enabled():
            x, *weights, hidden = tensors
            again = rnn_operations(x, LayerTensors(*weights), hidden, ctx.nonlinearity)
            needs = ctx.needs_input_grad[2:]
            return (None, None, *_gradients(needs, tensors, [again], [grad_outputs]))
        found = run_rnn_backward(tensors, outputs, grad_outputs, ctx.nonlinearity, ctx.precision)
        return (None, None, *found)


def run_rnn_backward(
    tensors: Sequence[Tensor],
    outputs: Tensor,
    gradient: Tensor,
    nonlinearity: Nonlinearity,
    precision: kernels.Precision,
) -> list[Tensor]:
    """Gradients on x, weight_ih, weight_hh, bias and hidden from those on outputs (T, N, H)."""
    x, weight_ih, weight_hh, _, hidden = map(_array, tensors)
    gradients = kernels.rnn_backward(
        *(_array(outputs), x, weight_ih, weight_hh, hidden, _array(gradient)),
        nonlinearity=nonlinearity,
        precision=precision,
        threads=torch.get_num_threads(),
    )
    return [torch.from_numpy(array) for array in gradients]


def _array(tensor: Tensor | None) -> Any:
    return None if tensor is None else tensor.detach().contiguous().numpy()


def lstm_layer(
    x: Tensor,
    weights: LayerTensors,
    states: tuple[Tensor, ...],
    lengths: Tensor | None,
    description: Description,
    mask: Tensor | None = None,
) -> LayerRun:
    """Run one layer in one direction by the kernels; float32 on the CPU.

    Args:
        x: Inputs (T, N, I).
        weights: The layer's weights.
        states: Hidden (N, P) and cell (N, H) before it.
        lengths: How long each sequence is, int64 (N,); T if None.
        description: How its blocks are to be run.
        mask: What hidden states are multiplied by where net inputs see them (N, P).

    Returns:
        What it did. Cells and outputs carry gradients, and these have gradients themselves, by
        torch's operations in float32; gates are for looking at.
    """
    hidden, cell = states
    outputs, last, cells, gates = _LSTMLayer.apply(  # type: ignore[no-untyped-call]
        description, x, *weights[:3], hidden, cell, *weights[3:5], mask, lengths
    )
    return LayerRun(outputs, cells, gates, (last_outputs(outputs, hidden, lengths), last))


def rnn_layer(
    x: Tensor,
    weights: LayerTensors,
    hidden: Tensor,
    nonlinearity: Nonlinearity,
    precision: kernels.Precision,
) -> Tensor:
    """Outputs (T, N, H) of one layer; all tensors float32 on the CPU."""
    result: Tensor = _RNNLayer.apply(  # type: ignore[no-untyped-call]
        nonlinearity, precision, x, *weights[:3], hidden
    )
    return result
