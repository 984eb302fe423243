"""The kernels as torch autograd functions: one layer, one direction, a whole sequence."""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from karussell import kernels
from karussell.kernels import Nonlinearity


def _use_threads_of_torch() -> None:
    folder = Path(torch.__file__).parent
    beside = [*folder.glob("lib/lib*omp*"), *folder.parent.glob("torch.libs/lib*omp*")]
    any(kernels.use_openmp(name) for name in [*map(str, beside), "libgomp.so.1"])


_use_threads_of_torch()


class LayerTensors(NamedTuple):
    """The weights of one layer and direction: (G, I), (G, P), (G,), (3, H) or (2, H), (P, H)."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    peepholes: Tensor | None = None
    projection: Tensor | None = None


class Description(NamedTuple):
    """How memory blocks are to be run.

    Attributes:
        block: What they are made of.
        precision: The number format of all products.
    """

    block: kernels.Block
    precision: kernels.Precision


class _LSTMLayer(torch.autograd.Function):
    """Forward and backward over a sequence of memory blocks (full back-propagation in time)."""

    @staticmethod
    def forward(ctx: Any, description: Description, *tensors: Tensor | None) -> tuple[Tensor, ...]:
        *arrays, peepholes, projection, lengths = map(_array, tensors)
        trace = kernels.lstm_forward(
            *arrays,
            peepholes=peepholes,
            projection=projection,
            lengths=lengths,
            block=description.block,
            precision=description.precision,
            threads=torch.get_num_threads(),
        )
        outputs, cell, gates = map(torch.from_numpy, trace)
        ctx.save_for_backward(*tensors, outputs, cell, gates)
        ctx.description = description
        return outputs, cell[-1]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        *arrays, hidden, cell, peepholes, projection, lengths = map(_array, ctx.saved_tensors[:-3])
        x, weight_ih, weight_hh, _ = arrays
        results = kernels.lstm_backward(
            kernels.Trace(*map(_array, ctx.saved_tensors[-3:])),
            *(x, weight_ih, weight_hh, hidden, cell, *map(_array, gradients)),
            peepholes=peepholes,
            projection=projection,
            lengths=lengths,
            block=ctx.description.block,
            precision=ctx.description.precision,
            threads=torch.get_num_threads(),
        )
        return (None, *(None if a is None else torch.from_numpy(a) for a in results), None)


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
    @once_differentiable
    def backward(ctx: Any, grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_ih, weight_hh, _, hidden, outputs = map(_array, ctx.saved_tensors)
        gradients = kernels.rnn_backward(
            *(outputs, x, weight_ih, weight_hh, hidden, _array(grad_outputs)),
            nonlinearity=ctx.nonlinearity,
            precision=ctx.precision,
            threads=torch.get_num_threads(),
        )
        return (None, None, *map(torch.from_numpy, gradients))


def _array(tensor: Tensor | None) -> Any:
    return None if tensor is None else tensor.detach().contiguous().numpy()


def lstm_layer(
    x: Tensor,
    weights: LayerTensors,
    hidden: Tensor,
    cell: Tensor,
    lengths: Tensor | None,
    description: Description,
) -> tuple[Tensor, Tensor]:
    """Outputs (T, N, P) and last cell state (N, H) of one layer; float32 on the CPU.

    Beyond a sequence's length, int64 (N,), outputs are zero.
    """
    result: tuple[Tensor, Tensor] = _LSTMLayer.apply(  # type: ignore[no-untyped-call]
        description, x, *weights[:3], hidden, cell, *weights[3:], lengths
    )
    return result


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
