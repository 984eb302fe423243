"""A drop-in for ``torch.nn.RNN``: the plain network that overwrites all it knows each step."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell.kernels import Nonlinearity
from karussell.layers.autograd import rnn_layer
from karussell.layers.operations import rnn_operations
from karussell.layers.operators import compiled_rnn_layer
from karussell.layers.packing import run_packed
from karussell.layers.paths import (
    LayerPrecision,
    check_precision,
    kernels_serve,
    precision_now,
    transforms_active,
)
from karussell.layers.sequences import last_outputs, zero_beyond
from karussell.layers.shapes import States, run_layers
from karussell.layers.tensors import LayerRun, LayerTensors, Path, suffix_of
from karussell.layers.torch_layers import run_torch

_Input = Tensor | PackedSequence


class RNN(nn.RNNBase):
    """Plain recurrent layers, a drop-in for ``torch.nn.RNN``.

    Args:
        *args: As for ``torch.nn.RNN``.
        precision: As for `LSTM`, like the attribute.
        **kwargs: As for ``torch.nn.RNN``.

    Attributes:
        path: Who ran the last call, as for `LSTM`.

    Raises:
        UsageError: If there is no such precision.
    """

    def __init__(self, *args: Any, precision: LayerPrecision = "float32", **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size is for LSTM layers; a plain one has no projection")
        if len(args) > 3:  # torch takes it by position, too
            kwargs["nonlinearity"], args = args[3], args[:3] + args[4:]
        self.nonlinearity: Nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if self.nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{self.nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        super().__init__(f"RNN_{self.nonlinearity.upper()}", *args, **kwargs)
        self.precision = precision
        self.path: Path | None = None
        check_precision(precision)

    def extra_repr(self) -> str:
        """The arguments, as ``print`` shows them."""
        ours = f", precision={self.precision!r}" if self.precision != "float32" else ""
        return super().extra_repr() + ours

    def forward(
        self,
        input: _Input,
        hx: Tensor | None = None,
        lengths: Tensor | list[int] | None = None,
    ) -> tuple[_Input, Tensor]:
        """Outputs and last states, shaped as ``torch.nn.RNN`` gives them.

        Args:
            input: (T, N, I), (N, T, I) with ``batch_first``, (T, I), or packed.
            hx: Hidden states before the first step; zeros if not given.
            lengths: How long each sequence is, (N,), 0 to T in any order. Beyond it outputs are
                zero, and the last states are those of its last step.

        Raises:
            UsageError: Lengths do not fit the input.
        """
        data = input.data if isinstance(input, PackedSequence) else input
        states = None if hx is None else (hx,)
        output: _Input
        if lengths is None and not kernels_serve(self, data) and not transforms_active():
            self.path = "torch"
            weights = [getattr(self, name) for name in self._flat_weights_names]
            output, last = run_torch(
                self, input, states, (self.hidden_size,), weights, bias=self.bias
            )
        elif isinstance(input, PackedSequence):
            output, last = run_packed(self, input, states, self._run)
        else:
            output, last = self._run(input, states, lengths)
        return output, last[0]

    def _run(
        self, input: Tensor, before: States | None, lengths: Tensor | list[int] | None
    ) -> tuple[Tensor, States]:
        served = kernels_serve(self, input)
        self.path = "kernels" if served else "operations"
        if served and torch.is_autocast_enabled("cpu"):
            input = input.float()
            before = None if before is None else tuple(part.float() for part in before)

        def run(
            number: int, direction: int, x: Tensor, states: States, sizes: Tensor | None
        ) -> LayerRun:
            given = (x, _weights(self, number, direction), states[0], self.nonlinearity)
            if not served:
                outputs = rnn_operations(*given)
            elif torch.compiler.is_compiling():
                outputs = compiled_rnn_layer(*given, self.precision)
            else:
                outputs = rnn_layer(*given, precision_now(self.precision))
            # What it does beyond a length is for nothing, and what is not seen has no gradient.
            last = last_outputs(outputs, states[0], sizes)
            outputs = zero_beyond(outputs, sizes)
            return LayerRun(outputs, outputs, outputs, (last,))

        done = run_layers(self, input, before, lengths, (self.hidden_size,), run)
        return done.output, done.states


def _weights(layer: RNN, number: int, direction: int) -> LayerTensors:
    """Weights of one layer and direction, torch's two bias vectors added up."""
    suffix = suffix_of(number, direction)
    weight_ih, weight_hh = (getattr(layer, name + suffix) for name in ("weight_ih", "weight_hh"))
    if not layer.bias:
        return LayerTensors(weight_ih, weight_hh, weight_ih.new_zeros(len(weight_ih)))
    biases = [getattr(layer, name + suffix) for name in ("bias_ih", "bias_hh")]
    return LayerTensors(weight_ih, weight_hh, biases[0] + biases[1])
