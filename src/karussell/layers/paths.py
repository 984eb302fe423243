"""Whether the kernels can run a recurrent layer, and in which number format."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad

from karussell.errors import UsageError
from karussell.kernels import Precision, has_bfloat16

LayerPrecision = Precision | Literal["auto"]


def check_precision(precision: LayerPrecision) -> None:
    """Refuse what is no precision.

    Raises:
        UsageError: It is none.
    """
    if precision not in ("float32", "bfloat16", "auto"):
        raise UsageError(f"precision is {precision!r}, expected 'float32', 'bfloat16' or 'auto'")


def precision_now(precision: LayerPrecision) -> Precision:
    """The number format of products here and now."""
    if torch.is_autocast_enabled("cpu"):
        return "bfloat16"
    if precision == "auto":
        return "bfloat16" if has_bfloat16() else "float32"
    return precision


def kernels_serve(layer: nn.RNNBase, input: Tensor) -> bool:
    """Whether the kernels can run this input: float32, or autocast to bfloat16, on the CPU.

    They cannot where tensors are not what they seem: under ``torch.func`` and in forward-mode
    differentiation.
    """
    autocast = torch.is_autocast_enabled("cpu")
    dtype = torch.get_autocast_dtype("cpu") if autocast else torch.float32
    weight: Tensor = layer._flat_weights[0]  # type: ignore[assignment]
    return (
        input.device.type == "cpu"
        and weight.device.type == "cpu"
        and input.dtype in (dtype, torch.float32)
        and weight.dtype == torch.float32
        and dtype in (torch.bfloat16, torch.float32)
        and input.numel() > 0
        and input.dim() in (2, 3)
        and input.size(-1) == layer.input_size
        and not transforms_active()
    )


def transforms_active() -> bool:
    """Whether tensors stand for more than they hold: ``torch.func``, or forward-mode."""
    if torch.compiler.is_compiling():
        return False
    return torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0
