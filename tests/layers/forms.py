"""Layers in all their forms, and what they give, for tests of torch's world."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence
from torch.utils._pytree import tree_leaves

from karussell.kernels import Block
from karussell.layers import LSTM, RNN

Layer = LSTM | RNN

FORMS: dict[str, Callable[[], Layer]] = {
    "LSTM": lambda: LSTM(3, 4),
    "RNN": lambda: RNN(3, 4),
    "both ways, twice": lambda: LSTM(3, 4, 2, bidirectional=True),
    "projected": lambda: LSTM(3, 4, proj_size=2),
    "blocks with peepholes": lambda: LSTM(3, 4, cells_per_block=2, peepholes=True),
    "coupled": lambda: LSTM(3, 4, coupled_gates=True),
    "normalised": lambda: LSTM(3, 4, block=Block(layer_norm=True)),
    "zoneout": lambda: LSTM(3, 4, zoneout=0.3),
    "1997": lambda: LSTM(3, 4, block=Block.of_1997(2), bias="gates"),
    "truncated": lambda: LSTM(3, 4, truncated=True),
}
# Forms that training runs at random.
RANDOM: dict[str, Callable[[], Layer]] = {
    "dropout": lambda: LSTM(3, 4, 2, dropout=0.5),
    "recurrent dropout": lambda: LSTM(3, 4, recurrent_dropout=0.5),
    "weight drop": lambda: LSTM(3, 4, weight_drop=0.5),
    "zoneout": lambda: LSTM(3, 4, zoneout=0.5),
}
DTYPES = [torch.float32, torch.float64]


def made(name: str, dtype: torch.dtype = torch.float32) -> Layer:
    torch.manual_seed(0)
    return (FORMS | RANDOM)[name]().to(dtype)


def drawn(dtype: torch.dtype = torch.float32, time: int = 5, batch: int = 2) -> Tensor:
    torch.manual_seed(1)
    return torch.randn(time, batch, 3, dtype=dtype)


def flat(result: Any) -> tuple[Tensor, ...]:
    """All tensors of what a layer gave."""
    if isinstance(result, PackedSequence):
        return (result.data,)
    if isinstance(result, tuple | list):
        return tuple(tensor for part in result for tensor in flat(part))
    return tuple(tree_leaves(result))


def near(got: Any, right: Any, tolerance: float | None = None) -> None:
    """The same dtypes, shapes and values."""
    mine, others = flat(got), flat(right)
    for one, other in zip(mine, others, strict=True):
        usual = 1e-10 if other.dtype == torch.float64 else 2e-5
        most = usual if tolerance is None else tolerance
        torch.testing.assert_close(one, other, rtol=most, atol=most)
