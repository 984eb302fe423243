"""What torch asks of operators, asked of ours as layers call them."""

# mypy: disable-error-code="no-untyped-call"

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence
from torch.utils._python_dispatch import TorchDispatchMode

from tests.layers.forms import drawn, flat, made


class Calls(TorchDispatchMode):
    """All calls of our operators."""

    def __init__(self) -> None:
        super().__init__()
        self.each: list[tuple[Any, tuple[Any, ...]]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.namespace == "karussell":
            self.each.append((func, args))
        return func(*args, **(kwargs or {}))


def fresh(given: Any, *, learns: bool) -> Any:
    """Arguments of an operator as nobody else has them, with gradients or without."""
    if isinstance(given, Tensor):
        return given.detach().clone().requires_grad_(learns and given.is_floating_point())
    return [fresh(each, learns=learns) for each in given] if isinstance(given, list) else given


@pytest.mark.parametrize(
    ("name", "dtype", "learns"),
    [
        ("LSTM", torch.float32, True),
        ("recurrent dropout", torch.float64, False),
        ("1997", torch.float32, True),
    ],
    ids=["LSTM", "dropout", "1997"],
)
def test_each_operator_is_as_torch_wants_them(name: str, dtype: torch.dtype, learns: bool) -> None:
    layer, x = made(name, dtype).train(), drawn(dtype).requires_grad_()
    packed = pack_padded_sequence(x, [3, 5], enforce_sorted=False)
    with Calls() as calls:
        flat(layer(packed))[0].sum().backward()
    first = {func: args for func, args in reversed(calls.each)}
    assert len(first) == 5
    for func, args in first.items():
        # Gradients of gradients go by torch's operations, which tell the steps one by one.
        if learns and "backward" in str(func):
            continue
        torch.library.opcheck(func, fresh(list(args), learns=learns))
