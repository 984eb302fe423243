"""The kernels as torch autograd functions: one layer, one direction, a whole sequence."""

from typing import Any, Literal

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from karussell import kernels


class _LSTMLayer(torch.autograd.Function):
    """Forward and backward over a sequence of memory blocks (full back-propagation in time)."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> tuple[Tensor, Tensor]:
        *tensors, cells_per_block = arguments
        arrays = [tensor.detach().contiguous().numpy() for tensor in tensors]
        trace = kernels.lstm_forward(
            *arrays, block=kernels.Block(cells_per_block), threads=torch.get_num_threads()
        )
        outputs, cell, gates = (torch.from_numpy(array) for array in trace)
        ctx.save_for_backward(*tensors, outputs, cell, gates)
        ctx.cells_per_block = cells_per_block
        return outputs, cell[-1]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_outputs: Tensor, grad_cell: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_ih, weight_hh, _, hidden, cell, *trace = (
            tensor.detach().contiguous().numpy() for tensor in ctx.saved_tensors
        )
        gradients = kernels.lstm_backward(
            kernels.Trace(*trace),
            x,
            weight_ih,
            weight_hh,
            hidden,
            cell,
            grad_outputs.contiguous().numpy(),
            grad_cell.contiguous().numpy(),
            block=kernels.Block(ctx.cells_per_block),
            threads=torch.get_num_threads(),
        )
        return (*(torch.from_numpy(array) for array in gradients[:6] if array is not None), None)


class _RNNLayer(torch.autograd.Function):
    """Forward and backward over a sequence of the plain RNN."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Tensor:
        *tensors, nonlinearity = arguments
        arrays = [tensor.detach().contiguous().numpy() for tensor in tensors]
        outputs = torch.from_numpy(
            kernels.rnn_forward(*arrays, nonlinearity=nonlinearity, threads=torch.get_num_threads())
        )
        ctx.save_for_backward(*tensors, outputs)
        ctx.nonlinearity = nonlinearity
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_ih, weight_hh, _, hidden, outputs = (
            tensor.detach().contiguous().numpy() for tensor in ctx.saved_tensors
        )
        gradients = kernels.rnn_backward(
            outputs,
            x,
            weight_ih,
            weight_hh,
            hidden,
            grad_outputs.contiguous().numpy(),
            nonlinearity=ctx.nonlinearity,
            threads=torch.get_num_threads(),
        )
        return (*(torch.from_numpy(array) for array in gradients[:6] if array is not None), None)


def lstm_layer(
    x: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias: Tensor,
    hidden: Tensor,
    cell: Tensor,
    cells_per_block: int,
) -> tuple[Tensor, Tensor]:
    """Outputs (T, N, H) and last cell state (N, H) of one layer; all tensors float32 on the CPU."""
    result: tuple[Tensor, Tensor] = _LSTMLayer.apply(  # type: ignore[no-untyped-call]
        x, weight_ih, weight_hh, bias, hidden, cell, cells_per_block
    )
    return result


def rnn_layer(
    x: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias: Tensor,
    hidden: Tensor,
    nonlinearity: Literal["tanh", "relu"],
) -> Tensor:
    """Outputs (T, N, H) of one layer; all tensors float32 on the CPU."""
    result: Tensor = _RNNLayer.apply(  # type: ignore[no-untyped-call]
        x, weight_ih, weight_hh, bias, hidden, nonlinearity
    )
    return result
