"""What recurrent layers have in common: which way a call goes, and its number format."""

from abc import ABC, abstractmethod
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.fx import Proxy
from torch.nn.utils.rnn import PackedSequence

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.kernels import Block, Floats
from karussell.layers import parameters
from karussell.layers.exporting import exporting
from karussell.layers.packed import packed_like, run_packed
from karussell.layers.paths import By, Precision, kernels_serve, run_torch
from karussell.layers.refusals import (
    QuantisationRefused,
    refuse_what_is_no_input,
    refuse_what_is_no_state,
)
from karussell.layers.shapes import LayerRun, LayersRun, States, first_weight, run_layers
from karussell.layers.watching import autocast_name, seen, traced, transforms_active

Input = Tensor | PackedSequence
Lengths = Tensor | list[int] | None
# Who ran a layer: our kernels, torch's own layer, or the equations in torch's operations.
Path = Literal["kernels", "torch", "operations"]


class Way(NamedTuple):
    """How one call runs; threads may share a layer, which so holds nothing of a call.

    Attributes:
        path: Who runs it.
        recorded: Whether each layer and direction is one operator, for somebody who records it.
    """

    path: Path
    recorded: bool


class Recurrent(QuantisationRefused, nn.RNNBase, ABC):
    """Recurrent layers that our kernels run if they can, else torch's own, else its operations.

    Args:
        mode: As for ``torch.nn.RNNBase``, like the others.
        precision: Of products on the CPU.

    Attributes:
        precision: May be set at any time.
        by: "torch" has the CPU run what a GPU would; may be set at any time.
        path: Who ran the last call; None before the first.

    Raises:
        UsageError: There is no such precision.
    """

    block: Block

    def __init__(self, mode: str, *args: Any, precision: Precision, **kwargs: Any) -> None:
        super().__init__(mode, *args, **kwargs)
        self.precision = precision
        self.by: By = "kernels"
        self.path: Path | None = None
        if precision not in ("float32", "bfloat16", "auto"):
            expected = "'float32', 'bfloat16' or 'auto'"
            raise UsageError(f"precision is {precision!r}, expected {expected}")

    def extra_repr(self) -> str:
        """The arguments, as ``print`` shows them."""
        own = {name: getattr(self, name) for name in self._usual}
        differs = [name for name, value in own.items() if value != self._usual[name]]
        return super().extra_repr() + "".join(f", {name}={own[name]!r}" for name in differs)

    def weights(self) -> list[list[LayerWeights[Floats]]]:
        """The weights of each direction of each layer as NumPy has them, copied.

        Those of bfloat16, which NumPy does not know, become float32.
        """

        def copied(tensor: Tensor) -> Floats:
            known = tensor.float() if tensor.dtype == torch.bfloat16 else tensor
            return known.detach().cpu().clone().numpy()

        def one(number: int, way: int) -> LayerWeights[Floats]:
            found = parameters.tensors(self, self.block, number, way).each(copied)
            return found._replace(kind=self._kind(way))

        ways = range(1 + self.bidirectional)
        return [[one(number, way) for way in ways] for number in range(self.num_layers)]

    def _call(self, input: Any, states: States | None, lengths: Lengths) -> tuple[Any, States]:
        """Outputs and last states for input of any kind."""
        if exporting():
            return self._export(input, states, lengths)
        packed = isinstance(input, PackedSequence)
        data = input.data if packed else input
        refuse_what_is_no_input(self, data)
        if states is not None:
            refuse_what_is_no_state(self, states, data)
        if packed and lengths is not None:
            raise UsageError("packed sequences know their lengths; give the layer no others")
        way = self._way(data, states, torch_may=lengths is None)
        if way.path == "torch":
            weights, bias = self._as_torch()
            return run_torch(self, input, states, self._state_sizes, weights, bias=bias)
        output: Any
        if packed:
            output, last = run_packed(self, input, states, partial(self._run, way))
        else:
            output, last, _ = self._run(way, input, states, lengths)
        return self._results(output, last, input)

    def _as_leaf(self, input: Proxy, states: Any, lengths: Any) -> Any:
        """A call of this module in a graph of ``torch.fx``, as of torch's own layers."""
        tracer: Any = input.tracer
        given = (input,) if states is None else (input, states)
        named = {} if lengths is None else {"lengths": lengths}
        return tracer.create_proxy("call_module", tracer.path_of_module(self), given, named)

    def _export(
        self, input: Input, states: States | None, lengths: Lengths
    ) -> tuple[Input, States]:
        """The same for ``torch.onnx.export``."""
        if isinstance(input, PackedSequence):
            raise UsageError("ONNX has no packed sequences; give the layer a tensor and lengths")
        self.path = "operations"
        run = run_layers(self, input, states, lengths, self._state_sizes, self._export_one)
        return run[:2]

    def _way(self, input: Tensor, states: States | None, *, torch_may: bool) -> Way:
        """How a call runs, also kept in ``path``.

        Args:
            input: A tensor, or the data of what is packed.
            states: Before the first step.
            torch_may: Whether torch's own layer may run it, if it can.
        """
        watched, wrapped = seen((*self._parameters.values(), input, *(states or ())))
        served, transformed = self._kernels_serve(input), transforms_active()
        path: Path = "kernels" if served and not wrapped else "operations"
        watched = watched and self.by == "kernels"
        if torch_may and not (served or watched or transformed) and self._torch_can:
            path = "torch"
        if path != self.path:  # a module takes a while to be told something
            self.path = path
        return Way(path, not transformed and (watched or traced()))

    def _run(self, way: Way, input: Tensor, states: States | None, lengths: Lengths) -> LayersRun:
        """All layers on a tensor, by the kernels or else by the equations in torch's operations."""
        if autocast_name(input):
            dtype = first_weight(self).dtype
            input = input.to(dtype)
            states = None if states is None else tuple(part.to(dtype) for part in states)
        one = partial(self._run_one, way)
        return run_layers(self, input, states, lengths, self._state_sizes, one)

    def _results(self, output: Any, states: States, input: Any) -> tuple[Any, States]:
        """What came out, under autocast in the dtype that torch gives it."""
        packed = isinstance(input, PackedSequence)
        data = input.data if packed else input
        name = autocast_name(data)
        # Torch does not cast what is packed for an LSTM on the CPU.
        if not name or (packed and self.mode == "LSTM" and data.device.type == "cpu"):
            return output, states
        dtype = getattr(torch, name)
        shown = packed_like(input, output.data.to(dtype)) if packed else output.to(dtype)
        return shown, tuple(part.to(dtype) for part in states)

    def _kernels_serve(self, input: Tensor) -> bool:
        return self.by == "kernels" and self._kernels_can and kernels_serve(self, input)

    @abstractmethod
    def _kind(self, direction: int) -> LayerKind:
        """What a layer does with its weights beyond their shapes."""

    @property
    def _precision_now(self) -> Precision:
        """The number format of the kernels' products in this call."""
        if not torch.is_autocast_enabled("cpu"):
            return self.precision
        narrow = torch.get_autocast_dtype("cpu") == torch.bfloat16
        return "bfloat16" if narrow else "float32"

    @property
    def _kernels_can(self) -> bool:
        """Whether the kernels know such layers."""
        return True

    @property
    def _torch_can(self) -> bool:
        """Whether torch's own layer can do the same."""
        return True

    @property
    def _usual(self) -> dict[str, Any]:
        """Our arguments and what they are if they are not given."""
        return {"precision": "float32"}

    @property
    @abstractmethod
    def _state_sizes(self) -> tuple[int, ...]:
        """The size of each part of a state."""

    @abstractmethod
    def _run_one(
        self,
        way: Way,
        number: int,
        direction: int,
        x: Tensor,
        states: States,
        lengths: Tensor | None,
    ) -> LayerRun:
        """Run one layer in one direction, by the kernels or the operations."""

    @abstractmethod
    def _export_one(
        self, number: int, direction: int, x: Tensor, states: States, lengths: Tensor | None
    ) -> LayerRun:
        """Run one layer in one direction as what ``torch.onnx.export`` can write."""

    def _weights(self, number: int, direction: int) -> LayerWeights[Tensor]:
        """The weights of one layer and direction."""
        return parameters.tensors(self, self.block, number, direction)

    def _as_torch(self) -> tuple[list[Tensor], bool]:
        """All weights in torch's order, and whether there are biases among them."""
        return [getattr(self, name) for name in self._flat_weights_names], self.bias
