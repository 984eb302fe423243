"""Who can run a recurrent layer, in which number format, and torch's own layers."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell import kernels
from karussell.layers.packed import in_order, packed_like, sequences
from karussell.layers.shapes import (
    States,
    check_input,
    checked_states,
    first_weight,
    prepare,
    shaped,
)
from karussell.layers.watching import autocast_name, transforms_active

Precision = kernels.Precision | Literal["auto"]
# What computes on the CPU: our kernels where they can, or torch's operations, as on a GPU.
By = Literal["kernels", "torch"]

_FUNCTIONS = {"LSTM": torch.lstm, "RNN_TANH": torch.rnn_tanh, "RNN_RELU": torch.rnn_relu}


def kernel_precision(precision: Precision) -> kernels.Precision:
    """What "auto" means in this process: the quicker one (see `kernels.quickest_precision`)."""
    if precision == "auto":
        return kernels.quickest_precision().format
    return precision


def kernels_serve(layer: nn.RNNBase, input: Tensor) -> bool:
    """Whether the kernels can run this input: float32, or autocast, on the CPU.

    They cannot where tensors are not what they seem: under ``torch.func`` and in forward-mode
    differentiation.
    """
    autocast = autocast_name(input)
    dtypes = (torch.float32, torch.bfloat16, torch.float16) if autocast else (torch.float32,)
    weight = first_weight(layer)
    return (
        input.device.type == "cpu"
        and weight.device.type == "cpu"
        and input.dtype in dtypes
        and weight.dtype == torch.float32
        and input.numel() > 0
        and input.dim() in (2, 3)
        and input.size(-1) == layer.input_size
        and not transforms_active()
    )


def run_torch(
    layer: nn.RNNBase,
    input: Tensor | PackedSequence,
    states: States | None,
    sizes: tuple[int, ...],
    weights: Sequence[Tensor],
    *,
    bias: bool,
) -> tuple[Tensor | PackedSequence, States]:
    """Run all layers as ``torch.nn`` would.

    Args:
        layer: What they are.
        input: (T, N, I), (N, T, I) with ``batch_first``, (T, I), or packed.
        states: Before the first step; zeros if None.
        sizes: The size of each part of a state.
        weights: All weights in torch's order.
        bias: Whether there are biases among them.
    """
    function = cast(Callable[..., Any], _FUNCTIONS[layer.mode])

    def run(x: Tensor, before: States, *sizes: Tensor, last: tuple[bool, ...]) -> tuple[Any, ...]:
        hx = before if len(before) > 1 else before[0]
        settings = (bias, layer.num_layers, layer.dropout, layer.training, layer.bidirectional)
        output, *states = function(x, *sizes, hx, list(weights), *settings, *last)
        return output, tuple(states)

    if not isinstance(input, PackedSequence):
        return shaped(layer, input, *run(*prepare(layer, input, states, sizes), last=(False,)))
    data, batch_sizes = input.data, input.batch_sizes
    check_input(layer, data)
    before = checked_states(layer, data, states, sequences(input), sizes)
    if states is not None:
        before = in_order(before, input.sorted_indices)
    output, after = run(data, before, batch_sizes, last=())
    return packed_like(input, output), in_order(after, input.unsorted_indices)
