"""The kernels as torch autograd functions: one layer, one direction, a whole sequence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from karussell import kernels
from karussell.blocks import LayerWeights, Noise
from karussell.kernels import Block, Nonlinearity, Trace
from karussell.layers.operations import lstm_operations, rnn_operations
from karussell.layers.paths import Precision, kernel_precision


def _use_threads_of_torch() -> None:
    folder = Path(torch.__file__).parent
    beside = [*folder.glob("lib/lib*omp*"), *folder.parent.glob("torch.libs/lib*omp*")]
    any(kernels.use_openmp(name) for name in [*map(str, beside), "libgomp.so.1"])


_use_threads_of_torch()


# x, weight_ih, weight_hh, bias, hidden, cell, peepholes, projection, mask, lengths.
Tensors = Sequence[Tensor | None]
# What a layer is made of, and the number format of its products.
LSTMKind = tuple[Block, Precision]
RNNKind = tuple[Nonlinearity, Precision]


def as_array(tensor: Tensor | None) -> Any:
    """The numbers of a tensor as the kernels take them."""
    return None if tensor is None else tensor.detach().contiguous().numpy()


def kernel_options(precision: Precision) -> dict[str, Any]:
    """The number format of products and the threads of a call of the kernels, here and now."""
    return {"precision": kernel_precision(precision), "threads": torch.get_num_threads()}


def run_forward(kind: LSTMKind, tensors: Tensors) -> Trace[Tensor]:
    """What a layer of memory blocks does, without gradients."""
    *arrays, peepholes, projection, mask, lengths = map(as_array, tensors)
    trace = kernels.lstm_forward(
        *arrays,
        peepholes=peepholes,
        projection=projection,
        mask=mask,
        lengths=lengths,
        block=kind[0],
        **kernel_options(kind[1]),
    )
    return Trace(*map(torch.from_numpy, trace))


def run_backward(
    kind: LSTMKind,
    tensors: Tensors,
    trace: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
) -> list[Tensor | None]:
    """Gradients on the first eight tensors from those on outputs, last cells and all cells."""
    x, weight_ih, weight_hh, _, hidden, cell, *options = map(as_array, tensors)
    peepholes, projection, mask, lengths = options
    done = kernels.Trace(*map(as_array, trace))
    on_outputs, on_last, on_cells = map(as_array, gradients)
    results = kernels.lstm_backward(
        done,
        *(x, weight_ih, weight_hh, hidden, cell),
        np.zeros_like(done.hidden) if on_outputs is None else on_outputs,
        _on_cells(cell, on_last, on_cells),
        peepholes=peepholes,
        projection=projection,
        mask=mask,
        lengths=lengths,
        block=kind[0],
        **kernel_options(kind[1]),
    )
    return [None if array is None else torch.from_numpy(array) for array in results[:8]]


def run_rnn_forward(kind: RNNKind, tensors: Sequence[Tensor]) -> Tensor:
    """Outputs (T, N, H) of a plain layer, without gradients."""
    arrays = map(as_array, tensors)
    return torch.from_numpy(
        kernels.rnn_forward(*arrays, nonlinearity=kind[0], **kernel_options(kind[1]))
    )


def run_rnn_backward(
    kind: RNNKind, tensors: Sequence[Tensor], outputs: Tensor, gradient: Tensor
) -> list[Tensor]:
    """Gradients on x, weight_ih, weight_hh, bias and hidden from those on outputs (T, N, H)."""
    x, weight_ih, weight_hh, _, hidden = map(as_array, tensors)
    gradients = kernels.rnn_backward(
        *(as_array(outputs), x, weight_ih, weight_hh, hidden, as_array(gradient)),
        nonlinearity=kind[0],
        **kernel_options(kind[1]),
    )
    return [torch.from_numpy(array) for array in gradients]


class _LSTM(torch.autograd.Function):
    """A sequence of memory blocks: its outputs, last cell state, cell states and gates.

    Gradients have gradients themselves, by torch's operations in float32.
    """

    @staticmethod
    def forward(ctx: Any, kind: LSTMKind, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        outputs, cells, gates = run_forward(kind, tensors)
        ctx.save_for_backward(*tensors, outputs, cells, gates)
        ctx.kind = kind
        ctx.mark_non_differentiable(gates)
        ctx.set_materialize_grads(False)
        # Its own output, so that its gradient is not one on all cells.
        return outputs, torch.from_numpy(cells.numpy()[-1]), cells, gates

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        tensors, trace = ctx.saved_tensors[:-3], ctx.saved_tensors[-3:]
        if torch.is_grad_enabled():
            found = _differentiable_gradients(ctx, tensors, gradients[:3])
        else:
            found = [*run_backward(ctx.kind, tensors, trace, gradients[:3]), None, None]
        return (None, *found)


class _RNN(torch.autograd.Function):
    """A sequence of the plain RNN: its outputs."""

    @staticmethod
    def forward(ctx: Any, kind: RNNKind, *tensors: Tensor) -> Tensor:
        outputs = run_rnn_forward(kind, tensors)
        ctx.save_for_backward(*tensors, outputs)
        ctx.kind = kind
        return outputs

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        *tensors, outputs = ctx.saved_tensors
        found: Sequence[Tensor | None]
        if torch.is_grad_enabled():
            x, *weights, hidden = tensors
            again = rnn_operations(x, LayerWeights(*weights), hidden, ctx.kind[0])
            found = _gradients(ctx.needs_input_grad[1:], tensors, [again], [gradient])
        else:
            found = run_rnn_backward(ctx.kind, tensors, outputs, gradient)
        return (None, *found)


def _on_cells(cell: Any, on_last: Any, on_cells: Any) -> Any:
    """The gradient on the last cell state, or on that of every step if there is one."""
    if on_cells is None:
        return np.zeros_like(cell) if on_last is None else on_last
    if on_last is not None:
        on_cells = on_cells.copy()
        on_cells[-1] += on_last
    return on_cells


def _differentiable_gradients(
    ctx: Any, tensors: Sequence[Tensor], gradients: Sequence[Tensor | None]
) -> list[Tensor | None]:
    """Gradients that have gradients themselves, by the equations in torch's operations."""
    x, weight_ih, weight_hh, bias, hidden, cell, peepholes, projection, mask, lengths = tensors
    run = lstm_operations(
        x,
        LayerWeights(weight_ih, weight_hh, bias, peepholes, projection),
        (hidden, cell),
        lengths,
        ctx.kind[0],
        noise=Noise(mask),
        truncated=False,
    )
    known = zip((run.trace.hidden, run.last[1], run.trace.cell), gradients, strict=True)
    pairs = [(output, grad) for output, grad in known if grad is not None]
    outputs, on_outputs = zip(*pairs, strict=True)
    return _gradients(ctx.needs_input_grad[1:], tensors, outputs, on_outputs)


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


# x and what follows it through the kernels, with gradients.
lstm, rnn = _LSTM.apply, _RNN.apply
