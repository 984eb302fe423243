"""Drop-in twins of ``torch.nn.LSTM`` and ``torch.nn.RNN``: memory blocks, run by our kernels.

On the CPU a float32 layer runs through the kernels, also under ``torch.autocast`` to bfloat16;
all else (CUDA, float64) runs through torch's own operations on the same weights.
"""

from typing import Any, Literal, Protocol

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from karussell.errors import UsageError
from karussell.kernels import Block, Precision, has_bfloat16
from karussell.training.functions import Description, LayerTensors, lstm_layer, rnn_layer
from karussell.training.operations import lstm_operations
from karussell.training.sequences import check_lengths, last_outputs, reverse

_Input = Tensor | PackedSequence
_States = tuple[Tensor, ...]
LayerPrecision = Precision | Literal["auto"]


class LSTM(nn.LSTM):
    r"""Layers of memory blocks; without our options, a drop-in for ``torch.nn.LSTM``.

    A block of S cells has one input, one forget and one output gate. Parameters have the names of
    ``torch.nn.LSTM``; with $H$ hidden units and $B = H / S$ blocks, ``weight_ih_l[k]`` is
    $(H + 3B, I)$ with the rows input gates, forget gates, cell inputs, output gates.

    Args:
        *args: As for ``torch.nn.LSTM``.
        cells_per_block: Cells that share one set of gates, S.
        coupled_gates: Whether an input gate is 1 - its forget gate; it has no rows then, and
            ``weight_ih_l[k]`` is $(H + 2B, I)$.
        peepholes: Whether gates see the cells of their block, by ``weight_peephole_l[k]``, (3, H)
            or (2, H): of input gates, unless they are coupled, forget gates and output gates.
        precision: Of products on the CPU: "float32", "bfloat16", or "auto", which is bfloat16 where
            the processor has instructions for it. Weights, states and gradients stay float32.
        **kwargs: As for ``torch.nn.LSTM``.

    Attributes:
        precision: May be set at any time.

    Raises:
        UsageError: If S does not divide the hidden size, or there is no such precision.

    >>> layer = LSTM(8, 16, cells_per_block=4)
    >>> tuple(layer.weight_ih_l0.shape)
    (28, 8)
    """

    def __init__(
        self,
        *args: Any,
        cells_per_block: int = 1,
        coupled_gates: bool = False,
        peepholes: bool = False,
        precision: LayerPrecision = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.block = Block(cells_per_block, coupled_gates)
        self.peepholes = peepholes
        self.precision = precision
        _check_precision(precision)
        try:
            rows = self.block.gate_rows(self.hidden_size)
        except ValueError as error:
            raise UsageError(str(error)) from None
        for name in self._flat_weights_names:
            weight = getattr(self, name).detach()
            if not name.startswith("weight_hr"):
                setattr(self, name, nn.Parameter(weight[:rows].clone()))
            if peepholes and name.startswith("weight_hh"):
                each = weight.new_empty(self.block.gates, self.hidden_size)
                setattr(self, name.replace("_hh", "_peephole"), nn.Parameter(each))
        if peepholes or self.block != Block():
            self.reset_parameters()

    @property
    def cells_per_block(self) -> int:
        """Cells that share one set of gates, S."""
        return self.block.cells

    @property
    def coupled_gates(self) -> bool:
        """Whether an input gate is 1 - its forget gate."""
        return self.block.coupled

    def extra_repr(self) -> str:
        """The arguments, as ``print`` shows them."""
        ours = {
            "cells_per_block": (self.block.cells, 1),
            "coupled_gates": (self.block.coupled, False),
            "peepholes": (self.peepholes, False),
            "precision": (self.precision, "float32"),
        }
        shown = [f", {name}={value!r}" for name, (value, usual) in ours.items() if value != usual]
        return super().extra_repr() + "".join(shown)

    def forward(  # type: ignore[override]  # torch declares one overload for each kind of input
        self,
        input: _Input,
        hx: tuple[Tensor, Tensor] | None = None,
        lengths: Tensor | list[int] | None = None,
    ) -> tuple[_Input, tuple[Tensor, Tensor]]:
        """Outputs and last states, shaped as ``torch.nn.LSTM`` gives them.

        Args:
            input: (T, N, I), (N, T, I) with ``batch_first``, (T, I), or packed.
            hx: Hidden and cell states before the first step; zeros if not given.
            lengths: How long each sequence is, (N,), 0 to T in any order. Beyond it outputs are
                zero, and the last states are those of its last step.

        Raises:
            UsageError: Lengths do not fit the input.
        """
        data = input.data if isinstance(input, PackedSequence) else input
        plain = self.block == Block(self.block.cells) and not self.peepholes
        if not _kernels_serve(self, data) and plain and lengths is None:
            return self._through_torch(input, hx)
        if not isinstance(input, PackedSequence):
            return self._run(input, hx, lengths)  # type: ignore[return-value]
        sorted_input = PackedSequence(input.data, input.batch_sizes)
        x, sizes = pad_packed_sequence(sorted_input, batch_first=self.batch_first)
        if hx is not None:
            hx = self.permute_hidden(hx, input.sorted_indices)
        outputs, states = self._run(x, hx, sizes)
        packed = pack_padded_sequence(outputs, sizes, batch_first=self.batch_first)
        return (
            PackedSequence(
                packed.data, input.batch_sizes, input.sorted_indices, input.unsorted_indices
            ),
            self.permute_hidden((states[0], states[1]), input.unsorted_indices),
        )

    def _run(
        self, input: Tensor, hx: _States | None, lengths: Tensor | list[int] | None
    ) -> tuple[Tensor, _States]:
        """All layers on a tensor, by the kernels or else by the equations in torch's operations."""
        served = _kernels_serve(self, input)
        if served and torch.is_autocast_enabled("cpu"):
            input, hx = input.float(), None if hx is None else tuple(part.float() for part in hx)
        description = Description(self.block, _precision_now(self.precision))

        def run(
            x: Tensor, weights: LayerTensors, states: _States, sizes: Tensor | None
        ) -> tuple[Tensor, Tensor]:
            if served:
                return lstm_layer(x, weights, states[0], states[1], sizes, description)
            return lstm_operations(x, weights, states[0], states[1], sizes, self.block)

        return _run_layers(self, input, hx, lengths, run)

    def _through_torch(
        self, input: _Input, hx: tuple[Tensor, Tensor] | None
    ) -> tuple[_Input, tuple[Tensor, Tensor]]:
        """Torch's own layer; a shared gate's row is repeated for each cell of its block."""
        if self.block.cells == 1:
            return super().forward(input, hx)
        weights = self._flat_weights
        try:
            self._flat_weights = [
                _repeat_gates(self, weight) if not name.startswith("weight_hr") else weight  # type: ignore[arg-type]
                for name, weight in zip(self._flat_weights_names, weights, strict=True)
            ]
            return super().forward(input, hx)
        finally:
            self._flat_weights = weights


class RNN(nn.RNN):
    """A drop-in for ``torch.nn.RNN``: the plain network that overwrites all it knows each step.

    Args:
        *args: As for ``torch.nn.RNN``.
        precision: As for `LSTM`, like the attribute.
        **kwargs: As for ``torch.nn.RNN``.

    Raises:
        UsageError: If there is no such precision.
    """

    def __init__(self, *args: Any, precision: LayerPrecision = "float32", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.precision = precision
        _check_precision(precision)

    def extra_repr(self) -> str:
        """The arguments, as ``print`` shows them."""
        ours = f", precision={self.precision!r}" if self.precision != "float32" else ""
        return super().extra_repr() + ours

    def forward(  # type: ignore[override]  # torch declares one overload for each kind of input
        self, input: _Input, hx: Tensor | None = None
    ) -> tuple[_Input, Tensor]:
        """Outputs and last states, shaped as ``torch.nn.RNN`` gives them."""
        if isinstance(input, PackedSequence) or not _kernels_serve(self, input):
            return super().forward(input, hx)
        if torch.is_autocast_enabled("cpu"):
            input, hx = input.float(), None if hx is None else hx.float()
        precision = _precision_now(self.precision)

        def run(
            x: Tensor, weights: LayerTensors, states: _States, sizes: Tensor | None
        ) -> tuple[Tensor, Tensor]:
            outputs = rnn_layer(x, weights, states[0], self.nonlinearity, precision)
            return outputs, outputs[-1]

        outputs, states = _run_layers(self, input, None if hx is None else (hx,), None, run)
        return outputs, states[0]


def _check_precision(precision: LayerPrecision) -> None:
    if precision not in ("float32", "bfloat16", "auto"):
        raise UsageError(f"precision is {precision!r}, expected 'float32', 'bfloat16' or 'auto'")


def _precision_now(precision: LayerPrecision) -> Precision:
    if torch.is_autocast_enabled("cpu"):
        return "bfloat16"
    if precision == "auto":
        return "bfloat16" if has_bfloat16() else "float32"
    return precision


class _Run(Protocol):
    """One layer in one direction: its outputs and what else it carries on, if anything."""

    def __call__(
        self, x: Tensor, weights: LayerTensors, states: _States, sizes: Tensor | None, /
    ) -> tuple[Tensor, Tensor]: ...


def _run_layers(
    layer: nn.RNNBase,
    input: Tensor,
    hx: _States | None,
    lengths: Tensor | list[int] | None,
    run: _Run,
) -> tuple[Tensor, _States]:
    """Outputs and last states of all layers in all directions."""
    x, states, batched = _prepare(layer, input, hx)
    sizes = None if lengths is None else check_lengths(lengths, x)
    lasts: list[_States] = []
    for number in range(layer.num_layers):
        outputs = []
        for direction in range(1 + layer.bidirectional):
            before = tuple(state[len(lasts)] for state in states)
            turned = reverse(x, sizes) if direction else x
            output, carried = run(turned, _weights(layer, number, direction), before, sizes)
            lasts.append((last_outputs(output, before[0], sizes), carried))
            outputs.append(reverse(output, sizes) if direction else output)
        x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=-1)
        if layer.dropout and layer.training and number + 1 < layer.num_layers:
            x = nn.functional.dropout(x, layer.dropout)
    last = tuple(torch.stack(parts) for parts in list(zip(*lasts, strict=True))[: len(states)])
    if not batched:
        return x.squeeze(1), tuple(part.squeeze(1) for part in last)
    return (x.transpose(0, 1) if layer.batch_first else x), last


def _kernels_serve(layer: nn.RNNBase, input: Tensor) -> bool:
    """Whether the kernels can run this input: float32, or autocast to bfloat16, on the CPU."""
    autocast = torch.is_autocast_enabled("cpu")
    dtype = torch.get_autocast_dtype("cpu") if autocast else torch.float32
    weights: list[Tensor] = layer._flat_weights  # type: ignore[assignment]
    return (
        input.device.type == "cpu"
        and weights[0].device.type == "cpu"
        and input.dtype in (dtype, torch.float32)
        and weights[0].dtype == torch.float32
        and dtype in (torch.bfloat16, torch.float32)
        and not (layer.proj_size and isinstance(layer, nn.RNN))
        and input.numel() > 0
        and input.dim() in (2, 3)
        and input.size(-1) == layer.input_size
        and not torch.compiler.is_compiling()
    )


def _prepare(
    layer: nn.RNNBase, input: Tensor, states: _States | None
) -> tuple[Tensor, _States, bool]:
    """Input as (T, N, I), states as (layers x directions, N, H), and whether there was a batch."""
    batched = input.dim() == 3
    x = input if batched else input.unsqueeze(1)
    if batched and layer.batch_first:
        x = x.transpose(0, 1)
    count, outputs = layer.num_layers * (1 + layer.bidirectional), layer.hidden_size
    sizes = (layer.proj_size or outputs, outputs) if isinstance(layer, LSTM) else (outputs,)
    shapes = [(count, x.size(1), size) for size in sizes]
    if states is None:
        return x, tuple(x.new_zeros(shape) for shape in shapes), batched
    if not batched:
        states = tuple(state.unsqueeze(1) for state in states)
    for state, shape in zip(states, shapes, strict=True):
        if tuple(state.shape) != shape:
            raise RuntimeError(f"Expected hidden size {shape}, got {list(state.shape)}")
    return x, states, batched


def _weights(layer: nn.RNNBase, number: int, direction: int) -> LayerTensors:
    """Weights of one layer and direction, torch's two bias vectors added up."""
    suffix = f"_l{number}" + ("_reverse" if direction else "")

    def named(name: str) -> Any:
        return getattr(layer, name + suffix)

    weight_ih: Tensor = named("weight_ih")
    bias = (
        named("bias_ih") + named("bias_hh") if layer.bias else weight_ih.new_zeros(len(weight_ih))
    )
    peepholes = named("weight_peephole") if getattr(layer, "peepholes", False) else None
    projection = named("weight_hr") if layer.proj_size else None
    return LayerTensors(weight_ih, named("weight_hh"), bias, peepholes, projection)


def _repeat_gates(layer: LSTM, weight: Tensor) -> Tensor:
    """A weight or bias of H + 3B rows as torch wants it: 4H rows, each gate's S times."""
    hidden, size = layer.hidden_size, layer.block.cells
    blocks = hidden // size
    write, forget, cell, output = torch.split(weight, [blocks, blocks, hidden, blocks])
    repeated = [gate.repeat_interleave(size, 0) for gate in (write, forget, output)]
    return torch.cat([repeated[0], repeated[1], cell, repeated[2]])
