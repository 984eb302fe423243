"""The kernels as torch autograd functions: one layer, one direction, a whole sequence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from karussell import kernels
from karussell.blocks import LayerWeights, Noise
from karussell.kernels import Block, Nonlinearity
from karussell.layers.operations import lstm_operations, rnn_operations
from karussell.layers.paths import Precision, kernel_precision


def _use_threads_of_torch() -> None:
    folder = Path(torch.__file__).parent
    beside = [*folder.glob("lib/lib*omp*"), *folder.parent.glob("torch.libs/lib*omp*")]
    any(kernels.use_openmp(name) for name in [*map(str, beside), "libgomp.so.1"])


_use_threads_of_torch()


# x, weight_ih, weight_hh, bias, hidden; of memory blocks then cell, peepholes, projection, mask and
# lengths, too.
Tensors = Sequence[Tensor | None]
# What a layer is made of, and the number format of its products.
Kind = tuple[Block | Nonlinearity, Precision]


class _Memory:
    """What NumPy takes a tensor's memory of, which ``Tensor.numpy`` would keep from ever resizing.

    Sharding resizes weights.
    """

    __slots__ = ("_tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor

    def __dlpack__(self, **_: Any) -> Any:
        return torch._C._to_dlpack(self._tensor)

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0  # the CPU


def as_array(tensor: Tensor | None) -> Any:
    """The numbers of a tensor as the kernels read them; they cannot be written."""
    if tensor is None:
        return None
    return np.from_dlpack(_Memory(tensor.detach().resolve_neg().contiguous()))


def kernel_options(precision: Precision) -> dict[str, Any]:
    """The number format of products and the threads of a call of the kernels, here and now."""
    return {"precision": kernel_precision(precision), "threads": torch.get_num_threads()}


def run_forward(kind: Kind, tensors: Tensors) -> list[Tensor]:
    """Outputs of a layer, and of memory blocks cell states and gates, without gradients."""
    form, precision = kind
    arrays, options = [*map(as_array, tensors)], kernel_options(precision)
    if not isinstance(form, Block):
        return [torch.from_numpy(kernels.rnn_forward(*arrays, nonlinearity=form, **options))]
    *arrays, peepholes, projection, mask, lengths = arrays
    trace = kernels.lstm_forward(
        *arrays,
        peepholes=peepholes,
        projection=projection,
        mask=mask,
        lengths=lengths,
        block=form,
        **options,
    )
    return [*map(torch.from_numpy, trace)]


def run_backward(
    kind: Kind, tensors: Tensors, trace: Tensors, gradients: Tensors
) -> list[Tensor | None]:
    """Gradients on the first eight tensors from those on the trace and on the last cells."""
    form, precision = kind
    x, weight_ih, weight_hh, _, hidden, *others = map(as_array, tensors)
    given, options = (x, weight_ih, weight_hh, hidden), kernel_options(precision)
    done, on = [*map(as_array, trace)], [*map(as_array, gradients)]
    results: Sequence[Any]
    if isinstance(form, Block):
        cell, peepholes, projection, mask, lengths = others
        on_outputs, on_cells, _, on_last = on
        results = kernels.lstm_backward(
            kernels.Trace(*done),
            *given,
            cell,
            np.zeros_like(done[0]) if on_outputs is None else on_outputs,
            _on_cells(cell, on_last, on_cells),
            peepholes=peepholes,
            projection=projection,
            mask=mask,
            lengths=lengths,
            block=form,
            **options,
        )
    else:
        (outputs,), (on_outputs,) = done, on
        results = kernels.rnn_backward(outputs, *given, on_outputs, nonlinearity=form, **options)
    return [None if array is None else torch.from_numpy(array) for array in results[:8]]


class _Layer(torch.autograd.Function):
    """A layer's outputs, and of memory blocks cell states, gates and the last cell state, too.

    Gradients have gradients themselves, by torch's operations in float32.
    """

    @staticmethod
    def forward(ctx: Any, kind: Kind, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        trace = run_forward(kind, tensors)
        ctx.save_for_backward(*tensors, *trace)
        ctx.kind, ctx.count = kind, len(tensors)
        ctx.mark_non_differentiable(*trace[2:])
        ctx.set_materialize_grads(False)
        # Its own output, so that its gradient is not one on all cells.
        last = [torch.from_numpy(cells.numpy()[-1]) for cells in trace[1:2]]
        return (*trace, *last)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        saved = ctx.saved_tensors  # read once: what is checkpointed is made again each time
        tensors, trace = saved[: ctx.count], saved[ctx.count :]
        again = torch.is_grad_enabled()
        if again or _batched(gradients):
            found = _gradients_by_operations(ctx, tensors, gradients, again=again)
        else:
            found = run_backward(ctx.kind, tensors, trace, gradients)
        return None, *found, *[None] * (len(tensors) - len(found))


def _on_cells(cell: Any, on_last: Any, on_cells: Any) -> Any:
    """The gradient on the last cell state, or on that of every step if there is one."""
    if on_cells is None:
        return np.zeros_like(cell) if on_last is None else on_last
    if on_last is not None:
        on_cells = on_cells.copy()
        on_cells[-1] += on_last
    return on_cells


def _batched(gradients: Tensors) -> bool:
    """Whether they are several at once, of ``vmap`` or ``is_grads_batched``."""
    functions = torch._C._functorch
    return torch._C._are_functorch_transforms_active() or any(
        gradient is not None and functions.is_legacy_batchedtensor(gradient)
        for gradient in gradients
    )


@torch.enable_grad()
def _gradients_by_operations(
    ctx: Any, tensors: Tensors, gradients: Tensors, *, again: bool
) -> list[Tensor | None]:
    """Gradients by the equations in torch's operations, which may be several at once.

    Args:
        ctx: Of the run whose gradients they are.
        tensors: Its tensors.
        gradients: Those on what it gave.
        again: Whether they have gradients themselves.
    """
    form = ctx.kind[0]
    # Views: what one of them was made of may be another one, which only its own gradient is for.
    needed = ctx.needs_input_grad[1:]
    given: list[Any] = [
        tensor.view_as(tensor) if need and tensor is not None else tensor
        for tensor, need in zip(tensors, needed, strict=True)
    ]
    x, weight_ih, weight_hh, bias, hidden, *others = given
    weights = LayerWeights(weight_ih, weight_hh, bias)
    outputs: tuple[Tensor, ...]
    if isinstance(form, Block):
        cell, peepholes, projection, mask, lengths = others
        run = lstm_operations(
            x,
            weights._replace(peepholes=peepholes, projection=projection),
            (hidden, cell),
            lengths,
            form,
            noise=Noise(mask),
            truncated=False,
        )
        outputs = *run.trace, run.last[1]
    else:
        outputs = (rnn_operations(x, weights, hidden, form),)
    pairs = zip(outputs, gradients, strict=True)
    known = [(output, grad) for output, grad in pairs if grad is not None]
    wanted = [number for number, need in enumerate(needed) if need]
    found = torch.autograd.grad(
        [output for output, _ in known],
        [given[number] for number in wanted],
        [grad for _, grad in known],
        create_graph=again,
        allow_unused=True,
    )
    results: list[Tensor | None] = [None] * len(tensors)
    for number, gradient in zip(wanted, found, strict=True):
        results[number] = gradient
    return results


# The kind of a layer and its tensors through the kernels, with gradients.
layer = _Layer.apply
