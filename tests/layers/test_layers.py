"""Our layers against torch's: the same constructor, shapes, weights, outputs and gradients."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from karussell.errors import UsageError
from karussell.layers import LSTM, RNN

# Two orders of adding up to 100 float32 products of order one differ by less.
FLOAT32: dict[str, Any] = {"rtol": 1e-4, "atol": 2e-5}

OPTIONS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2},
    {"bias": False},
    {"batch_first": True},
    {"bidirectional": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True},
]


def run(layer: nn.Module, x: torch.Tensor, *states: Any) -> list[torch.Tensor]:
    """Outputs, last states and all gradients of a layer."""
    x = x.clone().requires_grad_()
    output, last = layer(x, *states)
    lasts = list(last) if isinstance(last, tuple) else [last]
    weights = torch.linspace(0.5, 1.5, output.numel()).view(output.shape).to(output)
    loss = (output * weights).sum() + sum((2 * each).sum() for each in lasts)
    loss.backward()
    gradients = [parameter.grad for _, parameter in sorted(layer.named_parameters())]
    return [tensor for tensor in (output, *lasts, x.grad, *gradients) if tensor is not None]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(("ours", "torchs"), [(LSTM, nn.LSTM), (RNN, nn.RNN)])
def test_a_layer_equals_torchs_with_the_same_weights(
    ours: Callable[..., nn.RNNBase],
    torchs: Callable[..., nn.RNNBase],
    options: dict[str, Any],
) -> None:
    torch.manual_seed(0)
    theirs = torchs(5, 6, **options)
    mine = ours(5, 6, **options)
    mine.load_state_dict(theirs.state_dict())

    x = torch.randn(7, 3, 5)

    for got, expected in zip(run(mine, x), run(theirs, x), strict=True):
        torch.testing.assert_close(got, expected, **FLOAT32)


def test_given_states_and_input_without_a_batch_are_read_as_torch_reads_them() -> None:
    torch.manual_seed(0)
    theirs, mine = nn.LSTM(5, 6, 2), LSTM(5, 6, 2)
    mine.load_state_dict(theirs.state_dict())
    x, states = torch.randn(7, 5), (torch.randn(2, 6), torch.randn(2, 6))

    for got, expected in zip(run(mine, x, states), run(theirs, x, states), strict=True):
        assert got.shape == expected.shape
        torch.testing.assert_close(got, expected, **FLOAT32)


def test_relu_is_offered_as_in_torch() -> None:
    torch.manual_seed(0)
    theirs, mine = nn.RNN(5, 6, nonlinearity="relu"), RNN(5, 6, nonlinearity="relu")
    mine.load_state_dict(theirs.state_dict())
    x = torch.randn(7, 3, 5)

    for got, expected in zip(run(mine, x), run(theirs, x), strict=True):
        torch.testing.assert_close(got, expected, **FLOAT32)


@pytest.mark.parametrize("cells_per_block", [2, 3, 6])
def test_shared_gates_equal_torch_with_repeated_gate_rows(cells_per_block: int) -> None:
    torch.manual_seed(0)
    mine = LSTM(5, 6, cells_per_block=cells_per_block)
    theirs = nn.LSTM(5, 6)
    blocks = 6 // cells_per_block
    rows = torch.cat(
        [
            torch.arange(blocks).repeat_interleave(cells_per_block),
            torch.arange(blocks, 2 * blocks).repeat_interleave(cells_per_block),
            torch.arange(2 * blocks, 2 * blocks + 6),
            torch.arange(2 * blocks + 6, 3 * blocks + 6).repeat_interleave(cells_per_block),
        ]
    )
    theirs.load_state_dict({name: value[rows] for name, value in mine.state_dict().items()})
    x = torch.randn(7, 3, 5)

    got, expected = run(mine, x), run(theirs, x)

    for mine_value, their_value in zip(got[:4], expected[:4], strict=True):
        torch.testing.assert_close(mine_value, their_value, **FLOAT32)
    for mine_gradient, their_gradient in zip(got[4:], expected[4:], strict=True):
        summed = torch.zeros_like(mine_gradient).index_add_(0, rows, their_gradient)
        torch.testing.assert_close(mine_gradient, summed, **FLOAT32)


@pytest.mark.parametrize("cells_per_block", [1, 2])
def test_the_kernels_equal_torchs_operations_in_double_precision(cells_per_block: int) -> None:
    torch.manual_seed(0)
    single = LSTM(5, 6, 2, cells_per_block=cells_per_block)
    double = LSTM(5, 6, 2, cells_per_block=cells_per_block).double()
    double.load_state_dict(single.state_dict())
    x = torch.randn(7, 3, 5)

    for got, expected in zip(run(single, x), run(double, x.double()), strict=True):
        torch.testing.assert_close(got.double(), expected, **FLOAT32)


def test_cells_per_block_must_divide_the_hidden_size() -> None:
    with pytest.raises(
        UsageError, match="cells_per_block is 4, expected a divisor of hidden_size 6"
    ):
        LSTM(5, 6, cells_per_block=4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_on_a_gpu_a_layer_gives_what_it_gives_on_the_cpu() -> None:
    torch.manual_seed(0)
    layer = LSTM(5, 6, cells_per_block=2)
    x = torch.randn(7, 3, 5)

    expected, _ = layer(x)
    got, _ = layer.cuda()(x.cuda())

    torch.testing.assert_close(got.cpu(), expected, rtol=1e-3, atol=1e-4)
