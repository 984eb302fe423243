"""Drop-in twins of ``torch.nn.LSTM`` and ``torch.nn.RNN``: memory blocks, run by our kernels.

On the CPU in float32 a layer runs through the kernels; everything else (CUDA, float64, projections,
packed sequences) runs through torch's own operations on the same weights.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from karussell.errors import UsageError
from karussell.training.functions import lstm_layer, rnn_layer

_Input = Tensor | PackedSequence


class LSTM(nn.LSTM):
    r"""Layers of memory blocks; with one cell per block, a drop-in for ``torch.nn.LSTM``.

    A block of S cells has one input, one forget and one output gate. Parameters have the names of
    ``torch.nn.LSTM``; with $H$ hidden units and $B = H / S$ blocks, ``weight_ih_l[k]`` is
    $(H + 3B, I)$ with the rows input gates, forget gates, cell inputs, output gates.

    Args:
        *args: As for ``torch.nn.LSTM``.
        cells_per_block: Cells that share one set of gates, S.
        **kwargs: As for ``torch.nn.LSTM``.

    Raises:
        UsageError: If S does not divide the hidden size, or comes with a projection.

    >>> layer = LSTM(8, 16, cells_per_block=4)
    >>> tuple(layer.weight_ih_l0.shape)
    (28, 8)
    """

    def __init__(self, *args: Any, cells_per_block: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells_per_block = cells_per_block
        if cells_per_block < 1 or self.hidden_size % cells_per_block:
            raise UsageError(
                f"cells_per_block is {cells_per_block}, expected a divisor of hidden_size "
                f"{self.hidden_size}"
            )
        if cells_per_block == 1:
            return
        if self.proj_size:
            raise UsageError("proj_size needs cells_per_block=1; project in a layer of its own")
        rows = self.hidden_size + 3 * self.hidden_size // cells_per_block
        for name in self._flat_weights_names:
            setattr(self, name, nn.Parameter(getattr(self, name).detach()[:rows].clone()))
        self.reset_parameters()

    def extra_repr(self) -> str:
        """The arguments, as ``print`` shows them."""
        blocks = f", cells_per_block={self.cells_per_block}" if self.cells_per_block > 1 else ""
        return super().extra_repr() + blocks

    def forward(  # type: ignore[override]  # torch declares one overload for each kind of input
        self, input: _Input, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[_Input, tuple[Tensor, Tensor]]:
        """Outputs and last states, shaped as ``torch.nn.LSTM`` gives them."""
        if isinstance(input, PackedSequence) or not _kernels_serve(self, input):
            return self._through_torch(input, hx)
        x, states, batched = _prepare(self, input, hx)
        hidden, cell = states
        last_hidden, last_cell = [], []
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(1 + self.bidirectional):
                index = layer * (1 + self.bidirectional) + direction
                weight_ih, weight_hh, bias = _weights(self, layer, direction)
                output, cells = lstm_layer(
                    x.flip(0) if direction else x,
                    weight_ih,
                    weight_hh,
                    bias,
                    hidden[index],
                    cell[index],
                    self.cells_per_block,
                )
                last_hidden.append(output[-1])
                last_cell.append(cells)
                outputs.append(output.flip(0) if direction else output)
            x = _between(self, layer, outputs)
        state = (torch.stack(last_hidden), torch.stack(last_cell))
        if not batched:
            state = (state[0].squeeze(1), state[1].squeeze(1))
        return _finish(self, x, batched), state

    def _through_torch(
        self, input: _Input, hx: tuple[Tensor, Tensor] | None
    ) -> tuple[_Input, tuple[Tensor, Tensor]]:
        """Torch's own operations; a shared gate's row is repeated for each cell of its block."""
        if self.cells_per_block == 1:
            return super().forward(input, hx)
        weights = self._flat_weights
        try:
            self._flat_weights = [_repeat_gates(self, weight) for weight in weights]  # type: ignore[arg-type]
            return super().forward(input, hx)
        finally:
            self._flat_weights = weights


class RNN(nn.RNN):
    """A drop-in for ``torch.nn.RNN``: the plain network that overwrites all it knows each step."""

    def forward(  # type: ignore[override]  # torch declares one overload for each kind of input
        self, input: _Input, hx: Tensor | None = None
    ) -> tuple[_Input, Tensor]:
        """Outputs and last states, shaped as ``torch.nn.RNN`` gives them."""
        if isinstance(input, PackedSequence) or not _kernels_serve(self, input):
            return super().forward(input, hx)
        x, (hidden,), batched = _prepare(self, input, None if hx is None else (hx,))
        last_hidden = []
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(1 + self.bidirectional):
                index = layer * (1 + self.bidirectional) + direction
                weight_ih, weight_hh, bias = _weights(self, layer, direction)
                output = rnn_layer(
                    x.flip(0) if direction else x,
                    weight_ih,
                    weight_hh,
                    bias,
                    hidden[index],
                    self.nonlinearity,
                )
                last_hidden.append(output[-1])
                outputs.append(output.flip(0) if direction else output)
            x = _between(self, layer, outputs)
        state = torch.stack(last_hidden)
        return _finish(self, x, batched), (state if batched else state.squeeze(1))


def _kernels_serve(layer: nn.RNNBase, input: Tensor) -> bool:
    """Whether the kernels can run this input: float32 on the CPU, no projection, no tracing."""
    return (
        input.device.type == "cpu"
        and input.dtype == layer._flat_weights[0].dtype == torch.float32  # type: ignore[union-attr]
        and not layer.proj_size
        and input.numel() > 0
        and input.dim() in (2, 3)
        and input.size(-1) == layer.input_size
        and not torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()
    )


def _prepare(
    layer: nn.RNNBase, input: Tensor, states: tuple[Tensor, ...] | None
) -> tuple[Tensor, tuple[Tensor, ...], bool]:
    """Input as (T, N, I), states as (layers x directions, N, H), and whether there was a batch."""
    batched = input.dim() == 3
    x = input if batched else input.unsqueeze(1)
    if batched and layer.batch_first:
        x = x.transpose(0, 1)
    shape = (layer.num_layers * (1 + layer.bidirectional), x.size(1), layer.hidden_size)
    if states is None:
        return x, (x.new_zeros(shape),) * (2 if isinstance(layer, LSTM) else 1), batched
    if not batched:
        states = tuple(state.unsqueeze(1) for state in states)
    for state in states:
        if tuple(state.shape) != shape:
            raise RuntimeError(f"Expected hidden size {shape}, got {list(state.shape)}")
    return x, states, batched


def _weights(layer: nn.RNNBase, number: int, direction: int) -> tuple[Tensor, Tensor, Tensor]:
    """Weights of one layer and direction, torch's two bias vectors added up."""
    suffix = f"_l{number}" + ("_reverse" if direction else "")
    weight_ih: Tensor = getattr(layer, f"weight_ih{suffix}")
    weight_hh: Tensor = getattr(layer, f"weight_hh{suffix}")
    if not layer.bias:
        return weight_ih, weight_hh, weight_ih.new_zeros(weight_ih.size(0))
    bias: Tensor = getattr(layer, f"bias_ih{suffix}") + getattr(layer, f"bias_hh{suffix}")
    return weight_ih, weight_hh, bias


def _between(layer: nn.RNNBase, number: int, outputs: list[Tensor]) -> Tensor:
    """What the next layer reads: both directions side by side, with dropout except at the end."""
    x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-1)
    if layer.dropout and layer.training and number + 1 < layer.num_layers:
        x = nn.functional.dropout(x, layer.dropout)
    return x


def _finish(layer: nn.RNNBase, x: Tensor, batched: bool) -> Tensor:
    if not batched:
        return x.squeeze(1)
    return x.transpose(0, 1) if layer.batch_first else x


def _repeat_gates(layer: LSTM, weight: Tensor) -> Tensor:
    """A weight or bias of H + 3B rows as torch wants it: 4H rows, each gate's S times."""
    hidden, size = layer.hidden_size, layer.cells_per_block
    blocks = hidden // size
    write, forget, cell, output = torch.split(weight, [blocks, blocks, hidden, blocks])
    repeated = [gate.repeat_interleave(size, 0) for gate in (write, forget, output)]
    return torch.cat([repeated[0], repeated[1], cell, repeated[2]])
