"""Who watches a call of a layer: compilers, tracers, modes, transforms, wrapped tensors."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses import FakeTensor
from torch.autograd import forward_ad

_PLAIN = frozenset((Tensor, nn.Parameter, nn.Buffer))


def transforms_active() -> bool:
    """Whether tensors stand for more than they hold: ``torch.func``, or forward-mode."""
    if torch.compiler.is_compiling():
        return False
    return torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0


def watched(tensors: Iterable[Any]) -> bool:
    """Whether somebody records what is done, so that it has to be one operator for torch.

    Compilers, ``make_fx``, fake tensors and other modes, and tensors with a ``__torch_function__``
    of their own. ``torch.jit`` is asked for by itself.
    """
    return seen(tensors)[0]


def traced() -> bool:
    """Whether ``torch.jit`` records what is done."""
    return bool(torch._C._get_tracing_state())


def wrapped(tensors: Iterable[Any]) -> bool:
    """Whether a tensor holds others, which only torch's own operations know how to reach."""
    return seen(tensors)[1]


def seen(tensors: Iterable[Any]) -> tuple[bool, bool]:
    """Whether tensors are `watched`, and whether any is `wrapped`."""
    if torch.compiler.is_compiling():
        return True, False
    others = {type(tensor) for tensor in tensors if tensor is not None} - _PLAIN
    modes = torch._C._len_torch_dispatch_stack() > 0
    if not others:
        return modes, False
    holders = {kind for kind in others if kind is not FakeTensor and _wraps(kind)}
    return modes or others != holders, bool(holders)


def autocast_name(x: Tensor) -> str:
    """The dtype that autocast gives the products of x, "" if none."""
    device = x.device.type
    if device == "meta" or x.dtype == torch.float64 or not torch.is_autocast_enabled(device):
        return ""
    return str(torch.get_autocast_dtype(device)).removeprefix("torch.")


def values_of(tensor: Tensor) -> Tensor:
    """The numbers themselves of what a transform of ``torch.func`` wraps."""
    if torch.compiler.is_compiling():
        return tensor
    while torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return tensor


def _wraps(kind: type) -> bool:
    own = kind.__torch_dispatch__ if hasattr(kind, "__torch_dispatch__") else None
    return own not in (None, torch._C._disabled_torch_dispatch_impl, Tensor.__torch_dispatch__)
