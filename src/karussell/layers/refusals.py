"""What a layer does not do, said by name instead of done differently."""

import warnings
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from karussell.errors import UsageError


class QuantisationRefused:
    """Modules that neither ``torch.ao.quantization`` nor TorchScript's compiler can read."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "qconfig":
            _refuse_quantisation(self, value)
        super().__setattr__(name, value)

    def __prepare_scriptable__(self) -> NoReturn:
        """Say what to do instead of ``torch.jit.script``.

        Raises:
            UsageError: Always.
        """
        raise UsageError(
            f"torch.jit.script cannot read {_full(self)}: use torch.jit.trace, which leaves time "
            "and batch free, or torch.export"
        )


def refuse_what_is_no_input(layer: nn.Module, input: Any) -> None:
    """Refuse inputs that a layer would misread, or fail on with words about something else.

    Args:
        layer: What they are given to.
        input: What should be a tensor, or the data of what is packed.

    Raises:
        UsageError: Naming what was given, what was expected and what to do.
    """
    name = type(layer).__name__
    if not isinstance(input, Tensor):
        raise UsageError(
            f"{name} was given {type(input).__name__}, expected a tensor or a PackedSequence"
        )
    if input.is_nested:
        raise UsageError(
            f"{name} was given a nested tensor, expected one of a shape: pad it with "
            "torch.nested.to_padded_tensor(x, 0.0) and tell its lengths by lengths=..."
        )
    if input.layout != torch.strided:
        raise UsageError(
            f"{name} was given a tensor of layout {input.layout}, expected a dense one: "
            "x.to_dense()"
        )


def refuse_what_is_no_state(layer: nn.Module, states: Any, input: Tensor) -> None:
    """Refuse states before the first step that are no tensors beside the input.

    Raises:
        UsageError: Naming what was given, what was expected and what to do.
    """
    name = type(layer).__name__
    if not isinstance(states, tuple | list):
        raise UsageError(
            f"{name} was given states as {type(states).__name__}, expected a tuple of tensors: "
            "those that it returns"
        )
    for number, state in enumerate(states):
        if not isinstance(state, Tensor):
            raise UsageError(
                f"{name} was given {type(state).__name__} as state {number}, expected a tensor"
            )
        if state.layout != torch.strided:
            raise UsageError(
                f"{name} was given state {number} of layout {state.layout}, expected a dense one: "
                "to_dense()"
            )
        if state.device != input.device:
            raise UsageError(
                f"{name} was given state {number} on {state.device} and input on {input.device}, "
                f"expected both on one: to({str(input.device)!r})"
            )


def _refuse_quantisation(layer: Any, qconfig: Any) -> None:
    if qconfig is not None:
        raise UsageError(
            f"torch.ao.quantization cannot quantise {_full(layer)}: set its qconfig to None, which "
            "leaves it in float32, or write it with karussell.interchange and int8"
        )
    warnings.warn(
        f"torch.ao.quantization leaves {_full(layer)} in float32; karussell.interchange writes "
        "layers in int8",
        stacklevel=4,
    )


def _full(layer: Any) -> str:
    return f"{type(layer).__module__.rpartition('.')[0]}.{type(layer).__name__}"
