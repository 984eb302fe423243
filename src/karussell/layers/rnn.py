"""A drop-in for ``torch.nn.RNN``: the plain network that overwrites all it knows each step."""

from typing import Any

from torch import Tensor
from torch.fx import Proxy

from karussell.blocks import LayerKind, Noise
from karussell.kernels import Block, Nonlinearity, Trace
from karussell.layers import autograd
from karussell.layers.exporting import rnn_node
from karussell.layers.lengths import last_outputs, zero_beyond
from karussell.layers.operations import rnn_operations
from karussell.layers.operators import layer_as_operator
from karussell.layers.paths import Precision
from karussell.layers.recurrent import Input, Lengths, Recurrent, Way
from karussell.layers.shapes import LayerRun, States


class RNN(Recurrent):
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

    block = Block()

    def __init__(self, *args: Any, precision: Precision = "float32", **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size is for LSTM layers; a plain one has no projection")
        if len(args) > 3:  # torch takes it by position, too
            kwargs["nonlinearity"], args = args[3], args[:3] + args[4:]
        self.nonlinearity: Nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if self.nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{self.nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        mode = f"RNN_{self.nonlinearity.upper()}"
        super().__init__(mode, *args, precision=precision, **kwargs)

    def forward(
        self, input: Input, hx: Tensor | None = None, lengths: Lengths = None
    ) -> tuple[Input, Tensor]:
        """Outputs and last states, shaped as ``torch.nn.RNN`` gives them.

        Args:
            input: (T, N, I), (N, T, I) with ``batch_first``, (T, I), or packed.
            hx: Hidden states before the first step; zeros if not given.
            lengths: How long each sequence is, (N,), 0 to T in any order. Beyond it outputs are
                zero, and the last states are those of its last step.

        Raises:
            UsageError: Lengths do not fit the input.
        """
        if isinstance(input, Proxy):
            return self._as_leaf(input, hx, lengths)
        output, last = self._call(input, None if hx is None else (hx,), lengths)
        return output, last[0]

    def _run_one(
        self,
        way: Way,
        number: int,
        direction: int,
        x: Tensor,
        states: States,
        lengths: Tensor | None,
    ) -> LayerRun:
        weights = self._weights(number, direction)
        form, precision = self.nonlinearity, self._precision_now
        if way.recorded:
            given = x, weights, states, lengths, form, precision, Noise()
            (outputs,) = layer_as_operator(*given, truncated=False)
        elif way.path == "kernels":
            (outputs,) = autograd.layer((form, precision), x, *weights[:3], states[0])  # type: ignore[no-untyped-call]
        else:
            outputs = rnn_operations(x, weights, states[0], form)
        # What it does beyond a length is for nothing, and what is not seen has no gradient.
        last = last_outputs(outputs, states[0], lengths)
        outputs = zero_beyond(outputs, lengths)
        return LayerRun(Trace(outputs, outputs, outputs), (last,))

    def _export_one(
        self, number: int, direction: int, x: Tensor, states: States, lengths: Tensor | None
    ) -> LayerRun:
        return rnn_node(x, self._weights(number, direction), states, lengths, self.nonlinearity)

    def _kind(self, direction: int) -> LayerKind:
        return LayerKind(block=self.nonlinearity, backwards=direction == 1)

    @property
    def _state_sizes(self) -> tuple[int, ...]:
        return (self.hidden_size,)
