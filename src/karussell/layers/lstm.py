"""A drop-in for ``torch.nn.LSTM``: layers of memory blocks, in all their forms."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.fx import Proxy
from torch.nn import functional

from karussell.blocks import GateTrace, LayerKind, LayerWeights, Noise
from karussell.errors import UsageError
from karussell.kernels import Block, Floats, Trace
from karussell.layers import parameters
from karussell.layers.exporting import exporting, lstm_node
from karussell.layers.forms import name_of
from karussell.layers.operations import lstm_operations
from karussell.layers.operators import layer_as_operator, lstm_by_kernels, lstm_run
from karussell.layers.parameters import Bias, GateBias, Parts
from karussell.layers.paths import Precision
from karussell.layers.recurrent import Input, Lengths, Recurrent, Way
from karussell.layers.refusals import refuse_what_is_no_input, refuse_what_is_no_state
from karussell.layers.shapes import LayerRun, States


class Traced(NamedTuple):
    """What a layer gave and what went on inside.

    Attributes:
        output: What calling the layer gives.
        states: And its last states.
        layers: Every layer and direction, in the order of the states.
    """

    output: Tensor
    states: States
    layers: tuple[GateTrace[Tensor], ...]


class LSTM(Recurrent):
    r"""Layers of memory blocks; without our options, a drop-in for ``torch.nn.LSTM``.

    A block of S cells has one input, one forget and one output gate. Parameters have the names of
    ``torch.nn.LSTM``; with $H$ hidden units and $B = H / S$ blocks, ``weight_ih_l[k]`` is
    $(H + 3B, I)$ with the rows input gates, forget gates, cell inputs, output gates. All options
    go together, and each can be had in the equations of `karussell.blocks`, where its source is.
    It is an ``nn.RNNBase``, not an ``nn.LSTM``: torch's compiler refuses all of these.

    Args:
        *args: As for ``torch.nn.LSTM``.
        cells_per_block: Cells that share one set of gates, S.
        coupled_gates: Whether an input gate is 1 - its forget gate; it has no rows then, and
            ``weight_ih_l[k]`` is $(H + 2B, I)$.
        peepholes: Whether gates see the cells of their block, by ``weight_peephole_l[k]``, (3, H)
            or (2, H): of input gates, unless they are coupled, forget gates and output gates.
        block: Any other block, instead of the two options that say S and whether gates are coupled:
            other nonlinearities, no forget gate, gates fed back (``weight_gh_l[k]``; their state is
            a third one), layer normalisation (``norm_*``), clips, or ``Block.of_1997()``.
        bias: True for torch's two vectors that are added up, "one" for one, "gates" for one of the
            gates alone, False for none.
        input_bias: What biases of input gates begin as, for all blocks or for each; drawn if None.
        forget_bias: The same for forget gates.
        output_bias: The same for output gates.
        recurrent_dropout: Part of the hidden state that net inputs do not see while training, the
            same at every step of a sequence (Gal and Ghahramani 2016).
        weight_drop: Part of ``weight_hh`` that is dropped at each call while training (Merity,
            Keskar and Socher, "Regularizing and optimizing LSTM language models", ICLR 2018).
        zoneout: Chance of each hidden unit and of each cell to keep its old value at a step while
            training, otherwise the part that is kept (Krueger et al. 2017); a pair, or one for
            both.
        truncated: Whether errors end where they leave a block, as in 1997.
        precision: Of products on the CPU: "float32", "bfloat16", or "auto", the quicker one on
            this machine. Weights, states and gradients stay float32.
        **kwargs: As for ``torch.nn.LSTM``.

    Attributes:
        precision: May be set at any time.
        path: Who ran the last call: "kernels", "torch" (its own layer) or "operations" (the
            equations in torch's operations); None before the first. The kernels run float32 on the
            CPU: S, coupled gates, peepholes, projections, lengths, both dropouts.

    Raises:
        UsageError: If S does not divide the hidden size, or options do not go together.

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
        block: Block | None = None,
        bias: Bias = True,
        input_bias: GateBias = None,
        forget_bias: GateBias = None,
        output_bias: GateBias = None,
        recurrent_dropout: float = 0.0,
        weight_drop: float = 0.0,
        zoneout: float | tuple[float, float] = 0.0,
        truncated: bool = False,
        precision: Precision = "float32",
        **kwargs: Any,
    ) -> None:
        if len(args) > 3:  # torch takes it by position, too
            *before, bias = args[:4]
            args = (*before, bool(bias) if bias in ("one", "gates") else bias, *args[4:])
        else:
            kwargs["bias"] = bool(bias) if bias in ("one", "gates") else bias
        super().__init__("LSTM", *args, precision=precision, **kwargs)
        pair = zoneout if isinstance(zoneout, tuple) else (zoneout, zoneout)
        self.zoneout = (float(pair[0]), float(pair[1]))
        self.recurrent_dropout, self.weight_drop = recurrent_dropout, weight_drop
        self.truncated = truncated
        self._check_chances()
        if block is not None and (cells_per_block, coupled_gates) != (1, False):
            raise UsageError("block says what cells_per_block and coupled_gates say; give one")
        try:
            self.block = block or Block(cells_per_block, coupled_gates)
            self.block.gate_rows(self.hidden_size)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self._form = name_of(self.block)
        self._parts = Parts(self.block, peepholes, bias)
        self._gate_biases = {"input": input_bias, "forget": forget_bias, "output": output_bias}
        if not self._is_torchs:
            parameters.resize(self, self._parts)
            super().reset_parameters()
        parameters.initialise(self, self._parts, self._gate_biases)

    @property
    def cells_per_block(self) -> int:
        """Cells that share one set of gates, S."""
        return self.block.cells

    @property
    def coupled_gates(self) -> bool:
        """Whether an input gate is 1 - its forget gate."""
        return self.block.coupled

    @property
    def peepholes(self) -> bool:
        """Whether gates see the cells of their block."""
        return self._parts.peepholes

    def reset_parameters(self) -> None:
        """Draw all weights again."""
        super().reset_parameters()
        if hasattr(self, "_parts"):  # torch draws some before ours are made
            parameters.initialise(self, self._parts, self._gate_biases)

    def flatten_parameters(self) -> None:
        """Lay torch's parameters out for cuDNN; others are made for it at each call."""
        if not hasattr(self, "_parts") or self._is_torchs:
            super().flatten_parameters()

    def load_weights(self, weights: Sequence[Sequence[LayerWeights[Floats]]]) -> None:
        """Set all weights: what `weights` gives, or `karussell.interchange` reads.

        Raises:
            UsageError: They are not those of such layers, or of layers that do something else with
                them (``LayerWeights.kind``); nothing is set then.
        """
        parameters.load(self, self._parts, weights, self._kind)

    def extra_repr(self) -> str:
        """The arguments, as ``print`` shows them."""
        bias = self._parts.bias
        return super().extra_repr() + (f", bias={bias!r}" if bias in ("one", "gates") else "")

    def forward(
        self, input: Input, hx: States | None = None, lengths: Lengths = None
    ) -> tuple[Input, States]:
        """Outputs and last states, shaped as ``torch.nn.LSTM`` gives them.

        Args:
            input: (T, N, I), (N, T, I) with ``batch_first``, (T, I), or packed.
            hx: Hidden and cell states before the first step, and gates if they are fed back; zeros
                if not given.
            lengths: How long each sequence is, (N,), 0 to T in any order. Beyond it outputs are
                zero, and the last states are those of its last step.

        Raises:
            UsageError: Lengths do not fit the input.
        """
        if isinstance(input, Proxy):
            return self._as_leaf(input, hx, lengths)
        return self._call(input, hx, lengths)

    def trace(self, input: Tensor, hx: States | None = None, lengths: Lengths = None) -> Traced:
        """Run the layer and show the cell states and gates of every step.

        Outputs and states are those that calling it gives, to the bit where our kernels or torch's
        operations run either. Cell states carry gradients, gates do not.

        Args:
            input: (T, N, I), (N, T, I) with ``batch_first``, or (T, I).
            hx: As for calling it.
            lengths: As for calling it.
        """
        if exporting():
            raise UsageError("torch.onnx.export cannot write what trace shows; call the layer")
        refuse_what_is_no_input(self, input)
        if hx is not None:
            refuse_what_is_no_state(self, hx, input)
        run = self._run(self._way(input, hx, torch_may=False), input, hx, lengths)
        turn = self.batch_first and input.dim() == 3

        def shaped(part: Tensor) -> Tensor:
            return (part.transpose(0, 1) if turn else part).reshape(*input.shape[:-1], -1)

        def trace(one: LayerRun) -> GateTrace[Tensor]:
            hidden, cell, gates = map(shaped, one.trace)
            return GateTrace.of(Trace(hidden, cell, gates.detach()), self.block)

        output, states = self._results(run.output, run.states, input)
        return Traced(output, states, tuple(map(trace, run.each)))

    def _run_one(
        self,
        way: Way,
        number: int,
        direction: int,
        x: Tensor,
        states: States,
        lengths: Tensor | None,
    ) -> LayerRun:
        given = x, self._weights(number, direction), states, lengths
        noise = self._noise(x, states)
        if way.recorded:
            trace = layer_as_operator(
                *given, self._form, self._precision_now, noise, truncated=self.truncated
            )
            return lstm_run(trace, states, lengths, self.block)
        if way.path == "kernels":
            return lstm_by_kernels(*given, self.block, self._precision_now, noise.recurrent)
        return lstm_operations(*given, self.block, noise=noise, truncated=self.truncated)

    def _export_one(
        self, number: int, direction: int, x: Tensor, states: States, lengths: Tensor | None
    ) -> LayerRun:
        noisy = any(self.zoneout) or self.recurrent_dropout or self.weight_drop
        if self.training and noisy:
            raise UsageError("ONNX has no noise of training; call eval() before torch.onnx.export")
        weights, noise = self._weights(number, direction), Noise(None, *self.zoneout)
        return lstm_node(x, weights, states, lengths, self.block, noise)

    def _as_torch(self) -> tuple[list[Tensor], bool]:
        """Torch's rows, made of ours, a shared gate's repeated."""
        if self._is_torchs and not self._drops:
            return super()._as_torch()
        bias = bool(self._parts.bias) or not self.block.forgets
        weights = [
            tensor
            for number in range(self.num_layers)
            for direction in range(1 + self.bidirectional)
            for tensor in parameters.as_torch(self._weights(number, direction), self.block, bias)
        ]
        return weights, bias

    def _weights(self, number: int, direction: int) -> LayerWeights[Tensor]:
        weights = super()._weights(number, direction)
        if not self._drops:
            return weights
        dropped = functional.dropout(weights.weight_hh, self.weight_drop, training=True)
        return weights._replace(weight_hh=dropped)

    def _kind(self, direction: int) -> LayerKind:
        return LayerKind(block=self.block, zoneout=self.zoneout, backwards=direction == 1)

    def _noise(self, x: Tensor, states: States) -> Noise[Tensor]:
        """What this run's noise is, drawn anew for each layer and direction."""
        if not self.training:
            return Noise(None, *self.zoneout)
        mask = None
        if self.recurrent_dropout:
            mask = functional.dropout(torch.ones_like(states[0]), self.recurrent_dropout)
        kept = [
            # Drawn like this, noise can be the same or different under `vmap`, and time is free.
            (torch.rand((x.size(0), *state.shape), device=x.device) < chance).to(x.dtype)
            if chance
            else 0.0
            for chance, state in zip(self.zoneout, states, strict=False)
        ]
        return Noise(mask, kept[0], kept[1])

    @property
    def _usual(self) -> dict[str, Any]:
        common = {"cells_per_block": 1, "coupled_gates": False}
        return {
            **(common if self.block.for_kernels else {"block": None}),
            "peepholes": False,
            "recurrent_dropout": 0.0,
            "weight_drop": 0.0,
            "zoneout": (0.0, 0.0),
            "truncated": False,
            **super()._usual,
        }

    @property
    def _is_torchs(self) -> bool:
        """Whether the parameters are those of ``torch.nn.LSTM``."""
        return self._parts in (Parts(Block(), False, True), Parts(Block(), False, False))

    @property
    def _drops(self) -> bool:
        return self.training and self.weight_drop > 0

    @property
    def _state_sizes(self) -> tuple[int, ...]:
        sizes = (self.proj_size or self.hidden_size, self.hidden_size)
        if not self.block.gate_recurrence:
            return sizes
        return (*sizes, self.block.gates * self.block.blocks(self.hidden_size))

    @property
    def _kernels_can(self) -> bool:
        return self.block.for_kernels and self.zoneout == (0, 0) and not self.truncated

    @property
    def _torch_can(self) -> bool:
        noisy = self.zoneout != (0, 0) or (self.training and self.recurrent_dropout > 0)
        return self.block.is_plain and not self.peepholes and not noisy and not self.truncated

    def _check_chances(self) -> None:
        chances = [("recurrent_dropout", self.recurrent_dropout), ("weight_drop", self.weight_drop)]
        for name, chance in [*chances, *(("zoneout", chance) for chance in self.zoneout)]:
            if not 0 <= chance < 1:
                raise UsageError(f"{name} is {chance}, expected 0 or more and less than 1")
